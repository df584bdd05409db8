//! The audit log: appended to within the transaction that it tells of, and read in order.
//!
//! Whoever does something for somebody says so with [`noted`]; the first write that is made in there carries the note with
//! it into its own transaction, so that neither is ever there without the other. That is no argument of each write: all
//! writes of a person's request would have to carry it along, and the one that forgot would be the one that matters.

use std::cell::RefCell;

use gateway_access::{AuditBreak, AuditChain, AuditHash, AuditLine};
use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::access::AccessWriter;
use crate::db::{Row, Tx, Value, values};
use crate::{Store, StoreError};

/// Which entries are looked for; nothing in it lets all through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditFilter<'a> {
    /// Of this company.
    pub company: Option<&'a ContextIdentifier>,
    /// With this text in who, from where, what or about what; capitals and small letters of ASCII are the same.
    pub text: Option<&'a str>,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Only what was refused.
    pub is_refused: bool,
}

/// What was found in a part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFound {
    /// Entries that pass the filter, newest first.
    pub entries: Vec<(AuditLine, AuditHash)>,
    /// Before which number the search goes on; `None` when nothing older is there.
    pub next: Option<i64>,
}

/// What is to be told in the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditNote {
    /// When.
    pub at: Timestamp,
    /// Who: `user:…`, `key:…`, `operator`, `local`.
    pub who: String,
    /// From where.
    pub origin: String,
    /// What is done.
    pub action: String,
    /// In which company; empty when it is about none.
    pub company: String,
    /// On what.
    pub subject: String,
}

tokio::task_local! {
    static PENDING: RefCell<Option<AuditNote>>;
}

/// Does `work`; its first write tells the note in its own transaction. Gives the note back when nothing was written.
pub async fn noted<T>(note: AuditNote, work: impl Future<Output = T>) -> (T, Option<AuditNote>) {
    let scope = async {
        let outcome = work.await;
        (outcome, take_pending())
    };
    PENDING.scope(RefCell::new(Some(note)), scope).await
}

/// Says on what it is done, once that is known; nothing where nothing is noted.
pub fn note_subject(subject: &str) {
    // Without a scope nobody wants to know.
    let _ = PENDING.try_with(|pending| {
        if let Some(note) = pending.borrow_mut().as_mut() {
            subject.clone_into(&mut note.subject);
        }
    });
}

fn take_pending() -> Option<AuditNote> {
    PENDING.try_with(|pending| pending.borrow_mut().take()).ok().flatten()
}

/// Appends what is noted to a transaction that is about to be committed. Gives it back, for the case that it is not.
pub(crate) async fn write_pending(tx: &mut Tx) -> Result<Option<AuditNote>, StoreError> {
    let Some(note) = take_pending() else { return Ok(None) };
    let written = append(tx, &note, DONE).await;
    if let Err(error) = written {
        put_back(note);
        return Err(error);
    }
    Ok(Some(note))
}

/// The transaction was not committed after all.
pub(crate) fn put_back(note: AuditNote) {
    let _ = PENDING.try_with(|pending| *pending.borrow_mut() = Some(note));
}

/// One at a time: an entry needs the hash of the one before.
pub(crate) async fn hold_the_end(tx: &mut Tx) -> Result<(), StoreError> {
    if let Tx::Postgres(_) = tx {
        tx.rows(DOING, "SELECT pg_advisory_xact_lock($1)", values![CHAIN_LOCK]).await?;
    }
    Ok(())
}

async fn append(tx: &mut Tx, note: &AuditNote, result: &str) -> Result<(), StoreError> {
    hold_the_end(tx).await?;
    const LAST: &str = "SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1";
    let (number, former) = match tx.row(DOING, LAST, &[]).await? {
        Some(row) => (row.int("number")?, hash_of(&row)?),
        None => (0, AuditChain::START),
    };
    let line = AuditLine {
        number: number + 1,
        at: note.at,
        who: bounded(&note.who),
        origin: bounded(&note.origin),
        action: bounded(&note.action),
        company: bounded(&note.company),
        subject: bounded(&note.subject),
        result: bounded(result),
    };
    let hash = line.hash_after(&former);
    tx.execute(
        DOING,
        "INSERT INTO audit_log (number, at, who, origin, action, company, subject, result, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            line.number,
            line.at,
            &line.who,
            &line.origin,
            &line.action,
            &line.company,
            &line.subject,
            &line.result,
            hash.as_slice(),
        ],
    )
    .await
    .map(drop)
}

/// Tells something within a transaction that tells several things: [`noted`] is for one.
pub(crate) async fn tell_in(tx: &mut Tx, note: &AuditNote) -> Result<(), StoreError> {
    append(tx, note, DONE).await
}

impl AccessWriter {
    /// Tells something that changed nothing else: what was refused, or failed.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn tell(&self, note: &AuditNote, result: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        append(&mut tx, note, result).await?;
        tx.commit(DOING).await
    }
}

impl Store {
    /// Entries after the one with number `after`, in order, at most `limit`; of one company, or all.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn audit(
        &self,
        company: Option<&ContextIdentifier>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(AuditLine, AuditHash)>, StoreError> {
        const ALL: &str = "SELECT * FROM audit_log WHERE number > $1 ORDER BY number LIMIT $2";
        const OF_ONE: &str =
            "SELECT * FROM audit_log WHERE number > $1 AND company = $3 ORDER BY number LIMIT $2";
        let limit = i64::from(limit);
        let rows = match company {
            Some(company) => self.db.rows(DOING, OF_ONE, values![after, limit, company.as_str()]).await?,
            None => self.db.rows(DOING, ALL, values![after, limit]).await?,
        };
        rows.iter().map(|row| Ok((line_of(row)?, hash_of(row)?))).collect()
    }

    /// Entries that pass a filter, newest first, before the one with number `before`, at most `limit`, of the next `look_at` entries
    /// of the log, or of the company's: no index finds a text, so that a search without a hit would read all of it.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn audit_found(
        &self,
        filter: &AuditFilter<'_>,
        before: Option<i64>,
        limit: u32,
        look_at: u32,
    ) -> Result<AuditFound, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        let older = self.audit_behind(filter.company, before, look_at).await?;
        let pattern = filter.text.map(contains);
        let mut sql = "SELECT * FROM audit_log WHERE number < $1 AND number > $2".to_owned();
        let mut values = vec![Value::from(before), Value::from(older.unwrap_or_default())];
        let mut and = |condition: &str, value| {
            values.push(value);
            sql += &format!(" AND {}", condition.replace('?', &format!("${}", values.len())));
        };
        if let Some(company) = filter.company {
            and("company = ?", Value::from(company.as_str()));
        }
        if let Some(from) = filter.from {
            and("at >= ?", Value::from(from));
        }
        if let Some(until) = filter.until {
            and("at < ?", Value::from(until));
        }
        if let Some(pattern) = &pattern {
            let fields = "LOWER(who || ' ' || origin || ' ' || action || ' ' || subject)";
            and(&format!("{fields} LIKE ? ESCAPE '~'"), Value::from(pattern));
        }
        if filter.is_refused {
            and("result <> ?", Value::from(DONE));
        }
        values.push(Value::from(i64::from(limit)));
        sql += &format!(" ORDER BY number DESC LIMIT ${}", values.len());
        let rows = self.db.rows(DOING, sql, &values).await?;
        let entries: Vec<(AuditLine, AuditHash)> =
            rows.iter().map(|row| Ok((line_of(row)?, hash_of(row)?))).collect::<Result<_, StoreError>>()?;
        let next = match entries.last() {
            Some((last, _)) if entries.len() >= limit as usize => Some(last.number),
            _ => older.map(|older| older + 1),
        };
        Ok(AuditFound { entries, next })
    }

    /// The number of the first entry behind the next `count` ones before a number; the index alone tells it.
    async fn audit_behind(
        &self,
        company: Option<&ContextIdentifier>,
        before: i64,
        count: u32,
    ) -> Result<Option<i64>, StoreError> {
        const ALL: &str =
            "SELECT number FROM audit_log WHERE number < $1 ORDER BY number DESC LIMIT 1 OFFSET $2";
        const OF_ONE: &str = "SELECT number FROM audit_log WHERE number < $1 AND company = $3 \
                              ORDER BY number DESC LIMIT 1 OFFSET $2";
        let count = i64::from(count);
        let row = match company {
            Some(company) => self.db.row(DOING, OF_ONE, values![before, count, company.as_str()]).await?,
            None => self.db.row(DOING, ALL, values![before, count]).await?,
        };
        row.map(|row| row.int("number")).transpose()
    }

    /// Goes along the whole chain. Gives its end, or where it is broken first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin; an entry that cannot be read at all is altered.
    pub async fn verify_audit(&self) -> Result<Result<AuditChain, AuditBreak>, StoreError> {
        let mut chain = AuditChain::default();
        loop {
            let page = match self.audit(None, chain.number(), PAGE).await {
                Ok(page) => page,
                Err(StoreError::Corrupt { .. }) => {
                    return Ok(Err(AuditBreak::Altered { number: chain.number() + 1 }));
                }
                Err(error) => return Err(error),
            };
            for (line, hash) in &page {
                if let Err(broken) = chain.follow(line, hash) {
                    return Ok(Err(broken));
                }
            }
            if page.len() < PAGE as usize {
                return Ok(Ok(chain));
            }
        }
    }
}

/// A pattern for whatever contains a text, which may itself contain what patterns are made of.
fn contains(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '~') {
            pattern.push('~');
        }
        pattern.push(sign.to_ascii_lowercase());
    }
    pattern + "%"
}

fn line_of(row: &Row) -> Result<AuditLine, StoreError> {
    Ok(AuditLine {
        number: row.int("number")?,
        at: row.timestamp("at")?,
        who: row.text("who")?,
        origin: row.text("origin")?,
        action: row.text("action")?,
        company: row.text("company")?,
        subject: row.text("subject")?,
        result: row.text("result")?,
    })
}

fn hash_of(row: &Row) -> Result<AuditHash, StoreError> {
    let bytes = row.bytes("hash")?;
    bytes.try_into().map_err(|_| StoreError::Corrupt { what: "a hash", found: "another length".to_owned() })
}

/// No entry is longer than a line, whatever a caller sent.
fn bounded(text: &str) -> String {
    text.chars().filter(|one| !one.is_control()).take(FIELD_CHARACTERS_MAX).collect()
}

const DOING: &str = "keeping the audit log";
const DONE: &str = "done";
const FIELD_CHARACTERS_MAX: usize = 300;
const PAGE: u32 = 1000;
/// Ours among the database's locks; no meaning.
const CHAIN_LOCK: i64 = 0x6272_616d_6b61;
