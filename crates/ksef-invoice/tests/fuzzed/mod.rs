//! What must hold for any bytes: shared by the fuzz targets (`fuzz/`) and the test that runs what they found.

use ksef_invoice::build::{BuildOptions, build, from_json, neutral_of};
use ksef_invoice::{
    Element, Layer, Layers, Profile, Report, Severity, ValidationOptions, detect_form, read, tree, validate,
};

/// The day on which everything is judged.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// Validation ends in a report whose findings can be shown, its layers agree with each other, and what passes the superset
/// passes everywhere.
pub(crate) fn validation(bytes: &[u8]) {
    let by = |profile, layers| {
        let options =
            ValidationOptions { profile, today: Some(TODAY), layers, ..ValidationOptions::default() };
        validate(bytes, &options)
    };
    let all = by(Profile::Strict, Layers::All);
    assert!(all.findings.len() <= Report::FINDINGS_MAX + 1);
    for finding in &all.findings {
        assert!(finding.line >= 1 && finding.column >= 1 && finding.offset <= bytes.len());
        assert!(!finding.message.pl.is_empty() && !finding.message.en.is_empty());
        assert!(finding.found.as_ref().is_none_or(|found| found.chars().count() <= 201));
    }
    let schema = by(Profile::Strict, Layers::Schema);
    assert_eq!(all.form, schema.form);
    if all.findings.len() <= Report::FINDINGS_MAX && schema.findings.len() <= Report::FINDINGS_MAX {
        let without_meaning = all.findings.iter().filter(|finding| finding.layer != Layer::Meaning);
        assert!(without_meaning.eq(schema.findings.iter()), "the layers disagree");
    }
    if all.is_valid() {
        for profile in [Profile::Test, Profile::Demo, Profile::Prd] {
            assert!(by(profile, Layers::All).is_valid(), "{profile:?}");
        }
    }
}

/// Whatever can be read is read by the view and by the tree.
pub(crate) fn view(bytes: &[u8]) {
    let form = detect_form(bytes);
    let tree = tree(bytes);
    if let Ok(root) = &tree {
        elements(root, 0);
    }
    if let Ok(invoice) = read(bytes) {
        assert!(tree.is_ok() && form.is_some());
        let _ = invoice.metadata();
        assert!(invoice.unreadable.iter().all(|value| value.text.chars().count() <= 201));
    }
}

fn elements(element: &Element, depth: usize) {
    assert!(depth < 200 && !element.name.is_empty());
    for child in &element.children {
        assert!(child.path.starts_with(&element.path));
        elements(child, depth + 1);
    }
}

/// Of a neutral invoice: what is built passes strict validation and is read back, what is refused is told.
pub(crate) fn building(bytes: &[u8]) {
    let findings = match from_json(bytes) {
        Err(findings) => findings,
        Ok(invoice) => {
            let created_at =
                TODAY.at(8, 30, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp();
            match build(&invoice, &BuildOptions { created_at, today: Some(TODAY) }) {
                Ok(built) => {
                    let options = ValidationOptions { today: Some(TODAY), ..ValidationOptions::default() };
                    let report = validate(built.xml.as_bytes(), &options);
                    assert!(report.is_valid(), "{:?}\n{}", report.findings, built.xml);
                    assert!(neutral_of(built.xml.as_bytes()).is_ok(), "{}", built.xml);
                    return;
                }
                Err(error) => error.findings,
            }
        }
    };
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
}
