//! Which language the command line speaks.

use crate::cli::Lang;

/// The flag, else `BRAMKA_LANG`, else the locale, else English.
pub(crate) fn of_messages(flag: Option<Lang>) -> Lang {
    if let Some(lang) = flag {
        return lang;
    }
    let wished = ["BRAMKA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    if wished.to_ascii_lowercase().starts_with("pl") { Lang::Pl } else { Lang::En }
}

impl Lang {
    /// The sentence in this language.
    pub(crate) fn pick<'a>(self, pl: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Pl => pl,
            Self::En => en,
        }
    }
}
