//! Words of the page of e-mail notices.

super::words! { NoticeWords {
    heading: "Powiadomienia e-mail", "E-mail notices";
    intro: "Kto i kiedy dostaje list o tym, co się dzieje: ile przyszło faktur, co KSeF odrzucił, które terminy mijają. Każdą rzecz raz.",
        "Who gets a letter about what happens, and when: how many invoices came, what KSeF refused, which terms end. Each thing once.";
    mail_off: "Ta bramka nie zna serwera poczty: nic nie zostanie wysłane, dopóki operator nie poda go w ustawieniach (mail.host).",
        "This gateway knows no mail server: nothing is sent until the operator gives one in the settings (mail.host).";
    address: "Adres e-mail", "E-mail address";
    language: "Język", "Language";
    kinds: "O czym", "Of what";
    kinds_hint: "Nic nie zaznaczono: o wszystkim.", "Nothing ticked: of everything.";
    rhythm: "Jak często", "How often";
    hour: "Godzina listu dziennego (0–23, czas w Polsce)", "Hour of the daily letter (0 to 23, time in Poland)";
    is_active: "Wysyłaj", "Send";
    who: "Kto jest powiadamiany", "Who is told";
    none: "Nikt jeszcze.", "Nobody yet.";
    off: "wstrzymane", "paused";
    change: "Zmień", "Change";
    save: "Zapisz", "Save";
    remove: "Usuń", "Remove";
    remove_sure: "Przestać powiadamiać pod ten adres?", "Stop telling this address?";
    remove_note: "Można go dodać ponownie.", "It can be added again.";
    add_heading: "Dodaj adres", "Add an address";
    add: "Dodaj", "Add";
    test_heading: "List próbny", "Test letter";
    test_note: "Sprawdza, czy poczta dociera. Co się z nim stało, pokazuje część „Listy”.", "Finds out whether mail arrives. What became of it stands under “Letters”.";
    test: "Wyślij list próbny", "Send a test letter";
    letters: "Listy", "Letters";
    letters_none: "Nic jeszcze nie napisano.", "Nothing was written yet.";
    subject: "Temat", "Subject";
    written: "Napisany", "Written";
    state: "Stan", "State";
    resend: "Wyślij ponownie", "Send again";
} }
