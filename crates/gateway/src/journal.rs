//! The only way to write: every durable write with its step and the time.

use std::sync::Arc;

use gateway_store::{NewPurchase, NewSale, Reason, SaleId, StoreError, StoreWriter, Taken};
use jiff::Timestamp;
use ksef_client::Clock;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};

use crate::steps::{Probe, Step};

/// Writes to the store.
pub(crate) struct Journal {
    writer: StoreWriter,
    probe: Probe,
    clock: Arc<dyn Clock>,
}

impl Journal {
    pub(crate) fn new(writer: StoreWriter, probe: Probe, clock: Arc<dyn Clock>) -> Self {
        Self { writer, probe, clock }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Companies come from the configuration and are written again at each start: no step of an invoice.
    pub(crate) async fn add_company(&self, context: &ContextIdentifier) -> Result<(), StoreError> {
        self.writer.add_company(context, self.now()).await
    }

    pub(crate) async fn take_invoice(&self, new: &NewSale<'_>) -> Result<Taken, StoreError> {
        self.probe.around(Step::TakeInvoice, self.writer.take_sale(new, self.now())).await
    }

    pub(crate) async fn session_opened(
        &self,
        company: &ContextIdentifier,
        session: &ReferenceNumber,
    ) -> Result<(), StoreError> {
        self.probe.around(Step::SessionOpened, self.writer.session_opened(company, session, self.now())).await
    }

    pub(crate) async fn sending_started(
        &self,
        id: SaleId,
        session: &ReferenceNumber,
    ) -> Result<(), StoreError> {
        self.probe.around(Step::SendingStarted, self.writer.sending_started(id, session, self.now())).await
    }

    pub(crate) async fn accepted(&self, id: SaleId, reference: &ReferenceNumber) -> Result<(), StoreError> {
        self.probe.around(Step::InvoiceAccepted, self.writer.sale_accepted(id, reference, self.now())).await
    }

    pub(crate) async fn returned(&self, id: SaleId, reason: &Reason) -> Result<(), StoreError> {
        self.probe.around(Step::InvoiceReturned, self.writer.sale_returned(id, reason, self.now())).await
    }

    pub(crate) async fn rejected(&self, id: SaleId, reason: &Reason) -> Result<(), StoreError> {
        self.probe.around(Step::InvoiceRejected, self.writer.sale_rejected(id, reason, self.now())).await
    }

    pub(crate) async fn session_settled(&self, session: &ReferenceNumber) -> Result<(), StoreError> {
        self.probe.around(Step::SessionSettled, self.writer.session_settled(session, self.now())).await
    }

    pub(crate) async fn numbered(
        &self,
        id: SaleId,
        number: &KsefNumber,
        upo_session: Option<&ReferenceNumber>,
        adopted: Option<&Reason>,
    ) -> Result<(), StoreError> {
        let write = self.writer.sale_numbered(id, number, upo_session, adopted, self.now());
        self.probe.around(Step::InvoiceNumbered, write).await
    }

    pub(crate) async fn collided(
        &self,
        id: SaleId,
        other: Option<&KsefNumber>,
        reason: &Reason,
    ) -> Result<(), StoreError> {
        self.probe
            .around(Step::NumberCollision, self.writer.sale_collided(id, other, reason, self.now()))
            .await
    }

    pub(crate) async fn upo_stored(
        &self,
        id: SaleId,
        upo: &[u8],
        sha256: &Sha256Hash,
    ) -> Result<(), StoreError> {
        self.probe.around(Step::UpoStored, self.writer.upo_stored(id, upo, sha256, self.now())).await
    }

    pub(crate) async fn stored(&self, id: SaleId) -> Result<(), StoreError> {
        self.probe.around(Step::InvoiceStored, self.writer.sale_stored(id, self.now())).await
    }

    pub(crate) async fn note(&self, id: SaleId, reason: &Reason) -> Result<(), StoreError> {
        self.probe.around(Step::ReasonNoted, self.writer.note_reason(id, reason, self.now())).await
    }

    pub(crate) async fn purchase_received(&self, new: &NewPurchase<'_>) -> Result<bool, StoreError> {
        self.probe.around(Step::PurchaseReceived, self.writer.purchase_received(new, self.now())).await
    }

    pub(crate) async fn purchases_read(
        &self,
        company: &ContextIdentifier,
        up_to: Timestamp,
    ) -> Result<(), StoreError> {
        self.probe.around(Step::PurchasesRead, self.writer.set_purchases_read_up_to(company, up_to)).await
    }

    pub(crate) async fn close(&self) {
        self.writer.close().await;
    }
}
