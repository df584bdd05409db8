//! Bytes that are no honest invoice: each ends in findings, quickly, and never in a panic.

mod support;

use std::time::{Duration, Instant};

use ksef_invoice::{Report, Severity, ValidationOptions, detect_form, read, tree, validate};
use proptest::prelude::*;
use support::VAT;

/// Everything that takes bytes, on the same bytes.
fn look_at(bytes: &[u8]) -> Report {
    let _ = detect_form(bytes);
    let _ = tree(bytes);
    if let Ok(invoice) = read(bytes) {
        let _ = invoice.metadata();
    }
    let report =
        validate(bytes, &ValidationOptions { today: Some(support::TODAY), ..ValidationOptions::default() });
    assert!(report.findings.len() <= Report::FINDINGS_MAX + 1);
    for finding in &report.findings {
        assert!(finding.line >= 1 && finding.column >= 1 && finding.offset <= bytes.len());
        assert!(!finding.message.pl.is_empty() && !finding.message.en.is_empty());
        assert!(finding.found.as_ref().is_none_or(|found| found.chars().count() <= 201));
    }
    report
}

fn assert_refused(name: &str, bytes: &[u8], code: &str) {
    let begin = Instant::now();
    let report = look_at(bytes);
    // Generous for an unoptimised build on a busy machine; a quadratic walk would take minutes.
    assert!(begin.elapsed() < Duration::from_secs(20), "{name} took {:?}", begin.elapsed());
    assert!(!report.is_valid(), "{name}");
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&code), "{name}: {codes:?}");
}

#[test]
fn hostile_documents() {
    let laughs = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\">{}]><l>&z9;</l>",
        (0..10).map(|n| format!("<!ENTITY z{n} \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">")).collect::<String>()
    );
    let with_line = |line: &str| VAT.replace("REG-01", line).into_bytes();
    let wide = format!("<a {}/>", (0..100_000).map(|n| format!("a{n}='{n}' ")).collect::<String>());
    let lines = "<FaWiersz><x/></FaWiersz>".repeat(20_000);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "FILE001"),
        ("BOM", [b"\xEF\xBB\xBF".as_slice(), VAT.as_bytes()].concat(), "FILE002"),
        ("only BOM", b"\xEF\xBB\xBF".to_vec(), "FILE002"),
        (
            "Windows-1250",
            VAT.as_bytes().iter().map(|b| if *b == 0xC5 { 0xB3 } else { *b }).collect(),
            "FILE003",
        ),
        ("UTF-16", VAT.encode_utf16().flat_map(u16::to_le_bytes).collect(), "FILE003"),
        ("UTF-16 with mark", [&[0xFF, 0xFE][..], b"<\0a\0"].concat(), "FILE003"),
        ("overlong", with_line("x").iter().chain(b"\xC0\x80").copied().collect(), "FILE003"),
        ("PDF", b"%PDF-1.7".to_vec(), "FILE010"),
        ("JSON", b"{}".to_vec(), "FILE010"),
        ("billion laughs", laughs.into_bytes(), "FILE016"),
        ("entity", with_line("&a;"), "FILE014"),
        ("NUL", with_line("\0"), "FILE015"),
        ("deep", "<a>".repeat(100_000).into_bytes(), "FILE021"),
        ("deep in an invoice", with_line(&"<a>".repeat(100_000)), "FILE021"),
        ("many attributes", wide.into_bytes(), "FILE021"),
        ("huge attribute", format!("<a b='{}'/>", "x".repeat(5_000_000)).into_bytes(), "XSD001"),
        ("huge name", format!("<{}/>", "x".repeat(5_000_000)).into_bytes(), "XSD001"),
        ("huge text", with_line(&"x".repeat(5_000_000)), "XSD034"),
        ("huge comment", with_line(&format!("<!--{}-->", "x".repeat(5_000_000))), "FILE007"),
        ("many bad references", with_line(&"&".repeat(1_000_000)), "FILE014"),
        ("many faults", VAT.replace("<Platnosc>", &format!("{lines}<Platnosc>")).into_bytes(), "FILE099"),
        ("many discouraged", with_line(&"\u{81}".repeat(100_000)), "FILE099"),
        ("too big to look at", vec![b'<'; 20_000_001], "FILE022"),
        (
            "empty PEF",
            b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>".to_vec(),
            "XSD013",
        ),
    ];
    for (name, bytes, code) in &cases {
        assert_refused(name, bytes, code);
    }
}

#[test]
fn sizes() {
    let padded = |document: &str, bytes: usize| {
        let gap = bytes - document.len() - "<!---->".len();
        format!("{document}<!--{}-->", "x".repeat(gap))
    };
    let has = |document: String, code: &str| {
        let report = support::strict(&document);
        (report.findings.iter().any(|finding| finding.code == code), report.is_valid())
    };
    assert_eq!(has(padded(VAT.trim_end(), 1_000_000), "FILE007"), (false, true));
    assert_eq!(has(padded(VAT.trim_end(), 1_000_001), "FILE007"), (true, false));
    let attachment = "<Zalacznik><BlokDanych><MetaDane><ZKlucz>a</ZKlucz><ZWartosc>b</ZWartosc></MetaDane></BlokDanych>\
                      </Zalacznik></Faktura>";
    let attached = VAT.trim_end().replace("</Faktura>", attachment);
    assert_eq!(has(padded(&attached, 3_000_000), "FILE008"), (false, true));
    assert_eq!(has(padded(&attached, 3_000_001), "FILE008"), (true, false));
}

#[test]
fn more_findings_than_listed_still_make_it_invalid() {
    // A thousand warnings first, then an error.
    let warned = "<?a?>".repeat(1000);
    let document =
        VAT.replace("<Naglowek>", &format!("{warned}<Naglowek>")).replace("<GV>2</GV>", "<GV>3</GV>");
    let report = support::with_profile(&document, ksef_invoice::Profile::Prd);
    assert_eq!(report.findings.len(), Report::FINDINGS_MAX + 1);
    let last = report.findings.last().expect("the last finding");
    assert_eq!((last.code, last.severity), ("FILE099", Severity::Error));
    assert!(!report.is_valid());
}

#[test]
fn truncated_at_every_byte() {
    let bytes = VAT.trim_end().as_bytes();
    for end in 0..bytes.len() {
        assert!(!look_at(&bytes[..end]).is_valid(), "cut at {end}");
    }
    assert!(look_at(bytes).is_valid());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        look_at(&bytes);
    }

    #[test]
    fn arbitrary_markup(pieces in proptest::collection::vec(
        prop::sample::select(vec!["<", ">", "/", "a", "<a>", "</a>", "<a", "='", "'", "\"", "&", ";", "&#", "x", "<!--", "-->",
            "<![CDATA[", "]]>", "<?", "?>", "<?xml version='1.0'", " ", "\n", "ż", "xmlns=", "xmlns:a='b'", "a:", "\u{81}", "\0"]), 0..60)) {
        look_at(pieces.concat().as_bytes());
    }

    #[test]
    fn an_invoice_with_damage(at in 0..VAT.len(), length in 0..40_usize, with in ".{0,20}") {
        let mut bytes = VAT.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, with.bytes());
        look_at(&bytes);
    }
}
