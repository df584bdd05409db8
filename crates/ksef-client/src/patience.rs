//! Waiting for KSeF to be done with something: soon at first, then more and more rarely, so that what takes minutes does
//! not use up the limit of questions.

use std::time::Duration;

/// Waits between looks at a status, up to a limit in all.
pub(crate) struct Patience {
    next: Duration,
    left: Duration,
}

impl Patience {
    /// `first` is the first wait (at least a millisecond), `in_all` the limit.
    pub(crate) fn new(first: Duration, in_all: Duration) -> Self {
        Self { next: first.max(Duration::from_millis(1)), left: in_all }
    }

    /// Waits; `false`, at once, when it was long enough.
    pub(crate) async fn wait(&mut self) -> bool {
        if self.left.is_zero() {
            return false;
        }
        let now = self.next.min(self.left);
        tokio::time::sleep(now).await;
        self.left -= now;
        self.next = (self.next * 3 / 2).min(WAIT_MAX);
        true
    }
}

/// The longest wait between two looks.
const WAIT_MAX: Duration = Duration::from_secs(5);
