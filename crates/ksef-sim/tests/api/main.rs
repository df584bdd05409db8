//! The simulator over real HTTP, driven with `reqwest` and `ksef-crypto` only. Every answer is checked against the
//! official OpenAPI document when that is there (`common/contract.rs`).

mod common;

mod any_bytes;
mod batch;
mod certificates;
mod collectives;
mod control;
mod corrections;
mod data;
mod errors;
mod exports;
mod fault_catalogue;
mod faults;
mod habits;
mod keys;
mod latarnia;
mod limits;
mod login;
mod metadata;
mod permissions;
mod random;
mod refusals;
mod remaining;
mod samples;
mod session;
mod signatures;
mod test_data;
mod tokens;
mod upo;
mod verification;
mod whole_run;
