//! Sending a letter to a mail server of the operator's, by SMTP.
//!
//! What matters is what is known afterwards: a letter that the server certainly did not take may be sent again, one whose last
//! answer was lost may be there. Both keep their `Message-ID`, by which mailboxes know a letter that came twice.

use std::time::Duration;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use secrecy::{ExposeSecret as _, SecretString};

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// In the clear first, then with TLS; a server that has none is not used. Usually port 587.
    StartTls,
    /// With TLS from the beginning. Usually port 465.
    Tls,
    /// In the clear: on this machine only.
    None,
}

/// A mail server and who writes.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: MailSecurity,
    /// User and password, when it wants them.
    pub login: Option<(String, SecretString)>,
    /// Who writes: `bramka@example.pl` or `bramka <bramka@example.pl>`.
    pub from: String,
    /// Where answers go, when not to `from`.
    pub reply_to: Option<String>,
}

/// Why mail cannot be sent with these settings, or to this address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingsError {
    /// No address of a mailbox.
    #[error("{0:?} is no e-mail address")]
    Address(String),
    /// In the clear to another machine: everybody on the way could read the invoices, and the password.
    #[error(
        "without TLS mail goes to a server on this machine only (127.0.0.1, ::1, localhost): use starttls or tls"
    )]
    Plain,
    /// The certificates of this system cannot be used.
    #[error("the certificates of this system cannot be used for TLS")]
    Tls,
}

/// A file that comes with a letter.
#[derive(Debug, Clone)]
pub struct MailAttachment {
    /// Its name.
    pub name: String,
    /// What it is: `application/pdf`.
    pub media_type: &'static str,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A letter.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// What tells it apart, without angle brackets and domain: the same for every attempt.
    pub id: &'a str,
    /// When it was written.
    pub written_at: Timestamp,
    /// To whom.
    pub to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Plain text.
    pub text: &'a str,
    /// Files.
    pub attachments: &'a [MailAttachment],
}

/// Why a letter was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It cannot be written so; trying again does not help.
    #[error("the letter cannot be made: {0}")]
    Letter(String),
    /// The server could not be reached, or broke off before it had the letter.
    #[error("the mail server could not be used: {0}")]
    Unreachable(String),
    /// The server says no for now (4xx), as greylisting does.
    #[error("the mail server says no for now: {0}")]
    NotNow(String),
    /// The server says no for good (5xx).
    #[error("the mail server refuses: {0}")]
    Refused(String),
    /// The letter was brought and no answer came: it may have been taken.
    #[error("the mail server's answer was lost: {0}")]
    Unknown(String),
}

/// Sends letters. Cloning is cheap.
#[derive(Clone)]
pub struct MailSender {
    settings: MailSettings,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    tls: Option<TlsParameters>,
}

/// Whether this is an address that a letter can be sent to: one mailbox without a name, at most 254 characters.
#[must_use]
pub fn is_mail_address(text: &str) -> bool {
    text.len() <= ADDRESS_BYTES_MAX
        && text.is_ascii()
        && !text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ')
        && text.parse::<Address>().is_ok()
}

impl MailSender {
    /// A sender with these settings; nothing is connected to yet.
    ///
    /// # Errors
    /// [`MailSettingsError`].
    pub fn new(settings: MailSettings) -> Result<Self, MailSettingsError> {
        let mailbox = |text: &str| {
            let parsed = text.parse::<Mailbox>();
            parsed.map_err(|_| MailSettingsError::Address(text.to_owned()))
        };
        let from = mailbox(&settings.from)?;
        let reply_to = settings.reply_to.as_deref().map(mailbox).transpose()?;
        let is_here = matches!(settings.host.as_str(), "127.0.0.1" | "::1" | "localhost");
        let tls = match settings.security {
            MailSecurity::None if is_here => None,
            MailSecurity::None => return Err(MailSettingsError::Plain),
            MailSecurity::StartTls | MailSecurity::Tls => {
                let host = settings.host.clone();
                Some(TlsParameters::new_rustls(host).map_err(|_| MailSettingsError::Tls)?)
            }
        };
        Ok(Self { settings, from, reply_to, tls })
    }

    /// Sends a letter; returns what the server said when it took it.
    ///
    /// # Errors
    /// [`MailError`].
    pub async fn send(&self, letter: &Letter<'_>) -> Result<String, MailError> {
        let bytes = self.written(letter)?;
        let to = letter.to.parse::<Address>().map_err(|error| MailError::Letter(error.to_string()))?;
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to])
            .map_err(|error| MailError::Letter(error.to_string()))?;
        let late = || "no answer in time".to_owned();
        let announcing = tokio::time::timeout(ANNOUNCE_TIMEOUT, self.announced(&envelope)).await;
        let mut connection = announcing.map_err(|_| MailError::Unreachable(late()))??;
        // From here on nobody knows whether the server has it until it says so.
        let answer = match tokio::time::timeout(BRING_TIMEOUT, connection.message(&bytes)).await {
            Ok(Ok(response)) => said(response.code().to_string(), response.message()),
            Ok(Err(error)) => {
                let refused = refusal(&error);
                connection.abort().await;
                return Err(refused.unwrap_or_else(|| MailError::Unknown(error.to_string())));
            }
            Err(_) => return Err(MailError::Unknown(late())),
        };
        // It has the letter; how the two part is of no interest.
        let _ = tokio::time::timeout(PART_TIMEOUT, connection.quit()).await;
        Ok(answer)
    }

    /// Connects, logs in and announces a letter, up to the moment when its text may come.
    async fn announced(&self, envelope: &Envelope) -> Result<AsyncSmtpConnection, MailError> {
        let failed = |error: lettre::transport::smtp::Error| {
            refusal(&error).unwrap_or_else(|| MailError::Unreachable(words_of(&error)))
        };
        let MailSettings { host, port, security, login, .. } = &self.settings;
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let wrapper = self.tls.clone().filter(|_| *security == MailSecurity::Tls);
        let place = (host.as_str(), *port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(place, Some(CONNECT_TIMEOUT), &hello, wrapper, None);
        let mut connection = connecting.await.map_err(failed)?;
        if *security == MailSecurity::StartTls
            && let Some(tls) = self.tls.clone()
        {
            if !connection.can_starttls() {
                connection.abort().await;
                return Err(MailError::Unreachable("it has no STARTTLS".to_owned()));
            }
            connection.starttls(tls, &hello).await.map_err(failed)?;
        }
        if let Some((user, password)) = login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            // Whatever the server repeats of it does not come into a log.
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, &credentials).await.map_err(|error| match error.status() {
                Some(code) => MailError::NotNow(format!("the login failed ({code})")),
                None => MailError::Unreachable("the login failed".to_owned()),
            })?;
        }
        connection.command(Mail::new(envelope.from().cloned(), vec![])).await.map_err(failed)?;
        for to in envelope.to() {
            connection.command(Rcpt::new(to.clone(), vec![])).await.map_err(failed)?;
        }
        connection.command(Data).await.map_err(failed)?;
        Ok(connection)
    }

    /// The letter as it travels.
    fn written(&self, letter: &Letter<'_>) -> Result<Vec<u8>, MailError> {
        let wrong = |reason: &dyn std::fmt::Display| MailError::Letter(reason.to_string());
        if !is_mail_address(letter.to) {
            return Err(wrong(&"the recipient is no e-mail address"));
        }
        let to: Mailbox = letter.to.parse().map_err(|error| wrong(&error))?;
        let domain = self.from.email.domain();
        let mut builder = Message::builder()
            .message_id(Some(format!("<{}@{domain}>", one_line(letter.id))))
            .date(letter.written_at.into())
            .from(self.from.clone())
            .to(to)
            .subject(one_line(letter.subject))
            // So that nobody's holiday answers it (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let text = SinglePart::plain(letter.text.to_owned());
        let message = if letter.attachments.is_empty() {
            builder.singlepart(text)
        } else {
            let mut parts = MultiPart::mixed().singlepart(text);
            for file in letter.attachments {
                let kind = ContentType::parse(file.media_type).map_err(|error| wrong(&error))?;
                parts = parts.singlepart(Part::new(one_line(&file.name)).body(file.content.clone(), kind));
            }
            builder.multipart(parts)
        };
        Ok(message.map_err(|error| wrong(&error))?.formatted())
    }
}

/// A server's no.
fn refusal(error: &lettre::transport::smtp::Error) -> Option<MailError> {
    if error.is_permanent() {
        Some(MailError::Refused(words_of(error)))
    } else if error.is_transient() {
        Some(MailError::NotNow(words_of(error)))
    } else {
        None
    }
}

fn words_of(error: &lettre::transport::smtp::Error) -> String {
    let mut words = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        words = format!("{words}: {cause}");
    }
    bounded(&words)
}

fn said<'a>(code: String, lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = lines.collect();
    bounded(&format!("{code} {}", lines.join(" ")))
}

/// What comes from another server, short enough to be kept, on one line.
fn bounded(text: &str) -> String {
    one_line(text).chars().take(REPLY_CHARS_MAX).collect()
}

/// Without line ends and other control characters: what stands in a header must not begin another one.
fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect::<String>().trim().to_owned()
}

const ADDRESS_BYTES_MAX: usize = 254;
const REPLY_CHARS_MAX: usize = 300;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// From connecting to the server's word that the text may come.
const ANNOUNCE_TIMEOUT: Duration = Duration::from_secs(60);
/// Servers look for viruses before they answer.
const BRING_TIMEOUT: Duration = Duration::from_secs(180);
const PART_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(security: MailSecurity, host: &str) -> MailSettings {
        let from = "bramka <bramka@firma.example>".to_owned();
        MailSettings { host: host.to_owned(), port: 25, security, login: None, from, reply_to: None }
    }

    fn written(subject: &str, file: &str) -> String {
        let sender = MailSender::new(settings(MailSecurity::None, "127.0.0.1")).expect("a sender");
        let letter = Letter {
            id: "0190",
            written_at: Timestamp::from_second(1_800_000_000).expect("a time"),
            to: "ala@example.com",
            subject,
            text: "Zażółć gęślą jaźń.\n.\nKoniec",
            attachments: &[MailAttachment {
                name: file.to_owned(),
                media_type: "application/pdf",
                content: b"%PDF-1.7".to_vec(),
            }],
        };
        String::from_utf8(sender.written(&letter).expect("written")).expect("ASCII")
    }

    #[test]
    fn nothing_in_a_header_begins_another() {
        let written = written("Faktura\r\nBcc: zlo@example.com", "a\"\r\nX-Evil: 1\r\n\r\n.pdf");
        let head = written.split("\r\n\r\n").next().expect("a head");
        assert!(head.contains("Subject: Faktura  Bcc: zlo@example.com"), "{head}");
        assert!(!written.contains("\r\nBcc:") && !written.contains("\r\nX-Evil"), "{written}");
        assert!(
            head.contains("Message-ID: <0190@firma.example>")
                && head.contains("Auto-Submitted: auto-generated")
        );
    }

    #[test]
    fn addresses_are_one_mailbox() {
        for text in ["ala@example.com", "a.b+c@x.pl"] {
            assert!(is_mail_address(text), "{text}");
        }
        for text in [
            "",
            "ala",
            "ala@",
            "@x.pl",
            "ala@x.pl\r\nBcc: b@x.pl",
            "ala@x.pl, b@x.pl",
            "Ala <ala@x.pl>",
            "a b@x.pl",
            "ąla@x.pl",
            "ala@x.pl>\r\nRCPT TO:<b@x.pl",
        ] {
            assert!(!is_mail_address(text), "{text}");
        }
        assert!(!is_mail_address(&format!("{}@x.pl", "a".repeat(300))));
    }

    #[test]
    fn mail_in_the_clear_stays_here() {
        assert!(MailSender::new(settings(MailSecurity::None, "localhost")).is_ok());
        let refused = MailSender::new(settings(MailSecurity::None, "mail.example.com"));
        assert_eq!(refused.err(), Some(MailSettingsError::Plain));
        let wrong = MailSettings { from: "nobody".into(), ..settings(MailSecurity::None, "localhost") };
        assert_eq!(MailSender::new(wrong).err(), Some(MailSettingsError::Address("nobody".into())));
    }
}
