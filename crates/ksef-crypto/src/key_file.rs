//! Private keys out of files: PKCS#8, PKCS#1 and SEC1, plain or encrypted, PEM or DER.

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef, UintRef};
use pkcs8::der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use pkcs8::spki::AlgorithmIdentifierRef;
use secrecy::SecretString;

use crate::file_form::{Block, FileForm};
use crate::key_encryption::{EncryptedKey, decrypt_headers};
use crate::{KeyError, KeyKind, SigningKey, pkcs12_file};

/// Every key in a file that can be used, in its order; never empty.
///
/// # Errors
/// [`KeyError`] of the first key in it, when none can be used.
pub(crate) fn read(bytes: &[u8], password: Option<&SecretString>) -> Result<Vec<SigningKey>, KeyError> {
    match FileForm::of(bytes) {
        FileForm::Pem(blocks) => read_blocks(&blocks, password),
        FileForm::Der(der) if pkcs12_file::is_one(&der) => {
            let keys = pkcs12_file::read(&der, password)?.keys;
            if keys.is_empty() { Err(KeyError::NotAKey) } else { Ok(keys) }
        }
        FileForm::Der(der) => read_der(&der, password).map(|key| vec![key]),
    }
}

/// Whether some key in the file stands there without encryption.
pub(crate) fn has_plain_key(bytes: &[u8]) -> bool {
    match FileForm::of(bytes) {
        FileForm::Pem(blocks) => blocks.iter().any(|block| {
            matches!(block.label.as_str(), "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY")
                && block.header("Proc-Type").is_none()
        }),
        FileForm::Der(der) => from_plain(&der).is_ok(),
    }
}

fn read_blocks(blocks: &[Block], password: Option<&SecretString>) -> Result<Vec<SigningKey>, KeyError> {
    let mut keys = Vec::new();
    let mut first_error = None;
    for block in blocks {
        match read_block(block, password) {
            Ok(Some(key)) => keys.push(key),
            Ok(None) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    if keys.is_empty() {
        let other = |block: &Block| KeyError::OtherPem { label: block.label.clone() };
        Err(first_error.or_else(|| blocks.first().map(other)).unwrap_or(KeyError::NotAKey))
    } else {
        Ok(keys)
    }
}

/// `None` for a block that is no private key.
fn read_block(block: &Block, password: Option<&SecretString>) -> Result<Option<SigningKey>, KeyError> {
    match block.label.as_str() {
        "PRIVATE KEY" => from_pkcs8(&block.contents),
        "ENCRYPTED PRIVATE KEY" => {
            EncryptedKey::parse(&block.contents).ok_or(KeyError::NotAKey)?.decrypt(password, from_pkcs8)
        }
        "RSA PRIVATE KEY" | "EC PRIVATE KEY" => {
            decrypt_headers(block, password, from_plain).unwrap_or_else(|| from_plain(&block.contents))
        }
        "OPENSSH PRIVATE KEY" => Err(KeyError::Unsupported { found: "OpenSSH".to_owned() }),
        label if label.ends_with("PRIVATE KEY") => {
            Err(KeyError::Unsupported { found: label.trim_end_matches("PRIVATE KEY").trim().to_owned() })
        }
        _ => return Ok(None),
    }
    .map(Some)
}

fn read_der(der: &[u8], password: Option<&SecretString>) -> Result<SigningKey, KeyError> {
    match from_plain(der) {
        Err(KeyError::NotAKey) => {
            EncryptedKey::parse(der).ok_or(KeyError::NotAKey)?.decrypt(password, from_pkcs8)
        }
        outcome => outcome,
    }
}

/// A key without encryption in any of the three structures.
fn from_plain(der: &[u8]) -> Result<SigningKey, KeyError> {
    for read in [from_pkcs8, from_pkcs1, from_sec1] {
        match read(der) {
            Err(KeyError::NotAKey) => {}
            outcome => return outcome,
        }
    }
    Err(KeyError::NotAKey)
}

/// PKCS#8 (RFC 5208).
pub(crate) fn from_pkcs8(der: &[u8]) -> Result<SigningKey, KeyError> {
    let info = PrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::NotAKey)?;
    SigningKey::of_rsa_pkcs8(der)
        .or_else(|| SigningKey::of_ec_pkcs8(der))
        // The engine wants the public point inside; where it is absent, the curve stands outside.
        .or_else(|| SigningKey::of_sec1(info.private_key.as_bytes(), curve_of(&info.algorithm)?))
        .ok_or_else(|| KeyError::Unsupported {
            found: described(&info.algorithm, info.private_key.as_bytes()),
        })
}

/// PKCS#1 (RFC 8017 appendix A.1.2).
fn from_pkcs1(der: &[u8]) -> Result<SigningKey, KeyError> {
    let bits = rsa_bits(der).ok_or(KeyError::NotAKey)?;
    SigningKey::of_pkcs1(der).ok_or_else(|| KeyError::Unsupported { found: format!("RSA-{bits}") })
}

/// SEC1 (RFC 5915), with the curve named, spelled out in numbers or left out.
fn from_sec1(der: &[u8]) -> Result<SigningKey, KeyError> {
    let curve = sec1_curve(der).ok_or(KeyError::NotAKey)?;
    let ours = [KeyKind::EcP256, KeyKind::EcP384];
    ours.into_iter().find_map(|kind| SigningKey::of_sec1(der, kind)).ok_or(match curve {
        Some(Curve::Other(found)) => KeyError::Unsupported { found },
        Some(Curve::Ours(_)) | None => KeyError::NotAKey,
    })
}

/// The curve of an EC key.
enum Curve {
    Ours(KeyKind),
    /// Its name, or that it is spelled out in numbers instead of being named.
    Other(String),
}

impl Curve {
    fn of(parameters: AnyRef<'_>) -> Self {
        let Ok(oid) = parameters.decode_as::<ObjectIdentifier>() else {
            return Self::Other("EC, explicit parameters".to_owned());
        };
        match oid.to_string().as_str() {
            "1.2.840.10045.3.1.7" => Self::Ours(KeyKind::EcP256),
            "1.3.132.0.34" => Self::Ours(KeyKind::EcP384),
            "1.3.132.0.35" => Self::Other("EC P-521".to_owned()),
            "1.3.132.0.10" => Self::Other("EC secp256k1".to_owned()),
            "1.3.36.3.3.2.8.1.1.7" => Self::Other("EC brainpoolP256r1".to_owned()),
            "1.3.36.3.3.2.8.1.1.11" => Self::Other("EC brainpoolP384r1".to_owned()),
            other => Self::Other(format!("EC {other}")),
        }
    }
}

fn curve_of(algorithm: &AlgorithmIdentifierRef<'_>) -> Option<KeyKind> {
    match Curve::of(algorithm.parameters?) {
        Curve::Ours(kind) => Some(kind),
        Curve::Other(_) => None,
    }
}

/// The curve named inside an ECPrivateKey; `None` outside for what is none.
fn sec1_curve(der: &[u8]) -> Option<Option<Curve>> {
    let mut reader = SliceReader::new(der).ok()?;
    let parameters = reader.sequence(|reader| {
        let version: u8 = reader.decode()?;
        let _: &OctetStringRef = reader.decode()?;
        let mut parameters = None;
        while !reader.is_finished() {
            let field: AnyRef<'_> = reader.decode()?;
            if field.tag() == PARAMETERS {
                parameters = Some(AnyRef::from_der(field.value())?);
            }
        }
        Ok::<_, pkcs8::der::Error>((version == 1).then_some(parameters))
    });
    parameters.ok()?.map(|parameters| parameters.map(Curve::of))
}

/// The length of an RSAPrivateKey's modulus in bits; `None` for what is none.
fn rsa_bits(der: &[u8]) -> Option<usize> {
    let mut reader = SliceReader::new(der).ok()?;
    let modulus_bytes = reader.sequence(|reader| {
        let _version: u8 = reader.decode()?;
        let modulus: UintRef<'_> = reader.decode()?;
        reader.read_slice(reader.remaining_len())?;
        Ok::<_, pkcs8::der::Error>(modulus.as_bytes().len())
    });
    Some(modulus_bytes.ok()? * 8)
}

/// What kind of key it is that we do not take.
fn described(algorithm: &AlgorithmIdentifierRef<'_>, key: &[u8]) -> String {
    match (algorithm.oid.to_string().as_str(), algorithm.parameters) {
        ("1.2.840.113549.1.1.1", _) => rsa_bits(key).map_or("RSA".to_owned(), |bits| format!("RSA-{bits}")),
        ("1.2.840.113549.1.1.10", _) => "RSASSA-PSS".to_owned(),
        ("1.2.840.10045.2.1", Some(parameters)) => match Curve::of(parameters) {
            Curve::Ours(kind) => format!("{kind}, damaged"),
            Curve::Other(name) => name,
        },
        ("1.2.840.10040.4.1", _) => "DSA".to_owned(),
        ("1.3.101.110", _) => "X25519".to_owned(),
        ("1.3.101.111", _) => "X448".to_owned(),
        ("1.3.101.112", _) => "Ed25519".to_owned(),
        ("1.3.101.113", _) => "Ed448".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// `[0]` of an ECPrivateKey.
const PARAMETERS: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
