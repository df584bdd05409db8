//! Putting documents in and taking them out.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use ksef_id::Sha256Hash;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{BackoffConfig, ObjectStoreExt as _, RetryConfig};
use secrecy::ExposeSecret as _;
use tokio::sync::Semaphore;

use crate::error::{ObjectError, ObjectOperation, RefusalCause};
use crate::exchange::{Exchange, Refusal, cause, http_client};
use crate::kind::{ObjectKind, key};
use crate::settings::{AddressStyle, ObjectLimits, ObjectSettings};

/// The documents in one bucket, under one prefix. Clones share their connections and limits.
#[derive(Clone)]
pub struct Objects {
    shared: Arc<Shared>,
}

struct Shared {
    store: AmazonS3,
    /// For messages: bucket, prefix and server.
    place: String,
    prefix: String,
    limits: ObjectLimits,
    /// Without it a thousand documents at once would be a thousand connections.
    places: Semaphore,
}

/// The library's own form shows the secret key; ours shows where the documents are.
impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({})", self.shared.place)
    }
}

impl Objects {
    /// Makes a client of the object store. Nothing is asked of the server yet: see [`Objects::check`].
    ///
    /// # Errors
    /// [`ObjectError::Client`] when no HTTP client can be made, such as without root certificates.
    pub fn open(settings: ObjectSettings) -> Result<Self, ObjectError> {
        let limits = settings.limits;
        let client = http_client(&limits, settings.authorities.clone())
            .map_err(|error| ObjectError::Client { source: Box::new(error) })?;
        let retry = RetryConfig {
            backoff: BackoffConfig {
                // The library draws from a range that must not be empty.
                init_backoff: limits.retry_delay_min.clamp(Duration::from_millis(1), RETRY_DELAY_MAX),
                max_backoff: RETRY_DELAY_MAX,
                base: 2.0,
            },
            max_retries: limits.retries_max,
            retry_timeout: limits.operation_time_max,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_endpoint(&settings.endpoint)
            .with_virtual_hosted_style_request(settings.style == AddressStyle::Virtual)
            .with_access_key_id(&settings.credentials.access_key_id)
            .with_secret_access_key(settings.credentials.secret_access_key.expose_secret())
            // The server compares what it took with it. A bucket with Object Lock takes nothing without a checksum.
            .with_checksum_algorithm(Checksum::SHA256)
            // Removing many at once is a request that not every server knows.
            .with_disable_bulk_delete(true)
            .with_retry(retry)
            .with_http_connector(Exchange(client));
        if let Some(token) = &settings.credentials.session_token {
            builder = builder.with_token(token.expose_secret());
        }
        let store = builder.build().map_err(|error| ObjectError::Client { source: Box::new(error) })?;
        let (place, places) =
            (settings.to_string(), Semaphore::new(limits.requests_max.clamp(1, Semaphore::MAX_PERMITS)));
        let shared = Shared { store, place, prefix: settings.prefix, limits, places };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Keeps a document. Returns when the server has it; what is there already is written once more, which changes nothing.
    ///
    /// # Errors
    /// [`ObjectError::NotItsHash`] and [`ObjectError::TooLarge`] before anything is sent. After the others the document may
    /// be there or not: put it again.
    pub async fn put(&self, kind: ObjectKind, sha256: &Sha256Hash, bytes: &[u8]) -> Result<(), ObjectError> {
        let found = hash_of(bytes);
        if found != *sha256 {
            return Err(ObjectError::NotItsHash { expected: sha256.clone(), found });
        }
        self.write(self.key(kind.folder(), sha256), bytes).await
    }

    /// A document by its SHA-256, compared with it; `None` when it is not there.
    ///
    /// # Errors
    /// [`ObjectError::Tampered`] is an alarm. [`ObjectError::may_pass`] tells whether asking again later may help.
    pub async fn get(&self, kind: ObjectKind, sha256: &Sha256Hash) -> Result<Option<Vec<u8>>, ObjectError> {
        self.read(self.key(kind.folder(), sha256), sha256).await
    }

    /// Erases a document; one that is not there is erased. Which documents may go is known to the database alone. A bucket with
    /// versions keeps what was there before, and one with Object Lock refuses for as long as it is locked.
    ///
    /// # Errors
    /// [`ObjectError::Refused`] for a key without `s3:DeleteObject`; otherwise it may be erased or not: erase it again.
    pub async fn erase(&self, kind: ObjectKind, sha256: &Sha256Hash) -> Result<(), ObjectError> {
        self.remove(self.key(kind.folder(), sha256)).await
    }

    /// Writes, reads and removes an object of its own, so that a wrong address, bucket, key or right is known at start and
    /// not with the first invoice.
    ///
    /// # Errors
    /// The first one that one of the steps meets; [`ObjectError::NotKept`] when what was written is not there.
    pub async fn check(&self) -> Result<(), ObjectError> {
        // Of its own each time: two nodes may start at once.
        let probe: [u8; 32] = ksef_crypto::random_bytes();
        let sha256 = hash_of(&probe);
        let key = self.key(PROBES, &sha256);
        self.write(key.clone(), &probe).await?;
        if self.read(key.clone(), &sha256).await?.is_none() {
            return Err(ObjectError::NotKept { place: self.shared.place.clone(), key });
        }
        self.remove(key.clone()).await?;
        // The key may read: a refusal now means that the server keeps to itself what is not there.
        match self.read(key, &sha256).await {
            Err(ObjectError::Refused {
                operation,
                place,
                http_status,
                code,
                cause: RefusalCause::AccessDenied(_),
            }) => Err(ObjectError::Refused {
                operation,
                place,
                http_status,
                code,
                cause: RefusalCause::MissingNotTold,
            }),
            // Some servers show a removed object for a while yet; that is no fault, since nobody asks for an erased document.
            other => other.map(drop),
        }
    }

    fn key(&self, folder: &str, sha256: &Sha256Hash) -> String {
        key(&self.shared.prefix, folder, sha256)
    }

    async fn write(&self, key: String, bytes: &[u8]) -> Result<(), ObjectError> {
        let bytes_max = self.shared.limits.object_bytes_max;
        let length = bytes.len() as u64;
        if length > bytes_max {
            return Err(ObjectError::TooLarge { key, bytes: length, bytes_max });
        }
        let operation = ObjectOperation::Write;
        self.within_limits(operation, async {
            let payload = Bytes::copy_from_slice(bytes);
            let written = self.shared.store.put(&Path::from(key), payload.into()).await;
            written.map(drop).map_err(|error| self.meaning(error, operation))
        })
        .await
    }

    async fn read(&self, key: String, sha256: &Sha256Hash) -> Result<Option<Vec<u8>>, ObjectError> {
        let operation = ObjectOperation::Read;
        let bytes_max = self.shared.limits.object_bytes_max;
        self.within_limits(operation, async {
            let answer = match self.shared.store.get(&Path::from(key.as_str())).await {
                Ok(answer) => answer,
                // No other 404 will do: a missing bucket, or a proxy's page, is no missing document.
                Err(error) if cause::<Refusal>(&error).is_some_and(|refusal| refusal.code == NO_SUCH_KEY) => {
                    return Ok(None);
                }
                Err(error) => return Err(self.meaning(error, operation)),
            };
            let too_large = |bytes| ObjectError::TooLarge { key: key.clone(), bytes, bytes_max };
            if answer.meta.size > bytes_max {
                return Err(too_large(answer.meta.size));
            }
            let mut bytes = Vec::with_capacity(
                usize::try_from(answer.meta.size.min(RESERVED_BYTES_MAX)).unwrap_or_default(),
            );
            let mut chunks = answer.into_stream();
            while let Some(chunk) = chunks.try_next().await.map_err(|error| self.meaning(error, operation))? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() as u64 > bytes_max {
                    return Err(too_large(bytes.len() as u64));
                }
            }
            let found = hash_of(&bytes);
            if found != *sha256 {
                return Err(ObjectError::Tampered { key: key.clone(), expected: sha256.clone(), found });
            }
            Ok(Some(bytes))
        })
        .await
    }

    async fn remove(&self, key: String) -> Result<(), ObjectError> {
        let operation = ObjectOperation::Remove;
        self.within_limits(operation, async {
            let removed = self.shared.store.delete(&Path::from(key)).await;
            match removed {
                Err(error) if cause::<Refusal>(&error).is_some_and(|refusal| refusal.code == NO_SUCH_KEY) => {
                    Ok(())
                }
                other => other.map_err(|error| self.meaning(error, operation)),
            }
        })
        .await
    }

    /// Waits for a free place, then gives the work its time.
    async fn within_limits<T>(
        &self,
        operation: ObjectOperation,
        work: impl Future<Output = Result<T, ObjectError>>,
    ) -> Result<T, ObjectError> {
        let _place = self.shared.places.acquire().await.expect("the places are never closed");
        let limit = self.shared.limits.operation_time_max;
        match tokio::time::timeout(limit, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ObjectError::TimedOut { operation, place: self.shared.place.clone(), limit }),
        }
    }

    fn meaning(&self, error: object_store::Error, operation: ObjectOperation) -> ObjectError {
        ObjectError::of(error, operation, self.shared.place.clone(), self.shared.limits.request_time_max)
    }
}

fn hash_of(bytes: &[u8]) -> Sha256Hash {
    Sha256Hash::from_bytes(&ksef_crypto::sha256(bytes))
}

/// The folder of what [`Objects::check`] writes.
const PROBES: &str = "probes";
const NO_SUCH_KEY: &str = "NoSuchKey";
const RETRY_DELAY_MAX: Duration = Duration::from_secs(5);
/// A header promises a size; memory is given for so much of it before any of it has come.
const RESERVED_BYTES_MAX: u64 = 4 * 1024 * 1024;
