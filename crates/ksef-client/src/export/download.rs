//! The parts of a package, from their addresses into one decrypted file.

use std::io;
use std::path::{Path, PathBuf};

use ksef_crypto::{PartDecryptor, SessionKey, Sha256Stream};
use ksef_id::Sha256Hash;
use ksef_wire::{CompressionType, InvoicePackage, InvoicePackagePart, headers};
use tokio::io::AsyncWriteExt as _;

use super::StartedExport;
use crate::access::Access;
use crate::error::CallError;
use crate::transport::KsefClient;

/// A package on disk, decrypted. It holds invoices: delete it when they are taken out.
#[derive(Debug, Clone)]
pub struct DownloadedPackage {
    /// The archive.
    pub path: PathBuf,
    /// What it is.
    pub compression: CompressionType,
    /// What KSeF says of it.
    pub package: InvoicePackage,
}

/// Why a package was not fetched. Trying again begins with the part that failed.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// KSeF is not done with it, or could not make it.
    #[error("the export is not ready: {code} {description}")]
    NotReady {
        /// Status of the export.
        code: i32,
        /// KSeF's words.
        description: String,
    },
    /// Asking KSeF failed.
    #[error("KSeF could not be asked for the export")]
    Status(#[from] CallError),
    /// The storage answered something else.
    #[error("the storage answered HTTP {http_status} for part {ordinal}, also at a new address")]
    Refused {
        /// The part.
        ordinal: i32,
        /// HTTP status.
        http_status: u16,
    },
    /// The connection broke, as often as it was tried.
    #[error("part {ordinal} did not get through")]
    NotThrough {
        /// The part.
        ordinal: i32,
        /// The cause, without the address.
        source: reqwest::Error,
    },
    /// What came is not what KSeF announced.
    #[error("part {ordinal} is not what KSeF announced: {what}")]
    Differs {
        /// The part.
        ordinal: i32,
        /// Which figure differs.
        what: &'static str,
    },
    /// The file cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

/// Why one try failed, and whether another address may help.
enum PartError {
    Address(u16),
    Connection(reqwest::Error),
    Final(DownloadError),
}

impl Access {
    /// Fetches a finished export into `folder`: every part checked and decrypted, all joined into one file. An address that
    /// has expired is renewed, a broken connection tried again.
    ///
    /// # Errors
    /// [`DownloadError`].
    pub async fn download_export(
        &self,
        export: &StartedExport,
        folder: &Path,
    ) -> Result<DownloadedPackage, DownloadError> {
        let mut package = self.ready_package(export).await?;
        let path = folder.join(format!("{}.package", export.reference_number));
        let failed = |source| DownloadError::Write { path: path.clone(), source };
        let mut file = tokio::fs::File::create(&path).await.map_err(failed)?;
        package.parts.sort_by_key(|part| part.ordinal_number);
        let mut index = 0;
        let mut tries = 0;
        while let Some(part) = package.parts.get(index) {
            let written = file.metadata().await.map_err(failed)?.len();
            let result = self.client().download_part(part, &export.key, &mut file, &path).await;
            let ordinal = part.ordinal_number;
            tries += 1;
            match result {
                Ok(()) => {
                    index += 1;
                    tries = 0;
                    continue;
                }
                Err(PartError::Final(error)) => return Err(error),
                Err(PartError::Connection(source)) if tries >= self.client().options().attempts_max => {
                    return Err(DownloadError::NotThrough { ordinal, source });
                }
                Err(PartError::Connection(_)) => {
                    tokio::time::sleep(self.client().options().retry_delay_min).await;
                }
                Err(PartError::Address(http_status)) if tries >= self.client().options().attempts_max => {
                    return Err(DownloadError::Refused { ordinal, http_status });
                }
                Err(PartError::Address(_)) => {
                    let fresh = self.ready_package(export).await?;
                    package.parts = fresh.parts;
                    package.parts.sort_by_key(|part| part.ordinal_number);
                }
            }
            // What came of a part that failed is taken off again.
            file.set_len(written).await.map_err(failed)?;
            tokio::io::AsyncSeekExt::seek(&mut file, io::SeekFrom::End(0)).await.map_err(failed)?;
        }
        file.sync_all().await.map_err(failed)?;
        Ok(DownloadedPackage { path, compression: package.compression_type.clone(), package })
    }

    async fn ready_package(&self, export: &StartedExport) -> Result<InvoicePackage, DownloadError> {
        let answer = self.export_status(&export.reference_number).await?;
        answer.package.ok_or(DownloadError::NotReady {
            code: answer.status.code,
            description: answer.status.description,
        })
    }
}

impl KsefClient {
    async fn download_part(
        &self,
        part: &InvoicePackagePart,
        key: &SessionKey,
        file: &mut tokio::fs::File,
        path: &Path,
    ) -> Result<(), PartError> {
        let ordinal = part.ordinal_number;
        let differs = |what| PartError::Final(DownloadError::Differs { ordinal, what });
        let broken = |error: reqwest::Error| PartError::Connection(error.without_url());
        let request = self.http().get(&part.url).timeout(PART_TIMEOUT);
        let mut response = request.send().await.map_err(broken)?;
        if !response.status().is_success() {
            return Err(PartError::Address(response.status().as_u16()));
        }
        let announced = response.headers().get(headers::X_MS_META_HASH);
        if announced.is_some_and(|hash| hash.as_bytes() != part.encrypted_part_hash.as_str().as_bytes()) {
            return Err(differs("the hash in the answer's header"));
        }
        let bytes_max = u64::try_from(part.encrypted_part_size).unwrap_or(0);
        let (mut encrypted_hash, mut plain_hash) = (Sha256Stream::default(), Sha256Stream::default());
        let (mut cipher, mut plain, mut bytes) = (PartDecryptor::new(key), Vec::new(), 0);
        let not_written = |source| PartError::Final(DownloadError::Write { path: path.to_owned(), source });
        while let Some(piece) = response.chunk().await.map_err(broken)? {
            bytes += piece.len() as u64;
            if bytes > bytes_max {
                return Err(differs("it is longer than announced"));
            }
            encrypted_hash.update(&piece);
            cipher.update(&piece, &mut plain).map_err(|_| differs("it does not decrypt"))?;
            plain_hash.update(&plain);
            file.write_all(&plain).await.map_err(not_written)?;
            plain.clear();
        }
        if Sha256Hash::from_bytes(&encrypted_hash.finish()) != part.encrypted_part_hash {
            return Err(differs("the hash of the encrypted part"));
        }
        cipher.finish(&mut plain).map_err(|_| differs("it does not decrypt"))?;
        plain_hash.update(&plain);
        file.write_all(&plain).await.map_err(not_written)?;
        if Sha256Hash::from_bytes(&plain_hash.finish()) != part.part_hash {
            return Err(differs("the hash of the decrypted part"));
        }
        Ok(())
    }
}

/// A part has at most 50 MB; a slow line gets through within this.
const PART_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(600);
