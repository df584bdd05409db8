//! Grants of each kind: who may log in with them, where they are listed, and that they go.

use super::*;
use crate::common::*;

#[tokio::test]
async fn a_person_works_in_the_context_until_it_is_revoked() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let clerk = person(PESEL)?;
    assert_eq!(login_code(&api, &clerk, NIP).await?, 415);
    let body = to_person("Pesel", PESEL, &["InvoiceRead", "InvoiceWrite"]);
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    let clerks = access(&api, &clerk, NIP).await?;
    assert_eq!(permissions_of(&clerks)?, ["InvoiceWrite", "InvoiceRead"]);

    for list in [in_context(&api, &owner).await?, granted(&api, &owner).await?] {
        assert_eq!(scopes(&list), ["InvoiceRead", "InvoiceWrite"]);
        let first = &list[0];
        assert_eq!(first["authorizedIdentifier"], identifier("Pesel", PESEL));
        assert_eq!(first["authorIdentifier"], identifier("Nip", NIP));
        assert_eq!(first["contextIdentifier"], identifier("Nip", NIP));
        assert_eq!(first["permissionState"], "Active");
        assert_eq!(first["subjectPersonDetails"]["lastName"], "Nazwisko");
        assert_eq!(first["id"].as_str().map(str::len), Some(36));
    }
    let own = personal(&api, &clerks).await?;
    assert_eq!(scopes(&own), ["InvoiceRead", "InvoiceWrite"]);
    assert!(own[0]["authorizedIdentifier"].is_null(), "it is the caller");

    // The same again is ignored.
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    let list = in_context(&api, &owner).await?;
    assert_eq!(list.len(), 2);
    for item in &list {
        assert_eq!(revoke(&api, &owner, &text(&item["id"])).await?, 200);
    }
    assert!(in_context(&api, &owner).await?.is_empty());
    assert_eq!(login_code(&api, &clerk, NIP).await?, 415);
    Ok(())
}

#[tokio::test]
async fn fingerprints_are_persons_too() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let foreigner = person("90010112345")?;
    let print = fingerprint(&foreigner);
    let mut body = to_person("Fingerprint", &print.to_lowercase(), &["InvoiceRead"]);
    body["subjectDetails"] = json!({
        "subjectDetailsType": "PersonByFingerprintWithIdentifier",
        "personByFpWithId": { "firstName": "Imię", "lastName": "Nazwisko", "identifier": identifier("Nip", OFFICE) },
    });
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    body["permissions"] = json!(["InvoiceWrite"]);
    body["subjectDetails"] = json!({
        "subjectDetailsType": "PersonByFingerprintWithoutIdentifier",
        "personByFpNoId": {
            "firstName": "Imię", "lastName": "Nazwisko", "birthDate": "1990-01-01",
            "idDocument": { "type": "Paszport", "number": "AB123456", "country": "DE" },
        },
    });
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    let entered = enter(&api, &foreigner, NIP, "certificateFingerprint").await?;
    let tokens = entered.map_err(|status| status.to_string())?;
    assert_eq!(permissions_of(&tokens.access)?, ["InvoiceWrite", "InvoiceRead"]);
    assert_eq!(login_code(&api, &foreigner, NIP).await?, 415, "by its PESEL nobody knows it");
    let list = in_context(&api, &owner).await?;
    assert_eq!(list[0]["authorizedIdentifier"], identifier("Fingerprint", &print));
    let with = list.iter().find(|item| item["permissionScope"] == "InvoiceRead").ok_or("it is listed")?;
    assert_eq!(with["subjectPersonDetails"]["personIdentifier"], identifier("Nip", OFFICE));
    let without = list.iter().find(|item| item["permissionScope"] == "InvoiceWrite").ok_or("it is listed")?;
    assert_eq!(without["subjectPersonDetails"]["idDocument"]["country"], "DE");
    Ok(())
}

/// The scenario of the official clients: two clients, an office, a clerk for all of them, and one for one of them.
#[tokio::test]
async fn an_office_passes_on_what_its_clients_allow() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let (first, second) = (owner(&api, NIP).await?, owner(&api, CLIENT).await?);
    let office = owner(&api, OFFICE).await?;
    let body = to_entity(OFFICE, &[("InvoiceRead", true), ("InvoiceWrite", false)]);
    for client in [&first, &second] {
        assert_eq!(grant(&api, client, Operation::PermissionEntityGrant, &body).await?, 200);
    }
    // The office in its client's context has its own two only.
    let there = access(&api, &person_of(OFFICE)?, NIP).await?;
    assert_eq!(permissions_of(&there)?, ["InvoiceWrite", "InvoiceRead"]);
    assert_eq!(personal(&api, &there).await?.len(), 2);
    // At home it sees what it got, from whom, and what it may pass on.
    let received = personal(&api, &office).await?;
    assert_eq!(received.len(), 4);
    assert!(received.iter().all(|item| item["subjectEntityDetails"]["fullName"].is_string()));
    let by_client = query(
        &api,
        &office,
        Operation::PermissionQueryEntities,
        &json!({ "contextIdentifier": identifier("Nip", NIP) }),
    )
    .await?;
    assert_eq!(scopes(&by_client), ["InvoiceRead", "InvoiceWrite"]);
    for item in &by_client {
        assert_eq!(item["canDelegate"], item["permissionScope"] == "InvoiceRead");
    }

    let (everywhere, selective) = (person(PESEL)?, person("90010112345")?);
    let both = ["InvoiceRead", "InvoiceWrite"];
    for body in [
        passed_on("Pesel", PESEL, json!({ "type": "AllPartners" }), &both),
        passed_on("Pesel", "90010112345", identifier("Nip", NIP), &both),
    ] {
        assert_eq!(grant(&api, &office, Operation::PermissionIndirectGrant, &body).await?, 200);
    }
    // Only what the client let be passed on.
    for client in [NIP, CLIENT] {
        assert_eq!(permissions_of(&access(&api, &everywhere, client).await?)?, ["InvoiceRead"]);
    }
    assert_eq!(permissions_of(&access(&api, &selective, NIP).await?)?, ["InvoiceRead"]);
    assert_eq!(login_code(&api, &selective, CLIENT).await?, 415);
    assert_eq!(
        login_code(&api, &everywhere, OFFICE).await?,
        415,
        "it is for the clients, not for the office"
    );
    let list = granted(&api, &office).await?;
    let states: Vec<(&Value, &Value)> =
        list.iter().map(|item| (&item["permissionScope"], &item["permissionState"])).collect();
    for (scope, state) in states {
        assert_eq!(state, if scope == "InvoiceRead" { "Active" } else { "Inactive" });
    }
    let targeted = json!({
        "queryType": "PermissionsGrantedInCurrentContext",
        "targetIdentifier": { "type": "AllPartners" },
        "permissionState": "Active",
    });
    let all = query(&api, &office, Operation::PermissionQueryPersons, &targeted).await?;
    assert_eq!(scopes(&all), ["InvoiceRead"]);
    assert_eq!(all[0]["targetIdentifier"], json!({ "type": "AllPartners" }));
    let theirs = personal(&api, &access(&api, &selective, NIP).await?).await?;
    assert_eq!(theirs[0]["targetIdentifier"], identifier("Nip", NIP));

    // When the client takes it back, what was passed on no longer works and is listed as inactive (issue 370).
    for item in granted(&api, &first).await? {
        assert_eq!(item["subjectEntityDetails"]["fullName"], "Przykładowe Biuro sp. z o.o.");
        assert_eq!(revoke(&api, &first, &text(&item["id"])).await?, 200);
    }
    assert!(granted(&api, &first).await?.is_empty());
    assert_eq!(login_code(&api, &everywhere, NIP).await?, 415);
    assert_eq!(login_code(&api, &everywhere, CLIENT).await?, 200);
    let inactive = json!({
        "queryType": "PermissionsGrantedInCurrentContext",
        "targetIdentifier": identifier("Nip", NIP),
        "permissionState": "Inactive",
    });
    let list = query(&api, &office, Operation::PermissionQueryPersons, &inactive).await?;
    assert_eq!(scopes(&list), ["InvoiceRead", "InvoiceWrite"]);
    for item in &list {
        assert_eq!(revoke(&api, &office, &text(&item["id"])).await?, 200);
    }
    assert!(query(&api, &office, Operation::PermissionQueryPersons, &inactive).await?.is_empty());
    Ok(())
}

/// What the official client's test does: nothing was allowed to be passed on, and it is granted all the same.
#[tokio::test]
async fn passing_on_before_it_is_allowed_is_inactive_until_then() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let (client, office) = (owner(&api, NIP).await?, owner(&api, OFFICE).await?);
    // Without a target it is for all.
    let body = to_person("Nip", CLIENT, &["InvoiceRead"]);
    assert_eq!(grant(&api, &office, Operation::PermissionIndirectGrant, &body).await?, 200);
    let clerk = person_of(CLIENT)?;
    assert_eq!(login_code(&api, &clerk, NIP).await?, 415);
    assert_eq!(granted(&api, &office).await?[0]["permissionState"], "Inactive");
    let body = to_entity(OFFICE, &[("InvoiceRead", true)]);
    assert_eq!(grant(&api, &client, Operation::PermissionEntityGrant, &body).await?, 200);
    assert_eq!(login_code(&api, &clerk, NIP).await?, 200);
    assert_eq!(granted(&api, &office).await?[0]["permissionState"], "Active");
    Ok(())
}

#[tokio::test]
async fn authorisations_are_listed_on_both_sides_and_revoked_by_the_giver() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let (giver, taker) = (owner(&api, NIP).await?, owner(&api, OFFICE).await?);
    for permission in ["SelfInvoicing", "RRInvoicing", "TaxRepresentative"] {
        let body = authorization("Nip", OFFICE, permission);
        assert_eq!(grant(&api, &giver, Operation::PermissionAuthorizationGrant, &body).await?, 200);
        assert_eq!(grant(&api, &giver, Operation::PermissionAuthorizationGrant, &body).await?, 200);
    }
    let body = authorization("PeppolId", "PPL123456", "PefInvoicing");
    assert_eq!(grant(&api, &giver, Operation::PermissionAuthorizationGrant, &body).await?, 200);
    let operation = Operation::PermissionQueryAuthorizations;
    let all = query(&api, &giver, operation, &json!({ "queryType": "Granted" })).await?;
    assert_eq!(scopes(&all), ["PefInvoicing", "RRInvoicing", "SelfInvoicing", "TaxRepresentative"]);
    let received = json!({
        "queryType": "Received",
        "authorizingIdentifier": identifier("Nip", NIP),
        "authorizedIdentifier": identifier("Nip", OFFICE),
        "permissionTypes": ["SelfInvoicing", "RRInvoicing"],
    });
    let list = query(&api, &taker, operation, &received).await?;
    assert_eq!(scopes(&list), ["RRInvoicing", "SelfInvoicing"]);
    assert_eq!(list[0]["authorizingEntityIdentifier"], identifier("Nip", NIP));
    assert_eq!(list[0]["authorIdentifier"], identifier("Nip", NIP));
    assert_eq!(list[0]["subjectEntityDetails"]["subjectDetailsType"], "EntityByIdentifier");
    let other = json!({ "queryType": "Received", "authorizingIdentifier": identifier("Nip", CLIENT) });
    assert!(query(&api, &taker, operation, &other).await?.is_empty());
    assert!(query(&api, &taker, operation, &json!({ "queryType": "Granted" })).await?.is_empty());
    let to_peppol =
        json!({ "queryType": "Granted", "authorizedIdentifier": identifier("PeppolId", "PPL123456") });
    assert_eq!(scopes(&query(&api, &giver, operation, &to_peppol).await?), ["PefInvoicing"]);

    let id = text(&all[0]["id"]);
    let revocation = Operation::PermissionAuthorizationRevoke;
    assert_eq!(operate(&api, &taker, revocation, &[&id], None).await?["code"], 410, "it is not the taker's");
    assert_eq!(revoke(&api, &giver, &id).await?, 450, "it is no common grant");
    assert_eq!(operate(&api, &giver, revocation, &[&id], None).await?["code"], 200);
    assert_eq!(operate(&api, &giver, revocation, &[&id], None).await?["code"], 400, "it is gone");
    assert_eq!(query(&api, &giver, operation, &json!({ "queryType": "Granted" })).await?.len(), 3);
    Ok(())
}
