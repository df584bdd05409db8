//! Reading sales invoices: one, a page of them, what waits to be sent.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};

use crate::db::{Row, values};
use crate::sale::{Document, ONLINE, Page, page_of};
use crate::{Sale, SaleFilter, SaleId, SaleSort, SaleState, Store, StoreError};

/// What there is to send, in a nutshell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The form's name.
    pub form: String,
    /// KSeF takes them by batch only.
    pub is_batch_only: bool,
    /// They were issued offline.
    pub is_offline: bool,
    /// They correct another one technically, which is done online.
    pub is_technical: bool,
    /// How many.
    pub count: i64,
    /// Their length together.
    pub bytes: i64,
    /// When the oldest came.
    pub oldest: Timestamp,
    /// The first deadline among them.
    pub due_on: Option<Date>,
}

impl Store {
    /// One invoice of a company.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sale(&self, company: &ContextIdentifier, id: SaleId) -> Result<Option<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE company = $1 AND id = $2";
        let row = self.db.row(DOING, SQL, values![company.as_str(), &id.to_string()]).await?;
        row.map(|row| Sale::from_row(&row)).transpose()
    }

    /// A company's invoices after a position, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sales(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Page<Sale>, StoreError> {
        const SQL: &str =
            "SELECT * FROM sales WHERE company = $1 AND position > $2 ORDER BY position LIMIT $3";
        let values = values![company.as_str(), after, i64::from(limit) + 1];
        let items = sales_from(&self.db.rows(DOING, SQL, values).await?)?;
        Ok(page_of(items, limit, |sale| sale.position))
    }

    /// A company's newest invoices, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn newest_sales(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        self.sales_by(company, &SaleFilter::default(), SaleSort::Arrival, true, 0, limit).await
    }

    /// A company's invoices in one state, oldest first, at most `limit`, without those that are held: what a worker has
    /// to do.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sales_in(
        &self,
        company: &ContextIdentifier,
        state: SaleState,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE company = $1 AND state = $2 \
                           AND (held_until IS NULL OR held_until <= $3 OR held_until > $5) \
                           ORDER BY position LIMIT $4";
        let values = values![company.as_str(), state.as_str(), now, i64::from(limit), now + HELD_MAX];
        sales_from(&self.db.rows(DOING, SQL, values).await?)
    }

    /// The invoices of a session in one state, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sales_of_session(
        &self,
        session: &ReferenceNumber,
        state: SaleState,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE session = $1 AND state = $2 ORDER BY position LIMIT $3";
        let values = values![session.as_str(), state.as_str(), i64::from(limit)];
        sales_from(&self.db.rows(DOING, SQL, values).await?)
    }

    /// What a company has to send now, by what can travel together; of the first 20,000.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn waiting(
        &self,
        company: &ContextIdentifier,
        now: Timestamp,
    ) -> Result<Vec<Waiting>, StoreError> {
        let sql = format!(
            "SELECT form, is_batch_only, offline, technical, COUNT(*) AS number, \
             CAST(SUM(size_bytes) AS BIGINT) AS bytes, MIN(created_at) AS oldest, MIN(due_on) AS due_on FROM \
             (SELECT form, is_batch_only, CASE WHEN mode = '{ONLINE}' THEN 0 ELSE 1 END AS offline, \
             CASE WHEN technical_of IS NULL THEN 0 ELSE 1 END AS technical, size_bytes, created_at, due_on FROM sales \
             WHERE company = $1 AND state IN ('{}', '{}') \
             AND (held_until IS NULL OR held_until <= $2 OR held_until > $3) ORDER BY position LIMIT 20000) \
             AS first GROUP BY form, is_batch_only, offline, technical ORDER BY oldest",
            SaleState::Waiting,
            SaleState::OfflineIssued
        );
        let rows =
            self.db.rows("counting what waits", sql, values![company.as_str(), now, now + HELD_MAX]).await?;
        rows.iter()
            .map(|row| {
                Ok(Waiting {
                    form: row.text("form")?,
                    is_batch_only: row.flag("is_batch_only")?,
                    // Constants of a CASE are four bytes long in PostgreSQL.
                    is_offline: row.small("offline")? != 0,
                    is_technical: row.small("technical")? != 0,
                    count: row.int("number")?,
                    bytes: row.int("bytes")?,
                    oldest: row.timestamp("oldest")?,
                    due_on: row.maybe_parsed("due_on")?,
                })
            })
            .collect()
    }

    /// Invoices to send that can travel together, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn next_to_send(
        &self,
        company: &ContextIdentifier,
        of: &Waiting,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        let sql = format!(
            "SELECT * FROM sales WHERE company = $1 AND state IN ('{}', '{}') AND form = $2 AND is_batch_only = $3 \
             AND mode {} '{ONLINE}' AND technical_of IS {} \
             AND (held_until IS NULL OR held_until <= $4 OR held_until > $6) \
             ORDER BY position LIMIT $5",
            SaleState::Waiting,
            SaleState::OfflineIssued,
            if of.is_offline { "<>" } else { "=" },
            if of.is_technical { "NOT NULL" } else { "NULL" },
        );
        let far = now + HELD_MAX;
        let values = values![company.as_str(), &of.form, of.is_batch_only, now, i64::from(limit), far];
        sales_from(&self.db.rows(DOING, sql, values).await?)
    }

    /// When the first of a company's held invoices is to be looked at again.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn next_held(&self, company: &ContextIdentifier) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT MIN(held_until) AS next FROM sales WHERE company = $1 \
                           AND state IN ('waiting', 'offlineIssued')";
        let row = self.db.row(DOING, SQL, values![company.as_str()]).await?;
        row.map_or(Ok(None), |row| row.maybe_timestamp("next"))
    }

    /// How many invoices a company has in each state.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn counts(&self, company: &ContextIdentifier) -> Result<Vec<(SaleState, i64)>, StoreError> {
        const SQL: &str = "SELECT state, COUNT(*) AS number FROM sales WHERE company = $1 GROUP BY state";
        let rows = self.db.rows("counting", SQL, values![company.as_str()]).await?;
        rows.iter().map(|row| Ok((row.parsed("state")?, row.int("number")?))).collect()
    }

    /// Companies that issued invoices offline which KSeF does not have yet.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn companies_with_offline_unsent(&self) -> Result<Vec<ContextIdentifier>, StoreError> {
        let sql = format!("SELECT DISTINCT company FROM sales WHERE {OFFLINE_UNSENT} ORDER BY company");
        self.db.rows(DOING, sql, &[]).await?.iter().map(|row| row.parsed("company")).collect()
    }

    /// Invoices issued offline that KSeF does not have yet, the first due first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn offline_unsent(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        let sql = format!(
            "SELECT * FROM sales WHERE company = $1 AND {OFFLINE_UNSENT} ORDER BY due_on, position LIMIT $2"
        );
        sales_from(&self.db.rows(DOING, sql, values![company.as_str(), i64::from(limit)]).await?)
    }

    /// A company's invoice with this KSeF number.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sale_with_ksef_number(
        &self,
        company: &ContextIdentifier,
        number: &KsefNumber,
    ) -> Result<Option<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE ksef_number = $1 AND company = $2";
        let row = self.db.row(DOING, SQL, values![number.as_str(), company.as_str()]).await?;
        row.map(|row| Sale::from_row(&row)).transpose()
    }

    /// A company's invoice with this number that was not withdrawn, the newest.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sale_with_number(
        &self,
        company: &ContextIdentifier,
        invoice_number: &str,
    ) -> Result<Option<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE company = $1 AND invoice_number = $2 \
                           AND state <> 'withdrawn' ORDER BY position DESC LIMIT 1";
        let row = self.db.row(DOING, SQL, values![company.as_str(), invoice_number]).await?;
        row.map(|row| Sale::from_row(&row)).transpose()
    }

    /// The corrections to a buyer (by NIP; `None`: to those without one) that came after a position, oldest first, at most
    /// `limit`; without those that were refused or taken back. Which invoices they correct, their documents say.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn corrections_after(
        &self,
        company: &ContextIdentifier,
        after: i64,
        buyer_nip: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        const OF_BUYER: &str = "SELECT * FROM sales WHERE company = $1 AND kind >= 'KOR' AND kind < 'KOS' \
                                AND position > $2 AND buyer_nip = $3 \
                                AND state NOT IN ('withdrawn', 'rejected', 'numberCollision') ORDER BY position LIMIT $4";
        const OF_NOBODY: &str = "SELECT * FROM sales WHERE company = $1 AND kind >= 'KOR' AND kind < 'KOS' \
                                 AND position > $2 AND buyer_nip IS NULL \
                                 AND state NOT IN ('withdrawn', 'rejected', 'numberCollision') ORDER BY position LIMIT $3";
        let rows = match buyer_nip {
            Some(nip) => {
                let values = values![company.as_str(), after, nip, i64::from(limit)];
                self.db.rows(DOING, OF_BUYER, values).await?
            }
            None => {
                let values = values![company.as_str(), after, i64::from(limit)];
                self.db.rows(DOING, OF_NOBODY, values).await?
            }
        };
        sales_from(&rows)
    }

    /// The technical corrections of an invoice, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn technical_corrections(
        &self,
        company: &ContextIdentifier,
        of: SaleId,
    ) -> Result<Vec<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE company = $1 AND technical_of = $2 ORDER BY position";
        sales_from(&self.db.rows(DOING, SQL, values![company.as_str(), &of.to_string()]).await?)
    }

    /// A document with the hash written down when it was taken in: its own, or the page of its session's UPO. Comparing
    /// them is the caller's duty, since hashing is no business of this crate; so is fetching bytes that rest elsewhere.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn document(&self, id: SaleId, document: Document) -> Result<Option<KeptDocument>, StoreError> {
        const OWN: &str =
            "SELECT content, sha256, is_external FROM sale_documents WHERE sale_id = $1 AND kind = $2";
        const PAGE: &str = "SELECT u.content, u.sha256, u.is_external FROM session_upos u JOIN sales s \
                            ON s.upo_session = u.session AND s.upo_page = u.page WHERE s.id = $1";
        let key = id.to_string();
        let own = self.db.row("reading a document", OWN, values![&key, document.as_str()]).await?;
        let is_session_page = own.is_none() && document == Document::Upo;
        let row =
            if is_session_page { self.db.row("reading a document", PAGE, values![&key]).await? } else { own };
        row.map(|row| {
            let content = if row.flag("is_external")? { None } else { Some(row.bytes("content")?) };
            Ok(KeptDocument { content, sha256: row.parsed("sha256")?, is_session_page })
        })
        .transpose()
    }
}

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDocument {
    /// Its bytes; `None` when they rest in object storage.
    pub content: Option<Vec<u8>>,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hash,
    /// It is the page of a session's UPO, which confirms others as well.
    pub is_session_page: bool,
}

pub(crate) fn sales_from(rows: &[Row]) -> Result<Vec<Sale>, StoreError> {
    rows.iter().map(Sale::from_row).collect()
}

const DOING: &str = "reading invoices";
/// Issued offline and not in KSeF, in the words of the index `sales_offline_unsent`.
const OFFLINE_UNSENT: &str = "state IN ('offlineIssued', 'sending', 'accepted') AND mode <> 'online'";

/// For so long an invoice is held at the longest; then it is looked at again. What is held for longer was held by a clock
/// that was set back since, and is looked at now.
pub(crate) const HELD_MAX: SignedDuration = SignedDuration::from_hours(2);
