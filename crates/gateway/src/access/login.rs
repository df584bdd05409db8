//! Logging in: password, second factor, sessions, and the first administrator.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use gateway_access::{
    LoginThrottle, PasswordHash, Reach, RecoveryCodes, Role, SecondFactor, Source, Token, TokenKind,
};
use gateway_store::{AuditNote, LoginSession, NewUser, StoreError, User, UserSecrets, noted};
use ksef_crypto::SecretString;

use super::desk::{SESSION_LIFE, login_name};
use super::{AccessDesk, AccessError, Caller, Identity};

/// What somebody brings who logs in.
pub(crate) struct LoginAsked<'a> {
    pub(crate) login: &'a str,
    pub(crate) password: SecretString,
    /// A code of the second factor, or a recovery code.
    pub(crate) code: Option<&'a str>,
    /// How the browser names itself.
    pub(crate) agent: &'a str,
}

/// What somebody brings who makes the first administrator.
pub(crate) struct SetUp<'a> {
    pub(crate) code: &'a str,
    pub(crate) login: &'a str,
    pub(crate) name: &'a str,
    pub(crate) password: SecretString,
}

/// A second factor that was begun: what the app is given.
pub(crate) struct Begun {
    pub(crate) secret: SecretString,
    pub(crate) address: SecretString,
}

impl AccessDesk {
    /// Logs in; gives the session's token.
    pub(crate) async fn log_in(&self, caller: &Caller, asked: LoginAsked<'_>) -> Result<Token, AccessError> {
        let account = asked.login.trim().to_lowercase();
        let account: String = account.chars().take(100).collect();
        let sources = [Source::Account(account.clone()), Source::Address(caller.origin.clone())];
        self.check_wait(&sources)?;
        match self.recognized(&account, &asked).await {
            Ok(user) => {
                self.throttle(|throttle| throttle.succeeded(&account));
                let token = Token::generate(TokenKind::Session);
                let note = AuditNote { who: format!("user:{account}"), ..caller.note("login", self.now()) };
                let hash = token.hash();
                let open = self.writer.open_login_session(
                    &user.id,
                    &hash,
                    &caller.origin,
                    asked.agent,
                    SESSION_LIFE,
                    self.now(),
                );
                noted(note, open).await.0?;
                Ok(token)
            }
            // Who gets this far knows the password; it is asked for once more with the code.
            Err(AccessError::CodeNeeded) => Err(AccessError::CodeNeeded),
            Err(AccessError::LoginFailed) => {
                let now = self.now();
                self.throttle(|throttle| throttle.failed(&sources, now));
                let note = AuditNote { subject: account, ..caller.note("login", now) };
                self.writer.tell(&note, "refused: login.failed").await?;
                Err(AccessError::LoginFailed)
            }
            Err(error) => Err(error),
        }
    }

    /// Whose name, password and code these are.
    async fn recognized(&self, account: &str, asked: &LoginAsked<'_>) -> Result<User, AccessError> {
        let found = self.store.user_by_login(account).await?;
        let password = asked.password.clone();
        let Some((user, secrets)) = found.filter(|(user, _)| user.is_active) else {
            self.aside(move || PasswordHash::match_nothing(&password)).await?;
            return Err(AccessError::LoginFailed);
        };
        if !self.knows_password(&secrets, &asked.password).await? {
            return Err(AccessError::LoginFailed);
        }
        if let Some(sealed) = &secrets.second_factor {
            let code = asked.code.filter(|code| !code.trim().is_empty()).ok_or(AccessError::CodeNeeded)?;
            self.check_code(&user, sealed, secrets.code_used, &asked.password, code).await?;
        }
        Ok(user)
    }

    async fn knows_password(
        &self,
        secrets: &UserSecrets,
        password: &SecretString,
    ) -> Result<bool, AccessError> {
        let (hash, password) = (secrets.password.clone(), password.clone());
        self.aside(move || hash.matches(&password)).await
    }

    /// A code of the app, or one of the recovery codes; either counts once.
    async fn check_code(
        &self,
        user: &User,
        sealed: &[u8],
        used: Option<i64>,
        password: &SecretString,
        code: &str,
    ) -> Result<(), AccessError> {
        let factor = self.opened(user, sealed, password).await?;
        let is_right = match factor.step_of(code, self.now(), used) {
            Some(step) => self.writer.use_code(&user.id, step).await?,
            None => self.writer.use_recovery_code(&user.id, &RecoveryCodes::hash(code)).await?,
        };
        if is_right { Ok(()) } else { Err(AccessError::LoginFailed) }
    }

    async fn opened(
        &self,
        user: &User,
        sealed: &[u8],
        password: &SecretString,
    ) -> Result<SecondFactor, AccessError> {
        let (sealed, password, id) = (sealed.to_vec(), password.clone(), user.id.clone());
        let opened = self.aside(move || SecondFactor::open(&sealed, &password, &id)).await?;
        // Sealed under this very password: whatever else it is, it is no code that could be right.
        opened.map_err(|error| {
            tracing::error!(%error, user = user.login, "a second factor cannot be opened");
            AccessError::LoginFailed
        })
    }

    /// Makes the first administrator, for whoever has the code that the gateway printed.
    pub(crate) async fn set_up(&self, caller: &Caller, asked: SetUp<'_>) -> Result<User, AccessError> {
        let sources = [Source::Account("setup".to_owned()), Source::Address(caller.origin.clone())];
        self.check_wait(&sources)?;
        if self.has_users().await? {
            return Err(StoreError::UsersThere.into());
        }
        let is_right = self.setup_code.as_ref().is_some_and(|code| code.is(&Token::given(asked.code.trim())));
        if !is_right {
            let now = self.now();
            self.throttle(|throttle| throttle.failed(&sources, now));
            self.writer.tell(&caller.note("setup", now), "refused: setup.codeWrong").await?;
            return Err(AccessError::SetupCode);
        }
        let login = login_name(asked.login)?;
        let password = self.hashed(&asked.password, &login).await?;
        let roles = BTreeMap::from([(Reach::All, Role::Administrator)]);
        let new = NewUser { login: &login, name: asked.name, password: &password, roles: &roles };
        let note = AuditNote { subject: login.clone(), ..caller.note("setup", self.now()) };
        noted(note, self.writer.add_first_user(&new, self.now())).await.0?;
        self.user(&login).await
    }

    /// The sessions of somebody who is logged in, the newest first.
    pub(crate) async fn sessions(&self, user: &User) -> Result<Vec<LoginSession>, AccessError> {
        Ok(self.store.login_sessions(&user.id, SESSION_LIFE, self.now()).await?)
    }

    /// Ends a session of one's own.
    pub(crate) async fn end_session(&self, user: &User, id: &str) -> Result<(), AccessError> {
        let is_ended = self.writer.end_login_session(&user.id, id).await?;
        if is_ended { Ok(()) } else { Err(AccessError::NoSession) }
    }

    /// Changes one's own password; other sessions end.
    pub(crate) async fn change_password(
        &self,
        caller: &Caller,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<(), AccessError> {
        let (user, session, secrets) = self.confirmed(caller, old).await?;
        let hash = self.hashed(new, &user.login).await?;
        let sealed = match &secrets.second_factor {
            Some(sealed) => {
                let factor = self.opened(&user, sealed, old).await?;
                let (password, id) = (new.clone(), user.id.clone());
                let sealed = self.aside(move || factor.seal(&password, &id)).await?;
                Some(sealed.map_err(|_| AccessError::Cut)?)
            }
            None => None,
        };
        Ok(self.writer.set_password(&user.id, &hash, sealed.as_deref(), Some(&session.id)).await?)
    }

    /// Begins a second factor: it counts once a first code was right.
    pub(crate) async fn begin_second_factor(
        &self,
        caller: &Caller,
        password: &SecretString,
    ) -> Result<Begun, AccessError> {
        let (user, _, _) = self.confirmed(caller, password).await?;
        let factor = SecondFactor::generate();
        let begun = Begun { secret: factor.base32(), address: factor.address(&user.login) };
        let (password, id) = (password.clone(), user.id.clone());
        let sealed = self.aside(move || factor.seal(&password, &id)).await?.map_err(|_| AccessError::Cut)?;
        self.writer.begin_second_factor(&user.id, &sealed).await?;
        Ok(begun)
    }

    /// What was begun and not confirmed yet, to be shown once more.
    pub(crate) async fn begun_second_factor(
        &self,
        caller: &Caller,
        password: &SecretString,
    ) -> Result<Begun, AccessError> {
        let (user, _, secrets) = self.confirmed(caller, password).await?;
        let sealed = secrets.pending.ok_or(AccessError::NothingBegun)?;
        let factor = self.opened(&user, &sealed, password).await?;
        Ok(Begun { secret: factor.base32(), address: factor.address(&user.login) })
    }

    /// The app's first code was right: the second factor counts, and these are the recovery codes.
    pub(crate) async fn confirm_second_factor(
        &self,
        caller: &Caller,
        password: &SecretString,
        code: &str,
    ) -> Result<RecoveryCodes, AccessError> {
        let (user, session, secrets) = self.confirmed(caller, password).await?;
        let sealed = secrets.pending.ok_or(AccessError::NothingBegun)?;
        let factor = self.opened(&user, &sealed, password).await?;
        let step = factor.step_of(code, self.now(), None).ok_or(AccessError::Code)?;
        let codes = RecoveryCodes::generate();
        self.writer.confirm_second_factor(&user.id, step, &codes.hashes(), Some(&session.id)).await?;
        Ok(codes)
    }

    /// Does without the second factor from now on.
    pub(crate) async fn remove_second_factor(
        &self,
        caller: &Caller,
        password: &SecretString,
    ) -> Result<(), AccessError> {
        let (user, _, _) = self.confirmed(caller, password).await?;
        Ok(self.writer.remove_second_factor(&user.id).await?)
    }

    /// Somebody who is logged in and says the password once more. Guesses are counted as those of a login.
    async fn confirmed(
        &self,
        caller: &Caller,
        password: &SecretString,
    ) -> Result<(User, LoginSession, UserSecrets), AccessError> {
        let Identity::User(known) = &caller.identity else { return Err(AccessError::NoSession) };
        let (user, session) = (known.0.clone(), known.1.clone());
        let sources = [Source::Account(user.login.clone()), Source::Address(caller.origin.clone())];
        self.check_wait(&sources)?;
        let found = self.store.user(&user.id).await?;
        let (_, secrets) = found.ok_or_else(|| StoreError::UnknownUser { login: user.login.clone() })?;
        if !self.knows_password(&secrets, password).await? {
            let now = self.now();
            self.throttle(|throttle| throttle.failed(&sources, now));
            return Err(AccessError::LoginFailed);
        }
        Ok((user, session, secrets))
    }

    fn check_wait(&self, sources: &[Source]) -> Result<(), AccessError> {
        let now = self.now();
        match self.throttle(|throttle| throttle.wait(sources, now)) {
            Some(wait) => Err(AccessError::Throttled { wait }),
            None => Ok(()),
        }
    }

    fn throttle<T>(&self, work: impl FnOnce(&mut LoginThrottle) -> T) -> T {
        work(&mut self.throttle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
