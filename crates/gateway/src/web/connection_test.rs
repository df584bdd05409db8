//! The test of a connection on its page. The page is sent while the test goes on: each check stands there as soon as it is made, with
//! or without scripts, and the verdict comes in the end.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream;
use gateway_access::Right;
use gateway_api::{ConnectionCheckResource, ConnectionFindingResource, ConnectionTestResource, ProblemCode};
use gateway_pages::{
    CheckRow, Diagnosis, DiagnosisView, Language, TestedPage, VerdictView, connection_check,
    connection_tested, connection_verdict,
};
use tokio::sync::mpsc;

use super::connection::page_view;
use super::credential_list::{Asked, login_facts};
use super::parts::{on_pages, pick};
use super::visit::Visit;
use crate::company::Company;
use crate::rest::{Failure, company_of, whoami};
use crate::router::Shared;

/// `POST …/connection/test`.
pub(crate) async fn test(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    tested(&shared, visit, &company, DiagnosisView::default()).await
}

/// The page of the connection with a test that is made meanwhile.
pub(super) async fn tested(
    shared: &Shared,
    visit: Visit,
    company: &Arc<Company>,
    diagnosis: DiagnosisView,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let (frame, mut view) = page_view(shared, &visit, company, &Asked::default(), diagnosis).await?;
    view.is_tested = true;
    let page = connection_tested(&frame, &view).map_err(|error| {
        tracing::error!(cause = ?error, "a page could not be made");
        Failure::new(ProblemCode::Internal, "")
    })?;
    let verdict = VerdictView {
        company: company.context.to_string(),
        is_well: false,
        login: login_facts(shared, company, lang).await?,
        rights: None,
        wrong: None,
        may_send: visit.may(Right::Send, &company.context),
        lacks_offline: company.offline().is_none(),
    };
    let (sender, receiver) = mpsc::unbounded_channel();
    // To its end, also when nobody looks any more: a login that was begun is ended.
    shared.office.spawn(examine(company.clone(), page, verdict, lang, sender));
    let pieces = stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|piece: String| (Ok::<_, Infallible>(piece), receiver))
    });
    Ok(visit.page_in_pieces(Body::from_stream(pieces)))
}

async fn examine(
    company: Arc<Company>,
    page: TestedPage,
    mut verdict: VerdictView,
    lang: Language,
    sender: mpsc::UnboundedSender<String>,
) {
    // Whoever went away reads no more of it.
    let send = |piece: String| drop(sender.send(piece));
    send(page.before);
    let mut tell = |check: ConnectionCheckResource| {
        send(connection_check(&check_row(check, lang), lang).unwrap_or_default());
    };
    let report = whoami::examined(&company, &mut tell).await;
    send(page.between);
    verdict.is_well = report.is_well;
    verdict.rights = rights_of(&report, lang);
    verdict.wrong = wrong_of(report, lang);
    send(connection_verdict(&verdict, lang).unwrap_or_default());
    send(page.after);
}

fn rights_of(report: &ConnectionTestResource, lang: Language) -> Option<String> {
    let check = report.checks.iter().find(|check| check.check == "permissions")?;
    (check.outcome == "passed" || check.outcome == "noted").then(|| pick(lang, &check.found))
}

/// The first thing that failed: what comes after it mostly follows from it.
fn wrong_of(report: ConnectionTestResource, lang: Language) -> Option<Diagnosis> {
    let failed = report.checks.into_iter().find(|check| check.outcome == "failed")?;
    failed.findings.into_iter().next().map(|one| finding(one, lang))
}

fn check_row(check: ConnectionCheckResource, lang: Language) -> CheckRow {
    CheckRow {
        title: pick(lang, &check.title),
        outcome: check.outcome,
        found: pick(lang, &check.found),
        findings: check.findings.into_iter().map(|one| finding(one, lang)).collect(),
    }
}

fn finding(one: ConnectionFindingResource, lang: Language) -> Diagnosis {
    Diagnosis {
        code: one.code,
        message: on_pages(&pick(lang, &one.message), lang),
        remedy: on_pages(&pick(lang, &one.next_step), lang),
        field: "",
    }
}
