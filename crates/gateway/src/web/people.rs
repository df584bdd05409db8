//! The people who can be given something of a company's: as pages let them be chosen.

use gateway_access::{Grants, Right};

use crate::company::Company;
use crate::rest::Failure;
use crate::router::Shared;

/// Somebody who sees the company's purchases.
pub(super) struct Person {
    /// What he logs in as.
    pub(super) login: String,
    /// His name with his login.
    pub(super) shown: String,
    /// Whether it can be said that he sees only what is his: of who sets that himself it cannot.
    pub(super) can_be_restricted: bool,
}

/// Everybody who may log in and sees the company's purchases, by login; at most [`SHOWN_MAX`].
pub(super) async fn people_of(shared: &Shared, company: &Company) -> Result<Vec<Person>, Failure> {
    let mut people = Vec::new();
    for user in shared.app.store.users().await? {
        let grants = Grants::User(user.roles);
        if !user.is_active || !grants.allow(Right::ReadPurchases, &company.context) {
            continue;
        }
        let shown = match user.name.as_str() {
            "" => user.login.clone(),
            name => format!("{name} ({})", user.login),
        };
        let can_be_restricted = !grants.allow(Right::ChangeSettings, &company.context);
        people.push(Person { login: user.login, shown, can_be_restricted });
    }
    people.sort_by(|one, other| one.login.cmp(&other.login));
    people.truncate(SHOWN_MAX);
    Ok(people)
}

/// A page that has them thrice stays below 100 KB.
pub(super) const SHOWN_MAX: usize = 200;
