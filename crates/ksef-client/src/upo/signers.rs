//! Who may sign a UPO.
//!
//! The Ministry has never published the certificates that it signs with (`ksef-api` issue 377), so none can be pinned
//! from a source that anybody could check. What is known instead: TEST and DEMO share one, and it is issued to the
//! Ministry's own NIP (issues 377 and 565). An environment's UPO therefore has to be signed in that name by somebody
//! else's certificate authority; who has compared a certificate by other means pins it, here or in the settings.

use ksef_crypto::Certificate;

use super::{Upo, UpoError};
use crate::environment::Environment;

/// A certificate that an environment is known to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownSigner {
    /// The environment.
    pub environment: Environment,
    /// SHA-256 of the certificate.
    pub fingerprint_sha256: [u8; 32],
    /// Where its being KSeF's can be checked, and when that was done.
    pub source: &'static str,
}

/// The certificates that can be checked. Empty as of 2026-11-22: see the module's text.
pub const KNOWN_SIGNERS: &[KnownSigner] = &[];

/// The fingerprints of an environment's known certificates.
pub fn known_signers(environment: Environment) -> impl Iterator<Item = [u8; 32]> {
    KNOWN_SIGNERS
        .iter()
        .filter(move |signer| signer.environment == environment)
        .map(|signer| signer.fingerprint_sha256)
}

/// How much is known of who signed a UPO.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerTrust {
    /// By its very certificate.
    Pinned,
    /// Only that the certificate was issued to the Ministry of Finance by somebody: compare its fingerprint once.
    MinistryByName,
    /// Nothing: no certificate and no environment was asked for.
    Unchecked,
}

impl Upo {
    /// Checks from which environment it is and who signed it.
    ///
    /// # Errors
    /// [`UpoError::OtherEnvironment`] and [`UpoError::Signer`].
    pub fn check_origin(
        &self,
        environment: Option<Environment>,
        signers: &[[u8; 32]],
    ) -> Result<SignerTrust, UpoError> {
        if let Some(environment) = environment
            && !self.may_come_from(environment)
        {
            return Err(UpoError::OtherEnvironment { receiver: self.receiver.clone() });
        }
        let refused = || UpoError::Signer { subject: self.certificate.subject().to_owned() };
        let known: Vec<[u8; 32]> = environment.into_iter().flat_map(known_signers).collect();
        if !(known.is_empty() && signers.is_empty()) {
            let fingerprint = self.certificate.fingerprint_sha256();
            let is_pinned = known.iter().chain(signers).any(|pin| *pin == fingerprint);
            return is_pinned.then_some(SignerTrust::Pinned).ok_or_else(refused);
        }
        match environment {
            None => Ok(SignerTrust::Unchecked),
            Some(_) if is_ministry(&self.certificate) => Ok(SignerTrust::MinistryByName),
            Some(_) => Err(refused()),
        }
    }
}

fn is_ministry(certificate: &Certificate) -> bool {
    certificate.nip().as_deref() == Some(MINISTRY_NIP) && !certificate.is_self_signed()
}

/// The Ministry of Finance's, as its own certificates have it: `organizationIdentifier=VATPL-5260250274`.
const MINISTRY_NIP: &str = "5260250274";
