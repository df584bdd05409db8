//! Advance and settlement invoices: their orders and references.

use std::collections::HashSet;

use super::correction::ksef_number;
use super::facts::{amount_of, text_of};
use super::lines::Tally;
use super::number::Grosze;
use super::{Subject, deep, words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::InvoiceKind;
use crate::xml::Cursor;

pub(super) fn check<'d, 'a>(
    subject: &Subject<'_, 'd, 'a>,
    tally: &mut Tally<'d, 'a>,
    findings: &mut Findings,
) {
    references(subject, findings);
    parts(subject, findings);
    order(subject, tally, findings);
}

fn references(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let kind = facts.kind_code();
    let kind_at = || subject.at(&["Fa", "RodzajFaktury"]);
    let missing = match facts.kind {
        Some(InvoiceKind::Roz) => Some(&catalogue::SETTLEMENT_OF_NOTHING),
        Some(InvoiceKind::KorRoz) => Some(&catalogue::CORRECTED_SETTLEMENT_OF_NOTHING),
        _ => None,
    };
    if let Some(rule) = missing.filter(|_| facts.advances.is_empty()) {
        subject.report(
            findings,
            rule,
            kind_at(),
            words(
                kind,
                "FakturaZaliczkowa",
                format!("Faktura {kind} nie wskazuje faktury zaliczkowej; dodaj FakturaZaliczkowa."),
                format!("The {kind} invoice names no advance invoice; add FakturaZaliczkowa."),
            ),
        );
    }
    if let Some(first) = facts.advances.first()
        && facts.is_kind(&[InvoiceKind::Vat, InvoiceKind::Upr, InvoiceKind::Kor])
    {
        subject.report(findings, &catalogue::ADVANCE_OF_OTHER_KIND, *first, words(
            kind, "ROZ, ZAL, KOR_ROZ",
            format!("Faktura rodzaju {kind} wskazuje fakturę zaliczkową; rozliczenie zaliczki ma rodzaj ROZ."),
            format!("An invoice of kind {kind} names an advance invoice; the settlement of an advance is of kind ROZ."),
        ));
    }
    let mut seen = HashSet::new();
    for advance in &facts.advances {
        let number =
            ["NrKSeFFaZaliczkowej", "NrFaZaliczkowej"].into_iter().find_map(|name| advance.child(name));
        let Some(number) = number else { continue };
        if number.is_named("NrKSeFFaZaliczkowej") {
            ksef_number(subject, number, facts.seller.nip, findings);
        }
        if facts.advances.len() > 1 && !seen.insert(number.text()) {
            let text = number.text();
            subject.report(
                findings,
                &catalogue::ADVANCE_TWICE,
                number,
                words(
                    text,
                    "",
                    format!("Faktura zaliczkowa {text} jest wskazana więcej niż raz; usuń powtórzenie."),
                    format!("The advance invoice {text} is named more than once; remove the repetition."),
                ),
            );
        }
    }
}

/// `ZaliczkaCzesciowa`: the payments that an advance invoice documents make up its amount.
fn parts(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let (Some((sum, true)), Some(gross)) = (facts.part_advances, facts.gross) else { return };
    let is_wrong = match facts.kind {
        Some(InvoiceKind::Zal) => sum != gross,
        Some(InvoiceKind::Roz) => sum > gross,
        _ => false,
    };
    if is_wrong {
        subject.report(
            findings,
            &catalogue::PART_ADVANCES,
            subject.at(&["Fa", "ZaliczkaCzesciowa", "P_15Z"]),
            words(
                sum,
                gross,
                format!("Płatności P_15Z dają razem {sum}, a P_15 wynosi {gross}; przelicz."),
                format!("The payments P_15Z sum to {sum}, and P_15 is {gross}; recompute."),
            ),
        );
    }
}

fn order<'d, 'a>(subject: &Subject<'_, 'd, 'a>, tally: &mut Tally<'d, 'a>, findings: &mut Findings) {
    let facts = subject.facts;
    let kind = facts.kind_code();
    let Some(order) = facts.order else {
        if facts.is_kind(&[InvoiceKind::Zal]) {
            subject.report(
                findings,
                &catalogue::ADVANCE_WITHOUT_ORDER,
                subject.at(&["Fa", "RodzajFaktury"]),
                words(
                    kind,
                    "Zamowienie",
                    "Faktura zaliczkowa nie podaje zamówienia lub umowy; dodaj Zamowienie.".to_owned(),
                    "The advance invoice does not give the order or contract; add Zamowienie.".to_owned(),
                ),
            );
        }
        return;
    };
    if facts.is_kind(&[
        InvoiceKind::Vat,
        InvoiceKind::Roz,
        InvoiceKind::Upr,
        InvoiceKind::Kor,
        InvoiceKind::KorRoz,
    ]) {
        subject.report(findings, &catalogue::ORDER_WITHOUT_ADVANCE, order, words(
            kind, "ZAL, KOR_ZAL",
            format!("Zamowienie dotyczy faktur zaliczkowych, a to jest {kind}; usuń je albo popraw RodzajFaktury."),
            format!("Zamowienie is for advance invoices, and this is {kind}; remove it or correct RodzajFaktury."),
        ));
    }
    let (mut sum, mut count) = (Some(Grosze::ZERO), 0_u64);
    for line in order.children().filter(|child| child.is_named("ZamowienieWiersz")) {
        count += 1;
        sum = sum.and_then(|sum| Some(sum.plus(line_value(line)?)));
        tally.order(text_of(line, "P_12Z"));
        if tally.annex_15.is_none() && text_of(line, "P_12Z_Zal_15") == "1" {
            tally.annex_15 = Some(line);
        }
    }
    let Some(value) = amount_of(order, "WartoscZamowienia").filter(|_| facts.is_kind(&[InvoiceKind::Zal]))
    else {
        return;
    };
    if let Some(sum) = sum.filter(|sum| count > 0 && sum.differs(value, count)) {
        subject.report(
            findings,
            &catalogue::ORDER_VALUE,
            deep(order, &["WartoscZamowienia"]),
            words(
                value,
                sum,
                format!("WartoscZamowienia wynosi {value}, a wiersze zamówienia dają {sum}; przelicz."),
                format!("WartoscZamowienia is {value}, and the order's lines give {sum}; recompute."),
            ),
        );
    }
    if let Some(gross) = facts.gross.filter(|gross| *gross > value) {
        subject.report(
            findings,
            &catalogue::ADVANCE_OVER_ORDER,
            subject.at(&["Fa", "P_15"]),
            words(
                gross,
                format!("≤ {value}"),
                format!("Zaliczka {gross} przekracza wartość zamówienia {value}; sprawdź kwoty."),
                format!("The advance {gross} exceeds the order's value {value}; check the amounts."),
            ),
        );
    }
}

/// Net value and tax of an order line; the tax of a line that bears none may be left out.
fn line_value(line: Cursor<'_, '_>) -> Option<Grosze> {
    let net = amount_of(line, "P_11NettoZ")?;
    match line.child("P_11VatZ") {
        Some(_) => Some(net.plus(amount_of(line, "P_11VatZ")?)),
        None => Some(net),
    }
}
