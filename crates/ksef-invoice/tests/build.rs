//! The builder: every example, what is computed, what is refused and how it is told, the published schema.

mod support;

use std::path::{Path, PathBuf};

use ksef_invoice::build::{
    BuildOptions, BuiltInvoice, JSON_BYTES_MAX, NeutralInvoice, build, from_json, json_schema, neutral_of,
};
use ksef_invoice::{Element, Finding, Form, Layer, Severity, explain, tree};
use serde_json::{Value, json};

fn options() -> BuildOptions {
    BuildOptions { created_at: "2026-11-22T08:30:00Z".parse().expect("a time"), today: Some(support::TODAY) }
}

fn documents() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// The published examples, by name.
fn examples() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(documents().join("examples"))
        .expect("docs/examples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), std::fs::read(path).expect("an example"))).collect()
}

fn example(name: &str) -> Value {
    let file = documents().join(format!("examples/{name}.json"));
    serde_json::from_slice(&std::fs::read(file).expect("an example")).expect("JSON")
}

fn read(json: &Value) -> Result<NeutralInvoice, Vec<Finding>> {
    from_json(json.to_string().as_bytes())
}

/// Builds, and holds the result against the validator once more.
#[track_caller]
fn built(json: &Value) -> BuiltInvoice {
    let invoice = read(json).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let built = build(&invoice, &options()).unwrap_or_else(|error| panic!("{error:#?}"));
    let report = support::strict(&built.xml);
    assert!(report.is_valid(), "{:#?}\n{}", support::summary(&report), built.xml);
    built
}

/// Code and pointer of each fault, whether it is found when reading or when building.
fn faults(json: &Value) -> Vec<(&'static str, String)> {
    let findings = match read(json) {
        Err(findings) => findings,
        Ok(invoice) => match build(&invoice, &options()) {
            Ok(_) => return Vec::new(),
            Err(error) => error.findings,
        },
    };
    for finding in &findings {
        assert!(explain(finding.code).is_some(), "{} is not explained", finding.code);
        assert!(!finding.message.pl.is_empty() && !finding.message.en.is_empty());
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.code, finding.path.clone())).collect()
}

/// An example with one place changed; a null removes.
fn changed(name: &str, pointer: &str, value: Value) -> Value {
    let mut json = example(name);
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    match json.pointer_mut(parent).expect("a place") {
        Value::Object(object) if value.is_null() => {
            object.remove(field);
        }
        Value::Object(object) => {
            object.insert(field.to_owned(), value);
        }
        Value::Array(items) => items[field.parse::<usize>().expect("an index")] = value,
        _ => panic!("{parent} is no object"),
    }
    json
}

fn text(root: &Element, path: &[&str]) -> String {
    root.at(path).map(|element| element.text.clone()).unwrap_or_default()
}

/// The texts of some elements of `Fa` or `FakturaRR`.
fn amounts(built: &BuiltInvoice, names: &[&str]) -> Vec<String> {
    let root = tree(built.xml.as_bytes()).expect("well-formed");
    let content = if built.form == Form::Fa3 { "Fa" } else { "FakturaRR" };
    names.iter().map(|name| text(&root, &[content, name])).collect()
}

#[test]
fn every_example_is_built_and_comes_back() {
    let examples = examples();
    assert!(examples.len() >= 25, "{}", examples.len());
    for (name, json) in &examples {
        let invoice = from_json(json).unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
        let built = build(&invoice, &options()).unwrap_or_else(|error| panic!("{name}: {error:#?}"));
        let report = support::strict(&built.xml);
        assert!(report.is_valid(), "{name}: {:#?}", support::summary(&report));
        // Nothing that the builder computed may look wrong to the rules; that it was issued earlier and that it has an
        // attachment is the example's.
        let is_fault = |code: &str| !["FA006", "FA160"].contains(&code);
        let warnings: Vec<_> = built.warnings.iter().filter(|finding| is_fault(finding.code)).collect();
        assert!(warnings.is_empty(), "{name}: {warnings:#?}");
        assert_eq!(
            build(&invoice, &options()).expect("built before").xml,
            built.xml,
            "{name}: not repeatable"
        );

        let (neutral, missing) = neutral_of(built.xml.as_bytes()).expect(name);
        assert_eq!(missing, [], "{name}");
        let again = build(&neutral, &options()).unwrap_or_else(|error| panic!("{name}: {error:#?}"));
        assert_eq!(again.xml, built.xml, "{name}");
        let json = serde_json::to_vec(&neutral).expect("JSON");
        assert_eq!(from_json(&json).expect("our own JSON"), neutral, "{name}");
    }
}

#[test]
fn examples_and_schema_are_in_step() {
    let schema = json_schema();
    let file = documents().join("neutral-invoice.schema.json");
    let expected = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
    if std::env::var_os("BRAMKA_UPDATE").is_some() {
        std::fs::write(&file, &expected).expect("a writable schema");
    }
    let published = std::fs::read_to_string(&file).expect("docs/neutral-invoice.schema.json");
    assert_eq!(published, expected, "run this test with BRAMKA_UPDATE=1");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (name, json) in examples() {
        let json: Value = serde_json::from_slice(&json).expect("JSON");
        let errors: Vec<_> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        // What we write back is of the schema too.
        let neutral = serde_json::to_value(read(&json).expect("an example")).expect("JSON");
        assert!(validator.is_valid(&neutral), "{name}: {neutral}");
    }
    for wrong in [
        json!({}),
        changed("vat", "/lines/0/quantty", json!(1)),
        changed("vat", "/lines/0/vatRate", json!("24")),
        changed("vat", "/number", Value::Null),
        changed("vat", "/lines/0/quantity", json!("1,5")),
        changed("farmer", "/lines/0/refundRate", json!("23")),
    ] {
        assert!(!validator.is_valid(&wrong) && read(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_readme_shows_an_invoice_that_is_built() {
    let readme = std::fs::read_to_string(documents().join("../README.md")).expect("README.md");
    let json =
        readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an invoice");
    assert_eq!(json.lines().count(), 8);
    let invoice = from_json(json.as_bytes()).unwrap_or_else(|findings| panic!("{findings:#?}"));
    assert!(build(&invoice, &options()).is_ok());
}

#[test]
fn amounts_are_computed() {
    let check = |name: &str, names: &[&str], expected: &[&str]| {
        assert_eq!(amounts(&built(&example(name)), names), expected, "{name}");
    };
    check(
        "vat",
        &["P_13_1", "P_14_1", "P_13_3", "P_14_3", "P_15"],
        &["1000.00", "230.00", "40.50", "2.03", "1272.53"],
    );
    // 1.98, 2.64 and 3.30: 0.46 + 0.61 + 0.76, while together it would be 1.82.
    check("vat-per-line", &["P_13_1", "P_14_1", "P_15"], &["7.92", "1.83", "9.75"]);
    check(
        "consumer-gross-prices",
        &["P_13_1", "P_14_1", "P_13_2", "P_14_2", "P_15"],
        &["406.50", "93.49", "50.00", "4.00", "553.99"],
    );
    check("correction", &["P_13_1", "P_14_1", "P_15"], &["-250.00", "-57.50", "-307.50"]);
    check("correction-by-difference", &["P_13_1", "P_14_1", "P_15"], &["-40.00", "-9.20", "-49.20"]);
    check("correction-of-buyer", &["P_15"], &["0.00"]);
    // The order is 1230.00 at 23 % and 216.00 at 8 %; the advance is half of it.
    check(
        "advance",
        &["P_13_1", "P_14_1", "P_13_2", "P_14_2", "P_15"],
        &["500.00", "115.00", "100.00", "8.00", "723.00"],
    );
    check("advance-in-two-payments", &["P_15"], &["723.00"]);
    check(
        "settlement",
        &["P_13_1", "P_14_1", "P_13_2", "P_14_2", "P_15"],
        &["500.00", "115.00", "100.00", "8.00", "723.00"],
    );
    check("simplified", &["P_13_1", "P_14_1", "P_15"], &["365.85", "84.15", "450.00"]);
    check(
        "correction-of-advance",
        &["P_13_1", "P_14_1", "P_13_2", "P_14_2", "P_15"],
        &["587.80", "135.20", "-669.44", "-53.56", "0.00"],
    );
    // 599.70 at 4.2371 and 80.00 at 4.2405: 137.93 and 18.40 of tax.
    check(
        "foreign-currency",
        &["P_13_1", "P_14_1", "P_14_1W", "P_15"],
        &["679.70", "156.33", "662.45", "836.03"],
    );
    check("margin", &["P_13_1", "P_14_1", "P_13_11", "P_15"], &["300.00", "69.00", "18500.00", "18869.00"]);
    check("export", &["P_13_6_3", "P_15"], &["8000.00", "8000.00"]);
    check("farmer", &["P_11_1", "P_11_2", "P_12_1"], &["1708.19", "119.57", "1827.76"]);
    check("farmer", &["P_12_2"], &["tysiąc osiemset dwadzieścia siedem złotych 76/100"]);
    check("farmer-correction", &["P_12_1", "P_12_2"], &["-53.50", "minus pięćdziesiąt trzy złote 50/100"]);
}

#[test]
fn statements_follow_from_the_lines() {
    let annotation = |name: &str, element: &str| {
        let built = built(&example(name));
        let root = tree(built.xml.as_bytes()).expect("well-formed");
        text(&root, &["Fa", "Adnotacje", element])
    };
    for (name, element, expected) in [
        ("vat", "P_18", "2"),
        ("reverse-charge", "P_18", "1"),
        ("everything-else", "P_18", "1"),
        ("vat", "P_18A", "2"),
        ("split-payment", "P_18A", "1"),
        ("self-billing", "P_17", "1"),
    ] {
        assert_eq!(annotation(name, element), expected, "{name} {element}");
    }
    let buyer = |name: &str, element: &str| {
        let built = built(&example(name));
        text(&tree(built.xml.as_bytes()).expect("well-formed"), &["Podmiot2", element])
    };
    assert_eq!((buyer("local-government", "JST"), buyer("local-government", "GV")), ("1".into(), "2".into()));
    assert_eq!((buyer("vat-group", "JST"), buyer("vat-group", "GV")), ("2".into(), "1".into()));
    let settlement = built(&example("vat-group"));
    let root = tree(settlement.xml.as_bytes()).expect("well-formed");
    assert_eq!(text(&root, &["Fa", "Rozliczenie", "DoZaplaty"]), "6062.50");
}

#[test]
fn what_is_wrong_is_told_by_code_and_place() {
    let mut unlike = Vec::new();
    let mut check = |json: Value, expected: &[(&'static str, &str)]| {
        let expected: Vec<_> = expected.iter().map(|(code, path)| (*code, (*path).to_owned())).collect();
        let found = faults(&json);
        if found != expected {
            unlike.push((expected, found));
        }
    };
    let vat = |pointer: &str, value: Value| changed("vat", pointer, value);
    // Reading.
    check(vat("/lines/0/quantty", json!(1)), &[("NI002", "/lines/0/quantty")]);
    check(vat("/lines", json!({})), &[("NI003", "/lines")]);
    check(vat("/flags", json!({ "selfBilling": "tak" })), &[("NI003", "/flags/selfBilling")]);
    check(vat("/number", Value::Null), &[("NI004", "")]);
    check(vat("/seller", json!({ "nip": "5265877635" })), &[("NI004", "/seller"), ("NI004", "/seller")]);
    check(vat("/lines/0/vatRate", json!(23)), &[("NI005", "/lines/0/vatRate")]);
    check(vat("/kind", json!("FAKTURA")), &[("NI005", "/kind")]);
    check(vat("/issueDate", json!("20.11.2026")), &[("NI006", "/issueDate")]);
    check(vat("/lines/0/netUnitPrice", json!("250,00")), &[("NI006", "/lines/0/netUnitPrice")]);
    check(json!([]), &[("NI003", "")]);
    // Exactly one.
    check(vat("/buyer/withoutIdentifier", json!(true)), &[("NI010", "/buyer")]);
    check(vat("/buyer/nip", Value::Null), &[("NI010", "/buyer")]);
    check(vat("/thirdParties", json!([{ "nip": "5265877635" }])), &[("NI010", "/thirdParties/0")]);
    check(vat("/period", json!({ "from": "2026-11-01", "to": "2026-11-30" })), &[("NI010", "/period")]);
    check(changed("exempt", "/exemption/other", json!("x")), &[("NI010", "/exemption")]);
    // Contradictions.
    check(vat("/lines/0/net", json!("999.99")), &[("NI011", "/lines/0/net")]);
    check(vat("/lines/0/tax", json!("229.99")), &[("NI011", "/lines/0/tax")]);
    check(vat("/lines/0/gross", json!("1230.01")), &[("NI011", "/lines/0/gross")]);
    check(vat("/totals", json!({ "gross": "1272.54" })), &[("NI011", "/totals/gross")]);
    check(vat("/totals", json!({ "basic": { "tax": "230.01" } })), &[("NI011", "/totals/basic/tax")]);
    check(vat("/totals", json!({ "zeroExport": { "net": "1" } })), &[("NI011", "/totals/zeroExport/net")]);
    check(vat("/exchangeRate", json!("4.25")), &[("NI011", "/exchangeRate")]);
    check(vat("/exemption", json!({ "act": "art. 113" })), &[("NI011", "/exemption")]);
    check(vat("/marginProcedure", json!("antiques")), &[("NI011", "/marginProcedure")]);
    check(
        changed("reverse-charge", "/flags", json!({ "reverseCharge": false })),
        &[("NI011", "/flags/reverseCharge")],
    );
    check(changed("local-government", "/buyer/jst", json!(false)), &[("NI011", "/buyer/jst")]);
    check(vat("/buyer/vatGroup", json!(true)), &[("NI011", "/buyer/vatGroup")]);
    check(changed("vat-group", "/settlement/toPay", json!("6062.51")), &[("NI011", "/settlement/toPay")]);
    check(
        changed("advance", "/advance/byRate", json!([{ "vatRate": "23", "gross": "722" }])),
        &[("NI011", "/advance/byRate")],
    );
    check(
        changed("advance-in-two-payments", "/advance/amount", json!("700")),
        &[("NI011", "/advance/amount")],
    );
    check(changed("farmer", "/lines/0/refund", json!("52.51")), &[("NI011", "/lines/0/refund")]);
    check(changed("farmer", "/rounding", json!("perRate")), &[("NI011", "/rounding")]);
    // Not enough.
    check(vat("/lines", json!([])), &[("NI012", "/lines")]);
    check(vat("/lines/0/vatRate", Value::Null), &[("NI012", "/lines/0/vatRate")]);
    check(vat("/lines/0/netUnitPrice", Value::Null), &[("NI012", "/lines/0/netUnitPrice")]);
    check(vat("/lines/0/quantity", Value::Null), &[("NI012", "/lines/0/quantity")]);
    check(vat("/lines/1/number", json!(2)), &[("NI012", "/lines/0/number")]);
    check(vat("/currency", json!("EUR")), &[("NI012", "/exchangeRate")]);
    check(changed("exempt", "/exemption", Value::Null), &[("NI012", "/exemption")]);
    check(changed("margin", "/marginProcedure", Value::Null), &[("NI012", "/marginProcedure")]);
    check(
        changed("settlement", "/advances", json!([])),
        &[("NI012", "/advances"), ("NI012", "/advances/0/byRate")],
    );
    check(changed("correction", "/correction/corrected", json!([])), &[("NI012", "/correction/corrected")]);
    check(
        changed("correction-of-advance", "/correction/amountBefore", Value::Null),
        &[("NI012", "/correction/amountBefore")],
    );
    check(changed("advance", "/advance", Value::Null), &[("NI012", "/advance/amount")]);
    check(vat("/payment/paid", json!(true)), &[("NI012", "/payment")]);
    // Not for this kind.
    check(
        changed("correction", "/kind", json!("VAT")),
        &[("NI013", "/correction"), ("NI013", "/lines/0/before")],
    );
    check(vat("/order", json!({ "lines": [] })), &[("NI013", "/order")]);
    check(
        changed("farmer-correction", "/kind", json!("RR")),
        &[("NI013", "/correction"), ("NI013", "/lines/0/before")],
    );
    // Too much.
    check(vat("/lines/0/quantity", json!("9999999999999999")), &[("NI007", "/lines/0/net")]);
    check(vat("/lines/0/name", json!("Regał\u{7}")), &[("NI014", "/lines/0/name")]);
    check(vat("/seller/name", json!("Hurtownia\u{92}")), &[("NI014", "/seller/name")]);
    // What only the schema or a rule knows is told in terms of the JSON.
    check(vat("/lines/0/name", json!("x".repeat(513))), &[("XSD034", "/lines/0/name")]);
    check(vat("/currency", json!("ZŁ")), &[("NI012", "/exchangeRate")]);
    check(vat("/seller/nip", json!("5265877634")), &[("FA008", "/seller/nip")]);
    check(vat("/issueDate", json!("2026-11-23")), &[("FA005", "/issueDate")]);
    check(vat("/seller/contacts", json!([{}, {}, {}, {}])), &[("XSD012", "/seller/contacts/3")]);
    assert!(unlike.is_empty(), "expected, found: {unlike:#?}");
}

#[test]
fn every_fault_is_told_at_once_and_has_a_line() {
    let text = "{\n  \"number\": 7,\n  \"issueDate\": \"wczoraj\",\n  \"seler\": {},\n  \"buyer\": {\"nip\": \"1111111111\"}\n}";
    let findings = from_json(text.as_bytes()).expect_err("four faults");
    let places: Vec<_> =
        findings.iter().map(|finding| (finding.code, finding.line, finding.column)).collect();
    assert_eq!(places, [("NI004", 1, 1), ("NI003", 2, 13), ("NI006", 3, 16), ("NI002", 4, 12)]);
    assert!(findings.iter().all(|finding| finding.layer == Layer::Input));
    assert!(findings[3].message.en.contains("seller"), "{:?}", findings[3].message);
    assert!(findings[3].message.pl.contains("seller"));
}

#[test]
fn bytes_that_are_no_invoice() {
    for bytes in [&b""[..], b"{", b"\xff\xfe", b"{\"number\": \"1\"} x", b"nul", "\u{feff}".as_bytes()] {
        let findings = from_json(bytes).expect_err("no JSON");
        assert_eq!(findings[0].code, "NI001", "{bytes:?}");
    }
    let with_mark =
        [&b"\xEF\xBB\xBF"[..], &std::fs::read(documents().join("examples/vat.json")).expect("vat")].concat();
    assert!(from_json(&with_mark).is_ok());
    let twice = example("vat").to_string().replacen("{", "{\"number\":\"0\",", 1);
    assert_eq!(from_json(twice.as_bytes()).expect_err("a field twice")[0].code, "NI001");
    let deep = "[".repeat(100_000);
    assert_eq!(from_json(deep.as_bytes()).expect_err("too deep")[0].code, "NI001");
    let long = vec![b' '; JSON_BYTES_MAX + 1];
    assert_eq!(from_json(&long).expect_err("too long")[0].code, "NI007");
    let many = format!("{{\"lines\":[{}1]}}", "1,".repeat(5_000));
    assert!(from_json(many.as_bytes()).expect_err("no lines").len() <= ksef_invoice::Report::FINDINGS_MAX);
}

#[test]
fn numbers_are_taken_digit_by_digit() {
    let text =
        example("vat").to_string().replace("\"netUnitPrice\":250", "\"netUnitPrice\":99999999999999.99");
    let text = text.replace("\"quantity\":4", "\"quantity\":1");
    let invoice = from_json(text.as_bytes()).expect("a large price");
    let xml = build(&invoice, &options()).expect("built").xml;
    assert!(
        xml.contains("<P_9A>99999999999999.99</P_9A>") && xml.contains("<P_11>99999999999999.99</P_11>"),
        "{xml}"
    );
}

#[test]
fn as_given_computes_nothing() {
    let mut json = changed("vat", "/rounding", json!("asGiven"));
    json["totals"] = json!({ "basic": { "net": "1", "tax": "2" }, "gross": "4" });
    let built = built(&json);
    assert_eq!(amounts(&built, &["P_13_1", "P_14_1", "P_15"]), ["1.00", "2.00", "4.00"]);
    assert!(built.warnings.iter().any(|finding| finding.path == "/totals/gross"), "{:#?}", built.warnings);
}

#[test]
fn text_is_escaped() {
    let json = changed("vat", "/lines/0/name", json!("  <b> & \"x\" ]]> 'y' \u{1F600} "));
    let built = built(&json);
    let root = tree(built.xml.as_bytes()).expect("well-formed");
    assert_eq!(text(&root, &["Fa", "FaWiersz", "P_7"]), "<b> & \"x\" ]]> 'y' \u{1F600}");
}

/// The field tables of the documentation, from the schema.
fn field_tables(schema: &Value) -> String {
    use std::fmt::Write as _;
    let definitions = schema["$defs"].as_object().expect("definitions");
    let name_of = |schema: &Value| {
        let reference = schema.get("$ref").and_then(Value::as_str).map(str::to_owned);
        reference.and_then(|reference| reference.rsplit('/').next().map(str::to_owned))
    };
    let kind = |schema: &Value| -> (String, Option<String>) {
        let mut schema = schema;
        if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
            schema = &options[0];
        }
        let is_list = schema.get("items").is_some();
        let inner = schema.get("items").unwrap_or(schema);
        let name = name_of(inner);
        let word = name.clone().unwrap_or_else(|| {
            let first = inner.get("type").and_then(|kind| kind.as_str().or_else(|| kind[0].as_str()));
            let is_date = inner.get("format").and_then(Value::as_str) == Some("date");
            if is_date { "date".to_owned() } else { first.unwrap_or_default().to_owned() }
        });
        (if is_list { format!("list of {word}") } else { word }, name)
    };
    let mut text = String::new();
    let mut waiting = std::collections::VecDeque::from(["VatInvoice".to_owned(), "FarmerInvoice".to_owned()]);
    let mut seen: std::collections::HashSet<String> = waiting.iter().cloned().collect();
    while let Some(name) = waiting.pop_front() {
        let definition = &definitions[&name];
        let plain = |value: &Value| value["description"].as_str().unwrap_or_default().replace('\n', " ");
        let _ = writeln!(text, "\n### {name}\n\n{}\n", plain(definition).replace("  ", "\n\n"));
        let codes = definition.get("oneOf").and_then(Value::as_array);
        let listed = definition.get("enum").and_then(Value::as_array);
        if let Some(codes) = codes {
            for code in codes {
                let _ = writeln!(text, "- `{}`: {}", code["const"].as_str().expect("a code"), plain(code));
            }
        } else if let Some(codes) = listed {
            let codes: Vec<_> =
                codes.iter().filter_map(Value::as_str).map(|code| format!("`{code}`")).collect();
            let _ = writeln!(text, "{}", codes.join(", "));
        }
        let Some(properties) = definition.get("properties").and_then(Value::as_object) else { continue };
        let required = definition["required"].as_array().cloned().unwrap_or_default();
        text.push_str("| field | type | meaning |\n| --- | --- | --- |\n");
        for (field, property) in properties {
            let (word, inner) = kind(property);
            let shown = if required.iter().any(|name| name == field) {
                format!("**`{field}`**")
            } else {
                format!("`{field}`")
            };
            let _ = writeln!(text, "| {shown} | {word} | {} |", plain(property).replace('|', "\\|"));
            if let Some(inner) = inner
                && inner != "Number"
                && seen.insert(inner.clone())
            {
                waiting.push_back(inner);
            }
        }
    }
    text
}

#[test]
fn the_documentation_lists_every_field() {
    const MARK: &str = "--test build -->\n";
    let file = documents().join("neutral-invoice.md");
    let text = std::fs::read_to_string(&file).expect("docs/neutral-invoice.md");
    let (intro, _) = text.split_once(MARK).expect("the mark");
    let expected = format!("{intro}{MARK}{}", field_tables(&json_schema()));
    if std::env::var_os("BRAMKA_UPDATE").is_some() {
        std::fs::write(&file, &expected).expect("a writable page");
    }
    let text = std::fs::read_to_string(&file).expect("docs/neutral-invoice.md");
    assert!(text == expected, "run this test with BRAMKA_UPDATE=1");
    for link in ["neutral-invoice.schema.json", "examples"] {
        assert!(documents().join(link).exists(), "{link}");
    }
}
