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
    /// Its compressed bytes lie in these, perhaps among those of others.
    block: Arc<[u8]>,
    start: u32,
    compressed_length: u32,
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
        Self { deflated: Base64Bytes(document.compressed().to_vec()), length: document.length }
    }
}

impl From<WrittenDocument> for Document {
    fn from(written: WrittenDocument) -> Self {
        Self::alone(&written.deflated.0, written.length)
    }
}

impl Document {
    /// Takes the bytes. Takes its time: not to be called under the lock for many.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let compressed = DEFLATE.with_borrow_mut(|deflate| deflated(deflate, bytes));
        Self::alone(&compressed, length_of(bytes))
    }

    fn alone(compressed: &[u8], length: u32) -> Self {
        Self { block: compressed.into(), start: 0, compressed_length: length_of(compressed), length }
    }

    /// Puts the bytes of documents that came together into common blocks. One small piece of memory for each of ten thousand,
    /// among what was needed to examine them, would leave holes that nothing else fits into.
    pub(crate) fn gather(documents: &mut [&mut Self]) {
        let mut rest = documents;
        while !rest.is_empty() {
            let mut block = Vec::with_capacity(BLOCK_BYTES);
            let mut count = 0;
            for document in rest.iter() {
                let bytes = document.compressed();
                if count > 0 && block.len() + bytes.len() > BLOCK_BYTES {
                    break;
                }
                block.extend_from_slice(bytes);
                count += 1;
            }
            let block: Arc<[u8]> = block.into();
            let (now, later) = rest.split_at_mut(count);
            let mut start = 0;
            for document in now {
                document.block = Arc::clone(&block);
                document.start = start;
                start += document.compressed_length;
            }
            rest = later;
        }
    }

    fn compressed(&self) -> &[u8] {
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let (start, length) = (place(self.start), place(self.compressed_length));
        self.block.get(start..start.saturating_add(length)).unwrap_or_default()
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        if let Err(error) = DeflateDecoder::new(self.compressed()).read_to_end(&mut bytes) {
            // Only a folder that somebody changed by hand can hold such a document.
            tracing::error!(%error, "a document cannot be unpacked");
        }
        bytes
    }

    /// What it takes.
    pub(crate) fn compressed_bytes(&self) -> usize {
        self.compressed().len()
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

/// No document is longer: sizes are limited to a few megabytes.
fn length_of(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// A block of documents that came together.
const BLOCK_BYTES: usize = 1 << 20;

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

    #[test]
    fn documents_that_lie_together_stay_what_they_are() {
        let mut random = fastrand::Rng::with_seed(2);
        let lengths = [0, 5, 900_000, 300_000, 1, 1_200_000, 1_200_000, 64];
        let bytes: Vec<Vec<u8>> =
            lengths.iter().map(|length| (0..*length).map(|_| random.u8(..)).collect()).collect();
        let mut documents: Vec<Document> = bytes.iter().map(|bytes| Document::of(bytes)).collect();
        let before: usize = documents.iter().map(Document::compressed_bytes).sum();
        Document::gather(&mut documents.iter_mut().collect::<Vec<_>>());
        assert_eq!(documents.iter().map(Document::bytes).collect::<Vec<_>>(), bytes);
        assert_eq!(documents.iter().map(Document::compressed_bytes).sum::<usize>(), before);
        assert!(Arc::ptr_eq(&documents[0].block, &documents[2].block));
        assert!(!Arc::ptr_eq(&documents[2].block, &documents[3].block), "a block is full at a megabyte");
        Document::gather(&mut []);
    }
}
