//! What surrounds every page: who looks, where, in which language and theme.

use crate::assets;
use crate::format::{Language, nip};
use crate::words::{FrameWords, help};

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name in addresses and cookies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == name)
    }
}

/// Which part of a company's pages this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What needs somebody now.
    Dashboard,
    /// Sales invoices.
    Sales,
    /// An invoice to be written.
    Issue,
    /// Which invoice is to be corrected, and how.
    Correct,
    /// Invoices that are not issued yet.
    Drafts,
    /// A document to be sent.
    Send,
    /// A table whose columns are told.
    Import,
    /// Purchases.
    Purchases,
    /// The company's connection to KSeF.
    Connection,
    /// KSeF's state.
    Ksef,
    /// The panel of a simulator.
    Simulator,
    /// Settings, of a company or of the gateway: users, keys, webhooks, notices, the audit log.
    Settings,
    /// One's own login.
    Account,
    /// The first steps.
    Start,
    /// Dates, guides, what the words mean.
    Guides,
    /// A company that is being connected.
    Connect,
    /// One sales invoice.
    Invoice,
    /// The tree of a document.
    Structure,
    /// One purchase.
    Purchase,
    /// A document that is entered by hand.
    Entry,
    /// Whether a document is here already.
    Copies,
    /// Number series.
    Series,
    /// Rules of assigning purchases, units, who sees what.
    Routing,
    /// Letters to buyers.
    Buyers,
    /// A company's rights in KSeF.
    Rights,
    /// Users.
    Users,
    /// API keys.
    ApiKeys,
    /// Webhooks.
    Webhooks,
    /// Notices by e-mail.
    Notices,
    /// The audit log.
    Audit,
    /// What is backed up.
    Backups,
    /// How long documents are kept, and what is held back from erasing.
    Retention,
    /// The login, and the first administrator.
    SignIn,
    /// None of them.
    Other,
}

impl Section {
    /// All of them.
    pub const ALL: [Self; 34] = [
        Self::Dashboard,
        Self::Sales,
        Self::Issue,
        Self::Correct,
        Self::Drafts,
        Self::Send,
        Self::Import,
        Self::Purchases,
        Self::Connection,
        Self::Ksef,
        Self::Simulator,
        Self::Settings,
        Self::Account,
        Self::Start,
        Self::Guides,
        Self::Connect,
        Self::Invoice,
        Self::Structure,
        Self::Purchase,
        Self::Entry,
        Self::Copies,
        Self::Series,
        Self::Routing,
        Self::Buyers,
        Self::Rights,
        Self::Users,
        Self::ApiKeys,
        Self::Webhooks,
        Self::Notices,
        Self::Audit,
        Self::Backups,
        Self::Retention,
        Self::SignIn,
        Self::Other,
    ];

    /// Its name where answers about its help are kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Sales => "sales",
            Self::Issue => "issue",
            Self::Correct => "correct",
            Self::Drafts => "drafts",
            Self::Send => "send",
            Self::Import => "import",
            Self::Purchases => "purchases",
            Self::Connection => "connection",
            Self::Ksef => "ksef",
            Self::Simulator => "simulator",
            Self::Settings => "settings",
            Self::Account => "account",
            Self::Start => "start",
            Self::Guides => "guides",
            Self::Connect => "connect",
            Self::Invoice => "invoice",
            Self::Structure => "structure",
            Self::Purchase => "purchase",
            Self::Entry => "purchaseEntry",
            Self::Copies => "purchaseCopies",
            Self::Series => "series",
            Self::Routing => "routing",
            Self::Buyers => "buyers",
            Self::Rights => "rights",
            Self::Users => "users",
            Self::ApiKeys => "apiKeys",
            Self::Webhooks => "webhooks",
            Self::Notices => "notices",
            Self::Audit => "audit",
            Self::Backups => "backups",
            Self::Retention => "retention",
            Self::SignIn => "signIn",
            Self::Other => "other",
        }
    }

    /// The part that the menu names; its own for most.
    #[must_use]
    pub const fn parent(self) -> Self {
        match self {
            Self::Connect | Self::SignIn => Self::Other,
            Self::Invoice | Self::Structure => Self::Sales,
            Self::Correct | Self::Drafts => Self::Issue,
            Self::Import => Self::Send,
            Self::Purchase | Self::Entry | Self::Copies => Self::Purchases,
            Self::Series
            | Self::Routing
            | Self::Buyers
            | Self::Rights
            | Self::Users
            | Self::ApiKeys
            | Self::Webhooks
            | Self::Notices
            | Self::Audit
            | Self::Backups
            | Self::Retention => Self::Settings,
            other => other,
        }
    }

    /// The part of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.as_str() == name)
    }
}

/// A company that can be switched to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyLink {
    /// Its context, as in addresses.
    pub context: String,
    /// What it is called; none where nobody named it.
    pub name: Option<String>,
    /// Whether it is looked at.
    pub is_current: bool,
}

impl CompanyLink {
    pub(crate) fn shown(&self) -> String {
        nip(&self.context)
    }
}

/// The company that is looked at, and which of its parts may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyNav {
    /// Its context, as in addresses.
    pub context: String,
    /// What it is called; none where nobody named it.
    pub name: Option<String>,
    /// Whether the viewer knows others, too.
    pub has_others: bool,
    /// `test`, `demo`, `prd` or `simulator`.
    pub environment: &'static str,
    /// Whether sales may be seen.
    pub sales: bool,
    /// Whether documents may be sent.
    pub send: bool,
    /// Whether purchases may be seen.
    pub purchases: bool,
    /// Whether the connection to KSeF may be tested or changed.
    pub connection: bool,
    /// Whether it is on a simulator that the viewer may steer.
    pub simulator: bool,
    /// Whether the company's settings may be seen.
    pub settings: bool,
    /// What KSeF announced of its own state, in words, and whether that is so now.
    pub announced: Option<(String, bool)>,
}

impl CompanyNav {
    pub(crate) fn shown(&self) -> String {
        nip(&self.context)
    }
}

/// An entry of the menus that switch language and theme.
pub(crate) struct Switch {
    pub(crate) address: String,
    pub(crate) label: &'static str,
    /// The language that it switches to; none where it switches the theme.
    pub(crate) code: Option<&'static str>,
    pub(crate) is_current: bool,
}

/// How what was done ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    /// Well.
    Done,
    /// Not at all; nothing was lost.
    Failed,
}

/// What is said once, after something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// How it ended.
    pub kind: FlashKind,
    /// In the language of who did it.
    pub text: String,
}

impl Flash {
    pub(crate) fn is_done(&self) -> bool {
        self.kind == FlashKind::Done
    }
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// In which language.
    pub lang: Language,
    /// In which theme.
    pub theme: Theme,
    /// The page's own name, before the product's.
    pub title: String,
    /// The path with its query, without what switches language and theme; begins with a slash.
    pub here: String,
    /// Who is logged in.
    pub user: Option<String>,
    /// The token that forms carry, for whoever is logged in.
    pub form_token: Option<String>,
    /// The companies that can be switched to; none when there are too many for a menu.
    pub companies: Vec<CompanyLink>,
    /// The company that is looked at.
    pub company: Option<CompanyNav>,
    /// Whether the settings of the whole gateway may be seen.
    pub administration: bool,
    /// Whether companies may be connected.
    pub connects: bool,
    /// Where in the company.
    pub section: Section,
    /// Whom to ask, when the operator has said it.
    pub support: Option<String>,
    /// Whether the viewer can say whether the help was useful.
    pub may_answer: bool,
    /// What is said once.
    pub flash: Option<Flash>,
    /// After how many milliseconds scripts look whether something changed; none when nothing moves by itself.
    pub live_ms: Option<u32>,
    /// Where scripts are told that something changed, so that they need not look so often.
    pub live_stream: Option<String>,
    /// The form in which somebody writes: switching language or theme posts it to where it is, so that nothing is lost.
    pub written_form: Option<&'static str>,
}

impl Frame {
    /// Whether documents are brought here for KSeF's TEST or DEMO, where nobody's real invoices belong.
    pub(crate) fn wants_made_up(&self) -> bool {
        let is_brought =
            matches!(self.section, Section::Issue | Section::Correct | Section::Send | Section::Import);
        is_brought
            && self.company.as_ref().is_some_and(|company| matches!(company.environment, "test" | "demo"))
    }

    pub(crate) fn w(&self) -> &'static FrameWords {
        FrameWords::of(self.lang)
    }

    /// The help of this part of the pages.
    pub(crate) fn help(&self) -> &'static [&'static str] {
        help(self.section, self.lang)
    }

    pub(crate) fn style(&self) -> &'static str {
        assets::style()
    }

    pub(crate) fn script(&self) -> &'static str {
        assets::script()
    }

    pub(crate) fn is(&self, section: Section) -> bool {
        self.section.parent() == section
    }

    /// Whether this is the list of companies.
    pub(crate) fn is_companies(&self) -> bool {
        self.section == Section::Other && (self.here == "/" || self.here.starts_with("/?"))
    }

    /// The themes.
    pub(crate) fn themes(&self) -> [Switch; 3] {
        let words = self.w();
        [
            (Theme::System, words.theme_system),
            (Theme::Light, words.theme_light),
            (Theme::Dark, words.theme_dark),
        ]
        .map(|(theme, label)| Switch {
            address: self.switched("theme", theme.as_str()),
            label,
            code: None,
            is_current: theme == self.theme,
        })
    }

    /// The languages, each in its own words.
    pub(crate) fn languages(&self) -> [Switch; 2] {
        [(Language::Pl, "Polski"), (Language::En, "English")].map(|(lang, label)| Switch {
            address: self.switched("lang", lang.code()),
            label,
            code: Some(lang.code()),
            is_current: lang == self.lang,
        })
    }

    /// The same page, switched. What begins a form is not asked for once more where the form itself is posted.
    fn switched(&self, name: &str, value: &str) -> String {
        let path = self.here.split_once('?').map_or(self.here.as_str(), |(path, _)| path);
        let here = if self.written_form.is_some() { path } else { &self.here };
        let joint = if here.contains('?') { '&' } else { '?' };
        format!("{here}{joint}{name}={value}")
    }

    /// What the environment is, in words; loud where it is not production.
    pub(crate) fn environment(&self) -> Option<&'static str> {
        let words = self.w();
        self.company.as_ref().map(|company| match company.environment {
            "simulator" => words.on_simulator,
            "prd" => words.on_production,
            "demo" => words.on_demo,
            _ => words.on_test,
        })
    }
}
