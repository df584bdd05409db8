//! TLS towards callers: certificate and key from files, read anew when they change, so that a renewed certificate needs no stop.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// Where certificate and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate with those that issued it, PEM, its own first.
    pub certificate: PathBuf,
    /// Its key, PEM, not encrypted.
    pub key: PathBuf,
}

/// Why TLS cannot be spoken with these files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds something else.
    #[error("{} holds no {what} in PEM: {reason}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What is looked for in it.
        what: &'static str,
        /// Why it was not found.
        reason: String,
    },
    /// They do not fit, or are of a kind that TLS does not use.
    #[error("certificate {} and key {} cannot be used for TLS: {source}", files.certificate.display(), files.key.display())]
    Unusable {
        /// Both.
        files: TlsFiles,
        /// Why.
        source: rustls::Error,
    },
}

/// What connections are accepted with, always as the files are now.
pub(crate) struct Tls {
    files: TlsFiles,
    changed: Changed,
    sender: watch::Sender<TlsAcceptor>,
}

/// When each of the two files was last written.
type Changed = [Option<SystemTime>; 2];

impl Tls {
    /// Reads the files.
    pub(crate) fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let changed = changed_at(&files);
        let acceptor = acceptor_of(&files)?;
        Ok(Self { files, changed, sender: watch::Sender::new(acceptor) })
    }

    /// What to accept connections with.
    pub(crate) fn acceptors(&self) -> watch::Receiver<TlsAcceptor> {
        self.sender.subscribe()
    }

    /// Reads the files again whenever they change. Never returns; as long as they are not right, the old ones serve.
    pub(crate) async fn follow(mut self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let changed = changed_at(&self.files);
            if changed == self.changed {
                continue;
            }
            match acceptor_of(&self.files) {
                Ok(acceptor) => {
                    self.changed = changed;
                    // Whoever still accepts takes the new one for the next connection; those that are there stay.
                    self.sender.send_replace(acceptor);
                    tracing::info!(certificate = %self.files.certificate.display(), "a new certificate for TLS");
                }
                // Between the writing of one file and of the other they do not fit: it is tried again.
                Err(error) => tracing::warn!(%error, "the new certificate for TLS is not used"),
            }
        }
    }
}

fn changed_at(files: &TlsFiles) -> Changed {
    [&files.certificate, &files.key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
}

fn acceptor_of(files: &TlsFiles) -> Result<TlsAcceptor, TlsError> {
    let failed = |path: &PathBuf, what, reason: String| TlsError::File { path: path.clone(), what, reason };
    let no_certificate =
        |error: rustls::pki_types::pem::Error| failed(&files.certificate, "certificate", error.to_string());
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .map_err(no_certificate)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(no_certificate)?;
    if chain.is_empty() {
        return Err(failed(&files.certificate, "certificate", "there is none".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| {
        let reason =
            "there is none, or it is encrypted (openssl pkey -in OLD -out NEW takes the password off)";
        match error {
            rustls::pki_types::pem::Error::NoItemsFound => {
                failed(&files.key, "private key", reason.to_owned())
            }
            other => failed(&files.key, "private key", other.to_string()),
        }
    })?;
    let unusable = |source| TlsError::Unusable { files: files.clone(), source };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

const LOOK_EVERY: Duration = Duration::from_secs(2);
