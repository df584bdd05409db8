//! Who is still writing, as far as the system tells: locks on the file everywhere, open files of processes that we may
//! look into on Linux. What cannot be told counts as nobody; then the time that a file stood still decides.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::TryLockError;
use std::path::Path;

/// Whether another program holds a lock on the file.
pub(super) fn is_locked(path: &Path) -> bool {
    super::files::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// The names in a folder that some process has open for writing.
#[cfg(target_os = "linux")]
pub(super) fn open_for_writing(folder: &Path) -> HashSet<OsString> {
    let mut names = HashSet::new();
    let (Ok(folder), Ok(processes)) = (folder.canonicalize(), std::fs::read_dir("/proc")) else {
        return names;
    };
    for process in processes.flatten() {
        let is_process = process.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit);
        // Those of other users cannot be looked into.
        let Ok(open) = (if is_process { std::fs::read_dir(process.path().join("fd")) } else { continue })
        else {
            continue;
        };
        for descriptor in open.flatten() {
            let Ok(target) = std::fs::read_link(descriptor.path()) else { continue };
            let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else { continue };
            if parent == folder && is_writing(&process.path(), &descriptor.file_name()) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// `flags:` of `/proc/PID/fdinfo/FD` are those of `open`, in octal (proc(5)); the last two bits say how it was opened.
#[cfg(target_os = "linux")]
fn is_writing(process: &Path, descriptor: &std::ffi::OsStr) -> bool {
    let Ok(info) = std::fs::read_to_string(process.join("fdinfo").join(descriptor)) else { return false };
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok()).is_some_and(|flags| flags & 0o3 != 0)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn open_for_writing(_: &Path) -> HashSet<OsString> {
    HashSet::new()
}
