//! What the largest documents of each form cost: memory within the promise, time in proportion to size.
//!
//! One test, since the peak that Linux tells is the process's. Absolute times are the benchmark's to tell.

mod support;

use std::fmt::Write;
use std::time::Duration;

use ksef_render::{Language, html, pdf};
use support::{each_form, options, sample};

/// Peak memory of this process in MiB; `None` where there is no `/proc`.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? / 1024.0)
}

/// What this thread has spent on a processor.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The document with the part from the first `open` to the last `close` in it `count` times.
fn repeated(xml: &str, open: &str, close: &str, count: usize) -> String {
    let start = xml.find(open).unwrap_or_else(|| panic!("{open} is there"));
    let end = xml[start..].find(close).expect("it ends") + start + close.len();
    format!("{}{}{}", &xml[..start], xml[start..end].repeat(count), &xml[end..])
}

/// An FA(3) with an attachment of so many bytes: tables of six columns.
fn attachment(bytes: usize) -> String {
    let xml = String::from_utf8(sample("vat.xml")).expect("UTF-8");
    let mut blocks = String::new();
    let mut row = 0;
    while blocks.len() < bytes {
        blocks.push_str("<BlokDanych><ZNaglowek>Pomiary</ZNaglowek><Tabela><TNaglowek>");
        for (title, kind) in [
            ("Licznik", "txt"),
            ("Data", "date"),
            ("Odczyt", "dec"),
            ("Ilość", "int"),
            ("Cena", "dec"),
            ("Uwagi", "txt"),
        ] {
            write!(blocks, "<Kol Typ=\"{kind}\"><NKom>{title}</NKom></Kol>").expect("writes");
        }
        blocks.push_str("</TNaglowek>");
        for _ in 0..200 {
            row += 1;
            write!(
                blocks,
                "<Wiersz><WKom>L-{row:06}</WKom><WKom>2026-01-{:02}</WKom><WKom>{row}.125</WKom><WKom>{row}</WKom>\
                 <WKom>0.7{:02}</WKom><WKom>odczyt zdalny w terminie</WKom></Wiersz>",
                row % 28 + 1,
                row % 100
            )
            .expect("writes");
        }
        blocks.push_str("</Tabela></BlokDanych>");
    }
    xml.replace("</Faktura>", &format!("<Zalacznik>{blocks}</Zalacznik></Faktura>"))
}

/// Renders both ways and gives the processor time of it.
fn cost(xml: &str) -> Option<Duration> {
    let before = processor_time();
    let file = pdf(xml.as_bytes(), &options(Language::Pl)).expect("renders");
    drop(html(xml.as_bytes(), &options(Language::Pl)).expect("renders"));
    assert!(file.starts_with(b"%PDF"));
    Some(processor_time()?.saturating_sub(before?))
}

/// Renders at a size and at twice that size; what is not in proportion at least doubles its share.
fn grows_with_its_size(name: &str, make: impl Fn(usize) -> String, size: usize) {
    let (small, large) = (make(size), make(2 * size));
    // Once more when it was disturbed: the lower of two counts.
    let ratio = || {
        let (small, large) = (cost(&small)?.as_secs_f64(), cost(&large)?.as_secs_f64());
        Some(large / small)
    };
    let Some(first) = ratio() else {
        return support::skip("/proc, which tells processor time");
    };
    let ratio = if first < LIMIT { first } else { ratio().map_or(first, |second| second.min(first)) };
    assert!(ratio < LIMIT, "{name}: twice the size takes {ratio:.1} times the work");
}

const LIMIT: f64 = 3.0;

#[test]
fn large_documents_of_every_form_stay_within_bounds() {
    let form = |wanted: &str| {
        each_form().into_iter().find(|(name, _)| *name == wanted).map(|(_, xml)| xml).expect("a form")
    };
    let start = peak_mib();
    let grown = |limit: f64, what: &str| {
        if let (Some(start), Some(now)) = (start, peak_mib()) {
            assert!(now - start <= limit, "{what}: {:.1} MiB", now - start);
        }
    };
    // The promises, ascending: a thousand lines, then an attachment of 3 MB, then ten thousand lines.
    let lines = |count| repeated(&form("FA(3)"), "<FaWiersz>", "</FaWiersz>", count);
    drop(pdf(lines(1_000).as_bytes(), &options(Language::Pl)).expect("renders"));
    grown(40.0, "a thousand lines");
    let large = attachment(3_000_000);
    drop(pdf(large.as_bytes(), &options(Language::Pl)).expect("renders"));
    grown(100.0, "an attachment of 3 MB");
    drop((pdf(lines(10_000).as_bytes(), &options(Language::PlEn)).expect("renders"), large));
    grown(100.0, "ten thousand lines");

    grows_with_its_size("lines of FA(3)", lines, 1_500);
    grows_with_its_size("attachment", attachment, 200_000);
    let pairs = |name: &'static str, open: &'static str, close: &'static str| {
        let xml = form(name);
        grows_with_its_size(name, move |count| repeated(&xml, open, close, count), 1_500);
    };
    pairs("FA_RR(1)", "<FakturaRRWiersz>", "</FakturaRRWiersz>");
    pairs("PEF(3)", "<cac:InvoiceLine>", "</cac:InvoiceLine>");
    pairs("PEF_KOR(3)", "<cac:CreditNoteLine>", "</cac:CreditNoteLine>");
    pairs("UPO", "<Dokument>", "</Dokument>");
    // What stands in one box or in the annex may repeat as well.
    pairs("FA(3)", "<RachunekBankowy>", "</RachunekBankowy>");
    pairs("FA(3), correction", "<DaneFaKorygowanej>", "</DaneFaKorygowanej>");
    let unknown = |count: usize| {
        let extra: String = (0..count).map(|number| format!("<Obcy>{number}</Obcy>")).collect();
        form("FA(2)").replace("</Faktura>", &format!("{extra}</Faktura>"))
    };
    grows_with_its_size("elements that nobody knows", unknown, 2_000);
    let text = |length: usize| with_name(&form("FA(3)"), &"słowo ".repeat(length));
    grows_with_its_size("one long text", text, 20_000);
    let word = |length: usize| with_name(&form("FA(3)"), &"W".repeat(length));
    grows_with_its_size("one long word", word, 100_000);
}

/// The document with this name on its first line.
fn with_name(xml: &str, name: &str) -> String {
    let start = xml.find("<P_7>").expect("a name") + 5;
    let end = xml.find("</P_7>").expect("a name");
    format!("{}{name}{}", &xml[..start], &xml[end..])
}
