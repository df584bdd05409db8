//! The transforms of a reference, as far as KSeF takes them (guide, `auth/podpis-xades.md`).

use bergshamra_c14n::C14nMode;
use uppsala::{Document, NodeId};

use super::dom::{children, only_child, text};
use super::{DS, ENVELOPED, VerifyError};

/// What a reference's transforms come to.
pub(super) struct Transforms {
    /// The signature is taken out.
    pub(super) enveloped: bool,
    /// The text is Base64 of what is signed.
    pub(super) base64: bool,
    pub(super) mode: C14nMode,
    pub(super) prefixes: Vec<String>,
    canonicalized: bool,
}

impl Transforms {
    /// Reads them: at most one that takes the signature out, one Base64 and one canonicalisation, in this order.
    ///
    /// `with_all` takes the whole list of KSeF; without it only the enveloped transform and canonicalisations without
    /// comments.
    pub(super) fn read(doc: &Document<'_>, reference: NodeId, with_all: bool) -> Result<Self, VerifyError> {
        let mut found = Self {
            enveloped: false,
            base64: false,
            mode: C14nMode::Inclusive,
            prefixes: Vec::new(),
            canonicalized: false,
        };
        if let Some(list) = only_child(doc, reference, DS, "Transforms") {
            for transform in children(doc, list, DS, "Transform") {
                found.add(doc, transform, with_all)?;
            }
        }
        Ok(found)
    }

    fn add(&mut self, doc: &Document<'_>, transform: NodeId, with_all: bool) -> Result<(), VerifyError> {
        let uri = algorithm(doc, transform)?;
        if self.canonicalized || self.base64 {
            return Err(VerifyError::Algorithm { uri });
        }
        match uri.as_str() {
            ENVELOPED => self.enveloped = true,
            XPATH if with_all && is_without_signature(doc, transform) => self.enveloped = true,
            FILTER if with_all && subtracts_signature(doc, transform) => self.enveloped = true,
            BASE64 if with_all => self.base64 = true,
            XPATH | FILTER | BASE64 => return Err(VerifyError::Algorithm { uri }),
            _ => {
                (self.mode, self.prefixes) = canonicalization(doc, transform, with_all)?;
                self.canonicalized = true;
            }
        }
        Ok(())
    }
}

/// The canonicalisation that an element names, and the prefixes that an exclusive one keeps.
pub(super) fn canonicalization(
    doc: &Document<'_>,
    method: NodeId,
    with_comments: bool,
) -> Result<(C14nMode, Vec<String>), VerifyError> {
    let uri = algorithm(doc, method)?;
    let mode = C14nMode::from_uri(&uri).filter(|mode| with_comments || !mode.with_comments());
    let mode = mode.ok_or(VerifyError::Algorithm { uri })?;
    let prefixes = only_child(doc, method, EXCLUSIVE, "InclusiveNamespaces")
        .and_then(|list| doc.get_attribute(list, "PrefixList"))
        .map(|list| list.split_ascii_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    Ok((mode, prefixes))
}

/// The algorithm that an element names.
pub(super) fn algorithm(doc: &Document<'_>, element: NodeId) -> Result<String, VerifyError> {
    doc.get_attribute(element, "Algorithm")
        .map(str::to_owned)
        .ok_or(VerifyError::Structure { part: "Algorithm" })
}

/// `not(ancestor-or-self::ds:Signature)`, the one XPath that KSeF lists. What else the prefix could mean does not
/// matter: the digest has to be that of the document without its signature.
fn is_without_signature(doc: &Document<'_>, transform: NodeId) -> bool {
    only_child(doc, transform, DS, "XPath").is_some_and(|xpath| {
        let expression: String = text(doc, xpath).split_ascii_whitespace().collect();
        expression
            .strip_prefix("not(ancestor-or-self::")
            .and_then(|rest| rest.strip_suffix(')'))
            .is_some_and(is_signature)
    })
}

/// Filter 2.0 that takes the signature out, the only use that a document with one signature has for it.
fn subtracts_signature(doc: &Document<'_>, transform: NodeId) -> bool {
    only_child(doc, transform, FILTER, "XPath").is_some_and(|xpath| {
        let expression: String = text(doc, xpath).split_ascii_whitespace().collect();
        let path = ["/descendant::", "//", "here()/ancestor::"];
        let step = path.iter().find_map(|path| expression.strip_prefix(path));
        let step = step.map(|step| step.strip_suffix("[1]").unwrap_or(step));
        doc.get_attribute(xpath, "Filter") == Some("subtract") && step.is_some_and(is_signature)
    })
}

fn is_signature(name: &str) -> bool {
    name.rsplit_once(':').map_or(name, |(_, local)| local) == "Signature"
}

const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";
const FILTER: &str = "http://www.w3.org/2002/06/xmldsig-filter2";
const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
