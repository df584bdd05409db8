//! The history of a sales invoice: what happened, what about, who did it, why, and what KSeF said.

use jiff::Timestamp;

use crate::db::{Row, Tx, values};
use crate::sale::reason_from;
use crate::{Reason, SaleId, SaleState, Store, StoreError};

/// One line of an invoice's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// The state it came to.
    pub state: SaleState,
    /// What happened.
    pub event: Event,
    /// Who did it: `bramka` itself, `rest`, `folder`, a person.
    pub actor: String,
    /// What the event is about: a session, a reference, a number.
    pub detail: Option<String>,
    /// Why, when the event has a reason.
    pub reason: Option<Reason>,
    /// KSeF's answer that led to it, as JSON.
    pub evidence: Option<String>,
}

/// Defines the events: variant and name.
macro_rules! events {
    ($( $(#[$meta:meta])* $variant:ident = $name:literal; )+) => {
        /// What can happen to a sales invoice.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Event { $( $(#[$meta])* $variant, )+ }

        impl Event {
            /// Every event.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The name in the database and in REST.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }
        }
    };
}

events! {
    /// It was taken in; the detail is the sale whose bytes it sends once more, if it does.
    TakenIn = "takenIn";
    /// It was found to have no errors.
    Validated = "validated";
    /// It was found to have errors.
    FoundInvalid = "foundInvalid";
    /// A person approved it: it is frozen.
    Approved = "approved";
    /// It is to be sent.
    Released = "released";
    /// It waits for a person again.
    Held = "held";
    /// A person took it back before it was sent.
    Withdrawn = "withdrawn";
    /// It was issued offline; the detail is the mode.
    OfflineIssued = "offlineIssued";
    /// It is being sent; the detail is the session.
    SendingStarted = "sendingStarted";
    /// KSeF took it; the detail is its reference.
    Accepted = "accepted";
    /// It is certainly not in KSeF.
    SentBack = "returned";
    /// KSeF refused it.
    Rejected = "rejected";
    /// It was numbered; the detail is the number.
    Numbered = "numbered";
    /// The number of an earlier sending was taken over; the detail is the number.
    Adopted = "adopted";
    /// KSeF has another document; the detail is its number.
    Collided = "collided";
    /// The UPO was verified and stored.
    UpoVerified = "upoVerified";
    /// It was read back and is equal.
    Stored = "stored";
    /// It does not move.
    Delayed = "delayed";
    /// The sending policy was changed; the detail is the new one.
    PolicyChanged = "policyChanged";
    /// The last day for sending changed; the detail is the new one.
    DeadlineChanged = "deadlineChanged";
    /// Its bytes are sent once more; the detail is the sale that does.
    SentAgain = "sentAgain";
}

impl std::str::FromStr for Event {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|event| event.as_str() == name).ok_or(())
    }
}

/// An event on its way into the history.
pub(crate) struct Happening<'a> {
    pub(crate) event: Event,
    pub(crate) actor: &'a str,
    pub(crate) detail: Option<String>,
    pub(crate) reason: Option<&'a Reason>,
    pub(crate) evidence: Option<&'a str>,
}

impl Happening<'_> {
    pub(crate) fn plain(event: Event) -> Self {
        Self { event, actor: ITSELF, detail: None, reason: None, evidence: None }
    }
}

impl Store {
    /// What happened to an invoice, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn history(&self, id: SaleId) -> Result<Vec<HistoryEntry>, StoreError> {
        const SQL: &str = "SELECT * FROM sale_history WHERE sale_id = $1 ORDER BY position";
        let rows = self.db.rows("reading a history", SQL, values![&id.to_string()]).await?;
        rows.iter().map(history_entry_from).collect()
    }
}

pub(crate) async fn write_history(
    tx: &mut Tx,
    id: SaleId,
    state: SaleState,
    happening: &Happening<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "writing a history",
        "INSERT INTO sale_history (sale_id, at, state, event, actor, detail, reason_code, reason, evidence) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            &id.to_string(),
            now,
            state.as_str(),
            happening.event.as_str(),
            happening.actor,
            happening.detail.as_deref(),
            happening.reason.map(|reason| reason.code.as_str()),
            happening.reason.map(|reason| reason.text.as_str()),
            happening.evidence,
        ],
    )
    .await
    .map(drop)
}

fn history_entry_from(row: &Row) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        at: row.timestamp("at")?,
        state: row.parsed("state")?,
        event: row.parsed("event")?,
        actor: row.text("actor")?,
        detail: row.maybe_text("detail")?,
        reason: reason_from(row)?,
        evidence: row.maybe_text("evidence")?,
    })
}

/// The actor of what nobody asked for in particular.
pub const ITSELF: &str = "bramka";
