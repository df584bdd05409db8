//! Documents in S3-compatible object storage: invoices, UPOs, pages of session UPOs.
//!
//! A document lies under a key that is made from its SHA-256. Putting it twice is therefore harmless, so every request may be
//! repeated; and what is read is compared with the key that it was asked for by, so that an altered object is an alarm
//! ([`ObjectError::Tampered`]) and never a document. Which documents there are is known to the database alone: nothing here
//! lists a bucket, and a document is removed only when it is named ([`Objects::erase`]).
//!
//! ```no_run
//! # async fn keep(invoice: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! use gateway_objects::{ObjectKind, ObjectSettings, Objects};
//! use ksef_id::Sha256Hash;
//!
//! let address = "s3://faktury/bramka?endpoint=https://s3.example.com&region=eu-central-1";
//! let settings = ObjectSettings::parse(address, |name| std::env::var(name).ok())?;
//! let objects = Objects::open(settings)?;
//! objects.check().await?;
//!
//! let sha256 = Sha256Hash::from_bytes(&ksef_crypto::sha256(invoice));
//! objects.put(ObjectKind::Invoice, &sha256, invoice).await?;
//! assert_eq!(objects.get(ObjectKind::Invoice, &sha256).await?.as_deref(), Some(invoice));
//! # Ok(())
//! # }
//! ```
//!
//! Rights that the access key needs (in the words of AWS): `s3:PutObject` and `s3:GetObject` on `PREFIX/*`, `s3:ListBucket` on
//! the bucket (without it the server says "access denied" of an object that is not there), and `s3:DeleteObject` on
//! `PREFIX/probes/*` alone, or on `PREFIX/*` where documents are erased once their time is over. Buckets with versions or with
//! Object Lock will do; they keep what is erased for as long as they are set to.

mod credentials;
mod error;
mod exchange;
mod kind;
mod objects;
mod settings;

pub use credentials::{CredentialsError, ObjectCredentials};
pub use error::{ObjectError, ObjectOperation, RefusalCause};
pub use kind::ObjectKind;
pub use objects::Objects;
pub use settings::{AddressStyle, ObjectLimits, ObjectSettings, ObjectSettingsError};
