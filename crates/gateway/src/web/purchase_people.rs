//! `/companies/{company}/purchases/{number}/assignment`, `…/comments`, `…/approval`: whose a purchase is, and what they say about it.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use gateway_api::{ApprovalRequest, AssignmentRequest, CommentRequest};
use gateway_pages::Choice;
use gateway_store::Assignees;

use super::forms::{Fields, Pairs};
use super::people::people_of;
use super::visit::{Visit, local_path};
use crate::access::{Caller, Sees};
use crate::company::Company;
use crate::rest::{Failure, purchase_people as rest};
use crate::router::Shared;

type At = Path<(String, String)>;

/// Whose a purchase is, and to whom it can be given.
pub(super) struct Whose {
    /// People and units, in words.
    pub(super) assigned: Vec<String>,
    pub(super) persons: Vec<Choice>,
    pub(super) units: Vec<Choice>,
}

/// Whose a purchase is; with everybody to whom it can be given, for those who may.
pub(super) async fn whose(
    shared: &Shared,
    company: &Company,
    to: &Assignees,
    may_work: bool,
) -> Result<Whose, Failure> {
    let people = people_of(shared, company).await?;
    let named = |login: &String| {
        let found = people.iter().find(|person| person.login == *login);
        found.map_or_else(|| login.clone(), |person| person.shown.clone())
    };
    let mut assigned: Vec<String> = to.persons.iter().map(named).collect();
    assigned.extend(to.units.iter().map(|(identifier, name)| format!("{name} ({identifier})")));
    if !may_work {
        return Ok(Whose { assigned, persons: Vec::new(), units: Vec::new() });
    }
    let choice = |value: &str, label: String, is_chosen| Choice {
        value: value.to_owned(),
        label,
        note: String::new(),
        is_chosen,
    };
    let mut persons: Vec<Choice> = people
        .iter()
        .map(|person| choice(&person.login, person.shown.clone(), to.persons.contains(&person.login)))
        .collect();
    // Whoever does not see purchases any more stays until somebody takes him out.
    let gone = to.persons.iter().filter(|login| !people.iter().any(|person| person.login == **login));
    persons.extend(gone.map(|login| choice(login, login.clone(), true)));
    let units = shared.app.store.units(&company.context).await?;
    let units = units
        .iter()
        .map(|unit| {
            let is_chosen = to.units.iter().any(|(identifier, _)| *identifier == unit.identifier);
            choice(&unit.identifier, format!("{} ({})", unit.name, unit.identifier), is_chosen)
        })
        .collect();
    Ok(Whose { assigned, persons, units })
}

fn back_to(path: &At, part: &str) -> String {
    local_path(&format!("/companies/{}/purchases/{}{part}", path.0.0, path.0.1))
}

/// `POST …/assignment`.
pub(crate) async fn assign(
    shared: State<Shared>,
    caller: Extension<Caller>,
    path: At,
    sees: Sees,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let (form, back) = (Fields::of(form), back_to(&path, "#whose"));
    let inbox = local_path(&format!("/companies/{}/purchases", path.0.0));
    let asked = AssignmentRequest {
        persons: form.all("person").map(str::to_owned).collect(),
        units: form.all("unit").map(str::to_owned).collect(),
    };
    match rest::assign(shared.clone(), caller, Path(path.0.clone()), sees, Ok(Json(asked))).await {
        Ok(_) => {
            // Who hands on what was his does not see it any more.
            let is_seen =
                crate::rest::purchases::purchase_of(&shared, &path.0.0, &path.0.1, sees).await.is_ok();
            let to = if is_seen { back } else { inbox };
            Ok(visit.done(&to, "Przypisano zakup.", "The purchase was assigned."))
        }
        Err(failure) => visit.failed(&back, failure),
    }
}

/// `POST …/comments`.
pub(crate) async fn comment(
    shared: State<Shared>,
    caller: Extension<Caller>,
    path: At,
    sees: Sees,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let (form, back) = (Fields::of(form), back_to(&path, "#comments"));
    let asked = CommentRequest { text: form.one("text").to_owned() };
    let outcome = rest::comment(shared, caller, path, sees, Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Dodano komentarz.", "The comment was added.")
}

/// `POST …/approval`.
pub(crate) async fn approve(
    shared: State<Shared>,
    caller: Extension<Caller>,
    path: At,
    sees: Sees,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let (form, back) = (Fields::of(form), back_to(&path, "#approval"));
    let asked =
        ApprovalRequest { approval: form.one("approval").to_owned(), reason: form.one("reason").to_owned() };
    let outcome = rest::approve(shared, caller, path, sees, Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Zapisano decyzję.", "The decision was saved.")
}
