//! `bramka stamp`: verification codes on a PDF that an ERP has made.

use std::process::ExitCode;

use ksef_render::{Corner, RenderOptions, StampPlace};

use super::render::{Signer, language, refused};
use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Stamp, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let read =
        |path: &std::path::Path| std::fs::read(path).map_err(|error| Failure::unreadable(path, &error));
    let (file, xml) = (read(&arguments.file)?, read(&arguments.invoice)?);
    let signer = Signer::new(&arguments.codes, lang)?;
    let options = RenderOptions { language: language(arguments.lang), ..signer.options(&arguments.codes) };
    let place = StampPlace {
        page: arguments.page,
        corner: match arguments.corner {
            cli::CornerName::TopLeft => Corner::TopLeft,
            cli::CornerName::TopRight => Corner::TopRight,
            cli::CornerName::BottomLeft => Corner::BottomLeft,
            cli::CornerName::BottomRight => Corner::BottomRight,
        },
        margin_mm: arguments.margin,
        side_mm: arguments.size,
    };
    let options = signer.sign(&xml, options).map_err(|error| refused(&arguments.invoice, &error))?;
    let stamped = ksef_render::stamp(&file, &xml, &options, &place)
        .map_err(|error| refused(&arguments.file, &error))?;
    std::fs::write(&arguments.output, stamped)
        .map_err(|error| Failure::unwritable(&arguments.output, &error))?;
    println!("{}", arguments.output.display());
    Ok(ExitCode::SUCCESS)
}
