//! Help of every page: what it is for, and what is often asked there.

use crate::format::Language;
use crate::frame::Section;

/// The help of a part of the pages: paragraphs.
pub(crate) fn help(section: Section, lang: Language) -> &'static [&'static str] {
    let [pl, en]: [&'static [&'static str]; 2] = match section {
        Section::Dashboard => [
            &[
                "Tu widać, co wymaga człowieka: odrzucone faktury, kolizje numerów, mijające terminy i wygasające certyfikaty. Gdy lista jest pusta, nie ma nic do zrobienia.",
                "Reszta dzieje się sama: bramka wysyła, odbiera numery i UPO, pobiera zakupy i pilnuje limitów KSeF.",
            ],
            &[
                "This shows what needs a person: refused invoices, colliding numbers, terms that end and certificates that expire. When the list is empty there is nothing to do.",
                "The rest happens by itself: the gateway sends, fetches numbers and UPOs, fetches purchases and minds KSeF's limits.",
            ],
        ],
        Section::Sales => [
            &[
                "Lista faktur sprzedaży i ich stan w KSeF. „W drodze” znaczy, że bramka nad nimi pracuje: nie wysyłaj ich drugi raz z innego programu.",
                "Odrzuconą fakturę popraw w swoim programie i oddaj jeszcze raz; jej strona mówi, co jest nie tak i w którym wierszu.",
            ],
            &[
                "The list of sales invoices and their state in KSeF. “Under way” means that the gateway is at work on them: do not send them again from another program.",
                "Correct a refused invoice in your own program and hand it over again; its page says what is wrong, and on which line.",
            ],
        ],
        Section::Issue => [
            &[
                "Bramka liczy wszystko sama i sprawdza fakturę w trakcie pisania tymi samymi regułami, którymi sprawdza każdy dokument przed wysłaniem. Znanego nabywcę uzupełnia po wpisaniu NIP.",
                "„Wystaw” zapisuje fakturę i kieruje ją do KSeF tak, jak ustawiono w firmie. Naciśnięte dwa razy wystawia jedną fakturę. Pomyłkę poprawia się korektą; w szkicu można zmienić wszystko.",
            ],
            &[
                "The gateway computes everything and checks the invoice while it is written, by the same rules by which it checks each document before it is sent. A known buyer is filled in once the NIP is there.",
                "“Issue” writes the invoice down and has it go to KSeF as the company has it set. Pressed twice it issues one invoice. A mistake is put right by a correction; in a draft everything can be changed.",
            ],
        ],
        Section::Correct => [
            &[
                "Wybierz fakturę i powiedz, co w niej jest nie tak: formularz korekty przyjdzie wypełniony, z jej numerem KSeF i stanem przed korektą. Kolejna korekta zaczyna od tego, co zostawiła poprzednia.",
                "Błędnego NIP nabywcy nie da się poprawić na fakturze: koryguje się ją do zera i wystawia nową. Bramka prowadzi przez jedno i drugie.",
            ],
            &[
                "Choose an invoice and say what is wrong with it: the form of the correction comes filled in, with its KSeF number and what was before. Another correction begins with what the one before left.",
                "A buyer's wrong NIP cannot be mended on an invoice: it is corrected to zero and a new one is issued. The gateway leads through both.",
            ],
        ],
        Section::Drafts => [
            &[
                "Szkic nie jest fakturą i nie ma numeru: można go zmieniać i usunąć. Widzą go wszyscy, którzy mogą wystawiać w tej firmie.",
            ],
            &[
                "A draft is no invoice and has no number: it can be changed and removed. Whoever may issue in this company sees it.",
            ],
        ],
        Section::Import => [
            &[
                "Wskaż tabelę CSV albo XLSX, a potem powiedz, co jest w jej kolumnach. Podgląd pokazuje, co z niej wyjdzie; dopóki nie naciśniesz „Wczytaj i wystaw”, nic się nie dzieje.",
                "Wiersze z tym samym numerem to jedna faktura. Raz zapamiętane kolumny bramka rozpozna w następnej tabeli.",
            ],
            &[
                "Choose a CSV or XLSX table, then say what its columns are. The preview shows what comes of it; until you press “Take in and issue” nothing happens.",
                "Rows with the same number are one invoice. Columns that were remembered once are known in the next table.",
            ],
        ],
        Section::Entry => [
            &[
                "Tu wprowadza się koszt, którego bramka nie pobrała: fakturę z numerem KSeF (suma kontrolna numeru jest sprawdzana od razu, a sam numer w KSeF) albo dokument spoza KSeF, na przykład paragon z NIP. Skan można dołączyć od razu albo później.",
            ],
            &[
                "A cost is entered here that the gateway did not fetch: an invoice with its KSeF number (its check digit is tested at once, the number itself in KSeF), or a document outside KSeF, a till receipt with a NIP for instance. A scan can be added now or later.",
            ],
        ],
        Section::Copies => [
            &[
                "Oryginałem jest to, co przyszło z KSeF. Plik z poczty bywa tym samym dokumentem; ta strona mówi, czy jest, i zapisuje to w historii zakupu.",
            ],
            &[
                "The original is what came from KSeF. A file from the mail may be the same document; this page says whether it is, and notes it in the purchase's history.",
            ],
        ],
        Section::Send => [
            &[
                "Przyjmowane są pliki XML (FA), JSON, CSV i XLSX, także kilka naraz. Bramka sprawdza je, zanim cokolwiek wyśle; plik z błędem nie jest zapisywany.",
                "Ten sam plik oddany drugi raz nie zostanie wysłany ponownie.",
            ],
            &[
                "XML (FA), JSON, CSV and XLSX files are taken, several at once as well. The gateway checks them before it sends anything; a file with an error is not kept.",
                "The same file handed over twice is not sent twice.",
            ],
        ],
        Section::Purchases => [
            &[
                "Faktury, które inni wystawili tej firmie w KSeF. Bramka zagląda po nie co kwadrans i niczego nie pomija; co noc porównuje całość z KSeF.",
                "Kopia tej samej faktury z poczty jest oznaczona, żeby nikt nie zapłacił dwa razy.",
            ],
            &[
                "Invoices that others issued to this company in KSeF. The gateway looks every quarter of an hour and misses none; every night it compares all of them with KSeF.",
                "A copy of the same invoice that came by mail is marked, so that nobody pays twice.",
            ],
        ],
        Section::Connection => [
            &[
                "Certyfikaty i tokeny, którymi bramka loguje się do KSeF. „Zapomnij tutaj” usuwa klucz z bramki; w KSeF certyfikat zostaje ważny, dopóki go tam nie unieważnisz.",
                "Test połączenia mówi dokładnie, którego uprawnienia brakuje i kto może je nadać.",
            ],
            &[
                "Certificates and tokens with which the gateway logs in to KSeF. “Forget here” removes the key from the gateway; in KSeF the certificate stays valid until it is revoked there.",
                "The test of the connection says exactly which right is missing, and who can grant it.",
            ],
        ],
        Section::Simulator => [
            &[
                "Symulator zachowuje się jak KSeF, także w złe dni. Wywołaj kłopot, wyślij fakturę i patrz, jak bramka sobie radzi; potem przywróć KSeF do działania.",
            ],
            &[
                "The simulator behaves as KSeF does, on bad days too. Make trouble, send an invoice and see how the gateway copes; then let KSeF come back.",
            ],
        ],
        Section::Ksef => [
            &[
                "Gdy KSeF ogłosi awarię, faktury można wystawiać offline, a termin ich dosłania zależy od jej końca. Zapisane komunikaty są na to dowodem także po latach.",
            ],
            &[
                "When KSeF announces a failure, invoices can be issued offline, and the term for sending them depends on its end. The messages that are kept are evidence of it, years later too.",
            ],
        ],
        Section::Settings => [
            &[
                "Wszystko, co ustawiono, w jednym miejscu. Co pochodzi z pliku, zmiennej albo flagi, zmienia się tam, a bramkę uruchamia ponownie.",
                "Sekretów nikt tu drugi raz nie zobaczy: klucze API i sekrety webhooków pokazuje się raz, przy utworzeniu.",
            ],
            &[
                "Everything that is set, in one place. What comes from a file, a variable or a flag is changed there, and the gateway started anew.",
                "Nobody sees a secret twice here: API keys and secrets of webhooks are shown once, when they are made.",
            ],
        ],
        Section::Account => [
            &[
                "Twoje hasło, drugi składnik i miejsca, w których jesteś zalogowany. Kto stracił telefon, loguje się kodem zapasowym albo prosi administratora o nowe hasło.",
            ],
            &[
                "Your password, the second factor and where you are logged in. Who lost the phone logs in with a recovery code, or asks an administrator for a new password.",
            ],
        ],
        Section::Start => [
            &[
                "Zacznij od symulatora: łączysz firmę jednym kliknięciem i wysyłasz pierwszą fakturę, a do urzędu nic nie trafia.",
                "Przy prawdziwym KSeF lista mówi, co musi być gotowe. Zaznaczenia są zapisywane osobno dla każdej firmy, więc można wrócić jutro.",
            ],
            &[
                "Begin with the simulator: a company is connected with one click and the first invoice sent, and nothing reaches the tax office.",
                "For the real KSeF the list says what must be ready. What is ticked is kept for each company, so you may come back tomorrow.",
            ],
        ],
        Section::Guides => [
            &[
                "Poradniki opisują to, co można zrobić tylko samemu, w portalu Ministerstwa. Nazwy przycisków są dokładnie takie, jak tam.",
            ],
            &[
                "The guides describe what only people can do, in the Ministry's portal. The names of its buttons are given exactly as they stand there, in Polish.",
            ],
        ],
        Section::Connect => [
            &[
                "Połączenie to NIP firmy i sposób logowania: certyfikat albo token. Bramka sprawdza pliki, zanim cokolwiek wyśle, i mówi przy polu, co jest nie tak.",
                "Na symulatorze nie trzeba żadnego pliku: certyfikat powstaje na miejscu.",
            ],
            &[
                "A connection is the company's NIP and what to log in with: a certificate or a token. The gateway looks at the files before it sends anything, and says at the field what is wrong.",
                "On the simulator no file is needed: the certificate is made on the spot.",
            ],
        ],
        Section::Invoice => [
            &[
                "Jedna faktura: co się z nią dzieje, co mówi KSeF i co można zrobić teraz. „Co dalej” mówi, czy czekać, czy działać.",
                "UPO jest dowodem, że faktura jest w KSeF; pojawia się w dokumentach, gdy KSeF je wyda.",
            ],
            &[
                "One invoice: what becomes of it, what KSeF says, and what can be done now. “What next” says whether to wait or to act.",
                "The UPO is the proof that the invoice is in KSeF; it stands among the documents once KSeF issues it.",
            ],
        ],
        Section::Structure => [
            &[
                "Drzewo dokumentu z nazwami zrozumiałymi dla człowieka; uwagi są przy elementach, których dotyczą.",
            ],
            &[
                "The tree of the document with names for people; findings stand at the elements that they concern.",
            ],
        ],
        Section::Purchase => [
            &[
                "Jeden zakup: podgląd, stan w księgach, zatwierdzenie i komentarze. Zatwierdzenie jest sprawą firmy, KSeF o nim nie wie.",
                "Przypisz zakup temu, kto ma go opisać; ograniczone osoby widzą tylko to, co ich.",
            ],
            &[
                "One purchase: its view, its state in the books, approval and comments. Approval is the company's own matter, KSeF knows nothing of it.",
                "Assign the purchase to whoever has to describe it; people who are restricted see only what is theirs.",
            ],
        ],
        Section::Series => [
            &[
                "Seria potrzebna jest tylko wtedy, gdy numery ma nadawać bramka. KSeF zapamiętuje numer na dziesięć lat, dlatego bramka nie da dwa razy tego samego.",
            ],
            &[
                "A series is only needed when the gateway shall give the numbers. KSeF remembers a number for ten years, so the gateway never gives one twice.",
            ],
        ],
        Section::Retention => [
            &[
                "Okres przechowywania liczy się w pełnych latach kalendarzowych po roku wystawienia, a zakupu także po roku otrzymania. Zanim włączysz usuwanie, zobacz na wybrany dzień, co by zniknęło.",
                "Blokada wygrywa z zasadą. Po usuniętym dokumencie zostaje wpis: numer, skrót i kiedy go usunięto; numer sprzedaży pozostaje zajęty.",
            ],
            &[
                "The time is counted in full calendar years after the year of issue, of a purchase also after that of its receipt. Before you switch erasing on, look as of some day what would go.",
                "A hold wins over the rule. Of an erased document an entry is left: its number, its hash and when it was erased; a sale's number stays used.",
            ],
        ],
        Section::Routing => [
            &[
                "Kolejność ma znaczenie: zakup dostaje pierwsza reguła, która pasuje. Zmiana reguł nie rusza tego, co już przypisano.",
            ],
            &[
                "The order matters: the first rule that fits gets the purchase. A change of the rules leaves alone what is assigned already.",
            ],
        ],
        Section::Buyers => [
            &[
                "Nabywca z polskim NIP ma fakturę w KSeF; e-mail jest wygodą. Nabywcy bez NIP trzeba ją dać: z kodem QR, gdy ma numer KSeF.",
            ],
            &[
                "A buyer with a Polish NIP has the invoice in KSeF; e-mail is a convenience. A buyer without one must be given it: with a QR code once it has a KSeF number.",
            ],
        ],
        Section::Rights => [
            &[
                "Nadanie i odebranie trwa w KSeF chwilę, czasem dłużej. Ta strona mówi, jak się skończyło; listę odczytaj ponownie.",
                "Żeby nadawać, bramka musi mieć prawo do zarządzania uprawnieniami (CredentialsManage) albo być właścicielem.",
            ],
            &[
                "Granting and taking back takes KSeF a moment, sometimes longer. The page says how it ended; read the list again.",
                "To grant, the gateway's login needs the right to manage rights (CredentialsManage) or must be the owner.",
            ],
        ],
        Section::Users => [
            &[
                "Każdy loguje się na własne konto. Rolę nadaje się w jednej firmie albo we wszystkich; kto odszedł, tego wyłącz, a jego ślady w historii zostaną.",
            ],
            &[
                "Everybody logs in as himself. A role is given in one company or in all of them; switch off whoever has left, his traces in the history stay.",
            ],
        ],
        Section::ApiKeys => [
            &[
                "Klucz API jest dla programu: ERP, sklepu, skryptu. Daj każdemu własny i tylko taki zakres, jakiego potrzebuje; wymiana unieważnia poprzedni od razu.",
            ],
            &[
                "An API key is for a program: an ERP, a shop, a script. Give each its own, with only the scope that it needs; an exchange ends the former at once.",
            ],
        ],
        Section::Webhooks => [
            &[
                "Webhook mówi Twojemu programowi, co się stało, zamiast żeby ten pytał. Każdy komunikat jest podpisany; dziennik mówi, co odpowiedziano.",
            ],
            &[
                "A webhook tells your program what happened, so that it need not ask. Each message is signed; the log says what was answered.",
            ],
        ],
        Section::Notices => [
            &[
                "List mówi, ile faktur czeka i co wymaga człowieka. Najlepiej jeden dziennie, a natychmiast tylko to, co pilne.",
            ],
            &[
                "A letter says how many invoices wait and what needs a person. One a day is best, and at once only what is urgent.",
            ],
        ],
        Section::Audit => [
            &[
                "Kto, kiedy i co zrobił; wpisów nie da się zmienić bez śladu. „Sprawdź, czy nic nie zmieniono” liczy cały łańcuch jeszcze raz.",
            ],
            &[
                "Who did what and when; entries cannot be changed without a trace. “Check that nothing was altered” counts the whole chain again.",
            ],
        ],
        Section::Backups => [
            &[
                "Kopia jest tyle warta, ile jej odtworzenie: spróbuj bramka restore na innej maszynie, zanim będzie potrzebne.",
            ],
            &[
                "A backup is worth what its restoring is worth: try bramka restore on another machine before it is needed.",
            ],
        ],
        Section::SignIn => [
            &[
                "Kod pierwszego administratora podaje bramka przy starcie, na tej maszynie. Kto zapomniał hasła, prosi administratora o nowe.",
            ],
            &[
                "The gateway prints the code for the first administrator when it starts, on this machine. Who forgot the password asks an administrator for a new one.",
            ],
        ],
        Section::Other => [
            &[
                "Bramka stoi między Twoimi programami a KSeF. Wybierz firmę albo połącz nową; na symulatorze można wszystko wypróbować bez ryzyka.",
            ],
            &[
                "The gateway stands between your programs and KSeF. Choose a company, or connect another; on the simulator everything can be tried at no risk.",
            ],
        ],
    };
    match lang {
        Language::Pl => pl,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_help_in_both_languages() {
        for section in Section::ALL {
            let (pl, en) = (help(section, Language::Pl), help(section, Language::En));
            assert!(!pl.is_empty() && pl.len() == en.len(), "{section:?}");
            assert!(pl.iter().chain(en).all(|text| text.ends_with('.')), "{section:?}");
            assert_eq!(Section::from_name(section.as_str()), Some(section));
        }
        assert_eq!(Section::from_name("elsewhere"), None);
    }
}
