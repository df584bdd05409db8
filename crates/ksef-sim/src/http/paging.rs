//! Pages: sizes within their limits, and continuation tokens.

use super::call::Call;
use super::errors::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::headers::X_CONTINUATION_TOKEN;

/// A page of a list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// Where the next one begins; `None` on the last.
    pub(crate) continuation_token: Option<String>,
}

/// The number in a query parameter, within its limits.
pub(crate) fn number(
    call: &Call,
    name: &str,
    default: usize,
    min: usize,
    max: usize,
) -> Result<usize, Refusal> {
    let Some(text) = call.query_value(name) else { return Ok(default) };
    let Ok(number) = text.parse::<i32>() else {
        // No number at all: what cannot be read, as in a body (`changes-2.7-to-2.9.md`, section 4).
        let sentence = format!("The value '{}' is not valid for '{name}'.", cut(text));
        return Err(Refusal::code(ExceptionCode::UNREADABLE_CONTENT, [sentence]));
    };
    usize::try_from(number).ok().filter(|number| (min..=max).contains(number)).ok_or_else(|| {
        Refusal::validation(format!("'{name}' must be between {min} and {max}. You entered {number}."))
    })
}

/// Cuts the page that the request asks for out of a list. `scope` ties a continuation token to its list.
pub(crate) fn page<T>(call: &Call, items: Vec<T>, size_max: usize, scope: &str) -> Result<Page<T>, Refusal> {
    let size = number(call, "pageSize", SIZE_MIN, SIZE_MIN, size_max)?;
    let start = match call.headers.get(X_CONTINUATION_TOKEN) {
        None => 0,
        Some(token) => start(token.to_str().unwrap_or_default(), scope).ok_or(Refusal::BadRequest {
            code: ExceptionCode::INVALID_CONTINUATION_TOKEN,
            details: Vec::new(),
        })?,
    };
    let end = start.saturating_add(size);
    let has_more = items.len() > end;
    let items = items.into_iter().skip(start).take(size).collect();
    let continuation_token = has_more.then(|| STANDARD.encode(format!("{scope}|{end}")));
    Ok(Page { items, continuation_token })
}

fn start(token: &str, scope: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (found, start) = text.rsplit_once('|')?;
    (found == scope).then(|| start.parse().ok()).flatten()
}

/// A caller's text for an error message.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Smallest and default page everywhere (`changes-2.7-to-2.9.md`, section 7).
const SIZE_MIN: usize = 10;
