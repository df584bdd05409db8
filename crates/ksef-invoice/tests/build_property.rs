//! Whatever invoice of whatever kind is given, what is built passes strict validation, comes back, and an amount that
//! is a grosz off is refused. `BRAMKA_CASES` says how many invoices of each kind (default 64).

mod support;

use ksef_invoice::Severity;
use ksef_invoice::build::{BuildOptions, build, from_json, neutral_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

fn options() -> BuildOptions {
    BuildOptions { created_at: "2026-11-22T08:30:00Z".parse().expect("a time"), today: Some(support::TODAY) }
}

/// A text of the schema's token types, with everything that XML must escape.
fn text(length: usize) -> impl Strategy<Value = String> {
    let letters = "aąbcćdeęłńóśżźABCŁ019 .,;:/-_()&<>\"'%+=@#ß€ü中".chars().collect::<Vec<_>>();
    proptest::collection::vec(proptest::sample::select(letters), 0..length)
        .prop_map(|rest| format!("X{}", rest.into_iter().collect::<String>()))
}

/// A decimal of at most so many digits before and after the point, not zero, as text or number.
fn decimal(below: u64, digits: u32) -> impl Strategy<Value = Value> {
    (1..below, 0..10_u64.pow(digits), 0..=digits, any::<bool>()).prop_map(
        move |(whole, fraction, shown, as_text)| {
            let fraction = format!("{fraction:0width$}", width = digits as usize);
            let fraction = &fraction[..shown as usize];
            let number = if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") };
            if as_text { json!(number) } else { serde_json::from_str(&number).expect("a number") }
        },
    )
}

fn address() -> impl Strategy<Value = Value> {
    (
        text(60),
        proptest::option::of(text(40)),
        proptest::option::of(proptest::sample::select(vec!["PL", "DE", "US"])),
    )
        .prop_map(|(line1, line2, country)| {
            without_nulls(json!({ "line1": line1, "line2": line2, "country": country }))
        })
}

fn nip() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["5265877635", "3861610227", "1111111111"])
}

fn buyer() -> impl Strategy<Value = Value> {
    let identifier = prop_oneof![
        nip().prop_map(|nip| json!({ "nip": nip })),
        "[A-Z0-9]{2,12}".prop_map(|number| json!({ "euVat": { "country": "DE", "number": number } })),
        "[A-Z0-9]{2,20}".prop_map(|number| json!({ "foreign": { "country": "US", "number": number } })),
        Just(json!({ "withoutIdentifier": true })),
    ];
    (identifier, text(60), address(), proptest::option::of(text(30))).prop_map(
        |(identifier, name, address, customer)| {
            merged(identifier, json!({ "name": name, "address": address, "customerNumber": customer }))
        },
    )
}

const TAXED: [&str; 7] = ["23", "22", "8", "7", "5", "4", "3"];
const OTHER: [&str; 6] = ["0-domestic", "0-export", "zw", "oo", "np-I", "np-II"];

fn rates(with_other: bool) -> impl Strategy<Value = &'static str> {
    let mut rates = TAXED.to_vec();
    if with_other {
        rates.extend(OTHER);
    }
    proptest::sample::select(rates)
}

fn line() -> impl Strategy<Value = Value> {
    let price = prop_oneof![
        3 => decimal(100_000, 8).prop_map(|price| json!({ "netUnitPrice": price })),
        1 => decimal(100_000, 4).prop_map(|price| json!({ "grossUnitPrice": price })),
    ];
    let extras = (
        proptest::option::of("GTU_(0[1-9]|1[0-3])"),
        any::<bool>(),
        proptest::option::of(decimal(99, 2)),
        proptest::option::of(text(20)),
        proptest::option::of(Just("2026-11-19")),
    );
    (text(80), decimal(10_000, 6), price, rates(true), extras).prop_map(|(name, quantity, price, rate, extras)| {
        let (gtu, annex15, discount, code, date) = extras;
        let line = json!({
            "name": name, "quantity": quantity, "unit": "szt.", "vatRate": rate, "gtu": gtu, "annex15": annex15,
            "discount": discount, "productCode": code, "deliveryDate": date,
        });
        merged(line, price)
    })
}

fn order_line() -> impl Strategy<Value = Value> {
    (text(80), decimal(1_000, 3), decimal(10_000, 2), rates(false)).prop_map(|(name, quantity, price, rate)| {
        json!({ "name": name, "quantity": quantity, "unit": "szt.", "netUnitPrice": price, "vatRate": rate })
    })
}

/// A currency with its exchange rate.
fn currency() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(json!({})),
        1 => decimal(9, 6).prop_map(|rate| json!({ "currency": "EUR", "exchangeRate": rate })),
    ]
}

/// What any invoice may have: parties, terms, payment, notes, an attachment.
fn frame() -> impl Strategy<Value = Value> {
    let third = (nip(), text(30), 1..10_u8).prop_map(|(nip, name, share)| {
        json!([
            { "role": "recipient", "nip": nip, "name": name },
            { "role": "jstRecipient", "nip": nip, "name": name },
            { "role": "additionalBuyer", "nip": nip, "name": name, "share": share },
            { "otherRole": name, "internalId": format!("{nip}-00001") },
        ])
    });
    let payment = (any::<bool>(), decimal(1_000, 2), text(20)).prop_map(|(is_paid, amount, words)| {
        let account = json!([{ "number": "61109010140000071219812874", "bankName": words.clone() }]);
        if is_paid {
            json!({ "paid": true, "paidOn": "2026-11-20", "otherMethod": words })
        } else {
            json!({
                "parts": [{ "amount": amount, "date": "2026-11-20", "method": "card" }],
                "due": [{ "date": "2026-12-20", "term": { "count": 14, "unit": "dni", "event": words } }, {}],
                "method": "transfer", "accounts": account,
                "earlyPaymentDiscount": { "conditions": words, "amount": "2%" },
            })
        }
    });
    let attachment = (text(30), proptest::collection::vec(text(10), 2)).prop_map(|(words, row)| {
        json!({ "blocks": [{
            "heading": words, "metadata": [{ "key": "k", "value": words }], "paragraphs": [words],
            "tables": [{ "columns": [{ "name": "a", "type": "text" }, { "name": "", "type": "integer" }], "rows": [row, ["", "1"]], "sums": ["", "2"] }],
        }] })
    });
    let terms = (text(20), address()).prop_map(|(words, address)| {
        json!({
            "contracts": [{ "date": "2026-01-02", "number": words }, {}], "batches": [words], "deliveryTerms": words,
            "agreedRate": { "rate": "4.25", "currency": "USD" },
            "transports": [{
                "kind": "road", "otherCargo": "X", "from": address, "via": [address], "to": address,
                "carrier": { "withoutIdentifier": true, "name": words, "address": address },
                "start": "2026-11-20T10:00:00Z",
            }],
        })
    });
    let option = proptest::option::of::<BoxedStrategy<Value>>;
    (
        (text(50), nip(), address(), any::<bool>(), buyer()),
        option(third.boxed()),
        option(payment.boxed()),
        option(attachment.boxed()),
        option(terms.boxed()),
        proptest::option::of(text(200)),
        currency(),
        proptest::sample::select(vec![Value::Null, json!("perRate"), json!("perLine")]),
    )
        .prop_map(|(parties, third, payment, attachment, terms, words, currency, rounding)| {
            let (name, nip, address, prefix, buyer) = parties;
            let invoice = json!({
                "number": "FV/2026/11/0001", "issueDate": "2026-11-21",
                "seller": { "nip": nip, "name": name, "address": address, "euPrefix": prefix, "contacts": [{}, { "email": "a@b.example" }] },
                "buyer": buyer, "thirdParties": third.unwrap_or_else(|| json!([])), "payment": payment, "terms": terms,
                "attachment": attachment, "rounding": rounding,
                "notes": words.as_ref().map_or_else(|| json!([]), |words| json!([{ "key": "k", "value": words }])),
                "footer": words.as_ref().map(|words| json!({ "texts": [words], "registers": [{ "krs": "0000123456" }] })),
                "settlement": words.as_ref().map(|words| json!({ "charges": [{ "amount": "1.5", "reason": words }] })),
            });
            merged(invoice, currency)
        })
}

fn correction() -> Value {
    json!({
        "reason": "zwrot", "effect": "correctionDate",
        "corrected": [
            { "issueDate": "2026-11-20", "number": "FV/1", "ksefNumber": "5265877635-20250826-0100001AF629-AF" },
            { "issueDate": "2026-11-19", "number": "FV/0" },
        ],
    })
}

/// Exemption and such follow from the rates that were drawn.
fn with_statements(mut invoice: Value) -> Value {
    let rates = invoice.to_string();
    if rates.contains("\"vatRate\":\"zw\"") {
        invoice["exemption"] = json!({ "act": "art. 43 ust. 1 pkt 29" });
    }
    if rates.contains("\"vatRate\":\"margin\"") {
        invoice["marginProcedure"] = json!("usedGoods");
    }
    // The number of a corrected or settled invoice begins with its seller's NIP.
    if let Some(nip) = invoice["seller"]["nip"].as_str()
        && nip != "5265877635"
    {
        invoice["seller"]["nip"] = json!("5265877635");
    }
    invoice
}

fn lines() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(line(), 1..12)
}

fn kind(name: &'static str) -> BoxedStrategy<Value> {
    let order = || proptest::collection::vec(order_line(), 1..6);
    let with = move |(frame, more): (Value, Value)| {
        with_statements(merged(merged(frame, json!({ "kind": name })), more))
    };
    match name {
        "VAT" => {
            let margin = (text(20), decimal(90_000, 2))
                .prop_map(|(name, price)| json!({ "name": name, "quantity": 1, "grossUnitPrice": price, "vatRate": "margin" }));
            let more = (lines(), proptest::option::of(margin)).prop_map(|(mut lines, margin)| {
                lines.extend(margin);
                json!({ "lines": lines })
            });
            (frame(), more).prop_map(with).boxed()
        }
        // A simplified invoice is of at most 450 PLN or 100 EUR.
        "UPR" => {
            let more = (text(20), decimal(99, 2), nip()).prop_map(|(name, gross, nip)| {
                json!({ "lines": [{ "name": name, "gross": gross, "vatRate": "23" }], "buyer": { "nip": nip } })
            });
            (frame(), more).prop_map(with).boxed()
        }
        "KOR" | "KOR_ROZ" => {
            let more = lines().prop_map(move |lines| {
                let pairs = lines.iter().flat_map(|line| {
                    let mut after = line.clone();
                    after["quantity"] = json!("1.25");
                    [merged(line.clone(), json!({ "before": true })), after]
                });
                let correction = match name {
                    "KOR" => correction(),
                    _ => merged(correction(), json!({ "amountBefore": "100" })),
                };
                json!({ "lines": pairs.collect::<Vec<_>>(), "correction": correction })
            });
            (frame(), more).prop_map(with).boxed()
        }
        "ZAL" => {
            let more = (order(), decimal(1_000_000, 2)).prop_map(
                |(lines, amount)| json!({ "order": { "lines": lines }, "advance": { "amount": amount } }),
            );
            (frame(), more).prop_map(with).boxed()
        }
        "KOR_ZAL" => {
            let more = (order(), decimal(1_000_000, 2), rates(false)).prop_map(|(lines, amount, rate)| {
                let pairs = lines.iter().flat_map(|line| {
                    let after = merged(line.clone(), json!({ "vatRate": rate }));
                    [merged(line.clone(), json!({ "before": true })), after]
                });
                let correction = merged(correction(), json!({ "amountBefore": amount }));
                json!({ "order": { "lines": pairs.collect::<Vec<_>>() }, "advance": { "amount": "-0.5" }, "correction": correction })
            });
            (frame(), more).prop_map(with).boxed()
        }
        "ROZ" => {
            let more = (lines(), decimal(1_000, 2), rates(false)).prop_map(|(lines, gross, rate)| {
                json!({
                    "lines": merged_lines(lines, rate),
                    "advances": [
                        { "ksefNumber": "5265877635-20250826-0100001AF629-AF", "byRate": [{ "vatRate": rate, "gross": gross }] },
                        { "number": "ZAL/2" },
                    ],
                })
            });
            (frame(), more).prop_map(with).boxed()
        }
        _ => farmer(name).boxed(),
    }
}

/// The rate of the advance occurs among the lines.
fn merged_lines(mut lines: Vec<Value>, rate: &str) -> Vec<Value> {
    lines[0] = merged(lines[0].clone(), json!({ "vatRate": rate }));
    lines
}

fn farmer(name: &'static str) -> impl Strategy<Value = Value> {
    let line = (text(40), decimal(10_000, 6), decimal(1_000, 8), any::<bool>()).prop_map(
        |(name, quantity, price, high)| {
            json!({
                "name": name, "quantity": quantity, "unit": "kg", "quality": "klasa I", "unitPrice": price,
                "refundRate": if high { "7" } else { "6.5" },
            })
        },
    );
    (proptest::collection::vec(line, 1..10), currency(), text(40), address()).prop_map(
        move |(lines, currency, words, address)| {
            let party = |nip: &str| json!({ "nip": nip, "name": words, "address": address });
            let invoice = json!({
                "kind": name, "number": "RR/1", "issueDate": "2026-11-21", "seller": party("3861610227"),
                "buyer": party("5265877635"), "lines": lines,
                "thirdParties": [{ "role": "payer", "nip": "1111111111", "name": words }],
                "notes": [{ "key": "k", "value": words }],
                "payment": { "method": "transfer", "supplierAccounts": [{ "number": "61109010140000071219812874" }] },
            });
            let invoice = merged(invoice, currency);
            if name == "RR" {
                return invoice;
            }
            let pairs: Vec<_> = lines
                .iter()
                .flat_map(|line| [merged(line.clone(), json!({ "before": true })), merged(line.clone(), json!({ "quantity": 1 }))])
                .collect();
            merged(invoice, json!({ "lines": pairs, "correction": correction() }))
        },
    )
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    value
}

/// The fields of the second object over those of the first.
fn merged(mut first: Value, second: Value) -> Value {
    if let (Some(first), Value::Object(second)) = (first.as_object_mut(), second) {
        first.extend(second);
    }
    without_nulls(first)
}

fn holds(json: &Value) -> Result<(), TestCaseError> {
    let fail = |why: String| TestCaseError::fail(format!("{why}\n{json}"));
    let invoice =
        from_json(json.to_string().as_bytes()).map_err(|findings| fail(format!("{findings:#?}")))?;
    let built = build(&invoice, &options()).map_err(|error| fail(format!("{error:#?}")))?;
    let report = support::strict(&built.xml);
    prop_assert!(report.is_valid(), "{:#?}\n{}", support::summary(&report), built.xml);
    // What was computed here the rules must not doubt.
    let doubts: Vec<_> =
        report.findings.iter().filter(|finding| ("FA030".."FA060").contains(&finding.code)).collect();
    prop_assert!(doubts.is_empty(), "{doubts:#?}\n{}", built.xml);

    let (neutral, missing) = neutral_of(built.xml.as_bytes()).map_err(|error| fail(error.to_string()))?;
    prop_assert!(missing.is_empty(), "{missing:?}");
    let again = build(&neutral, &options()).map_err(|error| fail(format!("{error:#?}\n{neutral:#?}")))?;
    prop_assert_eq!(&again.xml, &built.xml);

    // A grosz more than is due.
    let mut wrong: Value = serde_json::to_value(&invoice).map_err(|error| fail(error.to_string()))?;
    let element = if built.xml.contains("<P_15>") { "P_15" } else { "P_12_1" };
    let due =
        built.xml.split(&format!("<{element}>")).nth(1).and_then(|rest| rest.split('<').next()).unwrap_or("");
    let due: rust_decimal::Decimal = due.parse().map_err(|_| fail("no amount due".to_owned()))?;
    wrong["totals"] = json!({ "gross": (due + rust_decimal::Decimal::new(1, 2)).to_string() });
    let wrong = from_json(wrong.to_string().as_bytes()).map_err(|findings| fail(format!("{findings:#?}")))?;
    let refused = build(&wrong, &options()).err().map(|error| error.findings).unwrap_or_default();
    let is_refused = |code, path| {
        refused.iter().any(|finding| {
            finding.code == code && finding.path == path && finding.severity == Severity::Error
        })
    };
    prop_assert!(is_refused("NI011", "/totals/gross"), "{refused:#?}");
    Ok(())
}

/// Runs so many cases of a kind from a fixed seed.
fn check(name: &'static str) {
    let cases = std::env::var("BRAMKA_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(64);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(Default::default()),
    );
    runner.run(&kind(name), |json| holds(&json)).unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[test]
fn vat_invoices() {
    check("VAT");
}

#[test]
fn corrections() {
    check("KOR");
}

#[test]
fn advance_invoices() {
    check("ZAL");
}

#[test]
fn settlement_invoices() {
    check("ROZ");
}

#[test]
fn simplified_invoices() {
    check("UPR");
}

#[test]
fn corrections_of_advances() {
    check("KOR_ZAL");
}

#[test]
fn corrections_of_settlements() {
    check("KOR_ROZ");
}

#[test]
fn farmers_invoices() {
    check("RR");
}

#[test]
fn farmers_corrections() {
    check("KOR_RR");
}

/// The published examples.
fn examples() -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("docs/examples")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let read = |path| serde_json::from_slice(&std::fs::read(path).expect("an example")).expect("JSON");
    files.into_iter().map(read).collect()
}

/// Every place of a JSON value, as pointers.
fn pointers(value: &Value, pointer: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| pointers(value, &format!("{pointer}/{name}"), all));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| pointers(value, &format!("{pointer}/{index}"), all));
        }
        _ => {}
    }
    if !pointer.is_empty() {
        all.push(pointer.to_owned());
    }
}

/// Puts something else at a place, or takes it away, or doubles it.
fn mutated(value: &mut Value, place: usize, how: usize) {
    let strange = [
        json!(null),
        json!(""),
        json!(" "),
        json!("0"),
        json!("-1"),
        json!("9999999999999999.99"),
        json!(0),
        json!(-7.5),
        json!(1e300),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!("x".repeat(600)),
        json!("\u{0}"),
        json!("<a>&\u{FFFE}"),
        json!("2026-11-20"),
        json!("9999-12-31"),
        json!("23"),
        json!("zw"),
        json!("margin"),
        json!("oo"),
        json!("EUR"),
        json!("PLN"),
        json!("KOR"),
        json!("ZAL"),
        json!("ROZ"),
        json!("RR"),
        json!("UPR"),
        json!("asGiven"),
        json!("perLine"),
        json!("0.00000001"),
        json!("99999999999999.99999999"),
        json!(18_446_744_073_709_551_615_u64),
    ];
    let mut all = Vec::new();
    pointers(value, "", &mut all);
    let Some(pointer) = all.get(place % all.len().max(1)) else { return };
    let (parent, step) = pointer.rsplit_once('/').expect("a pointer");
    let Some(parent) = value.pointer_mut(parent) else { return };
    match (parent, how % (strange.len() + 2)) {
        (Value::Object(object), 0) => drop(object.remove(step)),
        (Value::Array(items), 0) => drop(items.pop()),
        (Value::Array(items), 1) => items.extend(items.clone()),
        (Value::Object(object), other) => {
            object.insert(step.to_owned(), strange[other.saturating_sub(2) % strange.len()].clone());
        }
        (Value::Array(items), other) => {
            if let Some(item) = step.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                *item = strange[(other - 2) % strange.len()].clone();
            }
        }
        _ => {}
    }
}

/// Whatever is built passes; whatever is refused is told.
fn passes_or_is_told(json: &[u8]) -> Result<bool, TestCaseError> {
    let findings = match from_json(json) {
        Err(findings) => findings,
        Ok(invoice) => match build(&invoice, &options()) {
            Ok(built) => {
                let report = support::strict(&built.xml);
                prop_assert!(report.is_valid(), "{:#?}\n{}", support::summary(&report), built.xml);
                return Ok(true);
            }
            Err(error) => error.findings,
        },
    };
    prop_assert!(findings.iter().any(|finding| finding.severity == Severity::Error), "{findings:#?}");
    Ok(false)
}

#[test]
fn spoilt_invoices_are_built_rightly_or_refused() {
    let examples = examples();
    let cases = std::env::var("BRAMKA_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(64) * 8;
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(Default::default()),
    );
    let mutations = proptest::collection::vec((any::<usize>(), any::<usize>()), 1..4);
    let built = std::cell::Cell::new(0_u32);
    let outcome = runner.run(&(0..examples.len(), mutations), |(example, mutations)| {
        let mut json = examples[example].clone();
        mutations.iter().for_each(|(place, how)| mutated(&mut json, *place, *how));
        built.set(built.get() + u32::from(passes_or_is_told(json.to_string().as_bytes())?));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // Neither outcome may be the only one, or the test says nothing.
    assert!(built.get() > cases / 20 && built.get() < cases * 19 / 20, "{} of {cases}", built.get());
}

#[test]
fn bytes_are_read_or_refused() {
    let examples = examples();
    let config = Config { cases: 2_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(Default::default()),
    );
    let cut =
        (0..examples.len(), any::<usize>(), any::<usize>(), proptest::collection::vec(any::<u8>(), 0..4));
    let outcome = runner.run(&cut, |(example, start, length, bytes)| {
        let mut json = examples[example].to_string().into_bytes();
        let start = start % json.len();
        let end = (start + length % 8).min(json.len());
        json.splice(start..end, bytes);
        passes_or_is_told(&json).map(drop)
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
