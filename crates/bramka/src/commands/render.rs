//! `bramka render`: documents as PDF or HTML, one or a folder of them.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ksef_crypto::{Credential, SecretString};
use ksef_render::{Environment, Language, Logo, Mode, RenderError, RenderOptions};

use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Render, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let work = Work::new(arguments)?;
    if arguments.file.is_dir() {
        return folder(arguments, &work, lang);
    }
    let default = arguments.file.with_extension(if arguments.html { "html" } else { "pdf" });
    let output = arguments.output.as_deref().unwrap_or(&default);
    let format = match extension(output).as_deref() {
        Some("pdf") => Format::Pdf,
        Some("html" | "htm") => Format::Html,
        _ => {
            let path = output.display();
            return Err(Failure::new(
                format!("{path}: nazwa pliku wynikowego ma się kończyć na .pdf albo .html"),
                format!("{path}: the output's name must end in .pdf or .html"),
            ));
        }
    };
    work.file(&arguments.file, output, format)?;
    println!("{}", output.display());
    Ok(ExitCode::SUCCESS)
}

/// Every document of a folder; one that cannot be rendered is named, and the others go on.
fn folder(arguments: &cli::Render, work: &Work, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let source = arguments.file.as_path();
    if arguments.codes.ksef_number.is_some() {
        return Err(Failure::new(
            "numer KSeF podaje się przy jednym dokumencie, nie przy folderze",
            "a KSeF number is given with one document, not with a folder",
        ));
    }
    let unreadable = |error| Failure::unreadable(source, &error);
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(source).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_file() && extension(&path).as_deref() == Some("xml") {
            documents.push(path);
        }
    }
    documents.sort();
    if documents.is_empty() {
        let path = source.display();
        return Err(Failure::new(
            format!("w folderze {path} nie ma plików .xml"),
            format!("there are no .xml files in the folder {path}"),
        ));
    }
    let target = arguments.output.as_deref().unwrap_or(source);
    std::fs::create_dir_all(target).map_err(|error| Failure::unwritable(target, &error))?;
    let bar = progress(documents.len());
    let (mut failed, format) = (0_usize, if arguments.html { Format::Html } else { Format::Pdf });
    for document in &documents {
        let name = document.with_extension(format.extension());
        let output = target.join(name.file_name().unwrap_or_default());
        if let Err(failure) = work.file(document, &output, format) {
            failed += 1;
            bar.suspend(|| eprintln!("bramka: {}", failure.words(lang)));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let made = documents.len() - failed;
    match lang {
        cli::Lang::Pl => println!("{}: wykonano {made}, nie udało się {failed}", target.display()),
        cli::Lang::En => println!("{}: {made} made, {failed} failed", target.display()),
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// A bar on standard error, on a terminal only.
fn progress(count: usize) -> ProgressBar {
    let bar = ProgressBar::new(count as u64);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}

#[derive(Clone, Copy)]
enum Format {
    Pdf,
    Html,
}

impl Format {
    const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
        }
    }
}

/// What is the same for every document of a run.
struct Work {
    options: RenderOptions,
    signer: Signer,
    is_confirmation: bool,
}

impl Work {
    fn new(arguments: &cli::Render) -> Result<Self, Failure> {
        let logo = match &arguments.logo {
            None => None,
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
                Some(Logo::from_bytes(&bytes).map_err(|error| refused(path, &error))?)
            }
        };
        let options = RenderOptions {
            language: language(arguments.lang),
            accent: arguments.accent,
            logo,
            ..options(&arguments.codes)
        };
        let signer = Signer::new(&arguments.codes)?;
        Ok(Self { options, signer, is_confirmation: arguments.confirmation })
    }

    /// Renders one document into a file.
    fn file(&self, document: &Path, output: &Path, format: Format) -> Result<(), Failure> {
        let xml = std::fs::read(document).map_err(|error| Failure::unreadable(document, &error))?;
        let made = self.signer.sign(&xml, self.options.clone()).and_then(|options| {
            match (format, self.is_confirmation) {
                (Format::Pdf, false) => ksef_render::pdf(&xml, &options),
                (Format::Html, false) => ksef_render::html(&xml, &options).map(String::into_bytes),
                (Format::Pdf, true) => ksef_render::confirmation_pdf(&xml, &options),
                (Format::Html, true) => {
                    ksef_render::confirmation_html(&xml, &options).map(String::into_bytes)
                }
            }
        });
        let bytes = made.map_err(|error| refused(document, &error))?;
        std::fs::write(output, bytes).map_err(|error| Failure::unwritable(output, &error))
    }
}

/// A document's language.
pub(super) fn language(lang: cli::RenderLang) -> Language {
    match lang {
        cli::RenderLang::Pl => Language::Pl,
        cli::RenderLang::En => Language::En,
        cli::RenderLang::PlEn => Language::PlEn,
    }
}

/// The part of the options that the codes are made of.
pub(super) fn options(codes: &cli::Codes) -> RenderOptions {
    RenderOptions {
        environment: match codes.environment {
            cli::ProfileName::Test => Environment::Test,
            cli::ProfileName::Demo => Environment::Demo,
            cli::ProfileName::Prd => Environment::Prd,
        },
        mode: match codes.mode {
            cli::ModeName::Online => Mode::Online,
            cli::ModeName::Offline24 => Mode::Offline24,
            cli::ModeName::Unavailability => Mode::Unavailability,
            cli::ModeName::Failure => Mode::Failure,
            cli::ModeName::TotalFailure => Mode::TotalFailure,
        },
        ksef_number: codes.ksef_number.clone(),
        ..RenderOptions::default()
    }
}

/// Signs KOD II when the mode has one.
pub(super) struct Signer {
    with: Option<(ksef_id::ContextIdentifier, Credential)>,
}

impl Signer {
    /// Reads certificate and key when the mode needs them.
    pub(super) fn new(codes: &cli::Codes) -> Result<Self, Failure> {
        if !options(codes).mode.is_offline() {
            return Ok(Self { with: None });
        }
        let (Some(certificate), Some(context)) = (&codes.offline_cert, &codes.context) else {
            return Err(Failure::new(
                "tryb offline wymaga drugiego kodu QR: podaj --offline-cert, --offline-key i --context",
                "an offline mode needs the second QR code: give --offline-cert, --offline-key and --context",
            ));
        };
        let read = |path: &PathBuf| std::fs::read(path).map_err(|error| Failure::unreadable(path, &error));
        let key = codes.offline_key.as_ref().map(read).transpose()?;
        let password = std::env::var(PASSWORD_VARIABLE).ok().map(SecretString::from);
        let certificate = read(certificate)?;
        let credential =
            Credential::read(&certificate, key.as_deref(), password.as_ref()).map_err(|error| {
                Failure::new(
                    format!("certyfikat Offline: {error}"),
                    format!("the Offline certificate: {error}"),
                )
            })?;
        Ok(Self { with: Some((context.clone(), credential)) })
    }

    /// The options with the link for this document.
    pub(super) fn sign(&self, xml: &[u8], options: RenderOptions) -> Result<RenderOptions, RenderError> {
        let Some((context, credential)) = &self.with else { return Ok(options) };
        let url = ksef_render::kod_ii_url(xml, options.environment.qr_base_url(), context, credential)?;
        Ok(RenderOptions { certificate_url: Some(url), ..options })
    }
}

/// A document that was refused, with its name.
pub(super) fn refused(path: &Path, error: &RenderError) -> Failure {
    let path = path.display();
    Failure::new(format!("{path}: {}", error.polish()), format!("{path}: {error}"))
}

/// The lower-case extension of a path.
pub(super) fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}

const PASSWORD_VARIABLE: &str = "BRAMKA_OFFLINE_PASSWORD";
