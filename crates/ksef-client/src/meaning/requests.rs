//! Errors of requests: the codes that come with HTTP 400.

use ksef_wire::Operation;

use super::{
    ADMINISTRATOR, ANY, KSEF, Layer, Meaning, NOBODY, NOBODY_YET, OPERATOR, OPERATOR_LATER, PROGRAM,
    PROGRAM_LATER, row,
};

const R: Layer = Layer::Request;

pub(super) const REQUESTS: &[Meaning] = &[
    row(
        R,
        "9101",
        PROGRAM,
        ["Dokument logowania jest nieprawidłowy.", "The login document is not valid."],
        [
            "Przy podpisie z zewnątrz: podpisz dokładnie ten plik, który dała bramka. W innym razie zgłoś to autorom programu.",
            "With a signature from outside: sign exactly the file that bramka gave. Otherwise report it to the program's authors.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "9102",
        OPERATOR,
        ["Dokument logowania nie ma podpisu.", "The login document has no signature."],
        [
            "Wskaż plik podpisany (podpis otoczony, enveloped), a nie oryginał.",
            "Give the signed file (enveloped signature), not the original.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "9103",
        OPERATOR,
        ["Dokument logowania ma za dużo podpisów.", "The login document has too many signatures."],
        ["Podpisz oryginał jeden raz, jednym podpisem.", "Sign the original once, with one signature."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "9105",
        OPERATOR,
        ["KSeF uznał podpis za nieprawidłowy.", "KSeF called the signature wrong."],
        [
            "Sprawdź certyfikat i klucz (bramka credential inspect); plik podpisany gdzie indziej nie może być potem sformatowany ani zapisany w edytorze. RSA-PSS i SHA-1 nie są przyjmowane.",
            "Check certificate and key (bramka credential inspect); a file signed elsewhere must not be formatted or saved in an editor afterwards. RSA-PSS and SHA-1 are not accepted.",
        ],
        "open-api 2.9.0; field notes A8",
    ),
    row(
        R,
        "-1",
        PROGRAM,
        ["KSeF odmówił bez nadania kodu.", "KSeF refused without giving a code."],
        [
            "Przeczytaj opis podany przez KSeF; tak odmawiano drugiej korekty technicznej.",
            "Read KSeF's description; a second technical correction was refused so.",
        ],
        "ksef-api#404",
    ),
    row(
        R,
        "500",
        KSEF,
        [
            "Wewnętrzny błąd KSeF, podany w treści odpowiedzi.",
            "An internal error of KSeF, told in the answer's body.",
        ],
        [
            "Czekaj i ponów; jeśli trwa, zgłoś do KSeF z numerem śledzenia (traceId).",
            "Wait and repeat; if it lasts, report it to KSeF with the traceId.",
        ],
        "field notes B4",
    ),
    row(
        R,
        "21001",
        PROGRAM,
        ["KSeF nie mógł odczytać treści żądania.", "KSeF could not read the request's content."],
        [
            "Zgłoś to autorom programu razem z opisem podanym przez KSeF.",
            "Report it to the program's authors with KSeF's description.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21111",
        PROGRAM_LATER,
        [
            "Wyzwanie autoryzacyjne jest nieznane, wygasło albo zostało już użyte.",
            "The challenge is unknown, expired, or was used already.",
        ],
        [
            "Zaloguj się od nowa; wyzwanie żyje 10 minut i działa raz.",
            "Log in anew; a challenge lives 10 minutes and works once.",
        ],
        "open-api 2.9.0; uwierzytelnianie.md",
    ),
    row(
        R,
        "21115",
        ADMINISTRATOR,
        ["KSeF nie przyjmuje tego certyfikatu.", "KSeF does not accept this certificate."],
        [
            "Najczęściej certyfikat jest z innego środowiska, wygasł albo nie ma NIP lub PESEL w podmiocie: bramka credential inspect --environment.",
            "Mostly the certificate is of another environment, expired, or has no NIP or PESEL in its subject: bramka credential inspect --environment.",
        ],
        "open-api 2.9.0; field notes A8",
    ),
    row(
        R,
        "21117",
        OPERATOR,
        [
            "Podmiot z certyfikatu nie może zalogować się w tym rodzaju kontekstu.",
            "The certificate's subject cannot log in to this kind of context.",
        ],
        [
            "Sprawdź, czy kontekst (NIP, InternalId, NipVatUe, PeppolId) jest tym, do którego certyfikat ma prawo.",
            "Check that the context (NIP, InternalId, NipVatUe, PeppolId) is one that the certificate has a right to.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21155",
        PROGRAM,
        ["Sesja osiągnęła dozwoloną liczbę faktur.", "The session has reached its number of invoices."],
        ["Program zamyka sesję i otwiera następną.", "The program closes the session and opens the next."],
        "open-api 2.9.0; limity.md",
    ),
    row(
        R,
        "21157",
        PROGRAM,
        [
            "Rozmiar części paczki nie zgadza się z zapowiedzianym albo przekracza 100 MB.",
            "The size of a part is not the announced one or is over 100 MB.",
        ],
        [
            "Spakuj i wyślij paczkę od nowa; jeśli pliki w trakcie zmieniono, to jest przyczyna.",
            "Pack and send the batch anew; if its files were changed meanwhile, that is the cause.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21161",
        PROGRAM,
        ["Paczka ma więcej niż 50 części.", "The package has more than 50 parts."],
        [
            "Podziel faktury na kilka sesji; bramka robi to sama.",
            "Split the invoices over several sessions; bramka does so by itself.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21164",
        OPERATOR,
        [
            "W KSeF nie ma faktury o tym numerze (albo jeszcze jej nie widać).",
            "KSeF has no invoice with this number (or does not show it yet).",
        ],
        [
            "Sprawdź numer. Faktura przyjęta przed chwilą bywa niewidoczna, dopóki nie zostanie trwale zapisana.",
            "Check the number. An invoice accepted a moment ago may be invisible until it is stored permanently.",
        ],
        "open-api 2.9.0; field notes A5",
    ),
    row(
        R,
        "21165",
        NOBODY_YET,
        [
            "Faktura jest przetworzona, ale nie można jej jeszcze pobrać.",
            "The invoice is processed but cannot be fetched yet.",
        ],
        ["Program zapyta ponownie.", "The program asks again."],
        "open-api 2.9.0; field notes A5",
    ),
    row(
        R,
        "21166",
        OPERATOR,
        [
            "Faktura ma już przyjętą korektę techniczną.",
            "The invoice has an accepted technical correction already.",
        ],
        [
            "Nie wysyłaj następnej; merytoryczny błąd poprawia faktura korygująca.",
            "Do not send another; an error of content is corrected by a correcting invoice.",
        ],
        "open-api 2.9.0; field notes B10",
    ),
    row(
        R,
        "21167",
        OPERATOR,
        [
            "Korekty technicznej nie można wysłać do faktury, którą przyjęto.",
            "An accepted invoice cannot have a technical correction.",
        ],
        [
            "Korekta techniczna służy tylko odrzuconym fakturom offline.",
            "Technical corrections are for refused offline invoices only.",
        ],
        "open-api 2.9.0; field notes B10",
    ),
    row(
        R,
        "21173",
        PROGRAM,
        ["KSeF nie zna takiej sesji.", "KSeF knows no such session."],
        [
            "Sprawdź środowisko i kontekst: sesja innej firmy lub innego środowiska jest tu nieznana.",
            "Check environment and context: a session of another company or environment is unknown here.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21175",
        PROGRAM,
        ["KSeF nie zna takiego eksportu.", "KSeF knows no such export."],
        ["Zleć eksport od nowa z tymi samymi filtrami.", "Start the export anew with the same filters."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21178",
        NOBODY_YET,
        ["UPO jeszcze nie ma.", "There is no UPO yet."],
        [
            "UPO faktury powstaje chwilę po nadaniu numeru, UPO sesji po jej przetworzeniu (status 200). Program zapyta ponownie.",
            "An invoice's UPO comes a moment after its number, a session's once it is processed (status 200). The program asks again.",
        ],
        "open-api 2.9.0; field notes B6",
    ),
    row(
        R,
        "21180",
        PROGRAM,
        ["Stan sesji nie pozwala na tę operację.", "The session's state does not allow this."],
        [
            "Program czyta status sesji: może być zamknięta, anulowana albo odrzucona, i od tego zależy, co dalej.",
            "The program reads the session's status: it may be closed, cancelled or refused, and what follows depends on that.",
        ],
        "open-api 2.9.0; ksef-api#123",
    ),
    row(
        R,
        "21180",
        NOBODY,
        [
            "Sesji nie można zamknąć, zwykle dlatego, że już jest zamknięta.",
            "The session cannot be closed, usually because it is closed already.",
        ],
        [
            "Program sprawdza status sesji; zamknięcie, na które odpowiedź zginęła, wygląda właśnie tak.",
            "The program checks the session's status; a close whose answer was lost looks just like this.",
        ],
        "field notes A1; ksef-api#786",
    )
    .at(&[Operation::OnlineSessionClose, Operation::BatchSessionClose]),
    row(
        R,
        "21181",
        OPERATOR,
        [
            "Takiego eksportu nie można zlecić w tym kontekście.",
            "Such an export cannot be asked for in this context.",
        ],
        [
            "Wybierz inną rolę podmiotu albo kontekst, którego faktury chcesz pobrać.",
            "Choose another role of the subject, or the context whose invoices you want.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21182",
        PROGRAM_LATER,
        ["Trwa już dozwolona liczba eksportów (10).", "As many exports as allowed (10) are under way."],
        ["Program czeka na zakończenie któregoś z nich.", "The program waits for one of them to end."],
        "open-api 2.9.0; field notes B2",
    ),
    row(
        R,
        "21183",
        PROGRAM_LATER,
        [
            "Zakres zapytania zaczyna się później, niż sięgają kompletne dane KSeF.",
            "The query begins later than KSeF's data is complete.",
        ],
        [
            "Program zapyta ponownie później od tej samej daty.",
            "The program asks again later, from the same date.",
        ],
        "open-api 2.9.0; przyrostowe-pobieranie-faktur.md",
    ),
    row(
        R,
        "21184",
        PROGRAM_LATER,
        [
            "Trwają prace serwisowe i ta sesja jest chwilowo niedostępna.",
            "Works are under way and this session is unavailable for the moment.",
        ],
        [
            "Program otwiera nową sesję i w niej wysyła następne faktury.",
            "The program opens a new session and sends further invoices there.",
        ],
        "open-api 2.9.0; ksef-api#864",
    ),
    row(
        R,
        "21205",
        PROGRAM,
        [
            "Paczka jest niekompletna: brakuje zapowiedzianej części.",
            "The package is incomplete: an announced part is missing.",
        ],
        [
            "Program wysyła brakujące części i zamyka sesję ponownie.",
            "The program uploads the missing parts and closes the session again.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21208",
        PROGRAM,
        [
            "Czas na wysłanie paczki minął; sesja jest anulowana.",
            "The time for uploading the package is over; the session is cancelled.",
        ],
        ["Program wysyła paczkę w nowej sesji.", "The program sends the package in a new session."],
        "open-api 2.9.0; field notes B7",
    ),
    row(
        R,
        "21217",
        OPERATOR,
        [
            "Dokument logowania ma nieprawidłowe kodowanie znaków.",
            "The login document's characters are wrongly encoded.",
        ],
        [
            "Dokument musi być w UTF-8 bez BOM; nie zapisuj go w edytorze po podpisaniu.",
            "The document must be UTF-8 without BOM; do not save it in an editor after signing.",
        ],
        "open-api 2.9.0; field notes A8",
    ),
    row(
        R,
        "21301",
        PROGRAM,
        [
            "Logowanie nie pozwala na tę operację: jest w toku, zakończone, wykorzystane albo unieważnione.",
            "The login does not allow this: it is under way, over, used up, or revoked.",
        ],
        ["Program loguje się od nowa.", "The program logs in anew."],
        "open-api 2.9.0; field notes A9",
    ),
    row(
        R,
        "21301",
        PROGRAM,
        [
            "Tokeny tego logowania już pobrano; wydawane są raz.",
            "This login's tokens were taken already; they are given once.",
        ],
        ["Program loguje się od nowa.", "The program logs in anew."],
        "open-api 2.9.0; field notes A9",
    )
    .because("alreadyRedeemed", "zostały już pobrane"),
    row(
        R,
        "21301",
        ADMINISTRATOR,
        ["Token KSeF został unieważniony.", "The KSeF token was revoked."],
        [
            "Utwórz nowy token albo, lepiej, certyfikat KSeF.",
            "Make a new token or, better, a KSeF certificate.",
        ],
        "open-api 2.9.0",
    )
    .because("tokenRevoked", "Token KSeF został unieważniony"),
    row(
        R,
        "21304",
        PROGRAM_LATER,
        ["KSeF nie zna tego logowania.", "KSeF does not know this login."],
        ["Program loguje się od nowa.", "The program logs in anew."],
        "open-api 2.9.0; ksef-api#694, #704",
    ),
    row(
        R,
        "21308",
        ADMINISTRATOR,
        [
            "Poświadczenie należy do osoby, która według rejestrów nie żyje.",
            "The credential belongs to a person who is dead by the registers.",
        ],
        [
            "Użyj poświadczenia innej uprawnionej osoby; pomyłkę wyjaśnia się w urzędzie.",
            "Use the credential of another person with rights; a mistake is cleared up with the authorities.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21401",
        OPERATOR,
        [
            "Dokument logowania nie jest zgodny ze schematem.",
            "The login document does not follow its schema.",
        ],
        [
            "Sprawdź NIP kontekstu; przy podpisie z zewnątrz podpisz dokładnie ten plik, który dała bramka.",
            "Check the context's NIP; with a signature from outside, sign exactly the file that bramka gave.",
        ],
        "open-api 2.9.0; ksef-api#604",
    ),
    row(
        R,
        "21402",
        PROGRAM,
        [
            "Rozmiar zaszyfrowanej faktury nie zgadza się z podanym.",
            "The encrypted invoice's size is not the one told.",
        ],
        ["Zgłoś to autorom programu.", "Report it to the program's authors."],
        "open-api 2.9.0; field notes B3",
    ),
    row(
        R,
        "21403",
        PROGRAM,
        [
            "Skrót zaszyfrowanej faktury nie zgadza się z podanym.",
            "The encrypted invoice's hash is not the one told.",
        ],
        [
            "Program wysyła ponownie; jeśli to się powtarza, coś po drodze zmienia treść.",
            "The program sends again; if it repeats, something on the way changes the content.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21405",
        OPERATOR,
        [
            "KSeF nie przyjął danych; szczegóły wymieniają, które pola są złe.",
            "KSeF did not take the data; the details list which fields are wrong.",
        ],
        ["Popraw wskazane pola.", "Correct the fields named."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21406",
        PROGRAM,
        [
            "Rodzaj podpisu nie pasuje do wskazanego sposobu uwierzytelnienia.",
            "The kind of signature does not fit the way of login that was named.",
        ],
        [
            "Certyfikat bez NIP i PESEL wymaga logowania odciskiem (certificateFingerprint).",
            "A certificate without NIP and PESEL needs a login by fingerprint (certificateFingerprint).",
        ],
        "open-api 2.9.0; auth/subject-identifier-type-certificate-fingerprint.md",
    ),
    row(
        R,
        "21418",
        PROGRAM,
        [
            "Znacznik następnej strony jest nieprawidłowy albo wygasł.",
            "The token of the next page is wrong or expired.",
        ],
        ["Program czyta listę od początku.", "The program reads the list from its beginning."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "21470",
        PROGRAM,
        [
            "KSeF wycofał klucz publiczny, którym zaszyfrowano żądanie.",
            "KSeF has withdrawn the public key that the request was encrypted with.",
        ],
        [
            "Program pobiera klucze na nowo i raz powtarza żądanie w nowej sesji.",
            "The program fetches the keys anew and repeats the request once, in a new session.",
        ],
        "open-api 2.9.0; klucze-publiczne-do-szyfrowania.md",
    ),
    row(
        R,
        "25001",
        OPERATOR,
        [
            "Danych do wniosku o certyfikat nie ma po zalogowaniu w ten sposób.",
            "This kind of login has no data for applying for a certificate.",
        ],
        [
            "Zaloguj się podpisem (Profil Zaufany, podpis kwalifikowany) albo certyfikatem KSeF, nie tokenem.",
            "Log in by signature (Profil Zaufany, qualified) or by a KSeF certificate, not by a token.",
        ],
        "open-api 2.9.0; certyfikaty-KSeF.md",
    ),
    row(
        R,
        "25002",
        OPERATOR,
        [
            "O certyfikat nie można wystąpić po zalogowaniu w ten sposób.",
            "This kind of login cannot apply for a certificate.",
        ],
        [
            "Zaloguj się podpisem (Profil Zaufany, podpis kwalifikowany) albo certyfikatem KSeF, nie tokenem.",
            "Log in by signature (Profil Zaufany, qualified) or by a KSeF certificate, not by a token.",
        ],
        "open-api 2.9.0; certyfikaty-KSeF.md",
    ),
    row(
        R,
        "25003",
        PROGRAM,
        [
            "Dane we wniosku o certyfikat różnią się od danych zalogowanego.",
            "The data in the application differs from that of who is logged in.",
        ],
        [
            "Podmiot we wniosku musi być dokładnie taki, jak podał KSeF; złóż wniosek od nowa.",
            "The subject must be exactly as KSeF told it; apply anew.",
        ],
        "open-api 2.9.0; certyfikaty-KSeF.md",
    ),
    row(
        R,
        "25004",
        PROGRAM,
        [
            "Wniosek o certyfikat (CSR) ma zły format lub podpis.",
            "The application (CSR) has a wrong format or signature.",
        ],
        [
            "Polskie litery muszą być zapisane jako UTF8String; bramka tak je zapisuje.",
            "Polish letters must be written as UTF8String; bramka writes them so.",
        ],
        "open-api 2.9.0; ksef-api#655",
    ),
    row(
        R,
        "25005",
        OPERATOR,
        ["KSeF nie zna takiego wniosku o certyfikat.", "KSeF knows no such application."],
        [
            "Sprawdź środowisko i to, kto się zalogował: wnioski widzi tylko wnioskodawca.",
            "Check the environment and who is logged in: applications are seen by who made them only.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "25006",
        ADMINISTRATOR,
        [
            "Limit wniosków o certyfikaty jest wyczerpany.",
            "The limit of applications for certificates is used up.",
        ],
        [
            "Unieważnienie certyfikatu nie zwraca wniosku. Użyj istniejącego certyfikatu albo wystąp do MF o podniesienie limitu.",
            "Revoking a certificate gives no application back. Use an existing certificate, or ask the Ministry to raise the limit.",
        ],
        "open-api 2.9.0; field notes B12",
    ),
    row(
        R,
        "25007",
        ADMINISTRATOR,
        ["Osiągnięto limit posiadanych certyfikatów.", "The limit of certificates held is reached."],
        [
            "Unieważnij certyfikat, którego już nie używasz; to zwalnia miejsce.",
            "Revoke a certificate that is no longer used; that frees a place.",
        ],
        "open-api 2.9.0; field notes B12",
    ),
    row(
        R,
        "25008",
        OPERATOR,
        [
            "KSeF nie zna certyfikatu o tym numerze seryjnym.",
            "KSeF knows no certificate with this serial number.",
        ],
        ["Sprawdź numer (szesnastkowy) i środowisko.", "Check the number (hexadecimal) and the environment."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "25009",
        NOBODY,
        [
            "Certyfikatu nie można odwołać: jest już odwołany, zablokowany albo nieważny.",
            "The certificate cannot be revoked: it is revoked, blocked or expired already.",
        ],
        ["Nic nie trzeba robić.", "Nothing has to be done."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "25010",
        PROGRAM,
        [
            "Rodzaj lub długość klucza we wniosku jest niedozwolona.",
            "The application's key has a kind or length that is not allowed.",
        ],
        [
            "Dozwolone są RSA 2048 i EC P-256; złóż wniosek z nowym kluczem.",
            "RSA 2048 and EC P-256 are allowed; apply with a new key.",
        ],
        "open-api 2.9.0; certyfikaty-KSeF.md",
    ),
    row(
        R,
        "25011",
        PROGRAM,
        [
            "Algorytm podpisu wniosku jest niedozwolony.",
            "The application is signed with an algorithm that is not allowed.",
        ],
        [
            "Podpisz wniosek algorytmem SHA-256 (RSA PKCS#1 v1.5, RSA-PSS lub ECDSA).",
            "Sign the application with SHA-256 (RSA PKCS#1 v1.5, RSA-PSS or ECDSA).",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "26001",
        ADMINISTRATOR,
        [
            "Tokenowi nie można nadać uprawnień, których się samemu nie ma.",
            "A token cannot have permissions that its maker has not.",
        ],
        [
            "Poproś o nadanie brakujących uprawnień albo wybierz mniej.",
            "Have the missing permissions granted, or choose fewer.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "26002",
        OPERATOR,
        [
            "W tym rodzaju kontekstu nie można tworzyć tokenów.",
            "Tokens cannot be made in this kind of context.",
        ],
        [
            "Zaloguj się w kontekście NIP albo InternalId, albo użyj certyfikatu.",
            "Log in to a NIP or InternalId context, or use a certificate.",
        ],
        "open-api 2.9.0",
    ),
    row(
        R,
        "30001",
        NOBODY,
        [
            "Taki podmiot, osoba lub uprawnienie testowe już istnieje.",
            "Such a test subject, person or permission exists already.",
        ],
        ["Nic nie trzeba robić.", "Nothing has to be done."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "71001",
        OPERATOR_LATER,
        [
            "Faktury nie można objąć identyfikatorem zbiorczym: KSeF jej nie znajduje.",
            "The invoice cannot stand under a collective identifier: KSeF does not find it.",
        ],
        [
            "Sprawdź numer KSeF; faktura przyjęta przed chwilą może być jeszcze niewidoczna.",
            "Check the KSeF number; an invoice accepted a moment ago may not be visible yet.",
        ],
        "open-api 2.9.0; field notes §6.1",
    ),
    row(
        R,
        "71002",
        OPERATOR,
        [
            "Faktura należy już do największej dozwolonej liczby identyfikatorów zbiorczych.",
            "The invoice stands under the largest number of collective identifiers already.",
        ],
        ["Użyj jednego z istniejących identyfikatorów.", "Use one of the existing identifiers."],
        "open-api 2.9.0; field notes §6.1",
    ),
    row(
        R,
        "71004",
        OPERATOR,
        [
            "Faktury pod jednym identyfikatorem zbiorczym muszą być od jednego sprzedawcy.",
            "Invoices under one collective identifier must be one seller's.",
        ],
        ["Utwórz osobny identyfikator dla każdego sprzedawcy.", "Make an identifier for each seller."],
        "open-api 2.9.0",
    ),
    row(
        R,
        "71005",
        OPERATOR,
        ["Numer KSeF stoi na liście dwa razy.", "A KSeF number stands in the list twice."],
        ["Usuń powtórzenie.", "Remove the repetition."],
        "open-api 2.9.0",
    ),
    row(
        R,
        ANY,
        PROGRAM,
        [
            "KSeF odmówił z kodem, którego ta wersja nie zna.",
            "KSeF refused with a code that this version does not know.",
        ],
        [
            "Przeczytaj opis podany przez KSeF i sprawdź, czy jest nowsza wersja programu.",
            "Read KSeF's description and look for a newer version of the program.",
        ],
        "field notes B4",
    ),
];
