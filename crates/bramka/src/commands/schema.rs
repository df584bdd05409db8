//! `bramka schema`: what documents are checked against.

use std::process::ExitCode;

use ksef_invoice::{Environments, SchemaInfo};

use crate::cli::Lang;
use crate::failure::Failure;

/// Prints each form with its version, validity and sources.
pub(crate) fn list(lang: Lang) -> Result<ExitCode, Failure> {
    for info in ksef_invoice::schemas() {
        print(&info, lang);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(info: &SchemaInfo, lang: Lang) {
    let form = info.form;
    println!("{form}  {}  {}  <{}>", form.schema_version(), form.namespace(), form.root());
    let day = |date: Option<jiff::civil::Date>| date.map_or_else(|| "…".to_owned(), |date| date.to_string());
    let taken = environments(form.taken_by(), lang);
    let (from, until) = (day(info.valid_from), day(info.valid_until));
    println!(
        "  {}: {from} – {until}; {}: {taken}",
        lang.pick("ważność", "validity"),
        lang.pick("przyjmuje", "taken by")
    );
    for source in &info.sources {
        println!("  {}  {}", source.sha256, source.file);
    }
}

fn environments(environments: Environments, lang: Lang) -> String {
    let names: Vec<&str> = environments.names().collect();
    if names.is_empty() {
        lang.pick("żadne środowisko", "no environment").to_owned()
    } else {
        names.join(", ")
    }
}
