//! Files that are sealed as a whole, such as backups: written and read as streams, in the memory of a chunk.
//!
//! A file begins with a line that says what it is, and a line of JSON with what the key is made of; both are authenticated.
//! Then come the chunks: 64 KiB each and sealed, the last one as long as what is left. The key of the file is its own, random
//! and sealed under a master key, which comes from a key file or a passphrase as the vault's does.

use std::io::{self, BufRead, Read, Write};

use ksef_crypto::{ChunkOpener, ChunkSealer, SealingKey};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::records::base64_text;
use crate::{MasterKey, MasterKeyError, MasterKeyId, PassphraseCost, PassphraseParameters};

/// With what a file is sealed or opened.
#[derive(Debug)]
pub enum FileKey {
    /// A key of 32 bytes, from a file or from wherever a vault's master key may come from.
    Key(MasterKey),
    /// A passphrase.
    Passphrase(SecretString),
}

/// Why a sealed file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SealedFileError {
    /// The file does not begin as such files do.
    #[error("this is no file of this kind, or one of a later version")]
    OtherFile,
    /// It is sealed under a key, and a passphrase was given, or the other way round.
    #[error("the file is sealed with {needed}, which was not given")]
    OtherKind {
        /// `a passphrase` or `a key file`.
        needed: &'static str,
    },
    /// It is sealed under another key.
    #[error("the file is sealed under the key {needed}; the one that was given is {given}")]
    OtherKey {
        /// The one that opens it.
        needed: MasterKeyId,
        /// The one that was given.
        given: MasterKeyId,
    },
    /// The passphrase is wrong or cannot be used.
    #[error(transparent)]
    Key(#[from] MasterKeyError),
    /// Somebody changed it, or it was damaged.
    #[error("the file was altered or damaged at byte {at}")]
    Altered {
        /// Where the chunk begins that does not open.
        at: u64,
    },
    /// It ends before its end, or was altered there.
    #[error("the file is cut off, or damaged at its end: it has {at} bytes")]
    Cut {
        /// How long it is.
        at: u64,
    },
    /// It cannot be read or written.
    #[error(transparent)]
    Io(io::Error),
}

/// What stands in the second line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    /// Under which master key.
    master_key: MasterKeyId,
    /// How the passphrase becomes that key; nothing when it is a key file's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passphrase: Option<PassphraseParameters>,
    /// The file's own key, sealed.
    #[serde(with = "base64_text")]
    sealed_key: Vec<u8>,
}

/// Writes a sealed file. What is not ended with [`SealedWriter::finish`] is a file that was cut off, and is refused as one.
pub struct SealedWriter<W: Write> {
    output: W,
    sealer: ChunkSealer,
    chunk: Vec<u8>,
}

/// Reads a sealed file. Nothing is given out that was not authenticated; the end is reported only where the writer ended.
pub struct SealedReader<R: Read> {
    input: R,
    opener: ChunkOpener,
    /// Opened, and given out up to `given`.
    chunk: Vec<u8>,
    given: usize,
    /// The next chunk's first byte, by which the last chunk is known to be the last.
    at: u64,
    is_done: bool,
}

impl<W: Write> SealedWriter<W> {
    /// Begins a file of a kind: a short word without blanks, which is not changed any more.
    ///
    /// # Errors
    /// [`SealedFileError::Key`] for a passphrase that is too short, [`SealedFileError::Io`].
    pub fn begin(mut output: W, kind: &str, key: &FileKey) -> Result<Self, SealedFileError> {
        let (made, passphrase);
        let master = match key {
            FileKey::Key(key) => {
                passphrase = None;
                key
            }
            FileKey::Passphrase(text) => {
                let (key, parameters) = PassphraseParameters::create(text, PassphraseCost::RECOMMENDED)?;
                passphrase = Some(parameters);
                made = key;
                &made
            }
        };
        let file_key = SealingKey::generate();
        let first = first_line(kind);
        let sealed_key = master.key().seal(file_key.expose_bytes(), first.as_bytes());
        let header = Header { master_key: master.id().clone(), passphrase, sealed_key };
        let header = serde_json::to_string(&header).map_err(|error| SealedFileError::Io(error.into()))?;
        let head = format!("{first}{header}\n");
        let (sealer, prefix) = ChunkSealer::begin(&file_key, head.as_bytes());
        output.write_all(head.as_bytes()).map_err(SealedFileError::Io)?;
        output.write_all(&prefix).map_err(SealedFileError::Io)?;
        let room = CHUNK_BYTES + ChunkSealer::OVERHEAD_BYTES;
        Ok(Self { output, sealer, chunk: Vec::with_capacity(room) })
    }

    /// Writes the end, and gives back what was written to.
    ///
    /// # Errors
    /// The output's.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_chunk(true)?;
        self.output.flush()?;
        Ok(self.output)
    }

    fn write_chunk(&mut self, is_last: bool) -> io::Result<()> {
        self.sealer.seal(&mut self.chunk, is_last).map_err(io::Error::other)?;
        self.output.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk is written when more comes: until then it may be the last one.
        if self.chunk.len() == CHUNK_BYTES {
            self.write_chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A chunk that is not full would be the last one.
        self.output.flush()
    }
}

impl<R: BufRead> SealedReader<R> {
    /// Opens a file of a kind.
    ///
    /// # Errors
    /// [`SealedFileError`]; a wrong key is told here, before anything is read.
    pub fn open(mut input: R, kind: &str, key: &FileKey) -> Result<Self, SealedFileError> {
        let first = first_line(kind);
        let mut head = Vec::new();
        for length_max in [first.len(), HEADER_BYTES_MAX] {
            let before = head.len();
            let mut limited = (&mut input).take(length_max as u64);
            limited.read_until(b'\n', &mut head).map_err(SealedFileError::Io)?;
            if before == 0 && head != first.as_bytes() {
                return Err(SealedFileError::OtherFile);
            }
        }
        let header: Header =
            serde_json::from_slice(&head[first.len()..]).map_err(|_| SealedFileError::OtherFile)?;
        let derived;
        let master = match (key, &header.passphrase) {
            (FileKey::Key(key), None) => key,
            (FileKey::Passphrase(text), Some(parameters)) => {
                derived = parameters.unlock(text)?;
                &derived
            }
            (FileKey::Key(_), Some(_)) => return Err(SealedFileError::OtherKind { needed: "a passphrase" }),
            (FileKey::Passphrase(_), None) => {
                return Err(SealedFileError::OtherKind { needed: "a key file" });
            }
        };
        if *master.id() != header.master_key {
            let (needed, given) = (header.master_key, master.id().clone());
            return Err(SealedFileError::OtherKey { needed, given });
        }
        let altered = SealedFileError::Altered { at: 0 };
        let opened = master.key().open(&header.sealed_key, first.as_bytes());
        let file_key = opened.ok().and_then(|bytes| SealingKey::from_bytes(&bytes)).ok_or(altered)?;
        let mut prefix = [0; ChunkSealer::PREFIX_BYTES];
        let at = (head.len() + prefix.len()) as u64;
        input.read_exact(&mut prefix).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => SealedFileError::Cut { at: head.len() as u64 },
            _ => SealedFileError::Io(error),
        })?;
        let opener = ChunkOpener::begin(&file_key, prefix, &head);
        Ok(Self { input, opener, chunk: Vec::new(), given: 0, at, is_done: false })
    }

    fn next_chunk(&mut self) -> Result<(), SealedFileError> {
        const SEALED: usize = CHUNK_BYTES + ChunkSealer::OVERHEAD_BYTES;
        self.chunk.clear();
        self.given = 0;
        (&mut self.input).take(SEALED as u64).read_to_end(&mut self.chunk).map_err(SealedFileError::Io)?;
        let length = self.chunk.len();
        // Only the last chunk may be shorter. One of the full length is the last one if nothing follows it, since what was
        // written may have had just that length.
        let is_last = length < SEALED || self.input.fill_buf().map_err(SealedFileError::Io)?.is_empty();
        let end = self.at + length as u64;
        if length < ChunkSealer::OVERHEAD_BYTES {
            return Err(SealedFileError::Cut { at: end });
        }
        self.opener.open(&mut self.chunk, is_last).map_err(|_| match is_last {
            // What looks like the last chunk and does not open is most likely one from the middle, cut or whole.
            true => SealedFileError::Cut { at: end },
            false => SealedFileError::Altered { at: self.at },
        })?;
        self.at = end;
        self.is_done = is_last;
        Ok(())
    }
}

impl<R: BufRead> Read for SealedReader<R> {
    /// An error of the sealing comes as the source of an [`io::Error`]; [`SealedFileError::of`] gets it back.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.chunk.len() {
            if self.is_done || buffer.is_empty() {
                return Ok(0);
            }
            self.next_chunk().map_err(|error| match error {
                SealedFileError::Io(error) => error,
                other => io::Error::new(io::ErrorKind::InvalidData, other),
            })?;
        }
        let taken = buffer.len().min(self.chunk.len() - self.given);
        buffer[..taken].copy_from_slice(&self.chunk[self.given..self.given + taken]);
        self.given += taken;
        Ok(taken)
    }
}

impl SealedFileError {
    /// What a reader's error was, as far as it was one of the sealing.
    #[must_use]
    pub fn of(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(sealed) => sealed,
            Err(other) => Self::Io(other),
        }
    }
}

fn first_line(kind: &str) -> String {
    format!("bramka {kind} 1\n")
}

const CHUNK_BYTES: usize = 64 * 1024;
/// A header has some 400 bytes.
const HEADER_BYTES_MAX: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &[u8], key: &FileKey) -> Vec<u8> {
        let mut writer = SealedWriter::begin(Vec::new(), "test", key).expect("begun");
        writer.write_all(text).expect("written");
        writer.finish().expect("ended")
    }

    fn opened(file: &[u8], key: &FileKey) -> Result<Vec<u8>, SealedFileError> {
        let mut reader = SealedReader::open(file, "test", key)?;
        let mut text = Vec::new();
        reader.read_to_end(&mut text).map_err(SealedFileError::of)?;
        Ok(text)
    }

    #[test]
    fn every_length_comes_back_and_every_change_is_noticed() {
        let key = FileKey::Key(MasterKey::generate());
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 200_000] {
            let text: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            let file = sealed(&text, &key);
            assert_eq!(opened(&file, &key).expect("opened"), text, "{length}");
            assert!(opened(&file, &FileKey::Key(MasterKey::generate())).is_err(), "another key");
            // Cut anywhere, also between two chunks.
            let head = file.len() - (length + 16 * (length / CHUNK_BYTES + 1)).min(file.len());
            let between = (1..=length / CHUNK_BYTES).map(|chunk| head + chunk * (CHUNK_BYTES + 16));
            for end in between.chain([0, 5, 30, head, file.len() - 1]).filter(|end| *end < file.len()) {
                let error = opened(&file[..end], &key).expect_err("cut");
                let is_named = matches!(error, SealedFileError::Cut { .. } | SealedFileError::OtherFile);
                assert!(is_named, "{length} cut at {end}: {error}");
            }
            for place in (0..file.len()).step_by(file.len() / 40 + 1) {
                let mut altered = file.clone();
                altered[place] ^= 1;
                assert!(opened(&altered, &key).is_err(), "{length} altered at {place}");
            }
            let mut longer = file.clone();
            longer.push(0);
            assert!(opened(&longer, &key).is_err(), "something behind its end");
        }
    }

    #[test]
    fn a_wrong_passphrase_is_told_before_anything_is_read() {
        let right = FileKey::Passphrase(SecretString::from("the right passphrase"));
        let file = sealed(b"text", &right);
        assert_eq!(opened(&file, &right).expect("opened"), b"text");
        let wrong = opened(&file, &FileKey::Passphrase(SecretString::from("another passphrase")));
        assert!(matches!(wrong, Err(SealedFileError::Key(MasterKeyError::WrongPassphrase))));
        let key = opened(&file, &FileKey::Key(MasterKey::generate()));
        assert!(matches!(key, Err(SealedFileError::OtherKind { needed: "a passphrase" })));
        let short =
            SealedWriter::begin(Vec::new(), "test", &FileKey::Passphrase(SecretString::from("short")));
        assert!(matches!(short.err(), Some(SealedFileError::Key(MasterKeyError::Passphrase { .. }))));
        let other = SealedReader::open(&file[..], "other", &right);
        assert!(matches!(other.err(), Some(SealedFileError::OtherFile)));
    }
}
