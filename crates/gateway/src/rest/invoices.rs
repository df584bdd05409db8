//! `/api/v1/companies/{company}/invoices`: sales invoices.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::{
    BASE_PATH, CorrectionResource, HistoryResource, IDEMPOTENCY_KEY, IntakeItemResource, IntakeListResource,
    InvoiceListResource, InvoiceResource, ProblemCode, ReasonResource,
};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::offline::InvoicingMode;
use gateway_store::{Document, HistoryEntry, Reason, Sale, SaleId, Taken};
use ksef_render::{Language, Mode};

use super::desk::deadline_resource;
use super::invoice_list::ListAsked;
use super::purchases::{AsOfQuery, jpk_marker};
use super::rendering::RenderQuery;
use super::{Failure, attachment, company_of, rendered};
use crate::access::Caller;
use crate::app::cut;
use crate::app::deadline::deadline;
use crate::app::purchases::register::sale_marker;
use crate::app::resend::neighbours;
use crate::app::take_document::{Answer, DocumentKind, Documents, Key, take_document};
use crate::app::technical::chain;
use crate::company::Company;
use crate::print::{Output, Print, print_mode};
use crate::router::Shared;
use crate::web::{next_step, reason_words, state_words};

/// `POST`: takes a document in. One invoice: 201 with the new resource, 200 when the same key brought the same before.
/// Several (a table, a list): 200 with an answer for each.
pub(crate) async fn create(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    mut request: Request,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let headers = request.headers().clone();
    let kind = media_type(&headers)?;
    let key = idempotency_key(&headers)?;
    DefaultBodyLimit::max(kind.bytes_max()).apply(&mut request);
    let body = Bytes::from_request(request, &()).await.map_err(|rejection| unread(kind, &rejection))?;
    match take_document(&shared.app, &company, kind, Key::Given(key), &caller.actor(), &body).await? {
        Documents::One(taken) => {
            let (status, sale) = match *taken {
                Taken::New(sale) => (StatusCode::CREATED, sale),
                Taken::Known(sale) => (StatusCode::OK, sale),
            };
            let location = format!("{BASE_PATH}/companies/{}/invoices/{}", sale.company, sale.id);
            let body = axum::Json(resource(&sale, Vec::new()));
            Ok((status, [(header::LOCATION, location)], body).into_response())
        }
        Documents::Several(answers, findings) => {
            let items = answers.into_iter().map(item).collect();
            Ok(axum::Json(IntakeListResource { items, findings }).into_response())
        }
    }
}

/// What became of one invoice of several.
fn item(answer: Answer) -> IntakeItemResource {
    let Answer { number, place, outcome } = answer;
    let (status, sale, problem) = match outcome {
        Ok(Taken::New(sale)) => (StatusCode::CREATED.as_u16(), Some(sale), None),
        Ok(Taken::Known(sale)) => (StatusCode::OK.as_u16(), Some(sale), None),
        Err(error) => {
            let problem = *Failure::from(error).problem;
            (problem.status, None, Some(problem))
        }
    };
    let invoice = sale.map(|sale| resource(&sale, Vec::new()));
    let number = invoice.as_ref().map(|invoice| invoice.invoice_number.clone()).or(number);
    IntakeItemResource { number, place, status, invoice, problem }
}

/// A body that did not come, or not whole.
fn unread(kind: DocumentKind, rejection: &BytesRejection) -> Failure {
    match (rejection.status(), kind) {
        (StatusCode::PAYLOAD_TOO_LARGE, DocumentKind::Xml) => {
            Failure::new(ProblemCode::InvoiceTooLarge, "> 4 MiB")
        }
        (StatusCode::PAYLOAD_TOO_LARGE, _) => {
            Failure::new(ProblemCode::FileTooLarge, &kind.bytes_max().to_string())
        }
        _ => Failure::new(ProblemCode::BodyIncomplete, ""),
    }
}

/// The body, which may have been cut off or too long.
pub(super) fn whole_body(
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Bytes, Failure> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(ProblemCode::InvoiceTooLarge, "> 4 MiB"),
        _ => Failure::new(ProblemCode::ParameterInvalid, "body"),
    })
}

/// `GET`: a company's invoices: by cursor in the order of arrival, or by page, filtered and sorted.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<axum::Json<InvoiceListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let shown = |sales: &[Sale]| sales.iter().map(|sale| resource(sale, Vec::new())).collect();
    Ok(axum::Json(match ListAsked::parse(&query)? {
        ListAsked::ByCursor { after, limit } => {
            let page = shared.app.store.sales(&company.context, after, limit).await?;
            let next_cursor = page.next.map(|position| position.to_string());
            InvoiceListResource { items: shown(&page.items), next_cursor, next_page: None }
        }
        ListAsked::ByPage { filter, sort, is_descending, page, limit } => {
            let skip = (page - 1) * limit;
            let store = &shared.app.store;
            let mut sales =
                store.sales_by(&company.context, &filter, sort, is_descending, skip, limit + 1).await?;
            let next_page = cut(&mut sales, limit).then_some(page + 1);
            InvoiceListResource { items: shown(&sales), next_cursor: None, next_page }
        }
    }))
}

/// `GET …/{id}`: one invoice with its history.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<AsOfQuery>,
) -> Result<axum::Json<InvoiceResource>, Failure> {
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    let mut shown = whole(&shared, &company, &sale).await?;
    if let Some(as_of) = query.as_of()? {
        shown.jpk_marker = sale_marker(&sale, as_of).map(|marker| jpk_marker(marker, as_of));
    }
    Ok(axum::Json(shown))
}

/// An invoice with its history, its deadline and its chain of technical corrections.
pub(crate) async fn whole(
    shared: &Shared,
    company: &Company,
    sale: &Sale,
) -> Result<InvoiceResource, Failure> {
    let history = shared.app.store.history(sale.id).await?;
    let deadline = deadline(&shared.app, company, sale).await?;
    let today = warsaw_day(company.now());
    let chain = chain(&shared.app, sale).await?;
    let correction = |sale: &Sale| CorrectionResource {
        id: sale.id.to_string(),
        invoice_number: sale.invoice_number.clone(),
        state: sale.state.to_string(),
        created_at: sale.created_at,
    };
    let [resend_of, resent_as] = neighbours(&history).map(|id| id.map(|id| id.to_string()));
    Ok(InvoiceResource {
        resend_of,
        resent_as,
        deadline: deadline.as_ref().map(deadline_resource),
        technical_corrections: chain.corrections.iter().map(correction).collect(),
        jpk_marker: sale_marker(sale, today).map(|marker| jpk_marker(marker, today)),
        ..resource(sale, history)
    })
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
    let mode = Mode::Online;
    let print = Print { xml, ksef_number: None, language, mode, certificate_link: None, output, name };
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

/// An invoice as one HTML file, as it was issued.
pub(crate) async fn html_of(
    shared: &Shared,
    company: &str,
    id: &str,
    language: Language,
) -> Result<Response, Failure> {
    let (company, sale) = sale_of(shared, company, id).await?;
    rendered(shared, company, print_of(shared, &sale, language, None, Output::Html).await?).await
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
    rendered(shared, company, print_of(shared, &sale, language, mode, output).await?).await
}

/// How an invoice is printed: in the mode in which it was issued, with the second code that was made then, unless the
/// caller wants to see it in another mode.
pub(super) async fn print_of(
    shared: &Shared,
    sale: &Sale,
    language: Language,
    wanted: Option<Mode>,
    output: Output,
) -> Result<Print, Failure> {
    let xml = shared.app.checked_xml(sale).await?;
    // In a collision the number is the other document's, and must not stand on this one.
    let ksef_number = sale.ksef_number.clone().filter(|_| sale.state.is_numbered());
    let issued = InvoicingMode::from_name(&sale.mode).map_or(Mode::Online, print_mode);
    let mode = wanted.unwrap_or(issued);
    let certificate_link = sale.certificate_link.clone().filter(|_| mode == issued);
    Ok(Print { xml, ksef_number, language, mode, certificate_link, output, name: sale.id.to_string() })
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

pub(super) fn media_type(headers: &HeaderMap) -> Result<DocumentKind, Failure> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("-");
    DocumentKind::of_media_type(given).ok_or_else(|| Failure::new(ProblemCode::MediaType, given))
}

pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
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
        next_step: Some(next_step(sale.state)),
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
        deadline: None,
        technical_correction_of: sale.technical_of.map(|of| of.to_string()),
        technical_corrections: Vec::new(),
        resend_of: None,
        resent_as: None,
        jpk_marker: None,
        policy: sale.policy.clone(),
        ksef_number: sale.ksef_number.clone(),
        ksef_mode: sale.ksef_mode.clone(),
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
