//! Online sessions: open, send, close, and ask what became of it.

use ksef_crypto::{SessionKey, sha256};
use ksef_id::{KsefNumber, ReferenceNumber, Sha256Hash};
use ksef_wire::codes::OnlineSessionStatusCode;
use ksef_wire::{
    CommonSessionStatus, FormCode, OpenOnlineSessionRequest, OpenOnlineSessionResponse, Operation,
    SendInvoiceRequest, SendInvoiceResponse, SessionInvoiceStatusResponse, SessionInvoicesResponse,
    SessionStatusResponse, SessionType, SessionsQueryResponse,
};

use crate::access::Access;
use crate::error::CallError;
use crate::public_keys::is_withdrawn_key;
use crate::transport::Request;

/// An open online session with the key that its invoices are encrypted with.
#[derive(Debug)]
pub struct OpenedOnlineSession {
    /// Its reference number.
    pub reference_number: ReferenceNumber,
    /// Until when it takes invoices: 12 hours.
    pub valid_until: jiff::Timestamp,
    key: SessionKey,
}

/// How an invoice is sent in an online session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendAs {
    /// It was issued in one of the offline modes (`offlineMode`).
    pub is_offline: bool,
    /// SHA-256 of the rejected offline invoice whose technical correction it is (`hashOfCorrectedInvoice`; guide,
    /// `offline/korekta-techniczna.md`).
    pub corrects: Option<Sha256Hash>,
}

impl Access {
    /// `POST /sessions/online` with a fresh key. Not repeated when unknown: an empty session is cancelled by KSeF.
    ///
    /// When KSeF does not take its own public key any more, which it says at once (21470) or by the session's status
    /// (415), the keys are fetched anew and another session is opened, once. The status is asked for after opening until
    /// a key has proved good, for one request.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn open_online_session(&self, form_code: &FormCode) -> Result<OpenedOnlineSession, CallError> {
        let opened = match self.open_online_session_once(form_code).await {
            Err(error) if is_withdrawn_key(&error) => {
                self.client().forget_public_keys();
                return self.open_online_session_once(form_code).await.map(|(opened, _)| opened);
            }
            other => other,
        };
        let (opened, public_key_id) = opened?;
        if self.client().is_proven(public_key_id.as_ref()) {
            return Ok(opened);
        }
        // Only a precaution: whatever else happens to this question, the session is open.
        match self.session_status(&opened.reference_number).await {
            Ok(answer) if answer.status.code == OnlineSessionStatusCode::KEY_NOT_DECRYPTED.0 => {
                self.open_online_session_once(form_code).await.map(|(opened, _)| opened)
            }
            Ok(answer) => {
                if answer.status.code == OnlineSessionStatusCode::OPEN.0 {
                    self.client().prove(public_key_id);
                }
                Ok(opened)
            }
            Err(_) => Ok(opened),
        }
    }

    /// The session, and the `publicKeyId` that was named.
    async fn open_online_session_once(
        &self,
        form_code: &FormCode,
    ) -> Result<(OpenedOnlineSession, Option<String>), CallError> {
        let key = SessionKey::generate();
        let encryption = self.client().encryption_info(&key).await?;
        let public_key_id = encryption.public_key_id.clone();
        let body = OpenOnlineSessionRequest { form_code: form_code.clone(), encryption };
        let request = Request::new(Operation::OnlineSessionOpen, &[]).json(&body)?;
        let answer: OpenOnlineSessionResponse = self.call(&request).await?.json()?;
        let opened = OpenedOnlineSession {
            reference_number: answer.reference_number,
            valid_until: answer.valid_until.0,
            key,
        };
        Ok((opened, public_key_id))
    }

    /// `POST /sessions/online/{ref}/invoices`: encrypts and sends exactly these bytes, as an online invoice. Never repeated
    /// by itself.
    ///
    /// # Errors
    /// [`CallError::Unknown`] means that the invoice may have arrived.
    pub async fn send_invoice(
        &self,
        session: &OpenedOnlineSession,
        invoice: &[u8],
    ) -> Result<ReferenceNumber, CallError> {
        self.send_invoice_as(session, invoice, &SendAs::default()).await
    }

    /// The same for an invoice that was issued offline, or that corrects another one technically.
    ///
    /// # Errors
    /// As [`Access::send_invoice`]; 21166 and 21167 for a technical correction that KSeF does not take.
    pub async fn send_invoice_as(
        &self,
        session: &OpenedOnlineSession,
        invoice: &[u8],
        send_as: &SendAs,
    ) -> Result<ReferenceNumber, CallError> {
        let encrypted = session.key.encrypt(invoice);
        let body = SendInvoiceRequest {
            invoice_hash: Sha256Hash::from_bytes(&sha256(invoice)),
            invoice_size: length(invoice),
            encrypted_invoice_hash: Sha256Hash::from_bytes(&sha256(&encrypted)),
            encrypted_invoice_size: length(&encrypted),
            encrypted_invoice_content: encrypted.into(),
            offline_mode: send_as.is_offline,
            hash_of_corrected_invoice: send_as.corrects.clone(),
        };
        let request =
            Request::new(Operation::OnlineInvoiceSend, &[session.reference_number.as_str()]).json(&body)?;
        let answer: SendInvoiceResponse = self.call(&request).await?.json()?;
        Ok(answer.reference_number)
    }

    /// `POST /sessions/online/{ref}/close`. Closing twice answers 21180; that alone proves nothing, so read the
    /// session's status (field notes A1).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn close_online_session(&self, session: &ReferenceNumber) -> Result<(), CallError> {
        self.call(&Request::new(Operation::OnlineSessionClose, &[session.as_str()])).await.map(drop)
    }

    /// `GET /sessions/{ref}`. With 415 KSeF's public keys are fetched anew for the next session.
    ///
    /// # Errors
    /// [`CallError`]; 21173 when KSeF knows no such session.
    pub async fn session_status(
        &self,
        session: &ReferenceNumber,
    ) -> Result<SessionStatusResponse, CallError> {
        let request = Request::new(Operation::SessionStatus, &[session.as_str()]);
        let answer: SessionStatusResponse = self.call(&request).await?.json()?;
        // The same number in the tables of online and batch sessions.
        if answer.status.code == OnlineSessionStatusCode::KEY_NOT_DECRYPTED.0 {
            self.client().forget_public_keys();
        }
        Ok(answer)
    }

    /// `GET /sessions/{ref}/invoices`: one page of at most 1,000; `continuation` is the former page's token.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn session_invoices(
        &self,
        session: &ReferenceNumber,
        continuation: Option<&str>,
    ) -> Result<SessionInvoicesResponse, CallError> {
        let request = Request::new(Operation::SessionInvoices, &[session.as_str()])
            .page_after(continuation, SESSION_PAGE_SIZE);
        self.call(&request).await?.json()
    }

    /// `GET /sessions/{ref}/invoices/failed`: as [`Access::session_invoices`], only those that KSeF refused.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn session_failed_invoices(
        &self,
        session: &ReferenceNumber,
        continuation: Option<&str>,
    ) -> Result<SessionInvoicesResponse, CallError> {
        let request = Request::new(Operation::SessionFailedInvoices, &[session.as_str()])
            .page_after(continuation, SESSION_PAGE_SIZE);
        self.call(&request).await?.json()
    }

    /// `GET /sessions`: a page of at most 1,000 sessions of a kind, newest first.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn sessions(
        &self,
        kind: &SessionType,
        filters: &SessionFilters,
        continuation: Option<&str>,
    ) -> Result<SessionsQueryResponse, CallError> {
        let mut request = Request::new(Operation::SessionList, &[])
            .query("sessionType", kind)
            .page_after(continuation, SESSION_PAGE_SIZE);
        if let Some(reference) = &filters.reference_number {
            request = request.query("referenceNumber", reference);
        }
        for (from, to, range) in [
            ("dateCreatedFrom", "dateCreatedTo", filters.created),
            ("dateClosedFrom", "dateClosedTo", filters.closed),
            ("dateModifiedFrom", "dateModifiedTo", filters.modified),
        ] {
            if let Some(begin) = range.0 {
                request = request.query(from, begin);
            }
            if let Some(end) = range.1 {
                request = request.query(to, end);
            }
        }
        for status in &filters.statuses {
            request = request.query("statuses", status);
        }
        self.call(&request).await?.json()
    }

    /// `GET /sessions/{ref}/invoices/{ref}`.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn session_invoice_status(
        &self,
        session: &ReferenceNumber,
        invoice: &ReferenceNumber,
    ) -> Result<SessionInvoiceStatusResponse, CallError> {
        let parameters = [session.as_str(), invoice.as_str()];
        self.call(&Request::new(Operation::SessionInvoiceStatus, &parameters)).await?.json()
    }

    /// `GET /sessions/{ref}/invoices/{ref}/upo`: the UPO's bytes, to be verified by [`crate::upo::verify`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn upo_of_invoice(
        &self,
        session: &ReferenceNumber,
        invoice: &ReferenceNumber,
    ) -> Result<Vec<u8>, CallError> {
        let parameters = [session.as_str(), invoice.as_str()];
        Ok(self.call(&Request::new(Operation::UpoByInvoiceReference, &parameters)).await?.body)
    }

    /// `GET /sessions/{ref}/invoices/ksef/{number}/upo`: the UPO's bytes by KSeF number.
    ///
    /// # Errors
    /// [`CallError`]; 21178 when there is none.
    pub async fn upo_by_ksef_number(
        &self,
        session: &ReferenceNumber,
        number: &KsefNumber,
    ) -> Result<Vec<u8>, CallError> {
        let parameters = [session.as_str(), number.as_str()];
        Ok(self.call(&Request::new(Operation::UpoByKsefNumber, &parameters)).await?.body)
    }

    /// `GET /sessions/{ref}/upo/{ref}`: one page of the session's UPO.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn upo_of_session(
        &self,
        session: &ReferenceNumber,
        upo: &ReferenceNumber,
    ) -> Result<Vec<u8>, CallError> {
        let parameters = [session.as_str(), upo.as_str()];
        Ok(self.call(&Request::new(Operation::UpoOfSession, &parameters)).await?.body)
    }

    /// Fetches a UPO from the address that a status gave: no token is sent, no limit is counted.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn upo_from_address(&self, url: &str) -> Result<Vec<u8>, CallError> {
        Ok(self.client().fetch(Operation::UpoByInvoiceReference, url).await?.body)
    }
}

/// From when, and until when; either may be open.
pub type TimeRange = (Option<jiff::Timestamp>, Option<jiff::Timestamp>);

/// What sessions must match; nothing matches all.
#[derive(Debug, Clone, Default)]
pub struct SessionFilters {
    /// One session.
    pub reference_number: Option<ReferenceNumber>,
    /// When they were opened.
    pub created: TimeRange,
    /// When they were closed.
    pub closed: TimeRange,
    /// When they last changed.
    pub modified: TimeRange,
    /// Any of these statuses.
    pub statuses: Vec<CommonSessionStatus>,
}

fn length(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).expect("a document in memory is shorter than 2^63 bytes")
}

/// The API's largest page.
const SESSION_PAGE_SIZE: u32 = 1000;
