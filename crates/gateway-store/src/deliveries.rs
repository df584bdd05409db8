//! Deliveries of notices to webhooks: who sends, what is due, how it ended.
//!
//! A webhook is claimed as a whole, by one node at a time, so that its notices go out one after another. Claims and due times
//! are counted by the machine's clock.

use jiff::{SignedDuration, Timestamp};
use ksef_id::ContextIdentifier;

use crate::db::{Row, Tx, values};
use crate::notices::{notice_from, tell};
use crate::{Notice, NoticeKind, Store, StoreError, StoreWriter};

/// A webhook that is this node's to send to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedWebhook {
    /// Which one.
    pub id: String,
    /// Whose.
    pub company: ContextIdentifier,
    /// Where to.
    pub url: String,
    /// Its secret, sealed.
    pub secret: Vec<u8>,
    /// Since when nothing was taken.
    pub failing_since: Option<Timestamp>,
    /// How many attempts failed one after another.
    pub failures: u32,
    epoch: i64,
}

/// A delivery that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueDelivery {
    /// Its identifier.
    pub position: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it is tried.
    pub begun_at: Timestamp,
    /// What is told.
    pub notice: Notice,
}

/// A delivery in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// Its identifier.
    pub position: i64,
    /// The notice's number, identifier and kind; these two are gone when the notice is.
    pub notice: i64,
    /// The identifier that the receiver sees.
    pub message: Option<String>,
    /// What is told.
    pub kind: Option<NoticeKind>,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when.
    pub begun_at: Timestamp,
    /// When it is tried next, while it is pending.
    pub due_at: Timestamp,
    /// When it was tried last.
    pub tried_at: Option<Timestamp>,
    /// How long that took, in milliseconds.
    pub took_ms: Option<i64>,
    /// What was answered.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub trouble: Option<String>,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is tried, or waits.
    Pending,
    /// The receiver took it.
    Delivered,
    /// It is not tried any more; a person may have it tried again.
    GivenUp,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptEnd {
    /// When it was made.
    pub tried_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// What was answered.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub trouble: Option<String>,
    /// What follows.
    pub then: Then,
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It was taken.
    Delivered,
    /// It is tried again then.
    Again(Timestamp),
    /// It is given up.
    GivenUp,
    /// It is given up, and the webhook is switched off.
    SwitchedOff,
}

impl DeliveryState {
    /// The name in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::GivenUp => "givenUp",
        }
    }
}

impl std::str::FromStr for DeliveryState {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Pending, Self::Delivered, Self::GivenUp]
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or(())
    }
}

impl StoreWriter {
    /// Claims webhooks that something is due for and that nobody sends to, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn claim_webhooks(
        &self,
        holder: &str,
        limit: u32,
        now: Timestamp,
        held_until: Timestamp,
    ) -> Result<Vec<ClaimedWebhook>, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        // What lies too far ahead was written by a clock that was set back since.
        let far = now + AHEAD_MAX;
        let sql = format!(
            "SELECT * FROM webhooks WHERE is_active = 1 AND (rest_until <= $1 OR rest_until > $2) \
             AND (held_until IS NULL OR held_until < $1 OR held_until > $2) AND EXISTS (SELECT 1 \
             FROM webhook_deliveries AS delivery WHERE delivery.webhook = webhooks.id \
             AND delivery.state = 'pending' AND (delivery.due_at <= $1 OR delivery.due_at > $2)) \
             ORDER BY rest_until, id LIMIT $3{}",
            tx.for_update_skip_locked()
        );
        let rows = tx.rows(DOING, sql, values![now, far, i64::from(limit)]).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let one = ClaimedWebhook {
                id: row.text("id")?,
                company: row.parsed("company")?,
                url: row.text("url")?,
                secret: row.bytes("secret")?,
                failing_since: row.maybe_timestamp("failing_since")?,
                failures: u32::try_from(row.int("failures")?).unwrap_or(u32::MAX),
                epoch: row.int("epoch")? + 1,
            };
            let sql = "UPDATE webhooks SET holder = $1, held_until = $2, epoch = $3 WHERE id = $4";
            tx.execute(DOING, sql, values![holder, held_until, one.epoch, &one.id]).await?;
            claimed.push(one);
        }
        tx.commit(DOING).await?;
        Ok(claimed)
    }

    /// Gives back every webhook that is held under a name: by a process of this name that is gone.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn free_webhooks(&self, holder: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE webhooks SET holder = NULL, held_until = NULL, epoch = epoch + 1 WHERE holder = $1";
        tx.execute(DOING, sql, values![holder]).await?;
        tx.commit(DOING).await
    }

    /// Gives a webhook back, after which nothing is sent to it before `rest_until`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn release_webhook(
        &self,
        claimed: &ClaimedWebhook,
        rest_until: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE webhooks SET holder = NULL, held_until = NULL, rest_until = $1 WHERE id = $2 AND epoch = $3";
        tx.execute(DOING, sql, values![rest_until, &claimed.id, claimed.epoch]).await?;
        tx.commit(DOING).await
    }

    /// Writes down how an attempt ended; a company whose webhook is switched off is told so. `false` when the webhook is
    /// another's by now, or gone.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn end_attempt(
        &self,
        claimed: &ClaimedWebhook,
        position: i64,
        end: &AttemptEnd,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let (state, due_at) = match end.then {
            Then::Delivered => (DeliveryState::Delivered, end.tried_at),
            Then::Again(at) => (DeliveryState::Pending, at),
            Then::GivenUp | Then::SwitchedOff => (DeliveryState::GivenUp, end.tried_at),
        };
        let (is_taken, is_off) = (end.then == Then::Delivered, end.then == Then::SwitchedOff);
        let sql = "UPDATE webhooks SET failing_since = CASE WHEN $1 = 1 THEN NULL ELSE COALESCE(failing_since, $2) END, \
                   failures = CASE WHEN $1 = 1 THEN 0 ELSE failures + 1 END, \
                   is_active = CASE WHEN $3 = 1 THEN 0 ELSE is_active END, \
                   switched_off_at = CASE WHEN $3 = 1 THEN $2 ELSE switched_off_at END \
                   WHERE id = $4 AND epoch = $5 RETURNING name, url, failing_since";
        let values = values![is_taken, end.tried_at, is_off, &claimed.id, claimed.epoch];
        let Some(row) = tx.row(DOING, sql, values).await? else { return Ok(false) };
        let sql = "UPDATE webhook_deliveries SET state = $1, due_at = $2, attempts = attempts + 1, tried_at = $3, \
                   took_ms = $4, status = $5, trouble = $6 WHERE position = $7 AND webhook = $8";
        tx.execute(
            DOING,
            sql,
            values![
                state.as_str(),
                due_at,
                end.tried_at,
                end.took_ms,
                end.status.map(i64::from),
                end.trouble.as_deref(),
                position,
                &claimed.id
            ],
        )
        .await?;
        if is_off {
            let item = serde_json::json!({
                "id": claimed.id,
                "name": row.text("name")?,
                "failingSince": row.maybe_timestamp("failing_since")?.map(|since| since.to_string()),
                "status": end.status,
                "trouble": end.trouble,
            });
            tell(&mut tx, claimed.company.as_str(), NoticeKind::WebhookSwitchedOff, &[item], now).await?;
        }
        tx.commit(DOING).await?;
        Ok(true)
    }

    /// Has notices delivered to a webhook once more, or those since a moment that it never got. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::UnknownWebhook`]; [`StoreError::Database`] and its kin.
    pub async fn replay(
        &self,
        company: &ContextIdentifier,
        webhook: &str,
        what: Replay<'_>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT 1 AS one FROM webhooks WHERE id = $1 AND company = $2";
        if tx.row(DOING, sql, values![webhook, company.as_str()]).await?.is_none() {
            return Err(crate::webhooks::unknown(webhook));
        }
        let mut count = 0;
        match what {
            Replay::Deliveries(positions) => {
                for position in positions {
                    let sql = "UPDATE webhook_deliveries SET state = 'pending', due_at = $1, begun_at = $1, attempts = 0 \
                               WHERE position = $2 AND webhook = $3 AND EXISTS (SELECT 1 FROM notices \
                               WHERE notices.company = webhook_deliveries.company \
                               AND notices.number = webhook_deliveries.notice)";
                    count += tx.execute(DOING, sql, values![now, *position, webhook]).await?;
                }
            }
            Replay::Since(since) => {
                let sql = "UPDATE webhook_deliveries SET state = 'pending', due_at = $1, begun_at = $1, attempts = 0 \
                           WHERE webhook = $2 AND state <> 'pending' AND EXISTS (SELECT 1 FROM notices \
                           WHERE notices.company = webhook_deliveries.company \
                           AND notices.number = webhook_deliveries.notice AND notices.at >= $3)";
                count += tx.execute(DOING, sql, values![now, webhook, since]).await?;
                let sql = format!(
                    "INSERT INTO webhook_deliveries (webhook, company, notice, state, due_at, begun_at) \
                     SELECT webhooks.id, webhooks.company, notices.number, 'pending', $1, $1 FROM notices, webhooks \
                     WHERE webhooks.id = $2 AND notices.company = webhooks.company AND notices.at >= $3 AND {WANTED} \
                     AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS other WHERE other.webhook = webhooks.id \
                     AND other.notice = notices.number) ORDER BY notices.number LIMIT {REPLAYED_MAX}"
                );
                count += tx.execute(DOING, sql, values![now, webhook, since]).await?;
            }
        }
        tx.execute(DOING, "UPDATE webhooks SET rest_until = 0 WHERE id = $1", values![webhook]).await?;
        tx.commit(DOING).await?;
        Ok(count)
    }
}

/// What is delivered once more.
#[derive(Debug, Clone, Copy)]
pub enum Replay<'a> {
    /// These, by their identifiers.
    Deliveries(&'a [i64]),
    /// Every notice since a moment, by the company's clock.
    Since(Timestamp),
}

impl Store {
    /// What is due for a webhook, in the order of notices, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn due_deliveries(
        &self,
        claimed: &ClaimedWebhook,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<DueDelivery>, StoreError> {
        const SQL: &str = "SELECT delivery.position, delivery.attempts, delivery.begun_at, notices.* \
                           FROM webhook_deliveries AS delivery JOIN notices ON notices.company = delivery.company \
                           AND notices.number = delivery.notice WHERE delivery.webhook = $1 \
                           AND delivery.state = 'pending' AND (delivery.due_at <= $2 OR delivery.due_at > $3) \
                           ORDER BY delivery.notice LIMIT $4";
        let values = values![&claimed.id, now, now + AHEAD_MAX, i64::from(limit)];
        let rows = self.db.rows("looking for deliveries", SQL, values).await?;
        rows.iter()
            .map(|row| {
                Ok(DueDelivery {
                    position: row.int("position")?,
                    attempts: count_of(row, "attempts")?,
                    begun_at: row.timestamp("begun_at")?,
                    notice: notice_from(row)?,
                })
            })
            .collect()
    }

    /// When something can be sent next: a moment that is past when it can be now, `None` when nothing waits.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn next_delivery(&self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT webhooks.rest_until, webhooks.held_until, MIN(delivery.due_at) AS due \
                           FROM webhook_deliveries AS delivery JOIN webhooks ON webhooks.id = delivery.webhook \
                           WHERE delivery.state = 'pending' AND webhooks.is_active = 1 \
                           GROUP BY webhooks.id, webhooks.rest_until, webhooks.held_until";
        let mut next: Option<Timestamp> = None;
        for row in self.db.rows("looking for deliveries", SQL, &[]).await? {
            let held = row.maybe_timestamp("held_until")?;
            let due = row.timestamp("due")?.max(row.timestamp("rest_until")?);
            let due = held.map_or(due, |held| due.max(held));
            next = Some(next.map_or(due, |next| next.min(due)));
        }
        Ok(next)
    }

    /// A webhook's deliveries, newest first, before a position, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn deliveries(
        &self,
        webhook: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<DeliveryRecord>, StoreError> {
        const SQL: &str = "SELECT delivery.*, notices.id AS message, notices.kind AS kind \
                           FROM webhook_deliveries AS delivery LEFT JOIN notices \
                           ON notices.company = delivery.company AND notices.number = delivery.notice \
                           WHERE delivery.webhook = $1 AND delivery.position < $2 ORDER BY delivery.position DESC LIMIT $3";
        let values = values![webhook, before.unwrap_or(i64::MAX), i64::from(limit)];
        let rows = self.db.rows("reading deliveries", SQL, values).await?;
        rows.iter()
            .map(|row| {
                Ok(DeliveryRecord {
                    position: row.int("position")?,
                    notice: row.int("notice")?,
                    message: row.maybe_text("message")?,
                    kind: row.maybe_parsed("kind")?,
                    state: row.parsed("state")?,
                    attempts: count_of(row, "attempts")?,
                    begun_at: row.timestamp("begun_at")?,
                    due_at: row.timestamp("due_at")?,
                    tried_at: row.maybe_timestamp("tried_at")?,
                    took_ms: row.maybe_int("took_ms")?,
                    status: row.maybe_int("status")?.and_then(|status| u16::try_from(status).ok()),
                    trouble: row.maybe_text("trouble")?,
                })
            })
            .collect()
    }
}

/// Gives a notice to the company's webhooks that want it.
pub(crate) async fn fan_out(
    tx: &mut Tx,
    company: &str,
    number: i64,
    kind: NoticeKind,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO webhook_deliveries (webhook, company, notice, state, due_at, begun_at) \
                       SELECT id, company, $1, 'pending', $2, $2 FROM webhooks WHERE company = $3 AND is_active = 1 \
                       AND (kinds = '' OR kinds LIKE $4)";
    let wanted = format!("%,{kind},%");
    // The machine's clock: the company's may be a simulator's.
    tx.execute(DOING, SQL, values![number, Timestamp::now(), company, &wanted]).await.map(drop)
}

fn count_of(row: &Row, name: &'static str) -> Result<u32, StoreError> {
    Ok(u32::try_from(row.int(name)?).unwrap_or(u32::MAX))
}

/// The webhook wants notices of this kind.
const WANTED: &str = "(webhooks.kinds = '' OR webhooks.kinds LIKE '%,' || notices.kind || ',%')";
/// Nothing is put off for as long as this.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(48);
const REPLAYED_MAX: u32 = 10_000;
const DOING: &str = "delivering notices";
