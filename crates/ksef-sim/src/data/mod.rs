//! The folder of `--data`: what is held in memory, kept so that it outlives the process.
//!
//! `journal` begins with a line that says what it is; each further line holds what one request changed, under a check sum. It
//! is written before the answer goes out, by one call to the system, so that what was answered survives the end of the process
//! however that comes. After a loss of power the last moments may be missing, since nothing waits for the disk. At the start
//! the lines are read again in their order; when most of them are outdated the journal is written anew.
//!
//! `keys.json` holds the keys that never change, `parts` what is too large for lines: uploaded parts of batches and parts of
//! exports. `lock` keeps a second process out. The folder is for its owner only.

mod changes;
mod journal;
mod key_file;

pub(crate) use changes::Changes;

use crate::clock::VirtualClock;
use crate::config::Profile;
use crate::domain::World;
use crate::keys::Keys;
use journal::{Header, Journal};
use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that this process holds.
pub(crate) struct Folder {
    path: PathBuf,
    journal: Journal,
    /// Locked as long as it is open.
    _lock: File,
}

/// Why a folder cannot be used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Another process has it.
    #[error("{} is used by another simulator: stop that one, or choose another folder", .path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A newer program wrote it.
    #[error(
        "{} is of format {found}, and this program knows up to {known}: use the program that wrote it, or another folder",
        .path.display()
    )]
    Newer {
        /// The folder.
        path: PathBuf,
        /// The format that it has.
        found: u32,
        /// The newest format that is known here.
        known: u32,
    },
    /// It holds something else.
    #[error("{} holds files that are not a simulator's: choose an empty folder, or a new one", .path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// It belongs to another environment.
    #[error("{} belongs to profile {found}, not {asked}: start with --profile {found}, or choose another folder", .path.display())]
    OtherProfile {
        /// The folder.
        path: PathBuf,
        /// The profile that it was made with.
        found: &'static str,
        /// The profile that was asked for.
        asked: &'static str,
    },
    /// A file in it is not as it was written.
    #[error("{} is damaged ({what}): put back a copy of the folder, or choose another one", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, and what is wrong.
        what: String,
    },
    /// The system does not let us read or write it.
    #[error("{} cannot be read or written", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A folder and what was in it.
pub(crate) struct Opened {
    pub(crate) folder: Folder,
    pub(crate) world: World,
    pub(crate) seed: u64,
    /// `None` in a folder that is new.
    pub(crate) keys: Option<Keys>,
}

impl Folder {
    /// Opens a folder, or makes one. A new one gets the seed, an old one has its own.
    pub(crate) fn open(
        path: &Path,
        profile: Profile,
        seed: u64,
        clock: &VirtualClock,
    ) -> Result<Opened, DataError> {
        let failed = |source| DataError::Io { path: path.to_owned(), source };
        let header = Journal::header(path)?;
        if header.is_none() {
            make(path)?;
        }
        let lock = lock(path)?;
        if let Some(found) = header.as_ref().map(|header| header.profile).filter(|found| *found != profile) {
            let (found, asked) = (found.name(), profile.name());
            return Err(DataError::OtherProfile { path: path.to_owned(), found, asked });
        }
        let seed = header.map_or(seed, |header| header.seed);
        let mut world = World::new(seed);
        let journal = Journal::open(path, Header { profile, seed }, &mut world, clock)?;
        let keys = key_file::read(path)?;
        let folder = Self { path: path.to_owned(), journal, _lock: lock };
        folder.load_parts(&mut world).map_err(failed)?;
        world.watch();
        Ok(Opened { folder, world, seed, keys })
    }

    /// Keeps the keys of a new folder.
    pub(crate) fn keep_keys(&self, keys: &Keys) -> Result<(), DataError> {
        key_file::write(&self.path, keys)
    }

    /// Writes down what changed, before anybody is told of it.
    pub(crate) fn commit(&mut self, world: &mut World, clock: &VirtualClock) -> io::Result<()> {
        if world.is_replaced || self.journal.is_due() {
            return self.write_anew(world, clock);
        }
        self.journal.append(world, clock)
    }

    /// Writes everything anew, at the start when most of the journal is outdated, and when the whole memory was replaced.
    pub(crate) fn write_anew(&mut self, world: &mut World, clock: &VirtualClock) -> io::Result<()> {
        let mut needed = HashSet::new();
        for (name, content) in world.parts() {
            let file = self.part(&name);
            if !file.exists() {
                write_whole(&file, content)?;
            }
            needed.insert(name);
        }
        self.journal.write_anew(world, clock)?;
        world.is_replaced = false;
        for entry in fs::read_dir(self.path.join(PARTS))? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| needed.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Keeps a part under a name of its own.
    pub(crate) fn keep_part(&self, name: &str, content: &[u8]) -> io::Result<()> {
        write_whole(&self.part(name), content)
    }

    /// Forgets a part that nobody needs any more.
    pub(crate) fn forget_part(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.part(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn load_parts(&self, world: &mut World) -> io::Result<()> {
        world.fill_parts(|name| match fs::read(self.part(name)) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn part(&self, name: &str) -> PathBuf {
        self.path.join(PARTS).join(name)
    }
}

/// Makes a folder for its owner only; an empty one that is there is taken.
fn make(path: &Path) -> Result<(), DataError> {
    let failed = |source| DataError::Io { path: path.to_owned(), source };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed)?;
    for entry in fs::read_dir(path).map_err(failed)? {
        // What a start leaves that was ended before the journal was there.
        let name = entry.map_err(failed)?.file_name();
        if ![LOCK, PARTS, key_file::NAME]
            .iter()
            .any(|own| name.to_str().is_some_and(|name| name.starts_with(own)))
        {
            return Err(DataError::Foreign { path: path.to_owned() });
        }
    }
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(failed)?;
    builder.create(path.join(PARTS)).map_err(failed)
}

fn lock(path: &Path) -> Result<File, DataError> {
    let file = path.join(LOCK);
    let failed = |source| DataError::Io { path: file.clone(), source };
    let lock = private_file().create(true).truncate(false).write(true).open(&file).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(DataError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Options for a file that only its owner reads.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a file so that under its name it is there as a whole or not at all.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut file = private_file().create(true).truncate(true).write(true).open(&unfinished)?;
    io::Write::write_all(&mut file, content)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

const LOCK: &str = "lock";
const PARTS: &str = "parts";
