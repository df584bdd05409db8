//! The gateway's memory: companies, sales invoices, sessions, purchases, who works for whom. The only place with SQL.
//!
//! It lives in SQLite or in PostgreSQL ([`Database`]); the same tests hold both to the same promises.
//!
//! Every public write is one transaction that is on disk when it returns (SQLite: WAL with `synchronous=FULL`). A write names
//! the state that it leaves and moves a row only from a state that may come before, so a worker that lost a race
//! changes nothing. No transaction is open while anybody waits for the network.

mod access;
mod api_keys;
mod archive;
mod assignments;
mod audit;
mod buyer_mail;
mod by_number;
mod collectives;
mod companies;
mod db;
mod deliveries;
mod desk;
mod dump;
mod erased_objects;
mod erasure;
mod error;
mod figures;
mod file_place;
mod folder;
mod former;
mod history;
mod intake;
mod kept_forms;
mod letters;
mod listing;
mod lists;
mod login_sessions;
mod mail_subscriptions;
mod moves;
mod notices;
mod outages;
mod preparations;
mod purchase_changes;
mod purchase_decisions;
mod purchase_lists;
mod purchase_readings;
mod purchase_receipt;
mod purchase_state;
mod purchase_view;
mod purchases;
mod reconciliations;
mod refill;
mod register;
mod retention;
mod routing;
mod sale;
mod schema;
mod searching;
mod series;
mod sessions;
mod spending;
mod state;
mod store;
mod units;
mod users;
mod webhooks;
mod work;

pub use access::AccessWriter;
pub use api_keys::{ApiKeyRecord, NewApiKey};
pub use assignments::{Assignees, Assignment};
pub use audit::{AuditFilter, AuditFound, AuditNote, note_subject, noted};
pub use buyer_mail::{BuyerAddress, BuyerMail, BuyerText};
pub use collectives::{Collective, MadeCollective};
pub use companies::SendingSettings;
pub use deliveries::{AttemptEnd, ClaimedWebhook, DeliveryRecord, DeliveryState, DueDelivery, Replay, Then};
pub use desk::DueSale;
pub use dump::{DumpTable, DumpValue, Snapshot};
pub use erased_objects::ErasedObject;
pub use erasure::{AgedDocument, ErasedDocument, Erasure, LeavingDocument, Register};
pub use error::StoreError;
pub use figures::{UnfinishedFigure, WorkFigure};
pub use folder::{FolderFile, Laid};
pub use former::{FormerUpo, Imported, NewFormerUpo};
pub use history::{Event, HistoryEntry, ITSELF};
pub use kept_forms::{KeptForm, KeptKind};
pub use letters::{LetterEnd, LetterRecord};
pub use listing::{KeptDocument, Waiting};
pub use lists::{ListOptions, SaleFilter, SaleSort};
pub use login_sessions::{LoginSession, SessionLife};
pub use mail_subscriptions::{MailSubscription, NewLetter, NewMailSubscription};
pub use moves::{Moving, SaleMove};
pub use notices::{Notice, NoticeKind, Telling};
pub use outages::{KeptOutage, OutageTelling};
pub use preparations::Preparation;
pub use purchase_changes::PurchaseReader;
pub use purchase_decisions::EnteredDocument;
pub use purchase_lists::{PurchaseFilter, PurchaseSort};
pub use purchase_readings::{PurchaseExport, Reading, ReceivingSettings};
pub use purchase_receipt::ReceivedInvoice;
pub use purchase_state::{
    Approval, Confirmation, PurchaseEvent, PurchaseOrigin, PurchaseRole, PurchaseState,
};
pub use purchase_view::PurchaseView;
pub use purchases::{Purchase, PurchaseDocument, PurchaseFacts, PurchaseHistoryEntry, StoredDocument};
pub use reconciliations::Reconciliation;
pub use refill::Refill;
pub use retention::{LegalHold, NewLegalHold, Retention};
pub use routing::RoutingRule;
pub use sale::{Document, NewSale, OfflineIssue, Page, Reason, Resend, Sale, SaleId, Taken};
pub use schema::{DatabaseKind, SchemaVersion};
pub use series::{GivenNumber, NewSeries, Series};
pub use sessions::{SessionKind, UnsettledSession};
pub use spending::{OtherNodes, SpendingWriter};
pub use state::SaleState;
pub use store::{Database, Store, StoreOptions, StoreWriter};
pub use units::{NewUnit, Unit};
pub use users::{NewUser, User, UserSecrets};
pub use webhooks::{NewWebhook, Webhook, WebhookChange};
pub use work::{Fence, WorkKind};
