//! What can go wrong, split by who has to act.

use std::time::Duration;

use ksef_id::Sha256Hash;

use crate::exchange::{Refusal, cause};

/// Why a document was not kept or not given.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// An alarm: what lies in the store is not what was put there. It must not be used.
    #[error(
        "the object {key} was altered in the object store: its SHA-256 is {found}, not {expected}; do not use it, \
         restore it from a backup or fetch it from KSeF again, and find out who may write there"
    )]
    Tampered {
        /// Where it lies in the bucket.
        key: String,
        /// The hash that it was asked for by.
        expected: Sha256Hash,
        /// The hash of what came.
        found: Sha256Hash,
    },
    /// The caller's mistake: the document is not the one that the hash names. Nothing was written.
    #[error("a document with the SHA-256 {found} cannot be kept as {expected}")]
    NotItsHash {
        /// The hash that was given with it.
        expected: Sha256Hash,
        /// Its hash.
        found: Sha256Hash,
    },
    /// Larger than any document is. What is too large in the store was not read.
    #[error("the object {key} has {bytes} bytes, more than the {bytes_max} that a document may have")]
    TooLarge {
        /// Where it lies in the bucket.
        key: String,
        /// Its size, or what had come of it by then.
        bytes: u64,
        /// The limit ([`ObjectLimits::object_bytes_max`](crate::ObjectLimits::object_bytes_max)).
        bytes_max: u64,
    },
    /// The server said no, and will say it again until somebody acts.
    #[error("the object store refused to {operation} {place} (HTTP {http_status} {code}): {cause}")]
    Refused {
        /// What was asked.
        operation: ObjectOperation,
        /// Bucket and server.
        place: String,
        /// The HTTP status.
        http_status: u16,
        /// S3's code; empty when the answer was none of S3's.
        code: String,
        /// What it means and who can help.
        cause: RefusalCause,
    },
    /// The server is there and cannot now: overloaded, being restarted, full.
    #[error("the object store could not {operation} {place} now (HTTP {http_status} {code}): {message}")]
    Unavailable {
        /// What was asked.
        operation: ObjectOperation,
        /// Bucket and server.
        place: String,
        /// The HTTP status.
        http_status: u16,
        /// S3's code; empty when the answer was none of S3's.
        code: String,
        /// The server's words, cut.
        message: String,
    },
    /// No connection, or it broke. What was being put may be there or not; putting it again is harmless.
    #[error(
        "the object store cannot be reached to {operation} {place}: check its address, the network, its certificate and whether it is running"
    )]
    Unreachable {
        /// What was asked.
        operation: ObjectOperation,
        /// Bucket and server.
        place: String,
        /// The cause.
        source: Box<object_store::Error>,
    },
    /// No answer in time. What was being put may be there or not; putting it again is harmless.
    #[error("the object store did not {operation} {place} within {} s", limit.as_secs_f32())]
    TimedOut {
        /// What was asked.
        operation: ObjectOperation,
        /// Bucket and server.
        place: String,
        /// The limit that was reached.
        limit: Duration,
    },
    /// [`check`](crate::Objects::check) wrote an object, and then it was not there.
    #[error(
        "the object store at {place} does not keep what it takes: {key} was written and is not there; do all its servers share one storage?"
    )]
    NotKept {
        /// Bucket and server.
        place: String,
        /// What was written.
        key: String,
    },
    /// An answer that makes no sense, or a request that could not be made: the server speaks no S3, or this is our bug.
    #[error("the object store's answer to {operation} {place} could not be understood: is it an S3 server?")]
    Unexpected {
        /// What was asked.
        operation: ObjectOperation,
        /// Bucket and server.
        place: String,
        /// The cause.
        source: Box<object_store::Error>,
    },
    /// The client could not be made at all, such as without root certificates.
    #[error("the client of the object store could not be made")]
    Client {
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What was asked of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectOperation {
    /// Writing an object.
    Write,
    /// Reading an object.
    Read,
    /// Removing a probe object.
    Remove,
}

impl std::fmt::Display for ObjectOperation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Write => "write to",
            Self::Read => "read from",
            Self::Remove => "remove from",
        })
    }
}

/// Why the server refuses, as far as its code tells (Amazon S3 API Reference, "Error responses"). Displays what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalCause {
    /// There is no such bucket.
    NoSuchBucket,
    /// The server does not know this access key.
    UnknownAccessKey,
    /// The secret half of the key is not the one that belongs to it.
    WrongSecret,
    /// The key was valid for some hours only, and these are over.
    ExpiredKey,
    /// The key may not do this.
    AccessDenied(ObjectOperation),
    /// The key may read, but is told nothing of what is not there.
    MissingNotTold,
    /// This machine's clock is wrong.
    ClockSkewed,
    /// The bucket is in another region, or at another address.
    WrongRegion,
    /// The answer was none of an S3 server's.
    NotS3,
    /// Another code, with the server's words.
    Other(String),
}

impl std::fmt::Display for RefusalCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoSuchBucket => "there is no such bucket; make it, or correct the name after s3://",
            Self::UnknownAccessKey => "it does not know this access key; check AWS_ACCESS_KEY_ID or the file with the key",
            Self::WrongSecret => "the secret key is wrong; check AWS_SECRET_ACCESS_KEY or the file with the key",
            Self::ExpiredKey => "the access key was valid for a time that is over; give a new one",
            Self::AccessDenied(ObjectOperation::Write) => "the access key may not write; it needs s3:PutObject on the prefix",
            Self::AccessDenied(ObjectOperation::Read) => "the access key may not read; it needs s3:GetObject on the prefix",
            Self::AccessDenied(ObjectOperation::Remove) => {
                "the access key may not remove; it needs s3:DeleteObject on the prefix and probes/*"
            }
            Self::MissingNotTold => {
                "of an object that is not there it says that access is denied; the access key needs s3:ListBucket on the bucket"
            }
            Self::ClockSkewed => "this machine's clock differs from the server's by more than it allows; set the clock",
            Self::WrongRegion => "the bucket is in another region or at another address; correct region= or endpoint=",
            Self::NotS3 => "the answer is none of an S3 server's; correct endpoint=, and look for a proxy in between",
            Self::Other(message) => message,
        })
    }
}

impl RefusalCause {
    fn of(refusal: &Refusal, operation: ObjectOperation) -> Self {
        match refusal.code.as_str() {
            "" if (300..400).contains(&refusal.http_status) => Self::WrongRegion,
            "" => Self::NotS3,
            "NoSuchBucket" => Self::NoSuchBucket,
            "InvalidAccessKeyId" | "NotSignedUp" => Self::UnknownAccessKey,
            "SignatureDoesNotMatch" => Self::WrongSecret,
            "ExpiredToken" | "TokenRefreshRequired" | "InvalidToken" => Self::ExpiredKey,
            "RequestTimeTooSkewed" | "RequestExpired" => Self::ClockSkewed,
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "Redirect"
            | "AuthorizationHeaderMalformed"
            | "IncorrectEndpoint" => Self::WrongRegion,
            "AccessDenied" | "AllAccessDisabled" | "AccountProblem" => Self::AccessDenied(operation),
            _ => Self::Other(refusal.message.clone()),
        }
    }
}

impl ObjectError {
    /// Whether the same call may go well later without anybody acting. All of these were repeated already.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Tampered { .. }
            | Self::NotItsHash { .. }
            | Self::TooLarge { .. }
            | Self::Refused { .. }
            | Self::NotKept { .. }
            | Self::Unexpected { .. }
            | Self::Client { .. } => false,
        }
    }

    /// What the library's error means.
    pub(crate) fn of(
        error: object_store::Error,
        operation: ObjectOperation,
        place: String,
        request_time_max: Duration,
    ) -> Self {
        if let Some(refusal) = cause::<Refusal>(&error) {
            let (http_status, code) = (refusal.http_status, refusal.code.clone());
            return if refusal.may_pass() || IS_FULL.contains(&http_status) {
                Self::Unavailable { operation, place, http_status, code, message: refusal.message.clone() }
            } else {
                let cause = RefusalCause::of(refusal, operation);
                Self::Refused { operation, place, http_status, code, cause }
            };
        }
        let source = Box::new(error);
        match cause::<reqwest::Error>(&*source) {
            Some(broken) if broken.is_timeout() && !broken.is_connect() => {
                Self::TimedOut { operation, place, limit: request_time_max }
            }
            Some(broken) if !broken.is_builder() => Self::Unreachable { operation, place, source },
            _ => Self::Unexpected { operation, place, source },
        }
    }
}

/// 507 Insufficient Storage: repeating at once is no use, but somebody may make room.
const IS_FULL: [u16; 1] = [507];

#[cfg(test)]
mod tests {
    use object_store::client::{HttpError, HttpErrorKind};

    use super::*;

    fn of(http_status: u16, code: &str) -> ObjectError {
        let refusal =
            Refusal { http_status, code: code.to_owned(), message: "the server's words".to_owned() };
        let source = Box::new(HttpError::new(HttpErrorKind::Unknown, refusal));
        let error = object_store::Error::Generic { store: "S3", source };
        ObjectError::of(error, ObjectOperation::Write, "s3://faktury".to_owned(), Duration::from_secs(1))
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let cases = [
            (404, "NoSuchBucket", "make it"),
            (403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
            (403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
            (400, "ExpiredToken", "give a new one"),
            (403, "AccessDenied", "s3:PutObject"),
            (403, "RequestTimeTooSkewed", "clock"),
            (301, "PermanentRedirect", "region="),
            (307, "", "region="),
            (400, "AuthorizationHeaderMalformed", "region="),
            (404, "", "endpoint="),
            (405, "MethodNotAllowed", "the server's words"),
        ];
        for (status, code, expected) in cases {
            let error = of(status, code);
            assert!(matches!(error, ObjectError::Refused { .. }), "{error:?}");
            assert!(!error.may_pass());
            assert!(error.to_string().contains(expected), "{error}");
            assert!(error.to_string().contains("refused to write to s3://faktury"), "{error}");
        }
        for (status, code) in
            [(503, "SlowDown"), (500, "InternalError"), (502, ""), (507, "XMinioStorageFull")]
        {
            let error = of(status, code);
            assert!(matches!(error, ObjectError::Unavailable { .. }), "{error:?}");
            assert!(error.may_pass());
        }
    }
}
