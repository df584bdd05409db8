//! What the forms of all pages have in common: reading their fields, the question before what cannot be undone, saying how it ended,
//! and showing the form again when what it asked for was refused.

use axum::Form;
use axum::response::{IntoResponse as _, Response};
use gateway_pages::{Confirmation, Section, confirmation};

use super::login::{as_failed, told};
use super::visit::Visit;
use crate::company::Company;
use crate::rest::Failure;
use crate::router::Shared;

/// A form as it comes.
pub(super) type Pairs = Form<Vec<(String, String)>>;

/// A form whose fields may stand in it several times.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn of(form: Pairs) -> Self {
        Self(form.0)
    }

    /// The first field of this name, without the space around it; empty when there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        self.all(name).next().map(str::trim).unwrap_or_default()
    }

    /// The fields of this name.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked.
    pub(super) fn is_ticked(&self, name: &str) -> bool {
        self.one(name) == "yes"
    }

    /// What was answered to the question before something that cannot be undone.
    pub(super) fn is_confirmed(&self) -> bool {
        self.is_ticked("confirmed")
    }
}

/// What is asked before something that cannot be undone; in Polish and in English.
pub(super) struct Question {
    pub(super) title: [&'static str; 2],
    /// What follows from a yes.
    pub(super) note: [&'static str; 2],
    /// What it is about, a line each.
    pub(super) about: Vec<String>,
    /// Where a yes is sent, and with which fields besides it.
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
    /// Where a no leads.
    pub(super) back: String,
}

impl Visit {
    /// Asks on a page of its own, for browsers without scripts.
    pub(super) fn asks(
        self,
        shared: &Shared,
        company: Option<&Company>,
        section: Section,
        question: Question,
    ) -> Result<Response, Failure> {
        let Question { title: [pl, en], note: [note_pl, note_en], about, action, fields, back } = question;
        let view = Confirmation {
            question: self.lang.choose(pl, en).to_owned(),
            note: self.lang.choose(note_pl, note_en).to_owned(),
            about,
            action,
            fields,
            back,
        };
        let mut frame = self.frame(shared, company, section, view.question.clone());
        frame.here.clone_from(&view.back);
        self.page(confirmation(&frame, &view))
    }

    /// Leads back to a page, which says that it was done, or what went wrong.
    pub(super) fn ended<T>(
        self,
        back: &str,
        outcome: Result<T, Failure>,
        pl: &str,
        en: &str,
    ) -> Result<Response, Failure> {
        match outcome {
            Ok(_) => Ok(self.done(back, pl, en)),
            Err(failure) => self.failed(back, failure),
        }
    }
}

/// Why what a form asked for was not done; the form is shown again, with what was typed.
pub(super) struct Refused {
    status: u16,
    failed: Response,
}

impl Refused {
    /// What the page is to say, and what it is answered with. A fault of ours is no matter of the form and stays a failure.
    pub(super) fn of(failure: Failure, visit: &Visit) -> Result<(String, Self), Failure> {
        let problem = told(&failure, visit)?;
        Ok((problem, Self { status: failure.problem.status, failed: failure.into_response() }))
    }

    /// The page with the status of what went wrong.
    pub(super) fn on(self, page: Response) -> Response {
        as_failed(page, self.status, &self.failed)
    }
}
