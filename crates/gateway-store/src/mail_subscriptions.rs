//! Who is told by e-mail, of what and how often, and how far each was told.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::{Row, values};
use crate::{NoticeKind, SaleId, Store, StoreError, StoreWriter};

/// Somebody who is told by e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSubscription {
    /// Its identifier.
    pub id: String,
    /// Of which company.
    pub company: ContextIdentifier,
    /// Where to.
    pub address: String,
    /// `pl` or `en`.
    pub language: String,
    /// Of what; empty for everything.
    pub kinds: Vec<NoticeKind>,
    /// How often: `now`, `hourly` or `daily`.
    pub rhythm: String,
    /// For daily ones the hour in Warsaw, 0 to 23.
    pub hour: i64,
    /// Whether anything is written.
    pub is_active: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Everything up to this notice stands in a letter, or was not wanted.
    pub told_up_to: i64,
}

/// A subscription to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewMailSubscription<'a> {
    /// Its identifier, when there is none of this address yet.
    pub id: &'a str,
    /// Of which company.
    pub company: &'a ContextIdentifier,
    /// Where to.
    pub address: &'a str,
    /// `pl` or `en`.
    pub language: &'a str,
    /// Of what; empty for everything.
    pub kinds: &'a [NoticeKind],
    /// `now`, `hourly` or `daily`.
    pub rhythm: &'a str,
    /// The hour in Warsaw.
    pub hour: i64,
    /// Whether anything is written.
    pub is_active: bool,
    /// By whom.
    pub created_by: &'a str,
    /// Not before.
    pub due_at: Timestamp,
}

/// A letter to be written, which tells everything up to a notice.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'a> {
    /// Its Message-ID.
    pub id: &'a str,
    /// Of which company.
    pub company: &'a ContextIdentifier,
    /// `digest`, `test`, or to a buyer `invoice`, `confirmation`.
    pub purpose: &'a str,
    /// To whom.
    pub recipient: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Plain text.
    pub text: &'a str,
    /// The sale whose documents come with it.
    pub sale: Option<SaleId>,
    /// `pl` or `en`, of the documents.
    pub language: &'a str,
}

impl StoreWriter {
    /// Keeps a subscription; one of the same company and address gets what is new, and goes on where it is.
    ///
    /// # Errors
    /// [`StoreError::TooManySubscriptions`]; [`StoreError::Database`] and its kin.
    pub async fn put_mail_subscription(
        &self,
        new: &NewMailSubscription<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT COUNT(*) AS number FROM mail_subscriptions WHERE company = $1 AND address <> $2";
        let others = tx.row(DOING, sql, values![new.company.as_str(), new.address]).await?;
        if others.map_or(Ok(0), |row| row.int("number"))? >= SUBSCRIPTIONS_MAX {
            return Err(StoreError::TooManySubscriptions);
        }
        tx.execute(
            DOING,
            "INSERT INTO mail_subscriptions (id, company, address, language, kinds, rhythm, hour, is_active, created_at, \
             created_by, told_up_to, due_at) SELECT $1, context, $2, $3, $4, $5, $6, $7, $8, $9, notices, $10 \
             FROM companies WHERE context = $11 ON CONFLICT (company, address) DO UPDATE SET \
             language = excluded.language, kinds = excluded.kinds, rhythm = excluded.rhythm, hour = excluded.hour, \
             told_up_to = CASE WHEN mail_subscriptions.is_active = 1 THEN mail_subscriptions.told_up_to \
             ELSE excluded.told_up_to END, is_active = excluded.is_active, due_at = excluded.due_at",
            values![
                new.id,
                new.address,
                new.language,
                &crate::webhooks::kinds_text(new.kinds),
                new.rhythm,
                new.hour,
                new.is_active,
                now,
                new.created_by,
                new.due_at,
                new.company.as_str(),
            ],
        )
        .await?;
        tx.commit(DOING).await
    }

    /// Forgets a subscription; `false` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn remove_mail_subscription(
        &self,
        company: &ContextIdentifier,
        id: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM mail_subscriptions WHERE company = $1 AND id = $2";
        let is_there = tx.execute(DOING, sql, values![company.as_str(), id]).await? == 1;
        tx.commit(DOING).await?;
        Ok(is_there)
    }

    /// Writes down that a subscriber is told everything up to a notice, with the letter that does it, if there is anything to
    /// tell: both or neither. `false` when somebody else has told it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn digest_written(
        &self,
        told: &MailSubscription,
        up_to: i64,
        letter: Option<&NewLetter<'_>>,
        due_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql =
            "UPDATE mail_subscriptions SET told_up_to = $1, due_at = $2 WHERE id = $3 AND told_up_to = $4";
        if tx.execute(DOING, sql, values![up_to, due_at, &told.id, told.told_up_to]).await? == 0 {
            return Ok(false);
        }
        if let Some(letter) = letter {
            crate::letters::write_letter(&mut tx, letter, now).await?;
        }
        tx.commit(DOING).await?;
        Ok(true)
    }
}

impl Store {
    /// A company's subscriptions, by address.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn mail_subscriptions(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Vec<MailSubscription>, StoreError> {
        const SQL: &str = "SELECT * FROM mail_subscriptions WHERE company = $1 ORDER BY address";
        let rows = self.db.rows("listing subscriptions", SQL, values![company.as_str()]).await?;
        rows.iter().map(subscription_from).collect()
    }

    /// Those whose time has come and who have not been told everything, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn untold_subscriptions(
        &self,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<MailSubscription>, StoreError> {
        const SQL: &str = "SELECT mail_subscriptions.* FROM mail_subscriptions JOIN companies \
                           ON companies.context = mail_subscriptions.company WHERE is_active = 1 AND due_at <= $1 \
                           AND companies.notices > told_up_to ORDER BY due_at LIMIT $2";
        let rows = self.db.rows("looking for subscribers", SQL, values![now, i64::from(limit)]).await?;
        rows.iter().map(subscription_from).collect()
    }

    /// Whether anybody is told by e-mail.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn next_subscription(&self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT MIN(due_at) AS due FROM mail_subscriptions JOIN companies \
                           ON companies.context = mail_subscriptions.company WHERE is_active = 1 \
                           AND companies.notices > told_up_to";
        let row = self.db.row("looking for subscribers", SQL, &[]).await?;
        row.map_or(Ok(None), |row| row.maybe_timestamp("due"))
    }
}

fn subscription_from(row: &Row) -> Result<MailSubscription, StoreError> {
    Ok(MailSubscription {
        id: row.text("id")?,
        company: row.parsed("company")?,
        address: row.text("address")?,
        language: row.text("language")?,
        kinds: row.text("kinds")?.split(',').filter_map(|name| name.parse().ok()).collect(),
        rhythm: row.text("rhythm")?,
        hour: row.int("hour")?,
        is_active: row.flag("is_active")?,
        created_at: row.timestamp("created_at")?,
        created_by: row.text("created_by")?,
        told_up_to: row.int("told_up_to")?,
    })
}

/// Of one company.
const SUBSCRIPTIONS_MAX: i64 = 100;
const DOING: &str = "keeping who is told";
