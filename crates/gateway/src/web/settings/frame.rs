//! What surrounds each page of the settings: which parts there are, where they are, and who sees which.

use gateway_access::Right;
use gateway_pages::{Frame, Section, Tab};

use crate::company::Company;
use crate::router::Shared;
use crate::web::visit::Visit;

/// A part of the settings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Start,
    Users,
    Series,
    Routing,
    Buyers,
    Rights,
    Keys,
    Webhooks,
    Notices,
    Backups,
    Retention,
    Audit,
}

impl Part {
    /// Where it is below the settings, what it is called, and the right that it needs.
    const fn words(self) -> (&'static str, &'static str, &'static str, Right) {
        match self {
            Self::Start => ("", "Przegląd", "Overview", Right::ReadAudit),
            Self::Users => ("/users", "Użytkownicy", "Users", Right::ManageUsers),
            Self::Series => ("/series", "Numeracja", "Numbers", Right::ChangeSettings),
            Self::Routing => ("/routing", "Przypisywanie", "Assigning", Right::ChangeSettings),
            Self::Buyers => ("/buyers", "Do nabywców", "To buyers", Right::ManageWebhooks),
            Self::Rights => ("/rights", "Uprawnienia w KSeF", "Rights in KSeF", Right::ChangeSettings),
            Self::Backups => ("/backups", "Kopie zapasowe", "Backups", Right::ReadAudit),
            Self::Retention => ("/retention", "Przechowywanie", "Retention", Right::ReadAudit),
            Self::Keys => ("/api-keys", "Klucze API", "API keys", Right::ManageKeys),
            Self::Webhooks => ("/webhooks", "Webhooki", "Webhooks", Right::ManageWebhooks),
            Self::Notices => ("/notices", "E-mail", "E-mail", Right::ManageWebhooks),
            Self::Audit => ("/audit", "Dziennik", "Audit log", Right::ReadAudit),
        }
    }

    /// The section of the pages whose help stands beside it.
    pub(super) const fn section(self) -> Section {
        match self {
            Self::Start => Section::Settings,
            Self::Users => Section::Users,
            Self::Series => Section::Series,
            Self::Routing => Section::Routing,
            Self::Buyers => Section::Buyers,
            Self::Rights => Section::Rights,
            Self::Keys => Section::ApiKeys,
            Self::Webhooks => Section::Webhooks,
            Self::Notices => Section::Notices,
            Self::Backups => Section::Backups,
            Self::Retention => Section::Retention,
            Self::Audit => Section::Audit,
        }
    }

    /// Where it is of a company.
    pub(super) fn of(self, company: &Company) -> String {
        self.page(Some(company))
    }

    /// Where it is of a company, or of the whole gateway.
    pub(super) fn page(self, company: Option<&Company>) -> String {
        format!("{}{}", base(company), self.words().0)
    }

    /// What surrounds its page. The page's address is its own also where it answers a form, so that switching the language asks
    /// for it anew.
    pub(super) fn frame(
        self,
        shared: &Shared,
        visit: &Visit,
        company: Option<&Company>,
        title: impl Into<String>,
    ) -> Frame {
        let mut frame = visit.frame(shared, company, self.section(), title);
        frame.here = self.page(company);
        frame
    }
}

/// Where the settings are: a company's, or those of the whole gateway.
fn base(company: Option<&Company>) -> String {
    company
        .map_or_else(|| "/settings".to_owned(), |company| format!("/companies/{}/settings", company.context))
}

/// The parts that the visitor may see.
pub(super) fn tabs(visit: &Visit, company: Option<&Company>, current: Part) -> Vec<Tab> {
    let parts: &[Part] = match company {
        Some(_) => &[
            Part::Start,
            Part::Series,
            Part::Routing,
            Part::Buyers,
            Part::Rights,
            Part::Keys,
            Part::Webhooks,
            Part::Notices,
            Part::Retention,
            Part::Audit,
        ],
        None => &[Part::Start, Part::Users, Part::Keys, Part::Backups, Part::Audit],
    };
    parts
        .iter()
        .map(|part| (*part, part.words()))
        .filter(|(_, (.., right))| match company {
            Some(company) => visit.may(*right, &company.context),
            None => visit.caller.grants.allow_everywhere(*right),
        })
        .map(|(part, (_, pl, en, _))| Tab {
            label: visit.lang.choose(pl, en).to_owned(),
            href: part.page(company),
            count: None,
            is_current: part == current,
        })
        .collect()
}
