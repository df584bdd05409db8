//! Encryption keys, rotated as planned, in an emergency, or certified anew; and the first certificate of a company.

use crate::common::control::Controlled;
use crate::common::*;
use ksef_crypto::{Certificate, Credential, KeyKind, SessionKey, SigningKey};
use ksef_sim::{Limits, Profile, SimulatorConfig};
use ksef_wire::Operation;
use reqwest::Method;
use serde_json::{Value, json};

const NIP: &str = "5265877635";
const USAGE: &str = "SymmetricKeyEncryption";

/// The certificates of a purpose, as they are published.
async fn published(api: &Api) -> Answered<Vec<Value>> {
    let all = api.call(Operation::PublicKeyCertificates, &[], Req::default()).await?.expect(200).json();
    let of_purpose = |key: &&Value| key["usage"][0] == USAGE;
    Ok(all.as_array().into_iter().flatten().filter(of_purpose).cloned().collect())
}

async fn open(api: &Api, access: &str, body: &Value) -> Answered<Answer> {
    api.call(Operation::OnlineSessionOpen, &[], Req::by(access).json(body)).await
}

/// The status of a session that was opened.
async fn code(api: &Api, access: &str, opened: Answer) -> Answered<i64> {
    let reference = text(&opened.expect(201).json()["referenceNumber"]);
    let status = api.call(Operation::SessionStatus, &[&reference], Req::by(access)).await?.expect(200).json();
    Ok(status["status"]["code"].as_i64().ok_or("a code")?)
}

#[tokio::test]
async fn keys_rotate_as_planned_and_in_an_emergency() -> Answered {
    let controlled = Controlled::start().await?;
    let api = &controlled.api;
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let access = company.login(api).await?.access;
    let named = open_request(api, &SessionKey::generate()).await?;
    let mut unnamed = named.clone();
    unnamed["encryption"].as_object_mut().ok_or("an object")?.remove("publicKeyId");
    let rotate = async |body: Value| -> Answered<Value> {
        Ok(controlled.call(Method::POST, "/control/keys", &[], Some(body)).await?.expect(200).json())
    };

    // Planned: both are published and taken for a week.
    let first = published(api).await?;
    rotate(json!({ "kind": "planned", "usage": USAGE, "overlapS": 7 * 86_400 })).await?;
    let both = published(api).await?;
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    assert_ne!(both[0]["publicKeyId"], both[1]["publicKeyId"]);
    for body in [&named, &unnamed] {
        assert_eq!(code(api, &access, open(api, &access, body).await?).await?, 100);
    }
    controlled.clock(json!({ "advanceS": 7 * 86_400 })).await?;
    let access = company.login(api).await?.access;
    assert_eq!(published(api).await?, both[1..]);
    assert_eq!(open(api, &access, &named).await?.expect_code(21470).len(), 1);
    // Who names no key is taken, and told later that it does not decrypt (field notes B3).
    assert_eq!(code(api, &access, open(api, &access, &unnamed).await?).await?, 415);

    // Certified anew: another certificate for the same key.
    let current = open_request(api, &SessionKey::generate()).await?;
    rotate(json!({ "kind": "recertified", "usage": USAGE })).await?;
    let again = published(api).await?;
    assert_eq!((again.len(), &again[0]["publicKeyId"]), (1, &both[1]["publicKeyId"]));
    assert_ne!(again[0]["certificateId"], both[1]["certificateId"]);
    assert_eq!(code(api, &access, open(api, &access, &current).await?).await?, 100);

    // Emergency: the old one is gone at once, sessions that were open go on.
    let session = open_session(api, &access).await?;
    rotate(json!({ "kind": "emergency" })).await?;
    let fresh = published(api).await?;
    assert_eq!(fresh.len(), 1);
    assert_ne!(fresh[0]["publicKeyId"], again[0]["publicKeyId"]);
    open(api, &access, &current).await?.expect_code(21470);
    let invoice = crate::common::invoice::Invoice::of(NIP, "FV/1");
    let invoice = crate::common::invoice::Invoice { issued: warsaw_day(&controlled), ..invoice }.bytes();
    assert_eq!(send_and_wait(api, &access, &session, &invoice).await?["status"]["code"], 200);
    open_session(api, &access).await?;
    // The key for tokens was rotated as well.
    login_by_token(api, &access, NIP).await?;

    for wrong in [json!({}), json!({ "kind": "planned", "usage": "Other" }), json!({ "kind": "sometimes" })] {
        controlled.call(Method::POST, "/control/keys", &[], Some(wrong)).await?.expect(400);
    }
    Ok(())
}

fn warsaw_day(controlled: &Controlled) -> jiff::civil::Date {
    use ksef_sim::Clock as _;
    let zone = jiff::tz::TimeZone::get("Europe/Warsaw").expect("the zone is known");
    controlled.simulator.clock().now().to_zoned(zone).date()
}

/// Two years pass in an instant, and callers still find a certificate that is good, for the same key.
#[tokio::test]
async fn certificates_are_renewed_before_they_end() -> Answered {
    let controlled = Controlled::start().await?;
    let before = published(&controlled.api).await?;
    controlled.clock(json!({ "advanceS": 86_400_i64 * 365 * 9 })).await?;
    let after = published(&controlled.api).await?;
    assert_eq!((after.len(), &after[0]["publicKeyId"]), (1, &before[0]["publicKeyId"]));
    let until: jiff::Timestamp = text(&after[0]["validTo"]).parse()?;
    use ksef_sim::Clock as _;
    assert!(until > controlled.simulator.clock().now());
    Ok(())
}

/// Where only KSeF's own certificates log in, the control port gives the first one.
#[tokio::test]
async fn the_first_certificate_comes_from_the_control_port() -> Answered {
    for (profile, key) in [(Profile::Demo, "ecP256"), (Profile::Prd, "rsa2048")] {
        let config = SimulatorConfig { profile, limits: Limits::Off, ..SimulatorConfig::default() };
        let controlled = Controlled::start_with(config).await?;
        let order = json!({ "nip": NIP, "name": "Przykładowa Hurtownia sp. z o.o.", "key": key });
        let issued = controlled.call(Method::POST, "/control/certificates", &[], Some(order)).await?;
        let issued = issued.expect(201).json();
        let certificate = Certificate::from_pem_or_der(text(&issued["certificate"]).as_bytes())?;
        let key = SigningKey::from_bytes(text(&issued["privateKey"]).as_bytes(), None)?;
        assert_eq!(issued["serialNumber"], certificate.serial_hex());
        let company = Company { nip: NIP.to_owned(), credential: Credential::new(certificate, key)? };
        company.login(&controlled.api).await?;
        for wrong in [json!({}), json!({ "nip": NIP, "pesel": "90010100001" }), json!({ "pesel": "1" })] {
            controlled.call(Method::POST, "/control/certificates", &[], Some(wrong)).await?.expect(400);
        }
    }
    Ok(())
}

/// Whoever goes back in time finds keys to encrypt for, and UPOs whose signer was valid when it signed.
#[tokio::test]
async fn a_clock_that_is_put_back_finds_keys_that_are_valid_then() -> Answered {
    let controlled = Controlled::start().await?;
    let api = &controlled.api;
    let then: jiff::Timestamp = "2026-02-02T12:00:00Z".parse()?;
    controlled.clock(json!({ "now": then.to_string() })).await?;
    let year = jiff::SignedDuration::from_hours(365 * 24);
    let subject = ksef_crypto::Subject::Seal { nip: NIP.to_owned(), organization: "Firma".to_owned() };
    let credential = Credential::self_signed(&subject, KeyKind::EcP256, then - year, then + year)?;
    let company = Company { nip: NIP.to_owned(), credential };
    let challenge = challenge(api).await?.0;
    let style = ksef_crypto::xades::SignatureStyle::Login;
    let document = company.auth_request(&challenge);
    let signed = ksef_crypto::xades::sign_enveloped(document.as_bytes(), &company.credential, then, style)?;
    let started = crate::login::post_xml(api, signed).await?.expect(202).json();
    let access = finish_login(api, &started).await?.access;
    let key = &published(api).await?[0];
    let valid_from: jiff::Timestamp = text(&key["validFrom"]).parse()?;
    assert!(valid_from <= then, "{valid_from}");
    let session = open_session(api, &access).await?;
    let invoice = crate::common::invoice::Invoice {
        issued: jiff::civil::date(2026, 2, 2),
        ..crate::common::invoice::Invoice::of(NIP, "FV/1")
    };
    let status = send_and_wait(api, &access, &session, &invoice.bytes()).await?;
    let number = text(&status["ksefNumber"]);
    let parameters = [session.reference.as_str(), number.as_str()];
    let upo = api.call(Operation::UpoByKsefNumber, &parameters, Req::by(&access)).await?.expect(200);
    let signed = ksef_crypto::xades::verify(&upo.bytes)?;
    assert!(signed.certificate.not_before() <= signed.signing_time, "{:?}", signed.signing_time);
    assert!(signed.signing_time.duration_since(then) < jiff::SignedDuration::from_mins(10));
    Ok(())
}
