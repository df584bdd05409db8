//! The gateway's memory: companies, sales invoices, sessions, purchases, who works for whom. The only place with SQL.
//!
//! It lives in SQLite or in PostgreSQL ([`Database`]); the same tests hold both to the same promises.
//!
//! Every public write is one transaction that is on disk when it returns (SQLite: WAL with `synchronous=FULL`). A write names
//! the state that it leaves and moves a row only from a state that may come before, so a worker that lost a race
//! changes nothing. No transaction is open while anybody waits for the network.

mod companies;
mod db;
mod desk;
mod error;
mod file_place;
mod folder;
mod history;
mod intake;
mod listing;
mod lists;
mod moves;
mod outages;
mod purchases;
mod sale;
mod series;
mod sessions;
mod spending;
mod state;
mod store;
mod work;

pub use companies::SendingSettings;
pub use error::StoreError;
pub use folder::{FolderFile, Laid};
pub use history::{Event, HistoryEntry, ITSELF};
pub use listing::{KeptDocument, Waiting};
pub use lists::{SaleFilter, SaleSort};
pub use moves::{Moving, SaleMove};
pub use outages::KeptOutage;
pub use purchases::{NewPurchase, Purchase};
pub use sale::{Document, NewSale, OfflineIssue, Page, Reason, Sale, SaleId, Taken};
pub use series::{GivenNumber, NewSeries, Series};
pub use sessions::{SessionKind, UnsettledSession};
pub use spending::SpendingWriter;
pub use state::SaleState;
pub use store::{Database, Store, StoreOptions, StoreWriter};
pub use work::{Fence, WorkKind};
