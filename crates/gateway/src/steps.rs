//! The named steps of the gateway: every durable write and every call to KSeF has one.
//!
//! A step can be stopped before or after, which only tests do: they kill the process there and start it again. The
//! list is [`Step::ALL`]; a write or a call cannot be made without a step (`journal`, `ksef`), and a
//! step without a test fails the test that walks the list.

use std::future::Future;

/// Defines the steps: variant and name.
macro_rules! steps {
    ($( $(#[$meta:meta])* $variant:ident = $name:literal; )+) => {
        /// A durable write or a call to KSeF.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Step { $( $(#[$meta])* $variant, )+ }

        impl Step {
            /// Every step.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// Its name, as [`Probe::parse`] reads it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }
        }
    };
}

steps! {
    /// Write: documents are taken in.
    TakeInvoice = "takeInvoice";
    /// Write: a document is brought to the object store.
    DocumentKept = "documentKept";
    /// Write: a person's word: approve, release, withdraw, hold, another policy.
    Decided = "decided";
    /// Write: a number of a series.
    NumberGiven = "numberGiven";
    /// Write: which file of a folder an invoice came from.
    FileNoted = "fileNoted";
    /// Write: its documents were laid into the folder.
    FileLaid = "fileLaid";
    /// Write: a lease on a company's work.
    WorkClaimed = "workClaimed";
    /// Write: the lease is given back.
    WorkReleased = "workReleased";
    /// Call: login.
    Login = "login";
    /// Call: what KSeF allows.
    Limits = "limits";
    /// Call: what may be sent beyond plain invoices of its own.
    Permits = "permits";
    /// Call: open an online session.
    OpenSession = "openSession";
    /// Write: the session is open.
    SessionOpened = "sessionOpened";
    /// Write: a document is about to be sent.
    SendingStarted = "sendingStarted";
    /// Call: send a document.
    SendInvoice = "sendInvoice";
    /// Call: open a batch session.
    OpenBatch = "openBatch";
    /// Write: the batch session is open, and its documents are about to be sent.
    BatchOpened = "batchOpened";
    /// Call: bring the package's parts.
    UploadParts = "uploadParts";
    /// Call: close a batch session.
    CloseBatch = "closeBatch";
    /// Write: KSeF took it.
    InvoiceAccepted = "invoiceAccepted";
    /// Write: KSeF certainly does not have it; it waits again.
    InvoiceReturned = "invoiceReturned";
    /// Write: KSeF refused it.
    InvoiceRejected = "invoiceRejected";
    /// Call: close the session.
    CloseSession = "closeSession";
    /// Call: the session's status.
    SessionStatus = "sessionStatus";
    /// Call: the session's invoices.
    SessionInvoices = "sessionInvoices";
    /// Write: the session takes nothing more and what it took is known.
    SessionSettled = "sessionSettled";
    /// Call: an invoice's status.
    InvoiceStatus = "invoiceStatus";
    /// Write: the KSeF number.
    InvoiceNumbered = "invoiceNumbered";
    /// Write: the number of an earlier sending is taken over.
    DuplicateAdopted = "duplicateAdopted";
    /// Write: another document has the same number.
    NumberCollision = "numberCollision";
    /// Call: fetch the UPO.
    FetchUpo = "fetchUpo";
    /// Write: a page of a session's UPO.
    SessionUpoKept = "sessionUpoKept";
    /// Write: the verified UPO.
    UpoStored = "upoStored";
    /// Call: fetch an invoice by its KSeF number, to compare it with ours.
    FetchInvoice = "fetchInvoice";
    /// Call: have KSeF pack many invoices, to compare them with ours.
    StartExport = "startExport";
    /// Call: whether the package is ready.
    ExportStatus = "exportStatus";
    /// Call: fetch the package.
    DownloadExport = "downloadExport";
    /// Write: it was read back and is equal.
    InvoiceStored = "invoiceStored";
    /// Write: why an invoice does not move.
    ReasonNoted = "reasonNoted";
    /// Write: it is issued offline.
    OfflineIssued = "offlineIssued";
    /// Write: the last day for sending it.
    DeadlineSet = "deadlineSet";
    /// Write: evidence of an outage.
    OutageKept = "outageKept";
    /// Call: ask for purchases.
    QueryPurchases = "queryPurchases";
    /// Call: fetch a purchase.
    FetchPurchase = "fetchPurchase";
    /// Write: a purchase.
    PurchaseReceived = "purchaseReceived";
    /// Call: have KSeF pack purchases.
    StartPurchaseExport = "startPurchaseExport";
    /// Write: the package that KSeF makes.
    PurchaseExportKept = "purchaseExportKept";
    /// Call: whether the package of purchases is ready.
    PurchaseExportStatus = "purchaseExportStatus";
    /// Call: fetch the package of purchases.
    DownloadPurchases = "downloadPurchases";
    /// Write: how far purchases were read.
    PurchasesRead = "purchasesRead";
    /// Write: what came of a reconciliation, or that one is wanted.
    ReconciliationKept = "reconciliationKept";
    /// Write: a collective identifier that is wanted, or that KSeF made.
    CollectiveKept = "collectiveKept";
    /// Call: have KSeF make a collective identifier.
    MakeCollective = "makeCollective";
    /// Call: collective identifiers that were made, and what stands under them.
    FindCollective = "findCollective";
    /// Write: a person's or a program's word about a purchase.
    PurchaseDecided = "purchaseDecided";
    /// Write: a company is told of a term or a certificate that ends.
    NoticeTold = "noticeTold";
    /// Write: documents whose time is over are erased.
    DocumentsErased = "documentsErased";
    /// Write: the object of an erased document is removed, is about to be, or is about to come again.
    ObjectErased = "objectErased";
    /// Write: a person makes, changes or removes a webhook, or has it get something once more.
    WebhookDecided = "webhookDecided";
    /// Write: a webhook is this node's to send to.
    WebhookClaimed = "webhookClaimed";
    /// Call: a message to a webhook.
    SendWebhook = "sendWebhook";
    /// Write: how that ended.
    DeliveryEnded = "deliveryEnded";
    /// Write: the webhook is anybody's again.
    WebhookReleased = "webhookReleased";
    /// Write: a person says who is told by e-mail.
    MailDecided = "mailDecided";
    /// Write: a letter, with how far its reader is told by it.
    LetterWritten = "letterWritten";
    /// Write: letters are this node's to send.
    LetterClaimed = "letterClaimed";
    /// Call: a letter to the mail server.
    SendLetter = "sendLetter";
    /// Write: how that ended.
    LetterEnded = "letterEnded";
}

/// Before or after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// It has not begun.
    Before,
    /// It is done.
    After,
}

impl Moment {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Before, Self::After];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// Goes along with every step; does nothing outside of tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Probe {
    stop_at: Option<(Step, Moment)>,
}

/// The text names no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no step; it looks like sendInvoice:before")]
pub struct UnknownStep(String);

impl Probe {
    /// Reads `step:before` or `step:after`.
    ///
    /// # Errors
    /// [`UnknownStep`].
    pub fn parse(text: &str) -> Result<Self, UnknownStep> {
        let found = Step::ALL
            .iter()
            .flat_map(|step| Moment::ALL.map(|moment| (*step, moment)))
            .find(|(step, moment)| text.split_once(':') == Some((step.name(), moment.name())));
        match found {
            Some(stop_at) => Ok(Self { stop_at: Some(stop_at) }),
            None => Err(UnknownStep(text.to_owned())),
        }
    }

    /// Does the work of a step.
    pub(crate) async fn around<T>(self, step: Step, work: impl Future<Output = T>) -> T {
        self.reach(step, Moment::Before).await;
        let outcome = work.await;
        self.reach(step, Moment::After).await;
        outcome
    }

    async fn reach(self, step: Step, moment: Moment) {
        if self.stop_at == Some((step, moment)) {
            // The line that the test waits for before it kills the process.
            eprintln!("stopped at {}:{}", step.name(), moment.name());
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_parse() {
        for (place, step) in Step::ALL.iter().enumerate() {
            assert!(Step::ALL[..place].iter().all(|other| other.name() != step.name()));
            assert!(Probe::parse(&format!("{}:after", step.name())).is_ok());
        }
        assert!(Probe::parse("sendInvoice").is_err() && Probe::parse("nothing:before").is_err());
    }
}
