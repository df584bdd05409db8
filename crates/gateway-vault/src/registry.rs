//! Which companies there are, and which credentials serve them. Nothing here is secret.
//!
//! A credential belongs to an owner, a person, a firm or an office, and serves the companies that it is attached to: one
//! certificate of an accounting office serves many clients.

use jiff::Timestamp;
use ksef_crypto::Certificate;
use ksef_id::ContextIdentifier;
use serde::{Deserialize, Serialize};

use crate::records::base64_text;
use crate::{PendingApplication, SecretName, SecretPurpose};

/// Everything that was added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registry {
    /// The companies, in the order in which they were added.
    #[serde(default)]
    pub companies: Vec<Company>,
    /// The credentials, in the order in which they were added.
    #[serde(default)]
    pub credentials: Vec<CredentialRecord>,
    /// Certificates that were applied for and are not here yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<PendingApplication>,
}

/// A company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    /// Its context.
    pub context: ContextIdentifier,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which KSeF it works with.
    pub environment: CompanyEnvironment,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether it logs in by token even where it has a certificate. Both are kept, whichever is used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub logs_in_by_token: bool,
}

/// Which KSeF a company works with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum CompanyEnvironment {
    /// TEST.
    Test,
    /// DEMO.
    Demo,
    /// Production.
    Prd,
    /// A simulator.
    #[serde(rename_all = "camelCase")]
    Simulator {
        /// Its address, as in `http://127.0.0.1:9090/v2`.
        ksef_url: String,
        /// Its control port, as in `http://127.0.0.1:9091`: the company lives by its clock.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        control_url: Option<String>,
    },
}

impl CompanyEnvironment {
    /// Its name on the command line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Demo => "demo",
            Self::Prd => "prd",
            Self::Simulator { .. } => "simulator",
        }
    }
}

/// A credential, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRecord {
    /// Its id: 12 hexadecimal digits.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// What it is.
    pub kind: CredentialKind,
    /// The certificate as DER; empty for a token.
    #[serde(with = "base64_text", default)]
    pub certificate: Vec<u8>,
    /// The companies that it serves.
    pub companies: Vec<ContextIdentifier>,
    /// The holder that its secret is bound to: a token's company, which never changes, or the certificate itself, which may
    /// serve several.
    pub holder: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// The certificate's own name in KSeF, where the gateway applied for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What came of its renewal, when that was last tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<RenewalNote>,
    /// When it was revoked in KSeF, as far as it is known here. It is not worked with any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// What came of a certificate's renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenewalNote {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub result: RenewalResult,
}

/// How the renewal of a certificate stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "camelCase")]
pub enum RenewalResult {
    /// Another certificate is here for it.
    Replaced {
        /// The other one's id.
        by: String,
    },
    /// It was applied for, and KSeF has not issued it yet.
    Waiting,
    /// It was not renewed; it will be tried again.
    Failed {
        /// Why; nothing secret.
        cause: String,
    },
}

/// Whose a credential is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// A person, a firm, an office.
    pub kind: OwnerKind,
    /// What people call it.
    pub name: String,
}

/// What kind of owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OwnerKind {
    /// A natural person.
    Person,
    /// The company itself.
    Firm,
    /// An accounting office, which serves others.
    Office,
}

/// What a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CredentialKind {
    /// A certificate that logs in.
    Authentication,
    /// A certificate that signs offline invoices' links.
    Offline,
    /// A KSeF token.
    Token,
}

/// Why a company or credential cannot be added or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The company is there already.
    #[error("the company {context} is there already")]
    CompanyThere {
        /// Its context.
        context: ContextIdentifier,
    },
    /// There is no such company.
    #[error("there is no company {context}: add it with bramka company add")]
    NoCompany {
        /// Its context.
        context: ContextIdentifier,
    },
    /// There is no such credential.
    #[error("there is no credential {id}: bramka credential list shows them")]
    NoCredential {
        /// Its id.
        id: String,
    },
    /// A token works for the company in which it was generated.
    #[error("{id} is a token, which works for one company only: generate one in each company")]
    TokenIsBound {
        /// Its id.
        id: String,
    },
    /// The same certificate is there already.
    #[error("this certificate is there already, as the credential {id}")]
    CertificateThere {
        /// Its id.
        id: String,
    },
    /// There is no such application.
    #[error("there is no application {id}: bramka cert pending shows them")]
    NoApplication {
        /// Its id.
        id: String,
    },
}

impl Registry {
    /// A company by its context.
    ///
    /// # Errors
    /// [`RegistryError::NoCompany`].
    pub fn company(&self, context: &ContextIdentifier) -> Result<&Company, RegistryError> {
        self.companies
            .iter()
            .find(|company| company.context == *context)
            .ok_or_else(|| RegistryError::NoCompany { context: context.clone() })
    }

    /// Adds a company.
    ///
    /// # Errors
    /// [`RegistryError::CompanyThere`].
    pub fn add_company(&mut self, company: Company) -> Result<(), RegistryError> {
        if self.company(&company.context).is_ok() {
            return Err(RegistryError::CompanyThere { context: company.context });
        }
        self.companies.push(company);
        Ok(())
    }

    /// Removes a company and detaches its credentials; returns those that serve nobody any more, which stay.
    ///
    /// # Errors
    /// [`RegistryError::NoCompany`].
    pub fn remove_company(
        &mut self,
        context: &ContextIdentifier,
    ) -> Result<Vec<&CredentialRecord>, RegistryError> {
        self.company(context)?;
        self.companies.retain(|company| company.context != *context);
        let mut idle = Vec::new();
        for credential in &mut self.credentials {
            let before = credential.companies.len();
            credential.companies.retain(|served| served != context);
            if credential.companies.is_empty() && before > 0 {
                idle.push(&*credential);
            }
        }
        Ok(idle)
    }

    /// Adds a credential; the companies that it serves must be there.
    ///
    /// # Errors
    /// [`RegistryError::NoCompany`], [`RegistryError::CertificateThere`].
    pub fn add_credential(&mut self, credential: CredentialRecord) -> Result<(), RegistryError> {
        for context in &credential.companies {
            self.company(context)?;
        }
        let same = |other: &&CredentialRecord| {
            !credential.certificate.is_empty() && other.certificate == credential.certificate
        };
        if let Some(other) = self.credentials.iter().find(same) {
            return Err(RegistryError::CertificateThere { id: other.id.clone() });
        }
        self.credentials.push(credential);
        Ok(())
    }

    /// A credential by its id.
    ///
    /// # Errors
    /// [`RegistryError::NoCredential`].
    pub fn credential(&self, id: &str) -> Result<&CredentialRecord, RegistryError> {
        self.credentials
            .iter()
            .find(|credential| credential.id == id)
            .ok_or_else(|| RegistryError::NoCredential { id: id.to_owned() })
    }

    /// Attaches a certificate to one more company; a second time changes nothing.
    ///
    /// # Errors
    /// [`RegistryError::NoCompany`], [`RegistryError::NoCredential`], and [`RegistryError::TokenIsBound`] for a token.
    pub fn attach(&mut self, id: &str, context: &ContextIdentifier) -> Result<(), RegistryError> {
        self.company(context)?;
        let credential = self.certificate_mut(id)?;
        if !credential.companies.contains(context) {
            credential.companies.push(context.clone());
        }
        Ok(())
    }

    /// Detaches a certificate from a company that it no longer serves.
    ///
    /// # Errors
    /// As [`Registry::attach`].
    pub fn detach(&mut self, id: &str, context: &ContextIdentifier) -> Result<(), RegistryError> {
        self.company(context)?;
        self.certificate_mut(id)?.companies.retain(|served| served != context);
        Ok(())
    }

    fn certificate_mut(&mut self, id: &str) -> Result<&mut CredentialRecord, RegistryError> {
        let credential = self
            .credentials
            .iter_mut()
            .find(|credential| credential.id == id)
            .ok_or_else(|| RegistryError::NoCredential { id: id.to_owned() })?;
        if credential.kind == CredentialKind::Token {
            return Err(RegistryError::TokenIsBound { id: id.to_owned() });
        }
        Ok(credential)
    }

    /// Notes what came of a certificate's renewal.
    ///
    /// # Errors
    /// [`RegistryError::NoCredential`], and [`RegistryError::TokenIsBound`] for a token, which nothing renews.
    pub fn note_renewal(&mut self, id: &str, note: RenewalNote) -> Result<(), RegistryError> {
        self.certificate_mut(id)?.renewal = Some(note);
        Ok(())
    }

    /// Notes that a certificate was revoked in KSeF; the first time counts.
    ///
    /// # Errors
    /// As [`Registry::note_renewal`].
    pub fn note_revoked(&mut self, id: &str, at: Timestamp) -> Result<(), RegistryError> {
        self.certificate_mut(id)?.revoked_at.get_or_insert(at);
        Ok(())
    }

    /// Has a company log in by token, or by certificate again.
    ///
    /// # Errors
    /// [`RegistryError::NoCompany`].
    pub fn log_in_by(
        &mut self,
        context: &ContextIdentifier,
        kind: CredentialKind,
    ) -> Result<(), RegistryError> {
        let company = self.companies.iter_mut().find(|company| company.context == *context);
        let company = company.ok_or_else(|| RegistryError::NoCompany { context: context.clone() })?;
        company.logs_in_by_token = kind == CredentialKind::Token;
        Ok(())
    }

    /// Removes a credential and returns it.
    ///
    /// # Errors
    /// [`RegistryError::NoCredential`].
    pub fn remove_credential(&mut self, id: &str) -> Result<CredentialRecord, RegistryError> {
        let at = self
            .credentials
            .iter()
            .position(|credential| credential.id == id)
            .ok_or_else(|| RegistryError::NoCredential { id: id.to_owned() })?;
        Ok(self.credentials.remove(at))
    }

    /// What a company logs in with: its newest certificate that is valid now, else its newest token. So a certificate takes
    /// a token's place as soon as it is there, and a renewed one its predecessor's, while the old one still works. The token goes
    /// first where the company is set so.
    #[must_use]
    pub fn login_of<'a>(
        &'a self,
        context: &'a ContextIdentifier,
        now: Timestamp,
    ) -> Option<&'a CredentialRecord> {
        let certificate = || self.login_certificate_of(context, now);
        let token = || self.serving(context, CredentialKind::Token).next();
        match self.company(context).is_ok_and(|company| company.logs_in_by_token) {
            true => token().or_else(certificate),
            false => certificate().or_else(token),
        }
    }

    /// A company's newest certificate that logs in and is valid now, whether it is logged in with or a token is: tokens can do
    /// nothing about certificates.
    #[must_use]
    pub fn login_certificate_of<'a>(
        &'a self,
        context: &'a ContextIdentifier,
        now: Timestamp,
    ) -> Option<&'a CredentialRecord> {
        self.serving(context, CredentialKind::Authentication).find(|record| record.is_valid(now))
    }

    /// What signs a company's offline invoices: its newest Offline certificate that is valid now.
    #[must_use]
    pub fn offline_of<'a>(
        &'a self,
        context: &'a ContextIdentifier,
        now: Timestamp,
    ) -> Option<&'a CredentialRecord> {
        self.serving(context, CredentialKind::Offline).find(|record| record.is_valid(now))
    }

    /// The credentials of a kind that serve a company, the newest first.
    pub fn serving<'a>(
        &'a self,
        context: &'a ContextIdentifier,
        kind: CredentialKind,
    ) -> impl Iterator<Item = &'a CredentialRecord> {
        self.credentials
            .iter()
            .rev()
            .filter(move |credential| credential.kind == kind && credential.companies.contains(context))
    }
}

impl CredentialRecord {
    /// Its certificate; `None` for a token.
    #[must_use]
    pub fn certificate(&self) -> Option<Certificate> {
        Certificate::from_der(&self.certificate).ok()
    }

    /// Whether it is a certificate within its validity that was not revoked.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none()
            && self
                .certificate()
                .is_some_and(|certificate| certificate.not_before() <= now && now <= certificate.not_after())
    }

    /// The name of its secret in the vault.
    #[must_use]
    pub fn secret_name(&self) -> SecretName {
        let purpose = match self.kind {
            CredentialKind::Authentication => SecretPurpose::AuthenticationKey,
            CredentialKind::Offline => SecretPurpose::OfflineKey,
            CredentialKind::Token => SecretPurpose::KsefToken,
        };
        SecretName { holder: self.holder.clone(), purpose, id: self.id.clone() }
    }
}
