//! `/api/v1/companies/{company}/invoices/{id}/…`: what a person decides about an invoice that is not sent yet, and
//! `/api/v1/companies/{company}/sending`: how a company sends.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use gateway_api::{
    FolderResource, InvoiceResource, OfflineRequest, PolicyRequest, ProblemCode, ReachResource,
    ReleasedResource, SendingResource, Words,
};
use gateway_rules::offline::InvoicingMode;
use gateway_rules::policy::{SendingPolicy, UpoMode};
use gateway_store::SendingSettings;

use super::invoices::{sale_of, whole};
use super::{Failure, company_of};
use crate::access::Caller;
use crate::app::decide::{Decision, change_policy, decide, move_to_offline, release_all};
use crate::router::Shared;

/// `POST …/approve`: it may be sent.
pub(crate) async fn approve(shared: State<Shared>, caller: By, path: InvoicePath) -> Answer {
    decided(&shared, &caller, path, Decision::Approve).await
}

/// `POST …/send`: it is to be sent, whatever its policy.
pub(crate) async fn send(shared: State<Shared>, caller: By, path: InvoicePath) -> Answer {
    decided(&shared, &caller, path, Decision::Send).await
}

/// `POST …/hold`: it waits for a person again.
pub(crate) async fn hold(shared: State<Shared>, caller: By, path: InvoicePath) -> Answer {
    decided(&shared, &caller, path, Decision::Hold).await
}

/// `POST …/withdraw`: it is not to be sent at all.
pub(crate) async fn withdraw(shared: State<Shared>, caller: By, path: InvoicePath) -> Answer {
    decided(&shared, &caller, path, Decision::Withdraw).await
}

/// `PUT …/policy`: it goes by another policy.
pub(crate) async fn policy(
    shared: State<Shared>,
    Extension(caller): By,
    Path((company, id)): InvoicePath,
    body: Result<axum::Json<PolicyRequest>, JsonRejection>,
) -> Answer {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let policy = SendingPolicy::from_name(&asked.policy).ok_or_else(|| parameter("policy"))?;
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    change_policy(&shared.app, &company, &sale, policy, &caller.actor()).await?;
    shown(&shared, company.context.as_str(), &id).await
}

/// `POST …/offline`: it is issued offline now, before it is sent.
pub(crate) async fn offline(
    shared: State<Shared>,
    Extension(caller): By,
    Path((company, id)): InvoicePath,
    body: Result<axum::Json<OfflineRequest>, JsonRejection>,
) -> Answer {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let mode = InvoicingMode::from_name(&asked.mode).ok_or_else(|| parameter("mode"))?;
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    move_to_offline(&shared.app, &company, &sale, mode, &caller.actor()).await?;
    shown(&shared, company.context.as_str(), &id).await
}

/// `POST …/invoices/release`: everything that waits for a person is to be sent.
pub(crate) async fn release(
    State(shared): State<Shared>,
    Extension(caller): By,
    Path(company): Path<String>,
) -> Result<axum::Json<ReleasedResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let now = release_all(&shared.app, &company, &caller.actor(), shared.app.release_for).await?;
    Ok(axum::Json(ReleasedResource { released: now.released, has_more: now.has_more }))
}

/// `GET …/invoices/counts`: how many invoices are in each state.
pub(crate) async fn counts(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<BTreeMap<&'static str, i64>>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let counts = shared.app.store.counts(&company.context).await?;
    Ok(axum::Json(counts.into_iter().map(|(state, count)| (state.as_str(), count)).collect()))
}

/// `GET …/sending`: how the company sends, and whether KSeF can be reached.
pub(crate) async fn sending(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<SendingResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let settings = shared.app.store.sending_settings(&company.context).await?;
    let reach = company.site.reach();
    let words = reach.words();
    Ok(axum::Json(SendingResource {
        policy: settings.policy,
        upo_mode: settings.upo_mode,
        session_age_s: settings.session_age_s,
        is_sending_on: settings.is_sending_on,
        ksef: Some(ReachResource {
            state: reach.as_str().to_owned(),
            since: reach.since(),
            message: Words { pl: words.pl.to_owned(), en: words.en.to_owned() },
        }),
        folder: company.folder.as_ref().map(|folder| FolderResource {
            path: folder.path().display().to_string(),
            trouble: folder.trouble(),
        }),
    }))
}

/// `PUT …/sending`: the company sends so from now on; what waits already keeps its policy.
pub(crate) async fn set_sending(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    body: Result<axum::Json<SendingResource>, JsonRejection>,
) -> Result<axum::Json<SendingResource>, Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let company_found = company_of(&shared.app, &company)?;
    if SendingPolicy::from_name(&asked.policy).is_none() {
        return Err(parameter("policy"));
    }
    if UpoMode::from_name(&asked.upo_mode).is_none() {
        return Err(parameter("upoMode"));
    }
    if !SESSION_AGE_S.contains(&asked.session_age_s) {
        return Err(parameter("sessionAgeS (60…39600)"));
    }
    let settings = SendingSettings {
        policy: asked.policy,
        upo_mode: asked.upo_mode,
        session_age_s: asked.session_age_s,
        is_sending_on: asked.is_sending_on,
    };
    let now = company_found.now();
    shared.app.journal.set_sending_settings(&company_found.context, &settings, now).await?;
    company_found.sales_bell.notify_one();
    shared.app.bell.notify_one();
    sending(State(shared), Path(company)).await
}

/// Who decides.
type By = Extension<Caller>;
type InvoicePath = Path<(String, String)>;
type Answer = Result<axum::Json<InvoiceResource>, Failure>;

async fn decided(
    shared: &Shared,
    caller: &Caller,
    Path((company, id)): InvoicePath,
    decision: Decision,
) -> Answer {
    let (company, sale) = sale_of(shared, &company, &id).await?;
    decide(&shared.app, &company, &sale, decision, &caller.actor()).await?;
    shown(shared, company.context.as_str(), &id).await
}

async fn shown(shared: &Shared, company: &str, id: &str) -> Answer {
    let (company, sale) = sale_of(shared, company, id).await?;
    Ok(axum::Json(whole(shared, &company, &sale).await?))
}

fn parameter(name: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, name)
}

fn unreadable(error: &JsonRejection) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, &error.body_text())
}

/// A minute to eleven hours: KSeF ends a session after twelve.
const SESSION_AGE_S: std::ops::RangeInclusive<i64> = 60..=39_600;
