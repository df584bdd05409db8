//! Which files are finished: those whose size and time have stood still for a moment.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::names::is_document;
use super::writers;

/// What a file looked like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(super) size: u64,
    pub(super) modified: Option<SystemTime>,
    /// Which file it is, where that can be told: another one may have taken its name.
    pub(super) file: (u64, u64),
}

impl Stat {
    pub(super) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let file = (0, 0);
        Self { size: metadata.len(), modified: metadata.modified().ok(), file }
    }
}

/// A file that is finished as far as can be told from outside.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) name: OsString,
    pub(crate) path: PathBuf,
    pub(crate) stat: Stat,
}

/// What is known of the files of a folder from earlier looks.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    seen: HashMap<OsString, Seen>,
}

#[derive(Debug)]
struct Seen {
    stat: Stat,
    since: Instant,
    /// It could not be dealt with, and is left alone until then.
    not_before: Option<Instant>,
}

impl Settled {
    /// Looks at the folder; returns files that have stood still for [`STILL`] and that nobody has open for writing, at
    /// most `limit`. Folders, links and special files are nothing to take.
    pub(crate) fn look(&mut self, folder: &Path, limit: usize, now: Instant) -> io::Result<Vec<Candidate>> {
        let mut there = HashMap::new();
        let mut candidates = Vec::new();
        for entry in std::fs::read_dir(folder)?.take(ENTRIES_MAX) {
            let entry = entry?;
            // The entry's own type: what a link leads to is not looked at.
            if !is_document(&entry.file_name()) || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                continue;
            }
            // It may be gone since.
            let Ok(metadata) = entry.metadata() else { continue };
            let (name, stat) = (entry.file_name(), Stat::of(&metadata));
            let seen = match self.seen.remove(&name) {
                Some(seen) if seen.stat == stat => seen,
                _ => Seen { stat, since: now, not_before: None },
            };
            let is_still = now.duration_since(seen.since) >= STILL;
            if is_still && seen.not_before.is_none_or(|moment| moment <= now) && candidates.len() < limit {
                candidates.push(Candidate { name: name.clone(), path: entry.path(), stat });
            }
            there.insert(name, seen);
        }
        self.seen = there;
        if !candidates.is_empty() {
            let written = writers::open_for_writing(folder);
            candidates.retain(|one| !written.contains(&one.name) && !writers::is_locked(&one.path));
        }
        Ok(candidates)
    }

    /// Whether a file of the last look was left alone since it could not be dealt with.
    pub(crate) fn has_left(&self) -> bool {
        self.seen.values().any(|seen| seen.not_before.is_some())
    }

    /// Leaves a file alone for a while.
    pub(crate) fn leave(&mut self, name: &OsString, until: Instant) {
        if let Some(seen) = self.seen.get_mut(name) {
            seen.not_before = Some(until);
        }
    }
}

/// How long a file must stand still. Programs that write for longer than this without a change of size or time should
/// write under another name first (`.tmp`, `.part`) and rename.
const STILL: Duration = Duration::from_millis(900);
/// How much of a folder is looked at at once; what is moved out makes room for the rest.
const ENTRIES_MAX: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Candidate]) -> Vec<String> {
        let mut names: Vec<String> =
            found.iter().map(|one| one.name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_taken_when_it_has_stood_still() {
        let here = tempfile::tempdir().expect("a folder");
        let at = |name: &str| here.path().join(name);
        let start = Instant::now();
        let later = |seconds| start + Duration::from_secs(seconds);
        let mut settled = Settled::default();
        std::fs::write(at("a.xml"), "<a").expect("written");
        std::fs::write(at("b.tmp"), "b").expect("written");
        std::fs::create_dir(at("deeper")).expect("made");
        std::fs::write(at("deeper/c.xml"), "c").expect("written");
        assert!(settled.look(here.path(), 10, later(0)).expect("read").is_empty(), "just seen");
        std::fs::write(at("a.xml"), "<a/>").expect("written");
        assert!(settled.look(here.path(), 10, later(2)).expect("read").is_empty(), "it grew");
        assert_eq!(names(&settled.look(here.path(), 10, later(4)).expect("read")), ["a.xml"]);
        settled.leave(&"a.xml".into(), later(10));
        assert!(settled.has_left());
        assert!(settled.look(here.path(), 10, later(6)).expect("read").is_empty(), "left alone");
        assert_eq!(names(&settled.look(here.path(), 10, later(11)).expect("read")), ["a.xml"]);
        // Another file under the same name, as an editor saves it.
        std::fs::write(at("new.tmp"), "<a/>").expect("written");
        std::fs::rename(at("new.tmp"), at("a.xml")).expect("renamed");
        assert!(settled.look(here.path(), 10, later(12)).expect("read").is_empty());
        for number in 0..5 {
            std::fs::write(at(&format!("{number}.xml")), "x").expect("written");
        }
        settled.look(here.path(), 10, later(20)).expect("read");
        assert_eq!(settled.look(here.path(), 3, later(22)).expect("read").len(), 3);
        drop(here);
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error_and_no_empty_folder() {
        let here = tempfile::tempdir().expect("a folder");
        let gone = here.path().join("in");
        let error = Settled::default().look(&gone, 10, Instant::now()).expect_err("gone");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let here = tempfile::tempdir().expect("a folder");
        std::fs::write(here.path().join("real.tmp"), "x").expect("written");
        std::os::unix::fs::symlink("real.tmp", here.path().join("link.xml")).expect("linked");
        let mut settled = Settled::default();
        let start = Instant::now();
        for seconds in [0, 2, 4] {
            let moment = start + Duration::from_secs(seconds);
            assert!(settled.look(here.path(), 10, moment).expect("read").is_empty());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_open_for_writing_or_locked_waits() {
        let here = tempfile::tempdir().expect("a folder");
        let path = here.path().join("a.xml");
        std::fs::write(&path, "x").expect("written");
        let start = Instant::now();
        let mut settled = Settled::default();
        let mut seconds = 0;
        let mut look = || {
            seconds += 2;
            let moment = start + Duration::from_secs(seconds);
            settled.look(here.path(), 10, moment).expect("read").len()
        };
        look();
        let writer = std::fs::File::options().append(true).open(&path).expect("opened");
        assert_eq!(look(), 0, "open for writing");
        drop(writer);
        let reader = std::fs::File::open(&path).expect("opened");
        assert_eq!(look(), 1, "reading harms nothing");
        reader.lock().expect("locked");
        assert_eq!(look(), 0, "locked");
        drop(reader);
        assert_eq!(look(), 1);
    }
}
