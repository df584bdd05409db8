//! Invoices that buyers get by e-mail: the rule of a company, its address book, and up to which notice letters are written.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::{Row, values};
use crate::{NewLetter, Store, StoreError, StoreWriter};

/// The rule by which a company's buyers get invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerMail {
    /// Of which company.
    pub company: ContextIdentifier,
    /// To buyers that stand in the address book.
    pub to_listed: bool,
    /// To buyers without a Polish NIP, at the address on the invoice.
    pub to_outside: bool,
    /// `pl` or `en`, where the address book says nothing else.
    pub language: String,
    /// Of everything up to this notice letters are written.
    pub told_up_to: i64,
}

/// An entry of a company's address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerAddress {
    /// The NIP, or another identifier as it stands on invoices.
    pub buyer: String,
    /// Where to.
    pub address: String,
    /// `pl` or `en`.
    pub language: String,
}

/// What a company's letters of one purpose say in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerText {
    /// `invoice` or `confirmation`.
    pub purpose: String,
    /// `pl` or `en`.
    pub language: String,
    /// The subject, with placeholders.
    pub subject: String,
    /// The text, with placeholders.
    pub text: String,
}

impl StoreWriter {
    /// Keeps what letters say.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn set_buyer_text(
        &self,
        company: &ContextIdentifier,
        text: &BuyerText,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "INSERT INTO buyer_texts (company, purpose, language, subject, text) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (company, purpose, language) DO UPDATE SET subject = excluded.subject, text = excluded.text";
        let values = values![company.as_str(), &text.purpose, &text.language, &text.subject, &text.text];
        tx.execute(DOING, sql, values).await?;
        tx.commit(DOING).await
    }

    /// Letters say what they say by themselves again; `false` when they did.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn remove_buyer_text(
        &self,
        company: &ContextIdentifier,
        purpose: &str,
        language: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM buyer_texts WHERE company = $1 AND purpose = $2 AND language = $3";
        let was_there = tx.execute(DOING, sql, values![company.as_str(), purpose, language]).await? == 1;
        tx.commit(DOING).await?;
        Ok(was_there)
    }

    /// Keeps a company's rule. One that begins to send begins with what happens from now on.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn set_buyer_mail(
        &self,
        company: &ContextIdentifier,
        to_listed: bool,
        to_outside: bool,
        language: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "INSERT INTO buyer_mail (company, to_listed, to_outside, language, told_up_to) \
                   SELECT context, $1, $2, $3, notices FROM companies WHERE context = $4 \
                   ON CONFLICT (company) DO UPDATE SET told_up_to = \
                   CASE WHEN buyer_mail.to_listed + buyer_mail.to_outside > 0 THEN buyer_mail.told_up_to \
                   ELSE excluded.told_up_to END, to_listed = excluded.to_listed, \
                   to_outside = excluded.to_outside, language = excluded.language";
        tx.execute(DOING, sql, values![to_listed, to_outside, language, company.as_str()]).await?;
        tx.commit(DOING).await
    }

    /// Keeps a buyer's address.
    ///
    /// # Errors
    /// [`StoreError::TooManyAddresses`]; [`StoreError::Database`] and its kin.
    pub async fn put_buyer_address(
        &self,
        company: &ContextIdentifier,
        entry: &BuyerAddress,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT COUNT(*) AS number FROM buyer_addresses WHERE company = $1 AND buyer <> $2";
        let others = tx.row(DOING, sql, values![company.as_str(), &entry.buyer]).await?;
        if others.map_or(Ok(0), |row| row.int("number"))? >= ADDRESSES_MAX {
            return Err(StoreError::TooManyAddresses);
        }
        let sql = "INSERT INTO buyer_addresses (company, buyer, address, language) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (company, buyer) DO UPDATE SET address = excluded.address, language = excluded.language";
        let values = values![company.as_str(), &entry.buyer, &entry.address, &entry.language];
        tx.execute(DOING, sql, values).await?;
        tx.commit(DOING).await
    }

    /// Forgets a buyer's address; `false` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn remove_buyer_address(
        &self,
        company: &ContextIdentifier,
        buyer: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "DELETE FROM buyer_addresses WHERE company = $1 AND buyer = $2";
        let is_there = tx.execute(DOING, sql, values![company.as_str(), buyer]).await? == 1;
        tx.commit(DOING).await?;
        Ok(is_there)
    }

    /// Writes letters to buyers down, and that everything up to a notice is done: both or neither. `false` when somebody else has
    /// done it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn buyers_written(
        &self,
        rule: &BuyerMail,
        up_to: i64,
        letters: &[NewLetter<'_>],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        let sql = "UPDATE buyer_mail SET told_up_to = $1 WHERE company = $2 AND told_up_to = $3";
        let values = values![up_to, rule.company.as_str(), rule.told_up_to];
        if tx.execute(DOING, sql, values).await? == 0 {
            return Ok(false);
        }
        for letter in letters {
            crate::letters::write_letter(&mut tx, letter, now).await?;
        }
        tx.commit(DOING).await?;
        Ok(true)
    }
}

impl Store {
    /// A company's rule, if it ever had one.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn buyer_mail(&self, company: &ContextIdentifier) -> Result<Option<BuyerMail>, StoreError> {
        const SQL: &str = "SELECT * FROM buyer_mail WHERE company = $1";
        let row = self.db.row(READING, SQL, values![company.as_str()]).await?;
        row.map(|row| rule_from(&row)).transpose()
    }

    /// Rules of companies in which something happened since, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn untold_buyers(&self, limit: u32) -> Result<Vec<BuyerMail>, StoreError> {
        const SQL: &str = "SELECT buyer_mail.* FROM buyer_mail JOIN companies ON companies.context = buyer_mail.company \
                           WHERE to_listed + to_outside > 0 AND companies.notices > told_up_to ORDER BY company LIMIT $1";
        self.db.rows(READING, SQL, values![i64::from(limit)]).await?.iter().map(rule_from).collect()
    }

    /// A company's address book, by buyer, after a buyer, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn buyer_addresses(
        &self,
        company: &ContextIdentifier,
        after: &str,
        limit: u32,
    ) -> Result<Vec<BuyerAddress>, StoreError> {
        const SQL: &str =
            "SELECT * FROM buyer_addresses WHERE company = $1 AND buyer > $2 ORDER BY buyer LIMIT $3";
        let values = values![company.as_str(), after, i64::from(limit)];
        self.db.rows(READING, SQL, values).await?.iter().map(address_from).collect()
    }

    /// What a company's letters say in its own words, by purpose and language.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn buyer_texts(&self, company: &ContextIdentifier) -> Result<Vec<BuyerText>, StoreError> {
        const SQL: &str = "SELECT * FROM buyer_texts WHERE company = $1 ORDER BY purpose, language";
        let rows = self.db.rows(READING, SQL, values![company.as_str()]).await?;
        rows.iter()
            .map(|row| {
                Ok(BuyerText {
                    purpose: row.text("purpose")?,
                    language: row.text("language")?,
                    subject: row.text("subject")?,
                    text: row.text("text")?,
                })
            })
            .collect()
    }

    /// A buyer's entry.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn buyer_address(
        &self,
        company: &ContextIdentifier,
        buyer: &str,
    ) -> Result<Option<BuyerAddress>, StoreError> {
        const SQL: &str = "SELECT * FROM buyer_addresses WHERE company = $1 AND buyer = $2";
        let row = self.db.row(READING, SQL, values![company.as_str(), buyer]).await?;
        row.map(|row| address_from(&row)).transpose()
    }
}

fn rule_from(row: &Row) -> Result<BuyerMail, StoreError> {
    Ok(BuyerMail {
        company: row.parsed("company")?,
        to_listed: row.flag("to_listed")?,
        to_outside: row.flag("to_outside")?,
        language: row.text("language")?,
        told_up_to: row.int("told_up_to")?,
    })
}

fn address_from(row: &Row) -> Result<BuyerAddress, StoreError> {
    Ok(BuyerAddress {
        buyer: row.text("buyer")?,
        address: row.text("address")?,
        language: row.text("language")?,
    })
}

/// Of one company.
const ADDRESSES_MAX: i64 = 100_000;
const DOING: &str = "keeping who gets invoices";
const READING: &str = "reading who gets invoices";
