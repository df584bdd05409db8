//! The official OpenAPI document as a judge of answers.

use super::{Answer, shared_folder, skip};
use ksef_wire::Operation;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

/// The document, with its schemas made into JSON Schema.
pub(crate) struct Contract {
    raw: Value,
    paths: Value,
    components: Value,
    validators: Mutex<HashMap<String, std::sync::Arc<jsonschema::Validator>>>,
}

/// The document of API 2.9.0, when it is there.
pub(crate) fn official() -> Option<&'static Contract> {
    static CONTRACT: OnceLock<Option<Contract>> = OnceLock::new();
    CONTRACT
        .get_or_init(|| {
            let path = shared_folder().map(|folder| folder.join("ksef/open-api-2.9.0.json"));
            let Some(bytes) = path.and_then(|path| std::fs::read(path).ok()) else {
                skip("the OpenAPI document (answers are not checked against it)");
                return None;
            };
            let raw: Value = serde_json::from_slice(&bytes).expect("the document is JSON");
            let document = &raw;
            let mut components = document["components"].clone();
            without_nullable(&mut components);
            let mut paths = document["paths"].clone();
            without_nullable(&mut paths);
            Some(Contract { raw, paths, components, validators: Mutex::default() })
        })
        .as_ref()
}

/// The document as it is, when it is there.
pub(crate) fn raw() -> Option<&'static Value> {
    official().map(|contract| &contract.raw)
}

impl Contract {
    /// Fails unless the status is documented and the body fits its schema.
    #[track_caller]
    pub(crate) fn check(&self, operation: Operation, answer: &Answer) {
        let method = operation.method().as_str().to_lowercase();
        let name =
            format!("{} {} -> {}", operation.method().as_str(), operation.path_template(), answer.status);
        let described = &self.paths[operation.path_template()][method]["responses"];
        assert!(described.is_object(), "{name}: the operation is not in the document");
        if [404, 405, 413, 415].contains(&answer.status) {
            return;
        }
        let response = &described[answer.status.to_string()];
        let body = String::from_utf8_lossy(&answer.bytes);
        assert!(response.is_object(), "{name}: the status is not documented: {body}");
        for (header, description) in response["headers"].as_object().into_iter().flatten() {
            let is_optional = header == "X-System-Warning";
            let value = answer.headers.get(header.as_str()).and_then(|value| value.to_str().ok());
            assert!(is_optional || value.is_some(), "{name}: the header {header} ({description}) is missing");
        }
        let Some(content) = response["content"].as_object() else {
            assert!(answer.bytes.is_empty(), "{name}: there must be no body: {body}");
            return;
        };
        let content_type = answer.header("content-type").split(';').next().unwrap_or_default().to_owned();
        let Some(media) = content.get(&content_type) else {
            panic!("{name}: content type {content_type:?} is not documented: {body}");
        };
        if content_type.ends_with("json") {
            let value: Value = serde_json::from_slice(&answer.bytes).expect("the body is JSON");
            let validator = self.validator(&name, &content_type, &media["schema"]);
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| format!("{} at {}", error, error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{name}: {errors:#?}\n{body}");
        }
    }

    fn validator(
        &self,
        name: &str,
        content_type: &str,
        schema: &Value,
    ) -> std::sync::Arc<jsonschema::Validator> {
        let key = format!("{name} {content_type}");
        let mut validators = self.validators.lock().expect("no test panics while it holds the lock");
        let validator = validators.entry(key).or_insert_with(|| {
            let mut root = schema.clone();
            root["components"] = self.components.clone();
            let options = jsonschema::options().should_validate_formats(true);
            std::sync::Arc::new(options.build(&root).expect("the schema is valid"))
        });
        std::sync::Arc::clone(validator)
    }
}

/// `nullable` of OpenAPI 3.0 is unknown to JSON Schema.
fn without_nullable(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_nullable),
        Value::Object(object) => {
            object.values_mut().for_each(without_nullable);
            // So is an exclusive bound that is a flag beside the bound.
            if object.get("exclusiveMinimum") == Some(&Value::Bool(true))
                && let Some(minimum) = object.remove("minimum")
            {
                object.insert("exclusiveMinimum".to_owned(), minimum);
            }
            if object.get("nullable") == Some(&Value::Bool(true)) {
                object.remove("nullable");
                let inner = Value::Object(std::mem::take(object));
                *object = Map::new();
                object.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
            }
        }
        _ => {}
    }
}
