//! The session's cipher and SHA-256 over content that is too long to be held: parts of batches and exports.

use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, StreamingDecryptingKey, StreamingEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::digest;

use crate::{DecryptError, SessionKey};

/// AES-256-CBC with PKCS#7 over one part, piece by piece; the same bytes as [`SessionKey::encrypt`] over the whole.
pub struct PartEncryptor(StreamingEncryptingKey);

impl PartEncryptor {
    /// Begins a part. Every part begins anew with the session's vector (guide, `sesja-wsadowa.md`, step 3).
    #[must_use]
    pub fn new(key: &SessionKey) -> Self {
        let context = EncryptionContext::Iv128(key.iv().into());
        let inner = StreamingEncryptingKey::less_safe_cbc_pkcs7(unbound(key), context)
            .expect("AES-256-CBC takes any 32-byte key and 16-byte vector");
        Self(inner)
    }

    /// Encrypts a piece, and puts the ciphertext that is ready behind `output`.
    ///
    /// # Panics
    /// When `piece` is longer than 1 GiB.
    pub fn update(&mut self, piece: &[u8], output: &mut Vec<u8>) {
        assert!(piece.len() <= PIECE_BYTES_MAX, "a piece is at most 1 GiB");
        let start = output.len();
        output.resize(start + piece.len() + BLOCK_BYTES, 0);
        let written = self
            .0
            .update(piece, output.get_mut(start..).unwrap_or_default())
            .expect("the buffer has room for the piece and a block")
            .written()
            .len();
        output.truncate(start + written);
    }

    /// Puts the last block, with its padding, behind `output`.
    pub fn finish(self, output: &mut Vec<u8>) {
        let mut block = [0; BLOCK_BYTES];
        let (_, update) = self.0.finish(&mut block).expect("the buffer has room for a block");
        output.extend_from_slice(update.written());
    }
}

/// The reverse of [`PartEncryptor`].
pub struct PartDecryptor(StreamingDecryptingKey);

impl PartDecryptor {
    /// Begins a part.
    #[must_use]
    pub fn new(key: &SessionKey) -> Self {
        let context = DecryptionContext::Iv128(key.iv().into());
        let inner = StreamingDecryptingKey::cbc_pkcs7(unbound(key), context)
            .expect("AES-256-CBC takes any 32-byte key and 16-byte vector");
        Self(inner)
    }

    /// Decrypts a piece, and puts the content that is ready behind `output`.
    ///
    /// # Errors
    /// [`DecryptError`] when `piece` is longer than 1 GiB.
    pub fn update(&mut self, piece: &[u8], output: &mut Vec<u8>) -> Result<(), DecryptError> {
        if piece.len() > PIECE_BYTES_MAX {
            return Err(DecryptError);
        }
        let start = output.len();
        output.resize(start + piece.len() + BLOCK_BYTES, 0);
        let update = self.0.update(piece, output.get_mut(start..).unwrap_or_default());
        let written = update.map_err(|_| DecryptError)?.written().len();
        output.truncate(start + written);
        Ok(())
    }

    /// Takes the padding off the last block.
    ///
    /// # Errors
    /// [`DecryptError`] when the length is no multiple of 16 or the padding is wrong. A wrong key is found only by
    /// its padding, so compare the part's hash as well.
    pub fn finish(self, output: &mut Vec<u8>) -> Result<(), DecryptError> {
        let mut block = [0; BLOCK_BYTES];
        let update = self.0.finish(&mut block).map_err(|_| DecryptError)?;
        output.extend_from_slice(update.written());
        Ok(())
    }
}

/// SHA-256 of content that comes in pieces.
#[derive(Clone)]
pub struct Sha256Stream(digest::Context);

impl Default for Sha256Stream {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sha256Stream {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hash of everything taken.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
    }
}

fn unbound(key: &SessionKey) -> UnboundCipherKey {
    UnboundCipherKey::new(&AES_256, key.key()).expect("AES-256 takes 32 bytes")
}

const BLOCK_BYTES: usize = 16;
/// What the engine counts in: an `i32`, with room to spare.
const PIECE_BYTES_MAX: usize = 1 << 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_give_the_same_as_the_whole() {
        let key = SessionKey::generate();
        let content: Vec<u8> = (0..10_000u32).map(|n| n.to_le_bytes()[0]).collect();
        for piece in [1, 15, 16, 17, 4096, 20_000] {
            let (mut cipher, mut hash) = (PartEncryptor::new(&key), Sha256Stream::default());
            let mut encrypted = Vec::new();
            for piece in content.chunks(piece) {
                hash.update(piece);
                cipher.update(piece, &mut encrypted);
            }
            cipher.finish(&mut encrypted);
            assert_eq!(encrypted, key.encrypt(&content));
            assert_eq!(hash.finish(), crate::sha256(&content));

            let (mut cipher, mut decrypted) = (PartDecryptor::new(&key), Vec::new());
            for piece in encrypted.chunks(piece) {
                cipher.update(piece, &mut decrypted).expect("ciphertext");
            }
            cipher.finish(&mut decrypted).expect("padding");
            assert_eq!(decrypted, content);
        }
    }

    #[test]
    fn a_cut_part_is_refused() {
        let key = SessionKey::generate();
        let encrypted = key.encrypt(b"<Faktura/>");
        let (mut cipher, mut decrypted) = (PartDecryptor::new(&key), Vec::new());
        cipher.update(&encrypted[..15], &mut decrypted).expect("a piece");
        assert_eq!(cipher.finish(&mut decrypted), Err(DecryptError));
    }
}
