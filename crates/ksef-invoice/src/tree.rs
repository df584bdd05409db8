//! A document as a tree of labelled elements, for views that must hide nothing.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::labels::{LABELS, LABELS_RR};
use crate::xml::{Cursor, Document};
use crate::{ReadError, schema, view};

/// An element of a document with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Element {
    /// Local name, as in the XML: `P_13_1`.
    pub name: String,
    /// Path with indexes, as in [`crate::Finding::path`].
    pub path: String,
    /// What people call it.
    pub label: Label,
    /// Attributes as (name, value); namespace declarations are left out.
    pub attributes: Vec<(String, String)>,
    /// Text directly in this element, references resolved, without leading and trailing white space.
    pub text: String,
    /// Child elements in document order.
    pub children: Vec<Element>,
}

impl Element {
    /// The first child with this local name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children with this local name.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The descendant at a path of local names: `element.at(&["Fa", "P_2"])` (the first child at each step).
    #[must_use]
    pub fn at(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |element, name| element.child(name))
    }
}

/// A short label of an element in both languages; for an element without one, its name.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Label {
    /// Polish.
    pub pl: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

/// The tree of any well-formed document within the limits of [`crate::validate`] (depth, size), of whatever form.
///
/// # Errors
/// [`ReadError`] when the bytes are not a well-formed document.
pub fn tree(bytes: &[u8]) -> Result<Element, ReadError> {
    let source = view::source(bytes)?;
    let document = Document::parse(source).map_err(|error| view::not_xml(source, error))?;
    let root = document.root().ok_or(ReadError::Empty)?;
    let is_rr = root.children().any(|child| child.name() == RR_BODY);
    Ok(element(root.name(), is_rr, root, root.name().to_owned()))
}

/// The label of an element name, when there is one of ours: `label("P_2")`. Names that FA_RR uses for something else are
/// labelled as FA means them.
#[must_use]
pub fn label(name: &str) -> Option<Label> {
    find(LABELS, name)
}

/// The label of an element in a document, which is FA_RR or not; its name when it has none.
pub(crate) fn label_or_name(name: &str, is_rr: bool) -> Label {
    let own = if is_rr { find(LABELS_RR, name) } else { None };
    own.or_else(|| label(name))
        .unwrap_or_else(|| Label { pl: name.to_owned().into(), en: name.to_owned().into() })
}

fn find(list: &[(&str, &'static str, &'static str)], name: &str) -> Option<Label> {
    let (_, pl, en) = list.iter().find(|(known, _, _)| *known == name)?;
    Some(Label { pl: Cow::Borrowed(pl), en: Cow::Borrowed(en) })
}

/// The element that only FA_RR has, under its root.
pub(crate) const RR_BODY: &str = "FakturaRR";

/// Depth is bounded by the scanner ([`crate::xml::DEPTH_MAX`]), so this recursion is too.
fn element(root: &str, is_rr: bool, cursor: Cursor<'_, '_>, path: String) -> Element {
    let name = cursor.name();
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for child in cursor.children() {
        counts.entry(child.name()).or_default().1 += 1;
    }
    let children = cursor
        .children()
        .map(|child| {
            let child_name = child.name();
            let may_repeat = schema::may_repeat(root, Some(name), child_name);
            let mut step = format!("{path}/{child_name}");
            if let Some((seen, count)) = counts.get_mut(child_name) {
                *seen += 1;
                if *count > 1 || may_repeat {
                    step.push_str(&format!("[{seen}]"));
                }
            }
            element(root, is_rr, child, step)
        })
        .collect();
    Element {
        name: name.to_owned(),
        label: label_or_name(name, is_rr),
        attributes: cursor.attributes().map(|(name, value)| (name.to_owned(), value.into_owned())).collect(),
        text: cursor.text().to_owned(),
        children,
        path,
    }
}
