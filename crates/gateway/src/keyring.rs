//! Where the secrets of companies are kept, as far as the gateway knows it: it hands over what a person brings, and gets what it
//! needs for working. How secrets are sealed, and where, is the program's matter (`bramka` keeps them in its vault), so that the
//! pages and the command line judge a credential by the same code.

use async_trait::async_trait;
use gateway_api::Words;
use jiff::Timestamp;
use ksef_client::{KsefClient, LoginCredential};
use ksef_crypto::diagnosis::{Finding, Purpose};
use ksef_crypto::{Credential, SecretString};
use ksef_id::{CertificateSerial, ContextIdentifier};
use zeroize::Zeroizing;

use crate::company::{CompanySettings, Environment};

/// What a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptKind {
    /// A certificate that logs in.
    Authentication,
    /// A certificate that signs the second code of invoices issued offline.
    Offline,
    /// A KSeF token.
    Token,
}

/// A credential that is kept, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCredential {
    /// Its identifier.
    pub id: String,
    /// What it is.
    pub kind: KeptKind,
    /// A certificate's own name in KSeF, where it is known.
    pub name: Option<String>,
    /// Whose it is.
    pub owner: String,
    /// The certificate's serial number; none for a token.
    pub serial: Option<String>,
    /// From when and until when it is valid; none for a token.
    pub valid: Option<(Timestamp, Timestamp)>,
    /// Whether the company works with it now.
    pub is_in_use: bool,
    /// Whether it is known here that it was revoked in KSeF.
    pub is_revoked: bool,
    /// The certificate itself as DER; empty for a token.
    pub certificate: Vec<u8>,
    /// How many companies it serves.
    pub companies: usize,
}

/// What a person brings. It does not print itself: it is secret.
pub enum Given {
    /// A certificate and its key, in one file or two.
    Files {
        /// `.crt`, `.cert`, `.pem`, `.p12`, `.pfx`.
        certificate: Vec<u8>,
        /// `.key`, when it is not in the same file.
        key: Option<Zeroizing<Vec<u8>>>,
        /// The password of the key.
        password: Option<SecretString>,
        /// What it shall be used for; none takes what the certificate says.
        purpose: Option<Purpose>,
    },
    /// A token as it was pasted.
    Token(SecretString),
    /// A certificate that is made on the spot: for simulators, which take any.
    MadeHere,
}

/// A company that is to be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCompany {
    /// Its context.
    pub context: ContextIdentifier,
    /// What people call it.
    pub name: Option<String>,
    /// Which KSeF it works with; none for the simulator that the program runs itself.
    pub environment: Option<Environment>,
}

/// What came of looking at a credential.
pub struct Judged {
    /// What speaks against it; it was not kept then.
    pub problems: Vec<Finding>,
    /// What is worth knowing.
    pub notes: Vec<Finding>,
    /// What the gateway works with from now on.
    pub kept: Option<Kept>,
}

/// A credential that was kept, for the gateway's own use.
pub enum Kept {
    /// It logs in.
    Login(LoginCredential),
    /// It signs second codes.
    Offline(Box<Credential>),
    /// It came with its company, which is to be worked for.
    Company(Box<CompanySettings>),
}

/// What a company works with after something was forgotten, revoked or chosen.
pub struct InUse {
    /// What it logs in with; none when nothing is left.
    pub login: Option<LoginCredential>,
    /// What signs second codes; none when nothing is left.
    pub offline: Option<Box<Credential>>,
}

/// Why the keyring did not do it. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// It cannot be done so; the words say why and what to do.
    #[error("{}", .0.en)]
    Refused(Words),
    /// The keyring cannot be read or written.
    #[error("the vault cannot be used: {0}")]
    Broken(String),
}

/// An application for a certificate of which KSeF has not decided, or whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCertificate {
    /// The identifier that the credential will have.
    pub id: String,
    /// What it will be.
    pub kind: KeptKind,
    /// Its name in KSeF.
    pub name: String,
    /// Whose it becomes.
    pub owner: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether KSeF is known to have it.
    pub is_received: bool,
}

/// What KSeF is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Another certificate.
    Another(KeptKind),
    /// One in the place of this one.
    Renewal(String),
}

/// Keeps companies and their credentials.
#[async_trait]
pub trait Keyring: Send + Sync {
    /// The credentials that serve a company, the newest first. `None` for a company that stands in the configuration file.
    async fn credentials(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Option<Vec<KeptCredential>>, KeyringError>;

    /// Judges what was brought for a company that is there, and keeps it unless something speaks against it.
    async fn add(&self, company: &ContextIdentifier, given: Given) -> Result<Judged, KeyringError>;

    /// Adds a company with its first credential, or nothing at all.
    async fn connect(&self, company: NewCompany, given: Given) -> Result<Judged, KeyringError>;

    /// Takes a company out, with its tokens, and with the certificates that serve no other one: their keys are removed.
    async fn disconnect(&self, company: &ContextIdentifier) -> Result<(), KeyringError>;

    /// Forgets a credential of a company here; what it is in KSeF stays.
    async fn forget(&self, company: &ContextIdentifier, id: &str) -> Result<InUse, KeyringError>;

    /// Has a company log in by certificate or by token from now on; the other one is kept.
    async fn log_in_by(&self, company: &ContextIdentifier, kind: KeptKind) -> Result<InUse, KeyringError>;

    /// Applications of a company that are open.
    async fn pending(&self, company: &ContextIdentifier) -> Result<Vec<PendingCertificate>, KeyringError>;

    /// Applies for a certificate with what the company logs in with. Gives the application's identifier; it is written down before
    /// KSeF is asked. `now` is the company's time.
    async fn apply(
        &self,
        client: &KsefClient,
        company: &ContextIdentifier,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<String, KeyringError>;

    /// Looks what became of an application, and waits some minutes at the most. `None` when KSeF has not decided by then.
    async fn follow(
        &self,
        client: &KsefClient,
        company: &ContextIdentifier,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Kept>, KeyringError>;

    /// Ends a certificate in KSeF for good: one that is kept, by its identifier, or another one of KSeF's list, by its serial
    /// number. What is kept stays until it is forgotten, and is not worked with any more.
    async fn revoke(
        &self,
        client: &KsefClient,
        company: &ContextIdentifier,
        which: &str,
        now: Timestamp,
    ) -> Result<InUse, KeyringError>;

    /// Notes what KSeF says was revoked, of what a company keeps here.
    async fn learn_revoked(
        &self,
        company: &ContextIdentifier,
        serials: &[CertificateSerial],
        now: Timestamp,
    ) -> Result<InUse, KeyringError>;

    /// Whether the program runs a simulator of its own for whoever wants to try.
    fn has_simulator(&self) -> bool;
}
