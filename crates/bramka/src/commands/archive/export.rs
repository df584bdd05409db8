//! `bramka export`.

use std::process::ExitCode;

use gateway_archive::ExportRequest;
use ksef_render::Environment;
use serde_json::json;

use super::super::progress::Progress;
use crate::cli::{self, EnvironmentName, Lang, ListFormat};
use crate::failure::Failure;

pub(crate) async fn run(arguments: cli::Export, lang: Lang) -> Result<ExitCode, Failure> {
    if arguments.from > arguments.to {
        return Err(Failure::new("--from jest po --to", "--from is after --to"));
    }
    let (_, database) = super::place_of(&arguments.place)?;
    super::must_exist(&database)?;
    let objects = super::objects_of(arguments.objects.as_deref())?;
    let request = ExportRequest {
        database: &database,
        objects: objects.as_ref(),
        companies: &arguments.companies,
        from: arguments.from,
        until: arguments.to,
        environment: match arguments.environment {
            EnvironmentName::Prd => Environment::Prd,
            EnvironmentName::Demo => Environment::Demo,
            EnvironmentName::Test | EnvironmentName::Simulator => Environment::Test,
        },
        language: super::super::render::language(arguments.print_lang),
        is_with_pdf: !arguments.no_pdf,
    };
    let report = {
        let progress = Progress::of(lang.pick("eksport", "exporting"));
        let on_progress = &mut |done, of| progress.at(done, of);
        gateway_archive::export(request, &arguments.folder, on_progress).await?
    };
    let (documents, written, kept) = (report.documents, report.written, report.kept);
    match arguments.format {
        ListFormat::Json => println!(
            "{}",
            json!({
                "folder": arguments.folder, "documents": documents, "filesWritten": written, "filesKept": kept,
                "withoutPdf": report.without_pdf, "brokenCount": report.broken_count,
                "broken": super::broken_as_json(&report.broken),
            })
        ),
        ListFormat::Text => {
            let folder = arguments.folder.display();
            println!(
                "{}",
                match lang {
                    Lang::Pl => format!(
                        "{folder}: dokumenty: {documents}, zapisane pliki: {written}, gotowe wcześniej: {kept}, bez PDF: {}",
                        report.without_pdf
                    ),
                    Lang::En => format!(
                        "{folder}: {documents} documents, {written} files written, {kept} there already, {} without a PDF",
                        report.without_pdf
                    ),
                }
            );
            super::print_broken(&report.broken, report.broken_count, lang);
        }
    }
    Ok(ExitCode::from(u8::from(report.broken_count > 0)))
}
