//! Technical corrections, features of a session, and what production takes with a warning.

use crate::common::invoice::Invoice;
use crate::common::*;
use jiff::ToSpan as _;
use ksef_crypto::{KeyKind, SessionKey, Subject};
use ksef_sim::{Limits, Profile, SimulatorConfig};
use ksef_wire::{KsefCertificateType, Operation};
use serde_json::{Value, json};

const NIP: &str = "5265877635";

fn correction(session: &Session, document: &[u8], corrected: &str) -> Value {
    let mut body = send_request(session, document);
    body["offlineMode"] = json!(true);
    body["hashOfCorrectedInvoice"] = json!(corrected);
    body
}

#[tokio::test]
async fn a_rejected_offline_invoice_is_corrected_once() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    let offline = |number: &str| Invoice { issued: invoice_yesterday(), ..Invoice::of(NIP, number) };

    // Rejected for its schema, corrected in another session.
    let rejected = String::from_utf8(offline("FV/1").bytes())?.replace("<KodWaluty>PLN</KodWaluty>", "");
    let mut body = send_request(&session, rejected.as_bytes());
    body["offlineMode"] = json!(true);
    let reference = send_body(&api, &access, &session, &body).await?;
    assert_eq!(wait(&api, &access, &session, &reference).await?["status"]["code"], 450);
    let old_hash = hash(rejected.as_bytes());
    let next = open_session(&api, &access).await?;
    let body = correction(&next, &offline("FV/1").bytes(), &old_hash);
    let reference = send_body(&api, &access, &next, &body).await?;
    let done = wait(&api, &access, &next, &reference).await?;
    assert_eq!((&done["status"]["code"], &done["invoicingMode"]), (&json!(200), &json!("Offline")));

    let send = async |body: &Value| -> Answered<Answer> {
        api.call(Operation::OnlineInvoiceSend, &[&next.reference], Req::by(&access).json(body)).await
    };
    let again = correction(&next, &offline("FV/2").bytes(), &old_hash);
    let details = send(&again).await?.expect_code(21166);
    assert_eq!(details, ["Faktura posiada już przetworzoną prawidłowo korektę techniczną."]);
    let accepted = hash(&offline("FV/1").bytes());
    let details = send(&correction(&next, &offline("FV/3").bytes(), &accepted)).await?.expect_code(21167);
    assert_eq!(details, ["Nie można wysłać korekty technicznej do prawidłowo przetworzonej faktury."]);
    // A hash that nobody ever sent is taken (field notes B10).
    let reference = text(
        &send(&correction(&next, &offline("FV/4").bytes(), &hash(b"x"))).await?.expect(202).json()["referenceNumber"],
    );
    assert_eq!(wait(&api, &access, &next, &reference).await?["status"]["code"], 200);
    // Only offline invoices are corrected.
    let mut online = correction(&next, &offline("FV/5").bytes(), &old_hash);
    online["offlineMode"] = json!(false);
    let details = send(&online).await?.expect_code(21405);
    assert_eq!(details, ["HashOfCorrectedInvoice can only be provided for offline invoices"]);
    Ok(())
}

fn invoice_yesterday() -> jiff::civil::Date {
    crate::common::invoice::today().saturating_sub(1.day())
}

#[tokio::test]
async fn several_corrections_pass_while_the_first_is_processed() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    simulator.stall_processing();
    let mut references = Vec::new();
    for number in ["FV/1", "FV/2"] {
        let body = correction(&session, &Invoice::of(NIP, number).bytes(), &hash(b"rejected"));
        references.push(send_body(&api, &access, &session, &body).await?);
    }
    simulator.release_processing();
    for reference in &references {
        assert_eq!(wait(&api, &access, &session, reference).await?["status"]["code"], 200);
    }
    let third = correction(&session, &Invoice::of(NIP, "FV/3").bytes(), &hash(b"rejected"));
    api.call(Operation::OnlineInvoiceSend, &[&session.reference], Req::by(&access).json(&third))
        .await?
        .expect_code(21166);
    Ok(())
}

#[tokio::test]
async fn identifiers_of_parties_are_checked_on_demand() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let feature = "subject-identifier-validation";
    for (headers, code) in [
        (vec![], 200),
        (vec![feature.to_owned()], 450),
        // A list or a repeated header is taken and has no effect.
        (vec![format!("{feature}, upo-v4-3")], 200),
        (vec![feature.to_owned(), "upo-v4-3".to_owned()], 200),
    ] {
        let key = SessionKey::generate();
        let mut request = Req::by(&access).json(&open_request(&api, &key).await?);
        for header in &headers {
            request = request.header("X-KSeF-Feature", header.clone());
        }
        let answer = api.call(Operation::OnlineSessionOpen, &[], request).await?.expect(201).json();
        let session = Session { reference: text(&answer["referenceNumber"]), key };
        let number = format!("FV/{}", session.reference);
        let document = Invoice { buyer: "5213003001".to_owned(), ..Invoice::of(NIP, &number) };
        let sent = send_and_wait(&api, &access, &session, &document.bytes()).await?;
        assert_eq!(sent["status"]["code"], code, "{headers:?}: {sent}");
    }
    Ok(())
}

#[tokio::test]
async fn production_takes_odd_documents_with_a_warning() -> Answered {
    for (profile, code) in [(Profile::Test, 450), (Profile::Demo, 450), (Profile::Prd, 200)] {
        let config = SimulatorConfig { seed: 7, profile, limits: Limits::Off, ..SimulatorConfig::default() };
        let simulator = simulator_with(config).await?;
        let api = Api::of(&simulator);
        let subject =
            Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia".to_owned() };
        let credential =
            simulator.issue_certificate(&subject, KsefCertificateType::Authentication, KeyKind::EcP256)?;
        let access = Company { nip: NIP.to_owned(), credential }.login(&api).await?.access;
        let session = open_session(&api, &access).await?;
        let plain = Invoice { buyer: "5213003002".to_owned(), ..Invoice::of(NIP, "FV/1") };
        let plain = String::from_utf8(plain.bytes())?;
        let odd = plain.replacen("?>", "?><?xml-stylesheet type=\"text/xsl\" href=\"a.xsl\"?>", 1);
        let odd = odd.replace("FV/1", "FV/2");
        for (document, is_odd) in [(plain, false), (odd, true)] {
            let body = send_request(&session, document.as_bytes());
            let answer = api
                .call(Operation::OnlineInvoiceSend, &[&session.reference], Req::by(&access).json(&body))
                .await?;
            let answer = answer.expect(202);
            let has_warning = answer.header("x-system-warning").starts_with("[xml-002]: ");
            assert_eq!(has_warning, is_odd && profile == Profile::Prd, "{profile:?}");
            let reference = text(&answer.json()["referenceNumber"]);
            let status = wait(&api, &access, &session, &reference).await?;
            assert_eq!(status["status"]["code"], if is_odd { code } else { 200 }, "{profile:?}: {status}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn forms_are_taken_where_they_belong() -> Answered {
    for profile in [Profile::Test, Profile::Demo, Profile::Prd] {
        let config = SimulatorConfig { seed: 7, profile, limits: Limits::Off, ..SimulatorConfig::default() };
        let simulator = simulator_with(config).await?;
        let api = Api::of(&simulator);
        let subject =
            Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia".to_owned() };
        let credential =
            simulator.issue_certificate(&subject, KsefCertificateType::Authentication, KeyKind::EcP256)?;
        let access = Company { nip: NIP.to_owned(), credential }.login(&api).await?.access;
        for (system, version, value, is_taken) in [
            ("FA (3)", "1-0E", "FA", true),
            ("FA (2)", "1-0E", "FA", profile == Profile::Test),
            ("FA_RR (1)", "1-1E", "FA_RR", true),
            ("PEF (3)", "2-1", "PEF", false),
            ("PEF_KOR (3)", "2-1", "PEF", false),
            ("FA (4)", "1-0E", "FA", false),
        ] {
            let mut body = open_request(&api, &SessionKey::generate()).await?;
            body["formCode"] = json!({ "systemCode": system, "schemaVersion": version, "value": value });
            let answer = api.call(Operation::OnlineSessionOpen, &[], Req::by(&access).json(&body)).await?;
            if is_taken {
                answer.expect(201);
            } else {
                let details = answer.expect_code(21405);
                assert_eq!(details, ["Wskazany kod formularza nie jest wspierany."], "{system} {profile:?}");
            }
        }
    }
    Ok(())
}
