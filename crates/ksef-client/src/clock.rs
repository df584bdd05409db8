//! What time it is, as an argument.

use std::pin::Pin;

/// Gives the present moment. A company on a simulator lives by the simulator's clock, all others by the system's.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> jiff::Timestamp;

    /// An answer came from where it is this time, to the second; or none came, and nobody knows when the request was counted.
    /// A clock that may jump gives a future that looks again; what follows from the answer waits for it. The others have
    /// nothing to do: KSeF's date is no reason to doubt ours.
    fn told(&self, date: Option<jiff::Timestamp>) -> Option<Pin<Box<dyn Future<Output = ()> + Send + '_>>> {
        let _ = date;
        None
    }
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}
