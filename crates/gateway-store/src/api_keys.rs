//! API keys: their hashes, what they are for, when they were used. The keys themselves were shown once and are nowhere.

use gateway_access::{Reach, Scope};
use jiff::Timestamp;

use crate::access::AccessWriter;
use crate::db::{Row, values};
use crate::{Store, StoreError};

/// An API key, without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRecord {
    /// Its identifier.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// For which companies.
    pub reach: Reach,
    /// What for.
    pub scopes: Vec<Scope>,
    /// The unit whose purchases it sees, and nothing else: our identifier. The unit may be gone; then it sees nothing.
    pub unit: Option<String>,
    /// The unit's NIP or internal identifier, while it is there.
    pub unit_identifier: Option<String>,
    /// Its first characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// When another key took its place under the same identifier.
    pub rotated_at: Option<Timestamp>,
    /// Since when it is void.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// From where.
    pub used_from: Option<String>,
}

/// An API key to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewApiKey<'a> {
    /// What people call it.
    pub name: &'a str,
    /// For which companies.
    pub reach: &'a Reach,
    /// What for.
    pub scopes: &'a [Scope],
    /// The unit whose purchases it sees, and nothing else.
    pub unit: Option<&'a str>,
    /// SHA-256 of the key.
    pub hash: &'a [u8; 32],
    /// Its first characters.
    pub hint: &'a str,
    /// Who makes it.
    pub created_by: &'a str,
}

impl AccessWriter {
    /// Keeps a new key; gives its identifier.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn add_api_key(&self, new: &NewApiKey<'_>, now: Timestamp) -> Result<String, StoreError> {
        let id = uuid::Uuid::now_v7().to_string();
        let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(
            DOING,
            "INSERT INTO api_keys (id, name, reach, scopes, hash, hint, created_at, created_by, unit) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                &id,
                new.name,
                new.reach.as_str(),
                &scopes.join(","),
                new.hash.as_slice(),
                new.hint,
                now,
                new.created_by,
                new.unit,
            ],
        )
        .await?;
        tx.commit(DOING).await?;
        Ok(id)
    }

    /// Puts another key in its place; the former is void from now on.
    ///
    /// # Errors
    /// [`StoreError::UnknownKey`] when there is none, or it was revoked; [`StoreError::Database`] and its kin.
    pub async fn rotate_api_key(
        &self,
        id: &str,
        hash: &[u8; 32],
        hint: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE api_keys SET hash = $1, hint = $2, rotated_at = $3, used_at = NULL, used_from = NULL \
             WHERE id = $4 AND revoked_at IS NULL";
        self.change(id, SQL, values![hash.as_slice(), hint, now, id]).await
    }

    /// The key is void from now on; its entry stays.
    ///
    /// # Errors
    /// [`StoreError::UnknownKey`], [`StoreError::Database`] and its kin.
    pub async fn revoke_api_key(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
        self.change(id, SQL, values![now, id]).await
    }

    async fn change(
        &self,
        id: &str,
        sql: &'static str,
        values: &[crate::db::Value<'_>],
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        if tx.execute(DOING, sql, values).await? == 0 {
            return Err(StoreError::UnknownKey { id: id.to_owned() });
        }
        tx.commit(DOING).await
    }

    /// It was used. Not worth more than one write a minute: the caller looks at [`ApiKeyRecord::used_at`] first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn api_key_used(&self, id: &str, from: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        const SQL: &str = "UPDATE api_keys SET used_at = $1, used_from = $2 WHERE id = $3";
        tx.execute(DOING, SQL, values![now, from, id]).await?;
        tx.commit_untold(DOING).await
    }
}

impl Store {
    /// The key with this hash, unless it was revoked.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn api_key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<ApiKeyRecord>, StoreError> {
        let sql = format!("{KEYS} WHERE api_keys.hash = $1 AND api_keys.revoked_at IS NULL");
        self.db.row(DOING, sql, values![hash.as_slice()]).await?.as_ref().map(record_of).transpose()
    }

    /// A key by its identifier, also one that was revoked.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn api_key(&self, id: &str) -> Result<Option<ApiKeyRecord>, StoreError> {
        let sql = format!("{KEYS} WHERE api_keys.id = $1");
        self.db.row(DOING, sql, values![id]).await?.as_ref().map(record_of).transpose()
    }

    /// Every key, the oldest first, also those that were revoked.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyRecord>, StoreError> {
        let sql = format!("{KEYS} ORDER BY api_keys.created_at, api_keys.id");
        let rows = self.db.rows(DOING, sql, &[]).await?;
        rows.iter().map(record_of).collect()
    }
}

fn record_of(row: &Row) -> Result<ApiKeyRecord, StoreError> {
    let scopes = row.text("scopes")?;
    Ok(ApiKeyRecord {
        id: row.text("id")?,
        name: row.text("name")?,
        reach: row.parsed("reach")?,
        scopes: scopes
            .split(',')
            .map(|name| crate::store::parsed("scopes", name.to_owned()))
            .collect::<Result<_, _>>()?,
        unit: row.maybe_text("unit")?,
        unit_identifier: row.maybe_text("unit_identifier")?,
        hint: row.text("hint")?,
        created_at: row.timestamp("created_at")?,
        created_by: row.text("created_by")?,
        rotated_at: row.maybe_timestamp("rotated_at")?,
        revoked_at: row.maybe_timestamp("revoked_at")?,
        used_at: row.maybe_timestamp("used_at")?,
        used_from: row.maybe_text("used_from")?,
    })
}

/// Keys with their units.
const KEYS: &str = "SELECT api_keys.*, units.identifier AS unit_identifier FROM api_keys \
                    LEFT JOIN units ON units.id = api_keys.unit";
const DOING: &str = "keeping API keys";
