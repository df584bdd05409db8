//! JSON by dotted paths.

use serde_json::{Value, json};

/// The object that a text is; an empty one if it is none.
pub(super) fn object_of(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => value,
        _ => json!({}),
    }
}

/// Puts a value at a dotted path; numbers in it count items of lists.
pub(super) fn put(root: &mut Value, path: &str, value: Value) {
    let mut here = root;
    for step in path.split('.') {
        here = match step.parse::<usize>() {
            Ok(index) => {
                if !here.is_array() {
                    *here = json!([]);
                }
                let Some(items) = here.as_array_mut() else { return };
                if items.len() <= index {
                    items.resize(index + 1, Value::Null);
                }
                &mut items[index]
            }
            Err(_) => {
                if !here.is_object() {
                    *here = json!({});
                }
                &mut here[step]
            }
        };
    }
    *here = value;
}

/// Takes a single value away from a dotted path, as text.
pub(super) fn take(root: &mut Value, path: &str) -> Option<String> {
    let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer = if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    let found = root.pointer_mut(&pointer)?.as_object_mut()?.remove(last)?;
    Some(match found {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

/// Removes objects and lists with nothing in them. As deep as an invoice is.
pub(super) fn prune(value: &mut Value) {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(prune);
            object.retain(|_, value| !is_empty(value));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(prune);
            // An item keeps its place while others have something.
            if items.iter().all(is_empty) {
                items.clear();
            }
        }
        _ => {}
    }
}
