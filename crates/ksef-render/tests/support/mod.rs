//! What the tests of this crate share: outside tools, the folder of official files, and looking for values in texts.

#![allow(dead_code, reason = "every test binary uses its own part")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ksef_render::{Environment, Language, RenderOptions};

/// Says that a test did not run for want of something; a failure when everything is required.
pub(crate) fn skip(what: &str) {
    assert!(std::env::var("BRAMKA_REQUIRE").as_deref() != Ok("all"), "required and missing: {what}");
    eprintln!("SKIPPED: {what} is missing");
}

/// The folder of official files, or `None` after having said that it is missing.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("BRAMKA_SHARED").map_or(beside, PathBuf::from);
    if folder.join("ksef/samples/fa3").is_dir() {
        return Some(folder);
    }
    skip("the folder of official samples (BRAMKA_SHARED)");
    None
}

/// Whether a tool can be started; says so when it cannot.
pub(crate) fn has_tool(name: &str) -> bool {
    let found =
        Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        skip(&format!("the tool {name}"));
    }
    found
}

/// Runs a tool with `input` on standard input and gives its standard output.
pub(crate) fn run(tool: &str, arguments: &[&str], input: &[u8]) -> (bool, Vec<u8>) {
    let mut child = Command::new(tool)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool was found before");
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    let input = input.to_vec();
    // A tool may answer before it has read everything.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().expect("the tool ends");
    writer.join().expect("the writer ends");
    (output.status.success(), output.stdout)
}

/// The text of a PDF in the order in which it is drawn.
pub(crate) fn pdf_text(pdf: &[u8]) -> String {
    let (ok, text) = run("pdftotext", &["-raw", "-enc", "UTF-8", "-", "-"], pdf);
    assert!(ok, "pdftotext reads the file");
    String::from_utf8(text).expect("pdftotext writes UTF-8")
}

/// What `zbarimg` reads on the first page of a PDF, drawn at so many dots per inch.
pub(crate) fn codes(pdf: &[u8], dots: &str) -> Option<Vec<String>> {
    if !has_tool("pdftoppm") || !has_tool("zbarimg") {
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = folder.path().join("page");
    let page_text = page.to_str().expect("UTF-8");
    let (ok, _) = run("pdftoppm", &["-r", dots, "-l", "1", "-singlefile", "-png", "-", page_text], pdf);
    assert!(ok, "pdftoppm draws the page");
    let (_, read) = run("zbarimg", &["--quiet", "--raw", &format!("{page_text}.png")], b"");
    Some(String::from_utf8(read).expect("UTF-8").lines().map(str::to_owned).collect())
}

/// The text of one of our HTML files.
pub(crate) fn html_text(html: &str) -> String {
    let body = html.split_once("</style>").expect("there is a style sheet").1;
    let mut text = String::new();
    for part in body.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
        text.push(' ');
    }
    for (entity, character) in
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
    {
        text = text.replace(entity, character);
    }
    text
}

/// A text as values are looked for in it: without white space, in small letters.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{c}').flat_map(char::to_lowercase).collect()
}

/// Options for a language on TEST without a number.
pub(crate) fn options(language: Language) -> RenderOptions {
    RenderOptions { language, environment: Environment::Test, ..RenderOptions::default() }
}

/// One of this crate's own samples, or of `ksef-invoice`'s.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = folder.join("tests/data").join(name);
    let path = if own.is_file() { own } else { folder.join("../ksef-invoice/tests/data").join(name) };
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A document of each form, by its name; FA has three kinds.
pub(crate) fn each_form() -> Vec<(&'static str, String)> {
    let text = |name: &str| String::from_utf8(sample(name)).expect("UTF-8");
    // FA(2) is FA(3) without what came later; a correction of PEF is a PEF with other names.
    let fa2 = text("vat.xml")
        .replace("wzor/2025/06/25/13775", "wzor/2023/06/29/12648")
        .replace("FA (3)", "FA (2)")
        .replace("<JST>2</JST>", "")
        .replace("<GV>2</GV>", "");
    let pef_kor = text("pef.xml")
        .replace("xsd:Invoice-2", "xsd:CreditNote-2")
        .replace("<Invoice ", "<CreditNote ")
        .replace("</Invoice>", "</CreditNote>")
        .replace("InvoiceTypeCode>380", "CreditNoteTypeCode>381")
        .replace("InvoiceTypeCode", "CreditNoteTypeCode")
        .replace("CreditNoteCreditNote", "CreditNote")
        .replace("InvoiceLine>", "CreditNoteLine>")
        .replace("InvoicedQuantity", "CreditedQuantity");
    vec![
        ("FA(3)", text("vat.xml")),
        ("FA(3), correction", text("correction.xml")),
        ("FA(3), advance", text("advance.xml")),
        ("FA(2)", fa2),
        ("FA_RR(1)", text("rr.xml")),
        ("PEF(3)", text("pef.xml")),
        ("PEF_KOR(3)", pef_kor),
        ("UPO", text("upo.xml")),
    ]
}

/// The ways in which a value may stand on a Polish print, squeezed; empty when only the words of [`stands_for`] do.
pub(crate) fn spellings(value: &str) -> Vec<String> {
    let mut spellings = vec![squeezed(value)];
    if value.parse::<f64>().is_ok() {
        let comma = value.replace('.', ",");
        let decimals = value.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        match decimals {
            0 => spellings.push(format!("{comma},00")),
            1 => spellings.push(format!("{comma}0")),
            _ => {}
        }
        spellings.push(comma);
    }
    if let [year, month, day] = value.split('-').collect::<Vec<_>>()[..]
        && year.len() == 4
        && day.len() == 2
    {
        spellings.push(format!("{day}.{month}.{year}"));
    }
    if let Ok(moment) = value.parse::<jiff::Timestamp>() {
        let zone = jiff::tz::TimeZone::get("Europe/Warsaw").expect("the database is built in");
        spellings.push(moment.to_zoned(zone).strftime("%d.%m.%Y,%H:%M:%S").to_string());
    }
    spellings
}

/// What the Polish print says for a coded value: written here once more, from the schema's documentation, so that a slip
/// in the program's own table is seen. `None` for elements whose value stands on the print itself.
pub(crate) fn stands_for(element: &str, value: &str) -> Option<&'static str> {
    let words = match (element, value) {
        ("P_16", "1" | "2") => "metoda kasowa",
        ("P_17", "1" | "2") => "samofakturowanie",
        ("P_18", "1" | "2") => "odwrotne obciążenie",
        ("P_18A", "1" | "2") => "mechanizm podzielonej płatności",
        ("P_19" | "P_19N", "1") => "zwolnienie z VAT",
        ("P_22" | "P_22N", "1") => "wewnątrzwspólnotowa dostawa nowych środków transportu",
        ("P_42_5", "1" | "2") => "obowiązek z art. 42 ust. 5",
        ("P_23", "1") => "faktura WE uproszczona na mocy art. 135–138",
        ("P_23", "2") => "procedura uproszczona trójstronna",
        ("P_PMarzy" | "P_PMarzyN", "1") => "procedura marży",
        ("P_PMarzy_2", "1") => "procedura marży dla biur podróży",
        ("P_PMarzy_3_1", "1") => "procedura marży – towary używane",
        ("P_PMarzy_3_2", "1") => "procedura marży – dzieła sztuki",
        ("P_PMarzy_3_3", "1") => "procedura marży – przedmioty kolekcjonerskie i antyki",
        ("JST", "1") => "faktura dotyczy jednostki podrzędnej JST",
        ("JST", "2") => "jednostka podrzędna JST",
        ("GV", "1") => "faktura dotyczy członka grupy VAT",
        ("GV", "2") => "członek grupy VAT",
        ("FP", "1") => "faktura do paragonu",
        ("TP", "1") => "powiązania między nabywcą a sprzedawcą",
        ("ZwrotAkcyzy", "1") => "zwrot podatku akcyzowego",
        ("PodmiotPosredniczacy", "1") => "podmiot pośredniczący",
        ("P_12_Zal_15" | "P_12Z_Zal_15", "1") => "załącznik nr 15",
        ("StanPrzed" | "StanPrzedZ", "1") => "przed korektą",
        ("BrakID", "1") => "brak identyfikatora podatkowego",
        // The number or description that these announce stands instead of them.
        ("NrKSeF", "1") => "Numer KSeF",
        ("NrKSeFN" | "NrKSeFZN", "1") => "poza KSeF",
        ("RolaInna" | "PlatnoscInna" | "TransportInny" | "LadunekInny", "1") => "",
        ("Zaplacono", "1") => "zapłacono",
        ("ZnacznikZaplatyCzesciowej", "1") => "zapłacono w części",
        ("ZnacznikZaplatyCzesciowej", "2") => "zapłacono w całości w częściach",
        ("FormaPlatnosci", "1") => "gotówka",
        ("FormaPlatnosci", "2") => "karta",
        ("FormaPlatnosci", "6") => "przelew",
        ("RachunekWlasnyBanku", "1") => "wierzytelności",
        ("RachunekWlasnyBanku", "2") => "do pobrania należności",
        ("Rola", "1") => "Faktor",
        ("Rola", "2") => "Odbiorca",
        ("Rola", "4") => "Dodatkowy nabywca",
        ("Rola", "5") => "Wystawca faktury",
        ("Rola", "8") => "jednostka samorządu terytorialnego – odbiorca",
        ("Rola", "10") => "członek grupy VAT – odbiorca",
        ("RolaPU", "1") => "organ egzekucyjny",
        ("RolaPU", "3") => "przedstawiciel podatkowy",
        ("StatusInfoPodatnika", "1") => "w stanie likwidacji",
        ("TypKorekty", "1") => "w dacie ujęcia faktury pierwotnej",
        ("TypKorekty", "2") => "w dacie wystawienia faktury korygującej",
        ("TypKorekty", "3") => "w innej dacie",
        ("RodzajTransportu", "1") => "transport morski",
        ("RodzajTransportu", "3") => "transport drogowy",
        ("OpisLadunku", "1") => "bańka",
        ("OpisLadunku", "13") => "paleta",
        ("RodzajFaktury", "VAT") => "Faktura VAT",
        ("RodzajFaktury", "KOR") => "Faktura korygująca",
        ("RodzajFaktury", "ZAL") => "Faktura zaliczkowa",
        ("RodzajFaktury", "ROZ") => "Faktura rozliczeniowa",
        ("RodzajFaktury", "UPR") => "Faktura uproszczona",
        ("RodzajFaktury", "VAT_RR") => "Faktura VAT RR",
        ("RodzajFaktury", "KOR_VAT_RR") => "Faktura korygująca VAT RR",
        ("ChargeIndicator", "true") => "opłata",
        ("ChargeIndicator", "false") => "rabat",
        ("RodzajFaktury", "KOR_ZAL") => "Faktura korygująca fakturę zaliczkową",
        ("RodzajFaktury", "KOR_ROZ") => "Faktura korygująca fakturę rozliczeniową",
        ("P_12" | "P_12Z", "23") => "23%",
        ("P_12" | "P_12Z", "8") => "8%",
        ("P_12" | "P_12Z", "5") => "5%",
        ("P_12" | "P_12Z", "0 WDT") => "0% WDT",
        ("P_12" | "P_12Z", "0 EX") => "0% EX",
        ("P_12" | "P_12Z", "0 KR") => "0% KR",
        _ => return None,
    };
    Some(words)
}

/// Every value of a document that does not stand in a text, as `path: value`.
pub(crate) fn missing(xml: &[u8], text: &str) -> Vec<String> {
    missing_of(xml, text, false)
}

/// [`missing`] of a document whose elements stand anywhere: a code in an unexpected place may stand as it is.
pub(crate) fn missing_of_anything(xml: &[u8], text: &str) -> Vec<String> {
    missing_of(xml, text, true)
}

fn missing_of(xml: &[u8], text: &str, is_odd: bool) -> Vec<String> {
    let tree = ksef_invoice::tree(xml).expect("the document parses");
    let text = squeezed(text);
    let mut missing = Vec::new();
    look_for(&tree, &text, is_odd, &mut missing);
    missing
}

fn look_for(element: &ksef_invoice::Element, text: &str, is_odd: bool, missing: &mut Vec<String>) {
    let words = match element.name.as_str() {
        // FA_RR has a list of its own.
        "FormaPlatnosci" if element.path.contains("FakturaRR") && element.text == "1" => Some("przelew"),
        name => stands_for(name, &element.text),
    };
    let is_there = match words {
        _ if element.text.is_empty() => true,
        // A file within a document is named with its size; its bytes are in the XML within the PDF.
        _ if element.name == "EmbeddedDocumentBinaryObject" => text.contains("wplikuxml"),
        Some(words) if text.contains(&squeezed(words)) => true,
        Some(_) if !is_odd => false,
        _ => spellings(&element.text).iter().any(|spelling| text.contains(spelling.as_str())),
    };
    if !is_there {
        missing.push(format!("{}: {}", element.path, element.text));
    }
    for (name, value) in &element.attributes {
        // The type of an attachment's column is seen in how its cells are written.
        if name != "Typ" && !text.contains(&squeezed(value)) {
            missing.push(format!("{}/@{name}: {value}", element.path));
        }
    }
    for child in &element.children {
        look_for(child, text, is_odd, missing);
    }
}
