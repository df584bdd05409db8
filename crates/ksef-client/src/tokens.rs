//! KSeF tokens: making one and seeing it become active.

use ksef_id::ReferenceNumber;
use ksef_wire::{
    AuthenticationTokenStatus, GenerateTokenRequest, GenerateTokenResponse, Operation, QueryTokensResponse,
    TokenAuthorType, TokenStatusResponse,
};

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

    /// `GET /tokens`: a page of at most 100 tokens that match; `continuation` is the former page's token.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn tokens(
        &self,
        filters: &TokenFilters,
        continuation: Option<&str>,
    ) -> Result<QueryTokensResponse, CallError> {
        let mut request = Request::new(Operation::TokenList, &[]).page_after(continuation, TOKENS_PAGE_SIZE);
        for status in &filters.statuses {
            request = request.query("status", status);
        }
        if let Some(description) = &filters.description {
            request = request.query("description", description);
        }
        if let Some((kind, value)) = &filters.author {
            request = request.query("authorIdentifierType", kind).query("authorIdentifier", value);
        }
        self.call(&request).await?.json()
    }

    /// `DELETE /tokens/{ref}`: ends a token. A token may end itself.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn revoke_token(&self, token: &ReferenceNumber) -> Result<(), CallError> {
        self.call(&Request::new(Operation::TokenRevoke, &[token.as_str()])).await.map(drop)
    }
}

/// What tokens must match; nothing matches all.
#[derive(Debug, Clone, Default)]
pub struct TokenFilters {
    /// Any of these statuses.
    pub statuses: Vec<AuthenticationTokenStatus>,
    /// A part of the description, at least three letters.
    pub description: Option<String>,
    /// Who made them: `Nip`, `Pesel` or `Fingerprint`, and the value.
    pub author: Option<(TokenAuthorType, String)>,
}

/// The API's largest page.
const TOKENS_PAGE_SIZE: u32 = 100;
