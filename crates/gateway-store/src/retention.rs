//! How long companies keep their documents, and what is held back from erasing.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use crate::db::{Row, Tx, values};
use crate::{Store, StoreError, StoreWriter};

/// How long a company keeps its documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Which company.
    pub company: ContextIdentifier,
    /// Full calendar years after the year of issue.
    pub years: i64,
    /// Whether anything is erased at all.
    pub is_on: bool,
    /// What was decided under another version is not done any more.
    pub version: i64,
}

/// What must not be erased: documents that fit all that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalHold {
    /// Our identifier.
    pub position: i64,
    /// A KSeF number, an invoice number, or the identifier of a document here.
    pub document: Option<String>,
    /// The NIP or other identifier of the seller or of the buyer.
    pub party: Option<String>,
    /// Issued on this day or later.
    pub from: Option<Date>,
    /// Issued on this day or before.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// Who.
    pub placed_by: String,
    /// Since when.
    pub placed_at: Timestamp,
    /// Who lifted it, and when.
    pub lifted: Option<(String, Timestamp)>,
}

/// A hold to be placed.
#[derive(Debug, Clone, Copy)]
pub struct NewLegalHold<'a> {
    /// A KSeF number, an invoice number, or the identifier of a document here.
    pub document: Option<&'a str>,
    /// The NIP or other identifier of the seller or of the buyer.
    pub party: Option<&'a str>,
    /// Issued on this day or later.
    pub from: Option<Date>,
    /// Issued on this day or before.
    pub until: Option<Date>,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub placed_by: &'a str,
}

impl StoreWriter {
    /// Keeps how long a company keeps its documents.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn set_retention(
        &self,
        company: &ContextIdentifier,
        years: i64,
        is_on: bool,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        change(&mut tx, company).await?;
        let sql = "UPDATE retention SET years = $1, is_on = $2 WHERE company = $3";
        tx.execute(DOING, sql, values![years, is_on, company.as_str()]).await?;
        tx.commit(DOING).await
    }

    /// Places a hold; what was decided before it is not erased any more. Returns its identifier.
    ///
    /// # Errors
    /// [`StoreError::TooManyHolds`]; [`StoreError::Database`] and its kin.
    pub async fn place_hold(
        &self,
        company: &ContextIdentifier,
        new: &NewLegalHold<'_>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        change(&mut tx, company).await?;
        let sql = "SELECT COUNT(*) AS number FROM legal_holds WHERE company = $1 AND lifted_at IS NULL";
        let others = tx.row(DOING, sql, values![company.as_str()]).await?;
        if others.map_or(Ok(0), |row| row.int("number"))? >= i64::from(HOLDS_MAX) {
            return Err(StoreError::TooManyHolds);
        }
        let sql = "INSERT INTO legal_holds (company, document, party, from_day, until_day, reason, placed_by, placed_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING position";
        let days = [new.from, new.until].map(|day| day.map(|day| day.to_string()));
        let values = values![
            company.as_str(),
            new.document,
            new.party,
            days[0].as_deref(),
            days[1].as_deref(),
            new.reason,
            new.placed_by,
            now
        ];
        let row = tx.row(DOING, sql, values).await?;
        let position = row.map_or(Ok(0), |row| row.int("position"))?;
        tx.commit(DOING).await?;
        Ok(position)
    }

    /// Lifts a hold; `false` when the company has none of this identifier, or it was lifted before.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn lift_hold(
        &self,
        company: &ContextIdentifier,
        position: i64,
        actor: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        change(&mut tx, company).await?;
        let sql = "UPDATE legal_holds SET lifted_by = $1, lifted_at = $2 \
                   WHERE company = $3 AND position = $4 AND lifted_at IS NULL";
        let is_there = tx.execute(DOING, sql, values![actor, now, company.as_str(), position]).await? == 1;
        if is_there {
            tx.commit(DOING).await?;
        }
        Ok(is_there)
    }
}

/// Holds the company's row, makes it where there is none, and counts the change.
async fn change(tx: &mut Tx, company: &ContextIdentifier) -> Result<(), StoreError> {
    let sql = "INSERT INTO retention (company, years, is_on, version) VALUES ($1, $2, 0, 1) \
               ON CONFLICT (company) DO UPDATE SET version = retention.version + 1";
    tx.execute(DOING, sql, values![company.as_str(), YEARS]).await.map(drop)
}

impl Store {
    /// How long a company keeps its documents; for one that never said so ten years, and nothing is erased.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn retention(&self, company: &ContextIdentifier) -> Result<Retention, StoreError> {
        const SQL: &str = "SELECT * FROM retention WHERE company = $1";
        let row = self.db.row(READING, SQL, values![company.as_str()]).await?;
        let unsaid = Retention { company: company.clone(), years: YEARS, is_on: false, version: 0 };
        row.map_or(Ok(unsaid), |row| retention_from(&row))
    }

    /// Of every company that has erasing switched on.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn retentions_on(&self) -> Result<Vec<Retention>, StoreError> {
        const SQL: &str = "SELECT * FROM retention WHERE is_on <> 0 ORDER BY company";
        self.db.rows(READING, SQL, &[]).await?.iter().map(retention_from).collect()
    }

    /// The holds that a company has now; all of them.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn active_holds(&self, company: &ContextIdentifier) -> Result<Vec<LegalHold>, StoreError> {
        const SQL: &str =
            "SELECT * FROM legal_holds WHERE company = $1 AND lifted_at IS NULL ORDER BY position";
        self.db.rows(READING, SQL, values![company.as_str()]).await?.iter().map(hold_from).collect()
    }

    /// The holds of a company, lifted ones too, after one, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn legal_holds(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LegalHold>, StoreError> {
        const SQL: &str =
            "SELECT * FROM legal_holds WHERE company = $1 AND position > $2 ORDER BY position LIMIT $3";
        let values = values![company.as_str(), after, i64::from(limit)];
        self.db.rows(READING, SQL, values).await?.iter().map(hold_from).collect()
    }

    /// A hold of a company.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn legal_hold(
        &self,
        company: &ContextIdentifier,
        position: i64,
    ) -> Result<Option<LegalHold>, StoreError> {
        const SQL: &str = "SELECT * FROM legal_holds WHERE company = $1 AND position = $2";
        let row = self.db.row(READING, SQL, values![company.as_str(), position]).await?;
        row.map(|row| hold_from(&row)).transpose()
    }
}

fn retention_from(row: &Row) -> Result<Retention, StoreError> {
    Ok(Retention {
        company: row.parsed("company")?,
        years: row.int("years")?,
        is_on: row.flag("is_on")?,
        version: row.int("version")?,
    })
}

fn hold_from(row: &Row) -> Result<LegalHold, StoreError> {
    let (lifted_by, lifted_at) = (row.maybe_text("lifted_by")?, row.maybe_timestamp("lifted_at")?);
    Ok(LegalHold {
        position: row.int("position")?,
        document: row.maybe_text("document")?,
        party: row.maybe_text("party")?,
        from: row.maybe_parsed("from_day")?,
        until: row.maybe_parsed("until_day")?,
        reason: row.text("reason")?,
        placed_by: row.text("placed_by")?,
        placed_at: row.timestamp("placed_at")?,
        lifted: lifted_by.zip(lifted_at),
    })
}

/// Until a company says otherwise; `gateway-rules` says why.
const YEARS: i64 = 10;
/// Of one company at a time: all of them are looked at for each document.
const HOLDS_MAX: u32 = 1_000;
const DOING: &str = "keeping what is kept how long";
const READING: &str = "reading what is kept how long";
