//! The keys that a simulator has for ever: of its authority, its UPO, its tokens, its addresses.

use super::{DataError, write_whole};
use crate::keys::Keys;
use ksef_crypto::{Certificate, CertificateAuthority, Credential, SigningKey};
use ksef_wire::Base64Bytes;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyFile {
    authority: Pair,
    upo: Pair,
    jwt: Base64Bytes,
    links: Base64Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pair {
    certificate: Base64Bytes,
    /// PKCS#8.
    private_key: Base64Bytes,
}

/// Reads them; `None` when there are none.
pub(super) fn read(folder: &Path) -> Result<Option<Keys>, DataError> {
    let path = folder.join(NAME);
    let text = match std::fs::read(&path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(DataError::Io { path, source }),
    };
    // What is wrong with a key is not told, only where.
    let damaged = |what: &str| DataError::Damaged { path: path.clone(), what: what.to_owned() };
    let file: KeyFile = serde_json::from_slice(&text).map_err(|_| damaged("it is no list of keys"))?;
    let authority =
        CertificateAuthority::restore(&file.authority.certificate.0, &file.authority.private_key.0)
            .map_err(|_| damaged("authority"))?;
    let key = SigningKey::from_bytes(&file.upo.private_key.0, None).map_err(|_| damaged("upo"))?;
    let upo = Certificate::from_der(&file.upo.certificate.0)
        .map_err(ksef_crypto::CredentialError::from)
        .and_then(|certificate| Credential::new(certificate, key))
        .map_err(|_| damaged("upo"))?;
    let secret = |bytes: &Base64Bytes, name| bytes.0.as_slice().try_into().map_err(|_| damaged(name));
    Ok(Some(Keys { upo, authority, jwt: secret(&file.jwt, "jwt")?, links: secret(&file.links, "links")? }))
}

/// Writes them, readable to their owner only; beside them the authority's certificate for whoever wants to trust it.
pub(super) fn write(folder: &Path, keys: &Keys) -> Result<(), DataError> {
    let path = folder.join(NAME);
    let failed = |source| DataError::Io { path: path.clone(), source };
    let pair = |certificate: &Certificate, key: Result<Zeroizing<Vec<u8>>, ksef_crypto::KeyError>| {
        let private_key = key.map_err(|error| failed(io::Error::other(error)))?;
        let certificate = Base64Bytes(certificate.der().to_vec());
        Ok::<_, DataError>(Pair { certificate, private_key: Base64Bytes(private_key.to_vec()) })
    };
    let file = KeyFile {
        authority: pair(keys.authority.certificate(), keys.authority.private_key())?,
        upo: pair(keys.upo.certificate(), keys.upo.key().to_pkcs8())?,
        jwt: Base64Bytes(keys.jwt.to_vec()),
        links: Base64Bytes(keys.links.to_vec()),
    };
    let text = Zeroizing::new(serde_json::to_vec_pretty(&file).map_err(|error| failed(error.into()))?);
    write_whole(&path, &text).map_err(failed)
}

pub(super) const NAME: &str = "keys.json";
