//! `/companies/{company}/settings/buyers`: by which rule buyers get invoices by e-mail, and at which addresses.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gateway_api::{BuyerAddressRequest, BuyerMailResource};
use gateway_pages::{AddressRow, BuyersView, Choice, Section, buyers};

use super::frame::{Part, tabs};
use crate::app::cut;
use crate::rest::{Failure, buyers as rest, company_of};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question};
use crate::web::parts::query_of;
use crate::web::visit::Visit;

/// Where the address book goes on.
#[derive(serde::Deserialize)]
pub(crate) struct BookQuery {
    #[serde(default)]
    after: String,
}

/// `GET`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<BookQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let here = Part::Buyers.of(&company);
    let store = &shared.app.store;
    let rule = rest::show(State(shared.clone()), Path(company.context.to_string())).await?.0;
    let mut rows = store.buyer_addresses(&company.context, &query.after, ROWS + 1).await?;
    let has_more = cut(&mut rows, ROWS);
    let next = rows.last().filter(|_| has_more);
    let view = BuyersView {
        base: here.clone(),
        tabs: tabs(&visit, Some(&company), Part::Buyers),
        is_mail_on: shared.app.mail.is_some(),
        to_listed: rule.to_listed,
        to_outside: rule.to_outside_ksef,
        languages: languages(&rule.language),
        next: next.map(|last| format!("{here}{}", query_of([("after", last.buyer.as_str())]))),
        rows: rows
            .into_iter()
            .map(|row| AddressRow {
                buyer: row.buyer,
                address: row.address,
                language: if row.language == "en" { "English" } else { "polski" }.to_owned(),
            })
            .collect(),
    };
    let title = visit.lang.choose("Faktury do nabywców e-mailem", "Invoices to buyers by e-mail");
    let frame = Part::Buyers.frame(&shared, &visit, Some(&company), title);
    visit.page(buyers(&frame, &view))
}

/// The languages of letters.
pub(in crate::web) fn languages(chosen: &str) -> Vec<Choice> {
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        note: String::new(),
        is_chosen: value == chosen,
    };
    vec![choice("pl", "polski"), choice("en", "English")]
}

/// `POST`: the rule.
pub(crate) async fn set(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let back = Part::Buyers.of(&*company_of(&shared.app, &company)?);
    let form = Fields::of(form);
    let asked = BuyerMailResource {
        to_listed: form.is_ticked("listed"),
        to_outside_ksef: form.is_ticked("outside"),
        language: form.one("language").to_owned(),
    };
    let outcome = rest::set(State(shared), Path(company), Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Zapisano.", "Saved.")
}

/// `POST …/address`: a buyer's address.
pub(crate) async fn put(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let back = Part::Buyers.of(&*company_of(&shared.app, &company)?);
    let form = Fields::of(form);
    let asked = BuyerAddressRequest {
        address: form.one("address").to_owned(),
        language: form.one("language").to_owned(),
    };
    let at = Path((company, form.one("buyer").to_owned()));
    let outcome = rest::put_address(State(shared), at, Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Zapisano adres nabywcy.", "The buyer's address was saved.")
}

/// `POST …/remove`.
pub(crate) async fn remove(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let (form, back) = (Fields::of(form), Part::Buyers.of(&found));
    let buyer = form.one("buyer").to_owned();
    if !form.is_confirmed() {
        let question = Question {
            title: ["Usunąć adres nabywcy?", "Remove the buyer's address?"],
            note: ["Nic więcej nie zostanie mu wysłane samo.", "Nothing more is sent to him by itself."],
            about: vec![buyer.clone()],
            action: format!("{back}/remove"),
            fields: vec![("buyer".to_owned(), buyer)],
            back,
        };
        return visit.asks(&shared, Some(&found), Section::Buyers, question);
    }
    let outcome = rest::remove_address(State(shared), Path((company, buyer))).await;
    visit.ended(&back, outcome, "Usunięto adres nabywcy.", "The buyer's address was removed.")
}

const ROWS: u32 = 200;
