//! Batch sessions: packages that go through, and every way in which a package, a part or a session is refused.

use crate::common::invoice::{Invoice, today};
use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{KeyKind, SessionKey};
use ksef_sim::{Limits, ManualClock, Simulator, SimulatorConfig};
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::io::Write as _;
use std::sync::Arc;

const NIP: &str = "5265877635";

async fn setting() -> Answered<(Simulator, Api, String)> {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    Ok((simulator, api, access))
}

pub(crate) fn zipped(files: &[(String, Vec<u8>)]) -> Answered<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name, zip::write::SimpleFileOptions::default())?;
        writer.write_all(content)?;
    }
    Ok(writer.finish()?.into_inner())
}

fn tarred(files: &[(String, Vec<u8>)]) -> Answered<Vec<u8>> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut builder = tar::Builder::new(gzip);
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, content.as_slice())?;
    }
    Ok(builder.into_inner()?.finish()?)
}

pub(crate) fn files(numbers: &[&str]) -> Vec<(String, Vec<u8>)> {
    let file =
        |number: &&str| (format!("{}.xml", number.replace('/', "-")), Invoice::of(NIP, number).bytes());
    numbers.iter().map(file).collect()
}

/// A package as it is declared and uploaded.
pub(crate) struct Package {
    pub(crate) key: SessionKey,
    pub(crate) body: Value,
    pub(crate) parts: Vec<Vec<u8>>,
}

pub(crate) async fn package(api: &Api, archive: &[u8], part_count: usize) -> Answered<Package> {
    let key = SessionKey::generate();
    let mut body = open_request(api, &key).await?;
    let parts: Vec<Vec<u8>> =
        archive.chunks(archive.len().div_ceil(part_count)).map(|part| key.encrypt(part)).collect();
    let declared: Vec<Value> = parts
        .iter()
        .zip(1..)
        .map(|(part, ordinal)| json!({ "ordinalNumber": ordinal, "fileSize": part.len(), "fileHash": hash(part) }))
        .collect();
    body["batchFile"] =
        json!({ "fileSize": archive.len(), "fileHash": hash(archive), "fileParts": declared });
    Ok(Package { key, body, parts })
}

pub(crate) async fn open(api: &Api, access: &str, body: &Value) -> Answered<Value> {
    Ok(api.call(Operation::BatchSessionOpen, &[], Req::by(access).json(body)).await?.expect(201).json())
}

pub(crate) async fn upload(api: &Api, request: &Value, content: &[u8]) -> Answered<Answer> {
    assert_eq!(request["method"], "PUT");
    let mut put = Req::default().bytes("application/octet-stream", content);
    for (name, value) in request["headers"].as_object().ok_or("headers are an object")? {
        let name: &'static str = match name.as_str() {
            "x-ms-blob-type" => "x-ms-blob-type",
            "x-ms-meta-hash" => "x-ms-meta-hash",
            other => return Err(format!("unexpected header {other}").into()),
        };
        put = put.header(name, text(value));
    }
    api.raw(reqwest::Method::PUT, &text(&request["url"]), put).await
}

pub(crate) async fn close(api: &Api, access: &str, reference: &str) -> Answered<Answer> {
    api.call(Operation::BatchSessionClose, &[reference], Req::by(access)).await
}

async fn status(api: &Api, access: &str, reference: &str) -> Answered<Value> {
    Ok(api.call(Operation::SessionStatus, &[reference], Req::by(access)).await?.expect(200).json())
}

/// Opens, uploads, closes and waits; gives the reference and the final status.
pub(crate) async fn send(api: &Api, access: &str, package: &Package) -> Answered<(String, Value)> {
    let opened = open(api, access, &package.body).await?;
    let reference = text(&opened["referenceNumber"]);
    for (request, part) in opened["partUploadRequests"].as_array().into_iter().flatten().zip(&package.parts) {
        upload(api, request, part).await?.expect(201);
    }
    close(api, access, &reference).await?.expect(204);
    let (seen, status) = api.poll(Operation::SessionStatus, &[&reference], access, &[150]).await?;
    assert_eq!(seen.first(), Some(&150), "the intermediate status is shown");
    Ok((reference, status))
}

async fn send_archive(api: &Api, access: &str, archive: &[u8]) -> Answered<Value> {
    Ok(send(api, access, &package(api, archive, 1).await?).await?.1)
}

async fn invoices(api: &Api, access: &str, reference: &str) -> Answered<Vec<Value>> {
    let body = api.call(Operation::SessionInvoices, &[reference], Req::by(access)).await?.expect(200).json();
    Ok(body["invoices"].as_array().ok_or("a list")?.clone())
}

#[tokio::test]
async fn packages_of_both_kinds_go_through() -> Answered {
    let (simulator, api, access) = setting().await?;
    let mut first = files(&["FV/1", "FV/2"]);
    first.push(("notes.txt".to_owned(), b"no XML".to_vec()));
    let zip = package(&api, &zipped(&first)?, 3).await?;
    assert_eq!(zip.parts.len(), 3);
    let mut tar = package(&api, &tarred(&files(&["FV/3"]))?, 1).await?;
    tar.body["batchFile"]["compressionType"] = json!("TarGz");

    let opened = open(&api, &access, &zip.body).await?;
    let open_status = status(&api, &access, &text(&opened["referenceNumber"])).await?;
    assert_eq!(open_status["status"], json!({ "code": 100, "description": "Sesja wsadowa rozpoczęta" }));
    assert_eq!(open_status["invoiceCount"], 0, "counters are shown in a batch");

    let (reference, done) = send(&api, &access, &zip).await?;
    assert_eq!(done["status"], json!({ "code": 200, "description": "Sesja wsadowa przetworzona pomyślnie" }));
    let counts = (&done["invoiceCount"], &done["successfulInvoiceCount"], &done["failedInvoiceCount"]);
    assert_eq!(counts, (&json!(3), &json!(2), &json!(1)));
    let found = invoices(&api, &access, &reference).await?;
    let names: Vec<_> = found.iter().map(|invoice| text(&invoice["invoiceFileName"])).collect();
    assert_eq!(names, ["FV-1.xml", "FV-2.xml", "notes.txt"]);
    let codes: Vec<_> = found.iter().map(|invoice| invoice["status"]["code"].as_i64()).collect();
    assert_eq!(codes, [Some(200), Some(200), Some(450)]);
    assert_eq!(found[0]["invoiceHash"], hash(&first[0].1));
    assert_eq!(found[0]["invoicingMode"], "Online");
    let page = &done["upo"]["pages"][0];
    let upo = api.raw(reqwest::Method::GET, &text(&page["downloadUrl"]), Req::default()).await?.expect(200);
    let upo = String::from_utf8(upo.bytes)?;
    assert_eq!(upo.matches("<Dokument>").count(), 2);
    assert!(upo.contains(&reference));

    let (_, done) = send(&api, &access, &tar).await?;
    assert_eq!(done["status"]["code"], 200, "{done}");
    assert_eq!(simulator.inspect().invoices.len(), 3);

    let list = async |query: &str| -> Answered<usize> {
        let request = Req::by(&access).query(query);
        let body = api.call(Operation::SessionList, &[], request).await?.expect(200).json();
        Ok(body["sessions"].as_array().ok_or("a list")?.len())
    };
    assert_eq!(list("sessionType=Batch").await?, 3);
    assert_eq!(list("sessionType=Batch&statuses=Succeeded").await?, 2);
    assert_eq!(list("sessionType=Batch&statuses=InProgress").await?, 1);
    assert_eq!(list("sessionType=Online").await?, 0);
    Ok(())
}

#[tokio::test]
async fn offline_and_duplicates_across_both_kinds_of_session() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let mut offline = package(&api, &zipped(&files(&["FV/1"]))?, 1).await?;
    offline.body["offlineMode"] = json!(true);
    let (reference, done) = send(&api, &access, &offline).await?;
    assert_eq!(done["status"]["code"], 200, "{done}");
    assert_eq!(invoices(&api, &access, &reference).await?[0]["invoicingMode"], "Offline");
    // Online after batch, and batch after online.
    let session = open_session(&api, &access).await?;
    let again = send_and_wait(&api, &access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    assert_eq!(again["status"]["extensions"]["originalSessionReferenceNumber"], reference);
    let (_, done) = send(&api, &access, &package(&api, &zipped(&files(&["FV/1"]))?, 1).await?).await?;
    let description = "Błąd weryfikacji, brak poprawnych faktur";
    assert_eq!(done["status"], json!({ "code": 445, "description": description }));
    assert_eq!((&done["successfulInvoiceCount"], &done["failedInvoiceCount"]), (&json!(0), &json!(1)));
    // Another seller's invoice.
    let foreign = [("a.xml".to_owned(), Invoice::of("7781464139", "FV/9").bytes())];
    let (reference, done) = send(&api, &access, &package(&api, &zipped(&foreign)?, 1).await?).await?;
    assert_eq!(done["status"]["code"], 445);
    let failed =
        api.call(Operation::SessionFailedInvoices, &[&reference], Req::by(&access)).await?.expect(200);
    assert_eq!(failed.json()["invoices"][0]["status"]["code"], 410);
    Ok(())
}

#[tokio::test]
async fn bad_packages_end_with_their_code() -> Answered {
    let (simulator, api, access) = setting().await?;
    let good = zipped(&files(&["FV/1"]))?;
    let end = async |package: &Package| -> Answered<Value> {
        Ok(send(&api, &access, package).await?.1["status"].clone())
    };

    let mut damaged = package(&api, &good, 1).await?;
    damaged.parts[0][40] ^= 1;
    assert_eq!(end(&damaged).await?["code"], 405);

    let mut other_file = package(&api, &good, 1).await?;
    other_file.body["batchFile"]["fileHash"] = json!(hash(b""));
    assert_eq!(end(&other_file).await?["code"], 405);

    let mut wrong_key = package(&api, &good, 1).await?;
    wrong_key.body["encryption"]["encryptedSymmetricKey"] = json!(base64(&[7; 256]));
    assert_eq!(end(&wrong_key).await?["code"], 415);

    let mut not_encrypted = package(&api, &good, 1).await?;
    not_encrypted.parts[0].push(0);
    let declared = &mut not_encrypted.body["batchFile"]["fileParts"][0];
    *declared = json!({ "ordinalNumber": 1, "fileSize": not_encrypted.parts[0].len(), "fileHash": hash(&not_encrypted.parts[0]) });
    assert_eq!(end(&not_encrypted).await?["code"], 435);

    let mut wrong_vector = package(&api, &good, 1).await?;
    let iv: Vec<u8> = wrong_vector.key.iv().iter().map(|byte| byte ^ 1).collect();
    wrong_vector.body["encryption"]["initializationVector"] = json!(base64(&iv));
    assert_eq!(end(&wrong_vector).await?["code"], 430);

    let broken = send_archive(&api, &access, b"no archive").await?;
    assert_eq!(broken["status"]["code"], 430);
    let outside = [("../a.xml".to_owned(), Invoice::of(NIP, "FV/1").bytes())];
    let broken = send_archive(&api, &access, &zipped(&outside)?).await?;
    assert_eq!(broken["status"]["code"], 430);
    assert_eq!(broken["status"]["details"], json!(["Niedozwolona nazwa pliku w archiwum: '../a.xml'."]));

    let empty = send_archive(&api, &access, &zipped(&[])?).await?;
    let expected =
        json!({ "code": 440, "description": "Sesja anulowana", "details": ["Nie przesłano faktur"] });
    assert_eq!(empty["status"], expected);

    let large = [("a.xml".to_owned(), vec![b' '; 3_000_001])];
    let large = send(&api, &access, &package(&api, &zipped(&large)?, 1).await?).await?;
    assert_eq!(large.1["status"]["code"], 445);
    assert_eq!(invoices(&api, &access, &large.0).await?[0]["status"]["code"], 430);
    assert!(simulator.inspect().invoices.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_package_holds_ten_thousand_invoices_and_no_more() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let many: Vec<_> = (0..=10_000).map(|index| (format!("{index}.xml"), Vec::new())).collect();
    let status = send_archive(&api, &access, &zipped(&many)?).await?;
    let sentence =
        "Przekroczono dopuszczalną liczbę faktur w paczce: '10000'. Liczba faktur w paczce: '10001'.";
    assert_eq!(status["status"]["code"], 420);
    assert_eq!(status["status"]["details"], json!([sentence]));
    let mut tar = package(&api, &tarred(&many)?, 1).await?;
    tar.body["batchFile"]["compressionType"] = json!("TarGz");
    assert_eq!(send(&api, &access, &tar).await?.1["status"]["details"], json!([sentence]));
    let status = send_archive(&api, &access, &zipped(&many[1..])?).await?;
    assert_eq!((&status["status"]["code"], &status["invoiceCount"]), (&json!(445), &json!(10_000)));
    Ok(())
}

#[tokio::test]
async fn bad_declarations_are_refused() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let good = package(&api, &zipped(&files(&["FV/1"]))?, 1).await?.body;
    let refused = async |pointer: &str, value: Value, code: i32| -> Answered<Vec<String>> {
        let mut body = good.clone();
        *body.pointer_mut(pointer).ok_or("the field is there")? = value;
        Ok(api.call(Operation::BatchSessionOpen, &[], Req::by(&access).json(&body)).await?.expect_code(code))
    };
    let details = refused("/batchFile/fileSize", json!(5_000_000_001i64), 21405).await?;
    assert_eq!(details, ["'fileSize' must be less than or equal to '5000000000'."]);
    refused("/batchFile/fileSize", json!(0), 21405).await?;
    refused("/batchFile/fileSize", json!("x"), 21001).await?;
    refused("/batchFile/fileHash", json!("x"), 21405).await?;
    let part = |ordinal: i32, size: i64| json!({ "ordinalNumber": ordinal, "fileSize": size, "fileHash": hash(b"") });
    let parts = |count: i32| Value::Array((1..=count).map(|ordinal| part(ordinal, 16)).collect());
    let details = refused("/batchFile/fileParts", parts(51), 21161).await?;
    assert_eq!(details, ["Liczba części pliku musi być mniejsza lub równa niż 50."]);
    refused("/batchFile/fileParts", json!([]), 21405).await?;
    refused("/batchFile/fileParts", json!([part(1, 16), part(3, 16)]), 21405).await?;
    refused("/batchFile/fileParts", json!([part(1, 16), part(1, 16)]), 21405).await?;
    refused("/batchFile/fileParts", json!([part(1, 0)]), 21405).await?;
    refused("/batchFile/fileParts", json!([part(1, 100_000_017)]), 21157).await?;
    refused("/formCode/systemCode", json!("PEF (3)"), 21405).await?;
    refused("/encryption/initializationVector", json!(base64(&[0; 15])), 21405).await?;
    refused("/encryption/publicKeyId", json!(base64(&[0; 32])), 21470).await?;
    let mut body = good.clone();
    body["batchFile"]["compressionType"] = json!("Rar");
    api.call(Operation::BatchSessionOpen, &[], Req::by(&access).json(&body)).await?.expect_code(21405);
    body["batchFile"]["fileParts"] = parts(50);
    body["batchFile"]["compressionType"] = Value::Null;
    open(&api, &access, &body).await?;
    Ok(())
}

#[tokio::test]
async fn uploads_need_the_address_the_headers_and_no_token() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let package = package(&api, &zipped(&files(&["FV/1"]))?, 2).await?;
    let opened = open(&api, &access, &package.body).await?;
    let reference = text(&opened["referenceNumber"]);
    let first = &opened["partUploadRequests"][0];
    let url = text(&first["url"]);
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let put = |url: String, request: Req| {
        let api = api.clone();
        async move { api.raw(reqwest::Method::PUT, &url, request).await }
    };
    let right = || {
        Req::default()
            .header("x-ms-blob-type", "BlockBlob")
            .header("x-ms-meta-hash", hash(&package.parts[0]))
            .bytes("application/octet-stream", package.parts[0].clone())
    };
    put(url.clone(), Req { token: Some(access.clone()), ..right() }).await?.expect(401);
    put(url.clone(), Req { headers: Vec::new(), ..right() }).await?.expect(400);
    put(url.clone(), Req { body: None, ..right() }).await?.expect(400);
    put(url.replace("sig=", "sig=x"), right()).await?.expect(403);
    put(url.replace("/1?", "/2?"), right()).await?.expect(403);
    api.raw(reqwest::Method::GET, &url, Req::default()).await?.expect(403);

    // A missing part, then one of another size, then all is well.
    let details = close(&api, &access, &reference).await?.expect_code(21205);
    assert_eq!(details, ["Nie przesłano zadeklarowanej '1' części pliku."]);
    put(url.clone(), right()).await?.expect(201);
    let details = close(&api, &access, &reference).await?.expect_code(21205);
    assert_eq!(details, ["Nie przesłano zadeklarowanej '2' części pliku."]);
    upload(&api, &opened["partUploadRequests"][1], b"short").await?.expect(201);
    let details = close(&api, &access, &reference).await?.expect_code(21157);
    assert_eq!(details, ["Zadeklarowany rozmiar części '2' nie zgadza się z rzeczywistym."]);
    upload(&api, &opened["partUploadRequests"][1], &package.parts[1]).await?.expect(201);
    close(&api, &access, &reference).await?.expect(204);
    close(&api, &access, &reference).await?.expect_code(21180);
    put(url, right()).await?.expect(403);
    let (_, done) = api.poll(Operation::SessionStatus, &[&reference], &access, &[150]).await?;
    assert_eq!(done["status"]["code"], 200, "{done}");
    Ok(())
}

#[tokio::test]
async fn batches_are_not_online_and_not_of_others() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let package = package(&api, &zipped(&files(&["FV/1"]))?, 1).await?;
    let reference = text(&open(&api, &access, &package.body).await?["referenceNumber"]);
    let online = open_session(&api, &access).await?;
    close(&api, &access, &online.reference).await?.expect_code(21173);
    close(&api, &access, "20260119-SB-0123456789-0123456789-00").await?.expect_code(21173);
    close(&api, &access, "x").await?.expect_code(21405);
    api.call(Operation::OnlineSessionClose, &[&reference], Req::by(&access)).await?.expect_code(21173);
    let stranger = Company::with_seal("7781464139", KeyKind::EcP256)?.login(&api).await?.access;
    close(&api, &stranger, &reference).await?.expect_forbidden("insufficient-resource-access");
    Ok(())
}

#[tokio::test]
async fn time_for_sending_runs_out() -> Answered {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let access = company.login(&api).await?.access;
    let package = package(&api, &zipped(&files(&["FV/1"]))?, 2).await?;
    let (late, forgotten) =
        (open(&api, &access, &package.body).await?, open(&api, &access, &package.body).await?);
    let reference = |opened: &Value| text(&opened["referenceNumber"]);
    // Two parts: 40 minutes for each of them.
    clock.advance(SignedDuration::from_secs(40 * 60 - 1));
    upload(&api, &late["partUploadRequests"][0], &package.parts[0]).await?.expect(201);
    clock.advance(SignedDuration::from_secs(1));
    upload(&api, &late["partUploadRequests"][1], &package.parts[1]).await?.expect(403);
    let access = company.login(&api).await?.access;
    let details = close(&api, &access, &reference(&late)).await?.expect_code(21208);
    assert_eq!(details, ["Sesja anulowana, przekroczony czas wysyłki."]);
    // Nobody closes the other one.
    assert_eq!(status(&api, &access, &reference(&forgotten)).await?["status"]["code"], 100);
    clock.advance(SignedDuration::from_hours(12));
    let access = company.login(&api).await?.access;
    for opened in [&late, &forgotten] {
        let (_, done) = api.poll(Operation::SessionStatus, &[&reference(opened)], &access, &[150]).await?;
        let expected = json!({ "code": 440, "description": "Sesja anulowana", "details": ["Przekroczono czas wysyłki"] });
        assert_eq!(done["status"], expected);
        close(&api, &access, &reference(opened)).await?.expect_code(21208);
    }
    Ok(())
}

#[tokio::test]
async fn the_day_of_opening_counts() -> Answered {
    // Ten minutes before Polish midnight, in winter and in summer alike.
    let midnight = today().tomorrow()?.to_zoned(jiff::tz::TimeZone::get("Europe/Warsaw")?)?.timestamp();
    let clock = Arc::new(ManualClock::new(midnight - SignedDuration::from_mins(10)));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let package = package(&api, &zipped(&files(&["FV/1"]))?, 1).await?;
    let opened = open(&api, &access, &package.body).await?;
    clock.advance(SignedDuration::from_mins(11));
    upload(&api, &opened["partUploadRequests"][0], &package.parts[0]).await?.expect(201);
    let reference = text(&opened["referenceNumber"]);
    close(&api, &access, &reference).await?.expect(204);
    api.poll(Operation::SessionStatus, &[&reference], &access, &[150]).await?;
    let invoice = &invoices(&api, &access, &reference).await?[0];
    assert_eq!((&invoice["status"]["code"], &invoice["invoicingMode"]), (&json!(200), &json!("Online")));
    let number: ksef_id::KsefNumber = text(&invoice["ksefNumber"]).parse()?;
    assert_eq!(number.acceptance_day(), today().tomorrow()?.strftime("%Y%m%d").to_string());
    Ok(())
}

#[tokio::test]
async fn stalled_processing_holds_a_batch() -> Answered {
    let (simulator, api, access) = setting().await?;
    simulator.stall_processing();
    let package = package(&api, &zipped(&files(&["FV/1"]))?, 1).await?;
    let opened = open(&api, &access, &package.body).await?;
    let reference = text(&opened["referenceNumber"]);
    upload(&api, &opened["partUploadRequests"][0], &package.parts[0]).await?.expect(201);
    close(&api, &access, &reference).await?.expect(204);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(status(&api, &access, &reference).await?["status"]["code"], 150);
    simulator.release_processing();
    let (_, done) = api.poll(Operation::SessionStatus, &[&reference], &access, &[150]).await?;
    assert_eq!(done["status"]["code"], 200, "{done}");
    Ok(())
}
