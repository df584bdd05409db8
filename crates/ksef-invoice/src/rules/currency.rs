//! Foreign currency: tax in złoty and exchange rates.

use super::facts::text_of;
use super::lines::Tally;
use super::number::Grosze;
use super::{Subject, words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::RateGroup;

pub(super) fn check(subject: &Subject<'_, '_, '_>, tally: &Tally<'_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let currency = facts.currency;
    if currency.is_empty() {
        return;
    }
    let is_pln = currency == "PLN";
    let mut has_tax = false;
    for group in RateGroup::ALL {
        let total = facts.total_of(group);
        let (Some(tax), Some(tax_pln)) = (group.tax_element(), group.tax_pln_element()) else { continue };
        let is_taxed = total.tax.is_some_and(|tax| tax != Grosze::ZERO);
        has_tax |= is_taxed;
        if !is_pln && is_taxed && total.tax_pln.is_none() {
            subject.report(
                findings,
                &catalogue::TAX_NOT_IN_ZLOTY,
                subject.at(&["Fa", tax]),
                words(
                    currency,
                    tax_pln,
                    format!(
                        "Faktura jest w walucie {currency}, a nie podaje podatku w złotych; dodaj {tax_pln}."
                    ),
                    format!(
                        "The invoice is in {currency} and does not give the tax in złoty; add {tax_pln}."
                    ),
                ),
            );
        }
        if is_pln && total.tax_pln.is_some() {
            subject.report(
                findings,
                &catalogue::ZLOTY_CONVERTED,
                subject.at(&["Fa", tax_pln]),
                words(
                    "PLN",
                    "",
                    format!("Faktura jest w złotych, a ma {tax_pln}; usuń to pole albo popraw KodWaluty."),
                    format!("The invoice is in złoty and has {tax_pln}; remove it or correct KodWaluty."),
                ),
            );
        }
        if !is_pln {
            converted(subject, tally, group, findings);
        }
    }
    if !is_pln && has_tax && tally.rated_line.is_none() && !facts.has_advance_rate && !facts.is_correction() {
        subject.report(findings, &catalogue::RATE_MISSING, subject.at(&["Fa", "KodWaluty"]), words(
            currency, "KursWaluty",
            format!("Faktura jest w walucie {currency}, a nie podaje kursu; dodaj KursWaluty w pozycjach (na zaliczce KursWalutyZ)."),
            format!("The invoice is in {currency} and gives no exchange rate; add KursWaluty to the lines (KursWalutyZ on an advance)."),
        ));
    }
    if let Some(line) = tally.rated_line.filter(|_| is_pln) {
        subject.report(findings, &catalogue::RATE_ON_ZLOTY, super::deep(line, &["KursWaluty"]), words(
            text_of(line, "KursWaluty"), "",
            "Faktura jest w złotych, a pozycja ma kurs waluty; usuń KursWaluty albo popraw KodWaluty.".to_owned(),
            "The invoice is in złoty, and a line has an exchange rate; remove KursWaluty or correct KodWaluty.".to_owned(),
        ));
    }
    if let Some(agreed) = facts.terms.and_then(|terms| terms.child("WalutaUmowna"))
        && agreed.text() == currency
    {
        subject.report(findings, &catalogue::AGREED_CURRENCY_SAME, agreed, words(
            currency, "",
            format!("WalutaUmowna {currency} jest walutą faktury, więc kurs umowny niczego nie przelicza; popraw ją albo usuń."),
            format!("WalutaUmowna {currency} is the invoice's own, so the agreed rate converts nothing; correct or remove it."),
        ));
    }
}

/// With one rate on all lines the tax in złoty can be recomputed, to a grosz for each line.
fn converted(
    subject: &Subject<'_, '_, '_>,
    tally: &Tally<'_, '_>,
    group: RateGroup,
    findings: &mut Findings,
) {
    let total = subject.facts.total_of(group);
    let (Some(tax), Some(found), Some(element)) = (total.tax, total.tax_pln, group.tax_pln_element()) else {
        return;
    };
    let Some(rate) = tally.exchange_rate.filter(|_| !tally.has_several_rates) else { return };
    let lines = tally.group(group).count.max(1) as u64;
    if let Some(expected) = tax.times(rate).filter(|expected| found.differs(*expected, lines)) {
        subject.report(
            findings,
            &catalogue::TAX_CONVERTED_WRONG,
            subject.at(&["Fa", element]),
            words(
                found,
                expected,
                format!(
                    "{element} wynosi {found}, a podatek {tax} po kursie z pozycji daje {expected}; przelicz."
                ),
                format!(
                    "{element} is {found}, and the tax {tax} at the lines' rate gives {expected}; recompute."
                ),
            ),
        );
    }
}
