//! Logins, tokens, certificates, limits and test data.

use ksef_client::{LoginCredential, TokenFilters};
use ksef_crypto::csr::{CertificateRequestSubject, generate};
use ksef_crypto::{Certificate, KeyKind, SecretString};
use ksef_id::ContextIdentifier;
use ksef_wire::Operation::{self, *};
use ksef_wire::{
    ApiRateLimitsOverride, AuthenticationTokenStatus, CertificateListItemStatus, EffectiveApiRateLimits,
    EffectiveContextLimits, KsefCertificateType, PublicKeyCertificateUsage, SetRateLimitsRequest,
};
use serde_json::json;

use crate::support::NIP;
use crate::{World, identifier, of, person, seal, until};

pub(crate) const LOGINS: &[Operation] = &[
    AuthChallenge,
    AuthXadesSignature,
    AuthStatus,
    AuthTokenRedeem,
    AuthTokenRefresh,
    AuthSessions,
    AuthSessionRevokeCurrent,
    AuthSessionRevoke,
    PublicKeyCertificates,
    PeppolQuery,
];

pub(crate) async fn logins(world: &World) {
    let challenge = world.client.challenge().await.expect("a challenge");
    assert_eq!(&challenge.challenge.as_str()[8..12], "-CR-");
    assert_eq!(challenge.timestamp.as_millisecond(), challenge.timestamp_ms);

    let keys = world.client.public_key_certificates().await.expect("keys");
    for usage in
        [PublicKeyCertificateUsage::KsefTokenEncryption, PublicKeyCertificateUsage::SymmetricKeyEncryption]
    {
        let key = keys.iter().find(|key| key.usage.contains(&usage)).expect("one for each use");
        let certificate = Certificate::from_der(&key.certificate.0).expect("a certificate");
        assert_eq!(certificate.not_after().as_second(), key.valid_to.0.as_second());
        let chosen = world.client.wrapping_key(usage).await.expect("a key");
        assert_eq!(chosen.public_key_id(), key.public_key_id);
    }

    let context = ContextIdentifier::parse(NIP).expect("a NIP");
    let now = jiff::Timestamp::now();
    let day = jiff::SignedDuration::from_hours(24);
    let credential = ksef_crypto::Credential::self_signed(&seal(NIP), KeyKind::EcP256, now - day, now + day)
        .expect("made");
    let tokens = world.client.login_with_certificate(&context, &credential).await.expect("logged in");
    assert!(tokens.refresh.valid_until.0 > tokens.access.valid_until.0);
    let fresh = world.client.refresh_access_token(&context, &tokens.refresh).await.expect("refreshed");
    assert!(fresh.valid_until.0 >= tokens.access.valid_until.0);

    world.owner.login().await.expect("logged in");
    let listed = world.owner.auth_sessions(None).await.expect("a list");
    assert_eq!((listed.items.len(), listed.continuation_token), (2, None));
    let own = listed.items.iter().find(|login| login.is_current == Some(true)).expect("its own");
    let other = listed.items.iter().find(|login| login.is_current != Some(true)).expect("the other");
    assert_eq!((own.status.code, own.is_token_redeemed), (200, Some(true)));
    world.owner.revoke_auth_session(&other.reference_number).await.expect("revoked");
    let over = world.client.refresh_access_token(&context, &tokens.refresh).await.expect_err("over");
    assert!(over.is_refusal_with(21301), "{over}");
    let left = world.owner.auth_sessions(None).await.expect("a list").items;
    assert_eq!(left.len(), 1);
    world.owner.logout().await.expect("ended");

    let providers = world.client.peppol_providers(0).await.expect("a list");
    assert!(providers.peppol_providers.is_empty() && !providers.has_more, "none has logged in yet");
}

pub(crate) const TOKENS: &[Operation] = &[TokenGenerate, TokenList, TokenStatus, TokenRevoke, AuthKsefToken];

pub(crate) async fn tokens(world: &World) {
    let request =
        of(json!({ "permissions": ["InvoiceRead", "InvoiceWrite"], "description": "token testowy" }));
    let made = world.owner.generate_token(&request).await.expect("made");
    let status = until("the token", async || {
        let status = world.owner.token_status(&made.reference_number).await.expect("a status");
        (status.status == AuthenticationTokenStatus::Active).then_some(status)
    })
    .await;
    assert_eq!(status.requested_permissions, request.permissions);
    assert_eq!(
        (status.description.as_str(), status.context_identifier.value.as_str()),
        ("token testowy", NIP)
    );
    let filters = TokenFilters {
        statuses: vec![AuthenticationTokenStatus::Active],
        description: Some("testowy".into()),
        author: None,
    };
    let listed = world.owner.tokens(&filters, None).await.expect("a list");
    assert_eq!(listed.tokens.len(), 1);
    assert_eq!(listed.tokens[0].reference_number, made.reference_number);
    let none = TokenFilters { description: Some("inny opis".into()), ..filters.clone() };
    assert!(world.owner.tokens(&none, None).await.expect("a list").tokens.is_empty());

    let secret = SecretString::from(made.token.expose().to_owned());
    let by_token = crate::support::access(&world.simulator, LoginCredential::KsefToken(secret));
    by_token.login().await.expect("the token works");
    let refused = by_token.certificate_enrollment_data().await.expect_err("not by token");
    assert!(refused.is_refusal_with(25001), "{refused}");
    world.owner.revoke_token(&made.reference_number).await.expect("revoked");
    until("the revocation", async || {
        let status = world.owner.token_status(&made.reference_number).await.expect("a status").status;
        (status == AuthenticationTokenStatus::Revoked).then_some(())
    })
    .await;
}

pub(crate) const CERTIFICATES: &[Operation] = &[
    CertificateLimits,
    CertificateEnrollmentData,
    CertificateEnroll,
    CertificateEnrollmentStatus,
    CertificateRetrieve,
    CertificateQuery,
    CertificateRevoke,
    TestDataCertificate,
];

pub(crate) async fn certificates(world: &World) {
    let before = world.owner.certificate_limits().await.expect("limits");
    assert!(before.can_request && before.enrollment.remaining <= before.enrollment.limit);
    let data = world.owner.certificate_enrollment_data().await.expect("a subject");
    assert_eq!(data.organization_identifier.as_deref(), Some(format!("VATPL-{NIP}").as_str()));
    let subject = CertificateRequestSubject {
        common_name: data.common_name.clone(),
        country_name: data.country_name,
        given_name: data.given_name,
        surname: data.surname,
        serial_number: data.serial_number,
        unique_identifier: data.unique_identifier,
        organization_name: data.organization_name,
        organization_identifier: data.organization_identifier,
    };
    let mut serials = Vec::new();
    for kind in ["Authentication", "Offline"] {
        let csr = generate(&subject, KeyKind::EcP256).expect("a request");
        let request = of(json!({
            "certificateName": format!("test {kind}"), "certificateType": kind,
            "csr": ksef_wire::Base64Bytes(csr.der.clone()),
        }));
        let asked = world.owner.enroll_certificate(&request).await.expect("asked");
        let serial = until("the certificate", async || {
            let status =
                world.owner.certificate_enrollment_status(&asked.reference_number).await.expect("a status");
            assert!(status.status.code < 400, "{status:?}");
            status.certificate_serial_number
        })
        .await;
        let request = of(json!({ "certificateSerialNumbers": [serial] }));
        let fetched = world.owner.retrieve_certificates(&request).await.expect("fetched").certificates;
        assert_eq!(fetched.len(), 1);
        let certificate = Certificate::from_der(&fetched[0].certificate.0).expect("a certificate");
        assert_eq!(certificate.public_key(), csr.key.public_key(), "for the key of the request");
        assert_eq!(certificate.certificate_type().name(), kind);
        assert_eq!(fetched[0].certificate_type.as_str(), kind);
        serials.push(serial);
    }
    let after = world.owner.certificate_limits().await.expect("limits");
    assert_eq!(before.enrollment.remaining - after.enrollment.remaining, 2);
    assert_eq!(before.certificate.remaining - after.certificate.remaining, 2);

    let all = world.owner.query_certificates(&of(json!({})), 0).await.expect("a list");
    assert_eq!((all.certificates.len(), all.has_more), (2, false));
    let offline = world.owner.query_certificates(&of(json!({ "type": "Offline" })), 0).await.expect("a list");
    assert_eq!(offline.certificates.len(), 1);
    assert_eq!(offline.certificates[0].certificate_serial_number, serials[1]);
    assert_eq!(offline.certificates[0].kind, KsefCertificateType::Offline);
    assert_eq!(offline.certificates[0].common_name, data.common_name);

    world
        .owner
        .revoke_certificate(&serials[0], &of(json!({ "revocationReason": "Superseded" })))
        .await
        .expect("revoked");
    let revoked = of(json!({ "status": "Revoked" }));
    let revoked = until("the revocation", async || {
        let found = world.owner.query_certificates(&revoked, 0).await.expect("a list").certificates;
        (!found.is_empty()).then_some(found)
    })
    .await;
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0].certificate_serial_number, serials[0]);
    assert_eq!(revoked[0].status, CertificateListItemStatus::Revoked);
    let again = world.owner.revoke_certificate(&serials[0], &of(json!({}))).await.expect_err("once only");
    assert!(again.is_refusal_with(25009), "{again}");

    let past = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1)).to_string();
    world
        .owner
        .test_data_update_certificate(&serials[1], &of(json!({ "validTo": past })))
        .await
        .expect("changed");
    let expired = of(json!({ "status": "Expired" }));
    let expired = world.owner.query_certificates(&expired, 0).await.expect("a list").certificates;
    assert_eq!(expired.len(), 1, "{expired:?}");
}

pub(crate) const LIMITS: &[Operation] = &[
    RateLimits,
    ContextLimits,
    SubjectLimits,
    TestDataContextLimitsSet,
    TestDataContextLimitsReset,
    TestDataSubjectLimitsSet,
    TestDataSubjectLimitsReset,
    TestDataRateLimitsSet,
    TestDataRateLimitsReset,
    TestDataRateLimitsProduction,
];

pub(crate) async fn limits(world: &World) {
    let owner = &world.owner;
    let production = EffectiveApiRateLimits::production();
    assert_eq!(owner.rate_limits().await.expect("limits"), production);
    let (mut values, more) = (ApiRateLimitsOverride::from_production(), 240);
    values.online_session.per_hour = more;
    let request = SetRateLimitsRequest { rate_limits: values };
    owner.test_data_set_rate_limits(&request).await.expect("set");
    assert_eq!(owner.rate_limits().await.expect("limits").online_session.per_hour, more);
    owner.test_data_reset_rate_limits().await.expect("reset");
    assert_eq!(owner.rate_limits().await.expect("limits"), production);
    owner.test_data_set_rate_limits(&request).await.expect("set");
    owner.test_data_production_rate_limits().await.expect("production's");
    assert_eq!(owner.rate_limits().await.expect("limits"), production);

    let usual = owner.context_limits().await.expect("limits");
    assert_eq!(usual, EffectiveContextLimits::production());
    let mut fewer = usual;
    fewer.online_session.max_invoices = 7;
    owner.test_data_set_context_limits(&fewer).await.expect("set");
    assert_eq!(owner.context_limits().await.expect("limits").online_session.max_invoices, 7);
    owner.test_data_reset_context_limits().await.expect("reset");
    assert_eq!(owner.context_limits().await.expect("limits"), usual);

    let usual = owner.subject_limits().await.expect("limits");
    assert!(usual.enrollment.is_some() && usual.certificate.is_some());
    let request =
        of(json!({ "certificate": { "maxCertificates": 3 }, "enrollment": { "maxEnrollments": 5 } }));
    owner.test_data_set_subject_limits(&request).await.expect("set");
    let set = owner.subject_limits().await.expect("limits");
    assert_eq!(set.certificate.and_then(|limit| limit.max_certificates), Some(3));
    assert_eq!(set.enrollment.and_then(|limit| limit.max_enrollments), Some(5));
    owner.test_data_reset_subject_limits().await.expect("reset");
    assert_eq!(owner.subject_limits().await.expect("limits"), usual);
}

trait FromProduction {
    fn from_production() -> Self;
}

impl FromProduction for ApiRateLimitsOverride {
    /// The values of today, as a request has them.
    fn from_production() -> Self {
        of(serde_json::to_value(EffectiveApiRateLimits::production()).expect("JSON"))
    }
}

pub(crate) const TEST_DATA: &[Operation] = &[
    TestDataSubjectCreate,
    TestDataSubjectRemove,
    TestDataPersonCreate,
    TestDataPersonRemove,
    TestDataPermissionsGrant,
    TestDataPermissionsRevoke,
    TestDataAttachmentGrant,
    TestDataAttachmentRevoke,
    TestDataContextBlock,
    TestDataContextUnblock,
    PermissionAttachmentStatus,
    PermissionQueryEntityRoles,
    PermissionQuerySubordinateRoles,
];

pub(crate) async fn test_data(world: &World) {
    let client = &world.client;
    let (group, member, pesel) = ("5265877635", "4972530874", "88102341294");
    let group_request = of(json!({
        "subjectNip": group, "subjectType": "VatGroup", "description": "Grupa VAT",
        "subunits": [{ "subjectNip": member, "description": "Członek grupy" }],
    }));
    client.test_data_create_subject(&group_request).await.expect("made");
    let twice = client.test_data_create_subject(&group_request).await.expect_err("there already");
    assert!(twice.is_refusal_with(30001), "{twice}");
    let owner = world.access(&seal(group), group);
    let roles = owner.query_entity_roles(0).await.expect("roles").roles;
    assert_eq!(roles.iter().map(|role| role.role.as_str()).collect::<Vec<_>>(), ["VatGroupUnit"]);
    let members = owner.query_subordinate_roles(&of(json!({})), 0).await.expect("roles").roles;
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].subordinate_entity_identifier.value, member);
    assert_eq!(members[0].role.as_str(), "VatGroupSubUnit");
    client.test_data_remove_subject(&of(json!({ "subjectNip": group }))).await.expect("removed");
    assert!(owner.query_entity_roles(0).await.expect("roles").roles.is_empty());

    // A sole trader is owner of his NIP's context by his PESEL, as long as the register says so.
    let trader = "7781464139";
    let by_pesel = world.access(&person(pesel), trader);
    by_pesel.login().await.expect_err("nobody knows him");
    let request = of(
        json!({ "nip": trader, "pesel": pesel, "isBailiff": false, "description": "Jednoosobowa działalność" }),
    );
    client.test_data_create_person(&request).await.expect("made");
    by_pesel.login().await.expect("he is known now");
    client.test_data_remove_person(&of(json!({ "nip": trader }))).await.expect("removed");
    by_pesel.login().await.expect_err("known no more");

    let given = json!({
        "contextIdentifier": identifier("Nip", NIP), "authorizedIdentifier": identifier("Pesel", pesel),
    });
    let mut grant = given.clone();
    grant["permissions"] = json!([{ "description": "Na podstawie ZAW-FA", "permissionType": "InvoiceRead" }]);
    let clerk = world.access(&person(pesel), NIP);
    clerk.login().await.expect_err("no rights yet");
    client.test_data_grant_permissions(&of(grant)).await.expect("granted");
    clerk.login().await.expect("rights now");
    client.test_data_revoke_permissions(&of(given)).await.expect("revoked");
    clerk.login().await.expect_err("no rights any more");

    let allowed = async || world.owner.attachment_permission().await.expect("a status").is_attachment_allowed;
    assert_ne!(allowed().await, Some(true));
    client.test_data_allow_attachments(&of(json!({ "nip": NIP }))).await.expect("allowed");
    assert_eq!(allowed().await, Some(true));
    client.test_data_end_attachments(&of(json!({ "nip": NIP }))).await.expect("ended");
    let ended = world.owner.attachment_permission().await.expect("a status");
    assert!(ended.is_attachment_allowed == Some(false) || ended.revoked_date.is_some(), "{ended:?}");

    let context = of(json!({ "contextIdentifier": identifier("Nip", NIP) }));
    world.owner.test_data_block_context(&context).await.expect("blocked");
    let blocked = world.access(&seal(NIP), NIP).login().await.expect_err("blocked");
    assert_eq!(blocked.meaning().code(), "ksef.login.480", "{blocked}");
    world.owner.test_data_unblock_context(&context).await.expect("unblocked");
    world.access(&seal(NIP), NIP).login().await.expect("as before");
}
