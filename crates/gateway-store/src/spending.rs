//! What was spent of KSeF's limits, on a database that nodes share.

use jiff::{SignedDuration, Timestamp};
use ksef_id::ContextIdentifier;
use sqlx::postgres::PgPool;

use crate::db::{Db, values};
use crate::{Store, StoreError};

/// Writes what this process spends. A write is not waited for until it is on disk: it has to outlive the process, not the
/// server.
#[derive(Clone)]
pub struct SpendingWriter {
    pub(crate) pool: PgPool,
    /// This process, among all that ever wrote.
    pub(crate) life: String,
}

impl SpendingWriter {
    /// Writes down what is about to be spent.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn spent(&self, company: &ContextIdentifier, lines: &[String]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO limit_spending (company, life, at, line) \
                           SELECT $1, $2, $3, line FROM UNNEST($4::text[]) AS line";
        sqlx::query(SQL)
            .bind(company.as_str())
            .bind(&self.life)
            .bind(Timestamp::now().as_millisecond())
            .bind(lines)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(StoreError::database("keeping what was spent"))
    }

    /// What other processes have spent for a company in the last hours, by the clock of the machine; what is older is
    /// removed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn spent_elsewhere(&self, company: &ContextIdentifier) -> Result<Vec<String>, StoreError> {
        const OLD: &str = "DELETE FROM limit_spending WHERE company = $1 AND at < $2";
        const OTHERS: &str =
            "SELECT line FROM limit_spending WHERE company = $1 AND life <> $2 ORDER BY at DESC LIMIT 50000";
        let doing = "reading what was spent";
        let old = (Timestamp::now() - KEPT).as_millisecond();
        sqlx::query(OLD)
            .bind(company.as_str())
            .bind(old)
            .execute(&self.pool)
            .await
            .map_err(StoreError::database(doing))?;
        let db = Db::Postgres(self.pool.clone());
        let rows = db.rows(doing, OTHERS, values![company.as_str(), &self.life]).await?;
        rows.iter().map(|row| row.text("line")).collect()
    }
}

/// Who else works on the same database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherNodes {
    /// Nodes that gave a sign of life lately.
    pub count: u32,
    /// Whether a process of this node's own name was alive a moment ago.
    pub was_here: bool,
}

impl SpendingWriter {
    /// Gives a sign of life, and tells who else gave one in the last seconds, by the database's clock.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn alive(&self, node: &str) -> Result<OtherNodes, StoreError> {
        const SQL: &str = "WITH moment AS (SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now), \
             before AS (SELECT name, seen_at FROM nodes, moment WHERE seen_at > moment.now - $2), \
             sign AS (INSERT INTO nodes (name, seen_at) SELECT $1, moment.now FROM moment \
             ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at), \
             buried AS (DELETE FROM nodes USING moment WHERE name <> $1 AND seen_at < moment.now - $3) \
             SELECT COUNT(*) FILTER (WHERE name <> $1) AS others, COUNT(*) FILTER (WHERE name = $1) AS own FROM before";
        let (others, own): (i64, i64) = sqlx::query_as(SQL)
            .bind(node)
            .bind(DEAD_AFTER_MS)
            .bind(BURIED_AFTER_MS)
            .fetch_one(&self.pool)
            .await
            .map_err(StoreError::database("giving a sign of life"))?;
        Ok(OtherNodes { count: u32::try_from(others).unwrap_or(u32::MAX), was_here: own > 0 })
    }

    /// Tells the others that a node has stopped.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn gone(&self, node: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM nodes WHERE name = $1")
            .bind(node)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(StoreError::database("taking leave"))
    }
}

impl Store {
    /// Writes what this process spends; only where nodes share the database.
    #[must_use]
    pub fn spending(&self) -> Option<SpendingWriter> {
        self.spending.clone()
    }
}

/// Longer than any window of KSeF's.
const KEPT: SignedDuration = SignedDuration::from_hours(3);
/// Without a sign for so long a node does not work any more.
const DEAD_AFTER_MS: i64 = 5_000;
const BURIED_AFTER_MS: i64 = 3_600_000;
