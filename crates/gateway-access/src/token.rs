//! Random secrets that we give out: sessions, API keys, the code of the first administrator, form tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ksef_crypto::{SecretString, random_bytes, sha256};
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A login session: 256 bits.
    Session,
    /// An API key, `bramka_…`: 256 bits. The beginning lets people and scanners of repositories know what they found.
    ApiKey,
    /// The code that makes the first administrator: 100 bits in five groups, to be typed from a terminal.
    Setup,
}

/// A random secret. The database keeps its hash only: whoever reads it can use nothing of it.
pub struct Token {
    secret: SecretString,
}

impl Token {
    /// Makes a new one.
    ///
    /// # Panics
    /// When the operating system has no randomness to give.
    #[must_use]
    pub fn generate(kind: TokenKind) -> Self {
        let text = match kind {
            TokenKind::Session => URL_SAFE_NO_PAD.encode(random_bytes::<32>()),
            TokenKind::ApiKey => format!("{API_KEY_PREFIX}{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>())),
            TokenKind::Setup => groups(&random_bytes::<20>(), 4),
        };
        Self { secret: SecretString::from(text) }
    }

    /// Takes what a caller brought; nothing is checked.
    #[must_use]
    pub fn given(text: &str) -> Self {
        Self { secret: SecretString::from(text.to_owned()) }
    }

    /// The secret itself, to be shown once.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// SHA-256, which is what the database keeps. It needs no salt and no delay: nobody guesses 256 random bits.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        sha256(self.secret.expose_secret().as_bytes())
    }

    /// What may be shown of an API key so that people know which one it is: its first 12 characters.
    #[must_use]
    pub fn hint(&self) -> String {
        self.secret.expose_secret().chars().take(12).collect()
    }

    /// Whether two are the same, told in constant time.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.hash().ct_eq(&other.hash()).into()
    }
}

/// The token of the forms that a session's pages carry. It comes out of the session's own secret, so that nothing has to be
/// kept, and does not tell it.
#[must_use]
pub fn form_token(session: &str) -> String {
    let text = format!("bramka form {session}");
    URL_SAFE_NO_PAD.encode(sha256(text.as_bytes()))
}

/// Whether a form brought the token of this session, told in constant time.
#[must_use]
pub fn is_form_token(session: &str, given: &str) -> bool {
    form_token(session).as_bytes().ct_eq(given.as_bytes()).into()
}

/// Characters that nobody confuses, in groups: one for each random byte.
pub(crate) fn groups(random: &[u8], size: usize) -> String {
    let mut text = String::with_capacity(random.len() * 2);
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % size == 0 {
            text.push('-');
        }
        // 32 of them: five bits of each byte.
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    text
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const API_KEY_PREFIX: &str = "bramka_";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_random_and_of_their_kind() {
        let check = |kind, beginning: &str, length: usize| {
            let (one, other) = (Token::generate(kind), Token::generate(kind));
            let text = one.secret().expose_secret();
            assert!(text.starts_with(beginning) && text.len() == length, "{text}");
            assert!(!one.is(&other) && one.is(&Token::given(text)));
            assert_eq!(one.hash(), Token::given(text).hash());
        };
        check(TokenKind::Session, "", 43);
        check(TokenKind::ApiKey, "bramka_", 50);
        check(TokenKind::Setup, "", 24);
    }

    #[test]
    fn a_form_token_belongs_to_its_session() {
        assert!(is_form_token("session", &form_token("session")));
        assert!(!is_form_token("other", &form_token("session")));
        assert!(!is_form_token("session", "") && !form_token("session").contains("session"));
    }
}
