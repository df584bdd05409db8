//! Writing a backup.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use gateway_objects::{ObjectError, Objects};
use gateway_store::{Database, DumpValue, Snapshot};
use gateway_vault::{FileKey, FolderStore};
use jiff::Timestamp;
use ksef_id::Sha256Hash;

use crate::examine::DocumentColumns;
use crate::format::{End, FrameWriter, KeptFile, Manifest};
use crate::{ArchiveError, OnProgress};

/// What is backed up.
#[derive(Clone, Copy)]
pub struct BackupSource<'a> {
    /// The database.
    pub database: &'a Database,
    /// The data folder, for the vault and the configuration in it.
    pub data: &'a Path,
    /// Where documents rest that are not in the database, when they are to be taken along.
    pub objects: Option<&'a Objects>,
    /// Whether the vault's master key goes along, if it lies in the data folder: then the backup opens by its own key alone.
    pub is_with_master_key: bool,
    /// The version of the program.
    pub program: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// Writes everything to `output`, while others go on working with the database. Gives back what was written to.
///
/// Progress counts rows.
///
/// # Errors
/// [`ArchiveError`]; what was written by then is no backup, and is refused as one.
pub async fn backup<W: Write>(
    source: BackupSource<'_>,
    key: &FileKey,
    output: W,
    progress: OnProgress<'_>,
) -> Result<W, ArchiveError> {
    let mut snapshot = Snapshot::take(source.database).await?;
    let outcome = write(source, key, output, progress, &mut snapshot).await;
    snapshot.close().await;
    outcome
}

async fn write<W: Write>(
    source: BackupSource<'_>,
    key: &FileKey,
    output: W,
    progress: OnProgress<'_>,
    snapshot: &mut Snapshot,
) -> Result<W, ArchiveError> {
    let manifest = Manifest::new(snapshot.version(), source.program, source.now);
    let mut frames = FrameWriter::begin(output, key, &manifest)?;
    let files = files_of(source.data, source.is_with_master_key)?;
    for file in &files {
        frames.file(file)?;
    }
    let tables = snapshot.tables().await?;
    let mut total = 0;
    for table in &tables {
        total += snapshot.count(table).await?;
    }
    let (mut rows, mut done) = (BTreeMap::new(), 0);
    for table in &tables {
        frames.table(table)?;
        let columns = source.objects.and_then(|_| DocumentColumns::of(table));
        let count = snapshot
            .each_row(table, async |mut row: Vec<DumpValue>| {
                if let (Some(columns), Some(objects)) = (&columns, source.objects) {
                    take_along(columns, objects, &mut row).await?;
                }
                done += 1;
                progress(done, total);
                frames.row(&row)
            })
            .await?;
        rows.insert(table.name.clone(), count);
    }
    let counters = snapshot.counters().await?;
    frames.finish(&End { rows, files: files.len() as u64, counters })
}

/// Puts the bytes of a document that rests in object storage into its row; that it rests there stays written. One that is not
/// there any more, or altered, stays out: whoever reads the backup sees how many did, and the others are not lost for it.
async fn take_along(
    columns: &DocumentColumns,
    objects: &Objects,
    row: &mut [DumpValue],
) -> Result<(), ArchiveError> {
    if !columns.is_external(row) {
        return Ok(());
    }
    let Some(kind) = columns.object_kind(row) else { return Ok(()) };
    let Ok(sha256) = Sha256Hash::parse(columns.sha256(row)) else { return Ok(()) };
    match objects.get(kind, &sha256).await {
        Ok(Some(content)) => columns.set_content(row, content),
        Ok(None) | Err(ObjectError::Tampered { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// The vault's files as they are at one moment, and what else of the data folder belongs to it.
fn files_of(data: &Path, is_with_master_key: bool) -> Result<Vec<KeptFile>, ArchiveError> {
    let mut files = Vec::new();
    let vault = data.join(VAULT_FOLDER);
    if FolderStore::is_in(&vault) {
        let store = FolderStore::open(&vault)?;
        let _lock = store.lock()?;
        collect(&vault, VAULT_FOLDER, &mut files)?;
    }
    let mut alone = vec![CONFIG_FILE];
    if is_with_master_key {
        alone.push(MASTER_KEY_FILE);
    }
    for name in alone {
        let path = data.join(name);
        if path.is_file() {
            files.push(KeptFile { path: name.to_owned(), content: read(&path)? });
        }
    }
    Ok(files)
}

fn collect(folder: &Path, name: &str, files: &mut Vec<KeptFile>) -> Result<(), ArchiveError> {
    let failed = |source| ArchiveError::File { path: folder.to_owned(), source };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    for path in paths {
        let Some(own) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{name}/{own}");
        if path.is_dir() {
            collect(&path, &name, files)?;
        } else {
            files.push(KeptFile { path: name, content: read(&path)? });
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, ArchiveError> {
    std::fs::read(path).map_err(|source| ArchiveError::File { path: path.to_owned(), source })
}

pub(crate) const VAULT_FOLDER: &str = "vault";
pub(crate) const MASTER_KEY_FILE: &str = "master.key";
pub(crate) const CONFIG_FILE: &str = "bramka.toml";
