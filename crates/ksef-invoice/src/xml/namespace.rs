//! Which namespace a prefix stands for at a place of the document.

use std::borrow::Cow;

use super::{Attribute, Fault, XmlError, text};

/// The declarations in force, innermost last.
#[derive(Debug, Default)]
pub(crate) struct Namespaces<'a> {
    bindings: Vec<Binding<'a>>,
    /// Counts the changes.
    epoch: u32,
}

#[derive(Debug)]
struct Binding<'a> {
    prefix: &'a str,
    uri: Cow<'a, str>,
    depth: usize,
}

impl<'a> Namespaces<'a> {
    /// Takes in the declarations among an element's attributes; `depth` counts open elements, the root is 1.
    pub(crate) fn enter(&mut self, attributes: &[Attribute<'a>], depth: usize) -> Result<(), XmlError> {
        for attribute in attributes {
            let prefix = match attribute.name.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) => match rest.strip_prefix(':') {
                    Some(prefix) => prefix,
                    None => continue,
                },
                None => continue,
            };
            let uri = text::decode_attribute(attribute.raw);
            let misused = (prefix == "xml") != (uri == XML)
                || prefix == "xmlns"
                || uri == XMLNS
                || (uri.is_empty() && !prefix.is_empty());
            if misused {
                return Err(XmlError { fault: Fault::Namespace, offset: attribute.offset });
            }
            self.bindings.push(Binding { prefix, uri, depth });
            self.epoch = self.epoch.wrapping_add(1);
        }
        Ok(())
    }

    /// Forgets the declarations of the element at this depth.
    pub(crate) fn leave(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|binding| binding.depth >= depth) {
            self.bindings.pop();
            self.epoch = self.epoch.wrapping_add(1);
        }
    }

    /// Another number whenever a declaration came or went.
    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The namespace of a prefix; the empty prefix is the default namespace, which may be none (`""`).
    pub(crate) fn uri(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let binding = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
        binding.map(|binding| &*binding.uri).or(prefix.is_empty().then_some(""))
    }

    /// Namespace and local name of an element; `None` when its prefix is not declared or the name is no qualified name.
    pub(crate) fn element<'n>(&self, name: &'n str) -> Option<(&str, &'n str)> {
        let (prefix, local) = split(name)?;
        Some((self.uri(prefix)?, local))
    }

    /// Namespace and local name of an attribute: without prefix it is in none.
    pub(crate) fn attribute<'n>(&self, name: &'n str) -> Option<(&str, &'n str)> {
        let (prefix, local) = split(name)?;
        if prefix.is_empty() { Some(("", local)) } else { Some((self.uri(prefix)?, local)) }
    }
}

/// Whether an attribute is a namespace declaration.
pub(crate) fn is_declaration(name: &str) -> bool {
    name == "xmlns" || name.starts_with("xmlns:")
}

/// Prefix and local name of a qualified name.
fn split(name: &str) -> Option<(&str, &str)> {
    match name.split_once(':') {
        None => Some(("", name)),
        Some((prefix, local)) if !prefix.is_empty() && !local.is_empty() && !local.contains(':') => {
            Some((prefix, local))
        }
        Some(_) => None,
    }
}

/// Namespace of `xsi:nil`, `xsi:type` and the schema locations.
pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
