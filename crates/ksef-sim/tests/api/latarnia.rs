//! Latarnia: its states, its messages, its own outages.

use crate::common::control::Controlled;
use crate::common::*;
use reqwest::Method;
use serde_json::{Value, json};

async fn latarnia(controlled: &Controlled, path: &str) -> Answered<Answer> {
    let url = format!("http://{}/latarnia/{path}", controlled.simulator.address());
    controlled.api.raw(Method::GET, &url, Req::default()).await
}

/// The fields of a message, as `shared/ksef/behaviour.md` lists them.
#[track_caller]
fn check_message(message: &Value) {
    for field in ["id", "title", "text", "start", "published"] {
        assert!(message[field].is_string(), "{field}: {message}");
    }
    assert!(message["eventId"].is_i64() && message["version"].is_i64(), "{message}");
    assert!(
        ["FAILURE", "TOTAL_FAILURE", "MAINTENANCE"]
            .contains(&message["category"].as_str().unwrap_or_default())
    );
    let types = ["FAILURE_START", "FAILURE_END", "MAINTENANCE_ANNOUNCEMENT"];
    assert!(types.contains(&message["type"].as_str().unwrap_or_default()), "{message}");
    assert!(message.get("end").is_some(), "null, but there: {message}");
    assert!(message["text"].as_str().is_some_and(|text| text.contains("symulator")));
}

#[tokio::test]
async fn the_timeline_is_told_as_it_passes() -> Answered {
    let controlled = Controlled::start().await?;
    let status = latarnia(&controlled, "status").await?.expect(200);
    assert_eq!(status.json(), json!({ "status": "AVAILABLE" }), "no messages while all is well");
    assert_eq!(status.header("access-control-allow-origin"), "");
    assert_eq!(latarnia(&controlled, "messages").await?.expect(200).json(), json!([]));

    controlled.clock(json!({ "now": "2026-04-10T04:00:00Z", "isRunning": false })).await?;
    let timeline = json!({
        "events": [
            { "category": "MAINTENANCE", "start": "2026-04-12T20:00:00Z", "end": "2026-04-12T22:00:00Z", "announced": "2026-04-09T08:00:00Z" },
            { "category": "FAILURE", "start": "2026-04-10T05:00:00Z", "end": "2026-04-10T09:00:00Z", "eventId": 77 },
            { "category": "TOTAL_FAILURE", "start": "2026-04-10T06:00:00Z", "end": "2026-04-10T09:00:00Z", "eventId": 77 },
        ],
        "outages": [{ "status": 502, "from": "2026-04-10T07:00:00Z", "until": "2026-04-10T07:30:00Z" }],
    });
    controlled.call(Method::PUT, "/control/latarnia", &[], Some(timeline)).await?.expect(200);
    for (time, state, count) in [
        ("2026-04-10T04:00:00Z", "AVAILABLE", 1),
        ("2026-04-10T05:00:00Z", "FAILURE", 2),
        ("2026-04-10T06:30:00Z", "TOTAL_FAILURE", 3),
        ("2026-04-10T09:00:00Z", "AVAILABLE", 5),
        ("2026-04-12T21:00:00Z", "MAINTENANCE", 5),
    ] {
        controlled.clock(json!({ "now": time })).await?;
        let status = latarnia(&controlled, "status").await?.expect(200).json();
        assert_eq!(status["status"], state, "{time}");
        assert_eq!(status["messages"].is_array(), state != "AVAILABLE", "{time}");
        let messages = latarnia(&controlled, "messages").await?.expect(200).json();
        let messages = messages.as_array().cloned().unwrap_or_default();
        assert_eq!(messages.len(), count, "{time}");
        messages.iter().for_each(check_message);
        status["messages"].as_array().into_iter().flatten().for_each(check_message);
    }
    controlled.clock(json!({ "now": "2026-04-10T07:10:00Z" })).await?;
    let down = latarnia(&controlled, "status").await?.expect(502);
    assert_eq!(down.header("content-type"), "text/html");
    Ok(())
}

/// Field notes A7: Latarnia was away while KSeF worked (lat#31), and it goes on telling while KSeF does not answer.
#[tokio::test]
async fn latarnia_and_ksef_fail_each_for_itself() -> Answered {
    let controlled = Controlled::start().await?;
    let challenge = format!("{}/auth/challenge", controlled.api.base());
    let ksef = || controlled.api.raw(Method::POST, &challenge, Req::default());
    let down = json!({ "outages": [{ "status": 504 }] });
    controlled.call(Method::PUT, "/control/latarnia", &[], Some(down)).await?.expect(200);
    latarnia(&controlled, "status").await?.expect(504);
    latarnia(&controlled, "messages").await?.expect(504);
    ksef().await?.expect(200);

    controlled.call(Method::PUT, "/control/latarnia", &[], Some(json!({}))).await?.expect(200);
    let away = json!({ "fault": { "kind": "loseRequest" }, "target": "*" });
    controlled.fault(away).await?;
    assert!(ksef().await.is_err(), "nothing answers on KSeF");
    assert_eq!(latarnia(&controlled, "status").await?.expect(200).json()["status"], "AVAILABLE");
    controlled.call(Method::DELETE, "/control/faults", &[], None).await?.expect(204);
    let outcome =
        controlled.call(Method::POST, "/control/scenarios/{name}", &["total-failure"], None).await?;
    outcome.expect(200);
    controlled.clock(json!({ "advanceS": 3601 })).await?;
    assert!(ksef().await.is_err());
    assert_eq!(latarnia(&controlled, "status").await?.expect(200).json()["status"], "TOTAL_FAILURE");
    Ok(())
}

/// Field notes A7: text and fields of other zones (lat#24), a failure that becomes total under its own number or under
/// another (lat#7), and events that overlap.
#[tokio::test]
async fn texts_and_numbers_are_told_as_the_timeline_says() -> Answered {
    let controlled = Controlled::start().await?;
    controlled.clock(json!({ "now": "2026-01-10T07:00:00Z", "isRunning": false })).await?;
    for (second_id, ids) in [(Some(7), [7, 7]), (None, [7, 2])] {
        let mut total = json!({
            "category": "TOTAL_FAILURE", "start": "2026-01-10T06:00:00Z", "isTextZoneWrong": true,
        });
        if let Some(id) = second_id {
            total["eventId"] = json!(id);
        }
        let failure = json!({ "category": "FAILURE", "start": "2026-01-10T05:00:00Z", "eventId": 7 });
        let timeline = json!({ "events": [failure, total] });
        controlled.call(Method::PUT, "/control/latarnia", &[], Some(timeline)).await?.expect(200);
        let status = latarnia(&controlled, "status").await?.expect(200).json();
        assert_eq!(status["status"], "TOTAL_FAILURE", "the worse of two that overlap");
        let mut told: Vec<Value> = status["messages"].as_array().cloned().unwrap_or_default();
        told.sort_by_key(|message| message["start"].to_string());
        assert_eq!([&told[0]["eventId"], &told[1]["eventId"]], [&json!(ids[0]), &json!(ids[1])]);
        assert!(
            told[0]["text"]
                .as_str()
                .is_some_and(|text| text.contains("06:00 CET.") || text.contains("06:00 CET "))
        );
        assert!(told[1]["text"].as_str().is_some_and(|text| text.contains("07:00 CEST")), "{told:?}");
        assert_eq!(told[1]["start"], "2026-01-10T06:00:00Z", "the field is right");
    }
    Ok(())
}

#[tokio::test]
async fn test_has_its_eternal_failure() -> Answered {
    let controlled = Controlled::start().await?;
    controlled
        .call(Method::PUT, "/control/latarnia", &[], Some(json!({ "isCanned": true })))
        .await?
        .expect(200);
    let status = latarnia(&controlled, "status").await?.expect(200).json();
    assert_eq!(
        (&status["status"], &status["messages"][1]["eventId"]),
        (&json!("TOTAL_FAILURE"), &json!(1003))
    );
    let wrong = json!({ "events": [{ "category": "FAILURE", "start": "2026-04-10T05:00:00Z", "end": "2026-04-10T05:00:00Z" }] });
    controlled.call(Method::PUT, "/control/latarnia", &[], Some(wrong)).await?.expect(400);
    Ok(())
}

#[tokio::test]
async fn a_maintenance_is_announced_and_happens() -> Answered {
    let controlled = Controlled::start().await?;
    let outcome = controlled.call(Method::POST, "/control/scenarios/{name}", &["maintenance"], None).await?;
    outcome.expect(200);
    let status = latarnia(&controlled, "status").await?.expect(200).json();
    assert_eq!(status["status"], "MAINTENANCE");
    let url = format!("{}/auth/challenge", controlled.api.base());
    let answer = controlled.api.raw(Method::POST, &url, Req::default()).await?.expect(503);
    assert_eq!(answer.header("content-type"), "text/html");
    controlled.clock(json!({ "advanceS": 4 * 3600 })).await?;
    controlled.api.raw(Method::POST, &url, Req::default()).await?.expect(200);
    assert_eq!(latarnia(&controlled, "status").await?.expect(200).json()["status"], "AVAILABLE");
    Ok(())
}
