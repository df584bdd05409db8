//! Users and their roles.

use std::collections::BTreeMap;

use gateway_access::{PasswordHash, Reach, Role};
use jiff::Timestamp;

use crate::access::AccessWriter;
use crate::audit::hold_the_end;
use crate::db::{Row, Tx, values};
use crate::{Store, StoreError};

/// A person who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The identifier, which stays when the login name changes hands.
    pub id: String,
    /// What the person logs in as, in lower case.
    pub login: String,
    /// The person's name; may be empty.
    pub name: String,
    /// Whether the person may log in.
    pub is_active: bool,
    /// Whether a code is asked for besides the password.
    pub has_second_factor: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When the person last logged in.
    pub last_login_at: Option<Timestamp>,
    /// What the person is, and where.
    pub roles: BTreeMap<Reach, Role>,
}

/// What a login is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSecrets {
    /// The password's hash.
    pub password: PasswordHash,
    /// The second factor, sealed under the password.
    pub second_factor: Option<Vec<u8>>,
    /// One that was begun and not confirmed yet.
    pub pending: Option<Vec<u8>>,
    /// The step of the last code that was used.
    pub code_used: Option<i64>,
}

/// A person to be made known.
#[derive(Debug, Clone, Copy)]
pub struct NewUser<'a> {
    /// In lower case.
    pub login: &'a str,
    /// May be empty.
    pub name: &'a str,
    /// The password's hash.
    pub password: &'a PasswordHash,
    /// What the person is, and where.
    pub roles: &'a BTreeMap<Reach, Role>,
}

impl AccessWriter {
    /// Makes the first user; nobody does so twice.
    ///
    /// # Errors
    /// [`StoreError::UsersThere`], [`StoreError::Database`] and its kin.
    pub async fn add_first_user(&self, new: &NewUser<'_>, now: Timestamp) -> Result<String, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        // Nodes that do so at the same time do it one after another.
        hold_the_end(&mut tx).await?;
        if tx.row(DOING, "SELECT id FROM users LIMIT 1", &[]).await?.is_some() {
            return Err(StoreError::UsersThere);
        }
        let id = insert(&mut tx, new, now).await?;
        tx.commit(DOING).await?;
        Ok(id)
    }

    /// Makes a user; gives the identifier.
    ///
    /// # Errors
    /// [`StoreError::UserThere`], [`StoreError::Database`] and its kin.
    pub async fn add_user(&self, new: &NewUser<'_>, now: Timestamp) -> Result<String, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        hold_the_end(&mut tx).await?;
        if tx.row(DOING, "SELECT id FROM users WHERE login = $1", values![new.login]).await?.is_some() {
            return Err(StoreError::UserThere { login: new.login.to_owned() });
        }
        let id = insert(&mut tx, new, now).await?;
        tx.commit(DOING).await?;
        Ok(id)
    }

    /// Gives a role, or takes it away with `None`.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`], [`StoreError::UnknownUser`], [`StoreError::Database`] and its kin.
    pub async fn set_role(&self, user: &str, reach: &Reach, role: Option<Role>) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        known(&mut tx, user).await?;
        tx.execute(
            DOING,
            "DELETE FROM user_roles WHERE user_id = $1 AND reach = $2",
            values![user, reach.as_str()],
        )
        .await?;
        if let Some(role) = role {
            const SQL: &str = "INSERT INTO user_roles (user_id, reach, role) VALUES ($1, $2, $3)";
            tx.execute(DOING, SQL, values![user, reach.as_str(), role.as_str()]).await?;
        }
        keep_an_administrator(&mut tx).await?;
        tx.commit(DOING).await
    }

    /// Lets a user log in, or no more; then the user's sessions end at once.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`], [`StoreError::UnknownUser`], [`StoreError::Database`] and its kin.
    pub async fn set_active(&self, user: &str, is_active: bool) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        known(&mut tx, user).await?;
        tx.execute(DOING, "UPDATE users SET is_active = $1 WHERE id = $2", values![is_active, user]).await?;
        if !is_active {
            end_sessions(&mut tx, user, None).await?;
            keep_an_administrator(&mut tx).await?;
        }
        tx.commit(DOING).await
    }

    /// Gives a user another password. A second factor was sealed under the old one: `second_factor` is the same, sealed under
    /// the new one, or nothing. All sessions but `but` end.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::Database`] and its kin.
    pub async fn set_password(
        &self,
        user: &str,
        password: &PasswordHash,
        second_factor: Option<&[u8]>,
        but: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        known(&mut tx, user).await?;
        tx.execute(
            DOING,
            "UPDATE users SET password = $1, second_factor = $2, pending = NULL WHERE id = $3",
            values![password.as_str(), maybe_bytes(second_factor), user],
        )
        .await?;
        if second_factor.is_none() {
            tx.execute(DOING, "DELETE FROM recovery_codes WHERE user_id = $1", values![user]).await?;
        }
        end_sessions(&mut tx, user, but).await?;
        tx.commit(DOING).await
    }

    /// Begins a second factor: it counts when a first code was right.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::Database`] and its kin.
    pub async fn begin_second_factor(&self, user: &str, sealed: &[u8]) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        known(&mut tx, user).await?;
        tx.execute(DOING, "UPDATE users SET pending = $1 WHERE id = $2", values![sealed, user]).await?;
        tx.commit(DOING).await
    }

    /// The second factor counts from now on, with these recovery codes; sessions that were opened without it end.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::Database`] and its kin.
    pub async fn confirm_second_factor(
        &self,
        user: &str,
        step: i64,
        recovery: &[[u8; 32]],
        but: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        known(&mut tx, user).await?;
        const SQL: &str = "UPDATE users SET second_factor = pending, pending = NULL, code_used = $1 \
             WHERE id = $2 AND pending IS NOT NULL";
        tx.execute(DOING, SQL, values![step, user]).await?;
        tx.execute(DOING, "DELETE FROM recovery_codes WHERE user_id = $1", values![user]).await?;
        for hash in recovery {
            const INSERT: &str = "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)";
            tx.execute(DOING, INSERT, values![user, hash.as_slice()]).await?;
        }
        end_sessions(&mut tx, user, but).await?;
        tx.commit(DOING).await
    }

    /// The second factor is asked for no more.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::Database`] and its kin.
    pub async fn remove_second_factor(&self, user: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        known(&mut tx, user).await?;
        const SQL: &str = "UPDATE users SET second_factor = NULL, pending = NULL WHERE id = $1";
        tx.execute(DOING, SQL, values![user]).await?;
        tx.execute(DOING, "DELETE FROM recovery_codes WHERE user_id = $1", values![user]).await?;
        tx.commit(DOING).await
    }

    /// Uses a code up; `false` when it, or a later one, was used already: somebody else may have read it.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn use_code(&self, user: &str, step: i64) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        const SQL: &str =
            "UPDATE users SET code_used = $1 WHERE id = $2 AND (code_used IS NULL OR code_used < $1)";
        let changed = tx.execute(DOING, SQL, values![step, user]).await?;
        tx.commit_untold(DOING).await?;
        Ok(changed == 1)
    }

    /// Uses a recovery code up; `false` when there is none like it.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn use_recovery_code(&self, user: &str, hash: &[u8; 32]) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        const SQL: &str = "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2";
        let changed = tx.execute(DOING, SQL, values![user, hash.as_slice()]).await?;
        tx.commit_untold(DOING).await?;
        Ok(changed == 1)
    }

    /// Removes a user with roles and sessions. What the audit log tells of the user stays.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`], [`StoreError::UnknownUser`], [`StoreError::Database`] and its kin.
    pub async fn remove_user(&self, user: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        known(&mut tx, user).await?;
        tx.execute(DOING, "DELETE FROM users WHERE id = $1", values![user]).await?;
        keep_an_administrator(&mut tx).await?;
        tx.commit(DOING).await
    }
}

impl Store {
    /// Whether there is a user at all.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        Ok(self.db.row(DOING, "SELECT id FROM users LIMIT 1", &[]).await?.is_some())
    }

    /// Every user, by login.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let mut roles: BTreeMap<String, BTreeMap<Reach, Role>> = BTreeMap::new();
        for row in self.db.rows(DOING, "SELECT user_id, reach, role FROM user_roles", &[]).await? {
            let (reach, role) = (row.parsed("reach")?, row.parsed("role")?);
            roles.entry(row.text("user_id")?).or_default().insert(reach, role);
        }
        let rows = self.db.rows(DOING, "SELECT * FROM users ORDER BY login", &[]).await?;
        rows.iter()
            .map(|row| {
                let mut user = user_of(row)?;
                user.roles = roles.remove(&user.id).unwrap_or_default();
                Ok(user)
            })
            .collect()
    }

    /// A user by identifier.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn user(&self, id: &str) -> Result<Option<(User, UserSecrets)>, StoreError> {
        self.one("SELECT * FROM users WHERE id = $1", id).await
    }

    /// A user by login.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn user_by_login(&self, login: &str) -> Result<Option<(User, UserSecrets)>, StoreError> {
        self.one("SELECT * FROM users WHERE login = $1", login).await
    }

    /// How many recovery codes a user has left.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn recovery_codes_left(&self, user: &str) -> Result<usize, StoreError> {
        const SQL: &str = "SELECT hash FROM recovery_codes WHERE user_id = $1";
        Ok(self.db.rows(DOING, SQL, values![user]).await?.len())
    }

    async fn one(&self, sql: &'static str, value: &str) -> Result<Option<(User, UserSecrets)>, StoreError> {
        let Some(row) = self.db.row(DOING, sql, values![value]).await? else { return Ok(None) };
        let mut user = user_of(&row)?;
        user.roles = self.roles_of(&user.id).await?;
        let secrets = UserSecrets {
            password: PasswordHash::from_text(row.text("password")?),
            second_factor: row.maybe_bytes("second_factor")?,
            pending: row.maybe_bytes("pending")?,
            code_used: row.maybe_int("code_used")?,
        };
        Ok(Some((user, secrets)))
    }

    pub(crate) async fn roles_of(&self, user: &str) -> Result<BTreeMap<Reach, Role>, StoreError> {
        const SQL: &str = "SELECT reach, role FROM user_roles WHERE user_id = $1";
        let rows = self.db.rows(DOING, SQL, values![user]).await?;
        rows.iter().map(|row| Ok((row.parsed("reach")?, row.parsed("role")?))).collect()
    }
}

/// A user without roles.
pub(crate) fn user_of(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.text("id")?,
        login: row.text("login")?,
        name: row.text("name")?,
        is_active: row.flag("is_active")?,
        has_second_factor: row.maybe_bytes("second_factor")?.is_some(),
        created_at: row.timestamp("created_at")?,
        last_login_at: row.maybe_timestamp("last_login_at")?,
        roles: BTreeMap::new(),
    })
}

async fn insert(tx: &mut Tx, new: &NewUser<'_>, now: Timestamp) -> Result<String, StoreError> {
    let id = uuid::Uuid::now_v7().to_string();
    tx.execute(
        DOING,
        "INSERT INTO users (id, login, name, password, created_at) VALUES ($1, $2, $3, $4, $5)",
        values![&id, new.login, new.name, new.password.as_str(), now],
    )
    .await?;
    for (reach, role) in new.roles {
        const SQL: &str = "INSERT INTO user_roles (user_id, reach, role) VALUES ($1, $2, $3)";
        tx.execute(DOING, SQL, values![&id, reach.as_str(), role.as_str()]).await?;
    }
    Ok(id)
}

/// Holds the row, so that no two changes of a user pass each other.
async fn known(tx: &mut Tx, user: &str) -> Result<(), StoreError> {
    // Also the end of the log: two administrators who take each other's role away must not both succeed.
    hold_the_end(tx).await?;
    let sql = format!("SELECT id FROM users WHERE id = $1{}", tx.for_update());
    match tx.row(DOING, sql, values![user]).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::UnknownUser { login: user.to_owned() }),
    }
}

/// Somebody must be able to give rights.
async fn keep_an_administrator(tx: &mut Tx) -> Result<(), StoreError> {
    const SQL: &str = "SELECT u.id FROM users u JOIN user_roles r ON r.user_id = u.id \
         WHERE u.is_active = 1 AND r.reach = '*' AND r.role = 'administrator' LIMIT 1";
    match tx.row(DOING, SQL, &[]).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::LastAdministrator),
    }
}

async fn end_sessions(tx: &mut Tx, user: &str, but: Option<&str>) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM login_sessions WHERE user_id = $1 AND id <> $2";
    tx.execute(DOING, SQL, values![user, but.unwrap_or_default()]).await.map(drop)
}

fn maybe_bytes(bytes: Option<&[u8]>) -> crate::db::Value<'_> {
    crate::db::Value::Bytes(bytes)
}

const DOING: &str = "keeping users";
