//! To whom purchases are assigned: by rules when they arrive, later on demand, or by hand. And what people say about them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::{Tx, Value, values};
use crate::purchase_changes::{next_changes, note_event};
use crate::purchase_decisions::touch;
use crate::purchase_receipt::places;
use crate::purchase_state::{Approval, PurchaseEvent};
use crate::purchases::purchases_from;
use crate::{Purchase, Store, StoreError, StoreWriter};

/// To whom something is assigned.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    /// Identifiers of users.
    pub persons: Vec<String>,
    /// Identifiers of units.
    pub units: Vec<String>,
    /// What the history says: to whom, and by which rule.
    pub detail: String,
}

impl Assignment {
    /// Whether it names nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty() && self.units.is_empty()
    }
}

/// Whom a purchase is assigned to, as people know them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignees {
    /// Logins.
    pub persons: Vec<String>,
    /// Identifier and name of units.
    pub units: Vec<(String, String)>,
}

impl Store {
    /// Whom a purchase is assigned to.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn assignees(&self, position: i64) -> Result<Assignees, StoreError> {
        const PERSONS: &str = "SELECT users.login FROM purchase_persons JOIN users ON users.id = purchase_persons.user_id \
                               WHERE purchase_persons.purchase = $1 ORDER BY users.login";
        const UNITS: &str = "SELECT units.identifier, units.name FROM purchase_units JOIN units \
                             ON units.id = purchase_units.unit WHERE purchase_units.purchase = $1 \
                             ORDER BY units.identifier";
        let persons = self.db.rows(READING, PERSONS, values![position]).await?;
        let units = self.db.rows(READING, UNITS, values![position]).await?;
        Ok(Assignees {
            persons: persons.iter().map(|row| row.text("login")).collect::<Result<_, _>>()?,
            units: units
                .iter()
                .map(|row| Ok((row.text("identifier")?, row.text("name")?)))
                .collect::<Result<_, StoreError>>()?,
        })
    }

    /// Purchases that nobody is assigned to, after a place in the order of arrival, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unassigned_purchases(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError> {
        let sql = format!(
            "SELECT * FROM purchases WHERE company = $1 AND is_sale = 0 AND arrival > $2{} ORDER BY arrival LIMIT $3",
            is_assigned(false)
        );
        let values = values![company.as_str(), after, i64::from(limit)];
        purchases_from(&self.db.rows(READING, sql, values).await?)
    }
}

/// The condition that somebody is assigned to a purchase, or nobody.
pub(crate) fn is_assigned(is: bool) -> String {
    let one =
        |table: &str| format!("EXISTS (SELECT 1 FROM {table} WHERE {table}.purchase = purchases.position)");
    let any = format!("({} OR {})", one("purchase_persons"), one("purchase_units"));
    if is { format!(" AND {any}") } else { format!(" AND NOT {any}") }
}

impl StoreWriter {
    /// Assigns a purchase to these and to nobody else.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::Database`] and its kin.
    pub async fn assign_purchase(
        &self,
        company: &ContextIdentifier,
        position: i64,
        to: &Assignment,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        touch(&mut tx, company, position).await?;
        for table in ["purchase_persons", "purchase_units"] {
            let sql = format!("DELETE FROM {table} WHERE purchase = $1");
            tx.execute(DOING, sql, values![position]).await?;
        }
        assign(&mut tx, company, to, &[position]).await?;
        let detail = Some(to.detail.as_str()).filter(|detail| !detail.is_empty());
        note_event(&mut tx, position, actor, PurchaseEvent::Assigned, detail, now).await?;
        tx.commit(DOING).await
    }

    /// Assigns purchases that nobody is assigned to; what somebody got meanwhile stays with him. Returns how many it were.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn assign_unassigned(
        &self,
        company: &ContextIdentifier,
        assignments: &[(i64, Assignment)],
        actor: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let wanted: Vec<&(i64, Assignment)> = assignments.iter().filter(|(_, to)| !to.is_empty()).collect();
        if wanted.is_empty() {
            return Ok(0);
        }
        let mut tx = self.db.begin(DOING).await?;
        // The row of the company's changes is held first: who assigns by hand takes it, too.
        let last = next_changes(&mut tx, company, wanted.len()).await?;
        let mut change = last - i64::try_from(wanted.len()).unwrap_or(0);
        let mut free: Vec<(i64, &Assignment)> = Vec::with_capacity(wanted.len());
        for (position, to) in wanted {
            let sql = format!(
                "UPDATE purchases SET changed = $1 WHERE position = $2 AND company = $3{}",
                is_assigned(false)
            );
            change += 1;
            if tx.execute(DOING, sql, values![change, *position, company.as_str()]).await? == 1 {
                free.push((*position, to));
            }
        }
        assign_many(&mut tx, company, &free, actor, now).await?;
        tx.commit(DOING).await?;
        Ok(free.len())
    }

    /// Adds a comment to a purchase's history.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::Database`] and its kin.
    pub async fn comment_purchase(
        &self,
        company: &ContextIdentifier,
        position: i64,
        text: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "commenting on a purchase";
        let mut tx = self.db.begin(DOING).await?;
        touch(&mut tx, company, position).await?;
        note_event(&mut tx, position, actor, PurchaseEvent::Commented, Some(text), now).await?;
        tx.commit(DOING).await
    }

    /// Approves or rejects a purchase, or takes that back with `None`. What stands so already is written down once more: another
    /// person may have said it.
    ///
    /// # Errors
    /// [`StoreError::UnknownPurchase`], [`StoreError::Database`] and its kin.
    pub async fn approve_purchase(
        &self,
        company: &ContextIdentifier,
        position: i64,
        approval: Option<Approval>,
        reason: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "approving a purchase";
        let mut tx = self.db.begin(DOING).await?;
        touch(&mut tx, company, position).await?;
        let sql = "UPDATE purchases SET approval = $1 WHERE position = $2";
        tx.execute(DOING, sql, values![approval.map(Approval::as_str), position]).await?;
        let event = match approval {
            Some(Approval::Approved) => PurchaseEvent::Approved,
            Some(Approval::Rejected) => PurchaseEvent::Rejected,
            None => PurchaseEvent::Undecided,
        };
        let detail = Some(reason).filter(|reason| !reason.is_empty());
        note_event(&mut tx, position, actor, event, detail, now).await?;
        tx.commit(DOING).await
    }
}

/// Assigns what arrived, each kind of assignment by one statement, however many purchases it is for.
pub(crate) async fn assign_many(
    tx: &mut Tx,
    company: &ContextIdentifier,
    assignments: &[(i64, &Assignment)],
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut groups: BTreeMap<&Assignment, Vec<i64>> = BTreeMap::new();
    for (position, to) in assignments {
        if !to.is_empty() {
            groups.entry(to).or_default().push(*position);
        }
    }
    for (to, positions) in groups {
        assign(tx, company, to, &positions).await?;
        for some in positions.chunks(tx.rows_of_a_statement()) {
            let mut bound: Vec<Value<'_>> = Vec::with_capacity(some.len() * 5);
            let mut rows = Vec::with_capacity(some.len());
            for position in some {
                let before = bound.len();
                let event = PurchaseEvent::Assigned.as_str();
                bound.extend_from_slice(values![*position, now, actor, event, to.detail.as_str()]);
                rows.push(places(before, bound.len()));
            }
            let sql = format!(
                "INSERT INTO purchase_history (purchase, at, actor, event, detail) VALUES {}",
                rows.join(", ")
            );
            tx.execute(DOING, sql, &bound).await?;
        }
    }
    Ok(())
}

/// Adds people and units to purchases of a company; users that are gone, and other companies' units, get nothing.
async fn assign(
    tx: &mut Tx,
    company: &ContextIdentifier,
    to: &Assignment,
    positions: &[i64],
) -> Result<(), StoreError> {
    let listed = positions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let of_company = format!("purchases.company = $2 AND purchases.position IN ({listed})");
    for person in &to.persons {
        let sql = format!(
            "INSERT INTO purchase_persons (user_id, purchase) SELECT users.id, purchases.position \
             FROM users, purchases WHERE users.id = $1 AND {of_company} ON CONFLICT DO NOTHING"
        );
        tx.execute(DOING, sql, values![person, company.as_str()]).await?;
    }
    for unit in &to.units {
        let sql = format!(
            "INSERT INTO purchase_units (unit, purchase) SELECT units.id, purchases.position \
             FROM units, purchases WHERE units.id = $1 AND units.company = $2 AND {of_company} ON CONFLICT DO NOTHING"
        );
        tx.execute(DOING, sql, values![unit, company.as_str()]).await?;
    }
    Ok(())
}

const READING: &str = "reading assignments";
const DOING: &str = "assigning purchases";
