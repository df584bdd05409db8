//! `/api/v1/audit` and `/api/v1/companies/{company}/audit`: the log of what was done.

use axum::extract::{Path, Query, State};
use gateway_access::{AuditHash, AuditLine};
use gateway_api::{AuditEntryResource, AuditListResource};
use ksef_id::ContextIdentifier;

use super::{Failure, ListQuery, company_of};
use crate::app::cut;
use crate::router::Shared;

/// `GET /audit`: the whole log.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<AuditListResource>, Failure> {
    page(&shared, None, &query).await
}

/// `GET …/audit`: what concerns a company.
pub(crate) async fn list_of_company(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<AuditListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    page(&shared, Some(&company.context), &query).await
}

async fn page(
    shared: &Shared,
    company: Option<&ContextIdentifier>,
    query: &ListQuery,
) -> Result<axum::Json<AuditListResource>, Failure> {
    let limit = query.limit()?;
    let mut entries = shared.desk.store().audit(company, query.after()?, limit + 1).await?;
    let has_more = cut(&mut entries, limit);
    let next_cursor = entries.last().filter(|_| has_more).map(|(line, _)| line.number.to_string());
    Ok(axum::Json(AuditListResource {
        items: entries.into_iter().map(entry_resource).collect(),
        next_cursor,
    }))
}

/// An entry as REST and the export show it.
pub(crate) fn entry_resource((line, hash): (AuditLine, AuditHash)) -> AuditEntryResource {
    AuditEntryResource {
        number: line.number,
        at: line.at,
        who: line.who,
        origin: line.origin,
        action: line.action,
        company: line.company,
        subject: line.subject,
        result: line.result,
        hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
