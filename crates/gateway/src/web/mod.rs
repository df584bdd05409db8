//! The pages: plain HTML from typed templates. What they show is read from the store, as REST does.

mod login;
mod states;
mod words;

pub(crate) use login::{log_in, log_out, login_page, set_up, setup_page};
pub(crate) use states::{next_step, purchase_state_words, state_meaning, state_words};
pub(crate) use words::reason_words;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use gateway_access::{Right, form_token};
use gateway_api::{ProblemCode, Words};
use gateway_rules::offline::InvoicingMode;
use gateway_rules::policy::SendingPolicy;
use gateway_store::{HistoryEntry, Purchase, Sale, SaleState};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::access::{Caller, Identity, SESSION_COOKIE, cookie};
use crate::app::deadline::deadline;
use crate::app::technical::chain;
use crate::rest::Failure;
use crate::rest::invoices::sale_of;
use crate::router::Shared;
use words::{Language, Texts, event_words};

/// `?lang=pl|en`, which wins over the browser's wish.
#[derive(serde::Deserialize)]
pub(crate) struct PageQuery {
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    t: Texts,
    refresh: bool,
    /// The token of the form that logs out, for somebody who is logged in.
    logout: Option<String>,
    companies: Vec<CompanyView>,
}

struct CompanyView {
    context: String,
    environment: &'static str,
    sales: Vec<SaleView>,
    purchases: Vec<PurchaseView>,
}

struct SaleView {
    id: String,
    number: String,
    issue_date: String,
    buyer: String,
    gross: String,
    currency: String,
    state: &'static str,
    state_text: String,
    tone: &'static str,
    ksef_number: Option<String>,
    reason: Option<String>,
    has_upo: bool,
}

struct PurchaseView {
    ksef_number: String,
    number: String,
    issue_date: String,
    seller: String,
    gross: String,
    currency: String,
    received_at: String,
}

#[derive(Template)]
#[template(path = "invoice.html")]
struct InvoicePage {
    t: Texts,
    refresh: bool,
    company: String,
    sale: SaleView,
    sha256: String,
    size_bytes: String,
    next_step: String,
    mode: String,
    policy: String,
    /// The countdown, and how loud it is.
    deadline: Option<(String, &'static str)>,
    technical_of: Option<ChainView>,
    corrections: Vec<ChainView>,
    history: Vec<HistoryView>,
}

/// An invoice in a chain of technical corrections.
struct ChainView {
    id: String,
    number: String,
    state_text: String,
}

struct HistoryView {
    at: String,
    state_text: String,
    event: String,
    actor: String,
    evidence: Option<String>,
}

/// `/`: every company with its newest sales and purchases.
pub(crate) async fn overview(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let lang = language(&query, &headers);
    let mut companies = Vec::new();
    let mut refresh = false;
    for company in shared.app.companies.values().filter(|company| caller.knows(&company.context)) {
        let may = |right| caller.grants.allow(right, &company.context);
        let (mut sales, mut purchases) = (Vec::new(), Vec::new());
        if may(Right::ReadSales) {
            sales = shared.app.store.newest_sales(&company.context, ROWS_MAX).await?;
        }
        if may(Right::ReadPurchases) {
            purchases = shared.app.store.newest_purchases(&company.context, ROWS_MAX).await?;
        }
        refresh |= sales.iter().any(|sale| sale.state.moves_by_itself());
        companies.push(CompanyView {
            context: company.context.to_string(),
            environment: company.environment.name(),
            sales: sales.iter().map(|sale| sale_view(sale, lang)).collect(),
            purchases: purchases.iter().map(|purchase| purchase_view(purchase, lang)).collect(),
        });
    }
    let session = cookie(&headers, SESSION_COOKIE).filter(|_| matches!(caller.identity, Identity::User(_)));
    page(&OverviewPage { t: Texts::of(lang), refresh, logout: session.map(form_token), companies })
}

/// `/companies/{company}/invoices/{id}`: one sale with its history.
pub(crate) async fn invoice(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let lang = language(&query, &headers);
    let (company, sale) = sale_of(&shared, &company, &id).await?;
    let history = shared.app.store.history(sale.id).await?;
    let deadline = deadline(&shared.app, &company, &sale).await?;
    let chain = chain(&shared.app, &sale).await?;
    let mode = InvoicingMode::from_name(&sale.mode).map(InvoicingMode::words);
    let policy = SendingPolicy::from_name(&sale.policy).map(SendingPolicy::words);
    let chain_view = |sale: &Sale| ChainView {
        id: sale.id.to_string(),
        number: sale.invoice_number.clone(),
        state_text: lang.pick(&state_words(sale.state)),
    };
    page(&InvoicePage {
        t: Texts::of(lang),
        refresh: sale.state.moves_by_itself(),
        company: company.context.to_string(),
        sha256: sale.sha256.to_string(),
        size_bytes: sale.size_bytes.to_string(),
        next_step: lang.pick(&next_step(sale.state)),
        mode: mode.map_or_else(|| sale.mode.clone(), |words| lang.choose(words.pl, words.en).to_owned()),
        policy: policy
            .map_or_else(|| sale.policy.clone(), |words| lang.choose(words.pl, words.en).to_owned()),
        deadline: deadline.map(|deadline| {
            let countdown = deadline.countdown;
            let text = lang.choose(&countdown.sentence.pl, &countdown.sentence.en).to_owned();
            (text, countdown.alarm.as_str())
        }),
        technical_of: sale.technical_of.map(|_| chain_view(&chain.original)),
        corrections: chain.corrections.iter().filter(|one| one.id != sale.id).map(chain_view).collect(),
        sale: sale_view(&sale, lang),
        history: history.iter().map(|entry| history_view(entry, lang)).collect(),
    })
}

/// `/style.css`.
pub(crate) async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")];
    (StatusCode::OK, headers, include_str!("../../templates/style.css")).into_response()
}

fn page(template: &impl Template) -> Result<Response, Failure> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be made");
        Failure::new(ProblemCode::Internal, "")
    })?;
    Ok(Html(html).into_response())
}

/// Polish, unless English was asked for or is what the browser names first.
fn language(query: &PageQuery, headers: &HeaderMap) -> Language {
    let wished =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match query.lang.as_deref() {
        Some("en") => Language::En,
        Some(_) => Language::Pl,
        None if wished.trim_start().to_ascii_lowercase().starts_with("en") => Language::En,
        None => Language::Pl,
    }
}

fn sale_view(sale: &Sale, lang: Language) -> SaleView {
    SaleView {
        id: sale.id.to_string(),
        number: sale.invoice_number.clone(),
        issue_date: lang.date(sale.issue_date),
        buyer: sale.buyer_name.clone().unwrap_or_default(),
        gross: lang.amount(&sale.gross),
        currency: sale.currency.clone(),
        state: sale.state.as_str(),
        state_text: lang.pick(&state_words(sale.state)),
        tone: match sale.state {
            SaleState::Stored | SaleState::UpoVerified => "good",
            SaleState::Rejected | SaleState::NumberCollision | SaleState::Returned => "bad",
            _ => "busy",
        },
        ksef_number: sale.ksef_number.as_ref().map(ToString::to_string),
        reason: sale.reason.as_ref().map(|reason| lang.pick(&reason_words(reason))),
        has_upo: matches!(sale.state, SaleState::UpoVerified | SaleState::Stored),
    }
}

fn purchase_view(purchase: &Purchase, lang: Language) -> PurchaseView {
    let facts = &purchase.facts;
    PurchaseView {
        ksef_number: purchase
            .ksef_number
            .as_ref()
            .map_or_else(|| purchase.position.to_string(), ToString::to_string),
        number: facts.invoice_number.clone(),
        issue_date: lang.date(facts.issue_date),
        seller: facts.seller_name.clone().or_else(|| facts.seller_id.clone()).unwrap_or_default(),
        gross: lang.amount(&facts.gross),
        currency: facts.currency.clone(),
        received_at: moment(purchase.received_at, lang),
    }
}

fn history_view(entry: &HistoryEntry, lang: Language) -> HistoryView {
    HistoryView {
        at: moment(entry.at, lang),
        state_text: lang.pick(&state_words(entry.state)),
        event: event_text(entry, lang),
        actor: entry.actor.clone(),
        evidence: entry.evidence.as_deref().map(readable),
    }
}

/// JSON over several lines; anything else as it is.
fn readable(evidence: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(evidence).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| evidence.to_owned())
}

/// What happened, what about, and why.
fn event_text(entry: &HistoryEntry, lang: Language) -> String {
    let mut text = lang.pick(&event_words(entry.event));
    if let Some(detail) = &entry.detail {
        text.push(' ');
        text.push_str(detail);
    }
    if let Some(reason) = &entry.reason {
        text.push_str(": ");
        text.push_str(&lang.pick(&reason_words(reason)));
    }
    text
}

/// A moment in Warsaw time, to the second.
fn moment(at: Timestamp, lang: Language) -> String {
    let zone = TimeZone::get("Europe/Warsaw").expect("the time zone database is compiled in");
    let local = at.to_zoned(zone);
    format!("{} {}", lang.date(local.date()), local.strftime("%H:%M:%S"))
}

impl Language {
    fn pick(self, words: &Words) -> String {
        self.choose(&words.pl, &words.en).to_owned()
    }

    const fn choose<'a>(self, pl: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Pl => pl,
            Self::En => en,
        }
    }
}

/// How many rows a list on the overview has.
const ROWS_MAX: u32 = 50;
