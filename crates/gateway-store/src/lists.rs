//! Lists of sales invoices by filter and order, quick among a million.
//!
//! Two ways lead to a page. Where few invoices fit, they are gathered by an index that knows all conditions, and sorted.
//! Where many fit, the index of the order is walked along and what does not fit is passed over, since the page is soon
//! full. Which way it is, is found out by counting what fits, up to a limit, in indexes alone: neither database
//! guesses that well from statistics, and SQLite has none.

use jiff::ToSpan as _;
use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use crate::by_number::Wanted;
use crate::db::{Value, values};
use crate::listing::sales_from;
use crate::sale::ONLINE;
use crate::searching::{Names, Numbered, Searched};
use crate::{Sale, SaleState, Store, StoreError};

/// How few invoices are gathered and sorted; where more fit, the order is walked along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListOptions {
    /// So many that a search found: they are read.
    pub searched_max: i64,
    /// So many in an index alone, where no state was asked for. Where more fit, the walk passes over the others without
    /// reading their rows: each index of an order knows day and mode.
    pub gathered_max: i64,
    /// So many where states were asked for. The indexes of the orders do not know them, since each step of an invoice
    /// would rewrite them all; so walking reads rows, and gathering pays for longer.
    pub gathered_by_state_max: i64,
}

impl Default for ListOptions {
    fn default() -> Self {
        Self { searched_max: 5_000, gathered_max: 20_000, gathered_by_state_max: 40_000 }
    }
}

/// What a list shows; nothing set shows all.
#[derive(Debug, Clone, Default)]
pub struct SaleFilter {
    /// Any of these states.
    pub states: Vec<SaleState>,
    /// The invoice number, the KSeF number or the buyer's NIP is this, or the number begins so, or the buyer's name has it.
    pub search: Option<String>,
    /// Issued on this day or later.
    pub issued_from: Option<Date>,
    /// Issued on this day or before.
    pub issued_to: Option<Date>,
    /// Issued online, or offline.
    pub is_offline: Option<bool>,
}

/// What a list is sorted by; the order of arrival decides between equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SaleSort {
    /// The order of arrival.
    #[default]
    Arrival,
    /// `P_1`.
    IssueDate,
    /// `P_2`.
    Number,
    /// The buyer's name.
    Buyer,
    /// `P_15`.
    Gross,
}

impl SaleSort {
    const fn column(self) -> &'static str {
        match self {
            Self::Arrival => "position",
            Self::IssueDate => "issue_date",
            Self::Number => "invoice_number",
            Self::Buyer => "buyer_name",
            Self::Gross => "gross_minor",
        }
    }
}

impl SaleSort {
    /// Its index in SQLite, which has no statistics to choose by.
    const fn index(self) -> &'static str {
        match self {
            Self::Arrival => "sales_by_position",
            Self::IssueDate => "sales_by_issue_date",
            Self::Number => "sales_by_number",
            Self::Buyer => "sales_by_buyer",
            Self::Gross => "sales_by_gross",
        }
    }

    fn order(self, is_descending: bool) -> String {
        let direction = if is_descending { "DESC" } else { "ASC" };
        match self {
            Self::Arrival => format!("position {direction}"),
            _ => format!("{} {direction}, position {direction}", self.column()),
        }
    }
}

impl std::str::FromStr for SaleSort {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "arrival" => Ok(Self::Arrival),
            "issueDate" => Ok(Self::IssueDate),
            "number" => Ok(Self::Number),
            "buyer" => Ok(Self::Buyer),
            "gross" => Ok(Self::Gross),
            _ => Err(()),
        }
    }
}

impl Store {
    /// A company's invoices by filter and order, `skip` of them passed over, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn sales_by(
        &self,
        company: &ContextIdentifier,
        filter: &SaleFilter,
        sort: SaleSort,
        is_descending: bool,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Sale>, StoreError> {
        let searched = self.searched(company, filter.search.as_deref(), Names::Buyers).await?;
        let mut bound: Vec<Value<'_>> = values![company.as_str()].to_vec();
        let found = searched.as_ref().map(|searched| found_by(searched, &mut bound)).unwrap_or_default();
        let facts = facts(filter);
        let either = if found.is_empty() { String::new() } else { format!(" AND ({})", found.join(" OR ")) };
        let order = sort.order(is_descending);
        let page = format!("LIMIT {limit} OFFSET {skip}");
        let is_postgres = self.db.is_postgres();
        // The positions of the page first: what is passed over is not read as a whole.
        let positions = match self.gathering(&bound, &found, filter).await? {
            // Neither database shall walk along the order instead: the fence, and the order of a CROSS JOIN.
            Some(Gathering::BySearch(found)) if is_postgres => format!(
                "WITH few AS MATERIALIZED ({found}) SELECT position FROM few JOIN sales USING (position) \
                 WHERE company = $1{facts} ORDER BY {order} {page}"
            ),
            Some(Gathering::BySearch(found)) => format!(
                "SELECT sales.position FROM ({found}) AS few CROSS JOIN sales ON sales.position = few.position \
                 WHERE company = $1{facts} ORDER BY {} {page}",
                order.replace("position", "sales.position")
            ),
            Some(Gathering::ByFacts(found)) if is_postgres => format!(
                "WITH few AS MATERIALIZED (SELECT position, {} {found}{either}) SELECT position FROM few \
                 ORDER BY {order} {page}",
                GATHERED
            ),
            Some(Gathering::ByFacts(found)) => {
                format!("SELECT position {found}{either} ORDER BY {order} {page}")
            }
            None => {
                let days = self.days_of(company, filter).await?;
                let condition = format!("{facts}{either}");
                let wanted = Wanted { is_descending, skip, limit };
                let by_number = match &days {
                    Some(days) if sort == SaleSort::Number => {
                        self.positions_by_number(company, days, &condition, &bound, wanted).await?
                    }
                    _ => None,
                };
                if let Some(positions) = by_number {
                    return self.sales_at(&positions, &order).await;
                }
                let within = match &days {
                    Some(days) if sort == SaleSort::Arrival => self.positions_of(company, days).await?,
                    _ => None,
                };
                let within = within.map_or_else(String::new, |(first, last)| {
                    format!(" AND position BETWEEN {first} AND {last}")
                });
                let index = if is_postgres { String::new() } else { format!(" INDEXED BY {}", sort.index()) };
                format!(
                    "SELECT position FROM sales{index} WHERE company = $1{within}{condition} ORDER BY {order} {page}"
                )
            }
        };
        let sql = format!("SELECT * FROM sales WHERE position IN ({positions}) ORDER BY {order}");
        sales_from(&self.db.rows(DOING, sql, &bound).await?)
    }

    async fn sales_at(&self, positions: &[i64], order: &str) -> Result<Vec<Sale>, StoreError> {
        if positions.is_empty() {
            return Ok(Vec::new());
        }
        let listed: Vec<String> = positions.iter().map(i64::to_string).collect();
        let sql = format!("SELECT * FROM sales WHERE position IN ({}) ORDER BY {order}", listed.join(", "));
        sales_from(&self.db.rows(DOING, sql, &[]).await?)
    }

    /// What is worth gathering: by the search, or by state, mode and days; `None` where too much fits.
    async fn gathering(
        &self,
        bound: &[Value<'_>],
        conditions: &[String],
        filter: &SaleFilter,
    ) -> Result<Option<Gathering>, StoreError> {
        let is_at_most = async |max: i64, positions: &str, bound: &[Value<'_>]| {
            let sql = format!("SELECT COUNT(*) AS number FROM ({positions} LIMIT {}) AS few", max + 1);
            let row = self.db.row(DOING, sql, bound).await?;
            Ok::<bool, StoreError>(row.map_or(Ok(0), |row| row.int("number"))? <= max)
        };
        if !conditions.is_empty() {
            // Of each index no more than is looked at: a search for the beginning of all numbers ends at once.
            let parts = conditions.iter().map(|condition| {
                // A KSeF number is one company's; beside the company SQLite would not use the number's own index.
                let own = if condition.starts_with(BY_KSEF_NUMBER) { "" } else { "company = $1 AND " };
                let part = format!("SELECT position FROM sales WHERE {own}{condition}");
                format!("SELECT position FROM ({part} LIMIT {}) AS part", self.lists.searched_max + 1)
            });
            let found = parts.collect::<Vec<_>>().join(" UNION ");
            if is_at_most(self.lists.searched_max, &found, bound).await? {
                return Ok(Some(Gathering::BySearch(found)));
            }
        }
        let Some(facts) = all_facts(filter) else { return Ok(None) };
        let index = if self.db.is_postgres() { "" } else { " INDEXED BY sales_by_facts" };
        let found = format!("FROM sales{index} WHERE company = $1{facts}");
        // It knows nothing of the search.
        let company = bound.get(..1).unwrap_or(bound);
        let max =
            if filter.states.is_empty() { self.lists.gathered_max } else { self.lists.gathered_by_state_max };
        let is_few = is_at_most(max, &format!("SELECT position {found}"), company).await?;
        Ok(is_few.then_some(Gathering::ByFacts(found)))
    }

    /// The days of a range, an end that is left open being the company's first or last day; `None` without a range, or with
    /// one of years.
    async fn days_of(
        &self,
        company: &ContextIdentifier,
        filter: &SaleFilter,
    ) -> Result<Option<Vec<Date>>, StoreError> {
        if filter.issued_from.is_none() && filter.issued_to.is_none() {
            return Ok(None);
        }
        const ENDS: &str = "SELECT (SELECT MIN(issue_date) FROM sales WHERE company = $1) AS first, \
                            (SELECT MAX(issue_date) FROM sales WHERE company = $1) AS last";
        let row = self.db.row(DOING, ENDS, values![company.as_str()]).await?;
        let Some(row) = row else { return Ok(None) };
        let (Some(first), Some(last)) = (row.maybe_parsed("first")?, row.maybe_parsed("last")?) else {
            return Ok(None);
        };
        let from: Date = filter.issued_from.map_or(first, |from| from.max(first));
        let to = filter.issued_to.map_or(last, |to| to.min(last));
        let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).take(DAYS_MAX + 1).collect();
        Ok((!days.is_empty() && days.len() <= DAYS_MAX).then_some(days))
    }

    /// Between which positions the invoices of these days lie: those of a day come one after another, mostly, so walking
    /// along the order of arrival can begin where they begin.
    async fn positions_of(
        &self,
        company: &ContextIdentifier,
        days: &[Date],
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let days: Vec<String> = days.iter().map(|day| format!("('{day}')")).collect();
        // A look at both ends of each day in the index, instead of reading the range.
        let sql = format!(
            "WITH days(day) AS (VALUES {}) SELECT MIN(first) AS first, MAX(last) AS last FROM (SELECT \
             (SELECT MIN(position) FROM sales WHERE company = $1 AND issue_date = days.day) AS first, \
             (SELECT MAX(position) FROM sales WHERE company = $1 AND issue_date = days.day) AS last \
             FROM days) AS ends",
            days.join(", ")
        );
        let row = self.db.row(DOING, sql, values![company.as_str()]).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(row.maybe_int("first")?.zip(row.maybe_int("last")?))
    }
}

/// How few invoices are gathered.
enum Gathering {
    /// A query of the positions that a search found.
    BySearch(String),
    /// `FROM … WHERE …` over the index that knows state, mode and days, and by what to sort.
    ByFacts(String),
}

/// The conditions of state, mode and days that were asked for.
fn facts(filter: &SaleFilter) -> String {
    let mut sql = String::new();
    if !filter.states.is_empty() {
        sql += &format!(" AND state IN ({})", listed(&filter.states));
    }
    match filter.is_offline {
        Some(true) => sql += &format!(" AND mode <> '{ONLINE}'"),
        Some(false) => sql += &format!(" AND mode = '{ONLINE}'"),
        None => {}
    }
    sql + &days(filter)
}

/// The same for the index `sales_by_facts`, where one of the first two that is left open has to name all its values, so
/// that the index is used as far as the days; `None` when nothing was asked for.
fn all_facts(filter: &SaleFilter) -> Option<String> {
    let days = days(filter);
    if filter.states.is_empty() && filter.is_offline.is_none() && days.is_empty() {
        return None;
    }
    let states = listed(if filter.states.is_empty() { SaleState::ALL } else { &filter.states });
    let modes = match filter.is_offline {
        Some(false) => format!("'{ONLINE}'"),
        Some(true) => OFFLINE.to_owned(),
        None => format!("'{ONLINE}', {OFFLINE}"),
    };
    Some(format!(" AND state IN ({states}) AND mode IN ({modes}){days}"))
}

fn listed(states: &[SaleState]) -> String {
    states.iter().map(|state| format!("'{state}'")).collect::<Vec<_>>().join(", ")
}

fn days(filter: &SaleFilter) -> String {
    [(filter.issued_from, ">="), (filter.issued_to, "<=")]
        .into_iter()
        .filter_map(|(day, comparison)| Some(format!(" AND issue_date {comparison} '{}'", day?)))
        .collect()
}

/// How a search finds: a condition for each index, since one OR over them would read every row.
fn found_by<'a>(searched: &'a Searched, bound: &mut Vec<Value<'a>>) -> Vec<String> {
    let Numbered { ranges, whole, names } = searched.bind(bound);
    let begins = ranges.iter().flat_map(|(from, to)| {
        ["invoice_number", "buyer_name"].map(|column| format!("({column} >= ${from} AND {column} < ${to})"))
    });
    let within = names.map(|names| format!("buyer_name IN ({names})"));
    begins
        .chain([format!("{BY_KSEF_NUMBER}{whole}"), format!("buyer_nip = ${whole}")])
        .chain(within)
        .collect()
}

const BY_KSEF_NUMBER: &str = "ksef_number = $";
/// The offline modes, as texts of SQL.
const OFFLINE: &str = "'offline24', 'unavailability', 'failure', 'totalFailure'";
/// By what can be sorted, in the index `sales_by_facts`.
const GATHERED: &str = "issue_date, invoice_number, buyer_name, gross_minor";
/// A year and a month.
const DAYS_MAX: usize = 400;
const DOING: &str = "reading invoices";
