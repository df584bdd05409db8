//! `/api/v1/companies/{company}/purchases`: purchases, and the documents beside them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderValue;
use axum::response::Response;
use gateway_api::{
    AssignedUnitResource, AssignmentResource, JpkMarkerResource, ProblemCode, PurchaseCountResource,
    PurchaseHistoryResource, PurchaseListResource, PurchaseResource, Words,
};
use gateway_rules::calendar::warsaw_day;
use gateway_store::{Purchase, PurchaseDocument, PurchaseHistoryEntry};
use jiff::civil::Date;
use ksef_id::KsefNumber;
use ksef_render::{Language, Mode};

use super::paging::day;
use super::purchase_list::PurchaseListAsked;
use super::rendering::RenderQuery;
use super::{Failure, attachment, company_of, rendered};
use crate::access::Sees;
use crate::app::cut;
use crate::app::purchases::files::{self, name_of};
use crate::app::purchases::register::{MarkerOf, marker_of};
use crate::app::purchases::scan::{SCANS, ending_of};
use crate::company::Company;
use crate::documents::PurchaseFile;
use crate::print::{Output, Print};
use crate::router::Shared;
use crate::web::purchase_state_words;

/// `GET`: a company's purchases: by cursor in the order of receipt, or by page, filtered and sorted.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<axum::Json<PurchaseListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (store, today) = (&shared.app.store, warsaw_day(company.now()));
    let mut query = query;
    let as_of = match query.iter().position(|(name, _)| name == "asOf") {
        Some(place) => day("asOf", query.remove(place).1.trim())?,
        None => today,
    };
    Ok(axum::Json(match PurchaseListAsked::parse(&query)? {
        PurchaseListAsked::ByCursor { after, limit } => {
            let page = store.purchases(&company.context, sees.0, after, limit).await?;
            listed(&page.items, as_of, page.next.map(|arrival| arrival.to_string()), None)
        }
        PurchaseListAsked::ByPage { filter, sort, is_descending, page, limit } => {
            let skip = (page - 1) * limit;
            let mut found = store
                .purchases_by(&company.context, sees.0, &filter, sort, is_descending, skip, limit + 1)
                .await?;
            let next_page = cut(&mut found, limit).then_some(page + 1);
            listed(&found, as_of, None, next_page)
        }
    }))
}

fn listed(
    purchases: &[Purchase],
    as_of: Date,
    next_cursor: Option<String>,
    next_page: Option<u32>,
) -> PurchaseListResource {
    let items = purchases.iter().map(|purchase| resource(purchase, as_of, Vec::new())).collect();
    PurchaseListResource { items, next_cursor, next_page, has_more: false }
}

/// `GET …/counts`: how many purchases are in each state.
pub(crate) async fn counts(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
) -> Result<axum::Json<Vec<PurchaseCountResource>>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let counts = shared.app.store.purchase_counts(&company.context, sees.0).await?;
    let shown = |(state, count): (gateway_store::PurchaseState, i64)| PurchaseCountResource {
        state: state.to_string(),
        state_text: purchase_state_words(state),
        count,
    };
    Ok(axum::Json(counts.into_iter().map(shown).collect()))
}

/// `GET …/{number}`: one with its history.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    Query(query): Query<AsOfQuery>,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    whole(&shared, &purchase, query.as_of()?.unwrap_or_else(|| warsaw_day(company.now()))).await
}

/// A purchase with its history.
pub(super) async fn whole(
    shared: &Shared,
    purchase: &Purchase,
    as_of: Date,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let history = shared.app.store.purchase_history(purchase.position).await?;
    let assignees = shared.app.store.assignees(purchase.position).await?;
    let unit = |(identifier, name)| AssignedUnitResource { identifier, name };
    let assignment = AssignmentResource {
        persons: assignees.persons,
        units: assignees.units.into_iter().map(unit).collect(),
    };
    let shown = resource(purchase, as_of, history);
    Ok(axum::Json(PurchaseResource { assignment: Some(assignment), ..shown }))
}

/// `GET …/{number}/xml`: the bytes as KSeF gave them.
pub(crate) async fn xml(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
) -> Result<Response, Failure> {
    let (_, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let bytes = xml_of(&shared, &purchase).await?;
    Ok(attachment("application/xml", &format!("{}.xml", name_of(&purchase)), bytes))
}

/// `GET …/{number}/upo`: the confirmation of an invoice of KSeF 1.0. That of KSeF 2.0 is the seller's.
pub(crate) async fn upo(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
) -> Result<Response, Failure> {
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let found = match &purchase.ksef_number {
        Some(number) => shared.app.documents.of_former(&company.context, number).await?,
        None => None,
    };
    let bytes = found.ok_or_else(|| Failure::new(ProblemCode::PurchaseNoDocument, "UPO"))?;
    Ok(attachment("application/xml", &format!("{}_UPO.xml", name_of(&purchase)), bytes))
}

/// `GET …/{number}/scan`.
pub(crate) async fn scan(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
) -> Result<Response, Failure> {
    let (_, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let found = document_of(&shared, &purchase, PurchaseDocument::Scan).await?;
    let document = found.ok_or_else(|| Failure::new(ProblemCode::PurchaseNoDocument, "scan"))?;
    let kind = SCANS.iter().find(|(media_type, _)| *media_type == document.media_type);
    let media_type = kind.map_or("application/octet-stream", |(media_type, _)| media_type);
    let name = format!("{}.{}", name_of(&purchase), ending_of(&document.media_type));
    let mut response = attachment(media_type, &name, document.content);
    // Somebody's file: a browser keeps it and shows nothing of it here.
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
    response.headers_mut().insert(axum::http::header::CONTENT_SECURITY_POLICY, sandbox);
    Ok(response)
}

/// `GET …/{number}/pdf`.
pub(crate) async fn pdf(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    rendering_of(&shared, (&company, &number, sees), query.language()?, Output::Pdf).await
}

/// `GET …/{number}/html`.
pub(crate) async fn html(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    rendering_of(&shared, (&company, &number, sees), query.language()?, Output::Html).await
}

/// A purchase as one HTML file.
pub(crate) async fn html_of(
    shared: &Shared,
    company: &str,
    number: &str,
    sees: Sees,
    language: Language,
) -> Result<Response, Failure> {
    rendering_of(shared, (company, number, sees), language, Output::Html).await
}

async fn rendering_of(
    shared: &Shared,
    (company, number, sees): (&str, &str, Sees),
    language: Language,
    output: Output,
) -> Result<Response, Failure> {
    let (company, purchase) = purchase_of(shared, company, number, sees).await?;
    let xml = xml_of(shared, &purchase).await?;
    rendered(shared, company, print_of(&purchase, xml, language, output)).await
}

/// How a purchase is printed. The first code is all that a buyer has of it: the second was the issuer's to make.
pub(crate) fn print_of(purchase: &Purchase, xml: Vec<u8>, language: Language, output: Output) -> Print {
    Print {
        xml,
        ksef_number: purchase.ksef_number.clone(),
        language,
        mode: Mode::Online,
        certificate_link: None,
        output,
        name: name_of(purchase),
    }
}

/// A purchase by its KSeF number or by our identifier. To whom it is not shown, it does not exist.
pub(crate) async fn purchase_of(
    shared: &Shared,
    company: &str,
    number: &str,
    Sees(view): Sees,
) -> Result<(Arc<Company>, Purchase), Failure> {
    let company = company_of(&shared.app, company)?;
    let store = &shared.app.store;
    let found = match (number.parse::<i64>(), KsefNumber::parse(number)) {
        (Ok(position), _) => store.purchase(&company.context, view, position).await?,
        (_, Ok(number)) => store.purchase_with_number(&company.context, view, &number).await?,
        _ => None,
    };
    let unknown = || Failure::new(ProblemCode::PurchaseUnknown, &number.chars().take(40).collect::<String>());
    Ok((company, found.ok_or_else(unknown)?))
}

/// A purchase's XML, which must be here.
async fn xml_of(shared: &Shared, purchase: &Purchase) -> Result<Vec<u8>, Failure> {
    let found = files::xml_of(&shared.app, purchase).await?;
    found.ok_or_else(|| Failure::new(ProblemCode::PurchaseNoDocument, "XML"))
}

async fn document_of(
    shared: &Shared,
    purchase: &Purchase,
    document: PurchaseDocument,
) -> Result<Option<PurchaseFile>, Failure> {
    Ok(shared.app.documents.of_purchase(purchase.position, document).await?)
}

/// A marker of JPK_V7 as REST shows it.
pub(super) fn jpk_marker(marker: MarkerOf, as_of: Date) -> JpkMarkerResource {
    let message = Words { pl: marker.words.pl.to_owned(), en: marker.words.en.to_owned() };
    JpkMarkerResource { field: marker.field.to_owned(), ksef_number: marker.number, as_of, message }
}

/// As of which day markers are wanted.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AsOfQuery {
    as_of: Option<String>,
}

impl AsOfQuery {
    pub(super) fn as_of(&self) -> Result<Option<Date>, Failure> {
        self.as_of.as_deref().map(|text| day("asOf", text.trim())).transpose()
    }
}

/// A purchase as REST shows it.
pub(super) fn resource(
    purchase: &Purchase,
    as_of: Date,
    history: Vec<PurchaseHistoryEntry>,
) -> PurchaseResource {
    let facts = purchase.facts.clone();
    let marker = marker_of(&purchase.mode, purchase.ksef_number.as_ref(), as_of);
    PurchaseResource {
        id: purchase.position.to_string(),
        ksef_number: purchase.ksef_number.clone(),
        state: purchase.state.to_string(),
        roles: purchase.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        is_sale: purchase.is_sale,
        origin: purchase.origin.as_str().to_owned(),
        mode: purchase.mode.clone(),
        confirmation: purchase.confirmation.map(|one| one.as_str().to_owned()),
        form: facts.form,
        kind: facts.kind,
        invoice_number: facts.invoice_number,
        seller_nip: facts.seller_id,
        seller_name: facts.seller_name,
        buyer_nip: facts.buyer_id,
        buyer_name: facts.buyer_name,
        issue_date: facts.issue_date,
        sale_date: facts.sale_date,
        received_on: purchase.received_on,
        due_date: facts.due_date,
        net_amount: facts.net,
        vat_amount: facts.vat,
        gross_amount: facts.gross,
        currency: facts.currency,
        account: facts.account,
        order_number: facts.order_number,
        is_split_payment: facts.is_split_payment,
        is_paid: facts.is_paid,
        sha256: purchase.sha256.clone(),
        jpk_marker: marker.map(|marker| jpk_marker(marker, as_of)),
        permanent_storage_date: purchase.permanent_storage_date,
        received_at: purchase.received_at,
        changed: purchase.changed.to_string(),
        copy_of: purchase.copy_of.map(|position| position.to_string()),
        invoice_id: purchase.sale_id.map(|id| id.to_string()),
        note: purchase.note.clone(),
        findings: purchase
            .findings
            .as_deref()
            .and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default(),
        approval: purchase.approval.map(|one| one.as_str().to_owned()),
        assignment: None,
        history: history
            .into_iter()
            .map(|entry| PurchaseHistoryResource {
                at: entry.at,
                actor: entry.actor,
                event: entry.event.as_str().to_owned(),
                detail: entry.detail,
            })
            .collect(),
    }
}
