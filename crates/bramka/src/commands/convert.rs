//! `bramka convert`: tables and neutral JSON to the XML that KSeF takes, and XML back to neutral JSON.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, IsTerminal as _, Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use invoice_tables::{ColumnMap, Source, TableFinding, TableInvoice};
use jiff::tz::TimeZone;
use ksef_invoice::build::{
    BuildOptions, JSON_BYTES_MAX, NeutralInvoice, NotCovered, build, from_json, locate, neutral_of,
};
use ksef_invoice::{Finding, Severity};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Convert, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let warsaw = TimeZone::get("Europe/Warsaw").expect("the time zone database is compiled in");
    let now = jiff::Timestamp::now();
    let mut conversion = Conversion {
        arguments,
        lang,
        options: BuildOptions { created_at: now, today: Some(now.to_zoned(warsaw).date()) },
        target: Target::new(&arguments.output, arguments.force)?,
        written: 0,
        refused: 0,
    };
    match kind(&arguments.input)? {
        Kind::Json => conversion.json()?,
        Kind::Xml => conversion.xml()?,
        Kind::Csv => conversion.table(false)?,
        Kind::Xlsx => conversion.table(true)?,
    }
    if arguments.format == cli::Format::Text {
        let (written, refused) = (conversion.written, conversion.refused);
        let words = match lang {
            cli::Lang::Pl => format!("zapisano: {written}, odrzucono: {refused}"),
            cli::Lang::En => format!("written: {written}, refused: {refused}"),
        };
        println!("{}: {words}", arguments.input.display());
    }
    Ok(ExitCode::from(u8::from(conversion.refused > 0)))
}

/// What the input is.
#[derive(Clone, Copy)]
enum Kind {
    Json,
    Xml,
    Csv,
    Xlsx,
}

/// By the name's ending, or by how the content begins.
fn kind(path: &Path) -> Result<Kind, Failure> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("json") => return Ok(Kind::Json),
        Some("xml") => return Ok(Kind::Xml),
        Some("csv" | "tsv") => return Ok(Kind::Csv),
        Some("xlsx" | "xlsm") => return Ok(Kind::Xlsx),
        _ => {}
    }
    let mut start = Vec::new();
    open(path)?
        .take(START_BYTES)
        .read_to_end(&mut start)
        .map_err(|error| Failure::unreadable(path, &error))?;
    if start.starts_with(b"PK") {
        return Ok(Kind::Xlsx);
    }
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    Ok(match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => Kind::Json,
        Some(b'<') => Kind::Xml,
        _ => Kind::Csv,
    })
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| Failure::unreadable(path, &error))
}

/// A file of at most so many bytes.
fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let read = open(path)?.take(bytes_max + 1).read_to_end(&mut content);
    read.map_err(|error| Failure::unreadable(path, &error))?;
    if content.len() as u64 > bytes_max {
        let path = path.display();
        return Err(Failure::new(
            format!("{path}: plik ma więcej niż {bytes_max} bajtów"),
            format!("{path}: the file has more than {bytes_max} bytes"),
        ));
    }
    Ok(content)
}

struct Conversion<'a> {
    arguments: &'a cli::Convert,
    lang: cli::Lang,
    options: BuildOptions,
    target: Target,
    written: u64,
    refused: u64,
}

/// What is told of one invoice.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'o> {
    file: String,
    number: Option<&'o str>,
    output: Option<String>,
    valid: bool,
    findings: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_covered: Vec<NotCovered>,
}

impl Conversion<'_> {
    /// One neutral invoice, or a list of them.
    fn json(&mut self) -> Result<(), Failure> {
        let content = read(&self.arguments.input, LIST_BYTES_MAX)?;
        let items: Option<Vec<&RawValue>> = serde_json::from_slice(&content).ok();
        let Some(items) = items else {
            return self.neutral(&content, "", (0, 0));
        };
        for (index, item) in items.into_iter().enumerate() {
            let item = item.get().as_bytes();
            // The item is a part of the content, and faults are told by the line of the file.
            let start = item.as_ptr().addr().saturating_sub(content.as_ptr().addr()).min(content.len());
            let before = &content[..start];
            let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let lines = before.iter().filter(|byte| **byte == b'\n').count();
            let columns = String::from_utf8_lossy(&before[line_start..]).chars().count();
            self.neutral(item, &format!("/{index}"), (lines, columns))?;
        }
        Ok(())
    }

    /// One invoice; `prefix` and `start` (lines and columns before it) say where in a list it stands.
    fn neutral(&mut self, json: &[u8], prefix: &str, start: (usize, usize)) -> Result<(), Failure> {
        let placed = |mut findings: Vec<Finding>| -> Vec<Place> {
            for finding in &mut findings {
                finding.path.insert_str(0, prefix);
                let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
                if finding.line == 1 {
                    finding.column = finding.column.saturating_add(count(start.1));
                }
                finding.line = finding.line.saturating_add(count(start.0));
            }
            findings.into_iter().map(Place::Json).collect()
        };
        let invoice = match from_json(json) {
            Ok(invoice) => invoice,
            Err(findings) => return self.tell(None, None, &placed(findings), Vec::new()),
        };
        let number = number(&invoice);
        match build(&invoice, &self.options) {
            Ok(mut built) => {
                locate(json, &mut built.warnings);
                let output = self.target.write(&number, "xml", built.xml.as_bytes())?;
                self.tell(Some(&number), Some(&output), &placed(built.warnings), Vec::new())
            }
            Err(error) => {
                let mut findings = error.findings;
                locate(json, &mut findings);
                self.tell(Some(&number), None, &placed(findings), Vec::new())
            }
        }
    }

    /// A document back to neutral JSON.
    fn xml(&mut self) -> Result<(), Failure> {
        let input = &self.arguments.input;
        let content = read(input, XML_BYTES_MAX)?;
        let (invoice, missing) = neutral_of(&content).map_err(|error| {
            let path = input.display();
            Failure::new(format!("{path}: nie można odczytać faktury: {error}"), format!("{path}: {error}"))
                .with_exit_code(1)
        })?;
        let mut json = serde_json::to_string_pretty(&invoice)
            .map_err(|error| Failure::new(format!("JSON: {error}"), format!("JSON: {error}")))?;
        json.push('\n');
        let number = number(&invoice);
        let output = self.target.write(&number, "json", json.as_bytes())?;
        self.tell(Some(&number), Some(&output), &[], missing)
    }

    /// A table: each invoice is built and written as soon as its rows are read.
    fn table(&mut self, is_workbook: bool) -> Result<(), Failure> {
        let map = self.map()?;
        let input = &self.arguments.input;
        let file = open(input)?;
        let bytes = file.metadata().map(|metadata| metadata.len()).unwrap_or(0);
        let bar = progress(bytes);
        let source = if is_workbook {
            Source::Xlsx(Box::new(BufReader::new(bar.wrap_read(file))))
        } else {
            Source::Csv(Box::new(BufReader::new(bar.wrap_read(file))))
        };
        let mut failure = None;
        let summary = invoice_tables::read(source, &map, |invoice| {
            let told = bar.suspend(|| self.row_invoice(invoice));
            match told {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        bar.finish_and_clear();
        if let Some(failure) = failure {
            return Err(failure);
        }
        let summary = summary.map_err(|error| {
            let path = input.display();
            Failure::new(format!("{path}: {}", error.polish()), format!("{path}: {error}"))
        })?;
        if !summary.findings.is_empty() {
            if summary.findings.iter().any(|finding| finding.finding.severity == Severity::Error) {
                self.refused += 1;
            }
            self.print(
                None,
                None,
                &summary.findings.into_iter().map(Place::Cell).collect::<Vec<_>>(),
                Vec::new(),
            )?;
        }
        Ok(())
    }

    fn row_invoice(&mut self, invoice: TableInvoice) -> Result<(), Failure> {
        let number = invoice.number.clone();
        let cells = |findings: Vec<Finding>, invoice: &TableInvoice| -> Vec<Place> {
            findings.into_iter().map(|finding| Place::Cell(invoice.place(finding))).collect()
        };
        if invoice.findings.iter().any(|finding| finding.finding.severity == Severity::Error) {
            let findings: Vec<_> = invoice.findings.into_iter().map(Place::Cell).collect();
            return self.tell(Some(&number), None, &findings, Vec::new());
        }
        let json = invoice.json.to_string();
        let neutral = match from_json(json.as_bytes()) {
            Ok(neutral) => neutral,
            Err(findings) => return self.tell(Some(&number), None, &cells(findings, &invoice), Vec::new()),
        };
        match build(&neutral, &self.options) {
            Ok(built) => {
                let output = self.target.write(&number, "xml", built.xml.as_bytes())?;
                self.tell(Some(&number), Some(&output), &cells(built.warnings, &invoice), Vec::new())
            }
            Err(error) => self.tell(Some(&number), None, &cells(error.findings, &invoice), Vec::new()),
        }
    }

    /// The column map with the seller put in.
    fn map(&self) -> Result<ColumnMap, Failure> {
        let mut map = match &self.arguments.map {
            None => ColumnMap::built_in(),
            Some(path) => {
                let bytes = read(path, MAP_BYTES_MAX)?;
                let text = String::from_utf8_lossy(&bytes);
                let is_json =
                    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
                let map = if is_json { ColumnMap::from_json(&text) } else { ColumnMap::from_toml(&text) };
                map.map_err(|error| {
                    let path = path.display();
                    Failure::new(format!("{path}: {}", error.polish()), format!("{path}: {error}"))
                })?
            }
        };
        if let Some(path) = &self.arguments.seller {
            let seller: Value = serde_json::from_slice(&read(path, MAP_BYTES_MAX)?).map_err(|error| {
                let path = path.display();
                Failure::new(
                    format!("{path}: to nie jest JSON: {error}"),
                    format!("{path}: this is not JSON: {error}"),
                )
            })?;
            map = map.with_constant("seller", seller);
        }
        Ok(map)
    }

    /// Counts and prints what became of an invoice.
    fn tell(
        &mut self,
        number: Option<&str>,
        output: Option<&Path>,
        findings: &[Place],
        missing: Vec<NotCovered>,
    ) -> Result<(), Failure> {
        match output {
            Some(_) => self.written += 1,
            None => self.refused += 1,
        }
        self.print(number, output, findings, missing)
    }

    fn print(
        &self,
        number: Option<&str>,
        output: Option<&Path>,
        findings: &[Place],
        not_covered: Vec<NotCovered>,
    ) -> Result<(), Failure> {
        let file = self.arguments.input.display().to_string();
        let failed =
            |error: &dyn std::fmt::Display| Failure::new(format!("JSON: {error}"), format!("JSON: {error}"));
        let mut out = std::io::stdout().lock();
        let text = match self.arguments.format {
            cli::Format::Text => self.words(&file, number, output, findings, &not_covered),
            // Every other format is for programs.
            _ => {
                let is_error = |place: &Place| place.finding().severity == Severity::Error;
                let told = findings.iter().map(Place::json).collect::<Result<Vec<_>, _>>();
                let outcome = Outcome {
                    file,
                    number,
                    output: output.map(|path| path.display().to_string()),
                    valid: !findings.iter().any(is_error),
                    findings: told.map_err(|error| failed(&error))?,
                    not_covered,
                };
                serde_json::to_string(&outcome).map_err(|error| failed(&error))? + "\n"
            }
        };
        out.write_all(text.as_bytes()).map_err(|error| failed(&error))
    }

    fn words(
        &self,
        file: &str,
        number: Option<&str>,
        output: Option<&Path>,
        findings: &[Place],
        missing: &[NotCovered],
    ) -> String {
        use std::fmt::Write as _;
        let mut text = String::new();
        for place in findings {
            let finding = place.finding();
            let severity = match finding.severity {
                Severity::Error => self.lang.pick("błąd", "error"),
                Severity::Warning => self.lang.pick("ostrzeżenie", "warning"),
            };
            let message = self.lang.pick(&finding.message.pl, &finding.message.en);
            let _ =
                writeln!(text, "{severity}[{}]: {message}\n  --> {file}: {}", finding.code, place.words());
        }
        for missing in missing {
            let (path, value) = (&missing.path, &missing.text);
            let _ = match self.lang {
                cli::Lang::Pl => writeln!(text, "nie przeniesiono: {path} ({value})"),
                cli::Lang::En => writeln!(text, "not carried over: {path} ({value})"),
            };
        }
        let name = number.unwrap_or("?");
        let _ = match output {
            Some(path) => writeln!(text, "{name}: {}", path.display()),
            None if number.is_some() => writeln!(text, "{name}: {}", self.lang.pick("odrzucona", "refused")),
            None => Ok(()),
        };
        text
    }
}

/// A finding with its place in the input.
enum Place {
    Json(Finding),
    Cell(TableFinding),
}

impl Place {
    fn finding(&self) -> &Finding {
        match self {
            Self::Json(finding) => finding,
            Self::Cell(cell) => &cell.finding,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Json(finding) => format!("{}:{} {}", finding.line, finding.column, finding.path),
            Self::Cell(cell) => match &cell.heading {
                Some(heading) => format!("{} ({heading})", cell.cell()),
                None => cell.cell(),
            },
        }
    }

    fn json(&self) -> Result<Value, serde_json::Error> {
        match self {
            Self::Json(finding) => serde_json::to_value(finding),
            Self::Cell(cell) => {
                let mut json = serde_json::to_value(cell)?;
                // A finding has a column of its own, in characters; here it is the table's.
                json["line"] = cell.row.into();
                json["cell"] = cell.cell().into();
                Ok(json)
            }
        }
    }
}

fn number(invoice: &NeutralInvoice) -> String {
    let number = match invoice {
        NeutralInvoice::Vat(invoice) => &invoice.number,
        NeutralInvoice::Farmer(invoice) => &invoice.number,
    };
    number.clone().unwrap_or_default()
}

/// A bar on a terminal, nothing elsewhere.
fn progress(bytes: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}% {bytes}/{total_bytes} {eta}");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Where documents go.
enum Target {
    /// One file, which takes one document.
    File { path: PathBuf, force: bool, is_used: bool },
    /// A folder, with a file for each.
    Folder { path: PathBuf, force: bool, names: HashSet<String> },
}

impl Target {
    /// A name that ends in .xml or .json is a file, unless a folder of that name is there.
    fn new(path: &Path, force: bool) -> Result<Self, Failure> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        let is_file = matches!(extension.as_deref(), Some("xml" | "json")) && !path.is_dir();
        let path = path.to_owned();
        if is_file {
            return Ok(Self::File { path, force, is_used: false });
        }
        std::fs::create_dir_all(&path).map_err(|error| Failure::unwritable(&path, &error))?;
        Ok(Self::Folder { path, force, names: HashSet::new() })
    }

    /// Writes a document; answers with its path. A file that is there is left alone unless `--force` was given.
    fn write(&mut self, number: &str, extension: &str, content: &[u8]) -> Result<PathBuf, Failure> {
        let (path, force) = match self {
            Self::File { path, is_used: true, .. } => {
                let path = path.display();
                return Err(Failure::new(
                    format!("{path}: wejście zawiera kilka faktur; podaj folder, na przykład -o faktury/"),
                    format!(
                        "{path}: the input has several invoices; give a folder, for example -o invoices/"
                    ),
                ));
            }
            Self::File { path, force, is_used } => {
                *is_used = true;
                (path.clone(), *force)
            }
            Self::Folder { path, force, names } => {
                let stem = safe_name(number);
                let mut name = stem.clone();
                let mut copy = 2;
                // FV/1 and FV_1 are two invoices and would be one file; so would names that differ in case.
                while !names.insert(name.to_lowercase()) {
                    name = format!("{stem}-{copy}");
                    copy += 1;
                }
                (path.join(format!("{name}.{extension}")), *force)
            }
        };
        let mut options = File::options();
        options.write(true);
        if force {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        let written = options.open(&path).and_then(|mut file| file.write_all(content));
        match written {
            Ok(()) => Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let path = path.display();
                Err(Failure::new(
                    format!("{path} już istnieje; usuń go albo użyj --force"),
                    format!("{path} is already there; remove it or use --force"),
                ))
            }
            Err(error) => Err(Failure::unwritable(&path, &error)),
        }
    }
}

/// A file name of an invoice number: letters, digits, `-` and `_`; everything else becomes `_`. Never empty, never a
/// name that a system keeps for itself, never a way out of the folder.
fn safe_name(number: &str) -> String {
    let keep =
        |letter: char| if letter.is_alphanumeric() || matches!(letter, '-' | '_') { letter } else { '_' };
    let name: String = number.trim().chars().map(keep).take(NAME_CHARACTERS_MAX).collect();
    let upper = name.to_uppercase();
    let is_reserved = RESERVED.contains(&upper.as_str())
        || (upper.len() == 4
            && (upper.starts_with("COM") || upper.starts_with("LPT"))
            && upper.ends_with(|last: char| last.is_ascii_digit()));
    if name.is_empty() || is_reserved { format!("faktura_{name}") } else { name }
}

/// Names that Windows keeps for itself.
const RESERVED: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// File systems take 255 bytes; a letter may take four.
const NAME_CHARACTERS_MAX: usize = 60;
const START_BYTES: u64 = 4096;
const XML_BYTES_MAX: u64 = 16 * 1024 * 1024;
const MAP_BYTES_MAX: u64 = 1024 * 1024;
/// A list of invoices; each may be as long as [`JSON_BYTES_MAX`].
const LIST_BYTES_MAX: u64 = 16 * JSON_BYTES_MAX as u64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe() {
        for (number, name) in [
            ("FV/2026/11/0001", "FV_2026_11_0001"),
            ("../../etc/passwd", "______etc_passwd"),
            ("ŻÓŁW 1", "ŻÓŁW_1"),
            ("", "faktura_"),
            ("nul", "faktura_nul"),
            ("COM1", "faktura_COM1"),
            ("a\u{0}b\nc", "a_b_c"),
            ("..", "__"),
        ] {
            assert_eq!(safe_name(number), name);
        }
        assert_eq!(safe_name(&"ż".repeat(300)).chars().count(), NAME_CHARACTERS_MAX);
    }
}
