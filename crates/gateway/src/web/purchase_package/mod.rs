//! `/companies/{company}/purchases/package.zip`: purchases as one file, those that were ticked or all that the list's filters show.

mod archive;

use std::collections::VecDeque;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gateway_api::ProblemCode;
use gateway_pages::FlashKind;
use gateway_rules::calendar::warsaw_day;

use super::inbox::Inbox;
use super::sale::print_language;
use super::visit::{Visit, local_path};
use crate::access::Sees;
use crate::rest::purchases::purchase_of;
use crate::rest::{Failure, company_of, download};
use crate::router::Shared;
use archive::{Archive, Source};

/// `GET`.
pub(crate) async fn package(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(mut query): Query<Vec<(String, String)>>,
    visit: Visit,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let context = found.context.clone();
    let mut take = |name: &str| {
        let place = query.iter().position(|(found, _)| found == name)?;
        Some(query.remove(place).1)
    };
    let (is_chosen, back) = (take("chosen").is_some(), take("back").unwrap_or_default());
    let back = match local_path(&back) {
        path if path == "/" => format!("/companies/{context}/purchases"),
        path => path,
    };
    let source = if is_chosen {
        let keys = query.iter().filter(|(name, _)| name == "id").map(|(_, key)| key).take(CHOSEN_MAX);
        let mut chosen = VecDeque::new();
        for key in keys {
            match purchase_of(&shared, &company, key, sees).await {
                Ok((_, purchase)) => chosen.push_back(purchase),
                // Erased, or somebody else's by now.
                Err(failure) if failure.problem.code == ProblemCode::PurchaseUnknown.code() => {}
                Err(failure) => return Err(failure),
            }
        }
        if chosen.is_empty() {
            let text = visit.lang.choose(
                "Nie zaznaczono żadnego zakupu; nic nie pobrano.",
                "No purchase was selected; nothing was downloaded.",
            );
            return Ok(visit.told(&back, FlashKind::Failed, text));
        }
        Source::chosen(chosen)
    } else {
        let Inbox { seen, filter, sort, .. } = Inbox::of(query, &visit.caller, sees)?;
        let store = &shared.app.store;
        let beyond = store.purchases_by(&context, seen, &filter, sort, false, PACKED_MAX, 1).await?;
        if !beyond.is_empty() {
            let text = visit.lang.choose(
                "Na tej liście jest ponad 50 000 dokumentów. Zawęź ją, na przykład do jednego miesiąca, i pobierz po kolei.",
                "This list has more than 50,000 documents. Narrow it, say to a month, and download one after another.",
            );
            return Ok(visit.told(&back, FlashKind::Failed, text));
        }
        Source::filtered(seen, filter)
    };
    let as_of = warsaw_day(found.now());
    let name = format!("purchases-{context}-{as_of}.zip");
    let archive = Archive::begin(shared, found, source, print_language(visit.lang), as_of)?;
    Ok(download("application/zip", &name, Body::from_stream(archive.pieces())))
}

/// More than a page of the list has.
const CHOSEN_MAX: usize = 200;
/// What is told of each file at an archive's end is held until then: some hundred bytes.
const PACKED_MAX: u32 = 50_000;
