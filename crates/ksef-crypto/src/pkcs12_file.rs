//! PKCS#12 containers (`.p12`, `.pfx`): every certificate and key in them, modern and old.

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::{Decode as _, Reader as _, SliceReader};
use secrecy::{ExposeSecret as _, SecretString};

use crate::password::text_forms;
use crate::{Certificate, KeyError, SigningKey, key_file};

/// What a container holds, in its order.
pub(crate) struct Pkcs12 {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) keys: Vec<SigningKey>,
}

/// Whether `der` has the beginning of a PKCS#12 container: a SEQUENCE with the version 3 and then a SEQUENCE with the OID
/// of PKCS#7 data (RFC 7292 §4). Lengths are not looked at, so that the indefinite ones of BER are recognised, too.
pub(crate) fn is_one(der: &[u8]) -> bool {
    let head = &der[..der.len().min(HEAD_BYTES)];
    let version = [0x02, 0x01, 0x03, 0x30];
    let has = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    head.first() == Some(&0x30) && has(&version) && has(&PKCS7_DATA)
}

/// Reads a container. Without a password, the empty one is tried.
///
/// # Errors
/// [`KeyError`]; a container with certificates only is none.
pub(crate) fn read(der: &[u8], password: Option<&SecretString>) -> Result<Pkcs12, KeyError> {
    if der.get(1) == Some(&INDEFINITE) {
        return Err(KeyError::UnsupportedContainer { found: "PKCS#12 in BER".to_owned() });
    }
    let mut last = KeyError::WrongPassword;
    for form in text_forms(password.map_or("", |password| password.expose_secret())) {
        match Pkcs12Archive::from_pkcs12(der, &form) {
            Ok(archive) => return contents(&archive),
            Err(Error::MacError(_) | Error::UnpadError | Error::Pkcs5Error(_)) => {
                last = KeyError::WrongPassword
            }
            Err(Error::UnsupportedEncryptionScheme | Error::UnsupportedMacAlgorithm) => {
                return Err(KeyError::UnsupportedContainer { found: "an unknown encryption".to_owned() });
            }
            Err(Error::InvalidParameters) => {
                return Err(KeyError::UnsupportedContainer {
                    found: "a key derivation of excessive cost".to_owned(),
                });
            }
            // A wrong password passes the padding check once in 256 times, and yields what is no structure at all.
            Err(_) if is_without_mac(der) => last = KeyError::WrongPassword,
            Err(_) => last = KeyError::NotAKey,
        }
    }
    match (last, password) {
        (KeyError::WrongPassword, None) => Err(KeyError::PasswordNeeded),
        (error, _) => Err(error),
    }
}

/// Whether nothing in a whole container tells a wrong password from other contents: `PFX` ends after `authSafe`
/// (RFC 7292 §4).
fn is_without_mac(der: &[u8]) -> bool {
    let fields = || {
        let pfx = AnyRef::from_der(der)?;
        let mut reader = SliceReader::new(pfx.value())?;
        let mut fields = 0;
        while !reader.is_finished() {
            reader.decode::<AnyRef<'_>>()?;
            fields += 1;
        }
        Ok::<usize, pkcs8::der::Error>(fields)
    };
    fields().is_ok_and(|fields| fields == 2)
}

fn contents(archive: &Pkcs12Archive) -> Result<Pkcs12, KeyError> {
    let certificates =
        archive.certs.iter().filter_map(|bag| Certificate::from_der(bag.cert.as_der()).ok()).collect();
    let mut keys = Vec::new();
    let mut first_error = None;
    for bag in archive.keys.iter().take(KEYS_MAX) {
        match key_file::from_pkcs8(bag.key.as_der()) {
            Ok(key) => keys.push(key),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match first_error {
        Some(error) if keys.is_empty() => Err(error),
        _ => Ok(Pkcs12 { certificates, keys }),
    }
}

const PKCS7_DATA: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
const INDEFINITE: u8 = 0x80;
const HEAD_BYTES: usize = 32;
const KEYS_MAX: usize = 64;
