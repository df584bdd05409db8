//! What a company is called, and how it sends.

use std::collections::BTreeMap;

use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::{Store, StoreError, StoreWriter};

/// How a company sends its invoices. The names of policy and mode are `gateway-rules`'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingSettings {
    /// `immediate`, `immediateOrOffline`, `afterApproval` or `manual`.
    pub policy: String,
    /// `immediate`, `batch` or `automatic`.
    pub upo_mode: String,
    /// How old a session may get that is used for several invoices, in seconds.
    pub session_age_s: i64,
    /// Whether anything is sent at all.
    pub is_sending_on: bool,
}

impl Default for SendingSettings {
    fn default() -> Self {
        Self {
            policy: "immediate".to_owned(),
            upo_mode: "automatic".to_owned(),
            session_age_s: 7200,
            is_sending_on: true,
        }
    }
}

impl Store {
    /// What companies are called; only those that somebody named.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn company_names(&self) -> Result<BTreeMap<ContextIdentifier, String>, StoreError> {
        const SQL: &str = "SELECT context, name FROM companies WHERE name <> ''";
        let rows = self.db.rows("reading names", SQL, &[]).await?;
        rows.iter().map(|row| Ok((row.parsed("context")?, row.text("name")?))).collect()
    }

    /// A company's settings.
    ///
    /// # Errors
    /// [`StoreError::UnknownCompany`], [`StoreError::Database`] and its kin.
    pub async fn sending_settings(&self, company: &ContextIdentifier) -> Result<SendingSettings, StoreError> {
        const SQL: &str =
            "SELECT policy, upo_mode, session_age_s, is_sending_on FROM companies WHERE context = $1";
        let row = self.db.row("reading settings", SQL, values![company.as_str()]).await?;
        let row = row.ok_or_else(|| StoreError::UnknownCompany { context: company.to_string() })?;
        Ok(SendingSettings {
            policy: row.text("policy")?,
            upo_mode: row.text("upo_mode")?,
            session_age_s: row.int("session_age_s")?,
            is_sending_on: row.flag("is_sending_on")?,
        })
    }
}

impl StoreWriter {
    /// Names companies that nobody named yet. One write for all.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn name_unnamed_companies(
        &self,
        names: &[(ContextIdentifier, String)],
    ) -> Result<(), StoreError> {
        const DOING: &str = "naming companies";
        let mut tx = self.db.begin(DOING).await?;
        for (context, name) in names {
            let sql = "UPDATE companies SET name = $1 WHERE context = $2 AND name = ''";
            tx.execute(DOING, sql, values![name.as_str(), context.as_str()]).await?;
        }
        tx.commit(DOING).await
    }

    /// Names a company; an empty name takes its name away.
    ///
    /// # Errors
    /// [`StoreError::UnknownCompany`], [`StoreError::Database`] and its kin.
    pub async fn set_company_name(&self, company: &ContextIdentifier, name: &str) -> Result<(), StoreError> {
        const DOING: &str = "naming a company";
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE companies SET name = $1 WHERE context = $2";
        if tx.execute(DOING, sql, values![name, company.as_str()]).await? == 0 {
            return Err(StoreError::UnknownCompany { context: company.to_string() });
        }
        tx.commit(DOING).await
    }

    /// Changes a company's settings; what waits already keeps its policy.
    ///
    /// # Errors
    /// [`StoreError::UnknownCompany`], [`StoreError::Database`] and its kin.
    pub async fn set_sending_settings(
        &self,
        company: &ContextIdentifier,
        settings: &SendingSettings,
        now: jiff::Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "changing settings";
        let mut tx = self.db.begin(DOING).await?;
        let changed = tx
            .execute(
                DOING,
                "UPDATE companies SET policy = $1, upo_mode = $2, session_age_s = $3, is_sending_on = $4 \
                 WHERE context = $5",
                values![
                    &settings.policy,
                    &settings.upo_mode,
                    settings.session_age_s,
                    settings.is_sending_on,
                    company.as_str()
                ],
            )
            .await?;
        if changed == 0 {
            return Err(StoreError::UnknownCompany { context: company.to_string() });
        }
        crate::work::wake(&mut tx, company.as_str(), crate::WorkKind::Sales, now).await?;
        tx.commit(DOING).await
    }
}
