//! Telling programs what happens: events as they show them, webhooks, deliveries, and what is seen by looking at the clock.

pub(crate) mod deliver;
pub(crate) mod listeners;
pub(crate) mod watch;
pub(crate) mod webhooks;

use gateway_api::{BASE_PATH, EventData, EventResource};
use gateway_store::{Notice, NoticeKind};
use ksef_id::ContextIdentifier;
use serde_json::{Map, Value};

/// An event as webhooks and listeners get it.
pub(crate) fn event(notice: Notice, public_url: Option<&str>) -> EventResource {
    let mut more = match notice.data {
        Value::Object(facts) => facts,
        _ => Map::new(),
    };
    more.remove("count");
    let mut items = match more.remove("items") {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    // What is not known is left out, as everywhere in the API.
    for fields in items.iter_mut().filter_map(Value::as_object_mut).chain([&mut more]) {
        fields.retain(|_, value| !value.is_null());
    }
    let place = place_of(&notice.company, notice.kind, &items, &more);
    EventResource {
        id: notice.id,
        kind: notice.kind.as_str().to_owned(),
        timestamp: notice.at,
        data: EventData {
            company: notice.company,
            cursor: Some(notice.number.to_string()),
            url: public_url.map(|url| format!("{url}{BASE_PATH}{place}")),
            count: u64::try_from(notice.things).ok(),
            items,
            more,
        },
    }
}

/// Where more can be asked.
fn place_of(
    company: &ContextIdentifier,
    kind: NoticeKind,
    items: &[Value],
    more: &Map<String, Value>,
) -> String {
    let only = match items {
        [only] => only.get("id").and_then(Value::as_str),
        _ => None,
    };
    let place = match kind {
        NoticeKind::PurchasesReceived => match more.get("after").and_then(Value::as_str) {
            Some(after) => format!("purchases/changes?after={after}"),
            None => "purchases".to_owned(),
        },
        NoticeKind::InvoicesNumbered
        | NoticeKind::InvoicesIssuedOffline
        | NoticeKind::InvoicesConfirmed
        | NoticeKind::InvoicesRejected => {
            only.map_or_else(|| "invoices".to_owned(), |id| format!("invoices/{id}"))
        }
        NoticeKind::DeadlineNear => "waiting".to_owned(),
        NoticeKind::DocumentsLeaving => "reconciliations".to_owned(),
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
            company: ContextIdentifier::parse("5265877635").expect("a NIP"),
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
