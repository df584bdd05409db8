//! Reading, moving and writing files so that nothing is half there and nothing is written over.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::names::copy_name;
use super::settled::{Candidate, Stat};

/// Opens a file for reading: a link is refused, and a pipe does not make us wait.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
    }
    options.open(path)
}

/// Reads a file that is to be as it was seen, at most so many bytes and one more. `None` when it is another one now, or
/// changed while it was read.
pub(crate) fn read_stable(candidate: &Candidate, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut file = open(&candidate.path)?;
    if Stat::of(&file.metadata()?) != candidate.stat {
        return Ok(None);
    }
    let mut content = Vec::new();
    (&mut file).take(bytes_max as u64 + 1).read_to_end(&mut content)?;
    let is_same = Stat::of(&file.metadata()?) == candidate.stat;
    Ok(is_same.then_some(content))
}

/// Moves a file into a folder, under its own name or, when another document has it there, under a name beside it;
/// returns where it is now. A file that is gone was moved, or deleted by somebody: `None`.
pub(crate) fn move_into(folder: &Path, from: &Path, name: &OsStr) -> io::Result<Option<PathBuf>> {
    for copy in 1..=COPIES_MAX {
        let to = folder.join(copy_name(name, copy));
        // The same document once more takes its earlier self's place.
        if to.symlink_metadata().is_ok() && !same_content(from, &to)? {
            continue;
        }
        return match std::fs::rename(from, &to) {
            Ok(()) => Ok(Some(to)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !exists(from) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let content = std::fs::read(from)?;
                write_whole(&to, &content)?;
                std::fs::remove_file(from)?;
                Ok(Some(to))
            }
            Err(error) => Err(error),
        };
    }
    let words = format!("there are {COPIES_MAX} files of this name in {}", folder.display());
    Err(io::Error::new(io::ErrorKind::AlreadyExists, words))
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn same_content(one: &Path, other: &Path) -> io::Result<bool> {
    let (Ok(first), Ok(second)) = (std::fs::symlink_metadata(one), std::fs::symlink_metadata(other)) else {
        // One of them is gone: then nothing is written over.
        return Ok(true);
    };
    if !second.is_file() || first.len() != second.len() {
        return Ok(false);
    }
    Ok(std::fs::read(one)? == std::fs::read(other)?)
}

/// Writes a file that is there as a whole or not at all, also after a loss of power.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bramka-").suffix(".tmp");
    #[cfg(unix)]
    {
        // Whoever may read the folder may read what is laid into it; the umask has the last word.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

const COPIES_MAX: u32 = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_never_writes_over_another_document() {
        let here = tempfile::tempdir().expect("a folder");
        let sent = here.path().join("sent");
        std::fs::create_dir(&sent).expect("made");
        let put = |content: &str| {
            let path = here.path().join("a.xml");
            std::fs::write(&path, content).expect("written");
            path
        };
        let moved = |content: &str| {
            let to = move_into(&sent, &put(content), OsStr::new("a.xml")).expect("moved").expect("there");
            to.file_name().expect("a name").to_string_lossy().into_owned()
        };
        assert_eq!(moved("one"), "a.xml");
        assert_eq!(moved("two"), "a (2).xml");
        assert_eq!(moved("one"), "a.xml", "the same document");
        assert_eq!(moved("three"), "a (3).xml");
        assert_eq!(std::fs::read(sent.join("a.xml")).expect("read"), b"one");
        assert_eq!(std::fs::read(sent.join("a (2).xml")).expect("read"), b"two");
        let gone = here.path().join("none.xml");
        assert_eq!(move_into(&sent, &gone, OsStr::new("none.xml")).expect("nothing to do"), None);
        let nowhere = here.path().join("nowhere");
        assert!(move_into(&nowhere, &put("x"), OsStr::new("a.xml")).is_err());
        assert!(here.path().join("a.xml").exists(), "what cannot be moved stays");
    }

    #[test]
    fn a_file_that_changed_since_is_not_read() {
        let here = tempfile::tempdir().expect("a folder");
        let path = here.path().join("a.xml");
        std::fs::write(&path, "one").expect("written");
        let stat = Stat::of(&std::fs::metadata(&path).expect("there"));
        let candidate = Candidate { name: "a.xml".into(), path: path.clone(), stat };
        assert_eq!(read_stable(&candidate, 10).expect("read"), Some(b"one".to_vec()));
        assert_eq!(read_stable(&candidate, 1).expect("read"), Some(b"on".to_vec()), "cut, and seen to be");
        std::fs::write(&path, "other").expect("written");
        assert_eq!(read_stable(&candidate, 10).expect("read"), None);
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(read_stable(&candidate, 10).expect_err("gone").kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_files_place_is_not_read() {
        let here = tempfile::tempdir().expect("a folder");
        let (path, link) = (here.path().join("a.xml"), here.path().join("b.xml"));
        std::fs::write(&path, "one").expect("written");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        assert!(open(&path).is_ok() && open(&link).is_err());
    }
}
