//! The table of rights: which role and which scope of an API key carries which right. Nothing else decides.

/// What a person is in a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything, keys and settings included.
    Administrator,
    /// Sends invoices and looks after them.
    Issuer,
    /// Works with purchases, reads sales.
    Accountant,
    /// Reads sales and purchases.
    Viewer,
    /// Reads everything, the audit log too, and changes nothing.
    Auditor,
}

/// What an API key may be used for; a key has one or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Reads invoices and documents.
    Read,
    /// Hands invoices over and decides about them.
    Send,
    /// Works with purchases.
    Receive,
    /// Changes settings, makes keys, reads the audit log.
    Admin,
}

use Role::{Accountant, Administrator, Auditor, Issuer, Viewer};
use Scope::{Admin, Read, Receive, Send};

/// Defines the names of an enum.
macro_rules! names {
    ($type:ident { $( $variant:ident = $name:literal, $pl:literal, $en:literal; )+ }) => {
        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The name in the database, in REST and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// What it is called in Polish and in English.
            #[must_use]
            pub const fn words(self) -> [&'static str; 2] {
                match self { $( Self::$variant => [$pl, $en], )+ }
            }
        }

        impl std::str::FromStr for $type {
            type Err = ();
            fn from_str(name: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name).ok_or(())
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

names!(Role {
    Administrator = "administrator", "administrator", "administrator";
    Issuer = "issuer", "wystawiający", "issuer";
    Accountant = "accountant", "księgowość", "accountant";
    Viewer = "viewer", "podgląd", "viewer";
    Auditor = "auditor", "audytor", "auditor";
});

names!(Scope {
    Read = "read", "odczyt", "read";
    Send = "send", "wysyłanie", "send";
    Receive = "receive", "zakupy", "receive";
    Admin = "admin", "administracja", "admin";
});

/// Defines the rights: variant, name, the roles that carry it, the scopes that do.
macro_rules! rights {
    ($( $(#[$meta:meta])* $variant:ident = $name:literal, [$($role:ident),*], [$($scope:ident),*]; )+) => {
        /// What can be done in a company. Every route names one; `docs/api-design.md` shows the table, and a test
        /// compares both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Right { $( $(#[$meta])* $variant, )+ }

        impl Right {
            /// Every right.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// Its name in documents and in REST.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// The roles that carry it.
            #[must_use]
            pub const fn roles(self) -> &'static [Role] {
                match self { $( Self::$variant => &[$($role),*], )+ }
            }

            /// The scopes of API keys that carry it; none for what only a person may do.
            #[must_use]
            pub const fn scopes(self) -> &'static [Scope] {
                match self { $( Self::$variant => &[$($scope),*], )+ }
            }
        }
    };
}

rights! {
    /// Sees sales, their documents and history, what waits, how the company sends.
    ReadSales = "readSales", [Administrator, Issuer, Accountant, Viewer, Auditor], [Read];
    /// Sees purchases and their documents.
    ReadPurchases = "readPurchases", [Administrator, Accountant, Viewer, Auditor], [Read, Receive];
    /// Sees sales and purchases in one register, and how it agrees with KSeF.
    ReadRegister = "readRegister", [Administrator, Accountant, Viewer, Auditor], [Read];
    /// Hands documents over for sending.
    Send = "send", [Administrator, Issuer], [Send];
    /// Approves, releases, holds and withdraws invoices, issues them offline, corrects them technically.
    Decide = "decide", [Administrator, Issuer], [Send];
    /// Has purchases fetched, marks, assigns and pays them.
    WorkPurchases = "workPurchases", [Administrator, Accountant], [Receive];
    /// Has the company's connection to KSeF tested.
    TestConnection = "testConnection", [Administrator, Issuer, Accountant], [Send, Receive, Admin];
    /// Is told what happens, of sales and purchases as far as it sees them.
    ReadEvents = "readEvents", [Administrator, Issuer, Accountant, Viewer, Auditor], [Read, Receive];
    /// Changes how the company sends and its number series.
    ChangeSettings = "changeSettings", [Administrator], [Admin];
    /// Makes, rotates and revokes API keys.
    ManageKeys = "manageKeys", [Administrator], [Admin];
    /// Makes webhooks and says who is told by e-mail.
    ManageWebhooks = "manageWebhooks", [Administrator], [Admin];
    /// Reads the audit log.
    ReadAudit = "readAudit", [Administrator, Auditor], [Admin];
    /// Makes users, gives and takes their roles; for all companies only.
    ManageUsers = "manageUsers", [Administrator], [];
}

impl std::fmt::Display for Right {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_only_look_changes_nothing() {
        use Right::{ReadAudit, ReadEvents, ReadPurchases, ReadRegister, ReadSales};
        for right in Right::ALL {
            let is_reading = [ReadSales, ReadPurchases, ReadRegister, ReadEvents, ReadAudit].contains(right);
            for role in [Viewer, Auditor] {
                assert!(is_reading || !right.roles().contains(&role), "{right} {role}");
            }
            assert!(is_reading || !right.scopes().contains(&Scope::Read), "{right}");
            assert!(right.roles().contains(&Administrator), "{right}");
        }
    }

    #[test]
    fn names_are_unique_and_parse() {
        for (place, right) in Right::ALL.iter().enumerate() {
            assert!(Right::ALL[..place].iter().all(|other| other.as_str() != right.as_str()));
        }
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(*scope));
        }
        assert!("root".parse::<Role>().is_err());
    }

    /// The table in the documentation is this one.
    #[test]
    fn the_table_in_the_documentation_is_the_code() {
        let document = include_str!("../../../docs/api-design.md");
        let cell = |is_there: bool| if is_there { "yes" } else { "–" };
        for right in Right::ALL {
            let roles = Role::ALL.iter().map(|role| cell(right.roles().contains(role)));
            let roles = roles.collect::<Vec<_>>().join(" | ");
            let scopes = right.scopes().iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
            let scopes = if scopes.is_empty() { "–" } else { &scopes };
            let row = format!("| `{right}` | {roles} | {scopes} |");
            assert!(document.lines().any(|line| line == row), "no row {row}");
        }
        let roles = Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" | ");
        assert!(document.contains(&format!("| right | {roles} | scopes of keys |")));
        let begin = document.find("| right |").expect("the table");
        let rows = document[begin..].lines().take_while(|line| line.starts_with('|')).count();
        assert_eq!(rows, Right::ALL.len() + 2, "and nothing else");
    }
}
