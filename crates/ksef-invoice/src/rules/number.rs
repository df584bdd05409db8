//! Amounts as the rules need them: whole grosze in 64 bits, and decimal numbers that are parsed once.
//!
//! `rust_decimal` is exact too and takes ten times as long; a value that does not fit here is `None`, and the rules that
//! need it are silent. The view keeps such values in full.

use std::fmt;

/// An amount of money in hundredths of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Grosze(pub(super) i64);

/// A decimal number: mantissa × 10⁻ˢᶜᵃˡᵉ, without trailing zeros behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    mantissa: i64,
    scale: u8,
}

impl Number {
    /// A whole number.
    pub(super) const fn whole(mantissa: i64) -> Self {
        Self { mantissa, scale: 0 }
    }

    /// A number as XSD writes decimals; `None` when it is none or its digits do not fit 18 places.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (is_negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (mut mantissa, mut scale, mut count, mut zeros) = (0_i64, 0_u8, 0_usize, 0_u32);
        let mut is_behind_point = false;
        for &byte in digits {
            match byte {
                b'.' if !is_behind_point => is_behind_point = true,
                b'0' if is_behind_point => {
                    // Kept back until a digit follows, so that trailing zeros cost nothing.
                    (zeros, count) = (zeros + 1, count + 1);
                }
                b'0'..=b'9' => {
                    if zeros > 0 {
                        mantissa = mantissa.checked_mul(10_i64.checked_pow(zeros)?)?;
                        scale = scale.checked_add(u8::try_from(zeros).ok()?)?;
                        zeros = 0;
                    }
                    mantissa = mantissa.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                    scale += u8::from(is_behind_point);
                    count += 1;
                }
                _ => return None,
            }
        }
        (count > 0 && scale <= SCALE_MAX)
            .then_some(Self { mantissa: if is_negative { -mantissa } else { mantissa }, scale })
    }

    /// The number as money, if it has no more than two places.
    pub(super) fn grosze(self) -> Option<Grosze> {
        let factor = [100, 10, 1].get(usize::from(self.scale))?;
        self.mantissa.checked_mul(*factor).map(Grosze)
    }

    /// The product, rounded to the grosz, half away from zero.
    pub(super) fn times(self, other: Self) -> Option<Grosze> {
        let scale = u32::from(self.scale) + u32::from(other.scale);
        let product = i128::from(self.mantissa) * i128::from(other.mantissa);
        to_grosze(product, scale)
    }

    pub(super) const fn is_zero(self) -> bool {
        self.mantissa == 0
    }
}

impl Grosze {
    pub(super) const ZERO: Self = Self(0);

    /// An amount; `None` when the text is no decimal number with at most two places.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Number::parse(text)?.grosze()
    }

    /// The sum, which stops at the type's limits instead of overflowing.
    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(super) const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Whether two amounts differ by more than so many grosze.
    pub(super) const fn differs(self, other: Self, grosze: u64) -> bool {
        self.0.abs_diff(other.0) > grosze
    }

    /// The amount times a number (an exchange rate), rounded to the grosz.
    pub(super) fn times(self, number: Number) -> Option<Self> {
        to_grosze(i128::from(self.0) * i128::from(number.mantissa), u32::from(number.scale) + 2)
    }

    /// So many per cent of the amount, rounded to the grosz.
    pub(super) fn percent(self, percent: Number) -> Option<Self> {
        to_grosze(i128::from(self.0) * i128::from(percent.mantissa), u32::from(percent.scale) + 4)
    }

    /// The tax within a gross amount at so many per cent: gross × percent ÷ (100 + percent), rounded.
    pub(super) fn tax_within(self, percent: Number) -> Option<Self> {
        let hundred = 100_i64.checked_mul(10_i64.checked_pow(u32::from(percent.scale))?)?;
        let divisor = hundred.checked_add(percent.mantissa).filter(|divisor| *divisor > 0)?;
        let dividend = i128::from(self.0) * i128::from(percent.mantissa);
        i64::try_from(divide(dividend, i128::from(divisor))).ok().map(Self)
    }
}

/// A value at this decimal scale as grosze, half away from zero.
fn to_grosze(value: i128, scale: u32) -> Option<Grosze> {
    let grosze = if scale <= 2 {
        value.checked_mul(10_i128.pow(2 - scale))?
    } else {
        divide(value, 10_i128.checked_pow(scale - 2)?)
    };
    i64::try_from(grosze).ok().map(Grosze)
}

/// Division by a positive number, rounded half away from zero; in 64 bits where that will do, which is much faster.
fn divide(value: i128, divisor: i128) -> i128 {
    match (i64::try_from(value), i64::try_from(divisor)) {
        (Ok(value), Ok(divisor)) if value.unsigned_abs() < u64::MAX / 4 && divisor < i64::MAX / 4 => {
            let half = if value < 0 { -(divisor / 2) } else { divisor / 2 };
            i128::from((value + half) / divisor)
        }
        _ => {
            let half = if value < 0 { -(divisor / 2) } else { divisor / 2 };
            value.saturating_add(half) / divisor
        }
    }
}

impl fmt::Display for Grosze {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", amount / 100, amount % 100)
    }
}

/// Prices have 8 places; more than that is nothing that the forms know.
const SCALE_MAX: u8 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect(text)
    }

    #[test]
    fn numbers_are_parsed_exactly() {
        let check = |text: &str, grosze: Option<i64>| {
            assert_eq!(Grosze::parse(text).map(|amount| amount.0), grosze, "{text}");
        };
        check("0", Some(0));
        check("-0.01", Some(-1));
        check("12.5", Some(1250));
        check("12.50000", Some(1250));
        check("+7", Some(700));
        check("10.05", Some(1005));
        check("1000.005", None);
        check("92233720368547758.07", Some(i64::MAX));
        check("92233720368547758.08", None);
        check("99999999999999999999", None);
        for text in ["", "-", ".", "1,5", "1e5", "1.2.3", " 1", "--1"] {
            check(text, None);
        }
    }

    #[test]
    fn products_are_rounded_half_away_from_zero() {
        let check = |left: &str, right: &str, product: &str| {
            let found = number(left).times(number(right)).expect("fits").to_string();
            assert_eq!(found, product, "{left} × {right}");
        };
        check("4", "250", "1000.00");
        check("0.5", "0.01", "0.01");
        check("-0.5", "0.01", "-0.01");
        check("0.333333", "3", "1.00");
        check("300.334", "1.5", "450.50");
        check("200", "4999.99999999", "1000000.00");
        assert_eq!(number("9999999999999999.9").times(number("99999999999999")), None);
    }

    #[test]
    fn taxes_and_rates() {
        let amount = |text: &str| Grosze::parse(text).expect(text);
        assert_eq!(amount("40.50").percent(number("5")), Some(amount("2.03")));
        assert_eq!(amount("-40.50").percent(number("5")), Some(amount("-2.03")));
        assert_eq!(amount("123").tax_within(number("23")), Some(amount("23")));
        assert_eq!(amount("100").tax_within(number("5.5")), Some(amount("5.21")));
        assert_eq!(amount("3118.80").times(number("4.4146")), Some(amount("13768.25")));
        assert!(amount("1").differs(amount("1.02"), 1) && !amount("1").differs(amount("1.01"), 1));
    }
}
