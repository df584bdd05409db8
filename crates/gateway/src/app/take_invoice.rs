//! Taking a sales invoice in: it is looked at, and written down before anything else is done.

use gateway_store::{NewSale, StoreError, Taken};
use jiff::tz::TimeZone;
use ksef_crypto::sha256;
use ksef_id::{Nip, Sha256Hash};
use ksef_invoice::{Form, Profile, Report, ValidationOptions, validate};

use super::App;
use crate::company::Company;

/// Why an invoice was not taken. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TakeError {
    /// No bytes.
    #[error("the document is empty")]
    Empty,
    /// It has errors.
    #[error("the invoice has errors")]
    Invalid(Box<Report>),
    /// A form that is not sent yet.
    #[error("the form {} is not supported yet", .0.name())]
    NotYet(Form),
    /// Somebody else's invoice.
    #[error("the seller is {seller}")]
    OtherSeller {
        /// NIP of the seller.
        seller: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes `content` in for `company`. The same key with the same bytes gives the invoice that is there already.
pub(crate) async fn take_invoice(
    app: &App,
    company: &Company,
    idempotency_key: Option<&str>,
    content: &[u8],
) -> Result<Taken, TakeError> {
    if content.is_empty() {
        return Err(TakeError::Empty);
    }
    // Other forms are recognised, and refused with a word of their own instead of a list of findings.
    if let Some(form) = ksef_invoice::detect_form(content)
        && form != Form::Fa3
    {
        return Err(TakeError::NotYet(form));
    }
    let today = app.journal.now().to_zoned(warsaw()).date();
    let options =
        ValidationOptions { profile: Profile::Strict, today: Some(today), ..ValidationOptions::default() };
    let report = validate(content, &options);
    if !report.is_valid() {
        return Err(TakeError::Invalid(Box::new(report)));
    }
    // What is valid can be read, and has a date and an amount.
    let Ok(invoice) = ksef_invoice::read(content) else { return Err(TakeError::Invalid(Box::new(report))) };
    let metadata = invoice.metadata();
    let Some(issue_date) = metadata.issue_date else { return Err(TakeError::Invalid(Box::new(report))) };
    check_seller(company, &metadata)?;

    let new = NewSale {
        company: &company.context,
        idempotency_key,
        form: metadata.form.name(),
        invoice_number: &metadata.invoice_number,
        issue_date,
        buyer_name: metadata.buyer.name.as_deref(),
        gross: &metadata.gross_amount.to_string(),
        currency: &metadata.currency,
        sha256: &Sha256Hash::from_bytes(&sha256(content)),
        content,
    };
    let taken = app.journal.take_invoice(&new).await?;
    company.sales_bell.notify_one();
    Ok(taken)
}

/// KSeF refuses an invoice of another seller (410) unless a right was granted; self-billing is such a right, and whether
/// it was granted is KSeF's to say.
fn check_seller(company: &Company, metadata: &ksef_invoice::InvoiceMetadata) -> Result<(), TakeError> {
    let seller = Nip::parse(&metadata.seller_nip).ok();
    if metadata.is_self_invoicing || company.context.nip().is_none() || seller == company.context.nip() {
        Ok(())
    } else {
        Err(TakeError::OtherSeller { seller: metadata.seller_nip.clone() })
    }
}

/// Poland's time zone, in which KSeF counts days.
fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").expect("the time zone database is compiled in")
}
