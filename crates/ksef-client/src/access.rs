//! Access to one company's context: a login that keeps itself alive.

use std::sync::Arc;

use ksef_crypto::Credential;
use ksef_id::ContextIdentifier;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use crate::error::{CallError, LoginError};
use crate::login::AuthTokens;
use crate::transport::{Answer, Caller, KsefClient, Request};

/// What a company logs in with.
#[derive(Debug)]
pub enum LoginCredential {
    /// A certificate with its key.
    Certificate(Box<Credential>),
    /// A KSeF token.
    KsefToken(SecretString),
}

/// A company's access: logs in when first needed, refreshes the token ahead of time, logs in anew when KSeF says that
/// the login is over. Cloning is cheap; clones share the login.
#[derive(Clone)]
pub struct Access {
    client: KsefClient,
    shared: Arc<Shared>,
}

struct Shared {
    context: ContextIdentifier,
    /// `None` where a person signed: only a person can log in anew.
    credential: Option<Arc<LoginCredential>>,
    /// One lock around looking, refreshing and logging in: of a hundred workers one refreshes and the others wait.
    tokens: Mutex<Option<AuthTokens>>,
}

impl Access {
    /// Access of `context` with `credential`; nothing is called yet.
    #[must_use]
    pub fn new(client: KsefClient, context: ContextIdentifier, credential: LoginCredential) -> Self {
        let shared = Shared { context, credential: Some(Arc::new(credential)), tokens: Mutex::new(None) };
        Self { client, shared: Arc::new(shared) }
    }

    /// Another access with the same credential and a login of its own: ending one leaves the other. `None` where a person
    /// signed.
    #[must_use]
    pub fn afresh(&self) -> Option<Self> {
        let Shared { context, credential, .. } = &*self.shared;
        let credential = Some(credential.clone()?);
        let shared = Shared { context: context.clone(), credential, tokens: Mutex::new(None) };
        Some(Self { client: self.client.clone(), shared: Arc::new(shared) })
    }

    /// What it logs in with; `None` where a person signed.
    #[must_use]
    pub fn credential(&self) -> Option<&LoginCredential> {
        self.shared.credential.as_deref()
    }

    /// Access by a login that was signed elsewhere ([`KsefClient::login_with_signed`]). It refreshes its tokens as long
    /// as KSeF lets it, some days; after that every call ends in [`LoginError::SignatureNeeded`].
    #[must_use]
    pub fn with_tokens(client: KsefClient, context: ContextIdentifier, tokens: AuthTokens) -> Self {
        let shared = Shared { context, credential: None, tokens: Mutex::new(Some(tokens)) };
        Self { client, shared: Arc::new(shared) }
    }

    /// Whose access it is.
    #[must_use]
    pub fn context(&self) -> &ContextIdentifier {
        &self.shared.context
    }

    /// The client beneath.
    #[must_use]
    pub fn client(&self) -> &KsefClient {
        &self.client
    }

    /// Logs in now, whatever there was before.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn login(&self) -> Result<(), LoginError> {
        let mut tokens = self.shared.tokens.lock().await;
        *tokens = Some(self.new_login().await?);
        Ok(())
    }

    /// Sends with a token. A 401 means that the call was not processed, so it is repeated once with a new login.
    pub(crate) async fn call(&self, request: &Request) -> Result<Answer, CallError> {
        let bearer = self.bearer(None).await?;
        match self.client.call(request, Some(self.caller(&bearer))).await {
            Err(CallError::Refused { http_status: 401, .. }) => {
                let bearer = self.bearer(Some(&bearer)).await?;
                self.client.call(request, Some(self.caller(&bearer))).await
            }
            other => other,
        }
    }

    /// The access token in use, replaced if it ends soon.
    pub(crate) async fn access_token(&self) -> Result<SecretString, CallError> {
        self.bearer(None).await
    }

    /// Forgets the tokens: the next call logs in anew.
    pub(crate) async fn forget_login(&self) {
        *self.shared.tokens.lock().await = None;
    }

    fn caller<'a>(&'a self, bearer: &'a SecretString) -> Caller<'a> {
        Caller { bearer: bearer.expose_secret(), context: &self.shared.context }
    }

    /// An access token that is good for a while; never the `spent` one.
    async fn bearer(&self, spent: Option<&SecretString>) -> Result<SecretString, CallError> {
        let mut tokens = self.shared.tokens.lock().await;
        let is_spent = |tokens: &AuthTokens| {
            spent.is_some_and(|spent| spent.expose_secret() == tokens.access.token.expose())
        };
        let now = self.client.now();
        let next = match &*tokens {
            Some(current) if is_spent(current) => self.new_login().await?,
            Some(current) if current.access.valid_until.0 > now + REFRESH_AHEAD => current.clone(),
            Some(current) => {
                match self.client.refresh_access_token(&self.shared.context, &current.refresh).await {
                    Ok(access) => AuthTokens { access, refresh: current.refresh.clone() },
                    // 21301 and 21304: the login is over (field notes A9). Whatever else was refused, a new login decides.
                    Err(CallError::Refused { .. }) => self.new_login().await?,
                    // Refreshing failed at times where nothing else did (field notes A9, issue 704): the old token is
                    // still good for a little, and once it is not, a new login is as good.
                    Err(_) if current.access.valid_until.0 > now + STILL_GOOD => current.clone(),
                    Err(_) => self.new_login().await?,
                }
            }
            None => self.new_login().await?,
        };
        let bearer = SecretString::from(next.access.token.expose().to_owned());
        *tokens = Some(next);
        Ok(bearer)
    }

    async fn new_login(&self) -> Result<AuthTokens, LoginError> {
        match self.shared.credential.as_deref() {
            Some(LoginCredential::Certificate(credential)) => {
                self.client.login_with_certificate(&self.shared.context, credential).await
            }
            Some(LoginCredential::KsefToken(token)) => {
                self.client.login_with_token(&self.shared.context, token).await
            }
            None => Err(LoginError::SignatureNeeded),
        }
    }
}

/// How long before its end an access token is replaced; it lives some 15 minutes.
const REFRESH_AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
/// How much of an access token's life must be left for one more call.
const STILL_GOOD: jiff::SignedDuration = jiff::SignedDuration::from_secs(10);
