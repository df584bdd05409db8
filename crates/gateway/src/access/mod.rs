//! Who asks, and what he may do: users and their sessions, API keys, the operator, and everybody on this machine while
//! there are no users.
//!
//! [`gate`] stands before every route and lets nobody through whom the route's own [`Access`] does not name; [`desk`] and
//! [`login`] are the use cases, for REST, pages and the command line alike. Rights are decided in `gateway-access`.

mod desk;
mod error;
mod gate;
mod held;
mod login;
mod request;
mod sees;

pub(crate) use desk::UNIT_SCOPES;
pub use desk::{AccessDesk, KeyGiven};
pub use error::AccessError;
pub(crate) use gate::{Access, Audited, FORM_BYTES_MAX, Gate, admit, stranger};
pub(crate) use held::Held;
pub(crate) use login::{Begun, LoginAsked, SetUp};
pub(crate) use request::{FORM_COOKIE, SESSION_COOKIE, cookie, is_from_here, is_local, origin_of};
pub(crate) use sees::{Sees, view_of};

use gateway_access::Grants;
use gateway_store::{ApiKeyRecord, LoginSession, User};
use jiff::Timestamp;
use ksef_id::ContextIdentifier;

/// Whoever asks, as far as is known.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) identity: Identity,
    pub(crate) grants: Grants,
    /// From where: an address.
    pub(crate) origin: String,
}

/// Who it is.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    /// Nobody in particular, before a login.
    Nobody,
    /// Anybody on this machine, while there are no users.
    Local,
    /// Whoever runs the gateway, by the key of `--api-key-file`.
    Operator,
    /// A program.
    Key(Box<ApiKeyRecord>),
    /// A person who logged in.
    User(Box<(User, LoginSession)>),
}

impl Caller {
    /// As the audit log names it.
    pub(crate) fn who(&self) -> String {
        match &self.identity {
            Identity::Nobody => "nobody".to_owned(),
            Identity::Local => "local".to_owned(),
            Identity::Operator => "operator".to_owned(),
            Identity::Key(key) => format!("key:{}", key.name),
            Identity::User(user) => format!("user:{}", user.0.login),
        }
    }

    /// As histories of invoices name it.
    pub(crate) fn actor(&self) -> String {
        match &self.identity {
            Identity::Nobody | Identity::Local | Identity::Operator => "rest".to_owned(),
            Identity::Key(key) => format!("key:{}", key.name),
            Identity::User(user) => user.0.login.clone(),
        }
    }

    /// Whether it may see anything of this company's.
    pub(crate) fn knows(&self, company: &ContextIdentifier) -> bool {
        self.grants.know(company)
    }

    /// The note of something that it does.
    pub(crate) fn note(&self, action: &str, at: Timestamp) -> gateway_store::AuditNote {
        gateway_store::AuditNote {
            at,
            who: self.who(),
            origin: self.origin.clone(),
            action: action.to_owned(),
            company: String::new(),
            subject: String::new(),
        }
    }
}
