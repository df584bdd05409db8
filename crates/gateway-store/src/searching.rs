//! What somebody types into the search of a list, as the database is asked for it: indexes find the beginnings of numbers and names
//! as they are written, so a text is looked for in each of the ways in which people write it. Names have it within them, too: those
//! that a company deals with are few beside its documents, and an index leads from each to the next.

use ksef_id::ContextIdentifier;

use crate::db::{Value, values};
use crate::{Store, StoreError};

/// A text that is searched for.
pub(crate) struct Searched {
    /// Beginnings of numbers and names, each with the text before which all of them end.
    ranges: Vec<(String, String)>,
    /// A whole NIP, without what people write between its digits, or a whole KSeF number.
    whole: String,
    /// Names that have the text within them.
    names: Vec<String>,
}

/// The parameters of a search, by their numbers.
pub(crate) struct Numbered {
    /// Of each range.
    pub(crate) ranges: Vec<(usize, usize)>,
    /// Of the whole.
    pub(crate) whole: usize,
    /// Of names, as a list of SQL; `None` when none was found.
    pub(crate) names: Option<String>,
}

/// Where the names of those stand with whom a company deals: a table, its column, and the index of both.
#[derive(Clone, Copy)]
pub(crate) enum Names {
    /// Buyers of sales.
    Buyers,
    /// Sellers of purchases.
    Sellers,
}

impl Names {
    const fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Buyers => ("sales", "buyer_name", "sales_by_buyer"),
            Self::Sellers => ("purchases", "seller_name", "purchases_by_seller_name"),
        }
    }
}

impl Searched {
    /// `None` when nothing was typed.
    pub(crate) fn of(text: Option<&str>) -> Option<Self> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let ranges = ways_of(text).into_iter().map(|way| {
            let end = format!("{way}\u{10FFFF}");
            (way, end)
        });
        Some(Self { ranges: ranges.collect(), whole: whole_of(text), names: Vec::new() })
    }

    /// Binds its texts behind those that are bound.
    pub(crate) fn bind<'a>(&'a self, bound: &mut Vec<Value<'a>>) -> Numbered {
        let mut ranges = Vec::new();
        for (way, end) in &self.ranges {
            bound.extend([Value::from(way), Value::from(end)]);
            ranges.push((bound.len() - 1, bound.len()));
        }
        bound.push(Value::from(&self.whole));
        let whole = bound.len();
        bound.extend(self.names.iter().map(Value::from));
        let names: Vec<String> = (whole + 1..=bound.len()).map(|number| format!("${number}")).collect();
        Numbered { ranges, whole, names: (!names.is_empty()).then(|| names.join(", ")) }
    }
}

impl Store {
    /// What somebody typed, with the names that have it within; `None` when nothing was typed.
    pub(crate) async fn searched(
        &self,
        company: &ContextIdentifier,
        text: Option<&str>,
        names: Names,
    ) -> Result<Option<Searched>, StoreError> {
        let Some(mut searched) = Searched::of(text) else { return Ok(None) };
        let text = text.map(str::trim).unwrap_or_default();
        if is_of_a_name(text) {
            searched.names = self.names_within(company, text, names).await?;
        }
        Ok(Some(searched))
    }

    /// The first names, in their order, that have a text within them and do not begin with it: each is looked up behind the one
    /// before, so that a name costs the same however many documents bear it.
    async fn names_within(
        &self,
        company: &ContextIdentifier,
        text: &str,
        names: Names,
    ) -> Result<Vec<String>, StoreError> {
        let (table, column, index) = names.place();
        let (by_index, place_in) = match self.db.is_postgres() {
            true => (String::new(), "strpos"),
            false => (format!(" INDEXED BY {index}"), "instr"),
        };
        let mut ways = ways_of(text);
        ways.push(text.to_lowercase());
        let mut bound: Vec<Value<'_>> = values![company.as_str()].to_vec();
        bound.extend(ways.iter().map(Value::from));
        let within: Vec<String> =
            (2..=bound.len()).map(|number| format!("{place_in}(name, ${number}) > 1")).collect();
        let sql = format!(
            "WITH RECURSIVE names(name, place) AS (\
             SELECT (SELECT MIN({column}) FROM {table}{by_index} WHERE company = $1), 1 UNION ALL \
             SELECT (SELECT MIN({column}) FROM {table}{by_index} WHERE company = $1 AND {column} > names.name), place + 1 \
             FROM names WHERE name IS NOT NULL AND place < {NAMES_LOOKED_AT}) \
             SELECT name FROM names WHERE name IS NOT NULL AND ({}) LIMIT {NAMES_FOUND}",
            within.join(" OR ")
        );
        let rows = self.db.rows("looking for names", sql, &bound).await?;
        rows.iter().map(|row| row.text("name")).collect()
    }
}

/// Whether a text is more likely of a name than of a number: most of its signs are letters, and not too few.
fn is_of_a_name(text: &str) -> bool {
    let letters = text.chars().filter(|one| one.is_alphabetic()).count();
    letters >= WITHIN_FROM && letters > text.chars().filter(char::is_ascii_digit).count()
}

/// A text as it was typed, in capitals, and each of its words with a capital.
fn ways_of(text: &str) -> Vec<String> {
    let capitals: Vec<String> = text.split(' ').map(capital).collect();
    let mut ways = vec![text.to_owned()];
    for way in [text.to_uppercase(), capitals.join(" ")] {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
    })
}

/// 222-222-22-22 and PL 2222222222 are the NIP 2222222222; a KSeF number is written in capitals.
fn whole_of(text: &str) -> String {
    let bare: String = text.chars().filter(|one| !" -".contains(*one)).collect();
    let digits = bare.strip_prefix("PL").unwrap_or(&bare);
    match digits.len() == NIP_LENGTH && digits.bytes().all(|one| one.is_ascii_digit()) {
        true => digits.to_owned(),
        false => text.to_uppercase(),
    }
}

const NIP_LENGTH: usize = 10;
/// So many letters at least are looked for within names.
const WITHIN_FROM: usize = 3;
/// So many names are looked at, 3 µs each; those behind them are found by their beginnings.
const NAMES_LOOKED_AT: usize = 2_000;
/// So many of them are a search.
const NAMES_FOUND: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_for_in_each_way_in_which_it_may_be_written() {
        let ways = |text: &str| -> Vec<String> {
            Searched::of(Some(text)).expect("a text").ranges.into_iter().map(|(way, _)| way).collect()
        };
        assert_eq!(ways("sklep pod lipą"), ["sklep pod lipą", "SKLEP POD LIPĄ", "Sklep Pod Lipą"]);
        assert_eq!(ways("FV/1"), ["FV/1", "Fv/1"]);
        assert_eq!(ways("12"), ["12"]);
        assert!(Searched::of(Some("  ")).is_none() && Searched::of(None).is_none());
    }

    #[test]
    fn names_are_looked_through_for_what_may_be_one() {
        for (text, expected) in [
            ("Nowak", true),
            ("sp. z o.o.", true),
            ("Szkoła nr 5", true),
            ("FV/2026/11", false),
            ("ab", false),
        ] {
            assert_eq!(is_of_a_name(text), expected, "{text}");
        }
    }

    #[test]
    fn a_nip_is_read_as_people_write_it() {
        for (text, whole) in [
            ("222-222-22-22", "2222222222"),
            ("PL 222 222 22 22", "2222222222"),
            ("2222222222-20261101-abcdef-abcdef-0a", "2222222222-20261101-ABCDEF-ABCDEF-0A"),
            ("FV/1", "FV/1"),
        ] {
            assert_eq!(whole_of(text), whole, "{text}");
        }
    }
}
