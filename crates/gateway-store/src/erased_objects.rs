//! Objects that nobody has any more: those of documents that were erased, and of invoices that were brought and not taken. They are
//! noted down in the write that makes them so and removed after it: a crash in between leaves an object that is removed later, and
//! never a document without its bytes.
//!
//! The same bytes may come again at any time, on any node. Whoever brings a document says so before it is brought
//! ([`StoreWriter::object_arrives`]), which puts a removal off that has not begun, and whoever removes an object begins it only when
//! nobody said so for longer than bringing takes ([`StoreWriter::begin_removal`]). By the machines' clocks: companies on simulators
//! have clocks of their own.

use jiff::{SignedDuration, Timestamp};
use ksef_id::Sha256Hash;

use crate::db::{Tx, values};
use crate::{Store, StoreError, StoreWriter};

/// An object whose document was erased, or was never taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedObject {
    /// `invoice`, `upo`, `sessionUpoPage` or `scan`.
    pub kind: String,
    /// Its hash.
    pub sha256: Sha256Hash,
}

impl Store {
    /// Objects to remove, at most `limit`: those that were noted, or whose removal was begun and not ended, before so long.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn erased_objects(
        &self,
        quiet_for: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ErasedObject>, StoreError> {
        let sql =
            format!("SELECT kind, sha256 FROM erased_objects WHERE {DUE} ORDER BY kind, sha256 LIMIT $2");
        let before = Timestamp::now() - quiet_for;
        let rows = self.db.rows(READING, sql, values![before, i64::from(limit)]).await?;
        rows.iter()
            .map(|row| Ok(ErasedObject { kind: row.text("kind")?, sha256: row.parsed("sha256")? }))
            .collect()
    }

    /// How many objects wait to be removed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn erased_object_count(&self) -> Result<u64, StoreError> {
        let row = self.db.row(READING, "SELECT COUNT(*) AS number FROM erased_objects", &[]).await?;
        row.map_or(Ok(0), |row| row.int("number").map(i64::unsigned_abs))
    }

    /// Which of these objects wait to be removed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn noted_objects<'h>(
        &self,
        kind: &str,
        hashes: &[&'h Sha256Hash],
    ) -> Result<Vec<&'h Sha256Hash>, StoreError> {
        // Mostly there is none, and thousands of documents come at once.
        if self.db.row(READING, "SELECT 1 AS one FROM erased_objects LIMIT 1", &[]).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut noted = Vec::new();
        for sha256 in hashes {
            if self.db.row(READING, NOTED, values![kind, sha256.as_str()]).await?.is_some() {
                noted.push(*sha256);
            }
        }
        Ok(noted)
    }
}

impl StoreWriter {
    /// Says that a document is about to be brought: for so long its object is not removed, as [`StoreWriter::begin_removal`] is
    /// told.
    ///
    /// # Errors
    /// [`StoreError::ObjectLeaving`] while it is being removed, by somebody who began that within so long: it must not be brought
    /// yet. [`StoreError::Database`] and its kin.
    pub async fn object_arrives(
        &self,
        kind: &str,
        sha256: &Sha256Hash,
        quiet_for: SignedDuration,
    ) -> Result<(), StoreError> {
        const PUT_OFF: &str = "UPDATE erased_objects SET noted_at = $3, going_since = NULL WHERE kind = $1 AND sha256 = $2 \
                               AND (going_since IS NULL OR going_since <= $4)";
        let mut tx = self.db.begin(DOING).await?;
        let now = Timestamp::now();
        let values = values![kind, sha256.as_str(), now, now - quiet_for];
        let is_put_off = tx.execute(DOING, PUT_OFF, values).await? > 0;
        let is_leaving = !is_put_off && tx.row(DOING, NOTED, values![kind, sha256.as_str()]).await?.is_some();
        tx.commit_untold(DOING).await?;
        if is_leaving { Err(StoreError::ObjectLeaving { sha256: sha256.clone() }) } else { Ok(()) }
    }

    /// Begins to remove an object. Returns `false` if it must stay: a document rests there, or is about to, or another node removes
    /// it.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn begin_removal(
        &self,
        object: &ErasedObject,
        quiet_for: SignedDuration,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let now = Timestamp::now();
        let (kind, sha256) = (object.kind.as_str(), object.sha256.as_str());
        let sql = format!(
            "SELECT 1 AS one FROM erased_objects WHERE {DUE} AND kind = $2 AND sha256 = $3{}",
            tx.for_update()
        );
        if tx.row(DOING, sql, values![now - quiet_for, kind, sha256]).await?.is_none() {
            return Ok(false);
        }
        // A statement of its own, so that it sees what was written while the row was waited for.
        let is_wanted = tx.row(DOING, WANTED, values![sha256]).await?.is_some();
        if is_wanted {
            tx.execute(DOING, FORGET, values![kind, sha256]).await?;
        } else {
            const GOING: &str = "UPDATE erased_objects SET going_since = $3 WHERE kind = $1 AND sha256 = $2";
            tx.execute(DOING, GOING, values![kind, sha256, now]).await?;
        }
        tx.commit_untold(DOING).await?;
        Ok(!is_wanted)
    }

    /// The object store refused to remove an object: it is there, and waits again.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn removal_refused(&self, object: &ErasedObject) -> Result<(), StoreError> {
        const STAYS: &str =
            "UPDATE erased_objects SET noted_at = $3, going_since = NULL WHERE kind = $1 AND sha256 = $2";
        let mut tx = self.db.begin(DOING).await?;
        let values = values![&object.kind, object.sha256.as_str(), Timestamp::now()];
        tx.execute(DOING, STAYS, values).await?;
        tx.commit_untold(DOING).await
    }

    /// An object is removed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn object_removed(&self, object: &ErasedObject) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(DOING, FORGET, values![&object.kind, object.sha256.as_str()]).await?;
        tx.commit_untold(DOING).await
    }
}

/// Notes that nobody has an object any more.
pub(crate) async fn note_object(tx: &mut Tx, kind: &str, sha256: &str) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO erased_objects (kind, sha256, noted_at) VALUES ($1, $2, $3) \
                       ON CONFLICT (kind, sha256) DO UPDATE SET noted_at = excluded.noted_at";
    tx.execute(DOING, SQL, values![kind, sha256, Timestamp::now()]).await.map(drop)
}

/// Notes the object of an invoice that was brought and not taken, unless a document rests there.
pub(crate) async fn note_unwanted_object(tx: &mut Tx, sha256: &Sha256Hash) -> Result<(), StoreError> {
    if tx.row(DOING, WANTED, values![sha256.as_str()]).await?.is_none() {
        note_object(tx, "invoice", sha256.as_str()).await?;
    }
    Ok(())
}

const DUE: &str = "((going_since IS NULL AND noted_at <= $1) OR going_since <= $1)";
const NOTED: &str = "SELECT 1 AS one FROM erased_objects WHERE kind = $1 AND sha256 = $2";
const FORGET: &str = "DELETE FROM erased_objects WHERE kind = $1 AND sha256 = $2";
/// Whether any document rests in the object store under a hash: the same invoice may be one company's sale and another's purchase.
const WANTED: &str = "SELECT 1 AS one FROM sale_documents WHERE sha256 = $1 AND is_external <> 0 \
    UNION ALL SELECT 1 FROM purchase_documents WHERE sha256 = $1 AND is_external <> 0 \
    UNION ALL SELECT 1 FROM former_upos WHERE sha256 = $1 AND is_external <> 0 \
    UNION ALL SELECT 1 FROM session_upos WHERE sha256 = $1 AND is_external <> 0 LIMIT 1";
const DOING: &str = "removing objects";
const READING: &str = "reading what objects are to be removed";
