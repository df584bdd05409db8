//! `/companies/{company}/settings/webhooks`: where events go, their secrets (each shown once, where it is made), and what became of
//! every message.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gateway_api::ProblemCode;
use gateway_pages::{
    DeliveryRow, FlashKind, Language, Pager, Plural, Section, Tone, WebhookForm, WebhookRow, WebhookView,
    WebhooksView, webhook, webhooks,
};
use gateway_store::{DeliveryRecord, DeliveryState, Replay, Webhook, note_subject};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret as _;

use super::audit::who_words;
use super::frame::{Part, tabs};
use super::{kind_choices, kind_words, kinds_in_words};
use crate::access::Caller;
use crate::app::cut;
use crate::app::notices::webhooks::{
    Asked, Change, add as added, change, rotate as rotated, test as tried, trouble_words,
};
use crate::company::Company;
use crate::rest::{Failure, company_of};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question, Refused};
use crate::web::live::DELIVERIES_SHOWN;
use crate::web::parts::pick;
use crate::web::visit::Visit;

/// `GET`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let form = WebhookForm { kinds: kind_choices(&[] as &[String], visit.lang), ..WebhookForm::default() };
    listed(&shared, visit, &company, form, None).await
}

/// `POST`: another one; its page shows the secret once.
pub(crate) async fn add(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let typed = Typed::of(form);
    note_subject(&typed.name);
    let asked = Asked { url: &typed.url, name: &typed.name, kinds: &typed.kinds };
    match added(&shared.app, &company.context, &asked, &caller.who()).await {
        Ok((id, secret)) => {
            let said = Said { secret: Some(secret.expose_secret().to_owned()), ..Said::default() };
            shown(&shared, visit, &company, &id, None, said).await
        }
        Err(error) => {
            let failure = Failure::from(error);
            let (problem, refused) = Refused::of(failure, &visit)?;
            let form = typed.form(visit.lang);
            Ok(refused.on(listed(&shared, visit, &company, form, Some(problem)).await?))
        }
    }
}

/// Which page of the log.
#[derive(serde::Deserialize)]
pub(crate) struct LogQuery {
    before: Option<i64>,
}

/// `GET …/{id}`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<LogQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    shown(&shared, visit, &company, &id, query.before, Said::default()).await
}

/// `POST …/{id}`: name, address, kinds, on or off.
pub(crate) async fn save(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let typed = Typed::of(form);
    let wanted = Change {
        url: Some(&typed.url),
        name: Some(&typed.name),
        kinds: Some(&typed.kinds),
        is_active: Some(typed.is_active),
    };
    match change(&shared.app, &company.context, &id, &wanted).await {
        Ok(()) => Ok(visit.done(&page_of(&company, &id), "Zapisano.", "Saved.")),
        Err(error) => {
            let failure = Failure::from(error);
            if failure.problem.code == ProblemCode::WebhookUnknown.code() {
                return Err(failure);
            }
            let (problem, refused) = Refused::of(failure, &visit)?;
            let said = Said { problem: Some(problem), form: Some(typed.form(visit.lang)), secret: None };
            Ok(refused.on(shown(&shared, visit, &company, &id, None, said).await?))
        }
    }
}

/// `POST …/{id}/test`: sends a message now.
pub(crate) async fn test(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (found, sealed) = one(&shared, &company, &id).await?;
    let outcome = tried(&shared.app, &found, &sealed).await?;
    let (lang, back, took) = (visit.lang, page_of(&company, &id), outcome.took_ms);
    let (kind, text) = match outcome.outcome {
        Ok(answer) if answer.is_taken() => (
            FlashKind::Done,
            match lang {
                Language::Pl => format!("Komunikat próbny przyjęto: HTTP {}, {took} ms.", answer.status),
                Language::En => format!("The test message was taken: HTTP {}, {took} ms.", answer.status),
            },
        ),
        Ok(answer) => (
            FlashKind::Failed,
            match lang {
                Language::Pl => {
                    format!("Komunikatu próbnego nie przyjęto: HTTP {}, {took} ms.", answer.status)
                }
                Language::En => format!("The test message was not taken: HTTP {}, {took} ms.", answer.status),
            },
        ),
        Err(error) => {
            let why = pick(lang, &trouble_words(error.code()));
            let begin = lang.choose("Komunikat próbny nie dotarł", "The test message did not arrive");
            (FlashKind::Failed, format!("{begin}: {why}."))
        }
    };
    Ok(visit.told(&back, kind, &text))
}

/// `POST …/{id}/rotate`: another secret in the place of the former.
pub(crate) async fn rotate(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (found, _) = one(&shared, &company, &id).await?;
    if !Fields::of(form).is_confirmed() {
        let question = [
            ["Utworzyć nowy sekret?", "Make a new secret?"],
            [
                "Następne komunikaty podpisze już nowy; program musi go dostać, zanim je sprawdzi.",
                "The next messages are signed with the new one; the program must have it before it checks them.",
            ],
        ];
        return asks(&shared, visit, &company, &found, question, "rotate");
    }
    let secret = rotated(&shared.app, &company.context, &id).await?;
    let said = Said { secret: Some(secret.expose_secret().to_owned()), ..Said::default() };
    shown(&shared, visit, &company, &id, None, said).await
}

/// `POST …/{id}/remove`: its log goes as well.
pub(crate) async fn remove(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (found, _) = one(&shared, &company, &id).await?;
    if !Fields::of(form).is_confirmed() {
        let question = [
            ["Usunąć webhook?", "Remove the webhook?"],
            [
                "Razem z nim znika dziennik doręczeń. Nie można tego cofnąć; zamiast tego można go wyłączyć.",
                "The log of deliveries goes with it. This cannot be undone; it can be switched off instead.",
            ],
        ];
        return asks(&shared, visit, &company, &found, question, "remove");
    }
    shared.app.journal.webhook_removed(&company.context, &id).await?;
    Ok(visit.done(&Part::Webhooks.of(&company), "Usunięto webhook.", "The webhook was removed."))
}

/// `POST …/{id}/replay`: what was ticked, or everything since a moment in Poland, once more.
pub(crate) async fn replay(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    one(&shared, &company, &id).await?;
    let (form, back, lang) = (Fields::of(form), page_of(&company, &id), visit.lang);
    let positions: Vec<i64> =
        form.all("delivery").filter_map(|text| text.parse().ok()).take(REPLAYED_MAX).collect();
    let what = if form.one("what") == "since" {
        let Some(since) = moment(form.one("since")) else {
            return visit.failed(&back, Failure::new(ProblemCode::ParameterInvalid, "since"));
        };
        Replay::Since(since)
    } else if positions.is_empty() {
        let text = lang.choose("Nie zaznaczono żadnego komunikatu.", "No message was ticked.");
        return Ok(visit.told(&back, FlashKind::Failed, text));
    } else {
        Replay::Deliveries(&positions)
    };
    let count = shared.app.journal.replayed(&company.context, &id, what).await?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let begin = lang.choose("Do ponownego wysłania", "To be sent again");
    let text = format!("{begin}: {}.", lang.counted(count, MESSAGES));
    Ok(visit.told(&back, FlashKind::Done, &text))
}

/// A moment as a field of a form gives it, by the clock in Poland.
fn moment(text: &str) -> Option<Timestamp> {
    let local: DateTime = text.parse().ok()?;
    Some(local.to_zoned(TimeZone::get("Europe/Warsaw").ok()?).ok()?.timestamp())
}

fn asks(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    found: &Webhook,
    [title, note]: [[&'static str; 2]; 2],
    verb: &str,
) -> Result<Response, Failure> {
    let back = page_of(company, &found.id);
    let question = Question {
        title,
        note,
        about: vec![name_of(found)],
        action: format!("{back}/{verb}"),
        fields: Vec::new(),
        back,
    };
    visit.asks(shared, Some(company), Section::Webhooks, question)
}

/// What stands in a form.
struct Typed {
    name: String,
    url: String,
    kinds: Vec<String>,
    is_active: bool,
}

impl Typed {
    fn of(form: Pairs) -> Self {
        let form = Fields::of(form);
        Self {
            name: form.one("name").to_owned(),
            url: form.one("url").to_owned(),
            kinds: form.all("kind").map(str::to_owned).collect(),
            is_active: form.is_ticked("active"),
        }
    }

    fn form(self, lang: Language) -> WebhookForm {
        WebhookForm { kinds: kind_choices(&self.kinds, lang), name: self.name, url: self.url }
    }
}

async fn listed(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    form: WebhookForm,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let found = shared.app.store.webhooks(&company.context).await?;
    let view = WebhooksView {
        base: Part::Webhooks.of(company),
        tabs: tabs(&visit, Some(company), Part::Webhooks),
        rows: found.iter().map(|one| row(one, company, lang)).collect(),
        form,
        problem,
    };
    let title = lang.choose("Webhooki", "Webhooks");
    let frame = Part::Webhooks.frame(shared, &visit, Some(company), title);
    visit.page(webhooks(&frame, &view))
}

/// What is said on the page of one, besides what is there.
#[derive(Default)]
struct Said {
    secret: Option<String>,
    problem: Option<String>,
    form: Option<WebhookForm>,
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    id: &str,
    before: Option<i64>,
    said: Said,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let (found, _) = one(shared, company, id).await?;
    let mut log = shared.app.store.deliveries(id, before, DELIVERIES_SHOWN + 1).await?;
    let has_more = cut(&mut log, DELIVERIES_SHOWN);
    let here = page_of(company, id);
    let kinds: Vec<String> = found.kinds.iter().map(ToString::to_string).collect();
    // Nobody watches a page whose secret may have to be copied: it must not go away.
    let is_watched = said.secret.is_none();
    let view = WebhookView {
        list: Part::Webhooks.of(company),
        tabs: tabs(&visit, Some(company), Part::Webhooks),
        row: row(&found, company, lang),
        secret: said.secret,
        form: said.form.unwrap_or_else(|| WebhookForm {
            kinds: kind_choices(&kinds, lang),
            name: found.name.clone(),
            url: found.url.clone(),
        }),
        problem: said.problem,
        pager: Pager {
            page: 1,
            previous: None,
            next: log.last().filter(|_| has_more).map(|last| format!("{here}?before={}", last.position)),
        },
        deliveries: log.iter().map(|record| delivery(record, lang)).collect(),
    };
    let mut frame = visit.frame(shared, Some(company), Section::Webhooks, name_of(&found));
    frame.here = here;
    if is_watched {
        let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
        Visit::live_of(&mut frame, company, LIVE_MS, &format!("webhook={}{before}", found.id));
    }
    visit.page(webhook(&frame, &view))
}

async fn one(shared: &Shared, company: &Company, id: &str) -> Result<(Webhook, Vec<u8>), Failure> {
    let found = shared.app.store.webhook(&company.context, id).await?;
    found.ok_or_else(|| Failure::new(ProblemCode::WebhookUnknown, &id.chars().take(40).collect::<String>()))
}

fn row(found: &Webhook, company: &Company, lang: Language) -> WebhookRow {
    let (state, tone) = match (found.is_active, found.failing_since) {
        (false, _) if found.switched_off_at.is_some() => (
            lang.choose("wyłączony po długich niepowodzeniach", "switched off after long failure").to_owned(),
            Tone::Bad,
        ),
        (false, _) => (lang.choose("wyłączony", "off").to_owned(), Tone::Plain),
        (true, Some(since)) => {
            (format!("{} {}", lang.choose("nie odbiera od", "fails since"), lang.moment(since)), Tone::Warn)
        }
        (true, None) => (lang.choose("działa", "works").to_owned(), Tone::Good),
    };
    let kinds: Vec<String> = found.kinds.iter().map(ToString::to_string).collect();
    WebhookRow {
        href: page_of(company, &found.id),
        name: name_of(found),
        url: found.url.clone(),
        events: kinds_in_words(&kinds, lang),
        state,
        tone,
        waiting: (found.waiting > 0).then(|| lang.count(found.waiting)),
        made: format!("{}, {}", lang.moment(found.created_at), who_words(&found.created_by, lang)),
        is_active: found.is_active,
    }
}

fn name_of(found: &Webhook) -> String {
    if found.name.is_empty() { found.url.clone() } else { found.name.clone() }
}

fn delivery(record: &DeliveryRecord, lang: Language) -> DeliveryRow {
    let (state, tone) = match record.state {
        DeliveryState::Pending => (lang.choose("czeka", "waits"), Tone::Busy),
        DeliveryState::Delivered => (lang.choose("doręczono", "delivered"), Tone::Good),
        DeliveryState::GivenUp => (lang.choose("zaniechano", "given up"), Tone::Bad),
    };
    let mut outcome = lang.counted(i64::from(record.attempts), ATTEMPTS);
    if let Some(status) = record.status {
        outcome.push_str(&format!(", HTTP {status}"));
    }
    if let Some(trouble) = &record.trouble {
        outcome.push_str(&format!(", {}", pick(lang, &trouble_words(trouble))));
    }
    if let Some(took) = record.took_ms {
        outcome.push_str(&format!(", {} ms", lang.count(took)));
    }
    DeliveryRow {
        id: record.position.to_string(),
        event: record.kind.map_or("–", |kind| kind_words(kind, lang)).to_owned(),
        message: record.message.clone().unwrap_or_default(),
        begun: lang.exact_moment(record.begun_at),
        state: state.to_owned(),
        tone,
        outcome,
        next: (record.state == DeliveryState::Pending && record.attempts > 0)
            .then(|| lang.exact_moment(record.due_at)),
    }
}

fn page_of(company: &Company, id: &str) -> String {
    format!("{}/{id}", Part::Webhooks.of(company))
}

const MESSAGES: Plural =
    Plural { pl: ["komunikat", "komunikaty", "komunikatów"], en: ["message", "messages"] };
const ATTEMPTS: Plural = Plural { pl: ["próba", "próby", "prób"], en: ["attempt", "attempts"] };
const REPLAYED_MAX: usize = 1000;
const LIVE_MS: u32 = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_one_in_poland() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(moment(text).map(|at| at.to_string()).as_deref(), expected, "{text}");
        };
        check("2026-12-01T10:00", Some("2026-12-01T09:00:00Z"));
        check("2026-07-01T10:00:30", Some("2026-07-01T08:00:30Z"));
        check("yesterday", None);
        check("", None);
    }
}
