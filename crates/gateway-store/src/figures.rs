//! Figures for whoever watches the gateway: what is unfinished, how old it is, what work waits.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::desk::{BY_OPEN, OPEN};
use crate::{PurchaseView, SaleState, Store, StoreError, WorkKind};

/// Unfinished sales of one company in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedFigure {
    /// Whose.
    pub company: ContextIdentifier,
    /// Where they stand.
    pub state: SaleState,
    /// How many.
    pub count: i64,
    /// When the oldest of them was taken in.
    pub oldest: Timestamp,
    /// The first of their last days, where they were issued offline.
    pub first_due: Option<Date>,
}

/// Work of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkFigure {
    /// Whose.
    pub company: ContextIdentifier,
    /// Which.
    pub kind: WorkKind,
    /// When it is or was due.
    pub due_at: Timestamp,
    /// Whether somebody is at it.
    pub is_held: bool,
}

impl Store {
    /// What is not done, by company and state.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unfinished_figures(&self) -> Result<Vec<UnfinishedFigure>, StoreError> {
        let by_open = if self.db.is_postgres() { "" } else { BY_OPEN };
        let sql = format!(
            "SELECT company, state, COUNT(*) AS number, MIN(created_at) AS oldest, MIN(due_on) AS due_on \
             FROM sales{by_open} WHERE {OPEN} GROUP BY company, state ORDER BY company, state"
        );
        let rows = self.db.rows(DOING, sql, &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(UnfinishedFigure {
                    company: row.parsed("company")?,
                    state: row.parsed("state")?,
                    count: row.int("number")?,
                    oldest: row.timestamp("oldest")?,
                    first_due: row.maybe_parsed("due_on")?,
                })
            })
            .collect()
    }

    /// How many sales of each company are not done, by state: for lists of many companies, out of an index alone.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unfinished_by_company(
        &self,
    ) -> Result<Vec<(ContextIdentifier, SaleState, i64)>, StoreError> {
        let by_open = if self.db.is_postgres() { "" } else { BY_OPEN };
        let sql = format!(
            "SELECT company, state, COUNT(*) AS number FROM sales{by_open} WHERE {OPEN} GROUP BY company, state"
        );
        let rows = self.db.rows(DOING, sql, &[]).await?;
        rows.iter()
            .map(|row| Ok((row.parsed("company")?, row.parsed("state")?, row.int("number")?)))
            .collect()
    }

    /// How many invoices issued since a day KSeF refused while nothing stands for them yet, no technical correction and no later
    /// document of the same number, by company. Those with a last day are unfinished and not among them.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn refused_counts(&self, since: Date) -> Result<Vec<(ContextIdentifier, i64)>, StoreError> {
        let by_refused = if self.db.is_postgres() { "" } else { " INDEXED BY sales_refused" };
        let sql = format!(
            "SELECT company, COUNT(*) AS number FROM sales AS refused{by_refused} WHERE {REFUSED} AND issue_date >= $1 \
             AND NOT EXISTS (SELECT 1 FROM sales AS later WHERE later.company = refused.company \
             AND later.invoice_number = refused.invoice_number AND later.position > refused.position) GROUP BY company"
        );
        let rows = self.db.rows(DOING, sql, values![&since.to_string()]).await?;
        rows.iter().map(|row| Ok((row.parsed("company")?, row.int("number")?))).collect()
    }

    /// What work there is, and since when it is due.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn work_figures(&self, now: Timestamp) -> Result<Vec<WorkFigure>, StoreError> {
        const SQL: &str = "SELECT company, kind, due_at, CASE WHEN holder IS NOT NULL AND lease_until >= $1 THEN 1 ELSE 0 \
             END AS is_held FROM work ORDER BY company, kind";
        let rows = self.db.rows(DOING, SQL, values![now]).await?;
        rows.iter()
            .map(|row| {
                Ok(WorkFigure {
                    company: row.parsed("company")?,
                    kind: row.parsed("kind")?,
                    due_at: row.timestamp("due_at")?,
                    is_held: row.small("is_held")? != 0,
                })
            })
            .collect()
    }

    /// How many sales of a company were issued on each day between two, which both count; days without any are left out.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sales_by_day(
        &self,
        company: &ContextIdentifier,
        from: Date,
        to: Date,
    ) -> Result<Vec<(Date, i64)>, StoreError> {
        const SQL: &str = "SELECT issue_date AS day, COUNT(*) AS number FROM sales \
             WHERE company = $1 AND issue_date >= $2 AND issue_date <= $3 GROUP BY issue_date ORDER BY issue_date";
        self.by_day(SQL, company, from, to).await
    }

    /// The same of purchases.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchases_by_day(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        from: Date,
        to: Date,
    ) -> Result<Vec<(Date, i64)>, StoreError> {
        let sql = format!(
            "SELECT issue_date AS day, COUNT(*) AS number FROM purchases \
             WHERE company = $1 AND is_sale = 0 AND issue_date >= $2 AND issue_date <= $3{} \
             GROUP BY issue_date ORDER BY issue_date",
            view.condition("position")
        );
        self.by_day(sql, company, from, to).await
    }

    async fn by_day(
        &self,
        sql: impl Into<String>,
        company: &ContextIdentifier,
        from: Date,
        to: Date,
    ) -> Result<Vec<(Date, i64)>, StoreError> {
        let (from, to) = (from.to_string(), to.to_string());
        let rows = self.db.rows(DOING, sql.into(), values![company.as_str(), &from, &to]).await?;
        rows.iter().map(|row| Ok((row.parsed("day")?, row.int("number")?))).collect()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.db.row(DOING, "SELECT context FROM companies LIMIT 1", &[]).await.map(drop)
    }
}

/// Refused, and nothing stands for it: word for word the condition of the index `sales_refused`.
const REFUSED: &str = "state IN ('rejected', 'numberCollision') AND due_on IS NULL AND technical_of IS NULL";
const DOING: &str = "reading figures";
