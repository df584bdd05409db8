//! Sending as a batch: many documents in one package.
//!
//! The order loses nothing: packed and declared first, then on disk (`sending`, all of them, with the session), then
//! brought, then closed. KSeF processes a package only when it is closed, and it is closed only when all of it was
//! brought; whatever a crash leaves is told apart by that (see [`super::settle`]).

use std::io::Write as _;
use std::path::{Path, PathBuf};

use gateway_rules::midnight::Way;
use gateway_store::{Sale, SaleId, Waiting};
use ksef_client::batch::{BatchDocument, BatchUpload, DocumentSource, PackOptions, PackedBatch, pack};
use ksef_client::ksef_crypto::SessionKey;

use super::online::{tampered, unknown_form};
use super::ready::only_ready;
use super::settle::abandon;
use super::{Work, WorkError, form_code};

/// Packs and sends documents that can travel together. Returns how many went.
pub(super) async fn send_batch(
    work: &Work<'_>,
    of: &Waiting,
    at_most: u32,
    bytes_max: u64,
) -> Result<usize, WorkError> {
    let form = form_code(&of.form).ok_or_else(|| unknown_form(&of.form))?;
    let waiting = work.app.store.next_to_send(&work.company.context, of, work.now(), at_most).await?;
    let waiting = only_ready(work, Way::Batch, waiting).await?;
    let folder = PackageFolder::make(&work.app.packages)?;
    let (members, documents) = gather(work, &folder, waiting, bytes_max.min(PACKAGE_BYTES_MAX)).await?;
    if members.is_empty() {
        return Ok(0);
    }
    let key = SessionKey::generate();
    let (packed, key) = packed(documents, key, folder.path.clone()).await?;
    // A package may have taken fewer than it was offered.
    let members = members.get(..packed.documents.len()).unwrap_or(&members);

    let mut upload = work.company.ksef.open_batch(&form, &packed, &key, of.is_offline).await?;
    let session = upload.reference_number.clone();
    let started = work.app.journal.batch_opened(work.fence, &session, members, work.now()).await?;
    if let Some(Err(error)) = started.iter().find(|one| one.is_err()) {
        tracing::info!(%session, %error, "a document was taken back while it was packed: the package is not sent");
        abandon(work, &session, "was not sent, since a document was taken out of it", None).await?;
        return Ok(0);
    }
    if let Err(error) = bring(work, &mut upload).await {
        abandon(work, &session, "was left, since its parts did not arrive", None).await?;
        return Err(error);
    }
    // Whatever is answered: the session is in the database and is settled by its status.
    match work.company.ksef.close_batch(&session).await {
        Ok(()) => {}
        Err(error) => tracing::warn!(%session, %error, "whether the batch is closed is asked later"),
    }
    Ok(members.len())
}

/// Brings the parts; what does not get through is tried again, since a part that is put twice is the same part.
async fn bring(work: &Work<'_>, upload: &mut BatchUpload) -> Result<(), WorkError> {
    let mut tries = 0;
    loop {
        match work.company.ksef.upload_parts(upload).await {
            Ok(()) => return Ok(()),
            Err(error) => {
                tries += 1;
                if tries == UPLOAD_TRIES {
                    return Err(error.into());
                }
            }
        }
    }
}

/// Reads documents up to a sum of bytes. Large ones lie in files meanwhile, so that memory stays small.
async fn gather(
    work: &Work<'_>,
    folder: &PackageFolder,
    waiting: Vec<Sale>,
    bytes_max: u64,
) -> Result<(Vec<SaleId>, Vec<BatchDocument>), WorkError> {
    let (mut members, mut documents, mut bytes) = (Vec::new(), Vec::new(), 0);
    for sale in waiting {
        bytes += u64::try_from(sale.size_bytes).unwrap_or_default();
        if bytes > bytes_max && !members.is_empty() {
            break;
        }
        let content = match work.app.checked_xml(&sale).await {
            Ok(content) => content,
            Err(error @ WorkError::Tampered { .. }) => {
                tampered(work, &sale, &error).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let name = format!("{}.xml", sale.id);
        let source = if content.len() > IN_MEMORY_BYTES_MAX {
            DocumentSource::File(folder.keep(&name, &content)?)
        } else {
            DocumentSource::Bytes(content.into())
        };
        members.push(sale.id);
        documents.push(BatchDocument { name, source, expected_hash: Some(sale.sha256) });
    }
    Ok((members, documents))
}

async fn packed(
    documents: Vec<BatchDocument>,
    key: SessionKey,
    folder: PathBuf,
) -> Result<(PackedBatch, SessionKey), WorkError> {
    let made = tokio::task::spawn_blocking(move || {
        pack(&documents, &key, &folder, &PackOptions::default()).map(|packed| (packed, key))
    });
    match made.await {
        Ok(packed) => Ok(packed?),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// A folder for one package, gone with everything in it when the package is sent or given up.
struct PackageFolder {
    path: PathBuf,
}

impl PackageFolder {
    fn make(packages: &Path) -> Result<Self, WorkError> {
        let path = packages.join(SaleId::generate().to_string());
        crate::folder::private_folder()
            .create(&path)
            .map_err(|source| WorkError::File { path: path.clone(), source })?;
        Ok(Self { path })
    }

    fn keep(&self, name: &str, content: &[u8]) -> Result<PathBuf, WorkError> {
        let path = self.path.join(format!("plain-{name}"));
        let failed = |source| WorkError::File { path: path.clone(), source };
        std::fs::File::create(&path).and_then(|mut file| file.write_all(content)).map_err(failed)?;
        Ok(path)
    }
}

impl Drop for PackageFolder {
    fn drop(&mut self) {
        // What cannot be removed now is removed at the next start.
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::debug!(%error, "a package's folder stays until the next start");
        }
    }
}

/// Longer documents wait in files while a package is made.
const IN_MEMORY_BYTES_MAX: usize = 256 * 1024;
/// Plain XML in one package: KSeF takes more, but a package that has to be sent again should not take hours.
const PACKAGE_BYTES_MAX: u64 = 2_000_000_000;
const UPLOAD_TRIES: u32 = 3;
