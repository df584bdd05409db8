//! Units of a company: of a municipality, members of a VAT group. Users belong to them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::{Store, StoreError, StoreWriter};

/// A unit of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Our identifier.
    pub id: String,
    /// The NIP, or the internal identifier: a NIP, a hyphen and five digits.
    pub identifier: String,
    /// What it is called.
    pub name: String,
    /// Since when it is known.
    pub created_at: Timestamp,
    /// The identifiers of the users who belong to it.
    pub members: Vec<String>,
}

/// A unit to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewUnit<'a> {
    /// Our identifier, if it is new.
    pub id: &'a str,
    /// Under which company it hangs.
    pub company: &'a ContextIdentifier,
    /// A NIP or an internal identifier.
    pub identifier: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// The identifiers of the users who belong to it.
    pub members: &'a [String],
}

impl Store {
    /// A company's units, by identifier.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn units(&self, company: &ContextIdentifier) -> Result<Vec<Unit>, StoreError> {
        const MEMBERS: &str = "SELECT unit_members.unit, unit_members.user_id FROM unit_members JOIN units \
                               ON units.id = unit_members.unit WHERE units.company = $1 ORDER BY unit_members.user_id";
        let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.db.rows(DOING, MEMBERS, values![company.as_str()]).await? {
            members.entry(row.text("unit")?).or_default().push(row.text("user_id")?);
        }
        const SQL: &str = "SELECT * FROM units WHERE company = $1 ORDER BY identifier";
        let rows = self.db.rows(DOING, SQL, values![company.as_str()]).await?;
        rows.iter()
            .map(|row| {
                let id = row.text("id")?;
                Ok(Unit {
                    identifier: row.text("identifier")?,
                    name: row.text("name")?,
                    created_at: row.timestamp("created_at")?,
                    members: members.remove(&id).unwrap_or_default(),
                    id,
                })
            })
            .collect()
    }
}

impl StoreWriter {
    /// Keeps a unit; one of the same company and identifier gets the name and the members. Who comes to a unit sees only what
    /// is assigned from then on; who leaves it goes on so until somebody says otherwise: leaving shows nobody more.
    ///
    /// # Errors
    /// [`StoreError::TooManyUnits`]; [`StoreError::Database`] and its kin.
    pub async fn put_unit(&self, new: &NewUnit<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT COUNT(*) AS number FROM units WHERE company = $1 AND identifier <> $2";
        let others = tx.row(DOING, sql, values![new.company.as_str(), new.identifier]).await?;
        if others.map_or(Ok(0), |row| row.int("number"))? >= UNITS_MAX {
            return Err(StoreError::TooManyUnits);
        }
        let sql = "INSERT INTO units (id, company, identifier, name, created_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (company, identifier) DO UPDATE SET name = excluded.name RETURNING id";
        let values = values![new.id, new.company.as_str(), new.identifier, new.name, now];
        let row = tx.row(DOING, sql, values).await?;
        let id = row.map_or_else(|| Ok(new.id.to_owned()), |row| row.text("id"))?;
        for member in new.members {
            let sql = "INSERT INTO restricted_views (company, user_id) SELECT $1, id FROM users WHERE id = $2 \
                       AND NOT EXISTS (SELECT 1 FROM unit_members WHERE unit = $3 AND user_id = $2) \
                       ON CONFLICT DO NOTHING";
            tx.execute(DOING, sql, values![new.company.as_str(), member, &id]).await?;
        }
        tx.execute(DOING, "DELETE FROM unit_members WHERE unit = $1", values![&id]).await?;
        for member in new.members {
            let sql = "INSERT INTO unit_members (user_id, unit) SELECT id, $1 FROM users WHERE id = $2 \
                       ON CONFLICT DO NOTHING";
            tx.execute(DOING, sql, values![&id, member]).await?;
        }
        tx.commit(DOING).await
    }

    /// Forgets a unit, with what is assigned to it; `false` when there is none. Who belonged to it sees no more than before.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn remove_unit(
        &self,
        company: &ContextIdentifier,
        identifier: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM units WHERE company = $1 AND identifier = $2";
        let is_there = tx.execute(DOING, sql, values![company.as_str(), identifier]).await? == 1;
        tx.commit(DOING).await?;
        Ok(is_there)
    }
}

/// Of one company: a large city has some hundreds.
const UNITS_MAX: i64 = 2_000;
const DOING: &str = "keeping units";
