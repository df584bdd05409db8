//! What KSeF allows this context and subject.

use ksef_wire::{EffectiveApiRateLimits, EffectiveContextLimits, EffectiveSubjectLimits, Operation};

use crate::access::Access;
use crate::error::CallError;
use crate::transport::Request;

impl Access {
    /// `GET /rate-limits`: requests in a second, minute and hour, by group.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn rate_limits(&self) -> Result<EffectiveApiRateLimits, CallError> {
        let request = Request::new(Operation::RateLimits, &[]);
        self.call(&request).await?.json()
    }

    /// `GET /limits/context`: sizes of documents and numbers in a session.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn context_limits(&self) -> Result<EffectiveContextLimits, CallError> {
        let request = Request::new(Operation::ContextLimits, &[]);
        self.call(&request).await?.json()
    }

    /// `GET /limits/subject`: applications for certificates and certificates.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn subject_limits(&self) -> Result<EffectiveSubjectLimits, CallError> {
        let request = Request::new(Operation::SubjectLimits, &[]);
        self.call(&request).await?.json()
    }
}
