//! Who works for which company: claims by lease, so that one node at a time calls KSeF for a company, and any node takes
//! over what another left.
//!
//! Leases and due times are counted by the clock of the machine, also for a company on a simulator.

use jiff::{SignedDuration, Timestamp};
use ksef_id::ContextIdentifier;

use crate::db::{Tx, values};
use crate::{Store, StoreError, StoreWriter};

/// What is worked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkKind {
    /// Sales invoices on their way to KSeF.
    Sales,
    /// Purchases on their way from KSeF.
    Purchases,
}

impl WorkKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Sales, Self::Purchases];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Purchases => "purchases",
        }
    }
}

impl std::str::FromStr for WorkKind {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(())
    }
}

/// A lease: the right to work for a company, until somebody claims it after it ran out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Whose work.
    pub company: ContextIdentifier,
    /// Which work.
    pub kind: WorkKind,
    /// Grows with every claim.
    pub epoch: i64,
    /// How often somebody had rung when it was claimed.
    wake: i64,
}

impl Fence {
    /// Fails unless the lease is still this one's; nobody can claim it before the transaction ends.
    pub(crate) async fn hold(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT 1 AS one FROM work WHERE company = $1 AND kind = $2 AND epoch = $3{}",
            tx.for_update()
        );
        let values = values![self.company.as_str(), self.kind.as_str(), self.epoch];
        match tx.row("holding a lease", sql, values).await? {
            Some(_) => Ok(()),
            None => Err(StoreError::LeaseLost { company: self.company.to_string() }),
        }
    }
}

impl StoreWriter {
    /// Claims work that is due and that nobody holds, the longest due first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn claim_work(
        &self,
        holder: &str,
        limit: u32,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Fence>, StoreError> {
        const DOING: &str = "claiming work";
        let mut tx = self.db.begin(DOING).await?;
        // All work of a company is one node's: its limits are counted together.
        let sql = format!(
            "SELECT company, kind, epoch, wake FROM work WHERE (due_at <= $1 OR due_at > $4) \
             AND (holder IS NULL OR lease_until < $1 OR lease_until > $4) \
             AND NOT EXISTS (SELECT 1 FROM work AS other WHERE other.company = work.company \
             AND other.holder <> $3 AND other.lease_until >= $1 AND other.lease_until <= $4) \
             ORDER BY due_at LIMIT $2{}",
            tx.for_update_skip_locked()
        );
        let far = now + AHEAD_MAX;
        let mut rows = tx.rows(DOING, sql, values![now, i64::from(limit), holder, far]).await?;
        if self.db.is_postgres() {
            // Another node may be claiming the company's other work at this moment: both would see nobody.
            let mut free = Vec::with_capacity(rows.len());
            for row in rows {
                const LOCK: &str = "SELECT CASE WHEN pg_try_advisory_xact_lock(hashtextextended($1, 0)) \
                                    THEN 1 ELSE 0 END AS got";
                // Asked after the lock is had, so that it sees what was written under it.
                const HELD: &str = "SELECT 1 AS one FROM work WHERE company = $1 AND holder <> $2 \
                                    AND lease_until >= $3 AND lease_until <= $4";
                let company = row.text("company")?;
                let got = tx.row(DOING, LOCK, values![&company]).await?;
                if got.is_some_and(|got| got.small("got").is_ok_and(|got| got == 1))
                    && tx.row(DOING, HELD, values![&company, holder, now, far]).await?.is_none()
                {
                    free.push(row);
                }
            }
            rows = free;
        }
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let fence = Fence {
                company: row.parsed("company")?,
                kind: row.parsed("kind")?,
                epoch: row.int("epoch")? + 1,
                wake: row.int("wake")?,
            };
            tx.execute(
                DOING,
                "UPDATE work SET holder = $1, lease_until = $2, epoch = $3 WHERE company = $4 AND kind = $5",
                values![holder, lease_until, fence.epoch, fence.company.as_str(), fence.kind.as_str()],
            )
            .await?;
            claimed.push(fence);
        }
        tx.commit(DOING).await?;
        Ok(claimed)
    }

    /// Gives back everything that is held under a name: by a process of this name that is gone.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn free_work(&self, holder: &str) -> Result<(), StoreError> {
        const DOING: &str = "giving work back";
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE work SET holder = NULL, lease_until = NULL, epoch = epoch + 1 WHERE holder = $1";
        tx.execute(DOING, sql, values![holder]).await?;
        tx.commit(DOING).await
    }

    /// Holds a lease for longer. `false` when another node has claimed it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn renew_lease(&self, fence: &Fence, lease_until: Timestamp) -> Result<bool, StoreError> {
        const DOING: &str = "renewing a lease";
        let mut tx = self.db.begin(DOING).await?;
        let renewed = tx
            .execute(
                DOING,
                "UPDATE work SET lease_until = $1 WHERE company = $2 AND kind = $3 AND epoch = $4",
                values![lease_until, fence.company.as_str(), fence.kind.as_str(), fence.epoch],
            )
            .await?;
        tx.commit(DOING).await?;
        Ok(renewed == 1)
    }

    /// Gives work back, due again at `next`; at once if somebody rang since it was claimed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn release_work(
        &self,
        fence: &Fence,
        next: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "giving work back";
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(
            DOING,
            "UPDATE work SET holder = NULL, lease_until = NULL, \
             due_at = CASE WHEN wake = $1 THEN $2 ELSE $3 END WHERE company = $4 AND kind = $5 AND epoch = $6",
            values![
                fence.wake,
                next,
                now,
                fence.company.as_str(),
                fence.kind.as_str(),
                fence.epoch
            ],
        )
        .await?;
        tx.commit(DOING).await
    }

    /// Makes a company's work due now.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn ring(
        &self,
        company: &ContextIdentifier,
        kind: WorkKind,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "ringing";
        let mut tx = self.db.begin(DOING).await?;
        wake(&mut tx, company.as_str(), kind, now).await?;
        tx.commit(DOING).await
    }
}

impl Store {
    /// When the next work that nobody holds is due, or the next lease ends.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = self
            .db
            .row(
                "looking for work",
                "SELECT MIN(CASE WHEN holder IS NULL THEN due_at ELSE lease_until END) AS due FROM work",
                &[],
            )
            .await?;
        row.map_or(Ok(None), |row| row.maybe_timestamp("due"))
    }

    /// Whether somebody rang for this work since it was claimed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn rang_since(&self, fence: &Fence) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT wake FROM work WHERE company = $1 AND kind = $2";
        let values = values![fence.company.as_str(), fence.kind.as_str()];
        let row = self.db.row("looking at the bell", SQL, values).await?;
        row.map_or(Ok(false), |row| Ok(row.int("wake")? != fence.wake))
    }
}

/// Makes work due now, whoever holds it.
pub(crate) async fn wake(
    tx: &mut Tx,
    company: &str,
    kind: WorkKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    // The machine's time is at least `now` of a simulator's clock only by chance; due in the past is due.
    let due = now.min(Timestamp::now());
    tx.execute(
        "ringing",
        "UPDATE work SET wake = wake + 1, due_at = CASE WHEN due_at < $1 THEN due_at ELSE $1 END \
         WHERE company = $2 AND kind = $3",
        values![due, company, kind.as_str()],
    )
    .await
    .map(drop)
}

/// Nothing is put off, or held, for as long as this: what is so far ahead was written by a clock that was set back since.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(24);
