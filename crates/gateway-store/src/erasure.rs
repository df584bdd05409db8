//! Erasing documents whose time is over: their bytes, UPOs, findings and history go, in one write with what is left of them and
//! with the audit log's entry for each.
//!
//! SQLite is told to overwrite what it frees, so that nothing of it can be read out of the file afterwards; PostgreSQL frees its
//! pages by itself. Objects are noted down in the same write and removed after it (`erased_objects.rs`).

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};

use crate::audit::{AuditNote, tell_in};
use crate::db::{Row, Tx, values};
use crate::erased_objects::note_object;
use crate::former::erase_former_upos;
use crate::{ITSELF, Page, Retention, Store, StoreError, StoreWriter};

/// On which side of the register a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Register {
    /// Sales invoices.
    Sales,
    /// Purchases, and what stands beside them.
    Purchases,
}

impl Register {
    /// Its name: `sale` or `purchase`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "sale",
            Self::Purchases => "purchase",
        }
    }
}

impl std::str::FromStr for Register {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Sales, Self::Purchases].into_iter().find(|one| one.as_str() == name).ok_or(())
    }
}

/// A document whose time may be over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgedDocument {
    /// Where it stands.
    pub register: Register,
    /// Its place there: the cursor of the list.
    pub position: i64,
    /// Its identifier.
    pub id: String,
    /// The seller's own number.
    pub invoice_number: String,
    /// KSeF's number.
    pub ksef_number: Option<KsefNumber>,
    /// The hash of its bytes, if there are any.
    pub sha256: Option<Sha256Hash>,
    /// When it was issued.
    pub issued: Date,
    /// When it came to KSeF, or to us.
    pub received: Option<Date>,
    /// Identifiers of seller and buyer, as far as they are known.
    pub parties: Vec<String>,
    /// Something is still to be done with it: it is not erased, however old it is.
    pub is_unfinished: bool,
}

/// A document to be erased.
#[derive(Debug, Clone, Copy)]
pub struct Erasure<'a> {
    /// Which one.
    pub document: &'a AgedDocument,
    /// Until when it had to be kept.
    pub kept_until: Date,
    /// Why it is erased.
    pub reason: &'a str,
}

/// What is left of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedDocument {
    /// Its place in the order of erasing.
    pub position: i64,
    /// Where it stood.
    pub register: Register,
    /// The identifier that it had.
    pub document: String,
    /// The seller's own number.
    pub invoice_number: String,
    /// KSeF's number; as text, since numbers of KSeF 1.0 are other ones.
    pub ksef_number: Option<String>,
    /// The hash that its bytes had.
    pub sha256: Option<Sha256Hash>,
    /// When it was issued.
    pub issued: Date,
    /// Until when it had to be kept.
    pub kept_until: Date,
    /// Why it was erased.
    pub reason: String,
    /// When.
    pub erased_at: Timestamp,
}

/// A document that KSeF gives up soon and that is not whole here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavingDocument {
    /// Where it stands.
    pub register: Register,
    /// Its identifier.
    pub id: String,
    /// The seller's own number.
    pub invoice_number: String,
    /// KSeF's number.
    pub ksef_number: KsefNumber,
    /// How far it is: a state of sales, `withoutDocument` for a purchase.
    pub state: String,
}

impl Store {
    /// Documents of a register that belong to years before `first_kept_year`, by issue and by receipt, after a position, at most
    /// `limit`. Entries that only point to our own sales are not told: they go with these.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn aged_documents(
        &self,
        company: &ContextIdentifier,
        register: Register,
        first_kept_year: i16,
        after: i64,
        limit: u32,
    ) -> Result<Page<AgedDocument>, StoreError> {
        // SQLite has no statistics to tell it that few are so old, and would read everything.
        let [sales_by, purchases_by] = if self.db.is_postgres() {
            [""; 2]
        } else {
            [" INDEXED BY sales_by_issue_date", " INDEXED BY purchases_by_issue_date"]
        };
        let sql = match register {
            Register::Sales => format!(
                "SELECT position, id, invoice_number, ksef_number, sha256, issue_date, number_key, buyer_nip, state \
                 FROM sales{sales_by} WHERE company = $1 AND issue_date < $2 \
                 AND (ksef_number IS NULL OR substr(ksef_number, 12, 4) < $3) AND position > $4 \
                 ORDER BY position LIMIT $5"
            ),
            // Both kinds are named since the index has them before the day.
            Register::Purchases => format!(
                "SELECT position, invoice_number, ksef_number, sha256, issue_date, received_on, seller_id, buyer_id \
                 FROM purchases{purchases_by} WHERE company = $1 AND is_sale IN (0, 1) AND issue_date < $2 \
                 AND substr(received_on, 1, 4) < $3 AND sale_id IS NULL AND position > $4 ORDER BY position LIMIT $5"
            ),
        };
        let year = format!("{:04}", first_kept_year.max(0));
        let day = format!("{year}-01-01");
        let values = values![company.as_str(), &day, &year, after, i64::from(limit) + 1];
        let rows = self.db.rows(READING, sql, values).await?;
        let items: Vec<AgedDocument> =
            rows.iter().map(|row| aged_from(row, register, company)).collect::<Result<_, _>>()?;
        Ok(crate::sale::page_of(items, limit, |document| document.position))
    }

    /// What is left of a company's erased documents, after a position, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn erased_documents(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Page<ErasedDocument>, StoreError> {
        const SQL: &str =
            "SELECT * FROM erased_documents WHERE company = $1 AND position > $2 ORDER BY position LIMIT $3";
        let values = values![company.as_str(), after, i64::from(limit) + 1];
        let rows = self.db.rows(READING, SQL, values).await?;
        let items: Vec<ErasedDocument> = rows.iter().map(erased_from).collect::<Result<_, _>>()?;
        Ok(crate::sale::page_of(items, limit, |document| document.position))
    }

    /// The same, the newest first, before a position.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn newest_erased(
        &self,
        company: &ContextIdentifier,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Page<ErasedDocument>, StoreError> {
        const SQL: &str = "SELECT * FROM erased_documents WHERE company = $1 AND position < $2 \
                           ORDER BY position DESC LIMIT $3";
        let values = values![company.as_str(), before.unwrap_or(i64::MAX), i64::from(limit) + 1];
        let rows = self.db.rows(READING, SQL, values).await?;
        let items: Vec<ErasedDocument> = rows.iter().map(erased_from).collect::<Result<_, _>>()?;
        Ok(crate::sale::page_of(items, limit, |document| document.position))
    }

    /// Documents with KSeF numbers of a year or of one before it that are not whole here: sales that were not read back, purchases
    /// of which the number alone is known. At most `limit` of each.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn leaving_documents(
        &self,
        company: &ContextIdentifier,
        last_year: i16,
        limit: u32,
    ) -> Result<Vec<LeavingDocument>, StoreError> {
        const SALES: &str = "SELECT id, invoice_number, ksef_number, state FROM sales WHERE company = $1 \
             AND state NOT IN ('stored', 'rejected', 'numberCollision', 'withdrawn') AND ksef_number IS NOT NULL \
             AND substr(ksef_number, 12, 4) <= $2 ORDER BY position LIMIT $3";
        const PURCHASES: &str = "SELECT position, invoice_number, ksef_number FROM purchases WHERE company = $1 \
             AND sha256 IS NULL AND sale_id IS NULL AND ksef_number IS NOT NULL \
             AND substr(ksef_number, 12, 4) <= $2 ORDER BY position LIMIT $3";
        let year = format!("{:04}", last_year.max(0));
        let values = values![company.as_str(), &year, i64::from(limit)];
        let mut leaving = Vec::new();
        for row in self.db.rows(READING, SALES, values).await? {
            leaving.push(LeavingDocument {
                register: Register::Sales,
                id: row.text("id")?,
                invoice_number: row.text("invoice_number")?,
                ksef_number: row.parsed("ksef_number")?,
                state: row.text("state")?,
            });
        }
        for row in self.db.rows(READING, PURCHASES, values).await? {
            leaving.push(LeavingDocument {
                register: Register::Purchases,
                id: row.int("position")?.to_string(),
                invoice_number: row.text("invoice_number")?,
                ksef_number: row.parsed("ksef_number")?,
                state: "withoutDocument".to_owned(),
            });
        }
        Ok(leaving)
    }
}

impl StoreWriter {
    /// Erases documents, if nothing was decided otherwise since `decided` was read; returns how many went. One that was moved or
    /// erased meanwhile is passed over.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin; then none was erased.
    pub async fn erase(
        &self,
        decided: &Retention,
        erasures: &[Erasure<'_>],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let company = &decided.company;
        // Holds it too: who places a hold waits, or comes first.
        let sql = "UPDATE retention SET version = version WHERE company = $1 AND version = $2 AND is_on <> 0";
        if tx.execute(DOING, sql, values![company.as_str(), decided.version]).await? == 0 {
            return Ok(0);
        }
        let mut erased = Vec::with_capacity(erasures.len());
        for erasure in erasures {
            let is_gone = match erasure.document.register {
                Register::Sales => erase_sale(&mut tx, company, erasure, now).await?,
                Register::Purchases => {
                    let position = erasure.document.position;
                    let is_gone = erase_purchase(&mut tx, company, position).await?;
                    if is_gone {
                        leave(&mut tx, company, erasure, None, now).await?;
                    }
                    is_gone
                }
            };
            if is_gone {
                erased.push(erasure);
            }
        }
        // Last of all: the end of the log is everybody's.
        for erasure in &erased {
            tell_in(&mut tx, &note(company, erasure, now)).await?;
        }
        tx.commit(DOING).await?;
        Ok(erased.len())
    }
}

async fn erase_sale(
    tx: &mut Tx,
    company: &ContextIdentifier,
    erasure: &Erasure<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let id = erasure.document.id.as_str();
    let sql = format!(
        "SELECT number_key, ksef_number, upo_session, upo_page FROM sales WHERE company = $1 AND id = $2 \
         AND state IN ({FINISHED}){}",
        tx.for_update()
    );
    let Some(sale) = tx.row(DOING, sql, values![company.as_str(), id]).await? else { return Ok(false) };
    let sql = "SELECT kind, sha256 FROM sale_documents WHERE sale_id = $1 AND is_external <> 0";
    for document in tx.rows(DOING, sql, values![id]).await? {
        let kind = if document.text("kind")? == "upo" { "upo" } else { "invoice" };
        note_object(tx, kind, &document.text("sha256")?).await?;
    }
    for table in ["sale_documents", "sale_history", "folder_files", "letters"] {
        tx.execute(DOING, format!("DELETE FROM {table} WHERE sale_id = $1"), values![id]).await?;
    }
    for column in ["corrects", "technical_of"] {
        let sql = format!("UPDATE sales SET {column} = NULL WHERE {column} = $1");
        tx.execute(DOING, sql, values![id]).await?;
    }
    if let Some(number) = sale.maybe_text("ksef_number")? {
        let sql = "SELECT position FROM purchases WHERE company = $1 AND ksef_number = $2 AND sale_id = $3";
        if let Some(row) = tx.row(DOING, sql, values![company.as_str(), &number, id]).await? {
            erase_purchase(tx, company, row.int("position")?).await?;
        }
    }
    tx.execute(DOING, "DELETE FROM sales WHERE id = $1", values![id]).await?;
    if let (Some(session), Some(page)) = (sale.maybe_text("upo_session")?, sale.maybe_int("upo_page")?) {
        erase_upo_page(tx, &session, page).await?;
    }
    leave(tx, company, erasure, sale.maybe_text("number_key")?.as_deref(), now).await?;
    Ok(true)
}

/// A page of a session's UPO goes with the last invoice that it speaks of.
async fn erase_upo_page(tx: &mut Tx, session: &str, page: i64) -> Result<(), StoreError> {
    for sql in [
        "SELECT 1 AS one FROM sales WHERE session = $1 AND upo_session = $1 AND upo_page = $2 LIMIT 1",
        "SELECT 1 AS one FROM sales WHERE upo_session <> session AND upo_session = $1 AND upo_page = $2 LIMIT 1",
    ] {
        if tx.row(DOING, sql, values![session, page]).await?.is_some() {
            return Ok(());
        }
    }
    let sql = "SELECT sha256 FROM session_upos WHERE session = $1 AND page = $2 AND is_external <> 0";
    if let Some(row) = tx.row(DOING, sql, values![session, page]).await? {
        note_object(tx, "sessionUpoPage", &row.text("sha256")?).await?;
    }
    let sql = "DELETE FROM session_upos WHERE session = $1 AND page = $2";
    tx.execute(DOING, sql, values![session, page]).await.map(drop)
}

async fn erase_purchase(tx: &mut Tx, company: &ContextIdentifier, position: i64) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT copy_key, ksef_number FROM purchases WHERE company = $1 AND position = $2{}",
        tx.for_update()
    );
    let Some(row) = tx.row(DOING, sql, values![company.as_str(), position]).await? else { return Ok(false) };
    let sql = "SELECT kind, sha256 FROM purchase_documents WHERE purchase = $1 AND is_external <> 0";
    for document in tx.rows(DOING, sql, values![position]).await? {
        let kind = if document.text("kind")? == "scan" { "scan" } else { "invoice" };
        note_object(tx, kind, &document.text("sha256")?).await?;
    }
    // A copy is one by seller and number.
    let sql = "UPDATE purchases SET copy_of = NULL WHERE company = $1 AND copy_key = $2 AND copy_of = $3";
    tx.execute(DOING, sql, values![company.as_str(), &row.text("copy_key")?, position]).await?;
    for table in ["purchase_documents", "purchase_history", "purchase_persons", "purchase_units"] {
        tx.execute(DOING, format!("DELETE FROM {table} WHERE purchase = $1"), values![position]).await?;
    }
    tx.execute(DOING, "DELETE FROM purchases WHERE position = $1", values![position]).await?;
    if let Some(number) = row.maybe_text("ksef_number")? {
        for sha256 in erase_former_upos(tx, company, &number).await? {
            note_object(tx, "upo", &sha256).await?;
        }
    }
    Ok(true)
}

/// Writes down what is left.
async fn leave(
    tx: &mut Tx,
    company: &ContextIdentifier,
    erasure: &Erasure<'_>,
    number_key: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let document = erasure.document;
    let (issued, kept_until) = (document.issued.to_string(), erasure.kept_until.to_string());
    let sql = "INSERT INTO erased_documents (company, direction, document, number_key, invoice_number, ksef_number, sha256, \
               issue_date, kept_until, reason, erased_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = values![
        company.as_str(),
        document.register.as_str(),
        &document.id,
        number_key,
        &document.invoice_number,
        document.ksef_number.as_ref().map(KsefNumber::as_str),
        document.sha256.as_ref().map(Sha256Hash::as_str),
        &issued,
        &kept_until,
        erasure.reason,
        now
    ];
    tx.execute(DOING, sql, values).await.map(drop)
}

/// The identifier that a sale with this number had, if one was erased.
pub(crate) async fn erased_sale(
    tx: &mut Tx,
    company: &str,
    number_key: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT document FROM erased_documents WHERE company = $1 AND number_key = $2";
    let row = tx.row(READING, sql, values![company, number_key]).await?;
    row.map(|row| row.text("document")).transpose()
}

/// The entry of the audit log: hash and reason before the number, which alone can be long.
fn note(company: &ContextIdentifier, erasure: &Erasure<'_>, now: Timestamp) -> AuditNote {
    let document = erasure.document;
    let name = document.ksef_number.as_ref().map_or(document.id.as_str(), KsefNumber::as_str);
    let hash = document.sha256.as_ref().map_or("-", Sha256Hash::as_str);
    AuditNote {
        at: now,
        who: ITSELF.to_owned(),
        origin: "retention".to_owned(),
        action: "document.erase".to_owned(),
        company: company.to_string(),
        subject: format!(
            "{} {name} sha256={hash} kept until {} ({}) {}",
            document.register.as_str(),
            erasure.kept_until,
            erasure.reason,
            document.invoice_number
        ),
    }
}

fn aged_from(row: &Row, register: Register, company: &ContextIdentifier) -> Result<AgedDocument, StoreError> {
    let position = row.int("position")?;
    let ksef_number: Option<KsefNumber> = row.maybe_parsed("ksef_number")?;
    let (id, received, parties, is_unfinished) = match register {
        Register::Sales => {
            let key = row.maybe_text("number_key")?;
            let seller = key.as_deref().and_then(|key| key.split('|').next()).map(str::to_owned);
            let own = company.nip().map(|nip| nip.as_str().to_owned());
            let state: crate::SaleState = row.parsed("state")?;
            let received = ksef_number.as_ref().and_then(day_of);
            let parties = [own, seller, row.maybe_text("buyer_nip")?];
            (row.text("id")?, received, parties, !state.is_final())
        }
        Register::Purchases => {
            let parties = [row.maybe_text("seller_id")?, row.maybe_text("buyer_id")?, None];
            (position.to_string(), Some(row.parsed("received_on")?), parties, false)
        }
    };
    Ok(AgedDocument {
        register,
        position,
        id,
        invoice_number: row.text("invoice_number")?,
        ksef_number,
        sha256: row.maybe_parsed("sha256")?,
        issued: row.parsed("issue_date")?,
        received,
        parties: parties.into_iter().flatten().collect(),
        is_unfinished,
    })
}

fn day_of(number: &KsefNumber) -> Option<Date> {
    Date::strptime("%Y%m%d", number.acceptance_day()).ok()
}

fn erased_from(row: &Row) -> Result<ErasedDocument, StoreError> {
    Ok(ErasedDocument {
        position: row.int("position")?,
        register: row.parsed("direction")?,
        document: row.text("document")?,
        invoice_number: row.text("invoice_number")?,
        ksef_number: row.maybe_text("ksef_number")?,
        sha256: row.maybe_parsed("sha256")?,
        issued: row.parsed("issue_date")?,
        kept_until: row.parsed("kept_until")?,
        reason: row.text("reason")?,
        erased_at: row.timestamp("erased_at")?,
    })
}

/// Whether any document rests in the object store under a hash.
/// The states that nothing follows; a test compares them with the table of states.
pub(crate) const FINISHED: &str = "'stored', 'rejected', 'numberCollision', 'withdrawn'";
const DOING: &str = "erasing documents";
const READING: &str = "reading what may be erased";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SaleState;

    #[test]
    fn what_is_finished_is_what_nothing_follows() {
        let named: Vec<&str> = FINISHED.split(", ").map(|name| name.trim_matches('\'')).collect();
        for state in SaleState::ALL {
            assert_eq!(named.contains(&state.as_str()), state.is_final(), "{state}");
        }
    }
}
