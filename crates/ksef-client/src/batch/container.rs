//! What stands around compressed documents: the headers and directory of a ZIP file (APPNOTE 6.3.10, the plain 32-bit
//! format), or a tar archive within one gzip member (POSIX ustar, RFC 1952).
//!
//! Written here and not by a library, since the libraries compress on one thread and start a compressor for each
//! document, which costs more than compressing it.

use flate2::Crc;
use ksef_wire::CompressionType;

use super::chunk::Chunk;
use super::pack::PackError;

/// A file of a ZIP.
pub(super) struct ZipEntry {
    pub(super) name: String,
    pub(super) crc: u32,
    pub(super) compressed_bytes: usize,
    pub(super) bytes: usize,
    /// Where its local header begins.
    pub(super) offset: u64,
}

impl ZipEntry {
    /// Writes the local header and the name into exactly [`local_header_bytes`].
    pub(super) fn write_local_header(&self, place: &mut [u8]) {
        let mut header = Vec::with_capacity(place.len());
        header.extend_from_slice(b"PK\x03\x04");
        self.write_common(&mut header);
        header.extend_from_slice(&NO_EXTRA_FIELD);
        header.extend_from_slice(self.name.as_bytes());
        place.copy_from_slice(&header);
    }

    fn write_directory_entry(&self, output: &mut Vec<u8>) {
        output.extend_from_slice(b"PK\x01\x02");
        output.extend_from_slice(&VERSION);
        self.write_common(output);
        output.extend_from_slice(&NO_EXTRA_FIELD);
        // No comment, disk 0, no attributes.
        output.extend_from_slice(&[0; 10]);
        output.extend_from_slice(&low_u32(self.offset).to_le_bytes());
        output.extend_from_slice(self.name.as_bytes());
    }

    /// From the version needed to the length of the name: the same in both places.
    fn write_common(&self, output: &mut Vec<u8>) {
        output.extend_from_slice(&VERSION);
        output.extend_from_slice(&NAMES_ARE_UTF8);
        output.extend_from_slice(&DEFLATED);
        output.extend_from_slice(&FIRST_OF_1980);
        output.extend_from_slice(&self.crc.to_le_bytes());
        output.extend_from_slice(&low_u32(self.compressed_bytes as u64).to_le_bytes());
        output.extend_from_slice(&low_u32(self.bytes as u64).to_le_bytes());
        output.extend_from_slice(&low_u16(self.name.len()).to_le_bytes());
    }
}

pub(super) fn local_header_bytes(name: &str) -> usize {
    LOCAL_HEADER_BYTES + name.len()
}

/// Puts a document's tar header and padded content behind `output`.
pub(super) fn tar_entry(name: &str, content: &[u8], output: &mut Vec<u8>) -> Result<(), PackError> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name).map_err(|_| PackError::Name { name: name.to_owned() })?;
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    output.extend_from_slice(header.as_bytes());
    output.extend_from_slice(content);
    output.resize(output.len().next_multiple_of(TAR_BLOCK_BYTES), 0);
    Ok(())
}

/// The running end of a package.
pub(super) struct Container {
    kind: CompressionType,
    written: u64,
    directory: Vec<u8>,
    documents: u16,
    crc: Crc,
}

impl Container {
    pub(super) fn new(kind: CompressionType) -> Self {
        Self { kind, written: 0, directory: Vec::new(), documents: 0, crc: Crc::new() }
    }

    /// What stands before the first chunk.
    pub(super) fn head(&mut self) -> &'static [u8] {
        let head: &[u8] = if self.kind == CompressionType::TarGz { &GZIP_HEADER } else { &[] };
        self.written = head.len() as u64;
        head
    }

    /// Bytes of the whole package if it ended behind this chunk.
    pub(super) fn bytes_with(&self, chunk: &Chunk) -> u64 {
        let ending = if self.kind == CompressionType::TarGz {
            GZIP_ENDING_BYTES_MAX
        } else {
            let names: usize =
                chunk.entries.iter().map(|entry| entry.name.len() + DIRECTORY_ENTRY_BYTES).sum();
            self.directory.len() + names + ZIP_END_BYTES
        };
        self.written + (chunk.bytes.len() + ending) as u64
    }

    /// The most that this kind of package can hold.
    pub(super) fn bytes_max(&self) -> u64 {
        if self.kind == CompressionType::TarGz { u64::MAX } else { ZIP_BYTES_MAX }
    }

    /// Notes that this chunk follows.
    pub(super) fn add(&mut self, chunk: &mut Chunk) {
        for entry in &mut chunk.entries {
            entry.offset += self.written;
            entry.write_directory_entry(&mut self.directory);
        }
        self.documents += low_u16(chunk.documents.len());
        self.crc.combine(&chunk.crc);
        self.written += chunk.bytes.len() as u64;
    }

    /// What stands behind the last chunk.
    pub(super) fn tail(mut self) -> Vec<u8> {
        if self.kind == CompressionType::TarGz {
            return self.gzip_tail();
        }
        let (offset, bytes) = (low_u32(self.written), low_u32(self.directory.len() as u64));
        let mut tail = self.directory;
        tail.extend_from_slice(b"PK\x05\x06");
        // This disk and the directory's disk.
        tail.extend_from_slice(&[0; 4]);
        tail.extend_from_slice(&self.documents.to_le_bytes());
        tail.extend_from_slice(&self.documents.to_le_bytes());
        tail.extend_from_slice(&bytes.to_le_bytes());
        tail.extend_from_slice(&offset.to_le_bytes());
        // No comment.
        tail.extend_from_slice(&[0; 2]);
        tail
    }

    /// The two empty blocks that end a tar archive, in a last deflate block, and gzip's checksum and length.
    fn gzip_tail(&mut self) -> Vec<u8> {
        let end = [0; 2 * TAR_BLOCK_BYTES];
        self.crc.update(&end);
        let mut compress = flate2::Compress::new(flate2::Compression::fast(), false);
        let mut tail = Vec::with_capacity(GZIP_ENDING_BYTES_MAX);
        let status = compress.compress_vec(&end, &mut tail, flate2::FlushCompress::Finish);
        debug_assert!(matches!(status, Ok(flate2::Status::StreamEnd)), "zeroes fit into a few bytes");
        tail.extend_from_slice(&self.crc.sum().to_le_bytes());
        tail.extend_from_slice(&self.crc.amount().to_le_bytes());
        tail
    }
}

/// `n` is within bounds that are checked where it comes from ([`ZIP_BYTES_MAX`], the limit of a document).
fn low_u32(n: u64) -> u32 {
    debug_assert!(u32::try_from(n).is_ok());
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// `n` is a name's length or a number of documents, both checked where they come from.
fn low_u16(n: usize) -> u16 {
    debug_assert!(u16::try_from(n).is_ok());
    u16::try_from(n).unwrap_or(u16::MAX)
}

const LOCAL_HEADER_BYTES: usize = 30;
const DIRECTORY_ENTRY_BYTES: usize = 46;
const ZIP_END_BYTES: usize = 22;
/// Places in a ZIP without its 64-bit extension are 32 bits wide.
const ZIP_BYTES_MAX: u64 = u32::MAX as u64 - 1;
/// 2.0: deflate.
const VERSION: [u8; 2] = [20, 0];
const NAMES_ARE_UTF8: [u8; 2] = [0, 8];
const DEFLATED: [u8; 2] = [8, 0];
/// Midnight of 1980-01-01, the earliest there is: the same documents give the same package.
const FIRST_OF_1980: [u8; 4] = [0, 0, 0x21, 0];
const NO_EXTRA_FIELD: [u8; 2] = [0, 0];

/// Deflate, no flags, no time, no particular system.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
const GZIP_ENDING_BYTES_MAX: usize = 64;
const TAR_BLOCK_BYTES: usize = 512;
