//! Files of watched folders: which sales they became, and what was laid into the folder since. The files themselves are
//! the gateway's business.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::{Sale, SaleId, Store, StoreError, StoreWriter};

/// What was laid into the folder for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Laid {
    /// Nothing yet.
    Nothing,
    /// Of an invoice that was issued offline: what the buyer is given before it has its number.
    Handover,
    /// The invoice with its KSeF number, as a print.
    Print,
    /// All that there will be.
    Everything,
}

impl Laid {
    const ALL: [Self; 4] = [Self::Nothing, Self::Handover, Self::Print, Self::Everything];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Handover => "handover",
            Self::Print => "print",
            Self::Everything => "everything",
        }
    }
}

impl std::str::FromStr for Laid {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|laid| laid.as_str() == name).ok_or(())
    }
}

/// A file for which something can be laid into its folder now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderFile {
    /// Of the file, without its ending.
    pub name: String,
    /// What is there already.
    pub laid: Laid,
    /// The sale that it became; a table becomes several.
    pub sale: Sale,
}

impl StoreWriter {
    /// Remembers that a sale came from a file. One that comes again is laid out again.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn note_folder_file(
        &self,
        company: &ContextIdentifier,
        sales: &[SaleId],
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        for sale in sales {
            tx.execute(
                DOING,
                "INSERT INTO folder_files (sale_id, company, name, noted_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (sale_id, name) DO UPDATE SET laid = 'nothing'",
                values![&sale.to_string(), company.as_str(), name, now],
            )
            .await?;
        }
        tx.commit(DOING).await
    }

    /// Writes down what was laid into the folder for a file.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn folder_file_laid(&self, sale: SaleId, name: &str, laid: Laid) -> Result<(), StoreError> {
        let mut tx = self.db.begin(DOING).await?;
        const SQL: &str = "UPDATE folder_files SET laid = $1 WHERE sale_id = $2 AND name = $3";
        tx.execute(DOING, SQL, values![laid.as_str(), &sale.to_string(), name]).await?;
        tx.commit(DOING).await
    }
}

impl Store {
    /// Files for which there is something new to lay into their folder, at most `limit`: what the buyer is given of
    /// an offline invoice, a number, a UPO, a refusal.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Corrupt`].
    pub async fn folder_files_due(
        &self,
        company: &ContextIdentifier,
        limit: u32,
    ) -> Result<Vec<FolderFile>, StoreError> {
        const SQL: &str = "SELECT s.*, f.name AS file_name, f.laid AS laid FROM folder_files f \
             JOIN sales s ON s.id = f.sale_id WHERE f.company = $1 AND f.laid <> 'everything' AND \
             (f.laid IN ('nothing', 'handover') AND \
             s.state IN ('numbered', 'duplicateAdopted', 'rejected', 'numberCollision', 'withdrawn') \
             OR f.laid = 'nothing' AND s.state IN ('offlineIssued', 'sending', 'accepted') AND s.mode <> 'online' \
             OR s.state IN ('upoVerified', 'stored')) ORDER BY s.position, f.name LIMIT $2";
        let rows = self.db.rows(DOING, SQL, values![company.as_str(), i64::from(limit)]).await?;
        rows.iter()
            .map(|row| {
                let (name, laid) = (row.text("file_name")?, row.parsed("laid")?);
                Ok(FolderFile { name, laid, sale: Sale::from_row(row)? })
            })
            .collect()
    }

    /// The names of the files that a sale came from, without their endings.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn folder_names(&self, sale: SaleId) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT name FROM folder_files WHERE sale_id = $1 ORDER BY name";
        let rows = self.db.rows(DOING, SQL, values![&sale.to_string()]).await?;
        rows.iter().map(|row| row.text("name")).collect()
    }

    /// Whether something will still have to be laid into a company's folder.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn has_open_folder_files(&self, company: &ContextIdentifier) -> Result<bool, StoreError> {
        const SQL: &str =
            "SELECT 1 AS one FROM folder_files WHERE company = $1 AND laid <> 'everything' LIMIT 1";
        Ok(self.db.row(DOING, SQL, values![company.as_str()]).await?.is_some())
    }
}

const DOING: &str = "keeping files of a folder";
