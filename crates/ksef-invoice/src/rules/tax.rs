//! Annotations and currency against the rates used.

use rust_decimal::Decimal;

use super::{Subject, Words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::RateGroup;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    exemption(subject, findings);
    reverse_charge(subject, findings);
    currency(subject, findings);
}

/// Whether lines, order lines or a total are of the group.
fn uses(subject: &Subject<'_, '_, '_>, group: RateGroup) -> bool {
    let invoice = subject.invoice;
    let order = invoice.order.iter().flat_map(|order| &order.lines).map(|line| &line.rate);
    let mut rates = invoice.lines.iter().map(|line| &line.rate).chain(order).flatten();
    let has_total =
        invoice.totals.iter().any(|total| total.rate == group && total.net.is_some_and(|net| !net.is_zero()));
    has_total || rates.any(|rate| RateGroup::of_line_rate(rate) == Some(group))
}

fn exemption(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let is_stated = subject.invoice.annotations.exemption.is_some();
    let is_used = uses(subject, RateGroup::Exempt);
    let place = |element| [("Fa", 0), ("Adnotacje", 0), ("Zwolnienie", 0), (element, 0)];
    if is_used && !is_stated {
        subject.report(
            findings,
            &catalogue::EXEMPTION_WITHOUT_BASIS,
            &place("P_19N"),
            Words {
                found: "zw".to_owned(),
                allowed: "P_19 = 1".to_owned(),
                pl: "Faktura ma sprzedaż zwolnioną, a nie podaje podstawy; wpisz P_19 = 1 i przepis."
                    .to_owned(),
                en: "The invoice has an exempt supply and names no basis; give P_19 = 1 and the provision."
                    .to_owned(),
            },
        );
    }
    if is_stated && !is_used && !subject.is_correction() {
        subject.report(findings, &catalogue::EXEMPTION_WITHOUT_SUPPLY, &place("P_19"), Words {
            found: "P_19 = 1".to_owned(),
            allowed: "P_19N = 1".to_owned(),
            pl: "Faktura podaje podstawę zwolnienia, a nic na niej nie jest zwolnione; popraw stawki albo wpisz P_19N.".to_owned(),
            en: "The invoice names a basis of exemption, and nothing on it is exempt; correct the rates or give P_19N.".to_owned(),
        });
    }
}

fn reverse_charge(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    if subject.invoice.annotations.is_reverse_charge {
        return;
    }
    let groups = [(RateGroup::ReverseCharge, "oo"), (RateGroup::NotTaxableServices, "np II")];
    if let Some((_, rate)) = groups.into_iter().find(|(group, _)| uses(subject, *group)) {
        let place = [("Fa", 0), ("Adnotacje", 0), ("P_18", 0)];
        subject.report(
            findings,
            &catalogue::REVERSE_CHARGE_NOT_SAID,
            &place,
            Words {
                found: rate.to_owned(),
                allowed: "P_18 = 1".to_owned(),
                pl: format!("Faktura ma sprzedaż {rate}, którą rozlicza nabywca, a P_18 nie jest równe 1."),
                en: format!(
                    "The invoice has a supply {rate}, which the buyer accounts for, but P_18 is not 1."
                ),
            },
        );
    }
}

fn currency(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let currency = subject.invoice.currency.as_str();
    for total in &subject.invoice.totals {
        let (Some(tax), Some(tax_pln)) = (total.rate.tax_element(), total.rate.tax_pln_element()) else {
            continue;
        };
        let has_tax = total.tax.is_some_and(|tax: Decimal| !tax.is_zero());
        if !currency.is_empty() && currency != "PLN" && has_tax && total.tax_pln.is_none() {
            subject.report(
                findings,
                &catalogue::TAX_NOT_IN_ZLOTY,
                &[("Fa", 0), (tax, 0)],
                Words {
                    found: currency.to_owned(),
                    allowed: tax_pln.to_owned(),
                    pl: format!(
                        "Faktura jest w walucie {currency}, a nie podaje podatku w złotych; dodaj {tax_pln}."
                    ),
                    en: format!(
                        "The invoice is in {currency} and does not give the tax in złoty; add {tax_pln}."
                    ),
                },
            );
        }
        if currency == "PLN" && total.tax_pln.is_some() {
            subject.report(
                findings,
                &catalogue::ZLOTY_CONVERTED,
                &[("Fa", 0), (tax_pln, 0)],
                Words {
                    found: "PLN".to_owned(),
                    allowed: String::new(),
                    pl: format!(
                        "Faktura jest w złotych, a ma {tax_pln}; usuń to pole albo popraw KodWaluty."
                    ),
                    en: format!("The invoice is in złoty and has {tax_pln}; remove it or correct KodWaluty."),
                },
            );
        }
    }
}
