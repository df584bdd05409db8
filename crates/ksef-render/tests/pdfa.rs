//! Our PDFs against the rules of PDF/A-3b (ISO 19005-3) and of tagging (ISO 32000-1, 14.7 and 14.8).
//!
//! The reader is `lopdf`, not our own writer. It checks structure only: whether a page looks right, golden pictures say;
//! `qpdf --check` (tests/codes.rs) sees the file's syntax and streams and nothing of PDF/A or tags. Not checked anywhere
//! here: glyph outlines, colour values, and the XMP packet beyond the entries that PDF/A demands.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use ksef_render::{Language, RenderOptions, pdf};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};
use support::{options, sample};

const SAMPLES: [&str; 6] = ["vat.xml", "correction.xml", "advance.xml", "rr.xml", "upo.xml", "pef.xml"];

/// A file of several pages with an orphan-prone table, a group row and rare characters.
fn long() -> Vec<u8> {
    let xml = String::from_utf8(sample("vat.xml")).expect("UTF-8");
    let line = |number: usize| {
        format!(
            "<FaWiersz><NrWierszaFa>{number}</NrWierszaFa><P_7>Größe 🧾 {number}</P_7><P_8B>2</P_8B><P_11>10</P_11>\
             <P_12>23</P_12></FaWiersz>"
        )
    };
    let lines: String = (1..=120).map(line).collect();
    let start = xml.find("<FaWiersz>").expect("lines");
    let end = xml.rfind("</FaWiersz>").expect("lines") + "</FaWiersz>".len();
    format!("{}{lines}{}", &xml[..start], &xml[end..]).into_bytes()
}

fn documents() -> Vec<(String, Vec<u8>)> {
    let mut documents: Vec<_> = SAMPLES.iter().map(|name| ((*name).to_owned(), sample(name))).collect();
    documents.push(("long".to_owned(), long()));
    documents
}

struct Reader {
    name: String,
    document: Document,
}

impl Reader {
    fn open(name: &str, file: &[u8]) -> Self {
        Self { name: name.to_owned(), document: Document::load_mem(file).expect("lopdf reads the file") }
    }

    fn object<'a>(&'a self, object: &'a Object) -> &'a Object {
        self.document.dereference(object).expect("no reference leads nowhere").1
    }

    fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> Option<&'a Object> {
        dictionary.get(key.as_bytes()).ok().map(|object| self.object(object))
    }

    fn dictionary<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> &'a Dictionary {
        let object = self.get(dictionary, key).unwrap_or_else(|| panic!("{}: no {key}", self.name));
        match object {
            Object::Stream(stream) => &stream.dict,
            object => object.as_dict().unwrap_or_else(|_| panic!("{}: {key} is no dictionary", self.name)),
        }
    }

    fn name_of<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> &'a str {
        let name = self.get(dictionary, key).and_then(|object| object.as_name().ok()).unwrap_or_default();
        std::str::from_utf8(name).expect("ASCII")
    }

    fn catalog(&self) -> &Dictionary {
        self.document.catalog().expect("a catalog")
    }

    fn stream(&self, object: &Object) -> Vec<u8> {
        let stream = self.object(object).as_stream().expect("a stream");
        stream.get_plain_content().expect("its data can be read")
    }
}

#[test]
fn the_file_says_what_it_is_and_uses_nothing_forbidden() {
    for (name, xml) in documents() {
        let file = pdf(&xml, &options(Language::Pl)).expect("renders");
        assert!(file.starts_with(b"%PDF-1.7\n%"), "{name}");
        assert!(file[10..14].iter().all(|byte| *byte > 127), "{name}: the comment of high bytes");
        let reader = Reader::open(&name, &file);
        let catalog = reader.catalog();
        assert!(
            reader.document.trailer.get(b"ID").is_ok() && reader.document.trailer.get(b"Encrypt").is_err()
        );
        assert_eq!(reader.get(catalog, "Lang").and_then(|lang| lang.as_str().ok()), Some(&b"pl-PL"[..]));
        let xmp =
            String::from_utf8(reader.stream(catalog.get(b"Metadata").expect("metadata"))).expect("UTF-8");
        for part in ["<pdfaid:part>3<", "<pdfaid:conformance>B<", "<dc:title>", "<pdf:Producer>bramka<"] {
            assert!(xmp.contains(part), "{name}: {part}");
        }
        roxmltree::Document::parse(xmp.trim_start_matches('\u{feff}')).expect("the packet is XML");
        let intents = reader.get(catalog, "OutputIntents").and_then(|intents| intents.as_array().ok());
        let intent = reader.object(&intents.expect("intents")[0]).as_dict().expect("a dictionary");
        assert_eq!(reader.name_of(intent, "S"), "GTS_PDFA1");
        let profile = reader.stream(intent.get(b"DestOutputProfile").expect("a profile"));
        assert_eq!((&profile[12..20], &profile[36..40]), (&b"mntrRGB "[..], &b"acsp"[..]));
        for object in reader.document.objects.values() {
            let dictionary = match object {
                Object::Stream(stream) => &stream.dict,
                Object::Dictionary(dictionary) => dictionary,
                _ => continue,
            };
            for forbidden in ["JS", "AA", "OpenAction", "SMask", "XFA", "AcroForm", "PostScript"] {
                assert!(!dictionary.has(forbidden.as_bytes()), "{name}: {forbidden}");
            }
            assert!(!matches!(reader.name_of(dictionary, "S"), "Launch" | "JavaScript" | "GoToR"), "{name}");
            assert!(!matches!(reader.name_of(dictionary, "Filter"), "LZWDecode" | "Crypt"), "{name}");
            if reader.name_of(dictionary, "Type") == "Annot" {
                let flags = reader.get(dictionary, "F").and_then(|flags| flags.as_i64().ok());
                assert_eq!(flags, Some(4), "{name}: annotations print");
                assert!(dictionary.has(b"Contents") && dictionary.has(b"StructParent"), "{name}");
            }
        }
    }
}

#[test]
fn the_xml_is_inside_as_the_source() {
    for (name, xml) in documents() {
        let reader = Reader::open(&name, &pdf(&xml, &options(Language::Pl)).expect("renders"));
        let files = reader.get(reader.catalog(), "AF").and_then(|files| files.as_array().ok()).expect("AF");
        let file = reader.object(&files[0]).as_dict().expect("a file specification");
        assert_eq!(reader.name_of(file, "AFRelationship"), "Source");
        assert!(file.has(b"F") && file.has(b"UF") && file.has(b"Desc"), "{name}");
        let streams = reader.dictionary(file, "EF");
        let stream = reader.object(streams.get(b"F").expect("a stream")).as_stream().expect("a stream");
        assert_eq!(reader.name_of(&stream.dict, "Subtype"), "application/xml");
        let parameters = reader.dictionary(&stream.dict, "Params");
        assert!(parameters.has(b"ModDate"), "{name}");
        assert_eq!(stream.get_plain_content().expect("data"), xml, "{name}");
        assert!(reader.dictionary(reader.catalog(), "Names").has(b"EmbeddedFiles"));
    }
}

#[test]
fn fonts_are_embedded_and_their_widths_are_the_programs() {
    for (name, xml) in documents() {
        let reader = Reader::open(&name, &pdf(&xml, &options(Language::Pl)).expect("renders"));
        let mut count = 0;
        for object in reader.document.objects.values() {
            let Ok(font) = object.as_dict() else { continue };
            if reader.name_of(font, "Subtype") != "Type0" {
                continue;
            }
            count += 1;
            assert_eq!(reader.name_of(font, "Encoding"), "Identity-H");
            let unicode =
                String::from_utf8(reader.stream(font.get(b"ToUnicode").expect("text"))).expect("ASCII");
            let descendants = reader.get(font, "DescendantFonts").and_then(|fonts| fonts.as_array().ok());
            let cid = reader.object(&descendants.expect("fonts")[0]).as_dict().expect("a font");
            let base = reader.name_of(cid, "BaseFont");
            assert!(base.as_bytes()[6] == b'+' && base[..6].bytes().all(|byte| byte.is_ascii_uppercase()));
            let descriptor = reader.dictionary(cid, "FontDescriptor");
            let program = reader.stream(descriptor.get(b"FontFile2").expect("embedded"));
            let face = ttf_parser::Face::parse(&program, 0);
            let glyphs = reader.stream(cid.get(b"CIDToGIDMap").expect("glyphs"));
            let widths = reader.get(cid, "W").and_then(|widths| widths.as_array().ok()).expect("widths");
            let widths = widths[1].as_array().expect("a run of widths");
            assert_eq!(glyphs.len(), (widths.len() + 1) * 2, "{name}");
            assert_eq!(unicode.matches(">\n").count(), widths.len() + 1, "{name}: every code has its text");
            for (position, width) in widths.iter().enumerate() {
                let at = (position + 1) * 2;
                let glyph = u16::from_be_bytes([glyphs[at], glyphs[at + 1]]);
                assert_ne!(glyph, 0, "{name}: .notdef is never shown");
                if let Ok(face) = &face {
                    let advance = face.glyph_hor_advance(ttf_parser::GlyphId(glyph)).expect("a glyph");
                    let scaled = f32::from(advance) * 1000.0 / f32::from(face.units_per_em());
                    assert!((scaled - width.as_float().expect("a number")).abs() < 1.0, "{name}");
                }
            }
        }
        let expected = if name == "long" { 3 } else { 2 };
        assert!(count >= expected, "{name}: {count} fonts");
    }
}

/// The structure tree of a file, checked while it is walked.
struct Tree<'r> {
    reader: &'r Reader,
    /// Elements of marked content: (page, number) to the element.
    owned: BTreeMap<(ObjectId, i64), ObjectId>,
    roles: BTreeMap<ObjectId, String>,
    counts: BTreeMap<String, usize>,
}

impl Tree<'_> {
    fn walk(&mut self, id: ObjectId, parent: ObjectId) {
        let reader = self.reader;
        let element = reader.document.get_dictionary(id).expect("an element");
        assert_eq!(element.get(b"P").and_then(Object::as_reference).ok(), Some(parent), "{}", reader.name);
        let role = reader.name_of(element, "S").to_owned();
        *self.counts.entry(role.clone()).or_default() += 1;
        let above = self.roles.get(&parent).map_or("", String::as_str);
        let allowed = match role.as_str() {
            "TR" => above == "Table",
            "TD" | "TH" => above == "TR",
            "LI" => above == "L",
            "Lbl" | "LBody" => above == "LI",
            _ => !matches!(above, "Table" | "TR" | "L" | "LI"),
        };
        assert!(allowed, "{}: {role} in {above}", reader.name);
        self.roles.insert(id, role.clone());
        if role == "Figure" {
            assert!(element.has(b"Alt"), "{}: a figure without words", reader.name);
        }
        if role == "TH" {
            assert_eq!(reader.name_of(reader.dictionary(element, "A"), "Scope"), "Column");
        }
        if role == "Table" {
            self.rows_are_even(element);
        }
        let page = element.get(b"Pg").and_then(Object::as_reference).ok();
        for kid in kids(reader, element) {
            match kid {
                Object::Integer(number) => self.own((page.expect("a page"), *number), id),
                Object::Reference(child) => {
                    let dictionary = reader.document.get_dictionary(*child).expect("a dictionary");
                    assert!(dictionary.has(b"S"), "{}: a child that is no element", reader.name);
                    self.walk(*child, id);
                }
                Object::Dictionary(reference) if reader.name_of(reference, "Type") == "MCR" => {
                    let page = reference.get(b"Pg").and_then(Object::as_reference).expect("a page");
                    let number = reference.get(b"MCID").and_then(Object::as_i64).expect("a number");
                    self.own((page, number), id);
                }
                Object::Dictionary(reference) => {
                    assert_eq!(reader.name_of(reference, "Type"), "OBJR");
                    assert_eq!(role, "Link");
                }
                other => panic!("{}: {other:?} in {role}", reader.name),
            }
        }
    }

    fn own(&mut self, content: (ObjectId, i64), element: ObjectId) {
        assert_eq!(
            self.owned.insert(content, element),
            None,
            "{}: content of two elements",
            self.reader.name
        );
    }

    /// Every row has as many columns as the first.
    fn rows_are_even(&self, table: &Dictionary) {
        let reader = self.reader;
        let columns: BTreeSet<i64> = kids(reader, table)
            .map(|row| reader.object(row).as_dict().expect("a row"))
            .map(|row| {
                kids(reader, row)
                    .map(|cell| reader.object(cell).as_dict().expect("a cell"))
                    .map(|cell| {
                        match reader.get(cell, "A").and_then(|attributes| attributes.as_dict().ok()) {
                            Some(attributes) => {
                                attributes.get(b"ColSpan").and_then(Object::as_i64).unwrap_or(1)
                            }
                            None => 1,
                        }
                    })
                    .sum()
            })
            .collect();
        assert_eq!(columns.len(), 1, "{}: rows of {columns:?} columns", reader.name);
    }
}

fn kids<'r>(reader: &'r Reader, element: &'r Dictionary) -> Box<dyn Iterator<Item = &'r Object> + 'r> {
    match element.get(b"K") {
        Ok(Object::Array(kids)) => Box::new(kids.iter()),
        Ok(kid @ (Object::Integer(_) | Object::Reference(_) | Object::Dictionary(_))) => {
            let _ = reader;
            Box::new(std::iter::once(kid))
        }
        _ => Box::new(std::iter::empty()),
    }
}

#[test]
fn everything_on_a_page_is_tagged_or_an_artifact() {
    for (name, xml) in documents() {
        let reader = Reader::open(&name, &pdf(&xml, &options(Language::Pl)).expect("renders"));
        let catalog = reader.catalog();
        assert!(
            reader.dictionary(catalog, "MarkInfo").get(b"Marked").and_then(Object::as_bool).expect("says")
        );
        let root_id = catalog.get(b"StructTreeRoot").and_then(Object::as_reference).expect("a tree");
        let root = reader.document.get_dictionary(root_id).expect("a tree");
        let top = root.get(b"K").and_then(Object::as_reference).expect("a document element");
        let mut tree =
            Tree { reader: &reader, owned: BTreeMap::new(), roles: BTreeMap::new(), counts: BTreeMap::new() };
        tree.walk(top, root_id);
        assert_eq!(tree.counts.get("H1"), Some(&1), "{name}");
        assert!(tree.counts.get("H2").is_some_and(|count| *count > 0), "{name}");
        let parents = reader.dictionary(root, "ParentTree");
        let numbers =
            reader.get(parents, "Nums").and_then(|numbers| numbers.as_array().ok()).expect("numbers");
        let mut seen = BTreeSet::new();
        for (number, (_, page_id)) in reader.document.get_pages().into_iter().enumerate() {
            let page = reader.document.get_dictionary(page_id).expect("a page");
            let key = page.get(b"StructParents").and_then(Object::as_i64).expect("a key");
            assert_eq!(key, number as i64);
            let list = reader.object(&numbers[number * 2 + 1]).as_array().expect("a list");
            let content = Content::decode(&reader.document.get_page_content(page_id)).expect("operators");
            let mut open: Vec<Option<i64>> = Vec::new();
            for operation in &content.operations {
                match operation.operator.as_str() {
                    "BMC" => open.push(None),
                    "BDC" => {
                        let properties = operation.operands[1].as_dict().expect("properties");
                        let marked = properties.get(b"MCID").and_then(Object::as_i64).ok();
                        if let Some(marked) = marked {
                            assert!(seen.insert((page_id, marked)), "{name}: a number twice");
                            let element = list[usize::try_from(marked).expect("positive")].as_reference();
                            let element = element.expect("an element");
                            assert_eq!(tree.owned.get(&(page_id, marked)), Some(&element), "{name}");
                            let tag = std::str::from_utf8(operation.operands[0].as_name().expect("a tag"));
                            assert_eq!(tree.roles.get(&element).map(String::as_str), tag.ok(), "{name}");
                        }
                        open.push(marked);
                    }
                    "EMC" => assert!(open.pop().is_some(), "{name}: an end without a beginning"),
                    "Tj" | "f" | "Do" => assert_eq!(open.len(), 1, "{name}: content outside of marks"),
                    _ => {}
                }
            }
            assert!(open.is_empty(), "{name}: marks left open");
        }
        assert_eq!(seen.len(), tree.owned.len(), "{name}: elements without content on a page");
    }
}

#[test]
fn long_documents_have_bookmarks() {
    let reader = Reader::open("long", &pdf(&long(), &options(Language::En)).expect("renders"));
    let outlines = reader.dictionary(reader.catalog(), "Outlines");
    let first = reader.dictionary(outlines, "First");
    assert_eq!(reader.get(first, "Title").and_then(|title| title.as_str().ok()), Some(&b"Items"[..]));
    let target = reader.get(first, "Dest").and_then(|target| target.as_array().ok()).expect("a target");
    assert!(reader.object(&target[0]).as_dict().is_ok_and(|page| reader.name_of(page, "Type") == "Page"));
    let short = Reader::open("short", &pdf(&sample("vat.xml"), &RenderOptions::default()).expect("renders"));
    assert!(!short.catalog().has(b"Outlines"));
}
