//! In which mode an invoice is issued, until when an offline one must be in KSeF, and how much of that time is left.
//!
//! Source: guide, `tryby-offline.md` (tables and "Termin przesłania faktury do KSeF przy kolejnych zdarzeniach"), which
//! quotes articles 106nda, 106nf and 106nh of the act on VAT; field note A6. KSeF never refuses a late invoice (#145): the
//! terms are the taxpayer's duty, not a condition of sending.

mod countdown;
mod term;

use jiff::Timestamp;

use crate::words::named_enum;

pub use countdown::{Alarm, Countdown, alarm, countdown};
pub use term::{Basis, Term, term};

named_enum! {
    /// The mode in which an invoice is issued.
    pub enum InvoicingMode {
        /// Issued by sending it to KSeF.
        Online = "online", "online", "online";
        /// Issued outside, at the taxpayer's own choice, and sent at the latest on the next working day (art. 106nda).
        Offline24 = "offline24", "offline24", "offline24";
        /// Issued while KSeF is unavailable by announcement (art. 106nh).
        Unavailability = "unavailability", "offline (niedostępność KSeF)", "offline (KSeF unavailable)";
        /// Issued during an announced failure of KSeF (art. 106nf).
        Failure = "failure", "awaryjny (awaria KSeF)", "emergency (KSeF failure)";
        /// Issued during a total failure, announced by the media: outside KSeF for good.
        TotalFailure = "totalFailure", "awaria całkowita (poza KSeF)", "total failure (outside KSeF)";
    }
}

impl InvoicingMode {
    /// Whether the invoice is declared to KSeF with `offlineMode: true`, and needs KOD II from an Offline certificate.
    #[must_use]
    pub const fn is_declared_offline(self) -> bool {
        matches!(self, Self::Offline24 | Self::Unavailability | Self::Failure)
    }

    /// How many QR codes its print carries: one online (with the KSeF number), two offline, none in a total failure
    /// (guide, `tryby-offline.md`, "Tryb awarii całkowitej").
    #[must_use]
    pub const fn codes_on_print(self) -> u8 {
        match self {
            Self::Online => 1,
            Self::Offline24 | Self::Unavailability | Self::Failure => 2,
            Self::TotalFailure => 0,
        }
    }
}

named_enum! {
    /// What keeps KSeF from working, by announcement.
    pub enum OutageKind {
        /// Announced works.
        Unavailability = "unavailability", "niedostępność KSeF", "KSeF unavailable";
        /// A failure, announced in BIP and by Latarnia.
        Failure = "failure", "awaria KSeF", "failure of KSeF";
        /// A total failure, announced by the media.
        TotalFailure = "totalFailure", "awaria całkowita KSeF", "total failure of KSeF";
    }
}

impl OutageKind {
    /// The mode in which invoices are issued while it lasts.
    #[must_use]
    pub const fn mode(self) -> InvoicingMode {
        match self {
            Self::Unavailability => InvoicingMode::Unavailability,
            Self::Failure => InvoicingMode::Failure,
            Self::TotalFailure => InvoicingMode::TotalFailure,
        }
    }
}

/// An announced outage. Latarnia's fields decide, not the times in its texts (lat#24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outage {
    /// What it is.
    pub kind: OutageKind,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; `None` while it lasts or while no end was announced. An end before the start counts as the start.
    pub ended: Option<Timestamp>,
}

impl Outage {
    /// Whether it lasts at an instant.
    #[must_use]
    pub fn lasts_at(&self, instant: Timestamp) -> bool {
        self.started <= instant && self.ended.is_none_or(|ended| instant < ended)
    }

    /// Its end, never before its start.
    fn end(&self) -> Option<Timestamp> {
        self.ended.map(|ended| ended.max(self.started))
    }
}
