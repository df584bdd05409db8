//! The doctor against the simulator: each cause with its own code, and what cannot be read told as that.

mod support;

use connection::Needs;
use connection::doctor::{CheckName, CompanyEnvironment, Outcome};
use ksef_client::{Access, CallError, LoginCredential};
use ksef_sim::{ErrorShape, Fault, Profile, Simulator, SimulatorConfig};
use ksef_wire::{
    AttachmentPermissionGrantRequest, AttachmentPermissionRevokeRequest, AuthenticationTokenStatus,
    ContextAuthenticationRequest, GenerateTokenRequest, KsefCertificateType, Operation,
    PermissionsOperationResponse, RevokeCertificateRequest, TestDataPermissionType as Permission,
    TokenPermissionType,
};
use support::{
    Examined, NIP, PESEL, check, client, context, grant, loopback, outcome, person, seal, self_signed,
    simulator,
};

use Outcome::{Failed, NotReadable, Noted, Passed, Skipped};

#[tokio::test]
async fn an_owner_is_well_and_nothing_is_left_behind() {
    let simulator = simulator(Profile::Test).await;
    let report = Examined::new(&simulator.base_url(), Some(self_signed(&seal(NIP)))).report().await;
    assert!(report.is_well(), "{:#?}", report.checks);
    for name in [CheckName::Reachability, CheckName::Clock, CheckName::Environment, CheckName::Login] {
        assert_eq!(outcome(&report, name), (Passed, vec![]), "{name:?}");
    }
    for name in [CheckName::Permissions, CheckName::Sessions, CheckName::Limits, CheckName::TestSession] {
        assert_eq!(outcome(&report, name), (Passed, vec![]), "{name:?}");
    }
    assert_eq!(outcome(&report, CheckName::OfflineCertificate), (Noted, vec!["CONN401"]));
    assert_eq!(outcome(&report, CheckName::Attachments), (Noted, vec!["CONN308"]));
    assert_eq!(outcome(&report, CheckName::Tls).0, Skipped, "a simulator speaks plain HTTP");
    let rights = report.rights.expect("logged in");
    assert!(rights.is_owner() && rights.can_view() && rights.can_issue() && rights.can_manage());
    assert_eq!(report.limits.context.expect("read").online_session.max_invoices, 10_000);
    assert!(report.limits.rates.is_some() && report.limits.certificates.expect("read").can_request);

    let seen = simulator.inspect();
    assert_eq!(seen.sessions.len(), 1, "one session, and");
    assert!(seen.submissions.is_empty(), "no invoice in it");
    let access = Access::new(
        client(&simulator.base_url()),
        context(NIP),
        LoginCredential::Certificate(Box::new(self_signed(&seal(NIP)))),
    );
    let logins = access.auth_sessions(None).await.expect("a list");
    assert_eq!(logins.items.len(), 1, "only the one that asks: {logins:?}");
}

#[tokio::test]
async fn a_session_is_opened_only_when_asked() {
    let simulator = simulator(Profile::Test).await;
    let mut examined = Examined::new(&simulator.base_url(), Some(self_signed(&seal(NIP))));
    examined.with_session = false;
    let report = examined.report().await;
    assert_eq!(outcome(&report, CheckName::TestSession).0, Skipped);
    assert!(simulator.inspect().sessions.is_empty());
}

#[tokio::test]
async fn rights_are_measured_against_what_is_needed() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    let examined = || Examined::new(&url, Some(self_signed(&person(PESEL))));

    let nobody = examined().report().await;
    assert_eq!(outcome(&nobody, CheckName::Login), (Failed, vec!["CONN202"]));
    assert_eq!(outcome(&nobody, CheckName::Permissions).0, Skipped, "no login, no rights to look at");

    // What a ZAW-FA notification alone gives.
    grant(&simulator, PESEL, &[Permission::CredentialsManage]).await;
    let zaw_fa = examined().report().await;
    assert_eq!(outcome(&zaw_fa, CheckName::Permissions), (Failed, vec!["CONN301"]));
    assert_eq!(outcome(&zaw_fa, CheckName::Attachments), (Noted, vec!["CONN308"]), "it may read the consent");
    assert_eq!(outcome(&zaw_fa, CheckName::Sessions), (NotReadable, vec!["CONN310"]));
    assert_eq!(outcome(&zaw_fa, CheckName::TestSession).0, Skipped);
    let mut only_managing = examined();
    only_managing.patient.needs = Needs { view: false, issue: false, manage: true };
    assert_eq!(outcome(&only_managing.report().await, CheckName::Permissions), (Passed, vec![]));
}

#[tokio::test]
async fn who_only_views_is_told_what_cannot_be_read() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    grant(&simulator, PESEL, &[Permission::InvoiceRead]).await;
    let report = Examined::new(&url, Some(self_signed(&person(PESEL)))).report().await;
    assert_eq!(outcome(&report, CheckName::Permissions), (Failed, vec!["CONN303"]));
    assert_eq!(outcome(&report, CheckName::Attachments), (NotReadable, vec!["CONN307"]));
    assert_eq!(outcome(&report, CheckName::Sessions), (NotReadable, vec!["CONN310"]));
    // Not reading is no failure by itself.
    let mut viewer = Examined::new(&url, Some(self_signed(&person(PESEL))));
    viewer.patient.needs = Needs { view: true, issue: false, manage: false };
    let report = viewer.report().await;
    assert!(report.is_well(), "{:#?}", report.checks);
    for check in &report.checks {
        if check.outcome == NotReadable {
            assert!(check.findings[0].message.en.contains("does not mean"), "{check:?}");
        }
    }
}

#[tokio::test]
async fn consent_to_attachments_is_read() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    let nip: ksef_id::Nip = NIP.parse().expect("a NIP");
    let request = AttachmentPermissionGrantRequest { nip };
    client(&url).test_data_allow_attachments(&request).await.expect("allowed");
    let report = Examined::new(&url, Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Attachments), (Passed, vec![]));
    let tomorrow = jiff::Zoned::now().date().tomorrow().expect("a day");
    let request = AttachmentPermissionRevokeRequest { nip, expected_end_date: Some(tomorrow) };
    client(&url).test_data_end_attachments(&request).await.expect("ended");
    let report = Examined::new(&url, Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Attachments), (Noted, vec!["CONN309"]));
}

#[tokio::test]
async fn a_token_that_ksef_refuses_is_told_from_a_certificate() {
    let simulator = simulator(Profile::Test).await;
    let token = format!("20260101-EC-0123456789-ABCDEF0123-0A|nip-{NIP}|{}", "5ec7e7".repeat(10));
    let report = Examined::with_token(&simulator.base_url(), &token).report().await;
    let (outcome_of_token, codes) = outcome(&report, CheckName::Credential);
    assert_eq!(outcome_of_token, Noted, "it looks like one");
    assert!(codes.contains(&"CRED610"), "tokens have an end: {codes:?}");
    assert_eq!(outcome(&report, CheckName::Login), (Failed, vec!["CONN204"]));
    assert!(!format!("{report:?}").contains("5ec7e7"), "the token is in no report");

    // One that is none is not even tried.
    let report = Examined::with_token(&simulator.base_url(), "hunter2").report().await;
    assert_eq!(outcome(&report, CheckName::Credential).0, Failed);
    assert_eq!(outcome(&report, CheckName::Login).0, Skipped);
    let report = Examined::new(&simulator.base_url(), None).report().await;
    assert_eq!(outcome(&report, CheckName::Credential), (Failed, vec!["CONN201"]));
    assert_eq!(outcome(&report, CheckName::Reachability).0, Passed, "the way is examined all the same");
}

#[tokio::test]
async fn demo_takes_no_self_made_certificates() {
    let simulator = simulator(Profile::Demo).await;
    let url = simulator.base_url();
    let mut examined = Examined::new(&url, Some(self_signed(&seal(NIP))));
    // As the command line would, without asking KSeF.
    examined.patient.environment = CompanyEnvironment::Demo;
    let report = examined.report().await;
    assert_eq!(outcome(&report, CheckName::Credential).0, Failed);
    assert_eq!(outcome(&report, CheckName::Login).0, Skipped);
    // And as KSeF says it.
    let report = Examined::new(&url, Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Login), (Failed, vec!["CONN203"]));
    // One that KSeF issued works.
    let kind = KsefCertificateType::Authentication;
    let issued = simulator.issue_certificate(&seal(NIP), kind, ksef_crypto::KeyKind::EcP256).expect("issued");
    let report = Examined::new(&url, Some(issued)).report().await;
    assert!(report.is_well(), "{:#?}", report.checks);
    assert_eq!(outcome(&report, CheckName::Certificates), (Passed, vec![]));
}

#[tokio::test]
async fn a_token_of_test_in_another_environment_is_noticed() {
    let simulator = simulator(Profile::Test).await;
    let kind = KsefCertificateType::Authentication;
    let issued = simulator.issue_certificate(&seal(NIP), kind, ksef_crypto::KeyKind::EcP256).expect("issued");
    let mut examined = Examined::new(&simulator.base_url(), Some(issued));
    examined.patient.environment = CompanyEnvironment::Demo;
    // The simulator's own authority is nobody that DEMO knows; that is not what this is about.
    examined.patient.credential = Some(connection::doctor::Held::Token(ksef_crypto::SecretString::from(
        format!("20260101-EC-0123456789-ABCDEF0123-0A|nip-{NIP}|{}", "0".repeat(60)),
    )));
    let report = examined.report().await;
    assert_eq!(outcome(&report, CheckName::Login), (Failed, vec!["CONN113"]));
}

#[tokio::test]
async fn a_revoked_offline_certificate_is_noticed() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    let issue =
        |kind| simulator.issue_certificate(&seal(NIP), kind, ksef_crypto::KeyKind::EcP256).expect("issued");
    let offline = issue(KsefCertificateType::Offline).certificate().clone();
    let access = Access::new(
        client(&url),
        context(NIP),
        LoginCredential::Certificate(Box::new(issue(KsefCertificateType::Authentication))),
    );
    let report = |offline: ksef_crypto::Certificate| {
        let mut examined = Examined::new(&url, Some(self_signed(&seal(NIP))));
        examined.patient.offline_certificates = vec![offline];
        examined.report()
    };
    let before = report(offline.clone()).await;
    assert_eq!(
        outcome(&before, CheckName::OfflineCertificate).0,
        Noted,
        "from no environment of the Ministry"
    );
    assert_eq!(outcome(&before, CheckName::Certificates), (Passed, vec![]));
    let serial = ksef_id::CertificateSerial::parse(&offline.serial_hex()).expect("a serial");
    access.revoke_certificate(&serial, &RevokeCertificateRequest::default()).await.expect("revoked");
    let after = report(offline).await;
    assert_eq!(outcome(&after, CheckName::Certificates), (Failed, vec!["CONN402"]));
    assert!(check(&after, CheckName::Certificates).findings[0].message.pl.contains(serial.as_str()));
}

#[tokio::test]
async fn a_blocked_context_and_a_wrong_clock_are_told() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    let ahead = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(10);
    simulator.clock().set(ahead).expect("in range");
    let report = Examined::new(&url, Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Clock), (Noted, vec!["CONN111"]));
    let said = &check(&report, CheckName::Clock).findings[0].message;
    assert!(said.en.contains("behind KSeF's") && said.pl.contains("spóźnia się"), "{said:?}");
    assert_eq!(outcome(&report, CheckName::Login).0, Passed, "a login is signed with KSeF's time");

    let access = Access::new(
        client(&url),
        context(NIP),
        LoginCredential::Certificate(Box::new(self_signed(&seal(NIP)))),
    );
    let request = ContextAuthenticationRequest { context_identifier: Some((&context(NIP)).into()) };
    access.test_data_block_context(&request).await.expect("blocked");
    let report = Examined::new(&url, Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Login), (Failed, vec!["CONN207"]));
}

#[tokio::test]
async fn each_right_that_is_missing_is_named() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    grant(&simulator, PESEL, &[Permission::InvoiceWrite]).await;
    let report = Examined::new(&url, Some(self_signed(&person(PESEL)))).report().await;
    assert_eq!(outcome(&report, CheckName::Permissions), (Failed, vec!["CONN302"]));
    let mut all = Examined::new(&url, Some(self_signed(&person(PESEL))));
    all.patient.needs = Needs { view: true, issue: true, manage: true };
    assert_eq!(outcome(&all.report().await, CheckName::Permissions), (Failed, vec!["CONN302", "CONN304"]));
}

/// A token whose author has lost what it names logs in without a right (field notes A10, issue 833); when then not even the
/// list of grants is answered, nobody knows what this login may do.
#[tokio::test]
async fn rights_that_nobody_tells_are_not_taken_for_none() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    grant(&simulator, PESEL, &[Permission::InvoiceRead, Permission::CredentialsManage]).await;
    let credential = LoginCredential::Certificate(Box::new(self_signed(&person(PESEL))));
    let author = Access::new(client(&url), context(NIP), credential);
    let request = GenerateTokenRequest {
        permissions: vec![TokenPermissionType::InvoiceRead],
        description: "dla testu".into(),
    };
    let token = author.generate_token(&request).await.expect("a token");
    while author.token_status(&token.reference_number).await.expect("a status").status
        != AuthenticationTokenStatus::Active
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let lost = serde_json::json!({
        "contextIdentifier": { "type": "Nip", "value": NIP },
        "authorizedIdentifier": { "type": "Pesel", "value": PESEL },
    });
    let lost = serde_json::from_value(lost).expect("a request");
    client(&url).test_data_revoke_permissions(&lost).await.expect("revoked");
    grant(&simulator, PESEL, &[Permission::InvoiceWrite]).await;

    let report = async || Examined::with_token(&url, token.token.expose()).report().await;
    let known = report().await;
    assert_eq!(outcome(&known, CheckName::Login).0, Passed, "{known:#?}");
    assert!(
        !outcome(&known, CheckName::Permissions).1.contains(&"CONN305"),
        "they were read: there are none"
    );
    simulator.inject(Operation::PermissionQueryPersonal, Fault::FailBeforeWork { status: 503 }, 10);
    let unknown = report().await;
    let (outcome, codes) = outcome(&unknown, CheckName::Permissions);
    assert_eq!((outcome, codes.first()), (Failed, Some(&"CONN305")), "{unknown:#?}");
    assert_eq!(codes, ["CONN305"], "what is not known is not called missing");
}

#[tokio::test]
async fn a_grant_whose_giver_has_lost_the_right_is_told() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    let office = "7781464139";
    let access = |credential, of: &str| {
        let credential = LoginCredential::Certificate(Box::new(credential));
        Access::new(client(&url), context(of), credential)
    };
    let (owner, of_office) =
        (access(self_signed(&seal(NIP)), NIP), access(self_signed(&seal(office)), office));
    let done = async |by: &Access, asked: Result<PermissionsOperationResponse, CallError>| {
        let asked = asked.expect("accepted").reference_number;
        while by.permission_operation(&asked).await.expect("a status").status.code == 100 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    // The office may pass on what it has, passes it on to a person, and loses it.
    let to_office = serde_json::json!({
        "subjectIdentifier": { "type": "Nip", "value": office }, "description": "dla testu",
        "permissions": [{ "type": "InvoiceRead", "canDelegate": true }],
        "subjectDetails": { "fullName": "Biuro z testu" },
    });
    let to_office = serde_json::from_value(to_office).expect("a request");
    done(&owner, owner.grant_entity_permissions(&to_office).await).await;
    let passed_on = serde_json::json!({
        "subjectIdentifier": { "type": "Pesel", "value": PESEL }, "permissions": ["InvoiceRead"],
        "targetIdentifier": { "type": "Nip", "value": NIP }, "description": "dla testu",
        "subjectDetails": {
            "subjectDetailsType": "PersonByIdentifier",
            "personById": { "firstName": "Osoba", "lastName": "Testowa" },
        },
    });
    let passed_on = serde_json::from_value(passed_on).expect("a request");
    done(&of_office, of_office.grant_indirect_permissions(&passed_on).await).await;
    grant(&simulator, PESEL, &[Permission::InvoiceWrite]).await;
    let report = async || {
        let mut examined = Examined::new(&url, Some(self_signed(&person(PESEL))));
        examined.patient.needs = Needs { view: false, issue: true, manage: false };
        examined.report().await
    };
    assert_eq!(outcome(&report().await, CheckName::Permissions), (Passed, vec![]));
    let everything = serde_json::json!({ "queryType": "PermissionsGrantedInCurrentContext" });
    let everything = serde_json::from_value(everything).expect("a query");
    let granted = owner.query_person_permissions(&everything, 0).await.expect("a list").permissions;
    let to_office = granted.iter().find(|row| row.authorized_identifier.value.as_str() == office);
    done(&owner, owner.revoke_permission(&to_office.expect("it was granted").id).await).await;
    let report = report().await;
    assert_eq!(outcome(&report, CheckName::Permissions), (Noted, vec!["CONN306"]));
    assert!(check(&report, CheckName::Permissions).findings[0].message.pl.contains("InvoiceRead"));
}

#[tokio::test]
async fn what_ksef_refuses_or_does_badly_has_its_code() {
    let forbidden = Fault::ErrorBody { shape: ErrorShape::EmptyForbidden };
    for (operation, fault, count, name, expected) in [
        (
            Operation::PublicKeyCertificates,
            Fault::Refuse { code: 21405 },
            1,
            CheckName::Reachability,
            (Failed, "CONN116"),
        ),
        (Operation::RateLimits, forbidden.clone(), 1, CheckName::Limits, (Noted, "CONN404")),
        (Operation::CertificateQuery, forbidden, 1, CheckName::Certificates, (NotReadable, "CONN405")),
        (Operation::OnlineSessionClose, Fault::LoseAnswer, 1, CheckName::TestSession, (Failed, "CONN502")),
        // The client has tried once more by itself.
        (Operation::OnlineSessionOpen, Fault::RejectKey, 2, CheckName::TestSession, (Failed, "CONN503")),
    ] {
        // Each has its own: the rate limits of one would tell of the cases before.
        let simulator = simulator(Profile::Test).await;
        let kind = KsefCertificateType::Authentication;
        let issued =
            simulator.issue_certificate(&seal(NIP), kind, ksef_crypto::KeyKind::EcP256).expect("issued");
        simulator.inject(operation, fault.clone(), count);
        let report = Examined::new(&simulator.base_url(), Some(issued)).report().await;
        assert_eq!(
            outcome(&report, name),
            (expected.0, vec![expected.1]),
            "{operation:?}, {fault:?}: {:?}",
            check(&report, name).findings
        );
    }
}

#[tokio::test]
async fn a_quota_that_is_nearly_used_up_is_told() {
    let simulator = simulator(Profile::Test).await;
    let url = simulator.base_url();
    let access = Access::new(
        client(&url),
        context(NIP),
        LoginCredential::Certificate(Box::new(self_signed(&seal(NIP)))),
    );
    let limits =
        serde_json::json!({ "certificate": { "maxCertificates": 1 }, "enrollment": { "maxEnrollments": 5 } });
    let limits = serde_json::from_value(limits).expect("limits");
    access.test_data_set_subject_limits(&limits).await.expect("set");
    let report = Examined::new(&url, Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Limits), (Noted, vec!["CONN403"]));
    let said = &check(&report, CheckName::Limits).findings[0].message.en;
    assert!(said.contains('5') && said.contains('1'), "{said}");
}

#[tokio::test]
async fn the_environment_and_latarnia_are_told_of() {
    let config = SimulatorConfig { control: Some(loopback()), ..SimulatorConfig::default() };
    let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
    for environment in [CompanyEnvironment::Test, CompanyEnvironment::Demo] {
        let mut examined = Examined::new(&simulator.base_url(), None);
        examined.patient.environment = environment;
        let report = examined.report().await;
        assert_eq!(outcome(&report, CheckName::Environment), (Noted, vec!["CONN114"]));
        assert_eq!(outcome(&report, CheckName::Latarnia), (Passed, vec![]));
    }
    let url = format!("{}/control/latarnia", simulator.control_url().expect("a control port"));
    let tell = async |timeline: serde_json::Value| {
        let answer = reqwest::Client::new().put(&url).json(&timeline).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{answer:?}");
    };
    let now = jiff::Timestamp::now();
    let hour = jiff::SignedDuration::from_hours(1);
    let (start, end) = ((now - hour).to_string(), (now + hour).to_string());
    tell(serde_json::json!({ "events": [{ "category": "FAILURE", "start": start, "end": end, "eventId": 17 }] }))
        .await;
    let report = Examined::new(&simulator.base_url(), Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Latarnia), (Noted, vec!["CONN117"]));
    let said = &check(&report, CheckName::Latarnia).findings[0].message;
    assert!(said.pl.contains("awaria") && said.en.contains("failure"), "{said:?}");
    assert!(report.is_well(), "it stops nothing: {:#?}", report.checks);
    tell(serde_json::json!({ "outages": [{ "status": 502 }] })).await;
    let report = Examined::new(&simulator.base_url(), Some(self_signed(&seal(NIP)))).report().await;
    assert_eq!(outcome(&report, CheckName::Latarnia), (Noted, vec!["CONN118"]));
    assert!(report.is_well(), "its silence neither: {:#?}", report.checks);
}
