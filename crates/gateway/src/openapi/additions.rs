//! Whether a newer document only adds to an older one.

use serde_json::Value;

/// What programs that were written for the older document could miss in the newer one: operations, parameters, answers and
/// fields that are gone or mean something else, and what a request must have that it did not have to have. Each as a
/// sentence; nothing when all of it only grew.
#[must_use]
pub fn breaks(older: &Value, newer: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, item) in entries(&older["paths"]) {
        for (method, operation) in entries(item) {
            let place = format!("{} {path}", method.to_uppercase());
            match newer["paths"][path].get(method) {
                None => found.push(format!("{place} is gone")),
                Some(now) => operation_breaks(&place, operation, now, &mut found),
            }
        }
    }
    for (name, schema) in entries(&older["components"]["schemas"]) {
        match newer["components"]["schemas"].get(name) {
            None => found.push(format!("the schema {name} is gone")),
            Some(now) => schema_breaks(name, schema, now, &mut found),
        }
    }
    found
}

fn operation_breaks(place: &str, before: &Value, now: &Value, found: &mut Vec<String>) {
    if before["operationId"] != now["operationId"] {
        found.push(format!("{place} has another operationId"));
    }
    let named = |operation: &Value, name: &Value, within: &Value| {
        items(&operation["parameters"])
            .iter()
            .find(|parameter| parameter["name"] == *name && parameter["in"] == *within)
            .cloned()
    };
    for parameter in items(&before["parameters"]) {
        match named(now, &parameter["name"], &parameter["in"]) {
            None => found.push(format!("{place} does not take {} any more", parameter["name"])),
            Some(same) if same["schema"]["type"] != parameter["schema"]["type"] => {
                found.push(format!("{place} takes {} in another shape", parameter["name"]));
            }
            Some(same) => {
                for word in items(&parameter["schema"]["enum"]) {
                    if !items(&same["schema"]["enum"]).contains(word)
                        && !items(&same["schema"]["enum"]).is_empty()
                    {
                        found.push(format!("{place} does not take {word} as {} any more", parameter["name"]));
                    }
                }
            }
        }
    }
    for parameter in items(&now["parameters"]) {
        if parameter["required"] == true && named(before, &parameter["name"], &parameter["in"]).is_none() {
            found.push(format!("{place} demands {}", parameter["name"]));
        }
    }
    for (media_type, content) in entries(&before["requestBody"]["content"]) {
        match now["requestBody"]["content"].get(media_type) {
            None => found.push(format!("{place} does not take {media_type} any more")),
            Some(same) if same["schema"]["$ref"] != content["schema"]["$ref"] => {
                found.push(format!("{place} takes {media_type} in another shape"));
            }
            Some(_) => {}
        }
    }
    for (status, answer) in entries(&before["responses"]) {
        if !status.starts_with('2') {
            continue;
        }
        match now["responses"].get(status) {
            None => found.push(format!("{place} does not answer {status} any more")),
            Some(same) => {
                for (media_type, content) in entries(&answer["content"]) {
                    if same["content"][media_type]["schema"]["$ref"] != content["schema"]["$ref"] {
                        found.push(format!("{place} answers {status} in another shape"));
                    }
                }
            }
        }
    }
}

fn schema_breaks(name: &str, before: &Value, now: &Value, found: &mut Vec<String>) {
    for (field, schema) in entries(&before["properties"]) {
        match now["properties"].get(field) {
            None => found.push(format!("{name} has no {field} any more")),
            Some(same) => {
                for part in ["type", "$ref", "items", "format"] {
                    if same[part] != schema[part] {
                        found.push(format!("{name}.{field} has another shape"));
                        break;
                    }
                }
            }
        }
    }
    let is_request = name.ends_with("Request");
    let (first, second) = if is_request { (now, before) } else { (before, now) };
    for field in items(&first["required"]) {
        if !items(&second["required"]).contains(field) {
            let what = if is_request { "demands" } else { "is not sure to have" };
            found.push(format!("{name} {what} {field}"));
        }
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "paths": { "/a": { "get": {
                "operationId": "getA",
                "parameters": [{ "name": "sort", "in": "query", "schema": { "type": "string", "enum": ["x", "y"] } }],
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/ARequest" } } } },
                "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/A" } } } }, "404": {} },
            } } },
            "components": { "schemas": {
                "A": { "properties": { "n": { "type": "integer" }, "s": { "type": "string" } }, "required": ["n"] },
                "ARequest": { "properties": { "s": { "type": "string" } }, "required": [] },
            } },
        })
    }

    #[test]
    fn what_is_added_breaks_nothing() {
        let mut newer = document();
        newer["paths"]["/b"] = json!({ "get": { "operationId": "getB" } });
        newer["paths"]["/a"]["get"]["responses"]["409"] = json!({});
        newer["paths"]["/a"]["get"]["parameters"]
            .as_array_mut()
            .expect("a list")
            .push(json!({ "name": "limit", "in": "query", "schema": { "type": "integer" } }));
        newer["components"]["schemas"]["A"]["properties"]["t"] = json!({ "type": "string" });
        newer["components"]["schemas"]["A"]["required"] = json!(["n", "t"]);
        assert_eq!(breaks(&document(), &newer), Vec::<String>::new());
        assert_eq!(breaks(&document(), &document()), Vec::<String>::new());
    }

    #[test]
    fn what_is_gone_or_different_is_told() {
        let changes: [(&str, Value, &str); 10] = [
            ("/paths/~1a", json!({}), "GET /a is gone"),
            ("/paths/~1a/get/operationId", json!("readA"), "operationId"),
            ("/paths/~1a/get/parameters", json!([]), "does not take \"sort\""),
            ("/paths/~1a/get/parameters/0/schema/enum", json!(["x"]), "\"y\""),
            ("/paths/~1a/get/requestBody/content", json!({}), "application/json any more"),
            ("/paths/~1a/get/responses", json!({ "404": {} }), "does not answer 200"),
            ("/components/schemas/A/properties", json!({ "n": { "type": "integer" } }), "A has no s"),
            ("/components/schemas/A/properties/n/type", json!("string"), "A.n"),
            ("/components/schemas/A/required", json!([]), "is not sure to have"),
            ("/components/schemas/ARequest/required", json!(["s"]), "demands"),
        ];
        for (place, value, expected) in changes {
            let mut newer = document();
            *newer.pointer_mut(place).expect(place) = value;
            let found = breaks(&document(), &newer);
            assert!(found.len() == 1 && found[0].contains(expected), "{place}: {found:?}");
        }
    }
}
