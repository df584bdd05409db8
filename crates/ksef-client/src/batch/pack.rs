//! Documents in, encrypted parts out: several threads compress, this one joins, encrypts and writes.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use ksef_crypto::{SessionKey, sha256};
use ksef_id::Sha256Hash;
use ksef_wire::CompressionType;

use super::BatchLimits;
use super::chunk::{Chunk, ChunkMaker, PackedDocument};
use super::container::Container;
use super::parts::{PackedPart, PartWriter};

/// A document to be sent.
#[derive(Debug, Clone)]
pub struct BatchDocument {
    /// Its name in the package: 1 to 100 bytes, no folder, given once.
    pub name: String,
    /// Its bytes.
    pub source: DocumentSource,
    /// The SHA-256 it must have; a document that was changed meanwhile is refused. `None` takes it as it is.
    pub expected_hash: Option<Sha256Hash>,
}

/// Where a document's bytes are.
#[derive(Debug, Clone)]
pub enum DocumentSource {
    /// In a file, read when it is its turn.
    File(PathBuf),
    /// In memory.
    Bytes(Arc<[u8]>),
}

/// How documents are packed; the default is a TarGz within KSeF's limits, compressed by as many threads as there are
/// processors, four at most.
///
/// TarGz is what the guide recommends for batches (`limity-api.md`, `api-changelog.md`): invoices are alike, and only one
/// stream over all of them can make use of it. Ten thousand invoices of 4 KB leave a fifth of what a ZIP of them has, in
/// less time (`docs/benchmarks.md`). ZIP is for who has to open packages by hand.
#[derive(Debug, Clone)]
pub struct PackOptions {
    /// The kind of package. It is told to KSeF, which would take a package for a ZIP otherwise.
    pub compression: CompressionType,
    /// What KSeF takes.
    pub limits: BatchLimits,
    /// Threads that read and compress, at least one.
    pub workers: usize,
    /// Bytes of a part before encryption. A part is what is sent again when a connection breaks.
    pub part_bytes: u64,
}

impl Default for PackOptions {
    fn default() -> Self {
        let workers = std::thread::available_parallelism().map_or(1, |count| count.get().min(4));
        let limits = BatchLimits::default();
        // Fifty of these hold the largest package.
        let part_bytes = limits.part_bytes_max;
        Self { compression: CompressionType::TarGz, limits, workers, part_bytes }
    }
}

/// A package, encrypted, in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedBatch {
    /// Its documents, in order: the first of those given. The rest needs another package.
    pub documents: Vec<PackedDocument>,
    /// Its parts.
    pub parts: Vec<PackedPart>,
    /// Its length in bytes before splitting and encryption.
    pub bytes: u64,
    /// SHA-256 before splitting and encryption.
    pub hash: Sha256Hash,
    /// How it is packed.
    pub compression: CompressionType,
}

/// Why documents cannot be packed. Parts that were begun stay in the folder, and are overwritten by the next try.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// There is nothing to pack.
    #[error("there is no document to pack")]
    Empty,
    /// A name that cannot stand in a package.
    #[error("{name:?} cannot be a document's name in a package: give 1 to 100 bytes without a folder")]
    Name {
        /// The name.
        name: String,
    },
    /// Two documents of one name.
    #[error("two documents are called {name:?}")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// KSeF would refuse the document for its size.
    #[error("{name} has {bytes} bytes; KSeF takes at most {bytes_max}")]
    DocumentTooLong {
        /// The document.
        name: String,
        /// Its length.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// The document is not the one that was meant.
    #[error("{name} was changed: its SHA-256 is {found} instead of {expected}")]
    Changed {
        /// The document.
        name: String,
        /// What it should be.
        expected: Sha256Hash,
        /// What it is.
        found: Sha256Hash,
    },
    /// The limits leave no room even for one document.
    #[error("the limits leave no room for {name}")]
    NoRoom {
        /// The first document.
        name: String,
    },
    /// A document cannot be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// Its file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A part cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The part's file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

/// Packs as many of `documents`, from the first on, as one package holds, into files in `folder`, which exists.
///
/// Blocks; call it where blocking is allowed. Memory does not grow with the documents, but for some 100 bytes each.
///
/// # Errors
/// [`PackError`]; names are looked at first, so that a wrong one is found before anything is read.
pub fn pack(
    documents: &[BatchDocument],
    key: &SessionKey,
    folder: &Path,
    options: &PackOptions,
) -> Result<PackedBatch, PackError> {
    let documents = documents.get(..options.limits.documents_max).unwrap_or(documents);
    let first = documents.first().ok_or(PackError::Empty)?;
    check_names(documents)?;
    let mut container = Container::new(options.compression.clone());
    let part_bytes = options.part_bytes.clamp(1, options.limits.part_bytes_max);
    let in_parts = part_bytes.saturating_mul(options.limits.parts_max as u64);
    let bytes_max = container.bytes_max().min(options.limits.package_bytes_max).min(in_parts);
    let mut parts = PartWriter::new(key, folder, part_bytes);
    parts.write(container.head())?;

    let turns: Vec<&[BatchDocument]> = documents.chunks(CHUNK_DOCUMENTS).collect();
    let mut packed = Vec::with_capacity(documents.len());
    std::thread::scope(|scope| {
        let workers = options.workers.clamp(1, WORKERS_MAX);
        let made: Vec<Receiver<Result<Made, PackError>>> = (0..workers)
            .map(|worker| {
                // One chunk waits while the next is made: enough to keep everybody busy, and bounded.
                let (sender, receiver) = sync_channel(1);
                let mine = turns.iter().skip(worker).step_by(workers).copied();
                scope.spawn(move || make_chunks(mine, options, &sender));
                receiver
            })
            .collect();
        'joining: for receiver in made.iter().cycle().take(turns.len()) {
            loop {
                // Each worker sends until the end of each of its turns, unless it panicked; then the scope panics too.
                let Ok(made) = receiver.recv() else { break 'joining };
                let Made { chunk, ends_turn } = made?;
                if let Some(mut chunk) = chunk {
                    if container.bytes_with(&chunk) > bytes_max {
                        break 'joining;
                    }
                    container.add(&mut chunk);
                    parts.write(&chunk.bytes)?;
                    packed.append(&mut chunk.documents);
                }
                if ends_turn {
                    break;
                }
            }
        }
        Ok(())
    })?;
    if packed.is_empty() {
        return Err(PackError::NoRoom { name: first.name.clone() });
    }
    parts.write(&container.tail())?;
    let (parts, bytes, hash) = parts.finish()?;
    Ok(PackedBatch { documents: packed, parts, bytes, hash, compression: options.compression.clone() })
}

/// What a worker has to say.
struct Made {
    /// Documents in order; several chunks to a turn when they are long.
    chunk: Option<Chunk>,
    /// Whether the next turn is another worker's.
    ends_turn: bool,
}

type Sender = SyncSender<Result<Made, PackError>>;

fn make_chunks<'a>(turns: impl Iterator<Item = &'a [BatchDocument]>, options: &PackOptions, sender: &Sender) {
    let mut maker = ChunkMaker::new(options.compression.clone());
    // Kept between documents: most have some kilobytes, and a new place for each costs more than reading it.
    let mut buffer = Vec::new();
    for turn in turns {
        match make_turn(turn, options, &mut maker, &mut buffer, sender) {
            Ok(true) => {}
            // Nobody listens any more when the package is full.
            Ok(false) => return,
            Err(error) => {
                // Whoever does not listen any more does not need to know either.
                let _ = sender.send(Err(error));
                return;
            }
        }
    }
}

/// Makes the chunks of a turn and sends each as soon as it is there; `false` when nobody listens.
fn make_turn(
    turn: &[BatchDocument],
    options: &PackOptions,
    maker: &mut ChunkMaker,
    buffer: &mut Vec<u8>,
    sender: &Sender,
) -> Result<bool, PackError> {
    let mut bytes = 0;
    for document in turn {
        if bytes >= CHUNK_BYTES {
            if !send(sender, maker.finish(), false) {
                return Ok(false);
            }
            bytes = 0;
        }
        let content = read(document, options.limits.document_bytes_max, buffer)?;
        let hash = Sha256Hash::from_bytes(&sha256(content));
        if let Some(expected) = document.expected_hash.as_ref().filter(|expected| **expected != hash) {
            let (name, expected) = (document.name.clone(), expected.clone());
            return Err(PackError::Changed { name, expected, found: hash });
        }
        maker.add(&document.name, content, hash)?;
        bytes += content.len();
        if buffer.capacity() > KEPT_BYTES_MAX {
            *buffer = Vec::new();
        }
    }
    Ok(send(sender, maker.finish(), true))
}

/// `false` when nobody listens any more.
fn send(sender: &Sender, chunk: Chunk, ends_turn: bool) -> bool {
    let is_long = chunk.bytes.len() > WAITING_BYTES_MAX;
    let sent = sender.send(Ok(Made { chunk: Some(chunk), ends_turn: ends_turn && !is_long }));
    // This takes the only waiting place as soon as the chunk has left it: a long one does not wait while another is made.
    sent.is_ok() && (!is_long || sender.send(Ok(Made { chunk: None, ends_turn })).is_ok())
}

/// The bytes of a document; those of a file are put into `buffer`.
fn read<'a>(
    document: &'a BatchDocument,
    bytes_max: u64,
    buffer: &'a mut Vec<u8>,
) -> Result<&'a [u8], PackError> {
    let too_long = |bytes: u64| PackError::DocumentTooLong { name: document.name.clone(), bytes, bytes_max };
    match &document.source {
        DocumentSource::Bytes(bytes) if bytes.len() as u64 > bytes_max => Err(too_long(bytes.len() as u64)),
        DocumentSource::Bytes(bytes) => Ok(bytes),
        DocumentSource::File(path) => {
            let failed = |source| PackError::Read { path: path.clone(), source };
            let file = File::open(path).map_err(failed)?;
            buffer.clear();
            // One byte more shows that it is too long, and no more of it is read: nobody wants a film by mistake.
            (&file).take(bytes_max.saturating_add(1)).read_to_end(buffer).map_err(failed)?;
            if buffer.len() as u64 > bytes_max {
                let bytes = file.metadata().map_or(buffer.len() as u64, |metadata| metadata.len());
                return Err(too_long(bytes));
            }
            Ok(buffer)
        }
    }
}

fn check_names(documents: &[BatchDocument]) -> Result<(), PackError> {
    let mut seen = HashSet::with_capacity(documents.len());
    for BatchDocument { name, .. } in documents {
        let is_plain = (1..=NAME_BYTES_MAX).contains(&name.len())
            && !matches!(name.as_str(), "." | "..")
            && !name.chars().any(|letter| matches!(letter, '/' | '\\' | ':') || letter.is_control());
        if !is_plain {
            return Err(PackError::Name { name: name.clone() });
        }
        if !seen.insert(name.as_str()) {
            return Err(PackError::NameTwice { name: name.clone() });
        }
    }
    Ok(())
}

/// Documents that a thread takes at a time: enough for TarGz to find what they share.
const CHUNK_DOCUMENTS: usize = 128;
/// A chunk is ended when it has taken this much.
const CHUNK_BYTES: usize = 1024 * 1024;
/// A longer chunk does not wait while the next one is made.
const WAITING_BYTES_MAX: usize = 256 * 1024;
/// The place for a document is given back when it is longer, before it is compressed.
const KEPT_BYTES_MAX: usize = 256 * 1024;
const WORKERS_MAX: usize = 16;
/// What a plain tar header holds.
const NAME_BYTES_MAX: usize = 100;
