//! Reconciliations: what was compared when, and what came of it; and what of the register they compare.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};

use crate::db::{Row, values};
use crate::listing::sales_from;
use crate::{Fence, PurchaseRole, Sale, Store, StoreError, StoreWriter, WorkKind};

/// A reconciliation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// Its identifier.
    pub position: i64,
    /// `asked`, `done` or `failed`.
    pub state: String,
    /// The first day that is compared.
    pub from_day: Date,
    /// The last one.
    pub until_day: Date,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What came of it, as JSON.
    pub report: Option<String>,
}

impl Store {
    /// A reconciliation of a company.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn reconciliation(
        &self,
        company: &ContextIdentifier,
        position: i64,
    ) -> Result<Option<Reconciliation>, StoreError> {
        const SQL: &str = "SELECT * FROM reconciliations WHERE company = $1 AND position = $2";
        let row = self.db.row(DOING, SQL, values![company.as_str(), position]).await?;
        row.map(|row| reconciliation_from(&row)).transpose()
    }

    /// A company's newest reconciliations, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn reconciliations(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<Reconciliation>, StoreError> {
        const SQL: &str = "SELECT * FROM reconciliations WHERE company = $1 ORDER BY position DESC LIMIT $2";
        let rows = self.db.rows(DOING, SQL, values![company.as_str(), i64::from(limit)]).await?;
        rows.iter().map(reconciliation_from).collect()
    }

    /// What of a role stands here that KSeF stored in a range, each with the hash it came with (`None` without a document).
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn stored_between(
        &self,
        company: &ContextIdentifier,
        role: PurchaseRole,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<HashMap<KsefNumber, Option<Sha256Hash>>, StoreError> {
        let sql = format!(
            "SELECT p.ksef_number, COALESCE(p.sha256, s.sha256) AS hash FROM purchases AS p LEFT JOIN sales AS s \
             ON s.id = p.sale_id WHERE p.company = $1 AND p.permanent_storage_date BETWEEN $2 AND $3 \
             AND p.ksef_number IS NOT NULL AND (p.roles & {}) <> 0",
            role.bit()
        );
        let rows = self.db.rows(DOING, sql, values![company.as_str(), from, until]).await?;
        rows.iter().map(|row| Ok((row.parsed("ksef_number")?, row.maybe_parsed("hash")?))).collect()
    }

    /// A company's sales with KSeF numbers that are of these days, or were taken in then, after a position, at most `limit`. An
    /// invoice may be taken in long before KSeF has it: it may wait for its release, or be issued offline.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn numbered_sales(
        &self,
        company: &ContextIdentifier,
        days: (Date, Date),
        taken: (Timestamp, Timestamp),
        after: i64,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE company = $1 AND position > $2 \
                           AND (substr(ksef_number, 12, 8) BETWEEN $3 AND $4 OR created_at BETWEEN $5 AND $6) \
                           AND state IN ('numbered', 'duplicateAdopted', 'upoVerified', 'stored') \
                           ORDER BY position LIMIT $7";
        let (from, until) = (days.0.strftime("%Y%m%d").to_string(), days.1.strftime("%Y%m%d").to_string());
        let values = values![company.as_str(), after, &from, &until, taken.0, taken.1, i64::from(limit)];
        sales_from(&self.db.rows(DOING, SQL, values).await?)
    }
}

impl StoreWriter {
    /// Asks for a reconciliation; rings for it. One that is asked for and not begun is the same one.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn ask_for_reconciliation(
        &self,
        company: &ContextIdentifier,
        days: (Date, Date),
        at: Timestamp,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let (from, until) = (days.0.to_string(), days.1.to_string());
        let sql = "SELECT position FROM reconciliations WHERE company = $1 AND state = 'asked' AND from_day = $2 \
                   AND until_day = $3";
        let values = values![company.as_str(), &from, &until];
        if let Some(row) = tx.row(DOING, sql, values).await? {
            return row.int("position");
        }
        let sql = "INSERT INTO reconciliations (company, state, from_day, until_day, asked_at) \
                   VALUES ($1, 'asked', $2, $3, $4) RETURNING position";
        let row = tx.row(DOING, sql, values![company.as_str(), &from, &until, at]).await?;
        let row = row.ok_or_else(|| StoreError::UnknownCompany { context: company.to_string() })?;
        let position = row.int("position")?;
        crate::work::wake(&mut tx, company.as_str(), WorkKind::Purchases, now).await?;
        tx.commit(DOING).await?;
        Ok(position)
    }

    /// Writes down what came of a reconciliation.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::Database`] and its kin.
    pub async fn end_reconciliation(
        &self,
        fence: &Fence,
        position: i64,
        is_done: bool,
        report: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        fence.hold(&mut tx).await?;
        let sql = "UPDATE reconciliations SET state = $1, report = $2, ended_at = $3 \
                   WHERE position = $4 AND company = $5";
        let state = if is_done { "done" } else { "failed" };
        tx.execute(DOING, sql, values![state, report, at, position, fence.company.as_str()]).await?;
        // The last ones are enough: a year of nights, and what people asked for.
        let sql = "DELETE FROM reconciliations WHERE company = $1 AND position <= \
                   (SELECT position FROM reconciliations WHERE company = $1 ORDER BY position DESC LIMIT 1 OFFSET 500)";
        tx.execute(DOING, sql, values![fence.company.as_str()]).await?;
        tx.commit(DOING).await
    }
}

fn reconciliation_from(row: &Row) -> Result<Reconciliation, StoreError> {
    Ok(Reconciliation {
        position: row.int("position")?,
        state: row.text("state")?,
        from_day: row.parsed("from_day")?,
        until_day: row.parsed("until_day")?,
        asked_at: row.timestamp("asked_at")?,
        ended_at: row.maybe_timestamp("ended_at")?,
        report: row.maybe_text("report")?,
    })
}

const DOING: &str = "reconciling";
