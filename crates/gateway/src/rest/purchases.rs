//! `/api/v1/companies/{company}/purchases`: purchase invoices.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use gateway_api::{ProblemCode, PurchaseListResource, PurchaseResource};
use gateway_store::Purchase;
use ksef_crypto::sha256;
use ksef_id::{KsefNumber, Sha256Hash};
use ksef_render::{Language, Mode};

use super::rendering::RenderQuery;
use super::{Failure, ListQuery, attachment, company_of, rendered};
use crate::print::{Output, Print};
use crate::router::Shared;

/// `GET`: a company's purchases in the order of receipt.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PurchaseListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let page = shared.app.store.purchases(&company.context, query.after()?, query.limit()?).await?;
    let items = page.items.into_iter().map(resource).collect();
    Ok(axum::Json(PurchaseListResource {
        items,
        next_cursor: page.next.map(|position| position.to_string()),
    }))
}

/// `GET …/{ksefNumber}/xml`: the bytes as KSeF gave them.
pub(crate) async fn xml(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let bytes = document_of(&shared, &company, &number).await?;
    Ok(attachment("application/xml", &format!("{number}.xml"), bytes))
}

/// `GET …/{ksefNumber}/pdf`.
pub(crate) async fn pdf(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    rendering_of(&shared, &company, &number, query.language()?, Output::Pdf).await
}

/// `GET …/{ksefNumber}/html`.
pub(crate) async fn html(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    Query(query): Query<RenderQuery>,
) -> Result<Response, Failure> {
    rendering_of(&shared, &company, &number, query.language()?, Output::Html).await
}

async fn rendering_of(
    shared: &Shared,
    company: &str,
    number: &str,
    language: Language,
    output: Output,
) -> Result<Response, Failure> {
    let xml = document_of(shared, company, number).await?;
    let company = company_of(&shared.app, company)?;
    let ksef_number = KsefNumber::parse(number).ok();
    // The first code is all that a buyer has of it: the second was the issuer's to make.
    let (mode, name) = (Mode::Online, number.to_owned());
    rendered(
        shared,
        company,
        Print { xml, ksef_number, language, mode, certificate_link: None, output, name },
    )
    .await
}

/// A purchase's bytes, if they still have the hash they were received with.
async fn document_of(shared: &Shared, company: &str, number: &str) -> Result<Vec<u8>, Failure> {
    let company = company_of(&shared.app, company)?;
    let unknown = || Failure::new(ProblemCode::InvoiceUnknown, &number.chars().take(40).collect::<String>());
    let number = KsefNumber::parse(number).map_err(|_| unknown())?;
    let found = shared.app.store.purchase_document(&company.context, &number).await?;
    let (bytes, hash) = found.ok_or_else(unknown)?;
    if Sha256Hash::from_bytes(&sha256(&bytes)) == hash {
        Ok(bytes)
    } else {
        tracing::error!(ksef_number = %number, "a stored purchase does not match its hash");
        Err(Failure::new(ProblemCode::DocumentTampered, ""))
    }
}

fn resource(purchase: Purchase) -> PurchaseResource {
    PurchaseResource {
        ksef_number: purchase.ksef_number,
        invoice_number: purchase.invoice_number,
        seller_nip: purchase.seller_nip,
        seller_name: purchase.seller_name,
        issue_date: purchase.issue_date,
        gross_amount: purchase.gross,
        currency: purchase.currency,
        sha256: purchase.sha256,
        permanent_storage_date: purchase.permanent_storage_date,
        received_at: purchase.received_at,
    }
}
