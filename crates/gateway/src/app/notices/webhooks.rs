//! Webhooks: making, changing and trying them.

use std::time::Instant;

use gateway_api::Words;
use gateway_outbound::{Answer, Message, SendError, UrlError, WebhookSecret, WebhookUrl};
use gateway_store::{NewWebhook, NoticeKind, SaleId, StoreError, Webhook, WebhookChange};
use jiff::Timestamp;
use ksef_crypto::SecretString;
use ksef_id::ContextIdentifier;
use zeroize::Zeroizing;

use crate::app::App;
use crate::app::secrets::SecretsError;
use crate::steps::Step;

/// Why a webhook is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebhookError {
    /// Its address.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// No such type of event.
    #[error("there is no type of event {0:?}")]
    Kind(String),
    /// Its name is too long or has control characters.
    #[error("its name has at most 100 characters on one line")]
    Name,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
}

impl WebhookError {
    /// The same for people.
    pub(crate) fn words(&self) -> Words {
        let en = self.to_string();
        let pl = match self {
            Self::Url(error) => url_in_polish(*error).to_owned(),
            Self::Kind(name) => format!("nie ma typu zdarzenia „{name}”"),
            Self::Name => "nazwa ma najwyżej 100 znaków w jednym wierszu".to_owned(),
            Self::Store(StoreError::TooManyWebhooks) => "firma ma już 20 webhooków".to_owned(),
            Self::Store(_) | Self::Secrets(_) => en.clone(),
        };
        Words { pl, en }
    }
}

const fn url_in_polish(error: UrlError) -> &'static str {
    match error {
        UrlError::Form => "to nie jest adres: podaj https://, nazwę i ścieżkę",
        UrlError::Credentials => {
            "adres nie może zawierać użytkownika ani hasła: komunikaty poznaje się po podpisie"
        }
        UrlError::Long => "adres ma więcej niż 2000 znaków",
        UrlError::Private => {
            "adres prowadzi do sieci prywatnej, na co operator nie zezwolił (--webhook-allow)"
        }
        UrlError::Plain => {
            "adres musi zaczynać się od https:// (http:// tylko do sieci, na które zezwolił operator: --webhook-allow)"
        }
    }
}

/// Why a message was not answered, by the code that is kept; one that is not known is its own words.
pub(crate) fn trouble_words(code: &str) -> Words {
    let words = |pl: &str, en: String| Words { pl: pl.to_owned(), en };
    if code == SECRET_CLOSED {
        return words("sekretu nie można otworzyć: klucz sejfu jest inny", SecretsError::Altered.to_string());
    }
    let Some(error) = SendError::ALL.into_iter().find(|error| error.code() == code) else {
        return words(code, code.to_owned());
    };
    let pl = match error {
        SendError::Url(error) => url_in_polish(error),
        SendError::Name => "nazwy nie ma w DNS",
        SendError::Connect => "nie można się połączyć",
        SendError::Timeout => "odpowiedź nie przyszła na czas",
        SendError::Broken => "połączenie zerwano przed odpowiedzią",
    };
    words(pl, error.to_string())
}

/// What is asked of a new webhook.
pub(crate) struct Asked<'a> {
    pub(crate) url: &'a str,
    pub(crate) name: &'a str,
    pub(crate) kinds: &'a [String],
}

/// Makes a webhook; gives its identifier and its secret, which is not shown again.
pub(crate) async fn add(
    app: &App,
    company: &ContextIdentifier,
    asked: &Asked<'_>,
    who: &str,
) -> Result<(String, SecretString), WebhookError> {
    let url = url_of(app, asked.url)?;
    let kinds = kinds_of(asked.kinds)?;
    let name = name_of(asked.name)?;
    let id = SaleId::generate().to_string();
    let secret = WebhookSecret::generate();
    let sealed = sealed(app, company, &id, &secret).await?;
    let new = NewWebhook {
        id: &id,
        company,
        name,
        url: url.as_str(),
        kinds: &kinds,
        secret: &sealed,
        created_by: who,
    };
    app.journal.webhook_added(&new, Timestamp::now()).await?;
    Ok((id, secret.to_text()))
}

/// What is asked to change; what is `None` stays.
pub(crate) struct Change<'a> {
    pub(crate) url: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) kinds: Option<&'a [String]>,
    pub(crate) is_active: Option<bool>,
}

/// Changes a webhook.
pub(crate) async fn change(
    app: &App,
    company: &ContextIdentifier,
    id: &str,
    asked: &Change<'_>,
) -> Result<(), WebhookError> {
    let url = asked.url.map(|url| url_of(app, url)).transpose()?;
    let kinds = asked.kinds.map(kinds_of).transpose()?;
    let name = asked.name.map(name_of).transpose()?;
    let change = WebhookChange {
        name,
        url: url.as_ref().map(WebhookUrl::as_str),
        kinds: kinds.as_deref(),
        is_active: asked.is_active,
    };
    Ok(app.journal.webhook_changed(company, id, &change).await?)
}

/// Gives a webhook another secret.
pub(crate) async fn rotate(
    app: &App,
    company: &ContextIdentifier,
    id: &str,
) -> Result<SecretString, WebhookError> {
    let secret = WebhookSecret::generate();
    let sealed = sealed(app, company, id, &secret).await?;
    app.journal.webhook_secret_set(company, id, &sealed).await?;
    Ok(secret.to_text())
}

/// How a message sent for a trial ended, and how long it took in milliseconds.
pub(crate) struct Tried {
    pub(crate) outcome: Result<Answer, SendError>,
    pub(crate) took_ms: i64,
}

/// Sends a message of type `webhook.test` now, whether the webhook is switched on or not.
pub(crate) async fn test(app: &App, webhook: &Webhook, sealed: &[u8]) -> Result<Tried, WebhookError> {
    let secret = opened(app, &webhook.company, &webhook.id, sealed).await?;
    let id = format!("msg_test_{}", SaleId::generate());
    let now = Timestamp::now();
    let body = serde_json::json!({
        "id": id, "type": "webhook.test", "timestamp": now, "data": { "company": webhook.company },
    })
    .to_string();
    let began = Instant::now();
    let outcome = send(app, &webhook.url, &secret, Message { id: &id, at: now, body: body.as_bytes() }).await;
    Ok(Tried { outcome, took_ms: i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX) })
}

/// Sends a message to an address as it is stored.
pub(super) async fn send(
    app: &App,
    url: &str,
    secret: &WebhookSecret,
    message: Message<'_>,
) -> Result<Answer, SendError> {
    let url = WebhookUrl::parse(url)?;
    let sending = app.webhooks.send(&url, secret, message);
    app.journal.around_call(Step::SendWebhook, sending).await
}

/// The secret of a webhook.
pub(super) async fn opened(
    app: &App,
    company: &ContextIdentifier,
    id: &str,
    sealed: &[u8],
) -> Result<WebhookSecret, SecretsError> {
    let bytes: Zeroizing<Vec<u8>> = app.secrets.open(sealed, &[PURPOSE, company.as_str(), id]).await?;
    WebhookSecret::from_bytes(&bytes).map_err(|_| SecretsError::Altered)
}

async fn sealed(
    app: &App,
    company: &ContextIdentifier,
    id: &str,
    secret: &WebhookSecret,
) -> Result<Vec<u8>, SecretsError> {
    app.secrets.seal(secret.expose_bytes(), &[PURPOSE, company.as_str(), id]).await
}

fn url_of(app: &App, text: &str) -> Result<WebhookUrl, UrlError> {
    let url = WebhookUrl::parse(text)?;
    app.webhooks.check(&url)?;
    Ok(url)
}

fn kinds_of(names: &[String]) -> Result<Vec<NoticeKind>, WebhookError> {
    let mut kinds = Vec::new();
    for name in names {
        let short: String = name.chars().take(40).collect();
        let kind: NoticeKind = name.parse().map_err(|()| WebhookError::Kind(short))?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

fn name_of(name: &str) -> Result<&str, WebhookError> {
    let name = name.trim();
    let is_good = name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control);
    if is_good { Ok(name) } else { Err(WebhookError::Name) }
}

/// The code of a message that could not be signed.
pub(super) const SECRET_CLOSED: &str = "secret.closed";
/// What a sealed secret is for.
const PURPOSE: &str = "webhook";
const NAME_CHARS_MAX: usize = 100;
