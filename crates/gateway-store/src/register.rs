//! What the books need of sales and purchases together: page after page of both, and offline invoices that got their numbers.

use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber};

use crate::db::values;
use crate::listing::sales_from;
use crate::purchases::purchase_from;
use crate::{Purchase, PurchaseView, Sale, Store, StoreError};

impl Store {
    /// A company's sales of a range of days after a position, in the order of arrival, without what was refused, returned
    /// or withdrawn, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn register_sales(
        &self,
        company: &ContextIdentifier,
        days: (Option<Date>, Option<Date>),
        after: i64,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        let mut range = String::new();
        for (day, comparison) in [(days.0, ">="), (days.1, "<=")] {
            if let Some(day) = day {
                range += &format!(" AND issue_date {comparison} '{day}'");
            }
        }
        let sql = format!(
            "SELECT * FROM sales WHERE company = $1 AND position > $2{range} AND state NOT IN \
             ('draft', 'returned', 'rejected', 'numberCollision', 'withdrawn') ORDER BY position LIMIT $3"
        );
        sales_from(&self.db.rows(DOING, sql, values![company.as_str(), after, i64::from(limit)]).await?)
    }

    /// A company's sales issued offline on a day or later, of the modes whose entries are corrected, that have their KSeF
    /// numbers by now; at most `limit`, in the order of arrival.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn numbered_offline_sales(
        &self,
        company: &ContextIdentifier,
        issued_from: Date,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        const SQL: &str = "SELECT * FROM sales WHERE company = $1 AND mode IN ('offline24', 'unavailability') \
                           AND state IN ('numbered', 'duplicateAdopted', 'upoVerified', 'stored') \
                           AND issue_date >= $2 AND ksef_number IS NOT NULL ORDER BY position LIMIT $3";
        let day = issued_from.to_string();
        sales_from(&self.db.rows(DOING, SQL, values![company.as_str(), &day, i64::from(limit)]).await?)
    }

    /// The same of documents that were entered without a number and are tied to their invoices by now, each with that
    /// one's number.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn numbered_offline_purchases(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        issued_from: Date,
        limit: u32,
    ) -> Result<Vec<(Purchase, KsefNumber)>, StoreError> {
        let seen = view.condition("entered.position");
        let sql = format!(
            "SELECT entered.*, original.ksef_number AS given FROM purchases AS entered \
             JOIN purchases AS original ON original.position = entered.copy_of \
             WHERE entered.company = $1 AND entered.mode IN ('offline24', 'unavailability') \
             AND entered.issue_date >= $2 AND original.ksef_number IS NOT NULL{seen} \
             ORDER BY entered.position LIMIT $3"
        );
        let day = issued_from.to_string();
        let rows = self.db.rows(DOING, sql, values![company.as_str(), &day, i64::from(limit)]).await?;
        rows.iter().map(|row| Ok((purchase_from(row)?, row.parsed("given")?))).collect()
    }
}

const DOING: &str = "reading the register";
