//! REST: parses and authorizes, calls a use case, answers. Nothing is decided here but HTTP.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod buyers;
pub(crate) mod decisions;
pub(crate) mod desk;
pub(crate) mod events;
mod failure;
pub(crate) mod former;
pub(crate) mod health;
mod invoice_list;
pub(crate) mod invoices;
pub(crate) mod mail;
pub(crate) mod me;
mod paging;
pub(crate) mod payments;
mod problems_only;
pub(crate) mod purchase_desk;
mod purchase_list;
pub(crate) mod purchase_people;
pub(crate) mod purchases;
pub(crate) mod receiving;
pub(crate) mod reconciliations;
pub(crate) mod register;
mod rendering;
pub(crate) mod retention;
pub(crate) mod routing;
pub(crate) mod series;
pub(crate) mod users;
pub(crate) mod webhooks;
pub(crate) mod whoami;

pub use failure::access_words;
pub(crate) use failure::{FailedWords, Failure};
pub(crate) use invoice_list::ListAsked;
pub(crate) use problems_only::problems_only;
pub(crate) use purchase_list::PurchaseListAsked;
pub(crate) use register::{csv_of, download, harmless, index_heading, index_line};
pub(crate) use rendering::{attachment, for_frames, printed, rendered};

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use gateway_api::ProblemCode;
use ksef_id::ContextIdentifier;

use crate::app::App;
use crate::company::Company;

/// The company of a path, which must be one of this gateway's.
pub(crate) fn company_of(app: &App, text: &str) -> Result<Arc<Company>, Failure> {
    let context = ContextIdentifier::parse(text)
        .map_err(|error| Failure::new(ProblemCode::CompanyInvalid, &error.found))?;
    app.companies.get(&context).ok_or_else(|| Failure::new(ProblemCode::CompanyUnknown, context.as_str()))
}

/// A body in JSON, read as what it must be.
pub(crate) fn read<T>(body: Result<axum::Json<T>, JsonRejection>) -> Result<T, Failure> {
    match body {
        Ok(axum::Json(asked)) => Ok(asked),
        Err(error) => Err(Failure::new(ProblemCode::ParameterInvalid, &error.body_text())),
    }
}

/// What lists are asked with.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct ListQuery {
    after: Option<String>,
    limit: Option<String>,
}

impl ListQuery {
    /// The position after which the list begins.
    fn after(&self) -> Result<i64, Failure> {
        let invalid = || Failure::new(ProblemCode::ParameterInvalid, "after");
        self.after
            .as_deref()
            .map_or(Ok(0), |text| text.parse().ok().filter(|at| *at >= 0).ok_or_else(invalid))
    }

    /// How many entries.
    fn limit(&self) -> Result<u32, Failure> {
        let invalid = || Failure::new(ProblemCode::ParameterInvalid, "limit (1…1000)");
        let parse = |text: &str| text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
        self.limit.as_deref().map_or(Ok(LIMIT_DEFAULT), |text| parse(text).ok_or_else(invalid))
    }
}

const LIMIT_DEFAULT: u32 = 100;
const LIMIT_MAX: u32 = 1000;
