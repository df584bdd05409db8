//! The rules of permissions as the guide tells them, written down once more.

use std::collections::BTreeSet;

/// Somebody who can log in: a company by its NIP, or a person by PESEL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    Company(String),
    Person(String),
}

/// How something was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// To work in the context.
    Person,
    /// To an entity; may it be passed on?
    Entity { is_passable: bool },
    /// Passed on by an entity for one client, or for all.
    PassedOn { client: Option<String> },
}

/// Something given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) way: Way,
    /// NIP of the context in which it was given.
    pub(super) place: String,
    pub(super) to: Who,
    pub(super) what: &'static str,
}

/// What was given, and who is authorised by whom to bill itself.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) given: Vec<Given>,
    /// (seller, buyer)
    pub(super) self_billing: Vec<(String, String)>,
}

impl Model {
    /// What somebody may do in a context; empty when nothing.
    pub(super) fn rights(&self, who: &Who, context: &str) -> BTreeSet<&'static str> {
        if *who == Who::Company(context.to_owned()) {
            return BTreeSet::from(["Owner"]);
        }
        let mine = self.given.iter().filter(|given| given.to == *who);
        let working = mine.filter(|given| match &given.way {
            Way::Person | Way::Entity { .. } => given.place == context,
            Way::PassedOn { client } => {
                client.as_ref().is_none_or(|client| client == context)
                    && self.given.iter().any(|source| {
                        source.way == Way::Entity { is_passable: true }
                            && source.place == context
                            && source.to == Who::Company(given.place.clone())
                            && source.what == given.what
                    })
            }
        });
        working.map(|given| given.what).collect()
    }

    /// Writes down what was given; the same a second time is ignored, even with another right to pass it on.
    pub(super) fn give(&mut self, given: Given) {
        let is_same = |there: &Given| {
            let is_same_way = match (&there.way, &given.way) {
                (Way::Entity { .. }, Way::Entity { .. }) => true,
                (there, new) => there == new,
            };
            is_same_way && there.place == given.place && there.to == given.to && there.what == given.what
        };
        if !self.given.iter().any(is_same) {
            self.given.push(given);
        }
    }

    /// In which state a seller's invoice ends that came from a context.
    pub(super) fn may_send(&self, context: &str, seller: &str, buyer: &str, is_self_billed: bool) -> bool {
        context == seller
            || (is_self_billed
                && context == buyer
                && self.self_billing.contains(&(seller.to_owned(), buyer.to_owned())))
    }
}

/// Whether a set of rights, as a token has them, holds one of these.
pub(super) fn has(rights: &BTreeSet<&'static str>, any: &[&str]) -> bool {
    let is_owners = |name: &&str| {
        *name != "VatUeManage" && *name != "EnforcementOperations" && *name != "PefInvoiceWrite"
    };
    (rights.contains("Owner") && any.iter().any(is_owners)) || any.iter().any(|name| rights.contains(name))
}
