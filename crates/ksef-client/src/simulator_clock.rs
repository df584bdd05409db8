//! The clock of a company on a simulator: the simulator's.
//!
//! It is asked over the control port every now and then, and what passes in between is counted by the machine if the
//! simulator's clock runs. A jump is noticed within [`ASK_EVERY`], and at the latest by the first answer that comes after
//! it: else that request would count against the limits of a time that has passed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::clock::Clock;
use crate::transport::{StartError, checked_address, http_client};

/// The clock of one simulator. It has to be kept right by [`SimulatorClock::follow`] or [`SimulatorClock::ask`].
pub struct SimulatorClock {
    url: String,
    http: reqwest::Client,
    told: Mutex<Told>,
}

/// What the simulator said last, and when it was heard.
#[derive(Clone, Copy)]
struct Told {
    now: Timestamp,
    is_running: bool,
    heard: Instant,
    /// How long the answer took: by so much its time may have been old when it was heard.
    took: SignedDuration,
}

/// What the control port answers (`GET /control/clock`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClockView {
    now: Timestamp,
    is_running: bool,
}

impl SimulatorClock {
    /// The clock behind a control port (`http://127.0.0.1:9091`); until it has answered, the machine's time.
    ///
    /// # Errors
    /// [`StartError`] for an address that is none.
    pub fn new(control_url: &str) -> Result<Arc<Self>, StartError> {
        let url = format!("{}/control/clock", checked_address(control_url)?);
        let http = http_client(ANSWER_TIMEOUT, ANSWER_TIMEOUT)?;
        let (now, heard, took) = (Timestamp::now(), Instant::now(), SignedDuration::ZERO);
        let told = Told { now, is_running: true, heard, took };
        Ok(Arc::new(Self { url, http, told: Mutex::new(told) }))
    }

    /// Asks once; a simulator that is not there leaves the clock running as it was. So does an answer that this clock would
    /// have given itself somewhere between question and answer, or that is no later than the delay of the answer that it goes by
    /// explains: going by each answer's own delay would make a window of a second now shorter and now longer than the
    /// simulator's. A clock that stays a moment behind makes no window shorter.
    ///
    /// Returns whether there was an answer.
    pub async fn ask(&self) -> bool {
        let (asked_at, asked) = (self.now(), Instant::now());
        let answer = match self.http.get(&self.url).send().await {
            Ok(answer) => answer.json::<ClockView>().await,
            Err(error) => Err(error),
        };
        let is_answered = answer.is_ok();
        match answer {
            Ok(view) if self.is_running() && view.is_running && self.would_say(view.now, asked_at) => {}
            Ok(view) => {
                let (heard, took) =
                    (Instant::now(), SignedDuration::try_from(asked.elapsed()).unwrap_or_default());
                let told = Told { now: view.now, is_running: view.is_running, heard, took };
                *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
            }
            Err(error) => tracing::debug!(%error, "the simulator's clock does not answer"),
        }
        is_answered
    }

    fn is_running(&self) -> bool {
        self.heard().is_running
    }

    fn would_say(&self, told: Timestamp, asked_at: Timestamp) -> bool {
        told >= asked_at - SAME && told <= self.now() + self.heard().took + SAME
    }

    fn heard(&self) -> Told {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps it right; never returns.
    pub async fn follow(&self) {
        loop {
            self.ask().await;
            tokio::time::sleep(ASK_EVERY).await;
        }
    }
}

impl Clock for SimulatorClock {
    fn now(&self) -> Timestamp {
        let told = self.heard();
        if !told.is_running {
            return told.now;
        }
        let passed = SignedDuration::try_from(told.heard.elapsed()).unwrap_or(SignedDuration::ZERO);
        told.now.checked_add(passed).unwrap_or(told.now)
    }

    fn told(&self, date: Option<Timestamp>) -> Option<Pin<Box<dyn Future<Output = ()> + Send + '_>>> {
        let is_doubtful = date.is_none_or(|date| self.now().duration_since(date).abs() > JUMP);
        let look_again = async {
            // Without an answer it goes on as it was.
            let _ = self.ask().await;
        };
        is_doubtful.then(|| Box::pin(look_again) as Pin<Box<dyn Future<Output = ()> + Send + '_>>)
    }
}

/// Dates of answers have whole seconds, and answers take their time.
const JUMP: SignedDuration = SignedDuration::from_secs(3);
/// By how little two clocks may differ to be the same.
const SAME: SignedDuration = SignedDuration::from_millis(20);
const ASK_EVERY: Duration = Duration::from_millis(200);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A control port whose clock is an hour ahead of the machine's; each answer is held back for so long.
    async fn control_port(delays_ms: Vec<u64>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            for delay in delays_ms {
                let (mut stream, _) = listener.accept().await.expect("a question");
                let mut question = [0; 1024];
                let _ = stream.read(&mut question).await.expect("read");
                let now = Timestamp::now() + SignedDuration::from_hours(1);
                tokio::time::sleep(Duration::from_millis(delay)).await;
                let body = format!("{{\"now\":\"{now}\",\"isRunning\":true}}");
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length:";
                let answer = format!("{head} {}\r\n\r\n{body}", body.len());
                stream.write_all(answer.as_bytes()).await.expect("answered");
            }
        });
        url
    }

    #[tokio::test]
    async fn a_slow_answer_makes_the_clock_late_and_no_window_shorter() {
        let clock = SimulatorClock::new(&control_port(vec![300, 0, 0]).await).expect("a clock");
        clock.ask().await;
        let ahead = || clock.now().duration_since(Timestamp::now());
        let first = ahead();
        assert!(first < SignedDuration::from_millis(3_600_000 - 250), "told, and late: {first:?}");
        for _ in 0..2 {
            clock.ask().await;
            let further = ahead() - first;
            assert!(
                further.abs() < SignedDuration::from_millis(50),
                "a window would be shorter by {further:?}"
            );
        }
    }
}
