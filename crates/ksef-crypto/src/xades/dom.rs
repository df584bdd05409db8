//! Parsing and canonicalising, on top of the libraries for it.

use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::nodeset::NodeSet;
use uppsala::{Document, NodeId, Parser};

/// Parses without DTD and entity declarations: a signature over a document whose meaning a DTD can change proves
/// nothing. The XML declaration is no part of what is signed, so it may only say what we assume anyway.
pub(super) fn parse(xml: &str) -> Option<Document<'_>> {
    let doc = Parser::new().with_forbid_dtd(true).with_forbid_entities(true).parse(xml).ok()?;
    let plain = doc.xml_declaration.as_ref().is_none_or(|declaration| {
        declaration.version == "1.0"
            && declaration.encoding.as_ref().is_none_or(|encoding| encoding.eq_ignore_ascii_case("utf-8"))
    });
    plain.then_some(doc)
}

/// The canonical form of the whole document, of which `without` (an element and all in it) is left out.
pub(super) fn canonical_document(
    doc: &Document<'_>,
    without: Option<NodeId>,
    mode: C14nMode,
    prefixes: &[String],
) -> Option<Vec<u8>> {
    let all = NodeSet::all_without_comments(doc);
    let visible = match without {
        Some(node) => all.subtract(&NodeSet::tree_with_comments(node, doc)),
        None => all,
    };
    canonicalize_doc(doc, mode, Some(&visible), prefixes).ok()
}

/// The canonical form of one element and all in it, as it stands in the document.
pub(super) fn canonical_element(
    doc: &Document<'_>,
    element: NodeId,
    mode: C14nMode,
    prefixes: &[String],
) -> Option<Vec<u8>> {
    let visible = NodeSet::tree_without_comments(element, doc);
    canonicalize_doc(doc, mode, Some(&visible), prefixes).ok()
}

/// The child elements with this name.
pub(super) fn children<'d>(
    doc: &'d Document<'_>,
    parent: NodeId,
    namespace: &'d str,
    name: &'d str,
) -> impl Iterator<Item = NodeId> + 'd {
    doc.children_iter(parent).filter(move |child| {
        doc.element(*child).is_some_and(|element| element.matches_name_ns(namespace, name))
    })
}

/// The only child element with this name; `None` when there is none or several.
pub(super) fn only_child(doc: &Document<'_>, parent: NodeId, namespace: &str, name: &str) -> Option<NodeId> {
    let mut found = children(doc, parent, namespace, name);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The text in an element, without surrounding white space.
pub(super) fn text(doc: &Document<'_>, element: NodeId) -> String {
    doc.text_content_deep(element).trim().to_owned()
}
