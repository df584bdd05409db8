//! The only way to write: every durable write with its step.

mod letters;
mod notices;
mod purchases;
mod retention;

use gateway_store::{
    Fence, GivenNumber, ITSELF, KeptForm, KeptKind, KeptOutage, Laid, Moving, NewSale, NewSeries,
    OutageTelling, Preparation, Reason, SaleId, SaleMove, SendingSettings, StoreError, StoreWriter, Taken,
};
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, ReferenceNumber, Sha256Hash};
use tokio::sync::watch;

use crate::steps::{Probe, Step};

/// Writes to the store.
pub(crate) struct Journal {
    writer: StoreWriter,
    probe: Probe,
    /// Changes when some company was told something, perhaps.
    told: watch::Sender<u64>,
    /// Changes whenever something was written.
    written: watch::Sender<u64>,
}

impl Journal {
    pub(crate) fn new(writer: StoreWriter, probe: Probe) -> Self {
        Self { writer, probe, told: watch::Sender::new(0), written: watch::Sender::new(0) }
    }

    /// Changes whenever this node has written something.
    pub(crate) fn written(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    /// A write under its step; whoever waits for changes looks again.
    async fn around<T>(&self, step: Step, write: impl Future<Output = T>) -> T {
        let outcome = self.probe.around(step, write).await;
        self.written.send_modify(|count| *count = count.wrapping_add(1));
        outcome
    }

    /// Companies come from the configuration and are written again at each start: no step of an invoice.
    pub(crate) async fn add_companies(
        &self,
        contexts: &[ContextIdentifier],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.writer.add_companies(contexts, now).await
    }

    pub(crate) async fn name_unnamed_companies(
        &self,
        names: &[(ContextIdentifier, String)],
    ) -> Result<(), StoreError> {
        self.writer.name_unnamed_companies(names).await
    }

    pub(crate) async fn company_named(
        &self,
        company: &ContextIdentifier,
        name: &str,
    ) -> Result<(), StoreError> {
        self.around(Step::Decided, self.writer.set_company_name(company, name)).await
    }

    pub(crate) async fn take_invoices(
        &self,
        new: &[NewSale],
        now: Timestamp,
    ) -> Result<Vec<Result<Taken, StoreError>>, StoreError> {
        self.around(Step::TakeInvoice, self.writer.take_sales(new, now)).await
    }

    /// Gives out a number of a series; the same request gets the same one again.
    pub(crate) async fn number_given(
        &self,
        company: &ContextIdentifier,
        series: &str,
        period: &str,
        request: &str,
        now: Timestamp,
        text_of: impl Fn(i64) -> String + Send,
    ) -> Result<GivenNumber, StoreError> {
        let write = self.writer.next_number(company, series, period, request, now, text_of);
        self.around(Step::NumberGiven, write).await
    }

    pub(crate) async fn put_series(
        &self,
        company: &ContextIdentifier,
        new: &NewSeries<'_>,
    ) -> Result<(), StoreError> {
        self.around(Step::Decided, self.writer.put_series(company, new)).await
    }

    /// A series that is held since a restore goes on.
    pub(crate) async fn series_resumed(
        &self,
        company: &ContextIdentifier,
        name: &str,
        after: Option<(&str, i64)>,
    ) -> Result<bool, StoreError> {
        self.around(Step::Decided, self.writer.resume_series(company, name, after)).await
    }

    /// Keeps what somebody began on the pages.
    pub(crate) async fn keep_form(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        form: &KeptForm,
    ) -> Result<(), StoreError> {
        self.around(Step::Decided, self.writer.keep_form(company, kind, form)).await
    }

    pub(crate) async fn forget_form(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        name: &str,
    ) -> Result<bool, StoreError> {
        self.around(Step::Decided, self.writer.forget_form(company, kind, name)).await
    }

    /// Makes room: what was begun long ago is not gone on with. No step of an invoice.
    pub(crate) async fn forget_forms_before(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        self.writer.forget_forms_before(company, kind, before).await
    }

    /// From which file of a folder these invoices came.
    pub(crate) async fn file_noted(
        &self,
        company: &ContextIdentifier,
        sales: &[SaleId],
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::FileNoted, self.writer.note_folder_file(company, sales, name, now)).await
    }

    pub(crate) async fn file_laid(&self, sale: SaleId, name: &str, laid: Laid) -> Result<(), StoreError> {
        self.around(Step::FileLaid, self.writer.folder_file_laid(sale, name, laid)).await
    }

    /// A person's word about invoices.
    pub(crate) async fn decided(
        &self,
        moves: &[Moving],
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let outcomes = self.around(Step::Decided, self.writer.move_sales(moves, actor, None, now)).await?;
        self.ring_listeners();
        Ok(outcomes)
    }

    pub(crate) async fn change_policy(
        &self,
        id: SaleId,
        policy: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::Decided, self.writer.change_policy(id, policy, actor, now)).await
    }

    pub(crate) async fn set_sending_settings(
        &self,
        company: &ContextIdentifier,
        settings: &SendingSettings,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.writer.set_sending_settings(company, settings, now);
        self.around(Step::Decided, write).await
    }

    /// How far a company is prepared, as a person says.
    pub(crate) async fn prepared(&self, new: &Preparation) -> Result<(), StoreError> {
        self.around(Step::Decided, self.writer.put_preparation(new)).await
    }

    /// What was claimed under this name by a process that is gone is free again. Part of every start, and no step.
    pub(crate) async fn free_work(&self, holder: &str) -> Result<(), StoreError> {
        self.writer.free_work(holder).await
    }

    pub(crate) async fn claim_work(
        &self,
        holder: &str,
        limit: u32,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Fence>, StoreError> {
        self.around(Step::WorkClaimed, self.writer.claim_work(holder, limit, now, lease_until)).await
    }

    pub(crate) async fn renew_lease(
        &self,
        fence: &Fence,
        lease_until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.around(Step::WorkClaimed, self.writer.renew_lease(fence, lease_until)).await
    }

    pub(crate) async fn release_work(
        &self,
        fence: &Fence,
        next: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::WorkReleased, self.writer.release_work(fence, next, now)).await
    }

    pub(crate) async fn session_opened(
        &self,
        fence: &Fence,
        session: &ReferenceNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::SessionOpened, self.writer.session_opened(fence, session, now)).await
    }

    pub(crate) async fn batch_opened(
        &self,
        fence: &Fence,
        session: &ReferenceNumber,
        members: &[SaleId],
        now: Timestamp,
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let write = self.writer.batch_opened(fence, session, members, now);
        self.around(Step::BatchOpened, write).await
    }

    pub(crate) async fn session_settled(
        &self,
        fence: &Fence,
        session: &ReferenceNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.around(Step::SessionSettled, self.writer.session_settled(fence, session, now)).await
    }

    /// Moves invoices by what KSeF said. An invoice that somebody else has moved meanwhile stays as it is.
    pub(crate) async fn moved(
        &self,
        fence: &Fence,
        moves: &[Moving],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let Some(first) = moves.first() else { return Ok(0) };
        let write = self.writer.move_sales(moves, ITSELF, Some(fence), now);
        let outcomes = self.around(step_of(&first.by), write).await?;
        self.ring_listeners();
        let mut moved = 0;
        for outcome in outcomes {
            match outcome {
                Ok(()) => moved += 1,
                Err(error) => tracing::warn!(%error, "a move came too late"),
            }
        }
        Ok(moved)
    }

    pub(crate) async fn session_upo_kept(
        &self,
        session: &ReferenceNumber,
        page: i64,
        sha256: &Sha256Hash,
        content: &[u8],
        is_external: bool,
    ) -> Result<(), StoreError> {
        let write = self.writer.keep_session_upo(session, page, sha256, content, is_external);
        self.around(Step::SessionUpoKept, write).await
    }

    pub(crate) async fn noted(
        &self,
        fence: &Fence,
        notes: &[(SaleId, Reason, Option<Timestamp>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if notes.is_empty() {
            return Ok(());
        }
        self.around(Step::ReasonNoted, self.writer.note_reasons(notes, Some(fence), now)).await
    }

    pub(crate) async fn deadlines_set(
        &self,
        deadlines: &[(SaleId, Option<Date>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if deadlines.is_empty() {
            return Ok(());
        }
        self.around(Step::DeadlineSet, self.writer.set_deadlines(deadlines, now)).await
    }

    /// Keeps an outage, and tells companies of it.
    pub(crate) async fn outage_kept(
        &self,
        environment: &str,
        outage: &KeptOutage,
        telling: Option<&OutageTelling>,
    ) -> Result<(), StoreError> {
        let write = self.writer.keep_outage(environment, outage, telling);
        if self.around(Step::OutageKept, write).await? {
            self.ring_listeners();
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.writer.close().await;
    }
}

/// The step of a worker's move.
fn step_of(by: &SaleMove) -> Step {
    match by {
        SaleMove::StartSending { .. } => Step::SendingStarted,
        SaleMove::Accept { .. } => Step::InvoiceAccepted,
        SaleMove::SendBack { .. } => Step::InvoiceReturned,
        SaleMove::Reject { .. } => Step::InvoiceRejected,
        SaleMove::Number { .. } => Step::InvoiceNumbered,
        SaleMove::Adopt { .. } => Step::DuplicateAdopted,
        SaleMove::Collide { .. } => Step::NumberCollision,
        SaleMove::StoreUpo { .. } | SaleMove::ConfirmByPage { .. } => Step::UpoStored,
        SaleMove::Store => Step::InvoiceStored,
        SaleMove::IssueOffline(_) => Step::OfflineIssued,
        SaleMove::Validate
        | SaleMove::FindInvalid { .. }
        | SaleMove::Approve
        | SaleMove::Release
        | SaleMove::Hold
        | SaleMove::Withdraw { .. } => Step::Decided,
    }
}
