//! Words of the start pages of settings.

super::words! { SettingsWords {
    heading_gateway: "Ustawienia bramki", "Settings of the gateway";
    heading_company: "Ustawienia firmy", "Settings of the company";
    help_answers: "Oceny pomocy", "Answers about the help";
    help_answers_note: "Odpowiedzi na pytanie „Czy to pomogło?” z dołu stron. Zostają w tej bramce; plik można przekazać jej twórcom.",
        "Answers to “Was this useful?” at the foot of pages. They stay in this gateway; the file can be handed to its makers.";
    help_answers_export: "Pobierz (JSONL)", "Download (JSONL)";
    no_users: "Nie ma jeszcze użytkowników: każdy na tej maszynie może prawie wszystko. Załóż pierwszego administratora; kod podaje bramka przy starcie.",
        "There are no users yet: anybody on this machine may do nearly everything. Make the first administrator; the gateway prints the code when it starts.";
    set_up: "Załóż administratora", "Make the administrator";
    name: "Nazwa firmy", "Name of the company";
    name_note: "Tak bramka nazywa firmę na tych stronach. Na fakturach i w KSeF niczego to nie zmienia.",
        "So the gateway calls the company on these pages. On invoices and in KSeF it changes nothing.";
    sending: "Wysyłanie", "Sending";
    is_sending_on: "Wysyłaj do KSeF", "Send to KSeF";
    is_sending_on_note: "Wyłączone: faktury są przyjmowane i czekają, terminy biegną dalej.",
        "Off: invoices are taken in and wait, terms go on running.";
    policy: "Kiedy wysyłać", "When to send";
    upo_mode: "UPO", "UPO";
    session_age: "Wspólna sesja trwa najwyżej (minut)", "A shared session lasts at most (minutes)";
    session_age_note: "Od 1 do 660. Po dwunastu godzinach KSeF kończy sesję sam.", "1 to 660. KSeF ends a session itself after twelve hours.";
    already_waiting: "To, co już czeka, zachowuje swoją zasadę.", "What waits already keeps its policy.";
    receiving: "Pobieranie zakupów", "Fetching purchases";
    is_receiving_on: "Pobieraj zakupy samoczynnie", "Fetch purchases by itself";
    since: "Od dnia", "From the day";
    since_note: "Puste: 90 dni wstecz od pierwszego pobrania. Wcześniejszy dzień niż dotąd każe przeczytać wszystko od niego jeszcze raz.",
        "Empty: 90 days before the first look. An earlier day than before has everything since read again.";
    save: "Zapisz", "Save";
    series: "Serie numerów", "Number series";
    series_none: "Nie ma serii: numery nadaje program, który wystawia faktury.", "There is none: whatever makes the invoices gives the numbers.";
    series_change: "Zmień albo dodaj", "Change or add";
    series_name: "Nazwa", "Name";
    series_template: "Wzór", "Template";
    series_reset: "Od nowa", "Begins anew";
    series_last: "Ostatni", "Last";
    elsewhere: "Ustawiane gdzie indziej", "Set elsewhere";
    elsewhere_note: "Te ustawienia czyta się przy starcie bramki. Tu tylko je widać: zmienia się je tam, skąd pochodzą, i uruchamia bramkę ponownie.",
        "The gateway reads these when it starts. Here they are only shown: change them where they come from, and start the gateway anew.";
    setting: "Ustawienie", "Setting";
    value: "Wartość", "Value";
    source: "Skąd", "From where";
    companies: "Ustawienia firm", "Settings of companies";
    whole_gateway: "Ustawienia całej bramki", "Settings of the whole gateway";
} }
