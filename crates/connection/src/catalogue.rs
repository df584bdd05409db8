//! Every code of this crate, with its words: the one place for them. Findings are filled from here, and `bramka explain`
//! shows the same.
//!
//! `{name}` in a sentence is filled with what was found. Codes are never reused: CONN1.. the way to KSeF, CONN2.. logging
//! in, CONN3.. rights, CONN4.. certificates and limits, CONN5.. sessions, CONN6.. dates.

pub(crate) use ksef_crypto::diagnosis::Entry;
use ksef_crypto::diagnosis::Explanation;

/// Explains a code of a finding of this crate, in whatever case it is written; `None` for a code that is not ours.
#[must_use]
pub fn explain(code: &str) -> Option<Explanation> {
    ALL.explain(code)
}

/// Every code, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    ALL.codes()
}

ksef_crypto::catalogue! {
    NO_SUCH_HOST = "CONN101",
        "Nie można ustalić adresu serwera KSeF ({host}).",
        "The address of KSeF's server ({host}) cannot be found.",
        "Sprawdź połączenie z internetem i ustawienia DNS tego komputera.",
        "Check this machine's internet connection and its DNS settings.",
        "getaddrinfo(3)";
    CONNECTION_REFUSED = "CONN102",
        "Pod adresem {host} nikt nie odpowiada: połączenie zostało odrzucone.",
        "Nobody answers at {host}: the connection was refused.",
        "Sprawdź adres, zaporę sieciową i to, czy symulator działa.",
        "Check the address, the firewall, and whether the simulator is running.",
        "connect(2), ECONNREFUSED";
    NO_ANSWER_IN_TIME = "CONN103",
        "Serwer {host} nie odpowiedział na czas.",
        "The server {host} did not answer in time.",
        "Sprawdź zaporę i serwer pośredniczący (połączenia wychodzące na port 443); jeśli działają, KSeF może mieć przerwę: sprawdź Latarnię i spróbuj ponownie.",
        "Check the firewall and the proxy (outgoing connections to port 443); if those work, KSeF may be down: look at Latarnia and try again.",
        "field notes A1";
    NOT_CONNECTED = "CONN104",
        "Z serwerem {host} nie można się połączyć: {cause}.",
        "No connection to {host} can be made: {cause}.",
        "Sprawdź połączenie sieciowe tego komputera i serwer pośredniczący.",
        "Check this machine's network and its proxy.",
        "connect(2)";
    TLS_INTERCEPTED = "CONN105",
        "Certyfikatu serwera {host} nie wystawił żaden zaufany urząd: ktoś pośredniczy w połączeniu albo to nie ten serwer.",
        "The certificate of {host} comes from no trusted authority: somebody stands in the connection, or this is another server.",
        "Jeśli firma kontroluje ruch HTTPS (serwer pośredniczący, antywirus), wyłącz adresy *.ksef.mf.gov.pl z tej kontroli; tokenów i faktur nie wysyłamy takim połączeniem.",
        "If the company inspects HTTPS traffic (proxy, antivirus), exempt *.ksef.mf.gov.pl from it; no token and no invoice goes over such a connection.",
        "RFC 5280 §6";
    TLS_CLOCK = "CONN106",
        "Certyfikat serwera {host} wydaje się nieważny w tej chwili ({cause}).",
        "The certificate of {host} seems not valid at this moment ({cause}).",
        "Najczęściej winny jest zegar tego komputera: ustaw datę i godzinę (NTP). Jeśli są dobre, serwer ma wygasły certyfikat.",
        "Most often this machine's clock is to blame: set date and time (NTP). If they are right, the server's certificate has expired.",
        "RFC 5280 §4.1.2.5";
    TLS_OTHER_NAME = "CONN107",
        "Serwer, który odpowiada jako {host}, przedstawia certyfikat innej nazwy.",
        "The server that answers as {host} shows a certificate of another name.",
        "Sprawdź adres, DNS i serwer pośredniczący.",
        "Check the address, DNS and the proxy.",
        "RFC 9525";
    TLS_FAILED = "CONN108",
        "Szyfrowanego połączenia z {host} nie udało się nawiązać: {cause}.",
        "No encrypted connection to {host} could be made: {cause}.",
        "Sprawdź, czy serwer pośredniczący albo zapora nie zmienia połączeń HTTPS.",
        "Check whether a proxy or firewall changes HTTPS connections.",
        "RFC 8446";
    NOT_KSEF = "CONN109",
        "Pod adresem {host} odpowiada coś innego niż API KSeF: {cause}.",
        "What answers at {host} is not KSeF's API: {cause}.",
        "Sprawdź adres i serwer pośredniczący (strona logowania do sieci, zapora). Jeśli są dobre, KSeF ma awarię: spróbuj później.",
        "Check the address and the proxy (a network's login page, a firewall). If they are right, KSeF is failing: try later.",
        "field notes B4 (HTML of a firewall, redirects)";
    SERVER_ERROR = "CONN110",
        "KSeF odpowiada błędem serwera ({cause}).",
        "KSeF answers with a server error ({cause}).",
        "To leży po stronie KSeF: sprawdź Latarnię i spróbuj później. Niczego nie trzeba zmieniać.",
        "This is KSeF's: look at Latarnia and try later. Nothing has to be changed.",
        "field notes A1";
    CLOCK_OFF = "CONN111",
        "Zegar tego komputera {direction_pl} o {seconds} s względem KSeF.",
        "This machine's clock is {seconds} s {direction_en} KSeF's.",
        "Ustaw zegar (NTP): od daty zależy tryb faktur wystawianych około północy i ocena ważności certyfikatów.",
        "Set the clock (NTP): on the date depend the mode of invoices issued around midnight and the validity of certificates.",
        "POST /auth/challenge, timestamp; field notes A6";
    NO_ENCRYPTION_KEY = "CONN112",
        "KSeF nie podaje ważnego klucza publicznego do: {usage}.",
        "KSeF publishes no valid public key for: {usage}.",
        "Bez niego nie da się wysłać faktury; to leży po stronie KSeF albo zegara tego komputera.",
        "Nothing can be sent without it; this is KSeF's, or the clock of this machine is wrong.",
        "bezpieczenstwo/klucze-publiczne-do-szyfrowania.md §3";
    OTHER_ENVIRONMENT = "CONN113",
        "Firma ma środowisko {environment}, a token dostępu wydało inne ({issuer}).",
        "The company is set to {environment}, and the access token comes from another environment ({issuer}).",
        "Sprawdź, czy adres KSeF nie jest przekierowany (plik hosts, DNS, serwer pośredniczący).",
        "Check whether KSeF's address is redirected (hosts file, DNS, proxy).",
        "shared/ksef/behaviour.md (iss ksef-api-te)";
    NO_REAL_DATA = "CONN114",
        "To środowisko {environment}: dokumenty nie mają mocy prawnej, a w TEST widzą je inni.",
        "This is the environment {environment}: documents have no legal force, and on TEST others see them.",
        "Nie wysyłaj tu prawdziwych danych: użyj wymyślonych firm i losowych NIP.",
        "Send no real data here: use made-up companies and random NIPs.",
        "srodowiska.md";
    RATE_LIMITED = "CONN115",
        "KSeF prosi o odczekanie {seconds} s: limit zapytań jest wyczerpany.",
        "KSeF asks to wait {seconds} s: the limit of requests is used up.",
        "Odczekaj i spróbuj ponownie; limit liczy się na firmę i adres IP, więc może go zużywać inny program.",
        "Wait and try again; the limit counts by company and IP address, so another program may be using it up.",
        "limity/limity-api.md, field notes A3";
    NOTHING_PUBLISHED = "CONN116",
        "KSeF odrzucił pytanie: {cause}.",
        "KSeF refused the question: {cause}.",
        "Przekaż te słowa KSeF pomocy technicznej.",
        "Give these words of KSeF to the support.",
        "field notes B4";
    ANNOUNCED = "CONN117",
        "Latarnia ogłasza: {state_pl}. {messages}",
        "Latarnia announces: {state_en}. {messages}",
        "Od tego zależy tryb faktur (bramka guide dictionary). Wysyłanie niech próbuje dalej: Latarnia myliła się już w obie strony.",
        "The mode of invoices depends on it (bramka guide dictionary). Let sending go on trying: Latarnia has been wrong both ways.",
        "field notes A7";
    LATARNIA_SILENT = "CONN118",
        "Latarnia nie odpowiada: {cause}.",
        "Latarnia does not answer: {cause}.",
        "Stan KSeF jest przez to nieznany, a nie zły; w wysyłaniu to nie przeszkadza.",
        "That makes the state of KSeF unknown, not bad; it keeps nothing from being sent.",
        "field notes A7 (lat#28, #31)";

    NO_CREDENTIAL = "CONN201",
        "Firma {context} nie ma się czym zalogować.",
        "The company {context} has nothing to log in with.",
        "Dodaj certyfikat: bramka credential add CERT --key KLUCZ --company {context}. Jak go uzyskać: bramka guide auth-certificate",
        "Add a certificate: bramka credential add CERT --key KEY --company {context}. How to get one: bramka guide auth-certificate",
        "features.md M14";
    NO_RIGHTS_AT_ALL = "CONN202",
        "KSeF rozpoznał certyfikat, ale jego właściciel nie ma żadnych uprawnień w firmie {context} (415).",
        "KSeF knows the certificate, but its owner has no rights at all in the company {context} (415).",
        "Firma musi nadać uprawnienia tej osobie lub temu NIP (bramka guide grant-person, bramka guide grant-office). Najczęstsza przyczyna: uprawnienia nadano komu innemu, po PESEL zamiast po NIP albo odwrotnie.",
        "The company must grant rights to this person or NIP (bramka guide grant-person, bramka guide grant-office). The usual cause: they were granted to somebody else, by PESEL instead of NIP or the reverse.",
        "field notes A10 (CIRFMF/ksef-api#113, #723)";
    CERTIFICATE_REFUSED = "CONN203",
        "KSeF odrzucił certyfikat: {cause}.",
        "KSeF refused the certificate: {cause}.",
        "Sprawdź, czy certyfikat jest z tego środowiska, ważny i nieunieważniony (bramka cert list); w DEMO i PRD nie działają certyfikaty własnoręczne. W razie potrzeby wystąp o nowy: bramka guide auth-certificate",
        "Check that it comes from this environment, is valid and not revoked (bramka cert list); self-made ones do not work on DEMO and PRD. If need be apply for a new one: bramka guide auth-certificate",
        "open-api 2.9.0, GET /auth/{referenceNumber} 460; 21115";
    TOKEN_REFUSED = "CONN204",
        "KSeF odrzucił token: {cause}.",
        "KSeF refused the token: {cause}.",
        "Token mógł zostać unieważniony albo jest z innego środowiska lub firmy. Wygeneruj nowy w Aplikacji Podatnika albo przejdź na certyfikat (bramka guide auth-certificate).",
        "The token may have been revoked, or comes from another environment or company. Generate a new one in Aplikacja Podatnika, or switch to a certificate (bramka guide auth-certificate).",
        "field notes A9 (five causes of 450)";
    TOKEN_TIME = "CONN205",
        "KSeF odrzucił czas logowania: {cause}.",
        "KSeF refused the time of the login: {cause}.",
        "Spróbuj ponownie; jeśli to się powtarza, sprawdź opóźnienia sieci i zegar.",
        "Try again; if it happens again, check the network's delays and the clock.",
        "field notes A9";
    SIGNATURE_REFUSED = "CONN206",
        "KSeF odrzucił podpis dokumentu logowania: {cause}.",
        "KSeF refused the signature of the login document: {cause}.",
        "Najczęściej to certyfikat z innego środowiska albo niezaufanego wystawcy. Jeśli certyfikat jest dobry, zgłoś to autorom bramki razem z tymi słowami.",
        "Most often the certificate comes from another environment or an issuer that is not trusted. If the certificate is right, report it to bramka's authors with these words.",
        "field notes A8 (9105, 21115)";
    CONTEXT_BLOCKED = "CONN207",
        "KSeF zablokował logowanie w tej firmie (480): {cause}.",
        "KSeF has blocked logging in to this company (480): {cause}.",
        "Tylko Ministerstwo Finansów może to odblokować: napisz przez formularz zgłoszeniowy KSeF.",
        "Only the Ministry of Finance can unblock it: write through KSeF's form.",
        "field notes A10 (#497)";
    DECEASED = "CONN208",
        "KSeF odrzucił logowanie ({code}): dane należą do osoby zmarłej.",
        "KSeF refused the login ({code}): the data are those of a deceased person.",
        "Użyj poświadczeń innej osoby albo firmy.",
        "Use the credentials of another person or firm.",
        "open-api 2.9.0, 470, 21308";
    WRONG_CONTEXT_KIND = "CONN209",
        "Tym poświadczeniem nie można zalogować się do kontekstu tego rodzaju: {cause}.",
        "This credential cannot log in to a context of this kind: {cause}.",
        "Sprawdź, czy firma jest podana właściwie (NIP, InternalId, NipVatUe, PeppolId).",
        "Check that the company is given rightly (NIP, InternalId, NipVatUe, PeppolId).",
        "open-api 2.9.0, 21117";
    LOGIN_FAILED = "CONN210",
        "Logowanie nie powiodło się: {cause}.",
        "The login failed: {cause}.",
        "Spróbuj ponownie; jeśli to się powtarza, przekaż te słowa KSeF pomocy technicznej.",
        "Try again; if it happens again, give these words of KSeF to the support.",
        "field notes B4";
    LOGIN_SLOW = "CONN211",
        "KSeF nie zakończył logowania na czas ({seconds} s).",
        "KSeF did not finish the login in time ({seconds} s).",
        "To leży po stronie KSeF: spróbuj później. Niczego nie trzeba zmieniać.",
        "This is KSeF's: try later. Nothing has to be changed.",
        "field notes A4";

    ONLY_MANAGES = "CONN301",
        "To logowanie ma tylko prawo do zarządzania uprawnieniami: tyle daje samo zawiadomienie ZAW-FA.",
        "This login has the right to manage rights and nothing else: that is what a ZAW-FA notification alone gives.",
        "Nadaj sobie (lub tej osobie) wystawianie i przeglądanie faktur: bramka permission grant person albo bramka guide grant-person. Potem trzeba zalogować się ponownie.",
        "Grant yourself (or this person) issuing and viewing invoices: bramka permission grant person, or bramka guide grant-person. Then log in anew.",
        "uprawnienia.md; features.md M1, M2";
    CANNOT_VIEW = "CONN302",
        "Brak prawa do przeglądania faktur (InvoiceRead): zakupów nie da się pobrać, a wysłanych faktur porównać.",
        "The right to view invoices (InvoiceRead) is missing: purchases cannot be fetched, and sent invoices not compared.",
        "Firma nadaje je w KSeF: bramka guide grant-person albo bramka guide grant-office.",
        "The company grants it in KSeF: bramka guide grant-person, or bramka guide grant-office.",
        "uprawnienia.md";
    CANNOT_ISSUE = "CONN303",
        "Brak prawa do wystawiania faktur (InvoiceWrite): faktury zostaną odrzucone.",
        "The right to issue invoices (InvoiceWrite) is missing: invoices will be refused.",
        "Firma nadaje je w KSeF: bramka guide grant-person albo bramka guide grant-office.",
        "The company grants it in KSeF: bramka guide grant-person, or bramka guide grant-office.",
        "uprawnienia.md; field notes A10 (410 at the invoice)";
    CANNOT_MANAGE = "CONN304",
        "Brak prawa do zarządzania uprawnieniami (CredentialsManage).",
        "The right to manage permissions (CredentialsManage) is missing.",
        "Do wysyłania i pobierania nie jest potrzebne. Kto ma nadawać uprawnienia, dostaje je od właściciela firmy.",
        "Sending and fetching do not need it. Who shall grant rights gets it from the company's owner.",
        "uprawnienia.md";
    RIGHTS_UNREADABLE = "CONN305",
        "Nie można odczytać, jakie uprawnienia ma to logowanie: {cause}.",
        "What rights this login has cannot be read: {cause}.",
        "Uruchom sprawdzenie ponownie; co wolno, pokażą następne kroki.",
        "Run the check again; the next steps show what is allowed.",
        "POST /permissions/query/personal/grants";
    INACTIVE_GRANT = "CONN306",
        "Uprawnienie {permission} jest nadane, ale nieaktywne: osoba, która je nadała, sama straciła do tego prawo.",
        "The permission {permission} is granted and inactive: who granted it has lost the right to do so.",
        "Właściciel firmy powinien nadać je ponownie.",
        "The company's owner should grant it again.",
        "open-api 2.9.0, permissionState";
    ATTACHMENTS_UNREADABLE = "CONN307",
        "Tego, czy firma może wysyłać faktury z załącznikami, nie da się odczytać przy tych uprawnieniach; nie znaczy to, że nie może.",
        "Whether the company may send invoices with attachments cannot be read with these rights; that does not mean that it may not.",
        "Do odczytu potrzeba CredentialsRead lub CredentialsManage. Sama zgoda jest składana w e-Urzędzie Skarbowym: bramka guide attachments",
        "Reading it takes CredentialsRead or CredentialsManage. The consent itself is given in e-Urząd Skarbowy: bramka guide attachments",
        "open-api 2.9.0, GET /permissions/attachments/status";
    NO_ATTACHMENTS = "CONN308",
        "Firma nie zgłosiła zgody na faktury z załącznikami: takie faktury KSeF odrzuci.",
        "The company has not consented to invoices with attachments: KSeF will refuse such invoices.",
        "Jeśli są potrzebne, złóż zgłoszenie w e-Urzędzie Skarbowym: bramka guide attachments",
        "If they are needed, notify it in e-Urząd Skarbowy: bramka guide attachments",
        "uprawnienia.md, „Sprawdzenie statusu zgody”";
    ATTACHMENTS_END = "CONN309",
        "Zgoda na faktury z załącznikami kończy się {until}.",
        "The consent to invoices with attachments ends on {until}.",
        "Jeśli mają być dalej wysyłane, złóż ją ponownie w e-Urzędzie Skarbowym.",
        "If they shall still be sent, consent again in e-Urząd Skarbowy.",
        "open-api 2.9.0, revokedDate";
    SESSIONS_UNREADABLE = "CONN310",
        "Sesji i UPO nie da się odczytać przy tych uprawnieniach; nie znaczy to, że ich nie ma.",
        "Sessions and UPOs cannot be read with these rights; that does not mean that there are none.",
        "Do odczytu potrzeba InvoiceWrite (własne sesje) lub Introspection (wszystkie).",
        "Reading them takes InvoiceWrite (one's own) or Introspection (all).",
        "open-api 2.9.0, GET /sessions; field notes A10 (#841)";

    NO_OFFLINE_CERTIFICATE = "CONN401",
        "Firma nie ma certyfikatu Offline: faktur w trybach offline (gdy KSeF albo internet nie działa) nie da się wystawić.",
        "The company has no Offline certificate: invoices in the offline modes (when KSeF or the network is down) cannot be issued.",
        "Wystąp o niego zawczasu: bramka cert request --type offline --company {context} albo bramka guide offline-certificate",
        "Apply for it ahead of time: bramka cert request --type offline --company {context}, or bramka guide offline-certificate",
        "kody-qr.md §2; features.md M57, M61";
    REVOKED_IN_KSEF = "CONN402",
        "Certyfikat {serial} jest w KSeF {status_pl}, choć tutaj jest w użyciu.",
        "The certificate {serial} is {status_en} in KSeF and in use here.",
        "Wystąp o nowy (bramka cert request), a ten usuń stąd: bramka credential remove",
        "Apply for a new one (bramka cert request) and remove this one from here: bramka credential remove",
        "POST /certificates/query";
    QUOTA_LOW = "CONN403",
        "Limit certyfikatów jest prawie wyczerpany: zostało wniosków {enrollments}, certyfikatów {certificates}.",
        "The quota of certificates is nearly used up: {enrollments} applications and {certificates} certificates are left.",
        "Unieważnienie zwalnia miejsce na certyfikat, ale nie zwraca wniosku: występuj o nowe tylko w potrzebie.",
        "Revoking frees a place for a certificate and gives no application back: apply only when needed.",
        "field notes B12";
    LIMITS_UNREADABLE = "CONN404",
        "Limitów nie udało się odczytać: {cause}.",
        "The limits could not be read: {cause}.",
        "Nie przeszkadza to w pracy: obowiązują limity z dokumentacji.",
        "That stops nothing: the limits of the documentation hold.",
        "limity/limity.md";
    CERTIFICATES_UNREADABLE = "CONN405",
        "Stanu certyfikatów w KSeF nie udało się odczytać: {cause}.",
        "The state of the certificates in KSeF could not be read: {cause}.",
        "Listę widzi tylko ich właściciel; zaloguj się certyfikatem zamiast tokenem.",
        "Only their owner sees the list; log in with a certificate instead of a token.",
        "certyfikaty-KSeF.md";

    SESSION_NOT_OPENED = "CONN501",
        "Próbnej sesji nie udało się otworzyć: {cause}.",
        "The test session could not be opened: {cause}.",
        "Dopóki to się nie uda, faktury będą czekać. Sprawdź wyniki powyżej i spróbuj ponownie.",
        "Until this works, invoices will wait. Look at the results above and try again.",
        "POST /sessions/online";
    SESSION_NOT_CLOSED = "CONN502",
        "Próbna sesja {session} została otwarta, ale nie zamknięta: {cause}.",
        "The test session {session} was opened and not closed: {cause}.",
        "Pustą sesję KSeF anuluje sam po 12 godzinach; nic w niej nie ma. Jeśli to się powtarza, zgłoś się do KSeF.",
        "KSeF cancels an empty session by itself after 12 hours; there is nothing in it. If it happens again, ask KSeF.",
        "field notes A1, B8";
    SESSION_KEY_REFUSED = "CONN503",
        "KSeF otworzył sesję, ale nie odszyfrował jej klucza (415).",
        "KSeF opened the session and did not decrypt its key (415).",
        "Spróbuj ponownie: KSeF mógł właśnie wymienić klucze. Jeśli to się powtarza, zgłoś to autorom bramki.",
        "Try again: KSeF may have just changed its keys. If it happens again, report it to bramka's authors.",
        "field notes B3";

    DATE_PASSED = "CONN601",
        "{what_pl}: minął {date} (stan wiedzy: {as_of}).",
        "{what_en}: passed on {date} (as known on {as_of}).",
        "Terminy bywają przesuwane: sprawdź aktualne przepisy. Bramka niczego z tego powodu nie wyłącza.",
        "Such dates get moved: check the rules in force. bramka switches nothing off because of it.",
        "connection::dates";
    DATE_AHEAD = "CONN602",
        "{what_pl}: {date}, za {days} dni (stan wiedzy: {as_of}).",
        "{what_en}: {date}, in {days} days (as known on {as_of}).",
        "Terminy bywają przesuwane: sprawdź aktualne przepisy. Bramka niczego z tego powodu nie wyłącza.",
        "Such dates get moved: check the rules in force. bramka switches nothing off because of it.",
        "connection::dates";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_complete_and_its_languages_agree() {
        assert_eq!(ALL.faults(), Vec::<String>::new());
        for code in codes() {
            let told = explain(&code.to_lowercase()).expect(code);
            for text in [told.message, told.remedy].iter().flat_map(|text| [&text.pl, &text.en]) {
                assert!(!text.contains(['{', '}']), "{code}: {text}");
            }
        }
        assert!(explain("CONN999").is_none());
    }
}
