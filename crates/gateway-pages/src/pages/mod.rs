//! The pages: for each its view, and a function that makes HTML of it.

mod account;
mod api_keys;
mod audit;
mod backups;
mod buyers;
mod companies;
mod connection;
mod correct;
mod dashboard;
mod import;
mod issue;
mod ksef_state;
mod notices;
mod parts;
mod problem;
mod purchase_entry;
mod purchases;
mod retention;
mod rights;
mod routing;
mod sale;
mod sales;
mod send;
mod series;
mod settings;
mod sign_in;
mod simulator;
mod start;
mod users;
mod webhooks;

pub use account::{AccountView, FactorView, LoginRow, account};
pub use api_keys::{KeyRow, KeyShown, KeysView, api_keys};
pub use audit::{AuditFilterView, AuditRow, AuditView, audit};
pub use backups::{BackupRow, BackupsView, backups};
pub use buyers::{AddressRow, BuyerCard, BuyersView, buyers};
pub use companies::{CompaniesView, CompanyCard, companies};
pub use connection::{
    CheckRow, ConnectForm, ConnectView, ConnectionView, CredentialList, CredentialRow, Diagnosis,
    DiagnosisView, LoginFacts, PendingRow, TestedPage, VerdictView, connect, connection, connection_check,
    connection_tested, connection_verdict, environment_words,
};
pub use correct::{CorrectView, CorrectedRow, correct};
pub use dashboard::{Attention, DashboardView, Expiry, Receiving, dashboard};
pub use import::{ColumnRow, IMPORT_FORM, ImportView, ImportedRow, import, import_begin};
pub use issue::{
    BuyerOption, DraftRow, DraftsView, ISSUE_FORM, IssueLine, IssueView, SumRow, SumsView, drafts, issue,
};
pub use ksef_state::{KsefStateView, LimitRow, OutageRow, ksef_state};
pub use notices::{LetterRow, NoticesView, SubscriptionRow, notices};
pub use parts::{Choice, Confirmation, JpkView, Pager, Tab, Tone, confirmation};
pub use problem::{HeldView, ProblemView, held, problem};
pub use purchase_entry::{ENTRY_FORM, PurchaseEntryView, purchase_entry};
pub use purchases::{
    CommentRow, ConfirmationView, CopyFound, CopyView, PurchaseDetails, PurchaseFilterView, PurchaseRow,
    PurchasesView, purchase, purchase_copy, purchases,
};
pub use retention::{DueRow, ErasedRow, HoldForm, HoldRow, RetentionView, retention};
pub use rights::{GrantForm, RightRow, RightsRead, RightsView, rights};
pub use routing::{RoutingView, RuleForm, UnitForm, routing};
pub use sale::{
    ActionView, ChainLink, FindingView, HistoryRow, SaleView, StructureView, TreeRow, sale, structure,
};
pub use sales::{Column, SaleRow, SalesFilterView, SalesView, sales};
pub use send::{SendView, SentRow, send};
pub use series::{SeriesForm, SeriesView, series};
pub use settings::{
    CompanySettingsView, GatewaySettingsView, ReceivingForm, SendingForm, SeriesRow, SettingRow,
    company_settings, gateway_settings,
};
pub use sign_in::{LoginView, SetupView, login, setup};
pub use simulator::{NextRow, SimulatorView, simulator};
pub use start::{
    ChecklistView, CompanyStartView, DateRow, GuideLink, GuideStep, GuideView, GuidesView, ItemRow,
    PreparedRow, StartView, StepPart, company_start, guide, guides, start,
};
pub use users::{NewUserForm, RoleRow, UserRow, UserView, UsersView, user, users};
pub use webhooks::{DeliveryRow, WebhookForm, WebhookRow, WebhookView, WebhooksView, webhook, webhooks};
