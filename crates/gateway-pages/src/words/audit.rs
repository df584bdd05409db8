//! Words of the audit log.

super::words! { AuditWords {
    heading: "Dziennik", "Audit log";
    intro: "Kto, kiedy i skąd coś zmienił albo próbował. Wpisów nie można zmienić ani usunąć bez śladu: każdy zawiera skrót poprzedniego.",
        "Who changed something, or tried to, when and from where. No entry can be altered or removed without a trace: each holds the hash of the one before.";
    search: "Szukaj", "Search";
    search_hint: "kto, skąd, co", "who, from where, what";
    from: "Od", "From";
    to: "Do", "To";
    refused_only: "tylko odmowy", "only what was refused";
    filter: "Filtruj", "Filter";
    clear: "Wyczyść", "Clear";
    number: "Nr", "No.";
    when: "Kiedy", "When";
    who: "Kto", "Who";
    action: "Co", "What";
    subject: "Czego dotyczy", "About";
    company: "Firma", "Company";
    origin: "Skąd", "From";
    result: "Wynik", "Result";
    done: "zrobiono", "done";
    refused: "odmowa", "refused";
    empty: "Nie ma takich wpisów", "There are no such entries";
    not_yet: "Przejrzano tylko nowszą część dziennika. Szukaj dalej w starszej.", "Only the newer part of the log was looked at. Look on in the older one.";
    older: "Starsze", "Older";
    newest: "Najnowsze", "Newest";
    export: "Pobierz", "Download";
    verify: "Sprawdź, czy nic nie zmieniono", "Check that nothing was altered";
} }
