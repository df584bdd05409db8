//! `/api/v1/companies/{company}/purchases/{number}/assignment`, `…/comments`, `…/approval`: whose a purchase is, and what they
//! say about it.

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use gateway_api::{ApprovalRequest, AssignmentRequest, CommentRequest, ProblemCode, PurchaseResource};
use gateway_rules::calendar::warsaw_day;
use gateway_store::{Approval, Assignment};

use super::purchases::{purchase_of, whole};
use super::routing::Named;
use super::{Failure, read};
use crate::access::{Caller, Sees};
use crate::router::Shared;

/// `PUT …/assignment`: the purchase is these people's and units', and nobody else's.
pub(crate) async fn assign(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    body: Result<axum::Json<AssignmentRequest>, JsonRejection>,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let asked = read(body)?;
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    if asked.persons.len() + asked.units.len() > ASSIGNEES_MAX {
        return Err(invalid("persons, units (≤ 100)"));
    }
    let named = Named::of(&shared.app, &company).await?;
    let (persons, units) = (named.persons(&asked.persons)?, named.units(&asked.units)?);
    let mut told: Vec<String> = asked.persons.iter().map(|login| login.trim().to_lowercase()).collect();
    told.extend(units.iter().map(|unit| unit.name.clone()));
    let to = Assignment {
        persons,
        units: units.into_iter().map(|unit| unit.id.clone()).collect(),
        detail: told.join(", "),
    };
    let (context, now) = (&company.context, company.now());
    shared.app.journal.purchase_assigned(context, purchase.position, &to, &caller.actor(), now).await?;
    // Who hands on what was his sees it for the last time.
    whole(&shared, &purchase, warsaw_day(now)).await
}

/// `POST …/comments`.
pub(crate) async fn comment(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    body: Result<axum::Json<CommentRequest>, JsonRejection>,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let asked = read(body)?;
    let text = asked.text.trim();
    if !(1..=TEXT_MAX).contains(&text.chars().count()) {
        return Err(invalid("text (1…2000)"));
    }
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let (context, now) = (&company.context, company.now());
    shared.app.journal.purchase_commented(context, purchase.position, text, &caller.actor(), now).await?;
    let (_, purchase) = purchase_of(&shared, context.as_str(), &purchase.position.to_string(), sees).await?;
    whole(&shared, &purchase, warsaw_day(now)).await
}

/// `POST …/approval`: approved, or rejected with a reason, or neither any more.
pub(crate) async fn approve(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    body: Result<axum::Json<ApprovalRequest>, JsonRejection>,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let asked = read(body)?;
    let approval = match asked.approval.as_str() {
        "approved" => Some(Approval::Approved),
        "rejected" => Some(Approval::Rejected),
        "none" => None,
        _ => return Err(invalid("approval (approved, rejected, none)")),
    };
    let reason = asked.reason.trim();
    let needs_reason = approval == Some(Approval::Rejected);
    if (needs_reason && reason.is_empty()) || reason.chars().count() > TEXT_MAX {
        return Err(invalid(if needs_reason { "reason (1…2000)" } else { "reason (0…2000)" }));
    }
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let (context, now) = (&company.context, company.now());
    let decided = (approval, reason);
    shared.app.journal.purchase_approved(context, purchase.position, decided, &caller.actor(), now).await?;
    let (_, purchase) = purchase_of(&shared, context.as_str(), &purchase.position.to_string(), sees).await?;
    whole(&shared, &purchase, warsaw_day(now)).await
}

fn invalid(what: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, what)
}

/// Of one purchase.
const ASSIGNEES_MAX: usize = 100;
const TEXT_MAX: usize = 2_000;
