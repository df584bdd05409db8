//! What can be wrong with an invoice in neutral form, before there is a document.

use crate::Layer;
use crate::catalogue::{Rule, Weight};

pub(super) static NOT_JSON: Rule = Rule {
    code: "NI001",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["to nie jest JSON", "this is not JSON"],
    why: [
        "Faktura w postaci neutralnej to jeden obiekt JSON w UTF-8. Popraw składnię we wskazanym miejscu.",
        "An invoice in neutral form is one JSON object in UTF-8. Correct the syntax at the place shown.",
    ],
    source: "RFC 8259; docs/neutral-invoice.md",
    wrong: "{\"number\": \"FV/1\",}",
    right: "{\"number\": \"FV/1\"}",
};

pub(super) static UNKNOWN_FIELD: Rule = Rule {
    code: "NI002",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["nieznane pole", "an unknown field"],
    why: [
        "Pole o takiej nazwie tu nie występuje; pominięcie go po cichu mogłoby zgubić treść faktury. Popraw nazwę albo usuń pole.",
        "There is no field of this name here; to skip it silently could lose something of the invoice. Correct the name or remove the field.",
    ],
    source: "docs/neutral-invoice.schema.json",
    wrong: "\"quantty\": 2",
    right: "\"quantity\": 2",
};

pub(super) static WRONG_TYPE: Rule = Rule {
    code: "NI003",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["wartość innego rodzaju", "a value of another type"],
    why: [
        "Pole oczekuje innego rodzaju wartości: tekstu, liczby, listy, obiektu albo true/false.",
        "The field expects another type of value: text, number, list, object, or true/false.",
    ],
    source: "docs/neutral-invoice.schema.json",
    wrong: "\"lines\": {}",
    right: "\"lines\": []",
};

pub(super) static MISSING_FIELD: Rule = Rule {
    code: "NI004",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["brak pola obowiązkowego", "a compulsory field is missing"],
    why: [
        "Bez tego pola nie ma faktury: numer, data wystawienia, sprzedawca, nabywca. Dodaj je.",
        "There is no invoice without this field: number, issue date, seller, buyer. Add it.",
    ],
    source: "docs/neutral-invoice.schema.json",
    wrong: "{\"number\": \"FV/1\"}",
    right: "{\"number\": \"FV/1\", \"issueDate\": \"2026-11-22\", …}",
};

pub(super) static NOT_ON_THE_LIST: Rule = Rule {
    code: "NI005",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["wartość spoza listy", "a value that is not on the list"],
    why: [
        "Pole ma zamkniętą listę wartości; wybierz jedną z nich.",
        "The field has a closed list of values; choose one of them.",
    ],
    source: "docs/neutral-invoice.schema.json",
    wrong: "\"vatRate\": \"24\"",
    right: "\"vatRate\": \"23\"",
};

pub(super) static NOT_A_VALUE: Rule = Rule {
    code: "NI006",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["zły zapis liczby lub daty", "a number or date that is badly written"],
    why: [
        "Liczbę zapisuje się cyframi z kropką dziesiętną, najwyżej 28 cyfr, bez spacji i wykładnika; datę jako RRRR-MM-DD.",
        "A number is written in digits with a decimal point, at most 28 digits, without spaces or exponent; a date as YYYY-MM-DD.",
    ],
    source: "docs/neutral-invoice.schema.json",
    wrong: "\"quantity\": \"1 000,5\"",
    right: "\"quantity\": \"1000.5\"",
};

pub(super) static TOO_LARGE: Rule = Rule {
    code: "NI007",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["za duże", "too large"],
    why: [
        "Plik lub liczba przekracza to, co mieści dokument KSeF. Podziel fakturę albo popraw liczbę.",
        "The file or the number exceeds what a document of KSeF can hold. Split the invoice or correct the number.",
    ],
    source: "guide, weryfikacja-faktury.md (sizes); FA(3) schema, TKwotowy (18 digits)",
    wrong: "\"quantity\": \"99999999999999999999999\"",
    right: "\"quantity\": \"99\"",
};

pub(super) static ONE_OF: Rule = Rule {
    code: "NI010",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["podaj dokładnie jedno z pól", "give exactly one of these fields"],
    why: [
        "Te pola się wykluczają, na przykład NIP, numer VAT UE, inny numer i brak numeru. Zostaw to jedno, które jest prawdziwe.",
        "These fields exclude each other, for example NIP, EU VAT number, another number and none. Keep the one that is true.",
    ],
    source: "FA(3) schema, choices in DaneIdentyfikacyjne, Zwolnienie, Podmiot3, NowySrodekTransportu",
    wrong: "\"buyer\": {\"nip\": \"5265877635\", \"withoutIdentifier\": true}",
    right: "\"buyer\": {\"nip\": \"5265877635\"}",
};

pub(super) static CONTRADICTION: Rule = Rule {
    code: "NI011",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["podana wartość przeczy pozostałym", "a value contradicts the others"],
    why: [
        "Kwoty i adnotacje wynikają z pozycji; podane dodatkowo są porównywane. Popraw je albo pomiń. Gdy faktura ma być przepisana dokładnie tak, jak jest, użyj \"rounding\": \"asGiven\".",
        "Amounts and statements follow from the lines; given as well, they are compared. Correct them or leave them out. If an invoice is to be copied exactly as it is, use \"rounding\": \"asGiven\".",
    ],
    source: "art. 106e (1) 11-15; the act through secondary sources; docs/neutral-invoice.md",
    wrong: "\"quantity\": 2, \"netUnitPrice\": 10, \"net\": 21",
    right: "\"quantity\": 2, \"netUnitPrice\": 10",
};

pub(super) static INCOMPLETE: Rule = Rule {
    code: "NI012",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["za mało danych", "not enough is given"],
    why: [
        "Bez tej wartości nie da się policzyć faktury albo prawo wymaga jej w tej sytuacji. Dodaj ją.",
        "Without this value the invoice cannot be computed, or the law demands it in this situation. Add it.",
    ],
    source: "docs/neutral-invoice.md",
    wrong: "\"currency\": \"EUR\"",
    right: "\"currency\": \"EUR\", \"exchangeRate\": \"4.3250\"",
};

pub(super) static MISPLACED: Rule = Rule {
    code: "NI013",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["pole nie pasuje do rodzaju faktury", "a field that does not fit the kind of invoice"],
    why: [
        "Dane korekty, zaliczki i zamówienia należą tylko do odpowiednich rodzajów faktur. Popraw kind albo usuń pole.",
        "Data of a correction, an advance or an order belong to their kinds of invoice only. Correct kind or remove the field.",
    ],
    source: "FA(3) schema, notes at RodzajFaktury, DaneFaKorygowanej, Zamowienie, FakturaZaliczkowa",
    wrong: "\"kind\": \"VAT\", \"correction\": {…}",
    right: "\"kind\": \"KOR\", \"correction\": {…}",
};

pub(super) static UNFIT_CHARACTER: Rule = Rule {
    code: "NI014",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["znak, którego faktura nie może zawierać", "a character that an invoice cannot contain"],
    why: [
        "XML nie dopuszcza znaków sterujących, a KSeF odrzuca niezalecane zakresy Unicode. Usuń znak.",
        "XML has no control characters, and KSeF refuses the discouraged ranges of Unicode. Remove the character.",
    ],
    source: "XML 1.0, production 2; guide, weryfikacja-faktury.md",
    wrong: "\"name\": \"Regał\\u0007\"",
    right: "\"name\": \"Regał\"",
};

pub(super) static NO_NUMBER_COLUMN: Rule = Rule {
    code: "NI021",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["brak kolumny z numerem faktury", "no column with the invoice number"],
    why: [
        "Wiersze łączy się w faktury według numeru, więc jego kolumna jest konieczna. Nazwij ją „Nr faktury” albo wskaż w mapie kolumn.",
        "Rows are joined to invoices by number, so its column is needed. Name it \"Invoice number\" or name it in the column map.",
    ],
    source: "docs/neutral-invoice.md, tables",
    wrong: "Towar;Ilość;Cena",
    right: "Nr faktury;Towar;Ilość;Cena",
};

pub(super) static COLUMN_TWICE: Rule = Rule {
    code: "NI022",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["dwie kolumny znaczą to samo", "two columns mean the same"],
    why: [
        "Nie wiadomo, której kolumny użyć. Wskaż właściwą w mapie kolumn albo zmień nagłówek drugiej.",
        "It is not clear which column counts. Name the right one in the column map or change the heading of the other.",
    ],
    source: "docs/neutral-invoice.md, tables",
    wrong: "Cena;Cena netto",
    right: "Cena netto;Cena katalogowa",
};

pub(super) static COLUMN_UNREAD: Rule = Rule {
    code: "NI023",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["kolumna, której nikt nie czyta", "a column that nobody reads"],
    why: [
        "Nagłówek nie jest znany, więc kolumna nie trafia na fakturę. Jeśli ma trafić, wskaż w mapie kolumn, którym jest polem.",
        "The heading is not known, so the column does not get onto the invoice. If it should, say in the column map which field it is.",
    ],
    source: "docs/neutral-invoice.md, tables",
    wrong: "Uwagi wewnętrzne",
    right: "columns: terms.deliveryTerms = Dostawa",
};

pub(super) static ROW_OF_NOTHING: Rule = Rule {
    code: "NI024",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["wiersz bez faktury", "a row without an invoice"],
    why: [
        "Wiersz bez numeru należy do faktury powyżej; nad tym nie ma żadnej. Wpisz numer.",
        "A row without a number belongs to the invoice above; there is none above this one. Write the number.",
    ],
    source: "docs/neutral-invoice.md, tables",
    wrong: ";Regał;4;250",
    right: "FV/1;Regał;4;250",
};

pub(super) static CELL_VALUE: Rule = Rule {
    code: "NI025",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["komórka nie zawiera wartości pola", "a cell that holds no value of its field"],
    why: [
        "Liczba, data, stawka lub znacznik są zapisane tak, że nie da się ich odczytać. Popraw komórkę.",
        "A number, date, rate or flag is written so that it cannot be read. Correct the cell.",
    ],
    source: "docs/neutral-invoice.md, tables",
    wrong: "Ilość: cztery",
    right: "Ilość: 4",
};

pub(super) static ROWS_DISAGREE: Rule = Rule {
    code: "NI026",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["wiersze jednej faktury się różnią", "rows of one invoice disagree"],
    why: [
        "Dane nagłówka (nabywca, daty) muszą być w każdym wierszu faktury takie same albo puste.",
        "Data of the head (buyer, dates) must be the same in each row of an invoice, or empty.",
    ],
    source: "docs/neutral-invoice.md, tables",
    wrong: "FV/1;2026-11-20 / FV/1;2026-11-21",
    right: "FV/1;2026-11-20 / FV/1;2026-11-20",
};

pub(super) static ROWS_APART: Rule = Rule {
    code: "NI027",
    layer: Layer::Input,
    weight: Weight::Advice,
    title: ["wiersze jednej faktury nie stoją razem", "rows of one invoice stand apart"],
    why: [
        "Tabela jest czytana strumieniowo, więc wiersze jednej faktury muszą stać po kolei. Posortuj tabelę według numeru faktury.",
        "The table is streamed, so the rows of an invoice must stand together. Sort the table by invoice number.",
    ],
    source: "docs/neutral-invoice.md, tables",
    wrong: "FV/1, FV/2, FV/1",
    right: "FV/1, FV/1, FV/2",
};

/// All of them, by code.
pub(crate) static ALL: &[&Rule] = &[
    &NOT_JSON,
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &MISSING_FIELD,
    &NOT_ON_THE_LIST,
    &NOT_A_VALUE,
    &TOO_LARGE,
    &ONE_OF,
    &CONTRADICTION,
    &INCOMPLETE,
    &MISPLACED,
    &UNFIT_CHARACTER,
    &NO_NUMBER_COLUMN,
    &COLUMN_TWICE,
    &COLUMN_UNREAD,
    &ROW_OF_NOTHING,
    &CELL_VALUE,
    &ROWS_DISAGREE,
    &ROWS_APART,
];
