//! The column map: what other people's columns mean.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::cell::Cell;
use crate::field::Field;
use crate::headings::{folded, known};

/// What the columns of a table mean, beyond the headings that are known anyway.
///
/// As TOML (or the same as JSON):
///
/// ```toml
/// sheet = "Zamówienia"       # of a workbook; the first when left out
/// headerRow = 1              # the row of the headings, from 1
/// delimiter = ";"            # of CSV; detected when left out
/// encoding = "windows-1250"  # of CSV; detected when left out
///
/// [columns]                  # our field = their heading, or several
/// number = "Zamówienie"
/// "lines.name" = ["Artykuł", "Opis artykułu"]
///
/// [defaults]                 # where there is no column or the cell is empty
/// "lines.unit" = "szt."
/// "lines.vatRate" = "23"
///
/// [constants]                # part of a neutral invoice, put into each
/// currency = "PLN"
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnMap {
    pub(crate) sheet: Option<String>,
    pub(crate) header_row: u32,
    pub(crate) delimiter: Option<u8>,
    pub(crate) encoding: Option<&'static encoding_rs::Encoding>,
    /// By folded heading; none for a column that nobody shall read.
    columns: BTreeMap<String, Option<Field>>,
    pub(crate) defaults: Vec<(Field, Value)>,
    pub(crate) constants: Map<String, Value>,
}

/// Why a column map cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// It is neither TOML nor JSON of the right shape.
    #[error("the column map cannot be read: {reason}")]
    Syntax {
        /// What the parser says.
        reason: String,
    },
    /// It names a field that an invoice does not have.
    #[error("the column map names {field:?}, which is no field with a single value of a neutral invoice")]
    UnknownField {
        /// The field.
        field: String,
    },
    /// A default is no value of its field.
    #[error("the column map's default of {field:?} is no value of that field: {value}")]
    BadDefault {
        /// The field.
        field: String,
        /// The value.
        value: String,
    },
    /// It names a delimiter or an encoding that is not known.
    #[error("the column map's {name} {value:?} is not known")]
    BadOption {
        /// `delimiter`, `encoding` or `headerRow`.
        name: &'static str,
        /// The value.
        value: String,
    },
}

impl MapError {
    /// The sentence in Polish.
    #[must_use]
    pub fn polish(&self) -> String {
        match self {
            Self::Syntax { reason } => format!("nie można odczytać mapy kolumn: {reason}"),
            Self::UnknownField { field } => {
                format!("mapa kolumn wymienia „{field}”, a faktura nie ma takiego pola z jedną wartością")
            }
            Self::BadDefault { field, value } => {
                format!("w mapie kolumn wartość domyślna pola „{field}” jest niewłaściwa: {value}")
            }
            Self::BadOption { name, value } => format!("w mapie kolumn {name} „{value}” nie jest znane"),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct MapFile {
    sheet: Option<String>,
    header_row: Option<u32>,
    delimiter: Option<String>,
    encoding: Option<String>,
    columns: BTreeMap<String, Names>,
    defaults: BTreeMap<String, Value>,
    constants: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Several(Vec<String>),
}

impl ColumnMap {
    /// The map that knows the usual headings only.
    #[must_use]
    pub fn built_in() -> Self {
        Self { header_row: 1, ..Self::default() }
    }

    /// Reads a map from TOML.
    ///
    /// # Errors
    /// [`MapError`] when it is not of the shape above or names what is not there.
    pub fn from_toml(text: &str) -> Result<Self, MapError> {
        let file = toml::from_str(text).map_err(|error| MapError::Syntax { reason: error.to_string() })?;
        Self::of_file(file)
    }

    /// Reads a map from JSON.
    ///
    /// # Errors
    /// [`MapError`] when it is not of the shape above or names what is not there.
    pub fn from_json(text: &str) -> Result<Self, MapError> {
        let file =
            serde_json::from_str(text).map_err(|error| MapError::Syntax { reason: error.to_string() })?;
        Self::of_file(file)
    }

    /// Puts a part of a neutral invoice into each invoice, for example the seller; a column of the same field wins.
    #[must_use]
    pub fn with_constant(mut self, field: &str, value: Value) -> Self {
        self.constants.insert(field.to_owned(), value);
        self
    }

    /// Puts a part of a neutral invoice into each invoice, unless the map has such a part already.
    #[must_use]
    pub fn or_constant(mut self, field: &str, value: Value) -> Self {
        self.constants.entry(field).or_insert(value);
        self
    }

    /// Says of headings what they mean: a field, or none for a column that nobody shall read. A field that is not there is
    /// passed over. What the map said of the same headings, or of the same fields, no longer counts.
    #[must_use]
    pub fn with_columns<'c>(mut self, columns: impl IntoIterator<Item = (&'c str, Option<&'c str>)>) -> Self {
        let told: Vec<(String, Option<Field>)> = columns
            .into_iter()
            .filter_map(|(heading, path)| {
                let field = path.map(Field::of_path);
                // A field that is not there says nothing; no field says that the column is left out.
                if field == Some(None) { None } else { Some((folded(heading), field.flatten())) }
            })
            .collect();
        let is_told =
            |path: &str| told.iter().any(|(_, field)| field.as_ref().is_some_and(|one| one.path == path));
        self.columns.retain(|_, known| known.as_ref().is_none_or(|known| !is_told(&known.path)));
        self.columns.extend(told);
        self
    }

    /// Whether a column of this heading is left out on purpose.
    pub(crate) fn leaves_out(&self, heading: &str) -> bool {
        matches!(self.columns.get(&folded(heading)), Some(None))
    }

    fn of_file(file: MapFile) -> Result<Self, MapError> {
        let field = |path: &str| {
            Field::of_path(path).ok_or_else(|| MapError::UnknownField { field: path.to_owned() })
        };
        let mut columns = BTreeMap::new();
        for (path, names) in &file.columns {
            let names = match names {
                Names::One(name) => std::slice::from_ref(name),
                Names::Several(names) => names,
            };
            for name in names {
                columns.insert(folded(name), Some(field(path)?));
            }
        }
        let mut defaults = Vec::new();
        for (path, value) in &file.defaults {
            let field = field(path)?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let value = Cell::text(&text).value(&field.wanted);
            defaults
                .push((field, value.map_err(|_| MapError::BadDefault { field: path.clone(), value: text })?));
        }
        let bad = |name, value: &str| MapError::BadOption { name, value: value.to_owned() };
        let delimiter = match file.delimiter.as_deref() {
            None => None,
            Some("\\t" | "tab") => Some(b'\t'),
            Some(text) => match text.as_bytes() {
                [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => Some(*byte),
                _ => return Err(bad("delimiter", text)),
            },
        };
        let encoding = match file.encoding.as_deref() {
            None => None,
            Some(name) => {
                Some(encoding_rs::Encoding::for_label(name.as_bytes()).ok_or_else(|| bad("encoding", name))?)
            }
        };
        let header_row = file.header_row.unwrap_or(1);
        if !(1..=HEADER_ROW_MAX).contains(&header_row) {
            return Err(bad("headerRow", &header_row.to_string()));
        }
        Ok(Self {
            sheet: file.sheet,
            header_row,
            delimiter,
            encoding,
            columns,
            defaults,
            constants: file.constants,
        })
    }

    /// What a column of this heading fills.
    pub(crate) fn field(&self, heading: &str) -> Option<Field> {
        if let Some(told) = self.columns.get(&folded(heading)) {
            return told.clone();
        }
        let usual = known(heading).and_then(|path| {
            // A field that the map gives to another heading is not taken from the usual one.
            let is_taken = self.columns.values().flatten().any(|field| field.path == path);
            if is_taken { None } else { Field::of_path(path) }
        });
        usual.or_else(|| Field::of_path(heading.trim()))
    }
}

/// Nobody writes more above a table.
const HEADER_ROW_MAX: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_read_and_refused() {
        let map = ColumnMap::from_toml(
            "headerRow = 3\ndelimiter = \"tab\"\nencoding = \"windows-1250\"\n[columns]\nnumber = \"Zlecenie\"\n\
             \"lines.name\" = [\"Artykuł\", \"Opis artykułu\"]\n[defaults]\n\"lines.vatRate\" = \"23%\"\n\"lines.quantity\" = 1\n[constants]\ncurrency = \"PLN\"\n",
        )
        .expect("a map");
        assert_eq!(map.field("ZLECENIE").map(|field| field.path).as_deref(), Some("number"));
        assert_eq!(map.field("artykul").map(|field| field.path).as_deref(), Some("lines.name"));
        assert_eq!(map.field("Nr faktury"), None);
        assert_eq!(
            map.field("terms.deliveryTerms").map(|field| field.path).as_deref(),
            Some("terms.deliveryTerms")
        );
        assert_eq!((map.header_row, map.delimiter, map.defaults.len()), (3, Some(b'\t'), 2));
        for (text, wrong) in [
            ("[columns]\n\"lines.nazwa\" = \"x\"", "lines.nazwa"),
            ("[defaults]\n\"lines.vatRate\" = \"24\"", "24"),
            ("encoding = \"koi9\"", "koi9"),
            ("delimiter = \"ab\"", "delimiter"),
            ("headerRow = 0", "headerRow"),
            ("kolumny = 1", "kolumny"),
            ("[columns", "column map"),
        ] {
            let error = ColumnMap::from_toml(text).expect_err(text);
            assert!(error.to_string().contains(wrong) && !error.polish().is_empty(), "{error}");
        }
        let told = ColumnMap::from_toml("[columns]\nnumber = \"Zlecenie\"").expect("a map").with_columns([
            ("Dokument", Some("number")),
            ("Nazwa", None),
            ("Opis", Some("lines.nothing")),
        ]);
        let path = |heading: &str| told.field(heading).map(|field| field.path);
        assert_eq!(path("dokument").as_deref(), Some("number"));
        assert_eq!((path("Zlecenie"), path("Nr faktury"), path("nazwa")), (None, None, None));
        assert_eq!(path("Opis").as_deref(), Some("lines.name"), "as usual");
        assert!(told.leaves_out("NAZWA") && !told.leaves_out("Opis"));
        assert!(ColumnMap::from_json("{\"columns\": {\"number\": \"Nr\"}}").is_ok());
    }
}
