//! Lines, sums by rate and the amount due of an FA(3) invoice, for each kind in its own way.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::codec::Code as _;
use super::codes::{Group, Kind, Rounding, VatRate};
use super::complete::{ZLOTY, too_large};
use super::invoice::{RateAmount, VatInvoice};
use super::line::{Line, OrderLine, RateTotal, Totals};
use super::money::{self, Basis, Part, Sum};
use super::number::Number;
use super::problems::Problems;

/// Computes every amount; what is given is compared.
pub(super) fn amounts(it: &mut VatInvoice, kind: Kind, problems: &mut Problems) {
    let rounding = it.rounding.unwrap_or(Rounding::PerRate);
    exchange(it, kind, problems);
    let mut given = it.totals.take().unwrap_or_default();
    let sums = match kind {
        Kind::Zal | Kind::KorZal => advance(it, kind, &mut given, problems),
        Kind::Roz => settlement(it, &given, rounding, problems),
        Kind::Vat | Kind::Kor | Kind::Upr | Kind::KorRoz => lines(it, kind, &given, rounding, problems),
    };
    match sums {
        Outcome::Computed(sums) => totals(it, &sums, &mut given, problems),
        Outcome::AsGiven => sum_of_given(&mut given, problems),
        Outcome::Failed => {}
    }
    it.totals = Some(given);
}

enum Outcome {
    Computed(BTreeMap<Group, Sum>),
    /// Nothing to compute from: the sums are what the caller says.
    AsGiven,
    /// Told in the problems.
    Failed,
}

/// An invoice in a foreign currency has a rate, on each line or on the advance; one in złoty has none.
fn exchange(it: &mut VatInvoice, kind: Kind, problems: &mut Problems) {
    let is_zloty = it.currency.as_deref() == Some(ZLOTY);
    if is_zloty {
        if it.exchange_rate.is_some() || it.lines.iter().any(|line| line.exchange_rate.is_some()) {
            problems.contradiction(
                "/exchangeRate",
                "Faktura jest w złotych, więc kurs do przeliczenia podatku nie ma sensu; usuń exchangeRate albo popraw currency.",
                "The invoice is in złoty, so a rate for converting the tax makes no sense; remove exchangeRate or correct currency.",
            );
        }
        return;
    }
    if matches!(kind, Kind::Zal | Kind::KorZal) {
        return;
    }
    if let Some(rate) = it.exchange_rate.take() {
        for line in &mut it.lines {
            line.exchange_rate.get_or_insert(rate);
        }
        if it.lines.is_empty() {
            it.exchange_rate = Some(rate);
        }
    }
}

/// The sums of invoice lines.
fn lines(
    it: &mut VatInvoice,
    kind: Kind,
    given: &Totals,
    rounding: Rounding,
    problems: &mut Problems,
) -> Outcome {
    let has_values = it.lines.iter().any(has_value);
    if !has_values {
        if given.has_amounts() || matches!(kind, Kind::Kor | Kind::KorRoz) {
            return Outcome::AsGiven;
        }
        let (pointer, pl, en) = if it.lines.is_empty() {
            ("/lines", "Faktura nie ma pozycji; dodaj je.", "The invoice has no lines; add them.")
        } else {
            (
                "/lines/0/netUnitPrice",
                "Pozycje nie mają cen; podaj netUnitPrice albo grossUnitPrice (lub sumy w totals).",
                "The lines have no prices; give netUnitPrice or grossUnitPrice (or the sums in totals).",
            )
        };
        problems.incomplete(pointer, pl, en);
        return Outcome::Failed;
    }
    let mut parts = Vec::with_capacity(it.lines.len());
    let mut is_whole = true;
    for (index, line) in it.lines.iter_mut().enumerate() {
        match part(line, index, rounding, problems) {
            Some(part) => parts.push(part),
            None => is_whole = false,
        }
    }
    if !is_whole {
        return Outcome::Failed;
    }
    match money::sums(&parts, rounding) {
        Some(sums) => Outcome::Computed(sums),
        None => {
            too_large("/lines", problems);
            Outcome::Failed
        }
    }
}

fn has_value(line: &Line) -> bool {
    let prices = [line.net_unit_price, line.gross_unit_price, line.net, line.gross];
    prices.iter().any(Option::is_some)
}

/// Computes the values of a line, and what it contributes.
fn part(line: &mut Line, index: usize, rounding: Rounding, problems: &mut Problems) -> Option<Part> {
    let pointer = |field: &str| format!("/lines/{index}/{field}");
    let Some((group, percent)) = rate(line.vat_rate, line.oss_rate) else {
        problems.incomplete(
            &pointer("vatRate"),
            "Pozycja nie ma stawki podatku; podaj vatRate (albo ossRate w procedurze OSS).",
            "The line has no tax rate; give vatRate (or ossRate in the OSS procedure).",
        );
        return None;
    };
    if line.vat_rate.is_some() && line.oss_rate.is_some() {
        problems.contradiction(
            &pointer("ossRate"),
            "Pozycja ma naraz vatRate i ossRate; zostaw jedną stawkę.",
            "The line has both vatRate and ossRate; keep one.",
        );
        return None;
    }
    if line.quantity.is_none() && (line.net_unit_price.is_some() || line.gross_unit_price.is_some()) {
        problems.incomplete(
            &pointer("quantity"),
            "Pozycja ma cenę jednostkową, a nie ma ilości; podaj quantity.",
            "The line has a unit price and no quantity; give quantity.",
        );
        return None;
    }
    let quantity = line.quantity.unwrap_or_default().0;
    let discount = line.discount.map(|discount| discount.0);
    for (price, value, field) in
        [(line.net_unit_price, &mut line.net, "net"), (line.gross_unit_price, &mut line.gross, "gross")]
    {
        let Some(price) = price else { continue };
        let Some(computed) = money::line_value(quantity, price.0, discount) else {
            too_large(&pointer(field), problems);
            return None;
        };
        problems.compare(|| pointer(field), value, Number(computed));
    }
    let is_from_gross = line.net_unit_price.is_none() && line.gross_unit_price.is_some();
    let (basis, value) = match (line.net, line.gross) {
        (Some(net), _) if !is_from_gross => (Basis::Net, net.0),
        (_, Some(gross)) => (Basis::Gross, gross.0),
        (Some(net), None) => (Basis::Net, net.0),
        (None, None) => {
            problems.incomplete(
                &pointer("netUnitPrice"),
                "Pozycja nie ma ceny; podaj netUnitPrice albo grossUnitPrice z ilością, albo wartość net lub gross.",
                "The line has no price; give netUnitPrice or grossUnitPrice with a quantity, or the value net or gross.",
            );
            return None;
        }
    };
    let part = Part {
        group,
        percent,
        basis,
        before: line.before,
        value,
        exchange_rate: line.exchange_rate.map(|rate| rate.0),
    };
    let Some(tax) = part.tax() else {
        too_large(&pointer("tax"), problems);
        return None;
    };
    // Art. 106e (10): the tax of a line may stand there when the total is the sum of lines.
    if line.tax.is_some() || (rounding == Rounding::PerLine && !percent.is_zero()) {
        problems.compare(|| pointer("tax"), &mut line.tax, Number(tax));
    }
    // The other side is only written when the caller gave it; then it has to fit.
    let (side, other, field) = match (basis, line.gross_unit_price) {
        (Basis::Net, None) => (tax, &mut line.gross, "gross"),
        (Basis::Gross, _) => (-tax, &mut line.net, "net"),
        (Basis::Net, Some(_)) => return Some(part),
    };
    if other.is_some() {
        let Some(computed) = money::total([value, side]) else {
            too_large(&pointer(field), problems);
            return None;
        };
        problems.compare(|| pointer(field), other, Number(computed));
    }
    Some(part)
}

fn rate(vat_rate: Option<VatRate>, oss_rate: Option<Number>) -> Option<(Group, Decimal)> {
    match (vat_rate, oss_rate) {
        (Some(rate), _) => Some((rate.group(), Decimal::from(rate.percent()))),
        (None, Some(percent)) => Some((Group::Oss, percent.0)),
        (None, None) => None,
    }
}

/// The sums of a settlement invoice: the lines, less what the advances documented (art. 106f (3)).
fn settlement(it: &mut VatInvoice, given: &Totals, rounding: Rounding, problems: &mut Problems) -> Outcome {
    if it.advances.iter().all(|advance| advance.by_rate.is_empty()) {
        if given.has_amounts() {
            return Outcome::AsGiven;
        }
        problems.incomplete(
            "/advances/0/byRate",
            "Kwot pozostałych do zapłaty nie da się policzyć bez kwot zaliczek; podaj byRate każdej zaliczki albo sumy w totals.",
            "What is left cannot be computed without the amounts of the advances; give byRate of each, or the sums in totals.",
        );
        return Outcome::Failed;
    }
    let mut sums = match lines(it, Kind::Roz, &Totals::default(), rounding, problems) {
        Outcome::Computed(sums) => sums,
        other => return other,
    };
    let rate_of = |group: Group, lines: &[Line]| {
        let line =
            lines.iter().find(|line| rate(line.vat_rate, line.oss_rate).is_some_and(|(of, _)| of == group));
        line.and_then(|line| line.exchange_rate)
    };
    for (index, advance) in it.advances.iter().enumerate() {
        for (step, amount) in advance.by_rate.iter().enumerate() {
            let pointer = format!("/advances/{index}/byRate/{step}");
            let Some(sum) = rate_amount(amount, &pointer, problems) else { return Outcome::Failed };
            let (group, deducted) = sum;
            let entry = sums.entry(group).or_default();
            let left = money::total([entry.net, -deducted.net]).zip(money::total([entry.tax, -deducted.tax]));
            let Some((net, tax)) = left else {
                too_large(&pointer, problems);
                return Outcome::Failed;
            };
            let exchange_rate = rate_of(group, &it.lines).map(|rate| rate.0);
            let tax_pln = exchange_rate.and_then(|rate| tax.checked_mul(rate)).map(money::round);
            *entry = Sum { net, tax, tax_pln };
        }
    }
    Outcome::Computed(sums)
}

/// An amount with tax, taken apart.
fn rate_amount(it: &RateAmount, pointer: &str, problems: &mut Problems) -> Option<(Group, Sum)> {
    let (Some(rate), Some(gross)) = (it.vat_rate, it.gross) else {
        problems.incomplete(
            pointer,
            "Podaj vatRate i gross: ile zaliczki przypada na stawkę.",
            "Give vatRate and gross: how much of the advance is of the rate.",
        );
        return None;
    };
    let computed = money::tax_in_gross(gross.0, Decimal::from(rate.percent()));
    let Some(tax) = it.tax.map(|tax| tax.0).or(computed) else {
        too_large(pointer, problems);
        return None;
    };
    let net = gross.0.checked_sub(tax)?;
    Some((rate.group(), Sum { net, tax, tax_pln: None }))
}

/// The sums of an advance invoice: the payment, divided by the rates of what it is for (art. 106f (1) 3).
fn advance(it: &mut VatInvoice, kind: Kind, given: &mut Totals, problems: &mut Problems) -> Outcome {
    if !order(it, problems) {
        return Outcome::Failed;
    }
    let mut advance = it.advance.take().unwrap_or_default();
    let payments = advance.payments.iter().filter_map(|payment| payment.amount).map(|amount| amount.0);
    let Some(paid) = money::total(payments) else {
        too_large("/advance/payments", problems);
        return Outcome::Failed;
    };
    if !advance.payments.is_empty() && advance.amount.is_some() {
        problems.compare(|| "/advance/amount".to_owned(), &mut advance.amount, Number(paid));
    }
    let amount = advance.amount.or((!advance.payments.is_empty()).then_some(Number(paid))).or(given.gross);
    let outcome = match amount {
        None if given.has_amounts() => Outcome::AsGiven,
        None => {
            problems.incomplete(
                "/advance/amount",
                "Podaj kwotę otrzymanej zaliczki z podatkiem (na korekcie: różnicę).",
                "Give the amount of the advance with tax (on a correction: the difference).",
            );
            Outcome::Failed
        }
        Some(amount) => {
            // The whole is what the caller says it is; only its division is computed.
            if let Some(gross) = given.gross
                && gross.0 != amount.0
            {
                problems.compare(|| "/totals/gross".to_owned(), &mut given.gross, amount);
            }
            divided(it, kind, &advance.by_rate, amount.0, given, problems)
        }
    };
    it.advance = Some(advance).filter(|advance| *advance != Default::default());
    outcome
}

/// Divides a payment among rates.
fn divided(
    it: &VatInvoice,
    kind: Kind,
    by_rate: &[RateAmount],
    amount: Decimal,
    given: &Totals,
    problems: &mut Problems,
) -> Outcome {
    let rate = it.exchange_rate.map(|rate| rate.0);
    if !by_rate.is_empty() {
        return stated(by_rate, amount, rate, problems);
    }
    let order: &[OrderLine] = it.order.as_ref().map_or(&[], |order| &order.lines);
    let has_before = order.iter().any(|line| line.before);
    let before = it.correction.as_ref().and_then(|correction| correction.amount_before);
    let mut parts = Vec::new();
    let divisions: Vec<(Decimal, bool, Option<Decimal>)> = match (kind, has_before, before) {
        (Kind::KorZal, true, Some(before)) => {
            let Some(after) = before.0.checked_add(amount) else {
                too_large("/advance/amount", problems);
                return Outcome::Failed;
            };
            let rate_before = it.correction.as_ref().and_then(|correction| correction.exchange_rate_before);
            vec![(after, false, rate), (before.0, true, rate_before.map(|rate| rate.0).or(rate))]
        }
        (Kind::KorZal, true, None) if !given.has_amounts() => {
            problems.incomplete(
                "/correction/amountBefore",
                "Podaj kwotę zapłaty przed korektą; bez niej różnicy podatku nie da się policzyć.",
                "Give the payment before the correction; without it the difference of tax cannot be computed.",
            );
            return Outcome::Failed;
        }
        (Kind::KorZal, true, None) => return Outcome::AsGiven,
        _ => vec![(amount, false, rate)],
    };
    for (amount, before, exchange_rate) in divisions {
        let mut weights: BTreeMap<(Group, Decimal), Decimal> = BTreeMap::new();
        for line in order.iter().filter(|line| line.before == before) {
            let Some(key) = self::rate(line.vat_rate, line.oss_rate) else { continue };
            let gross = money::total([line.net.unwrap_or_default().0, line.tax.unwrap_or_default().0]);
            let entry = weights.entry(key).or_default();
            *entry = entry.checked_add(gross.unwrap_or_default()).unwrap_or_default();
        }
        let shares = money::divide(amount, &weights.values().copied().collect::<Vec<_>>());
        let Some(shares) = shares else {
            if given.has_amounts() || (amount.is_zero() && kind == Kind::KorZal) {
                return Outcome::AsGiven;
            }
            problems.incomplete(
                "/order/lines",
                "Zaliczki nie da się podzielić na stawki; podaj pozycje zamówienia z cenami i stawkami albo advance/byRate.",
                "The advance cannot be divided among rates; give order lines with prices and rates, or advance/byRate.",
            );
            return Outcome::Failed;
        };
        parts.extend(weights.into_keys().zip(shares).map(|((group, percent), value)| Part {
            group,
            percent,
            basis: Basis::Gross,
            before,
            value,
            exchange_rate,
        }));
    }
    match money::sums(&parts, Rounding::PerRate) {
        Some(sums) => Outcome::Computed(sums),
        None => {
            too_large("/advance", problems);
            Outcome::Failed
        }
    }
}

/// The division that the caller states.
fn stated(
    by_rate: &[RateAmount],
    amount: Decimal,
    rate: Option<Decimal>,
    problems: &mut Problems,
) -> Outcome {
    let mut sums: BTreeMap<Group, Sum> = BTreeMap::new();
    for (index, part) in by_rate.iter().enumerate() {
        let pointer = format!("/advance/byRate/{index}");
        let Some((group, sum)) = rate_amount(part, &pointer, problems) else { return Outcome::Failed };
        let entry = sums.entry(group).or_default();
        let added = (entry.net.checked_add(sum.net), entry.tax.checked_add(sum.tax));
        let (Some(net), Some(tax)) = added else {
            too_large(&pointer, problems);
            return Outcome::Failed;
        };
        let tax_pln = rate.and_then(|rate| tax.checked_mul(rate)).map(money::round);
        *entry = Sum { net, tax, tax_pln };
    }
    let whole = money::total(sums.values().flat_map(|sum| [sum.net, sum.tax]));
    if whole != Some(amount) {
        problems.contradiction(
            "/advance/byRate",
            "Kwoty stawek nie dają razem kwoty zaliczki; popraw byRate albo amount.",
            "The amounts of the rates do not sum to the advance; correct byRate or amount.",
        );
        return Outcome::Failed;
    }
    Outcome::Computed(sums)
}

/// Values of order lines, and of the order.
fn order(it: &mut VatInvoice, problems: &mut Problems) -> bool {
    let Some(order) = &mut it.order else { return true };
    let mut gross = Decimal::ZERO;
    let mut is_whole = true;
    for (index, line) in order.lines.iter_mut().enumerate() {
        let pointer = |field: &str| format!("/order/lines/{index}/{field}");
        if let (Some(quantity), Some(price)) = (line.quantity, line.net_unit_price) {
            match money::line_value(quantity.0, price.0, None) {
                Some(net) => problems.compare(|| pointer("net"), &mut line.net, Number(net)),
                None => {
                    too_large(&pointer("net"), problems);
                    return false;
                }
            }
        }
        let Some((_, percent)) = rate(line.vat_rate, line.oss_rate) else { continue };
        let Some(net) = line.net else { continue };
        let Some(tax) = money::tax_on_net(net.0, percent) else {
            too_large(&pointer("tax"), problems);
            return false;
        };
        if !percent.is_zero() || line.tax.is_some() {
            problems.compare(|| pointer("tax"), &mut line.tax, Number(tax));
        }
        if !line.before {
            match gross.checked_add(net.0).and_then(|sum| sum.checked_add(tax)) {
                Some(sum) => gross = sum,
                None => is_whole = false,
            }
        }
    }
    if !is_whole {
        too_large("/order/gross", problems);
        return false;
    }
    // On a correction the value may be a difference, which the lines alone do not tell.
    if order.gross.is_none() || it.kind == Some(Kind::Zal) {
        problems.compare(|| "/order/gross".to_owned(), &mut order.gross, Number(gross));
    }
    true
}

/// Puts the sums into the totals, comparing what is there.
fn totals(it: &VatInvoice, sums: &BTreeMap<Group, Sum>, given: &mut Totals, problems: &mut Problems) {
    let is_zloty = it.currency.as_deref() == Some(ZLOTY);
    let mut gross = Some(Decimal::ZERO);
    let mut lacks_rate = false;
    for group in Group::ALL.iter().copied() {
        let name = group.json();
        let pointer = |field: &str| format!("/totals/{name}/{field}");
        let slot = given.slot(group);
        let Some(sum) = sums.get(&group) else {
            if let Some(total) = slot
                && total.net.is_some_and(|net| !net.0.is_zero())
            {
                problems.contradiction(
                    &pointer("net"),
                    "Podano sumę stawki, której nie ma żadna pozycja; popraw stawki pozycji albo usuń sumę.",
                    "A sum is given for a rate that no line has; correct the lines' rates or remove the sum.",
                );
            }
            continue;
        };
        let total: &mut RateTotal = slot.get_or_insert_default();
        problems.compare(|| pointer("net"), &mut total.net, Number(sum.net));
        gross = gross.and_then(|gross| gross.checked_add(sum.net)?.checked_add(sum.tax));
        if group.tax_element().is_none() {
            continue;
        }
        problems.compare(|| pointer("tax"), &mut total.tax, Number(sum.tax));
        if is_zloty || group.tax_pln_element().is_none() {
            if let Some(pln) = total.tax_pln {
                problems.contradiction(
                    &pointer("taxPln"),
                    &format!("Podatek w złotych ({pln}) podaje się tylko na fakturze w walucie obcej, i nie w OSS; usuń go."),
                    &format!("Tax in złoty ({pln}) is only for invoices in a foreign currency, and not for OSS; remove it."),
                );
            }
        } else if let Some(pln) = sum.tax_pln {
            problems.compare(|| pointer("taxPln"), &mut total.tax_pln, Number(pln));
        } else {
            lacks_rate |= total.tax_pln.is_none();
        }
    }
    if lacks_rate {
        problems.incomplete(
            "/exchangeRate",
            "Faktura jest w walucie obcej, a podatek trzeba podać także w złotych; podaj exchangeRate.",
            "The invoice is in a foreign currency, and the tax must be given in złoty too; give exchangeRate.",
        );
    }
    match gross {
        Some(gross) => problems.compare(|| "/totals/gross".to_owned(), &mut given.gross, Number(gross)),
        None => too_large("/totals/gross", problems),
    }
}

/// The amount due from sums that the caller gives.
fn sum_of_given(given: &mut Totals, problems: &mut Problems) {
    let mut amounts = Vec::new();
    for group in Group::ALL.iter().copied() {
        if let Some(total) = given.slot(group) {
            amounts.extend([total.net, total.tax].into_iter().flatten().map(|amount| amount.0));
        }
    }
    if amounts.is_empty() && given.gross.is_some() {
        return;
    }
    match money::total(amounts) {
        Some(gross) => {
            problems.compare(|| "/totals/gross".to_owned(), &mut given.gross, Number(money::round(gross)))
        }
        None => too_large("/totals/gross", problems),
    }
}

impl Totals {
    /// Whether the caller gives any sum.
    fn has_amounts(&self) -> bool {
        *self != Self::default()
    }
}
