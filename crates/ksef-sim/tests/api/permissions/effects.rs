//! What permissions do to logins, tokens and other operations.

use super::*;
use crate::common::invoice::Invoice;
use crate::common::*;
use ksef_crypto::SessionKey;

/// Logs in with a KSeF token.
async fn enter_with_token(api: &Api, secret: &str) -> Answered<Value> {
    let (challenge, at) = challenge(api).await?;
    let key = wrapping_key(api, "KsefTokenEncryption").await?;
    let body = json!({
        "challenge": challenge,
        "contextIdentifier": identifier("Nip", NIP),
        "encryptedToken": base64(&key.wrap(format!("{secret}|{at}").as_bytes())?),
    });
    Ok(api.call(Operation::AuthKsefToken, &[], Req::default().json(&body)).await?.expect(202).json())
}

async fn make_token(api: &Api, access: &str, permissions: &[&str]) -> Answered<Answer> {
    let body = json!({ "permissions": permissions, "description": "token testowy" });
    api.call(Operation::TokenGenerate, &[], Req::by(access).json(&body)).await
}

#[tokio::test]
async fn an_access_token_keeps_its_rights_and_a_refreshed_one_has_the_new_ones() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let body = to_person("Pesel", PESEL, &["InvoiceRead", "InvoiceWrite"]);
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    let entered = enter(&api, &person(PESEL)?, NIP, "certificateSubject").await?;
    let tokens = entered.map_err(|status| status.to_string())?;
    for item in in_context(&api, &owner).await? {
        if item["permissionScope"] == "InvoiceWrite" {
            assert_eq!(revoke(&api, &owner, &text(&item["id"])).await?, 200);
        }
    }
    // "pozostaje ważny aż do upływu daty określonej w polu exp, nawet jeśli uprawnienia użytkownika ulegną zmianie"
    let session = open_session(&api, &tokens.access).await?;
    assert!(!session.reference.is_empty());
    let refreshed = async || -> Answered<Answer> {
        api.call(Operation::AuthTokenRefresh, &[], Req::by(&tokens.refresh)).await
    };
    let now = text(&refreshed().await?.expect(200).json()["accessToken"]["token"]);
    assert_eq!(permissions_of(&now)?, ["InvoiceRead"]);
    let opening = open_request(&api, &SessionKey::generate()).await?;
    let refused = api.call(Operation::OnlineSessionOpen, &[], Req::by(&now).json(&opening)).await?;
    refused.expect_forbidden("missing-permissions");
    for item in in_context(&api, &owner).await? {
        assert_eq!(revoke(&api, &owner, &text(&item["id"])).await?, 200);
    }
    let details = refreshed().await?.expect_code(21301);
    assert_eq!(details, ["Status uwierzytelnienia (415) nie pozwala na odświeżenie tokenu dostępowego."]);
    Ok(())
}

#[tokio::test]
async fn a_token_has_what_it_names_as_long_as_its_author_has_it() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let body = to_person("Pesel", PESEL, &["InvoiceRead", "InvoiceWrite", "CredentialsRead"]);
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    let clerk = access(&api, &person(PESEL)?, NIP).await?;
    let details = make_token(&api, &clerk, &["InvoiceRead", "CredentialsManage"]).await?.expect_code(26001);
    assert_eq!(details, ["Brakujące uprawnienia: CredentialsManage."]);
    // An owner enforces nothing without the role.
    make_token(&api, &owner, &["EnforcementOperations"]).await?.expect_code(26001);
    let secret =
        text(&make_token(&api, &clerk, &["InvoiceRead", "InvoiceWrite"]).await?.expect(202).json()["token"]);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let tokens = finish_login(&api, &enter_with_token(&api, &secret).await?).await?;
    assert_eq!(permissions_of(&tokens.access)?, ["InvoiceRead", "InvoiceWrite"]);
    let remove = async |scope: &str| -> Answered {
        for item in in_context(&api, &owner).await? {
            if item["permissionScope"] == scope {
                assert_eq!(revoke(&api, &owner, &text(&item["id"])).await?, 200);
            }
        }
        Ok(())
    };
    remove("InvoiceRead").await?;
    let refreshed =
        api.call(Operation::AuthTokenRefresh, &[], Req::by(&tokens.refresh)).await?.expect(200).json();
    assert_eq!(permissions_of(&text(&refreshed["accessToken"]["token"]))?, ["InvoiceWrite"]);
    remove("InvoiceWrite").await?;
    // Nothing of what it names is left, something else is: in, and 403 everywhere (issues 500 and 833).
    let empty = finish_login(&api, &enter_with_token(&api, &secret).await?).await?;
    assert!(permissions_of(&empty.access)?.is_empty());
    let opening = open_request(&api, &SessionKey::generate()).await?;
    let refused = api.call(Operation::OnlineSessionOpen, &[], Req::by(&empty.access).json(&opening)).await?;
    let refused = refused.expect_forbidden("missing-permissions");
    assert_eq!(refused["security"]["presentPermissions"], json!([]));
    remove("CredentialsRead").await?;
    let started = enter_with_token(&api, &secret).await?;
    let reference = text(&started["referenceNumber"]);
    let token = text(&started["authenticationToken"]["token"]);
    let (_, status) = api.poll(Operation::AuthStatus, &[&reference], &token, &[100]).await?;
    assert_eq!(status["status"]["code"], 415);
    Ok(())
}

#[tokio::test]
async fn sessions_are_seen_by_their_opener_the_owner_and_introspection() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let (writer, other, auditor) = (person(PESEL)?, person("90010112345")?, person("91010112345")?);
    for (pesel, permission) in
        [(PESEL, "InvoiceWrite"), ("90010112345", "InvoiceWrite"), ("91010112345", "Introspection")]
    {
        let body = to_person("Pesel", pesel, &[permission]);
        assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    }
    let writers = access(&api, &writer, NIP).await?;
    let session = open_session(&api, &writers).await?;
    let status = send_and_wait(&api, &writers, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    assert_eq!(status["status"]["code"], 200, "{status}");
    let others = access(&api, &other, NIP).await?;
    let answer = api.call(Operation::SessionStatus, &[&session.reference], Req::by(&others)).await?;
    answer.expect_forbidden("insufficient-resource-access");
    for access in [&owner, &access(&api, &auditor, NIP).await?] {
        api.call(Operation::SessionStatus, &[&session.reference], Req::by(access)).await?.expect(200);
        let list = Req::by(access).query("sessionType=Online");
        let list = api.call(Operation::SessionList, &[], list).await?.expect(200).json();
        assert_eq!(list["sessions"].as_array().map(Vec::len), Some(1));
    }
    let list = Req::by(&others).query("sessionType=Online");
    assert_eq!(api.call(Operation::SessionList, &[], list).await?.expect(200).json()["sessions"], json!([]));
    // Sending is not reading.
    let number = text(&status["ksefNumber"]);
    let refused = api.call(Operation::InvoiceDownload, &[&number], Req::by(&writers)).await?;
    refused.expect_forbidden("missing-permissions");
    Ok(())
}
