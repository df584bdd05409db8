//! Rate limits over HTTP. The arithmetic of the windows is tested beside it, in `src/limits.rs`.

use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::KeyKind;
use ksef_sim::{Limits, ManualClock, SimulatorConfig};
use ksef_wire::Operation;
use serde_json::json;
use std::sync::Arc;

const NIP: &str = "5265877635";

async fn clocked(limits: Limits) -> Answered<(ksef_sim::Simulator, Arc<ManualClock>)> {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits, ..SimulatorConfig::default() };
    Ok((simulator_with(config).await?, clock))
}

fn query() -> serde_json::Value {
    let from = (Timestamp::now() - SignedDuration::from_hours(24)).to_string();
    json!({ "subjectType": "Subject1", "dateRange": { "dateType": "PermanentStorage", "from": from } })
}

#[tokio::test]
async fn a_group_is_limited_by_second_and_hour() -> Answered {
    let (simulator, clock) = clocked(Limits::Production).await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let refresh = Company::with_seal("7781464139", KeyKind::EcP256)?.login(&api).await?.access;
    let ask = |access: &str, headers: &[(&'static str, &str)]| {
        let mut request = Req::by(access).json(&query());
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let api = api.clone();
        async move { api.call(Operation::InvoiceQueryMetadata, &[], request).await }
    };
    for _ in 0..8 {
        ask(&access, &[]).await?.expect(200);
    }
    let refused = ask(&access, &[]).await?.expect(429);
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(
        refused.json()["status"]["details"],
        json!(["Przekroczono limit 8 żądań na sekundę. Spróbuj ponownie po 1 sekundach."])
    );
    let refused = ask(&access, &[("X-Error-Format", "problem-details")]).await?.expect(429).json();
    assert_eq!(refused["detail"], "Przekroczono limit 8 żądań na sekundę. Spróbuj ponownie po 1 sekundach.");
    // Another context has its own counters.
    ask(&refresh, &[]).await?.expect(200);
    for _ in 0..12 {
        clock.advance(SignedDuration::from_secs(20));
        ask(&access, &[]).await?.expect(200);
    }
    clock.advance(SignedDuration::from_secs(20));
    let refused = ask(&access, &[]).await?.expect(429);
    let retry_after: i64 = refused.header("retry-after").parse()?;
    assert_eq!(retry_after, 3600 - 13 * 20, "{:?}", refused.json());
    assert!(
        refused.json()["status"]["details"][0]
            .as_str()
            .is_some_and(|text| text.contains("20 żądań na godzinę"))
    );
    // Other groups are not touched.
    api.call(Operation::RateLimits, &[], Req::by(&access)).await?.expect(200);
    Ok(())
}

#[tokio::test]
async fn addresses_are_limited_too() -> Answered {
    let (simulator, clock) = clocked(Limits::Production).await?;
    let api = Api::of(&simulator);
    for _ in 0..60 {
        api.call(Operation::AuthChallenge, &[], Req::default()).await?.expect(200);
    }
    let refused = api.call(Operation::PublicKeyCertificates, &[], Req::default()).await?.expect(429);
    assert!(
        refused.json()["status"]["details"][0]
            .as_str()
            .is_some_and(|text| text.contains("60 żądań na sekundę"))
    );
    // 75 requests of all kinds: what is refused for its group counts as well.
    for _ in 0..14 {
        api.call(Operation::RateLimits, &[], Req::default()).await?.expect(401);
    }
    api.call(Operation::RateLimits, &[], Req::default()).await?.expect(429);
    clock.advance(SignedDuration::from_secs(1));
    api.call(Operation::AuthChallenge, &[], Req::default()).await?.expect(200);
    Ok(())
}

#[tokio::test]
async fn limits_off_means_never() -> Answered {
    let (simulator, _clock) = clocked(Limits::Off).await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    for _ in 0..100 {
        api.call(Operation::InvoiceQueryMetadata, &[], Req::by(&access).json(&query())).await?.expect(200);
    }
    Ok(())
}

/// Every operation, served or not, with parameters of the right shape.
fn parameters_of(operation: Operation) -> Vec<&'static str> {
    let reference = "20260119-SO-0123456789-0123456789-00";
    let names = operation.path_template().split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names
        .map(|name| match name {
            "ksefNumber" => "5265877635-20250826-0100001AF629-AF",
            "certificateSerialNumber" | "serialNumber" => "0123456789ABCDEF",
            "permissionId" => "0c9a7e88-ffd4-4f1c-8e3e-8c0a1d2b3c4d",
            _ => reference,
        })
        .collect()
}

/// Each operation in turn is called too often.
#[tokio::test]
async fn every_operation_is_limited() -> Answered {
    let (simulator, clock) = clocked(Limits::Production).await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    for &operation in Operation::ALL {
        clock.advance(SignedDuration::from_hours(8 * 24));
        let from = ksef_sim::Clock::now(&*clock) - SignedDuration::from_hours(24);
        let to = from + SignedDuration::from_hours(24 * 365);
        let subject =
            ksef_crypto::Subject::Seal { nip: NIP.to_owned(), organization: "Hurtownia".to_owned() };
        let credential = ksef_crypto::Credential::self_signed(&subject, KeyKind::EcP256, from, to)?;
        let company = Company { credential, nip: company.nip.clone() };
        let started = company.start_login(&api).await?.expect(202).json();
        let token = match operation {
            Operation::AuthStatus | Operation::AuthTokenRedeem => {
                text(&started["authenticationToken"]["token"])
            }
            Operation::AuthTokenRefresh => finish_login(&api, &started).await?.refresh,
            _ => finish_login(&api, &started).await?.access,
        };
        // What the login has used up is free again.
        clock.advance(SignedDuration::from_secs(61));
        let parameters = parameters_of(operation);
        let mut answer = api.call_unchecked(operation, &parameters, Req::by(&token)).await?;
        if [404, 405].contains(&answer.status) {
            continue;
        }
        for _ in 0..80 {
            if answer.status == 429 {
                break;
            }
            answer = api.call_unchecked(operation, &parameters, Req::by(&token)).await?;
        }
        let answer = api.call(operation, &parameters, Req::by(&token)).await?;
        assert_eq!(answer.status, 429, "{}", operation.name());
        assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1));
    }
    Ok(())
}

/// A login whose policy names another address is let in nowhere.
#[tokio::test]
async fn a_policy_about_addresses_holds_everywhere() -> Answered {
    let (simulator, _clock) = clocked(Limits::Off).await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let policy = "<AuthorizationPolicy><AllowedIps><Ip4Address>192.0.2.1</Ip4Address></AllowedIps></AuthorizationPolicy></AuthTokenRequest>";
    let document = company.auth_request(&challenge(&api).await?.0).replace("</AuthTokenRequest>", policy);
    let request = Req::default().bytes("application/xml", company.sign(&document)?);
    let started = api.call(Operation::AuthXadesSignature, &[], request).await?.expect(202).json();
    let access = finish_login(&api, &started).await?.access;
    let mut refused = 0;
    for &operation in Operation::ALL {
        let answer = api.call(operation, &parameters_of(operation), Req::by(&access)).await?;
        if answer.status == 403 {
            assert_eq!(answer.expect_forbidden("ip-not-allowed")["security"]["clientIp"], "127.0.0.1");
            refused += 1;
        }
    }
    assert!(refused >= 45, "{refused}");
    Ok(())
}
