//! The use cases: one plain function each, read in order. They decide; the store keeps, KSeF answers.

pub(crate) mod allowed;
mod batch;
pub(crate) mod buyer_letters;
pub(crate) mod confirm;
pub(crate) mod contractors;
pub(crate) mod deadline;
pub(crate) mod decide;
mod duplicate;
pub(crate) mod follow;
pub(crate) mod handover;
pub(crate) mod intake;
pub(crate) mod letters;
pub(crate) mod notices;
pub(crate) mod offline;
mod online;
pub(crate) mod outages;
pub(crate) mod preview_table;
pub(crate) mod purchases;
pub(crate) mod read_back;
mod ready;
pub(crate) mod resend;
pub(crate) mod retention;
mod same_content;
pub(crate) mod secrets;
pub(crate) mod send;
pub(crate) mod series;
pub(crate) mod settle;
pub(crate) mod shape;
pub(crate) mod standing;
pub(crate) mod structure;
pub(crate) mod take_document;
pub(crate) mod take_invoice;
pub(crate) mod take_neutral;
pub(crate) mod technical;
mod verdict;

pub(crate) use online::OpenOnline;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gateway_objects::ObjectError;
use gateway_outbound::WebhookSender;
use gateway_store::{Document, Fence, Moving, Reason, Sale, SaleId, SaleMove, Store, StoreError};
use jiff::Timestamp;
use ksef_client::CallError;
use ksef_id::Sha256Hash;
use ksef_invoice::Form;
use ksef_wire::{
    FormCode, InvoiceQueryDateRange, InvoiceQueryDateType, InvoiceQueryFilters, InvoiceQuerySubjectType,
};
use tokio::sync::{Notify, watch};

use crate::companies::Companies;
use crate::company::Company;
use crate::documents::Documents;
use crate::help_answers::HelpAnswers;
use crate::journal::Journal;
use crate::told::ToldSetting;

/// What the use cases work with.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) journal: Arc<Journal>,
    pub(crate) documents: Documents,
    pub(crate) companies: Companies,
    /// Where documents that come at the same time are written down together.
    pub(crate) intake: intake::Intake,
    /// Rung when some work may have become due.
    pub(crate) bell: Notify,
    /// Rung when it was decided how long documents are kept, or what is held back.
    pub(crate) retention_bell: Notify,
    /// Where packages lie until they are sent.
    pub(crate) packages: PathBuf,
    /// How long one answer goes on releasing invoices.
    pub(crate) release_for: Duration,
    /// Sends messages to webhooks.
    pub(crate) webhooks: WebhookSender,
    /// The mail server, if there is one.
    pub(crate) mail: Option<letters::Mail>,
    /// Whom people may ask for help.
    pub(crate) support: Option<String>,
    /// How often purchases are looked for.
    pub(crate) purchases_every: Duration,
    /// How many purchases of each day there are.
    pub(crate) purchases_by_day: purchases::by_day::PurchasesByDay,
    /// Those who listen to events.
    pub(crate) listeners: Arc<notices::listeners::Listeners>,
    /// Seals secrets that the database keeps.
    pub(crate) secrets: secrets::Secrets,
    /// The address under which others reach the gateway.
    pub(crate) public_url: Option<String>,
    /// Whether people found the help of the pages useful.
    pub(crate) help: HelpAnswers,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// What the program was started with, for whoever may look.
    pub(crate) told: Vec<ToldSetting>,
    /// Says that the gateway stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// Work for one company under a lease: what every use case of a worker is given.
pub(crate) struct Work<'a> {
    pub(crate) app: &'a App,
    pub(crate) company: &'a Company,
    pub(crate) fence: &'a Fence,
}

/// Why a piece of work was not finished. Nothing is lost: it is found in the database and taken up again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    /// KSeF, or the way to it.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part of a package did not arrive.
    #[error(transparent)]
    Upload(#[from] ksef_client::batch::UploadError),
    /// A package could not be made.
    #[error(transparent)]
    Pack(#[from] ksef_client::batch::PackError),
    /// A package of KSeF could not be fetched.
    #[error(transparent)]
    Download(#[from] ksef_client::export::DownloadError),
    /// A package of KSeF could not be opened.
    #[error(transparent)]
    Unpack(#[from] ksef_client::export::UnpackError),
    /// A file or folder of ours.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Stored bytes are not what was taken in, or not there any more.
    #[error(
        "the stored document of {id} does not match its hash: it was changed or removed, or the disk is damaged"
    )]
    Tampered {
        /// Whose: an invoice's identifier, or a purchase's.
        id: String,
    },
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// Documents rest in an object store that this gateway was not told of.
    #[error(
        "the document of {id} rests in object storage, and no object storage is configured: start with --objects"
    )]
    NoObjects {
        /// Whose.
        id: String,
    },
    /// KSeF did not finish a package in time.
    #[error("KSeF has not finished a package yet")]
    PackageNotMade,
    /// KSeF still shows the session as open.
    #[error("KSeF has not closed the session yet")]
    SessionStillOpen,
}

/// Cuts off what was read beyond the `most` that are shown at a time; whether there was anything.
pub(crate) fn cut<T>(found: &mut Vec<T>, most: u32) -> bool {
    let has_more = found.len() > most as usize;
    found.truncate(most as usize);
    has_more
}

impl App {
    /// An invoice's bytes, if they still have the hash under which they were taken in.
    pub(crate) async fn checked_document(
        &self,
        id: SaleId,
        document: Document,
    ) -> Result<Option<(Vec<u8>, Sha256Hash)>, WorkError> {
        self.documents.of_sale(id, document).await
    }

    /// The XML of a sale, checked against the sale's own hash as well.
    pub(crate) async fn checked_xml(&self, sale: &Sale) -> Result<Vec<u8>, WorkError> {
        match self.checked_document(sale.id, Document::Xml).await? {
            Some((bytes, hash)) if hash == sale.sha256 => Ok(bytes),
            _ => Err(WorkError::Tampered { id: sale.id.to_string() }),
        }
    }
}

impl Work<'_> {
    pub(crate) fn now(&self) -> Timestamp {
        self.company.now()
    }

    /// Moves invoices; returns how many moved.
    pub(crate) async fn moves(&self, moves: &[Moving]) -> Result<usize, WorkError> {
        Ok(self.app.journal.moved(self.fence, moves, self.now()).await?)
    }

    pub(crate) async fn moves_one(&self, id: SaleId, by: SaleMove) -> Result<bool, WorkError> {
        Ok(self.moves(&[Moving::plain(id, by)]).await? == 1)
    }

    /// Says why an invoice does not move, and until when it is not looked at.
    pub(crate) async fn note(
        &self,
        id: SaleId,
        reason: Reason,
        held_until: Option<Timestamp>,
    ) -> Result<(), WorkError> {
        Ok(self.app.journal.noted(self.fence, &[(id, reason, held_until)], self.now()).await?)
    }
}

/// A call's failure as a reason that is shown beside a waiting invoice.
pub(crate) fn reason_of(error: &CallError) -> Reason {
    let code = match error {
        CallError::Refused { http_status, .. } => {
            format!("ksef.{}", error.refusal_code().unwrap_or(i32::from(*http_status)))
        }
        CallError::LimitReached { .. } => "call.limitReached".to_owned(),
        CallError::NotSent { .. } => "call.notSent".to_owned(),
        CallError::Unknown { .. } => "call.unknown".to_owned(),
        CallError::Login(_) => "call.login".to_owned(),
        CallError::Unprepared { .. } => "call.unprepared".to_owned(),
    };
    let text = match error {
        // The login's own words say more than "the login failed".
        CallError::Login(login) => login.to_string(),
        other => other.to_string(),
    };
    Reason { code, text }
}

/// A status of KSeF as a reason: its code and its own words.
pub(crate) fn reason_of_status(code: i32, description: &str, details: Option<&[String]>) -> Reason {
    let details = details.unwrap_or_default().join("; ");
    let text = if details.is_empty() {
        format!("{code} {description}")
    } else {
        format!("{code} {description}: {details}")
    };
    Reason { code: format!("ksef.{code}"), text }
}

/// The form with this name, as KSeF wants it named.
fn form_code(name: &str) -> Option<FormCode> {
    let form = Form::ALL.into_iter().find(|form| form.name() == name)?;
    Some(FormCode {
        system_code: form.system_code().to_owned(),
        schema_version: form.schema_version().to_owned(),
        value: form.value().to_owned(),
    })
}

/// What KSeF stored for good since a moment, of the invoices in which the company has this role: by the only date that never
/// goes backwards for a reader (field notes B1).
fn stored_since(subject_type: InvoiceQuerySubjectType, from: Timestamp) -> InvoiceQueryFilters {
    InvoiceQueryFilters {
        subject_type,
        date_range: InvoiceQueryDateRange {
            date_type: InvoiceQueryDateType::PermanentStorage,
            from: from.into(),
            to: None,
            restrict_to_permanent_storage_hwm_date: None,
        },
        ksef_number: None,
        invoice_number: None,
        amount: None,
        seller_nip: None,
        buyer_identifier: None,
        currency_codes: None,
        invoicing_mode: None,
        is_self_invoicing: None,
        form_type: None,
        invoice_types: None,
        has_attachment: None,
    }
}
