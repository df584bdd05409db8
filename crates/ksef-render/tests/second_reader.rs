//! Prints as a reader from a package registry sees them: pypdf, in Python, which shares nothing with our writer, with
//! `lopdf` (tests/pdfa.rs), poppler (tests/nothing_hidden.rs) or `qpdf` (tests/codes.rs).
//!
//! It parses strictly and tells text, embedded files, tags, bookmarks and fonts. It does not draw, does not look into font
//! programs, colours or the output intent, and does not judge PDF/A: it reports the packet's claim.
//!
//! Runs with the Python that `BRAMKA_OUTSIDERS` names, in which `.ci/outsiders.txt` is installed; `.ci/run` makes it.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use ksef_id::Sha256Hash;
use ksef_render::{Language, Mode, RenderOptions, confirmation_pdf, pdf};
use serde_json::{Value, json};
use support::{each_form, missing, options, sample, shared, skip};

/// A print with the document that it was made of, and whether that is inside.
struct Print {
    name: String,
    xml: Vec<u8>,
    file: Vec<u8>,
    has_xml: bool,
}

fn prints() -> Vec<Print> {
    let of = |name: String, xml: Vec<u8>| {
        let file = pdf(&xml, &options(Language::Pl)).unwrap_or_else(|error| panic!("{name}: {error}"));
        Print { name, xml, file, has_xml: true }
    };
    let mut prints: Vec<_> =
        each_form().into_iter().map(|(name, xml)| of(name.to_owned(), xml.into_bytes())).collect();
    let vat = String::from_utf8(sample("vat.xml")).expect("UTF-8");
    let start = vat.find("<FaWiersz>").expect("a line");
    let end = vat.find("</FaWiersz>").expect("a line") + "</FaWiersz>".len();
    let long = format!("{}{}{}", &vat[..start], vat[start..end].repeat(150), &vat[end..]);
    prints.push(of("several pages".to_owned(), long.into_bytes()));
    let offline = RenderOptions {
        mode: Mode::Offline24,
        certificate_url: Some("https://qr.ksef.mf.gov.pl/certificate/x".to_owned()),
        ..RenderOptions::default()
    };
    let file = confirmation_pdf(vat.as_bytes(), &offline).expect("renders");
    prints.push(Print { name: "confirmation".to_owned(), xml: vat.into_bytes(), file, has_xml: false });
    if let Some(shared) = shared() {
        let folders = ["ksef/samples/fa3", "ksef/samples/other"];
        let mut paths: Vec<PathBuf> = folders
            .iter()
            .flat_map(|folder| std::fs::read_dir(shared.join(folder)).expect("the folder is there"))
            .map(|entry| entry.expect("readable").path())
            .collect();
        paths.sort();
        prints.extend(
            paths.iter().map(|path| of(path.display().to_string(), std::fs::read(path).expect("readable"))),
        );
    }
    prints
}

#[test]
fn another_reader_finds_text_tags_fonts_bookmarks_and_the_xml() {
    let Some(python) = std::env::var_os("BRAMKA_OUTSIDERS") else {
        return skip("a Python with other people's tools (BRAMKA_OUTSIDERS)");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let prints = prints();
    let paths: Vec<PathBuf> = prints
        .iter()
        .enumerate()
        .map(|(number, print)| {
            let path = folder.path().join(format!("{number}.pdf"));
            std::fs::write(&path, &print.file).expect("written");
            path
        })
        .collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outsiders/second_reader.py");
    let output = Command::new(python).arg(script).args(&paths).output().expect("python runs");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{complaints}");
    let found: Vec<Value> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(found.len(), prints.len());
    for (print, found) in prints.iter().zip(&found) {
        let name = &print.name;
        assert_eq!((&found["isPdfA3b"], &found["isMarked"]), (&json!(true), &json!(true)), "{name}");
        assert_eq!(
            (&found["language"], &found["fontsAreEmbedded"]),
            (&json!("pl-PL"), &json!(true)),
            "{name}"
        );
        assert!(found["title"].as_str().is_some_and(|title| !title.is_empty()), "{name}");
        assert_eq!(found["roles"]["H1"], 1, "{name}: {}", found["roles"]);
        let pages = found["pages"].as_u64().expect("a number");
        let bookmarks = found["bookmarks"].as_array().expect("a list").len();
        assert_eq!(bookmarks > 0, pages > 1, "{name}: {pages} pages, {bookmarks} bookmarks");
        let files = found["files"].as_object().expect("a map");
        if print.has_xml {
            let hash: String =
                ksef_crypto::sha256(&print.xml).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(files.values().collect::<Vec<_>>(), [&json!(hash)], "{name}");
            let none: [String; 0] = [];
            let text = found["text"].as_str().expect("a text");
            assert_eq!(missing(&print.xml, text), none, "{name}");
            let hash = Sha256Hash::from_bytes(&ksef_crypto::sha256(&print.xml));
            assert!(text.contains(hash.as_str()), "{name} names its file's hash");
        } else {
            assert!(files.is_empty(), "{name}");
        }
    }
}
