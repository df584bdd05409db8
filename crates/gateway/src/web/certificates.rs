//! `/companies/{company}/connection/…`: certificates that KSeF is asked for, and those that are ended there. What is kept here, and
//! forgotten, is `connection`'s.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use gateway_api::ProblemCode;
use gateway_pages::Section;

use super::connection::{changed, keyring_of, not_done, page_of, work_with};
use super::forms::Question;
use super::visit::Visit;
use crate::company::Company;
use crate::keyring::{KeptKind, Wanted};
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// The form that applies for a certificate.
#[derive(serde::Deserialize)]
pub(crate) struct ApplyForm {
    #[serde(default)]
    kind: String,
}

/// `POST …/connection/apply`: KSeF is asked for a certificate, with a key that is made here.
pub(crate) async fn apply(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<ApplyForm>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let kind = match form.kind.as_str() {
        "offline" => KeptKind::Offline,
        "authentication" => KeptKind::Authentication,
        _ => return Err(Failure::new(ProblemCode::ParameterInvalid, "kind")),
    };
    applied(&shared, visit, &company, &Wanted::Another(kind)).await
}

/// Which credential a form is about.
#[derive(serde::Deserialize)]
pub(crate) struct CredentialForm {
    id: String,
    #[serde(default)]
    confirmed: String,
}

/// `POST …/connection/renew`: one in the place of this one.
pub(crate) async fn renew(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<CredentialForm>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    applied(&shared, visit, &company, &Wanted::Renewal(form.id)).await
}

async fn applied(
    shared: &Shared,
    visit: Visit,
    company: &Arc<Company>,
    wanted: &Wanted,
) -> Result<Response, Failure> {
    let keyring = keyring_of(shared)?;
    let back = page_of(company);
    match keyring.apply(&company.site.client, &company.context, wanted, company.now()).await {
        Ok(id) => {
            follow_aside(shared, company, id);
            Ok(visit.done(
                &back,
                "Wniosek złożony. Certyfikat pojawi się na liście, gdy KSeF go wyda.",
                "The application is made. The certificate stands in the list once KSeF issues it.",
            ))
        }
        Err(error) => not_done(visit, &back, error),
    }
}

/// `POST …/connection/follow`: what became of an application.
pub(crate) async fn follow(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<CredentialForm>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let back = page_of(&company);
    let pending = match keyring_of(&shared)?.pending(&company.context).await {
        Ok(pending) => pending,
        Err(error) => return not_done(visit, &back, error),
    };
    if !pending.iter().any(|one| one.id == form.id) {
        return Ok(visit.done(
            &back,
            "Tego wniosku już nie ma: patrz lista.",
            "That application is gone: see the list.",
        ));
    }
    follow_aside(&shared, &company, form.id);
    Ok(visit.done(&back, "Bramka pyta KSeF o wniosek.", "The gateway asks KSeF about the application."))
}

/// Waits for KSeF's decision without keeping anybody waiting, and works with what it issued.
fn follow_aside(shared: &Shared, company: &Arc<Company>, id: String) {
    let (following, company) = (shared.clone(), company.clone());
    shared.office.spawn(async move {
        let Some(keyring) = following.keyring.clone() else { return };
        match keyring.follow(&company.site.client, &company.context, &id, company.now()).await {
            Ok(kept) => work_with(&following, &company, kept),
            Err(error) => {
                tracing::warn!(company = %company.context, application = id, %error, "an application was not followed");
            }
        }
    });
}

/// `POST …/connection/revoke`: in KSeF, for good.
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<CredentialForm>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let back = page_of(&company);
    if form.confirmed != "yes" {
        let question = Question {
            title: ["Unieważnić certyfikat w KSeF?", "Revoke the certificate in KSeF?"],
            note: [
                "Na zawsze i wszędzie, gdzie działa. Wydruków wystawionych z nim offline nie da się potem potwierdzić. Otwarte logowania trwają jeszcze do 7 dni.",
                "For good, and wherever it works. Prints that were issued offline with it cannot be confirmed any more. Logins that are open go on for up to 7 days.",
            ],
            about: Vec::new(),
            action: format!("{back}/revoke"),
            fields: vec![("id".to_owned(), form.id)],
            back,
        };
        return visit.asks(&shared, Some(&company), Section::Connection, question);
    }
    let keyring = keyring_of(&shared)?;
    match keyring.revoke(&company.site.client, &company.context, &form.id, company.now()).await {
        Ok(in_use) => {
            let said = visit.lang.choose(
                "Unieważniono w KSeF. Tu certyfikat nadal jest na liście: można go teraz zapomnieć.",
                "Revoked in KSeF. Here the certificate still stands in the list: it can be forgotten now.",
            );
            changed(&shared, visit, &company, in_use, said).await
        }
        Err(error) => not_done(visit, &back, error),
    }
}
