//! `/companies/{company}/settings/routing`: by which rules purchases are assigned, to whom they can be, and who sees what.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Json};
use gateway_api::{
    ProblemCode, RoutingApplyRequest, RoutingResource, RoutingRuleResource, UnitRequest, UnitResource,
    ViewRequest,
};
use gateway_pages::{
    Choice, FlashKind, Language, Plural, RoutingView, RuleForm, Section, UnitForm, nip, routing,
};
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;
use tokio::time::{Duration, Instant};

use super::frame::{Part, tabs};
use crate::access::Caller;
use crate::rest::{Failure, company_of, routing as rest};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Question};
use crate::web::people::{Person, SHOWN_MAX, people_of};
use crate::web::visit::Visit;

/// What is being changed.
#[derive(serde::Deserialize)]
pub(crate) struct EditQuery {
    /// The place of a rule, from 0.
    edit: Option<usize>,
    /// A unit.
    unit: Option<String>,
}

/// `GET`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<EditQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (lang, here) = (visit.lang, Part::Routing.of(&company));
    let at = || (State(shared.clone()), Path(company.context.to_string()));
    let rules = rest::show(at().0, at().1).await?.0;
    let units = rest::units(at().0, at().1).await?.0.items;
    let restricted = rest::views(at().0, at().1).await?.0.items;
    let restricted: Vec<String> = restricted.into_iter().map(|one| one.login).collect();
    let people = people_of(&shared, &company).await?;
    let unit_choices = |chosen: &[String]| -> Vec<Choice> {
        let choice = |unit: &UnitResource| {
            choice(&unit.identifier, format!("{} ({})", unit.name, unit.identifier), chosen)
        };
        units.iter().map(choice).collect()
    };
    let rule = match query.edit.and_then(|at| rules.rules.get(at).map(|rule| (at, rule))) {
        Some((at, rule)) => RuleForm {
            at: Some(at),
            persons: choices(&people, &rule.persons),
            units: unit_choices(&rule.units),
            ..typed(rule)
        },
        None => RuleForm { persons: choices(&people, &[]), units: unit_choices(&[]), ..RuleForm::default() },
    };
    let edited = units.iter().find(|unit| query.unit.as_ref() == Some(&unit.identifier));
    let view = RoutingView {
        tabs: tabs(&visit, Some(&company), Part::Routing),
        of: state_of(&rules),
        rules: rules
            .rules
            .iter()
            .enumerate()
            .map(|(at, rule)| RuleForm {
                at: Some(at),
                summary: summary(rule, &people, &units, lang),
                ..typed(rule)
            })
            .collect(),
        rule,
        units: units
            .iter()
            .map(|unit| UnitForm {
                identifier: unit.identifier.clone(),
                name: unit.name.clone(),
                members: Vec::new(),
                summary: names(&people, &unit.members, lang),
            })
            .collect(),
        unit: UnitForm {
            identifier: edited.map(|unit| unit.identifier.clone()).unwrap_or_default(),
            name: edited.map(|unit| unit.name.clone()).unwrap_or_default(),
            members: choices(&people, edited.map_or(&[], |unit| unit.members.as_slice())),
            summary: String::new(),
        },
        views: people
            .iter()
            .filter(|person| person.can_be_restricted)
            .map(|person| choice(&person.login, person.shown.clone(), &restricted))
            .collect(),
        is_cut: people.len() >= SHOWN_MAX,
        base: here,
    };
    let title = lang.choose("Komu trafiają zakupy", "Who gets which purchases");
    let frame = visit.frame(&shared, Some(&company), Section::Routing, title);
    visit.page(routing(&frame, &view))
}

/// `POST`: a rule is added, changed, moved or removed.
pub(crate) async fn set(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (form, back) = (Fields::of(form), Part::Routing.of(&company));
    let context = || Path(company.context.to_string());
    let now = rest::show(State(shared.clone()), context()).await?.0;
    let act = form.one("act");
    if act == "remove" && !form.is_confirmed() {
        let question = Question {
            title: ["Usunąć regułę?", "Remove the rule?"],
            note: ["To, co już przypisała, zostaje przypisane.", "What it assigned stays assigned."],
            about: Vec::new(),
            action: back.clone(),
            fields: ["of", "at", "act"].map(|name| (name.to_owned(), form.one(name).to_owned())).to_vec(),
            back,
        };
        return visit.asks(&shared, Some(&company), Section::Routing, question);
    }
    // Places are counted in what was shown: in another list they mean something else.
    if form.one("of") != state_of(&now) {
        let text = visit.lang.choose(
            "Ktoś zmienił reguły w międzyczasie. Niczego nie zapisano: oto, jak wyglądają teraz.",
            "Somebody changed the rules meanwhile. Nothing was saved: this is how they are now.",
        );
        return Ok(visit.told(&back, FlashKind::Failed, text));
    }
    let Some(rules) = changed(now.rules, &form) else {
        return visit.failed(&back, Failure::new(ProblemCode::ParameterInvalid, "at, act"));
    };
    match rest::set(State(shared.clone()), context(), Ok(Json(RoutingResource { rules }))).await {
        Ok(_) => Ok(visit.done(&back, "Zapisano reguły.", "The rules were saved.")),
        Err(failure) => visit.failed(&back, failure),
    }
}

/// The rules with what a form asks for; `None` when it asks for what is not there.
fn changed(mut rules: Vec<RoutingRuleResource>, form: &Fields) -> Option<Vec<RoutingRuleResource>> {
    let at = match form.one("at") {
        "" => None,
        text => Some(text.parse::<usize>().ok().filter(|at| *at < rules.len())?),
    };
    match (form.one("act"), at) {
        ("save", None) => rules.push(asked(form)),
        ("save", Some(at)) => rules[at] = asked(form),
        ("remove", Some(at)) => {
            rules.remove(at);
        }
        ("up", Some(at)) if at > 0 => rules.swap(at, at - 1),
        ("down", Some(at)) if at + 1 < rules.len() => rules.swap(at, at + 1),
        _ => return None,
    }
    Some(rules)
}

/// A rule as it was typed; an empty field asks for nothing, and amounts may have a Polish comma.
fn asked(form: &Fields) -> RoutingRuleResource {
    let text = |name: &str| Some(form.one(name).to_owned()).filter(|text| !text.is_empty());
    let amount = |name: &str| text(name).map(|text| text.replace([' ', '\u{a0}'], "").replace(',', "."));
    RoutingRuleResource {
        name: form.one("name").to_owned(),
        seller: text("seller").map(|text| text.replace([' ', '-'], "")),
        third_party: text("third"),
        order_number: text("orderNumber"),
        gross_from: amount("grossFrom"),
        gross_to: amount("grossTo"),
        persons: form.all("person").map(str::to_owned).collect(),
        units: form.all("unit").map(str::to_owned).collect(),
    }
}

/// `POST …/apply`: the rules are applied to what is nobody's.
pub(crate) async fn apply(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let (lang, back) = (visit.lang, Part::Routing.of(&found));
    let (mut assigned, mut after) = (0_i64, None);
    let ends = Instant::now() + APPLY_TIME_MAX;
    loop {
        let asked = RoutingApplyRequest { after };
        let applied = rest::apply(
            State(shared.clone()),
            Extension(caller.clone()),
            Path(company.clone()),
            Ok(Json(asked)),
        )
        .await;
        let applied = match applied {
            Ok(applied) => applied.0,
            Err(failure) => return visit.failed(&back, failure),
        };
        assigned += i64::try_from(applied.assigned).unwrap_or(i64::MAX);
        after = applied.next_cursor;
        if after.is_none() || Instant::now() >= ends {
            break;
        }
    }
    let done = lang.choose("Przypisano", "Assigned");
    let mut text = format!("{done}: {}.", lang.counted(assigned, PURCHASES));
    if after.is_some() {
        text.push_str(lang.choose(
            " Nie wszystko zdążyło zostać przejrzane: naciśnij jeszcze raz.",
            " There was no time to look at all of them: press once more.",
        ));
    }
    Ok(visit.told(&back, FlashKind::Done, &text))
}

/// `POST …/units`: a new unit, or a change of one.
pub(crate) async fn put_unit(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let back = Part::Routing.of(&*company_of(&shared.app, &company)?);
    let form = Fields::of(form);
    let asked = UnitRequest {
        name: form.one("name").to_owned(),
        members: form.all("person").map(str::to_owned).collect(),
    };
    let unit = form.one("identifier").to_owned();
    let outcome = rest::put_unit(State(shared), Path((company, unit)), Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Zapisano jednostkę.", "The unit was saved.")
}

/// `POST …/units/remove`.
pub(crate) async fn remove_unit(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let (form, back) = (Fields::of(form), Part::Routing.of(&found));
    let unit = form.one("identifier").to_owned();
    if !form.is_confirmed() {
        let question = Question {
            title: ["Usunąć jednostkę?", "Remove the unit?"],
            note: [
                "Przypisane do niej zakupy przestaną być do niej przypisane. Jej członkowie nie zobaczą przez to więcej.",
                "Purchases assigned to it are assigned to it no more. Its members see no more for it.",
            ],
            about: vec![unit.clone()],
            action: format!("{back}/units/remove"),
            fields: vec![("identifier".to_owned(), unit)],
            back,
        };
        return visit.asks(&shared, Some(&found), Section::Routing, question);
    }
    let outcome = rest::remove_unit(State(shared), Path((company, unit))).await;
    visit.ended(&back, outcome, "Usunięto jednostkę.", "The unit was removed.")
}

/// `POST …/views`: those who see only what is theirs, of everybody who is shown.
pub(crate) async fn set_views(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let (form, back) = (Fields::of(form), Part::Routing.of(&found));
    let before = rest::views(State(shared.clone()), Path(company.clone())).await?.0.items;
    let people = people_of(&shared, &found).await?;
    for person in people.iter().filter(|person| person.can_be_restricted) {
        let is_restricted = form.all("person").any(|login| login == person.login);
        if is_restricted == before.iter().any(|one| one.login == person.login) {
            continue;
        }
        let at = Path((company.clone(), person.login.clone()));
        let set = rest::set_view(State(shared.clone()), at, Ok(Json(ViewRequest { is_restricted }))).await;
        if let Err(failure) = set {
            return visit.failed(&back, failure);
        }
    }
    Ok(visit.done(&back, "Zapisano, kto co widzi.", "Who sees what was saved."))
}

fn typed(rule: &RoutingRuleResource) -> RuleForm {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    RuleForm {
        name: rule.name.clone(),
        seller: text(&rule.seller),
        third: text(&rule.third_party),
        order_number: text(&rule.order_number),
        gross_from: text(&rule.gross_from),
        gross_to: text(&rule.gross_to),
        ..RuleForm::default()
    }
}

/// What a rule says: when, and for whom.
fn summary(rule: &RoutingRuleResource, people: &[Person], units: &[UnitResource], lang: Language) -> String {
    let mut when = Vec::new();
    let mut say = |words: &str, value: &Option<String>| {
        if let Some(value) = value {
            when.push(format!("{words} {value}"));
        }
    };
    say(lang.choose("sprzedawca", "seller"), &rule.seller.as_deref().map(nip));
    say(lang.choose("podmiot trzeci", "third party"), &rule.third_party.as_deref().map(nip));
    say(lang.choose("zamówienie od", "order from"), &rule.order_number);
    say(lang.choose("brutto od", "gross from"), &rule.gross_from.as_ref().map(|text| lang.amount(text)));
    say(lang.choose("brutto do", "gross to"), &rule.gross_to.as_ref().map(|text| lang.amount(text)));
    if when.is_empty() {
        when.push(lang.choose("każdy zakup", "every purchase").to_owned());
    }
    let unit = |identifier: &String| {
        let found = units.iter().find(|unit| unit.identifier == *identifier);
        found.map_or_else(|| identifier.clone(), |unit| unit.name.clone())
    };
    let mut to: Vec<String> = rule.persons.iter().map(|login| shown(people, login)).collect();
    to.extend(rule.units.iter().map(unit));
    format!("{} → {}", when.join(", "), to.join(", "))
}

fn names(people: &[Person], logins: &[String], lang: Language) -> String {
    if logins.is_empty() {
        return lang.choose("nikt jeszcze", "nobody yet").to_owned();
    }
    logins.iter().map(|login| shown(people, login)).collect::<Vec<_>>().join(", ")
}

fn shown(people: &[Person], login: &str) -> String {
    let found = people.iter().find(|person| person.login == login);
    found.map_or_else(|| login.to_owned(), |person| person.shown.clone())
}

fn choice(value: &str, label: String, chosen: &[String]) -> Choice {
    let is_chosen = chosen.iter().any(|one| one == value);
    Choice { value: value.to_owned(), label, note: String::new(), is_chosen }
}

/// People to be chosen from; who was chosen and has left stays in the list until somebody takes him out.
fn choices(people: &[Person], chosen: &[String]) -> Vec<Choice> {
    let mut all: Vec<Choice> =
        people.iter().map(|person| choice(&person.login, person.shown.clone(), chosen)).collect();
    let gone = chosen.iter().filter(|login| !people.iter().any(|person| person.login == **login));
    all.extend(gone.map(|login| choice(login, login.clone(), chosen)));
    all
}

/// What tells one state of the rules from another.
fn state_of(rules: &RoutingResource) -> String {
    let json = serde_json::to_vec(rules).unwrap_or_default();
    Sha256Hash::from_bytes(&sha256(&json)).to_string()
}

const PURCHASES: Plural = Plural { pl: ["zakup", "zakupy", "zakupów"], en: ["purchase", "purchases"] };
/// Below the time after which requests are given up.
const APPLY_TIME_MAX: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use axum::Form;

    use super::*;

    fn rule(name: &str) -> RoutingRuleResource {
        let form = form(&[("name", name), ("person", "ala")]);
        asked(&form)
    }

    fn form(pairs: &[(&str, &str)]) -> Fields {
        let owned = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Fields::of(Form(owned.collect()))
    }

    #[test]
    fn rules_are_added_moved_and_removed() {
        let check = |pairs: &[(&str, &str)], expected: Option<&str>| {
            let found = changed(vec![rule("a"), rule("b"), rule("c")], &form(pairs));
            let found = found.map(|rules| rules.iter().map(|rule| rule.name.as_str()).collect::<String>());
            assert_eq!(found.as_deref(), expected, "{pairs:?}");
        };
        check(&[("act", "save"), ("at", ""), ("name", "d")], Some("abcd"));
        check(&[("act", "save"), ("at", "1"), ("name", "d")], Some("adc"));
        check(&[("act", "remove"), ("at", "0")], Some("bc"));
        check(&[("act", "up"), ("at", "2")], Some("acb"));
        check(&[("act", "down"), ("at", "0")], Some("bac"));
        for wrong in [
            &[("act", "up"), ("at", "0")],
            &[("act", "down"), ("at", "2")],
            &[("act", "remove"), ("at", "3")],
            &[("act", "remove"), ("at", "")],
            &[("act", "else"), ("at", "0")],
            &[("act", "save"), ("at", "x")],
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn amounts_are_read_as_poles_write_them() {
        let rule = asked(&form(&[("grossFrom", "1 234,50"), ("seller", "111-111-11-11"), ("third", "")]));
        assert_eq!(rule.gross_from.as_deref(), Some("1234.50"));
        assert_eq!((rule.seller.as_deref(), rule.third_party), (Some("1111111111"), None));
    }
}
