//! Whether a path still leads to the file that was opened under it.

use std::io;
use std::path::PathBuf;

/// A file, and where it was when it was opened.
#[derive(Debug, Clone)]
pub(crate) struct FilePlace {
    path: PathBuf,
    identity: Identity,
}

/// Device and number: what a file keeps when it is renamed, and what another file has not.
#[cfg(unix)]
type Identity = (u64, u64);
/// Other systems let nobody move or remove a file that is open.
#[cfg(not(unix))]
type Identity = ();

impl FilePlace {
    /// # Errors
    /// When there is no such file.
    pub(crate) fn of(path: PathBuf) -> io::Result<Self> {
        let identity = identity(&path)?;
        Ok(Self { path, identity })
    }

    /// # Errors
    /// When the file is not there any more, or another one is.
    pub(crate) fn check(&self) -> io::Result<()> {
        if identity(&self.path)? == self.identity {
            return Ok(());
        }
        let words = format!("another file is at {} than the one that was opened", self.path.display());
        Err(io::Error::new(io::ErrorKind::NotFound, words))
    }
}

#[cfg(unix)]
fn identity(path: &std::path::Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let found = std::fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &std::path::Path) -> io::Result<Identity> {
    std::fs::metadata(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_moved_removed_or_replaced_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (here, away) = (folder.path().join("here"), folder.path().join("away"));
        std::fs::write(&here, "one").expect("written");
        let place = FilePlace::of(here.clone()).expect("it is there");
        std::fs::write(&here, "the same with more in it").expect("written");
        assert!(place.check().is_ok());
        std::fs::rename(&here, &away).expect("moved");
        assert!(place.check().is_err());
        std::fs::write(&here, "another").expect("written");
        assert!(place.check().is_err());
        std::fs::rename(&away, &here).expect("moved back");
        assert!(place.check().is_ok());
        assert!(FilePlace::of(away).is_err());
    }
}
