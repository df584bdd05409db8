//! Codes of the schema layer, one for each way to break a content model or a facet.

use super::{Rule, Weight};
use crate::{Environments, Layer};

pub(crate) static UNKNOWN_FORM: Rule = Rule {
    code: "XSD001",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["nieznany formularz", "an unknown form"],
    why: [
        "Element główny lub jego przestrzeń nazw nie należy do żadnego formularza KSeF. Dla FA(3) jest to Faktura w http://crd.gov.pl/wzor/2025/06/25/13775/.",
        "The root element or its namespace belongs to no form of KSeF. For FA(3) it is Faktura in http://crd.gov.pl/wzor/2025/06/25/13775/.",
    ],
    source: "the form's official XSD",
    wrong: "<Faktura xmlns=\"http://example.invalid/\">",
    right: "<Faktura xmlns=\"http://crd.gov.pl/wzor/2025/06/25/13775/\">",
};

pub(crate) static UNEXPECTED_ELEMENT: Rule = Rule {
    code: "XSD010",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["nieznany element w tym miejscu", "an element unknown at this place"],
    why: [
        "Schemat nie przewiduje elementu o tej nazwie (lub w tej przestrzeni nazw) w tym miejscu. Sprawdź pisownię i wielkość liter albo usuń element.",
        "The schema has no element of this name (or namespace) at this place. Check spelling and case, or remove it.",
    ],
    source: "the form's official XSD",
    wrong: "<Fa><Numer>1</Numer>",
    right: "<Fa>…<P_2>1</P_2>",
};

pub(crate) static ELEMENT_TOO_LATE: Rule = Rule {
    code: "XSD011",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["element stoi za późno", "an element stands too late"],
    why: [
        "Elementy muszą stać w kolejności schematu, a ten powinien stać wcześniej albo już wystąpił.",
        "Elements must stand in the schema's order, and this one should stand earlier or has occurred already.",
    ],
    source: "the form's official XSD",
    wrong: "<P_2>1</P_2><P_1>2026-02-15</P_1>",
    right: "<P_1>2026-02-15</P_1><P_2>1</P_2>",
};

pub(crate) static TOO_MANY: Rule = Rule {
    code: "XSD012",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["element występuje zbyt wiele razy", "an element occurs too often"],
    why: [
        "Schemat ogranicza liczbę wystąpień tego elementu.",
        "The schema limits how often this element may occur.",
    ],
    source: "the form's official XSD",
    wrong: "<P_2>1</P_2><P_2>2</P_2>",
    right: "<P_2>1</P_2>",
};

pub(crate) static MISSING_ELEMENT: Rule = Rule {
    code: "XSD013",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["brakuje wymaganego elementu", "a required element is missing"],
    why: [
        "Schemat wymaga w tym miejscu elementu, którego nie ma. Dodaj go.",
        "The schema requires an element here that is not there. Add it.",
    ],
    source: "the form's official XSD",
    wrong: "<P_1>2026-02-15</P_1><P_15>1</P_15>",
    right: "<P_1>2026-02-15</P_1><P_2>1</P_2><P_15>1</P_15>",
};

pub(crate) static EXCLUDED_ELEMENT: Rule = Rule {
    code: "XSD014",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["element wyklucza się z poprzednim", "an element excludes the one before"],
    why: [
        "W tym miejscu można wybrać tylko jedną z możliwości, a wybrano już inną.",
        "Only one of several choices may stand here, and another was taken.",
    ],
    source: "the form's official XSD",
    wrong: "<NIP>…</NIP><BrakID>1</BrakID>",
    right: "<NIP>…</NIP>",
};

pub(crate) static TEXT_NOT_ALLOWED: Rule = Rule {
    code: "XSD015",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["tekst w niedozwolonym miejscu", "text at a place that allows none"],
    why: [
        "Ten element zawiera tylko inne elementy; tekst między nimi jest niedozwolony.",
        "This element holds only other elements; text between them is not allowed.",
    ],
    source: "the form's official XSD",
    wrong: "<Fa>uwaga<KodWaluty>PLN</KodWaluty>",
    right: "<Fa><KodWaluty>PLN</KodWaluty>",
};

pub(crate) static CHILD_NOT_ALLOWED: Rule = Rule {
    code: "XSD016",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["element w miejscu, gdzie może być tylko wartość", "an element where only a value may stand"],
    why: [
        "Ten element zawiera samą wartość; nie może mieć elementów podrzędnych.",
        "This element holds only a value; it may have no child elements.",
    ],
    source: "the form's official XSD",
    wrong: "<P_2><Numer>1</Numer></P_2>",
    right: "<P_2>1</P_2>",
};

pub(crate) static REPEATED_VALUE: Rule = Rule {
    code: "XSD017",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["powtórzona wartość, która ma być niepowtarzalna", "a value that must be unique occurs twice"],
    why: [
        "Schemat wymaga, by w każdym z tych elementów wartość była inna, np. numer KSeF dokumentu w UPO.",
        "The schema demands another value in each of these elements, for example a UPO's KSeF numbers.",
    ],
    source: "the form's official XSD",
    wrong: "<Dokument>…A…</Dokument><Dokument>…A…</Dokument>",
    right: "<Dokument>…A…</Dokument><Dokument>…B…</Dokument>",
};

pub(crate) static UNKNOWN_ATTRIBUTE: Rule = Rule {
    code: "XSD020",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["nieznany atrybut", "an unknown attribute"],
    why: ["Schemat nie przewiduje tego atrybutu. Usuń go.", "The schema has no such attribute. Remove it."],
    source: "the form's official XSD",
    wrong: "<P_2 typ=\"x\">1</P_2>",
    right: "<P_2>1</P_2>",
};

pub(crate) static MISSING_ATTRIBUTE: Rule = Rule {
    code: "XSD021",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["brakuje wymaganego atrybutu", "a required attribute is missing"],
    why: ["Schemat wymaga tego atrybutu. Dodaj go.", "The schema requires this attribute. Add it."],
    source: "the form's official XSD",
    wrong: "<KodFormularza>FA</KodFormularza>",
    right: "<KodFormularza kodSystemowy=\"FA (3)\" wersjaSchemy=\"1-0E\">FA</KodFormularza>",
};

pub(crate) static FIXED_ATTRIBUTE: Rule = Rule {
    code: "XSD022",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: [
        "atrybut ma inną wartość niż stała ze schematu",
        "an attribute differs from the schema's fixed value",
    ],
    why: [
        "Schemat dopuszcza jedną wartość tego atrybutu, np. kodSystemowy=\"FA (3)\" ze spacją.",
        "The schema allows one value of this attribute, for example kodSystemowy=\"FA (3)\" with the space.",
    ],
    source: "the form's official XSD",
    wrong: "kodSystemowy=\"FA(3)\"",
    right: "kodSystemowy=\"FA (3)\"",
};

pub(crate) static ATTRIBUTE_VALUE: Rule = Rule {
    code: "XSD023",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["niedozwolona wartość atrybutu", "an attribute value that is not allowed"],
    why: [
        "Wartość atrybutu nie należy do dozwolonych.",
        "The value of the attribute is not among those allowed.",
    ],
    source: "the form's official XSD",
    wrong: "<Kol Typ=\"text\">",
    right: "<Kol Typ=\"txt\">",
};

pub(crate) static WRONG_TYPE: Rule = Rule {
    code: "XSD030",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość nie jest tego typu", "a value of the wrong type"],
    why: [
        "Wartość nie jest liczbą, datą lub czasem, jakich wymaga schemat. Liczby pisze się z kropką i bez odstępów, daty RRRR-MM-DD.",
        "The value is not the number, date or time that the schema demands. Numbers take a point and no blanks, dates are YYYY-MM-DD.",
    ],
    source: "the form's official XSD",
    wrong: "<P_1>15.02.2026</P_1>",
    right: "<P_1>2026-02-15</P_1>",
};

pub(crate) static PATTERN: Rule = Rule {
    code: "XSD031",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość nie pasuje do wzorca", "a value that does not fit the pattern"],
    why: [
        "Schemat podaje wzorzec znaków tej wartości.",
        "The schema gives a pattern of characters for this value.",
    ],
    source: "the form's official XSD",
    wrong: "<NIP>526-58-77-635</NIP>",
    right: "<NIP>5265877635</NIP>",
};

pub(crate) static ENUMERATION: Rule = Rule {
    code: "XSD032",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość spoza listy", "a value that is not on the list"],
    why: [
        "Schemat wylicza dozwolone wartości; wielkość liter ma znaczenie.",
        "The schema lists the values allowed; case matters.",
    ],
    source: "the form's official XSD",
    wrong: "<P_12>23%</P_12>",
    right: "<P_12>23</P_12>",
};

pub(crate) static TOO_SHORT: Rule = Rule {
    code: "XSD033",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość pusta lub za krótka", "a value empty or too short"],
    why: [
        "Schemat wymaga dłuższej wartości. Elementu opcjonalnego bez wartości nie należy umieszczać wcale.",
        "The schema demands a longer value. Leave out an optional element that has no value.",
    ],
    source: "the form's official XSD",
    wrong: "<P_2></P_2>",
    right: "<P_2>FV/1</P_2>",
};

pub(crate) static TOO_LONG: Rule = Rule {
    code: "XSD034",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość za długa", "a value too long"],
    why: [
        "Schemat ogranicza liczbę znaków. Skróć wartość.",
        "The schema limits the number of characters. Shorten the value.",
    ],
    source: "the form's official XSD",
    wrong: "<Telefon>+48 22 123 45 67 wew. 8</Telefon>",
    right: "<Telefon>+48221234567</Telefon>",
};

pub(crate) static WRONG_LENGTH: Rule = Rule {
    code: "XSD035",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość innej długości", "a value of another length"],
    why: ["Schemat wymaga dokładnej liczby znaków.", "The schema demands an exact number of characters."],
    source: "the form's official XSD",
    wrong: "<x>ABC</x>",
    right: "<x>AB</x>",
};

pub(crate) static TOO_SMALL: Rule = Rule {
    code: "XSD036",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość poniżej najmniejszej", "a value below the least"],
    why: [
        "Schemat podaje najmniejszą wartość lub najwcześniejszą datę.",
        "The schema gives the least value or the earliest date.",
    ],
    source: "the form's official XSD",
    wrong: "<P_1>2005-12-31</P_1>",
    right: "<P_1>2026-02-15</P_1>",
};

pub(crate) static TOO_GREAT: Rule = Rule {
    code: "XSD037",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["wartość powyżej największej", "a value above the greatest"],
    why: [
        "Schemat podaje największą wartość lub najpóźniejszą datę.",
        "The schema gives the greatest value or the latest date.",
    ],
    source: "the form's official XSD",
    wrong: "<Udzial>100.5</Udzial>",
    right: "<Udzial>50</Udzial>",
};

pub(crate) static TOTAL_DIGITS: Rule = Rule {
    code: "XSD038",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["liczba ma za dużo cyfr", "a number has too many digits"],
    why: ["Schemat ogranicza liczbę cyfr.", "The schema limits the number of digits."],
    source: "the form's official XSD",
    wrong: "<NrWierszaFa>100000000000000</NrWierszaFa>",
    right: "<NrWierszaFa>1</NrWierszaFa>",
};

pub(crate) static FRACTION_DIGITS: Rule = Rule {
    code: "XSD039",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["liczba ma za dużo miejsc po przecinku", "a number has too many decimal places"],
    why: [
        "Schemat ogranicza liczbę miejsc po przecinku. Zaokrąglij wartość.",
        "The schema limits the decimal places. Round the value.",
    ],
    source: "the form's official XSD",
    wrong: "<P_15>10.999</P_15>",
    right: "<P_15>11</P_15>",
};

pub(crate) static FIXED_VALUE: Rule = Rule {
    code: "XSD040",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: [
        "element ma inną wartość niż stała ze schematu",
        "an element differs from the schema's fixed value",
    ],
    why: ["Schemat dopuszcza jedną wartość tego elementu.", "The schema allows one value of this element."],
    source: "the form's official XSD",
    wrong: "<PrefiksPodatnika>DE</PrefiksPodatnika>",
    right: "<PrefiksPodatnika>PL</PrefiksPodatnika>",
};

pub(crate) static NIL: Rule = Rule {
    code: "XSD050",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: ["atrybut xsi:nil jest niedozwolony", "the attribute xsi:nil is not allowed"],
    why: [
        "Żaden element formularza nie może być pusty przez xsi:nil. Usuń atrybut, a elementu bez wartości nie umieszczaj.",
        "No element of the form may be nil. Remove the attribute, and leave out an element that has no value.",
    ],
    source: "XSD part 1, cvc-elt 3.1",
    wrong: "<P_6 xsi:nil=\"true\"/>",
    right: "(nothing)",
};

pub(crate) static TYPE_SUBSTITUTION: Rule = Rule {
    code: "XSD051",
    layer: Layer::Schema,
    weight: Weight::Ksef(Environments::ALL),
    title: [
        "atrybut xsi:type wskazuje niedozwolony typ",
        "the attribute xsi:type names a type that is not allowed",
    ],
    why: [
        "xsi:type może wskazać tylko typ wyprowadzony z typu elementu. Usuń atrybut.",
        "xsi:type may only name a type derived from the element's. Remove the attribute.",
    ],
    source: "XSD part 1, cvc-elt 4",
    wrong: "<P_15 xsi:type=\"TZnakowy\">1</P_15>",
    right: "<P_15>1</P_15>",
};

/// All of them, by code.
pub(super) static ALL: &[&Rule] = &[
    &UNKNOWN_FORM,
    &UNEXPECTED_ELEMENT,
    &ELEMENT_TOO_LATE,
    &TOO_MANY,
    &MISSING_ELEMENT,
    &EXCLUDED_ELEMENT,
    &TEXT_NOT_ALLOWED,
    &CHILD_NOT_ALLOWED,
    &REPEATED_VALUE,
    &UNKNOWN_ATTRIBUTE,
    &MISSING_ATTRIBUTE,
    &FIXED_ATTRIBUTE,
    &ATTRIBUTE_VALUE,
    &WRONG_TYPE,
    &PATTERN,
    &ENUMERATION,
    &TOO_SHORT,
    &TOO_LONG,
    &WRONG_LENGTH,
    &TOO_SMALL,
    &TOO_GREAT,
    &TOTAL_DIGITS,
    &FRACTION_DIGITS,
    &FIXED_VALUE,
    &NIL,
    &TYPE_SUBSTITUTION,
];
