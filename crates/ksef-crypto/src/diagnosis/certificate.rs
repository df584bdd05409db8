//! What is wrong with a certificate and its key.

use jiff::tz::TimeZone;

use super::{Entry, Environment, Finding, Purpose, Question, catalogue};
use crate::certificate::SubjectIdentity;
use crate::distinguished_name::hex;
use crate::{
    Certificate, CertificateIssuer, CertificateType, CredentialFiles, KeyError, KeyKind, SigningKey,
};

/// What was found about certificate and key.
#[derive(Debug)]
pub struct CredentialDiagnosis {
    /// The certificate that was judged; `None` when a container cannot be opened.
    pub certificate: Option<Certificate>,
    /// The key: the one that belongs to the certificate, else the first that can be read.
    pub key: Option<KeyKind>,
    /// What makes the files unusable, in themselves or for what was asked.
    pub problems: Vec<Finding>,
    /// What is worth knowing.
    pub notes: Vec<Finding>,
}

/// Judges a credential. Of several pairs in the files the first that suits the purpose is taken.
#[must_use]
pub fn diagnose(files: &CredentialFiles, question: &Question<'_>) -> CredentialDiagnosis {
    let wanted = question.purpose.map(Purpose::certificate_type);
    let pair = files
        .pairs()
        .find(|(certificate, _)| wanted.is_none_or(|wanted| certificate.certificate_type() == wanted))
        .or_else(|| files.pairs().next());
    let certificate = pair.map(|(certificate, _)| certificate).or_else(|| files.certificate());
    let mut found = Found::default();
    found.keys(files, pair, certificate);
    if let Some(certificate) = certificate {
        found.validity(certificate, question.now);
        found.purpose(certificate, question.purpose);
        found.environment(certificate, question.environment);
        if let Some(nip) = question.company_nip {
            found.company(certificate, nip);
        }
    }
    let first_key = || files.keys().ok().and_then(<[SigningKey]>::first);
    CredentialDiagnosis {
        certificate: certificate.cloned(),
        key: pair.map(|(_, key)| key).or_else(first_key).map(SigningKey::kind),
        problems: found.problems,
        notes: found.notes,
    }
}

#[derive(Default)]
struct Found {
    problems: Vec<Finding>,
    notes: Vec<Finding>,
}

impl Found {
    fn problem(&mut self, entry: &Entry, values: &[(&str, &str)]) {
        self.problems.push(entry.found(values));
    }

    fn note(&mut self, entry: &Entry, values: &[(&str, &str)]) {
        self.notes.push(entry.found(values));
    }

    fn keys(
        &mut self,
        files: &CredentialFiles,
        pair: Option<(&Certificate, &SigningKey)>,
        certificate: Option<&Certificate>,
    ) {
        match files.keys() {
            Err(error) => self.unreadable_key(error),
            Ok([]) => self.note(&catalogue::NO_KEY, &[]),
            Ok(_) if pair.is_none() => {
                let serial = certificate.map(Certificate::serial_hex).unwrap_or_default();
                let subject = certificate.map(Certificate::subject).unwrap_or_default();
                self.problem(&catalogue::FOREIGN_KEY, &[("serial", &serial), ("subject", subject)]);
            }
            Ok(_) => {}
        }
        let pairs = files.pairs().count();
        if let Some((certificate, _)) = pair.filter(|_| pairs > 1) {
            let (count, serial) = (pairs.to_string(), certificate.serial_hex());
            self.note(&catalogue::SEVERAL_PAIRS, &[("count", &count), ("serial", &serial)]);
        }
        if files.key_stands_unencrypted() {
            self.note(&catalogue::UNENCRYPTED_KEY, &[]);
        }
        if let Some(certificate) = certificate {
            match certificate.public_key_kind() {
                Some(KeyKind::Rsa { bits }) if bits < RSA_BITS_MIN => {
                    let found = format!("RSA-{bits}");
                    self.problem(&catalogue::UNSUPPORTED_CERTIFICATE_KEY, &[("found", &found)]);
                }
                Some(_) => {}
                None => {
                    let found = certificate.public_key_algorithm();
                    self.problem(&catalogue::UNSUPPORTED_CERTIFICATE_KEY, &[("found", found)]);
                }
            }
        }
    }

    fn unreadable_key(&mut self, error: &KeyError) {
        match error {
            KeyError::WrongPassword => self.problem(&catalogue::WRONG_PASSWORD, &[]),
            KeyError::PasswordNeeded => self.problem(&catalogue::PASSWORD_NEEDED, &[]),
            KeyError::UnsupportedEncryption { method } => {
                self.problem(&catalogue::UNSUPPORTED_ENCRYPTION, &[("found", method)]);
            }
            KeyError::UnsupportedContainer { found } => {
                self.problem(&catalogue::UNSUPPORTED_CONTAINER, &[("found", found)]);
            }
            KeyError::Unsupported { found } => self.problem(&catalogue::UNSUPPORTED_KEY, &[("found", found)]),
            KeyError::OtherPem { label } => self.problem(&catalogue::OTHER_THAN_KEY, &[("found", label)]),
            KeyError::NotAKey | KeyError::Generate => {
                self.problem(&catalogue::UNREADABLE_KEY, &[]);
            }
        }
    }

    fn validity(&mut self, certificate: &Certificate, now: jiff::Timestamp) {
        let (from, until) = (in_warsaw(certificate.not_before()), in_warsaw(certificate.not_after()));
        if now < certificate.not_before() {
            self.problem(&catalogue::NOT_YET_VALID, &[("from", &from)]);
        } else if now > certificate.not_after() {
            self.problem(&catalogue::EXPIRED, &[("until", &until)]);
        } else {
            let days = certificate.not_after().duration_since(now).as_secs() / SECONDS_OF_DAY;
            if days < EXPIRES_SOON_DAYS {
                self.note(&catalogue::EXPIRES_SOON, &[("until", &until), ("days", &days.to_string())]);
            }
        }
    }

    fn purpose(&mut self, certificate: &Certificate, purpose: Option<Purpose>) {
        match (purpose, certificate.certificate_type()) {
            (Some(Purpose::Authentication), CertificateType::Offline) => {
                self.problem(&catalogue::OFFLINE_FOR_LOGIN, &[]);
            }
            (Some(Purpose::Offline), CertificateType::Authentication) => {
                self.problem(&catalogue::AUTHENTICATION_FOR_OFFLINE, &[]);
            }
            (Some(Purpose::Offline), CertificateType::Other) => {
                self.problem(&catalogue::OTHER_FOR_OFFLINE, &[]);
            }
            (Some(Purpose::Offline), CertificateType::Offline) => {
                if let Some(kind @ KeyKind::EcP384) = certificate.public_key_kind() {
                    self.problem(&catalogue::KEY_FOR_OFFLINE, &[("found", &kind.to_string())]);
                }
            }
            (None, CertificateType::Offline) => self.note(&catalogue::TYPE_OFFLINE, &[]),
            (None | Some(Purpose::Authentication), CertificateType::Other) => {
                self.note(&catalogue::TYPE_OTHER, &[]);
            }
            (None | Some(Purpose::Authentication), CertificateType::Authentication) => {}
        }
    }

    fn environment(&mut self, certificate: &Certificate, environment: Option<Environment>) {
        let issuer = [("issuer", certificate.issuer_readable())];
        match (certificate.issued_by(), environment) {
            (CertificateIssuer::KsefTest, Some(Environment::Prd)) => {
                self.problem(&catalogue::TEST_IN_PRODUCTION, &[]);
            }
            (CertificateIssuer::KsefTest, None) => self.note(&catalogue::FROM_TEST, &[]),
            (CertificateIssuer::KsefProduction, Some(other @ (Environment::Test | Environment::Demo))) => {
                self.problem(&catalogue::PRODUCTION_IN_TEST, &[("environment", other.name())]);
            }
            (CertificateIssuer::SelfSigned, Some(Environment::Demo | Environment::Prd)) => {
                self.problem(&catalogue::SELF_SIGNED, &[]);
            }
            (CertificateIssuer::SelfSigned, None) => self.note(&catalogue::SELF_SIGNED, &[]),
            (CertificateIssuer::Other, _) if certificate.is_qualified() => {}
            (CertificateIssuer::Other, Some(Environment::Demo | Environment::Prd)) => {
                self.problem(&catalogue::UNKNOWN_ISSUER, &issuer);
            }
            (CertificateIssuer::Other, None | Some(Environment::Test)) => {
                self.note(&catalogue::UNKNOWN_ISSUER, &issuer);
            }
            (
                CertificateIssuer::KsefTest
                | CertificateIssuer::KsefProduction
                | CertificateIssuer::SelfSigned,
                _,
            ) => {}
        }
    }

    fn company(&mut self, certificate: &Certificate, nip: &str) {
        let is_person = certificate.has_person_names();
        match certificate.identity() {
            Some(SubjectIdentity::Nip(found)) if found == nip => {
                self.note(&catalogue::OWNER, &[("nip", nip)]);
            }
            Some(SubjectIdentity::Nip(found)) if is_person => {
                self.note(&catalogue::PERSON, &[("identity", &format!("NIP {found}")), ("nip", nip)]);
            }
            Some(SubjectIdentity::Nip(found)) => {
                self.note(&catalogue::OTHER_FIRM, &[("found", &found), ("nip", nip)]);
            }
            Some(SubjectIdentity::Pesel(_)) => {
                // The number itself is the person's own business and stands in the certificate for who needs it.
                self.note(&catalogue::PERSON, &[("identity", "PESEL"), ("nip", nip)]);
            }
            None => {
                let fingerprint = hex(&certificate.fingerprint_sha256()).to_uppercase();
                self.note(&catalogue::NOBODY, &[("nip", nip), ("fingerprint", &fingerprint)]);
            }
        }
        if is_person && certificate.is_identified_as_seal() {
            self.note(&catalogue::SEAL_WITH_NAMES, &[]);
        }
    }
}

/// A moment as people here read it: `2026-12-01 00:00`, Warsaw time; with `UTC` where no time zones are known.
fn in_warsaw(timestamp: jiff::Timestamp) -> String {
    match TimeZone::get("Europe/Warsaw") {
        Ok(warsaw) => timestamp.to_zoned(warsaw).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => timestamp.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

const RSA_BITS_MIN: usize = 2048;
const EXPIRES_SOON_DAYS: i64 = 30;
const SECONDS_OF_DAY: i64 = 86_400;
