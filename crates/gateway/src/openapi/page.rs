//! The document as a page that needs no other host and no script.

use std::sync::LazyLock;

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use gateway_api::ProblemCode;
use serde_json::Value;

use super::DOCUMENT;
use crate::rest::Failure;

#[derive(Template)]
#[template(path = "rest.html")]
struct RestPage {
    /// The name of the style sheet.
    style: &'static str,
    description: String,
    subjects: Vec<SubjectView>,
    schemas: Vec<SchemaView>,
}

struct SubjectView {
    name: String,
    operations: Vec<OperationView>,
}

struct OperationView {
    id: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<FieldView>,
    bodies: Vec<ShapeView>,
    answers: Vec<AnswerView>,
}

struct FieldView {
    name: String,
    shape: ShapeView,
    text: String,
    is_required: bool,
}

/// A shape in words, and the schema that it leads to.
struct ShapeView {
    words: String,
    schema: Option<String>,
}

struct AnswerView {
    status: String,
    text: String,
    shapes: Vec<ShapeView>,
}

struct SchemaView {
    name: String,
    text: String,
    fields: Vec<FieldView>,
}

static PAGE: LazyLock<Option<String>> = LazyLock::new(|| {
    let document = serde_json::to_value(&*DOCUMENT).ok()?;
    view(&document).render().ok()
});

/// `GET /api`: the page.
pub(crate) async fn page() -> Response {
    match PAGE.as_deref() {
        Some(page) => Html(page).into_response(),
        None => Failure::new(ProblemCode::Internal, "").into_response(),
    }
}

fn view(document: &Value) -> RestPage {
    let mut subjects: Vec<SubjectView> = Vec::new();
    // In the order in which they were described, which objects of JSON do not keep.
    for described in super::operations() {
        let operation = &document["paths"][described.path][described.method.as_str().to_lowercase()];
        let tag = text(&operation["tags"][0]);
        let view = operation_view(described.method.as_str(), described.path, operation);
        match subjects.iter_mut().find(|subject| subject.name == tag) {
            Some(subject) => subject.operations.push(view),
            None => subjects.push(SubjectView { name: tag, operations: vec![view] }),
        }
    }
    let schemas = entries(&document["components"]["schemas"]).map(|(name, schema)| SchemaView {
        name: name.clone(),
        text: text(&schema["description"]),
        fields: fields(schema),
    });
    RestPage {
        style: gateway_pages::assets::style(),
        description: text(&document["info"]["description"]),
        subjects,
        schemas: schemas.collect(),
    }
}

fn operation_view(method: &str, path: &str, operation: &Value) -> OperationView {
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(|parameter| FieldView {
        name: text(&parameter["name"]),
        shape: shape(&parameter["schema"]),
        text: text(&parameter["description"]),
        is_required: parameter["required"] == true,
    });
    let answers = entries(&operation["responses"]).map(|(status, answer)| AnswerView {
        status: status.clone(),
        text: text(&answer["description"]),
        shapes: entries(&answer["content"]).map(|(name, content)| of_media(name, content)).collect(),
    });
    OperationView {
        id: text(&operation["operationId"]),
        method: method.to_owned(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        parameters: parameters.collect(),
        bodies: entries(&operation["requestBody"]["content"])
            .map(|(name, content)| of_media(name, content))
            .collect(),
        answers: answers.collect(),
    }
}

fn fields(schema: &Value) -> Vec<FieldView> {
    let required = schema["required"].as_array();
    entries(&schema["properties"])
        .map(|(name, field)| FieldView {
            name: name.clone(),
            shape: shape(field),
            text: text(&field["description"]),
            is_required: required.is_some_and(|required| required.iter().any(|one| one == name)),
        })
        .collect()
}

fn of_media(media_type: &str, content: &Value) -> ShapeView {
    let shape = shape(&content["schema"]);
    if shape.schema.is_some() { shape } else { ShapeView { words: media_type.to_owned(), schema: None } }
}

/// A schema in a word or two.
fn shape(schema: &Value) -> ShapeView {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return ShapeView { words: name.to_owned(), schema: Some(name.to_owned()) };
    }
    for one_of in ["oneOf", "anyOf", "allOf"] {
        let parts = schema[one_of].as_array().into_iter().flatten();
        if let Some(part) = parts.filter(|part| part["type"] != "null").map(shape).next() {
            return part;
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    };
    match kind {
        Some("array") => {
            let items = shape(&schema["items"]);
            ShapeView { words: format!("list of {}", items.words), schema: items.schema }
        }
        Some("string") if schema["enum"].is_array() => {
            let allowed: Vec<&str> =
                schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            ShapeView { words: allowed.join(" | "), schema: None }
        }
        Some(kind) => ShapeView { words: schema["format"].as_str().unwrap_or(kind).to_owned(), schema: None },
        None => ShapeView { words: "any".to_owned(), schema: None },
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
