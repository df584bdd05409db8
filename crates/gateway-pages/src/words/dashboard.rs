//! Words of the dashboard.

super::words! { DashboardWords {
    needs_you: "Wymaga Twojej uwagi", "Needs you now";
    nothing_needs_you: "Nic nie czeka na Ciebie. Bramka pracuje sama.", "Nothing waits for you. The gateway works by itself.";
    all_that_waits: "Wszystko, co wymaga uwagi", "All that needs attention";
    to_be_sent: "Oczekują na wysłanie", "Waiting to be sent";
    under_way: "W drodze do KSeF", "On the way to KSeF";
    new_purchases: "Nowe zakupy", "New purchases";
    ksef: "Stan KSeF", "State of KSeF";
    ksef_more: "Awarie i limity", "Failures and limits";
    since: "od", "since";
    sending_off: "Wysyłanie jest wyłączone: faktury czekają.", "Sending is switched off: invoices wait.";
    synchronisation: "Pobieranie zakupów", "Fetching purchases";
    read_up_to: "Odczytano do", "Read up to";
    looked_at: "Ostatnie sprawdzenie", "Last look";
    not_yet: "jeszcze nie było", "not yet";
    next_look: "Następne sprawdzenie", "Next look";
    soon: "wkrótce, samoczynnie", "soon, by itself";
    budget: "Pozostało zapytań w tej godzinie", "Requests left this hour";
    unlimited: "bez limitu", "no limit";
    receiving_off: "Pobieranie jest wyłączone.", "Fetching is switched off.";
    fetching_fails: "Pobieranie się nie udaje; bramka próbuje dalej.", "Fetching fails; the gateway keeps trying.";
    in_detail: "Szczegóły", "Details";
    fetch_now: "Sprawdź teraz", "Look now";
    last_month: "Ostatnie 30 dni", "The last 30 days";
    sent: "wysłane", "sent";
    received: "otrzymane", "received";
    chart_empty: "Tu pojawi się wykres, gdy będą pierwsze faktury.", "A chart will stand here once there are invoices.";
    chart_label: "Faktury dziennie: wysłane i otrzymane", "Invoices a day: sent and received";
    as_table: "Pokaż jako tabelę", "Show as a table";
    day: "Dzień", "Day";
    credentials: "Certyfikaty", "Certificates";
    first_send: "Wyślij pierwszą fakturę", "Send the first invoice";
    first_send_note: "Wskaż plik XML, JSON, CSV albo XLSX. Bramka go sprawdzi, zanim cokolwiek wyśle.",
        "Choose an XML, JSON, CSV or XLSX file. The gateway checks it before it sends anything.";
} }
