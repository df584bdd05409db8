//! What the gateway decides about sending, as pure functions: plain data in, a decision out.
//!
//! No clock, no network, no storage: the time is an argument, and so is everything that KSeF, Latarnia and the limits say.
//! Each rule names where it is written: the guide's documents (`tryby-offline.md`, `limity-api.md` and so on), the field
//! notes, or the act on VAT as the guide quotes it. Where these leave a choice, the reading is taken that can harm nobody:
//! the earlier term, the document that waits rather than one that is sent twice.

mod words;

pub mod buyer_letter;
pub mod calendar;
pub mod copies;
pub mod delivery;
pub mod digest;
pub mod handover;
pub mod jpk;
pub mod latarnia;
pub mod marker;
pub mod midnight;
pub mod offline;
pub mod plan;
pub mod policy;
pub mod probes;
pub mod reach;
pub mod receiving;
pub mod resending;
pub mod retention;
pub mod routing;
pub mod series;
pub mod technical_correction;
pub mod transfer;

pub use words::{Sentence, Words};
