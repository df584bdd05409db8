//! The rules of meaning: what values mean together. Which rules there are, how they weigh and where they come from is
//! the table in `catalogue/meaning`; here is how each is found.
//!
//! They are tolerant as the view is, so they also speak about documents that the schema refuses; a value that is missing
//! or does not parse is the schema's business and silences the rules that need it. Nothing is allocated but for what is
//! reported and for lists of references.

mod account;
mod advance;
mod attachment;
mod correction;
mod currency;
mod dates;
mod eu_number;
mod facts;
mod flat_rate;
mod identity;
mod in_words;
mod lines;
mod number;
mod payment;
mod peppol;
mod tax;
mod totals;

use std::fmt::Display;

use jiff::civil::Date;

use crate::Form;
use crate::catalogue::Rule;
use crate::report::{Detail, Findings};
use crate::validate::{Profile, ValidationOptions};
use crate::xml::{Cursor, Document};
use facts::Facts;

/// Applies every rule of the form to a recorded document; a UPO has none.
pub(crate) fn check(
    form: Form,
    document: &Document<'_>,
    options: &ValidationOptions,
    findings: &mut Findings,
) {
    let Some(root) = document.root() else { return };
    let place = Place { root, today: options.today, profile: options.profile };
    match form {
        Form::Fa2 | Form::Fa3 => fa(form, place, findings),
        Form::FaRr1 => flat_rate::check(&place, findings),
        Form::Pef3 | Form::PefKor3 => peppol::check(form, &place, findings),
        Form::Upo43 => {}
    }
}

fn fa(form: Form, place: Place<'_, '_>, findings: &mut Findings) {
    let facts = Facts::read(place.root);
    let mut tally = lines::Tally::default();
    let subject = Subject { facts: &facts, place, form };
    dates::check(&subject, findings);
    identity::check(&subject, findings);
    correction::check(&subject, findings);
    lines::check(&subject, &mut tally, findings);
    totals::check(&subject, &tally, findings);
    advance::check(&subject, &mut tally, findings);
    tax::check(&subject, &tally, findings);
    currency::check(&subject, &tally, findings);
    payment::check(&subject, findings);
    attachment::check(&subject, findings);
}

/// An FA document and how it is looked at.
struct Subject<'s, 'd, 'a> {
    facts: &'s Facts<'d, 'a>,
    place: Place<'d, 'a>,
    form: Form,
}

impl<'d, 'a> std::ops::Deref for Subject<'_, 'd, 'a> {
    type Target = Place<'d, 'a>;

    fn deref(&self) -> &Self::Target {
        &self.place
    }
}

/// Where findings are reported, for any form.
struct Place<'d, 'a> {
    root: Cursor<'d, 'a>,
    today: Option<Date>,
    profile: Profile,
}

/// What a finding of a rule says.
struct Words {
    found: String,
    allowed: String,
    pl: String,
    en: String,
}

/// What stands there, what may, and the sentences in Polish and English.
fn words(found: impl Display, allowed: impl Display, pl: String, en: String) -> Words {
    Words { found: found.to_string(), allowed: allowed.to_string(), pl, en }
}

impl<'d, 'a> Place<'d, 'a> {
    /// The element that the names lead to, the first child at each step, or the last on the way that is there.
    fn at(&self, names: &[&str]) -> Cursor<'d, 'a> {
        deep(self.root, names)
    }

    /// Adds a finding at an element.
    fn report(&self, findings: &mut Findings, rule: &'static Rule, at: Cursor<'_, '_>, words: Words) {
        // A path costs a walk over the element's siblings.
        if findings.is_full() {
            findings.push(rule, Detail::default());
            return;
        }
        let text = |text: String| (!text.is_empty()).then_some(text);
        let Words { found, allowed, pl, en } = words;
        let (path, offset) = (at.path(), at.offset());
        findings.push(rule, Detail { path, offset, found: text(found), allowed: text(allowed), pl, en });
    }
}

/// The descendant that the names lead to, or the last on the way that is there.
fn deep<'d, 'a>(from: Cursor<'d, 'a>, names: &[&str]) -> Cursor<'d, 'a> {
    let mut cursor = from;
    for name in names {
        match cursor.child(name) {
            Some(child) => cursor = child,
            None => break,
        }
    }
    cursor
}
