//! Letters on their way: written down before they leave, and what the mail server said.

use jiff::{SignedDuration, Timestamp};
use ksef_id::ContextIdentifier;

use crate::db::{Row, Tx, values};
use crate::{NewLetter, SaleId, Store, StoreError, StoreWriter};

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRecord {
    /// Its place among all letters.
    pub position: i64,
    /// Its Message-ID, without domain.
    pub id: String,
    /// Of which company.
    pub company: ContextIdentifier,
    /// `digest`, `test`, or to a buyer `invoice`, `confirmation`.
    pub purpose: String,
    /// To whom.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The sale whose documents come with it.
    pub sale: Option<SaleId>,
    /// `pl` or `en`, of the documents.
    pub language: String,
    /// `pending`, `sent` or `givenUp`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it is tried next, while it is pending.
    pub due_at: Timestamp,
    /// When it was tried last.
    pub tried_at: Option<Timestamp>,
    /// What the mail server said, or why it could not be asked.
    pub answer: Option<String>,
    epoch: i64,
}

/// What follows an attempt at a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterEnd {
    /// The server has it.
    Sent,
    /// It is tried again then.
    Again(Timestamp),
    /// It is given up.
    GivenUp,
}

impl StoreWriter {
    /// Writes a letter down, to be sent at once.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn add_letter(&self, letter: &NewLetter<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        write_letter(&mut tx, letter, now).await?;
        tx.commit(DOING).await
    }

    /// Claims letters that are due and that nobody sends, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn claim_letters(
        &self,
        holder: &str,
        limit: u32,
        now: Timestamp,
        held_until: Timestamp,
    ) -> Result<Vec<LetterRecord>, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = format!(
            "SELECT * FROM letters WHERE state = 'pending' AND (due_at <= $1 OR due_at > $2) \
             AND (held_until IS NULL OR held_until < $1 OR held_until > $2) ORDER BY due_at, position LIMIT $3{}",
            tx.for_update_skip_locked()
        );
        let rows = tx.rows(DOING, sql, values![now, now + AHEAD_MAX, i64::from(limit)]).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let mut letter = letter_from(&row)?;
            letter.epoch += 1;
            let sql = "UPDATE letters SET holder = $1, held_until = $2, epoch = $3 WHERE position = $4";
            tx.execute(DOING, sql, values![holder, held_until, letter.epoch, letter.position]).await?;
            claimed.push(letter);
        }
        tx.commit(DOING).await?;
        Ok(claimed)
    }

    /// Gives back every letter that is held under a name: by a process of this name that is gone.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn free_letters(&self, holder: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE letters SET holder = NULL, held_until = NULL, epoch = epoch + 1 WHERE holder = $1";
        tx.execute(DOING, sql, values![holder]).await?;
        tx.commit(DOING).await
    }

    /// Writes down how an attempt ended, and gives the letter back. One that is another's by now stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn end_letter(
        &self,
        letter: &LetterRecord,
        end: LetterEnd,
        answer: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let (state, due_at) = match end {
            LetterEnd::Sent => ("sent", now),
            LetterEnd::Again(at) => ("pending", at),
            LetterEnd::GivenUp => ("givenUp", now),
        };
        let sql = "UPDATE letters SET state = $1, due_at = $2, attempts = attempts + 1, tried_at = $3, answer = $4, \
                   holder = NULL, held_until = NULL WHERE position = $5 AND epoch = $6";
        tx.execute(DOING, sql, values![state, due_at, now, answer, letter.position, letter.epoch]).await?;
        tx.commit(DOING).await
    }

    /// Has a letter sent once more under another Message-ID; `false` when there is none, or it is on its way.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn resend_letter(
        &self,
        company: &ContextIdentifier,
        position: i64,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "INSERT INTO letters (id, company, purpose, recipient, subject, text, sale_id, language, state, written_at, \
                   due_at) SELECT $1, company, purpose, recipient, subject, text, sale_id, language, 'pending', $2, $2 FROM letters \
                   WHERE company = $3 AND position = $4 AND state <> 'pending'";
        let is_done = tx.execute(DOING, sql, values![id, now, company.as_str(), position]).await? == 1;
        tx.commit(DOING).await?;
        Ok(is_done)
    }

    /// Forgets letters that ended before a moment, some thousands at most.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn forget_letters(&self, before: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM letters WHERE position IN (SELECT position FROM letters \
                   WHERE state <> 'pending' AND written_at < $1 ORDER BY position LIMIT 5000)";
        tx.execute(DOING, sql, values![before]).await?;
        tx.commit_untold(DOING).await
    }
}

impl Store {
    /// A company's letters, newest first, before a position, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn letters(
        &self,
        company: &ContextIdentifier,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LetterRecord>, StoreError> {
        const SQL: &str =
            "SELECT * FROM letters WHERE company = $1 AND position < $2 ORDER BY position DESC LIMIT $3";
        let values = values![company.as_str(), before.unwrap_or(i64::MAX), i64::from(limit)];
        self.db.rows("reading letters", SQL, values).await?.iter().map(letter_from).collect()
    }

    /// The letters that brought a sale to somebody, newest first, at most 100.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn letters_of_sale(
        &self,
        company: &ContextIdentifier,
        sale: SaleId,
    ) -> Result<Vec<LetterRecord>, StoreError> {
        const SQL: &str =
            "SELECT * FROM letters WHERE company = $1 AND sale_id = $2 ORDER BY position DESC LIMIT 100";
        let sale = sale.to_string();
        let values = values![company.as_str(), &sale];
        self.db.rows("reading letters", SQL, values).await?.iter().map(letter_from).collect()
    }

    /// When a letter can be sent next; `None` when none waits.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn next_letter(&self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT MIN(CASE WHEN held_until > due_at THEN held_until ELSE due_at END) AS due \
                           FROM letters WHERE state = 'pending'";
        let row = self.db.row("looking for letters", SQL, &[]).await?;
        row.map_or(Ok(None), |row| row.maybe_timestamp("due"))
    }
}

pub(crate) async fn write_letter(
    tx: &mut Tx,
    letter: &NewLetter<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sale = letter.sale.map(|sale| sale.to_string());
    tx.execute(
        DOING,
        "INSERT INTO letters (id, company, purpose, recipient, subject, text, state, written_at, due_at, sale_id, language) \
         VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $7, $8, $9)",
        values![
            letter.id,
            letter.company.as_str(),
            letter.purpose,
            letter.recipient,
            letter.subject,
            letter.text,
            now,
            sale.as_deref(),
            letter.language
        ],
    )
    .await
    .map(drop)
}

fn letter_from(row: &Row) -> Result<LetterRecord, StoreError> {
    Ok(LetterRecord {
        position: row.int("position")?,
        id: row.text("id")?,
        company: row.parsed("company")?,
        purpose: row.text("purpose")?,
        recipient: row.text("recipient")?,
        subject: row.text("subject")?,
        text: row.text("text")?,
        sale: row.maybe_parsed("sale_id")?,
        language: row.text("language")?,
        state: row.text("state")?,
        attempts: u32::try_from(row.int("attempts")?).unwrap_or(u32::MAX),
        written_at: row.timestamp("written_at")?,
        due_at: row.timestamp("due_at")?,
        tried_at: row.maybe_timestamp("tried_at")?,
        answer: row.maybe_text("answer")?,
        epoch: row.int("epoch")?,
    })
}

/// Nothing is put off for as long as this: what is so far ahead was written by a clock that was set back since.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(48);
const DOING: &str = "keeping a letter";
