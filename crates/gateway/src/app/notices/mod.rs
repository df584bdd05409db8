//! Telling programs what happens: events as they show them, webhooks, deliveries, and what is seen by looking at the clock.

pub(crate) mod deliver;
pub(crate) mod listeners;
pub(crate) mod watch;
pub(crate) mod webhooks;

use gateway_api::{BASE_PATH, EventData, EventResource};
use gateway_store::{Notice, NoticeKind};
use serde_json::{Map, Value};

/// An event as webhooks and listeners get it.
pub(crate) fn event(notice: Notice, public_url: Option<&str>) -> EventResource {
    let Value::Object(mut facts) = notice.data else { return event_of(notice, Map::new(), None) };
    facts.retain(|_, value| !value.is_null());
    let url =
        public_url.map(|url| format!("{url}{BASE_PATH}{}", place_of(&notice.company, notice.kind, &facts)));
    let notice = Notice { data: Value::Null, ..notice };
    event_of(notice, facts, url)
}

fn event_of(notice: Notice, facts: Map<String, Value>, url: Option<String>) -> EventResource {
    EventResource {
        id: notice.id,
        kind: notice.kind.as_str().to_owned(),
        timestamp: notice.at,
        data: EventData { company: notice.company, cursor: Some(notice.number.to_string()), url, facts },
    }
}

/// Where more can be asked.
fn place_of(company: &ksef_id::ContextIdentifier, kind: NoticeKind, facts: &Map<String, Value>) -> String {
    let only = match facts.get("items").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only.get("id").and_then(Value::as_str),
        _ => None,
    };
    let place = match kind {
        NoticeKind::PurchasesReceived => match facts.get("after").and_then(Value::as_str) {
            Some(after) => format!("purchases/changes?after={after}"),
            None => "purchases".to_owned(),
        },
        NoticeKind::InvoicesNumbered | NoticeKind::InvoicesConfirmed | NoticeKind::InvoicesRejected => {
            only.map_or_else(|| "invoices".to_owned(), |id| format!("invoices/{id}"))
        }
        NoticeKind::DeadlineNear => "waiting".to_owned(),
        NoticeKind::WebhookSwitchedOff => {
            only.map_or_else(|| "webhooks".to_owned(), |id| format!("webhooks/{id}"))
        }
        NoticeKind::CredentialExpiring | NoticeKind::OutageBegan | NoticeKind::OutageEnded => {
            "sending".to_owned()
        }
    };
    format!("/companies/{company}/{place}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_says_where_more_can_be_asked() {
        let notice = |kind, data| Notice {
            company: ksef_id::ContextIdentifier::parse("5265877635").expect("a NIP"),
            number: 7,
            id: "msg_1".to_owned(),
            kind,
            at: jiff::Timestamp::UNIX_EPOCH,
            things: 1,
            data,
        };
        let check = |kind, data, expected: &str| {
            let event = event(notice(kind, data), Some("https://bramka.example"));
            let expected = format!("https://bramka.example/api/v1/companies/5265877635/{expected}");
            assert_eq!(event.data.url, Some(expected));
        };
        check(
            NoticeKind::PurchasesReceived,
            json!({ "after": "41", "items": [] }),
            "purchases/changes?after=41",
        );
        check(NoticeKind::InvoicesNumbered, json!({ "items": [{ "id": "a" }] }), "invoices/a");
        check(NoticeKind::InvoicesNumbered, json!({ "items": [{ "id": "a" }, { "id": "b" }] }), "invoices");
        let without = event(notice(NoticeKind::DeadlineNear, json!({ "count": 1 })), None);
        assert_eq!(
            serde_json::to_value(&without).expect("JSON"),
            json!({ "id": "msg_1", "type": "deadline.near", "timestamp": "1970-01-01T00:00:00Z",
                    "data": { "company": "5265877635", "cursor": "7", "count": 1 } })
        );
    }
}
