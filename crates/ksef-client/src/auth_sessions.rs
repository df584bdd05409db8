//! Logins that are alive: seen and ended.

use ksef_id::ReferenceNumber;
use ksef_wire::{AuthenticationListResponse, Operation};

use crate::access::Access;
use crate::error::CallError;
use crate::transport::Request;

impl Access {
    /// `GET /auth/sessions`: a page of at most 100 logins; `continuation` is the former page's token.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn auth_sessions(
        &self,
        continuation: Option<&str>,
    ) -> Result<AuthenticationListResponse, CallError> {
        let request = Request::new(Operation::AuthSessions, &[]).page_after(continuation, PAGE_SIZE);
        self.call(&request).await?.json()
    }

    /// `DELETE /auth/sessions/current`: ends this login, so that nothing of it is left in KSeF. The next call logs in
    /// anew.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn logout(&self) -> Result<(), CallError> {
        self.call(&Request::new(Operation::AuthSessionRevokeCurrent, &[])).await?;
        self.forget_login().await;
        Ok(())
    }

    /// `DELETE /auth/sessions/{ref}`: ends a login; its access token works to its own end, its refresh token no more.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn revoke_auth_session(&self, session: &ReferenceNumber) -> Result<(), CallError> {
        let request = Request::new(Operation::AuthSessionRevoke, &[session.as_str()]);
        self.call(&request).await.map(drop)
    }
}

/// The API's largest page.
const PAGE_SIZE: u32 = 100;
