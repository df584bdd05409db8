//! The pages: for each its view, and a function that makes HTML of it.

mod account;
mod connection;
mod dashboard;
mod parts;
mod problem;
mod purchases;
mod sale;
mod sales;
mod send;
mod sign_in;

pub use account::{AccountView, FactorView, LoginRow, account};
pub use connection::{
    CheckRow, ConnectForm, ConnectView, ConnectionView, CredentialRow, Diagnosis, DiagnosisView, TestView,
    connect, connection,
};
pub use dashboard::{Attention, CompanyCard, DashboardView, Expiry, Receiving, companies, dashboard};
pub use parts::{Choice, Confirmation, Pager, Tab, Tone, confirmation};
pub use problem::{ProblemView, problem};
pub use purchases::{PurchaseDetails, PurchaseFilterView, PurchaseRow, PurchasesView, purchase, purchases};
pub use sale::{
    ActionView, ChainLink, FindingView, HistoryRow, SaleView, StructureView, TreeRow, sale, structure,
};
pub use sales::{Column, SaleRow, SalesFilterView, SalesView, sales};
pub use send::{SendView, SentRow, send};
pub use sign_in::{LoginView, SetupView, login, setup};
