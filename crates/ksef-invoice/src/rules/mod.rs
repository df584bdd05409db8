//! The rules of meaning for FA(3): what values mean together. Which rules there are, how they weigh and where they come
//! from is the table in `catalogue/meaning.rs`; here is how each is found.
//!
//! They read the tolerant view, so they also speak about documents that the schema refuses; a value that is missing or
//! does not parse is the schema's business and silences the rules that need it.

mod correction;
mod dates;
mod identity;
mod payment;
mod sums;
mod tax;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::catalogue::Rule;
use crate::report::{Detail, Findings};
use crate::validate::ValidationOptions;
use crate::view::{Invoice, InvoiceKind};
use crate::xml::{Cursor, Document};
use crate::{Form, view};

/// Applies every rule to a recorded FA(3) document.
pub(crate) fn check(document: &Document<'_>, options: &ValidationOptions, findings: &mut Findings) {
    let Some(root) = document.root() else { return };
    let invoice = view::of_document(Form::Fa3, root);
    let subject = Subject { invoice: &invoice, root, today: options.today };
    for rules in [dates::check, identity::check, correction::check, sums::check, tax::check, payment::check] {
        rules(&subject, findings);
    }
}

/// What the rules look at.
struct Subject<'s, 'd, 'a> {
    invoice: &'s Invoice,
    root: Cursor<'d, 'a>,
    today: Option<Date>,
}

/// A step of a place: an element's name and which of its like, from 0.
type Step = (&'static str, usize);

/// What a finding of a rule says.
struct Words {
    found: String,
    allowed: String,
    pl: String,
    en: String,
}

impl Subject<'_, '_, '_> {
    /// Adds a finding at the element that the steps lead to, or at the last on the way that is there.
    fn report(&self, findings: &mut Findings, rule: &'static Rule, steps: &[Step], words: Words) {
        let mut cursor = self.root;
        for (name, index) in steps {
            match cursor.children().filter(|child| child.name() == *name).nth(*index) {
                Some(child) => cursor = child,
                None => break,
            }
        }
        let text = |text: String| (!text.is_empty()).then_some(text);
        let Words { found, allowed, pl, en } = words;
        let detail = Detail {
            path: cursor.path(),
            offset: cursor.offset(),
            found: text(found),
            allowed: text(allowed),
            pl,
            en,
        };
        findings.push(rule, detail);
    }

    fn is_kind(&self, kinds: &[InvoiceKind]) -> bool {
        self.invoice.kind.is_some_and(|kind| kinds.contains(&kind))
    }

    fn is_correction(&self) -> bool {
        self.invoice.kind.is_some_and(InvoiceKind::is_correction)
    }
}

/// A sum that cannot overflow into a panic; `None` when it would.
fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// Whether two amounts differ by more than so many hundredths.
fn differ(left: Decimal, right: Decimal, hundredths: usize) -> bool {
    let tolerance = Decimal::new(i64::try_from(hundredths).unwrap_or(i64::MAX), 2);
    left.checked_sub(right).is_none_or(|difference| difference.abs() > tolerance)
}
