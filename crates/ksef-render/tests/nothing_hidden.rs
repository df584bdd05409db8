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
    for name in ["vat.xml", "correction.xml", "advance.xml", "rr.xml", "upo.xml", "pef.xml"] {
        let text = check(name, &sample(name));
        assert!(!text.contains(ANNEX), "{name} has an annex: {text}");
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
fn of_the_official_samples_of_every_other_form() {
    let Some(shared) = shared() else { return };
    let mut files: Vec<_> = ["ksef/samples/other", "ksef/docs/faktury/upo/przyklady/v4-3/kontekst-nip"]
        .into_iter()
        .chain([
            "ksef/docs/faktury/upo/przyklady/v4-3/kontekst-internal-id",
            "ksef/docs/faktury/upo/przyklady/v4-3/kontekst-id-zlozony-vat-ue",
        ])
        .flat_map(|folder| std::fs::read_dir(shared.join(folder)).expect("the folder is there"))
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    let mut forms = std::collections::BTreeSet::new();
    for path in &files {
        let xml = std::fs::read(path).expect("readable");
        let form = ksef_invoice::detect_form(&xml).expect("a form of KSeF");
        forms.insert(form);
        let text = check(&path.display().to_string(), &xml);
        // The correction of PEF has an extension of its own kind, which the annex lists.
        let may_have_annex = matches!(form, ksef_invoice::Form::Pef3 | ksef_invoice::Form::PefKor3);
        assert!(may_have_annex || !text.contains(ANNEX), "{} has an annex", path.display());
    }
    assert!(files.len() >= 13, "{} files", files.len());
    assert_eq!(forms.into_iter().collect::<Vec<_>>(), ksef_invoice::Form::ALL, "every form has a sample");
}

#[test]
fn what_the_layout_does_not_know_stands_in_the_annex() {
    let xml = String::from_utf8(sample("vat.xml")).expect("UTF-8");
    let odd = xml
        .replacen("<P_1>", "<Wynalazek barwa=\"sina\">nieznana treść</Wynalazek><P_1>", 1)
        .replacen("<P_2>", "<P_2>PIERWSZY/1</P_2><P_2>", 1)
        .replacen("<P_16>2</P_16>", "<P_16>7</P_16>", 1);
    let text = check("an odd document", odd.as_bytes());
    for part in [ANNEX, "nieznana treść", "sina", "@barwa", "Adnotacje/P_16"] {
        assert!(text.contains(part), "{part}");
    }
}

/// A schema to make full documents from.
struct Schema {
    file: &'static str,
    namespace: &'static str,
    kinds: &'static [&'static str],
    code: (&'static str, &'static str, &'static str),
    elements_min: usize,
}

const SCHEMAS: [Schema; 3] = [
    Schema {
        file: "FA/schemat_FA(3)_v1-0E.xsd",
        namespace: "http://crd.gov.pl/wzor/2025/06/25/13775/",
        kinds: &["VAT", "KOR", "ZAL", "ROZ", "UPR", "KOR_ZAL", "KOR_ROZ"],
        code: ("FA", "FA (3)", "1-0E"),
        elements_min: 300,
    },
    Schema {
        file: "FA/schemat_FA(2)_v1-0E.xsd",
        namespace: "http://crd.gov.pl/wzor/2023/06/29/12648/",
        kinds: &["VAT", "KOR", "ZAL"],
        code: ("FA", "FA (2)", "1-0E"),
        elements_min: 250,
    },
    Schema {
        file: "RR/schemat_FA_RR(1)_v1-1E.xsd",
        namespace: "http://crd.gov.pl/wzor/2026/03/06/14189/",
        kinds: &["VAT_RR", "KOR_VAT_RR"],
        code: ("FA_RR", "FA_RR (1)", "1-1E"),
        elements_min: 150,
    },
];

/// Documents with every element of the schema, twice where it may repeat, and a different text in each: no document could
/// be fuller. They are not valid, and need not be. Alternatives of which a print shows only one come in two documents.
#[test]
fn of_a_document_with_every_element_of_the_schema() {
    let Some(shared) = shared() else { return };
    for known in &SCHEMAS {
        let file = shared.join("ksef/docs/faktury/schemy").join(known.file);
        let schema = std::fs::read_to_string(file).expect("the schema is there");
        let schema = Document::parse(&schema).expect("the schema is XML");
        for (kind, second) in known.kinds.iter().flat_map(|kind| [(*kind, false), (*kind, true)]) {
            let mut writer =
                Full { schema: &schema, known, kind, second, count: 0, xml: String::new(), elements: 0 };
            let root = schema.root_element().children().find(|node| node.has_tag_name((XSD, "element")));
            writer.element(root.expect("the schema has a root element"), 0);
            assert!(writer.elements > known.elements_min, "{} elements", writer.elements);
            let namespace = format!("<Faktura xmlns=\"{}\"", known.namespace);
            let xml = writer.xml.replacen("<Faktura", &namespace, 1);
            let text = check(&format!("{} {kind}", known.file), xml.as_bytes());
            assert!(
                !squeezed(&text).contains(&squeezed(ANNEX)),
                "{}: a known element has no place: {text}",
                known.file
            );
        }
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
    known: &'s Schema,
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
            let (_, system, version) = self.known.code;
            let attributes = match name.as_str() {
                "KodFormularza" => format!(" kodSystemowy=\"{system}\" wersjaSchemy=\"{version}\""),
                "Kol" => " Typ=\"txt\"".to_owned(),
                _ => String::new(),
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
            ("KodFormularza", _) => self.known.code.0.to_owned(),
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
