//! Whatever parses renders; whatever does not is refused in one clear sentence; nothing panics.

mod support;

use std::fmt::Write;

use ksef_render::{Language, Mode, RenderError, RenderOptions, html, pdf};
use proptest::prelude::*;
use support::{has_tool, html_text, options, pdf_text, run, sample, squeezed};

/// The first sample with its lines replaced.
fn with_lines(lines: &str) -> Vec<u8> {
    let xml = String::from_utf8(sample("vat.xml")).expect("UTF-8");
    let start = xml.find("<FaWiersz>").expect("the sample has lines");
    let end = xml.rfind("</FaWiersz>").expect("the sample has lines") + "</FaWiersz>".len();
    format!("{}{lines}{}", &xml[..start], &xml[end..]).into_bytes()
}

fn line(number: usize, name: &str) -> String {
    format!(
        "<FaWiersz><NrWierszaFa>{number}</NrWierszaFa><P_7>{name}</P_7><P_8A>szt.</P_8A><P_8B>{number}.5</P_8B>\
         <P_9A>{number}.99</P_9A><P_11>{number}.10</P_11><P_12>23</P_12></FaWiersz>"
    )
}

fn pages(pdf: &[u8]) -> usize {
    let (_, output) = run("pdfinfo", &["-"], pdf);
    let output = String::from_utf8(output).expect("UTF-8");
    let count = output.lines().find_map(|line| line.strip_prefix("Pages:"));
    count.expect("pdfinfo counts pages").trim().parse().expect("a number")
}

#[test]
fn sixty_lines_take_pages_with_repeated_heads_and_page_numbers() {
    if !has_tool("pdftotext") || !has_tool("pdfinfo") {
        return;
    }
    let lines: String = (1..=60).map(|number| line(number, "towar o dość długiej nazwie")).collect();
    for (language, head, page) in
        [(Language::Pl, "towarlubusługa", "strona"), (Language::En, "goodsorservice", "page")]
    {
        let file = pdf(&with_lines(&lines), &options(language)).expect("renders");
        let count = pages(&file);
        assert!((2..=4).contains(&count), "{count} pages");
        let text = pdf_text(&file);
        for (position, text) in text.trim_end_matches('\u{c}').split('\u{c}').enumerate() {
            let of = if language == Language::Pl { "z" } else { "of" };
            assert!(text.contains(&format!("{page} {} {of} {count}", position + 1)), "{text}");
            // A page with lines has their head; no page has a single one.
            let on_page = text.matches("towar o dość").count();
            assert_eq!(squeezed(text).contains(head), on_page > 0);
            assert_ne!(on_page, 1, "an orphan: {text}");
        }
    }
}

#[test]
fn ten_thousand_lines_render() {
    let mut lines = String::new();
    for number in 1..=10_000 {
        write!(lines, "{}", line(number, "śruba")).expect("writes");
    }
    let xml = with_lines(&lines);
    let file = pdf(&xml, &options(Language::Pl)).expect("renders");
    if has_tool("pdfinfo") {
        assert!(pages(&file) > 150);
    }
    let text = html_text(&html(&xml, &options(Language::Pl)).expect("renders"));
    assert!(text.contains("9\u{202f}999,99") && text.contains("10\u{202f}000,99"));
}

#[test]
fn texts_that_fit_nowhere_are_broken_and_still_found() {
    let word = "x".repeat(60);
    let long = "Bardzo długi opis towaru. ".repeat(400);
    let xml = with_lines(&format!("{}{}{}", line(1, &word), line(2, &long), line(3, &"W".repeat(2_000))));
    let file = pdf(&xml, &options(Language::Pl)).expect("renders");
    if has_tool("pdftotext") {
        let text = squeezed(&pdf_text(&file));
        // Lines break between words here, so that each word is whole even where the text goes on on the next page.
        assert!(text.contains(&word));
        assert_eq!(text.matches("towaru").count(), 400);
        assert!(text.matches('w').count() >= 2_000 + 400);
    }
}

#[test]
fn characters_without_a_glyph_are_seen_and_can_be_copied() {
    let odd =
        "emoji 🧾, עברית, العربية, 漢字, \u{200f}prawo, \u{85}ster, a\u{301}, &lt;b&gt;&amp;&#9;&#13;koniec";
    let xml = with_lines(&line(1, odd));
    let file = pdf(&xml, &options(Language::Pl)).expect("renders");
    if has_tool("pdftotext") {
        let text = pdf_text(&file);
        assert!(text.contains('🧾') && text.contains("漢字") && text.contains("<b>&"), "{text}");
    }
    let page = html(&xml, &options(Language::Pl)).expect("renders");
    assert!(page.contains("🧾") && !page.contains("<b>"));
}

#[test]
fn markup_in_a_text_stays_text() {
    let attack = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt;\" onclick=\"z";
    let page = html(&with_lines(&line(1, attack)), &options(Language::Pl)).expect("renders");
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("\" onclick"));
    assert!(html_text(&page).contains("<script>alert(1)</script>"));
    for outside in ["http-equiv=\"refresh\"", "<link", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn each_language_has_its_words_dates_and_numbers() {
    let xml = sample("vat.xml");
    let polish = ["Faktura VAT", "Sprzedawca", "20.11.2026", "1\u{202f}272,53\u{a0}PLN", "przelew"];
    let english = ["VAT invoice", "Seller", "2026-11-20", "1,272.53\u{a0}PLN", "bank transfer"];
    for (language, own, other) in
        [(Language::Pl, &polish[..], &english[..]), (Language::En, &english[..], &polish[..])]
    {
        let mut texts = vec![html_text(&html(&xml, &options(language)).expect("renders"))];
        if has_tool("pdftotext") {
            texts.push(pdf_text(&pdf(&xml, &options(language)).expect("renders")));
        }
        for text in texts {
            let text = squeezed(&text);
            for word in own {
                assert!(text.contains(&squeezed(word)), "{word}: {text}");
            }
            for word in other {
                assert!(!text.contains(&squeezed(word)), "{word}: {text}");
            }
        }
    }
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    for name in ["vat.xml", "correction.xml"] {
        let (xml, options) = (sample(name), options(Language::Pl));
        assert_eq!(pdf(&xml, &options).expect("renders"), pdf(&xml, &options).expect("renders"));
        assert_eq!(html(&xml, &options), html(&xml, &options));
    }
}

#[test]
fn a_document_without_anything_is_a_page() {
    let empty = b"<Faktura xmlns=\"http://crd.gov.pl/wzor/2025/06/25/13775/\"/>";
    assert!(pdf(empty, &options(Language::Pl)).is_ok());
    assert!(html(empty, &options(Language::En)).expect("renders").contains("No QR code"));
    let hollow = b"<Faktura xmlns=\"http://crd.gov.pl/wzor/2025/06/25/13775/\"><Podmiot1/><Fa><P_13_1/><Adnotacje/>\
        <FaWiersz/><Platnosc><RachunekBankowy/><TerminPlatnosci/></Platnosc><WarunkiTransakcji><Transport/>\
        </WarunkiTransakcji><Zamowienie/></Fa><Zalacznik><BlokDanych><Tabela><TNaglowek/><Wiersz><WKom>1</WKom>\
        </Wiersz></Tabela><Tabela><TNaglowek><Kol/></TNaglowek></Tabela></BlokDanych></Zalacznik></Faktura>";
    assert!(pdf(hollow, &options(Language::Pl)).is_ok());
    assert!(html_text(&html(hollow, &options(Language::Pl)).expect("renders")).contains('1'));
}

#[test]
fn a_table_wider_than_its_head_loses_no_cell() {
    let cells: String = (0..40).map(|number| format!("<WKom>komórka{number:02}</WKom>")).collect();
    let xml = format!(
        "<Faktura xmlns=\"http://crd.gov.pl/wzor/2025/06/25/13775/\"><Zalacznik><BlokDanych><Tabela><TNaglowek>\
         <Kol Typ=\"txt\"><NKom>A</NKom></Kol></TNaglowek><Wiersz>{cells}</Wiersz></Tabela></BlokDanych>\
         </Zalacznik></Faktura>"
    );
    let text = html_text(&html(xml.as_bytes(), &options(Language::Pl)).expect("renders"));
    assert!((0..40).all(|number| text.contains(&format!("komórka{number:02}"))));
    let file = pdf(xml.as_bytes(), &options(Language::Pl)).expect("renders");
    if has_tool("pdftotext") {
        let text = squeezed(&pdf_text(&file));
        assert!((0..40).all(|number| text.contains(&format!("komórka{number:02}"))), "{text}");
    }
}

#[test]
fn what_is_no_invoice_is_refused_in_a_sentence() {
    let empty = RenderOptions::default();
    let refusal = |bytes: &[u8]| {
        let error = pdf(bytes, &empty).expect_err("refused");
        assert_eq!(html(bytes, &empty).expect_err("refused"), error);
        assert!(!error.to_string().is_empty() && error.polish().ends_with('.'));
        error
    };
    assert!(matches!(refusal(b""), RenderError::Unreadable(_)));
    assert!(refusal(b"to nie jest XML").to_string().contains("not well-formed"));
    assert!(refusal(b"<a><b></a>").polish().contains("wiersz 1"));
    assert!(refusal(b"<Rachunek xmlns=\"urn:x\"/>").polish().contains("„Rachunek”"));
    let offline = RenderOptions { mode: Mode::Offline24, ..RenderOptions::default() };
    assert_eq!(pdf(&sample("vat.xml"), &offline), Err(RenderError::NoCertificate));
    assert!(RenderError::NoCertificate.polish().ends_with('.'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Bytes changed, cut out and doubled: rendered or refused, never a panic, and both back ends agree.
    #[test]
    fn mutated_samples_render_or_are_refused(
        name in prop::sample::select(vec!["vat.xml", "correction.xml", "advance.xml", "rr.xml", "upo.xml", "pef.xml"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, any::<u8>(), 1usize..400), 1..6),
    ) {
        let mut xml = sample(name);
        for (index, kind, byte, length) in changes {
            let at = index.index(xml.len());
            let end = (at + length).min(xml.len());
            match kind {
                0 => xml[at] = byte,
                1 => drop(xml.drain(at..end)),
                2 => { let part = xml[at..end].to_vec(); xml.splice(at..at, part); }
                // Within a text: digits and letters that keep the document well-formed.
                _ => if xml[at].is_ascii_alphanumeric() { xml[at] = b"0-.zZ9 "[usize::from(byte) % 7]; }
            }
            if xml.is_empty() { break; }
        }
        let pl = options(Language::PlEn);
        prop_assert_eq!(pdf(&xml, &pl).map(drop), html(&xml, &pl).map(drop));
    }

    /// Any text anywhere in a line.
    #[test]
    fn any_text_renders(text in "\\PC{0,120}") {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let xml = with_lines(&line(1, &escaped));
        let english = options(Language::En);
        prop_assert!(pdf(&xml, &english).is_ok());
        prop_assert!(html(&xml, &english).is_ok());
    }
}
