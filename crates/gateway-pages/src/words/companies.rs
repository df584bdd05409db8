//! Words of the list of companies.

super::words! { CompaniesWords {
    which: "Które firmy", "Which companies";
    search: "Szukaj", "Search";
    search_hint: "nazwa albo NIP", "name or NIP";
    find: "Szukaj", "Search";
    clear: "Wyczyść", "Clear";
    none_found: "Nie znaleziono firmy", "No company was found";
    none_found_note: "Zmień to, czego szukasz, albo wyczyść pole.", "Change what you look for, or clear the field.";
    none_waits: "Żadna firma nie czeka na Ciebie", "No company waits for you";
    none_waits_note: "Bramka pracuje sama.", "The gateway works by itself.";
    nothing_needs_you: "Nic nie czeka na Ciebie", "Nothing waits for you";
    under_way: "W drodze do KSeF", "On the way to KSeF";
    new_purchases: "Nowe zakupy", "New purchases";
    no_companies: "Nie ma jeszcze żadnej firmy", "There is no company yet";
    no_companies_note: "Połącz pierwszą firmę z KSeF albo z symulatorem, na którym można wszystko wypróbować.",
        "Connect the first company to KSeF, or to a simulator on which everything can be tried.";
    connect: "Połącz firmę", "Connect a company";
    environment: "Środowisko", "Environment";
} }
