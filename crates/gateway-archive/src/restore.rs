//! Putting a backup back, into a place where nothing is.

use std::io::{BufRead, Write as _};
use std::path::{Component, Path};

use gateway_objects::Objects;
use gateway_store::{Database, DumpTable, DumpValue, Refill};
use gateway_vault::FileKey;
use ksef_id::Sha256Hash;

use crate::backup::{CONFIG_FILE, MASTER_KEY_FILE, VAULT_FOLDER};
use crate::examine::{DocumentColumns, row_without_table};
use crate::format::{Frame, FrameReader, KeptFile};
use crate::{ArchiveError, OnProgress};

/// Where a backup is put.
#[derive(Clone, Copy)]
pub struct RestoreTarget<'a> {
    /// A database that has nothing in it; of SQLite a file that is not there.
    pub database: &'a Database,
    /// A folder for the files beside it. Until all of it is done nobody else should look there.
    pub folder: &'a Path,
    /// Where documents are brought that rested in object storage and are in the backup; without one they are put into the
    /// database.
    pub objects: Option<&'a Objects>,
}

/// Fills the target. The backup should have been read to its end before ([`crate::examine()`]): then what can fail here is
/// the target alone. What fails leaves an empty database and perhaps files in the folder.
///
/// Progress counts rows.
///
/// # Errors
/// [`ArchiveError`].
pub async fn restore<R: BufRead>(
    input: R,
    key: &FileKey,
    target: RestoreTarget<'_>,
    rows_total: u64,
    progress: OnProgress<'_>,
) -> Result<(), ArchiveError> {
    let mut frames = FrameReader::open(input, key)?;
    let mut filling = Refill::begin(target.database, frames.manifest.version()?).await?;
    let mut table: Option<(DumpTable, Option<DocumentColumns>)> = None;
    let mut done = 0;
    loop {
        match frames.next()? {
            Frame::File(file) => write(target.folder, &file)?,
            Frame::Table(next) => {
                let columns = DocumentColumns::of(&next);
                table = Some((next, columns));
            }
            Frame::Row(mut row) => {
                let Some((table, columns)) = &table else { return Err(row_without_table()) };
                if let Some(columns) = columns {
                    settle_document(columns, target.objects, &mut row).await?;
                }
                filling.insert(table, row).await?;
                done += 1;
                progress(done, rows_total);
            }
            Frame::End(end) => {
                filling.finish(&end.counters).await?;
                return Ok(());
            }
        }
    }
}

/// Brings a document that rested in object storage there again, or has it rest in the database.
async fn settle_document(
    columns: &DocumentColumns,
    objects: Option<&Objects>,
    row: &mut [DumpValue],
) -> Result<(), ArchiveError> {
    if !columns.is_external(row) || columns.document(row).is_none() {
        return Ok(());
    }
    let (Some(objects), Some(kind)) = (objects, columns.object_kind(row)) else {
        columns.set_here(row);
        return Ok(());
    };
    let sha256 = Sha256Hash::parse(columns.sha256(row))
        .map_err(|_| ArchiveError::Content { reason: format!("{} has no hash", columns.place(row)) })?;
    let content = columns.take_content(row);
    objects.put(kind, &sha256, &content).await?;
    Ok(())
}

/// Writes a file of the backup, readable by its owner only, and nothing outside of the folder.
fn write(folder: &Path, file: &KeptFile) -> Result<(), ArchiveError> {
    let relative = Path::new(&file.path);
    let is_inside = relative.components().all(|part| matches!(part, Component::Normal(_)))
        && (relative.starts_with(VAULT_FOLDER)
            || [CONFIG_FILE, MASTER_KEY_FILE].contains(&file.path.as_str()));
    if !is_inside {
        return Err(ArchiveError::Content {
            reason: format!("a file that has no place here: {}", file.path),
        });
    }
    let path = folder.join(relative);
    let failed = |source| ArchiveError::File { path: path.clone(), source };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    builder.create(path.parent().unwrap_or(folder)).map_err(failed)?;
    let mut output = options.open(&path).map_err(failed)?;
    output.write_all(&file.content).and_then(|()| output.sync_all()).map_err(failed)
}
