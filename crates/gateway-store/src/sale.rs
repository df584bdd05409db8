//! What a sales invoice is, here.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};
use uuid::Uuid;

use crate::db::Row;
use crate::{SaleState, StoreError};

/// Our identifier of a sales invoice: a UUID of version 7, so that it sorts by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SaleId(Uuid);

impl SaleId {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl std::fmt::Display for SaleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for SaleId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A document to be taken in.
#[derive(Debug, Clone)]
pub struct NewSale {
    /// Whose it is.
    pub company: ContextIdentifier,
    /// The caller's key for this document, if it gave one.
    pub idempotency_key: Option<String>,
    /// Who brought it: `rest`, `folder`, a person.
    pub actor: String,
    /// Where it begins: [`SaleState::Returned`] with findings, [`SaleState::Validated`], or [`SaleState::Waiting`].
    pub state: SaleState,
    /// The sending policy it came under.
    pub policy: String,
    /// The form's name, `FA(3)`.
    pub form: String,
    /// `RodzajFaktury`.
    pub kind: String,
    /// `P_2`.
    pub invoice_number: String,
    /// What KSeF tells invoices apart by; `None` for what cannot be sent.
    pub number_key: Option<String>,
    /// `P_1`.
    pub issue_date: Date,
    /// The buyer's NIP.
    pub buyer_nip: Option<String>,
    /// The buyer's name.
    pub buyer_name: Option<String>,
    /// `P_15` as a decimal with a point.
    pub gross: String,
    /// The same in hundredths.
    pub gross_minor: i64,
    /// `KodWaluty`.
    pub currency: String,
    /// KSeF takes it by batch only.
    pub is_batch_only: bool,
    /// The buyer issues it in the seller's name.
    pub is_self_billing: bool,
    /// The sale it corrects, one of ours without a number yet.
    pub corrects: Option<SaleId>,
    /// The rejected offline sale whose technical correction it is.
    pub technical_of: Option<SaleId>,
    /// The sale whose bytes it sends once more.
    pub resends: Option<Resend>,
    /// What is wrong with it, as JSON.
    pub findings: Option<String>,
    /// SHA-256 of the bytes.
    pub sha256: Sha256Hash,
    /// SHA-256 of what it was built from here; what comes a second time is known by it.
    pub source_sha256: Option<Sha256Hash>,
    /// The bytes, kept as they are; empty when they are in the object store.
    pub content: Arc<[u8]>,
    /// Their length.
    pub size_bytes: i64,
    /// The bytes are in the object store, under their hash.
    pub is_external: bool,
}

/// Of which sale a new one sends the bytes once more: one that was withdrawn or refused, and each once only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resend {
    /// Which one.
    pub of: SaleId,
    /// How and when it was issued offline, if it was: so it is issued still.
    pub offline: Option<(OfflineIssue, Timestamp)>,
}

impl Resend {
    /// The key under which it is taken in, once for each sale. No caller has it: theirs have no spaces.
    pub(crate) fn key(&self) -> String {
        format!("{RESEND_KEY}{}", self.of)
    }
}

/// What taking a document in came to.
#[derive(Debug, Clone)]
pub enum Taken {
    /// It is new.
    New(Sale),
    /// The same key brought the same bytes before, or the same bytes came without a key.
    Known(Sale),
}

/// How an invoice was issued, and by when KSeF shall have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineIssue {
    /// `offline24`, `unavailability`, `failure` or `totalFailure`.
    pub mode: String,
    /// The last day, when it is known.
    pub due_on: Option<Date>,
    /// KOD II's address.
    pub certificate_link: Option<String>,
}

/// A sales invoice as lists show it; its bytes are read apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Our identifier.
    pub id: SaleId,
    /// Its place in the order of arrival: the cursor of lists.
    pub position: i64,
    /// Whose it is.
    pub company: ContextIdentifier,
    /// Where it stands.
    pub state: SaleState,
    /// The sending policy it goes by.
    pub policy: String,
    /// The form's name.
    pub form: String,
    /// `RodzajFaktury`.
    pub kind: String,
    /// `P_2`.
    pub invoice_number: String,
    /// `P_1`.
    pub issue_date: Date,
    /// The buyer's NIP.
    pub buyer_nip: Option<String>,
    /// The buyer's name.
    pub buyer_name: Option<String>,
    /// `P_15`.
    pub gross: String,
    /// `KodWaluty`.
    pub currency: String,
    /// SHA-256 of the bytes.
    pub sha256: Sha256Hash,
    /// SHA-256 of what it was built from here.
    pub source_sha256: Option<Sha256Hash>,
    /// Length in bytes.
    pub size_bytes: i64,
    /// KSeF takes it by batch only.
    pub is_batch_only: bool,
    /// The buyer issues it in the seller's name.
    pub is_self_billing: bool,
    /// `online`, or the offline mode it was issued in.
    pub mode: String,
    /// When it was issued offline.
    pub offline_at: Option<Timestamp>,
    /// The last day for sending it.
    pub due_on: Option<Date>,
    /// KOD II's address, frozen when it was issued offline.
    pub certificate_link: Option<String>,
    /// The sale it corrects, which had no number when this one came.
    pub corrects: Option<SaleId>,
    /// The rejected offline sale whose technical correction it is.
    pub technical_of: Option<SaleId>,
    /// How often it was handed to a session.
    pub attempts: i64,
    /// Session of the last attempt.
    pub session: Option<ReferenceNumber>,
    /// KSeF's reference in that session.
    pub invoice_reference: Option<ReferenceNumber>,
    /// KSeF's number.
    pub ksef_number: Option<KsefNumber>,
    /// `Online` or `Offline`, as KSeF shows it in the end.
    pub ksef_mode: Option<String>,
    /// The session whose UPO speaks of the number.
    pub upo_session: Option<ReferenceNumber>,
    /// Which page of that session's UPO, when no UPO of its own is kept.
    pub upo_page: Option<i64>,
    /// Why it stands where it stands.
    pub reason: Option<Reason>,
    /// It is not looked at before.
    pub held_until: Option<Timestamp>,
    /// What is wrong with it, as JSON.
    pub findings: Option<String>,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

/// A code and its words: KSeF's own, or ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// `ksef.450`, `call.notSent` and the like.
    pub code: String,
    /// The words, as they are shown.
    pub text: String,
}

/// Which of an invoice's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// The invoice itself.
    Xml,
    /// KSeF's confirmation.
    Upo,
}

impl Document {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Upo => "upo",
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// What to ask for next; `None` at the end.
    pub next: Option<i64>,
}

impl Sale {
    /// Whether it was issued in an offline mode.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.mode != ONLINE
    }

    pub(crate) fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed("id")?,
            position: row.int("position")?,
            company: row.parsed("company")?,
            state: row.parsed("state")?,
            policy: row.text("policy")?,
            form: row.text("form")?,
            kind: row.text("kind")?,
            invoice_number: row.text("invoice_number")?,
            issue_date: row.parsed("issue_date")?,
            buyer_nip: row.maybe_text("buyer_nip")?,
            buyer_name: row.maybe_text("buyer_name")?,
            gross: row.text("gross")?,
            currency: row.text("currency")?,
            sha256: row.parsed("sha256")?,
            source_sha256: row.maybe_parsed("source_sha256")?,
            size_bytes: row.int("size_bytes")?,
            is_batch_only: row.flag("is_batch_only")?,
            is_self_billing: row.flag("is_self_billing")?,
            mode: row.text("mode")?,
            offline_at: row.maybe_timestamp("offline_at")?,
            due_on: row.maybe_parsed("due_on")?,
            certificate_link: row.maybe_text("certificate_link")?,
            corrects: row.maybe_parsed("corrects")?,
            technical_of: row.maybe_parsed("technical_of")?,
            attempts: row.int("attempts")?,
            session: row.maybe_parsed("session")?,
            invoice_reference: row.maybe_parsed("invoice_reference")?,
            ksef_number: row.maybe_parsed("ksef_number")?,
            ksef_mode: row.maybe_text("ksef_mode")?,
            upo_session: row.maybe_parsed("upo_session")?,
            upo_page: row.maybe_int("upo_page")?,
            reason: reason_from(row)?,
            held_until: row.maybe_timestamp("held_until")?,
            findings: row.maybe_text("findings")?,
            created_at: row.timestamp("created_at")?,
            updated_at: row.timestamp("updated_at")?,
        })
    }
}

/// The columns `reason_code` and `reason`, which are set together.
pub(crate) fn reason_from(row: &Row) -> Result<Option<Reason>, StoreError> {
    let (code, text) = (row.maybe_text("reason_code")?, row.maybe_text("reason")?);
    Ok(code.zip(text).map(|(code, text)| Reason { code, text }))
}

/// Cuts what was read (one more than the limit) to a page.
pub(crate) fn page_of<T>(mut items: Vec<T>, limit: u32, position: impl Fn(&T) -> i64) -> Page<T> {
    let limit = limit as usize;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(position) } else { None };
    Page { items, next }
}

/// How the keys of those begin that send another one's bytes; its identifier follows.
pub(crate) const RESEND_KEY: &str = "resend of ";
/// The mode of what was not issued offline.
pub(crate) const ONLINE: &str = "online";
