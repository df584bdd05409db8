//! Until when an offline invoice must be in KSeF.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{InvoicingMode, Outage, OutageKind};
use crate::calendar::{end_of_warsaw_day, next_working_day_after, warsaw_day, working_day_after};

/// Until when an invoice must be in KSeF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// It has no term: an online invoice is issued by its sending. So it is also with one that was sent online and that KSeF
    /// itself marked Offline since it came a day late (guide, `automatyczne-okreslanie-trybu-offline.md`): it is in KSeF.
    NoTerm,
    /// At the latest on this day, in Warsaw.
    Due {
        /// The last day of the term.
        date: Date,
        /// What it is counted from.
        basis: Basis,
    },
    /// The term begins to run when an outage ends that lasts still.
    OpenUntilOutageEnds {
        /// What lasts.
        kind: OutageKind,
        /// Since when.
        started: Timestamp,
    },
    /// Nobody has to send it any more: it was issued in a total failure, or one was announced while its term ran.
    NoDuty,
}

/// What the last day of a term is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// The date of issue: the next working day.
    IssueDate,
    /// The end of an outage: the next working day for an unavailability, the seventh for a failure.
    OutageEnd {
        /// Which kind.
        kind: OutageKind,
        /// When it ended.
        ended: Timestamp,
    },
    /// The invoice says that it was issued in an outage, but none is known on its day. The next working day after the date
    /// of issue is taken, as for offline24, since that can be late for nobody; enter the outage to have its own term.
    NoOutageKnown,
}

impl Term {
    /// The last day, if there is one yet.
    #[must_use]
    pub const fn due(&self) -> Option<Date> {
        match self {
            Self::Due { date, .. } => Some(*date),
            _ => None,
        }
    }

    /// The first instant that is too late, if there is one yet.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.due().map(end_of_warsaw_day)
    }

    /// Whether an invoice that was sent at `sent_at` kept the term. Without a last day every time keeps it.
    #[must_use]
    pub fn is_kept_by(&self, sent_at: Timestamp) -> bool {
        self.ends_at().is_none_or(|end| sent_at < end)
    }

    /// The last day as far as it is known: while an outage lasts, no day is the last.
    fn last_day(&self) -> Date {
        self.due().unwrap_or(Date::MAX)
    }
}

/// Until when an invoice of this mode and date of issue (`P_1`) must be in KSeF, by all outages known today.
///
/// - offline24: the next working day after the date of issue (art. 106nda);
/// - unavailability: the next working day after its end (art. 106nh);
/// - failure: the seventh working day after its end (art. 106nf);
/// - a failure that falls into a term that runs still, of whatever mode, has it counted anew from its own end;
/// - a total failure that falls into it ends the duty.
///
/// Of an invoice only the day is known, so what happened on the day of issue is read to the earlier term: among several
/// outages of that day the one that ended first is taken as its own, and a failure that ended on that very day moves no term.
/// An unavailability moves none either: the guide speaks of failures only. The order of `outages` does not matter.
#[must_use]
pub fn term(mode: InvoicingMode, issue_date: Date, outages: &[Outage]) -> Term {
    let own = match mode {
        InvoicingMode::Online => return Term::NoTerm,
        InvoicingMode::TotalFailure => return Term::NoDuty,
        InvoicingMode::Offline24 => {
            Term::Due { date: next_working_day_after(issue_date), basis: Basis::IssueDate }
        }
        InvoicingMode::Unavailability => term_of_own_outage(OutageKind::Unavailability, issue_date, outages),
        InvoicingMode::Failure => term_of_own_outage(OutageKind::Failure, issue_date, outages),
    };
    let term = moved_by_failures(own, issue_date, outages);
    if later_outages(OutageKind::TotalFailure, issue_date, outages)
        .any(|total| warsaw_day(total.started) <= term.last_day())
    {
        return Term::NoDuty;
    }
    term
}

/// The term of the outage in which the invoice was issued.
fn term_of_own_outage(kind: OutageKind, issue_date: Date, outages: &[Outage]) -> Term {
    let own = outages
        .iter()
        .filter(|outage| outage.kind == kind && warsaw_day(outage.started) <= issue_date)
        .filter(|outage| outage.end().is_none_or(|end| warsaw_day(end) >= issue_date))
        .min_by_key(|outage| (outage.end().unwrap_or(Timestamp::MAX), outage.started));
    own.map_or_else(
        || Term::Due { date: next_working_day_after(issue_date), basis: Basis::NoOutageKnown },
        term_after,
    )
}

fn moved_by_failures(own: Term, issue_date: Date, outages: &[Outage]) -> Term {
    let mut failures: Vec<&Outage> = later_outages(OutageKind::Failure, issue_date, outages).collect();
    failures.sort_by_key(|failure| (failure.started, failure.end()));
    // A term only ever grows, and failures come in the order of their beginning: one pass sees every one that falls into it.
    failures.into_iter().fold(own, |term, failure| {
        let falls_into = warsaw_day(failure.started) <= term.last_day();
        let anew = term_after(failure);
        if falls_into && anew.last_day() > term.last_day() { anew } else { term }
    })
}

/// Outages of a kind that lasted longer than the day of issue.
fn later_outages(kind: OutageKind, issue_date: Date, outages: &[Outage]) -> impl Iterator<Item = &Outage> {
    outages
        .iter()
        .filter(move |outage| outage.kind == kind)
        .filter(move |outage| outage.end().is_none_or(|end| warsaw_day(end) > issue_date))
}

fn term_after(outage: &Outage) -> Term {
    let Some(ended) = outage.end() else {
        return Term::OpenUntilOutageEnds { kind: outage.kind, started: outage.started };
    };
    let days = match outage.kind {
        OutageKind::Unavailability => 1,
        OutageKind::Failure => FAILURE_WORKING_DAYS,
        OutageKind::TotalFailure => return Term::NoDuty,
    };
    let date = working_day_after(warsaw_day(ended), days);
    Term::Due { date, basis: Basis::OutageEnd { kind: outage.kind, ended } }
}

/// "do 7 dni rob. od zakończenia awarii" (guide, `tryby-offline.md`); the day of its end is not counted, as the guide's
/// example shows.
const FAILURE_WORKING_DAYS: u32 = 7;
