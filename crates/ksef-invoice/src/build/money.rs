//! Sums to the grosz: what a quantity, a price and a rate come to.
//!
//! Every operation is checked; a number that no longer fits is `None`, never a wrong amount.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::codes::{Group, Rounding};

/// Rounds to the grosz, halves away from zero (art. 106e (11): "końcówki 0,5 grosza i wyższe zaokrągla się w górę").
pub(super) fn round(amount: Decimal) -> Decimal {
    let mut rounded = amount.round_dp_with_strategy(GROSZ_DIGITS, RoundingStrategy::MidpointAwayFromZero);
    if rounded.scale() < GROSZ_DIGITS {
        rounded.rescale(GROSZ_DIGITS);
    }
    rounded
}

/// Quantity times price less discount.
pub(super) fn line_value(quantity: Decimal, price: Decimal, discount: Option<Decimal>) -> Option<Decimal> {
    let value = quantity.checked_mul(price)?;
    value.checked_sub(discount.unwrap_or_default()).map(round).filter(fits)
}

/// Tax on a net value.
pub(super) fn tax_on_net(net: Decimal, percent: Decimal) -> Option<Decimal> {
    net.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED).map(round).filter(fits)
}

/// Tax within a gross value: `ZB × SP / (100 + SP)` of art. 106f (1) 3.
pub(super) fn tax_in_gross(gross: Decimal, percent: Decimal) -> Option<Decimal> {
    let whole = percent.checked_add(Decimal::ONE_HUNDRED)?;
    gross.checked_mul(percent)?.checked_div(whole).map(round).filter(fits)
}

pub(super) fn total(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add).filter(fits)
}

/// Whether an amount fits `TKwotowy`: at most 16 digits before the point.
fn fits(amount: &Decimal) -> bool {
    amount.abs() < AMOUNT_LIMIT
}

/// From which side a value is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Basis {
    Net,
    Gross,
}

/// What a line, or a share of an advance, contributes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) group: Group,
    pub(super) percent: Decimal,
    pub(super) basis: Basis,
    /// The state before a correction is taken off.
    pub(super) before: bool,
    pub(super) value: Decimal,
    /// Złoty for one unit of the currency; `None` in złoty.
    pub(super) exchange_rate: Option<Decimal>,
}

impl Part {
    /// The tax of this part alone.
    pub(super) fn tax(&self) -> Option<Decimal> {
        tax_of(self.basis, self.value, self.percent)
    }
}

/// The sum of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) net: Decimal,
    pub(super) tax: Decimal,
    /// `None` when a part with tax has no exchange rate.
    pub(super) tax_pln: Option<Decimal>,
}

/// The sums by group; a group without a part has none. `None` when a number no longer fits.
pub(super) fn sums(parts: &[Part], rounding: Rounding) -> Option<BTreeMap<Group, Sum>> {
    let mut by_group: BTreeMap<Group, Vec<&Part>> = BTreeMap::new();
    for part in parts {
        by_group.entry(part.group).or_default().push(part);
    }
    by_group.into_iter().map(|(group, parts)| Some((group, sum(&parts, rounding)?))).collect()
}

fn sum(parts: &[&Part], rounding: Rounding) -> Option<Sum> {
    let (net, tax) = net_and_tax(parts, rounding)?;
    let first = parts.first().and_then(|part| part.exchange_rate);
    let tax_pln = if parts.iter().all(|part| part.exchange_rate == first) {
        match first {
            Some(rate) => Some(round(tax.checked_mul(rate)?)).filter(fits),
            None => None,
        }
    } else {
        // Lines of different days have different rates: the tax of each rate is converted, and the sum is rounded.
        let mut by_rate: BTreeMap<Option<Decimal>, Vec<&Part>> = BTreeMap::new();
        for part in parts {
            by_rate.entry(part.exchange_rate).or_default().push(part);
        }
        let mut pln = Some(Decimal::ZERO);
        for (rate, parts) in by_rate {
            let (_, tax) = net_and_tax(&parts, rounding)?;
            pln = match (pln, rate) {
                (Some(pln), Some(rate)) => Some(pln.checked_add(tax.checked_mul(rate)?)?),
                _ => None,
            };
        }
        pln.map(round).filter(fits)
    };
    Some(Sum { net, tax, tax_pln })
}

fn net_and_tax(parts: &[&Part], rounding: Rounding) -> Option<(Decimal, Decimal)> {
    // What is taxed together: one percentage, reckoned from one side, in one state.
    let mut together: BTreeMap<(Decimal, Basis, bool), (Decimal, Decimal)> = BTreeMap::new();
    for part in parts {
        let entry = together.entry((part.percent, part.basis, part.before)).or_default();
        entry.0 = entry.0.checked_add(part.value)?;
        entry.1 = entry.1.checked_add(part.tax()?)?;
    }
    let (mut net, mut tax) = (Decimal::ZERO, Decimal::ZERO);
    for ((percent, basis, before), (value, tax_of_lines)) in together {
        let tax_here = match rounding {
            Rounding::PerLine => tax_of_lines,
            _ => tax_of(basis, value, percent)?,
        };
        let net_here = match basis {
            Basis::Net => value,
            Basis::Gross => value.checked_sub(tax_here)?,
        };
        if before {
            net = net.checked_sub(net_here)?;
            tax = tax.checked_sub(tax_here)?;
        } else {
            net = net.checked_add(net_here)?;
            tax = tax.checked_add(tax_here)?;
        }
    }
    (fits(&net) && fits(&tax)).then_some((net, tax))
}

fn tax_of(basis: Basis, value: Decimal, percent: Decimal) -> Option<Decimal> {
    match basis {
        Basis::Net => tax_on_net(value, percent),
        Basis::Gross => tax_in_gross(value, percent),
    }
}

/// Divides an amount by weights to the grosz; the last share takes what rounding leaves. `None` when the weights sum to
/// zero or a number no longer fits.
pub(super) fn divide(amount: Decimal, weights: &[Decimal]) -> Option<Vec<Decimal>> {
    let whole = total(weights.iter().copied())?;
    let mut rest = amount;
    let (_, first) = weights.split_last()?;
    let mut shares = Vec::with_capacity(weights.len());
    for weight in first {
        let share = round(amount.checked_mul(*weight)?.checked_div(whole)?);
        rest = rest.checked_sub(share)?;
        shares.push(share);
    }
    shares.push(round(rest));
    (!whole.is_zero()).then_some(shares)
}

const GROSZ_DIGITS: u32 = 2;
/// 10^16.
const AMOUNT_LIMIT: Decimal = Decimal::from_parts(1_874_919_424, 2_328_306, 0, false, 0);

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[test]
    fn the_limit_is_sixteen_digits() {
        assert_eq!(AMOUNT_LIMIT.to_string(), "10000000000000000");
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (amount, rounded) in [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.0249", "2.02"), ("1", "1.00")] {
            assert_eq!(round(decimal(amount)).to_string(), rounded);
        }
    }

    fn part(value: &str, basis: Basis) -> Part {
        Part {
            group: Group::Basic,
            percent: decimal("23"),
            basis,
            before: false,
            value: decimal(value),
            exchange_rate: None,
        }
    }

    #[test]
    fn the_two_methods_differ() {
        // Three lines of 0.10: 0.023 each, 0.069 together.
        let parts = [part("0.10", Basis::Net), part("0.10", Basis::Net), part("0.10", Basis::Net)];
        let tax = |rounding| sums(&parts, rounding).expect("small")[&Group::Basic].tax.to_string();
        assert_eq!(tax(Rounding::PerRate), "0.07");
        assert_eq!(tax(Rounding::PerLine), "0.06");
    }

    #[test]
    fn gross_values_contain_their_tax() {
        let sum = sums(&[part("123", Basis::Gross)], Rounding::PerRate).expect("small")[&Group::Basic];
        assert_eq!((sum.net.to_string(), sum.tax.to_string()), ("100.00".to_owned(), "23.00".to_owned()));
    }

    #[test]
    fn an_advance_is_divided_to_the_grosz() {
        let shares = divide(decimal("20000"), &[decimal("369000"), decimal("6150")]).expect("weights");
        assert_eq!(shares, [decimal("19672.13"), decimal("327.87")]);
        assert_eq!(divide(decimal("1"), &[decimal("0")]), None);
        assert_eq!(divide(decimal("1"), &[]), None);
    }

    #[test]
    fn what_does_not_fit_is_no_amount() {
        assert_eq!(line_value(decimal("9999999999999999"), decimal("99999999999999"), None), None);
        assert_eq!(line_value(decimal("99999999999"), decimal("999999"), None), None);
        assert!(sums(&[part("9999999999999999.99", Basis::Net)], Rounding::PerRate).is_some());
    }
}
