//! `/companies/{company}/connection/disconnect`: the gateway does not work for a company any more; its documents stay.

use axum::extract::{Path, State};
use axum::response::Response;
use gateway_pages::{FlashKind, Language, Plural, Section, nip};
use gateway_store::SaleState;

use super::connection::{keyring_of, not_done, page_of};
use super::forms::{Fields, Pairs, Question};
use super::visit::Visit;
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// `POST`: asks, and refuses as long as KSeF shall have something yet.
pub(crate) async fn disconnect(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let keyring = keyring_of(&shared)?;
    let company = company_of(&shared.app, &company)?;
    let (context, back) = (&company.context, page_of(&company));
    let counts = shared.app.store.unfinished_counts(context).await?;
    // What has its number and its UPO is only to be read back.
    let open = counts.iter().filter(|(state, _)| *state != SaleState::UpoVerified);
    let open: i64 = open.map(|(_, count)| count).sum();
    if open > 0 {
        let text = match visit.lang {
            Language::Pl => format!(
                "Nie odłączono: {} nie ma jeszcze UPO albo czeka na Ciebie. Wyślij je albo wycofaj, a potem odłącz firmę.",
                visit.lang.counted(open, INVOICES)
            ),
            Language::En => format!(
                "Not disconnected: {} without UPO yet, or waiting for you. Send or withdraw them, then disconnect the company.",
                visit.lang.counted(open, INVOICES)
            ),
        };
        return Ok(visit.told(&back, FlashKind::Failed, &text));
    }
    if !Fields::of(form).is_confirmed() {
        let question = Question {
            title: QUESTION,
            note: NOTE,
            about: vec![nip(context.as_str())],
            action: format!("{back}/disconnect"),
            fields: Vec::new(),
            back,
        };
        return visit.asks(&shared, Some(&company), Section::Connection, question);
    }
    if let Err(error) = keyring.disconnect(context).await {
        return not_done(visit, &back, error);
    }
    shared.app.companies.remove(context);
    tracing::info!(company = %context, "a company was disconnected");
    let shown = nip(context.as_str());
    Ok(visit.done(
        "/?all=yes",
        &format!("Odłączono firmę {shown}. Jej dokumenty zostały w bramce."),
        &format!("The company {shown} was disconnected. Its documents stay in the gateway."),
    ))
}

const QUESTION: [&str; 2] = ["Odłączyć tę firmę?", "Disconnect this company?"];
const NOTE: [&str; 2] = [
    "Bramka przestanie dla niej wysyłać i odbierać, a klucze poświadczeń, które służą tylko jej, usunie. W KSeF nic się nie zmieni. Dokumenty zostają i będą znów widoczne, gdy połączysz ją ponownie.",
    "The gateway sends and receives nothing for it any more, and removes the keys of credentials that serve only it. In KSeF nothing changes. Its documents stay, and are there again once you connect it anew.",
];
const INVOICES: Plural = Plural { pl: ["faktura", "faktury", "faktur"], en: ["invoice is", "invoices are"] };
