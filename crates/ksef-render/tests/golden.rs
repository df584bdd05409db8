//! Golden pictures: representative pages as `pdftoppm` draws them, compared with tolerance.
//!
//! `BRAMKA_GOLDEN=update cargo test -p ksef-render --test golden` draws them anew; look at them before they are committed.
//! Tolerance is for other versions of poppler: letters may be smoothed differently, nothing may move.

mod support;

use std::path::Path;

use ksef_render::{Language, Logo, Mode, RenderOptions, confirmation_pdf, pdf};
use support::{has_tool, run, sample};

/// Dots per inch: a word can be seen, a file stays small.
const DOTS: &str = "50";

/// Mean difference of all pixels, of 255, and the share of pixels that may differ much.
const MEAN_MAX: f64 = 3.0;
const STRONG_SHARE_MAX: f64 = 0.006;
const STRONG: u8 = 110;

struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

fn read(bytes: &[u8]) -> Picture {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    // poppler's versions differ in whether grey is written as grey or as three equal channels.
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
    let frame = reader.next_frame(&mut pixels).expect("pixels");
    pixels.truncate(frame.buffer_size());
    let pixels = pixels.chunks_exact(frame.color_type.samples()).map(|pixel| pixel[0]).collect();
    Picture { width: frame.width, height: frame.height, pixels }
}

fn check(name: &str, file: &[u8], page: &str) {
    let (ok, drawn) =
        run("pdftoppm", &["-gray", "-r", DOTS, "-f", page, "-l", page, "-singlefile", "-png", "-"], file);
    assert!(ok, "pdftoppm draws {name}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    if std::env::var("BRAMKA_GOLDEN").as_deref() == Ok("update") {
        return std::fs::write(&path, drawn).expect("writes");
    }
    let golden = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (golden, drawn) = (read(&golden), read(&drawn));
    assert_eq!((golden.width, golden.height), (drawn.width, drawn.height), "{name}");
    let pairs = || golden.pixels.iter().zip(&drawn.pixels).map(|(one, other)| one.abs_diff(*other));
    let count = golden.pixels.len() as f64;
    let mean = pairs().map(f64::from).sum::<f64>() / count;
    let strong = pairs().filter(|difference| *difference > STRONG).count() as f64 / count;
    assert!(
        mean <= MEAN_MAX && strong <= STRONG_SHARE_MAX,
        "{name} looks different: mean {mean:.2}, strong {strong:.4}; see the head of this file"
    );
}

/// Three bars on a field.
fn logo() -> Logo {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 120, 36);
    encoder.set_color(png::ColorType::Grayscale);
    let is_bar = |x: usize, y: usize| (8..28).contains(&y) && x % 40 > 8 && x % 40 < 32;
    let pixels: Vec<u8> = (0..120 * 36).map(|at| if is_bar(at % 120, at / 120) { 60 } else { 215 }).collect();
    encoder.write_header().expect("a header").write_image_data(&pixels).expect("pixels");
    Logo::from_bytes(&file).expect("a picture")
}

/// An invoice of sixty lines, of which a page is full, and one with a bill in its attachment.
fn long_and_attached() -> [String; 2] {
    let vat = String::from_utf8(sample("vat.xml")).expect("UTF-8");
    let start = vat.find("<FaWiersz>").expect("lines");
    let end = vat.rfind("</FaWiersz>").expect("lines") + "</FaWiersz>".len();
    let lines: String = (1..=60)
        .map(|number| {
            format!(
                "<FaWiersz><NrWierszaFa>{number}</NrWierszaFa><P_7>Regał magazynowy, wariant {number}</P_7>\
                 <Indeks>REG-{number:02}</Indeks><P_8A>szt.</P_8A><P_8B>{number}</P_8B><P_9A>1{number}.5</P_9A>\
                 <P_11>{}</P_11><P_12>23</P_12></FaWiersz>",
                number * (100 + number)
            )
        })
        .collect();
    let cell = |name: &str, texts: &[&str]| {
        texts.iter().map(|text| format!("<{name}>{text}</{name}>")).collect::<String>()
    };
    let column = |(kind, title): &(&str, &str)| format!("<Kol Typ=\"{kind}\"><NKom>{title}</NKom></Kol>");
    let columns: String =
        [("txt", "Opis"), ("date", "Data"), ("dec", "Ilość"), ("dec", "Cena"), ("dec", "Należność")]
            .iter()
            .map(column)
            .collect();
    let rows: String = [
        &["Energia czynna"][..],
        &["strefa całodobowa", "2026-10-31", "120.5", "0.7312", "88.11"],
        &["Opłaty stałe"],
        &["abonament", "2026-10-31", "1", "4.5", "4.5"],
    ]
    .iter()
    .map(|texts| format!("<Wiersz>{}</Wiersz>", cell("WKom", texts)))
    .collect();
    let attachment = format!(
        "<Zalacznik><BlokDanych><ZNaglowek>Rozliczenie za październik</ZNaglowek><MetaDane><ZKlucz>Punkt poboru</ZKlucz>\
         <ZWartosc>PPE 590000000000000001</ZWartosc></MetaDane><Tekst><Akapit>Odczyt zdalny.</Akapit></Tekst><Tabela>\
         <Opis>Składniki</Opis><TNaglowek>{columns}</TNaglowek>{rows}<Suma>{}</Suma></Tabela></BlokDanych></Zalacznik>\
         </Faktura>",
        cell("SKom", &["Razem", "", "", "", "92.61"])
    );
    [format!("{}{lines}{}", &vat[..start], &vat[end..]), vat.replace("</Faktura>", &attachment)]
}

#[test]
fn pages_look_as_they_did() {
    if !has_tool("pdftoppm") {
        return;
    }
    let with = |language| RenderOptions { language, ..RenderOptions::default() };
    for (name, sample_name, language) in [
        ("vat-pl", "vat.xml", Language::Pl),
        ("correction-en", "correction.xml", Language::En),
        ("advance-pl", "advance.xml", Language::Pl),
        ("rr-pl", "rr.xml", Language::Pl),
        ("pef-pl-en", "pef.xml", Language::PlEn),
        ("upo-en", "upo.xml", Language::En),
    ] {
        check(name, &pdf(&sample(sample_name), &with(language)).expect("renders"), "1");
    }
    // Signatures differ each time, so this link is not a signed one; its picture is as large as one.
    let offline = RenderOptions {
        mode: Mode::Offline24,
        certificate_url: Some(format!("https://qr.ksef.mf.gov.pl/certificate/{}", "x0".repeat(110))),
        accent: Some([0x2e, 0x6b, 0x4f]),
        logo: Some(logo()),
        ..RenderOptions::default()
    };
    check("offline-accent", &pdf(&sample("vat.xml"), &offline).expect("renders"), "1");
    let [long, attached] = long_and_attached();
    check("long-2-pl", &pdf(long.as_bytes(), &with(Language::Pl)).expect("renders"), "2");
    check("attachment-pl", &pdf(attached.as_bytes(), &with(Language::Pl)).expect("renders"), "1");
    check("confirmation", &confirmation_pdf(&sample("vat.xml"), &offline).expect("renders"), "1");
}
