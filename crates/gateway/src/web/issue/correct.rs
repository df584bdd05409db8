//! `/companies/{company}/correct`: which invoice is to be corrected, and what is wrong with it. Each answer leads to a form that is
//! prepared.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use gateway_pages::{CorrectView, CorrectedRow, Section, correct, nip};
use gateway_store::{Sale, SaleFilter, SaleSort};

use super::not_here;
use crate::app::standing::{correction_kind, is_correction, is_on_its_way, standing};
use crate::rest::{Failure, company_of};
use crate::router::Shared;
use crate::web::parts::sale_row;
use crate::web::visit::Visit;

/// Which invoice.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct CorrectQuery {
    id: Option<String>,
    #[serde(default)]
    search: String,
}

/// `GET`.
pub(crate) async fn page(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<CorrectQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let store = &shared.app.store;
    let row = |sale: &Sale| CorrectedRow {
        row: sale_row(sale, visit.lang),
        may: correction_kind(&sale.kind).is_some() && is_on_its_way(sale.state),
        is_advance: sale.kind == "ZAL" && sale.state.is_numbered(),
        may_be_zeroed: !matches!(sale.kind.as_str(), "ROZ" | "KOR_ROZ"),
        is_farmers: correction_kind(&sale.kind) == Some("KOR_RR"),
        corrects: None,
        has_number: sale.state.is_numbered(),
        buyer_nip: sale.buyer_nip.as_deref().map(nip).unwrap_or_default(),
    };
    let original = match &query.id {
        Some(id) => {
            let parsed = id.parse().map_err(|_| not_here(id))?;
            let sale = store.sale(&company.context, parsed).await?.ok_or_else(|| not_here(id))?;
            let mut row = row(&sale);
            if row.may {
                let standing = standing(&shared.app, &company, &sale).await?;
                row.may = standing.is_some();
                let corrected = standing.filter(|_| is_correction(&sale.kind));
                row.corrects = corrected.and_then(|one| Some(one.reference["number"].as_str()?.to_owned()));
            }
            Some(row)
        }
        None => None,
    };
    let mut found = Vec::new();
    if original.is_none() {
        let search = query.search.trim();
        let filter = SaleFilter {
            search: (!search.is_empty()).then(|| search.chars().take(SEARCH_CHARS_MAX).collect()),
            ..SaleFilter::default()
        };
        let sales = store.sales_by(&company.context, &filter, SaleSort::Arrival, true, 0, ROWS).await?;
        found = sales.iter().map(row).collect();
    }
    let view = CorrectView { company: company.context.to_string(), search: query.search, original, found };
    let title = visit.lang.choose("Korekta faktury", "Correct an invoice");
    let frame = visit.frame(&shared, Some(&company), Section::Correct, title);
    visit.page(correct(&frame, &view))
}

const ROWS: u32 = 20;
const SEARCH_CHARS_MAX: usize = 256;
