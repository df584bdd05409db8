//! Any bytes on any operation: an answer that is documented, never a crash, never a hang.

use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_sim::Simulator;
use ksef_wire::{Method, Operation};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::io::Write as _;

const NIP: &str = "5265877635";

/// Bytes that a careless parser minds: random ones, and JSON that is nearly right.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let keys = prop::sample::select(vec![
        "formCode",
        "encryption",
        "invoiceHash",
        "dateRange",
        "filters",
        "subjectType",
        "permissions",
        "contextIdentifier",
        "authorizedIdentifier",
        "batchFile",
        "type",
        "value",
        "nip",
        "description",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1e999".to_owned()),
        Just("-9223372036854775809".to_owned()),
        Just("true".to_owned()),
        "[\\PC]{0,20}".prop_map(|text| serde_json::to_string(&text).expect("text is JSON")),
        Just("\"\\ud800\"".to_owned()),
    ];
    let value = leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((keys.clone(), inner), 0..4).prop_map(|fields| {
                let fields: Vec<String> =
                    fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    });
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..400),
        value.prop_map(String::into_bytes),
        Just(b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_vec()),
        Just(vec![b'['; 5000]),
    ]
}

fn segments() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9%.-]{1,40}",
        Just("20260119-SO-0123456789-0123456789-00".to_owned()),
        Just("5265877635-20250826-0100001AF629-AF".to_owned()),
        Just("%00".to_owned()),
        Just("..%2F..%2Fetc".to_owned()),
        Just("%FF%FE".to_owned()),
    ]
}

fn headers() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        ("[ -~]{0,60}").prop_map(|value| ("authorization", value)),
        ("[ -~]{0,60}").prop_map(|value| ("x-continuation-token", value)),
        ("[ -~]{0,60}").prop_map(|value| ("x-error-format", value)),
        ("[ -~]{0,30}").prop_map(|value| ("content-type", value)),
        ("[ -~]{0,30}").prop_map(|value| ("x-ksef-feature", value)),
        Just(("x-error-format", "problem-details".to_owned())),
        Just(("content-type", "application/json".to_owned())),
    ]
}

#[test]
fn every_operation_answers_any_bytes_as_documented() -> Answered {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (simulator, api, access): (Simulator, Api, String) = runtime.block_on(async {
        let simulator = simulator().await?;
        let api = Api::of(&simulator).uncounted();
        let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
        Ok::<_, Box<dyn std::error::Error>>((simulator, api, access))
    })?;
    let operation = prop::sample::select(Operation::ALL.to_vec());
    let query = "([a-zA-Z]{1,12}=[a-zA-Z0-9%+:-]{0,20}&){0,3}";
    let calls = (operation, prop::collection::vec(segments(), 3), query, headers(), bodies(), any::<bool>());
    let mut runner = TestRunner::new(Config { cases: 600, failure_persistence: None, ..Config::default() });
    runner.run(&calls, |(operation, parameters, query, header, body, is_known)| {
        // A context that blocks itself would end the test's own right to call.
        let is_left_out = matches!(operation, Operation::AuthSessionRevokeCurrent);
        prop_assume!(!is_left_out);
        let count = operation.path_template().matches('{').count();
        let parameters: Vec<&str> = parameters.iter().take(count).map(String::as_str).collect();
        let mut request = if is_known { Req::by(&access) } else { Req::default() };
        if header.0 != "authorization" || !is_known {
            request = request.header(header.0, header.1);
        }
        request = request.query(query.trim_end_matches('&').to_owned());
        if operation.method() != Method::Get {
            let content_type = if operation == Operation::AuthXadesSignature {
                "application/xml"
            } else {
                "application/json"
            };
            request = request.bytes(content_type, body);
        }
        let answer = runtime.block_on(api.call(operation, &parameters, request));
        let answer = answer.map_err(|error| TestCaseError::fail(format!("{operation:?}: {error}")))?;
        prop_assert!(answer.status < 500, "{operation:?}: {}", answer.status);
        Ok(())
    })?;
    // It still works.
    let alive = runtime.block_on(api.call(Operation::RateLimits, &[], Req::by(&access)))?;
    assert_eq!(alive.status, 200);
    drop(simulator);
    Ok(())
}

/// Archives that unpack to more than they say, lead out of their folder, or are no archives.
#[tokio::test]
async fn hostile_packages_end_with_a_code() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator).uncounted();
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let zip = |name: &str, content: &[u8]| -> Answered<Vec<u8>> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default())?;
        zip.write_all(content)?;
        Ok(zip.finish()?.into_inner())
    };
    let bomb = zip("a.xml", &vec![b' '; 120_000_000])?;
    let outside = zip("../../a.xml", b"<Faktura/>")?;
    let mut cut = zip("a.xml", b"<Faktura/>")?;
    cut.truncate(cut.len() / 2);
    let mut lying = zip("a.xml", &[b'x'; 1000])?;
    let place = lying.windows(4).position(|window| window == b"PK\x01\x02").ok_or("a directory")?;
    lying[place + 24..place + 28].copy_from_slice(&5_u32.to_le_bytes());
    for (name, package) in [
        ("a bomb", bomb),
        ("a path", outside),
        ("a cut archive", cut),
        ("a lying directory", lying),
        ("no archive", vec![7; 4000]),
        ("an empty archive", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
    ] {
        let key = ksef_crypto::SessionKey::generate();
        let encrypted = key.encrypt(&package);
        let mut request = open_request(&api, &key).await?;
        request["batchFile"] = serde_json::json!({
            "fileSize": package.len(), "fileHash": hash(&package),
            "fileParts": [{ "ordinalNumber": 1, "fileSize": encrypted.len(), "fileHash": hash(&encrypted) }],
        });
        let opened = api.call(Operation::BatchSessionOpen, &[], Req::by(&access).json(&request)).await?;
        let opened = opened.expect(201).json();
        let part = &opened["partUploadRequests"][0];
        let mut upload = Req::default().bytes("application/octet-stream", encrypted);
        upload = upload.header("x-ms-blob-type", "BlockBlob");
        upload = upload.header("x-ms-meta-hash", text(&part["headers"]["x-ms-meta-hash"]));
        api.raw(reqwest::Method::PUT, &text(&part["url"]), upload).await?.expect(201);
        let reference = text(&opened["referenceNumber"]);
        api.call(Operation::BatchSessionClose, &[&reference], Req::by(&access)).await?.expect(204);
        let (_, body) = api.poll(Operation::SessionStatus, &[&reference], &access, &[150]).await?;
        let code = body["status"]["code"].as_i64().ok_or("a code")?;
        assert!([430, 440, 445].contains(&code), "{name}: {body}");
    }
    Ok(())
}
