//! Test data: what exists only on TEST and in the simulator.

use ksef_id::CertificateSerial;
use ksef_wire::{
    AttachmentPermissionGrantRequest, AttachmentPermissionRevokeRequest, ContextAuthenticationRequest,
    EffectiveContextLimits, Operation, PersonCreateRequest, PersonRemoveRequest, SetRateLimitsRequest,
    SetSubjectLimitsRequest, SubjectCreateRequest, SubjectRemoveRequest, TestDataPermissionsGrantRequest,
    TestDataPermissionsRevokeRequest, TestDataUpdateCertificateRequest,
};

use crate::access::Access;
use crate::error::CallError;
use crate::transport::{KsefClient, Request};

impl KsefClient {
    /// `POST /testdata/subject`: makes a firm of a kind, with its units.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_create_subject(&self, request: &SubjectCreateRequest) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataSubjectCreate, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }

    /// `POST /testdata/subject/remove`: removes it.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_remove_subject(&self, request: &SubjectRemoveRequest) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataSubjectRemove, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }

    /// `POST /testdata/person`: makes a sole trader or a bailiff.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_create_person(&self, request: &PersonCreateRequest) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataPersonCreate, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }

    /// `POST /testdata/person/remove`: removes them.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_remove_person(&self, request: &PersonRemoveRequest) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataPersonRemove, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }

    /// `POST /testdata/permissions`: grants without asking anybody.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_grant_permissions(
        &self,
        request: &TestDataPermissionsGrantRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataPermissionsGrant, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }

    /// `POST /testdata/permissions/revoke`: takes it back.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_revoke_permissions(
        &self,
        request: &TestDataPermissionsRevokeRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataPermissionsRevoke, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }

    /// `POST /testdata/attachment`: lets a firm send attachments.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_allow_attachments(
        &self,
        request: &AttachmentPermissionGrantRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataAttachmentGrant, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }

    /// `POST /testdata/attachment/revoke`: ends that, now or on a day.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_end_attachments(
        &self,
        request: &AttachmentPermissionRevokeRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataAttachmentRevoke, &[]).json(request)?;
        self.call(&request, None).await.map(drop)
    }
}

impl Access {
    /// `POST /testdata/context/block`: lets nobody log into a context any more (480).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_block_context(
        &self,
        request: &ContextAuthenticationRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataContextBlock, &[]).json(request)?;
        self.call(&request).await.map(drop)
    }

    /// `POST /testdata/context/unblock`: lets them again.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_unblock_context(
        &self,
        request: &ContextAuthenticationRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataContextUnblock, &[]).json(request)?;
        self.call(&request).await.map(drop)
    }

    /// `POST /testdata/limits/context/session`: changes what a session of this context may hold.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_set_context_limits(
        &self,
        request: &EffectiveContextLimits,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataContextLimitsSet, &[]).json(request)?;
        self.call(&request).await.map(drop)
    }

    /// `DELETE /testdata/limits/context/session`: the usual ones again.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_reset_context_limits(&self) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataContextLimitsReset, &[]);
        self.call(&request).await.map(drop)
    }

    /// `POST /testdata/limits/subject/certificate`: changes how many certificates this subject may have.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_set_subject_limits(
        &self,
        request: &SetSubjectLimitsRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataSubjectLimitsSet, &[]).json(request)?;
        self.call(&request).await.map(drop)
    }

    /// `DELETE /testdata/limits/subject/certificate`: the usual ones again.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_reset_subject_limits(&self) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataSubjectLimitsReset, &[]);
        self.call(&request).await.map(drop)
    }

    /// `POST /testdata/rate-limits`: changes this context's rate limits, to at most ten times production's.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_set_rate_limits(&self, request: &SetRateLimitsRequest) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataRateLimitsSet, &[]).json(request)?;
        self.call(&request).await.map(drop)
    }

    /// `DELETE /testdata/rate-limits`: the usual ones again.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_reset_rate_limits(&self) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataRateLimitsReset, &[]);
        self.call(&request).await.map(drop)
    }

    /// `POST /testdata/rate-limits/production`: production's rate limits.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_production_rate_limits(&self) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataRateLimitsProduction, &[]);
        self.call(&request).await.map(drop)
    }

    /// `PUT /testdata/certificates/{serial}`: changes a certificate's validity, so that its end can be tried.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn test_data_update_certificate(
        &self,
        serial: &CertificateSerial,
        request: &TestDataUpdateCertificateRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::TestDataCertificate, &[serial.as_str()]).json(request)?;
        self.call(&request).await.map(drop)
    }
}
