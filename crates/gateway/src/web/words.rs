//! The words of the pages, in Polish and English.

use gateway_api::Words;
use gateway_store::SaleState;
use jiff::civil::Date;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Pl,
    En,
}

/// Defines the texts of the pages: field, Polish, English.
macro_rules! texts {
    ($( $field:ident: $pl:literal, $en:literal; )+) => {
        pub(super) struct Texts { $( pub(super) $field: &'static str, )+ }
        impl Texts {
            pub(super) const fn of(lang: Language) -> Self {
                match lang {
                    Language::Pl => Self { $( $field: $pl, )+ },
                    Language::En => Self { $( $field: $en, )+ },
                }
            }
        }
    };
}

texts! {
    lang_code: "pl", "en";
    title: "bramka · faktury w KSeF", "bramka · invoices in KSeF";
    other_language: "English", "Polski";
    other_code: "en", "pl";
    company: "Firma", "Company";
    sales: "Sprzedaż", "Sales";
    purchases: "Zakupy", "Purchases";
    no_companies: "Nie ma jeszcze żadnej firmy. Dodaj ją w pliku konfiguracji i uruchom bramkę ponownie.",
        "There is no company yet. Add one to the configuration file and start the gateway again.";
    no_sales: "Nie ma jeszcze faktur sprzedaży. Wyślij pierwszą: bramka send faktura.xml",
        "There are no sales invoices yet. Send the first: bramka send invoice.xml";
    no_purchases: "Nie ma jeszcze faktur zakupu.", "There are no purchase invoices yet.";
    number: "Numer", "Number";
    issued: "Data wystawienia", "Issued";
    buyer: "Nabywca", "Buyer";
    seller: "Sprzedawca", "Seller";
    gross: "Brutto", "Gross";
    state: "Stan", "State";
    ksef_number: "Numer KSeF", "KSeF number";
    files: "Pliki", "Files";
    received: "Otrzymano", "Received";
    history: "Historia", "History";
    when: "Kiedy", "When";
    event: "Zdarzenie", "Event";
    fingerprint: "Skrót SHA-256", "SHA-256 fingerprint";
    size: "Rozmiar (bajty)", "Size (bytes)";
    back: "Wszystkie faktury", "All invoices";
    simulator_note: "symulator KSeF – to nie jest prawdziwy KSeF", "KSeF simulator – this is not the real KSeF";
    prd_note: "produkcja", "production";
    test_note: "środowisko testowe", "test environment";
    demo_note: "środowisko demonstracyjne", "demo environment";
    view: "podgląd", "view";
}

impl Language {
    /// A date as people write it.
    pub(super) fn date(self, date: Date) -> String {
        match self {
            Self::Pl => date.strftime("%d.%m.%Y").to_string(),
            Self::En => date.to_string(),
        }
    }

    /// A decimal with a point, with thousands apart and the language's decimal sign, at least two places.
    pub(super) fn amount(self, decimal: &str) -> String {
        let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("−", rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let (gap, point) = match self {
            Self::Pl => ('\u{a0}', ','),
            Self::En => (',', '.'),
        };
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                grouped.push(gap);
            }
            grouped.push(digit);
        }
        format!("{sign}{grouped}{point}{part:0<2}")
    }
}

/// A state of a sales invoice in words.
pub(crate) fn state_words(state: SaleState) -> Words {
    let (pl, en) = match state {
        SaleState::Waiting => ("oczekuje na wysłanie", "waiting to be sent"),
        SaleState::Sending => ("wysyłana", "being sent"),
        SaleState::Accepted => ("przyjęta, czeka na numer KSeF", "accepted, awaiting its KSeF number"),
        SaleState::Numbered => ("ma numer KSeF, czeka na UPO", "numbered, awaiting its UPO"),
        SaleState::UpoVerified => ("UPO sprawdzone", "UPO verified"),
        SaleState::Stored => ("w KSeF, sprawdzona", "in KSeF, verified"),
        SaleState::Rejected => ("odrzucona przez KSeF", "rejected by KSeF"),
        SaleState::NumberCollision => ("numer zajęty przez inną fakturę", "number taken by another invoice"),
    };
    Words { pl: pl.to_owned(), en: en.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let check = |lang: Language, decimal, expected| assert_eq!(lang.amount(decimal), expected);
        check(Language::Pl, "1234567.8", "1\u{a0}234\u{a0}567,80");
        check(Language::En, "1234567.89", "1,234,567.89");
        check(Language::Pl, "-12", "−12,00");
        check(Language::Pl, "123", "123,00");
        check(Language::En, "0.125", "0.125");
    }
}
