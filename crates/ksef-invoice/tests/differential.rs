//! The schema verdict against libxml2's, on seeded mutations of official documents.
//!
//! `BRAMKA_MUTATIONS` sets how many (3,000 unless set; 20,000 where everything is required), `BRAMKA_SEED` where they
//! begin.

mod support;

use std::fmt::Write as _;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use ksef_invoice::{Form, Layer, Report, Severity};

/// A small generator of numbers (splitmix64): mutations must be the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Mutants that one call of xmllint looks at.
const JOB: usize = 500;

#[test]
fn verdicts_agree_with_libxml2() {
    let Some(shared) = support::shared("the comparison with libxml2") else { return };
    if Command::new("xmllint").arg("--version").output().is_err() {
        return support::skip("the comparison with libxml2: xmllint is missing (package libxml2-utils)");
    }
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let usual = if support::is_all_required() { 20_000 } else { 3_000 };
    let (count, seed) = (number("BRAMKA_MUTATIONS", usual), number("BRAMKA_SEED", 1));
    let mut documents = support::official_samples(&shared);
    documents.extend(support::filled_templates(&shared));
    let mut by_form: Vec<(Form, Vec<String>)> = Vec::new();
    for (name, document) in &documents {
        let form = ksef_invoice::detect_form(document.as_bytes()).expect(name);
        assert!(
            is_schema_valid(&support::strict(document)),
            "{name}: {:?}",
            support::summary(&support::strict(document))
        );
        match by_form.iter_mut().find(|(known, _)| *known == form) {
            Some((_, list)) => list.push(document.clone()),
            None => by_form.push((form, vec![document.clone()])),
        }
    }
    assert_eq!(by_form.len(), 6, "every form with a schema takes part");
    let mut jobs = Vec::new();
    for (form, seeds) in &by_form {
        // FA(3) gets three fifths, the others share the rest.
        let share = if *form == Form::Fa3 { count * 3 / 5 } else { count * 2 / 25 };
        for (number, start) in (0..share).step_by(JOB).enumerate() {
            let seed = seed.wrapping_mul(1000) + form.name().len() as u64 + ((number as u64) << 40);
            jobs.push((*form, seeds, seed, JOB.min((share as usize) - start as usize)));
        }
    }
    let jobs = Mutex::new(jobs);
    let work = || {
        let mut tally = (0, 0);
        loop {
            // Not in the loop's head: the lock would be held over the work.
            let job = jobs.lock().expect("no thread panics with the lock").pop();
            let Some((form, seeds, seed, count)) = job else { return tally };
            let mut random = Random(seed);
            let mutants: Vec<String> = (0..count).map(|_| mutant(&mut random, seeds)).collect();
            let (valid, invalid) = compare(&shared, form, &mutants, seed);
            tally = (tally.0 + valid, tally.1 + invalid);
        }
    };
    let tally = std::thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        let tallies = threads.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (tallies[0].0 + tallies[1].0, tallies[0].1 + tallies[1].1)
    });
    eprintln!("libxml2 agrees on {} valid and {} invalid documents", tally.0, tally.1);
    assert!(tally.0 > count as usize / 20 && tally.1 > count as usize / 4, "one-sided mutations: {tally:?}");
}

/// Well-formed and valid by the schema: the other layers are not libxml2's business.
fn is_schema_valid(report: &Report) -> bool {
    !report.findings.iter().any(|finding| {
        finding.severity == Severity::Error
            && (finding.layer == Layer::Schema || ("FILE010"..="FILE021").contains(&finding.code))
    })
}

fn compare(shared: &Path, form: Form, mutants: &[String], seed: u64) -> (usize, usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let schemas = shared.join("ksef/docs/faktury");
    let schema = schemas.join(match form {
        Form::Fa2 => "schemy/FA/schemat_FA(2)_v1-0E.xsd",
        Form::Fa3 => "schemy/FA/schemat_FA(3)_v1-0E.xsd",
        Form::FaRr1 => "schemy/RR/schemat_FA_RR(1)_v1-1E.xsd",
        Form::Pef3 => "schemy/PEF/Schemat_PEF(3)_v2-1.xsd",
        Form::PefKor3 => "schemy/PEF/Schemat_PEF_KOR(3)_v2-1.xsd",
        Form::Upo43 => "upo/schemy/upo-v4-3.xsd",
    });
    let base = schemas.join("schemy/FA/bazowe").canonicalize().expect("the base schemas");
    // The XSDs import their base types from the network; the catalogue leads to the local copies.
    let catalogue = folder.path().join("catalog.xml");
    let address = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/";
    let local = format!("file://{}/", base.display());
    let rewrite = format!(
        "<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">\
         <rewriteSystem systemIdStartString=\"{address}\" rewritePrefix=\"{local}\"/>\
         <rewriteURI uriStartString=\"{address}\" rewritePrefix=\"{local}\"/></catalog>"
    );
    std::fs::write(&catalogue, rewrite).expect("the catalogue");
    let mut verdicts = vec![None; mutants.len()];
    let mut command = Command::new("xmllint");
    command
        .args(["--nonet", "--noout", "--huge", "--schema"])
        .arg(&schema)
        .env("XML_CATALOG_FILES", &catalogue);
    command.current_dir(folder.path());
    for (index, mutant) in mutants.iter().enumerate() {
        let name = format!("{index}.xml");
        std::fs::write(folder.path().join(&name), mutant).expect("a mutant");
        command.arg(name);
    }
    let output = command.output().expect("xmllint runs");
    let words = String::from_utf8_lossy(&output.stderr);
    for line in words.lines() {
        let verdict = match line.rsplit_once(".xml ") {
            Some((_, "validates")) => true,
            Some((_, "fails to validate")) => false,
            _ => continue,
        };
        let number = line.split('.').next().and_then(|number| number.parse::<usize>().ok());
        verdicts[number.expect("a file number")] = Some(verdict);
    }
    let mut disagreements = String::new();
    let mut tally = (0, 0);
    let mut defects = 0;
    for (index, mutant) in mutants.iter().enumerate() {
        let report = support::strict(mutant);
        let ours = is_schema_valid(&report);
        // What libxml2 cannot parse gets no verdict.
        let theirs = verdicts[index].unwrap_or(false);
        if ours == theirs {
            if ours {
                tally.0 += 1
            } else {
                tally.1 += 1
            }
            continue;
        }
        let is_defect = if ours { is_libxml2_defect(mutant) } else { is_stray_base64(mutant, &report) };
        if is_defect {
            defects += 1;
            continue;
        }
        let copy = std::env::temp_dir().join(format!("bramka-disagreement-{seed}-{index}.xml"));
        std::fs::write(&copy, mutant).expect("a copy");
        let _ = writeln!(
            disagreements,
            "{form} mutant {index}: ours {ours}, libxml2 {theirs}; see {}; {:?}",
            copy.display(),
            support::summary(&report)
        );
    }
    assert!(disagreements.is_empty(), "{disagreements}");
    assert!(defects <= 3 + mutants.len() / 50, "{defects} of {} put down to libxml2", mutants.len());
    tally
}

/// Whether libxml2 refuses a valid document by one of its own defects; beside [`is_stray_base64`] there is no other list.
///
/// 1. White space around a date or a date with time, unless the schema repeats `whiteSpace="collapse"`, although XSD
///    part 2 (3.2.7, 3.2.9) fixes that facet for both types.
/// 2. White space around the value of `xsi:type`, although a QName's is collapsed (3.2.18).
/// 3. White space around a fixed value of a token, although values are compared after collapsing (cvc-elt 5.2.2.2).
/// 4. Whole numbers of more than 24 digits, although `integer` has no bound (3.3.13).
fn is_libxml2_defect(mutant: &str) -> bool {
    let Ok(tree) = roxmltree::Document::parse(mutant) else { return false };
    let is_padded = |text: &str| text != text.trim_matches([' ', '\t', '\n', '\r']);
    let has_padded_moment = tree.descendants().filter_map(|node| node.text()).any(|text| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        is_padded(text) && digits >= 8 && text.matches('-').count() >= 2 && text.len() <= 40
    });
    let has_padded_type = tree.descendants().flat_map(|node| node.attributes()).any(|attribute| {
        attribute.name() == "type" && attribute.namespace().is_some() && is_padded(attribute.value())
    });
    let has_padded_fixed_value = tree
        .descendants()
        .filter_map(|node| node.text())
        .any(|text| is_padded(text) && text.trim() == "Ministerstwo Finansów");
    let has_long_integer = tree
        .descendants()
        .filter_map(|node| node.text())
        .any(|text| text.trim().len() > 24 && text.trim().bytes().all(|byte| byte.is_ascii_digit()));
    has_padded_moment || has_padded_type || has_padded_fixed_value || has_long_integer
}

/// Whether libxml2 takes an invalid document because it passes over what is no letter of base64, although the type's
/// grammar has no such characters (3.2.16).
fn is_stray_base64(mutant: &str, report: &Report) -> bool {
    let Ok(tree) = roxmltree::Document::parse(mutant) else { return false };
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let is_stray = |text: &str| {
        let letters: String = text.chars().filter(|c| is_letter(*c)).collect();
        let is_padded_right = letters.trim_end_matches('=').len() + 2 >= letters.len()
            && !letters.trim_end_matches('=').contains('=');
        text.chars().any(|c| !is_letter(c) && !c.is_ascii_whitespace())
            && letters.len().is_multiple_of(4)
            && is_padded_right
    };
    let holds_base64 = |name: &str| name == "EmbeddedDocumentBinaryObject";
    let has_stray = tree
        .descendants()
        .filter(|node| holds_base64(node.tag_name().name()))
        .any(|node| node.text().is_some_and(is_stray));
    let is_of_base64 = |path: &str| path.rsplit('/').next().is_some_and(holds_base64);
    has_stray
        && report
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error && finding.layer == Layer::Schema)
            .all(|finding| finding.code == "XSD030" && is_of_base64(&finding.path))
}

fn mutant(random: &mut Random, seeds: &[String]) -> String {
    let mut document = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(2) {
        document = mutate(random, &document);
    }
    document
}

/// One change of a well-formed document; of another, none.
fn mutate(random: &mut Random, document: &str) -> String {
    let Ok(tree) = roxmltree::Document::parse(document) else { return document.to_owned() };
    let elements: Vec<_> = tree.descendants().filter(|node| node.is_element()).skip(1).collect();
    let node = elements[random.below(elements.len())];
    let leaves: Vec<_> =
        elements.iter().filter(|node| !node.children().any(|child| child.is_element())).copied().collect();
    let leaf = leaves[random.below(leaves.len())];
    let range = node.range();
    let text = &document[range.clone()];
    let replace = |range: std::ops::Range<usize>, with: &str| {
        format!("{}{with}{}", &document[..range.start], &document[range.end..])
    };
    match random.below(16) {
        0 => replace(range, ""),
        1 => replace(range, &format!("{text}{text}")),
        2 => {
            let Some(next) = node.next_sibling_element() else { return replace(range, "") };
            let other = next.range();
            let between = &document[range.end..other.start];
            replace(range.start..other.end, &format!("{}{between}{text}", &document[other.clone()]))
        }
        3 => {
            let other = elements[random.below(elements.len())].tag_name().name();
            rename(document, node, if random.below(4) == 0 { "Nieznany" } else { other })
        }
        4 => {
            // Moves an element somewhere else.
            let target = elements[random.below(elements.len())].range().start;
            if target > range.start && target < range.end {
                return replace(range, "");
            }
            let moved = format!("{}{text}{}", &document[..target], &document[target..]);
            let shift = if target <= range.start { text.len() } else { 0 };
            format!("{}{}", &moved[..range.start + shift], &moved[range.end + shift..])
        }
        5 => {
            let attributes: Vec<_> = tree.descendants().flat_map(|node| node.attributes()).collect();
            let Some(attribute) = attributes.get(random.below(attributes.len())) else {
                return document.to_owned();
            };
            match random.below(3) {
                0 => replace(attribute.range(), ""),
                1 => replace(attribute.range_value(), random.pick(VALUES)),
                _ => replace(attribute.range_value(), &format!("{} ", attribute.value())),
            }
        }
        6 => {
            let at = node.range().start + 1 + qualified_length(&document[node.range().start + 1..]);
            replace(at..at, random.pick(ATTRIBUTES))
        }
        7 => {
            // Something between two elements.
            let at = range.start;
            replace(at..at, random.pick(&["x", " ", "<!--x-->", "<?pi x?>", "&#32;", "<Obcy/>", "&amp;"]))
        }
        8 => {
            // Something within a value.
            let Some(content) = content_range(document, leaf) else { return document.to_owned() };
            let at = content.start;
            replace(
                at..at,
                random.pick(&[
                    "<!--x-->",
                    "<?pi x?>",
                    " ",
                    "\n",
                    "<b/>",
                    "<![CDATA[1]]>",
                    "&#49;",
                    "\u{a0}",
                    "&lt;",
                ]),
            )
        }
        9 => {
            // All of a value's characters, some times over.
            let Some(content) = content_range(document, leaf) else { return document.to_owned() };
            let times = random.pick(&[&2_usize, &5, &17, &40, &300]);
            let longer = document[content.clone()].repeat(*times);
            replace(content, &longer)
        }
        10 => {
            let Some(content) = content_range(document, leaf) else { return document.to_owned() };
            let value = &document[content.clone()];
            let keep = random.below(value.chars().count() + 1);
            let cut: String = value.chars().take(keep).collect();
            if value.contains('&') { document.to_owned() } else { replace(content, &cut) }
        }
        11 => {
            // A length at a border of the text types.
            let Some(content) = content_range(document, leaf) else { return document.to_owned() };
            let length = random.pick(&[
                &1_usize, &13, &16, &17, &20, &21, &32, &33, &50, &51, &240, &256, &257, &512, &513, &3500,
                &3501,
            ]);
            let letter = random.pick(&["a", "ż", "7", "𝄞"]);
            replace(content, &letter.repeat(*length))
        }
        12 => {
            let Some(content) = content_range(document, leaf) else { return document.to_owned() };
            let value = &document[content.clone()];
            let with = match random.below(4) {
                0 => format!(" {value}\n"),
                1 => format!("-{value}"),
                2 => format!("0{value}"),
                _ => format!("{value}0"),
            };
            replace(content, &with)
        }
        _ => {
            let Some(content) = content_range(document, leaf) else { return document.to_owned() };
            replace(content, random.pick(VALUES))
        }
    }
}

fn rename(document: &str, node: roxmltree::Node<'_, '_>, name: &str) -> String {
    let range = node.range();
    let text = &document[range.clone()];
    let length = qualified_length(&text[1..]);
    let head = format!("<{name}{}", &text[1 + length..]);
    let renamed = match head.rfind("</") {
        Some(end) if !text.ends_with("/>") => format!("{}</{name}>", &head[..end]),
        _ => head,
    };
    format!("{}{renamed}{}", &document[..range.start], &document[range.end..])
}

fn qualified_length(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(text.len())
}

/// Where a leaf's value stands; `None` for an empty-element tag.
fn content_range(document: &str, node: roxmltree::Node<'_, '_>) -> Option<std::ops::Range<usize>> {
    let range = node.range();
    let text = &document[range.clone()];
    if text.ends_with("/>") {
        return None;
    }
    let start = text.find('>')? + 1;
    let end = text.rfind("</")?;
    (start <= end).then(|| range.start + start..range.start + end)
}

/// Values at and around the borders of the forms' types.
const VALUES: &[&str] = &[
    "",
    " ",
    "0",
    "1",
    "01",
    "+1",
    "-1",
    "2",
    "3",
    "7",
    "8",
    "10",
    "11",
    "12",
    "20",
    "21",
    "-0",
    "00",
    "1.",
    ".5",
    "0.5",
    "1.5",
    "1.55",
    "1.555",
    "1.5555555",
    "1.55555555",
    "1.555555555",
    "1.0",
    "1.00",
    "1.000",
    "100",
    "100.0",
    "100.000001",
    "100.0000000",
    "99.999999",
    "99.9999999",
    "127",
    "128",
    "-128",
    "-129",
    "255",
    "1e5",
    "1,5",
    "1 000",
    "٣",
    "１２",
    "9999999999999999",
    "99999999999999999",
    "9999999999999999.99",
    "99999999999999",
    "100000000000000",
    "12345678901234.12345678",
    "123456789012345.12345678",
    "1234567890123456.123456",
    "000000000000001",
    "23",
    "22",
    "5",
    "4",
    "zw",
    "ZW",
    "oo",
    "np I",
    "np  I",
    " np I ",
    "0 KR",
    "0 WDT",
    "0 EX",
    "VAT",
    "KOR",
    "KOR_ZAL",
    "vat",
    "PLN",
    "EUR",
    "pln",
    "PL",
    " PL",
    "PL ",
    "XI",
    "EL",
    "GR",
    "XX",
    "DE",
    "2026-02-15",
    "2026-02-29",
    "2024-02-29",
    "2026-2-15",
    "15.02.2026",
    "2016-06-30",
    "2016-07-01",
    "2006-01-01",
    "2005-12-31",
    "1990-01-01",
    "1989-12-31",
    "2050-01-01",
    "2050-01-02",
    "2051-01-01",
    "0000-01-01",
    "-2026-02-15",
    "12026-02-15",
    "2026-02-15Z",
    "2026-02-15+01:00",
    "2026-02-15T10:00:00Z",
    "2026-02-15T10:00:00",
    "2026-02-15T10:00:00.123Z",
    "2026-02-15T10:00:00+14:00",
    "2026-02-15T10:00:00+14:01",
    "2026-02-15T24:00:00Z",
    "2026-02-15T24:00:01Z",
    "2026-02-15T25:00:00Z",
    "2026-02-15T10:60:00Z",
    "2026-02-15T10:00:60Z",
    "2026-02-15T10:00Z",
    "2025-09-01T00:00:00Z",
    "2025-08-31T23:59:59Z",
    "2025-09-01T01:59:59+02:00",
    "2025-09-01T02:00:00+02:00",
    "2025-09-01T00:00:00",
    "2025-09-01T15:00:00",
    "2050-01-01T23:59:59Z",
    "2050-01-02T00:00:00Z",
    "2021-10-01T00:00:00Z",
    "2021-09-30T23:59:59Z",
    "2026-02-15T10:00:00.",
    " 2026-02-15T10:00:00Z ",
    "2026-02-15t10:00:00z",
    "5265877635",
    "526587763",
    "52658776350",
    "0265877635",
    "1001111111",
    "5265877635-00001",
    "5265877635-0001",
    "526-587-76-35",
    "5265877635-20250826-0100001AF629-AF",
    "5265877635-20250826-0100001af629-AF",
    "7781464139-20230721-80B510-9675F7-B5",
    "M123456789-20250826-0100001AF629-AF",
    "ABC1234567-20250826-0100001AF629-AF",
    "5265877635-20251326-0100001AF629-AF",
    "a@b",
    "@",
    "a@",
    "@b",
    "a@b@c",
    "ABCDEFGH",
    "ABCDEFGHIJK",
    "ABCDEFGHIJ",
    "abcdefgh",
    "GTU_01",
    "GTU_14",
    "B_SPV",
    "WSTO_EE",
    "123456789",
    "1234567890",
    "12345678901234",
    "12345",
    "0000099999",
    "date",
    "datetime",
    "int",
    "txt",
    "text",
    "FA",
    "FA_RR",
    "FA (3)",
    "FA(3)",
    "1-0E",
    "1-1E",
    "true",
    "false",
    "10:00:00",
    "24:00:00",
    "10:60:00",
    "10:00:00+01:00",
    "QUJD",
    "QR==",
    "QUJ",
    "pl",
    "VA",
    "Ministerstwo Finansów",
    "Online",
    "Offline",
    "https://a.pl/?IPKSeF=123abcdefghij",
    "https://a.pl?x=1&amp;IPKSeF=123abcdefghij#x",
    "http://a/?IPKSeF=123abcdefghij",
    "123abcdefghij",
    "a\nb",
    "a\tb",
    "a  b",
    "&#13;",
    "&#9;a",
    "&amp;",
    "&lt;b&gt;",
    "zażółć gęślą jaźń",
    "123456789012345678901234567890",
];

/// Attributes to add to an element.
const ATTRIBUTES: &[&str] = &[
    " obcy=\"1\"",
    " xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:nil=\"false\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:type=\"TZnakowy\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:type=\"TZnakowy50\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:type=\"TAdres\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:type=\"TKwotowy\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:type=\"TNieznany\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:schemaLocation=\"a b\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:inny=\"1\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xml:lang=\"pl\"",
    " xmlns=\"\"",
    " xmlns=\"http://example.invalid/\"",
    " xmlns:inny=\"http://example.invalid/\"",
    " Typ=\"txt\"",
    " currencyID=\"PLN\"",
    " unitCode=\"C62\"",
    " schemeID=\"9945\"",
    " languageID=\"pl-PL\"",
    " languageID=\"polszczyzna\"",
    " schemeURI=\"http://a b\"",
    " xsi:type=\"cbc:NameType\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " xsi:type=\"cac:PartyType\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
    " kodSystemowy=\"FA (3)\"",
];
