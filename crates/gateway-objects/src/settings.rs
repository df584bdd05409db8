//! Where the object store is, and how long and how much is asked of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;

use crate::credentials::{CredentialsError, ObjectCredentials};

/// Where documents are kept, and with which access key.
///
/// The address is `s3://BUCKET[/PREFIX][?PARAMETER=VALUE&…]`. Parameters:
///
/// | parameter | meaning | without it |
/// | --- | --- | --- |
/// | `endpoint` | the server's address, `https://…` | AWS |
/// | `region` | the region that requests are signed for | `AWS_REGION` or `AWS_DEFAULT_REGION`; with an endpoint `us-east-1` |
/// | `style` | `path` (`endpoint/bucket/key`) or `virtual` (`bucket.endpoint/key`) | `path`; for AWS `virtual` unless the bucket's name has a dot |
/// | `allow_http` | `true` lets documents travel unencrypted to another machine | refused, but for this machine itself |
/// | `ca_file` | a PEM file with the authority behind the server's certificate | those that the system trusts |
/// | `credentials_file` | a file with the access key | `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` |
#[derive(Debug, Clone)]
pub struct ObjectSettings {
    pub(crate) bucket: String,
    pub(crate) prefix: String,
    /// With the bucket in front if the style says so; without a slash at the end.
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) style: AddressStyle,
    pub(crate) credentials: ObjectCredentials,
    /// Trusted beside those of the system.
    pub(crate) authorities: Vec<reqwest::Certificate>,
    pub(crate) limits: ObjectLimits,
}

/// Where the bucket's name stands in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressStyle {
    /// `https://server/bucket/key`: most servers that one runs oneself.
    Path,
    /// `https://bucket.server/key`: AWS and most that one rents.
    Virtual,
}

/// Limits of what is asked of the store. The defaults suit the gateway; tests shorten them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectLimits {
    /// Bytes of one object, written or read. The largest documents are session UPOs of 10,000 invoices, some 10 MB.
    pub object_bytes_max: u64,
    /// How long making a connection may take.
    pub connect_time_max: Duration,
    /// How long one request may take, its body included.
    pub request_time_max: Duration,
    /// How long one [`put`](crate::Objects::put) or [`get`](crate::Objects::get) may take with everything that is repeated,
    /// not counting the wait for a free place (`requests_max`).
    pub operation_time_max: Duration,
    /// How often a request is repeated that may go well the next time.
    pub retries_max: usize,
    /// The first wait before repeating; the later ones grow at random, up to 5 s.
    pub retry_delay_min: Duration,
    /// How many requests are on their way at once; others wait.
    pub requests_max: usize,
}

impl Default for ObjectLimits {
    fn default() -> Self {
        Self {
            object_bytes_max: 64 * 1024 * 1024,
            connect_time_max: Duration::from_secs(5),
            request_time_max: Duration::from_secs(30),
            operation_time_max: Duration::from_secs(60),
            retries_max: 5,
            retry_delay_min: Duration::from_millis(100),
            requests_max: 32,
        }
    }
}

/// Why an address or its access key cannot be used. None repeats a value that could be secret.
#[derive(Debug, thiserror::Error)]
pub enum ObjectSettingsError {
    /// It is no address of a bucket.
    #[error(
        "the object store's address cannot be used: {reason}; an example: s3://bucket/prefix?endpoint=https://s3.example.com"
    )]
    Address {
        /// What is wrong, and where.
        reason: String,
    },
    /// A parameter has a value that cannot be used, or stands there twice.
    #[error("{name} in the object store's address cannot be used: {reason}")]
    Parameter {
        /// Its name.
        name: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// A parameter that nobody knows.
    #[error(
        "the object store's address has a parameter {name:?} that means nothing; there are endpoint, region, style, allow_http, ca_file, credentials_file"
    )]
    UnknownParameter {
        /// Its name, cut at 40 characters.
        name: String,
    },
    /// The file of `ca_file` cannot be read, or has no certificate.
    #[error("the certificates of ca_file in the object store's address, {}, cannot be used: {reason}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// No access key.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

impl ObjectSettings {
    /// Reads an address, and the access key from the file that it names or from `environment`.
    ///
    /// # Errors
    /// [`ObjectSettingsError`] says what is wrong and where.
    pub fn parse(
        address: &str,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ObjectSettingsError> {
        let refused = |reason: &str| ObjectSettingsError::Address { reason: reason.to_owned() };
        let url = Url::parse(address.trim()).map_err(|error| refused(&error.to_string()))?;
        if url.scheme() != "s3" {
            return Err(refused("it does not begin with s3://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                "it has an access key in it; put that into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or into a file",
            ));
        }
        if url.port().is_some() || url.fragment().is_some() {
            return Err(refused(
                "a bucket has no port and no #; the server's address belongs into endpoint=",
            ));
        }
        let bucket = url.host_str().unwrap_or_default();
        if !is_name(bucket, BUCKET_BYTES_MAX) || bucket.len() < BUCKET_BYTES_MIN {
            return Err(refused("the bucket's name has 3 to 63 letters, digits, dots, hyphens"));
        }
        let prefix = url.path().trim_matches('/');
        if prefix.len() > PREFIX_BYTES_MAX
            || (!prefix.is_empty() && !prefix.split('/').all(|part| is_name(part, PREFIX_BYTES_MAX)))
        {
            return Err(refused(
                "the prefix has up to 200 letters, digits, dots, hyphens, underscores, between single slashes",
            ));
        }

        let parameters = Parameters::read(&url)?;
        let environment_value = |name| environment(name).filter(|value| !value.trim().is_empty());
        let region = parameters
            .region
            .or_else(|| environment_value("AWS_REGION"))
            .or_else(|| environment_value("AWS_DEFAULT_REGION"))
            .or_else(|| parameters.endpoint.as_ref().map(|_| "us-east-1".to_owned()))
            .ok_or(ObjectSettingsError::Parameter {
                name: "region",
                reason: "AWS needs to be told the bucket's region",
            })?;
        if !is_name(&region, REGION_BYTES_MAX) {
            return Err(ObjectSettingsError::Parameter {
                name: "region",
                reason: "it is no name of a region",
            });
        }
        let (endpoint, style) = match parameters.endpoint {
            Some(endpoint) => {
                let style = parameters.style.unwrap_or(AddressStyle::Path);
                (endpoint_of(&endpoint, bucket, style, parameters.allows_http)?, style)
            }
            None => {
                // A dot would make a host that the server's certificate does not cover.
                let usual = if bucket.contains('.') { AddressStyle::Path } else { AddressStyle::Virtual };
                let style = parameters.style.unwrap_or(usual);
                let host = match style {
                    AddressStyle::Path => String::new(),
                    AddressStyle::Virtual => format!("{bucket}."),
                };
                (format!("https://{host}s3.{region}.amazonaws.com"), style)
            }
        };
        let credentials = match parameters.credentials_file {
            Some(path) => ObjectCredentials::from_file(Path::new(&path))?,
            None => ObjectCredentials::from_environment(environment)?,
        };
        let authorities =
            parameters.ca_file.as_deref().map(Path::new).map(authorities).transpose()?.unwrap_or_default();
        let (bucket, prefix, limits) = (bucket.to_owned(), prefix.to_owned(), ObjectLimits::default());
        Ok(Self { bucket, prefix, endpoint, region, style, credentials, authorities, limits })
    }

    /// The same with other limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: ObjectLimits) -> Self {
        self.limits = limits;
        self
    }
}

/// The bucket and the server, for logs and messages: `s3://bucket/prefix at https://server`.
impl std::fmt::Display for ObjectSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let separator = if self.prefix.is_empty() { "" } else { "/" };
        write!(f, "s3://{}{separator}{} at {}", self.bucket, self.prefix, self.endpoint)
    }
}

/// The parameters of an address, each at most once.
#[derive(Default)]
struct Parameters {
    endpoint: Option<String>,
    region: Option<String>,
    style: Option<AddressStyle>,
    allows_http: bool,
    ca_file: Option<String>,
    credentials_file: Option<String>,
}

impl Parameters {
    fn read(url: &Url) -> Result<Self, ObjectSettingsError> {
        let mut parameters = Self::default();
        let mut seen = Vec::new();
        for (name, value) in url.query_pairs() {
            let known = ["endpoint", "region", "style", "allow_http", "ca_file", "credentials_file"];
            let Some(name) = known.into_iter().find(|known| *known == name) else {
                return Err(ObjectSettingsError::UnknownParameter { name: name.chars().take(40).collect() });
            };
            let refused = |reason| ObjectSettingsError::Parameter { name, reason };
            if seen.contains(&name) {
                return Err(refused("it stands there twice"));
            }
            seen.push(name);
            match (name, &*value) {
                (_, "") => return Err(refused("it is empty")),
                ("endpoint", _) => parameters.endpoint = Some(value.into_owned()),
                ("region", _) => parameters.region = Some(value.into_owned()),
                ("ca_file", _) => parameters.ca_file = Some(value.into_owned()),
                ("credentials_file", _) => parameters.credentials_file = Some(value.into_owned()),
                ("style", "path") => parameters.style = Some(AddressStyle::Path),
                ("style", "virtual") => parameters.style = Some(AddressStyle::Virtual),
                ("style", _) => return Err(refused("it is path or virtual")),
                (_, "true") => parameters.allows_http = true,
                (_, "false") => parameters.allows_http = false,
                _ => return Err(refused("it is true or false")),
            }
        }
        Ok(parameters)
    }
}

fn endpoint_of(
    text: &str,
    bucket: &str,
    style: AddressStyle,
    allows_http: bool,
) -> Result<String, ObjectSettingsError> {
    let refused = |reason| ObjectSettingsError::Parameter { name: "endpoint", reason };
    let mut url =
        Url::parse(text).map_err(|_| refused("it is no address; an example: https://s3.example.com"))?;
    let host = match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(host)) => host.to_owned(),
        _ => return Err(refused("it begins with https://")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it has an access key in it; put that into the environment or a file"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused("it has a ? or #"));
    }
    if url.scheme() == "http" && !allows_http && !is_this_machine(&host) {
        return Err(refused(
            "documents would travel unencrypted over http to another machine; use https, or add allow_http=true",
        ));
    }
    if style == AddressStyle::Virtual {
        url.set_host(Some(&format!("{bucket}.{host}")))
            .map_err(|_| refused("no bucket can stand in front of it; use style=path"))?;
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, ObjectSettingsError> {
    let refused = |reason: String| ObjectSettingsError::Authorities { path: path.to_owned(), reason };
    let mut pem = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| refused(error.to_string()))?;
    file.take(CA_FILE_BYTES_MAX).read_to_end(&mut pem).map_err(|error| refused(error.to_string()))?;
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => {
            Err(refused("there is no certificate in PEM form in it (-----BEGIN CERTIFICATE-----)".to_owned()))
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// A name that needs no escape in an address and cannot lead out of where it stands.
fn is_name(text: &str, bytes_max: usize) -> bool {
    !text.is_empty()
        && text.len() <= bytes_max
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && text.bytes().any(|byte| byte != b'.')
}

const BUCKET_BYTES_MIN: usize = 3;
/// S3's own limits of a bucket's name (Amazon S3 User Guide, "Bucket naming rules").
const BUCKET_BYTES_MAX: usize = 63;
const PREFIX_BYTES_MAX: usize = 200;
const REGION_BYTES_MAX: usize = 40;
/// A whole system's authorities are some 250 kB.
const CA_FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<ObjectSettings, ObjectSettingsError> {
        ObjectSettings::parse(address, |name| match name {
            "AWS_ACCESS_KEY_ID" => Some("AKIA1".to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some("hidden".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn addresses_are_read() {
        let cases = [
            (
                "s3://faktury?endpoint=http://127.0.0.1:9000",
                "s3://faktury at http://127.0.0.1:9000",
                "us-east-1",
            ),
            (
                "s3://faktury/a/b/?endpoint=https://s3.example.com/&region=waw-1",
                "s3://faktury/a/b at https://s3.example.com",
                "waw-1",
            ),
            (
                "s3://faktury?region=eu-central-1",
                "s3://faktury at https://faktury.s3.eu-central-1.amazonaws.com",
                "eu-central-1",
            ),
            (
                "s3://fak.tury?region=eu-central-1",
                "s3://fak.tury at https://s3.eu-central-1.amazonaws.com",
                "eu-central-1",
            ),
            (
                "s3://faktury?endpoint=https://s3.example.com:8443&style=virtual",
                "s3://faktury at https://faktury.s3.example.com:8443",
                "us-east-1",
            ),
            (
                "s3://faktury?endpoint=http://minio:9000&allow_http=true",
                "s3://faktury at http://minio:9000",
                "us-east-1",
            ),
            ("s3://faktury?endpoint=http://[::1]:9000", "s3://faktury at http://[::1]:9000", "us-east-1"),
        ];
        for (address, shown, region) in cases {
            let settings = parse(address).expect(address);
            assert_eq!(settings.to_string(), shown);
            assert_eq!(settings.region, region);
            assert!(!format!("{settings:?}").contains("hidden"));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("", "cannot be used"),
            ("https://faktury", "s3://"),
            ("s3:///prefix?region=a", "the bucket's name"),
            ("s3://a?region=a", "the bucket's name"),
            ("s3://AKIA:hidden@faktury?region=a", "has an access key in it"),
            ("s3://faktury:9000?region=a", "endpoint="),
            ("s3://faktury/a//b?region=a", "the prefix"),
            ("s3://faktury/za%20mek?region=a", "the prefix"),
            ("s3://faktury", "region"),
            ("s3://faktury?region=a%0Ab", "region"),
            ("s3://faktury?region=", "empty"),
            ("s3://faktury?region=a&region=b", "twice"),
            ("s3://faktury?secret_access_key=hidden", "secret_access_key"),
            ("s3://faktury?endpoint=minio:9000", "https://"),
            ("s3://faktury?endpoint=http://minio:9000", "allow_http=true"),
            ("s3://faktury?endpoint=https://AKIA:hidden@minio", "has an access key in it"),
            ("s3://faktury?endpoint=https://minio?x=hidden", "has a ?"),
            ("s3://faktury?endpoint=https://10.0.0.1&style=virtual", "style=path"),
            ("s3://faktury?region=a&style=dns", "path or virtual"),
            ("s3://faktury?region=a&allow_http=yes", "true or false"),
            ("s3://faktury?region=a&credentials_file=no/such/file", "no/such/file"),
            ("s3://faktury?region=a&ca_file=no/such/file", "no/such/file"),
            ("s3://faktury?region=a&ca_file=Cargo.toml", "no certificate"),
        ];
        for (address, expected) in cases {
            let error = parse(address).expect_err(address);
            assert!(error.to_string().contains(expected), "{address}: {error}");
            assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
        }
    }

    #[test]
    fn the_region_and_the_access_key_come_from_the_environment() {
        let settings = ObjectSettings::parse("s3://faktury", |name| match name {
            "AWS_REGION" => Some(" ".to_owned()),
            "AWS_DEFAULT_REGION" => Some("eu-west-3".to_owned()),
            _ => Some("AKIA1".to_owned()),
        });
        assert_eq!(settings.expect("settings").region, "eu-west-3");
        let none = ObjectSettings::parse("s3://faktury?region=a", |_| None);
        assert!(matches!(none, Err(ObjectSettingsError::Credentials(CredentialsError::Missing { .. }))));
    }
}
