//! Webhooks: where a company's notices go. Their secrets are here sealed only.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::{Row, values};
use crate::{NoticeKind, Store, StoreError, StoreWriter};

/// A webhook, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its identifier.
    pub id: String,
    /// Whose notices it gets.
    pub company: ContextIdentifier,
    /// What people call it.
    pub name: String,
    /// Where they go.
    pub url: String,
    /// Which ones; empty for all.
    pub kinds: Vec<NoticeKind>,
    /// Whether anything is sent.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Since when nothing that was sent was taken.
    pub failing_since: Option<Timestamp>,
    /// When it was switched off by itself.
    pub switched_off_at: Option<Timestamp>,
    /// Deliveries that wait.
    pub waiting: i64,
}

/// A webhook to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewWebhook<'a> {
    /// Its identifier, to which the secret is bound.
    pub id: &'a str,
    /// Whose notices it gets.
    pub company: &'a ContextIdentifier,
    /// What people call it.
    pub name: &'a str,
    /// Where they go.
    pub url: &'a str,
    /// Which ones; empty for all.
    pub kinds: &'a [NoticeKind],
    /// Its secret, sealed.
    pub secret: &'a [u8],
    /// Who makes it.
    pub created_by: &'a str,
}

/// What of a webhook changes; what is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebhookChange<'a> {
    /// What people call it.
    pub name: Option<&'a str>,
    /// Where notices go.
    pub url: Option<&'a str>,
    /// Which ones; empty for all.
    pub kinds: Option<&'a [NoticeKind]>,
    /// Whether anything is sent. Switched on again it has no failures behind it.
    pub is_active: Option<bool>,
}

impl StoreWriter {
    /// Keeps a new webhook: it gets what is told from now on.
    ///
    /// # Errors
    /// [`StoreError::TooManyWebhooks`]; [`StoreError::Database`] and its kin.
    pub async fn add_webhook(&self, new: &NewWebhook<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT COUNT(*) AS number FROM webhooks WHERE company = $1";
        let there = tx.row(DOING, sql, values![new.company.as_str()]).await?;
        if there.map_or(Ok(0), |row| row.int("number"))? >= WEBHOOKS_MAX {
            return Err(StoreError::TooManyWebhooks);
        }
        tx.execute(
            DOING,
            "INSERT INTO webhooks (id, company, name, url, kinds, secret, created_at, created_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                new.id,
                new.company.as_str(),
                new.name,
                new.url,
                &kinds_text(new.kinds),
                new.secret,
                now,
                new.created_by
            ],
        )
        .await?;
        tx.commit(DOING).await
    }

    /// Changes a webhook.
    ///
    /// # Errors
    /// [`StoreError::UnknownWebhook`]; [`StoreError::Database`] and its kin.
    pub async fn change_webhook(
        &self,
        company: &ContextIdentifier,
        id: &str,
        change: &WebhookChange<'_>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let kinds = change.kinds.map(kinds_text);
        let changed = tx
            .execute(
                DOING,
                "UPDATE webhooks SET name = COALESCE($1, name), url = COALESCE($2, url), \
                 kinds = COALESCE($3, kinds), is_active = COALESCE($4, is_active), \
                 failing_since = CASE WHEN $4 = 1 THEN NULL ELSE failing_since END, \
                 failures = CASE WHEN $4 = 1 THEN 0 ELSE failures END, \
                 rest_until = CASE WHEN $4 = 1 THEN 0 ELSE rest_until END, \
                 switched_off_at = CASE WHEN $4 = 1 THEN NULL ELSE switched_off_at END \
                 WHERE id = $5 AND company = $6",
                values![
                    change.name,
                    change.url,
                    kinds.as_deref(),
                    change.is_active.map(i64::from),
                    id,
                    company.as_str()
                ],
            )
            .await?;
        if changed == 0 {
            return Err(unknown(id));
        }
        tx.commit(DOING).await
    }

    /// Puts another sealed secret in the place of a webhook's.
    ///
    /// # Errors
    /// [`StoreError::UnknownWebhook`]; [`StoreError::Database`] and its kin.
    pub async fn set_webhook_secret(
        &self,
        company: &ContextIdentifier,
        id: &str,
        secret: &[u8],
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE webhooks SET secret = $1 WHERE id = $2 AND company = $3";
        if tx.execute(DOING, sql, values![secret, id, company.as_str()]).await? == 0 {
            return Err(unknown(id));
        }
        tx.commit(DOING).await
    }

    /// Forgets a webhook with its deliveries.
    ///
    /// # Errors
    /// [`StoreError::UnknownWebhook`]; [`StoreError::Database`] and its kin.
    pub async fn remove_webhook(&self, company: &ContextIdentifier, id: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM webhooks WHERE id = $1 AND company = $2";
        if tx.execute(DOING, sql, values![id, company.as_str()]).await? == 0 {
            return Err(unknown(id));
        }
        tx.commit(DOING).await
    }
}

impl Store {
    /// A company's webhooks, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn webhooks(&self, company: &ContextIdentifier) -> Result<Vec<Webhook>, StoreError> {
        let sql = format!("{WITH_WAITING} WHERE company = $1 ORDER BY created_at, id");
        let rows = self.db.rows("listing webhooks", sql, values![company.as_str()]).await?;
        rows.iter().map(webhook_from).collect()
    }

    /// One of them, with its sealed secret.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn webhook(
        &self,
        company: &ContextIdentifier,
        id: &str,
    ) -> Result<Option<(Webhook, Vec<u8>)>, StoreError> {
        let sql = format!("{WITH_WAITING} WHERE company = $1 AND id = $2");
        let row = self.db.row("reading a webhook", sql, values![company.as_str(), id]).await?;
        row.map(|row| Ok((webhook_from(&row)?, row.bytes("secret")?))).transpose()
    }
}

fn webhook_from(row: &Row) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        id: row.text("id")?,
        company: row.parsed("company")?,
        name: row.text("name")?,
        url: row.text("url")?,
        // A kind that this version does not know is told by none.
        kinds: row.text("kinds")?.split(',').filter_map(|name| name.parse().ok()).collect(),
        is_active: row.flag("is_active")?,
        created_at: row.timestamp("created_at")?,
        created_by: row.text("created_by")?,
        failing_since: row.maybe_timestamp("failing_since")?,
        switched_off_at: row.maybe_timestamp("switched_off_at")?,
        waiting: row.int("waiting")?,
    })
}

pub(crate) fn kinds_text(kinds: &[NoticeKind]) -> String {
    if kinds.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    format!(",{},", names.join(","))
}

pub(crate) fn unknown(id: &str) -> StoreError {
    StoreError::UnknownWebhook { id: id.to_owned() }
}

const WITH_WAITING: &str = "SELECT webhooks.*, (SELECT COUNT(*) FROM webhook_deliveries AS delivery \
                            WHERE delivery.webhook = webhooks.id AND delivery.state = 'pending') AS waiting FROM webhooks";
/// Of one company.
const WEBHOOKS_MAX: i64 = 20;
const DOING: &str = "keeping a webhook";
