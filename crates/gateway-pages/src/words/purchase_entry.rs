//! Words of the form in which a purchase is entered by hand.

super::words! { PurchaseEntryWords {
    heading: "Wprowadź dokument ręcznie", "Enter a document by hand";
    intro: "Faktury z KSeF bramka pobiera sama. Tu wprowadzisz tę, której jeszcze nie pobrała, i dokument spoza KSeF.",
        "The gateway fetches invoices from KSeF by itself. Enter here one that it has not fetched yet, or a document outside KSeF.";
    back: "Wszystkie zakupy", "All purchases";
    wrong: "Popraw zaznaczone pola. Niczego jeszcze nie zapisano.", "Mend the marked fields. Nothing was saved yet.";
    known: "Zobacz ten dokument", "See that document";
    direction: "Co to jest", "What it is";
    purchase: "Zakup", "A purchase";
    purchase_note: "Ktoś wystawił dokument tej firmie.", "Somebody issued the document to this company.";
    sale: "Sprzedaż", "A sale";
    sale_note: "Ta firma wystawiła dokument poza bramką.", "This company issued the document outside the gateway.";
    mode: "Jak został wystawiony", "How it was issued";
    number: "Numer KSeF", "KSeF number";
    number_hint: "Tylko dokumentu z KSeF: 35 znaków, np. 9999999999-RRRRMMDD-FFFFFFFFFFFF-FF. Suma kontrolna wykryje literówkę, a KSeF potwierdzi numer zaraz po zapisaniu.",
        "Only of a document in KSeF: 35 characters such as 9999999999-YYYYMMDD-FFFFFFFFFFFF-FF. The check sum finds a mistyped digit, and KSeF confirms the number right after it is saved.";
    document: "Dokument", "Document";
    invoice_number: "Numer faktury", "Invoice number";
    contractor_nip: "NIP kontrahenta", "Contractor's NIP";
    contractor_nip_hint: "Sprzedawcy, a przy sprzedaży nabywcy; z zagranicy inny identyfikator. Sprzedawcę z KSeF bramka odczyta z numeru.",
        "The seller's, of a sale the buyer's; from abroad another identifier. A seller in KSeF is read from the number.";
    contractor_name: "Nazwa kontrahenta", "Contractor's name";
    dates: "Daty", "Dates";
    issue_date: "Data wystawienia", "Date of issue";
    sale_date: "Data sprzedaży", "Date of supply";
    due_date: "Termin płatności", "Payment due";
    received_on: "Data otrzymania", "Received on";
    received_on_hint: "Puste: dziś. Z numerem KSeF liczy się data z numeru.", "Empty: today. With a KSeF number its date counts.";
    amounts: "Kwoty", "Amounts";
    net: "Netto", "Net";
    vat: "VAT", "VAT";
    gross: "Brutto", "Gross";
    amount_hint: "Na przykład 1 234,56", "For example 1234.56";
    currency: "Waluta", "Currency";
    account: "Rachunek do zapłaty", "Account to pay to";
    more: "Skan i notatka", "Scan and note";
    scan: "Skan dokumentu", "Scan of the document";
    scan_hint: "PDF, JPEG, PNG albo TIFF, najwyżej 20 MB. Jeśli formularz wróci z uwagami, wskaż plik jeszcze raz.",
        "PDF, JPEG, PNG or TIFF, at most 20 MB. Should the form come back with remarks, choose the file again.";
    note: "Notatka", "Note";
    save: "Zapisz dokument", "Save the document";
} }
