//! The writes of users, sessions, API keys and the audit log.

use crate::StoreWriter;
use crate::db::Db;

/// The part of the writing half that keeps who may do what. It can be cloned, since nothing that it writes is a step of an
/// invoice.
#[derive(Clone)]
pub struct AccessWriter {
    pub(crate) db: Db,
}

impl AccessWriter {
    /// Closes the connections, which are those of the whole writing half.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

impl StoreWriter {
    /// The writes of who may do what.
    #[must_use]
    pub fn access(&self) -> AccessWriter {
        AccessWriter { db: self.db.clone() }
    }
}
