//! The headings that need no map: what Polish and English tables usually call their columns.

/// The fields with their usual headings, compared after [`folded`].
pub(crate) const HEADINGS: &[(&str, &[&str])] = &[
    ("kind", &["rodzaj faktury", "rodzaj", "typ faktury", "kind", "invoice kind"]),
    (
        "number",
        &[
            "nr faktury",
            "numer faktury",
            "faktura",
            "nr fv",
            "numer fv",
            "nr dokumentu",
            "numer dokumentu",
            "numer",
            "number",
            "invoice number",
            "invoice no",
            "invoice",
        ],
    ),
    ("issueDate", &["data wystawienia", "data faktury", "data", "issue date", "invoice date", "date"]),
    (
        "saleDate",
        &[
            "data sprzedaży",
            "data dostawy",
            "data wykonania usługi",
            "sale date",
            "delivery date",
            "date of supply",
        ],
    ),
    ("issuePlace", &["miejsce wystawienia", "place of issue", "issue place"]),
    ("currency", &["waluta", "kod waluty", "currency"]),
    ("exchangeRate", &["kurs", "kurs waluty", "exchange rate"]),
    ("seller.nip", &["nip sprzedawcy", "sprzedawca nip", "seller nip", "seller tax id"]),
    ("seller.name", &["sprzedawca", "nazwa sprzedawcy", "seller", "seller name"]),
    ("seller.address.line1", &["adres sprzedawcy", "ulica sprzedawcy", "seller address", "seller address 1"]),
    (
        "seller.address.line2",
        &["miasto sprzedawcy", "kod i miasto sprzedawcy", "seller address 2", "seller city"],
    ),
    (
        "buyer.nip",
        &[
            "nip nabywcy",
            "nip",
            "nip klienta",
            "nip kontrahenta",
            "nabywca nip",
            "buyer nip",
            "buyer tax id",
            "tax id",
        ],
    ),
    (
        "buyer.name",
        &[
            "nabywca",
            "nazwa nabywcy",
            "klient",
            "kontrahent",
            "nazwa kontrahenta",
            "odbiorca",
            "buyer",
            "buyer name",
            "customer",
            "customer name",
        ],
    ),
    (
        "buyer.address.line1",
        &[
            "adres nabywcy",
            "adres",
            "ulica",
            "ulica nabywcy",
            "buyer address",
            "buyer address 1",
            "street",
            "address",
        ],
    ),
    (
        "buyer.address.line2",
        &["miasto nabywcy", "kod i miasto", "miasto", "miejscowość", "buyer address 2", "city"],
    ),
    ("buyer.address.country", &["kraj nabywcy", "kraj", "kod kraju", "buyer country", "country"]),
    ("buyer.euVat.country", &["prefiks ue", "kod ue", "eu vat country", "eu prefix"]),
    ("buyer.euVat.number", &["nr vat ue", "numer vat ue", "eu vat number", "eu vat"]),
    ("buyer.withoutIdentifier", &["bez nip", "konsument", "without tax id", "consumer"]),
    ("buyer.customerNumber", &["nr klienta", "numer klienta", "customer number"]),
    ("payment.due.0.date", &["termin płatności", "termin", "due date", "payment due"]),
    ("payment.method", &["forma płatności", "sposób płatności", "payment method"]),
    (
        "payment.accounts.0.number",
        &["nr rachunku", "numer rachunku", "konto", "nr konta", "account", "bank account", "iban"],
    ),
    (
        "lines.name",
        &[
            "nazwa",
            "towar",
            "usługa",
            "nazwa towaru",
            "nazwa towaru lub usługi",
            "nazwa towaru / usługi",
            "pozycja",
            "opis",
            "produkt",
            "name",
            "item",
            "product",
            "description",
        ],
    ),
    ("lines.productCode", &["indeks", "kod towaru", "sku", "symbol", "product code"]),
    ("lines.gtin", &["gtin", "ean", "kod ean"]),
    ("lines.pkwiu", &["pkwiu"]),
    ("lines.cn", &["cn", "kod cn", "cn code"]),
    ("lines.gtu", &["gtu", "kod gtu"]),
    ("lines.unit", &["jednostka", "jm", "jedn. miary", "jednostka miary", "unit", "uom"]),
    ("lines.quantity", &["ilość", "liczba", "quantity", "qty"]),
    (
        "lines.netUnitPrice",
        &[
            "cena netto",
            "cena jednostkowa netto",
            "cena jedn. netto",
            "cena",
            "net price",
            "net unit price",
            "unit price",
            "price",
        ],
    ),
    (
        "lines.grossUnitPrice",
        &["cena brutto", "cena jednostkowa brutto", "cena jedn. brutto", "gross price", "gross unit price"],
    ),
    ("lines.discount", &["rabat", "opust", "upust", "discount"]),
    ("lines.vatRate", &["stawka vat", "vat %", "stawka", "stawka podatku", "vat rate", "tax rate"]),
    ("lines.net", &["wartość netto", "kwota netto", "netto", "net value", "net amount", "net"]),
    ("lines.gross", &["wartość brutto", "kwota brutto", "brutto", "gross value", "gross amount", "gross"]),
    ("lines.tax", &["kwota vat", "podatek", "podatek vat", "vat", "tax", "vat amount", "tax amount"]),
    ("lines.number", &["lp", "nr wiersza", "line number", "line no", "line"]),
    ("lines.annex15", &["załącznik 15", "zał. 15", "annex 15"]),
];

/// A heading without case, accents, spaces and signs.
pub(crate) fn folded(heading: &str) -> String {
    heading
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| match letter {
            'ą' => Some('a'),
            'ć' => Some('c'),
            'ę' => Some('e'),
            'ł' => Some('l'),
            'ń' => Some('n'),
            'ó' => Some('o'),
            'ś' => Some('s'),
            'ź' | 'ż' => Some('z'),
            '%' => Some('%'),
            other => other.is_alphanumeric().then_some(other),
        })
        .collect()
}

/// The field of a heading; a neutral path (`lines.quantity`) is a heading too.
pub(crate) fn known(heading: &str) -> Option<&'static str> {
    let wanted = folded(heading);
    HEADINGS
        .iter()
        .find(|(field, headings)| {
            folded(field) == wanted || headings.iter().any(|known| folded(known) == wanted)
        })
        .map(|(field, _)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Field;

    #[test]
    fn headings_are_fields_and_mean_one_thing() {
        let mut seen = std::collections::HashMap::new();
        for (field, headings) in HEADINGS {
            assert!(Field::of_path(field).is_some(), "{field}");
            for heading in *headings {
                assert_eq!(seen.insert(folded(heading), field), None, "{heading}");
            }
        }
        assert_eq!(known(" NR  Faktury "), Some("number"));
        assert_eq!(known("Ilosc"), Some("lines.quantity"));
        assert_eq!(known("lines.quantity"), Some("lines.quantity"));
        assert_eq!(known("J. m."), Some("lines.unit"));
        assert_eq!(known("Uwagi"), None);
    }
}
