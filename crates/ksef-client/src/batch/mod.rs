//! Batches: many documents as one encrypted package, in memory that does not grow with them.
//!
//! [`pack`] reads documents, compresses them on several threads, and writes the encrypted parts into a folder; nothing
//! is sent. [`Access::send_batch`](crate::Access::send_batch) takes a package all the way. Step by step,
//! [`Access::open_batch_session`](crate::Access::open_batch_session) declares the package,
//! [`Access::upload_parts`](crate::Access::upload_parts) brings the parts, and a [`BatchUpload`] that was kept can be
//! gone on with after a crash, since the parts lie on disk.
//!
//! The limits of KSeF (guide, `sesja-wsadowa.md`) are kept while packing: what does not fit any more is left for the
//! next package, so that KSeF never has to refuse one.

mod chunk;
mod container;
mod pack;
mod parts;
mod send;
mod upload;

pub use chunk::PackedDocument;
pub use pack::{BatchDocument, DocumentSource, PackError, PackOptions, PackedBatch, pack};
pub use parts::PackedPart;
pub use send::{SendBatchError, SendBatchOptions, SentBatch};
pub use upload::{BatchUpload, UploadError, UploadPart};

/// What KSeF takes in one batch session (guide, `sesja-wsadowa.md` and `limity.md`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLimits {
    /// Documents in a package: 10,000; with one more KSeF refuses all (status 420).
    pub documents_max: usize,
    /// Parts of a package: 50 (21161).
    pub parts_max: usize,
    /// Bytes of a part before encryption: 100,000,000.
    pub part_bytes_max: u64,
    /// Bytes of a package before splitting and encryption: 5,000,000,000 (21405).
    pub package_bytes_max: u64,
    /// Bytes of a document: 3,000,000 with an attachment. Those without one may have 1,000,000, which is for the
    /// validator to say; both depend on the context (`GET /limits/context`).
    pub document_bytes_max: u64,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self {
            documents_max: 10_000,
            parts_max: 50,
            part_bytes_max: 100_000_000,
            package_bytes_max: 5_000_000_000,
            document_bytes_max: 3_000_000,
        }
    }
}
