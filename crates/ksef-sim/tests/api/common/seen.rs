//! What the tests of this run have produced: every answer's status, KSeF's code in it, and the statuses told in bodies.

use super::Answer;
use ksef_wire::Operation;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A test that talks to a simulator. While one lives, more may be seen.
pub(crate) struct Running(());

impl Running {
    pub(crate) fn start() -> Arc<Self> {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        Arc::new(Self(()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How many tests talk to simulators now.
pub(crate) fn running() -> usize {
    RUNNING.load(Ordering::SeqCst)
}

/// Everything seen so far.
pub(crate) fn rows() -> BTreeSet<String> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// An operation as the specification names it.
pub(crate) fn label(operation: Operation) -> String {
    format!("{} {}", operation.method().as_str(), operation.path_template())
}

/// Notes an answer.
pub(crate) fn note(operation: Operation, answer: &Answer) {
    let name = label(operation);
    let mut found = vec![format!("{name} {}", answer.status)];
    if let Ok(body) = serde_json::from_slice::<Value>(&answer.bytes) {
        let legacy = body["exception"]["exceptionDetailList"].as_array();
        let codes = legacy.into_iter().flatten().map(|detail| &detail["exceptionCode"]);
        let problem = body["errors"].as_array().into_iter().flatten().map(|error| &error["code"]);
        for code in codes.chain(problem).filter_map(Value::as_i64) {
            found.push(format!("{name} {} {code}", answer.status));
        }
        if let (200, Some(code)) = (answer.status, body["status"]["code"].as_i64()) {
            let description = body["status"]["description"].as_str().unwrap_or_default();
            found.push(format!("{name} status {code} {description}"));
            for detail in body["status"]["details"].as_array().into_iter().flatten().filter_map(Value::as_str)
            {
                found.push(format!("{name} status {code} {description}: {detail}"));
            }
        }
    }
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
}
