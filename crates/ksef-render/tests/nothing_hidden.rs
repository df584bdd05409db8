//! Every value of a document stands on its print: official samples, our own, and one with every element of the schema.

mod support;

use std::fmt::Write;

use ksef_render::{Language, html, pdf};
use roxmltree::{Document, Node};
use support::{has_tool, html_text, missing, options, pdf_text, sample, shared, squeezed};

/// The title of the annex, in Polish.
const ANNEX: &str = "Pozostałe dane dokumentu";

/// Renders a document both ways and says what cannot be found; the HTML's text comes back.
fn check(name: &str, xml: &[u8]) -> String {
    let options = options(Language::Pl);
    let html = html_text(&html(xml, &options).unwrap_or_else(|error| panic!("{name}: {error}")));
    let none: [String; 0] = [];
    assert_eq!(missing(xml, &html), none, "missing in the HTML of {name}");
    let pdf = pdf(xml, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
    if has_tool("pdftotext") {
        assert_eq!(missing(xml, &pdf_text(&pdf)), none, "missing in the PDF of {name}");
    }
    html
}

#[test]
fn of_our_own_samples() {
    for name in ["vat.xml", "correction.xml", "advance.xml"] {
        check(name, &sample(name));
    }
}

#[test]
fn of_the_official_samples_and_none_needs_an_annex() {
    let Some(shared) = shared() else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(shared.join("ksef/samples/fa3")).expect("the folder is there") {
        let path = entry.expect("readable").path();
        let xml = std::fs::read(&path).expect("readable");
        let text = check(&path.display().to_string(), &xml);
        assert!(!text.contains(ANNEX), "{} has an annex", path.display());
        count += 1;
    }
    assert!(count >= 13, "{count} official samples");
}

#[test]
fn what_the_layout_does_not_know_stands_in_the_annex() {
    let xml = String::from_utf8(sample("vat.xml")).expect("UTF-8");
    let odd = xml
        .replacen("<P_1>", "<Wynalazek barwa=\"sina\">nieznana treść</Wynalazek><P_1>", 1)
        .replacen("<P_2>", "<P_2>PIERWSZY/1</P_2><P_2>", 1)
        .replacen("<P_16>2</P_16>", "<P_16>7</P_16>", 1);
    let text = check("an odd document", odd.as_bytes());
    for part in [ANNEX, "nieznana treść", "sina", "Wynalazek/@barwa", "Adnotacje/P_16"] {
        assert!(text.contains(part), "{part}");
    }
}

/// Documents with every element of the schema, twice where it may repeat, and a different text in each: no document could
/// be fuller. They are not valid, and need not be. Alternatives of which a print shows only one come in two documents.
#[test]
fn of_a_document_with_every_element_of_the_schema() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("ksef/docs/faktury/schemy/FA");
    let schema =
        std::fs::read_to_string(folder.join("schemat_FA(3)_v1-0E.xsd")).expect("the schema is there");
    let schema = Document::parse(&schema).expect("the schema is XML");
    let kinds = ["VAT", "KOR", "ZAL", "ROZ", "UPR", "KOR_ZAL", "KOR_ROZ"];
    for (kind, second) in kinds.iter().flat_map(|kind| [(*kind, false), (*kind, true)]) {
        let mut writer = Full { schema: &schema, kind, second, count: 0, xml: String::new(), elements: 0 };
        let root = schema.root_element().children().find(|node| node.has_tag_name((XSD, "element")));
        writer.element(root.expect("the schema has a root element"), 0);
        assert!(writer.elements > 300, "{} elements", writer.elements);
        let namespace = "<Faktura xmlns=\"http://crd.gov.pl/wzor/2025/06/25/13775/\"";
        let xml = writer.xml.replacen("<Faktura", namespace, 1);
        let text = check(kind, xml.as_bytes());
        assert!(!squeezed(&text).contains(&squeezed(ANNEX)), "a known element has no place: {text}");
    }
}

/// Alternatives of which a print shows one.
const FIRST: [&str; 6] =
    ["Rola", "NrKSeF", "NrKSeFFaKorygowanej", "FormaPlatnosci", "RodzajTransportu", "OpisLadunku"];
const SECOND: [&str; 9] = [
    "RolaInna",
    "OpisRoli",
    "NrKSeFN",
    "PlatnoscInna",
    "OpisPlatnosci",
    "TransportInny",
    "OpisInnegoTransportu",
    "LadunekInny",
    "OpisInnegoLadunku",
];

const XSD: &str = "http://www.w3.org/2001/XMLSchema";

struct Full<'s, 'i> {
    schema: &'s Document<'i>,
    kind: &'s str,
    /// Whether of two alternatives the second is taken, and `2` where a statement is `1` or `2`.
    second: bool,
    count: usize,
    elements: usize,
    xml: String,
}

impl Full<'_, '_> {
    fn element(&mut self, element: Node<'_, '_>, depth: usize) {
        assert!(depth < 20, "the schema does not recur");
        let name = element.attribute("name").expect("elements have names").to_owned();
        let left_out: &[&str] = match self.second {
            false => &SECOND,
            true => &FIRST,
        };
        if left_out.contains(&name.as_str()) {
            return;
        }
        let times = if element.attribute("maxOccurs").is_some_and(|max| max != "1") { 2 } else { 1 };
        for _ in 0..times {
            self.elements += 1;
            let attributes = match name.as_str() {
                "KodFormularza" => " kodSystemowy=\"FA (3)\" wersjaSchemy=\"1-0E\"",
                "Kol" => " Typ=\"txt\"",
                _ => "",
            };
            write!(self.xml, "<{name}{attributes}>").expect("writes");
            let type_name = element.attribute("type").unwrap_or_default();
            let body = match type_name.strip_prefix("tns:") {
                Some(local) => self.schema.root_element().children().find(|node| {
                    node.has_tag_name((XSD, "complexType")) && node.attribute("name") == Some(local)
                }),
                None => element.children().find(|node| node.has_tag_name((XSD, "complexType"))),
            };
            let is_structure = |node: Node<'_, '_>| {
                node.has_tag_name((XSD, "element")) || node.has_tag_name((XSD, "complexContent"))
            };
            match body.filter(|body| body.descendants().any(is_structure)) {
                Some(body) => self.content(body, depth),
                None => {
                    let value = self.value(&name, type_name);
                    self.xml.push_str(&value);
                }
            }
            write!(self.xml, "</{name}>").expect("writes");
        }
    }

    fn content(&mut self, node: Node<'_, '_>, depth: usize) {
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "element" => self.element(child, depth + 1),
                "extension" => {
                    let base = child.attribute("base").and_then(|base| base.strip_prefix("tns:"));
                    let base = self.schema.root_element().children().find(|node| {
                        node.has_tag_name((XSD, "complexType")) && node.attribute("name") == base
                    });
                    if let Some(base) = base {
                        self.content(base, depth);
                    }
                    self.content(child, depth);
                }
                "sequence" | "choice" | "complexContent" | "complexType" => self.content(child, depth),
                _ => {}
            }
        }
    }

    /// A value of the right kind, unlike any other where the kind allows.
    fn value(&mut self, name: &str, type_name: &str) -> String {
        self.count += 1;
        let count = self.count;
        match (name, type_name.rsplit(':').next().unwrap_or_default()) {
            ("KodFormularza", _) => "FA".to_owned(),
            ("RodzajFaktury", _) => self.kind.to_owned(),
            ("P_12" | "P_12Z", _) => "23".to_owned(),
            (_, "TWybor1") => "1".to_owned(),
            ("JST" | "GV", _) | (_, "TWybor1_2") => if self.second { "2" } else { "1" }.to_owned(),
            (_, "TKwotowy" | "TKwotowy2" | "TIlosci" | "TProcentowy") => {
                format!("{}.{:02}", 1000 + count, count % 97 + 1)
            }
            (_, "TNaturalny" | "integer") => format!("{}", 5000 + count),
            (_, "TData" | "TDataT" | "TDataU") => format!("2026-{:02}-{:02}", count % 12 + 1, count % 28 + 1),
            (_, "TDataCzas") => format!("2026-03-{:02}T10:{:02}:00Z", count % 28 + 1, count % 60),
            (
                _,
                "TFormaPlatnosci"
                | "TLadunek"
                | "TRachunekWlasnyBanku"
                | "TStatusInfoPodatnika"
                | "TRolaPodmiotuUpowaznionego"
                | "TRolaPodmiotu3"
                | "TTypKorekty"
                | "TRodzajTransportu",
            ) => "1".to_owned(),
            _ => format!("Wartość{count:04}"),
        }
    }
}
