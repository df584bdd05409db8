//! What a document is made of: its tree with the words about each element, and what validation finds where.

use std::collections::HashMap;

use gateway_api::{AttributeResource, ElementResource, StructureResource, Words};
use jiff::civil::Date;
use ksef_invoice::{Element, Finding, Form, Profile, ValidationOptions, explain, validate};
use serde_json::Value;

/// Examines a document of whatever form and fault by the rules of `today`.
pub(crate) fn structure(content: &[u8], today: Date) -> StructureResource {
    let options =
        ValidationOptions { profile: Profile::Strict, today: Some(today), ..ValidationOptions::default() };
    let report = validate(content, &options);
    let form = report.form.or_else(|| ksef_invoice::detect_form(content));
    let tree = ksef_invoice::tree(content).ok();
    let mut places: HashMap<String, Vec<Value>> = HashMap::new();
    if let Some(root) = &tree {
        note_paths(root, &mut places);
    }
    let mut of_file = Vec::new();
    for finding in &report.findings {
        match nearest(&finding.path, &places) {
            Some(path) => places.entry(path).or_default().push(shown(finding)),
            None => of_file.push(shown(finding)),
        }
    }
    StructureResource {
        form: form.map(|form| form.name().to_owned()),
        is_valid: report.is_valid(),
        root: tree.map(|root| element(root, form == Some(Form::FaRr1), &mut places)),
        findings: of_file,
    }
}

fn note_paths(element: &Element, places: &mut HashMap<String, Vec<Value>>) {
    places.insert(element.path.clone(), Vec::new());
    for child in &element.children {
        note_paths(child, places);
    }
}

/// The element of a finding, or the nearest one around it: an attribute and something that is missing have none.
fn nearest(path: &str, places: &HashMap<String, Vec<Value>>) -> Option<String> {
    let mut path = path;
    loop {
        if places.contains_key(path) {
            return Some(path.to_owned());
        }
        (path, _) = path.rsplit_once('/')?;
    }
}

/// A finding as `bramka validate` shows it, with what stands behind its rule.
fn shown(finding: &Finding) -> Value {
    let mut value = serde_json::to_value(finding).unwrap_or_default();
    if let (Some(fields), Some(explanation)) = (value.as_object_mut(), explain(finding.code)) {
        fields.insert("why".to_owned(), serde_json::to_value(&explanation.why).unwrap_or_default());
    }
    value
}

/// Depth is bounded by the reader of documents.
fn element(from: Element, is_rr: bool, places: &mut HashMap<String, Vec<Value>>) -> ElementResource {
    let explanation = ksef_render::code_words(&from.name, &from.text, is_rr)
        .map(|[pl, en]| Words { pl: pl.to_owned(), en: en.to_owned() });
    ElementResource {
        label: Words { pl: from.label.pl.into_owned(), en: from.label.en.into_owned() },
        explanation,
        findings: places.remove(&from.path).unwrap_or_default(),
        attributes: from
            .attributes
            .into_iter()
            .map(|(name, value)| AttributeResource { name, value })
            .collect(),
        text: from.text,
        children: from.children.into_iter().map(|child| element(child, is_rr, places)).collect(),
        name: from.name,
        path: from.path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_stand_at_their_elements_and_the_others_at_the_file() {
        let faulty = include_str!("../../../bramka/samples/sale-domestic.xml")
            .replace("{created}", "2026-11-01T10:00:00Z")
            .replace("{today}", "2026-11-01")
            .replace("{number}", "1")
            .replace("<P_15>2035.50</P_15>", "<P_15>duzo</P_15>")
            .replace("<KodWaluty>PLN</KodWaluty>", "");
        let today = jiff::civil::date(2026, 11, 1);
        let found = structure(faulty.as_bytes(), today);
        assert!(!found.is_valid && found.form.as_deref() == Some("FA(3)"), "{:?}", found.form);
        let root = found.root.expect("a tree");
        let at = |names: &[&str]| {
            names.iter().fold(&root, |element, name| {
                element.children.iter().find(|child| child.name == *name).expect(name)
            })
        };
        let total = at(&["Fa", "P_15"]);
        assert_eq!((total.text.as_str(), total.label.en.as_str()), ("duzo", "Total due"));
        assert!(total.findings.iter().any(|finding| finding["why"]["pl"].is_string()), "{total:#?}");
        // What is missing has no element: its parent, or what stands in its place, shows it.
        let fa = at(&["Fa"]);
        let around = fa.findings.iter().chain(fa.children.iter().flat_map(|child| &child.findings));
        assert!(
            around
                .filter_map(|finding| finding["message"]["en"].as_str())
                .any(|text| text.contains("KodWaluty")),
            "{fa:#?}"
        );
        assert_eq!(
            at(&["Fa", "Adnotacje", "P_16"]).explanation.as_ref().map(|words| words.en.as_str()),
            Some("no")
        );

        let nothing = structure(b"<Faktura><P_1>", today);
        assert!(nothing.root.is_none() && !nothing.is_valid && !nothing.findings.is_empty());
    }
}
