//! Sales invoices: taking them in, moving them on, listing them.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};
use uuid::Uuid;

use crate::history::{Event, Happening, write_history};
use crate::store::{parsed, timestamp};
use crate::{SaleState, Store, StoreError, StoreWriter};

/// Our identifier of a sales invoice: a UUID of version 7, so that it sorts by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SaleId(Uuid);

impl SaleId {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl std::fmt::Display for SaleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for SaleId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A document to be taken in.
#[derive(Debug, Clone)]
pub struct NewSale<'a> {
    /// Whose it is.
    pub company: &'a ContextIdentifier,
    /// The caller's key for this document, if it gave one.
    pub idempotency_key: Option<&'a str>,
    /// The form's name, `FA(3)`.
    pub form: &'a str,
    /// `P_2`.
    pub invoice_number: &'a str,
    /// `P_1`.
    pub issue_date: Date,
    /// The buyer's name.
    pub buyer_name: Option<&'a str>,
    /// `P_15` as a decimal with a point.
    pub gross: &'a str,
    /// `KodWaluty`.
    pub currency: &'a str,
    /// SHA-256 of the bytes.
    pub sha256: &'a Sha256Hash,
    /// The bytes, kept as they are.
    pub content: &'a [u8],
}

/// What taking a document in came to.
#[derive(Debug, Clone)]
pub enum Taken {
    /// It is new.
    New(Sale),
    /// The same key brought the same bytes before.
    Known(Sale),
}

/// A sales invoice as lists show it; its bytes are read apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Our identifier.
    pub id: SaleId,
    /// Its place in the order of arrival: the cursor of lists.
    pub position: i64,
    /// Whose it is.
    pub company: ContextIdentifier,
    /// Where it stands.
    pub state: SaleState,
    /// The form's name.
    pub form: String,
    /// `P_2`.
    pub invoice_number: String,
    /// `P_1`.
    pub issue_date: Date,
    /// The buyer's name.
    pub buyer_name: Option<String>,
    /// `P_15`.
    pub gross: String,
    /// `KodWaluty`.
    pub currency: String,
    /// SHA-256 of the bytes.
    pub sha256: Sha256Hash,
    /// Length in bytes.
    pub size_bytes: i64,
    /// How often it was handed to a session.
    pub attempts: i64,
    /// Session of the last attempt.
    pub session: Option<ReferenceNumber>,
    /// KSeF's reference in that session.
    pub invoice_reference: Option<ReferenceNumber>,
    /// KSeF's number.
    pub ksef_number: Option<KsefNumber>,
    /// The session whose UPO speaks of the number.
    pub upo_session: Option<ReferenceNumber>,
    /// Why it stands where it stands.
    pub reason: Option<Reason>,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

/// A code and its words: KSeF's own, or ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// `ksef.450`, `call.notSent` and the like.
    pub code: String,
    /// The words, as they are shown.
    pub text: String,
}

/// Which of an invoice's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// The invoice itself.
    Xml,
    /// KSeF's confirmation.
    Upo,
}

impl Document {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Upo => "upo",
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The entries, oldest first.
    pub items: Vec<T>,
    /// What to ask for next; `None` at the end.
    pub next: Option<i64>,
}

impl StoreWriter {
    /// Writes a document down, before anything else is done with it.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when the key brought other bytes before, [`StoreError::UnknownCompany`].
    pub async fn take_sale(&self, new: &NewSale<'_>, now: Timestamp) -> Result<Taken, StoreError> {
        const DOING: &str = "taking an invoice in";
        let mut transaction = self.begin(DOING).await?;
        let known = sqlx::query("SELECT 1 FROM companies WHERE context = ?").bind(new.company.as_str());
        if known.fetch_optional(&mut *transaction).await.map_err(StoreError::database(DOING))?.is_none() {
            return Err(StoreError::UnknownCompany { context: new.company.to_string() });
        }
        if let Some(key) = new.idempotency_key {
            let earlier = sqlx::query("SELECT * FROM sales WHERE company = ? AND idempotency_key = ?")
                .bind(new.company.as_str())
                .bind(key)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(StoreError::database(DOING))?;
            if let Some(row) = earlier {
                let sale = sale_from(&row)?;
                let same = sale.sha256 == *new.sha256;
                return if same { Ok(Taken::Known(sale)) } else { Err(StoreError::KeyReused) };
            }
        }
        let id = SaleId::generate();
        sqlx::query(
            "INSERT INTO sales (id, company, idempotency_key, state, form, invoice_number, issue_date, buyer_name, \
             gross, currency, sha256, size_bytes, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(new.company.as_str())
        .bind(new.idempotency_key)
        .bind(SaleState::Waiting.as_str())
        .bind(new.form)
        .bind(new.invoice_number)
        .bind(new.issue_date.to_string())
        .bind(new.buyer_name)
        .bind(new.gross)
        .bind(new.currency)
        .bind(new.sha256.as_str())
        .bind(i64::try_from(new.content.len()).unwrap_or(i64::MAX))
        .bind(now.as_millisecond())
        .bind(now.as_millisecond())
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::database(DOING))?;
        write_document(&mut transaction, id, Document::Xml, new.sha256, new.content).await?;
        write_history(&mut transaction, id, SaleState::Waiting, &Happening::plain(Event::TakenIn), now)
            .await?;
        let row = sqlx::query("SELECT * FROM sales WHERE id = ?")
            .bind(id.to_string())
            .fetch_one(&mut *transaction)
            .await
            .map_err(StoreError::database(DOING))?;
        let sale = sale_from(&row)?;
        transaction.commit().await.map_err(StoreError::database(DOING))?;
        Ok(Taken::New(sale))
    }

    /// `Waiting` → `Sending` in this session: written before the document leaves.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`] when it is not waiting any more.
    pub async fn sending_started(
        &self,
        id: SaleId,
        session: &ReferenceNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.move_sale(
            id,
            SaleState::Sending,
            &Happening::about(Event::SendingStarted, session),
            now,
            |change| {
                change.session = Some(session.clone());
                change.invoice_reference = None;
                change.reason = None;
                change.new_attempt = true;
            },
        )
        .await
    }

    /// `Sending` → `Accepted`: KSeF gave a reference number.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`].
    pub async fn sale_accepted(
        &self,
        id: SaleId,
        reference: &ReferenceNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.move_sale(
            id,
            SaleState::Accepted,
            &Happening::about(Event::Accepted, reference),
            now,
            |change| {
                change.invoice_reference = Some(reference.clone());
            },
        )
        .await
    }

    /// `Sending` or `Accepted` → `Waiting`: it is certain that KSeF does not have it.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`].
    pub async fn sale_returned(&self, id: SaleId, reason: &Reason, now: Timestamp) -> Result<(), StoreError> {
        self.move_sale(id, SaleState::Waiting, &Happening::because(Event::Returned, reason), now, |change| {
            change.session = None;
            change.invoice_reference = None;
            change.reason = Some(reason.clone());
        })
        .await
    }

    /// `Sending` or `Accepted` → `Rejected`.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`].
    pub async fn sale_rejected(&self, id: SaleId, reason: &Reason, now: Timestamp) -> Result<(), StoreError> {
        self.move_sale(id, SaleState::Rejected, &Happening::because(Event::Rejected, reason), now, |change| {
            change.reason = Some(reason.clone());
        })
        .await
    }

    /// `Accepted` → `Numbered`; `upo_session` is the session whose UPO speaks of the number.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`].
    pub async fn sale_numbered(
        &self,
        id: SaleId,
        number: &KsefNumber,
        upo_session: Option<&ReferenceNumber>,
        adopted: Option<&Reason>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let event = if adopted.is_some() { Event::Adopted } else { Event::Numbered };
        let happening = Happening { reason: adopted, ..Happening::about(event, number) };
        self.move_sale(id, SaleState::Numbered, &happening, now, |change| {
            change.ksef_number = Some(number.clone());
            change.upo_session = upo_session.cloned();
            change.reason = adopted.cloned();
        })
        .await
    }

    /// `Accepted` → `NumberCollision`; the number is that of the other document, when KSeF told it.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`].
    pub async fn sale_collided(
        &self,
        id: SaleId,
        other: Option<&KsefNumber>,
        reason: &Reason,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let detail = other.map(ToString::to_string);
        let happening = Happening { detail, ..Happening::because(Event::Collided, reason) };
        self.move_sale(id, SaleState::NumberCollision, &happening, now, |change| {
            change.ksef_number = other.cloned();
            change.reason = Some(reason.clone());
        })
        .await
    }

    /// `Numbered` → `UpoVerified`, with the UPO's bytes.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`].
    pub async fn upo_stored(
        &self,
        id: SaleId,
        upo: &[u8],
        sha256: &Sha256Hash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.move_sale(id, SaleState::UpoVerified, &Happening::plain(Event::UpoVerified), now, |change| {
            change.reason = None;
            change.upo = Some((upo.to_vec(), sha256.clone()));
        })
        .await
    }

    /// `UpoVerified` → `Stored`: the bytes read back are the bytes sent.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`].
    pub async fn sale_stored(&self, id: SaleId, now: Timestamp) -> Result<(), StoreError> {
        self.move_sale(id, SaleState::Stored, &Happening::plain(Event::Stored), now, |change| {
            change.reason = None;
        })
        .await
    }

    /// Says why an invoice does not move, without moving it. The same reason twice is written once.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn note_reason(&self, id: SaleId, reason: &Reason, now: Timestamp) -> Result<(), StoreError> {
        const DOING: &str = "noting a reason";
        let mut transaction = self.begin(DOING).await?;
        let changed = sqlx::query(
            "UPDATE sales SET reason_code = ?1, reason = ?2, updated_at = ?3 WHERE id = ?4 \
             AND (reason_code IS NOT ?1 OR reason IS NOT ?2)",
        )
        .bind(&reason.code)
        .bind(&reason.text)
        .bind(now.as_millisecond())
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::database(DOING))?;
        if changed.rows_affected() == 1
            && let Some(state) = current_state(&mut transaction, id).await?
        {
            write_history(&mut transaction, id, state, &Happening::because(Event::Delayed, reason), now)
                .await?;
        }
        transaction.commit().await.map_err(StoreError::database(DOING))
    }

    pub(crate) async fn begin(
        &self,
        doing: &'static str,
    ) -> Result<Transaction<'static, Sqlite>, StoreError> {
        // IMMEDIATE: a transaction that reads first and then writes would fail when another process wrote in between.
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::database(doing))
    }

    /// Moves an invoice to `to`, if [`SaleState::next`] allows it from where it stands, with what else changes.
    async fn move_sale(
        &self,
        id: SaleId,
        to: SaleState,
        happening: &Happening<'_>,
        now: Timestamp,
        edit: impl FnOnce(&mut Change) + Send,
    ) -> Result<(), StoreError> {
        const DOING: &str = "moving an invoice";
        let mut transaction = self.begin(DOING).await?;
        let row = sqlx::query("SELECT * FROM sales WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::database(DOING))?;
        let sale = row.map(|row| sale_from(&row)).transpose()?.filter(|sale| sale.state.next().contains(&to));
        let Some(sale) = sale else {
            return Err(StoreError::NotMovable { id: id.to_string(), to });
        };
        let mut change = Change::of(&sale);
        edit(&mut change);
        let text = |number: &Option<ReferenceNumber>| number.as_ref().map(ToString::to_string);
        sqlx::query(
            "UPDATE sales SET state = ?, attempts = ?, session = ?, invoice_reference = ?, ksef_number = ?, \
             upo_session = ?, reason_code = ?, reason = ?, updated_at = ? WHERE id = ?",
        )
        .bind(to.as_str())
        .bind(sale.attempts + i64::from(change.new_attempt))
        .bind(text(&change.session))
        .bind(text(&change.invoice_reference))
        .bind(change.ksef_number.as_ref().map(ToString::to_string))
        .bind(text(&change.upo_session))
        .bind(change.reason.as_ref().map(|reason| reason.code.as_str()))
        .bind(change.reason.as_ref().map(|reason| reason.text.as_str()))
        .bind(now.as_millisecond())
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::database(DOING))?;
        if let Some((upo, sha256)) = &change.upo {
            write_document(&mut transaction, id, Document::Upo, sha256, upo).await?;
        }
        write_history(&mut transaction, id, to, happening, now).await?;
        transaction.commit().await.map_err(StoreError::database(DOING))
    }
}

impl Store {
    /// One invoice of a company.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn sale(&self, company: &ContextIdentifier, id: SaleId) -> Result<Option<Sale>, StoreError> {
        sqlx::query("SELECT * FROM sales WHERE company = ? AND id = ?")
            .bind(company.as_str())
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::database("reading an invoice"))?
            .map(|row| sale_from(&row))
            .transpose()
    }

    /// A company's invoices after a position, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn sales(
        &self,
        company: &ContextIdentifier,
        after: i64,
        limit: u32,
    ) -> Result<Page<Sale>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM sales WHERE company = ? AND position > ? ORDER BY position LIMIT ?")
                .bind(company.as_str())
                .bind(after)
                .bind(i64::from(limit) + 1)
                .fetch_all(&self.readers)
                .await
                .map_err(StoreError::database("listing invoices"))?;
        let items = rows.iter().map(sale_from).collect::<Result<Vec<_>, _>>()?;
        Ok(page_of(items, limit, |sale| sale.position))
    }

    /// A company's newest invoices, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn newest_sales(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        let rows = sqlx::query("SELECT * FROM sales WHERE company = ? ORDER BY position DESC LIMIT ?")
            .bind(company.as_str())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::database("listing invoices"))?;
        rows.iter().map(sale_from).collect()
    }

    /// A company's invoices in one state, oldest first, at most `limit`: what a worker has to do.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn sales_in(
        &self,
        company: &ContextIdentifier,
        state: SaleState,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM sales WHERE company = ? AND state = ? ORDER BY position LIMIT ?")
                .bind(company.as_str())
                .bind(state.as_str())
                .bind(limit)
                .fetch_all(&self.readers)
                .await
                .map_err(StoreError::database("listing invoices"))?;
        rows.iter().map(sale_from).collect()
    }

    /// A document's bytes with the hash written down when it was taken in. Comparing them is the caller's duty, since
    /// hashing is no business of this crate.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn document(
        &self,
        id: SaleId,
        document: Document,
    ) -> Result<Option<(Vec<u8>, Sha256Hash)>, StoreError> {
        let row = sqlx::query("SELECT content, sha256 FROM sale_documents WHERE sale_id = ? AND kind = ?")
            .bind(id.to_string())
            .bind(document.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::database("reading a document"))?;
        row.map(|row| Ok((row.get("content"), parsed("a hash", row.get("sha256"))?))).transpose()
    }
}

/// The columns that a move may change.
struct Change {
    new_attempt: bool,
    session: Option<ReferenceNumber>,
    invoice_reference: Option<ReferenceNumber>,
    ksef_number: Option<KsefNumber>,
    upo_session: Option<ReferenceNumber>,
    reason: Option<Reason>,
    upo: Option<(Vec<u8>, Sha256Hash)>,
}

impl Change {
    fn of(sale: &Sale) -> Self {
        Self {
            new_attempt: false,
            session: sale.session.clone(),
            invoice_reference: sale.invoice_reference.clone(),
            ksef_number: sale.ksef_number.clone(),
            upo_session: sale.upo_session.clone(),
            reason: sale.reason.clone(),
            upo: None,
        }
    }
}

async fn write_document(
    transaction: &mut Transaction<'_, Sqlite>,
    id: SaleId,
    document: Document,
    sha256: &Sha256Hash,
    content: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO sale_documents (sale_id, kind, sha256, content) VALUES (?, ?, ?, ?)")
        .bind(id.to_string())
        .bind(document.as_str())
        .bind(sha256.as_str())
        .bind(content)
        .execute(&mut **transaction)
        .await
        .map(drop)
        .map_err(StoreError::database("writing a document"))
}

async fn current_state(
    transaction: &mut Transaction<'_, Sqlite>,
    id: SaleId,
) -> Result<Option<SaleState>, StoreError> {
    let name: Option<String> = sqlx::query_scalar("SELECT state FROM sales WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(&mut **transaction)
        .await
        .map_err(StoreError::database("reading a state"))?;
    name.map(state_from).transpose()
}

fn sale_from(row: &SqliteRow) -> Result<Sale, StoreError> {
    let reference = |column: &str| {
        row.get::<Option<String>, _>(column).map(|text| parsed("a reference number", text)).transpose()
    };
    Ok(Sale {
        id: parsed("an identifier", row.get("id"))?,
        position: row.get("position"),
        company: parsed("a company", row.get("company"))?,
        state: state_from(row.get("state"))?,
        form: row.get("form"),
        invoice_number: row.get("invoice_number"),
        issue_date: parsed("a date", row.get("issue_date"))?,
        buyer_name: row.get("buyer_name"),
        gross: row.get("gross"),
        currency: row.get("currency"),
        sha256: parsed("a hash", row.get("sha256"))?,
        size_bytes: row.get("size_bytes"),
        attempts: row.get("attempts"),
        session: reference("session")?,
        invoice_reference: reference("invoice_reference")?,
        ksef_number: row
            .get::<Option<String>, _>("ksef_number")
            .map(|text| parsed("a KSeF number", text))
            .transpose()?,
        upo_session: reference("upo_session")?,
        reason: reason_from(row),
        created_at: timestamp(row.get("created_at"))?,
        updated_at: timestamp(row.get("updated_at"))?,
    })
}

/// The columns `reason_code` and `reason`, which are set together.
pub(crate) fn reason_from(row: &SqliteRow) -> Option<Reason> {
    let code: Option<String> = row.get("reason_code");
    let text: Option<String> = row.get("reason");
    code.zip(text).map(|(code, text)| Reason { code, text })
}

pub(crate) fn state_from(name: String) -> Result<SaleState, StoreError> {
    SaleState::from_name(&name).ok_or(StoreError::Corrupt { what: "a state", found: name })
}

/// Cuts what was read (one more than the limit) to a page.
pub(crate) fn page_of<T>(mut items: Vec<T>, limit: u32, position: impl Fn(&T) -> i64) -> Page<T> {
    let limit = limit as usize;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(position) } else { None };
    Page { items, next }
}
