//! Verifying a UPO: KSeF's signed confirmation that it took an invoice. No network is needed.
//!
//! A UPO proves something only if its signature is valid, if the signer is the one we expect, and if it speaks of our
//! bytes in our context: all of it is checked, and the content is read from what was signed, not from the file.
//!
//! [`verify`] asks everything at once. [`Upo::read`] is for whoever wants to look first: it has checked the signature,
//! and what else was asked for is checked by the methods of [`Upo`].

mod read;
mod signers;

pub use read::{LoginProof, Upo, UpoContext, UpoDocument, UpoPage, UpoVersion};
pub use signers::{KNOWN_SIGNERS, KnownSigner, SignerTrust, known_signers};

use ksef_crypto::xades::VerifyError;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};

use crate::environment::Environment;

/// What a UPO must confirm.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    /// The invoice's number.
    pub ksef_number: &'a KsefNumber,
    /// SHA-256 of the bytes that were sent.
    pub invoice_hash: &'a Sha256Hash,
    /// In whose context; `None` for an invoice that someone else sent (a duplicate of ours).
    pub context: Option<&'a ContextIdentifier>,
    /// Which environment's it must be; `None` for a simulator's.
    pub environment: Option<Environment>,
    /// SHA-256 fingerprints of certificates that may sign, besides the known ones of the environment. While neither
    /// names any, an environment's UPO has to be signed in the Ministry's name, and a simulator's by anybody.
    pub signers: &'a [[u8; 32]],
}

/// What a verified UPO says of the invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The session the invoice was sent in.
    pub session: ReferenceNumber,
    /// The invoice's own number (`P_2`).
    pub invoice_number: String,
    /// When KSeF gave the number.
    pub numbered_at: jiff::Timestamp,
    /// `Online` or `Offline`: how KSeF classified the sending; empty in 4-2, which does not say.
    pub mode: String,
    /// How much is known of who signed.
    pub signer: SignerTrust,
}

/// Why a UPO proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum UpoError {
    /// The signature does not hold.
    #[error("the UPO's signature is not valid: {0}")]
    Signature(#[from] VerifyError),
    /// Someone else signed.
    #[error("the UPO is signed by a certificate that is not KSeF's here: {subject}")]
    Signer {
        /// Subject of the certificate.
        subject: String,
    },
    /// The certificate was not valid at the time that the signature names.
    #[error("the UPO was signed at {signed_at}, when its certificate was not valid")]
    SignerNotValid {
        /// The signed time of signing.
        signed_at: jiff::Timestamp,
    },
    /// Not a UPO of a version we read (4-2, 4-3).
    #[error("this is no UPO of KSeF: {reason}")]
    NotUpo {
        /// What is missing or wrong.
        reason: String,
    },
    /// It was issued by another environment.
    #[error("the UPO was issued by another environment of KSeF: {receiver}")]
    OtherEnvironment {
        /// `NazwaPodmiotuPrzyjmujacego`.
        receiver: String,
    },
    /// It does not confirm this number.
    #[error("the UPO does not confirm the invoice {ksef_number}")]
    OtherInvoice {
        /// The number looked for.
        ksef_number: KsefNumber,
    },
    /// It confirms other content.
    #[error("the UPO confirms content with the hash {found}, ours has {expected}")]
    OtherContent {
        /// Hash in the UPO.
        found: String,
        /// Hash of our bytes.
        expected: Sha256Hash,
    },
    /// It is someone else's.
    #[error("the UPO was issued in the context {found}, expected was {expected}")]
    OtherContext {
        /// Context in the UPO.
        found: UpoContext,
        /// Our context.
        expected: ContextIdentifier,
    },
}

/// Verifies that `upo` confirms what is `expected`; a UPO of a whole session may confirm others besides.
///
/// # Errors
/// [`UpoError`] names the first thing that does not hold.
pub fn verify(upo: &[u8], expected: &Expected<'_>) -> Result<Confirmation, UpoError> {
    let upo = Upo::read(upo)?;
    let signer = upo.check_origin(expected.environment, expected.signers)?;
    if let Some(context) = expected.context {
        upo.check_context(context)?;
    }
    let document = upo
        .document(expected.ksef_number)
        .ok_or_else(|| UpoError::OtherInvoice { ksef_number: expected.ksef_number.clone() })?;
    document.check_content(expected.invoice_hash)?;
    Ok(Confirmation {
        session: upo.session.clone(),
        invoice_number: document.invoice_number.clone(),
        numbered_at: document.numbered_at,
        mode: document.mode.clone().unwrap_or_default(),
        signer,
    })
}
