//! What is not done yet, for the people who look after it: what is due first, then what only a person can move, then the
//! rest in the order of arrival.

use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::listing::sales_from;
use crate::sale::RESEND_KEY;
use crate::{Sale, SaleId, SaleState, Store, StoreError};

/// A sale that was issued offline and has a last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueSale {
    /// Which one.
    pub id: SaleId,
    /// Whose.
    pub company: ContextIdentifier,
    /// The invoice's own number.
    pub invoice_number: String,
    /// Its last day.
    pub due_on: Date,
}

impl Store {
    /// What KSeF shall have by a day and does not have, of all companies, the first due first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn due_by(&self, day: Date, limit: u32) -> Result<Vec<DueSale>, StoreError> {
        let once_more = sent_again();
        let sql = format!(
            "SELECT id, company, invoice_number, due_on FROM sales WHERE due_on IS NOT NULL AND {DUE} \
             AND due_on <= $1 AND NOT {once_more} ORDER BY due_on, position LIMIT $2"
        );
        let rows = self.db.rows(DOING, sql, values![&day.to_string(), i64::from(limit)]).await?;
        rows.iter()
            .map(|row| {
                Ok(DueSale {
                    id: row.parsed("id")?,
                    company: row.parsed("company")?,
                    invoice_number: row.text("invoice_number")?,
                    due_on: row.parsed("due_on")?,
                })
            })
            .collect()
    }

    /// A company's invoices that are not done, at most `limit`: those with a last day by that day, then those that stand
    /// for one of the reasons `alarms`, then the others in the order of arrival. One that was refused is among them as long
    /// as it has a last day, since KSeF shall have it nevertheless, and until a technical correction stands for it, or it is sent
    /// once more.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unfinished(
        &self,
        company: &ContextIdentifier,
        alarms: &[&str],
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        let limit_at = i64::from(limit);
        let once_more = sent_again();
        let due = format!(
            "SELECT * FROM sales WHERE company = $1 AND due_on IS NOT NULL AND {DUE} \
             AND (technical_of IS NULL OR state NOT IN ('rejected', 'numberCollision')) \
             AND NOT EXISTS (SELECT 1 FROM sales AS later WHERE later.technical_of = sales.id \
             AND later.state NOT IN ('rejected', 'numberCollision', 'withdrawn')) AND NOT {once_more} \
             ORDER BY due_on, position LIMIT $2"
        );
        let mut sales = sales_from(&self.db.rows(DOING, due, values![company.as_str(), limit_at]).await?)?;
        // Codes are this program's own constants; the list is short.
        let codes: Vec<String> =
            alarms.iter().map(|code| format!("'{}'", code.replace('\'', "''"))).collect();
        let standing = if codes.is_empty() { "''".to_owned() } else { codes.join(", ") };
        let by_open = if self.db.is_postgres() { "" } else { BY_OPEN };
        for condition in [
            format!("reason_code IN ({standing})"),
            format!("(reason_code IS NULL OR reason_code NOT IN ({standing}))"),
        ] {
            let left = limit_at - i64::try_from(sales.len()).unwrap_or(limit_at);
            if left <= 0 {
                break;
            }
            let sql = format!(
                "SELECT * FROM sales{by_open} WHERE company = $1 AND {OPEN} AND due_on IS NULL AND {condition} \
                 ORDER BY position LIMIT $2"
            );
            sales.extend(sales_from(&self.db.rows(DOING, sql, values![company.as_str(), left]).await?)?);
        }
        Ok(sales)
    }

    /// Whether a company has anything on its way to KSeF: an invoice that is not at an end, or a session that is not settled.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn has_unfinished(&self, company: &ContextIdentifier) -> Result<bool, StoreError> {
        let by_open = if self.db.is_postgres() { "" } else { BY_OPEN };
        let sql = format!(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM sales{by_open} WHERE company = $1 AND {OPEN}) \
             OR EXISTS (SELECT 1 FROM sessions WHERE company = $1 AND closed_at IS NULL) THEN 1 ELSE 0 END AS is_so"
        );
        let row = self.db.row("looking for what is not done", sql, values![company.as_str()]).await?;
        row.map_or(Ok(false), |row| Ok(row.small("is_so")? != 0))
    }

    /// How many invoices of a company stand in each state that is not an end.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn unfinished_counts(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Vec<(SaleState, i64)>, StoreError> {
        let by_open = if self.db.is_postgres() { "" } else { BY_OPEN };
        let sql = format!(
            "SELECT state, COUNT(*) AS number FROM sales{by_open} WHERE company = $1 AND {OPEN} GROUP BY state"
        );
        let rows = self.db.rows("counting", sql, values![company.as_str()]).await?;
        let mut counts: Vec<(SaleState, i64)> = rows
            .iter()
            .map(|row| Ok((row.parsed("state")?, row.int("number")?)))
            .collect::<Result<_, StoreError>>()?;
        counts.sort();
        Ok(counts)
    }
}

/// Whether the bytes of a row of `sales` are sent once more: the one that does stands for it. Found by its key.
fn sent_again() -> String {
    format!(
        "EXISTS (SELECT 1 FROM sales AS again WHERE again.company = sales.company \
         AND again.idempotency_key = '{RESEND_KEY}' || sales.id)"
    )
}

/// Not at an end: word for word the condition of the index `sales_open`.
pub(crate) const OPEN: &str = "state NOT IN ('stored', 'rejected', 'numberCollision', 'withdrawn')";
/// SQLite has no statistics to tell it that little is open, and would read everything.
pub(crate) const BY_OPEN: &str = " INDEXED BY sales_open";
/// Not in KSeF: word for word the condition of the index `sales_due`.
const DUE: &str = "state NOT IN ('numbered', 'duplicateAdopted', 'upoVerified', 'stored', 'withdrawn')";
const DOING: &str = "reading what is not done";
