//! What somebody began on the pages and goes on with later: invoices that are being written, tables that are being taken in, and
//! the maps of their columns. What is in them is the pages' business.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::{Row, values};
use crate::{Store, StoreError, StoreWriter};

/// What a kept form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptKind {
    /// An invoice that is being written.
    Draft,
    /// A table that is being taken in.
    Table,
    /// What the columns of tables with certain headings mean.
    Columns,
}

impl KeptKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Table => "table",
            Self::Columns => "columns",
        }
    }

    /// How many of the kind a company may have.
    #[must_use]
    pub const fn count_max(self) -> i64 {
        match self {
            Self::Draft | Self::Columns => 500,
            Self::Table => 20,
        }
    }
}

/// A form that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptForm {
    /// By what it is found again, unique among its kind in the company.
    pub name: String,
    /// What people see of it.
    pub title: String,
    /// What is in it.
    pub content: String,
    /// Who kept it last.
    pub kept_by: String,
    /// When that was.
    pub kept_at: Timestamp,
}

impl Store {
    /// A company's form of this kind and name.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn kept_form(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        name: &str,
    ) -> Result<Option<KeptForm>, StoreError> {
        const SQL: &str = "SELECT * FROM kept_forms WHERE company = $1 AND kind = $2 AND name = $3";
        let row = self.db.row(DOING, SQL, values![company.as_str(), kind.as_str(), name]).await?;
        row.map(|row| form_of(&row, true)).transpose()
    }

    /// A company's forms of this kind without their content, the last kept first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn kept_forms(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        limit: u32,
    ) -> Result<Vec<KeptForm>, StoreError> {
        const SQL: &str = "SELECT name, title, kept_by, kept_at FROM kept_forms WHERE company = $1 AND kind = $2 \
                           ORDER BY kept_at DESC, name LIMIT $3";
        let rows =
            self.db.rows(DOING, SQL, values![company.as_str(), kind.as_str(), i64::from(limit)]).await?;
        rows.iter().map(|row| form_of(row, false)).collect()
    }
}

fn form_of(row: &Row, has_content: bool) -> Result<KeptForm, StoreError> {
    Ok(KeptForm {
        name: row.text("name")?,
        title: row.text("title")?,
        content: if has_content { row.text("content")? } else { String::new() },
        kept_by: row.text("kept_by")?,
        kept_at: row.timestamp("kept_at")?,
    })
}

impl StoreWriter {
    /// Keeps a form; one of the same kind and name is replaced. `kept_at` is taken from `form`.
    ///
    /// # Errors
    /// [`StoreError::TooManyKept`]; [`StoreError::Database`] and its kin.
    pub async fn keep_form(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        form: &KeptForm,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT COUNT(*) AS number FROM kept_forms WHERE company = $1 AND kind = $2 AND name <> $3";
        let others = tx.row(DOING, sql, values![company.as_str(), kind.as_str(), &form.name]).await?;
        if others.map_or(Ok(0), |row| row.int("number"))? >= kind.count_max() {
            return Err(StoreError::TooManyKept);
        }
        let sql = "INSERT INTO kept_forms (company, kind, name, title, content, kept_by, kept_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (company, kind, name) DO UPDATE SET \
                   title = excluded.title, content = excluded.content, kept_by = excluded.kept_by, \
                   kept_at = excluded.kept_at";
        let values = values![
            company.as_str(),
            kind.as_str(),
            &form.name,
            &form.title,
            &form.content,
            &form.kept_by,
            form.kept_at
        ];
        tx.execute(DOING, sql, values).await?;
        tx.commit(DOING).await
    }

    /// Forgets a form; `false` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn forget_form(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        name: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM kept_forms WHERE company = $1 AND kind = $2 AND name = $3";
        let is_there = tx.execute(DOING, sql, values![company.as_str(), kind.as_str(), name]).await? == 1;
        tx.commit(DOING).await?;
        Ok(is_there)
    }

    /// Forgets a company's forms of this kind that were kept before a moment.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn forget_forms_before(
        &self,
        company: &ContextIdentifier,
        kind: KeptKind,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM kept_forms WHERE company = $1 AND kind = $2 AND kept_at < $3";
        tx.execute(DOING, sql, values![company.as_str(), kind.as_str(), before]).await?;
        tx.commit(DOING).await
    }
}

const DOING: &str = "keeping what somebody began";
