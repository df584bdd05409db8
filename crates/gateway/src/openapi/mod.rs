//! The REST interface as a document for programs (OpenAPI 3.1), and as a page for people.
//!
//! Shapes come from the types of `gateway-api`, routes from the router: a route that is described nowhere, or a
//! description without a route, fails a test.

mod access;
mod additions;
mod notices;
mod operation;
mod page;
mod purchases;
mod retention;
mod routing;
mod sales;

pub(crate) use page::page;

use std::sync::LazyLock;

use axum::http::{Method, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::Problem;
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder, OpenApiVersion, PathsBuilder,
    SecurityRequirement,
};
use utoipa::{PartialSchema as _, ToSchema as _};

pub use additions::breaks;
use operation::Operation;

/// The document. It is made once.
static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(document);

static JSON: LazyLock<String> = LazyLock::new(openapi_json);

/// The document as `docs/openapi.json` has it: indented, with a line break at the end.
#[must_use]
pub fn openapi_json() -> String {
    let mut json = DOCUMENT.to_pretty_json().expect("a document of texts and numbers");
    json.push('\n');
    json
}

/// `GET /api/v1/openapi.json`.
pub(crate) async fn json() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], JSON.as_str()).into_response()
}

/// Every operation, in the order in which people read them.
fn operations() -> Vec<Operation> {
    let mut operations = access::operations();
    operations.extend(sales::operations());
    operations.extend(purchases::operations());
    operations.extend(retention::operations());
    operations.extend(notices::operations());
    operations
}

fn document() -> OpenApi {
    let mut components = ComponentsBuilder::new()
        .schema(Problem::name(), Problem::schema())
        .security_scheme("apiKey", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key"))))
        .security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    components = components.schemas_from_iter(schemas);
    let mut paths = PathsBuilder::new();
    for mut operation in operations() {
        components = components.schemas_from_iter(std::mem::take(&mut operation.schemas));
        let (path, method) = (operation.path, http_method(&operation.method));
        paths = paths.path(path, PathItem::new(method, operation.build()));
    }
    OpenApiBuilder::new()
        .openapi(OpenApiVersion::Version31)
        .info(
            InfoBuilder::new()
                .title("bramka")
                .version("1")
                .description(Some(DESCRIPTION))
                .license(Some(License::new(env!("CARGO_PKG_LICENSE"))))
                .build(),
        )
        .paths(paths)
        .components(Some(components.build()))
        .security(Some([
            SecurityRequirement::new("apiKey", Vec::<String>::new()),
            SecurityRequirement::new("bearer", Vec::<String>::new()),
        ]))
        .build()
}

fn http_method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

const DESCRIPTION: &str = "A company's way to KSeF: its sales go out exactly once, its purchases come in. The interface grows by \
    addition only: readers ignore fields and words that they do not know. Errors are problem details (RFC 9457) with a stable \
    `code`. A key is sent as `X-API-Key`, or as `Authorization: Bearer`.";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::router::routes;

    #[test]
    fn every_route_is_described_and_every_description_has_its_route() {
        let routed: BTreeSet<(String, String)> = routes()
            .into_iter()
            .filter(|route| route.path.starts_with("/api/v1/") && route.path != "/api/v1/openapi.json")
            .map(|route| (route.method, route.path.to_owned()))
            .collect();
        let described: BTreeSet<(String, String)> = operations()
            .iter()
            .map(|operation| (operation.method.to_string(), operation.path.to_owned()))
            .collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn names_of_operations_are_unique_and_references_lead_somewhere() {
        let document = serde_json::to_value(&*DOCUMENT).expect("JSON");
        let mut names = BTreeSet::new();
        let mut count = 0;
        for item in document["paths"].as_object().expect("paths").values() {
            for operation in item.as_object().expect("operations").values() {
                names.insert(operation["operationId"].as_str().expect("a name").to_owned());
                count += 1;
            }
        }
        assert_eq!((names.len(), count), (operations().len(), operations().len()));
        let text = document.to_string();
        for reference in text.split("\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().expect("a name");
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }
}
