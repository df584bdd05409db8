//! FA(3) and FA_RR to the neutral form and back: nothing is lost but what is said to be.

mod support;

use std::collections::HashSet;

use jiff::Timestamp;
use ksef_invoice::build::{BuildOptions, NeutralInvoice, NotCovered, Rounding, build, from_json, neutral_of};
use ksef_invoice::{Element, tree};
use rust_decimal::Decimal;
use support::{ADVANCE, CORRECTION, VAT};

/// Every leaf and attribute of a document as (path, value), with numbers by value.
fn values(root: &Element) -> Vec<(String, String)> {
    fn walk(element: &Element, values: &mut Vec<(String, String)>) {
        values.push((element.path.clone(), value(&element.text)));
        for (name, text) in &element.attributes {
            values.push((format!("{}/@{name}", element.path), text.clone()));
        }
        element.children.iter().for_each(|child| walk(child, values));
    }
    fn value(text: &str) -> String {
        // A number of an account or a register keeps its leading zeros.
        let is_number = text.len() < 20 && (text == "0" || !text.trim_start_matches('-').starts_with("00"));
        match text.parse::<Decimal>() {
            Ok(number) if is_number => number.normalize().to_string(),
            _ => text.to_owned(),
        }
    }
    let mut all = Vec::new();
    walk(root, &mut all);
    all
}

fn options(document: &Element) -> BuildOptions {
    let created_at = document.at(&["Naglowek", "DataWytworzeniaFa"]).expect("a time of creation");
    let created_at: Timestamp = created_at.text.parse().expect("a time in UTC");
    BuildOptions { created_at, today: None }
}

/// Takes a document through the neutral form and its JSON; answers with what is not covered and the method of rounding.
fn round_trip(name: &str, xml: &str) -> (Vec<NotCovered>, Option<Rounding>) {
    let original = tree(xml.as_bytes()).expect(name);
    let (neutral, missing) = neutral_of(xml.as_bytes()).expect(name);
    let json = serde_json::to_vec_pretty(&neutral).expect("JSON");
    let read = from_json(&json).unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
    assert_eq!(read, neutral, "{name}: the JSON loses something");
    let built = build(&read, &options(&original)).unwrap_or_else(|error| panic!("{name}: {error:#?}"));
    let rebuilt = tree(built.xml.as_bytes()).expect("well-formed");
    let skipped: HashSet<&str> = missing.iter().map(|missing| missing.path.as_str()).collect();
    let is_kept = |(path, _): &(String, String)| {
        // A branch that is not covered is listed by its highest element.
        !skipped.iter().any(|skipped| {
            path == skipped || path.strip_prefix(skipped).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let expected: Vec<_> = values(&original).into_iter().filter(is_kept).collect();
    // `normalize` spells the time of creation its own way.
    let time = "Faktura/Naglowek/DataWytworzeniaFa";
    let without_time = |values: Vec<(String, String)>| -> Vec<_> {
        values.into_iter().filter(|(path, _)| path != time).collect()
    };
    assert_eq!(without_time(values(&rebuilt)), without_time(expected), "{name}");
    let rounding = match neutral {
        NeutralInvoice::Vat(invoice) => invoice.rounding,
        NeutralInvoice::Farmer(invoice) => invoice.rounding,
    };
    (missing, rounding)
}

#[test]
fn our_own_samples_come_back() {
    for (name, xml) in [("vat", VAT), ("correction", CORRECTION), ("advance", ADVANCE)] {
        let (missing, rounding) = round_trip(name, xml);
        assert_eq!(missing, [], "{name}");
        assert_eq!(rounding, Some(Rounding::PerRate), "{name}");
    }
}

#[test]
fn official_samples_come_back() {
    let Some(shared) = support::shared("the official samples") else { return };
    let mut computed = Vec::new();
    for (name, xml) in support::official_samples(&shared) {
        let (missing, rounding) = round_trip(&name, &xml);
        assert_eq!(missing, [], "{name}");
        if rounding != Some(Rounding::AsGiven) {
            computed.push(name);
        }
    }
    println!("computed anew: {computed:?}");
}
