//! Completes an invoice of a flat-rate farmer (art. 116): values, refund, sums, the amount in words.

use rust_decimal::Decimal;

use super::codes::{FarmerKind, RefundRate, Rounding};
use super::complete::{ZLOTY, number, settle, too_large};
use super::farmer::{FarmerInvoice, FarmerLine, FarmerTotals};
use super::number::Number;
use super::party::Address;
use super::problems::Problems;
use super::{money, rules, words};

/// Completes an invoice in place; what is wrong with it goes to `problems`.
pub(super) fn complete(it: &mut FarmerInvoice, problems: &mut Problems) {
    let kind = *it.kind.get_or_insert(FarmerKind::Rr);
    it.currency.get_or_insert_with(|| ZLOTY.to_owned());
    countries(it);
    let lines: Vec<_> = it.lines.iter_mut().map(|line| (&mut line.number, line.before)).collect();
    number(lines, "/lines", problems);
    parties(it, problems);
    fits_kind(it, kind, problems);
    if it.rounding == Some(Rounding::AsGiven) {
        return;
    }
    if it.rounding == Some(Rounding::PerRate) {
        problems.contradiction(
            "/rounding",
            "FA_RR podaje zwrot podatku w każdej pozycji, więc sumuje się go z pozycji; użyj perLine albo pomiń rounding.",
            "FA_RR states the refund on each line, so it is summed from the lines; use perLine or leave rounding out.",
        );
    }
    exchange(it, problems);
    if let Some(totals) = totals(it, problems) {
        let gross = totals.gross;
        it.totals = Some(totals);
        if let (Some(settlement), Some(gross)) = (&mut it.settlement, gross) {
            settle(settlement, gross.0, problems);
        }
    }
}

fn countries(it: &mut FarmerInvoice) {
    let mut addresses: Vec<&mut Option<Address>> = Vec::new();
    if let Some(party) = &mut it.seller {
        addresses.extend([&mut party.address, &mut party.correspondence_address]);
    }
    if let Some(party) = &mut it.buyer {
        addresses.extend([&mut party.address, &mut party.correspondence_address]);
    }
    for party in &mut it.third_parties {
        addresses.extend([&mut party.address, &mut party.correspondence_address]);
    }
    if let Some(correction) = &mut it.correction {
        addresses.extend(
            [&mut correction.seller, &mut correction.buyer]
                .into_iter()
                .flatten()
                .map(|party| &mut party.address),
        );
    }
    for address in addresses.into_iter().flatten() {
        address.country.get_or_insert_with(|| "PL".to_owned());
    }
}

fn parties(it: &FarmerInvoice, problems: &mut Problems) {
    let mut check = |pointer: String, count: usize, fields: &str| {
        if count != 1 {
            let words = [
                format!("Podaj dokładnie jedno z pól: {fields}."),
                format!("Give exactly one of the fields {fields}."),
            ];
            problems.push(&rules::ONE_OF, &pointer, Some(count.to_string()), Some(fields.to_owned()), words);
        }
    };
    for (index, party) in it.third_parties.iter().enumerate() {
        let pointer = format!("/thirdParties/{index}");
        let identifiers = usize::from(party.nip.is_some())
            + usize::from(party.internal_id.is_some())
            + usize::from(party.without_identifier);
        check(pointer.clone(), identifiers, "nip, internalId, withoutIdentifier");
        let roles = usize::from(party.role.is_some()) + usize::from(party.other_role.is_some());
        check(pointer, roles, "role, otherRole");
    }
    if let Some(payment) = &it.payment
        && payment.method.is_some()
        && payment.other_method.is_some()
    {
        check("/payment".to_owned(), 2, "method, otherMethod");
    }
}

fn fits_kind(it: &FarmerInvoice, kind: FarmerKind, problems: &mut Problems) {
    let is_correction = kind == FarmerKind::KorRr;
    let mut misplaced = |pointer: &str| {
        problems.push(
            &rules::MISPLACED,
            pointer,
            Some("RR".to_owned()),
            Some("KOR_RR".to_owned()),
            [
                "To pole należy do korekt KOR_RR; popraw kind albo usuń pole.".to_owned(),
                "This field belongs to corrections KOR_RR; correct kind or remove the field.".to_owned(),
            ],
        );
    };
    if !is_correction && it.correction.is_some() {
        misplaced("/correction");
    }
    for (index, line) in it.lines.iter().enumerate() {
        if !is_correction && line.before {
            misplaced(&format!("/lines/{index}/before"));
        }
    }
    if is_correction && it.correction.as_ref().is_none_or(|correction| correction.corrected.is_empty()) {
        problems.incomplete(
            "/correction/corrected",
            "Korekta musi wskazać fakturę korygowaną: datę, numer i numer KSeF.",
            "A correction must name the invoice that it corrects: date, number and KSeF number.",
        );
    }
}

fn exchange(it: &mut FarmerInvoice, problems: &mut Problems) {
    let is_zloty = it.currency.as_deref() == Some(ZLOTY);
    if is_zloty && (it.exchange_rate.is_some() || it.lines.iter().any(|line| line.exchange_rate.is_some())) {
        problems.contradiction(
            "/exchangeRate",
            "Faktura jest w złotych, więc kurs nie ma sensu; usuń exchangeRate albo popraw currency.",
            "The invoice is in złoty, so an exchange rate makes no sense; remove exchangeRate or correct currency.",
        );
    }
    if let Some(rate) = it.exchange_rate.take() {
        it.lines.iter_mut().for_each(|line| {
            line.exchange_rate.get_or_insert(rate);
        });
    }
}

/// Net and refund, in the currency and in złoty.
#[derive(Default)]
struct Sums {
    net: Decimal,
    refund: Decimal,
    net_pln: Option<Decimal>,
    refund_pln: Option<Decimal>,
}

fn totals(it: &mut FarmerInvoice, problems: &mut Problems) -> Option<FarmerTotals> {
    let mut totals = it.totals.take().unwrap_or_default();
    let is_zloty = it.currency.as_deref() == Some(ZLOTY);
    let mut sums = Sums { net_pln: Some(Decimal::ZERO), refund_pln: Some(Decimal::ZERO), ..Sums::default() };
    if it.lines.is_empty() && it.kind == Some(FarmerKind::Rr) {
        problems.incomplete(
            "/lines",
            "Faktura nie ma pozycji; dodaj je.",
            "The invoice has no lines; add them.",
        );
        return None;
    }
    let mut is_whole = true;
    for (index, line) in it.lines.iter_mut().enumerate() {
        let Some((net, refund)) = values(line, index, problems) else {
            is_whole = false;
            continue;
        };
        let sign = if line.before { -Decimal::ONE } else { Decimal::ONE };
        let rate = line.exchange_rate.map(|rate| rate.0);
        let add = |sum: Decimal, amount: Decimal| sum.checked_add(sign * amount);
        let added = add(sums.net, net).zip(add(sums.refund, refund));
        let converted = |sum: Option<Decimal>, amount: Decimal| {
            sum?.checked_add(amount.checked_mul(sign)?.checked_mul(rate?)?)
        };
        sums.net_pln = converted(sums.net_pln, net);
        sums.refund_pln = converted(sums.refund_pln, refund);
        let Some((net, refund)) = added else {
            too_large("/totals/gross", problems);
            return None;
        };
        (sums.net, sums.refund) = (net, refund);
    }
    if !is_whole {
        return None;
    }
    if it.lines.is_empty() && totals != FarmerTotals::default() {
        // A correction without lines: the differences are what the caller says.
        sums.net = totals.net.unwrap_or_default().0;
        sums.refund = totals.refund.unwrap_or_default().0;
    }
    let Some(gross) = money::total([sums.net, sums.refund]) else {
        too_large("/totals/gross", problems);
        return None;
    };
    let pointer = |field: &'static str| move || format!("/totals/{field}");
    problems.compare(pointer("net"), &mut totals.net, Number(money::round(sums.net)));
    problems.compare(pointer("refund"), &mut totals.refund, Number(money::round(sums.refund)));
    problems.compare(pointer("gross"), &mut totals.gross, Number(money::round(gross)));
    if !is_zloty {
        zloty(&sums, &mut totals, it.lines.is_empty(), problems);
    } else if totals.net_pln.is_some() || totals.refund_pln.is_some() || totals.gross_pln.is_some() {
        problems.contradiction(
            "/totals",
            "Kwoty w złotych podaje się tylko na fakturze w walucie obcej; usuń je.",
            "Amounts in złoty are only for invoices in a foreign currency; remove them.",
        );
    }
    if totals.gross_in_words.is_none() {
        totals.gross_in_words = words::in_words(gross, it.currency.as_deref().unwrap_or(ZLOTY));
    }
    Some(totals)
}

/// The sums in złoty (art. 116 (2b)).
fn zloty(sums: &Sums, totals: &mut FarmerTotals, has_no_lines: bool, problems: &mut Problems) {
    if has_no_lines {
        return;
    }
    let (Some(net), Some(refund)) = (sums.net_pln.map(money::round), sums.refund_pln.map(money::round))
    else {
        problems.incomplete(
            "/exchangeRate",
            "Faktura jest w walucie obcej, a kwoty trzeba podać także w złotych; podaj exchangeRate.",
            "The invoice is in a foreign currency, and the amounts must be given in złoty too; give exchangeRate.",
        );
        return;
    };
    let Some(gross) = money::total([net, refund]) else { return too_large("/totals/grossPln", problems) };
    problems.compare(|| "/totals/netPln".to_owned(), &mut totals.net_pln, Number(net));
    problems.compare(|| "/totals/refundPln".to_owned(), &mut totals.refund_pln, Number(refund));
    problems.compare(|| "/totals/grossPln".to_owned(), &mut totals.gross_pln, Number(gross));
}

/// Value and refund of a line.
fn values(line: &mut FarmerLine, index: usize, problems: &mut Problems) -> Option<(Decimal, Decimal)> {
    let pointer = |field: &str| format!("/lines/{index}/{field}");
    let (Some(quantity), Some(price), Some(rate)) = (line.quantity, line.unit_price, line.refund_rate) else {
        problems.incomplete(
            &pointer("unitPrice"),
            "Pozycja potrzebuje quantity, unitPrice i refundRate.",
            "The line needs quantity, unitPrice and refundRate.",
        );
        return None;
    };
    let percent = match rate {
        RefundRate::R7 => Decimal::from(7),
        RefundRate::R65 => Decimal::new(65, 1),
    };
    let net = money::line_value(quantity.0, price.0, None);
    let refund = net.and_then(|net| money::tax_on_net(net, percent));
    let gross = net.zip(refund).and_then(|(net, refund)| money::total([net, refund]));
    let (Some(net), Some(refund), Some(gross)) = (net, refund, gross) else {
        too_large(&pointer("net"), problems);
        return None;
    };
    problems.compare(|| pointer("net"), &mut line.net, Number(net));
    problems.compare(|| pointer("refund"), &mut line.refund, Number(refund));
    problems.compare(|| pointer("gross"), &mut line.gross, Number(gross));
    Some((net, refund))
}
