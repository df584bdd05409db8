//! The cryptography of KSeF: hashes, the session's AES key and its wrapping, certificates and requests for them, signing
//! keys, XAdES, KOD II, sealing for storage.
//!
//! No I/O, no clock, nothing of ours below it: files and times come in as bytes and timestamps. One engine does the
//! arithmetic (`aws-lc-rs`); what is ours here is the protocol around it: which algorithms, in which encoding, and
//! which signatures are refused.

mod certificate;
mod certificate_authority;
mod certificate_file;
mod certificate_type;
mod certification_request;
mod chunk_sealing;
mod credential;
mod credential_file;
pub mod csr;
pub mod diagnosis;
mod distinguished_name;
mod file_form;
mod invoice_cipher;
mod key_agreement;
mod key_encryption;
mod key_file;
mod key_wrap;
pub mod kod_ii;
mod part_cipher;
mod password;
mod pkcs12_file;
mod sealing;
mod signing_key;
pub mod xades;

pub use certificate::{Certificate, CertificateError, SubjectIdentity};
pub use certificate_authority::{CertificateAuthority, Issuance, KeyUsage};
pub use certificate_type::{CertificateIssuer, CertificateType};
pub use certification_request::{ReceivedRequest, RequestRefusal};
pub use chunk_sealing::{ChunkOpener, ChunkSealer, TooManyChunks};
pub use credential::{Credential, CredentialError, Subject};
pub use credential_file::CredentialFiles;
pub use invoice_cipher::{DecryptError, SessionKey, SessionKeyError};
pub use key_wrap::{KeyWrapError, UnwrappingKey, WrappingKey};
pub use part_cipher::{PartDecryptor, PartEncryptor, Sha256Stream};
pub use password::secret_from_file;
pub use sealing::{SealingKey, UnsealError};
pub use secrecy::SecretString;
pub use signing_key::{KeyError, KeyKind, SigningKey};

/// SHA-256 of `data`.
#[must_use]
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, data);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// `N` bytes from the system's cryptographic random source.
///
/// # Panics
/// When the operating system has no randomness to give, in which case no key of any kind can be made.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
