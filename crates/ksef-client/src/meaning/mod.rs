//! What every code of KSeF means, who has to act, and whether waiting helps: the one table for it.
//!
//! The same number means different things at different places (415 is a missing permission, a key that could not be
//! opened, or an attachment; field notes B4), and the same code at one operation has several causes, told apart by
//! KSeF's details alone. So a meaning is found by layer, code, operation and details, from the special to the general;
//! what nobody knows yet has the meaning of its layer, and KSeF's own words are kept beside it as data.

mod calls;
mod requests;
mod statuses;

use ksef_wire::{ApiError, Operation};

use crate::error::{CallError, LoginError, UnknownCause};
use crate::signed_elsewhere::SignedLoginError;

/// Where a code comes from. Each has codes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Errors of a request (`exceptionCode`, `errors[].code`).
    Request,
    /// HTTP statuses.
    Http,
    /// `reasonCode` of a 403.
    Forbidden,
    /// Status of a login.
    Login,
    /// Status of an online session.
    OnlineSession,
    /// Status of a batch session.
    BatchSession,
    /// Status of an invoice.
    Invoice,
    /// Status of an export.
    Export,
    /// Status of an operation on permissions.
    Permission,
    /// Status of an application for a certificate.
    Certificate,
    /// Warnings in `X-System-Warning`.
    Warning,
    /// What this client itself finds: no connection, no answer, something that is no answer.
    Call,
}

/// Who has to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// This program, or whoever writes it.
    Program,
    /// The person who issues the invoices or runs the program.
    Operator,
    /// Who manages the company's permissions and credentials in KSeF.
    CompanyAdministrator,
    /// KSeF.
    Ksef,
    /// Nobody: this is how it should be.
    Nobody,
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Polish.
    pub pl: &'static str,
    /// English.
    pub en: &'static str,
}

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// Where it comes from.
    pub layer: Layer,
    /// KSeF's code as text, or `*` for what this version does not know.
    pub number: &'static str,
    /// The operations that it holds for; empty for all.
    pub operations: &'static [Operation],
    /// One cause of several under the same code.
    pub cause: Option<Cause>,
    /// What happened.
    pub message: Words,
    /// What to do.
    pub remedy: Words,
    /// Who.
    pub actor: Actor,
    /// Whether the same request may succeed later with nothing else changed.
    pub waiting_helps: bool,
    /// Where this is written or was seen.
    pub source: &'static str,
}

/// A cause that only KSeF's details tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// Our name of it, the last part of the stable code.
    pub name: &'static str,
    /// What one of the details contains, in KSeF's Polish.
    pub detail: &'static str,
}

/// Finds the meaning of a code; `details` are KSeF's own.
#[must_use]
pub fn find(
    layer: Layer,
    number: &str,
    operation: Option<Operation>,
    details: &[String],
) -> &'static Meaning {
    let table = layer.table();
    let fits = |row: &&Meaning| {
        row.number == number
            && (row.operations.is_empty()
                || operation.is_some_and(|operation| row.operations.contains(&operation)))
            && row.cause.is_none_or(|cause| details.iter().any(|detail| detail.contains(cause.detail)))
    };
    let special = |row: &&Meaning| (row.cause.is_some(), !row.operations.is_empty());
    let known = table.iter().filter(fits).max_by_key(special);
    known.unwrap_or_else(|| layer.unknown())
}

/// Explains what a person has read somewhere: a stable code (`ksef.invoice.440`, `ksef.login.450.tokenRevoked`), or a bare
/// number (`440`, `ksef.440`), which may mean several things. Empty for what is no code.
#[must_use]
pub fn explain(code: &str) -> Vec<&'static Meaning> {
    let code = code.trim().to_ascii_lowercase();
    let number = code.strip_prefix("ksef.").unwrap_or(&code);
    all()
        .filter(|meaning| {
            meaning.code().to_ascii_lowercase() == code
                || (meaning.number != ANY && meaning.number.eq_ignore_ascii_case(number))
        })
        .collect()
}

/// Every meaning, by layer.
pub fn all() -> impl Iterator<Item = &'static Meaning> {
    Layer::ALL.iter().flat_map(|layer| layer.table())
}

impl Meaning {
    /// The stable code: `ksef.`, the layer, KSeF's code and, where there is one, the cause.
    #[must_use]
    pub fn code(&self) -> String {
        let number = if self.number == ANY { "unknown" } else { self.number };
        match (self.cause, self.operations) {
            (Some(cause), _) => format!("ksef.{}.{number}.{}", self.layer.name(), cause.name),
            (None, [first, ..]) => {
                format!("ksef.{}.{number}.{}", self.layer.name(), lower_first(first.name()))
            }
            (None, []) => format!("ksef.{}.{number}", self.layer.name()),
        }
    }
}

impl Layer {
    /// Every layer.
    pub const ALL: [Self; 12] = [
        Self::Request,
        Self::Http,
        Self::Forbidden,
        Self::Login,
        Self::OnlineSession,
        Self::BatchSession,
        Self::Invoice,
        Self::Export,
        Self::Permission,
        Self::Certificate,
        Self::Warning,
        Self::Call,
    ];

    /// Its name in stable codes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Http => "http",
            Self::Forbidden => "forbidden",
            Self::Login => "login",
            Self::OnlineSession => "online",
            Self::BatchSession => "batch",
            Self::Invoice => "invoice",
            Self::Export => "export",
            Self::Permission => "permission",
            Self::Certificate => "certificate",
            Self::Warning => "warning",
            Self::Call => "call",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub const fn title(self) -> Words {
        match self {
            Self::Request => words("błąd żądania", "error of a request"),
            Self::Http => words("status HTTP", "HTTP status"),
            Self::Forbidden => words("powód odmowy (403)", "reason of a refusal (403)"),
            Self::Login => words("status uwierzytelnienia", "status of a login"),
            Self::OnlineSession => words("status sesji interaktywnej", "status of an online session"),
            Self::BatchSession => words("status sesji wsadowej", "status of a batch session"),
            Self::Invoice => words("status faktury", "status of an invoice"),
            Self::Export => words("status eksportu", "status of an export"),
            Self::Permission => {
                words("status operacji na uprawnieniach", "status of an operation on permissions")
            }
            Self::Certificate => {
                words("status wniosku o certyfikat", "status of an application for a certificate")
            }
            Self::Warning => words("ostrzeżenie KSeF", "warning of KSeF"),
            Self::Call => words("wywołanie KSeF", "call of KSeF"),
        }
    }

    const fn table(self) -> &'static [Meaning] {
        match self {
            Self::Request => requests::REQUESTS,
            Self::Http => calls::HTTP,
            Self::Forbidden => calls::FORBIDDEN,
            Self::Login => statuses::LOGIN,
            Self::OnlineSession => statuses::ONLINE,
            Self::BatchSession => statuses::BATCH,
            Self::Invoice => statuses::INVOICE,
            Self::Export => statuses::EXPORT,
            Self::Permission => statuses::PERMISSION,
            Self::Certificate => statuses::CERTIFICATE,
            Self::Warning => calls::WARNINGS,
            Self::Call => calls::CALLS,
        }
    }

    fn unknown(self) -> &'static Meaning {
        self.table().iter().find(|row| row.number == ANY).unwrap_or(&calls::UNKNOWN)
    }
}

impl Actor {
    /// Its name, for people.
    #[must_use]
    pub const fn title(self) -> Words {
        match self {
            Self::Program => words("program", "the program"),
            Self::Operator => words("osoba obsługująca program", "the person who uses the program"),
            Self::CompanyAdministrator => {
                words("administrator uprawnień firmy w KSeF", "who manages the company's permissions in KSeF")
            }
            Self::Ksef => words("KSeF", "KSeF"),
            Self::Nobody => words("nikt", "nobody"),
        }
    }
}

impl CallError {
    /// What it means and who has to act.
    #[must_use]
    pub fn meaning(&self) -> &'static Meaning {
        match self {
            Self::Refused { operation, http_status, errors, reason_code, .. } => {
                refusal(*operation, *http_status, errors, reason_code.as_deref())
            }
            Self::LimitReached { operation, .. } => find(Layer::Http, "429", Some(*operation), &[]),
            Self::NotSent { operation, .. } => find(Layer::Call, "notSent", Some(*operation), &[]),
            Self::Unprepared { operation, .. } => find(Layer::Call, "unprepared", Some(*operation), &[]),
            Self::Unknown { operation, cause } => match cause {
                UnknownCause::Timeout => find(Layer::Call, "timeout", Some(*operation), &[]),
                UnknownCause::Connection(_) => find(Layer::Call, "connection", Some(*operation), &[]),
                UnknownCause::NotKsef { .. } => find(Layer::Call, "notKsef", Some(*operation), &[]),
                UnknownCause::ServerError { http_status } => {
                    find(Layer::Http, &http_status.to_string(), Some(*operation), &[])
                }
            },
            Self::Login(error) => error.meaning(),
        }
    }
}

impl LoginError {
    /// What it means and who has to act.
    #[must_use]
    pub fn meaning(&self) -> &'static Meaning {
        match self {
            Self::Call(error) => error.meaning(),
            Self::NotAccepted { code, details, .. } => find(Layer::Login, &code.to_string(), None, details),
            Self::Sign(_) => find(Layer::Call, "sign", None, &[]),
            Self::Wrap(_) | Self::NoKey { .. } => find(Layer::Call, "noKey", None, &[]),
            Self::TooSlow { .. } => find(Layer::Call, "loginTooSlow", None, &[]),
            Self::SignatureNeeded | Self::SignedElsewhere(SignedLoginError::Expired { .. }) => {
                find(Layer::Call, "challengeExpired", None, &[])
            }
            Self::SignedElsewhere(_) => find(Layer::Call, "signedElsewhere", None, &[]),
        }
    }
}

fn refusal(
    operation: Operation,
    http_status: u16,
    errors: &[ApiError],
    reason_code: Option<&str>,
) -> &'static Meaning {
    if let Some(reason) = reason_code {
        return find(Layer::Forbidden, reason, Some(operation), &[]);
    }
    // An error that repeats the HTTP status has no code of its own (401, 403 and 410 come so).
    match errors.first().filter(|error| error.code != i32::from(http_status)) {
        Some(error) => {
            let details = error.details.as_deref().unwrap_or_default();
            find(Layer::Request, &error.code.to_string(), Some(operation), details)
        }
        None => find(Layer::Http, &http_status.to_string(), Some(operation), &[]),
    }
}

const fn words(pl: &'static str, en: &'static str) -> Words {
    Words { pl, en }
}

const fn row(
    layer: Layer,
    number: &'static str,
    (actor, waiting_helps): (Actor, bool),
    message: [&'static str; 2],
    remedy: [&'static str; 2],
    source: &'static str,
) -> Meaning {
    let [pl, en] = message;
    let message = words(pl, en);
    let [pl, en] = remedy;
    Meaning {
        layer,
        number,
        operations: &[],
        cause: None,
        message,
        remedy: words(pl, en),
        actor,
        waiting_helps,
        source,
    }
}

impl Meaning {
    const fn at(mut self, operations: &'static [Operation]) -> Self {
        self.operations = operations;
        self
    }

    const fn because(mut self, name: &'static str, detail: &'static str) -> Self {
        self.cause = Some(Cause { name, detail });
        self
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// What stands for every code that this version does not know.
const ANY: &str = "*";
/// Who acts, and whether waiting helps.
const PROGRAM: (Actor, bool) = (Actor::Program, false);
const PROGRAM_LATER: (Actor, bool) = (Actor::Program, true);
const OPERATOR: (Actor, bool) = (Actor::Operator, false);
const OPERATOR_LATER: (Actor, bool) = (Actor::Operator, true);
const ADMINISTRATOR: (Actor, bool) = (Actor::CompanyAdministrator, false);
const KSEF: (Actor, bool) = (Actor::Ksef, true);
const NOBODY: (Actor, bool) = (Actor::Nobody, false);
const NOBODY_YET: (Actor, bool) = (Actor::Nobody, true);
