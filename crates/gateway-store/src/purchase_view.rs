//! Whose eyes look at a company's purchases. Every query that shows purchases takes a view: who sees only what is assigned to
//! him or to his units sees nothing else in lists, searches, counts, changes, downloads and registers.

use std::collections::HashSet;

use ksef_id::ContextIdentifier;
use uuid::Uuid;

use crate::db::values;
use crate::purchases::IN_LIST_MAX;
use crate::{Store, StoreError, StoreWriter};

/// What is seen of a company's purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchaseView {
    /// All of them.
    Everything,
    /// What is assigned to this user, or to a unit that the user belongs to.
    OnlyOf(Uuid),
    /// What is assigned to this unit.
    OnlyOfUnit(Uuid),
}

impl PurchaseView {
    /// Whether everything is seen.
    #[must_use]
    pub fn is_everything(self) -> bool {
        self == Self::Everything
    }

    /// The condition on a column that holds purchases' positions. Membership is asked anew each time, so who leaves a unit
    /// sees nothing of it from then on.
    pub(crate) fn condition(self, column: &str) -> String {
        match self {
            Self::Everything => String::new(),
            // An UUID has hexadecimal digits and hyphens alone.
            Self::OnlyOf(user) => format!(
                " AND {column} IN (SELECT purchase FROM purchase_persons WHERE user_id = '{user}' UNION \
                 SELECT purchase FROM purchase_units JOIN unit_members ON unit_members.unit = purchase_units.unit \
                 WHERE unit_members.user_id = '{user}')"
            ),
            Self::OnlyOfUnit(unit) => {
                format!(" AND {column} IN (SELECT purchase FROM purchase_units WHERE unit = '{unit}')")
            }
        }
    }
}

impl PurchaseView {
    /// Only what is assigned to a unit, by our identifier.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for one that is none.
    pub fn of_unit(id: &str) -> Result<Self, StoreError> {
        let found = || StoreError::Corrupt { what: "api_keys.unit", found: id.to_owned() };
        id.parse().map(Self::OnlyOfUnit).map_err(|_| found())
    }
}

impl Store {
    /// What a user sees of a company's purchases: only what is assigned when that was said of the user, which who comes to a
    /// unit is said of.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_view(
        &self,
        company: &ContextIdentifier,
        user: &str,
    ) -> Result<PurchaseView, StoreError> {
        const SQL: &str = "SELECT user_id FROM restricted_views WHERE company = $1 AND user_id = $2";
        match self.db.row(DOING, SQL, values![company.as_str(), user]).await? {
            None => Ok(PurchaseView::Everything),
            Some(_) => user
                .parse()
                .map(PurchaseView::OnlyOf)
                .map_err(|_| StoreError::Corrupt { what: "users.id", found: user.to_owned() }),
        }
    }

    /// Which of these positions are seen of a company's purchases.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn seen_purchases(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        positions: &[i64],
    ) -> Result<HashSet<i64>, StoreError> {
        let mut seen = HashSet::new();
        for some in positions.chunks(IN_LIST_MAX) {
            let listed = some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let sql = format!(
                "SELECT position FROM purchases WHERE company = $1 AND position IN ({listed}){}",
                view.condition("position")
            );
            for row in self.db.rows(DOING, sql, values![company.as_str()]).await? {
                seen.insert(row.int("position")?);
            }
        }
        Ok(seen)
    }

    /// The users who see only what is assigned to them, by identifier.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn restricted_users(&self, company: &ContextIdentifier) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT user_id FROM restricted_views WHERE company = $1 ORDER BY user_id";
        let rows = self.db.rows(DOING, SQL, values![company.as_str()]).await?;
        rows.iter().map(|row| row.text("user_id")).collect()
    }
}

impl StoreWriter {
    /// Says whether a user sees only what is assigned to him.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn restrict_view(
        &self,
        company: &ContextIdentifier,
        user: &str,
        is_restricted: bool,
    ) -> Result<(), StoreError> {
        const DOING: &str = "restricting a view";
        let sql = match is_restricted {
            true => "INSERT INTO restricted_views (company, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            false => "DELETE FROM restricted_views WHERE company = $1 AND user_id = $2",
        };
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(DOING, sql, values![company.as_str(), user]).await?;
        tx.commit(DOING).await
    }
}

const DOING: &str = "reading who sees what";
