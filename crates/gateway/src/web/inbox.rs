//! What the list of purchases is asked with, by its page and by whoever downloads what it shows.

use gateway_api::ProblemCode;
use gateway_store::{PurchaseFilter, PurchaseSort, PurchaseView};

use crate::access::{Caller, Identity, Sees};
use crate::rest::{Failure, PurchaseListAsked};

/// What a list of purchases was asked with.
pub(super) struct Inbox {
    query: Vec<(String, String)>,
    /// What of the company's purchases it shows.
    pub(super) seen: PurchaseView,
    /// Whether somebody asks who may have purchases of his own.
    pub(super) is_somebodys: bool,
    pub(super) filter: PurchaseFilter,
    pub(super) sort: PurchaseSort,
    /// From 1.
    pub(super) page: u32,
    /// Purchases on a page.
    pub(super) limit: u32,
}

impl Inbox {
    /// Reads the parameters of a page.
    pub(super) fn of(query: Vec<(String, String)>, caller: &Caller, sees: Sees) -> Result<Self, Failure> {
        // A form sends what was left empty, too.
        let query: Vec<(String, String)> = query
            .into_iter()
            .filter(|(name, value)| {
                !value.trim().is_empty() && !matches!(name.as_str(), "lang" | "theme" | "limit" | "order")
            })
            .collect();
        // What is one's own is asked for by whom the list is shown to, and by no filter.
        let own = match &caller.identity {
            Identity::User(user) => user.0.id.parse().ok().map(PurchaseView::OnlyOf),
            _ => None,
        };
        let is_own = |(name, value): &(String, String)| name == "assigned" && value == OWN;
        let seen = match own {
            Some(own) if query.iter().any(is_own) && sees.0.is_everything() => own,
            _ => sees.0,
        };
        let mut asked: Vec<(String, String)> = query.iter().filter(|pair| !is_own(pair)).cloned().collect();
        let mut say = |name: &str, value: &str| asked.push((name.to_owned(), value.to_owned()));
        say("limit", ROWS);
        say("order", "desc");
        if query.iter().all(|(name, _)| name != "page") {
            say("page", "1");
        }
        let PurchaseListAsked::ByPage { filter, sort, page, limit, .. } = PurchaseListAsked::parse(&asked)?
        else {
            return Err(Failure::new(ProblemCode::ParameterInvalid, "page"));
        };
        Ok(Self { query, seen, is_somebodys: own.is_some(), filter, sort, page, limit })
    }

    /// What the list is filtered by, as it was asked for.
    pub(super) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        let asked = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        asked.filter(|(name, _)| !matches!(*name, "page" | "sort"))
    }

    /// What was asked for by this name; empty where nothing was.
    pub(super) fn asked(&self, name: &str) -> &str {
        self.query
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }
}

/// One's own, as the list is asked for them.
pub(super) const OWN: &str = "me";
const ROWS: &str = "50";
