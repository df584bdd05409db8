//! `ksef-validate FILE…`: what is wrong with invoices, a line of JSON for each, for programs that start a process for each file.
//!
//! It says what `bramka validate --format json` says. That one is a program with a whole gateway in it, and making such a process
//! costs more than looking at a small invoice; this one has the validator and nothing else.

#![allow(clippy::print_stderr, reason = "what is wrong with the call goes to standard error")]

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use ksef_invoice::{BYTES_MAX, Profile, ValidationOptions, validate};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let mut profile = Profile::Strict;
    if arguments.next_if(|word| word == "--profile").is_some() {
        profile = match arguments.next().as_deref().and_then(|name| name.to_str()) {
            Some("strict") => Profile::Strict,
            Some("test") => Profile::Test,
            Some("demo") => Profile::Demo,
            Some("prd") => Profile::Prd,
            _ => return usage(),
        };
    }
    // A file may be called `--x` behind `--`.
    let is_bare = arguments.next_if(|word| word == "--").is_some();
    if arguments.peek().is_none_or(|word| !is_bare && word.as_encoded_bytes().starts_with(b"--")) {
        return usage();
    }
    let options = ValidationOptions { profile, today: Some(today()), ..ValidationOptions::default() };
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut worst, mut content) = (VALID, Vec::new());
    for file in arguments {
        let file = Path::new(&file);
        if let Err(error) = read(file, &mut content) {
            eprintln!("ksef-validate: {}: {error}", file.display());
            worst = UNREADABLE;
            continue;
        }
        let report = validate(&content, &options);
        if !report.is_valid() {
            worst = worst.max(INVALID);
        }
        match report.write_line(file, &mut out) {
            Ok(()) => {}
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::from(worst),
            Err(error) => return unwritable(&error),
        }
    }
    match out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => unwritable(&error),
        _ => ExitCode::from(worst),
    }
}

/// The bytes of a file, or of standard input for `-`; a little more than is looked at, so that the validator says it is too large.
fn read(file: &Path, content: &mut Vec<u8>) -> io::Result<()> {
    content.clear();
    let limit = BYTES_MAX as u64 + 1;
    match file.to_str() {
        Some("-") => io::stdin().lock().take(limit).read_to_end(content)?,
        _ => File::open(file)?.take(limit).read_to_end(content)?,
    };
    Ok(())
}

/// The day in Warsaw.
fn today() -> jiff::civil::Date {
    static WARSAW: TimeZone = jiff::tz::get!("Europe/Warsaw");
    jiff::Timestamp::now().to_zoned(WARSAW.clone()).date()
}

fn usage() -> ExitCode {
    eprintln!(
        "ksef-validate [--profile strict|test|demo|prd] [--] FILE…\n\
         A line of JSON for each file; - is standard input.\n\
         Wiersz JSON dla każdego pliku; - to standardowe wejście.\n\
         0 valid/poprawne, 1 invalid/niepoprawne, 2 unreadable/nie do odczytania"
    );
    ExitCode::from(UNREADABLE)
}

fn unwritable(error: &io::Error) -> ExitCode {
    eprintln!("ksef-validate: {error}");
    ExitCode::from(UNREADABLE)
}

/// What the files came to, as exit codes; the worst counts.
const VALID: u8 = 0;
const INVALID: u8 = 1;
const UNREADABLE: u8 = 2;
