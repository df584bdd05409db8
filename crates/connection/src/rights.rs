//! What a login may do, as the company needs it.

use ksef_client::AccessClaims;

/// The permissions of a login in its context.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// The API's names, as KSeF wrote them into the access token: `Owner` or permissions.
    pub names: Vec<String>,
}

/// What a company needs its login for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Viewing invoices: purchases, read-back.
    pub view: bool,
    /// Issuing invoices.
    pub issue: bool,
    /// Managing permissions.
    pub manage: bool,
}

impl Default for Needs {
    /// Viewing and issuing: what the gateway itself does.
    fn default() -> Self {
        Self { view: true, issue: true, manage: false }
    }
}

impl Rights {
    /// Those that an access token carries.
    #[must_use]
    pub fn of(claims: &AccessClaims) -> Self {
        Self { names: claims.permissions.clone() }
    }

    /// Whether the login is the context's owner, who may do everything.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.has("Owner")
    }

    /// Whether invoices may be read: purchases, and one's own sales for comparing.
    #[must_use]
    pub fn can_view(&self) -> bool {
        self.has_any(&["InvoiceRead"])
    }

    /// Whether invoices may be issued.
    #[must_use]
    pub fn can_issue(&self) -> bool {
        self.has_any(&["InvoiceWrite"]) || self.has("PefInvoiceWrite") || self.has("EnforcementOperations")
    }

    /// Whether permissions may be granted and revoked.
    #[must_use]
    pub fn can_manage(&self) -> bool {
        self.has_any(&["CredentialsManage"])
    }

    /// Whether permissions and the consent to attachments may be read (specification,
    /// `GET /permissions/attachments/status`).
    #[must_use]
    pub fn can_read_permissions(&self) -> bool {
        self.has_any(&["CredentialsManage", "CredentialsRead"])
    }

    /// Whether sessions and UPOs may be read: those of one's own with the right to issue, all with `Introspection`
    /// (specification, `GET /sessions`).
    #[must_use]
    pub fn can_read_sessions(&self) -> bool {
        self.can_issue() || self.has_any(&["Introspection"])
    }

    /// Whether there is nothing but the right to manage rights: what a ZAW-FA notification alone gives.
    #[must_use]
    pub fn only_manages(&self) -> bool {
        self.can_manage() && !self.can_view() && !self.can_issue()
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|held| held == name)
    }

    fn has_any(&self, wanted: &[&str]) -> bool {
        self.is_owner() || wanted.iter().any(|name| self.has(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], can: [bool; 5]) {
        let rights = Rights { names: names.iter().map(|name| (*name).to_owned()).collect() };
        let found = [
            rights.can_view(),
            rights.can_issue(),
            rights.can_manage(),
            rights.can_read_permissions(),
            rights.can_read_sessions(),
        ];
        assert_eq!(found, can, "{names:?}");
    }

    #[test]
    fn what_permissions_are_good_for() {
        check(&["Owner"], [true; 5]);
        check(&[], [false; 5]);
        check(&["InvoiceRead"], [true, false, false, false, false]);
        check(&["InvoiceWrite"], [false, true, false, false, true]);
        check(&["CredentialsManage"], [false, false, true, true, false]);
        check(&["CredentialsRead", "Introspection"], [false, false, false, true, true]);
        check(&["SomethingNew"], [false; 5]);
        let zaw_fa = Rights { names: vec!["CredentialsManage".to_owned(), "SubunitManage".to_owned()] };
        assert!(zaw_fa.only_manages());
        assert!(!Rights { names: vec!["Owner".to_owned()] }.only_manages());
    }
}
