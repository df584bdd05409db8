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
