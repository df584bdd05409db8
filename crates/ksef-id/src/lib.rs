//! Identifiers of KSeF, parsed once and valid from then on.
//!
//! Everything here is a value: no clock, no network, no database. A type exists when a text has a shape that
//! KSeF's schemas or guide define; what the text *refers to* is the business of the crates above.

mod certificate_serial;
mod checksum;
mod collective_number;
mod context;
mod ksef_number;
mod nip;
mod reference;
mod sha256;

pub use certificate_serial::{CertificateSerial, CertificateSerialError};
pub use checksum::crc8;
pub use collective_number::{CollectiveNumber, CollectiveNumberError};
pub use context::{ContextIdentifier, ContextIdentifierError, ContextType};
pub use ksef_number::{KsefNumber, KsefNumberError};
pub use nip::{Nip, NipError};
pub use reference::{ReferenceKind, ReferenceNumber, ReferenceNumberError};
pub use sha256::{Sha256Hash, Sha256HashError};

/// Implements `Display`, `FromStr`, `TryFrom<String>`, `Serialize` and `Deserialize` of a type through its text
/// form, so that an invalid text can enter neither from a URL nor from JSON nor from a database.
macro_rules! text_form {
    ($type:ty, $error:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $type {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $type {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }
        impl From<$type> for String {
            fn from(value: $type) -> String {
                value.as_str().to_owned()
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_form;

/// The example of the README compiles and holds.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
