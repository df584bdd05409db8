//! Advances, settlements and attachments.

use super::meaning;
use crate::catalogue::{Rule, Weight};

pub(crate) static SETTLEMENT_OF_NOTHING: Rule = meaning(
    "FA070",
    Weight::Law,
    ["faktura rozliczeniowa bez faktury zaliczkowej", "a settlement invoice without an advance invoice"],
    [
        "Faktura ROZ musi wskazać faktury zaliczkowe: numer KSeF albo, gdy wystawiono je poza KSeF, numer. Dodaj FakturaZaliczkowa.",
        "A ROZ invoice must name the advance invoices: the KSeF number or, if issued outside KSeF, the number. Add FakturaZaliczkowa.",
    ],
    "FA(3) schema, note at NrFaZaliczkowej and NrKSeFFaZaliczkowej (compulsory for art. 106f (3))",
    ["<RodzajFaktury>ROZ</RodzajFaktury> alone", "<FakturaZaliczkowa>…</FakturaZaliczkowa>"],
);

pub(crate) static CORRECTED_SETTLEMENT_OF_NOTHING: Rule = meaning(
    "FA071",
    Weight::Advice,
    [
        "korekta rozliczenia bez faktury zaliczkowej",
        "a correction of a settlement without an advance invoice",
    ],
    [
        "Faktura rozliczająca zaliczki wymienia je w FakturaZaliczkowa; jej korekta KOR_ROZ powtarza je według stanu po korekcie.",
        "An invoice that settles advances names them in FakturaZaliczkowa; its correction KOR_ROZ repeats them as they are after it.",
    ],
    "FA(3) schema, note at Fa and FakturaZaliczkowa",
    ["<RodzajFaktury>KOR_ROZ alone", "<FakturaZaliczkowa>…"],
);

pub(crate) static ADVANCE_OF_OTHER_KIND: Rule = meaning(
    "FA072",
    Weight::Advice,
    [
        "faktura zaliczkowa na fakturze, która jej nie rozlicza",
        "an advance invoice on an invoice that settles none",
    ],
    [
        "FakturaZaliczkowa jest dla rozliczenia zaliczek (ROZ, KOR_ROZ) i ostatniej zaliczki. Popraw RodzajFaktury albo usuń odwołanie.",
        "FakturaZaliczkowa is for the settlement of advances (ROZ, KOR_ROZ) and for the last advance. Correct RodzajFaktury or remove it.",
    ],
    "FA(3) schema, note at NrFaZaliczkowej",
    ["<RodzajFaktury>VAT with <FakturaZaliczkowa>", "<RodzajFaktury>ROZ with <FakturaZaliczkowa>"],
);

pub(crate) static ADVANCE_WITHOUT_ORDER: Rule = meaning(
    "FA073",
    Weight::LawAtSecondHand,
    ["faktura zaliczkowa bez zamówienia", "an advance invoice without the order"],
    [
        "Faktura zaliczkowa podaje zamówienie lub umowę, na które wpłacono zaliczkę. Dodaj Zamowienie.",
        "An advance invoice gives the order or contract that the advance is for. Add Zamowienie.",
    ],
    "art. 106f (1) 4; the act through secondary sources; FA(3) schema, note at Zamowienie",
    ["<RodzajFaktury>ZAL without Zamowienie", "<Zamowienie>…"],
);

pub(crate) static ORDER_WITHOUT_ADVANCE: Rule = meaning(
    "FA074",
    Weight::Advice,
    ["zamówienie na fakturze, która nie jest zaliczkowa", "an order on an invoice that is no advance"],
    [
        "Zamowienie jest dla faktur ZAL i KOR_ZAL; inne mają pozycje w FaWiersz, a numer zamówienia w WarunkiTransakcji.",
        "Zamowienie is for ZAL and KOR_ZAL; others have their lines in FaWiersz and the order's number in WarunkiTransakcji.",
    ],
    "FA(3) schema, note at Zamowienie",
    ["<RodzajFaktury>VAT with <Zamowienie>", "<RodzajFaktury>ZAL with <Zamowienie>"],
);

pub(crate) static ORDER_VALUE: Rule = meaning(
    "FA075",
    Weight::Advice,
    ["wartość zamówienia nie jest sumą jego wierszy", "the order's value is not the sum of its lines"],
    [
        "WartoscZamowienia to suma P_11NettoZ i P_11VatZ wierszy, do grosza na wiersz. Przelicz.",
        "WartoscZamowienia is the sum of the lines' P_11NettoZ and P_11VatZ, up to a grosz for each. Recompute.",
    ],
    "FA(3) schema, note at WartoscZamowienia",
    ["1000.00 + 230.00 = 1231.00", "1000.00 + 230.00 = 1230.00"],
);

pub(crate) static ADVANCE_OVER_ORDER: Rule = meaning(
    "FA076",
    Weight::Advice,
    ["zaliczka wyższa niż zamówienie", "an advance above the order"],
    [
        "Zaliczka nie może przekraczać wartości zamówienia, na które ją wpłacono. Sprawdź P_15 i WartoscZamowienia.",
        "An advance cannot exceed the order that it is for. Check P_15 and WartoscZamowienia.",
    ],
    "general knowledge",
    ["<WartoscZamowienia>500, <P_15>615", "<WartoscZamowienia>1230, <P_15>615"],
);

pub(crate) static PART_ADVANCES: Rule = meaning(
    "FA077",
    Weight::Advice,
    ["zapłaty zaliczkowe nie składają się na kwotę", "the advance payments do not make up the amount"],
    [
        "Na fakturze ZAL suma P_15Z to P_15; na ROZ jest nie większa. Przelicz.",
        "On a ZAL invoice the P_15Z sum to P_15; on ROZ they are not more. Recompute.",
    ],
    "FA(3) schema, note at ZaliczkaCzesciowa and P_15Z",
    ["ZAL, 300 + 300, <P_15>615", "ZAL, 300 + 315, <P_15>615"],
);

pub(crate) static ADVANCE_TWICE: Rule = meaning(
    "FA078",
    Weight::Advice,
    ["ta sama faktura zaliczkowa dwa razy", "the same advance invoice twice"],
    [
        "Każdą fakturę zaliczkową wymienia się raz. Usuń powtórzenie.",
        "Each advance invoice is named once. Remove the repetition.",
    ],
    "general knowledge",
    ["<NrFaZaliczkowej>Z/1 … <NrFaZaliczkowej>Z/1", "<NrFaZaliczkowej>Z/1 … <NrFaZaliczkowej>Z/2"],
);

pub(crate) static ATTACHMENT_ONLY_IN_BATCH: Rule = meaning(
    "FA160",
    Weight::Advice,
    ["faktura z załącznikiem", "an invoice with an attachment"],
    [
        "KSeF przyjmuje załączniki tylko w sesji wsadowej (korektę techniczną także w interaktywnej) i po zgłoszeniu w e-Urzędzie Skarbowym; inaczej odrzuca sesję kodem 415. To uwaga, nie błąd dokumentu.",
        "KSeF takes attachments only in a batch session (a technical correction in an online one too) and after notice in e-Urząd Skarbowy; else it answers 415. This is a note, not a fault of the document.",
    ],
    "guide, faktury/weryfikacja-faktury.md",
    ["<Zalacznik> in an online session", "<Zalacznik> in a batch session"],
);

pub(crate) static ROW_TOO_LONG: Rule = meaning(
    "FA161",
    Weight::Advice,
    ["wiersz tabeli dłuższy niż nagłówek", "a row of a table longer than its heading"],
    [
        "Komórka bez kolumny nie ma nazwy ani typu i w wielu programach zniknie. Dodaj kolumnę albo usuń komórkę.",
        "A cell without a column has neither name nor type and vanishes in many programs. Add a column or remove the cell.",
    ],
    "general knowledge",
    ["1 column, 2 cells", "2 columns, 2 cells"],
);

pub(crate) static CELL_OF_OTHER_TYPE: Rule = meaning(
    "FA162",
    Weight::Advice,
    ["komórka innego typu niż kolumna", "a cell of another type than its column"],
    [
        "Typ kolumny mówi odbiorcy, jak czytać komórki. Popraw wartość albo typ (txt przyjmuje wszystko).",
        "A column's type tells the receiver how to read its cells. Correct the value or the type (txt takes anything).",
    ],
    "FA(3) schema, note at Kol, Typ",
    ["<Kol Typ=\"int\">, <WKom>12,5", "<Kol Typ=\"dec\">, <WKom>12,5"],
);
