//! Takes archives of strangers apart: ZIP and tar under gzip, file by file, each with a limit.
//!
//! Refused as a whole: what is no archive, entries that are no plain files, names that lead elsewhere, and archives that
//! swell beyond any honest size.

use aws_lc_rs::digest;
use ksef_wire::CompressionType;
use std::io::{Cursor, Read};

/// A file of an archive.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) sha256: [u8; 32],
    /// `None` when it is longer than what was asked to be kept.
    pub(crate) content: Option<Vec<u8>>,
}

/// Why an archive is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UnpackError {
    /// More files than allowed; counting stops at [`COUNT_MAX`].
    TooMany { found: usize, max: usize },
    /// Not readable, or not to be trusted.
    Broken(String),
}

/// Gives each file of an archive to `each`, in the archive's order. When the answer is an error, what was given counts
/// for nothing.
pub(crate) fn unpack(
    archive: &[u8],
    compression: &CompressionType,
    files_max: usize,
    kept_bytes_max: usize,
    mut each: impl FnMut(File),
) -> Result<(), UnpackError> {
    let mut budget = Budget { unpacked_bytes: 0, kept_bytes_max };
    match compression {
        CompressionType::TarGz => tar_gz(archive, files_max, &mut budget, &mut each),
        _ => zip(archive, files_max, &mut budget, &mut each),
    }
}

fn zip(
    archive: &[u8],
    files_max: usize,
    budget: &mut Budget,
    each: &mut impl FnMut(File),
) -> Result<(), UnpackError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).map_err(|error| broken(&error))?;
    let found = archive.len();
    if found > files_max {
        return Err(UnpackError::TooMany { found, max: files_max });
    }
    for index in 0..found {
        let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = plain_name(entry.name_raw())?;
        if !entry.is_file() {
            return Err(UnpackError::Broken(format!("Pozycja '{name}' nie jest plikiem.")));
        }
        each(budget.read(name, &mut entry)?);
    }
    Ok(())
}

fn tar_gz(
    archive: &[u8],
    files_max: usize,
    budget: &mut Budget,
    each: &mut impl FnMut(File),
) -> Result<(), UnpackError> {
    // The limit holds for what lies between the files as well.
    let stream = flate2::read::MultiGzDecoder::new(archive).take(UNPACKED_BYTES_MAX);
    let mut archive = tar::Archive::new(stream);
    // Raw: the reader's own handling of long names would take memory as the archive asks for it.
    let entries = archive.entries().map_err(|error| broken(&error))?.raw(true);
    let (mut found, mut long_name, mut is_any) = (0, None, false);
    for entry in entries {
        let mut entry = entry.map_err(|error| broken(&error))?;
        is_any = true;
        let kind = entry.header().entry_type();
        if kind.is_pax_global_extensions() {
            continue;
        }
        if kind.is_pax_local_extensions() || kind.is_gnu_longname() {
            let mut text = Vec::new();
            let size = (&mut entry).take(EXTENSION_BYTES_MAX + 1).read_to_end(&mut text);
            if size.map_err(|error| broken(&error))? as u64 > EXTENSION_BYTES_MAX {
                return Err(UnpackError::Broken("Nagłówek rozszerzony archiwum jest za długi.".to_owned()));
            }
            if kind.is_gnu_longname() {
                long_name = Some(text.split(|byte| *byte == 0).next().unwrap_or_default().to_vec());
            } else if let Some(path) = pax_path(&text) {
                long_name = Some(path);
            }
            continue;
        }
        let name = match long_name.take() {
            Some(name) => plain_name(&name)?,
            None => plain_name(&entry.path_bytes())?,
        };
        if !kind.is_file() {
            return Err(UnpackError::Broken(format!("Pozycja '{name}' nie jest plikiem.")));
        }
        found += 1;
        if found > COUNT_MAX {
            break;
        }
        if found <= files_max {
            each(budget.read(name, &mut entry)?);
        }
    }
    if found > files_max {
        return Err(UnpackError::TooMany { found, max: files_max });
    }
    // An empty stream would pass for an archive without files.
    if !is_any && archive.into_inner().limit() == UNPACKED_BYTES_MAX {
        return Err(UnpackError::Broken("Archiwum jest puste.".to_owned()));
    }
    Ok(())
}

/// The `path` of a pax header.
fn pax_path(text: &[u8]) -> Option<Vec<u8>> {
    tar::PaxExtensions::new(text)
        .filter_map(Result::ok)
        .find(|extension| extension.key_bytes() == b"path")
        .map(|extension| extension.value_bytes().to_vec())
}

/// A name without any way in it.
fn plain_name(name: &[u8]) -> Result<String, UnpackError> {
    let text = String::from_utf8_lossy(name);
    let text = text.strip_prefix("./").unwrap_or(&text);
    let leads_elsewhere = text.contains(['/', '\\', ':']) || text.contains(char::is_control);
    if text.is_empty() || text == ".." || text == "." || leads_elsewhere || text.len() > NAME_BYTES_MAX {
        let shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
        return Err(UnpackError::Broken(format!("Niedozwolona nazwa pliku w archiwum: '{shown}'.")));
    }
    Ok(text.to_owned())
}

struct Budget {
    unpacked_bytes: u64,
    kept_bytes_max: usize,
}

impl Budget {
    fn read(&mut self, name: String, reader: &mut impl Read) -> Result<File, UnpackError> {
        let mut hash = digest::Context::new(&digest::SHA256);
        let mut content = Vec::new();
        let mut is_kept = true;
        let mut size: u64 = 0;
        let mut buffer = [0; 16 * 1024];
        loop {
            let count = reader.read(&mut buffer).map_err(|error| broken(&error))?;
            if count == 0 {
                break;
            }
            size += count as u64;
            self.unpacked_bytes += count as u64;
            if size > FILE_BYTES_MAX || self.unpacked_bytes > UNPACKED_BYTES_MAX {
                return Err(UnpackError::Broken(format!(
                    "Plik '{name}' przekracza dopuszczalny rozmiar po rozpakowaniu."
                )));
            }
            hash.update(&buffer[..count]);
            is_kept = is_kept && size <= self.kept_bytes_max as u64;
            if is_kept {
                content.extend_from_slice(&buffer[..count]);
            } else {
                content = Vec::new();
            }
        }
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(hash.finish().as_ref());
        Ok(File { name, sha256, content: is_kept.then_some(content) })
    }
}

fn broken(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::Broken(error.to_string())
}

/// Files counted in an archive that has too many.
const COUNT_MAX: usize = 1_000_000;
/// No invoice is longer than 10 MB, whatever the limits are set to; what is ten times as long is a bomb.
const FILE_BYTES_MAX: u64 = 100_000_000;
/// The largest package that may be sent, and more than any honest one swells to in a test.
const UNPACKED_BYTES_MAX: u64 = 5_000_000_000;
const EXTENSION_BYTES_MAX: u64 = 64 * 1024;
const NAME_BYTES_MAX: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packing::Packer;
    use proptest::prelude::*;

    fn names(archive: &[u8], compression: &CompressionType) -> Result<Vec<String>, UnpackError> {
        let mut names = Vec::new();
        unpack(archive, compression, 3, 10, |file| {
            let length = file.content.as_ref().map_or("long".to_owned(), |content| content.len().to_string());
            names.push(format!("{} {length}", file.name));
        })?;
        Ok(names)
    }

    fn pack(compression: &CompressionType, files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut packer = Packer::new(compression);
        for (name, content) in files {
            packer.add(name, content).expect("packed in memory");
        }
        packer.finish().expect("packed in memory")
    }

    const BOTH: [CompressionType; 2] = [CompressionType::Zip, CompressionType::TarGz];

    #[test]
    fn files_come_in_order_and_long_ones_without_content() {
        let name = format!("{}ż.xml", "x".repeat(120));
        for compression in &BOTH {
            let archive =
                pack(compression, &[("b.xml", b"1234567890"), ("a.xml", b"12345678901"), (&name, b"")]);
            let expected = ["b.xml 10".to_owned(), "a.xml long".to_owned(), format!("{name} 0")];
            assert_eq!(names(&archive, compression), Ok(expected.to_vec()));
            let mut hashes = Vec::new();
            assert!(unpack(&archive, compression, 3, 10, |file| hashes.push(file.sha256)).is_ok());
            assert_eq!(hashes[1], ksef_crypto::sha256(b"12345678901"));
        }
    }

    #[test]
    fn too_many_files_are_counted() {
        for compression in &BOTH {
            let archive = pack(compression, &[("a", b""), ("b", b""), ("c", b""), ("d", b""), ("e", b"")]);
            assert_eq!(names(&archive, compression), Err(UnpackError::TooMany { found: 5, max: 3 }));
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["../a.xml", "/etc/a.xml", "dir/a.xml", "..\\a.xml", "C:a.xml", "..", "a\nb"] {
            for compression in &BOTH {
                // The tar writer itself refuses some of these.
                let mut packer = Packer::new(compression);
                if packer.add(name, b"x").is_err() {
                    continue;
                }
                let archive = packer.finish().expect("packed in memory");
                let result = names(&archive, compression);
                assert!(matches!(result, Err(UnpackError::Broken(_))), "{name:?}: {result:?}");
            }
        }
    }

    #[test]
    fn links_are_no_files() {
        let mut builder =
            tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, "a.xml", "/etc/passwd").expect("written in memory");
        let archive =
            builder.into_inner().and_then(flate2::write::GzEncoder::finish).expect("written in memory");
        assert!(matches!(names(&archive, &CompressionType::TarGz), Err(UnpackError::Broken(_))));
    }

    #[test]
    fn bombs_are_refused() {
        let zeros = vec![0; usize::try_from(FILE_BYTES_MAX).expect("a size") + 1];
        for compression in &BOTH {
            let archive = pack(compression, &[("a.xml", &zeros)]);
            assert!(archive.len() < 1_000_000);
            assert!(matches!(names(&archive, compression), Err(UnpackError::Broken(_))));
        }
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        for compression in &BOTH {
            for bytes in [&b""[..], b"PK\x05\x06", b"\x1f\x8b\x08"] {
                assert!(matches!(names(bytes, compression), Err(UnpackError::Broken(_))), "{bytes:?}");
            }
            let archive = pack(compression, &[("a.xml", b"1234567890")]);
            let cut = &archive[..archive.len() / 2];
            assert!(matches!(names(cut, compression), Err(UnpackError::Broken(_))));
            assert_eq!(names(&pack(compression, &[]), compression), Ok(Vec::new()));
        }
    }

    proptest! {
        #[test]
        fn any_change_of_bytes_is_survived(place in 0usize..2000, byte: u8, is_zip: bool) {
            let compression = if is_zip { CompressionType::Zip } else { CompressionType::TarGz };
            let mut archive = pack(&compression, &[("a.xml", b"12345"), ("b.xml", b"67890")]);
            let place = place % archive.len();
            archive[place] = byte;
            let _ = names(&archive, &compression);
        }
    }
}
