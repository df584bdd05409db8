//! The plan: which fault meets which request, decided by count, by chance and by the clock.

use super::{Fault, Site};
use jiff::{SignedDuration, Timestamp};
use ksef_wire::Operation;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Everything on the port of KSeF but Latarnia, which has outages of its own.
    Everything,
    /// An operation. Faults of invoices look at the operation by which they were sent or at
    /// [`Operation::BatchSessionClose`], faults of sessions at the one that opens them, those of exports at
    /// [`Operation::InvoiceExport`].
    Operation(Operation),
    /// Downloads from addresses given out (UPO, parts of exports).
    StorageDownload,
    /// Uploads of parts of batches.
    StorageUpload,
}

impl Target {
    /// Its name in the control API: `*`, the operation's, `StorageDownload` or `StorageUpload`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everything => "*",
            Self::Operation(operation) => operation.name(),
            Self::StorageDownload => "StorageDownload",
            Self::StorageUpload => "StorageUpload",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "*" => Some(Self::Everything),
            "StorageDownload" => Some(Self::StorageDownload),
            "StorageUpload" => Some(Self::StorageUpload),
            _ => {
                Operation::ALL.iter().find(|operation| operation.name() == name).copied().map(Self::Operation)
            }
        }
    }

    fn covers(self, other: Self) -> bool {
        self == Self::Everything || self == other
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| {
            let cut: String = name.chars().take(60).collect();
            serde::de::Error::custom(format!("no operation is called {cut:?}"))
        })
    }
}

/// When a fault happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// Where.
    pub target: Target,
    /// How often at most; `None` for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// How many requests pass before the first.
    #[serde(default)]
    pub skip: u32,
    /// The chance of each request, above 0 and at most 1; `None` for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// From when, by the simulator's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when, that moment excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl FaultRule {
    /// Always, everywhere that `target` says.
    #[must_use]
    pub fn always(target: Target, fault: Fault) -> Self {
        Self { fault, target, count: None, skip: 0, probability: None, from: None, until: None }
    }

    /// So often at most.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self { count: Some(count), ..self }
    }

    /// By chance.
    #[must_use]
    pub fn with_probability(self, probability: f64) -> Self {
        Self { probability: Some(probability), ..self }
    }

    /// Between two moments.
    #[must_use]
    pub fn between(self, from: Timestamp, until: Timestamp) -> Self {
        Self { from: Some(from), until: Some(until), ..self }
    }

    fn check(&self) -> Result<(), RuleError> {
        self.fault.check()?;
        if self.count == Some(0) {
            return Err(RuleError::Count);
        }
        // Written so that NaN is refused as well.
        if self.probability.is_some_and(|chance| !(chance > 0.0 && chance <= 1.0)) {
            return Err(RuleError::Probability);
        }
        if matches!((self.from, self.until), (Some(from), Some(until)) if until <= from) {
            return Err(RuleError::Window);
        }
        Ok(())
    }

    fn holds_at(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| now >= from) && self.until.is_none_or(|until| now < until)
    }
}

/// Why a rule is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A figure of the fault makes no sense.
    #[error(
        "a figure of the fault {kind} is out of its range; the documentation of the control API lists them"
    )]
    Figure {
        /// The fault.
        kind: String,
    },
    /// `count` is 0.
    #[error("count must be at least 1")]
    Count,
    /// `probability` is no chance.
    #[error("probability must be above 0 and at most 1")]
    Probability,
    /// The window ends before it begins.
    #[error("until must be later than from")]
    Window,
    /// There are too many.
    #[error("there are {RULES_MAX} rules already; remove some")]
    TooMany,
}

/// A rule that was taken, with what became of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Planned {
    /// Names it for removal.
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) rule: FaultRule,
    /// How often it happened.
    pub(crate) hits: u32,
    /// The block of a growing 429 that was last told.
    #[serde(skip)]
    block: Option<Block>,
}

/// A block, and how often somebody ran into it.
#[derive(Debug, Clone, Copy)]
struct Block {
    until: Timestamp,
    breaches: u32,
}

impl Planned {
    /// Whether everything is refused now, because a block holds.
    fn is_blocking(&self, now: Timestamp) -> bool {
        self.block.is_some_and(|block| now < block.until)
    }

    /// Tells a block: who waited for the end of the last one begins anew, for others it doubles (field notes A3: "multiple
    /// breaches may significantly extend the block"). Gives how often it has been run into before.
    fn block(&mut self, first_s: u32, now: Timestamp) -> u32 {
        let breaches = self.block.filter(|block| now < block.until).map_or(0, |block| block.breaches + 1);
        let length = SignedDuration::from_secs(growing_s(first_s, breaches));
        self.block = Some(Block { until: now.checked_add(length).unwrap_or(now), breaches });
        breaches
    }
}

/// Seconds of a block that has been run into so often before, at most a day.
pub(crate) fn growing_s(first_s: u32, breaches: u32) -> i64 {
    (i64::from(first_s) << breaches.min(DOUBLINGS_MAX)).min(BLOCK_S_MAX)
}

/// The rules, and the dice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct FaultPlan {
    planned: Vec<Planned>,
    next_id: u64,
    dice: fastrand::Rng,
    /// Set by hand: invoices stay at 150 until it is taken back.
    pub(crate) is_processing_stalled: bool,
}

/// The plan in a folder.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    /// Number, rule, how often it happened.
    planned: Vec<(u64, FaultRule, u32)>,
    next_id: u64,
    dice: u64,
    is_processing_stalled: bool,
}

impl From<FaultPlan> for Written {
    fn from(plan: FaultPlan) -> Self {
        let FaultPlan { planned, next_id, dice, is_processing_stalled } = plan;
        let planned = planned.into_iter().map(|Planned { id, rule, hits, .. }| (id, rule, hits)).collect();
        Self { planned, next_id, dice: dice.get_seed(), is_processing_stalled }
    }
}

impl From<Written> for FaultPlan {
    fn from(written: Written) -> Self {
        let Written { planned, next_id, dice, is_processing_stalled } = written;
        let planned =
            planned.into_iter().map(|(id, rule, hits)| Planned { id, rule, hits, block: None }).collect();
        Self { planned, next_id, dice: fastrand::Rng::with_seed(dice), is_processing_stalled }
    }
}

impl FaultPlan {
    /// Dice of their own: a fault more or less does not change the reference numbers.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            planned: Vec::new(),
            next_id: 1,
            dice: fastrand::Rng::with_seed(seed ^ DICE_SALT),
            is_processing_stalled: false,
        }
    }

    /// Takes a rule; gives its number.
    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<u64, RuleError> {
        rule.check()?;
        if self.planned.len() >= RULES_MAX {
            return Err(RuleError::TooMany);
        }
        let id = self.next_id;
        self.next_id += 1;
        self.planned.push(Planned { id, rule, hits: 0, block: None });
        Ok(id)
    }

    /// Forgets a rule; whether there was one.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let count = self.planned.len();
        self.planned.retain(|planned| planned.id != id);
        self.planned.len() < count
    }

    pub(crate) fn clear(&mut self) {
        self.planned.clear();
    }

    /// The rules that can still happen.
    pub(crate) fn rules(&self) -> &[Planned] {
        &self.planned
    }

    /// Whether invoices wait at 150 now.
    pub(crate) fn is_stalled(&self, now: Timestamp) -> bool {
        self.is_processing_stalled
            || self
                .planned
                .iter()
                .any(|planned| planned.rule.fault == Fault::StallProcessing && planned.rule.holds_at(now))
    }

    /// The fault that meets a request or an event: the first whose rule fits, in the order of their being planned.
    pub(crate) fn take(&mut self, site: Site, target: Target, now: Timestamp) -> Option<Fault> {
        let index = self.fitting(site, target, now, 0)?;
        Some(self.hit(index, now).1)
    }

    /// All faults that meet it, with how often each has happened before.
    pub(crate) fn take_all(&mut self, site: Site, target: Target, now: Timestamp) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut start = 0;
        while let Some(index) = self.fitting(site, target, now, start) {
            let count = self.planned.len();
            faults.push(self.hit(index, now).1);
            start = index + usize::from(self.planned.len() == count);
        }
        faults
    }

    /// How an operation ends instead: code and details.
    pub(crate) fn outcome(&mut self, operation: Operation, now: Timestamp) -> Option<(i32, Vec<String>)> {
        match self.take(Site::Outcome, Target::Operation(operation), now)? {
            Fault::OperationStatus { code, detail } => {
                Some((code, detail.map_or_else(|| usual_details(code), |detail| vec![detail])))
            }
            _ => None,
        }
    }

    /// As [`Self::take`], with how often a growing block has been run into before.
    pub(crate) fn take_counted(
        &mut self,
        site: Site,
        target: Target,
        now: Timestamp,
    ) -> Option<(u32, Fault)> {
        let index = self.fitting(site, target, now, 0)?;
        Some(self.hit(index, now))
    }

    /// A number between two from the dice.
    pub(crate) fn between(&mut self, min: u32, max: u32) -> u32 {
        self.dice.u32(min..=max.max(min))
    }

    fn fitting(&mut self, site: Site, target: Target, now: Timestamp, start: usize) -> Option<usize> {
        for index in start..self.planned.len() {
            let is_blocking = self.planned[index].is_blocking(now);
            let rule = &mut self.planned[index].rule;
            if rule.fault.site() != site || !rule.target.covers(target) || !rule.holds_at(now) {
                continue;
            }
            if is_blocking {
                return Some(index);
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            if rule.probability.is_none_or(|chance| self.dice.f64() < chance) {
                return Some(index);
            }
        }
        None
    }

    fn hit(&mut self, index: usize, now: Timestamp) -> (u32, Fault) {
        let planned = &mut self.planned[index];
        let before = match planned.rule.fault {
            Fault::GrowingTooManyRequests { first_s } => planned.block(first_s, now),
            _ => planned.hits,
        };
        planned.hits = planned.hits.saturating_add(1);
        let fault = planned.rule.fault.clone();
        if let Some(count) = &mut planned.rule.count {
            *count -= 1;
            if *count == 0 {
                self.planned.remove(index);
            }
        }
        (before, fault)
    }
}

/// The details that the specification's tables of statuses have for a code.
pub(crate) fn usual_details(code: i32) -> Vec<String> {
    let detail = "Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie";
    if code == 550 { vec![detail.to_owned()] } else { Vec::new() }
}

/// Rules at once.
const RULES_MAX: usize = 1000;
/// Longest block that a growing 429 names: a day.
const BLOCK_S_MAX: i64 = 86_400;
const DOUBLINGS_MAX: u32 = 20;
const DICE_SALT: u64 = 0x6661_756c_7473_2121;

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: Target = Target::Operation(Operation::OnlineInvoiceSend);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn plan(rules: impl IntoIterator<Item = FaultRule>) -> FaultPlan {
        let mut plan = FaultPlan::new(1);
        for rule in rules {
            plan.add(rule).expect("a good rule");
        }
        plan
    }

    #[test]
    fn faults_come_in_order_and_run_out() {
        let mut plan = plan([
            FaultRule::always(SEND, Fault::LoseAnswer).times(2),
            FaultRule::always(SEND, Fault::FailAfterWork { status: 500 }).times(1),
        ]);
        let close = Target::Operation(Operation::OnlineSessionClose);
        assert_eq!(plan.take(Site::Request, close, at(0)), None);
        let taken: Vec<_> = (0..4).map(|_| plan.take(Site::Request, SEND, at(0))).collect();
        let expected = [
            Some(Fault::LoseAnswer),
            Some(Fault::LoseAnswer),
            Some(Fault::FailAfterWork { status: 500 }),
            None,
        ];
        assert_eq!(taken, expected);
        assert!(plan.rules().is_empty());
    }

    #[test]
    fn windows_skips_and_chances() {
        let mut windowed =
            plan([FaultRule::always(Target::Everything, Fault::LoseAnswer).between(at(10), at(20))]);
        let meets = |plan: &mut FaultPlan, second| plan.take(Site::Request, SEND, at(second)).is_some();
        assert_eq!([9, 10, 19, 20].map(|second| meets(&mut windowed, second)), [false, true, true, false]);

        let mut skipping =
            plan([FaultRule { skip: 2, ..FaultRule::always(SEND, Fault::LoseAnswer).times(1) }]);
        assert_eq!([0, 0, 0, 0].map(|second| meets(&mut skipping, second)), [false, false, true, false]);

        let chance = || plan([FaultRule::always(SEND, Fault::LoseAnswer).with_probability(0.25)]);
        let run = |mut plan: FaultPlan| (0..1000).map(|_| meets(&mut plan, 0)).collect::<Vec<bool>>();
        let first = run(chance());
        assert_eq!(first, run(chance()), "the same seed, the same faults");
        let hits = first.iter().filter(|hit| **hit).count();
        assert!((200..300).contains(&hits), "{hits} of 1000");
    }

    #[test]
    fn who_waits_out_a_block_begins_anew_and_who_does_not_waits_longer() {
        let growing = Fault::GrowingTooManyRequests { first_s: 2 };
        // A chance that no dice hit twice in a row: inside a block no dice are thrown.
        let mut plan = plan([FaultRule::always(Target::Everything, growing).with_probability(0.02)]);
        let first = (0..).find_map(|second| {
            plan.take_counted(Site::Request, SEND, at(second * 60)).map(|(before, _)| (second * 60, before))
        });
        let (second, before) = first.expect("the dice hit");
        assert_eq!((before, growing_s(2, before)), (0, 2));
        let again = plan.take_counted(Site::Request, SEND, at(second + 1)).map(|(before, _)| before);
        assert_eq!(again, Some(1), "within the block: four seconds from now on");
        let again = plan.take_counted(Site::Request, SEND, at(second + 4)).map(|(before, _)| before);
        assert_eq!(again, Some(2));
        let next = (0..).find_map(|step| {
            plan.take_counted(Site::Request, SEND, at(second + 12 + step * 60)).map(|(before, _)| before)
        });
        assert_eq!(next, Some(0), "it was waited out");
        assert_eq!(
            (growing_s(2, 15), growing_s(2, 16), growing_s(u32::MAX, u32::MAX)),
            (65_536, 86_400, 86_400)
        );
    }

    #[test]
    fn what_changes_answers_adds_up() {
        let mut plan = plan([
            FaultRule::always(SEND, Fault::UnknownFields).times(1),
            FaultRule::always(SEND, Fault::ClockSkew { seconds: 5 }),
            FaultRule::always(SEND, Fault::LoseAnswer),
        ]);
        let all = plan.take_all(Site::Answer, SEND, at(0));
        assert_eq!(all, [Fault::UnknownFields, Fault::ClockSkew { seconds: 5 }]);
        assert_eq!(plan.take_all(Site::Answer, SEND, at(0)), [Fault::ClockSkew { seconds: 5 }]);
    }

    #[test]
    fn stalls_hold_for_their_window() {
        let stall = FaultRule::always(Target::Everything, Fault::StallProcessing).between(at(10), at(20));
        let plan = plan([stall]);
        assert_eq!([9, 10, 20].map(|second| plan.is_stalled(at(second))), [false, true, false]);
    }

    #[test]
    fn senseless_rules_are_refused() {
        let mut plan = FaultPlan::new(1);
        let rule = || FaultRule::always(SEND, Fault::LoseAnswer);
        assert_eq!(plan.add(rule().times(0)), Err(RuleError::Count));
        assert_eq!(plan.add(rule().with_probability(f64::NAN)), Err(RuleError::Probability));
        assert_eq!(plan.add(rule().with_probability(1.5)), Err(RuleError::Probability));
        assert_eq!(plan.add(rule().between(at(5), at(5))), Err(RuleError::Window));
        let senseless = FaultRule::always(SEND, Fault::FailAfterWork { status: 200 });
        assert!(matches!(plan.add(senseless), Err(RuleError::Figure { .. })));
        for _ in 0..RULES_MAX {
            plan.add(rule()).expect("room");
        }
        assert_eq!(plan.add(rule()), Err(RuleError::TooMany));
    }
}
