//! The only way to KSeF: every call with its step, and how it ended is taken note of.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use ksef_client::batch::{BatchUpload, PackedBatch, UploadError};
use ksef_client::export::{DownloadError, DownloadedPackage, StartedExport};
use ksef_client::ksef_crypto::SessionKey;
use ksef_client::{Access, CallError, LoginCredential, LoginError, OpenedOnlineSession, SendAs};
use ksef_id::{CollectiveNumber, KsefNumber, ReferenceNumber};
use ksef_wire::{
    CollectiveIdentifierInvoicesQueryRequest, CollectiveIdentifierInvoicesQueryResponse,
    CollectiveIdentifiersByKsefNumberQueryResponse, CompressionType, EffectiveContextLimits,
    EntityAuthorizationGrant, EntityAuthorizationPermissionsQueryRequest, FormCode,
    GenerateCollectiveIdentifierRequest, InvoiceExportStatusResponse, InvoiceQueryFilters,
    QueryInvoicesMetadataResponse, SessionInvoiceStatusResponse, SessionInvoicesResponse,
    SessionStatusResponse, SortOrder,
};

use crate::site::Site;
use crate::steps::{Probe, Step};

/// One company's way to KSeF.
pub(crate) struct Ksef {
    access: RwLock<Access>,
    /// The login that takes over at the next call, but never within a session: between two rounds of the sales worker, while that
    /// is at work.
    next: Mutex<Option<Access>>,
    /// Whether the sales worker is at work.
    is_sending: AtomicBool,
    /// KSeF refused the login when it was asked last.
    is_login_refused: AtomicBool,
    site: Arc<Site>,
    probe: Probe,
}

/// The time in which the sales worker is at work.
pub(crate) struct Sending<'a>(&'a Ksef);

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.is_sending.store(false, Ordering::SeqCst);
    }
}

impl Ksef {
    pub(crate) fn new(access: Access, site: Arc<Site>, probe: Probe) -> Self {
        Self {
            access: RwLock::new(access),
            next: Mutex::new(None),
            is_sending: AtomicBool::new(false),
            is_login_refused: AtomicBool::new(false),
            site,
            probe,
        }
    }

    /// As long as this is held, another login takes over only when [`Ksef::adopt_replacement`] says so. For the sales worker, of which a
    /// company has one.
    pub(crate) fn sending(&self) -> Sending<'_> {
        self.is_sending.store(true, Ordering::SeqCst);
        Sending(self)
    }

    /// Logs in with another credential as soon as nothing is being sent with the old one.
    pub(crate) fn replace_credential(&self, credential: LoginCredential) {
        let now = self.access();
        let next = Access::new(now.client().clone(), now.context().clone(), credential);
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
        self.is_login_refused.store(false, Ordering::Relaxed);
    }

    /// Takes the login that was put in place meanwhile; says whether there was one.
    pub(crate) fn adopt_replacement(&self) -> bool {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).take();
        let is_replaced = next.is_some();
        if let Some(next) = next {
            *self.access.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        is_replaced
    }

    /// A login of its own with the company's credential, for the examination that ends it again: `None` where there is none.
    pub(crate) fn own_access(&self) -> Option<Access> {
        self.access().afresh()
    }

    /// The login in use; a clone shares its tokens.
    fn access(&self) -> Access {
        if !self.is_sending.load(Ordering::SeqCst) {
            self.adopt_replacement();
        }
        self.access.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a call, and takes note of how it ended.
    async fn call<T>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        let outcome = self.probe.around(step, work).await;
        self.site.observe(&outcome);
        self.note_login(match &outcome {
            Ok(_) => Ok(()),
            Err(CallError::Login(error)) => Err(error),
            Err(_) => return outcome,
        });
        outcome
    }

    /// Takes note of whether KSeF lets this credential in; that it could not be asked says nothing.
    fn note_login(&self, outcome: Result<(), &LoginError>) {
        let is_refused = match outcome {
            Ok(()) => false,
            Err(LoginError::NotAccepted { .. } | LoginError::Call(CallError::Refused { .. })) => true,
            Err(_) => return,
        };
        self.is_login_refused.store(is_refused, Ordering::Relaxed);
    }

    /// Whether KSeF refused the login when it was asked last, as far as this process knows.
    pub(crate) fn is_login_refused(&self) -> bool {
        self.is_login_refused.load(Ordering::Relaxed)
    }

    pub(crate) async fn login(&self) -> Result<(), LoginError> {
        let access = self.access();
        let outcome = self.probe.around(Step::Login, access.login()).await;
        self.site.observe_login(&outcome);
        self.note_login(outcome.as_ref().copied());
        outcome
    }

    /// Learns what KSeF allows this context, which may be more or less than what is documented. Gives how many invoices a
    /// session takes.
    pub(crate) async fn learn_limits(&self) -> Result<EffectiveContextLimits, CallError> {
        let access = self.access();
        let limits = self.call(Step::Limits, access.rate_limits()).await?;
        self.site.budget.set_limits(access.context(), limits);
        self.call(Step::Limits, access.context_limits()).await
    }

    /// Whether invoices with attachments may be sent at this time.
    pub(crate) async fn may_send_attachments(&self, now: Timestamp) -> Result<bool, CallError> {
        let access = self.access();
        let answer = self.call(Step::Permits, access.attachment_permission()).await?;
        let is_over = answer.revoked_date.is_some_and(|end| end.0 <= now);
        Ok(answer.is_attachment_allowed == Some(true) && !is_over)
    }

    /// What others let this company issue in their name: the first hundred that match.
    pub(crate) async fn authorizations(
        &self,
        filters: &EntityAuthorizationPermissionsQueryRequest,
    ) -> Result<Vec<EntityAuthorizationGrant>, CallError> {
        let access = self.access();
        let answer = self.call(Step::Permits, access.query_authorizations(filters, 0)).await?;
        Ok(answer.authorization_grants)
    }

    pub(crate) async fn open_session(&self, form_code: &FormCode) -> Result<OpenedOnlineSession, CallError> {
        let access = self.access();
        self.call(Step::OpenSession, access.open_online_session(form_code)).await
    }

    pub(crate) async fn send(
        &self,
        session: &OpenedOnlineSession,
        invoice: &[u8],
        send_as: &SendAs,
    ) -> Result<ReferenceNumber, CallError> {
        let access = self.access();
        self.call(Step::SendInvoice, access.send_invoice_as(session, invoice, send_as)).await
    }

    pub(crate) async fn close_session(&self, session: &ReferenceNumber) -> Result<(), CallError> {
        let access = self.access();
        self.call(Step::CloseSession, access.close_online_session(session)).await
    }

    pub(crate) async fn open_batch(
        &self,
        form_code: &FormCode,
        batch: &PackedBatch,
        key: &SessionKey,
        is_offline: bool,
    ) -> Result<BatchUpload, CallError> {
        let access = self.access();
        self.call(Step::OpenBatch, access.open_batch_session(form_code, batch, key, is_offline)).await
    }

    pub(crate) async fn upload_parts(&self, upload: &mut BatchUpload) -> Result<(), UploadError> {
        let access = self.access();
        self.probe.around(Step::UploadParts, access.upload_parts(upload, UPLOADS_AT_ONCE, |_| ())).await
    }

    pub(crate) async fn close_batch(&self, session: &ReferenceNumber) -> Result<(), CallError> {
        let access = self.access();
        self.call(Step::CloseBatch, access.close_batch_session(session)).await
    }

    pub(crate) async fn session_status(
        &self,
        session: &ReferenceNumber,
    ) -> Result<SessionStatusResponse, CallError> {
        let access = self.access();
        self.call(Step::SessionStatus, access.session_status(session)).await
    }

    pub(crate) async fn session_invoices(
        &self,
        session: &ReferenceNumber,
        continuation: Option<&str>,
    ) -> Result<SessionInvoicesResponse, CallError> {
        let access = self.access();
        self.call(Step::SessionInvoices, access.session_invoices(session, continuation)).await
    }

    pub(crate) async fn session_refusals(
        &self,
        session: &ReferenceNumber,
        continuation: Option<&str>,
    ) -> Result<SessionInvoicesResponse, CallError> {
        let access = self.access();
        self.call(Step::SessionInvoices, access.session_failed_invoices(session, continuation)).await
    }

    pub(crate) async fn invoice_status(
        &self,
        session: &ReferenceNumber,
        invoice: &ReferenceNumber,
    ) -> Result<SessionInvoiceStatusResponse, CallError> {
        let access = self.access();
        self.call(Step::InvoiceStatus, access.session_invoice_status(session, invoice)).await
    }

    pub(crate) async fn upo(
        &self,
        session: &ReferenceNumber,
        number: &KsefNumber,
    ) -> Result<Vec<u8>, CallError> {
        let access = self.access();
        self.call(Step::FetchUpo, access.upo_by_ksef_number(session, number)).await
    }

    /// By the address that a status gave: it needs no token, counts against no limit, and says nothing of reaching KSeF.
    pub(crate) async fn upo_from(&self, address: &str) -> Result<Vec<u8>, CallError> {
        let access = self.access();
        self.probe.around(Step::FetchUpo, access.upo_from_address(address)).await
    }

    pub(crate) async fn invoice(&self, number: &KsefNumber) -> Result<Vec<u8>, CallError> {
        let access = self.access();
        self.call(Step::FetchInvoice, access.invoice(number)).await
    }

    pub(crate) async fn start_export(
        &self,
        filters: &InvoiceQueryFilters,
    ) -> Result<StartedExport, CallError> {
        let access = self.access();
        self.call(Step::StartExport, access.start_export(filters, CompressionType::Zip, false)).await
    }

    pub(crate) async fn export_status(
        &self,
        export: &ReferenceNumber,
    ) -> Result<InvoiceExportStatusResponse, CallError> {
        let access = self.access();
        self.call(Step::ExportStatus, access.export_status(export)).await
    }

    pub(crate) async fn download_export(
        &self,
        export: &StartedExport,
        folder: &Path,
    ) -> Result<DownloadedPackage, DownloadError> {
        let access = self.access();
        self.probe.around(Step::DownloadExport, access.download_export(export, folder)).await
    }

    pub(crate) async fn make_collective(
        &self,
        request: &GenerateCollectiveIdentifierRequest,
    ) -> Result<CollectiveNumber, CallError> {
        let access = self.access();
        let made = self.call(Step::MakeCollective, access.generate_collective_identifier(request)).await?;
        Ok(made.collective_identifier_number)
    }

    /// The newest collective identifiers of an invoice: a page.
    pub(crate) async fn collectives_of(
        &self,
        number: &KsefNumber,
    ) -> Result<CollectiveIdentifiersByKsefNumberQueryResponse, CallError> {
        let access = self.access();
        self.call(Step::FindCollective, access.collective_identifiers_of(number, None)).await
    }

    pub(crate) async fn collective_invoices(
        &self,
        request: &CollectiveIdentifierInvoicesQueryRequest,
        continuation: Option<&str>,
    ) -> Result<CollectiveIdentifierInvoicesQueryResponse, CallError> {
        let access = self.access();
        let call = access.collective_identifier_invoices(request, continuation);
        self.call(Step::FindCollective, call).await
    }

    pub(crate) async fn start_purchase_export(
        &self,
        filters: &InvoiceQueryFilters,
        is_only_metadata: bool,
    ) -> Result<StartedExport, CallError> {
        let access = self.access();
        let call = access.start_export(filters, CompressionType::Zip, is_only_metadata);
        self.call(Step::StartPurchaseExport, call).await
    }

    pub(crate) async fn purchase_export_status(
        &self,
        export: &ReferenceNumber,
    ) -> Result<InvoiceExportStatusResponse, CallError> {
        let access = self.access();
        self.call(Step::PurchaseExportStatus, access.export_status(export)).await
    }

    pub(crate) async fn download_purchases(
        &self,
        export: &StartedExport,
        folder: &Path,
    ) -> Result<DownloadedPackage, DownloadError> {
        let access = self.access();
        self.probe.around(Step::DownloadPurchases, access.download_export(export, folder)).await
    }

    pub(crate) async fn purchases(
        &self,
        filters: &InvoiceQueryFilters,
        page_offset: u32,
    ) -> Result<QueryInvoicesMetadataResponse, CallError> {
        let access = self.access();
        let call = access.query_metadata(filters, &SortOrder::Asc, page_offset);
        self.call(Step::QueryPurchases, call).await
    }

    pub(crate) async fn purchase(&self, number: &KsefNumber) -> Result<Vec<u8>, CallError> {
        let access = self.access();
        self.call(Step::FetchPurchase, access.invoice(number)).await
    }
}

/// Parts of a package that are brought at a time.
const UPLOADS_AT_ONCE: usize = 4;
