//! Names of the headers that the API gives a meaning to, in lower case as HTTP libraries keep them.

/// Request: `problem-details` asks for errors as `application/problem+json`.
pub const X_ERROR_FORMAT: &str = "x-error-format";
/// The value of [`X_ERROR_FORMAT`] that the API knows.
pub const PROBLEM_DETAILS: &str = "problem-details";
/// Request: where the next page begins.
pub const X_CONTINUATION_TOKEN: &str = "x-continuation-token";
/// Request: switches a feature on, such as `subject-identifier-validation`.
pub const X_KSEF_FEATURE: &str = "x-ksef-feature";
/// A value of [`X_KSEF_FEATURE`]: NIPs and internal identifiers of an invoice's parties are checked (since 2.8.0).
pub const SUBJECT_IDENTIFIER_VALIDATION: &str = "subject-identifier-validation";
/// A value of [`X_KSEF_FEATURE`] at the opening of a session: its UPO shall be of version 4-3, which is the default since
/// 22 December 2025 (`api-changelog.md`).
pub const UPO_V4_3: &str = "upo-v4-3";
/// A value of [`X_KSEF_FEATURE`]: signatures are held to the strict profile where they are not yet (since 2.1.1).
pub const ENFORCE_XADES_COMPLIANCE: &str = "enforce-xades-compliance";
/// Request (TEST): its text comes back as [`X_SYSTEM_WARNING`].
pub const X_TEST_SYSTEM_WARNING: &str = "x-test-system-warning";
/// Answer: a technical warning that does not change the outcome.
pub const X_SYSTEM_WARNING: &str = "x-system-warning";
/// Answer with a document: Base64 of the SHA-256 of the body.
pub const X_MS_META_HASH: &str = "x-ms-meta-hash";
/// Answer 429: seconds until the request may be repeated.
pub const RETRY_AFTER: &str = "retry-after";
