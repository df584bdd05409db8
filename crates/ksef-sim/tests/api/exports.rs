//! Exports: packages of both kinds, their dates, their end, and every refusal.

use crate::common::invoice::Invoice;
use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{KeyKind, SessionKey};
use ksef_sim::{Limits, ManualClock, Simulator, SimulatorConfig};
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

const NIP: &str = "5265877635";
const BUYER: &str = "5213003001";

struct Setting {
    simulator: Simulator,
    api: Api,
    access: String,
    clock: Arc<ManualClock>,
}

/// Two invoices are there, with their numbers.
async fn setting() -> Answered<(Setting, Vec<(String, Vec<u8>)>)> {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    let mut sent = Vec::new();
    for number in ["FV/1", "FV/2"] {
        let document = Invoice::of(NIP, number).bytes();
        let invoice = send_and_wait(&api, &access, &session, &document).await?;
        sent.push((text(&invoice["ksefNumber"]), document));
    }
    clock.advance(SignedDuration::from_secs(5));
    Ok((Setting { simulator, api, access, clock }, sent))
}

fn filters(subject: &str, date_type: &str) -> Value {
    let from = (Timestamp::now() - SignedDuration::from_hours(24)).to_string();
    json!({ "subjectType": subject, "dateRange": { "dateType": date_type, "from": from } })
}

async fn request(api: &Api, key: &SessionKey, filters: Value) -> Answered<Value> {
    let encryption = open_request(api, key).await?["encryption"].clone();
    Ok(json!({ "encryption": encryption, "filters": filters }))
}

async fn start(api: &Api, access: &str, body: &Value) -> Answered<Answer> {
    api.call(Operation::InvoiceExport, &[], Req::by(access).json(body)).await
}

async fn finish(api: &Api, access: &str, body: &Value) -> Answered<Value> {
    let reference = text(&start(api, access, body).await?.expect(201).json()["referenceNumber"]);
    let (seen, done) = api.poll(Operation::InvoiceExportStatus, &[&reference], access, &[100]).await?;
    assert_eq!(seen.first(), Some(&100), "the intermediate status is shown");
    Ok(done)
}

/// Fetches the parts, decrypts and joins them.
async fn fetch(api: &Api, key: &SessionKey, package: &Value) -> Answered<Vec<u8>> {
    let mut archive = Vec::new();
    for (part, ordinal) in package["parts"].as_array().into_iter().flatten().zip(1..) {
        assert_eq!((&part["ordinalNumber"], &part["method"]), (&json!(ordinal), &json!("GET")));
        let answer = api.raw(reqwest::Method::GET, &text(&part["url"]), Req::default()).await?.expect(200);
        assert_eq!(answer.header("x-ms-meta-hash"), hash(&answer.bytes));
        assert_eq!(part["encryptedPartHash"], hash(&answer.bytes));
        assert_eq!(part["encryptedPartSize"], answer.bytes.len());
        let plain = key.decrypt(&answer.bytes)?;
        assert_eq!((&part["partHash"], &part["partSize"]), (&json!(hash(&plain)), &json!(plain.len())));
        archive.extend(plain);
    }
    assert_eq!(package["size"], archive.len());
    Ok(archive)
}

pub(crate) fn unzip(archive: &[u8]) -> Answered<BTreeMap<String, Vec<u8>>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive))?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        let name = entry.name()?.into_owned();
        files.insert(name, content);
    }
    Ok(files)
}

fn untar(archive: &[u8]) -> Answered<BTreeMap<String, Vec<u8>>> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut files = BTreeMap::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        files.insert(entry.path()?.display().to_string(), content);
    }
    Ok(files)
}

#[tokio::test]
async fn packages_hold_the_invoices_and_their_metadata() -> Answered {
    let (Setting { simulator: _simulator, api, access, .. }, sent) = setting().await?;
    let key = SessionKey::generate();
    let mut body = request(&api, &key, filters("Subject1", "PermanentStorage")).await?;
    let query = Req::by(&access).json(&body["filters"]);
    let listed = api.call(Operation::InvoiceQueryMetadata, &[], query).await?.expect(200).json();
    for kind in [Value::Null, json!("Zip"), json!("TarGz")] {
        body["compressionType"] = kind.clone();
        let done = finish(&api, &access, &body).await?;
        assert_eq!(
            done["status"],
            json!({ "code": 200, "description": "Eksport faktur zakończony sukcesem" })
        );
        let package = &done["package"];
        assert_eq!((&package["invoiceCount"], &package["isTruncated"]), (&json!(2), &json!(false)));
        assert!(package.get("lastPermanentStorageDate").is_none());
        assert!(package["permanentStorageHwmDate"].is_string());
        let archive = fetch(&api, &key, package).await?;
        let is_tar = kind == "TarGz";
        assert_eq!(package["compressionType"], if is_tar { "TarGz" } else { "Zip" });
        let files = if is_tar { untar(&archive)? } else { unzip(&archive)? };
        assert_eq!(files.len(), 3);
        for (number, document) in &sent {
            assert_eq!(&files[&format!("{number}.xml")], document);
        }
        let metadata: Value = serde_json::from_slice(&files["_metadata.json"])?;
        assert_eq!(metadata["invoices"], listed["invoices"]);
    }
    body["onlyMetadata"] = json!(true);
    body["compressionType"] = Value::Null;
    let done = finish(&api, &access, &body).await?;
    let files = unzip(&fetch(&api, &key, &done["package"]).await?)?;
    assert_eq!(files.keys().collect::<Vec<_>>(), ["_metadata.json"]);
    assert_eq!(done["package"]["invoiceCount"], 2);
    Ok(())
}

#[tokio::test]
async fn roles_dates_and_others_contexts() -> Answered {
    let (Setting { simulator: _simulator, api, access, .. }, _) = setting().await?;
    let key = SessionKey::generate();
    let buyer = Company::with_seal(BUYER, KeyKind::EcP256)?.login(&api).await?.access;
    for (token, subject, date_type, count) in [
        (&buyer, "Subject2", "Invoicing", 2),
        (&buyer, "Subject1", "PermanentStorage", 0),
        (&access, "Subject1", "Issue", 2),
        (&access, "Subject3", "Issue", 0),
    ] {
        let done = finish(&api, token, &request(&api, &key, filters(subject, date_type)).await?).await?;
        let package = &done["package"];
        assert_eq!(package["invoiceCount"], count, "{subject} {date_type}");
        let is_by_storage = date_type == "PermanentStorage";
        assert_eq!(package.get("permanentStorageHwmDate").is_some(), is_by_storage);
    }
    let body = request(&api, &key, filters("Subject1", "Issue")).await?;
    let reference = text(&start(&api, &access, &body).await?.expect(201).json()["referenceNumber"]);
    let look = |token: &str, reference: &str| {
        let (api, token, reference) = (api.clone(), token.to_owned(), reference.to_owned());
        async move { api.call(Operation::InvoiceExportStatus, &[&reference], Req::by(&token)).await }
    };
    look(&buyer, &reference).await?.expect_code(21175);
    look(&access, "20260119-EH-0123456789-0123456789-00").await?.expect_code(21175);
    look(&access, "x").await?.expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn bad_requests_and_late_failures() -> Answered {
    let (Setting { simulator: _simulator, api, access, .. }, _) = setting().await?;
    let key = SessionKey::generate();
    let good = request(&api, &key, filters("Subject1", "PermanentStorage")).await?;
    let refused = async |pointer: &str, value: Value, code: i32| -> Answered<Vec<String>> {
        let mut body = good.clone();
        *body.pointer_mut(pointer).ok_or("the field is there")? = value;
        Ok(start(&api, &access, &body).await?.expect_code(code))
    };
    refused("/filters", Value::Null, 21405).await?;
    refused("/filters", json!(5), 21001).await?;
    refused("/filters/subjectType", json!("Subject9"), 21405).await?;
    refused("/filters/dateRange/from", json!("2020-01-01T00:00:00Z"), 21405).await?;
    refused("/encryption/initializationVector", json!(base64(&[0; 3])), 21405).await?;
    refused("/encryption/publicKeyId", json!(base64(&[0; 32])), 21470).await?;
    let mut body = good.clone();
    body["compressionType"] = json!("Rar");
    start(&api, &access, &body).await?.expect_code(21405);

    let mut wrong_key = good.clone();
    wrong_key["encryption"]["encryptedSymmetricKey"] = json!(base64(&[7; 256]));
    let done = finish(&api, &access, &wrong_key).await?;
    assert_eq!(done["status"]["code"], 415);
    assert!(done.get("package").is_none() && done["completedDate"].is_string());

    let mut future = good.clone();
    let later = |hours: i64| (Timestamp::now() + SignedDuration::from_hours(hours)).to_string();
    let range = &mut future["filters"]["dateRange"];
    range["from"] = json!(later(1));
    range["to"] = json!(later(2));
    range["restrictToPermanentStorageHwmDate"] = json!(true);
    let done = finish(&api, &access, &future).await?;
    assert_eq!(done["status"]["code"], 420);
    assert!(text(&done["status"]["details"][0]).starts_with("Parametr dateRange.from jest późniejszy"));
    Ok(())
}

#[tokio::test]
async fn ten_exports_run_at_once() -> Answered {
    let (Setting { simulator, api, access, .. }, _) = setting().await?;
    let body = request(&api, &SessionKey::generate(), filters("Subject1", "Issue")).await?;
    simulator.stall_processing();
    let mut last = String::new();
    for _ in 0..10 {
        last = text(&start(&api, &access, &body).await?.expect(201).json()["referenceNumber"]);
    }
    let details = start(&api, &access, &body).await?.expect_code(21182);
    assert!(details[0].contains("maksymalny limit 10 równoczesnych"), "{details:?}");
    // Another company has its own places.
    let other = Company::with_seal(BUYER, KeyKind::EcP256)?.login(&api).await?.access;
    start(&api, &other, &body).await?.expect(201);
    simulator.release_processing();
    let (_, done) = api.poll(Operation::InvoiceExportStatus, &[&last], &access, &[100]).await?;
    assert_eq!(done["status"]["code"], 200);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    start(&api, &access, &body).await?.expect(201);
    Ok(())
}

#[tokio::test]
async fn addresses_live_for_an_hour_and_packages_for_a_week() -> Answered {
    let (Setting { simulator: _simulator, api, access, clock }, _) = setting().await?;
    let key = SessionKey::generate();
    let body = request(&api, &key, filters("Subject1", "Issue")).await?;
    let reference = text(&start(&api, &access, &body).await?.expect(201).json()["referenceNumber"]);
    let (_, done) = api.poll(Operation::InvoiceExportStatus, &[&reference], &access, &[100]).await?;
    let url = text(&done["package"]["parts"][0]["url"]);
    clock.advance(SignedDuration::from_mins(59));
    api.raw(reqwest::Method::GET, &url, Req::default()).await?.expect(200);
    clock.advance(SignedDuration::from_mins(1));
    api.raw(reqwest::Method::GET, &url, Req::default()).await?.expect(403);
    // Asking again gives a fresh address.
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let again =
        api.call(Operation::InvoiceExportStatus, &[&reference], Req::by(&access)).await?.expect(200).json();
    fetch(&api, &key, &again["package"]).await?;
    assert_eq!(again["packageExpirationDate"], done["packageExpirationDate"]);
    clock.advance(SignedDuration::from_hours(7 * 24));
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    api.call(Operation::InvoiceExportStatus, &[&reference], Req::by(&access)).await?.expect(410);
    Ok(())
}
