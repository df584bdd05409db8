//! One file per resource: reads the call, asks the domain, writes the answer.
//!
//! QR verification pages and Latarnia lie beside the API, as `storage` does.

pub(crate) mod auth;
pub(crate) mod auth_sessions;
pub(crate) mod auth_xades;
pub(crate) mod batch_sessions;
pub(crate) mod certificates;
pub(crate) mod checks;
pub(crate) mod collective_identifiers;
pub(crate) mod context_limits;
pub(crate) mod exports;
pub(crate) mod invoice_metadata;
pub(crate) mod invoice_query;
pub(crate) mod invoices;
pub(crate) mod latarnia;
pub(crate) mod online_sessions;
pub(crate) mod peppol;
pub(crate) mod permissions;
pub(crate) mod security;
pub(crate) mod session_status;
pub(crate) mod storage;
pub(crate) mod test_data;
pub(crate) mod tokens;
pub(crate) mod upo;
