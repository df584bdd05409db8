//! Faults on demand: what the real KSeF does on bad days (field notes, A1 and A4), per operation and by count.

use ksef_wire::Operation;
use std::time::Duration;

/// What goes wrong with a request. The work is done as usual unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection closes before the work: nothing happens, nothing is answered.
    LoseRequest,
    /// The work is done and its answer is lost: the connection closes without a byte.
    LoseAnswer,
    /// The work is done, and the answer is this status (500, 502, 503, 504) with a body that is not KSeF's.
    FailAfterWork {
        /// HTTP status, 500 to 599.
        status: u16,
    },
    /// Nothing is done, and the answer is this status with a body that is not KSeF's.
    FailBeforeWork {
        /// HTTP status, 500 to 599.
        status: u16,
    },
    /// Nothing is done, and the answer is 429.
    TooManyRequests {
        /// Seconds in `Retry-After`.
        retry_after_s: u32,
    },
    /// The answer comes late.
    Delay(Duration),
}

/// The faults that wait for their requests.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    planned: Vec<Planned>,
    /// While true, invoices stay at 150: taken, not processed.
    pub(crate) is_processing_stalled: bool,
}

#[derive(Debug)]
struct Planned {
    operation: Operation,
    fault: Fault,
    remaining: u32,
}

impl FaultPlan {
    pub(crate) fn add(&mut self, operation: Operation, fault: Fault, count: u32) {
        if count > 0 {
            self.planned.push(Planned { operation, fault, remaining: count });
        }
    }

    pub(crate) fn clear(&mut self) {
        self.planned.clear();
    }

    /// The fault of the next request of an operation, in the order in which they were planned.
    pub(crate) fn take(&mut self, operation: Operation) -> Option<Fault> {
        let index = self.planned.iter().position(|planned| planned.operation == operation)?;
        let planned = &mut self.planned[index];
        let fault = planned.fault.clone();
        planned.remaining -= 1;
        if planned.remaining == 0 {
            self.planned.remove(index);
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_order_and_run_out() {
        let mut plan = FaultPlan::default();
        plan.add(Operation::OnlineInvoiceSend, Fault::LoseAnswer, 2);
        plan.add(Operation::OnlineInvoiceSend, Fault::FailAfterWork { status: 500 }, 1);
        assert_eq!(plan.take(Operation::OnlineSessionClose), None);
        let taken: Vec<_> = (0..4).map(|_| plan.take(Operation::OnlineInvoiceSend)).collect();
        let expected = [
            Some(Fault::LoseAnswer),
            Some(Fault::LoseAnswer),
            Some(Fault::FailAfterWork { status: 500 }),
            None,
        ];
        assert_eq!(taken, expected);
    }
}
