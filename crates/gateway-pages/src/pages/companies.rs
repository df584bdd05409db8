//! All companies at a glance, those that need somebody first.

use askama::Template;

use super::parts::{Pager, Tab, Tone};
use crate::PageError;
use crate::format::nip;
use crate::frame::{Frame, Section};
use crate::words::CompaniesWords;

/// A company among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyCard {
    /// Its context.
    pub context: String,
    /// What it is called; none where nobody named it.
    pub name: Option<String>,
    /// Its environment in words.
    pub environment: String,
    /// How many invoices need somebody, in words; none when none does.
    pub attention: Option<String>,
    /// What speaks against its way to KSeF, in words, for who may mend it.
    pub connection: Option<String>,
    /// How many are on their way, in words.
    pub under_way: String,
    /// How many purchases are new, in words; none for who may not see them, or when there are none.
    pub new_purchases: Option<String>,
    /// Whether KSeF can be reached, in words.
    pub ksef: String,
    /// How good that is.
    pub tone: Tone,
}

impl CompanyCard {
    fn shown(&self) -> String {
        nip(&self.context)
    }
}

/// All companies, a page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompaniesView {
    /// All, and those that need somebody.
    pub tabs: Vec<Tab>,
    /// Which of them are looked at, as in addresses.
    pub part: String,
    /// What is looked for.
    pub search: String,
    /// Those found, a page of them.
    pub cards: Vec<CompanyCard>,
    /// The other pages.
    pub pager: Pager,
    /// Whether there are so many that they are looked for.
    pub is_searched: bool,
    /// Whether the viewer may connect another.
    pub may_connect: bool,
    /// Whether there is none at all.
    pub is_empty: bool,
}

#[derive(Template)]
#[template(path = "companies.html")]
struct CompaniesPage<'a> {
    f: &'a Frame,
    v: &'a CompaniesView,
    t: &'static CompaniesWords,
}

/// All companies.
///
/// # Errors
/// [`PageError`].
pub fn companies(frame: &Frame, view: &CompaniesView) -> Result<String, PageError> {
    Ok(CompaniesPage { f: frame, v: view, t: CompaniesWords::of(frame.lang) }.render()?)
}
