//! A document's elements in one flat list, for readers that go over all of it: nothing is copied, labelled or numbered
//! before it is asked for.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::tree::{RR_BODY, label_or_name};
use crate::xml::{Cursor, Document};
use crate::{Label, ReadError, schema, view};

/// The elements of a well-formed document of whatever form, in document order; the root is element 0.
///
/// The same content as [`crate::tree()`], at a small part of its cost: elements are named by index, and an element's
/// descendants are those between it and [`Outline::end`]. Every index must be less than [`Outline::len`].
#[derive(Debug)]
pub struct Outline<'a> {
    document: Document<'a>,
    /// Whether the document is FA_RR, whose labels are its own.
    is_rr: bool,
}

impl<'a> Outline<'a> {
    /// Reads a document within the limits of [`crate::validate`] (depth, size).
    ///
    /// # Errors
    /// [`ReadError`] when the bytes are not a well-formed document.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let source = view::source(bytes)?;
        let document = Document::parse(source).map_err(|error| view::not_xml(source, error))?;
        let is_rr = match document.root() {
            Some(root) => root.children().any(|child| child.name() == RR_BODY),
            None => return Err(ReadError::Empty),
        };
        Ok(Self { document, is_rr })
    }

    /// How many elements there are; at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a document has a root")]
    pub fn len(&self) -> usize {
        self.document.len()
    }

    fn at(&self, index: usize) -> Cursor<'_, 'a> {
        self.document.at(index)
    }

    /// Local name of an element.
    #[must_use]
    pub fn name(&self, index: usize) -> &'a str {
        self.at(index).name()
    }

    /// Whether an element has this local name; quicker than asking for the name.
    #[must_use]
    pub fn is_named(&self, index: usize, name: &str) -> bool {
        self.at(index).is_named(name)
    }

    /// Text directly in an element, references resolved, without white space at its ends.
    #[must_use]
    pub fn text(&self, index: usize) -> &str {
        self.at(index).text()
    }

    /// Index of the first element behind this one's descendants.
    #[must_use]
    pub fn end(&self, index: usize) -> usize {
        self.at(index).end()
    }

    /// Attributes as (qualified name, value); namespace declarations are left out.
    pub fn attributes(&self, index: usize) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        self.at(index).attributes()
    }

    /// What people call an element; its name when we have no label.
    #[must_use]
    pub fn label(&self, index: usize) -> Label {
        label_or_name(self.name(index), self.is_rr)
    }

    /// The paths of some elements, as in [`crate::Finding::path`], in the order of the indexes, which must ascend.
    #[must_use]
    pub fn paths(&self, wanted: &[usize]) -> Vec<String> {
        let mut paths = Vec::with_capacity(wanted.len());
        self.add_paths(0, self.name(0).to_owned(), wanted, &mut paths);
        paths
    }

    /// Goes only where something is wanted; the depth is bounded by the scanner.
    fn add_paths(&self, index: usize, path: String, wanted: &[usize], paths: &mut Vec<String>) {
        let mut below = wanted;
        while let Some((&first, rest)) = below.split_first() {
            if first != index {
                break;
            }
            paths.push(path.clone());
            below = rest;
        }
        if below.is_empty() {
            return;
        }
        let children = || {
            let mut next = index + 1;
            let end = self.end(index);
            std::iter::from_fn(move || {
                let child = (next < end).then_some(next)?;
                next = self.end(child);
                Some(child)
            })
        };
        let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
        for child in children() {
            counts.entry(self.name(child)).or_default().1 += 1;
        }
        for child in children() {
            let name = self.name(child);
            let Some((seen, count)) = counts.get_mut(name) else { continue };
            *seen += 1;
            let until = below.partition_point(|wanted| *wanted < self.end(child));
            let (inside, rest) = below.split_at(until);
            below = rest;
            if inside.is_empty() {
                continue;
            }
            let mut step = format!("{path}/{name}");
            if *count > 1 || schema::may_repeat(self.name(0), Some(self.name(index)), name) {
                step.push_str(&format!("[{seen}]"));
            }
            self.add_paths(child, step, inside, paths);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in the order of the outline.
    fn flat<'t>(element: &'t crate::Element, elements: &mut Vec<&'t crate::Element>) {
        elements.push(element);
        element.children.iter().for_each(|child| flat(child, elements));
    }

    #[test]
    fn an_outline_says_what_the_tree_says() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        for name in ["vat.xml", "correction.xml", "advance.xml"] {
            let bytes = std::fs::read(folder.join(name)).expect(name);
            let tree = crate::tree(&bytes).expect(name);
            let mut elements = Vec::new();
            flat(&tree, &mut elements);
            let outline = Outline::parse(&bytes).expect(name);
            assert_eq!(outline.len(), elements.len());
            let all: Vec<usize> = (0..outline.len()).collect();
            let paths = outline.paths(&all);
            for (index, element) in elements.iter().enumerate() {
                assert_eq!(outline.name(index), element.name);
                assert_eq!(outline.text(index), element.text);
                assert_eq!(outline.label(index), element.label);
                assert_eq!(paths[index], element.path);
                let attributes: Vec<_> = outline
                    .attributes(index)
                    .map(|(name, value)| (name.to_owned(), value.into_owned()))
                    .collect();
                assert_eq!(attributes, element.attributes);
            }
            let some: Vec<usize> = (0..outline.len()).step_by(7).collect();
            let expected: Vec<_> = some.iter().map(|index| elements[*index].path.clone()).collect();
            assert_eq!(outline.paths(&some), expected);
        }
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for bytes in [&b""[..], b"<a>", b"text", b"<a/><b/>"] {
            assert!(Outline::parse(bytes).is_err());
        }
    }
}
