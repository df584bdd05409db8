//! Shapes of errors, and answers to nonsense.

use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_wire::{Method, Operation};
use proptest::prelude::*;
use serde_json::json;

const NIP: &str = "5265877635";

#[tokio::test]
async fn errors_come_in_the_shape_that_is_asked_for() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let legacy = api.call(Operation::SessionStatus, &["x"], Req::by(&access)).await?.expect(400);
    assert_eq!(legacy.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(legacy.header("cache-control"), "no-cache,no-store");
    let exception = &legacy.json()["exception"];
    let service_code = text(&exception["serviceCode"]);
    assert!(
        service_code.starts_with("00-") && service_code.ends_with("-00") && service_code.len() == 55,
        "{service_code}"
    );
    assert!(text(&exception["timestamp"]).ends_with('Z'));

    let request = Req::by(&access).header("X-Error-Format", "problem-details");
    let problem = api.call(Operation::SessionStatus, &["x"], request).await?.expect(400);
    assert_eq!(problem.header("content-type"), "application/problem+json");
    let problem = problem.json();
    assert_eq!(
        (&problem["title"], &problem["detail"]),
        (&json!("Bad Request"), &json!("Żądanie jest nieprawidłowe."))
    );
    assert_eq!(problem["instance"], "/v2/sessions/x");
    assert_eq!(problem["errors"][0]["code"], 21405);

    let unauthorized = api.call(Operation::SessionStatus, &["x"], Req::default()).await?.expect(401);
    assert_eq!(unauthorized.header("content-type"), "application/problem+json");
    assert_eq!(unauthorized.json()["detail"], "Wymagane jest uwierzytelnienie.");
    Ok(())
}

/// The judge itself: a body without a required field, an undocumented status and a wrong content type are caught.
#[test]
fn the_contract_catches_what_it_should() {
    let Some(contract) = contract::official() else { return };
    let answer = |status: u16, content_type: &'static str, body: serde_json::Value| {
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("content-type", reqwest::header::HeaderValue::from_static(content_type));
        Answer { status, headers, bytes: body.to_string().into_bytes() }
    };
    let good = json!({
        "challenge": "20260119-CR-0123456789-0123456789-00", "timestamp": "2026-01-19T15:59:13.8057696+00:00",
        "timestampMs": 1, "clientIp": "127.0.0.1",
    });
    let changed = |name: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let is_caught = |answer: Answer| {
        std::panic::catch_unwind(|| contract.check(Operation::AuthChallenge, &answer)).is_err()
    };
    assert!(!is_caught(answer(200, "application/json", good.clone())));
    assert!(is_caught(answer(200, "application/json", json!({}))));
    assert!(is_caught(answer(200, "application/json", changed("timestamp", json!("yesterday")))));
    assert!(is_caught(answer(200, "application/json", changed("challenge", json!("short")))));
    assert!(is_caught(answer(200, "application/json", changed("clientIp", json!(null)))));
    assert!(is_caught(answer(200, "text/html", good.clone())));
    assert!(is_caught(answer(201, "application/json", good.clone())));
    assert!(is_caught(answer(500, "application/json", good)));
}

#[tokio::test]
async fn every_protected_operation_asks_for_its_token() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let reference = "20260119-SO-0123456789-0123456789-00";
    let number = "5265877635-20250826-0100001AF629-AF";
    let open = [
        Operation::AuthChallenge,
        Operation::AuthXadesSignature,
        Operation::AuthKsefToken,
        Operation::PublicKeyCertificates,
        Operation::PeppolQuery,
        Operation::TestDataSubjectCreate,
        Operation::TestDataSubjectRemove,
        Operation::TestDataPersonCreate,
        Operation::TestDataPersonRemove,
        Operation::TestDataPermissionsGrant,
        Operation::TestDataPermissionsRevoke,
        Operation::TestDataAttachmentGrant,
        Operation::TestDataAttachmentRevoke,
        Operation::TestDataContextBlock,
        Operation::TestDataContextUnblock,
    ];
    let mut served = 0;
    for &operation in Operation::ALL {
        let by_number = matches!(operation, Operation::UpoByKsefNumber | Operation::InvoiceDownload);
        let parameters = match operation {
            Operation::InvoiceDownload => [number, number],
            _ if by_number => [reference, number],
            _ => [reference, reference],
        };
        let answer = api.call(operation, &parameters, Req::default()).await?;
        // What is not served yet is not there at all (DIVERGENCES.md).
        if [404, 405].contains(&answer.status) {
            continue;
        }
        served += 1;
        if open.contains(&operation) {
            assert_ne!(answer.status, 401, "{}", operation.name());
            continue;
        }
        assert_eq!(answer.status, 401, "{}", operation.name());
        let garbage = api.call(operation, &parameters, Req::by("a.b.c")).await?;
        assert_eq!(garbage.status, 401, "{}", operation.name());
        // The wrong kind of token.
        let takes_refresh =
            matches!(operation, Operation::AuthTokenRefresh | Operation::AuthSessionRevokeCurrent);
        let wrong = if takes_refresh { "x".to_owned() } else { tokens.refresh.clone() };
        assert_eq!(
            api.call(operation, &parameters, Req::by(&wrong)).await?.status,
            401,
            "{}",
            operation.name()
        );
    }
    assert_eq!(served, 83);
    Ok(())
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let root = format!("http://{}", simulator.address());
    for path in ["/", "/v2", "/v2/nothing", "/v1/auth/challenge", "/v2/auth/challenge/x", "/storage/x/y"] {
        let answer = api.raw(reqwest::Method::GET, &format!("{root}{path}"), Req::default()).await?;
        let expected = if path.starts_with("/storage") { 403 } else { 404 };
        assert_eq!(answer.status, expected, "{path}");
        if expected == 404 {
            assert_eq!(answer.json()["title"], "Not Found");
        }
    }
    for method in
        [reqwest::Method::GET, reqwest::Method::PUT, reqwest::Method::PATCH, reqwest::Method::OPTIONS]
    {
        let answer = api.raw(method.clone(), &format!("{root}/v2/auth/challenge"), Req::default()).await?;
        assert_eq!(answer.status, 405, "{method}");
    }
    // A slash at the end is not another path.
    let answer =
        api.raw(reqwest::Method::POST, &format!("{root}/v2/auth/challenge/"), Req::default()).await?;
    assert_eq!(answer.status, 200);
    Ok(())
}

#[tokio::test]
async fn warnings_can_be_tried_on_test() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let request = Req::default().header("X-Test-System-Warning", "[sig-001]: example");
    let answer = api.call(Operation::AuthChallenge, &[], request).await?.expect(200);
    assert_eq!(answer.header("x-system-warning"), "[sig-001]: example");
    Ok(())
}

#[tokio::test]
async fn bodies_that_are_too_long_are_413() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let request = Req::by(&access).bytes("application/json", vec![b' '; 1024 * 1024 + 1]);
    // The connection may be closed before all is sent; an answer, when it comes, is 413.
    if let Ok(answer) = api.call(Operation::TokenGenerate, &[], request).await {
        assert_eq!(answer.status, 413);
    }
    api.call(Operation::RateLimits, &[], Req::by(&access)).await?.expect(200);
    Ok(())
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let json = prop_oneof![
        Just(json!({})),
        Just(json!([])),
        Just(json!(null)),
        Just(json!({ "formCode": {}, "encryption": [] })),
        Just(json!({ "challenge": "x", "contextIdentifier": { "type": "Nip", "value": 5 } })),
        Just(
            json!({ "subjectType": "Subject1", "dateRange": { "dateType": "Issue", "from": "9999-12-31T23:59:59Z" } })
        ),
        Just(
            json!({ "subjectType": "Subject1", "dateRange": { "dateType": "Issue", "from": "-009999-01-02T00:00:00Z" } })
        ),
        Just(json!({ "permissions": [5], "description": {} })),
        Just(json!({ "invoiceHash": "", "invoiceSize": 1e300 })),
    ];
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        json.prop_map(|value| value.to_string().into_bytes()),
        "<[a-z]{1,5}( [a-z]=\"[^<&]{0,9}\")?>.{0,40}</[a-z]{1,5}>".prop_map(String::into_bytes),
    ]
}

/// Any bytes on any operation: a documented answer, never a panic, never a hang.
#[test]
fn nonsense_gets_a_documented_answer() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (simulator, api, access) = runtime
        .block_on(async {
            let simulator = simulator().await?;
            let api = Api::of(&simulator).uncounted();
            let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
            Answered::Ok((simulator, api, access))
        })
        .expect("a simulator with a login");
    let parameter = prop_oneof![
        "[A-Za-z0-9|%20-]{1,40}".prop_map(|text: String| text.replace('%', "%25")),
        Just("20260119-SO-0123456789-0123456789-00".to_owned()),
        Just("5265877635-20250826-0100001AF629-AF".to_owned()),
        Just("%FF%FE".to_owned()),
        Just("%00".to_owned()),
    ];
    let query = prop_oneof![
        Just(String::new()),
        "[a-zA-Z]{1,10}=[a-zA-Z0-9%]{0,10}",
        "(pageSize|pageOffset|sessionType|statuses)=[A-Za-z0-9-]{0,12}",
    ];
    let content_type = prop_oneof![Just("application/json"), Just("application/xml"), Just("text/plain")];
    let operation = proptest::sample::select(Operation::ALL.to_vec());
    let strategy = (operation, parameter.clone(), parameter, query, content_type, body(), any::<bool>());
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&strategy, |(operation, first, second, query, content_type, body, is_known)| {
            let mut request = Req::default().query(query.replace('%', "%25"));
            request.token = is_known.then(|| access.clone());
            if operation.method() != Method::Get {
                request = request.bytes(content_type, body);
            }
            let answer = runtime.block_on(api.call(operation, &[&first, &second], request));
            let answer = answer.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert!(answer.status < 500, "{}: {}", operation.name(), answer.status);
            Ok(())
        })
        .expect("every answer is documented");
    drop(simulator);
}
