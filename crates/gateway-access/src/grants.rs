//! What one caller was given, and whether that is enough.

use std::collections::BTreeMap;

use ksef_id::ContextIdentifier;

use crate::{Right, Role, Scope};

/// Which companies something is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Every company of this gateway, also those that come later.
    All,
    /// One.
    Company(ContextIdentifier),
}

impl Reach {
    /// The text in the database, in REST and on the command line: `*`, or the company's.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::All => ALL,
            Self::Company(context) => context.as_str(),
        }
    }

    /// Whether it takes a company in.
    #[must_use]
    pub fn covers(&self, company: &ContextIdentifier) -> bool {
        match self {
            Self::All => true,
            Self::Company(own) => own == company,
        }
    }
}

impl std::str::FromStr for Reach {
    type Err = ksef_id::ContextIdentifierError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == ALL { Ok(Self::All) } else { ContextIdentifier::parse(text).map(Self::Company) }
    }
}

impl std::fmt::Display for Reach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a caller was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grants {
    /// Everything: whoever runs the gateway.
    Operator,
    /// Everything but making users and keys: anybody on this machine, while there are no users.
    Open,
    /// A person's roles.
    User(BTreeMap<Reach, Role>),
    /// An API key's scopes.
    Key {
        /// For which companies.
        reach: Reach,
        /// What for.
        scopes: Vec<Scope>,
    },
}

impl Grants {
    /// Whether it may do this in this company.
    #[must_use]
    pub fn allow(&self, right: Right, company: &ContextIdentifier) -> bool {
        match self {
            Self::Operator => true,
            Self::Open => !IS_LASTING.contains(&right),
            Self::User(roles) => {
                // Whatever is given adds up: a role for all companies is not taken away by one for a single company.
                roles.iter().any(|(reach, role)| reach.covers(company) && right.roles().contains(role))
            }
            Self::Key { reach, scopes } => {
                reach.covers(company) && scopes.iter().any(|scope| right.scopes().contains(scope))
            }
        }
    }

    /// Whether it may do this for the whole gateway.
    #[must_use]
    pub fn allow_everywhere(&self, right: Right) -> bool {
        match self {
            Self::Operator => true,
            Self::Open => !IS_LASTING.contains(&right),
            Self::User(roles) => roles.get(&Reach::All).is_some_and(|role| right.roles().contains(role)),
            Self::Key { reach, scopes } => {
                *reach == Reach::All && scopes.iter().any(|scope| right.scopes().contains(scope))
            }
        }
    }

    /// Whether it has anything to do with this company. To whoever has not, the company does not exist.
    #[must_use]
    pub fn know(&self, company: &ContextIdentifier) -> bool {
        match self {
            Self::Operator | Self::Open => true,
            Self::User(roles) => roles.keys().any(|reach| reach.covers(company)),
            Self::Key { reach, .. } => reach.covers(company),
        }
    }

    /// Whether it may make an API key of this reach and these scopes: nobody gives what he has not.
    #[must_use]
    pub fn may_make_key(&self, wanted: &Reach, wanted_scopes: &[Scope]) -> bool {
        let has_right = match wanted {
            Reach::All => self.allow_everywhere(Right::ManageKeys),
            Reach::Company(company) => self.allow(Right::ManageKeys, company),
        };
        has_right
            && match self {
                Self::Key { scopes, .. } => wanted_scopes.iter().all(|scope| scopes.contains(scope)),
                _ => true,
            }
    }
}

/// What would outlast the time in which the gateway is open to everybody on its machine.
const IS_LASTING: [Right; 3] = [Right::ManageKeys, Right::ManageWebhooks, Right::ManageUsers];
const ALL: &str = "*";

#[cfg(test)]
mod tests {
    use super::*;

    fn company(nip: &str) -> ContextIdentifier {
        ContextIdentifier::parse(nip).expect("a NIP")
    }

    fn user(grants: &[(&str, Role)]) -> Grants {
        let given = grants.iter().map(|(reach, role)| (reach.parse().expect("a reach"), *role));
        Grants::User(given.collect())
    }

    #[test]
    fn a_role_counts_in_its_company_and_nowhere_else() {
        let (ours, theirs) = (company("2222222222"), company("3333333333"));
        let grants = user(&[("2222222222", Role::Issuer)]);
        assert!(grants.allow(Right::Send, &ours) && grants.know(&ours));
        for right in Right::ALL {
            assert!(!grants.allow(*right, &theirs) && !grants.allow_everywhere(*right), "{right}");
        }
        assert!(!grants.know(&theirs));
        // The same company in its long form.
        assert!(grants.allow(Right::Send, &company("Nip:2222222222")));
    }

    #[test]
    fn roles_add_up() {
        let grants = user(&[("*", Role::Viewer), ("2222222222", Role::Issuer)]);
        assert!(grants.allow(Right::Send, &company("2222222222")));
        assert!(grants.allow(Right::ReadPurchases, &company("2222222222")));
        assert!(!grants.allow(Right::Send, &company("3333333333")));
        assert!(grants.allow(Right::ReadSales, &company("3333333333")));
        assert!(grants.allow_everywhere(Right::ReadSales) && !grants.allow_everywhere(Right::Send));
    }

    #[test]
    fn nobody_gives_what_he_has_not() {
        let ours = Reach::Company(company("2222222222"));
        let key = Grants::Key { reach: ours.clone(), scopes: vec![Scope::Admin, Scope::Read] };
        assert!(key.may_make_key(&ours, &[Scope::Read]));
        assert!(!key.may_make_key(&ours, &[Scope::Send]) && !key.may_make_key(&Reach::All, &[Scope::Read]));
        let reader = Grants::Key { reach: Reach::All, scopes: vec![Scope::Read, Scope::Send] };
        assert!(!reader.may_make_key(&ours, &[Scope::Read]));
        let administrator = user(&[("2222222222", Role::Administrator)]);
        assert!(administrator.may_make_key(&ours, &[Scope::Admin, Scope::Send]));
        assert!(!administrator.may_make_key(&Reach::All, &[Scope::Read]));
        assert!(!administrator.allow_everywhere(Right::ManageUsers));
    }

    #[test]
    fn an_open_gateway_makes_nothing_that_lasts() {
        let ours = company("2222222222");
        for right in Right::ALL {
            let lasts = matches!(right, Right::ManageKeys | Right::ManageUsers | Right::ManageWebhooks);
            assert_eq!(Grants::Open.allow(*right, &ours), !lasts, "{right}");
            assert!(Grants::Operator.allow(*right, &ours) && Grants::Operator.allow_everywhere(*right));
        }
        assert!(!Grants::Open.may_make_key(&Reach::All, &[Scope::Read]));
    }
}
