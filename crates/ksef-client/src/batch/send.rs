//! A packed batch all the way: opened, brought, closed, and its end waited for.

use std::time::Duration;

use ksef_crypto::SessionKey;
use ksef_id::ReferenceNumber;
use ksef_wire::codes::{BatchSessionStatusCode, ExceptionCode};
use ksef_wire::{FormCode, SessionStatusResponse};

use super::{PackedBatch, UploadError};
use crate::access::Access;
use crate::error::CallError;
use crate::patience::Patience;

/// How [`Access::send_batch`] sends.
#[derive(Debug, Clone)]
pub struct SendBatchOptions {
    /// Whether the invoices were issued offline.
    pub offline_mode: bool,
    /// Parts that are brought at a time, 16 at most.
    pub parallel: usize,
    /// How long KSeF is waited for after the session was closed.
    pub wait_max: Duration,
}

impl Default for SendBatchOptions {
    /// Not offline, four parts at a time, ten minutes.
    fn default() -> Self {
        Self { offline_mode: false, parallel: 4, wait_max: Duration::from_secs(600) }
    }
}

/// A batch that was sent.
#[derive(Debug, Clone)]
pub struct SentBatch {
    /// Its session.
    pub reference_number: ReferenceNumber,
    /// How it ended: 200 when KSeF took at least one invoice. Below 200 KSeF was still at it when the time was over;
    /// [`Access::session_status`] tells later.
    pub status: SessionStatusResponse,
}

/// Where sending a batch stopped. What was done until then is in KSeF, under the session's number.
#[derive(Debug, thiserror::Error)]
pub enum SendBatchError {
    /// No session was opened; if the outcome is unknown an empty one is there, which KSeF cancels by itself.
    #[error("the batch session could not be opened")]
    Open(#[source] CallError),
    /// A part was not brought. KSeF cancels a session that is not closed; nothing of it was processed.
    #[error("the parts of the batch session {reference_number} were not all brought")]
    Upload {
        /// The session.
        reference_number: ReferenceNumber,
        /// Which part, and why.
        source: UploadError,
    },
    /// Closing or asking failed: ask for the session's status before anything is sent again.
    #[error("what became of the batch session {reference_number} is not known")]
    Unsettled {
        /// The session.
        reference_number: ReferenceNumber,
        /// Why not.
        source: CallError,
    },
}

impl Access {
    /// Sends a packed batch: opens a session, brings the parts, closes it and waits for its end.
    ///
    /// When KSeF could not open the key (status 415), nothing of the batch was read, and all is done once more with KSeF's
    /// present public keys. A close without an answer is settled by the session's status. To go on after a crash, keep a
    /// [`BatchUpload`](super::BatchUpload) and take the steps one by one.
    ///
    /// # Errors
    /// [`SendBatchError`] names the step and the session.
    pub async fn send_batch(
        &self,
        form_code: &FormCode,
        batch: &PackedBatch,
        key: &SessionKey,
        options: &SendBatchOptions,
    ) -> Result<SentBatch, SendBatchError> {
        let sent = self.send_batch_once(form_code, batch, key, options).await?;
        // Asking for the status has made the client forget the keys.
        if sent.status.status.code == BatchSessionStatusCode::KEY_NOT_DECRYPTED.0 {
            return self.send_batch_once(form_code, batch, key, options).await;
        }
        Ok(sent)
    }

    async fn send_batch_once(
        &self,
        form_code: &FormCode,
        batch: &PackedBatch,
        key: &SessionKey,
        options: &SendBatchOptions,
    ) -> Result<SentBatch, SendBatchError> {
        let mut upload = self
            .open_batch_session(form_code, batch, key, options.offline_mode)
            .await
            .map_err(SendBatchError::Open)?;
        let brought = self.upload_parts(&mut upload, options.parallel, |_| ()).await;
        let reference_number = upload.reference_number;
        if let Err(source) = brought {
            return Err(SendBatchError::Upload { reference_number, source });
        }
        match self.close_and_wait(&reference_number, options.wait_max).await {
            Ok(status) => Ok(SentBatch { reference_number, status }),
            Err(source) => Err(SendBatchError::Unsettled { reference_number, source }),
        }
    }

    async fn close_and_wait(
        &self,
        session: &ReferenceNumber,
        wait_max: Duration,
    ) -> Result<SessionStatusResponse, CallError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.close_batch_session(session).await {
                Ok(()) => break,
                // Closed by a try whose answer was lost, or ended in another way: the status tells.
                Err(error) if error.is_refusal_with(ExceptionCode::SESSION_STATUS_FORBIDS.0) => break,
                Err(error @ CallError::Unknown { .. }) => {
                    let answer = self.session_status(session).await?;
                    let is_open = answer.status.code == BatchSessionStatusCode::STARTED.0;
                    // An open session is certainly not closed, so closing it again is no repetition (field notes A1).
                    match is_open {
                        false => break,
                        true if tries < self.client().options().attempts_max => {}
                        true => return Err(error),
                    }
                }
                Err(error) => return Err(error),
            }
        }
        let mut patience = Patience::new(self.client().options().poll_delay, wait_max);
        loop {
            let answer = self.session_status(session).await?;
            if answer.status.code >= FINAL_FROM || !patience.wait().await {
                return Ok(answer);
            }
        }
    }
}

/// Statuses from here on do not change any more (open-api 2.9.0, table of session statuses).
const FINAL_FROM: i32 = 200;
