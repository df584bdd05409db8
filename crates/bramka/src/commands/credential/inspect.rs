//! `bramka credential inspect`: what is wrong with a certificate and its key, before anything goes over the network.

use std::path::Path;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use ksef_crypto::diagnosis::{
    CredentialDiagnosis, Environment, Finding, Message, Purpose, Question, diagnose,
};
use ksef_crypto::{Certificate, CredentialFiles, KeyError, KeyKind};
use serde::Serialize;

use crate::cli;
use crate::failure::Failure;
use crate::paint::Paint;
use crate::secret_input;

pub(crate) fn run(arguments: &cli::Inspect, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let files = read_files(
        &arguments.certificate,
        arguments.key.as_deref(),
        arguments.password_file.as_deref(),
        lang,
    )?;
    let nip = arguments.company.as_ref().and_then(ksef_id::ContextIdentifier::nip);
    let question = Question {
        now: jiff::Timestamp::now(),
        purpose: arguments.purpose.map(Purpose::from),
        environment: arguments.environment.map(Environment::from),
        company_nip: nip.as_ref().map(ksef_id::Nip::as_str),
    };
    let diagnosis = diagnose(&files, &question);
    match arguments.format {
        cli::ListFormat::Json => println!("{}", json(&diagnosis)?),
        cli::ListFormat::Text => print_text(&arguments.certificate, &diagnosis, lang),
    }
    Ok(ExitCode::from(u8::from(!diagnosis.problems.is_empty())))
}

/// Reads the files; asks for the password on a terminal when one is needed and none was given.
pub(super) fn read_files(
    certificate_path: &Path,
    key: Option<&Path>,
    password_file: Option<&Path>,
    lang: cli::Lang,
) -> Result<CredentialFiles, Failure> {
    let bytes = |path: &Path| std::fs::read(path).map_err(|error| Failure::unreadable(path, &error));
    let certificate = bytes(certificate_path)?;
    let key = key.map(bytes).transpose()?.map(zeroize::Zeroizing::new);
    let mut password = secret_input::key_password(password_file)?;
    loop {
        let key = key.as_ref().map(|key| key.as_slice());
        let files = CredentialFiles::read(&certificate, key, password.as_ref())
            .map_err(|error| Failure::no_certificate(certificate_path, &error))?;
        if password.is_some() || !matches!(files.keys(), Err(KeyError::PasswordNeeded)) {
            return Ok(files);
        }
        password = secret_input::ask(lang.pick("Hasło klucza: ", "Password of the key: "))?;
        if password.is_none() {
            return Ok(files);
        }
    }
}

/// The shape that programs read; it grows by addition only.
#[derive(Serialize)]
struct Shown<'a> {
    certificate: Option<ShownCertificate<'a>>,
    key: Option<ShownKey>,
    problems: Vec<ShownFinding<'a>>,
    notes: Vec<ShownFinding<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownCertificate<'a> {
    subject: &'a str,
    issuer: &'a str,
    /// Upper-case hexadecimal, as KSeF writes it.
    serial: String,
    /// RFC 3339, UTC.
    not_before: String,
    not_after: String,
    r#type: &'static str,
    nip: Option<String>,
}

#[derive(Serialize)]
struct ShownKey {
    algorithm: String,
}

#[derive(Serialize)]
struct ShownFinding<'a> {
    code: &'a str,
    message: ShownMessage<'a>,
    remedy: ShownMessage<'a>,
}

#[derive(Serialize)]
struct ShownMessage<'a> {
    pl: &'a str,
    en: &'a str,
}

fn json(diagnosis: &CredentialDiagnosis) -> Result<String, Failure> {
    let shown = Shown {
        certificate: diagnosis.certificate.as_ref().map(ShownCertificate::of),
        key: diagnosis.key.map(|kind| ShownKey { algorithm: kind.to_string() }),
        problems: diagnosis.problems.iter().map(ShownFinding::of).collect(),
        notes: diagnosis.notes.iter().map(ShownFinding::of).collect(),
    };
    serde_json::to_string(&shown)
        .map_err(|error| Failure::new(format!("JSON: {error}"), format!("JSON: {error}")))
}

impl<'a> ShownCertificate<'a> {
    fn of(certificate: &'a Certificate) -> Self {
        Self {
            subject: certificate.subject(),
            issuer: certificate.issuer_readable(),
            serial: certificate.serial_hex(),
            not_before: certificate.not_before().to_string(),
            not_after: certificate.not_after().to_string(),
            r#type: certificate.certificate_type().name(),
            nip: certificate.nip(),
        }
    }
}

impl<'a> ShownFinding<'a> {
    fn of(finding: &'a Finding) -> Self {
        let message = |message: &'a Message| ShownMessage { pl: &message.pl, en: &message.en };
        Self { code: finding.code, message: message(&finding.message), remedy: message(&finding.remedy) }
    }
}

fn print_text(file: &Path, diagnosis: &CredentialDiagnosis, lang: cli::Lang) {
    if let Some(certificate) = &diagnosis.certificate {
        let line = |pl: &str, en: &str, value: &str| println!("{:<12}{value}", lang.pick(pl, en));
        line("Certyfikat", "Certificate", certificate.subject());
        line("Wystawca", "Issuer", certificate.issuer_readable());
        line("Numer", "Serial", &certificate.serial_hex());
        let validity =
            format!("{} – {}", in_warsaw(certificate.not_before()), in_warsaw(certificate.not_after()));
        line("Ważny", "Valid", &validity);
        line("Typ", "Type", certificate.certificate_type().name());
        if let Some(nip) = certificate.nip() {
            line("NIP", "NIP", &nip);
        }
        let key = diagnosis.key.as_ref().map_or_else(|| "–".to_owned(), KeyKind::to_string);
        line("Klucz", "Key", &key);
        println!();
    }
    let paint = Paint::of_stdout();
    let print = |label: &str, finding: &Finding| {
        println!("{label}[{}]: {}", finding.code, lang.pick(&finding.message.pl, &finding.message.en));
        println!("  {}\n", lang.pick(&finding.remedy.pl, &finding.remedy.en));
    };
    for finding in &diagnosis.problems {
        print(&paint.red(lang.pick("problem", "problem")), finding);
    }
    for finding in &diagnosis.notes {
        print(&paint.yellow(lang.pick("uwaga", "note")), finding);
    }
    let verdict = if diagnosis.problems.is_empty() {
        paint.green(lang.pick("w porządku", "sound"))
    } else {
        paint.red(lang.pick("nie nadaje się do użycia", "not usable"))
    };
    println!("{}: {verdict}", file.display());
}

/// A moment as people here read it.
fn in_warsaw(timestamp: jiff::Timestamp) -> String {
    match TimeZone::get("Europe/Warsaw") {
        Ok(warsaw) => timestamp.to_zoned(warsaw).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => timestamp.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

impl From<cli::PurposeName> for Purpose {
    fn from(name: cli::PurposeName) -> Self {
        match name {
            cli::PurposeName::Auth => Self::Authentication,
            cli::PurposeName::Offline => Self::Offline,
        }
    }
}

impl From<cli::ProfileName> for Environment {
    fn from(name: cli::ProfileName) -> Self {
        match name {
            cli::ProfileName::Test => Self::Test,
            cli::ProfileName::Demo => Self::Demo,
            cli::ProfileName::Prd => Self::Prd,
        }
    }
}
