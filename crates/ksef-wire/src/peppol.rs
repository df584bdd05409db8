//! The list of Peppol service providers.

use crate::ApiTime;
use serde::{Deserialize, Serialize};

/// A Peppol service provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeppolProvider {
    /// Its identifier: `P`, two letters, six digits.
    pub id: String,
    /// Its name, at most 256 characters.
    pub name: String,
    /// Since when KSeF knows it.
    pub date_created: ApiTime,
}

/// Answer of `GET /peppol/query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryPeppolProvidersResponse {
    /// The providers, the newest first.
    pub peppol_providers: Vec<PeppolProvider>,
    /// Whether there is another page.
    pub has_more: bool,
}
