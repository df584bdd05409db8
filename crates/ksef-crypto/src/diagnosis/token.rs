//! What is wrong with a text that was pasted as a KSeF token.
//!
//! The specification says only that a token is a text of at most 160 characters. Those issued so far read
//! `20260101-EC-…|nip-5265877635|…`: reference number, context, secret. A text that is surely something else is refused;
//! one that merely looks different is let through with a note, since KSeF may change its mind.

use super::{Entry, Finding, Question, catalogue};
use jiff::civil::Date;
use secrecy::SecretString;

/// What was found about a token.
#[derive(Debug)]
pub struct TokenDiagnosis {
    /// The token without what stood around it; it does not print itself.
    pub token: SecretString,
    /// The NIP of the context for which it was issued, if it says so.
    pub nip: Option<String>,
    /// What makes it unusable.
    pub problems: Vec<Finding>,
    /// What is worth knowing.
    pub notes: Vec<Finding>,
}

/// Judges a pasted token. Of the question, the time and the company count. No finding repeats any of the text.
#[must_use]
pub fn diagnose_token(pasted: &str, question: &Question<'_>) -> TokenDiagnosis {
    let token = pasted
        .trim_matches(|letter: char| letter.is_whitespace() || "\"'„”“\u{FEFF}\u{200B}".contains(letter));
    let mut notes = Vec::new();
    if token.len() != pasted.len() {
        notes.push(catalogue::TOKEN_TRIMMED.found(&[]));
    }
    let nip = context_nip(token);
    let mut problems: Vec<Finding> = refusal(token).into_iter().collect();
    if problems.is_empty() {
        match (nip, question.company_nip) {
            (Some(found), Some(company)) if found != company => {
                let values = [("found", found), ("nip", company)];
                problems.push(catalogue::TOKEN_OF_OTHER_CONTEXT.found(&values));
            }
            _ => {}
        }
        if !has_known_shape(token) {
            notes.push(catalogue::TOKEN_UNUSUAL.found(&[]));
        }
        notes.push(end_of_tokens());
    }
    TokenDiagnosis {
        nip: nip.map(str::to_owned),
        token: SecretString::from(token.to_owned()),
        problems,
        notes,
    }
}

/// Why a text is certainly no token of KSeF 2.0.
fn refusal(token: &str) -> Option<Finding> {
    let plain = |entry: &Entry| Some(entry.found(&[]));
    let length = token.chars().count();
    if token.is_empty() {
        plain(&catalogue::TOKEN_EMPTY)
    } else if token.contains("-----BEGIN ") {
        plain(&catalogue::TOKEN_IS_CERTIFICATE)
    } else if token.starts_with("eyJ") {
        plain(&catalogue::TOKEN_IS_JWT)
    } else if length == KSEF_1_LENGTH && token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        plain(&catalogue::TOKEN_OF_KSEF_1)
    } else if is_reference(token) {
        plain(&catalogue::TOKEN_IS_REFERENCE)
    } else if length > TOKEN_LENGTH_MAX {
        Some(catalogue::TOKEN_TOO_LONG.found(&[("length", &length.to_string())]))
    } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        plain(&catalogue::TOKEN_WITH_FOREIGN_LETTERS)
    } else if token.contains("://") || length < LENGTH_MIN {
        plain(&catalogue::NO_TOKEN)
    } else {
        None
    }
}

/// A reference number: `YYYYMMDD-EC-XXXXXXXXXX-XXXXXXXXXX-XX`.
fn is_reference(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [date, kind, first, second, check] = parts[..] else { return false };
    let hexadecimal =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    date.len() == 8
        && date.bytes().all(|byte| byte.is_ascii_digit())
        && kind.len() == 2
        && hexadecimal(first, 10)
        && hexadecimal(second, 10)
        && hexadecimal(check, 2)
}

fn has_known_shape(token: &str) -> bool {
    let parts: Vec<&str> = token.split('|').collect();
    matches!(parts[..], [reference, context, secret]
        if is_reference(reference) && context.contains('-') && !secret.is_empty())
}

fn context_nip(token: &str) -> Option<&str> {
    let nip = token.split('|').nth(1)?.strip_prefix("nip-")?;
    (nip.len() == 10 && nip.bytes().all(|byte| byte.is_ascii_digit())).then_some(nip)
}

/// The announced end of tokens: a date that may still change, so a note and never a hard stop.
fn end_of_tokens() -> Finding {
    let (until, as_of) = (TOKENS_UNTIL.to_string(), TOKENS_UNTIL_AS_OF.to_string());
    catalogue::TOKENS_END.found(&[("until", &until), ("as_of", &as_of)])
}

/// How long a token may be (open-api 2.9.0, `GenerateTokenResponse`).
pub const TOKEN_LENGTH_MAX: usize = 160;
/// The announced last day of KSeF tokens: § 13 sec. 1 item 1 of the regulation of 12.12.2025 (Dz. U. 2025, item 1815).
pub const TOKENS_UNTIL: Date = Date::constant(2026, 12, 31);
/// When [`TOKENS_UNTIL`] was last known to stand: the answer of Krajowa Informacja Skarbowa in CIRFMF/ksef-api#834.
pub const TOKENS_UNTIL_AS_OF: Date = Date::constant(2026, 7, 23);
/// Tokens of KSeF 1.0 were 64 hexadecimal digits.
const KSEF_1_LENGTH: usize = 64;
/// Shorter texts are passwords, NIPs and the like.
const LENGTH_MIN: usize = 32;
