//! Lists: pages, order, each filter, the owner's own permissions, consents to attachments.

use super::*;
use crate::common::invoice::today;
use crate::common::*;

#[tokio::test]
async fn lists_are_paged_newest_first() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    for number in 0..6 {
        let pesel = format!("9001011000{number}");
        let body = to_person("Pesel", &pesel, &["InvoiceRead", "Introspection"]);
        let request = Req::by(&owner).json(&body);
        api.call(Operation::PermissionPersonGrant, &[], request).await?.expect(202);
    }
    let body = json!({ "queryType": "PermissionsInCurrentContext" });
    let page = async |query: &str| -> Answered<Answer> {
        let request = Req::by(&owner).json(&body).query(query);
        api.call(Operation::PermissionQueryPersons, &[], request).await
    };
    let first = page("").await?.expect(200).json();
    let second = page("pageOffset=1&pageSize=10").await?.expect(200).json();
    assert_eq!((&first["hasMore"], &second["hasMore"]), (&json!(true), &json!(false)));
    let mut all = first["permissions"].as_array().ok_or("a list")?.clone();
    assert_eq!(all.len(), 10);
    all.extend(second["permissions"].as_array().ok_or("a list")?.iter().cloned());
    assert_eq!(all.len(), 12);
    let keys: Vec<_> =
        all.iter().map(|item| (std::cmp::Reverse(text(&item["startDate"])), text(&item["id"]))).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    assert_eq!(
        page("pageSize=100").await?.expect(200).json()["permissions"].as_array().map(Vec::len),
        Some(12)
    );
    assert_eq!(page("pageOffset=9").await?.expect(200).json()["permissions"], json!([]));
    for wrong in ["pageSize=9", "pageSize=101", "pageOffset=-1"] {
        page(wrong).await?.expect_code(21405);
    }
    page("pageOffset=x").await?.expect_code(21001);
    Ok(())
}

#[tokio::test]
async fn every_filter_of_the_lists_of_persons() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let given = json!({
        "contextIdentifier": identifier("Nip", NIP),
        "authorizedIdentifier": identifier("Nip", CLIENT),
        "permissions": [{ "description": "Na podstawie ZAW-FA", "permissionType": "Introspection" }],
    });
    api.call(Operation::TestDataPermissionsGrant, &[], Req::default().json(&given)).await?.expect(200);
    let unit = unit_of(NIP, 77);
    for (operation, body) in [
        (Operation::PermissionPersonGrant, to_person("Pesel", PESEL, &["InvoiceRead", "InvoiceWrite"])),
        (Operation::PermissionEntityGrant, to_entity(OFFICE, &[("InvoiceRead", true)])),
        (
            Operation::PermissionIndirectGrant,
            passed_on("Pesel", PESEL, identifier("Nip", CLIENT), &["CollectiveIdentifierManage"]),
        ),
        (
            Operation::PermissionSubunitGrant,
            to_administrator(identifier("Pesel", PESEL), identifier("InternalId", &unit)),
        ),
    ] {
        assert_eq!(grant(&api, &owner, operation, &body).await?, 200);
    }
    let all = "PermissionsInCurrentContext";
    let mine = "PermissionsGrantedInCurrentContext";
    for (kind, filter, expected) in [
        (
            all,
            json!({}),
            vec!["CollectiveIdentifierManage", "Introspection", "InvoiceRead", "InvoiceRead", "InvoiceWrite"],
        ),
        (
            mine,
            json!({}),
            vec![
                "CollectiveIdentifierManage",
                "CredentialsManage",
                "InvoiceRead",
                "InvoiceRead",
                "InvoiceWrite",
            ],
        ),
        (all, json!({ "authorIdentifier": { "type": "System" } }), vec!["Introspection"]),
        (all, json!({ "authorIdentifier": identifier("Pesel", PESEL) }), vec![]),
        (all, json!({ "authorizedIdentifier": identifier("Nip", OFFICE) }), vec!["InvoiceRead"]),
        (mine, json!({ "contextIdentifier": identifier("InternalId", &unit) }), vec!["CredentialsManage"]),
        (mine, json!({ "targetIdentifier": identifier("Nip", CLIENT) }), vec!["CollectiveIdentifierManage"]),
        (
            mine,
            json!({ "targetIdentifier": identifier("Nip", NIP) }),
            vec!["InvoiceRead", "InvoiceRead", "InvoiceWrite"],
        ),
        (mine, json!({ "targetIdentifier": { "type": "AllPartners" } }), vec![]),
        (
            mine,
            json!({ "permissionTypes": ["InvoiceWrite", "CredentialsManage"] }),
            vec!["CredentialsManage", "InvoiceWrite"],
        ),
        (
            mine,
            json!({ "permissionTypes": [] , "permissionState": "Inactive" }),
            vec!["CollectiveIdentifierManage"],
        ),
    ] {
        let mut body = filter.clone();
        body["queryType"] = json!(kind);
        let found = query(&api, &owner, Operation::PermissionQueryPersons, &body).await?;
        assert_eq!(scopes(&found), expected, "{body}");
    }
    let introspection = in_context(&api, &owner).await?;
    let system =
        introspection.iter().find(|item| item["permissionScope"] == "Introspection").ok_or("listed")?;
    assert_eq!(system["authorIdentifier"], json!({ "type": "System" }));
    // Personal lists have their own filters.
    let clerk = access(&api, &person(PESEL)?, NIP).await?;
    for (body, expected) in [
        (json!({}), vec!["CollectiveIdentifierManage", "InvoiceRead", "InvoiceWrite"]),
        (
            json!({ "contextIdentifier": identifier("Nip", NIP), "permissionState": "Active" }),
            vec!["InvoiceRead", "InvoiceWrite"],
        ),
        (json!({ "contextIdentifier": identifier("Nip", OFFICE) }), vec![]),
        (json!({ "targetIdentifier": identifier("Nip", CLIENT) }), vec!["CollectiveIdentifierManage"]),
        (json!({ "permissionTypes": ["InvoiceRead"] }), vec!["InvoiceRead"]),
    ] {
        let found = query(&api, &clerk, Operation::PermissionQueryPersonal, &body).await?;
        assert_eq!(scopes(&found), expected, "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn owners_are_told_what_they_may() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let ask = async |access: &str| -> Answered<Value> {
        let request = Req::by(access).json(&json!({}));
        Ok(api.call(Operation::PermissionQueryPersonal, &[], request).await?.expect(200).json())
    };
    let all = [
        "CredentialsManage",
        "CredentialsRead",
        "InvoiceWrite",
        "InvoiceRead",
        "Introspection",
        "SubunitManage",
        "CollectiveIdentifierManage",
    ];
    assert_eq!(ask(&owner).await?["ownerPermissions"], json!(all));
    let body = to_person("Pesel", PESEL, &["InvoiceRead"]);
    assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
    assert!(ask(&access(&api, &person(PESEL)?, NIP).await?).await?["ownerPermissions"].is_null());
    Ok(())
}

#[tokio::test]
async fn the_consent_to_attachments_is_told() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let status = async || -> Answered<Value> {
        Ok(api.call(Operation::PermissionAttachmentStatus, &[], Req::by(&owner)).await?.expect(200).json())
    };
    assert_eq!(status().await?, json!({ "isAttachmentAllowed": false }));
    let nip = json!({ "nip": NIP });
    api.call(Operation::TestDataAttachmentGrant, &[], Req::default().json(&nip)).await?.expect(200);
    assert_eq!(status().await?, json!({ "isAttachmentAllowed": true }));
    let end = json!({ "nip": NIP, "expectedEndDate": today().tomorrow()?.to_string() });
    api.call(Operation::TestDataAttachmentRevoke, &[], Req::default().json(&end)).await?.expect(200);
    let ending = status().await?;
    assert_eq!(ending["isAttachmentAllowed"], true);
    let midnight = today().tomorrow()?.tomorrow()?.in_tz("Europe/Warsaw")?.timestamp();
    assert_eq!(text(&ending["revokedDate"]), ksef_wire::ApiTime(midnight).to_string());
    api.call(Operation::TestDataAttachmentRevoke, &[], Req::default().json(&nip)).await?.expect(200);
    let ended = status().await?;
    assert!(ended["isAttachmentAllowed"] == false && ended["revokedDate"].is_string(), "{ended}");
    Ok(())
}
