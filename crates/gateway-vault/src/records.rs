//! What a store keeps: sealed texts and the names that they go by. None of it is secret.

use serde::{Deserialize, Serialize};

use crate::MasterKeyId;

/// The name of a secret. All of it is authenticated together with the secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretName {
    /// Whose it is: a company's context (`5265877635`, `InternalId:…`) or a credential's owner.
    pub holder: String,
    /// What it is for.
    pub purpose: SecretPurpose,
    /// Which one of them, such as a credential's id.
    pub id: String,
}

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SecretPurpose {
    /// A private key that logs in, as PKCS#8.
    AuthenticationKey,
    /// A private key that signs the links of offline invoices, as PKCS#8.
    OfflineKey,
    /// A private key whose certificate was applied for and is not there yet, as PKCS#8.
    PendingKey,
    /// A KSeF token.
    KsefToken,
    /// A secret that signs webhooks.
    WebhookKey,
    /// A password of another service, such as a mail server.
    ServicePassword,
}

impl SecretPurpose {
    /// Its name in what is authenticated; never changed, since everything sealed would be lost.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AuthenticationKey => "authenticationKey",
            Self::OfflineKey => "offlineKey",
            Self::PendingKey => "pendingKey",
            Self::KsefToken => "ksefToken",
            Self::WebhookKey => "webhookKey",
            Self::ServicePassword => "servicePassword",
        }
    }
}

impl std::fmt::Display for SecretName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} of {}", self.purpose.name(), self.id, self.holder)
    }
}

/// A data key, sealed under a master key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedDataKey {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// Whose secrets it seals.
    pub holder: String,
    /// The master key that opens it.
    pub master_key: MasterKeyId,
    /// Nonce, ciphertext and tag.
    #[serde(with = "base64_text")]
    pub sealed: Vec<u8>,
}

/// A secret, sealed under a data key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedSecret {
    /// Its name.
    pub name: SecretName,
    /// The id of the data key that opens it.
    pub data_key: String,
    /// Nonce, ciphertext and tag.
    #[serde(with = "base64_text")]
    pub sealed: Vec<u8>,
}

/// Fields as bytes that no other fields give: each with its length before it.
pub(crate) fn associated_data(fields: &[&str]) -> Vec<u8> {
    let mut data = Vec::new();
    for field in fields {
        data.extend_from_slice(&(field.len() as u64).to_be_bytes());
        data.extend_from_slice(field.as_bytes());
    }
    data
}

pub(crate) mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(|_| D::Error::custom("no Base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(associated_data(&["ab", "c"]), associated_data(&["a", "bc"]));
        assert_ne!(associated_data(&["a", ""]), associated_data(&["a"]));
    }
}
