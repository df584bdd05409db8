//! `bramka guide`: what people have to do themselves, click by click, and the dates that they plan by.

use std::process::ExitCode;

use connection::Finding;
use connection::dates::{AnnouncedDate, announced};
use connection::doctor::CompanyEnvironment;
use connection::guide::{Guide, Reader, Surface, Topic};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::doctor::message;
use crate::cli::{self, TopicName};
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Guide, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let environment = match arguments.environment {
        cli::ProfileName::Test => CompanyEnvironment::Test,
        cli::ProfileName::Demo => CompanyEnvironment::Demo,
        cli::ProfileName::Prd => CompanyEnvironment::Prd,
    };
    let reader = Reader {
        surface: Surface::CommandLine,
        environment: &environment,
        company: arguments.company.as_ref().map(ksef_id::ContextIdentifier::value),
        grantee: arguments.to.as_deref(),
    };
    let is_json = arguments.format == cli::ListFormat::Json;
    let topic = match arguments.topic {
        None => {
            list(&reader, is_json, lang);
            return Ok(ExitCode::SUCCESS);
        }
        Some(TopicName::Dates) => {
            if is_json {
                println!("{}", dates_as_json());
            } else {
                for (row, finding) in dates_seen_today() {
                    println!("{}", lang.pick(&finding.message.pl, &finding.message.en));
                    println!("  {}: {}", lang.pick("Źródło", "Source"), row.source);
                }
                println!("{}", lang.pick(MOVED[0], MOVED[1]));
            }
            return Ok(ExitCode::SUCCESS);
        }
        Some(TopicName::Preconditions) => Topic::Preconditions,
        Some(TopicName::GrantPerson) => Topic::GrantPerson,
        Some(TopicName::GrantOffice) => Topic::GrantOffice,
        Some(TopicName::AuthCertificate) => Topic::AuthCertificate,
        Some(TopicName::OfflineCertificate) => Topic::OfflineCertificate,
        Some(TopicName::Token) => Topic::Token,
        Some(TopicName::Attachments) => Topic::Attachments,
        Some(TopicName::Dictionary) => Topic::Dictionary,
    };
    let guide = topic.guide(&reader);
    if is_json {
        println!("{}", as_json(topic, &guide));
    } else {
        print(&guide, lang);
    }
    Ok(ExitCode::SUCCESS)
}

fn list(reader: &Reader<'_>, is_json: bool, lang: cli::Lang) {
    let guides = Topic::ALL.map(|topic| (topic, topic.guide(reader)));
    if is_json {
        let all: Vec<Value> = guides.iter().map(|(topic, guide)| as_json(*topic, guide)).collect();
        println!("{}", json!(all));
        return;
    }
    for (topic, guide) in guides {
        println!("{:<20} {}", topic.name(), lang.pick(&guide.title.pl, &guide.title.en));
    }
    println!("{:<20} {}", "dates", lang.pick("Terminy, o ile są znane", "Dates, as far as they are known"));
}

/// A guide's steps, numbered.
pub(super) fn print(guide: &Guide, lang: cli::Lang) {
    println!("{}", lang.pick(&guide.title.pl, &guide.title.en));
    for (number, step) in guide.steps.iter().enumerate() {
        println!("{:>3}. {}", number + 1, lang.pick(&step.pl, &step.en));
    }
}

/// A guide as programs read it.
pub(super) fn as_json(topic: Topic, guide: &Guide) -> Value {
    json!({
        "topic": topic.name(),
        "title": message(&guide.title),
        "steps": guide.steps.iter().map(message).collect::<Vec<_>>(),
    })
}

/// Each announced date with how it stands today.
pub(super) fn dates_seen_today() -> Vec<(AnnouncedDate, Finding)> {
    let today = today();
    announced()
        .into_iter()
        .map(|row| (row.seen_on(today), row))
        .map(|(finding, row)| (row, finding))
        .collect()
}

/// Days from today until a date; negative when it has passed.
pub(super) fn days_until(date: Date) -> i32 {
    (date - today()).get_days()
}

/// The announced dates as programs read them.
pub(super) fn dates_as_json() -> Value {
    let rows = dates_seen_today().into_iter().map(|(row, finding)| {
        json!({
            "name": row.name,
            "date": row.date,
            "asOf": row.as_of,
            "days": days_until(row.date),
            "what": message(&row.what),
            "code": finding.code,
            "source": row.source,
        })
    });
    rows.collect()
}

/// Days of law are Warsaw's.
fn today() -> Date {
    let zone = TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC);
    jiff::Timestamp::now().to_zoned(zone).date()
}

const MOVED: [&str; 2] = [
    "Terminy bywają przesuwane: sprawdź aktualne przepisy.",
    "Such dates get moved: check the rules in force.",
];
