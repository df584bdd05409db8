//! Words of the frame, and those that several pages share.

super::words! { FrameWords {
    product: "bramka · faktury w KSeF", "bramka · invoices in KSeF";
    skip: "Przejdź do treści", "Skip to the content";
    main_navigation: "Główne menu", "Main menu";
    dashboard: "Pulpit", "Dashboard";
    sales: "Sprzedaż", "Sales";
    issue: "Wystaw", "Issue";
    send: "Wyślij pliki", "Send files";
    connection: "Połączenie", "Connection";
    simulator: "Symulator", "Simulator";
    settings: "Ustawienia", "Settings";
    purchases: "Zakupy", "Purchases";
    companies: "Firmy", "Companies";
    company: "Firma", "Company";
    all_companies: "Wszystkie firmy", "All companies";
    settings_of_view: "Wygląd i język", "Look and language";
    theme: "Motyw", "Theme";
    theme_system: "jak w systemie", "as the system";
    theme_light: "jasny", "light";
    theme_dark: "ciemny", "dark";
    language: "Język", "Language";
    account: "Konto", "Account";
    log_out: "Wyloguj", "Log out";
    on_simulator: "symulator KSeF – to nie jest prawdziwy KSeF", "KSeF simulator – this is not the real KSeF";
    on_production: "produkcja", "production";
    on_test: "środowisko testowe", "test environment";
    on_demo: "środowisko demonstracyjne", "demo environment";
    cancel: "Anuluj", "Cancel";
    confirm: "Potwierdź", "Confirm";
    refresh: "Odśwież stronę", "Refresh the page";
    previous: "Poprzednia", "Previous";
    next: "Następna", "Next";
    pages: "Strony listy", "Pages of the list";
    problem: "Nie udało się", "It did not work";
    nothing_lost: "Nic nie przepadło: wszystko, co bramka przyjęła, jest zapisane.",
        "Nothing is lost: all that the gateway took in is written down.";
    what_now: "Co teraz", "What now";
    back_to_start: "Wróć na początek", "Back to the start";
    back_where: "Wróć tam, skąd to było", "Back to where it came from";
    made_up_only: "To nie jest produkcja: używaj tu danych fikcyjnych. Z prawdziwych dokumentów ludzi i firmy usuwa polecenie bramka anonymise.",
        "This is not production: use made-up data here. The command bramka anonymise takes people and firms out of real documents.";
    working: "Trwa. Nie trzeba klikać drugi raz; nic nie zginie.", "Under way. No need to click again; nothing gets lost.";
    state_of_ksef: "Stan KSeF", "State of KSeF";
    login_ended: "Logowanie wygasło", "Your login has ended";
    login_ended_kept: "Nic nie przepadło: wszystko, co było w formularzu, jest na tej stronie. Zaloguj się w nowej karcie, wróć tutaj i wyślij formularz jeszcze raz.",
        "Nothing is lost: all that stood in the form is on this page. Log in in a new tab, come back here and send the form once more.";
    form_from_before: "Formularz pochodzi sprzed ostatniego logowania. Nic nie przepadło: wszystko, co w nim było, jest na tej stronie.",
        "The form is from before the last login. Nothing is lost: all that stood in it is on this page.";
    login_ended_again: "Nic się nie zmieniło. Zaloguj się, wróć do formularza i wypełnij go jeszcze raz: plików ani haseł strona nie powtarza.",
        "Nothing has changed. Log in, go back to the form and fill it in once more: a page repeats neither files nor passwords.";
    log_in_aside: "Zaloguj się w nowej karcie", "Log in in a new tab";
    send_once_more: "Wyślij jeszcze raz", "Send once more";
    start: "Pierwsze kroki", "First steps";
    guides: "Terminy i poradniki", "Dates and guides";
    help: "Pomoc do tej strony", "Help with this page";
    support: "Kontakt w razie pytań", "Whom to ask";
    useful: "Czy ta pomoc się przydała?", "Was this help useful?";
    yes: "Tak", "Yes";
    no: "Nie", "No";
    code: "Kod błędu", "Error code";
} }
