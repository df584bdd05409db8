//! Who asks and what he may do: users, sessions, API keys, the audit log, the test of a connection.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ksef_id::ContextIdentifier;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Words;

/// Answer to `GET /whoami`: a program's first question, and its test that address and key are right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhoamiResource {
    /// As the audit log names it: `user:…`, `key:…`, `operator`, `local`.
    pub who: String,
    /// `user`, `key`, `operator`, or `local`: anybody on this machine, while there are no users.
    pub kind: String,
    /// The companies that it may see something of.
    pub companies: Vec<WhoamiCompanyResource>,
    /// What it may do for all companies.
    pub rights: Vec<String>,
    /// The address under which others reach the gateway, when the operator has said it (`public_url`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// The gateway's version.
    pub version: String,
}

/// A company as its caller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhoamiCompanyResource {
    /// Which one.
    #[schema(value_type = String)]
    pub company: ContextIdentifier,
    /// Which KSeF it works with: `test`, `demo`, `prd`, `simulator`.
    pub environment: String,
    /// What the caller may do there.
    pub rights: Vec<String>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserResource {
    /// What the person logs in as.
    pub login: String,
    /// The person's name; may be empty.
    pub name: String,
    /// Whether the person may log in.
    pub is_active: bool,
    /// Whether a code is asked for besides the password.
    pub has_second_factor: bool,
    /// The role in each company; `*` stands for all companies.
    pub roles: BTreeMap<String, String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When the person last logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_login_at: Option<Timestamp>,
}

/// Answer to `GET /users`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserListResource {
    /// By login.
    pub items: Vec<UserResource>,
}

/// `POST /users`. Passwords are not printed.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserRequest {
    /// 1 to 64 lower-case letters, digits and `. _ - @ +`.
    pub login: String,
    /// The person's name.
    #[serde(default)]
    pub name: String,
    /// 12 to 256 characters.
    pub password: String,
    /// `administrator`, `issuer`, `accountant`, `viewer` or `auditor` for each company; `*` stands for all companies.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
}

/// `PATCH /users/{login}`; what is not given stays.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserChangeRequest {
    /// Whether the person may log in; if not, the person's sessions end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// Another password; it takes the second factor away and ends all sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The roles that change; `null` takes one away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<BTreeMap<String, Option<String>>>,
}

/// `POST /setup`: the first administrator.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetupRequest {
    /// The code that `bramka serve` printed.
    pub code: String,
    /// What the administrator logs in as.
    pub login: String,
    /// The administrator's name.
    #[serde(default)]
    pub name: String,
    /// 12 to 256 characters.
    pub password: String,
}

/// A session of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionResource {
    /// Its identifier.
    pub id: String,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// From where it was opened.
    pub address: String,
    /// With what, as the browser names itself.
    pub agent: String,
}

/// Answer to `GET /me/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionListResource {
    /// The newest first.
    pub items: Vec<SessionResource>,
}

/// One's password, said once more.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordRequest {
    /// The password.
    pub password: String,
}

/// `POST /me/password`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChangeRequest {
    /// The password so far.
    pub password: String,
    /// From now on: 12 to 256 characters.
    pub new_password: String,
}

/// `POST /me/second-factor/confirm`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRequest {
    /// One's password.
    pub password: String,
    /// The six digits that the app shows.
    pub code: String,
}

/// Answer to `POST /me/second-factor`: what the app is given. It counts once a first code was confirmed.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactorResource {
    /// In Base32, to be typed.
    pub secret: String,
    /// `otpauth://totp/…`, to be read out of a QR code.
    pub address: String,
}

/// Answer to `POST /me/second-factor/confirm`: codes that stand for the app once each. They are shown now and never again.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodesResource {
    /// Ten of them.
    pub codes: Vec<String>,
}

/// An API key, without the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyResource {
    /// Its identifier.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// For which company; `*` for all.
    pub company: String,
    /// `read`, `send`, `receive`, `admin`.
    pub scopes: Vec<String>,
    /// The unit whose purchases it sees, and nothing else: its NIP or internal identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The key's first characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// When another key took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated_at: Option<Timestamp>,
    /// Since when it is void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_from: Option<String>,
}

/// Answer to `GET …/api-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyListResource {
    /// The oldest first, also those that were revoked.
    pub items: Vec<ApiKeyResource>,
}

/// `POST …/api-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyRequest {
    /// What people call it: 1 to 100 characters.
    pub name: String,
    /// `read`, `send`, `receive`, `admin`; at least one.
    pub scopes: Vec<String>,
    /// The NIP or internal identifier of a unit of the company: the key sees the unit's purchases and nothing else, and its scopes are
    /// `receive` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Answer to `POST …/api-keys` and `POST …/api-keys/{id}/rotate`: the key is shown now and never again.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyGivenResource {
    /// The key, for the header `X-API-Key`.
    pub key: String,
    /// The address to give to the program beside it, when the operator has said it (`public_url`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// What is kept of it.
    pub api_key: ApiKeyResource,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntryResource {
    /// Its place: 1, 2, 3 …
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `user:…`, `key:…`, `operator`, `local`, `nobody`.
    pub who: String,
    /// From where: an address, or `command line`.
    pub origin: String,
    /// What.
    pub action: String,
    /// In which company; empty when it is about none.
    pub company: String,
    /// On what.
    pub subject: String,
    /// `done`, or why not.
    pub result: String,
    /// SHA-256, hexadecimal, over the hash before it and the entry.
    pub hash: String,
}

/// Answer to `GET …/audit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditListResource {
    /// The oldest first.
    pub items: Vec<AuditEntryResource>,
    /// To be given as `after` for what follows; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Answer to `POST …/test-connection`: what stands between the company and KSeF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionTestResource {
    /// Whether no check failed.
    pub is_well: bool,
    /// The checks, in order.
    pub checks: Vec<ConnectionCheckResource>,
}

/// One of the checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionCheckResource {
    /// Its stable name: `credential`, `login`, `testSession` …
    pub check: String,
    /// The name in words.
    pub title: Words,
    /// `passed`, `noted`, `failed`, `notReadable`, `skipped`.
    pub outcome: String,
    /// What was found.
    pub found: Words,
    /// What is wrong or worth knowing.
    pub findings: Vec<ConnectionFindingResource>,
}

/// What is wrong or worth knowing, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionFindingResource {
    /// The code, which `bramka explain` knows.
    pub code: String,
    /// In words.
    pub message: Words,
    /// What to do.
    pub next_step: Words,
}
