//! The gateway is killed before and after every step, started again, and every invoice is in KSeF exactly once.
//!
//! The gateway is a child process that stops at the step (`BRAMKA_TEST_STOP_AT`) and is killed there from outside with
//! SIGKILL. The steps are [`Step::ALL`]; `scenario` has an arm for each, so a new step does not compile without one, and
//! a step that its scenario does not reach fails the test.

mod support;

use gateway::steps::{Moment, Step};
use ksef_sim::{Fault, FaultRule, Target};
use ksef_wire::Operation;
use support::people::{As, Asker};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, invoice_with_attachment, purchase};

/// What has to happen for a step to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    /// One invoice goes all the way.
    Plain,
    /// KSeF takes the invoice and its answer is lost.
    LostAnswer,
    /// KSeF does not take the invoice, and does not say so.
    LostRequest,
    /// KSeF refuses the invoice.
    Refused,
    /// Documents rest in object storage.
    Objects,
    /// KSeF has the same bytes already.
    Duplicate,
    /// KSeF has another document under the same number.
    Collision,
    /// KSeF is in trouble when a session is to be opened.
    Trouble,
    /// The invoice has an attachment and goes by batch.
    Batch,
    /// So many invoices that KSeF packs them to be read back.
    Many,
    /// The invoice waits for approval.
    Approval,
    /// A failure of KSeF is announced, and it does not answer: the invoice is issued offline.
    Outage,
    /// A contractor sent a purchase.
    Purchase,
    /// So many purchases that KSeF packs them.
    ManyPurchases,
    /// Somebody books a purchase.
    Booking,
    /// Register and KSeF are compared.
    Reconciling,
    /// Two purchases are paid together.
    Paying,
    /// The same, and KSeF's answer is lost.
    PayingAgain,
    /// The invoice is put into a watched folder.
    Folder,
    /// The invoice is given in neutral form, and gets its number here.
    Series,
    /// Somebody else's server is told what becomes of the invoice.
    Webhook,
    /// The company's certificate ends in some days.
    Expiring,
    /// Somebody is told by e-mail what becomes of the invoice.
    Letter,
    /// An old document outside KSeF, with a scan in object storage, whose time is over.
    Erasing,
}

fn scenario(step: Step) -> Scenario {
    match step {
        Step::TakeInvoice
        | Step::WorkClaimed
        | Step::WorkReleased
        | Step::Login
        | Step::Limits
        | Step::OpenSession
        | Step::SessionOpened
        | Step::SendingStarted
        | Step::SendInvoice
        | Step::InvoiceAccepted
        | Step::CloseSession
        | Step::SessionSettled
        | Step::InvoiceStatus
        | Step::InvoiceNumbered
        | Step::FetchUpo
        | Step::UpoStored
        | Step::FetchInvoice
        | Step::InvoiceStored => Scenario::Plain,
        Step::SessionStatus | Step::SessionInvoices => Scenario::LostAnswer,
        Step::InvoiceReturned => Scenario::LostRequest,
        Step::InvoiceRejected => Scenario::Refused,
        Step::DocumentKept => Scenario::Objects,
        Step::DuplicateAdopted => Scenario::Duplicate,
        Step::NumberCollision => Scenario::Collision,
        Step::ReasonNoted => Scenario::Trouble,
        Step::Permits
        | Step::OpenBatch
        | Step::BatchOpened
        | Step::UploadParts
        | Step::CloseBatch
        | Step::SessionUpoKept => Scenario::Batch,
        Step::StartExport | Step::ExportStatus | Step::DownloadExport => Scenario::Many,
        Step::Decided => Scenario::Approval,
        Step::OfflineIssued | Step::DeadlineSet | Step::OutageKept => Scenario::Outage,
        Step::QueryPurchases | Step::FetchPurchase | Step::PurchaseReceived | Step::PurchasesRead => {
            Scenario::Purchase
        }
        Step::StartPurchaseExport
        | Step::PurchaseExportKept
        | Step::PurchaseExportStatus
        | Step::DownloadPurchases => Scenario::ManyPurchases,
        Step::PurchaseDecided => Scenario::Booking,
        Step::ReconciliationKept => Scenario::Reconciling,
        Step::CollectiveKept | Step::MakeCollective => Scenario::Paying,
        Step::FindCollective => Scenario::PayingAgain,
        Step::FileNoted | Step::FileLaid => Scenario::Folder,
        Step::NumberGiven => Scenario::Series,
        Step::WebhookDecided
        | Step::WebhookClaimed
        | Step::SendWebhook
        | Step::DeliveryEnded
        | Step::WebhookReleased => Scenario::Webhook,
        Step::NoticeTold => Scenario::Expiring,
        Step::DocumentsErased | Step::ObjectErased => Scenario::Erasing,
        Step::MailDecided
        | Step::LetterWritten
        | Step::LetterClaimed
        | Step::SendLetter
        | Step::LetterEnded => Scenario::Letter,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_step_and_still_exactly_once() {
    // `BRAMKA_KILL_STEP=openBatch` looks at one step alone.
    let only = std::env::var("BRAMKA_KILL_STEP").ok();
    let points: Vec<(Step, Moment)> = Step::ALL
        .iter()
        .filter(|step| only.as_deref().is_none_or(|name| name == step.name()))
        .flat_map(|step| Moment::ALL.map(|moment| (*step, moment)))
        .collect();
    assert!(!points.is_empty(), "no such step");
    // A few worlds at a time: each has a simulator and a gateway of its own.
    let mut failed = Vec::new();
    for group in points.chunks(4) {
        let mut worlds = tokio::task::JoinSet::new();
        for (step, moment) in group {
            let (step, moment) = (*step, *moment);
            worlds.spawn(async move { (step, moment, tokio::spawn(kill_at(step, moment)).await) });
        }
        while let Some(world) = worlds.join_next().await {
            let (step, moment, ended) = world.expect("it only waits");
            if ended.is_err() {
                failed.push(format!("{}:{}", step.name(), moment.name()));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {} points failed: {failed:?}", failed.len(), points.len());
}

async fn kill_at(step: Step, moment: Moment) {
    let scenario = scenario(step);
    let point = format!("{}:{}", step.name(), moment.name());
    let mut world = World::new(COMPANY).await;
    if matches!(scenario, Scenario::Objects | Scenario::Erasing) {
        world.with_objects().await;
    }
    if scenario == Scenario::Webhook {
        world.with_receiver().await;
    }
    if scenario == Scenario::Letter {
        world.with_mail_server().await;
    }
    let xml = match scenario {
        Scenario::Batch => invoice_with_attachment("1"),
        _ => invoice("1"),
    };
    prepare(&world, scenario, &xml).await;

    let mut first = world.serve(Some(&point));
    // Where the taking in itself is stopped, the caller hears nothing; as after any lost answer it comes again.
    let bringing = bring(&world, &first, scenario, &xml);
    let is_heard = !matches!(
        step,
        Step::TakeInvoice
            | Step::Decided
            | Step::NumberGiven
            | Step::DocumentKept
            | Step::CollectiveKept
            | Step::MakeCollective
            | Step::FindCollective
            | Step::PurchaseDecided
            | Step::ReconciliationKept
            | Step::WebhookDecided
            | Step::MailDecided
    );
    let patience = std::time::Duration::from_secs(if is_heard { 30 } else { 3 });
    let heard = tokio::time::timeout(patience, bringing).await;
    if is_heard {
        assert!(heard.is_ok_and(|id| id.is_some()), "{point}: not taken");
    }
    let_gather(&world, scenario);
    let first = tokio::task::spawn_blocking(move || {
        first.wait_for_line(&format!("stopped at {point}"));
        first
    });
    first.await.expect("stopped").kill();

    let second = world.serve(None);
    let id = bring(&world, &second, scenario, &xml).await.expect("taken or known");
    let_gather(&world, scenario);
    if scenario == Scenario::Outage {
        second.wait_state(COMPANY, &id, "offlineIssued").await;
        world.simulator.clear_faults();
        world.control("/control/latarnia", &failure(true)).await;
    }
    let ended = second.wait_final(COMPANY, &id).await;
    check_end(&world, &second, scenario, &ended, xml.as_bytes()).await;
}

/// What has to be so before the gateway starts.
async fn prepare(world: &World, scenario: Scenario, xml: &str) {
    let simulator = &world.simulator;
    match scenario {
        Scenario::LostAnswer => simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseAnswer, 1),
        Scenario::LostRequest => simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseRequest, 1),
        Scenario::Trouble => {
            simulator.inject(Operation::OnlineSessionOpen, Fault::FailBeforeWork { status: 503 }, 1);
        }
        Scenario::Duplicate => assert_eq!(world.send_directly(COMPANY, xml.as_bytes()).await, 200),
        Scenario::Collision => {
            let other = invoice("1").replace("Segregator", "Skoroszyt");
            assert_eq!(world.send_directly(COMPANY, other.as_bytes()).await, 200);
        }
        Scenario::ManyPurchases => world.fill_inbox(MANY as u32).await,
        Scenario::Paying | Scenario::PayingAgain => {
            for number in ["7", "8"] {
                let account = "61109010140000071219812874";
                let xml = purchase(number).replace("94000000001234567890123456", account);
                assert_eq!(world.send_directly(CONTRACTOR, xml.as_bytes()).await, 200);
            }
            if scenario == Scenario::PayingAgain {
                simulator.inject(Operation::CollectiveIdentifierGenerate, Fault::LoseAnswer, 1);
            }
        }
        Scenario::Purchase | Scenario::Booking | Scenario::Reconciling => {
            assert_eq!(world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
        }
        Scenario::Batch => {
            world.with_clock_and_offline();
            world.allow_attachments().await;
        }
        Scenario::Refused => {
            simulator
                .plan(FaultRule::always(Target::Everything, Fault::InvoiceStatus { code: 410 }))
                .expect("a rule");
        }
        Scenario::Folder => world.with_folder(),
        Scenario::Expiring => world.with_certificate_for(5),
        Scenario::Outage => {
            world.with_clock_and_offline();
            world.control("/control/latarnia", &failure(false)).await;
            simulator.inject(Operation::OnlineSessionOpen, Fault::FailBeforeWork { status: 503 }, 10_000);
            simulator.inject(Operation::BatchSessionOpen, Fault::FailBeforeWork { status: 503 }, 10_000);
        }
        Scenario::Plain
        | Scenario::Objects
        | Scenario::Many
        | Scenario::Approval
        | Scenario::Series
        | Scenario::Webhook
        | Scenario::Letter
        | Scenario::Erasing => {}
    }
}

/// What goes by batch gathers for a while that passes in an instant here.
fn let_gather(world: &World, scenario: Scenario) {
    if scenario == Scenario::Batch {
        let quarter = jiff::SignedDuration::from_mins(16);
        world.simulator.clock().advance(quarter).expect("within the clock's range");
    }
}

/// Latarnia's word of a failure since an hour ago, and of its end some minutes ago.
fn failure(is_over: bool) -> serde_json::Value {
    let now = jiff::Timestamp::now();
    let ago = |minutes| (now - jiff::SignedDuration::from_mins(minutes)).to_string();
    let end = is_over.then(|| ago(5));
    serde_json::json!({ "events": [{ "category": "FAILURE", "start": ago(60), "end": end }] })
}

/// Brings the invoice, and what else the scenario needs, as a program would: with the same keys each time. `None` when
/// nobody answers.
async fn bring(world: &World, gateway: &ServedGateway, scenario: Scenario, xml: &str) -> Option<String> {
    match scenario {
        Scenario::Approval => gateway.set_sending(COMPANY, "afterApproval", "automatic").await,
        Scenario::Outage => gateway.set_sending(COMPANY, "immediateOrOffline", "automatic").await,
        _ => {}
    }
    match scenario {
        Scenario::Booking => book(gateway).await?,
        Scenario::Webhook => make_webhook(world, gateway).await?,
        Scenario::Letter => subscribe(world, gateway).await?,
        Scenario::Erasing => let_erase(gateway).await?,
        Scenario::Reconciling => reconcile(gateway).await,
        Scenario::Paying | Scenario::PayingAgain => pay(gateway).await?,
        Scenario::Folder => return bring_by_folder(gateway, world, xml).await,
        Scenario::Series => return bring_without_number(gateway).await,
        _ => {}
    }
    let (status, taken) = gateway.post(COMPANY, "order-1", xml.as_bytes()).await.ok()?;
    assert!(matches!(status, 200 | 201), "{status} {taken}");
    let id = taken["id"].as_str().expect("an id").to_owned();
    match scenario {
        Scenario::Many => {
            for number in 2..=MANY {
                let number = number.to_string();
                let (status, _) = gateway.post(COMPANY, &number, invoice(&number).as_bytes()).await.ok()?;
                assert!(matches!(status, 200 | 201), "{number}: {status}");
            }
        }
        Scenario::Approval => {
            // Approved before the kill already: 409.
            let path = format!("/api/v1/companies/{COMPANY}/invoices/{id}/approve");
            let (status, answer) = gateway.say("POST", &path, &serde_json::Value::Null).await;
            assert!(matches!(status, 200 | 409), "{status} {answer}");
        }
        _ => {}
    }
    Some(id)
}

/// Puts the invoice into the folder, unless it is there already, and waits until the gateway has it.
async fn bring_by_folder(gateway: &ServedGateway, world: &World, xml: &str) -> Option<String> {
    let inbox = world.folder_place("in");
    let is_there = |place: &str| world.folder_place(place).join("order.xml").exists();
    if !is_there("in") && !is_there("sent") {
        std::fs::create_dir_all(&inbox).expect("made");
        std::fs::write(inbox.join("order.xml"), xml).expect("written");
    }
    loop {
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
        if let Some(id) = list["items"][0]["id"].as_str() {
            return Some(id.to_owned());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Books the purchase once it is there. `None` when nobody answers.
async fn book(gateway: &ServedGateway) -> Option<()> {
    let path = format!("/api/v1/companies/{COMPANY}/purchases");
    loop {
        let list = gateway.json(&path).await;
        if let Some(id) = list["items"][0]["id"].as_str() {
            let body = serde_json::json!({ "state": "booked" });
            let (status, answer) = gateway.say("POST", &format!("{path}/{id}/state"), &body).await;
            assert_eq!(status, 200, "{answer}");
            return Some(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Pays both purchases with one transfer, as often as it takes. `None` when nobody answers.
async fn pay(gateway: &ServedGateway) -> Option<()> {
    let path = format!("/api/v1/companies/{COMPANY}/purchases");
    loop {
        let list = gateway.json(&path).await;
        let ids: Vec<_> = list["items"].as_array()?.iter().map(|item| item["id"].clone()).collect();
        if ids.len() == 2 {
            let body = serde_json::json!({ "purchases": ids, "isCollective": true });
            let (status, answer) = gateway.say("POST", &format!("{path}/payments"), &body).await;
            match status {
                200 => return Some(()),
                // The answer was lost: it is asked again, and finds what was made.
                502 => {}
                _ => panic!("{status} {answer}"),
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Has register and KSeF compared; asked twice it is the same comparison, or the next one.
async fn reconcile(gateway: &ServedGateway) {
    let path = format!("/api/v1/companies/{COMPANY}/reconciliations");
    let (status, answer) = gateway.say("POST", &path, &serde_json::json!({})).await;
    assert_eq!(status, 202, "{answer}");
}

/// The invoice in neutral form, which names a series.
async fn bring_without_number(gateway: &ServedGateway) -> Option<String> {
    gateway.make_series(COMPANY, "sales").await;
    let mut neutral = support::neutral("-");
    neutral["series"] = "sales".into();
    neutral.as_object_mut()?.remove("number");
    let (status, taken) = gateway
        .post_as(COMPANY, Some("order-1"), "application/json", neutral.to_string().into_bytes())
        .await
        .ok()?;
    assert!(matches!(status, 200 | 201), "{status} {taken}");
    assert_eq!(taken["invoiceNumber"], "FV/2026/1", "asked again it is the same number");
    taken["id"].as_str().map(str::to_owned)
}

/// Makes the webhook, unless it is there already. `None` when nobody answers.
async fn make_webhook(world: &World, gateway: &ServedGateway) -> Option<()> {
    let (receiver, key) = world.receiver.as_ref()?;
    let (asker, key) = (Asker::new(&gateway.url), As::Key(key.clone()));
    let path = format!("/api/v1/companies/{COMPANY}/webhooks");
    let there = asker.get(&key, &path).await.json();
    if there["items"].as_array()?.is_empty() {
        let answer =
            asker.ask(&key, "POST", &path, Some(&serde_json::json!({ "url": receiver.url() }))).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    Some(())
}

/// Everything that was told has come, and nothing else; once, unless the answer or the note of it was lost.
async fn check_told(world: &World, gateway: &ServedGateway) {
    let (receiver, _) = world.receiver.as_ref().expect("somebody listens");
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/events")).await;
    let told: Vec<&str> =
        list["items"].as_array().expect("a list").iter().filter_map(|event| event["id"].as_str()).collect();
    assert_eq!(told.len(), 2, "numbered and confirmed, each told once: {list:#}");
    let came = receiver.wait("told", |came| told.iter().all(|id| came.iter().any(|one| one.id == *id))).await;
    assert!(came.iter().all(|one| told.contains(&one.id.as_str())));
    assert!(came.len() <= told.len() + 1, "at most the one that was under way came twice");
}

/// Has somebody told by e-mail that invoices got their numbers; said twice it is the same. `None` when nobody answers.
async fn subscribe(world: &World, gateway: &ServedGateway) -> Option<()> {
    let (_, key) = world.mail_server.as_ref()?;
    let (asker, key) = (Asker::new(&gateway.url), As::Key(key.clone()));
    let path = format!("/api/v1/companies/{COMPANY}/mail-subscriptions");
    let body = serde_json::json!({ "address": "ala@firma.example", "events": ["invoices.numbered"] });
    let answer = asker.ask(&key, "PUT", &path, Some(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    Some(())
}

/// Enters a document of 2014 with a scan, unless that was done before, and has what is old erased. `None` when nobody answers.
async fn let_erase(gateway: &ServedGateway) -> Option<()> {
    let path = |rest: &str| format!("/api/v1/companies/{COMPANY}/{rest}");
    // In this order: what is erased in between is seen.
    let list = gateway.json(&path("purchases")).await;
    let gone = gateway.json(&path("erasures")).await;
    if list["items"].as_array()?.is_empty() && gone["items"].as_array()?.is_empty() {
        let body = serde_json::json!({
            "invoiceNumber": "D/1", "contractorNip": CONTRACTOR, "issueDate": "2014-05-05", "receivedOn": "2014-05-06",
            "grossAmount": "12.30",
        });
        let (status, entered) = gateway.say("POST", &path("purchases"), &body).await;
        assert_eq!(status, 201, "{entered}");
        let scan = path(&format!("purchases/{}/scan", entered["id"].as_str()?));
        let request = reqwest::Client::new().put(format!("{}{scan}", gateway.url));
        let request = request.header("content-type", "application/pdf").body(b"%PDF-1.7 page".to_vec());
        assert_eq!(request.send().await.ok()?.status().as_u16(), 200);
    }
    let body = serde_json::json!({ "years": 10, "isOn": true });
    let (status, answer) = gateway.say("PUT", &path("retention"), &body).await;
    assert_eq!(status, 200, "{answer}");
    Some(())
}

/// It went once, with its scan, and the log says so once.
async fn check_erased(world: &World, gateway: &ServedGateway) {
    let (mut gone, mut objects) = (serde_json::Value::Null, None);
    for _ in 0..600 {
        gone = gateway.json(&format!("/api/v1/companies/{COMPANY}/erasures")).await;
        // The sale and its UPO stay.
        objects = world.objects.as_ref().map(|server| server.files().len());
        if gone["items"].as_array().is_some_and(|items| !items.is_empty()) && objects == Some(2) {
            assert_eq!(gone["items"].as_array().map(Vec::len), Some(1), "erased once: {gone:#}");
            let left =
                gateway.json(&format!("/api/v1/companies/{COMPANY}/retention")).await["objectsLeft"].clone();
            if left == 0 {
                return;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the old document is not erased, {objects:?} objects: {gone:#}");
}

/// One letter tells it; should it have come twice, since nobody knew that it had arrived, then under the same Message-ID.
async fn check_written(world: &World) {
    let (server, _) = world.mail_server.as_ref().expect("somebody takes letters");
    let first = server.wait(1).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let taken = server.taken();
    assert!(taken.len() <= 2, "{taken:#?}");
    let id = |letter: &str| letter.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned);
    assert!(taken.iter().all(|letter| id(letter) == id(&first[0])), "{taken:#?}");
}

/// More than are read back one by one.
const MANY: usize = 25;

/// Whatever happened on the way: the same end.
async fn check_end(
    world: &World,
    gateway: &ServedGateway,
    scenario: Scenario,
    ended: &serde_json::Value,
    xml: &[u8],
) {
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    let count = if scenario == Scenario::Many { MANY } else { 1 };
    assert_eq!(list["items"].as_array().map(Vec::len), Some(count), "taken in once");
    let seen = world.simulator.inspect();
    let copies: Vec<_> = seen.invoices.iter().filter(|invoice| invoice.bytes == xml).collect();
    match scenario {
        Scenario::Refused => {
            assert_eq!(
                (ended["state"].as_str(), ended["reason"]["code"].as_str()),
                (Some("rejected"), Some("ksef.410"))
            );
            assert!(copies.is_empty());
        }
        Scenario::Collision => {
            assert_eq!(ended["state"], "numberCollision");
            assert_eq!(ended["ksefNumber"], seen.invoices[0].ksef_number.as_str());
            assert!(copies.is_empty());
        }
        Scenario::Series => {
            assert_eq!(ended["state"], "stored", "{ended:#}");
            assert_eq!((seen.invoices.len(), seen.invoices[0].sends), (1, 1), "in KSeF once");
        }
        _ => {
            assert_eq!(ended["state"], "stored", "{ended:#}");
            assert_eq!(copies.len(), 1, "in KSeF once");
            assert_eq!(ended["ksefNumber"], copies[0].ksef_number.as_str());
            let sends = if scenario == Scenario::Duplicate { 2 } else { 1 };
            assert_eq!(copies[0].sends, sends, "and sent once, not sent twice and refused as a duplicate");
        }
    }
    if scenario == Scenario::Objects {
        let path =
            format!("/api/v1/companies/{COMPANY}/invoices/{}/xml", ended["id"].as_str().expect("an id"));
        assert_eq!(gateway.get(&path).await, (200, xml.to_vec()));
        assert_eq!(
            world.objects.as_ref().map(|server| server.files().len()),
            Some(2),
            "the invoice and its UPO"
        );
    }
    if scenario == Scenario::Folder {
        for place in ["upo", "pdf", "sent"] {
            world.wait_for_files(place, 1).await;
        }
        assert!(world.names_in("in").is_empty() && world.names_in("rejected").is_empty());
    }
    if scenario == Scenario::Webhook {
        check_told(world, gateway).await;
    }
    if scenario == Scenario::Letter {
        check_written(world).await;
    }
    if scenario == Scenario::Erasing {
        check_erased(world, gateway).await;
    }
    if scenario == Scenario::Expiring {
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/events")).await;
        let kinds = list["items"].as_array().expect("a list").iter().map(|event| event["type"].as_str());
        let told = kinds.filter(|kind| *kind == Some("credential.expiring")).count();
        assert_eq!(told, 1, "told once: {list:#}");
    }
    let purchases = match scenario {
        Scenario::Purchase | Scenario::Booking | Scenario::Reconciling => 1,
        Scenario::ManyPurchases => MANY,
        Scenario::Paying | Scenario::PayingAgain => 2,
        _ => return,
    };
    let mut page = serde_json::Value::Null;
    for _ in 0..600 {
        page = gateway.json(&format!("/api/v1/companies/{COMPANY}/purchases")).await;
        if page["items"].as_array().is_some_and(|items| items.len() == purchases) {
            if matches!(scenario, Scenario::Paying | Scenario::PayingAgain) {
                let made = gateway.json(&format!("/api/v1/companies/{COMPANY}/collective-identifiers")).await;
                let made = made["items"].as_array().expect("a list");
                assert_eq!(made.len(), 1, "one identifier");
                let number = page["items"][0]["ksefNumber"].as_str().expect("a number");
                let path = format!("/api/v1/companies/{COMPANY}/purchases/{number}");
                let told = gateway.json(&format!("{path}/collective-identifiers")).await;
                assert_eq!(told["items"].as_array().map(Vec::len), Some(1), "made once: {told:#}");
            }
            if scenario == Scenario::Reconciling {
                let path = format!("/api/v1/companies/{COMPANY}/reconciliations");
                let list = gateway.json(&path).await;
                if list["items"][0]["state"] != "done" {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                }
            }
            if scenario == Scenario::Booking {
                assert_eq!(page["items"][0]["state"], "booked");
            }
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("not each purchase is here once: {page:#}");
}
