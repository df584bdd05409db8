//! `/companies/{company}/settings/retention`: how long documents are kept, what is held back from erasing, what would
//! be erased and what was.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Json};
use gateway_access::Right;
use gateway_api::{ErasableResource, LegalHoldRequest, ProblemCode, RetentionRequest};
use gateway_pages::{
    DueRow, ErasedRow, HoldForm, HoldRow, Language, Plural, RetentionView, Section, nip, retention,
};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::retention::{FULL_YEARS, YEARS_MAX, YEARS_MIN};
use gateway_store::{ErasedDocument, LegalHold};
use jiff::civil::Date;

use super::audit::who_words;
use super::frame::{Part, tabs};
use crate::access::{Caller, Sees};
use crate::app::cut;
use crate::app::retention::years_of;
use crate::company::Company;
use crate::rest::{Failure, company_of, retention as rest};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question, Refused};
use crate::web::parts::query_of;
use crate::web::visit::Visit;

/// What is looked at: as of which day, and where the lists go on.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Looked {
    as_of: String,
    /// Of what would be erased.
    after: String,
    /// Of holds.
    holds: String,
    /// Of what was erased.
    erased: String,
}

/// `GET`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(looked): Query<Looked>,
    sees: Sees,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    shown(&shared, visit, &company, sees, &looked, (HoldForm::default(), None)).await
}

/// `POST`: the rule. Switching erasing on is asked once more: it cannot be undone.
pub(crate) async fn set(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let (form, back) = (Fields::of(form), Part::Retention.of(&found));
    let Ok(years) = form.one("years").parse::<i64>() else {
        let range = format!("years ({FULL_YEARS}…{YEARS_MAX})");
        return visit.failed(&back, Failure::new(ProblemCode::ParameterInvalid, &range));
    };
    let asked = RetentionRequest {
        years,
        is_on: form.is_ticked("on"),
        is_shorter_on_purpose: form.is_ticked("shorter"),
    };
    let before = shared.app.store.retention(&found.context).await?;
    let goes_further = asked.is_on && (!before.is_on || years < before.years);
    if goes_further && !form.is_confirmed() {
        return asks(&shared, visit, &found, &asked);
    }
    let outcome = rest::set(State(shared), Path(company), Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Zapisano.", "Saved.")
}

/// The question before more is erased than was.
fn asks(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    asked: &RetentionRequest,
) -> Result<Response, Failure> {
    let (lang, back) = (visit.lang, Part::Retention.of(company));
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut fields = vec![field("years", &asked.years.to_string()), field("on", "yes")];
    if asked.is_shorter_on_purpose {
        fields.push(field("shorter", "yes"));
    }
    let years = lang.choose("Pełne lata po roku wystawienia", "Full years after the year of issue");
    let question = Question {
        title: ["Usuwać dokumenty, których czas minął?", "Erase documents whose time is over?"],
        note: [
            "Bramka zacznie od razu, a tego, co usunie, nie da się odzyskać. Zobacz najpierw, co zostałoby usunięte.",
            "The gateway begins at once, and what it erases cannot be had back. Look first at what would be erased.",
        ],
        about: vec![format!("{years}: {}", asked.years)],
        action: back.clone(),
        fields,
        back,
    };
    visit.asks(shared, Some(company), Section::Retention, question)
}

/// `POST …/holds`: places one.
pub(crate) async fn hold(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    sees: Sees,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let form = Fields::of(form);
    let typed = HoldForm {
        document: form.one("document").to_owned(),
        party: form.one("party").to_owned(),
        from: form.one("from").to_owned(),
        until: form.one("until").to_owned(),
        reason: form.one("reason").to_owned(),
    };
    let placed = match asked(&typed) {
        Ok(asked) => {
            let at = (State(shared.clone()), Extension(caller), Path(company));
            rest::place_hold(at.0, at.1, at.2, Ok(Json(asked))).await.map(drop)
        }
        Err(failure) => Err(failure),
    };
    match placed {
        Ok(()) => Ok(visit.done(&Part::Retention.of(&found), "Wstrzymano.", "It is held back.")),
        Err(failure) => {
            let (problem, refused) = Refused::of(failure, &visit)?;
            let form = (typed, Some(problem));
            Ok(refused.on(shown(&shared, visit, &found, sees, &Looked::default(), form).await?))
        }
    }
}

/// What the form asks for; an empty field says nothing.
fn asked(typed: &HoldForm) -> Result<LegalHoldRequest, Failure> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let day = |name: &str, text: &str| match text {
        "" => Ok(None),
        text => text.parse::<Date>().map(Some).map_err(|_| Failure::new(ProblemCode::ParameterInvalid, name)),
    };
    Ok(LegalHoldRequest {
        document: text(&typed.document),
        party: text(&typed.party),
        from: day("from", &typed.from)?,
        until: day("until", &typed.until)?,
        reason: typed.reason.clone(),
    })
}

/// `POST …/holds/lift`.
pub(crate) async fn lift(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let (form, back) = (Fields::of(form), Part::Retention.of(&found));
    let id = form.one("id").to_owned();
    if !form.is_confirmed() {
        let lang = visit.lang;
        let hold = match id.parse() {
            Ok(position) => shared.app.store.legal_hold(&found.context, position).await?,
            Err(_) => None,
        };
        let question = Question {
            title: ["Zdjąć blokadę?", "Lift the hold?"],
            note: [
                "Dokumenty, których czas minął i których nic innego nie wstrzymuje, zostaną usunięte, jeśli usuwanie jest włączone.",
                "Documents whose time is over and that nothing else holds back are erased, if erasing is switched on.",
            ],
            about: hold.iter().map(|hold| about(hold, lang)).collect(),
            action: format!("{back}/holds/lift"),
            fields: vec![("id".to_owned(), id)],
            back,
        };
        return visit.asks(&shared, Some(&found), Section::Retention, question);
    }
    let outcome = rest::lift_hold(State(shared), Extension(caller), Path((company, id))).await;
    visit.ended(&back, outcome, "Zdjęto blokadę.", "The hold was lifted.")
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    sees: Sees,
    looked: &Looked,
    (form, problem): (HoldForm, Option<String>),
) -> Result<Response, Failure> {
    let (lang, here, context) = (visit.lang, Part::Retention.of(company), company.context.to_string());
    let rule = rest::show(State(shared.clone()), Path(context.clone())).await?.0;
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let query = rest::DueQuery { after: some(&looked.after), as_of: some(&looked.as_of) };
    let due = rest::due_list(State(shared.clone()), Path(context), sees, Query(query)).await?.0;
    let after = looked.holds.parse().unwrap_or(0);
    let mut holds = shared.app.store.legal_holds(&company.context, after, ROWS + 1).await?;
    let has_more = cut(&mut holds, ROWS);
    let gone = shared.app.store.newest_erased(&company.context, looked.erased.parse().ok(), ROWS).await?;
    let as_of = due.as_of.to_string();
    let kept = [
        ("asOf", as_of.as_str()),
        ("holds", looked.holds.as_str()),
        ("after", looked.after.as_str()),
        ("erased", looked.erased.as_str()),
    ];
    // One list goes on, and the others stay where they are.
    let link = |place: &str, name: &str, to: &str| {
        let pairs = kept.map(|(one, value)| (one, if one == name { to } else { value }));
        format!("{here}{}#{place}", query_of(pairs))
    };
    let last_hold = holds.last().filter(|_| has_more).map(|last| last.position.to_string());
    let view = RetentionView {
        base: here.clone(),
        tabs: tabs(&visit, Some(company), Part::Retention),
        may_change: visit.may(Right::ChangeSettings, &company.context),
        years: rule.years,
        years_range: (i64::from(YEARS_MIN), i64::from(YEARS_MAX)),
        is_on: rule.is_on,
        erased_before: lang.date(rule.erased_before),
        objects_left: (rule.objects_left > 0)
            .then(|| lang.count(i64::try_from(rule.objects_left).unwrap_or(i64::MAX))),
        next_holds: last_hold.map(|last| link("holds", "holds", &last)),
        holds: holds.iter().map(|hold| hold_row(hold, lang)).collect(),
        next_due: due.next_cursor.as_deref().map(|next| link("due", "after", next)),
        due: due.items.into_iter().map(|one| due_row(one, lang)).collect(),
        next_erased: gone.next.map(|next| link("erased", "erased", &next.to_string())),
        erased: gone.items.into_iter().map(|one| erased_row(one, lang)).collect(),
        as_of: as_of.clone(),
        form,
        problem,
    };
    let title = lang.choose("Przechowywanie dokumentów", "How long documents are kept");
    let frame = Part::Retention.frame(shared, &visit, Some(company), title);
    visit.page(retention(&frame, &view))
}

fn hold_row(hold: &LegalHold, lang: Language) -> HoldRow {
    let by = |who: &str, at| format!("{}, {}", lang.moment(at), who_words(who, lang));
    HoldRow {
        id: hold.position.to_string(),
        about: about(hold, lang),
        reason: hold.reason.clone(),
        placed: by(&hold.placed_by, hold.placed_at),
        lifted: hold.lifted.as_ref().map(|(who, at)| by(who, *at)),
    }
}

/// What a hold is about: all of it must fit.
fn about(hold: &LegalHold, lang: Language) -> String {
    let mut parts = Vec::new();
    if let Some(document) = &hold.document {
        parts.push(format!("{} {document}", lang.choose("faktura", "invoice")));
    }
    if let Some(party) = &hold.party {
        parts.push(format!("{} {}", lang.choose("sprzedawca albo nabywca", "seller or buyer"), nip(party)));
    }
    if let Some(from) = hold.from {
        parts.push(format!("{} {}", lang.choose("wystawione od", "issued from"), lang.date(from)));
    }
    if let Some(until) = hold.until {
        parts.push(format!("{} {}", lang.choose("wystawione do", "issued until"), lang.date(until)));
    }
    parts.join(", ")
}

fn due_row(one: ErasableResource, lang: Language) -> DueRow {
    let stopped_by = one.stopped_by.as_deref().map(|by| match by {
        "hold" => lang.choose("zostaje: wstrzymana", "stays: it is held back"),
        _ => lang.choose("zostaje: nie jest zakończona", "stays: it is not finished"),
    });
    DueRow {
        direction: direction(&one.direction, lang),
        number: one.invoice_number,
        ksef_number: one.ksef_number,
        issued: lang.date(one.issue_date),
        kept_until: lang.date(one.kept_until),
        stopped_by: stopped_by.map(str::to_owned),
    }
}

fn erased_row(one: ErasedDocument, lang: Language) -> ErasedRow {
    let after = lang.choose("po roku wystawienia", "after the year of issue");
    ErasedRow {
        direction: direction(one.register.as_str(), lang),
        number: one.invoice_number,
        ksef_number: one.ksef_number,
        erased: lang.date(warsaw_day(one.erased_at)),
        kept_until: lang.date(one.kept_until),
        reason: match years_of(&one.reason) {
            Some(years) => format!("{} {after}", lang.counted(years, FULL_YEARS_COUNTED)),
            None => one.reason,
        },
    }
}

fn direction(register: &str, lang: Language) -> String {
    match register {
        "sale" => lang.choose("sprzedaż", "sale"),
        _ => lang.choose("zakup", "purchase"),
    }
    .to_owned()
}

const FULL_YEARS_COUNTED: Plural =
    Plural { pl: ["pełny rok", "pełne lata", "pełnych lat"], en: ["full year", "full years"] };
const ROWS: u32 = 50;
