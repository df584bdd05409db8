//! The page of the control port: what the simulator holds and does, and the handles of the control API for a person.
//! Works without a script; with one, what changes is fetched anew as requests come (server-sent events). Nothing comes from another
//! host.

mod words;

pub(crate) use words::{Language, texts};

use crate::control::clock::{ClockChange, ClockView};
use crate::control::inspect::{self, InvoiceView, RequestView, SessionView, StateView};
use crate::control::snapshots::{self, SnapshotView};
use crate::control::{self, Control, ControlError};
use crate::faults::{Fault, FaultRule, Target};
use crate::scenarios::Scenario;
use crate::seeding::{InboxKind, InboxOrder};
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use ksef_id::Nip;
use ksef_wire::Operation;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use words::Texts;

pub(crate) fn router() -> axum::Router<Arc<Control>> {
    axum::Router::new()
        .route("/", get(page))
        .route("/live", get(live))
        .route(
            "/console.css",
            get(|| async { asset("text/css; charset=utf-8", include_str!("../../templates/console.css")) }),
        )
        .route(
            "/console.js",
            get(|| async {
                asset("text/javascript; charset=utf-8", include_str!("../../templates/console.js"))
            }),
        )
        .route("/do/clock", post(clock))
        .route("/do/faults", post(add_fault))
        .route("/do/faults/{id}/remove", post(remove_fault))
        .route("/do/faults/clear", post(clear_faults))
        .route("/do/processing", post(processing))
        .route("/do/scenario", post(scenario))
        .route("/do/inbox", post(inbox))
        .route("/do/snapshot", post(snapshot))
        .route("/do/restore", post(restore))
        .route("/do/reset", post(reset))
}

#[derive(Debug, Default, Deserialize)]
struct PageQuery {
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "console.html")]
struct Page {
    t: Texts,
    live: Live,
    scenarios: Vec<ScenarioView>,
    presets: Vec<PresetView>,
    targets: Vec<&'static str>,
    company: String,
}

/// What changes by itself.
#[derive(Template)]
#[template(path = "console_live.html")]
struct Live {
    t: Texts,
    state: StateView,
    clock: ClockView,
    faults: Vec<FaultView>,
    companies: Vec<CompanyView>,
    sessions: Vec<SessionView>,
    invoices: Vec<InvoiceView>,
    requests: Vec<RequestView>,
    snapshots: Vec<SnapshotView>,
}

struct ScenarioView {
    name: &'static str,
    words: &'static str,
}

struct PresetView {
    name: &'static str,
    words: &'static str,
}

struct FaultView {
    id: u64,
    json: String,
    target: &'static str,
    when: String,
    hits: u32,
}

struct CompanyView {
    context: String,
    sessions: usize,
    sent: usize,
}

#[derive(Template)]
#[template(path = "console_failed.html")]
struct Failed {
    t: Texts,
    message: String,
}

async fn page(
    State(control): State<Arc<Control>>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(query.lang.as_deref(), &headers);
    let scenarios = Scenario::ALL
        .iter()
        .map(|scenario| ScenarioView { name: scenario.name, words: language.pick(scenario.pl, scenario.en) })
        .collect();
    let presets = PRESETS
        .iter()
        .map(|preset| PresetView { name: preset.name, words: language.pick(preset.pl, preset.en) })
        .collect();
    let mut targets =
        vec![Target::Everything.name(), Target::StorageDownload.name(), Target::StorageUpload.name()];
    targets.extend(Operation::ALL.iter().map(|operation| operation.name()));
    render(&Page {
        t: Texts::of(language),
        live: live_view(&control, language),
        scenarios,
        presets,
        targets,
        company: control.shared.config.company.to_string(),
    })
}

async fn live(
    State(control): State<Arc<Control>>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(query.lang.as_deref(), &headers);
    render(&live_view(&control, language))
}

fn live_view(control: &Control, language: Language) -> Live {
    let t = Texts::of(language);
    let state = inspect::state_view(control);
    let faults = {
        let world = control.shared.world();
        let view = |planned: &crate::faults::Planned| FaultView {
            id: planned.id,
            json: serde_json::to_string(&planned.rule.fault).unwrap_or_default(),
            target: planned.rule.target.name(),
            when: when(&planned.rule, &t),
            hits: planned.hits,
        };
        world.faults.rules().iter().rev().take(FAULTS_SHOWN).map(view).collect()
    };
    let mut companies: BTreeMap<String, CompanyView> = BTreeMap::new();
    for session in control.shared.world().sessions.all() {
        let context = session.context.to_string();
        let company =
            companies.entry(context.clone()).or_insert(CompanyView { context, sessions: 0, sent: 0 });
        company.sessions += 1;
        company.sent += session.invoices.len();
    }
    let newest_first = |count: usize| u64::try_from(count.saturating_sub(ROWS)).unwrap_or(0);
    let mut sessions = inspect::sessions_after(control, newest_first(state.sessions), ROWS);
    sessions.reverse();
    let mut invoices = inspect::invoices_after(control, newest_first(state.invoices), ROWS);
    invoices.reverse();
    let mut requests = inspect::requests_after(
        control,
        state.requests.saturating_sub(REQUESTS_SHOWN as u64),
        REQUESTS_SHOWN,
    );
    requests.reverse();
    Live {
        clock: control::clock::view(control),
        faults,
        companies: companies.into_values().take(COMPANIES_SHOWN).collect(),
        sessions,
        invoices,
        requests,
        snapshots: snapshots::views(control),
        state,
        t,
    }
}

fn when(rule: &FaultRule, t: &Texts) -> String {
    let mut parts = Vec::new();
    match rule.count {
        Some(count) => parts.push(format!("{count}×")),
        None => parts.push(t.always.to_owned()),
    }
    if let Some(chance) = rule.probability {
        parts.push(format!("p = {chance}"));
    }
    if rule.skip > 0 {
        parts.push(format!("+{}", rule.skip));
    }
    let time = |at: Option<Timestamp>| {
        at.map_or_else(|| "…".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
    };
    if rule.from.is_some() || rule.until.is_some() {
        parts.push(format!("{} – {}", time(rule.from), time(rule.until)));
    }
    parts.join(", ")
}

/// A fault that can be chosen without writing JSON.
struct Preset {
    name: &'static str,
    pl: &'static str,
    en: &'static str,
    json: &'static str,
}

const PRESETS: [Preset; 14] = [
    Preset {
        name: "lost-answer",
        pl: "odpowiedź ginie po wykonaniu",
        en: "the answer is lost after the work",
        json: r#"{"kind":"loseAnswer"}"#,
    },
    Preset {
        name: "lost-request",
        pl: "żądanie ginie przed wykonaniem",
        en: "the request is lost before the work",
        json: r#"{"kind":"loseRequest"}"#,
    },
    Preset {
        name: "500-after",
        pl: "500 po wykonaniu",
        en: "500 after the work",
        json: r#"{"kind":"failAfterWork","status":500}"#,
    },
    Preset {
        name: "503-html",
        pl: "503 z HTML zamiast pracy",
        en: "503 with HTML instead of work",
        json: r#"{"kind":"failBeforeWork","status":503}"#,
    },
    Preset {
        name: "429",
        pl: "429 z rosnącą blokadą",
        en: "429 with a growing block",
        json: r#"{"kind":"growingTooManyRequests","firstS":5}"#,
    },
    Preset {
        name: "slow",
        pl: "odpowiedź po 5 sekundach",
        en: "the answer after 5 seconds",
        json: r#"{"kind":"delay","milliseconds":5000}"#,
    },
    Preset {
        name: "307",
        pl: "pętla przekierowań 307",
        en: "a loop of 307",
        json: r#"{"kind":"redirectLoop"}"#,
    },
    Preset {
        name: "21184",
        pl: "21184 sesja tymczasowo niedostępna",
        en: "21184 session temporarily unavailable",
        json: r#"{"kind":"refuse","code":21184}"#,
    },
    Preset {
        name: "stall",
        pl: "faktury stoją na 150",
        en: "invoices stay at 150",
        json: r#"{"kind":"stallProcessing"}"#,
    },
    Preset {
        name: "latency",
        pl: "faktury czekają 2–30 s",
        en: "invoices wait 2 to 30 s",
        json: r#"{"kind":"latency","minMs":2000,"maxMs":30000}"#,
    },
    Preset {
        name: "550",
        pl: "550 po minucie",
        en: "550 after a minute",
        json: r#"{"kind":"lateCancel","afterS":60}"#,
    },
    Preset {
        name: "435",
        pl: "435 błąd odszyfrowania",
        en: "435 not decrypted",
        json: r#"{"kind":"invoiceStatus","code":435}"#,
    },
    Preset {
        name: "not-stored",
        pl: "numer jest, faktury nie ma (10 min)",
        en: "numbered, not readable (10 min)",
        json: r#"{"kind":"notStored","forS":600,"code":21165}"#,
    },
    Preset {
        name: "unknown",
        pl: "nieznane pola i wartości",
        en: "unknown fields",
        json: r#"{"kind":"unknownFields"}"#,
    },
];

#[derive(Debug, Deserialize)]
struct ClockForm {
    lang: String,
    #[serde(default)]
    now: String,
    #[serde(default)]
    advance: String,
    #[serde(default)]
    run: String,
}

async fn clock(State(control): State<Arc<Control>>, Form(form): Form<ClockForm>) -> Response {
    let outcome = (|| {
        let now = match form.now.trim() {
            "" => None,
            text => Some(text.parse::<Timestamp>().map_err(|error| {
                ControlError::invalid(
                    format!("czas jak 2026-04-22T16:00:00Z: {error}"),
                    format!("a time like 2026-04-22T16:00:00Z: {error}"),
                )
            })?),
        };
        let change = ClockChange {
            now,
            advance_s: form.advance.parse().ok(),
            is_running: match form.run.as_str() {
                "run" => Some(true),
                "freeze" => Some(false),
                _ => None,
            },
        };
        control::clock::apply(&control, &change)
    })();
    done(outcome, &form.lang)
}

#[derive(Debug, Deserialize)]
struct FaultForm {
    lang: String,
    preset: String,
    #[serde(default)]
    json: String,
    target: String,
    #[serde(default)]
    count: String,
    #[serde(default)]
    probability: String,
}

async fn add_fault(State(control): State<Arc<Control>>, Form(form): Form<FaultForm>) -> Response {
    let outcome = (|| {
        let preset =
            PRESETS.iter().find(|preset| preset.name == form.preset).map_or("", |preset| preset.json);
        let json = if form.json.trim().is_empty() { preset } else { form.json.as_str() };
        let fault: Fault = serde_json::from_str(json).map_err(|error| {
            ControlError::invalid(format!("usterka: {error}"), format!("the fault: {error}"))
        })?;
        let target = Target::from_name(&form.target)
            .ok_or_else(|| ControlError::invalid("nieznana operacja", "unknown operation"))?;
        let rule = FaultRule {
            count: number(&form.count)?,
            probability: number(&form.probability)?,
            ..FaultRule::always(target, fault)
        };
        control::faults::plan(&control, rule)
    })();
    done(outcome.map(|_| ()), &form.lang)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<Option<T>, ControlError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            let text: String = text.chars().take(40).collect();
            ControlError::invalid(format!("{text:?} nie jest liczbą"), format!("{text:?} is no number"))
        }),
    }
}

#[derive(Debug, Deserialize)]
struct LangForm {
    lang: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    nip: String,
}

async fn remove_fault(
    State(control): State<Arc<Control>>,
    Path(id): Path<u64>,
    Form(form): Form<LangForm>,
) -> Response {
    control.shared.world().faults.remove(id);
    control.shared.catch_up();
    done(Ok(()), &form.lang)
}

async fn clear_faults(State(control): State<Arc<Control>>, Form(form): Form<LangForm>) -> Response {
    let mut world = control.shared.world();
    world.faults.clear();
    world.faults.is_processing_stalled = false;
    drop(world);
    control.shared.catch_up();
    done(Ok(()), &form.lang)
}

async fn processing(State(control): State<Arc<Control>>, Form(form): Form<LangForm>) -> Response {
    control.shared.world().faults.is_processing_stalled = form.name == "stall";
    control.shared.catch_up();
    done(Ok(()), &form.lang)
}

async fn scenario(control: State<Arc<Control>>, Form(form): Form<LangForm>) -> Response {
    let (name, nip) = (form.name.clone(), form.nip.clone());
    let outcome = control::aside(control, move |control| {
        control::scenarios::set(control, &name, company(&nip)?).map(|_| ())
    });
    done(outcome.await, &form.lang)
}

fn company(nip: &str) -> Result<Option<Nip>, ControlError> {
    match nip.trim() {
        "" => Ok(None),
        text => Nip::parse(text)
            .map(Some)
            .map_err(|error| ControlError::invalid("NIP to dziesięć cyfr", error.to_string())),
    }
}

#[derive(Debug, Deserialize)]
struct InboxForm {
    lang: String,
    nip: String,
    count: String,
    kind: String,
}

async fn inbox(control: State<Arc<Control>>, Form(form): Form<InboxForm>) -> Response {
    let lang = form.lang.clone();
    let outcome = control::aside(control, move |control| {
        let order = InboxOrder {
            buyer: company(&form.nip)?.unwrap_or(control.shared.config.company),
            count: number(&form.count)?.unwrap_or(1),
            kind: match form.kind.as_str() {
                "ugly" => InboxKind::Ugly,
                "ksef1" => InboxKind::Ksef1,
                _ => InboxKind::Ordinary,
            },
            from: None,
            until: None,
        };
        control::inbox::put(control, &order).map(|_| ())
    });
    done(outcome.await, &lang)
}

async fn snapshot(State(control): State<Arc<Control>>, Form(form): Form<LangForm>) -> Response {
    done(snapshots::remember(&control, form.name.trim()).map(|_| ()), &form.lang)
}

async fn restore(State(control): State<Arc<Control>>, Form(form): Form<LangForm>) -> Response {
    done(snapshots::go_back(&control, &form.name).map(|_| ()), &form.lang)
}

async fn reset(State(control): State<Arc<Control>>, Form(form): Form<LangForm>) -> Response {
    snapshots::start_anew(&control);
    done(Ok(()), &form.lang)
}

/// Back to the page, or the page that says why not.
fn done(outcome: Result<(), ControlError>, lang: &str) -> Response {
    let language = Language::of(Some(lang), &HeaderMap::new());
    match outcome {
        Ok(()) => Redirect::to(&format!("/?lang={}", language.code())).into_response(),
        Err(error) => {
            let message = match language {
                Language::Pl => error.pl,
                Language::En => error.en,
            };
            let mut response = render(&Failed { t: Texts::of(language), message });
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
    }
}

fn render(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                          form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
            ([(CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, "no-store")], Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            ControlError::internal().into_response()
        }
    }
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")], text).into_response()
}

const ROWS: usize = 20;
const REQUESTS_SHOWN: usize = 40;
const FAULTS_SHOWN: usize = 50;
const COMPANIES_SHOWN: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_faults() {
        for preset in &PRESETS {
            let fault: Fault =
                serde_json::from_str(preset.json).unwrap_or_else(|error| panic!("{}: {error}", preset.name));
            fault.check().unwrap_or_else(|error| panic!("{}: {error}", preset.name));
        }
    }
}
