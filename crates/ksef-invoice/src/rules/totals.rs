//! Totals by rate and the amount due, against each other and against the lines, to the grosz.

use super::lines::{GroupTally, Tally};
use super::number::Grosze;
use super::{Subject, deep, words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::{InvoiceKind, RateGroup};

pub(super) fn check(subject: &Subject<'_, '_, '_>, tally: &Tally<'_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    // UPR may leave the totals out; a KOR_ROZ corrects an order and what is left of it at once.
    if facts.is_kind(&[
        InvoiceKind::Vat,
        InvoiceKind::Zal,
        InvoiceKind::Roz,
        InvoiceKind::Kor,
        InvoiceKind::KorZal,
    ]) {
        gross(subject, findings);
    }
    // The lines of ZAL and ROZ are those of the whole order.
    if facts.is_kind(&[InvoiceKind::Vat]) && facts.line_count > 0 {
        for group in RateGroup::ALL {
            rate(subject, group, tally, findings);
        }
    }
    if facts.is_kind(&[InvoiceKind::Kor]) && tally.has_states_before {
        for group in RateGroup::ALL {
            difference(subject, group, tally.group(group), findings);
        }
    }
    if facts.is_kind(&[InvoiceKind::Vat, InvoiceKind::Roz, InvoiceKind::Upr]) && facts.line_count == 0 {
        let kind = facts.kind_code();
        subject.report(
            findings,
            &catalogue::NO_LINES,
            subject.at(&["Fa", "RodzajFaktury"]),
            words(
                kind,
                "FaWiersz",
                format!("Faktura {kind} nie ma żadnej pozycji; dodaj FaWiersz."),
                format!("The {kind} invoice has no line; add FaWiersz."),
            ),
        );
    }
    if let Some(gross) = facts.gross
        && gross < Grosze::ZERO
        && facts.kind.is_some()
        && !facts.is_correction()
    {
        subject.report(
            findings,
            &catalogue::NEGATIVE_TOTAL,
            subject.at(&["Fa", "P_15"]),
            words(
                gross,
                "≥ 0",
                format!("P_15 wynosi {gross}, a faktura nie jest korektą; popraw kwoty albo RodzajFaktury."),
                format!(
                    "P_15 is {gross}, and the invoice is no correction; correct the amounts or RodzajFaktury."
                ),
            ),
        );
    }
}

fn gross(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let totals = || subject.facts.totals.iter().filter(|total| total.is_present);
    let amounts = totals().flat_map(|total| [total.net, total.tax]).flatten();
    let total = amounts.fold(Grosze::ZERO, Grosze::plus);
    let Some(gross) = subject.facts.gross else { return };
    let count = totals().count();
    if count > 0 && gross.differs(total, count as u64) {
        subject.report(
            findings,
            &catalogue::GROSS_SUM,
            subject.at(&["Fa", "P_15"]),
            words(
                gross,
                total,
                format!("P_15 wynosi {gross}, a suma P_13_* i P_14_* {total}; przelicz kwoty."),
                format!(
                    "P_15 is {gross}, and the sum of P_13_* and P_14_* is {total}; recompute the amounts."
                ),
            ),
        );
    }
}

fn rate(subject: &Subject<'_, '_, '_>, group: RateGroup, tally: &Tally<'_, '_>, findings: &mut Findings) {
    let (total, lines) = (subject.facts.total_of(group), tally.group(group));
    let element = group.net_element();
    if !total.is_present {
        if let Some(line) = lines.first {
            let rate = line.child("P_12").map_or("P_12_XII", |rate| rate.text());
            subject.report(findings, &catalogue::RATE_WITHOUT_TOTAL, deep(line, &["P_12"]), words(
                rate, element,
                format!("Pozycja ma stawkę {rate}, a podsumowania {element} nie ma; dodaj je albo popraw stawkę."),
                format!("A line has the rate {rate}, and there is no total {element}; add it or correct the rate."),
            ));
        }
        return;
    }
    let Some(net) = total.net else { return };
    if lines.count == 0 {
        // Lines without a rate (margin) may belong anywhere.
        if tally.unrated == 0 && net != Grosze::ZERO {
            subject.report(
                findings,
                &catalogue::TOTAL_WITHOUT_LINE,
                subject.at(&["Fa", element]),
                words(
                    net,
                    "",
                    format!(
                        "{element} wynosi {net}, a żadna pozycja nie ma tej stawki; popraw stawki pozycji."
                    ),
                    format!("{element} is {net}, and no line has its rate; correct the lines' rates."),
                ),
            );
        }
        return;
    }
    if let Some(sum) = lines.net.filter(|sum| sum.differs(net, 1)) {
        subject.report(
            findings,
            &catalogue::NET_SUM,
            subject.at(&["Fa", element]),
            words(
                net,
                sum,
                format!("{element} wynosi {net}, a suma pozycji tej stawki {sum}; przelicz."),
                format!("{element} is {net}, and the lines of its rate sum to {sum}; recompute."),
            ),
        );
    }
    if let (Some(element), Some(tax)) = (group.tax_element(), total.tax) {
        tax_of(subject, element, (net, tax), lines, findings);
    }
}

/// The tax of a rate is legal by each of the ways of art. 106e (7)-(10): on the sum, per line, as stated, from gross.
fn tax_of(
    subject: &Subject<'_, '_, '_>,
    element: &str,
    (net, tax): (Grosze, Grosze),
    lines: &GroupTally<'_, '_>,
    findings: &mut Findings,
) {
    let Some(percent) = lines.percent else { return };
    let single = (!lines.is_mixed).then_some(percent);
    let legal = [
        single.and_then(|percent| net.percent(percent)),
        lines.tax_on_net,
        lines.tax,
        lines.tax_in_gross,
        lines.gross.and_then(|gross| gross.tax_within(single?)),
    ];
    let mut legal = legal.into_iter().flatten();
    let Some(first) = legal.next() else { return };
    if first.differs(tax, 1) && legal.all(|legal| legal.differs(tax, 1)) {
        subject.report(
            findings,
            &catalogue::TAX_SUM,
            subject.at(&["Fa", element]),
            words(
                tax,
                first,
                format!("{element} wynosi {tax}, a z podstawy i stawki wynika {first}; przelicz podatek."),
                format!("{element} is {tax}, and base and rate give {first}; recompute the tax."),
            ),
        );
    }
}

/// A correction that states each line before and after: the difference must be the total's.
fn difference(
    subject: &Subject<'_, '_, '_>,
    group: RateGroup,
    lines: &GroupTally<'_, '_>,
    findings: &mut Findings,
) {
    if lines.count == 0 {
        return;
    }
    let (Some(sum), element) = (lines.net, group.net_element()) else { return };
    let net = subject.facts.total_of(group).net.unwrap_or_default();
    if net.differs(sum, 1) {
        subject.report(findings, &catalogue::DIFFERENCE_SUM, subject.at(&["Fa", element]), words(
            net, sum,
            format!("{element} wynosi {net}, a pozycje po korekcie minus przed korektą dają {sum}; przelicz różnicę."),
            format!("{element} is {net}, and the lines after minus those before give {sum}; recompute the difference."),
        ));
    }
}
