//! Rules by which arriving purchases are assigned: kept in their order, always as a whole.

use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::{Store, StoreError, StoreWriter};

/// A rule; `gateway-rules` says when it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingRule {
    /// What people call it.
    pub name: String,
    /// The seller's NIP or other identifier.
    pub seller: Option<String>,
    /// The NIP or internal identifier of a third party.
    pub third: Option<String>,
    /// An order's number, or its beginning and `*`.
    pub order_number: Option<String>,
    /// Gross in hundredths, at least.
    pub gross_from: Option<i64>,
    /// Gross in hundredths, at most.
    pub gross_to: Option<i64>,
    /// Identifiers of users; one may be gone by now.
    pub persons: Vec<String>,
    /// Identifiers of units; one may be gone by now.
    pub units: Vec<String>,
}

impl Store {
    /// A company's rules in their order.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn routing_rules(&self, company: &ContextIdentifier) -> Result<Vec<RoutingRule>, StoreError> {
        const SQL: &str = "SELECT * FROM routing_rules WHERE company = $1 ORDER BY place";
        let rows = self.db.rows("reading rules", SQL, values![company.as_str()]).await?;
        let listed = |text: String| -> Vec<String> {
            text.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect()
        };
        rows.iter()
            .map(|row| {
                Ok(RoutingRule {
                    name: row.text("name")?,
                    seller: row.maybe_text("seller")?,
                    third: row.maybe_text("third")?,
                    order_number: row.maybe_text("order_number")?,
                    gross_from: row.maybe_int("gross_from")?,
                    gross_to: row.maybe_int("gross_to")?,
                    persons: listed(row.text("persons")?),
                    units: listed(row.text("units")?),
                })
            })
            .collect()
    }
}

impl StoreWriter {
    /// Puts these rules in the place of all that a company had.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn set_routing_rules(
        &self,
        company: &ContextIdentifier,
        rules: &[RoutingRule],
    ) -> Result<(), StoreError> {
        const DOING: &str = "keeping rules";
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(DOING, "DELETE FROM routing_rules WHERE company = $1", values![company.as_str()]).await?;
        for (rule, place) in rules.iter().zip(1_i64..) {
            let sql = "INSERT INTO routing_rules (company, place, name, seller, third, order_number, gross_from, gross_to, \
                       persons, units) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
            let (persons, units) = (rule.persons.join(","), rule.units.join(","));
            let values = values![
                company.as_str(),
                place,
                &rule.name,
                rule.seller.as_deref(),
                rule.third.as_deref(),
                rule.order_number.as_deref(),
                rule.gross_from,
                rule.gross_to,
                &persons,
                &units
            ];
            tx.execute(DOING, sql, values).await?;
        }
        tx.commit(DOING).await
    }
}
