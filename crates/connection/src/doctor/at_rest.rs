//! What can be judged without asking anybody: the credential and the Offline certificate in themselves.

use ksef_crypto::diagnosis::{Environment, Finding, Purpose, Question, diagnose, diagnose_token};
use ksef_crypto::{Certificate, CredentialFiles};
use secrecy::ExposeSecret as _;

use super::{CheckName, CompanyEnvironment, Held, Outcome, Visit, outcome_of};
use crate::catalogue;

impl Visit<'_> {
    /// Whether it is worth trying to log in.
    pub(super) fn credential(&mut self) -> bool {
        let name = CheckName::Credential;
        let nip = self.patient.context.nip();
        let question = Question {
            now: self.clock.now(),
            purpose: Some(Purpose::Authentication),
            environment: environment_of(&self.patient.environment),
            company_nip: nip.as_ref().map(ksef_id::Nip::as_str),
        };
        let (found, problems, notes) = match &self.patient.credential {
            None => {
                let context = self.patient.context.as_str();
                self.fail(name, catalogue::NO_CREDENTIAL.found(&[("context", context)]));
                return false;
            }
            Some(Held::Certificate(certificate)) => {
                let (problems, notes) = judge(certificate, &question);
                (described(certificate), problems, notes)
            }
            Some(Held::Token(token)) => {
                let found = diagnose_token(token.expose_secret(), &question);
                (["token KSeF".to_owned(), "a KSeF token".to_owned()], found.problems, found.notes)
            }
        };
        let outcome = outcome_of(&problems, &notes);
        self.add(name, outcome, found, problems.into_iter().chain(notes).collect());
        outcome != Outcome::Failed
    }

    pub(super) fn offline_certificate(&mut self) {
        let name = CheckName::OfflineCertificate;
        let Some(certificate) = self.patient.offline_certificates.first() else {
            let context = self.patient.context.as_str();
            let finding = catalogue::NO_OFFLINE_CERTIFICATE.found(&[("context", context)]);
            let found = ["nie ma".to_owned(), "there is none".to_owned()];
            self.add(name, Outcome::Noted, found, vec![finding]);
            return;
        };
        let question = Question {
            now: self.clock.now(),
            purpose: Some(Purpose::Offline),
            environment: environment_of(&self.patient.environment),
            // Whose it is does not matter here: KOD II names the issuer's certificate, whoever that is in the context.
            company_nip: None,
        };
        let (problems, notes) = judge(certificate, &question);
        let outcome = outcome_of(&problems, &notes);
        self.add(name, outcome, described(certificate), problems.into_iter().chain(notes).collect());
    }
}

/// Problems and notes of a certificate whose key lies in the vault, where it was checked when it was taken in.
fn judge(certificate: &Certificate, question: &Question<'_>) -> (Vec<Finding>, Vec<Finding>) {
    let Ok(files) = CredentialFiles::read(certificate.der(), None, None) else {
        return (Vec::new(), Vec::new());
    };
    let mut found = diagnose(&files, question);
    found.notes.retain(|finding| finding.code != NO_KEY);
    (found.problems, found.notes)
}

fn described(certificate: &Certificate) -> [String; 2] {
    let serial = certificate.serial_hex();
    let until = |as_written: &str| certificate.not_after().strftime(as_written).to_string();
    [
        format!("certyfikat {serial}, ważny do {}, {}", until("%d.%m.%Y"), certificate.subject()),
        format!("certificate {serial}, valid until {}, {}", until("%Y-%m-%d"), certificate.subject()),
    ]
}

/// A simulator takes what TEST takes, and more.
pub(crate) const fn environment_of(environment: &CompanyEnvironment) -> Option<Environment> {
    match environment {
        CompanyEnvironment::Test => Some(Environment::Test),
        CompanyEnvironment::Demo => Some(Environment::Demo),
        CompanyEnvironment::Prd => Some(Environment::Prd),
        CompanyEnvironment::Simulator { .. } => None,
    }
}

/// The note that only a certificate was looked at.
const NO_KEY: &str = "CRED108";
