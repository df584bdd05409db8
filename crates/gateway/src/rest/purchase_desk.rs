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
use gateway_objects::ObjectKind;
use gateway_rules::calendar::warsaw_day;
use gateway_rules::jpk::OUTSIDE_KSEF;
use gateway_rules::offline::InvoicingMode;
use gateway_store::{Assignment, PurchaseState, PurchaseView, StoreError};
use ksef_crypto::sha256;
use ksef_id::{KsefNumber, KsefNumberError, Sha256Hash};
use rust_decimal::Decimal;

use super::invoices::whole_body;
use super::purchases::{purchase_of, resource, whole};
use super::{Failure, company_of};
use crate::access::{Caller, Identity, Sees};
use crate::app::WorkError;
use crate::app::purchases::copies::{Copy, Recognised, copy_of_xml, recognise};
use crate::app::purchases::enter::{EnterError, Entry, enter as enter_document};
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
    let entered = enter_document(&shared.app, &company, entry(asked)?, &caller.actor()).await;
    let purchase = match entered {
        // Of what is not shown to somebody he learns no more than that it is there.
        Err(EnterError::Known(known))
            if shared.app.store.purchase(&company.context, sees.0, known.position).await?.is_none() =>
        {
            return Err(Failure::new(ProblemCode::PurchaseKnown, "-"));
        }
        outcome => outcome?,
    };
    // Who sees only what is his would not see what he entered.
    let to = match (sees.0, &caller.identity) {
        (PurchaseView::OnlyOf(_), Identity::User(user)) => {
            let (persons, detail) = (vec![user.0.id.clone()], user.0.login.clone());
            Some(Assignment { persons, units: Vec::new(), detail })
        }
        (PurchaseView::OnlyOfUnit(unit), _) => {
            Some(Assignment { persons: Vec::new(), units: vec![unit.to_string()], detail: caller.actor() })
        }
        _ => None,
    };
    if let Some(to) = to {
        let (context, now) = (&company.context, company.now());
        shared.app.journal.purchase_assigned(context, purchase.position, &to, &caller.actor(), now).await?;
    }
    let location = format!("{BASE_PATH}/companies/{}/purchases/{}", company.context, purchase.position);
    let body = axum::Json(resource(&purchase, warsaw_day(company.now()), Vec::new()));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
}

fn entry(asked: PurchaseRequest) -> Result<Entry, Failure> {
    let ksef_number = match asked.ksef_number.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
        Some(number) => Some(KsefNumber::parse(number).map_err(|error| wrong_number(&error))?),
        None => None,
    };
    let mode = match (asked.mode, &ksef_number) {
        (None, Some(_)) => InvoicingMode::Online.as_str().to_owned(),
        (None, None) => OUTSIDE_KSEF.to_owned(),
        (Some(mode), None) if MODES.contains(&mode.as_str()) => mode,
        (Some(_), _) => return Err(parameter(&format!("mode ({}; without ksefNumber)", MODES.join(", ")))),
    };
    let text = |name: &str, value: String, max: usize| match value.trim() {
        value if value.is_empty() || value.chars().count() > max || value.chars().any(char::is_control) => {
            Err(parameter(&format!("{name} (1…{max})")))
        }
        value => Ok(value.to_owned()),
    };
    let maybe =
        |name: &str, value: Option<String>, max| value.map(|value| text(name, value, max)).transpose();
    let amount = |name: &str, value: &str| {
        value.parse::<Decimal>().map_err(|_| parameter(&format!("{name} (1234.56)")))
    };
    let currency = asked.currency.unwrap_or_else(|| "PLN".to_owned());
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(parameter("currency (PLN)"));
    }
    Ok(Entry {
        is_sale: asked.is_sale,
        ksef_number,
        mode,
        invoice_number: text("invoiceNumber", asked.invoice_number, 256)?,
        other_id: maybe("contractorNip", asked.contractor_nip, 50)?,
        other_name: maybe("contractorName", asked.contractor_name, 512)?,
        issue_date: asked.issue_date,
        sale_date: asked.sale_date,
        due_date: asked.due_date,
        received_on: asked.received_on,
        net: asked.net_amount.as_deref().map(|value| amount("netAmount", value)).transpose()?,
        vat: asked.vat_amount.as_deref().map(|value| amount("vatAmount", value)).transpose()?,
        gross: amount("grossAmount", &asked.gross_amount)?,
        currency,
        account: maybe("account", asked.account, 50)?,
        note: maybe("note", asked.note, NOTE_CHARS_MAX)?,
    })
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
    let known = SCANS.iter().find(|(known, _)| *known == media_type && begins_as(known, &bytes));
    let Some((media_type, _)) = known else {
        return Err(parameter("Content-Type (application/pdf, image/png, image/jpeg, image/tiff)"));
    };
    let hash = Sha256Hash::from_bytes(&sha256(&bytes));
    let documents = &shared.app.documents;
    let arriving = documents.arriving(ObjectKind::Scan, &[&hash]).await?;
    let is_external =
        documents.keep(&arriving, ObjectKind::Scan, &hash, &bytes).await.map_err(WorkError::from)?;
    let kept_here = (!is_external).then_some(&bytes[..]);
    let (context, now) = (&company.context, company.now());
    shared
        .app
        .journal
        .scan_put(context, purchase.position, (media_type, &hash, kept_here), &caller.actor(), now)
        .await?;
    shown(&shared, context.as_str(), purchase.position, sees).await
}

/// Whether a file is what it is said to be: by its first bytes.
fn begins_as(media_type: &str, bytes: &[u8]) -> bool {
    match media_type {
        "application/pdf" => bytes.starts_with(b"%PDF-"),
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/tiff" => bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*"),
        _ => false,
    }
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

impl From<EnterError> for Failure {
    fn from(error: EnterError) -> Self {
        match error {
            EnterError::OtherSeller(number) => {
                let words = Words {
                    pl: format!("{number} należy do sprzedawcy {}", number.seller()),
                    en: format!("{number} belongs to the seller {}", number.seller()),
                };
                Self::found(ProblemCode::PurchaseNumberInvalid, &words)
            }
            EnterError::Known(purchase) => {
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

fn wrong_number(error: &KsefNumberError) -> Failure {
    let words = match error {
        KsefNumberError::Shape { found } => Words {
            pl: format!("„{found}” nie ma postaci 9999999999-RRRRMMDD-FFFFFFFFFFFF-FF."),
            en: error.to_string(),
        },
        KsefNumberError::Crc { found, .. } => Words {
            pl: format!("{found}: suma kontrolna się nie zgadza, w przepisanym numerze jest pomyłka."),
            en: error.to_string(),
        },
    };
    Failure::found(ProblemCode::PurchaseNumberInvalid, &words)
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

/// What a scan may be, and how its file ends.
pub(super) const SCANS: [(&str, &str); 4] =
    [("application/pdf", "pdf"), ("image/png", "png"), ("image/jpeg", "jpg"), ("image/tiff", "tif")];
/// Of a scan: some hundred pages.
pub(crate) const SCAN_BYTES_MAX: usize = 20 * 1024 * 1024;
const NOTE_CHARS_MAX: usize = 2_000;
/// How a document without a KSeF number may have been issued.
const MODES: [&str; 5] = [OUTSIDE_KSEF, "totalFailure", "offline24", "unavailability", "failure"];
