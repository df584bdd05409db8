//! Purchase invoices: what others sent to a company.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, Nip, Sha256Hash};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::sales::{Page, page_of};
use crate::store::{parsed, timestamp};
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
    /// [`StoreError::Database`].
    pub async fn purchase_received(&self, new: &NewPurchase<'_>, now: Timestamp) -> Result<bool, StoreError> {
        sqlx::query(
            "INSERT INTO purchases (company, ksef_number, invoice_number, seller_nip, seller_name, issue_date, gross, \
             currency, sha256, permanent_storage_date, received_at, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (company, ksef_number) DO NOTHING",
        )
        .bind(new.company.as_str())
        .bind(new.ksef_number.as_str())
        .bind(new.invoice_number)
        .bind(new.seller_nip.as_str())
        .bind(new.seller_name)
        .bind(new.issue_date.to_string())
        .bind(new.gross)
        .bind(new.currency)
        .bind(new.sha256.as_str())
        .bind(new.permanent_storage_date.as_millisecond())
        .bind(now.as_millisecond())
        .bind(new.content)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(StoreError::database("writing a purchase down"))
    }

    /// Moves the cursor, never back.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn set_purchases_read_up_to(
        &self,
        company: &ContextIdentifier,
        read_up_to: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO purchase_cursors (company, read_up_to) VALUES (?, ?) \
             ON CONFLICT (company) DO UPDATE SET read_up_to = max(read_up_to, excluded.read_up_to)",
        )
        .bind(company.as_str())
        .bind(read_up_to.as_millisecond())
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(StoreError::database("moving a cursor"))
    }
}

impl Store {
    /// Whether a purchase is here already.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn has_purchase(
        &self,
        company: &ContextIdentifier,
        number: &KsefNumber,
    ) -> Result<bool, StoreError> {
        sqlx::query("SELECT 1 FROM purchases WHERE company = ? AND ksef_number = ?")
            .bind(company.as_str())
            .bind(number.as_str())
            .fetch_optional(&self.readers)
            .await
            .map(|row| row.is_some())
            .map_err(StoreError::database("looking for a purchase"))
    }

    /// A company's purchases after a position, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn purchases(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Page<Purchase>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM purchases WHERE company = ? AND position > ? ORDER BY position LIMIT ?",
        )
        .bind(company.as_str())
        .bind(after)
        .bind(i64::from(limit) + 1)
        .fetch_all(&self.readers)
        .await
        .map_err(StoreError::database("listing purchases"))?;
        let items = rows.iter().map(purchase_from).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, limit, |purchase| purchase.position))
    }

    /// A company's newest purchases, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn newest_purchases(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError> {
        let rows = sqlx::query("SELECT * FROM purchases WHERE company = ? ORDER BY position DESC LIMIT ?")
            .bind(company.as_str())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::database("listing purchases"))?;
        rows.iter().map(purchase_from).collect()
    }

    /// A purchase's bytes and the hash written down with them.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn purchase_document(
        &self,
        company: &ContextIdentifier,
        number: &KsefNumber,
    ) -> Result<Option<(Vec<u8>, Sha256Hash)>, StoreError> {
        let row = sqlx::query("SELECT content, sha256 FROM purchases WHERE company = ? AND ksef_number = ?")
            .bind(company.as_str())
            .bind(number.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::database("reading a purchase"))?;
        row.map(|row| Ok((row.get("content"), parsed("a hash", row.get("sha256"))?))).transpose()
    }

    /// How far a company's purchases were read.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn purchases_read_up_to(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<i64> =
            sqlx::query_scalar("SELECT read_up_to FROM purchase_cursors WHERE company = ?")
                .bind(company.as_str())
                .fetch_optional(&self.readers)
                .await
                .map_err(StoreError::database("reading a cursor"))?;
        row.map(timestamp).transpose()
    }
}

fn purchase_from(row: &SqliteRow) -> Result<Purchase, StoreError> {
    Ok(Purchase {
        position: row.get("position"),
        ksef_number: parsed("a KSeF number", row.get("ksef_number"))?,
        invoice_number: row.get("invoice_number"),
        seller_nip: parsed("a NIP", row.get("seller_nip"))?,
        seller_name: row.get("seller_name"),
        issue_date: parsed("a date", row.get("issue_date"))?,
        gross: row.get("gross"),
        currency: row.get("currency"),
        sha256: parsed("a hash", row.get("sha256"))?,
        permanent_storage_date: timestamp(row.get("permanent_storage_date"))?,
        received_at: timestamp(row.get("received_at"))?,
    })
}
