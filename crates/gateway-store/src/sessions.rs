//! Sessions: which ones are not settled yet, and the UPO that speaks of all of a session.

use jiff::Timestamp;
use ksef_id::{ContextIdentifier, ReferenceNumber, Sha256Hash};

use crate::db::{Tx, values};
use crate::work::Fence;
use crate::{Store, StoreError, StoreWriter};

/// How a session takes invoices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// One by one.
    Online,
    /// As one package.
    Batch,
}

impl SessionKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Batch => "batch",
        }
    }
}

impl std::str::FromStr for SessionKind {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Online, Self::Batch].into_iter().find(|kind| kind.as_str() == name).ok_or(())
    }
}

/// A session that was opened and of which it is not yet written down what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsettledSession {
    /// Its reference number.
    pub reference: ReferenceNumber,
    /// How it takes invoices.
    pub kind: SessionKind,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl StoreWriter {
    /// Writes down that KSeF opened an online session.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::Database`] and its kin.
    pub async fn session_opened(
        &self,
        fence: &Fence,
        session: &ReferenceNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        fence.hold(&mut tx).await?;
        write_session(&mut tx, &fence.company, session, SessionKind::Online, now).await?;
        tx.commit(DOING).await
    }

    /// Writes down that a session takes nothing more and that what it took is known.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::Database`] and its kin.
    pub async fn session_settled(
        &self,
        fence: &Fence,
        session: &ReferenceNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        fence.hold(&mut tx).await?;
        tx.execute(
            DOING,
            "UPDATE sessions SET closed_at = $1 WHERE reference = $2 AND closed_at IS NULL",
            values![now, session.as_str()],
        )
        .await?;
        tx.commit(DOING).await
    }

    /// Keeps a page of a session's UPO; one that is kept already stays.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn keep_session_upo(
        &self,
        session: &ReferenceNumber,
        page: i64,
        sha256: &Sha256Hash,
        content: &[u8],
        is_external: bool,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let content = if is_external { &[] } else { content };
        tx.execute(
            DOING,
            "INSERT INTO session_upos (session, page, sha256, content, is_external) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
            values![session.as_str(), page, sha256.as_str(), content, is_external],
        )
        .await?;
        tx.commit(DOING).await
    }
}

impl Store {
    /// A company's unsettled sessions, oldest first, at most 100.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unsettled_sessions(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Vec<UnsettledSession>, StoreError> {
        const SQL: &str = "SELECT reference, kind, opened_at FROM sessions WHERE company = $1 AND closed_at IS NULL \
                           ORDER BY opened_at LIMIT 100";
        let rows = self.db.rows("listing sessions", SQL, values![company.as_str()]).await?;
        rows.iter()
            .map(|row| {
                Ok(UnsettledSession {
                    reference: row.parsed("reference")?,
                    kind: row.parsed("kind")?,
                    opened_at: row.timestamp("opened_at")?,
                })
            })
            .collect()
    }
}

pub(crate) async fn write_session(
    tx: &mut Tx,
    company: &ContextIdentifier,
    session: &ReferenceNumber,
    kind: SessionKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        DOING,
        "INSERT INTO sessions (reference, company, kind, opened_at) VALUES ($1, $2, $3, $4)",
        values![session.as_str(), company.as_str(), kind.as_str(), now],
    )
    .await
    .map(drop)
}

const DOING: &str = "writing a session down";
