//! Is a document what it was when it came? Its hash, and of a UPO its signature and what it confirms.

use ksef_client::upo::{Upo, UpoError};
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;

/// A document that is not what it was.
#[derive(Debug)]
pub struct Broken {
    /// Where: company, kind and number, or table and identifier.
    pub place: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a document.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Its bytes have another hash than when it came.
    #[error("its content was altered: SHA-256 is {found}, and was {expected}")]
    Altered {
        /// When it came.
        expected: String,
        /// Now.
        found: String,
    },
    /// It is not there.
    #[error("it is missing")]
    Missing,
    /// It is a UPO that proves nothing.
    #[error("the UPO does not hold: {0}")]
    Upo(#[from] UpoError),
    /// Another document stands there than the register says.
    #[error("the register says that its SHA-256 is {register}, and the document's own is {document}")]
    OtherDocument {
        /// What stands in the register.
        register: String,
        /// What stands beside the document.
        document: String,
    },
    /// The object store has it no more, or altered.
    #[error("the object store: {0}")]
    Object(String),
}

/// Compares a document with its hash.
pub(crate) fn check_hash(content: &[u8], expected: &str) -> Result<(), Fault> {
    let found = Sha256Hash::from_bytes(&sha256(content));
    if found.as_str() == expected {
        return Ok(());
    }
    Err(Fault::Altered { expected: expected.to_owned(), found: found.as_str().to_owned() })
}

/// Verifies a UPO's signature.
pub(crate) fn check_upo(content: &[u8]) -> Result<Upo, Fault> {
    Upo::read(content).map_err(Fault::Upo)
}

/// How many findings are told; the others are counted.
pub(crate) const BROKEN_MAX: usize = 1000;
