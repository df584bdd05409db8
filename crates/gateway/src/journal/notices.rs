//! Writes about notices and the webhooks that they go to.

use gateway_store::{
    AttemptEnd, ClaimedWebhook, NewWebhook, NoticeKind, Replay, StoreError, Telling, WebhookChange,
};
use jiff::Timestamp;
use ksef_id::ContextIdentifier;
use tokio::sync::watch;

use super::Journal;
use crate::steps::Step;

impl Journal {
    /// Changes when some company was told something, perhaps.
    pub(crate) fn told(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    /// Those who listen look again.
    pub(super) fn ring_listeners(&self) {
        self.told.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Makes a call to somebody else's server under its step.
    pub(crate) async fn around_call<T>(&self, step: Step, call: impl Future<Output = T>) -> T {
        self.probe.around(step, call).await
    }

    pub(crate) async fn told_once(
        &self,
        company: &ContextIdentifier,
        kind: NoticeKind,
        tellings: &[Telling],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.tell_once(company, kind, tellings, now);
        if self.around(Step::NoticeTold, write).await? > 0 {
            self.ring_listeners();
        }
        Ok(())
    }

    /// What nobody will ask for any more goes, some thousands at a time. No step: it is done again.
    pub(crate) async fn notices_forgotten(
        &self,
        before: Timestamp,
        keys_before: Timestamp,
    ) -> Result<u64, StoreError> {
        self.writer.forget_notices(before, keys_before).await
    }

    pub(crate) async fn webhook_added(&self, new: &NewWebhook<'_>, now: Timestamp) -> Result<(), StoreError> {
        self.around(Step::WebhookDecided, self.writer.add_webhook(new, now)).await
    }

    pub(crate) async fn webhook_changed(
        &self,
        company: &ContextIdentifier,
        id: &str,
        change: &WebhookChange<'_>,
    ) -> Result<(), StoreError> {
        self.around(Step::WebhookDecided, self.writer.change_webhook(company, id, change)).await?;
        self.ring_listeners();
        Ok(())
    }

    pub(crate) async fn webhook_secret_set(
        &self,
        company: &ContextIdentifier,
        id: &str,
        secret: &[u8],
    ) -> Result<(), StoreError> {
        let write = self.writer.set_webhook_secret(company, id, secret);
        self.around(Step::WebhookDecided, write).await
    }

    pub(crate) async fn webhook_removed(
        &self,
        company: &ContextIdentifier,
        id: &str,
    ) -> Result<(), StoreError> {
        self.around(Step::WebhookDecided, self.writer.remove_webhook(company, id)).await
    }

    pub(crate) async fn replayed(
        &self,
        company: &ContextIdentifier,
        id: &str,
        what: Replay<'_>,
    ) -> Result<u64, StoreError> {
        let write = self.writer.replay(company, id, what, Timestamp::now());
        let count = self.around(Step::WebhookDecided, write).await?;
        self.ring_listeners();
        Ok(count)
    }

    /// What this node held when it died is free again. Part of every start, and no step.
    pub(crate) async fn free_webhooks(&self, holder: &str) -> Result<(), StoreError> {
        self.writer.free_webhooks(holder).await
    }

    pub(crate) async fn webhooks_claimed(
        &self,
        holder: &str,
        limit: u32,
        now: Timestamp,
        held_until: Timestamp,
    ) -> Result<Vec<ClaimedWebhook>, StoreError> {
        let write = self.writer.claim_webhooks(holder, limit, now, held_until);
        self.around(Step::WebhookClaimed, write).await
    }

    pub(crate) async fn attempt_ended(
        &self,
        claimed: &ClaimedWebhook,
        position: i64,
        end: &AttemptEnd,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let write = self.writer.end_attempt(claimed, position, end, now);
        let is_ours = self.around(Step::DeliveryEnded, write).await?;
        if end.then == gateway_store::Then::SwitchedOff {
            self.ring_listeners();
        }
        Ok(is_ours)
    }

    pub(crate) async fn webhook_released(
        &self,
        claimed: &ClaimedWebhook,
        rest_until: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.release_webhook(claimed, rest_until);
        self.around(Step::WebhookReleased, write).await
    }
}
