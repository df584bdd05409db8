//! Bad requests, missing rights, missing logins: each operation's own codes.

use super::*;
use crate::common::*;

/// Every operation with a body that is right.
fn right_requests() -> Vec<(Operation, Value)> {
    let print = "CEB3643BAC2C111ADDE971BDA5A80163441867D65389FC0BC0DFF8B4C1CD4E59";
    let mut representative = to_eu_administrator(print, &format!("{NIP}-DE123456789"));
    let fields = representative.as_object_mut().expect("an object");
    for name in ["contextIdentifier", "euEntityName", "euEntityDetails"] {
        fields.remove(name);
    }
    fields.insert("permissions".to_owned(), json!(["InvoiceRead"]));
    let unit = identifier("InternalId", &unit_of(NIP, 1));
    vec![
        (Operation::PermissionPersonGrant, to_person("Pesel", PESEL, &["InvoiceRead"])),
        (Operation::PermissionEntityGrant, to_entity(OFFICE, &[("InvoiceRead", true)])),
        (Operation::PermissionAuthorizationGrant, authorization("Nip", OFFICE, "SelfInvoicing")),
        (
            Operation::PermissionIndirectGrant,
            passed_on("Pesel", PESEL, identifier("Nip", OFFICE), &["InvoiceRead"]),
        ),
        (Operation::PermissionSubunitGrant, to_administrator(identifier("Pesel", PESEL), unit.clone())),
        (
            Operation::PermissionEuEntityAdministrationGrant,
            to_eu_administrator(print, &format!("{NIP}-DE123456789")),
        ),
        (Operation::PermissionEuEntityGrant, representative),
        (
            Operation::PermissionQueryPersonal,
            json!({
                "contextIdentifier": identifier("Nip", NIP), "targetIdentifier": identifier("Nip", NIP),
                "permissionTypes": ["VatUeManage"], "permissionState": "Active",
            }),
        ),
        (
            Operation::PermissionQueryPersons,
            json!({
                "authorIdentifier": identifier("Nip", NIP), "authorizedIdentifier": identifier("Pesel", PESEL),
                "contextIdentifier": identifier("Nip", NIP), "targetIdentifier": identifier("Nip", NIP),
                "permissionTypes": ["InvoiceRead"], "permissionState": "Active",
                "queryType": "PermissionsInCurrentContext",
            }),
        ),
        (Operation::PermissionQuerySubunits, json!({ "subunitIdentifier": unit })),
        (Operation::PermissionQueryEntities, json!({ "contextIdentifier": identifier("Nip", NIP) })),
        (
            Operation::PermissionQuerySubordinateRoles,
            json!({ "subordinateEntityIdentifier": identifier("Nip", NIP) }),
        ),
        (
            Operation::PermissionQueryAuthorizations,
            json!({
                "authorizingIdentifier": identifier("Nip", NIP), "authorizedIdentifier": identifier("Nip", OFFICE),
                "queryType": "Granted", "permissionTypes": ["RRInvoicing"],
            }),
        ),
        (
            Operation::PermissionQueryEuEntities,
            json!({
                "vatUeIdentifier": "DE123456789", "authorizedFingerprintIdentifier": "CEB3",
                "permissionTypes": ["Introspection"],
            }),
        ),
    ]
}

/// The owner of a taxpayer's context, and the administrator of an EU entity: together they may ask everything.
async fn callers(api: &Api) -> Answered<(String, String)> {
    let owner = owner(api, NIP).await?;
    let administrator = person("90010112345")?;
    let context = format!("{NIP}-FR12123456789");
    let body = to_eu_administrator(&fingerprint(&administrator), &context);
    assert_eq!(grant(api, &owner, Operation::PermissionEuEntityAdministrationGrant, &body).await?, 200);
    let place = format!("NipVatUe:{context}");
    let entered = enter(api, &administrator, &place, "certificateFingerprint").await?;
    Ok((owner, entered.map_err(|status| status.to_string())?.access))
}

/// Replaces each value of a body, one at a time, by what cannot be right.
fn spoil(body: &Value) -> Vec<(String, Value)> {
    fn walk(value: &Value, path: &str, found: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    walk(value, &format!("{path}/{name}"), found);
                }
            }
            Value::Array(items) => {
                let wrong =
                    if items.iter().all(Value::is_string) { json!(["Everything"]) } else { json!([]) };
                found.push((path.to_owned(), wrong));
                for (index, value) in items.iter().enumerate() {
                    walk(value, &format!("{path}/{index}"), found);
                }
            }
            // Wrong for an enumeration, an identifier, a text of 2 to 512 characters.
            Value::String(_) => found.push((path.to_owned(), json!("?".repeat(600)))),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(body, "", &mut found);
    found
}

#[tokio::test]
async fn every_wrong_value_is_refused_and_nothing_is_done() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let (owner, administrator) = callers(&api).await?;
    for (operation, right) in right_requests() {
        let access = if operation == Operation::PermissionEuEntityGrant { &administrator } else { &owner };
        let call = async |body: &Value| -> Answered<Answer> {
            api.call(operation, &[], Req::by(access).json(body)).await
        };
        let answer = call(&right).await?;
        assert!([200, 202].contains(&answer.status), "{}", operation.name());
        for (path, wrong) in spoil(&right) {
            // Any part of a fingerprint may be looked for.
            if path == "/authorizedFingerprintIdentifier" {
                continue;
            }
            let mut body = right.clone();
            *body.pointer_mut(&path).ok_or("it is there")? = wrong.clone();
            let answer = call(&body).await?;
            assert_eq!(answer.status, 400, "{} {path} {wrong}", operation.name());
            answer.expect_code(21405);
        }
        // Each field that must be there.
        let is_query = operation.path_template().contains("/query/");
        for name in right.as_object().ok_or("an object")?.keys() {
            let is_optional =
                is_query && name != "queryType" || ["targetIdentifier"].contains(&name.as_str());
            if is_optional {
                continue;
            }
            let mut body = right.clone();
            body.as_object_mut().ok_or("an object")?.remove(name);
            let answer = call(&body).await?;
            assert_eq!(answer.status, 400, "{} without {name}", operation.name());
            answer.expect_code(21405);
        }
        // Broken JSON, a wrong type, and no JSON at all.
        let broken = Req::by(access).bytes("application/json", "{");
        api.call(operation, &[], broken).await?.expect_code(21001);
        call(&json!([])).await?.expect_code(21001);
        let text = Req::by(access).bytes("text/plain", right.to_string());
        api.call(operation, &[], text).await?.expect(415);
        api.call(operation, &[], Req::default().json(&right)).await?.expect(401);
    }
    for id in ["x", "0c9a72e8-f344-457f-9c16-7c640eb60242-"] {
        for operation in [Operation::PermissionCommonRevoke, Operation::PermissionAuthorizationRevoke] {
            api.call(operation, &[id], Req::by(&owner)).await?.expect_code(21405);
        }
    }
    Ok(())
}

#[tokio::test]
async fn values_that_contradict_each_other() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let refused = async |operation, body: Value| -> Answered {
        api.call(operation, &[], Req::by(&owner).json(&body)).await?.expect_code(21405);
        Ok(())
    };
    let person = to_person("Pesel", PESEL, &["InvoiceRead"]);
    // Twice the same, none, details of another kind.
    refused(Operation::PermissionPersonGrant, to_person("Pesel", PESEL, &["InvoiceRead", "InvoiceRead"]))
        .await?;
    refused(Operation::PermissionPersonGrant, to_person("Pesel", PESEL, &[])).await?;
    refused(Operation::PermissionPersonGrant, to_person("Pesel", PESEL, &["VatUeManage"])).await?;
    for kind in
        ["PersonByFingerprintWithIdentifier", "PersonByFingerprintWithoutIdentifier", "EntityByFingerprint"]
    {
        let mut body = person.clone();
        body["subjectDetails"]["subjectDetailsType"] = json!(kind);
        refused(Operation::PermissionPersonGrant, body).await?;
    }
    let mut body = person.clone();
    body["subjectDetails"] = json!({
        "subjectDetailsType": "PersonByFingerprintWithoutIdentifier",
        "personByFpNoId": {
            "firstName": "Imię", "lastName": "Nazwisko", "birthDate": "1990-01-01",
            "idDocument": { "type": "Paszport", "number": "AB123456", "country": "de" },
        },
    });
    refused(Operation::PermissionPersonGrant, body.clone()).await?;
    body["subjectDetails"]["personByFpNoId"]["idDocument"]["country"] = json!("DE");
    body["subjectDetails"]["personByFpNoId"]["birthDate"] = json!("1990-02-30");
    refused(Operation::PermissionPersonGrant, body).await?;
    // Targets with a value too many or too few.
    for target in [identifier("AllPartners", NIP), json!({ "type": "Nip" })] {
        refused(Operation::PermissionIndirectGrant, passed_on("Pesel", PESEL, target, &["InvoiceRead"]))
            .await?;
    }
    // Units: wrong check digit, no name.
    let unit = unit_of(NIP, 1);
    let last = unit.chars().last().and_then(|digit| digit.to_digit(10)).ok_or("a digit")?;
    let wrong = format!("{}{}", &unit[..15], (last + 1) % 10);
    let holder = identifier("Pesel", PESEL);
    refused(
        Operation::PermissionSubunitGrant,
        to_administrator(holder.clone(), identifier("InternalId", &wrong)),
    )
    .await?;
    let mut nameless = to_administrator(holder, identifier("InternalId", &unit));
    nameless.as_object_mut().ok_or("an object")?.remove("subunitName");
    refused(Operation::PermissionSubunitGrant, nameless).await?;
    let mut query =
        json!({ "queryType": "PermissionsInCurrentContext", "authorIdentifier": { "type": "Nip" } });
    refused(Operation::PermissionQueryPersons, query.clone()).await?;
    query["authorIdentifier"] = json!({ "type": "System" });
    api.call(Operation::PermissionQueryPersons, &[], Req::by(&owner).json(&query)).await?.expect(200);
    Ok(())
}

/// Somebody with one permission asks everything: 403 names what is needed and what is there.
#[tokio::test]
async fn each_operation_asks_for_its_permissions() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let owner = owner(&api, NIP).await?;
    let clerk = person(PESEL)?;
    let mut requests: Vec<(Operation, Vec<&str>, Option<Value>)> =
        right_requests().into_iter().map(|(operation, body)| (operation, Vec::new(), Some(body))).collect();
    let id = "0c9a72e8-f344-457f-9c16-7c640eb60242";
    requests.push((Operation::PermissionCommonRevoke, vec![id], None));
    requests.push((Operation::PermissionAuthorizationRevoke, vec![id], None));
    requests.push((Operation::PermissionQueryEntityRoles, Vec::new(), None));
    requests.push((Operation::PermissionAttachmentStatus, Vec::new(), None));
    for held in ["InvoiceRead", "CredentialsRead", "SubunitManage", "CredentialsManage"] {
        let body = to_person("Pesel", PESEL, &[held]);
        assert_eq!(grant(&api, &owner, Operation::PermissionPersonGrant, &body).await?, 200);
        let access = access(&api, &clerk, NIP).await?;
        assert_eq!(permissions_of(&access)?, [held]);
        for (operation, parameters, body) in &requests {
            let mut request = Req::by(&access);
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = api.call(*operation, parameters, request).await?;
            let required = operation.required_permissions();
            if required.is_empty() || required.contains(&held) {
                assert!([200, 202].contains(&answer.status), "{} with {held}", operation.name());
                continue;
            }
            let refused = answer.expect_forbidden("missing-permissions");
            assert_eq!(refused["security"]["requiredAnyOfPermissions"], json!(required));
            assert_eq!(refused["security"]["presentPermissions"], json!([held]));
        }
        for item in in_context(&api, &owner).await? {
            assert_eq!(revoke(&api, &owner, &text(&item["id"])).await?, 200);
        }
    }
    Ok(())
}
