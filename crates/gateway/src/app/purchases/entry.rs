//! What somebody enters by hand, read field by field: which modes there are, how long texts may be. REST and the page say the
//! same faults, each in its own way.

use gateway_api::{PurchaseRequest, Words};
use gateway_rules::jpk::OUTSIDE_KSEF;
use gateway_rules::offline::InvoicingMode;
use jiff::civil::Date;
use ksef_id::{KsefNumber, KsefNumberError};
use rust_decimal::Decimal;

/// What somebody enters.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) is_sale: bool,
    pub(crate) ksef_number: Option<KsefNumber>,
    pub(crate) mode: String,
    pub(crate) invoice_number: String,
    pub(crate) other_id: Option<String>,
    pub(crate) other_name: Option<String>,
    pub(crate) issue_date: Date,
    pub(crate) sale_date: Option<Date>,
    pub(crate) due_date: Option<Date>,
    pub(crate) received_on: Option<Date>,
    pub(crate) net: Option<Decimal>,
    pub(crate) vat: Option<Decimal>,
    pub(crate) gross: Decimal,
    pub(crate) currency: String,
    pub(crate) account: Option<String>,
    pub(crate) note: Option<String>,
}

/// What is wrong with a field, which stands by its name in the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EntryFault {
    /// No KSeF number.
    KsefNumber(KsefNumberError),
    /// A mode that is none, or that does not go with a KSeF number.
    Mode,
    /// A text that is empty, has more characters than so many, or some that do not stand in a line.
    Text(&'static str, usize),
    /// No amount.
    Amount(&'static str),
    /// Not three capital letters.
    Currency,
}

impl EntryFault {
    /// The field's name in the API.
    pub(crate) const fn field(&self) -> &'static str {
        match self {
            Self::KsefNumber(_) => "ksefNumber",
            Self::Mode => "mode",
            Self::Text(field, _) | Self::Amount(field) => field,
            Self::Currency => "currency",
        }
    }
}

/// Reads what somebody enters.
///
/// # Errors
/// Everything that is wrong with it, in the order of the fields.
pub(crate) fn read(asked: PurchaseRequest) -> Result<Entry, Vec<EntryFault>> {
    let mut faults = Vec::new();
    let given = asked.ksef_number.as_deref().map(str::trim).filter(|number| !number.is_empty());
    let ksef_number = match given.map(KsefNumber::parse).transpose() {
        Ok(number) => number,
        Err(error) => {
            faults.push(EntryFault::KsefNumber(error));
            None
        }
    };
    let mode = match (asked.mode, given) {
        (None, Some(_)) => InvoicingMode::Online.as_str().to_owned(),
        (None, None) => OUTSIDE_KSEF.to_owned(),
        (Some(mode), None) if MODES.contains(&mode.as_str()) => mode,
        (Some(mode), _) => {
            faults.push(EntryFault::Mode);
            mode
        }
    };
    let currency = asked.currency.unwrap_or_else(|| "PLN".to_owned());
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        faults.push(EntryFault::Currency);
    }
    let invoice_number = text(&mut faults, "invoiceNumber", &asked.invoice_number, INVOICE_NUMBER_CHARS_MAX);
    let mut maybe =
        |field, value: Option<String>, max| value.map(|value| text(&mut faults, field, &value, max));
    let other_id = maybe("contractorNip", asked.contractor_nip, CONTRACTOR_ID_CHARS_MAX);
    let other_name = maybe("contractorName", asked.contractor_name, CONTRACTOR_NAME_CHARS_MAX);
    let account = maybe("account", asked.account, ACCOUNT_CHARS_MAX);
    let note = maybe("note", asked.note, NOTE_CHARS_MAX);
    let mut amount = |field, value: &str| {
        value.parse::<Decimal>().unwrap_or_else(|_| {
            faults.push(EntryFault::Amount(field));
            Decimal::ZERO
        })
    };
    let net = asked.net_amount.as_deref().map(|value| amount("netAmount", value));
    let vat = asked.vat_amount.as_deref().map(|value| amount("vatAmount", value));
    let gross = amount("grossAmount", &asked.gross_amount);
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Entry {
        is_sale: asked.is_sale,
        ksef_number,
        mode,
        invoice_number,
        other_id,
        other_name,
        issue_date: asked.issue_date,
        sale_date: asked.sale_date,
        due_date: asked.due_date,
        received_on: asked.received_on,
        net,
        vat,
        gross,
        currency,
        account,
        note,
    })
}

fn text(faults: &mut Vec<EntryFault>, field: &'static str, value: &str, max: usize) -> String {
    let value = value.trim();
    if value.is_empty() || value.chars().count() > max || value.chars().any(char::is_control) {
        faults.push(EntryFault::Text(field, max));
    }
    value.to_owned()
}

/// Why a text is no KSeF number, in both languages.
pub(crate) fn number_words(error: &KsefNumberError) -> Words {
    let pl = match error {
        KsefNumberError::Shape { found } => {
            format!("„{found}” nie ma postaci 9999999999-RRRRMMDD-FFFFFFFFFFFF-FF.")
        }
        KsefNumberError::Crc { found, .. } => {
            format!("{found}: suma kontrolna się nie zgadza, w przepisanym numerze jest pomyłka.")
        }
    };
    Words { pl, en: error.to_string() }
}

/// How a document without a KSeF number may have been issued.
pub(crate) const MODES: [&str; 5] = [OUTSIDE_KSEF, "totalFailure", "offline24", "unavailability", "failure"];
/// Of a note on a purchase.
pub(crate) const NOTE_CHARS_MAX: usize = 2_000;
const INVOICE_NUMBER_CHARS_MAX: usize = 256;
const CONTRACTOR_ID_CHARS_MAX: usize = 50;
const CONTRACTOR_NAME_CHARS_MAX: usize = 512;
const ACCOUNT_CHARS_MAX: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> PurchaseRequest {
        serde_json::from_value(serde_json::json!({
            "invoiceNumber": "D/1", "issueDate": "2026-11-01", "grossAmount": "123.00",
        }))
        .expect("a request")
    }

    #[test]
    fn every_fault_is_told_with_its_field() {
        let entry = read(asked()).expect("an entry");
        assert_eq!((entry.mode.as_str(), entry.currency.as_str()), (OUTSIDE_KSEF, "PLN"));
        let wrong = PurchaseRequest {
            ksef_number: Some("2222222222-20261101-0123456789AB-00".to_owned()),
            mode: Some("failure".to_owned()),
            invoice_number: " ".to_owned(),
            contractor_name: Some("x".repeat(CONTRACTOR_NAME_CHARS_MAX + 1)),
            note: Some("a\u{7}".to_owned()),
            net_amount: Some("1,5".to_owned()),
            gross_amount: String::new(),
            currency: Some("zł".to_owned()),
            ..asked()
        };
        let faults = read(wrong).expect_err("faults");
        let fields: Vec<_> = faults.iter().map(EntryFault::field).collect();
        let expected = [
            "ksefNumber",
            "mode",
            "currency",
            "invoiceNumber",
            "contractorName",
            "note",
            "netAmount",
            "grossAmount",
        ];
        assert_eq!(fields, expected);
        assert!(matches!(&faults[0], EntryFault::KsefNumber(KsefNumberError::Crc { .. })));
    }

    #[test]
    fn only_documents_without_a_number_have_a_mode_of_their_own() {
        for mode in MODES {
            assert_eq!(
                read(PurchaseRequest { mode: Some(mode.to_owned()), ..asked() }).expect(mode).mode,
                mode
            );
        }
        for mode in ["online", "", "lost"] {
            let faults = read(PurchaseRequest { mode: Some(mode.to_owned()), ..asked() }).expect_err(mode);
            assert_eq!(faults, [EntryFault::Mode], "{mode}");
        }
    }
}
