//! Lists of purchases by filter and order, quick among a million: an index for each order is walked along, and what a search
//! finds is gathered from indexes first.

use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use crate::assignments::is_assigned;
use crate::db::{Value, values};
use crate::purchases::purchases_from;
use crate::searching::{Names, Numbered, Searched};
use crate::{Approval, Purchase, PurchaseRole, PurchaseState, PurchaseView, Store, StoreError};

/// What a list shows; nothing set shows all purchases, without the company's own sales.
#[derive(Debug, Clone, Default)]
pub struct PurchaseFilter {
    /// The company's role; the seller's shows its own sales.
    pub role: Option<PurchaseRole>,
    /// Any of these states.
    pub states: Vec<PurchaseState>,
    /// The seller's NIP or other identifier.
    pub seller: Option<String>,
    /// The invoice number begins so, or the seller's name has this, or the KSeF number or the seller's NIP is this.
    pub search: Option<String>,
    /// Issued on this day or later.
    pub issued_from: Option<Date>,
    /// Issued on this day or before.
    pub issued_to: Option<Date>,
    /// Received on this day or later.
    pub received_from: Option<Date>,
    /// Received on this day or before.
    pub received_to: Option<Date>,
    /// Gross, in hundredths, at least.
    pub gross_from: Option<i64>,
    /// Gross, in hundredths, at most.
    pub gross_to: Option<i64>,
    /// Only sales that another program made: those that are not in our own register.
    pub is_made_elsewhere: bool,
    /// Assigned to somebody, or to nobody.
    pub is_assigned: Option<bool>,
    /// Approved, rejected, or neither.
    pub approval: Option<Option<Approval>>,
}

/// What a list is sorted by; the order of arrival decides between equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PurchaseSort {
    /// The order of arrival.
    #[default]
    Arrival,
    /// Date of issue.
    IssueDate,
}

impl std::str::FromStr for PurchaseSort {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "arrival" => Ok(Self::Arrival),
            "issueDate" => Ok(Self::IssueDate),
            _ => Err(()),
        }
    }
}

impl PurchaseFilter {
    /// The conditions after `company = $1`; texts are bound from the end of `bound` on.
    fn conditions<'a>(
        &'a self,
        view: PurchaseView,
        bound: &mut Vec<Value<'a>>,
        searched: Option<&'a Searched>,
    ) -> String {
        let is_sale = i64::from(self.role == Some(PurchaseRole::Seller));
        let mut sql = format!(" AND is_sale = {is_sale}");
        if let Some(role) = self.role.filter(|role| *role != PurchaseRole::Seller) {
            sql += &format!(" AND (roles & {}) <> 0", role.bit());
        }
        if !self.states.is_empty() {
            let states: Vec<String> = self.states.iter().map(|state| format!("'{state}'")).collect();
            sql += &format!(" AND state IN ({})", states.join(", "));
        }
        sql += &view.condition("position");
        sql += &self.is_assigned.map(is_assigned).unwrap_or_default();
        sql += &match self.approval {
            None => String::new(),
            Some(None) => " AND approval IS NULL".to_owned(),
            Some(Some(approval)) => format!(" AND approval = '{}'", approval.as_str()),
        };
        if self.is_made_elsewhere {
            sql += " AND sale_id IS NULL";
        }
        for (column, day, comparison) in [
            ("issue_date", self.issued_from, ">="),
            ("issue_date", self.issued_to, "<="),
            ("received_on", self.received_from, ">="),
            ("received_on", self.received_to, "<="),
        ] {
            if let Some(day) = day {
                sql += &format!(" AND {column} {comparison} '{day}'");
            }
        }
        for (amount, comparison) in [(self.gross_from, ">="), (self.gross_to, "<=")] {
            if let Some(amount) = amount {
                sql += &format!(" AND gross_minor {comparison} {amount}");
            }
        }
        if let Some(seller) = &self.seller {
            bound.push(Value::from(seller));
            sql += &format!(" AND seller_id = ${}", bound.len());
        }
        if let Some(searched) = searched {
            let Numbered { ranges, whole, names } = searched.bind(bound);
            let begins = ranges.iter().flat_map(|(from, to)| {
                ["invoice_number", "seller_name"]
                    .map(|column| format!("{column} >= ${from} AND {column} < ${to}"))
            });
            // With the seller's NIP every key of copies begins.
            let by_nip = format!("copy_key >= ${whole} || '|' AND copy_key < ${whole} || '}}'");
            let within = names.map(|names| format!("seller_name IN ({names})"));
            let found = begins.chain([format!("ksef_number = ${whole}"), by_nip]).chain(within);
            // One search for each index; an OR over them would read every row.
            let parts = found.map(|condition| {
                format!(
                    "SELECT position FROM (SELECT position FROM purchases WHERE company = $1 AND {condition} \
                     LIMIT {SEARCH_MAX}) AS part"
                )
            });
            sql += &format!(" AND position IN ({})", parts.collect::<Vec<_>>().join(" UNION "));
        }
        sql
    }
}

impl Store {
    /// A company's purchases by filter and order, `skip` of them passed over, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    #[expect(clippy::too_many_arguments, reason = "whose, seen by whom, which, in which order, which page")]
    pub async fn purchases_by(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        filter: &PurchaseFilter,
        sort: PurchaseSort,
        is_descending: bool,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError> {
        let searched = self.searched(company, filter.search.as_deref(), Names::Sellers).await?;
        let mut bound: Vec<Value<'_>> = values![company.as_str()].to_vec();
        let conditions = filter.conditions(view, &mut bound, searched.as_ref());
        let direction = if is_descending { "DESC" } else { "ASC" };
        let order = match sort {
            PurchaseSort::Arrival => format!("arrival {direction}"),
            PurchaseSort::IssueDate => format!("issue_date {direction}, arrival {direction}"),
        };
        let sql = format!(
            "SELECT * FROM purchases WHERE company = $1{conditions} ORDER BY {order} LIMIT {limit} OFFSET {skip}"
        );
        purchases_from(&self.db.rows("listing purchases", sql, &bound).await?)
    }

    /// The same after a place in the order of arrival: for whoever reads all of them, a page at a time.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchases_after(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        filter: &PurchaseFilter,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError> {
        let searched = self.searched(company, filter.search.as_deref(), Names::Sellers).await?;
        let mut bound: Vec<Value<'_>> = values![company.as_str(), after].to_vec();
        let conditions = filter.conditions(view, &mut bound, searched.as_ref());
        let sql = format!(
            "SELECT * FROM purchases WHERE company = $1 AND arrival > $2{conditions} ORDER BY arrival LIMIT {limit}"
        );
        purchases_from(&self.db.rows("listing purchases", sql, &bound).await?)
    }

    /// How many purchases a company has in each state, without its own sales.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn purchase_counts(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
    ) -> Result<Vec<(PurchaseState, i64)>, StoreError> {
        let sql = format!(
            "SELECT state, COUNT(*) AS number FROM purchases WHERE company = $1 AND is_sale = 0{} GROUP BY state",
            view.condition("position")
        );
        let rows = self.db.rows("counting purchases", sql, values![company.as_str()]).await?;
        rows.iter().map(|row| Ok((row.parsed("state")?, row.int("number")?))).collect()
    }

    /// How many purchases of a company nobody has looked at yet, counted up to `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn new_purchase_count(
        &self,
        company: &ContextIdentifier,
        view: PurchaseView,
        limit: u32,
    ) -> Result<i64, StoreError> {
        let sql = format!(
            "SELECT COUNT(*) AS number FROM (SELECT 1 AS one FROM purchases WHERE company = $1 AND is_sale = 0 \
             AND state = $2{} LIMIT {limit}) AS counted",
            view.condition("position")
        );
        let values = values![company.as_str(), PurchaseState::New.as_str()];
        let row = self.db.row("counting purchases", sql, values).await?;
        row.map_or(Ok(0), |row| row.int("number"))
    }
}

/// So many that one index finds are looked at.
const SEARCH_MAX: u32 = 5_000;
