//! `/settings` and `/companies/{company}/settings`: everything that is set, in one place, and the pages that stand beside it: users,
//! API keys, webhooks, e-mail notices, the audit log. What the program was started with is shown and changed elsewhere.

pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod buyers;
pub(crate) mod keys;
pub(crate) mod notices;
pub(crate) mod retention;
pub(crate) mod rights;
pub(crate) mod routing;
pub(crate) mod series;
pub(crate) mod users;
pub(crate) mod webhooks;

mod actions;
mod frame;
mod told;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use gateway_access::Right;
use gateway_api::{ProblemCode, ReceivingRequest, SendingResource};
use gateway_pages::{
    Choice, CompanyLink, CompanySettingsView, GatewaySettingsView, Language, ReceivingForm, Section,
    SendingForm, SeriesRow, SettingRow, company_settings, gateway_settings,
};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::policy::{SendingPolicy, UpoMode};
use gateway_rules::series::Reset;
use gateway_store::NoticeKind;

use super::forms::{Fields, Pairs};
use super::sale::{lacks_certificate, policies, with_warning};
use super::visit::{MENU_MAX, Visit};
use crate::company::{Company, Environment};
use crate::rest::{Failure, company_of, decisions, receiving};
use crate::router::Shared;
use crate::told::SettingSource;

use frame::{Part, tabs};

/// `GET /settings`.
pub(crate) async fn gateway_page(State(shared): State<Shared>, visit: Visit) -> Result<Response, Failure> {
    let lang = visit.lang;
    let (companies, names) = (shared.app.companies.now(), shared.app.companies.names());
    let companies: Vec<CompanyLink> = companies
        .keys()
        .filter(|context| visit.may(Right::ReadAudit, context))
        .take(MENU_MAX + 1)
        .map(|context| CompanyLink {
            context: context.to_string(),
            name: names.get(context).cloned(),
            is_current: false,
        })
        .collect();
    let view = GatewaySettingsView {
        tabs: tabs(&visit, None, Part::Start),
        rows: told::of_gateway(&shared, lang),
        are_many: companies.len() > MENU_MAX,
        companies: if companies.len() > MENU_MAX { Vec::new() } else { companies },
        is_open: !shared.desk.has_users().await? && shared.operator.is_none(),
    };
    let title = lang.choose("Ustawienia bramki", "Settings of the gateway");
    let frame = visit.frame(&shared, None, Section::Settings, title);
    visit.page(gateway_settings(&frame, &view))
}

/// `GET /companies/{company}/settings`.
pub(crate) async fn company_page(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (lang, store, context) = (visit.lang, &shared.app.store, &company.context);
    let sending = store.sending_settings(context).await?;
    let receiving = store.receiving_settings(context).await?;
    let series = store.series(context).await?;
    let view = CompanySettingsView {
        company: context.to_string(),
        name: shared.app.companies.names().get(context).cloned().unwrap_or_default(),
        tabs: tabs(&visit, Some(&company), Part::Start),
        sending: SendingForm {
            is_on: sending.is_sending_on,
            policies: policies(SendingPolicy::from_name(&sending.policy), &company, lang),
            upo_modes: UpoMode::ALL
                .iter()
                .map(|mode| Choice {
                    value: mode.as_str().to_owned(),
                    label: lang.choose(mode.words().pl, mode.words().en).to_owned(),
                    note: lang.choose(mode.consequence().pl, mode.consequence().en).to_owned(),
                    is_chosen: mode.as_str() == sending.upo_mode,
                })
                .collect(),
            session_minutes: sending.session_age_s / 60,
        },
        receiving: ReceivingForm {
            is_on: receiving.is_on,
            since: receiving.since.map(|day| day.to_string()).unwrap_or_default(),
            today: warsaw_day(company.now()).to_string(),
        },
        series: series
            .into_iter()
            .map(|one| SeriesRow {
                name: one.name,
                template: one.template,
                reset: Reset::from_name(&one.reset).map_or_else(
                    || one.reset.clone(),
                    |reset| lang.choose(reset.words().pl, reset.words().en).to_owned(),
                ),
                last: lang.count(one.last),
            })
            .collect(),
        rows: company_rows(&shared, &company, lang).await?,
        may_change: visit.may(Right::ChangeSettings, context),
        sees_gateway: visit.caller.grants.allow_everywhere(Right::ReadAudit),
    };
    let title = lang.choose("Ustawienia firmy", "Settings of the company");
    let frame = visit.frame(&shared, Some(&company), Section::Settings, title);
    visit.page(company_settings(&frame, &view))
}

/// What stands about a company in the configuration or in the vault.
async fn company_rows(
    shared: &Shared,
    company: &Company,
    lang: Language,
) -> Result<Vec<SettingRow>, Failure> {
    let is_in_vault = match &shared.keyring {
        Some(keyring) => keyring.credentials(&company.context).await.is_ok_and(|kept| kept.is_some()),
        None => false,
    };
    let pages = lang.choose("strona Połączenie (sejf)", "the page Connection (vault)");
    let file = shared.app.told.iter().find_map(|one| match &one.source {
        SettingSource::File(path) => Some(path.clone()),
        _ => None,
    });
    let file = file.unwrap_or_else(|| lang.choose("plik konfiguracji", "configuration file").to_owned());
    let source = if is_in_vault { pages.to_owned() } else { file.clone() };
    let none = || lang.choose("brak", "none").to_owned();
    let row = |name: &str, about: &str, value: String, source: &str| SettingRow {
        name: name.to_owned(),
        about: about.to_owned(),
        value,
        source: source.to_owned(),
    };
    let mut rows = vec![
        row(
            "company.environment",
            lang.choose("Środowisko", "Environment"),
            company.environment.name().to_owned(),
            &source,
        ),
        row(
            "company.ksef_url",
            lang.choose("Adres KSeF", "Address of KSeF"),
            company.environment.ksef_url().to_owned(),
            if company.environment.official().is_some() {
                lang.choose("stały adres Ministerstwa", "the Ministry's, fixed")
            } else {
                &source
            },
        ),
    ];
    if let Environment::Simulator { control_url, .. } = &company.environment {
        rows.push(row(
            "company.control_url",
            lang.choose("Port sterujący symulatora", "Control port of the simulator"),
            control_url.clone().unwrap_or_else(none),
            &source,
        ));
    }
    let login = match company.login_certificate() {
        Some(certificate) => {
            let until = lang.date(warsaw_day(certificate.not_after()));
            format!("{} {until}", lang.choose("certyfikat ważny do", "certificate valid until"))
        }
        None => lang.choose("token KSeF", "KSeF token").to_owned(),
    };
    rows.push(row("", lang.choose("Logowanie do KSeF", "Login to KSeF"), login, &source));
    let offline = match company.offline() {
        Some(_) => lang.choose("jest", "there is one").to_owned(),
        None => lang
            .choose(
                "brak: bez niego nie wystawisz faktury offline",
                "none: without it no invoice is issued offline",
            )
            .to_owned(),
    };
    rows.push(row(
        "company.offline_certificate",
        lang.choose("Certyfikat typu Offline", "Certificate of type Offline"),
        offline,
        &source,
    ));
    let folder = company.folder.as_ref().map(|folder| folder.path().display().to_string());
    rows.push(row(
        if is_in_vault { "folder.path" } else { "company.folder" },
        lang.choose("Obserwowany folder", "Watched folder"),
        folder.unwrap_or_else(none),
        &file,
    ));
    let logo =
        if company.print.logo.is_some() { lang.choose("jest", "there is one").to_owned() } else { none() };
    rows.push(row("company.logo", lang.choose("Znak na wydrukach", "Mark on prints"), logo, &file));
    let accent = company.print.accent.map(|[red, green, blue]| format!("#{red:02x}{green:02x}{blue:02x}"));
    rows.push(row(
        "company.accent",
        lang.choose("Kolor wydruków", "Colour of prints"),
        accent.unwrap_or_else(none),
        &file,
    ));
    Ok(rows)
}

/// `POST …/settings/name`.
pub(crate) async fn set_name(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let company = company_of(&shared.app, &company)?;
    let back = Part::Start.of(&company);
    let name = form.one("name");
    if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return visit.failed(&back, Failure::new(ProblemCode::ParameterInvalid, "name (0…200)"));
    }
    shared.app.journal.company_named(&company.context, name).await?;
    shared.app.companies.rename(shared.app.store.company_names().await?);
    Ok(visit.done(&back, "Zapisano.", "Saved."))
}

/// `POST …/settings/sending`.
pub(crate) async fn set_sending(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let found = company_of(&shared.app, &company)?;
    let back = Part::Start.of(&found);
    let Ok(minutes) = form.one("sessionMinutes").parse::<i64>() else {
        return visit.failed(&back, Failure::new(ProblemCode::ParameterInvalid, "sessionMinutes (1…660)"));
    };
    let asked = SendingResource {
        policy: form.one("policy").to_owned(),
        upo_mode: form.one("upoMode").to_owned(),
        session_age_s: minutes.saturating_mul(60),
        is_sending_on: form.is_ticked("on"),
        ksef: None,
        folder: None,
    };
    let warning =
        SendingPolicy::from_name(&asked.policy).and_then(|policy| lacks_certificate(policy, &found));
    let outcome = decisions::set_sending(State(shared), Path(company), Ok(Json(asked))).await;
    let [pl, en] = with_warning(["Zapisano.", "Saved."], warning);
    visit.ended(&back, outcome, &pl, &en)
}

/// `POST …/settings/receiving`.
pub(crate) async fn set_receiving(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let back = Part::Start.of(&*company_of(&shared.app, &company)?);
    let since = match form.one("since") {
        "" => None,
        text => match text.parse() {
            Ok(day) => Some(day),
            Err(_) => {
                return visit
                    .failed(&back, Failure::new(ProblemCode::ParameterInvalid, "since (2022-01-01…)"));
            }
        },
    };
    let asked = ReceivingRequest { is_on: form.is_ticked("on"), since };
    let outcome = receiving::set(State(shared), Path(company), Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Zapisano.", "Saved.")
}

/// A kind of event in words.
fn kind_words(kind: NoticeKind, lang: Language) -> &'static str {
    let (pl, en) = match kind {
        NoticeKind::PurchasesReceived => ("przyszły zakupy", "purchases came"),
        NoticeKind::InvoicesNumbered => ("faktury dostały numery KSeF", "invoices have their KSeF numbers"),
        NoticeKind::InvoicesIssuedOffline => ("faktury wystawiono offline", "invoices were issued offline"),
        NoticeKind::InvoicesConfirmed => ("są UPO", "UPOs are here"),
        NoticeKind::InvoicesRejected => ("KSeF odrzucił faktury", "KSeF refused invoices"),
        NoticeKind::DeadlineNear => ("mija termin faktur offline", "terms of offline invoices end"),
        NoticeKind::CredentialExpiring => ("certyfikat wygasa", "a certificate expires"),
        NoticeKind::DocumentsLeaving => (
            "KSeF wkrótce usunie faktury, których nie ma tu w całości",
            "KSeF gives up invoices that are not whole here",
        ),
        NoticeKind::OutageBegan => ("awaria KSeF się zaczęła", "a failure of KSeF began"),
        NoticeKind::OutageEnded => ("awaria KSeF się skończyła", "a failure of KSeF ended"),
        NoticeKind::WebhookSwitchedOff => ("webhook został wyłączony", "a webhook was switched off"),
    };
    lang.choose(pl, en)
}

/// Every kind of event, those chosen ticked.
fn kind_choices(chosen: &[impl AsRef<str>], lang: Language) -> Vec<Choice> {
    NoticeKind::ALL
        .iter()
        .map(|kind| Choice {
            value: kind.as_str().to_owned(),
            label: kind_words(*kind, lang).to_owned(),
            note: String::new(),
            is_chosen: chosen.iter().any(|name| name.as_ref() == kind.as_str()),
        })
        .collect()
}

/// Kinds in words, on one line; none stands for all.
fn kinds_in_words(names: &[String], lang: Language) -> String {
    if names.is_empty() {
        return lang.choose("wszystkie zdarzenia", "all events").to_owned();
    }
    let words: Vec<&str> =
        names.iter().map(|name| name.parse().map_or(name.as_str(), |kind| kind_words(kind, lang))).collect();
    words.join(", ")
}

const NAME_CHARS_MAX: usize = 200;
