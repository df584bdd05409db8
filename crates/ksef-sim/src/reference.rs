//! Reference numbers and KSeF numbers from the seed.

use crate::clock::{warsaw_date, ymd};
use crate::domain::packed::{PackedKsefNumber, PackedReference};
use jiff::Timestamp;
use ksef_id::{CertificateSerial, CollectiveNumber, Nip, ReferenceKind, ReferenceNumber};
use serde::{Deserialize, Serialize};

/// Gives identifiers. The same seed and the same order of requests give the same identifiers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub(crate) struct ReferenceSource(fastrand::Rng);

impl From<u64> for ReferenceSource {
    fn from(state: u64) -> Self {
        Self::new(state)
    }
}

impl From<ReferenceSource> for u64 {
    fn from(source: ReferenceSource) -> Self {
        source.0.get_seed()
    }
}

impl ReferenceSource {
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A new reference number of the day.
    pub(crate) fn reference(&mut self, kind: ReferenceKind, now: Timestamp) -> ReferenceNumber {
        ReferenceNumber::compose(kind, ymd(warsaw_date(now)), self.0.u64(..), self.0.u64(..))
    }

    /// A new reference number of the day for an invoice in a session.
    pub(crate) fn invoice_reference(&mut self, now: Timestamp) -> PackedReference {
        PackedReference::compose(ymd(warsaw_date(now)), self.0.u64(..), self.0.u64(..))
    }

    /// A new KSeF number of the day; the repository asks again in the unlikely case that it is taken.
    pub(crate) fn ksef_number(&mut self, seller: Nip, now: Timestamp) -> PackedKsefNumber {
        PackedKsefNumber::compose(seller, ymd(warsaw_date(now)), self.0.u64(..))
    }

    /// 64 random bits, for dice of others.
    pub(crate) fn random(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// A UUID (version 4), the identifier of a permission.
    pub(crate) fn uuid(&mut self) -> String {
        let bits = self.0.u128(..) & !(0xF << 76) & !(0b11 << 62) | (0x4 << 76) | (0b10 << 62);
        let hex = format!("{bits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// A new collective identifier of the month.
    pub(crate) fn collective_number(&mut self, seller: Nip, now: Timestamp) -> CollectiveNumber {
        let (year, month, _) = ymd(warsaw_date(now));
        CollectiveNumber::compose(seller, (year, month), self.0.u64(..))
    }

    /// A new serial number of a certificate. Its first byte is 0x01 to 0x7F: DER neither drops it nor adds one.
    pub(crate) fn certificate_serial(&mut self) -> CertificateSerial {
        CertificateSerial::from_value(self.0.u64(1 << 56..1 << 63))
    }

    /// 32 hexadecimal digits for traces in error bodies.
    pub(crate) fn trace_id(&mut self) -> String {
        format!("{:016x}{:016x}", self.0.u64(..), self.0.u64(..))
    }
}
