//! What was ticked off before a company works with KSeF; for companies that are not connected yet, too.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::{Row, values};
use crate::{Store, StoreError, StoreWriter};

/// How far a company is prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preparation {
    /// Which company.
    pub company: ContextIdentifier,
    /// For which environment: `test`, `demo`, `prd`.
    pub environment: String,
    /// Which kind of firm it is, by its stable name.
    pub kind: String,
    /// What is done, by stable names.
    pub done: Vec<String>,
    /// Who said so last.
    pub actor: String,
    /// When that was, to the millisecond.
    pub changed_at: Timestamp,
}

impl StoreWriter {
    /// Keeps how far a company is prepared. Of companies that are not connected only the 200 changed last are kept.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn put_preparation(&self, new: &Preparation) -> Result<(), StoreError> {
        let done = new.done.join(",");
        let mut tx = self.db.begin(DOING).await?;
        let sql = "INSERT INTO preparations (company, environment, kind, done, actor, changed_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (company) DO UPDATE SET \
                   environment = excluded.environment, kind = excluded.kind, done = excluded.done, \
                   actor = excluded.actor, changed_at = excluded.changed_at";
        let values =
            values![new.company.as_str(), &new.environment, &new.kind, &done, &new.actor, new.changed_at];
        tx.execute(DOING, sql, values).await?;
        let sql = "DELETE FROM preparations WHERE company NOT IN (SELECT context FROM companies) \
                   AND company NOT IN (SELECT company FROM preparations \
                   WHERE company NOT IN (SELECT context FROM companies) \
                   ORDER BY changed_at DESC, company LIMIT $1)";
        tx.execute(DOING, sql, values![UNCONNECTED_MAX]).await?;
        tx.commit(DOING).await
    }
}

impl Store {
    /// How far a company is prepared, if anybody ever said so.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn preparation(&self, company: &ContextIdentifier) -> Result<Option<Preparation>, StoreError> {
        const SQL: &str = "SELECT * FROM preparations WHERE company = $1";
        let row = self.db.row(READING, SQL, values![company.as_str()]).await?;
        row.map(|row| preparation_from(&row)).transpose()
    }

    /// Companies that are being prepared and not connected yet, the last changed first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unconnected_preparations(&self, limit: u32) -> Result<Vec<Preparation>, StoreError> {
        const SQL: &str = "SELECT * FROM preparations WHERE company NOT IN (SELECT context FROM companies) \
                           ORDER BY changed_at DESC, company LIMIT $1";
        let rows = self.db.rows(READING, SQL, values![i64::from(limit)]).await?;
        rows.iter().map(preparation_from).collect()
    }
}

fn preparation_from(row: &Row) -> Result<Preparation, StoreError> {
    let done = row.text("done")?;
    Ok(Preparation {
        company: row.parsed("company")?,
        environment: row.text("environment")?,
        kind: row.text("kind")?,
        done: done.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        actor: row.text("actor")?,
        changed_at: row.timestamp("changed_at")?,
    })
}

const UNCONNECTED_MAX: i64 = 200;
const DOING: &str = "keeping how far a company is prepared";
const READING: &str = "reading how far companies are prepared";
