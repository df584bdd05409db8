//! `/`: every company that the visitor knows, those that need somebody first.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use gateway_access::Right;
use gateway_pages::{CompaniesView, CompanyCard, Language, Pager, Plural, Section, Tab, companies, nip};
use gateway_rules::calendar::warsaw_day;
use jiff::{Timestamp, ToSpan as _};
use ksef_id::ContextIdentifier;

use super::dashboard::reach_tone;
use super::needs::{Connection, of_connection};
use super::parts::query_of;
use super::purchases::new_purchases_of;
use super::visit::Visit;
use crate::access::view_of;
use crate::company::Company;
use crate::rest::Failure;
use crate::router::Shared;

/// What the list is asked with.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct CompaniesQuery {
    /// Wanted also by whom knows one company only, who is led to it else.
    all: Option<String>,
    search: String,
    view: String,
    page: String,
}

/// What a company has to do, of all that there are.
#[derive(Debug, Default, Clone, Copy)]
struct Load {
    attention: i64,
    under_way: i64,
    /// Something speaks against its way to KSeF.
    is_cut_off: bool,
}

impl Load {
    const fn needs_somebody(self) -> bool {
        self.attention > 0 || self.is_cut_off
    }
}

/// `GET /`: of a single company its dashboard.
pub(crate) async fn overview(
    State(shared): State<Shared>,
    Query(asked): Query<CompaniesQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    // Another node may have named one.
    shared.app.companies.rename(shared.app.store.company_names().await?);
    let (all, names) = (shared.app.companies.now(), shared.app.companies.names());
    let known: Vec<&Arc<Company>> =
        all.values().filter(|company| visit.caller.knows(&company.context)).collect();
    if let [only] = known.as_slice()
        && visit.may(Right::ReadSales, &only.context)
        && asked.all.is_none()
    {
        let to = format!("/companies/{}", only.context);
        return Ok(visit.leads_to(&to));
    }
    let lang = visit.lang;
    let loads = loads(&shared).await?;
    let load_of = |company: &Company| -> Load {
        let load = loads.get(&company.context).copied().unwrap_or_default();
        let load = if visit.may(Right::ReadSales, &company.context) { load } else { Load::default() };
        let may_mend = visit.may(Right::TestConnection, &company.context);
        Load { is_cut_off: may_mend && of_this_one(company).is_some(), ..load }
    };
    let name_of = |company: &Company| names.get(&company.context).map(String::as_str);
    let needle = asked.search.trim().to_lowercase();
    let mut found: Vec<(&Arc<Company>, Load)> = known
        .iter()
        .filter(|company| is_meant(&company.context, name_of(company), &needle))
        .map(|company| (*company, load_of(company)))
        .collect();
    let waiting = found.iter().filter(|(_, load)| load.needs_somebody()).count();
    let everything = found.len();
    let is_attention = asked.view == ATTENTION_VIEW;
    if is_attention {
        found.retain(|(_, load)| load.needs_somebody());
    }
    // Whose invoices wait for somebody stands first, then who is cut off from KSeF; the others as people look for them.
    found.sort_by_cached_key(|(company, load)| {
        let name = name_of(company).map_or_else(|| company.context.to_string(), str::to_lowercase);
        (load.attention == 0, !load.is_cut_off, name)
    });
    let page = asked.page.parse::<usize>().ok().filter(|page| *page > 0).unwrap_or(1);
    let shown: Vec<_> = found.iter().skip((page - 1).saturating_mul(SHOWN)).take(SHOWN).collect();
    let mut cards = Vec::with_capacity(shown.len());
    for (company, load) in shown {
        cards.push(card(&shared, &visit, company, name_of(company), *load).await?);
    }
    let address = |view: &str, page: usize| {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let pairs =
            [("all", "yes"), ("search", asked.search.trim()), ("view", view), ("page", page.as_str())];
        format!("/{}", query_of(pairs.into_iter().filter(|(_, value)| !value.is_empty())))
    };
    let here = if is_attention { ATTENTION_VIEW } else { "" };
    let tab = |label: [&str; 2], view: &str, count: usize| Tab {
        label: lang.choose(label[0], label[1]).to_owned(),
        href: address(view, 1),
        count: Some(lang.count(i64::try_from(count).unwrap_or(i64::MAX))),
        is_current: here == view,
    };
    let view = CompaniesView {
        tabs: vec![
            tab(["Wszystkie", "All"], "", everything),
            tab(["Wymagają uwagi", "Need attention"], ATTENTION_VIEW, waiting),
        ],
        part: here.to_owned(),
        search: asked.search.trim().to_owned(),
        cards,
        pager: Pager {
            page: u32::try_from(page).unwrap_or(u32::MAX),
            previous: (page > 1).then(|| address(here, page - 1)),
            next: (found.len() > page.saturating_mul(SHOWN)).then(|| address(here, page + 1)),
        },
        is_searched: known.len() > SEARCHED_FROM,
        may_connect: shared.keyring.is_some() && visit.caller.grants.allow_everywhere(Right::ChangeSettings),
        is_empty: known.is_empty(),
    };
    let frame = visit.frame(&shared, None, Section::Other, lang.choose("Firmy", "Companies"));
    visit.page(companies(&frame, &view))
}

/// The first of what speaks against its way to KSeF, if anything does that is not said of all.
fn of_this_one(company: &Company) -> Option<Connection> {
    let now = company.now();
    of_connection(company).find(|one| one.is_of_this_one(now))
}

/// Whether a company is looked for: by a part of its name, or of its NIP however it is written.
fn is_meant(context: &ContextIdentifier, name: Option<&str>, needle: &str) -> bool {
    let digits: String = needle.chars().filter(|one| !matches!(one, ' ' | '-')).collect();
    needle.is_empty()
        || name.is_some_and(|name| name.to_lowercase().contains(needle))
        || (!digits.is_empty() && context.as_str().to_lowercase().contains(&digits))
        || nip(context.as_str()).contains(needle)
}

async fn loads(shared: &Shared) -> Result<HashMap<ContextIdentifier, Load>, Failure> {
    let store = &shared.app.store;
    let mut loads: HashMap<ContextIdentifier, Load> = HashMap::new();
    for (company, state, count) in store.unfinished_by_company().await? {
        let load = loads.entry(company).or_default();
        *(if state.moves_by_itself() { &mut load.under_way } else { &mut load.attention }) += count;
    }
    let since = warsaw_day(Timestamp::now()).saturating_sub(REFUSED_DAYS.days());
    for (company, count) in store.refused_counts(since).await? {
        loads.entry(company).or_default().attention += count;
    }
    Ok(loads)
}

async fn card(
    shared: &Shared,
    visit: &Visit,
    company: &Company,
    name: Option<&str>,
    load: Load,
) -> Result<CompanyCard, Failure> {
    let (lang, context) = (visit.lang, &company.context);
    let reach = company.site.reach();
    let words = reach.words();
    let new_purchases = if visit.may(Right::ReadPurchases, context) {
        let view = view_of(&shared.app.store, &visit.caller, context).await?;
        new_purchases_of(&shared.app.store, context, view, lang).await?
    } else {
        None
    };
    Ok(CompanyCard {
        context: context.to_string(),
        name: name.map(str::to_owned),
        environment: environment_words(company, lang).to_owned(),
        attention: (load.attention > 0).then(|| lang.counted(load.attention, ATTENTION)),
        connection: load
            .is_cut_off
            .then(|| of_this_one(company).map(|one| one.what(company.now(), lang)))
            .flatten(),
        under_way: lang.count(load.under_way),
        new_purchases,
        ksef: lang.choose(words.pl, words.en).to_owned(),
        tone: reach_tone(&reach),
    })
}

/// What an environment is called.
fn environment_words(company: &Company, lang: Language) -> &'static str {
    match company.environment.name() {
        "simulator" => lang.choose("symulator KSeF", "KSeF simulator"),
        "prd" => lang.choose("produkcja", "production"),
        "demo" => lang.choose("demonstracyjne", "demo"),
        _ => lang.choose("testowe", "test"),
    }
}

const ATTENTION: Plural = Plural {
    pl: ["faktura wymaga uwagi", "faktury wymagają uwagi", "faktur wymaga uwagi"],
    en: ["invoice needs you", "invoices need you"],
};
const ATTENTION_VIEW: &str = "attention";
/// Companies on a page.
const SHOWN: usize = 24;
/// So few are seen at once.
const SEARCHED_FROM: usize = 6;
/// As long as a company's dashboard shows refused invoices.
const REFUSED_DAYS: i32 = 30;
