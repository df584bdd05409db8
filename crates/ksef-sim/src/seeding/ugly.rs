//! Documents that production took and that readers trip over (field notes B5). Each is a valid invoice with one fault;
//! all are written here, none is anybody's.

use super::documents::{Draft, money};
use crate::inspection::Facts;

/// A way to be ugly.
pub(super) struct Shape {
    /// What is ugly about it.
    pub(super) name: &'static str,
    spoil: fn(&mut Draft) -> Vec<u8>,
}

impl Shape {
    /// Spoils a draft: the bytes, and what KSeF tells about them.
    pub(super) fn make(&self, mut draft: Draft) -> (Vec<u8>, Facts) {
        let bytes = (self.spoil)(&mut draft);
        tracing::debug!(shape = self.name, number = draft.number, "an ugly invoice");
        (bytes, draft.facts())
    }
}

/// All ways.
pub(super) const SHAPES: [Shape; 16] = [
    // Issue 700: U+0081 and U+0082 are characters of XML 1.0, and of no alphabet.
    Shape { name: "control character", spoil: |draft| replace(draft, "Dostawcza", "Dostaw\u{81}cza\u{82}") },
    // Issue 759: a byte of a code page in a document that says UTF-8.
    Shape { name: "invalid UTF-8", spoil: |draft| replace_bytes(draft, b"Dostawcza", b"Dostaw\x81cza") },
    // Issue 738
    Shape {
        name: "style sheet",
        spoil: |draft| {
            let instruction =
                "?>\n<?xml-stylesheet type=\"text/xsl\" href=\"http://styl.invalid/faktura.xsl\"?>";
            replace(draft, "?>", instruction)
        },
    },
    // Issue 718: against the grammar of XML.
    Shape {
        name: "prolog without version",
        spoil: |draft| replace(draft, "<?xml version=\"1.0\" encoding", "<?xml encoding"),
    },
    Shape {
        name: "no prolog",
        spoil: |draft| replace(draft, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", ""),
    },
    Shape { name: "space in a number", spoil: |draft| replace(draft, "<P_12>23</P_12>", "<P_12>8 </P_12>") },
    // Issue 703: the schema lets lines be missing.
    Shape {
        name: "no lines",
        spoil: |draft| {
            let bytes = draft.xml();
            let start = bytes.find("<FaWiersz>").unwrap_or(bytes.len());
            let end = bytes.find("</Fa>").unwrap_or(bytes.len());
            format!("{}{}", &bytes[..start], &bytes[end..]).into_bytes()
        },
    },
    // Issue 716: the sums say something else than the lines.
    Shape {
        name: "wrong sums",
        spoil: |draft| {
            let net = money(draft.net());
            let wrong = format!("<P_13_1>{}</P_13_1>", money(draft.net() + 100_001));
            replace(draft, &format!("<P_13_1>{net}</P_13_1>"), &wrong)
        },
    },
    Shape {
        name: "tax that no rate gives",
        spoil: |draft| {
            let tax = money(draft.tax());
            replace(draft, &format!("<P_14_1>{tax}</P_14_1>"), "<P_14_1>-0.01</P_14_1>")
        },
    },
    // Issue 718: whole numbers have no upper limit in the schema.
    Shape {
        name: "huge number",
        spoil: |draft| {
            let huge = format!("<NrWierszaFa>{}</NrWierszaFa>", "9".repeat(60));
            replace(draft, "<NrWierszaFa>1</NrWierszaFa>", &huge)
        },
    },
    // What a careless page would run.
    Shape {
        name: "markup in a name",
        spoil: |draft| {
            draft.seller_name = "<script>alert('x')</script> & \"Synowie\" sp. z o.o.".to_owned();
            draft.xml().into_bytes()
        },
    },
    Shape {
        name: "text that runs both ways",
        spoil: |draft| {
            draft.seller_name = "Firma \u{202e}.o.o z .ps\u{202c} ąęśżź 🧾 \u{200b}".to_owned();
            draft.xml().into_bytes()
        },
    },
    Shape {
        name: "number with spaces and slashes",
        spoil: |draft| {
            draft.number = format!("  {} / ../ ; \u{a0}' OR 1=1 --", draft.number);
            draft.xml().into_bytes()
        },
    },
    Shape {
        name: "long name",
        spoil: |draft| {
            draft.seller_name = "Bardzo Długa Nazwa ".repeat(26).trim_end().to_owned();
            draft.xml().into_bytes()
        },
    },
    Shape { name: "line ends of Windows", spoil: |draft| draft.xml().replace('\n', "\r\n").into_bytes() },
    Shape {
        name: "comments and entities",
        spoil: |draft| {
            let text = "<P_2><!-- numer -->&#70;V&#x2F;";
            replace(draft, "<P_2>FV/", text)
        },
    },
];

fn replace(draft: &Draft, from: &str, to: &str) -> Vec<u8> {
    draft.xml().replacen(from, to, 1).into_bytes()
}

fn replace_bytes(draft: &Draft, from: &[u8], to: &[u8]) -> Vec<u8> {
    let xml = draft.xml().into_bytes();
    match xml.windows(from.len()).position(|window| window == from) {
        Some(place) => [&xml[..place], to, &xml[place + from.len()..]].concat(),
        None => xml,
    }
}
