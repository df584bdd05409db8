//! Who may do what, decided without asking anybody: roles and rights in one table ([`Right`]), passwords, second factors,
//! tokens and keys, how long a guesser waits, and how entries of the audit log hang together.
//!
//! Pure: no clock, no I/O, no SQL, no HTTP. Secrets come in as `SecretString`, go out only where they were just made,
//! and never stand in an error or in `Debug`.

mod audit;
mod grants;
mod password;
mod rights;
mod second_factor;
mod throttle;
mod token;

pub use audit::{AuditBreak, AuditChain, AuditHash, AuditLine};
pub use grants::{Grants, Reach};
pub use password::{PasswordError, PasswordHash};
pub use rights::{Right, Role, Scope};
pub use second_factor::{CodeError, RecoveryCodes, SecondFactor};
pub use throttle::{LoginThrottle, Source};
pub use token::{Token, TokenKind, form_token, is_form_token};
