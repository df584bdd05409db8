//! The worker for a company's sales: takes up everything that is not final, until nothing is left.
//!
//! It reads its work from the database, so it does not matter who wrote it or when: a document that was just taken in,
//! or a session that a killed process left behind.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use gateway_store::{Fence, Sale, SaleId, SessionKind, UnsettledSession};
use jiff::{SignedDuration, Timestamp};
use ksef_client::CallError;
use ksef_id::ReferenceNumber;
use ksef_wire::Operation;
use tokio::sync::watch;

use super::dispatch::Active;
use super::{Chain, pause_after};
use crate::app::follow::UpoAddresses;
use crate::app::read_back::{PackageTaken, ReadingBack};
use crate::app::send::{Step, close, send_step};
use crate::app::{App, OpenOnline, Work, WorkError, confirm, follow, offline, read_back, settle};
use crate::company::Company;

/// Works until nothing is left to do soon, the lease is lost, or `stop` says so; a round that has begun is finished first.
/// Returns in how long to come back.
pub(super) async fn run_sales(
    app: &App,
    company: &Company,
    fence: &Fence,
    active: &Active,
    mut stop: watch::Receiver<bool>,
) -> Duration {
    // Who has nothing on its way needs no login: ten thousand companies at rest ask KSeF nothing.
    if matches!(app.store.has_unfinished(&company.context).await, Ok(false)) {
        return IDLE_PAUSE;
    }
    let _sending = company.ksef.sending();
    company.prepare().await;
    let work = Work { app, company, fence };
    let mut worker = Worker::new(work);
    let pause = loop {
        let pause = worker.round().await;
        if *stop.borrow() || active.is_lost(fence) {
            break Duration::ZERO;
        }
        if pause > STAY && worker.online.is_none() {
            break pause;
        }
        // After a failure the bell is not heard: a limit that was reached is not asked again because of new work.
        let heed_bell = worker.failures == 0;
        tokio::select! {
            () = tokio::time::sleep(pause.min(STAY)) => {}
            () = company.sales_bell.notified(), if heed_bell => {}
            _ = stop.changed() => {}
        }
        // Nothing is begun any more; the session that is open is closed on leaving.
        if worker.online.is_some() && *stop.borrow() {
            break Duration::ZERO;
        }
    };
    worker.leave().await;
    pause
}

struct Worker<'a> {
    work: Work<'a>,
    /// The session that can be sent in.
    online: Option<OpenOnline>,
    /// Where UPOs can be fetched.
    upos: UpoAddresses,
    /// A package of own invoices that KSeF makes, and when it was asked for.
    reading: Option<ReadingBack>,
    /// Where the next package begins, when the last one was cut.
    package_from: Option<Timestamp>,
    /// When an invoice that did not move, or a session, is looked at again.
    next_look: HashMap<Look, Timestamp>,
    failures: u32,
    last_failure: String,
}

/// What is looked at again later.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Look {
    Sale(SaleId),
    Session(ReferenceNumber),
    Package,
}

impl<'a> Worker<'a> {
    fn new(work: Work<'a>) -> Self {
        Self {
            work,
            online: None,
            upos: UpoAddresses::new(),
            reading: None,
            package_from: None,
            next_look: HashMap::new(),
            failures: 0,
            last_failure: String::new(),
        }
    }

    /// Does what there is to do; returns how long there is nothing.
    async fn round(&mut self) -> Duration {
        if self.online.is_none() && self.work.company.ksef.adopt_replacement() {
            tracing::info!(company = %self.work.company.context, "another credential logs in from now on");
            // What the old one was refused may be let through now.
            self.failures = 0;
        }
        let begun = self.work.now();
        let mut outcome = Round::default();
        // Each part stands for itself: a limit on sending must not keep a UPO waiting.
        let settled = self.settle().await;
        // Before old sessions are settled, no new one: what is unknown comes first. Unless KSeF may not be asked for a
        // while: what is unknown stays in its session, and nothing of it is sent by another.
        let may_send = settled.as_ref().err().is_none_or(is_limit);
        outcome.note(settled);
        if may_send {
            let sent = self.send(&mut outcome).await;
            outcome.note(sent);
        }
        if outcome.error.is_some() {
            let issued = offline::issue_waiting(&self.work).await;
            outcome.note(issued);
        }
        let followed = self.follow().await;
        outcome.note(followed);
        let confirmed = self.confirm().await;
        outcome.note(confirmed);
        let read = self.read_back().await;
        outcome.note(read);
        self.pause(outcome, begun)
    }

    /// Settles what earlier rounds, or another process, left: every session but the one that is open here.
    async fn settle(&mut self) -> Result<usize, WorkError> {
        let company = &self.work.company.context;
        let mut settled = 0;
        let mut limit = None;
        for session in self.work.app.store.unsettled_sessions(company).await? {
            let is_open_here =
                self.online.as_ref().is_some_and(|open| open.session.reference_number == session.reference);
            if is_open_here {
                continue;
            }
            match self.settle_session(&session).await {
                Ok(some) => settled += some,
                // Of one kind of request only: another session may be settled by what it has without.
                Err(error) if is_limit(&error) => limit = limit.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        limit.map_or(Ok(settled), Err)
    }

    async fn settle_session(&mut self, session: &UnsettledSession) -> Result<usize, WorkError> {
        match session.kind {
            SessionKind::Online => {
                settle::settle_online(&self.work, &session.reference).await?;
                Ok(1)
            }
            SessionKind::Batch => {
                let look = Look::Session(session.reference.clone());
                if !self.is_due(&look) {
                    return Ok(0);
                }
                if settle::settle_batch(&self.work, &session.reference, &mut self.upos).await? {
                    self.next_look.remove(&look);
                    Ok(1)
                } else {
                    let age = self.work.now().duration_since(session.opened_at);
                    self.look_later(look, age);
                    Ok(0)
                }
            }
        }
    }

    /// Takes steps of the plan, as long as they do something, so many that the rest of a round is not kept waiting.
    async fn send(&mut self, outcome: &mut Round) -> Result<usize, WorkError> {
        let settings = self.work.app.store.sending_settings(&self.work.company.context).await?;
        let mut done = 0;
        for _ in 0..STEPS_MAX {
            match send_step(&self.work, &settings, &mut self.online).await? {
                Step::Did(some) => done += some,
                Step::Wait(until) => {
                    let pause = until.map(|until| until.duration_since(self.work.now()));
                    outcome.wait(pause);
                    let held = self.work.app.store.next_held(&self.work.company.context).await?;
                    outcome.wait(held.map(|until| until.duration_since(self.work.now())));
                    break;
                }
            }
        }
        Ok(done)
    }

    /// Asks for verdicts: of a session with several invoices by its list, of others one by one.
    async fn follow(&mut self) -> Result<usize, WorkError> {
        let mut by_session: BTreeMap<ReferenceNumber, Vec<Sale>> = BTreeMap::new();
        let accepted = follow::accepted(&self.work).await?;
        let oldest = accepted.iter().map(|sale| sale.updated_at).min();
        self.work.company.site.set_processing_since(&self.work.company.context, oldest);
        for sale in accepted {
            if let Some(session) = sale.session.clone() {
                by_session.entry(session).or_default().push(sale);
            }
        }
        let mut moved = 0;
        for (session, sales) in by_session {
            if sales.len() >= LIST_FROM {
                let look = Look::Session(session.clone());
                if !self.is_due(&look) {
                    continue;
                }
                let some = follow::follow_session(&self.work, &session, &sales, &mut self.upos).await?;
                moved += some;
                let age = sales.iter().map(|sale| self.age(sale)).min().unwrap_or_default();
                // While some move, more will.
                self.look_later(look, if some > 0 { SignedDuration::ZERO } else { age });
                continue;
            }
            for sale in sales {
                let look = Look::Sale(sale.id);
                if !self.is_due(&look) {
                    continue;
                }
                let did_move = follow::follow(&self.work, &sale, &mut self.upos).await?;
                moved += self.noted(look, did_move, &sale);
            }
        }
        Ok(moved)
    }

    async fn confirm(&mut self) -> Result<usize, WorkError> {
        let mut moved = 0;
        for sale in confirm::numbered(&self.work).await? {
            let look = Look::Sale(sale.id);
            // An address that was just told is good at once.
            if !self.is_due(&look) && !self.upos.contains_key(&sale.id) {
                continue;
            }
            let did_move = confirm::confirm(&self.work, &sale, &mut self.upos).await?;
            moved += self.noted(look, did_move, &sale);
        }
        Ok(moved)
    }

    async fn read_back(&mut self) -> Result<usize, WorkError> {
        let confirmed = read_back::confirmed(&self.work).await?;
        let company = &self.work.company.context;
        let left = self.work.company.site.budget.left(Some(company), Operation::InvoiceDownload);
        let is_many = confirmed.len() >= PACKAGE_FROM || confirmed.len() > left.now as usize;
        if is_many || self.reading.is_some() {
            return self.read_back_many(&confirmed).await;
        }
        let mut moved = 0;
        for sale in confirmed {
            let look = Look::Sale(sale.id);
            if !self.is_due(&look) {
                continue;
            }
            let did_move = read_back::read_back(&self.work, &sale).await?;
            moved += self.noted(look, did_move, &sale);
        }
        Ok(moved)
    }

    async fn read_back_many(&mut self, confirmed: &[Sale]) -> Result<usize, WorkError> {
        if !self.is_due(&Look::Package) {
            return Ok(0);
        }
        let Some(reading) = &self.reading else {
            let from = self.package_from.take();
            self.reading = Some(read_back::start_package(&self.work, confirmed, from).await?);
            self.look_later(Look::Package, SignedDuration::ZERO);
            return Ok(0);
        };
        match read_back::take_package(&self.work, reading, confirmed).await {
            Ok(None) => {
                self.look_later(Look::Package, SignedDuration::from_secs(4));
                Ok(0)
            }
            Ok(Some(PackageTaken { found, next })) => {
                self.reading = None;
                self.package_from = next;
                if next.is_some() {
                    self.look_later(Look::Package, SignedDuration::ZERO);
                    return Ok(found);
                }
                // Permanent storage comes a little after the number; what was not there yet is asked for later.
                let age = confirmed.iter().map(|sale| self.age(sale)).min().unwrap_or_default();
                self.look_later(Look::Package, if found > 0 { SignedDuration::ZERO } else { age });
                Ok(found)
            }
            Err(error) => {
                self.reading = None;
                self.look_later(Look::Package, SignedDuration::from_mins(1));
                Err(error)
            }
        }
    }

    /// Before the claim is given back: nobody else can send in the session that is open here.
    async fn leave(&mut self) {
        if let Err(error) = close(&self.work, &mut self.online).await {
            tracing::debug!(error = %Chain(&error), "the session is settled by whoever comes next");
        }
    }

    fn is_due(&self, look: &Look) -> bool {
        let now = self.work.now();
        // Further ahead than anything is ever put off: the clock was set back.
        self.next_look.get(look).is_none_or(|moment| *moment <= now || *moment > now + LOOK_DELAY_MAX)
    }

    fn age(&self, sale: &Sale) -> SignedDuration {
        self.work.now().duration_since(sale.updated_at)
    }

    fn noted(&mut self, look: Look, did_move: bool, sale: &Sale) -> usize {
        if did_move {
            self.next_look.remove(&look);
            1
        } else {
            let age = self.age(sale);
            self.look_later(look, age);
            0
        }
    }

    /// The longer something stands, the rarer it is looked at: seconds at first, minutes when KSeF stalls for hours.
    fn look_later(&mut self, look: Look, age: SignedDuration) {
        // A simulator's clock jumps, and what was sent a moment ago is old.
        let longest = if self.work.company.site.is_virtual { VIRTUAL_LOOK_MAX } else { LOOK_DELAY_MAX };
        let delay = (age.abs() / 8).clamp(LOOK_DELAY_MIN, longest);
        self.next_look.insert(look, self.work.now() + delay);
    }

    /// How long there is nothing to do after a round that began then.
    fn pause(&mut self, outcome: Round, begun: Timestamp) -> Duration {
        let Some(error) = outcome.error else {
            self.failures = 0;
            self.last_failure.clear();
            if outcome.moved > 0 {
                return Duration::ZERO;
            }
            let now = self.work.now();
            if now < begun {
                // The clock was set back meanwhile: nobody knows what is due, and the next round does.
                return Duration::ZERO;
            }
            // What was due when the round began was looked at, or is gone. What became due since was not, and is due now.
            self.next_look.retain(|_, moment| *moment > begun && *moment <= now + LOOK_DELAY_MAX);
            let next = self.next_look.values().min().map(|moment| moment.duration_since(now));
            let next = next.map(|pause| pause.max(SignedDuration::ZERO));
            let next = next.and_then(|pause| Duration::try_from(pause).ok());
            let longest = if self.work.company.site.is_virtual && (outcome.pause.is_some() || next.is_some())
            {
                // That time may come in an instant.
                VIRTUAL_PAUSE
            } else {
                IDLE_PAUSE
            };
            return [next, outcome.pause].into_iter().flatten().fold(longest, Duration::min);
        };
        self.failures += 1;
        let words = Chain(&error).to_string();
        if words != self.last_failure {
            tracing::warn!(company = %self.work.company.context, error = %words, "work on sales was interrupted");
            self.last_failure = words;
        }
        let pause = pause_after(&error, self.failures);
        if self.work.company.site.is_virtual { pause.min(VIRTUAL_PAUSE) } else { pause }
    }
}

/// What a round came to: the first failure, how much moved, and how long there is nothing to do.
#[derive(Default)]
struct Round {
    error: Option<WorkError>,
    moved: usize,
    pause: Option<Duration>,
}

impl Round {
    /// Takes a part's outcome in; says whether it went well.
    fn note(&mut self, outcome: Result<usize, WorkError>) -> bool {
        match outcome {
            Ok(moved) => {
                self.moved += moved;
                true
            }
            // Known beforehand, and of one kind of request only: the others need not wait for it.
            Err(WorkError::Call(CallError::LimitReached { retry_after, .. })) => {
                self.wait(SignedDuration::try_from(retry_after).ok());
                false
            }
            Err(error) => {
                self.error.get_or_insert(error);
                false
            }
        }
    }

    fn wait(&mut self, pause: Option<SignedDuration>) {
        let Some(pause) = pause else { return };
        let pause = Duration::try_from(pause.max(LOOK_DELAY_MIN)).unwrap_or_default();
        self.pause = Some(self.pause.map_or(pause, |shorter| shorter.min(pause)));
    }
}

/// Whether our own budget, or KSeF, said that it is not time yet.
const fn is_limit(error: &WorkError) -> bool {
    matches!(error, WorkError::Call(CallError::LimitReached { .. }))
}

/// From so many invoices on a session's list is asked for instead of each invoice.
const LIST_FROM: usize = 5;
/// From so many on KSeF packs what is to be read back.
const PACKAGE_FROM: usize = 20;
/// Steps of the plan in a round.
const STEPS_MAX: usize = 6;
const LOOK_DELAY_MIN: SignedDuration = SignedDuration::from_millis(50);
const LOOK_DELAY_MAX: SignedDuration = SignedDuration::from_secs(300);
const VIRTUAL_LOOK_MAX: SignedDuration = SignedDuration::from_secs(5);
/// How long a worker waits for more before it gives its claim back.
const STAY: Duration = Duration::from_secs(1);
const IDLE_PAUSE: Duration = Duration::from_secs(3600);
const VIRTUAL_PAUSE: Duration = Duration::from_millis(300);
