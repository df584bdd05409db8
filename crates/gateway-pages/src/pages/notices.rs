//! Who is told by e-mail, of what and when; and the letters.

use askama::Template;

use super::parts::{Choice, Pager, Tab, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::NoticeWords;

/// Somebody who is told, or the form of somebody new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRow {
    /// Its identifier; empty for a new one.
    pub id: String,
    /// The address.
    pub address: String,
    /// The languages.
    pub languages: Vec<Choice>,
    /// The types of events; none chosen stands for all.
    pub kinds: Vec<Choice>,
    /// How often.
    pub rhythms: Vec<Choice>,
    /// For daily letters the hour in Warsaw.
    pub hour: i64,
    /// Whether anything is written.
    pub is_active: bool,
    /// Of what and when, in words.
    pub summary: String,
}

/// A letter in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// Its place in the log.
    pub id: String,
    /// To whom.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub written: String,
    /// How it stands, in words.
    pub state: String,
    /// How good that is.
    pub tone: Tone,
    /// What the mail server said, or why it could not be asked.
    pub answer: Option<String>,
    /// Whether it can be sent once more.
    pub may_resend: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticesView {
    /// Where the page is.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Whether there is a mail server.
    pub is_mail_on: bool,
    /// Who is told.
    pub rows: Vec<SubscriptionRow>,
    /// The form of somebody new.
    pub form: SubscriptionRow,
    /// What went wrong.
    pub problem: Option<String>,
    /// The letters, newest first.
    pub letters: Vec<LetterRow>,
    /// Pages of the log; only older ones are led to.
    pub pager: Pager,
}

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage<'a> {
    f: &'a Frame,
    v: &'a NoticesView,
    t: &'static NoticeWords,
}

/// The page of e-mail notices.
///
/// # Errors
/// [`PageError`].
pub fn notices(frame: &Frame, view: &NoticesView) -> Result<String, PageError> {
    Ok(NoticesPage { f: frame, v: view, t: NoticeWords::of(frame.lang) }.render()?)
}
