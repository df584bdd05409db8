//! Documents whose time is over: eleven years pass by the simulator's clock, what is not held goes, and nothing goes without a
//! trace.

mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, call_bramka, invoice, program, purchase};

/// A company whose clock is the simulator's, with a watched folder and documents in object storage.
async fn world() -> World {
    let mut world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_objects().await;
    let control = world.simulator.control_url().expect("a control port");
    world.configure(
        &world.simulator.base_url(),
        &format!(
            "control_url = \"{control}\"\ncertificate = \"auth.crt\"\nkey = \"auth.key\"\nfolder = \"exchange\""
        ),
    );
    world
}

fn path(rest: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/{rest}")
}

/// `bramka` on the gateway.
fn bramka(gateway: &ServedGateway, words: &[&str]) -> (Option<i32>, String) {
    call_bramka(&[words, &["--url", &gateway.url]].concat(), &[])
}

#[track_caller]
fn done(gateway: &ServedGateway, words: &[&str]) -> String {
    let (code, said) = bramka(gateway, words);
    assert_eq!(code, Some(0), "{words:?}: {said}");
    said
}

/// Waits until so many documents were erased.
async fn wait_erased(gateway: &ServedGateway, count: usize) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let list = gateway.json(&path("erasures")).await;
        let items = list["items"].as_array().expect("a list").clone();
        if items.len() == count {
            return items;
        }
        assert!(Instant::now() < deadline, "not {count}: {items:#?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn wait_objects(world: &World, count: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let files = world.objects.as_ref().expect("an object store").files();
        if files.len() == count {
            return;
        }
        assert!(Instant::now() < deadline, "not {count}: {files:#?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn years_pass(world: &World, years: i64) {
    world.control("/control/clock", &json!({ "advanceS": years * 366 * 86_400 })).await;
}

/// The entries of the audit log, as the command line exports them.
fn audit(world: &World) -> String {
    let output = Command::new(program())
        .args(["audit", "export", "--data"])
        .arg(world.data())
        .env("BRAMKA_LANG", "en")
        .env_remove("BRAMKA_DATABASE")
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_held_goes_after_ten_full_years_and_leaves_a_trace() {
    let world = world().await;
    let gateway = world.serve(None);
    // One sale through the folder, one over REST, one purchase.
    let inbox = world.folder_place("in");
    std::fs::create_dir_all(&inbox).expect("made");
    std::fs::write(inbox.join("first.xml"), invoice("1")).expect("written");
    world.wait_for_files("upo", 1).await;
    world.wait_for_files("pdf", 1).await;
    let (_, taken) = gateway.post(COMPANY, "2", invoice("2").as_bytes()).await.expect("an answer");
    let second = taken["id"].as_str().expect("an id").to_owned();
    gateway.wait_final(COMPANY, &second).await;
    let first = gateway.json(&path("invoices")).await["items"][0]["id"].as_str().expect("an id").to_owned();
    let ended = gateway.wait_final(COMPANY, &first).await;
    assert_eq!(ended["state"], "stored", "{ended:#}");
    assert_eq!(world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
    gateway.say("POST", &path("purchases/synchronize"), &json!({})).await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while gateway.json(&path("purchases")).await["items"].as_array().is_none_or(Vec::is_empty) {
        assert!(Instant::now() < deadline, "no purchase");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Nothing is erased unless somebody says so, and not early by mistake.
    let shown = gateway.json(&path("retention")).await;
    assert_eq!((&shown["years"], &shown["isOn"]), (&json!(10), &json!(false)), "{shown:#}");
    let set = async |body: Value| gateway.say("PUT", &path("retention"), &body).await;
    let (status, problem) = set(json!({ "years": 7, "isOn": true })).await;
    assert_eq!((status, &problem["code"]), (422, &json!("retention.tooShort")), "{problem:#}");
    let (status, problem) = set(json!({ "years": 5, "isOn": true, "isShorterOnPurpose": true })).await;
    assert_eq!((status, &problem["code"]), (400, &json!("request.parameter")), "{problem:#}");
    let (code, said) = bramka(&gateway, &["retention", "set", COMPANY, "--years", "7", "--erase", "on"]);
    assert!(code == Some(2) && said.contains("--shorter-on-purpose"), "{said}");
    assert_eq!(set(json!({ "years": 7, "isOn": false, "isShorterOnPurpose": true })).await.0, 200);
    let said = done(&gateway, &["retention", "set", COMPANY, "--erase", "on"]);
    assert!(said.contains("kept for 10 full years"), "{said}");

    // What would go, before anything does.
    let said = done(&gateway, &["retention", "due", COMPANY]);
    assert!(said.contains("to be erased: 0, held back: 0"), "{said}");
    let early = done(&gateway, &["retention", "due", COMPANY, "--as-of", "2036-12-31"]);
    assert!(early.contains("to be erased: 0"), "{early}");
    let (status, refused) = gateway.say("POST", &path("legal-holds"), &json!({ "reason": "x" })).await;
    assert_eq!((status, &refused["code"]), (400, &json!("request.parameter")), "{refused:#}");
    let number = ended["ksefNumber"].as_str().expect("numbered").to_owned();
    let placed =
        done(&gateway, &["hold", "place", COMPANY, "--document", &number, "--reason", "spór I C 123/26"]);
    let hold = placed.split_whitespace().next().expect("an id").to_owned();
    let year = jiff::Timestamp::now().in_tz("Europe/Warsaw").expect("Warsaw").year();
    let as_of = format!("{}-01-01", year + 11);
    let due = gateway.json(&path(&format!("retention/due?asOf={as_of}"))).await;
    let items = due["items"].as_array().expect("a list");
    let stopped: Vec<_> = items.iter().map(|item| (&item["id"], &item["stoppedBy"])).collect();
    assert_eq!(stopped, [(&json!(first), &json!("hold")), (&json!(second), &Value::Null)], "{due:#}");
    let next = due["nextCursor"].as_str().expect("purchases follow");
    let purchases = gateway.json(&path(&format!("retention/due?asOf={as_of}&after={next}"))).await;
    assert_eq!(purchases["items"][0]["direction"], "purchase", "{purchases:#}");
    assert!(purchases.get("nextCursor").is_none());
    let said = done(&gateway, &["retention", "due", COMPANY, "--as-of", &as_of]);
    assert!(said.contains("to be erased: 2, held back: 1"), "{said}");
    wait_objects(&world, 5).await;

    years_pass(&world, 11).await;
    let erased = wait_erased(&gateway, 2).await;
    let directions: Vec<_> = erased.iter().map(|one| one["direction"].as_str().expect("a word")).collect();
    assert_eq!(directions, ["sale", "purchase"]);
    assert_eq!((&erased[0]["id"], &erased[0]["reason"]), (&json!(second), &json!("10 years")));
    let hash = taken["sha256"].as_str().expect("a hash");
    assert_eq!(
        (erased[0]["sha256"].as_str(), erased[0]["issueDate"].as_str()),
        (Some(hash), Some("2026-11-01"))
    );
    for document in ["", "/xml", "/upo", "/pdf", "/structure"] {
        let (status, _) = gateway.get(&path(&format!("invoices/{second}{document}"))).await;
        assert_eq!(status, 404, "{document}");
    }
    assert_eq!(gateway.json(&path("purchases")).await["items"], json!([]));
    // What is held is as it was, and so are its files.
    let (status, xml) = gateway.get(&path(&format!("invoices/{first}/xml"))).await;
    assert_eq!((status, xml), (200, invoice("1").into_bytes()));
    wait_objects(&world, 2).await;
    assert_eq!(world.names_in("sent"), ["first.xml"]);

    done(&gateway, &["hold", "lift", COMPANY, &hold]);
    let (code, said) = bramka(&gateway, &["hold", "lift", COMPANY, &hold]);
    assert!(code == Some(2) && said.contains("lifted already"), "{said}");
    let listed = done(&gateway, &["hold", "list", COMPANY]);
    assert!(listed.contains("spór I C 123/26") && listed.contains("lifted"), "{listed}");
    wait_erased(&gateway, 3).await;
    wait_objects(&world, 0).await;
    for place in ["sent", "upo", "pdf"] {
        assert!(world.names_in(place).is_empty(), "{place}: {:?}", world.names_in(place));
    }
    let said = done(&gateway, &["retention", "erased", COMPANY]);
    assert!(said.contains(&number) && said.contains("(10 years)"), "{said}");

    // The number stays used.
    let (status, problem) = gateway.post(COMPANY, "again", invoice("2").as_bytes()).await.expect("an answer");
    assert_eq!((status, &problem["code"]), (409, &json!("invoice.numberTaken")), "{problem:#}");

    // The log says each, who held what back, and is whole; the archive misses nothing.
    let log = audit(&world);
    assert_eq!(log.matches("\"document.erase\"").count(), 3, "{log}");
    for part in [number.as_str(), hash, "legal-holds", "/retention"] {
        assert!(log.contains(part), "no {part}: {log}");
    }
    drop(gateway);
    verify(&world, &world.data());
}

/// `bramka archive verify`; everything is as it was.
fn verify(world: &World, data: &Path) {
    let output = tokio::task::block_in_place(|| {
        Command::new(program())
            .args(["archive", "verify", "--format", "json", "--data"])
            .arg(data)
            .env("BRAMKA_LANG", "en")
            .env_remove("BRAMKA_DATABASE")
            .envs(world.environment())
            .output()
            .expect("it runs")
    });
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// The bytes are in the object store before it is known that their number is taken: what nobody has does not stay there.
#[tokio::test(flavor = "multi_thread")]
async fn the_object_of_an_invoice_that_was_not_taken_is_removed() {
    let world = world().await;
    let gateway = world.serve(None);
    let (status, taken) = gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
    wait_objects(&world, 2).await;
    let before = world.objects.as_ref().expect("an object store").files();
    let other = invoice("1").replace("Segregator", "Skoroszyt");
    for (key, code) in [("2", "invoice.numberTaken"), ("1", "idempotencyKey.reused")] {
        let (status, problem) = gateway.post(COMPANY, key, other.as_bytes()).await.expect("an answer");
        assert_eq!((status, problem["code"].as_str()), (409, Some(code)), "{problem:#}");
    }
    // The same bytes again are the same invoice, whose object stays.
    assert_eq!(gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer").0, 200);
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let left = gateway.json(&path("retention")).await["objectsLeft"].clone();
        if left == 0 && world.objects.as_ref().expect("an object store").files() == before {
            break;
        }
        assert!(Instant::now() < deadline, "{left} are left");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (status, xml) =
        gateway.get(&path(&format!("invoices/{}/xml", taken["id"].as_str().expect("an id")))).await;
    assert_eq!((status, xml), (200, invoice("1").into_bytes()));
    drop(gateway);
    verify(&world, &world.data());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_only_the_number_is_warned_before_ksef_gives_the_invoice_up() {
    let world = world().await;
    let gateway = world.serve(None);
    let seller = ksef_id::Nip::parse(CONTRACTOR).expect("a NIP");
    let number = ksef_id::KsefNumber::compose(seller, (2026, 11, 1), 7);
    let entry = json!({
        "ksefNumber": number.as_str(), "invoiceNumber": "D/10", "issueDate": "2026-11-01", "grossAmount": "12.30",
    });
    let (status, entered) = gateway.say("POST", &path("purchases"), &entry).await;
    assert_eq!(status, 201, "{entered:#}");
    let leaving = async || {
        let list = gateway.json(&path("events?limit=1000")).await;
        let events = list["items"].as_array().expect("a list").clone();
        events.into_iter().filter(|event| event["type"] == "documents.leavingKsef").collect::<Vec<_>>()
    };
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(leaving().await.is_empty(), "KSeF keeps it for years yet");
    years_pass(&world, 10).await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while leaving().await.is_empty() {
        assert!(Instant::now() < deadline, "nobody was warned");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let told = leaving().await;
    assert_eq!(told.len(), 1, "once: {told:#?}");
    let item = &told[0]["data"]["items"][0];
    assert_eq!(
        (&item["ksefNumber"], &item["inKsefUntil"], &item["state"]),
        (&json!(number.as_str()), &json!("2036-12-31"), &json!("withoutDocument")),
        "{item:#}"
    );
}
