//! Exports: packages of invoices that KSeF makes on demand, fetched, checked, decrypted and opened without holding them.
//!
//! Every hash that KSeF tells is compared: that of each encrypted part, of each decrypted part, and of each invoice in
//! the package's own metadata. What does not agree is an error, never a shorter list.

mod download;
mod unpack;

pub use download::{DownloadError, DownloadedPackage};
pub use unpack::{ExportLimits, ExportedInvoice, UnpackError, read_list, unpack, unpack_listed};

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ksef_crypto::SessionKey;
use ksef_id::ReferenceNumber;
use ksef_wire::codes::ExportStatusCode;
use ksef_wire::{
    CompressionType, ExportInvoicesResponse, InvoiceExportRequest, InvoiceExportStatusResponse,
    InvoicePackage, InvoiceQueryFilters, Operation,
};

use crate::access::Access;
use crate::error::CallError;
use crate::patience::Patience;
use crate::public_keys::is_withdrawn_key;
use crate::transport::Request;

/// An export that KSeF is making. Kept with its key (sealed by whoever keeps it), it can be fetched after a restart.
#[derive(Debug, Clone)]
pub struct StartedExport {
    /// The export (`EH`).
    pub reference_number: ReferenceNumber,
    /// The key that its parts are encrypted with.
    pub key: SessionKey,
}

/// Where an incremental export goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextExport {
    /// The `from` of the next one, by date of permanent storage. The last invoice comes again; take it by its number once.
    pub from: Timestamp,
    /// Whether more is there already: the package was cut, so the next one is not worth waiting for.
    pub is_truncated: bool,
}

/// An export that was waited for.
#[derive(Debug, Clone)]
pub struct MadeExport {
    /// The export, to be fetched by [`Access::download_export`].
    pub export: StartedExport,
    /// How it ended: 200 with the package. Below 200 KSeF was still at it when the time was over;
    /// [`Access::export_status`] tells later.
    pub status: InvoiceExportStatusResponse,
}

/// Where making an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum MakeExportError {
    /// It was not started; if the outcome is unknown, one whose key nobody has takes up one of the ten places.
    #[error("the export could not be started")]
    Start(#[source] CallError),
    /// It was started, and asking for its status failed: [`Access::export_status`] tells later.
    #[error("what became of the export {} is not known", export.reference_number)]
    Status {
        /// The export.
        export: Box<StartedExport>,
        /// Why not.
        source: CallError,
    },
}

impl Access {
    /// Starts an export and waits for its end, `wait_max` at most. When KSeF could not open the key (status 415), another
    /// is started, once, with KSeF's present public keys.
    ///
    /// # Errors
    /// [`MakeExportError`] says whether there is an export.
    pub async fn make_export(
        &self,
        filters: &InvoiceQueryFilters,
        compression: CompressionType,
        only_metadata: bool,
        wait_max: Duration,
    ) -> Result<MadeExport, MakeExportError> {
        let made = self.make_export_once(filters, compression.clone(), only_metadata, wait_max).await?;
        // Asking for the status has made the client forget the keys.
        if made.status.status.code == ExportStatusCode::KEY_NOT_DECRYPTED.0 {
            return self.make_export_once(filters, compression, only_metadata, wait_max).await;
        }
        Ok(made)
    }

    async fn make_export_once(
        &self,
        filters: &InvoiceQueryFilters,
        compression: CompressionType,
        only_metadata: bool,
        wait_max: Duration,
    ) -> Result<MadeExport, MakeExportError> {
        let started = self.start_export(filters, compression, only_metadata).await;
        let export = started.map_err(MakeExportError::Start)?;
        let mut patience = Patience::new(self.client().options().poll_delay, wait_max);
        loop {
            let status = match self.export_status(&export.reference_number).await {
                Ok(status) => status,
                Err(source) => return Err(MakeExportError::Status { export: Box::new(export), source }),
            };
            if status.status.code != ExportStatusCode::IN_PROGRESS.0 || !patience.wait().await {
                return Ok(MadeExport { export, status });
            }
        }
    }

    /// `POST /invoices/exports` with a fresh key. Not repeated when unknown: ten at once are all that KSeF makes for one.
    /// When KSeF no longer takes its public key (21470), this is done once more with a new one.
    ///
    /// # Errors
    /// [`CallError`]; 21182 when ten are under way, 21405 for filters that KSeF does not take.
    pub async fn start_export(
        &self,
        filters: &InvoiceQueryFilters,
        compression: CompressionType,
        only_metadata: bool,
    ) -> Result<StartedExport, CallError> {
        match self.start_export_once(filters, compression.clone(), only_metadata).await {
            Err(error) if is_withdrawn_key(&error) => {
                self.client().forget_public_keys();
                self.start_export_once(filters, compression, only_metadata).await
            }
            other => other,
        }
    }

    async fn start_export_once(
        &self,
        filters: &InvoiceQueryFilters,
        compression: CompressionType,
        only_metadata: bool,
    ) -> Result<StartedExport, CallError> {
        let key = SessionKey::generate();
        let body = InvoiceExportRequest {
            encryption: self.client().encryption_info(&key).await?,
            only_metadata,
            filters: filters.clone(),
            compression_type: Some(compression),
        };
        let request = Request::new(Operation::InvoiceExport, &[]).json(&body)?;
        let answer: ExportInvoicesResponse = self.call(&request).await?.json()?;
        Ok(StartedExport { reference_number: answer.reference_number, key })
    }

    /// `GET /invoices/exports/{ref}`: whether the package is ready, and with 200 where its parts are. The addresses
    /// expire; asking again gives new ones until the package itself is gone after some days. With 415 KSeF's public keys
    /// are fetched anew for the next export.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn export_status(
        &self,
        export: &ReferenceNumber,
    ) -> Result<InvoiceExportStatusResponse, CallError> {
        let request = Request::new(Operation::InvoiceExportStatus, &[export.as_str()]);
        let answer: InvoiceExportStatusResponse = self.call(&request).await?.json()?;
        if answer.status.code == ExportStatusCode::KEY_NOT_DECRYPTED.0 {
            self.client().forget_public_keys();
        }
        Ok(answer)
    }
}

/// Where to go on after a package of an export by date of permanent storage that began at `from` (guide,
/// `przyrostowe-pobieranie-faktur.md`): at the last invoice of a package that was cut, else at the date up to which
/// KSeF vouches that nothing comes any more. One millisecond is kept as overlap, since the dates of KSeF are cut.
#[must_use]
pub fn next_export(from: Timestamp, package: &InvoicePackage) -> NextExport {
    let told = if package.is_truncated {
        package.last_permanent_storage_date
    } else {
        package.permanent_storage_hwm_date.or(package.last_permanent_storage_date)
    };
    let next = told.map_or(from, |date| date.0 - OVERLAP);
    // Never backwards, whatever is told.
    NextExport { from: next.max(from), is_truncated: package.is_truncated }
}

const OVERLAP: SignedDuration = SignedDuration::from_millis(1);
