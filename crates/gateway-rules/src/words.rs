//! Words for people, in both languages, and the enumerations that carry them.

/// Fixed words in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Words {
    /// Polish.
    pub pl: &'static str,
    /// English.
    pub en: &'static str,
}

/// A sentence made for one case, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sentence {
    /// Polish.
    pub pl: String,
    /// English.
    pub en: String,
}

impl From<Words> for Sentence {
    fn from(words: Words) -> Self {
        Self { pl: words.pl.to_owned(), en: words.en.to_owned() }
    }
}

/// An enumeration whose values have a stable name (database, REST, configuration) and words for people.
macro_rules! named_enum {
    (
        $(#[$meta:meta])*
        pub enum $enum:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $name:literal, $pl:literal, $en:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $enum { $( $(#[$variant_meta])* $variant, )+ }

        impl $enum {
            /// Every value, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The stable name: in databases, in REST, in configuration.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// What people call it.
            #[must_use]
            pub const fn words(self) -> $crate::Words {
                match self { $( Self::$variant => $crate::Words { pl: $pl, en: $en }, )+ }
            }

            /// The value with this stable name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use named_enum;

/// The form of a Polish noun that goes with a number: 1 `one`, 2–4 and 22–24 `few`, all others `many`.
pub(crate) fn polish(count: u64, one: &str, few: &str, many: &str) -> String {
    let form = match (count, count % 10, count % 100) {
        (1, ..) => one,
        (_, 2..=4, hundred) if !(12..=14).contains(&hundred) => few,
        _ => many,
    };
    format!("{count} {form}")
}

/// The form of an English noun that goes with a number.
pub(crate) fn english(count: u64, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_right_form() {
        let hours = |count| polish(count, "godzina", "godziny", "godzin");
        for (count, expected) in [
            (0, "0 godzin"),
            (1, "1 godzina"),
            (2, "2 godziny"),
            (5, "5 godzin"),
            (12, "12 godzin"),
            (21, "21 godzin"),
            (22, "22 godziny"),
            (112, "112 godzin"),
            (124, "124 godziny"),
        ] {
            assert_eq!(hours(count), expected);
        }
        assert_eq!(english(1, "hour"), "1 hour");
        assert_eq!(english(0, "hour"), "0 hours");
    }
}
