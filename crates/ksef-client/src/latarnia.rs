//! Latarnia, the service that tells the state of KSeF: read as evidence, never as a gate.
//!
//! It was down while KSeF worked, silent while KSeF stood still, and TEST has shown a total failure for ever (field
//! notes A7). So nothing in this crate asks it before a call, its failing is a value like any other, and what it said is
//! handed over byte by byte with the time of reading: an announced failure changes the legal mode of invoices, and who
//! relied on it must be able to show it.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use ksef_wire::latarnia::{LatarniaMessages, LatarniaStatus};
use serde::de::DeserializeOwned;

use crate::clock::{Clock, SystemClock};
use crate::transport::{StartError, bounded_body, checked_address, http_client};

/// A reader of one Latarnia. Cloning is cheap; clones share connections.
#[derive(Clone)]
pub struct Latarnia {
    http: reqwest::Client,
    base_url: String,
    options: LatarniaOptions,
}

/// Limits and times; the defaults are short, since nothing may wait for evidence.
#[derive(Clone)]
pub struct LatarniaOptions {
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for an answer, connection included.
    pub timeout: Duration,
    /// How often it is asked in all when it does not answer properly.
    pub attempts_max: usize,
    /// First wait between tries; each further one doubles it, with jitter.
    pub retry_delay_min: Duration,
    /// Longest answer that is read, in bytes.
    pub body_bytes_max: usize,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Default for LatarniaOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
            attempts_max: 2,
            retry_delay_min: Duration::from_millis(250),
            body_bytes_max: 2 * 1024 * 1024,
            clock: Arc::new(SystemClock),
        }
    }
}

/// What Latarnia said, with what makes it evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence<T> {
    /// What it said, read.
    pub content: T,
    /// The same as it came, at most [`LatarniaOptions::body_bytes_max`] bytes.
    pub raw: Vec<u8>,
    /// From where.
    pub url: String,
    /// When it was received, by the clock of the options.
    pub received_at: jiff::Timestamp,
}

/// Why Latarnia said nothing to use. It says nothing of KSeF.
#[derive(Debug, thiserror::Error)]
pub enum LatarniaError {
    /// No connection, no answer in time, or a broken one.
    #[error("Latarnia at {url} does not answer")]
    Silent {
        /// What was asked.
        url: String,
        /// The cause.
        source: reqwest::Error,
    },
    /// An answer that is not Latarnia's: HTML, a redirect, 5xx, JSON of another shape, too long.
    #[error("Latarnia at {url} answered HTTP {http_status}: {reason}")]
    Strange {
        /// What was asked.
        url: String,
        /// HTTP status.
        http_status: u16,
        /// What is wrong with it.
        reason: String,
    },
}

impl Latarnia {
    /// A reader of the Latarnia at `base_url`: [`crate::environment::addresses`] has those of the Ministry, and
    /// [`simulator_address`] that of a simulator.
    ///
    /// # Errors
    /// [`StartError`] for an address that is none, or when TLS cannot be set up.
    pub fn new(base_url: &str, options: LatarniaOptions) -> Result<Self, StartError> {
        let base_url = checked_address(base_url)?;
        let http = http_client(options.connect_timeout, options.timeout)?;
        Ok(Self { http, base_url, options })
    }

    /// `GET /status`: the state of KSeF and the messages behind it.
    ///
    /// # Errors
    /// [`LatarniaError`]; the state is unknown then, and KSeF itself has to be asked.
    pub async fn status(&self) -> Result<Evidence<LatarniaStatus>, LatarniaError> {
        self.read("/status").await
    }

    /// `GET /messages`: everything that was published. There is no filter by time (lat#11).
    ///
    /// # Errors
    /// [`LatarniaError`].
    pub async fn messages(&self) -> Result<Evidence<LatarniaMessages>, LatarniaError> {
        self.read("/messages").await
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<Evidence<T>, LatarniaError> {
        let url = format!("{}{path}", self.base_url);
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(self.options.retry_delay_min)
            .with_max_times(self.options.attempts_max.saturating_sub(1))
            .with_jitter()
            .build();
        loop {
            match self.read_once(&url).await {
                Ok(evidence) => return Ok(evidence),
                Err(error) => match delays.next() {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return Err(error),
                },
            }
        }
    }

    async fn read_once<T: DeserializeOwned>(&self, url: &str) -> Result<Evidence<T>, LatarniaError> {
        let silent = |source| LatarniaError::Silent { url: url.to_owned(), source };
        let response = self.http.get(url).send().await.map_err(silent)?;
        let http_status = response.status().as_u16();
        let strange = |reason: String| LatarniaError::Strange { url: url.to_owned(), http_status, reason };
        let raw = bounded_body(response, self.options.body_bytes_max).await.map_err(silent)?;
        let raw = raw.ok_or_else(|| {
            strange(format!("its body is longer than {} bytes", self.options.body_bytes_max))
        })?;
        if http_status != 200 {
            return Err(strange("this is no answer of Latarnia".to_owned()));
        }
        let content = serde_json::from_slice(&raw).map_err(|error| strange(error.to_string()))?;
        Ok(Evidence { content, raw, url: url.to_owned(), received_at: self.options.clock.now() })
    }
}

/// Where a simulator at this API address (`http://127.0.0.1:9090/v2`) has its Latarnia.
#[must_use]
pub fn simulator_address(api_address: &str) -> String {
    let root = api_address.trim_end_matches('/');
    format!("{}/latarnia", root.strip_suffix("/v2").unwrap_or(root))
}
