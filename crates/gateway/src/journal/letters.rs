//! Writes about letters and those who get them.

use gateway_store::{
    BuyerAddress, BuyerMail, BuyerText, LetterEnd, LetterRecord, MailSubscription, NewLetter,
    NewMailSubscription, StoreError,
};
use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use super::Journal;
use crate::steps::Step;

impl Journal {
    pub(crate) async fn subscription_put(
        &self,
        new: &NewMailSubscription<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::MailDecided, self.writer.put_mail_subscription(new, now)).await
    }

    pub(crate) async fn subscription_removed(
        &self,
        company: &ContextIdentifier,
        id: &str,
    ) -> Result<bool, StoreError> {
        self.around(Step::MailDecided, self.writer.remove_mail_subscription(company, id)).await
    }

    /// A letter that a person asks for.
    pub(crate) async fn letter_added(
        &self,
        letter: &NewLetter<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::LetterWritten, self.writer.add_letter(letter, now)).await?;
        self.ring_listeners();
        Ok(())
    }

    pub(crate) async fn letter_resent(
        &self,
        company: &ContextIdentifier,
        position: i64,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let write = self.writer.resend_letter(company, position, id, now);
        let is_there = self.around(Step::LetterWritten, write).await?;
        self.ring_listeners();
        Ok(is_there)
    }

    /// Somebody is told everything up to a notice. What another node has told meanwhile is not told again.
    pub(crate) async fn digest_written(
        &self,
        told: &MailSubscription,
        up_to: i64,
        letter: Option<&NewLetter<'_>>,
        due_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.digest_written(told, up_to, letter, due_at, now);
        self.around(Step::LetterWritten, write).await.map(drop)
    }

    /// Letters to buyers, and that everything up to a notice is done.
    pub(crate) async fn buyers_written(
        &self,
        rule: &BuyerMail,
        up_to: i64,
        letters: &[NewLetter<'_>],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let write = self.writer.buyers_written(rule, up_to, letters, now);
        self.around(Step::LetterWritten, write).await
    }

    pub(crate) async fn buyer_mail_set(
        &self,
        company: &ContextIdentifier,
        (to_listed, to_outside): (bool, bool),
        language: &str,
    ) -> Result<(), StoreError> {
        let write = self.writer.set_buyer_mail(company, to_listed, to_outside, language);
        self.around(Step::MailDecided, write).await
    }

    pub(crate) async fn buyer_text_set(
        &self,
        company: &ContextIdentifier,
        text: &BuyerText,
    ) -> Result<(), StoreError> {
        self.around(Step::MailDecided, self.writer.set_buyer_text(company, text)).await
    }

    pub(crate) async fn buyer_text_removed(
        &self,
        company: &ContextIdentifier,
        purpose: &str,
        language: &str,
    ) -> Result<bool, StoreError> {
        let write = self.writer.remove_buyer_text(company, purpose, language);
        self.around(Step::MailDecided, write).await
    }

    pub(crate) async fn buyer_address_put(
        &self,
        company: &ContextIdentifier,
        entry: &BuyerAddress,
    ) -> Result<(), StoreError> {
        self.around(Step::MailDecided, self.writer.put_buyer_address(company, entry)).await
    }

    pub(crate) async fn buyer_address_removed(
        &self,
        company: &ContextIdentifier,
        buyer: &str,
    ) -> Result<bool, StoreError> {
        self.around(Step::MailDecided, self.writer.remove_buyer_address(company, buyer)).await
    }

    /// What this node held when it died is free again. Part of every start, and no step.
    pub(crate) async fn free_letters(&self, holder: &str) -> Result<(), StoreError> {
        self.writer.free_letters(holder).await
    }

    pub(crate) async fn letters_claimed(
        &self,
        holder: &str,
        limit: u32,
        now: Timestamp,
        held_until: Timestamp,
    ) -> Result<Vec<LetterRecord>, StoreError> {
        let write = self.writer.claim_letters(holder, limit, now, held_until);
        self.around(Step::LetterClaimed, write).await
    }

    pub(crate) async fn letter_ended(
        &self,
        letter: &LetterRecord,
        end: LetterEnd,
        answer: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::LetterEnded, self.writer.end_letter(letter, end, answer, now)).await
    }

    /// What nobody will ask for any more goes. No step: it is done again.
    pub(crate) async fn letters_forgotten(&self, before: Timestamp) -> Result<(), StoreError> {
        self.writer.forget_letters(before).await
    }
}
