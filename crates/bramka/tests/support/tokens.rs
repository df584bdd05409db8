//! Tokens of KSeF, made at test time.

use std::time::{Duration, Instant};

use ksef_client::Access;
use ksef_wire::{
    AuthenticationTokenStatus, GenerateTokenRequest, GenerateTokenResponse, TokenPermissionType,
};

/// A token of a company, active, with which it may do what a gateway does.
pub(crate) async fn active_token(access: &Access) -> GenerateTokenResponse {
    let request = GenerateTokenRequest {
        permissions: vec![TokenPermissionType::InvoiceRead, TokenPermissionType::InvoiceWrite],
        description: "dla testu".into(),
    };
    let token = access.generate_token(&request).await.expect("a token");
    let deadline = Instant::now() + Duration::from_secs(30);
    while access.token_status(&token.reference_number).await.expect("a status").status
        != AuthenticationTokenStatus::Active
    {
        assert!(Instant::now() < deadline, "the token does not become active");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    token
}
