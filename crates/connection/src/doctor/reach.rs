//! The way to KSeF: name, connection, encryption, clock, keys.

use std::error::Error;
use std::io;

use ksef_client::{CallError, KsefClient, UnknownCause};
use ksef_crypto::diagnosis::Finding;
use ksef_wire::{PublicKeyCertificate, PublicKeyCertificateUsage};
use rustls::CertificateError;

use super::{CheckName, CompanyEnvironment, Outcome, Visit};
use crate::catalogue;

impl Visit<'_> {
    /// Whether KSeF answers; tells about the connection, the clock and the environment.
    pub(super) async fn reach(&mut self, client: &KsefClient) -> bool {
        let url = client.base_url();
        let host = host_of(url);
        let keys = match client.public_key_certificates().await {
            Ok(keys) => keys,
            Err(error) => {
                self.not_reached(host, &error);
                return false;
            }
        };
        self.add(CheckName::Reachability, Outcome::Passed, [url.to_owned(), url.to_owned()], Vec::new());
        if url.starts_with("https:") {
            let found = [
                "certyfikat serwera jest zaufany".to_owned(),
                "the server's certificate is trusted".to_owned(),
            ];
            self.add(CheckName::Tls, Outcome::Passed, found, Vec::new());
        } else {
            self.skip(
                CheckName::Tls,
                ["połączenie bez szyfrowania: tylko do symulatora", "not encrypted: for a simulator only"],
            );
        }
        self.clock_of(client).await;
        self.environment(&keys)
    }

    fn not_reached(&mut self, host: &str, error: &CallError) {
        let finding = why_not_reached(host, error);
        if is_tls(&finding) {
            let found = [
                format!("{host} odpowiada, ale nie da się z nim bezpiecznie połączyć"),
                format!("{host} answers, and cannot be connected to safely"),
            ];
            self.add(CheckName::Reachability, Outcome::Passed, found, Vec::new());
            self.fail(CheckName::Tls, finding);
        } else {
            self.fail(CheckName::Reachability, finding);
        }
    }

    async fn clock_of(&mut self, client: &KsefClient) {
        let before = self.clock.now();
        let challenge = client.challenge().await;
        let after = self.clock.now();
        let challenge = match challenge {
            Ok(challenge) => challenge,
            Err(error) => {
                let finding = why_not_reached(host_of(client.base_url()), &error);
                self.fail(CheckName::Clock, finding);
                return;
            }
        };
        // KSeF wrote its time somewhere between asking and answering: the middle is the best guess.
        let middle = before + after.duration_since(before) / 2;
        let seconds = middle.duration_since(challenge.timestamp.0).as_secs();
        let found = [
            format!("różnica {} s względem KSeF", seconds.abs()),
            format!("{} s apart from KSeF's", seconds.abs()),
        ];
        if seconds.abs() <= CLOCK_OFF_SECONDS_MAX {
            self.add(CheckName::Clock, Outcome::Passed, found, Vec::new());
            return;
        }
        let [direction_pl, direction_en] =
            if seconds > 0 { ["spieszy się", "ahead of"] } else { ["spóźnia się", "behind"] };
        let finding = catalogue::CLOCK_OFF.found(&[
            ("seconds", &seconds.abs().to_string()),
            ("direction_pl", direction_pl),
            ("direction_en", direction_en),
        ]);
        // A login is signed with KSeF's own time, so that a wrong clock stops nothing by itself.
        self.add(CheckName::Clock, Outcome::Noted, found, vec![finding]);
    }

    /// Whether there are keys to encrypt for; without them nothing can be sent and no token logs in.
    fn environment(&mut self, keys: &[PublicKeyCertificate]) -> bool {
        let now = self.clock.now();
        for (usage, name) in [
            (PublicKeyCertificateUsage::SymmetricKeyEncryption, "SymmetricKeyEncryption"),
            (PublicKeyCertificateUsage::KsefTokenEncryption, "KsefTokenEncryption"),
        ] {
            let is_usable = |key: &&PublicKeyCertificate| {
                key.usage.contains(&usage) && key.valid_from.0 <= now && now < key.valid_to.0
            };
            if !keys.iter().any(|key| is_usable(&key)) {
                self.fail(CheckName::Environment, catalogue::NO_ENCRYPTION_KEY.found(&[("usage", name)]));
                return true;
            }
        }
        let environment = &self.patient.environment;
        let name = environment.name().to_owned();
        let notes = match environment {
            CompanyEnvironment::Test | CompanyEnvironment::Demo => {
                vec![catalogue::NO_REAL_DATA.found(&[("environment", &name.to_uppercase())])]
            }
            CompanyEnvironment::Prd | CompanyEnvironment::Simulator { .. } => Vec::new(),
        };
        let outcome = if notes.is_empty() { Outcome::Passed } else { Outcome::Noted };
        self.add(CheckName::Environment, outcome, [name.clone(), name], notes);
        true
    }
}

/// Why a call that needs no login brought no answer.
pub(super) fn why_not_reached(host: &str, error: &CallError) -> Finding {
    let with_cause = |entry: &catalogue::Entry, cause: &str| entry.found(&[("host", host), ("cause", cause)]);
    match error {
        CallError::NotSent { source, .. } => why_not_connected(host, source),
        CallError::LimitReached { retry_after, .. } => {
            catalogue::RATE_LIMITED.found(&[("seconds", &retry_after.as_secs().to_string())])
        }
        CallError::Unknown { cause, .. } => match cause {
            UnknownCause::Timeout => catalogue::NO_ANSWER_IN_TIME.found(&[("host", host)]),
            UnknownCause::Connection(source) => why_not_connected(host, source),
            UnknownCause::ServerError { http_status } => {
                with_cause(&catalogue::SERVER_ERROR, &format!("HTTP {http_status}"))
            }
            UnknownCause::NotKsef { http_status, reason } => {
                with_cause(&catalogue::NOT_KSEF, &format!("HTTP {http_status}, {reason}"))
            }
        },
        // Without a body of KSeF's, a 4xx is a firewall's or another server's.
        CallError::Refused { errors, http_status, .. } if errors.is_empty() => {
            with_cause(&catalogue::NOT_KSEF, &format!("HTTP {http_status}"))
        }
        other => with_cause(&catalogue::NOTHING_PUBLISHED, &other.to_string()),
    }
}

/// Tells the causes below a failed connection apart: name, refusal, time, encryption.
fn why_not_connected(host: &str, error: &(dyn Error + 'static)) -> Finding {
    let with_cause = |entry: &catalogue::Entry, cause: &str| entry.found(&[("host", host), ("cause", cause)]);
    let mut last = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = tls_error(error) {
            return match tls {
                // A signature that does not hold: the issuer calls itself by a trusted authority's name and is another.
                rustls::Error::InvalidCertificate(
                    CertificateError::UnknownIssuer | CertificateError::BadSignature,
                ) => catalogue::TLS_INTERCEPTED.found(&[("host", host)]),
                rustls::Error::InvalidCertificate(
                    cause @ (CertificateError::Expired
                    | CertificateError::ExpiredContext { .. }
                    | CertificateError::NotValidYet
                    | CertificateError::NotValidYetContext { .. }),
                ) => with_cause(&catalogue::TLS_CLOCK, &cause.to_string()),
                rustls::Error::InvalidCertificate(
                    CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
                ) => catalogue::TLS_OTHER_NAME.found(&[("host", host)]),
                other => with_cause(&catalogue::TLS_FAILED, &other.to_string()),
            };
        }
        if let Some(io) = error.downcast_ref::<io::Error>() {
            match io.kind() {
                io::ErrorKind::ConnectionRefused => {
                    return catalogue::CONNECTION_REFUSED.found(&[("host", host)]);
                }
                io::ErrorKind::TimedOut => return catalogue::NO_ANSWER_IN_TIME.found(&[("host", host)]),
                _ => {}
            }
        }
        last = error.to_string();
        // The resolver's failure has no type of its own; this is the connector's word for it.
        if last == "dns error" {
            return catalogue::NO_SUCH_HOST.found(&[("host", host)]);
        }
        next = error.source();
    }
    with_cause(&catalogue::NOT_CONNECTED, &last)
}

/// The TLS error in an error: it travels inside an [`io::Error`], often inside two, whose `source` passes it by.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut error = error;
    for _ in 0..NESTED_MAX {
        if let Some(tls) = error.downcast_ref() {
            return Some(tls);
        }
        error = error.downcast_ref::<io::Error>()?.get_ref()?;
    }
    None
}

/// Whether the connection stood and encrypting it failed.
fn is_tls(finding: &Finding) -> bool {
    ["CONN105", "CONN106", "CONN107", "CONN108"].contains(&finding.code)
}

/// `https://api.ksef.mf.gov.pl/v2` → `api.ksef.mf.gov.pl`.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// What a machine whose clock is kept by the network stays well below.
const CLOCK_OFF_SECONDS_MAX: i64 = 30;
/// How deep errors are nested at most.
const NESTED_MAX: usize = 8;
