//! Units, subordinate entities, EU entities, bailiffs.

use super::*;
use crate::common::*;

async fn test_data(api: &Api, operation: Operation, body: Value) -> Answered {
    api.call(operation, &[], Req::default().json(&body)).await?.expect(200);
    Ok(())
}

#[tokio::test]
async fn a_unit_has_an_administrator_and_a_life_of_its_own() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let parent = owner(&api, NIP).await?;
    let unit = unit_of(NIP, 1234);
    let context = format!("InternalId:{unit}");
    let head = person(PESEL)?;
    assert_eq!(login_code(&api, &head, &context).await?, 415);
    assert_eq!(login_code(&api, &person_of(NIP)?, &context).await?, 415, "not even the parent");
    let body = to_administrator(identifier("Pesel", PESEL), identifier("InternalId", &unit));
    assert_eq!(grant(&api, &parent, Operation::PermissionSubunitGrant, &body).await?, 200);
    let administrator = access(&api, &head, &context).await?;
    assert_eq!(permissions_of(&administrator)?, ["CredentialsManage"]);
    let list = query(&api, &parent, Operation::PermissionQuerySubunits, &json!({})).await?;
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["subunitIdentifier"], identifier("InternalId", &unit));
    assert_eq!(list[0]["authorIdentifier"], identifier("Nip", NIP));
    assert_eq!(list[0]["subunitName"], "Jednostka testowa");
    assert_eq!(list[0]["permissionScope"], "CredentialsManage");
    let other = json!({ "subunitIdentifier": identifier("InternalId", &unit_of(NIP, 1)) });
    assert!(query(&api, &parent, Operation::PermissionQuerySubunits, &other).await?.is_empty());
    assert!(query(&api, &administrator, Operation::PermissionQuerySubunits, &json!({})).await?.is_empty());

    // The administrator gives rights in the unit, to itself and to the parent as an entity.
    let body = to_person("Pesel", PESEL, &["InvoiceRead", "InvoiceWrite"]);
    assert_eq!(grant(&api, &administrator, Operation::PermissionPersonGrant, &body).await?, 200);
    let body = to_entity(NIP, &[("InvoiceRead", true)]);
    assert_eq!(grant(&api, &administrator, Operation::PermissionEntityGrant, &body).await?, 200);
    let now = access(&api, &head, &context).await?;
    assert_eq!(permissions_of(&now)?, ["CredentialsManage", "InvoiceWrite", "InvoiceRead"]);
    let filtered = json!({ "contextIdentifier": identifier("InternalId", &unit) });
    let mine = query(&api, &now, Operation::PermissionQueryPersonal, &filtered).await?;
    assert_eq!(scopes(&mine), ["CredentialsManage", "InvoiceRead", "InvoiceWrite"]);
    assert_eq!(
        access(&api, &person_of(NIP)?, &context).await.map(|access| permissions_of(&access))??,
        ["InvoiceRead"]
    );
    // What the unit allows may be passed on to somebody for the unit.
    let body = passed_on("Pesel", "90010112345", identifier("InternalId", &unit), &["InvoiceRead"]);
    assert_eq!(grant(&api, &parent, Operation::PermissionIndirectGrant, &body).await?, 200);
    assert_eq!(login_code(&api, &person("90010112345")?, &context).await?, 200);
    assert_eq!(login_code(&api, &person("90010112345")?, NIP).await?, 415);

    // The parent's grant is not the unit's to take; the parent takes it.
    let id = text(&list[0]["id"]);
    assert_eq!(revoke(&api, &now, &id).await?, 410);
    assert_eq!(revoke(&api, &parent, &id).await?, 200);
    assert_eq!(permissions_of(&access(&api, &head, &context).await?)?, ["InvoiceWrite", "InvoiceRead"]);
    Ok(())
}

#[tokio::test]
async fn groups_and_local_governments_have_members() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    for (kind, parent, role, member) in [
        ("VatGroup", NIP, "VatGroupUnit", "VatGroupSubUnit"),
        ("JST", CLIENT, "LocalGovernmentUnit", "LocalGovernmentSubUnit"),
    ] {
        let child = if kind == "JST" { "8225900795" } else { "4972530874" };
        test_data(
            &api,
            Operation::TestDataSubjectCreate,
            json!({
                "subjectNip": parent, "subjectType": kind, "description": "Podmiot nadrzędny",
                "createdDate": "2026-01-19T15:59:13.8057696+00:00",
                "subunits": [{ "subjectNip": child, "description": "Podmiot podrzędny" }],
            }),
        )
        .await?;
        let above = owner(&api, parent).await?;
        let roles =
            api.call(Operation::PermissionQueryEntityRoles, &[], Req::by(&above)).await?.expect(200).json();
        assert_eq!(roles["roles"][0]["role"], role);
        assert_eq!(roles["roles"][0]["startDate"], "2026-01-19T15:59:13.8057696+00:00");
        let members = query(&api, &above, Operation::PermissionQuerySubordinateRoles, &json!({})).await?;
        assert_eq!(members.len(), 1);
        assert_eq!(members[0]["role"], member);
        assert_eq!(members[0]["subordinateEntityIdentifier"], identifier("Nip", child));
        for (wanted, count) in [(child, 1), (OFFICE, 0)] {
            let body = json!({ "subordinateEntityIdentifier": identifier("Nip", wanted) });
            let found = query(&api, &above, Operation::PermissionQuerySubordinateRoles, &body).await?;
            assert_eq!(found.len(), count);
        }
        let below = owner(&api, child).await?;
        let roles =
            api.call(Operation::PermissionQueryEntityRoles, &[], Req::by(&below)).await?.expect(200).json();
        assert_eq!(roles["roles"][0]["role"], member);
        assert_eq!(roles["roles"][0]["parentEntityIdentifier"], identifier("Nip", parent));
        assert!(
            query(&api, &below, Operation::PermissionQuerySubordinateRoles, &json!({})).await?.is_empty()
        );

        // An administrator of the member, made from above.
        let body = to_administrator(identifier("Pesel", PESEL), identifier("Nip", child));
        assert_eq!(grant(&api, &above, Operation::PermissionSubunitGrant, &body).await?, 200);
        assert_eq!(permissions_of(&access(&api, &person(PESEL)?, child).await?)?, ["CredentialsManage"]);
        // Of somebody who is no member, and by somebody who has none.
        let body = to_administrator(identifier("Pesel", PESEL), identifier("Nip", OFFICE));
        assert_eq!(grant(&api, &above, Operation::PermissionSubunitGrant, &body).await?, 410);
        assert_eq!(grant(&api, &below, Operation::PermissionSubunitGrant, &body).await?, 430);
        let body =
            to_administrator(identifier("Pesel", PESEL), identifier("InternalId", &unit_of(OFFICE, 7)));
        assert_eq!(grant(&api, &above, Operation::PermissionSubunitGrant, &body).await?, 410);
        test_data(&api, Operation::TestDataSubjectRemove, json!({ "subjectNip": parent })).await?;
        let roles =
            api.call(Operation::PermissionQueryEntityRoles, &[], Req::by(&below)).await?.expect(200).json();
        assert_eq!(roles["roles"], json!([]));
    }
    Ok(())
}

#[tokio::test]
async fn bailiffs_and_enforcement_authorities_enforce() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let body = to_person("Nip", OFFICE, &["EnforcementOperations"]);
    let ordinary = owner(&api, NIP).await?;
    assert_eq!(grant(&api, &ordinary, Operation::PermissionPersonGrant, &body).await?, 430);
    assert!(in_context(&api, &ordinary).await?.is_empty());
    assert_eq!(permissions_of(&ordinary)?, ["Owner"]);

    test_data(
        &api,
        Operation::TestDataPersonCreate,
        json!({
            "nip": NIP, "pesel": PESEL, "isBailiff": true, "description": "Komornik",
        }),
    )
    .await?;
    test_data(
        &api,
        Operation::TestDataSubjectCreate,
        json!({
            "subjectNip": CLIENT, "subjectType": "EnforcementAuthority", "description": "Organ egzekucyjny",
        }),
    )
    .await?;
    // By NIP and by PESEL alike (guide, scenario 1).
    let by_pesel = access(&api, &person(PESEL)?, NIP).await?;
    for (access, nip, role) in [
        (&owner(&api, NIP).await?, NIP, "CourtBailiff"),
        (&by_pesel, NIP, "CourtBailiff"),
        (&owner(&api, CLIENT).await?, CLIENT, "EnforcementAuthority"),
    ] {
        assert_eq!(permissions_of(access)?, ["Owner", "EnforcementOperations"], "{nip}");
        let roles =
            api.call(Operation::PermissionQueryEntityRoles, &[], Req::by(access)).await?.expect(200).json();
        assert_eq!(roles["roles"][0]["role"], role);
        assert_eq!(grant(&api, access, Operation::PermissionPersonGrant, &body).await?, 200);
    }
    let clerk = person_of(OFFICE)?;
    assert_eq!(permissions_of(&access(&api, &clerk, CLIENT).await?)?, ["EnforcementOperations"]);
    // Without the role the permission means nothing.
    test_data(&api, Operation::TestDataSubjectRemove, json!({ "subjectNip": CLIENT })).await?;
    assert_eq!(login_code(&api, &clerk, CLIENT).await?, 415);
    assert_eq!(login_code(&api, &clerk, NIP).await?, 200);
    Ok(())
}

#[tokio::test]
async fn an_eu_entity_has_administrators_and_representatives() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let polish = owner(&api, NIP).await?;
    let (administrator, representative) = (person("90010112345")?, person("91010112345")?);
    let number = "DE123456789";
    let context = format!("{NIP}-{number}");
    let place = format!("NipVatUe:{context}");
    let by = "certificateFingerprint";
    assert!(enter(&api, &administrator, &place, by).await?.is_err());
    let body = to_eu_administrator(&fingerprint(&administrator), &context);
    let operation = Operation::PermissionEuEntityAdministrationGrant;
    assert_eq!(grant(&api, &polish, operation, &body).await?, 200);
    let elsewhere = to_eu_administrator(&fingerprint(&administrator), &format!("{OFFICE}-{number}"));
    assert_eq!(grant(&api, &polish, operation, &elsewhere).await?, 410);
    let entered = enter(&api, &administrator, &place, by).await?.map_err(|status| status.to_string())?;
    let four = ["InvoiceRead", "InvoiceWrite", "Introspection", "VatUeManage"];
    let mut held = permissions_of(&entered.access)?;
    held.sort();
    let mut expected = four.map(str::to_owned);
    expected.sort();
    assert_eq!(held, expected);

    let list = Operation::PermissionQueryEuEntities;
    let all = query(&api, &polish, list, &json!({})).await?;
    assert_eq!(all.len(), 4);
    assert_eq!(all[0]["vatUeIdentifier"], number);
    assert_eq!(all[0]["subjectEntityDetails"]["address"], "Musterstraße 1, Berlin");
    assert_eq!(all[0]["euEntityDetails"]["fullName"], "Beispiel GmbH");
    assert!(all[0]["subjectPersonDetails"].is_null());
    // They are listed here only.
    assert!(in_context(&api, &polish).await?.is_empty() && granted(&api, &polish).await?.is_empty());
    assert_eq!(personal(&api, &entered.access).await?.len(), 4);

    let body = json!({
        "subjectIdentifier": identifier("Fingerprint", &fingerprint(&representative)),
        "permissions": ["InvoiceRead"],
        "description": "Przedstawiciel podmiotu",
        "subjectDetails": {
            "subjectDetailsType": "PersonByFingerprintWithIdentifier",
            "personByFpWithId": { "firstName": "Imię", "lastName": "Nazwisko", "identifier": identifier("Pesel", PESEL) },
        },
    });
    let refused = api.call(Operation::PermissionEuEntityGrant, &[], Req::by(&polish).json(&body)).await?;
    refused.expect_forbidden("missing-permissions");
    assert_eq!(grant(&api, &entered.access, Operation::PermissionEuEntityGrant, &body).await?, 200);
    let there = enter(&api, &representative, &place, by).await?.map_err(|status| status.to_string())?;
    assert_eq!(permissions_of(&there.access)?, ["InvoiceRead"]);

    let part = &fingerprint(&representative)[10..30].to_lowercase();
    for (access, body, count) in [
        (&polish, json!({}), 4),
        (&entered.access, json!({}), 5),
        (&entered.access, json!({ "authorizedFingerprintIdentifier": part }), 1),
        (
            &entered.access,
            json!({ "vatUeIdentifier": number, "permissionTypes": ["VatUeManage", "InvoiceRead"] }),
            3,
        ),
        (&polish, json!({ "vatUeIdentifier": "FR12123456789" }), 0),
        (&polish, json!({ "permissionTypes": ["VatUeManage"] }), 1),
    ] {
        assert_eq!(query(&api, access, list, &body).await?.len(), count, "{body}");
    }
    let representatives =
        query(&api, &entered.access, list, &json!({ "authorizedFingerprintIdentifier": part })).await?;
    let id = text(&representatives[0]["id"]);
    assert_eq!(representatives[0]["subjectPersonDetails"]["personIdentifier"], identifier("Pesel", PESEL));
    assert_eq!(revoke(&api, &polish, &id).await?, 410);
    assert_eq!(revoke(&api, &entered.access, &id).await?, 200);
    assert!(enter(&api, &representative, &place, by).await?.is_err());
    // The administrators are the Polish entity's.
    assert_eq!(revoke(&api, &entered.access, &text(&all[0]["id"])).await?, 410);
    for item in &all {
        assert_eq!(revoke(&api, &polish, &text(&item["id"])).await?, 200);
    }
    assert!(query(&api, &polish, list, &json!({})).await?.is_empty());
    assert!(enter(&api, &administrator, &place, by).await?.is_err());
    Ok(())
}
