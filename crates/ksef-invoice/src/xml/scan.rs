//! The scanner: well-formedness of XML 1.0, event by event, without copying.

use super::census::Census;
use super::chars::{is_name_char, is_name_start, is_space, is_xml_char};
use super::text::reference;
use super::{ATTRIBUTES_MAX, DEPTH_MAX, Fault, XmlError};

/// What the scanner meets; all slices are of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// `<name …>` or `<name …/>`; its attributes are [`Scanner::attributes`] until the next call. An empty-element tag
    /// is followed by an [`Event::End`] of the same name.
    Start { name: &'a str, offset: usize },
    /// `</name>`.
    End { offset: usize },
    /// Character data between tags, raw; references in it have been checked.
    Text { raw: &'a str, offset: usize },
    /// The inside of a CDATA section.
    CData { raw: &'a str, offset: usize },
    /// `<?target …?>` other than the XML declaration.
    Instruction { target: &'a str, offset: usize },
    /// The end of a well-formed document.
    Eof,
}

/// An attribute as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    pub(crate) name: &'a str,
    /// Between the quotes, references not resolved.
    pub(crate) raw: &'a str,
    pub(crate) offset: usize,
}

/// The scanner's state: a place in the text and the open elements.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) census: Census,
    pub(super) at: usize,
    pub(super) open: Vec<&'a str>,
    pub(super) attributes: Vec<Attribute<'a>>,
    has_root: bool,
    /// The end that an empty-element tag still owes.
    pub(super) owed_end: Option<usize>,
    encoding: Option<(&'a str, usize)>,
}

impl<'a> Scanner<'a> {
    /// Begins at the start of a document without byte order mark, and reads its XML declaration.
    pub(crate) fn new(text: &'a str) -> Result<Self, XmlError> {
        Self::with_census(text, Census::of(text))
    }

    /// The same, for whom knows the text's census already.
    pub(crate) fn with_census(text: &'a str, census: Census) -> Result<Self, XmlError> {
        let mut scanner = Self {
            text,
            census,
            at: 0,
            open: Vec::with_capacity(16),
            attributes: Vec::with_capacity(8),
            has_root: false,
            owed_end: None,
            encoding: None,
        };
        if text.starts_with("<?xml") && text.as_bytes().get(5).copied().is_some_and(is_space) {
            scanner.declaration()?;
        }
        Ok(scanner)
    }

    /// What occurs in the text.
    pub(crate) fn census(&self) -> Census {
        self.census
    }

    /// The encoding that the XML declaration names, and where.
    pub(crate) fn encoding(&self) -> Option<(&'a str, usize)> {
        self.encoding
    }

    /// The attributes of the element whose [`Event::Start`] came last, namespace declarations among them.
    pub(crate) fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// The next event.
    pub(crate) fn next_event(&mut self) -> Result<Event<'a>, XmlError> {
        if let Some(offset) = self.owed_end.take() {
            self.open.pop();
            return Ok(Event::End { offset });
        }
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let start = self.at;
            match rest {
                [] => return self.end_of_file(),
                [b'<', b'/', ..] => return self.end_tag(),
                [b'<', b'?', ..] => return self.instruction(),
                [b'<', b'!', b'-', b'-', ..] => self.comment()?,
                [b'<', b'!', b'[', ..] => return self.cdata(),
                [b'<', b'!', ..] => {
                    let is_doctype = self.text[start..].starts_with("<!DOCTYPE");
                    let fault = if is_doctype { Fault::Doctype } else { Fault::Syntax };
                    return Err(XmlError { fault, offset: start });
                }
                [b'<', ..] => return self.start_tag(),
                _ => {
                    let raw = self.character_data()?;
                    if !self.open.is_empty() {
                        return Ok(Event::Text { raw, offset: start });
                    }
                    if let Some(at) = raw.bytes().position(|byte| !is_space(byte)) {
                        let fault = if self.has_root { Fault::AfterRoot } else { Fault::NoRoot };
                        return Err(XmlError { fault, offset: start + at });
                    }
                }
            }
        }
    }

    fn end_of_file(&self) -> Result<Event<'a>, XmlError> {
        if self.has_root && self.open.is_empty() { Ok(Event::Eof) } else { Err(self.truncated()) }
    }

    fn truncated(&self) -> XmlError {
        let fault = if self.has_root { Fault::Truncated } else { Fault::NoRoot };
        XmlError { fault, offset: self.text.len() }
    }

    fn start_tag(&mut self) -> Result<Event<'a>, XmlError> {
        let offset = self.at;
        if self.open.is_empty() && self.has_root {
            return Err(XmlError { fault: Fault::AfterRoot, offset });
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(XmlError { fault: Fault::Depth, offset });
        }
        self.at += 1;
        let name = self.name()?;
        self.attributes.clear();
        if self.text.as_bytes().get(self.at) == Some(&b'>') {
            self.at += 1;
            self.has_root = true;
            self.open.push(name);
            return Ok(Event::Start { name, offset });
        }
        loop {
            let spaces = self.skip_spaces();
            match self.text.as_bytes().get(self.at) {
                Some(b'>') => {
                    self.at += 1;
                    break;
                }
                Some(b'/') if self.text.as_bytes().get(self.at + 1) == Some(&b'>') => {
                    self.owed_end = Some(self.at);
                    self.at += 2;
                    break;
                }
                Some(_) if spaces > 0 => self.attribute()?,
                Some(_) => return Err(self.syntax()),
                None => return Err(self.truncated()),
            }
        }
        self.has_root = true;
        self.open.push(name);
        Ok(Event::Start { name, offset })
    }

    fn attribute(&mut self) -> Result<(), XmlError> {
        let offset = self.at;
        let name = self.name()?;
        self.skip_spaces();
        self.expect_byte(b'=')?;
        self.skip_spaces();
        let quote = match self.text.as_bytes().get(self.at) {
            Some(&quote @ (b'"' | b'\'')) => quote,
            Some(_) => return Err(self.syntax()),
            None => return Err(self.truncated()),
        };
        self.at += 1;
        let start = self.at;
        let length = memchr::memchr(quote, &self.text.as_bytes()[start..]).ok_or_else(|| self.truncated())?;
        let raw = &self.text[start..start + length];
        if let Some(at) = memchr::memchr(b'<', raw.as_bytes()) {
            return Err(XmlError { fault: Fault::Syntax, offset: start + at });
        }
        self.check(raw, start)?;
        self.at = start + length + 1;
        if self.attributes.iter().any(|other| other.name == name) {
            return Err(XmlError { fault: Fault::DuplicateAttribute, offset });
        }
        if self.attributes.len() >= ATTRIBUTES_MAX {
            return Err(XmlError { fault: Fault::Attributes, offset });
        }
        self.attributes.push(Attribute { name, raw, offset });
        Ok(())
    }

    fn end_tag(&mut self) -> Result<Event<'a>, XmlError> {
        let offset = self.at;
        self.at += 2;
        let Some(&expected) = self.open.last() else {
            let fault = if self.has_root { Fault::AfterRoot } else { Fault::NoRoot };
            return Err(XmlError { fault, offset });
        };
        if self.at >= self.text.len() {
            return Err(self.truncated());
        }
        let rest = &self.text.as_bytes()[self.at..];
        // The common case without reading the name: exactly what was opened, and at once `>`.
        if rest.starts_with(expected.as_bytes()) && rest.get(expected.len()) == Some(&b'>') {
            self.at += expected.len() + 1;
        } else {
            let name = self.name()?;
            if name != expected {
                let fault = if self.at >= self.text.len() { Fault::Truncated } else { Fault::Mismatch };
                return Err(XmlError { fault, offset });
            }
            self.skip_spaces();
            self.expect_byte(b'>')?;
        }
        self.open.pop();
        Ok(Event::End { offset })
    }

    fn character_data(&mut self) -> Result<&'a str, XmlError> {
        let start = self.at;
        let rest = &self.text[start..];
        let bytes = rest.as_bytes();
        // Most texts are short: looking at a few bytes by hand is quicker than starting the wide search.
        let near = bytes.iter().take(16).position(|byte| *byte == b'<');
        let length = near.or_else(|| memchr::memchr(b'<', bytes)).unwrap_or(bytes.len());
        let raw = &rest[..length];
        self.check(raw, start)?;
        if self.census.has_closing_brackets()
            && let Some(at) = memchr::memmem::find(raw.as_bytes(), b"]]>")
        {
            return Err(XmlError { fault: Fault::Syntax, offset: start + at });
        }
        self.at += length;
        Ok(raw)
    }

    fn cdata(&mut self) -> Result<Event<'a>, XmlError> {
        let offset = self.at;
        if !self.text[offset..].starts_with("<![CDATA[") || self.open.is_empty() {
            let is_cut = "<![CDATA[".starts_with(&self.text[offset..]);
            return Err(if is_cut { self.truncated() } else { self.syntax() });
        }
        let start = offset + "<![CDATA[".len();
        let raw = self.until("]]>", start)?;
        Ok(Event::CData { raw, offset: start })
    }

    fn comment(&mut self) -> Result<(), XmlError> {
        let start = self.at + 4;
        let inside = self.until("-->", start)?;
        // `--` may stand only in the closing mark, and a hyphen not right before it (production 15).
        let at = inside.find("--").or_else(|| inside.ends_with('-').then(|| inside.len() - 1));
        at.map_or(Ok(()), |at| Err(XmlError { fault: Fault::Syntax, offset: start + at }))
    }

    fn instruction(&mut self) -> Result<Event<'a>, XmlError> {
        let offset = self.at;
        self.at += 2;
        let target = self.name()?;
        let start = self.at;
        let inside = self.until("?>", start)?;
        let separated = inside.is_empty() || inside.as_bytes().first().copied().is_some_and(is_space);
        if target.eq_ignore_ascii_case("xml") || !separated {
            return Err(XmlError { fault: Fault::Syntax, offset });
        }
        Ok(Event::Instruction { target, offset })
    }

    /// Checks characters and references, where the document has any that need it.
    fn check(&self, raw: &str, start: usize) -> Result<(), XmlError> {
        if self.census.may_have_bad_characters() {
            check_characters(raw, start)?;
        }
        if self.census.has_references() { check_references(raw, start) } else { Ok(()) }
    }

    /// What stands from `start` up to the mark; goes behind the mark.
    fn until(&mut self, mark: &str, start: usize) -> Result<&'a str, XmlError> {
        let rest = self.text.get(start..).unwrap_or_default();
        let length =
            memchr::memmem::find(rest.as_bytes(), mark.as_bytes()).ok_or_else(|| self.truncated())?;
        let inside = &rest[..length];
        check_characters(inside, start)?;
        self.at = start + length + mark.len();
        Ok(inside)
    }

    /// `<?xml version="1.0" encoding="…" standalone="…"?>` (production 23).
    fn declaration(&mut self) -> Result<(), XmlError> {
        let error = |offset| XmlError { fault: Fault::Declaration, offset };
        let end = self.text.find("?>").ok_or_else(|| self.truncated())?;
        self.at = "<?xml".len();
        let mut allowed = ["version", "encoding", "standalone"].iter();
        let mut has_version = false;
        loop {
            let spaces = self.skip_spaces();
            if self.at >= end {
                break;
            }
            let offset = self.at;
            if spaces == 0 {
                return Err(error(offset));
            }
            self.attributes.clear();
            self.attribute().map_err(|_| error(offset))?;
            let Some(Attribute { name, raw, .. }) = self.attributes.pop() else {
                return Err(error(offset));
            };
            // In this order, the first compulsory, none twice.
            if self.at > end || !allowed.any(|known| *known == name) {
                return Err(error(offset));
            }
            match name {
                "version" if raw == "1.0" => has_version = true,
                "encoding" if has_version => self.encoding = Some((raw, offset)),
                "standalone" if has_version && matches!(raw, "yes" | "no") => {}
                _ => return Err(error(offset)),
            }
        }
        if !has_version {
            return Err(error(0));
        }
        self.at = end + 2;
        Ok(())
    }

    fn name(&mut self) -> Result<&'a str, XmlError> {
        let start = self.at;
        let rest = &self.text[start..];
        let mut length = rest.bytes().position(|byte| !NAME_BYTES[usize::from(byte)]).unwrap_or(rest.len());
        if rest.as_bytes().get(length).is_some_and(|byte| !byte.is_ascii()) {
            length = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
        }
        let name = &rest[..length];
        if start >= self.text.len() {
            return Err(self.truncated());
        }
        let is_started =
            name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) || name.starts_with(is_name_start);
        if !is_started {
            return Err(self.syntax());
        }
        self.at += length;
        Ok(name)
    }

    fn skip_spaces(&mut self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let spaces = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len());
        self.at += spaces;
        spaces
    }

    fn expect_byte(&mut self, expected: u8) -> Result<(), XmlError> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte == expected => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.syntax()),
            None => Err(self.truncated()),
        }
    }

    fn syntax(&self) -> XmlError {
        XmlError { fault: Fault::Syntax, offset: self.at }
    }
}

/// The part of a qualified name behind the colon; all of a name that ends in its colon, so that none is empty.
pub(crate) fn local_name(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((_, local)) if !local.is_empty() => local,
        _ => name,
    }
}

fn check_characters(raw: &str, start: usize) -> Result<(), XmlError> {
    // Only controls below the blank, and U+FFFE and U+FFFF (bytes EF BF BE, EF BF BF), are not characters of XML.
    let suspicious = raw.bytes().any(|byte| (byte < b' ' && !is_space(byte)) || byte == 0xEF);
    if suspicious && let Some((at, _)) = raw.char_indices().find(|(_, c)| !is_xml_char(*c)) {
        return Err(XmlError { fault: Fault::Character, offset: start + at });
    }
    Ok(())
}

fn check_references(raw: &str, start: usize) -> Result<(), XmlError> {
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'&', &raw.as_bytes()[from..]) {
        let at = from + found;
        let name = raw[at + 1..].split_once(';').map(|(name, _)| name);
        if name.and_then(reference).is_none() {
            let is_character = raw[at + 1..].starts_with('#');
            let fault = if is_character { Fault::CharacterReference } else { Fault::Entity };
            return Err(XmlError { fault, offset: start + at });
        }
        from = at + 1;
    }
    Ok(())
}

/// Bytes that go on a name without looking closer: ASCII name characters.
const NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-' | b'.');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Result<usize, Fault> {
        let mut scanner = Scanner::new(text).map_err(|error| error.fault)?;
        for events in 0.. {
            match scanner.next_event() {
                Ok(Event::Eof) => return Ok(events),
                Ok(_) => {}
                Err(error) => {
                    assert!(error.offset <= text.len());
                    return Err(error.fault);
                }
            }
        }
        Ok(0)
    }

    #[test]
    fn well_formed() {
        for (text, events) in [
            ("<a/>", 2),
            ("<a>x</a>", 3),
            (
                "<?xml version='1.0' encoding=\"UTF-8\"?>\n<a b='1' c = \"2\">t<!-- - --><b/><![CDATA[<]]></a >\n<!--x-->",
                6,
            ),
            ("<ął:ż xmlns:ął='u'/>", 2),
            ("<a>&#x142;&lt;]]&gt;</a>", 3),
        ] {
            assert_eq!(scan(text), Ok(events), "{text}");
        }
    }

    #[test]
    fn not_well_formed() {
        for (text, fault) in [
            ("", Fault::NoRoot),
            ("   ", Fault::NoRoot),
            ("abc", Fault::NoRoot),
            ("{\"a\":1}", Fault::NoRoot),
            ("<a>", Fault::Truncated),
            ("<a", Fault::NoRoot),
            ("<a><b", Fault::Truncated),
            ("<a></b>", Fault::Mismatch),
            ("<a/><b/>", Fault::AfterRoot),
            ("<a/>x", Fault::AfterRoot),
            ("<a>&nbsp;</a>", Fault::Entity),
            ("<a>&</a>", Fault::Entity),
            ("<a>&#0;</a>", Fault::CharacterReference),
            ("<a>\u{1}</a>", Fault::Character),
            ("<a>\0</a>", Fault::Character),
            ("<a>\u{FFFF}</a>", Fault::Character),
            ("<a b='1' b='2'/>", Fault::DuplicateAttribute),
            ("<a b='<'/>", Fault::Syntax),
            ("<a b=1/>", Fault::Syntax),
            ("<a b='1'c='2'/>", Fault::Syntax),
            ("<a>]]></a>", Fault::Syntax),
            ("<a><!-- -- --></a>", Fault::Syntax),
            ("<a><!----->-</a>", Fault::Syntax),
            ("<1/>", Fault::Syntax),
            ("<!DOCTYPE a><a/>", Fault::Doctype),
            (" <?xml version='1.0'?><a/>", Fault::Syntax),
            ("<?xml encoding='UTF-8'?><a/>", Fault::Declaration),
            ("<?xml version='1.1'?><a/>", Fault::Declaration),
            ("<?xml version='1.0' version='1.0'?><a/>", Fault::Declaration),
        ] {
            assert_eq!(scan(text), Err(fault), "{text}");
        }
    }
}
