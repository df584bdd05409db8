//! A batch session: declared, its parts brought, closed. What is under way can be kept and gone on with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use ksef_crypto::{SessionKey, Sha256Stream};
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::{
    BatchFileInfo, BatchFilePartInfo, FormCode, OpenBatchSessionRequest, OpenBatchSessionResponse, Operation,
};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;

use super::PackedBatch;
use crate::access::Access;
use crate::error::CallError;
use crate::public_keys::is_withdrawn_key;
use crate::transport::{KsefClient, Request};

/// A batch session whose parts are being brought.
///
/// It can be kept (as JSON) and gone on with: parts that were brought are not brought again. The addresses in it are
/// secrets until they expire, 20 minutes for each part after the session was opened; keep it like one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchUpload {
    /// The session.
    pub reference_number: ReferenceNumber,
    /// Its parts.
    pub parts: Vec<UploadPart>,
}

impl std::fmt::Debug for BatchUpload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchUpload")
            .field("reference_number", &self.reference_number)
            .field("parts", &self.parts)
            .finish()
    }
}

/// A part on its way.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadPart {
    /// From 1.
    pub ordinal: i32,
    /// Where it lies on disk.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256.
    pub hash: Sha256Hash,
    /// Whether KSeF has it.
    pub is_uploaded: bool,
    method: String,
    url: String,
    headers: BTreeMap<String, Option<String>>,
}

impl std::fmt::Debug for UploadPart {
    /// Without the address, which is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadPart")
            .field("ordinal", &self.ordinal)
            .field("bytes", &self.bytes)
            .field("is_uploaded", &self.is_uploaded)
            .finish_non_exhaustive()
    }
}

/// Why a part did not arrive. What has arrived is noted; calling again goes on with the rest.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The part's file is not what was packed.
    #[error("part {ordinal} of the package was changed or damaged on disk: pack the documents anew")]
    Damaged {
        /// The part.
        ordinal: i32,
    },
    /// The part's file cannot be read.
    #[error("part {ordinal} of the package cannot be read from {}", path.display())]
    Read {
        /// The part.
        ordinal: i32,
        /// Its file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The storage refused it: the address has expired (403), or the request is not as it wants it. Open another session.
    #[error(
        "the storage refused part {ordinal} with HTTP {http_status}; its address may have expired: open another session"
    )]
    Refused {
        /// The part.
        ordinal: i32,
        /// HTTP status.
        http_status: u16,
    },
    /// The storage could not be reached, or did not answer, as often as it was tried. Trying again does no harm.
    #[error("part {ordinal} did not get through")]
    NotThrough {
        /// The part.
        ordinal: i32,
        /// The last cause, without the address.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// KSeF gave no address for the part, or one that is none.
    #[error("KSeF gave no usable address for part {ordinal}")]
    NoAddress {
        /// The part.
        ordinal: i32,
    },
}

impl Access {
    /// `POST /sessions/batch`: declares the package, which was packed with this key. Not repeated when unknown: a session
    /// without its parts is cancelled by KSeF. When KSeF no longer takes its public key (21470), this is done once more
    /// with a new one; the package's own key stays what it was.
    ///
    /// # Errors
    /// [`CallError`]; 21405 and 21161 for a package over the limits, which [`super::pack`] does not make.
    pub async fn open_batch_session(
        &self,
        form_code: &FormCode,
        batch: &PackedBatch,
        key: &SessionKey,
        offline_mode: bool,
    ) -> Result<BatchUpload, CallError> {
        match self.open_batch_session_once(form_code, batch, key, offline_mode).await {
            Err(error) if is_withdrawn_key(&error) => {
                self.client().forget_public_keys();
                self.open_batch_session_once(form_code, batch, key, offline_mode).await
            }
            other => other,
        }
    }

    async fn open_batch_session_once(
        &self,
        form_code: &FormCode,
        batch: &PackedBatch,
        key: &SessionKey,
        offline_mode: bool,
    ) -> Result<BatchUpload, CallError> {
        let part = |part: &super::PackedPart| BatchFilePartInfo {
            ordinal_number: part.ordinal,
            file_size: signed(part.bytes),
            file_hash: part.hash.clone(),
        };
        let body = OpenBatchSessionRequest {
            form_code: form_code.clone(),
            batch_file: BatchFileInfo {
                file_size: signed(batch.bytes),
                file_hash: batch.hash.clone(),
                compression_type: Some(batch.compression.clone()),
                file_parts: batch.parts.iter().map(part).collect(),
            },
            encryption: self.client().encryption_info(key).await?,
            offline_mode,
        };
        let request = Request::new(Operation::BatchSessionOpen, &[]).json(&body)?;
        let answer: OpenBatchSessionResponse = self.call(&request).await?.json()?;
        let mut requests: BTreeMap<i32, _> = answer
            .part_upload_requests
            .into_iter()
            .map(|request| (request.ordinal_number, request))
            .collect();
        let parts = batch
            .parts
            .iter()
            .map(|part| {
                // A part without an address fails when it is brought, with its own words.
                let (method, url, headers) = requests
                    .remove(&part.ordinal)
                    .map(|request| (request.method, request.url, request.headers))
                    .unwrap_or_default();
                let (path, hash) = (part.path.clone(), part.hash.clone());
                let (ordinal, bytes) = (part.ordinal, part.bytes);
                UploadPart { ordinal, path, bytes, hash, is_uploaded: false, method, url, headers }
            })
            .collect();
        Ok(BatchUpload { reference_number: answer.reference_number, parts })
    }

    /// Brings the parts that were not brought yet, `parallel` at a time; `uploaded` is told after each, so that the
    /// caller can keep how far it came.
    ///
    /// # Errors
    /// The first [`UploadError`]; the parts under way beside it are finished first.
    pub async fn upload_parts(
        &self,
        upload: &mut BatchUpload,
        parallel: usize,
        mut uploaded: impl FnMut(&UploadPart),
    ) -> Result<(), UploadError> {
        let mut waiting = upload.parts.iter().filter(|part| !part.is_uploaded).cloned().collect::<Vec<_>>();
        waiting.reverse();
        let mut under_way = tokio::task::JoinSet::new();
        let mut failed = None;
        loop {
            while failed.is_none() && under_way.len() < parallel.clamp(1, PARALLEL_MAX) {
                let Some(part) = waiting.pop() else { break };
                let client = self.client().clone();
                under_way.spawn(async move { client.upload_part(&part).await.map(|()| part.ordinal) });
            }
            match under_way.join_next().await {
                None => return failed.map_or(Ok(()), Err),
                Some(Ok(Ok(ordinal))) => {
                    for part in upload.parts.iter_mut().filter(|part| part.ordinal == ordinal) {
                        part.is_uploaded = true;
                        uploaded(part);
                    }
                }
                Some(Ok(Err(error))) => failed = failed.or(Some(error)),
                // Nobody aborts these tasks; a panic in one is a panic here.
                Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
            }
        }
    }

    /// `POST /sessions/batch/{ref}/close`: KSeF begins to process. As with an online session, 21180 after an unknown
    /// outcome says that it was closed, and only the status says how (field notes A1).
    ///
    /// # Errors
    /// [`CallError`]; 21205 when a part is missing, 21208 when it came too late.
    pub async fn close_batch_session(&self, session: &ReferenceNumber) -> Result<(), CallError> {
        self.call(&Request::new(Operation::BatchSessionClose, &[session.as_str()])).await.map(drop)
    }
}

impl KsefClient {
    /// Brings one part. A blob that is put twice is the same blob, so whatever is unknown is tried again.
    async fn upload_part(&self, part: &UploadPart) -> Result<(), UploadError> {
        let ordinal = part.ordinal;
        check_on_disk(part).await?;
        let url = reqwest::Url::parse(&part.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let method = reqwest::Method::from_bytes(part.method.as_bytes()).ok();
        let (Some(url), Some(method)) = (url, method) else { return Err(UploadError::NoAddress { ordinal }) };
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(self.options().retry_delay_min)
            .with_max_times(self.options().attempts_max.saturating_sub(1))
            .with_jitter()
            .build();
        loop {
            let file = open(part).await?;
            let mut request = self
                .http()
                .request(method.clone(), url.clone())
                .timeout(upload_timeout(part.bytes))
                .header(reqwest::header::CONTENT_LENGTH, part.bytes)
                .body(file);
            // Exactly the headers that were given, and no token (guide, `sesja-wsadowa.md`, step 5).
            for (name, value) in &part.headers {
                request = request.header(name, value.as_deref().unwrap_or_default());
            }
            let source = match request.send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) if answer.status().as_u16() < 500 && answer.status().as_u16() != 429 => {
                    return Err(UploadError::Refused { ordinal, http_status: answer.status().as_u16() });
                }
                Ok(_) => None,
                Err(error) => Some(error.without_url()),
            };
            let Some(wait) = delays.next() else { return Err(UploadError::NotThrough { ordinal, source }) };
            tracing::debug!(ordinal, wait_ms = wait.as_millis(), "bringing the part again");
            tokio::time::sleep(wait).await;
        }
    }
}

/// Compares the part's file with what was packed: it may have lain there for a while.
async fn check_on_disk(part: &UploadPart) -> Result<(), UploadError> {
    let mut file = open(part).await?;
    let (mut hash, mut buffer) = (Sha256Stream::default(), vec![0; READ_BYTES]);
    loop {
        let read = file.read(&mut buffer).await.map_err(|source| unreadable(part, source))?;
        match buffer.get(..read) {
            Some([]) | None => break,
            Some(piece) => hash.update(piece),
        }
    }
    if Sha256Hash::from_bytes(&hash.finish()) == part.hash {
        Ok(())
    } else {
        Err(UploadError::Damaged { ordinal: part.ordinal })
    }
}

async fn open(part: &UploadPart) -> Result<tokio::fs::File, UploadError> {
    tokio::fs::File::open(&part.path).await.map_err(|source| unreadable(part, source))
}

fn unreadable(part: &UploadPart, source: std::io::Error) -> UploadError {
    UploadError::Read { ordinal: part.ordinal, path: part.path.clone(), source }
}

/// A minute, and more for what a slow line needs.
fn upload_timeout(bytes: u64) -> Duration {
    Duration::from_secs(60 + bytes / SLOWEST_BYTES_PER_S)
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).expect("a package is shorter than 2^63 bytes")
}

const PARALLEL_MAX: usize = 16;
const READ_BYTES: usize = 256 * 1024;
const SLOWEST_BYTES_PER_S: u64 = 100_000;
