//! Reading a document so that nothing is left behind unnoticed.
//!
//! The layout asks for elements by name, and everything it reads is marked. What is unmarked in the end goes to the
//! annex: completeness does not depend on anybody's list of fields. This works on the document's outline and not on the
//! typed view of `ksef-invoice`, because the view has no paths and drops what does not parse, and a print must show both.

use std::borrow::Cow;
use std::cell::Cell;

use ksef_invoice::Outline;

/// A document with a mark on everything that was read.
pub(crate) struct Source<'a> {
    outline: &'a Outline<'a>,
    marks: Vec<Cell<Mark>>,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    text: bool,
    attributes: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn new(outline: &'a Outline<'a>) -> Self {
        Self { outline, marks: vec![Cell::default(); outline.len()] }
    }

    /// The root element.
    pub(crate) fn root(&self) -> Node<'_, 'a> {
        Node { source: self, index: 0 }
    }

    /// What nobody read, in document order: element, attribute name if it is one, and value.
    pub(crate) fn unread(&self) -> Vec<Unread<'a>> {
        let mut unread = Vec::new();
        for (index, mark) in self.marks.iter().enumerate() {
            let mark = mark.get();
            if !mark.attributes {
                unread.extend(self.outline.attributes(index).map(|(name, value)| Unread {
                    index,
                    attribute: Some(name),
                    value,
                }));
            }
            let text = self.outline.text(index);
            if !mark.text && !text.is_empty() {
                unread.push(Unread { index, attribute: None, value: Cow::Borrowed(text) });
            }
        }
        unread
    }

    /// The document itself, for labels and paths.
    pub(crate) fn outline(&self) -> &'a Outline<'a> {
        self.outline
    }
}

/// A value that the layout did not place.
pub(crate) struct Unread<'a> {
    /// Of its element.
    pub(crate) index: usize,
    pub(crate) attribute: Option<&'a str>,
    pub(crate) value: Cow<'a, str>,
}

/// An element of a [`Source`].
#[derive(Clone, Copy)]
pub(crate) struct Node<'s, 'a> {
    source: &'s Source<'a>,
    index: usize,
}

impl<'s, 'a> Node<'s, 'a> {
    /// Child elements in document order.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        let outline = self.source.outline;
        let end = outline.end(self.index);
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = Self { source: self.source, index: next };
                next = outline.end(next);
                child
            })
        })
    }

    /// Child elements with this local name.
    pub(crate) fn all(self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.source.outline.is_named(child.index, name))
    }

    /// The first child with this local name.
    pub(crate) fn child(self, name: &str) -> Option<Self> {
        self.all(name).next()
    }

    /// The first descendant at a path of local names; `self` for an empty path.
    pub(crate) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// Local name.
    pub(crate) fn name(self) -> &'a str {
        self.source.outline.name(self.index)
    }

    /// The text without a mark, for decisions that do not show it.
    pub(crate) fn peek(self) -> &'a str {
        self.source.outline.text(self.index)
    }

    /// The text of the first child with this name, without a mark.
    pub(crate) fn peek_at(self, name: &str) -> Option<&'a str> {
        self.child(name).map(Self::peek).filter(|text| !text.is_empty())
    }

    /// The text, marked as shown.
    pub(crate) fn text(self) -> &'a str {
        let mark = &self.source.marks[self.index];
        mark.set(Mark { text: true, ..mark.get() });
        self.peek()
    }

    /// The text of the first child with this name, marked as shown; `None` when missing or empty.
    pub(crate) fn take(self, name: &str) -> Option<&'a str> {
        self.child(name).map(Self::text).filter(|text| !text.is_empty())
    }

    /// Marks the first child with this name as shown when its text is exactly `expected`; says whether it was. Another
    /// value stays unmarked and so comes to the annex.
    pub(crate) fn take_if(self, name: &str, expected: &str) -> bool {
        let found = self.child(name).filter(|child| child.peek() == expected);
        if let Some(child) = found {
            child.text();
        }
        found.is_some()
    }

    /// Marks everything in the element, descendants too: what is said of it instead of its values.
    pub(crate) fn mark_all(self) {
        for mark in &self.source.marks[self.index..self.source.outline.end(self.index)] {
            mark.set(Mark { text: true, attributes: true });
        }
    }

    /// All attributes as (local name, value), marked as shown.
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let mark = &self.source.marks[self.index];
        mark.set(Mark { attributes: true, ..mark.get() });
        let attributes = self.source.outline.attributes(self.index);
        attributes.map(|(key, value)| (key.rsplit_once(':').map_or(key, |(_, local)| local), value))
    }

    /// The value of an attribute by its local name. Marks all attributes of the element as shown, so ask for each.
    pub(crate) fn attribute(self, name: &str) -> Option<Cow<'a, str>> {
        let mark = &self.source.marks[self.index];
        mark.set(Mark { attributes: true, ..mark.get() });
        self.peek_attribute(name)
    }

    /// The value of an attribute by its local name, without a mark.
    pub(crate) fn peek_attribute(self, name: &str) -> Option<Cow<'a, str>> {
        let local = |key: &'a str| key.rsplit_once(':').map_or(key, |(_, local)| local);
        let mut attributes = self.source.outline.attributes(self.index);
        attributes.find(|(key, _)| local(key) == name).map(|(_, value)| value)
    }

    /// How many attributes the element has.
    pub(crate) fn attribute_count(self) -> usize {
        self.source.outline.attributes(self.index).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_marked_and_the_rest_is_not() {
        let xml = b"<R><A>1<B>2</B></A><A>again</A><C typ=\"x\">3</C></R>";
        let outline = Outline::parse(xml).expect("well formed");
        let source = Source::new(&outline);
        assert_eq!(source.root().take("A"), Some("1"));
        assert!(!source.root().take_if("C", "4"));
        let unread: Vec<_> = source.unread().into_iter().map(|u| (u.attribute, u.value)).collect();
        let expected = [(None, "2"), (None, "again"), (Some("typ"), "x"), (None, "3")];
        assert_eq!(unread, expected.map(|(attribute, value)| (attribute, Cow::Borrowed(value))));
        assert!(source.root().take_if("C", "3"));
        assert_eq!(source.root().child("C").and_then(|c| c.attribute("typ")).as_deref(), Some("x"));
        assert_eq!(source.unread().len(), 2);
        assert_eq!(source.root().at(&["A", "B"]).map(Node::peek), Some("2"));
    }
}
