//! Words of the sales pages.

super::words! { SalesWords {
    heading: "Sprzedaż", "Sales";
    search: "Szukaj", "Search";
    search_hint: "początek numeru, nazwa, NIP, numer KSeF", "beginning of the number, name, NIP, KSeF number";
    issued_from: "Wystawione od", "Issued from";
    issued_to: "Wystawione do", "Issued to";
    how_issued: "Sposób wystawienia", "How issued";
    any: "dowolny", "any";
    online: "online", "online";
    offline: "offline", "offline";
    filter: "Filtruj", "Filter";
    clear: "Wyczyść", "Clear";
    states: "Stan faktur", "State of invoices";
    number: "Numer", "Number";
    issued: "Data wystawienia", "Issued";
    buyer: "Nabywca", "Buyer";
    gross: "Brutto", "Gross";
    state: "Stan", "State";
    ksef_number: "Numer KSeF", "KSeF number";
    sorted_up: "rosnąco", "ascending";
    sorted_down: "malejąco", "descending";
    select: "Zaznacz", "Select";
    select_all: "Zaznacz wszystkie na tej stronie", "Select all on this page";
    with_selected: "Zaznaczone:", "Selected:";
    approve: "Zatwierdź", "Approve";
    release: "Wyślij", "Send";
    hold: "Zatrzymaj", "Hold";
    withdraw: "Wycofaj", "Withdraw";
    issue_offline: "Wystaw offline", "Issue offline";
    empty: "Nie ma jeszcze faktur sprzedaży", "There are no sales invoices yet";
    empty_note: "Wyślij pierwszą z pliku, z programu przez REST albo przez obserwowany folder.",
        "Send the first from a file, from a program over REST, or by a watched folder.";
    none_found: "Nie znaleziono faktur", "No invoices were found";
    none_found_note: "Zmień filtr albo wyczyść go.", "Change the filter, or clear it.";
    issue: "Wystaw fakturę", "Issue an invoice";
    send_document: "Wyślij dokument", "Send a document";
    back: "Wszystkie faktury", "All invoices";
    next_step: "Co dalej", "What next";
    deadline: "Termin", "Deadline";
    mode: "Tryb", "Mode";
    policy: "Sposób wysyłania", "Sending policy";
    policy_change: "Zmień", "Change";
    fingerprint: "Skrót SHA-256", "SHA-256 fingerprint";
    size: "Rozmiar", "Size";
    bytes: "B", "B";
    taken_in: "Przyjęta", "Taken in";
    jpk: "Oznaczenie w JPK_V7 dziś", "Marker in JPK_V7 today";
    details: "Szczegóły", "Details";
    technical_of: "Korekta techniczna faktury", "Technical correction of";
    technical_corrections: "Korekty techniczne", "Technical corrections";
    resend: "Wyślij ponownie", "Send again";
    resend_note: "Do KSeF pójdzie ten sam plik, bez żadnej zmiany, jako nowy dokument. Najpierw usuń przyczynę odrzucenia, jeśli była.",
        "The same file goes to KSeF, unchanged, as a new document. Mend first what it was refused for, if it was.";
    resend_of: "Ponowne wysłanie faktury", "Sent again after";
    resent_as: "Wysłana ponownie jako", "Sent again as";
    further: "Następna faktura", "The next invoice";
    to_correct: "Skoryguj albo rozlicz", "Correct or settle";
    to_mend: "Popraw i wystaw pod tym samym numerem", "Mend it and issue it under the same number";
    to_copy: "Wystaw podobną", "Issue one like it";
    documents: "Dokumenty", "Documents";
    download_pdf: "PDF faktury", "Invoice as PDF";
    download_xml: "XML faktury", "Invoice as XML";
    download_upo: "UPO (XML)", "UPO (XML)";
    download_upo_pdf: "UPO (PDF)", "UPO (PDF)";
    for_buyer: "Dla nabywcy", "For the buyer";
    structure: "Struktura dokumentu", "Structure of the document";
    view: "Podgląd faktury", "View of the invoice";
    view_alone: "Otwórz podgląd osobno", "Open the view by itself";
    history: "Historia", "History";
    when: "Kiedy", "When";
    event: "Zdarzenie", "Event";
    actor: "Kto", "Who";
    evidence: "odpowiedź KSeF", "KSeF's answer";
    findings: "Uwagi do dokumentu", "Findings about the document";
    line: "wiersz", "line";
    error: "błąd", "error";
    warning: "ostrzeżenie", "warning";
    actions: "Czynności", "Actions";
    lacks_certificate: "Wystawić offline można z certyfikatem KSeF typu Offline: podpisuje on drugi kod QR. Tej firmie go brakuje.",
        "Issuing offline takes a KSeF certificate of type Offline: it signs the second QR code. This company has none.";
    to_connection: "Dodaj go w Połączeniu", "Add it under Connection";
    offline_mode: "Tryb offline", "Offline mode";
    correct_heading: "Wyślij korektę techniczną", "Send a technical correction";
    correct_note: "Popraw plik w programie, z którego pochodzi, i wskaż go tutaj. Treść faktury musi zostać ta sama.",
        "Mend the file in the program that it comes from, and choose it here. The invoice's content must stay the same.";
    correct_file: "Poprawiony plik XML", "The mended XML file";
    correct_send: "Wyślij korektę", "Send the correction";
    sure_withdraw: "Wycofać zaznaczone faktury?", "Withdraw these invoices?";
    sure_withdraw_note: "Wycofana faktura nie zostanie wysłana do KSeF. Tego nie da się cofnąć, ale ten sam plik można wysłać jeszcze raz.",
        "A withdrawn invoice is not sent to KSeF. This cannot be undone, but the same file can be sent again.";
    sure_offline: "Wystawić offline?", "Issue offline?";
    sure_offline_note: "Faktura dostanie oba kody QR i termin dosłania do KSeF. Wystawionej offline nie można już wystawić online.",
        "The invoice gets both QR codes and a term for sending it to KSeF. What was issued offline can no longer be issued online.";
    send_heading: "Wyślij dokumenty", "Send documents";
    send_note: "Bramka sprawdzi każdy dokument, zanim go wyśle. To samo wskazane drugi raz zostanie rozpoznane i nie pójdzie do KSeF ponownie.",
        "The gateway checks each document before it sends it. The same chosen twice is recognised and does not go to KSeF again.";
    send_file: "Pliki XML, JSON, CSV albo XLSX", "XML, JSON, CSV or XLSX files";
    send_drop: "Upuść pliki tutaj albo wybierz je z dysku.", "Drop files here, or choose them from disk.";
    send_kinds: "XML: faktura w schemacie KSeF. JSON: faktura w postaci neutralnej lub ich lista. CSV, XLSX: wiersz na pozycję faktury.",
        "XML: an invoice in a KSeF schema. JSON: an invoice in neutral form, or a list of them. CSV, XLSX: a row for each line of an invoice.";
    send_table: "Tabela o innych nagłówkach? Wczytaj ją z podglądem.", "A table with other headings? Take it in with a preview.";
    send_now: "Sprawdź i przyjmij", "Check and take in";
    sent_results: "Co stało się z dokumentami", "What became of the documents";
    file: "Plik", "File";
    place: "Miejsce", "Place";
    outcome: "Wynik", "Outcome";
    taken_new: "przyjęta", "taken in";
    taken_known: "znana już wcześniej", "known already";
    refused: "odrzucona, nic nie zapisano", "refused, nothing was written down";
    element: "Element", "Element";
    value: "Wartość", "Value";
    is_valid: "Dokument jest poprawny według dzisiejszych reguł.", "The document is valid by today's rules.";
    is_not_valid: "Dokument ma błędy.", "The document has errors.";
    no_tree: "Tych bajtów nie da się odczytać jako XML.", "These bytes cannot be read as XML.";
    back_to_invoice: "Wróć do faktury", "Back to the invoice";
} }
