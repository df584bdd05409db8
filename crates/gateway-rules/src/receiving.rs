//! How purchases are read within KSeF's limits: what to ask for next, over which range, and whether invoices are fetched one by
//! one or as a package.
//!
//! A metadata query tells 250 at a time, 20 times an hour; an invoice by number is one of 64 an hour; a package has up to 10,000
//! and is one of 20 an hour (guide, `limity-api.md`; field note A3). So few are fetched by number and many as packages,
//! and who is known to be behind asks for no list first.

use jiff::{SignedDuration, Timestamp};

use crate::plan::Left;

/// What is left of the limits that reading needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingBudget {
    /// Metadata queries (production: 8 a second, 16 a minute, 20 an hour).
    pub queries: Left,
    /// Packages (8, 16, 20).
    pub exports: Left,
    /// Invoices by number (8, 16, 64).
    pub downloads: Left,
}

/// What to ask for first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The first page of metadata.
    Query,
    /// A package.
    Export,
    /// Nothing before this time.
    Wait(Timestamp),
}

/// How what a page told is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// There is nothing.
    Nothing,
    /// By number, so many, in the order of the page.
    ByNumber(u32),
    /// As a package.
    Export,
    /// Not before this time.
    Wait(Timestamp),
}

/// What to ask for first. Who is behind asks for a package at once: a list would be cut after 250. So does who reads a range
/// that is over (`is_past`) once few queries are left, which the looks of this hour need. After `failures` packages in a row
/// that could not be read the list is asked for anyway.
#[must_use]
pub fn first(is_behind: bool, is_past: bool, failures: u32, budget: &ReadingBudget) -> First {
    let is_scarce = is_past && of_the_hour(budget.queries) <= QUERIES_RESERVED;
    let wants_export = (is_behind || is_scarce) && failures < FAILURES_MAX;
    if wants_export && budget.exports.now > 0 {
        return First::Export;
    }
    if budget.queries.now > 0 {
        return First::Query;
    }
    // Who is not behind has no reason to spend a package on a look.
    let queries = budget.queries.next_at;
    First::Wait(if wants_export { queries.min(budget.exports.next_at) } else { queries })
}

/// How invoices are fetched, of which a page told `new` that are not here and, with `has_more`, that there are others.
#[must_use]
pub fn way(new: u32, has_more: bool, failures: u32, budget: &ReadingBudget) -> Way {
    if new == 0 && !has_more {
        return Way::Nothing;
    }
    // Some are left for people who ask for one invoice, and for reading back what was sent.
    let downloads = of_the_hour(budget.downloads).saturating_sub(DOWNLOADS_RESERVED);
    let is_few = new <= BY_NUMBER_MAX && !has_more;
    if is_few && downloads >= new {
        return Way::ByNumber(new);
    }
    if of_the_hour(budget.exports) > 0 && failures < FAILURES_MAX {
        return Way::Export;
    }
    if downloads > 0 && new > 0 {
        return Way::ByNumber(new.min(downloads));
    }
    let next = if failures < FAILURES_MAX {
        budget.exports.next_at.min(budget.downloads.next_at)
    } else {
        budget.downloads.next_at
    };
    Way::Wait(next)
}

/// What is left of the hour's: the shorter windows pass while one waits.
fn of_the_hour(left: Left) -> u32 {
    left.of_the_hour.unwrap_or(u32::MAX)
}

/// The range that is read next: from a moment to now, or so much of it that KSeF takes and that is behind us for good. The end
/// is `None` for now.
///
/// KSeF takes 100 days; ten are kept away from it, since days are counted in two time zones (field note B1).
#[must_use]
pub fn window(from: Timestamp, now: Timestamp) -> (Timestamp, Option<Timestamp>) {
    if now.duration_since(from) <= WINDOW_MAX { (from, None) } else { (from, Some(from + WINDOW_MAX)) }
}

/// How much of a first reading is done, in per cent: 100 only when everything is.
#[must_use]
pub fn progress(begun_from: Timestamp, read_up_to: Timestamp, is_behind: bool, now: Timestamp) -> u8 {
    let whole = now.duration_since(begun_from).as_secs().max(1);
    let done = read_up_to.duration_since(begun_from).as_secs().clamp(0, whole);
    let percent = u8::try_from(done * 100 / whole).unwrap_or(100);
    // The last minutes are what the next look brings.
    if !is_behind && now.duration_since(read_up_to) < ALMOST_NOW { 100 } else { percent.min(99) }
}

/// How much of what was read is asked for again in a list (field note B1: late arrivals were seen below the promised date).
pub const LIST_OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// The same of packages, whose invoices are counted against the limits each time; reconciliation finds what is later still.
pub const EXPORT_OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// More than these come as a package.
pub const BY_NUMBER_MAX: u32 = 20;
const DOWNLOADS_RESERVED: u32 = 4;
const QUERIES_RESERVED: u32 = 8;
/// Packages that cannot be read, after which one tries without.
const FAILURES_MAX: u32 = 3;
const WINDOW_MAX: SignedDuration = SignedDuration::from_hours(90 * 24);
const ALMOST_NOW: SignedDuration = SignedDuration::from_hours(1);
