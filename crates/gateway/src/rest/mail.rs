//! `/api/v1/companies/{company}/mail-subscriptions` and `…/letters`: who is told by e-mail, and what was sent.

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use gateway_api::{
    LetterListResource, LetterResource, LetterTestRequest, MailSubscriptionListResource,
    MailSubscriptionRequest, MailSubscriptionResource, ProblemCode,
};
use gateway_outbound::is_mail_address;
use gateway_rules::digest::Rhythm;
use gateway_store::{
    LetterRecord, MailSubscription, NewLetter, NewMailSubscription, NoticeKind, SaleId, StoreError,
    note_subject,
};
use jiff::Timestamp;

use super::webhooks::LogQuery;
use super::{Failure, company_of, read};
use crate::access::Caller;
use crate::app::cut;
use crate::router::Shared;

/// `GET …/mail-subscriptions`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<MailSubscriptionListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let found = shared.app.store.mail_subscriptions(&company.context).await?;
    let items = found.into_iter().map(resource).collect();
    Ok(axum::Json(MailSubscriptionListResource { items, is_mail_on: shared.app.mail.is_some() }))
}

/// `PUT …/mail-subscriptions`: makes one, or changes the one of this address.
pub(crate) async fn put(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    body: Result<axum::Json<MailSubscriptionRequest>, JsonRejection>,
) -> Result<axum::Json<MailSubscriptionResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let invalid = |name: &str| Failure::new(ProblemCode::ParameterInvalid, name);
    let address = address_of(&asked.address)?;
    note_subject(&address);
    if !matches!(asked.language.as_str(), "pl" | "en") {
        return Err(invalid("language (pl, en)"));
    }
    let rhythm = Rhythm::from_name(&asked.rhythm).ok_or_else(|| invalid("rhythm (now, hourly, daily)"))?;
    if asked.hour > 23 {
        return Err(invalid("hour (0…23)"));
    }
    let kinds: Vec<NoticeKind> = asked
        .events
        .iter()
        .map(|name| name.parse().map_err(|()| invalid("events")))
        .collect::<Result<_, _>>()?;
    let now = Timestamp::now();
    // The first letter of a day waits for its hour; the others come as soon as there is something.
    let due_at = match rhythm {
        Rhythm::Daily => gateway_rules::digest::next_letter_at(rhythm, asked.hour, now),
        Rhythm::Now | Rhythm::Hourly => now,
    };
    let id = SaleId::generate().to_string();
    let new = NewMailSubscription {
        id: &id,
        company: &company.context,
        address: &address,
        language: &asked.language,
        kinds: &kinds,
        rhythm: rhythm.as_str(),
        hour: asked.hour.into(),
        is_active: asked.is_active,
        created_by: &caller.who(),
        due_at,
    };
    match shared.app.journal.subscription_put(&new, now).await {
        Err(StoreError::TooManySubscriptions) => return Err(invalid("address (at most 100)")),
        outcome => outcome?,
    }
    let found = shared.app.store.mail_subscriptions(&company.context).await?;
    let found = found.into_iter().find(|one| one.address == address);
    found.map(|found| axum::Json(resource(found))).ok_or_else(|| Failure::new(ProblemCode::Internal, ""))
}

/// `DELETE …/mail-subscriptions/{id}`.
pub(crate) async fn remove(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let company = company_of(&shared.app, &company)?;
    match shared.app.journal.subscription_removed(&company.context, &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(unknown(&id)),
    }
}

/// `GET …/letters`: newest first.
pub(crate) async fn letters(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<LogQuery>,
) -> Result<axum::Json<LetterListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (before, limit) = query.page()?;
    let mut found = shared.app.store.letters(&company.context, before, limit + 1).await?;
    let has_more = cut(&mut found, limit);
    let next_cursor = found.last().filter(|_| has_more).map(|last| last.position.to_string());
    Ok(axum::Json(LetterListResource { items: found.into_iter().map(letter).collect(), next_cursor }))
}

/// `POST …/letters/{id}/resend`: once more, as another letter. 202.
pub(crate) async fn resend(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let company = company_of(&shared.app, &company)?;
    let position: i64 = id.parse().map_err(|_| unknown(&id))?;
    let (message, now) = (SaleId::generate().to_string(), Timestamp::now());
    match shared.app.journal.letter_resent(&company.context, position, &message, now).await? {
        true => Ok(StatusCode::ACCEPTED),
        false => Err(unknown(&id)),
    }
}

/// `POST …/letters/test`: a letter that says that letters arrive. 202; the log tells what became of it.
pub(crate) async fn test(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    body: Result<axum::Json<LetterTestRequest>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let address = address_of(&asked.address)?;
    if shared.app.mail.is_none() {
        return Err(Failure::new(ProblemCode::MailOff, ""));
    }
    note_subject(&address);
    let id = SaleId::generate().to_string();
    let letter = NewLetter {
        id: &id,
        company: &company.context,
        purpose: "test",
        recipient: &address,
        subject: "bramka: wiadomość próbna / test message",
        text: "Poczta z bramki dociera pod ten adres.\nMail from bramka arrives at this address.\n",
        sale: None,
        language: "pl",
    };
    shared.app.journal.letter_added(&letter, Timestamp::now()).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) fn address_of(text: &str) -> Result<String, Failure> {
    let address = text.trim().to_ascii_lowercase();
    match is_mail_address(&address) {
        true => Ok(address),
        false => Err(Failure::new(ProblemCode::ParameterInvalid, "address (name@domain)")),
    }
}

fn unknown(id: &str) -> Failure {
    Failure::new(ProblemCode::LetterUnknown, &id.chars().take(40).collect::<String>())
}

fn resource(one: MailSubscription) -> MailSubscriptionResource {
    MailSubscriptionResource {
        id: one.id,
        address: one.address,
        language: one.language,
        events: one.kinds.iter().map(ToString::to_string).collect(),
        rhythm: one.rhythm,
        hour: one.hour,
        is_active: one.is_active,
        created_at: one.created_at,
        created_by: one.created_by,
    }
}

pub(super) fn letter(record: LetterRecord) -> LetterResource {
    LetterResource {
        id: record.position.to_string(),
        message: record.id,
        purpose: record.purpose,
        invoice_id: record.sale.map(|sale| sale.to_string()),
        address: record.recipient,
        subject: record.subject,
        next_at: (record.state == "pending").then_some(record.due_at),
        state: record.state,
        attempts: record.attempts,
        written_at: record.written_at,
        tried_at: record.tried_at,
        answer: record.answer,
    }
}
