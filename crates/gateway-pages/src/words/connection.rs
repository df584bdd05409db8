//! Words of connecting a company, and of its credentials.

super::words! { ConnectionWords {
    heading: "Połączenie z KSeF", "Connection to KSeF";
    connect_heading: "Połącz firmę z KSeF", "Connect a company to KSeF";
    before: "Zanim zaczniesz", "Before you begin";
    before_person: "Jednoosobowa działalność niczego nie zgłasza: przedsiębiorca ma w KSeF wszystkie uprawnienia.",
        "A sole trader gives no notice: the owner has every right in KSeF.";
    before_firm: "Spółka bez kwalifikowanej pieczęci składa ZAW-FA w urzędzie skarbowym. Daje ono tylko prawo do nadawania uprawnień: wskazana osoba nadaje je potem w KSeF, także sobie, i loguje się ponownie.",
        "A company without a qualified seal files ZAW-FA at the tax office. It gives only the right to grant rights: the person named there then grants them in KSeF, to herself as well, and logs in again.";
    before_rights: "Potrzebne uprawnienia: wystawianie faktur i przeglądanie faktur.",
        "Rights that are needed: issuing invoices and viewing invoices.";
    before_certificate: "Certyfikat tworzysz w Aplikacji Podatnika KSeF: „Wnioskuj o certyfikat” z przeznaczeniem „Uwierzytelnienie w systemie KSeF”. Klucz powstaje raz i tylko u Ciebie: zachowaj plik .key i hasło.",
        "You make the certificate in the taxpayer's application of KSeF: “Wnioskuj o certyfikat” with the purpose “Uwierzytelnienie w systemie KSeF”. The key is made once and only with you: keep the .key file and its password.";
    where_to: "Z czym połączyć", "What to connect to";
    simulator: "Symulator", "Simulator";
    simulator_note: "Bez ryzyka i bez certyfikatu: wszystko działa tak jak w KSeF, ale żadna faktura nie trafia do urzędu.",
        "No risk and no certificate: all works as in KSeF, but no invoice reaches the tax office.";
    test: "Środowisko testowe (TE)", "Test environment (TE)";
    test_note: "Dane fikcyjne: nie wysyłaj tam prawdziwych faktur (bramka anonymise usuwa z nich ludzi i firmy). Środowisko bywa czyszczone.",
        "Made-up data: send no real invoices there (bramka anonymise takes people and firms out of them). The environment is cleaned now and then.";
    demo: "Środowisko demonstracyjne (DEMO)", "Demo environment (DEMO)";
    demo_note: "Prawdziwe uprawnienia i logowanie, faktury bez mocy prawnej.",
        "Real rights and logins, invoices without legal force.";
    production: "Produkcja", "Production";
    production_note: "Prawdziwe faktury.", "Real invoices.";
    nip: "NIP firmy", "The company's NIP";
    nip_hint: "Na symulatorze wystarczy dowolny poprawny NIP, także przykładowy: 111-111-11-11.",
        "On the simulator any NIP with a right check digit will do, an example as well: 111-111-11-11.";
    first_steps: "Co musi być gotowe: lista i poradniki", "What must be ready: the list and guides";
    name: "Nazwa (dla Ciebie)", "Name (for you)";
    how: "Czym się logować", "What to log in with";
    by_made: "Certyfikat utworzony przez bramkę", "A certificate that the gateway makes";
    by_made_note: "Tylko na symulatorze; niczego nie trzeba mieć.", "On the simulator only; nothing is needed for it.";
    by_certificate: "Certyfikat", "Certificate";
    by_certificate_note: "Zalecany.", "Advised.";
    by_token: "Token KSeF", "KSeF token";
    by_token_note: "Tokeny działają tylko do końca 2026 roku; potem potrzebny jest certyfikat.",
        "Tokens work until the end of 2026 only; then a certificate is needed.";
    certificate_file: "Plik certyfikatu (.crt, .cert, .pem, .p12, .pfx)", "Certificate file (.crt, .cert, .pem, .p12, .pfx)";
    key_file: "Plik klucza (.key), jeśli jest osobno", "Key file (.key), when it is apart";
    password: "Hasło klucza", "Password of the key";
    password_hint: "To z tworzenia certyfikatu: co najmniej 15 znaków, mała i wielka litera oraz znak specjalny.",
        "The one from making the certificate: 15 characters or more, a lower-case and a capital letter and a special character.";
    purpose: "Typ certyfikatu", "Type of certificate";
    purpose_as_file: "jak w pliku", "as in the file";
    purpose_login: "Uwierzytelnienie", "Uwierzytelnienie (login)";
    purpose_offline: "Offline", "Offline";
    token: "Token KSeF", "KSeF token";
    connect: "Połącz", "Connect";
    add: "Dodaj", "Add";
    add_heading: "Dodaj certyfikat albo token", "Add a certificate or a token";
    add_note: "Bramka sprawdza pliki, zanim cokolwiek wyśle. Klucz zapisuje zaszyfrowany i nigdy go nie oddaje. To, co było, zostaje.",
        "The gateway checks the files before it sends anything. It keeps the key encrypted and never gives it back. What there was stays.";
    problems: "Nie przyjęto. Co trzeba poprawić:", "Not taken. What is to be mended:";
    notes: "Warto wiedzieć:", "Worth knowing:";
    kept: "Certyfikaty i tokeny", "Certificates and tokens";
    kind: "Rodzaj", "Kind";
    owner: "Właściciel", "Owner";
    serial: "Numer seryjny", "Serial number";
    valid: "Ważny", "Valid";
    status: "Stan", "Status";
    in_use: "w użyciu", "in use";
    only_in_ksef: "tylko w KSeF: tutaj nie ma jego klucza", "in KSeF only: its key is not here";
    ask_ksef: "także lista z KSeF", "KSeF's list as well";
    show: "Pokaż", "Show";
    show_all: "Wyczyść", "Clear";
    none_fits: "Nic nie pasuje do filtrów.", "Nothing fits the filters.";
    ksef_silent: "Nie udało się pobrać listy z KSeF.", "KSeF's list could not be read.";
    log_in_by: "Czym firma się loguje", "What the company logs in with";
    other_is_kept: "Drugie poświadczenie zostaje na liście i można do niego wrócić.", "The other credential stays in the list, and you can come back to it.";
    change: "Zmień", "Change";
    others: "obsługuje też inne firmy", "serves other companies, too";
    forget: "Zapomnij tutaj", "Forget here";
    sure_forget: "Zapomnieć to poświadczenie?", "Forget this credential?";
    sure_forget_note: "Bramka usunie jego klucz. W KSeF zostaje ważne: unieważnia się je osobno, przyciskiem „Unieważnij w KSeF” albo w Aplikacji Podatnika.",
        "The gateway removes its key. In KSeF it stays valid: it is revoked apart, by “Revoke in KSeF” or in the taxpayer's application.";
    renew: "Odnów", "Renew";
    revoke: "Unieważnij w KSeF", "Revoke in KSeF";
    sure_revoke: "Unieważnić certyfikat w KSeF?", "Revoke the certificate in KSeF?";
    sure_revoke_note: "Na zawsze i wszędzie, gdzie działa. Wydruków wystawionych z nim offline nie da się potem potwierdzić. Otwarte logowania trwają jeszcze do 7 dni.",
        "For good, and wherever it works. Prints that were issued offline with it cannot be confirmed any more. Logins that are open go on for up to 7 days.";
    pending: "Wnioski w toku", "Applications under way";
    pending_note: "KSeF wydaje certyfikat zwykle w minutę; lista odświeża się sama.", "KSeF mostly issues a certificate within a minute; the list refreshes itself.";
    look_now: "Sprawdź teraz", "Look now";
    apply_heading: "Uzyskaj certyfikat w KSeF", "Get a certificate from KSeF";
    apply_note: "Bramka sama tworzy klucz i składa wniosek; klucz nigdy jej nie opuszcza. Wniosek liczy się do limitu KSeF, a unieważnienie go nie zwraca.",
        "The gateway makes the key and applies by itself; the key never leaves it. An application counts against KSeF's quota, and revoking gives none back.";
    apply_offline: "Certyfikat typu Offline", "Certificate of type Offline";
    apply_login: "Certyfikat do logowania", "Certificate to log in with";
    download: "Pobierz certyfikat", "Download the certificate";
    none_kept: "Ta firma nie ma tu jeszcze żadnego poświadczenia.", "This company has no credential here yet.";
    in_configuration: "Ta firma jest zapisana w pliku konfiguracji. Jej poświadczenia zmienia się tam.",
        "This company stands in the configuration file. Its credentials are changed there.";
    active: "Aktywny", "Active";
    works: "Połączenie działa: możesz wysyłać i odbierać faktury.", "The connection works: you can send and receive invoices.";
    inactive: "Nieaktywny", "Not active";
    does_not_work: "Połączenie nie działa.", "The connection does not work.";
    nothing_lost: "Nic nie zginęło: faktury czekają i pójdą, gdy połączenie zadziała.", "Nothing is lost: invoices wait, and go once the connection works.";
    type_of_connection: "Typ połączenia", "Type of connection";
    what_may_be_done: "Co wolno", "What may be done";
    running: "trwa…", "under way…";
    more: "Więcej", "More";
    test_heading: "Test połączenia", "Test of the connection";
    test_note_long: "Loguje się, sprawdza uprawnienia i otwiera próbną sesję bez faktury.",
        "Logs in, checks the rights and opens a test session without an invoice.";
    run_test: "Sprawdź połączenie", "Test the connection";
    check: "Sprawdzenie", "Check";
    result: "Wynik", "Result";
    passed: "dobrze", "fine";
    noted: "uwaga", "note";
    failed: "źle", "wrong";
    not_readable: "nie do odczytania", "not readable";
    skipped: "pominięto", "skipped";
    send_first: "Wyślij pierwszą fakturę", "Send the first invoice";
    add_offline: "Następny krok: certyfikat typu Offline, żeby wystawiać faktury także wtedy, gdy KSeF nie działa.",
        "The next step: a certificate of type Offline, so that you can issue invoices while KSeF does not work.";
    disconnect_heading: "Odłącz firmę", "Disconnect the company";
    disconnect: "Odłącz", "Disconnect";
    sure_disconnect: "Odłączyć tę firmę?", "Disconnect this company?";
    disconnect_note: "Bramka przestanie dla niej wysyłać i odbierać, a klucze poświadczeń, które służą tylko jej, usunie. W KSeF nic się nie zmieni. Dokumenty zostają i będą znów widoczne, gdy połączysz ją ponownie.",
        "The gateway sends and receives nothing for it any more, and removes the keys of credentials that serve only it. In KSeF nothing changes. Its documents stay, and are there again once you connect it anew.";
    no_keyring: "Ta bramka nie przyjmuje poświadczeń przez strony.", "This gateway takes no credentials over its pages.";
} }
