//! `/api/v1/companies/{company}/ksef1/…`: what somebody has saved of KSeF 1.0.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use gateway_api::{Ksef1UpoResource, ProblemCode};
use gateway_rules::calendar::warsaw_day;
use gateway_store::Imported;
use ksef_id::KsefNumber;

use super::purchases::whole;
use super::{Failure, company_of};
use crate::access::{Caller, Sees};
use crate::app::purchases::former::{ImportError, import_invoice, import_upo};
use crate::router::Shared;

/// `PUT …/ksef1/invoices/{number}`: the invoice's XML. 201 with the entry; 200 when the same is here already.
pub(crate) async fn invoice(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let content =
        body.map_err(|_| Failure::new(ProblemCode::FileTooLarge, &INVOICE_BYTES_MAX.to_string()))?;
    // Who sees a part of the purchases would learn by the answer what else is here.
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let shown = number.chars().take(60).collect::<String>();
    let number = KsefNumber::parse(number.trim()).ok().filter(KsefNumber::is_of_ksef_1);
    let number = number.ok_or_else(|| Failure::new(ProblemCode::Ksef1Number, &shown))?;
    let imported = import_invoice(&shared.app, &company, &number, content.to_vec(), &caller.actor()).await;
    let (status, position) = match imported.map_err(refusal)? {
        Imported::New(position) => (StatusCode::CREATED, position),
        Imported::Known(position) => (StatusCode::OK, position),
        Imported::Differs(position) => {
            return Err(Failure::new(ProblemCode::Ksef1OtherContent, &position.to_string()));
        }
        Imported::Erased => return Err(Failure::new(ProblemCode::Ksef1Erased, number.as_str())),
    };
    let found = shared.app.store.purchase(&company.context, sees.0, position).await?;
    let found = found.ok_or_else(|| Failure::new(ProblemCode::Internal, ""))?;
    Ok((status, whole(&shared, &found, warsaw_day(company.now())).await?).into_response())
}

/// `POST …/ksef1/upos`: a confirmation, which may speak of many invoices; they may come before or after it. 201, or 200 when it is here
/// already.
pub(crate) async fn upo(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, axum::Json<Ksef1UpoResource>), Failure> {
    let content = body.map_err(|_| Failure::new(ProblemCode::FileTooLarge, &UPO_BYTES_MAX.to_string()))?;
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let kept = import_upo(&shared.app, &company, &content).await.map_err(refusal)?;
    let status = if kept.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let resource =
        Ksef1UpoResource { sha256: kept.sha256.to_string(), invoices: kept.invoices, here: kept.here };
    Ok((status, axum::Json(resource)))
}

fn refusal(error: ImportError) -> Failure {
    match error {
        ImportError::Unreadable(error) => Failure::new(ProblemCode::Ksef1Unreadable, &error.to_string()),
        ImportError::NothingConfirmed => {
            Failure::new(ProblemCode::Ksef1Unreadable, "brak numerów KSeF 1.0, no KSeF 1.0 numbers")
        }
        ImportError::OtherCompany(found) => {
            Failure::new(ProblemCode::Ksef1OtherCompany, &found.chars().take(40).collect::<String>())
        }
        ImportError::Work(error) => error.into(),
    }
}

/// KSeF 1.0 took a megabyte; with room.
pub(crate) const INVOICE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A session of KSeF 1.0 could have ten thousand invoices and more.
pub(crate) const UPO_BYTES_MAX: usize = 32 * 1024 * 1024;
