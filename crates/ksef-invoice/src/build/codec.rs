//! One description of each part of a form, read in two directions.
//!
//! A part of the neutral form says once which element holds which of its fields, in the schema's order; a [`Codec`] runs
//! over that description either writing the XML or filling the fields from it. Two separate functions were rejected: they
//! would drift apart, and a lost field would go unnoticed.
//!
//! Writing remembers which bytes came from which JSON pointer, so that a fault found in the XML can be told in the
//! caller's terms. Reading remembers which elements were taken, so that what is left can be told too.

use std::collections::HashSet;
use std::fmt::Write as _;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::number::Number;
use crate::Element;
use crate::xml::chars;

/// A closed list: (member, JSON name, XML code) in the schema's order.
pub(super) trait Code: Copy + PartialEq + 'static {
    const ALL: &'static [(Self, &'static str, &'static str)];

    fn xml(self) -> &'static str {
        Self::ALL.iter().find(|(member, _, _)| *member == self).map_or("", |(_, _, xml)| xml)
    }

    fn json(self) -> &'static str {
        Self::ALL.iter().find(|(member, _, _)| *member == self).map_or("", |(_, json, _)| json)
    }

    /// The member of a code; numbers are compared by value, since `06` and `7.0` are legal spellings.
    fn of_xml(text: &str) -> Option<Self> {
        let value = || parse_decimal(text);
        Self::ALL
            .iter()
            .find(|(_, _, xml)| *xml == text)
            .or_else(|| {
                let value = value()?;
                Self::ALL.iter().find(|(_, _, xml)| xml.parse::<Decimal>().is_ok_and(|xml| xml == value))
            })
            .map(|(member, _, _)| *member)
    }
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    /// Two after the point.
    Money,
    /// As few as it takes.
    Plain,
}

/// Writes or reads a document by its description.
pub(super) struct Codec<'r> {
    mode: Mode<'r>,
    /// The JSON pointer of the place, `/lines/0`.
    pointer: String,
}

enum Mode<'r> {
    Writing(Writer),
    Reading { element: &'r Element, taken: HashSet<&'r str> },
}

/// The XML as far as it is written.
#[derive(Default)]
struct Writer {
    xml: String,
    depth: usize,
    spans: Vec<Span>,
    unfit: Vec<(String, char)>,
}

/// A document, and where it came from.
pub(super) struct Written {
    pub(super) xml: String,
    pub(super) spans: Vec<Span>,
    /// Characters that no document may have, by JSON pointer; they are left out.
    pub(super) unfit: Vec<(String, char)>,
}

/// The bytes that a JSON pointer became.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) pointer: String,
}

impl<'r> Codec<'r> {
    /// Writes a document; the root element is opened by [`Codec::root`].
    pub(super) fn writer() -> Self {
        Self { mode: Mode::Writing(Writer::default()), pointer: String::new() }
    }

    /// Reads the children of a root element.
    pub(super) fn reader(root: &'r Element) -> Self {
        Self { mode: Mode::Reading { element: root, taken: HashSet::new() }, pointer: String::new() }
    }

    /// What was written, and where it came from.
    pub(super) fn into_written(self) -> Written {
        let writer = match self.mode {
            Mode::Writing(writer) => writer,
            Mode::Reading { .. } => Writer::default(),
        };
        Written { xml: writer.xml, spans: writer.spans, unfit: writer.unfit }
    }

    /// The paths of the elements that were read.
    pub(super) fn into_taken(self) -> HashSet<&'r str> {
        match self.mode {
            Mode::Writing(_) => HashSet::new(),
            Mode::Reading { taken, .. } => taken,
        }
    }

    pub(super) const fn is_writing(&self) -> bool {
        matches!(self.mode, Mode::Writing(_))
    }

    /// The root element with its namespace; when reading, only its content.
    pub(super) fn root(&mut self, name: &str, namespace: &str, content: impl FnOnce(&mut Self)) {
        if let Mode::Writing(writer) = &mut self.mode {
            writer.xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            let _ = writeln!(writer.xml, "<{name} xmlns=\"{namespace}\">");
            writer.depth = 1;
        }
        content(self);
        if let Mode::Writing(writer) = &mut self.mode {
            let _ = writeln!(writer.xml, "</{name}>");
        }
    }

    /// A value that is the same in each document of the form; when reading, taken only if it is.
    pub(super) fn constant(&mut self, name: &'static str, attributes: &[(&str, &str)], value: &str) {
        match &mut self.mode {
            Mode::Writing(writer) => writer.leaf(name, attributes, value, &self.pointer),
            Mode::Reading { element, taken } => {
                let found = element.child(name).filter(|child| {
                    let same = |(name, value): &(&str, &str)| {
                        child.attributes.iter().any(|(known, text)| known == name && text == value)
                    };
                    child.text == value && attributes.iter().all(same)
                });
                taken.extend(found.map(|child| child.path.as_str()));
            }
        }
    }

    /// A leaf whose value goes through text.
    pub(super) fn leaf<T>(
        &mut self,
        xml: &'static str,
        json: &str,
        value: &mut Option<T>,
        write: impl FnOnce(&T) -> String,
        read: impl FnOnce(&str) -> Option<T>,
    ) {
        match &mut self.mode {
            Mode::Writing(writer) => {
                if let Some(value) = value {
                    writer.leaf(xml, &[], &write(value), &below(&self.pointer, json));
                }
            }
            Mode::Reading { element, taken } => {
                if let Some(child) = element.child(xml)
                    && let Some(read) = read(&child.text)
                {
                    taken.insert(&child.path);
                    *value = Some(read);
                }
            }
        }
    }

    /// A text; white space around it is not kept.
    pub(super) fn text(&mut self, xml: &'static str, json: &str, value: &mut Option<String>) {
        self.leaf(xml, json, value, |text| text.trim().to_owned(), |text| Some(text.to_owned()));
    }

    /// The text of elements that repeat.
    pub(super) fn texts(&mut self, xml: &'static str, json: &str, values: &mut Vec<String>) {
        match &mut self.mode {
            Mode::Writing(writer) => {
                for (index, value) in values.iter().enumerate() {
                    let pointer = format!("{}/{index}", below(&self.pointer, json));
                    writer.leaf(xml, &[], value.trim(), &pointer);
                }
            }
            Mode::Reading { element, taken } => {
                for child in element.children_named(xml) {
                    taken.insert(&child.path);
                    values.push(child.text.clone());
                }
            }
        }
    }

    pub(super) fn number(
        &mut self,
        xml: &'static str,
        json: &str,
        digits: Digits,
        value: &mut Option<Number>,
    ) {
        self.leaf(
            xml,
            json,
            value,
            |number| written(*number, digits),
            |text| parse_decimal(text).map(Number),
        );
    }

    pub(super) fn money(&mut self, xml: &'static str, json: &str, value: &mut Option<Number>) {
        self.number(xml, json, Digits::Money, value);
    }

    pub(super) fn plain(&mut self, xml: &'static str, json: &str, value: &mut Option<Number>) {
        self.number(xml, json, Digits::Plain, value);
    }

    pub(super) fn integer(&mut self, xml: &'static str, json: &str, value: &mut Option<u64>) {
        self.leaf(xml, json, value, u64::to_string, |text| text.parse().ok());
    }

    pub(super) fn date(&mut self, xml: &'static str, json: &str, value: &mut Option<Date>) {
        // A date with a time zone would lose it, so it counts as not covered.
        let read = |text: &str| (text.len() == DATE_LENGTH).then(|| text.parse().ok())?;
        self.leaf(xml, json, value, Date::to_string, read);
    }

    /// A member of a closed list.
    pub(super) fn code<T: Code>(&mut self, xml: &'static str, json: &str, value: &mut Option<T>) {
        self.leaf(xml, json, value, |code| code.xml().to_owned(), T::of_xml);
    }

    /// An element that says 1 or is absent.
    pub(super) fn mark(&mut self, xml: &'static str, json: &str, value: &mut bool) {
        let mut mark = value.then_some(());
        self.leaf(xml, json, &mut mark, |()| "1".to_owned(), |text| is_one(text).then_some(()));
        *value = mark.is_some();
    }

    /// An element that always says 1 (yes) or 2 (no); no when nothing is known.
    pub(super) fn yes_no(&mut self, xml: &'static str, json: &str, value: &mut Option<bool>) {
        let mut known = Some(value.unwrap_or(false));
        if !self.is_writing() {
            known = None;
        }
        let write = |yes: &bool| if *yes { "1" } else { "2" }.to_owned();
        let read = |text: &str| match parse_decimal(text) {
            Some(value) if value == Decimal::ONE => Some(true),
            Some(value) if value == Decimal::TWO => Some(false),
            _ => None,
        };
        self.leaf(xml, json, &mut known, write, read);
        if !self.is_writing() {
            *value = known;
        }
    }

    /// A 1 that only accompanies another element: written when `is_there`, taken when it is 1.
    pub(super) fn companion(&mut self, xml: &'static str, is_there: bool) -> bool {
        let mut mark = is_there;
        self.mark(xml, "", &mut mark);
        mark
    }

    /// An element with content, there when the value is.
    pub(super) fn group<T: Default>(
        &mut self,
        xml: &'static str,
        json: &str,
        value: &mut Option<T>,
        content: impl FnOnce(&mut Self, &mut T),
    ) {
        match &self.mode {
            Mode::Writing(_) => {
                if let Some(value) = value {
                    self.nested(xml, json, |codec| content(codec, value));
                }
            }
            Mode::Reading { element, .. } => {
                if let Some(child) = element.child(xml) {
                    let mut read = T::default();
                    self.inside(child, |codec| content(codec, &mut read));
                    *value = Some(read);
                }
            }
        }
    }

    /// An element that the schema demands.
    pub(super) fn always(&mut self, xml: &'static str, json: &str, content: impl FnOnce(&mut Self)) {
        self.group(xml, json, &mut Some(()), |codec, ()| content(codec));
    }

    /// Elements with content that repeat.
    pub(super) fn list<T: Default>(
        &mut self,
        xml: &'static str,
        json: &str,
        values: &mut Vec<T>,
        mut content: impl FnMut(&mut Self, &mut T),
    ) {
        match &self.mode {
            Mode::Writing(_) => {
                for (index, value) in values.iter_mut().enumerate() {
                    let step = format!("{json}/{index}");
                    self.nested(xml, &step, |codec| content(codec, value));
                }
            }
            Mode::Reading { element, .. } => {
                let element = *element;
                for child in element.children_named(xml) {
                    let mut read = T::default();
                    self.inside(child, |codec| content(codec, &mut read));
                    values.push(read);
                }
            }
        }
    }

    /// Fields that are an object of their own in the JSON and have no element of their own in the XML.
    pub(super) fn inline<T: Default + PartialEq>(
        &mut self,
        json: &str,
        value: &mut Option<T>,
        content: impl FnOnce(&mut Self, &mut T),
    ) {
        let length = self.pointer.len();
        self.pointer = below(&self.pointer, json);
        if self.is_writing() {
            if let Some(value) = value {
                content(self, value);
            }
        } else {
            let mut read = T::default();
            content(self, &mut read);
            if read != T::default() {
                *value = Some(read);
            }
        }
        self.pointer.truncate(length);
    }

    /// An attribute of the element that is being read; writing puts attributes with the element, see
    /// [`Codec::attributed`].
    pub(super) fn attributed<T: Code>(
        &mut self,
        names: (&'static str, &'static str),
        json: &str,
        value: &mut Option<T>,
        content: impl FnOnce(&mut Self),
    ) {
        let (xml, attribute) = names;
        match &mut self.mode {
            Mode::Writing(writer) => {
                let code = value.map_or("", Code::xml);
                let pointer = below(&self.pointer, json);
                let start = writer.open(xml, &[(attribute, code)]);
                content(self);
                if let Mode::Writing(writer) = &mut self.mode {
                    writer.close(xml, start, &pointer);
                }
            }
            Mode::Reading { element, .. } => {
                let text = element.attributes.iter().find(|(name, _)| name == attribute);
                *value = text.and_then(|(_, text)| T::of_xml(text));
                content(self);
            }
        }
    }

    /// Elements that repeat, each written by the caller's own call (see [`Codec::attributed`]).
    pub(super) fn attributed_list<T: Default>(
        &mut self,
        xml: &'static str,
        json: &str,
        values: &mut Vec<T>,
        mut each: impl FnMut(&mut Self, &mut T),
    ) {
        match &self.mode {
            Mode::Writing(_) => {
                let length = self.pointer.len();
                for (index, value) in values.iter_mut().enumerate() {
                    self.pointer = format!("{}/{index}", below(&self.pointer, json));
                    each(self, value);
                    self.pointer.truncate(length);
                }
            }
            Mode::Reading { .. } => self.list(xml, json, values, each),
        }
    }

    /// Whether the element that is being read has a child of this name; false when writing.
    pub(super) fn has(&self, xml: &str) -> bool {
        match &self.mode {
            Mode::Writing(_) => false,
            Mode::Reading { element, .. } => element.child(xml).is_some(),
        }
    }

    fn nested(&mut self, xml: &'static str, json: &str, content: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer = below(&self.pointer, json);
        let start = match &mut self.mode {
            Mode::Writing(writer) => writer.open(xml, &[]),
            Mode::Reading { .. } => 0,
        };
        content(self);
        if let Mode::Writing(writer) = &mut self.mode {
            writer.close(xml, start, &self.pointer);
        }
        self.pointer.truncate(length);
    }

    fn inside(&mut self, child: &'r Element, content: impl FnOnce(&mut Self)) {
        let Mode::Reading { element, taken } = &mut self.mode else { return };
        taken.insert(&child.path);
        let outer = std::mem::replace(element, child);
        content(self);
        if let Mode::Reading { element, .. } = &mut self.mode {
            *element = outer;
        }
    }
}

impl Writer {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> usize {
        self.indent();
        let start = self.xml.len();
        self.tag(name, attributes);
        self.xml.push('\n');
        self.depth += 1;
        start
    }

    fn close(&mut self, name: &str, start: usize, pointer: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        let _ = writeln!(self.xml, "</{name}>");
        self.spans.push(Span { start, end: self.xml.len(), pointer: pointer.to_owned() });
    }

    fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], value: &str, pointer: &str) {
        self.indent();
        let start = self.xml.len();
        self.tag(name, attributes);
        let is_unfit = |letter: &char| !chars::is_xml_char(*letter) || chars::is_discouraged(*letter);
        if let Some(letter) = value.chars().find(is_unfit) {
            self.unfit.push((pointer.to_owned(), letter));
        } else {
            escape(value, &mut self.xml);
        }
        let _ = writeln!(self.xml, "</{name}>");
        self.spans.push(Span { start, end: self.xml.len(), pointer: pointer.to_owned() });
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.xml, "<{name}");
        for (attribute, value) in attributes {
            let _ = write!(self.xml, " {attribute}=\"");
            escape(value, &mut self.xml);
            self.xml.push('"');
        }
        self.xml.push('>');
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.xml.push_str("  ");
        }
    }
}

/// Character data and attribute values. A carriage return is written as a reference, or reading would lose it.
fn escape(text: &str, xml: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\r' => xml.push_str("&#13;"),
            _ => xml.push(letter),
        }
    }
}

fn written(number: Number, digits: Digits) -> String {
    let mut value = number.0.normalize();
    if digits == Digits::Money && value.scale() < MONEY_DIGITS {
        value.rescale(MONEY_DIGITS);
    }
    Number(value).to_string()
}

fn below(pointer: &str, json: &str) -> String {
    if json.is_empty() { pointer.to_owned() } else { format!("{pointer}/{json}") }
}

/// A decimal number as XSD writes it; `None` when it is none or has more than 28 digits.
fn parse_decimal(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let text = unsigned.trim_end_matches('.');
    if text.starts_with('.') || text.starts_with("-.") {
        return Number::parse(&text.replacen('.', "0.", 1)).map(|number| number.0);
    }
    Number::parse(text).map(|number| number.0)
}

fn is_one(text: &str) -> bool {
    parse_decimal(text) == Some(Decimal::ONE)
}

const MONEY_DIGITS: u32 = 2;
/// `2026-11-22`.
const DATE_LENGTH: usize = 10;
