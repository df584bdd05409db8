//! The doctor: a list of checks from the credential itself to a session in KSeF, each with its outcome, what was found and
//! the next step.
//!
//! What can be judged without the network comes first. A check that could not be made because an earlier one failed says
//! so; what cannot be read with the login's rights says that, and never that it is absent. Nothing is left behind: the
//! test session is closed without an invoice, and the login is ended.

mod at_rest;
mod in_context;
mod latarnia;
mod login;
mod reach;

use ksef_client::latarnia::Latarnia;
use ksef_client::{Access, Clock, KsefClient};
use ksef_crypto::{Certificate, SecretString};
use ksef_id::ContextIdentifier;
use ksef_wire::{CertificateLimitsResponse, EffectiveApiRateLimits, EffectiveContextLimits};

use crate::{Finding, Message, Needs, Rights};
pub use gateway_vault::CompanyEnvironment;
pub use latarnia::state_in_words;
pub(crate) use login::why_not_logged_in;

/// What the company logs in with, as far as it can be looked at.
#[derive(Debug)]
pub enum Held {
    /// A certificate; its key lies elsewhere.
    Certificate(Box<Certificate>),
    /// A KSeF token.
    Token(SecretString),
}

/// The company that is examined.
#[derive(Debug)]
pub struct Patient {
    /// Its context.
    pub context: ContextIdentifier,
    /// Which KSeF it works with.
    pub environment: CompanyEnvironment,
    /// What it logs in with; `None` when it has nothing.
    pub credential: Option<Held>,
    /// Its certificates of type Offline, the one in use first.
    pub offline_certificates: Vec<Certificate>,
    /// What the company needs its login for.
    pub needs: Needs,
}

/// One of the checks, in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckName {
    /// The credential in itself: validity, purpose, environment, whose it is.
    Credential,
    /// The Offline certificate in itself.
    OfflineCertificate,
    /// Whether KSeF answers.
    Reachability,
    /// Whether the connection is encrypted and the server who it says it is.
    Tls,
    /// The clock of this machine against KSeF's.
    Clock,
    /// Whether it is the environment that the company is set to, with keys to encrypt for.
    Environment,
    /// What Latarnia says of KSeF: evidence, never a failure.
    Latarnia,
    /// Logging in.
    Login,
    /// Rights present against those needed.
    Permissions,
    /// The consent to attachments.
    Attachments,
    /// Whether sessions and UPOs can be read.
    Sessions,
    /// The state of the certificates in KSeF.
    Certificates,
    /// Limits of the context and the quota of certificates.
    Limits,
    /// A session opened and closed without an invoice.
    TestSession,
}

impl CheckName {
    /// Every check, in order.
    pub const ALL: [Self; 14] = [
        Self::Credential,
        Self::OfflineCertificate,
        Self::Reachability,
        Self::Tls,
        Self::Clock,
        Self::Environment,
        Self::Latarnia,
        Self::Login,
        Self::Permissions,
        Self::Attachments,
        Self::Sessions,
        Self::Certificates,
        Self::Limits,
        Self::TestSession,
    ];

    /// Its stable name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::OfflineCertificate => "offlineCertificate",
            Self::Reachability => "reachability",
            Self::Tls => "tls",
            Self::Clock => "clock",
            Self::Environment => "environment",
            Self::Latarnia => "latarnia",
            Self::Login => "login",
            Self::Permissions => "permissions",
            Self::Attachments => "attachments",
            Self::Sessions => "sessions",
            Self::Certificates => "certificates",
            Self::Limits => "limits",
            Self::TestSession => "testSession",
        }
    }

    /// Its title for people.
    #[must_use]
    pub fn title(self) -> Message {
        let [pl, en] = match self {
            Self::Credential => ["Poświadczenie", "Credential"],
            Self::OfflineCertificate => ["Certyfikat Offline", "Offline certificate"],
            Self::Reachability => ["Połączenie z KSeF", "Connection to KSeF"],
            Self::Tls => ["Szyfrowanie połączenia", "Encrypted connection"],
            Self::Clock => ["Zegar", "Clock"],
            Self::Environment => ["Środowisko", "Environment"],
            Self::Latarnia => ["Latarnia (stan KSeF)", "Latarnia (state of KSeF)"],
            Self::Login => ["Logowanie", "Login"],
            Self::Permissions => ["Uprawnienia", "Rights"],
            Self::Attachments => ["Zgoda na załączniki", "Consent to attachments"],
            Self::Sessions => ["Odczyt sesji i UPO", "Reading sessions and UPOs"],
            Self::Certificates => ["Certyfikaty w KSeF", "Certificates in KSeF"],
            Self::Limits => ["Limity", "Limits"],
            Self::TestSession => ["Próbna sesja", "Test session"],
        };
        Message { pl: pl.to_owned(), en: en.to_owned() }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// It works, and something is worth knowing.
    Noted,
    /// It does not work: the findings say what to do.
    Failed,
    /// It cannot be read with the rights of this login, which says nothing of what there is.
    NotReadable,
    /// Not made, since an earlier check failed or it does not apply here.
    Skipped,
}

impl Outcome {
    /// Its stable name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Noted => "noted",
            Self::Failed => "failed",
            Self::NotReadable => "notReadable",
            Self::Skipped => "skipped",
        }
    }
}

/// A check that was made, or skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which one.
    pub name: CheckName,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, in one line.
    pub found: Message,
    /// What is wrong or worth knowing, each with the next step.
    pub findings: Vec<Finding>,
}

/// What KSeF allows, as far as it could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Sizes and counts of a session.
    pub context: Option<EffectiveContextLimits>,
    /// Applications and certificates.
    pub certificates: Option<CertificateLimitsResponse>,
    /// Requests in a second, minute and hour.
    pub rates: Option<EffectiveApiRateLimits>,
}

/// Everything that was found about one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The checks, in order; each of [`CheckName::ALL`] once.
    pub checks: Vec<Check>,
    /// The rights of the login, when there was one.
    pub rights: Option<Rights>,
    /// What KSeF allows.
    pub limits: Limits,
}

impl Report {
    /// Whether no check failed.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != Outcome::Failed)
    }
}

/// Examines a company. `client` reaches its KSeF, `latarnia` the service that tells its state, where there is one; `access` is its login, `None` when it has nothing to log in with. Each
/// check is told to `tell` as soon as it is made. With `with_session` a session is opened and closed in the end.
pub async fn examine(
    patient: &Patient,
    client: &KsefClient,
    latarnia: Option<&Latarnia>,
    access: Option<&Access>,
    clock: &dyn Clock,
    with_session: bool,
    tell: &mut (dyn FnMut(&Check) + Send),
) -> Report {
    let mut visit = Visit {
        patient,
        clock,
        report: Report { checks: Vec::new(), rights: None, limits: Limits::default() },
        tell,
    };
    let credential_fits = visit.credential();
    visit.offline_certificate();
    let reached = visit.reach(client).await;
    // Also when KSeF does not answer: that is when it matters.
    visit.latarnia(latarnia).await;
    let access = match (reached, access) {
        (true, Some(access)) if credential_fits => visit.log_in(access).await.then_some(access),
        (true, _) => {
            visit.skip(CheckName::Login, NO_CREDENTIAL);
            None
        }
        (false, _) => None,
    };
    if let Some(access) = access {
        visit.in_context(access, with_session).await;
        // A login that cannot be ended runs out by itself.
        if let Err(error) = access.logout().await {
            tracing::debug!(%error, "the doctor's login was not ended");
        }
    }
    visit.skip_the_rest(if reached { NOT_LOGGED_IN } else { NOT_REACHED });
    visit.report
}

/// An examination under way.
struct Visit<'a> {
    patient: &'a Patient,
    clock: &'a dyn Clock,
    report: Report,
    tell: &'a mut (dyn FnMut(&Check) + Send),
}

impl Visit<'_> {
    fn add(&mut self, name: CheckName, outcome: Outcome, found: [String; 2], findings: Vec<Finding>) {
        let [pl, en] = found;
        let check = Check { name, outcome, found: Message { pl, en }, findings };
        (self.tell)(&check);
        self.report.checks.push(check);
    }

    fn fail(&mut self, name: CheckName, finding: Finding) {
        let found = [finding.message.pl.clone(), finding.message.en.clone()];
        self.add(name, Outcome::Failed, found, vec![finding]);
    }

    fn skip(&mut self, name: CheckName, why: [&str; 2]) {
        self.add(name, Outcome::Skipped, why.map(str::to_owned), Vec::new());
    }

    /// What was not come to, so that every report has every check.
    fn skip_the_rest(&mut self, why: [&str; 2]) {
        for name in CheckName::ALL {
            if self.report.checks.iter().all(|check| check.name != name) {
                self.skip(name, why);
            }
        }
    }
}

/// The outcome that findings mean: problems fail, notes are noted.
fn outcome_of(problems: &[Finding], notes: &[Finding]) -> Outcome {
    match (problems.is_empty(), notes.is_empty()) {
        (false, _) => Outcome::Failed,
        (true, false) => Outcome::Noted,
        (true, true) => Outcome::Passed,
    }
}

const NO_CREDENTIAL: [&str; 2] =
    ["pominięte: nie ma czym się zalogować", "skipped: there is nothing fit to log in with"];
const NOT_REACHED: [&str; 2] =
    ["pominięte: nie ma połączenia z KSeF", "skipped: there is no connection to KSeF"];
const NOT_LOGGED_IN: [&str; 2] = ["pominięte: logowanie się nie powiodło", "skipped: there is no login"];
