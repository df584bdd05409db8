//! A handful of documents, compressed by themselves, so that threads can share the work.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use ksef_id::Sha256Hash;
use ksef_wire::CompressionType;

use super::container::{self, ZipEntry};
use super::pack::PackError;

/// A document as it stands in a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedDocument {
    /// Its name in the package; KSeF tells it back as `invoiceFileName`.
    pub name: String,
    /// SHA-256 of its bytes, by which KSeF's list of the session's invoices is matched.
    pub hash: Sha256Hash,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Documents ready to be put behind each other.
pub(super) struct Chunk {
    /// ZIP: local headers and compressed content. TarGz: deflate blocks that end on a byte, without a last block.
    pub(super) bytes: Vec<u8>,
    pub(super) documents: Vec<PackedDocument>,
    /// ZIP: what the directory says of them, places counted from the chunk's start.
    pub(super) entries: Vec<ZipEntry>,
    /// TarGz: checksum and length of what was compressed.
    pub(super) crc: Crc,
}

/// Makes chunks; keeps its buffers between them.
pub(super) struct ChunkMaker {
    kind: CompressionType,
    compress: Compress,
    tar: Vec<u8>,
    chunk: Chunk,
}

impl ChunkMaker {
    pub(super) fn new(kind: CompressionType) -> Self {
        // ZIP compresses each document by itself, where further levels save a fifth and take twice as long. One stream
        // over documents that are alike, as TarGz has, is another thing: the second level leaves a quarter less than the
        // first for hardly more time, and what the further ones save is not worth theirs (docs/benchmarks.md).
        let level = if kind == CompressionType::TarGz { TAR_LEVEL } else { ZIP_LEVEL };
        let compress = Compress::new(Compression::new(level), false);
        Self { kind, compress, tar: Vec::new(), chunk: empty() }
    }

    /// Adds a document of at most 4 GiB, whose hash this is.
    pub(super) fn add(&mut self, name: &str, content: &[u8], hash: Sha256Hash) -> Result<(), PackError> {
        if self.kind == CompressionType::TarGz {
            container::tar_entry(name, content, &mut self.tar)?;
        } else {
            self.add_to_zip(name, content);
        }
        let bytes = content.len() as u64;
        self.chunk.documents.push(PackedDocument { name: name.to_owned(), hash, bytes });
        Ok(())
    }

    fn add_to_zip(&mut self, name: &str, content: &[u8]) {
        let mut crc = Crc::new();
        crc.update(content);
        let header_at = self.chunk.bytes.len();
        let content_at = header_at + container::local_header_bytes(name);
        self.chunk.bytes.resize(content_at, 0);
        self.compress.reset();
        deflate(&mut self.compress, content, &mut self.chunk.bytes, FlushCompress::Finish);
        let entry = ZipEntry {
            name: name.to_owned(),
            crc: crc.sum(),
            compressed_bytes: self.chunk.bytes.len() - content_at,
            bytes: content.len(),
            offset: header_at as u64,
        };
        entry.write_local_header(self.chunk.bytes.get_mut(header_at..content_at).unwrap_or_default());
        self.chunk.entries.push(entry);
    }

    /// What was added, compressed.
    pub(super) fn finish(&mut self) -> Chunk {
        let mut chunk = std::mem::replace(&mut self.chunk, empty());
        if self.kind == CompressionType::TarGz {
            self.compress.reset();
            chunk.crc.update(&self.tar);
            // A sync flush ends the chunk on a byte without ending the stream (RFC 1951, an empty stored block).
            deflate(&mut self.compress, &self.tar, &mut chunk.bytes, FlushCompress::Sync);
            self.tar.clear();
        }
        chunk
    }
}

fn empty() -> Chunk {
    Chunk { bytes: Vec::new(), documents: Vec::new(), entries: Vec::new(), crc: Crc::new() }
}

/// Compresses all of `content` behind `output`.
fn deflate(compress: &mut Compress, content: &[u8], output: &mut Vec<u8>, flush: FlushCompress) {
    let start_in = compress.total_in();
    loop {
        let taken = usize::try_from(compress.total_in() - start_in).unwrap_or(usize::MAX);
        let rest = content.get(taken..).unwrap_or_default();
        output.reserve(rest.len() / 2 + OUTPUT_ROOM);
        let status = compress.compress_vec(rest, output, flush).expect("deflate takes any content");
        let all_taken = compress.total_in() - start_in == content.len() as u64;
        // A flush is complete when it did not need all the room it had.
        let is_flushed = flush == FlushCompress::Sync && all_taken && output.len() < output.capacity();
        if status == Status::StreamEnd || is_flushed {
            return;
        }
    }
}

const OUTPUT_ROOM: usize = 1024;
const TAR_LEVEL: u32 = 2;
const ZIP_LEVEL: u32 = 1;
