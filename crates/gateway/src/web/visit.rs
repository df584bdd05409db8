//! A visit to a page: who looks, in which language and theme, what is said once; and the answer with its headers.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gateway_access::{Grants, Right, form_token};
use gateway_api::{ProblemCode, Words};
use gateway_pages::{CompanyLink, CompanyNav, Flash, FlashKind, Frame, Language, PageError, Section, Theme};
use jiff::SignedDuration;
use ksef_id::ContextIdentifier;

use crate::access::{Caller, Identity, SESSION_COOKIE, cookie};
use crate::company::Company;
use crate::rest::Failure;
use crate::router::Shared;

/// A visit to a page.
pub(crate) struct Visit {
    pub(super) caller: Caller,
    pub(super) lang: Language,
    theme: Theme,
    /// The path and what was asked, without what switches language and theme.
    pub(super) here: String,
    session: Option<String>,
    flash: Option<Flash>,
    /// Cookies to be set with the answer.
    set: Vec<String>,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>().cloned();
        Ok(Self::of(&parts.headers, parts.uri.path(), parts.uri.query(), caller, shared))
    }
}

impl Visit {
    /// A visit by what a request says.
    pub(super) fn of(
        headers: &HeaderMap,
        path: &str,
        query: Option<&str>,
        caller: Option<Caller>,
        shared: &Shared,
    ) -> Self {
        let caller = caller.unwrap_or_else(|| Caller {
            identity: Identity::Nobody,
            grants: Grants::User(Default::default()),
            origin: "-".to_owned(),
        });
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let (switches, rest): (Vec<&str>, Vec<&str>) =
            pairs.partition(|pair| pair.starts_with("lang=") || pair.starts_with("theme="));
        let asked =
            |name: &str| switches.iter().rev().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let mut set = Vec::new();
        let mut keep = |name: &str, value: &str| set.push(preference(shared, name, value));
        let lang = match asked("lang").and_then(Language::from_code) {
            Some(lang) => {
                keep(LANGUAGE_COOKIE, lang.code());
                lang
            }
            None => cookie(headers, LANGUAGE_COOKIE)
                .and_then(Language::from_code)
                .unwrap_or_else(|| wished_language(headers)),
        };
        let theme = match asked("theme").and_then(Theme::from_name) {
            Some(theme) => {
                keep(THEME_COOKIE, theme.as_str());
                theme
            }
            None => cookie(headers, THEME_COOKIE).and_then(Theme::from_name).unwrap_or_default(),
        };
        let flash = long_cookie(headers, FLASH_COOKIE).and_then(flash_of);
        if flash.is_some() {
            set.push(format!("{FLASH_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"));
        }
        let here = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
        let is_person = matches!(caller.identity, Identity::User(_));
        let session = cookie(headers, SESSION_COOKIE).filter(|_| is_person).map(str::to_owned);
        Self { caller, lang, theme, here, session, flash, set }
    }

    /// Whether the visitor has anything to do with a company.
    pub(super) fn knows(&self, company: &ContextIdentifier) -> bool {
        self.caller.knows(company)
    }

    /// Whether the visitor has a right in a company.
    pub(super) fn may(&self, right: Right, company: &ContextIdentifier) -> bool {
        self.caller.grants.allow(right, company)
    }

    /// One of both languages.
    pub(super) fn pick(&self, words: &Words) -> String {
        self.lang.choose(&words.pl, &words.en).to_owned()
    }

    /// What surrounds a page.
    pub(super) fn frame(
        &self,
        shared: &Shared,
        company: Option<&Company>,
        section: Section,
        title: impl Into<String>,
    ) -> Frame {
        let all = shared.app.companies.now();
        let known = || all.keys().filter(|context| self.caller.knows(context));
        let names = shared.app.companies.names();
        let companies = match company {
            Some(current) if known().take(MENU_MAX + 1).count() <= MENU_MAX => known()
                .map(|context| CompanyLink {
                    context: context.to_string(),
                    name: names.get(context).cloned(),
                    is_current: *context == current.context,
                })
                .collect(),
            _ => Vec::new(),
        };
        Frame {
            lang: self.lang,
            theme: self.theme,
            title: title.into(),
            here: self.here.clone(),
            user: match &self.caller.identity {
                Identity::User(user) if user.0.name.is_empty() => Some(user.0.login.clone()),
                Identity::User(user) => Some(user.0.name.clone()),
                _ => None,
            },
            form_token: self.session.as_deref().map(form_token),
            companies,
            company: company.map(|company| CompanyNav {
                context: company.context.to_string(),
                name: names.get(&company.context).cloned(),
                has_others: known().nth(1).is_some(),
                environment: company.environment.name(),
                sales: self.may(Right::ReadSales, &company.context),
                send: self.may(Right::Send, &company.context),
                purchases: self.may(Right::ReadPurchases, &company.context),
                connection: self.may(Right::TestConnection, &company.context),
                simulator: super::simulator::is_offered(company)
                    && self.may(Right::ChangeSettings, &company.context),
                settings: self.may(Right::ReadAudit, &company.context),
                announced: announced(company, self.lang),
            }),
            administration: self.caller.grants.allow_everywhere(Right::ReadAudit),
            connects: shared.keyring.is_some() && self.caller.grants.allow_everywhere(Right::ChangeSettings),
            section,
            support: shared.app.support.clone(),
            may_answer: !matches!(self.caller.identity, Identity::Nobody),
            flash: self.flash.clone(),
            live_ms: None,
            live_stream: None,
            written_form: None,
        }
    }

    /// The page changes by itself: scripts are told so, and look every so many milliseconds where nobody tells them.
    pub(super) fn live(frame: &mut Frame, company: &Company, every_ms: u32) {
        frame.live_ms = Some(every_ms);
        frame.live_stream = Some(format!("/companies/{}/live", company.context));
    }

    /// The same for a page that shows what not every page of the company shows: `named` names it (`live::LiveQuery`).
    pub(super) fn live_of(frame: &mut Frame, company: &Company, every_ms: u32, named: &str) {
        frame.live_ms = Some(every_ms);
        frame.live_stream = Some(format!("/companies/{}/live?{named}", company.context));
    }

    /// A page as the answer.
    pub(super) fn page(self, html: Result<String, PageError>) -> Result<Response, Failure> {
        let html = html.map_err(|error| {
            tracing::error!(cause = ?error, "a page could not be made");
            Failure::new(ProblemCode::Internal, "")
        })?;
        Ok(self.page_of(Html(html).into_response()))
    }

    /// A page that comes in pieces, each as soon as it is known.
    pub(super) fn page_in_pieces(self, pieces: Body) -> Response {
        self.page_of(Html(pieces).into_response())
    }

    fn page_of(self, page: Response) -> Response {
        let mut response = self.with_cookies(page);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
        // What stands on a page is its reader's alone, and old the moment it is shown.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// Says on the page that follows at once how it ended.
    pub(super) fn say(&mut self, kind: FlashKind, text: &str) {
        self.flash = Some(Flash { kind, text: text.to_owned() });
    }

    /// Leads to another page; language and theme that were asked for stay.
    pub(super) fn leads_to(self, to: &str) -> Response {
        self.with_cookies(Redirect::to(to).into_response())
    }

    fn with_cookies(&self, mut response: Response) -> Response {
        for cookie in &self.set {
            if let Ok(value) = HeaderValue::from_str(cookie) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }

    /// Leads to another page, which says once how it ended.
    pub(super) fn told(self, to: &str, kind: FlashKind, text: &str) -> Response {
        let mut response = self.leads_to(to);
        let short: String = text.chars().take(FLASH_CHARS_MAX).collect();
        let mark = if kind == FlashKind::Done { "d" } else { "f" };
        let value = URL_SAFE_NO_PAD.encode(format!("{mark}{short}"));
        let cookie = format!("{FLASH_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }

    /// Leads to another page, which says that something was done.
    pub(super) fn done(self, to: &str, pl: &str, en: &str) -> Response {
        let text = self.lang.choose(pl, en).to_owned();
        self.told(to, FlashKind::Done, &text)
    }

    /// Leads to another page, which says what went wrong; what is our own fault stays a failure.
    pub(super) fn failed(self, to: &str, failure: Failure) -> Result<Response, Failure> {
        if failure.problem.status >= StatusCode::INTERNAL_SERVER_ERROR.as_u16() {
            return Err(failure);
        }
        let text = self.pick(&failure.problem.message);
        Ok(self.told(to, FlashKind::Failed, &text))
    }
}

/// What KSeF announced of its own state, in words, and whether that is so now.
fn announced(company: &Company, lang: Language) -> Option<(String, bool)> {
    let outage = company.site.announced(ANNOUNCED_AHEAD)?;
    let is_now = outage.lasts_at(company.now());
    let kind = lang.choose(outage.kind.words().pl, outage.kind.words().en);
    let until = outage.ended.map(|end| format!(" – {}", lang.moment(end))).unwrap_or_default();
    let words = match is_now {
        true => lang.choose("Ministerstwo ogłosiło:", "The Ministry announced:"),
        false => lang.choose("Ministerstwo zapowiada:", "The Ministry announces:"),
    };
    Some((format!("{words} {kind}, {}{until}.", lang.moment(outage.started)), is_now))
}

/// English when the browser names it first, else Polish.
fn wished_language(headers: &HeaderMap) -> Language {
    let wished =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if wished.trim_start().to_ascii_lowercase().starts_with("en") { Language::En } else { Language::Pl }
}

/// A cookie that keeps a choice for a year; it is no secret.
fn preference(shared: &Shared, name: &str, value: &str) -> String {
    let secure = if shared.is_tls() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}")
}

/// A cookie's value, longer than those that prove something may be.
fn long_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && value.len() <= FLASH_CHARS_MAX * 6)
        .map(|(_, value)| value)
}

fn flash_of(value: &str) -> Option<Flash> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    let kind = match text.chars().next()? {
        'd' => FlashKind::Done,
        'f' => FlashKind::Failed,
        _ => return None,
    };
    Some(Flash { kind, text: text[1..].chars().filter(|one| !one.is_control()).collect() })
}

/// A path of ours to go to; anything else is the beginning.
pub(super) fn local_path(text: &str) -> String {
    let is_local = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['\\', '\r', '\n'])
        && !text.starts_with("/api/")
        && text.is_ascii();
    if is_local { text.to_owned() } else { "/".to_owned() }
}

/// What a page may load and be loaded by: only what is ours, no script and no style within the page.
pub(super) const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const LANGUAGE_COOKIE: &str = "bramka_lang";
const THEME_COOKIE: &str = "bramka_theme";
const FLASH_COOKIE: &str = "bramka_said";
const FLASH_CHARS_MAX: usize = 400;
/// So long before it begins an outage is told on every page of its companies.
const ANNOUNCED_AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// More companies than that are looked for on a page of their own.
pub(super) const MENU_MAX: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_stays_here() {
        for (text, expected) in [
            ("/companies/2222222222/invoices/1", "/companies/2222222222/invoices/1"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("", "/"),
            ("/api/v1/whoami", "/"),
        ] {
            assert_eq!(local_path(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_said_once_is_read_as_it_was_written() {
        let value = URL_SAFE_NO_PAD.encode("dWysłano 3 faktury");
        let flash = flash_of(&value).expect("a flash");
        assert_eq!((flash.kind, flash.text.as_str()), (FlashKind::Done, "Wysłano 3 faktury"));
        for bad in ["", "!", &URL_SAFE_NO_PAD.encode("xtext")] {
            assert_eq!(flash_of(bad), None, "{bad}");
        }
    }
}
