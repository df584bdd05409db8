//! The control port: clock, faults, scenarios, inbox, what was seen, snapshots, the page.

use crate::common::control::{Controlled, rule};
use crate::common::invoice::Invoice;
use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_sim::Scenario;
use ksef_wire::Operation;
use reqwest::Method;
use serde_json::{Value, json};

const NIP: &str = "5265877635";

async fn logged_in(controlled: &Controlled) -> Answered<(String, Session)> {
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&controlled.api).await?.access;
    let session = open_session(&controlled.api, &access).await?;
    Ok((access, session))
}

#[tokio::test]
async fn without_being_asked_for_there_is_no_control_port() -> Answered {
    let simulator = simulator().await?;
    assert_eq!(simulator.control_url(), None);
    let api = Api::of(&simulator);
    let address = simulator.address();
    for path in ["/control/clock", "/control/openapi.json", "/console.css"] {
        api.raw(Method::GET, &format!("http://{address}{path}"), Req::default()).await?.expect(404);
    }
    Ok(())
}

#[tokio::test]
async fn the_clock_is_set_moved_stopped_and_every_answer_carries_it() -> Answered {
    let controlled = Controlled::start().await?;
    let shown = controlled.clock(json!({ "now": "2031-03-30T00:59:59Z", "isRunning": false })).await?;
    assert_eq!(shown["now"], "2031-03-30T00:59:59Z");
    assert_eq!((&shown["isRunning"], &shown["warsaw"]), (&json!(false), &json!("2031-03-30 01:59:59 CET")));
    let shown = controlled.clock(json!({ "advanceS": 2 })).await?;
    assert_eq!(shown["warsaw"], "2031-03-30 03:00:01 CEST", "the day on which an hour is missing");

    let challenge = controlled.api.call(Operation::AuthChallenge, &[], Req::default()).await?.expect(200);
    assert_eq!(challenge.header("date"), "Sun, 30 Mar 2031 01:00:01 GMT");
    let expected: jiff::Timestamp = "2031-03-30T01:00:01Z".parse()?;
    assert_eq!(challenge.json()["timestampMs"], expected.as_millisecond());
    // What reaches no operation carries it as well.
    let base = format!("http://{}", controlled.simulator.address());
    for (path, status) in [("/v2/nowhere", 404), ("/storage/x", 403), ("/latarnia/status", 200)] {
        let answer =
            controlled.api.raw(Method::GET, &format!("{base}{path}"), Req::default()).await?.expect(status);
        assert_eq!(answer.header("date"), "Sun, 30 Mar 2031 01:00:01 GMT", "{path}");
    }
    assert_eq!(controlled.clock(json!({ "isRunning": true })).await?["isRunning"], true);

    for wrong in
        [json!({ "now": "1999-01-01T00:00:00Z" }), json!({ "advanceS": i64::MAX }), json!({ "time": 1 })]
    {
        let answer =
            controlled.call(Method::PUT, "/control/clock", &[], Some(wrong)).await?.expect(400).json();
        assert_eq!(answer["code"], "invalid");
    }
    Ok(())
}

#[tokio::test]
async fn timers_follow_the_clock() -> Answered {
    let controlled = Controlled::start().await?;
    let (access, session) = logged_in(&controlled).await?;
    send_and_wait(&controlled.api, &access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    controlled.clock(json!({ "advanceS": 12 * 3600 })).await?;
    // The session was closed by time, although nobody looked; the token has expired.
    let seen = controlled.get("/control/sessions").await?;
    assert_eq!(seen["items"][0]["isOpen"], false);
    controlled.api.call(Operation::SessionStatus, &[&session.reference], Req::by(&access)).await?.expect(401);
    Ok(())
}

#[tokio::test]
async fn limits_forget_what_lies_in_the_future() -> Answered {
    let limits = ksef_sim::SimulatorConfig { seed: 7, ..ksef_sim::SimulatorConfig::default() };
    let controlled = Controlled::start_with(limits).await?;
    controlled.clock(json!({ "now": "2030-01-01T00:00:00Z", "isRunning": false })).await?;
    let challenge = || controlled.api.call(Operation::AuthChallenge, &[], Req::default());
    let mut last = challenge().await?;
    for _ in 0..200 {
        last = challenge().await?;
        if last.status == 429 {
            break;
        }
    }
    assert_eq!(last.status, 429);
    controlled.clock(json!({ "now": "2029-01-01T00:00:00Z" })).await?;
    challenge().await?.expect(200);
    Ok(())
}

#[tokio::test]
async fn faults_are_added_listed_and_removed() -> Answered {
    let controlled = Controlled::start().await?;
    let added = controlled.fault(rule(json!({ "kind": "loseAnswer" }), "OnlineInvoiceSend", 3)).await?;
    let id = added["id"].to_string();
    let list = controlled.get("/control/faults").await?;
    assert_eq!((&list["seed"], list["items"].as_array().map(Vec::len)), (&json!(7), Some(1)));
    controlled.call(Method::DELETE, "/control/faults/{id}", &[&id], None).await?.expect(204);
    controlled.call(Method::DELETE, "/control/faults/{id}", &[&id], None).await?.expect(404);
    controlled.call(Method::DELETE, "/control/faults/{id}", &["x"], None).await?.expect(404);
    for wrong in [
        json!({}),
        rule(json!({ "kind": "unheardOf" }), "*", 1),
        rule(json!({ "kind": "loseAnswer" }), "Nowhere", 1),
        rule(json!({ "kind": "loseAnswer" }), "*", 0),
        rule(json!({ "kind": "failAfterWork", "status": 200 }), "*", 1),
        json!({ "fault": { "kind": "loseAnswer" }, "target": "*", "probability": 2.0 }),
    ] {
        controlled.call(Method::POST, "/control/faults", &[], Some(wrong)).await?.expect(400);
    }
    for _ in 0..2 {
        controlled.fault(rule(json!({ "kind": "loseAnswer" }), "*", 3)).await?;
    }
    controlled.call(Method::DELETE, "/control/faults", &[], None).await?.expect(204);
    assert_eq!(controlled.get("/control/faults").await?["items"], json!([]));
    Ok(())
}

#[tokio::test]
async fn what_ksef_received_is_shown_in_order() -> Answered {
    let controlled = Controlled::start().await?;
    let (access, session) = logged_in(&controlled).await?;
    let document = Invoice::of(NIP, "FV/1").bytes();
    send_and_wait(&controlled.api, &access, &session, &document).await?;
    controlled.fault(rule(json!({ "kind": "loseAnswer" }), "OnlineInvoiceSend", 1)).await?;
    assert!(send(&controlled.api, &access, &session, &document).await.is_err());

    let state = controlled.get("/control/state").await?;
    let held = ["sessions", "submissions", "invoices"].map(|name| state[name].as_i64());
    assert_eq!(held, [Some(1), Some(2), Some(1)]);
    assert_eq!(state["ksefUrl"], controlled.simulator.base_url());

    let last = controlled
        .get(&format!("/control/requests?after={}", state["requests"].as_i64().unwrap_or(0) - 1))
        .await?;
    let request = &last["items"][0];
    assert_eq!((&request["operation"], &request["status"]), (&json!("OnlineInvoiceSend"), &json!(0)));
    assert_eq!(request["fault"], "loseAnswer");
    let first = controlled.get("/control/requests?limit=2").await?;
    assert_eq!((&first["last"], first["items"].as_array().map(Vec::len)), (&json!(2), Some(2)));
    let rest = controlled.get("/control/requests?after=2").await?;
    assert_eq!(rest["items"][0]["sequence"], 3);

    let submissions = controlled.get("/control/submissions").await?;
    let codes: Vec<i64> = submissions["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|sent| sent["statusCode"].as_i64())
        .collect();
    assert_eq!(codes, [200, 440]);
    let invoices = controlled.get("/control/invoices").await?;
    let invoice = &invoices["items"][0];
    assert_eq!((&invoice["invoiceNumber"], &invoice["sends"]), (&json!("FV/1"), &json!(2)));
    let number = text(&invoice["ksefNumber"]);
    let xml =
        controlled.call(Method::GET, "/control/invoices/{ksefNumber}", &[&number], None).await?.expect(200);
    assert_eq!(xml.bytes, document);
    controlled.call(Method::GET, "/control/invoices/{ksefNumber}", &["x"], None).await?.expect(404);
    for wrong in ["/control/requests?limit=0", "/control/sessions?limit=1001", "/control/invoices?after=x"] {
        controlled.call(Method::GET, wrong, &[], None).await?.expect(400);
    }
    Ok(())
}

#[tokio::test]
async fn a_snapshot_brings_everything_back() -> Answered {
    let controlled = Controlled::start().await?;
    let (access, session) = logged_in(&controlled).await?;
    send_and_wait(&controlled.api, &access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    let path = "/control/snapshots/{name}";
    let taken = controlled.call(Method::PUT, path, &["before"], None).await?.expect(200).json();
    assert_eq!(taken["invoices"], 1);
    send_and_wait(&controlled.api, &access, &session, &Invoice::of(NIP, "FV/2").bytes()).await?;
    controlled.clock(json!({ "advanceS": 3600 })).await?;
    assert_eq!(controlled.get("/control/state").await?["invoices"], 2);
    controlled.call(Method::POST, "/control/snapshots/{name}/restore", &["before"], None).await?.expect(200);
    assert_eq!(controlled.get("/control/state").await?["invoices"], 1);
    // The clock is back, so the token works, and the number that was given afterwards is free.
    let again = send_and_wait(&controlled.api, &access, &session, &Invoice::of(NIP, "FV/2").bytes()).await?;
    assert_eq!(again["status"]["code"], 200);
    assert_eq!(controlled.get("/control/snapshots").await?["items"][0]["name"], "before");
    controlled.call(Method::POST, "/control/snapshots/{name}/restore", &["other"], None).await?.expect(404);
    controlled.call(Method::DELETE, path, &["before"], None).await?.expect(204);
    controlled.call(Method::DELETE, path, &["before"], None).await?.expect(404);

    controlled.call(Method::POST, "/control/reset", &[], None).await?.expect(204);
    let state = controlled.get("/control/state").await?;
    assert_eq!((&state["invoices"], &state["requests"]), (&json!(0), &json!(0)));
    controlled.api.call(Operation::AuthSessions, &[], Req::by(&access)).await?.expect(401);
    Ok(())
}

#[tokio::test]
async fn every_scenario_can_be_set() -> Answered {
    let list = Controlled::start().await?.get("/control/scenarios").await?;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(Scenario::ALL.len()));
    for scenario in Scenario::ALL {
        let controlled = Controlled::start().await?;
        let body = Some(json!({ "company": NIP }));
        let path = "/control/scenarios/{name}";
        let outcome = controlled.call(Method::POST, path, &[scenario.name], body).await?.expect(200).json();
        let rules = controlled.get("/control/faults").await?["items"].as_array().map_or(0, Vec::len);
        assert_eq!(outcome["faultIds"].as_array().map(Vec::len), Some(rules), "{}", scenario.name);
    }
    let controlled = Controlled::start().await?;
    let unknown =
        controlled.call(Method::POST, "/control/scenarios/{name}", &["nothing"], None).await?.expect(404);
    assert!(text(&unknown.json()["message"]["en"]).contains("april-2026-outage"));
    Ok(())
}

#[tokio::test]
async fn an_inbox_is_filled_and_read_as_the_buyer() -> Answered {
    let controlled = Controlled::start().await?;
    for (kind, count) in [("ordinary", 12), ("ugly", 16)] {
        let order = json!({ "buyer": NIP, "count": count, "kind": kind });
        let outcome =
            controlled.call(Method::POST, "/control/inbox", &[], Some(order)).await?.expect(201).json();
        assert_eq!(outcome["added"], count);
    }
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&controlled.api).await?.access;
    let from = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24)).to_string();
    let filters = json!({
        "subjectType": "Subject2", "dateRange": { "dateType": "PermanentStorage", "from": from },
    });
    let request = Req::by(&access).json(&filters).query("pageSize=50");
    let page = controlled.api.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect(200).json();
    let listed = page["invoices"].as_array().cloned().unwrap_or_default();
    assert_eq!(listed.len(), 28);
    for invoice in &listed {
        // Byte for byte what the list says, ugly or not.
        let number = text(&invoice["ksefNumber"]);
        let document =
            controlled.api.call(Operation::InvoiceDownload, &[&number], Req::by(&access)).await?.expect(200);
        assert_eq!(invoice["invoiceHash"], hash(&document.bytes));
    }
    for wrong in
        [json!({ "buyer": NIP, "count": 0 }), json!({ "buyer": "1", "count": 1 }), json!({ "count": 1 })]
    {
        controlled.call(Method::POST, "/control/inbox", &[], Some(wrong)).await?.expect(400);
    }
    Ok(())
}

#[tokio::test]
async fn pages_of_others_cannot_steer() -> Answered {
    let controlled = Controlled::start().await?;
    let url = format!("{}/control/reset", controlled.url);
    let forged = Req::default().header("origin", "http://elsewhere.invalid");
    controlled.api.raw(Method::POST, &url, forged).await?.expect(403);
    let rebound = Req::default().header("host", "elsewhere.invalid");
    controlled.api.raw(Method::POST, &url, rebound).await?.expect(403);
    let own = Req::default().header("origin", controlled.url.clone());
    controlled.api.raw(Method::POST, &url, own).await?.expect(204);
    Ok(())
}

async fn form(controlled: &Controlled, path: &str, body: &str) -> Answered<Answer> {
    let request = Req::default().bytes("application/x-www-form-urlencoded", body);
    controlled.api.raw(Method::POST, &format!("{}{path}", controlled.url), request).await
}

#[tokio::test]
async fn the_page_shows_and_steers_without_a_script() -> Answered {
    let controlled = Controlled::start().await?;
    let page = |lang: &'static str| {
        let url = format!("{}/?lang={lang}", controlled.url);
        async {
            Ok::<_, Box<dyn std::error::Error>>(
                controlled.api.raw(Method::GET, &{ url }, Req::default()).await?.expect(200),
            )
        }
    };
    let empty = page("pl").await?;
    assert!(empty.header("content-security-policy").contains("default-src 'none'"));
    let html = String::from_utf8(empty.bytes)?;
    assert!(html.contains("To jest symulator") && html.contains("KSeF działa poprawnie"), "{html}");

    form(&controlled, "/do/clock", "lang=en&now=2030-05-05T10%3A00%3A00Z").await?.expect(303);
    form(&controlled, "/do/clock", "lang=en&run=freeze").await?.expect(303);
    form(&controlled, "/do/faults", "lang=en&preset=21184&target=OnlineInvoiceSend&count=2")
        .await?
        .expect(303);
    form(&controlled, "/do/inbox", "lang=en&nip=5265877635&count=16&kind=ugly").await?.expect(303);
    form(&controlled, "/do/processing", "lang=en&name=stall").await?.expect(303);
    form(&controlled, "/do/snapshot", "lang=en&name=%3Cb%3Emine").await?.expect(303);
    form(&controlled, "/do/scenario", "lang=en&name=bad-network&nip=5265877635").await?.expect(303);
    let html = String::from_utf8(page("en").await?.bytes)?;
    for expected in
        ["This is a simulator", "2030-05-05 12:00:00 CEST", "stopped", "21184", "Processing is stopped"]
    {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("<script>alert") && !html.contains("<b>mine"), "names are text, not markup");
    assert!(
        !html.contains("http://")
            || html.matches("http://").count() == html.matches("http://127.0.0.1").count()
    );
    for wrong in [
        ("/do/faults", "lang=pl&preset=x&target=*&json=%7B"),
        ("/do/clock", "lang=pl&now=x"),
        ("/do/inbox", "lang=pl&nip=1&count=1&kind=ugly"),
    ] {
        let refused = form(&controlled, wrong.0, wrong.1).await?.expect(400);
        assert!(String::from_utf8(refused.bytes)?.contains("Nie udało się"));
    }
    let list = controlled.get("/control/faults").await?;
    let id = list["items"][0]["id"].to_string();
    form(&controlled, &format!("/do/faults/{id}/remove"), "lang=en").await?.expect(303);
    form(&controlled, "/do/faults/clear", "lang=en").await?.expect(303);
    assert_eq!(controlled.get("/control/faults").await?["items"], Value::Array(Vec::new()));
    form(&controlled, "/do/restore", "lang=en&name=%3Cb%3Emine").await?.expect(303);
    form(&controlled, "/do/reset", "lang=en").await?.expect(303);
    for part in ["/live?lang=pl", "/console.css", "/console.js"] {
        controlled
            .api
            .raw(Method::GET, &format!("{}{part}", controlled.url), Req::default())
            .await?
            .expect(200);
    }
    Ok(())
}

#[tokio::test]
async fn requests_come_as_events() -> Answered {
    let controlled = Controlled::start().await?;
    let url = format!("{}/control/requests/events", controlled.url);
    let mut response = reqwest::Client::builder().no_proxy().build()?.get(&url).send().await?;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    // The first comment says that the stream looks on from here.
    response.chunk().await?.ok_or("a comment")?;
    controlled.api.call(Operation::AuthChallenge, &[], Req::default()).await?.expect(200);
    let mut seen = String::new();
    while !seen.contains("event: request") {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), response.chunk()).await??;
        seen.push_str(std::str::from_utf8(&chunk.ok_or("the stream goes on")?)?);
    }
    let data = seen.lines().find_map(|line| line.strip_prefix("data: ")).ok_or("data")?;
    let request: Value = serde_json::from_str(data)?;
    assert_eq!((&request["operation"], &request["status"]), (&json!("AuthChallenge"), &json!(200)));
    // Whoever asks for what was, gets it at once.
    let mut earlier =
        reqwest::Client::builder().no_proxy().build()?.get(format!("{url}?after=0")).send().await?;
    earlier.chunk().await?.ok_or("a comment")?;
    let first = earlier.chunk().await?.ok_or("events")?;
    assert!(std::str::from_utf8(&first)?.starts_with("event: request\nid: 1\n"));
    let wrong = controlled.api.raw(Method::GET, &format!("{url}?after=x"), Req::default()).await?;
    assert_eq!(wrong.status, 400);
    Ok(())
}
