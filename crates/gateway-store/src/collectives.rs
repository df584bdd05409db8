//! Collective identifiers: what was wanted, and what KSeF made.

use jiff::Timestamp;
use ksef_id::{CollectiveNumber, ContextIdentifier, KsefNumber, Sha256Hash};

use crate::db::values;
use crate::purchases::listed;
use crate::{PurchaseView, Store, StoreError, StoreWriter};

/// A collective identifier that was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collective {
    /// The identifier, once KSeF made it.
    pub number: Option<CollectiveNumber>,
    /// When it was first wanted.
    pub asked_at: Timestamp,
    /// It was not wanted before.
    pub is_new: bool,
}

/// A collective identifier that KSeF made, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeCollective {
    /// The identifier.
    pub number: CollectiveNumber,
    /// The KSeF numbers under it.
    pub invoices: Vec<String>,
    /// When it was wanted.
    pub asked_at: Timestamp,
}

impl Store {
    /// A company's collective identifiers that were made here, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn collectives(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        limit: u32,
    ) -> Result<Vec<MadeCollective>, StoreError> {
        const SQL: &str = "SELECT * FROM collective_identifiers WHERE company = $1 AND number IS NOT NULL \
                           ORDER BY position DESC LIMIT $2";
        let rows = self.db.rows(DOING, SQL, values![company.as_str(), i64::from(limit)]).await?;
        let mut made = Vec::with_capacity(rows.len());
        for row in rows {
            let one = MadeCollective {
                number: row.parsed("number")?,
                invoices: row.text("invoices")?.lines().map(str::to_owned).collect(),
                asked_at: row.timestamp("asked_at")?,
            };
            if view.is_everything() || self.see_all(company, view, &one.invoices).await? {
                made.push(one);
            }
        }
        Ok(made)
    }

    /// Whether all purchases of these numbers are seen.
    async fn see_all(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        numbers: &[String],
    ) -> Result<bool, StoreError> {
        // KSeF makes an identifier of at most 500 invoices; what cannot be read as a number is seen by nobody.
        let Ok(parsed) =
            numbers.iter().map(|number| KsefNumber::parse(number)).collect::<Result<Vec<_>, _>>()
        else {
            return Ok(false);
        };
        let sql = format!(
            "SELECT COUNT(*) AS number FROM purchases WHERE company = $1 AND ksef_number IN ({}){}",
            listed(&parsed),
            view.condition("position")
        );
        let row = self.db.row(DOING, sql, values![company.as_str()]).await?;
        let seen = row.map_or(Ok(0), |row| row.int("number"))?;
        Ok(usize::try_from(seen).is_ok_and(|seen| seen == parsed.len()))
    }
}

impl StoreWriter {
    /// Writes down that a collective identifier of these invoices is wanted; gives what is known of it already.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn want_collective(
        &self,
        company: &ContextIdentifier,
        key: &Sha256Hash,
        invoices: &str,
        now: Timestamp,
    ) -> Result<Collective, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "INSERT INTO collective_identifiers (company, invoices_key, invoices, asked_at) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let written = tx.execute(DOING, sql, values![company.as_str(), key.as_str(), invoices, now]).await?;
        let sql =
            "SELECT number, asked_at FROM collective_identifiers WHERE company = $1 AND invoices_key = $2";
        let row = tx.row(DOING, sql, values![company.as_str(), key.as_str()]).await?;
        let row = row.ok_or_else(|| StoreError::UnknownCompany { context: company.to_string() })?;
        let known = Collective {
            number: row.maybe_parsed("number")?,
            asked_at: row.timestamp("asked_at")?,
            is_new: written == 1,
        };
        tx.commit(DOING).await?;
        Ok(known)
    }

    /// KSeF made it.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn collective_made(
        &self,
        company: &ContextIdentifier,
        key: &Sha256Hash,
        number: &CollectiveNumber,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE collective_identifiers SET number = $1 WHERE company = $2 AND invoices_key = $3 \
                   AND number IS NULL";
        tx.execute(DOING, sql, values![number.as_str(), company.as_str(), key.as_str()]).await?;
        tx.commit(DOING).await
    }
}

const DOING: &str = "keeping a collective identifier";
