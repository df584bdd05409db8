//! `/settings/users`: who may log in, and what they may do where.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use gateway_access::{Reach, Role};
use gateway_api::{UserChangeRequest, UserRequest};
use gateway_pages::{
    Choice, Language, NewUserForm, RoleRow, Section, UserRow, UserView, UsersView, nip, user, users,
};
use gateway_store::User;

use super::frame::{Part, tabs};
use crate::access::Identity;
use crate::rest::{Failure, users as rest};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question, Refused};
use crate::web::parts::query_of;
use crate::web::visit::Visit;

/// `GET /settings/users`.
pub(crate) async fn list(State(shared): State<Shared>, visit: Visit) -> Result<Response, Failure> {
    listed(&shared, visit, NewUserForm::default(), None).await
}

/// `POST /settings/users`: somebody new.
pub(crate) async fn add(
    State(shared): State<Shared>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let roles = [(form.one("reach").to_owned(), form.one("role").to_owned())];
    let asked = UserRequest {
        login: form.one("login").to_owned(),
        name: form.one("name").to_owned(),
        // A password may begin with a space.
        password: form.all("password").next().unwrap_or_default().to_owned(),
        roles: roles.into_iter().filter(|(reach, role)| !reach.is_empty() && !role.is_empty()).collect(),
    };
    match rest::create(State(shared.clone()), Ok(Json(asked))).await {
        Ok((_, Json(made))) => {
            let text = match visit.lang {
                Language::Pl => format!("Dodano użytkownika {}.", made.login),
                Language::En => format!("The user {} was added.", made.login),
            };
            Ok(visit.done(LIST, &text, &text))
        }
        Err(failure) => {
            let (problem, refused) = Refused::of(failure, &visit)?;
            let typed =
                NewUserForm { login: form.one("login").to_owned(), name: form.one("name").to_owned() };
            Ok(refused.on(listed(&shared, visit, typed, Some(problem)).await?))
        }
    }
}

async fn listed(
    shared: &Shared,
    visit: Visit,
    form: NewUserForm,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let found = shared.desk.users().await?;
    let view = UsersView {
        tabs: tabs(&visit, None, Part::Users),
        users: found.iter().map(|one| row(one, &visit)).collect(),
        form,
        roles: roles(None, lang),
        reaches: reaches(shared, &BTreeMap::new(), lang),
        problem,
    };
    let frame = Part::Users.frame(shared, &visit, None, lang.choose("Użytkownicy", "Users"));
    visit.page(users(&frame, &view))
}

/// `GET /settings/users/{login}`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(login): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    shown(&shared, visit, &login, None).await
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    login: &str,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let found = shared.desk.user(login).await?;
    let view = UserView {
        tabs: tabs(&visit, None, Part::Users),
        user: row(&found, &visit),
        roles: roles(None, visit.lang).into_iter().map(|role| Choice { is_chosen: false, ..role }).collect(),
        reaches: reaches(shared, &found.roles, visit.lang),
        problem,
    };
    let mut frame = visit.frame(shared, None, Section::Users, found.login.clone());
    frame.here = page_of(&found.login);
    visit.page(user(&frame, &view))
}

/// `POST …/{login}/roles`: pairs of a company and a role in the order of the form; an empty role takes one away.
pub(crate) async fn set_roles(
    State(shared): State<Shared>,
    Path(login): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let had = shared.desk.user(&login).await?.roles;
    let mut asked = BTreeMap::new();
    for (reach, role) in form.all("reach").zip(form.all("role")) {
        let is_there = reach.parse().is_ok_and(|reach: Reach| had.contains_key(&reach));
        // The row for another role stands there empty.
        if is_there || !role.is_empty() {
            asked.insert(reach.to_owned(), Some(role).filter(|role| !role.is_empty()).map(str::to_owned));
        }
    }
    let change = UserChangeRequest { roles: Some(asked), ..UserChangeRequest::default() };
    changed(shared, visit, login, change, ["Zapisano role.", "The roles were saved."]).await
}

/// `POST …/{login}/active`.
pub(crate) async fn set_active(
    State(shared): State<Shared>,
    Path(login): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let is_active = Fields::of(form).is_ticked("active");
    let change = UserChangeRequest { is_active: Some(is_active), ..UserChangeRequest::default() };
    let said = if is_active {
        ["Włączono logowanie.", "The login was switched on."]
    } else {
        [
            "Wyłączono logowanie; obecne logowania się skończyły.",
            "The login was switched off; present logins have ended.",
        ]
    };
    changed(shared, visit, login, change, said).await
}

/// `POST …/{login}/password`: another one, without knowing the old one.
pub(crate) async fn reset(
    State(shared): State<Shared>,
    Path(login): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    // A page that asks would have to carry the password along.
    if !form.is_confirmed() {
        let problem = visit.lang.choose(
            "Nic się nie zmieniło: zaznacz, że logowania tej osoby mogą się skończyć.",
            "Nothing was changed: tick that this person's logins may end.",
        );
        let problem = problem.to_owned();
        return shown(&shared, visit, &login, Some(problem)).await;
    }
    let password = form.all("password").next().unwrap_or_default().to_owned();
    let change = UserChangeRequest { password: Some(password), ..UserChangeRequest::default() };
    match rest::change(State(shared.clone()), Path(login.clone()), Ok(Json(change))).await {
        Ok(_) => Ok(visit.done(
            &page_of(&login),
            "Ustawiono nowe hasło. Drugi składnik jest wyłączony, a logowania się skończyły.",
            "The new password is set. The second factor is off, and all logins have ended.",
        )),
        Err(failure) => {
            let (problem, refused) = Refused::of(failure, &visit)?;
            Ok(refused.on(shown(&shared, visit, &login, Some(problem)).await?))
        }
    }
}

/// `POST …/{login}/remove`.
pub(crate) async fn remove(
    State(shared): State<Shared>,
    Path(login): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let back = page_of(&login);
    if !Fields::of(form).is_confirmed() {
        let question = Question {
            title: ["Usunąć tego użytkownika?", "Remove this user?"],
            note: [
                "W dzienniku i historii faktur zostaje jego nazwa. Nie można tego cofnąć; zamiast tego można wyłączyć logowanie.",
                "The name stays in the log and in histories of invoices. This cannot be undone; the login can be switched off instead.",
            ],
            about: vec![login],
            action: format!("{back}/remove"),
            fields: Vec::new(),
            back,
        };
        return visit.asks(&shared, None, Section::Users, question);
    }
    match rest::remove(State(shared), Path(login)).await {
        Ok(_) => Ok(visit.done(LIST, "Usunięto użytkownika.", "The user was removed.")),
        Err(failure) => visit.failed(&back, failure),
    }
}

async fn changed(
    shared: Shared,
    visit: Visit,
    login: String,
    change: UserChangeRequest,
    [pl, en]: [&str; 2],
) -> Result<Response, Failure> {
    let back = page_of(&login);
    let outcome = rest::change(State(shared), Path(login), Ok(Json(change))).await;
    visit.ended(&back, outcome, pl, en)
}

fn row(found: &User, visit: &Visit) -> UserRow {
    let lang = visit.lang;
    UserRow {
        login: found.login.clone(),
        name: found.name.clone(),
        href: page_of(&found.login),
        roles: found
            .roles
            .iter()
            .map(|(reach, role)| RoleRow {
                reach: reach.to_string(),
                reach_text: reach_words(reach, lang),
                roles: roles(Some(*role), lang),
            })
            .collect(),
        is_active: found.is_active,
        has_second_factor: found.has_second_factor,
        last_login: found.last_login_at.map(|at| lang.moment(at)),
        since: lang.moment(found.created_at),
        is_self: matches!(&visit.caller.identity, Identity::User(user) if user.0.id == found.id),
    }
}

/// The roles with what each may do; where none is given, the first that changes nothing is chosen.
fn roles(chosen: Option<Role>, lang: Language) -> Vec<Choice> {
    Role::ALL
        .iter()
        .map(|role| {
            let [pl, en] = role.words();
            let (note_pl, note_en) = match role {
                Role::Administrator => (
                    "wszystko, razem z ustawieniami, kluczami i użytkownikami",
                    "everything, with settings, keys and users",
                ),
                Role::Issuer => {
                    ("wysyła faktury i podejmuje o nich decyzje", "sends invoices and decides about them")
                }
                Role::Accountant => {
                    ("pracuje z zakupami, ogląda sprzedaż", "works with purchases, looks at sales")
                }
                Role::Viewer => ("ogląda sprzedaż i zakupy", "looks at sales and purchases"),
                Role::Auditor => (
                    "ogląda wszystko, także ustawienia i dziennik, i nic nie zmienia",
                    "looks at everything, settings and audit log too, and changes nothing",
                ),
            };
            Choice {
                value: role.as_str().to_owned(),
                label: lang.choose(pl, en).to_owned(),
                note: lang.choose(note_pl, note_en).to_owned(),
                is_chosen: *role == chosen.unwrap_or(Role::Viewer),
            }
        })
        .collect()
}

/// Where a role can be given: all companies, and each; without those in `had`.
fn reaches(shared: &Shared, had: &BTreeMap<Reach, Role>, lang: Language) -> Vec<Choice> {
    let companies = shared.app.companies.now();
    let each = companies.keys().cloned().map(Reach::Company);
    // The first company is what is meant most often; all companies is more than most people need.
    let all: Vec<Reach> =
        each.chain([Reach::All]).filter(|reach| !had.contains_key(reach)).take(REACHES_MAX).collect();
    all.iter()
        .enumerate()
        .map(|(place, reach)| Choice {
            value: reach.to_string(),
            label: reach_words(reach, lang),
            note: String::new(),
            is_chosen: place == 0,
        })
        .collect()
}

pub(super) fn reach_words(reach: &Reach, lang: Language) -> String {
    match reach {
        Reach::All => lang.choose("wszystkie firmy", "all companies").to_owned(),
        Reach::Company(company) => nip(company.as_str()),
    }
}

/// A login has no slash, but a plus and an at sign.
fn page_of(login: &str) -> String {
    let query = query_of([("login", login)]);
    let login = query.strip_prefix("?login=").unwrap_or_default();
    format!("{LIST}/{login}")
}

const LIST: &str = "/settings/users";
/// An office with more companies gives roles for all of them, or over REST.
const REACHES_MAX: usize = 2000;
