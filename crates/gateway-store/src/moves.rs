//! Moving sales invoices on: every move is one of [`SaleMove`], with where it begins, where it ends and what it changes.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{KsefNumber, ReferenceNumber, Sha256Hash};

use crate::db::{Tx, Value, values};
use crate::error::GIVEN_UP_MAX;
use crate::history::{Event, Happening, ITSELF, write_history};
use crate::intake::write_document;
use crate::listing::HELD_MAX;
use crate::notices::tell;
use crate::sale::{Document, ONLINE, OfflineIssue};
use crate::work::{Fence, WorkKind, wake};
use crate::{NoticeKind, Reason, SaleId, SaleState, StoreError, StoreWriter};

/// What moves an invoice.
#[derive(Debug, Clone)]
pub enum SaleMove {
    /// → `validated`: it has no errors.
    Validate,
    /// → `returned`: it has errors, as JSON.
    FindInvalid {
        /// The findings.
        findings: String,
    },
    /// `validated` → `approved`: frozen from here on.
    Approve,
    /// `approved` → `waiting`.
    Release,
    /// `waiting` → `approved`: a person sends it.
    Hold,
    /// → `withdrawn`, before it was sent.
    Withdraw {
        /// Why.
        reason: Reason,
    },
    /// `waiting` → `offlineIssued`.
    IssueOffline(OfflineIssue),
    /// → `sending` in this session: written before the document leaves.
    StartSending {
        /// The session.
        session: ReferenceNumber,
    },
    /// `sending` → `accepted`: KSeF gave a reference number.
    Accept {
        /// The reference.
        reference: ReferenceNumber,
    },
    /// Back to `waiting`, or to `offlineIssued` if it was issued offline: it is certain that KSeF does not have it.
    SendBack {
        /// Why.
        reason: Reason,
    },
    /// → `rejected`.
    Reject {
        /// Why.
        reason: Reason,
    },
    /// → `numbered`.
    Number {
        /// Its number.
        number: KsefNumber,
        /// The session whose UPO speaks of it.
        upo_session: ReferenceNumber,
        /// `Online` or `Offline`, as KSeF shows it, if it said so.
        ksef_mode: Option<String>,
    },
    /// → `duplicateAdopted`: KSeF has the same bytes under this number.
    Adopt {
        /// The number.
        number: KsefNumber,
        /// The session of the first sending, if KSeF told it.
        upo_session: Option<ReferenceNumber>,
        /// What KSeF said.
        reason: Reason,
    },
    /// → `numberCollision`; the number is that of the other document, when KSeF told it.
    Collide {
        /// The other's number.
        other: Option<KsefNumber>,
        /// What KSeF said.
        reason: Reason,
    },
    /// → `upoVerified`, with a UPO of its own.
    StoreUpo {
        /// The bytes; empty when they are in the object store.
        upo: Vec<u8>,
        /// Their hash.
        sha256: Sha256Hash,
        /// They are in the object store.
        is_external: bool,
    },
    /// → `upoVerified`, by a page of its session's UPO that is stored already.
    ConfirmByPage {
        /// The session.
        session: ReferenceNumber,
        /// The page, from 1.
        page: i64,
    },
    /// → `stored`: the bytes read back are the bytes sent.
    Store,
}

/// A move of one invoice, by whom, and after what answer of KSeF.
#[derive(Debug, Clone)]
pub struct Moving {
    /// Which invoice.
    pub id: SaleId,
    /// What moves it.
    pub by: SaleMove,
    /// KSeF's answer, as JSON.
    pub evidence: Option<String>,
}

impl Moving {
    /// A move without an answer of KSeF behind it.
    #[must_use]
    pub const fn plain(id: SaleId, by: SaleMove) -> Self {
        Self { id, by, evidence: None }
    }
}

impl SaleMove {
    /// Where it ends; a sale that was issued offline goes back to `offlineIssued` instead of `waiting`.
    #[must_use]
    pub const fn to(&self) -> SaleState {
        match self {
            Self::Validate => SaleState::Validated,
            Self::FindInvalid { .. } => SaleState::Returned,
            Self::Approve | Self::Hold => SaleState::Approved,
            Self::Release | Self::SendBack { .. } => SaleState::Waiting,
            Self::Withdraw { .. } => SaleState::Withdrawn,
            Self::IssueOffline(_) => SaleState::OfflineIssued,
            Self::StartSending { .. } => SaleState::Sending,
            Self::Accept { .. } => SaleState::Accepted,
            Self::Reject { .. } => SaleState::Rejected,
            Self::Number { .. } => SaleState::Numbered,
            Self::Adopt { .. } => SaleState::DuplicateAdopted,
            Self::Collide { .. } => SaleState::NumberCollision,
            Self::StoreUpo { .. } | Self::ConfirmByPage { .. } => SaleState::UpoVerified,
            Self::Store => SaleState::Stored,
        }
    }

    /// Where it may begin: where the table of states allows it, and narrower where one state is reached in two ways.
    #[must_use]
    pub fn from(&self) -> Vec<SaleState> {
        match self {
            Self::Approve => vec![SaleState::Validated],
            Self::Hold => vec![SaleState::Waiting],
            Self::Release => vec![SaleState::Approved],
            Self::SendBack { .. } => vec![SaleState::Sending, SaleState::Accepted],
            other => other.to().before().collect(),
        }
    }

    const fn event(&self) -> Event {
        match self {
            Self::Validate => Event::Validated,
            Self::FindInvalid { .. } => Event::FoundInvalid,
            Self::Approve => Event::Approved,
            Self::Release => Event::Released,
            Self::Hold => Event::Held,
            Self::Withdraw { .. } => Event::Withdrawn,
            Self::IssueOffline(_) => Event::OfflineIssued,
            Self::StartSending { .. } => Event::SendingStarted,
            Self::Accept { .. } => Event::Accepted,
            Self::SendBack { .. } => Event::SentBack,
            Self::Reject { .. } => Event::Rejected,
            Self::Number { .. } => Event::Numbered,
            Self::Adopt { .. } => Event::Adopted,
            Self::Collide { .. } => Event::Collided,
            Self::StoreUpo { .. } | Self::ConfirmByPage { .. } => Event::UpoVerified,
            Self::Store => Event::Stored,
        }
    }

    /// What the company is told of it, if anything.
    const fn notice(&self) -> Option<NoticeKind> {
        match self {
            Self::Number { .. } | Self::Adopt { .. } => Some(NoticeKind::InvoicesNumbered),
            Self::StoreUpo { .. } | Self::ConfirmByPage { .. } => Some(NoticeKind::InvoicesConfirmed),
            Self::Reject { .. } | Self::Collide { .. } => Some(NoticeKind::InvoicesRejected),
            Self::IssueOffline(_) => Some(NoticeKind::InvoicesIssuedOffline),
            _ => None,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::IssueOffline(issue) => Some(issue.mode.clone()),
            Self::StartSending { session } => Some(session.to_string()),
            Self::Accept { reference } => Some(reference.to_string()),
            Self::Number { number, .. } | Self::Adopt { number, .. } => Some(number.to_string()),
            Self::Collide { other, .. } => other.as_ref().map(ToString::to_string),
            Self::ConfirmByPage { session, page } => Some(format!("{session}, {page}")),
            _ => None,
        }
    }

    const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Withdraw { reason }
            | Self::SendBack { reason }
            | Self::Reject { reason }
            | Self::Adopt { reason, .. }
            | Self::Collide { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// The columns it sets beside state, reason and time.
    fn sets(&self) -> Vec<(&'static str, Owned)> {
        let text = |text: &dyn std::fmt::Display| Owned::Text(Some(text.to_string()));
        let maybe = |text: Option<String>| Owned::Text(text);
        match self {
            Self::Validate => vec![("findings", Owned::Text(None))],
            Self::FindInvalid { findings } => vec![("findings", text(findings))],
            Self::Withdraw { .. } | Self::Reject { .. } | Self::Collide { other: None, .. } => {
                vec![("number_key", Owned::Text(None))]
            }
            Self::IssueOffline(issue) => vec![
                ("mode", text(&issue.mode)),
                ("due_on", maybe(issue.due_on.map(|date: Date| date.to_string()))),
                ("certificate_link", maybe(issue.certificate_link.clone())),
            ],
            Self::StartSending { session } => vec![
                ("session", text(session)),
                ("invoice_reference", Owned::Text(None)),
                ("held_until", Owned::Int(None)),
            ],
            Self::Accept { reference } => vec![("invoice_reference", text(reference))],
            Self::SendBack { .. } => {
                vec![("session", Owned::Text(None)), ("invoice_reference", Owned::Text(None))]
            }
            Self::Number { number, upo_session, ksef_mode } => vec![
                ("ksef_number", text(number)),
                ("upo_session", text(upo_session)),
                ("ksef_mode", maybe(ksef_mode.clone())),
            ],
            Self::Adopt { number, upo_session, .. } => vec![
                ("ksef_number", text(number)),
                ("upo_session", maybe(upo_session.as_ref().map(ToString::to_string))),
            ],
            Self::Collide { other: Some(other), .. } => {
                vec![("ksef_number", text(other)), ("number_key", Owned::Text(None))]
            }
            Self::ConfirmByPage { session, page } => {
                vec![("upo_session", text(session)), ("upo_page", Owned::Int(Some(*page)))]
            }
            Self::Approve | Self::Hold | Self::Release | Self::StoreUpo { .. } | Self::Store => Vec::new(),
        }
    }
}

/// A value that a move brings along.
enum Owned {
    Text(Option<String>),
    Int(Option<i64>),
}

impl Owned {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text.as_deref()),
            Self::Int(number) => Value::Int(*number),
        }
    }
}

impl StoreWriter {
    /// Moves invoices on, all in one transaction: one answer for each, in their order. One that is not where its move
    /// begins any more is left alone ([`StoreError::NotMovable`]), and the others move.
    ///
    /// # Errors
    /// When the database fails or the lease is lost ([`StoreError::LeaseLost`]); then none has moved.
    pub async fn move_sales(
        &self,
        moves: &[Moving],
        actor: &str,
        fence: Option<&Fence>,
        now: Timestamp,
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        // Without a lease it meets the worker who has it, perhaps at the same invoice.
        for _ in 0..GIVEN_UP_MAX {
            match self.move_together(moves, actor, fence, now).await {
                Err(error) if error.was_given_up() => {}
                done => return done,
            }
        }
        self.move_together(moves, actor, fence, now).await
    }

    async fn move_together(
        &self,
        moves: &[Moving],
        actor: &str,
        fence: Option<&Fence>,
        now: Timestamp,
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        if let Some(fence) = fence {
            fence.hold(&mut tx).await?;
        }
        let mut outcomes = Vec::with_capacity(moves.len());
        let mut rung: Vec<String> = Vec::new();
        let mut told: Vec<(NoticeKind, Moved)> = Vec::new();
        for moving in moves {
            match move_one(&mut tx, moving, actor, now).await {
                Err(error) if error.may_pass() => return Err(error),
                Err(error) => outcomes.push(Err(error)),
                Ok(moved) => {
                    // The worker that holds the lease knows what it moves; others have to call it.
                    if fence.is_none() && moving.by.to().moves_by_itself() && !rung.contains(&moved.company) {
                        rung.push(moved.company.clone());
                    }
                    if let Some(kind) = moving.by.notice() {
                        told.push((kind, moved));
                    }
                    outcomes.push(Ok(()));
                }
            }
        }
        // Work first, as those who hold it: the company's row is the last that anybody takes.
        for company in &rung {
            wake(&mut tx, company, WorkKind::Sales, now).await?;
        }
        tell_moved(&mut tx, &told, now).await?;
        tx.commit(DOING).await?;
        Ok(outcomes)
    }

    /// Writes down that KSeF opened a session, and that these invoices are being sent in it: before the first leaves.
    ///
    /// # Errors
    /// As [`StoreWriter::move_sales`]; one that does not move is left out of the answer's `true`s.
    pub async fn batch_opened(
        &self,
        fence: &Fence,
        session: &ReferenceNumber,
        members: &[SaleId],
        now: Timestamp,
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        fence.hold(&mut tx).await?;
        crate::sessions::write_session(&mut tx, &fence.company, session, crate::SessionKind::Batch, now)
            .await?;
        let mut outcomes = Vec::with_capacity(members.len());
        for id in members {
            let moving = Moving::plain(*id, SaleMove::StartSending { session: session.clone() });
            let outcome = move_one(&mut tx, &moving, ITSELF, now).await;
            if let Err(error) = &outcome
                && error.may_pass()
            {
                return outcome.map(|_| Vec::new());
            }
            outcomes.push(outcome.map(drop));
        }
        tx.commit(DOING).await?;
        Ok(outcomes)
    }

    /// Says why an invoice does not move, without moving it, and until when it is not looked at: two hours from now at the
    /// latest, then it is looked at again. The same reason twice is written once.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::LeaseLost`].
    pub async fn note_reasons(
        &self,
        notes: &[(SaleId, Reason, Option<Timestamp>)],
        fence: Option<&Fence>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "noting a reason";
        let mut tx = self.db.begin(DOING).await?;
        if let Some(fence) = fence {
            fence.hold(&mut tx).await?;
        }
        for (id, reason, held_until) in notes {
            let text = id.to_string();
            if let Some(until) = held_until {
                let hold = "UPDATE sales SET held_until = $1 WHERE id = $2";
                tx.execute(DOING, hold, values![(*until).min(now + HELD_MAX), &text]).await?;
            }
            let changed = tx
                .row(
                    DOING,
                    "UPDATE sales SET reason_code = $1, reason = $2 WHERE id = $3 \
                     AND (reason_code IS DISTINCT FROM $1 OR reason IS DISTINCT FROM $2) RETURNING state",
                    values![&reason.code, &reason.text, &text],
                )
                .await?;
            if let Some(row) = changed {
                let happening = Happening { reason: Some(reason), ..Happening::plain(Event::Delayed) };
                write_history(&mut tx, *id, row.parsed("state")?, &happening, now).await?;
            }
        }
        tx.commit(DOING).await
    }

    /// Lets a waiting invoice go by another policy.
    ///
    /// # Errors
    /// [`StoreError::NotMovable`] when it is being sent or was sent already.
    pub async fn change_policy(
        &self,
        id: SaleId,
        policy: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let row = tx
            .row(
                DOING,
                "UPDATE sales SET policy = $1, held_until = NULL WHERE id = $2 \
                 AND state IN ('draft', 'returned', 'validated', 'approved', 'waiting') RETURNING state, company",
                values![policy, &id.to_string()],
            )
            .await?;
        let Some(row) = row else { return Err(StoreError::NotMovable { id, to: SaleState::Waiting }) };
        let happening =
            Happening { actor, detail: Some(policy.to_owned()), ..Happening::plain(Event::PolicyChanged) };
        write_history(&mut tx, id, row.parsed("state")?, &happening, now).await?;
        wake(&mut tx, &row.text("company")?, WorkKind::Sales, now).await?;
        tx.commit(DOING).await
    }

    /// Sets the last day for sending invoices that were issued offline; one that is the same changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn set_deadlines(
        &self,
        deadlines: &[(SaleId, Option<Date>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        for (id, due_on) in deadlines {
            let due = due_on.map(|date| date.to_string());
            let row = tx
                .row(
                    DOING,
                    "UPDATE sales SET due_on = $1 WHERE id = $2 AND due_on IS DISTINCT FROM $1 RETURNING state",
                    values![due.as_deref(), &id.to_string()],
                )
                .await?;
            if let Some(row) = row {
                let happening = Happening { detail: due, ..Happening::plain(Event::DeadlineChanged) };
                write_history(&mut tx, *id, row.parsed("state")?, &happening, now).await?;
            }
        }
        tx.commit(DOING).await
    }
}

/// An invoice that was moved, as its company is told of it.
struct Moved {
    company: String,
    id: SaleId,
    state: SaleState,
    invoice_number: String,
    ksef_number: Option<String>,
    reason: Option<Reason>,
}

/// Tells companies what became of their invoices.
async fn tell_moved(tx: &mut Tx, told: &[(NoticeKind, Moved)], now: Timestamp) -> Result<(), StoreError> {
    let mut groups: Vec<(NoticeKind, &str, Vec<serde_json::Value>)> = Vec::new();
    for (kind, moved) in told {
        let item = serde_json::json!({
            "id": moved.id.to_string(),
            "invoiceNumber": moved.invoice_number,
            "ksefNumber": moved.ksef_number,
            "state": moved.state.as_str(),
            "reason": moved.reason.as_ref().map(|reason| &reason.code),
        });
        match groups.iter_mut().find(|(of, company, _)| of == kind && *company == moved.company) {
            Some((_, _, items)) => items.push(item),
            None => groups.push((*kind, &moved.company, vec![item])),
        }
    }
    for (kind, company, items) in &groups {
        tell(tx, company, *kind, items, now).await?;
    }
    Ok(())
}

/// Moves one invoice, if it stands where the move begins.
async fn move_one(tx: &mut Tx, moving: &Moving, actor: &str, now: Timestamp) -> Result<Moved, StoreError> {
    let Moving { id, by, evidence } = moving;
    let (key, sets) = (id.to_string(), by.sets());
    let reason = by.reason();
    let mut values: Vec<Value<'_>> = vec![
        key.as_str().into(),
        now.into(),
        reason.map(|reason| reason.code.as_str()).into(),
        reason.map(|reason| reason.text.as_str()).into(),
    ];
    let mut sql = String::from("UPDATE sales SET state = ");
    if matches!(by, SaleMove::SendBack { .. }) {
        sql += &format!(
            "CASE WHEN mode = '{ONLINE}' THEN '{}' ELSE '{}' END",
            SaleState::Waiting,
            SaleState::OfflineIssued
        );
    } else {
        sql += &format!("'{}'", by.to());
    }
    sql += ", updated_at = $2, reason_code = $3, reason = $4";
    if matches!(by, SaleMove::StartSending { .. }) {
        sql += ", attempts = attempts + 1";
    }
    if matches!(by, SaleMove::IssueOffline(_)) {
        sql += ", offline_at = $2";
    }
    for (column, value) in &sets {
        values.push(value.value());
        sql += &format!(", {column} = ${}", values.len());
    }
    let from: Vec<String> = by.from().iter().map(|state| format!("'{state}'")).collect();
    sql += &format!(
        " WHERE id = $1 AND state IN ({}) RETURNING state, company, invoice_number, ksef_number",
        from.join(", ")
    );
    let Some(row) = tx.row(DOING, sql, &values).await? else {
        return Err(StoreError::NotMovable { id: *id, to: by.to() });
    };
    if let SaleMove::StoreUpo { upo, sha256, is_external } = by {
        write_document(tx, *id, Document::Upo, sha256.as_str(), upo, *is_external).await?;
    }
    let happening =
        Happening { event: by.event(), actor, detail: by.detail(), reason, evidence: evidence.as_deref() };
    let state = row.parsed("state")?;
    write_history(tx, *id, state, &happening, now).await?;
    Ok(Moved {
        company: row.text("company")?,
        id: *id,
        state,
        invoice_number: row.text("invoice_number")?,
        ksef_number: row.maybe_text("ksef_number")?,
        reason: reason.cloned(),
    })
}

const DOING: &str = "moving invoices";
