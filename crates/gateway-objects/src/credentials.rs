//! The access key: from the environment or from a file in the form that other S3 programs use.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use zeroize::Zeroizing;

/// An access key of an object store. Its secret half does not print itself.
#[derive(Debug, Clone)]
pub struct ObjectCredentials {
    /// Who asks; no secret.
    pub(crate) access_key_id: String,
    /// What the requests are signed with.
    pub(crate) secret_access_key: SecretString,
    /// Goes with keys that are valid for some hours only.
    pub(crate) session_token: Option<SecretString>,
}

/// Why there is no access key. None says anything of the key.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// A variable or a line of the file is missing or empty.
    #[error("{place} has no {name}; the object store needs {ACCESS_KEY_ID} and {SECRET_ACCESS_KEY}")]
    Missing {
        /// The environment, or the file.
        place: String,
        /// The name that is missing.
        name: &'static str,
    },
    /// A value that no access key can have.
    #[error("{name} in {place} is no access key: it is too long, or has spaces or letters other than ASCII")]
    Malformed {
        /// The environment, or the file.
        place: String,
        /// The name.
        name: &'static str,
    },
    /// The file cannot be read.
    #[error("the file {} with the object store's access key cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl ObjectCredentials {
    /// Takes an access key.
    ///
    /// # Errors
    /// [`CredentialsError`] when a part is empty, or has characters that no access key has.
    pub fn new(
        access_key_id: &str,
        secret_access_key: &str,
        session_token: Option<&str>,
    ) -> Result<Self, CredentialsError> {
        let values = Values {
            access_key_id: Some(Zeroizing::new(access_key_id.to_owned())),
            secret_access_key: Some(Zeroizing::new(secret_access_key.to_owned())),
            session_token: session_token.map(|token| Zeroizing::new(token.to_owned())),
        };
        values.checked("the access key that was given")
    }

    /// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for keys that are valid for some hours only,
    /// `AWS_SESSION_TOKEN`.
    ///
    /// # Errors
    /// [`CredentialsError`] names the variable.
    pub fn from_environment(environment: impl Fn(&str) -> Option<String>) -> Result<Self, CredentialsError> {
        let value = |name| environment(name).map(Zeroizing::new);
        let values = Values {
            access_key_id: value(ACCESS_KEY_ID),
            secret_access_key: value(SECRET_ACCESS_KEY),
            session_token: value(SESSION_TOKEN),
        };
        values.checked("the environment")
    }

    /// Reads a file with lines `aws_access_key_id = …` and `aws_secret_access_key = …` in small or capital letters: the
    /// `[default]` part of a shared credentials file of AWS, or an environment file of systemd.
    ///
    /// # Errors
    /// [`CredentialsError`] names the file and what is wrong in it.
    pub fn from_file(path: &Path) -> Result<Self, CredentialsError> {
        let failed = |source| CredentialsError::File { path: path.to_owned(), source };
        let mut text = Zeroizing::new(String::new());
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;

        let mut values = Values::default();
        let mut is_ours = true;
        for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[') {
                is_ours = section.trim_end_matches(']').trim() == "default";
            } else if is_ours && let Some((name, value)) = line.split_once('=') {
                let value = Zeroizing::new(value.trim().trim_matches('"').to_owned());
                match name.trim().to_ascii_uppercase().as_str() {
                    ACCESS_KEY_ID => values.access_key_id = Some(value),
                    SECRET_ACCESS_KEY => values.secret_access_key = Some(value),
                    SESSION_TOKEN => values.session_token = Some(value),
                    _ => {}
                }
            }
        }
        values.checked(&path.display().to_string())
    }
}

/// What was found, not looked at yet.
#[derive(Default)]
struct Values {
    access_key_id: Option<Zeroizing<String>>,
    secret_access_key: Option<Zeroizing<String>>,
    session_token: Option<Zeroizing<String>>,
}

impl Values {
    fn checked(self, place: &str) -> Result<ObjectCredentials, CredentialsError> {
        let check = |name: &'static str, value: Option<Zeroizing<String>>| match value
            .as_deref()
            .map(|value| value.trim())
        {
            None | Some("") => Ok(None),
            // It becomes part of a header, where a line break would be a second header.
            Some(value)
                if value.len() > VALUE_BYTES_MAX || !value.bytes().all(|byte| byte.is_ascii_graphic()) =>
            {
                Err(CredentialsError::Malformed { place: place.to_owned(), name })
            }
            Some(value) => Ok(Some(value.to_owned())),
        };
        let missing = |name| CredentialsError::Missing { place: place.to_owned(), name };
        Ok(ObjectCredentials {
            access_key_id: check(ACCESS_KEY_ID, self.access_key_id)?.ok_or_else(|| missing(ACCESS_KEY_ID))?,
            secret_access_key: check(SECRET_ACCESS_KEY, self.secret_access_key)?
                .ok_or_else(|| missing(SECRET_ACCESS_KEY))?
                .into(),
            session_token: check(SESSION_TOKEN, self.session_token)?.map(Into::into),
        })
    }
}

const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
/// Session tokens have no stated limit; those seen have some 1,000 characters.
const VALUE_BYTES_MAX: usize = 8 * 1024;
const FILE_BYTES_MAX: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn from_text(text: &str) -> Result<ObjectCredentials, CredentialsError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        std::fs::write(&path, text).expect("written");
        ObjectCredentials::from_file(&path)
    }

    #[test]
    fn a_file_is_read_in_each_spelling() {
        for text in [
            "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s+cr/t=\n",
            "AWS_ACCESS_KEY_ID=AKIA1\r\nAWS_SECRET_ACCESS_KEY=\"s+cr/t=\"\r\n",
            "\u{feff}[other]\naws_access_key_id=no\n[default]\n# mine\naws_access_key_id=AKIA1\naws_secret_access_key=s+cr/t=",
        ] {
            let read = from_text(text).expect("an access key");
            assert_eq!(read.access_key_id, "AKIA1", "{text}");
            assert_eq!(read.secret_access_key.expose_secret(), "s+cr/t=", "{text}");
            assert!(read.session_token.is_none());
        }
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_secret_is() {
        let cases = [
            ("", "no AWS_ACCESS_KEY_ID"),
            ("aws_access_key_id=AKIA1\naws_secret_access_key=  ", "no AWS_SECRET_ACCESS_KEY"),
            ("[other]\naws_access_key_id=AKIA1\naws_secret_access_key=hidden", "no AWS_ACCESS_KEY_ID"),
            ("aws_access_key_id=AKIA1\naws_secret_access_key=hid den", "AWS_SECRET_ACCESS_KEY in"),
            (
                "aws_access_key_id=AKIA1\naws_secret_access_key=hidden\naws_session_token=hidden\u{7}",
                "AWS_SESSION_TOKEN in",
            ),
        ];
        for (text, expected) in cases {
            let error = from_text(text).expect_err(text);
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!format!("{error} {error:?}").contains("hid"), "{error:?}");
        }
        let absent = ObjectCredentials::from_file(Path::new("no/such/file"));
        assert!(matches!(absent, Err(CredentialsError::File { .. })));
        let key = ObjectCredentials::new("AKIA1", "hidden", Some("hidden")).expect("an access key");
        assert!(!format!("{key:?}").contains("hidden"));
    }

    #[test]
    fn the_environment_is_read() {
        let read = ObjectCredentials::from_environment(|name| match name {
            ACCESS_KEY_ID => Some("AKIA1".to_owned()),
            SECRET_ACCESS_KEY => Some("hidden\n".to_owned()),
            SESSION_TOKEN => Some("token".to_owned()),
            _ => None,
        })
        .expect("an access key");
        assert_eq!(read.secret_access_key.expose_secret(), "hidden");
        assert!(read.session_token.is_some());
        let none = ObjectCredentials::from_environment(|_| None).expect_err("nothing there");
        assert!(none.to_string().contains("the environment has no AWS_ACCESS_KEY_ID"), "{none}");
    }
}
