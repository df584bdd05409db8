//! Login by certificate and by token, the life of its tokens, and every way in which it fails.

use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{Credential, KeyKind, Subject, SubjectIdentity};
use ksef_sim::{Limits, ManualClock, Profile, SimulatorConfig};
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::sync::Arc;

const NIP: &str = "5265877635";

async fn clocked() -> Answered<(ksef_sim::Simulator, Arc<ManualClock>)> {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    Ok((simulator_with(config).await?, clock))
}

pub(crate) async fn post_xml(api: &Api, body: impl Into<Vec<u8>>) -> Answered<Answer> {
    api.call(Operation::AuthXadesSignature, &[], Req::default().bytes("application/xml", body)).await
}

#[tokio::test]
async fn every_kind_of_certificate_logs_in() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    for company in [
        Company::with_seal(NIP, KeyKind::Rsa { bits: 2048 })?,
        Company::with_seal(NIP, KeyKind::EcP256)?,
        Company::with_seal(NIP, KeyKind::EcP384)?,
        Company::with_person(NIP)?,
    ] {
        let tokens = company.login(&api).await?;
        let limits = api.call(Operation::RateLimits, &[], Req::by(&tokens.access)).await?.expect(200).json();
        assert_eq!(limits["invoiceSend"], json!({ "perSecond": 10, "perMinute": 30, "perHour": 180 }));
        assert_eq!(limits["global"], json!({ "perSecond": 75, "perMinute": -1, "perHour": -1 }));
    }
    Ok(())
}

#[tokio::test]
async fn both_versions_of_the_document_are_read() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    for version in ["2.0", "2.1"] {
        let context = format!("<Nip>{NIP}</Nip>");
        let document = auth_request(&challenge(&api).await?.0, &context, "certificateSubject", version);
        post_xml(&api, company.sign(&document)?).await?.expect(202);
    }
    Ok(())
}

#[tokio::test]
async fn the_tokens_say_what_was_recorded() -> Answered {
    use base64::Engine as _;
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let claims = |token: &str| -> Answered<Value> {
        let claims = token.split('.').nth(1).ok_or("a JWT has three parts")?;
        Ok(serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims)?)?)
    };
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let access = claims(&tokens.access)?;
    assert_eq!((&access["typ"], &access["iss"]), (&json!("ContextToken"), &json!("ksef-api-te")));
    assert_eq!((&access["cit"], &access["civ"]), (&json!("Nip"), &json!(NIP)));
    assert_eq!((&access["per"], &access["arn"]), (&json!("[\"Owner\"]"), &json!(tokens.reference)));
    assert_eq!(access["exp"].as_i64().zip(access["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(15 * 60));
    let subject: Value = serde_json::from_str(&text(&access["sud"]))?;
    assert_eq!(subject["subjectIdentifier"]["value"], NIP);
    let refresh = claims(&tokens.refresh)?;
    assert_eq!(refresh["typ"], "RefreshToken");
    assert_eq!(
        refresh["exp"].as_i64().zip(refresh["iat"].as_i64()).map(|(exp, iat)| exp - iat),
        Some(7 * 86400)
    );
    Ok(())
}

#[tokio::test]
async fn tokens_are_redeemed_once_and_only_after_success() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let started = Company::with_seal(NIP, KeyKind::EcP256)?.start_login(&api).await?.expect(202).json();
    let token = text(&started["authenticationToken"]["token"]);
    let early = api.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect_code(21301);
    assert_eq!(early, ["Status uwierzytelniania (100) nie pozwala na pobranie tokenów."]);
    let reference = text(&started["referenceNumber"]);
    let (_, status) = api.poll(Operation::AuthStatus, &[&reference], &token, &[100]).await?;
    assert_eq!(status["isTokenRedeemed"], false);
    assert!(status.get("refreshTokenValidUntil").is_none() && status.get("lastTokenRefreshDate").is_none());
    assert_eq!(status["status"]["description"], "Uwierzytelnianie zakończone sukcesem");
    assert_eq!(status["authenticationMethod"], "QualifiedSeal");
    api.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect(200);
    let again = api.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect_code(21301);
    assert_eq!(again, [format!("Tokeny dla operacji uwierzytelniania {reference} zostały już pobrane.")]);
    let status = api.call(Operation::AuthStatus, &[&reference], Req::by(&token)).await?.expect(200).json();
    assert_eq!(status["isTokenRedeemed"], true);
    assert!(status["refreshTokenValidUntil"].is_string());
    // Another operation's reference, and a text that is none, are not found.
    api.call(Operation::AuthStatus, &["20260119-AU-0123456789-0123456789-00"], Req::by(&token))
        .await?
        .expect_code(21304);
    api.call(Operation::AuthStatus, &["x"], Req::by(&token)).await?.expect_code(21304);
    Ok(())
}

#[tokio::test]
async fn refreshing_lasts_until_the_login_is_revoked() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let (first, second) = (company.login(&api).await?, company.login(&api).await?);
    let refreshed =
        api.call(Operation::AuthTokenRefresh, &[], Req::by(&first.refresh)).await?.expect(200).json();
    let access = text(&refreshed["accessToken"]["token"]);
    assert_ne!(access, first.access);

    let list = api.call(Operation::AuthSessions, &[], Req::by(&access)).await?.expect(200).json();
    let references: Vec<&Value> = list["items"].as_array().into_iter().flatten().collect();
    assert_eq!(references.len(), 2);
    assert_eq!(
        (&references[0]["referenceNumber"], &references[0]["isCurrent"]),
        (&json!(second.reference), &json!(false))
    );
    assert_eq!(
        (&references[1]["referenceNumber"], &references[1]["isCurrent"]),
        (&json!(first.reference), &json!(true))
    );

    api.call(Operation::AuthSessionRevoke, &[&second.reference], Req::by(&access)).await?.expect(204);
    let details =
        api.call(Operation::AuthTokenRefresh, &[], Req::by(&second.refresh)).await?.expect_code(21301);
    assert_eq!(details, ["Status uwierzytelnienia (425) nie pozwala na odświeżenie tokenu dostępowego."]);
    // A living access token outlives its login.
    api.call(Operation::RateLimits, &[], Req::by(&second.access)).await?.expect(200);
    let list = api.call(Operation::AuthSessions, &[], Req::by(&access)).await?.expect(200).json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));

    api.call(Operation::AuthSessionRevokeCurrent, &[], Req::by(&first.refresh)).await?.expect(204);
    api.call(Operation::AuthTokenRefresh, &[], Req::by(&first.refresh)).await?.expect_code(21301);
    api.call(Operation::AuthSessionRevoke, &["20260119-AU-0123456789-0123456789-00"], Req::by(&access))
        .await?
        .expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn times_pass_for_challenges_and_tokens() -> Answered {
    let (simulator, clock) = clocked().await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let old = challenge(&api).await?.0;
    clock.advance(SignedDuration::from_mins(10));
    post_xml(&api, company.sign(&company.auth_request(&old))?).await?.expect_code(21111);

    let tokens = company.login(&api).await?;
    clock.advance(SignedDuration::from_secs(15 * 60 - 1));
    api.call(Operation::RateLimits, &[], Req::by(&tokens.access)).await?.expect(200);
    clock.advance(SignedDuration::from_secs(1));
    api.call(Operation::RateLimits, &[], Req::by(&tokens.access)).await?.expect(401);
    let refreshed =
        api.call(Operation::AuthTokenRefresh, &[], Req::by(&tokens.refresh)).await?.expect(200).json();
    let answer =
        api.call(Operation::RateLimits, &[], Req::by(&text(&refreshed["accessToken"]["token"]))).await?;
    // Every answer carries the simulator's time.
    let date = jiff::fmt::rfc2822::parse(answer.expect(200).header("date"))?.timestamp();
    let now = ksef_sim::Clock::now(&*clock);
    assert_eq!(date.as_second(), now.as_second());
    clock.advance(SignedDuration::from_hours(7 * 24));
    api.call(Operation::AuthTokenRefresh, &[], Req::by(&tokens.refresh)).await?.expect(401);
    Ok(())
}

#[tokio::test]
async fn a_challenge_serves_once() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let signed = company.sign(&company.auth_request(&challenge(&api).await?.0))?;
    post_xml(&api, signed.clone()).await?.expect(202);
    post_xml(&api, signed).await?.expect_code(21111);
    post_xml(&api, company.sign(&company.auth_request("20250604-CR-461EA5B000-537A6BA15D-D7"))?)
        .await?
        .expect_code(21111);
    Ok(())
}

#[tokio::test]
async fn every_fault_of_the_document_has_its_code() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let document = company.auth_request(&challenge(&api).await?.0);
    let signed = String::from_utf8(company.sign(&document)?)?;

    post_xml(&api, "").await?.expect_code(21001);
    post_xml(&api, "to nie jest XML").await?.expect_code(21001);
    post_xml(&api, &b"<a>\xFF</a>"[..]).await?.expect_code(21217);
    post_xml(&api, signed.replacen("utf-8", "iso-8859-2", 1)).await?.expect_code(21217);
    let with_doctype =
        signed.replacen("<AuthTokenRequest", "<!DOCTYPE a [<!ENTITY e \"e\">]><AuthTokenRequest", 1);
    post_xml(&api, with_doctype).await?.expect_code(9101);
    post_xml(&api, document.clone()).await?.expect_code(9102);

    let start = signed.find("<ds:Signature").ok_or("a signature begins")?;
    let end = signed.find("</ds:Signature>").ok_or("a signature ends")? + "</ds:Signature>".len();
    let doubled = format!("{}{}{}", &signed[..end], &signed[start..end], &signed[end..]);
    post_xml(&api, doubled).await?.expect_code(9103);

    let changed = signed.replacen(&format!("<Nip>{NIP}</Nip>"), "<Nip>7781464139</Nip>", 1);
    let details = post_xml(&api, changed).await?.expect_code(9105);
    assert_eq!(details[0], "Podpis zweryfikowany negatywnie.");
    assert!(details[1].contains("digest"), "{details:?}");

    // The shape: signed rightly, and against the schema.
    let wrong_nip = document.replace(NIP, "0265877635");
    let details = post_xml(&api, company.sign(&wrong_nip)?).await?.expect_code(21401);
    assert!(details[0].contains("'Nip'"), "{details:?}");
    let wrong_namespace = document.replace("auth/token/2.1", "auth/token/3.0");
    post_xml(&api, company.sign(&wrong_namespace)?).await?.expect_code(21401);

    let answer = api
        .call(Operation::AuthXadesSignature, &[], Req::default().bytes("application/json", signed.clone()))
        .await?;
    answer.expect(415);
    // None of this has used the challenge up.
    post_xml(&api, signed).await?.expect(202);
    Ok(())
}

#[tokio::test]
async fn certificates_that_identify_nobody_are_refused() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let named = Company::of(NIP, &Subject::Named { common_name: "Przykład".to_owned() }, KeyKind::EcP256)?;
    named.start_login(&api).await?.expect_code(21115);
    // A Peppol context asks for a Peppol provider's certificate.
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let challenge = challenge(&api).await?.0;
    let document = auth_request(&challenge, "<PeppolId>PPL123456</PeppolId>", "certificateSubject", "2.1");
    post_xml(&api, company.sign(&document)?).await?.expect_code(21117);
    Ok(())
}

#[tokio::test]
async fn a_certificate_of_ksef_stands_for_its_owner() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let login = async |subject: &Subject, kind: &str| -> Answered<Answer> {
        let credential = simulator.issue_certificate(
            subject,
            ksef_wire::KsefCertificateType::Authentication,
            KeyKind::EcP256,
        )?;
        let company = Company { nip: NIP.to_owned(), credential };
        let document = auth_request(&challenge(&api).await?.0, &format!("<Nip>{NIP}</Nip>"), kind, "2.1");
        post_xml(&api, company.sign(&document)?).await
    };
    let seal = Subject::Seal { nip: NIP.to_owned(), organization: "Hurtownia".to_owned() };
    let nobody = Subject::Named { common_name: "Bez numeru".to_owned() };
    login(&seal, "certificateSubject").await?.expect(202);
    login(&seal, "certificateFingerprint").await?.expect_code(21406);
    login(&nobody, "certificateSubject").await?.expect_code(21406);
    login(&nobody, "certificateFingerprint").await?.expect(202);
    Ok(())
}

#[tokio::test]
async fn whoever_died_since_gets_no_tokens() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let pesel = "88102341294";
    let person = |is_deceased: bool| {
        let body = json!({ "nip": NIP, "pesel": pesel, "isBailiff": false, "description": "Osoba próbna", "isDeceased": is_deceased });
        let api = api.clone();
        async move { api.call(Operation::TestDataPersonCreate, &[], Req::default().json(&body)).await }
    };
    person(false).await?.expect(200);
    let identity = SubjectIdentity::Pesel(pesel.to_owned());
    let subject =
        Subject::Person { identity, given_name: "Imię".to_owned(), surname: "Nazwisko".to_owned() };
    let company = Company::of(NIP, &subject, KeyKind::EcP256)?;
    let tokens = company.login(&api).await?;
    let started = company.start_login(&api).await?.expect(202).json();
    let token = text(&started["authenticationToken"]["token"]);
    api.poll(Operation::AuthStatus, &[&text(&started["referenceNumber"])], &token, &[100]).await?;
    let remove = Req::default().json(&json!({ "nip": NIP }));
    api.call(Operation::TestDataPersonRemove, &[], remove).await?.expect(200);
    person(true).await?.expect(200);
    api.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect_code(21308);
    api.call(Operation::AuthTokenRefresh, &[], Req::by(&tokens.refresh)).await?.expect_code(21308);
    Ok(())
}

/// Starts a login that is taken, and gives its final status.
async fn outcome(api: &Api, signed: Vec<u8>) -> Answered<Value> {
    let started = post_xml(api, signed).await?.expect(202).json();
    let token = text(&started["authenticationToken"]["token"]);
    let (seen, body) =
        api.poll(Operation::AuthStatus, &[&text(&started["referenceNumber"])], &token, &[100]).await?;
    assert_eq!(seen.first(), Some(&100));
    let code = &body["status"]["code"];
    let details = api.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect_code(21301);
    assert_eq!(details, [format!("Status uwierzytelniania ({code}) nie pozwala na pobranie tokenów.")]);
    Ok(body["status"].clone())
}

#[tokio::test]
async fn without_rights_the_status_says_415() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let no_rights = json!({
        "code": 415,
        "description": "Uwierzytelnianie zakończone niepowodzeniem",
        "details": ["Brak przypisanych uprawnień"],
    });
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let identity = SubjectIdentity::Pesel("88102341294".to_owned());
    let subject =
        Subject::Person { identity, given_name: "Imię".to_owned(), surname: "Nazwisko".to_owned() };
    let person = Company::of(NIP, &subject, KeyKind::EcP256)?;
    for (signer, context, subject_type) in [
        (&company, "<Nip>7781464139</Nip>".to_owned(), "certificateSubject"),
        (&company, format!("<InternalId>{NIP}-12345</InternalId>"), "certificateSubject"),
        (&company, format!("<Nip>{NIP}</Nip>"), "certificateFingerprint"),
        (&person, format!("<Nip>{NIP}</Nip>"), "certificateSubject"),
    ] {
        let document = auth_request(&challenge(&api).await?.0, &context, subject_type, "2.1");
        assert_eq!(outcome(&api, signer.sign(&document)?).await?, no_rights, "{context} {subject_type}");
    }
    Ok(())
}

#[tokio::test]
async fn an_expired_certificate_is_460() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let now = Timestamp::now();
    let subject =
        Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia sp. z o.o.".to_owned() };
    let (from, to) = (now - SignedDuration::from_hours(48), now - SignedDuration::from_hours(24));
    let credential = Credential::self_signed(&subject, KeyKind::EcP256, from, to)?;
    let company = Company { nip: NIP.to_owned(), credential };
    let status = outcome(&api, company.sign(&company.auth_request(&challenge(&api).await?.0))?).await?;
    assert_eq!((&status["code"], &status["details"]), (&json!(460), &json!(["Nieważny certyfikat"])));
    Ok(())
}

#[tokio::test]
async fn self_signed_certificates_are_for_test_only() -> Answered {
    for profile in [Profile::Demo, Profile::Prd] {
        let simulator = simulator_with(SimulatorConfig { profile, ..SimulatorConfig::default() }).await?;
        let api = Api::of(&simulator);
        let details = Company::with_seal(NIP, KeyKind::EcP256)?.start_login(&api).await?.expect_code(21115);
        assert!(details[0].contains("samopodpisany"), "{details:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_policy_about_addresses_holds() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    for (address, status) in [("127.0.0.1", 200), ("192.0.2.1", 403)] {
        let policy = format!(
            "<AuthorizationPolicy><AllowedIps><Ip4Address>{address}</Ip4Address></AllowedIps></AuthorizationPolicy></AuthTokenRequest>"
        );
        let document =
            company.auth_request(&challenge(&api).await?.0).replace("</AuthTokenRequest>", &policy);
        let started = post_xml(&api, company.sign(&document)?).await?.expect(202).json();
        let tokens = finish_login(&api, &started).await?;
        let answer = api.call(Operation::RateLimits, &[], Req::by(&tokens.access)).await?.expect(status);
        if status == 403 {
            assert_eq!(answer.expect_forbidden("ip-not-allowed")["security"]["clientIp"], "127.0.0.1");
        }
    }
    Ok(())
}
