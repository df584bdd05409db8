//! `/companies/{company}`: what needs somebody now.

use axum::extract::{Path, State};
use axum::response::Response;
use gateway_access::Right;
use gateway_pages::{
    Attention, Chart, DashboardView, Day, Expiry, Language, Receiving, Section, Tone, dashboard,
};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::offline::Alarm;
use gateway_rules::reach::Reach;
use gateway_store::{PurchaseRole, PurchaseView, Sale, SaleFilter, SaleSort, SaleState};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ksef_wire::Operation;

use super::needs::{EXPIRY_NEAR, needs};
use super::parts::{pick, sale_row, tone};
use super::purchases::new_purchases_of;
use super::sales::TO_BE_SENT;
use super::states::{next_step, state_meaning, state_words};
use super::visit::Visit;
use super::words::reason_words;
use crate::access::view_of;
use crate::app::deadline::{Unfinished, unfinished};
use crate::company::Company;
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// `GET /companies/{company}`.
pub(crate) async fn company_page(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (store, context, lang) = (&shared.app.store, &company.context, visit.lang);
    let (waiting, has_more) = unfinished(&shared.app, &company, LOOKED_AT_MAX).await?;
    // What keeps everything from going on comes before single invoices, and is never cut.
    let mut attention: Vec<Attention> = needs(&shared, &company, &visit).await?;
    let shown_max = attention.len() + SHOWN_MAX;
    let waiting_for_somebody = waiting.iter().filter(|one| one.needs_person || one.deadline.is_some());
    attention.extend(waiting_for_somebody.map(|one| attention_of(one, context.as_str(), lang)));
    for sale in refused(&shared, &company).await? {
        attention.push(refusal(&sale, context.as_str(), lang));
    }
    let is_cut = attention.len() > shown_max;
    attention.truncate(shown_max);
    let counts = store.unfinished_counts(context).await?;
    let of = |is_meant: &dyn Fn(SaleState) -> bool| -> i64 {
        counts.iter().filter(|(state, _)| is_meant(*state)).map(|(_, count)| count).sum()
    };
    let waiting_to_be_sent = of(&|state| TO_BE_SENT.contains(&state));
    let under_way = of(&|state| state.moves_by_itself() && !TO_BE_SENT.contains(&state));

    let sees_purchases = visit.may(Right::ReadPurchases, context);
    let view = view_of(store, &visit.caller, context).await?;
    let mut new_purchases = None;
    let mut receiving_view = None;
    if sees_purchases {
        new_purchases =
            Some(new_purchases_of(store, context, view, lang).await?.unwrap_or_else(|| lang.count(0)));
        receiving_view = Some(receiving_of(&shared, &company, &visit).await?);
    }
    let reach = company.site.reach();
    let words = reach.words();
    let chart = chart(&shared, &company, sees_purchases.then_some(view)).await?;
    let is_empty = counts.is_empty() && store.newest_sales(context, 1).await?.is_empty();
    let view = DashboardView {
        company: context.to_string(),
        attention,
        has_more: has_more || is_cut,
        to_be_sent: lang.count(waiting_to_be_sent),
        under_way: lang.count(under_way),
        new_purchases,
        ksef: lang.choose(words.pl, words.en).to_owned(),
        ksef_since: reach.since().map(|at| lang.moment(at)),
        ksef_tone: reach_tone(&reach),
        is_sending_on: store.sending_settings(context).await?.is_sending_on,
        receiving: receiving_view,
        credentials: expiries(&company, lang),
        chart,
        invites: is_empty && visit.may(Right::Send, context),
    };
    let title = lang.choose("Pulpit", "Dashboard");
    let mut frame = visit.frame(&shared, Some(&company), Section::Dashboard, title);
    Visit::live(&mut frame, &company, LIVE_MS);
    visit.page(dashboard(&frame, &view))
}

pub(super) const fn reach_tone(reach: &Reach) -> Tone {
    match reach {
        Reach::Up => Tone::Good,
        Reach::Slow { .. } | Reach::Unavailable { .. } => Tone::Warn,
        _ => Tone::Bad,
    }
}

fn attention_of(one: &Unfinished, company: &str, lang: Language) -> Attention {
    let sale = &one.sale;
    let row = sale_row(sale, lang);
    let meaning = || if one.needs_person { next_step(sale.state) } else { state_meaning(sale.state) };
    let because = sale.reason.as_ref().map_or_else(meaning, reason_words);
    let alarm = one.deadline.as_ref().map(|deadline| deadline.countdown.alarm);
    Attention {
        href: format!("/companies/{company}/invoices/{}", row.id),
        about: about(&row.buyer, &row.gross, &row.issue_date),
        what: row.number,
        state: row.state_text,
        tone: match alarm {
            Some(Alarm::Overdue | Alarm::Today) => Tone::Bad,
            // What KSeF refused stays loud, however long its term still is.
            Some(Alarm::Soon) if row.tone != Tone::Bad => Tone::Warn,
            _ => row.tone,
        },
        because: pick(lang, &because),
        deadline: one.deadline.as_ref().map(|deadline| {
            let sentence = &deadline.countdown.sentence;
            lang.choose(&sentence.pl, &sentence.en).to_owned()
        }),
    }
}

/// Invoices of the last month that KSeF refused and for which nothing stands yet: no technical correction, and no later
/// document of the same number.
async fn refused(shared: &Shared, company: &Company) -> Result<Vec<Sale>, Failure> {
    let store = &shared.app.store;
    let from = warsaw_day(company.now()).saturating_sub(DAYS.days());
    let filter = SaleFilter {
        states: vec![SaleState::Rejected, SaleState::NumberCollision],
        issued_from: Some(from),
        ..SaleFilter::default()
    };
    let found = store.sales_by(&company.context, &filter, SaleSort::Arrival, true, 0, REFUSED_MAX).await?;
    let mut open = Vec::new();
    for sale in found {
        // With a last day it stands among those that are unfinished already.
        if sale.due_on.is_some() || sale.technical_of.is_some() {
            continue;
        }
        let newest = store.sale_with_number(&company.context, &sale.invoice_number).await?;
        if newest.is_none_or(|newest| newest.id == sale.id) {
            open.push(sale);
        }
    }
    Ok(open)
}

fn refusal(sale: &Sale, company: &str, lang: Language) -> Attention {
    let row = sale_row(sale, lang);
    Attention {
        href: format!("/companies/{company}/invoices/{}", row.id),
        about: about(&row.buyer, &row.gross, &row.issue_date),
        what: row.number,
        state: pick(lang, &state_words(sale.state)),
        tone: tone(sale.state),
        because: row.reason.unwrap_or_else(|| pick(lang, &next_step(sale.state))),
        deadline: None,
    }
}

fn about(buyer: &str, gross: &str, day: &str) -> String {
    let parts: Vec<&str> = [buyer, gross, day].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

async fn receiving_of(shared: &Shared, company: &Company, visit: &Visit) -> Result<Receiving, Failure> {
    let (store, context, lang) = (&shared.app.store, &company.context, visit.lang);
    let settings = store.receiving_settings(context).await?;
    let readings = store.readings(context).await?;
    let left = company.site.budget.left(Some(context), Operation::InvoiceQueryMetadata);
    // When it is due again, or when the limit allows it, whichever is later.
    let every = SignedDuration::try_from(shared.app.purchases_every).unwrap_or(SignedDuration::MAX);
    let own = readings.iter().filter(|reading| reading.role == PurchaseRole::Buyer && !reading.is_behind);
    let due = own.filter_map(|reading| reading.looked_at?.checked_add(every).ok()).max();
    let next_at = due.map_or(left.next_at, |due| due.max(left.next_at));
    Ok(Receiving {
        is_on: settings.is_on,
        read_up_to: readings.iter().map(|reading| reading.read_up_to).min().map(|at| lang.moment(at)),
        looked_at: readings.iter().filter_map(|reading| reading.looked_at).max().map(|at| lang.moment(at)),
        next_at: Some(next_at).filter(|at| settings.is_on && *at > company.now()).map(|at| lang.moment(at)),
        budget: left.of_the_hour.map(|left| lang.count(i64::from(left))),
        trouble: readings.into_iter().find_map(|reading| reading.trouble),
        may_ask: visit.may(Right::WorkPurchases, context) && settings.is_on,
    })
}

/// The certificates that are in use, and how long they last.
fn expiries(company: &Company, lang: Language) -> Vec<Expiry> {
    let expiry = |name: [&str; 2], until: Timestamp| {
        let left = until.duration_since(company.now());
        let day = lang.date(warsaw_day(until));
        let text = match lang {
            Language::Pl => format!("{} ważny do {day}", name[0]),
            Language::En => format!("{} valid until {day}", name[1]),
        };
        let tone = match () {
            () if left <= SignedDuration::ZERO => Tone::Bad,
            () if left <= EXPIRY_NEAR => Tone::Warn,
            () => Tone::Good,
        };
        Expiry { text, tone }
    };
    let login = company.login_certificate().map(|login| login.not_after());
    let offline = company.offline().map(|offline| offline.certificate().not_after());
    let login = login.map(|until| expiry(["Certyfikat logowania", "Login certificate"], until));
    let offline = offline.map(|until| expiry(["Certyfikat Offline", "Offline certificate"], until));
    login.into_iter().chain(offline).collect()
}

/// Counts of the last thirty days, today included.
async fn chart(shared: &Shared, company: &Company, view: Option<PurchaseView>) -> Result<Chart, Failure> {
    let (store, context) = (&shared.app.store, &company.context);
    let to = warsaw_day(company.now());
    let from = to.saturating_sub((DAYS - 1).days());
    let sent = store.sales_by_day(context, from, to).await?;
    let received = match view {
        Some(view) => shared.app.purchases_by_day.of(store, context, view, from, to).await?,
        None => Default::default(),
    };
    let on = |counts: &[(jiff::civil::Date, i64)], day| {
        counts.iter().find(|(found, _)| *found == day).map_or(0, |(_, count)| *count)
    };
    let days = from.series(1.day()).take_while(|day| *day <= to);
    let days = days.map(|date| Day { date, sent: on(&sent, date), received: on(&received, date) });
    Ok(Chart { days: days.collect() })
}

/// Of unfinished invoices, the loudest first.
const LOOKED_AT_MAX: u32 = 50;
const SHOWN_MAX: usize = 8;
const REFUSED_MAX: u32 = 8;
const DAYS: i32 = 30;
const LIVE_MS: u32 = 5_000;
