//! The history of a sales invoice: what happened, what about, and why.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};

use crate::sales::{reason_from, state_from};
use crate::store::timestamp;
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
    /// What the event is about: a session, a reference, a number.
    pub detail: Option<String>,
    /// Why, when the event has a reason.
    pub reason: Option<Reason>,
}

/// What can happen to a sales invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It was taken in.
    TakenIn,
    /// It is being sent; the detail is the session.
    SendingStarted,
    /// KSeF took it; the detail is its reference.
    Accepted,
    /// It is certainly not in KSeF.
    Returned,
    /// KSeF refused it.
    Rejected,
    /// It was numbered; the detail is the number.
    Numbered,
    /// The number of an earlier sending was taken over; the detail is the number.
    Adopted,
    /// KSeF has another document; the detail is its number.
    Collided,
    /// The UPO was verified and stored.
    UpoVerified,
    /// It was read back and is equal.
    Stored,
    /// It does not move.
    Delayed,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 11] = [
        Self::TakenIn,
        Self::SendingStarted,
        Self::Accepted,
        Self::Returned,
        Self::Rejected,
        Self::Numbered,
        Self::Adopted,
        Self::Collided,
        Self::UpoVerified,
        Self::Stored,
        Self::Delayed,
    ];

    /// The name in the database and in REST.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TakenIn => "takenIn",
            Self::SendingStarted => "sendingStarted",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Rejected => "rejected",
            Self::Numbered => "numbered",
            Self::Adopted => "adopted",
            Self::Collided => "collided",
            Self::UpoVerified => "upoVerified",
            Self::Stored => "stored",
            Self::Delayed => "delayed",
        }
    }
}

/// An event on its way into the history.
pub(crate) struct Happening<'a> {
    pub(crate) event: Event,
    pub(crate) detail: Option<String>,
    pub(crate) reason: Option<&'a Reason>,
}

impl<'a> Happening<'a> {
    pub(crate) fn plain(event: Event) -> Self {
        Self { event, detail: None, reason: None }
    }

    pub(crate) fn about(event: Event, detail: &impl ToString) -> Self {
        Self { event, detail: Some(detail.to_string()), reason: None }
    }

    pub(crate) fn because(event: Event, reason: &'a Reason) -> Self {
        Self { event, detail: None, reason: Some(reason) }
    }
}

impl Store {
    /// What happened to an invoice, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn history(&self, id: SaleId) -> Result<Vec<HistoryEntry>, StoreError> {
        let rows = sqlx::query("SELECT * FROM sale_history WHERE sale_id = ? ORDER BY position")
            .bind(id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::database("reading a history"))?;
        rows.iter().map(history_entry_from).collect()
    }
}

pub(crate) async fn write_history(
    transaction: &mut Transaction<'_, Sqlite>,
    id: SaleId,
    state: SaleState,
    happening: &Happening<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sale_history (sale_id, at, state, event, detail, reason_code, reason) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(now.as_millisecond())
    .bind(state.as_str())
    .bind(happening.event.as_str())
    .bind(happening.detail.as_deref())
    .bind(happening.reason.map(|reason| reason.code.as_str()))
    .bind(happening.reason.map(|reason| reason.text.as_str()))
    .execute(&mut **transaction)
    .await
    .map(drop)
    .map_err(StoreError::database("writing a history"))
}

fn history_entry_from(row: &SqliteRow) -> Result<HistoryEntry, StoreError> {
    let event: String = row.get("event");
    Ok(HistoryEntry {
        at: timestamp(row.get("at"))?,
        state: state_from(row.get("state"))?,
        event: Event::ALL
            .into_iter()
            .find(|known| known.as_str() == event)
            .ok_or(StoreError::Corrupt { what: "an event", found: event })?,
        detail: row.get("detail"),
        reason: reason_from(row),
    })
}
