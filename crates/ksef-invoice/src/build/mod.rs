//! From an invoice as an ERP system knows it to the XML that KSeF takes, and back.
//!
//! The neutral form ([`NeutralInvoice`]) is JSON with English names: seller, buyer, lines with quantity, price and rate.
//! [`build`] computes what follows from it, refuses what contradicts itself, writes FA(3) or FA_RR(1), and gives out
//! nothing that [`crate::validate`] would not pass in the strict profile. [`neutral_of`] goes the other way and says what
//! it could not carry over.
//!
//! Nothing here reads a clock: the time of creation is an argument, and the same input gives the same bytes.

mod amounts;
mod annotations;
mod attachment;
mod codec;
mod codes;
mod complete;
mod farmer;
mod farmer_amounts;
mod input;
mod invoice;
mod line;
mod money;
mod neutral;
mod number;
mod party;
mod payment;
mod place;
mod problems;
mod record;
pub(crate) mod rules;
mod schema;
mod terms;
mod words;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::value::RawValue;

use crate::{Finding, Form, Message, Severity, ValidationOptions, validate};
use codec::{Codec, Span};
use problems::Problems;

pub use annotations::{Exemption, Flags, NewTransport, Vehicle};
pub use attachment::{Attachment, Block, Column, Footer, KeyValue, Note, Registration, Table};
pub use codes::{
    AuthorizedRole, Cargo, ColumnType, CorrectionEffect, FarmerKind, FarmerPaymentMethod, Group, Gtu, Kind,
    MarginProcedure, OwnBankAccount, PaymentMethod, Procedure, RefundRate, Role, Rounding, TaxpayerStatus,
    TransportKind, VatRate,
};
pub use farmer::{
    FarmerBuyer, FarmerCorrection, FarmerInvoice, FarmerLine, FarmerPayment, FarmerThirdParty, FarmerTotals,
    PaymentDocument, Supplier,
};
pub use input::{JSON_BYTES_MAX, from_json};
pub use invoice::{
    Advance, AdvancePayment, CorrectedInvoice, Correction, Period, RateAmount, SettledAdvance, VatInvoice,
};
pub use line::{Line, Order, OrderLine, RateTotal, Totals};
pub use neutral::{NotCovered, neutral_of};
pub use number::Number;
pub use party::{
    Address, AuthorizedParty, Buyer, BuyerBefore, Contact, EuVat, ForeignId, Seller, SellerBefore, ThirdParty,
};
pub use payment::{Account, Charge, Due, DueTerm, EarlyPaymentDiscount, PartPayment, Payment, Settlement};
pub use schema::json_schema;
pub use terms::{AgreedRate, Agreement, Carrier, Terms, Transport};

/// An invoice in neutral form. In JSON the two are told apart by `kind`: `RR` and `KOR_RR` are a farmer's.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum NeutralInvoice {
    /// For FA(3).
    Vat(Box<VatInvoice>),
    /// For FA_RR(1).
    Farmer(Box<FarmerInvoice>),
}

impl<'de> Deserialize<'de> for NeutralInvoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <Box<RawValue>>::deserialize(deserializer)?;
        from_json(raw.get().as_bytes()).map_err(|findings| {
            let first = findings.first().map(|finding| format!("{}: {}", finding.path, finding.message.en));
            D::Error::custom(first.unwrap_or_default())
        })
    }
}

/// How to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildOptions {
    /// `DataWytworzeniaFa`, to the second. FA(3) takes times from 2025-09-01 and FA_RR from 2026-01-01.
    pub created_at: Timestamp,
    /// The day in Warsaw on which the document will be sent; rules that need it are skipped without it.
    pub today: Option<Date>,
}

/// A document that passes strict validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltInvoice {
    /// The document in UTF-8.
    pub xml: String,
    /// Its form.
    pub form: Form,
    /// What validation found and is no error; paths are JSON pointers into the neutral invoice.
    pub warnings: Vec<Finding>,
}

/// Why an invoice was not built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the invoice cannot be built: {} faults, the first at {:?}: {}", .findings.len(),
    .findings.first().map_or("", |finding| finding.path.as_str()),
    .findings.first().map_or("", |finding| finding.message.en.as_str()))]
pub struct BuildError {
    /// Everything that is wrong, at least one error; paths are JSON pointers into the neutral invoice.
    pub findings: Vec<Finding>,
}

/// Builds the document of an invoice.
///
/// # Errors
/// [`BuildError`] with every contradiction, gap and fault that was found.
pub fn build(invoice: &NeutralInvoice, options: &BuildOptions) -> Result<BuiltInvoice, BuildError> {
    let mut problems = Problems::default();
    let created_at = created_at(options.created_at);
    let mut codec = Codec::writer();
    let form = match invoice {
        NeutralInvoice::Vat(invoice) => {
            let mut invoice = invoice.as_ref().clone();
            complete::complete(&mut invoice, &mut problems);
            VatInvoice::codec(&mut codec, &mut invoice, &created_at);
            Form::Fa3
        }
        NeutralInvoice::Farmer(invoice) => {
            let mut invoice = invoice.as_ref().clone();
            farmer_amounts::complete(&mut invoice, &mut problems);
            FarmerInvoice::codec(&mut codec, &mut invoice, &created_at);
            Form::FaRr1
        }
    };
    let written = codec.into_written();
    for (pointer, letter) in &written.unfit {
        problems.push(
            &rules::UNFIT_CHARACTER,
            pointer,
            Some(format!("U+{:04X}", u32::from(*letter))),
            None,
            [
                "Tekst zawiera znak, którego dokument KSeF nie może mieć; usuń go.".to_owned(),
                "The text has a character that a document of KSeF cannot have; remove it.".to_owned(),
            ],
        );
    }
    let mut findings = problems.into_list();
    // A document with faults of the input would only repeat them in terms of the XML.
    if findings.is_empty() {
        let validation = ValidationOptions { today: options.today, ..ValidationOptions::default() };
        findings = validate(written.xml.as_bytes(), &validation).findings;
        findings.iter_mut().for_each(|finding| point(finding, &written.spans));
    }
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(BuildError { findings });
    }
    Ok(BuiltInvoice { xml: written.xml, form, warnings: findings })
}

/// What follows from what an invoice says so far: the invoice with each amount that can be computed, and what is wrong with
/// it; paths are JSON pointers into `invoice`. For showing sums while an invoice is still being written. [`build`] decides,
/// and looks at the document besides.
#[must_use]
pub fn computed(invoice: &NeutralInvoice) -> (NeutralInvoice, Vec<Finding>) {
    let mut problems = Problems::default();
    let mut completed = invoice.clone();
    match &mut completed {
        NeutralInvoice::Vat(invoice) => complete::complete(invoice, &mut problems),
        NeutralInvoice::Farmer(invoice) => farmer_amounts::complete(invoice, &mut problems),
    }
    (completed, problems.into_list())
}

/// Gives each finding line, column and offset of its JSON pointer in the JSON that the invoice was read from; a pointer
/// that is not there gets the place of what would contain it.
pub fn locate(json: &[u8], findings: &mut [Finding]) {
    place::place(json, findings);
}

/// A finding with a code `NI…`, for what comes before the neutral form, such as a table. A code that is not of that layer
/// gives `NI006`, a value that is badly written.
#[must_use]
pub fn fault(code: &str, path: &str, found: Option<String>, message: Message) -> Finding {
    let rule = rules::ALL.iter().copied().find(|rule| rule.code == code).unwrap_or(&rules::NOT_A_VALUE);
    let mut problems = Problems::default();
    problems.push(rule, path, found.clone(), None, [message.pl.clone(), message.en.clone()]);
    let mut finding = problems.into_list().swap_remove(0);
    if rule.code == rules::COLUMN_UNREAD.code {
        finding.severity = Severity::Warning;
    }
    finding
}

/// `DataWytworzeniaFa`: UTC, to the second.
fn created_at(time: Timestamp) -> String {
    let whole = Timestamp::from_second(time.as_second()).unwrap_or(time);
    whole.to_string()
}

/// Tells a finding of the XML in terms of the JSON: the innermost value that its place was written from.
fn point(finding: &mut Finding, spans: &[Span]) {
    let inside = spans.iter().filter(|span| (span.start..span.end).contains(&finding.offset));
    let innermost = inside.min_by_key(|span| span.end - span.start);
    finding.path = innermost.map(|span| span.pointer.clone()).unwrap_or_default();
    finding.offset = 0;
    finding.line = 1;
    finding.column = 1;
}
