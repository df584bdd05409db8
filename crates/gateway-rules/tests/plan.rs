//! The planner: each of its decisions, and hours of a virtual clock against a model of KSeF's sliding windows.

mod support;

use gateway_rules::plan::{
    BatchReason, Budget, CloseReason, Lane, Left, OpenSession, Plan, PlanSettings, SessionLimits, Situation,
    WaitReason, Waiting, plan,
};
use gateway_rules::policy::UpoMode;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use support::{Document, Kind, World};

fn noon() -> Timestamp {
    "2026-05-20T10:00:00Z".parse().expect("an instant")
}

fn full(now: u32, of_the_hour: u32) -> Left {
    Left { now, of_the_hour: Some(of_the_hour), next_at: noon() }
}

fn used_up(minutes: i64) -> Left {
    Left { now: 0, of_the_hour: Some(0), next_at: noon() + SignedDuration::from_mins(minutes) }
}

fn some(count: u32) -> Lane {
    let oldest = Some(noon() - SignedDuration::from_secs(5));
    Lane { count, bytes: u64::from(count) * 5_000, oldest, due: None }
}

/// Nothing waits, nothing is open, all limits are full.
fn idle(upo: UpoMode) -> Situation {
    Situation {
        waiting: Waiting::default(),
        upo,
        session: None,
        budget: Budget { invoices: full(10, 180), online_opens: full(10, 120), batch_opens: full(10, 60) },
        limits: SessionLimits::production(),
        settings: PlanSettings::default(),
        now: noon(),
    }
}

fn open(minutes_ago: i64, sent: u32) -> Option<OpenSession> {
    Some(OpenSession { opened_at: noon() - SignedDuration::from_mins(minutes_ago), sent })
}

#[test]
fn nothing_to_do_is_nothing() {
    for upo in UpoMode::ALL {
        let expected = Plan::Wait { until: None, because: WaitReason::NothingWaits };
        assert_eq!(plan(&idle(*upo)), expected);
    }
}

#[test]
fn one_document_goes_online_in_every_mode() {
    for upo in UpoMode::ALL {
        let mut situation = idle(*upo);
        situation.waiting.either = some(1);
        assert_eq!(plan(&situation), Plan::OpenOnline);
        situation.session = open(0, 0);
        assert_eq!(plan(&situation), Plan::Online { at_most: 1, sharing: None });
    }
}

#[test]
fn what_came_before_the_clock_was_set_back_is_not_gathered_for() {
    let mut situation = idle(UpoMode::Automatic);
    situation.waiting.either = some(40);
    situation.budget.invoices = used_up(30);
    assert!(matches!(plan(&situation), Plan::Wait { because: WaitReason::Gathering, .. }));
    situation.waiting.either.oldest = Some(noon() + SignedDuration::from_hours(300 * 24));
    assert!(matches!(plan(&situation), Plan::Batch { at_most: 40, .. }));
    // A moment ahead is another machine's clock.
    situation.waiting.either.oldest = Some(noon() + SignedDuration::from_secs(2));
    assert!(matches!(plan(&situation), Plan::Wait { because: WaitReason::Gathering, .. }));
}

#[test]
fn immediate_upo_is_a_session_a_document() {
    let mut situation = idle(UpoMode::Immediate);
    situation.waiting.either = some(50);
    situation.session = open(0, 0);
    assert_eq!(plan(&situation), Plan::Online { at_most: 1, sharing: None });
    situation.session = open(0, 1);
    assert_eq!(plan(&situation), Plan::CloseSession { because: CloseReason::OneDocument });
    // The next opening is of no interest while there are some.
    situation.budget.online_opens.next_at = noon() + SignedDuration::from_hours(1);
    assert_eq!(plan(&situation), Plan::CloseSession { because: CloseReason::OneDocument });
    // Openings come back in a moment: rather wait than share.
    situation.budget.online_opens = used_up(1);
    assert_eq!(plan(&situation), Plan::CloseSession { because: CloseReason::OneDocument });
    // They do not: share, and say so.
    situation.budget.online_opens = used_up(40);
    let Plan::Online { at_most: 1, sharing: Some(sharing) } = plan(&situation) else {
        panic!("{:?}", plan(&situation))
    };
    assert_eq!(sharing.until, noon() + SignedDuration::from_mins(40));
    assert!(sharing.sentence().pl.contains("do 12:40"), "Warsaw's clock: {}", sharing.sentence().pl);
    // And keep it for the next document although nothing waits.
    situation.waiting.either = Lane::default();
    let until = Some(noon() + SignedDuration::from_mins(40));
    assert_eq!(plan(&situation), Plan::Wait { until, because: WaitReason::NothingWaits });
}

#[test]
fn batch_upo_keeps_one_session_up_to_its_age() {
    let mut situation = idle(UpoMode::Batch);
    situation.waiting.either = some(50);
    situation.session = open(90, 40);
    assert_eq!(plan(&situation), Plan::Online { at_most: 10, sharing: None });
    situation.waiting.either = Lane::default();
    let until = Some(noon() + SignedDuration::from_mins(30));
    assert_eq!(plan(&situation), Plan::Wait { until, because: WaitReason::NothingWaits });
    situation.session = open(120, 40);
    assert_eq!(plan(&situation), Plan::CloseSession { because: CloseReason::Age });
    // However long somebody sets it, KSeF ends a session after twelve hours.
    situation.settings.session_age_max = SignedDuration::from_hours(100);
    situation.session = open(11 * 60, 40);
    assert_eq!(plan(&situation), Plan::CloseSession { because: CloseReason::Age });
    situation.session = open(1, 10_000);
    assert_eq!(plan(&situation), Plan::CloseSession { because: CloseReason::Full });
}

#[test]
fn batch_upo_sends_packages_only_for_what_an_hour_cannot_carry() {
    let mut situation = idle(UpoMode::Batch);
    situation.waiting.either = some(180);
    situation.waiting.either.oldest = Some(noon() - SignedDuration::from_mins(5));
    assert_eq!(plan(&situation), Plan::OpenOnline);
    situation.waiting.either.count = 181;
    assert!(matches!(plan(&situation), Plan::Batch { at_most: 181, because: BatchReason::Load, .. }));
}

#[test]
fn automatic_grows_with_the_load() {
    let mut situation = idle(UpoMode::Automatic);
    situation.session = open(1, 1);
    // Little: the session is closed when nothing waits, so that the UPO comes.
    assert_eq!(plan(&situation), Plan::CloseSession { because: CloseReason::NothingWaits });
    // With few openings left it is kept.
    situation.budget.online_opens = full(5, 9);
    assert!(matches!(plan(&situation), Plan::Wait { because: WaitReason::NothingWaits, until: Some(_) }));
    // More: the session is shared.
    situation.waiting.either = some(29);
    assert_eq!(plan(&situation), Plan::Online { at_most: 10, sharing: None });
    // Much: gathered for a batch, and sent online meanwhile.
    situation.waiting.either = some(30);
    assert_eq!(plan(&situation), Plan::Online { at_most: 10, sharing: None });
    situation.budget.invoices = used_up(30);
    assert!(matches!(plan(&situation), Plan::Wait { because: WaitReason::Gathering, .. }));
    situation.waiting.either.oldest = Some(noon() - SignedDuration::from_mins(1));
    assert!(matches!(plan(&situation), Plan::Batch { at_most: 30, because: BatchReason::Load, .. }));
    // A full batch waits for nobody.
    situation.waiting.either = some(600_000);
    assert!(matches!(plan(&situation), Plan::Batch { at_most: 10_000, only_batch_only: false, .. }));
    // So does one that is full by its bytes.
    situation.waiting.either = some(2_000);
    situation.waiting.either.bytes = 5_000_000_000;
    assert!(matches!(plan(&situation), Plan::Batch { at_most: 2_000, bytes_max: 4_950_000_000, .. }));
    situation.budget.batch_opens = used_up(10);
    assert!(matches!(plan(&situation), Plan::Wait { because: WaitReason::BatchOpensUsedUp, .. }));
}

#[test]
fn the_fewer_openings_are_left_the_longer_a_batch_gathers() {
    let mut situation = idle(UpoMode::Automatic);
    situation.waiting.batch_only = some(1);
    situation.waiting.batch_only.oldest = Some(noon());
    for (left, seconds) in [(60, 60), (29, 120), (9, 360), (3, 900), (0, 900)] {
        situation.budget.batch_opens = full(10, left);
        let until = Some(noon() + SignedDuration::from_secs(seconds));
        assert_eq!(plan(&situation), Plan::Wait { until, because: WaitReason::Gathering }, "{left}");
    }
}

#[test]
fn attachments_go_by_batch_and_technical_corrections_online() {
    for upo in UpoMode::ALL {
        let mut situation = idle(*upo);
        situation.waiting.batch_only = some(2);
        situation.waiting.batch_only.oldest = Some(noon() - SignedDuration::from_mins(3));
        situation.waiting.either = some(3);
        let Plan::Batch { at_most, only_batch_only, because: BatchReason::MustGoByBatch, .. } =
            plan(&situation)
        else {
            panic!("{upo}: {:?}", plan(&situation))
        };
        // In automatic mode the others come along.
        assert_eq!(
            (at_most, only_batch_only),
            if *upo == UpoMode::Automatic { (5, false) } else { (2, true) }
        );
        situation.waiting = Waiting { online_only: some(50_000), ..Waiting::default() };
        assert_eq!(plan(&situation), Plan::OpenOnline, "{upo}: however many");
    }
}

#[test]
fn what_would_be_late_goes_by_batch_in_every_mode() {
    for upo in UpoMode::ALL {
        let mut situation = idle(*upo);
        situation.waiting.either = some(11);
        situation.waiting.either.due = Some(noon() + SignedDuration::from_mins(10));
        situation.waiting.either.oldest = Some(noon() - SignedDuration::from_mins(1));
        assert!(
            matches!(plan(&situation), Plan::Batch { at_most: 11, because: BatchReason::Urgency, .. }),
            "{upo}: {:?}",
            plan(&situation)
        );
        // Ten can leave at once.
        situation.waiting.either.count = 10;
        assert_eq!(plan(&situation), Plan::OpenOnline, "{upo}");
        // And of two hundred within the hour twenty would be late.
        situation.waiting.either.count = 200;
        situation.waiting.either.due = Some(noon() + SignedDuration::from_mins(50));
        assert!(matches!(plan(&situation), Plan::Batch { because: BatchReason::Urgency, .. }), "{upo}");
        // What is due gathers for a minute at most, and for seconds in the end; what is late as long as ever.
        situation.budget.batch_opens = full(10, 9);
        situation.waiting = Waiting { batch_only: some(1), ..Waiting::default() };
        situation.waiting.batch_only.oldest = Some(noon() - SignedDuration::from_secs(5));
        for (due, waits) in
            [(3_600, 355), (600, 55), (150, 30), (100, 5), (15, 5), (12, 2), (0, 355), (-60, 355)]
        {
            situation.waiting.batch_only.due = Some(noon() + SignedDuration::from_secs(due));
            let until = Some(noon() + SignedDuration::from_secs(waits));
            assert_eq!(plan(&situation), Plan::Wait { until, because: WaitReason::Gathering }, "{upo} {due}");
        }
        situation.waiting.batch_only.due = Some(noon() + SignedDuration::from_secs(10));
        assert!(matches!(plan(&situation), Plan::Batch { because: BatchReason::MustGoByBatch, .. }), "{upo}");
    }
}

#[test]
fn without_a_session_and_openings_documents_go_by_batch() {
    for upo in UpoMode::ALL {
        let mut situation = idle(*upo);
        situation.waiting.either = some(1);
        situation.waiting.either.oldest = Some(noon() - SignedDuration::from_mins(2));
        situation.budget.online_opens = used_up(1);
        assert!(
            matches!(plan(&situation), Plan::Wait { because: WaitReason::OnlineOpensUsedUp, .. }),
            "{upo}"
        );
        situation.budget.online_opens = used_up(30);
        assert!(matches!(plan(&situation), Plan::Batch { because: BatchReason::Load, .. }), "{upo}");
    }
}

/// Invoices that one company sends in `hours` when there are always more: by batch, online, sessions opened.
fn saturate(upo: UpoMode, hours: i64) -> World {
    let mut world = World::new(upo, noon());
    world.endless = true;
    world.run_until(noon() + SignedDuration::from_hours(hours));
    world
}

#[test]
fn production_limits_are_used_up_and_never_hit() {
    // The model panics when one request too many arrives, so getting here at all says that none did.
    for (upo, hours) in [(UpoMode::Automatic, 6), (UpoMode::Batch, 6)] {
        let world = saturate(upo, hours);
        let allowed = 600_000 * u64::try_from(hours).expect("some hours");
        assert!(world.sent_by_batch >= allowed * 99 / 100, "{upo}: {} by batch", world.sent_by_batch);
        assert!(world.sent_by_batch <= allowed, "{upo}");
        let online = 180 * u64::try_from(hours).expect("some hours");
        assert!(world.sent_online >= online * 99 / 100, "{upo}: {} online", world.sent_online);
        assert!(world.sent_online <= online, "{upo}");
    }
}

#[test]
fn immediate_upo_uses_up_what_sessions_may_carry_and_shares_no_more_than_it_must() {
    let hours = 6;
    let world = saturate(UpoMode::Immediate, hours);
    let hours = u64::try_from(hours).expect("some hours");
    assert_eq!(world.sent_by_batch, 0);
    assert!(world.sent_online >= 180 * hours * 99 / 100, "{} online", world.sent_online);
    assert!(world.sessions_opened >= 120 * hours * 99 / 100, "{} sessions", world.sessions_opened);
    // What was sent as the first of its session plus what was told to be shared is all.
    assert_eq!(
        world.sessions_opened + world.shared,
        world.sent_online + u64::from(world.session_is_unused())
    );
}

#[test]
fn little_load_gives_every_document_its_own_session() {
    for upo in [UpoMode::Immediate, UpoMode::Automatic] {
        let mut world = World::new(upo, noon());
        for minute in 0..180 {
            world.arrive_later(noon() + SignedDuration::from_mins(minute), Document::plain());
        }
        world.run_until(noon() + SignedDuration::from_hours(4));
        assert_eq!((world.sent_online, world.sent_by_batch), (180, 0), "{upo}");
        assert_eq!((world.sessions_opened, world.shared), (180, 0), "{upo}");
        assert!(world.waited_longest <= SignedDuration::from_secs(5), "{upo}: {:?}", world.waited_longest);
    }
}

#[test]
fn a_steady_stream_waits_minutes_and_never_an_hour() {
    // 100 a second for two hours: 720,000 documents, 36 full batches an hour.
    let mut world = World::new(UpoMode::Automatic, noon());
    for second in 0..7_200 {
        world.arrive_many_later(noon() + SignedDuration::from_secs(second), 100);
    }
    world.run_until(noon() + SignedDuration::from_hours(3));
    assert_eq!(world.sent_online + world.sent_by_batch, 720_000);
    assert!(world.waited_longest <= SignedDuration::from_mins(5), "{:?}", world.waited_longest);
}

#[test]
fn midnight_is_met_by_a_batch_that_was_opened_before_it() {
    let mut world = World::new(UpoMode::Immediate, noon());
    let midnight = noon() + SignedDuration::from_mins(12);
    for _ in 0..500 {
        world.arrive_later(noon(), Document { due: Some(midnight), ..Document::plain() });
    }
    world.run_until(midnight + SignedDuration::from_hours(1));
    assert_eq!(world.late, 0);
    assert_eq!(world.sent_online + world.sent_by_batch, 500);
}

#[test]
fn a_stream_up_to_midnight_does_not_use_up_the_openings_before_it() {
    for upo in UpoMode::ALL {
        for per_second in [1, 3] {
            let mut world = World::new(*upo, noon());
            let midnight = noon() + SignedDuration::from_mins(40);
            for second in 0..40 * 60 - 15 {
                let document = Document { due: Some(midnight), ..Document::plain() };
                for _ in 0..per_second {
                    world.arrive_later(noon() + SignedDuration::from_secs(second), document);
                }
            }
            world.run_until(midnight + SignedDuration::from_hours(1));
            assert_eq!(world.late, 0, "{upo} {per_second}");
            assert_eq!(world.sent_online + world.sent_by_batch, (40 * 60 - 15) * per_second, "{upo}");
        }
    }
}

fn any_document() -> impl Strategy<Value = (i64, u32, Document)> {
    let kind = prop_oneof![8 => Just(Kind::Plain), 1 => Just(Kind::Attachment), 1 => Just(Kind::Correction)];
    // Within four hours, to the second: one or a burst of the same, some of them due soon.
    let size = prop_oneof![8 => 1_u32..5, 2 => 5_u32..400, 1 => 10_000_u32..40_000];
    (0_i64..14_400, size, kind, prop::option::weighted(0.2, 60_i64..7_200)).prop_map(
        |(second, count, kind, due)| {
            let arrived = noon() + SignedDuration::from_secs(second);
            // Technical corrections go one by one, at most 180 an hour: a few, or nobody lives to see their end.
            let count = if kind == Kind::Correction { count.min(20) } else { count };
            (second, count, Document { kind, due: due.map(|due| arrived + SignedDuration::from_secs(due)) })
        },
    )
}

/// Any instant, often one near noon, sometimes the ends of time.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        6 => (-50_000_i64..50_000).prop_map(|seconds| noon() + SignedDuration::from_secs(seconds)),
        1 => Just(noon()),
        1 => Just(Timestamp::MIN),
        1 => Just(Timestamp::MAX),
    ]
}

fn any_count() -> impl Strategy<Value = u32> {
    prop_oneof![3 => 0_u32..3, 3 => 0_u32..400, 1 => 9_990_u32..10_010, 1 => Just(u32::MAX)]
}

fn any_left() -> impl Strategy<Value = Left> {
    (any_count(), prop::option::of(any_count()), any_instant()).prop_map(|(now, of_the_hour, next_at)| Left {
        now,
        of_the_hour,
        next_at,
    })
}

fn any_lane() -> impl Strategy<Value = Lane> {
    let bytes = prop_oneof![3 => 0_u64..10_000_000_000, 1 => Just(u64::MAX)];
    (any_count(), bytes, prop::option::of(any_instant()), prop::option::of(any_instant()))
        .prop_map(|(count, bytes, oldest, due)| Lane { count, bytes, oldest, due })
}

fn any_situation() -> impl Strategy<Value = Situation> {
    let session = prop::option::of((any_instant(), any_count()))
        .prop_map(|session| session.map(|(opened_at, sent)| OpenSession { opened_at, sent }));
    let budget = (any_left(), any_left(), any_left())
        .prop_map(|(invoices, online_opens, batch_opens)| Budget { invoices, online_opens, batch_opens });
    let waiting = (any_lane(), any_lane(), any_lane())
        .prop_map(|(either, batch_only, online_only)| Waiting { either, batch_only, online_only });
    (waiting, prop::sample::select(UpoMode::ALL), session, budget, any_instant()).prop_map(
        |(waiting, upo, session, budget, now)| Situation { waiting, upo, session, budget, now, ..idle(upo) },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes, in whatever mode: limits are never exceeded, each document takes a way that it may take (the model
    /// panics otherwise), everything is sent in the end, and nobody asks in circles.
    #[test]
    fn everything_is_sent_and_nothing_is_exceeded(
        arrivals in prop::collection::vec(any_document(), 1..40),
        upo in prop::sample::select(UpoMode::ALL),
        call_ms in 20_i64..3_000,
    ) {
        // One by one at most 180 an hour may leave: with immediate UPOs no bursts of thousands.
        let mut world = World::new(upo, noon());
        world.call_ms = call_ms;
        let mut expected = 0_u64;
        for (second, count, document) in arrivals {
            let is_online = document.kind == Kind::Correction
                || (upo == UpoMode::Immediate && document.kind == Kind::Plain);
            let count = if is_online { count.min(20) } else { count };
            for _ in 0..count {
                world.arrive_later(noon() + SignedDuration::from_secs(second), document);
            }
            expected += u64::from(count);
        }
        world.run_until(noon() + SignedDuration::from_hours(16));
        prop_assert_eq!(world.sent_online + world.sent_by_batch, expected);
        prop_assert!(world.session_age_longest <= SignedDuration::from_hours(2) + SignedDuration::from_mins(5));
        prop_assert!(world.plans <= 6 * expected + 5_000, "{} plans for {} documents", world.plans, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// However odd the situation: a step is one that the limits allow, for documents that wait, and a wait ends later.
    #[test]
    fn no_step_is_impossible(situation in any_situation()) {
        let Situation { waiting, session, budget, now, .. } = situation;
        let online = waiting.either.count.saturating_add(waiting.online_only.count);
        match plan(&situation) {
            Plan::Online { at_most, sharing } => {
                let session = session.expect("a session");
                prop_assert!(at_most >= 1 && at_most <= online && at_most <= budget.invoices.now);
                prop_assert!(at_most <= 10_000 - session.sent);
                prop_assert_eq!(sharing.is_some(), situation.upo == UpoMode::Immediate && session.sent > 0);
            }
            Plan::OpenOnline => {
                prop_assert!(session.is_none() && online > 0);
                prop_assert!(budget.online_opens.now > 0 && budget.invoices.now > 0);
            }
            Plan::Batch { at_most, only_batch_only, because, .. } => {
                prop_assert!(budget.batch_opens.now > 0);
                let others = if only_batch_only { 0 } else { waiting.either.count };
                let lane = waiting.batch_only.count.saturating_add(others);
                prop_assert!(at_most >= 1 && at_most <= lane.min(10_000));
                prop_assert!(waiting.batch_only.count > 0 || because != BatchReason::MustGoByBatch);
            }
            Plan::CloseSession { .. } => prop_assert!(session.is_some()),
            Plan::Wait { until, because } => {
                // At the end of time there is no later.
                prop_assert!(until.is_none_or(|until| until > now || now == Timestamp::MAX));
                let is_empty = online == 0 && waiting.batch_only.count == 0;
                prop_assert_eq!(because == WaitReason::NothingWaits, is_empty, "{:?}", because);
            }
        }
    }
}
