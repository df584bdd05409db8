//! The card of an invoice's page that sends it to the buyer, and tells what was sent: `…/invoices/{id}/letters`.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use gateway_access::Right;
use gateway_api::InvoiceLetterRequest;
use gateway_pages::BuyerCard;
use gateway_rules::handover::Handover;
use gateway_store::Sale;

use super::forms::{Fields, Pairs};
use super::settings::buyers::languages;
use super::settings::notices::letter;
use super::visit::{Visit, local_path};
use crate::app::buyer_letters::{address_on, listed, view_of};
use crate::app::handover::given;
use crate::company::Company;
use crate::rest::{Failure, buyers as rest};
use crate::router::Shared;

/// What was sent to the buyer, and what can be: nothing while there is nothing to be given, or no mail server.
pub(super) async fn card(
    shared: &Shared,
    visit: &Visit,
    company: &Company,
    sale: &Sale,
) -> Result<BuyerCard, Failure> {
    let app = &shared.app;
    let letters = app.store.letters_of_sale(&company.context, sale.id).await?;
    let letters = letters.into_iter().take(LETTERS_SHOWN).map(|one| letter(one, visit.lang)).collect();
    let may_send = app.mail.is_some()
        && visit.may(Right::Send, &company.context)
        && given(sale).what != Handover::Nothing;
    if !may_send {
        return Ok(BuyerCard { letters, ..BuyerCard::default() });
    }
    let view = view_of(app, sale).await?;
    let known = listed(app, sale, view.as_ref()).await?;
    let (address, language) = match known {
        Some(known) => (known.address, known.language),
        None => (view.as_ref().and_then(address_on).unwrap_or_default(), "pl".to_owned()),
    };
    Ok(BuyerCard {
        action: Some(format!("/companies/{}/invoices/{}/letters", company.context, sale.id)),
        address,
        languages: languages(&language),
        letters,
    })
}

/// `POST …/letters`.
pub(crate) async fn send(
    shared: State<Shared>,
    path: Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let back = local_path(&format!("/companies/{}/invoices/{}#buyer", path.0.0, path.0.1));
    let text = |name: &str| Some(form.one(name).to_owned()).filter(|text| !text.is_empty());
    let asked = InvoiceLetterRequest { address: text("address"), language: text("language") };
    let outcome = rest::send(shared, path, Ok(Json(asked))).await;
    visit.ended(
        &back,
        outcome,
        "List do nabywcy czeka na wysłanie; niżej widać, co się z nim stało.",
        "The letter to the buyer waits to be sent; below it stands what became of it.",
    )
}

const LETTERS_SHOWN: usize = 20;
