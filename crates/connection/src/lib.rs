//! What stands between a company and KSeF, and how it is cleared away: the diagnosis by network ([`doctor`]), and the words
//! for people that go with it.
//!
//! Used alike by the command line and by the gateway's test button. It asks KSeF through [`ksef_client`] only, changes
//! nothing there that it was not told to change, and prints nothing: what it finds are [`Finding`]s with a code, a
//! sentence and the next step, in Polish and English.

mod catalogue;
pub mod certificates;
pub mod dates;
pub mod doctor;
pub mod enrollment;
pub mod guide;
pub mod office;
mod on_pages;
pub mod preparation;
pub mod renewal;
mod rights;
pub mod stored;

pub use catalogue::{codes, explain};
pub use ksef_crypto::diagnosis::{Explanation, Finding, Message};
pub use on_pages::on_pages;
pub use rights::{Needs, Rights};
