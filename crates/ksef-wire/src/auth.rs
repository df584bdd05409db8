//! Login: challenge, start of an authentication, its status, tokens, and the list of logins.

use crate::open_enum::open_enum;
use crate::{ApiTime, Base64Bytes, Secret, StatusInfo};
use ksef_id::{ContextIdentifier, ContextIdentifierError, ContextType, ReferenceNumber};
use serde::{Deserialize, Serialize};

/// Answer of `POST /auth/challenge`; a challenge lives for 10 minutes (guide, `uwierzytelnianie.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationChallengeResponse {
    /// The challenge, a reference number of kind `CR`.
    pub challenge: ReferenceNumber,
    /// When it was made.
    pub timestamp: ApiTime,
    /// The same in milliseconds since 1970: the number that goes into an encrypted token.
    pub timestamp_ms: i64,
    /// The caller's address as KSeF sees it.
    pub client_ip: String,
}

/// A token with its end of life.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// The JWT.
    pub token: Secret,
    /// Until when it is valid.
    pub valid_until: ApiTime,
}

/// Answer of `POST /auth/xades-signature` and `POST /auth/ksef-token` (202).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationInitResponse {
    /// The operation, and later the login session (`AU`).
    pub reference_number: ReferenceNumber,
    /// The token with which its status is read and its tokens are redeemed.
    pub authentication_token: TokenInfo,
}

/// A context as the API carries it: type and value, unchecked. [`TypedIdentifier::to_context`] checks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypedIdentifier<T> {
    /// What kind of identifier it is.
    #[serde(rename = "type")]
    pub kind: T,
    /// The identifier.
    pub value: String,
}

impl TypedIdentifier<ContextType> {
    /// The context, when the value has the shape that its type asks for.
    ///
    /// # Errors
    /// [`ContextIdentifierError`] when it has not.
    pub fn to_context(&self) -> Result<ContextIdentifier, ContextIdentifierError> {
        ContextIdentifier::new(self.kind, &self.value)
    }
}

impl From<&ContextIdentifier> for TypedIdentifier<ContextType> {
    fn from(context: &ContextIdentifier) -> Self {
        Self { kind: context.kind(), value: context.value().to_owned() }
    }
}

/// Body of `POST /auth/ksef-token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitTokenAuthenticationRequest {
    /// The challenge that was given.
    pub challenge: ReferenceNumber,
    /// The context to log in to.
    pub context_identifier: TypedIdentifier<ContextType>,
    /// `token|timestampMs`, encrypted by RSA-OAEP with SHA-256 and MGF1 SHA-256.
    pub encrypted_token: Base64Bytes,
    /// Which public key was used: Base64 of the SHA-256 of its SPKI, 44 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key_id: Option<String>,
    /// From where the access tokens may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_policy: Option<AuthorizationPolicy>,
}

/// Rules for the use of the tokens of a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationPolicy {
    /// The addresses that may call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_ips: Option<AllowedIps>,
}

/// Addresses from which access tokens may be used, at most 10 of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowedIps {
    /// Single addresses, `192.0.2.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip4_addresses: Option<Vec<String>>,
    /// Ranges, `192.0.2.1-192.0.2.9`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip4_ranges: Option<Vec<String>>,
    /// Networks, `192.0.2.0/24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip4_masks: Option<Vec<String>>,
}

open_enum! {
    /// How somebody logged in. Deprecated by the API in favour of [`AuthenticationMethodInfo`], still required in 2.9.0.
    pub enum AuthenticationMethod {
        /// A KSeF token.
        Token,
        /// The trusted profile.
        TrustedProfile,
        /// A KSeF certificate.
        InternalCertificate,
        /// A qualified signature.
        QualifiedSignature,
        /// A qualified seal.
        QualifiedSeal,
        /// A personal signature (identity card).
        PersonalSignature,
        /// The signature of a Peppol provider.
        PeppolSignature,
    }
}

open_enum! {
    /// The family of a login method.
    pub enum AuthenticationMethodCategory {
        /// A XAdES signature.
        XadesSignature,
        /// The national identity node (login.gov.pl).
        NationalNode,
        /// A KSeF token.
        Token,
        /// Anything else.
        Other,
    }
}

/// The login method in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationMethodInfo {
    /// Its family.
    pub category: AuthenticationMethodCategory,
    /// Its code, free text of KSeF.
    pub code: String,
    /// Its Polish name.
    pub display_name: String,
}

/// Answer of `GET /auth/{referenceNumber}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationOperationStatusResponse {
    /// When the operation began.
    pub start_date: ApiTime,
    /// How somebody logs in.
    pub authentication_method: AuthenticationMethod,
    /// The same in words.
    pub authentication_method_info: AuthenticationMethodInfo,
    /// The status; codes in [`crate::codes::AuthStatusCode`].
    pub status: StatusInfo,
    /// Whether the tokens were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_token_redeemed: Option<bool>,
    /// When an access token was last refreshed; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_token_refresh_date: Option<ApiTime>,
    /// Until when the refresh token is valid; absent before redeeming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_valid_until: Option<ApiTime>,
}

/// One login of `GET /auth/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationListItem {
    /// When it began.
    pub start_date: ApiTime,
    /// How somebody logged in.
    pub authentication_method: AuthenticationMethod,
    /// The same in words.
    pub authentication_method_info: AuthenticationMethodInfo,
    /// The status; codes in [`crate::codes::AuthStatusCode`].
    pub status: StatusInfo,
    /// Whether the tokens were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_token_redeemed: Option<bool>,
    /// When an access token was last refreshed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_token_refresh_date: Option<ApiTime>,
    /// Until when the refresh token is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_valid_until: Option<ApiTime>,
    /// The login (`AU`).
    pub reference_number: ReferenceNumber,
    /// Whether the asking token belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_current: Option<bool>,
}

/// Answer of `GET /auth/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationListResponse {
    /// Where the next page begins; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The logins, newest first.
    pub items: Vec<AuthenticationListItem>,
}

/// Answer of `POST /auth/token/redeem`, given once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationTokensResponse {
    /// For the operations; minutes.
    pub access_token: TokenInfo,
    /// For new access tokens; up to 7 days.
    pub refresh_token: TokenInfo,
}

/// Answer of `POST /auth/token/refresh`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationTokenRefreshResponse {
    /// The new access token.
    pub access_token: TokenInfo,
}
