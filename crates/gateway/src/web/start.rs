//! `/start` and `/companies/{company}/start`: from an empty gateway to the first invoice, and what must be ready before.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use connection::doctor::CompanyEnvironment;
use connection::preparation::{FirmKind, Item, needed};
use gateway_access::Right;
use gateway_api::ProblemCode;
use gateway_pages::{
    ChecklistView, Choice, CompanyStartView, ItemRow, Language, PreparedRow, Section, StartView,
    company_start, environment_words, nip, start,
};
use gateway_store::Preparation;
use ksef_id::ContextIdentifier;

use super::forms::{Fields, Pairs};
use super::guides::{dates, guide_href, guide_links};
use super::parts::query_of;
use super::visit::Visit;
use crate::access::Caller;
use crate::company::Company;
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// What the first steps are asked with.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct StartQuery {
    #[serde(default)]
    environment: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    company: String,
    /// The kind of firm is chosen anew.
    #[serde(default)]
    again: String,
}

/// `GET /start`: where to begin; once that is known, what must be ready.
pub(crate) async fn page(
    State(shared): State<Shared>,
    Query(asked): Query<StartQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    if asked.environment == "simulator" {
        return Ok(visit.leads_to("/connect?environment=simulator"));
    }
    let company = company_typed(&asked.company);
    if let Some(known) = company.as_ref().filter(|company| shared.app.companies.get(company).is_some()) {
        return Ok(visit.leads_to(&format!("/companies/{known}/start")));
    }
    let kept = match &company {
        Some(company) => shared.app.store.preparation(company).await?,
        None => None,
    };
    let is_again = asked.again == "yes";
    // What is asked for goes before what is kept, which is shown where nothing else is asked for.
    let name = |asked: &str, kept: Option<&String>| match (asked, kept) {
        ("", Some(kept)) => kept.clone(),
        (asked, _) => asked.to_owned(),
    };
    let environment = name(&asked.environment, kept.as_ref().map(|kept| &kept.environment));
    let kind = name(&asked.kind, kept.as_ref().map(|kept| &kept.kind));
    let list = match (&company, environment_of(&environment), FirmKind::from_name(&kind)) {
        (Some(company), Some(environment), Some(kind)) if !is_again => {
            Some(new_checklist(company, &environment, kind, kept.as_ref(), lang))
        }
        _ => None,
    };
    let prepared = shared.app.store.unconnected_preparations(SHOWN_MAX).await?;
    let view = StartView {
        environments: environments(&shared, &environment, lang),
        kinds: kinds(&kind, lang),
        nip: asked.company.clone(),
        is_nip_wrong: company.is_none() && !(asked.environment.is_empty() && asked.company.trim().is_empty()),
        is_kind_missing: !asked.environment.is_empty() && FirmKind::from_name(&kind).is_none(),
        list,
        prepared: prepared.iter().filter_map(|one| prepared_row(one, lang)).collect(),
        dates: dates(&shared, lang),
        guides: guide_links(&[], None, lang),
    };
    let frame = visit.frame(&shared, None, Section::Start, lang.choose("Pierwsze kroki", "First steps"));
    visit.page(start(&frame, &view))
}

/// `POST /start`: what was ticked, of a company that is not connected yet.
pub(crate) async fn keep(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let invalid = |name: &str| Failure::new(ProblemCode::ParameterInvalid, name);
    let company = company_typed(form.one("company")).ok_or_else(|| invalid("company"))?;
    let environment =
        environment_of(form.one("environment")).ok_or_else(|| invalid("environment (test, demo, prd)"))?;
    let kind = kind_of(&form)?;
    kept(&shared, &caller, &company, &environment, kind, &form).await?;
    let back = format!("/start?company={company}");
    Ok(visit.done(
        &back,
        "Zapisano. Możesz tu wrócić, kiedy zechcesz.",
        "Saved. You may come back at any time.",
    ))
}

/// `GET /companies/{company}/start`.
pub(crate) async fn company_page(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(asked): Query<StartQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (lang, context) = (visit.lang, &company.context);
    let kept = shared.app.store.preparation(context).await?;
    let kind = kept.as_ref().and_then(|kept| FirmKind::from_name(&kept.kind));
    let may_change = visit.may(Right::ChangeSettings, context);
    let environment = environment_of(company.environment.name());
    let list = match (&environment, kind) {
        (Some(environment), Some(kind)) if asked.again != "yes" => {
            Some(company_checklist(&company, environment, kind, kept.as_ref(), may_change, lang))
        }
        _ => None,
    };
    let action = page_of(&company);
    let view = CompanyStartView {
        company: context.to_string(),
        is_simulator: environment.is_none(),
        kinds: kinds(kind.map_or("", FirmKind::name), lang),
        action,
        may_change,
        list,
        guides: guide_links(&about(context, environment.as_ref()), None, lang),
    };
    let title = lang.choose("Pierwsze kroki", "First steps");
    let frame = visit.frame(&shared, Some(&company), Section::Start, title);
    visit.page(company_start(&frame, &view))
}

/// `POST /companies/{company}/start`.
pub(crate) async fn company_keep(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let form = Fields::of(form);
    let Some(environment) = environment_of(company.environment.name()) else {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "environment"));
    };
    kept(&shared, &caller, &company.context, &environment, kind_of(&form)?, &form).await?;
    Ok(visit.done(&page_of(&company), "Zapisano.", "Saved."))
}

fn page_of(company: &Company) -> String {
    format!("/companies/{}/start", company.context)
}

fn kind_of(form: &Fields) -> Result<FirmKind, Failure> {
    let name = format!("kind ({})", FirmKind::ALL.map(FirmKind::name).join(", "));
    FirmKind::from_name(form.one("kind")).ok_or_else(|| Failure::new(ProblemCode::ParameterInvalid, &name))
}

/// Keeps what was ticked. What does not apply to this kind of firm any more, and what the gateway sees itself, stays as it was.
async fn kept(
    shared: &Shared,
    caller: &Caller,
    company: &ContextIdentifier,
    environment: &CompanyEnvironment,
    kind: FirmKind,
    form: &Fields,
) -> Result<(), Failure> {
    let before = shared.app.store.preparation(company).await?;
    let before = before.map(|kept| kept.done).unwrap_or_default();
    let (seen, asked) = (seen_of(shared.app.companies.get(company).as_deref()), needed(kind, environment));
    // A form that only says which kind of firm it is ticks nothing and clears nothing.
    let ticks = form.is_ticked("ticks");
    let is_done = |item: &Item| match ticks && asked.contains(item) && !seen.contains(item) {
        true => form.all("item").any(|name| name == item.name()),
        false => before.iter().any(|name| name == item.name()),
    };
    let new = Preparation {
        company: company.clone(),
        environment: environment.name().to_owned(),
        kind: kind.name().to_owned(),
        done: Item::ALL.iter().filter(|item| is_done(item)).map(|item| item.name().to_owned()).collect(),
        actor: caller.actor(),
        changed_at: shared.desk.now(),
    };
    shared.app.journal.prepared(&new).await?;
    Ok(())
}

/// What the gateway itself sees of a company that is connected.
fn seen_of(company: Option<&Company>) -> Vec<Item> {
    let Some(company) = company else { return Vec::new() };
    let mut seen = vec![Item::LoginCertificate];
    if company.offline().is_some() {
        seen.push(Item::OfflineCertificate);
    }
    seen
}

fn new_checklist(
    company: &ContextIdentifier,
    environment: &CompanyEnvironment,
    kind: FirmKind,
    kept: Option<&Preparation>,
    lang: Language,
) -> ChecklistView {
    let name = environment.name();
    let here = [("company", company.as_str()), ("environment", name), ("kind", kind.name())];
    let connect = [("environment", name), ("nip", company.as_str())];
    ChecklistView {
        action: "/start".to_owned(),
        hidden: here.into_iter().chain([TICKS]).map(|(name, value)| (name, value.to_owned())).collect(),
        connect: Some(format!("/connect{}", query_of(connect))),
        change_kind: format!("/start{}", query_of(here.into_iter().chain([("again", "yes")]))),
        ..checklist(company, environment, kind, kept, &[], lang)
    }
}

fn company_checklist(
    company: &Company,
    environment: &CompanyEnvironment,
    kind: FirmKind,
    kept: Option<&Preparation>,
    may_change: bool,
    lang: Language,
) -> ChecklistView {
    let action = page_of(company);
    ChecklistView {
        change_kind: format!("{action}?again=yes"),
        hidden: [("kind", kind.name()), TICKS].map(|(name, value)| (name, value.to_owned())).to_vec(),
        action,
        may_change,
        ..checklist(&company.context, environment, kind, kept, &seen_of(Some(company)), lang)
    }
}

fn checklist(
    company: &ContextIdentifier,
    environment: &CompanyEnvironment,
    kind: FirmKind,
    kept: Option<&Preparation>,
    seen: &[Item],
    lang: Language,
) -> ChecklistView {
    let about_it = about(company, Some(environment));
    let items: Vec<ItemRow> = needed(kind, environment)
        .into_iter()
        .map(|item| {
            let [text, note] = item.words();
            ItemRow {
                name: item.name(),
                text: lang.choose(&text.pl, &text.en).to_owned(),
                note: lang.choose(&note.pl, &note.en).to_owned(),
                is_done: kept.is_some_and(|kept| kept.done.iter().any(|name| name == item.name())),
                is_seen: seen.contains(&item),
                is_needed: item.is_needed(),
                guide: item.topic().map(|topic| guide_href(topic, &about_it)),
            }
        })
        .collect();
    let [firm, _] = kind.words();
    let said = kept.map(|kept| {
        let words = lang.choose("Zapisano ostatnio", "Saved last");
        format!("{words}: {}, {}", lang.moment(kept.changed_at), kept.actor)
    });
    ChecklistView {
        company: nip(company.as_str()),
        action: String::new(),
        hidden: Vec::new(),
        about: format!(
            "{} · {}",
            environment_words(environment.name(), lang)[0],
            lang.choose(&firm.pl, &firm.en)
        ),
        done: done_words(&items, lang),
        is_ready: items.iter().all(|item| item.is_done || item.is_seen || !item.is_needed),
        items,
        said,
        may_change: true,
        connect: None,
        change_kind: String::new(),
    }
}

fn done_words(items: &[ItemRow], lang: Language) -> String {
    let done = items.iter().filter(|item| item.is_done || item.is_seen).count();
    format!("{done} {} {}", lang.choose("z", "of"), items.len())
}

fn prepared_row(one: &Preparation, lang: Language) -> Option<PreparedRow> {
    // What is no longer known by these names is not shown.
    let (environment, kind) = (environment_of(&one.environment)?, FirmKind::from_name(&one.kind)?);
    Some(PreparedRow {
        company: nip(one.company.as_str()),
        href: format!("/start?company={}", one.company),
        done: checklist(&one.company, &environment, kind, Some(one), &[], lang).done,
    })
}

/// For guides about a company.
fn about<'a>(
    company: &'a ContextIdentifier,
    environment: Option<&CompanyEnvironment>,
) -> Vec<(&'static str, &'a str)> {
    let environment = environment.map_or("test", CompanyEnvironment::name);
    vec![("environment", environment), ("company", company.as_str())]
}

/// An environment where something has to be ready; a simulator asks for nothing.
pub(super) fn environment_of(name: &str) -> Option<CompanyEnvironment> {
    match name {
        "test" => Some(CompanyEnvironment::Test),
        "demo" => Some(CompanyEnvironment::Demo),
        "prd" => Some(CompanyEnvironment::Prd),
        _ => None,
    }
}

fn environments(shared: &Shared, chosen: &str, lang: Language) -> Vec<Choice> {
    let has_simulator = shared.keyring.as_ref().is_some_and(|keyring| keyring.has_simulator());
    let chosen = match chosen {
        "" if has_simulator => "simulator",
        chosen => chosen,
    };
    ["simulator", "test", "demo", "prd"]
        .into_iter()
        .filter(|name| has_simulator || *name != "simulator")
        .map(|name| {
            let [label, note] = environment_words(name, lang);
            Choice {
                value: name.to_owned(),
                label: label.to_owned(),
                note: note.to_owned(),
                is_chosen: name == chosen,
            }
        })
        .collect()
}

fn kinds(chosen: &str, lang: Language) -> Vec<Choice> {
    FirmKind::ALL
        .iter()
        .map(|kind| {
            let [label, note] = kind.words();
            Choice {
                value: kind.name().to_owned(),
                label: lang.choose(&label.pl, &label.en).to_owned(),
                note: lang.choose(&note.pl, &note.en).to_owned(),
                is_chosen: kind.name() == chosen,
            }
        })
        .collect()
}

/// A company as people write its NIP: 222-222-22-22, PL2222222222. Other environments than production take any digits; a firm's
/// own NIP is never wrong on purpose.
pub(super) fn company_typed(text: &str) -> Option<ContextIdentifier> {
    let text = text.trim();
    let digits: String = text.trim_start_matches("PL").chars().filter(|one| !" -".contains(*one)).collect();
    let context = ContextIdentifier::parse(&digits).ok()?;
    Some(context).filter(|context| context.nip().is_none_or(|nip| nip.has_valid_check_digit()))
}

const SHOWN_MAX: u32 = 20;
/// The field of forms that bring ticks: a box that is not ticked brings nothing.
const TICKS: (&str, &str) = ("ticks", "yes");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nip_is_read_as_people_write_it() {
        for (text, expected) in [
            ("222-222-22-22", Some("2222222222")),
            (" PL 2222222222 ", Some("2222222222")),
            ("1234567890", None),
            ("", None),
            ("NIP", None),
        ] {
            assert_eq!(company_typed(text).map(|found| found.to_string()).as_deref(), expected, "{text:?}");
        }
    }
}
