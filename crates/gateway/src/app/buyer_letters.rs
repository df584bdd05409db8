//! Invoices to buyers by e-mail: by a company's rule once the number is there, or when it was issued offline, or when somebody says
//! so. What may be handed over is decided in `gateway-rules/src/handover.rs`. The invoice itself goes by rule once: who has it with its
//! offline codes does not get it again with its number, since the same invoice twice is booked twice.

use gateway_outbound::{MailAttachment, is_mail_address};
use gateway_rules::buyer_letter::{BuyerLetter, LetterTemplate, buyer_key};
use gateway_rules::handover::Handover;
use gateway_rules::offline::InvoicingMode;
use gateway_store::{BuyerMail, BuyerText, LetterRecord, NewLetter, NoticeKind, Sale, SaleId, StoreError};
use jiff::Timestamp;
use ksef_invoice::Invoice;
use ksef_invoice::view::PartyIdentifier;
use ksef_render::{Language, Mode};

use super::handover::given;
use super::{App, WorkError};
use crate::company::Company;
use crate::print::{Output, Print, make, print_mode};

/// To whom an invoice is sent, and in which language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addressee {
    pub(crate) address: String,
    pub(crate) language: String,
}

/// A letter to a buyer that is to be written down.
pub(crate) struct Written {
    id: String,
    purpose: &'static str,
    addressee: Addressee,
    subject: String,
    text: String,
    sale: SaleId,
}

impl Written {
    pub(crate) fn as_new<'a>(&'a self, company: &'a Company) -> NewLetter<'a> {
        NewLetter {
            id: &self.id,
            company: &company.context,
            purpose: self.purpose,
            recipient: &self.addressee.address,
            subject: &self.subject,
            text: &self.text,
            sale: Some(self.sale),
            language: &self.addressee.language,
        }
    }
}

/// Writes letters for sales that got their numbers, of every company with a rule; `false` when there is nothing to do.
pub(crate) async fn write_to_buyers(app: &App) -> Result<bool, StoreError> {
    let rules = app.store.untold_buyers(AT_ONCE).await?;
    let mut is_done = false;
    for rule in &rules {
        match of_rule(app, rule).await {
            Ok(done) => is_done |= done,
            Err(WorkError::Store(error)) => return Err(error),
            // It is tried again: nothing was written, and the place stays where it is.
            Err(error) => tracing::warn!(company = %rule.company, %error, "letters to buyers wait"),
        }
    }
    Ok(is_done)
}

async fn of_rule(app: &App, rule: &BuyerMail) -> Result<bool, WorkError> {
    let Some(company) = app.companies.get(&rule.company) else { return Ok(false) };
    let notices = app.store.notices(&rule.company, rule.told_up_to, NOTICES_MAX).await?;
    let Some(last) = notices.last() else { return Ok(false) };
    let texts = app.store.buyer_texts(&rule.company).await?;
    let mut written: Vec<Written> = Vec::new();
    for notice in notices.iter().filter(|notice| {
        matches!(notice.kind, NoticeKind::InvoicesNumbered | NoticeKind::InvoicesIssuedOffline)
    }) {
        let items = notice.data["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        for item in items {
            let id = item.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
            let Some(id) = id else { continue };
            let Some(sale) = app.store.sale(&rule.company, id).await? else { continue };
            let view = match view_of(app, &sale).await {
                Ok(view) => view,
                Err(WorkError::Tampered { id }) => {
                    tracing::error!(
                        id,
                        "an invoice is not sent to its buyer: its bytes are not what they were"
                    );
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Some(addressee) = by_rule(app, rule, &sale, view.as_ref()).await? else { continue };
            let Some(new) = letter(app, &company, &sale, view.as_ref(), addressee, &texts) else { continue };
            // Told twice in one round, or written in an earlier one.
            let is_here = written.iter().any(|one| one.sale == new.sale && one.purpose == new.purpose);
            if !is_here && !was_written(app, &sale, new.purpose).await? {
                written.push(new);
            }
        }
    }
    let letters: Vec<NewLetter<'_>> = written.iter().map(|one| one.as_new(&company)).collect();
    Ok(app.journal.buyers_written(rule, last.number, &letters, Timestamp::now()).await?)
}

/// Whether a letter of this purpose was written for a sale; what the mail server refused for good was not had by anybody.
async fn was_written(app: &App, sale: &Sale, purpose: &str) -> Result<bool, StoreError> {
    let letters = app.store.letters_of_sale(&sale.company, sale.id).await?;
    Ok(letters.iter().any(|letter| letter.purpose == purpose && letter.state != GIVEN_UP))
}

/// A sale's document as it can be read; `None` when it cannot.
pub(crate) async fn view_of(app: &App, sale: &Sale) -> Result<Option<Invoice>, WorkError> {
    let xml = app.checked_xml(sale).await?;
    Ok(ksef_invoice::read(&xml).ok())
}

/// To whom a rule sends a sale: the address book first, then the address on the invoice of a buyer outside KSeF.
async fn by_rule(
    app: &App,
    rule: &BuyerMail,
    sale: &Sale,
    view: Option<&Invoice>,
) -> Result<Option<Addressee>, StoreError> {
    if rule.to_listed
        && let Some(found) = listed(app, sale, view).await?
    {
        return Ok(Some(found));
    }
    let outside = rule.to_outside && sale.buyer_nip.is_none();
    let address = view.filter(|_| outside).and_then(address_on);
    Ok(address.map(|address| Addressee { address, language: rule.language.clone() }))
}

/// The address book's entry of a sale's buyer.
pub(crate) async fn listed(
    app: &App,
    sale: &Sale,
    view: Option<&Invoice>,
) -> Result<Option<Addressee>, StoreError> {
    let identifier = sale.buyer_nip.clone().or_else(|| match &view?.buyer.identifier {
        PartyIdentifier::Nip(id) | PartyIdentifier::InternalId(id) => Some(id.clone()),
        PartyIdentifier::VatUe { country, number } => Some(format!("{country}{number}")),
        PartyIdentifier::Other { number, .. } => Some(number.clone()),
        PartyIdentifier::None => None,
    });
    let Some(identifier) = identifier else { return Ok(None) };
    let found = app.store.buyer_address(&sale.company, &buyer_key(&identifier)).await?;
    Ok(found.map(|found| Addressee { address: found.address, language: found.language }))
}

/// The buyer's e-mail address that stands on the invoice.
pub(crate) fn address_on(view: &Invoice) -> Option<String> {
    let mut addresses = view.buyer.contacts.iter().filter_map(|contact| contact.email.as_deref());
    let found = addresses.find(|address| is_mail_address(address.trim()))?;
    Some(found.trim().to_ascii_lowercase())
}

/// The letter that brings a sale to somebody; `None` while nothing may be handed over.
pub(crate) fn letter(
    app: &App,
    company: &Company,
    sale: &Sale,
    view: Option<&Invoice>,
    addressee: Addressee,
    texts: &[BuyerText],
) -> Option<Written> {
    let what = given(sale).what;
    let purpose = match what {
        Handover::Invoice => INVOICE,
        Handover::TransactionConfirmation => CONFIRMATION,
        Handover::Nothing => return None,
    };
    let seller = view.and_then(|view| view.seller.name.clone());
    let said = BuyerLetter {
        seller: seller.unwrap_or_else(|| company.context.to_string()),
        number: sale.invoice_number.clone(),
        issue_date: sale.issue_date.to_string(),
        amount: format!("{} {}", sale.gross, sale.currency),
        ksef_number: sale.ksef_number.as_ref().filter(|_| sale.state.is_numbered()).map(ToString::to_string),
    };
    let support = app.support.as_deref();
    let url = app.public_url.as_deref();
    let language = if addressee.language == "en" { "en" } else { "pl" };
    let own = texts.iter().find(|text| text.purpose == purpose && text.language == language);
    let (subject, text) = match own {
        Some(own) => {
            let template = LetterTemplate { subject: own.subject.clone(), text: own.text.clone() };
            template.fill(&said, url, support)
        }
        None => {
            let (subject, text) = (said.subject(what), said.text(what, url, support));
            if language == "en" { (subject.en, text.en) } else { (subject.pl, text.pl) }
        }
    };
    Some(Written { id: SaleId::generate().to_string(), purpose, addressee, subject, text, sale: sale.id })
}

/// Why a letter's documents are not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AttachmentError {
    /// They may be there later.
    #[error("the documents cannot be had now: {0}")]
    Later(WorkError),
    /// They will not be there.
    #[error("the documents cannot be made: {0}")]
    Never(String),
}

/// The documents that come with a letter: of an invoice PDF and XML, of a confirmation its PDF alone.
pub(crate) async fn attachments(
    app: &App,
    record: &LetterRecord,
) -> Result<Vec<MailAttachment>, AttachmentError> {
    use AttachmentError::{Later, Never};
    let Some(id) = record.sale else { return Ok(Vec::new()) };
    let sale = app.store.sale(&record.company, id).await.map_err(|error| Later(error.into()))?;
    let sale = sale.ok_or_else(|| Never("the invoice is gone".to_owned()))?;
    let company = app.companies.get(&record.company).ok_or_else(|| Never("no such company".to_owned()))?;
    let xml = app.checked_xml(&sale).await.map_err(|error| match error {
        WorkError::Tampered { .. } => Never(error.to_string()),
        error => Later(error),
    })?;
    let is_confirmation = record.purpose == CONFIRMATION;
    let ksef_number = sale.ksef_number.clone().filter(|_| sale.state.is_numbered());
    let name = ksef_number.as_ref().map_or_else(|| sale.id.to_string(), ToString::to_string);
    let print = Print {
        xml: xml.clone(),
        ksef_number,
        language: if record.language == "en" { Language::En } else { Language::Pl },
        mode: InvoicingMode::from_name(&sale.mode).map_or(Mode::Online, print_mode),
        certificate_link: sale.certificate_link.clone(),
        output: if is_confirmation { Output::ConfirmationPdf } else { Output::Pdf },
        name: name.clone(),
    };
    let made = tokio::task::spawn_blocking(move || make(&company, print)).await;
    let pdf = made.map_err(|error| Never(error.to_string()))?.map_err(|error| Never(error.to_string()))?;
    let mut files =
        vec![MailAttachment { name: format!("{name}.pdf"), media_type: "application/pdf", content: pdf }];
    if !is_confirmation {
        files.push(MailAttachment {
            name: format!("{name}.xml"),
            media_type: "application/xml",
            content: xml,
        });
    }
    Ok(files)
}

/// The invoice itself.
pub(crate) const INVOICE: &str = "invoice";
/// The confirmation of the transaction.
pub(crate) const CONFIRMATION: &str = "confirmation";
/// The state of a letter that nobody got.
const GIVEN_UP: &str = "givenUp";
/// Companies looked at in one round.
const AT_ONCE: u32 = 100;
/// Of each company; one tells of a hundred sales at the most.
const NOTICES_MAX: u32 = 10;
