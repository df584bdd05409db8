//! Erasing what need not be kept any more: what may go, what is held back, and the erasing itself. How long is long enough is
//! decided in `gateway-rules/src/retention.rs`.

use gateway_objects::ObjectError;
use gateway_rules::calendar::warsaw_day;
use gateway_rules::retention::{
    HeldFacts, HoldConditions, base_year, first_kept_year, kept_until, last_year_leaving_ksef,
};
use gateway_store::{
    AgedDocument, Erasure, LegalHold, NoticeKind, Page, Register, Retention, Store, StoreError, Telling,
};
use jiff::civil::Date;
use ksef_id::ContextIdentifier;
use serde_json::json;

use super::{App, WorkError};
use crate::company::Company;
use crate::watched::{LaidFor, remove_laid};

/// What becomes of a document whose time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) document: AgedDocument,
    pub(crate) kept_until: Date,
    pub(crate) stopped_by: Option<Stop>,
}

/// What keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// This hold.
    Hold(i64),
    /// Something is still to be done with it.
    Unfinished,
}

/// Where a list of both registers goes on: sales first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) is_at_purchases: bool,
    pub(crate) after: i64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.is_at_purchases { 'p' } else { 's' }, self.after)
    }
}

impl std::str::FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (is_at_purchases, rest) = match text.strip_prefix('p') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('s').ok_or(())?),
        };
        let after = rest.parse().ok().filter(|after| *after >= 0).ok_or(())?;
        Ok(Self { is_at_purchases, after })
    }
}

/// What may be erased as of a day and what is held back, from a place on; and where it goes on, if there is more. Changes nothing.
pub(crate) async fn due(
    store: &Store,
    retention: &Retention,
    holds: &[LegalHold],
    today: Date,
    place: Place,
    limit: u32,
) -> Result<(Vec<Judged>, Option<Place>), StoreError> {
    let years = i16::try_from(retention.years).unwrap_or(i16::MAX);
    let first_kept = first_kept_year(today, years);
    let aged = async |register, after, limit| {
        store.aged_documents(&retention.company, register, first_kept, after, limit).await
    };
    let register = if place.is_at_purchases { Register::Purchases } else { Register::Sales };
    let Page { mut items, mut next } = aged(register, place.after, limit).await?;
    let mut is_at_purchases = place.is_at_purchases;
    if items.is_empty() && !is_at_purchases {
        is_at_purchases = true;
        Page { items, next } = aged(Register::Purchases, 0, limit).await?;
    }
    let conditions: Vec<(i64, HoldConditions)> = holds.iter().map(conditions).collect();
    let judged = items.into_iter().map(|document| judge(document, years, &conditions)).collect();
    let next = match next {
        Some(after) => Some(Place { is_at_purchases, after }),
        None if is_at_purchases => None,
        // Purchases follow sales, where there are any.
        None => {
            let follows = !aged(Register::Purchases, 0, 1).await?.items.is_empty();
            follows.then_some(Place { is_at_purchases: true, after: 0 })
        }
    };
    Ok((judged, next))
}

fn conditions(hold: &LegalHold) -> (i64, HoldConditions) {
    let conditions = HoldConditions {
        document: hold.document.clone(),
        party: hold.party.clone(),
        from: hold.from,
        until: hold.until,
    };
    (hold.position, conditions)
}

fn judge(document: AgedDocument, years: i16, holds: &[(i64, HoldConditions)]) -> Judged {
    let parties: Vec<&str> = document.parties.iter().map(String::as_str).collect();
    let facts = HeldFacts {
        id: &document.id,
        invoice_number: &document.invoice_number,
        ksef_number: document.ksef_number.as_ref().map(|number| number.as_str()),
        parties: &parties,
        issued: document.issued,
    };
    let hold = holds.iter().find(|(_, conditions)| conditions.stops(&facts)).map(|(id, _)| Stop::Hold(*id));
    let stopped_by = hold.or_else(|| document.is_unfinished.then_some(Stop::Unfinished));
    let kept_until = kept_until(base_year(document.issued, document.received), years);
    Judged { document, kept_until, stopped_by }
}

/// Erases what is due in a company, some at a time; returns how many documents went.
pub(crate) async fn erase_due(app: &App, company: &ContextIdentifier) -> Result<usize, WorkError> {
    let Some(worked_for) = app.companies.get(company) else { return Ok(0) };
    let mut gone = 0;
    let mut place = Some(Place::default());
    let mut retention = app.store.retention(company).await?;
    let mut holds = app.store.active_holds(company).await?;
    while let Some(at) = place {
        if !retention.is_on || *app.stopping.borrow() {
            break;
        }
        let today = warsaw_day(worked_for.now());
        let (judged, next) = due(&app.store, &retention, &holds, today, at, AT_ONCE).await?;
        let reason = reason_of(retention.years);
        let mut erasures = Vec::new();
        for one in judged.iter().filter(|one| one.stopped_by.is_none()) {
            match erase_laid(app, &worked_for, &one.document).await? {
                Ok(()) => erasures.push(Erasure {
                    document: &one.document,
                    kept_until: one.kept_until,
                    reason: &reason,
                }),
                // The folder may be a drive that is not there now: all of it goes, or nothing.
                Err(error) => {
                    tracing::warn!(%company, document = one.document.id, %error, "a document is not erased yet: its files in the folder cannot be removed");
                }
            }
        }
        place = next;
        if erasures.is_empty() {
            continue;
        }
        match app.journal.erased(&retention, &erasures, worked_for.now()).await? {
            0 => {
                let read = app.store.retention(company).await?;
                if read.version != retention.version {
                    // Somebody decided otherwise meanwhile: judged anew.
                    (retention, holds) = (read, app.store.active_holds(company).await?);
                    place = Some(at);
                }
            }
            some => gone += some,
        }
    }
    Ok(gone)
}

/// Removes what was laid into its company's folder for a sale. The inner error is the folder's.
async fn erase_laid(
    app: &App,
    company: &Company,
    document: &AgedDocument,
) -> Result<std::io::Result<()>, StoreError> {
    let (Some(folder), Register::Sales) = (company.folder.clone(), document.register) else {
        return Ok(Ok(()));
    };
    let Ok(id) = document.id.parse() else { return Ok(Ok(())) };
    let names = app.store.folder_names(id).await?;
    if names.is_empty() {
        return Ok(Ok(()));
    }
    let laid = LaidFor {
        names,
        invoice_number: document.invoice_number.clone(),
        ksef_number: document.ksef_number.as_ref().map(ToString::to_string),
        sha256: document.sha256.clone(),
    };
    let removed = tokio::task::spawn_blocking(move || remove_laid(&folder, &laid));
    Ok(removed.await.unwrap_or_else(|error| Err(std::io::Error::other(error))))
}

/// Removes the objects of documents that were erased or never taken, if no other document has them; returns how many rows were
/// dealt with. One that the store refuses to remove holds up none of the others; it is the error once nothing else is left.
pub(crate) async fn erase_objects(app: &App) -> Result<usize, WorkError> {
    if !app.documents.has_objects() {
        return Ok(0);
    }
    let objects = app.store.erased_objects(app.documents.quiet_for(), OBJECTS_AT_ONCE).await?;
    let (mut dealt_with, mut refused) = (0, None);
    for object in &objects {
        match app.documents.remove(object).await {
            Ok(()) => dealt_with += 1,
            Err(error @ WorkError::Objects(ObjectError::Refused { .. })) => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refused {
        Some(error) if dealt_with == 0 => Err(error),
        _ => Ok(dealt_with),
    }
}

/// Tells companies of documents that KSeF gives up within the year and that are not whole here: from then on nobody has them.
pub(crate) async fn leaving(app: &App) -> Result<(), StoreError> {
    for company in app.companies.now().values() {
        let now = company.now();
        let Some(last_year) = last_year_leaving_ksef(warsaw_day(now)) else { continue };
        let found = app.store.leaving_documents(&company.context, last_year, TOLD_MAX).await?;
        let tellings: Vec<Telling> = found
            .into_iter()
            .map(|document| {
                let year = document.ksef_number.acceptance_day().get(..4).and_then(|year| year.parse().ok());
                let until = kept_until(year.unwrap_or(last_year), gateway_rules::retention::FULL_YEARS);
                Telling {
                    key: format!("leaving/{}/{}", document.register.as_str(), document.id),
                    only_after: None,
                    item: json!({
                        "id": document.id,
                        "direction": document.register.as_str(),
                        "invoiceNumber": document.invoice_number,
                        "ksefNumber": document.ksef_number.as_str(),
                        "state": document.state,
                        "inKsefUntil": until.to_string(),
                    }),
                }
            })
            .collect();
        if !tellings.is_empty() {
            app.journal.told_once(&company.context, NoticeKind::DocumentsLeaving, &tellings, now).await?;
        }
    }
    Ok(())
}

/// Why something is erased, as it is kept beside what is left: the rule of that day.
fn reason_of(years: i64) -> String {
    format!("{years}{YEARS}")
}

/// The years of the rule in such a reason.
pub(crate) fn years_of(reason: &str) -> Option<i64> {
    reason.strip_suffix(YEARS)?.parse().ok()
}

const YEARS: &str = " years";
/// Documents of one write: short, so that nobody who takes invoices in waits for it.
const AT_ONCE: u32 = 100;
const OBJECTS_AT_ONCE: u32 = 100;
/// Of each register of a company, in one look.
const TOLD_MAX: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_as_they_are_written() {
        assert_eq!((reason_of(10).as_str(), years_of("10 years")), ("10 years", Some(10)));
        assert_eq!(years_of("by hand"), None);
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        for text in ["s0", "s17", "p0", "p9000"] {
            assert_eq!(text.parse::<Place>().expect("a place").to_string(), text);
        }
        for text in ["", "s", "x1", "s-1", "17", "p1.5"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
