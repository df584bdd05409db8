//! What the tests share: a simulator, companies, people with certificates.
#![allow(dead_code, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::time::Duration;

use connection::Needs;
use connection::doctor::{Check, CheckName, CompanyEnvironment, Held, Outcome, Patient, Report, examine};
use ksef_client::latarnia::{Latarnia, LatarniaOptions, simulator_address};
use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential, SystemClock};
use ksef_crypto::{Credential, KeyKind, SecretString, Subject, SubjectIdentity};
use ksef_id::ContextIdentifier;
use ksef_sim::{Profile, Simulator, SimulatorConfig};
use ksef_wire::{
    SubjectIdentifierType, TestDataContextIdentifierType, TestDataPermission, TestDataPermissionType,
    TestDataPermissionsGrantRequest, TypedIdentifier,
};

pub(crate) const NIP: &str = "2222222222";
pub(crate) const PESEL: &str = "44051401359";

pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) async fn simulator(profile: Profile) -> Simulator {
    let config = SimulatorConfig { profile, ..SimulatorConfig::default() };
    Simulator::start(config, loopback()).await.expect("a simulator")
}

pub(crate) fn client(url: &str) -> KsefClient {
    let options = ClientOptions {
        timeout: Duration::from_secs(5),
        attempts_max: 1,
        poll_delay: Duration::from_millis(20),
        ..ClientOptions::default()
    };
    KsefClient::new(url, options).expect("a client")
}

pub(crate) fn seal(nip: &str) -> Subject {
    Subject::Seal { nip: nip.into(), organization: "Firma z testu".into() }
}

pub(crate) fn person(pesel: &str) -> Subject {
    Subject::Person {
        identity: SubjectIdentity::Pesel(pesel.into()),
        given_name: "Osoba".into(),
        surname: "Testowa".into(),
    }
}

pub(crate) fn self_signed(subject: &Subject) -> Credential {
    let now = jiff::Timestamp::now();
    let day = jiff::SignedDuration::from_hours(24);
    Credential::self_signed(subject, KeyKind::EcP256, now - day, now + day * 365).expect("a credential")
}

/// Gives a person these permissions in the context of [`NIP`].
pub(crate) async fn grant(simulator: &Simulator, pesel: &str, permissions: &[TestDataPermissionType]) {
    let request = TestDataPermissionsGrantRequest {
        context_identifier: TypedIdentifier { kind: TestDataContextIdentifierType::Nip, value: NIP.into() },
        authorized_identifier: TypedIdentifier { kind: SubjectIdentifierType::Pesel, value: pesel.into() },
        permissions: permissions
            .iter()
            .map(|kind| TestDataPermission { description: "dla testu".into(), permission_type: kind.clone() })
            .collect(),
    };
    client(&simulator.base_url()).test_data_grant_permissions(&request).await.expect("granted");
}

pub(crate) fn context(text: &str) -> ContextIdentifier {
    ContextIdentifier::parse(text).expect("a context")
}

/// A company whose login is examined.
pub(crate) struct Examined {
    pub(crate) patient: Patient,
    pub(crate) login: Option<LoginCredential>,
    pub(crate) url: String,
    pub(crate) with_session: bool,
}

impl Examined {
    pub(crate) fn new(url: &str, credential: Option<Credential>) -> Self {
        let held = credential
            .as_ref()
            .map(|credential| Held::Certificate(Box::new(credential.certificate().clone())));
        Self {
            patient: Patient {
                context: context(NIP),
                environment: CompanyEnvironment::Simulator { ksef_url: url.to_owned(), control_url: None },
                credential: held,
                offline_certificates: Vec::new(),
                needs: Needs::default(),
            },
            login: credential.map(|credential| LoginCredential::Certificate(Box::new(credential))),
            url: url.to_owned(),
            with_session: true,
        }
    }

    pub(crate) fn with_token(url: &str, token: &str) -> Self {
        let mut examined = Self::new(url, None);
        examined.patient.credential = Some(Held::Token(SecretString::from(token.to_owned())));
        examined.login = Some(LoginCredential::KsefToken(SecretString::from(token.to_owned())));
        examined
    }

    pub(crate) async fn report(self) -> Report {
        let client = client(&self.url);
        let access = self.login.map(|login| Access::new(client.clone(), context(NIP), login));
        let latarnia =
            Latarnia::new(&simulator_address(&self.url), LatarniaOptions::default()).expect("an address");
        let mut told = Vec::new();
        let mut tell = |check: &Check| told.push(check.clone());
        let report = examine(
            &self.patient,
            &client,
            Some(&latarnia),
            access.as_ref(),
            &SystemClock,
            self.with_session,
            &mut tell,
        )
        .await;
        assert_eq!(told, report.checks, "each check is told when it is made");
        let names: std::collections::BTreeSet<CheckName> =
            report.checks.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CheckName::ALL.len(), "each check once: {:#?}", report.checks);
        report
    }
}

#[track_caller]
pub(crate) fn check(report: &Report, name: CheckName) -> &Check {
    report.checks.iter().find(|check| check.name == name).expect("each check is there")
}

/// How a check ended, and the codes of what it found.
#[track_caller]
pub(crate) fn outcome(report: &Report, name: CheckName) -> (Outcome, Vec<&'static str>) {
    let check = check(report, name);
    (check.outcome, check.findings.iter().map(|finding| finding.code).collect())
}
