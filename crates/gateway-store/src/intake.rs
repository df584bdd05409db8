//! Taking sales invoices in: several in one transaction, so that their wait for the disk is shared.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ksef_id::Sha256Hash;

use crate::db::{Tx, values};
use crate::erased_objects::note_unwanted_object;
use crate::erasure::erased_sale;
use crate::error::GIVEN_UP_MAX;
use crate::history::{Event, Happening, write_history};
use crate::sale::{Document, NewSale, ONLINE, Resend, Sale, Taken};
use crate::work::{WorkKind, wake};
use crate::{SaleId, SaleState, StoreError, StoreWriter};

impl StoreWriter {
    /// Writes documents down, before anything else is done with them: one answer for each, in their order. When it
    /// returns they are on disk. A refusal of one does not touch the others. The object of one that was refused, or that is here
    /// as other bytes, is noted to be removed ([`crate::Store::erased_objects`]), unless a document rests there.
    ///
    /// For each: [`StoreError::KeyReused`] when the key brought other bytes before, [`StoreError::NumberTaken`] when
    /// another document has the number, [`StoreError::NotMovable`] when the one whose bytes are to be sent once more was neither
    /// withdrawn nor refused, [`StoreError::UnknownCompany`].
    ///
    /// # Errors
    /// When the database fails; then none was written.
    pub async fn take_sales(
        &self,
        new: &[NewSale],
        now: Timestamp,
    ) -> Result<Vec<Result<Taken, StoreError>>, StoreError> {
        for _ in 0..GIVEN_UP_MAX {
            match self.take_together(new, now).await {
                Err(error) if error.was_given_up() => {}
                done => return done,
            }
        }
        self.take_together(new, now).await
    }

    async fn take_together(
        &self,
        new: &[NewSale],
        now: Timestamp,
    ) -> Result<Vec<Result<Taken, StoreError>>, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        // In the order of companies, so that two nodes never wait for each other crosswise.
        let mut by_company: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, one) in new.iter().enumerate() {
            by_company.entry(one.company.as_str()).or_default().push(index);
        }
        let mut taken: Vec<Option<Result<Taken, StoreError>>> = new.iter().map(|_| None).collect();
        let mut unwanted: Vec<&Sha256Hash> = Vec::new();
        for (company, indexes) in by_company {
            // Nodes take a company's invoices in one after another. Not by its row: who works for it writes there last.
            if self.db.is_postgres() {
                const LOCK: &str = "SELECT CASE WHEN pg_advisory_xact_lock(hashtextextended($1, 1)) IS NULL \
                                    THEN 0 ELSE 1 END AS got";
                tx.row(DOING, LOCK, values![company]).await?;
            }
            const KNOWN: &str = "SELECT 1 AS one FROM companies WHERE context = $1";
            let is_known = tx.row(DOING, KNOWN, values![company]).await?.is_some();
            // Next to nobody has any: asked once, and not for each.
            const ANY_ERASED: &str =
                "SELECT 1 AS one FROM erased_documents WHERE company = $1 AND number_key IS NOT NULL LIMIT 1";
            let has_erased = tx.row(DOING, ANY_ERASED, values![company]).await?.is_some();
            let mut rings = false;
            for index in indexes {
                let Some(one) = new.get(index) else { continue };
                let outcome = if is_known {
                    take(&mut tx, one, has_erased, now).await
                } else {
                    Err(StoreError::UnknownCompany { context: company.to_owned() })
                };
                match &outcome {
                    Err(error) if error.may_pass() => return outcome.map(|_| Vec::new()),
                    Ok(Taken::New(sale)) => rings |= sale.state.moves_by_itself(),
                    // Its bytes were brought to the object store before this was known.
                    _ if one.is_external => unwanted.push(&one.sha256),
                    _ => {}
                }
                if let Some(place) = taken.get_mut(index) {
                    *place = Some(outcome);
                }
            }
            if rings {
                wake(&mut tx, company, WorkKind::Sales, now).await?;
            }
        }
        // After all of them, and in one order: one that was taken may have the same bytes, and nodes must not wait crosswise.
        unwanted.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        for sha256 in unwanted {
            note_unwanted_object(&mut tx, sha256).await?;
        }
        tx.commit(DOING).await?;
        Ok(taken.into_iter().flatten().collect())
    }
}

async fn take(tx: &mut Tx, new: &NewSale, has_erased: bool, now: Timestamp) -> Result<Taken, StoreError> {
    let company = new.company.as_str();
    let own_key = new.resends.as_ref().map(Resend::key).or_else(|| new.idempotency_key.clone());
    if let Some(key) = &own_key {
        const EARLIER: &str = "SELECT * FROM sales WHERE company = $1 AND idempotency_key = $2";
        if let Some(row) = tx.row(DOING, EARLIER, values![company, key]).await? {
            let sale = Sale::from_row(&row)?;
            return if is_same(&sale, new) { Ok(Taken::Known(sale)) } else { Err(StoreError::KeyReused) };
        }
    }
    // KSeF may have forgotten the number by now, the books have not.
    if has_erased && let Some(former) = erased_sale(tx, company, new.number_key.as_deref()).await? {
        let id = former.parse().map_err(|_| StoreError::Corrupt { what: "an identifier", found: former })?;
        return Err(StoreError::NumberTaken { id });
    }
    let before = match &new.resends {
        Some(resend) => Some((resend.of, ended_before(tx, company, resend.of).await?)),
        None => None,
    };
    let offline = new.resends.as_ref().and_then(|resend| resend.offline.as_ref());
    let due_on = offline.and_then(|(issue, _)| issue.due_on).map(|day| day.to_string());
    let id = SaleId::generate();
    let inserted = tx
        .row(
            DOING,
            "INSERT INTO sales (id, company, idempotency_key, state, policy, form, kind, invoice_number, number_key, \
             issue_date, buyer_nip, buyer_name, gross, gross_minor, currency, is_batch_only, is_self_billing, corrects, \
             technical_of, findings, sha256, source_sha256, size_bytes, mode, offline_at, due_on, certificate_link, \
             created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
             $22, $23, $25, $26, $27, $28, $24, $24) ON CONFLICT (company, number_key) DO NOTHING RETURNING *",
            values![
                &id.to_string(),
                company,
                own_key.as_deref(),
                new.state.as_str(),
                &new.policy,
                &new.form,
                &new.kind,
                &new.invoice_number,
                new.number_key.as_deref(),
                &new.issue_date.to_string(),
                new.buyer_nip.as_deref(),
                new.buyer_name.as_deref(),
                &new.gross,
                new.gross_minor,
                &new.currency,
                new.is_batch_only,
                new.is_self_billing,
                new.corrects.map(|id| id.to_string()).as_deref(),
                new.technical_of.map(|id| id.to_string()).as_deref(),
                new.findings.as_deref(),
                new.sha256.as_str(),
                new.source_sha256.as_ref().map(Sha256Hash::as_str),
                new.size_bytes,
                now,
                offline.map_or(ONLINE, |(issue, _)| issue.mode.as_str()),
                offline.map(|(_, at)| *at),
                due_on.as_deref(),
                offline.and_then(|(issue, _)| issue.certificate_link.as_deref()),
            ],
        )
        .await?;
    let Some(row) = inserted else {
        const SAME_NUMBER: &str = "SELECT * FROM sales WHERE company = $1 AND number_key = $2";
        let row = tx.row(DOING, SAME_NUMBER, values![company, new.number_key.as_deref()]).await?;
        let Some(row) = row else {
            return Err(StoreError::Corrupt { what: "a number", found: new.invoice_number.clone() });
        };
        let sale = Sale::from_row(&row)?;
        // The same file under another name is the same invoice; with a key of its own it is a mistake to be told.
        let is_known = is_same(&sale, new) && own_key.is_none();
        return if is_known { Ok(Taken::Known(sale)) } else { Err(StoreError::NumberTaken { id: sale.id }) };
    };
    let sale = Sale::from_row(&row)?;
    write_document(tx, id, Document::Xml, new.sha256.as_str(), &new.content, new.is_external).await?;
    let by = |event, detail| Happening { actor: &new.actor, detail, ..Happening::plain(event) };
    let detail = before.map(|(of, _)| of.to_string());
    write_history(tx, id, sale.state, &by(Event::TakenIn, detail), now).await?;
    if let Some((issue, _)) = offline {
        write_history(tx, id, sale.state, &by(Event::OfflineIssued, Some(issue.mode.clone())), now).await?;
    }
    if let Some((of, state)) = before {
        write_history(tx, of, state, &by(Event::SentAgain, Some(id.to_string())), now).await?;
    }
    Ok(Taken::New(sale))
}

/// Where the sale stands whose bytes are to be sent once more: at an end that KSeF has nothing of.
async fn ended_before(tx: &mut Tx, company: &str, of: SaleId) -> Result<SaleState, StoreError> {
    const SQL: &str =
        "SELECT state FROM sales WHERE id = $1 AND company = $2 AND state IN ('withdrawn', 'rejected')";
    match tx.row(DOING, SQL, values![&of.to_string(), company]).await? {
        Some(row) => row.parsed("state"),
        None => Err(StoreError::NotMovable { id: of, to: SaleState::Waiting }),
    }
}

/// The same bytes, or built from the same.
fn is_same(sale: &Sale, new: &NewSale) -> bool {
    sale.sha256 == new.sha256 || (new.source_sha256.is_some() && sale.source_sha256 == new.source_sha256)
}

pub(crate) async fn write_document(
    tx: &mut Tx,
    id: SaleId,
    document: Document,
    sha256: &str,
    content: &[u8],
    is_external: bool,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO sale_documents (sale_id, kind, sha256, content, is_external) \
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sale_id, kind) DO UPDATE \
                       SET sha256 = excluded.sha256, content = excluded.content, is_external = excluded.is_external";
    let content = if is_external { &[] } else { content };
    let key = id.to_string();
    let values = values![&key, document.as_str(), sha256, content, is_external];
    tx.execute("writing a document", SQL, values).await.map(drop)
}

const DOING: &str = "taking invoices in";
