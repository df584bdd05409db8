//! The planner: what the worker of a company does next, so that documents leave soon, limits are used up and never hit.
//!
//! Source: guide, `limity-api.md` ("Wysyłka faktur - limity"), `sesja-wsadowa.md`, `sesja-interaktywna.md`; field notes A3, B7,
//! B8; features M54, M55, B11. The worker asks, does what it is told, and asks again: a plan is one step and holds for the
//! moment only. Everything that KSeF limits is a number given by the caller.

mod decide;
mod lane;

use jiff::{SignedDuration, Timestamp};

use crate::calendar::WARSAW;
use crate::policy::UpoMode;
use crate::words::{Sentence, named_enum};

pub use decide::plan;
pub use lane::{Lane, Waiting};

/// What is left of one group of KSeF's rate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Requests that may be sent at once.
    pub now: u32,
    /// Requests left of the last sixty minutes'; `None` where the hour has no limit.
    pub of_the_hour: Option<u32>,
    /// When the next one may be sent; looked at only when `now` is 0.
    pub next_at: Timestamp,
}

/// What is left of the groups that sending needs. Each open also needs a close: where these share a group (before API 2.8),
/// count one open as two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Invoices in online sessions (production: 10 a second, 30 a minute, 180 an hour).
    pub invoices: Left,
    /// Openings of online sessions (10, 30, 120).
    pub online_opens: Left,
    /// Openings of batch sessions (10, 20, 60).
    pub batch_opens: Left,
}

/// The online session that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSession {
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How many invoices were sent in it.
    pub sent: u32,
}

/// KSeF's limits of sessions and packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Most invoices in an online session.
    pub online_invoices_max: u32,
    /// Most invoices in a batch.
    pub batch_invoices_max: u32,
    /// Largest package of a batch before encryption, in bytes: the parts it may have times the size of a part.
    pub package_bytes_max: u64,
}

impl SessionLimits {
    /// Production: 10,000 invoices, 5,000,000,000 bytes (guide, `limity.md` and `sesja-wsadowa.md`; field note B7).
    #[must_use]
    pub const fn production() -> Self {
        Self { online_invoices_max: 10_000, batch_invoices_max: 10_000, package_bytes_max: 5_000_000_000 }
    }
}

/// What a company may set, and what advice needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanSettings {
    /// How long one online session is used; 2 hours by default, at most 11 (KSeF ends it after 12).
    pub session_age_max: SignedDuration,
    /// From so many waiting documents on a batch is better than single ones, in automatic mode; 30 by default, what an online
    /// session takes in a minute.
    pub batch_from: u32,
    /// A batch that is not full gathers documents at least so long; 1 minute by default.
    pub gather_min: SignedDuration,
    /// And at most so long; 15 minutes by default.
    pub gather_max: SignedDuration,
    /// For an opening that is possible within this time one rather waits than shares a session; 1 minute by default.
    pub short_wait: SignedDuration,
    /// So long before its end a term is urgent; 15 minutes by default.
    pub urgent_before: SignedDuration,
}

impl Default for PlanSettings {
    fn default() -> Self {
        Self {
            session_age_max: SignedDuration::from_hours(2),
            batch_from: 30,
            gather_min: SignedDuration::from_mins(1),
            gather_max: SignedDuration::from_mins(15),
            short_wait: SignedDuration::from_mins(1),
            urgent_before: SignedDuration::from_mins(15),
        }
    }
}

/// All that a plan depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// What waits and may be sent.
    pub waiting: Waiting,
    /// How soon UPOs are wanted.
    pub upo: UpoMode,
    /// The company's online session that is open, if one is.
    pub session: Option<OpenSession>,
    /// What is left of the limits.
    pub budget: Budget,
    /// Sizes.
    pub limits: SessionLimits,
    /// Settings.
    pub settings: PlanSettings,
    /// What time it is.
    pub now: Timestamp,
}

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Send documents in the session that is open: first those that must go online, then the others.
    Online {
        /// So many, at least 1.
        at_most: u32,
        /// Immediate UPOs are wanted, and yet the session is shared.
        sharing: Option<Sharing>,
    },
    /// Open an online session; one invoice at least can be sent in it at once.
    OpenOnline,
    /// Pack documents and send them as a batch: first those that must go by batch.
    Batch {
        /// So many, at least 1.
        at_most: u32,
        /// And of so many bytes of plain XML in all; what does not fit waits for the next one.
        bytes_max: u64,
        /// Take only those that must go by batch, and leave the others to online sessions.
        only_batch_only: bool,
        /// Why a batch, in the words of [`BatchReason::words`].
        because: BatchReason,
    },
    /// Close the session.
    CloseSession {
        /// Why.
        because: CloseReason,
    },
    /// Do nothing for now, and ask again when something was added to what waits, or
    Wait {
        /// at this time; `None` when only something new can bring work. Always later than `now`.
        until: Option<Timestamp>,
        /// Why.
        because: WaitReason,
    },
}

/// A session that is shared although UPOs are wanted at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sharing {
    /// When a session can be opened again.
    pub until: Timestamp,
}

impl Sharing {
    /// What people are told.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let until = self.until.to_zoned(WARSAW.clone()).strftime("%H:%M").to_string();
        Sentence {
            pl: format!(
                "Limit otwarć sesji w tej godzinie jest wyczerpany: do {until} dokumenty mają wspólną sesję."
            ),
            en: format!(
                "This hour's limit of session openings is used up: documents share a session until {until}."
            ),
        }
    }
}

named_enum! {
    /// Why documents go by batch.
    pub enum BatchReason {
        /// They have attachments, which are taken in batches only (field note B7).
        MustGoByBatch = "mustGoByBatch", "Dokumenty z załącznikami przyjmuje tylko sesja wsadowa.",
            "Documents with attachments are taken in batch sessions only.";
        /// There are more than online sessions should or could take.
        Load = "load", "Dokumentów jest więcej, niż zmieszczą sesje interaktywne.",
            "There are more documents than online sessions can take.";
        /// They would be late otherwise.
        Urgency = "urgency", "Pojedynczo dokumenty nie zdążyłyby przed terminem lub północą.",
            "One by one the documents would miss their term or midnight.";
    }
}

named_enum! {
    /// Why a session is closed.
    pub enum CloseReason {
        /// Each document has a session of its own.
        OneDocument = "oneDocument", "Każdy dokument ma własną sesję, aby UPO było od razu.",
            "Each document has its own session, so that its UPO comes at once.";
        /// It has been used for as long as it may.
        Age = "age", "Sesja osiągnęła ustawiony wiek.", "The session has reached its set age.";
        /// It has as many invoices as it may have.
        Full = "full", "Sesja jest pełna.", "The session is full.";
        /// Nothing waits, and the limits allow to open another when something does.
        NothingWaits = "nothingWaits", "Nic nie czeka, więc zbiorcze UPO może powstać.",
            "Nothing waits, so the session's UPO can be made.";
    }
}

named_enum! {
    /// Why nothing is done now.
    pub enum WaitReason {
        /// There is nothing to send.
        NothingWaits = "nothingWaits", "Nic nie czeka na wysyłkę.", "Nothing waits to be sent.";
        /// The limit of invoices in online sessions.
        InvoicesUsedUp = "invoicesUsedUp", "Limit faktur w sesjach interaktywnych jest na razie wyczerpany.",
            "The limit of invoices in online sessions is used up for now.";
        /// The limit of openings of online sessions.
        OnlineOpensUsedUp = "onlineOpensUsedUp", "Limit otwarć sesji interaktywnych jest na razie wyczerpany.",
            "The limit of openings of online sessions is used up for now.";
        /// The limit of openings of batch sessions.
        BatchOpensUsedUp = "batchOpensUsedUp", "Limit otwarć sesji wsadowych jest na razie wyczerpany.",
            "The limit of openings of batch sessions is used up for now.";
        /// Documents are gathered for one batch.
        Gathering = "gathering", "Dokumenty zbierają się na jedną paczkę.", "Documents are gathered for one batch.";
    }
}
