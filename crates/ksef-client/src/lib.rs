//! A client of the KSeF API 2.9: login by certificate or token, every operation, batches, exports, UPO, and a budget of
//! KSeF's rate limits. Beside it [`latarnia`], which tells KSeF's state.
//!
//! What it promises its callers:
//!
//! - every call ends as done, refused (KSeF's code and text kept as data), held back by a limit, or *unknown*; a
//!   time-out is never reported as a refusal ([`CallError`]);
//! - only what is safe to repeat is repeated, in one place ([`KsefClient`]'s `transport`), and sending, opening and
//!   closing are not: whoever calls them asks KSeF what became of an unknown call;
//! - no redirect is followed, every body is bounded, no token reaches a log.
//!
//! An invoice on its way, from nothing to its number:
//!
//! ```no_run
#![doc = include_str!("../examples/send_invoice.rs")]
//! ```
//!
//! It keeps no state but tokens and, if it is given one, the budget of limits. What was sent, and whether it arrived, is remembered by the crate above.

mod access;
mod auth_sessions;
mod auth_token_request;
pub mod batch;
mod budget;
mod certificates;
mod claims;
mod clock;
mod collective_identifiers;
pub mod environment;
mod error;
pub mod export;
mod invoices;
pub mod latarnia;
mod limits;
mod login;
pub mod meaning;
mod patience;
mod peppol;
mod permissions;
mod public_keys;
mod sessions;
mod signed_elsewhere;
mod simulator_clock;
mod simulator_control;
mod test_data;
mod tokens;
mod transport;
pub mod upo;

pub use {ksef_crypto, ksef_id, ksef_wire};

pub use access::{Access, LoginCredential};
pub use auth_token_request::IdentifiedBy;
pub use budget::{BudgetLeft, BudgetSnapshot, LimitBudget, Priority, SpendingJournal, Ticket};
pub use claims::AccessClaims;
pub use clock::{Clock, SystemClock};
pub use environment::Environment;
pub use error::{CallError, LoginError, PermissionsAsked, UnknownCause};
pub use login::AuthTokens;
pub use sessions::{OpenedOnlineSession, SendAs, SessionFilters, TimeRange};
pub use signed_elsewhere::{SignedLogin, SignedLoginError, UnsignedLogin};
pub use simulator_clock::SimulatorClock;
pub use simulator_control::{SimulatedTrouble, SimulatorControl, SimulatorError, SimulatorState};
pub use tokens::TokenFilters;
pub use transport::{ClientOptions, KsefClient, StartError};
