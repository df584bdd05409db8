//! Why a command did not do it: one sentence in each language, and an exit code.

use std::path::Path;

use gateway::{AccessError, MailSettingsError, SettingsError, StartError};
use ksef_client::CallError;
use ksef_crypto::{CertificateError, CredentialError, KeyError};

use crate::cli::Lang;

/// A command's failure.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit_code: u8,
    pl: String,
    en: String,
}

impl Failure {
    /// It could not be done: exit code 2.
    pub(crate) fn new(pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { exit_code: 2, pl: pl.into(), en: en.into() }
    }

    /// The same with another exit code.
    pub(crate) fn with_exit_code(mut self, exit_code: u8) -> Self {
        self.exit_code = exit_code;
        self
    }

    pub(crate) fn words(&self, lang: Lang) -> &str {
        lang.pick(&self.pl, &self.en)
    }

    pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::new(
            format!("nie można odczytać pliku {path}: {error}"),
            format!("{path} cannot be read: {error}"),
        )
    }

    pub(crate) fn no_certificate(path: &Path, error: &CertificateError) -> Self {
        let path = path.display();
        let pl = match error {
            CertificateError::Pkcs7 => "to pakiet PKCS#7; wyjmij z niego certyfikaty: openssl pkcs7 -print_certs -in STARY.p7b -out NOWY.pem (z -inform DER, jeśli to nie tekst)".to_owned(),
            CertificateError::OtherPem { label } => format!("ten plik PEM zawiera {label}, a nie certyfikat"),
            CertificateError::Dates => "nie da się odczytać dat ważności certyfikatu".to_owned(),
            CertificateError::NotACertificate | CertificateError::Make(_) => {
                "to nie jest certyfikat X.509 (PEM lub DER) ani kontener PKCS#12".to_owned()
            }
        };
        let en = match error {
            CertificateError::NotACertificate => {
                "this is neither an X.509 certificate (PEM or DER) nor a PKCS#12 container".to_owned()
            }
            other => other.to_string(),
        };
        Self::new(format!("{path}: {pl}"), format!("{path}: {en}"))
    }

    /// A certificate with its key that cannot be used; `password` is the variable that would hold the key's.
    pub(crate) fn no_credential(
        certificate: &Path,
        key: Option<&Path>,
        password: &str,
        error: &CredentialError,
    ) -> Self {
        let key = key.unwrap_or(certificate).display();
        match error {
            CredentialError::Certificate(error) => Self::no_certificate(certificate, error),
            CredentialError::Key(KeyError::PasswordNeeded) => Self::new(
                format!("{key}: klucz jest zaszyfrowany, podaj hasło w zmiennej {password}"),
                format!("{key}: the key is encrypted, give its password in {password}"),
            ),
            CredentialError::Key(error) => {
                Self::new(format!("{key}: {}", key_in_polish(error)), format!("{key}: {error}"))
            }
            CredentialError::Mismatch { serial, subject } => Self::new(
                format!("{key}: klucz prywatny nie pasuje do certyfikatu {serial} ({subject})"),
                format!("{key}: {error}"),
            ),
            CredentialError::NoKey => Self::new(
                format!("{key}: brak klucza prywatnego; podaj plik klucza utworzony razem z certyfikatem"),
                format!("{key}: {error}"),
            ),
        }
    }

    pub(crate) fn unwritable(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::new(
            format!("nie można zapisać pliku {path}: {error}"),
            format!("{path} cannot be written: {error}"),
        )
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let meaning = error.meaning();
        // KSeF's own words stay, whatever ours say of them; a login's say more than "the login failed".
        let said = match &error {
            CallError::Login(login) => login.to_string(),
            other => other.to_string(),
        };
        let words = |message: &str, remedy: &str| format!("{message} {remedy} [{}: {said}]", meaning.code());
        Self::new(words(meaning.message.pl, meaning.remedy.pl), words(meaning.message.en, meaning.remedy.en))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let en = error.to_string();
        let pl = match &error {
            StartError::Listen { address, .. } => format!(
                "nie można słuchać pod adresem {address}: port może zajmować inny program; wybierz inny przez --listen"
            ),
            StartError::OpenToAll { address } => format!(
                "słuchanie pod adresem {address} wymaga użytkowników albo klucza API: dodaj użytkownika (bramka user add), ustaw BRAMKA_API_KEY lub --api-key-file albo słuchaj pod 127.0.0.1"
            ),
            StartError::Folder(error) => match error {
                gateway::FolderError::NotWritable { path, .. } => format!(
                    "nie można użyć folderu danych {}: sprawdź prawa zapisu albo wskaż inny przez --data",
                    path.display()
                ),
                gateway::FolderError::InUse { path, holder } => format!(
                    "folder danych {} jest używany ({holder}): najpierw zatrzymaj tamten program albo wskaż inny folder przez --data",
                    path.display()
                ),
            },
            StartError::Tls(error) => format!("TLS: nie można użyć certyfikatu lub klucza: {error}"),
            StartError::Company { context, source } => {
                format!("firma {context}: nieprawidłowy adres KSeF ({source})")
            }
            StartError::CompanyTwice { context } => format!("firma {context} jest podana dwa razy"),
            StartError::Objects(error) => format!("magazyn dokumentów nie nadaje się do użycia: {error}"),
            StartError::Mail(error) => format!("serwer poczty: {}", mail_in_polish(error)),
            StartError::Webhooks(error) => {
                format!("nie można używać certyfikatów tego systemu do webhooków: {error}")
            }
            StartError::Store(error) => format!("baza danych nie daje się otworzyć: {error}"),
        };
        Self::new(pl, en)
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        let words = gateway::access_words(&error);
        Self::new(words.pl, words.en)
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let en = error.to_string();
        let pl = match &error {
            SettingsError::Unreadable { path, source } => {
                format!("nie można odczytać pliku {}: {source}", path.display())
            }
            SettingsError::Syntax { path, reason } => format!("{}: {reason}", path.display()),
            SettingsError::UnknownKey { path, line, key, nearest } => {
                let advice = nearest.as_ref().map_or_else(
                    || "(wszystkie są w docs/configuration.md)".to_owned(),
                    |name| format!("; czy chodziło o {name}?"),
                );
                format!("{}: wiersz {line}: nie ma ustawienia {key}{advice}", path.display())
            }
            SettingsError::Logo { path, source } => format!("{}: {}", path.display(), source.polish()),
            SettingsError::Columns { path, source } => format!("{}: {}", path.display(), source.polish()),
            SettingsError::FolderShared { path, companies } => format!(
                "folder {} jest obserwowany dla firmy {} i dla {}: daj każdej firmie własny folder, żaden wewnątrz innego",
                path.display(),
                companies[0],
                companies[1]
            ),
            SettingsError::RenewDays { found } => {
                format!(
                    "renew_days = {found} to za wcześnie: nowy certyfikat jest ważny dwa lata; podaj od 0 do 365"
                )
            }
            SettingsError::Mail(error) => format!("[mail]: {}", mail_in_polish(error)),
            SettingsError::Networks(error) => format!(
                "„{}” to nie sieć: podaj adresy albo sieci oddzielone przecinkami (10.1.0.0/16, 192.168.1.7, fd00::/8)",
                error.found
            ),
            SettingsError::PublicUrl { found } => format!(
                "public_url = \"{found}\" to nie adres: podaj http:// albo https://, nazwę i ewentualnie port, nic więcej"
            ),
            SettingsError::Accent { found } => format!(
                "accent = \"{found}\" to nie kolor: podaj sześć cyfr szesnastkowych, czerwony, zielony i niebieski (1d4e7e)"
            ),
            SettingsError::Company { context, reason } => format!("firma {context}: {reason}"),
            SettingsError::Certificate { context, path, .. } => {
                format!("firma {context}: {} to nie certyfikat X.509 (PEM lub DER)", path.display())
            }
            SettingsError::Key { context, path, source } => {
                format!("firma {context}: klucz {}: {}", path.display(), key_in_polish(source))
            }
            SettingsError::Credential { context, source } => match source {
                CredentialError::Mismatch { serial, subject } => format!(
                    "firma {context}: klucz prywatny nie pasuje do certyfikatu {serial} ({subject}); użyj pliku klucza utworzonego razem z nim"
                ),
                CredentialError::NoKey => format!(
                    "firma {context}: brak klucza prywatnego; podaj plik klucza (key) utworzony razem z certyfikatem"
                ),
                other => format!("firma {context}: {other}"),
            },
        };
        Self::new(pl, en)
    }
}

fn mail_in_polish(error: &MailSettingsError) -> String {
    match error {
        MailSettingsError::Address(found) => format!("„{found}” to nie adres e-mail"),
        MailSettingsError::Plain => {
            "bez TLS poczta idzie tylko do serwera na tej maszynie (127.0.0.1, ::1, localhost): użyj starttls albo tls"
                .to_owned()
        }
        MailSettingsError::Tls => "nie można użyć certyfikatów tego systemu do TLS".to_owned(),
    }
}

fn key_in_polish(error: &KeyError) -> String {
    match error {
        KeyError::PasswordNeeded => "jest zaszyfrowany, podaj hasło (key_password_file)".to_owned(),
        KeyError::WrongPassword => "hasło nie otwiera klucza; sprawdź je i spróbuj ponownie".to_owned(),
        KeyError::UnsupportedEncryption { method } => format!(
            "nieobsługiwany sposób szyfrowania ({method}); zamień plik: openssl pkcs8 -provider legacy -provider default -topk8 -in STARY.key -out NOWY.key"
        ),
        KeyError::UnsupportedContainer { found } => format!(
            "nieobsługiwany kontener ({found}); zamień plik: openssl pkcs12 -legacy -in STARY.p12 -nodes | openssl pkcs12 -export -out NOWY.p12"
        ),
        KeyError::OtherPem { label } => format!("ten plik PEM zawiera {label}, a nie klucz prywatny"),
        KeyError::Unsupported { found } => format!(
            "takiego klucza ({found}) KSeF nie przyjmuje: potrzebny jest RSA 2048–8192 bity albo EC P-256 lub P-384"
        ),
        KeyError::NotAKey => {
            "to nie jest klucz prywatny (PEM, DER lub PKCS#12) albo plik jest uszkodzony".to_owned()
        }
        KeyError::Generate => "nie udało się utworzyć klucza".to_owned(),
    }
}
