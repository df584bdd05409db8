//! Webhooks: where events go, and what became of each.

use askama::Template;

use super::parts::{Choice, Pager, Tab, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::WebhookWords;

/// A webhook in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Where its page is.
    pub href: String,
    /// What people call it; its address where it has no name.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// Of which events, in words.
    pub events: String,
    /// Its state in words.
    pub state: String,
    /// How good that is.
    pub tone: Tone,
    /// How many messages wait, written out; none when none does.
    pub waiting: Option<String>,
    /// By whom and when it was made.
    pub made: String,
    /// Whether messages are sent to it.
    pub is_active: bool,
}

/// What was filled in before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookForm {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// The types of events; none chosen stands for all.
    pub kinds: Vec<Choice>,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhooksView {
    /// Where the page is.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// The webhooks, oldest first.
    pub rows: Vec<WebhookRow>,
    /// The form of another.
    pub form: WebhookForm,
    /// What went wrong with it.
    pub problem: Option<String>,
}

/// A message to it, or the attempt at one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its place in the log.
    pub id: String,
    /// What it told, in words.
    pub event: String,
    /// The message's identifier.
    pub message: String,
    /// When it began.
    pub begun: String,
    /// How it stands, in words.
    pub state: String,
    /// How good that is.
    pub tone: Tone,
    /// How often it was tried, and what was answered.
    pub outcome: String,
    /// When it is tried next, while it waits.
    pub next: Option<String>,
}

/// One webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookView {
    /// Where the list is.
    pub list: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Which one.
    pub row: WebhookRow,
    /// Its secret, when it was just made: shown once.
    pub secret: Option<String>,
    /// What can be changed.
    pub form: WebhookForm,
    /// What went wrong with it.
    pub problem: Option<String>,
    /// What was delivered, newest first.
    pub deliveries: Vec<DeliveryRow>,
    /// Pages of the log; only older ones are led to.
    pub pager: Pager,
}

impl std::fmt::Debug for WebhookView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookView").field("row", &self.row).finish_non_exhaustive()
    }
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct WebhooksPage<'a> {
    f: &'a Frame,
    v: &'a WebhooksView,
    t: &'static WebhookWords,
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct WebhookPage<'a> {
    f: &'a Frame,
    v: &'a WebhookView,
    t: &'static WebhookWords,
}

/// The list of webhooks.
///
/// # Errors
/// [`PageError`].
pub fn webhooks(frame: &Frame, view: &WebhooksView) -> Result<String, PageError> {
    Ok(WebhooksPage { f: frame, v: view, t: WebhookWords::of(frame.lang) }.render()?)
}

/// One webhook with its log.
///
/// # Errors
/// [`PageError`].
pub fn webhook(frame: &Frame, view: &WebhookView) -> Result<String, PageError> {
    Ok(WebhookPage { f: frame, v: view, t: WebhookWords::of(frame.lang) }.render()?)
}
