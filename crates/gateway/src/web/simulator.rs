//! `/companies/{company}/simulator`: for a company on a simulator whose control port is known, what can be made to happen, and what
//! the gateway does next. The gateway itself does nothing else than with KSeF.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use gateway_access::Right;
use gateway_api::{ProblemCode, Words};
use gateway_pages::{Choice, FlashKind, Language, NextRow, Section, SimulatorView, Tone, simulator};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::policy::SendingPolicy;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ksef_client::{SimulatedTrouble, SimulatorControl, SimulatorError};
use ksef_id::Nip;
use ksef_wire::Operation;

use super::dashboard::reach_tone;
use super::live::SIMULATOR;
use super::parts::{INVOICES, pick};
use super::sales::TO_BE_SENT;
use super::visit::Visit;
use super::words::reason_words;
use crate::app::deadline::unfinished;
use crate::company::{Company, Environment};
use crate::rest::{Failure, company_of, receiving};
use crate::router::Shared;

/// `GET`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let control = control_of(&company)?;
    let lang = visit.lang;
    let state = match control.state().await {
        Ok(state) => Some(state),
        Err(error) => {
            tracing::info!(company = %company.context, %error, "the simulator's control port");
            None
        }
    };
    let now = state.as_ref().map_or_else(|| company.now(), |state| state.now);
    let view = SimulatorView {
        company: company.context.to_string(),
        now: state.as_ref().map(|state| lang.moment(state.now)),
        is_running: state.as_ref().is_none_or(|state| state.is_running),
        has_trouble: state.as_ref().is_some_and(|state| state.faults > 0) || !company.site.reach().can_send(),
        troubles: troubles(lang),
        moments: moments(now, lang),
        next: next(&shared, &company, &visit).await?,
        may_receive: company.context.as_str().parse::<Nip>().is_ok(),
    };
    let title = lang.choose("Symulator KSeF", "KSeF simulator");
    let mut frame = visit.frame(&shared, Some(&company), Section::Simulator, title);
    Visit::live_of(&mut frame, &company, LIVE_MS, &format!("of={SIMULATOR}"));
    visit.page(simulator(&frame, &view))
}

/// The form that fills the inbox.
#[derive(serde::Deserialize)]
pub(crate) struct PurchasesForm {
    count: String,
}

/// `POST …/purchases`: they are there, and fetched at once.
pub(crate) async fn purchases(
    state: State<Shared>,
    path: Path<String>,
    visit: Visit,
    Form(form): Form<PurchasesForm>,
) -> Result<Response, Failure> {
    let company = company_of(&state.app, &path.0)?;
    let count = form.count.parse().ok().filter(|count| (1..=PURCHASES_MAX).contains(count));
    let count = count.ok_or_else(|| Failure::new(ProblemCode::ParameterInvalid, "count (1…100)"))?;
    if let Err(error) = control_of(&company)?.put_purchases(company.context.as_str(), count).await {
        return Ok(not_done(visit, &company, &error));
    }
    let back = page_of(&company);
    let settings = state.app.store.receiving_settings(&company.context).await?;
    if !settings.is_on {
        return Ok(visit.done(
            &back,
            "Faktury leżą w KSeF, ale pobieranie zakupów jest wyłączone w ustawieniach.",
            "The invoices lie in KSeF, but fetching purchases is switched off in the settings.",
        ));
    }
    let outcome = receiving::synchronize(state, path).await;
    visit.ended(&back, outcome, "Symulator wystawił faktury, a bramka już po nie sięga: za chwilę będą w Zakupach.",
            "The simulator issued the invoices, and the gateway is fetching them: in a moment they are among the purchases.")
}

/// The form that begins trouble.
#[derive(serde::Deserialize)]
pub(crate) struct TroubleForm {
    #[serde(default)]
    trouble: String,
}

/// `POST …/trouble`.
pub(crate) async fn trouble(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<TroubleForm>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let chosen = TROUBLES.iter().find(|one| one.name == form.trouble);
    let chosen = chosen.ok_or_else(|| Failure::new(ProblemCode::ParameterInvalid, "trouble"))?;
    match control_of(&company)?.begin(chosen.trouble).await {
        Ok(()) => Ok(visit.done(
            &page_of(&company),
            "Zepsuto. Wyślij fakturę i zobacz, co bramka z nią zrobi.",
            "Done. Send an invoice and see what the gateway does with it.",
        )),
        Err(error) => Ok(not_done(visit, &company, &error)),
    }
}

/// `POST …/recover`.
pub(crate) async fn recover(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    match control_of(&company)?.end_trouble().await {
        Ok(()) => {
            company.sales_bell.notify_one();
            shared.app.bell.notify_one();
            Ok(visit.done(
                &page_of(&company),
                "KSeF działa znowu. Bramka zauważy to sama i wyśle, co czekało: każdą fakturę raz.",
                "KSeF works again. The gateway notices it by itself and sends what waited: every invoice once.",
            ))
        }
        Err(error) => Ok(not_done(visit, &company, &error)),
    }
}

/// The form that moves the clock.
#[derive(serde::Deserialize)]
pub(crate) struct ClockForm {
    #[serde(default)]
    to: String,
}

/// `POST …/clock`: forward only.
pub(crate) async fn clock(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<ClockForm>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let control = control_of(&company)?;
    let now = match control.state().await {
        Ok(state) => state.now,
        Err(error) => return Ok(not_done(visit, &company, &error)),
    };
    let to = moment(&form.to, now).ok_or_else(|| Failure::new(ProblemCode::ParameterInvalid, "to"))?;
    match control.set_clock(to).await {
        Ok(()) => {
            let lang = visit.lang;
            let text = format!("{} {}.", lang.choose("Jest teraz", "It is now"), lang.moment(to));
            Ok(visit.told(&page_of(&company), FlashKind::Done, &text))
        }
        Err(error) => Ok(not_done(visit, &company, &error)),
    }
}

fn not_done(visit: Visit, company: &Company, error: &SimulatorError) -> Response {
    tracing::warn!(company = %company.context, %error, "the simulator did not do it");
    let text = match error {
        SimulatorError::Unreachable(_) => visit.lang.choose(
            "Symulator nie odpowiada: sprawdź, czy działa.",
            "The simulator does not answer: see whether it runs.",
        ),
        _ => visit.lang.choose(
            "Symulator tego nie zrobił; przyczyna jest w dzienniku programu. Może jest starszy niż bramka.",
            "The simulator did not do it; the program's log says why. It may be older than the gateway.",
        ),
    };
    visit.told(&page_of(company), FlashKind::Failed, text)
}

/// The control port of a company's simulator; a company on anything else has no such page.
pub(super) fn control_of(company: &Company) -> Result<SimulatorControl, Failure> {
    let Environment::Simulator { control_url: Some(url), .. } = &company.environment else {
        return Err(Failure::new(ProblemCode::NotFound, ""));
    };
    SimulatorControl::new(url).map_err(|error| {
        tracing::error!(%error, "the control port of a simulator cannot be asked");
        Failure::new(ProblemCode::Internal, "")
    })
}

/// Whether a company has this page.
pub(super) const fn is_offered(company: &Company) -> bool {
    matches!(company.environment, Environment::Simulator { control_url: Some(_), .. })
}

/// What the gateway does next, the most telling first.
async fn next(shared: &Shared, company: &Company, visit: &Visit) -> Result<Vec<NextRow>, Failure> {
    let (lang, store, context) = (visit.lang, &shared.app.store, &company.context);
    let row = |text: String, tone| NextRow { text, tone, href: None };
    let reach = company.site.reach();
    let words = reach.words();
    let mut ksef = lang.choose(words.pl, words.en).to_owned();
    if let Some(since) = reach.since() {
        ksef.push_str(&format!(" ({} {})", lang.choose("od", "since"), lang.moment(since)));
    }
    let mut rows = vec![row(format!("{ksef}."), reach_tone(&reach))];
    let settings = store.sending_settings(context).await?;
    let policy = SendingPolicy::from_name(&settings.policy);
    let offline = policy.and_then(|policy| company.site.offline_choice(policy));
    let sends = match (settings.is_sending_on, reach.can_send(), policy, offline) {
        (false, ..) => [
            "Wysyłanie jest wyłączone w ustawieniach: faktury są przyjmowane i czekają.",
            "Sending is switched off in the settings: invoices are taken in and wait.",
        ],
        (_, true, Some(SendingPolicy::AfterApproval), _) => [
            "Nową fakturę sprawdzi i zapisze, a wyśle, gdy ktoś ją zatwierdzi.",
            "It checks a new invoice and keeps it, and sends it once somebody approves.",
        ],
        (_, true, Some(SendingPolicy::Manual), _) => [
            "Nową fakturę sprawdzi i zapisze, a wyśle, gdy ktoś ją zwolni.",
            "It checks a new invoice and keeps it, and sends it once somebody releases it.",
        ],
        (_, true, ..) => [
            "Nową fakturę sprawdzi, zapisze i wyśle od razu; numer KSeF pojawi się po kilku sekundach.",
            "It checks a new invoice, keeps it and sends it at once; the KSeF number is there in seconds.",
        ],
        (_, false, _, Some(_)) if company.offline().is_some() => [
            "Nową fakturę wystawi offline, z dwoma kodami QR, i wyśle, gdy KSeF wróci; pilnuje terminu.",
            "It issues a new invoice offline, with two QR codes, and sends it once KSeF is back; it minds the term.",
        ],
        (_, false, ..) => [
            "Nową fakturę sprawdzi i zapisze; zagląda do KSeF coraz rzadziej i wyśle ją sama, gdy KSeF wróci. Nic nie przepada i nic nie pójdzie dwa razy.",
            "It checks a new invoice and keeps it; it looks at KSeF less and less often and sends it by itself once KSeF is back. Nothing is lost, and nothing goes twice.",
        ],
    };
    rows.push(row(lang.choose(sends[0], sends[1]).to_owned(), Tone::Plain));
    let counts = store.unfinished_counts(context).await?;
    for (begin, view, is_to_be_sent) in [
        (lang.choose("Do wysłania", "To be sent"), "waiting", true),
        (lang.choose("W drodze", "Under way"), "under-way", false),
    ] {
        let moving = counts
            .iter()
            .filter(|(state, _)| state.moves_by_itself() && TO_BE_SENT.contains(state) == is_to_be_sent);
        let count: i64 = moving.map(|(_, count)| count).sum();
        if count > 0 {
            rows.push(NextRow {
                text: format!("{begin}: {}.", lang.counted(count, INVOICES)),
                tone: Tone::Busy,
                href: Some(format!("/companies/{context}/invoices?view={view}")),
            });
        }
    }
    let (open, _) = unfinished(&shared.app, company, OPEN_MAX).await?;
    for one in &open {
        let told = match (&one.deadline, &one.sale.reason) {
            (Some(deadline), _) => {
                let sentence = &deadline.countdown.sentence;
                lang.choose(&sentence.pl, &sentence.en).to_owned()
            }
            (None, Some(reason)) => pick(lang, &reason_words(reason)),
            (None, None) => continue,
        };
        rows.push(NextRow {
            text: format!("{}: {told}", one.sale.invoice_number),
            tone: Tone::Warn,
            href: Some(format!("/companies/{context}/invoices/{}", one.sale.id)),
        });
    }
    if visit.may(Right::ReadPurchases, context) {
        rows.push(of_purchases(shared, company, lang).await?);
    }
    Ok(rows)
}

async fn of_purchases(shared: &Shared, company: &Company, lang: Language) -> Result<NextRow, Failure> {
    let context = &company.context;
    let settings = shared.app.store.receiving_settings(context).await?;
    let readings = shared.app.store.readings(context).await?;
    let looked = readings.iter().filter_map(|reading| reading.looked_at).max();
    let left = company.site.budget.left(Some(context), Operation::InvoiceQueryMetadata);
    let text = match (settings.is_on, looked) {
        (false, _) => lang
            .choose(
                "Zakupów nie pobiera: wyłączono to w ustawieniach.",
                "It fetches no purchases: that is switched off in the settings.",
            )
            .to_owned(),
        (true, _) if left.next_at > company.now() => format!(
            "{} {}.",
            lang.choose(
                "Zakupów poszuka znowu o, bo tak pozwalają limity KSeF:",
                "It looks for purchases again when KSeF's limits allow:"
            ),
            lang.moment(left.next_at)
        ),
        (true, Some(at)) => format!(
            "{} {}; {}",
            lang.choose("Zakupów szukała ostatnio", "It last looked for purchases"),
            lang.moment(at),
            lang.choose("sama zagląda co kwadrans.", "it looks by itself every quarter of an hour.")
        ),
        (true, None) => {
            lang.choose("Zakupów poszuka za chwilę.", "It looks for purchases in a moment.").to_owned()
        }
    };
    Ok(NextRow { text, tone: Tone::Plain, href: Some(format!("/companies/{context}/purchases")) })
}

/// Trouble as the form has it.
struct Named {
    name: &'static str,
    trouble: SimulatedTrouble,
    words: [&'static str; 2],
    notes: [&'static str; 2],
}

const TROUBLES: [Named; 5] = [
    Named {
        name: "down",
        trouble: SimulatedTrouble::Down,
        words: ["KSeF nie działa, nikt nic nie ogłosił", "KSeF is down, and nobody announced it"],
        notes: ["Każde żądanie kończy się stroną 503.", "Every request ends with a 503 page."],
    },
    Named {
        name: "maintenance",
        trouble: SimulatedTrouble::Maintenance,
        words: ["Prace serwisowe", "Maintenance"],
        notes: ["Zapowiedziane, cztery godziny.", "Announced, four hours."],
    },
    Named {
        name: "totalFailure",
        trouble: SimulatedTrouble::TotalFailure,
        words: ["Awaria, po godzinie całkowita", "A failure that becomes total after an hour"],
        notes: [
            "Ogłoszona w Latarni; osiem godzin bez odpowiedzi.",
            "Announced by Latarnia; eight hours without an answer.",
        ],
    },
    Named {
        name: "stalled",
        trouble: SimulatedTrouble::Stalled,
        words: ["KSeF przyjmuje, ale nie nadaje numerów", "KSeF takes invoices and gives no numbers"],
        notes: ["Jak 22 kwietnia 2026 po południu.", "As in the afternoon of 22 April 2026."],
    },
    Named {
        name: "lostAnswer",
        trouble: SimulatedTrouble::LostAnswer,
        words: ["Ginie odpowiedź na następną fakturę", "The answer to the next invoice is lost"],
        notes: [
            "KSeF ją przyjmie, ale bramka się o tym nie dowie: sprawdzi, zanim cokolwiek powtórzy.",
            "KSeF takes it, but the gateway is not told: it finds out before it repeats anything.",
        ],
    },
];

fn troubles(lang: Language) -> Vec<Choice> {
    TROUBLES
        .iter()
        .enumerate()
        .map(|(place, one)| Choice {
            value: one.name.to_owned(),
            label: lang.choose(one.words[0], one.words[1]).to_owned(),
            note: lang.choose(one.notes[0], one.notes[1]).to_owned(),
            is_chosen: place == 0,
        })
        .collect()
}

/// To when the clock can be moved: all of it lies ahead.
fn moments(now: Timestamp, lang: Language) -> Vec<Choice> {
    MOMENTS
        .iter()
        .filter_map(|(name, words, note)| {
            let at = moment(name, now)?;
            Some(Choice {
                value: (*name).to_owned(),
                label: format!("{}: {}", pick(lang, &both(words)), lang.moment(at)),
                note: pick(lang, &both(note)),
                is_chosen: *name == "tomorrow",
            })
        })
        .collect()
}

fn both([pl, en]: &[&str; 2]) -> Words {
    Words { pl: (*pl).to_owned(), en: (*en).to_owned() }
}

/// A moment by its name, after `now`: tomorrow and next week at eight in the morning in Poland.
fn moment(name: &str, now: Timestamp) -> Option<Timestamp> {
    let eight = |days: i32| {
        let day = warsaw_day(now).checked_add(days.days()).ok()?;
        let zone = TimeZone::get("Europe/Warsaw").ok()?;
        Some(day.at(8, 0, 0, 0).to_zoned(zone).ok()?.timestamp())
    };
    match name {
        "hour" => now.checked_add(SignedDuration::from_hours(1)).ok(),
        "tomorrow" => eight(1),
        "week" => eight(7),
        _ => None,
    }
}

fn page_of(company: &Company) -> String {
    format!("/companies/{}/simulator", company.context)
}

type MomentWords = (&'static str, [&'static str; 2], [&'static str; 2]);

const MOMENTS: [MomentWords; 3] = [
    (
        "hour",
        ["O godzinę", "By an hour"],
        [
            "Limity KSeF odnawiają się, bramka zagląda po zakupy.",
            "KSeF's limits are free again, the gateway looks for purchases.",
        ],
    ),
    (
        "tomorrow",
        ["Do jutra rana", "To tomorrow morning"],
        [
            "Termin faktur offline24 mija jutro o północy.",
            "The term of offline24 invoices ends tomorrow at midnight.",
        ],
    ),
    (
        "week",
        ["O tydzień", "By a week"],
        [
            "Przeterminowane faktury offline są widoczne na pulpicie.",
            "Offline invoices that are overdue stand on the dashboard.",
        ],
    ),
];
const PURCHASES_MAX: u32 = 100;
const OPEN_MAX: u32 = 5;
const LIVE_MS: u32 = 1500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_forward_to_mornings_in_poland() {
        let now: Timestamp = "2026-10-24T21:30:00Z".parse().expect("a moment");
        let at = |name: &str| moment(name, now).map(|at| at.to_string());
        assert_eq!(at("hour").as_deref(), Some("2026-10-24T22:30:00Z"));
        // That night the clocks are set back.
        assert_eq!(at("tomorrow").as_deref(), Some("2026-10-25T07:00:00Z"));
        assert_eq!(at("week").as_deref(), Some("2026-10-31T07:00:00Z"));
        assert_eq!(at("yesterday"), None);
        assert_eq!(moments(now, Language::Pl).len(), MOMENTS.len());
    }
}
