//! Words of the first steps, the guides and the dates.

super::words! { StartWords {
    heading: "Pierwsze kroki", "First steps";
    intro: "Od pustej bramki do pierwszej faktury z numerem KSeF. Na symulatorze spróbujesz wszystkiego bez ryzyka, w kilka minut i bez certyfikatu.",
        "From an empty gateway to the first invoice with a KSeF number. On the simulator everything can be tried at no risk, in minutes and without a certificate.";
    way: "Droga do pierwszej faktury", "The way to the first invoice";
    way_administrator: "Administrator", "Administrator";
    way_environment: "Środowisko", "Environment";
    way_ready: "Co musi być gotowe", "What must be ready";
    way_connect: "Połączenie", "Connection";
    way_invoice: "Pierwsza faktura", "First invoice";
    done: "zrobione", "done";
    where_to: "Gdzie zacząć", "Where to begin";
    firm: "Jaka to firma", "What kind of firm it is";
    nip: "NIP firmy", "The company's NIP";
    go_on: "Dalej", "Go on";
    not_a_nip: "To nie jest NIP: dziesięć cyfr z sumą kontrolną.", "This is no NIP: ten digits with a check digit.";
    ready_heading: "Co musi być gotowe", "What must be ready";
    nothing_needed: "Na symulatorze nie trzeba niczego przygotowywać. Gdy przejdziesz na prawdziwy KSeF, lista pojawi się tutaj.",
        "On the simulator nothing has to be prepared. Once you go to the real KSeF the list appears here.";
    choose_kind: "Zaznacz, jaka to firma: od tego zależy, co musi być gotowe.",
        "Say what kind of firm it is: what must be ready depends on it.";
    seen: "bramka to widzi", "the gateway sees it";
    later: "może poczekać", "can wait";
    how: "Jak to zrobić", "How to do it";
    save: "Zapisz listę", "Save the list";
    all_ready: "Wszystko, co potrzebne, jest gotowe.", "All that is needed is ready.";
    connect: "Połącz firmę", "Connect the company";
    connect_anyway: "Połącz mimo to", "Connect all the same";
    test_connection: "Sprawdź połączenie", "Test the connection";
    change_kind: "Zmień rodzaj firmy", "Change the kind of firm";
    prepared: "Firmy w przygotowaniu", "Companies being prepared";
    dates: "Terminy", "Dates";
    date: "Dzień", "Day";
    what: "Co się zmienia", "What changes";
    left: "Ile zostało", "Time left";
    as_of: "Stan na", "As of";
    source: "Źródło", "Source";
    dates_note: "Terminy bywały przesuwane. Przy każdym podano, z jakiego dnia jest ta wiedza.",
        "Dates have been moved before. Each says of which day the knowledge is.";
    guides: "Poradniki", "Guides";
    guides_note: "Krok po kroku, z dokładnymi nazwami przycisków w Aplikacji Podatnika.",
        "Step by step, with the exact Polish names of the buttons in the taxpayer's application.";
    all_guides: "Terminy i poradniki", "Dates and guides";
    dictionary: "Słowniczek", "What the words mean";
    fill_in: "Wypełnij poradnik", "Fill in the guide";
    fill_in_note: "Podane numery pojawią się w krokach; nigdzie nie są zapisywane.", "The numbers appear in the steps; they are kept nowhere.";
    grantee: "Komu: NIP albo PESEL", "To whom: NIP or PESEL";
    show: "Pokaż", "Show";
    environment: "Środowisko", "Environment";
    in_polish: "Po polsku, jak w portalu", "In Polish, as in the portal";
} }
