//! `bramka render`: an invoice as PDF or HTML.

use std::path::Path;
use std::process::ExitCode;

use ksef_render::{Environment, Language, RenderOptions};

use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Render) -> Result<ExitCode, Failure> {
    let options = RenderOptions {
        language: match arguments.lang {
            cli::Lang::Pl => Language::Pl,
            cli::Lang::En => Language::En,
        },
        environment: match arguments.environment {
            cli::ProfileName::Test => Environment::Test,
            cli::ProfileName::Demo => Environment::Demo,
            cli::ProfileName::Prd => Environment::Prd,
        },
        ksef_number: arguments.ksef_number.clone(),
        ..RenderOptions::default()
    };
    let xml = std::fs::read(&arguments.file).map_err(|error| Failure::unreadable(&arguments.file, &error))?;
    let made = match extension(&arguments.output).as_deref() {
        Some("pdf") => ksef_render::pdf(&xml, &options),
        Some("html" | "htm") => ksef_render::html(&xml, &options).map(String::into_bytes),
        _ => {
            let path = arguments.output.display();
            return Err(Failure::new(
                format!("{path}: nazwa pliku wynikowego ma się kończyć na .pdf albo .html"),
                format!("{path}: the output's name must end in .pdf or .html"),
            ));
        }
    };
    let bytes = made.map_err(|error| {
        let path = arguments.file.display();
        Failure::new(format!("{path}: {}", error.polish()), format!("{path}: {error}"))
    })?;
    std::fs::write(&arguments.output, bytes)
        .map_err(|error| Failure::unwritable(&arguments.output, &error))?;
    println!("{}", arguments.output.display());
    Ok(ExitCode::SUCCESS)
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}
