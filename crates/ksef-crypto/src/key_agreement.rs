//! How a secret reaches KSeF when its public key is on a curve: ECDH with a key made for the one message, and AES-256-GCM.
//!
//! The guide describes RSA only, and all keys seen so far are RSA. The Ministry's own clients have this variant besides,
//! and do not agree about it: its C# client hashes the shared secret (SHA-256) and writes the key's SPKI, nonce, tag and
//! ciphertext; its Java client takes the shared secret as it is and writes the tag last. KSeF is .NET as the former is
//! (field notes B4 show its answers), so that is the one that is written here.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};

use crate::key_wrap::KeyWrapError;
use crate::{random_bytes, sha256};

/// Encrypts for the owner of a P-256 key; `point` is its uncompressed point.
pub(crate) fn wrap(point: &[u8], secret: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
    let ephemeral = PrivateKey::generate(&ECDH_P256).map_err(|_| KeyWrapError::Generate)?;
    let public = ephemeral.compute_public_key().map_err(|_| KeyWrapError::Generate)?;
    let spki: PublicKeyX509Der<'_> = public.as_der().map_err(|_| KeyWrapError::Generate)?;
    let key = shared_key(&ephemeral, point).ok_or(KeyWrapError::NotUsable)?;
    let nonce = random_bytes::<NONCE_LEN>();
    let mut ciphertext = secret.to_vec();
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut ciphertext)
        .map_err(|_| KeyWrapError::TooLong { length: secret.len() })?;
    Ok([spki.as_ref(), &nonce, tag.as_ref(), &ciphertext].concat())
}

/// Decrypts what [`wrap`] made.
pub(crate) fn unwrap(own: &PrivateKey, wrapped: &[u8]) -> Option<Vec<u8>> {
    let (spki, rest) = wrapped.split_at_checked(SPKI_BYTES)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
    let (tag, ciphertext) = rest.split_at_checked(TAG_BYTES)?;
    let point = spki.get(SPKI_BYTES - POINT_BYTES..)?;
    let key = shared_key(own, point)?;
    let mut sealed = [ciphertext, tag].concat();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plaintext = key.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
    Some(plaintext.to_vec())
}

fn shared_key(own: &PrivateKey, point: &[u8]) -> Option<LessSafeKey> {
    agree(own, UnparsedPublicKey::new(&ECDH_P256, point), (), |shared| {
        UnboundKey::new(&AES_256_GCM, &sha256(shared)).map(LessSafeKey::new).map_err(|_| ())
    })
    .ok()
}

/// A SubjectPublicKeyInfo of P-256 is always so long; the point is its end.
const SPKI_BYTES: usize = 91;
const POINT_BYTES: usize = 65;
const TAG_BYTES: usize = 16;
