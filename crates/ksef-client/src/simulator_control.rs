//! The control port of a simulator, as far as somebody uses it who wants to try things out: purchases that come, trouble that begins
//! and ends, time that passes. The port is the simulator's own and no part of KSeF; what it takes stands in its OpenAPI document
//! (`GET /control/openapi.json`).

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::transport::{StartError, checked_address, http_client};

/// Trouble that a simulator can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulatedTrouble {
    /// It answers every request with 503, and nobody announced it.
    Down,
    /// Announced works: 503 for four hours.
    Maintenance,
    /// An announced failure, which becomes total after an hour: no answer for eight hours.
    TotalFailure,
    /// It takes invoices and gives no numbers.
    Stalled,
    /// It takes the next invoice, and its answer is lost.
    LostAnswer,
}

/// What a simulator is like now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatorState {
    /// Its time.
    pub now: Timestamp,
    /// Whether its clock runs.
    pub is_running: bool,
    /// How many rules there are by which something goes wrong.
    pub faults: usize,
}

/// Why a simulator did not do it.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// It does not answer.
    #[error("the simulator's control port does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// It would not.
    #[error("the simulator's control port says {status}: {said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said, its first characters.
        said: String,
    },
    /// Its answer is none that is known.
    #[error("the simulator's control port answers something else than was asked")]
    Answer(#[source] serde_json::Error),
}

/// The control port of one simulator.
#[derive(Debug, Clone)]
pub struct SimulatorControl {
    url: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClockView {
    now: Timestamp,
    is_running: bool,
}

#[derive(Deserialize)]
struct Rules {
    items: Vec<Value>,
}

impl SimulatorControl {
    /// The control port at this address (`http://127.0.0.1:9091`). Nothing is asked yet.
    ///
    /// # Errors
    /// [`StartError`] for an address that is none.
    pub fn new(control_url: &str) -> Result<Self, StartError> {
        let url = checked_address(control_url)?;
        Ok(Self { url, http: http_client(ANSWER_TIMEOUT, ANSWER_TIMEOUT)? })
    }

    /// What the simulator is like.
    ///
    /// # Errors
    /// [`SimulatorError`].
    pub async fn state(&self) -> Result<SimulatorState, SimulatorError> {
        let clock: ClockView = read(&self.ask(Method::GET, "clock", None).await?)?;
        let rules: Rules = read(&self.ask(Method::GET, "faults", None).await?)?;
        Ok(SimulatorState { now: clock.now, is_running: clock.is_running, faults: rules.items.len() })
    }

    /// Puts sample invoices into the inbox of the company with this NIP.
    ///
    /// # Errors
    /// [`SimulatorError`].
    pub async fn put_purchases(&self, buyer: &str, count: u32) -> Result<(), SimulatorError> {
        let order = json!({ "buyer": buyer, "count": count });
        self.ask(Method::POST, "inbox", Some(order)).await.map(drop)
    }

    /// Begins trouble.
    ///
    /// # Errors
    /// [`SimulatorError`].
    pub async fn begin(&self, trouble: SimulatedTrouble) -> Result<(), SimulatorError> {
        let (method, path, body) = match trouble {
            SimulatedTrouble::Down => (
                Method::POST,
                "faults",
                json!({ "fault": { "kind": "failBeforeWork", "status": 503 }, "target": "*" }),
            ),
            SimulatedTrouble::Maintenance => (Method::POST, "scenarios/maintenance", json!({})),
            SimulatedTrouble::TotalFailure => (Method::POST, "scenarios/total-failure", json!({})),
            SimulatedTrouble::Stalled => (Method::PUT, "processing", json!({ "isStalled": true })),
            SimulatedTrouble::LostAnswer => (
                Method::POST,
                "faults",
                json!({ "fault": { "kind": "loseAnswer" }, "target": "OnlineInvoiceSend", "count": 1 }),
            ),
        };
        self.ask(method, path, Some(body)).await.map(drop)
    }

    /// Ends all trouble: what was announced ends now, what was announced for later does not happen.
    ///
    /// # Errors
    /// [`SimulatorError`]; some of it may have ended then.
    pub async fn end_trouble(&self) -> Result<(), SimulatorError> {
        self.ask(Method::DELETE, "faults", None).await?;
        self.ask(Method::PUT, "processing", Some(json!({ "isStalled": false }))).await?;
        let now = self.state().await?.now;
        let mut latarnia: Value = read(&self.ask(Method::GET, "latarnia", None).await?)?;
        latarnia["outages"] = json!([]);
        if let Some(events) = latarnia["events"].as_array_mut() {
            let moment =
                |event: &Value, name: &str| -> Option<Timestamp> { event[name].as_str()?.parse().ok() };
            events.retain(|event| moment(event, "start").is_some_and(|start| start < now));
            for event in events {
                if moment(event, "end").is_none_or(|end| end > now) {
                    event["end"] = json!(now);
                }
            }
        }
        self.ask(Method::PUT, "latarnia", Some(latarnia)).await.map(drop)
    }

    /// Sets the simulator's clock; it goes on as it went.
    ///
    /// # Errors
    /// [`SimulatorError`].
    pub async fn set_clock(&self, now: Timestamp) -> Result<(), SimulatorError> {
        self.ask(Method::PUT, "clock", Some(json!({ "now": now }))).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Vec<u8>, SimulatorError> {
        let mut request = self.http.request(method, format!("{}/control/{path}", self.url));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(SimulatorError::Unreachable)?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(SimulatorError::Unreachable)?;
        if status.is_success() {
            return Ok(bytes.into());
        }
        let said = String::from_utf8_lossy(&bytes).chars().take(SAID_CHARS_MAX).collect();
        Err(SimulatorError::Refused { status: status.as_u16(), said })
    }
}

fn read<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, SimulatorError> {
    serde_json::from_slice(bytes).map_err(SimulatorError::Answer)
}

/// Filling an inbox takes a moment.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
const SAID_CHARS_MAX: usize = 300;
