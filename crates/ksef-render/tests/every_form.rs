//! Documents of every form with what no program should write: whatever parses renders, and hides nothing.

mod support;

use ksef_render::{Language, html, pdf};
use proptest::prelude::*;
use support::{each_form, has_tool, html_text, missing_of_anything, options, pdf_text, run, squeezed};

/// Texts that layouts break at, with what of each must be found again.
fn hostile() -> Vec<(&'static str, String)> {
    vec![
        ("a word of sixty letters", "Ź".repeat(60)),
        ("a text without a space", "x".repeat(3_000)),
        ("Hebrew and Arabic", "שלום עולם \u{200f}مرحبا بالعالم\u{202e}odwrócone\u{202c}".to_owned()),
        ("emoji", "🧾👩‍👩‍👧‍👦🇵🇱 e\u{301}\u{302}\u{303}".to_owned()),
        (
            "control characters",
            "a&#9;b&#10;c&#13;d\u{85}e\u{200b}f\u{2028}g\u{feff}h\u{fffd}i\u{ad}j".to_owned(),
        ),
        ("markup", "&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;&#34; ({{7*7}})".to_owned()),
        ("PDF's own signs", "(\\) EMC Tj &gt;&gt; endstream endobj %%EOF".to_owned()),
        ("a number too long for amounts", "9".repeat(64)),
        ("a date that is none", "2026-02-30".to_owned()),
    ]
}

/// The document with every text in it replaced; attributes stay, so that the form is still recognised.
fn with_texts(xml: &str, text: &str) -> String {
    let mut out = String::new();
    let mut parts = xml.split('<');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push('<');
        match part.split_once('>') {
            Some((tag, inside)) if !inside.trim().is_empty() && !tag.starts_with(['/', '?', '!']) => {
                out.push_str(tag);
                out.push('>');
                out.push_str(text);
            }
            _ => out.push_str(part),
        }
    }
    out
}

#[test]
fn the_forms_are_recognised() {
    for (name, xml) in each_form() {
        let form = ksef_invoice::detect_form(xml.as_bytes()).expect(name);
        assert!(name.starts_with(form.name()) || name == "UPO", "{name} is taken for {}", form.name());
    }
}

#[test]
fn hostile_texts_everywhere_in_every_form() {
    for (name, xml) in each_form() {
        for (what, text) in hostile() {
            let xml = with_texts(&xml, &text);
            for language in [Language::Pl, Language::PlEn] {
                let page = html(xml.as_bytes(), &options(language))
                    .unwrap_or_else(|error| panic!("{what} in {name}: {error}"));
                assert!(!page.contains("<script"), "{what} in {name}");
                let shown = html_text(&page);
                let none: [String; 0] = [];
                assert_eq!(missing_of_anything(xml.as_bytes(), &shown), none, "{what} in {name}");
                let file = pdf(xml.as_bytes(), &options(language)).expect("renders");
                let document = lopdf::Document::load_mem(&file).expect("a PDF");
                assert!(!document.get_pages().is_empty(), "{what} in {name}");
            }
        }
    }
}

#[test]
fn hostile_texts_leave_the_file_sound() {
    if !has_tool("qpdf") || !has_tool("pdftotext") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("print.pdf");
    let forms = each_form();
    for (position, (what, text)) in hostile().into_iter().enumerate() {
        // Each text in one form, another each time.
        let (name, xml) = &forms[position % forms.len()];
        let xml = with_texts(xml, &text);
        let file = pdf(xml.as_bytes(), &options(Language::En)).expect("renders");
        std::fs::write(&path, &file).expect("written");
        let (ok, said) = run("qpdf", &["--check", path.to_str().expect("UTF-8")], b"");
        assert!(ok, "{what} in {name}: {}", String::from_utf8_lossy(&said));
        // Poppler turns lines of right-to-left letters round; the others it gives as they are.
        if what.contains("sixty") || what.contains("signs") {
            let found = squeezed(&pdf_text(&file));
            let wanted = squeezed(&text.replace("&gt;", ">"));
            assert!(found.contains(&wanted), "{what} in {name}: {found}");
        }
    }
}

/// What is done to one element.
#[derive(Debug, Clone, Copy)]
enum Change {
    Remove,
    Repeat(usize),
    /// Its content, without the element.
    Unwrap,
    /// It stands in a copy of itself.
    Nest,
    /// It is called as nobody knows.
    Rename,
    Empty,
    /// It comes before everything else in its document.
    First,
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Remove),
        (2usize..40).prop_map(Change::Repeat),
        Just(Change::Unwrap),
        Just(Change::Nest),
        Just(Change::Rename),
        Just(Change::Empty),
        Just(Change::First),
    ]
}

/// The document with one element changed; it stays well-formed.
fn changed(xml: &str, index: prop::sample::Index, change: Change) -> String {
    let document = roxmltree::Document::parse(xml).expect("well-formed");
    let root = document.root_element();
    let elements: Vec<_> = root.descendants().filter(|node| node.is_element() && *node != root).collect();
    let Some(node) = (!elements.is_empty()).then(|| elements[index.index(elements.len())]) else {
        return xml.to_owned();
    };
    let range = node.range();
    let whole = &xml[range.clone()];
    let (Some(open_end), Some(close)) = (whole.find('>'), whole.rfind("</")) else { return xml.to_owned() };
    if close <= open_end {
        return xml.to_owned();
    }
    let inside = &whole[open_end + 1..close];
    let new = match change {
        Change::Remove => String::new(),
        Change::Repeat(count) => whole.repeat(count),
        Change::Unwrap => inside.to_owned(),
        Change::Nest => format!("{}{whole}{}", &whole[..=open_end], &whole[close..]),
        Change::Rename => format!("<Nieznany>{inside}</Nieznany>"),
        Change::Empty => format!("{}{}", &whole[..=open_end], &whole[close..]),
        Change::First => {
            let start = root.first_child().expect("a child").range().start;
            let (head, tail) = (&xml[..start], &xml[start..range.start]);
            return format!("{head}{whole}{tail}{}", &xml[range.end..]);
        }
    };
    format!("{}{new}{}", &xml[..range.start], &xml[range.end..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    /// Elements taken out, doubled, moved, nested, renamed: a page that shows every value that is left.
    #[test]
    fn any_structure_renders_and_hides_nothing(
        form in prop::sample::select(each_form()),
        steps in prop::collection::vec((any::<prop::sample::Index>(), changes()), 1..5),
    ) {
        let (name, mut xml) = form;
        for (index, change) in steps {
            xml = changed(&xml, index, change);
        }
        prop_assume!(xml.len() < 400_000);
        let page = html(xml.as_bytes(), &options(Language::Pl)).map_err(|error| {
            TestCaseError::fail(format!("{name}: {error}: {xml}"))
        })?;
        let missing = missing_of_anything(xml.as_bytes(), &html_text(&page));
        prop_assert!(missing.is_empty(), "{}: {:?} of {}", name, missing, xml);
        let file = pdf(xml.as_bytes(), &options(Language::Pl)).expect("as HTML does");
        prop_assert!(lopdf::Document::load_mem(&file).is_ok(), "{}: {}", name, xml);
    }
}
