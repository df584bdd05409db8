//! Letters: written to those whose time has come, brought to the mail server one after another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway_store::StoreError;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::Chain;
use crate::app::App;
use crate::app::buyer_letters::write_to_buyers;
use crate::app::letters::{bring, write_digests};

/// Writes and brings until stopped. Without a mail server nothing is written.
pub(crate) async fn run_letters(app: Arc<App>, node: String, mut stop: watch::Receiver<bool>) {
    if app.mail.is_none() {
        return;
    }
    let mut told = app.journal.told();
    let mut forgotten: Option<Instant> = None;
    while !*stop.borrow() {
        let pause = match round(&app, &node, &stop).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "letters could not be looked for");
                AFTER_FAILURE
            }
        };
        if forgotten.is_none_or(|last| last.elapsed() >= FORGET_EVERY) {
            forgotten = Some(Instant::now());
            if let Err(error) = app.journal.letters_forgotten(Timestamp::now() - KEPT_FOR).await {
                tracing::warn!(error = %Chain(&error), "old letters could not be forgotten");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // An error would mean that the journal is gone, and the gateway with it.
            _ = told.changed() => tokio::time::sleep(GATHER).await,
            _ = stop.changed() => {}
        }
    }
}

/// Writes what is to be written and brings what is due; returns how long there is nothing.
async fn round(app: &App, node: &str, stop: &watch::Receiver<bool>) -> Result<Duration, StoreError> {
    let Some(mail) = &app.mail else { return Ok(IDLE) };
    write_digests(app).await?;
    let is_more = write_to_buyers(app).await?;
    let now = Timestamp::now();
    if app.store.next_letter().await?.is_some_and(|due| due <= now) {
        for letter in app.journal.letters_claimed(node, AT_ONCE, now, now + HELD_FOR).await? {
            if *stop.borrow() {
                break;
            }
            bring(app, mail, &letter).await?;
        }
        return Ok(SHORTEST);
    }
    if is_more {
        return Ok(SHORTEST);
    }
    let next = [app.store.next_letter().await?, app.store.next_subscription().await?];
    let longest = if app.store.is_shared() { POLL } else { IDLE };
    let Some(next) = next.into_iter().flatten().min() else { return Ok(longest) };
    let pause = next.duration_since(now).max(SignedDuration::ZERO);
    Ok(Duration::try_from(pause).unwrap_or(longest).clamp(POLL, longest.max(POLL)))
}

/// Letters claimed together: a server that takes its time has it within the claim.
const AT_ONCE: u32 = 4;
/// Longer than all attempts of one claim take.
const HELD_FOR: SignedDuration = SignedDuration::from_mins(20);
/// What is told within a moment stands in one letter.
const GATHER: Duration = Duration::from_millis(200);
const SHORTEST: Duration = Duration::from_millis(50);
const POLL: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(30);
const AFTER_FAILURE: Duration = Duration::from_secs(5);
const FORGET_EVERY: Duration = Duration::from_secs(6 * 3600);
/// How long the log of letters goes back.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);
