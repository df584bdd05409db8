//! KSeF tokens: their life, the login with them, and every way in which that fails.

use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_wire::Operation;
use serde_json::{Value, json};

const NIP: &str = "5265877635";

/// Makes a token and waits until it is active: its reference and the secret.
async fn make(
    api: &Api,
    access: &str,
    permissions: &[&str],
    description: &str,
) -> Answered<(String, String)> {
    let body = json!({ "permissions": permissions, "description": description });
    let made = api.call(Operation::TokenGenerate, &[], Req::by(access).json(&body)).await?.expect(202).json();
    let reference = text(&made["referenceNumber"]);
    let mut seen = Vec::new();
    for _ in 0..100 {
        let status =
            api.call(Operation::TokenStatus, &[&reference], Req::by(access)).await?.expect(200).json();
        seen.push(text(&status["status"]));
        if seen.len() == 1 && !api.is_quick() {
            seen.insert(0, "Pending".to_owned());
        }
        if seen.last().is_some_and(|status| status == "Active") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(
        (seen.first().map(String::as_str), seen.last().map(String::as_str)),
        (Some("Pending"), Some("Active"))
    );
    Ok((reference, text(&made["token"])))
}

fn request(challenge: &str, context: &Value, encrypted: &[u8]) -> Value {
    json!({ "challenge": challenge, "contextIdentifier": context, "encryptedToken": base64(encrypted) })
}

/// Starts a login with a token's text, as the challenge's time asks for it.
async fn start(api: &Api, token: &str) -> Answered<Value> {
    let (challenge, at) = challenge(api).await?;
    let key = wrapping_key(api, "KsefTokenEncryption").await?;
    let encrypted = key.wrap(format!("{token}|{at}").as_bytes())?;
    let mut body = request(&challenge, &json!({ "type": "Nip", "value": NIP }), &encrypted);
    body["publicKeyId"] = json!(key.public_key_id());
    Ok(api.call(Operation::AuthKsefToken, &[], Req::default().json(&body)).await?.expect(202).json())
}

#[tokio::test]
async fn a_token_logs_in_with_its_permissions_only() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let (reference, secret) = make(&api, &owner.access, &["InvoiceRead"], "tylko odczyt").await?;
    assert!(secret.len() <= 160);
    let tokens = finish_login(&api, &start(&api, &secret).await?).await?;

    let body = open_request(&api, &ksef_crypto::SessionKey::generate()).await?;
    let refused = api.call(Operation::OnlineSessionOpen, &[], Req::by(&tokens.access).json(&body)).await?;
    let refused = refused.expect_forbidden("missing-permissions");
    assert_eq!(
        refused["security"]["requiredAnyOfPermissions"],
        json!(["InvoiceWrite", "PefInvoiceWrite", "EnforcementOperations"])
    );
    assert_eq!(refused["security"]["presentPermissions"], json!(["InvoiceRead"]));

    // A token makes no tokens, reads itself only, and may revoke itself.
    let (other, _) = make(&api, &owner.access, &["InvoiceWrite"], "tylko zapis").await?;
    let body = json!({ "permissions": ["InvoiceRead"], "description": "kolejny" });
    let refused = api.call(Operation::TokenGenerate, &[], Req::by(&tokens.access).json(&body)).await?;
    refused.expect_forbidden("auth-method-not-allowed");
    let list = api.call(Operation::TokenList, &[], Req::by(&tokens.access)).await?.expect(200).json();
    assert_eq!(list["tokens"].as_array().map(Vec::len), Some(1));
    assert!(list["tokens"][0]["lastUseDate"].is_string());
    let refused = api.call(Operation::TokenStatus, &[&other], Req::by(&tokens.access)).await?;
    refused.expect_forbidden("insufficient-resource-access");
    let refused = api.call(Operation::TokenRevoke, &[&other], Req::by(&tokens.access)).await?;
    refused.expect_forbidden("insufficient-resource-access");
    api.call(Operation::TokenRevoke, &[&reference], Req::by(&tokens.access)).await?.expect(204);
    let details =
        api.call(Operation::AuthTokenRefresh, &[], Req::by(&tokens.refresh)).await?.expect_code(21301);
    assert_eq!(details, ["Token KSeF został unieważniony."]);
    Ok(())
}

#[tokio::test]
async fn every_failure_of_a_token_is_told_by_the_status() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let (revoked, revoked_secret) = make(&api, &owner, &["InvoiceRead"], "odwołany").await?;
    api.call(Operation::TokenRevoke, &[&revoked], Req::by(&owner)).await?.expect(204);
    let (_, secret) = make(&api, &owner, &["InvoiceRead"], "dobry token").await?;
    let body = json!({ "permissions": ["InvoiceRead"], "description": "jeszcze nie" });
    let pending =
        api.call(Operation::TokenGenerate, &[], Req::by(&owner).json(&body)).await?.expect(202).json();
    let pending = text(&pending["token"]);
    let key = wrapping_key(&api, "KsefTokenEncryption").await?;

    let here = json!({ "type": "Nip", "value": NIP });
    let elsewhere = json!({ "type": "Nip", "value": "7781464139" });
    let foreign = "Token nie może być użyty w kontekście 7781464139";
    for (context, payload, detail) in [
        (&here, Payload::Raw(vec![1; 256]), "Nieprawidłowe szyfrowanie tokena"),
        (&here, Payload::Wrapped(vec![0xFF, 0xFE]), "Nieprawidłowe kodowanie tokena"),
        (&here, Payload::Wrapped(b"bez czasu".to_vec()), "Nieprawidłowe kodowanie tokena"),
        (&here, Payload::Wrapped(format!("{secret}|12345").into_bytes()), "Nieprawidłowy czas tokena"),
        (&here, Payload::AtChallenge("nieznany"), "Nieprawidłowy token"),
        (&here, Payload::AtChallenge(&revoked_secret), "Token unieważniony"),
        (&here, Payload::AtChallenge(&pending), "Token nieaktywny"),
        (&elsewhere, Payload::AtChallenge(&secret), foreign),
    ] {
        let (challenge, at) = challenge(&api).await?;
        let encrypted = match payload {
            Payload::Raw(bytes) => bytes,
            Payload::Wrapped(bytes) => key.wrap(&bytes)?,
            Payload::AtChallenge(token) => key.wrap(format!("{token}|{at}").as_bytes())?,
        };
        let body = request(&challenge, context, &encrypted);
        let started =
            api.call(Operation::AuthKsefToken, &[], Req::default().json(&body)).await?.expect(202).json();
        let token = text(&started["authenticationToken"]["token"]);
        let reference = text(&started["referenceNumber"]);
        let (_, status) = api.poll(Operation::AuthStatus, &[&reference], &token, &[100]).await?;
        let description = "Uwierzytelnianie zakończone niepowodzeniem z powodu błędnego tokenu";
        assert_eq!(status["status"], json!({ "code": 450, "description": description, "details": [detail] }));
    }
    Ok(())
}

enum Payload<'a> {
    Raw(Vec<u8>),
    Wrapped(Vec<u8>),
    AtChallenge(&'a str),
}

#[tokio::test]
async fn bad_requests_for_a_login_are_refused_at_once() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let context = json!({ "type": "Nip", "value": NIP });
    let good = request(&challenge(&api).await?.0, &context, &[1; 256]);
    let post = |body: Value| {
        let api = api.clone();
        async move { api.call(Operation::AuthKsefToken, &[], Req::default().json(&body)).await }
    };
    let mut body = good.clone();
    body["publicKeyId"] = json!(base64(&[0; 32]));
    let details = post(body).await?.expect_code(21470);
    assert_eq!(details, [format!("Klucz o identyfikatorze {} nie jest wspierany.", base64(&[0; 32]))]);
    let mut body = good.clone();
    body["contextIdentifier"]["value"] = json!("123");
    post(body).await?.expect_code(21405);
    let mut body = good.clone();
    body.as_object_mut().ok_or("an object")?.remove("encryptedToken");
    assert_eq!(post(body).await?.expect_code(21405), ["'encryptedToken' must not be empty."]);
    let mut body = good.clone();
    body["authorizationPolicy"] = json!({ "allowedIps": { "ip4Addresses": ["300.0.0.1"] } });
    post(body).await?.expect_code(21405);
    let mut body = good.clone();
    body["challenge"] = json!(17);
    post(body).await?.expect_code(21001);
    // None of these has used the challenge up.
    post(good.clone()).await?.expect(202);
    post(good).await?.expect_code(21111);
    Ok(())
}

#[tokio::test]
async fn tokens_are_listed_and_filtered() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    for index in 0..11 {
        let body = json!({ "permissions": ["InvoiceRead", "InvoiceWrite"], "description": format!("token {index:02}") });
        api.call(Operation::TokenGenerate, &[], Req::by(&owner).json(&body)).await?.expect(202);
    }
    let list = |query: &str, continuation: Option<String>| {
        let mut request = Req::by(&owner).query(query);
        if let Some(token) = continuation {
            request = request.header("x-continuation-token", token);
        }
        api.call(Operation::TokenList, &[], request)
    };
    let first = list("pageSize=10", None).await?.expect(200).json();
    assert_eq!(first["tokens"].as_array().map(Vec::len), Some(10));
    assert_eq!(first["tokens"][0]["description"], "token 10", "newest first");
    let second = list("pageSize=10", Some(text(&first["continuationToken"]))).await?.expect(200).json();
    assert_eq!(second["tokens"].as_array().map(Vec::len), Some(1));
    assert!(second.get("continuationToken").is_none());
    let found = list("description=TOKEN%2007", None).await?.expect(200).json();
    assert_eq!(found["tokens"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["tokens"][0]["authorIdentifier"], json!({ "type": "Nip", "value": NIP }));
    let found = list("status=Revoked&status=Failed", None).await?.expect(200).json();
    assert_eq!(found["tokens"], json!([]));
    let found = list("authorIdentifier=877635&authorIdentifierType=Nip", None).await?.expect(200).json();
    assert_eq!(found["tokens"].as_array().map(Vec::len), Some(10));
    list("", Some("???".to_owned())).await?.expect_code(21418);
    list("", Some(base64(b"sessions|10"))).await?.expect_code(21418);
    list("pageSize=9", None).await?.expect_code(21405);
    list("pageSize=x", None).await?.expect_code(21001);
    list("status=Sleeping", None).await?.expect_code(21405);
    list("description=ab", None).await?.expect_code(21405);
    list("authorIdentifierType=Dog", None).await?.expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn bad_requests_for_a_token_are_refused() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    for (body, code) in [
        (json!({ "permissions": ["InvoiceRead"], "description": "abcd" }), 21405),
        (json!({ "permissions": [], "description": "opis tokena" }), 21405),
        (json!({ "permissions": ["Everything"], "description": "opis tokena" }), 21405),
        (json!({ "description": "opis tokena" }), 21405),
        (json!({ "permissions": "InvoiceRead", "description": "opis tokena" }), 21001),
        (json!([]), 21001),
    ] {
        api.call(Operation::TokenGenerate, &[], Req::by(&owner).json(&body)).await?.expect_code(code);
    }
    let unknown = "20260119-EC-0123456789-0123456789-00";
    api.call(Operation::TokenStatus, &[unknown], Req::by(&owner)).await?.expect_code(21405);
    api.call(Operation::TokenRevoke, &[unknown], Req::by(&owner)).await?.expect_code(21405);
    Ok(())
}
