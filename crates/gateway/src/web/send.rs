//! `/companies/{company}/send`: documents from files.

use axum::Extension;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use gateway_api::ProblemCode;
use gateway_pages::{FlashKind, Language, Section, SendView, SentRow, send};
use gateway_rules::policy::SendingPolicy;
use gateway_store::{SaleState, Taken};

use super::files::{no_file, parts_of};
use super::parts::{finding_view, pick};
use super::states::state_words;
use super::visit::Visit;
use crate::access::Caller;
use crate::app::resend::newest;
use crate::app::take_document::{Answer, DocumentKind, Documents, Key, take_document};
use crate::app::take_invoice::TakeError;
use crate::company::Company;
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// `GET`.
pub(crate) async fn form(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    shown(&shared, visit, &company, Vec::new()).await
}

/// `POST`: each document is taken in or refused by itself. The same file sent twice is known by its content.
pub(crate) async fn take(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    files: Multipart,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let here = format!("/companies/{}/send", company.context);
    let files = match parts_of(files).await {
        Ok(files) => files,
        Err(failure) => return visit.failed(&here, failure),
    };
    if files.is_empty() {
        let text = no_file(visit.lang);
        return Ok(visit.told(&here, FlashKind::Failed, text));
    }
    let lang = visit.lang;
    let mut results = Vec::new();
    // Where the only document stands that was known and has come to nothing.
    let mut over = None;
    for file in &files {
        let row = |place: String, number: Option<String>, outcome| {
            sent_row(&file.name, place, number, outcome, lang)
        };
        let Some(kind) = DocumentKind::of_file(&file.extension(), &file.content) else {
            let failure = Failure::new(ProblemCode::MediaType, &file.name);
            results.push(refused_row(&file.name, String::new(), None, failure, lang));
            continue;
        };
        let taken =
            take_document(&shared.app, &company, kind, Key::Content, &caller.actor(), &file.content).await;
        match taken {
            Ok(Documents::One(taken)) => {
                let taken = as_it_stands(&shared, *taken).await?;
                over = over.or_else(|| ended_outside(&taken));
                results.push(row(String::new(), None, Ok(taken)));
            }
            Ok(Documents::Several(answers, _)) => {
                for Answer { place, number, outcome } in answers {
                    let outcome = match outcome {
                        Ok(taken) => Ok(as_it_stands(&shared, taken).await?),
                        refused => refused,
                    };
                    results.push(row(place, number, outcome));
                }
            }
            Err(error) => results.push(row(String::new(), None, Err(error))),
        }
    }
    if let [only] = results.as_slice()
        && let Some(id) = &only.id
    {
        let to = format!("/companies/{}/invoices/{id}", company.context);
        let is_known = only.is_known;
        if let Some(state) = over {
            let state = pick(lang, &state_words(state));
            let text = match lang {
                Language::Pl => format!(
                    "Ten dokument bramka już zna: {state}. Niczego nie wysłano; poniżej widać, co dalej."
                ),
                Language::En => {
                    format!(
                        "The gateway knows this document already: {state}. Nothing was sent; what to do stands below."
                    )
                }
            };
            return Ok(visit.told(&to, FlashKind::Failed, &text));
        }
        return Ok(if is_known {
            visit.done(
                &to,
                "Ten dokument bramka już zna; oto on.",
                "The gateway knows this document already; here it is.",
            )
        } else {
            visit.done(&to, "Przyjęto dokument.", "The document was taken in.")
        });
    }
    shown(&shared, visit, &company, results).await
}

/// What is known already, as it stands by now: it may have been sent once more.
async fn as_it_stands(shared: &Shared, taken: Taken) -> Result<Taken, Failure> {
    Ok(match taken {
        Taken::Known(sale) if sale.state.is_final() => Taken::Known(newest(&shared.app, sale).await?),
        other => other,
    })
}

/// Where a document stands that was known and came to its end outside KSeF.
fn ended_outside(taken: &Taken) -> Option<SaleState> {
    match taken {
        Taken::Known(sale) if sale.state.is_final() && !sale.state.is_numbered() => Some(sale.state),
        _ => None,
    }
}

pub(super) async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    mut results: Vec<SentRow>,
) -> Result<Response, Failure> {
    // Long lists of the same kind say no more than their beginning.
    results.truncate(RESULTS_MAX);
    let settings = shared.app.store.sending_settings(&company.context).await?;
    let policy = SendingPolicy::from_name(&settings.policy).map(SendingPolicy::consequence);
    let lang = visit.lang;
    let view = SendView {
        company: company.context.to_string(),
        results,
        policy: policy.map(|words| lang.choose(words.pl, words.en).to_owned()).unwrap_or_default(),
    };
    let title = lang.choose("Wyślij dokumenty", "Send documents");
    let mut frame = visit.frame(shared, Some(company), Section::Send, title);
    frame.here = format!("/companies/{}/send", company.context);
    visit.page(send(&frame, &view))
}

pub(super) fn sent_row(
    file: &str,
    place: String,
    number: Option<String>,
    outcome: Result<Taken, TakeError>,
    lang: Language,
) -> SentRow {
    let (sale, is_known) = match outcome {
        Ok(Taken::New(sale)) => (sale, false),
        Ok(Taken::Known(sale)) => (sale, true),
        Err(error) => return refused_row(file, place, number, error.into(), lang),
    };
    SentRow {
        file: file.to_owned(),
        place,
        number: Some(sale.invoice_number),
        id: Some(sale.id.to_string()),
        is_known,
        stands: is_known.then(|| pick(lang, &state_words(sale.state))),
        problem: None,
        findings: Vec::new(),
    }
}

fn refused_row(
    file: &str,
    place: String,
    number: Option<String>,
    failure: Failure,
    lang: Language,
) -> SentRow {
    let problem = failure.problem;
    SentRow {
        file: file.to_owned(),
        place,
        number,
        id: None,
        is_known: false,
        stands: None,
        // What was found says it in the language of the page, and where.
        problem: problem.findings.is_empty().then(|| pick(lang, &problem.message)),
        findings: problem.findings.iter().take(FINDINGS_MAX).map(|one| finding_view(one, lang)).collect(),
    }
}

const RESULTS_MAX: usize = 200;
const FINDINGS_MAX: usize = 20;
