//! The only way to KSeF: every call with its step.

use ksef_client::{Access, CallError, LoginError, OpenedOnlineSession};
use ksef_id::{KsefNumber, ReferenceNumber};
use ksef_wire::{
    FormCode, InvoiceQueryFilters, QueryInvoicesMetadataResponse, SessionInvoiceStatusResponse,
    SessionInvoicesResponse, SessionStatusResponse, SortOrder,
};

use crate::steps::{Probe, Step};

/// One company's way to KSeF.
pub(crate) struct Ksef {
    access: Access,
    probe: Probe,
}

impl Ksef {
    pub(crate) fn new(access: Access, probe: Probe) -> Self {
        Self { access, probe }
    }

    pub(crate) async fn login(&self) -> Result<(), LoginError> {
        self.probe.around(Step::Login, self.access.login()).await
    }

    pub(crate) async fn open_session(&self, form_code: &FormCode) -> Result<OpenedOnlineSession, CallError> {
        self.probe.around(Step::OpenSession, self.access.open_online_session(form_code)).await
    }

    pub(crate) async fn send(
        &self,
        session: &OpenedOnlineSession,
        invoice: &[u8],
    ) -> Result<ReferenceNumber, CallError> {
        self.probe.around(Step::SendInvoice, self.access.send_invoice(session, invoice)).await
    }

    pub(crate) async fn close_session(&self, session: &ReferenceNumber) -> Result<(), CallError> {
        self.probe.around(Step::CloseSession, self.access.close_online_session(session)).await
    }

    pub(crate) async fn session_status(
        &self,
        session: &ReferenceNumber,
    ) -> Result<SessionStatusResponse, CallError> {
        self.probe.around(Step::SessionStatus, self.access.session_status(session)).await
    }

    pub(crate) async fn session_invoices(
        &self,
        session: &ReferenceNumber,
        continuation: Option<&str>,
    ) -> Result<SessionInvoicesResponse, CallError> {
        self.probe.around(Step::SessionInvoices, self.access.session_invoices(session, continuation)).await
    }

    pub(crate) async fn invoice_status(
        &self,
        session: &ReferenceNumber,
        invoice: &ReferenceNumber,
    ) -> Result<SessionInvoiceStatusResponse, CallError> {
        self.probe.around(Step::InvoiceStatus, self.access.session_invoice_status(session, invoice)).await
    }

    pub(crate) async fn upo(
        &self,
        session: &ReferenceNumber,
        number: &KsefNumber,
    ) -> Result<Vec<u8>, CallError> {
        self.probe.around(Step::FetchUpo, self.access.upo_by_ksef_number(session, number)).await
    }

    pub(crate) async fn invoice(&self, number: &KsefNumber) -> Result<Vec<u8>, CallError> {
        self.probe.around(Step::FetchInvoice, self.access.invoice(number)).await
    }

    pub(crate) async fn purchases(
        &self,
        filters: &InvoiceQueryFilters,
        page_offset: u32,
    ) -> Result<QueryInvoicesMetadataResponse, CallError> {
        let call = self.access.query_metadata(filters, &SortOrder::Asc, page_offset);
        self.probe.around(Step::QueryPurchases, call).await
    }

    pub(crate) async fn purchase(&self, number: &KsefNumber) -> Result<Vec<u8>, CallError> {
        self.probe.around(Step::FetchPurchase, self.access.invoice(number)).await
    }
}
