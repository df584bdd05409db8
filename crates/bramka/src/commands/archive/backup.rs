//! `bramka backup`.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gateway::BackupDeed;
use gateway_archive::{BackupSource, Contents};
use gateway_vault::FileKey;
use jiff::Timestamp;
use serde_json::json;

use super::super::progress::Progress;
use crate::cli::{self, Lang, ListFormat};
use crate::failure::Failure;

/// Writes beside, reads it all again, and only then gives the file its name.
pub(crate) async fn run(arguments: cli::Backup, lang: Lang) -> Result<ExitCode, Failure> {
    let file = arguments.file.as_path();
    if file.exists() {
        let file = file.display();
        return Err(Failure::new(
            format!("{file} już istnieje: podaj inną nazwę"),
            format!("{file} is there already: give another name"),
        ));
    }
    let (data, database) = super::place_of(&arguments.place)?;
    let objects = super::objects_of(arguments.objects.as_deref())?;
    let key = super::key_of(&arguments.key, true, lang)?;
    let source = BackupSource {
        database: &database,
        data: &data,
        objects: objects.as_ref().filter(|_| arguments.with_objects),
        is_with_master_key: arguments.with_master_key,
        program: env!("CARGO_PKG_VERSION"),
        now: Timestamp::now(),
    };
    let beside = Beside::new(file)?;
    let contents = write(source, &key, &beside, lang).await?;
    beside.keep(file)?;
    let size = std::fs::metadata(file).map_or(0, |file| file.len());
    super::note(&data, BackupDeed::Backup, Some((file, size)), contents.documents, contents.broken_count);
    match arguments.format {
        ListFormat::Json => {
            let mut told = super::contents_as_json(&contents);
            told["file"] = json!(file);
            told["bytes"] = json!(size);
            println!("{told}");
        }
        ListFormat::Text => {
            let name = file.display();
            println!(
                "{}",
                match lang {
                    Lang::Pl => format!("{name}: kopia gotowa i sprawdzona, {size} bajtów"),
                    Lang::En => format!("{name}: made and verified, {size} bytes"),
                }
            );
            super::print_contents(&contents, lang);
        }
    }
    // All were to be taken along: what is not in it could not be had.
    let is_incomplete = arguments.with_objects && contents.elsewhere > 0;
    Ok(ExitCode::from(u8::from(contents.broken_count > 0 || is_incomplete)))
}

async fn write(
    source: BackupSource<'_>,
    key: &FileKey,
    beside: &Beside,
    lang: Lang,
) -> Result<Contents, Failure> {
    let failed = |error: std::io::Error| Failure::unwritable(&beside.path, &error);
    let progress = Progress::of(lang.pick("kopiowanie", "writing"));
    let mut total = 0;
    let output = BufWriter::new(beside.open().map_err(failed)?);
    let output = gateway_archive::backup(source, key, output, &mut |done, of| {
        total = of;
        progress.at(done, of);
    })
    .await?;
    output.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    drop(progress);
    let progress = Progress::of(lang.pick("sprawdzanie", "verifying"));
    let input = BufReader::new(File::open(&beside.path).map_err(failed)?);
    Ok(gateway_archive::examine(input, key, total, &mut |done, of| progress.at(done, of))?)
}

/// A file that is removed unless it is kept under another name.
struct Beside {
    path: PathBuf,
}

impl Beside {
    fn new(file: &Path) -> Result<Self, Failure> {
        let mut name = file.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        // What an earlier try that was killed left there is nothing.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::unwritable(&path, &error))
            }
            _ => Ok(Self { path }),
        }
    }

    fn open(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    fn keep(self, file: &Path) -> Result<(), Failure> {
        std::fs::rename(&self.path, file).map_err(|error| Failure::unwritable(file, &error))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Kept or never made: then it is not there.
        let _ = std::fs::remove_file(&self.path);
    }
}
