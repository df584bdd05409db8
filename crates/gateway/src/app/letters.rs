//! Letters: what is told by e-mail, to whom, and bringing it to the mail server.

use gateway_outbound::{Letter, MailError, MailSender};
use gateway_rules::Sentence;
use gateway_rules::digest::{Digest, Rhythm, letter_again_at, next_letter_at};
use gateway_store::{
    LetterEnd, LetterRecord, MailSubscription, NewLetter, Notice, NoticeKind, PurchaseState, PurchaseView,
    SaleId, StoreError,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::app::App;
use crate::app::buyer_letters::{AttachmentError, attachments};
use crate::steps::Step;

/// The mail server, and whom those who are written to may ask.
pub(crate) struct Mail {
    pub(crate) sender: MailSender,
}

/// Writes letters to those whose time has come; `false` when nobody's has.
pub(crate) async fn write_digests(app: &App) -> Result<bool, StoreError> {
    let untold = app.store.untold_subscriptions(AT_ONCE, Timestamp::now()).await?;
    for subscription in &untold {
        write_digest(app, subscription).await?;
    }
    Ok(!untold.is_empty())
}

async fn write_digest(app: &App, subscription: &MailSubscription) -> Result<(), StoreError> {
    let now = Timestamp::now();
    let company = &subscription.company;
    let rhythm = Rhythm::from_name(&subscription.rhythm).unwrap_or(Rhythm::Now);
    let notices = app.store.notices(company, subscription.told_up_to, NOTICES_MAX).await?;
    let Some(last) = notices.last() else { return Ok(()) };
    // What comes in one burst stands in one letter.
    let company_now = app.companies.get(company).map_or(now, |company| company.now());
    let is_fresh = company_now.duration_since(last.at).abs() < GATHER && notices.len() < NOTICES_MAX as usize;
    if rhythm == Rhythm::Now && is_fresh {
        return Ok(());
    }
    let wanted: Vec<&Notice> = notices
        .iter()
        .filter(|notice| subscription.kinds.is_empty() || subscription.kinds.contains(&notice.kind))
        .collect();
    let mut digest = digest(&wanted);
    if digest.is_empty() {
        // Nothing of it was wanted: it is passed over at once.
        app.journal.digest_written(subscription, last.number, None, now, now).await?;
        return Ok(());
    }
    if digest.received > 0 {
        let counts = app.store.purchase_counts(company, PurchaseView::Everything).await?;
        let open =
            counts.iter().filter(|(state, _)| matches!(state, PurchaseState::New | PurchaseState::Seen));
        digest.to_book = u64::try_from(open.map(|(_, count)| count).sum::<i64>()).ok();
    }
    let support = app.support.as_deref();
    let name = company.as_str();
    let (subject, text) = (digest.subject(name), digest.text(name, app.public_url.as_deref(), support));
    let (subject, text) = (in_language(&subject, subscription), in_language(&text, subscription));
    let id = SaleId::generate().to_string();
    let letter = NewLetter {
        id: &id,
        company,
        purpose: DIGEST,
        recipient: &subscription.address,
        subject,
        text,
        sale: None,
        language: &subscription.language,
    };
    let hour = u8::try_from(subscription.hour).unwrap_or_default();
    let next = next_letter_at(rhythm, hour, now);
    app.journal.digest_written(subscription, last.number, Some(&letter), next, now).await
}

fn in_language<'a>(sentence: &'a Sentence, subscription: &MailSubscription) -> &'a str {
    if subscription.language == "en" { &sentence.en } else { &sentence.pl }
}

/// What notices tell together.
fn digest(notices: &[&Notice]) -> Digest {
    let mut digest = Digest::default();
    for notice in notices {
        let things = u64::try_from(notice.things).unwrap_or_default();
        let items = notice.data["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        match notice.kind {
            NoticeKind::PurchasesReceived => {
                digest.received += things;
                add(&mut digest.received_first, items, |item| {
                    let seller = text(item, "sellerName").or_else(|| text(item, "sellerNip")).unwrap_or("-");
                    let number = text(item, "invoiceNumber").unwrap_or("-");
                    let amount = text(item, "grossAmount").unwrap_or("-");
                    format!("{seller}, {number}, {amount} {}", text(item, "currency").unwrap_or(""))
                });
            }
            NoticeKind::InvoicesNumbered => digest.numbered += things,
            NoticeKind::InvoicesIssuedOffline => digest.offline += things,
            NoticeKind::InvoicesConfirmed => digest.confirmed += things,
            NoticeKind::InvoicesRejected => {
                digest.rejected += things;
                add(&mut digest.rejected_first, items, |item| {
                    let number = text(item, "invoiceNumber").unwrap_or("-");
                    format!("{number} ({})", text(item, "reason").unwrap_or("-"))
                });
            }
            NoticeKind::DeadlineNear => {
                digest.due += things;
                add(&mut digest.due_first, items, |item| {
                    let number = text(item, "invoiceNumber").unwrap_or("-");
                    format!("{number}, {}", text(item, "dueOn").unwrap_or("-"))
                });
            }
            NoticeKind::CredentialExpiring => add(&mut digest.expiring, items, |item| {
                let kind = text(item, "kind").unwrap_or("-");
                format!("{kind}, {}", text(item, "notAfter").unwrap_or("-"))
            }),
            NoticeKind::DocumentsLeaving => {
                digest.leaving += things;
                add(&mut digest.leaving_first, items, |item| {
                    let number = text(item, "invoiceNumber").unwrap_or("-");
                    format!("{number}, {}", text(item, "inKsefUntil").unwrap_or("-"))
                });
            }
            NoticeKind::OutageBegan | NoticeKind::OutageEnded => {
                let began = notice.kind == NoticeKind::OutageBegan;
                let item = items.first();
                let at = item.and_then(|item| text(item, if began { "start" } else { "end" }));
                digest.outages.push((began, one_line(at.unwrap_or("-"))));
                digest.outages.truncate(FIRST);
            }
            NoticeKind::WebhookSwitchedOff => add(&mut digest.webhooks, items, |item| {
                let name = text(item, "name").filter(|name| !name.is_empty());
                name.or_else(|| text(item, "id")).unwrap_or("-").to_owned()
            }),
        }
    }
    digest
}

fn add(list: &mut Vec<String>, items: &[Value], line: impl Fn(&Value) -> String) {
    let room = FIRST.saturating_sub(list.len());
    list.extend(items.iter().take(room).map(|item| one_line(&line(item))));
}

fn text<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    item.get(name)?.as_str()
}

/// What a stranger wrote on an invoice, on one line of a letter.
fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(LINE_CHARS_MAX).collect()
}

/// Brings a claimed letter to the mail server, and writes down what came of it.
pub(crate) async fn bring(app: &App, mail: &Mail, record: &LetterRecord) -> Result<(), StoreError> {
    let attachments = match attachments(app, record).await {
        Ok(attachments) => attachments,
        Err(error) => {
            tracing::warn!(company = %record.company, letter = record.id, %error, "a letter was not sent");
            let now = Timestamp::now();
            let end = match error {
                AttachmentError::Later(_) => again(record, now),
                AttachmentError::Never(_) => LetterEnd::GivenUp,
            };
            return app.journal.letter_ended(record, end, &error.to_string(), now).await;
        }
    };
    let letter = Letter {
        id: &record.id,
        written_at: record.written_at,
        to: &record.recipient,
        subject: &record.subject,
        text: &record.text,
        attachments: &attachments,
    };
    let outcome = app.journal.around_call(Step::SendLetter, mail.sender.send(&letter)).await;
    let now = Timestamp::now();
    let (end, answer) = match outcome {
        Ok(answer) => (LetterEnd::Sent, answer),
        Err(error) => {
            tracing::warn!(company = %record.company, letter = record.id, %error, "a letter was not sent");
            (after(&error, record, now), error.to_string())
        }
    };
    app.journal.letter_ended(record, end, &answer, now).await
}

fn after(error: &MailError, record: &LetterRecord, now: Timestamp) -> LetterEnd {
    match error {
        MailError::Letter(_) | MailError::Refused(_) => LetterEnd::GivenUp,
        // Also when its last answer was lost: it goes again under the same Message-ID.
        MailError::Unreachable(_) | MailError::NotNow(_) | MailError::Unknown(_) => again(record, now),
    }
}

/// The next attempt, unless it was tried for long enough.
fn again(record: &LetterRecord, now: Timestamp) -> LetterEnd {
    let attempts = record.attempts.saturating_add(1);
    letter_again_at(attempts, record.written_at, now).map_or(LetterEnd::GivenUp, LetterEnd::Again)
}

const DIGEST: &str = "digest";
/// Subscribers looked at in one round.
const AT_ONCE: u32 = 100;
/// Notices that one letter tells of; what is more stands in the next.
const NOTICES_MAX: u32 = 5000;
/// How many of each kind are named.
const FIRST: usize = 10;
const LINE_CHARS_MAX: usize = 200;
/// So long nothing new may have come before a letter is written at once.
const GATHER: SignedDuration = SignedDuration::from_secs(3);
