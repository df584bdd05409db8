//! Documented answers that belong to no larger story.

use crate::common::contract;
use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::csr::{self, CertificateRequestSubject};
use ksef_crypto::{KeyKind, Subject, SubjectIdentity};
use ksef_sim::{Limits, ManualClock, SimulatorConfig};
use ksef_wire::Operation;
use serde_json::json;
use std::sync::Arc;

const NIP: &str = "5265877635";

#[tokio::test]
async fn lists_refuse_bad_pages_by_their_kind() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    let of_session = [session.reference.as_str()];
    for (operation, parameters, query) in [
        (Operation::AuthSessions, &[][..], ""),
        (Operation::TokenList, &[][..], ""),
        (Operation::SessionList, &[][..], "sessionType=Online&"),
        (Operation::SessionInvoices, &of_session[..], ""),
        (Operation::SessionFailedInvoices, &of_session[..], ""),
    ] {
        let ask = |page: &str| Req::by(&access).query(format!("{query}{page}"));
        api.call(operation, parameters, ask("pageSize=x")).await?.expect_code(21001);
        api.call(operation, parameters, ask("pageSize=9")).await?.expect_code(21405);
        let token = ask("pageSize=10").header("x-continuation-token", "x");
        api.call(operation, parameters, token).await?.expect_code(21418);
    }
    let upo = [session.reference.as_str(), "x"];
    api.call(Operation::UpoByKsefNumber, &upo, Req::by(&access)).await?.expect_code(21405);
    api.call(Operation::UpoOfSession, &upo, Req::by(&access)).await?.expect_code(21405);
    api.call(Operation::OnlineSessionClose, &["x"], Req::by(&access)).await?.expect_code(21405);
    let roles = Req::by(&access).query("pageSize=9");
    api.call(Operation::PermissionQueryEntityRoles, &[], roles).await?.expect_code(21405);
    Ok(())
}

/// Wherever 21001 is documented: a body that is no JSON, or a page that is no number.
#[tokio::test]
async fn what_cannot_be_read_is_21001_everywhere() -> Answered {
    let Some(document) = contract::raw() else { return Ok(()) };
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    // A reference of a session that is there, since some are looked for first.
    let session = open_session(&api, &access).await?.reference;
    let mut count = 0;
    for &operation in Operation::ALL {
        let method = operation.method().as_str().to_lowercase();
        let table = &document["paths"][operation.path_template()][&method]["responses"]["400"]["description"];
        let is_xml = operation == Operation::AuthXadesSignature;
        if is_xml || !table.as_str().is_some_and(|table| table.contains("| 21001")) {
            continue;
        }
        let request = match operation.method() {
            ksef_wire::Method::Get => Req::by(&access).query("pageSize=x&sessionType=Online"),
            _ => Req::by(&access).bytes("application/json", "{"),
        };
        let names = operation.path_template().split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let parameters: Vec<&str> = names
            .map(|name| match name {
                "ksefNumber" => "5265877635-20250826-0100001AF629-AF",
                "certificateSerialNumber" => "0123456789ABCDEF",
                _ => session.as_str(),
            })
            .collect();
        let answer = api.call(operation, &parameters, request).await?;
        // Rights of EU entities and units are no company owner's.
        if answer.status != 403 {
            assert_eq!(answer.status, 400, "{}", operation.name());
            answer.expect_code(21001);
            count += 1;
        }
    }
    assert!(count >= 35, "{count}");
    Ok(())
}

#[tokio::test]
async fn a_revoked_login_says_so() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let started = Company::with_seal(NIP, KeyKind::EcP256)?.start_login(&api).await?.expect(202).json();
    let tokens = finish_login(&api, &started).await?;
    api.call(Operation::AuthSessionRevokeCurrent, &[], Req::by(&tokens.access)).await?.expect(204);
    let token = text(&started["authenticationToken"]["token"]);
    let status =
        api.call(Operation::AuthStatus, &[&tokens.reference], Req::by(&token)).await?.expect(200).json();
    assert_eq!(status["status"]["code"], 425);
    Ok(())
}

#[tokio::test]
async fn the_status_of_an_application_is_told_for_a_week() -> Answered {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let access = company.login(&api).await?.access;
    let data =
        api.call(Operation::CertificateEnrollmentData, &[], Req::by(&access)).await?.expect(200).json();
    let subject = CertificateRequestSubject {
        common_name: text(&data["commonName"]),
        country_name: text(&data["countryName"]),
        organization_name: data["organizationName"].as_str().map(str::to_owned),
        organization_identifier: data["organizationIdentifier"].as_str().map(str::to_owned),
        ..CertificateRequestSubject::default()
    };
    let der = csr::generate(&subject, KeyKind::EcP256)?.der;
    let body = json!({ "certificateName": "Tygodniowy", "certificateType": "Offline", "csr": base64(&der) });
    let answer = api.call(Operation::CertificateEnroll, &[], Req::by(&access).json(&body)).await?;
    let reference = text(&answer.expect(202).json()["referenceNumber"]);
    for (hours, status) in [(7 * 24, 200), (1, 410)] {
        clock.advance(SignedDuration::from_hours(hours));
        let access = company.login(&api).await?.access;
        api.call(Operation::CertificateEnrollmentStatus, &[&reference], Req::by(&access))
            .await?
            .expect(status);
    }
    Ok(())
}

#[tokio::test]
async fn a_token_may_do_no_more_than_its_maker() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let pesel = "88102341294";
    let grant = json!({
        "contextIdentifier": { "type": "Nip", "value": NIP },
        "authorizedIdentifier": { "type": "Pesel", "value": pesel },
        "permissions": [{ "permissionType": "InvoiceRead", "description": "Odczyt faktur" }],
    });
    api.call(Operation::TestDataPermissionsGrant, &[], Req::default().json(&grant)).await?.expect(200);
    let identity = SubjectIdentity::Pesel(pesel.to_owned());
    let subject =
        Subject::Person { identity, given_name: "Imię".to_owned(), surname: "Nazwisko".to_owned() };
    let access = Company::of(NIP, &subject, KeyKind::EcP256)?.login(&api).await?.access;
    let token = json!({ "permissions": ["InvoiceRead", "InvoiceWrite"], "description": "za szeroki token" });
    let details =
        api.call(Operation::TokenGenerate, &[], Req::by(&access).json(&token)).await?.expect_code(26001);
    assert_eq!(details, ["Brakujące uprawnienia: InvoiceWrite."]);
    Ok(())
}
