//! A page that is open and waits to be told that something changed.
#![allow(dead_code, reason = "each test file uses its part")]

use std::time::{Duration, Instant};

use super::COMPANY;
use super::people::{As, Asker};

/// A page that is open, as the server sees it.
pub(crate) struct Open(reqwest::Response);

impl Open {
    /// Opens the stream of a page that shows this besides; the first event lets it catch up.
    pub(crate) async fn new(asker: &Asker, who: &As, named: &str) -> Self {
        let request = asker.request(who, "GET", &format!("/companies/{COMPANY}/live?{named}"));
        let answer = request.header("accept", "text/event-stream").send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let mut open = Self(answer);
        open.told().await;
        open
    }

    /// Waits until it is told of a change.
    pub(crate) async fn told(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let part = tokio::time::timeout(left, self.0.chunk()).await.expect("told in time");
            let part = String::from_utf8(part.expect("read").expect("a part").to_vec()).expect("text");
            if part.contains("event: change") {
                return;
            }
        }
    }

    /// Hears nothing of what other pages show.
    pub(crate) async fn is_not_told(&mut self) {
        while let Ok(part) = tokio::time::timeout(Duration::from_secs(3), self.0.chunk()).await {
            let part = part.expect("read").expect("a part");
            assert!(!part.starts_with(b"event"), "{}", String::from_utf8_lossy(&part));
        }
    }
}
