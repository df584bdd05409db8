//! What Latarnia (the service that tells the state of KSeF) knows: a timeline of events, and its own outages.
//!
//! Shapes: `shared/ksef/behaviour.md`, "Latarnia"; its habits: field notes A7.

use crate::clock::warsaw;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Everything that Latarnia tells.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Latarnia {
    /// Whether it gives the messages that TEST gives for ever: a total failure since January 2026 (lat#15).
    pub(crate) is_canned: bool,
    /// When Latarnia itself does not answer.
    pub(crate) outages: Vec<Outage>,
    /// What happens to KSeF.
    pub(crate) events: Vec<Event>,
}

/// A time in which Latarnia does not answer properly.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Outage {
    /// Status of its answers, 500 to 599.
    pub(crate) status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Timestamp>,
}

/// Something that happens to KSeF.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) category: Category,
    pub(crate) start: Timestamp,
    /// `None` while nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<Timestamp>,
    /// When it is announced; `None` for its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) announced: Option<Timestamp>,
    /// `None` for the next free one. A failure that becomes total keeps its number, or gets another: both were left open
    /// (lat#7), so both can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) event_id: Option<i64>,
    /// Whether the text says CEST in winter (lat#24).
    #[serde(default)]
    pub(crate) is_text_zone_wrong: bool,
}

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Category {
    Maintenance,
    Failure,
    TotalFailure,
}

/// The state of KSeF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum State {
    Available,
    Maintenance,
    Failure,
    TotalFailure,
}

/// `GET /latarnia/status`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Status {
    pub(crate) status: State,
    /// Only when KSeF is not available (lat#15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) messages: Option<Vec<Message>>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) event_id: i64,
    pub(crate) category: Category,
    #[serde(rename = "type")]
    pub(crate) kind: MessageType,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Option<Timestamp>,
    pub(crate) version: u32,
    pub(crate) published: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum MessageType {
    FailureStart,
    FailureEnd,
    MaintenanceAnnouncement,
}

impl Latarnia {
    /// The status of the answer while Latarnia itself is down.
    pub(crate) fn outage_at(&self, now: Timestamp) -> Option<u16> {
        let holds = |outage: &&Outage| {
            outage.from.is_none_or(|from| now >= from) && outage.until.is_none_or(|until| now < until)
        };
        self.outages.iter().find(holds).map(|outage| outage.status)
    }

    /// What is told about the state of KSeF.
    pub(crate) fn status_at(&self, now: Timestamp) -> Status {
        if self.is_canned {
            return Status { status: State::TotalFailure, messages: Some(canned()) };
        }
        let mut running: Vec<Message> = Vec::new();
        let mut state = State::Available;
        for (index, event) in self.events.iter().enumerate() {
            if event.is_running(now) {
                state = state.max(event.category.state());
                running.extend(event.messages(index, now).into_iter().next_back());
            }
        }
        newest_first(&mut running);
        Status { status: state, messages: (state != State::Available).then_some(running) }
    }

    /// Everything that has been published.
    pub(crate) fn messages_at(&self, now: Timestamp) -> Vec<Message> {
        if self.is_canned {
            return canned();
        }
        let messages = self.events.iter().enumerate().flat_map(|(index, event)| event.messages(index, now));
        let mut messages: Vec<Message> = messages.take(MESSAGES_MAX).collect();
        newest_first(&mut messages);
        messages
    }

    /// Whether it makes sense, and is not too much.
    pub(crate) fn is_good(&self) -> bool {
        self.events.len() <= EVENTS_MAX
            && self.outages.len() <= EVENTS_MAX
            && self.events.iter().all(|event| event.end.is_none_or(|end| end > event.start))
            && self.outages.iter().all(|outage| (500..=599).contains(&outage.status))
    }
}

impl Category {
    const fn state(self) -> State {
        match self {
            Self::Maintenance => State::Maintenance,
            Self::Failure => State::Failure,
            Self::TotalFailure => State::TotalFailure,
        }
    }
}

impl Event {
    fn is_running(&self, now: Timestamp) -> bool {
        now >= self.start && self.end.is_none_or(|end| now < end)
    }

    /// What has been published about it, in order.
    fn messages(&self, index: usize, now: Timestamp) -> Vec<Message> {
        let number = i64::try_from(index).unwrap_or(0);
        let event_id = self.event_id.unwrap_or(EVENT_ID_FIRST + number);
        let announced = self.announced.unwrap_or(self.start);
        let end_known = self.end.filter(|end| now >= *end);
        let message = |place: i64, kind: MessageType, published: Timestamp, end: Option<Timestamp>| Message {
            id: format!(
                "K/{}/{}/{:02}",
                self.start.to_zoned(warsaw()).year(),
                if self.category == Category::Maintenance { "SER" } else { "AWR" },
                number * 2 + place
            ),
            event_id,
            category: self.category,
            kind,
            title: self.title(kind).to_owned(),
            text: self.text(kind, end),
            start: self.start,
            end,
            version: 1,
            published,
        };
        let mut messages = Vec::new();
        if now < announced {
            return messages;
        }
        if self.category == Category::Maintenance {
            messages.push(message(1, MessageType::MaintenanceAnnouncement, announced, self.end));
            return messages;
        }
        messages.push(message(1, MessageType::FailureStart, announced, None));
        if let Some(end) = end_known {
            messages.push(message(2, MessageType::FailureEnd, end, Some(end)));
        }
        messages
    }

    const fn title(&self, kind: MessageType) -> &'static str {
        match (self.category, kind) {
            (Category::Maintenance, _) => "Prace serwisowe (symulator)",
            (Category::Failure, MessageType::FailureEnd) => "Koniec awarii KSeF (symulator)",
            (Category::Failure, _) => "Awaria KSeF (symulator)",
            (Category::TotalFailure, MessageType::FailureEnd) => "Koniec awarii całkowitej KSeF (symulator)",
            (Category::TotalFailure, _) => "Awaria całkowita KSeF (symulator)",
        }
    }

    fn text(&self, kind: MessageType, end: Option<Timestamp>) -> String {
        let told = |at: Timestamp| {
            let local = at.to_zoned(warsaw());
            let zone =
                if self.is_text_zone_wrong { "CEST".to_owned() } else { local.strftime("%Z").to_string() };
            format!("{} {zone}", local.strftime("%d.%m.%Y %H:%M"))
        };
        let from = told(self.start);
        match (kind, end) {
            (MessageType::FailureStart, _) => format!("Od {from} trwa awaria. To komunikat symulatora."),
            (_, Some(end)) => format!("Od {from} do {}. To komunikat symulatora.", told(end)),
            (_, None) => format!("Od {from} do odwołania. To komunikat symulatora."),
        }
    }
}

/// What TEST and DEMO return for ever (lat#15, #25, #34).
fn canned() -> Vec<Message> {
    let start: Timestamp = CANNED_START.parse().expect("a constant is a time");
    let message = |number: i64, category: Category| Message {
        id: format!("K/2026/AWR/{number:02}"),
        event_id: 1001 + number,
        category,
        kind: MessageType::FailureStart,
        title: "Komunikat testowy".to_owned(),
        text: "Komunikat testowy, podawany na stałe. To komunikat symulatora.".to_owned(),
        start,
        end: None,
        version: 1,
        published: start,
    };
    vec![message(1, Category::Failure), message(2, Category::TotalFailure)]
}

fn newest_first(messages: &mut [Message]) {
    messages.sort_by_key(|message| std::cmp::Reverse(message.published));
}

/// How long before its start a maintenance is announced by the scenarios.
pub(crate) const NOTICE: SignedDuration = SignedDuration::from_hours(72);
const CANNED_START: &str = "2026-01-31T00:00:00Z";
const EVENT_ID_FIRST: i64 = 1;
const EVENTS_MAX: usize = 200;
const MESSAGES_MAX: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn event(category: Category, start: &str, end: Option<&str>) -> Event {
        Event {
            category,
            start: at(start),
            end: end.map(at),
            announced: None,
            event_id: None,
            is_text_zone_wrong: false,
        }
    }

    #[test]
    fn the_worst_running_event_is_the_state() {
        let latarnia = Latarnia {
            events: vec![
                event(Category::Failure, "2026-04-10T05:00:00Z", Some("2026-04-10T09:00:00Z")),
                event(Category::TotalFailure, "2026-04-10T06:00:00Z", Some("2026-04-10T07:00:00Z")),
            ],
            ..Latarnia::default()
        };
        let state = |time: &str| latarnia.status_at(at(time)).status;
        assert_eq!(state("2026-04-10T04:59:59Z"), State::Available);
        assert_eq!(state("2026-04-10T05:00:00Z"), State::Failure);
        assert_eq!(state("2026-04-10T06:30:00Z"), State::TotalFailure);
        assert_eq!(state("2026-04-10T07:00:00Z"), State::Failure);
        assert_eq!(state("2026-04-10T09:00:00Z"), State::Available);
        assert!(latarnia.status_at(at("2026-04-10T04:00:00Z")).messages.is_none());
        assert_eq!(latarnia.status_at(at("2026-04-10T06:30:00Z")).messages.map(|all| all.len()), Some(2));

        let messages = latarnia.messages_at(at("2026-04-10T10:00:00Z"));
        let told: Vec<_> = messages.iter().map(|message| (message.event_id, message.kind)).collect();
        let expected = [
            (1, MessageType::FailureEnd),
            (2, MessageType::FailureEnd),
            (2, MessageType::FailureStart),
            (1, MessageType::FailureStart),
        ];
        assert_eq!(told, expected, "newest first, start and end under one number");
    }

    #[test]
    fn texts_may_name_the_wrong_zone() {
        let mut winter = event(Category::Failure, "2026-01-10T05:00:00Z", None);
        assert!(winter.text(MessageType::FailureStart, None).contains("10.01.2026 06:00 CET"));
        winter.is_text_zone_wrong = true;
        assert!(winter.text(MessageType::FailureStart, None).contains("10.01.2026 06:00 CEST"));
    }

    #[test]
    fn test_has_its_eternal_failure() {
        let canned = Latarnia { is_canned: true, ..Latarnia::default() };
        let status = canned.status_at(at("2027-01-01T00:00:00Z"));
        let ids: Vec<_> =
            status.messages.iter().flatten().map(|message| (message.id.as_str(), message.event_id)).collect();
        assert_eq!(
            (status.status, ids),
            (State::TotalFailure, vec![("K/2026/AWR/01", 1002), ("K/2026/AWR/02", 1003)])
        );
    }
}
