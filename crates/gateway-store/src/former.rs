//! What somebody has saved of KSeF 1.0: invoices, which stand among the purchases under their numbers of 36 characters, and
//! confirmations, of which one may speak of thousands of invoices and is kept once.

use std::collections::HashMap;

use jiff::Timestamp;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};

use crate::db::{Tx, Value, values};
use crate::purchase_changes::{next_changes, note_event};
use crate::purchase_receipt::{complete, insert, insert_documents, places, tie_copies};
use crate::purchase_state::{PurchaseEvent, PurchaseOrigin};
use crate::{KeptDocument, PurchaseRole, PurchaseState, ReceivedInvoice, Store, StoreError, StoreWriter};

/// What importing an invoice came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// It is new, or was here without its document; under this identifier.
    New(i64),
    /// The same bytes are here.
    Known(i64),
    /// Another document is here under its number.
    Differs(i64),
    /// It was here and was erased when its time was over.
    Erased,
}

/// A confirmation of KSeF 1.0 to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewFormerUpo<'a> {
    /// Its hash.
    pub sha256: &'a Sha256Hash,
    /// Its bytes; nothing when they rest in object storage.
    pub content: Option<&'a [u8]>,
    /// Of which invoices it speaks, with their hashes where it tells them.
    pub invoices: &'a [(KsefNumber, Option<Sha256Hash>)],
}

/// A confirmation of KSeF 1.0, as it speaks of one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerUpo {
    /// Its bytes and their hash; comparing them is the caller's duty.
    pub document: KeptDocument,
    /// The invoice's hash, if it tells it.
    pub invoice_sha256: Option<Sha256Hash>,
}

impl StoreWriter {
    /// Takes an invoice of KSeF 1.0 in. It is in the books, so it is told to nobody as new.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn import_invoice(
        &self,
        company: &ContextIdentifier,
        role: PurchaseRole,
        invoice: &ReceivedInvoice,
        actor: &str,
        now: Timestamp,
    ) -> Result<Imported, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        // Holds the company's counter, so that the same invoice does not come twice at the same time.
        let change = next_changes(&mut tx, company, 1).await?;
        let number = invoice.ksef_number.as_str();
        let sql = "SELECT position, sha256 FROM purchases WHERE company = $1 AND ksef_number = $2";
        if let Some(row) = tx.row(DOING, sql, values![company.as_str(), number]).await? {
            let position = row.int("position")?;
            return match row.maybe_parsed::<Sha256Hash>("sha256")? {
                Some(hash) if hash == invoice.sha256 => Ok(Imported::Known(position)),
                Some(_) => Ok(Imported::Differs(position)),
                None => {
                    complete(&mut tx, company, role, position, invoice, now).await?;
                    tx.commit(DOING).await?;
                    Ok(Imported::New(position))
                }
            };
        }
        let sql = "SELECT 1 AS one FROM erased_documents WHERE company = $1 AND ksef_number = $2 LIMIT 1";
        if tx.row(DOING, sql, values![company.as_str(), number]).await?.is_some() {
            return Ok(Imported::Erased);
        }
        let (one, none) = ([invoice], HashMap::new());
        let positions = insert(&mut tx, company, role, &one, &none, change, now).await?;
        insert_documents(&mut tx, &one, &none, &positions).await?;
        tie_copies(&mut tx, company, &one, &positions, now).await?;
        let position = positions.get(&invoice.ksef_number).copied().unwrap_or_default();
        let sql = "UPDATE purchases SET origin = $1, state = $2 WHERE position = $3";
        let (origin, state) = (PurchaseOrigin::Former.as_str(), PurchaseState::Booked.as_str());
        tx.execute(DOING, sql, values![origin, state, position]).await?;
        note_event(&mut tx, position, actor, PurchaseEvent::Imported, None, now).await?;
        tx.commit(DOING).await?;
        Ok(Imported::New(position))
    }

    /// Keeps a confirmation of KSeF 1.0; `false` when it is here already.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn keep_former_upo(
        &self,
        company: &ContextIdentifier,
        new: &NewFormerUpo<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "INSERT INTO former_upos (company, sha256, content, is_external, kept_at) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company, sha256) DO NOTHING RETURNING position";
        let values = values![
            company.as_str(),
            new.sha256.as_str(),
            new.content.unwrap_or_default(),
            new.content.is_none(),
            now
        ];
        let Some(row) = tx.row(DOING, sql, values).await? else { return Ok(false) };
        let upo = row.int("position")?;
        for some in new.invoices.chunks(ROWS_AT_ONCE) {
            let mut bound: Vec<Value<'_>> = Vec::with_capacity(some.len() * 4);
            let mut rows = Vec::with_capacity(some.len());
            for (number, hash) in some {
                let before = bound.len();
                bound.extend_from_slice(values![
                    company.as_str(),
                    number.as_str(),
                    upo,
                    hash.as_ref().map(Sha256Hash::as_str)
                ]);
                rows.push(places(before, bound.len()));
            }
            let sql = format!(
                "INSERT INTO former_upo_numbers (company, ksef_number, upo, invoice_sha256) VALUES {} \
                 ON CONFLICT DO NOTHING",
                rows.join(", ")
            );
            tx.execute(DOING, sql, &bound).await?;
        }
        tx.commit(DOING).await?;
        Ok(true)
    }
}

impl Store {
    /// The confirmation of KSeF 1.0 that speaks of an invoice, the oldest of several.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn former_upo(
        &self,
        company: &ContextIdentifier,
        number: &KsefNumber,
    ) -> Result<Option<FormerUpo>, StoreError> {
        const SQL: &str = "SELECT former_upos.content, former_upos.sha256, former_upos.is_external, \
             former_upo_numbers.invoice_sha256 FROM former_upo_numbers \
             JOIN former_upos ON former_upos.position = former_upo_numbers.upo \
             WHERE former_upo_numbers.company = $1 AND former_upo_numbers.ksef_number = $2 ORDER BY upo LIMIT 1";
        let row = self.db.row(READING, SQL, values![company.as_str(), number.as_str()]).await?;
        row.map(|row| {
            let content = if row.flag("is_external")? { None } else { Some(row.bytes("content")?) };
            Ok(FormerUpo {
                document: KeptDocument { content, sha256: row.parsed("sha256")?, is_session_page: false },
                invoice_sha256: row.maybe_parsed("invoice_sha256")?,
            })
        })
        .transpose()
    }

    /// How many of these invoices a company has.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn former_invoices_here(
        &self,
        company: &ContextIdentifier,
        sha256: &Sha256Hash,
    ) -> Result<u64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) AS number FROM former_upos \
             JOIN former_upo_numbers ON former_upo_numbers.upo = former_upos.position \
             JOIN purchases ON purchases.company = former_upo_numbers.company \
             AND purchases.ksef_number = former_upo_numbers.ksef_number \
             WHERE former_upos.company = $1 AND former_upos.sha256 = $2";
        let row = self.db.row(READING, SQL, values![company.as_str(), sha256.as_str()]).await?;
        row.map_or(Ok(0), |row| row.int("number").map(i64::unsigned_abs))
    }
}

/// Confirmations that spoke of an invoice which is gone go with the last one that they speak of. Gives the hashes of those that rest
/// in object storage.
pub(crate) async fn erase_former_upos(
    tx: &mut Tx,
    company: &ContextIdentifier,
    number: &str,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT former_upos.position, former_upos.sha256, former_upos.is_external FROM former_upo_numbers \
               JOIN former_upos ON former_upos.position = former_upo_numbers.upo \
               WHERE former_upo_numbers.company = $1 AND former_upo_numbers.ksef_number = $2";
    let mut objects = Vec::new();
    for row in tx.rows(DOING, sql, values![company.as_str(), number]).await? {
        let upo = row.int("position")?;
        let sql = "SELECT 1 AS one FROM former_upo_numbers JOIN purchases \
                   ON purchases.company = former_upo_numbers.company \
                   AND purchases.ksef_number = former_upo_numbers.ksef_number \
                   WHERE former_upo_numbers.upo = $1 LIMIT 1";
        if tx.row(DOING, sql, values![upo]).await?.is_some() {
            continue;
        }
        tx.execute(DOING, "DELETE FROM former_upo_numbers WHERE upo = $1", values![upo]).await?;
        tx.execute(DOING, "DELETE FROM former_upos WHERE position = $1", values![upo]).await?;
        if row.flag("is_external")? {
            objects.push(row.text("sha256")?);
        }
    }
    Ok(objects)
}

/// Four values each.
const ROWS_AT_ONCE: usize = 1_000;
const DOING: &str = "keeping what is of KSeF 1.0";
const READING: &str = "reading what is of KSeF 1.0";
