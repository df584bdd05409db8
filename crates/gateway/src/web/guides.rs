//! `/guides` and `/guides/{topic}`: dates that people plan by, what only they can do themselves, and what the words mean. The same as
//! `bramka guide` tells.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use connection::dates::announced;
use connection::doctor::CompanyEnvironment;
use connection::guide::{Reader, Surface, Topic};
use gateway_api::ProblemCode;
use gateway_pages::{
    DateRow, GuideLink, GuideStep, GuideView, GuidesView, Language, Plural, Section, StepPart, Tab, Tone,
    environment_words, guide, guides,
};
use gateway_rules::calendar::warsaw_day;

use super::parts::query_of;
use super::start::environment_of;
use super::visit::Visit;
use crate::rest::Failure;
use crate::router::Shared;

/// For whom a guide is filled in.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct GuideQuery {
    #[serde(default)]
    environment: String,
    #[serde(default)]
    company: String,
    #[serde(default)]
    to: String,
}

/// `GET /guides`.
pub(crate) async fn list(State(shared): State<Shared>, visit: Visit) -> Result<Response, Failure> {
    let lang = visit.lang;
    let dictionary = Topic::Dictionary.guide(&ANYBODY);
    let view = GuidesView {
        dates: dates(&shared, lang),
        guides: guide_links(&[], None, lang),
        dictionary: dictionary.steps.iter().map(|step| term(lang.choose(&step.pl, &step.en))).collect(),
    };
    let title = lang.choose("Terminy i poradniki", "Dates and guides");
    let frame = visit.frame(&shared, None, Section::Guides, title);
    visit.page(guides(&frame, &view))
}

/// `GET /guides/{topic}`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(topic): Path<String>,
    Query(asked): Query<GuideQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let topic = Topic::from_name(&topic).ok_or_else(|| Failure::new(ProblemCode::NotFound, ""))?;
    if topic == Topic::Dictionary {
        return Ok(visit.leads_to("/guides#dictionary"));
    }
    let lang = visit.lang;
    let environment = environment_of(&asked.environment).unwrap_or(CompanyEnvironment::Prd);
    let [company, to] = [&asked.company, &asked.to].map(|text| number(text));
    let reader = Reader {
        surface: Surface::Pages,
        environment: &environment,
        company: Some(company.as_str()).filter(|text| !text.is_empty()),
        grantee: Some(to.as_str()).filter(|text| !text.is_empty()),
    };
    let written = topic.guide(&reader);
    let about = [("environment", environment.name()), ("company", company.as_str()), ("to", to.as_str())];
    let action = format!("/guides/{}", topic.name());
    let at = |name: &'static str| {
        let query = query_of(
            about.into_iter().map(|(key, value)| (key, if key == "environment" { name } else { value })),
        );
        Tab {
            label: environment_words(name, lang)[0].to_owned(),
            href: format!("{action}{query}"),
            count: None,
            is_current: name == environment.name(),
        }
    };
    let view = GuideView {
        title: lang.choose(&written.title.pl, &written.title.en).to_owned(),
        steps: written
            .steps
            .iter()
            .map(|step| GuideStep {
                parts: match lang {
                    Language::Pl => parts(&step.pl, None),
                    Language::En => parts(&step.en, Some(&step.pl)),
                },
                polish: (lang == Language::En).then(|| step.pl.clone()),
            })
            .collect(),
        environments: ["test", "demo", "prd"].map(at).to_vec(),
        environment: environment.name(),
        action,
        company: company.clone(),
        grantee: matches!(topic, Topic::GrantPerson | Topic::GrantOffice).then(|| to.clone()),
        guides: guide_links(&about, Some(topic), lang),
    };
    let frame = visit.frame(&shared, None, Section::Guides, view.title.clone());
    visit.page(guide(&frame, &view))
}

/// Where a guide is, filled in.
pub(super) fn guide_href<'a>(topic: Topic, about: &[(&'a str, &'a str)]) -> String {
    match topic {
        Topic::Dictionary => "/guides#dictionary".to_owned(),
        topic => format!("/guides/{}{}", topic.name(), query_of(about.iter().copied())),
    }
}

/// Every guide, filled in for the same reader.
pub(super) fn guide_links<'a>(
    about: &[(&'a str, &'a str)],
    current: Option<Topic>,
    lang: Language,
) -> Vec<GuideLink> {
    Topic::ALL
        .into_iter()
        .map(|topic| {
            let title = topic.guide(&ANYBODY).title;
            GuideLink {
                title: lang.choose(&title.pl, &title.en).to_owned(),
                href: guide_href(topic, about),
                is_current: current == Some(topic),
            }
        })
        .collect()
}

/// The dates, as they are seen today.
pub(super) fn dates(shared: &Shared, lang: Language) -> Vec<DateRow> {
    let today = warsaw_day(shared.desk.now());
    announced()
        .into_iter()
        .map(|row| {
            let days = i64::from((row.date - today).get_days());
            let (left, tone) = match days {
                ..0 => (lang.choose("minęło", "passed").to_owned(), Tone::Plain),
                0 => (lang.choose("dziś", "today").to_owned(), Tone::Warn),
                days if lang == Language::Pl => (format!("za {}", lang.counted(days, DAYS)), near(days)),
                days => (format!("in {}", lang.counted(days, DAYS)), near(days)),
            };
            DateRow {
                date: lang.date(row.date),
                what: lang.choose(&row.what.pl, &row.what.en).to_owned(),
                left,
                tone,
                as_of: lang.date(row.as_of),
                // The journal of laws counts in items, in Polish in „pozycje”.
                source: match lang {
                    Language::Pl => row.source.replace(", item ", ", poz. "),
                    Language::En => row.source.to_owned(),
                },
            }
        })
        .collect()
}

const fn near(days: i64) -> Tone {
    if days <= NEAR_DAYS { Tone::Warn } else { Tone::Busy }
}

/// A number as it was typed, without what people put between its digits; nothing else.
fn number(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(NUMBER_MAX).collect()
}

/// A word and what it means.
fn term(text: &str) -> (String, String) {
    match text.split_once(": ") {
        Some((term, meaning)) => (term.to_owned(), meaning.to_owned()),
        None => (text.to_owned(), String::new()),
    }
}

/// A step, its quoted names and its addresses apart. Names that the Polish text has as well are the portal's own.
fn parts(text: &str, polish: Option<&str>) -> Vec<StepPart> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find(['„', '“']) {
        let after = &rest[begin..];
        let Some(end) = after.find('”') else { break };
        words(&rest[..begin], &mut found);
        let quoted = &after[..end + '”'.len_utf8()];
        let name: String = quoted.chars().filter(|one| !"„“”".contains(*one)).collect();
        let is_polish = polish.is_some_and(|polish| polish.contains(&format!("„{name}”")));
        found.push(StepPart::Name { text: quoted.to_owned(), is_polish });
        rest = &after[end + '”'.len_utf8()..];
    }
    words(rest, &mut found);
    found
}

/// Words between names, with the addresses among them.
fn words(text: &str, found: &mut Vec<StepPart>) {
    let mut rest = text;
    while let Some(begin) = rest.find("https://") {
        let after = &rest[begin..];
        let end = after.find([' ', ')', ',']).unwrap_or(after.len());
        if begin > 0 {
            found.push(StepPart::Text(rest[..begin].to_owned()));
        }
        found.push(StepPart::Link(after[..end].to_owned()));
        rest = &after[end..];
    }
    if !rest.is_empty() {
        found.push(StepPart::Text(rest.to_owned()));
    }
}

/// A reader of whom nothing is known.
const ANYBODY: Reader<'static> =
    Reader { surface: Surface::Pages, environment: &CompanyEnvironment::Prd, company: None, grantee: None };
const DAYS: Plural = Plural { pl: ["dzień", "dni", "dni"], en: ["day", "days"] };
/// From then on people should be at it.
const NEAR_DAYS: i64 = 60;
const NUMBER_MAX: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_stand_apart_in_a_step() {
        let text = |text: &str| StepPart::Text(text.to_owned());
        let name = |text: &str, is_polish| StepPart::Name { text: text.to_owned(), is_polish };
        let found = parts(
            "Menu “Tokeny” (https://ap.ksef.mf.gov.pl/web/) or “Connection”.",
            Some("Menu „Tokeny” albo „Połączenie”."),
        );
        let link = StepPart::Link("https://ap.ksef.mf.gov.pl/web/".to_owned());
        let expected = [
            text("Menu "),
            name("“Tokeny”", true),
            text(" ("),
            link,
            text(") or "),
            name("“Connection”", false),
            text("."),
        ];
        assert_eq!(found, expected);
        // A quotation mark that nothing closes is one.
        assert_eq!(parts("„Tokeny", None), [text("„Tokeny")]);
        assert_eq!(parts("", None), []);
    }

    #[test]
    fn every_word_of_the_dictionary_has_a_meaning() {
        for step in Topic::Dictionary.guide(&ANYBODY).steps {
            for text in [&step.pl, &step.en] {
                let (term, meaning) = term(text);
                assert!(!term.is_empty() && !meaning.is_empty(), "{text}");
            }
        }
    }
}
