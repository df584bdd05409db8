//! The only way to KSeF: every call with its step.

use std::sync::{Mutex, PoisonError, RwLock};

use ksef_client::{Access, CallError, LoginCredential, LoginError, OpenedOnlineSession};
use ksef_id::{KsefNumber, ReferenceNumber};
use ksef_wire::{
    FormCode, InvoiceQueryFilters, QueryInvoicesMetadataResponse, SessionInvoiceStatusResponse,
    SessionInvoicesResponse, SessionStatusResponse, SortOrder,
};

use crate::steps::{Probe, Step};

/// One company's way to KSeF.
pub(crate) struct Ksef {
    access: RwLock<Access>,
    /// The login that takes over between two rounds of the sales worker: never within a session.
    next: Mutex<Option<Access>>,
    probe: Probe,
}

impl Ksef {
    pub(crate) fn new(access: Access, probe: Probe) -> Self {
        Self { access: RwLock::new(access), next: Mutex::new(None), probe }
    }

    /// Logs in with another credential from the next round on.
    pub(crate) fn replace_credential(&self, credential: LoginCredential) {
        let now = self.access();
        let next = Access::new(now.client().clone(), now.context().clone(), credential);
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
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

    /// The login in use; a clone shares its tokens.
    fn access(&self) -> Access {
        self.access.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) async fn login(&self) -> Result<(), LoginError> {
        let access = self.access();
        self.probe.around(Step::Login, access.login()).await
    }

    pub(crate) async fn open_session(&self, form_code: &FormCode) -> Result<OpenedOnlineSession, CallError> {
        let access = self.access();
        self.probe.around(Step::OpenSession, access.open_online_session(form_code)).await
    }

    pub(crate) async fn send(
        &self,
        session: &OpenedOnlineSession,
        invoice: &[u8],
    ) -> Result<ReferenceNumber, CallError> {
        let access = self.access();
        self.probe.around(Step::SendInvoice, access.send_invoice(session, invoice)).await
    }

    pub(crate) async fn close_session(&self, session: &ReferenceNumber) -> Result<(), CallError> {
        let access = self.access();
        self.probe.around(Step::CloseSession, access.close_online_session(session)).await
    }

    pub(crate) async fn session_status(
        &self,
        session: &ReferenceNumber,
    ) -> Result<SessionStatusResponse, CallError> {
        let access = self.access();
        self.probe.around(Step::SessionStatus, access.session_status(session)).await
    }

    pub(crate) async fn session_invoices(
        &self,
        session: &ReferenceNumber,
        continuation: Option<&str>,
    ) -> Result<SessionInvoicesResponse, CallError> {
        let access = self.access();
        self.probe.around(Step::SessionInvoices, access.session_invoices(session, continuation)).await
    }

    pub(crate) async fn invoice_status(
        &self,
        session: &ReferenceNumber,
        invoice: &ReferenceNumber,
    ) -> Result<SessionInvoiceStatusResponse, CallError> {
        let access = self.access();
        self.probe.around(Step::InvoiceStatus, access.session_invoice_status(session, invoice)).await
    }

    pub(crate) async fn upo(
        &self,
        session: &ReferenceNumber,
        number: &KsefNumber,
    ) -> Result<Vec<u8>, CallError> {
        let access = self.access();
        self.probe.around(Step::FetchUpo, access.upo_by_ksef_number(session, number)).await
    }

    pub(crate) async fn invoice(&self, number: &KsefNumber) -> Result<Vec<u8>, CallError> {
        let access = self.access();
        self.probe.around(Step::FetchInvoice, access.invoice(number)).await
    }

    pub(crate) async fn purchases(
        &self,
        filters: &InvoiceQueryFilters,
        page_offset: u32,
    ) -> Result<QueryInvoicesMetadataResponse, CallError> {
        let access = self.access();
        let call = access.query_metadata(filters, &SortOrder::Asc, page_offset);
        self.probe.around(Step::QueryPurchases, call).await
    }

    pub(crate) async fn purchase(&self, number: &KsefNumber) -> Result<Vec<u8>, CallError> {
        let access = self.access();
        self.probe.around(Step::FetchPurchase, access.invoice(number)).await
    }
}
