//! `/companies/{company}/settings/rights`: who may act for the company in KSeF; granting and taking back. Each is asked with a login
//! of its own that is ended again, and waits for KSeF's verdict as long as a person would.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use gateway_pages::{
    Choice, FlashKind, GrantForm, Language, RightRow, RightsRead, RightsView, Section, nip, rights,
};
use gateway_rules::calendar::warsaw_day;
use ksef_client::meaning::{Layer, Meaning, find};
use ksef_client::{Access, CallError};
use ksef_wire::codes::PermissionOperationStatusCode;
use ksef_wire::{
    EntityAuthorizationGrant, EntityAuthorizationPermissionsQueryRequest, EntityDetails, EntityPermission,
    EntityPermissionType, EntityPermissionsGrantRequest, NipIdentifierType, PermissionState,
    PermissionsOperationResponse, PersonPermission, PersonPermissionSubjectDetails, PersonPermissionType,
    PersonPermissionsGrantRequest, PersonPermissionsQueryRequest, PersonPermissionsQueryType,
    PersonalPermissionsQueryRequest, QueryType, StatusInfo, SubjectIdentifierType, TypedIdentifier,
};

use super::frame::{Part, tabs};
use crate::company::Company;
use crate::rest::{Failure, company_of};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question};
use crate::web::visit::Visit;

/// Whether KSeF is asked.
#[derive(serde::Deserialize)]
pub(crate) struct RightsQuery {
    #[serde(default)]
    read: String,
}

/// `GET`: the forms; with `read=yes` what KSeF says.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<RightsQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let lang = visit.lang;
    let (mut read, mut problem) = (None, None);
    if query.read == "yes"
        && let Some(access) = company.ksef.own_access()
    {
        let answered = said(&access, lang).await;
        log_out(&access).await;
        match answered {
            Ok(found) => read = Some(found),
            Err(error) => problem = Some(why(&error, lang)),
        }
    }
    let forms = Forms { problem, ..Forms::default() };
    shown(&shared, visit, &company, read, forms)
}

/// What stands in the forms.
#[derive(Default)]
struct Forms {
    problem: Option<String>,
    person: GrantForm,
    entity: GrantForm,
    chosen: Vec<String>,
}

fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    read: Option<RightsRead>,
    forms: Forms,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let choices = |names: &[&str], usual: &[&str]| -> Vec<Choice> {
        let is_chosen = |name: &str| match forms.chosen.is_empty() {
            true => usual.contains(&name),
            false => forms.chosen.iter().any(|chosen| chosen == name),
        };
        names
            .iter()
            .map(|name| Choice {
                value: (*name).to_owned(),
                label: scope_words(name, lang).to_owned(),
                note: String::new(),
                is_chosen: is_chosen(name),
            })
            .collect()
    };
    let usual = ["InvoiceRead", "InvoiceWrite"];
    let view = RightsView {
        base: Part::Rights.of(company),
        tabs: tabs(&visit, Some(company), Part::Rights),
        has_login: company.ksef.own_access().is_some(),
        read,
        to_person: choices(TO_PERSONS, &usual),
        to_entity: choices(TO_ENTITIES, &usual),
        problem: forms.problem,
        person: forms.person,
        entity: forms.entity,
    };
    let title = lang.choose("Uprawnienia w KSeF", "Rights in KSeF");
    let frame = Part::Rights.frame(shared, &visit, Some(company), title);
    visit.page(rights(&frame, &view))
}

/// What KSeF says of the company: a page of each list.
async fn said(access: &Access, lang: Language) -> Result<RightsRead, CallError> {
    let own = access.query_personal_permissions(&PersonalPermissionsQueryRequest::default(), 0).await?;
    let asked = PersonPermissionsQueryRequest {
        author_identifier: None,
        authorized_identifier: None,
        context_identifier: None,
        target_identifier: None,
        permission_types: None,
        permission_state: None,
        query_type: PersonPermissionsQueryType::PermissionsInCurrentContext,
    };
    let persons = access.query_person_permissions(&asked, 0).await?;
    let asked = EntityAuthorizationPermissionsQueryRequest {
        authorizing_identifier: None,
        authorized_identifier: None,
        query_type: QueryType::Granted,
        permission_types: None,
    };
    let authorizations = access.query_authorizations(&asked, 0).await?;
    let is_owner = own.owner_permissions.is_some();
    let mut names: Vec<String> = own
        .permissions
        .iter()
        .map(|one| scope_words(one.permission_scope.as_str(), lang).to_owned())
        .collect();
    names.sort();
    names.dedup();
    Ok(RightsRead {
        is_owner,
        own: names,
        is_cut: persons.has_more || authorizations.has_more,
        persons: persons.permissions.iter().map(|one| person_row(one, lang)).collect(),
        authorizations: authorizations
            .authorization_grants
            .iter()
            .map(|one| authorization_row(one, lang))
            .collect(),
    })
}

fn person_row(one: &PersonPermission, lang: Language) -> RightRow {
    let named = match (&one.subject_person_details, &one.subject_entity_details) {
        (Some(person), _) => Some(format!("{} {}", person.first_name, person.last_name)),
        (None, Some(entity)) => Some(entity.full_name.clone()),
        (None, None) => None,
    };
    let scope = one.permission_scope.as_str();
    RightRow {
        id: one.id.clone(),
        who: who(named, one.authorized_identifier.kind.as_str(), &one.authorized_identifier.value),
        what: scope_words(scope, lang).to_owned(),
        name: scope.to_owned(),
        since: lang.date(warsaw_day(one.start_date.0)),
        description: one.description.clone(),
        passes_on: one.can_delegate,
        is_active: one.permission_state != PermissionState::Inactive,
    }
}

fn authorization_row(one: &EntityAuthorizationGrant, lang: Language) -> RightRow {
    let named = one.subject_entity_details.as_ref().map(|entity| entity.full_name.clone());
    let (kind, value) =
        (one.authorized_entity_identifier.kind.as_str(), &one.authorized_entity_identifier.value);
    let scope = one.authorization_scope.as_str();
    RightRow {
        id: one.id.clone(),
        who: who(named, kind, value),
        what: scope_words(scope, lang).to_owned(),
        name: scope.to_owned(),
        since: lang.date(warsaw_day(one.start_date.0)),
        description: one.description.clone(),
        passes_on: false,
        is_active: true,
    }
}

fn who(named: Option<String>, kind: &str, value: &str) -> String {
    let identifier = format!("{} {}", kind.to_uppercase(), nip(value));
    named.map_or_else(|| identifier.clone(), |named| format!("{named} ({identifier})"))
}

/// `POST …/person`: a person is granted rights.
pub(crate) async fn grant_person(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (form, lang) = (Fields::of(form), visit.lang);
    let person = GrantForm {
        to: form.one("to").to_owned(),
        name: form.one("name").to_owned(),
        last_name: form.one("lastName").to_owned(),
    };
    let chosen = chosen_of(&form, TO_PERSONS);
    let digits = digits_of(&person.to);
    let kind = match digits.len() {
        10 => Some(SubjectIdentifierType::Nip),
        11 => Some(SubjectIdentifierType::Pesel),
        _ => None,
    };
    let missing = match (&kind, chosen.is_empty(), person.name.is_empty() || person.last_name.is_empty()) {
        (None, ..) => Some(lang.choose(
            "Podaj PESEL (11 cyfr) albo NIP (10 cyfr) osoby.",
            "Give the person's PESEL (11 digits) or NIP (10 digits).",
        )),
        (_, true, _) => Some(nothing_chosen(lang)),
        (.., true) => Some(lang.choose("Podaj imię i nazwisko.", "Give first and last name.")),
        _ => None,
    };
    let (Some(kind), None) = (kind, missing) else {
        let problem = missing.map(str::to_owned);
        return shown(&shared, visit, &company, None, Forms { problem, person, chosen, ..Forms::default() });
    };
    let request = PersonPermissionsGrantRequest {
        subject_identifier: TypedIdentifier { kind, value: digits },
        subject_details: PersonPermissionSubjectDetails::by_identifier(&person.name, &person.last_name),
        permissions: chosen.iter().map(|name| PersonPermissionType::from(name.as_str())).collect(),
        description: DESCRIPTION.to_owned(),
    };
    let Some(access) = company.ksef.own_access() else {
        return shown(&shared, visit, &company, None, Forms::default());
    };
    let asked = access.grant_person_permissions(&request).await;
    let done = finished(&access, asked, lang).await;
    granted(&shared, visit, &company, done, Forms { person, chosen, ..Forms::default() })
}

/// `POST …/entity`: an accounting office or another firm is granted rights.
pub(crate) async fn grant_entity(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (form, lang) = (Fields::of(form), visit.lang);
    let entity = GrantForm {
        to: form.one("to").to_owned(),
        name: form.one("name").to_owned(),
        last_name: String::new(),
    };
    let chosen = chosen_of(&form, TO_ENTITIES);
    let digits = digits_of(&entity.to);
    let missing = match (digits.len(), chosen.is_empty(), entity.name.is_empty()) {
        (10, false, false) => None,
        (10, true, _) => Some(nothing_chosen(lang)),
        (10, false, true) => Some(lang.choose("Podaj nazwę firmy.", "Give the firm's name.")),
        _ => Some(lang.choose("Podaj NIP firmy: dziesięć cyfr.", "Give the firm's NIP: ten digits.")),
    };
    if let Some(missing) = missing {
        let problem = Some(missing.to_owned());
        return shown(&shared, visit, &company, None, Forms { problem, entity, chosen, ..Forms::default() });
    }
    let can_delegate = form.is_ticked("delegate");
    let request = EntityPermissionsGrantRequest {
        subject_identifier: TypedIdentifier { kind: NipIdentifierType::Nip, value: digits },
        permissions: chosen
            .iter()
            .map(|name| EntityPermission { kind: EntityPermissionType::from(name.as_str()), can_delegate })
            .collect(),
        description: DESCRIPTION.to_owned(),
        subject_details: EntityDetails { full_name: entity.name.clone() },
    };
    let Some(access) = company.ksef.own_access() else {
        return shown(&shared, visit, &company, None, Forms::default());
    };
    let asked = access.grant_entity_permissions(&request).await;
    let done = finished(&access, asked, lang).await;
    granted(&shared, visit, &company, done, Forms { entity, chosen, ..Forms::default() })
}

/// Leads to what KSeF says now, or shows the forms again with why KSeF did not do it.
fn granted(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    done: Result<(FlashKind, String), String>,
    forms: Forms,
) -> Result<Response, Failure> {
    match done {
        Ok((kind, text)) => Ok(visit.told(&read_again(company), kind, &text)),
        Err(problem) => shown(shared, visit, company, None, Forms { problem: Some(problem), ..forms }),
    }
}

/// `POST …/revoke`: a right is taken back.
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (form, lang) = (Fields::of(form), visit.lang);
    let back = read_again(&company);
    if !form.is_confirmed() {
        let page = Part::Rights.of(&company);
        let question = Question {
            title: ["Odebrać uprawnienie w KSeF?", "Take the right back in KSeF?"],
            note: [
                "Działa to od razu. Można je nadać ponownie.",
                "It holds at once. It can be granted again.",
            ],
            about: vec![form.one("about").to_owned()],
            action: format!("{page}/revoke"),
            fields: ["id", "kind"].map(|name| (name.to_owned(), form.one(name).to_owned())).to_vec(),
            back: page,
        };
        return visit.asks(&shared, Some(&company), Section::Rights, question);
    }
    let Some(access) = company.ksef.own_access() else {
        return shown(&shared, visit, &company, None, Forms::default());
    };
    let id = form.one("id");
    let asked = match form.one("kind") {
        "authorization" => access.revoke_authorization(id).await,
        _ => access.revoke_permission(id).await,
    };
    match finished(&access, asked, lang).await {
        Ok(done) => Ok(visit.told(&back, done.0, &done.1)),
        Err(problem) => Ok(visit.told(&Part::Rights.of(&company), FlashKind::Failed, &problem)),
    }
}

/// Waits for KSeF's verdict, and ends the login. `Ok` with what is to be said once KSeF took it, `Err` with why it did not.
async fn finished(
    access: &Access,
    asked: Result<PermissionsOperationResponse, CallError>,
    lang: Language,
) -> Result<(FlashKind, String), String> {
    let status = match asked {
        Ok(answer) => followed(access, &answer).await,
        Err(error) => Err(error),
    };
    log_out(access).await;
    let status = status.map_err(|error| why(&error, lang))?;
    match PermissionOperationStatusCode(status.code) {
        PermissionOperationStatusCode::SUCCESS => {
            Ok((FlashKind::Done, lang.choose("KSeF to wykonał.", "KSeF has done it.").to_owned()))
        }
        PermissionOperationStatusCode::ACCEPTED => {
            let text = lang.choose(
                "KSeF przyjął to i jeszcze wykonuje; bywa, że trwa to długo. Odczytaj listę później.",
                "KSeF took it and is still at it, which can take long. Read the list later.",
            );
            Ok((FlashKind::Done, text.to_owned()))
        }
        _ => {
            let details = status.details.unwrap_or_default();
            Err(in_words(find(Layer::Permission, &status.code.to_string(), None, &details), lang))
        }
    }
}

async fn followed(access: &Access, asked: &PermissionsOperationResponse) -> Result<StatusInfo, CallError> {
    let (mut waited, mut delay) = (Duration::ZERO, POLL_DELAY_MIN);
    loop {
        let status = access.permission_operation(&asked.reference_number).await?.status;
        let is_open = PermissionOperationStatusCode(status.code) == PermissionOperationStatusCode::ACCEPTED;
        if !is_open || waited >= WAIT_MAX {
            return Ok(status);
        }
        tokio::time::sleep(delay).await;
        waited += delay;
        delay = (delay * 2).min(POLL_DELAY_MAX);
    }
}

/// Ends a login; one that cannot be ended runs out by itself.
pub(in crate::web) async fn log_out(access: &Access) {
    if let Err(error) = access.logout().await {
        tracing::debug!(%error, "a login was not ended");
    }
}

pub(in crate::web) fn why(error: &CallError, lang: Language) -> String {
    in_words(error.meaning(), lang)
}

fn in_words(meaning: &Meaning, lang: Language) -> String {
    let (message, remedy) = (&meaning.message, &meaning.remedy);
    format!("{} {}", lang.choose(message.pl, message.en), lang.choose(remedy.pl, remedy.en))
}

fn nothing_chosen(lang: Language) -> &'static str {
    lang.choose("Zaznacz co najmniej jedno uprawnienie.", "Tick at least one right.")
}

fn chosen_of(form: &Fields, known: &[&str]) -> Vec<String> {
    form.all("permission").filter(|name| known.contains(name)).map(str::to_owned).collect()
}

/// As people write a NIP.
fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What KSeF calls it, in words; a name that is not known yet stays as it is.
fn scope_words(name: &str, lang: Language) -> &str {
    let (pl, en) = match name {
        "InvoiceRead" => ("przeglądanie faktur", "viewing invoices"),
        "InvoiceWrite" => ("wystawianie faktur", "issuing invoices"),
        "CredentialsManage" => ("zarządzanie uprawnieniami", "managing rights"),
        "CredentialsRead" => ("przeglądanie uprawnień", "viewing rights"),
        "Introspection" => ("przeglądanie historii sesji", "viewing all sessions"),
        "SubunitManage" => ("zarządzanie jednostkami podrzędnymi", "managing subunits"),
        "EnforcementOperations" => ("czynności egzekucyjne", "enforcement operations"),
        "CollectiveIdentifierManage" => {
            ("identyfikatory zbiorcze płatności", "collective payment identifiers")
        }
        "SelfInvoicing" => ("samofakturowanie", "self-billing"),
        "RRInvoicing" => ("wystawianie faktur VAT RR", "issuing VAT RR invoices"),
        "TaxRepresentative" => ("przedstawiciel podatkowy", "tax representative"),
        "PefInvoicing" => ("wystawianie faktur PEF", "issuing PEF invoices"),
        "VatUeManage" => ("zarządzanie uprawnieniami podmiotu unijnego", "managing rights of an EU entity"),
        other => (other, other),
    };
    lang.choose(pl, en)
}

fn read_again(company: &Company) -> String {
    format!("{}?read=yes", Part::Rights.of(company))
}

/// What people are usually granted; the rest is granted on the command line.
const TO_PERSONS: &[&str] = &[
    "InvoiceRead",
    "InvoiceWrite",
    "CredentialsRead",
    "CredentialsManage",
    "Introspection",
    "SubunitManage",
];
const TO_ENTITIES: &[&str] = &["InvoiceRead", "InvoiceWrite"];
/// KSeF wants five characters or more, and shows it in its lists.
const DESCRIPTION: &str = "Nadane w bramce";
const POLL_DELAY_MIN: Duration = Duration::from_millis(300);
const POLL_DELAY_MAX: Duration = Duration::from_secs(3);
/// Below the time after which requests are given up.
const WAIT_MAX: Duration = Duration::from_secs(20);
