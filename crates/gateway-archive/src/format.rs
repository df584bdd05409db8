//! What stands in a backup: frames, each of a kind, a length and its content, compressed and sealed as one stream.
//!
//! ```text
//! manifest                        JSON: of what, when, by which version
//! file …                          the vault's files
//! table, row, row, …              JSON with name and columns, then the values; for each table
//! end                             JSON: how many rows and files there were, how far tables had counted
//! ```

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use gateway_store::{DatabaseKind, DumpTable, DumpValue, SchemaVersion};
use gateway_vault::{FileKey, SealedReader, SealedWriter};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::ArchiveError;

/// What the backup was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    pub(crate) made_at: Timestamp,
    /// The version of the program.
    pub(crate) program: String,
    /// Of which kind of database.
    database: String,
    /// The version of its tables.
    schema: i64,
}

/// What stands at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct End {
    /// Rows of each table.
    pub(crate) rows: BTreeMap<String, u64>,
    pub(crate) files: u64,
    pub(crate) counters: BTreeMap<String, i64>,
}

#[derive(Serialize, Deserialize)]
struct TableHead {
    name: String,
    columns: Vec<String>,
}

/// A file beside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptFile {
    /// Below the data folder, with `/`.
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
}

#[derive(Debug)]
pub(crate) enum Frame {
    File(KeptFile),
    Table(DumpTable),
    Row(Vec<DumpValue>),
    End(End),
}

impl Manifest {
    pub(crate) fn new(of: SchemaVersion, program: &str, made_at: Timestamp) -> Self {
        let (program, database) = (program.to_owned(), of.kind.as_str().to_owned());
        Self { made_at, program, database, schema: of.number }
    }

    pub(crate) fn version(&self) -> Result<SchemaVersion, ArchiveError> {
        let kind = DatabaseKind::from_name(&self.database)
            .ok_or_else(|| unreadable(format!("it is of a database that is not known: {}", self.database)))?;
        Ok(SchemaVersion { kind, number: self.schema })
    }
}

/// Writes frames.
pub(crate) struct FrameWriter<W: Write> {
    output: GzEncoder<SealedWriter<W>>,
    payload: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    pub(crate) fn begin(output: W, key: &FileKey, manifest: &Manifest) -> Result<Self, ArchiveError> {
        let sealed = SealedWriter::begin(output, FILE_KIND, key)?;
        let mut writer = Self { output: GzEncoder::new(sealed, Compression::fast()), payload: Vec::new() };
        writer.json(Kind::Manifest, manifest)?;
        Ok(writer)
    }

    pub(crate) fn file(&mut self, file: &KeptFile) -> Result<(), ArchiveError> {
        self.payload.clear();
        put_bytes(&mut self.payload, file.path.as_bytes());
        self.payload.extend_from_slice(&file.content);
        self.frame(Kind::File)
    }

    pub(crate) fn table(&mut self, table: &DumpTable) -> Result<(), ArchiveError> {
        self.json(Kind::Table, &TableHead { name: table.name.clone(), columns: table.columns.clone() })
    }

    pub(crate) fn row(&mut self, row: &[DumpValue]) -> Result<(), ArchiveError> {
        self.payload.clear();
        for value in row {
            match value {
                DumpValue::Null => self.payload.push(NULL),
                DumpValue::Int(number) => {
                    self.payload.push(INT);
                    self.payload.extend_from_slice(&number.to_be_bytes());
                }
                DumpValue::Text(text) => {
                    self.payload.push(TEXT);
                    put_bytes(&mut self.payload, text.as_bytes());
                }
                DumpValue::Bytes(bytes) => {
                    self.payload.push(BYTES);
                    put_bytes(&mut self.payload, bytes);
                }
            }
        }
        self.frame(Kind::Row)
    }

    /// Writes the end, and gives back what was written to.
    pub(crate) fn finish(mut self, end: &End) -> Result<W, ArchiveError> {
        self.json(Kind::End, end)?;
        self.output.finish().and_then(SealedWriter::finish).map_err(ArchiveError::stream)
    }

    fn json<T: Serialize>(&mut self, kind: Kind, value: &T) -> Result<(), ArchiveError> {
        self.payload = serde_json::to_vec(value).map_err(|error| unreadable(error.to_string()))?;
        self.frame(kind)
    }

    fn frame(&mut self, kind: Kind) -> Result<(), ArchiveError> {
        if self.payload.len() > FRAME_BYTES_MAX {
            let length = self.payload.len();
            let reason = format!("a row or file has {length} bytes, more than a backup may hold of one");
            return Err(ArchiveError::Content { reason });
        }
        let mut head = [kind as u8; 5];
        head[1..].copy_from_slice(&(self.payload.len() as u32).to_be_bytes());
        self.output
            .write_all(&head)
            .and_then(|()| self.output.write_all(&self.payload))
            .map_err(ArchiveError::stream)
    }
}

/// Reads frames.
pub(crate) struct FrameReader<R: Read> {
    input: BufReader<GzDecoder<SealedReader<R>>>,
    pub(crate) manifest: Manifest,
    /// Of the table that rows are read of.
    columns: usize,
}

impl<R: BufRead> FrameReader<R> {
    pub(crate) fn open(input: R, key: &FileKey) -> Result<Self, ArchiveError> {
        let mut input = BufReader::new(GzDecoder::new(SealedReader::open(input, FILE_KIND, key)?));
        let (kind, payload) = read_frame(&mut input)?;
        if kind != Kind::Manifest as u8 {
            return Err(unreadable("it does not begin with its manifest"));
        }
        Ok(Self { input, manifest: from_json(&payload)?, columns: 0 })
    }

    /// The next frame. Behind the last one nothing more may come, which is looked at when it is given.
    pub(crate) fn next(&mut self) -> Result<Frame, ArchiveError> {
        let (kind, payload) = read_frame(&mut self.input)?;
        let frame = match Kind::ALL.into_iter().find(|known| *known as u8 == kind) {
            Some(Kind::File) => {
                let mut rest = payload.as_slice();
                let path = text(take_bytes(&mut rest)?)?;
                Frame::File(KeptFile { path, content: rest.to_vec() })
            }
            Some(Kind::Table) => {
                let head: TableHead = from_json(&payload)?;
                self.columns = head.columns.len();
                Frame::Table(DumpTable { name: head.name, columns: head.columns })
            }
            Some(Kind::Row) => Frame::Row(row_of(&payload, self.columns)?),
            Some(Kind::End) => {
                let end = from_json(&payload)?;
                let mut more = [0];
                if self.input.read(&mut more).map_err(ArchiveError::stream)? > 0
                    || self.input.get_mut().get_mut().read(&mut more).map_err(ArchiveError::stream)? > 0
                {
                    return Err(unreadable("something stands behind its end"));
                }
                Frame::End(end)
            }
            Some(Kind::Manifest) | None => return Err(unreadable(format!("a frame of kind {kind}"))),
        };
        Ok(frame)
    }
}

fn read_frame(input: &mut impl Read) -> Result<(u8, Vec<u8>), ArchiveError> {
    let mut head = [0; 5];
    read_all(input, &mut head)?;
    let [kind, length @ ..] = head;
    let length = u32::from_be_bytes(length) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(unreadable(format!("a frame of {length} bytes")));
    }
    let mut payload = vec![0; length];
    read_all(input, &mut payload)?;
    Ok((kind, payload))
}

fn read_all(input: &mut impl Read, buffer: &mut [u8]) -> Result<(), ArchiveError> {
    input.read_exact(buffer).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            ArchiveError::NotWhole { reason: "it ends before its end".to_owned() }
        }
        _ => ArchiveError::stream(error),
    })
}

fn row_of(payload: &[u8], columns: usize) -> Result<Vec<DumpValue>, ArchiveError> {
    let mut rest = payload;
    let mut row = Vec::with_capacity(columns);
    while let Some((kind, after)) = rest.split_first() {
        rest = after;
        row.push(match *kind {
            NULL => DumpValue::Null,
            INT => {
                let (number, after) = rest.split_first_chunk::<8>().ok_or_else(short)?;
                rest = after;
                DumpValue::Int(i64::from_be_bytes(*number))
            }
            TEXT => DumpValue::Text(text(take_bytes(&mut rest)?)?),
            BYTES => DumpValue::Bytes(take_bytes(&mut rest)?.to_vec()),
            other => return Err(unreadable(format!("a value of kind {other}"))),
        });
    }
    if row.len() == columns { Ok(row) } else { Err(short()) }
}

fn put_bytes(payload: &mut Vec<u8>, bytes: &[u8]) {
    // A frame that is too long is refused before it is written, so a length that does not fit is never read.
    payload.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    payload.extend_from_slice(bytes);
}

fn take_bytes<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], ArchiveError> {
    let (length, after) = rest.split_first_chunk::<4>().ok_or_else(short)?;
    let (bytes, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(short)?;
    *rest = after;
    Ok(bytes)
}

fn text(bytes: &[u8]) -> Result<String, ArchiveError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| unreadable("a text that is not UTF-8"))
}

fn from_json<T: DeserializeOwned>(payload: &[u8]) -> Result<T, ArchiveError> {
    serde_json::from_slice(payload).map_err(|error| unreadable(error.to_string()))
}

fn short() -> ArchiveError {
    unreadable("a row of another length")
}

fn unreadable(reason: impl Into<String>) -> ArchiveError {
    ArchiveError::Content { reason: reason.into() }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Manifest = 1,
    File = 2,
    Table = 3,
    Row = 4,
    End = 5,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Manifest, Self::File, Self::Table, Self::Row, Self::End];
}

const FILE_KIND: &str = "backup";
const NULL: u8 = 0;
const INT: u8 = 1;
const TEXT: u8 = 2;
const BYTES: u8 = 3;
/// A page of a session's UPO speaks of 10,000 invoices in some 10 MB; a scan has 20 MB at the most.
const FRAME_BYTES_MAX: usize = 256 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use gateway_vault::MasterKey;

    use super::*;

    #[test]
    fn every_value_comes_back() {
        let key = FileKey::Key(MasterKey::generate());
        let version = SchemaVersion { kind: DatabaseKind::Postgres, number: 12 };
        let manifest = Manifest::new(version, "0.1.0", Timestamp::UNIX_EPOCH);
        let table = DumpTable { name: "t".to_owned(), columns: vec!["a".to_owned(), "b".to_owned()] };
        let rows = [
            vec![DumpValue::Null, DumpValue::Int(i64::MIN)],
            vec![DumpValue::Text("zażółć".to_owned()), DumpValue::Bytes(vec![0; 100_000])],
            vec![DumpValue::Text(String::new()), DumpValue::Bytes(Vec::new())],
        ];
        let mut writer = FrameWriter::begin(Vec::new(), &key, &manifest).expect("begun");
        let file = KeptFile { path: "vault/x.json".to_owned(), content: b"{}".to_vec() };
        writer.file(&file).expect("written");
        writer.table(&table).expect("written");
        rows.iter().for_each(|row| writer.row(row).expect("written"));
        let end = End { rows: [("t".to_owned(), 3)].into(), files: 1, counters: BTreeMap::new() };
        let bytes = writer.finish(&end).expect("ended");
        assert!(bytes.len() < 2000, "it is compressed");

        let mut reader = FrameReader::open(bytes.as_slice(), &key).expect("opened");
        assert_eq!((reader.manifest.clone(), reader.manifest.version().expect("known")), (manifest, version));
        assert!(matches!(reader.next().expect("a frame"), Frame::File(found) if found == file));
        assert!(matches!(reader.next().expect("a frame"), Frame::Table(found) if found == table));
        for row in &rows {
            assert!(matches!(reader.next().expect("a frame"), Frame::Row(found) if found == *row));
        }
        assert!(matches!(reader.next().expect("a frame"), Frame::End(found) if found == end));
    }
}
