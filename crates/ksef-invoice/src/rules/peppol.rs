//! The rules of PEF and PEF_KOR: the arithmetic that EN 16931 demands of every Peppol invoice, and identifiers.
//!
//! KSeF checks only the schema; the Peppol network would refuse what breaks the rules of EN 16931, so they warn here and
//! name the European rule.

use std::collections::HashSet;

use super::facts::{amount_of, date, text_of};
use super::number::{Grosze, Number};
use super::{Place, account, dates, deep, identity, words};
use crate::Form;
use crate::catalogue;
use crate::report::Findings;
use crate::xml::Cursor;

pub(super) fn check(form: Form, place: &Place<'_, '_>, findings: &mut Findings) {
    let root = place.root;
    place.report(
        findings,
        &catalogue::PEF_CONTEXT,
        root,
        words(
            form.name(),
            "",
            format!(
                "{form} KSeF przyjmuje tylko od dostawcy usług Peppol, pojedynczo w sesji interaktywnej."
            ),
            format!(
                "KSeF takes {form} only from a Peppol service provider, one by one in an online session."
            ),
        ),
    );
    let issued = date(text_of(root, "IssueDate"));
    dates::issue_date(place, issued, || deep(root, &["IssueDate"]), findings);
    for party in ["AccountingSupplierParty", "AccountingCustomerParty"] {
        nip(place, deep(root, &[party, "Party", "PartyTaxScheme", "CompanyID"]), findings);
    }
    for means in root.children().filter(|child| child.is_named("PaymentMeans")) {
        if let Some(number) = means.child("PayeeFinancialAccount").and_then(|account| account.child("ID")) {
            account::check(place, number, findings);
        }
    }
    let lines: Vec<_> = root
        .children()
        .filter(|child| child.is_named("InvoiceLine") || child.is_named("CreditNoteLine"))
        .collect();
    line_numbers(place, &lines, findings);
    amounts(place, &lines, findings);
    currency(place, findings);
    if form == Form::PefKor3 && root.child("BillingReference").is_none() {
        place.report(
            findings,
            &catalogue::PEF_CORRECTION_OF_NOTHING,
            root,
            words(
                "",
                "BillingReference",
                "Korekta nie wskazuje faktury korygowanej; dodaj BillingReference.".to_owned(),
                "The correction does not name the invoice that it corrects; add BillingReference.".to_owned(),
            ),
        );
    }
    if root.child("BuyerReference").is_none() && root.child("OrderReference").is_none() {
        place.report(findings, &catalogue::PEF_NO_REFERENCE, root, words(
            "", "BuyerReference, OrderReference",
            "Faktura nie ma ani BuyerReference, ani OrderReference; sieć Peppol wymaga jednego z nich.".to_owned(),
            "The invoice has neither BuyerReference nor OrderReference; the Peppol network wants one of them.".to_owned(),
        ));
    }
}

fn nip(place: &Place<'_, '_>, at: Cursor<'_, '_>, findings: &mut Findings) {
    let text = at.text();
    if at.is_named("CompanyID") && identity::is_wrong_nip(text.strip_prefix("PL").unwrap_or(text)) {
        place.report(
            findings,
            &catalogue::PEF_NIP_CHECK_DIGIT,
            at,
            words(
                text,
                "",
                format!("NIP {text} ma złą cyfrę kontrolną; sprawdź, czy nie ma literówki."),
                format!("The NIP {text} has a wrong check digit; look for a typing error."),
            ),
        );
    }
}

fn line_numbers(place: &Place<'_, '_>, lines: &[Cursor<'_, '_>], findings: &mut Findings) {
    let mut seen = HashSet::new();
    for line in lines {
        let Some(at) = line.child("ID") else { continue };
        if !seen.insert(at.text()) {
            let number = at.text();
            place.report(
                findings,
                &catalogue::PEF_LINE_NUMBER_TWICE,
                at,
                words(
                    number,
                    "",
                    format!("Numer pozycji {number} już wystąpił; ponumeruj pozycje od nowa."),
                    format!("The line number {number} has occurred before; number the lines anew."),
                ),
            );
        }
    }
}

/// The sums of EN 16931, section 6.4: rules BR-CO-10, 13, 14, 15, 16, 17.
fn amounts(place: &Place<'_, '_>, lines: &[Cursor<'_, '_>], findings: &mut Findings) {
    let root = place.root;
    let Some(total) = root.child("LegalMonetaryTotal") else { return };
    let amount = |name| amount_of(total, name);
    let or_zero = |name| match total.child(name) {
        Some(_) => amount(name),
        None => Some(Grosze::ZERO),
    };
    let mut compare = |rule, at: Cursor<'_, '_>, found: Option<Grosze>, expected: Option<Grosze>| {
        if let (Some(found), Some(expected)) = (found, expected)
            && found.differs(expected, 1)
        {
            let name = at.name();
            place.report(
                findings,
                rule,
                at,
                words(
                    found,
                    expected,
                    format!("{name} wynosi {found}, a z pozostałych kwot wynika {expected}; przelicz."),
                    format!("{name} is {found}, and the other amounts give {expected}; recompute."),
                ),
            );
        }
    };
    let lines_total = amount("LineExtensionAmount");
    compare(
        &catalogue::PEF_LINES_SUM,
        deep(total, &["LineExtensionAmount"]),
        lines_total,
        sum(lines.iter().map(|line| amount_of(*line, "LineExtensionAmount"))),
    );
    let allowances = || root.children().filter(|child| child.is_named("AllowanceCharge"));
    let of_kind = |is_charge: &'static str| {
        sum(allowances()
            .filter(|allowance| text_of(*allowance, "ChargeIndicator") == is_charge)
            .map(|allowance| amount_of(allowance, "Amount")))
    };
    let net = lines_total.zip(of_kind("true")).zip(of_kind("false"));
    let net = net.map(|((lines, charges), discounts)| lines.plus(charges).minus(discounts));
    let exclusive = amount("TaxExclusiveAmount");
    compare(&catalogue::PEF_EXCLUSIVE, deep(total, &["TaxExclusiveAmount"]), exclusive, net);
    let currency = text_of(root, "DocumentCurrencyCode");
    let tax_total = root.children().find(|child| {
        child.is_named("TaxTotal") && child.child("TaxAmount").is_some_and(|tax| currency_of(tax) == currency)
    });
    let tax = tax_total.and_then(|tax| amount_of(tax, "TaxAmount"));
    let inclusive = amount("TaxInclusiveAmount");
    let expected = exclusive.zip(tax).map(|(net, tax)| net.plus(tax));
    compare(&catalogue::PEF_INCLUSIVE, deep(total, &["TaxInclusiveAmount"]), inclusive, expected);
    let payable = inclusive.zip(or_zero("PrepaidAmount")).zip(or_zero("PayableRoundingAmount"));
    let payable = payable.map(|((gross, paid), rounding)| gross.minus(paid).plus(rounding));
    compare(&catalogue::PEF_PAYABLE, deep(total, &["PayableAmount"]), amount("PayableAmount"), payable);
    let Some(tax_total) = tax_total else { return };
    let subtotals = || tax_total.children().filter(|child| child.is_named("TaxSubtotal"));
    if subtotals().next().is_some() {
        let expected = sum(subtotals().map(|subtotal| amount_of(subtotal, "TaxAmount")));
        compare(&catalogue::PEF_TAX_SUM, deep(tax_total, &["TaxAmount"]), tax, expected);
    }
    for subtotal in subtotals() {
        let percent = Number::parse(text_of(deep(subtotal, &["TaxCategory"]), "Percent"));
        let expected = amount_of(subtotal, "TaxableAmount").zip(percent);
        let expected = expected.and_then(|(base, percent)| base.percent(percent));
        compare(
            &catalogue::PEF_TAX,
            deep(subtotal, &["TaxAmount"]),
            amount_of(subtotal, "TaxAmount"),
            expected,
        );
    }
}

/// The sum; `None` when an amount is not readable.
fn sum(amounts: impl Iterator<Item = Option<Grosze>>) -> Option<Grosze> {
    let mut amounts = amounts;
    amounts.try_fold(Grosze::ZERO, |sum, amount| Some(sum.plus(amount?)))
}

fn currency_of(amount: Cursor<'_, '_>) -> String {
    let attribute = amount.attributes().find(|(name, _)| *name == "currencyID");
    attribute.map(|(_, currency)| currency.into_owned()).unwrap_or_default()
}

/// Totals in another currency than the document's (EN 16931, BT-5); tax may be in the tax currency too.
fn currency(place: &Place<'_, '_>, findings: &mut Findings) {
    let currency = text_of(place.root, "DocumentCurrencyCode");
    let Some(total) = place.root.child("LegalMonetaryTotal").filter(|_| !currency.is_empty()) else { return };
    for amount in total.children() {
        let found = currency_of(amount);
        if found != currency {
            let name = amount.name();
            place.report(
                findings,
                &catalogue::PEF_CURRENCY,
                amount,
                words(
                    &found,
                    currency,
                    format!("{name} jest w walucie {found}, a faktura w {currency}; uzgodnij waluty."),
                    format!(
                        "{name} is in {found}, and the invoice in {currency}; make the currencies agree."
                    ),
                ),
            );
        }
    }
}
