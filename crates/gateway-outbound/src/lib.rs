//! The gateway's way to other servers than KSeF: webhooks, whose addresses users name, and the operator's mail server.
//!
//! A webhook's address is checked where it is connected to, not where it is written down: a name may point somewhere else by then
//! ([`Networks`]). Nothing is followed (redirects, proxies), and everything has a limit.
//!
//! What it must not know: what is told and to whom (the gateway's), and what was told already (the store's).

mod mail;
mod networks;
mod secret;
mod webhook;

pub use mail::{
    Letter, MailAttachment, MailError, MailSecurity, MailSender, MailSettings, MailSettingsError,
    is_mail_address,
};
pub use networks::{Networks, NetworksError, is_public};
pub use secret::{SecretFormError, WebhookSecret};
pub use webhook::{Answer, Message, SendError, UrlError, WebhookSender, WebhookUrl};
