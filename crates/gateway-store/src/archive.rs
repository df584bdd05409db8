//! Reading all that is kept, for whoever checks it or takes it out of here.

use ksef_id::{ContextIdentifier, ReferenceNumber};

use crate::db::{Db, values};
use crate::purchases::purchases_from;
use crate::sale::page_of;
use crate::{KeptDocument, Page, Purchase, Store, StoreError};

impl Store {
    /// A page of a session's UPO, which speaks of many invoices. Comparing it with its hash is the caller's duty.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn session_upo_page(
        &self,
        session: &ReferenceNumber,
        page: i64,
    ) -> Result<Option<KeptDocument>, StoreError> {
        const SQL: &str =
            "SELECT content, sha256, is_external FROM session_upos WHERE session = $1 AND page = $2";
        let row = self.db.row(DOING, SQL, values![session.as_str(), page]).await?;
        row.map(|row| {
            let content = if row.flag("is_external")? { None } else { Some(row.bytes("content")?) };
            Ok(KeptDocument { content, sha256: row.parsed("sha256")?, is_session_page: true })
        })
        .transpose()
    }

    /// Everything in a company's register of purchases after a position, also the sales that stand there, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn register_entries(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Page<Purchase>, StoreError> {
        const SQL: &str =
            "SELECT * FROM purchases WHERE company = $1 AND position > $2 ORDER BY position LIMIT $3";
        let values = values![company.as_str(), after, i64::from(limit) + 1];
        let items = purchases_from(&self.db.rows(DOING, SQL, values).await?)?;
        Ok(page_of(items, limit, |purchase| purchase.position))
    }

    /// How many documents there are of sales and purchases together, for whoever wants to tell how far it is.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn archive_size(&self) -> Result<u64, StoreError> {
        const SQL: &str = "SELECT (SELECT COUNT(*) FROM sales) + (SELECT COUNT(*) FROM purchases) AS number";
        let row = self.db.row(DOING, SQL, &[]).await?;
        row.map_or(Ok(0), |row| row.int("number").map(i64::unsigned_abs))
    }

    /// Whether the file of the database is whole in itself. Gives what SQLite finds wrong, at most a hundred lines; nothing for
    /// PostgreSQL, whose server looks after its files.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn damage(&self) -> Result<Vec<String>, StoreError> {
        if let Db::Postgres(_) = self.db {
            return Ok(Vec::new());
        }
        let rows = self.db.rows(DOING, "PRAGMA quick_check(100)", &[]).await?;
        let lines: Vec<String> = rows.iter().map(|row| row.text("quick_check")).collect::<Result<_, _>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }
}

const DOING: &str = "reading the archive";
