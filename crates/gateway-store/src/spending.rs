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

impl Store {
    /// Writes what this process spends; only where nodes share the database.
    #[must_use]
    pub fn spending(&self) -> Option<SpendingWriter> {
        self.spending.clone()
    }
}

/// Longer than any window of KSeF's.
const KEPT: SignedDuration = SignedDuration::from_hours(3);
