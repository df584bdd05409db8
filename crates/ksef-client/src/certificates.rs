//! Certificates: what may be asked for, asking, fetching, finding, revoking.

use ksef_id::{CertificateSerial, ReferenceNumber};
use ksef_wire::{
    CertificateEnrollmentDataResponse, CertificateEnrollmentStatusResponse, CertificateLimitsResponse,
    EnrollCertificateRequest, EnrollCertificateResponse, Operation, QueryCertificatesRequest,
    QueryCertificatesResponse, RetrieveCertificatesRequest, RetrieveCertificatesResponse,
    RevokeCertificateRequest,
};

use crate::access::Access;
use crate::error::CallError;
use crate::transport::Request;

impl Access {
    /// `GET /certificates/limits`: how many more may be asked for and held. Revoking gives a place back, not an
    /// application (field notes B12).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn certificate_limits(&self) -> Result<CertificateLimitsResponse, CallError> {
        let request = Request::new(Operation::CertificateLimits, &[]);
        self.call(&request).await?.json()
    }

    /// `GET /certificates/enrollments/data`: the subject that the request must name, attribute by attribute. It is that
    /// of whoever logged in, and only a login by signature has one.
    ///
    /// # Errors
    /// [`CallError`]; 25001 and 25002 for logins that have no subject of their own, such as by token.
    pub async fn certificate_enrollment_data(&self) -> Result<CertificateEnrollmentDataResponse, CallError> {
        let request = Request::new(Operation::CertificateEnrollmentData, &[]);
        self.call(&request).await?.json()
    }

    /// `POST /certificates/enrollments`: asks for a certificate. Not repeated when unknown: each application counts.
    ///
    /// # Errors
    /// [`CallError`]; 25003 to 25007 say what is wrong with the request or which limit is reached.
    pub async fn enroll_certificate(
        &self,
        request: &EnrollCertificateRequest,
    ) -> Result<EnrollCertificateResponse, CallError> {
        let request = Request::new(Operation::CertificateEnroll, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `GET /certificates/enrollments/{ref}`: how an application stands; with 200 the serial number is there.
    ///
    /// # Errors
    /// [`CallError`]; 25005 for an unknown application.
    pub async fn certificate_enrollment_status(
        &self,
        application: &ReferenceNumber,
    ) -> Result<CertificateEnrollmentStatusResponse, CallError> {
        let request = Request::new(Operation::CertificateEnrollmentStatus, &[application.as_str()]);
        self.call(&request).await?.json()
    }

    /// `POST /certificates/retrieve`: certificates by serial number, at most ten; exactly those that were asked for.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn retrieve_certificates(
        &self,
        request: &RetrieveCertificatesRequest,
    ) -> Result<RetrieveCertificatesResponse, CallError> {
        let request = Request::new(Operation::CertificateRetrieve, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /certificates/query`: a page of at most 50 certificates; pages count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_certificates(
        &self,
        filters: &QueryCertificatesRequest,
        page_offset: u32,
    ) -> Result<QueryCertificatesResponse, CallError> {
        let request =
            Request::new(Operation::CertificateQuery, &[]).page(page_offset, PAGE_SIZE).json(filters)?;
        self.call(&request).await?.json()
    }

    /// `POST /certificates/{serial}/revoke`: ends a certificate in KSeF, for good.
    ///
    /// # Errors
    /// [`CallError`]; 25008 for one that is not there, 25009 for one that cannot be revoked.
    pub async fn revoke_certificate(
        &self,
        serial: &CertificateSerial,
        request: &RevokeCertificateRequest,
    ) -> Result<(), CallError> {
        let request = Request::new(Operation::CertificateRevoke, &[serial.as_str()]).json(request)?;
        self.call(&request).await.map(drop)
    }
}

/// The API's largest page.
const PAGE_SIZE: u32 = 50;
