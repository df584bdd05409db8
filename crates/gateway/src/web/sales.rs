//! `/companies/{company}/invoices`: the list of sales, and what is decided about several of them.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use gateway_access::Right;
use gateway_api::ProblemCode;
use gateway_pages::{Column, FlashKind, Language, Pager, SalesFilterView, SalesView, Section, Tab, sales};
use gateway_store::SaleState;

use super::forms::Question;
use super::parts::{INVOICES, query_of, sale_row};
use super::visit::{Visit, local_path};
use crate::access::Caller;
use crate::app::cut;
use crate::app::decide::{Decision, decide};
use crate::rest::invoices::sale_of;
use crate::rest::{Failure, ListAsked, company_of};
use crate::router::Shared;

/// A part of the list: its name in addresses, Polish, English, and which states are in it.
struct Part(&'static str, &'static str, &'static str, &'static [SaleState]);

const PARTS: [Part; 6] = [
    Part("", "Wszystkie", "All", &[]),
    Part(
        "attention",
        "Wymagają uwagi",
        "Need attention",
        &[
            SaleState::Returned,
            SaleState::Validated,
            SaleState::Approved,
            SaleState::Rejected,
            SaleState::NumberCollision,
        ],
    ),
    Part(WAITING, "Oczekują", "Waiting", TO_BE_SENT),
    Part(
        UNDER_WAY,
        "W drodze",
        "Under way",
        &[
            SaleState::Sending,
            SaleState::Accepted,
            SaleState::Numbered,
            SaleState::DuplicateAdopted,
            SaleState::UpoVerified,
        ],
    ),
    Part("in-ksef", "W KSeF", "In KSeF", &[SaleState::Stored]),
    Part("withdrawn", "Wycofane", "Withdrawn", &[SaleState::Withdrawn]),
];

/// What KSeF does not have and is to have, by itself or once somebody sends it.
pub(super) const TO_BE_SENT: &[SaleState] = &[
    SaleState::Draft,
    SaleState::Validated,
    SaleState::Approved,
    SaleState::Waiting,
    SaleState::OfflineIssued,
];

/// `GET`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (lang, context) = (visit.lang, company.context.as_str());
    // A form sends what was left empty, too.
    let mut query: Vec<(String, String)> = query
        .into_iter()
        .filter(|(name, value)| {
            !value.trim().is_empty() && !matches!(name.as_str(), "lang" | "theme" | "limit")
        })
        .collect();
    let view = query.iter().position(|(name, _)| name == "view").map(|place| query.remove(place).1);
    let view = view.unwrap_or_default();
    let part = PARTS.iter().find(|part| part.0 == view).unwrap_or(&PARTS[0]);
    let of = |name: &str| {
        query.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let (sort, is_ascending) = (of("sort"), of("order") == "asc");
    let mut asked: Vec<(String, String)> = query.clone();
    let mut say = |name: &str, value: &str| asked.push((name.to_owned(), value.to_owned()));
    say("limit", ROWS);
    if of("page").is_empty() {
        say("page", "1");
    }
    if of("order").is_empty() {
        say("order", "desc");
    }
    let ListAsked::ByPage { mut filter, sort: by, is_descending, page, limit } = ListAsked::parse(&asked)?
    else {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "page"));
    };
    filter.states.extend(part.3);
    let store = &shared.app.store;
    let skip = (page - 1) * limit;
    let mut found = store.sales_by(&company.context, &filter, by, is_descending, skip, limit + 1).await?;
    let has_next = cut(&mut found, limit);

    let base = format!("/companies/{context}/invoices");
    let kept = [
        ("search", of("search")),
        ("issuedFrom", of("issuedFrom")),
        ("issuedTo", of("issuedTo")),
        ("mode", of("mode")),
    ];
    let address = |view: &str, sort: &str, order: &str, page: &str| {
        let all = [("view", view), ("sort", sort), ("order", order), ("page", page)];
        format!("{base}{}", query_of(kept.into_iter().chain(all)))
    };
    let counts = store.unfinished_counts(&company.context).await?;
    let tabs = PARTS.iter().map(|Part(name, pl, en, states)| {
        // Those that are over are counted by nobody: there may be a million.
        let is_open = matches!(*name, WAITING | UNDER_WAY);
        let count: i64 =
            counts.iter().filter(|(state, _)| states.contains(state)).map(|(_, count)| count).sum();
        Tab {
            label: lang.choose(pl, en).to_owned(),
            href: address(name, sort, of("order"), ""),
            count: (is_open && count > 0).then(|| lang.count(count)),
            is_current: *name == part.0,
        }
    });
    let at_page = |page: u32| address(part.0, sort, of("order"), &page.to_string());
    let is_filtered = kept.iter().any(|(_, value)| !value.is_empty());
    let view = SalesView {
        company: context.to_owned(),
        tabs: tabs.collect(),
        filter: SalesFilterView {
            search: of("search").to_owned(),
            issued_from: of("issuedFrom").to_owned(),
            issued_to: of("issuedTo").to_owned(),
            mode: of("mode").to_owned(),
            hidden: [("view", part.0), ("sort", sort), ("order", of("order"))]
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        },
        columns: columns(lang)
            .map(|(label, name, is_amount)| {
                let is_sorted = sort == name;
                // What people want first of an amount or a date is the largest and the newest.
                let turned = if is_sorted && !is_ascending { "asc" } else { "desc" };
                Column {
                    label,
                    href: address(part.0, name, turned, ""),
                    sorted: is_sorted.then_some(if is_ascending { "ascending" } else { "descending" }),
                    is_amount,
                }
            })
            .into(),
        rows: found.iter().map(|sale| sale_row(sale, lang)).collect(),
        pager: Pager {
            page,
            previous: (page > 1).then(|| at_page(page - 1)),
            next: has_next.then(|| at_page(page + 1)),
        },
        may_decide: visit.may(Right::Decide, &company.context),
        may_send: visit.may(Right::Send, &company.context),
        here: visit.here.clone(),
        is_everything: !is_filtered && part.0.is_empty(),
    };
    let title = lang.choose("Sprzedaż", "Sales");
    let mut frame = visit.frame(&shared, Some(&company), Section::Sales, title);
    Visit::live(&mut frame, &company, LIVE_MS);
    visit.page(sales(&frame, &view))
}

/// The columns that can be sorted: what they are called, their name in addresses, whether they hold amounts.
const fn columns(lang: Language) -> [(&'static str, &'static str, bool); 4] {
    [
        (lang.choose("Numer", "Number"), "number", false),
        (lang.choose("Data wystawienia", "Issued"), "issueDate", false),
        (lang.choose("Nabywca", "Buyer"), "buyer", false),
        (lang.choose("Brutto", "Gross"), "gross", true),
    ]
}

/// `POST …/decide`: approves, sends, holds or withdraws the invoices that were ticked.
pub(crate) async fn decide_several(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let of = |name: &str| {
        form.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    // A row's own button sends that invoice, whatever is ticked.
    let alone = of("send");
    let decision = match of("decision") {
        _ if !alone.is_empty() => Decision::Send,
        "approve" => Decision::Approve,
        "send" => Decision::Send,
        "hold" => Decision::Hold,
        "withdraw" => Decision::Withdraw,
        _ => return Err(Failure::new(ProblemCode::ParameterInvalid, "decision")),
    };
    let name_of_ids = if alone.is_empty() { "id" } else { "send" };
    let ids = form.iter().filter(|(name, _)| name == name_of_ids).map(|(_, id)| id.as_str());
    let ids: Vec<&str> = ids.take(DECIDED_MAX).collect();
    let context = company.context.as_str();
    let back = match local_path(of("back")) {
        path if path == "/" => format!("/companies/{context}/invoices"),
        path => path,
    };
    if ids.is_empty() {
        let text = visit.lang.choose(
            "Nie zaznaczono żadnej faktury; nic nie zrobiono.",
            "No invoice was selected; nothing was done.",
        );
        let text = text.to_owned();
        return Ok(visit.told(&back, FlashKind::Failed, &text));
    }
    if decision == Decision::Withdraw && of("confirmed") != "yes" {
        return withdrawal(&shared, visit, &company, &ids, back).await;
    }
    let (mut done, mut refused) = (0, None);
    for id in &ids {
        let (company, sale) = sale_of(&shared, context, id).await?;
        match decide(&shared.app, &company, &sale, decision, &caller.actor()).await {
            Ok(()) => done += 1,
            Err(error) => {
                let failure = Failure::from(error);
                if failure.problem.status >= 500 {
                    return Err(failure);
                }
                refused.get_or_insert((sale.invoice_number, failure));
            }
        }
    }
    let lang = visit.lang;
    let (pl, en) = match decision {
        Decision::Approve => ("Zatwierdzono", "Approved"),
        Decision::Send => ("Skierowano do wysłania", "Released for sending"),
        Decision::Hold => ("Zatrzymano", "Held"),
        Decision::Withdraw => ("Wycofano", "Withdrawn"),
    };
    let mut text = format!("{}: {}.", lang.choose(pl, en), lang.counted(done, INVOICES));
    let kind = match refused {
        Some((number, failure)) => {
            let left = i64::try_from(ids.len()).unwrap_or(i64::MAX) - done;
            let left = lang.counted(left, INVOICES);
            let why = visit.pick(&failure.problem.message);
            text = match lang {
                Language::Pl => format!("{text} Bez zmian: {left}, na przykład {number}: {why}"),
                Language::En => format!("{text} Unchanged: {left}, for example {number}: {why}"),
            };
            FlashKind::Failed
        }
        None => FlashKind::Done,
    };
    Ok(visit.told(&back, kind, &text))
}

async fn withdrawal(
    shared: &Shared,
    visit: Visit,
    company: &crate::company::Company,
    ids: &[&str],
    back: String,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let context = company.context.as_str();
    let mut about = Vec::with_capacity(ids.len());
    let mut fields = vec![("decision".to_owned(), "withdraw".to_owned()), ("back".to_owned(), back.clone())];
    for id in ids {
        let (_, sale) = sale_of(shared, context, id).await?;
        let row = sale_row(&sale, lang);
        about.push(format!("{} · {} · {}", row.number, row.buyer, row.gross));
        fields.push(("id".to_owned(), row.id));
    }
    let question = Question {
        title: ["Wycofać zaznaczone faktury?", "Withdraw these invoices?"],
        note: [
            "Wycofana faktura nie zostanie wysłana do KSeF. Tego nie da się cofnąć, ale ten sam plik można wysłać jeszcze raz.",
            "A withdrawn invoice is not sent to KSeF. This cannot be undone, but the same file can be sent again.",
        ],
        about,
        action: format!("/companies/{context}/invoices/decide"),
        fields,
        back,
    };
    visit.asks(shared, Some(company), Section::Sales, question)
}

const WAITING: &str = "waiting";
const UNDER_WAY: &str = "under-way";
const ROWS: &str = "50";
/// As many as a page of the list has, and some more.
const DECIDED_MAX: usize = 200;
const LIVE_MS: u32 = 3_000;
