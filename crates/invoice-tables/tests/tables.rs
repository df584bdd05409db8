//! Tables of every make: encodings, delimiters, Polish numbers and dates, workbooks; what is wrong is told by cell; what is
//! too large is refused without being kept.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use invoice_tables::{ColumnMap, Source, Summary, TableError, TableFinding, TableInvoice, read};
use ksef_invoice::build::{BuildOptions, build, from_json};
use ksef_invoice::{Severity, explain};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// Everything of a table.
fn all(source: Source<'_>, map: &ColumnMap) -> Result<(Vec<TableInvoice>, Summary), TableError> {
    let mut invoices = Vec::new();
    let summary = read(source, map, |invoice| {
        invoices.push(invoice);
        ControlFlow::Continue(())
    })?;
    Ok((invoices, summary))
}

fn csv<'r>(bytes: impl Into<Vec<u8>>) -> Source<'r> {
    Source::Csv(Box::new(Cursor::new(bytes.into())))
}

fn map() -> ColumnMap {
    ColumnMap::from_toml(
        "[defaults]\n\"lines.unit\" = \"szt.\"\n[constants.seller]\nnip = \"5265877635\"\nname = \"Hurtownia\"\n\
         [constants.seller.address]\nline1 = \"ul. Przykładowa 1\"\n",
    )
    .expect("a map")
}

fn xml(invoice: &TableInvoice) -> String {
    let neutral =
        from_json(invoice.json.to_string().as_bytes()).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let created_at = "2026-11-22T08:30:00Z".parse().expect("a time");
    build(&neutral, &BuildOptions { created_at, today: None })
        .unwrap_or_else(|error| panic!("{error:#?}"))
        .xml
}

/// Code and cell of each finding.
fn places(findings: &[TableFinding]) -> Vec<(&'static str, String)> {
    for finding in findings {
        assert!(explain(finding.finding.code).is_some(), "{} is not explained", finding.finding.code);
    }
    findings.iter().map(|finding| (finding.finding.code, finding.cell())).collect()
}

const HEADINGS: [&str; 9] = [
    "Nr faktury",
    "Data wystawienia",
    "NIP nabywcy",
    "Nabywca",
    "Adres",
    "Towar",
    "Ilość",
    "Cena netto",
    "Stawka VAT",
];
const ROWS: [[&str; 9]; 3] = [
    [
        "FV/1",
        "20.11.2026",
        "111-111-11-11",
        "Żółw i Spółka",
        "ul. Źdźbła 2",
        "Śruba, łożysko",
        "1 000",
        "0,33",
        "23%",
    ],
    ["", "", "", "", "", "Książka", "2", "45,00 zł", "5"],
    ["FV/2", "2026-11-21", "1111111111", "Żółw i Spółka", "ul. Źdźbła 2", "Gęś", "1,5", "1 234,56", "8"],
];

fn table(delimiter: &str) -> String {
    let quote =
        |cell: &&str| if cell.contains(delimiter) { format!("\"{cell}\"") } else { (*cell).to_owned() };
    let line = |cells: &[&str]| cells.iter().map(quote).collect::<Vec<_>>().join(delimiter);
    std::iter::once(line(&HEADINGS))
        .chain(ROWS.iter().map(|row| line(row)))
        .map(|line| line + "\r\n")
        .collect()
}

fn check_table(name: &str, source: Source<'_>) {
    let (invoices, summary) = all(source, &map()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((summary.rows, summary.invoices, summary.findings.len()), (3, 2, 0), "{name}: {summary:?}");
    let numbers: Vec<_> =
        invoices.iter().map(|invoice| (invoice.number.as_str(), invoice.first_row())).collect();
    assert_eq!(numbers, [("FV/1", 2), ("FV/2", 4)], "{name}");
    let first = xml(&invoices[0]);
    for part in [
        "<P_1>2026-11-20</P_1>",
        "<NIP>1111111111</NIP>",
        "<Nazwa>Żółw i Spółka</Nazwa>",
        "<AdresL1>ul. Źdźbła 2</AdresL1>",
        "<P_7>Śruba, łożysko</P_7>",
        "<P_8B>1000</P_8B>",
        "<P_9A>0.33</P_9A>",
        "<P_13_1>330.00</P_13_1>",
        "<P_13_3>90.00</P_13_3>",
        "<P_15>500.40</P_15>",
        "<P_8A>szt.</P_8A>",
    ] {
        assert!(first.contains(part), "{name}: {part} is missing in {first}");
    }
    assert!(xml(&invoices[1]).contains("<P_11>1851.84</P_11>"), "{name}");
}

#[test]
fn delimiters_and_encodings_are_detected() {
    for delimiter in [";", ",", "\t"] {
        let text = table(delimiter);
        check_table("utf-8", csv(text.clone()));
        check_table("utf-8 with a mark", csv(format!("\u{feff}{text}")));
        let (windows, _, lost) = encoding_rs::WINDOWS_1250.encode(&text);
        assert!(!lost);
        check_table("windows-1250", csv(windows.into_owned()));
        let (iso, _, lost) = encoding_rs::ISO_8859_2.encode(&text);
        assert!(!lost);
        check_table("iso-8859-2", csv(iso.into_owned()));
        let utf16: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        check_table("utf-16", csv(utf16));
    }
}

#[test]
fn workbooks_are_read() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Zamówienia").expect("a name");
    let date = Format::new().set_num_format("dd.mm.yyyy");
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading).expect("a heading");
    }
    for (row, cells) in (1..).zip(ROWS) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(row, column, cell).expect("a cell");
        }
    }
    // As Excel itself would hold them: a date, numbers, a percentage, a sum with the noise of binary.
    let day = ExcelDateTime::from_ymd(2026, 11, 20).expect("a day");
    sheet.write_with_format(1, 1, &day, &date).expect("a date");
    sheet.write(1, 2, 1_111_111_111_u32).expect("a number");
    sheet.write(1, 6, 1000).expect("a number");
    sheet.write(1, 7, 0.1 + 0.23).expect("a number");
    sheet.write(1, 8, 0.23).expect("a number");
    let bytes = workbook.save_to_buffer().expect("a workbook");
    check_table("xlsx", Source::Xlsx(Box::new(Cursor::new(bytes.clone()))));

    let (invoices, _) =
        all(Source::Xlsx(Box::new(Cursor::new(bytes.clone()))), &ColumnMap::built_in()).expect("a table");
    let missing = from_json(invoices[1].json.to_string().as_bytes()).expect_err("no seller");
    let placed: Vec<_> = missing.into_iter().map(|finding| invoices[1].place(finding)).collect();
    assert_eq!(places(&placed), [("NI004", "Zamówienia!4".to_owned())]);

    let other = ColumnMap::from_toml("sheet = \"Ceny\"").expect("a map");
    let error = all(Source::Xlsx(Box::new(Cursor::new(bytes))), &other).expect_err("no such sheet");
    assert!(error.to_string().contains("Zamówienia") && error.polish().contains("Zamówienia"), "{error}");
    for junk in [&b""[..], b"PK\x03\x04", b"Nr faktury;Towar"] {
        let error = all(Source::Xlsx(Box::new(Cursor::new(junk))), &map()).expect_err("no workbook");
        assert!(matches!(error, TableError::NotXlsx { .. }), "{error}");
    }
}

#[test]
fn findings_name_the_cell() {
    let text = "Nr faktury;Data wystawienia;NIP nabywcy;Nabywca;Adres;Towar;Ilość;Cena netto;Stawka VAT;Uwagi\n\
                FV/1;20.11.2026;1111111111;Sklep;ul. A 1;Regał;cztery;250;24;x\n\
                FV/1;21.11.2026;1111111111;Sklep;ul. A 1;Półka;1;10,5;23;\n\
                FV/2;20.11.2026;1111111112;Sklep;ul. A 1;Regał;1;250;23;\n\
                FV/1;20.11.2026;1111111111;Sklep;ul. A 1;Regał;1;250;23;\n";
    let (invoices, summary) = all(csv(text), &map()).expect("a table");
    assert_eq!(places(&summary.findings), [("NI023", "J1".to_owned())]);
    assert_eq!(summary.findings[0].finding.severity, Severity::Warning);
    let expected = [("NI025", "G2".to_owned()), ("NI025", "I2".to_owned()), ("NI026", "B3".to_owned())];
    assert_eq!(places(&invoices[0].findings), expected);
    assert_eq!(invoices[0].findings[0].heading.as_deref(), Some("Ilość"));
    assert_eq!(places(&invoices[2].findings), [("NI027", "5".to_owned())]);
    // What only the builder knows comes back to its cell too.
    let neutral = from_json(invoices[1].json.to_string().as_bytes()).expect("an invoice");
    let options = BuildOptions { created_at: "2026-11-22T08:30:00Z".parse().expect("a time"), today: None };
    let findings = build(&neutral, &options).expect_err("a wrong check digit").findings;
    let placed: Vec<_> = findings.into_iter().map(|finding| invoices[1].place(finding)).collect();
    assert!(places(&placed).contains(&("FA008", "C4".to_owned())), "{:?}", places(&placed));

    let json = serde_json::to_value(&summary.findings[0]).expect("JSON");
    assert_eq!(
        (json["row"].as_u64(), json["columnLetter"].as_str(), json["code"].as_str()),
        (Some(1), Some("J"), Some("NI023"))
    );
}

#[test]
fn tables_that_are_none() {
    let of = |text: &str| {
        all(csv(text), &map()).map(|(invoices, summary)| (invoices.len(), places(&summary.findings)))
    };
    assert_eq!(of("").expect("empty"), (0, vec![("NI021", "1".to_owned())]));
    assert_eq!(of("\n\n;;\n").expect("blank"), (0, vec![("NI021", "1".to_owned())]));
    let (count, findings) = of("Towar;Ilość\nRegał;1\n").expect("no number");
    assert_eq!((count, findings), (0, vec![("NI021", "1".to_owned())]));
    let (count, findings) = of("Nr faktury;Towar\n;Regał\nFV/1;Regał\n").expect("a row of nothing");
    assert_eq!((count, findings), (1, vec![("NI024", "2".to_owned())]));
    let (count, findings) = of("Nr faktury;Cena;Cena netto\nFV/1;1;2\n").expect("twice");
    assert_eq!((count, findings), (1, vec![("NI022", "C1".to_owned())]));
    let broken = [&b"Nr faktury;Towar\nFV/1;"[..], &b"a".repeat(1 << 20), b"\xC5\n"].concat();
    assert!(matches!(all(csv(broken), &map()), Err(TableError::Encoding { row: 2, .. })));
}

#[test]
fn maps_say_what_columns_mean() {
    let map = ColumnMap::from_toml(
        "headerRow = 2\n[columns]\nnumber = \"Zlecenie\"\n\"lines.name\" = \"Artykuł\"\n\"payment.due.0.date\" = \"Do kiedy\"\n\
         [defaults]\n\"lines.vatRate\" = \"23\"\n\"lines.quantity\" = 1\nissueDate = \"2026-11-20\"\n\
         [constants]\ncurrency = \"PLN\"\n",
    )
    .expect("a map");
    let text =
        "Zestawienie za listopad,,,\nZlecenie,Artykuł,Cena,Do kiedy\nZ-1,Regał,\"1,250.50\",4.12.2026\n";
    let (invoices, summary) = all(csv(text), &map).expect("a table");
    assert_eq!(summary.findings, []);
    assert_eq!(
        invoices[0].json,
        serde_json::json!({
            "currency": "PLN", "number": "Z-1", "issueDate": "2026-11-20",
            "payment": { "due": [{ "date": "2026-12-04" }] },
            "lines": [{ "name": "Regał", "netUnitPrice": "1250.50", "vatRate": "23", "quantity": 1 }],
        })
        .as_object()
        .map(|expected| {
            let mut expected = expected.clone();
            expected["lines"][0]["quantity"] = serde_json::json!("1");
            serde_json::Value::Object(expected)
        })
        .expect("an object")
    );
}

/// A file that never ends.
struct Endless(u8);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(self.0);
        Ok(buffer.len())
    }
}

#[test]
fn what_is_too_large_is_refused_and_not_kept() {
    let refused = |source| all(source, &map()).expect_err("too large");
    let open_quote = Cursor::new(b"Nr faktury;Towar\nFV/1;\"".to_vec()).chain(Endless(b'a'));
    assert!(matches!(refused(Source::Csv(Box::new(open_quote))), TableError::TooLarge { row: 2, .. }));
    let columns = Cursor::new(b"Nr faktury;Towar\n".to_vec()).chain(Endless(b';'));
    assert!(matches!(refused(Source::Csv(Box::new(columns))), TableError::TooLarge { .. }));
    let long = format!("Nr faktury;Towar\nFV/1;{}\n", "x".repeat(40_000));
    assert!(matches!(refused(csv(long)), TableError::TooLarge { row: 2, .. }));
    let rows = Cursor::new(b"Nr faktury;Towar\n".to_vec()).chain(Endless(b'\n'));
    // Empty lines are no rows, but they do not go on for ever either.
    let mut taken = 0;
    let limited = rows.take(8 * 1024 * 1024);
    let outcome = read(Source::Csv(Box::new(limited)), &map(), |_| {
        taken += 1;
        ControlFlow::Continue(())
    });
    assert!(taken == 0 && (outcome.is_ok() || matches!(outcome, Err(TableError::TooLarge { .. }))));
    let lines = format!("Nr faktury;Towar\n{}", "FV/1;x\n".repeat(10_001));
    assert!(matches!(refused(csv(lines)), TableError::TooLarge { row: 10_002, .. }));
}

#[test]
fn many_rows_are_streamed() {
    let mut row = 0_u32;
    let mut line = Cursor::new(b"Nr faktury;Towar;Ilosc;Cena netto;Stawka VAT\n".to_vec());
    let endless = ReadBy(move |buffer: &mut [u8]| {
        let read = line.read(buffer)?;
        if read > 0 || row == 200_000 {
            return Ok(read);
        }
        row += 1;
        line = Cursor::new(format!("FV/{};Towar;1;2;23\n", row / 2).into_bytes());
        line.read(buffer)
    });
    let mut invoices = 0;
    let summary = read(Source::Csv(Box::new(endless)), &map(), |invoice| {
        invoices += 1;
        assert!(invoice.json["lines"].as_array().is_some_and(|lines| lines.len() <= 2));
        ControlFlow::Continue(())
    })
    .expect("a large table");
    assert_eq!((summary.rows, invoices), (200_000, 100_001));
}

struct ReadBy<F>(F);

impl<F: FnMut(&mut [u8]) -> std::io::Result<usize>> Read for ReadBy<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        (self.0)(buffer)
    }
}

#[test]
fn reading_stops_when_asked() {
    let mut seen = 0;
    let summary = read(csv(table(";")), &map(), |_| {
        seen += 1;
        ControlFlow::Break(())
    })
    .expect("a table");
    assert_eq!((seen, summary.invoices), (1, 1));
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = all(csv(bytes.clone()), &map());
        let headed = [b"Nr faktury;Towar;Cena;Data\n".as_slice(), &bytes].concat();
        let _ = all(csv(headed), &map());
        let _ = all(Source::Xlsx(Box::new(Cursor::new(bytes))), &map());
    }
}
