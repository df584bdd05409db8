//! Sealing what is longer than memory, chunk by chunk: AES-256-GCM in the construction STREAM (Hoang, Reyhanitabar, Rogaway,
//! Vizár, *Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance*, 2015).
//!
//! The nonce of a chunk is seven bytes that are random for the whole text, the chunk's number and whether it is the last one.
//! So no chunk can be left out, moved, repeated or taken from another text, and a text that was cut does not open to its end.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::{SealingKey, UnsealError, random_bytes};

/// Seals the chunks of one text, in their order. Its key must seal nothing else.
pub struct ChunkSealer {
    chunks: Chunks,
}

/// Opens the chunks of one text, in their order.
pub struct ChunkOpener {
    chunks: Chunks,
}

struct Chunks {
    key: LessSafeKey,
    prefix: [u8; ChunkSealer::PREFIX_BYTES],
    /// What all chunks are bound to.
    bound_to: Vec<u8>,
    number: u32,
}

/// A text of more than 2³² chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text has too many chunks to be sealed under one key")]
pub struct TooManyChunks;

impl ChunkSealer {
    /// How long the random part of the nonces is, in bytes. It is no secret and goes with the text.
    pub const PREFIX_BYTES: usize = 7;
    /// How much longer a sealed chunk is than what it holds.
    pub const OVERHEAD_BYTES: usize = 16;

    /// Begins a text under a key of its own, all of it bound to `bound_to`. Gives the nonces' random part as well.
    #[must_use]
    pub fn begin(key: &SealingKey, bound_to: &[u8]) -> (Self, [u8; Self::PREFIX_BYTES]) {
        let prefix = random_bytes();
        (Self { chunks: Chunks::new(key, prefix, bound_to) }, prefix)
    }

    /// Seals the next chunk in its place.
    ///
    /// # Errors
    /// [`TooManyChunks`].
    pub fn seal(&mut self, chunk: &mut Vec<u8>, is_last: bool) -> Result<(), TooManyChunks> {
        let nonce = self.chunks.next(is_last).ok_or(TooManyChunks)?;
        self.chunks
            .key
            .seal_in_place_append_tag(nonce, Aad::from(&self.chunks.bound_to), chunk)
            .expect("chunks are far shorter than GCM's limit of 64 GiB");
        Ok(())
    }
}

impl ChunkOpener {
    /// Begins to open a text with what it was begun with.
    #[must_use]
    pub fn begin(key: &SealingKey, prefix: [u8; ChunkSealer::PREFIX_BYTES], bound_to: &[u8]) -> Self {
        Self { chunks: Chunks::new(key, prefix, bound_to) }
    }

    /// Opens the next chunk in its place.
    ///
    /// # Errors
    /// [`UnsealError`]: another key, or the text was altered; also when the last chunk is said to be one before the last, or
    /// the other way round. The chunk is of no use then.
    pub fn open(&mut self, chunk: &mut Vec<u8>, is_last: bool) -> Result<(), UnsealError> {
        let nonce = self.chunks.next(is_last).ok_or(UnsealError)?;
        let length = self
            .chunks
            .key
            .open_in_place(nonce, Aad::from(&self.chunks.bound_to), chunk)
            .map_err(|_| UnsealError)?
            .len();
        chunk.truncate(length);
        Ok(())
    }
}

impl Chunks {
    fn new(key: &SealingKey, prefix: [u8; ChunkSealer::PREFIX_BYTES], bound_to: &[u8]) -> Self {
        let bytes = Zeroizing::new(*key.expose_bytes());
        let key = UnboundKey::new(&AES_256_GCM, &*bytes).expect("the key has the length of AES-256");
        Self { key: LessSafeKey::new(key), prefix, bound_to: bound_to.to_vec(), number: 0 }
    }

    /// The nonce of the next chunk; each number is used once.
    fn next(&mut self, is_last: bool) -> Option<Nonce> {
        let number = self.number;
        self.number = number.checked_add(1)?;
        let mut nonce = [0; 12];
        nonce[..7].copy_from_slice(&self.prefix);
        nonce[7..11].copy_from_slice(&number.to_be_bytes());
        nonce[11] = u8::from(is_last);
        Some(Nonce::assume_unique_for_key(nonce))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_open_in_their_order_and_no_other() {
        let key = SealingKey::generate();
        let (mut sealer, prefix) = ChunkSealer::begin(&key, b"a header");
        let texts = [vec![1; 100], vec![2; 100], vec![]];
        let sealed: Vec<Vec<u8>> = (0..3)
            .map(|place| {
                let mut chunk = texts[place].clone();
                sealer.seal(&mut chunk, place == 2).expect("few chunks");
                assert_eq!(chunk.len(), texts[place].len() + ChunkSealer::OVERHEAD_BYTES);
                chunk
            })
            .collect();
        let open = |key: &SealingKey, bound_to: &[u8], order: &[(usize, bool)]| {
            let mut opener = ChunkOpener::begin(key, prefix, bound_to);
            order
                .iter()
                .map(|(place, is_last)| {
                    let mut chunk = sealed[*place].clone();
                    opener.open(&mut chunk, *is_last).map(|()| chunk)
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let right = [(0, false), (1, false), (2, true)];
        assert_eq!(open(&key, b"a header", &right).expect("opened"), texts);
        assert_eq!(open(&key, b"another", &right), Err(UnsealError));
        assert_eq!(open(&SealingKey::generate(), b"a header", &right), Err(UnsealError));
        for wrong in [
            [(1, false), (0, false), (2, true)],
            [(0, false), (0, false), (2, true)],
            [(0, false), (1, true), (2, true)],
            [(0, false), (1, false), (2, false)],
        ] {
            assert_eq!(open(&key, b"a header", &wrong), Err(UnsealError), "{wrong:?}");
        }
    }
}
