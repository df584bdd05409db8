//! Certificates that were applied for: written down before the application leaves, so that neither the key nor the
//! application, which counts against a quota, is lost when the process ends in between.

use jiff::Timestamp;
use ksef_id::{ContextIdentifier, ReferenceNumber};
use serde::{Deserialize, Serialize};

use crate::{CredentialKind, CredentialRecord, Owner, Registry, RegistryError, SecretName, SecretPurpose};

/// An application for a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingApplication {
    /// The id that the credential will have: 12 hexadecimal digits.
    pub id: String,
    /// In which company's context was logged in to apply; the certificate itself belongs to whoever logged in.
    pub context: ContextIdentifier,
    /// The certificate that logged in; `None` when the login was signed outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_with: Option<String>,
    /// Authentication or Offline.
    pub kind: CredentialKind,
    /// The certificate's own name.
    pub name: String,
    /// Whose it becomes.
    pub owner: Owner,
    /// The companies that it shall serve.
    pub companies: Vec<ContextIdentifier>,
    /// The credential that it shall replace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// KSeF's reference; `None` until KSeF has answered. Then nobody knows whether the application arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_number: Option<ReferenceNumber>,
    /// When it was written down.
    pub prepared_at: Timestamp,
}

impl PendingApplication {
    /// The name of its key in the vault.
    #[must_use]
    pub fn secret_name(&self) -> SecretName {
        SecretName { holder: self.holder(), purpose: SecretPurpose::PendingKey, id: self.id.clone() }
    }

    /// The credential that it becomes with the certificate (DER) that KSeF issued.
    #[must_use]
    pub fn issued(&self, certificate: &[u8], now: Timestamp) -> CredentialRecord {
        CredentialRecord {
            id: self.id.clone(),
            owner: self.owner.clone(),
            kind: self.kind,
            certificate: certificate.to_vec(),
            companies: self.companies.clone(),
            holder: self.holder(),
            added_at: now,
            name: Some(self.name.clone()),
            renewal: None,
            revoked_at: None,
        }
    }

    fn holder(&self) -> String {
        format!("credential:{}", self.id)
    }
}

impl Registry {
    /// An application by its id.
    ///
    /// # Errors
    /// [`RegistryError::NoApplication`].
    pub fn application(&self, id: &str) -> Result<&PendingApplication, RegistryError> {
        self.pending
            .iter()
            .find(|application| application.id == id)
            .ok_or_else(|| RegistryError::NoApplication { id: id.to_owned() })
    }

    /// Notes KSeF's reference of an application.
    ///
    /// # Errors
    /// [`RegistryError::NoApplication`].
    pub fn application_taken(&mut self, id: &str, reference: ReferenceNumber) -> Result<(), RegistryError> {
        let application = self.pending.iter_mut().find(|application| application.id == id);
        let application = application.ok_or_else(|| RegistryError::NoApplication { id: id.to_owned() })?;
        application.reference_number = Some(reference);
        Ok(())
    }

    /// Forgets an application and returns it.
    ///
    /// # Errors
    /// [`RegistryError::NoApplication`].
    pub fn remove_application(&mut self, id: &str) -> Result<PendingApplication, RegistryError> {
        let at = self.pending.iter().position(|application| application.id == id);
        at.map(|at| self.pending.remove(at)).ok_or_else(|| RegistryError::NoApplication { id: id.to_owned() })
    }

    /// Puts the issued certificate in the place of its application, in one change. Companies that were removed meanwhile
    /// are left out.
    ///
    /// # Errors
    /// [`RegistryError::NoApplication`], [`RegistryError::CertificateThere`].
    pub fn application_issued(
        &mut self,
        id: &str,
        certificate: &[u8],
        now: Timestamp,
    ) -> Result<CredentialRecord, RegistryError> {
        let mut credential = self.application(id)?.issued(certificate, now);
        credential.companies.retain(|context| self.company(context).is_ok());
        self.add_credential(credential.clone())?;
        self.remove_application(id)?;
        Ok(credential)
    }
}
