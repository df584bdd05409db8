//! The budget against a simulator with KSeF's own limits, hours of them on its clock.

mod support;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use ksef_client::batch::{BatchDocument, DocumentSource, PackOptions, PackedBatch, pack};
use ksef_client::{
    Access, BudgetSnapshot, CallError, ClientOptions, Clock, KsefClient, LimitBudget, OpenedOnlineSession,
    Priority, SessionFilters,
};
use ksef_crypto::SessionKey;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber};
use ksef_sim::{ManualClock, Simulator, SimulatorConfig};
use ksef_wire::{CompressionType, InvoiceQueryFilters, Operation, RateLimitGroup, SessionType, SortOrder};
use support::{NIP, ec, loopback, options};

/// The simulator's clock, as the client's.
struct SimulatorClock(Arc<ManualClock>);

impl Clock for SimulatorClock {
    fn now(&self) -> jiff::Timestamp {
        ksef_sim::Clock::now(&*self.0)
    }
}

struct World {
    clock: Arc<ManualClock>,
    simulator: Simulator,
    access: Access,
    budget: LimitBudget,
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::new(jiff::Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), seed: 3, ..SimulatorConfig::default() };
    let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
    let told: Arc<dyn Clock> = Arc::new(SimulatorClock(clock.clone()));
    let budget = LimitBudget::new(told.clone());
    let options = ClientOptions {
        clock: told,
        budget: Some(budget.clone()),
        timeout: Duration::from_secs(20),
        // The test moves the clock itself.
        retry_after_max: Duration::ZERO,
        ..options()
    };
    let client = KsefClient::new(&simulator.base_url(), options).expect("a client");
    let access = Access::new(client, ContextIdentifier::parse(NIP).expect("a NIP"), ec());
    // On a clock that stands still the login ends by real time.
    access.login().await.expect("logged in");
    World { clock, simulator, access, budget }
}

/// Calls as often as the budget allows for so long by the simulator's clock; gives how often that was.
async fn saturate<F: Future<Output = Result<(), CallError>>>(
    world: &World,
    time: SignedDuration,
    call: impl Fn() -> F,
) -> usize {
    let end = ksef_sim::Clock::now(&*world.clock) + time;
    let mut done = 0;
    loop {
        match call().await {
            Err(CallError::LimitReached { retry_after, .. }) => {
                let wait = SignedDuration::try_from(retry_after).expect("short");
                world.clock.advance(wait.max(SignedDuration::from_millis(1)));
            }
            Ok(()) | Err(CallError::Refused { .. }) => done += 1,
            Err(other) => panic!("{other}"),
        }
        if ksef_sim::Clock::now(&*world.clock) >= end {
            return done;
        }
    }
}

fn refused_by_limit(world: &World) -> usize {
    world.simulator.inspect().requests.iter().filter(|seen| seen.status == 429).count()
}

/// An operation of a group, called with whatever is at hand: what KSeF refuses for its content counts all the same.
struct Caller {
    access: Access,
    session: OpenedOnlineSession,
    batch: (PackedBatch, SessionKey),
    number: KsefNumber,
    filters: InvoiceQueryFilters,
}

impl Caller {
    async fn call(&self, group: RateLimitGroup) -> Result<(), CallError> {
        let (access, session) = (&self.access, &self.session.reference_number);
        match group {
            RateLimitGroup::OnlineSession => access.open_online_session(&support::fa3()).await.map(drop),
            RateLimitGroup::OnlineSessionClose => access.close_online_session(session).await,
            RateLimitGroup::BatchSession => {
                let (batch, key) = &self.batch;
                access.open_batch_session(&support::fa3(), batch, key, false).await.map(drop)
            }
            RateLimitGroup::BatchSessionClose => access.close_batch_session(session).await,
            RateLimitGroup::InvoiceSend => {
                access.send_invoice(&self.session, b"<no-invoice/>").await.map(drop)
            }
            RateLimitGroup::InvoiceStatus => access.session_invoice_status(session, session).await.map(drop),
            RateLimitGroup::SessionList => {
                access.sessions(&SessionType::Online, &SessionFilters::default(), None).await.map(drop)
            }
            RateLimitGroup::SessionInvoiceList => access.session_invoices(session, None).await.map(drop),
            RateLimitGroup::SessionMisc => access.session_status(session).await.map(drop),
            RateLimitGroup::InvoiceMetadata => {
                access.query_metadata(&self.filters, &SortOrder::Asc, 0).await.map(drop)
            }
            RateLimitGroup::InvoiceExport => {
                access.start_export(&self.filters, CompressionType::Zip, true).await.map(drop)
            }
            RateLimitGroup::InvoiceExportStatus => access.export_status(session).await.map(drop),
            RateLimitGroup::InvoiceDownload => access.invoice(&self.number).await.map(drop),
            RateLimitGroup::CollectiveIdentifier => {
                access.collective_identifiers_of(&self.number, None).await.map(drop)
            }
            RateLimitGroup::Other => access.rate_limits().await.map(drop),
            RateLimitGroup::Anonymous => access.client().challenge().await.map(drop),
            RateLimitGroup::Global => unreachable!("no operation counts in it alone"),
        }
    }
}

#[tokio::test]
async fn a_saturated_client_gets_what_is_allowed_in_every_group_and_no_429() {
    let world = world().await;
    let folder = tempfile::tempdir().expect("a folder");
    let key = SessionKey::generate();
    let document = BatchDocument {
        name: "1.xml".into(),
        source: DocumentSource::Bytes(support::invoice("1").into()),
        expected_hash: None,
    };
    let batch = pack(&[document], &key, folder.path(), &PackOptions::default()).expect("packed");
    let from = ksef_sim::Clock::now(&*world.clock).to_string();
    let filters = serde_json::json!({
        "subjectType": "Subject1", "dateRange": { "dateType": "PermanentStorage", "from": from },
    });
    let caller = Caller {
        access: world.access.clone(),
        session: world.access.open_online_session(&support::fa3()).await.expect("open"),
        batch: (batch, key),
        number: KsefNumber::parse("5265877635-20250826-0100001AF629-AF").expect("a number of the guide"),
        filters: serde_json::from_value(filters).expect("filters"),
    };
    world.clock.advance(SignedDuration::from_hours(1));
    for group in RateLimitGroup::ALL.iter().copied().filter(|group| *group != RateLimitGroup::Global) {
        let values = group.production();
        // Long enough for the widest window to slide; the largest groups once less, for the test's own time.
        let (time, windows, limit) = match values.per_hour {
            -1 => (SignedDuration::from_secs(10), 10, values.per_second),
            hour if hour >= 600 => (SignedDuration::from_hours(2), 2, hour),
            hour => (SignedDuration::from_hours(3), 3, hour),
        };
        let done = saturate(&world, time, || caller.call(group)).await;
        let allowed = usize::try_from(limit).expect("a limit") * windows;
        assert!(done * 100 >= allowed * 99, "{}: {done} of {allowed}", group.name());
        assert_eq!(refused_by_limit(&world), 0, "{}: none of our own making", group.name());
    }
}

#[tokio::test]
async fn all_operations_together_keep_to_the_limit_of_the_address() {
    let world = world().await;
    world.clock.advance(SignedDuration::from_mins(1));
    let mut done = 0;
    // Within one second that stands still: 60 without a token, and of the others what is left of 75.
    while world.access.client().challenge().await.is_ok() {
        done += 1;
    }
    assert_eq!(done, 60);
    let session = ReferenceNumber::parse("20250916-SO-0123456789-0123456789-00").expect("a number");
    let mut held_back = 0;
    for _ in 0..20 {
        match world.access.session_invoice_status(&session, &session).await {
            Err(CallError::LimitReached { .. }) => held_back += 1,
            Ok(_) | Err(CallError::Refused { .. }) => done += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((done, held_back), (75, 5));
    assert_eq!(refused_by_limit(&world), 0);
    // What an address spends is counted within a second, and kept for as long.
    for _ in 0..5 {
        world.clock.advance(SignedDuration::from_secs(1));
        while world.access.client().challenge().await.is_ok() {}
    }
    let kept = serde_json::to_value(world.budget.snapshot()).expect("JSON");
    let of_address = kept["counters"].as_array().expect("counters").iter();
    let of_address = of_address.filter(|counter| counter["counter"]["context"].is_null());
    let kept: Vec<usize> =
        of_address.map(|counter| counter["spent"].as_array().map_or(0, Vec::len)).collect();
    assert_eq!(kept, [60, 60], "{kept:?}");
}

#[tokio::test]
async fn two_behind_one_address_share_what_it_is_allowed() {
    let world = world().await;
    world.clock.advance(SignedDuration::from_mins(1));
    let told: Arc<dyn Clock> = Arc::new(SimulatorClock(world.clock.clone()));
    let budget = LimitBudget::new(told.clone());
    let options = ClientOptions {
        clock: told,
        budget: Some(budget.clone()),
        retry_after_max: Duration::ZERO,
        ..options()
    };
    let second = KsefClient::new(&world.simulator.base_url(), options).expect("a client");
    world.budget.share_address(1);
    budget.share_address(1);
    // The newcomer waits until the other has made room for it.
    budget.hold_for(Duration::from_millis(300));
    let begin = std::time::Instant::now();
    let (mut first_done, mut second_done) = (0, 0);
    while world.access.client().challenge().await.is_ok() {
        first_done += 1;
    }
    while second.challenge().await.is_ok() {
        second_done += 1;
    }
    assert_eq!((first_done, second_done), (30, 30), "of 60 without a token in a second");
    assert!(begin.elapsed() >= Duration::from_millis(300), "it was held");
    assert_eq!(refused_by_limit(&world), 0);
    // Alone again, the first has all of it.
    world.clock.advance(SignedDuration::from_secs(1));
    world.budget.share_address(0);
    while world.access.client().challenge().await.is_ok() {
        first_done += 1;
    }
    assert_eq!(first_done, 90);
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let world = world().await;
    let context = ContextIdentifier::parse(NIP).expect("a NIP");
    for _ in 0..10 {
        let ticket = world
            .budget
            .take(Some(&context), Operation::OnlineSessionOpen, Priority::Sending, Duration::ZERO)
            .await
            .expect("ten in the first second");
        drop(ticket);
    }
    let left = world.budget.left(Some(&context), Operation::OnlineSessionOpen);
    assert_eq!((left.now, left.of_the_hour), (0, Some(110)));
    let kept = serde_json::to_string(&world.budget.snapshot()).expect("JSON");
    let snapshot: BudgetSnapshot = serde_json::from_str(&kept).expect("a snapshot");
    let restored = LimitBudget::restore(Arc::new(SimulatorClock(world.clock.clone())), snapshot.clone());
    assert_eq!(restored.snapshot(), snapshot);
    assert_eq!(restored.left(Some(&context), Operation::OnlineSessionOpen), left);
    let other = ContextIdentifier::parse("3333333333").expect("a NIP");
    assert_eq!(restored.left(Some(&other), Operation::OnlineSessionOpen).of_the_hour, Some(120));
    world.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(restored.left(Some(&context), Operation::OnlineSessionOpen).of_the_hour, Some(120));
}

#[tokio::test]
async fn the_more_urgent_goes_first_and_what_is_on_its_way_counts() {
    let budget = LimitBudget::new(Arc::new(ksef_client::SystemClock));
    let context = ContextIdentifier::parse(NIP).expect("a NIP");
    let take = |priority, wait| {
        let (budget, context) = (budget.clone(), context.clone());
        async move { budget.take(Some(&context), Operation::InvoiceQueryMetadata, priority, wait).await }
    };
    let mut on_their_way = Vec::new();
    for _ in 0..8 {
        on_their_way.push(take(Priority::Reading, Duration::ZERO).await.expect("eight a second"));
    }
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(take(Priority::Settling, Duration::ZERO).await.is_err(), "none of the eight was answered");
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut waiting = Vec::new();
    for priority in [Priority::Reading, Priority::Sending, Priority::Settling] {
        let (taking, order) = (take(priority, Duration::from_secs(20)), order.clone());
        waiting.push(tokio::spawn(async move {
            let ticket = taking.await.expect("in time");
            order.lock().expect("no panic").push(priority);
            drop(ticket);
        }));
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let other = budget.take(Some(&context), Operation::OnlineSessionOpen, Priority::Reading, Duration::ZERO);
    assert!(other.await.is_ok(), "who waits for one group holds up no other");
    drop(on_their_way);
    for task in waiting {
        task.await.expect("done");
    }
    let order = order.lock().expect("no panic").clone();
    assert_eq!(order, [Priority::Settling, Priority::Sending, Priority::Reading]);
}

#[tokio::test]
async fn what_somebody_else_spent_is_waited_for() {
    let world = world().await;
    let context = ContextIdentifier::parse(NIP).expect("a NIP");
    world.budget.refused(Some(&context), Operation::InvoiceQueryMetadata, Duration::from_secs(2680));
    let take = || {
        world.budget.take(
            Some(&context),
            Operation::InvoiceQueryMetadata,
            Priority::Reading,
            Duration::from_secs(5),
        )
    };
    let wait = take().await.err().expect("blocked");
    assert_eq!(wait.as_secs(), 2680);
    world.clock.advance(SignedDuration::from_secs(2680));
    assert!(take().await.is_ok());
}

#[tokio::test]
async fn what_was_spent_in_a_future_that_did_not_happen_leaves_its_window_in_an_hour() {
    let clock = Arc::new(ManualClock::new("2030-01-01T00:00:00Z".parse().expect("a time")));
    let budget = LimitBudget::new(Arc::new(SimulatorClock(clock.clone())));
    let context = ContextIdentifier::parse(NIP).expect("a NIP");
    let operation = Operation::InvoiceExport;
    for _ in 0..20 {
        let taken = budget.take(Some(&context), operation, Priority::Reading, Duration::ZERO).await;
        drop(taken.expect("one of twenty"));
        clock.advance(SignedDuration::from_secs(10));
    }
    budget.refused(Some(&context), operation, Duration::from_secs(600));
    assert_eq!(budget.left(Some(&context), operation).now, 0, "the hour is used up");
    // The clock is set right, while another request is on its way: it was four years ahead.
    let other =
        budget.take(Some(&context), Operation::InvoiceExportStatus, Priority::Reading, Duration::ZERO).await;
    clock.set("2026-01-01T00:00:00Z".parse().expect("a time"));
    drop(other.expect("one of many"));
    assert_eq!(budget.left(Some(&context), operation).now, 0, "nobody knows that KSeF has forgotten");
    clock.advance(SignedDuration::from_mins(61));
    assert_eq!(budget.left(Some(&context), operation).of_the_hour, Some(20));
    assert!(budget.left(Some(&context), operation).now > 0);
}
