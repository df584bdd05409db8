//! The lines of an invoice: each by itself, and what they sum to by rate.

use std::collections::HashSet;

use super::facts::index_of;
use super::number::{Grosze, Number};
use super::{Subject, deep, words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::{InvoiceKind, RateGroup};
use crate::xml::Cursor;

/// What the lines come to.
#[derive(Default)]
pub(super) struct Tally<'d, 'a> {
    pub(super) groups: [GroupTally<'d, 'a>; RateGroup::ALL.len()],
    /// Lines whose rate belongs to no group, or that have none.
    pub(super) unrated: usize,
    /// `KursWaluty`, if every line that has one has the same.
    pub(super) exchange_rate: Option<Number>,
    pub(super) rated_line: Option<Cursor<'d, 'a>>,
    pub(super) has_several_rates: bool,
    /// The first line that is listed in annex 15.
    pub(super) annex_15: Option<Cursor<'d, 'a>>,
    pub(super) has_states_before: bool,
}

/// What the lines of one rate come to; lines with `StanPrzed` count against the sums.
#[derive(Clone, Copy)]
pub(super) struct GroupTally<'d, 'a> {
    pub(super) count: usize,
    pub(super) first: Option<Cursor<'d, 'a>>,
    pub(super) is_ordered: bool,
    pub(super) percent: Option<Number>,
    /// Whether lines of several rates are in the group (23 and 22).
    pub(super) is_mixed: bool,
    /// Sum of `P_11`; each sum is `None` once a line lacks what it needs.
    pub(super) net: Option<Grosze>,
    /// Sum of `P_11Vat`.
    pub(super) tax: Option<Grosze>,
    /// Sum of `P_11A`.
    pub(super) gross: Option<Grosze>,
    /// Sum of the tax on each `P_11`.
    pub(super) tax_on_net: Option<Grosze>,
    /// Sum of the tax within each `P_11A`.
    pub(super) tax_in_gross: Option<Grosze>,
}

impl Default for GroupTally<'_, '_> {
    fn default() -> Self {
        let zero = Some(Grosze::ZERO);
        Self {
            count: 0,
            first: None,
            is_ordered: false,
            percent: None,
            is_mixed: false,
            net: zero,
            tax: zero,
            gross: zero,
            tax_on_net: zero,
            tax_in_gross: zero,
        }
    }
}

impl<'d, 'a> Tally<'d, 'a> {
    pub(super) fn group(&self, group: RateGroup) -> &GroupTally<'d, 'a> {
        &self.groups[index_of(group)]
    }

    /// Whether a line, an order line or a total is of the group.
    pub(super) fn uses(&self, subject: &Subject<'_, '_, '_>, group: RateGroup) -> bool {
        let tally = self.group(group);
        tally.count > 0 || tally.is_ordered || subject.facts.has(group)
    }

    /// Notes the rate of an order line.
    pub(super) fn order(&mut self, rate: &str) {
        if let Some(group) = RateGroup::of_line_rate(rate) {
            self.groups[index_of(group)].is_ordered = true;
        }
    }
}

/// `FaWiersz` as far as rules need it.
struct Line<'d, 'a> {
    cursor: Cursor<'d, 'a>,
    has_name: bool,
    has_cn: bool,
    quantity: Option<Number>,
    net_price: Option<Number>,
    gross_price: Option<Number>,
    discount: Option<Number>,
    net: Option<Grosze>,
    gross: Option<Grosze>,
    tax: Option<Grosze>,
    rate: &'d str,
    oss_rate: Option<Number>,
    is_annex_15: bool,
    gtu: &'d str,
    procedure: &'d str,
    exchange_rate: Option<Number>,
    is_state_before: bool,
    number: &'d str,
}

impl<'d, 'a> Line<'d, 'a> {
    fn read(cursor: Cursor<'d, 'a>) -> Self {
        let mut line = Self {
            cursor,
            has_name: false,
            has_cn: false,
            quantity: None,
            net_price: None,
            gross_price: None,
            discount: None,
            net: None,
            gross: None,
            tax: None,
            rate: "",
            oss_rate: None,
            is_annex_15: false,
            gtu: "",
            procedure: "",
            exchange_rate: None,
            is_state_before: false,
            number: "",
        };
        for child in cursor.children() {
            match child.name().as_bytes() {
                b"NrWierszaFa" => line.number = child.text(),
                b"P_7" => line.has_name = true,
                b"CN" => line.has_cn = true,
                b"P_8B" => line.quantity = Number::parse(child.text()),
                b"P_9A" => line.net_price = Number::parse(child.text()),
                b"P_9B" => line.gross_price = Number::parse(child.text()),
                b"P_10" => line.discount = Number::parse(child.text()),
                b"P_11" => line.net = Grosze::parse(child.text()),
                b"P_11A" => line.gross = Grosze::parse(child.text()),
                b"P_11Vat" => line.tax = Grosze::parse(child.text()),
                b"P_12" => line.rate = child.text(),
                b"P_12_XII" => line.oss_rate = Number::parse(child.text()),
                b"P_12_Zal_15" => line.is_annex_15 = child.text() == "1",
                b"GTU" => line.gtu = child.text(),
                b"Procedura" => line.procedure = child.text(),
                b"KursWaluty" => line.exchange_rate = Number::parse(child.text()),
                b"StanPrzed" => line.is_state_before = child.text() == "1",
                _ => {}
            }
        }
        line
    }

    fn group(&self) -> Option<RateGroup> {
        if self.oss_rate.is_some() { Some(RateGroup::Oss) } else { RateGroup::of_line_rate(self.rate) }
    }

    fn percent(&self) -> Option<Number> {
        self.oss_rate.or_else(|| Number::parse(self.rate))
    }
}

pub(super) fn check<'d, 'a>(
    subject: &Subject<'_, 'd, 'a>,
    tally: &mut Tally<'d, 'a>,
    findings: &mut Findings,
) {
    let (mut last, mut is_rising) = (0, true);
    for cursor in subject.facts.lines() {
        let line = Line::read(cursor);
        match line.number.parse::<u64>() {
            Ok(number) if number > last => last = number,
            _ => is_rising = false,
        }
        add(&line, tally);
        values(subject, &line, findings);
        content(subject, &line, findings);
        procedures(subject, &line, findings);
    }
    if !is_rising && !subject.facts.is_correction() {
        repeated_numbers(subject, findings);
    }
    descriptions(subject, is_rising.then_some(last), findings);
}

fn add<'d, 'a>(line: &Line<'d, 'a>, tally: &mut Tally<'d, 'a>) {
    tally.has_states_before |= line.is_state_before;
    if line.is_annex_15 {
        tally.annex_15.get_or_insert(line.cursor);
    }
    if line.exchange_rate.is_some() {
        tally.has_several_rates |= tally.rated_line.is_some() && tally.exchange_rate != line.exchange_rate;
        tally.exchange_rate = line.exchange_rate;
        tally.rated_line.get_or_insert(line.cursor);
    }
    let Some(group) = line.group() else {
        tally.unrated += 1;
        return;
    };
    let percent = line.percent();
    let group = &mut tally.groups[index_of(group)];
    group.is_mixed |= group.count > 0 && group.percent != percent;
    group.percent = percent;
    group.count += 1;
    group.first.get_or_insert(line.cursor);
    let signed = |sum: Option<Grosze>, amount: Option<Grosze>| match (sum?, amount?) {
        (sum, amount) if line.is_state_before => Some(sum.minus(amount)),
        (sum, amount) => Some(sum.plus(amount)),
    };
    group.net = signed(group.net, line.net);
    group.tax = signed(group.tax, line.tax);
    group.gross = signed(group.gross, line.gross);
    if let Some(percent) = percent {
        group.tax_on_net = signed(group.tax_on_net, line.net.and_then(|net| net.percent(percent)));
        if line.gross.is_some() || group.gross.is_some() {
            group.tax_in_gross =
                signed(group.tax_in_gross, line.gross.and_then(|gross| gross.tax_within(percent)));
        }
    }
    if line.gross.is_none() {
        group.tax_in_gross = None;
    }
}

/// Quantity × price − discount against the value, and the parts against the gross value.
fn values(subject: &Subject<'_, '_, '_>, line: &Line<'_, '_>, findings: &mut Findings) {
    // With gross prices the net values come from tax arithmetic, not from a net price (art. 106e (7), (8)).
    let is_gross_method = line.gross_price.is_some() || line.gross.is_some();
    let net = line.quantity.zip(line.net_price).zip(line.net).filter(|_| !is_gross_method);
    if let Some(((quantity, price), net)) = net {
        product(subject, line, (&catalogue::LINE_NET, "P_11"), (quantity, price, net), findings);
    }
    if let Some(((quantity, price), gross)) = line.quantity.zip(line.gross_price).zip(line.gross) {
        product(subject, line, (&catalogue::LINE_GROSS, "P_11A"), (quantity, price, gross), findings);
    }
    if let (Some(net), Some(tax), Some(gross)) = (line.net, line.tax, line.gross)
        && gross.differs(net.plus(tax), 1)
    {
        let expected = net.plus(tax);
        subject.report(
            findings,
            &catalogue::LINE_GROSS_PARTS,
            deep(line.cursor, &["P_11A"]),
            words(
                gross,
                expected,
                format!("P_11A wynosi {gross}, a P_11 i P_11Vat dają {expected}; przelicz pozycję."),
                format!("P_11A is {gross}, and P_11 with P_11Vat gives {expected}; recompute the line."),
            ),
        );
    }
}

fn product(
    subject: &Subject<'_, '_, '_>,
    line: &Line<'_, '_>,
    (rule, element): (&'static catalogue::Rule, &str),
    (quantity, price, value): (Number, Number, Grosze),
    findings: &mut Findings,
) {
    let Some(expected) = quantity.times(price) else { return };
    if !value.differs(expected, 1) {
        return;
    }
    // P_10 is said of the line by some and of the unit by others; both are let pass.
    let discounts = line.discount.into_iter().flat_map(|discount| {
        [discount.times(Number::whole(1)), discount.times(quantity)].into_iter().flatten()
    });
    let mut allowed = discounts.map(|discount| expected.minus(discount));
    let first = allowed.next();
    if first.into_iter().chain(allowed).any(|allowed| !value.differs(allowed, 1)) {
        return;
    }
    let expected = first.unwrap_or(expected);
    subject.report(
        findings,
        rule,
        deep(line.cursor, &[element]),
        words(
            value,
            expected,
            format!(
                "{element} wynosi {value}, a z ilości, ceny i rabatu wynika {expected}; przelicz pozycję."
            ),
            format!(
                "{element} is {value}, and quantity, price and discount give {expected}; recompute the line."
            ),
        ),
    );
}

/// What a line must say, and must not.
fn content(subject: &Subject<'_, '_, '_>, line: &Line<'_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    if facts.is_correction() {
        return;
    }
    if line.is_state_before && facts.kind.is_some() {
        subject.report(
            findings,
            &catalogue::STATE_BEFORE_WITHOUT_CORRECTION,
            deep(line.cursor, &["StanPrzed"]),
            words(
                facts.kind_code(),
                "KOR, KOR_ROZ",
                "Pozycja ma StanPrzed, a faktura nie jest korektą; usuń go albo popraw RodzajFaktury."
                    .to_owned(),
                "A line has StanPrzed, and the invoice is no correction; remove it or correct RodzajFaktury."
                    .to_owned(),
            ),
        );
    }
    if !line.has_name {
        subject.report(
            findings,
            &catalogue::LINE_WITHOUT_NAME,
            line.cursor,
            words(
                "",
                "P_7",
                "Pozycja nie ma nazwy towaru lub usługi; dodaj P_7.".to_owned(),
                "The line has no name of goods or service; add P_7.".to_owned(),
            ),
        );
    }
    let needs_rate = facts.is_kind(&[InvoiceKind::Vat, InvoiceKind::Zal, InvoiceKind::Roz])
        && !facts.notes.margin
        && !facts.notes.reverse_charge;
    if needs_rate && line.rate.is_empty() && line.oss_rate.is_none() {
        subject.report(
            findings,
            &catalogue::LINE_WITHOUT_RATE,
            line.cursor,
            words(
                "",
                "P_12",
                "Pozycja nie ma stawki podatku; dodaj P_12.".to_owned(),
                "The line has no rate of tax; add P_12.".to_owned(),
            ),
        );
    }
    if facts.notes.margin && line.rate.is_empty() && line.tax.is_some_and(|tax| tax != Grosze::ZERO) {
        subject.report(
            findings,
            &catalogue::MARGIN_LINE_TAX,
            deep(line.cursor, &["P_11Vat"]),
            words(
                line.tax.unwrap_or_default(),
                "",
                "W procedurze marży nie wykazuje się podatku od pozycji; usuń P_11Vat.".to_owned(),
                "In the margin procedure no tax is shown on a line; remove P_11Vat.".to_owned(),
            ),
        );
    }
}

/// `Procedura` and `GTU` against what the line is.
fn procedures(subject: &Subject<'_, '_, '_>, line: &Line<'_, '_>, findings: &mut Findings) {
    if line.procedure.is_empty() && line.gtu.is_empty() {
        return;
    }
    let (procedure, rate, at) = (line.procedure, line.rate, || deep(line.cursor, &["Procedura"]));
    // FA(2) has one rate 0 for all.
    let is_fa3 = subject.form == crate::Form::Fa3;
    if is_fa3 && matches!(procedure, "I_42" | "I_63") && !rate.is_empty() && rate != "0 WDT" {
        subject.report(findings, &catalogue::IMPORT_PROCEDURE_RATE, at(), words(
            format!("{procedure}, {rate}"), "0 WDT",
            format!("Procedura {procedure} dotyczy WDT po imporcie, a pozycja ma stawkę {rate}; popraw jedno z nich."),
            format!("Procedure {procedure} is a supply within the EU after import, and the line has the rate {rate}; correct one."),
        ));
    }
    if procedure == "TT_D" && !subject.facts.notes.triangular {
        subject.report(
            findings,
            &catalogue::TRIANGULAR_PROCEDURE,
            at(),
            words(
                "TT_D",
                "P_23 = 1",
                "Pozycja ma procedurę TT_D (transakcja trójstronna), a P_23 nie jest równe 1; uzgodnij je."
                    .to_owned(),
                "A line has the procedure TT_D (triangular transaction), but P_23 is not 1; make them agree."
                    .to_owned(),
            ),
        );
    }
    if procedure == "WSTO_EE" && Number::parse(rate).is_some_and(|rate| !rate.is_zero()) {
        subject.report(findings, &catalogue::DISTANCE_SALE_RATE, at(), words(
            format!("WSTO_EE, {rate}"), "P_12_XII, np I",
            format!("WSTO_EE to sprzedaż opodatkowana w innym kraju, a pozycja ma polską stawkę {rate}; popraw jedno z nich."),
            format!("WSTO_EE is a sale taxed in another country, and the line has the Polish rate {rate}; correct one."),
        ));
    }
    if matches!(line.gtu, "GTU_11" | "GTU_12" | "GTU_13") && line.has_cn {
        let gtu = line.gtu;
        subject.report(findings, &catalogue::GTU_OF_SERVICES, deep(line.cursor, &["GTU"]), words(
            format!("{gtu}, CN"), "GTU_01 – GTU_10",
            format!("{gtu} oznacza usługę, a pozycja ma kod CN towaru; popraw oznaczenie albo usuń CN."),
            format!("{gtu} marks a service, and the line has a CN code of goods; correct the mark or remove CN."),
        ));
    }
}

fn repeated_numbers(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for line in subject.facts.lines() {
        let Some(at) = line.child("NrWierszaFa") else { continue };
        let Ok(number) = at.text().parse::<u64>() else { continue };
        if !seen.insert(number) {
            repeated_number(subject, at, number, findings);
        }
    }
}

/// A line number that has occurred before, in whatever form.
pub(super) fn repeated_number(
    place: &super::Place<'_, '_>,
    at: Cursor<'_, '_>,
    number: u64,
    findings: &mut Findings,
) {
    place.report(
        findings,
        &catalogue::LINE_NUMBER_TWICE,
        at,
        words(
            number,
            "",
            format!("Numer wiersza {number} już wystąpił; ponumeruj wiersze od nowa."),
            format!("The line number {number} has occurred before; number the lines anew."),
        ),
    );
}

/// `DodatkowyOpis/NrWiersza` and `P_NrWierszaNST` must name a line; `last` is the highest number of lines that rise.
fn descriptions(subject: &Subject<'_, '_, '_>, last: Option<u64>, findings: &mut Findings) {
    let facts = subject.facts;
    let vehicles = || {
        let transport = subject.at(&["Fa", "Adnotacje", "NoweSrodkiTransportu"]);
        transport.children().filter_map(|vehicle| vehicle.child("P_NrWierszaNST"))
    };
    let mentions = facts.descriptions.iter().filter_map(|description| description.child("NrWiersza"));
    let mentions = mentions.map(|at| (at, &catalogue::DESCRIPTION_OF_NO_LINE));
    let vehicles = facts.notes.new_transport.then(vehicles).into_iter().flatten();
    let mut known: Option<HashSet<u64>> = None;
    for (at, rule) in mentions.chain(vehicles.map(|at| (at, &catalogue::NEW_TRANSPORT_OF_NO_LINE))) {
        let Ok(number) = at.text().parse::<u64>() else { continue };
        // Lines 1, 2, 3 … as most have them need no set.
        let is_plain = last.is_some_and(|last| last == facts.line_count as u64);
        let is_known = match (is_plain, facts.order) {
            (true, None) => (1..=facts.line_count as u64).contains(&number),
            _ => known.get_or_insert_with(|| line_numbers(subject)).contains(&number),
        };
        if !is_known {
            subject.report(
                findings,
                rule,
                at,
                words(
                    number,
                    "NrWierszaFa",
                    format!("Wiersza o numerze {number} nie ma na fakturze; popraw numer."),
                    format!("There is no line number {number} on the invoice; correct the number."),
                ),
            );
        }
    }
}

fn line_numbers(subject: &Subject<'_, '_, '_>) -> HashSet<u64> {
    let lines = subject.facts.lines().filter_map(|line| line.child("NrWierszaFa"));
    let order = subject.facts.order.into_iter().flat_map(Cursor::children);
    let order = order.filter_map(|line| line.child("NrWierszaZam"));
    lines.chain(order).filter_map(|number| number.text().parse().ok()).collect()
}
