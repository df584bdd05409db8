//! What a test may look at: a copy of what the simulator received and did, taken at one moment.

use jiff::Timestamp;
use ksef_id::{CertificateSerial, KsefNumber, Nip, ReferenceNumber, Sha256Hash};
use ksef_wire::{CertificateRevocationReason, KsefCertificateType};

/// A copy of the simulator's memory.
#[derive(Debug, Clone, Default)]
pub struct Inspection {
    /// Invoices that have a KSeF number, in the order of their numbers being given.
    pub invoices: Vec<StoredInvoice>,
    /// Everything that was sent, in the order of arrival.
    pub submissions: Vec<Submission>,
    /// The sessions, in the order of opening.
    pub sessions: Vec<SessionSeen>,
    /// Certificates that were issued, in the order of issuing.
    pub certificates: Vec<CertificateSeen>,
    /// The last 100,000 requests, in the order of their answers.
    pub requests: Vec<RequestSeen>,
}

/// An invoice with a KSeF number.
#[derive(Debug, Clone)]
pub struct StoredInvoice {
    /// Its number.
    pub ksef_number: KsefNumber,
    /// The document, byte for byte as received.
    pub bytes: Vec<u8>,
    /// SHA-256 of the document.
    pub hash: Sha256Hash,
    /// Podmiot1.
    pub seller: Nip,
    /// P_2 as it stands in the document.
    pub invoice_number: String,
    /// The session in which it came.
    pub session: ReferenceNumber,
    /// When the number was given.
    pub acquired_at: Timestamp,
    /// How often a document with this hash was sent, this one included.
    pub sends: usize,
}

/// One sending.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The session.
    pub session: ReferenceNumber,
    /// The invoice within the session.
    pub reference: ReferenceNumber,
    /// SHA-256 as the sender declared it.
    pub hash: Sha256Hash,
    /// The status code that KSeF has for it (150 while processing is stalled), shown to callers or not yet.
    pub status_code: i32,
    /// The number, when it was given one.
    pub ksef_number: Option<KsefNumber>,
}

/// A session.
#[derive(Debug, Clone)]
pub struct SessionSeen {
    /// Its reference number.
    pub reference: ReferenceNumber,
    /// The context in which it was opened, as `ksef_id::ContextIdentifier` writes it.
    pub context: String,
    /// Whether it was closed (by call or by time).
    pub is_closed: bool,
    /// Invoices sent in it.
    pub invoice_count: usize,
}

/// A certificate that the simulator issued.
#[derive(Debug, Clone)]
pub struct CertificateSeen {
    /// Its serial number.
    pub serial: CertificateSerial,
    /// What it is for.
    pub kind: KsefCertificateType,
    /// For whom: `Nip:…`, `Pesel:…` or `Fingerprint:…`.
    pub owner: String,
    /// Until when it is valid.
    pub valid_until: Timestamp,
    /// Why it was revoked, when it was.
    pub revoked_for: Option<CertificateRevocationReason>,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSeen {
    /// Method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// The operation's name (`ksef_wire::Operation::name`); `None` for what is no operation.
    pub operation: Option<&'static str>,
    /// Status of the answer; 0 when the connection was closed without one.
    pub status: u16,
}

impl Inspection {
    /// How many requests went to an operation.
    #[must_use]
    pub fn count(&self, operation: ksef_wire::Operation) -> usize {
        self.requests.iter().filter(|request| request.operation == Some(operation.name())).count()
    }
}
