//! Routing: purchases find their people, when they arrive, on demand, or by hand. What holds is decided in `gateway-rules`.

use std::collections::BTreeMap;

use gateway_rules::routing::{RoutingConditions, RoutingFacts, first_that_holds, names_unit};
use gateway_store::{Assignment, PurchaseDocument, ReceivedInvoice, RoutingRule, StoreError, Unit};
use ksef_id::ContextIdentifier;

use super::facts::routing_facts;
use crate::app::{App, WorkError};
use crate::company::Company;

/// A company's rules and units, and the people whom they name.
pub(crate) struct Routes {
    rules: Vec<(RoutingConditions, RoutingRule)>,
    units: Vec<Unit>,
    /// Logins by the users' identifiers.
    logins: BTreeMap<String, String>,
}

impl Routes {
    /// Reads them. Rules that name nobody who is still there are left out: what they would take could find somebody by the next.
    pub(crate) async fn of(app: &App, company: &ContextIdentifier) -> Result<Self, StoreError> {
        let (rules, units) = (app.store.routing_rules(company).await?, app.store.units(company).await?);
        let mut logins = BTreeMap::new();
        if rules.iter().any(|rule| !rule.persons.is_empty()) {
            logins.extend(app.store.users().await?.into_iter().map(|user| (user.id, user.login)));
        }
        let rules = rules
            .into_iter()
            .map(|mut rule| {
                rule.persons.retain(|id| logins.contains_key(id));
                rule.units.retain(|id| units.iter().any(|unit| unit.id == *id));
                rule
            })
            .filter(|rule| !(rule.persons.is_empty() && rule.units.is_empty()))
            .map(|rule| (conditions(&rule), rule))
            .collect();
        Ok(Self { rules, units, logins })
    }

    fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.units.is_empty()
    }

    /// To whom an invoice goes.
    fn assign(&self, facts: &RoutingFacts) -> Assignment {
        let rule = first_that_holds(self.rules.iter().map(|(conditions, _)| conditions), facts);
        let rule = rule.and_then(|place| self.rules.get(place)).map(|(_, rule)| rule);
        let persons = rule.map(|rule| rule.persons.clone()).unwrap_or_default();
        let mut units = rule.map(|rule| rule.units.clone()).unwrap_or_default();
        for unit in &self.units {
            if names_unit(facts, &unit.identifier) && !units.contains(&unit.id) {
                units.push(unit.id.clone());
            }
        }
        let people = persons.iter().filter_map(|id| self.logins.get(id).cloned());
        let named = self.units.iter().filter(|unit| units.contains(&unit.id)).map(|unit| unit.name.clone());
        let mut detail = people.chain(named).collect::<Vec<_>>().join(", ");
        if let Some(rule) = rule.filter(|rule| !rule.name.is_empty()) {
            detail += &format!(" ({})", rule.name);
        }
        Assignment { persons, units, detail }
    }
}

fn conditions(rule: &RoutingRule) -> RoutingConditions {
    RoutingConditions {
        seller: rule.seller.clone(),
        third: rule.third.clone(),
        order_number: rule.order_number.clone(),
        gross_from: rule.gross_from,
        gross_to: rule.gross_to,
    }
}

/// Says of what arrives to whom it goes; it is written down with it.
pub(super) async fn assign_received(
    app: &App,
    company: &ContextIdentifier,
    invoices: &mut [ReceivedInvoice],
) -> Result<(), StoreError> {
    let routes = Routes::of(app, company).await?;
    if routes.is_empty() {
        return Ok(());
    }
    for invoice in invoices {
        let facts = RoutingFacts {
            seller: invoice.facts.seller_id.clone(),
            thirds: invoice.thirds.clone(),
            orders: invoice.orders.clone(),
            gross_minor: invoice.facts.gross_minor,
        };
        invoice.assignment = routes.assign(&facts);
    }
    Ok(())
}

/// What applying the rules came to.
#[derive(Debug)]
pub(crate) struct Applied {
    /// Purchases without anybody that were looked at.
    pub(crate) looked_at: usize,
    /// How many of them have somebody now.
    pub(crate) assigned: usize,
    /// Where to go on; `None` at the end.
    pub(crate) next: Option<i64>,
}

/// Applies the rules to what nobody is assigned to, some hundreds after a place in the order of arrival.
pub(crate) async fn apply(
    app: &App,
    company: &Company,
    after: i64,
    actor: &str,
) -> Result<Applied, WorkError> {
    let context = &company.context;
    let routes = Routes::of(app, context).await?;
    let found = app.store.unassigned_purchases(context, after, AT_ONCE).await?;
    let mut assignments = Vec::with_capacity(found.len());
    for purchase in &found {
        let document = app.documents.of_purchase(purchase.position, PurchaseDocument::Xml).await?;
        let read = document.and_then(|document| routing_facts(&purchase.facts, &document.content));
        // Of what has no document, or none that can be read, at least seller and amount are known.
        let facts = read.unwrap_or_else(|| RoutingFacts {
            seller: purchase.facts.seller_id.clone(),
            thirds: Vec::new(),
            orders: purchase.facts.order_number.iter().cloned().collect(),
            gross_minor: purchase.facts.gross_minor,
        });
        assignments.push((purchase.position, routes.assign(&facts)));
    }
    let assigned = app.journal.purchases_assigned(context, &assignments, actor, company.now()).await?;
    let is_end = found.len() < AT_ONCE as usize;
    let next = found.last().filter(|_| !is_end).map(|last| last.arrival);
    Ok(Applied { looked_at: found.len(), assigned, next })
}

/// Documents that are read in one request.
const AT_ONCE: u32 = 500;
