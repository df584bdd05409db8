//! What people and programs decide about purchases, and what they enter themselves.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};

use crate::db::{Tx, values};
use crate::purchase_changes::{next_changes, note_event};
use crate::purchase_receipt::{FACTS, Texts, facts_values, places};
use crate::purchase_state::{Confirmation, PurchaseEvent, PurchaseOrigin};
use crate::{ITSELF, PurchaseFacts, PurchaseRole, PurchaseState, StoreError, StoreWriter, WorkKind};

/// A document that somebody enters.
#[derive(Debug, Clone)]
pub struct EnteredDocument {
    /// The company is its seller.
    pub is_sale: bool,
    /// Its KSeF number, if it has one.
    pub ksef_number: Option<KsefNumber>,
    /// How it was issued: `online`, or as `gateway-rules` names it.
    pub mode: String,
    /// The date of receipt.
    pub received_on: Date,
    /// What stands on it.
    pub facts: PurchaseFacts,
    /// Seller and number, by which copies are known.
    pub copy_key: String,
    /// What was written about it.
    pub note: Option<String>,
}

impl StoreWriter {
    /// Moves a purchase to another state; one that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::PurchaseNotMovable`], [`StoreError::Database`] and its kin.
    pub async fn move_purchase(
        &self,
        company: &ContextIdentifier,
        position: i64,
        to: PurchaseState,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.purchase_to(company, position, None, to, actor, now).await
    }

    /// A new purchase was looked at; what somebody decided of one meanwhile stays.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::Database`] and its kin.
    pub async fn see_purchase(
        &self,
        company: &ContextIdentifier,
        position: i64,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (from, to) = (PurchaseState::New, PurchaseState::Seen);
        self.purchase_to(company, position, Some(from), to, actor, now).await
    }

    async fn purchase_to(
        &self,
        company: &ContextIdentifier,
        position: i64,
        only_from: Option<PurchaseState>,
        to: PurchaseState,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "moving a purchase";
        let mut tx = self.db.begin(DOING).await?;
        let changed = next_changes(&mut tx, company, 1).await?;
        let sql = "SELECT state FROM purchases WHERE company = $1 AND position = $2";
        let row = tx.row(DOING, sql, values![company.as_str(), position]).await?;
        let state: PurchaseState = row.ok_or(StoreError::UnknownPurchase { position })?.parsed("state")?;
        if state == to || only_from.is_some_and(|only_from| only_from != state) {
            return Ok(());
        }
        if !state.next().contains(&to) {
            return Err(StoreError::PurchaseNotMovable { from: state, to });
        }
        let sql = "UPDATE purchases SET state = $1, changed = $2 WHERE position = $3";
        tx.execute(DOING, sql, values![to.as_str(), changed, position]).await?;
        note_event(&mut tx, position, actor, PurchaseEvent::Moved, Some(to.as_str()), now).await?;
        tx.commit(DOING).await
    }

    /// Writes down what somebody enters. With a KSeF number KSeF is asked for it later; the worker is rung for.
    /// Returns its identifier.
    ///
    /// # Errors
    /// [`StoreError::PurchaseKnown`] when the KSeF number is here already, or outside KSeF the seller's number;
    /// [`StoreError::Database`] and its kin.
    pub async fn enter_document(
        &self,
        company: &ContextIdentifier,
        entered: &EnteredDocument,
        actor: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        const DOING: &str = "entering a document";
        let mut tx = self.db.begin(DOING).await?;
        let change = next_changes(&mut tx, company, 1).await?;
        let same = match &entered.ksef_number {
            Some(number) => {
                let sql = "SELECT position FROM purchases WHERE company = $1 AND ksef_number = $2";
                tx.row(DOING, sql, values![company.as_str(), number.as_str()]).await?
            }
            // Whose it is nobody said by an identifier: then it is the same under the same name.
            None if entered.copy_key.is_empty() => {
                let sql = "SELECT position FROM purchases WHERE company = $1 AND copy_key = '' AND copy_of IS NULL \
                           AND invoice_number = $2 AND COALESCE(seller_name, '') = $3 ORDER BY arrival LIMIT 1";
                let name = entered.facts.seller_name.as_deref().unwrap_or_default();
                tx.row(DOING, sql, values![company.as_str(), &entered.facts.invoice_number, name]).await?
            }
            None => {
                let sql = "SELECT position FROM purchases WHERE company = $1 AND copy_key = $2 AND copy_of IS NULL \
                           ORDER BY arrival LIMIT 1";
                tx.row(DOING, sql, values![company.as_str(), &entered.copy_key]).await?
            }
        };
        if let Some(row) = same {
            return Err(StoreError::PurchaseKnown { position: row.int("position")? });
        }
        let texts = Texts::of(&entered.facts, entered.received_on);
        let role = if entered.is_sale { PurchaseRole::Seller } else { PurchaseRole::Buyer };
        let (origin, confirmation) = match entered.ksef_number {
            Some(_) => (PurchaseOrigin::Hand, Some(Confirmation::Pending.as_str())),
            None => (PurchaseOrigin::Outside, None),
        };
        let mut bound = facts_values(&entered.facts, &texts).to_vec();
        bound.extend_from_slice(values![
            company.as_str(),
            change,
            change,
            entered.is_sale,
            role.bit(),
            origin.as_str(),
            &entered.mode,
            PurchaseState::New.as_str(),
            entered.ksef_number.as_ref().map(KsefNumber::as_str),
            confirmation,
            now,
            &entered.copy_key,
            entered.note.as_deref(),
        ]);
        let sql = format!(
            "INSERT INTO purchases ({FACTS}, company, arrival, changed, is_sale, roles, origin, mode, state, ksef_number, \
             confirmation, received_at, copy_key, note) VALUES {} RETURNING position",
            places(0, bound.len())
        );
        let row = tx.row(DOING, sql, &bound).await?;
        let position =
            row.map_or(Err(StoreError::UnknownPurchase { position: 0 }), |row| row.int("position"))?;
        note_event(&mut tx, position, actor, PurchaseEvent::Entered, None, now).await?;
        if entered.ksef_number.is_some() {
            crate::work::wake(&mut tx, company.as_str(), WorkKind::Purchases, now).await?;
        }
        tx.commit(DOING).await?;
        Ok(position)
    }

    /// KSeF has no invoice of a number that was entered, or none that the company may see.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn purchase_not_confirmed(
        &self,
        company: &ContextIdentifier,
        position: i64,
        code: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "noting an answer";
        let mut tx = self.db.begin(DOING).await?;
        let changed = next_changes(&mut tx, company, 1).await?;
        let sql = "UPDATE purchases SET confirmation = 'unknown', changed = $1 \
                   WHERE position = $2 AND company = $3 AND confirmation = 'pending'";
        if tx.execute(DOING, sql, values![changed, position, company.as_str()]).await? == 1 {
            note_event(&mut tx, position, ITSELF, PurchaseEvent::NotConfirmed, Some(code), now).await?;
        }
        tx.commit(DOING).await
    }

    /// Lays a scan beside a document, in the place of an earlier one; without bytes one that rests in object storage.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::Database`] and its kin.
    pub async fn put_scan(
        &self,
        company: &ContextIdentifier,
        position: i64,
        scan: (&str, &Sha256Hash, Option<&[u8]>),
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "keeping a scan";
        let (media_type, sha256, content) = scan;
        let mut tx = self.db.begin(DOING).await?;
        touch(&mut tx, company, position).await?;
        let sql = "INSERT INTO purchase_documents (purchase, kind, media_type, sha256, content, is_external) \
                   VALUES ($1, 'scan', $2, $3, $4, $5) ON CONFLICT (purchase, kind) DO UPDATE SET \
                   media_type = excluded.media_type, sha256 = excluded.sha256, content = excluded.content, \
                   is_external = excluded.is_external";
        tx.execute(
            DOING,
            sql,
            values![position, media_type, sha256.as_str(), content.unwrap_or_default(), content.is_none()],
        )
        .await?;
        note_event(&mut tx, position, actor, PurchaseEvent::ScanAdded, Some(media_type), now).await?;
        tx.commit(DOING).await
    }

    /// Writes a note on a purchase; an empty one takes it away.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::Database`] and its kin.
    pub async fn note_purchase(
        &self,
        company: &ContextIdentifier,
        position: i64,
        note: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "noting";
        let mut tx = self.db.begin(DOING).await?;
        touch(&mut tx, company, position).await?;
        let kept = Some(note).filter(|note| !note.is_empty());
        tx.execute(DOING, "UPDATE purchases SET note = $1 WHERE position = $2", values![kept, position])
            .await?;
        note_event(&mut tx, position, actor, PurchaseEvent::Noted, kept, now).await?;
        tx.commit(DOING).await
    }

    /// A copy of a purchase came another way.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::Database`] and its kin.
    pub async fn note_copy(
        &self,
        company: &ContextIdentifier,
        position: i64,
        detail: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "noting a copy";
        let mut tx = self.db.begin(DOING).await?;
        touch(&mut tx, company, position).await?;
        note_event(&mut tx, position, actor, PurchaseEvent::CopyFound, Some(detail), now).await?;
        tx.commit(DOING).await
    }
}

/// A change to a purchase that must be there.
pub(crate) async fn touch(tx: &mut Tx, company: &ContextIdentifier, position: i64) -> Result<(), StoreError> {
    let changed = next_changes(tx, company, 1).await?;
    let sql = "UPDATE purchases SET changed = $1 WHERE position = $2 AND company = $3";
    match tx.execute("changing a purchase", sql, values![changed, position, company.as_str()]).await? {
        0 => Err(StoreError::UnknownPurchase { position }),
        _ => Ok(()),
    }
}
