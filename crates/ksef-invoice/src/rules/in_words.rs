//! Amounts in Polish words, as FA_RR wants them in `P_12_2`.

use super::number::Grosze;

/// The amount that a text in words says, in its currency: "dwa tysiące sto czterdzieści złotych 00/100",
/// "minus pięć złotych dziesięć groszy". `None` when a word of it is not understood: then nothing can be said of it.
pub(super) fn amount(text: &str) -> Option<Grosze> {
    let text = text.to_lowercase();
    let (mut whole, mut is_behind_unit, mut is_negative) = (Group::default(), false, false);
    let mut hundredths: Option<i64> = None;
    let mut part = Group::default();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')')) {
        let word = word.trim_end_matches('.');
        if word.is_empty() || IGNORED.contains(&word) {
            continue;
        }
        if word == "minus" {
            is_negative = true;
        } else if let Some((numerator, "100")) = word.split_once('/') {
            hundredths = Some(fraction(numerator)?);
        } else if word.starts_with("grosz") || word == "gr" {
            hundredths = Some(part.total());
        } else if UNITS.contains(&word) {
            is_behind_unit = true;
        } else if let Ok(number) = word.parse::<i64>() {
            part.add(number)?;
        } else if is_behind_unit {
            part.word(word)?;
        } else {
            whole.word(word)?;
        }
    }
    // Without the word for the unit ("sto 50/100") all words are whole.
    let hundredths = hundredths.or_else(|| part.is_empty().then_some(0))?;
    if whole.is_empty() || hundredths > 99 {
        return None;
    }
    let amount = whole.total().checked_mul(100)?.checked_add(hundredths)?;
    Some(Grosze(if is_negative { -amount } else { amount }))
}

fn fraction(numerator: &str) -> Option<i64> {
    match numerator {
        "xx" | "--" => Some(0),
        numerator => numerator.parse().ok().filter(|number| (0..100).contains(number)),
    }
}

/// A number that is built word by word.
#[derive(Default)]
struct Group {
    thousands: i64,
    below: i64,
    words: usize,
}

impl Group {
    fn word(&mut self, word: &str) -> Option<()> {
        if let Some((_, power)) = POWERS.iter().find(|(names, _)| names.contains(&word)) {
            // "tysiąc" alone is one thousand.
            let factor = if self.below == 0 { 1 } else { self.below };
            self.thousands = self.thousands.checked_add(factor.checked_mul(*power)?)?;
            self.below = 0;
            self.words += 1;
            return Some(());
        }
        let (_, value) = WORDS.iter().find(|(name, _)| *name == word)?;
        self.add(*value)
    }

    fn add(&mut self, value: i64) -> Option<()> {
        self.below = self.below.checked_add(value)?;
        self.words += 1;
        Some(())
    }

    const fn total(&self) -> i64 {
        self.thousands.saturating_add(self.below)
    }

    const fn is_empty(&self) -> bool {
        self.words == 0
    }
}

const IGNORED: [&str; 4] = ["i", "oraz", "słownie:", "słownie"];

const UNITS: [&str; 14] = [
    "zł", "złoty", "złote", "złotych", "pln", "złotego", "euro", "eur", "dolar", "dolary", "dolarów", "usd",
    "frank", "franków",
];

const POWERS: &[(&[&str], i64)] = &[
    (&["tysiąc", "tysiące", "tysięcy", "tys"], 1_000),
    (&["milion", "miliony", "milionów", "mln"], 1_000_000),
    (&["miliard", "miliardy", "miliardów", "mld"], 1_000_000_000),
];

const WORDS: &[(&str, i64)] = &[
    ("zero", 0),
    ("jeden", 1),
    ("jedna", 1),
    ("dwa", 2),
    ("dwie", 2),
    ("trzy", 3),
    ("cztery", 4),
    ("pięć", 5),
    ("sześć", 6),
    ("siedem", 7),
    ("osiem", 8),
    ("dziewięć", 9),
    ("dziesięć", 10),
    ("jedenaście", 11),
    ("dwanaście", 12),
    ("trzynaście", 13),
    ("czternaście", 14),
    ("piętnaście", 15),
    ("szesnaście", 16),
    ("siedemnaście", 17),
    ("osiemnaście", 18),
    ("dziewiętnaście", 19),
    ("dwadzieścia", 20),
    ("trzydzieści", 30),
    ("czterdzieści", 40),
    ("pięćdziesiąt", 50),
    ("sześćdziesiąt", 60),
    ("siedemdziesiąt", 70),
    ("osiemdziesiąt", 80),
    ("dziewięćdziesiąt", 90),
    ("sto", 100),
    ("dwieście", 200),
    ("trzysta", 300),
    ("czterysta", 400),
    ("pięćset", 500),
    ("sześćset", 600),
    ("siedemset", 700),
    ("osiemset", 800),
    ("dziewięćset", 900),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_or_nothing_is_said() {
        let check = |text: &str, grosze: Option<i64>| {
            assert_eq!(amount(text).map(|amount| amount.0), grosze, "{text}");
        };
        check("dwa tysiące sto czterdzieści złotych 00/100", Some(214_000));
        check("Jeden tysiąc pięćset pięćdziesiąt dwa złote 4/100", Some(155_204));
        check("tysiąc złotych", Some(100_000));
        check("sto zł dwadzieścia pięć groszy", Some(10_025));
        check("zero złotych 5 gr", Some(5));
        check("minus pięć złotych i dziesięć groszy", Some(-510));
        check("dwanaście milionów trzysta czterdzieści pięć tysięcy PLN 00/100", Some(1_234_500_000));
        check("sto 50/100", Some(10_050));
        check("sto złotych pięćdziesiąt", None);
        check("one hundred", None);
        check("", None);
        check("sto złotych 150/100", None);
        check("99999999999999999999/100", None);
    }
}
