//! `/companies/{company}/purchases`: the inbox, and one purchase.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use gateway_access::Right;
use gateway_api::{PurchaseNoteRequest, PurchaseStateRequest};
use gateway_pages::{
    Choice, CommentRow, FlashKind, Language, Pager, PurchaseDetails, PurchaseFilterView, PurchaseRow,
    PurchasesView, Section, Tab, Tone, nip, purchase, purchases,
};
use gateway_rules::calendar::warsaw_day;
use gateway_store::{
    Approval, Confirmation, Purchase, PurchaseDocument, PurchaseEvent, PurchaseFacts, PurchaseRole,
    PurchaseState, PurchaseView, Store,
};
use ksef_id::ContextIdentifier;

use super::files::{filled, no_file};
use super::inbox::{Inbox, OWN};
use super::parts::{actor_words, jpk_view, pick, query_of};
use super::purchase_people as desk;
use super::purchase_words as words;
use super::sale::print_language;
use super::states::purchase_state_words;
use super::visit::{Visit, local_path};
use crate::access::{Caller, Sees};
use crate::app::cut;
use crate::app::purchases::files::name_of;
use crate::app::purchases::payment::transfer_of;
use crate::app::purchases::scan;
use crate::rest::purchases::{html_of, purchase_of};
use crate::rest::{Failure, company_of, for_frames, purchase_desk, receiving};
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
    let inbox = Inbox::of(query, &visit.caller, sees)?;
    let of = |name: &str| inbox.asked(name);
    let Inbox { seen, filter, sort, page, limit, .. } = &inbox;
    let (seen, page, limit) = (*seen, *page, *limit);
    let store = &shared.app.store;
    let skip = (page - 1) * limit;
    let mut found = store.purchases_by(&company.context, seen, filter, *sort, true, skip, limit + 1).await?;
    let has_next = cut(&mut found, limit);

    let base = format!("/companies/{context}/purchases");
    let kept = ["search", "receivedFrom", "receivedTo", "assigned", "approval"].map(|name| (name, of(name)));
    let parts = ["state", "role", "madeElsewhere"].map(|name| (name, of(name)));
    let address = |parts: [(&str, &str); 3], page: &str| {
        format!("{base}{}", query_of(kept.into_iter().chain(parts).chain([("page", page)])))
    };
    let purchases_in = |state| [("state", state), ("role", ""), ("madeElsewhere", "")];
    let is_sales = of("role") == PurchaseRole::Seller.as_str();
    let new = new_purchases_of(store, &company.context, seen, lang).await?;
    let mut tabs = vec![Tab {
        label: lang.choose("Wszystkie", "All").to_owned(),
        href: address(purchases_in(""), ""),
        count: None,
        is_current: of("state").is_empty() && !is_sales,
    }];
    tabs.extend(PurchaseState::ALL.iter().map(|state| Tab {
        label: pick(lang, &purchase_state_words(*state)),
        href: address(purchases_in(state.as_str()), ""),
        count: new.clone().filter(|_| *state == PurchaseState::New),
        is_current: of("state") == state.as_str() && !is_sales,
    }));
    tabs.push(Tab {
        label: lang.choose("Sprzedaż spoza bramki", "Sales made elsewhere").to_owned(),
        href: address(SALES_MADE_ELSEWHERE, ""),
        count: None,
        is_current: is_sales,
    });
    let at_page = |page: u32| address(parts, &page.to_string());
    let view = PurchasesView {
        company: context.to_owned(),
        tabs,
        filter: PurchaseFilterView {
            search: of("search").to_owned(),
            received_from: of("receivedFrom").to_owned(),
            received_to: of("receivedTo").to_owned(),
            assigned: assigned_choices(inbox.is_somebodys, of("assigned"), lang),
            approvals: approval_choices(of("approval"), lang),
            hidden: parts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
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
        is_everything: kept.iter().chain(&parts).all(|(_, value)| value.is_empty()),
        is_sales,
        marks: PurchaseState::ALL
            .iter()
            .map(|state| choice_of(state.as_str(), &pick(lang, &purchase_state_words(*state)), ""))
            .collect(),
        package: format!("{base}/package.zip{}", query_of(inbox.filters())),
        here: visit.here.clone(),
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
    let (company, mut found) = purchase_of(&shared, &company, &number, sees).await?;
    let (lang, store) = (visit.lang, &shared.app.store);
    let may_work = visit.may(Right::WorkPurchases, &company.context);
    if found.state == PurchaseState::New && may_work && !found.is_sale {
        // Whoever works with purchases has looked at it now.
        let (context, actor) = (&company.context, visit.caller.actor());
        shared.app.journal.purchase_seen(context, found.position, &actor, company.now()).await?;
        found.state = PurchaseState::Seen;
    }
    let history = store.purchase_history(found.position).await?;
    let has_document = found.sale_id.is_some()
        || store.purchase_document(found.position, PurchaseDocument::Xml).await?.is_some();
    let copy_of = match found.copy_of {
        Some(position) => store.purchase(&company.context, sees.0, position).await?.map(|one| name_of(&one)),
        None => None,
    };
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
        is_sale: found.is_sale,
        mode: words::mode(&found.mode).map(|words| pick(lang, &words.label)),
        confirmation: found.confirmation.and_then(|one| words::confirmation(one, lang)),
        other_id: other_id(facts, found.is_sale),
        sale_date: facts.sale_date.map(|day| lang.date(day)),
        stored_in_ksef: found.permanent_storage_date.map(|at| lang.exact_moment(at)),
        jpk: jpk_view(
            &found.mode,
            found.ksef_number.as_ref(),
            facts.issue_date,
            warsaw_day(company.now()),
            lang,
        ),
        transfer_title: transfer_of(&company, &found).map(|(_, title)| title),
        net: money(&facts.net),
        vat: money(&facts.vat),
        account: facts.account.clone(),
        is_split_payment: facts.is_split_payment,
        is_paid: facts.is_paid,
        copy_of,
        has_document,
        has_scan: history.iter().any(|entry| entry.event == PurchaseEvent::ScanAdded),
        states: found.state.next().iter().map(choice).collect(),
        note: found.note.clone().unwrap_or_default(),
        position: found.position,
        may_correct: found.is_sale
            && found.sale_id.is_none()
            && has_document
            && visit.may(Right::Send, &company.context),
        may_work,
        history: history.iter().map(|entry| words::history_row(entry, lang)).collect(),
    };
    let mut frame = visit.frame(&shared, Some(&company), Section::Purchase, facts.invoice_number.clone());
    if found.confirmation == Some(Confirmation::Pending) {
        Visit::live(&mut frame, &company, LIVE_MS);
    }
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
    let (name, id) = other_side(facts, found.is_sale);
    PurchaseRow {
        key: name_of(found),
        ksef_number: found.ksef_number.as_ref().map(ToString::to_string),
        number: facts.invoice_number.clone(),
        other: name.clone().or_else(|| id.as_deref().map(nip)).unwrap_or_default(),
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

/// The identifier of the other side, where its name is known as well: otherwise it stands in the name's place.
fn other_id(facts: &PurchaseFacts, is_sale: bool) -> Option<String> {
    let (name, id) = other_side(facts, is_sale);
    id.as_deref().filter(|_| name.is_some()).map(nip)
}

/// Name and identifier of the other side: the seller of a purchase, the buyer of a sale.
fn other_side(facts: &PurchaseFacts, is_sale: bool) -> (&Option<String>, &Option<String>) {
    if is_sale { (&facts.buyer_name, &facts.buyer_id) } else { (&facts.seller_name, &facts.seller_id) }
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

/// `POST …/{number}/scan`: a scan, in the place of one that was there.
pub(crate) async fn add_scan(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, number)): Path<(String, String)>,
    sees: Sees,
    visit: Visit,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let back = local_path(&format!("/companies/{company}/purchases/{number}"));
    let (company, found) = match purchase_of(&shared, &company, &number, sees).await {
        Ok(found) => found,
        Err(failure) => return visit.failed(&back, failure),
    };
    let brought = match form {
        Ok(form) => filled(form).await.map(|mut form| form.file("scan")),
        Err(_) => Ok(None),
    };
    let brought = match brought {
        Ok(brought) => brought,
        Err(failure) => return visit.failed(&back, failure),
    };
    let Some(bytes) = brought else {
        let text = no_file(visit.lang);
        return Ok(visit.told(&back, FlashKind::Failed, text));
    };
    let media_type = match words::scan_kind(&bytes) {
        Ok(media_type) => media_type,
        Err(fault) => {
            let text = visit.pick(&fault);
            return Ok(visit.told(&back, FlashKind::Failed, &text));
        }
    };
    let kept = scan::keep(&shared.app, &company, found.position, (media_type, &bytes), &caller.actor()).await;
    visit.ended(&back, kept.map_err(Failure::from), "Dołączono skan.", "The scan was added.")
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

/// The tab of sales that another program made, or that were entered by hand.
const SALES_MADE_ELSEWHERE: [(&str, &str); 3] =
    [("state", ""), ("role", PurchaseRole::Seller.as_str()), ("madeElsewhere", "true")];
const LIVE_MS: u32 = 5_000;
