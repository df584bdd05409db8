//! The shape of a table of findings: each row a code with its words, in one place, from which findings are filled and codes
//! explained. This crate's own rows are in `catalogue.rs`; crates above keep tables of theirs in the same shape.

use super::{Finding, Message};

/// One row: a code with its words. `{name}` in a sentence is filled with what was found.
#[derive(Debug)]
pub struct Entry {
    code: &'static str,
    message: [&'static str; 2],
    remedy: [&'static str; 2],
    source: &'static str,
}

/// The rows of a crate, in order of their codes.
#[derive(Debug, Clone, Copy)]
pub struct Catalogue {
    entries: &'static [&'static Entry],
}

/// The long answer about one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The code.
    pub code: &'static str,
    /// What it means; what depends on the case is shown as `…`.
    pub message: Message,
    /// What to do.
    pub remedy: Message,
    /// Where that is written, or how it is known.
    pub source: &'static str,
}

impl Entry {
    /// A row; sentences are Polish, English. Codes are never reused.
    #[must_use]
    pub const fn new(
        code: &'static str,
        message: [&'static str; 2],
        remedy: [&'static str; 2],
        source: &'static str,
    ) -> Self {
        Self { code, message, remedy, source }
    }

    /// The finding, with what was found filled in: pairs of a name and its value.
    #[must_use]
    pub fn found(&self, values: &[(&str, &str)]) -> Finding {
        let (message, remedy) = self.sentences(|template| filled(template, values));
        Finding { code: self.code, message, remedy }
    }

    fn explanation(&self) -> Explanation {
        let (message, remedy) = self.sentences(blanked);
        Explanation { code: self.code, message, remedy, source: self.source }
    }

    fn sentences(&self, write: impl Fn(&str) -> String) -> (Message, Message) {
        let message = |[pl, en]: [&str; 2]| Message { pl: write(pl), en: write(en) };
        (message(self.message), message(self.remedy))
    }
}

impl Catalogue {
    /// A table of these rows.
    #[must_use]
    pub const fn new(entries: &'static [&'static Entry]) -> Self {
        Self { entries }
    }

    /// Explains a code, in whatever case it is written; `None` for one that is not in the table.
    #[must_use]
    pub fn explain(&self, code: &str) -> Option<Explanation> {
        let entry = self.entries.iter().find(|entry| entry.code.eq_ignore_ascii_case(code))?;
        Some(entry.explanation())
    }

    /// Every code, in order.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.entries.iter().map(|entry| entry.code)
    }

    /// What is wrong with the table itself: a code that stands twice or out of order, a sentence that is empty, or one
    /// whose two languages are not filled with the same. For the test of whoever keeps a table.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for pair in self.entries.windows(2) {
            if let [former, latter] = pair
                && former.code >= latter.code
            {
                faults.push(format!("{} stands behind {}", latter.code, former.code));
            }
        }
        for Entry { code, message, remedy, source } in self.entries {
            if message.iter().chain(remedy).chain([source]).any(|text| text.trim().is_empty()) {
                faults.push(format!("{code} has an empty sentence"));
            }
            // `{state_pl}` and `{state_en}` are one thing in two languages.
            let same = |[pl, en]: &[&str; 2]| places(pl, "_pl") == places(en, "_en");
            if !same(message) || !same(remedy) {
                faults.push(format!("{code} tells different things in its two languages"));
            }
        }
        faults
    }
}

/// Writes the rows of a table as statics of their own names, and the table of them all as `ALL`.
#[macro_export]
macro_rules! catalogue {
    ($($name:ident = $code:literal, $pl:literal, $en:literal, $remedy_pl:literal, $remedy_en:literal, $source:literal;)*) => {
        $(pub(crate) static $name: $crate::diagnosis::Entry = $crate::diagnosis::Entry::new(
            $code,
            [$pl, $en],
            [$remedy_pl, $remedy_en],
            $source,
        );)*
        static ALL: $crate::diagnosis::Catalogue = $crate::diagnosis::Catalogue::new(&[$(&$name),*]);
    };
}

fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
    values.iter().fold(template.to_owned(), fill)
}

/// `{name}` as `…`.
fn blanked(template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push('…');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

fn places<'a>(text: &'a str, language: &str) -> std::collections::BTreeSet<&'a str> {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.map(|name| name.strip_suffix(language).unwrap_or(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    static FIRST: Entry = Entry::new("X102", ["a {b} c {d}.", "{d} a {b}"], ["e", "f"], "nowhere");
    static SECOND: Entry = Entry::new("X101", ["{a_pl}", "{a_en} {b}"], ["", "f"], "nowhere");

    #[test]
    fn rows_are_filled_explained_and_examined() {
        static BOTH: Catalogue = Catalogue::new(&[&FIRST, &SECOND]);
        static ONE: Catalogue = Catalogue::new(&[&FIRST]);
        let table = &BOTH;
        let found = FIRST.found(&[("b", "1"), ("d", "2")]);
        assert_eq!((found.message.pl.as_str(), found.message.en.as_str()), ("a 1 c 2.", "2 a 1"));
        assert_eq!(table.explain("x102").expect("a row").message.pl, "a … c ….");
        assert!(table.explain("X100").is_none());
        assert_eq!(table.codes().collect::<Vec<_>>(), ["X102", "X101"]);
        assert_eq!(
            table.faults(),
            [
                "X101 stands behind X102",
                "X101 has an empty sentence",
                "X101 tells different things in its two languages"
            ]
        );
        assert!(ONE.faults().is_empty());
    }
}
