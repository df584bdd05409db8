//! Purchases: what a purchase is, and how one is found. Beside them stand a company's own sales that another program made, and
//! documents outside KSeF, which the register needs as well.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};

use crate::db::{Row, values};
use crate::purchase_state::{Approval, Confirmation, PurchaseEvent, PurchaseOrigin};
use crate::{PurchaseRole, PurchaseState, PurchaseView, SaleId, Store, StoreError};

/// What stands on a document, as far as lists and books need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseFacts {
    /// The form: `FA(3)`; empty outside KSeF.
    pub form: String,
    /// `RodzajFaktury`, or KSeF's name for it; empty when not known.
    pub kind: String,
    /// The seller's own number.
    pub invoice_number: String,
    /// The seller's NIP; from abroad another identifier.
    pub seller_id: Option<String>,
    /// The seller's name.
    pub seller_name: Option<String>,
    /// The buyer's NIP or other identifier.
    pub buyer_id: Option<String>,
    /// The buyer's name.
    pub buyer_name: Option<String>,
    /// Date of issue.
    pub issue_date: Date,
    /// Date of supply.
    pub sale_date: Option<Date>,
    /// By when it is to be paid.
    pub due_date: Option<Date>,
    /// Net as a decimal with a point.
    pub net: Option<String>,
    /// VAT.
    pub vat: Option<String>,
    /// Gross.
    pub gross: String,
    /// Gross in hundredths, to sort and filter by.
    pub gross_minor: i64,
    /// Currency.
    pub currency: String,
    /// The account that it is to be paid to, as it stands.
    pub account: Option<String>,
    /// The order that it refers to.
    pub order_number: Option<String>,
    /// Split payment is compulsory.
    pub is_split_payment: bool,
    /// It says that it is paid.
    pub is_paid: bool,
}

/// A purchase, or one of the documents beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// Our identifier.
    pub position: i64,
    /// Its place in the order of arrival: the cursor of lists.
    pub arrival: i64,
    /// The number of its last change: the cursor of changes.
    pub changed: i64,
    /// The company is its seller.
    pub is_sale: bool,
    /// As what the company stands on it.
    pub roles: Vec<PurchaseRole>,
    /// How it came here.
    pub origin: PurchaseOrigin,
    /// How it was issued: `online` in KSeF; outside as `gateway-rules` names it.
    pub mode: String,
    /// Where it stands in the office.
    pub state: PurchaseState,
    /// KSeF's number.
    pub ksef_number: Option<KsefNumber>,
    /// Whether KSeF knows a number that was entered by hand.
    pub confirmation: Option<Confirmation>,
    /// The date of receipt: the day of the KSeF number; outside KSeF the day that was entered.
    pub received_on: Date,
    /// What stands on it.
    pub facts: PurchaseFacts,
    /// SHA-256 of the XML, when it is here.
    pub sha256: Option<Sha256Hash>,
    /// When KSeF took the document.
    pub invoicing_date: Option<Timestamp>,
    /// When KSeF gave the number.
    pub acquired_at: Option<Timestamp>,
    /// When KSeF stored it for good.
    pub permanent_storage_date: Option<Timestamp>,
    /// When it was received here.
    pub received_at: Timestamp,
    /// Of which other one it is a copy.
    pub copy_of: Option<i64>,
    /// Our own sale, when it is one.
    pub sale_id: Option<SaleId>,
    /// What could not be read of it, as JSON.
    pub findings: Option<String>,
    /// What somebody wrote about it.
    pub note: Option<String>,
    /// Whether somebody approved or rejected it.
    pub approval: Option<Approval>,
}

/// One line of a purchase's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseHistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub event: PurchaseEvent,
    /// About what: a state, a number.
    pub detail: Option<String>,
}

/// Which of a purchase's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchaseDocument {
    /// The invoice as KSeF gave it.
    Xml,
    /// A scan.
    Scan,
}

impl PurchaseDocument {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Scan => "scan",
        }
    }
}

/// The bytes of a document, and what is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// The bytes, unless they rest in object storage; comparing them with their hash is the caller's duty.
    pub content: Option<Vec<u8>>,
    /// Their hash when they came.
    pub sha256: Sha256Hash,
    /// `application/xml`, `application/pdf`, `image/png` and the like.
    pub media_type: String,
}

impl Store {
    /// A purchase by our identifier.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        position: i64,
    ) -> Result<Option<Purchase>, StoreError> {
        let seen = view.condition("position");
        let sql = format!("SELECT * FROM purchases WHERE company = $1 AND position = $2{seen}");
        let row = self.db.row(DOING, sql, values![company.as_str(), position]).await?;
        row.map(|row| purchase_from(&row)).transpose()
    }

    /// A purchase by its KSeF number.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_with_number(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        number: &KsefNumber,
    ) -> Result<Option<Purchase>, StoreError> {
        let seen = view.condition("position");
        let sql = format!("SELECT * FROM purchases WHERE company = $1 AND ksef_number = $2{seen}");
        let row = self.db.row(DOING, sql, values![company.as_str(), number.as_str()]).await?;
        row.map(|row| purchase_from(&row)).transpose()
    }

    /// What a company has of a seller and number ([`PurchaseFacts`]' key of copies), the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchases_with_copy_key(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        copy_key: &str,
    ) -> Result<Vec<Purchase>, StoreError> {
        let seen = view.condition("position");
        let sql = format!(
            "SELECT * FROM purchases WHERE company = $1 AND copy_key = $2{seen} ORDER BY arrival LIMIT 100"
        );
        purchases_from(&self.db.rows(DOING, sql, values![company.as_str(), copy_key]).await?)
    }

    /// Which of these numbers a company has with their documents, or as sales of its own, or had before they were erased.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn known_purchases(
        &self,
        company: &ContextIdentifier,
        role: PurchaseRole,
        numbers: &[KsefNumber],
    ) -> Result<std::collections::HashSet<KsefNumber>, StoreError> {
        let mut known = std::collections::HashSet::new();
        for some in numbers.chunks(IN_LIST_MAX) {
            let listed = listed(some);
            let sql = format!(
                "SELECT ksef_number FROM purchases WHERE company = $1 AND ksef_number IN ({listed}) \
                 AND (sha256 IS NOT NULL OR sale_id IS NOT NULL) AND (roles & {bit}) <> 0 \
                 UNION ALL SELECT ksef_number FROM erased_documents WHERE company = $1 AND ksef_number IN ({listed})",
                bit = role.bit()
            );
            for row in self.db.rows(DOING, sql, values![company.as_str()]).await? {
                known.insert(row.parsed("ksef_number")?);
            }
        }
        Ok(known)
    }

    /// A company's purchases in the order of arrival, after a place in it, at most `limit`; without its own sales.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchases(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        after: i64,
        limit: u32,
    ) -> Result<crate::Page<Purchase>, StoreError> {
        let sql = format!(
            "SELECT * FROM purchases WHERE company = $1 AND is_sale = 0 AND arrival > $2{} ORDER BY arrival LIMIT $3",
            view.condition("position")
        );
        let values = values![company.as_str(), after, i64::from(limit) + 1];
        let items = purchases_from(&self.db.rows(DOING, sql, values).await?)?;
        Ok(crate::sale::page_of(items, limit, |purchase| purchase.arrival))
    }

    /// A company's newest purchases, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn newest_purchases(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError> {
        let sql = format!(
            "SELECT * FROM purchases WHERE company = $1 AND is_sale = 0{} ORDER BY arrival DESC LIMIT $2",
            view.condition("position")
        );
        purchases_from(&self.db.rows(DOING, sql, values![company.as_str(), i64::from(limit)]).await?)
    }

    /// What happened to a purchase, oldest first, at most 1,000 entries.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_history(&self, position: i64) -> Result<Vec<PurchaseHistoryEntry>, StoreError> {
        const SQL: &str = "SELECT * FROM purchase_history WHERE purchase = $1 ORDER BY position LIMIT 1000";
        let rows = self.db.rows(DOING, SQL, values![position]).await?;
        rows.iter()
            .map(|row| {
                Ok(PurchaseHistoryEntry {
                    at: row.timestamp("at")?,
                    actor: row.text("actor")?,
                    event: row.parsed("event")?,
                    detail: row.maybe_text("detail")?,
                })
            })
            .collect()
    }

    /// A document of a purchase.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_document(
        &self,
        position: i64,
        document: PurchaseDocument,
    ) -> Result<Option<StoredDocument>, StoreError> {
        const SQL: &str = "SELECT content, is_external, sha256, media_type FROM purchase_documents WHERE purchase = $1 AND kind = $2";
        let row = self.db.row("reading a purchase", SQL, values![position, document.as_str()]).await?;
        row.map(|row| {
            Ok(StoredDocument {
                content: if row.flag("is_external")? { None } else { Some(row.bytes("content")?) },
                sha256: row.parsed("sha256")?,
                media_type: row.text("media_type")?,
            })
        })
        .transpose()
    }

    /// Numbers that were entered by hand and that KSeF was not asked for yet, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unconfirmed_purchases(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError> {
        const SQL: &str = "SELECT * FROM purchases WHERE company = $1 AND confirmation = 'pending' \
                           ORDER BY position LIMIT $2";
        purchases_from(&self.db.rows(DOING, SQL, values![company.as_str(), i64::from(limit)]).await?)
    }
}

pub(crate) fn purchases_from(rows: &[Row]) -> Result<Vec<Purchase>, StoreError> {
    rows.iter().map(purchase_from).collect()
}

pub(crate) fn purchase_from(row: &Row) -> Result<Purchase, StoreError> {
    Ok(Purchase {
        position: row.int("position")?,
        arrival: row.int("arrival")?,
        changed: row.int("changed")?,
        is_sale: row.flag("is_sale")?,
        roles: PurchaseRole::of_bits(row.int("roles")?),
        origin: row.parsed("origin")?,
        mode: row.text("mode")?,
        state: row.parsed("state")?,
        ksef_number: row.maybe_parsed("ksef_number")?,
        confirmation: row.maybe_parsed("confirmation")?,
        received_on: row.parsed("received_on")?,
        facts: PurchaseFacts {
            form: row.text("form")?,
            kind: row.text("kind")?,
            invoice_number: row.text("invoice_number")?,
            seller_id: row.maybe_text("seller_id")?,
            seller_name: row.maybe_text("seller_name")?,
            buyer_id: row.maybe_text("buyer_id")?,
            buyer_name: row.maybe_text("buyer_name")?,
            issue_date: row.parsed("issue_date")?,
            sale_date: row.maybe_parsed("sale_date")?,
            due_date: row.maybe_parsed("due_date")?,
            net: row.maybe_text("net")?,
            vat: row.maybe_text("vat")?,
            gross: row.text("gross")?,
            gross_minor: row.int("gross_minor")?,
            currency: row.text("currency")?,
            account: row.maybe_text("account")?,
            order_number: row.maybe_text("order_number")?,
            is_split_payment: row.flag("is_split_payment")?,
            is_paid: row.flag("is_paid")?,
        },
        sha256: row.maybe_parsed("sha256")?,
        invoicing_date: row.maybe_timestamp("invoicing_date")?,
        acquired_at: row.maybe_timestamp("acquired_at")?,
        permanent_storage_date: row.maybe_timestamp("permanent_storage_date")?,
        received_at: row.timestamp("received_at")?,
        copy_of: row.maybe_int("copy_of")?,
        sale_id: row.maybe_parsed("sale_id")?,
        findings: row.maybe_text("findings")?,
        note: row.maybe_text("note")?,
        approval: row.maybe_parsed("approval")?,
    })
}

/// Numbers as a list of SQL: a KSeF number has digits, letters and hyphens alone.
pub(crate) fn listed(numbers: &[KsefNumber]) -> String {
    numbers.iter().map(|number| format!("'{number}'")).collect::<Vec<_>>().join(", ")
}

/// Numbers in one list of SQL.
pub(crate) const IN_LIST_MAX: usize = 500;
const DOING: &str = "reading purchases";
