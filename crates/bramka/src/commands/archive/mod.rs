//! `bramka backup`, `bramka restore`, `bramka export`, `bramka archive`: what is kept, as a whole.
//!
//! They work on database and folder themselves: a backup must be possible while a gateway works and when none starts any more.

mod backup;
mod export;
mod restore;
mod verify;

pub(crate) use backup::run as backup;
pub(crate) use export::run as export;
pub(crate) use restore::run as restore;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gateway::{BackupDeed, BackupNote, Database, ObjectSettings};
use gateway_archive::{ArchiveError, Broken, Contents, Fault, Objects};
use gateway_vault::{FileKey, MasterKey, MasterKeySource, SealedFileError};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::{self, ArchiveCommand, BackupKey, DatabasePlace, Lang};
use crate::failure::Failure;
use crate::{folders, secret_input, vault_access};

pub(crate) async fn run(arguments: cli::Archive, lang: Lang) -> Result<ExitCode, Failure> {
    match &arguments.command {
        ArchiveCommand::Verify(verify) => verify::run(verify, &arguments.place, lang).await,
    }
}

/// The day in Warsaw, by which the law counts.
fn today() -> jiff::civil::Date {
    super::validate::today()
}

/// Reading what is not there would make an empty database, in which nothing is wrong.
fn must_exist(database: &Database) -> Result<(), Failure> {
    match database {
        Database::Sqlite(path) if !path.exists() => {
            Err(Failure::unreadable(path, &std::io::ErrorKind::NotFound.into()))
        }
        _ => Ok(()),
    }
}

/// The data folder and the database of it, unless another is named.
fn place_of(place: &DatabasePlace) -> Result<(PathBuf, Database), Failure> {
    let data = vault_access::data_folder(place.data.as_deref())?;
    let database = folders::database_of(&data, place.database.as_deref())?;
    Ok((data, database))
}

/// Writes down for the gateway's page what was done. What was done is worth more than the note of it.
fn note(data: &Path, deed: BackupDeed, file: Option<(&Path, u64)>, documents: u64, broken: u64) {
    let note = BackupNote {
        at: Timestamp::now(),
        deed,
        file: file.map(|(path, _)| path.display().to_string()),
        bytes: file.map(|(_, bytes)| bytes),
        documents,
        broken,
    };
    // A folder that is not there is not made for a note.
    if data.is_dir()
        && let Err(error) = note.keep(data)
    {
        tracing::warn!(%error, "what was done is not written down in the data folder");
    }
}

fn objects_of(address: Option<&str>) -> Result<Option<Objects>, Failure> {
    let Some(address) = address else { return Ok(None) };
    let settings = ObjectSettings::parse(address, |name| std::env::var(name).ok()).map_err(|error| {
        Failure::new(format!("--objects nie nadaje się do użycia: {error}"), format!("--objects: {error}"))
    })?;
    Objects::open(settings).map(Some).map_err(|error| ArchiveError::from(error).into())
}

/// The key of a backup: a file's, or a passphrase; a new one is asked for twice.
fn key_of(key: &BackupKey, is_new: bool, lang: Lang) -> Result<FileKey, Failure> {
    // A passphrase that was named is meant, even where the environment names a key file.
    if let Some(path) = &key.passphrase_file {
        return secret_input::from_file(path).map(FileKey::Passphrase);
    }
    if let Some(path) = &key.key_file {
        return Ok(FileKey::Key(MasterKey::read(&MasterKeySource::File(path.clone()))?));
    }
    if let Some(passphrase) = secret_input::from_environment("BRAMKA_BACKUP_PASSPHRASE") {
        return Ok(FileKey::Passphrase(passphrase));
    }
    let missing = || {
        Failure::new(
            "podaj hasło kopii: --passphrase-file, BRAMKA_BACKUP_PASSPHRASE albo --key-file",
            "give the backup's passphrase: --passphrase-file, BRAMKA_BACKUP_PASSPHRASE, or --key-file",
        )
    };
    let prompt = lang.pick("Hasło kopii: ", "Passphrase of the backup: ");
    let first = secret_input::ask(prompt)?.ok_or_else(missing)?;
    if is_new {
        use secrecy::ExposeSecret as _;
        let again = secret_input::ask(lang.pick("Jeszcze raz: ", "Once more: "))?.ok_or_else(missing)?;
        if first.expose_secret() != again.expose_secret() {
            return Err(Failure::new("hasła się różnią", "the passphrases differ"));
        }
    }
    Ok(FileKey::Passphrase(first))
}

/// What a backup holds, for programs.
fn contents_as_json(contents: &Contents) -> Value {
    json!({
        "madeAt": contents.made_at,
        "program": contents.program,
        "database": contents.version.kind.as_str(),
        "schema": contents.version.number,
        "rows": contents.row_count(),
        "tables": contents.rows,
        "documents": contents.documents,
        "upos": contents.upos,
        "documentsElsewhere": contents.elsewhere,
        "hasVault": contents.has_vault(),
        "hasMasterKey": contents.has_master_key(),
        "brokenCount": contents.broken_count,
        "broken": broken_as_json(&contents.broken),
    })
}

/// The same for people.
fn print_contents(contents: &Contents, lang: Lang) {
    let (rows, documents, upos) = (contents.row_count(), contents.documents, contents.upos);
    println!(
        "{}",
        match lang {
            Lang::Pl => format!(
                "wiersze: {rows}, dokumenty ze zgodnym skrótem: {documents}, w tym UPO z ważnym podpisem: {upos}"
            ),
            Lang::En => format!(
                "rows: {rows}, documents with the right hash: {documents}, of these UPO with a valid signature: {upos}"
            ),
        }
    );
    if contents.elsewhere > 0 {
        let count = contents.elsewhere;
        println!(
            "{}",
            match lang {
                Lang::Pl => format!(
                    "dokumenty w magazynie obiektów, których tu nie ma: {count} (zabiera je bramka backup --with-objects)"
                ),
                Lang::En => format!(
                    "documents in object storage that are not in it: {count} (bramka backup --with-objects takes them along)"
                ),
            }
        );
    }
    if contents.has_vault() && !contents.has_master_key() {
        println!(
            "{}",
            lang.pick(
                "sejf jest w kopii, jego klucza głównego w niej nie ma: przechowuj go osobno",
                "the vault is in it, its master key is not: keep that elsewhere"
            )
        );
    }
    print_broken(&contents.broken, contents.broken_count, lang);
}

fn broken_as_json(broken: &[Broken]) -> Value {
    broken.iter().map(|one| json!({ "place": one.place, "fault": one.fault.to_string() })).collect()
}

fn print_broken(broken: &[Broken], count: u64, lang: Lang) {
    for one in broken {
        let words = match lang {
            Lang::Pl => in_polish(&one.fault),
            Lang::En => one.fault.to_string(),
        };
        println!("  {}: {words}", one.place);
    }
    let untold = count - broken.len() as u64;
    if untold > 0 {
        println!("  {} {untold}", lang.pick("i dalszych:", "and others:"));
    }
}

fn in_polish(fault: &Fault) -> String {
    match fault {
        Fault::Altered { expected, found } => {
            format!("treść zmieniono: SHA-256 jest {found}, a było {expected}")
        }
        Fault::Missing => "nie ma go".to_owned(),
        Fault::Upo(error) => format!("UPO nie potwierdza: {}", super::upo::in_polish(error)),
        Fault::OtherDocument { register, document } => {
            format!("w rejestrze stoi SHA-256 {register}, a dokument ma {document}")
        }
        Fault::Object(error) => format!("magazyn obiektów: {error}"),
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        // The causes say what the outermost sentence cannot, such as why a database does not open.
        let mut en = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            let words = inner.to_string();
            if !en.contains(&words) {
                en += &format!(": {words}");
            }
            cause = inner.source();
        }
        let pl = match &error {
            ArchiveError::Sealed(error) => match error {
                SealedFileError::OtherFile => {
                    "to nie jest kopia zapasowa bramki albo jest z późniejszej wersji".to_owned()
                }
                SealedFileError::OtherKind { needed } => format!(
                    "kopię otwiera {}, a podano co innego",
                    if *needed == "a passphrase" { "hasło" } else { "plik klucza" }
                ),
                SealedFileError::OtherKey { needed, given } => {
                    format!("kopię otwiera klucz {needed}, a podano {given}")
                }
                SealedFileError::Key(gateway_vault::MasterKeyError::WrongPassphrase) => {
                    "hasło kopii jest nieprawidłowe".to_owned()
                }
                SealedFileError::Key(_) => {
                    "tego hasła kopii nie można użyć: musi mieć co najmniej 12 znaków".to_owned()
                }
                SealedFileError::Altered { at } => format!("plik zmieniono lub uszkodzono w bajcie {at}"),
                SealedFileError::Cut { at } => {
                    format!("plik ucięto albo uszkodzono na końcu: ma {at} bajtów")
                }
                SealedFileError::Io(error) => format!("nie można odczytać lub zapisać pliku: {error}"),
            },
            ArchiveError::Content { reason } => {
                format!("kopii nie można odczytać ({reason}); być może utworzyła ją późniejsza wersja bramki")
            }
            ArchiveError::NotWhole { reason } => format!("kopia nie jest cała ({reason})"),
            ArchiveError::Store(_) => format!("baza danych: {en}"),
            ArchiveError::Vault(error) => format!("sejf: {error}"),
            ArchiveError::Objects(error) => format!("magazyn dokumentów: {error}"),
            ArchiveError::File { path, source } => {
                format!("nie można odczytać lub zapisać pliku {}: {source}", path.display())
            }
        };
        Self::new(pl, en)
    }
}
