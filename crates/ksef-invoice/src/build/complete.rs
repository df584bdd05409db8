//! Fills in what follows from what is given, and finds what contradicts it.

use rust_decimal::Decimal;

use super::amounts::amounts;
use super::annotations::{Flags, Vehicle};
use super::codes::{Group, Kind, Role, Rounding, VatRate};
use super::invoice::VatInvoice;
use super::line::{Line, OrderLine, Totals};
use super::number::Number;
use super::party::{Address, EuVat, ForeignId};
use super::payment::{Charge, Settlement};
use super::problems::Problems;
use super::{money, rules};

/// Completes an invoice in place; what is wrong with it goes to `problems`.
pub(super) fn complete(it: &mut VatInvoice, problems: &mut Problems) {
    let kind = *it.kind.get_or_insert(Kind::Vat);
    it.currency.get_or_insert_with(|| ZLOTY.to_owned());
    countries(it);
    number_lines(it, problems);
    identifiers(it, problems);
    fits_kind(it, kind, problems);
    if it.rounding == Some(Rounding::AsGiven) {
        return;
    }
    amounts(it, kind, problems);
    flags(it, kind, problems);
    let gross = it.totals.as_ref().and_then(|totals| totals.gross);
    if let (Some(settlement), Some(gross)) = (&mut it.settlement, gross) {
        settle(settlement, gross.0, problems);
    }
}

/// An address without a country is Polish.
fn countries(it: &mut VatInvoice) {
    let poland = |address: &mut Option<Address>| {
        if let Some(address) = address {
            address.country.get_or_insert_with(|| POLAND.to_owned());
        }
    };
    if let Some(seller) = &mut it.seller {
        poland(&mut seller.address);
        poland(&mut seller.correspondence_address);
    }
    if let Some(buyer) = &mut it.buyer {
        poland(&mut buyer.address);
        poland(&mut buyer.correspondence_address);
    }
    for party in &mut it.third_parties {
        poland(&mut party.address);
        poland(&mut party.correspondence_address);
    }
    if let Some(party) = &mut it.authorized {
        poland(&mut party.address);
        poland(&mut party.correspondence_address);
    }
    if let Some(correction) = &mut it.correction {
        if let Some(seller) = &mut correction.seller {
            poland(&mut seller.address);
        }
        correction.buyers.iter_mut().for_each(|buyer| poland(&mut buyer.address));
    }
    for transport in it.terms.iter_mut().flat_map(|terms| &mut terms.transports) {
        if let Some(carrier) = &mut transport.carrier {
            poland(&mut carrier.address);
        }
        poland(&mut transport.from);
        poland(&mut transport.to);
        for address in &mut transport.via {
            address.country.get_or_insert_with(|| POLAND.to_owned());
        }
    }
}

fn number_lines(it: &mut VatInvoice, problems: &mut Problems) {
    let lines: Vec<_> = it.lines.iter_mut().map(|line| (&mut line.number, line.before)).collect();
    number(lines, "/lines", problems);
    if let Some(order) = &mut it.order {
        let lines: Vec<_> = order.lines.iter_mut().map(|line| (&mut line.number, line.before)).collect();
        number(lines, "/order/lines", problems);
    }
}

/// Counts lines from 1; a line as it was and the line as it is share a number.
pub(super) fn number(lines: Vec<(&mut Option<u64>, bool)>, pointer: &str, problems: &mut Problems) {
    if lines.iter().any(|(number, _)| number.is_some()) {
        for (index, (number, _)) in lines.iter().enumerate() {
            if number.is_none() {
                problems.incomplete(
                    &format!("{pointer}/{index}/number"),
                    "Inne wiersze mają numer, a ten nie; ponumeruj wszystkie albo żadnego.",
                    "Other lines have a number and this one has none; number all of them or none.",
                );
            }
        }
        return;
    }
    let mut next = 0;
    let mut was_before = false;
    for (number, before) in lines {
        if before || !was_before {
            next += 1;
        }
        *number = Some(next);
        was_before = before;
    }
}

fn identifiers(it: &VatInvoice, problems: &mut Problems) {
    let mut check = |pointer: String, count: usize, fields: &str| {
        if count != 1 {
            problems.push(
                &rules::ONE_OF,
                &pointer,
                Some(count.to_string()),
                Some(fields.to_owned()),
                [
                    format!("Podaj dokładnie jedno z pól: {fields}."),
                    format!("Give exactly one of the fields {fields}."),
                ],
            );
        }
    };
    if let Some(buyer) = &it.buyer {
        let count = identifier_count(&buyer.nip, &buyer.eu_vat, &buyer.foreign, buyer.without_identifier);
        check("/buyer".to_owned(), count, BUYER_IDENTIFIERS);
    }
    for (index, party) in it.third_parties.iter().enumerate() {
        let count = identifier_count(&party.nip, &party.eu_vat, &party.foreign, party.without_identifier);
        let count = count + usize::from(party.internal_id.is_some());
        check(format!("/thirdParties/{index}"), count, "nip, internalId, euVat, foreign, withoutIdentifier");
        let roles = usize::from(party.role.is_some()) + usize::from(party.other_role.is_some());
        check(format!("/thirdParties/{index}"), roles, "role, otherRole");
    }
    let buyers = it.correction.iter().flat_map(|correction| &correction.buyers);
    for (index, buyer) in buyers.enumerate() {
        let count = identifier_count(&buyer.nip, &buyer.eu_vat, &buyer.foreign, buyer.without_identifier);
        check(format!("/correction/buyers/{index}"), count, BUYER_IDENTIFIERS);
    }
    for (index, transport) in it.terms.iter().flat_map(|terms| &terms.transports).enumerate() {
        let pointer = format!("/terms/transports/{index}");
        if let Some(it) = &transport.carrier {
            let count = identifier_count(&it.nip, &it.eu_vat, &it.foreign, it.without_identifier);
            check(format!("{pointer}/carrier"), count, BUYER_IDENTIFIERS);
        }
        let kinds = usize::from(transport.kind.is_some()) + usize::from(transport.other_kind.is_some());
        check(pointer.clone(), kinds, "kind, otherKind");
        let cargoes = usize::from(transport.cargo.is_some()) + usize::from(transport.other_cargo.is_some());
        check(pointer, cargoes, "cargo, otherCargo");
    }
    if let Some(exemption) = &it.exemption {
        let bases = [&exemption.act, &exemption.directive, &exemption.other];
        check(
            "/exemption".to_owned(),
            bases.iter().filter(|basis| basis.is_some()).count(),
            "act, directive, other",
        );
    }
    let vehicles = it.new_transport.iter().flat_map(|transport| &transport.vehicles);
    for (index, vehicle) in vehicles.enumerate() {
        let Vehicle { mileage, ship_hours, aircraft_hours, .. } = vehicle;
        let kinds = [mileage, ship_hours, aircraft_hours].iter().filter(|kind| kind.is_some()).count();
        check(format!("/newTransport/vehicles/{index}"), kinds, "mileage, shipHours, aircraftHours");
    }
    for (index, advance) in it.advances.iter().enumerate() {
        let numbers = usize::from(advance.ksef_number.is_some()) + usize::from(advance.number.is_some());
        check(format!("/advances/{index}"), numbers, "ksefNumber, number");
    }
    if it.sale_date.is_some() && it.period.is_some() {
        check("/period".to_owned(), 2, "saleDate, period");
    }
    if let Some(payment) = &it.payment {
        let states = usize::from(payment.paid) + usize::from(!payment.parts.is_empty());
        if states > 1 {
            check("/payment".to_owned(), states, "paid, parts");
        }
        if payment.method.is_some() && payment.other_method.is_some() {
            check("/payment".to_owned(), 2, "method, otherMethod");
        }
        if payment.paid != payment.paid_on.is_some() {
            problems.incomplete(
                "/payment",
                "Pola paid i paidOn podaje się razem: zapłacono i kiedy.",
                "The fields paid and paidOn belong together: that it is paid, and when.",
            );
        }
        if payment.parts_complete && payment.parts.is_empty() {
            problems.incomplete(
                "/payment/parts",
                "partsComplete wymaga listy zapłat częściowych w parts.",
                "partsComplete needs the partial payments in parts.",
            );
        }
    }
}

fn identifier_count(
    nip: &Option<String>,
    eu_vat: &Option<EuVat>,
    foreign: &Option<ForeignId>,
    without: bool,
) -> usize {
    usize::from(nip.is_some())
        + usize::from(eu_vat.is_some())
        + usize::from(foreign.is_some())
        + usize::from(without)
}

/// Fields that only some kinds of invoice have.
fn fits_kind(it: &VatInvoice, kind: Kind, problems: &mut Problems) {
    let is_correction = matches!(kind, Kind::Kor | Kind::KorZal | Kind::KorRoz);
    let is_advance = matches!(kind, Kind::Zal | Kind::KorZal);
    let name = super::codec::Code::json(kind);
    let mut misplaced = |pointer: &str, is_there: bool, kinds: &str| {
        if is_there {
            problems.push(
                &rules::MISPLACED,
                pointer,
                Some(name.to_owned()),
                Some(kinds.to_owned()),
                [
                    format!("To pole należy do faktur {kinds}, a ta ma rodzaj {name}; popraw kind albo usuń pole."),
                    format!("This field belongs to invoices {kinds}, and this is {name}; correct kind or remove the field."),
                ],
            );
        }
    };
    misplaced("/correction", !is_correction && it.correction.is_some(), "KOR, KOR_ZAL, KOR_ROZ");
    if it.rounding != Some(Rounding::AsGiven) {
        misplaced("/advance", !is_advance && it.advance.is_some(), "ZAL, KOR_ZAL");
        misplaced("/order", !is_advance && it.order.is_some(), "ZAL, KOR_ZAL");
        let is_settlement = matches!(kind, Kind::Roz | Kind::KorRoz | Kind::Zal | Kind::KorZal);
        misplaced("/advances", !is_settlement && !it.advances.is_empty(), "ROZ, KOR_ROZ");
        for (index, line) in it.lines.iter().enumerate() {
            misplaced(&format!("/lines/{index}/before"), !is_correction && line.before, "KOR, KOR_ROZ");
        }
        for (index, line) in it.order.iter().flat_map(|order| &order.lines).enumerate() {
            misplaced(&format!("/order/lines/{index}/before"), !is_correction && line.before, "KOR_ZAL");
        }
    }
    if is_correction && it.correction.as_ref().is_none_or(|correction| correction.corrected.is_empty()) {
        problems.incomplete(
            "/correction/corrected",
            "Korekta musi wskazać fakturę korygowaną: datę, numer i numer KSeF.",
            "A correction must name the invoice that it corrects: date, number and KSeF number.",
        );
    }
    if kind == Kind::Roz && it.advances.is_empty() {
        problems.incomplete(
            "/advances",
            "Faktura ROZ musi wskazać faktury zaliczkowe.",
            "A ROZ invoice must name the advance invoices.",
        );
    }
}

/// Whether lines, order lines or a sum are of the group.
fn uses(it: &VatInvoice, group: Group) -> bool {
    let lines = it.lines.iter().filter_map(|line: &Line| line.vat_rate);
    let order = it.order.iter().flat_map(|order| &order.lines).filter_map(|line: &OrderLine| line.vat_rate);
    let has_sum = it.totals.clone().is_some_and(|mut totals: Totals| {
        totals.slot(group).as_ref().and_then(|total| total.net).is_some_and(|net| !net.0.is_zero())
    });
    has_sum || lines.chain(order).any(|rate: VatRate| rate.group() == group)
}

/// What the lines make true.
fn flags(it: &mut VatInvoice, kind: Kind, problems: &mut Problems) {
    let is_correction = matches!(kind, Kind::Kor | Kind::KorZal | Kind::KorRoz);
    let is_reverse = uses(it, Group::ReverseCharge) || uses(it, Group::NotTaxableServices);
    let must_split = must_split(it);
    let mut flags: Flags = it.flags.take().unwrap_or_default();
    if is_reverse && flags.reverse_charge == Some(false) {
        problems.contradiction(
            "/flags/reverseCharge",
            "Faktura ma pozycje oo lub np-II, które rozlicza nabywca; ustaw true albo pomiń to pole.",
            "The invoice has lines at oo or np-II, for which the buyer accounts; set true or leave it out.",
        );
    }
    flags.reverse_charge.get_or_insert(is_reverse);
    flags.split_payment.get_or_insert(must_split);
    it.flags = Some(flags);

    let is_exempt = uses(it, Group::Exempt);
    if is_exempt && it.exemption.is_none() {
        problems.incomplete(
            "/exemption",
            "Faktura ma sprzedaż zwolnioną (zw); podaj podstawę: act, directive albo other.",
            "The invoice has an exempt supply (zw); give its legal basis: act, directive or other.",
        );
    }
    if !is_exempt && it.exemption.is_some() && !is_correction {
        problems.contradiction(
            "/exemption",
            "Podano podstawę zwolnienia, a żadna pozycja nie ma stawki zw; popraw stawki albo usuń exemption.",
            "A basis of exemption is given, and no line is at zw; correct the rates or remove exemption.",
        );
    }
    let has_margin = uses(it, Group::Margin);
    if has_margin && it.margin_procedure.is_none() {
        problems.incomplete(
            "/marginProcedure",
            "Faktura ma pozycje w procedurze marży; podaj, w której.",
            "The invoice has lines under the margin procedure; say which one.",
        );
    }
    if !has_margin && it.margin_procedure.is_some() && !is_correction {
        problems.contradiction(
            "/marginProcedure",
            "Podano procedurę marży, a żadna pozycja nie ma stawki margin; popraw stawki albo usuń pole.",
            "A margin procedure is given, and no line is at margin; correct the rates or remove it.",
        );
    }
    recipients(it, problems);
}

/// `JST` and `GV` follow from the roles of third parties.
fn recipients(it: &mut VatInvoice, problems: &mut Problems) {
    let has_role = |role| it.third_parties.iter().any(|party| party.role == Some(role));
    let (unit, member) = (has_role(Role::JstRecipient), has_role(Role::VatGroupRecipient));
    let Some(buyer) = &mut it.buyer else { return };
    for (flag, found, field) in [(&mut buyer.jst, unit, "jst"), (&mut buyer.vat_group, member, "vatGroup")] {
        if *flag == Some(!found) {
            problems.contradiction(
                &format!("/buyer/{field}"),
                "Znacznik przeczy rolom w thirdParties: jstRecipient wymaga jst, vatGroupRecipient wymaga vatGroup, i odwrotnie.",
                "The flag contradicts the roles in thirdParties: jstRecipient goes with jst, vatGroupRecipient with vatGroup, and the reverse.",
            );
        }
        flag.get_or_insert(found);
    }
}

/// Split payment is compulsory for goods of annex 15 to a taxpayer above 15 000 PLN (art. 106e (1) 18a).
fn must_split(it: &VatInvoice) -> bool {
    let has_annex_15 = it.lines.iter().any(|line| line.annex15);
    let gross = it.totals.as_ref().and_then(|totals| totals.gross).unwrap_or_default().0;
    let rate = it.lines.iter().find_map(|line| line.exchange_rate).map_or(Decimal::ONE, |rate| rate.0);
    let in_zloty = gross.checked_mul(rate).unwrap_or(Decimal::MAX);
    let to_taxpayer = it.buyer.as_ref().is_some_and(|buyer| buyer.nip.is_some());
    has_annex_15 && to_taxpayer && in_zloty > SPLIT_PAYMENT_ABOVE
}

/// Sums of charges and deductions, and what is left to pay.
pub(super) fn settle(it: &mut Settlement, gross: Decimal, problems: &mut Problems) {
    let sum =
        |list: &[Charge]| money::total(list.iter().filter_map(|charge| charge.amount).map(|amount| amount.0));
    let (Some(charges), Some(deductions)) = (sum(&it.charges), sum(&it.deductions)) else {
        return too_large("/settlement", problems);
    };
    let pointer = |field: &str| format!("/settlement/{field}");
    if !it.charges.is_empty() || it.charges_total.is_some() {
        problems.compare(|| pointer("chargesTotal"), &mut it.charges_total, Number(charges));
    }
    if !it.deductions.is_empty() || it.deductions_total.is_some() {
        problems.compare(|| pointer("deductionsTotal"), &mut it.deductions_total, Number(deductions));
    }
    let rest = gross.checked_add(charges).and_then(|sum| sum.checked_sub(deductions));
    let Some(rest) = rest else { return too_large("/settlement", problems) };
    if it.to_settle.is_some() || (it.to_pay.is_none() && rest < Decimal::ZERO) {
        problems.compare(|| pointer("toSettle"), &mut it.to_settle, Number(-rest));
    } else {
        problems.compare(|| pointer("toPay"), &mut it.to_pay, Number(rest));
    }
}

pub(super) fn too_large(pointer: &str, problems: &mut Problems) {
    problems.push(
        &rules::TOO_LARGE,
        pointer,
        None,
        Some("9999999999999999.99".to_owned()),
        [
            "Kwota przekracza 16 cyfr przed przecinkiem; popraw ilość, cenę lub kurs.".to_owned(),
            "An amount exceeds 16 digits before the point; correct quantity, price or exchange rate."
                .to_owned(),
        ],
    );
}

/// The currency that needs no exchange rate.
pub(super) const ZLOTY: &str = "PLN";
const POLAND: &str = "PL";
const BUYER_IDENTIFIERS: &str = "nip, euVat, foreign, withoutIdentifier";
/// In złoty, with tax.
const SPLIT_PAYMENT_ABOVE: Decimal = Decimal::from_parts(15_000, 0, 0, false, 0);
