//! The budget against a simulator with KSeF's own limits, hours of them on its clock.

mod support;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use ksef_client::{
    Access, BudgetSnapshot, CallError, ClientOptions, Clock, KsefClient, LimitBudget, Priority,
};
use ksef_id::ContextIdentifier;
use ksef_sim::{ManualClock, Simulator, SimulatorConfig};
use ksef_wire::{Operation, RateLimitGroup};
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

/// Calls as often as the budget allows for `hours` of the simulator's clock; gives how often that was.
async fn saturate<F: Future<Output = Result<(), CallError>>>(
    world: &World,
    hours: i64,
    call: impl Fn() -> F,
) -> usize {
    let end = ksef_sim::Clock::now(&*world.clock) + SignedDuration::from_hours(hours);
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

#[tokio::test]
async fn a_saturated_client_gets_what_is_allowed_and_no_429() {
    let world = world().await;
    let hours = 3;
    let session = world.access.open_online_session(&support::fa3()).await.expect("open").reference_number;
    world.clock.advance(SignedDuration::from_hours(1));
    let number = ksef_id::KsefNumber::parse("5265877635-20250826-0100001AF629-AF")
        .expect("a KSeF number of the guide");
    let groups = [
        (Operation::OnlineSessionOpen, RateLimitGroup::OnlineSession),
        (Operation::InvoiceDownload, RateLimitGroup::InvoiceDownload),
        (Operation::SessionInvoices, RateLimitGroup::SessionInvoiceList),
    ];
    for (operation, group) in groups {
        let access = &world.access;
        let (session, number) = (&session, &number);
        let done = saturate(&world, hours, || async move {
            match operation {
                Operation::OnlineSessionOpen => access.open_online_session(&support::fa3()).await.map(drop),
                Operation::InvoiceDownload => access.invoice(number).await.map(drop),
                _ => access.session_invoices(session, None).await.map(drop),
            }
        })
        .await;
        let allowed = usize::try_from(i64::from(group.production().per_hour) * hours).expect("few");
        assert!(done * 100 >= allowed * 99, "{}: {done} of {allowed}", group.name());
    }
    let refused = world.simulator.inspect().requests.iter().filter(|seen| seen.status == 429).count();
    assert_eq!(refused, 0, "none of our own making");
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
