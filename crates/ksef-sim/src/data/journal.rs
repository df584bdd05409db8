//! The journal: a first line about the folder, then a line for each change.

use super::changes::{CHECK_DIGITS, Changes, checksum};
use super::{DataError, private_file};
use crate::clock::VirtualClock;
use crate::config::Profile;
use crate::domain::World;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// What the first line says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) profile: Profile,
    pub(super) seed: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormatLine {
    bramka_simulator_format: u32,
}

#[derive(Deserialize)]
struct HeaderLine {
    profile: String,
    seed: u64,
}

/// The journal, open for writing.
pub(super) struct Journal {
    path: PathBuf,
    header: Header,
    file: File,
    bytes: u64,
    /// Length when it was written anew the last time.
    bytes_anew: u64,
}

impl Journal {
    /// The first line of a folder's journal; `None` where there is none. Changes nothing.
    pub(super) fn header(folder: &Path) -> Result<Option<Header>, DataError> {
        let path = folder.join(NAME);
        let failed = |source| DataError::Io { path: path.clone(), source };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut line = Vec::new();
        BufReader::new(file).take(HEADER_BYTES_MAX).read_until(b'\n', &mut line).map_err(failed)?;
        let damaged = || DataError::Damaged { path: path.clone(), what: "its first line".to_owned() };
        let format: FormatLine = serde_json::from_slice(&line).map_err(|_| damaged())?;
        if format.bramka_simulator_format > FORMAT {
            let found = format.bramka_simulator_format;
            return Err(DataError::Newer { path: folder.to_owned(), found, known: FORMAT });
        }
        let header: HeaderLine = serde_json::from_slice(&line).map_err(|_| damaged())?;
        let profile = header.profile.parse().map_err(|_| damaged())?;
        Ok(Some(Header { profile, seed: header.seed }))
    }

    /// Reads what was written, and goes on from there; a journal that is not there is begun.
    pub(super) fn open(
        folder: &Path,
        header: Header,
        world: &mut World,
        clock: &VirtualClock,
    ) -> Result<Self, DataError> {
        let path = folder.join(NAME);
        let failed = |source| DataError::Io { path: path.clone(), source };
        // What a rewriting left that was ended in the middle.
        match fs::remove_file(path.with_extension("new")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let is_new = !path.exists();
        let file = private_file()
            .create(true)
            .truncate(false)
            .read(true)
            .append(true)
            .open(&path)
            .map_err(failed)?;
        let mut journal = Self { path: path.clone(), header, file, bytes: 0, bytes_anew: 0 };
        if is_new {
            journal.write_anew(world, clock).map_err(failed)?;
            return Ok(journal);
        }
        let live = journal.replay(world, clock)?;
        if journal.bytes > SMALL_BYTES && journal.bytes > 2 * live {
            journal.write_anew(world, clock).map_err(failed)?;
        }
        journal.bytes_anew = journal.bytes;
        Ok(journal)
    }

    /// Reads all lines into the memory; gives about how many bytes of them still count.
    fn replay(&mut self, world: &mut World, clock: &VirtualClock) -> Result<u64, DataError> {
        let path = self.path.clone();
        let failed = |source| DataError::Io { path: path.clone(), source };
        let length = self.file.metadata().map_err(failed)?.len();
        let mut reader = BufReader::with_capacity(1 << 20, &self.file);
        let mut line = Vec::new();
        self.bytes = reader.read_until(b'\n', &mut line).map_err(failed)? as u64;
        let mut outdated = 0;
        for number in 2.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(failed)? as u64;
            if read == 0 {
                break;
            }
            let damaged = |what: &str| DataError::Damaged {
                path: path.clone(),
                what: format!("line {number}: {what}"),
            };
            let Some(entries) = whole(&line) else {
                // A line that was cut off while it was being written was never answered for.
                if self.bytes + read == length {
                    break;
                }
                return Err(damaged("its check sum"));
            };
            let entries: Vec<(Cow<'_, str>, Cow<'_, str>, &RawValue)> =
                serde_json::from_slice(entries).map_err(|error| damaged(&error.to_string()))?;
            for (table, key, value) in entries {
                let value = Some(value.get()).filter(|value| *value != "null");
                if table == CLOCK {
                    let state = value.map(serde_json::from_str).transpose();
                    clock.restore(state.map_err(|error| damaged(&error.to_string()))?.unwrap_or_default());
                } else {
                    let is_again =
                        world.read(&table, &key, value).map_err(|error| damaged(&error.to_string()))?;
                    if is_again {
                        outdated += (table.len() + key.len() + value.map_or(0, str::len)) as u64;
                    }
                }
            }
            self.bytes += read;
        }
        if self.bytes < length {
            self.file.set_len(self.bytes).map_err(failed)?;
        }
        world.settle_read();
        world.clock_written = clock.state();
        Ok(self.bytes.saturating_sub(outdated))
    }

    /// Whether it has grown so much that writing it anew is worth its time.
    pub(super) fn is_due(&self) -> bool {
        self.bytes > GROWTH_BYTES + 4 * self.bytes_anew
    }

    /// Writes a line of what changed; nothing when nothing did.
    pub(super) fn append(&mut self, world: &mut World, clock: &VirtualClock) -> io::Result<()> {
        let mut changes = Changes::default();
        world.write(false, &mut changes);
        let state = clock.state();
        if state != world.clock_written {
            changes.put(CLOCK, "", &state);
        }
        let Some(line) = changes.line()? else { return Ok(()) };
        if let Err(error) = self.file.write_all(&line) {
            // Half a line would make everything after it unreadable.
            self.file.set_len(self.bytes)?;
            return Err(error);
        }
        world.clock_written = state;
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Writes everything into another file, which then takes the place of this one.
    pub(super) fn write_anew(&mut self, world: &mut World, clock: &VirtualClock) -> io::Result<()> {
        let unfinished = self.path.with_extension("new");
        let file = private_file().create(true).truncate(true).write(true).open(&unfinished)?;
        let Header { profile, seed } = self.header;
        let header =
            serde_json::json!({ "bramkaSimulatorFormat": FORMAT, "profile": profile.name(), "seed": seed });
        let mut changes = Changes::into_file(file, format!("{header}\n").as_bytes())?;
        world.write(true, &mut changes);
        let state = clock.state();
        changes.put(CLOCK, "", &state);
        self.bytes = changes.finish()?;
        fs::rename(&unfinished, &self.path)?;
        self.file = private_file().append(true).open(&self.path)?;
        self.bytes_anew = self.bytes;
        world.clock_written = state;
        Ok(())
    }
}

/// The entries of a line, when it is as it was written.
fn whole(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_suffix(b"\n")?;
    let (digits, entries) = line.split_at_checked(CHECK_DIGITS)?;
    let expected = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    let entries = entries.strip_prefix(b" ")?;
    (checksum(entries) == expected).then_some(entries)
}

/// The format of folders that this program writes. It grows with each change that an older program cannot read.
const FORMAT: u32 = 1;
const NAME: &str = "journal";
/// The table in which the clock stands, which is no part of what KSeF remembers.
const CLOCK: &str = "clock";
const HEADER_BYTES_MAX: u64 = 4096;
/// A journal of this length is never worth writing anew at the start.
const SMALL_BYTES: u64 = 1 << 20;
/// What a journal may grow by while the simulator runs, beside four times what it was.
const GROWTH_BYTES: u64 = 64 << 20;
