//! `/api/v1/companies/{company}/invoices`: sales invoices.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::{
    BASE_PATH, HistoryResource, IDEMPOTENCY_KEY, InvoiceListResource, InvoiceResource, ProblemCode,
    ReasonResource,
};
use gateway_store::{Document, HistoryEntry, Reason, Sale, SaleId, Taken};
use ksef_render::Mode;

use super::rendering::{Output, RenderQuery};
use super::{Failure, ListQuery, Print, attachment, company_of, rendered};
use crate::app::take_invoice::{TakeOptions, take_invoice};
use crate::company::Company;
use crate::router::Shared;
use crate::web::{reason_words, state_words};

/// `POST`: takes an invoice in. 201 with the new resource, 200 when the same key brought the same bytes before.
pub(crate) async fn create(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    check_media_type(&headers)?;
    let key = idempotency_key(&headers)?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(ProblemCode::InvoiceTooLarge, "> 4 MiB"),
        _ => Failure::new(ProblemCode::ParameterInvalid, "body"),
    })?;
    let options = TakeOptions { idempotency_key: key, actor: "rest", ..TakeOptions::default() };
    let (status, sale) = match take_invoice(&shared.app, &company, &options, &body).await? {
        Taken::New(sale) => (StatusCode::CREATED, sale),
        Taken::Known(sale) => (StatusCode::OK, sale),
    };
    let location = format!("{BASE_PATH}/companies/{}/invoices/{}", sale.company, sale.id);
    Ok((status, [(header::LOCATION, location)], axum::Json(resource(&sale, Vec::new()))).into_response())
}

/// `GET`: a company's invoices, oldest first.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<InvoiceListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let page = shared.app.store.sales(&company.context, query.after()?, query.limit()?).await?;
    let items = page.items.iter().map(|sale| resource(sale, Vec::new())).collect();
    Ok(axum::Json(InvoiceListResource { items, next_cursor: page.next.map(|position| position.to_string()) }))
}

/// `GET …/{id}`: one invoice with its history.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<InvoiceResource>, Failure> {
    let (_, sale) = sale_of(&shared, &company, &id).await?;
    let history = shared.app.store.history(sale.id).await?;
    Ok(axum::Json(resource(&sale, history)))
}

/// `GET …/{id}/xml`: the bytes as they were taken in.
pub(crate) async fn xml(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, sale) = sale_of(&shared, &company, &id).await?;
    let bytes = shared.app.checked_xml(&sale).await?;
    Ok(attachment("application/xml", &format!("{id}.xml"), bytes))
}

/// `GET …/{id}/upo`: the verified UPO.
pub(crate) async fn upo(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, sale) = sale_of(&shared, &company, &id).await?;
    match shared.app.checked_document(sale.id, Document::Upo).await? {
        Some((bytes, _)) => Ok(attachment("application/xml", &format!("{id}-upo.xml"), bytes)),
        None => Err(Failure::new(ProblemCode::UpoNotYet, sale.state.as_str())),
    }
}

/// `GET …/{id}/upo/pdf`: the verified UPO as a PDF, the file itself inside.
pub(crate) async fn upo_pdf(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    upo_rendering(&shared, &company, &id, &query, Output::Pdf).await
}

/// `GET …/{id}/upo/html`: the verified UPO as one HTML file.
pub(crate) async fn upo_html(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    upo_rendering(&shared, &company, &id, &query, Output::Html).await
}

async fn upo_rendering(
    shared: &Shared,
    company: &str,
    id: &str,
    query: &RenderQuery,
    output: Output,
) -> Result<Response, Failure> {
    let language = query.language()?;
    let (company, sale) = sale_of(shared, company, id).await?;
    let Some((xml, _)) = shared.app.checked_document(sale.id, Document::Upo).await? else {
        return Err(Failure::new(ProblemCode::UpoNotYet, sale.state.as_str()));
    };
    let name = format!("{}-upo", sale.id);
    let print = Print { xml, ksef_number: None, language, mode: Mode::Online, output, name };
    rendered(shared, company, print).await
}

/// `GET …/{id}/pdf`: the invoice as a PDF, made from the archived bytes.
pub(crate) async fn pdf(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    rendering(&shared, &company, &id, &query, Output::Pdf).await
}

/// `GET …/{id}/html`: the invoice as one HTML file.
pub(crate) async fn html(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    rendering(&shared, &company, &id, &query, Output::Html).await
}

async fn rendering(
    shared: &Shared,
    company: &str,
    id: &str,
    query: &RenderQuery,
    output: Output,
) -> Result<Response, Failure> {
    let (language, mode) = (query.language()?, query.mode()?);
    let (company, sale) = sale_of(shared, company, id).await?;
    let xml = shared.app.checked_xml(&sale).await?;
    // In a collision the number is the other document's, and must not stand on this one.
    let ksef_number = sale.ksef_number.clone().filter(|_| sale.state.is_numbered());
    let name = sale.id.to_string();
    rendered(shared, company, Print { xml, ksef_number, language, mode, output, name }).await
}

/// The invoice of a path, which must be one of the company's.
pub(crate) async fn sale_of(
    shared: &Shared,
    company: &str,
    id: &str,
) -> Result<(std::sync::Arc<Company>, Sale), Failure> {
    let company = company_of(&shared.app, company)?;
    let unknown = || Failure::new(ProblemCode::InvoiceUnknown, &id.chars().take(40).collect::<String>());
    let parsed: SaleId = id.parse().map_err(|_| unknown())?;
    let sale = shared.app.store.sale(&company.context, parsed).await?.ok_or_else(unknown)?;
    Ok((company, sale))
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Failure> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("-");
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/xml" | "text/xml" => Ok(()),
        _ => Err(Failure::new(ProblemCode::MediaType, given)),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let invalid = || Failure::new(ProblemCode::IdempotencyKeyInvalid, "");
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().map_err(|_| invalid())?;
    let good = (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if good { Ok(Some(key)) } else { Err(invalid()) }
}

pub(crate) fn resource(sale: &Sale, history: Vec<HistoryEntry>) -> InvoiceResource {
    InvoiceResource {
        id: sale.id.to_string(),
        company: sale.company.clone(),
        state: sale.state.to_string(),
        state_text: state_words(sale.state),
        is_final: sale.state.is_final(),
        reason: sale.reason.as_ref().map(reason_resource),
        form: sale.form.clone(),
        invoice_number: sale.invoice_number.clone(),
        issue_date: sale.issue_date,
        buyer_name: sale.buyer_name.clone(),
        gross_amount: sale.gross.clone(),
        currency: sale.currency.clone(),
        sha256: sale.sha256.clone(),
        size: sale.size_bytes,
        mode: sale.mode.clone(),
        due_on: sale.due_on,
        policy: sale.policy.clone(),
        ksef_number: sale.ksef_number.clone(),
        session_reference_number: sale.session.clone(),
        invoice_reference_number: sale.invoice_reference.clone(),
        created_at: sale.created_at,
        updated_at: sale.updated_at,
        history: history
            .into_iter()
            .map(|entry| HistoryResource {
                at: entry.at,
                state: entry.state.to_string(),
                event: entry.event.as_str().to_owned(),
                actor: entry.actor,
                evidence: entry.evidence.and_then(|json| serde_json::from_str(&json).ok()),
                detail: entry.detail,
                reason: entry.reason.as_ref().map(reason_resource),
            })
            .collect(),
    }
}

fn reason_resource(reason: &Reason) -> ReasonResource {
    ReasonResource { code: reason.code.clone(), text: reason.text.clone(), message: reason_words(reason) }
}
