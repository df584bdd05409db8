//! `bramka anonymise`: invoices without the people and firms in them.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anonymiser::{AnonymiseError, Anonymiser};
use ksef_crypto::{random_bytes, sha256};

use super::progress::Progress;
use super::validate::inputs::{Inputs, read};
use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Anonymise, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let anonymiser = Anonymiser::new(key(arguments.key_file.as_deref())?);
    let Inputs { files, failures } = Inputs::find(&arguments.paths);
    if files.is_empty()
        && let Some(failure) = failures.into_iter().next()
    {
        return Err(failure);
    }
    let target = &arguments.output;
    std::fs::create_dir_all(target).map_err(|error| Failure::unwritable(target, &error))?;
    let progress = Progress::over(files.len());
    let (mut content, mut refused) = (Vec::new(), 0);
    for (file, number) in files.iter().zip(1..) {
        read(file, &mut content).map_err(|error| Failure::unreadable(file, &error))?;
        match anonymiser.anonymise(&content) {
            // A file's own name often has a NIP or a KSeF number in it.
            Ok(other) => write(&target.join(format!("{number:06}.xml")), &other)?,
            Err(error) => {
                refused += 1;
                let (file, why) = (file.display(), words(&error, lang));
                progress.aside(|| eprintln!("bramka: {file}: {why}"));
            }
        }
        progress.step();
    }
    drop(progress);
    let (made, target) = (files.len() - refused, target.display());
    match lang {
        cli::Lang::Pl => println!("{target}: zanonimizowano {made}, pominięto {refused}"),
        cli::Lang::En => println!("{target}: {made} anonymised, {refused} left out"),
    }
    Ok(ExitCode::from(u8::from(refused > 0)))
}

/// The key of a file, or a new one.
fn key(file: Option<&Path>) -> Result<[u8; 32], Failure> {
    let Some(path) = file else { return Ok(random_bytes()) };
    let secret = std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    if secret.len() < SECRET_BYTES_MIN {
        let path = path.display();
        return Err(Failure::new(
            format!(
                "{path}: sekret ma mieć co najmniej {SECRET_BYTES_MIN} bajtów (np. head -c 32 /dev/urandom)"
            ),
            format!("{path}: the secret has at least {SECRET_BYTES_MIN} bytes (head -c 32 /dev/urandom)"),
        ));
    }
    Ok(sha256(&secret))
}

/// A file of somebody else's is not written over.
fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    File::create_new(path)
        .and_then(|mut file| file.write_all(content))
        .map_err(|error| Failure::unwritable(path, &error))
}

fn words(error: &AnonymiseError, lang: cli::Lang) -> String {
    match (error, lang) {
        (AnonymiseError::NoInvoice, cli::Lang::Pl) => {
            "to nie jest faktura w formie, którą przyjmuje KSeF".to_owned()
        }
        (AnonymiseError::Xml { place, reason }, cli::Lang::Pl) => {
            format!("nie można odczytać XML w bajcie {place}: {reason}")
        }
        (error, cli::Lang::En) => error.to_string(),
    }
}

const SECRET_BYTES_MIN: usize = 16;
