//! What is written down at once: entries of tables, as JSON.

use flate2::Crc;
use serde::Serialize;
use std::io::{self, Write as _};

/// Entries that belong together: after a crash all of them are there, or none.
///
/// Written as an array of `[table, key, value]`; `null` for what was taken out.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    entries: Vec<u8>,
    failure: Option<serde_json::Error>,
    /// Given while a folder is written anew: entries leave in pieces, since the file counts only when it is whole.
    target: Option<io::BufWriter<std::fs::File>>,
    written_bytes: u64,
}

impl Changes {
    /// Changes that go into a file as they come.
    pub(super) fn into_file(file: std::fs::File, header: &[u8]) -> io::Result<Self> {
        let mut target = io::BufWriter::new(file);
        target.write_all(header)?;
        Ok(Self { target: Some(target), written_bytes: header.len() as u64, ..Self::default() })
    }

    /// Something now stands under a key.
    pub(crate) fn put<T: Serialize>(&mut self, table: &str, key: &str, value: &T) {
        let json = self.json(value);
        self.put_json(table, key, &json);
    }

    /// As [`Changes::put`], for what is JSON already.
    pub(crate) fn put_json(&mut self, table: &str, key: &str, json: &[u8]) {
        let separator = if self.entries.is_empty() { b'[' } else { b',' };
        self.entries.push(separator);
        self.entries.extend_from_slice(b"[\"");
        self.entries.extend_from_slice(table.as_bytes());
        self.entries.extend_from_slice(b"\",");
        let key = self.json(&key);
        self.entries.extend_from_slice(&key);
        self.entries.push(b',');
        self.entries.extend_from_slice(json);
        self.entries.push(b']');
        if self.target.is_some() && self.entries.len() >= PIECE_BYTES {
            self.flush();
        }
    }

    /// Nothing stands under a key any more.
    pub(crate) fn remove(&mut self, table: &str, key: &str) {
        self.put_json(table, key, b"null");
    }

    /// Something as JSON. What cannot be written is noted, and then nothing of these changes is.
    pub(crate) fn json<T: Serialize>(&mut self, value: &T) -> Vec<u8> {
        serde_json::to_vec(value).unwrap_or_else(|error| {
            self.failure.get_or_insert(error);
            b"null".to_vec()
        })
    }

    /// The line of the journal; `None` when nothing changed.
    pub(super) fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(error) = self.failure.take() {
            return Err(error.into());
        }
        if self.entries.is_empty() {
            return Ok(None);
        }
        self.entries.push(b']');
        let mut line = Vec::with_capacity(self.entries.len() + CHECK_DIGITS + 2);
        write!(line, "{:08x} ", checksum(&self.entries))?;
        line.append(&mut self.entries);
        line.push(b'\n');
        Ok(Some(line))
    }

    /// Ends a file; gives its length.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.flush();
        if let Some(error) = self.failure {
            return Err(error.into());
        }
        if let Some(target) = self.target {
            target.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        }
        Ok(self.written_bytes)
    }

    fn flush(&mut self) {
        let written = self.line().and_then(|line| {
            let Some((line, target)) = line.zip(self.target.as_mut()) else { return Ok(()) };
            self.written_bytes += line.len() as u64;
            target.write_all(&line)
        });
        if let Err(error) = written {
            self.failure.get_or_insert(serde_json::Error::io(error));
        }
    }
}

#[cfg(test)]
impl std::fmt::Display for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let start = if self.entries.is_empty() { "[" } else { "" };
        write!(f, "{start}{}]", String::from_utf8_lossy(&self.entries))
    }
}

/// The check sum of a line.
pub(super) fn checksum(entries: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(entries);
    crc.sum()
}

/// Hexadecimal digits before the entries of a line.
pub(super) const CHECK_DIGITS: usize = 8;
const PIECE_BYTES: usize = 4 << 20;
