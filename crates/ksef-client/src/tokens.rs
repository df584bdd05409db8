//! KSeF tokens: making one and seeing it become active.

use ksef_id::ReferenceNumber;
use ksef_wire::{GenerateTokenRequest, GenerateTokenResponse, Operation, TokenStatusResponse};

use crate::access::Access;
use crate::error::CallError;
use crate::transport::Request;

impl Access {
    /// `POST /tokens`: the token is told once, in this answer, and works when its status is `Active`.
    ///
    /// # Errors
    /// [`CallError`]; 26001 for permissions one does not have oneself, 26002 in contexts that cannot have tokens.
    pub async fn generate_token(
        &self,
        request: &GenerateTokenRequest,
    ) -> Result<GenerateTokenResponse, CallError> {
        self.call(&Request::new(Operation::TokenGenerate, &[]).json(request)?).await?.json()
    }

    /// `GET /tokens/{ref}`.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn token_status(&self, token: &ReferenceNumber) -> Result<TokenStatusResponse, CallError> {
        self.call(&Request::new(Operation::TokenStatus, &[token.as_str()])).await?.json()
    }
}
