//! Words of the page of KSeF's state.

super::words! { KsefStateWords {
    heading: "Stan KSeF", "State of KSeF";
    since: "od", "since";
    explained: "Bramka ocenia to po własnych zapytaniach i po komunikatach Latarni. Latarnia jest dowodem, a nie bramą: gdy milczy, faktury idą dalej.",
        "The gateway judges by its own requests and by what Latarnia announces. Latarnia is evidence, not a gate: when it is silent, invoices go on.";
    timeline: "Awarie i prace serwisowe", "Failures and works";
    timeline_note: "Z ostatniego roku, z chwilą, w której bramka zapisała komunikat. To dowód na tryb, w jakim wystawiono faktury, i na ich terminy.",
        "Of the last year, with the moment at which the gateway kept the message. It is evidence for the mode in which invoices were issued, and for their terms.";
    none: "Latarnia niczego nie ogłosiła.", "Latarnia has announced nothing.";
    what: "Co", "What";
    started: "Początek", "Beginning";
    ended: "Koniec", "End";
    open_end: "trwa", "goes on";
    captured: "Zapisano", "Captured";
    evidence: "Komunikat", "Message";
    download: "Pobierz dowody (JSON)", "Download the evidence (JSON)";
    limits: "Limity KSeF", "Limits of KSeF";
    limits_note: "Ile zapytań zostało tej firmie pod tym adresem IP. Bramka sama ich pilnuje i czeka, gdy się kończą.",
        "How many requests this company has left from this IP address. The gateway minds them by itself and waits when they run out.";
    operation: "Do czego", "For what";
    at_once: "Teraz", "Now";
    this_hour: "W tej godzinie", "This hour";
    next: "Następne", "Next";
    unlimited: "bez limitu", "no limit";
    immediately: "od razu", "at once";
} }
