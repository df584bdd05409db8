//! What somebody has saved of KSeF 1.0: invoices with their numbers of 36 characters, and confirmations. The bytes are kept as they
//! came; read is what a register needs.

use gateway_objects::{ObjectError, ObjectKind};
use gateway_rules::copies::copy_key;
use gateway_store::{
    Assignment, Imported, NewFormerUpo, PurchaseFacts, PurchaseRole, ReceivedInvoice, StoreError,
};
use ksef_crypto::sha256;
use ksef_id::{KsefNumber, Sha256Hash};
use ksef_invoice::view::{FormerInvoice, FormerParty};
use ksef_invoice::{ReadError, read_former, read_former_upo};

use super::facts::{day_of, minor};
use crate::app::{App, WorkError};
use crate::company::Company;

/// Why something was not taken in.
#[derive(Debug)]
pub(crate) enum ImportError {
    /// It is nothing that can be read.
    Unreadable(ReadError),
    /// Its seller is another one than its number says, or the company does not stand on it.
    OtherCompany(String),
    /// A confirmation that speaks of no invoice.
    NothingConfirmed,
    /// Database or object store.
    Work(WorkError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Work(error.into())
    }
}

impl From<ObjectError> for ImportError {
    fn from(error: ObjectError) -> Self {
        Self::Work(error.into())
    }
}

/// Takes an invoice in under its number.
pub(crate) async fn import_invoice(
    app: &App,
    company: &Company,
    number: &KsefNumber,
    content: Vec<u8>,
    actor: &str,
) -> Result<Imported, ImportError> {
    let read = read_former(&content).map_err(ImportError::Unreadable)?;
    let own = company.context.nip().map(|nip| nip.as_str().to_owned()).unwrap_or_default();
    if plain(read.seller.id.as_deref().unwrap_or_default()) != number.seller().as_str() {
        return Err(ImportError::OtherCompany(read.seller.id.unwrap_or_default()));
    }
    let role = role_on(&read, &own).ok_or_else(|| ImportError::OtherCompany(own.clone()))?;
    let hash = Sha256Hash::from_bytes(&sha256(&content));
    let arriving = app.documents.arriving(ObjectKind::Invoice, &[&hash]).await?;
    let is_external = app.documents.keep(&arriving, ObjectKind::Invoice, &hash, &content).await?;
    let Some(received_on) = day_of(number) else { return Err(ImportError::NothingConfirmed) };
    let facts = facts(&read, number, received_on);
    let invoice = ReceivedInvoice {
        ksef_number: number.clone(),
        received_on,
        copy_key: copy_key(facts.seller_id.as_deref(), &facts.invoice_number),
        facts,
        sha256: hash,
        content,
        is_external,
        invoicing_date: None,
        acquired_at: None,
        permanent_storage_date: None,
        findings: None,
        thirds: Vec::new(),
        orders: Vec::new(),
        assignment: Assignment::default(),
    };
    Ok(app.journal.invoice_imported(&company.context, role, &invoice, actor, company.now()).await?)
}

/// A confirmation that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptUpo {
    pub(crate) is_new: bool,
    pub(crate) sha256: Sha256Hash,
    /// Of how many invoices it speaks.
    pub(crate) invoices: u64,
    /// How many of them are here.
    pub(crate) here: u64,
}

/// Takes a confirmation in; the invoices may come before or after it.
pub(crate) async fn import_upo(app: &App, company: &Company, content: &[u8]) -> Result<KeptUpo, ImportError> {
    let confirmed = read_former_upo(content).map_err(ImportError::Unreadable)?;
    let invoices: Vec<(KsefNumber, Option<Sha256Hash>)> = confirmed
        .into_iter()
        .filter(|one| one.ksef_number.is_of_ksef_1())
        .map(|one| (one.ksef_number, one.sha256))
        .collect();
    if invoices.is_empty() {
        return Err(ImportError::NothingConfirmed);
    }
    let hash = Sha256Hash::from_bytes(&sha256(content));
    let arriving = app.documents.arriving(ObjectKind::Upo, &[&hash]).await?;
    let is_external = app.documents.keep(&arriving, ObjectKind::Upo, &hash, content).await?;
    let new = NewFormerUpo { sha256: &hash, content: (!is_external).then_some(content), invoices: &invoices };
    let is_new = app.journal.former_upo_kept(&company.context, &new, company.now()).await?;
    let here = app.store.former_invoices_here(&company.context, &hash).await?;
    Ok(KeptUpo { is_new, invoices: invoices.len() as u64, here, sha256: hash })
}

/// As what the company stands on it; `None` when it does not.
fn role_on(invoice: &FormerInvoice, own: &str) -> Option<PurchaseRole> {
    let is_own = |party: &FormerParty| party.id.as_deref().is_some_and(|id| plain(id) == own);
    if is_own(&invoice.buyer) {
        Some(PurchaseRole::Buyer)
    } else if is_own(&invoice.seller) {
        Some(PurchaseRole::Seller)
    } else if invoice.thirds.iter().any(|id| plain(id) == own) {
        Some(PurchaseRole::Third)
    } else {
        None
    }
}

fn facts(read: &FormerInvoice, number: &KsefNumber, received_on: jiff::civil::Date) -> PurchaseFacts {
    PurchaseFacts {
        form: read.form.clone(),
        kind: read.kind.clone(),
        invoice_number: read.number.clone(),
        seller_id: Some(number.seller().as_str().to_owned()),
        seller_name: read.seller.name.clone(),
        buyer_id: read.buyer.id.clone(),
        buyer_name: read.buyer.name.clone(),
        issue_date: read.issue_date.unwrap_or(received_on),
        sale_date: read.sale_date,
        due_date: None,
        net: None,
        vat: None,
        gross: read.gross.map(|gross| gross.to_string()).unwrap_or_default(),
        gross_minor: read.gross.map(minor).unwrap_or_default(),
        currency: read.currency.clone(),
        account: None,
        order_number: None,
        is_split_payment: false,
        is_paid: false,
    }
}

fn plain(identifier: &str) -> String {
    identifier.chars().filter(char::is_ascii_alphanumeric).collect()
}
