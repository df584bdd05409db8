//! The rules of FA_RR: those that it shares with FA, and its own arithmetic (art. 116).

use std::collections::HashSet;

use super::correction::{Corrected, references};
use super::facts::{Facts, amount_of, date, text_of};
use super::number::{Grosze, Number};
use super::{Place, account, dates, deep, identity, in_words, payment, words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::InvoiceKind;
use crate::xml::Cursor;

pub(super) fn check(place: &Place<'_, '_>, findings: &mut Findings) {
    // Header and parties are shaped as in FA.
    let facts = Facts::read(place.root);
    let Some(body) = place.root.child("FakturaRR") else { return };
    dates::issue_date(place, date(text_of(body, "P_4B")), || deep(body, &["P_4B"]), findings);
    dates::made(place, facts.created, findings);
    identity::numbers(place, &facts.seller, || place.at(&["Podmiot1"]), findings);
    identity::numbers(place, &facts.buyer, || place.at(&["Podmiot2"]), findings);
    for third in &facts.thirds {
        identity::numbers(place, &third.party, || third.at, findings);
    }
    let kind = InvoiceKind::from_code(text_of(body, "RodzajFaktury"));
    let corrected: Vec<_> = body.children().filter(|child| child.is_named("DaneFaKorygowanej")).collect();
    // Whose NIP a KSeF number of an RR begins with is not documented.
    let correction = Corrected {
        place,
        body,
        references: &corrected,
        kind,
        issued: date(text_of(body, "P_4B")),
        number: text_of(body, "P_4C"),
        seller: None,
    };
    references(&correction, findings);
    let is_correction = kind.is_some_and(InvoiceKind::is_correction);
    lines(place, body, is_correction, findings);
    totals(place, body, findings);
    if let Some(settled) = body.child("Rozliczenie") {
        payment::settlement(place, settled, (amount_of(body, "P_12_1"), "P_12_1"), findings);
    }
    accounts(place, body, is_correction, findings);
}

fn lines(place: &Place<'_, '_>, body: Cursor<'_, '_>, is_correction: bool, findings: &mut Findings) {
    let (mut values, mut refunds, mut count) = (Some(Grosze::ZERO), Some(Grosze::ZERO), 0);
    let mut numbers = HashSet::new();
    for line in body.children().filter(|child| child.is_named("FakturaRRWiersz")) {
        count += 1;
        let (value, refund) = (amount_of(line, "P_8"), amount_of(line, "P_10"));
        let sign = if text_of(line, "StanPrzed") == "1" { Grosze::minus } else { Grosze::plus };
        values = values.zip(value).map(|(sum, value)| sign(sum, value));
        refunds = refunds.zip(refund).map(|(sum, refund)| sign(sum, refund));
        one_line(place, line, (value, refund), findings);
        if let Some(at) = line.child("NrWierszaFa").filter(|_| !is_correction)
            && let Ok(number) = at.text().parse()
            && !numbers.insert(number)
        {
            super::lines::repeated_number(place, at, number, findings);
        }
    }
    let sums = [("P_11_1", values, &catalogue::RR_VALUE_SUM), ("P_11_2", refunds, &catalogue::RR_REFUND_SUM)];
    for (element, sum, rule) in sums.into_iter().filter(|_| count > 0) {
        if let (Some(found), Some(sum)) = (amount_of(body, element), sum)
            && found.differs(sum, 1)
        {
            place.report(
                findings,
                rule,
                deep(body, &[element]),
                words(
                    found,
                    sum,
                    format!("{element} wynosi {found}, a suma pozycji {sum}; przelicz."),
                    format!("{element} is {found}, and the lines sum to {sum}; recompute."),
                ),
            );
        }
    }
}

fn one_line(
    place: &Place<'_, '_>,
    line: Cursor<'_, '_>,
    (value, refund): (Option<Grosze>, Option<Grosze>),
    findings: &mut Findings,
) {
    let number = |name| Number::parse(text_of(line, name));
    let expected = [
        (
            "P_8",
            value,
            number("P_6B").zip(number("P_7")).and_then(|(quantity, price)| quantity.times(price)),
            &catalogue::RR_LINE_VALUE,
        ),
        (
            "P_10",
            refund,
            value.zip(number("P_9")).and_then(|(value, rate)| value.percent(rate)),
            &catalogue::RR_LINE_REFUND,
        ),
        (
            "P_11",
            amount_of(line, "P_11"),
            value.zip(refund).map(|(value, refund)| value.plus(refund)),
            &catalogue::RR_LINE_TOTAL,
        ),
    ];
    for (element, found, expected, rule) in expected {
        if let (Some(found), Some(expected)) = (found, expected)
            && found.differs(expected, 1)
        {
            place.report(
                findings,
                rule,
                deep(line, &[element]),
                words(
                    found,
                    expected,
                    format!(
                        "{element} wynosi {found}, a z pozostałych pól pozycji wynika {expected}; przelicz."
                    ),
                    format!("{element} is {found}, and the line's other fields give {expected}; recompute."),
                ),
            );
        }
    }
}

fn totals(place: &Place<'_, '_>, body: Cursor<'_, '_>, findings: &mut Findings) {
    let amount = |name| amount_of(body, name);
    let gross = amount("P_12_1");
    if let (Some(value), Some(refund), Some(gross)) = (amount("P_11_1"), amount("P_11_2"), gross) {
        let expected = value.plus(refund);
        if gross != expected {
            place.report(
                findings,
                &catalogue::RR_GROSS,
                deep(body, &["P_12_1"]),
                words(
                    gross,
                    expected,
                    format!("P_12_1 wynosi {gross}, a P_11_1 i P_11_2 dają {expected}; przelicz."),
                    format!("P_12_1 is {gross}, and P_11_1 with P_11_2 gives {expected}; recompute."),
                ),
            );
        }
    }
    let said = text_of(body, "P_12_2");
    if let (Some(gross), Some(in_words)) = (gross, in_words::amount(said)) {
        // Whether a negative amount is written with "minus" is left open.
        if gross.0.unsigned_abs() != in_words.0.unsigned_abs() {
            place.report(
                findings,
                &catalogue::RR_WORDS,
                deep(body, &["P_12_2"]),
                words(
                    said,
                    gross,
                    format!("Słownie napisano {in_words}, a P_12_1 wynosi {gross}; popraw kwotę słownie."),
                    format!("The words say {in_words}, and P_12_1 is {gross}; correct the words."),
                ),
            );
        }
    }
    let currency = text_of(body, "KodWaluty");
    let converted = amount("P_11_2W").is_some() && amount("P_12_1W").is_some();
    if !currency.is_empty() && currency != "PLN" && !converted {
        place.report(findings, &catalogue::RR_NOT_IN_ZLOTY, deep(body, &["KodWaluty"]), words(
            currency, "P_11_2W, P_12_1W",
            format!("Faktura jest w walucie {currency}, a nie podaje zwrotu i należności w złotych; dodaj P_11_2W i P_12_1W."),
            format!("The invoice is in {currency} and does not give refund and amount in złoty; add P_11_2W and P_12_1W."),
        ));
    }
}

fn accounts(place: &Place<'_, '_>, body: Cursor<'_, '_>, is_correction: bool, findings: &mut Findings) {
    let Some(payment) = body.child("Platnosc") else { return };
    for number in ["RachunekBankowy1", "RachunekBankowy2"] {
        for child in payment.children().filter(|child| child.is_named(number)) {
            account::check(place, deep(child, &["NrRB"]), findings);
        }
    }
    let is_transfer = text_of(payment, "FormaPlatnosci") == TRANSFER;
    if is_transfer && !is_correction && payment.child("RachunekBankowy1").is_none() {
        payment::no_account(place, payment, "RachunekBankowy1", findings);
    }
}

/// `FormaPlatnosci` of FA_RR: a transfer (in FA it is cash).
const TRANSFER: &str = "1";
