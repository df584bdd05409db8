//! The guard of midnight: KSeF compares the date of issue with the Warsaw day on which it received the invoice, and marks one
//! that was issued "yesterday" as Offline by itself.
//!
//! Source: guide, `automatyczne-okreslanie-trybu-offline.md`; field note A6. What counts is the moment of sending in an online
//! session and the opening of the session in a batch; the comparison is by calendar day, and a date in the future is refused
//! (450). Such an invoice is in KSeF all the same and has no term; but who hands it over before it has its number needs the
//! second code, and near midnight nobody can know beforehand.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::calendar::{end_of_warsaw_day, start_of_warsaw_day, warsaw_day};
use crate::offline::InvoicingMode;
use crate::words::Words;

/// How an invoice travels; it decides which moment KSeF compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// In an online session: the moment in which it is sent.
    OnlineSession,
    /// In a batch: the opening of the session, also for parts that are uploaded after midnight.
    Batch,
}

/// How far from midnight one has to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margins {
    /// Before midnight, for sending in an online session: a slow request and both clocks; 2 minutes by default.
    pub before_online: SignedDuration,
    /// Before midnight, for opening a batch; 30 seconds by default.
    pub before_batch: SignedDuration,
    /// After midnight, for an invoice of the new day: KSeF's clock may be behind ours, and to it the date would lie in the
    /// future; 5 seconds by default.
    pub after: SignedDuration,
}

impl Default for Margins {
    fn default() -> Self {
        Self {
            before_online: SignedDuration::from_mins(2),
            before_batch: SignedDuration::from_secs(30),
            after: SignedDuration::from_secs(5),
        }
    }
}

/// What would become of an invoice that is sent online now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Midnight {
    /// It stays online if it is sent (a batch: opened) before `until`.
    StaysOnline {
        /// Midnight less the margin.
        until: Timestamp,
    },
    /// It is of today, and so near midnight that it may arrive tomorrow. Declared offline24 it has its second code whatever
    /// happens; sent as it is, it is in KSeF all the same.
    Uncertain {
        /// When the day ends.
        midnight: Timestamp,
    },
    /// Its day has passed: KSeF will mark it Offline by itself.
    BecomesOffline,
    /// Its day has not come: KSeF would refuse it.
    TooEarly {
        /// From when on it can be sent.
        from: Timestamp,
    },
}

/// What would become of an invoice with this date of issue (`P_1`) that is sent online at `now`.
#[must_use]
pub fn guard(issue_date: Date, way: Way, now: Timestamp, margins: &Margins) -> Midnight {
    let from = saturating(start_of_warsaw_day(issue_date), margins.after);
    if now < from {
        return Midnight::TooEarly { from };
    }
    let midnight = end_of_warsaw_day(issue_date);
    if now >= midnight {
        return Midnight::BecomesOffline;
    }
    let margin = match way {
        Way::OnlineSession => margins.before_online,
        Way::Batch => margins.before_batch,
    };
    let until = saturating(midnight, -margin);
    if now < until { Midnight::StaysOnline { until } } else { Midnight::Uncertain { midnight } }
}

/// What KSeF makes of an invoice that was sent with `offlineMode: false` and received (a batch: opened) at `received_at`:
/// whether it marks it Offline. A date in the future is refused, not marked.
#[must_use]
pub fn is_marked_offline(issue_date: Date, received_at: Timestamp) -> bool {
    issue_date < warsaw_day(received_at)
}

/// The mode that KSeF shows in the end. What was declared offline is never flipped to online (#544).
#[must_use]
pub fn shows_as_offline(declared: InvoicingMode, issue_date: Date, received_at: Timestamp) -> bool {
    declared.is_declared_offline() || is_marked_offline(issue_date, received_at)
}

impl Midnight {
    /// What people are told.
    #[must_use]
    pub const fn words(&self) -> Words {
        let (pl, en) = match self {
            Self::StaysOnline { .. } => ("Faktura pozostanie online.", "The invoice stays online."),
            Self::Uncertain { .. } => (
                "Zbliża się północ: faktura może dotrzeć do KSeF następnego dnia i zostać oznaczona jako offline. Jeżeli ma być \
                 wydana przed nadaniem numeru, wystaw ją w trybie offline24.",
                "Midnight is near: the invoice may reach KSeF tomorrow and be marked Offline. If it is handed over before it has \
                 its number, issue it as offline24.",
            ),
            Self::BecomesOffline => (
                "Data wystawienia minęła: KSeF sam oznaczy fakturę jako offline; nie trzeba nic robić.",
                "The date of issue has passed: KSeF will mark the invoice Offline by itself; nothing needs to be done.",
            ),
            Self::TooEarly { .. } => (
                "Data wystawienia jest w przyszłości: KSeF odrzuciłby fakturę, więc czeka do swojego dnia.",
                "The date of issue is in the future: KSeF would refuse the invoice, so it waits for its day.",
            ),
        };
        Words { pl, en }
    }
}

/// An instant moved by a margin, which at the ends of time stays where it is.
fn saturating(instant: Timestamp, margin: SignedDuration) -> Timestamp {
    instant.checked_add(margin).unwrap_or(instant)
}
