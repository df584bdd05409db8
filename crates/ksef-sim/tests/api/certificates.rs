//! Certificates of KSeF: applied for, issued, used to log in, revoked, expired.

use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::csr::{self, CertificateRequestSubject};
use ksef_crypto::{Certificate, Credential, KeyKind, SigningKey, Subject, SubjectIdentity};
use ksef_sim::{Limits, ManualClock, Profile, SimulatorConfig};
use ksef_wire::{KsefCertificateType, Operation};
use serde_json::{Value, json};
use std::sync::Arc;

const NIP: &str = "5265877635";
const PESEL: &str = "88102341294";

fn person() -> Answered<Company> {
    let identity = SubjectIdentity::Pesel(PESEL.to_owned());
    let subject =
        Subject::Person { identity, given_name: "Łucja".to_owned(), surname: "Żak-Ósma".to_owned() };
    Company::of(NIP, &subject, KeyKind::EcP256)
}

/// The subject that KSeF names for a login.
pub(crate) async fn subject_of(api: &Api, access: &str) -> Answered<CertificateRequestSubject> {
    let data = api.call(Operation::CertificateEnrollmentData, &[], Req::by(access)).await?.expect(200).json();
    let optional = |name: &str| data[name].as_str().map(str::to_owned);
    Ok(CertificateRequestSubject {
        common_name: text(&data["commonName"]),
        country_name: text(&data["countryName"]),
        given_name: optional("givenName"),
        surname: optional("surname"),
        serial_number: optional("serialNumber"),
        unique_identifier: optional("uniqueIdentifier"),
        organization_name: optional("organizationName"),
        organization_identifier: optional("organizationIdentifier"),
    })
}

pub(crate) fn application(kind: &str, der: &[u8]) -> Value {
    json!({ "certificateName": "Próbny certyfikat 1", "certificateType": kind, "csr": base64(der) })
}

pub(crate) async fn apply(api: &Api, access: &str, body: &Value) -> Answered<Answer> {
    api.call(Operation::CertificateEnroll, &[], Req::by(access).json(body)).await
}

/// Waits for an application; gives its final answer.
pub(crate) async fn wait_for(api: &Api, access: &str, answer: Answer) -> Answered<Value> {
    let reference = text(&answer.expect(202).json()["referenceNumber"]);
    let (seen, body) =
        api.poll(Operation::CertificateEnrollmentStatus, &[&reference], access, &[100]).await?;
    assert_eq!(seen.first(), Some(&100), "the intermediate status is shown");
    Ok(body)
}

/// Applies for a certificate, waits and retrieves it.
async fn enroll(api: &Api, access: &str, kind: &str, key: KeyKind) -> Answered<(String, Credential)> {
    let request = csr::generate(&subject_of(api, access).await?, key)?;
    let answer = apply(api, access, &application(kind, &request.der)).await?;
    let body = wait_for(api, access, answer).await?;
    assert_eq!(body["status"]["description"], "Wniosek obsłużony (certyfikat wygenerowany)", "{body}");
    let serial = text(&body["certificateSerialNumber"]);
    let (_, certificate) = retrieve(api, access, &serial).await?.ok_or("it can be retrieved")?;
    Ok((serial, Credential::new(certificate, request.key)?))
}

async fn retrieve(api: &Api, access: &str, serial: &str) -> Answered<Option<(Value, Certificate)>> {
    use base64::Engine as _;
    let body = json!({ "certificateSerialNumbers": [serial] });
    let answer = api.call(Operation::CertificateRetrieve, &[], Req::by(access).json(&body)).await?;
    let found = answer.expect(200).json()["certificates"][0].clone();
    if found.is_null() {
        return Ok(None);
    }
    let der = base64::engine::general_purpose::STANDARD.decode(text(&found["certificate"]))?;
    Ok(Some((found, Certificate::from_der(&der)?)))
}

async fn listed(api: &Api, access: &str, filter: &Value) -> Answered<Vec<Value>> {
    let answer = api.call(Operation::CertificateQuery, &[], Req::by(access).json(filter)).await?;
    Ok(answer.expect(200).json()["certificates"].as_array().cloned().unwrap_or_default())
}

async fn limits(api: &Api, access: &str) -> Answered<Value> {
    Ok(api.call(Operation::CertificateLimits, &[], Req::by(access)).await?.expect(200).json())
}

/// The final status of a login that is taken.
async fn login_status(api: &Api, company: &Company) -> Answered<Value> {
    let started = company.start_login(api).await?.expect(202).json();
    let token = text(&started["authenticationToken"]["token"]);
    let reference = text(&started["referenceNumber"]);
    let (_, body) = api.poll(Operation::AuthStatus, &[&reference], &token, &[100]).await?;
    Ok(body)
}

#[tokio::test]
async fn a_certificate_is_applied_for_retrieved_and_used() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    for key in [KeyKind::EcP256, KeyKind::Rsa { bits: 2048 }] {
        let (serial, credential) = enroll(&api, &tokens.access, "Authentication", key).await?;
        let certificate = credential.certificate();
        assert_eq!(certificate.serial_hex(), serial);
        assert_eq!(certificate.identity(), Some(SubjectIdentity::Nip(NIP.to_owned())));
        assert_eq!(certificate.certificate_type().name(), "Authentication");
        let company = Company { nip: NIP.to_owned(), credential };
        let status = login_status(&api, &company).await?;
        assert_eq!(status["status"]["code"], 200);
        assert_eq!(status["authenticationMethod"], "InternalCertificate");
        let of_certificate = company.login(&api).await?;
        let found =
            listed(&api, &of_certificate.access, &json!({ "certificateSerialNumber": serial })).await?;
        assert!(found[0]["lastUseDate"].is_string(), "{found:?}");
        // With a certificate of KSeF one applies for the next.
        enroll(&api, &of_certificate.access, "Authentication", KeyKind::EcP256).await?;
    }
    let (serial, offline) = enroll(&api, &tokens.access, "Offline", KeyKind::EcP256).await?;
    assert_eq!(offline.certificate().certificate_type().name(), "Offline");
    let (item, _) = retrieve(&api, &tokens.access, &serial).await?.ok_or("it is there")?;
    assert_eq!(
        (&item["certificateType"], &item["certificateName"]),
        (&json!("Offline"), &json!("Próbny certyfikat 1"))
    );
    // It logs nobody in.
    let status = login_status(&api, &Company { nip: NIP.to_owned(), credential: offline }).await?;
    assert_eq!(status["status"]["code"], 460);
    assert_eq!(status["status"]["details"], json!(["Niepoprawny certyfikat"]));
    Ok(())
}

#[tokio::test]
async fn certificates_belong_to_their_subject_in_every_context() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let owner = company.login(&api).await?;
    let other = Company::with_seal("7781464139", KeyKind::EcP256)?.login(&api).await?;
    let (serial, _) = enroll(&api, &owner.access, "Authentication", KeyKind::EcP256).await?;
    assert!(retrieve(&api, &other.access, &serial).await?.is_none());
    assert!(listed(&api, &other.access, &json!({})).await?.is_empty());
    let revoke =
        api.call(Operation::CertificateRevoke, &[&serial], Req::by(&other.access).json(&json!({}))).await?;
    revoke.expect_code(25008);
    // A person who is linked to the company by test data is the same.
    let body = json!({ "nip": NIP, "pesel": PESEL, "isBailiff": false, "description": "Osoba próbna" });
    api.call(Operation::TestDataPersonCreate, &[], Req::default().json(&body)).await?.expect(200);
    let linked = person()?.login(&api).await?;
    assert!(retrieve(&api, &linked.access, &serial).await?.is_some());
    let (of_person, _) = enroll(&api, &linked.access, "Offline", KeyKind::EcP256).await?;
    let found = listed(&api, &owner.access, &json!({ "type": "Offline" })).await?;
    assert_eq!(found[0]["certificateSerialNumber"], of_person);
    assert_eq!(found[0]["subjectIdentifier"], json!({ "type": "Pesel", "value": PESEL }));
    assert_eq!(found[0]["commonName"], "Łucja Żak-Ósma");
    Ok(())
}

#[tokio::test]
async fn every_bad_application_has_its_code() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let access = tokens.access.as_str();
    let subject = subject_of(&api, access).await?;
    let good = csr::generate(&subject, KeyKind::EcP256)?.der;

    let raw = |content: &'static str| Req::by(access).bytes("application/json", content);
    api.call(Operation::CertificateEnroll, &[], raw("{")).await?.expect_code(21001);
    for (name, bad) in [
        ("certificateName", json!("Abc")),
        ("certificateName", json!("A".repeat(101))),
        ("certificateName", json!("Nazwa / inna")),
        ("certificateType", json!("Both")),
        ("csr", json!("%%%")),
        ("validFrom", json!("2000-01-01T00:00:00Z")),
        ("validFrom", json!("9998-01-01T00:00:00Z")),
    ] {
        let mut body = application("Offline", &good);
        body[name] = bad.clone();
        let details = apply(&api, access, &body).await?.expect_code(21405);
        assert!(details[0].contains(name), "{bad}: {details:?}");
    }

    // Whom the request names.
    let mut other = subject.clone();
    other.common_name.push('a');
    let mut more = subject.clone();
    more.given_name = Some("Jan".to_owned());
    let mut fewer = subject.clone();
    fewer.organization_name = None;
    for subject in [other, more, fewer] {
        let der = csr::generate(&subject, KeyKind::EcP256)?.der;
        apply(&api, access, &application("Offline", &der)).await?.expect_code(25003);
    }
    // Form and signature.
    let mut unsigned = good.clone();
    let last = unsigned.len() - 1;
    unsigned[last] ^= 1;
    for der in [b"x".as_slice(), &good[..good.len() - 1], &unsigned] {
        apply(&api, access, &application("Offline", der)).await?.expect_code(25004);
    }
    // Letters that PrintableString has not (field notes B12).
    let name = subject.common_name.as_bytes();
    let at = good.windows(name.len()).position(|window| window == name).ok_or("the name stands there")?;
    let mut printable = good.clone();
    printable[at - 2] = 19;
    apply(&api, access, &application("Offline", &printable)).await?.expect_code(25004);
    // Keys and algorithms.
    let of_key = |algorithm: &'static rcgen::SignatureAlgorithm| -> Answered<Vec<u8>> {
        let key = rcgen::KeyPair::generate_for(algorithm)?;
        Ok(rcgen::CertificateParams::default().serialize_request(&key)?.der().to_vec())
    };
    for algorithm in [&rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519] {
        apply(&api, access, &application("Offline", &of_key(algorithm)?)).await?.expect_code(25010);
    }
    // The algorithm stands at the end as at the beginning of nothing else: ecdsa-with-SHA224 in place of SHA256.
    let oid = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
    let at = good.windows(oid.len()).position(|window| window == oid).ok_or("the algorithm stands there")?;
    let mut sha224 = good.clone();
    sha224[at + oid.len() - 1] = 1;
    apply(&api, access, &application("Offline", &sha224)).await?.expect_code(25011);

    // None of this has used an application up.
    assert_eq!(limits(&api, access).await?["enrollment"], json!({ "limit": 300, "remaining": 300 }));
    let unknown = "20260119-EH-0123456789-0123456789-00";
    api.call(Operation::CertificateEnrollmentStatus, &[unknown], Req::by(access)).await?.expect_code(25005);
    api.call(Operation::CertificateEnrollmentStatus, &["x"], Req::by(access)).await?.expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn quotas_hold_and_revoking_gives_slots_but_no_applications_back() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let access = tokens.access.as_str();
    let initial = limits(&api, access).await?;
    assert_eq!(initial["canRequest"], true);
    assert_eq!(initial["certificate"], json!({ "limit": 100, "remaining": 100 }));
    let changed = json!({ "enrollment": { "maxEnrollments": 4 }, "certificate": { "maxCertificates": 1 } });
    api.call(Operation::TestDataSubjectLimitsSet, &[], Req::by(access).json(&changed)).await?.expect(200);

    // Two at once: the second is refused when it is processed.
    let subject = subject_of(&api, access).await?;
    let request = || {
        csr::generate(&subject, KeyKind::EcP256).map(|request| application("Authentication", &request.der))
    };
    let first = apply(&api, access, &request()?).await?;
    let second = apply(&api, access, &request()?).await?;
    let refused = wait_for(&api, access, second).await?;
    assert_eq!(
        (&refused["status"]["code"], &refused["status"]["description"]),
        (&json!(400), &json!("Wniosek odrzucony"))
    );
    assert_eq!(
        refused["status"]["details"],
        json!(["Osiągnięto dopuszczalny limit posiadanych certyfikatów."])
    );
    let serial = text(&wait_for(&api, access, first).await?["certificateSerialNumber"]);

    apply(&api, access, &request()?).await?.expect_code(25007);
    let now = limits(&api, access).await?;
    assert_eq!(now["certificate"]["remaining"], 0);
    assert_eq!((&now["enrollment"]["remaining"], &now["canRequest"]), (&json!(2), &json!(false)));

    api.call(
        Operation::CertificateRevoke,
        &[&serial],
        Req::by(access).json(&json!({ "revocationReason": "Superseded" })),
    )
    .await?
    .expect(204);
    let now = limits(&api, access).await?;
    assert_eq!((&now["certificate"]["remaining"], &now["enrollment"]["remaining"]), (&json!(1), &json!(2)));
    for _ in 0..2 {
        let answer = apply(&api, access, &request()?).await?;
        wait_for(&api, access, answer).await?;
        let serial = listed(&api, access, &json!({ "status": "Active" })).await?;
        let serial = text(&serial[0]["certificateSerialNumber"]);
        api.call(Operation::CertificateRevoke, &[&serial], Req::by(access)).await?.expect(204);
    }
    apply(&api, access, &request()?).await?.expect_code(25006);

    // A person's quotas are others.
    let body = json!({ "nip": NIP, "pesel": PESEL, "isBailiff": false, "description": "Osoba próbna" });
    api.call(Operation::TestDataPersonCreate, &[], Req::default().json(&body)).await?.expect(200);
    let linked = person()?.login(&api).await?;
    let of_person = limits(&api, &linked.access).await?;
    assert_eq!(of_person["enrollment"], json!({ "limit": 12, "remaining": 12 }));
    assert_eq!(of_person["certificate"], json!({ "limit": 6, "remaining": 6 }));
    Ok(())
}

#[tokio::test]
async fn a_key_is_certified_for_one_subject_only() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let key = rcgen::KeyPair::generate()?;
    let mut outcomes = Vec::new();
    for nip in [NIP, NIP, "7781464139"] {
        let tokens = Company::with_seal(nip, KeyKind::EcP256)?.login(&api).await?;
        let data = api
            .call(Operation::CertificateEnrollmentData, &[], Req::by(&tokens.access))
            .await?
            .expect(200)
            .json();
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (oid, name) in
            [(6, "countryName"), (10, "organizationName"), (97, "organizationIdentifier"), (3, "commonName")]
        {
            params.distinguished_name.push(rcgen::DnType::from_oid(&[2, 5, 4, oid]), text(&data[name]));
        }
        let der = params.serialize_request(&key)?.der().to_vec();
        let answer = apply(&api, &tokens.access, &application("Offline", &der)).await?;
        outcomes.push(wait_for(&api, &tokens.access, answer).await?["status"].clone());
    }
    assert_eq!((&outcomes[0]["code"], &outcomes[1]["code"]), (&json!(200), &json!(200)));
    assert_eq!(outcomes[2]["code"], 400);
    assert_eq!(
        outcomes[2]["details"],
        json!(["Klucz publiczny został już certyfikowany przez inny podmiot."])
    );
    Ok(())
}

#[tokio::test]
async fn a_revoked_certificate_logs_nobody_in() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let seal = Company::with_seal(NIP, KeyKind::EcP256)?;
    let tokens = seal.login(&api).await?;
    let (serial, credential) = enroll(&api, &tokens.access, "Authentication", KeyKind::EcP256).await?;
    let company = Company { nip: NIP.to_owned(), credential };
    let living = company.login(&api).await?;

    let bad = Req::by(&tokens.access).json(&json!({ "revocationReason": "Boredom" }));
    api.call(Operation::CertificateRevoke, &[&serial], bad).await?.expect_code(21405);
    let unreadable = Req::by(&tokens.access).bytes("application/json", "{");
    api.call(Operation::CertificateRevoke, &[&serial], unreadable).await?.expect_code(21001);
    let reason = Req::by(&tokens.access).json(&json!({ "revocationReason": "KeyCompromise" }));
    api.call(Operation::CertificateRevoke, &[&serial], reason).await?.expect(204);
    if api.is_quick() {
        let status = login_status(&api, &company).await?;
        assert_eq!(status["status"]["details"], json!(["Certyfikat zawieszony"]));
    }
    let mut seen = Vec::new();
    for _ in 0..100 {
        let item = &listed(&api, &tokens.access, &json!({ "certificateSerialNumber": serial })).await?[0];
        seen.push(text(&item["status"]));
        if item["status"] == "Revoked" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(seen.iter().all(|status| status == "Blocked" || status == "Revoked"), "{seen:?}");
    assert_eq!(seen.last().map(String::as_str), Some("Revoked"));
    let status = login_status(&api, &company).await?;
    assert_eq!(status["status"]["code"], 460);
    assert_eq!(status["status"]["details"], json!(["Certyfikat odwołany"]));
    let seen = simulator.inspect().certificates;
    assert_eq!(seen[0].revoked_for, Some(ksef_wire::CertificateRevocationReason::KeyCompromise));
    // What was logged in stays so (field notes A9, issue 424).
    api.call(Operation::RateLimits, &[], Req::by(&living.access)).await?.expect(200);
    api.call(Operation::AuthTokenRefresh, &[], Req::by(&living.refresh)).await?.expect(200);
    api.call(Operation::CertificateRevoke, &[&serial], Req::by(&tokens.access)).await?.expect_code(25009);
    api.call(Operation::CertificateRevoke, &["0123456789ABCDEF"], Req::by(&tokens.access))
        .await?
        .expect_code(25008);
    api.call(Operation::CertificateRevoke, &["x"], Req::by(&tokens.access)).await?.expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn tokens_neither_apply_nor_revoke() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let (serial, _) = enroll(&api, &owner.access, "Offline", KeyKind::EcP256).await?;
    let tokens = login_by_token(&api, &owner.access, NIP).await?;
    api.call(Operation::CertificateEnrollmentData, &[], Req::by(&tokens.access)).await?.expect_code(25001);
    apply(&api, &tokens.access, &application("Offline", b"x")).await?.expect_code(25002);
    assert_eq!(limits(&api, &tokens.access).await?["canRequest"], false);
    let refused = api.call(Operation::CertificateRevoke, &[&serial], Req::by(&tokens.access)).await?;
    refused.expect_forbidden("auth-method-not-allowed");
    // Reading is the subject's, whatever the method.
    assert_eq!(listed(&api, &tokens.access, &json!({})).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn certificates_expire_by_the_clock_and_by_test_data() -> Answered {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let seal = Company::with_seal(NIP, KeyKind::EcP256)?;
    let tokens = seal.login(&api).await?;
    let access = tokens.access.as_str();
    let (first, credential) = enroll(&api, access, "Authentication", KeyKind::EcP256).await?;
    let (second, other) = enroll(&api, access, "Authentication", KeyKind::EcP256).await?;
    let (company, other) =
        (Company { nip: NIP.to_owned(), credential }, Company { nip: NIP.to_owned(), credential: other });
    // One that begins later.
    let request = csr::generate(&subject_of(&api, access).await?, KeyKind::EcP256)?;
    let mut body = application("Authentication", &request.der);
    let later = ksef_sim::Clock::now(&*clock) + SignedDuration::from_hours(48);
    body["validFrom"] = json!(later.to_string());
    let answer = apply(&api, access, &body).await?;
    let serial = text(&wait_for(&api, access, answer).await?["certificateSerialNumber"]);
    let (_, certificate) = retrieve(&api, access, &serial).await?.ok_or("it is there")?;
    assert_eq!(certificate.not_before().as_second(), later.as_second());
    let early = Company { nip: NIP.to_owned(), credential: Credential::new(certificate, request.key)? };
    assert_eq!(login_status(&api, &early).await?["status"]["details"], json!(["Nieważny certyfikat"]));

    let update = |valid_to: String| Req::by(access).json(&json!({ "validTo": valid_to }));
    let now = ksef_sim::Clock::now(&*clock);
    let far = now + SignedDuration::from_hours(24 * 1000);
    api.call(Operation::TestDataCertificate, &[&first], update(far.to_string())).await?.expect_code(21405);
    api.call(Operation::TestDataCertificate, &["x"], update(now.to_string())).await?.expect_code(21405);
    api.call(Operation::TestDataCertificate, &["0123456789ABCDEF"], update(now.to_string()))
        .await?
        .expect_code(25008);
    let past = now - SignedDuration::from_secs(1);
    api.call(Operation::TestDataCertificate, &[&first], update(past.to_string())).await?.expect(200);
    let status = login_status(&api, &company).await?;
    assert_eq!(status["status"]["details"], json!(["Nieważny certyfikat"]));
    let expired = listed(&api, access, &json!({ "status": "Expired" })).await?;
    assert_eq!(expired.len(), 1);
    assert_eq!(expired[0]["certificateSerialNumber"], first);
    api.call(Operation::CertificateRevoke, &[&first], Req::by(access)).await?.expect_code(25009);

    // Two years to the end of the second.
    let tokens = other.login(&api).await?;
    clock.advance(SignedDuration::from_mins(5));
    let until = listed(&api, &tokens.access, &json!({ "certificateSerialNumber": second })).await?;
    let until: Timestamp = text(&until[0]["validTo"]).parse()?;
    let left = until.duration_since(ksef_sim::Clock::now(&*clock));
    assert!((729..=731).contains(&(left.as_hours() / 24)), "{left:?}");
    clock.set(until);
    assert_eq!(login_status(&api, &other).await?["status"]["code"], 200);
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(login_status(&api, &other).await?["status"]["details"], json!(["Nieważny certyfikat"]));
    Ok(())
}

#[tokio::test]
async fn lists_are_filtered_and_paged() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let subject =
        Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia sp. z o.o.".to_owned() };
    for index in 0..12 {
        let kind =
            if index % 3 == 0 { KsefCertificateType::Offline } else { KsefCertificateType::Authentication };
        simulator.issue_certificate(&subject, kind, KeyKind::EcP256)?;
    }
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let page = |query: &'static str, body: Value| Req::by(&tokens.access).query(query).json(&body);
    let call = |request: Req| api.call(Operation::CertificateQuery, &[], request);
    let first = call(page("", json!({}))).await?.expect(200).json();
    assert_eq!((first["certificates"].as_array().map(Vec::len), &first["hasMore"]), (Some(10), &json!(true)));
    let second = call(page("pageOffset=1", json!({}))).await?.expect(200).json();
    assert_eq!(
        (second["certificates"].as_array().map(Vec::len), &second["hasMore"]),
        (Some(2), &json!(false))
    );
    let all = call(Req::by(&tokens.access).query("pageSize=50")).await?.expect(200).json();
    assert_eq!(all["certificates"].as_array().map(Vec::len), Some(12));
    let offline = call(page("", json!({ "type": "Offline" }))).await?.expect(200).json();
    assert_eq!(offline["certificates"].as_array().map(Vec::len), Some(4));
    let serial = text(&offline["certificates"][0]["certificateSerialNumber"]);
    let named = call(page("", json!({ "name": serial }))).await?.expect(200).json();
    assert_eq!(named["certificates"].as_array().map(Vec::len), Some(1), "a part of the name");
    let after = call(page("", json!({ "expiresAfter": "2100-01-01T00:00:00Z" }))).await?.expect(200).json();
    assert_eq!(after["certificates"], json!([]));
    for bad in
        [json!({ "type": "Both" }), json!({ "status": "Lost" }), json!({ "certificateSerialNumber": "x" })]
    {
        call(page("", bad)).await?.expect_code(21405);
    }
    call(page("pageSize=51", json!({}))).await?.expect_code(21405);
    call(page("pageOffset=-1", json!({}))).await?.expect_code(21405);
    call(Req::by(&tokens.access).bytes("application/json", "[")).await?.expect_code(21001);

    let retrieve =
        |body: Value| api.call(Operation::CertificateRetrieve, &[], Req::by(&tokens.access).json(&body));
    retrieve(json!({ "certificateSerialNumbers": [] })).await?.expect_code(21405);
    retrieve(json!({ "certificateSerialNumbers": vec!["0123456789ABCDEF"; 11] })).await?.expect_code(21405);
    retrieve(json!({ "certificateSerialNumbers": ["x"] })).await?.expect_code(21405);
    let unreadable = Req::by(&tokens.access).bytes("application/json", "");
    api.call(Operation::CertificateRetrieve, &[], unreadable).await?.expect_code(21001);
    Ok(())
}

#[tokio::test]
async fn in_demo_and_prd_the_authoritys_certificates_log_in() -> Answered {
    for profile in [Profile::Demo, Profile::Prd] {
        let config = SimulatorConfig { profile, limits: Limits::Off, ..SimulatorConfig::default() };
        let simulator = simulator_with(config).await?;
        let api = Api::of(&simulator);
        let subject = Subject::Seal {
            nip: NIP.to_owned(),
            organization: "Przykładowa Hurtownia sp. z o.o.".to_owned(),
        };
        let credential =
            simulator.issue_certificate(&subject, KsefCertificateType::Authentication, KeyKind::EcP256)?;
        let company = Company { nip: NIP.to_owned(), credential };
        let tokens = company.login(&api).await?;
        enroll(&api, &tokens.access, "Offline", KeyKind::EcP256).await?;
        // The test data of TEST are not there.
        let update = Req::by(&tokens.access).json(&json!({ "validTo": "2026-01-01T00:00:00Z" }));
        api.call(Operation::TestDataCertificate, &["0123456789ABCDEF"], update).await?.expect(404);
    }
    Ok(())
}

#[tokio::test]
async fn certificates_of_other_simulators_are_those_of_another_environment() -> Answered {
    let (ours, other) = (simulator().await?, simulator().await?);
    let api = Api::of(&ours);
    let subject =
        Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia sp. z o.o.".to_owned() };
    let foreign = other.issue_certificate(&subject, KsefCertificateType::Authentication, KeyKind::EcP256)?;
    let status = login_status(&api, &Company { nip: NIP.to_owned(), credential: foreign }).await?;
    assert_eq!(status["status"]["code"], 460);
    assert_eq!(status["status"]["details"], json!(["Błąd weryfikacji łańcucha certyfikatów"]));
    // On TEST the chain can be asked for.
    let seal = Company::with_seal(NIP, KeyKind::EcP256)?;
    let start = async |query: &str| -> Answered<Answer> {
        let signed = seal.sign(&seal.auth_request(&challenge(&api).await?.0))?;
        let request = Req::default().bytes("application/xml", signed).query(query);
        api.call(Operation::AuthXadesSignature, &[], request).await
    };
    start("verifyCertificateChain=maybe").await?.expect_code(21405);
    let started = start("verifyCertificateChain=true").await?.expect(202).json();
    let token = text(&started["authenticationToken"]["token"]);
    let (_, body) =
        api.poll(Operation::AuthStatus, &[&text(&started["referenceNumber"])], &token, &[100]).await?;
    assert_eq!(body["status"]["details"], json!(["Niezaufany łańcuch certyfikatów"]));
    start("verifyCertificateChain=false").await?.expect(202);
    Ok(())
}

/// The key of a certificate is the applicant's own: what KSeF issues for it is of no use to anybody else.
#[tokio::test]
async fn the_key_stays_with_the_applicant() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let (serial, _) = enroll(&api, &tokens.access, "Authentication", KeyKind::EcP256).await?;
    let (_, certificate) = retrieve(&api, &tokens.access, &serial).await?.ok_or("it is there")?;
    assert!(Credential::new(certificate, SigningKey::generate(KeyKind::EcP256)?).is_err());
    Ok(())
}
