//! The published JSON Schema of the neutral form, made from the types, so that it cannot say anything else.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{FarmerInvoice, VatInvoice};

/// The JSON Schema (2020-12) of a neutral invoice: `VatInvoice` for FA(3), `FarmerInvoice` for FA_RR, told apart by
/// `kind`. The same text is published as `docs/neutral-invoice.schema.json`.
#[must_use]
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Neutral invoice",
        "description": "An invoice as an ERP system knows it, from which bramka builds FA(3) or FA_RR(1).",
        "if": { "properties": { "kind": { "enum": FARMER_KINDS } }, "required": ["kind"] },
        "then": { "$ref": "#/$defs/FarmerInvoice" },
        "else": { "$ref": "#/$defs/VatInvoice" },
        "$defs": *DEFINITIONS,
    })
}

/// A definition by its name.
pub(super) fn definition(name: &str) -> Option<&'static Value> {
    DEFINITIONS.get(name)
}

static DEFINITIONS: LazyLock<Value> = LazyLock::new(|| {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<VatInvoice>();
    generator.subschema_for::<FarmerInvoice>();
    let mut definitions = Value::Object(generator.take_definitions(true));
    for (name, fields) in REQUIRED {
        if let Some(definition) = definitions.get_mut(*name) {
            definition["required"] = json!(fields);
        }
    }
    // Defaults of the Rust types are no defaults of an invoice.
    if let Some(definitions) = definitions.as_object_mut() {
        for definition in definitions.values_mut() {
            let properties = definition.get_mut("properties").and_then(Value::as_object_mut);
            for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
                if let Some(property) = property.as_object_mut() {
                    property.remove("default");
                }
            }
        }
    }
    definitions
});

/// What no invoice can do without, whatever else it is.
const REQUIRED: &[(&str, &[&str])] = &[
    ("VatInvoice", &["number", "issueDate", "seller", "buyer"]),
    ("FarmerInvoice", &["kind", "number", "issueDate", "seller", "buyer", "lines"]),
    ("Seller", &["nip", "name", "address"]),
    ("Supplier", &["nip", "name", "address"]),
    ("FarmerBuyer", &["nip", "name", "address"]),
    ("AuthorizedParty", &["role", "nip", "name", "address"]),
    ("SellerBefore", &["nip", "name", "address"]),
    ("Address", &["line1"]),
    ("EuVat", &["country", "number"]),
    ("ForeignId", &["number"]),
    ("FarmerLine", &["name", "unit", "quantity", "quality", "unitPrice", "refundRate"]),
    ("CorrectedInvoice", &["issueDate", "number"]),
    ("AdvancePayment", &["date", "amount"]),
    ("RateAmount", &["vatRate", "gross"]),
    ("Account", &["number"]),
    ("PartPayment", &["amount", "date"]),
    ("DueTerm", &["count", "unit", "event"]),
    ("EarlyPaymentDiscount", &["conditions", "amount"]),
    ("Charge", &["amount", "reason"]),
    ("Note", &["key", "value"]),
    ("KeyValue", &["key", "value"]),
    ("Period", &["from", "to"]),
    ("AgreedRate", &["rate", "currency"]),
    ("PaymentDocument", &["number"]),
    ("Vehicle", &["firstUse", "line"]),
    ("NewTransport", &["vehicles"]),
    ("Table", &["columns", "rows"]),
    ("Column", &["name", "type"]),
    ("Block", &["metadata"]),
    ("Attachment", &["blocks"]),
    ("Order", &["lines"]),
];

/// The kinds that are FA_RR.
pub(super) const FARMER_KINDS: [&str; 2] = ["RR", "KOR_RR"];
