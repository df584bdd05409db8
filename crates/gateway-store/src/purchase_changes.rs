//! The changes of a company's purchases as a stream that nobody can miss a part of, and who has read how far.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::{Tx, values};
use crate::purchase_state::PurchaseEvent;
use crate::purchases::purchases_from;
use crate::sale::page_of;
use crate::{Page, Purchase, PurchaseView, Store, StoreError, StoreWriter};

/// A program that reads the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseReader {
    /// Its name.
    pub name: String,
    /// The last change that it says it has.
    pub acknowledged: i64,
    /// When it said so.
    pub at: Timestamp,
}

impl Store {
    /// What changed after a change, each purchase once with its last one, at most `limit`. What changes again moves to the
    /// end, so a reader that goes on from the last one it saw misses nothing, whatever happens meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_changes(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        after: i64,
        limit: u32,
    ) -> Result<Page<Purchase>, StoreError> {
        let sql = format!(
            "SELECT * FROM purchases WHERE company = $1 AND changed > $2{} ORDER BY changed LIMIT $3",
            view.condition("position")
        );
        let values = values![company.as_str(), after, i64::from(limit) + 1];
        let items = purchases_from(&self.db.rows("reading changes", sql, values).await?)?;
        Ok(page_of(items, limit, |purchase| purchase.changed))
    }

    /// The number of the last change of a company's purchases, 0 before the first: as long as it stands, nothing changed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn last_purchase_change(&self, company: &ContextIdentifier) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT purchase_changes FROM companies WHERE context = $1";
        let row = self.db.row("reading changes", SQL, values![company.as_str()]).await?;
        row.map_or(Ok(0), |row| row.int("purchase_changes"))
    }

    /// The programs that read a company's changes, by name.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_readers(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Vec<PurchaseReader>, StoreError> {
        const SQL: &str = "SELECT * FROM purchase_readers WHERE company = $1 ORDER BY name";
        let rows = self.db.rows("listing readers", SQL, values![company.as_str()]).await?;
        rows.iter()
            .map(|row| {
                Ok(PurchaseReader {
                    name: row.text("name")?,
                    acknowledged: row.int("acknowledged")?,
                    at: row.timestamp("at")?,
                })
            })
            .collect()
    }
}

impl StoreWriter {
    /// A program says that it has everything up to a change; never less than it said before, never more than there is.
    /// Returns what is written down now.
    ///
    /// # Errors
    /// [`StoreError::TooManyReaders`]; [`StoreError::Database`] and its kin.
    pub async fn acknowledge_purchases(
        &self,
        company: &ContextIdentifier,
        reader: &str,
        up_to: i64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        const DOING: &str = "acknowledging";
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT COUNT(*) AS number FROM purchase_readers WHERE company = $1 AND name <> $2";
        let others = tx.row(DOING, sql, values![company.as_str(), reader]).await?;
        if others.map_or(Ok(0), |row| row.int("number"))? >= READERS_MAX {
            return Err(StoreError::TooManyReaders);
        }
        let sql = "INSERT INTO purchase_readers (company, name, acknowledged, at) \
                   SELECT $1, $2, CASE WHEN $3 < purchase_changes THEN $3 ELSE purchase_changes END, $4 \
                   FROM companies WHERE context = $1 \
                   ON CONFLICT (company, name) DO UPDATE SET at = excluded.at, acknowledged = \
                   CASE WHEN excluded.acknowledged > purchase_readers.acknowledged THEN excluded.acknowledged \
                   ELSE purchase_readers.acknowledged END RETURNING acknowledged";
        let row = tx.row(DOING, sql, values![company.as_str(), reader, up_to, now]).await?;
        let row = row.ok_or_else(|| StoreError::UnknownCompany { context: company.to_string() })?;
        let acknowledged = row.int("acknowledged")?;
        tx.commit(DOING).await?;
        Ok(acknowledged)
    }
}

/// Takes the next numbers of changes; returns the last one. Whoever comes next waits for this transaction's end.
pub(crate) async fn next_changes(
    tx: &mut Tx,
    company: &ContextIdentifier,
    count: usize,
) -> Result<i64, StoreError> {
    let sql = "UPDATE companies SET purchase_changes = purchase_changes + $1 WHERE context = $2 \
               RETURNING purchase_changes";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let row = tx.row("numbering changes", sql, values![count, company.as_str()]).await?;
    row.ok_or_else(|| StoreError::UnknownCompany { context: company.to_string() })?.int("purchase_changes")
}

/// Adds a line to a purchase's history.
pub(crate) async fn note_event(
    tx: &mut Tx,
    position: i64,
    actor: &str,
    event: PurchaseEvent,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO purchase_history (purchase, at, actor, event, detail) VALUES ($1, $2, $3, $4, $5)";
    let values = values![position, now, actor, event.as_str(), detail];
    tx.execute("writing history", sql, values).await.map(drop)
}

/// Programs that read one company's changes.
const READERS_MAX: i64 = 100;
