//! Sending a message to a webhook, signed as Standard Webhooks (<https://www.standardwebhooks.com>) says: the headers
//! `webhook-id`, `webhook-timestamp` and `webhook-signature`, which is HMAC-SHA256 over `id.timestamp.body`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{Networks, WebhookSecret};

/// Where messages go. Parsed once, then usable: HTTP or HTTPS, no user in it, no fragment, at most 2,000 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(reqwest::Url);

/// Why an address cannot be a webhook's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// No address at all, or of another kind.
    #[error("it is no address: give https://, a name and a path")]
    Form,
    /// It carries a user or a password, which would stand in every log on the way.
    #[error("it must not carry a user or a password: messages are known by their signature")]
    Credentials,
    /// Longer than 2,000 bytes.
    #[error("it is longer than 2,000 characters")]
    Long,
    /// It names an address that must not be connected to.
    #[error("it leads into a private network, which the operator has not allowed (--webhook-allow)")]
    Private,
    /// HTTP without TLS, to somewhere that the operator has not allowed by name.
    #[error(
        "it must begin with https:// (plain http:// only to networks that the operator allowed: --webhook-allow)"
    )]
    Plain,
}

/// A message, ready to go.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The same for every attempt: receivers know by it what they have already.
    pub id: &'a str,
    /// When this attempt is made.
    pub at: Timestamp,
    /// JSON.
    pub body: &'a [u8],
}

/// What a receiver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
}

impl Answer {
    /// It took the message.
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// It wants no more messages: 410 Gone.
    #[must_use]
    pub const fn is_gone(self) -> bool {
        self.status == 410
    }
}

/// Why no answer came. The address is not repeated: it may carry a secret in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It leads where nothing is sent to.
    #[error("{0}")]
    Url(#[from] UrlError),
    /// The name is not known, or leads nowhere.
    #[error("its name cannot be resolved")]
    Name,
    /// Nobody takes the connection, or not within five seconds.
    #[error("no connection could be made")]
    Connect,
    /// No answer within fifteen seconds.
    #[error("no answer came in time")]
    Timeout,
    /// The connection broke, or what came is no HTTP.
    #[error("the connection broke before an answer came")]
    Broken,
}

impl UrlError {
    /// A stable name, for programs and for what is kept.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "url.form",
            Self::Credentials => "url.credentials",
            Self::Long => "url.long",
            Self::Private => "url.private",
            Self::Plain => "url.plain",
        }
    }
}

impl SendError {
    /// A stable name, for programs and for what is kept.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Url(error) => error.code(),
            Self::Name => "name.unknown",
            Self::Connect => "connect.failed",
            Self::Timeout => "answer.late",
            Self::Broken => "answer.broken",
        }
    }

    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Url(UrlError::Form),
        Self::Url(UrlError::Credentials),
        Self::Url(UrlError::Long),
        Self::Url(UrlError::Private),
        Self::Url(UrlError::Plain),
        Self::Name,
        Self::Connect,
        Self::Timeout,
        Self::Broken,
    ];
}

/// Sends messages. Cloning is cheap.
#[derive(Clone)]
pub struct WebhookSender {
    /// For addresses with TLS: public ones, and those that the operator allowed.
    secure: reqwest::Client,
    /// For addresses without: only those that the operator allowed.
    plain: reqwest::Client,
    networks: Arc<Networks>,
}

impl WebhookUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// [`UrlError`].
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.len() > URL_BYTES_MAX {
            return Err(UrlError::Long);
        }
        let mut url = reqwest::Url::parse(text.trim()).map_err(|_| UrlError::Form)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::Form);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Credentials);
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address that stands in it instead of a name. The parser has read every odd form of one by now (`0x7f.1`,
    /// `2130706433`).
    fn literal(&self) -> Option<IpAddr> {
        self.0.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }
}

impl WebhookSender {
    /// A sender that connects to public addresses, and to these networks.
    ///
    /// # Errors
    /// When the platform's certificates cannot be used.
    pub fn new(networks: Networks) -> Result<Self, reqwest::Error> {
        let networks = Arc::new(networks);
        let client = |only_listed: bool| {
            let resolver = CheckedResolver { networks: networks.clone(), only_listed };
            reqwest::Client::builder()
                .dns_resolver(Arc::new(resolver))
                // A proxy would resolve names by itself; a redirect may lead anywhere.
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
                .pool_max_idle_per_host(2)
                .user_agent(concat!("bramka/", env!("CARGO_PKG_VERSION")))
                .build()
        };
        Ok(Self { secure: client(false)?, plain: client(true)?, networks: networks.clone() })
    }

    /// Whether an address may be a webhook's, as far as that can be seen without asking for its name.
    ///
    /// # Errors
    /// [`UrlError::Private`], [`UrlError::Plain`].
    pub fn check(&self, url: &WebhookUrl) -> Result<(), UrlError> {
        match url.literal() {
            Some(address) if !self.networks.allow(address) => Err(UrlError::Private),
            Some(address) if !url.is_secure() && !self.networks.list(address) => Err(UrlError::Plain),
            // Where a name leads is seen when it is connected to.
            None if !url.is_secure() && *self.networks == Networks::default() => Err(UrlError::Plain),
            _ => Ok(()),
        }
    }

    /// Sends a message; any answer is one, whatever its status.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(
        &self,
        url: &WebhookUrl,
        secret: &WebhookSecret,
        message: Message<'_>,
    ) -> Result<Answer, SendError> {
        self.check(url)?;
        let client = if url.is_secure() { &self.secure } else { &self.plain };
        let seconds = message.at.as_second().to_string();
        let request = client
            .post(url.0.clone())
            .header("content-type", "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", &seconds)
            .header("webhook-signature", signature(secret, message.id, &seconds, message.body))
            .body(message.body.to_vec());
        // What the answer says beyond its status interests nobody, and may be endless: it is not read.
        match request.send().await {
            Ok(response) => Ok(Answer { status: response.status().as_u16() }),
            Err(error) => Err(send_error(&error, url.is_secure())),
        }
    }
}

fn send_error(error: &reqwest::Error, is_secure: bool) -> SendError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(one) = cause {
        match one.downcast_ref::<ResolveError>() {
            Some(ResolveError::Forbidden) => {
                return SendError::Url(if is_secure { UrlError::Private } else { UrlError::Plain });
            }
            Some(ResolveError::Unknown) => return SendError::Name,
            None => cause = one.source(),
        }
    }
    match error {
        error if error.is_connect() => SendError::Connect,
        error if error.is_timeout() => SendError::Timeout,
        _ => SendError::Broken,
    }
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in Base64.
fn signature(secret: &WebhookSecret, id: &str, seconds: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_bytes());
    let mut context = hmac::Context::with_key(&key);
    for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
        context.update(part);
    }
    format!("v1,{}", STANDARD.encode(context.sign()))
}

/// Resolves names, and gives an answer only if every address in it may be connected to. The client connects to exactly what
/// it is given here, so there is no second look-up that could say something else.
struct CheckedResolver {
    networks: Arc<Networks>,
    only_listed: bool,
}

#[derive(Debug, Clone, Copy, thiserror::Error)]
enum ResolveError {
    #[error("the name cannot be resolved")]
    Unknown,
    #[error("the name leads to an address that must not be connected to")]
    Forbidden,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (networks, only_listed) = (self.networks.clone(), self.only_listed);
        Box::pin(async move {
            let found =
                tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| ResolveError::Unknown)?;
            let found: Vec<SocketAddr> = found.collect();
            let may =
                |address: IpAddr| if only_listed { networks.list(address) } else { networks.allow(address) };
            if found.is_empty() {
                return Err(ResolveError::Unknown.into());
            }
            if !found.iter().all(|address| may(address.ip())) {
                return Err(ResolveError::Forbidden.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

const URL_BYTES_MAX: usize = 2000;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// From the first byte to the answer's head.
const TIMEOUT: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(networks: &str) -> WebhookSender {
        WebhookSender::new(networks.parse().expect("networks")).expect("a sender")
    }

    /// The example of the specification's reference libraries.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let made =
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn addresses_are_read_strictly() {
        for (text, expected) in [
            ("https://example.com/hook", None),
            ("http://example.com", None),
            ("https://example.com:8443/a?b=c#d", None),
            ("ftp://example.com/", Some(UrlError::Form)),
            ("example.com", Some(UrlError::Form)),
            ("https://", Some(UrlError::Form)),
            ("file:///etc/passwd", Some(UrlError::Form)),
            ("https://user@example.com/", Some(UrlError::Credentials)),
            ("https://user:secret@example.com/", Some(UrlError::Credentials)),
        ] {
            assert_eq!(WebhookUrl::parse(text).err(), expected, "{text}");
        }
        assert_eq!(
            WebhookUrl::parse(&format!("https://example.com/{}", "a".repeat(2000))),
            Err(UrlError::Long)
        );
        assert_eq!(WebhookUrl::parse("https://a.pl/#x").expect("an address").as_str(), "https://a.pl/");
    }

    #[test]
    fn odd_forms_of_addresses_are_seen_through() {
        let sender = sender("");
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.0.0.1/",
            "https://017700000001/",
            "https://127.0.0.1./",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[fe80::1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://10.0.0.1:8443/",
            "https://１２７.0.0.1/",
        ] {
            let url = WebhookUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(sender.check(&url), Err(UrlError::Private), "{text}");
        }
        let url = WebhookUrl::parse("http://example.com/").expect("an address");
        assert_eq!(sender.check(&url), Err(UrlError::Plain));
    }

    #[test]
    fn plain_http_is_for_allowed_networks_only() {
        let sender = sender("127.0.0.0/8");
        let check = |text: &str| sender.check(&WebhookUrl::parse(text).expect("an address"));
        assert_eq!(check("http://127.0.0.1:80/"), Ok(()));
        assert_eq!(check("http://8.8.8.8/"), Err(UrlError::Plain));
        assert_eq!(check("http://10.0.0.1/"), Err(UrlError::Private));
        assert_eq!(check("https://8.8.8.8/"), Ok(()));
    }
}
