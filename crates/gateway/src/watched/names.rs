//! Names of files: any bytes come in, and what is written can be written everywhere.

use std::ffi::{OsStr, OsString};

use ksef_crypto::sha256;

/// Whether a file of this name is a document. Names of files that are still being written, hidden ones, and what office
/// programs and systems leave behind are not.
pub(super) fn is_document(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    !(name.starts_with('.')
        || name.starts_with("~$")
        || UNFINISHED.iter().any(|ending| name.ends_with(ending))
        || OF_THE_SYSTEM.contains(&name.as_str()))
}

/// A name without its ending, and the ending without its point; either may be empty.
pub(crate) fn split(name: &OsStr) -> (OsString, String) {
    let path = std::path::Path::new(name);
    let stem = path.file_stem().unwrap_or_default().to_owned();
    (stem, path.extension().unwrap_or_default().to_string_lossy().into_owned())
}

/// A name that every file system takes, recognisable, and another for each other name: what had to be changed or cut
/// bears a few digits of its hash.
pub(crate) fn safe_name(name: &OsStr) -> String {
    let text = name.to_string_lossy();
    let mut safe: String = text
        .chars()
        .map(|letter| {
            let is_odd = letter.is_control()
                || "<>:\"|?*\\/".contains(letter)
                || letter == char::REPLACEMENT_CHARACTER;
            if is_odd { '_' } else { letter }
        })
        .collect();
    if safe.len() > NAME_BYTES_MAX {
        let cut = (0..=NAME_BYTES_MAX).rev().find(|at| safe.is_char_boundary(*at)).unwrap_or(0);
        safe.truncate(cut);
    }
    let trimmed = safe.trim_matches([' ', '.']);
    if trimmed == text && !trimmed.is_empty() {
        return trimmed.to_owned();
    }
    let hash = sha256(name.as_encoded_bytes());
    let digits: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{trimmed}~{digits}")
}

/// The name for a copy when the name itself is taken: `faktura (2).xml`.
pub(super) fn copy_name(name: &OsStr, copy: u32) -> OsString {
    if copy <= 1 {
        return name.to_owned();
    }
    let path = std::path::Path::new(name);
    let mut made = path.file_stem().unwrap_or_default().to_owned();
    made.push(format!(" ({copy})"));
    if let Some(extension) = path.extension() {
        made.push(".");
        made.push(extension);
    }
    made
}

/// Endings of files that are being written or fetched.
const UNFINISHED: [&str; 6] = [".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp"];
const OF_THE_SYSTEM: [&str; 2] = ["thumbs.db", "desktop.ini"];
/// File systems take 255 bytes; a number of KSeF (35), endings and marks come to it.
const NAME_BYTES_MAX: usize = 150;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_what_is_not_finished() {
        for (name, expected) in [
            ("faktura.xml", true),
            ("FAKTURA.XML.TMP", false),
            ("faktura.part", false),
            (".faktura.xml", false),
            ("~$zamówienia.xlsx", false),
            ("Thumbs.db", false),
            ("tmp", true),
            (" ", true),
        ] {
            assert_eq!(is_document(OsStr::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn safe_names_stay_apart() {
        for name in ["faktura", "zażółć gęślą", "FV 1 (2)"] {
            assert_eq!(safe_name(OsStr::new(name)), name);
        }
        let odd = ["a:b", "a?b", "", "..", "x.", &"ż".repeat(200), &format!("{}b", "ż".repeat(200))];
        let made: std::collections::BTreeSet<_> =
            odd.iter().map(|name| safe_name(OsStr::new(name))).collect();
        assert_eq!(made.len(), odd.len(), "{made:?}");
        assert!(made.iter().all(|name| name.len() <= NAME_BYTES_MAX + 9 && !name.contains(['/', ':'])));
    }

    #[cfg(unix)]
    #[test]
    fn names_of_any_bytes_have_a_safe_one() {
        use std::os::unix::ffi::OsStrExt as _;
        let (one, other) = (OsStr::from_bytes(b"a\xff"), OsStr::from_bytes(b"a\xfe"));
        assert_ne!(safe_name(one), safe_name(other));
        assert!(safe_name(one).starts_with("a_~"));
        assert_eq!(copy_name(one, 2).as_bytes(), b"a\xff (2)");
    }

    #[test]
    fn copies_keep_their_ending() {
        assert_eq!(copy_name(OsStr::new("a.b.xml"), 2), "a.b (2).xml");
        assert_eq!(copy_name(OsStr::new("a"), 3), "a (3)");
        assert_eq!(copy_name(OsStr::new("a.xml"), 1), "a.xml");
    }
}
