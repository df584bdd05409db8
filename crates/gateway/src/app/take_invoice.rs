//! Taking a sales invoice in: it is looked at, and written down before anything else is done.

use std::sync::Arc;

use gateway_objects::{ObjectError, ObjectKind};
use gateway_rules::policy::SendingPolicy;
use gateway_rules::series::SeriesError;
use gateway_store::{NewSale, Resend, SaleId, SaleState, StoreError, Taken};
use invoice_tables::TableError;
use ksef_crypto::sha256;
use ksef_id::{ContextType, Nip, Sha256Hash};
use ksef_invoice::{
    Form, Invoice, InvoiceMetadata, MetadataIdentifierType, Profile, Report, ValidationOptions, validate,
};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::App;
use super::intake::IntakeError;
use crate::company::{Company, Environment};

/// Why an invoice was not taken. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TakeError {
    /// No bytes.
    #[error("the document is empty")]
    Empty,
    /// It has errors.
    #[error("the invoice has errors")]
    Invalid(Box<Report>),
    /// A form that this company cannot send.
    #[error("the form {} cannot be sent here", .0.name())]
    NotHere(Form),
    /// Somebody else's invoice.
    #[error("the seller is {seller}")]
    OtherSeller {
        /// NIP of the seller.
        seller: String,
    },
    /// No invoice could be built of what was given.
    #[error("no invoice can be built")]
    NotBuilt {
        /// Why, as `bramka convert --format json` shows it.
        findings: Vec<serde_json::Value>,
        /// The first of them in words.
        first: String,
    },
    /// The file is no table, or no list, that can be read.
    #[error("the file cannot be read")]
    Unreadable(#[source] TableError),
    /// Longer than a file of several invoices may be.
    #[error("the file is longer than {limit} bytes")]
    TooLarge {
        /// What is allowed.
        limit: usize,
    },
    /// There is no such series.
    #[error("the company has no series {0:?}")]
    NoSeries(String),
    /// The series cannot give a number.
    #[error("the series cannot be used")]
    Series(#[from] SeriesError),
    /// A number is to be given, and there is no key to give it for.
    #[error("a number of the series {series:?} needs a key")]
    NoKey {
        /// Which series.
        series: String,
    },
    /// The gateway stops.
    #[error("the gateway is stopping")]
    Stopping,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

impl TakeError {
    /// Whether the same may be taken later without anybody changing it.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Stopping => true,
            Self::Store(StoreError::SeriesHeld { .. }) => true,
            Self::Store(error) => error.may_pass(),
            // What is refused is refused until somebody acts, and then it passes.
            Self::Objects(_) => true,
            _ => false,
        }
    }
}

impl From<IntakeError> for TakeError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Store(error) => Self::Store(error),
            IntakeError::Stopping => Self::Stopping,
        }
    }
}

/// What comes with a document.
#[derive(Debug, Clone, Default)]
pub(crate) struct TakeOptions<'a> {
    /// The caller's key for it.
    pub(crate) idempotency_key: Option<&'a str>,
    /// Who brings it: `rest`, `folder`, a person.
    pub(crate) actor: &'a str,
    /// Another policy than the company's.
    pub(crate) policy: Option<SendingPolicy>,
    /// The rejected offline sale whose technical correction it is.
    pub(crate) technical_of: Option<SaleId>,
    /// The sale whose bytes these are, and that is sent once more.
    pub(crate) resends: Option<Resend>,
    /// What the document was built from, when it was built here.
    pub(crate) source: Option<Sha256Hash>,
}

/// Takes `content` in for `company`. The same key with the same bytes gives the invoice that is there already.
pub(crate) async fn take_invoice(
    app: &App,
    company: &Company,
    options: &TakeOptions<'_>,
    content: &[u8],
) -> Result<Taken, TakeError> {
    let (invoice, metadata) = checked(company, content)?;
    let policy = match options.policy {
        Some(policy) => policy,
        None => {
            let settings = app.store.sending_settings(&company.context).await?;
            SendingPolicy::from_name(&settings.policy).unwrap_or(SendingPolicy::Manual)
        }
    };
    let corrects = corrected(app, company, &invoice).await?;
    let mut new = new_sale(company, options, &invoice, &metadata, content);
    policy.as_str().clone_into(&mut new.policy);
    // A technical correction does not wait to be sent online: it is released as the offline document that it stands for.
    let goes_by_itself = policy.sends_by_itself() && options.technical_of.is_none();
    new.state = match &options.resends {
        // A person has sent it, whatever its policy, and as it was issued.
        Some(Resend { offline: Some(_), .. }) => SaleState::OfflineIssued,
        Some(_) => SaleState::Waiting,
        None if goes_by_itself => SaleState::Waiting,
        None => SaleState::Validated,
    };
    new.corrects = corrects;
    let arriving = app.documents.arriving(ObjectKind::Invoice, &[&new.sha256]).await?;
    new.is_external = app.documents.keep(&arriving, ObjectKind::Invoice, &new.sha256, content).await?;
    let taken = app.intake.take(new).await?;
    drop(arriving);
    company.sales_bell.notify_one();
    app.bell.notify_one();
    Ok(taken)
}

/// The document's metadata, if it has no errors and this company may send it.
pub(super) fn checked(company: &Company, content: &[u8]) -> Result<(Invoice, InvoiceMetadata), TakeError> {
    if content.is_empty() {
        return Err(TakeError::Empty);
    }
    // Recognised first, and refused with a word of its own instead of a list of findings.
    if let Some(form) = ksef_invoice::detect_form(content)
        && !is_sent_here(company, form)
    {
        return Err(TakeError::NotHere(form));
    }
    let today = gateway_rules::calendar::warsaw_day(company.now());
    let options =
        ValidationOptions { profile: Profile::Strict, today: Some(today), ..ValidationOptions::default() };
    let report = validate(content, &options);
    if !report.is_valid() {
        return Err(TakeError::Invalid(Box::new(report)));
    }
    // What is valid can be read, and has a date and an amount.
    let Ok(invoice) = ksef_invoice::read(content) else { return Err(TakeError::Invalid(Box::new(report))) };
    let metadata = invoice.metadata();
    if metadata.issue_date.is_none() {
        return Err(TakeError::Invalid(Box::new(report)));
    }
    check_issuer(company, &metadata)?;
    Ok((invoice, metadata))
}

/// The invoice that a correction corrects, when it is one of ours that has no KSeF number yet: the correction then waits
/// for it, since it has to name the number or say that there is none (guide, `tryby-offline.md`; field notes A6).
async fn corrected(app: &App, company: &Company, invoice: &Invoice) -> Result<Option<SaleId>, StoreError> {
    let Some(correction) = &invoice.correction else { return Ok(None) };
    for one in correction.corrected.iter().take(CORRECTED_MAX) {
        if let Some(original) = app.store.sale_with_number(&company.context, &one.number).await?
            && !original.state.is_numbered()
        {
            return Ok(Some(original.id));
        }
    }
    Ok(None)
}

/// Which forms KSeF takes from whom: PEF only in the context of a Peppol provider (field notes, tier C), FA(2) on the test
/// environment alone, a UPO never.
fn is_sent_here(company: &Company, form: Form) -> bool {
    let is_peppol = company.context.kind() == ContextType::PeppolId;
    match form {
        Form::Fa3 | Form::FaRr1 => !is_peppol,
        Form::Pef3 | Form::PefKor3 => is_peppol,
        Form::Fa2 => matches!(company.environment, Environment::Test | Environment::Simulator { .. }),
        Form::Upo43 => false,
    }
}

fn new_sale(
    company: &Company,
    options: &TakeOptions<'_>,
    invoice: &Invoice,
    metadata: &InvoiceMetadata,
    content: &[u8],
) -> NewSale {
    let kind = invoice.kind.map_or(metadata.form.name(), |kind| kind.code());
    let number = metadata.invoice_number.trim();
    NewSale {
        company: company.context.clone(),
        idempotency_key: options.idempotency_key.map(str::to_owned),
        actor: options.actor.to_owned(),
        state: SaleState::Waiting,
        policy: String::new(),
        form: metadata.form.name().to_owned(),
        // Seller, kind and number are what KSeF tells invoices apart by (field notes A2). A technical correction has
        // them of the document that it stands for, which was refused and has given them back.
        number_key: Some(format!("{}|{kind}|{number}", metadata.seller_nip)),
        kind: kind.to_owned(),
        invoice_number: metadata.invoice_number.clone(),
        issue_date: metadata.issue_date.unwrap_or_default(),
        buyer_nip: buyer_nip(metadata),
        buyer_name: metadata.buyer.name.clone(),
        gross: metadata.gross_amount.to_string(),
        gross_minor: minor(metadata.gross_amount),
        currency: metadata.currency.clone(),
        // A technical correction goes online even with an attachment (guide, `offline/korekta-techniczna.md`).
        is_batch_only: metadata.has_attachment && options.technical_of.is_none(),
        is_self_billing: metadata.is_self_invoicing,
        corrects: None,
        technical_of: options.technical_of,
        resends: options.resends.clone(),
        findings: None,
        sha256: Sha256Hash::from_bytes(&sha256(content)),
        source_sha256: options.source.clone(),
        size_bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
        content: Arc::from(content),
        is_external: false,
    }
}

fn buyer_nip(metadata: &InvoiceMetadata) -> Option<String> {
    let identifier = &metadata.buyer.identifier;
    if identifier.kind == MetadataIdentifierType::Nip { identifier.value.clone() } else { None }
}

/// An amount in hundredths; what is longer than any real amount is only sorted wrongly.
fn minor(amount: Decimal) -> i64 {
    (amount * Decimal::ONE_HUNDRED).round().to_i64().unwrap_or(i64::MAX)
}

/// KSeF refuses an invoice of another seller (410) unless a right was granted; self-billing is such a right, and whether
/// it was granted is KSeF's to say. The invoice of a flat-rate farmer is issued by its buyer.
fn check_issuer(company: &Company, metadata: &InvoiceMetadata) -> Result<(), TakeError> {
    let Some(own) = company.context.nip() else { return Ok(()) };
    let issuer = match metadata.form {
        Form::FaRr1 => buyer_nip(metadata),
        _ => Some(metadata.seller_nip.clone()),
    };
    let issuer = issuer.unwrap_or_default();
    if metadata.is_self_invoicing || Nip::parse(&issuer).ok() == Some(own) {
        Ok(())
    } else {
        Err(TakeError::OtherSeller { seller: issuer })
    }
}

/// A collective correction can name thousands; what waits for the first of them waits.
const CORRECTED_MAX: usize = 100;
