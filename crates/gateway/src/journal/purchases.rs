//! Writes about purchases.

use gateway_store::{
    Approval, Assignment, Collective, EnteredDocument, Fence, Imported, NewFormerUpo, NewUnit,
    PurchaseExport, PurchaseRole, PurchaseState, Reading, ReceivedInvoice, RoutingRule, StoreError,
};
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{CollectiveNumber, ContextIdentifier, ReferenceNumber, Sha256Hash};

use super::Journal;
use crate::steps::Step;

impl Journal {
    pub(crate) async fn purchases_received(
        &self,
        fence: &Fence,
        role: PurchaseRole,
        invoices: &[ReceivedInvoice],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let write = self.writer.receive_purchases(fence, role, invoices, now);
        let new = self.around(Step::PurchaseReceived, write).await?;
        if new > 0 {
            self.ring_listeners();
        }
        Ok(new)
    }

    pub(crate) async fn purchase_export_kept(
        &self,
        fence: &Fence,
        export: &PurchaseExport,
    ) -> Result<(), StoreError> {
        let write = self.writer.keep_purchase_export(fence, export);
        self.around(Step::PurchaseExportKept, write).await
    }

    /// How far a role was read; packages that are done with are forgotten in the same write.
    pub(crate) async fn purchases_read(
        &self,
        fence: &Fence,
        found: Option<Timestamp>,
        reading: &Reading,
        done_with: &[ReferenceNumber],
    ) -> Result<(), StoreError> {
        let write = self.writer.set_reading(fence, found, reading, done_with);
        self.around(Step::PurchasesRead, write).await
    }

    pub(crate) async fn read_again(
        &self,
        fence: &Fence,
        role: PurchaseRole,
        from: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::PurchasesRead, self.writer.read_again(fence, role, from)).await
    }

    pub(crate) async fn reconciliation_asked(
        &self,
        company: &ContextIdentifier,
        days: (Date, Date),
        at: Timestamp,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let write = self.writer.ask_for_reconciliation(company, days, at, now);
        self.around(Step::ReconciliationKept, write).await
    }

    pub(crate) async fn reconciliation_ended(
        &self,
        fence: &Fence,
        position: i64,
        is_done: bool,
        report: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.end_reconciliation(fence, position, is_done, report, at);
        self.around(Step::ReconciliationKept, write).await
    }

    pub(crate) async fn collective_wanted(
        &self,
        company: &ContextIdentifier,
        key: &Sha256Hash,
        invoices: &str,
        now: Timestamp,
    ) -> Result<Collective, StoreError> {
        let write = self.writer.want_collective(company, key, invoices, now);
        self.around(Step::CollectiveKept, write).await
    }

    pub(crate) async fn collective_made(
        &self,
        company: &ContextIdentifier,
        key: &Sha256Hash,
        number: &CollectiveNumber,
    ) -> Result<(), StoreError> {
        let write = self.writer.collective_made(company, key, number);
        self.around(Step::CollectiveKept, write).await
    }

    pub(crate) async fn purchases_asked(
        &self,
        company: &ContextIdentifier,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.writer.ask_for_purchases(company, at, now).await
    }

    pub(crate) async fn set_receiving(
        &self,
        company: &ContextIdentifier,
        is_on: bool,
        since: Option<(Date, Timestamp)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.set_receiving(company, is_on, since, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchase_moved(
        &self,
        company: &ContextIdentifier,
        position: i64,
        to: PurchaseState,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.move_purchase(company, position, to, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchase_seen(
        &self,
        company: &ContextIdentifier,
        position: i64,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.see_purchase(company, position, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn document_entered(
        &self,
        company: &ContextIdentifier,
        entered: &EnteredDocument,
        actor: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let write = self.writer.enter_document(company, entered, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchase_not_confirmed(
        &self,
        company: &ContextIdentifier,
        position: i64,
        code: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.purchase_not_confirmed(company, position, code, now);
        self.around(Step::PurchaseReceived, write).await
    }

    pub(crate) async fn scan_put(
        &self,
        company: &ContextIdentifier,
        position: i64,
        scan: (&str, &Sha256Hash, Option<&[u8]>),
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.put_scan(company, position, scan, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchase_noted(
        &self,
        company: &ContextIdentifier,
        position: i64,
        note: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.note_purchase(company, position, note, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn copy_noted(
        &self,
        company: &ContextIdentifier,
        position: i64,
        detail: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.note_copy(company, position, detail, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchase_assigned(
        &self,
        company: &ContextIdentifier,
        position: i64,
        to: &Assignment,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.assign_purchase(company, position, to, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    /// What nobody is assigned to finds its people; returns how many did.
    pub(crate) async fn purchases_assigned(
        &self,
        company: &ContextIdentifier,
        assignments: &[(i64, Assignment)],
        actor: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let write = self.writer.assign_unassigned(company, assignments, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchase_commented(
        &self,
        company: &ContextIdentifier,
        position: i64,
        text: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.comment_purchase(company, position, text, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchase_approved(
        &self,
        company: &ContextIdentifier,
        position: i64,
        (approval, reason): (Option<Approval>, &str),
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.approve_purchase(company, position, approval, reason, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn routing_set(
        &self,
        company: &ContextIdentifier,
        rules: &[RoutingRule],
    ) -> Result<(), StoreError> {
        self.around(Step::PurchaseDecided, self.writer.set_routing_rules(company, rules)).await
    }

    pub(crate) async fn unit_put(&self, new: &NewUnit<'_>, now: Timestamp) -> Result<(), StoreError> {
        self.around(Step::PurchaseDecided, self.writer.put_unit(new, now)).await
    }

    pub(crate) async fn unit_removed(
        &self,
        company: &ContextIdentifier,
        identifier: &str,
    ) -> Result<bool, StoreError> {
        self.around(Step::PurchaseDecided, self.writer.remove_unit(company, identifier)).await
    }

    pub(crate) async fn view_restricted(
        &self,
        company: &ContextIdentifier,
        user: &str,
        is_restricted: bool,
    ) -> Result<(), StoreError> {
        let write = self.writer.restrict_view(company, user, is_restricted);
        self.around(Step::PurchaseDecided, write).await
    }

    pub(crate) async fn purchases_acknowledged(
        &self,
        company: &ContextIdentifier,
        reader: &str,
        up_to: i64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let write = self.writer.acknowledge_purchases(company, reader, up_to, now);
        self.around(Step::PurchaseDecided, write).await
    }

    /// An invoice of KSeF 1.0 that somebody has saved.
    pub(crate) async fn invoice_imported(
        &self,
        company: &ContextIdentifier,
        role: PurchaseRole,
        invoice: &ReceivedInvoice,
        actor: &str,
        now: Timestamp,
    ) -> Result<Imported, StoreError> {
        let write = self.writer.import_invoice(company, role, invoice, actor, now);
        self.around(Step::PurchaseDecided, write).await
    }

    /// A confirmation of KSeF 1.0; `false` when it is here already.
    pub(crate) async fn former_upo_kept(
        &self,
        company: &ContextIdentifier,
        new: &NewFormerUpo<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let write = self.writer.keep_former_upo(company, new, now);
        self.around(Step::PurchaseDecided, write).await
    }
}
