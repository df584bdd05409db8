//! Every way in which an invoice, a sending or a session is refused.

use crate::common::invoice::{Invoice, today};
use crate::common::*;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ksef_crypto::{Credential, KeyKind, SessionKey, Subject};
use ksef_sim::{Limits, ManualClock, Simulator, SimulatorConfig};
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::sync::Arc;

const NIP: &str = "5265877635";
const OTHER_NIP: &str = "7781464139";

struct Setting {
    simulator: Simulator,
    api: Api,
    access: String,
}

async fn setting() -> Answered<Setting> {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    Ok(Setting { simulator, api, access })
}

#[tokio::test]
async fn a_duplicate_names_the_invoice_that_was_first() -> Answered {
    let Setting { simulator, api, access } = setting().await?;
    let first_session = open_session(&api, &access).await?;
    let first = send_and_wait(&api, &access, &first_session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    assert_eq!(first["status"]["code"], 200, "{first}");
    let session = open_session(&api, &access).await?;
    for number in ["FV/1", "  FV/1 "] {
        let mut invoice = Invoice::of(NIP, number);
        invoice.lines = 2;
        let second = send_and_wait(&api, &access, &session, &invoice.bytes()).await?;
        assert_eq!(second["status"]["code"], 440, "{second}");
        assert_eq!(second["status"]["description"], "Duplikat faktury");
        assert_eq!(second["status"]["extensions"]["originalKsefNumber"], first["ksefNumber"]);
        assert_eq!(second["status"]["extensions"]["originalSessionReferenceNumber"], first_session.reference);
        assert!(
            second["status"]["details"][0]
                .as_str()
                .is_some_and(|text| text.contains(&first_session.reference))
        );
        assert!(second.get("ksefNumber").is_none());
    }
    // The kind is part of the key: a simplified invoice of the same number is another.
    let other_kind = Invoice { kind: "UPR", ..Invoice::of(NIP, "FV/1") };
    let third = send_and_wait(&api, &access, &session, &other_kind.bytes()).await?;
    assert_eq!(third["status"]["code"], 200, "{third}");
    let seen = simulator.inspect();
    assert_eq!((seen.invoices.len(), seen.submissions.len()), (2, 4));
    let codes: Vec<i32> = seen.submissions.iter().map(|submission| submission.status_code).collect();
    assert_eq!(codes, [200, 440, 440, 200]);
    Ok(())
}

#[tokio::test]
async fn numbers_are_free_again_after_ten_full_years() -> Answered {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let now = Timestamp::now();
    let subject =
        Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia sp. z o.o.".to_owned() };
    let validity = (now - SignedDuration::from_hours(24), now + SignedDuration::from_hours(24 * 366 * 20));
    let credential = Credential::self_signed(&subject, KeyKind::EcP256, validity.0, validity.1)?;
    let company = Company { nip: NIP.to_owned(), credential };
    let document = Invoice::of(NIP, "FV/1").bytes();
    let year = today().year();
    let last_forbidden = jiff::civil::date(year + 10, 12, 31).at(12, 0, 0, 0);
    for (at, code) in [(None, 200), (Some(last_forbidden), 440), (Some(last_forbidden + 1.day()), 200)] {
        if let Some(at) = at {
            clock.set(at.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp());
        }
        let access = company.login(&api).await?.access;
        let session = open_session(&api, &access).await?;
        let invoice = send_and_wait(&api, &access, &session, &document).await?;
        assert_eq!(invoice["status"]["code"], code, "{invoice}");
    }
    assert_eq!(simulator.inspect().invoices.iter().map(|invoice| invoice.sends).collect::<Vec<_>>(), [3, 3]);
    Ok(())
}

#[tokio::test]
async fn bad_documents_get_their_status() -> Answered {
    let Setting { simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    let good = Invoice::of(NIP, "FV/1");
    let text_of = |invoice: &Invoice| String::from_utf8(invoice.bytes()).expect("an invoice is text");
    let with_bom = [b"\xEF\xBB\xBF", good.bytes().as_slice()].concat();
    let tomorrow = Invoice { issued: today().tomorrow()?, ..good.clone() };
    let attachment = "<Zalacznik><BlokDanych><MetaDane><ZKlucz>a</ZKlucz><ZWartosc>b</ZWartosc></MetaDane></BlokDanych></Zalacznik>";
    let with_attachment = Invoice { extra: attachment.to_owned(), ..good.clone() };
    let too_long = Invoice { lines: 7000, ..good.clone() };
    assert!(too_long.bytes().len() > 1_000_000);
    let far_too_long = Invoice { extra: format!("<!--{}-->", "x".repeat(3_000_000)), ..good.clone() };
    let fa2 = text_of(&good)
        .replace("http://crd.gov.pl/wzor/2025/06/25/13775/", "http://crd.gov.pl/wzor/2023/06/29/12648/")
        .replace("FA (3)", "FA (2)");
    let cases: Vec<(&str, Vec<u8>, i64)> = vec![
        ("not XML", b"to nie jest XML".to_vec(), 450),
        ("cut off", good.bytes()[..good.bytes().len() / 2].to_vec(), 450),
        ("another schema", b"<a xmlns=\"urn:x\"/>".to_vec(), 450),
        ("another form", fa2.into_bytes(), 450),
        ("schema violated", text_of(&good).replace("<P_15>", "<P_15>x").into_bytes(), 450),
        ("not UTF-8", [text_of(&good).replace("Towar 1", "Towar").into_bytes(), vec![0xFF]].concat(), 450),
        ("BOM", with_bom, 430),
        ("over 1,000,000 bytes", too_long.bytes(), 430),
        ("over 3,000,000 bytes", far_too_long.bytes(), 430),
        ("issued tomorrow", tomorrow.bytes(), 450),
        ("another seller", Invoice::of(OTHER_NIP, "FV/1").bytes(), 410),
        ("attachment online", with_attachment.bytes(), 415),
    ];
    let count = cases.len();
    for (name, document, code) in cases {
        let invoice = send_and_wait(&api, &access, &session, &document).await?;
        assert_eq!(invoice["status"]["code"], code, "{name}: {invoice}");
        assert!(
            invoice.get("ksefNumber").is_none() && invoice.get("upoDownloadUrl").is_none(),
            "{name}: {invoice}"
        );
        if code == 450 || code == 430 {
            assert!(invoice["status"]["details"][0].is_string(), "{name}: {invoice}");
        }
        let parameters =
            [session.reference.as_str(), invoice["referenceNumber"].as_str().unwrap_or_default()];
        api.call(Operation::UpoByInvoiceReference, &parameters, Req::by(&access)).await?.expect_code(21405);
    }
    let failed = api
        .call(
            Operation::SessionFailedInvoices,
            &[&session.reference],
            Req::by(&access).query("pageSize=1000"),
        )
        .await?
        .expect(200)
        .json();
    assert_eq!(failed["invoices"].as_array().map(Vec::len), Some(count));
    let status = close_and_wait(&api, &access, &session).await?;
    assert_eq!(
        status["status"],
        json!({ "code": 445, "description": "Błąd weryfikacji, brak poprawnych faktur" })
    );
    assert_eq!(
        (&status["successfulInvoiceCount"], &status["failedInvoiceCount"]),
        (&json!(0), &json!(count))
    );
    assert!(status.get("upo").is_none());
    assert!(simulator.inspect().invoices.is_empty(), "nothing is left half-done");
    Ok(())
}

#[tokio::test]
async fn what_was_declared_is_compared_with_what_came() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    let document = Invoice::of(NIP, "FV/1").bytes();
    let good = send_request(&session, &document);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let parameters = [session.reference.as_str()];
    let send_now =
        |body: Value| api.call(Operation::OnlineInvoiceSend, &parameters, Req::by(&access).json(&body));
    // At once: sizes and the hash of the ciphertext.
    send_now(with("encryptedInvoiceSize", json!(17))).await?.expect_code(21402);
    send_now(with("encryptedInvoiceHash", json!(hash(b"")))).await?.expect_code(21403);
    send_now(with("invoiceSize", json!(0))).await?.expect_code(21405);
    send_now(with("invoiceHash", json!("zzz"))).await?.expect_code(21405);
    send_now(with("encryptedInvoiceContent", json!("###"))).await?.expect_code(21405);
    send_now(with("encryptedInvoiceContent", json!(5))).await?.expect_code(21001);
    send_now(with("invoiceHash", Value::Null)).await?.expect_code(21405);
    let details = send_now(with("hashOfCorrectedInvoice", json!(hash(b"")))).await?.expect_code(21405);
    assert_eq!(details, ["HashOfCorrectedInvoice can only be provided for offline invoices"]);
    // Afterwards: hash and size of the document, and decryption.
    for (body, code) in [
        (with("invoiceHash", json!(hash(b""))), 430),
        (with("invoiceSize", json!(document.len() + 1)), 430),
        (send_request(&Session { reference: String::new(), key: SessionKey::generate() }, &document), 435),
    ] {
        let reference = send_body(&api, &access, &session, &body).await?;
        let invoice = wait(&api, &access, &session, &reference).await?;
        assert_eq!(invoice["status"]["code"], code, "{invoice}");
        assert_eq!(invoice["invoiceHash"], body["invoiceHash"]);
    }
    Ok(())
}

#[tokio::test]
async fn invoices_are_online_or_offline() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    let yesterday = Invoice { issued: today().yesterday()?, ..Invoice::of(NIP, "FV/1") };
    let invoice = send_and_wait(&api, &access, &session, &yesterday.bytes()).await?;
    assert_eq!((&invoice["status"]["code"], &invoice["invoicingMode"]), (&json!(200), &json!("Offline")));
    let mut declared = send_request(&session, &Invoice::of(NIP, "FV/2").bytes());
    declared["offlineMode"] = json!(true);
    let reference = send_body(&api, &access, &session, &declared).await?;
    let invoice = wait(&api, &access, &session, &reference).await?;
    assert_eq!((&invoice["status"]["code"], &invoice["invoicingMode"]), (&json!(200), &json!("Offline")));
    Ok(())
}

#[tokio::test]
async fn bad_openings_are_refused() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let good = open_request(&api, &SessionKey::generate()).await?;
    let open = |body: Value| api.call(Operation::OnlineSessionOpen, &[], Req::by(&access).json(&body));
    let changed = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).expect("the field is there") = value;
        body
    };
    let details = open(changed("/formCode/systemCode", json!("FA(3)"))).await?.expect_code(21405);
    assert_eq!(details, ["Wskazany kod formularza nie jest wspierany."]);
    open(changed("/formCode/systemCode", json!("PEF (3)"))).await?.expect_code(21405);
    let details =
        open(changed("/encryption/initializationVector", json!(base64(&[0; 24])))).await?.expect_code(21405);
    assert!(details[0].contains("Oczekiwano 16 bajtów, otrzymano 24"), "{details:?}");
    open(changed("/encryption/publicKeyId", json!(base64(&[0; 32])))).await?.expect_code(21470);
    open(changed("/encryption/publicKeyId", json!("x"))).await?.expect_code(21405);
    assert_eq!(
        open(changed("/formCode", Value::Null)).await?.expect_code(21405),
        ["'formCode' must not be empty."]
    );
    open(changed("/formCode", json!("FA"))).await?.expect_code(21001);
    let broken = Req::by(&access).bytes("application/json", "{ \"formCode\": ");
    api.call(Operation::OnlineSessionOpen, &[], broken).await?.expect_code(21001);
    let text = Req::by(&access).bytes("text/plain", good.to_string());
    api.call(Operation::OnlineSessionOpen, &[], text).await?.expect(415);
    let no_id = {
        let mut body = good.clone();
        body["encryption"].as_object_mut().ok_or("an object")?.remove("publicKeyId");
        body
    };
    open(no_id).await?.expect(201);
    Ok(())
}

#[tokio::test]
async fn a_closed_session_takes_nothing() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    let status = close_and_wait(&api, &access, &session).await?;
    let cancelled =
        json!({ "code": 440, "description": "Sesja anulowana", "details": ["Nie przesłano faktur"] });
    assert_eq!(status["status"], cancelled);
    let details = close(&api, &access, &session).await?.expect_code(21180);
    assert_eq!(details, ["Status sesji 440 uniemożliwia jej zamknięcie."]);
    let body = Req::by(&access).json(&send_request(&session, b"x"));
    let details =
        api.call(Operation::OnlineInvoiceSend, &[&session.reference], body).await?.expect_code(21180);
    assert_eq!(details, ["Status sesji 440 uniemożliwia wysyłkę faktur."]);
    Ok(())
}

#[tokio::test]
async fn sessions_end_after_twelve_hours() -> Answered {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let access = company.login(&api).await?.access;
    let (empty, used) = (open_session(&api, &access).await?, open_session(&api, &access).await?);
    send(&api, &access, &used, &Invoice::of(NIP, "FV/1").bytes()).await?;
    clock.advance(SignedDuration::from_hours(12) - SignedDuration::from_secs(1));
    let access = company.login(&api).await?.access;
    let status =
        api.call(Operation::SessionStatus, &[&empty.reference], Req::by(&access)).await?.expect(200).json();
    assert_eq!(status["status"]["code"], 100);
    clock.advance(SignedDuration::from_secs(1));
    let (_, status) = api.poll(Operation::SessionStatus, &[&empty.reference], &access, &[170]).await?;
    assert_eq!(status["status"]["code"], 440);
    let body = Req::by(&access).json(&send_request(&used, b"x"));
    api.call(Operation::OnlineInvoiceSend, &[&used.reference], body).await?.expect_code(21180);
    let (_, status) = api.poll(Operation::SessionStatus, &[&used.reference], &access, &[170]).await?;
    assert_eq!(status["status"]["code"], 200);
    Ok(())
}

#[tokio::test]
async fn sessions_of_others_are_closed_doors() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    let invoice = send_and_wait(&api, &access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    let (number, reference) = (text(&invoice["ksefNumber"]), text(&invoice["referenceNumber"]));
    let stranger = Company::with_seal(OTHER_NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let body = send_request(&session, b"x");
    let session = session.reference.as_str();
    for (operation, parameters) in [
        (Operation::SessionStatus, vec![session]),
        (Operation::SessionInvoices, vec![session]),
        (Operation::SessionFailedInvoices, vec![session]),
        (Operation::SessionInvoiceStatus, vec![session, &reference]),
        (Operation::UpoByInvoiceReference, vec![session, &reference]),
        (Operation::UpoByKsefNumber, vec![session, &number]),
        (Operation::UpoOfSession, vec![session, &reference]),
        (Operation::OnlineInvoiceSend, vec![session]),
        (Operation::OnlineSessionClose, vec![session]),
    ] {
        let request = match operation {
            Operation::OnlineInvoiceSend => Req::by(&stranger).json(&body),
            _ => Req::by(&stranger),
        };
        let answer = api.call(operation, &parameters, request).await?;
        answer.expect_forbidden("insufficient-resource-access");
    }
    // Who does not stand on an invoice does not learn that it exists.
    let details =
        api.call(Operation::InvoiceDownload, &[&number], Req::by(&stranger)).await?.expect_code(21164);
    assert_eq!(details, [format!("Faktura o numerze KSeF {number} nie została znaleziona.")]);
    // The buyer does stand on it.
    let buyer = Company::with_seal("5213003001", KeyKind::EcP256)?.login(&api).await?.access;
    api.call(Operation::InvoiceDownload, &[&number], Req::by(&buyer)).await?.expect(200);
    Ok(())
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    let unknown = "20260119-SO-0123456789-0123456789-00";
    let number = "5265877635-20250826-0100001AF629-AF";
    let body = send_request(&session, b"x");
    let call = |operation, parameters: Vec<&'static str>, request: Req| {
        let api = api.clone();
        async move { api.call(operation, &parameters, request).await }
    };
    let by = || Req::by(&access);
    call(Operation::SessionStatus, vec![unknown], by()).await?.expect_code(21173);
    call(Operation::SessionInvoices, vec![unknown], by()).await?.expect_code(21173);
    call(Operation::SessionFailedInvoices, vec![unknown], by()).await?.expect_code(21173);
    call(Operation::OnlineInvoiceSend, vec![unknown], by().json(&body)).await?.expect_code(21173);
    call(Operation::OnlineSessionClose, vec![unknown], by()).await?.expect_code(21173);
    call(Operation::UpoByKsefNumber, vec![unknown, number], by()).await?.expect_code(21178);
    call(Operation::UpoOfSession, vec![unknown, unknown], by()).await?.expect_code(21173);
    call(Operation::InvoiceDownload, vec![number], by()).await?.expect_code(21164);
    call(Operation::InvoiceDownload, vec!["123"], by()).await?.expect_code(21405);
    call(Operation::SessionStatus, vec!["123"], by()).await?.expect_code(21405);
    let own = session.reference.as_str();
    api.call(Operation::SessionInvoiceStatus, &[own, unknown], by()).await?.expect_code(21405);
    api.call(Operation::UpoOfSession, &[own, unknown], by()).await?.expect_code(21178);
    api.call(Operation::UpoByKsefNumber, &[own, number], by()).await?.expect_code(21178);
    Ok(())
}

#[tokio::test]
async fn invoices_of_a_session_come_in_pages() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    for index in 0..11 {
        send(&api, &access, &session, format!("nie XML {index}").as_bytes()).await?;
    }
    for operation in [Operation::SessionInvoices, Operation::SessionFailedInvoices] {
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let parameters = [session.reference.as_str()];
        let page = |token: Option<String>| {
            let request = Req::by(&access).query("pageSize=10");
            let request = match token {
                Some(token) => request.header("x-continuation-token", token),
                None => request,
            };
            api.call(operation, &parameters, request)
        };
        let first = page(None).await?.expect(200).json();
        assert_eq!(first["invoices"].as_array().map(Vec::len), Some(10));
        let second = page(Some(text(&first["continuationToken"]))).await?.expect(200).json();
        assert_eq!(second["invoices"].as_array().map(Vec::len), Some(1));
        assert_eq!(second["invoices"][0]["ordinalNumber"], 11);
        assert!(second.get("continuationToken").is_none());
        page(Some("x".to_owned())).await?.expect_code(21418);
        let request = Req::by(&access).query("pageSize=1001");
        api.call(operation, &[&session.reference], request).await?.expect_code(21405);
    }
    Ok(())
}

#[tokio::test]
async fn the_list_of_sessions_is_filtered() -> Answered {
    let Setting { simulator: _simulator, api, access } = setting().await?;
    let (open, closed) = (open_session(&api, &access).await?, open_session(&api, &access).await?);
    close_and_wait(&api, &access, &closed).await?;
    let stranger = Company::with_seal(OTHER_NIP, KeyKind::EcP256)?.login(&api).await?.access;
    open_session(&api, &stranger).await?;
    let list = |query: String| api.call(Operation::SessionList, &[], Req::by(&access).query(query));
    let references = async |query: String| -> Answered<Vec<String>> {
        let body = list(query).await?.expect(200).json();
        Ok(body["sessions"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| text(&item["referenceNumber"]))
            .collect())
    };
    let online = |rest: &str| format!("sessionType=Online{rest}");
    assert_eq!(references(online("")).await?, [closed.reference.clone(), open.reference.clone()]);
    assert_eq!(references(online("&statuses=InProgress")).await?, vec![open.reference.clone()]);
    assert_eq!(
        references(online("&statuses=Cancelled&statuses=Failed")).await?,
        vec![closed.reference.clone()]
    );
    assert_eq!(
        references(online(&format!("&referenceNumber={}", open.reference))).await?,
        vec![open.reference.clone()]
    );
    assert_eq!(
        references(online("&dateClosedFrom=2020-01-01T00:00:00Z")).await?,
        vec![closed.reference.clone()]
    );
    assert_eq!(references(online("&dateCreatedTo=2020-01-01T00:00:00Z")).await?, Vec::<String>::new());
    assert_eq!(references("sessionType=Batch".to_owned()).await?, Vec::<String>::new());
    list(String::new()).await?.expect_code(21405);
    list("sessionType=Both".to_owned()).await?.expect_code(21405);
    list(online("&statuses=Sleeping")).await?.expect_code(21405);
    list(online("&dateCreatedTo=yesterday")).await?.expect_code(21405);
    list(online("&referenceNumber=x")).await?.expect_code(21405);
    Ok(())
}

/// The limit is 10,000 invoices in a session (guide, `limity/limity.md`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_takes_ten_thousand_invoices_and_no_more() -> Answered {
    let Setting { simulator, api, access } = setting().await?;
    let session = open_session(&api, &access).await?;
    // Refused documents count as well, and are quick.
    let body = send_request(&session, b"x");
    let senders = (0..4).map(|_| {
        let (api, access, reference, body) =
            (api.clone(), access.clone(), session.reference.clone(), body.clone());
        tokio::spawn(async move {
            for _ in 0..2500 {
                let request = Req::by(&access).json(&body);
                let answer = api.call_unchecked(Operation::OnlineInvoiceSend, &[&reference], request).await;
                assert_eq!(answer.map(|answer| answer.status).ok(), Some(202));
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await?;
    }
    let request = Req::by(&access).json(&body);
    let details =
        api.call(Operation::OnlineInvoiceSend, &[&session.reference], request).await?.expect_code(21155);
    assert!(details[0].ends_with("osiągnęła dozwolony limit liczby faktur 10000."), "{details:?}");
    assert_eq!(simulator.inspect().sessions[0].invoice_count, 10_000);
    Ok(())
}
