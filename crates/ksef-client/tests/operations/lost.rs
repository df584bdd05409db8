//! Answers that get lost: of every operation that changes something in KSeF, and of every question.

use std::future::Future;
use std::pin::Pin;

use ksef_client::batch::{BatchDocument, DocumentSource, PackOptions, PackedBatch, pack};
use ksef_client::{Access, CallError, KsefClient, LoginCredential, OpenedOnlineSession};
use ksef_crypto::csr::{CertificateRequestSubject, generate};
use ksef_crypto::{KeyKind, SecretString, SessionKey};
use ksef_id::{CertificateSerial, ReferenceNumber};
use ksef_sim::Fault;
use ksef_wire::{CompressionType, EffectiveApiRateLimits, EffectiveContextLimits, Operation};
use serde_json::{Value, json};

use crate::support::{self, NIP, fa3, invoice};
use crate::{World, identifier, of};

/// What the calls need: made beforehand, so that each does what it does in earnest.
pub(crate) struct Ready {
    world: World,
    client: KsefClient,
    owner: Access,
    token: SecretString,
    session: OpenedOnlineSession,
    batch: PackedBatch,
    batch_key: SessionKey,
    /// A batch session whose parts have all come.
    batch_session: ReferenceNumber,
    certificate_request: Value,
    _folder: tempfile::TempDir,
}

type Call = for<'a> fn(&'a Ready) -> Pin<Box<dyn Future<Output = Result<(), CallError>> + 'a>>;

macro_rules! calls {
    ($($operation:ident => |$ready:ident| $call:expr;)*) => {
        &[$((Operation::$operation, |$ready| {
            Box::pin(async move { $call.map(drop).map_err(CallError::from) })
        })),*]
    };
}

/// Everything that changes something: its answer may be lost, and it must not be done twice.
const SENDING: &[(Operation, Call)] = calls! {
    AuthXadesSignature => |ready| fresh(ready).login().await;
    AuthKsefToken => |ready| ready.client.login_with_token(ready.owner.context(), &ready.token).await;
    AuthTokenRedeem => |ready| fresh(ready).login().await;
    AuthSessionRevokeCurrent => |ready| fresh(ready).logout().await;
    AuthSessionRevoke => |ready| ready.owner.revoke_auth_session(&ready.session.reference_number).await;
    TokenGenerate => |ready| {
        ready.owner.generate_token(&of(json!({ "permissions": ["InvoiceRead"], "description": "token testowy" }))).await
    };
    TokenRevoke => |ready| ready.owner.revoke_token(&ready.session.reference_number).await;
    OnlineSessionOpen => |ready| ready.owner.open_online_session(&fa3()).await;
    OnlineInvoiceSend => |ready| ready.owner.send_invoice(&ready.session, &invoice("L/1")).await;
    OnlineSessionClose => |ready| ready.owner.close_online_session(&ready.session.reference_number).await;
    BatchSessionOpen => |ready| {
        ready.owner.open_batch_session(&fa3(), &ready.batch, &ready.batch_key, false).await
    };
    BatchSessionClose => |ready| ready.owner.close_batch_session(&ready.batch_session).await;
    InvoiceExport => |ready| ready.owner.start_export(&of(since_yesterday()), CompressionType::Zip, true).await;
    CertificateEnroll => |ready| ready.owner.enroll_certificate(&of(ready.certificate_request.clone())).await;
    CertificateRevoke => |ready| ready.owner.revoke_certificate(&serial(), &of(json!({}))).await;
    CollectiveIdentifierGenerate => |ready| {
        ready.owner.generate_collective_identifier(&of(json!({ "invoices": [] }))).await
    };
    PermissionPersonGrant => |ready| ready.owner.grant_person_permissions(&of(to_person(&["InvoiceRead"]))).await;
    PermissionEntityGrant => |ready| ready.owner.grant_entity_permissions(&of(json!({
        "subjectIdentifier": identifier("Nip", OTHER), "description": "Obsługa faktur",
        "permissions": [{ "type": "InvoiceRead", "canDelegate": true }],
        "subjectDetails": { "fullName": "Przykładowe Biuro sp. z o.o." },
    }))).await;
    PermissionAuthorizationGrant => |ready| ready.owner.grant_authorization(&of(json!({
        "subjectIdentifier": identifier("Nip", OTHER), "permission": "SelfInvoicing",
        "description": "Samofakturowanie", "subjectDetails": { "fullName": "Przykładowy Podmiot sp. z o.o." },
    }))).await;
    PermissionIndirectGrant => |ready| {
        let mut body = to_person(&["InvoiceRead"]);
        body["targetIdentifier"] = identifier("Nip", NIP);
        ready.owner.grant_indirect_permissions(&of(body)).await
    };
    PermissionSubunitGrant => |ready| {
        let mut body = to_person(&[]);
        body["contextIdentifier"] = identifier("InternalId", &format!("{NIP}-00773"));
        body["subunitName"] = json!("Jednostka testowa");
        ready.owner.grant_subunit_permissions(&of(body)).await
    };
    PermissionEuEntityAdministrationGrant => |ready| {
        let mut body = to_eu_entity();
        body["contextIdentifier"] = identifier("NipVatUe", &format!("{NIP}-DE123456789"));
        body["euEntityName"] = json!("Beispiel GmbH");
        body["euEntityDetails"] = body["subjectDetails"]["entityByFp"].clone();
        ready.owner.grant_eu_entity_administration(&of(body)).await
    };
    PermissionEuEntityGrant => |ready| {
        let mut body = to_eu_entity();
        body["permissions"] = json!(["InvoiceRead"]);
        ready.owner.grant_eu_entity_permissions(&of(body)).await
    };
    PermissionCommonRevoke => |ready| ready.owner.revoke_permission(PERMISSION).await;
    PermissionAuthorizationRevoke => |ready| ready.owner.revoke_authorization(PERMISSION).await;
    TestDataCertificate => |ready| {
        let body = json!({ "validTo": jiff::Timestamp::now().to_string() });
        ready.owner.test_data_update_certificate(&serial(), &of(body)).await
    };
    TestDataSubjectCreate => |ready| ready.client.test_data_create_subject(&of(json!({
        "subjectNip": OTHER, "subjectType": "VatGroup", "description": "Grupa VAT",
    }))).await;
    TestDataSubjectRemove => |ready| ready.client.test_data_remove_subject(&of(json!({ "subjectNip": OTHER }))).await;
    TestDataPersonCreate => |ready| ready.client.test_data_create_person(&of(json!({
        "nip": OTHER, "pesel": PESEL, "isBailiff": false, "description": "Osoba",
    }))).await;
    TestDataPersonRemove => |ready| ready.client.test_data_remove_person(&of(json!({ "nip": OTHER }))).await;
    TestDataPermissionsGrant => |ready| {
        let mut body = between();
        body["permissions"] = json!([{ "description": "Na podstawie ZAW-FA", "permissionType": "InvoiceRead" }]);
        ready.client.test_data_grant_permissions(&of(body)).await
    };
    TestDataPermissionsRevoke => |ready| ready.client.test_data_revoke_permissions(&of(between())).await;
    TestDataAttachmentGrant => |ready| ready.client.test_data_allow_attachments(&of(json!({ "nip": NIP }))).await;
    TestDataAttachmentRevoke => |ready| ready.client.test_data_end_attachments(&of(json!({ "nip": NIP }))).await;
    TestDataContextBlock => |ready| ready.owner.test_data_block_context(&of(other_context())).await;
    TestDataContextUnblock => |ready| ready.owner.test_data_unblock_context(&of(other_context())).await;
    TestDataContextLimitsSet => |ready| {
        ready.owner.test_data_set_context_limits(&EffectiveContextLimits::production()).await
    };
    TestDataContextLimitsReset => |ready| ready.owner.test_data_reset_context_limits().await;
    TestDataSubjectLimitsSet => |ready| ready.owner.test_data_set_subject_limits(&of(json!({}))).await;
    TestDataSubjectLimitsReset => |ready| ready.owner.test_data_reset_subject_limits().await;
    TestDataRateLimitsSet => |ready| {
        let limits = serde_json::to_value(EffectiveApiRateLimits::production()).expect("JSON");
        ready.owner.test_data_set_rate_limits(&of(json!({ "rateLimits": limits }))).await
    };
    TestDataRateLimitsReset => |ready| ready.owner.test_data_reset_rate_limits().await;
    TestDataRateLimitsProduction => |ready| ready.owner.test_data_production_rate_limits().await;
};

/// What is asked by POST and changes nothing.
const ASKING: &[(Operation, Call)] = calls! {
    AuthChallenge => |ready| ready.client.challenge().await;
    AuthTokenRefresh => |ready| refreshed(ready).await;
    InvoiceQueryMetadata => |ready| {
        ready.owner.query_metadata(&of(since_yesterday()), &ksef_wire::SortOrder::Asc, 0).await
    };
    CertificateQuery => |ready| ready.owner.query_certificates(&of(json!({})), 0).await;
    CertificateRetrieve => |ready| {
        ready.owner.retrieve_certificates(&of(json!({ "certificateSerialNumbers": [serial()] }))).await
    };
    CollectiveIdentifierQuery => |ready| {
        let now = jiff::Timestamp::now();
        let from = (now - jiff::SignedDuration::from_mins(1)).to_string();
        let filters = json!({ "dateCreatedFrom": from, "dateCreatedTo": now.to_string() });
        ready.owner.query_collective_identifiers(&of(filters), None).await
    };
    CollectiveIdentifierInvoices => |ready| {
        let body = json!({ "collectiveIdentifierNumbers": ["1111111111-IZ202607-65ED02180000-E7"] });
        ready.owner.collective_identifier_invoices(&of(body), None).await
    };
    PermissionQueryPersonal => |ready| ready.owner.query_personal_permissions(&of(json!({})), 0).await;
    PermissionQueryPersons => |ready| {
        ready.owner.query_person_permissions(&of(json!({ "queryType": "PermissionsInCurrentContext" })), 0).await
    };
    PermissionQuerySubunits => |ready| ready.owner.query_subunit_permissions(&of(json!({})), 0).await;
    PermissionQueryEntities => |ready| ready.owner.query_entity_permissions(&of(json!({})), 0).await;
    PermissionQuerySubordinateRoles => |ready| ready.owner.query_subordinate_roles(&of(json!({})), 0).await;
    PermissionQueryAuthorizations => |ready| {
        ready.owner.query_authorizations(&of(json!({ "queryType": "Granted" })), 0).await
    };
    PermissionQueryEuEntities => |ready| ready.owner.query_eu_entity_permissions(&of(json!({})), 0).await;
};

/// Ways to lose an answer: before the work and after it.
const LOSSES: [Fault; 5] = [
    Fault::LoseAnswer,
    Fault::FailAfterWork { status: 500 },
    Fault::NotJson,
    Fault::LoseRequest,
    Fault::FailBeforeWork { status: 504 },
];

#[test]
fn whatever_is_not_asked_by_get_is_in_one_of_the_lists() {
    for operation in Operation::ALL {
        let lists = SENDING.iter().chain(ASKING).filter(|(listed, _)| listed == operation).count();
        let expected = usize::from(operation.method() != ksef_wire::Method::Get);
        assert_eq!(lists, expected, "{operation:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_of_what_sends_is_unknown_and_it_is_not_done_again() {
    let ready = Ready::new().await;
    let seen = |operation| ready.world.simulator.inspect().count(operation);
    for (operation, call) in SENDING {
        for fault in LOSSES {
            let before = seen(*operation);
            // Once: whoever tried again would get an answer.
            ready.world.simulator.inject(*operation, fault.clone(), 1);
            let error = match call(&ready).await {
                Err(error) => error,
                Ok(()) => panic!("{operation:?}, {fault:?}: nobody knows that it was done"),
            };
            let CallError::Unknown { operation: named, .. } = &error else {
                panic!("{operation:?}, {fault:?}: {error:?}")
            };
            assert_eq!(named, operation, "{fault:?}");
            assert!(!error.was_certainly_not_done(), "{operation:?}, {fault:?}");
            assert!(seen(*operation) <= before + 1, "{operation:?}, {fault:?}: done again");
            ready.world.simulator.clear_faults();
        }
    }
}

#[tokio::test]
async fn a_question_is_asked_again_until_it_is_answered() {
    let ready = Ready::new().await;
    for (operation, call) in ASKING {
        for fault in [Fault::LoseAnswer, Fault::FailBeforeWork { status: 502 }, Fault::LoseRequest] {
            let before = ready.world.simulator.inspect().count(*operation);
            ready.world.simulator.inject(*operation, fault.clone(), 2);
            match call(&ready).await {
                // Whether there is anything to find is no matter here.
                Ok(()) | Err(CallError::Refused { .. }) => {}
                Err(error) => panic!("{operation:?}, {fault:?}: {error:?}"),
            }
            assert!(ready.world.simulator.inspect().count(*operation) > before, "{operation:?}, {fault:?}");
            ready.world.simulator.clear_faults();
        }
    }
}

impl Ready {
    async fn new() -> Self {
        let world = World::new().await;
        let (client, owner) = (world.client.clone(), world.owner.clone());
        let request = of(json!({ "permissions": ["InvoiceRead"], "description": "token testowy" }));
        let made = owner.generate_token(&request).await.expect("made");
        crate::until("the token", async || {
            let status = owner.token_status(&made.reference_number).await.expect("a status").status;
            (status.as_str() == "Active").then_some(())
        })
        .await;
        let token = SecretString::from(made.token.expose().to_owned());
        let session = owner.open_online_session(&fa3()).await.expect("open");

        let folder = tempfile::tempdir().expect("a folder");
        let document = BatchDocument {
            name: "1.xml".into(),
            source: DocumentSource::Bytes(invoice("L/2").into()),
            expected_hash: None,
        };
        let batch_key = SessionKey::generate();
        let batch = pack(&[document], &batch_key, folder.path(), &PackOptions::default()).expect("packed");
        let mut upload = owner.open_batch_session(&fa3(), &batch, &batch_key, false).await.expect("open");
        owner.upload_parts(&mut upload, 1, |_| ()).await.expect("brought");

        let data = owner.certificate_enrollment_data().await.expect("a subject");
        let subject = CertificateRequestSubject {
            common_name: data.common_name,
            country_name: data.country_name,
            given_name: data.given_name,
            surname: data.surname,
            serial_number: data.serial_number,
            unique_identifier: data.unique_identifier,
            organization_name: data.organization_name,
            organization_identifier: data.organization_identifier,
        };
        let csr = generate(&subject, KeyKind::EcP256).expect("a request");
        let certificate_request = json!({
            "certificateName": "test", "certificateType": "Authentication",
            "csr": ksef_wire::Base64Bytes(csr.der.clone()),
        });
        Self {
            client,
            owner,
            token,
            session,
            batch,
            batch_key,
            batch_session: upload.reference_number,
            certificate_request,
            _folder: folder,
            world,
        }
    }
}

fn serial() -> CertificateSerial {
    CertificateSerial::parse("0123456789ABCDEF").expect("a serial number")
}

/// Access that has not logged in yet.
fn fresh(ready: &Ready) -> Access {
    support::access(&ready.world.simulator, support::ec())
}

async fn refreshed(ready: &Ready) -> Result<(), CallError> {
    let context = ready.owner.context();
    let LoginCredential::Certificate(credential) = support::ec() else { unreachable!("a certificate") };
    let tokens = ready.client.login_with_certificate(context, &credential).await?;
    ready.client.refresh_access_token(context, &tokens.refresh).await.map(drop)
}

fn since_yesterday() -> Value {
    let from = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24);
    json!({
        "subjectType": "Subject1", "dateRange": { "dateType": "PermanentStorage", "from": from.to_string() },
    })
}

fn to_person(permissions: &[&str]) -> Value {
    let mut body = json!({
        "subjectIdentifier": identifier("Pesel", PESEL), "description": "Uprawnienie dla testu",
        "subjectDetails": {
            "subjectDetailsType": "PersonByIdentifier",
            "personById": { "firstName": "Imię", "lastName": "Nazwisko" },
        },
    });
    if !permissions.is_empty() {
        body["permissions"] = json!(permissions);
    }
    body
}

fn to_eu_entity() -> Value {
    json!({
        "subjectIdentifier": identifier("Fingerprint", &"AB".repeat(32)), "description": "Podmiot unijny",
        "subjectDetails": {
            "subjectDetailsType": "EntityByFingerprint",
            "entityByFp": { "fullName": "Beispiel GmbH", "address": "Musterstraße 1, Berlin" },
        },
    })
}

fn between() -> Value {
    json!({ "contextIdentifier": identifier("Nip", NIP), "authorizedIdentifier": identifier("Pesel", PESEL) })
}

fn other_context() -> Value {
    json!({ "contextIdentifier": identifier("Nip", OTHER) })
}

const OTHER: &str = "7781464139";
const PESEL: &str = "88102341294";
const PERMISSION: &str = "0b2b4f8e-3b2c-4f6a-9d3c-1f2e3d4c5b6a";
