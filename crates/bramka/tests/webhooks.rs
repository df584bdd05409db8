//! Webhooks and event streams: what a company's programs are told, by receivers that take, refuse, hang and lead astray.

mod support;

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use ksef_sim::Limits;
use serde_json::{Value, json};
use support::people::{As, Asker, bramka, done, key};
use support::receiver::{Receiver, Say};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, purchase};

/// A world with a gateway that may send to this machine, and somebody who makes webhooks.
struct Hooks {
    world: World,
    gateway: ServedGateway,
    asker: Asker,
    admin: As,
}

impl Hooks {
    async fn new() -> Self {
        let world = World::with_limits(COMPANY, Limits::Off).await;
        Self::on(world)
    }

    fn on(world: World) -> Self {
        let admin = As::Key(key(&world.data(), "hooks", COMPANY, &["admin"]));
        let gateway = serve(&world, "127.0.0.0/8");
        let asker = Asker::new(&gateway.url);
        Self { world, gateway, asker, admin }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.asker.of_company(&self.admin, method, path, &body).await
    }

    /// Makes a webhook; gives its id and its secret.
    async fn add(&self, url: &str, events: &[&str]) -> (String, String) {
        let (status, given) = self.ask("POST", "webhooks", json!({ "url": url, "events": events })).await;
        assert_eq!(status, 201, "{given:#}");
        let text = |name: &str| given[name].as_str().expect("text").to_owned();
        (text("id"), text("secret"))
    }

    /// Sends an invoice; gives its id once it is stored.
    async fn sale(&self, number: &str) -> String {
        let (status, taken) =
            self.gateway.post(COMPANY, number, invoice(number).as_bytes()).await.expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        let id = taken["id"].as_str().expect("an id").to_owned();
        self.gateway.wait_final(COMPANY, &id).await;
        id
    }

    async fn log(&self, id: &str) -> Vec<Value> {
        let (status, log) = self.ask("GET", &format!("webhooks/{id}/deliveries"), Value::Null).await;
        assert_eq!(status, 200, "{log:#}");
        log["items"].as_array().expect("a list").clone()
    }

    /// Waits until this holds of a webhook's log.
    async fn wait_log(&self, id: &str, what: &str, holds: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let log = self.log(id).await;
            if holds(&log) {
                return log;
            }
            assert!(Instant::now() < deadline, "not {what}: {log:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn serve(world: &World, networks: &str) -> ServedGateway {
    serve_until(world, networks, None)
}

fn serve_until(world: &World, networks: &str, stop_at: Option<&str>) -> ServedGateway {
    let mut environment = vec![("BRAMKA_WEBHOOK_ALLOW", networks.to_owned())];
    environment.push(("BRAMKA_PUBLIC_URL", "https://bramka.example".to_owned()));
    ServedGateway::start_with(&world.config(), &world.data(), stop_at, &environment)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_and_a_purchase_are_told_within_seconds() {
    let hooks = Hooks::new().await;
    let receiver = Receiver::start().await;
    let (id, secret) = hooks.add(&receiver.url(), &[]).await;
    let sale = hooks.sale("1").await;
    let kinds = ["invoices.numbered", "invoices.confirmed"];
    let came = receiver
        .wait("told", |came| kinds.iter().all(|kind| came.iter().any(|one| one.kind() == *kind)))
        .await;
    for one in &came {
        assert!(one.is_signed_with(&secret), "{one:?}");
        assert!(!one.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
        let told = one.json();
        assert_eq!((&told["id"], &told["data"]["company"]), (&json!(one.id), &json!(COMPANY)));
        assert_eq!(told["data"]["items"][0]["id"], sale.as_str());
        let url = format!("https://bramka.example/api/v1/companies/{COMPANY}/invoices/{sale}");
        assert_eq!(told["data"]["url"], url);
        let age = jiff::Timestamp::now().as_second() - one.timestamp.parse::<i64>().expect("seconds");
        assert!((0..60).contains(&age));
    }
    assert!(came[0].json()["data"]["items"][0]["ksefNumber"].is_string());

    assert_eq!(hooks.world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
    let path = format!("/api/v1/companies/{COMPANY}/purchases");
    let deadline = Instant::now() + Duration::from_secs(60);
    let seen = loop {
        hooks.gateway.say("POST", &format!("{path}/synchronize"), &Value::Null).await;
        let list = hooks.gateway.json(&path).await;
        if let Some(item) = list["items"].as_array().and_then(|items| items.first()) {
            break item.clone();
        }
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let here = Instant::now();
    let came = receiver.wait("told", |came| came.iter().any(|one| one.kind() == "purchases.received")).await;
    let told = came.iter().find(|one| one.kind() == "purchases.received").expect("it came");
    assert!(told.at.saturating_duration_since(here) < Duration::from_secs(5), "within five seconds");
    let data = &told.json()["data"];
    assert_eq!((&data["count"], &data["items"][0]["ksefNumber"]), (&json!(1), &seen["ksefNumber"]));
    assert_eq!(data["items"][0]["id"], seen["id"]);
    let changes = format!("{path}/changes?after={}", data["after"].as_str().expect("a cursor"));
    assert_eq!(hooks.gateway.json(&changes).await["items"][0]["id"], seen["id"], "the cursor leads there");

    // The log tells each once, all of them taken.
    let log =
        hooks.wait_log(&id, "all delivered", |log| log.iter().all(|one| one["state"] == "delivered")).await;
    assert_eq!(log.len(), came.len());
    assert!(log.iter().all(|one| one["attempts"] == 1 && one["status"] == 200));
    let mut ids: Vec<_> = came.iter().map(|one| one.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), came.len(), "nothing came twice");
}

/// No clock is waited for between a receipt and its telling. The worker that received stands still right after it, so nothing that
/// it does later can tell; a listener has no clock at all; and the webhook's message comes before the stream says that
/// nothing happened for a while, which is sooner than deliveries are looked for by the clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_told_by_itself_and_by_no_clock() {
    let mut hooks = Hooks::new().await;
    let receiver = Receiver::start().await;
    let (_, secret) = hooks.add(&receiver.url(), &["purchases.received"]).await;
    // The first look is over, so that the next one is that which is asked for below.
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let receiving = hooks.gateway.json(&format!("/api/v1/companies/{COMPANY}/receiving")).await;
        let roles = receiving["roles"].as_array().expect("roles");
        if roles.iter().all(|role| role["lookedAt"].is_string()) {
            break;
        }
        assert!(Instant::now() < deadline, "{receiving:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    hooks.gateway.terminate();
    hooks.gateway = serve_until(&hooks.world, "127.0.0.0/8", Some("purchasesRead:before"));
    hooks.asker = Asker::new(&hooks.gateway.url);
    let books = As::Key(key(&hooks.world.data(), "books", COMPANY, &["receive"]));
    let mut stream = Stream::open(&hooks, &books, None).await;
    assert_eq!(hooks.world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
    let path = format!("/api/v1/companies/{COMPANY}/purchases");
    hooks.gateway.say("POST", &format!("{path}/synchronize"), &Value::Null).await;
    let heard = stream.next().await;
    assert_eq!(heard.kind, "purchases.received");
    let came = tokio::select! {
        came = receiver.wait("told", |came| !came.is_empty()) => came,
        () = stream.silent() => panic!("the webhook waited for a clock"),
    };
    assert!(came[0].is_signed_with(&secret));
    assert_eq!(came[0].json()["data"]["items"], heard.data["data"]["items"]);
    // Durable before it was told: it is here, though the round that brought it never ended.
    tokio::task::block_in_place(|| hooks.gateway.wait_for_line("stopped at purchasesRead:before"));
    let list = hooks.gateway.json(&path).await;
    assert_eq!(list["items"][0]["id"], heard.data["data"]["items"][0]["id"], "{list:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_comes_again_under_the_same_id() {
    let hooks = Hooks::new().await;
    let (receiver, astray) = (Receiver::start().await, Receiver::start().await);
    let (id, secret) = hooks.add(&receiver.url(), &["invoices.numbered"]).await;
    receiver.script([Say::Status(500), Say::Redirect(astray.url())]);
    hooks.sale("1").await;
    let came = receiver.wait("sent three times", |came| came.len() == 3).await;
    assert!(came.iter().all(|one| one.id == came[0].id && one.body == came[0].body));
    assert!(came.iter().all(|one| one.is_signed_with(&secret)), "signed anew each time");
    assert!(came[1].at.duration_since(came[0].at) >= Duration::from_secs(4));
    assert!(came[2].at.duration_since(came[1].at) >= Duration::from_secs(25), "longer each time");
    assert!(astray.came().is_empty(), "no redirect is followed");
    let log = hooks.wait_log(&id, "delivered", |log| log[0]["state"] == "delivered").await;
    assert_eq!((&log[0]["attempts"], log.len()), (&json!(3), 1));
    let (_, webhook) = hooks.ask("GET", &format!("webhooks/{id}"), Value::Null).await;
    assert_eq!((&webhook["isActive"], webhook.get("failingSince")), (&json!(true), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_keeps_no_other_waiting() {
    let hooks = Hooks::new().await;
    let (slow, quick, broken) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    slow.always(Some(Say::Late(Duration::from_secs(60))));
    broken.always(Some(Say::Nothing));
    let (hanging, _) = hooks.add(&slow.url(), &[]).await;
    let (refusing, _) = hooks.add(&broken.url(), &[]).await;
    hooks.add(&quick.url(), &[]).await;
    hooks.sale("1").await;
    let began = Instant::now();
    quick.wait("told", |came| came.len() >= 2).await;
    assert!(began.elapsed() < Duration::from_secs(5));
    let log = hooks.wait_log(&hanging, "tried", |log| log.iter().any(|one| one["attempts"] != 0)).await;
    let tried = log.iter().find(|one| one["attempts"] != 0).expect("one");
    assert_eq!((&tried["trouble"]["code"], &tried["state"]), (&json!("answer.late"), &json!("pending")));
    assert!(tried["nextAt"].is_string());
    let log = hooks.log(&refusing).await;
    let tried = log.iter().find(|one| one["attempts"] != 0).expect("one");
    assert_eq!(tried["trouble"]["code"], "answer.broken");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_gone_is_switched_off_and_gets_everything_later() {
    let hooks = Hooks::new().await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let (id, _) = hooks.add(&receiver.url(), &["invoices.numbered"]).await;
    hooks.add(&other.url(), &["webhook.switchedOff"]).await;
    receiver.script([Say::Status(410)]);
    hooks.sale("1").await;
    let told = other.wait("told of it", |came| came.len() == 1).await.remove(0).json();
    assert_eq!(told["data"]["items"][0]["id"], id.as_str());
    let (_, webhook) = hooks.ask("GET", &format!("webhooks/{id}"), Value::Null).await;
    assert_eq!((&webhook["isActive"], webhook["switchedOffAt"].is_string()), (&json!(false), true));
    hooks.sale("2").await;
    assert_eq!(receiver.came().len(), 1, "nothing is sent any more");

    let (status, webhook) = hooks.ask("PATCH", &format!("webhooks/{id}"), json!({ "isActive": true })).await;
    assert_eq!((status, &webhook["isActive"]), (200, &json!(true)));
    let (status, replayed) =
        hooks.ask("POST", &format!("webhooks/{id}/replay"), json!({ "since": "2020-01-01T00:00:00Z" })).await;
    assert_eq!((status, &replayed["count"]), (200, &json!(2)), "{replayed:#}");
    let came = receiver.wait("both", |came| came.len() == 3).await;
    assert_eq!(came[0].id, came[1].id, "the first is the one that was not taken");
    assert_ne!(came[1].id, came[2].id);
    let position = hooks.log(&id).await[0]["id"].clone();
    let replay = json!({ "deliveries": [position] });
    let (_, replayed) = hooks.ask("POST", &format!("webhooks/{id}/replay"), replay).await;
    assert_eq!(replayed["count"], 1);
    receiver.wait("once more", |came| came.len() == 4).await;
    for wrong in [
        json!({}),
        json!({ "deliveries": ["x"] }),
        json!({ "deliveries": ["1"], "since": "2020-01-01T00:00:00Z" }),
    ] {
        let (status, answer) = hooks.ask("POST", &format!("webhooks/{id}/replay"), wrong).await;
        assert_eq!((status, &answer["code"]), (400, &json!("request.parameter")), "{answer:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_into_the_operators_network() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let admin = As::Key(key(&world.data(), "hooks", COMPANY, &["admin"]));
    let gateway = serve(&world, "");
    let asker = Asker::new(&gateway.url);
    let hooks = Hooks { world, gateway, asker, admin };
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "http://8.8.8.8/",
        "http://example.com/",
        "https://user:secret@example.com/",
        "ftp://example.com/",
        "not an address",
        "",
    ] {
        let (status, answer) = hooks.ask("POST", "webhooks", json!({ "url": url })).await;
        assert_eq!((status, &answer["code"]), (422, &json!("webhook.invalid")), "{url}: {answer:#}");
        assert!(!answer["message"]["pl"].as_str().expect("words").is_empty());
    }
    for wrong in [
        json!({ "url": "https://a.pl", "events": ["all"] }),
        json!({ "url": "https://a.pl", "name": "a\nb" }),
    ] {
        assert_eq!(hooks.ask("POST", "webhooks", wrong).await.0, 422);
    }
    // A name is found out when it is connected to: it leads to this machine by then.
    let receiver = Receiver::start().await;
    let (id, _) = hooks.add(&format!("https://localhost:{}/", receiver.address.port()), &[]).await;
    let (status, tried) = hooks.ask("POST", &format!("webhooks/{id}/test"), json!({})).await;
    assert_eq!((status, &tried["isTaken"]), (200, &json!(false)), "{tried:#}");
    assert_eq!(tried["trouble"]["code"], "url.private", "{tried:#}");
    assert!(tried["trouble"]["message"]["pl"].as_str().expect("words").contains("sieci prywatnej"));
    hooks.sale("1").await;
    let log = hooks.wait_log(&id, "tried", |log| log.iter().any(|one| one["attempts"] != 0)).await;
    assert!(log.iter().any(|one| one["trouble"]["code"] == "url.private"));
    assert!(receiver.came().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_shown_once_and_stand_nowhere() {
    let hooks = Hooks::new().await;
    let receiver = Receiver::start().await;
    let (id, first) = hooks.add(&receiver.url(), &[]).await;
    let (_, tried) = hooks.ask("POST", &format!("webhooks/{id}/test"), json!({})).await;
    assert_eq!(tried["isTaken"], true);
    let (_, given) = hooks.ask("POST", &format!("webhooks/{id}/rotate"), json!({})).await;
    let second = given["secret"].as_str().expect("a secret").to_owned();
    hooks.ask("POST", &format!("webhooks/{id}/test"), json!({})).await;
    let came = receiver.came();
    assert_eq!(came[0].kind(), "webhook.test");
    assert!(came[0].is_signed_with(&first) && !came[0].is_signed_with(&second));
    assert!(came[1].is_signed_with(&second) && !came[1].is_signed_with(&first));
    let (_, shown) = hooks.ask("GET", &format!("webhooks/{id}"), Value::Null).await;
    assert!(shown.get("secret").is_none());
    // Neither as it is shown nor as bytes: not in the database, not in the vault, not in a file.
    for file in support::files_below(&hooks.world.data()) {
        let content = std::fs::read(&file).expect("read");
        for secret in [&first, &second] {
            let encoded = secret.strip_prefix("whsec_").expect("its form");
            let bytes = gateway_outbound::WebhookSecret::parse(secret).expect("a secret");
            assert!(!support::has(&content, encoded), "{}", file.display());
            let is_there = content.windows(32).any(|window| window == bytes.expose_bytes());
            assert!(!is_there, "{}", file.display());
        }
    }
    // After a restart the vault still opens them.
    let Hooks { world, gateway, .. } = hooks;
    drop(gateway);
    let again = Hooks::on(world);
    let (_, tried) = again.ask("POST", &format!("webhooks/{id}/test"), json!({})).await;
    assert_eq!(tried["isTaken"], true);
    assert!(receiver.came()[2].is_signed_with(&second));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_makes_tries_replays_and_removes() {
    let hooks = Hooks::new().await;
    let receiver = Receiver::start().await;
    let As::Key(key) = &hooks.admin else { unreachable!() };
    let file = hooks.world.folder.path().join("hooks.key");
    std::fs::write(&file, key).expect("written");
    let run = |words: &[&str], code: i32| {
        let mut all = vec!["webhook"];
        all.extend_from_slice(words);
        let file = file.to_str().expect("a path");
        let output = std::process::Command::new(support::program())
            .args(&all)
            .args(["--url", &hooks.gateway.url, "--api-key-file", file, "--lang", "en"])
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let made = run(&["add", COMPANY, &receiver.url(), "--name", "ERP", "--event", "invoices.numbered"], 0);
    let id = made.split_whitespace().next().expect("an id").to_owned();
    let secret = made.lines().nth(1).expect("a secret").to_owned();
    assert!(run(&["test", COMPANY, &id], 0).starts_with("taken: HTTP 200"));
    assert!(receiver.came()[0].is_signed_with(&secret));
    hooks.sale("1").await;
    receiver.wait("told", |came| came.len() == 2).await;
    hooks.wait_log(&id, "delivered", |log| log[0]["state"] == "delivered").await;
    assert!(run(&["log", COMPANY, &id], 0).contains("invoices.numbered  taken  attempts 1  HTTP 200"));
    assert_eq!(
        run(&["replay", COMPANY, &id, "--since", "2020-01-01T00:00:00Z"], 0).trim(),
        "to be sent once more: 1"
    );
    receiver.wait("again", |came| came.len() == 3).await;
    assert!(run(&["set", COMPANY, &id, "--active", "off", "--all-events"], 0).contains("*  off"));
    let list: Value = serde_json::from_str(&run(&["list", COMPANY, "--format", "json"], 0)).expect("JSON");
    assert_eq!((&list[0]["name"], &list[0]["isActive"]), (&json!("ERP"), &json!(false)));
    assert_ne!(run(&["rotate", COMPANY, &id], 0).trim(), secret);
    run(&["remove", COMPANY, &id], 0);
    run(&["log", COMPANY, &id], 2);
    run(&["add", COMPANY, "http://8.8.8.8/"], 2);
    let gone = bramka(&hooks.world.data(), &["audit", "export"]);
    let log = String::from_utf8_lossy(&gone.stdout).into_owned();
    assert!(log.contains("webhooks/{id}/rotate") && !log.contains("whsec_"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_where_it_ended() {
    let hooks = Hooks::new().await;
    let reader = As::Key(key(&hooks.world.data(), "reader", COMPANY, &["read"]));
    let before = hooks.sale("1").await;
    let mut stream = Stream::open(&hooks, &reader, None).await;
    let sale = hooks.sale("2").await;
    let first = stream.next().await;
    assert_eq!(
        (first.kind.as_str(), &first.data["data"]["items"][0]["id"]),
        ("invoices.numbered", &json!(sale)),
        "from now on"
    );
    let second = stream.next().await;
    assert_eq!(second.kind, "invoices.confirmed");
    drop(stream);
    hooks.sale("3").await;
    let mut stream = Stream::open(&hooks, &reader, Some(&first.id)).await;
    assert_eq!(stream.next().await.id, second.id, "what came after it, once");
    let third = stream.next().await;
    assert_eq!(third.data["data"]["items"][0]["invoiceNumber"], "FV/3");
    let mut stream = Stream::open(&hooks, &reader, Some("0")).await;
    assert_eq!(stream.next().await.data["data"]["items"][0]["id"], json!(before), "from the beginning");

    // The same as a list.
    let list = hooks
        .asker
        .get(&reader, &format!("/api/v1/companies/{COMPANY}/events?after={}&limit=1", first.id))
        .await
        .json();
    assert_eq!((&list["items"][0]["id"], &list["hasMore"]), (&second.data["id"], &json!(true)));
    assert_eq!(list["nextCursor"], second.id.as_str());
    let answer = hooks
        .asker
        .send(
            hooks
                .asker
                .request(&reader, "GET", &events())
                .header("accept", "text/event-stream")
                .header("last-event-id", "x"),
        )
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "request.parameter"));
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_see_what_they_may_are_bounded_and_end_with_their_key() {
    let hooks = Hooks::new().await;
    let data = hooks.world.data();
    // Who works with purchases is told of no sales.
    let books = As::Key(key(&data, "books", COMPANY, &["receive"]));
    let reader = As::Key(key(&data, "reader", COMPANY, &["read"]));
    let mut stream = Stream::open(&hooks, &books, None).await;
    hooks.sale("1").await;
    assert_eq!(hooks.world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
    let path = format!("/api/v1/companies/{COMPANY}/purchases/synchronize");
    hooks.gateway.say("POST", &path, &Value::Null).await;
    assert_eq!(stream.next().await.kind, "purchases.received");
    drop(stream);
    let mut streams = Vec::new();
    let refused = loop {
        assert!(streams.len() <= 32, "no limit");
        let request = hooks.asker.request(&reader, "GET", &events()).header("accept", "text/event-stream");
        let answer = request.send().await.expect("an answer");
        if !answer.status().is_success() {
            break answer;
        }
        streams.push(answer);
    };
    assert_eq!(refused.status().as_u16(), 429);
    assert!(streams.len() >= 31, "{}", streams.len());
    drop(streams);
    // A place is given back when its listener is gone, which is seen when it is told something.
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut numbers = 10..;
    let mut stream = loop {
        let request = hooks.asker.request(&reader, "GET", &events()).header("accept", "text/event-stream");
        let answer = request.send().await.expect("an answer");
        if answer.status().is_success() {
            break Stream::of(answer);
        }
        assert!(Instant::now() < deadline);
        hooks.sale(&numbers.next().expect("endless").to_string()).await;
    };
    hooks.sale("2").await;
    while stream.next().await.kind != "invoices.confirmed" {}
    let list = done(&data, &["api-key", "list", "--format", "json"]);
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let id = list.as_array().expect("a list").iter().find(|key| key["name"] == "reader").expect("it")["id"]
        .clone();
    done(&data, &["api-key", "revoke", id.as_str().expect("an id")]);
    hooks.sale("3").await;
    assert!(stream.ended().await, "who may not listen any more hears nothing more");
}

fn events() -> String {
    format!("/api/v1/companies/{COMPANY}/events")
}

/// A stream of events as a browser reads it.
struct Stream {
    chunks: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<Vec<u8>>> + Send>>,
    read: String,
}

#[derive(Debug)]
struct Heard {
    id: String,
    kind: String,
    data: Value,
}

impl Stream {
    async fn open(hooks: &Hooks, who: &As, last: Option<&str>) -> Self {
        let mut request = hooks.asker.request(who, "GET", &events()).header("accept", "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        Self::of(answer)
    }

    fn of(answer: reqwest::Response) -> Self {
        assert!(answer.headers()["content-type"].to_str().expect("text").starts_with("text/event-stream"));
        let chunks = answer.bytes_stream().map(|chunk| chunk.map(|bytes| bytes.to_vec()));
        Self { chunks: Box::pin(chunks), read: String::new() }
    }

    async fn next(&mut self) -> Heard {
        let wait = async {
            loop {
                while let Some((block, rest)) = self.read.split_once("\n\n") {
                    let (block, rest) = (block.to_owned(), rest.to_owned());
                    self.read = rest;
                    let field = |name: &str| {
                        let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                        line.map(|text| text.trim().to_owned())
                    };
                    if let (Some(id), Some(kind), Some(data)) = (field("id"), field("event"), field("data")) {
                        return Heard { id, kind, data: serde_json::from_str(&data).expect("JSON") };
                    }
                }
                let chunk = self.chunks.next().await.expect("it goes on").expect("bytes");
                self.read.push_str(&String::from_utf8(chunk).expect("UTF-8"));
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.expect("an event")
    }

    /// Waits until it says that nothing has happened for a while.
    async fn silent(&mut self) {
        while !self.read.lines().any(|line| line.starts_with(':')) {
            let chunk = self.chunks.next().await.expect("it goes on").expect("bytes");
            self.read.push_str(&String::from_utf8(chunk).expect("UTF-8"));
        }
    }

    /// Whether it ends without another event.
    async fn ended(&mut self) -> bool {
        let wait = async {
            while let Some(chunk) = self.chunks.next().await {
                let text = String::from_utf8(chunk.expect("bytes")).expect("UTF-8");
                if text.contains("event:") {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.expect("an end")
    }
}
