//! `/settings/api-keys` and `/companies/{company}/settings/api-keys`: the keys of programs. A key is shown once, where it is made.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use gateway_access::{Reach, Scope};
use gateway_api::{ApiKeyGivenResource, ApiKeyRequest};
use gateway_pages::{Choice, KeyRow, KeyShown, KeysView, Language, Section, Tone, api_keys};
use gateway_store::ApiKeyRecord;

use super::audit::who_words;
use super::frame::{Part, tabs};
use super::users::reach_words;
use crate::access::Caller;
use crate::company::Company;
use crate::rest::{Failure, api_keys as rest, company_of};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question, Refused};
use crate::web::visit::Visit;

/// `GET` of the whole gateway.
pub(crate) async fn list(State(shared): State<Shared>, visit: Visit) -> Result<Response, Failure> {
    shown(&shared, visit, None, Filled::default()).await
}

/// `GET` of a company.
pub(crate) async fn list_of_company(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    shown(&shared, visit, Some(&company), Filled::default()).await
}

/// `POST` of the whole gateway: a key for all companies.
pub(crate) async fn add(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let asked = asked(form);
    let filled = Filled::of(&asked);
    let made = rest::create(State(shared.clone()), Extension(caller), Ok(Json(asked))).await;
    made_or_not(&shared, visit, None, filled, made.map(|(_, Json(given))| given)).await
}

/// `POST` of a company.
pub(crate) async fn add_of_company(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let asked = asked(form);
    let filled = Filled::of(&asked);
    let made =
        rest::create_of_company(State(shared.clone()), Extension(caller), Path(company), Ok(Json(asked)))
            .await;
    made_or_not(&shared, visit, Some(&found), filled, made.map(|(_, Json(given))| given)).await
}

/// `POST …/{id}/rotate` of the whole gateway: of any key.
pub(crate) async fn rotate(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    if !Fields::of(form).is_confirmed() {
        return asks(&shared, visit, None, &id, Asked::Rotate);
    }
    let made = rest::rotate(State(shared.clone()), Extension(caller), Path(id)).await;
    made_or_not(&shared, visit, None, Filled::default(), made.map(|Json(given)| given)).await
}

/// The same of a company.
pub(crate) async fn rotate_of_company(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    if !Fields::of(form).is_confirmed() {
        return asks(&shared, visit, Some(&found), &id, Asked::Rotate);
    }
    let made = rest::rotate_of_company(State(shared.clone()), Extension(caller), Path((company, id))).await;
    made_or_not(&shared, visit, Some(&found), Filled::default(), made.map(|Json(given)| given)).await
}

/// `POST …/{id}/revoke` of the whole gateway: of any key.
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    if !Fields::of(form).is_confirmed() {
        return asks(&shared, visit, None, &id, Asked::Revoke);
    }
    let outcome = rest::revoke(State(shared), Path(id)).await.map(drop);
    revoked(visit, &Part::Keys.page(None), outcome)
}

/// The same of a company.
pub(crate) async fn revoke_of_company(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    if !Fields::of(form).is_confirmed() {
        return asks(&shared, visit, Some(&found), &id, Asked::Revoke);
    }
    let outcome = rest::revoke_of_company(State(shared), Path((company, id))).await.map(drop);
    revoked(visit, &Part::Keys.of(&found), outcome)
}

fn revoked(visit: Visit, back: &str, outcome: Result<(), Failure>) -> Result<Response, Failure> {
    visit.ended(back, outcome, "Unieważniono klucz.", "The key was revoked.")
}

/// What is asked before something that cannot be undone.
#[derive(Clone, Copy)]
enum Asked {
    Rotate,
    Revoke,
}

/// The question as a page, for browsers without scripts.
fn asks(
    shared: &Shared,
    visit: Visit,
    company: Option<&Company>,
    id: &str,
    asked: Asked,
) -> Result<Response, Failure> {
    let back = Part::Keys.page(company);
    let (title, note, verb) = match asked {
        Asked::Rotate => (
            ["Wymienić klucz?", "Exchange the key?"],
            [
                "Dotychczasowy przestaje działać od razu; nowy zostanie pokazany jeden raz.",
                "The present one is void at once; the new one is shown once.",
            ],
            "rotate",
        ),
        Asked::Revoke => (
            ["Unieważnić klucz?", "Revoke the key?"],
            [
                "Program, który go używa, przestanie działać od razu. Nie można tego cofnąć.",
                "The program that uses it stops working at once. This cannot be undone.",
            ],
            "revoke",
        ),
    };
    let action = format!("{back}/{id}/{verb}");
    let question = Question { title, note, about: Vec::new(), action, fields: Vec::new(), back };
    visit.asks(shared, company, Section::ApiKeys, question)
}

/// What stands in the form, and what came of it.
#[derive(Default)]
struct Filled {
    name: String,
    scopes: Vec<String>,
    unit: String,
    given: Option<KeyShown>,
    problem: Option<String>,
}

impl Filled {
    /// What somebody typed.
    fn of(asked: &ApiKeyRequest) -> Self {
        Self {
            name: asked.name.clone(),
            scopes: asked.scopes.clone(),
            unit: asked.unit.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn asked(form: Pairs) -> ApiKeyRequest {
    let form = Fields::of(form);
    ApiKeyRequest {
        name: form.one("name").to_owned(),
        scopes: form.all("scope").map(str::to_owned).collect(),
        unit: Some(form.one("unit").to_owned()).filter(|unit| !unit.is_empty()),
    }
}

async fn made_or_not(
    shared: &Shared,
    visit: Visit,
    company: Option<&Company>,
    filled: Filled,
    made: Result<ApiKeyGivenResource, Failure>,
) -> Result<Response, Failure> {
    match made {
        Ok(made) => {
            let given = KeyShown { name: made.api_key.name, key: made.key, url: made.public_url };
            shown(shared, visit, company, Filled { given: Some(given), ..Filled::default() }).await
        }
        Err(failure) => {
            let (problem, refused) = Refused::of(failure, &visit)?;
            let filled = Filled { problem: Some(problem), ..filled };
            Ok(refused.on(shown(shared, visit, company, filled).await?))
        }
    }
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: Option<&Company>,
    filled: Filled,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let reach = company.map(|company| Reach::Company(company.context.clone()));
    let mut keys = shared.desk.keys().await?;
    keys.retain(|key| reach.as_ref().is_none_or(|reach| key.reach == *reach));
    keys.reverse();
    let units = match company {
        Some(company) => shared.app.store.units(&company.context).await?,
        None => Vec::new(),
    };
    let view = KeysView {
        base: Part::Keys.page(company),
        tabs: tabs(&visit, company, Part::Keys),
        is_gateway: company.is_none(),
        given: filled.given,
        keys: keys.iter().map(|key| row(key, lang)).collect(),
        name: filled.name,
        scopes: scopes(&visit, company, &filled.scopes),
        units: units
            .into_iter()
            .map(|unit| Choice {
                is_chosen: unit.identifier == filled.unit,
                label: format!("{} ({})", unit.name, unit.identifier),
                value: unit.identifier,
                note: String::new(),
            })
            .collect(),
        problem: filled.problem,
    };
    let frame = Part::Keys.frame(shared, &visit, company, lang.choose("Klucze API", "API keys"));
    visit.page(api_keys(&frame, &view))
}

fn row(key: &ApiKeyRecord, lang: Language) -> KeyRow {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope_words(*scope, lang).0).collect();
    let mut made = format!("{}, {}", lang.moment(key.created_at), who_words(&key.created_by, lang));
    if let Some(at) = key.rotated_at {
        let word = lang.choose("wymieniony", "exchanged");
        made.push_str(&format!("; {word} {}", lang.moment(at)));
    }
    let (state, tone) = match key.revoked_at {
        Some(at) => (format!("{} {}", lang.choose("unieważniony", "revoked"), lang.moment(at)), Tone::Plain),
        None => (lang.choose("działa", "works").to_owned(), Tone::Good),
    };
    KeyRow {
        id: key.id.clone(),
        name: key.name.clone(),
        hint: key.hint.clone(),
        scopes: scopes.join(", "),
        reach: reach_words(&key.reach, lang),
        unit: key.unit.as_ref().map(|_| match &key.unit_identifier {
            Some(identifier) => identifier.clone(),
            None => lang.choose("usunięta", "removed").to_owned(),
        }),
        made,
        used: key.used_at.map(|at| match &key.used_from {
            Some(from) => format!("{}, {from}", lang.moment(at)),
            None => lang.moment(at),
        }),
        state,
        tone,
        is_valid: key.revoked_at.is_none(),
    }
}

/// What a key may do, as far as the visitor may give it.
fn scopes(visit: &Visit, company: Option<&Company>, chosen: &[String]) -> Vec<Choice> {
    let reach = company.map_or(Reach::All, |company| Reach::Company(company.context.clone()));
    Scope::ALL
        .iter()
        .filter(|scope| visit.caller.grants.may_make_key(&reach, &[**scope]))
        .map(|scope| {
            let (label, note) = scope_words(*scope, visit.lang);
            Choice {
                value: scope.as_str().to_owned(),
                label: label.to_owned(),
                note: note.to_owned(),
                is_chosen: chosen.iter().any(|one| one == scope.as_str()),
            }
        })
        .collect()
}

fn scope_words(scope: Scope, lang: Language) -> (&'static str, &'static str) {
    let [pl, en] = scope.words();
    let note = match scope {
        Scope::Read => lang.choose(
            "czyta faktury, dokumenty i zdarzenia; niczego nie zmienia",
            "reads invoices, documents and events; changes nothing",
        ),
        Scope::Send => lang.choose("oddaje faktury do wysłania i decyduje o nich", "hands invoices over and decides about them"),
        Scope::Receive => lang.choose("czyta i obsługuje zakupy", "reads purchases and works with them"),
        Scope::Admin => lang.choose(
            "zmienia ustawienia, tworzy klucze i webhooki, czyta dziennik; tylko dla programów, którym ufasz jak sobie",
            "changes settings, makes keys and webhooks, reads the log; only for programs that you trust as yourself",
        ),
    };
    (lang.choose(pl, en), note)
}
