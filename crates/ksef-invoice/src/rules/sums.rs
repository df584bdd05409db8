//! Lines, totals and the amount due, to the grosz.
//!
//! Corrections are left out: their totals are differences, and lines may state before and after, the difference, or
//! nothing (rules.md, "skip sums for KOR* unless the difference mode is known").

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Subject, Words, differ, sum};
use crate::catalogue;
use crate::report::Findings;
use crate::view::{InvoiceKind, Line, RateGroup, RateTotal};

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    if subject.is_kind(&[InvoiceKind::Vat, InvoiceKind::Zal]) {
        gross(subject, findings);
    }
    if subject.is_kind(&[InvoiceKind::Vat]) && !subject.invoice.lines.is_empty() {
        for group in RateGroup::ALL {
            rate(subject, group, findings);
        }
    }
    if !subject.is_correction() {
        line_numbers(subject, findings);
    }
}

fn gross(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let totals = &subject.invoice.totals;
    let amounts = totals.iter().flat_map(|total| [total.net, total.tax]).flatten();
    let (Some(gross), Some(total)) = (subject.invoice.gross, sum(amounts)) else { return };
    if !totals.is_empty() && differ(gross, total, totals.len()) {
        subject.report(
            findings,
            &catalogue::GROSS_SUM,
            &[("Fa", 0), ("P_15", 0)],
            Words {
                found: gross.to_string(),
                allowed: total.to_string(),
                pl: format!("P_15 wynosi {gross}, a suma P_13_* i P_14_* {total}; przelicz kwoty."),
                en: format!(
                    "P_15 is {gross}, and the sum of P_13_* and P_14_* is {total}; recompute the amounts."
                ),
            },
        );
    }
}

fn rate(subject: &Subject<'_, '_, '_>, group: RateGroup, findings: &mut Findings) {
    let invoice = subject.invoice;
    let total = invoice.totals.iter().find(|total| total.rate == group);
    let lines: Vec<(usize, &Line)> =
        invoice.lines.iter().enumerate().filter(|(_, line)| group_of(line) == Some(group)).collect();
    let element = group.net_element();
    let Some(total) = total else {
        if let Some((index, line)) = lines.first() {
            let rate = line.rate.as_deref().unwrap_or("P_12_XII");
            let place = [("Fa", 0), ("FaWiersz", *index), ("P_12", 0)];
            subject.report(findings, &catalogue::RATE_WITHOUT_TOTAL, &place, Words {
                found: rate.to_owned(),
                allowed: element.to_owned(),
                pl: format!("Pozycja ma stawkę {rate}, a podsumowania {element} nie ma; dodaj je albo popraw stawkę."),
                en: format!("A line has the rate {rate}, and there is no total {element}; add it or correct the rate."),
            });
        }
        return;
    };
    let Some(net) = total.net else { return };
    if lines.is_empty() {
        // Lines without a rate (margin) may belong anywhere.
        let all_rated = invoice.lines.iter().all(|line| group_of(line).is_some());
        if all_rated && !net.is_zero() {
            subject.report(
                findings,
                &catalogue::TOTAL_WITHOUT_LINE,
                &[("Fa", 0), (element, 0)],
                Words {
                    found: net.to_string(),
                    allowed: String::new(),
                    pl: format!(
                        "{element} wynosi {net}, a żadna pozycja nie ma tej stawki; popraw stawki pozycji."
                    ),
                    en: format!("{element} is {net}, and no line has its rate; correct the lines' rates."),
                },
            );
        }
        return;
    }
    if let Some(nets) = lines.iter().map(|(_, line)| line.net).collect::<Option<Vec<_>>>().and_then(sum)
        && differ(nets, net, 1)
    {
        subject.report(
            findings,
            &catalogue::NET_SUM,
            &[("Fa", 0), (element, 0)],
            Words {
                found: net.to_string(),
                allowed: nets.to_string(),
                pl: format!("{element} wynosi {net}, a suma pozycji tej stawki {nets}; przelicz."),
                en: format!("{element} is {net}, and the lines of its rate sum to {nets}; recompute."),
            },
        );
    }
    let lines: Vec<&Line> = lines.into_iter().map(|(_, line)| line).collect();
    tax(subject, total, net, &lines, findings);
}

fn tax(
    subject: &Subject<'_, '_, '_>,
    total: &RateTotal,
    net: Decimal,
    lines: &[&Line],
    findings: &mut Findings,
) {
    let (Some(element), Some(tax)) = (total.rate.tax_element(), total.tax) else { return };
    let Some(percents) = lines.iter().map(|line| percent(line)).collect::<Option<Vec<_>>>() else { return };
    let mut legal = Vec::new();
    if percents.windows(2).all(|pair| pair[0] == pair[1]) {
        legal.extend(percents.first().and_then(|percent| tax_on_net(net, *percent)));
    }
    // Per line: from the net value, as stated, or from the gross value (art. 106e (7)-(10)).
    let per_line = |tax: &dyn Fn(&Line, Decimal) -> Option<Decimal>| {
        let taxes = lines.iter().zip(&percents).map(|(line, percent)| tax(line, *percent));
        taxes.collect::<Option<Vec<_>>>().and_then(sum)
    };
    legal.extend(per_line(&|line, percent| tax_on_net(line.net?, percent)));
    legal.extend(per_line(&|line, _| line.tax));
    legal.extend(per_line(&|line, percent| tax_in_gross(line.gross?, percent)));
    let grosses = lines.iter().map(|line| line.gross).collect::<Option<Vec<_>>>().and_then(sum);
    legal.extend(grosses.zip(percents.first()).and_then(|(gross, percent)| tax_in_gross(gross, *percent)));
    if let Some(first) = legal.first()
        && legal.iter().all(|legal| differ(*legal, tax, 1))
    {
        subject.report(
            findings,
            &catalogue::TAX_SUM,
            &[("Fa", 0), (element, 0)],
            Words {
                found: tax.to_string(),
                allowed: first.to_string(),
                pl: format!(
                    "{element} wynosi {tax}, a z podstawy i stawki wynika {first}; przelicz podatek."
                ),
                en: format!("{element} is {tax}, and base and rate give {first}; recompute the tax."),
            },
        );
    }
}

fn tax_on_net(net: Decimal, percent: Decimal) -> Option<Decimal> {
    Some(round(net.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?))
}

fn tax_in_gross(gross: Decimal, percent: Decimal) -> Option<Decimal> {
    Some(round(gross.checked_mul(percent)?.checked_div(percent.checked_add(Decimal::ONE_HUNDRED)?)?))
}

fn round(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn percent(line: &Line) -> Option<Decimal> {
    line.oss_rate.or_else(|| line.rate.as_deref()?.parse::<u32>().ok().map(Decimal::from))
}

fn group_of(line: &Line) -> Option<RateGroup> {
    if line.oss_rate.is_some() {
        return Some(RateGroup::Oss);
    }
    line.rate.as_deref().and_then(RateGroup::of_line_rate)
}

fn line_numbers(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let mut seen = std::collections::HashSet::new();
    for (index, line) in subject.invoice.lines.iter().enumerate() {
        let Some(number) = line.number else { continue };
        if !seen.insert(number) {
            let place = [("Fa", 0), ("FaWiersz", index), ("NrWierszaFa", 0)];
            subject.report(
                findings,
                &catalogue::LINE_NUMBER_TWICE,
                &place,
                Words {
                    found: number.to_string(),
                    allowed: String::new(),
                    pl: format!("Numer wiersza {number} już wystąpił; ponumeruj wiersze od nowa."),
                    en: format!("The line number {number} has occurred before; number the lines anew."),
                },
            );
        }
    }
}
