//! What companies are told: notices, written in the transaction of what they tell of, so that nothing is told twice or never.
//!
//! A notice tells of up to [`THINGS_MAX`] things of one kind. Listeners read them in the order of their numbers; webhooks
//! get a delivery of each in the same transaction.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;
use serde_json::{Value as Json, json};

use crate::db::{Row, Tx, values};
use crate::{Store, StoreError, StoreWriter};

/// Defines the kinds: variant and name.
macro_rules! kinds {
    ($( $(#[$meta:meta])* $variant:ident = $name:literal; )+) => {
        /// What a notice tells. The names are part of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum NoticeKind { $( $(#[$meta])* $variant, )+ }

        impl NoticeKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The name in the database and in the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }
        }

        impl std::str::FromStr for NoticeKind {
            type Err = ();
            fn from_str(name: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == name).ok_or(())
            }
        }

        impl std::fmt::Display for NoticeKind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

kinds! {
    /// Purchases came from KSeF.
    PurchasesReceived = "purchases.received";
    /// Sales have their KSeF numbers.
    InvoicesNumbered = "invoices.numbered";
    /// Sales were issued in an offline mode; KSeF gets them later.
    InvoicesIssuedOffline = "invoices.issuedOffline";
    /// The UPOs of sales were verified and stored.
    InvoicesConfirmed = "invoices.confirmed";
    /// KSeF refused sales, or has other documents under their numbers.
    InvoicesRejected = "invoices.rejected";
    /// The terms of invoices issued offline end soon, today, or have ended.
    DeadlineNear = "deadline.near";
    /// A certificate of the company ends soon.
    CredentialExpiring = "credential.expiring";
    /// KSeF gives documents up within the year that are not whole here.
    DocumentsLeaving = "documents.leavingKsef";
    /// KSeF announced a failure or an unavailability.
    OutageBegan = "ksef.outageBegan";
    /// It announced the end.
    OutageEnded = "ksef.outageEnded";
    /// A webhook was switched off after long failure.
    WebhookSwitchedOff = "webhook.switchedOff";
}

/// Something that a company is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Whose.
    pub company: ContextIdentifier,
    /// Its place in the company's order, from 1; there are gaps.
    pub number: i64,
    /// The same for every listener and every attempt.
    pub id: String,
    /// What it tells.
    pub kind: NoticeKind,
    /// When it happened, by the company's clock.
    pub at: Timestamp,
    /// How many things it tells of.
    pub things: i64,
    /// `items` and what goes with them.
    pub data: Json,
}

/// One thing of a notice, told once for its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// What keeps it from being told again in this company.
    pub key: String,
    /// Told only if this key was told before.
    pub only_after: Option<String>,
    /// What is told.
    pub item: Json,
}

impl StoreWriter {
    /// Tells a company what was not told yet; returns how much of it is new.
    ///
    /// # Errors
    /// [`StoreError::UnknownCompany`], [`StoreError::Database`] and its kin.
    pub async fn tell_once(
        &self,
        company: &ContextIdentifier,
        kind: NoticeKind,
        tellings: &[Telling],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let new = tell_once(&mut tx, company.as_str(), kind, tellings, now).await?;
        if new > 0 {
            tx.commit(DOING).await?;
        }
        Ok(new)
    }

    /// Forgets notices from before a moment that no delivery waits for, and keys from long before; at most some thousands.
    /// Returns how many notices went.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn forget_notices(&self, before: Timestamp, keys_before: Timestamp) -> Result<u64, StoreError> {
        const DOING: &str = "forgetting notices";
        let mut tx = self.db.begin(DOING).await?;
        let sql = format!(
            "DELETE FROM webhook_deliveries WHERE position IN (SELECT position FROM webhook_deliveries \
             WHERE state <> 'pending' AND begun_at < $1 ORDER BY position LIMIT {FORGOTTEN_AT_ONCE})"
        );
        tx.execute(DOING, sql, values![before]).await?;
        let sql = format!(
            "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE at < $1 AND NOT EXISTS (SELECT 1 \
             FROM webhook_deliveries AS delivery WHERE delivery.company = notices.company \
             AND delivery.notice = notices.number) ORDER BY at LIMIT {FORGOTTEN_AT_ONCE})"
        );
        let gone = tx.execute(DOING, sql, values![before]).await?;
        tx.execute(DOING, "DELETE FROM notice_keys WHERE at < $1", values![keys_before]).await?;
        tx.commit_untold(DOING).await?;
        Ok(gone)
    }
}

impl Store {
    /// A company's notices after a number, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn notices(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Notice>, StoreError> {
        const SQL: &str = "SELECT * FROM notices WHERE company = $1 AND number > $2 ORDER BY number LIMIT $3";
        let values = values![company.as_str(), after, i64::from(limit)];
        self.db.rows("reading notices", SQL, values).await?.iter().map(notice_from).collect()
    }

    /// What grows whenever a company is told something or its purchases change: a look at one row.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn change_marks(&self, company: &ContextIdentifier) -> Result<[i64; 2], StoreError> {
        const SQL: &str = "SELECT notices, purchase_changes FROM companies WHERE context = $1";
        let row = self.db.row("looking whether anything changed", SQL, values![company.as_str()]).await?;
        row.map_or(Ok([0; 2]), |row| Ok([row.int("notices")?, row.int("purchase_changes")?]))
    }

    /// The number of a company's last notice; 0 when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn last_notice(&self, company: &ContextIdentifier) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT notices FROM companies WHERE context = $1";
        let row = self.db.row("looking at notices", SQL, values![company.as_str()]).await?;
        row.map_or(Ok(0), |row| row.int("notices"))
    }
}

/// Tells a company of things, in notices of at most [`THINGS_MAX`]; `data` is added to each.
pub(crate) async fn tell(
    tx: &mut Tx,
    company: &str,
    kind: NoticeKind,
    items: &[Json],
    now: Timestamp,
) -> Result<(), StoreError> {
    for some in items.chunks(THINGS_MAX) {
        let data = json!({ "count": some.len(), "items": some });
        tell_one(tx, company, kind, some.len(), &data, now).await?;
    }
    Ok(())
}

/// Tells a company one notice, and gives it to the company's webhooks.
pub(crate) async fn tell_one(
    tx: &mut Tx,
    company: &str,
    kind: NoticeKind,
    things: usize,
    data: &Json,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE companies SET notices = notices + 1 WHERE context = $1 RETURNING notices";
    let row = tx.row(DOING, sql, values![company]).await?;
    let number =
        row.ok_or_else(|| StoreError::UnknownCompany { context: company.to_owned() })?.int("notices")?;
    let things = i64::try_from(things).unwrap_or(i64::MAX);
    let id = format!("msg_{}", uuid::Uuid::now_v7().simple());
    tx.execute(
        DOING,
        "INSERT INTO notices (company, number, id, kind, at, things, data) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![company, number, &id, kind.as_str(), now, things, &data.to_string()],
    )
    .await?;
    crate::deliveries::fan_out(tx, company, number, kind).await
}

/// Tells what was not told yet.
pub(crate) async fn tell_once(
    tx: &mut Tx,
    company: &str,
    kind: NoticeKind,
    tellings: &[Telling],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut items = Vec::new();
    for telling in tellings {
        if let Some(before) = &telling.only_after {
            let sql = "SELECT 1 AS one FROM notice_keys WHERE company = $1 AND name = $2";
            if tx.row(DOING, sql, values![company, before]).await?.is_none() {
                continue;
            }
        }
        let sql = "INSERT INTO notice_keys (company, name, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        // Counted by the machine's clock: a simulator's may be years ahead.
        if tx.execute(DOING, sql, values![company, &telling.key, Timestamp::now()]).await? == 1 {
            items.push(telling.item.clone());
        }
    }
    tell(tx, company, kind, &items, now).await?;
    Ok(items.len())
}

pub(crate) fn notice_from(row: &Row) -> Result<Notice, StoreError> {
    let data = row.text("data")?;
    Ok(Notice {
        company: row.parsed("company")?,
        number: row.int("number")?,
        id: row.text("id")?,
        kind: row.parsed("kind")?,
        at: row.timestamp("at")?,
        things: row.int("things")?,
        data: serde_json::from_str(&data)
            .map_err(|_| StoreError::Corrupt { what: "a notice", found: data })?,
    })
}

/// Things in one notice: what a receiver takes without thinking of its limits, some 30 kB.
pub(crate) const THINGS_MAX: usize = 100;
const FORGOTTEN_AT_ONCE: u32 = 5000;
const DOING: &str = "telling a company";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names_of_their_own() {
        for (place, kind) in NoticeKind::ALL.iter().enumerate() {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert!(NoticeKind::ALL[..place].iter().all(|other| other.as_str() != kind.as_str()));
            // They stand in lists that are searched for `,name,`.
            assert!(kind.as_str().bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.'));
        }
    }
}
