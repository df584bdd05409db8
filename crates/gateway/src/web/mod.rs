//! The pages: they ask the same use cases as REST, make views of the answers and have `gateway-pages` write them out. Every
//! action is a form: POST, then a redirect to a page that says how it ended. Scripts only make that quicker.

pub(crate) mod account;
pub(crate) mod assets;
pub(crate) mod buyer_card;
pub(crate) mod certificates;
pub(crate) mod companies;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod connection_test;
mod credential_form;
pub(crate) mod credential_list;
pub(crate) mod dashboard;
mod failures;
mod files;
mod forms;
pub(crate) mod guides;
pub(crate) mod help;
pub(crate) mod import;
mod import_fields;
mod inbox;
pub(crate) mod issue;
pub(crate) mod ksef_state;
pub(crate) mod live;
pub(crate) mod login;
mod needs;
mod parts;
mod people;
pub(crate) mod purchase_entry;
pub(crate) mod purchase_marks;
pub(crate) mod purchase_package;
pub(crate) mod purchase_people;
mod purchase_words;
pub(crate) mod purchases;
pub(crate) mod sale;
pub(crate) mod sales;
pub(crate) mod send;
pub(crate) mod settings;
pub(crate) mod simulator;
pub(crate) mod start;
mod states;
mod visit;
mod words;

pub(crate) use failures::as_pages;
pub(crate) use files::FILES_BYTES_MAX;
pub(crate) use states::{next_step, purchase_state_words, state_meaning, state_words};
pub(crate) use words::reason_words;
