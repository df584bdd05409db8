//! Pages by number of the invoices of many days.
//!
//! Numbers mostly rise with the days, so a walk along all numbers passes over half a million to come to July's. Here the
//! days are read instead, those whose numbers begin first before the others, each by its own numbers, until none of the
//! days that are left can have a number that belongs on the page. Where numbers do not rise with the days that would read
//! every day; then the walk is short, and this gives up early.

use std::cmp::Ordering;

use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use crate::db::{Value, values};
use crate::{Store, StoreError};

/// Which part of the order is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) is_descending: bool,
    pub(crate) skip: u32,
    pub(crate) limit: u32,
}

impl Store {
    /// The positions of a page of these days' invoices by number, in its order; `None` where a walk along all numbers is
    /// shorter. `condition` is what else they have to meet, over `bound`, whose first is the company.
    pub(crate) async fn positions_by_number(
        &self,
        company: &ContextIdentifier,
        days: &[Date],
        condition: &str,
        bound: &[Value<'_>],
        wanted: Wanted,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let Wanted { is_descending, skip, limit } = wanted;
        let needed = skip as usize + limit as usize;
        let in_order =
            |one: &(String, i64), other: &(String, i64)| in_direction(one.cmp(other), is_descending);
        let mut found: Vec<(String, i64)> = Vec::new();
        let mut read = 0;
        for (asked, (first, day)) in
            self.days_by_number(company, days, is_descending).await?.iter().enumerate()
        {
            if let Some((last, _)) = found.get(needed.saturating_sub(1))
                && in_direction(first.cmp(last), is_descending) == Ordering::Greater
            {
                break;
            }
            if asked >= DAYS_READ_MAX || read > needed * 4 + ROWS_READ_MIN {
                return Ok(None);
            }
            let direction = if is_descending { "DESC" } else { "ASC" };
            let sql = format!(
                "SELECT invoice_number, position FROM sales{} WHERE company = $1 AND issue_date = '{day}'{condition} \
                 ORDER BY invoice_number {direction}, position {direction} LIMIT {needed}",
                self.by_day_and_number()
            );
            let rows = self.db.rows(DOING, sql, bound).await?;
            read += rows.len();
            for row in &rows {
                found.push((row.text("invoice_number")?, row.int("position")?));
            }
            found.sort_by(in_order);
            found.truncate(needed);
        }
        Ok(Some(found.into_iter().skip(skip as usize).map(|(_, position)| position).collect()))
    }

    /// The number that each day begins with (or ends with, read downwards), the first before the others; without the days
    /// on which nothing was issued.
    async fn days_by_number(
        &self,
        company: &ContextIdentifier,
        days: &[Date],
        is_descending: bool,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let listed: Vec<String> = days.iter().map(|day| format!("('{day}')")).collect();
        let end = if is_descending { "MAX" } else { "MIN" };
        let sql = format!(
            "WITH days(day) AS (VALUES {}) SELECT day, (SELECT {end}(invoice_number) FROM sales{} \
             WHERE company = $1 AND issue_date = days.day) AS first FROM days",
            listed.join(", "),
            self.by_day_and_number()
        );
        let mut ends = Vec::new();
        for row in self.db.rows(DOING, sql, values![company.as_str()]).await? {
            if let Some(first) = row.maybe_text("first")? {
                ends.push((first, row.text("day")?));
            }
        }
        ends.sort_by(|one, other| in_direction(one.cmp(other), is_descending));
        Ok(ends)
    }

    /// Names the index to SQLite, which has no statistics to choose by.
    const fn by_day_and_number(&self) -> &'static str {
        if self.db.is_postgres() { "" } else { " INDEXED BY sales_by_day_and_number" }
    }
}

const fn in_direction(order: Ordering, is_descending: bool) -> Ordering {
    if is_descending { order.reverse() } else { order }
}

/// After so many days the numbers do not rise with them.
const DAYS_READ_MAX: usize = 64;
/// So much may be read beyond a few times what is needed: a day or two more than the page lies on.
const ROWS_READ_MIN: usize = 2_000;
const DOING: &str = "reading invoices by number";
