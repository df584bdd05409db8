//! How KSeF behaved at another time, or is said to: each switch, and that without it all is as in production today.

use crate::common::control::Controlled;
use crate::common::invoice::Invoice;
use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_sim::SimulatorConfig;
use ksef_wire::Operation;
use reqwest::Method;
use serde_json::{Value, json};

const NIP: &str = "5265877635";

async fn setting() -> Answered<(Controlled, String)> {
    let controlled = Controlled::start().await?;
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&controlled.api).await?.access;
    Ok((controlled, access))
}

async fn set(controlled: &Controlled, habits: Value) -> Answered<Value> {
    Ok(controlled.call(Method::PUT, "/control/habits", &[], Some(habits)).await?.expect(200).json())
}

#[tokio::test]
async fn what_is_not_named_is_as_in_production_today() -> Answered {
    let controlled = Controlled::start().await?;
    let today = json!({
        "trimsInvoiceNumbers": true, "countsClosingWithOpening": false, "tellsOneSecondLess": false,
        "needsPublicKeyId": false, "upoVersion": "4-3",
    });
    assert_eq!(controlled.get("/control/habits").await?, today);
    let changed = set(&controlled, json!({ "upoVersion": "4-2" })).await?;
    assert_eq!((&changed["upoVersion"], &changed["trimsInvoiceNumbers"]), (&json!("4-2"), &json!(true)));
    assert_eq!(set(&controlled, json!({})).await?, today);
    let wrong = json!({ "upoVersion": "5-0" });
    controlled.call(Method::PUT, "/control/habits", &[], Some(wrong)).await?.expect(400);
    Ok(())
}

/// Field notes A2.
#[tokio::test]
async fn spaces_make_another_number_where_nobody_trims() -> Answered {
    let (controlled, access) = setting().await?;
    let session = open_session(&controlled.api, &access).await?;
    let code = async |number: &str, kind: &'static str| -> Answered<i64> {
        let invoice = Invoice { kind, ..Invoice::of(NIP, number) };
        let status = send_and_wait(&controlled.api, &access, &session, &invoice.bytes()).await?;
        Ok(status["status"]["code"].as_i64().unwrap_or_default())
    };
    assert_eq!(code("T/1", "VAT").await?, 200);
    assert_eq!(code(" T/1 ", "VAT").await?, 440);
    set(&controlled, json!({ "trimsInvoiceNumbers": false })).await?;
    assert_eq!(code(" T/1 ", "VAT").await?, 200);
    assert_eq!(code(" T/1 ", "VAT").await?, 440, "the same to the letter");
    assert_eq!(code("T/1", "VAT").await?, 440, "the first one is still known");
    assert_eq!(code("T/1 ", "VAT").await?, 200);
    set(&controlled, json!({})).await?;
    assert_eq!(code("  T/1", "VAT").await?, 440);
    Ok(())
}

/// Field notes A3: closing counted with opening until 2.7, and `GET /rate-limits` had no groups for it.
#[tokio::test]
async fn closing_counts_with_opening_as_it_did() -> Answered {
    let controlled = Controlled::start_with(SimulatorConfig::default()).await?;
    controlled.clock(json!({ "isRunning": false })).await?;
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&controlled.api).await?.access;
    let api = &controlled.api;
    let rates = api.call(Operation::RateLimits, &[], Req::by(&access)).await?.expect(200).json();
    assert_eq!(rates["onlineSessionClose"]["perSecond"], 20);
    // Ten a second: nine openings and a closing, and then neither.
    let close = async |session: &Session| close(api, &access, session).await;
    let mut sessions = Vec::new();
    for _ in 0..10 {
        sessions.push(open_session(api, &access).await?);
    }
    close(&sessions[0]).await?.expect(204);
    controlled.clock(json!({ "advanceS": 3600 })).await?;
    set(&controlled, json!({ "countsClosingWithOpening": true })).await?;
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(api).await?.access;
    for _ in 0..9 {
        sessions.push(open_session(api, &access).await?);
    }
    api.call(Operation::OnlineSessionClose, &[&sessions[1].reference], Req::by(&access)).await?.expect(204);
    let refused =
        api.call(Operation::OnlineSessionClose, &[&sessions[2].reference], Req::by(&access)).await?;
    refused.expect(429);
    let body = open_request(api, &sessions[0].key).await?;
    let open = api.call(Operation::OnlineSessionOpen, &[], Req::by(&access).json(&body)).await?.expect(429);
    assert_eq!(open.header("retry-after"), "1");
    let rates = api.call_unchecked(Operation::RateLimits, &[], Req::by(&access)).await?.expect(200).json();
    assert!(rates["onlineSessionClose"].is_null() && rates["batchSessionClose"].is_null(), "{rates}");
    assert_eq!(rates["onlineSession"]["perSecond"], 10);
    Ok(())
}

/// Field notes A3, issue 788: 3037 in the header, 3036 in the text.
#[tokio::test]
async fn the_text_of_a_429_names_a_second_less() -> Answered {
    let (controlled, access) = setting().await?;
    set(&controlled, json!({ "tellsOneSecondLess": true })).await?;
    for headers in [None, Some("problem-details")] {
        let fault = json!({ "kind": "tooManyRequests", "retryAfterS": 3037 });
        controlled.fault(control::rule(fault, "RateLimits", 1)).await?;
        let mut request = Req::by(&access);
        if let Some(format) = headers {
            request = request.header("X-Error-Format", format);
        }
        let answer = controlled.api.call(Operation::RateLimits, &[], request).await?.expect(429);
        assert_eq!(answer.header("retry-after"), "3037");
        assert!(answer.json().to_string().contains("po 3036 sekundach"), "{}", answer.json());
    }
    Ok(())
}

/// Field notes B3, issue 802: for a day DEMO decrypted only what named its key.
#[tokio::test]
async fn keys_that_name_no_public_key_id_do_not_decrypt() -> Answered {
    let (controlled, access) = setting().await?;
    let api = &controlled.api;
    let opened = async |is_named: bool| -> Answered<Value> {
        let mut body = open_request(api, &ksef_crypto::SessionKey::generate()).await?;
        if !is_named {
            body["encryption"].as_object_mut().ok_or("an object")?.remove("publicKeyId");
        }
        let request = Req::by(&access).json(&body);
        let reference = text(
            &api.call(Operation::OnlineSessionOpen, &[], request).await?.expect(201).json()["referenceNumber"],
        );
        let status = api.call(Operation::SessionStatus, &[&reference], Req::by(&access)).await?;
        Ok(status.expect(200).json()["status"]["code"].clone())
    };
    assert_eq!(opened(false).await?, 100, "taken as it is");
    set(&controlled, json!({ "needsPublicKeyId": true })).await?;
    assert_eq!((opened(false).await?, opened(true).await?), (json!(415), json!(100)));
    Ok(())
}

/// Field notes B6: 4-2 was the default, and 4-3 had to be asked for.
#[tokio::test]
async fn upos_have_the_version_of_their_time() -> Answered {
    let (controlled, access) = setting().await?;
    let api = &controlled.api;
    set(&controlled, json!({ "upoVersion": "4-2" })).await?;
    for (feature, is_old, number) in [(None, true, "U/1"), (Some("upo-v4-3"), false, "U/2")] {
        let key = ksef_crypto::SessionKey::generate();
        let mut request = Req::by(&access).json(&open_request(api, &key).await?);
        if let Some(feature) = feature {
            request = request.header("X-KSeF-Feature", feature);
        }
        let opened = api.call(Operation::OnlineSessionOpen, &[], request).await?.expect(201).json();
        let session = Session { reference: text(&opened["referenceNumber"]), key };
        let invoice = Invoice::of(NIP, number).bytes();
        let number = text(&send_and_wait(api, &access, &session, &invoice).await?["ksefNumber"]);
        let parameters = [session.reference.as_str(), number.as_str()];
        let upo = api.call(Operation::UpoByKsefNumber, &parameters, Req::by(&access)).await?.expect(200);
        ksef_crypto::xades::verify(&upo.bytes)?;
        let text = String::from_utf8(upo.bytes)?;
        let namespace = if is_old { "KSeF/v4-2\"" } else { "KSeF/v4-3\"" };
        assert!(text.contains(namespace), "{text}");
        assert_eq!(text.contains("<TrybWysylki>"), !is_old, "{text}");
        let receiver = "<NazwaPodmiotuPrzyjmujacego>Ministerstwo Finansów</NazwaPodmiotuPrzyjmujacego>";
        assert_eq!(text.contains(receiver), is_old, "every environment named itself as production: {text}");
    }
    Ok(())
}
