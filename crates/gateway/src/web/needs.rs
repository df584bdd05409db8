//! What of a company needs somebody besides its invoices: its way to KSeF, receiving, number series, webhooks. Each is a line that
//! leads to where it is mended, and is told to those who may mend it.

use gateway_access::Right;
use gateway_api::Words;
use gateway_pages::{Attention, Language, Tone};
use gateway_rules::calendar::warsaw_day;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::diagnosis::TOKENS_UNTIL;

use super::parts::pick;
use super::visit::Visit;
use crate::company::Company;
use crate::rest::Failure;
use crate::router::Shared;

/// What speaks against a company's way to KSeF, as far as it is known without asking anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    /// KSeF refused the login when it was asked last.
    LoginRefused,
    /// The certificate that logs in ends, or has ended.
    Login(Timestamp),
    /// So does the one that signs second codes.
    Offline(Timestamp),
    /// It logs in with a token, and tokens end.
    Token(Date),
}

/// What speaks against it now; in memory, and cheap enough for a list of ten thousand companies.
pub(super) fn of_connection(company: &Company) -> impl Iterator<Item = Connection> {
    let now = company.now();
    let near = |ends: Timestamp| ends.duration_since(now) <= EXPIRY_NEAR;
    let refused = company.ksef.is_login_refused().then_some(Connection::LoginRefused);
    let login = match company.login_certificate() {
        Some(certificate) => Some(certificate.not_after()).filter(|ends| near(*ends)).map(Connection::Login),
        None => tokens_end(warsaw_day(now)).map(Connection::Token),
    };
    let offline = company.offline().map(|credential| credential.certificate().not_after());
    let offline = offline.filter(|ends| near(*ends)).map(Connection::Offline);
    refused.into_iter().chain(login).chain(offline)
}

/// The last day of tokens, as it was announced, when it is near or past.
fn tokens_end(today: Date) -> Option<Date> {
    ((TOKENS_UNTIL - today).get_days() <= TOKENS_NEAR_DAYS).then_some(TOKENS_UNTIL)
}

impl Connection {
    /// What it is, in a few words.
    pub(super) fn what(self, now: Timestamp, lang: Language) -> String {
        let ends = |pl: &str, en: &str, at: Timestamp| {
            let day = lang.date(warsaw_day(at));
            match (lang, at <= now) {
                (Language::Pl, true) => format!("{pl} wygasł {day}"),
                (Language::Pl, false) => format!("{pl} wygasa {day}"),
                (Language::En, true) => format!("{en} expired on {day}"),
                (Language::En, false) => format!("{en} expires on {day}"),
            }
        };
        match self {
            Self::LoginRefused => {
                lang.choose("KSeF odmówił zalogowania", "KSeF refused the login").to_owned()
            }
            Self::Login(at) => ends("Certyfikat logowania", "The certificate that logs in", at),
            Self::Offline(at) => ends("Certyfikat Offline", "The Offline certificate", at),
            Self::Token(last) => match lang {
                Language::Pl => format!("Tokeny KSeF mają działać do {}", lang.date(last)),
                Language::En => format!("KSeF tokens are to end on {}", lang.date(last)),
            },
        }
    }

    /// What follows, and what to do.
    const fn because(self) -> [&'static str; 2] {
        match self {
            Self::LoginRefused => [
                "Dopóki się nie zaloguje, nic nie pójdzie do KSeF ani nie przyjdzie. Sprawdź poświadczenie i uprawnienia.",
                "Until it logs in, nothing goes to KSeF or comes from it. Check the credential and its rights.",
            ],
            Self::Login(_) => [
                "Bez ważnego certyfikatu bramka nie zaloguje się do KSeF. Odnów go albo dodaj nowy.",
                "Without a valid certificate the gateway cannot log in to KSeF. Renew it, or add a new one.",
            ],
            Self::Offline(_) => [
                "Bez ważnego certyfikatu Offline nie wystawisz faktury offline. Odnów go albo dodaj nowy.",
                "Without a valid Offline certificate no invoice is issued offline. Renew it, or add a new one.",
            ],
            Self::Token(_) => [
                "Ta firma loguje się tokenem. Dodaj wcześniej certyfikat.",
                "This company logs in with a token. Add a certificate before.",
            ],
        }
    }

    /// Whether it shows in a list of many: that tokens end one day is true of all that have one, and tells none from the others.
    pub(super) fn is_of_this_one(self, now: Timestamp) -> bool {
        !matches!(self, Self::Token(_)) || self.tone(now) == Tone::Bad
    }

    fn tone(self, now: Timestamp) -> Tone {
        match self {
            Self::LoginRefused => Tone::Bad,
            Self::Login(at) | Self::Offline(at) if at <= now => Tone::Bad,
            Self::Token(last) if last < warsaw_day(now) => Tone::Bad,
            _ => Tone::Warn,
        }
    }
}

/// What of a company needs this visitor, besides invoices.
pub(super) async fn needs(
    shared: &Shared,
    company: &Company,
    visit: &Visit,
) -> Result<Vec<Attention>, Failure> {
    let (store, context, lang) = (&shared.app.store, &company.context, visit.lang);
    let base = format!("/companies/{context}");
    let mut found = Vec::new();
    if visit.may(Right::TestConnection, context) {
        let now = company.now();
        found.extend(of_connection(company).map(|one| {
            let tone = one.tone(now);
            line(format!("{base}/connection"), one.what(now, lang), tone, one.because(), lang)
        }));
    }
    if visit.may(Right::ReadPurchases, context)
        && store.receiving_settings(context).await?.is_on
        && store.readings(context).await?.iter().any(|reading| reading.trouble.is_some())
    {
        let what = lang.choose("Pobieranie zakupów się nie udaje", "Fetching purchases fails");
        let because = [
            "Bramka próbuje dalej; nic nie przepada. Sprawdź połączenie i uprawnienia do odczytu faktur.",
            "The gateway keeps trying; nothing is lost. Check the connection and the right to read invoices.",
        ];
        let href = if visit.may(Right::TestConnection, context) { "/connection" } else { "/purchases" };
        found.push(line(format!("{base}{href}"), what.to_owned(), Tone::Warn, because, lang));
    }
    if visit.may(Right::ChangeSettings, context) {
        for series in store.series(context).await?.into_iter().filter(|series| series.is_held) {
            let what = match lang {
                Language::Pl => format!("Seria numerów {} stoi", series.name),
                Language::En => format!("The number series {} is held", series.name),
            };
            let because = [
                "Po odtworzeniu kopii bramka nie wie, jakie numery nadano później. Powiedz, od którego ma iść dalej.",
                "After a restore the gateway does not know which numbers were given since. Say where it goes on.",
            ];
            found.push(line(format!("{base}/settings/series"), what, Tone::Bad, because, lang));
        }
    }
    if visit.may(Right::ManageWebhooks, context) {
        let off = |webhook: &gateway_store::Webhook| !webhook.is_active && webhook.switched_off_at.is_some();
        for webhook in store.webhooks(context).await?.into_iter().filter(off) {
            let what = match lang {
                Language::Pl => format!("Webhook {} został wyłączony", webhook.name),
                Language::En => format!("The webhook {} was switched off", webhook.name),
            };
            let because = [
                "Jego serwer zbyt długo nie przyjmował powiadomień. Napraw go i włącz webhook znowu.",
                "Its server took no notices for too long. Mend it and switch the webhook on again.",
            ];
            let href = format!("{base}/settings/webhooks/{}", webhook.id);
            found.push(line(href, what, Tone::Warn, because, lang));
        }
    }
    Ok(found)
}

fn line(href: String, what: String, tone: Tone, because: [&str; 2], lang: Language) -> Attention {
    let [pl, en] = because.map(str::to_owned);
    let state = match tone {
        Tone::Bad => lang.choose("pilne", "urgent"),
        _ => lang.choose("do zrobienia", "to be done"),
    };
    Attention {
        href,
        what,
        about: String::new(),
        state: state.to_owned(),
        tone,
        because: pick(lang, &Words { pl, en }),
        deadline: None,
    }
}

/// A certificate that ends so soon is to be renewed.
pub(super) const EXPIRY_NEAR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Certificates take longer to be had than to be renewed.
const TOKENS_NEAR_DAYS: i32 = 60;
