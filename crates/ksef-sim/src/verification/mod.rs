//! What opens when somebody scans a code of an invoice: KOD I says whether the invoice is in KSeF, KOD II whether the
//! issuer's certificate is good (guide, `kody-qr.md`). With the leniency that was seen (field notes B9): the unused bits of
//! the last character of a hash are not looked at, and KOD II says what the certificate is *now*.
//!
//! These pages lie beside the API, on the same port, since the host of a code is the host of the simulator.

mod certificate;
mod invoice;
mod words;

use crate::console::Language;
use crate::http::Shared;
use crate::inspect::RequestSeen;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use std::sync::Arc;
use words::Texts;

/// The routes of the codes.
pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/invoice/{nip}/{date}/{hash}", get(invoice_page))
        .route("/invoice/{nip}/{date}/{hash}/xml", get(invoice_document))
        .route("/certificate/{kind}/{value}/{nip}/{serial}/{hash}/{signature}", get(certificate_page))
        .route("/verification.css", get(style))
}

/// What the pages have in their query.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PageQuery {
    lang: Option<String>,
    /// What the caller knows of the invoice and only who holds it can know.
    invoice_number: String,
    buyer: String,
    gross: String,
}

/// A page: what was found out, and what of it.
#[derive(Template)]
#[template(path = "verification.html")]
struct Page {
    t: Texts,
    /// `good`, `bad` or `busy`.
    tone: &'static str,
    heading: &'static str,
    sentence: &'static str,
    facts: Vec<(&'static str, String)>,
    checks: Vec<(&'static str, bool)>,
    /// Where the document can be asked for.
    download: Option<String>,
}

type Asked<T> = (State<Arc<Shared>>, Path<T>, Query<PageQuery>);

async fn invoice_page(
    (State(shared), Path((nip, date, hash)), Query(query)): Asked<(String, String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let language = Language::of(query.lang.as_deref(), &headers);
    let (status, page) = invoice::page(&shared, &nip, &date, &hash, Texts::of(language));
    answer(&shared, &uri, status, &page)
}

async fn invoice_document(
    (State(shared), Path((nip, date, hash)), Query(query)): Asked<(String, String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let language = Language::of(query.lang.as_deref(), &headers);
    let known = invoice::Known { number: &query.invoice_number, buyer: &query.buyer, gross: &query.gross };
    match invoice::document(&shared, &nip, &date, &hash, known) {
        Some((number, bytes)) => {
            note(&shared, &uri, StatusCode::OK);
            let disposition = format!("attachment; filename=\"{number}.xml\"");
            ([(CONTENT_TYPE, "application/xml".to_owned()), (CONTENT_DISPOSITION, disposition)], bytes)
                .into_response()
        }
        None => answer(&shared, &uri, StatusCode::NOT_FOUND, &invoice::not_given(Texts::of(language))),
    }
}

async fn certificate_page(
    (State(shared), Path(segments), Query(query)): Asked<(String, String, String, String, String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let language = Language::of(query.lang.as_deref(), &headers);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let (status, page) = certificate::page(&shared, host, &segments, Texts::of(language));
    answer(&shared, &uri, status, &page)
}

async fn style() -> Response {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("../../templates/verification.css")).into_response()
}

fn answer(shared: &Shared, uri: &Uri, status: StatusCode, page: &Page) -> Response {
    note(shared, uri, status);
    match page.render() {
        Ok(html) => {
            // Names come out of other people's invoices: nothing on the page may run.
            let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
                          frame-ancestors 'none'";
            (status, [(CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, "no-store")], Html(html))
                .into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a verification page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn note(shared: &Shared, uri: &Uri, status: StatusCode) {
    let seen = RequestSeen {
        method: "GET".to_owned(),
        path: uri.path().to_owned(),
        operation: None,
        status: status.as_u16(),
    };
    let now = shared.now();
    shared.world().note_request(seen, now, None);
}

/// The hash of a code, as leniently as the real pages read it: with or without padding, and whatever the two unused bits of
/// the last character say (issue 614).
fn lenient_hash(text: &str) -> Option<[u8; 32]> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    LENIENT.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_leniently() {
        let exact = "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE";
        let bytes = lenient_hash(exact).expect("the guide's hash");
        // The last character carries four bits that count: E, F, G and H are the same.
        for same in
            ["UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE=", "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIF"]
        {
            assert_eq!(lenient_hash(same), Some(bytes), "{same}");
        }
        for other in [
            "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIA",
            "UtQp9Gpc51y+u3xApZjIjgkpZ01js-J8KflSPW8WzIE",
            "",
            "A",
        ] {
            assert_ne!(lenient_hash(other), Some(bytes), "{other}");
        }
    }
}
