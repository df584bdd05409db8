//! Taking the encryption off private keys, in every form that OpenSSL, Windows and KSeF's own portal have written.
//!
//! These are other people's old formats, read once when a key is taken in: RustCrypto's ciphers do it, since the engine
//! has none of the old ones. Whatever comes out is handed on in memory that is wiped.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, KeyInit, KeyIvInit as _};
use md5::{Digest as _, Md5};
use pkcs8::der::asn1::{ObjectIdentifier, OctetStringRef};
use pkcs8::der::{Reader as _, SliceReader};
use pkcs8::pkcs5::{EncryptionScheme, pbes2};
use pkcs8::spki::AlgorithmIdentifierRef;
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::KeyError;
use crate::file_form::Block;
use crate::password::{byte_forms, text_forms};

/// An encrypted PKCS#8 key (RFC 5958 §3), not yet decrypted.
pub(crate) struct EncryptedKey<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    data: &'a [u8],
}

impl<'a> EncryptedKey<'a> {
    /// Recognises one by its structure.
    pub(crate) fn parse(der: &'a [u8]) -> Option<Self> {
        let mut reader = SliceReader::new(der).ok()?;
        reader
            .sequence(|reader| {
                let algorithm = reader.decode()?;
                let data: &OctetStringRef = reader.decode()?;
                Ok::<_, pkcs8::der::Error>(Self { algorithm, data: data.as_bytes() })
            })
            .ok()
    }

    /// Every key that one of the password's forms makes of it, until `accept` takes one: a wrong password passes the
    /// padding check once in some 256 times, and only what is a key was decrypted.
    pub(crate) fn decrypt<T>(
        &self,
        password: Option<&SecretString>,
        accept: impl Fn(&[u8]) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        match self.algorithm.oid {
            PBES2 => {
                let scheme = self.pbes2()?;
                let password = password.ok_or(KeyError::PasswordNeeded)?;
                first_accepted(byte_forms(password.expose_secret()), accept, |form| {
                    scheme.decrypt(form, self.data).ok().map(Zeroizing::new)
                })
            }
            PBE_SHA1_3DES => {
                let (salt, iterations) = self.pbe_parameters()?;
                let password = password.ok_or(KeyError::PasswordNeeded)?;
                first_accepted(text_forms(password.expose_secret()), accept, |form| {
                    let part = |what, length| {
                        pkcs12::kdf::derive_key_utf8::<Sha1>(form, salt, what, iterations, length)
                            .ok()
                            .map(Zeroizing::new)
                    };
                    let key = part(pkcs12::kdf::Pkcs12KeyType::EncryptionKey, 24)?;
                    let iv = part(pkcs12::kdf::Pkcs12KeyType::Iv, 8)?;
                    decrypt_cbc::<des::TdesEde3>(&key, &iv, self.data)
                })
            }
            other => Err(unsupported(&method_name(other))),
        }
    }

    fn pbes2(&self) -> Result<pbes2::Parameters, KeyError> {
        let unreadable = |_| unsupported("PBES2 with an unknown cipher or key derivation");
        let scheme = EncryptionScheme::try_from(self.algorithm).map_err(unreadable)?;
        let EncryptionScheme::Pbes2(parameters) = scheme else { return Err(unsupported("PBES1")) };
        // The limits of key derivations: a file must not be able to keep us busy for hours, or eat all memory.
        let too_costly = match &parameters.kdf {
            pbes2::Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count > ITERATIONS_MAX,
            pbes2::Kdf::Scrypt(scrypt) => {
                let memory = scrypt.cost_parameter.checked_mul(u64::from(scrypt.block_size) * 128);
                scrypt.parallelization > SCRYPT_PARALLEL_MAX
                    || memory.is_none_or(|bytes| bytes > SCRYPT_BYTES_MAX)
            }
            _ => true,
        };
        if too_costly { Err(unsupported("a key derivation of excessive cost")) } else { Ok(parameters) }
    }

    /// Salt and iteration count of the PKCS#12 schemes (RFC 7292 appendix C).
    fn pbe_parameters(&self) -> Result<(&'a [u8], i32), KeyError> {
        let read = || {
            self.algorithm
                .parameters?
                .sequence(|reader| {
                    let salt: &OctetStringRef = reader.decode()?;
                    let iterations: u32 = reader.decode()?;
                    Ok::<_, pkcs8::der::Error>((salt.as_bytes(), iterations))
                })
                .ok()
        };
        let (salt, iterations) =
            read().ok_or_else(|| unsupported("PBE-SHA1-3DES with unreadable parameters"))?;
        match i32::try_from(iterations) {
            Ok(count) if iterations <= ITERATIONS_MAX => Ok((salt, count)),
            _ => Err(unsupported("a key derivation of excessive cost")),
        }
    }
}

/// Decrypts a block with OpenSSL's old headers (`Proc-Type: 4,ENCRYPTED`, `DEK-Info: cipher,iv`); `None` when it has none.
pub(crate) fn decrypt_headers<T>(
    block: &Block,
    password: Option<&SecretString>,
    accept: impl Fn(&[u8]) -> Result<T, KeyError>,
) -> Option<Result<T, KeyError>> {
    if !block.header("Proc-Type")?.contains("ENCRYPTED") {
        return None;
    }
    let info = block.header("DEK-Info").unwrap_or_default();
    let (cipher, iv) = info.split_once(',').unwrap_or((info, ""));
    let method = || unsupported(&format!("Proc-Type with {cipher}"));
    let (key_length, decrypt): (usize, Decrypt) = match cipher.trim().to_ascii_uppercase().as_str() {
        "DES-EDE3-CBC" => (24, decrypt_cbc::<des::TdesEde3>),
        "AES-128-CBC" => (16, decrypt_cbc::<aes::Aes128>),
        "AES-192-CBC" => (24, decrypt_cbc::<aes::Aes192>),
        "AES-256-CBC" => (32, decrypt_cbc::<aes::Aes256>),
        _ => return Some(Err(method())),
    };
    let Some(iv) = from_hex(iv.trim()).filter(|iv| iv.len() >= 8) else { return Some(Err(method())) };
    let Some(password) = password else { return Some(Err(KeyError::PasswordNeeded)) };
    Some(first_accepted(byte_forms(password.expose_secret()), accept, |form| {
        decrypt(&bytes_to_key(form, &iv[..8], key_length), &iv, &block.contents)
    }))
}

type Decrypt = fn(&[u8], &[u8], &[u8]) -> Option<Zeroizing<Vec<u8>>>;

/// Tries each form of a password; the first plaintext that is a key wins. A plaintext that is a key of an unsupported
/// kind says so, since then the password was right.
fn first_accepted<F, T>(
    forms: Vec<F>,
    accept: impl Fn(&[u8]) -> Result<T, KeyError>,
    decrypt: impl Fn(&F) -> Option<Zeroizing<Vec<u8>>>,
) -> Result<T, KeyError> {
    for form in forms {
        match decrypt(&form).map(|plain| accept(&plain)) {
            None | Some(Err(KeyError::NotAKey)) => {}
            Some(outcome) => return outcome,
        }
    }
    Err(KeyError::WrongPassword)
}

fn decrypt_cbc<C>(key: &[u8], iv: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    C: BlockCipherDecrypt + KeyInit,
{
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
    cipher.decrypt_padded_vec::<Pkcs7>(data).ok().map(Zeroizing::new)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round, which is what its old headers use.
fn bytes_to_key(password: &[u8], salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
    let mut last: Option<[u8; 16]> = None;
    while key.len() < length {
        let mut digest = Md5::new();
        if let Some(last) = &last {
            digest.update(last);
        }
        digest.update(password);
        digest.update(salt);
        let round: [u8; 16] = digest.finalize().into();
        key.extend_from_slice(&round);
        last = Some(round);
    }
    key.truncate(length);
    key
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|letter| letter.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    digits.map(|digits| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn unsupported(method: &str) -> KeyError {
    KeyError::UnsupportedEncryption { method: method.to_owned() }
}

/// The old schemes by name (PKCS#5 v1.5 and PKCS#12), others by OID.
fn method_name(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    let known = [
        ("1.2.840.113549.1.5.1", "PBE-MD2-DES"),
        ("1.2.840.113549.1.5.3", "PBE-MD5-DES"),
        ("1.2.840.113549.1.5.6", "PBE-MD5-RC2-64"),
        ("1.2.840.113549.1.5.10", "PBE-SHA1-DES"),
        ("1.2.840.113549.1.5.11", "PBE-SHA1-RC2-64"),
        ("1.2.840.113549.1.12.1.1", "PBE-SHA1-RC4-128"),
        ("1.2.840.113549.1.12.1.2", "PBE-SHA1-RC4-40"),
        ("1.2.840.113549.1.12.1.4", "PBE-SHA1-2DES"),
        ("1.2.840.113549.1.12.1.5", "PBE-SHA1-RC2-128"),
        ("1.2.840.113549.1.12.1.6", "PBE-SHA1-RC2-40"),
    ];
    known.iter().find(|(number, _)| *number == oid).map_or(oid, |(_, name)| (*name).to_owned())
}

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBE_SHA1_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
/// OpenSSL's default is 2048, password managers go to some hundred thousand.
const ITERATIONS_MAX: u32 = 10_000_000;
/// OpenSSL's scrypt takes 16 MiB.
const SCRYPT_BYTES_MAX: u64 = 256 * 1024 * 1024;
const SCRYPT_PARALLEL_MAX: u16 = 16;
