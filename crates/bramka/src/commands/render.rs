//! `bramka render`: documents as PDF or HTML, one or a folder of them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gateway_vault::CompanyEnvironment;
use ksef_crypto::{Credential, SecretString};
use ksef_render::{Environment, Language, Logo, Mode, RenderError, RenderOptions};

use super::progress::Progress;
use super::validate::inputs::Inputs;
use super::vault_companies;
use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Render, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let work = Work::new(arguments, lang)?;
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

/// Every document of a folder, however deep; one that cannot be rendered is named, and the others go on.
fn folder(arguments: &cli::Render, work: &Work, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let source = arguments.file.as_path();
    if arguments.codes.ksef_number.is_some() {
        return Err(Failure::new(
            "numer KSeF podaje się przy jednym dokumencie, nie przy folderze",
            "a KSeF number is given with one document, not with a folder",
        ));
    }
    let Inputs { files, mut failures } = Inputs::find(std::slice::from_ref(&arguments.file));
    if files.is_empty()
        && let Some(failure) = failures.pop()
    {
        return Err(failure);
    }
    let target = arguments.output.as_deref().unwrap_or(source);
    let format = if arguments.html { Format::Html } else { Format::Pdf };
    let progress = Progress::over(files.len());
    let say = |failure: &Failure| progress.aside(|| eprintln!("bramka: {}", failure.words(lang)));
    failures.iter().for_each(say);
    let mut failed = failures.len();
    for document in &files {
        // Below the target as it lies below the source.
        let inside = document.strip_prefix(source).unwrap_or(document);
        let output = target.join(inside).with_extension(format.extension());
        let folder = output.parent().unwrap_or(target);
        let made = std::fs::create_dir_all(folder)
            .map_err(|error| Failure::unwritable(folder, &error))
            .and_then(|()| work.file(document, &output, format));
        if let Err(failure) = made {
            failed += 1;
            say(&failure);
        }
        progress.step();
    }
    drop(progress);
    let made = files.len() + failures.len() - failed;
    match lang {
        cli::Lang::Pl => println!("{}: wykonano {made}, nie udało się {failed}", target.display()),
        cli::Lang::En => println!("{}: {made} made, {failed} failed", target.display()),
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
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
    fn new(arguments: &cli::Render, lang: cli::Lang) -> Result<Self, Failure> {
        let logo = match &arguments.logo {
            None => None,
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
                Some(Logo::from_bytes(&bytes).map_err(|error| refused(path, &error))?)
            }
        };
        let signer = Signer::new(&arguments.codes, lang)?;
        let options = RenderOptions {
            language: language(arguments.lang),
            accent: arguments.accent,
            logo,
            ..signer.options(&arguments.codes)
        };
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

/// How a document is issued.
fn mode(codes: &cli::Codes) -> Mode {
    match codes.mode {
        cli::ModeName::Online => Mode::Online,
        cli::ModeName::Offline24 => Mode::Offline24,
        cli::ModeName::Unavailability => Mode::Unavailability,
        cli::ModeName::Failure => Mode::Failure,
        cli::ModeName::TotalFailure => Mode::TotalFailure,
    }
}

/// Where codes lead, and what signs KOD II when the mode has one.
pub(super) struct Signer {
    environment: Environment,
    /// The verification pages of a simulator.
    qr_base_url: Option<String>,
    with: Option<(ksef_id::ContextIdentifier, Credential)>,
}

impl Signer {
    /// Reads certificate and key, from files or from the vault, when the mode needs them.
    pub(super) fn new(codes: &cli::Codes, lang: cli::Lang) -> Result<Self, Failure> {
        let mut signer = Self { environment: Environment::Prd, qr_base_url: None, with: None };
        let is_offline = mode(codes).is_offline();
        if let Some(company) = &codes.company {
            let (environment, credential) =
                vault_companies::for_prints(codes.data.as_deref(), company, is_offline, lang)?;
            (signer.environment, signer.qr_base_url) = verification(&environment);
            let context = codes.context.as_ref().unwrap_or(company);
            signer.with = credential.map(|credential| (context.clone(), credential));
        }
        if let Some(name) = codes.environment {
            signer.qr_base_url = None;
            signer.environment = match name {
                cli::ProfileName::Test => Environment::Test,
                cli::ProfileName::Demo => Environment::Demo,
                cli::ProfileName::Prd => Environment::Prd,
            };
        }
        if !is_offline || signer.with.is_some() {
            return Ok(signer);
        }
        let (Some(certificate), Some(context)) = (&codes.offline_cert, &codes.context) else {
            return Err(Failure::new(
                "tryb offline wymaga drugiego kodu QR: podaj --offline-cert, --offline-key i --context albo --company",
                "an offline mode needs the second QR code: give --offline-cert, --offline-key and --context, or --company",
            ));
        };
        let read = |path: &PathBuf| std::fs::read(path).map_err(|error| Failure::unreadable(path, &error));
        let key = codes.offline_key.as_ref().map(read).transpose()?;
        let password = std::env::var(PASSWORD_VARIABLE).ok().map(SecretString::from);
        let bytes = read(certificate)?;
        let credential = Credential::read(&bytes, key.as_deref(), password.as_ref()).map_err(|error| {
            Failure::no_credential(certificate, codes.offline_key.as_deref(), PASSWORD_VARIABLE, &error)
        })?;
        signer.with = Some((context.clone(), credential));
        Ok(signer)
    }

    /// The part of the options that the codes are made of.
    pub(super) fn options(&self, codes: &cli::Codes) -> RenderOptions {
        RenderOptions {
            environment: self.environment,
            qr_base_url: self.qr_base_url.clone(),
            mode: mode(codes),
            ksef_number: codes.ksef_number.clone(),
            ..RenderOptions::default()
        }
    }

    /// The options with the link for this document.
    pub(super) fn sign(&self, xml: &[u8], options: RenderOptions) -> Result<RenderOptions, RenderError> {
        let Some((context, credential)) = &self.with else { return Ok(options) };
        let base = options.qr_base_url.as_deref().unwrap_or(options.environment.qr_base_url());
        let url = ksef_render::kod_ii_url(xml, base, context, credential)?;
        Ok(RenderOptions { certificate_url: Some(url), ..options })
    }
}

/// The verification pages of a company's environment; a simulator has its own beside its API.
fn verification(environment: &CompanyEnvironment) -> (Environment, Option<String>) {
    match environment {
        CompanyEnvironment::Test => (Environment::Test, None),
        CompanyEnvironment::Demo => (Environment::Demo, None),
        CompanyEnvironment::Prd => (Environment::Prd, None),
        CompanyEnvironment::Simulator { ksef_url, .. } => {
            let base = ksef_url.trim_end_matches('/').trim_end_matches("/v2");
            (Environment::Test, Some(base.to_owned()))
        }
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
