//! `bramka validate`: what is wrong with invoices, for people and for programs.

mod github;
pub(super) mod inputs;
mod text;

use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use ksef_invoice::{Profile, ValidationOptions, validate};

use super::progress::Progress;
use crate::cli;
use crate::failure::Failure;
use inputs::Inputs;

/// What a file came to; the worst one is the exit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Valid = 0,
    Invalid = 1,
    Unreadable = 2,
}

pub(crate) fn run(arguments: &cli::Validate, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let options = ValidationOptions {
        profile: match arguments.profile {
            cli::ValidationProfile::Strict => Profile::Strict,
            cli::ValidationProfile::Test => Profile::Test,
            cli::ValidationProfile::Demo => Profile::Demo,
            cli::ValidationProfile::Prd => Profile::Prd,
        },
        today: Some(today()),
        ..ValidationOptions::default()
    };
    let inputs = Inputs::find(&arguments.files);
    let progress = Progress::over(inputs.files.len());
    let mut worst = Verdict::Valid;
    for failure in &inputs.failures {
        complain(failure, lang);
        worst = Verdict::Unreadable;
    }
    let is_terminal = io::stdout().is_terminal();
    // Standard output of Rust writes every line by itself; ten thousand files deserve better.
    let mut out = BufWriter::with_capacity(OUTPUT_BYTES, io::stdout().lock());
    let mut content = Vec::new();
    for file in &inputs.files {
        let verdict = match inputs::read(file, &mut content) {
            Ok(()) => {
                let report = validate(&content, &options);
                let written = progress.aside(|| {
                    match arguments.format {
                        cli::Format::Json => report.write_line(file, &mut out)?,
                        cli::Format::Github => github::print(&mut out, file, &report, lang)?,
                        cli::Format::Text => {
                            let style = (arguments.profile, is_terminal);
                            text::print(&mut out, (file, &content), &report, style, lang)?;
                        }
                    }
                    if is_terminal { out.flush() } else { Ok(()) }
                });
                match written {
                    Ok(()) => {}
                    // Whoever reads has seen enough (`bramka validate … | head`).
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                        return Ok(ExitCode::from(worst as u8));
                    }
                    Err(error) => return Err(Failure::unwritable(Path::new("-"), &error)),
                }
                if report.is_valid() { Verdict::Valid } else { Verdict::Invalid }
            }
            Err(error) => {
                progress.aside(|| complain(&Failure::unreadable(file, &error), lang));
                Verdict::Unreadable
            }
        };
        worst = worst.max(verdict);
        progress.step();
    }
    match out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::unwritable(Path::new("-"), &error))
        }
        _ => Ok(ExitCode::from(worst as u8)),
    }
}

/// The day in Warsaw.
pub(crate) fn today() -> jiff::civil::Date {
    // Compiled in: reading the system's database would cost more than a small invoice.
    static WARSAW: TimeZone = jiff::tz::get!("Europe/Warsaw");
    jiff::Timestamp::now().to_zoned(WARSAW.clone()).date()
}

fn complain(failure: &Failure, lang: cli::Lang) {
    eprintln!("bramka: {}", failure.words(lang));
}

const OUTPUT_BYTES: usize = 64 * 1024;
