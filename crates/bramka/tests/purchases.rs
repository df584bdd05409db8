//! Purchases as an office and its programs have them: received in every role, once each, by number and as packages, whatever
//! KSeF does meanwhile.

mod support;

use ksef_sim::{Clock as _, Fault, Limits};
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, fa3, invoice, purchase};

fn path(rest: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/{rest}")
}

/// Waits until a list has so many entries.
async fn wait_count(gateway: &ServedGateway, rest: &str, count: usize) -> Value {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let list = gateway.json(&path(rest)).await;
        let items = list["items"].as_array().expect("a list");
        if items.len() == count {
            return list;
        }
        assert!(
            Instant::now() < deadline,
            "{rest}: {} entries, not {count}: {:#}",
            items.len(),
            gateway.json(&path("receiving")).await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Has purchases looked for, and waits until the look is over.
async fn synchronize(gateway: &ServedGateway) {
    let before = gateway.json(&path("receiving")).await;
    let looked = |answer: &Value| -> Vec<Value> {
        answer["roles"].as_array().expect("roles").iter().map(|role| role["lookedAt"].clone()).collect()
    };
    let (status, answer) = gateway.say("POST", &path("purchases/synchronize"), &json!({})).await;
    assert_eq!(status, 202, "{answer:#}");
    // Tens of thousands on a busy machine take their time.
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        let now = gateway.json(&path("receiving")).await;
        let is_over =
            looked(&now).iter().zip(looked(&before)).all(|(now, before)| !now.is_null() && *now != before);
        if is_over && now["roles"].as_array().expect("roles").iter().all(|role| role["isUnderWay"] == false) {
            return;
        }
        assert!(Instant::now() < deadline, "not over: {now:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn numbers(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().expect("a list");
    items.iter().map(|item| item["ksefNumber"].as_str().unwrap_or("-").to_owned()).collect()
}

/// An invoice of the contractor on which the company is the third party.
fn as_third(number: &str) -> String {
    let third = format!(
        "<Podmiot3><DaneIdentyfikacyjne><NIP>{COMPANY}</NIP><Nazwa>Odbiorca</Nazwa></DaneIdentyfikacyjne>\
         <Adres><KodKraju>PL</KodKraju><AdresL1>ul. Próbna 12</AdresL1></Adres><Rola>2</Rola></Podmiot3><Fa>"
    );
    let second = "<NIP>2222222222</NIP>";
    purchase(number).replace(second, "<NIP>5265877635</NIP>").replace("<Fa>", &third)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_is_read_and_own_sales_are_told_from_others() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    assert_eq!(world.send_directly(CONTRACTOR, purchase("1").as_bytes()).await, 200);
    assert_eq!(world.send_directly(CONTRACTOR, as_third("2").as_bytes()).await, 200);
    // A sale that another program made, and one of ours.
    assert_eq!(world.send_directly(COMPANY, invoice("elsewhere").as_bytes()).await, 200);
    let gateway = world.serve(None);
    let (status, ours) = gateway.post(COMPANY, "ours", invoice("ours").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{ours:#}");
    let id = ours["id"].as_str().expect("an id").to_owned();
    gateway.wait_final(COMPANY, &id).await;
    synchronize(&gateway).await;

    let list = wait_count(&gateway, "purchases", 2).await;
    let roles: Vec<_> = list["items"].as_array().expect("a list").iter().map(|item| &item["roles"]).collect();
    assert_eq!(roles, [&json!(["buyer"]), &json!(["third"])]);
    let sales = wait_count(&gateway, "purchases?role=seller", 2).await;
    let elsewhere = wait_count(&gateway, "purchases?role=seller&madeElsewhere=true", 1).await;
    assert!(
        elsewhere["items"][0]["invoiceNumber"].as_str().is_some_and(|number| number.contains("elsewhere"))
    );
    let tied =
        sales["items"].as_array().expect("a list").iter().find(|sale| sale["invoiceId"] == id.as_str());
    let number = tied.expect("ours is tied")["ksefNumber"].as_str().expect("a number").to_owned();
    let (status, xml) = gateway.get(&path(&format!("purchases/{number}/xml"))).await;
    assert_eq!((status, xml), (200, invoice("ours").into_bytes()), "kept once, with the sale");

    // What the document says besides, and the dates beside each other.
    let first = &list["items"][0];
    let number = first["ksefNumber"].as_str().expect("a number");
    let day = format!("{}-{}-{}", &number[11..15], &number[15..17], &number[17..19]);
    assert_eq!(first["receivedOn"], day.as_str());
    assert_eq!(first["saleDate"], "2026-11-01");
    assert_eq!(first["dueDate"], "2026-11-01");
    assert_eq!(first["account"], "94000000001234567890123456");
    assert_eq!((first["netAmount"].as_str(), first["vatAmount"].as_str()), (Some("890"), Some("204.7")));
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_bring_thousands_and_garbage_stops_nothing() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let now = world.simulator.clock().now();
    let ago = |hours| (now - jiff::SignedDuration::from_hours(hours)).to_string();
    // A package that is cut at 10,000, and what comes after it; among it what production holds and readers trip over.
    world.inbox(&json!({ "count": 10_500, "from": ago(48), "until": ago(4) })).await;
    world.inbox(&json!({ "count": 40, "kind": "ugly", "from": ago(3), "until": ago(2) })).await;
    let gateway = world.serve(None);
    synchronize(&gateway).await;
    let counts = gateway.json(&path("purchases/counts")).await;
    assert_eq!(
        counts,
        json!([{ "state": "new", "stateText": { "pl": "nowy", "en": "new" }, "count": 10_540 }])
    );
    // Each is there once, with the bytes that KSeF has.
    let seen = world.simulator.inspect();
    assert_eq!(seen.invoices.len(), 10_540);
    let mut after = String::from("0");
    let mut known = std::collections::HashMap::new();
    loop {
        let page = gateway.json(&path(&format!("purchases/changes?after={after}&limit=1000"))).await;
        for item in page["items"].as_array().expect("a list") {
            let number = item["ksefNumber"].as_str().expect("a number").to_owned();
            assert!(known.insert(number, item.clone()).is_none(), "twice");
        }
        after = page["nextCursor"].as_str().expect("a cursor").to_owned();
        if page["hasMore"] != true {
            break;
        }
    }
    for invoice in &seen.invoices {
        let item = known.get(invoice.ksef_number.as_str()).expect("nothing is missing");
        let hash = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(&invoice.bytes));
        assert_eq!(item["sha256"], hash.as_str());
    }
    let with_findings = known.values().filter(|item| item["findings"].is_array()).count();
    assert!(with_findings > 0, "ugly ones are told");
    let one = known.values().find(|item| item["findings"].is_array()).expect("one");
    let number = one["ksefNumber"].as_str().expect("a number");
    let (status, xml) = gateway.get(&path(&format!("purchases/{number}/xml"))).await;
    let kept = seen.invoices.iter().find(|invoice| invoice.ksef_number.as_str() == number).expect("there");
    assert_eq!((status, xml.as_slice()), (200, &kept.bytes[..]), "verbatim");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_years_are_read_in_windows_with_progress_and_nothing_twice() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    let now = world.simulator.clock().now();
    let days_ago = |days: i64| (now - jiff::SignedDuration::from_hours(24 * days)).to_string();
    world.inbox(&json!({ "count": 60, "from": days_ago(700), "until": days_ago(1) })).await;
    // With production's limits two years in four roles take more than an hour.
    world.widen_limits(COMPANY).await;
    let gateway = world.serve(None);
    synchronize(&gateway).await;
    let few = gateway.json(&path("purchases")).await["items"].as_array().expect("a list").len();
    assert!((5..12).contains(&few), "the usual 90 days: {few}");
    let since = &days_ago(720)[..10];
    let body = json!({ "isOn": true, "since": since });
    let (status, answer) = gateway.say("PUT", &path("receiving"), &body).await;
    assert_eq!(status, 200, "{answer:#}");
    let list = wait_count(&gateway, "purchases", 60).await;
    let mut all = numbers(&list);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 60);
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let receiving = gateway.json(&path("receiving")).await;
        if receiving["roles"].as_array().expect("roles").iter().all(|role| role["percent"] == 100) {
            break;
        }
        assert!(Instant::now() < deadline, "{receiving:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Off is off, but for who asks.
    let (status, _) = gateway.say("PUT", &path("receiving"), &json!({ "isOn": false })).await;
    assert_eq!(status, 200);
    assert_eq!(world.send_directly(CONTRACTOR, purchase("late").as_bytes()).await, 200);
    synchronize(&gateway).await;
    wait_count(&gateway, "purchases", 61).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_role_that_fails_keeps_no_other_from_being_read() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    assert_eq!(world.send_directly(CONTRACTOR, purchase("1").as_bytes()).await, 200);
    // Packages that hang, lie about their hashes, or are cut off: each is asked for again, and at last done without.
    world.inbox(&json!({ "count": 30 })).await;
    for fault in [Fault::ExportWrongHash, Fault::ExportCutList] {
        world.simulator.inject(Operation::InvoiceExport, fault, 1);
    }
    let gateway = world.serve(None);
    wait_count(&gateway, "purchases", 31).await;
    // They are here before it is written down that the look ended well.
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let receiving = gateway.json(&path("receiving")).await;
        assert_eq!(receiving["roles"][0]["role"], "buyer");
        if receiving["roles"][0]["trouble"].is_null() {
            break;
        }
        assert!(Instant::now() < deadline, "{receiving:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Production allows twenty packages of 10,000 an hour. What of one package comes again in the next is an invoice or two, so
/// twenty bring more than 99 % of 200,000; three bring these.
#[tokio::test(flavor = "multi_thread")]
async fn with_productions_limits_packages_are_full_and_none_is_refused() {
    let world = World::with_limits(COMPANY, Limits::Production).await;
    let now = world.simulator.clock().now();
    let ago = |hours| (now - jiff::SignedDuration::from_hours(hours)).to_string();
    world.inbox(&json!({ "count": 29_990, "from": ago(48), "until": ago(1) })).await;
    let gateway = world.serve(None);
    synchronize(&gateway).await;
    let counts = gateway.json(&path("purchases/counts")).await;
    assert_eq!(counts[0]["count"], 29_990, "{counts:#}");
    let seen = world.simulator.inspect();
    assert_eq!(seen.count(Operation::InvoiceExport), 3, "full packages");
    assert!(seen.requests.iter().all(|request| request.status != 429), "no limit was run into");
    let receiving = gateway.json(&path("receiving")).await;
    assert_eq!(receiving["budget"]["exports"], 17, "{receiving:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_read_changes_and_people_move_purchases() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    for number in ["1", "2", "3"] {
        assert_eq!(world.send_directly(CONTRACTOR, purchase(number).as_bytes()).await, 200);
    }
    let gateway = world.serve(None);
    let list = wait_count(&gateway, "purchases", 3).await;
    let page = gateway.json(&path("purchases/changes?reader=erp&limit=2")).await;
    assert_eq!((numbers(&page).len(), page["hasMore"].as_bool()), (2, Some(true)));
    let acknowledge = json!({ "reader": "erp", "cursor": page["nextCursor"] });
    let (status, answer) = gateway.say("POST", &path("purchases/changes/acknowledge"), &acknowledge).await;
    assert_eq!(status, 200, "{answer:#}");
    // Booked by a person meanwhile: it comes again, behind what is new.
    let first = list["items"][0]["id"].as_str().expect("an id");
    let say = async |state: &str| {
        gateway.say("POST", &path(&format!("purchases/{first}/state")), &json!({ "state": state })).await
    };
    let (status, booked) = say("booked").await;
    assert_eq!((status, booked["state"].as_str()), (200, Some("booked")));
    assert_eq!(booked["history"][0]["event"], "moved");
    let (status, refused) = say("setAside").await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("purchase.notMovable")));
    assert_eq!(say("lost").await.0, 400);
    let page = gateway.json(&path("purchases/changes?reader=erp")).await;
    let ids: Vec<_> =
        page["items"].as_array().expect("a list").iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [list["items"][2]["id"].clone(), list["items"][0]["id"].clone()]);
    let found = wait_count(&gateway, "purchases?state=booked", 1).await;
    assert_eq!(found["items"][0]["id"], first);
    wait_count(&gateway, "purchases?search=D/2", 1).await;
    wait_count(&gateway, &format!("purchases?seller={CONTRACTOR}&grossFrom=1000&issuedTo=2026-12-31"), 3)
        .await;
    let (status, problem) = gateway.get(&path("purchases?colour=red")).await;
    assert_eq!(status, 400, "{}", String::from_utf8_lossy(&problem));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_entered_is_checked_and_copies_are_recognised() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    synchronize(&gateway).await;
    let (status, _) = gateway.say("PUT", &path("receiving"), &json!({ "isOn": false })).await;
    assert_eq!(status, 200);
    let access = world.access_of(CONTRACTOR);
    let session = access.open_online_session(&fa3()).await.expect("a session");
    access.send_invoice(&session, purchase("9").as_bytes()).await.expect("sent");
    access.close_online_session(&session.reference_number).await.expect("closed");
    let number = loop {
        if let Some(found) = world.simulator.inspect().invoices.first() {
            break found.ksef_number.clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let entry = |number: Option<&str>, invoice_number: &str| {
        json!({
            "ksefNumber": number, "invoiceNumber": invoice_number, "contractorNip": CONTRACTOR,
            "issueDate": "2026-11-01", "grossAmount": "1094.70",
        })
    };
    let enter = async |body: Value| gateway.say("POST", &path("purchases"), &body).await;
    // A digit that was mistyped, and another seller's number.
    let text = number.to_string();
    let mistyped = format!("{}{}", &text[..33], if text.ends_with("00") { "01" } else { "00" });
    let (status, problem) = enter(entry(Some(&mistyped), "D/9")).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("purchase.ksefNumber")), "{problem:#}");
    let mut other = entry(Some(&text), "D/9");
    other["contractorNip"] = "1111111111".into();
    assert_eq!(enter(other).await.0, 422);
    let (status, entered) = enter(entry(Some(&text), "D/9")).await;
    assert_eq!((status, entered["confirmation"].as_str()), (201, Some("pending")), "{entered:#}");
    assert_eq!(enter(entry(Some(&text), "D/9")).await.0, 409);
    let unknown =
        ksef_id::KsefNumber::compose(ksef_id::Nip::parse(CONTRACTOR).expect("a NIP"), (2026, 11, 1), 7);
    assert_eq!(enter(entry(Some(unknown.as_str()), "D/10")).await.0, 201);
    let confirmation = async |number: &str, expected: &str| {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let found = gateway.json(&path(&format!("purchases/{number}"))).await;
            if found["confirmation"] == expected {
                return found;
            }
            assert!(Instant::now() < deadline, "not {expected}: {found:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let confirmed = confirmation(&text, "confirmed").await;
    assert_eq!(confirmed["roles"], json!(["buyer"]));
    assert_eq!(confirmed["account"], "94000000001234567890123456", "what the document says is there now");
    confirmation(unknown.as_str(), "unknown").await;

    // The same by mail: as the file, as another file of the same number, on paper; and what nobody has seen.
    let copy = async |xml: String| gateway.post_xml(&path("purchases/copies"), xml.as_bytes()).await.1;
    assert_eq!(copy(purchase("9")).await["recognised"], "sameBytes");
    let altered = copy(purchase("9").replace("Druk", "Przedruk")).await;
    assert_eq!(
        (altered["recognised"].as_str(), altered["purchase"]["ksefNumber"].as_str()),
        (Some("sameNumber"), Some(text.as_str()))
    );
    let paper = json!({ "sellerNip": "PL 333-333-33-33", "invoiceNumber": "d/9" });
    let (status, paper) = gateway.say("POST", &path("purchases/copies"), &paper).await;
    assert_eq!((status, paper["recognised"].as_str()), (200, Some("sameNumber")));
    assert_eq!(copy(purchase("77")).await["recognised"], "none");

    // Entered from paper before KSeF gave it: once it comes, nobody books it twice.
    let (status, early) = enter(entry(None, "D/11")).await;
    assert_eq!((status, early["origin"].as_str()), (201, Some("outside")), "{early:#}");
    assert_eq!(enter(entry(None, "D/11")).await.0, 409, "entered twice");
    assert_eq!(world.send_directly(CONTRACTOR, purchase("11").as_bytes()).await, 200);
    synchronize(&gateway).await;
    let id = early["id"].as_str().expect("an id");
    let tied = gateway.json(&path(&format!("purchases/{id}"))).await;
    assert_eq!(tied["state"], "setAside", "{tied:#}");
    let original = tied["copyOf"].as_str().expect("tied");
    assert!(gateway.json(&path(&format!("purchases/{original}"))).await["ksefNumber"].is_string());

    // A scan beside it: what it says it is, or nothing.
    let scan = async |kind: &str, bytes: &[u8]| {
        let client = reqwest::Client::new();
        let request = client.put(format!("{}{}", gateway.url, path(&format!("purchases/{id}/scan"))));
        let request = request.header("content-type", kind).body(bytes.to_vec());
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(scan("application/pdf", b"%PDF-1.7 page").await, 200);
    assert_eq!(scan("image/png", b"%PDF-1.7 page").await, 400);
    assert_eq!(scan("text/html", b"<script>").await, 400);
    assert_eq!(gateway.get(&path(&format!("purchases/{id}/scan"))).await, (200, b"%PDF-1.7 page".to_vec()));
}
