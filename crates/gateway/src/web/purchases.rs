//! `/companies/{company}/purchases`: the inbox, and one purchase.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use gateway_access::Right;
use gateway_api::{ProblemCode, PurchaseNoteRequest, PurchaseStateRequest};
use gateway_pages::{
    Choice, CommentRow, HistoryRow, Language, Pager, PurchaseDetails, PurchaseFilterView, PurchaseRow,
    PurchasesView, Section, Tab, Tone, nip, purchase, purchases,
};
use gateway_store::{
    Approval, Purchase, PurchaseDocument, PurchaseEvent, PurchaseHistoryEntry, PurchaseState, PurchaseView,
    Store,
};
use ksef_id::ContextIdentifier;

use super::parts::{actor_words, pick, query_of};
use super::purchase_people as desk;
use super::sale::print_language;
use super::states::purchase_state_words;
use super::visit::{Visit, local_path};
use crate::access::{Caller, Identity, Sees};
use crate::app::cut;
use crate::rest::purchases::{html_of, purchase_of};
use crate::rest::{Failure, PurchaseListAsked, company_of, for_frames, purchase_desk, receiving};
use crate::router::Shared;

/// `GET`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<Vec<(String, String)>>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (lang, context) = (visit.lang, company.context.as_str());
    let query: Vec<(String, String)> = query
        .into_iter()
        .filter(|(name, value)| {
            !value.trim().is_empty() && !matches!(name.as_str(), "lang" | "theme" | "limit" | "order")
        })
        .collect();
    let of = |name: &str| {
        query.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    // What is one's own is asked for by whom the list is shown to, and by no filter.
    let own = match &visit.caller.identity {
        Identity::User(user) => user.0.id.parse().ok().map(PurchaseView::OnlyOf),
        _ => None,
    };
    let seen = match own {
        Some(own) if of("assigned") == OWN && sees.0.is_everything() => own,
        _ => sees.0,
    };
    let mut asked: Vec<(String, String)> =
        query.iter().filter(|(name, value)| !(name == "assigned" && value == OWN)).cloned().collect();
    let mut say = |name: &str, value: &str| asked.push((name.to_owned(), value.to_owned()));
    say("limit", ROWS);
    say("order", "desc");
    if of("page").is_empty() {
        say("page", "1");
    }
    let PurchaseListAsked::ByPage { filter, sort, is_descending, page, limit } =
        PurchaseListAsked::parse(&asked)?
    else {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "page"));
    };
    let store = &shared.app.store;
    let skip = (page - 1) * limit;
    let mut found =
        store.purchases_by(&company.context, seen, &filter, sort, is_descending, skip, limit + 1).await?;
    let has_next = cut(&mut found, limit);

    let base = format!("/companies/{context}/purchases");
    let kept = ["search", "receivedFrom", "receivedTo", "assigned", "approval"].map(|name| (name, of(name)));
    let address = |state: &str, page: &str| {
        format!("{base}{}", query_of(kept.into_iter().chain([("state", state), ("page", page)])))
    };
    let new = new_purchases_of(store, &company.context, seen, lang).await?;
    let mut tabs = vec![Tab {
        label: lang.choose("Wszystkie", "All").to_owned(),
        href: address("", ""),
        count: None,
        is_current: of("state").is_empty(),
    }];
    tabs.extend(PurchaseState::ALL.iter().map(|state| Tab {
        label: pick(lang, &purchase_state_words(*state)),
        href: address(state.as_str(), ""),
        count: new.clone().filter(|_| *state == PurchaseState::New),
        is_current: of("state") == state.as_str(),
    }));
    let at_page = |page: u32| address(of("state"), &page.to_string());
    let view = PurchasesView {
        company: context.to_owned(),
        tabs,
        filter: PurchaseFilterView {
            search: of("search").to_owned(),
            received_from: of("receivedFrom").to_owned(),
            received_to: of("receivedTo").to_owned(),
            assigned: assigned_choices(own.is_some(), of("assigned"), lang),
            approvals: approval_choices(of("approval"), lang),
            hidden: Some(("state".to_owned(), of("state").to_owned()))
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        },
        rows: found.iter().map(|one| row(one, lang)).collect(),
        pager: Pager {
            page,
            previous: (page > 1).then(|| at_page(page - 1)),
            next: has_next.then(|| at_page(page + 1)),
        },
        may_work: visit.may(Right::WorkPurchases, &company.context),
        may_register: visit.may(Right::ReadRegister, &company.context),
        is_everything: kept.iter().all(|(_, value)| value.is_empty()) && of("state").is_empty(),
    };
    let title = lang.choose("Zakupy", "Purchases");
    let mut frame = visit.frame(&shared, Some(&company), Section::Purchases, title);
    Visit::live(&mut frame, &company, LIVE_MS);
    visit.page(purchases(&frame, &view))
}

/// `GET …/{number}`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    visit: Visit,
) -> Result<Response, Failure> {
    let (company, found) = purchase_of(&shared, &company, &number, sees).await?;
    let (lang, store) = (visit.lang, &shared.app.store);
    let history = store.purchase_history(found.position).await?;
    let has_document = found.sale_id.is_some()
        || store.purchase_document(found.position, PurchaseDocument::Xml).await?.is_some();
    let copy_of = match found.copy_of {
        Some(position) => store.purchase(&company.context, sees.0, position).await?.map(|one| key_of(&one)),
        None => None,
    };
    let may_work = visit.may(Right::WorkPurchases, &company.context);
    let facts = &found.facts;
    let money = |amount: &Option<String>| amount.as_ref().map(|amount| lang.money(amount, &facts.currency));
    let choice = |state: &PurchaseState| Choice {
        value: state.as_str().to_owned(),
        label: pick(lang, &purchase_state_words(*state)),
        note: String::new(),
        is_chosen: false,
    };
    let assignees = store.assignees(found.position).await?;
    let whose = desk::whose(&shared, &company, &assignees, may_work).await?;
    let view = PurchaseDetails {
        assigned: whose.assigned,
        persons: whose.persons,
        units: whose.units,
        comments: history
            .iter()
            .filter(|entry| entry.event == PurchaseEvent::Commented)
            .map(|entry| CommentRow {
                at: lang.moment(entry.at),
                actor: actor_words(entry.actor.clone()),
                text: entry.detail.clone().unwrap_or_default(),
            })
            .collect(),
        company: company.context.to_string(),
        row: row(&found, lang),
        seller_id: facts.seller_id.as_deref().map(nip),
        net: money(&facts.net),
        vat: money(&facts.vat),
        account: facts.account.clone(),
        is_split_payment: facts.is_split_payment,
        is_paid: facts.is_paid,
        copy_of,
        has_document,
        states: found.state.next().iter().map(choice).collect(),
        note: found.note.clone().unwrap_or_default(),
        may_work,
        history: history.iter().map(|entry| history_row(entry, lang)).collect(),
    };
    let frame = visit.frame(&shared, Some(&company), Section::Purchase, facts.invoice_number.clone());
    visit.page(purchase(&frame, &view))
}

/// How many purchases nobody has looked at yet, in words; nothing where there are none. Whoever has a great many is not told how
/// many exactly: that would be counted at every look at the page.
pub(super) async fn new_purchases_of(
    store: &Store,
    company: &ContextIdentifier,
    view: PurchaseView,
    lang: Language,
) -> Result<Option<String>, Failure> {
    let count = store.new_purchase_count(company, view, NEW_TOLD_MAX + 1).await?;
    Ok(match count {
        0 => None,
        count if count > i64::from(NEW_TOLD_MAX) => Some(format!("{}+", lang.count(NEW_TOLD_MAX.into()))),
        count => Some(lang.count(count)),
    })
}

const NEW_TOLD_MAX: u32 = 10_000;

fn row(found: &Purchase, lang: Language) -> PurchaseRow {
    let facts = &found.facts;
    PurchaseRow {
        key: key_of(found),
        ksef_number: found.ksef_number.as_ref().map(ToString::to_string),
        number: facts.invoice_number.clone(),
        seller: facts.seller_name.clone().or_else(|| facts.seller_id.clone()).unwrap_or_default(),
        issue_date: lang.date(facts.issue_date),
        received_on: lang.date(found.received_on),
        due_date: facts.due_date.map(|day| lang.date(day)),
        gross: lang.money(&facts.gross, &facts.currency),
        state: found.state.as_str(),
        state_text: pick(lang, &purchase_state_words(found.state)),
        tone: match found.state {
            PurchaseState::New => Tone::Busy,
            PurchaseState::Booked => Tone::Good,
            PurchaseState::Seen | PurchaseState::SetAside => Tone::Plain,
        },
        is_copy: found.copy_of.is_some(),
        approval: found.approval.map(|approval| approval_words(approval, lang)),
    }
}

fn approval_words(approval: Approval, lang: Language) -> (String, Tone) {
    let (pl, en, tone) = match approval {
        Approval::Approved => ("zatwierdzony", "approved", Tone::Good),
        Approval::Rejected => ("odrzucony", "rejected", Tone::Bad),
    };
    (lang.choose(pl, en).to_owned(), tone)
}

fn choice_of(value: &str, label: &str, chosen: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        note: String::new(),
        is_chosen: value == chosen,
    }
}

fn assigned_choices(has_own: bool, chosen: &str, lang: Language) -> Vec<Choice> {
    let all = [
        ("", "wszystkie", "all"),
        (OWN, "do mnie", "to me"),
        ("true", "do kogoś", "to somebody"),
        ("false", "do nikogo", "to nobody"),
    ];
    all.into_iter()
        .filter(|(value, ..)| has_own || *value != OWN)
        .map(|(value, pl, en)| choice_of(value, lang.choose(pl, en), chosen))
        .collect()
}

fn approval_choices(chosen: &str, lang: Language) -> Vec<Choice> {
    [
        ("", "wszystkie", "all"),
        ("none", "bez decyzji", "undecided"),
        ("approved", "zatwierdzone", "approved"),
        ("rejected", "odrzucone", "rejected"),
    ]
    .into_iter()
    .map(|(value, pl, en)| choice_of(value, lang.choose(pl, en), chosen))
    .collect()
}

fn key_of(found: &Purchase) -> String {
    found.ksef_number.as_ref().map_or_else(|| found.position.to_string(), ToString::to_string)
}

fn history_row(entry: &PurchaseHistoryEntry, lang: Language) -> HistoryRow {
    let (pl, en) = match entry.event {
        PurchaseEvent::Moved => ("nowy stan", "new state"),
        PurchaseEvent::Entered => ("wprowadzono ręcznie", "entered by hand"),
        PurchaseEvent::Imported => ("przeniesiono z KSeF 1.0", "imported from KSeF 1.0"),
        PurchaseEvent::Confirmed => ("KSeF potwierdził numer", "KSeF confirmed the number"),
        PurchaseEvent::NotConfirmed => ("KSeF nie zna tego numeru", "KSeF does not know the number"),
        PurchaseEvent::ScanAdded => ("dołączono skan", "a scan was added"),
        PurchaseEvent::CopyFound => ("znaleziono kopię", "a copy was found"),
        PurchaseEvent::Noted => ("zapisano notatkę", "a note was written"),
        PurchaseEvent::Assigned => ("przypisano", "assigned"),
        PurchaseEvent::Commented => ("komentarz", "comment"),
        PurchaseEvent::Approved => ("zatwierdzono", "approved"),
        PurchaseEvent::Rejected => ("odrzucono", "rejected"),
        PurchaseEvent::Undecided => ("cofnięto decyzję", "the decision was taken back"),
    };
    let mut event = lang.choose(pl, en).to_owned();
    if let Some(detail) = &entry.detail {
        // A state is told in words, anything else as it is.
        let words = PurchaseState::from_name(detail).map(|state| pick(lang, &purchase_state_words(state)));
        event = format!("{event}: {}", words.as_deref().unwrap_or(detail));
    }
    HistoryRow {
        at: lang.exact_moment(entry.at),
        state_text: String::new(),
        event,
        actor: actor_words(entry.actor.clone()),
        evidence: None,
    }
}

/// `GET …/{number}/view`: the invoice as people read it, for a frame of our own pages.
pub(crate) async fn view(
    State(shared): State<Shared>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    visit: Visit,
) -> Result<Response, Failure> {
    let language = print_language(visit.lang);
    Ok(for_frames(html_of(&shared, &company, &number, sees, language).await?))
}

/// The form that marks a purchase.
#[derive(serde::Deserialize)]
pub(crate) struct StateForm {
    state: String,
}

/// `POST …/{number}/state`.
pub(crate) async fn state(
    shared: State<Shared>,
    caller: Extension<Caller>,
    path: Path<(String, String)>,
    sees: Sees,
    visit: Visit,
    Form(form): Form<StateForm>,
) -> Result<Response, Failure> {
    let back = local_path(&format!("/companies/{}/purchases/{}", path.0.0, path.0.1));
    let asked = PurchaseStateRequest { state: form.state };
    let outcome = purchase_desk::state(shared, caller, path, sees, Ok(axum::Json(asked))).await;
    visit.ended(&back, outcome, "Zmieniono stan zakupu.", "The purchase's state was changed.")
}

/// The form with a note.
#[derive(serde::Deserialize)]
pub(crate) struct NoteForm {
    note: String,
}

/// `POST …/{number}/note`.
pub(crate) async fn note(
    shared: State<Shared>,
    caller: Extension<Caller>,
    path: Path<(String, String)>,
    sees: Sees,
    visit: Visit,
    Form(form): Form<NoteForm>,
) -> Result<Response, Failure> {
    let back = local_path(&format!("/companies/{}/purchases/{}", path.0.0, path.0.1));
    let asked = PurchaseNoteRequest { note: form.note };
    let outcome = purchase_desk::note(shared, caller, path, sees, Ok(axum::Json(asked))).await;
    visit.ended(&back, outcome, "Zapisano notatkę.", "The note was saved.")
}

/// `POST …/synchronize`: purchases are looked for now.
pub(crate) async fn synchronize(
    shared: State<Shared>,
    path: Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let back = local_path(&format!("/companies/{}/purchases", path.0));
    let outcome = receiving::synchronize(shared, path).await;
    visit.ended(
        &back,
        outcome,
        "Bramka sprawdza zakupy w KSeF; nowe pojawią się tutaj same.",
        "The gateway looks for purchases in KSeF; new ones appear here by themselves.",
    )
}

/// One's own, as the list is asked for them.
const OWN: &str = "me";
const ROWS: &str = "50";
const LIVE_MS: u32 = 5_000;
