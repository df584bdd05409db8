//! The object store as a company would configure it, against a real S3 server.
#![allow(dead_code, reason = "the tests and the benchmark use their parts")]

use std::time::Duration;

use gateway_objects::{ObjectLimits, ObjectSettings, Objects};
pub(crate) use test_s3::{ACCESS_KEY_ID, BUCKET, S3Server};

/// What a client of the server needs.
pub(crate) trait Client {
    fn settings(&self) -> ObjectSettings;
    /// As a company would give them: an address, and the key in the environment.
    fn settings_for(&self, bucket: &str, access_key_id: &str, secret: &str) -> ObjectSettings;
    fn settings_at(&self, address: &str, access_key_id: &str, secret: &str) -> ObjectSettings;
    fn objects(&self) -> Objects;
}

impl Client for S3Server {
    fn settings(&self) -> ObjectSettings {
        self.settings_at(&self.bucket_url(), ACCESS_KEY_ID, &self.secret)
    }

    fn settings_for(&self, bucket: &str, access_key_id: &str, secret: &str) -> ObjectSettings {
        let address = self.bucket_url().replace(BUCKET, bucket);
        self.settings_at(&address, access_key_id, secret)
    }

    fn settings_at(&self, address: &str, access_key_id: &str, secret: &str) -> ObjectSettings {
        let settings = ObjectSettings::parse(address, |name| match name {
            "AWS_ACCESS_KEY_ID" => Some(access_key_id.to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some(secret.to_owned()),
            _ => None,
        });
        settings.expect("settings").with_limits(limits())
    }

    fn objects(&self) -> Objects {
        Objects::open(self.settings()).expect("a client")
    }
}

/// Waits that suit a test. Patient with answers: a busy machine is no fault of the server's.
pub(crate) fn limits() -> ObjectLimits {
    ObjectLimits { retry_delay_min: Duration::from_millis(20), ..ObjectLimits::default() }
}
