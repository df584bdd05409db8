//! The gateway: takes a company's sales invoices to KSeF exactly once, with proof, and fetches its purchases.
//!
//! Reading order: [`Gateway::start`] puts things together; `router/` lists every route; `rest/` and `web/` parse and
//! answer; `app/` has one function per use case and decides; `jobs/` call the same functions by timer and signal;
//! `journal.rs` and `ksef.rs` are the only ways to write and to call, and give every write and call a named step.
//!
//! What it must not know: SQL (the store's), HTTP towards KSeF (the client's), XML (`ksef-invoice`'s).

mod access;
mod app;
mod backup_notes;
mod companies;
mod company;
mod contractors;
mod documents;
mod folder;
mod gateway;
mod help_answers;
mod jobs;
mod journal;
mod keyring;
mod ksef;
mod openapi;
mod print;
mod rest;
mod router;
mod server;
mod settings;
mod site;
mod spending;
pub mod steps;
mod tls;
mod told;
mod watched;
mod web;

pub use access::{AccessDesk, AccessError, KeyGiven};
pub use app::secrets::SealingKeySource;
pub use backup_notes::{BackupDeed, BackupNote};
pub use company::{CompanySettings, Environment, PrintSettings};
pub use contractors::{Contractor, ContractorLookup, LookupError};
pub use folder::{DataFolder, FolderError, database_file, make_data_folder};
pub use gateway::{Gateway, GatewayOptions, StartError};
pub use gateway_objects::{ObjectSettings, ObjectSettingsError};
pub use gateway_outbound::{MailSecurity, MailSettings, MailSettingsError, Networks, NetworksError};
pub use gateway_store::{ApiKeyRecord, Database};
pub use keyring::{
    Given, InUse, Judged, Kept, KeptCredential, KeptKind, Keyring, KeyringError, NewCompany,
    PendingCertificate, Wanted,
};
pub use openapi::{breaks as rest_breaks, openapi_json};
pub use rest::access_words;
pub use router::{RouteInfo, routes as route_table};
pub use settings::{FolderSettings, PublicUrl, Settings, SettingsError};
pub use tls::{TlsError, TlsFiles};
pub use told::{SettingSource, ToldSetting};
