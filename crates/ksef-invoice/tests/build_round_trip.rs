//! FA(3) and FA_RR to the neutral form and back: nothing is lost but what is said to be.

mod support;

use std::collections::HashSet;

use jiff::Timestamp;
use ksef_invoice::build::{BuildOptions, NeutralInvoice, NotCovered, Rounding, build, from_json, neutral_of};
use ksef_invoice::{Element, Form, ReadError, detect_form, tree};
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
    // The rest rounds or sums in its own way, and is taken as given.
    assert!(computed.len() >= 10, "{computed:?}");
}

#[test]
fn official_templates_come_back() {
    let Some(shared) = support::shared("the official templates") else { return };
    let mut seen = Vec::new();
    for (name, xml) in support::filled_templates(&shared) {
        let form = detect_form(xml.as_bytes());
        if matches!(form, Some(Form::Fa3 | Form::FaRr1)) {
            let (missing, _) = round_trip(&name, &xml);
            assert_eq!(missing, [], "{name}");
            seen.extend(form);
        } else {
            let refused = neutral_of(xml.as_bytes()).expect_err(&name);
            assert!(matches!(refused, ReadError::Unsupported(_)), "{name}: {refused}");
        }
    }
    assert!(seen.contains(&Form::Fa3) && seen.contains(&Form::FaRr1), "{seen:?}");
}

#[test]
fn what_is_not_covered_is_said() {
    let paths = |xml: &str| -> Vec<String> {
        let (_, missing) = neutral_of(xml.as_bytes()).expect("a readable invoice");
        missing.into_iter().map(|missing| missing.path).collect()
    };
    let check = |from: &str, to: &str, expected: &[&str]| {
        assert!(VAT.contains(from), "{from}");
        assert_eq!(paths(&VAT.replacen(from, to, 1)), expected, "{to}");
    };
    // An element that the schema does not know, with all that is in it.
    check("<P_1M>", "<Obce><A>1</A></Obce><P_1M>", &["Faktura/Fa/Obce"]);
    // One that may stand there once, twice.
    check("<P_16>2</P_16>", "<P_16>2</P_16><P_16>1</P_16>", &["Faktura/Fa/Adnotacje/P_16[2]"]);
    // Values that are none of the field.
    check("<P_1>2026-11-20</P_1>", "<P_1>wczoraj</P_1>", &["Faktura/Fa/P_1"]);
    check("<P_12>23</P_12>", "<P_12>24</P_12>", &["Faktura/Fa/FaWiersz[1]/P_12"]);
    check("<P_8B>4</P_8B>", "<P_8B>4,0</P_8B>", &["Faktura/Fa/FaWiersz[1]/P_8B"]);
    check("<P_16>2</P_16>", "<P_16>3</P_16>", &["Faktura/Fa/Adnotacje/P_16"]);
    check("<WariantFormularza>3", "<WariantFormularza>4", &["Faktura/Naglowek/WariantFormularza"]);
    // Attributes.
    check("<P_7>", "<P_7 jezyk=\"pl\">", &["Faktura/Fa/FaWiersz[1]/P_7/@jezyk"]);
    // Legal spellings of a value are covered.
    check("<P_16>2</P_16>", "<P_16>02</P_16>", &[]);
    check("<FormaPlatnosci>6", "<FormaPlatnosci>+6", &[]);
    check("<P_8B>4</P_8B>", "<P_8B>4.000</P_8B>", &[]);
}

#[test]
fn the_method_of_rounding_is_recognised() {
    let rounding = |xml: &str| match neutral_of(xml.as_bytes()).expect("an invoice").0 {
        NeutralInvoice::Vat(invoice) => invoice.rounding,
        NeutralInvoice::Farmer(invoice) => invoice.rounding,
    };
    assert_eq!(rounding(VAT), Some(Rounding::PerRate));
    assert_eq!(rounding(&VAT.replace("<P_15>1272.53", "<P_15>1272.54")), Some(Rounding::AsGiven));
    assert_eq!(rounding(&VAT.replace("<P_18>2", "<P_18>1")), Some(Rounding::PerRate));
}
