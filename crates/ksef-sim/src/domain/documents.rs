//! Documents as they were received, and their hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use ksef_id::Sha256Hash;
use ksef_wire::Base64Bytes;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::io::Read as _;
use std::sync::Arc;

/// A SHA-256, as its 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest(pub(crate) [u8; 32]);

impl Digest {
    /// Of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(ksef_crypto::sha256(bytes))
    }

    /// As the API writes it.
    pub(crate) fn to_hash(self) -> Sha256Hash {
        Sha256Hash::from_bytes(&self.0)
    }
}

impl From<&Sha256Hash> for Digest {
    fn from(hash: &Sha256Hash) -> Self {
        Self(hash.to_bytes())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_hash().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Sha256Hash::deserialize(deserializer).map(|hash| Self::from(&hash))
    }
}

/// A document as received, never written anew; kept compressed, since a simulator may hold a million.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "WrittenDocument", into = "WrittenDocument")]
pub(crate) struct Document {
    compressed: Arc<[u8]>,
    length: u32,
}

/// A document on disk.
#[derive(Clone, Serialize, Deserialize)]
struct WrittenDocument {
    deflated: Base64Bytes,
    length: u32,
}

impl From<Document> for WrittenDocument {
    fn from(document: Document) -> Self {
        Self { deflated: Base64Bytes(document.compressed.to_vec()), length: document.length }
    }
}

impl From<WrittenDocument> for Document {
    fn from(written: WrittenDocument) -> Self {
        Self { compressed: written.deflated.0.into(), length: written.length }
    }
}

impl Document {
    /// Takes the bytes. Takes its time: not to be called under the lock for many.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let compressed = DEFLATE.with_borrow_mut(|deflate| deflated(deflate, bytes));
        Self { compressed: compressed.into(), length: u32::try_from(bytes.len()).unwrap_or(u32::MAX) }
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        if let Err(error) = DeflateDecoder::new(&*self.compressed).read_to_end(&mut bytes) {
            // Only a folder that somebody changed by hand can hold such a document.
            tracing::error!(%error, "a document cannot be unpacked");
        }
        bytes
    }

    /// What it takes.
    pub(crate) fn compressed_bytes(&self) -> usize {
        self.compressed.len()
    }
}

/// Compresses with a compressor that was used before. A new one for each document takes 300 KB each time, and between what
/// stays of one and the next the allocator finds no place for another.
fn deflated(deflate: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    deflate.reset();
    let mut compressed = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let done = usize::try_from(deflate.total_in()).unwrap_or(bytes.len());
        let rest = bytes.get(done..).unwrap_or_default();
        match deflate.compress_vec(rest, &mut compressed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => return compressed,
            // Full: the output never grows beyond a little more than the input.
            Ok(_) => compressed.reserve(compressed.len().max(64)),
            // Compressing does not fail; what was written so far could not be read.
            Err(error) => {
                tracing::error!(%error, "a document cannot be compressed");
                return compressed;
            }
        }
    }
}

thread_local! {
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_whatever_they_are() {
        let mut random = fastrand::Rng::with_seed(1);
        for length in [0, 1, 63, 64, 65, 4000, 300_000] {
            let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            assert_eq!(Document::of(&bytes).bytes(), bytes, "{length} random bytes");
            let bytes = b"<P_7>Towar</P_7>".repeat(length / 16);
            let document = Document::of(&bytes);
            assert_eq!(document.bytes(), bytes);
            assert!(document.compressed_bytes() <= bytes.len() / 10 + 32);
        }
    }
}
