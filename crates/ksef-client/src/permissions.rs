//! Permissions: granting, revoking, what became of it, and who has which.

use ksef_id::ReferenceNumber;
use ksef_wire::{
    CheckAttachmentPermissionStatusResponse, EntityAuthorizationPermissionsGrantRequest,
    EntityAuthorizationPermissionsQueryRequest, EntityPermissionsGrantRequest, EntityPermissionsQueryRequest,
    EuEntityAdministrationPermissionsGrantRequest, EuEntityPermissionsGrantRequest,
    EuEntityPermissionsQueryRequest, IndirectPermissionsGrantRequest, Operation,
    PermissionsOperationResponse, PermissionsOperationStatusResponse, PersonPermissionsGrantRequest,
    PersonPermissionsQueryRequest, PersonalPermissionsQueryRequest,
    QueryEntityAuthorizationPermissionsResponse, QueryEntityPermissionsResponse, QueryEntityRolesResponse,
    QueryEuEntityPermissionsResponse, QueryPersonPermissionsResponse, QueryPersonalPermissionsResponse,
    QuerySubordinateEntityRolesResponse, QuerySubunitPermissionsResponse, SubordinateEntityRolesQueryRequest,
    SubunitPermissionsGrantRequest, SubunitPermissionsQueryRequest,
};

use crate::access::Access;
use crate::error::CallError;
use crate::transport::Request;

impl Access {
    /// `POST /permissions/persons/grants`: lets a person work in this context; the answer names an operation, see
    /// [`Access::permission_operation`]. Not repeated when unknown: granting twice gives two grants.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn grant_person_permissions(
        &self,
        request: &PersonPermissionsGrantRequest,
    ) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionPersonGrant, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/entities/grants`: lets another firm, such as an accounting office, handle this context's
    /// invoices; the answer names an operation, see [`Access::permission_operation`]. Not repeated when unknown:
    /// granting twice gives two grants.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn grant_entity_permissions(
        &self,
        request: &EntityPermissionsGrantRequest,
    ) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionEntityGrant, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/authorizations/grants`: lets another firm act for this one in its own context (self-billing,
    /// RR invoices, tax representative, PEF); the answer names an operation, see [`Access::permission_operation`]. Not
    /// repeated when unknown: granting twice gives two grants.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn grant_authorization(
        &self,
        request: &EntityAuthorizationPermissionsGrantRequest,
    ) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionAuthorizationGrant, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/indirect/grants`: passes on to a person what a client allowed to pass on; the answer names an
    /// operation, see [`Access::permission_operation`]. Not repeated when unknown: granting twice gives two grants.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn grant_indirect_permissions(
        &self,
        request: &IndirectPermissionsGrantRequest,
    ) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionIndirectGrant, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/subunits/grants`: names an administrator of a unit or subordinate entity; the answer names an
    /// operation, see [`Access::permission_operation`]. Not repeated when unknown: granting twice gives two grants.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn grant_subunit_permissions(
        &self,
        request: &SubunitPermissionsGrantRequest,
    ) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionSubunitGrant, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/eu-entities/administration/grants`: names an administrator of an EU entity; the answer names
    /// an operation, see [`Access::permission_operation`]. Not repeated when unknown: granting twice gives two grants.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn grant_eu_entity_administration(
        &self,
        request: &EuEntityAdministrationPermissionsGrantRequest,
    ) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionEuEntityAdministrationGrant, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/eu-entities/grants`: lets somebody represent the EU entity of this context; the answer names
    /// an operation, see [`Access::permission_operation`]. Not repeated when unknown: granting twice gives two grants.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn grant_eu_entity_permissions(
        &self,
        request: &EuEntityPermissionsGrantRequest,
    ) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionEuEntityGrant, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `DELETE /permissions/common/grants/{id}`: takes back a grant of any kind but an authorization; the id is that of
    /// a query.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn revoke_permission(&self, id: &str) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionCommonRevoke, &[id]);
        self.call(&request).await?.json()
    }

    /// `DELETE /permissions/authorizations/grants/{id}`: takes back an authorization.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn revoke_authorization(&self, id: &str) -> Result<PermissionsOperationResponse, CallError> {
        let request = Request::new(Operation::PermissionAuthorizationRevoke, &[id]);
        self.call(&request).await?.json()
    }

    /// `GET /permissions/operations/{ref}`: whether a grant or revocation is done; its codes are in
    /// [`ksef_wire::codes::PermissionOperationStatusCode`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn permission_operation(
        &self,
        operation: &ReferenceNumber,
    ) -> Result<PermissionsOperationStatusResponse, CallError> {
        let request = Request::new(Operation::PermissionOperationStatus, &[operation.as_str()]);
        self.call(&request).await?.json()
    }

    /// `GET /permissions/attachments/status`: whether this context may send invoices with attachments. Who lacks the
    /// right to ask is refused with 403, which does not mean that they may not be sent.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn attachment_permission(&self) -> Result<CheckAttachmentPermissionStatusResponse, CallError> {
        let request = Request::new(Operation::PermissionAttachmentStatus, &[]);
        self.call(&request).await?.json()
    }

    /// `POST /permissions/query/personal/grants`: what the caller has, a page of at most 100; pages count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_personal_permissions(
        &self,
        filters: &PersonalPermissionsQueryRequest,
        page_offset: u32,
    ) -> Result<QueryPersonalPermissionsResponse, CallError> {
        let request = Request::new(Operation::PermissionQueryPersonal, &[])
            .page(page_offset, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/query/persons/grants`: what persons and firms have here, or were given here, a page of at
    /// most 100; pages count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_person_permissions(
        &self,
        filters: &PersonPermissionsQueryRequest,
        page_offset: u32,
    ) -> Result<QueryPersonPermissionsResponse, CallError> {
        let request = Request::new(Operation::PermissionQueryPersons, &[])
            .page(page_offset, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/query/subunits/grants`: the administrators of units, a page of at most 100; pages count from
    /// 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_subunit_permissions(
        &self,
        filters: &SubunitPermissionsQueryRequest,
        page_offset: u32,
    ) -> Result<QuerySubunitPermissionsResponse, CallError> {
        let request = Request::new(Operation::PermissionQuerySubunits, &[])
            .page(page_offset, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/query/entities/grants`: whose invoices this context may handle, a page of at most 100; pages
    /// count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_entity_permissions(
        &self,
        filters: &EntityPermissionsQueryRequest,
        page_offset: u32,
    ) -> Result<QueryEntityPermissionsResponse, CallError> {
        let request = Request::new(Operation::PermissionQueryEntities, &[])
            .page(page_offset, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }

    /// `GET /permissions/query/entities/roles`: the roles of this context, a page of at most 100; pages count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_entity_roles(&self, page_offset: u32) -> Result<QueryEntityRolesResponse, CallError> {
        let request = Request::new(Operation::PermissionQueryEntityRoles, &[]).page(page_offset, PAGE_SIZE);
        self.call(&request).await?.json()
    }

    /// `POST /permissions/query/subordinate-entities/roles`: the subordinate entities, a page of at most 100; pages
    /// count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_subordinate_roles(
        &self,
        filters: &SubordinateEntityRolesQueryRequest,
        page_offset: u32,
    ) -> Result<QuerySubordinateEntityRolesResponse, CallError> {
        let request = Request::new(Operation::PermissionQuerySubordinateRoles, &[])
            .page(page_offset, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/query/authorizations/grants`: authorizations given or received, a page of at most 100; pages
    /// count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_authorizations(
        &self,
        filters: &EntityAuthorizationPermissionsQueryRequest,
        page_offset: u32,
    ) -> Result<QueryEntityAuthorizationPermissionsResponse, CallError> {
        let request = Request::new(Operation::PermissionQueryAuthorizations, &[])
            .page(page_offset, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }

    /// `POST /permissions/query/eu-entities/grants`: the administrators and representatives of EU entities, a page of
    /// at most 100; pages count from 0.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_eu_entity_permissions(
        &self,
        filters: &EuEntityPermissionsQueryRequest,
        page_offset: u32,
    ) -> Result<QueryEuEntityPermissionsResponse, CallError> {
        let request = Request::new(Operation::PermissionQueryEuEntities, &[])
            .page(page_offset, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }
}

/// The API's largest page.
const PAGE_SIZE: u32 = 100;
