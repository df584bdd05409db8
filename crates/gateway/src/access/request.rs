//! What a request says of who sent it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gateway_api::API_KEY;

/// A key that came with a request, and whether a browser may have sent it by itself.
pub(super) struct GivenKey {
    pub(super) text: String,
    pub(super) is_ambient: bool,
}

/// The key as `X-API-Key`, as `Bearer`, or as the password of `Basic`, which is what a browser asks its user for.
pub(super) fn given_key(headers: &HeaderMap) -> Option<GivenKey> {
    if let Some(key) = headers.get(API_KEY) {
        // One that is no text is a wrong one.
        return Some(GivenKey { text: key.to_str().unwrap_or_default().to_owned(), is_ambient: false });
    }
    let (scheme, value) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(GivenKey { text: value.trim().to_owned(), is_ambient: false }),
        "basic" => {
            let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
            let password = decoded.split_once(':').map(|(_, password)| password.to_owned())?;
            Some(GivenKey { text: password, is_ambient: true })
        }
        _ => None,
    }
}

/// A cookie's value.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && (1..=COOKIE_BYTES_MAX).contains(&value.len()))
        .map(|(_, value)| value)
}

/// From where a request came: the peer, or whom a proxy on this machine names last.
pub(crate) fn origin_of(headers: &HeaderMap, extensions: &Extensions) -> String {
    let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() else { return "-".to_owned() };
    let peer = peer.ip().to_canonical();
    if peer.is_loopback() {
        let named = headers.get_all(FORWARDED_FOR).iter().next_back();
        let named =
            named.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
        if let Some(named) = named {
            return named.to_canonical().to_string();
        }
    }
    peer.to_string()
}

/// Whether a request names a host of this machine: without users and keys no web site may lead a browser here under a name
/// that points to loopback (DNS rebinding).
pub(crate) fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost"
        || name.trim_start_matches('[').trim_end_matches(']').parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Whether a browser sent this for one of our own pages. Programs send neither header, and are no browsers.
pub(crate) fn is_from_here(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site"))
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).unwrap_or_default();
    let is_ours = origin.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(host));
    is_ours || public_url.is_some_and(|url| origin.eq_ignore_ascii_case(url.trim_end_matches('/')))
}

/// Carries the session.
pub(crate) const SESSION_COOKIE: &str = "bramka_session";
/// Carries what the token of a form is made from while nobody is logged in.
pub(crate) const FORM_COOKIE: &str = "bramka_form";
const FORWARDED_FOR: &str = "x-forwarded-for";
const COOKIE_BYTES_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(given: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        headers
    }

    #[test]
    fn a_key_is_taken_in_three_forms() {
        let check = |name: &'static str, value: &str, expected: Option<(&str, bool)>| {
            let found = given_key(&headers(&[(name, value)]));
            assert_eq!(found.as_ref().map(|key| (key.text.as_str(), key.is_ambient)), expected, "{value}");
        };
        check("x-api-key", "sezam", Some(("sezam", false)));
        check("authorization", "Bearer sezam", Some(("sezam", false)));
        check("authorization", "Basic dTpzZXphbQ==", Some(("sezam", true)));
        check("authorization", "Basic !", None);
        check("authorization", "Negotiate sezam", None);
        assert!(given_key(&HeaderMap::new()).is_none());
    }

    #[test]
    fn only_loopback_names_are_local() {
        for (host, expected) in [
            ("127.0.0.1:8080", true),
            ("localhost", true),
            ("[::1]:8080", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_local(&headers(&[("host", host)])), expected, "{host}");
        }
    }

    #[test]
    fn other_sites_are_told_from_our_own_pages() {
        let host = ("host", "bramka.example:8080");
        let check = |given: &[(&'static str, &str)], expected: bool| {
            let given: Vec<_> = given.iter().copied().chain([host]).collect();
            assert_eq!(
                is_from_here(&headers(&given), Some("https://public.example/")),
                expected,
                "{given:?}"
            );
        };
        check(&[], true);
        check(&[("origin", "http://bramka.example:8080")], true);
        check(&[("origin", "https://public.example"), ("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("origin", "https://evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "http://bramka.example")], false);
        for site in ["cross-site", "same-site"] {
            check(&[("sec-fetch-site", site), ("origin", "http://bramka.example:8080")], false);
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let given = headers(&[("cookie", "a=1; bramka_session=abc; b=2"), ("cookie", "c=3")]);
        assert_eq!(cookie(&given, "bramka_session"), Some("abc"));
        assert_eq!((cookie(&given, "c"), cookie(&given, "session")), (Some("3"), None));
        assert_eq!(cookie(&headers(&[("cookie", "bramka_session=")]), "bramka_session"), None);
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let given = headers(&[("x-forwarded-for", "10.0.0.1, 192.0.2.7")]);
        let from = |peer: &str| {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo::<SocketAddr>(peer.parse().expect("an address")));
            origin_of(&given, &extensions)
        };
        assert_eq!(
            (from("127.0.0.1:5"), from("198.51.100.9:5")),
            ("192.0.2.7".into(), "198.51.100.9".into())
        );
    }
}
