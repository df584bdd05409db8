//! Operations: every status, delays, who may look, and for how long.

use super::*;
use crate::common::control::{Controlled, rule};
use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_sim::{Limits, ManualClock, SimulatorConfig};
use ksef_wire::codes::PermissionOperationStatusCode;
use std::sync::Arc;

#[tokio::test]
async fn every_status_of_an_operation() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let person = to_person("Pesel", PESEL, &["CredentialsManage", "InvoiceRead"]);
    let to_grant = Operation::PermissionPersonGrant;
    let finished = operate(&api, &owner, to_grant, &[], Some(&person)).await?;
    assert_eq!(finished, json!({ "code": 200, "description": "Operacja zakończona sukcesem" }));
    let code = async |operation, body: Value| grant(&api, &owner, operation, &body).await;
    // 400: nothing to revoke.
    assert_eq!(revoke(&api, &owner, "0c9a72e8-f344-457f-9c16-7c640eb60242").await?, 400);
    // 410: identifiers that do not belong together.
    let unit = identifier("InternalId", &unit_of(OFFICE, 1));
    let stranger = to_administrator(identifier("Nip", OFFICE), unit);
    assert_eq!(code(Operation::PermissionSubunitGrant, stranger).await?, 410);
    // 430: a role that the context has not.
    assert_eq!(code(to_grant, to_person("Pesel", PESEL, &["EnforcementOperations"])).await?, 430);
    // 440: to oneself.
    assert_eq!(code(Operation::PermissionEntityGrant, to_entity(NIP, &[("InvoiceRead", false)])).await?, 440);
    let oneself = passed_on("Pesel", PESEL, identifier("Nip", NIP), &["InvoiceRead"]);
    assert_eq!(code(Operation::PermissionIndirectGrant, oneself).await?, 440);
    let oneself = authorization("Nip", NIP, "SelfInvoicing");
    assert_eq!(code(Operation::PermissionAuthorizationGrant, oneself).await?, 440);
    // 450: for this kind of identifier.
    for (kind, value, permission) in
        [("Nip", OFFICE, "PefInvoicing"), ("PeppolId", "PPL123456", "SelfInvoicing")]
    {
        let body = authorization(kind, value, permission);
        assert_eq!(code(Operation::PermissionAuthorizationGrant, body).await?, 450, "{permission}");
    }
    let id = text(&in_context(&api, &owner).await?[0]["id"]);
    let revocation = Operation::PermissionAuthorizationRevoke;
    assert_eq!(operate(&api, &owner, revocation, &[&id], None).await?["code"], 450);
    // 400, 500, 550: the system's own fault, and nothing is done.
    for failure in [
        PermissionOperationStatusCode::FAILED,
        PermissionOperationStatusCode::UNKNOWN_ERROR,
        PermissionOperationStatusCode::CANCELLED_BY_SYSTEM,
    ] {
        simulator.fail_permissions(Some(failure));
        let body = to_person("Pesel", "90010112345", &["InvoiceRead"]);
        let status = operate(&api, &owner, to_grant, &[], Some(&body)).await?;
        assert_eq!(status["code"], failure.0);
        assert_eq!(status["description"], failure.description().unwrap_or_default());
        assert_eq!(status["details"].is_array(), failure.0 == 550);
    }
    simulator.fail_permissions(None);
    assert_eq!(in_context(&api, &owner).await?.len(), 2);
    Ok(())
}

/// A token keeps what it was given; what is done with it is decided by what its holder has by then.
#[tokio::test]
async fn who_has_lost_the_right_asks_in_vain() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let body = to_person("Pesel", PESEL, &["CredentialsManage", "SubunitManage"]);
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    let manager = access(&api, &person(PESEL)?, NIP).await?;
    let third = to_person("Nip", OFFICE, &["InvoiceRead"]);
    assert_eq!(grant(&api, &manager, Operation::PermissionPersonGrant, &third).await?, 200);
    // Each sees what it granted itself.
    assert_eq!(granted(&api, &manager).await?.len(), 1);
    assert_eq!(granted(&api, &owner).await?.len(), 2);
    let listed = in_context(&api, &owner).await?;
    assert_eq!(listed.len(), 3);
    let id_of = |scope: &str| {
        let item = listed.iter().find(|item| item["permissionScope"] == scope);
        item.map(|item| text(&item["id"])).ok_or("it is listed")
    };
    assert_eq!(revoke(&api, &owner, &id_of("CredentialsManage")?).await?, 200);
    let fourth = to_person("Nip", CLIENT, &["InvoiceRead"]);
    assert_eq!(grant(&api, &manager, Operation::PermissionPersonGrant, &fourth).await?, 420);
    assert_eq!(revoke(&api, &manager, &id_of("InvoiceRead")?).await?, 420);
    let body = authorization("Nip", CLIENT, "SelfInvoicing");
    assert_eq!(grant(&api, &manager, Operation::PermissionAuthorizationGrant, &body).await?, 420);
    // What remains still works.
    let unit = to_administrator(identifier("Nip", OFFICE), identifier("InternalId", &unit_of(NIP, 3)));
    assert_eq!(grant(&api, &manager, Operation::PermissionSubunitGrant, &unit).await?, 200);
    Ok(())
}

#[tokio::test]
async fn operations_can_take_a_day_and_are_told_of_for_thirty() -> Answered {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { limits: Limits::Off, clock: clock.clone(), ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, ksef_crypto::KeyKind::EcP256)?;
    let owner = company.login(&api).await?;
    simulator.delay_permissions(SignedDuration::from_hours(24));
    let body = to_person("Pesel", PESEL, &["InvoiceRead"]);
    let accepted = api
        .call(Operation::PermissionPersonGrant, &[], Req::by(&owner.access).json(&body))
        .await?
        .expect(202);
    let reference = text(&accepted.json()["referenceNumber"]);
    let status = async |access: &str| -> Answered<Answer> {
        api.call(Operation::PermissionOperationStatus, &[&reference], Req::by(access)).await
    };
    for _ in 0..3 {
        assert_eq!(status(&owner.access).await?.expect(200).json()["status"]["code"], 100);
    }
    assert_eq!(login_code(&api, &person(PESEL)?, NIP).await?, 415);
    assert!(in_context(&api, &owner.access).await?.is_empty());
    simulator.delay_permissions(SignedDuration::ZERO);
    clock.advance(SignedDuration::from_hours(24));
    let access = async || -> Answered<String> {
        let refreshed =
            api.call(Operation::AuthTokenRefresh, &[], Req::by(&owner.refresh)).await?.expect(200);
        Ok(text(&refreshed.json()["accessToken"]["token"]))
    };
    let later = access().await?;
    assert_eq!(in_context(&api, &later).await?.len(), 1);
    let parameters = [reference.as_str()];
    let (_, body) = api.poll(Operation::PermissionOperationStatus, &parameters, &later, &[100]).await?;
    assert_eq!(body["status"]["code"], 200);

    // In another context it is nobody's business, and what never was is not found.
    let other = super::owner(&api, OFFICE).await?;
    status(&other).await?.expect_forbidden("insufficient-resource-access");
    let unknown = "20260119-EG-0123456789-0123456789-00";
    let answer = api.call(Operation::PermissionOperationStatus, &[unknown], Req::by(&later)).await?;
    assert!(answer.expect_code(21405)[0].contains(unknown));
    api.call(Operation::PermissionOperationStatus, &["x"], Req::by(&later)).await?.expect_code(21405);
    clock.advance(SignedDuration::from_hours(29 * 24));
    let late = company.login(&api).await?.access;
    let gone = status(&late).await?.expect(410).json();
    assert_eq!(gone["title"], "Gone");
    Ok(())
}

/// The same as a rule of the control port, for one operation.
#[tokio::test]
async fn a_rule_delays_one_kind_of_operation() -> Answered {
    let controlled = Controlled::start().await?;
    let api = &controlled.api;
    let company = Company::with_seal(NIP, ksef_crypto::KeyKind::EcP256)?;
    let owner = company.login(api).await?.access;
    controlled
        .fault(rule(json!({ "kind": "permissionDelay", "forS": 86_400 }), "PermissionPersonGrant", 1))
        .await?;
    let body = to_person("Pesel", PESEL, &["InvoiceRead"]);
    let start = async || -> Answered<String> {
        let request = Req::by(&owner).json(&body);
        let accepted = api.call(Operation::PermissionPersonGrant, &[], request).await?.expect(202);
        Ok(text(&accepted.json()["referenceNumber"]))
    };
    let delayed = start().await?;
    let status = async |access: &str| -> Answered<Value> {
        let answer = api.call(Operation::PermissionOperationStatus, &[&delayed], Req::by(access)).await?;
        Ok(answer.expect(200).json()["status"]["code"].clone())
    };
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(status(&owner).await?, 100);
    // The rule has run out: the next one is done at once.
    let prompt = start().await?;
    let parameters = [prompt.as_str()];
    let (_, done) = api.poll(Operation::PermissionOperationStatus, &parameters, &owner, &[100]).await?;
    assert_eq!(done["status"]["code"], 200);
    controlled.clock(json!({ "advanceS": 86_400 })).await?;
    let later = company.login(api).await?.access;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    status(&later).await?;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(status(&later).await?, 200);
    Ok(())
}
