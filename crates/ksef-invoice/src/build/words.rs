//! An amount of money in Polish words, as FA_RR wants it: `dwa tysiące sto czterdzieści złotych 00/100`.

use rust_decimal::Decimal;

/// The amount in words; fractions of the unit as hundredths. `None` for amounts of 16 digits and more.
pub(super) fn in_words(amount: Decimal, currency: &str) -> Option<String> {
    let amount = super::money::round(amount);
    let whole = amount.trunc().abs();
    let hundredths: u64 =
        (amount.abs().checked_sub(whole)?.checked_mul(Decimal::ONE_HUNDRED)?).try_into().ok()?;
    let units: u64 = whole.try_into().ok()?;
    if units >= UNITS_LIMIT {
        return None;
    }
    let sign = if amount < Decimal::ZERO { "minus " } else { "" };
    let currency = match currency {
        "PLN" => form(units, ["złoty", "złote", "złotych"]),
        other => other,
    };
    Some(format!("{sign}{} {currency} {hundredths:02}/100", cardinal(units)))
}

/// A number in words.
fn cardinal(number: u64) -> String {
    if number == 0 {
        return "zero".to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    for (power, names) in SCALES {
        let here = number / power % 1000;
        if here == 0 {
            continue;
        }
        // "tysiąc" and "milion" stand without "jeden".
        if here != 1 || *power == 1 {
            below_thousand(here as usize, &mut words);
        }
        if *power > 1 {
            words.push(form(here, *names));
        }
    }
    words.join(" ")
}

fn below_thousand(number: usize, words: &mut Vec<&str>) {
    let (hundreds, rest) = (number / 100, number % 100);
    let mut push = |word: &'static str| {
        if !word.is_empty() {
            words.push(word);
        }
    };
    push(HUNDREDS[hundreds]);
    if rest < 20 {
        push(BELOW_TWENTY[rest]);
    } else {
        push(TENS[rest / 10]);
        push(BELOW_TWENTY[rest % 10]);
    }
}

/// Polish has three forms: 1; 2 to 4 except 12 to 14; the rest.
fn form(number: u64, [one, few, many]: [&str; 3]) -> &str {
    match (number, number % 10, number % 100) {
        (1, _, _) => one,
        (_, 2..=4, rest) if !(12..=14).contains(&rest) => few,
        _ => many,
    }
}

const BELOW_TWENTY: [&str; 20] = [
    "",
    "jeden",
    "dwa",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
];
const TENS: [&str; 10] = [
    "",
    "",
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
];
const HUNDREDS: [&str; 10] = [
    "",
    "sto",
    "dwieście",
    "trzysta",
    "czterysta",
    "pięćset",
    "sześćset",
    "siedemset",
    "osiemset",
    "dziewięćset",
];
const SCALES: &[(u64, [&str; 3])] = &[
    (1_000_000_000_000, ["bilion", "biliony", "bilionów"]),
    (1_000_000_000, ["miliard", "miliardy", "miliardów"]),
    (1_000_000, ["milion", "miliony", "milionów"]),
    (1_000, ["tysiąc", "tysiące", "tysięcy"]),
    (1, ["", "", ""]),
];
const UNITS_LIMIT: u64 = 1_000_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_words() {
        for (amount, words) in [
            ("2140", "dwa tysiące sto czterdzieści złotych 00/100"),
            ("0.01", "zero złotych 01/100"),
            ("1", "jeden złoty 00/100"),
            ("-307.50", "minus trzysta siedem złotych 50/100"),
            ("1000", "tysiąc złotych 00/100"),
            ("1001001.99", "milion tysiąc jeden złotych 99/100"),
            ("22", "dwadzieścia dwa złote 00/100"),
            ("112", "sto dwanaście złotych 00/100"),
            ("21000", "dwadzieścia jeden tysięcy złotych 00/100"),
            ("5000000.10", "pięć milionów złotych 10/100"),
            ("3000000000", "trzy miliardy złotych 00/100"),
        ] {
            assert_eq!(in_words(amount.parse().expect(amount), "PLN").as_deref(), Some(words));
        }
        assert_eq!(in_words(Decimal::from(2), "EUR").as_deref(), Some("dwa EUR 00/100"));
        assert_eq!(in_words("1000000000000000".parse().expect("a number"), "PLN"), None);
    }
}
