//! Words of the pages on which tables of invoices are taken in.

super::words! { ImportWords {
    heading: "Wczytaj tabelę faktur", "Take in a table of invoices";
    note: "Wiersz tabeli to pozycja faktury; wiersze o tym samym numerze to jedna faktura. Nic nie zostanie wystawione, zanim tego nie zatwierdzisz.",
        "A row of the table is a line of an invoice; rows with the same number are one invoice. Nothing is issued before you say so.";
    file: "Plik CSV albo XLSX", "CSV or XLSX file";
    drop: "Upuść plik tutaj albo wybierz go z dysku.", "Drop the file here, or choose it from disk.";
    on: "Dalej: kolumny i podgląd", "On: columns and preview";
    back: "Inny plik", "Another file";
    columns: "Co jest w kolumnach", "What the columns are";
    column: "Kolumna", "Column";
    sample: "Przykład", "Sample";
    field: "Pole faktury", "Field of the invoice";
    remember: "zapamiętaj dla następnych tabel o tych samych nagłówkach", "remember this for the next tables with the same headings";
    apply: "Zastosuj i pokaż podgląd", "Apply and show the preview";
    preview: "Podgląd", "Preview";
    good: "Do wczytania:", "To be taken in:";
    bad: "Z błędami, zostaną pominięte:", "With errors, will be left out:";
    number: "Numer", "Number";
    place: "Komórka", "Cell";
    issued: "Data wystawienia", "Issued";
    buyer: "Nabywca", "Buyer";
    gross: "Brutto", "Gross";
    outcome: "Wynik", "Outcome";
    fine: "w porządku", "fine";
    error: "błąd", "error";
    warning: "ostrzeżenie", "warning";
    line: "wiersz", "line";
    cut: "Pokazano pierwsze 100, najpierw te z błędami.", "The first 100 are shown, those with errors first.";
    take: "Wczytaj i wystaw", "Take in and issue";
    take_note: "Faktury pójdą do KSeF tak, jak ustawiono w firmie. Wczytane drugi raz zostaną rozpoznane.",
        "The invoices go to KSeF as the company has it set. Taken in a second time they are recognised.";
    forget: "Zrezygnuj", "Give up";
    sure_forget: "Zrezygnować z tabeli?", "Give up the table?";
    sure_forget_note: "Z tej tabeli nic nie zostanie wystawione. Przypisanie jej kolumn zostaje zapamiętane.",
        "Nothing of this table will be issued. How its columns are mapped stays remembered.";
} }
