//! The fields that columns of a table usually are, by the names that the page of tables gives them.

use gateway_pages::{Choice, FindingView, Language};

/// The fields to choose from.
pub(super) fn fields(chosen: Option<&str>, lang: Language) -> Vec<Choice> {
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        note: String::new(),
        is_chosen: chosen.unwrap_or_default() == value,
    };
    let mut all = vec![choice("", lang.choose("– nie wczytuj –", "– leave out –"))];
    all.extend(FIELDS.iter().map(|(value, pl, en)| choice(value, lang.choose(pl, en))));
    if let Some(other) = chosen
        && all.iter().all(|one| !one.is_chosen)
    {
        all.push(choice(other, other));
    }
    all
}

/// A finding that calls fields as the page does: builders call them as programs do.
pub(super) fn named(finding: FindingView, lang: Language) -> FindingView {
    FindingView { message: in_words(&finding.message, lang), ..finding }
}

/// What looks like no word of a language, and is a field's name, is told by the field's heading.
fn in_words(message: &str, lang: Language) -> String {
    let mut told = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let is_name = |letter: char| letter.is_ascii_alphanumeric();
        let end = match rest.find(|letter| !is_name(letter)) {
            Some(0) => first.len_utf8(),
            Some(end) => end,
            None => rest.len(),
        };
        let (token, after) = rest.split_at(end);
        match heading_of(token) {
            Some((pl, en)) => told.push_str(lang.choose(&format!("„{pl}”"), &format!("“{en}”"))),
            None => told.push_str(token),
        }
        rest = after;
    }
    told
}

fn heading_of(token: &str) -> Option<(&'static str, &'static str)> {
    let is_programs = token.bytes().any(|letter| letter.is_ascii_uppercase())
        && token.starts_with(|letter: char| letter.is_ascii_lowercase());
    let named = |path: &str| path.rsplit('.').next() == Some(token);
    FIELDS.iter().find(|(path, ..)| is_programs && named(path)).map(|(_, pl, en)| (*pl, *en))
}

/// The fields that columns usually are, with their names.
const FIELDS: &[(&str, &str, &str)] = &[
    ("number", "Numer faktury", "Invoice number"),
    ("kind", "Rodzaj faktury", "Kind of invoice"),
    ("issueDate", "Data wystawienia", "Issue date"),
    ("saleDate", "Data sprzedaży", "Date of supply"),
    ("issuePlace", "Miejsce wystawienia", "Place of issue"),
    ("currency", "Waluta", "Currency"),
    ("exchangeRate", "Kurs", "Exchange rate"),
    ("buyer.nip", "NIP nabywcy", "Buyer's NIP"),
    ("buyer.name", "Nabywca", "Buyer"),
    ("buyer.address.line1", "Ulica nabywcy", "Buyer's street"),
    ("buyer.address.line2", "Kod i miejscowość nabywcy", "Buyer's post code and town"),
    ("buyer.address.country", "Kraj nabywcy", "Buyer's country"),
    ("buyer.euVat.country", "Prefiks VAT UE", "EU VAT prefix"),
    ("buyer.euVat.number", "Numer VAT UE", "EU VAT number"),
    ("buyer.withoutIdentifier", "Nabywca bez NIP (tak/nie)", "Buyer without a number (yes/no)"),
    ("buyer.contacts.0.email", "E-mail nabywcy", "Buyer's e-mail"),
    ("buyer.customerNumber", "Numer klienta", "Customer number"),
    ("lines.name", "Towar lub usługa", "Goods or service"),
    ("lines.quantity", "Ilość", "Quantity"),
    ("lines.unit", "Jednostka", "Unit"),
    ("lines.netUnitPrice", "Cena netto", "Net price"),
    ("lines.grossUnitPrice", "Cena brutto", "Gross price"),
    ("lines.discount", "Rabat kwotowy", "Discount"),
    ("lines.vatRate", "Stawka VAT", "Tax rate"),
    ("lines.net", "Wartość netto", "Net value"),
    ("lines.gross", "Wartość brutto", "Gross value"),
    ("lines.tax", "Kwota VAT", "Tax amount"),
    ("lines.productCode", "Indeks", "Product code"),
    ("lines.gtin", "GTIN", "GTIN"),
    ("lines.pkwiu", "PKWiU", "PKWiU"),
    ("lines.cn", "CN", "CN"),
    ("lines.gtu", "GTU", "GTU"),
    ("lines.annex15", "Załącznik 15 (tak/nie)", "Annex 15 (yes/no)"),
    ("payment.due.0.date", "Termin płatności", "Due date"),
    ("payment.method", "Sposób płatności", "Payment method"),
    ("payment.accounts.0.number", "Numer rachunku", "Account number"),
    ("seller.nip", "NIP sprzedawcy", "Seller's NIP"),
    ("seller.name", "Sprzedawca", "Seller"),
    ("seller.address.line1", "Ulica sprzedawcy", "Seller's street"),
    ("seller.address.line2", "Kod i miejscowość sprzedawcy", "Seller's post code and town"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_by_their_headings_and_words_stay() {
        for (message, pl, en) in [
            (
                "podaj netUnitPrice albo grossUnitPrice.",
                "podaj „Cena netto” albo „Cena brutto”.",
                "podaj “Net price” albo “Gross price”.",
            ),
            ("number, name i żółw: KSeF", "number, name i żółw: KSeF", "number, name i żółw: KSeF"),
            ("otherThing", "otherThing", "otherThing"),
            ("", "", ""),
        ] {
            assert_eq!(
                [Language::Pl, Language::En].map(|lang| in_words(message, lang)),
                [pl, en],
                "{message}"
            );
        }
    }
}
