//! Permissions: each way of granting, each list, both ways of revoking.

use ksef_client::{Access, CallError};
use ksef_crypto::{Credential, KeyKind, Subject};
use ksef_wire::Operation::{self, *};
use ksef_wire::PermissionsOperationResponse;
use serde_json::{Value, json};

use crate::support::NIP;
use crate::{World, identifier, of, person, seal, until};

pub(crate) const GRANTED_AND_LISTED: &[Operation] = &[
    PermissionPersonGrant,
    PermissionEntityGrant,
    PermissionAuthorizationGrant,
    PermissionIndirectGrant,
    PermissionSubunitGrant,
    PermissionOperationStatus,
    PermissionQueryPersonal,
    PermissionQueryPersons,
    PermissionQuerySubunits,
    PermissionQueryEntities,
    PermissionQueryAuthorizations,
    PermissionCommonRevoke,
    PermissionAuthorizationRevoke,
];

const PESEL: &str = "88102341294";
const OFFICE: &str = "7781464139";
const CLIENT: &str = "5213003001";

/// Waits for the end of an operation on permissions; its code.
async fn outcome(by: &Access, asked: Result<PermissionsOperationResponse, CallError>) -> i32 {
    let reference = asked.expect("accepted").reference_number;
    until("the operation", async || {
        let status = by.permission_operation(&reference).await.expect("a status").status;
        (status.code != 100).then_some(status.code)
    })
    .await
}

fn to_person(subject: Value, permissions: &[&str]) -> Value {
    json!({
        "subjectIdentifier": subject, "permissions": permissions, "description": "Uprawnienie dla testu",
        "subjectDetails": {
            "subjectDetailsType": "PersonByIdentifier",
            "personById": { "firstName": "Imię", "lastName": "Nazwisko" },
        },
    })
}

/// The identifier of a unit with its check digit.
fn unit_of(nip: &str, number: u32) -> String {
    let base = format!("{nip}-{number:04}");
    let digits = base.chars().filter_map(|letter| letter.to_digit(10));
    let sum: u32 = digits.zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    format!("{base}{}", sum % 10)
}

pub(crate) async fn granted_and_listed(world: &World) {
    let owner = &world.owner;
    let office = world.access(&seal(OFFICE), OFFICE);

    let body = to_person(identifier("Pesel", PESEL), &["InvoiceRead", "InvoiceWrite"]);
    assert_eq!(outcome(owner, owner.grant_person_permissions(&of(body)).await).await, 200);
    let in_context = of(json!({ "queryType": "PermissionsInCurrentContext" }));
    let listed = owner.query_person_permissions(&in_context, 0).await.expect("a page");
    assert_eq!((listed.permissions.len(), listed.has_more), (2, false));
    let to_revoke = listed
        .permissions
        .iter()
        .find(|permission| permission.permission_scope.as_str() == "InvoiceWrite")
        .expect("granted");
    assert_eq!(to_revoke.authorized_identifier.value.as_str(), PESEL);

    let clerk = world.access(&person(PESEL), NIP);
    let own = clerk.query_personal_permissions(&of(json!({})), 0).await.expect("a page").permissions;
    let mut scopes: Vec<&str> = own.iter().map(|permission| permission.permission_scope.as_str()).collect();
    scopes.sort_unstable();
    assert_eq!(scopes, ["InvoiceRead", "InvoiceWrite"]);
    let refused = clerk.query_person_permissions(&in_context, 0).await.expect_err("not his to see");
    let CallError::Refused { http_status: 403, permissions: Some(asked), trace_id, .. } = &refused else {
        panic!("{refused:?}")
    };
    assert!(asked.required_any_of.iter().any(|name| name == "CredentialsRead"), "{asked:?}");
    assert!(asked.present.iter().any(|name| name == "InvoiceRead") && trace_id.is_some(), "{asked:?}");
    assert_eq!(refused.meaning().code(), "ksef.forbidden.missing-permissions");
    assert_eq!(outcome(owner, owner.revoke_permission(&to_revoke.id).await).await, 200);
    let left = owner.query_person_permissions(&in_context, 0).await.expect("a page").permissions;
    assert_eq!(left.len(), 1);

    // An office, that may pass on; and its clerk for this client alone.
    let to_office = json!({
        "subjectIdentifier": identifier("Nip", OFFICE), "description": "Obsługa faktur",
        "permissions": [{ "type": "InvoiceRead", "canDelegate": true }],
        "subjectDetails": { "fullName": "Przykładowe Biuro sp. z o.o." },
    });
    assert_eq!(outcome(owner, owner.grant_entity_permissions(&of(to_office)).await).await, 200);
    let held = office.query_entity_permissions(&of(json!({})), 0).await.expect("a page").permissions;
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].context_identifier.value.as_str(), held[0].can_delegate), (NIP, true));
    let mut passed_on = to_person(identifier("Pesel", "90010112345"), &["InvoiceRead"]);
    passed_on["targetIdentifier"] = identifier("Nip", NIP);
    assert_eq!(outcome(&office, office.grant_indirect_permissions(&of(passed_on)).await).await, 200);
    world.access(&person("90010112345"), NIP).login().await.expect("by the office's delegation");

    let authorization = json!({
        "subjectIdentifier": identifier("Nip", CLIENT), "permission": "SelfInvoicing",
        "description": "Samofakturowanie", "subjectDetails": { "fullName": "Przykładowy Podmiot sp. z o.o." },
    });
    assert_eq!(outcome(owner, owner.grant_authorization(&of(authorization)).await).await, 200);
    let granted = of(json!({ "queryType": "Granted" }));
    let grants = owner.query_authorizations(&granted, 0).await.expect("a page").authorization_grants;
    assert_eq!(grants.len(), 1);
    assert_eq!(grants[0].authorization_scope.as_str(), "SelfInvoicing");
    assert_eq!(grants[0].authorized_entity_identifier.value, CLIENT);
    assert_eq!(outcome(owner, owner.revoke_authorization(&grants[0].id).await).await, 200);
    assert!(owner.query_authorizations(&granted, 0).await.expect("a page").authorization_grants.is_empty());

    let unit = unit_of(NIP, 77);
    let mut administrator = to_person(identifier("Pesel", PESEL), &[]);
    administrator["contextIdentifier"] = identifier("InternalId", &unit);
    administrator["subunitName"] = json!("Jednostka testowa");
    administrator.as_object_mut().expect("an object").remove("permissions");
    assert_eq!(outcome(owner, owner.grant_subunit_permissions(&of(administrator)).await).await, 200);
    let units = owner.query_subunit_permissions(&of(json!({})), 0).await.expect("a page").permissions;
    assert_eq!(units.len(), 1);
    assert_eq!(units[0].subunit_identifier.value, unit);
    world
        .access(&person(PESEL), &format!("InternalId:{unit}"))
        .login()
        .await
        .expect("the unit's own context");
}

pub(crate) const EU_ENTITIES: &[Operation] =
    &[PermissionEuEntityAdministrationGrant, PermissionEuEntityGrant, PermissionQueryEuEntities];

pub(crate) async fn eu_entities(world: &World) {
    let owner = &world.owner;
    let (number, context) = ("DE123456789", format!("{NIP}-DE123456789"));
    let (now, day) = (jiff::Timestamp::now(), jiff::SignedDuration::from_hours(24));
    // Certificates that name neither NIP nor PESEL: known by their fingerprint alone.
    let foreign = |name: &str| {
        let subject = Subject::Named { common_name: name.into() };
        Credential::self_signed(&subject, KeyKind::EcP256, now - day, now + day).expect("made")
    };
    let fingerprint = |credential: &Credential| -> String {
        credential.certificate().fingerprint_sha256().iter().map(|byte| format!("{byte:02X}")).collect()
    };
    let (administrator, representative) = (foreign("Verwalter"), foreign("Vertreter"));
    let entity = json!({ "fullName": "Beispiel GmbH", "address": "Musterstraße 1, Berlin" });
    let to_administrator = json!({
        "subjectIdentifier": identifier("Fingerprint", &fingerprint(&administrator)),
        "contextIdentifier": identifier("NipVatUe", &context),
        "description": "Administrator podmiotu unijnego", "euEntityName": "Beispiel GmbH",
        "subjectDetails": { "subjectDetailsType": "EntityByFingerprint", "entityByFp": entity },
        "euEntityDetails": entity,
    });
    assert_eq!(outcome(owner, owner.grant_eu_entity_administration(&of(to_administrator)).await).await, 200);
    let there = world.access_with(administrator, &format!("NipVatUe:{context}"));
    there.login().await.expect("the administrator, by fingerprint");

    let representatives = fingerprint(&representative);
    let to_representative = json!({
        "subjectIdentifier": identifier("Fingerprint", &representatives),
        "permissions": ["InvoiceRead"], "description": "Reprezentant",
        "subjectDetails": { "subjectDetailsType": "EntityByFingerprint", "entityByFp": entity },
    });
    assert_eq!(outcome(&there, there.grant_eu_entity_permissions(&of(to_representative)).await).await, 200);
    let filters =
        of(json!({ "vatUeIdentifier": number, "authorizedFingerprintIdentifier": representatives }));
    let listed = there.query_eu_entity_permissions(&filters, 0).await.expect("a page");
    assert_eq!((listed.permissions.len(), listed.has_more), (1, false));
    assert_eq!(listed.permissions[0].permission_scope.as_str(), "InvoiceRead");
    assert_eq!(listed.permissions[0].vat_ue_identifier, number);
    world
        .access_with(representative, &format!("NipVatUe:{context}"))
        .login()
        .await
        .expect("the representative");
}
