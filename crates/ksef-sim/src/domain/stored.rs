//! How what is no text by itself is written into a folder.

/// Certificates as Base64 of their DER.
pub(crate) mod certificate {
    use ksef_crypto::Certificate;
    use ksef_wire::Base64Bytes;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        certificate: &Certificate,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        Base64Bytes(certificate.der().to_vec()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Certificate, D::Error> {
        let der = Base64Bytes::deserialize(deserializer)?;
        Certificate::from_der(&der.0).map_err(serde::de::Error::custom)
    }
}

/// Keys of sessions and exports: key and initialisation vector.
pub(crate) mod session_key {
    use ksef_crypto::SessionKey;
    use ksef_wire::Base64Bytes;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use std::sync::Arc;

    pub(crate) fn serialize<S: Serializer>(
        key: &Option<Arc<SessionKey>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let parts = key.as_ref().map(|key| (Base64Bytes(key.key().to_vec()), Base64Bytes(key.iv().to_vec())));
        parts.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Arc<SessionKey>>, D::Error> {
        let parts = Option::<(Base64Bytes, Base64Bytes)>::deserialize(deserializer)?;
        let key = parts.map(|(key, iv)| SessionKey::from_parts(&key.0, &iv.0).map(Arc::new));
        key.transpose().map_err(serde::de::Error::custom)
    }
}

/// Forms by their names.
pub(crate) mod form {
    use ksef_invoice::Form;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(form: &Form, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(form.name())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Form, D::Error> {
        let name = String::deserialize(deserializer)?;
        let form = Form::ALL.into_iter().find(|form| form.name() == name);
        form.ok_or_else(|| serde::de::Error::custom("an unknown form"))
    }
}

/// Bytes that lie in a file of their own: here only whether there are any; the file is read afterwards.
pub(crate) mod elsewhere {
    use axum::body::Bytes;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        content: &Option<Bytes>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(content.is_some())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Bytes>, D::Error> {
        Ok(bool::deserialize(deserializer)?.then(Bytes::new))
    }
}

/// A reference that many share.
pub(crate) mod shared {
    use ksef_id::ReferenceNumber;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use std::sync::Arc;

    pub(crate) fn serialize<S: Serializer>(
        reference: &Arc<ReferenceNumber>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        (**reference).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<ReferenceNumber>, D::Error> {
        ReferenceNumber::deserialize(deserializer).map(Arc::new)
    }
}
