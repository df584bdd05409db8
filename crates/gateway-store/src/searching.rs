//! What somebody types into the search of a list, as the database is asked for it: indexes find the beginnings of numbers and names
//! as they are written, so a text is looked for in each of the ways in which people write it.

use crate::db::Value;

/// A text that is searched for.
pub(crate) struct Searched {
    /// Beginnings of numbers and names, each with the text before which all of them end.
    ranges: Vec<(String, String)>,
    /// A whole NIP, without what people write between its digits, or a whole KSeF number.
    whole: String,
}

impl Searched {
    /// `None` when nothing was typed.
    pub(crate) fn of(text: Option<&str>) -> Option<Self> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let capitals: Vec<String> = text.split(' ').map(capital).collect();
        let mut ways = vec![text.to_owned()];
        for way in [text.to_uppercase(), capitals.join(" ")] {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        let ranges = ways.into_iter().map(|way| {
            let end = format!("{way}\u{10FFFF}");
            (way, end)
        });
        Some(Self { ranges: ranges.collect(), whole: whole_of(text) })
    }

    /// Binds its texts behind those that are bound, and gives the numbers of parameters: of each range, and of the whole.
    pub(crate) fn bind<'a>(&'a self, bound: &mut Vec<Value<'a>>) -> (Vec<(usize, usize)>, usize) {
        let mut numbers = Vec::new();
        for (way, end) in &self.ranges {
            bound.extend([Value::from(way), Value::from(end)]);
            numbers.push((bound.len() - 1, bound.len()));
        }
        bound.push(Value::from(&self.whole));
        (numbers, bound.len())
    }
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
