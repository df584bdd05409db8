//! Sessions of people who logged in: known by the hash of a random token.

use jiff::{SignedDuration, Timestamp};

use crate::access::AccessWriter;
use crate::db::{Row, values};
use crate::users::user_of;
use crate::{Store, StoreError, User};

/// A login that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSession {
    /// Its identifier, which gives nobody access.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// From where the person logged in.
    pub address: String,
    /// With what, as the browser names itself.
    pub agent: String,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLife {
    /// Without use.
    pub idle: SignedDuration,
    /// In all.
    pub absolute: SignedDuration,
}

impl SessionLife {
    fn is_over(self, session: &LoginSession, now: Timestamp) -> bool {
        now.duration_since(session.seen_at) >= self.idle
            || now.duration_since(session.created_at) >= self.absolute
    }
}

impl AccessWriter {
    /// Opens a session; gives its identifier. Sessions that are over are swept away, and of a user's only the newest are kept.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn open_login_session(
        &self,
        user: &str,
        hash: &[u8; 32],
        address: &str,
        agent: &str,
        life: SessionLife,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let id = uuid::Uuid::now_v7().to_string();
        let agent: String = agent.chars().take(AGENT_CHARACTERS_MAX).collect();
        let mut tx = self.db.begin(DOING).await?;
        const SWEEP: &str = "DELETE FROM login_sessions WHERE seen_at <= $1 OR created_at <= $2";
        tx.execute(DOING, SWEEP, values![now - life.idle, now - life.absolute]).await?;
        const CROWD: &str = "DELETE FROM login_sessions WHERE user_id = $1 AND id NOT IN \
             (SELECT id FROM login_sessions WHERE user_id = $1 ORDER BY seen_at DESC, id DESC LIMIT $2)";
        tx.execute(DOING, CROWD, values![user, SESSIONS_MAX - 1]).await?;
        tx.execute(
            DOING,
            "INSERT INTO login_sessions (id, hash, user_id, created_at, seen_at, address, agent) \
             VALUES ($1, $2, $3, $4, $4, $5, $6)",
            values![&id, hash.as_slice(), user, now, address, &agent],
        )
        .await?;
        tx.execute(DOING, "UPDATE users SET last_login_at = $1 WHERE id = $2", values![now, user]).await?;
        tx.commit(DOING).await?;
        Ok(id)
    }

    /// It was used. Not worth more than one write a minute.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn login_session_seen(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(DOING, "UPDATE login_sessions SET seen_at = $1 WHERE id = $2", values![now, id]).await?;
        tx.commit_untold(DOING).await
    }

    /// Ends a user's session; `false` when the user has none like it.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn end_login_session(&self, user: &str, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        const SQL: &str = "DELETE FROM login_sessions WHERE user_id = $1 AND id = $2";
        if tx.execute(DOING, SQL, values![user, id]).await? == 0 {
            return Ok(false);
        }
        tx.commit(DOING).await?;
        Ok(true)
    }
}

impl Store {
    /// The session with this token's hash and its user, when it is not over and the user may log in.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn login_session(
        &self,
        hash: &[u8; 32],
        life: SessionLife,
        now: Timestamp,
    ) -> Result<Option<(LoginSession, User)>, StoreError> {
        const SQL: &str = "SELECT u.*, s.id AS session_id, s.created_at AS opened_at, s.seen_at AS seen_at, \
             s.address AS address, s.agent AS agent FROM login_sessions s JOIN users u ON u.id = s.user_id \
             WHERE s.hash = $1 AND u.is_active = 1";
        let Some(row) = self.db.row(DOING, SQL, values![hash.as_slice()]).await? else { return Ok(None) };
        let session = LoginSession {
            id: row.text("session_id")?,
            user_id: row.text("id")?,
            created_at: row.timestamp("opened_at")?,
            seen_at: row.timestamp("seen_at")?,
            address: row.text("address")?,
            agent: row.text("agent")?,
        };
        if life.is_over(&session, now) {
            return Ok(None);
        }
        let mut user = user_of(&row)?;
        user.roles = self.roles_of(&user.id).await?;
        Ok(Some((session, user)))
    }

    /// A user's sessions that are not over, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn login_sessions(
        &self,
        user: &str,
        life: SessionLife,
        now: Timestamp,
    ) -> Result<Vec<LoginSession>, StoreError> {
        const SQL: &str = "SELECT * FROM login_sessions WHERE user_id = $1 ORDER BY created_at DESC, id DESC";
        let rows = self.db.rows(DOING, SQL, values![user]).await?;
        let sessions: Vec<LoginSession> = rows.iter().map(session_of).collect::<Result<_, _>>()?;
        Ok(sessions.into_iter().filter(|session| !life.is_over(session, now)).collect())
    }
}

fn session_of(row: &Row) -> Result<LoginSession, StoreError> {
    Ok(LoginSession {
        id: row.text("id")?,
        user_id: row.text("user_id")?,
        created_at: row.timestamp("created_at")?,
        seen_at: row.timestamp("seen_at")?,
        address: row.text("address")?,
        agent: row.text("agent")?,
    })
}

const DOING: &str = "keeping sessions of users";
const AGENT_CHARACTERS_MAX: usize = 200;
const SESSIONS_MAX: i64 = 20;
