//! What is wrong with a credential, found before anything goes over the network.
//!
//! Pure functions over bytes and a time. Each cause has a code of its own, a sentence and a remedy in Polish and English,
//! all in one table. A *problem* makes the files unusable, in themselves or for what was asked; a *note* is worth knowing
//! and stops nothing.

mod catalogue;
mod certificate;
mod table;
mod token;

pub use catalogue::{codes, explain};
pub use certificate::{CredentialDiagnosis, diagnose};
pub use table::{Catalogue, Entry, Explanation};
pub use token::{TOKEN_LENGTH_MAX, TOKENS_UNTIL, TOKENS_UNTIL_AS_OF, TokenDiagnosis, diagnose_token};

use crate::CertificateType;

/// A sentence in both languages that users see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Polish.
    pub pl: String,
    /// English.
    pub en: String,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code; [`explain`] knows each.
    pub code: &'static str,
    /// What it is.
    pub message: Message,
    /// What to do about it.
    pub remedy: Message,
}

/// What a credential is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Logging in.
    Authentication,
    /// Signing the links of offline invoices (KOD II).
    Offline,
}

/// Which of KSeF's environments it is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// TEST.
    Test,
    /// DEMO (pre-production).
    Demo,
    /// PRD (production).
    Prd,
}

/// What is asked of a credential besides being sound.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The time to judge by.
    pub now: jiff::Timestamp,
    /// What it is needed for; with `None` its type is noted and refuses nothing.
    pub purpose: Option<Purpose>,
    /// Where it is needed; with `None` its issuer is noted and refuses nothing.
    pub environment: Option<Environment>,
    /// The NIP of the company that it shall serve: ten digits.
    pub company_nip: Option<&'a str>,
}

impl Question<'_> {
    /// Asks only whether the files are sound at `now`.
    #[must_use]
    pub const fn at(now: jiff::Timestamp) -> Self {
        Self { now, purpose: None, environment: None, company_nip: None }
    }
}

impl Purpose {
    /// The type that a certificate of KSeF must have for it.
    #[must_use]
    pub const fn certificate_type(self) -> CertificateType {
        match self {
            Self::Authentication => CertificateType::Authentication,
            Self::Offline => CertificateType::Offline,
        }
    }
}

impl Environment {
    /// As KSeF writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "TEST",
            Self::Demo => "DEMO",
            Self::Prd => "PRD",
        }
    }
}
