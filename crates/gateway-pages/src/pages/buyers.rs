//! Letters to buyers: by which rule, to which addresses.

use askama::Template;

use super::notices::LetterRow;
use super::parts::{Choice, Tab, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::BuyerWords;

/// A buyer in the address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRow {
    /// The NIP, or another identifier.
    pub buyer: String,
    /// Where to.
    pub address: String,
    /// In which language, written out.
    pub language: String,
}

impl AddressRow {
    fn shown(&self) -> String {
        crate::format::nip(&self.buyer)
    }
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyersView {
    /// Where the page is.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Whether there is a mail server.
    pub is_mail_on: bool,
    /// Whether buyers in the address book get invoices by themselves.
    pub to_listed: bool,
    /// Whether buyers outside KSeF do.
    pub to_outside: bool,
    /// The languages; chosen is that of the rule.
    pub languages: Vec<Choice>,
    /// The address book, by buyer.
    pub rows: Vec<AddressRow>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// What was sent to an invoice's buyer, and what can be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuyerCard {
    /// Where the form goes; none when nothing can be sent.
    pub action: Option<String>,
    /// The address that the letter goes to without another.
    pub address: String,
    /// The languages.
    pub languages: Vec<Choice>,
    /// The letters, newest first.
    pub letters: Vec<LetterRow>,
}

impl BuyerCard {
    /// Whether a letter waits to be sent.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.letters.iter().any(|letter| letter.tone == Tone::Busy)
    }
}

#[derive(Template)]
#[template(path = "buyers.html")]
struct BuyersPage<'a> {
    f: &'a Frame,
    v: &'a BuyersView,
    t: &'static BuyerWords,
}

/// The page of letters to buyers.
///
/// # Errors
/// [`PageError`].
pub fn buyers(frame: &Frame, view: &BuyersView) -> Result<String, PageError> {
    Ok(BuyersPage { f: frame, v: view, t: BuyerWords::of(frame.lang) }.render()?)
}
