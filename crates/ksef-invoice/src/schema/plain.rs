//! The check of plain elements: the same steps as [`Validator::start`], `text` and `end`, for what can be decided at once
//! and without a finding.
//!
//! Each function either takes what it is shown, as the slower way would without a finding, or leaves everything as it
//! was and answers `false`; then the slower way sees it.

use super::model::State;
use super::validator::{Frame, Kind, Place, Validator};
use super::{ComplexType, Type};
use crate::xml::namespace::Namespaces;
use crate::xml::{Leaf, Tag, local_name};

/// How plain elements are told from others at a place of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlainNames<'a> {
    /// Of the namespaces that this was found by.
    epoch: u32,
    /// What names of the form's own namespace begin with: the root's prefix and its colon, or nothing; `None` when that
    /// stands for another namespace.
    lead: Option<&'a str>,
}

impl<'a> Validator<'a> {
    /// What a plain name begins with here; `None` when nothing may be taken at once.
    #[inline]
    pub(crate) fn plain_lead(&mut self, namespaces: &Namespaces<'a>) -> Option<&'a str> {
        match self.frames.last()?.kind {
            Kind::Complex(complex) if !complex.is_mixed => {}
            _ => return None,
        }
        match self.plain_names {
            Some(PlainNames { epoch, lead }) if epoch == namespaces.epoch() => lead,
            _ => {
                let root = self.frames.first()?.qualified;
                let lead = &root[..root.len() - local_name(root).len()];
                let is_own = namespaces.uri(lead.trim_end_matches(':')) == Some(self.schema.namespace);
                let lead = is_own.then_some(lead);
                self.plain_names = Some(PlainNames { epoch: namespaces.epoch(), lead });
                lead
            }
        }
    }

    /// An element with a value and nothing else.
    #[inline]
    pub(crate) fn take_leaf(&mut self, leaf: &Leaf<'a>, lead: &str) -> bool {
        // The values that must be unique stand right below the root's children.
        if self.frames.len() == 2 && !self.schema.unique.is_empty() {
            return false;
        }
        let schema = self.schema;
        let Some((complex, state)) = self.innermost() else { return false };
        let name = leaf.tag.qualified.get(lead.len()..).unwrap_or_default();
        let Some((next, _, place)) = complex.content.step_plain(*state, &leaf.tag.key, name) else {
            return false;
        };
        let Type::Simple(simple) = schema.get(place.kind) else { return false };
        let is_taken = place.is_free && schema.quick(place.kind, simple).takes(simple, leaf.text);
        if is_taken {
            *state = next;
        }
        is_taken
    }

    /// The start tag of an element that holds elements.
    #[inline]
    pub(crate) fn take_open(&mut self, tag: &Tag<'a>, lead: &str) -> bool {
        let schema = self.schema;
        let Some((complex, state)) = self.innermost() else { return false };
        let name = tag.qualified.get(lead.len()..).unwrap_or_default();
        let Some((next, position, place)) = complex.content.step_plain(*state, &tag.key, name) else {
            return false;
        };
        let Type::Complex(inner) = schema.get(place.kind) else { return false };
        if inner.text.is_some() || inner.is_abstract || inner.has_required_attribute {
            return false;
        }
        *state = next;
        let position = Some(&complex.content.positions()[position]);
        self.frames.push(Frame {
            qualified: tag.qualified,
            offset: tag.offset,
            kind: Kind::Complex(inner),
            state: State::default(),
            place: Place { position, index: next.count() },
            is_spoilt: false,
        });
        true
    }

    /// The end tag of the innermost element.
    #[inline]
    pub(crate) fn take_close(&mut self) -> bool {
        let may_end = self.innermost().is_some_and(|(complex, state)| complex.content.may_end(*state));
        if may_end {
            self.frames.pop();
        }
        may_end
    }

    #[inline]
    fn innermost(&mut self) -> Option<(&'static ComplexType, &mut State)> {
        match self.frames.last_mut()? {
            Frame { kind: Kind::Complex(complex), state, .. } => Some((complex, state)),
            _ => None,
        }
    }
}
