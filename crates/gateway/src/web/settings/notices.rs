//! `/companies/{company}/settings/notices`: who is told by e-mail, of what and when; and what became of the letters.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form, Json};
use gateway_api::{LetterTestRequest, MailSubscriptionRequest};
use gateway_pages::{
    Choice, Language, LetterRow, NoticesView, Pager, Section, SubscriptionRow, Tone, notices,
};
use gateway_rules::digest::Rhythm;
use gateway_store::{LetterRecord, MailSubscription};

use super::frame::{Part, tabs};
use super::{kind_choices, kinds_in_words};
use crate::access::Caller;
use crate::app::cut;
use crate::company::Company;
use crate::rest::{Failure, company_of, mail as rest};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question, Refused};
use crate::web::visit::Visit;

/// Which page of the letters.
#[derive(serde::Deserialize)]
pub(crate) struct LogQuery {
    before: Option<i64>,
}

/// `GET`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<LogQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let form = blank(&visit);
    shown(&shared, visit, &company, query.before, form, None).await
}

/// `POST`: somebody new, or a change of who is told already.
pub(crate) async fn put(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let form = Fields::of(form);
    let asked = MailSubscriptionRequest {
        address: form.one("address").to_owned(),
        language: form.one("language").to_owned(),
        events: form.all("kind").map(str::to_owned).collect(),
        rhythm: form.one("rhythm").to_owned(),
        // One that is none is refused like one that is too large.
        hour: form.one("hour").parse().unwrap_or(u8::MAX),
        is_active: form.is_ticked("active"),
    };
    let typed = row_of(
        String::new(),
        asked.address.clone(),
        [asked.language.as_str(), asked.rhythm.as_str()],
        &asked.events,
        i64::from(asked.hour.min(23)),
        asked.is_active,
        visit.lang,
    );
    let put = rest::put(State(shared.clone()), Extension(caller), Path(company), Ok(Json(asked))).await;
    match put {
        Ok(_) => Ok(visit.done(&Part::Notices.of(&found), "Zapisano.", "Saved.")),
        Err(failure) => {
            let (problem, refused) = Refused::of(failure, &visit)?;
            Ok(refused.on(shown(&shared, visit, &found, None, typed, Some(problem)).await?))
        }
    }
}

/// Whom a form is about.
#[derive(serde::Deserialize)]
pub(crate) struct IdForm {
    id: String,
    #[serde(default)]
    confirmed: String,
}

/// `POST …/remove`.
pub(crate) async fn remove(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<IdForm>,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let back = Part::Notices.of(&found);
    if form.confirmed != "yes" {
        let question = Question {
            title: ["Przestać powiadamiać pod ten adres?", "Stop telling this address?"],
            note: ["Można go dodać ponownie.", "It can be added again."],
            about: Vec::new(),
            action: format!("{back}/remove"),
            fields: vec![("id".to_owned(), form.id)],
            back,
        };
        return visit.asks(&shared, Some(&found), Section::Notices, question);
    }
    let outcome = rest::remove(State(shared), Path((company, form.id))).await;
    visit.ended(&back, outcome, "Usunięto adres.", "The address was removed.")
}

/// The form of a test letter.
#[derive(serde::Deserialize)]
pub(crate) struct TestForm {
    address: String,
}

/// `POST …/test`.
pub(crate) async fn test(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<TestForm>,
) -> Result<Response, Failure> {
    let back = Part::Notices.of(&*company_of(&shared.app, &company)?);
    let asked = LetterTestRequest { address: form.address };
    let outcome = rest::test(State(shared), Path(company), Ok(Json(asked))).await;
    visit.ended(
        &back,
        outcome,
        "List próbny czeka na wysłanie; niżej widać, co się z nim stało.",
        "The test letter waits to be sent; below it stands what became of it.",
    )
}

/// `POST …/resend`.
pub(crate) async fn resend(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<IdForm>,
) -> Result<Response, Failure> {
    let back = Part::Notices.of(&*company_of(&shared.app, &company)?);
    let outcome = rest::resend(State(shared), Path((company, form.id))).await;
    visit.ended(&back, outcome, "List zostanie wysłany ponownie.", "The letter is sent again.")
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    before: Option<i64>,
    form: SubscriptionRow,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let (lang, store) = (visit.lang, &shared.app.store);
    let found = store.mail_subscriptions(&company.context).await?;
    let mut letters = store.letters(&company.context, before, ROWS + 1).await?;
    let has_more = cut(&mut letters, ROWS);
    let here = Part::Notices.of(company);
    let view = NoticesView {
        base: here.clone(),
        tabs: tabs(&visit, Some(company), Part::Notices),
        is_mail_on: shared.app.mail.is_some(),
        rows: found.into_iter().map(|one| row(one, lang)).collect(),
        form,
        problem,
        pager: Pager {
            page: 1,
            previous: None,
            next: letters.last().filter(|_| has_more).map(|last| format!("{here}?before={}", last.position)),
        },
        letters: letters.into_iter().map(|one| letter(one, lang)).collect(),
    };
    let title = lang.choose("Powiadomienia e-mail", "E-mail notices");
    let frame = Part::Notices.frame(shared, &visit, Some(company), title);
    visit.page(notices(&frame, &view))
}

fn row(one: MailSubscription, lang: Language) -> SubscriptionRow {
    let kinds: Vec<String> = one.kinds.iter().map(ToString::to_string).collect();
    row_of(
        one.id,
        one.address,
        [one.language.as_str(), one.rhythm.as_str()],
        &kinds,
        one.hour,
        one.is_active,
        lang,
    )
}

/// The form of somebody new, who reads what the visitor reads.
fn blank(visit: &Visit) -> SubscriptionRow {
    row_of(
        String::new(),
        String::new(),
        [visit.lang.code(), Rhythm::Daily.as_str()],
        &[],
        7,
        true,
        visit.lang,
    )
}

fn row_of(
    id: String,
    address: String,
    [language, rhythm]: [&str; 2],
    kinds: &[String],
    hour: i64,
    is_active: bool,
    lang: Language,
) -> SubscriptionRow {
    let choice = |value: &str, label: &str, is_chosen| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        note: String::new(),
        is_chosen,
    };
    let how_often = Rhythm::from_name(rhythm).unwrap_or(Rhythm::Now);
    let mut summary = lang.choose(how_often.words().pl, how_often.words().en).to_owned();
    if how_often == Rhythm::Daily {
        summary.push_str(&format!(" {} {hour}:00", lang.choose("o", "at")));
    }
    summary.push_str(&format!(": {}", kinds_in_words(kinds, lang)));
    SubscriptionRow {
        id,
        address,
        languages: vec![choice("pl", "polski", language != "en"), choice("en", "English", language == "en")],
        kinds: kind_choices(kinds, lang),
        rhythms: Rhythm::ALL
            .iter()
            .map(|one| choice(one.as_str(), lang.choose(one.words().pl, one.words().en), *one == how_often))
            .collect(),
        hour,
        is_active,
        summary,
    }
}

pub(in crate::web) fn letter(record: LetterRecord, lang: Language) -> LetterRow {
    let (state, tone) = match record.state.as_str() {
        "sent" => (lang.choose("wysłany", "sent"), Tone::Good),
        "givenUp" => (lang.choose("nie wysłano", "not sent"), Tone::Bad),
        _ => (lang.choose("czeka", "waits"), Tone::Busy),
    };
    LetterRow {
        id: record.position.to_string(),
        address: record.recipient,
        subject: record.subject,
        written: lang.moment(record.written_at),
        may_resend: record.state != "pending",
        state: state.to_owned(),
        tone,
        answer: record.answer,
    }
}

const ROWS: u32 = 50;
