//! What the people ask who look after a company's invoices: `…/waiting`, and of one invoice `…/structure`,
//! `…/technical-correction`, `…/resend` and `…/handover`.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::{
    BASE_PATH, DeadlineResource, HandoverResource, InvoiceResource, ProblemCode, StateCountResource,
    StructureResource, WaitingItemResource, WaitingResource, Words,
};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::handover::Handover;
use gateway_store::{Sale, Taken};

use super::invoices::{idempotency_key, media_type, print_of, resource, sale_of, whole, whole_body};
use super::rendering::RenderQuery;
use super::{Failure, ListQuery, company_of, rendered};
use crate::access::Caller;
use crate::app::deadline::{Deadline, Unfinished, unfinished};
use crate::app::handover::{Given, given};
use crate::app::resend::resend as send_again;
use crate::app::take_document::DocumentKind;
use crate::app::take_invoice::TakeOptions;
use crate::app::technical::correct;
use crate::company::Company;
use crate::print::{Output, print_mode};
use crate::router::Shared;
use crate::web::{reason_words, state_meaning, state_words};

/// `GET …/waiting`: what is not done, why, since when, what comes next; alarms first.
pub(crate) async fn waiting(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<WaitingResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let counts = shared.app.store.unfinished_counts(&company.context).await?;
    let (found, has_more) = unfinished(&shared.app, &company, query.limit()?).await?;
    let count = |(state, count): (gateway_store::SaleState, i64)| StateCountResource {
        state: state.to_string(),
        state_text: state_words(state),
        count,
    };
    Ok(axum::Json(WaitingResource {
        now: company.now(),
        counts: counts.into_iter().map(count).collect(),
        items: found.iter().map(waiting_item).collect(),
        has_more,
    }))
}

/// `GET …/structure`: the tree of the document, with what validation finds at its elements.
pub(crate) async fn structure(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<StructureResource>, Failure> {
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    let xml = shared.app.checked_xml(&sale).await?;
    let today = warsaw_day(company.now());
    let internal = || Failure::new(ProblemCode::Internal, "");
    // Work for the processor, as a print is.
    let turn = shared.prints.clone().acquire_owned().await.map_err(|_| internal())?;
    let made = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        crate::app::structure::structure(&xml, today)
    });
    Ok(axum::Json(made.await.map_err(|_| internal())?))
}

/// `POST …/technical-correction`: takes the mended document in and releases it. 201 with the correction; 200 when the same
/// bytes came before.
pub(crate) async fn technical_correction(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    if media_type(&headers)? != DocumentKind::Xml {
        return Err(Failure::new(ProblemCode::MediaType, "application/xml"));
    }
    let key = idempotency_key(&headers)?;
    let body = whole_body(body)?;
    let actor = caller.actor();
    let options = TakeOptions { idempotency_key: key, actor: &actor, ..TakeOptions::default() };
    located(&shared, &company, correct(&shared.app, &company, &sale, &options, &body).await?).await
}

/// `POST …/resend`: the same bytes once more. 201 with the new invoice; 200 when that was done before.
pub(crate) async fn resend(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    located(&shared, &company, send_again(&shared.app, &company, &sale, &caller.actor()).await?).await
}

/// What was taken in for another invoice, with where it is.
async fn located(shared: &Shared, company: &Company, taken: Taken) -> Result<Response, Failure> {
    let (status, sale) = match taken {
        Taken::New(sale) => (StatusCode::CREATED, sale),
        Taken::Known(sale) => (StatusCode::OK, sale),
    };
    let location = format!("{BASE_PATH}/companies/{}/invoices/{}", sale.company, sale.id);
    let shown = whole(shared, company, &sale).await?;
    Ok((status, [(header::LOCATION, location)], axum::Json(shown)).into_response())
}

/// `GET …/handover`: what the buyer is given now.
pub(crate) async fn handover(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<HandoverResource>, Failure> {
    let (_, sale) = sale_of(&shared, &company, &id).await?;
    let Given { what, mode, buyer, because } = given(&sale);
    let pdf = format!("{BASE_PATH}/companies/{}/invoices/{}/handover/pdf", sale.company, sale.id);
    Ok(axum::Json(HandoverResource {
        document: what.as_str().to_owned(),
        document_text: both([what.words().pl, what.words().en]),
        mode: mode.as_str().to_owned(),
        buyer: buyer.as_str().to_owned(),
        because: both(because),
        pdf: (what != Handover::Nothing).then_some(pdf),
        certificate_link: sale.certificate_link,
    }))
}

/// `GET …/handover/pdf`: the same as a PDF.
pub(crate) async fn handover_pdf(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    let language = query.language()?;
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    let Given { what, mode, because, .. } = given(&sale);
    let output = match what {
        Handover::Invoice => Output::Pdf,
        Handover::TransactionConfirmation => Output::ConfirmationPdf,
        Handover::Nothing => {
            return Err(Failure::found(ProblemCode::HandoverNothing, &both(because)));
        }
    };
    let print = print_of(&shared, &sale, language, Some(print_mode(mode)), output).await?;
    rendered(&shared, company, print).await
}

/// A countdown as REST shows it.
pub(crate) fn deadline_resource(deadline: &Deadline) -> DeadlineResource {
    let countdown = &deadline.countdown;
    DeadlineResource {
        due_on: deadline.term.due(),
        alarm: countdown.alarm.as_str().to_owned(),
        working_days_left: countdown.working_days_left,
        hours_left: countdown.hours_left,
        message: Words { pl: countdown.sentence.pl.clone(), en: countdown.sentence.en.clone() },
    }
}

fn waiting_item(one: &Unfinished) -> WaitingItemResource {
    let Unfinished { sale, deadline, needs_person } = one;
    let invoice =
        InvoiceResource { deadline: deadline.as_ref().map(deadline_resource), ..resource(sale, Vec::new()) };
    WaitingItemResource {
        invoice,
        because: because(sale),
        since: sale.updated_at,
        held_until: sale.held_until,
        needs_person: *needs_person,
    }
}

/// Why an invoice waits.
fn because(sale: &Sale) -> Words {
    sale.reason.as_ref().map_or_else(|| state_meaning(sale.state), reason_words)
}

fn both([pl, en]: [&str; 2]) -> Words {
    Words { pl: pl.to_owned(), en: en.to_owned() }
}
