//! Latarnia, the service that tells the state of KSeF: its answers.
//!
//! It is no part of the API and has hosts of its own; source: `shared/ksef/behaviour.md`, "Latarnia"; habits: field
//! notes A7. What a message may lack is optional here, since one odd message must not hide the others.

use serde::{Deserialize, Deserializer, Serialize};

use crate::ApiTime;
use crate::open_enum::open_enum;

open_enum! {
    /// The state of KSeF as Latarnia tells it.
    pub enum LatarniaState {
        /// KSeF works.
        Available = "AVAILABLE",
        /// Announced works are under way: offline mode "unavailability".
        Maintenance = "MAINTENANCE",
        /// A failure was announced: the failure mode of the law.
        Failure = "FAILURE",
        /// A total failure was announced: invoices are issued without KSeF, with no code and no later sending.
        TotalFailure = "TOTAL_FAILURE",
    }
}

open_enum! {
    /// What a message is about.
    pub enum MessageCategory {
        /// A failure.
        Failure = "FAILURE",
        /// A total failure.
        TotalFailure = "TOTAL_FAILURE",
        /// Works.
        Maintenance = "MAINTENANCE",
    }
}

open_enum! {
    /// What a message says of it.
    pub enum MessageType {
        /// It began.
        FailureStart = "FAILURE_START",
        /// It ended.
        FailureEnd = "FAILURE_END",
        /// It will be.
        MaintenanceAnnouncement = "MAINTENANCE_ANNOUNCEMENT",
    }
}

/// A message of Latarnia.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LatarniaMessage {
    /// Its number, like `K/2026/AWR/01`.
    pub id: String,
    /// The event; the same for its start and its end. Whether a failure that becomes total keeps it was never answered
    /// (lat#7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<i64>,
    /// What it is about.
    pub category: MessageCategory,
    /// What it says of it.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// Heading, Polish.
    #[serde(default)]
    pub title: String,
    /// Text, Polish. Times in it were off by an hour once (lat#24): the fields decide.
    #[serde(default)]
    pub text: String,
    /// When the event begins.
    pub start: ApiTime,
    /// When it ends; `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<ApiTime>,
    /// Version of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<ApiTime>,
}

impl LatarniaMessage {
    /// Whether it is one of the two messages that TEST has shown ever since January 2026, and that say nothing of any
    /// environment (lat#15, #25, #34).
    #[must_use]
    pub fn is_test_dummy(&self) -> bool {
        let begun_before_production = self.start.0.as_second() < PRODUCTION_BEGAN;
        begun_before_production
            && self.end.is_none()
            && matches!(
                (self.id.as_str(), self.event_id),
                ("K/2026/AWR/01", Some(1002)) | ("K/2026/AWR/02", Some(1003))
            )
    }
}

/// Answer of `GET /status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatarniaStatus {
    /// The state.
    pub status: LatarniaState,
    /// The messages behind it; left out while KSeF is available (lat#15).
    #[serde(default)]
    pub messages: LatarniaMessages,
}

/// Answer of `GET /messages`, and the list within a status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct LatarniaMessages {
    /// Those that could be read, in the order of the answer.
    pub readable: Vec<LatarniaMessage>,
    /// Those that could not, as JSON text: kept, so that nothing that was published is lost.
    #[serde(skip)]
    pub unreadable: Vec<String>,
}

impl<'de> Deserialize<'de> for LatarniaMessages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list: Option<Vec<serde_json::Value>> = Deserialize::deserialize(deserializer)?;
        let mut messages = Self::default();
        for value in list.into_iter().flatten() {
            match LatarniaMessage::deserialize(&value) {
                Ok(message) => messages.readable.push(message),
                Err(_) => messages.unreadable.push(value.to_string()),
            }
        }
        Ok(messages)
    }
}

impl LatarniaStatus {
    /// Whether the state rests on nothing but TEST's eternal messages, and so tells nothing.
    #[must_use]
    pub fn is_test_dummy(&self) -> bool {
        !self.messages.readable.is_empty()
            && self.messages.unreadable.is_empty()
            && self.messages.readable.iter().all(LatarniaMessage::is_test_dummy)
    }
}

/// 2026-02-01T00:00:00+01:00, the first day of production.
const PRODUCTION_BEGAN: i64 = 1_769_900_400;

#[cfg(test)]
mod tests {
    use super::*;

    const FAILURE: &str = r#"{"id":"K/2026/AWR/07","eventId":17,"category":"FAILURE","type":"FAILURE_START",
        "title":"Awaria","text":"Trwa awaria.","start":"2026-04-10T05:00:00+00:00","end":null,"version":1,
        "published":"2026-04-10T05:03:00Z","tomorrow":{"s":"field"}}"#;

    #[test]
    fn one_odd_message_hides_no_other() {
        let answer = format!(r#"{{"status":"FAILURE","messages":[{{"id":7}},{FAILURE},"text"]}}"#);
        let status: LatarniaStatus = serde_json::from_str(&answer).expect("it reads");
        assert_eq!(status.status, LatarniaState::Failure);
        let [message] = &status.messages.readable[..] else { panic!("{status:?}") };
        assert_eq!((message.event_id, &message.kind), (Some(17), &MessageType::FailureStart));
        assert_eq!(status.messages.unreadable, [r#"{"id":7}"#, r#""text""#]);
        assert!(!status.is_test_dummy());
    }

    #[test]
    fn states_that_nobody_knows_yet_and_missing_lists_are_read() {
        for (answer, state) in [
            (r#"{"status":"AVAILABLE"}"#, LatarniaState::Available),
            (r#"{"status":"AVAILABLE","messages":null}"#, LatarniaState::Available),
            (r#"{"status":"DEGRADED","messages":[]}"#, LatarniaState::Unknown("DEGRADED".into())),
        ] {
            let status: LatarniaStatus = serde_json::from_str(answer).expect("it reads");
            assert_eq!((status.status, status.messages.readable.len()), (state, 0));
        }
    }

    #[test]
    fn only_the_eternal_messages_of_test_count_as_dummies() {
        let dummy = r#"{"id":"K/2026/AWR/01","eventId":1002,"category":"FAILURE","type":"FAILURE_START",
            "start":"2026-01-31T00:00:00Z","end":null}"#;
        let status = |messages: &str| -> LatarniaStatus {
            serde_json::from_str(&format!(r#"{{"status":"TOTAL_FAILURE","messages":[{messages}]}}"#))
                .expect("it reads")
        };
        assert!(status(dummy).is_test_dummy());
        assert!(!status(&format!("{dummy},{FAILURE}")).is_test_dummy(), "a real one beside it");
        assert!(!status(&dummy.replace("1002", "1004")).is_test_dummy(), "another event");
        assert!(!status(&dummy.replace("2026-01-31", "2026-12-31")).is_test_dummy(), "a number used again");
        assert!(!status("").is_test_dummy());
    }
}
