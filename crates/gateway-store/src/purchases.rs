//! Purchase invoices: what others sent to a company.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, Nip, Sha256Hash};

use crate::db::{Row, values};
use crate::sale::{Page, page_of};
use crate::{Store, StoreError, StoreWriter};

/// A purchase invoice as KSeF gave it.
#[derive(Debug, Clone)]
pub struct NewPurchase<'a> {
    /// Who received it.
    pub company: &'a ContextIdentifier,
    /// KSeF's number.
    pub ksef_number: &'a KsefNumber,
    /// The seller's own number.
    pub invoice_number: &'a str,
    /// The seller.
    pub seller_nip: Nip,
    /// The seller's name.
    pub seller_name: Option<&'a str>,
    /// Date of issue.
    pub issue_date: Date,
    /// Gross amount as a decimal with a point.
    pub gross: &'a str,
    /// Currency.
    pub currency: &'a str,
    /// SHA-256 of the bytes.
    pub sha256: &'a Sha256Hash,
    /// When KSeF stored it for good.
    pub permanent_storage_date: Timestamp,
    /// The bytes, kept as they are.
    pub content: &'a [u8],
}

/// A purchase invoice as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// Its place in the order of receipt: the cursor of lists.
    pub position: i64,
    /// KSeF's number.
    pub ksef_number: KsefNumber,
    /// The seller's own number.
    pub invoice_number: String,
    /// The seller.
    pub seller_nip: Nip,
    /// The seller's name.
    pub seller_name: Option<String>,
    /// Date of issue.
    pub issue_date: Date,
    /// Gross amount.
    pub gross: String,
    /// Currency.
    pub currency: String,
    /// SHA-256 of the bytes.
    pub sha256: Sha256Hash,
    /// When KSeF stored it for good.
    pub permanent_storage_date: Timestamp,
    /// When it was received here.
    pub received_at: Timestamp,
}

impl StoreWriter {
    /// Writes a purchase down; one that is here already stays as it is. Returns whether it was new.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn purchase_received(&self, new: &NewPurchase<'_>, now: Timestamp) -> Result<bool, StoreError> {
        const DOING: &str = "writing a purchase down";
        let mut tx = self.db.begin(DOING).await?;
        let written = tx
            .execute(
                DOING,
                "INSERT INTO purchases (company, ksef_number, invoice_number, seller_nip, seller_name, issue_date, gross, \
                 currency, sha256, permanent_storage_date, received_at, content) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (company, ksef_number) DO NOTHING",
                values![
                    new.company.as_str(),
                    new.ksef_number.as_str(),
                    new.invoice_number,
                    new.seller_nip.as_str(),
                    new.seller_name,
                    &new.issue_date.to_string(),
                    new.gross,
                    new.currency,
                    new.sha256.as_str(),
                    new.permanent_storage_date,
                    now,
                    new.content,
                ],
            )
            .await?;
        tx.commit(DOING).await?;
        Ok(written == 1)
    }

    /// Moves the cursor, never back.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn set_purchases_read_up_to(
        &self,
        company: &ContextIdentifier,
        read_up_to: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "moving a cursor";
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(
            DOING,
            "INSERT INTO purchase_cursors (company, read_up_to) VALUES ($1, $2) ON CONFLICT (company) DO UPDATE \
             SET read_up_to = excluded.read_up_to WHERE excluded.read_up_to > purchase_cursors.read_up_to",
            values![company.as_str(), read_up_to],
        )
        .await?;
        tx.commit(DOING).await
    }
}

impl Store {
    /// Whether a purchase is here already.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn has_purchase(
        &self,
        company: &ContextIdentifier,
        number: &KsefNumber,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT 1 AS one FROM purchases WHERE company = $1 AND ksef_number = $2";
        let values = values![company.as_str(), number.as_str()];
        Ok(self.db.row("looking for a purchase", SQL, values).await?.is_some())
    }

    /// A company's purchases after a position, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchases(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Page<Purchase>, StoreError> {
        let sql = format!("{SELECT} WHERE company = $1 AND position > $2 ORDER BY position LIMIT $3");
        let values = values![company.as_str(), after, i64::from(limit) + 1];
        let rows = self.db.rows("listing purchases", sql, values).await?;
        let items = rows.iter().map(purchase_from).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, limit, |purchase| purchase.position))
    }

    /// A company's newest purchases, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn newest_purchases(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError> {
        let sql = format!("{SELECT} WHERE company = $1 ORDER BY position DESC LIMIT $2");
        let values = values![company.as_str(), i64::from(limit)];
        let rows = self.db.rows("listing purchases", sql, values).await?;
        rows.iter().map(purchase_from).collect()
    }

    /// A purchase's bytes and the hash written down with them.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_document(
        &self,
        company: &ContextIdentifier,
        number: &KsefNumber,
    ) -> Result<Option<(Vec<u8>, Sha256Hash)>, StoreError> {
        const SQL: &str = "SELECT content, sha256 FROM purchases WHERE company = $1 AND ksef_number = $2";
        let row = self.db.row("reading a purchase", SQL, values![company.as_str(), number.as_str()]).await?;
        row.map(|row| Ok((row.bytes("content")?, row.parsed("sha256")?))).transpose()
    }

    /// How far a company's purchases were read.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchases_read_up_to(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT read_up_to FROM purchase_cursors WHERE company = $1";
        let row = self.db.row("reading a cursor", SQL, values![company.as_str()]).await?;
        row.map(|row| row.timestamp("read_up_to")).transpose()
    }
}

fn purchase_from(row: &Row) -> Result<Purchase, StoreError> {
    Ok(Purchase {
        position: row.int("position")?,
        ksef_number: row.parsed("ksef_number")?,
        invoice_number: row.text("invoice_number")?,
        seller_nip: row.parsed("seller_nip")?,
        seller_name: row.maybe_text("seller_name")?,
        issue_date: row.parsed("issue_date")?,
        gross: row.text("gross")?,
        currency: row.text("currency")?,
        sha256: row.parsed("sha256")?,
        permanent_storage_date: row.timestamp("permanent_storage_date")?,
        received_at: row.timestamp("received_at")?,
    })
}

/// Every column but the bytes, which lists do not show.
const SELECT: &str = "SELECT position, ksef_number, invoice_number, seller_nip, seller_name, issue_date, gross, currency, \
                      sha256, permanent_storage_date, received_at FROM purchases";
