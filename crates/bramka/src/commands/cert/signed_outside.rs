//! A login signed outside: the document goes to a file, somebody signs it with Profil Zaufany, a qualified card or an HSM,
//! and the signed file comes back within the ten minutes that the challenge lives.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ksef_client::{Access, IdentifiedBy, SignedLogin, SignedLoginError, UnsignedLogin};

use super::Desk;
use crate::cli::{Lang, SignOutside};
use crate::commands::connected::Connected;
use crate::failure::Failure;

/// Logs in to a company's context with a document that is signed outside.
pub(super) async fn log_in(
    desk: &Desk,
    company: &Connected,
    arguments: &SignOutside,
    document: &Path,
) -> Result<Access, Failure> {
    let client = company.client()?;
    let signed_file = arguments.signed.clone().unwrap_or_else(|| signed_name(document));
    if signed_file.exists() {
        let path = signed_file.display();
        return Err(Failure::new(
            format!(
                "plik {path} już jest: usuń go albo podaj inny przez --signed, żeby nie pomylić go z nowym podpisem"
            ),
            format!(
                "{path} is there already: remove it, or name another with --signed, so that it is not taken for the new signature"
            ),
        ));
    }
    let identified_by = if arguments.by_fingerprint {
        IdentifiedBy::CertificateFingerprint
    } else {
        IdentifiedBy::CertificateSubject
    };
    let login = client.prepare_login(&company.context, identified_by).await?;
    std::fs::write(document, &login.document).map_err(|error| Failure::unwritable(document, &error))?;
    tell(document, &signed_file, desk.lang);
    let signed = wait(&login, &signed_file, desk.lang).await?;
    eprintln!("{}: {}", desk.lang.pick("podpisał(a)", "signed by"), signed.certificate.subject());
    let tokens = client
        .login_with_signed(&login, &signed)
        .await
        .map_err(|error| Failure::from(ksef_client::CallError::from(error)))?;
    Ok(Access::with_tokens(client, company.context.clone(), tokens))
}

/// `login.xml` → `login-signed.xml`.
fn signed_name(document: &Path) -> PathBuf {
    let stem = document.file_stem().unwrap_or_default().to_string_lossy();
    document.with_file_name(format!("{stem}-signed.xml"))
}

fn tell(document: &Path, signed: &Path, lang: Lang) {
    let (document, signed) = (document.display(), signed.display());
    eprintln!(
        "{}",
        match lang {
            Lang::Pl => format!(
                "Podpisz plik {document} (XAdES, podpis w treści pliku): Profilem Zaufanym na https://www.gov.pl/web/gov/podpisz-dokument-elektronicznie-wykorzystaj-podpis-zaufany albo swoim programem do podpisu kwalifikowanego.\nPodpisany plik zapisz jako {signed}. Certyfikat będzie należał do tego, kto podpisze."
            ),
            Lang::En => format!(
                "Sign {document} (XAdES, the signature within the file): with Profil Zaufany at https://www.gov.pl/web/gov/podpisz-dokument-elektronicznie-wykorzystaj-podpis-zaufany, or with your program for qualified signatures.\nSave the signed file as {signed}. The certificate will belong to whoever signs."
            ),
        }
    );
}

/// Waits for the signed file, and shows how much time is left. A file that is not right is told once and waited past.
async fn wait(login: &UnsignedLogin, file: &Path, lang: Lang) -> Result<SignedLogin, Failure> {
    let is_terminal = std::io::stderr().is_terminal();
    let mut refused = Vec::new();
    let mut told_minute = None;
    loop {
        let left = login.time_left(jiff::Timestamp::now());
        if left.is_zero() {
            clear_line(is_terminal);
            let valid_until = login.valid_until;
            return Err(failure_of(&SignedLoginError::Expired { valid_until }).with_exit_code(1));
        }
        // A program that signs may still be writing: what is not whole yet is read again.
        match std::fs::read(file) {
            Ok(bytes) if !bytes.is_empty() && bytes != refused => match login.check(&bytes) {
                Ok(signed) => {
                    clear_line(is_terminal);
                    return Ok(signed);
                }
                Err(error) => {
                    clear_line(is_terminal);
                    eprintln!("{}: {}", file.display(), failure_of(&error).words(lang));
                    refused = bytes;
                }
            },
            _ => {}
        }
        show_left(left, is_terminal, &mut told_minute, lang);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A countdown on a terminal; elsewhere a line a minute.
fn show_left(left: Duration, is_terminal: bool, told_minute: &mut Option<u64>, lang: Lang) {
    let seconds = left.as_secs();
    let clock = format!("{}:{:02}", seconds / 60, seconds % 60);
    let words = lang.pick("na podpis zostało", "left for signing:");
    if is_terminal {
        eprint!("\r{words} {clock} ");
        // A countdown that is not seen changes nothing.
        let _ = std::io::stderr().flush();
    } else if *told_minute != Some(seconds / 60) {
        *told_minute = Some(seconds / 60);
        eprintln!("{words} {clock}");
    }
}

fn clear_line(is_terminal: bool) {
    if is_terminal {
        eprintln!();
    }
}

fn failure_of(error: &SignedLoginError) -> Failure {
    let pl = match error {
        SignedLoginError::Expired { valid_until } => {
            format!("czas na podpis minął ({valid_until}): zacznij od nowa i podpisz w ciągu 10 minut")
        }
        SignedLoginError::Signature(cause) => {
            format!(
                "podpis tego pliku jest nieprawidłowy ({cause}): podpisz jeszcze raz, w formacie XAdES wewnątrz pliku"
            )
        }
        SignedLoginError::OtherDocument { what } => format!(
            "to nie jest dokument, który był do podpisania (różni się {what}): podpisz ostatnio zapisany plik, nic w nim nie zmieniając"
        ),
    };
    Failure::new(pl, error.to_string())
}

const LOOK_EVERY: Duration = Duration::from_millis(500);
