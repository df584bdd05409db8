//! The doctor against the simulator: each cause with its own code, and what cannot be read told as that.

mod support;

use connection::Needs;
use connection::doctor::{CheckName, CompanyEnvironment, Outcome};
use ksef_client::{Access, LoginCredential};
use ksef_sim::Profile;
use ksef_wire::{
    AttachmentPermissionGrantRequest, AttachmentPermissionRevokeRequest, ContextAuthenticationRequest,
    KsefCertificateType, RevokeCertificateRequest, TestDataPermissionType as Permission,
};
use support::{
    Examined, NIP, PESEL, check, client, context, grant, outcome, person, seal, self_signed, simulator,
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
