//! Words of the purchase pages.

super::words! { PurchaseWords {
    heading: "Zakupy", "Purchases";
    search: "Szukaj", "Search";
    search_hint: "numer, sprzedawca, NIP albo numer KSeF", "number, seller, NIP or KSeF number";
    received_from: "Otrzymane od", "Received from";
    received_to: "Otrzymane do", "Received to";
    filter: "Filtruj", "Filter";
    clear: "Wyczyść", "Clear";
    states: "Stan zakupów", "State of purchases";
    number: "Numer", "Number";
    issued: "Data wystawienia", "Issued";
    received: "Otrzymano", "Received";
    seller: "Sprzedawca", "Seller";
    gross: "Brutto", "Gross";
    state: "Stan", "State";
    ksef_number: "Numer KSeF", "KSeF number";
    due: "Termin płatności", "Payment due";
    empty: "Nie ma jeszcze faktur zakupu", "There are no purchase invoices yet";
    empty_note: "Bramka sama pobiera je z KSeF. Możesz też sprawdzić od razu.",
        "The gateway fetches them from KSeF by itself. You may also look at once.";
    none_found: "Nie znaleziono zakupów", "No purchases were found";
    none_found_note: "Zmień filtr albo wyczyść go.", "Change the filter, or clear it.";
    fetch_now: "Sprawdź w KSeF teraz", "Look in KSeF now";
    register: "Rejestr", "Register";
    back: "Wszystkie zakupy", "All purchases";
    copy: "kopia innego dokumentu", "copy of another document";
    copy_of: "To kopia zakupu", "This is a copy of the purchase";
    net: "Netto", "Net";
    vat: "VAT", "VAT";
    account: "Rachunek do zapłaty", "Account to pay to";
    split_payment: "Obowiązkowa podzielona płatność", "Split payment is compulsory";
    paid: "Oznaczona jako zapłacona", "Marked as paid";
    documents: "Dokumenty", "Documents";
    download_pdf: "PDF faktury", "Invoice as PDF";
    download_xml: "XML faktury", "Invoice as XML";
    view: "Podgląd faktury", "View of the invoice";
    view_alone: "Otwórz podgląd osobno", "Open the view by itself";
    no_document: "Dokument wprowadzono ręcznie; nie ma jego pliku XML.", "The document was entered by hand; there is no XML file of it.";
    history: "Historia", "History";
    when: "Kiedy", "When";
    event: "Zdarzenie", "Event";
    actor: "Kto", "Who";
    details: "Szczegóły", "Details";
    actions: "Czynności", "Actions";
    mark: "Oznacz jako", "Mark as";
    assigned: "Przypisane", "Assigned";
    approval: "Zatwierdzenie", "Approval";
    whose: "Czyj to zakup", "Whose purchase it is";
    whose_none: "Nikomu nie przypisano: widzą go wszyscy, którzy widzą zakupy.", "Assigned to nobody: everybody who sees purchases sees it.";
    reassign: "Zmień przypisanie", "Assign to others";
    persons: "Osoby", "People";
    units: "Jednostki", "Units";
    assign: "Przypisz", "Assign";
    decision: "Zatwierdzenie", "Approval";
    decision_note: "Zatwierdzenie mówi księgowości, że zakup jest zamówiony i odebrany. Na KSeF nie ma wpływu.",
        "Approval tells the accountants that it was ordered and delivered. It changes nothing in KSeF.";
    approve: "Zatwierdź", "Approve";
    reject: "Odrzuć", "Reject";
    reject_reason: "Powód odrzucenia", "Why it is rejected";
    take_back: "Cofnij decyzję", "Take the decision back";
    comments: "Komentarze", "Comments";
    comments_none: "Nikt jeszcze nic nie napisał.", "Nobody has written anything yet.";
    comment: "Twój komentarz", "Your comment";
    comment_add: "Dodaj komentarz", "Add the comment";
    note: "Notatka", "Note";
    note_save: "Zapisz notatkę", "Save the note";
} }
