//! `/companies/{company}/invoices/{id}`: one sale, its document, and what is decided about it.

use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use gateway_access::Right;
use gateway_api::{ElementResource, OfflineRequest, PolicyRequest};
use gateway_pages::{
    ActionView, ChainLink, Choice, FlashKind, HistoryRow, Language, Pager, SaleView, Section, StructureView,
    Tone, TreeRow, sale, structure,
};
use gateway_rules::Words;
use gateway_rules::calendar::warsaw_day;
use gateway_rules::handover::Handover;
use gateway_rules::offline::{Alarm, InvoicingMode};
use gateway_rules::policy::SendingPolicy;
use gateway_store::{HistoryEntry, Sale, SaleState, Taken};

use super::buyer_card;
use super::files::{Part, no_file, parts_of};
use super::forms::Question;
use super::parts::{actor_words, finding_view, jpk_view, pick, sale_row};
use super::states::{next_step, state_words};
use super::visit::Visit;
use super::words::{detail_words, event_words, reason_words};
use crate::access::Caller;
use crate::app::deadline::deadline;
use crate::app::handover::given;
use crate::app::resend::{may_resend, neighbours, resend as send_again};
use crate::app::standing::{correction_kind, is_correction};
use crate::app::take_invoice::TakeOptions;
use crate::app::technical::{chain, correct, is_refused};
use crate::company::Company;
use crate::rest::invoices::{html_of, sale_of};
use crate::rest::{Failure, decisions, desk, for_frames};
use crate::router::Shared;

/// `GET`.
pub(crate) async fn invoice(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Failure> {
    let (company, found) = sale_of(&shared, &company, &id).await?;
    let view = sale_view(&shared, &visit, &company, &found).await?;
    let mut frame = visit.frame(&shared, Some(&company), Section::Invoice, found.invoice_number.clone());
    // At its end nothing comes but a letter; before, somebody else may decide, and what was refused or withdrawn may be sent again.
    if found.state != SaleState::Stored || view.buyer.is_under_way() {
        Visit::live_of(&mut frame, &company, LIVE_MS, &format!("sale={}", found.id));
    }
    visit.page(sale(&frame, &view))
}

async fn sale_view(
    shared: &Shared,
    visit: &Visit,
    company: &Company,
    found: &Sale,
) -> Result<SaleView, Failure> {
    let lang = visit.lang;
    let history = shared.app.store.history(found.id).await?;
    let deadline = deadline(&shared.app, company, found).await?;
    let chain = chain(&shared.app, found).await?;
    let link = |one: &Sale| ChainLink {
        id: one.id.to_string(),
        number: one.invoice_number.clone(),
        state_text: pick(lang, &state_words(one.state)),
    };
    let may_decide = visit.may(Right::Decide, &company.context);
    let mut again = [None, None];
    for (place, id) in again.iter_mut().zip(neighbours(&history)) {
        if let Some(id) = id {
            *place = shared.app.store.sale(&company.context, id).await?.as_ref().map(link);
        }
    }
    let [resend_of, resent_as] = again;
    let may_issue = visit.may(Right::Send, &company.context)
        && matches!(found.form.as_str(), "FA(3)" | "FA_RR(1)")
        && correction_kind(&found.kind).is_some();
    let handover = given(found);
    let mode = InvoicingMode::from_name(&found.mode).map(InvoicingMode::words);
    let policy = SendingPolicy::from_name(&found.policy);
    let waits = matches!(found.state, SaleState::Validated | SaleState::Approved | SaleState::Waiting);
    let findings: Vec<serde_json::Value> =
        found.findings.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    Ok(SaleView {
        buyer: buyer_card::card(shared, visit, company, found).await?,
        company: company.context.to_string(),
        row: sale_row(found, lang),
        next_step: pick(lang, &next_step(found.state)),
        deadline: deadline.map(|deadline| {
            let countdown = deadline.countdown;
            let text = lang.choose(&countdown.sentence.pl, &countdown.sentence.en).to_owned();
            let tone = match countdown.alarm {
                Alarm::Calm => Tone::Plain,
                Alarm::Soon => Tone::Warn,
                Alarm::Today | Alarm::Overdue => Tone::Bad,
            };
            (text, tone, countdown.alarm.as_str())
        }),
        mode: mode.map_or_else(|| found.mode.clone(), |words| lang.choose(words.pl, words.en).to_owned()),
        jpk: jpk_view(
            &found.mode,
            found.ksef_number.as_ref().filter(|_| found.state.is_numbered()),
            found.issue_date,
            warsaw_day(company.now()),
            lang,
        ),
        policy: policy.map_or_else(
            || found.policy.clone(),
            |policy| lang.choose(policy.words().pl, policy.words().en).to_owned(),
        ),
        policies: if may_decide && waits { policies(policy, company, lang) } else { Vec::new() },
        taken_in: lang.exact_moment(found.created_at),
        technical_of: found.technical_of.map(|_| link(&chain.original)),
        corrections: chain.corrections.iter().filter(|one| one.id != found.id).map(link).collect(),
        may_resend: may_decide && resent_as.is_none() && may_resend(found).is_ok(),
        resend_of,
        resent_as,
        sha256: found.sha256.to_string(),
        size: lang.count(found.size_bytes),
        has_upo: matches!(found.state, SaleState::UpoVerified | SaleState::Stored),
        handover: (
            lang.choose(handover.because[0], handover.because[1]).to_owned(),
            handover.what != Handover::Nothing,
        ),
        findings: findings.iter().map(|one| finding_view(one, lang)).collect(),
        actions: if may_decide { actions(found, policy) } else { Vec::new() },
        offline_modes: if may_decide && waits { offline_modes(company, lang) } else { Vec::new() },
        lacks_certificate: may_decide && found.technical_of.is_none() && waits && company.offline().is_none(),
        may_correct: may_decide
            && found.is_offline()
            && is_refused(found.state)
            && found.technical_of.is_none(),
        may_issue,
        may_mend: may_issue
            && found.state == SaleState::Rejected
            && !found.is_offline()
            && !is_correction(&found.kind),
        may_copy: may_issue && found.kind != "ROZ" && !is_correction(&found.kind),
        history: history.iter().map(|entry| history_row(entry, lang)).collect(),
    })
}

/// What can be decided where the invoice stands; the use case decides once more.
fn actions(found: &Sale, policy: Option<SendingPolicy>) -> Vec<ActionView> {
    let action = |decision, is_main| ActionView { decision, is_main };
    let is_manual = policy == Some(SendingPolicy::Manual);
    let mut actions = match found.state {
        SaleState::Validated if is_manual => vec![action("send", true), action("approve", false)],
        SaleState::Validated => vec![action("approve", true)],
        SaleState::Approved => vec![action("send", true)],
        SaleState::Waiting => vec![action("hold", false)],
        _ => Vec::new(),
    };
    if found.state.next().contains(&SaleState::Withdrawn) {
        actions.push(action("withdraw", false));
    }
    actions
}

/// The policies with what each means; the one that falls back on issuing offline says so where it cannot.
pub(super) fn policies(chosen: Option<SendingPolicy>, company: &Company, lang: Language) -> Vec<Choice> {
    let choice = |policy: &SendingPolicy| Choice {
        value: policy.as_str().to_owned(),
        label: lang.choose(policy.words().pl, policy.words().en).to_owned(),
        note: match lacks_certificate(*policy, company) {
            Some([pl, en]) => {
                let Words { pl: usual_pl, en: usual_en } = policy.consequence();
                format!("{} {}", lang.choose(usual_pl, usual_en), lang.choose(pl, en))
            }
            None => lang.choose(policy.consequence().pl, policy.consequence().en).to_owned(),
        },
        is_chosen: chosen == Some(*policy),
    };
    SendingPolicy::ALL.iter().map(choice).collect()
}

/// What a policy does not do until the company has a certificate of type Offline; none where it has, or needs none.
pub(super) fn lacks_certificate(policy: SendingPolicy, company: &Company) -> Option<[&'static str; 2]> {
    (policy == SendingPolicy::ImmediateOrOffline && company.offline().is_none()).then_some([
        "Firma nie ma certyfikatu KSeF typu Offline, więc na razie faktury będą czekać, aż KSeF wróci. Dodasz go na stronie Połączenie.",
        "The company has no KSeF certificate of type Offline, so for now invoices wait until KSeF is back. Add one on the Connection page.",
    ])
}

/// The modes, first the one that KSeF's state suggests; without a certificate of type Offline there is no second code.
fn offline_modes(company: &Company, lang: Language) -> Vec<Choice> {
    if company.offline().is_none() {
        return Vec::new();
    }
    let suggested =
        company.site.offline_choice(SendingPolicy::ImmediateOrOffline).unwrap_or(InvoicingMode::Offline24);
    let modes = InvoicingMode::ALL.iter().filter(|mode| **mode != InvoicingMode::Online);
    modes
        .map(|mode| Choice {
            value: mode.as_str().to_owned(),
            label: lang.choose(mode.words().pl, mode.words().en).to_owned(),
            note: String::new(),
            is_chosen: *mode == suggested,
        })
        .collect()
}

fn history_row(entry: &HistoryEntry, lang: Language) -> HistoryRow {
    HistoryRow {
        at: lang.exact_moment(entry.at),
        state_text: pick(lang, &state_words(entry.state)),
        event: event_text(entry, lang),
        actor: actor_words(entry.actor.clone()),
        evidence: entry.evidence.as_deref().map(readable),
    }
}

/// JSON over several lines; anything else as it is.
fn readable(evidence: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(evidence).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| evidence.to_owned())
}

/// What happened, what about, and why.
fn event_text(entry: &HistoryEntry, lang: Language) -> String {
    let mut text = pick(lang, &event_words(entry.event));
    if let Some(detail) = &entry.detail {
        text.push(' ');
        text.push_str(&detail_words(entry.event, detail, lang));
    }
    if let Some(reason) = &entry.reason {
        text.push_str(": ");
        text.push_str(&pick(lang, &reason_words(reason)));
    }
    text
}

/// `GET …/view`: the invoice as people read it, for a frame of our own pages.
pub(crate) async fn view(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Failure> {
    let language = print_language(visit.lang);
    Ok(for_frames(html_of(&shared, &company, &id, language).await?))
}

pub(super) const fn print_language(lang: Language) -> ksef_render::Language {
    match lang {
        Language::Pl => ksef_render::Language::Pl,
        Language::En => ksef_render::Language::En,
    }
}

/// Which page of a tree.
#[derive(serde::Deserialize)]
pub(crate) struct TreeQuery {
    page: Option<u32>,
}

/// `GET …/structure`: the tree of the document with what validation finds at its elements.
pub(crate) async fn structure_page(
    state: State<Shared>,
    path: Path<(String, String)>,
    Query(query): Query<TreeQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let shared = state.0.clone();
    let (company, found) = sale_of(&shared, &path.0.0, &path.0.1).await?;
    let tree = desk::structure(state, path).await?.0;
    let mut rows = Vec::new();
    if let Some(root) = &tree.root {
        flatten(root, 0, lang, &mut rows);
    }
    let page = query.page.unwrap_or(1).max(1);
    let skip = (page as usize - 1).saturating_mul(TREE_ROWS);
    let has_next = rows.len() > skip.saturating_add(TREE_ROWS);
    let href =
        |page: u32| format!("/companies/{}/invoices/{}/structure?page={page}", company.context, found.id);
    let view = StructureView {
        company: company.context.to_string(),
        id: found.id.to_string(),
        number: found.invoice_number.clone(),
        form: tree.form,
        is_valid: tree.is_valid,
        is_xml: tree.root.is_some(),
        findings: tree.findings.iter().map(|one| finding_view(one, lang)).collect(),
        rows: rows.into_iter().skip(skip).take(TREE_ROWS).collect(),
        pager: Pager {
            page,
            previous: (page > 1).then(|| href(page - 1)),
            next: has_next.then(|| href(page + 1)),
        },
    };
    let title = lang.choose("Struktura dokumentu", "Structure of the document");
    let frame = visit.frame(&shared, Some(&company), Section::Structure, title);
    visit.page(structure(&frame, &view))
}

/// Depth is bounded by the reader of documents.
fn flatten(element: &ElementResource, depth: usize, lang: Language, rows: &mut Vec<TreeRow>) {
    rows.push(TreeRow {
        depth: depth.min(DEPTH_MAX),
        label: pick(lang, &element.label),
        name: element.name.clone(),
        text: element.text.clone(),
        explanation: element.explanation.as_ref().map(|words| pick(lang, words)),
        findings: element.findings.iter().map(|one| finding_view(one, lang)).collect(),
    });
    for child in &element.children {
        flatten(child, depth + 1, lang, rows);
    }
}

/// The form that issues an invoice offline.
#[derive(serde::Deserialize)]
pub(crate) struct OfflineForm {
    mode: String,
    #[serde(default)]
    confirmed: String,
}

/// `POST …/offline`.
pub(crate) async fn offline(
    state: State<Shared>,
    caller: Extension<Caller>,
    path: Path<(String, String)>,
    visit: Visit,
    Form(form): Form<OfflineForm>,
) -> Result<Response, Failure> {
    let (company, found) = sale_of(&state, &path.0.0, &path.0.1).await?;
    let back = format!("/companies/{}/invoices/{}", company.context, found.id);
    let lang = visit.lang;
    if form.confirmed != "yes" {
        let row = sale_row(&found, lang);
        let question = Question {
            title: ["Wystawić offline?", "Issue offline?"],
            note: [
                "Faktura dostanie oba kody QR i termin dosłania do KSeF. Wystawionej offline nie można już wystawić online.",
                "The invoice gets both QR codes and a term for sending it to KSeF. What was issued offline can no longer be issued online.",
            ],
            about: vec![format!("{} · {} · {}", row.number, row.buyer, row.gross)],
            action: format!("{back}/offline"),
            fields: vec![("mode".to_owned(), form.mode)],
            back,
        };
        return visit.asks(&state, Some(&company), Section::Sales, question);
    }
    let asked = OfflineRequest { mode: form.mode };
    match decisions::offline(state, caller, path, Ok(axum::Json(asked))).await {
        Ok(_) => {
            Ok(visit.done(&back, "Wystawiono offline; pilnuj terminu.", "Issued offline; mind the term."))
        }
        Err(failure) => visit.failed(&back, failure),
    }
}

/// `POST …/resend`: the same bytes once more; it leads to the invoice that they are now.
pub(crate) async fn resend(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Failure> {
    let (company, found) = sale_of(&shared, &company, &id).await?;
    let back = format!("/companies/{}/invoices/{}", company.context, found.id);
    match send_again(&shared.app, &company, &found, &caller.actor()).await {
        Ok(Taken::New(sale) | Taken::Known(sale)) => {
            let to = format!("/companies/{}/invoices/{}", company.context, sale.id);
            Ok(visit.done(
                &to,
                "Wysłano ponownie: to nowy dokument z tymi samymi bajtami.",
                "Sent again: this is a new document of the same bytes.",
            ))
        }
        Err(error) => visit.failed(&back, error.into()),
    }
}

/// The form that gives an invoice another policy.
#[derive(serde::Deserialize)]
pub(crate) struct PolicyForm {
    policy: String,
}

/// `POST …/policy`.
pub(crate) async fn policy(
    state: State<Shared>,
    caller: Extension<Caller>,
    path: Path<(String, String)>,
    visit: Visit,
    Form(form): Form<PolicyForm>,
) -> Result<Response, Failure> {
    let (company, found) = sale_of(&state, &path.0.0, &path.0.1).await?;
    let back = format!("/companies/{}/invoices/{}", company.context, found.id);
    let warning =
        SendingPolicy::from_name(&form.policy).and_then(|policy| lacks_certificate(policy, &company));
    let asked = PolicyRequest { policy: form.policy };
    let outcome = decisions::policy(state, caller, path, Ok(axum::Json(asked))).await;
    let [pl, en] = with_warning(["Zmieniono sposób wysyłania.", "The sending policy was changed."], warning);
    visit.ended(&back, outcome, &pl, &en)
}

/// What was done, and what to know about it.
pub(super) fn with_warning(done: [&str; 2], warning: Option<[&str; 2]>) -> [String; 2] {
    let [pl, en] = warning.unwrap_or_default();
    [format!("{} {pl}", done[0]).trim_end().to_owned(), format!("{} {en}", done[1]).trim_end().to_owned()]
}

/// `POST …/technical-correction`: the mended file.
pub(crate) async fn technical_correction(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Multipart,
) -> Result<Response, Failure> {
    let (company, found) = sale_of(&shared, &company, &id).await?;
    let back = format!("/companies/{}/invoices/{}", company.context, found.id);
    let files = parts_of(form).await?;
    let Some(Part { content, .. }) = files.into_iter().next() else {
        let text = no_file(visit.lang);
        return Ok(visit.told(&back, FlashKind::Failed, text));
    };
    let actor = caller.actor();
    let options = TakeOptions { actor: &actor, ..TakeOptions::default() };
    match correct(&shared.app, &company, &found, &options, &content).await {
        Ok(Taken::New(correction) | Taken::Known(correction)) => {
            let to = format!("/companies/{}/invoices/{}", company.context, correction.id);
            Ok(visit.done(
                &to,
                "Przyjęto korektę techniczną; bramka wyśle ją sama.",
                "The technical correction was taken in; the gateway sends it by itself.",
            ))
        }
        Err(error) => {
            let failure = Failure::from(error);
            // What is wrong with the file says more than that something is.
            let first = failure.problem.findings.first().map(|one| finding_view(one, visit.lang).message);
            match first {
                Some(message) if failure.problem.status < 500 => {
                    let text = format!("{} {message}", visit.pick(&failure.problem.message));
                    Ok(visit.told(&back, FlashKind::Failed, &text))
                }
                _ => visit.failed(&back, failure),
            }
        }
    }
}

/// Rows of a tree on one page: it stays below 100 KB.
const TREE_ROWS: usize = 400;
const DEPTH_MAX: usize = 9;
const LIVE_MS: u32 = 2_000;
