//! Writing down what comes in: documents that come at the same time share one write, so that they share one wait for the
//! disk. Each caller is answered when its document is on disk, and not before.

use std::sync::Arc;

use gateway_store::{NewSale, StoreError, Taken};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::journal::Journal;

/// The way in. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Intake {
    queue: mpsc::Sender<Asked>,
}

struct Asked {
    new: NewSale,
    answer: oneshot::Sender<Result<Taken, StoreError>>,
}

/// The other end: what writes.
pub(crate) struct IntakeWriter {
    queue: mpsc::Receiver<Asked>,
    journal: Arc<Journal>,
}

/// Why a document was not written down.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IntakeError {
    /// The store refused it, or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The gateway stops.
    #[error("the gateway is stopping")]
    Stopping,
}

impl Intake {
    pub(crate) fn new(journal: Arc<Journal>) -> (Self, IntakeWriter) {
        let (sender, queue) = mpsc::channel(QUEUE_MAX);
        (Self { queue: sender }, IntakeWriter { queue, journal })
    }

    /// Writes a document down; when this returns it is on disk.
    pub(crate) async fn take(&self, new: NewSale) -> Result<Taken, IntakeError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Asked { new, answer }).await.map_err(|_| IntakeError::Stopping)?;
        Ok(answered.await.map_err(|_| IntakeError::Stopping)??)
    }
}

impl IntakeWriter {
    /// Runs until nobody asks any more.
    pub(crate) async fn run(mut self) {
        let mut asked = Vec::with_capacity(TOGETHER_MAX);
        while self.queue.recv_many(&mut asked, TOGETHER_MAX).await > 0 {
            let (new, answers): (Vec<NewSale>, Vec<_>) =
                asked.drain(..).map(|one: Asked| (one.new, one.answer)).unzip();
            match self.journal.take_invoices(&new, Timestamp::now()).await {
                Ok(taken) => {
                    for (answer, taken) in answers.into_iter().zip(taken) {
                        // Whoever does not wait any more finds it by its key.
                        let _ = answer.send(taken);
                    }
                }
                Err(error) => fail_all(answers, error),
            }
        }
    }
}

/// Tells everybody that nothing was written.
fn fail_all(answers: Vec<oneshot::Sender<Result<Taken, StoreError>>>, error: StoreError) {
    tracing::error!(%error, "documents could not be written down");
    for answer in answers {
        let _ = answer.send(Err(error.again()));
    }
}

/// How many may wait to be written down; more wait to be let in.
const QUEUE_MAX: usize = 1024;
/// How many are written down together.
const TOGETHER_MAX: usize = 256;
