//! Invoices for places where real data has no business: the test environment above all, which everybody may read (guide,
//! `srodowiska.md`: "nie należy używać danych rzeczywistych").
//!
//! Names, addresses, NIPs and other identifiers, accounts, contacts and free texts are replaced; numbers, dates, quantities,
//! prices and sums stay, so the document is as valid as it was. The same NIP becomes the same other NIP, in every document
//! that is anonymised with the same key, KSeF numbers included; without the key nobody can tell which it was.

mod fields;
mod identifiers;
mod xml;

pub use xml::{AnonymiseError, Anonymiser};
