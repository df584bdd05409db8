//! What a signature refers to: the document, its own properties and at most its KeyInfo, each digest compared, and nothing
//! that could mean two things.

use uppsala::NodeId;

use super::dom::{self, children, only_child};
use super::signature::{Shape, Signature};
use super::transforms::Transforms;
use super::verify::VerifyError;
use super::{DS, SIGNED_PROPERTIES_TYPE};

impl Signature<'_, '_> {
    /// Checks every reference and returns what is signed.
    pub(super) fn check_references(&mut self) -> Result<Vec<u8>, VerifyError> {
        let references: Vec<NodeId> = children(self.doc, self.signed_info, DS, "Reference").collect();
        let is_counted = match self.shape {
            Shape::Strict => references.len() == 2,
            // The content, the properties, and KeyInfo, which some programs sign as well.
            Shape::AsKsef => (1..=3).contains(&references.len()),
        };
        if !is_counted {
            return Err(VerifyError::References);
        }
        // Before any digest: an Id that stands twice makes every reference to it mean two things.
        let id = self.signed_properties.and_then(|properties| self.attribute(properties, "Id"));
        if let Some(id) = id {
            self.check_unique(id)?;
        }
        let (mut content, mut has_properties) = (None, false);
        for reference in references {
            if self.is_of_properties(reference) && !has_properties {
                self.check_properties(reference)?;
                has_properties = true;
            } else if let Some(element) = self.key_info(reference) {
                self.check_element(reference, element, "KeyInfo")?;
            } else if content.is_none() {
                content = Some(self.check_content(reference)?);
            } else {
                return Err(VerifyError::References);
            }
        }
        if !has_properties {
            if self.shape == Shape::Strict {
                return Err(VerifyError::References);
            }
            // What nothing signs says nothing.
            self.signed_properties = None;
        }
        content.ok_or(VerifyError::References)
    }

    fn is_of_properties(&self, reference: NodeId) -> bool {
        let id = self.signed_properties.and_then(|properties| self.attribute(properties, "Id"));
        let uri = self.attribute(reference, "URI").and_then(|uri| uri.strip_prefix('#'));
        id.is_some() && id == uri && self.attribute(reference, "Type") == Some(SIGNED_PROPERTIES_TYPE)
    }

    fn key_info(&self, reference: NodeId) -> Option<NodeId> {
        let uri = self.attribute(reference, "URI")?.strip_prefix('#')?;
        let key_info = only_child(self.doc, self.element, DS, "KeyInfo")?;
        (self.shape == Shape::AsKsef && self.attribute(key_info, "Id") == Some(uri)).then_some(key_info)
    }

    fn check_properties(&mut self, reference: NodeId) -> Result<(), VerifyError> {
        let properties = self.signed_properties.ok_or(VerifyError::References)?;
        self.check_element(reference, properties, "the signed properties")
    }

    fn check_element(
        &mut self,
        reference: NodeId,
        element: NodeId,
        what: &'static str,
    ) -> Result<(), VerifyError> {
        self.check_unique(self.attribute(element, "Id").ok_or(VerifyError::References)?)?;
        let transforms = self.transforms(reference)?;
        if transforms.enveloped || transforms.base64 {
            return Err(VerifyError::References);
        }
        let canonical = dom::canonical_element(self.doc, element, transforms.mode, &transforms.prefixes)
            .ok_or(VerifyError::NotXml)?;
        self.check_digest(reference, &canonical, what)
    }

    /// Checks the reference to what is signed and returns it.
    fn check_content(&mut self, reference: NodeId) -> Result<Vec<u8>, VerifyError> {
        let uri = self.attribute(reference, "URI").ok_or(VerifyError::References)?;
        let is_enveloping = self.doc.document_element() == Some(self.element);
        match uri.strip_prefix('#') {
            None if uri.is_empty() && !is_enveloping => self.check_enveloped(reference),
            Some(id) if is_enveloping => self.check_enveloping(reference, id),
            _ => Err(VerifyError::References),
        }
    }

    fn check_enveloped(&mut self, reference: NodeId) -> Result<Vec<u8>, VerifyError> {
        let transforms = self.transforms(reference)?;
        if !transforms.enveloped || transforms.base64 {
            return Err(VerifyError::References);
        }
        let content =
            dom::canonical_document(self.doc, Some(self.element), transforms.mode, &transforms.prefixes)
                .ok_or(VerifyError::NotXml)?;
        self.check_digest(reference, &content, "the document")?;
        Ok(content)
    }

    /// The document within an Object of the signature, as XML or as Base64.
    fn check_enveloping(&mut self, reference: NodeId, id: &str) -> Result<Vec<u8>, VerifyError> {
        let object = children(self.doc, self.element, DS, "Object")
            .find(|object| self.attribute(*object, "Id") == Some(id))
            .ok_or(VerifyError::References)?;
        self.check_unique(id)?;
        let transforms = self.transforms(reference)?;
        if transforms.enveloped {
            return Err(VerifyError::References);
        }
        if transforms.base64 {
            let content = self.base64(object, "Object")?;
            self.check_digest(reference, &content, "the document")?;
            return Ok(content);
        }
        let Transforms { mode, prefixes, .. } = transforms;
        let canonical =
            dom::canonical_element(self.doc, object, mode, &prefixes).ok_or(VerifyError::NotXml)?;
        self.check_digest(reference, &canonical, "the document")?;
        let elements: Vec<NodeId> =
            self.doc.children_iter(object).filter(|child| self.doc.element(*child).is_some()).collect();
        let [content] = elements[..] else { return Err(VerifyError::References) };
        dom::canonical_element(self.doc, content, mode, &prefixes).ok_or(VerifyError::NotXml)
    }

    fn check_unique(&self, id: &str) -> Result<(), VerifyError> {
        let carriers = self
            .doc
            .descendants(self.doc.root())
            .into_iter()
            .filter(|node| ["Id", "ID", "id"].iter().any(|name| self.attribute(*node, name) == Some(id)))
            .count();
        if carriers == 1 { Ok(()) } else { Err(VerifyError::DuplicateId { id: id.to_owned() }) }
    }

    fn transforms(&self, reference: NodeId) -> Result<Transforms, VerifyError> {
        Transforms::read(self.doc, reference, self.shape == Shape::AsKsef)
    }
}
