//! The summary by rate, the total, and what is to be paid after charges and deductions.

use ksef_invoice::view::{InvoiceKind, RateGroup};
use rust_decimal::Decimal;

use super::Builder;
use crate::code_lists::RATE_GROUPS;
use crate::model::{Align, AmountLine, Block, Cell, Column, Row, Table, Weight};
use crate::source::Node;
use crate::words::Word;

/// One rate of the summary, as text.
struct Rate<'a> {
    label: String,
    net: Option<&'a str>,
    tax: Option<&'a str>,
    tax_pln: Option<&'a str>,
}

impl Builder {
    /// Payment at the left, totals at the right: the amount due and where to pay it are read together.
    pub(in crate::model) fn totals_and_payment(&self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut totals = Vec::new();
        let rates = self.rates(fa);
        if !rates.is_empty() {
            totals.push(Block::Table(self.rate_table(&rates)));
        }
        let amounts = self.amounts(fa);
        if !amounts.is_empty() {
            totals.push(Block::Amounts(amounts));
        }
        if !totals.is_empty() {
            totals.insert(0, self.title(Word::Summary));
        }
        let payment = self.payment(fa);
        match (payment.is_empty(), totals.is_empty()) {
            (false, false) => blocks.push(Block::Columns(payment, totals)),
            (true, false) => blocks.push(Block::Columns(Vec::new(), totals)),
            _ => blocks.extend(payment),
        }
    }

    fn rates<'a>(&self, fa: Node<'_, 'a>) -> Vec<Rate<'a>> {
        let mut rates = Vec::new();
        let used = used_rates(fa);
        for group in RateGroup::ALL {
            let rate = Rate {
                label: self.rate_label(group.net_element(), &used),
                net: fa.take(group.net_element()),
                tax: group.tax_element().and_then(|element| fa.take(element)),
                tax_pln: group.tax_pln_element().and_then(|element| fa.take(element)),
            };
            if rate.net.is_some() || rate.tax.is_some() || rate.tax_pln.is_some() {
                rates.push(rate);
            }
        }
        rates
    }

    /// `23%` when the lines say which of a group's two rates it is, else the group's name.
    fn rate_label(&self, element: &str, used: &[&str]) -> String {
        let rates: &[&str] = match element {
            "P_13_1" => &["23", "22"],
            "P_13_2" => &["8", "7"],
            "P_13_3" => &["5"],
            _ => &[],
        };
        let mut found = rates.iter().filter(|rate| used.contains(rate));
        match (found.next(), found.next()) {
            (Some(rate), None) => format!("{rate}%"),
            _ => self.code(RATE_GROUPS, element),
        }
    }

    fn rate_table(&self, rates: &[Rate<'_>]) -> Table {
        let has_pln = rates.iter().any(|rate| rate.tax_pln.is_some());
        let mut columns = vec![Column { title: self.word(Word::VatRate).to_owned(), align: Align::Start }];
        let words = [Some(Word::Net), Some(Word::Tax), has_pln.then_some(Word::TaxPln), Some(Word::Gross)];
        for word in words.into_iter().flatten() {
            columns.push(Column { title: self.word(word).to_owned(), align: Align::Decimal });
        }
        let row = |label: &str, net: Option<&str>, tax: Option<&str>, pln: Option<&str>, weight| {
            let gross = self.gross(net, tax);
            let mut cells = vec![Cell::new(label)];
            let texts = [Some(net), Some(tax), has_pln.then_some(pln), Some(gross.as_deref())];
            for text in texts.into_iter().flatten() {
                cells.push(Cell::new(text.map(|text| self.amount(text)).unwrap_or_default()));
            }
            Row { cells, weight, is_group: false }
        };
        let rows = rates
            .iter()
            .map(|rate| row(&rate.label, rate.net, rate.tax, rate.tax_pln, Weight::Plain))
            .collect();
        let mut sums = Vec::new();
        if rates.len() > 1 {
            let total = |pick: fn(&Rate<'_>) -> Option<String>| sum(rates.iter().filter_map(pick));
            let net = total(|rate| rate.net.map(str::to_owned));
            let tax = total(|rate| rate.tax.map(str::to_owned));
            let pln = total(|rate| rate.tax_pln.map(str::to_owned));
            let label = self.word(Word::Total);
            sums.push(row(label, net.as_deref(), tax.as_deref(), pln.as_deref(), Weight::Strong));
        }
        Table { columns, rows, sums }
    }

    /// Net and tax together; a rate without tax has its net as its gross. `None` when either cannot be read.
    fn gross(&self, net: Option<&str>, tax: Option<&str>) -> Option<String> {
        sum([net?, tax.unwrap_or("0")].into_iter().map(str::to_owned))
    }

    fn amounts(&self, fa: Node<'_, '_>) -> Vec<AmountLine> {
        let mut lines = Vec::new();
        let settlement = fa.child("Rozliczenie");
        let has_final = settlement.is_some_and(|node| {
            node.peek_at("DoZaplaty").is_some() || node.peek_at("DoRozliczenia").is_some()
        });
        if let Some(text) = fa.take("P_15") {
            let word = match self.kind {
                Some(kind) if kind.is_correction() => Word::GrossCorrection,
                Some(InvoiceKind::Zal) => Word::GrossAdvance,
                Some(InvoiceKind::Roz) => Word::GrossRemaining,
                _ => Word::GrossTotal,
            };
            lines.push(self.line_of(word, text, if has_final { Weight::Strong } else { Weight::Grand }));
        }
        self.settlement(fa, &mut lines);
        lines
    }

    /// What is to be paid after charges and deductions (`Rozliczenie`).
    pub(in crate::model) fn settlement(&self, fa: Node<'_, '_>, lines: &mut Vec<AmountLine>) {
        let Some(node) = fa.child("Rozliczenie") else {
            return;
        };
        for (element, word, total, total_word) in [
            ("Obciazenia", Word::Charges, "SumaObciazen", Word::ChargesTotal),
            ("Odliczenia", Word::Deductions, "SumaOdliczen", Word::DeductionsTotal),
        ] {
            for charge in node.all(element) {
                let label = match charge.take("Powod") {
                    Some(reason) => format!("{}: {reason}", self.word(word)),
                    None => self.word(word).to_owned(),
                };
                let amount = charge.take("Kwota").map(|text| self.money(text)).unwrap_or_default();
                lines.push(AmountLine { label, amount, weight: Weight::Plain });
            }
            if let Some(text) = node.take(total) {
                lines.push(self.line_of(total_word, text, Weight::Plain));
            }
        }
        for (element, word) in [("DoZaplaty", Word::ToPay), ("DoRozliczenia", Word::ToSettle)] {
            if let Some(text) = node.take(element) {
                lines.push(self.line_of(word, text, Weight::Grand));
            }
        }
    }

    pub(in crate::model) fn line_of(&self, word: Word, text: &str, weight: Weight) -> AmountLine {
        AmountLine { label: self.word(word).to_owned(), amount: self.money(text), weight }
    }
}

/// The different rates of the lines, and of an advance invoice's order.
fn used_rates<'a>(fa: Node<'_, 'a>) -> Vec<&'a str> {
    let lines = fa.all("FaWiersz").filter_map(|line| line.peek_at("P_12"));
    let order = fa
        .child("Zamowienie")
        .into_iter()
        .flat_map(|order| order.children().filter_map(|line| line.peek_at("P_12Z")));
    let mut used: Vec<&str> = Vec::new();
    for rate in lines.chain(order) {
        if used.len() < RATES_MAX && !used.contains(&rate) {
            used.push(rate);
        }
    }
    used
}

/// More different rates than the law has.
const RATES_MAX: usize = 32;

/// The exact sum of decimal texts; `None` when there is none, one cannot be read, or it overflows 28 digits.
fn sum(texts: impl Iterator<Item = String>) -> Option<String> {
    let mut total: Option<Decimal> = None;
    for text in texts {
        let amount: Decimal = text.parse().ok()?;
        total = Some(total.unwrap_or_default().checked_add(amount)?);
    }
    Some(total?.to_string())
}
