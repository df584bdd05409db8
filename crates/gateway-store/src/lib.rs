//! The gateway's memory: companies, sales invoices, sessions, purchases. The only place with SQL.
//!
//! Every public write is one transaction that is on disk when it returns (WAL with `synchronous=FULL`). A write names
//! the state that it leaves and moves a row only from a state that may come before, so a worker that lost a race
//! changes nothing. No transaction is open while anybody waits for the network.

mod error;
mod history;
mod purchases;
mod sales;
mod sessions;
mod state;
mod store;

pub use error::StoreError;
pub use history::{Event, HistoryEntry};
pub use purchases::{NewPurchase, Purchase};
pub use sales::{Document, NewSale, Page, Reason, Sale, SaleId, Taken};
pub use sessions::UnsettledSession;
pub use state::SaleState;
pub use store::{Store, StoreOptions, StoreWriter};
