//! Logins: operations of authentication, and the sessions that come of them.

use super::permissions::OWNER;
use super::progress::Progress;
use super::table::Table;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, ReferenceNumber, Sha256Hash};
use ksef_wire::codes::AuthStatusCode;
use ksef_wire::{
    AllowedIps, AuthenticationMethod, AuthenticationMethodCategory, AuthenticationMethodInfo,
    CertificateEnrollmentDataResponse, StatusInfo, TokenAuthorType,
};
use serde::{Deserialize, Serialize};

/// Who logged in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Subject {
    pub(crate) kind: TokenAuthorType,
    pub(crate) value: String,
}

/// What proved the login, as the UPO names it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Proof {
    /// The signed document as received.
    Document(Sha256Hash),
    /// A KSeF token.
    Token(ReferenceNumber),
}

/// What a login may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Rights {
    /// Owner of the context.
    Owner,
    /// Exactly these permissions; `Owner` among them stands for the owner's.
    Some(Vec<String>),
}

impl Rights {
    /// Whether one of the permissions is held.
    pub(crate) fn has_any(&self, required: &[&str]) -> bool {
        let is_held = |name: &&str| match self {
            Self::Owner => false,
            Self::Some(held) => held.iter().any(|permission| permission == name),
        };
        (self.is_owner() && required.iter().any(|name| OWNERS.contains(name))) || required.iter().any(is_held)
    }

    /// Whether these are an owner's.
    pub(crate) fn is_owner(&self) -> bool {
        match self {
            Self::Owner => true,
            Self::Some(held) => held.iter().any(|permission| permission == OWNER),
        }
    }

    /// The rights of the names in a token.
    pub(crate) fn of_names(names: Vec<String>) -> Self {
        if names == [OWNER] { Self::Owner } else { Self::Some(names) }
    }

    /// Those of the permissions that are held.
    pub(crate) fn only(&self, permissions: &[&str]) -> Vec<String> {
        let is_held = |permission: &&&str| self.has_any(&[permission]);
        permissions.iter().filter(is_held).map(|permission| (*permission).to_owned()).collect()
    }

    /// The names for token claims and error bodies.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Owner => vec![OWNER.to_owned()],
            Self::Some(held) => held.clone(),
        }
    }
}

/// How an operation of authentication ended, computed at its start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum LoginOutcome {
    /// It succeeded.
    Granted(Rights),
    /// It failed with this status and these details.
    Failed(AuthStatusCode, Vec<String>),
}

impl LoginOutcome {
    /// The subject has no rights in the context.
    pub(crate) fn without_rights() -> Self {
        Self::Failed(AuthStatusCode::NO_PERMISSIONS, vec!["Brak przypisanych uprawnień".to_owned()])
    }

    /// The context is blocked.
    pub(crate) fn blocked() -> Self {
        let detail = "Podejrzenie incydentu bezpieczeństwa. Skontaktuj się z Ministerstwem Finansów przez formularz zgłoszeniowy.";
        Self::Failed(AuthStatusCode::BLOCKED, vec![detail.to_owned()])
    }
}

/// A login.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Login {
    pub(crate) reference: ReferenceNumber,
    pub(crate) started_at: Timestamp,
    pub(crate) context: ContextIdentifier,
    pub(crate) subject: Subject,
    pub(crate) method: AuthenticationMethod,
    pub(crate) proof: Proof,
    pub(crate) outcome: LoginOutcome,
    pub(crate) progress: Progress,
    /// When the tokens were redeemed.
    pub(crate) redeemed_at: Option<Timestamp>,
    pub(crate) refreshed_at: Option<Timestamp>,
    pub(crate) is_revoked: bool,
    pub(crate) allowed_ips: Option<AllowedIps>,
    /// Whom the signing certificate named; `None` for logins that cannot apply for a certificate.
    pub(crate) enrollment_data: Option<CertificateEnrollmentDataResponse>,
}

impl Login {
    /// The status to be shown now.
    pub(crate) fn status(&mut self, now: Timestamp) -> StatusInfo {
        let is_finished = self.progress.look(now);
        self.status_if(is_finished)
    }

    /// The status without looking: an answer that is not about it does not count as showing it.
    pub(crate) fn status_code(&self, now: Timestamp) -> i32 {
        self.status_if(self.progress.would_be_finished(now)).code
    }

    fn status_if(&self, is_finished: bool) -> StatusInfo {
        let (code, details) = match &self.outcome {
            _ if self.is_revoked => (
                AuthStatusCode::REVOKED,
                vec![
                    "Uwierzytelnienie i powiązane refresh tokeny zostały unieważnione przez użytkownika"
                        .to_owned(),
                ],
            ),
            _ if !is_finished => (AuthStatusCode::IN_PROGRESS, Vec::new()),
            LoginOutcome::Granted(_) => (AuthStatusCode::SUCCESS, Vec::new()),
            LoginOutcome::Failed(code, details) => (*code, details.clone()),
        };
        StatusInfo {
            code: code.0,
            description: code.description().unwrap_or_default().to_owned(),
            details: (!details.is_empty()).then_some(details),
        }
    }

    /// What the login may do, by the last look at the permissions; nothing when it failed.
    pub(crate) fn rights(&self) -> Rights {
        match &self.outcome {
            LoginOutcome::Granted(rights) => rights.clone(),
            LoginOutcome::Failed(..) => Rights::Some(Vec::new()),
        }
    }

    /// Until when its refresh token works; `None` before redeeming.
    pub(crate) fn refresh_valid_until(&self) -> Option<Timestamp> {
        self.redeemed_at.and_then(|redeemed| redeemed.checked_add(REFRESH_LIFE).ok())
    }

    /// The method in words.
    pub(crate) fn method_info(&self) -> AuthenticationMethodInfo {
        let (category, code, name) = match self.method {
            AuthenticationMethod::Token => (AuthenticationMethodCategory::Token, "token.ksef", "Token KSeF"),
            AuthenticationMethod::PeppolSignature => (
                AuthenticationMethodCategory::XadesSignature,
                "xades.peppol-signature",
                "Podpis dostawcy usług Peppol",
            ),
            AuthenticationMethod::InternalCertificate => {
                (AuthenticationMethodCategory::XadesSignature, "xades.ksef-certificate", "Certyfikat KSeF")
            }
            AuthenticationMethod::QualifiedSeal => (
                AuthenticationMethodCategory::XadesSignature,
                "xades.qualified-seal",
                "Pieczęć kwalifikowana",
            ),
            _ => (
                AuthenticationMethodCategory::XadesSignature,
                "xades.qualified-signature",
                "Podpis kwalifikowany",
            ),
        };
        AuthenticationMethodInfo { category, code: code.to_owned(), display_name: name.to_owned() }
    }
}

/// All logins.
#[derive(Debug, Clone, Default)]
pub(crate) struct Logins {
    pub(crate) by_reference: Table<ReferenceNumber, Login>,
}

impl Logins {
    pub(crate) fn add(&mut self, login: Login) {
        self.by_reference.insert(login.reference.clone(), login);
    }

    pub(crate) fn get(&self, reference: &ReferenceNumber) -> Option<&Login> {
        self.by_reference.get(reference)
    }

    pub(crate) fn get_mut(&mut self, reference: &ReferenceNumber) -> Option<&mut Login> {
        self.by_reference.get_mut(reference)
    }

    /// The data with which a login may apply for a certificate.
    pub(crate) fn enrollment_data(
        &self,
        reference: &ReferenceNumber,
    ) -> Option<&CertificateEnrollmentDataResponse> {
        self.get(reference)?.enrollment_data.as_ref()
    }

    /// The references of the logins of a context that are not over, newest first.
    pub(crate) fn active_in(&self, context: &ContextIdentifier, now: Timestamp) -> Vec<ReferenceNumber> {
        let is_active = |login: &&Login| {
            login.context == *context
                && !login.is_revoked
                && login.refresh_valid_until().is_some_and(|until| until > now)
        };
        let logins = self.by_reference.values().rev().filter(is_active);
        logins.map(|login| login.reference.clone()).collect()
    }
}

/// What an owner may do: "wszystkie uprawnienia fakturowe i administracyjne poza `VatUeManage`" (guide), those of bailiffs
/// only where the context has the role.
pub(crate) const OWNERS: [&str; 7] = [
    "CredentialsManage",
    "CredentialsRead",
    "InvoiceWrite",
    "InvoiceRead",
    "Introspection",
    "SubunitManage",
    "CollectiveIdentifierManage",
];
/// Life of an authentication token (`shared/ksef/behaviour.md`).
pub(crate) const AUTHENTICATION_LIFE: SignedDuration = SignedDuration::from_mins(45);
/// Life of an access token.
pub(crate) const ACCESS_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Life of a refresh token.
pub(crate) const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
