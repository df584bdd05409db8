//! A model of KSeF's limits and of a worker that does what the planner says, on a virtual clock.

use std::collections::{BTreeMap, VecDeque};

use gateway_rules::plan::{
    Budget, Lane, Left, OpenSession, Plan, PlanSettings, SessionLimits, Situation, Waiting, plan,
};
use gateway_rules::policy::UpoMode;
use jiff::{SignedDuration, Timestamp};

/// A group's sliding windows, as the guide describes them (`limity-api.md`): every threshold at the same time.
struct Group {
    limits: [(usize, SignedDuration); 3],
    spent: VecDeque<Timestamp>,
}

impl Group {
    fn new(per_second: usize, per_minute: usize, per_hour: usize) -> Self {
        let limits = [
            (per_second, SignedDuration::from_secs(1)),
            (per_minute, SignedDuration::from_mins(1)),
            (per_hour, SignedDuration::from_hours(1)),
        ];
        Self { limits, spent: VecDeque::new() }
    }

    /// A request arrives: one too many is what must never be.
    fn spend(&mut self, now: Timestamp) {
        self.spent.push_back(now);
        while self
            .spent
            .front()
            .is_some_and(|oldest| now.duration_since(*oldest) >= SignedDuration::from_hours(1))
        {
            self.spent.pop_front();
        }
        for (limit, width) in self.limits {
            let count = self.within(width, now);
            assert!(count <= limit, "429: {count} requests within {width:?}, {limit} are allowed");
        }
    }

    fn within(&self, width: SignedDuration, now: Timestamp) -> usize {
        self.spent.iter().rev().take_while(|at| now.duration_since(**at) < width).count()
    }

    fn left(&self, now: Timestamp) -> Left {
        let mut left = Left { now: u32::MAX, of_the_hour: None, next_at: now };
        for (limit, width) in self.limits {
            let free = limit - self.within(width, now).min(limit);
            left.now = left.now.min(u32::try_from(free).expect("small"));
            if free == 0 {
                // The oldest of those that fill the window makes room when it leaves.
                let leaving = self.spent[self.spent.len() - limit] + width;
                left.next_at = left.next_at.max(leaving);
            }
            left.of_the_hour = Some(u32::try_from(free).expect("small"));
        }
        left
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Attachment,
    Correction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) kind: Kind,
    pub(crate) due: Option<Timestamp>,
}

impl Document {
    pub(crate) fn plain() -> Self {
        Self { kind: Kind::Plain, due: None }
    }
}

/// Documents of one kind that arrived together.
struct Lot {
    arrived: Timestamp,
    count: u64,
    due: Option<Timestamp>,
}

pub(crate) struct World {
    now: Timestamp,
    upo: UpoMode,
    invoices: Group,
    online_opens: Group,
    batch_opens: Group,
    online_closes: Group,
    batch_closes: Group,
    session: Option<OpenSession>,
    lanes: [VecDeque<Lot>; 3],
    later: BTreeMap<Timestamp, Vec<(u64, Document)>>,
    /// There is always more to send.
    pub(crate) endless: bool,
    /// How long a request takes.
    pub(crate) call_ms: i64,
    pub(crate) sent_online: u64,
    pub(crate) sent_by_batch: u64,
    pub(crate) sessions_opened: u64,
    /// Documents of which the plan said that they share a session against the wish.
    pub(crate) shared: u64,
    pub(crate) late: u64,
    pub(crate) plans: u64,
    pub(crate) waited_longest: SignedDuration,
    pub(crate) session_age_longest: SignedDuration,
}

impl World {
    pub(crate) fn new(upo: UpoMode, now: Timestamp) -> Self {
        Self {
            now,
            upo,
            // Production (`limity-api.md`, "Szczegółowe limity").
            invoices: Group::new(10, 30, 180),
            online_opens: Group::new(10, 30, 120),
            batch_opens: Group::new(10, 20, 60),
            // Since API 2.8 closing has groups of its own.
            online_closes: Group::new(20, 60, 240),
            batch_closes: Group::new(20, 40, 120),
            session: None,
            lanes: Default::default(),
            later: BTreeMap::new(),
            endless: false,
            call_ms: 120,
            sent_online: 0,
            sent_by_batch: 0,
            sessions_opened: 0,
            shared: 0,
            late: 0,
            plans: 0,
            waited_longest: SignedDuration::ZERO,
            session_age_longest: SignedDuration::ZERO,
        }
    }

    pub(crate) fn arrive_later(&mut self, at: Timestamp, document: Document) {
        self.later.entry(at).or_default().push((1, document));
    }

    pub(crate) fn arrive_many_later(&mut self, at: Timestamp, count: u64) {
        self.later.entry(at).or_default().push((count, Document::plain()));
    }

    pub(crate) fn session_is_unused(&self) -> bool {
        self.session.is_some_and(|session| session.sent == 0)
    }

    pub(crate) fn run_until(&mut self, end: Timestamp) {
        while self.now < end {
            self.take_in();
            self.plans += 1;
            let situation = self.situation();
            match plan(&situation) {
                Plan::OpenOnline => {
                    assert!(self.session.is_none(), "one session at a time");
                    self.call();
                    self.online_opens.spend(self.now);
                    self.sessions_opened += 1;
                    self.session = Some(OpenSession { opened_at: self.now, sent: 0 });
                }
                Plan::Online { at_most, sharing } => {
                    assert!(at_most >= 1);
                    for _ in 0..at_most {
                        self.call();
                        self.invoices.spend(self.now);
                        self.take(&[Kind::Correction, Kind::Plain], 1);
                        self.sent_online += 1;
                        self.shared += u64::from(sharing.is_some());
                        let session = self.session.as_mut().expect("an open session");
                        session.sent += 1;
                        self.session_age_longest =
                            self.session_age_longest.max(self.now.duration_since(session.opened_at));
                    }
                }
                Plan::Batch { at_most, bytes_max, only_batch_only, .. } => {
                    assert!((1..=10_000).contains(&at_most) && bytes_max <= 5_000_000_000);
                    self.batch_opens.spend(self.now);
                    let kinds: &[Kind] =
                        if only_batch_only { &[Kind::Attachment] } else { &[Kind::Attachment, Kind::Plain] };
                    let sent = self.take(kinds, u64::from(at_most));
                    assert!(sent >= 1, "an empty batch");
                    self.sent_by_batch += sent;
                    // Packing, uploading and closing: half a second, and a millisecond an invoice.
                    let millis = 500 + i64::try_from(sent).expect("small");
                    self.now += SignedDuration::from_millis(millis);
                    self.batch_closes.spend(self.now);
                }
                Plan::CloseSession { .. } => {
                    self.call();
                    self.online_closes.spend(self.now);
                    assert!(self.session.take().is_some(), "nothing to close");
                }
                Plan::Wait { until, .. } => {
                    let arrival = self.later.keys().next().copied();
                    let wake = [until, arrival].into_iter().flatten().min().unwrap_or(end);
                    assert!(until.is_none_or(|until| until > self.now), "a wait that is over");
                    self.now = wake.max(self.now);
                }
            }
        }
    }

    fn call(&mut self) {
        self.now += SignedDuration::from_millis(self.call_ms);
    }

    fn take_in(&mut self) {
        while let Some(entry) = self.later.first_entry().filter(|entry| *entry.key() <= self.now) {
            let (arrived, documents) = entry.remove_entry();
            for (count, document) in documents {
                let lane = &mut self.lanes[document.kind as usize];
                match lane.back_mut().filter(|lot| lot.arrived == arrived && lot.due == document.due) {
                    Some(lot) => lot.count += count,
                    None => lane.push_back(Lot { arrived, count, due: document.due }),
                }
            }
        }
        let plain = &mut self.lanes[Kind::Plain as usize];
        if self.endless && plain.is_empty() {
            plain.push_back(Lot { arrived: self.now, count: u64::from(u32::MAX), due: None });
        }
    }

    /// Takes documents of these kinds, the oldest of the first kind first; how many there were.
    fn take(&mut self, kinds: &[Kind], at_most: u64) -> u64 {
        let mut taken = 0;
        for kind in kinds {
            while taken < at_most {
                let lane = &mut self.lanes[*kind as usize];
                let Some(lot) = lane.front_mut() else { break };
                let count = lot.count.min(at_most - taken);
                lot.count -= count;
                taken += count;
                if lot.due.is_some_and(|due| self.now > due) {
                    self.late += count;
                }
                if !self.endless {
                    self.waited_longest = self.waited_longest.max(self.now.duration_since(lot.arrived));
                }
                if lot.count == 0 {
                    lane.pop_front();
                }
            }
        }
        assert!(taken > 0, "nothing of {kinds:?} waits");
        taken
    }

    fn situation(&self) -> Situation {
        let lane = |kind: Kind| {
            let lots = &self.lanes[kind as usize];
            let count: u64 = lots.iter().map(|lot| lot.count).sum();
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            Lane {
                count,
                bytes: u64::from(count.min(1_000_000)) * 4_000,
                oldest: lots.front().map(|lot| lot.arrived),
                due: lots.iter().filter_map(|lot| lot.due).min(),
            }
        };
        Situation {
            waiting: Waiting {
                either: lane(Kind::Plain),
                batch_only: lane(Kind::Attachment),
                online_only: lane(Kind::Correction),
            },
            upo: self.upo,
            session: self.session,
            budget: Budget {
                invoices: self.invoices.left(self.now),
                online_opens: self.online_opens.left(self.now),
                batch_opens: self.batch_opens.left(self.now),
            },
            limits: SessionLimits::production(),
            settings: PlanSettings::default(),
            now: self.now,
        }
    }
}
