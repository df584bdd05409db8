//! `/api/v1/companies/{company}/purchases/…`: what people and programs do with purchases, and what they enter.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest as _, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::{
    BASE_PATH, CopyRequest, CopyResource, ProblemCode, PurchaseNoteRequest, PurchaseRequest,
    PurchaseResource, PurchaseStateRequest, Words,
};
use gateway_rules::calendar::warsaw_day;
use gateway_store::{PurchaseState, StoreError};
use ksef_id::KsefNumber;

use super::invoices::whole_body;
use super::purchases::{purchase_of, resource, whole};
use super::{Failure, company_of};
use crate::access::{Caller, Sees};
use crate::app::purchases::copies::{Copy, Recognised, copy_of_xml, recognise};
use crate::app::purchases::enter::{EnterError, EnteredBy, enter as enter_document};
use crate::app::purchases::entry::{self, EntryFault, MODES, NOTE_CHARS_MAX};
use crate::app::purchases::scan::{self, SCAN_BYTES_MAX};
use crate::router::Shared;

/// `POST …/purchases`: a purchase with its KSeF number, or a document outside KSeF. 201 with it and its `Location`.
pub(crate) async fn enter(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    sees: Sees,
    body: Result<axum::Json<PurchaseRequest>, JsonRejection>,
) -> Result<Response, Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let company = company_of(&shared.app, &company)?;
    let entry = entry::read(asked).map_err(|faults| wrong_entry(&faults))?;
    let actor = caller.actor();
    let by = EnteredBy { actor: &actor, view: sees.0, own: sees.own(&caller) };
    let purchase = enter_document(&shared.app, &company, entry, by).await?;
    let location = format!("{BASE_PATH}/companies/{}/purchases/{}", company.context, purchase.position);
    let body = axum::Json(resource(&purchase, warsaw_day(company.now()), Vec::new()));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
}

/// The first thing that is wrong with what somebody enters.
fn wrong_entry(faults: &[EntryFault]) -> Failure {
    match faults.first() {
        Some(EntryFault::KsefNumber(error)) => {
            Failure::found(ProblemCode::PurchaseNumberInvalid, &entry::number_words(error))
        }
        Some(EntryFault::Mode) => parameter(&format!("mode ({}; without ksefNumber)", MODES.join(", "))),
        Some(EntryFault::Text(name, max)) => parameter(&format!("{name} (1…{max})")),
        Some(EntryFault::Amount(name)) => parameter(&format!("{name} (1234.56)")),
        Some(EntryFault::Currency) => parameter("currency (PLN)"),
        None => Failure::new(ProblemCode::Internal, ""),
    }
}

/// `POST …/{number}/state`: it is looked at, booked, set aside.
pub(crate) async fn state(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    body: Result<axum::Json<PurchaseStateRequest>, JsonRejection>,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let to = PurchaseState::from_name(&asked.state)
        .ok_or_else(|| parameter("state (new, seen, booked, setAside)"))?;
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let (context, now) = (&company.context, company.now());
    shared.app.journal.purchase_moved(context, purchase.position, to, &caller.actor(), now).await?;
    shown(&shared, context.as_str(), purchase.position, sees).await
}

/// `PUT …/{number}/note`.
pub(crate) async fn note(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    body: Result<axum::Json<PurchaseNoteRequest>, JsonRejection>,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    if asked.note.chars().count() > NOTE_CHARS_MAX {
        return Err(parameter("note (0…2000)"));
    }
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let (context, now) = (&company.context, company.now());
    shared
        .app
        .journal
        .purchase_noted(context, purchase.position, asked.note.trim(), &caller.actor(), now)
        .await?;
    shown(&shared, context.as_str(), purchase.position, sees).await
}

/// `PUT …/{number}/scan`: a scan of a document, as its bytes.
pub(crate) async fn put_scan(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let bytes = body.map_err(|_| Failure::new(ProblemCode::FileTooLarge, &SCAN_BYTES_MAX.to_string()))?;
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let media_type = media_type_of(&headers);
    let Some(known) = scan::media_type_of(&bytes).filter(|known| *known == media_type) else {
        return Err(parameter("Content-Type (application/pdf, image/png, image/jpeg, image/tiff)"));
    };
    scan::keep(&shared.app, &company, purchase.position, (known, &bytes), &caller.actor()).await?;
    shown(&shared, company.context.as_str(), purchase.position, sees).await
}

/// `POST …/copies`: whether a document that came another way, as XML or by seller and number, is here already.
pub(crate) async fn copies(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    sees: Sees,
    request: Request,
) -> Result<axum::Json<CopyResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let copy = if media_type_of(request.headers()) == "application/json" {
        let asked = axum::Json::<CopyRequest>::from_request(request, &()).await;
        let axum::Json(asked) = asked.map_err(|error| unreadable(&error))?;
        Copy { seller: Some(asked.seller_nip), number: asked.invoice_number, sha256: None }
    } else {
        let bytes = whole_body(Bytes::from_request(request, &()).await)?;
        copy_of_xml(&bytes).ok_or_else(|| Failure::new(ProblemCode::FileUnreadable, "XML"))?
    };
    let found = recognise(&shared.app, &company, sees.0, &copy, &caller.actor()).await?;
    let (recognised, purchase) = match found {
        Some((purchase, Recognised::SameBytes)) => ("sameBytes", Some(purchase)),
        Some((purchase, Recognised::SameNumber)) => ("sameNumber", Some(purchase)),
        None => ("none", None),
    };
    let purchase = purchase.map(|purchase| resource(&purchase, warsaw_day(company.now()), Vec::new()));
    Ok(axum::Json(CopyResource { recognised: recognised.to_owned(), purchase }))
}

async fn shown(
    shared: &Shared,
    company: &str,
    position: i64,
    sees: Sees,
) -> Result<axum::Json<PurchaseResource>, Failure> {
    let (company, purchase) = purchase_of(shared, company, &position.to_string(), sees).await?;
    whole(shared, &purchase, warsaw_day(company.now())).await
}

/// Whose number it is that was entered as somebody else's.
pub(crate) fn other_seller_words(number: &KsefNumber) -> Words {
    Words {
        pl: format!("{number} należy do sprzedawcy {}", number.seller()),
        en: format!("{number} belongs to the seller {}", number.seller()),
    }
}

impl From<EnterError> for Failure {
    fn from(error: EnterError) -> Self {
        match error {
            EnterError::OtherSeller(number) => {
                Self::found(ProblemCode::PurchaseNumberInvalid, &other_seller_words(&number))
            }
            EnterError::Known(None) => Self::new(ProblemCode::PurchaseKnown, "-"),
            EnterError::Known(Some(purchase)) => {
                let number = purchase.ksef_number.as_ref().map(|number| format!(" ({number})"));
                let found = format!("{}{}", purchase.position, number.unwrap_or_default());
                Self::new(ProblemCode::PurchaseKnown, &found)
            }
            EnterError::Store(error) => error.into(),
        }
    }
}

/// Failures of the store that only purchases have.
pub(super) fn purchase_failure(error: &StoreError) -> Option<Failure> {
    match error {
        StoreError::UnknownPurchase { position } => {
            Some(Failure::new(ProblemCode::PurchaseUnknown, &position.to_string()))
        }
        StoreError::PurchaseKnown { position } => {
            Some(Failure::new(ProblemCode::PurchaseKnown, &position.to_string()))
        }
        StoreError::PurchaseNotMovable { from, to } => {
            Some(Failure::new(ProblemCode::PurchaseNotMovable, &format!("{from} → {to}")))
        }
        StoreError::TooManyReaders => Some(Failure::new(ProblemCode::ParameterInvalid, "reader (≤ 100)")),
        _ => None,
    }
}

fn media_type_of(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn parameter(name: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, name)
}

pub(super) fn unreadable(error: &JsonRejection) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, &error.body_text())
}
