//! The typed, read-only view over an invoice.
//!
//! It is tolerant: it reads what parses from any well-formed document of a supported form, valid or not, in whatever
//! order the elements stand. A value that is there and does not parse is `None` in the view and listed in
//! [`Invoice::unreadable`], so that nobody mistakes it for an absent one. Decimals are exact.

mod annotations;
mod fields;
mod flat_rate;
mod former;
mod line;
mod party;
mod payment;
mod peppol;
mod reader;
mod terms;
mod totals;
mod upo;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::xml::{self, Document, XmlError, text};
use crate::{Form, catalogue, file_rules, report};

pub use annotations::{Annotations, Exemption, MarginScheme, NewTransport, Vehicle};
pub use flat_rate::FlatRate;
pub use former::{FormerConfirmation, FormerInvoice, FormerParty, read_former, read_former_upo};
pub use line::{AttachmentBlock, AttachmentTable, Line, Order, OrderLine};
pub use party::{Address, AuthorizedParty, Contact, Party, PartyIdentifier, ThirdParty};
pub use payment::{
    BankAccount, CashDiscount, Charge, Payment, PaymentForm, PaymentPart, PaymentTerm, Settlement,
    TermDescription,
};
pub use peppol::{AttachedDocument, DocumentAllowance, Peppol};
pub use terms::{Agreement, Carrier, ContractRate, TransactionTerms, Transport};
pub use totals::{RateGroup, RateTotal};
pub use upo::{Upo, UpoContext, UpoDocument, UpoPage, UpoVersion, read_upo};

/// Why a document cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There are no bytes.
    #[error("the document is empty")]
    Empty,
    /// The bytes are not well-formed XML; the sentence and place are those of the first finding of [`crate::validate`].
    #[error("the document is not well-formed XML (line {line}, column {column}): {message}")]
    NotXml {
        /// What is wrong, in English.
        message: String,
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
    },
    /// The root element is of no form that KSeF takes.
    #[error("the root element {root:?} is of no form that KSeF takes")]
    UnknownForm {
        /// Local name of the root element, cut at 60 characters.
        root: String,
    },
    /// The form is known and is no invoice: a UPO, which [`crate::read_upo`] reads.
    #[error("{0} is no invoice")]
    Unsupported(Form),
}

/// An invoice of any form as lists, search and rendering need it.
///
/// The fields are named by their elements in FA(2) and FA(3); FA_RR and PEF are read into the fields that mean the same,
/// and what only they have is in [`Invoice::flat_rate`] and [`Invoice::peppol`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// The form.
    pub form: Form,
    /// `DataWytworzeniaFa` as it stands, for example `2026-02-01T00:00:00Z`.
    pub created_at: Option<String>,
    /// `SystemInfo`: the program that made the document.
    pub system: Option<String>,
    /// `Podmiot1`.
    pub seller: Party,
    /// `Podmiot2`.
    pub buyer: Party,
    /// `Podmiot3`, in document order.
    pub third_parties: Vec<ThirdParty>,
    /// `PodmiotUpowazniony`.
    pub authorized: Option<AuthorizedParty>,
    /// `KodWaluty`; empty when missing.
    pub currency: String,
    /// `P_1`.
    pub issue_date: Option<Date>,
    /// `P_1M`.
    pub issue_place: Option<String>,
    /// `P_2`; empty when missing.
    pub number: String,
    /// `WZ`: numbers of goods-issue notes.
    pub warehouse_documents: Vec<String>,
    /// `P_6`: date of supply or of payment, common to all lines.
    pub sale_date: Option<Date>,
    /// `OkresFa`: the period that the invoice is for.
    pub period: Option<Period>,
    /// `P_13_x` with their `P_14_x` and `P_14_xW`, in the schema's order; only those present.
    pub totals: Vec<RateTotal>,
    /// The net value of the whole where the form states it: FA_RR `P_11_1`, PEF `TaxExclusiveAmount`.
    pub net: Option<Decimal>,
    /// `P_15`: the amount due; for an advance invoice the payment documented, for a correction the difference. FA_RR
    /// `P_12_1`, PEF `TaxInclusiveAmount`.
    pub gross: Option<Decimal>,
    /// `KursWalutyZ`: the exchange rate of an advance invoice.
    pub advance_exchange_rate: Option<Decimal>,
    /// `Adnotacje`.
    pub annotations: Annotations,
    /// `RodzajFaktury`; `None` when missing or unknown.
    pub kind: Option<InvoiceKind>,
    /// What a correction corrects; present when any of its elements is.
    pub correction: Option<Correction>,
    /// `ZaliczkaCzesciowa`: the payments that one advance invoice documents.
    pub advance_payments: Vec<AdvancePayment>,
    /// `FP`: an invoice to a receipt (art. 109 (3d)).
    pub is_to_receipt: bool,
    /// `TP`: seller and buyer are related.
    pub has_related_parties: bool,
    /// `DodatkowyOpis`.
    pub descriptions: Vec<Description>,
    /// `FakturaZaliczkowa`: the advance invoices that this one settles.
    pub advance_invoices: Vec<AdvanceReference>,
    /// `ZwrotAkcyzy`: farmers' excise refund.
    pub is_excise_refund: bool,
    /// `FaWiersz`.
    pub lines: Vec<Line>,
    /// `Rozliczenie`.
    pub settlement: Option<Settlement>,
    /// `Platnosc`.
    pub payment: Option<Payment>,
    /// `WarunkiTransakcji`.
    pub terms: Option<TransactionTerms>,
    /// `Zamowienie`.
    pub order: Option<Order>,
    /// `Stopka/Informacje/StopkaFaktury`.
    pub footers: Vec<String>,
    /// `Stopka/Rejestry`.
    pub registers: Vec<Register>,
    /// `Zalacznik/BlokDanych`.
    pub attachment: Vec<AttachmentBlock>,
    /// Whether `Zalacznik` is there, even if empty; in PEF, whether a document is embedded.
    pub has_attachment: bool,
    /// What only FA_RR has.
    pub flat_rate: Option<FlatRate>,
    /// What only PEF and PEF_KOR have.
    pub peppol: Option<Peppol>,
    /// Values that are there and could not be read.
    pub unreadable: Vec<Unreadable>,
}

impl Invoice {
    /// An invoice with nothing in it.
    fn empty(form: Form) -> Self {
        Self {
            form,
            created_at: None,
            system: None,
            seller: Party::default(),
            buyer: Party::default(),
            third_parties: Vec::new(),
            authorized: None,
            currency: String::new(),
            issue_date: None,
            issue_place: None,
            number: String::new(),
            warehouse_documents: Vec::new(),
            sale_date: None,
            period: None,
            totals: Vec::new(),
            net: None,
            gross: None,
            advance_exchange_rate: None,
            annotations: Annotations::default(),
            kind: None,
            correction: None,
            advance_payments: Vec::new(),
            is_to_receipt: false,
            has_related_parties: false,
            descriptions: Vec::new(),
            advance_invoices: Vec::new(),
            is_excise_refund: false,
            lines: Vec::new(),
            settlement: None,
            payment: None,
            terms: None,
            order: None,
            footers: Vec::new(),
            registers: Vec::new(),
            attachment: Vec::new(),
            has_attachment: false,
            flat_rate: None,
            peppol: None,
            unreadable: Vec::new(),
        }
    }
}

/// A value of the document that does not parse as what its element means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unreadable {
    /// Path with indexes, as in [`crate::Finding::path`].
    pub path: String,
    /// The text, cut at 200 characters.
    pub text: String,
}

/// `RodzajFaktury`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum InvoiceKind {
    /// An ordinary invoice.
    #[serde(rename = "VAT")]
    Vat,
    /// A correction.
    #[serde(rename = "KOR")]
    Kor,
    /// An advance invoice.
    #[serde(rename = "ZAL")]
    Zal,
    /// A settlement invoice after advances (art. 106f (3)).
    #[serde(rename = "ROZ")]
    Roz,
    /// A simplified invoice (art. 106e (5) 3).
    #[serde(rename = "UPR")]
    Upr,
    /// A correction of an advance invoice.
    #[serde(rename = "KOR_ZAL")]
    KorZal,
    /// A correction of a settlement invoice.
    #[serde(rename = "KOR_ROZ")]
    KorRoz,
    /// FA_RR: an invoice for purchases from a flat-rate farmer.
    #[serde(rename = "VAT_RR")]
    VatRr,
    /// FA_RR: its correction.
    #[serde(rename = "KOR_VAT_RR")]
    KorVatRr,
    /// PEF: an ordinary invoice.
    #[serde(rename = "PEF")]
    VatPef,
    /// PEF: an invoice of the Polish profile with extensions ("specjalizowana").
    #[serde(rename = "PEF_SP")]
    VatPefSp,
    /// PEF_KOR: a correction.
    #[serde(rename = "PEF_KOR")]
    KorPef,
}

impl InvoiceKind {
    /// Every kind of every form, those of FA first and in its schema's order.
    pub const ALL: [Self; 12] = [
        Self::Vat,
        Self::Kor,
        Self::Zal,
        Self::Roz,
        Self::Upr,
        Self::KorZal,
        Self::KorRoz,
        Self::VatRr,
        Self::KorVatRr,
        Self::VatPef,
        Self::VatPefSp,
        Self::KorPef,
    ];

    /// The value as the document has it: `KOR_ZAL`; PEF has none, and `PEF`, `PEF_SP`, `PEF_KOR` are ours.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vat => "VAT",
            Self::Kor => "KOR",
            Self::Zal => "ZAL",
            Self::Roz => "ROZ",
            Self::Upr => "UPR",
            Self::KorZal => "KOR_ZAL",
            Self::KorRoz => "KOR_ROZ",
            Self::VatRr => "VAT_RR",
            Self::KorVatRr => "KOR_VAT_RR",
            Self::VatPef => "PEF",
            Self::VatPefSp => "PEF_SP",
            Self::KorPef => "PEF_KOR",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it corrects another invoice.
    #[must_use]
    pub const fn is_correction(self) -> bool {
        matches!(self, Self::Kor | Self::KorZal | Self::KorRoz | Self::KorVatRr | Self::KorPef)
    }
}

/// `OkresFa`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// `P_6_Od`.
    pub from: Option<Date>,
    /// `P_6_Do`.
    pub to: Option<Date>,
}

/// What a correcting invoice says of the ones it corrects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// `PrzyczynaKorekty`.
    pub reason: Option<String>,
    /// `TypKorekty`: 1 date of the original, 2 date of the correction, 3 another date.
    pub effect: Option<u8>,
    /// `DaneFaKorygowanej`.
    pub corrected: Vec<CorrectedInvoice>,
    /// `OkresFaKorygowanej`.
    pub period: Option<String>,
    /// `NrFaKorygowany`: the right number, when the number itself is corrected.
    pub right_number: Option<String>,
    /// `Podmiot1K`: the seller as on the corrected invoice.
    pub seller_before: Option<Party>,
    /// `Podmiot2K`: buyers as on the corrected invoice.
    pub buyers_before: Vec<Party>,
    /// `P_15ZK`: the amount before the correction.
    pub gross_before: Option<Decimal>,
    /// `KursWalutyZK`: the exchange rate before the correction.
    pub exchange_rate_before: Option<Decimal>,
}

/// `DaneFaKorygowanej`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CorrectedInvoice {
    /// `DataWystFaKorygowanej`.
    pub issue_date: Option<Date>,
    /// `NrFaKorygowanej`.
    pub number: String,
    /// `NrKSeFFaKorygowanej`, as it stands (official examples have wrong check sums).
    pub ksef_number: Option<String>,
    /// `NrKSeFN` = 1: issued outside KSeF.
    pub is_outside_ksef: bool,
}

/// `ZaliczkaCzesciowa`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdvancePayment {
    /// `P_6Z`: received on.
    pub date: Option<Date>,
    /// `P_15Z`: amount.
    pub amount: Option<Decimal>,
    /// `KursWalutyZW`: exchange rate.
    pub exchange_rate: Option<Decimal>,
}

/// `FakturaZaliczkowa`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdvanceReference {
    /// `NrFaZaliczkowej`: number of an advance invoice issued outside KSeF.
    pub number: Option<String>,
    /// `NrKSeFFaZaliczkowej`, as it stands.
    pub ksef_number: Option<String>,
    /// `NrKSeFZN` = 1: issued outside KSeF.
    pub is_outside_ksef: bool,
}

/// `DodatkowyOpis`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// `NrWiersza`: the line that it belongs to; `None`: the whole invoice.
    pub line_number: Option<u64>,
    /// `Klucz`.
    pub key: String,
    /// `Wartosc`.
    pub value: String,
}

/// `Stopka/Rejestry`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Register {
    /// `PelnaNazwa`.
    pub name: Option<String>,
    /// `KRS`: number in the court register.
    pub krs: Option<String>,
    /// `REGON`: statistical number.
    pub regon: Option<String>,
    /// `BDO`: number in the waste register.
    pub bdo: Option<String>,
}

/// Reads the view of an invoice of any form.
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML or not an invoice that KSeF takes.
pub fn read(bytes: &[u8]) -> Result<Invoice, ReadError> {
    let source = source(bytes)?;
    let document = Document::parse(source).map_err(|error| not_xml(source, error))?;
    let root = document.root().ok_or(ReadError::Empty)?;
    match crate::detect_form(bytes) {
        Some(form @ (Form::Fa2 | Form::Fa3)) => Ok(reader::invoice(form, root)),
        Some(Form::FaRr1) => Ok(flat_rate::invoice(root)),
        Some(form @ (Form::Pef3 | Form::PefKor3)) => Ok(peppol::invoice(form, root)),
        Some(form @ Form::Upo43) => Err(ReadError::Unsupported(form)),
        None => Err(ReadError::UnknownForm { root: text::cut(root.name(), 60) }),
    }
}

/// The bytes as text, without byte order mark.
pub(crate) fn source(bytes: &[u8]) -> Result<&str, ReadError> {
    let body = bytes.strip_prefix(file_rules::BYTE_ORDER_MARK).unwrap_or(bytes);
    if body.is_empty() {
        return Err(ReadError::Empty);
    }
    if body.len() > xml::BYTES_MAX {
        return Err(not_readable(&catalogue::HUGE, (1, 1)));
    }
    std::str::from_utf8(body)
        .map_err(|error| not_readable(&catalogue::NOT_UTF8, report::position(body, error.valid_up_to())))
}

/// Why a text is no document.
pub(crate) fn not_xml(source: &str, error: XmlError) -> ReadError {
    not_readable(file_rules::fault_rule(error.fault), report::position(source.as_bytes(), error.offset))
}

fn not_readable(rule: &catalogue::Rule, (line, column): (u32, u32)) -> ReadError {
    ReadError::NotXml { message: rule.title[1].to_owned(), line, column }
}
