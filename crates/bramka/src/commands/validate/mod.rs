//! `bramka validate`: what is wrong with invoices, for people and for programs.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use ksef_invoice::{Finding, Form, Profile, Report, Severity, ValidationOptions, validate};
use serde::Serialize;

use crate::cli;
use crate::failure::Failure;

/// What a file came to; the worst one is the exit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Valid = 0,
    Invalid = 1,
    Unreadable = 2,
}

pub(crate) fn run(arguments: &cli::Validate, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let warsaw = TimeZone::get("Europe/Warsaw").expect("the time zone database is compiled in");
    let options = ValidationOptions {
        profile: match arguments.profile {
            cli::ValidationProfile::Strict => Profile::Strict,
            cli::ValidationProfile::Test => Profile::Test,
            cli::ValidationProfile::Demo => Profile::Demo,
            cli::ValidationProfile::Prd => Profile::Prd,
        },
        today: Some(jiff::Timestamp::now().to_zoned(warsaw).date()),
        ..ValidationOptions::default()
    };
    let mut worst = Verdict::Valid;
    for file in &arguments.files {
        let verdict = match read(file) {
            Ok(content) => judge(file, &content, &options, arguments.format, lang)?,
            Err(error) => {
                eprintln!("bramka: {}", Failure::unreadable(file, &error).words(lang));
                Verdict::Unreadable
            }
        };
        worst = worst.max(verdict);
    }
    Ok(ExitCode::from(worst as u8))
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file);
    }
    let mut content = Vec::new();
    // A little more than the largest document, so that the validator itself says that it is too large.
    std::io::stdin().lock().take(STDIN_BYTES_MAX).read_to_end(&mut content)?;
    Ok(content)
}

fn judge(
    file: &Path,
    content: &[u8],
    options: &ValidationOptions,
    format: cli::Format,
    lang: cli::Lang,
) -> Result<Verdict, Failure> {
    let report = validate(content, options);
    match format {
        cli::Format::Json => print_json(file, &report)?,
        cli::Format::Text => print_text(file, content, &report, lang),
    }
    Ok(if report.is_valid() { Verdict::Valid } else { Verdict::Invalid })
}

/// One line for programs.
fn print_json(file: &Path, report: &Report) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Line<'a> {
        file: String,
        #[serde(flatten)]
        report: &'a Report,
    }
    let line = Line { file: file.display().to_string(), report };
    let text = serde_json::to_string(&line)
        .map_err(|error| Failure::new(format!("JSON: {error}"), format!("JSON: {error}")))?;
    println!("{text}");
    Ok(())
}

/// For people: each finding with its line and a caret, as compilers do.
fn print_text(file: &Path, content: &[u8], report: &Report, lang: cli::Lang) {
    let paint = Paint { on: std::io::stdout().is_terminal() };
    for finding in &report.findings {
        print_finding(file, content, finding, paint, lang);
    }
    let form = report.form.map_or("?", Form::name);
    let verdict = if report.is_valid() {
        paint.green(lang.pick("poprawna", "valid"))
    } else {
        paint.red(lang.pick("niepoprawna", "invalid"))
    };
    let (errors, warnings) = (report.errors().count(), report.warnings().count());
    let counts = match lang {
        cli::Lang::Pl => format!("błędy: {errors}, ostrzeżenia: {warnings}"),
        cli::Lang::En => format!("errors: {errors}, warnings: {warnings}"),
    };
    println!("{}: {form}: {verdict} ({counts})", file.display());
}

fn print_finding(file: &Path, content: &[u8], finding: &Finding, paint: Paint, lang: cli::Lang) {
    let severity = match finding.severity {
        Severity::Error => paint.red(lang.pick("błąd", "error")),
        Severity::Warning => paint.yellow(lang.pick("ostrzeżenie", "warning")),
    };
    println!("{severity}[{}]: {}", finding.code, lang.pick(&finding.message.pl, &finding.message.en));
    println!("  --> {}:{}:{}  {}", file.display(), finding.line, finding.column, finding.path);
    if let Some((before, line, width)) = source_line(content, finding) {
        let number = finding.line.to_string();
        let margin = " ".repeat(number.len());
        println!("{margin} |");
        println!("{number} | {before}{line}");
        println!("{margin} | {}{}", " ".repeat(before.chars().count()), paint.red(&"^".repeat(width)));
    }
    println!();
}

/// The part of the line that a finding is about: what stands before the place, what follows, and how many characters of
/// it to mark. Long lines are cut to a window around the place; control characters become spaces.
fn source_line(content: &[u8], finding: &Finding) -> Option<(String, String, usize)> {
    let offset = finding.offset.min(content.len());
    let start = content[..offset].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end =
        content[offset..].iter().position(|byte| *byte == b'\n').map_or(content.len(), |at| offset + at);
    if start == end {
        return None;
    }
    let clean = |bytes: &[u8]| -> Vec<char> {
        let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
        String::from_utf8_lossy(bytes).chars().map(shown).collect()
    };
    let before = clean(&content[start..offset]);
    let before: String = before[before.len().saturating_sub(CONTEXT_BEFORE)..].iter().collect();
    let before = before.trim_start().to_owned();
    let after = clean(&content[offset..end]);
    let after: String = after[..after.len().min(CONTEXT_AFTER)].iter().collect();
    let after = after.trim_end().to_owned();
    let found = finding.found.as_deref().map_or(1, |found| found.chars().count());
    let width = found.clamp(1, after.chars().count().max(1));
    Some((before, after, width))
}

/// Colours, on a terminal only.
#[derive(Clone, Copy)]
struct Paint {
    on: bool,
}

impl Paint {
    fn red(self, text: &str) -> String {
        self.paint("31;1", text)
    }

    fn yellow(self, text: &str) -> String {
        self.paint("33;1", text)
    }

    fn green(self, text: &str) -> String {
        self.paint("32;1", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

const STDIN_BYTES_MAX: u64 = 4 * 1024 * 1024;
const CONTEXT_BEFORE: usize = 60;
const CONTEXT_AFTER: usize = 80;
