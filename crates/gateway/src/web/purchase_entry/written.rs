//! The form as it was filled in: what it asks for, and what is wrong with it.

use std::collections::BTreeMap;

use gateway_api::{PurchaseRequest, Words};
use gateway_pages::{FindingView, Language, nip};
use gateway_rules::offline::InvoicingMode;
use gateway_store::Purchase;
use jiff::civil::Date;
use ksef_id::Nip;

use crate::app::purchases::entry::{self, EntryFault};
use crate::web::files::Filled;
use crate::web::parts::pick;

/// What is wrong with a form.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) faults: BTreeMap<String, Vec<FindingView>>,
    /// The document that is here already.
    pub(super) known: Option<String>,
}

impl Wrong {
    pub(super) fn fault(&mut self, field: &str, message: String) {
        let fault =
            FindingView { code: String::new(), is_error: true, message, path: String::new(), line: None };
        self.faults.entry(field.to_owned()).or_default().push(fault);
    }

    /// What the use case found; a field whose text could not even be read has its fault already.
    pub(super) fn entry(&mut self, fault: &EntryFault, lang: Language) {
        if self.faults.contains_key(fault.field()) {
            return;
        }
        let words = match fault {
            EntryFault::KsefNumber(error) => entry::number_words(error),
            EntryFault::Mode => Words {
                pl: "Numer KSeF ma tylko dokument z KSeF: wybierz „w KSeF” albo usuń numer.".to_owned(),
                en: "Only a document in KSeF has a KSeF number: choose “in KSeF”, or clear the number."
                    .to_owned(),
            },
            EntryFault::Text(_, max) => Words {
                pl: format!("Wpisz tekst: od 1 do {max} znaków, w jednym wierszu."),
                en: format!("Write a text of 1 to {max} characters, on one line."),
            },
            EntryFault::Amount(_) => amount_words(),
            EntryFault::Currency => Words {
                pl: "Wpisz trzy litery waluty, na przykład PLN.".to_owned(),
                en: "Write the three letters of a currency, such as PLN.".to_owned(),
            },
        };
        self.fault(fault.field(), pick(lang, &words));
    }
}

/// The fields of the form as they were typed, by name.
pub(super) struct Written(pub(super) BTreeMap<String, String>);

impl Default for Written {
    fn default() -> Self {
        let begun = [("direction", "purchase"), ("mode", IN_KSEF), ("currency", "PLN")];
        Self(begun.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

impl Written {
    /// What a form brought.
    pub(super) fn brought(form: &Filled) -> Self {
        Self(FIELDS.iter().map(|name| ((*name).to_owned(), form.field(name).to_owned())).collect())
    }

    /// What was entered before, to be entered again with another number.
    pub(super) fn of_purchase(found: &Purchase, lang: Language) -> Self {
        let facts = &found.facts;
        let (name, id) = if found.is_sale {
            (&facts.buyer_name, &facts.buyer_id)
        } else {
            (&facts.seller_name, &facts.seller_id)
        };
        let mut written = Self::default();
        let mut set = |name: &str, value: String| drop(written.0.insert(name.to_owned(), value));
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let amount = |amount: Option<&String>| {
            let point = if lang == Language::Pl { "," } else { "." };
            amount.map(|amount| amount.replace('.', point)).unwrap_or_default()
        };
        if found.is_sale {
            set("direction", "sale".to_owned());
        }
        if found.ksef_number.is_none() {
            set("mode", found.mode.clone());
        }
        set("ksefNumber", found.ksef_number.as_ref().map(ToString::to_string).unwrap_or_default());
        set("invoiceNumber", facts.invoice_number.clone());
        set("contractorNip", id.as_deref().map(nip).unwrap_or_default());
        set("contractorName", name.clone().unwrap_or_default());
        set("issueDate", facts.issue_date.to_string());
        set("saleDate", day(facts.sale_date));
        set("dueDate", day(facts.due_date));
        set("netAmount", amount(facts.net.as_ref()));
        set("vatAmount", amount(facts.vat.as_ref()));
        set("grossAmount", amount(Some(&facts.gross)));
        set("currency", facts.currency.clone());
        set("account", facts.account.clone().unwrap_or_default());
        set("note", found.note.clone().unwrap_or_default());
        written
    }

    pub(super) fn of(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// What the form asks for, as programs ask for it.
    pub(super) fn asked(&self, wrong: &mut Wrong, lang: Language) -> PurchaseRequest {
        let text = |name: &str| Some(self.of(name).to_owned()).filter(|text| !text.is_empty());
        let is_in_ksef = self.of("mode") == IN_KSEF;
        let ksef_number =
            text("ksefNumber").map(|number| number.to_uppercase().replace(char::is_whitespace, ""));
        if is_in_ksef && ksef_number.is_none() {
            let text = lang.choose(
                "Wpisz numer KSeF albo wybierz, jak dokument wystawiono poza KSeF.",
                "Write the KSeF number, or choose how the document was issued outside KSeF.",
            );
            wrong.fault("ksefNumber", text.to_owned());
        }
        let issue_date = self.day("issueDate", wrong, lang);
        if self.of("issueDate").is_empty() {
            let text = lang.choose("Podaj datę wystawienia.", "Give the date of issue.");
            wrong.fault("issueDate", text.to_owned());
        }
        PurchaseRequest {
            ksef_number,
            is_sale: self.of("direction") == "sale",
            mode: (!is_in_ksef).then(|| self.of("mode").to_owned()),
            invoice_number: self.of("invoiceNumber").to_owned(),
            contractor_nip: text("contractorNip").map(|given| contractor(given, wrong, lang)),
            contractor_name: text("contractorName"),
            issue_date: issue_date.unwrap_or_default(),
            sale_date: self.day("saleDate", wrong, lang),
            due_date: self.day("dueDate", wrong, lang),
            received_on: self.day("receivedOn", wrong, lang),
            net_amount: self.amount("netAmount", wrong, lang),
            vat_amount: self.amount("vatAmount", wrong, lang),
            gross_amount: self.amount("grossAmount", wrong, lang).unwrap_or_default(),
            currency: text("currency").map(|currency| currency.to_uppercase()),
            account: text("account"),
            note: text("note").map(|note| note.replace(['\r', '\n'], " ")),
        }
    }

    /// A day, both ways round.
    fn day(&self, name: &str, wrong: &mut Wrong, lang: Language) -> Option<Date> {
        match invoice_tables::written("issueDate", self.of(name))? {
            Ok(day) => day.as_str().and_then(|day| day.parse().ok()),
            Err(message) => {
                wrong.fault(name, lang.choose(&message.pl, &message.en).to_owned());
                None
            }
        }
    }

    /// An amount as people write it, with at most two places: what has three may be thousands as well.
    fn amount(&self, name: &str, wrong: &mut Wrong, lang: Language) -> Option<String> {
        let read = invoice_tables::written("lines.netUnitPrice", self.of(name))?;
        let amount = read.ok().and_then(|amount| amount.as_str().map(str::to_owned));
        let is_money = |text: &String| text.split_once('.').is_none_or(|(_, places)| places.len() <= 2);
        let amount = amount.filter(is_money);
        if amount.is_none() {
            wrong.fault(name, pick(lang, &amount_words()));
        }
        amount
    }
}

/// The other side: a NIP without what people write between its digits, or another identifier as it stands.
fn contractor(given: String, wrong: &mut Wrong, lang: Language) -> String {
    let plain: String = given.chars().filter(|letter| !matches!(letter, ' ' | '-' | '\u{a0}')).collect();
    let digits = plain.strip_prefix("PL").unwrap_or(&plain);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return given;
    }
    if !Nip::parse(digits).is_ok_and(|nip| nip.has_valid_check_digit()) {
        let text = lang.choose(
            "To nie jest NIP: powinno być 10 cyfr, a ostatnia zgadzać się z pozostałymi.",
            "This is no NIP: it should be 10 digits, the last of which fits the others.",
        );
        wrong.fault("contractorNip", text.to_owned());
    }
    digits.to_owned()
}

fn amount_words() -> Words {
    Words {
        pl: "Wpisz kwotę, na przykład 1 234,56.".to_owned(),
        en: "Write an amount, for example 1234.56.".to_owned(),
    }
}

/// The fields of the form, but for the scan.
const FIELDS: [&str; 16] = [
    "direction",
    "mode",
    "ksefNumber",
    "invoiceNumber",
    "contractorNip",
    "contractorName",
    "issueDate",
    "saleDate",
    "dueDate",
    "receivedOn",
    "netAmount",
    "vatAmount",
    "grossAmount",
    "currency",
    "account",
    "note",
];
/// The choice of a document in KSeF.
pub(super) const IN_KSEF: &str = InvoicingMode::Online.as_str();

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pairs: &[(&str, &str)]) -> Written {
        let mut written = Written::default();
        for (name, value) in pairs {
            written.0.insert((*name).to_owned(), (*value).to_owned());
        }
        written
    }

    #[test]
    fn a_form_is_read_as_people_fill_it_in() {
        let form = written(&[
            ("mode", "failure"),
            ("contractorNip", "PL 333-333-33-33"),
            ("issueDate", "01.11.2026"),
            ("dueDate", "2026-11-15"),
            ("netAmount", "1\u{a0}000,00 zł"),
            ("grossAmount", "1.230,5"),
            ("currency", "pln"),
        ]);
        let mut wrong = Wrong::default();
        let asked = form.asked(&mut wrong, Language::Pl);
        assert!(wrong.faults.is_empty(), "{:?}", wrong.faults);
        assert_eq!(
            (asked.mode.as_deref(), asked.contractor_nip.as_deref()),
            (Some("failure"), Some("3333333333"))
        );
        assert_eq!((asked.issue_date.to_string().as_str(), asked.due_date.is_some()), ("2026-11-01", true));
        assert_eq!((asked.net_amount.as_deref(), asked.gross_amount.as_str()), (Some("1000.00"), "1230.5"));
        assert_eq!(asked.currency.as_deref(), Some("PLN"));
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_field() {
        let wrong_in = |pairs: &[(&str, &str)]| {
            let mut wrong = Wrong::default();
            written(pairs).asked(&mut wrong, Language::Pl);
            wrong.faults.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(wrong_in(&[]), ["issueDate", "ksefNumber"]);
        let rest = [("mode", "outsideKsef"), ("issueDate", "2026-11-01")];
        for (name, value) in [
            ("contractorNip", "333-333-33-34"),
            ("contractorNip", "12"),
            ("dueDate", "wczoraj"),
            ("grossAmount", "sto"),
            ("grossAmount", "1.234"),
            ("vatAmount", "1,234"),
        ] {
            let pairs: Vec<_> = rest.into_iter().chain([(name, value)]).collect();
            assert_eq!(wrong_in(&pairs), [name], "{value}");
        }
        assert!(wrong_in(&[rest[0], rest[1], ("contractorNip", "DE 123456789")]).is_empty());
    }
}
