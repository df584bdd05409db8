//! KSeF on one machine: the API 2.9.0 over real HTTP, with real cryptography and real rules, to develop and test
//! against.
//!
//! ```no_run
//! # async fn example() -> Result<(), ksef_sim::StartError> {
//! use ksef_sim::{Simulator, SimulatorConfig};
//! let simulator = Simulator::start(SimulatorConfig::default(), ([127, 0, 0, 1], 0).into()).await?;
//! println!("KSeF API at {}", simulator.base_url());
//! simulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Where to start reading: `router.rs` lists every route; `http/pipeline.rs` is the one way every request goes;
//! `resources/` has one file per resource; `domain/` is what KSeF remembers. What differs from the real KSeF, and what
//! is not there yet, stands in `DIVERGENCES.md`.
//!
//! Nothing here knows the client: both sides share `ksef-wire` only, so an error of one is not repeated by the other.

mod auth_request;
mod clock;
mod config;
mod console;
mod control;
mod data;
mod domain;
mod enrollment;
mod faults;
mod http;
mod inspect;
mod inspection;
mod jobs;
mod jwt;
mod keys;
mod limits;
mod links;
mod packing;
mod reference;
mod resources;
mod router;
mod scenarios;
mod seeding;
mod server;
mod simulator;
mod unpacking;
mod upo;
mod verification;

pub use clock::{Clock, ClockOutOfRange, ManualClock, SystemClock, VirtualClock};
pub use config::{Limits, Profile, SimulatorConfig, UnknownName};
pub use data::DataError;
pub use domain::habits::{Habits, UpoVersion};
pub use faults::{DuplicateTells, ErrorShape, Fault, FaultRule, RuleError, SubjectRole, Target, Warning};
pub use inspect::{CertificateSeen, Inspection, RequestSeen, SessionSeen, StoredInvoice, Submission};
pub use keys::KeysError;
pub use scenarios::{Scenario, ScenarioError, ScenarioOutcome};
pub use simulator::{Simulator, StartError};

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
