//! `/api/v1/companies/{company}/routing`, `…/units`, `…/views`: by which rules purchases are assigned, to whom they can be, and
//! who sees what.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gateway_api::{
    ProblemCode, RoutingAppliedResource, RoutingApplyRequest, RoutingResource, RoutingRuleResource,
    UnitListResource, UnitRequest, UnitResource, ViewListResource, ViewRequest, ViewResource,
};
use gateway_rules::routing::unit_identifier;
use gateway_store::{NewUnit, RoutingRule, SaleId, StoreError, Unit};
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Failure, company_of, read};
use crate::access::Caller;
use crate::app::App;
use crate::app::purchases::{minor, routing};
use crate::company::Company;
use crate::router::Shared;

/// The users and a company's units, by what people call them and by our identifiers.
pub(super) struct Named {
    logins: BTreeMap<String, String>,
    pub(super) units: Vec<Unit>,
}

impl Named {
    pub(super) async fn of(app: &App, company: &Company) -> Result<Self, Failure> {
        let users = app.store.users().await?;
        Ok(Self {
            logins: users.into_iter().map(|user| (user.login, user.id)).collect(),
            units: app.store.units(&company.context).await?,
        })
    }

    /// The identifiers of users by their logins.
    pub(super) fn persons(&self, logins: &[String]) -> Result<Vec<String>, Failure> {
        let found = logins.iter().map(|login| {
            let login = login.trim().to_lowercase();
            let unknown =
                || Failure::new(ProblemCode::UserUnknown, &login.chars().take(40).collect::<String>());
            self.logins.get(&login).cloned().ok_or_else(unknown)
        });
        let mut found: Vec<String> = found.collect::<Result<_, _>>()?;
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Units by their NIPs or internal identifiers.
    pub(super) fn units(&self, identifiers: &[String]) -> Result<Vec<&Unit>, Failure> {
        let found = identifiers.iter().map(|text| {
            let found = unit_identifier(text)
                .and_then(|identifier| self.units.iter().find(|unit| unit.identifier == identifier));
            found.ok_or_else(|| unknown_unit(text))
        });
        let mut found: Vec<&Unit> = found.collect::<Result<_, _>>()?;
        found.sort_by(|one, other| one.identifier.cmp(&other.identifier));
        found.dedup_by(|one, other| one.id == other.id);
        Ok(found)
    }

    fn login(&self, id: &str) -> Option<String> {
        self.logins.iter().find(|(_, found)| *found == id).map(|(login, _)| login.clone())
    }
}

/// `GET …/routing`: the rules in their order.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<RoutingResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let named = Named::of(&shared.app, &company).await?;
    let rules = shared.app.store.routing_rules(&company.context).await?;
    Ok(axum::Json(RoutingResource { rules: rules.into_iter().map(|rule| resource(rule, &named)).collect() }))
}

/// `PUT …/routing`: these rules in the place of all before.
pub(crate) async fn set(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    body: Result<axum::Json<RoutingResource>, JsonRejection>,
) -> Result<axum::Json<RoutingResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    if asked.rules.len() > RULES_MAX {
        return Err(invalid("rules (≤ 200)"));
    }
    let named = Named::of(&shared.app, &company).await?;
    let rules: Vec<RoutingRule> =
        asked.rules.into_iter().map(|rule| rule_of(rule, &named)).collect::<Result<_, _>>()?;
    shared.app.journal.routing_set(&company.context, &rules).await?;
    Ok(axum::Json(RoutingResource { rules: rules.into_iter().map(|rule| resource(rule, &named)).collect() }))
}

/// `POST …/routing/apply`: what nobody is assigned to finds its people by the rules as they are now, some hundreds at a time.
pub(crate) async fn apply(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    body: Result<axum::Json<RoutingApplyRequest>, JsonRejection>,
) -> Result<axum::Json<RoutingAppliedResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let after = asked.after.as_deref().map(str::parse).transpose().map_err(|_| invalid("after"))?;
    let applied = routing::apply(&shared.app, &company, after.unwrap_or_default(), &caller.actor()).await?;
    Ok(axum::Json(RoutingAppliedResource {
        looked_at: applied.looked_at,
        assigned: applied.assigned,
        next_cursor: applied.next.map(|next| next.to_string()),
    }))
}

fn rule_of(asked: RoutingRuleResource, named: &Named) -> Result<RoutingRule, Failure> {
    let text = |name: &str, value: Option<String>| match value.map(|value| value.trim().to_owned()) {
        Some(value) if value.is_empty() => Ok(None),
        Some(value) if value.chars().count() > TEXT_MAX || value.chars().any(char::is_control) => {
            Err(invalid(&format!("{name} (1…256)")))
        }
        value => Ok(value),
    };
    let amount = |name: &str, value: Option<String>| {
        let read = value.as_deref().map(|value| value.trim().parse::<Decimal>().map(minor)).transpose();
        read.map_err(|_| invalid(&format!("{name} (1234.56)")))
    };
    let name = asked.name.trim();
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(invalid("name (0…100)"));
    }
    let units = named.units(&asked.units)?.into_iter().map(|unit| unit.id.clone()).collect();
    let rule = RoutingRule {
        name: name.to_owned(),
        seller: text("seller", asked.seller)?,
        third: text("thirdParty", asked.third_party)?,
        order_number: text("orderNumber", asked.order_number)?,
        gross_from: amount("grossFrom", asked.gross_from)?,
        gross_to: amount("grossTo", asked.gross_to)?,
        persons: named.persons(&asked.persons)?,
        units,
    };
    if rule.persons.is_empty() && rule.units.is_empty() {
        return Err(invalid("persons, units"));
    }
    if rule.persons.len() + rule.units.len() > ASSIGNEES_MAX {
        return Err(invalid("persons, units (≤ 100)"));
    }
    if let (Some(from), Some(to)) = (rule.gross_from, rule.gross_to)
        && from > to
    {
        return Err(invalid("grossFrom, grossTo"));
    }
    Ok(rule)
}

fn resource(rule: RoutingRule, named: &Named) -> RoutingRuleResource {
    let amount = |minor: i64| Decimal::new(minor, 2).to_string();
    let unit = |id: &String| {
        let found = named.units.iter().find(|unit| unit.id == *id);
        found.map(|unit| unit.identifier.clone())
    };
    RoutingRuleResource {
        name: rule.name,
        seller: rule.seller,
        third_party: rule.third,
        order_number: rule.order_number,
        gross_from: rule.gross_from.map(amount),
        gross_to: rule.gross_to.map(amount),
        // Who is gone by now gets nothing and is not shown.
        persons: rule.persons.iter().filter_map(|id| named.login(id)).collect(),
        units: rule.units.iter().filter_map(unit).collect(),
    }
}

/// `GET …/units`.
pub(crate) async fn units(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<UnitListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let named = Named::of(&shared.app, &company).await?;
    let items = named.units.iter().map(|unit| unit_resource(unit, &company, &named)).collect();
    Ok(axum::Json(UnitListResource { items }))
}

/// `PUT …/units/{unit}`: makes a unit, or changes its name and its members.
pub(crate) async fn put_unit(
    State(shared): State<Shared>,
    Path((company, unit)): Path<(String, String)>,
    body: Result<axum::Json<UnitRequest>, JsonRejection>,
) -> Result<axum::Json<UnitResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let identifier = unit_identifier(&unit).ok_or_else(|| invalid("unit (9999999999, 9999999999-99999)"))?;
    let name = asked.name.trim();
    if name.is_empty() || name.chars().count() > TEXT_MAX || name.chars().any(char::is_control) {
        return Err(invalid("name (1…256)"));
    }
    if asked.members.len() > MEMBERS_MAX {
        return Err(invalid("members (≤ 1000)"));
    }
    let members = Named::of(&shared.app, &company).await?.persons(&asked.members)?;
    let id = SaleId::generate().to_string();
    let new =
        NewUnit { id: &id, company: &company.context, identifier: &identifier, name, members: &members };
    match shared.app.journal.unit_put(&new, Timestamp::now()).await {
        Err(StoreError::TooManyUnits) => return Err(invalid("unit (≤ 2000)")),
        outcome => outcome?,
    }
    let named = Named::of(&shared.app, &company).await?;
    let found = named.units.iter().find(|unit| unit.identifier == identifier);
    let found = found.ok_or_else(|| unknown_unit(&identifier))?;
    Ok(axum::Json(unit_resource(found, &company, &named)))
}

/// `DELETE …/units/{unit}`.
pub(crate) async fn remove_unit(
    State(shared): State<Shared>,
    Path((company, unit)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let company = company_of(&shared.app, &company)?;
    let identifier = unit_identifier(&unit).ok_or_else(|| unknown_unit(&unit))?;
    match shared.app.journal.unit_removed(&company.context, &identifier).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(unknown_unit(&unit)),
    }
}

fn unit_resource(unit: &Unit, company: &Company, named: &Named) -> UnitResource {
    UnitResource {
        company: company.context.to_string(),
        identifier: unit.identifier.clone(),
        name: unit.name.clone(),
        members: unit.members.iter().filter_map(|id| named.login(id)).collect(),
    }
}

/// `GET …/views`: whose view of the company's purchases is restricted.
pub(crate) async fn views(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<ViewListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let named = Named::of(&shared.app, &company).await?;
    let restricted = shared.app.store.restricted_users(&company.context).await?;
    let mut items: Vec<ViewResource> = restricted
        .iter()
        .filter_map(|id| Some(ViewResource { login: named.login(id)?, is_restricted: true }))
        .collect();
    items.sort_by(|one, other| one.login.cmp(&other.login));
    Ok(axum::Json(ViewListResource { items }))
}

/// `PUT …/views/{login}`: the user sees only what is assigned to him, or everything.
pub(crate) async fn set_view(
    State(shared): State<Shared>,
    Path((company, login)): Path<(String, String)>,
    body: Result<axum::Json<ViewRequest>, JsonRejection>,
) -> Result<axum::Json<ViewResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let named = Named::of(&shared.app, &company).await?;
    let login = login.trim().to_lowercase();
    for id in named.persons(std::slice::from_ref(&login))? {
        shared.app.journal.view_restricted(&company.context, &id, asked.is_restricted).await?;
    }
    Ok(axum::Json(ViewResource { login, is_restricted: asked.is_restricted }))
}

fn unknown_unit(text: &str) -> Failure {
    Failure::new(ProblemCode::UnitUnknown, &text.chars().take(40).collect::<String>())
}

fn invalid(what: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, what)
}

/// Of one company.
const RULES_MAX: usize = 200;
/// Of one rule.
const ASSIGNEES_MAX: usize = 100;
/// Of one unit.
const MEMBERS_MAX: usize = 1_000;
const NAME_MAX: usize = 100;
const TEXT_MAX: usize = 256;
