//! `/companies/{company}/ksef`: whether KSeF can be reached, what Latarnia announced with the evidence that is kept of it, and what is
//! left of KSeF's limits.

use axum::extract::{Path, State};
use axum::response::Response;
use gateway_pages::{KsefStateView, Language, LimitRow, OutageRow, Plural, Section, Tone, ksef_state};
use gateway_rules::offline::OutageKind;
use gateway_store::KeptOutage;
use jiff::{SignedDuration, Timestamp};
use ksef_wire::Operation;
use serde_json::{Value, json};

use super::dashboard::reach_tone;
use super::visit::Visit;
use crate::company::Company;
use crate::rest::{Failure, attachment, company_of};
use crate::router::Shared;

/// `GET`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (lang, now) = (visit.lang, company.now());
    let reach = company.site.reach();
    let words = reach.words();
    let kept = kept(&shared, &company).await?;
    let view = KsefStateView {
        company: company.context.to_string(),
        ksef: lang.choose(words.pl, words.en).to_owned(),
        since: reach.since().map(|at| lang.moment(at)),
        tone: reach_tone(&reach),
        outages: kept.iter().rev().take(ROWS).map(|one| row(one, now, lang)).collect(),
        limits: LIMITED.iter().map(|one| limit(&company, one, now, lang)).collect(),
    };
    let title = lang.choose("Stan KSeF", "State of KSeF");
    let mut frame = visit.frame(&shared, Some(&company), Section::Ksef, title);
    Visit::live(&mut frame, &company, LIVE_MS);
    visit.page(ksef_state(&frame, &view))
}

/// `GET …/evidence.json`: every message of the last year, as Latarnia gave it.
pub(crate) async fn evidence(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let items: Vec<Value> = kept(&shared, &company)
        .await?
        .into_iter()
        .map(|one| {
            json!({
                "reference": one.reference,
                "kind": one.kind,
                "startedAt": one.started,
                "endedAt": one.ended,
                "capturedAt": one.captured,
                "message": serde_json::from_str::<Value>(&one.evidence).unwrap_or(Value::String(one.evidence)),
            })
        })
        .collect();
    let file = json!({ "environment": company.site.name, "items": items }).to_string();
    Ok(attachment("application/json", "latarnia.json", file.into_bytes()))
}

async fn kept(shared: &Shared, company: &Company) -> Result<Vec<KeptOutage>, Failure> {
    let since = company.now().checked_sub(YEAR).unwrap_or(Timestamp::MIN);
    Ok(shared.app.store.outages(&company.site.name, since).await?)
}

fn row(one: &KeptOutage, now: Timestamp, lang: Language) -> OutageRow {
    let kind = OutageKind::from_name(&one.kind);
    let minutes = one.ended.map(|end| end.duration_since(one.started).as_mins());
    let pretty = serde_json::from_str::<Value>(&one.evidence)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    OutageRow {
        kind: kind.map_or_else(
            || one.kind.clone(),
            |kind| lang.choose(kind.words().pl, kind.words().en).to_owned(),
        ),
        tone: match (one.ended, kind) {
            (Some(end), _) if end <= now => Tone::Plain,
            (_, Some(OutageKind::Unavailability)) => Tone::Warn,
            _ => Tone::Bad,
        },
        started: lang.moment(one.started),
        ended: one.ended.map(|at| lang.moment(at)),
        length: minutes.map(|minutes| length(minutes, lang)),
        captured: lang.exact_moment(one.captured),
        evidence: pretty.unwrap_or_else(|| one.evidence.clone()),
    }
}

/// How long something lasted: hours and minutes, without those that are none.
fn length(minutes: i64, lang: Language) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => lang.counted(minutes, MINUTES),
        (hours, 0) => lang.counted(hours, HOURS),
        (hours, minutes) => format!("{} {}", lang.counted(hours, HOURS), lang.counted(minutes, MINUTES)),
    }
}

fn limit(
    company: &Company,
    (operation, words): &(Operation, [&str; 2]),
    now: Timestamp,
    lang: Language,
) -> LimitRow {
    let left = company.site.budget.left(Some(&company.context), *operation);
    LimitRow {
        what: lang.choose(words[0], words[1]).to_owned(),
        now: (left.now != u32::MAX).then(|| lang.count(i64::from(left.now))),
        of_the_hour: left.of_the_hour.map(|left| lang.count(i64::from(left))),
        // The limits' clock is asked after the page's: what is a moment ahead is now.
        next: Some(left.next_at)
            .filter(|at| at.duration_since(now) > A_MOMENT)
            .map(|at| lang.exact_moment(at)),
    }
}

/// What is told of the limits: one operation of each group that the gateway spends from.
const LIMITED: [(Operation, [&str; 2]); 9] = [
    (Operation::OnlineSessionOpen, ["otwarcie sesji interaktywnej", "opening an online session"]),
    (Operation::OnlineInvoiceSend, ["wysłanie faktury", "sending an invoice"]),
    (Operation::OnlineSessionClose, ["zamknięcie sesji", "closing a session"]),
    (Operation::BatchSessionOpen, ["wysyłka wsadowa", "a batch"]),
    (Operation::SessionInvoiceStatus, ["stan faktury", "an invoice's status"]),
    (Operation::SessionStatus, ["stan sesji i UPO", "a session's status and UPO"]),
    (Operation::InvoiceQueryMetadata, ["szukanie zakupów", "looking for purchases"]),
    (Operation::InvoiceExport, ["paczka zakupów", "a package of purchases"]),
    (Operation::InvoiceDownload, ["pobranie jednej faktury", "fetching one invoice"]),
];
const HOURS: Plural = Plural { pl: ["godzina", "godziny", "godzin"], en: ["hour", "hours"] };
const MINUTES: Plural = Plural { pl: ["minuta", "minuty", "minut"], en: ["minute", "minutes"] };
const YEAR: SignedDuration = SignedDuration::from_hours(366 * 24);
/// A message a day for a year, and more on bad days, is more than anybody reads on a page; the file has all.
const ROWS: usize = 200;
const LIVE_MS: u32 = 5000;
const A_MOMENT: SignedDuration = SignedDuration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_names_no_hours_or_minutes_that_are_none() {
        for (minutes, pl, en) in [
            (0, "0 minut", "0 minutes"),
            (59, "59 minut", "59 minutes"),
            (120, "2 godziny", "2 hours"),
            (61, "1 godzina 1 minuta", "1 hour 1 minute"),
        ] {
            let shown = [Language::Pl, Language::En].map(|lang| length(minutes, lang).replace('\u{a0}', " "));
            assert_eq!(shown, [pl, en], "{minutes}");
        }
    }
}
