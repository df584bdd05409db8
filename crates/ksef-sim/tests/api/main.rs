//! The simulator over real HTTP, driven with `reqwest` and `ksef-crypto` only. Every answer is checked against the
//! official OpenAPI document when that is there (`common/contract.rs`).

mod common;

mod errors;
mod faults;
mod limits;
mod login;
mod metadata;
mod refusals;
mod samples;
mod session;
mod tokens;
mod upo;
