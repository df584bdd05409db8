//! Number series: numbers given out once, for ever. What a number looks like is `gateway-rules`' business.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::{PurchaseRole, Store, StoreError, StoreWriter};

/// A number series of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name, unique in the company.
    pub name: String,
    /// What its numbers look like.
    pub template: String,
    /// The unit that it is for (`{unit}`); may be empty.
    pub unit: String,
    /// The kind of invoice that it is for (`{kind}`); may be empty.
    pub kind: String,
    /// When numbers begin anew: `yearly`, `monthly` or `never`.
    pub reset: String,
    /// The period that the last number belongs to.
    pub period: String,
    /// The last number given out in that period.
    pub last: i64,
    /// It came from a backup and gives no number until somebody says where it goes on ([`StoreWriter::resume_series`]).
    pub is_held: bool,
}

/// A series to be made, or to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSeries<'a> {
    /// Its name, unique in the company.
    pub name: &'a str,
    /// What its numbers look like.
    pub template: &'a str,
    /// The unit that it is for; may be empty.
    pub unit: &'a str,
    /// The kind of invoice that it is for; may be empty.
    pub kind: &'a str,
    /// When numbers begin anew: `yearly`, `monthly` or `never`.
    pub reset: &'a str,
}

/// A number that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenNumber {
    /// In its period.
    pub number: i64,
    /// As it stands on the invoice.
    pub text: String,
}

impl StoreWriter {
    /// Makes a series, or changes what its next numbers look like; numbers go on.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn put_series(
        &self,
        company: &ContextIdentifier,
        new: &NewSeries<'_>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        tx.execute(
            DOING,
            "INSERT INTO series (company, name, template, unit, kind, reset) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (company, name) DO UPDATE SET template = excluded.template, unit = excluded.unit, \
             kind = excluded.kind, reset = excluded.reset",
            values![company.as_str(), new.name, new.template, new.unit, new.kind, new.reset],
        )
        .await?;
        tx.commit(DOING).await
    }

    /// Gives out the next number of a series in `period`; the same `request` gets the same number again.
    ///
    /// `text_of` makes the text of a number. A number that one of the company's invoices has already is passed over, whether it is
    /// one of ours or KSeF alone has it.
    ///
    /// # Errors
    /// [`StoreError::UnknownSeries`], [`StoreError::SeriesHeld`], [`StoreError::Database`] and its kin.
    pub async fn next_number(
        &self,
        company: &ContextIdentifier,
        series: &str,
        period: &str,
        request: &str,
        now: Timestamp,
        text_of: impl Fn(i64) -> String + Send,
    ) -> Result<GivenNumber, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = format!(
            "SELECT period, last, is_held FROM series WHERE company = $1 AND name = $2{}",
            tx.for_update()
        );
        let row = tx.row(DOING, sql, values![company.as_str(), series]).await?;
        let row = row.ok_or_else(|| StoreError::UnknownSeries { name: series.to_owned() })?;
        const KNOWN: &str = "SELECT number, text FROM series_numbers WHERE company = $1 AND request = $2";
        if let Some(row) = tx.row(DOING, KNOWN, values![company.as_str(), request]).await? {
            return Ok(GivenNumber { number: row.int("number")?, text: row.text("text")? });
        }
        if row.int("is_held")? != 0 {
            return Err(StoreError::SeriesHeld { name: series.to_owned() });
        }
        const LAST: &str = "SELECT MAX(number) AS last FROM series_numbers WHERE company = $1 AND series = $2 AND period = $3";
        let last = if row.text("period")? == period {
            row.int("last")?
        } else {
            // A period that was begun before, and left: an invoice dated back.
            let row = tx.row(DOING, LAST, values![company.as_str(), series, period]).await?;
            row.map_or(Ok(None), |row| row.maybe_int("last"))?.unwrap_or(0)
        };
        let mut given = GivenNumber { number: last + 1, text: text_of(last + 1) };
        let used = format!(
            "SELECT 1 AS one FROM sales WHERE company = $1 AND invoice_number = $2 UNION ALL SELECT 1 FROM purchases \
             WHERE company = $1 AND invoice_number = $2 AND (roles & {}) <> 0 LIMIT 1",
            PurchaseRole::Seller.bit()
        );
        for _ in 0..PASSED_OVER_MAX {
            if tx.row(DOING, used.as_str(), values![company.as_str(), &given.text]).await?.is_none() {
                break;
            }
            given = GivenNumber { number: given.number + 1, text: text_of(given.number + 1) };
        }
        tx.execute(
            DOING,
            "INSERT INTO series_numbers (company, series, period, number, text, request, given_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![company.as_str(), series, period, given.number, &given.text, request, now],
        )
        .await?;
        tx.execute(
            DOING,
            "UPDATE series SET period = $1, last = $2 WHERE company = $3 AND name = $4",
            values![period, given.number, company.as_str(), series],
        )
        .await?;
        tx.commit(DOING).await?;
        Ok(given)
    }

    /// Lets a series that is held go on; with a number it goes on after that one, in its period. `false` when it is not held.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn resume_series(
        &self,
        company: &ContextIdentifier,
        name: &str,
        after: Option<(&str, i64)>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE series SET is_held = 0 WHERE company = $1 AND name = $2 AND is_held <> 0";
        let is_resumed = tx.execute(DOING, sql, values![company.as_str(), name]).await? > 0;
        if let (true, Some((period, last))) = (is_resumed, after) {
            let sql = "UPDATE series SET period = $1, last = $2 WHERE company = $3 AND name = $4";
            tx.execute(DOING, sql, values![period, last, company.as_str(), name]).await?;
        }
        tx.commit(DOING).await?;
        Ok(is_resumed)
    }
}

impl Store {
    /// A company's series, by name.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn series(&self, company: &ContextIdentifier) -> Result<Vec<Series>, StoreError> {
        const SQL: &str = "SELECT name, template, unit, kind, reset, period, last, is_held FROM series \
                           WHERE company = $1 ORDER BY name";
        let rows = self.db.rows("reading series", SQL, values![company.as_str()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Series {
                    name: row.text("name")?,
                    template: row.text("template")?,
                    unit: row.text("unit")?,
                    kind: row.text("kind")?,
                    reset: row.text("reset")?,
                    period: row.text("period")?,
                    last: row.int("last")?,
                    is_held: row.int("is_held")? != 0,
                })
            })
            .collect()
    }

    /// Numbers of a company's sales, its own and those that KSeF alone has, that begin and end so: those with the most digits
    /// between first, the greatest of them first; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn numbers_between(
        &self,
        company: &ContextIdentifier,
        before: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "SELECT invoice_number FROM (SELECT invoice_number FROM sales WHERE company = $1 \
             AND invoice_number LIKE $2 ESCAPE '!' UNION SELECT invoice_number FROM purchases WHERE company = $1 \
             AND (roles & {}) <> 0 AND invoice_number LIKE $2 ESCAPE '!') AS used \
             ORDER BY length(invoice_number) DESC, invoice_number DESC LIMIT $3",
            PurchaseRole::Seller.bit()
        );
        let literal = |text: &str| text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let pattern = format!("{}%{}", literal(before), literal(after));
        let values = values![company.as_str(), &pattern, i64::from(limit)];
        let rows = self.db.rows("looking for used numbers", sql, values).await?;
        rows.iter().map(|row| row.text("invoice_number")).collect()
    }

    /// Numbers that a series gave out and that no invoice of the company has, the first first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn series_gaps(
        &self,
        company: &ContextIdentifier,
        series: &str,
        limit: u32,
    ) -> Result<Vec<GivenNumber>, StoreError> {
        const SQL: &str = "SELECT number, text FROM series_numbers n WHERE company = $1 AND series = $2 \
             AND NOT EXISTS (SELECT 1 FROM sales s WHERE s.company = n.company AND s.invoice_number = n.text \
             AND s.state <> 'withdrawn') ORDER BY period, number LIMIT $3";
        let values = values![company.as_str(), series, i64::from(limit)];
        let rows = self.db.rows("looking for gaps", SQL, values).await?;
        rows.iter()
            .map(|row| Ok(GivenNumber { number: row.int("number")?, text: row.text("text")? }))
            .collect()
    }
}

const DOING: &str = "giving out a number";
/// Numbers in a row that an ERP used on its own; more is a series that is not the company's.
const PASSED_OVER_MAX: usize = 10_000;
