//! How far a company's purchases were read, role by role; packages that KSeF makes meanwhile; whether it is read at all.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, ReferenceNumber};

use crate::db::values;
use crate::{Fence, PurchaseRole, Store, StoreError, StoreWriter, WorkKind};

/// Whether and since when a company's purchases are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivingSettings {
    /// Whether they are read by themselves.
    pub is_on: bool,
    /// The first day that is read; `None` for the usual 90 days.
    pub since: Option<Date>,
    /// When somebody last asked for a look at once.
    pub asked_at: Option<Timestamp>,
}

/// How far one role was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The role.
    pub role: PurchaseRole,
    /// Where reading began.
    pub begun_from: Timestamp,
    /// Everything stored in KSeF before this moment is here.
    pub read_up_to: Timestamp,
    /// More is there than was read.
    pub is_behind: bool,
    /// When it was last looked at to the end.
    pub looked_at: Option<Timestamp>,
    /// Packages that failed one after another.
    pub failures: i64,
    /// Why the last look stopped.
    pub trouble: Option<String>,
}

/// A package that KSeF makes.
#[derive(Clone, PartialEq, Eq)]
pub struct PurchaseExport {
    /// The export.
    pub reference: ReferenceNumber,
    /// The role asked for.
    pub role: PurchaseRole,
    /// Key (32 bytes) and vector (16 bytes) of its parts.
    pub key: Vec<u8>,
    /// Where its range begins.
    pub from: Timestamp,
    /// Where it ends; `None` for now.
    pub until: Option<Timestamp>,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

impl std::fmt::Debug for PurchaseExport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PurchaseExport")
            .field("reference", &self.reference)
            .field("role", &self.role)
            .finish()
    }
}

impl Store {
    /// Whether and since when a company's purchases are read.
    ///
    /// # Errors
    /// [`StoreError::UnknownCompany`], [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn receiving_settings(
        &self,
        company: &ContextIdentifier,
    ) -> Result<ReceivingSettings, StoreError> {
        const SQL: &str =
            "SELECT is_receiving_on, receive_since, receive_asked_at FROM companies WHERE context = $1";
        let row = self.db.row("reading settings", SQL, values![company.as_str()]).await?;
        let row = row.ok_or_else(|| StoreError::UnknownCompany { context: company.to_string() })?;
        Ok(ReceivingSettings {
            is_on: row.flag("is_receiving_on")?,
            since: row.maybe_parsed("receive_since")?,
            asked_at: row.maybe_timestamp("receive_asked_at")?,
        })
    }

    /// How far each role was read that was ever begun.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn readings(&self, company: &ContextIdentifier) -> Result<Vec<Reading>, StoreError> {
        const SQL: &str = "SELECT * FROM purchase_readings WHERE company = $1 ORDER BY role";
        let rows = self.db.rows("reading cursors", SQL, values![company.as_str()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Reading {
                    role: row.parsed("role")?,
                    begun_from: row.timestamp("begun_from")?,
                    read_up_to: row.timestamp("read_up_to")?,
                    is_behind: row.flag("is_behind")?,
                    looked_at: row.maybe_timestamp("looked_at")?,
                    failures: row.int("failures")?,
                    trouble: row.maybe_text("trouble")?,
                })
            })
            .collect()
    }

    /// The packages that KSeF makes for a company, in the order of what they hold.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_exports(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Vec<PurchaseExport>, StoreError> {
        const SQL: &str =
            "SELECT * FROM purchase_exports WHERE company = $1 ORDER BY role, from_at, asked_at";
        let rows = self.db.rows("reading exports", SQL, values![company.as_str()]).await?;
        rows.iter()
            .map(|row| {
                Ok(PurchaseExport {
                    reference: row.parsed("reference")?,
                    role: row.parsed("role")?,
                    key: row.bytes("key")?,
                    from: row.timestamp("from_at")?,
                    until: row.maybe_timestamp("until_at")?,
                    asked_at: row.timestamp("asked_at")?,
                })
            })
            .collect()
    }
}

impl StoreWriter {
    /// Changes whether and since when a company's purchases are read. An earlier first day has every role read again from
    /// there; what is here stays and comes only once.
    ///
    /// # Errors
    /// [`StoreError::UnknownCompany`], [`StoreError::Database`] and its kin.
    pub async fn set_receiving(
        &self,
        company: &ContextIdentifier,
        is_on: bool,
        since: Option<(Date, Timestamp)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "changing settings";
        let mut tx = self.db.begin(DOING).await?;
        let day = since.map(|(day, _)| day.to_string());
        let sql = "UPDATE companies SET is_receiving_on = $1, receive_since = $2 WHERE context = $3";
        if tx.execute(DOING, sql, values![is_on, day.as_deref(), company.as_str()]).await? == 0 {
            return Err(StoreError::UnknownCompany { context: company.to_string() });
        }
        if let Some((_, moment)) = since {
            let sql = "UPDATE purchase_readings SET begun_from = $1, read_up_to = $1, is_behind = 0, looked_at = NULL \
                       WHERE company = $2 AND begun_from > $1";
            tx.execute(DOING, sql, values![moment, company.as_str()]).await?;
        }
        crate::work::wake(&mut tx, company.as_str(), WorkKind::Purchases, now).await?;
        tx.commit(DOING).await
    }

    /// Somebody wants a company's purchases looked for now; rings for it. `at` is the company's time, `now` the machine's.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn ask_for_purchases(
        &self,
        company: &ContextIdentifier,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "asking for purchases";
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE companies SET receive_asked_at = $1 WHERE context = $2";
        tx.execute(DOING, sql, values![at, company.as_str()]).await?;
        crate::work::wake(&mut tx, company.as_str(), WorkKind::Purchases, now).await?;
        tx.commit(DOING).await
    }

    /// Has a role read again from a moment on, when it was read further; packages under way are forgotten.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::Database`] and its kin.
    pub async fn read_again(
        &self,
        fence: &Fence,
        role: PurchaseRole,
        from: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "moving a cursor back";
        let mut tx = self.db.begin(DOING).await?;
        fence.hold(&mut tx).await?;
        let values = values![from, fence.company.as_str(), role.as_str()];
        let sql = "UPDATE purchase_readings SET read_up_to = $1, is_behind = 1, begun_from = \
                   CASE WHEN begun_from < $1 THEN begun_from ELSE $1 END \
                   WHERE company = $2 AND role = $3 AND read_up_to > $1";
        tx.execute(DOING, sql, values).await?;
        let sql = "DELETE FROM purchase_exports WHERE company = $1 AND role = $2";
        tx.execute(DOING, sql, values![fence.company.as_str(), role.as_str()]).await?;
        tx.commit(DOING).await
    }

    /// Notes a package that KSeF makes, before anything else is done with it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::Database`] and its kin.
    pub async fn keep_purchase_export(
        &self,
        fence: &Fence,
        export: &PurchaseExport,
    ) -> Result<(), StoreError> {
        const DOING: &str = "keeping an export";
        let mut tx = self.db.begin(DOING).await?;
        fence.hold(&mut tx).await?;
        let sql = "INSERT INTO purchase_exports (reference, company, role, key, from_at, until_at, asked_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
        let values = values![
            export.reference.as_str(),
            fence.company.as_str(),
            export.role.as_str(),
            &export.key[..],
            export.from,
            export.until,
            export.asked_at,
        ];
        tx.execute(DOING, sql, values).await?;
        tx.commit(DOING).await
    }

    /// Sets how far a role was read, and forgets packages that are done with. What was set by an earlier first day
    /// meanwhile stays: the cursor only moves from where the reader found it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::Database`] and its kin.
    pub async fn set_reading(
        &self,
        fence: &Fence,
        found: Option<Timestamp>,
        reading: &Reading,
        done_with: &[ReferenceNumber],
    ) -> Result<(), StoreError> {
        const DOING: &str = "moving a cursor";
        let mut tx = self.db.begin(DOING).await?;
        fence.hold(&mut tx).await?;
        let company = fence.company.as_str();
        let sql = "INSERT INTO purchase_readings (company, role, begun_from, read_up_to, is_behind, looked_at, failures, \
                   trouble) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (company, role) DO UPDATE \
                   SET read_up_to = excluded.read_up_to, is_behind = excluded.is_behind, \
                   looked_at = excluded.looked_at, failures = excluded.failures, trouble = excluded.trouble \
                   WHERE purchase_readings.read_up_to = $9";
        let values = values![
            company,
            reading.role.as_str(),
            reading.begun_from,
            reading.read_up_to,
            reading.is_behind,
            reading.looked_at,
            reading.failures,
            reading.trouble.as_deref(),
            found,
        ];
        tx.execute(DOING, sql, values).await?;
        for reference in done_with {
            let sql = "DELETE FROM purchase_exports WHERE reference = $1 AND company = $2";
            tx.execute(DOING, sql, values![reference.as_str(), company]).await?;
        }
        tx.commit(DOING).await
    }
}
