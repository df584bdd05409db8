//! Reading a document so that nothing is left behind unnoticed.
//!
//! The layout asks for elements by name, and everything it reads is marked. What is unmarked in the end goes to the
//! annex: completeness does not depend on anybody's list of fields. This works on the labelled tree and not on the typed
//! view of `ksef-invoice`, because the view has no paths and drops what does not parse, and a print must show both.

use std::cell::RefCell;

use ksef_invoice::Element;

/// A document, flattened in document order, with a mark on everything that was read.
pub(crate) struct Source<'a> {
    elements: Vec<&'a Element>,
    /// For each element the index after its last descendant.
    ends: Vec<usize>,
    marks: RefCell<Vec<Mark>>,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    text: bool,
    attributes: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn new(root: &'a Element) -> Self {
        let mut source = Self { elements: Vec::new(), ends: Vec::new(), marks: RefCell::default() };
        source.add(root);
        source.marks = RefCell::new(vec![Mark::default(); source.elements.len()]);
        source
    }

    /// Recursion is bounded by the depth that `ksef_invoice::tree` allows.
    fn add(&mut self, element: &'a Element) {
        let index = self.elements.len();
        self.elements.push(element);
        self.ends.push(index);
        for child in &element.children {
            self.add(child);
        }
        self.ends[index] = self.elements.len();
    }

    /// The root element.
    pub(crate) fn root(&self) -> Node<'_, 'a> {
        Node { source: self, index: 0 }
    }

    /// What nobody read, in document order: element, attribute name if it is one, and value.
    pub(crate) fn unread(&self) -> Vec<Unread<'a>> {
        let marks = self.marks.borrow();
        let mut unread = Vec::new();
        for (element, mark) in self.elements.iter().copied().zip(marks.iter()) {
            if !mark.attributes {
                unread.extend(element.attributes.iter().map(|(name, value)| Unread {
                    element,
                    attribute: Some(name),
                    value,
                }));
            }
            if !mark.text && !element.text.is_empty() {
                unread.push(Unread { element, attribute: None, value: &element.text });
            }
        }
        unread
    }
}

/// A value that the layout did not place.
pub(crate) struct Unread<'a> {
    pub(crate) element: &'a Element,
    pub(crate) attribute: Option<&'a str>,
    pub(crate) value: &'a str,
}

/// An element of a [`Source`].
#[derive(Clone, Copy)]
pub(crate) struct Node<'s, 'a> {
    source: &'s Source<'a>,
    index: usize,
}

impl<'s, 'a> Node<'s, 'a> {
    fn element(self) -> &'a Element {
        self.source.elements[self.index]
    }

    /// Child elements in document order.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        let end = self.source.ends[self.index];
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = Self { source: self.source, index: next };
                next = self.source.ends[next];
                child
            })
        })
    }

    /// Child elements with this local name.
    pub(crate) fn all(self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.element().name == name)
    }

    /// The first child with this local name.
    pub(crate) fn child(self, name: &str) -> Option<Self> {
        self.all(name).next()
    }

    /// Local name.
    pub(crate) fn name(self) -> &'a str {
        &self.element().name
    }

    /// The text without a mark, for decisions that do not show it.
    pub(crate) fn peek(self) -> &'a str {
        &self.element().text
    }

    /// The text of the first child with this name, without a mark.
    pub(crate) fn peek_at(self, name: &str) -> Option<&'a str> {
        self.child(name).map(Self::peek).filter(|text| !text.is_empty())
    }

    /// The text, marked as shown.
    pub(crate) fn text(self) -> &'a str {
        self.source.marks.borrow_mut()[self.index].text = true;
        &self.element().text
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

    /// The value of an attribute; marks all attributes of the element as shown.
    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        self.source.marks.borrow_mut()[self.index].attributes = true;
        let attribute = self.element().attributes.iter().find(|(key, _)| key == name);
        attribute.map(|(_, value)| value.as_str())
    }

    /// How many attributes the element has.
    pub(crate) fn attribute_count(self) -> usize {
        self.element().attributes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &str, text: &str, children: Vec<Element>) -> Element {
        Element { name: name.to_owned(), text: text.to_owned(), children, ..Element::default() }
    }

    #[test]
    fn what_is_read_is_marked_and_the_rest_is_not() {
        let mut last = element("C", "3", vec![]);
        last.attributes.push(("typ".to_owned(), "x".to_owned()));
        let root = element(
            "R",
            "",
            vec![element("A", "1", vec![element("B", "2", vec![])]), element("A", "again", vec![]), last],
        );
        let source = Source::new(&root);
        assert_eq!(source.root().take("A"), Some("1"));
        assert!(!source.root().take_if("C", "4"));
        let unread: Vec<_> = source.unread().iter().map(|u| (u.attribute, u.value)).collect();
        assert_eq!(unread, [(None, "2"), (None, "again"), (Some("typ"), "x"), (None, "3")]);
        assert!(source.root().take_if("C", "3"));
        assert_eq!(source.root().child("C").and_then(|c| c.attribute("typ")), Some("x"));
        assert_eq!(source.unread().len(), 2);
    }
}
