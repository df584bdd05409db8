//! What is left of the terms of invoices that were issued offline, and what waits in a company.

use gateway_rules::calendar::warsaw_day;
use gateway_rules::offline::{Countdown, InvoicingMode, Outage, Term, countdown, term};
use gateway_store::{Sale, SaleState, StoreError};
use jiff::Timestamp;

use super::{App, cut};
use crate::company::Company;

/// The term of an invoice that was issued offline and is not in KSeF.
pub(crate) struct Deadline {
    pub(crate) term: Term,
    pub(crate) countdown: Countdown,
}

/// What is left of the term of one invoice; `None` where none runs.
pub(crate) async fn deadline(
    app: &App,
    company: &Company,
    sale: &Sale,
) -> Result<Option<Deadline>, StoreError> {
    if !runs(sale) {
        return Ok(None);
    }
    let outages = super::outages::known(app, &company.site, sale.issue_date).await?;
    Ok(of(sale, &outages, company.now()))
}

/// An invoice that is not done.
pub(crate) struct Unfinished {
    pub(crate) sale: Sale,
    pub(crate) deadline: Option<Deadline>,
    /// Nothing more happens without a person.
    pub(crate) needs_person: bool,
}

/// A company's invoices that are not done, alarms first, at most `limit`; and whether there are more.
pub(crate) async fn unfinished(
    app: &App,
    company: &Company,
    limit: u32,
) -> Result<(Vec<Unfinished>, bool), StoreError> {
    let mut sales = app.store.unfinished(&company.context, &PERSONS_REASONS, limit + 1).await?;
    let has_more = cut(&mut sales, limit);
    let now = company.now();
    let first = sales.iter().filter(|sale| runs(sale)).map(|sale| sale.issue_date).min();
    let since = first.unwrap_or_else(|| warsaw_day(now));
    let outages = super::outages::known(app, &company.site, since).await?;
    let mut unfinished: Vec<Unfinished> = sales
        .into_iter()
        .map(|sale| {
            let deadline = if runs(&sale) { of(&sale, &outages, now) } else { None };
            let needs_person = needs_person(&sale);
            Unfinished { sale, deadline, needs_person }
        })
        .collect();
    // Stable: within an alarm the first due comes first, as the store gave them.
    unfinished.sort_by_key(|one| {
        std::cmp::Reverse((one.deadline.as_ref().map(|deadline| deadline.countdown.alarm), one.needs_person))
    });
    Ok((unfinished, has_more))
}

fn of(sale: &Sale, outages: &[Outage], now: Timestamp) -> Option<Deadline> {
    let mode = InvoicingMode::from_name(&sale.mode)?;
    let term = term(mode, sale.issue_date, outages);
    Some(Deadline { countdown: countdown(&term, now), term })
}

/// Whether it was issued offline and KSeF does not have it.
fn runs(sale: &Sale) -> bool {
    sale.is_offline() && !sale.state.is_numbered() && sale.state != SaleState::Withdrawn
}

/// Whether nothing more happens without a person.
fn needs_person(sale: &Sale) -> bool {
    let by_reason =
        sale.reason.as_ref().is_some_and(|reason| PERSONS_REASONS.contains(&reason.code.as_str()));
    by_reason || (!sale.state.moves_by_itself() && sale.state != SaleState::Draft)
}

/// Reasons for which the gateway tries again in vain until a person has done something.
const PERSONS_REASONS: [&str; 8] = [
    "document.tampered",
    "upo.invalid",
    "upo.noSession",
    "readBack.differs",
    "wait.originalRefused",
    "offline.noCertificate",
    "offline.noCode",
    "call.login",
];
