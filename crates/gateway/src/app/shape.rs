//! One shape for both neutral forms, so that pages need not know two: what is ours stands at `seller` and what is the other's at
//! `buyer`, whoever supplies; lines stand at `lines`, even those of an order; prices, rates and accounts have the names of FA(3).

use ksef_invoice::build::NeutralInvoice;
use serde_json::{Map, Value, json};

/// An invoice in this shape.
pub(crate) fn shape_of(invoice: &NeutralInvoice) -> Value {
    let Ok(Value::Object(mut shape)) = serde_json::to_value(invoice) else { return json!({}) };
    match invoice {
        NeutralInvoice::Vat(_) => {
            let order = shape.remove("order");
            if let (Some(Value::Object(mut order)), false) = (order, shape.contains_key("lines")) {
                shape.insert("lines".to_owned(), order.remove("lines").unwrap_or_else(|| json!([])));
            }
        }
        NeutralInvoice::Farmer(_) => {
            swap(&mut shape, "seller", "buyer");
            rename(&mut shape, "purchaseDate", "saleDate");
            for line in lines_of(&mut shape) {
                for (theirs, ours) in LINE_NAMES {
                    rename(line, theirs, ours);
                }
            }
            if let Some(payment) = object(&mut shape, "payment") {
                rename(payment, "supplierAccounts", "accounts");
            }
            if let Some(correction) = object(&mut shape, "correction") {
                let farmer = correction.remove("seller");
                rename(correction, "buyer", "seller");
                if let Some(farmer) = farmer {
                    correction.insert("buyers".to_owned(), json!([farmer]));
                }
            }
        }
    }
    Value::Object(shape)
}

/// The neutral invoice of a flat-rate farmer from this shape, without what that form has no place for.
pub(crate) fn farmers(shape: Value) -> Value {
    let Value::Object(mut shape) = shape else { return shape };
    swap(&mut shape, "seller", "buyer");
    rename(&mut shape, "saleDate", "purchaseDate");
    for line in lines_of(&mut shape) {
        for (theirs, ours) in LINE_NAMES {
            rename(line, ours, theirs);
        }
        line.retain(|name, _| LINE.contains(&name.as_str()));
    }
    for (party, kept) in [("seller", SUPPLIER), ("buyer", BUYER)] {
        if let Some(party) = object(&mut shape, party) {
            party.retain(|name, _| kept.contains(&name.as_str()));
        }
    }
    if let Some(payment) = object(&mut shape, "payment") {
        rename(payment, "accounts", "supplierAccounts");
        payment.retain(|name, _| PAYMENT.contains(&name.as_str()));
    }
    if let Some(correction) = object(&mut shape, "correction") {
        rename(correction, "seller", "buyer");
        if let Some(Value::Array(buyers)) = correction.remove("buyers")
            && let Some(farmer) = buyers.into_iter().next()
        {
            correction.insert("seller".to_owned(), farmer);
        }
        correction.retain(|name, _| CORRECTION.contains(&name.as_str()));
    }
    shape.retain(|name, _| INVOICE.contains(&name.as_str()));
    Value::Object(shape)
}

/// Where in this shape a dotted path into a farmer's invoice leads.
pub(crate) fn path_of_farmers(path: &str) -> String {
    let mut steps: Vec<&str> = path.split('.').collect();
    match steps.as_mut_slice() {
        [first @ ("seller" | "buyer"), ..] => *first = if *first == "seller" { "buyer" } else { "seller" },
        ["correction", party @ ("seller" | "buyer"), ..] => {
            *party = if *party == "seller" { "buyers.0" } else { "seller" };
        }
        [first @ "purchaseDate"] => *first = "saleDate",
        ["payment", accounts @ "supplierAccounts", ..] => *accounts = "accounts",
        ["lines", _, name] => {
            if let Some((_, ours)) = LINE_NAMES.iter().find(|(theirs, _)| theirs == name) {
                *name = ours;
            }
        }
        _ => {}
    }
    steps.join(".")
}

fn object<'a>(shape: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Map<String, Value>> {
    shape.get_mut(name)?.as_object_mut()
}

fn lines_of(shape: &mut Map<String, Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    let lines = shape.get_mut("lines").and_then(Value::as_array_mut);
    lines.into_iter().flatten().filter_map(Value::as_object_mut)
}

fn rename(object: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = object.remove(from) {
        object.insert(to.to_owned(), value);
    }
}

fn swap(object: &mut Map<String, Value>, one: &str, other: &str) {
    let was = object.remove(one);
    rename(object, other, one);
    if let Some(was) = was {
        object.insert(other.to_owned(), was);
    }
}

/// What a farmer's line calls it, and what it is called here.
const LINE_NAMES: &[(&str, &str)] =
    &[("unitPrice", "netUnitPrice"), ("refundRate", "vatRate"), ("refund", "tax")];
const LINE: &[&str] = &[
    "number",
    "id",
    "purchaseDate",
    "name",
    "gtin",
    "pkwiu",
    "cn",
    "unit",
    "quantity",
    "quality",
    "unitPrice",
    "refundRate",
    "before",
    "exchangeRate",
];
const SUPPLIER: &[&str] =
    &["nip", "name", "address", "correspondenceAddress", "contacts", "contractorNumber"];
const BUYER: &[&str] = &["nip", "name", "address", "correspondenceAddress", "contacts", "status"];
const PAYMENT: &[&str] = &["method", "otherMethod", "supplierAccounts", "buyerAccounts", "ipKsef", "link"];
const CORRECTION: &[&str] = &["reason", "effect", "corrected", "rightNumber", "seller", "buyer"];
const INVOICE: &[&str] = &[
    "kind",
    "number",
    "issueDate",
    "issuePlace",
    "purchaseDate",
    "currency",
    "exchangeRate",
    "seller",
    "buyer",
    "thirdParties",
    "lines",
    "correction",
    "paymentDocuments",
    "notes",
    "settlement",
    "payment",
    "footer",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_farmers_invoice_takes_this_shape_and_its_own_again() {
        let given = json!({
            "kind": "KOR_RR", "number": "KRR/1", "purchaseDate": "2026-11-19",
            "seller": { "nip": "3861610227", "name": "Gospodarstwo", "contractorNumber": "7" },
            "buyer": { "nip": "5265877635", "name": "Skup" },
            "correction": {
                "reason": "waga", "corrected": [{ "number": "RR/1" }],
                "seller": { "nip": "3861610227" }, "buyer": { "nip": "5265877635" },
            },
            "lines": [{ "name": "ziemniaki", "unitPrice": "2.5", "refundRate": "7", "quality": "I", "before": true }],
            "payment": { "method": "transfer", "supplierAccounts": [{ "number": "49102055550000987654321012" }] },
        });
        let invoice = serde_json::from_value(given.clone()).expect("a farmer's invoice");
        let shape = shape_of(&NeutralInvoice::Farmer(Box::new(invoice)));
        assert_eq!(
            (&shape["seller"]["name"], &shape["buyer"]["name"]),
            (&json!("Skup"), &json!("Gospodarstwo"))
        );
        assert_eq!(
            (&shape["saleDate"], &shape["lines"][0]["netUnitPrice"]),
            (&json!("2026-11-19"), &json!("2.5"))
        );
        assert_eq!(shape["correction"]["buyers"][0]["nip"], "3861610227");
        let mut again = farmers(shape.clone());
        assert_eq!(again, given);
        // What the form has no place for is left out.
        let mut other = shape;
        other["lines"][0]["discount"] = json!("1");
        other["payment"]["paidOn"] = json!("2026-11-20");
        other["flags"] = json!({ "splitPayment": true });
        again = farmers(other);
        assert_eq!(again, given);
    }

    #[test]
    fn paths_of_a_farmers_invoice_lead_here() {
        for (path, expected) in [
            ("seller.nip", "buyer.nip"),
            ("buyer", "seller"),
            ("correction.seller.name", "correction.buyers.0.name"),
            ("lines.3.refundRate", "lines.3.vatRate"),
            ("lines.0.quality", "lines.0.quality"),
            ("purchaseDate", "saleDate"),
            ("payment.supplierAccounts.0.number", "payment.accounts.0.number"),
            ("number", "number"),
        ] {
            assert_eq!(path_of_farmers(path), expected, "{path}");
        }
    }
}
