//! `/companies/{company}/issue`: an invoice is written in a form, looked at while it is written, kept as a draft, and issued.
//!
//! The form is posted as a whole and shown again, whichever button was pressed; so it works without scripts, and a script that
//! posts it while somebody types sees the same. A form has a key from its beginning, so that however often it is issued, one
//! invoice comes of it.

mod begin;
mod choices;
pub(crate) mod correct;
mod form;
mod look;
mod prepared;
mod view;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use gateway_api::{ProblemCode, Words};
use gateway_pages::{
    DraftRow, DraftsView, FlashKind, ISSUE_FORM, Language, ProblemView, Section, drafts, issue, problem,
};
use gateway_rules::policy::SendingPolicy;
use gateway_store::{KeptForm, KeptKind, SaleId, SaleState, StoreError, Taken};
use jiff::civil::Date;
use ksef_id::Nip;
use ksef_invoice::build::NeutralInvoice;
use ksef_render::Mode;

use self::begin::Begin;
use self::form::{IssueForm, of_invoice};
use self::look::{Looked, look, number_is_free};
use super::forms::{Fields, Pairs, Question};
use super::parts::{actor_words, pick};
use super::sale::print_language;
use super::visit::Visit;
use crate::access::Caller;
use crate::app::contractors::{earlier_buyer, earlier_without_nip};
use crate::app::shape::shape_of;
use crate::app::take_invoice::{TakeError, TakeOptions};
use crate::app::take_neutral::take_neutral;
use crate::company::Company;
use crate::contractors::Contractor;
use crate::print::{Output, Print};
use crate::rest::{Failure, company_of, rendered};
use crate::router::Shared;

/// With what a form begins.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct IssueQuery {
    /// A draft to go on with.
    draft: Option<String>,
    /// A sale to be written once more.
    copy: Option<String>,
    /// A sale to be corrected, and how.
    correct: Option<String>,
    how: Option<String>,
    /// A sale made elsewhere to be corrected, as its address names it.
    elsewhere: Option<String>,
    /// An advance invoice to be settled.
    settle: Option<String>,
    /// A discount on sales to this buyer, issued from and to.
    buyer: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// `GET`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<IssueQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let begun = Begin { app: &shared.app, company: &company, lang: visit.lang };
    let mut form = if let Some(id) = &query.draft {
        match shared.app.store.kept_form(&company.context, KeptKind::Draft, id).await? {
            Some(kept) => IssueForm::of_content(&kept.content).unwrap_or_default(),
            None => {
                let to = format!("/companies/{}/issue/drafts", company.context);
                let text = visit.lang.choose("Tego szkicu już nie ma.", "This draft is no longer there.");
                return Ok(visit.told(&to, FlashKind::Failed, text));
            }
        }
    } else if let Some(id) = &query.correct {
        begun.correction(id, query.how.as_deref().unwrap_or_default()).await?
    } else if let Some(key) = &query.elsewhere {
        begun.correction_elsewhere(key, query.how.as_deref().unwrap_or_default()).await?
    } else if let (Some(id), Some("mend")) = (&query.copy, query.how.as_deref()) {
        begun.mended(id).await?
    } else if let Some(id) = &query.copy {
        begun.copy(id, query.how.as_deref() == Some("buyer")).await?
    } else if let Some(id) = &query.settle {
        begun.settlement(id).await?
    } else if let Some(buyer) = &query.buyer {
        match begun.discount(buyer, query.from.as_deref(), query.to.as_deref()).await? {
            Some(form) => form,
            None => {
                let to = format!("/companies/{}/correct", company.context);
                let text = visit.lang.choose(
                    "W tym okresie nie ma faktur dla tego nabywcy, które mają już numer KSeF. Sprawdź NIP i daty.",
                    "Within that time there is no invoice to this buyer that has its KSeF number. Look at the NIP and the dates.",
                );
                return Ok(visit.told(&to, FlashKind::Failed, text));
            }
        }
    } else if query.how.as_deref() == Some("typed") {
        begun.typed_correction().await?
    } else {
        begun.empty().await?
    };
    if let Some(id) = query.draft {
        form.set("draft", id);
    }
    form.suggest("key", &SaleId::generate().to_string());
    fill_in(&shared, &company, &mut form, visit.lang).await?;
    let mut looked = look(&shared.app, &company, &form, visit.lang).await?;
    number_is_free(&shared.app, &company, &form, &mut looked, visit.lang).await?;
    looked.spare(&form);
    shown(&shared, visit, &company, &form, looked, Told::default()).await
}

/// `POST`: whichever button was pressed.
pub(crate) async fn act(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    // The last one counts: a form has a hidden button that the key Enter presses.
    let action = pairs.iter().rev().find(|(name, _)| name == "do").map(|(_, value)| value.clone());
    let action = action.unwrap_or_default();
    let mut form = IssueForm::of(pairs);
    form.suggest("key", &SaleId::generate().to_string());
    let filled = fill_in(&shared, &company, &mut form, visit.lang).await?;
    let mut focus = String::new();
    match action.as_str() {
        "add" => focus = format!("lines.{}.name", form.add_line()),
        "restore" => {
            focus = form.restore_line().map_or_else(String::new, |line| format!("lines.{line}.name"))
        }
        "issue" | "check" => form.set("lookedAt", "yes"),
        // No button: another kind was chosen.
        "" => "kind".clone_into(&mut focus),
        other => {
            if let Some(line) = other.strip_prefix("remove-").and_then(|line| line.parse::<usize>().ok()) {
                form.remove_line(line);
                if form.lines() == 0 {
                    form.add_line();
                }
                // Where it was, one goes on.
                focus = format!("lines.{}.name", line.min(form.lines() - 1));
            }
        }
    }
    let mut looked = look(&shared.app, &company, &form, visit.lang).await?;
    if action == "keep" {
        form.forget_removed();
        return keep(&shared, visit, &caller, &company, form).await;
    }
    if action == "issue" && looked.xml.is_some() {
        match issued(&shared, &caller, &company, &form, &looked).await? {
            Ok(taken) => return gone(&shared, visit, &company, &form, taken).await,
            Err(not) => looked.fault(not.field, "", &not.words, visit.lang),
        }
    } else {
        number_is_free(&shared.app, &company, &form, &mut looked, visit.lang).await?;
    }
    if form.text("lookedAt").is_empty() {
        looked.spare(&form);
    }
    shown(&shared, visit, &company, &form, looked, Told { focus, filled }).await
}

/// `POST …/preview`: the invoice as it would be printed, in a tab of its own.
pub(crate) async fn preview(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let mut form = IssueForm::of(pairs);
    fill_in(&shared, &company, &mut form, visit.lang).await?;
    let looked = look(&shared.app, &company, &form, visit.lang).await?;
    let Some(xml) = looked.xml else {
        let first = looked.faults.values().flatten().chain(&looked.general).find(|one| one.is_error);
        let first = first.map(|one| one.message.clone()).unwrap_or_default();
        let lead = visit.lang.choose(
            "Faktury nie da się jeszcze pokazać. Zamknij tę kartę i popraw formularz:",
            "The invoice cannot be shown yet. Close this tab and mend the form:",
        );
        let title = visit.lang.choose("Podgląd", "Preview");
        let mut frame = visit.frame(&shared, Some(&company), Section::Issue, title);
        frame.here = format!("/companies/{}/issue", company.context);
        let view = ProblemView { message: format!("{lead} {first}"), code: "preview".to_owned(), back: None };
        return visit.page(problem(&frame, &view));
    };
    let print = Print {
        xml: xml.into_bytes(),
        ksef_number: None,
        language: print_language(visit.lang),
        mode: Mode::Online,
        certificate_link: None,
        output: Output::Html,
        name: "preview".to_owned(),
    };
    marked(rendered(&shared, company, print).await?, visit.lang).await
}

/// A preview says of itself that it is none: it looks like an invoice, and has a code that leads nowhere.
async fn marked(response: Response, lang: Language) -> Result<Response, Failure> {
    let (mut parts, body) = response.into_parts();
    let internal = |_| Failure::new(ProblemCode::Internal, "");
    let bytes = axum::body::to_bytes(body, PREVIEW_BYTES_MAX).await.map_err(internal)?;
    let mut html = String::from_utf8_lossy(&bytes).into_owned();
    let text = lang.choose(
        "Podgląd: tej faktury jeszcze nie wystawiono, a jej kod QR nigdzie nie prowadzi.",
        "Preview: this invoice is not issued yet, and its QR code leads nowhere.",
    );
    let begin = html.find("<body").and_then(|at| Some(at + html[at..].find('>')? + 1)).unwrap_or_default();
    html.insert_str(begin, &format!("<p role=\"note\" style=\"{MARK}\">{text}</p>"));
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, html.into()))
}

/// `GET …/drafts`.
pub(crate) async fn drafts_page(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let kept = shared.app.store.kept_forms(&company.context, KeptKind::Draft, DRAFTS_SHOWN).await?;
    let row = |one: KeptForm| DraftRow {
        id: one.name,
        title: one.title,
        kept_by: actor_words(one.kept_by),
        kept_at: visit.lang.moment(one.kept_at),
    };
    let view = DraftsView { company: company.context.to_string(), rows: kept.into_iter().map(row).collect() };
    let frame = visit.frame(&shared, Some(&company), Section::Drafts, visit.lang.choose("Szkice", "Drafts"));
    visit.page(drafts(&frame, &view))
}

/// `POST …/drafts/{id}/remove`.
pub(crate) async fn remove_draft(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let to = format!("/companies/{}/issue/drafts", company.context);
    if !Fields::of(form).is_confirmed() {
        let kept = shared.app.store.kept_form(&company.context, KeptKind::Draft, &id).await?;
        let question = Question {
            title: ["Usunąć szkic?", "Remove the draft?"],
            note: [
                "Szkicu nie da się przywrócić; żadna wystawiona faktura się nie zmieni.",
                "A draft cannot be brought back; no issued invoice is changed.",
            ],
            about: kept.into_iter().map(|one| one.title).collect(),
            action: format!("{to}/{id}/remove"),
            fields: Vec::new(),
            back: to,
        };
        return visit.asks(&shared, Some(&company), Section::Issue, question);
    }
    shared.app.journal.forget_form(&company.context, KeptKind::Draft, &id).await?;
    Ok(visit.done(&to, "Usunięto szkic.", "The draft was removed."))
}

/// Fills in what the gateway knows and nobody has written: the buyer by the NIP, the KSeF number of a corrected invoice.
///
/// Says which of the fields, though they had something, are others now.
async fn fill_in(
    shared: &Shared,
    company: &Company,
    form: &mut IssueForm,
    lang: Language,
) -> Result<Vec<&'static str>, Failure> {
    form.fit_rates();
    let app = &shared.app;
    let is_named = !form.text("buyer.name").is_empty();
    let kind = if form.is_farmers() { "nip" } else { form.text(form::BUYER_KIND) };
    let plain: String = form.text(form::BUYER_ID).chars().filter(char::is_ascii_digit).collect();
    if !is_named
        && matches!(kind, "" | "nip")
        && let Ok(nip) = Nip::parse(&plain)
        && nip.has_valid_check_digit()
    {
        let known = match earlier_buyer(app, company, &nip).await? {
            Some(known) => Some(known),
            None => looked_up(shared, &nip).await,
        };
        if let Some(Contractor { name, line1, line2, country, email }) = known {
            form.set("buyer.name", name);
            form.suggest("buyer.address.line1", &line1);
            form.suggest("buyer.address.line2", &line2);
            form.suggest("buyer.address.country", &country);
            form.suggest("buyer.contacts.0.email", &email);
        }
    }
    let original = form.text("correction.corrected.0.number");
    if form.is_correction()
        && !original.is_empty()
        && form.text("correction.corrected.0.ksefNumber").is_empty()
        && let Some(sale) = app.store.sale_with_number(&company.context, original).await?
        && sale.state.is_numbered()
        && let Some(number) = &sale.ksef_number
    {
        form.set("correction.corrected.0.ksefNumber", number.to_string());
    }
    // Who has no NIP is remembered by name: companies abroad, with their number and address. People of one name are not one person.
    if is_named
        && !form.is_farmers()
        && !form.is_correction()
        && form.text(form::BUYER_ID).is_empty()
        && form.text("buyer.address.line1").is_empty()
        && let Some(invoice) = earlier_without_nip(app, company, form.text("buyer.name")).await?
    {
        let earlier = of_invoice(&shape_of(&NeutralInvoice::Vat(Box::new(invoice))), lang);
        if !earlier.text(form::BUYER_ID).is_empty() {
            for name in BUYER_FIELDS {
                form.suggest(name, earlier.text(name));
            }
            for name in FOLLOWING {
                form.set(name, earlier.text(name));
            }
            return Ok(FOLLOWING.to_vec());
        }
    }
    Ok(Vec::new())
}

/// What the page is told besides the form.
#[derive(Default)]
struct Told {
    /// The field in which to go on.
    focus: String,
    /// The fields that changed though they had something.
    filled: Vec<&'static str>,
}

/// What is filled in of a buyer where it is empty, and what its number means.
const BUYER_FIELDS: [&str; 4] =
    [form::BUYER_ID, "buyer.address.line1", "buyer.address.line2", "buyer.contacts.0.email"];
const FOLLOWING: [&str; 2] = [form::BUYER_KIND, "buyer.address.country"];

/// Asks whoever the gateway was given for it; that nothing comes of it keeps nobody from writing on.
async fn looked_up(shared: &Shared, nip: &Nip) -> Option<Contractor> {
    let lookup = shared.contractors.as_ref()?;
    match tokio::time::timeout(LOOKUP_PATIENCE, lookup.look_up(nip)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::warn!(%error, "a contractor was not looked up");
            None
        }
        Err(_) => {
            tracing::warn!("looking a contractor up took too long");
            None
        }
    }
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    form: &IssueForm,
    looked: Looked,
    told: Told,
) -> Result<Response, Failure> {
    let mut view = view::view(&shared.app, company, form, looked, visit.lang).await?;
    view.focus = told.focus;
    view.filled = told.filled.join(" ");
    let title = if form.is_correction() {
        visit.lang.choose("Wystaw korektę", "Issue a correction")
    } else {
        visit.lang.choose("Wystaw fakturę", "Issue an invoice")
    };
    let mut frame = visit.frame(shared, Some(company), Section::Issue, title);
    frame.written_form = Some(ISSUE_FORM);
    visit.page(issue(&frame, &view))
}

/// Keeps the form as a draft.
async fn keep(
    shared: &Shared,
    visit: Visit,
    caller: &Caller,
    company: &Company,
    mut form: IssueForm,
) -> Result<Response, Failure> {
    let id = match form.text("draft") {
        "" => SaleId::generate().to_string(),
        known => known.to_owned(),
    };
    let actor = caller.actor();
    form.set("draft", id.clone());
    form.set("lookedAt", "");
    let title = title_of(&form, visit.lang);
    let kept =
        KeptForm { name: id.clone(), title, content: form.content(), kept_by: actor, kept_at: company.now() };
    match shared.app.journal.keep_form(&company.context, KeptKind::Draft, &kept).await {
        Ok(()) => {
            let to = format!("/companies/{}/issue?draft={id}", company.context);
            Ok(visit.done(&to, "Zapisano szkic.", "The draft was saved."))
        }
        Err(StoreError::TooManyKept) => {
            let mut looked = look(&shared.app, company, &form, visit.lang).await?;
            let words = Words {
                pl: "Jest już 500 szkiców; usuń niepotrzebne i zapisz jeszcze raz.".to_owned(),
                en: "There are 500 drafts already; remove some and save again.".to_owned(),
            };
            looked.fault("number", "", &words, visit.lang);
            shown(shared, visit, company, &form, looked, Told::default()).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What a draft is called: number or none, buyer, date.
fn title_of(form: &IssueForm, lang: Language) -> String {
    let number = match (form.is_correction(), form.text("number")) {
        (true, "") => lang.choose("Korekta bez numeru", "Correction without a number"),
        (false, "") => lang.choose("Faktura bez numeru", "Invoice without a number"),
        (_, number) => number,
    };
    let day = form.text("issueDate");
    let day = day.parse::<Date>().map_or_else(|_| day.to_owned(), |day| lang.date(day));
    let parts = [number, form.text("buyer.name"), &day];
    let all: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    all.join(" · ").chars().take(TITLE_CHARS_MAX).collect()
}

/// Why an invoice that looked right was not taken in after all.
struct NotIssued {
    field: &'static str,
    words: Words,
}

/// Issues the invoice: it is taken in as what programs send, under the form's own key.
async fn issued(
    shared: &Shared,
    caller: &Caller,
    company: &Company,
    form: &IssueForm,
    looked: &Looked,
) -> Result<Result<Taken, NotIssued>, Failure> {
    let key = format!("form-{}", form.text("key").chars().take(KEY_CHARS_MAX).collect::<String>());
    let actor = caller.actor();
    let options = TakeOptions { idempotency_key: Some(&key), actor: &actor, ..TakeOptions::default() };
    let not = |field, pl: &str, en: &str| {
        Ok(Err(NotIssued { field, words: Words { pl: pl.to_owned(), en: en.to_owned() } }))
    };
    match take_neutral(&shared.app, company, &options, &looked.json).await {
        Ok(taken) => Ok(Ok(taken)),
        Err(TakeError::Store(StoreError::KeyReused)) => not(
            "number",
            "Z tego formularza wystawiono już fakturę; jest na liście sprzedaży. Kolejną wystaw w nowym formularzu.",
            "An invoice was issued from this form already; it is in the list of sales. Issue another one in a new form.",
        ),
        Err(TakeError::Store(StoreError::NumberTaken { .. })) => not(
            "number",
            "Faktura o tym numerze już jest; podaj następny.",
            "There is an invoice with this number already; give the next one.",
        ),
        Err(error) => {
            let failure = Failure::from(error);
            if failure.problem.status >= 500 {
                return Err(failure);
            }
            Ok(Err(NotIssued { field: "number", words: failure.problem.message.clone() }))
        }
    }
}

/// It is issued: the draft goes, and the way on is told.
async fn gone(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    form: &IssueForm,
    taken: Taken,
) -> Result<Response, Failure> {
    let (Taken::New(sale) | Taken::Known(sale)) = taken;
    let draft = form.text("draft");
    if !draft.is_empty() {
        shared.app.journal.forget_form(&company.context, KeptKind::Draft, draft).await?;
    }
    let number = &sale.invoice_number;
    let (pl, en) = match sale.state {
        SaleState::Validated => {
            let policy = SendingPolicy::from_name(&sale.policy);
            if policy == Some(SendingPolicy::Manual) {
                ("czeka, aż ktoś ją wyśle", "it waits until somebody sends it")
            } else {
                ("czeka na zatwierdzenie", "it waits for approval")
            }
        }
        _ => ("bramka wyśle ją do KSeF", "the gateway sends it to KSeF"),
    };
    let then = form.text("then");
    let base = format!("/companies/{}", company.context);
    let (to, next) = match then.strip_prefix("replace:") {
        Some(id) if id.parse::<SaleId>().is_ok() => (
            format!("{base}/issue?copy={id}&how=buyer"),
            [
                " Teraz wystaw nową fakturę na właściwego nabywcę.",
                " Now issue a new invoice to the right buyer.",
            ],
        ),
        _ => (format!("{base}/invoices/{}", sale.id), ["", ""]),
    };
    let words = Words {
        pl: format!("Wystawiono {number}; {pl}.{}", next[0]),
        en: format!("{number} was issued; {en}.{}", next[1]),
    };
    let text = pick(visit.lang, &words);
    Ok(visit.told(&to, FlashKind::Done, &text))
}

/// What is not there, or cannot be written in a form.
fn not_here(id: &str) -> Failure {
    Failure::new(ProblemCode::InvoiceUnknown, &id.chars().take(40).collect::<String>())
}

/// Of a form with all its lines, and what it carries along of a document.
pub(crate) const ISSUE_BYTES_MAX: usize = 2 * 1024 * 1024;
const PREVIEW_BYTES_MAX: usize = 64 * 1024 * 1024;
const MARK: &str =
    "margin:0;padding:0.8em 1em;background:#fdf1d6;color:#6f4400;font-weight:bold;text-align:center";
const DRAFTS_SHOWN: u32 = 500;
const TITLE_CHARS_MAX: usize = 200;
const KEY_CHARS_MAX: usize = 64;
const LOOKUP_PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);
