//! KSeF tokens.

use crate::auth::TypedIdentifier;
use crate::open_enum::open_enum;
use crate::{ApiTime, Secret};
use ksef_id::{ContextType, ReferenceNumber};
use serde::{Deserialize, Serialize};

open_enum! {
    /// A permission that a token can carry.
    pub enum TokenPermissionType {
        /// Reading invoices.
        InvoiceRead,
        /// Sending invoices.
        InvoiceWrite,
        /// Reading permissions and credentials.
        CredentialsRead,
        /// Managing permissions and credentials.
        CredentialsManage,
        /// Managing subunits.
        SubunitManage,
        /// A bailiff's operations.
        EnforcementOperations,
        /// Looking at all sessions of the context.
        Introspection,
        /// Managing collective identifiers.
        CollectiveIdentifierManage,
    }
}

open_enum! {
    /// The life of a token.
    pub enum AuthenticationTokenStatus {
        /// Made, not yet usable.
        Pending,
        /// Usable.
        Active,
        /// Being revoked.
        Revoking,
        /// Revoked.
        Revoked,
        /// Could not be made.
        Failed,
    }
}

open_enum! {
    /// How a token's author is known.
    pub enum TokenAuthorType {
        /// By NIP.
        Nip,
        /// By PESEL.
        Pesel,
        /// By the fingerprint of a certificate.
        Fingerprint,
    }
}

/// Body of `POST /tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateTokenRequest {
    /// What the token shall allow.
    pub permissions: Vec<TokenPermissionType>,
    /// What it is for, 5 to 256 characters.
    pub description: String,
}

/// Answer of `POST /tokens` (202): the only time the token is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateTokenResponse {
    /// The token's reference number.
    pub reference_number: ReferenceNumber,
    /// The token, at most 160 characters.
    pub token: Secret,
}

/// Answer of `GET /tokens/{referenceNumber}`; the same object is an entry of `GET /tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenStatusResponse {
    /// The token's reference number.
    pub reference_number: ReferenceNumber,
    /// Who made it.
    pub author_identifier: TypedIdentifier<TokenAuthorType>,
    /// In which context it works.
    pub context_identifier: TypedIdentifier<ContextType>,
    /// What it is for.
    pub description: String,
    /// What it allows.
    pub requested_permissions: Vec<TokenPermissionType>,
    /// When it was made.
    pub date_created: ApiTime,
    /// When it last served to log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use_date: Option<ApiTime>,
    /// Where it is in its life.
    pub status: AuthenticationTokenStatus,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_details: Option<Vec<String>>,
}

/// Answer of `GET /tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryTokensResponse {
    /// Where the next page begins; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The tokens, newest first.
    pub tokens: Vec<TokenStatusResponse>,
}
