//! `/api/v1/companies/{company}/purchases/payments` and `…/collective-identifiers`: how purchases are paid.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::{
    CollectiveListResource, CollectiveRequest, CollectiveResource, PaymentListResource, PaymentRequest,
    PaymentResource, ProblemCode, Words,
};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::transfer::{Account, Payer, Split, money};
use ksef_client::CallError;
use ksef_id::KsefNumber;

use super::purchase_desk::unreadable;
use super::purchases::purchase_of;
use super::{Failure, company_of};
use crate::access::Sees;
use crate::app::purchases::payment::{
    Paid, PayError, PaymentAsked, as_elixir, as_text, collective, transfers,
};
use crate::app::reason_of;
use crate::router::Shared;

/// `POST …/purchases/payments`: transfers for purchases, as JSON, text, CSV or Elixir-0.
pub(crate) async fn pay(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    body: Result<axum::Json<PaymentRequest>, JsonRejection>,
) -> Result<Response, Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let found = company_of(&shared.app, &company)?;
    if !(1..=PURCHASES_MAX).contains(&asked.purchases.len()) {
        return Err(invalid("purchases (1…5000)"));
    }
    let split = match asked.split.as_deref() {
        None => Split::AsMarked,
        Some(name) => Split::from_name(name).ok_or_else(|| invalid("split (asMarked, always, never)"))?,
    };
    let format = asked.format.as_deref().unwrap_or("json");
    let payer = match (format, &asked.account, &asked.payer_name) {
        ("elixir0", Some(account), Some(name)) if !name.trim().is_empty() => {
            let account = Account::parse(account).ok_or_else(|| invalid("account (26)"))?;
            Some(Payer { account, name: name.clone() })
        }
        ("elixir0", ..) => return Err(invalid("account, payerName (elixir0)")),
        ("json" | "text" | "csv", ..) => None,
        _ => return Err(invalid("format (json, text, csv, elixir0)")),
    };
    let mut purchases = Vec::with_capacity(asked.purchases.len());
    let mut seen = std::collections::HashSet::new();
    for number in &asked.purchases {
        let (_, purchase) = purchase_of(&shared, &company, number, sees).await?;
        if seen.insert(purchase.position) {
            purchases.push(purchase);
        }
    }
    let asked_for = PaymentAsked { purchases, split, is_collective: asked.is_collective };
    let paid = transfers(&shared.app, &found, &asked_for).await?;
    let on = asked.execution_date.unwrap_or_else(|| warsaw_day(found.now()));
    Ok(match (format, payer) {
        ("elixir0", Some(payer)) => {
            file("text/plain; charset=windows-1250", "transfers.pli", as_elixir(&paid, &payer, on))
        }
        ("text", _) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], as_text(&paid)).into_response()
        }
        ("csv", _) => file("text/csv; charset=utf-8", "transfers.csv", csv_of(&paid)?),
        _ => axum::Json(PaymentListResource { items: paid.iter().map(resource).collect() }).into_response(),
    })
}

fn resource(paid: &Paid) -> PaymentResource {
    let transfer = &paid.transfer;
    PaymentResource {
        receiver: transfer.name.clone(),
        receiver_nip: transfer.receiver_nip.clone(),
        account: transfer.account.digits().to_owned(),
        amount: money(transfer.amount),
        split_vat_amount: transfer.split_vat.map(money),
        identifier: transfer.identifier.clone(),
        title: paid.title.clone(),
        purchases: paid.purchases.iter().map(ToString::to_string).collect(),
    }
}

fn csv_of(paid: &[Paid]) -> Result<Vec<u8>, Failure> {
    let rows = paid.iter().map(|one| {
        let one = resource(one);
        let split = one.split_vat_amount.unwrap_or_default();
        // A title of split payment begins with a slash, an account is digits: neither is a formula. A name may be one.
        let name = super::register::harmless(one.receiver);
        [name, one.receiver_nip, one.account, one.amount, "PLN".to_owned(), split, one.identifier, one.title]
    });
    let head =
        ["receiver", "receiverNip", "account", "amount", "currency", "splitVatAmount", "identifier", "title"];
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let internal = |_| Failure::new(ProblemCode::Internal, "");
    writer.write_record(head).map_err(internal)?;
    for row in rows {
        writer.write_record(&row).map_err(internal)?;
    }
    writer.into_inner().map_err(|_| Failure::new(ProblemCode::Internal, ""))
}

/// `POST …/collective-identifiers`: a number for 2 to 500 invoices of one seller; for the same invoices the same number.
pub(crate) async fn make(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    body: Result<axum::Json<CollectiveRequest>, JsonRejection>,
) -> Result<(StatusCode, axum::Json<CollectiveResource>), Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let company = company_of(&shared.app, &company)?;
    let mut numbers = asked.ksef_numbers.clone();
    numbers.sort();
    numbers.dedup();
    let is_one_seller = numbers.windows(2).all(|pair| pair[0].seller() == pair[1].seller());
    if !(2..=500).contains(&numbers.len()) || !is_one_seller {
        return Err(invalid("ksefNumbers (2…500, 1 sprzedawca / seller)"));
    }
    if !sees.0.is_everything() {
        for number in &numbers {
            purchase_of(&shared, company.context.as_str(), number.as_str(), sees).await?;
        }
    }
    let number = collective(&shared.app, &company, &numbers).await?;
    let ksef_numbers = numbers.iter().map(ToString::to_string).collect();
    Ok((StatusCode::CREATED, axum::Json(CollectiveResource { number, ksef_numbers, created_at: None })))
}

/// `GET …/collective-identifiers`: those that were made here, newest first.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
) -> Result<axum::Json<CollectiveListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let made = shared.app.store.collectives(&company.context, sees.0, LISTED).await?;
    let items = made
        .into_iter()
        .map(|one| CollectiveResource {
            number: one.number,
            ksef_numbers: one.invoices,
            created_at: Some(one.asked_at),
        })
        .collect();
    Ok(axum::Json(CollectiveListResource { items }))
}

/// `GET …/purchases/{number}/collective-identifiers`: under which an invoice stands, as KSeF tells, whoever made them.
pub(crate) async fn of_purchase(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
) -> Result<axum::Json<CollectiveListResource>, Failure> {
    let (company, purchase) = purchase_of(&shared, &company, &number, sees).await?;
    let number: KsefNumber =
        purchase.ksef_number.ok_or_else(|| Failure::new(ProblemCode::PurchaseNoDocument, "KSeF"))?;
    let told = company.ksef.collectives_of(&number).await.map_err(PayError::Call)?;
    let items = told
        .collective_identifiers
        .into_iter()
        .map(|one| CollectiveResource {
            number: one.collective_identifier_number,
            ksef_numbers: Vec::new(),
            created_at: Some(one.date_created.0),
        })
        .collect();
    Ok(axum::Json(CollectiveListResource { items }))
}

impl From<PayError> for Failure {
    fn from(error: PayError) -> Self {
        match error {
            PayError::Unpayable(refused) => {
                let listed = |of: &dyn Fn(&gateway_rules::Words) -> &'static str| {
                    let told = refused
                        .iter()
                        .take(20)
                        .map(|(position, why)| format!("{position}: {}", of(&why.words())));
                    told.collect::<Vec<_>>().join(" ")
                };
                let words = Words { pl: listed(&|words| words.pl), en: listed(&|words| words.en) };
                let findings = refused
                    .iter()
                    .map(|(position, why)| serde_json::json!({ "id": position.to_string(), "code": why.as_str() }))
                    .collect();
                let mut failure = Self::found(ProblemCode::PaymentImpossible, &words);
                failure.problem.findings = findings;
                failure
            }
            PayError::Call(CallError::LimitReached { retry_after, .. }) => {
                Self::later(ProblemCode::KsefLimit, retry_after)
            }
            PayError::Call(error) => {
                let reason = reason_of(&error);
                Self::new(ProblemCode::KsefRefused, &format!("{} ({})", reason.text, reason.code))
            }
            PayError::Store(error) => error.into(),
        }
    }
}

fn file(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, media_type)], bytes).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn invalid(what: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, what)
}

const PURCHASES_MAX: usize = 5_000;
const LISTED: u32 = 500;
