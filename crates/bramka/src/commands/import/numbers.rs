//! Which KSeF number a saved invoice has: by a table, by its file's name, or by a UPO that tells the hash of its bytes.

use std::collections::HashMap;
use std::path::Path;

use ksef_id::{KsefNumber, Sha256Hash};

use crate::failure::Failure;

/// What is known of numbers.
#[derive(Default)]
pub(super) struct Numbers {
    /// By the file's name without folders, in lower case.
    by_name: HashMap<String, KsefNumber>,
    by_hash: HashMap<Sha256Hash, KsefNumber>,
}

impl Numbers {
    /// With the table of a file, if there is one: in each row a KSeF number and a file's name, in whatever columns they are.
    pub(super) fn of(index: Option<&Path>) -> Result<Self, Failure> {
        let mut numbers = Self::default();
        let Some(path) = index else { return Ok(numbers) };
        let content = std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
        numbers.by_name = names_in(&content);
        if numbers.by_name.is_empty() {
            let path = path.display();
            return Err(Failure::new(
                format!("{path}: w żadnym wierszu nie ma numeru z KSeF 1.0 i nazwy pliku"),
                format!("{path}: no row has a number of KSeF 1.0 and the name of a file"),
            ));
        }
        Ok(numbers)
    }

    /// A UPO says that the invoice with these bytes has this number.
    pub(super) fn told(&mut self, sha256: Option<Sha256Hash>, number: KsefNumber) {
        if let Some(sha256) = sha256 {
            self.by_hash.insert(sha256, number);
        }
    }

    pub(super) fn number_of(&self, name: &str, sha256: &Sha256Hash) -> Option<KsefNumber> {
        let name = base(name);
        let known = self.by_name.get(&name.to_lowercase()).cloned();
        known.or_else(|| number_in(name)).or_else(|| self.by_hash.get(sha256).cloned())
    }
}

/// A file's name without its folders, of either system.
fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The number of KSeF 1.0 somewhere in a text.
fn number_in(text: &str) -> Option<KsefNumber> {
    let text = text.to_ascii_uppercase();
    (0..text.len()).find_map(|at| {
        let number = KsefNumber::parse(text.get(at..at + LENGTH)?).ok()?;
        Some(number).filter(KsefNumber::is_of_ksef_1)
    })
}

fn names_in(content: &[u8]) -> HashMap<String, KsefNumber> {
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    let first = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| first.iter().filter(|byte| **byte == sign).count();
    let delimiter = *b";,\t".iter().max_by_key(|sign| count(**sign)).unwrap_or(&b';');
    let mut rows =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(content);
    let mut found = HashMap::new();
    // A row that is no text has no name of a file either.
    for row in rows.byte_records().flatten() {
        let cells: Vec<String> =
            row.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        let is_number = |cell: &&String| KsefNumber::parse(cell).is_ok_and(|number| number.is_of_ksef_1());
        let Some(number) = cells.iter().find(is_number).and_then(|cell| KsefNumber::parse(cell).ok()) else {
            continue;
        };
        for name in cells.iter().filter(|cell| cell.to_ascii_lowercase().ends_with(".xml")) {
            found.insert(base(name).to_lowercase(), number.clone());
        }
    }
    found
}

const LENGTH: usize = 36;

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "7781464139-20230721-80B510-9675F7-B5";

    #[test]
    fn a_number_is_found_in_a_name() {
        for (name, expected) in [
            ("7781464139-20230721-80B510-9675F7-B5.xml", true),
            ("faktura_7781464139-20230721-80b510-9675f7-b5 (1).XML", true),
            ("żółw 7781464139-20230721-80B510-9675F7-B5", true),
            ("7781464139-20230721-80B5109675F7-B5.xml", false),
            ("faktura.xml", false),
            ("", false),
        ] {
            let found = number_in(name).map(|number| number.to_string());
            assert_eq!(found.as_deref(), expected.then_some(NUMBER), "{name}");
        }
    }

    #[test]
    fn a_table_names_files_in_whatever_columns() {
        for table in [
            format!("plik;numer KSeF\nA\\b\\Faktura1.xml;{NUMBER}\n"),
            format!("{NUMBER},F/1/2023,faktura1.XML\nzepsuty wiersz\n"),
            format!("\u{feff}numer\tplik\n{NUMBER}\t2023/faktura1.xml\n"),
        ] {
            let found = names_in(table.as_bytes());
            assert_eq!(found.get("faktura1.xml").map(KsefNumber::as_str), Some(NUMBER), "{table}");
        }
        assert!(names_in(b"a;b\n1;2\n").is_empty());
    }
}
