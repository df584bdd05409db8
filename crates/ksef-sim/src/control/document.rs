//! The OpenAPI document of the control API, made from the list of routes and the schemas below.

use super::{ROUTES, Route};
use crate::seeding::InboxKind;
use axum::Json;
use ksef_wire::Operation;
use serde_json::{Map, Value, json};

/// `GET /control/openapi.json`
pub(crate) async fn openapi() -> Json<Value> {
    Json(document())
}

/// The document.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Control of the KSeF simulator of bramka",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Steers a simulator. Nothing here exists in the real KSeF, and nothing of it lies on KSeF's port."
        },
        "paths": paths,
        "components": { "schemas": schemas() },
    })
}

fn operation(route: &Route) -> Value {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let of_path =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(
            |name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
        );
    let of_query = route
        .query
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "integer", "minimum": 0 } }));
    let (status, schema) = route.answer;
    let mut answer = json!({ "description": route.summary });
    if let Some(name) = schema {
        let media = match name {
            "Xml" => "application/xml",
            "Events" => "text/event-stream",
            _ => "application/json",
        };
        answer["content"] = json!({ media: { "schema": reference(name) } });
    }
    let error = json!({
        "description": "What is wrong, in Polish and English.",
        "content": { "application/json": { "schema": reference("Error") } },
    });
    let mut operation = json!({
        "summary": route.summary,
        "parameters": of_path.chain(of_query).collect::<Vec<Value>>(),
        "responses": { status.to_string(): answer, "default": error },
    });
    if let Some(name) = route.body {
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": reference(name) } } });
    }
    operation
}

/// What the figures of faults mean stands at `ksef_sim::Fault`; here are their names and ranges.
const FAULT_KINDS: [(&str, &str); 36] = [
    ("loseRequest", "The connection closes before the work."),
    ("loseAnswer", "The work is done, the connection closes without an answer."),
    ("failAfterWork", "The work is done, the answer is an HTML page with `status` (500 to 599)."),
    ("failBeforeWork", "Nothing is done, the answer is an HTML page with `status` (500 to 599)."),
    ("tooManyRequests", "429 with `retryAfterS`."),
    ("growingTooManyRequests", "429 with a block of `firstS` seconds; who asks before its end doubles it."),
    ("delay", "The answer comes `milliseconds` later, by real time."),
    ("redirectLoop", "307 to the same address."),
    ("errorBody", "An error in the `shape` that is named."),
    ("refuse", "400 with the `code` of KSeF that is named."),
    ("notJson", "The work is done, the answer is 200 with HTML."),
    ("unknownFields", "Answers have fields that nobody knows."),
    ("unknownValues", "Enumerations have values that nobody knows."),
    ("omitField", "The answer lacks every `field` of this name."),
    ("wrongHash", "`x-ms-meta-hash` is wrong."),
    ("warning", "`X-System-Warning` carries the `warning` that is named."),
    ("clockSkew", "`Date` is wrong by `seconds`."),
    ("rejectKey", "Sessions and exports begin and end with 415."),
    ("stallProcessing", "Invoices stay at 150 while the rule holds."),
    ("latency", "Invoices stay at 150 between `minMs` and `maxMs`."),
    ("invoiceStatus", "Invoices end with `code`."),
    ("lateCancel", "Invoices end with 550 after `afterS` seconds."),
    ("duplicate", "Duplicates `tells` nothing, or their own session."),
    ("notStored", "Invoices cannot be read for `forS` seconds; downloads give `code` 21164 or 21165."),
    ("invertedDates", "Invoices are stored before they are numbered."),
    ("lateArrival", "Invoices become visible `byS` seconds late, before the mark."),
    ("subjectFails", "Queries and exports for the `subject` that is named are answered with 500."),
    ("certificateStartsLate", "Certificates are valid `byS` seconds later than they were applied for."),
    ("permissionDelay", "Operations on permissions take `forS` seconds."),
    (
        "operationStatus",
        "Logins, batch sessions, exports, applications for certificates and operations on permissions end with `code` and \
         `detail`.",
    ),
    ("exportHangs", "Exports stay at 100."),
    ("exportKeepsSlot", "Exports end and keep their place."),
    ("exportWrongHash", "Hashes of the parts are wrong."),
    ("exportCutList", "The list in the package is cut off."),
    ("exportHidesTruncation", "A package that would be truncated holds 10,001 invoices and does not say so."),
    ("upoMissing", "The UPO of an invoice with status 200 is not found."),
];

#[expect(clippy::too_many_lines, reason = "a list of schemas")]
fn schemas() -> Value {
    let kinds: Vec<&str> = FAULT_KINDS.iter().map(|(kind, _)| *kind).collect();
    let described: String =
        FAULT_KINDS.iter().map(|(kind, words)| format!("- `{kind}`: {words}\n")).collect();
    let mut targets: Vec<&str> = vec!["*", "StorageDownload", "StorageUpload"];
    targets.extend(Operation::ALL.iter().map(|operation| operation.name()));
    let time = json!({ "type": "string", "format": "date-time" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let nip = json!({ "type": "string", "pattern": "^[1-9][0-9]{9}$" });
    let text = json!({ "type": "string" });
    let words =
        json!({ "type": "object", "required": ["pl", "en"], "properties": { "pl": text, "en": text } });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    let list = |name: &str| {
        object(
            &["items"],
            json!({
                "items": { "type": "array", "items": { "$ref": format!("#/components/schemas/{name}") } },
                "last": { "type": ["integer", "null"], "description": "The `after` of the next page." },
                "seed": count,
            }),
        )
    };
    let rule = json!({
        "fault": { "$ref": "#/components/schemas/Fault" },
        "target": { "enum": targets, "description": "An operation, or `*` for everything." },
        "count": { "type": "integer", "minimum": 1, "description": "How often at most." },
        "skip": { "type": "integer", "minimum": 0, "description": "How many pass before the first." },
        "probability": { "type": "number", "exclusiveMinimum": 0, "maximum": 1 },
        "from": time, "until": time,
    });
    let mut planned = rule.clone();
    planned["id"] = count.clone();
    planned["hits"] = count.clone();
    let mut schemas = json!({
        "Document": { "type": "object" },
        "Xml": { "type": "string", "contentMediaType": "application/xml" },
        "Error": object(&["code", "message"], json!({ "code": text, "message": words })),
        "Clock": object(&["now", "warsaw", "isRunning"], json!({ "now": time, "warsaw": text, "isRunning": { "type": "boolean" } })),
        "ClockChange": object(&[], json!({
            "now": time,
            "advanceS": { "type": "integer", "description": "Seconds to move on; negative moves back." },
            "isRunning": { "type": "boolean" },
        })),
        "Fault": object(&["kind"], json!({
            "kind": { "enum": kinds, "description": described },
            "status": { "type": "integer", "minimum": 500, "maximum": 599 },
            "retryAfterS": { "type": "integer", "minimum": 1 },
            "firstS": { "type": "integer", "minimum": 1 },
            "milliseconds": count,
            "shape": { "enum": ["legacy", "problemDetails", "framework", "legacyMinusOne", "legacyInternal", "emptyForbidden", "objectStore", "html"] },
            "code": { "type": "integer" },
            "detail": text, "field": text,
            "subject": { "enum": ["Subject1", "Subject2", "Subject3", "SubjectAuthorized"] },
            "warning": { "enum": ["sig-001", "xml-002"] },
            "seconds": { "type": "integer" },
            "minMs": count, "maxMs": count, "afterS": count, "forS": count, "byS": count,
            "tells": { "enum": ["nothing", "ownSession"] },
        })),
        "FaultRule": object(&["fault", "target"], rule),
        "PlannedFault": object(&["id", "fault", "target", "hits"], planned),
        "FaultRules": list("PlannedFault"),
        "Processing": object(&["isStalled"], json!({ "isStalled": { "type": "boolean" } })),
        "Scenario": object(&["name", "description"], json!({ "name": text, "description": words })),
        "Scenarios": list("Scenario"),
        "ScenarioOrder": object(&[], json!({ "company": nip })),
        "ScenarioOutcome": object(&["now", "faultIds", "invoicesAdded"], json!({
            "now": time, "faultIds": { "type": "array", "items": count }, "invoicesAdded": count,
        })),
        "InboxOrder": object(&["buyer", "count"], json!({
            "buyer": nip,
            "count": { "type": "integer", "minimum": 1, "maximum": 100_000 },
            "kind": { "enum": [InboxKind::Ordinary, InboxKind::Ugly, InboxKind::Ksef1] },
            "from": time, "until": time,
        })),
        "InboxOutcome": object(&["added", "ksefNumbers"], json!({
            "added": count, "ksefNumbers": { "type": "array", "items": text, "maxItems": 1000 },
        })),
        "State": object(
            &["ksefUrl", "profile", "hasLimits", "seed", "now", "requests", "sessions", "openSessions", "submissions", "waiting", "invoices", "documentBytes", "faultRules", "isProcessingStalled"],
            json!({
                "ksefUrl": text, "profile": { "enum": ["test", "demo", "prd"] }, "hasLimits": { "type": "boolean" },
                "seed": count, "now": time, "requests": count, "sessions": count, "openSessions": count,
                "submissions": count, "waiting": count, "invoices": count,
                "documentBytes": { "type": "integer", "description": "What the documents take, compressed." }, "faultRules": count,
                "isProcessingStalled": { "type": "boolean" },
            }),
        ),
        "Request": object(&["sequence", "at", "method", "path", "operation", "status", "fault"], json!({
            "sequence": count, "at": time, "method": text, "path": text, "operation": { "type": ["string", "null"] },
            "status": { "type": "integer", "description": "0 when no answer was sent." },
            "fault": { "type": ["string", "null"] },
        })),
        "Requests": list("Request"),
        "Events": { "type": "string", "description": "The data of each event is a Request as JSON, its id the sequence." },
        "Session": object(&["sequence", "referenceNumber", "context", "isBatch", "openedAt", "isOpen", "statusCode", "invoices"], json!({
            "sequence": count, "referenceNumber": text, "context": text, "isBatch": { "type": "boolean" },
            "openedAt": time, "isOpen": { "type": "boolean" }, "statusCode": { "type": "integer" }, "invoices": count,
        })),
        "Sessions": list("Session"),
        "Submission": object(&["sequence", "sessionReferenceNumber", "referenceNumber", "receivedAt", "invoiceHash", "statusCode", "ksefNumber"], json!({
            "sequence": count, "sessionReferenceNumber": text, "referenceNumber": text, "receivedAt": time,
            "invoiceHash": text, "statusCode": { "type": "integer" }, "ksefNumber": { "type": ["string", "null"] },
        })),
        "Submissions": list("Submission"),
        "Invoice": object(&["sequence", "ksefNumber", "invoiceNumber", "sellerNip", "grossAmount", "currency", "acquiredAt", "invoiceHash", "sends"], json!({
            "sequence": count, "ksefNumber": text, "invoiceNumber": text, "sellerNip": nip,
            "sellerName": { "type": ["string", "null"] }, "buyer": { "type": ["string", "null"] },
            "grossAmount": text, "currency": text, "acquiredAt": time, "invoiceHash": text, "sends": count,
        })),
        "Invoices": list("Invoice"),
        "Latarnia": object(&[], json!({
            "isCanned": { "type": "boolean", "description": "Tells what TEST tells for ever." },
            "outages": { "type": "array", "items": object(&["status"], json!({
                "status": { "type": "integer", "minimum": 500, "maximum": 599 }, "from": time, "until": time,
            })) },
            "events": { "type": "array", "items": object(&["category", "start"], json!({
                "category": { "enum": ["MAINTENANCE", "FAILURE", "TOTAL_FAILURE"] },
                "start": time, "end": time, "announced": time, "eventId": { "type": "integer" },
                "isTextZoneWrong": { "type": "boolean" },
            })) },
        })),
        "Habits": object(&[], json!({
            "trimsInvoiceNumbers": { "type": "boolean", "description": "Whether spaces at its ends do not make an invoice number another one; true when missing." },
            "countsClosingWithOpening": { "type": "boolean", "description": "Whether closing a session counts with opening one, as until API 2.7." },
            "tellsOneSecondLess": { "type": "boolean", "description": "Whether the text of a 429 names a second less than its `Retry-After`." },
            "needsPublicKeyId": { "type": "boolean", "description": "Whether keys that name no `publicKeyId` end with 415." },
            "upoVersion": { "enum": ["4-2", "4-3"], "description": "Of sessions that ask for none; 4-3 when missing." },
        })),
        "Snapshot": object(&["name", "takenAt", "invoices"], json!({ "name": text, "takenAt": time, "invoices": count })),
        "Snapshots": list("Snapshot"),
    });
    for (name, schema) in key_schemas() {
        schemas[name] = schema;
    }
    schemas
}

/// The schemas of keys and certificates.
fn key_schemas() -> Vec<(&'static str, Value)> {
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    vec![
        (
            "CertificateOrder",
            object(
                &[],
                json!({
                    "nip": { "type": "string", "pattern": "^[1-9][0-9]{9}$" },
                    "pesel": { "type": "string", "pattern": "^[0-9]{11}$", "description": "A person's, instead of a company's seal." },
                    "name": { "type": "string", "description": "The company's, or given name and surname." },
                    "kind": { "enum": ["Authentication", "Offline"] },
                    "key": { "enum": ["ecP256", "rsa2048"] },
                }),
            ),
        ),
        (
            "CertificateOutcome",
            object(
                &["serialNumber", "certificate", "privateKey", "validTo"],
                json!({
                    "serialNumber": text, "certificate": { "type": "string", "description": "PEM." },
                    "privateKey": { "type": "string", "description": "PKCS#8, PEM." }, "validTo": time,
                }),
            ),
        ),
        (
            "KeyRotation",
            object(
                &["kind"],
                json!({
                    "kind": { "enum": ["planned", "emergency", "recertified"] },
                    "usage": { "enum": ["KsefTokenEncryption", "SymmetricKeyEncryption"], "description": "Both when missing." },
                    "overlapS": { "type": "integer", "minimum": 0, "description": "How long a planned rotation leaves the old key; 30 days when missing." },
                }),
            ),
        ),
        (
            "EncryptionKeys",
            object(
                &["items"],
                json!({ "items": { "type": "array", "items": { "$ref": "#/components/schemas/EncryptionKey" } } }),
            ),
        ),
        (
            "EncryptionKey",
            object(
                &["usage", "publicKeyId", "validTo", "endsAt"],
                json!({
                    "usage": text, "publicKeyId": text, "validTo": time,
                    "endsAt": { "type": ["string", "null"], "format": "date-time", "description": "When it is no longer accepted." },
                }),
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Fault;

    #[test]
    fn the_document_names_every_schema_that_it_uses() {
        let document = document();
        let text = document.to_string();
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        let mut used: Vec<&str> =
            text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        used.sort_unstable();
        used.dedup();
        for name in &used {
            assert!(schemas.contains_key(*name), "{name} is used and not described");
        }
        for name in schemas.keys() {
            assert!(used.contains(&name.as_str()), "{name} is described and not used");
        }
    }

    /// The compiler's list of variants comes out of the error for an unknown one.
    #[test]
    fn every_fault_is_described() {
        let error = serde_json::from_str::<Fault>(r#"{"kind":"?"}"#).expect_err("no such fault").to_string();
        let mut known: Vec<&str> = error.split('`').skip(1).step_by(2).filter(|name| *name != "?").collect();
        let mut described: Vec<&str> = FAULT_KINDS.iter().map(|(kind, _)| *kind).collect();
        known.sort_unstable();
        described.sort_unstable();
        assert_eq!(known, described);
    }

    #[test]
    fn operations_have_different_addresses() {
        let mut addresses: Vec<_> = ROUTES.iter().map(|route| (route.path, route.method)).collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), ROUTES.len());
    }
}
