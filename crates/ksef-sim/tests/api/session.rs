//! A session from opening to UPO, and every way in which an invoice is refused.

use crate::common::invoice::{Invoice, today};
use crate::common::*;
use ksef_crypto::{KeyKind, SessionKey};
use ksef_wire::Operation;
use serde_json::json;

const NIP: &str = "5265877635";

#[tokio::test]
async fn an_invoice_goes_from_session_to_number_and_upo() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;

    let status =
        api.call(Operation::SessionStatus, &[&session.reference], Req::by(&access)).await?.expect(200).json();
    assert_eq!(status["status"], json!({ "code": 100, "description": "Sesja interaktywna otwarta" }));
    assert!(status.get("invoiceCount").is_none() && status.get("upo").is_none(), "{status}");

    let document = Invoice::of(NIP, "FV/1").bytes();
    let invoice = send_and_wait(&api, &access, &session, &document).await?;
    assert_eq!(invoice["status"], json!({ "code": 200, "description": "Sukces" }));
    assert_eq!(invoice["invoiceHash"], hash(&document));
    assert_eq!(invoice["invoiceNumber"], "FV/1");
    assert_eq!(invoice["ordinalNumber"], 1);
    assert_eq!(invoice["invoicingMode"], "Online");
    let number: ksef_id::KsefNumber = text(&invoice["ksefNumber"]).parse()?;
    assert_eq!(number.seller().as_str(), NIP);
    assert_eq!(number.acceptance_day(), today().strftime("%Y%m%d").to_string());

    let status = close_and_wait(&api, &access, &session).await?;
    assert_eq!(status["status"]["code"], 200, "{status}");
    assert_eq!((&status["invoiceCount"], &status["successfulInvoiceCount"]), (&json!(1), &json!(1)));
    assert_eq!(status["failedInvoiceCount"], 0);
    assert_eq!(status["upo"]["pages"].as_array().map(Vec::len), Some(1));

    // The UPO is the same document by all ways, and its hash stands in the header.
    let reference = text(&invoice["referenceNumber"]);
    let by_reference = api
        .call(Operation::UpoByInvoiceReference, &[&session.reference, &reference], Req::by(&access))
        .await?
        .expect(200);
    let by_number = api
        .call(Operation::UpoByKsefNumber, &[&session.reference, number.as_str()], Req::by(&access))
        .await?
        .expect(200);
    let by_link =
        api.raw(reqwest::Method::GET, &text(&invoice["upoDownloadUrl"]), Req::default()).await?.expect(200);
    assert_eq!(by_reference.bytes, by_number.bytes);
    assert_eq!(by_reference.bytes, by_link.bytes);
    assert_eq!(by_link.header("x-ms-meta-hash"), hash(&by_link.bytes));
    let upo = String::from_utf8(by_reference.bytes)?;
    assert!(upo.contains(&format!("<SkrotDokumentu>{}</SkrotDokumentu>", hash(&document))), "{upo}");
    assert!(upo.contains(&format!("<NumerKSeFDokumentu>{number}</NumerKSeFDokumentu>")), "{upo}");

    // The invoice is read back byte for byte.
    let read = api.call(Operation::InvoiceDownload, &[number.as_str()], Req::by(&access)).await?.expect(200);
    assert_eq!(read.bytes, document);
    assert_eq!(read.header("x-ms-meta-hash"), hash(&document));

    let seen = simulator.inspect();
    assert_eq!(seen.invoices.len(), 1);
    assert_eq!((seen.invoices[0].sends, &seen.invoices[0].bytes), (1, &document));
    assert_eq!(seen.count(Operation::OnlineInvoiceSend), 1);
    simulator.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_session_whose_key_does_not_decrypt_is_415() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let mut request = open_request(&api, &SessionKey::generate()).await?;
    request["encryption"]["encryptedSymmetricKey"] = json!(base64(&[7; 256]));
    let opened = api
        .call(Operation::OnlineSessionOpen, &[], Req::by(&access).json(&request))
        .await?
        .expect(201)
        .json();
    let session = Session { reference: text(&opened["referenceNumber"]), key: SessionKey::generate() };
    let status =
        api.call(Operation::SessionStatus, &[&session.reference], Req::by(&access)).await?.expect(200).json();
    assert_eq!(status["status"]["code"], 415);
    let body = Req::by(&access).json(&send_request(&session, b"x"));
    let details =
        api.call(Operation::OnlineInvoiceSend, &[&session.reference], body).await?.expect_code(21180);
    assert_eq!(details, ["Status sesji 415 uniemożliwia wysyłkę faktur."]);
    close(&api, &access, &session).await?.expect_code(21180);
    Ok(())
}

#[tokio::test]
async fn the_same_seed_gives_the_same_numbers() -> Answered {
    use ksef_sim::{Limits, ManualClock, SimulatorConfig};
    let at = jiff::Timestamp::now();
    let mut runs = Vec::new();
    for seed in [11, 11, 12] {
        let clock = std::sync::Arc::new(ManualClock::new(at));
        let simulator = simulator_with(SimulatorConfig {
            seed,
            limits: Limits::Off,
            clock,
            ..SimulatorConfig::default()
        })
        .await?;
        assert_eq!(simulator.seed(), seed);
        let api = Api::of(&simulator);
        let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
        let session = open_session(&api, &tokens.access).await?;
        let reference = send(&api, &tokens.access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
        let number = simulator.inspect().invoices[0].ksef_number.to_string();
        let parsed: ksef_id::ReferenceNumber = reference.parse()?;
        assert!(parsed.has_valid_crc() && parsed.kind() == Some(ksef_id::ReferenceKind::Invoice));
        runs.push([tokens.reference, session.reference, reference, number]);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    Ok(())
}

#[tokio::test]
async fn an_invoice_of_a_thousand_lines_goes_through() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    let invoice = Invoice { lines: 1000, ..Invoice::of(NIP, "FV/1000") };
    let invoice = send_and_wait(&api, &access, &session, &invoice.bytes()).await?;
    assert_eq!(invoice["status"]["code"], 200, "{invoice}");
    Ok(())
}

#[tokio::test]
async fn a_taken_port_is_said_clearly() -> Answered {
    let first = simulator().await?;
    let second = ksef_sim::Simulator::start(ksef_sim::SimulatorConfig::default(), first.address()).await;
    let error = second.err().ok_or("the port is taken")?;
    assert!(matches!(error, ksef_sim::StartError::AddressInUse { .. }));
    assert!(error.to_string().contains(&first.address().to_string()), "{error}");
    Ok(())
}
