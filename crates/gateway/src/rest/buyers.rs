//! `/api/v1/companies/{company}/buyer-mail`, `…/buyer-addresses` and `…/invoices/{id}/letters`: invoices to buyers by e-mail.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use gateway_api::{
    BuyerAddressListResource, BuyerAddressRequest, BuyerAddressResource, BuyerMailResource,
    BuyerTextListResource, BuyerTextRequest, BuyerTextResource, InvoiceLetterRequest, InvoiceLettersResource,
    ProblemCode, Words,
};
use gateway_rules::buyer_letter::{LetterTemplate, buyer_key};
use gateway_rules::handover::Handover;
use gateway_store::{BuyerAddress, BuyerText, StoreError};
use jiff::Timestamp;

use super::invoices::sale_of;
use super::mail::{address_of, letter as letter_resource};
use super::{Failure, company_of, read};
use crate::app::buyer_letters::{Addressee, CONFIRMATION, INVOICE, address_on, letter, listed, view_of};
use crate::app::handover::given;
use crate::router::Shared;

/// `GET …/buyer-mail`: by which rule buyers get invoices.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<BuyerMailResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let rule = shared.app.store.buyer_mail(&company.context).await?;
    Ok(axum::Json(rule.map_or_else(BuyerMailResource::default, |rule| BuyerMailResource {
        to_listed: rule.to_listed,
        to_outside_ksef: rule.to_outside,
        language: rule.language,
    })))
}

/// `PUT …/buyer-mail`.
pub(crate) async fn set(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    body: Result<axum::Json<BuyerMailResource>, JsonRejection>,
) -> Result<axum::Json<BuyerMailResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    language_of(&asked.language)?;
    let to_whom = (asked.to_listed, asked.to_outside_ksef);
    shared.app.journal.buyer_mail_set(&company.context, to_whom, &asked.language).await?;
    Ok(axum::Json(asked))
}

/// `GET …/buyer-mail/texts`: what letters say, by purpose and language.
pub(crate) async fn texts(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<BuyerTextListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let own = shared.app.store.buyer_texts(&company.context).await?;
    let mut items = Vec::new();
    for (purpose, what) in PURPOSES {
        for (language, usual) in LANGUAGES.into_iter().zip(LetterTemplate::usual(what)) {
            let own = own.iter().find(|text| text.purpose == purpose && text.language == language);
            let (subject, text) = match own {
                Some(own) => (own.subject.clone(), own.text.clone()),
                None => (usual.subject, usual.text),
            };
            items.push(BuyerTextResource {
                purpose: purpose.to_owned(),
                language: language.to_owned(),
                subject,
                text,
                is_own: own.is_some(),
            });
        }
    }
    Ok(axum::Json(BuyerTextListResource { items }))
}

/// `PUT …/buyer-mail/texts/{purpose}/{language}`.
pub(crate) async fn set_text(
    State(shared): State<Shared>,
    Path((company, purpose, language)): Path<(String, String, String)>,
    body: Result<axum::Json<BuyerTextRequest>, JsonRejection>,
) -> Result<axum::Json<BuyerTextResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    purpose_of(&purpose)?;
    language_of(&language)?;
    // Line ends as every system has them.
    let template =
        LetterTemplate { subject: asked.subject.trim().to_owned(), text: asked.text.replace("\r\n", "\n") };
    template.check().map_err(|fault| invalid(&fault.to_string()))?;
    let LetterTemplate { subject, text } = template;
    let kept = BuyerText { purpose, language, subject, text };
    shared.app.journal.buyer_text_set(&company.context, &kept).await?;
    let BuyerText { purpose, language, subject, text } = kept;
    Ok(axum::Json(BuyerTextResource { purpose, language, subject, text, is_own: true }))
}

/// `DELETE …/buyer-mail/texts/{purpose}/{language}`: letters say what they say by themselves.
pub(crate) async fn remove_text(
    State(shared): State<Shared>,
    Path((company, purpose, language)): Path<(String, String, String)>,
) -> Result<StatusCode, Failure> {
    let company = company_of(&shared.app, &company)?;
    purpose_of(&purpose)?;
    language_of(&language)?;
    shared.app.journal.buyer_text_removed(&company.context, &purpose, &language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a list of the address book goes on.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressQuery {
    after: Option<String>,
}

/// `GET …/buyer-addresses?after=`: by buyer, at most 1,000.
pub(crate) async fn addresses(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<AddressQuery>,
) -> Result<axum::Json<BuyerAddressListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let after = query.after.unwrap_or_default();
    let found = shared.app.store.buyer_addresses(&company.context, &after, LISTED).await?;
    let next_cursor = found.last().filter(|_| found.len() == LISTED as usize).map(|last| last.buyer.clone());
    Ok(axum::Json(BuyerAddressListResource { items: found.into_iter().map(resource).collect(), next_cursor }))
}

/// `PUT …/buyer-addresses/{buyer}`.
pub(crate) async fn put_address(
    State(shared): State<Shared>,
    Path((company, buyer)): Path<(String, String)>,
    body: Result<axum::Json<BuyerAddressRequest>, JsonRejection>,
) -> Result<axum::Json<BuyerAddressResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    language_of(&asked.language)?;
    let buyer = key_of(&buyer)?;
    let entry = BuyerAddress { buyer, address: address_of(&asked.address)?, language: asked.language };
    match shared.app.journal.buyer_address_put(&company.context, &entry).await {
        Err(StoreError::TooManyAddresses) => return Err(invalid("buyer (≤ 100000)")),
        outcome => outcome?,
    }
    Ok(axum::Json(resource(entry)))
}

/// `DELETE …/buyer-addresses/{buyer}`.
pub(crate) async fn remove_address(
    State(shared): State<Shared>,
    Path((company, buyer)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let company = company_of(&shared.app, &company)?;
    let buyer = key_of(&buyer)?;
    match shared.app.journal.buyer_address_removed(&company.context, &buyer).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Failure::new(ProblemCode::BuyerUnknown, &buyer)),
    }
}

/// `GET …/invoices/{id}/letters`: to whom it was sent, and what the mail server said.
pub(crate) async fn of_invoice(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<InvoiceLettersResource>, Failure> {
    let (_, sale) = sale_of(&shared, &company, &id).await?;
    let found = shared.app.store.letters_of_sale(&sale.company, sale.id).await?;
    Ok(axum::Json(InvoiceLettersResource { items: found.into_iter().map(letter_resource).collect() }))
}

/// `POST …/invoices/{id}/letters`: sends what the buyer may be given now. 202; the log tells what became of it.
pub(crate) async fn send(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    body: Result<axum::Json<InvoiceLetterRequest>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let asked = read(body)?;
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    let app = &shared.app;
    if app.mail.is_none() {
        return Err(Failure::new(ProblemCode::MailOff, ""));
    }
    let view = view_of(app, &sale).await?;
    let known = match &asked.address {
        Some(address) => Some(Addressee { address: address_of(address)?, language: "pl".to_owned() }),
        None => match listed(app, &sale, view.as_ref()).await? {
            Some(found) => Some(found),
            None => {
                let address = view.as_ref().and_then(address_on);
                address.map(|address| Addressee { address, language: "pl".to_owned() })
            }
        },
    };
    let mut addressee = known
        .ok_or_else(|| Failure::new(ProblemCode::BuyerUnknown, sale.buyer_nip.as_deref().unwrap_or("-")))?;
    if let Some(language) = asked.language {
        language_of(&language)?;
        addressee.language = language;
    }
    let texts = app.store.buyer_texts(&sale.company).await?;
    let Some(written) = letter(app, &company, &sale, view.as_ref(), addressee, &texts) else {
        let [pl, en] = given(&sale).because;
        let words = Words { pl: pl.to_owned(), en: en.to_owned() };
        return Err(Failure::found(ProblemCode::HandoverNothing, &words));
    };
    app.journal.letter_added(&written.as_new(&company), Timestamp::now()).await?;
    Ok(StatusCode::ACCEPTED)
}

fn key_of(text: &str) -> Result<String, Failure> {
    let key = buyer_key(text);
    match (1..=BUYER_MAX).contains(&key.chars().count()) && !key.chars().any(char::is_control) {
        true => Ok(key),
        false => Err(invalid("buyer (1…50)")),
    }
}

fn purpose_of(name: &str) -> Result<(), Failure> {
    let is_known = PURPOSES.iter().any(|(purpose, _)| *purpose == name);
    if is_known { Ok(()) } else { Err(invalid("purpose (invoice, confirmation)")) }
}

fn language_of(name: &str) -> Result<(), Failure> {
    if matches!(name, "pl" | "en") { Ok(()) } else { Err(invalid("language (pl, en)")) }
}

fn resource(entry: BuyerAddress) -> BuyerAddressResource {
    BuyerAddressResource { buyer: entry.buyer, address: entry.address, language: entry.language }
}

fn invalid(what: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, what)
}

/// What letters are for, as they are kept.
const PURPOSES: [(&str, Handover); 2] =
    [(INVOICE, Handover::Invoice), (CONFIRMATION, Handover::TransactionConfirmation)];
const LANGUAGES: [&str; 2] = ["pl", "en"];
const LISTED: u32 = 1_000;
const BUYER_MAX: usize = 50;
