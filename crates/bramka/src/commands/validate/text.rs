//! Findings for people: each with its line and a caret, as compilers do.

use std::io::{self, Write};
use std::path::Path;

use ksef_invoice::{Finding, Form, Report, Severity};

use crate::cli;
use crate::paint::Paint;

/// Every finding of a document, and its verdict in one line.
pub(super) fn print(
    out: &mut impl Write,
    (file, content): (&Path, &[u8]),
    report: &Report,
    (profile, is_terminal): (cli::ValidationProfile, bool),
    lang: cli::Lang,
) -> io::Result<()> {
    let paint = Paint::when(is_terminal);
    let file = file.display().to_string();
    for finding in &report.findings {
        print_finding(out, (&file, content), finding, paint, lang)?;
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
    writeln!(out, "{file}: {form}: {verdict} ({counts})")?;
    if let Some(note) = report.form.and_then(|form| gate(form, profile)) {
        writeln!(out, "  {}: {}", lang.pick("uwaga", "note"), lang.pick(note[0], note[1]))?;
    }
    Ok(())
}

fn print_finding(
    out: &mut impl Write,
    (file, content): (&str, &[u8]),
    finding: &Finding,
    paint: Paint,
    lang: cli::Lang,
) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => paint.red(lang.pick("błąd", "error")),
        Severity::Warning => paint.yellow(lang.pick("ostrzeżenie", "warning")),
    };
    let message = shown(lang.pick(&finding.message.pl, &finding.message.en));
    writeln!(out, "{severity}[{}]: {message}", finding.code)?;
    writeln!(out, "  --> {file}:{}:{}  {}", finding.line, finding.column, shown(&finding.path))?;
    if let Some((before, line, width)) = source_line(content, finding) {
        let number = finding.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(out, "{margin} |")?;
        writeln!(out, "{number} | {before}{line}")?;
        let blanks = " ".repeat(before.chars().count());
        writeln!(out, "{margin} | {blanks}{}", paint.red(&"^".repeat(width)))?;
    }
    writeln!(out)
}

/// The part of the line that a finding is about: what stands before the place, what follows, and how many characters of
/// it to mark. Long lines are cut to a window around the place; control characters become spaces.
fn source_line(content: &[u8], finding: &Finding) -> Option<(String, String, usize)> {
    let offset = finding.offset.min(content.len());
    // Four bytes a character, and one character more, which may be cut in the middle and falls away.
    let (reach_before, reach_after) = (4 * (CONTEXT_BEFORE + 1), 4 * (CONTEXT_AFTER + 1));
    let before = &content[offset.saturating_sub(reach_before)..offset];
    let after = &content[offset..(offset + reach_after).min(content.len())];
    let before = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let after = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let clean = |bytes: &[u8]| -> Vec<char> { shown(&String::from_utf8_lossy(bytes)).chars().collect() };
    let before = clean(before);
    let before: String = before[before.len().saturating_sub(CONTEXT_BEFORE)..].iter().collect();
    let before = before.trim_start().to_owned();
    let after = clean(after);
    let after: String = after[..after.len().min(CONTEXT_AFTER)].iter().collect();
    let after = after.trim_end().to_owned();
    let found = finding.found.as_deref().map_or(1, |found| found.chars().count());
    let width = found.clamp(1, after.chars().count().max(1));
    Some((before, after, width))
}

/// A text as a terminal may have it: a document's control characters could move its cursor.
fn shown(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// What is to be said of a form that KSeF does not take everywhere: no fault of the document.
fn gate(form: Form, profile: cli::ValidationProfile) -> Option<[&'static str; 2]> {
    let taken = form.taken_by();
    let is_taken = match profile {
        cli::ValidationProfile::Strict => taken.prd,
        cli::ValidationProfile::Test => taken.test,
        cli::ValidationProfile::Demo => taken.demo,
        cli::ValidationProfile::Prd => taken.prd,
    };
    match form {
        Form::Pef3 | Form::PefKor3 => Some([
            "KSeF przyjmuje PEF tylko w kontekście dostawcy usług Peppol, po jednej fakturze.",
            "KSeF takes PEF only in the context of a Peppol service provider, one by one.",
        ]),
        Form::Upo43 => {
            Some(["UPO wystawia KSeF; nie wysyła się go.", "A UPO is issued by KSeF; it is not sent."])
        }
        Form::Fa2 if !is_taken => Some([
            "FA(2) przyjmuje tylko środowisko testowe; nowe faktury wystawiaj w FA(3).",
            "FA(2) is taken by the TEST environment only; issue new invoices as FA(3).",
        ]),
        _ => None,
    }
}

const CONTEXT_BEFORE: usize = 60;
const CONTEXT_AFTER: usize = 80;
