//! The budget of KSeF's rate limits, kept before KSeF has to say no.
//!
//! KSeF counts per context and address, in groups, in windows of a second, a minute and an hour that slide (guide,
//! `limity-api.md`). All workers of a machine share one [`LimitBudget`], and a snapshot of it outlives a restart, since
//! KSeF's counters do too.
//!
//! A request is counted by KSeF at some moment between its sending and its answer. It is taken to have left a window
//! only when the window has passed since its *answer*, so no delay of the network makes KSeF see one too many.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use ksef_id::ContextIdentifier;
use ksef_wire::{EffectiveApiRateLimitValues, EffectiveApiRateLimits, Operation, RateLimitGroup};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::clock::Clock;

/// Who goes first when several wait for the counter of the same group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Closing, statuses, UPO: what brings a sent invoice to its end.
    Settling,
    /// Opening and sending.
    Sending,
    /// Queries, exports, everything that can wait.
    Reading,
}

impl Priority {
    /// What an operation is.
    #[must_use]
    pub const fn of(operation: Operation) -> Self {
        match operation.rate_limit_group() {
            RateLimitGroup::OnlineSessionClose
            | RateLimitGroup::BatchSessionClose
            | RateLimitGroup::InvoiceStatus
            | RateLimitGroup::SessionInvoiceList
            | RateLimitGroup::SessionMisc
            | RateLimitGroup::Anonymous => Self::Settling,
            RateLimitGroup::OnlineSession | RateLimitGroup::BatchSession | RateLimitGroup::InvoiceSend => {
                Self::Sending
            }
            _ => Self::Reading,
        }
    }
}

/// The budget of one address towards one KSeF environment. Cloning is cheap; clones share it.
#[derive(Clone)]
pub struct LimitBudget {
    inner: Arc<Inner>,
}

/// Is told of everything that is spent, before it is: kept where a crash does not reach it, it lets the next process go on
/// without a request too many.
pub trait SpendingJournal: Send + Sync + 'static {
    /// Lines of JSON about requests of a context (`None`: of the address as a whole), to be given to
    /// [`LimitBudget::replay`] after a restart, or to [`LimitBudget::set_spent_elsewhere`] of another node. The requests
    /// are sent when the future is done.
    fn spent<'a>(
        &'a self,
        context: Option<&'a ContextIdentifier>,
        lines: Vec<String>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

struct Inner {
    clock: Arc<dyn Clock>,
    journal: OnceLock<Arc<dyn SpendingJournal>>,
    state: Mutex<State>,
    /// Something ended or changed: who waits looks again.
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// By context; who is not here has production's values.
    limits: HashMap<String, EffectiveApiRateLimits>,
    counters: HashMap<CounterName, Counter>,
    last_id: u64,
    /// Other programs that spend from the address's limits as this one does.
    others: u32,
    /// Nothing is sent before.
    held_until: Option<Instant>,
}

/// What KSeF counts by, but for the address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct CounterName {
    context: Option<String>,
    name: String,
}

/// A line of the journal.
#[derive(Serialize, Deserialize)]
struct SpentLine {
    counter: CounterName,
    at: Timestamp,
}

#[derive(Default)]
struct Counter {
    /// When requests were answered, in the order of sending; `None` while nobody knows.
    spent: VecDeque<(u64, Option<Timestamp>)>,
    waiting: BTreeSet<(Priority, u64)>,
    /// KSeF said no after all: somebody else spends from the same budget.
    blocked_until: Option<Timestamp>,
}

/// A request that may be sent now. Dropping it says that its answer has come, or that none will.
pub struct Ticket {
    budget: LimitBudget,
    id: u64,
    counters: Vec<CounterName>,
}

/// What is left of a group's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLeft {
    /// Requests that could be sent at once.
    pub now: u32,
    /// Requests left of the last hour's; `None` where the hour has no limit.
    pub of_the_hour: Option<u32>,
    /// From when on the next one can be sent.
    pub next_at: Timestamp,
}

/// A budget at rest, to be kept over a restart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetSnapshot {
    counters: Vec<CounterSnapshot>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CounterSnapshot {
    counter: CounterName,
    spent: Vec<Timestamp>,
    blocked_until: Option<Timestamp>,
}

impl LimitBudget {
    /// A full budget with the production values of API 2.9.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (journal, state, changed) = (OnceLock::new(), Mutex::default(), Notify::new());
        Self { inner: Arc::new(Inner { clock, journal, state, changed }) }
    }

    /// Tells a journal of everything that is spent from now on; the first journal stays.
    pub fn keep_in(&self, journal: Arc<dyn SpendingJournal>) {
        // A second one is nobody's wish.
        let _ = self.inner.journal.set(journal);
    }

    /// Takes in what others have spent in a context from the same address, as their journals were told; what was taken in
    /// for the context before is forgotten. Nobody else spends while this one does: what they spent has been answered.
    pub fn set_spent_elsewhere<'a>(
        &self,
        context: &ContextIdentifier,
        lines: impl IntoIterator<Item = &'a str>,
    ) {
        let mut state = self.state();
        let context = context.to_string();
        let is_of_it = |name: &CounterName| name.context.as_deref() == Some(context.as_str());
        for (_, counter) in state.counters.iter_mut().filter(|(name, _)| is_of_it(name)) {
            counter.spent.retain(|(id, _)| *id != 0);
        }
        for line in lines {
            let Ok(spent) = serde_json::from_str::<SpentLine>(line) else { continue };
            if is_of_it(&spent.counter) {
                let counter = state.counters.entry(spent.counter).or_default();
                counter.spent.push_back((0, Some(spent.at + ANSWERED_ELSEWHERE)));
            }
        }
        for (_, counter) in state.counters.iter_mut().filter(|(name, _)| is_of_it(name)) {
            // What is on its way stands at the end, where nobody looks for what has left its window.
            counter.spent.make_contiguous().sort_by_key(|(_, at)| at.unwrap_or(Timestamp::MAX));
        }
    }

    /// Takes in what a journal was told by an earlier process. What was under way when that one died counts as answered
    /// now. Returns the lines that still matter: those of the last hour.
    pub fn replay<'a>(&self, lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let now = self.inner.clock.now();
        let mut kept = Vec::new();
        let mut state = self.state();
        for line in lines {
            let Ok(spent) = serde_json::from_str::<SpentLine>(line) else { continue };
            let age = now.duration_since(spent.at);
            if age > SignedDuration::from_hours(1) || age < -SignedDuration::from_hours(1) {
                continue;
            }
            let counter = state.counters.entry(spent.counter).or_default();
            counter.spent.push_back((0, Some(now.min(spent.at + ANSWER_WITHIN))));
            kept.push(line);
        }
        // They leave their windows in the order of the queue.
        for counter in state.counters.values_mut() {
            counter.spent.make_contiguous().sort_by_key(|(_, at)| *at);
        }
        kept
    }

    /// Takes the values that `GET /rate-limits` told for a context.
    pub fn set_limits(&self, context: &ContextIdentifier, limits: EffectiveApiRateLimits) {
        self.state().limits.insert(context.to_string(), limits);
        self.inner.changed.notify_waiters();
    }

    /// So many others (0: none) send from the same address: of what KSeF allows the address as a whole, each takes an equal part.
    /// What it allows a context is not shared: a context is worked for by one at a time.
    pub fn share_address(&self, others: u32) {
        self.state().others = others;
        self.inner.changed.notify_waiters();
    }

    /// Sends nothing for so long (a second or two), by the machine's time: until others have made room, and until what an earlier process
    /// sent has left the address's window of a second.
    pub fn hold_for(&self, time: Duration) {
        self.state().held_until = Instant::now().checked_add(time);
    }

    /// Waits until a request may be sent, at most `wait_max`; the time of [`LimitBudget::hold_for`] is waited for besides.
    ///
    /// # Errors
    /// The time still to wait, when it is longer than `wait_max`; nothing is taken then.
    pub async fn take(
        &self,
        context: Option<&ContextIdentifier>,
        operation: Operation,
        priority: Priority,
        wait_max: Duration,
    ) -> Result<Ticket, Duration> {
        let held_until = self.state().held_until.filter(|until| *until > Instant::now());
        if let Some(until) = held_until {
            tokio::time::sleep_until(until.into()).await;
        }
        let names = counters_of(context, operation);
        let waiter = names.first().map(|own| Waiter::join(self, own, priority));
        let deadline = self.inner.clock.now() + wait_max;
        loop {
            let changed = self.inner.changed.notified();
            let now = self.inner.clock.now();
            let free_at =
                match self.try_take(&names, operation, waiter.as_ref().map(|waiter| waiter.place), now) {
                    Ok(ticket) => {
                        self.keep(context, &names, now).await;
                        return Ok(ticket);
                    }
                    Err(free_at) => free_at,
                };
            let wait = Duration::try_from(free_at.duration_since(now)).unwrap_or_default();
            if free_at > deadline {
                return Err(wait);
            }
            // Looked at often, since a simulator's clock may jump.
            let wait = wait.clamp(Duration::from_millis(1), LOOK_AGAIN);
            tokio::select! {
                () = changed => (),
                () = tokio::time::sleep(wait) => (),
            }
        }
    }

    /// What is left for an operation.
    #[must_use]
    pub fn left(&self, context: Option<&ContextIdentifier>, operation: Operation) -> BudgetLeft {
        let now = self.inner.clock.now();
        let mut state = self.state();
        let mut left = BudgetLeft { now: u32::MAX, of_the_hour: None, next_at: now };
        for name in counters_of(context, operation) {
            let values = state.values(&name, operation);
            let Some(counter) = state.counters.get_mut(&name) else {
                let fresh = Counter::default();
                left.narrow(&fresh, values, now);
                continue;
            };
            counter.forget(now, name.kept(values));
            left.narrow(counter, values, now);
        }
        left
    }

    /// KSeF refused with 429 although the budget allowed it: another program spends from it. Nothing of this group is
    /// sent before `retry_after` has passed.
    pub fn refused(&self, context: Option<&ContextIdentifier>, operation: Operation, retry_after: Duration) {
        let until = self.inner.clock.now() + retry_after;
        // Which of the counters was full KSeF does not say; that of the group is by far the likeliest.
        if let Some(name) = counters_of(context, operation).into_iter().next() {
            let mut state = self.state();
            let counter = state.counters.entry(name).or_default();
            counter.blocked_until = counter.blocked_until.max(Some(until));
        }
    }

    /// What a restart must not forget.
    #[must_use]
    pub fn snapshot(&self) -> BudgetSnapshot {
        let now = self.inner.clock.now();
        let mut state = self.state();
        for counter in state.counters.values_mut() {
            counter.forget(now, WIDEST);
        }
        let mut counters: Vec<CounterSnapshot> = state
            .counters
            .iter()
            .filter(|(_, counter)| !counter.spent.is_empty() || counter.blocked_until.is_some())
            .map(|(name, counter)| CounterSnapshot {
                counter: name.clone(),
                // What is on its way will have been counted by now at the latest.
                spent: counter.spent.iter().map(|(_, at)| at.unwrap_or(now)).collect(),
                blocked_until: counter.blocked_until,
            })
            .collect();
        counters.sort_by(|left, right| left.counter.cmp(&right.counter));
        BudgetSnapshot { counters }
    }

    /// Goes on from a snapshot.
    #[must_use]
    pub fn restore(clock: Arc<dyn Clock>, snapshot: BudgetSnapshot) -> Self {
        let budget = Self::new(clock);
        let mut state = budget.state();
        for kept in snapshot.counters {
            let counter = state.counters.entry(kept.counter).or_default();
            counter.spent = kept.spent.into_iter().take(SPENT_MAX).map(|at| (0, Some(at))).collect();
            counter.blocked_until = kept.blocked_until;
        }
        drop(state);
        budget
    }

    /// Takes from all counters or from none.
    fn try_take(
        &self,
        names: &[CounterName],
        operation: Operation,
        place: Option<(Priority, u64)>,
        now: Timestamp,
    ) -> Result<Ticket, Timestamp> {
        let mut state = self.state();
        let mut free_at = now;
        for name in names {
            let values = state.values(name, operation);
            let counter = state.counters.entry(name.clone()).or_default();
            counter.forget(now, name.kept(values));
            free_at = free_at.max(counter.free_at(values, now));
            let goes_first = counter.waiting.first().copied();
            if free_at <= now && place.is_some() && goes_first.is_some_and(|first| Some(first) != place) {
                // It is somebody else's turn; the place in the queue is looked at again when they are through.
                free_at = now + SignedDuration::from_millis(1);
            }
        }
        if free_at > now {
            return Err(free_at);
        }
        state.last_id += 1;
        let id = state.last_id;
        for name in names {
            state.counters.entry(name.clone()).or_default().spent.push_back((id, None));
        }
        Ok(Ticket { budget: self.clone(), id, counters: names.to_vec() })
    }

    /// Tells the journal what is about to be spent.
    async fn keep(&self, context: Option<&ContextIdentifier>, names: &[CounterName], now: Timestamp) {
        let Some(journal) = self.inner.journal.get() else { return };
        let line =
            |name: &CounterName| serde_json::to_string(&SpentLine { counter: name.clone(), at: now }).ok();
        journal.spent(context, names.iter().filter_map(line).collect()).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole between any two statements, so a panic elsewhere spoils nothing.
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let now = self.budget.inner.clock.now();
        let mut state = self.budget.state();
        for name in &self.counters {
            let spent = state.counters.get_mut(name).map(|counter| &mut counter.spent);
            for (_, at) in spent.into_iter().flatten().filter(|(id, _)| *id == self.id) {
                *at = Some(now);
            }
        }
        drop(state);
        self.budget.inner.changed.notify_waiters();
    }
}

/// A place in the queue of a group, left when the caller goes away. Nobody queues for the counter of all groups: who
/// waits an hour for one group would hold up every other.
struct Waiter<'a> {
    budget: &'a LimitBudget,
    name: &'a CounterName,
    place: (Priority, u64),
}

impl<'a> Waiter<'a> {
    fn join(budget: &'a LimitBudget, name: &'a CounterName, priority: Priority) -> Self {
        let mut state = budget.state();
        state.last_id += 1;
        let place = (priority, state.last_id);
        state.counters.entry(name.clone()).or_default().waiting.insert(place);
        Self { budget, name, place }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut state = self.budget.state();
        if let Some(counter) = state.counters.get_mut(self.name) {
            counter.waiting.remove(&self.place);
        }
        drop(state);
        self.budget.inner.changed.notify_waiters();
    }
}

impl State {
    fn values(&self, name: &CounterName, operation: Operation) -> EffectiveApiRateLimitValues {
        let group = if name.name == RateLimitGroup::Global.name() {
            RateLimitGroup::Global
        } else {
            operation.rate_limit_group()
        };
        let told = name.context.as_ref().and_then(|context| self.limits.get(context));
        let mut values = told.map_or_else(|| group.production(), |limits| limits.of(group));
        if name.context.is_none() && self.others > 0 {
            let all = i32::try_from(self.others).unwrap_or(i32::MAX).saturating_add(1);
            for value in [&mut values.per_second, &mut values.per_minute, &mut values.per_hour] {
                // -1 is no limit; nobody is left without any.
                if *value > 0 {
                    *value = (*value / all).max(1);
                }
            }
        }
        values
    }
}

impl CounterName {
    /// For how long it matters what was spent. What KSeF allows a context may change while the gateway runs, so that is kept for the
    /// widest window there is. What it allows an address does not, and tens of thousands of requests an hour go through these.
    fn kept(&self, values: EffectiveApiRateLimitValues) -> SignedDuration {
        if self.context.is_some() {
            return WIDEST;
        }
        windows(values).map(|(_, width)| width).max().unwrap_or(SignedDuration::ZERO)
    }
}

impl Counter {
    /// Lets go of what was spent longer ago than `kept`.
    fn forget(&mut self, now: Timestamp, kept: SignedDuration) {
        // Times that have not come yet: the clock was set back. They count from now on, since nobody knows better.
        let latest = now + CLOCK_SLACK;
        for at in self.spent.iter_mut().filter_map(|(_, at)| at.as_mut()) {
            if *at > latest {
                *at = now;
            }
        }
        if self.blocked_until.is_some_and(|until| until > now + BLOCK_MAX) {
            self.blocked_until = None;
        }
        let is_past = |at: Option<Timestamp>| at.is_some_and(|at| now.duration_since(at) >= kept);
        while self.spent.len() > SPENT_MAX || self.spent.front().is_some_and(|(_, at)| is_past(*at)) {
            self.spent.pop_front();
        }
        self.blocked_until = self.blocked_until.filter(|until| *until > now);
    }

    /// The earliest moment at which no window is full.
    fn free_at(&self, values: EffectiveApiRateLimitValues, now: Timestamp) -> Timestamp {
        windows(values)
            .filter_map(|(limit, width)| {
                // The window frees when the request that is `limit` places back leaves it.
                let blocking = self.spent.len().checked_sub(limit.max(1)).and_then(|at| self.spent.get(at));
                match blocking {
                    // On its way: it leaves no window before it is answered.
                    Some((_, None)) => Some(now + IN_FLIGHT),
                    Some((_, Some(at))) => Some(*at + width),
                    None => (limit == 0).then(|| now + width),
                }
            })
            .chain(self.blocked_until)
            .fold(now, Timestamp::max)
    }

    fn inside(&self, width: SignedDuration, now: Timestamp) -> usize {
        self.spent.iter().filter(|(_, at)| at.is_none_or(|at| now.duration_since(at) < width)).count()
    }
}

impl BudgetLeft {
    fn narrow(&mut self, counter: &Counter, values: EffectiveApiRateLimitValues, now: Timestamp) {
        for (limit, width) in windows(values) {
            let left = u32::try_from(limit.saturating_sub(counter.inside(width, now))).unwrap_or(u32::MAX);
            self.now = self.now.min(left);
            if width == WIDEST {
                self.of_the_hour = Some(self.of_the_hour.map_or(left, |other| other.min(left)));
            }
        }
        let free_at = counter.free_at(values, now);
        if free_at > now {
            self.now = 0;
        }
        self.next_at = self.next_at.max(free_at);
    }
}

/// The windows that have a limit; -1 is none.
fn windows(values: EffectiveApiRateLimitValues) -> impl Iterator<Item = (usize, SignedDuration)> {
    [
        (values.per_second, SignedDuration::from_secs(1)),
        (values.per_minute, SignedDuration::from_mins(1)),
        (values.per_hour, WIDEST),
    ]
    .into_iter()
    .filter_map(|(limit, width)| usize::try_from(limit).ok().map(|limit| (limit, width)))
}

/// The counters that an operation moves, that of its group first.
fn counters_of(context: Option<&ContextIdentifier>, operation: Operation) -> Vec<CounterName> {
    let group = operation.rate_limit_group();
    let own = match group {
        RateLimitGroup::Anonymous => CounterName { context: None, name: group.name().to_owned() },
        // "Każdy taki endpoint posiada własny licznik" (guide, `limity-api.md`, "Pozostałe").
        RateLimitGroup::Other => {
            CounterName { context: context.map(ToString::to_string), name: operation.name().to_owned() }
        }
        _ => CounterName { context: context.map(ToString::to_string), name: group.name().to_owned() },
    };
    vec![own, CounterName { context: None, name: RateLimitGroup::Global.name().to_owned() }]
}

const WIDEST: SignedDuration = SignedDuration::from_hours(1);
/// Differences of a clock that are none: nodes that share what they spend have clocks of their own.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(120);
/// KSeF blocks nobody for longer; a longer block was written by a clock that was set back.
const BLOCK_MAX: SignedDuration = SignedDuration::from_hours(48);
/// How soon a request that is on its way is looked at again.
const IN_FLIGHT: SignedDuration = SignedDuration::from_millis(10);
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// More than any limit of KSeF's within an hour, but for those that have no hour.
const SPENT_MAX: usize = 20_000;
/// An answer comes within this time, or the request was given up.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// The same for what another node spent before it gave its work up.
const ANSWERED_ELSEWHERE: SignedDuration = SignedDuration::from_secs(2);
