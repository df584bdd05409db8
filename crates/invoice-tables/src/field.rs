//! Fields of the neutral invoice by dotted path, with the type that a cell has to have.

use std::sync::LazyLock;

use serde_json::Value;

/// A field that a column fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// `lines.name`, `buyer.address.line1`, `payment.due.0.date`.
    pub(crate) path: String,
    pub(crate) wanted: FieldType,
}

/// What a cell of a field has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    /// Text of digits that people like to group: NIP, account.
    Digits,
    Number,
    Integer,
    Date,
    Bool,
    Code {
        codes: Vec<String>,
        /// Tax rates are written in more ways than one.
        is_rate: bool,
    },
}

impl Field {
    /// The field of a path, by the schema of the neutral invoice; `None` when there is none or it holds no single value.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        if path.len() > PATH_LENGTH_MAX {
            return None;
        }
        let wanted = ["VatInvoice", "FarmerInvoice"].iter().find_map(|form| resolve(form, path))?;
        Some(Self { path: path.to_owned(), wanted })
    }

    /// Whether each row has its own: the field is of a line.
    pub(crate) fn is_of_line(&self) -> bool {
        self.path.starts_with(LINES)
    }

    /// The steps below the invoice, or below the line.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &str> {
        self.path.strip_prefix(LINES).unwrap_or(&self.path).split('.')
    }
}

fn resolve(form: &str, path: &str) -> Option<FieldType> {
    let definitions = SCHEMA.get("$defs")?;
    let follow = |mut schema: &'static Value| -> Option<&'static Value> {
        for _ in 0..REFERENCES_MAX {
            if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
                schema = definitions.get(reference.rsplit('/').next()?)?;
            } else if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
                schema = options
                    .iter()
                    .find(|option| option.get("type").and_then(Value::as_str) != Some("null"))?;
            } else {
                return Some(schema);
            }
        }
        None
    };
    let mut schema = definitions.get(form)?;
    let mut last = "";
    for (index, step) in path.split('.').enumerate() {
        schema = follow(schema)?;
        if let Some(items) = schema.get("items") {
            // `lines.name` is any line; elsewhere a number says which.
            if index == 1 && path.starts_with(LINES) {
                schema = follow(items)?;
            } else {
                step.parse::<usize>().ok().filter(|index| *index < ITEMS_MAX)?;
                schema = items;
                continue;
            }
        }
        schema = schema.get("properties")?.get(step)?;
        last = step;
    }
    let schema = follow(schema)?;
    field_type(schema, last)
}

fn field_type(schema: &Value, name: &str) -> Option<FieldType> {
    let listed = schema.get("enum").and_then(Value::as_array).map(|codes| codes.iter().collect::<Vec<_>>());
    let described = schema.get("oneOf").and_then(Value::as_array);
    let described =
        described.map(|options| options.iter().filter_map(|option| option.get("const")).collect());
    if let Some(codes) = listed.or(described) {
        let codes = codes.into_iter().filter_map(Value::as_str).map(str::to_owned).collect();
        return Some(FieldType::Code { codes, is_rate: matches!(name, "vatRate" | "refundRate") });
    }
    let types: Vec<&str> = match schema.get("type")? {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let has = |name: &str| types.contains(&name);
    Some(match () {
        () if schema.get("pattern").is_some() => FieldType::Number,
        () if schema.get("format").and_then(Value::as_str) == Some("date") => FieldType::Date,
        () if has("string") && name == "nip" => FieldType::Digits,
        () if has("string") => FieldType::Text,
        () if has("integer") => FieldType::Integer,
        () if has("boolean") => FieldType::Bool,
        () => return None,
    })
}

static SCHEMA: LazyLock<Value> = LazyLock::new(ksef_invoice::build::json_schema);

/// Fields of lines begin with this.
pub(crate) const LINES: &str = "lines.";
const PATH_LENGTH_MAX: usize = 200;
/// A reference to a reference is as far as the schema goes.
const REFERENCES_MAX: usize = 8;
/// Items of lists other than lines that a path may name.
const ITEMS_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_types() {
        let wanted = |path: &str| Field::of_path(path).map(|field| field.wanted);
        assert_eq!(wanted("number"), Some(FieldType::Text));
        assert_eq!(wanted("issueDate"), Some(FieldType::Date));
        assert_eq!(wanted("buyer.nip"), Some(FieldType::Digits));
        assert_eq!(wanted("buyer.address.line1"), Some(FieldType::Text));
        assert_eq!(wanted("buyer.withoutIdentifier"), Some(FieldType::Bool));
        assert_eq!(wanted("lines.quantity"), Some(FieldType::Number));
        assert_eq!(wanted("lines.unitPrice"), Some(FieldType::Number));
        assert_eq!(wanted("payment.due.0.date"), Some(FieldType::Date));
        assert_eq!(wanted("payment.accounts.0.number"), Some(FieldType::Text));
        assert_eq!(wanted("warehouseDocuments.0"), Some(FieldType::Text));
        assert!(matches!(wanted("lines.vatRate"), Some(FieldType::Code { is_rate: true, .. })));
        assert!(matches!(wanted("payment.method"), Some(FieldType::Code { is_rate: false, .. })));
        for path in [
            "",
            "lines",
            "lines.",
            "lines.nazwa",
            "buyer",
            "buyer.address",
            "payment.due.date",
            "payment.due.500.date",
            "number.x",
            "lines.0.name",
        ] {
            assert_eq!(wanted(path), None, "{path}");
        }
    }
}
