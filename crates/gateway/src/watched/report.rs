//! The findings file beside a rejected document: for people in both languages, and as JSON for programs.

use std::fmt::Write as _;

use gateway_api::{Problem, Words};
use serde::Serialize;

/// What became of a file.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The file, as it was called.
    pub(crate) file: String,
    /// What was wrong, one entry for each invoice that was not taken.
    pub(crate) problems: Vec<Refused>,
    /// The numbers of invoices in the same file that were taken nevertheless.
    pub(crate) taken: Vec<String>,
}

/// An invoice that was not taken.
#[derive(Debug, Serialize)]
pub(crate) struct Refused {
    /// Its number, as far as it is known.
    pub(crate) number: Option<String>,
    /// Where in the file it begins, when the file has several.
    pub(crate) place: Option<String>,
    /// Why.
    pub(crate) problem: Problem,
}

impl Report {
    /// For programs.
    pub(crate) fn json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// For people: Polish, then English. Lines end as every editor of every system shows them.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut text = String::new();
        self.write(&mut text, &POLISH, |words| &words.pl, "pl");
        text.push_str("\n----------------------------------------\n\n");
        self.write(&mut text, &ENGLISH, |words| &words.en, "en");
        text.replace('\n', "\r\n").into_bytes()
    }

    fn write(&self, text: &mut String, words: &Headings, pick: impl Fn(&Words) -> &str, language: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}: {}", words.file, self.file);
        for refused in &self.problems {
            let number = refused.number.as_deref().unwrap_or("–");
            let place = refused.place.as_deref().map(|place| format!(" ({place})")).unwrap_or_default();
            let _ = writeln!(text, "\n{} {number}{place}", words.invoice);
            let _ = writeln!(text, "{} [{}]", pick(&refused.problem.message), refused.problem.code);
            for finding in refused.problem.findings.iter().take(FINDINGS_MAX) {
                let value = |pointer: &str| finding.pointer(pointer).and_then(|value| value.as_str());
                let place = match value("/cell") {
                    Some(cell) => cell.to_owned(),
                    None => {
                        let line = finding.pointer("/line").and_then(serde_json::Value::as_u64).unwrap_or(1);
                        format!("{} {line}, {}", words.line, value("/path").unwrap_or_default())
                    }
                };
                let sentence = value(&format!("/message/{language}")).unwrap_or_default();
                let _ = writeln!(text, "- {place}: {sentence} [{}]", value("/code").unwrap_or_default());
            }
            if refused.problem.findings.len() > FINDINGS_MAX {
                let _ = writeln!(text, "  … {}", refused.problem.findings.len() - FINDINGS_MAX);
            }
        }
        if !self.taken.is_empty() {
            let _ = writeln!(text, "\n{} {}", words.taken, self.taken.join(", "));
        }
    }
}

struct Headings {
    file: &'static str,
    invoice: &'static str,
    line: &'static str,
    taken: &'static str,
}

const POLISH: Headings = Headings {
    file: "Plik",
    invoice: "Faktura",
    line: "wiersz",
    taken: "Z tego pliku przyjęto (nie wysyłaj ich drugi raz pod innym numerem; w poprawionym pliku mogą zostać):",
};
const ENGLISH: Headings = Headings {
    file: "File",
    invoice: "Invoice",
    line: "line",
    taken: "Taken from this file (do not send them again under other numbers; they may stay in the mended file):",
};
/// More findings than anybody reads; the JSON has them all.
const FINDINGS_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use gateway_api::ProblemCode;

    use super::*;

    #[test]
    fn a_report_says_what_is_wrong_where_in_both_languages() {
        let finding = serde_json::json!({
            "code": "XSD030", "line": 7, "path": "Faktura/Fa/P_2", "message": { "pl": "Źle.", "en": "Wrong." }
        });
        let problem = Problem::new(ProblemCode::InvoiceInvalid, "XSD030").with_findings(vec![finding]);
        let refused = Refused { number: Some("FV/2".into()), place: Some("A3".into()), problem };
        let report =
            Report { file: "zamówienia.csv".into(), problems: vec![refused], taken: vec!["FV/1".into()] };
        let text = String::from_utf8(report.text()).expect("text");
        for words in ["Plik: zamówienia.csv", "Faktura FV/2 (A3)", "wiersz 7, Faktura/Fa/P_2: Źle. [XSD030]"]
        {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        for words in ["File: zamówienia.csv", "Invoice FV/2 (A3)", "line 7, Faktura/Fa/P_2: Wrong.", "FV/1"]
        {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        let json: serde_json::Value = serde_json::from_slice(&report.json()).expect("JSON");
        assert_eq!(json["problems"][0]["problem"]["code"], "invoice.invalid");
        assert_eq!(json["taken"][0], "FV/1");
    }
}
