//! The use cases of users and API keys, and the state that they share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use gateway_access::{
    AuditBreak, AuditChain, AuditHash, AuditLine, LoginThrottle, PasswordHash, Reach, Role, Scope, Token,
    TokenKind,
};
use gateway_store::{
    AccessWriter, ApiKeyRecord, AuditNote, Database, NewApiKey, NewUser, SessionLife, Store, StoreError,
    StoreOptions, Unit, User, noted,
};
use jiff::{SignedDuration, Timestamp};
use ksef_client::{Clock, SystemClock};
use ksef_crypto::SecretString;
use ksef_id::ContextIdentifier;
use tokio::sync::Semaphore;

use super::AccessError;

/// Where users and keys are looked after.
pub struct AccessDesk {
    pub(super) store: Store,
    pub(super) writer: AccessWriter,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) throttle: Mutex<LoginThrottle>,
    /// Turns of hashing passwords: each takes a processor and 19 MiB.
    pub(super) hashing: Arc<Semaphore>,
    /// The code that makes the first administrator, while there is none.
    pub(super) setup_code: Option<Token>,
    /// Once there are users there always are.
    has_users: AtomicBool,
}

/// A key that was made: shown once.
pub struct KeyGiven {
    /// The key itself.
    pub key: SecretString,
    /// What is kept of it.
    pub record: ApiKeyRecord,
}

impl AccessDesk {
    pub(crate) fn new(
        store: Store,
        writer: AccessWriter,
        clock: Arc<dyn Clock>,
        setup_code: Option<Token>,
    ) -> Self {
        Self {
            store,
            writer,
            clock,
            throttle: Mutex::default(),
            hashing: Arc::new(Semaphore::new(HASHING_MAX)),
            has_users: AtomicBool::new(setup_code.is_none()),
            setup_code,
        }
    }

    /// Opens the desk on a database, beside a gateway or without one: whoever may write to the database runs the gateway.
    ///
    /// # Errors
    /// [`StoreError::Open`], [`StoreError::Migrate`].
    pub async fn open(database: &Database) -> Result<Self, StoreError> {
        let (store, writer) = Store::open(database, StoreOptions::default()).await?;
        Ok(Self::new(store, writer.access(), Arc::new(SystemClock), None))
    }

    /// Closes the connections of a desk that was opened by itself.
    pub async fn close(&self) {
        self.store.close().await;
        self.writer.close().await;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether there are users. Asked of the database until there are: another node may have made the first.
    pub(crate) async fn has_users(&self) -> Result<bool, StoreError> {
        if self.has_users.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let has_users = self.store.has_users().await?;
        if has_users {
            self.has_users.store(true, Ordering::Relaxed);
        }
        Ok(has_users)
    }

    /// Something done on the command line, told in the audit log.
    async fn told<T>(
        &self,
        action: &str,
        subject: &str,
        work: impl Future<Output = Result<T, AccessError>>,
    ) -> Result<T, AccessError> {
        let note = AuditNote {
            at: self.now(),
            who: "operator".to_owned(),
            origin: "command line".to_owned(),
            action: action.to_owned(),
            company: String::new(),
            subject: subject.to_owned(),
        };
        let (outcome, left) = noted(note, work).await;
        if let (Some(note), Err(error)) = (left, &outcome) {
            self.writer.tell(&note, &error.to_string()).await?;
        }
        outcome
    }

    /// Every user, by login.
    ///
    /// # Errors
    /// [`AccessError::Store`].
    pub async fn users(&self) -> Result<Vec<User>, AccessError> {
        Ok(self.store.users().await?)
    }

    /// A user by login.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`AccessError::Store`].
    pub async fn user(&self, login: &str) -> Result<User, AccessError> {
        let found = self.store.user_by_login(login).await?;
        Ok(found.ok_or_else(|| StoreError::UnknownUser { login: login.to_owned() })?.0)
    }

    /// Makes a user.
    ///
    /// # Errors
    /// [`AccessError::LoginName`], [`AccessError::Password`], [`StoreError::UserThere`].
    pub async fn add_user(
        &self,
        login: &str,
        name: &str,
        password: &SecretString,
        roles: &BTreeMap<Reach, Role>,
    ) -> Result<User, AccessError> {
        let login = login_name(login)?;
        let password = self.hashed(password, &login).await?;
        let new = NewUser { login: &login, name: &one_line(name), password: &password, roles };
        self.writer.add_user(&new, self.now()).await?;
        self.user(&login).await
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::add_user`].
    pub async fn add_user_here(
        &self,
        login: &str,
        name: &str,
        password: &SecretString,
        roles: &BTreeMap<Reach, Role>,
    ) -> Result<User, AccessError> {
        self.told("user add", login, self.add_user(login, name, password, roles)).await
    }

    /// Gives a user roles, or takes them away with `None`.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::LastAdministrator`].
    pub async fn set_roles(
        &self,
        login: &str,
        roles: &BTreeMap<Reach, Option<Role>>,
    ) -> Result<(), AccessError> {
        let user = self.user(login).await?;
        // What is given first: an administrator who becomes one of all companies was never none.
        for (reach, role) in roles.iter().filter(|(_, role)| role.is_some()) {
            self.writer.set_role(&user.id, reach, *role).await?;
        }
        for (reach, role) in roles.iter().filter(|(_, role)| role.is_none()) {
            self.writer.set_role(&user.id, reach, *role).await?;
        }
        Ok(())
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::set_roles`].
    pub async fn set_roles_here(
        &self,
        login: &str,
        roles: &BTreeMap<Reach, Option<Role>>,
    ) -> Result<(), AccessError> {
        self.told("user set roles", login, self.set_roles(login, roles)).await
    }

    /// Lets a user log in, or no more, which ends the user's sessions.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::LastAdministrator`].
    pub async fn set_active(&self, login: &str, is_active: bool) -> Result<(), AccessError> {
        let user = self.user(login).await?;
        Ok(self.writer.set_active(&user.id, is_active).await?)
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::set_active`].
    pub async fn set_active_here(&self, login: &str, is_active: bool) -> Result<(), AccessError> {
        let action = if is_active { "user unlock" } else { "user lock" };
        self.told(action, login, self.set_active(login, is_active)).await
    }

    /// Gives a user another password without knowing the old one: the second factor, which is sealed under it, is gone, and
    /// all sessions end.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`AccessError::Password`].
    pub async fn reset_password(&self, login: &str, password: &SecretString) -> Result<(), AccessError> {
        let user = self.user(login).await?;
        let password = self.hashed(password, login).await?;
        Ok(self.writer.set_password(&user.id, &password, None, None).await?)
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::reset_password`].
    pub async fn reset_password_here(&self, login: &str, password: &SecretString) -> Result<(), AccessError> {
        self.told("user set password", login, self.reset_password(login, password)).await
    }

    /// Removes a user.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::LastAdministrator`].
    pub async fn remove_user(&self, login: &str) -> Result<(), AccessError> {
        let user = self.user(login).await?;
        Ok(self.writer.remove_user(&user.id).await?)
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::remove_user`].
    pub async fn remove_user_here(&self, login: &str) -> Result<(), AccessError> {
        self.told("user remove", login, self.remove_user(login)).await
    }

    /// Every API key, also those that were revoked.
    ///
    /// # Errors
    /// [`AccessError::Store`].
    pub async fn keys(&self) -> Result<Vec<ApiKeyRecord>, AccessError> {
        Ok(self.store.api_keys().await?)
    }

    /// Makes an API key.
    ///
    /// # Errors
    /// [`AccessError::KeyShape`].
    pub async fn create_key(
        &self,
        name: &str,
        reach: &Reach,
        scopes: &[Scope],
        by: &str,
    ) -> Result<KeyGiven, AccessError> {
        self.make_key(name, reach, scopes, None, by).await
    }

    /// A key that sees of a company's purchases those of a unit, and nothing else of the company.
    ///
    /// # Errors
    /// [`AccessError::KeyShape`].
    pub async fn create_unit_key(
        &self,
        name: &str,
        company: &ContextIdentifier,
        unit: &Unit,
        by: &str,
    ) -> Result<KeyGiven, AccessError> {
        self.make_key(name, &Reach::Company(company.clone()), UNIT_SCOPES, Some(&unit.id), by).await
    }

    /// The same by whoever runs the gateway, for the unit with this NIP or internal identifier.
    ///
    /// # Errors
    /// As [`AccessDesk::create_unit_key`]; [`AccessError::NoUnit`].
    pub async fn create_unit_key_here(
        &self,
        name: &str,
        company: &ContextIdentifier,
        unit: &str,
    ) -> Result<KeyGiven, AccessError> {
        let no_unit = || AccessError::NoUnit { unit: unit.chars().take(40).collect() };
        let identifier = gateway_rules::routing::unit_identifier(unit).ok_or_else(no_unit)?;
        let units = self.store.units(company).await?;
        let found = units.iter().find(|one| one.identifier == identifier).ok_or_else(no_unit)?;
        let made = self.create_unit_key(name, company, found, "operator");
        self.told("api-key create", name, made).await
    }

    async fn make_key(
        &self,
        name: &str,
        reach: &Reach,
        scopes: &[Scope],
        unit: Option<&str>,
        by: &str,
    ) -> Result<KeyGiven, AccessError> {
        let name = one_line(name);
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        if name.is_empty() || name.chars().count() > KEY_NAME_CHARACTERS_MAX || scopes.is_empty() {
            return Err(AccessError::KeyShape);
        }
        let token = Token::generate(TokenKind::ApiKey);
        let hint = token.hint();
        let new = NewApiKey {
            name: &name,
            reach,
            scopes: &scopes,
            unit,
            hash: &token.hash(),
            hint: &hint,
            created_by: by,
        };
        let id = self.writer.add_api_key(&new, self.now()).await?;
        self.given(&id, token).await
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::create_key`]; [`AccessError::NoCompany`].
    pub async fn create_key_here(
        &self,
        name: &str,
        reach: &Reach,
        scopes: &[Scope],
    ) -> Result<KeyGiven, AccessError> {
        self.told("api-key create", name, self.create_key(name, reach, scopes, "operator")).await
    }

    /// Puts another key in a key's place; the former is void at once.
    ///
    /// # Errors
    /// [`StoreError::UnknownKey`].
    pub async fn rotate_key(&self, id: &str) -> Result<KeyGiven, AccessError> {
        let token = Token::generate(TokenKind::ApiKey);
        self.writer.rotate_api_key(id, &token.hash(), &token.hint(), self.now()).await?;
        self.given(id, token).await
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::rotate_key`].
    pub async fn rotate_key_here(&self, id: &str) -> Result<KeyGiven, AccessError> {
        self.told("api-key rotate", id, self.rotate_key(id)).await
    }

    /// A key is void at once.
    ///
    /// # Errors
    /// [`StoreError::UnknownKey`].
    pub async fn revoke_key(&self, id: &str) -> Result<(), AccessError> {
        Ok(self.writer.revoke_api_key(id, self.now()).await?)
    }

    /// The same by whoever runs the gateway.
    ///
    /// # Errors
    /// As [`AccessDesk::revoke_key`].
    pub async fn revoke_key_here(&self, id: &str) -> Result<(), AccessError> {
        self.told("api-key revoke", id, self.revoke_key(id)).await
    }

    /// Entries of the audit log after the one with number `after`, at most `limit`; of one company, or all.
    ///
    /// # Errors
    /// [`AccessError::Store`].
    pub async fn audit_page(
        &self,
        company: Option<&ContextIdentifier>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(AuditLine, AuditHash)>, AccessError> {
        Ok(self.store.audit(company, after, limit).await?)
    }

    /// Goes along the whole audit log. Gives its end, or where it is broken first.
    ///
    /// # Errors
    /// [`AccessError::Store`].
    pub async fn verify_audit(&self) -> Result<Result<AuditChain, AuditBreak>, AccessError> {
        Ok(self.store.verify_audit().await?)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    async fn given(&self, id: &str, token: Token) -> Result<KeyGiven, AccessError> {
        let record = self.store.api_key(id).await?;
        let record = record.ok_or_else(|| StoreError::UnknownKey { id: id.to_owned() })?;
        Ok(KeyGiven { key: token.secret().clone(), record })
    }

    /// Hashes a password off the threads that serve others.
    pub(super) async fn hashed(
        &self,
        password: &SecretString,
        login: &str,
    ) -> Result<PasswordHash, AccessError> {
        let (password, login) = (password.clone(), login.to_owned());
        Ok(self.aside(move || PasswordHash::create(&password, &login)).await??)
    }

    /// Work for a processor and for memory, only so much of it at once.
    pub(super) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccessError> {
        let turn = self.hashing.clone().acquire_owned().await.map_err(|_| AccessError::Cut)?;
        let made = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        made.await.map_err(|_| AccessError::Cut)
    }
}

/// A login name in its one form.
pub(super) fn login_name(text: &str) -> Result<String, AccessError> {
    let login = text.trim().to_lowercase();
    let is_good = (1..=LOGIN_CHARACTERS_MAX).contains(&login.len())
        && login
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@+".contains(&byte))
        && !OWN_NAMES.contains(&login.as_str());
    if is_good { Ok(login) } else { Err(AccessError::LoginName) }
}

fn one_line(text: &str) -> String {
    let text: String = text.chars().filter(|one| !one.is_control()).take(NAME_CHARACTERS_MAX).collect();
    text.trim().to_owned()
}

/// How long a login lasts: an hour without use, a working day and a half in all.
pub(super) const SESSION_LIFE: SessionLife =
    SessionLife { idle: SignedDuration::from_mins(60), absolute: SignedDuration::from_hours(12) };
const HASHING_MAX: usize = 2;
const LOGIN_CHARACTERS_MAX: usize = 64;
const NAME_CHARACTERS_MAX: usize = 200;
/// What a key of a unit may be used for: everything else shows or changes what is the whole company's.
pub(crate) const UNIT_SCOPES: &[Scope] = &[Scope::Receive];
const KEY_NAME_CHARACTERS_MAX: usize = 100;
/// What histories and the audit log call the gateway itself and its parts.
const OWN_NAMES: [&str; 7] = ["bramka", "rest", "folder", "local", "operator", "nobody", "ksef"];
