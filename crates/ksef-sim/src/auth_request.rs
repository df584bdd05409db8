//! The document that is signed to log in: AuthTokenRequest 2.0 and 2.1.
//!
//! Read from what the signature covers, never from the document as sent, so nothing unsigned can slip in. Checked
//! against the shapes of `schemat_auth_v2-0.xsd` and `schemat_auth_v2-1.xsd`; the country patterns within `NipVatUe`
//! are left to `ksef-id` (DIVERGENCES.md).

use ksef_id::{ContextIdentifier, ContextType, ReferenceKind, ReferenceNumber};
use ksef_wire::AllowedIps;
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use std::net::Ipv4Addr;

/// What somebody asks for by signing.
#[derive(Debug)]
pub(crate) struct AuthTokenRequest {
    pub(crate) challenge: ReferenceNumber,
    pub(crate) context: ContextIdentifier,
    pub(crate) is_by_fingerprint: bool,
    pub(crate) allowed_ips: Option<AllowedIps>,
}

/// An element with its text and children; attributes are not part of the schema.
#[derive(Debug, Default)]
struct Element {
    namespace: String,
    name: String,
    text: String,
    has_attributes: bool,
    children: Vec<Element>,
}

impl AuthTokenRequest {
    /// Reads the document.
    ///
    /// The error is a sentence in the manner of a schema parser, for the details of code 21401.
    pub(crate) fn parse(xml: &[u8]) -> Result<Self, String> {
        let root = read(xml)?;
        let namespace = root.namespace.clone();
        if root.name != "AuthTokenRequest" || !NAMESPACES.contains(&namespace.as_str()) {
            return Err(format!(
                "The element '{}' of namespace '{}' is not declared; expected AuthTokenRequest of {}.",
                root.name,
                root.namespace,
                NAMESPACES.join(" or ")
            ));
        }
        let mut children = Sequence::new(&root, &namespace)?;
        let challenge = collapse(children.required("Challenge")?.leaf()?);
        let challenge = ReferenceNumber::parse(&challenge)
            .ok()
            .filter(|reference| reference.kind() == Some(ReferenceKind::Challenge))
            .ok_or_else(|| invalid("Challenge", &challenge))?;
        let context = context(children.required("ContextIdentifier")?, &namespace)?;
        let subject = collapse(children.required("SubjectIdentifierType")?.leaf()?);
        let is_by_fingerprint = match subject.as_str() {
            "certificateSubject" => false,
            "certificateFingerprint" => true,
            _ => return Err(invalid("SubjectIdentifierType", &subject)),
        };
        let allowed_ips = match children.optional("AuthorizationPolicy") {
            None => None,
            Some(policy) => {
                let mut inner = Sequence::new(policy, &namespace)?;
                let ips = allowed_ips(inner.required("AllowedIps")?, &namespace)?;
                inner.end()?;
                Some(ips)
            }
        };
        children.end()?;
        Ok(Self { challenge, context, is_by_fingerprint, allowed_ips })
    }
}

fn context(element: &Element, namespace: &str) -> Result<ContextIdentifier, String> {
    let mut children = Sequence::new(element, namespace)?;
    let [only] = element.children.as_slice() else {
        return Err("The element 'ContextIdentifier' must have exactly one child.".to_owned());
    };
    let kind = match only.name.as_str() {
        "Nip" => ContextType::Nip,
        "InternalId" => ContextType::InternalId,
        "NipVatUe" => ContextType::NipVatUe,
        "PeppolId" => ContextType::PeppolId,
        other => return Err(format!("The element 'ContextIdentifier' has invalid child element '{other}'.")),
    };
    let value = children.required(kind.name())?.leaf()?;
    ContextIdentifier::new(kind, value).map_err(|_| invalid(kind.name(), value))
}

fn allowed_ips(element: &Element, namespace: &str) -> Result<AllowedIps, String> {
    let mut children = Sequence::new(element, namespace)?;
    let mut list = |name: &str, fits: fn(&str) -> bool| -> Result<Option<Vec<String>>, String> {
        let mut values = Vec::new();
        while let Some(child) = children.optional(name) {
            let value = collapse(child.leaf()?);
            if !fits(&value) || values.len() == ADDRESSES_MAX {
                return Err(invalid(name, &value));
            }
            values.push(value);
        }
        Ok((!values.is_empty()).then_some(values))
    };
    let ips = AllowedIps {
        ip4_addresses: list("Ip4Address", is_address)?,
        ip4_ranges: list("Ip4Range", is_range)?,
        ip4_masks: list("Ip4Mask", is_mask)?,
    };
    children.end()?;
    Ok(ips)
}

/// Whether a text is an IPv4 address in the schema's pattern.
pub(crate) fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// Whether a text is a range of addresses in the schema's pattern.
pub(crate) fn is_range(text: &str) -> bool {
    text.split_once('-').is_some_and(|(first, last)| is_address(first) && is_address(last))
}

/// Whether a text is a network in the schema's pattern.
pub(crate) fn is_mask(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, bits)| {
        let is_plain = bits == "0" || !bits.starts_with(['0', '+']);
        is_address(address) && is_plain && bits.parse::<u8>().is_ok_and(|bits| bits <= 32)
    })
}

/// Children in their order.
struct Sequence<'a> {
    parent: &'a str,
    rest: std::slice::Iter<'a, Element>,
}

impl<'a> Sequence<'a> {
    fn new(parent: &'a Element, namespace: &str) -> Result<Self, String> {
        if parent.has_attributes {
            return Err(format!("The element '{}' must not have attributes.", parent.name));
        }
        if !parent.text.trim().is_empty() {
            return Err(format!("The element '{}' cannot contain text.", parent.name));
        }
        if let Some(child) = parent.children.iter().find(|child| child.namespace != namespace) {
            return Err(format!("The element '{}' has invalid child element '{}'.", parent.name, child.name));
        }
        Ok(Self { parent: &parent.name, rest: parent.children.iter() })
    }

    fn optional(&mut self, name: &str) -> Option<&'a Element> {
        let next = self.rest.as_slice().first().filter(|child| child.name == name)?;
        self.rest.next();
        Some(next)
    }

    fn required(&mut self, name: &str) -> Result<&'a Element, String> {
        self.optional(name).ok_or_else(|| match self.rest.as_slice().first() {
            Some(found) => {
                let (parent, found) = (self.parent, &found.name);
                format!("The element '{parent}' has invalid child element '{found}'. Expected '{name}'.")
            }
            None => format!("The element '{}' has incomplete content. Expected '{name}'.", self.parent),
        })
    }

    fn end(&mut self) -> Result<(), String> {
        match self.rest.next() {
            None => Ok(()),
            Some(found) => {
                Err(format!("The element '{}' has invalid child element '{}'.", self.parent, found.name))
            }
        }
    }
}

impl Element {
    fn leaf(&self) -> Result<&str, String> {
        if self.has_attributes || !self.children.is_empty() {
            return Err(format!("The element '{}' must contain text only.", self.name));
        }
        Ok(&self.text)
    }
}

fn invalid(name: &str, value: &str) -> String {
    let value: String = value.chars().take(60).collect();
    format!("The '{name}' element is invalid - The value '{value}' is invalid according to its datatype.")
}

/// White space as `xsd:token` takes it.
fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(xml: &[u8]) -> Result<Element, String> {
    let xml = std::str::from_utf8(xml).map_err(|_| "The document is not UTF-8.".to_owned())?;
    let mut reader = NsReader::from_str(xml);
    let mut open: Vec<Element> = Vec::new();
    let mut elements = 0usize;
    let not_xml = |error: String| format!("The document is not well-formed: {error}");
    loop {
        let event = reader.read_event().map_err(|error| not_xml(error.to_string()))?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                elements += 1;
                if open.len() == DEPTH_MAX || elements > ELEMENTS_MAX {
                    return Err("The document has more elements than AuthTokenRequest can have.".to_owned());
                }
                let (namespace, name) = reader.resolver().resolve_element(start.name());
                let namespace = match namespace {
                    ResolveResult::Bound(namespace) => namespace.0.to_owned(),
                    ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
                };
                let is_declaration = |key: &str| key == "xmlns" || key.starts_with("xmlns:");
                let has_attributes = start.attributes().any(|attribute| {
                    attribute.map_or(true, |attribute| !is_declaration(attribute.key.as_ref()))
                });
                let name = name.as_ref().to_owned();
                open.push(Element { namespace, name, has_attributes, ..Element::default() });
                if matches!(event, Event::Empty(_))
                    && let Some(root) = close(&mut open)
                {
                    return Ok(root);
                }
            }
            Event::End(_) => {
                if let Some(root) = close(&mut open) {
                    return Ok(root);
                }
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character),
                    _ => match reference.as_ref() {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "apos" => Some('\''),
                        "quot" => Some('"'),
                        _ => None,
                    },
                };
                let character = resolved.ok_or_else(|| not_xml("unknown entity".to_owned()))?;
                if let Some(element) = open.last_mut() {
                    element.text.push(character);
                }
            }
            Event::CData(data) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&data.xml10_content());
                }
            }
            Event::Eof => return Err(not_xml("no root element".to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// Ends the innermost element; gives the root when it was the last.
fn close(open: &mut Vec<Element>) -> Option<Element> {
    let element = open.pop()?;
    match open.last_mut() {
        Some(parent) => {
            parent.children.push(element);
            None
        }
        None => Some(element),
    }
}

const NAMESPACES: [&str; 2] =
    ["http://ksef.mf.gov.pl/auth/token/2.0", "http://ksef.mf.gov.pl/auth/token/2.1"];
/// Addresses of one kind in a policy.
pub(crate) const ADDRESSES_MAX: usize = 10;
const DEPTH_MAX: usize = 8;
const ELEMENTS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn document(inner: &str) -> String {
        format!(
            r#"<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.0">{inner}</AuthTokenRequest>"#
        )
    }

    const CHALLENGE: &str = "<Challenge>20250604-CR-461EA5B000-537A6BA15D-D7</Challenge>";
    const CONTEXT: &str = "<ContextIdentifier><Nip>5265877635</Nip></ContextIdentifier>";
    const SUBJECT: &str = "<SubjectIdentifierType>certificateSubject</SubjectIdentifierType>";

    #[test]
    fn the_guides_document_is_read() {
        let request = AuthTokenRequest::parse(document(&format!("{CHALLENGE}{CONTEXT}{SUBJECT}")).as_bytes())
            .expect("a valid request");
        assert_eq!(request.context.as_str(), "5265877635");
        assert!(!request.is_by_fingerprint && request.allowed_ips.is_none());

        let policy = "<AuthorizationPolicy><AllowedIps><Ip4Address>192.0.2.1</Ip4Address>\
            <Ip4Range>192.0.2.1-192.0.2.9</Ip4Range><Ip4Mask>192.0.2.0/24</Ip4Mask></AllowedIps></AuthorizationPolicy>";
        let subject = SUBJECT.replace("Subject<", "Fingerprint<");
        let request =
            AuthTokenRequest::parse(document(&format!("{CHALLENGE}{CONTEXT}{subject}{policy}")).as_bytes())
                .expect("a valid request");
        assert!(request.is_by_fingerprint);
        assert_eq!(request.allowed_ips.and_then(|ips| ips.ip4_masks), Some(vec!["192.0.2.0/24".to_owned()]));
    }

    #[track_caller]
    fn refused(xml: &str, part: &str) {
        let error = AuthTokenRequest::parse(xml.as_bytes()).expect_err("the document is not valid");
        assert!(error.contains(part), "{error}");
    }

    #[test]
    fn every_departure_from_the_schema_is_named() {
        refused(&document(&format!("{CONTEXT}{CHALLENGE}{SUBJECT}")), "Expected 'Challenge'");
        refused(&document(&format!("{CHALLENGE}{CONTEXT}")), "Expected 'SubjectIdentifierType'");
        refused(&document(&format!("{CHALLENGE}{CONTEXT}{SUBJECT}{SUBJECT}")), "invalid child element");
        refused(&document(&format!("{CHALLENGE}{}{SUBJECT}", CONTEXT.replace("526", "026"))), "'Nip'");
        refused(
            &document(&format!("{}{CONTEXT}{SUBJECT}", CHALLENGE.replace("-CR-", "-SO-"))),
            "'Challenge'",
        );
        refused(
            &document(&format!("{CHALLENGE}{CONTEXT}{}", SUBJECT.replace("Subject<", "Name<"))),
            "certificateName",
        );
        refused(&document(&format!("{CHALLENGE}<ContextIdentifier/>{SUBJECT}")), "exactly one child");
        refused(&document("text"), "cannot contain text");
        refused("<AuthTokenRequest/>", "not declared");
        refused("<a", "not well-formed");
        let many = "<a>".repeat(1000);
        refused(&many, "more elements");
    }

    #[test]
    fn patterns_of_addresses() {
        assert!(is_address("255.255.255.255") && !is_address("256.0.0.1") && !is_address("01.0.0.1"));
        assert!(is_range("10.0.0.1-10.0.0.9") && !is_range("10.0.0.1"));
        assert!(is_mask("10.0.0.0/8") && is_mask("0.0.0.0/0"));
        assert!(!is_mask("10.0.0.0/33") && !is_mask("10.0.0.0/08") && !is_mask("10.0.0.0/+8"));
    }
}
