//! Validation: the three layers in one pass over the bytes, and the rules of meaning over what it recorded.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::report::{Detail, Findings};
use crate::schema::Schema;
use crate::schema::validator::Validator;
use crate::xml::census::Census;
use crate::xml::namespace::Namespaces;
use crate::xml::{
    Attribute, Document, Event, Fault, Plain, Scanner, TapeBuilder, XmlError, local_name, text,
};
use crate::{Form, Report, catalogue, file_rules, rules, xml};

/// Whose checks apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// The superset: what passes here passes in every environment (whether an environment takes the form at all is
    /// another question), and keeps what the law is certain to demand.
    #[default]
    Strict,
    /// What the TEST environment refuses is an error, all else a warning.
    Test,
    /// The same for DEMO.
    Demo,
    /// The same for production.
    Prd,
}

/// Whose document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Perspective {
    /// One's own, to be sent: what the law demands is an error.
    #[default]
    Own,
    /// Somebody else's, received: it is in KSeF as it is, so what only the law demands is a warning.
    Received,
}

/// How far to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Layers {
    /// The file, the schema and the meaning.
    #[default]
    All,
    /// The file and the schema: what libxml2 with the official XSD would say, and KSeF's file rules.
    Schema,
}

/// How to validate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ValidationOptions {
    /// Whose checks apply.
    pub profile: Profile,
    /// The date in Warsaw on which the document is or was sent; rules that need it are skipped without it.
    pub today: Option<Date>,
    /// How far to check.
    pub layers: Layers,
    /// Whose document it is.
    pub perspective: Perspective,
}

/// Checks a document against KSeF's file rules, its form's schema and the rules of meaning.
///
/// Never fails and never panics: whatever is wrong is a finding. Rules of meaning exist for every form but the UPO.
#[must_use]
pub fn validate(bytes: &[u8], options: &ValidationOptions) -> Report {
    by_way(bytes, options, Way::LookAhead)
}

/// How the pass goes over a document; the findings are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Plain elements at once, the others event by event.
    LookAhead,
    /// Event by event: what the tests hold the other way against.
    #[cfg(test)]
    Events,
}

fn by_way(bytes: &[u8], options: &ValidationOptions, way: Way) -> Report {
    let mut findings = Findings::new(options.profile, options.perspective);
    if bytes.is_empty() {
        file_rules::plain(&catalogue::EMPTY, 0, &mut findings);
        return findings.finish(None, bytes);
    }
    if bytes.len() > xml::BYTES_MAX {
        file_rules::plain(&catalogue::HUGE, 0, &mut findings);
        return findings.finish(None, bytes);
    }
    let (body, base) = match bytes.strip_prefix(file_rules::BYTE_ORDER_MARK) {
        Some(body) => {
            file_rules::plain(&catalogue::BYTE_ORDER_MARK, 0, &mut findings);
            (body, file_rules::BYTE_ORDER_MARK.len())
        }
        None => (bytes, 0),
    };
    findings.shift(base);
    let source = match std::str::from_utf8(body) {
        Ok(source) => source,
        Err(error) => {
            file_rules::not_utf8(body, error.valid_up_to(), &mut findings);
            return findings.finish(crate::detect_form(bytes), bytes);
        }
    };
    let census = Census::of(source);
    file_rules::discouraged_characters(source, census, &mut findings);
    let mut pass = Pass::new(source, census, options.layers, way);
    if let Err(error) = pass.run(&mut findings) {
        let path = pass.validator.as_ref().map(|validator| validator.path(None)).unwrap_or_default();
        file_rules::not_well_formed(error, path, source, &mut findings);
        // What follows the fault is unread; an attachment there must not count as missing.
        pass.has_attachment |= memchr::memmem::find(body, b"<Zalacznik").is_some();
        if pass.form != Some(Form::Upo43) {
            file_rules::size(bytes.len(), pass.has_attachment, &mut findings);
        }
        return findings.finish(pass.form, bytes);
    }
    let (form, has_attachment, is_recorded) = (pass.form, pass.has_attachment, pass.records);
    let document = pass.tape.finish(form);
    if form != Some(Form::Upo43) {
        file_rules::size(bytes.len(), has_attachment, &mut findings);
    }
    let form = match form {
        None => unknown_form(&document, &mut findings),
        Some(known) => {
            if is_recorded {
                rules::check(known, &document, options, &mut findings);
            }
            form
        }
    };
    findings.finish(form, bytes)
}

/// Of a document of no form only the code in its header may be looked at.
const ELEMENTS_OF_NO_FORM: usize = 1_000;

/// One pass over a document: well-formedness, schema, record.
struct Pass<'a> {
    way: Way,
    source: &'a str,
    census: Census,
    /// Whether the rules of meaning will read the record, which they do when it is whole; a document of unknown form is recorded for its code.
    records: bool,
    namespaces: Namespaces<'a>,
    tape: TapeBuilder<'a>,
    validator: Option<Validator<'a>>,
    form: Option<Form>,
    has_attachment: bool,
    depth: usize,
}

impl<'a> Pass<'a> {
    fn new(source: &'a str, census: Census, layers: Layers, way: Way) -> Self {
        Self {
            way,
            source,
            census,
            records: layers == Layers::All,
            namespaces: Namespaces::default(),
            tape: TapeBuilder::new(source),
            validator: None,
            form: None,
            has_attachment: false,
            depth: 0,
        }
    }

    fn run(&mut self, findings: &mut Findings) -> Result<(), XmlError> {
        let mut scanner = Scanner::with_census(self.source, self.census)?;
        file_rules::declared_encoding(scanner.encoding(), findings);
        loop {
            if self.way == Way::LookAhead {
                self.plain(&mut scanner);
            }
            let event = scanner.next_event()?;
            if self.form.is_none() && self.tape.len() >= ELEMENTS_OF_NO_FORM {
                self.records = false;
            } else if self.records || self.form.is_none() {
                self.tape.push(&event, &scanner);
                self.records &= !self.tape.is_full();
            }
            match event {
                Event::Start { name, offset } => self.start(name, offset, scanner.attributes(), findings)?,
                Event::End { offset } => {
                    if let Some(validator) = &mut self.validator {
                        validator.end(offset, findings);
                    }
                    self.namespaces.leave(self.depth);
                    self.depth = self.depth.saturating_sub(1);
                }
                Event::Text { raw, offset } => {
                    if scanner.census().has_references() {
                        file_rules::discouraged_references(raw, offset, findings);
                    }
                    if let Some(validator) = &mut self.validator {
                        let plain = scanner.census().is_plain();
                        let piece = if plain { Cow::Borrowed(raw) } else { text::decode(raw) };
                        validator.text(piece, offset, findings);
                    }
                }
                Event::CData { raw, offset } => {
                    if let Some(validator) = &mut self.validator {
                        validator.text(text::decode_cdata(raw), offset, findings);
                    }
                }
                Event::Instruction { target, offset } => file_rules::instruction(target, offset, findings),
                Event::Eof => return Ok(()),
            }
        }
    }

    /// Takes in all that is plain from here on and right; what is not is left to the events.
    fn plain(&mut self, scanner: &mut Scanner<'a>) {
        let Some(validator) = &mut self.validator else { return };
        while let Some(lead) = validator.plain_lead(&self.namespaces)
            && let Some(plain) = scanner.peek_plain(lead)
        {
            let is_taken = match &plain {
                Plain::Leaf(leaf) => validator.take_leaf(leaf, lead),
                Plain::Open(tag) => validator.take_open(tag, lead),
                Plain::Close { .. } => validator.take_close(),
            };
            if !is_taken {
                return;
            }
            match &plain {
                Plain::Leaf(_) => {}
                Plain::Open(tag) => {
                    self.depth += 1;
                    self.has_attachment |= self.depth == 2 && local_name(tag.qualified) == "Zalacznik";
                }
                Plain::Close { .. } => {
                    self.namespaces.leave(self.depth);
                    self.depth = self.depth.saturating_sub(1);
                }
            }
            if self.records {
                self.tape.push_plain(&plain);
                self.records &= !self.tape.is_full();
            }
            scanner.take_plain(&plain);
        }
    }

    fn start(
        &mut self,
        name: &'a str,
        offset: usize,
        attributes: &[Attribute<'a>],
        findings: &mut Findings,
    ) -> Result<(), XmlError> {
        self.depth += 1;
        if !attributes.is_empty() {
            self.namespaces.enter(attributes, self.depth)?;
            check_prefixes(&self.namespaces, attributes)?;
            for attribute in attributes {
                file_rules::discouraged_references(attribute.raw, attribute.offset, findings);
            }
        }
        if self.depth == 1 {
            self.root(name);
        }
        self.has_attachment |=
            (self.depth == 2 && name.ends_with("Zalacznik") && local_name(name) == "Zalacznik")
                || (name.ends_with("EmbeddedDocumentBinaryObject")
                    && local_name(name) == "EmbeddedDocumentBinaryObject");
        let undeclared = XmlError { fault: Fault::Namespace, offset };
        match &mut self.validator {
            Some(validator) => {
                let known = validator.resolve(name, &self.namespaces).ok_or(undeclared)?;
                validator.start((name, offset, known), attributes, &self.namespaces, findings);
            }
            None => {
                self.namespaces.element(name).ok_or(undeclared)?;
            }
        }
        Ok(())
    }

    fn root(&mut self, name: &str) {
        let Some((namespace, local)) = self.namespaces.element(name) else {
            return;
        };
        self.form = Form::from_root(namespace, local);
        self.validator = self.form.map(|form| Validator::new(Schema::of(form)));
    }
}

/// Every attribute's prefix must be declared, and no two attributes may be the same by namespace.
fn check_prefixes<'a>(namespaces: &Namespaces<'a>, attributes: &[Attribute<'a>]) -> Result<(), XmlError> {
    for (index, attribute) in attributes.iter().enumerate() {
        if !attribute.name.contains(':') || xml::namespace::is_declaration(attribute.name) {
            continue;
        }
        let Some(expanded) = namespaces.attribute(attribute.name) else {
            return Err(XmlError { fault: Fault::Namespace, offset: attribute.offset });
        };
        let same = |other: &Attribute<'a>| {
            !xml::namespace::is_declaration(other.name) && namespaces.attribute(other.name) == Some(expanded)
        };
        if attributes[..index].iter().any(same) {
            return Err(XmlError { fault: Fault::DuplicateAttribute, offset: attribute.offset });
        }
    }
    Ok(())
}

/// Reports a root that is of no form; its `KodFormularza` may still tell which was meant.
fn unknown_form(document: &Document<'_>, findings: &mut Findings) -> Option<Form> {
    let root = document.root()?;
    let code = root.child("Naglowek").and_then(|header| header.child("KodFormularza")).and_then(|code| {
        let value = code.attributes().find(|(name, _)| *name == "kodSystemowy");
        value.map(|(_, value)| value.into_owned())
    });
    let meant = code.and_then(|code| Form::ALL.into_iter().find(|form| form.system_code() == code));
    let name = root.name();
    let (pl, en, allowed) = match meant {
        Some(form) => (
            format!(
                "Według KodFormularza to {form}; jego element główny to {} w przestrzeni nazw {}.",
                form.root(),
                form.namespace()
            ),
            format!(
                "By its KodFormularza this is {form}, whose root is {} in the namespace {}.",
                form.root(),
                form.namespace()
            ),
            Some(form.namespace().to_owned()),
        ),
        None => (
            format!(
                "Element główny {name} nie należy do żadnego formularza KSeF; sprawdź jego nazwę i atrybut xmlns."
            ),
            format!("The root element {name} is of no form that KSeF takes; check its name and its xmlns."),
            Some(Form::Fa3.namespace().to_owned()),
        ),
    };
    let (path, offset) = (name.to_owned(), root.offset());
    findings.push(
        &catalogue::UNKNOWN_FORM,
        Detail { path, offset, found: Some(name.to_owned()), allowed, pl, en },
    );
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAT: &str = include_str!("../tests/data/vat.xml");
    const CORRECTION: &str = include_str!("../tests/data/correction.xml");
    const ADVANCE: &str = include_str!("../tests/data/advance.xml");

    fn check(document: &[u8]) -> bool {
        let options = ValidationOptions::default();
        let quick = by_way(document, &options, Way::LookAhead);
        let slow = by_way(document, &options, Way::Events);
        assert_eq!(quick, slow, "{}", String::from_utf8_lossy(document));
        quick.is_valid()
    }

    /// With the prefix on every name of the form's namespace.
    fn prefixed(document: &str) -> String {
        let document = document.replace("xmlns=", "xmlns:tns=").replace("</", "</tns:").replace('<', "<tns:");
        document.replace("<tns:?", "<?").replace("<tns:/tns:", "</tns:").replace("<tns:!", "<!")
    }

    #[test]
    fn both_ways_find_the_same() {
        let mut documents = Vec::new();
        for document in [VAT, CORRECTION, ADVANCE] {
            documents.push(document.to_owned());
            documents.push(document.replace('\n', "\r\n"));
            documents.push(prefixed(document));
            documents.push(document.replace("</", "&#x20;</"));
            documents.push(document.replace("<P_", "<!-- ] --><P_"));
        }
        for document in &documents[..3] {
            assert!(check(document.as_bytes()), "{document}");
        }
        let mut number = 0x5DEE_CE66_D1CE_4E5B_u64;
        let mut below = |bound: usize| {
            number = number.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
            ((number >> 33) as usize) % bound
        };
        let pieces: [&[u8]; 22] = [
            b"",
            b"<",
            b">",
            b"/",
            b" ",
            b"\t",
            b"&amp;",
            b"&",
            b"]]>",
            b"\r",
            b"<a/>",
            b"<P_1>",
            b"</Fa>",
            b"0",
            b"-",
            b"\x01",
            b"x",
            b"<!-- -->",
            b"<![CDATA[1]]>",
            b" xmlns=''",
            "\u{FFFF}".as_bytes(),
            b"\xC5",
        ];
        let mut valid = 0;
        for _ in 0..6000 {
            let mut mutant = documents[below(documents.len())].clone().into_bytes();
            for _ in 0..=below(2) {
                let at = below(mutant.len());
                let length = [0, 1, 1, 5, 60][below(5)].min(mutant.len() - at);
                let piece = match below(3) {
                    0 => pieces[below(pieces.len())].to_vec(),
                    1 => mutant[at..at + length].repeat(2),
                    _ => Vec::new(),
                };
                mutant.splice(at..at + length, piece);
            }
            valid += usize::from(check(&mutant));
        }
        assert!((300..5700).contains(&valid), "{valid} of the mutants were valid");
    }
}
