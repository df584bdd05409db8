//! Online sessions: which ones are not settled yet.

use jiff::Timestamp;
use ksef_id::{ContextIdentifier, ReferenceNumber};

use crate::store::{parsed, timestamp};
use crate::{Store, StoreError, StoreWriter};

/// A session that was opened and of which it is not yet written down what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsettledSession {
    /// Its reference number.
    pub reference: ReferenceNumber,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl StoreWriter {
    /// Writes down that KSeF opened a session.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn session_opened(
        &self,
        company: &ContextIdentifier,
        session: &ReferenceNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO online_sessions (reference, company, opened_at) VALUES (?, ?, ?)")
            .bind(session.as_str())
            .bind(company.as_str())
            .bind(now.as_millisecond())
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(StoreError::database("writing a session down"))
    }

    /// Writes down that a session takes nothing more and that what it took is known.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn session_settled(&self, session: &ReferenceNumber, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE online_sessions SET closed_at = ? WHERE reference = ? AND closed_at IS NULL")
            .bind(now.as_millisecond())
            .bind(session.as_str())
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(StoreError::database("writing a session down"))
    }
}

impl Store {
    /// A company's unsettled sessions, oldest first, at most 100.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn unsettled_sessions(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Vec<UnsettledSession>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT reference, opened_at FROM online_sessions WHERE company = ? AND closed_at IS NULL \
             ORDER BY opened_at LIMIT 100",
        )
        .bind(company.as_str())
        .fetch_all(&self.readers)
        .await
        .map_err(StoreError::database("listing sessions"))?;
        rows.into_iter()
            .map(|(reference, opened_at)| {
                Ok(UnsettledSession {
                    reference: parsed("a reference number", reference)?,
                    opened_at: timestamp(opened_at)?,
                })
            })
            .collect()
    }
}
