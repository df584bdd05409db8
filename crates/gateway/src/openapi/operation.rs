//! What is said of an operation, in a few words each.

use axum::http::Method;
use gateway_api::ProblemCode;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{KnownFormat, Ref, RefOr, Required, Response};

/// A named schema, and those that it is made of.
pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;

/// An operation: where it is, what it takes, what it answers.
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) schemas: Schemas,
    summary: &'static str,
    tag: &'static str,
    id: &'static str,
    parameters: Vec<ParameterBuilder>,
    body: Option<RequestBodyBuilder>,
    answers: Vec<(u16, Response)>,
    problems: Vec<ProblemCode>,
    is_public: bool,
}

/// The operations of one subject.
pub(super) struct Subject(pub(super) &'static str);

impl Subject {
    pub(super) fn get(&self, path: &'static str, id: &'static str, summary: &'static str) -> Operation {
        self.operation(Method::GET, path, id, summary)
    }

    pub(super) fn post(&self, path: &'static str, id: &'static str, summary: &'static str) -> Operation {
        self.operation(Method::POST, path, id, summary)
    }

    pub(super) fn put(&self, path: &'static str, id: &'static str, summary: &'static str) -> Operation {
        self.operation(Method::PUT, path, id, summary)
    }

    pub(super) fn patch(&self, path: &'static str, id: &'static str, summary: &'static str) -> Operation {
        self.operation(Method::PATCH, path, id, summary)
    }

    pub(super) fn delete(&self, path: &'static str, id: &'static str, summary: &'static str) -> Operation {
        self.operation(Method::DELETE, path, id, summary)
    }

    fn operation(
        &self,
        method: Method,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Operation {
        let mut operation = Operation {
            method,
            path,
            schemas: Vec::new(),
            summary,
            tag: self.0,
            id,
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            problems: vec![
                ProblemCode::ParameterInvalid,
                ProblemCode::ApiKeyMissing,
                ProblemCode::ApiKeyWrong,
                ProblemCode::Forbidden,
                ProblemCode::HostForbidden,
                ProblemCode::Timeout,
                ProblemCode::Internal,
                ProblemCode::StoreUnavailable,
                ProblemCode::StoreLocked,
                ProblemCode::Stopping,
            ],
            is_public: false,
        };
        if operation.method != Method::GET {
            operation.problems.extend([
                ProblemCode::FormExpired,
                ProblemCode::CrossSite,
                ProblemCode::StoreFull,
                ProblemCode::BodyTooLarge,
            ]);
        }
        for (name, text) in PATH_PARAMETERS {
            if path.contains(&format!("{{{name}}}")) {
                operation.parameters.push(
                    ParameterBuilder::new()
                        .name(*name)
                        .parameter_in(ParameterIn::Path)
                        .required(Required::True)
                        .description(Some(*text))
                        .schema(Some(text_schema())),
                );
            }
        }
        if path.contains("{company}") {
            operation.problems.extend([ProblemCode::CompanyInvalid, ProblemCode::CompanyUnknown]);
        }
        operation
    }
}

impl Operation {
    /// Nobody is asked who he is.
    pub(super) const fn public(mut self) -> Self {
        self.is_public = true;
        self
    }

    /// A parameter of the query.
    pub(super) fn query(
        self,
        name: &'static str,
        schema: impl Into<RefOr<Schema>>,
        text: &'static str,
    ) -> Self {
        self.optional(ParameterIn::Query, name, schema, text)
    }

    /// A header that the request may carry.
    pub(super) fn header(
        self,
        name: &'static str,
        schema: impl Into<RefOr<Schema>>,
        text: &'static str,
    ) -> Self {
        self.optional(ParameterIn::Header, name, schema, text)
    }

    fn optional(
        mut self,
        place: ParameterIn,
        name: &'static str,
        schema: impl Into<RefOr<Schema>>,
        text: &'static str,
    ) -> Self {
        self.parameters.push(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(place)
                .required(Required::False)
                .description(Some(text))
                .schema(Some(schema)),
        );
        self
    }

    /// A body in JSON.
    pub(super) fn takes<T: ToSchema>(mut self) -> Self {
        let reference = self.refer::<T>();
        self.problems.push(ProblemCode::MediaType);
        self.with_content("application/json", reference)
    }

    /// A body as a file.
    pub(super) fn takes_file(mut self, media_type: &'static str) -> Self {
        self.problems.push(ProblemCode::MediaType);
        self.with_content(media_type, RefOr::T(bytes_schema()))
    }

    /// A body in JSON of any shape: its own document describes it.
    pub(super) fn takes_any_json(self) -> Self {
        self.with_content("application/json", RefOr::T(Schema::default()))
    }

    fn with_content(mut self, media_type: &'static str, schema: RefOr<Schema>) -> Self {
        let body =
            self.body.take().unwrap_or_else(|| RequestBodyBuilder::new().required(Some(Required::True)));
        self.body = Some(body.content(media_type, ContentBuilder::new().schema(Some(schema)).build()));
        self
    }

    /// An answer in JSON.
    pub(super) fn answers<T: ToSchema>(mut self, status: u16, text: &'static str) -> Self {
        let reference = self.refer::<T>();
        self.answer_with(status, text, &[("application/json", reference)])
    }

    /// An answer in JSON that is a list of these.
    pub(super) fn answers_list<T: ToSchema>(mut self, status: u16, text: &'static str) -> Self {
        let list = Schema::Array(ArrayBuilder::new().items(self.refer::<T>()).build());
        self.answer_with(status, text, &[("application/json", RefOr::T(list))])
    }

    /// An answer in JSON that is one of two.
    pub(super) fn answers_either<T: ToSchema, U: ToSchema>(
        mut self,
        status: u16,
        text: &'static str,
    ) -> Self {
        let either =
            utoipa::openapi::schema::OneOfBuilder::new().item(self.refer::<T>()).item(self.refer::<U>());
        let either = RefOr::T(Schema::OneOf(either.build()));
        self.answer_with(status, text, &[("application/json", either)])
    }

    /// An answer in JSON: how many, by name.
    pub(super) fn answers_counts(self, status: u16, text: &'static str) -> Self {
        let counts = ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(integer(0, i64::MAX)))
            .build();
        self.answer_with(status, text, &[("application/json", RefOr::T(Schema::Object(counts)))])
    }

    /// An answer as a file.
    pub(super) fn answers_file(self, text: &'static str, media_types: &[&'static str]) -> Self {
        let contents: Vec<_> =
            media_types.iter().map(|media_type| (*media_type, RefOr::T(bytes_schema()))).collect();
        self.answer_with(200, text, &contents)
    }

    /// An answer in JSON or, when asked for, as a file.
    pub(super) fn answers_or_file<T: ToSchema>(
        mut self,
        text: &'static str,
        media_types: &[&'static str],
    ) -> Self {
        let mut contents = vec![("application/json", self.refer::<T>())];
        contents.extend(media_types.iter().map(|media_type| (*media_type, RefOr::T(bytes_schema()))));
        self.answer_with(200, text, &contents)
    }

    /// An answer without a body.
    pub(super) fn answers_nothing(mut self, text: &'static str) -> Self {
        self.answers.push((204, ResponseBuilder::new().description(text).build()));
        self
    }

    /// An answer without a body: it is done later.
    pub(super) fn answers_accepted(mut self, text: &'static str) -> Self {
        self.answers.push((202, ResponseBuilder::new().description(text).build()));
        self
    }

    /// What else may be wrong, beside what any operation may answer.
    pub(super) fn problems(mut self, problems: &[ProblemCode]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }

    fn answer_with(
        mut self,
        status: u16,
        text: &'static str,
        contents: &[(&'static str, RefOr<Schema>)],
    ) -> Self {
        let mut answer = ResponseBuilder::new().description(text);
        for (media_type, schema) in contents {
            answer = answer.content(*media_type, ContentBuilder::new().schema(Some(schema.clone())).build());
        }
        self.answers.push((status, answer.build()));
        self
    }

    fn refer<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        RefOr::Ref(Ref::from_schema_name(T::name()))
    }

    /// As the document has it. A status is named once, with every code that comes with it.
    pub(super) fn build(self) -> utoipa::openapi::path::Operation {
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.id))
            .summary(Some(self.summary))
            .tag(self.tag)
            .request_body(self.body.map(RequestBodyBuilder::build));
        for parameter in self.parameters {
            operation = operation.parameter(parameter);
        }
        for (status, answer) in self.answers {
            operation = operation.response(status.to_string(), answer);
        }
        let mut problems = self.problems;
        if self.is_public {
            operation = operation.security(utoipa::openapi::SecurityRequirement::default());
        }
        problems.sort_by_key(|code| (code.http_status(), code.code()));
        problems.dedup();
        for of_status in problems.chunk_by(|one, other| one.http_status() == other.http_status()) {
            let Some(first) = of_status.first() else { continue };
            let codes: Vec<String> = of_status.iter().map(|code| format!("`{}`", code.code())).collect();
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let answer = ResponseBuilder::new()
                .description(codes.join(", "))
                .content("application/problem+json", problem)
                .build();
            operation = operation.response(first.http_status().to_string(), answer);
        }
        operation.build()
    }
}

pub(super) fn text_schema() -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(Type::String).build())
}

/// One of these words.
pub(super) fn words(allowed: &[&'static str]) -> Schema {
    Schema::Object(
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(allowed.iter().copied())).build(),
    )
}

/// A day: `2026-11-22`.
pub(super) fn day() -> Schema {
    let format = SchemaFormat::KnownFormat(KnownFormat::Date);
    Schema::Object(ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build())
}

/// A decimal text with a point.
pub(super) fn amount() -> Schema {
    Schema::Object(
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^-?\d{1,16}(\.\d{1,2})?$")).build(),
    )
}

pub(super) fn integer(min: i64, max: i64) -> Schema {
    let mut schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(min));
    if max < i64::MAX {
        schema = schema.maximum(Some(max));
    }
    Schema::Object(schema.build())
}

/// Bytes as they are.
fn bytes_schema() -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(SchemaType::AnyValue).build())
}

const PATH_PARAMETERS: &[(&str, &str)] = &[
    ("company", "A KSeF context: a NIP, or `InternalId:…`, `NipVatUe:…`, `PeppolId:…`."),
    ("id", "The identifier that it was given here."),
    ("number", "A KSeF number, or the identifier that it was given here."),
    ("name", "A name of your own."),
    ("purpose", "`invoice` or `confirmation`."),
    ("language", "`pl` or `en`."),
    ("buyer", "The buyer's NIP, or another identifier as it stands on invoices."),
    ("unit", "A unit's NIP, or its internal identifier: a NIP, a hyphen and five digits."),
    ("login", "What the user logs in as."),
];
