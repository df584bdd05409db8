//! A document's elements as one flat record, 16 bytes each, in document order.
//!
//! The rules of meaning, the view and the labelled tree read it; it keeps places in the bytes instead of strings, so
//! that recording costs no allocation per element and memory stays within the size of the document: the shortest
//! element that the forms have, `<P_12>8</P_12>` and the line end before it, has 15 bytes.

use super::namespace::{self, Namespaces};
use super::text::{self, decode, decode_cdata, is_blank};
use super::{Event, Plain, Scanner, XmlError, local_name};
use crate::Form;

/// A recorded document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    source: &'a str,
    form: Option<Form>,
    nodes: Vec<Node>,
    attributes: Vec<AttributeNode>,
    /// Texts that do not fit their nodes, in the nodes' order.
    asides: Vec<Aside>,
    /// Texts that do not stand in the source as they are meant (references, several pieces).
    decoded: String,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// Of the `<`.
    offset: u32,
    /// What the local name ends in ([`name_tag`]), so that most comparisons of names are of one number.
    tag: u32,
    /// [`HAS_CHILDREN`], [`IS_ASIDE`], the name's length (8 bits; [`NAME_IS_LONG`] or more is that), and how far behind
    /// the `<` the text begins (22 bits).
    layout: u32,
    /// With children the index of the first node behind this one's descendants, without them the text's length.
    extent: u32,
}

impl Node {
    /// An element that has nothing yet.
    #[inline]
    fn new(offset: usize, name: &str) -> Self {
        let name_length = name.len().min(NAME_IS_LONG) as u32;
        Self { offset: offset as u32, tag: name_tag(name), layout: name_length << LEAD_BITS, extent: 0 }
    }

    #[inline]
    fn has_children(&self) -> bool {
        self.layout & HAS_CHILDREN != 0
    }

    /// Where the text begins that is within the node.
    #[inline]
    fn text_start(&self) -> usize {
        (self.offset + (self.layout & LEAD_MAX)) as usize
    }
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, Default)]
struct TextPlace {
    start: u32,
    length: u32,
    /// Whether in what was decoded; in the source otherwise.
    is_decoded: bool,
}

#[derive(Debug, Clone, Copy)]
struct Aside {
    node: u32,
    text: TextPlace,
}

#[derive(Debug, Clone, Copy)]
struct AttributeNode {
    node: u32,
    name: (u32, u32),
    raw: (u32, u32),
}

/// Records while a scanner runs.
#[derive(Debug)]
pub(crate) struct TapeBuilder<'a> {
    document: Document<'a>,
    open: Vec<OpenElement>,
}

#[derive(Debug)]
struct OpenElement {
    index: u32,
    text: TextPlace,
}

impl<'a> TapeBuilder<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let document = Document {
            source,
            form: None,
            nodes: Vec::new(),
            attributes: Vec::new(),
            asides: Vec::new(),
            decoded: String::new(),
        };
        Self { document, open: Vec::with_capacity(16) }
    }

    /// How many elements are recorded.
    pub(crate) fn len(&self) -> usize {
        self.document.nodes.len()
    }

    /// Whether more elements are recorded than a document within KSeF's sizes can have.
    pub(crate) fn is_full(&self) -> bool {
        self.len() > ELEMENTS_MAX
    }

    /// Takes in an event; for a start, the scanner's attributes.
    pub(crate) fn push(&mut self, event: &Event<'a>, scanner: &Scanner<'a>) {
        match *event {
            Event::Start { name, offset } => {
                self.drop_blank_text();
                let index = self.document.nodes.len() as u32;
                for attribute in scanner.attributes() {
                    if !namespace::is_declaration(attribute.name) {
                        let name = (attribute.offset as u32, attribute.name.len() as u32);
                        let start = attribute.raw.as_ptr() as usize - self.document.source.as_ptr() as usize;
                        let raw = (start as u32, attribute.raw.len() as u32);
                        self.document.attributes.push(AttributeNode { node: index, name, raw });
                    }
                }
                self.document.nodes.push(Node::new(offset, name));
                self.open.push(OpenElement { index, text: TextPlace::default() });
            }
            Event::End { .. } => self.end_element(),
            Event::Text { raw, offset } => self.text(raw, offset, false),
            Event::CData { raw, offset } => self.text(raw, offset, true),
            Event::Instruction { .. } | Event::Eof => {}
        }
    }

    /// Takes in what [`Scanner::peek_plain`] has shown.
    #[inline]
    pub(crate) fn push_plain(&mut self, plain: &Plain<'a>) {
        match plain {
            Plain::Leaf(leaf) => {
                self.drop_blank_text();
                let node = Node::new(leaf.tag.offset, leaf.tag.qualified);
                let (start, length) = (leaf.tag.end as u32, leaf.text.len() as u32);
                self.document.nodes.push(node);
                self.document.note_text(TextPlace { start, length, is_decoded: false });
            }
            Plain::Open(tag) => {
                self.drop_blank_text();
                let index = self.document.nodes.len() as u32;
                self.open.push(OpenElement { index, text: TextPlace::default() });
                self.document.nodes.push(Node::new(tag.offset, tag.qualified));
            }
            Plain::Close { .. } => self.end_element(),
        }
    }

    /// The record of a document of this form; elements still open end here.
    pub(crate) fn finish(mut self, form: Option<Form>) -> Document<'a> {
        self.document.form = form;
        while !self.open.is_empty() {
            self.end_element();
        }
        // Elements end in another order than they begin.
        self.document.asides.sort_unstable_by_key(|aside| aside.node);
        self.document
    }

    fn end_element(&mut self) {
        let Some(OpenElement { index, text }) = self.open.pop() else { return };
        let document = &mut self.document;
        let end = document.nodes.len() as u32;
        if end == index + 1 {
            document.note_text(text);
            return;
        }
        let node = &mut document.nodes[index as usize];
        node.layout |= HAS_CHILDREN;
        node.extent = end;
        if !is_blank(document.slice(text)) {
            document.asides.push(Aside { node: index, text });
        }
    }

    fn text(&mut self, raw: &'a str, offset: usize, is_cdata: bool) {
        let Some(OpenElement { index, text }) = self.open.last_mut() else { return };
        let Document { nodes, decoded, source, .. } = &mut self.document;
        let has_children = nodes.len() as u32 > *index + 1;
        if has_children && is_blank(raw) {
            return;
        }
        let piece = if is_cdata { decode_cdata(raw) } else { decode(raw) };
        if text.length == 0 && matches!(piece, std::borrow::Cow::Borrowed(_)) {
            *text = TextPlace { start: offset as u32, length: raw.len() as u32, is_decoded: false };
            return;
        }
        let start = decoded.len();
        let before = (text.start as usize, (text.start + text.length) as usize);
        if text.is_decoded {
            // Pieces of one text follow each other at the end of the buffer unless a child came between.
            if before.1 == start {
                decoded.push_str(&piece);
                text.length += piece.len() as u32;
                return;
            }
            decoded.extend_from_within(before.0..before.1);
        } else {
            decoded.push_str(&source[before.0..before.1]);
        }
        decoded.push_str(&piece);
        *text = TextPlace { start: start as u32, length: (decoded.len() - start) as u32, is_decoded: true };
    }

    /// What stands before the first child is text only if it is more than white space.
    #[inline]
    fn drop_blank_text(&mut self) {
        if let Some(OpenElement { text, .. }) = self.open.last_mut()
            && text.length > 0
            && is_blank(self.document.slice(*text))
        {
            *text = TextPlace::default();
        }
    }
}

impl<'a> Document<'a> {
    /// Scans and records a whole document.
    pub(crate) fn parse(source: &'a str) -> Result<Self, XmlError> {
        let mut scanner = Scanner::new(source)?;
        let mut tape = TapeBuilder::new(source);
        let mut form = None;
        loop {
            let event = scanner.next_event()?;
            match event {
                Event::Start { name, .. } if tape.document.nodes.is_empty() => {
                    let mut namespaces = Namespaces::default();
                    if namespaces.enter(scanner.attributes(), 1).is_ok() {
                        form = namespaces.element(name).and_then(|(uri, local)| Form::from_root(uri, local));
                    }
                }
                Event::Eof => return Ok(tape.finish(form)),
                _ => {}
            }
            tape.push(&event, &scanner);
        }
    }

    /// The root element; `None` when nothing was recorded.
    pub(crate) fn root(&self) -> Option<Cursor<'_, 'a>> {
        (!self.nodes.is_empty()).then_some(Cursor { document: self, index: 0 })
    }

    /// How many elements were recorded.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// An element by its index in document order, which must be less than [`Self::len`].
    pub(crate) fn at(&self, index: usize) -> Cursor<'_, 'a> {
        Cursor { document: self, index }
    }

    /// Writes down the text of the last element, which has no child.
    #[inline]
    fn note_text(&mut self, text: TextPlace) {
        let index = self.nodes.len() - 1;
        let node = &mut self.nodes[index];
        let lead = text.start.wrapping_sub(node.offset);
        if !text.is_decoded && lead <= LEAD_MAX {
            node.layout |= lead;
            node.extent = text.length;
        } else if text.length > 0 {
            node.layout |= IS_ASIDE;
            self.asides.push(Aside { node: index as u32, text });
        }
    }

    fn text(&self, index: usize) -> &str {
        let node = &self.nodes[index];
        if node.layout & (IS_ASIDE | HAS_CHILDREN) == 0 {
            let start = node.text_start();
            return self.source.get(start..start + node.extent as usize).unwrap_or_default();
        }
        let aside = self.asides.binary_search_by_key(&(index as u32), |aside| aside.node);
        aside.map_or("", |found| self.slice(self.asides[found].text))
    }

    fn slice(&self, text: TextPlace) -> &str {
        let buffer = if text.is_decoded { self.decoded.as_str() } else { self.source };
        buffer.get(text.start as usize..(text.start + text.length) as usize).unwrap_or_default()
    }
}

/// An element of a recorded document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'d, 'a> {
    document: &'d Document<'a>,
    index: usize,
}

impl<'d, 'a> Cursor<'d, 'a> {
    fn node(&self) -> &'d Node {
        &self.document.nodes[self.index]
    }

    /// Local name.
    pub(crate) fn name(&self) -> &'a str {
        local_name(self.qualified_name())
    }

    /// Whether the local name is this; quicker than taking the name apart.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let (start, length) = (self.node().offset as usize + 1, self.name_length());
        let source = self.document.source.as_bytes();
        let Some(at) = length.checked_sub(name.len()).map(|lead| start + lead) else { return false };
        (at == start || source.get(at - 1) == Some(&b':'))
            && source.get(at..at + name.len()) == Some(name.as_bytes())
    }

    fn qualified_name(&self) -> &'a str {
        let start = self.node().offset as usize + 1;
        self.document.source.get(start..start + self.name_length()).unwrap_or_default()
    }

    #[inline]
    fn name_length(&self) -> usize {
        let noted = (self.node().layout >> LEAD_BITS) as usize & NAME_IS_LONG;
        if noted == NAME_IS_LONG { self.long_name_length() } else { noted }
    }

    #[cold]
    fn long_name_length(&self) -> usize {
        let rest = self.document.source.as_bytes().get(self.node().offset as usize + 1..).unwrap_or_default();
        let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>');
        rest.iter().position(is_end).unwrap_or(rest.len())
    }

    /// Text directly within, without white space at the ends.
    pub(crate) fn text(&self) -> &'d str {
        text::trim(self.document.text(self.index))
    }

    /// Byte offset of the element.
    pub(crate) fn offset(&self) -> usize {
        self.node().offset as usize
    }

    /// Index of the first element behind this one's descendants.
    #[inline]
    pub(crate) fn end(&self) -> usize {
        if self.node().has_children() { self.node().extent as usize } else { self.index + 1 }
    }

    /// Child elements in document order.
    pub(crate) fn children(self) -> impl Iterator<Item = Cursor<'d, 'a>> {
        let end = self.end();
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            let index = (next < end).then_some(next)?;
            let cursor = Cursor { document: self.document, index };
            next = cursor.end();
            Some(cursor)
        })
    }

    /// The first child of this name.
    pub(crate) fn child(self, name: &str) -> Option<Cursor<'d, 'a>> {
        self.children_named(name).next()
    }

    /// The children of this name, in document order.
    pub(crate) fn children_named(self, name: &str) -> impl Iterator<Item = Cursor<'d, 'a>> {
        let tag = name_tag(name);
        self.children().filter(move |child| child.node().tag == tag && child.is_named(name))
    }

    /// Attributes as (qualified name, value), namespace declarations left out.
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'a str, std::borrow::Cow<'a, str>)> {
        let attributes = &self.document.attributes;
        let node = self.index as u32;
        let first = attributes.partition_point(|attribute| attribute.node < node);
        let source = self.document.source;
        attributes[first..].iter().take_while(move |attribute| attribute.node == node).map(move |attribute| {
            let slice = |(start, length): (u32, u32)| &source[start as usize..(start + length) as usize];
            (slice(attribute.name), text::decode_attribute(slice(attribute.raw)))
        })
    }

    /// The path with an index at each element that repeats, as in [`crate::Finding::path`].
    pub(crate) fn path(&self) -> String {
        let mut steps = Vec::new();
        let mut ancestor = self.document.root();
        let mut place = self.document.form.map(crate::schema::ElementPlace::root);
        // From the root down: at each level the child whose range holds this element.
        let mut siblings_of: Option<Cursor<'d, 'a>> = None;
        while let Some(cursor) = ancestor {
            let name = cursor.name();
            let like = || siblings_of.into_iter().flat_map(|parent| parent.children_named(name));
            let before = like().take_while(|sibling| sibling.index < cursor.index).count();
            let is_one_of_many =
                place.as_ref().is_some_and(|place| place.may_repeat) || like().nth(1).is_some();
            if is_one_of_many && siblings_of.is_some() {
                steps.push(format!("{name}[{}]", before + 1));
            } else {
                steps.push(name.to_owned());
            }
            if cursor.index == self.index {
                break;
            }
            siblings_of = Some(cursor);
            ancestor = cursor.children().find(|child| child.index <= self.index && self.index < child.end());
            place = place.zip(ancestor).and_then(|(place, child)| place.child(child.name()));
        }
        steps.join("/")
    }
}

/// An element has at least four bytes, so a document with more elements is refused for its size anyway; a record of this
/// many takes 16 MB.
const ELEMENTS_MAX: usize = 1_000_000;

/// How many bits of a node's layout tell where its text begins, and the most that they can tell; a text that begins farther
/// behind, after four megabytes of attributes, is noted aside.
const LEAD_BITS: u32 = 22;
const LEAD_MAX: u32 = (1 << LEAD_BITS) - 1;

/// A name of so many bytes or more is measured when it is asked for.
const NAME_IS_LONG: usize = 0xFF;

/// The element has a text that its node has no room for.
const IS_ASIDE: u32 = 1 << 30;
const HAS_CHILDREN: u32 = 1 << 31;

/// The last four bytes of a local name, or all of a shorter one.
#[inline]
fn name_tag(qualified: &str) -> u32 {
    match qualified.as_bytes().last_chunk::<4>() {
        Some(tail) if !tail.contains(&b':') => u32::from_le_bytes(*tail),
        _ => local_name(qualified).bytes().fold(0, |tag, byte| tag << 8 | u32::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        fn collect(cursor: Cursor<'_, '_>, texts: &mut Vec<String>) {
            texts.push(format!("{}={}", cursor.name(), cursor.text()));
            cursor.children().for_each(|child| collect(child, texts));
        }
        let document = Document::parse(source).expect(source);
        let mut list = Vec::new();
        collect(document.root().expect("a root"), &mut list);
        list
    }

    #[test]
    fn children_are_found_by_name() {
        let source = "<r><p:ab/><ab/><abc/><xabc/><P_13_1/><p:P_13_10/><p:P_13_1/><abc/></r>";
        let document = Document::parse(source).expect(source);
        let root = document.root().expect("a root");
        for (name, count) in
            [("ab", 2), ("abc", 2), ("xabc", 1), ("P_13_1", 2), ("P_13_10", 1), ("c", 0), ("", 0)]
        {
            assert_eq!(root.children_named(name).count(), count, "{name}");
        }
    }

    #[test]
    fn pieces_references_and_blanks() {
        assert_eq!(texts("<a>x<!-- -->y<![CDATA[<z>]]>&amp;</a>"), ["a=xy<z>&"]);
        assert_eq!(texts("<a> <b>1</b> uwaga <b/>&lt;</a>"), ["a=uwaga <", "b=1", "b="]);
        assert_eq!(texts("<a>\r\n<b>ż\r\nó</b>\r\n</a>"), ["a=", "b=ż\nó"]);
        // A blank that was decoded and then dropped once pointed into the middle of a letter.
        assert_eq!(texts("<ż><b>&amp;&amp;</b>&#32;<c/></ż>"), ["ż=", "b=&&", "c="]);
    }
}
