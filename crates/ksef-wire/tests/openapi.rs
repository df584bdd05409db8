//! Every type, code and operation of ours against the official OpenAPI document of API 2.9.0.
//!
//! A type is judged by what it does with JSON made from its schema: a document with every property must come back
//! unchanged, each required property must be missed, each nullable one may be null or absent, and each format must be
//! refused when it is broken. The fields of ours are asked from serde itself, so that none is invented.

use ksef_wire::codes::{BatchSessionStatusCode, ExceptionCode, InvoiceStatusCode, OnlineSessionStatusCode};
use ksef_wire::*;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The document; `None`, said aloud, when it is not there.
fn document() -> Option<Value> {
    let folder = std::env::var_os("BRAMKA_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    match std::fs::read(folder.join("ksef/open-api-2.9.0.json")) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).expect("the document is JSON")),
        Err(_) => {
            let is_required = std::env::var("BRAMKA_REQUIRE").as_deref() == Ok("all");
            assert!(
                !is_required,
                "the OpenAPI document is missing, and BRAMKA_REQUIRE=all asks for everything"
            );
            eprintln!("SKIPPED: the OpenAPI document is missing");
            None
        }
    }
}

/// A walk through the document's schemas.
struct Walk<'a> {
    schemas: &'a Map<String, Value>,
}

impl<'a> Walk<'a> {
    fn of(document: &'a Value) -> Self {
        Self { schemas: document["components"]["schemas"].as_object().expect("there are schemas") }
    }

    /// Follows `$ref` and single `allOf`.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().expect("a reference has parts");
            return self.resolve(&self.schemas[name]);
        }
        match schema["allOf"].as_array() {
            Some(parts) => self.resolve(&parts[0]),
            None => schema,
        }
    }

    /// JSON of a schema; with every property, or with the required ones only.
    fn example(&self, schema: &'a Value, is_full: bool) -> Value {
        let schema = self.resolve(schema);
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        match schema["type"].as_str() {
            Some("object") if schema["properties"].is_object() => {
                let required = required(schema);
                let properties = schema["properties"].as_object().expect("an object has properties");
                let included =
                    properties.iter().filter(|(name, _)| is_full || required.contains(name.as_str()));
                included.map(|(name, schema)| (name.clone(), self.property(name, schema, is_full))).collect()
            }
            Some("object") => json!({ "key": "value" }),
            Some("array") => json!([self.example(&schema["items"], is_full)]),
            Some("integer") => json!(7),
            Some("number") => json!(12.5),
            // `false` is what a default of false leaves out.
            Some("boolean") => json!(true),
            Some("string") => json!(self.text(schema)),
            other => panic!("a schema of type {other:?}: {schema}"),
        }
    }

    /// JSON of a property; identifiers whose form the schema gives in words only are known by their name.
    fn property(&self, name: &str, schema: &'a Value, is_full: bool) -> Value {
        match name {
            "collectiveIdentifierNumber" => json!("1111111111-IZ202607-65ED02180000-E7"),
            _ => self.example(schema, is_full),
        }
    }

    fn text(&self, schema: &Value) -> String {
        let is = |name: &str| self.schemas.get(name) == Some(schema);
        if is("ReferenceNumber") || is("Challenge") {
            "20260119-AU-0123456789-0123456789-00".to_owned()
        } else if is("KsefNumber") {
            "5265877635-20250826-0100001AF629-AF".to_owned()
        } else if is("Nip") {
            "5265877635".to_owned()
        } else if is("Sha256HashBase64") {
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned()
        } else if schema["pattern"] == "^[0-9A-F]{16}$" {
            "0321C82DA41B4362".to_owned()
        } else {
            match schema["format"].as_str() {
                Some("date-time") => "2026-01-19T15:59:13.8057696+00:00".to_owned(),
                Some("date") => "2026-01-19".to_owned(),
                Some("byte") => "AAEC".to_owned(),
                Some("uri") => "https://example.com/".to_owned(),
                _ => "text".to_owned(),
            }
        }
    }
}

fn required(schema: &Value) -> BTreeSet<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The fields that serde reads a structure by.
fn fields_of<T: DeserializeOwned>() -> BTreeSet<&'static str> {
    struct Ask<'a>(&'a mut &'static [&'static str]);
    impl<'de> Deserializer<'de> for Ask<'_> {
        type Error = serde_json::Error;
        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde_json::Error::custom("no structure"))
        }
        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = fields;
            Err(serde_json::Error::custom("asked"))
        }
        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
    let mut fields: &'static [&'static str] = &[];
    let _ = T::deserialize(Ask(&mut fields));
    fields.iter().copied().collect()
}

/// Compares a type with the schema of a name.
fn check<T: DeserializeOwned + Serialize>(document: &Value, name: &str) {
    let walk = Walk::of(document);
    let schema = walk.schemas.get(name).unwrap_or_else(|| panic!("{name} is in the document"));
    let properties = schema["properties"].as_object().unwrap_or_else(|| panic!("{name} has properties"));
    let named: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(fields_of::<T>(), named, "{name}: the fields");

    let read = |value: &Value| serde_json::from_value::<T>(value.clone());
    let full = walk.example(schema, true);
    let parsed = read(&full).unwrap_or_else(|error| panic!("{name}: {error}: {full}"));
    assert_eq!(serde_json::to_value(&parsed).expect("it is written"), full, "{name}: everything comes back");
    let minimal = walk.example(schema, false);
    let parsed = read(&minimal).unwrap_or_else(|error| panic!("{name}: {error}: {minimal}"));
    assert_eq!(serde_json::to_value(&parsed).expect("it is written"), minimal, "{name}: nothing is added");

    let required = required(schema);
    for (property, description) in properties {
        let label = format!("{name}.{property}");
        let mut without = full.clone();
        without.as_object_mut().expect("an object").remove(property);
        assert_eq!(read(&without).is_err(), required.contains(property.as_str()), "{label}: required or not");
        let mut changed = full.clone();
        if description["nullable"] == true {
            changed[property] = Value::Null;
            assert!(read(&changed).is_ok(), "{label}: nullable");
        }
        let resolved = walk.resolve(description);
        match (resolved["type"].as_str(), resolved["format"].as_str()) {
            // Kept as text: see the field's description.
            _ if label == "ExceptionInfo.timestamp" => {}
            (Some("string"), Some("date-time" | "date")) => {
                changed[property] = json!("yesterday");
                assert!(read(&changed).is_err(), "{label}: a date is a date");
            }
            (Some("integer" | "number"), _) => {
                changed[property] = json!("7");
                assert!(read(&changed).is_err(), "{label}: a number is a number");
            }
            (Some("boolean"), _) => {
                changed[property] = json!("true");
                assert!(read(&changed).is_err(), "{label}: a boolean is a boolean");
            }
            (Some("string"), _) => {
                changed[property] = json!(7);
                assert!(read(&changed).is_err(), "{label}: a text is a text");
            }
            _ => {}
        }
    }
}

/// Compares the members of an enumeration.
fn check_enum(document: &Value, name: &str, names: &[&str]) {
    let schema = &document["components"]["schemas"][name];
    let members: Vec<&str> =
        schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert_eq!(names, members, "{name}");
}

#[test]
fn types_are_those_of_the_document() {
    let Some(document) = document() else { return };
    macro_rules! check_all {
        ($($type:ident),+ $(,)?) => { $( check::<$type>(&document, stringify!($type)); )+ };
    }
    check_all!(
        AllowedIps,
        ApiError,
        ApiRateLimitsOverride,
        AttachmentPermissionGrantRequest,
        AttachmentPermissionRevokeRequest,
        BatchFileInfo,
        BatchFilePartInfo,
        EffectiveContextLimits,
        EffectiveSubjectLimits,
        ExportInvoicesResponse,
        InvoiceExportRequest,
        InvoiceExportStatusResponse,
        InvoicePackage,
        InvoicePackagePart,
        OpenBatchSessionRequest,
        OpenBatchSessionResponse,
        PartUploadRequest,
        PersonCreateRequest,
        PersonRemoveRequest,
        SetRateLimitsRequest,
        SetSubjectLimitsRequest,
        SubjectCreateRequest,
        SubjectRemoveRequest,
        Subunit,
        TestDataPermission,
        TestDataPermissionsGrantRequest,
        TestDataPermissionsRevokeRequest,
        AuthenticationChallengeResponse,
        AuthenticationInitResponse,
        AuthenticationListItem,
        AuthenticationListResponse,
        AuthenticationMethodInfo,
        AuthenticationOperationStatusResponse,
        AuthenticationTokenRefreshResponse,
        AuthenticationTokensResponse,
        AuthorizationPolicy,
        BadRequestProblemDetails,
        EffectiveApiRateLimits,
        EffectiveApiRateLimitValues,
        EncryptionInfo,
        ExceptionDetails,
        ExceptionInfo,
        ExceptionResponse,
        ForbiddenProblemDetails,
        FormCode,
        GenerateTokenRequest,
        GenerateTokenResponse,
        GoneProblemDetails,
        InitTokenAuthenticationRequest,
        InvoiceMetadata,
        InvoiceMetadataAuthorizedSubject,
        InvoiceMetadataBuyer,
        InvoiceMetadataBuyerIdentifier,
        InvoiceMetadataSeller,
        InvoiceMetadataThirdSubject,
        InvoiceMetadataThirdSubjectIdentifier,
        InvoiceQueryAmount,
        InvoiceQueryBuyerIdentifier,
        InvoiceQueryDateRange,
        InvoiceQueryFilters,
        InvoiceStatusInfo,
        OpenOnlineSessionRequest,
        OpenOnlineSessionResponse,
        PublicKeyCertificate,
        QueryInvoicesMetadataResponse,
        QueryTokensResponse,
        SendInvoiceRequest,
        SendInvoiceResponse,
        SessionInvoicesResponse,
        SessionInvoiceStatusResponse,
        SessionsQueryResponse,
        SessionsQueryResponseItem,
        SessionStatusResponse,
        StatusInfo,
        TokenInfo,
        TokenStatusResponse,
        TooManyRequestsProblemDetails,
        TooManyRequestsResponse,
        UnauthorizedProblemDetails,
        UpoPageResponse,
        UpoResponse,
        CertificateEnrollmentDataResponse,
        CertificateEnrollmentStatusResponse,
        CertificateLimit,
        CertificateLimitsResponse,
        CertificateListItem,
        EnrollCertificateRequest,
        EnrollCertificateResponse,
        QueryCertificatesRequest,
        QueryCertificatesResponse,
        RetrieveCertificatesListItem,
        RetrieveCertificatesRequest,
        RetrieveCertificatesResponse,
        RevokeCertificateRequest,
        TestDataUpdateCertificateRequest,
        CollectiveIdentifierInvoice,
        CollectiveIdentifierInvoicePayment,
        CollectiveIdentifierInvoicesQueryRequest,
        CollectiveIdentifierInvoicesQueryResponse,
        CollectiveIdentifierInvoicesQueryResponseItem,
        CollectiveIdentifiersByKsefNumberQueryResponse,
        CollectiveIdentifiersByKsefNumberQueryResponseItem,
        CollectiveIdentifiersQueryRequest,
        CollectiveIdentifiersQueryResponse,
        CollectiveIdentifiersQueryResponseItem,
        GenerateCollectiveIdentifierRequest,
        GenerateCollectiveIdentifierResponse,
        PeppolProvider,
        QueryPeppolProvidersResponse,
    );
    check::<CollectiveIdentifierInvoicePayment>(
        &document,
        "CollectiveIdentifierInvoicesQueryResponseItemPayment",
    );
    check::<TypedIdentifier<SubjectIdentifierType>>(&document, "CertificateSubjectIdentifier");
    check::<TypedIdentifier<ksef_id::ContextType>>(&document, "AuthenticationContextIdentifier");
    check::<TypedIdentifier<ksef_id::ContextType>>(&document, "TokenContextIdentifierTypeIdentifier");
    check::<TypedIdentifier<TokenAuthorType>>(&document, "TokenAuthorIdentifierTypeIdentifier");
    check::<TokenStatusResponse>(&document, "QueryTokensResponseItem");
    check::<EffectiveApiRateLimitValues>(&document, "ApiRateLimitValuesOverride");
    check::<EffectiveContextLimits>(&document, "SetSessionLimitsRequest");
    for name in ["OnlineSession", "BatchSession"] {
        check::<SessionLimits>(&document, &format!("{name}EffectiveContextLimits"));
        check::<SessionLimits>(&document, &format!("{name}ContextLimitsOverride"));
    }
    check::<CollectiveIdentifierLimits>(&document, "CollectiveIdentifierEffectiveContextLimits");
    check::<CollectiveIdentifierLimits>(&document, "CollectiveIdentifierContextLimitsOverride");
    check::<EnrollmentLimits>(&document, "EnrollmentEffectiveSubjectLimits");
    check::<EnrollmentLimits>(&document, "EnrollmentSubjectLimitsOverride");
    check::<CertificateLimits>(&document, "CertificateEffectiveSubjectLimits");
    check::<CertificateLimits>(&document, "CertificateSubjectLimitsOverride");
    check::<TypedIdentifier<TestDataContextIdentifierType>>(&document, "TestDataContextIdentifier");
    check::<TypedIdentifier<SubjectIdentifierType>>(&document, "TestDataAuthorizedIdentifier");
    check::<TypedIdentifier<ksef_id::ContextType>>(&document, "TestDataAuthenticationContextIdentifier");
    check::<ContextAuthenticationRequest>(&document, "BlockContextAuthenticationRequest");
    check::<ContextAuthenticationRequest>(&document, "UnblockContextAuthenticationRequest");
}

#[test]
fn types_of_permissions_are_those_of_the_document() {
    let Some(document) = document() else { return };
    macro_rules! check_all {
        ($($type:ident),+ $(,)?) => { $( check::<$type>(&document, stringify!($type)); )+ };
    }
    check_all!(
        CheckAttachmentPermissionStatusResponse,
        EntityAuthorizationGrant,
        EntityAuthorizationPermissionsGrantRequest,
        EntityAuthorizationPermissionsQueryRequest,
        EntityByFingerprintDetails,
        EntityDetails,
        EntityPermission,
        EntityPermissionItem,
        EntityPermissionsGrantRequest,
        EntityPermissionsQueryRequest,
        EntityRole,
        EuEntityAdministrationPermissionsGrantRequest,
        EuEntityDetails,
        EuEntityPermission,
        EuEntityPermissionsGrantRequest,
        EuEntityPermissionsQueryRequest,
        EuEntityPermissionSubjectDetails,
        IdDocument,
        IndirectPermissionsGrantRequest,
        PermissionsOperationResponse,
        PermissionsOperationStatusResponse,
        PermissionsSubjectEntityByIdentifierDetails,
        PermissionsSubjectEntityDetails,
        PermissionsSubjectPersonDetails,
        PersonalPermission,
        PersonalPermissionsQueryRequest,
        PersonByFingerprintWithIdentifierDetails,
        PersonByFingerprintWithoutIdentifierDetails,
        PersonDetails,
        PersonPermission,
        PersonPermissionsGrantRequest,
        PersonPermissionsQueryRequest,
        PersonPermissionSubjectDetails,
        QueryEntityAuthorizationPermissionsResponse,
        QueryEntityPermissionsResponse,
        QueryEntityRolesResponse,
        QueryEuEntityPermissionsResponse,
        QueryPersonalPermissionsResponse,
        QueryPersonPermissionsResponse,
        QuerySubordinateEntityRolesResponse,
        QuerySubunitPermissionsResponse,
        SubordinateEntityRole,
        SubordinateEntityRolesQueryRequest,
        SubunitPermission,
        SubunitPermissionsGrantRequest,
        SubunitPermissionsQueryRequest,
    );
    check::<EuEntityDetails>(&document, "PermissionsEuEntityDetails");
    check::<PermissionsSubjectPersonDetails>(&document, "PermissionsSubjectPersonByFingerprintDetails");
    check::<PermissionsSubjectEntityDetails>(&document, "PermissionsSubjectEntityByFingerprintDetails");
    check::<TypedIdentifier<PersonIdentifierType>>(&document, "PersonIdentifier");
    for name in [
        "EntityAuthorizationsAuthorIdentifier",
        "EuEntityPermissionsAuthorIdentifier",
        "IndirectPermissionsSubjectIdentifier",
        "PersonalPermissionsAuthorizedIdentifier",
        "PersonPermissionsAuthorizedIdentifier",
        "PersonPermissionsSubjectIdentifier",
        "SubunitPermissionsAuthorIdentifier",
        "SubunitPermissionsAuthorizedIdentifier",
        "SubunitPermissionsSubjectIdentifier",
    ] {
        check::<TypedIdentifier<SubjectIdentifierType>>(&document, name);
    }
    for name in [
        "EntityPermissionsContextIdentifier",
        "PersonalPermissionsContextIdentifier",
        "PersonPermissionsContextIdentifier",
        "SubunitPermissionsContextIdentifier",
        "SubunitPermissionsSubunitIdentifier",
    ] {
        check::<TypedIdentifier<PermissionContextType>>(&document, name);
    }
    for name in [
        "EntityAuthorizationsAuthorizingEntityIdentifier",
        "EntityPermissionsSubjectIdentifier",
        "EntityPermissionsSubordinateEntityIdentifier",
        "EntityRolesParentEntityIdentifier",
        "SubordinateRoleSubordinateEntityIdentifier",
    ] {
        check::<TypedIdentifier<NipIdentifierType>>(&document, name);
    }
    for name in
        ["EntityAuthorizationPermissionsSubjectIdentifier", "EntityAuthorizationsAuthorizedEntityIdentifier"]
    {
        check::<TypedIdentifier<AuthorizedEntityType>>(&document, name);
    }
    for name in ["EuEntityAdministrationPermissionsSubjectIdentifier", "EuEntityPermissionsSubjectIdentifier"]
    {
        check::<TypedIdentifier<FingerprintIdentifierType>>(&document, name);
    }
    let name = "EuEntityAdministrationPermissionsContextIdentifier";
    check::<TypedIdentifier<NipVatUeIdentifierType>>(&document, name);
    for name in [
        "IndirectPermissionsTargetIdentifier",
        "PersonalPermissionsTargetIdentifier",
        "PersonPermissionsTargetIdentifier",
    ] {
        check::<OptionalIdentifier<PermissionTargetType>>(&document, name);
    }
    check::<OptionalIdentifier<PermissionAuthorType>>(&document, "PersonPermissionsAuthorIdentifier");
}

#[test]
fn enumerations_of_permissions_have_the_documents_members() {
    let Some(document) = document() else { return };
    // Some enumerations of the document differ in nothing but the order of their members.
    let check = |names: &[&str], schemas: &[&str]| {
        let ours: BTreeSet<&str> = names.iter().copied().collect();
        for schema in schemas {
            let members = document["components"]["schemas"][schema]["enum"].as_array();
            let members: BTreeSet<&str> = members.into_iter().flatten().filter_map(Value::as_str).collect();
            assert_eq!(ours, members, "{schema}");
        }
    };
    check(
        PersonPermissionType::NAMES,
        &["PersonPermissionType", "PersonPermissionScope", "OwnerPermissionScope"],
    );
    check(PersonalPermissionType::NAMES, &["PersonalPermissionType", "PersonalPermissionScope"]);
    check(
        EntityPermissionType::NAMES,
        &["EntityPermissionType", "EntityPermissionItemScope", "IndirectPermissionType"],
    );
    check(
        EntityAuthorizationPermissionType::NAMES,
        &["EntityAuthorizationPermissionType", "InvoicePermissionType"],
    );
    check(EuEntityPermissionType::NAMES, &["EuEntityPermissionType"]);
    check(EuEntityPermissionScope::NAMES, &["EuEntityPermissionsQueryPermissionType"]);
    check(SubunitPermissionScope::NAMES, &["SubunitPermissionScope"]);
    check(PermissionState::NAMES, &["PermissionState"]);
    check(PersonPermissionsQueryType::NAMES, &["PersonPermissionsQueryType"]);
    check(QueryType::NAMES, &["QueryType"]);
    check(EntityRoleType::NAMES, &["EntityRoleType"]);
    check(SubordinateEntityRoleType::NAMES, &["SubordinateEntityRoleType"]);
    check(
        PersonPermissionSubjectDetailsType::NAMES,
        &["PersonPermissionSubjectDetailsType", "PersonSubjectDetailsType"],
    );
    check(EuEntityPermissionSubjectDetailsType::NAMES, &["EuEntityPermissionSubjectDetailsType"]);
    check(PermissionsSubjectEntityDetailsType::NAMES, &["EntitySubjectDetailsType"]);
    check(PersonIdentifierType::NAMES, &["PersonIdentifierType"]);
    check(PermissionAuthorType::NAMES, &["PersonPermissionsAuthorIdentifierType"]);
    check(
        PermissionTargetType::NAMES,
        &[
            "IndirectPermissionsTargetIdentifierType",
            "PersonalPermissionsTargetIdentifierType",
            "PersonPermissionsTargetIdentifierType",
        ],
    );
    check(
        PermissionContextType::NAMES,
        &[
            "EntityPermissionsContextIdentifierType",
            "PersonalPermissionsContextIdentifierType",
            "PersonPermissionsContextIdentifierType",
            "SubunitPermissionsContextIdentifierType",
            "SubunitPermissionsSubunitIdentifierType",
        ],
    );
    check(
        AuthorizedEntityType::NAMES,
        &[
            "EntityAuthorizationPermissionsSubjectIdentifierType",
            "EntityAuthorizationsAuthorizedEntityIdentifierType",
        ],
    );
    check(
        SubjectIdentifierType::NAMES,
        &[
            "EntityAuthorizationsAuthorIdentifierType",
            "EuEntityPermissionsAuthorIdentifierType",
            "IndirectPermissionsSubjectIdentifierType",
            "PersonalPermissionsAuthorizedIdentifierType",
            "PersonPermissionsAuthorizedIdentifierType",
            "PersonPermissionsSubjectIdentifierType",
            "SubunitPermissionsAuthorIdentifierType",
            "SubunitPermissionsSubjectIdentifierType",
        ],
    );
    check(
        NipIdentifierType::NAMES,
        &[
            "EntityAuthorizationsAuthorizingEntityIdentifierType",
            "EntityPermissionsSubjectIdentifierType",
            "EntityPermissionsSubordinateEntityIdentifierType",
            "EntityRolesParentEntityIdentifierType",
            "SubordinateRoleSubordinateEntityIdentifierType",
        ],
    );
    check(
        FingerprintIdentifierType::NAMES,
        &[
            "EuEntityAdministrationPermissionsSubjectIdentifierType",
            "EuEntityPermissionsSubjectIdentifierType",
        ],
    );
    check(NipVatUeIdentifierType::NAMES, &["EuEntityAdministrationPermissionsContextIdentifierType"]);
}

/// The judge itself: a type with a field too many, too few, or of another optionality is caught.
#[test]
fn wrong_types_are_caught() {
    #[derive(Serialize, serde::Deserialize)]
    struct TooFew {
        code: i32,
        description: String,
    }
    #[derive(Serialize, serde::Deserialize)]
    struct TooStrict {
        code: i32,
        description: String,
        details: Vec<String>,
    }
    #[derive(Serialize, serde::Deserialize)]
    struct TooLax {
        code: Option<i32>,
        description: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<Vec<String>>,
    }
    let Some(document) = document() else { return };
    assert!(std::panic::catch_unwind(|| check::<TooFew>(&document, "StatusInfo")).is_err());
    assert!(std::panic::catch_unwind(|| check::<TooStrict>(&document, "StatusInfo")).is_err());
    assert!(std::panic::catch_unwind(|| check::<TooLax>(&document, "StatusInfo")).is_err());
}

#[test]
fn enumerations_have_the_documents_members() {
    let Some(document) = document() else { return };
    macro_rules! check_all {
        ($($type:ident),+ $(,)?) => { $( check_enum(&document, stringify!($type), $type::NAMES); )+ };
    }
    check_all!(
        AmountType,
        AuthenticationMethod,
        AuthenticationMethodCategory,
        AuthenticationTokenStatus,
        BuyerIdentifierType,
        CertificateListItemStatus,
        CertificateRevocationReason,
        CommonSessionStatus,
        CompressionType,
        SubjectIdentifierType,
        SubjectType,
        TestDataContextIdentifierType,
        TestDataPermissionType,
        InvoiceQueryDateType,
        InvoiceQueryFormType,
        InvoiceQuerySubjectType,
        InvoiceType,
        InvoicingMode,
        KsefCertificateType,
        PublicKeyCertificateUsage,
        SessionType,
        SortOrder,
        ThirdSubjectIdentifierType,
        TokenPermissionType,
    );
    check_enum(&document, "TokenAuthorIdentifierType", TokenAuthorType::NAMES);
    check_enum(&document, "TestDataAuthorizedIdentifierType", SubjectIdentifierType::NAMES);
    check_enum(&document, "CertificateSubjectIdentifierType", SubjectIdentifierType::NAMES);
    let contexts = [
        ksef_id::ContextType::Nip,
        ksef_id::ContextType::InternalId,
        ksef_id::ContextType::NipVatUe,
        ksef_id::ContextType::PeppolId,
    ];
    check_enum(&document, "AuthenticationContextIdentifierType", &contexts.map(ksef_id::ContextType::name));
}

#[test]
fn unknown_members_are_carried() {
    let mode: InvoicingMode = serde_json::from_str("\"Telepathic\"").expect("an open enumeration");
    assert_eq!(mode, InvoicingMode::Unknown("Telepathic".to_owned()));
    assert_eq!(serde_json::to_string(&mode).expect("it is written"), "\"Telepathic\"");
    assert!(!mode.is_known() && InvoicingMode::Offline.is_known());
    assert!(serde_json::from_str::<InvoicingMode>("7").is_err());
}

/// The rows of a Markdown table whose first cell is a number.
fn rows(text: &str) -> Vec<(i32, Vec<String>)> {
    text.lines()
        .filter_map(|line| {
            let cells: Vec<String> =
                line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
            Some((cells.first()?.parse().ok()?, cells))
        })
        .collect()
}

#[test]
fn codes_have_the_documents_texts() {
    let Some(document) = document() else { return };
    let mut found = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("there are paths") {
        for operation in operations.as_object().expect("there are operations").values() {
            let text = operation["responses"]["400"]["description"].as_str().unwrap_or_default();
            for (code, cells) in rows(text) {
                found.insert(code);
                let ours =
                    ExceptionCode(code).description().unwrap_or_else(|| panic!("{code} of {path} is known"));
                // The document words 21418 in two ways.
                assert!(cells[1] == ours || code == 21418, "{code}: {} is not {ours}", cells[1]);
            }
        }
    }
    let ours: BTreeSet<i32> = ExceptionCode::ALL.iter().map(|code| code.0).collect();
    assert_eq!(ours, found);

    let status = |schema: &str| {
        document["components"]["schemas"][schema]["properties"]["status"]["description"]
            .as_str()
            .unwrap_or_default()
    };
    let text = |description: &str| description.replace(" ({statusCode})", "");
    for (code, cells) in rows(status("SessionInvoiceStatusResponse")) {
        assert_eq!(InvoiceStatusCode(code).description(), Some(text(&cells[1]).as_str()));
    }
    let permission = rows(status("PermissionsOperationStatusResponse"));
    assert_eq!(permission.len(), codes::PermissionOperationStatusCode::ALL.len());
    for (code, cells) in permission {
        assert_eq!(codes::PermissionOperationStatusCode(code).description(), Some(text(&cells[1]).as_str()));
    }
    for (code, cells) in rows(status("AuthenticationOperationStatusResponse")) {
        assert_eq!(codes::AuthStatusCode(code).description(), Some(text(&cells[1]).as_str()));
    }
    for (code, cells) in rows(status("InvoiceExportStatusResponse")) {
        assert_eq!(codes::ExportStatusCode(code).description(), Some(text(&cells[1]).as_str()));
    }
    for (code, cells) in rows(status("CertificateEnrollmentStatusResponse")) {
        assert_eq!(codes::EnrollmentStatusCode(code).description(), Some(text(&cells[1]).as_str()));
    }
    let (batch, online) =
        status("SessionStatusResponse").split_once("Sesja interaktywna:").expect("two tables stand there");
    assert!(rows(batch).len() >= 11 && rows(online).len() >= 6);
    for (code, cells) in rows(batch) {
        assert_eq!(BatchSessionStatusCode(code).description(), Some(text(&cells[1]).as_str()));
    }
    for (code, cells) in rows(online) {
        assert_eq!(OnlineSessionStatusCode(code).description(), Some(text(&cells[1]).as_str()));
    }
}

#[test]
fn operations_are_those_of_the_document() {
    let Some(document) = document() else { return };
    let mut found = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("there are paths") {
        for (method, description) in operations.as_object().expect("there are operations") {
            let label = format!("{} {path}", method.to_uppercase());
            found.insert(label.clone());
            let operation = Operation::ALL
                .iter()
                .find(|operation| {
                    operation.path_template() == path && operation.method().as_str() == method.to_uppercase()
                })
                .unwrap_or_else(|| panic!("{label} is known"));
            let permissions: Vec<&str> = description["x-required-permissions"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            assert_eq!(operation.required_permissions(), permissions, "{label}");
            let limits = &description["x-rate-limits"];
            let value = |name: &str| limits[name].as_i64().unwrap_or(-1);
            let ours = operation.rate_limit_group().production();
            let ours = (i64::from(ours.per_second), i64::from(ours.per_minute), i64::from(ours.per_hour));
            assert_eq!(ours, (value("perSecond"), value("perMinute"), value("perHour")), "{label}");
            let table = description["responses"]["429"]["description"].as_str().unwrap_or_default();
            if let Some(group) = table.lines().find_map(|line| line.split('|').nth(5)).map(str::trim)
                && RateLimitGroup::ALL.iter().any(|known| known.name() == group)
            {
                assert_eq!(operation.rate_limit_group().name(), group, "{label}");
            }
        }
    }
    assert_eq!(found.len(), Operation::ALL.len());
    assert_eq!(found.len(), 83);
}
