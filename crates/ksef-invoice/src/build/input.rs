//! Reads the JSON of a neutral invoice, against the schema, so that every fault is told with its place.
//!
//! The schema is walked by our own few lines rather than by a validator of JSON Schema: ours is always of one shape
//! (objects, lists, texts, closed lists), and a caller wants the nearest known name, not "additional properties".

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::number::Number;
use super::problems::Problems;
use super::rules;
use super::schema::{FARMER_KINDS, definition};
use super::{FarmerInvoice, NeutralInvoice, VatInvoice};
use crate::catalogue::Rule;
use crate::finding::Finding;
use crate::report;

/// Reads a neutral invoice from JSON in UTF-8. Every fault is found, not only the first; the path of each is a JSON
/// pointer, its line and column are those of the place in the JSON.
///
/// # Errors
/// Findings when the bytes are not JSON, are longer than [`JSON_BYTES_MAX`], or have fields that are unknown, missing or
/// of another type.
pub fn from_json(json: &[u8]) -> Result<NeutralInvoice, Vec<Finding>> {
    let mut problems = Problems::default();
    let invoice = parse(json, &mut problems);
    let mut findings = problems.into_list();
    if let (Some(invoice), true) = (invoice, findings.is_empty()) {
        return Ok(invoice);
    }
    super::place::place(json, &mut findings);
    findings.sort_by_key(|finding| finding.offset);
    Err(findings)
}

fn parse(json: &[u8], problems: &mut Problems) -> Option<NeutralInvoice> {
    if json.len() > JSON_BYTES_MAX {
        let limit = Some(JSON_BYTES_MAX.to_string());
        let words = [
            format!("Plik JSON ma więcej niż {JSON_BYTES_MAX} bajtów; faktura w KSeF ma najwyżej 3 000 000."),
            format!(
                "The JSON is longer than {JSON_BYTES_MAX} bytes; an invoice in KSeF has at most 3,000,000."
            ),
        ];
        problems.push(&rules::TOO_LARGE, "", Some(json.len().to_string()), limit, words);
        return None;
    }
    let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
    let value: Value = match serde_json::from_slice(json) {
        Ok(value) => value,
        Err(error) => {
            not_json(&error, problems);
            return None;
        }
    };
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or("VAT");
    let is_farmer = FARMER_KINDS.contains(&kind);
    let name = if is_farmer { "FarmerInvoice" } else { "VatInvoice" };
    Walk { problems: &mut *problems }.check(&value, definition(name)?, "");
    if !problems.is_empty() {
        return None;
    }
    // The second reading takes numbers digit by digit, which a parsed value no longer has.
    let read = if is_farmer {
        serde_json::from_slice::<FarmerInvoice>(json).map(|it| NeutralInvoice::Farmer(Box::new(it)))
    } else {
        serde_json::from_slice::<VatInvoice>(json).map(|it| NeutralInvoice::Vat(Box::new(it)))
    };
    match read {
        Ok(invoice) => Some(invoice),
        Err(error) => {
            not_json(&error, problems);
            None
        }
    }
}

fn not_json(error: &serde_json::Error, problems: &mut Problems) {
    let (line, column) = (error.line(), error.column());
    problems.push(
        &rules::NOT_JSON,
        "",
        None,
        None,
        [
            format!("Błąd JSON w wierszu {line}, kolumnie {column}: {error}."),
            format!("JSON error at line {line}, column {column}: {error}."),
        ],
    );
}

/// A value is walked along its schema.
struct Walk<'w> {
    problems: &'w mut Problems,
}

impl Walk<'_> {
    fn check(&mut self, value: &Value, schema: &Value, pointer: &str) {
        let schema = resolved(schema);
        // Null is as good as absent where a field is optional.
        if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
            let is_null = |option: &&Value| option.get("type").and_then(Value::as_str) == Some("null");
            if value.is_null() && options.iter().any(|option| is_null(&option)) {
                return;
            }
            if let Some(option) = options.iter().find(|option| !is_null(option)) {
                self.check(value, option, pointer);
            }
            return;
        }
        if let Some(codes) = codes(schema) {
            return self.code(value, &codes, pointer);
        }
        if !self.has_type(value, schema, pointer) {
            return;
        }
        match value {
            Value::Object(object) => self.object(object, schema, pointer),
            Value::Array(items) => {
                if let Some(item) = schema.get("items") {
                    for (index, value) in items.iter().enumerate() {
                        self.check(value, item, &format!("{pointer}/{index}"));
                    }
                }
            }
            Value::String(text) => self.format(text, schema, pointer),
            _ => {}
        }
    }

    fn object(&mut self, object: &Map<String, Value>, schema: &Value, pointer: &str) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        for (name, value) in object {
            let place = format!("{pointer}/{}", escaped(name));
            match properties.get(name) {
                Some(property) => self.check(value, property, &place),
                None => self.unknown(name, properties, &place),
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if object.get(name).is_none_or(Value::is_null) {
                self.problems.push(
                    &rules::MISSING_FIELD,
                    pointer,
                    None,
                    Some(name.to_owned()),
                    [
                        format!("Brakuje pola {name}; dodaj je."),
                        format!("The field {name} is missing; add it."),
                    ],
                );
            }
        }
    }

    fn unknown(&mut self, name: &str, properties: &Map<String, Value>, pointer: &str) {
        let near = nearest(name, properties.keys().map(String::as_str));
        let (pl, en) = match near {
            Some(near) => (
                format!("Pole {name} nie jest znane; może chodzi o {near}?"),
                format!("The field {name} is not known; is it {near} that you mean?"),
            ),
            None => (
                format!("Pole {name} nie jest znane; usuń je albo popraw nazwę."),
                format!("The field {name} is not known; remove it or correct its name."),
            ),
        };
        let allowed = properties.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        self.problems.push(&rules::UNKNOWN_FIELD, pointer, Some(name.to_owned()), Some(allowed), [pl, en]);
    }

    fn code(&mut self, value: &Value, codes: &[&str], pointer: &str) {
        let found = match value {
            Value::String(text) if codes.contains(&text.as_str()) => return,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let list = codes.join(", ");
        let near = nearest(&found, codes.iter().copied());
        let (hint_pl, hint_en) = match near {
            Some(near) => {
                (format!(" Może chodzi o \"{near}\"?"), format!(" Is it \"{near}\" that you mean?"))
            }
            None => (String::new(), String::new()),
        };
        self.problems.push(
            &rules::NOT_ON_THE_LIST,
            pointer,
            Some(found),
            Some(list.clone()),
            [
                format!("Dozwolone wartości (tekst w cudzysłowie): {list}.{hint_pl}"),
                format!("Allowed values (as quoted text): {list}.{hint_en}"),
            ],
        );
    }

    fn has_type(&mut self, value: &Value, schema: &Value, pointer: &str) -> bool {
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        let is = |name: &&str| match (*name, value) {
            ("object", Value::Object(_))
            | ("array", Value::Array(_))
            | ("string", Value::String(_))
            | ("number", Value::Number(_))
            | ("boolean", Value::Bool(_))
            | ("null", Value::Null) => true,
            ("integer", Value::Number(number)) => number.is_u64(),
            _ => false,
        };
        if types.iter().any(is) {
            return true;
        }
        let word = |name: &str| match name {
            "object" => ("obiekt {…}", "an object {…}"),
            "array" => ("lista […]", "a list […]"),
            "string" => ("tekst w cudzysłowie", "quoted text"),
            "number" => ("liczba", "a number"),
            "integer" => ("liczba całkowita nieujemna", "a whole number, not negative"),
            "boolean" => ("true albo false", "true or false"),
            _ => ("null", "null"),
        };
        let expected: Vec<_> = types.iter().filter(|name| **name != "null").map(|name| word(name)).collect();
        let join = |pick: fn(&(&'static str, &'static str)) -> &'static str, or: &str| {
            expected.iter().map(pick).collect::<Vec<_>>().join(or)
        };
        let (pl, en) = (join(|word| word.0, " albo "), join(|word| word.1, " or "));
        self.problems.push(
            &rules::WRONG_TYPE,
            pointer,
            Some(value.to_string()),
            Some(types.join(", ")),
            [format!("Oczekiwano: {pl}."), format!("Expected: {en}.")],
        );
        false
    }

    fn format(&mut self, text: &str, schema: &Value, pointer: &str) {
        if schema.get("pattern").is_some() && Number::parse(text).is_none() {
            self.bad(
                pointer,
                text,
                "1234.56",
                "To nie jest liczba: cyfry z kropką dziesiętną, najwyżej 28 cyfr, bez spacji i wykładnika.",
                "This is not a number: digits with a decimal point, at most 28, without spaces or exponent.",
            );
        }
        let is_date = text.len() == DATE_LENGTH && text.parse::<Date>().is_ok();
        if schema.get("format").and_then(Value::as_str) == Some("date") && !is_date {
            self.bad(
                pointer,
                text,
                "2026-11-22",
                "To nie jest data RRRR-MM-DD.",
                "This is not a date YYYY-MM-DD.",
            );
        }
    }

    fn bad(&mut self, pointer: &str, found: &str, allowed: &str, pl: &str, en: &str) {
        let words = [pl.to_owned(), en.to_owned()];
        let rule: &'static Rule = &rules::NOT_A_VALUE;
        self.problems.push(rule, pointer, Some(found.to_owned()), Some(allowed.to_owned()), words);
    }
}

/// What a reference stands for.
fn resolved(schema: &Value) -> &Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    reference.and_then(|reference| definition(reference.rsplit('/').next()?)).unwrap_or(schema)
}

/// The members of a closed list: an `enum`, or a `oneOf` of constants when each has a description.
fn codes(schema: &Value) -> Option<Vec<&str>> {
    if let Some(list) = schema.get("enum").and_then(Value::as_array) {
        return Some(list.iter().filter_map(Value::as_str).collect());
    }
    let options = schema.get("oneOf").and_then(Value::as_array)?;
    Some(options.iter().filter_map(|option| option.get("const").and_then(Value::as_str)).collect())
}

/// The known name that is likely meant: at most a third of its letters differ.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    if lower.chars().count() > NAME_LENGTH_MAX {
        return None;
    }
    known
        .map(|known| (strsim::damerau_levenshtein(&lower, &known.to_lowercase()), known))
        .filter(|(distance, known)| *distance * 3 <= known.chars().count().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// A name as a step of a JSON pointer (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Line and column, from 1, of an offset.
pub(super) fn position(json: &[u8], offset: usize) -> (u32, u32) {
    report::position(json, offset)
}

/// The longest JSON that is read: an invoice has at most 3 MB, and JSON is wordier than XML at times.
pub const JSON_BYTES_MAX: usize = 16 * 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const DATE_LENGTH: usize = 10;
/// No field has a name of this length.
const NAME_LENGTH_MAX: usize = 60;
