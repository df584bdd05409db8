//! The status object that sessions, invoices and logins share.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `StatusInfo`: a code and its Polish description. Which table the code belongs to depends on the operation; see
/// [`crate::codes`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusInfo {
    /// The code; unknown codes must be expected (the official table of session codes ends in `*`).
    pub code: i32,
    /// The description, at least one character.
    pub description: String,
    /// More about the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<String>>,
}

/// `InvoiceStatusInfo`: the status of one invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceStatusInfo {
    /// The code, see [`crate::codes::InvoiceStatusCode`].
    pub code: i32,
    /// The description, at least one character.
    pub description: String,
    /// More about the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<String>>,
    /// Named facts; a duplicate (440) may have [`InvoiceStatusInfo::ORIGINAL_KSEF_NUMBER`] and
    /// [`InvoiceStatusInfo::ORIGINAL_SESSION`], but need not (field notes A2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<BTreeMap<String, Option<String>>>,
}

impl InvoiceStatusInfo {
    /// Key of `extensions`: the KSeF number of the invoice that was there first.
    pub const ORIGINAL_KSEF_NUMBER: &'static str = "originalKsefNumber";
    /// Key of `extensions`: the session in which the first invoice was sent.
    pub const ORIGINAL_SESSION: &'static str = "originalSessionReferenceNumber";

    /// The value of an extension, when it is there.
    #[must_use]
    pub fn extension(&self, key: &str) -> Option<&str> {
        self.extensions.as_ref()?.get(key)?.as_deref()
    }
}
