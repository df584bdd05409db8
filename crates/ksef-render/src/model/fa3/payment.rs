//! How and when the invoice is paid.

use super::{Builder, plain};
use crate::code_lists::{BANK_OWN_ACCOUNTS, PAYMENT_FORMS, RR_PAYMENT_FORMS};
use crate::format;
use crate::model::{Align, Block, Cell, Column, Fact, Row, Table};
use crate::source::Node;
use crate::words::Word;

impl Builder {
    /// The section on payment; FA_RR has a list of forms of its own.
    pub(in crate::model) fn payment(&self, fa: Node<'_, '_>) -> Vec<Block> {
        let Some(node) = fa.child("Platnosc") else {
            return Vec::new();
        };
        let mut facts = Vec::new();
        for (element, value, word) in [
            ("Zaplacono", "1", Word::Paid),
            ("ZnacznikZaplatyCzesciowej", "1", Word::PartlyPaid),
            ("ZnacznikZaplatyCzesciowej", "2", Word::PaidInParts),
        ] {
            if node.take_if(element, value) {
                facts.push(self.fact(Word::PaymentStatus, self.word(word)));
            }
        }
        self.push(&mut facts, node, "DataZaplaty", Word::PaidOn, Self::date);
        for part in node.all("ZaplataCzesciowa") {
            let texts = [
                part.take("KwotaZaplatyCzesciowej").map(|text| self.money(text)),
                part.take("DataZaplatyCzesciowej").map(|text| self.date(text)),
                self.payment_form(part),
            ];
            let texts: Vec<_> = texts.into_iter().flatten().collect();
            if !texts.is_empty() {
                facts.push(self.fact(Word::PartPayment, texts.join(", ")));
            }
        }
        for term in node.all("TerminPlatnosci") {
            let mut lines = Vec::new();
            lines.extend(term.take("Termin").map(|text| self.date(text)));
            if let Some(description) = term.child("TerminOpis") {
                // FA(2) has a text here, FA(3) its parts.
                lines.extend((!description.peek().is_empty()).then(|| description.text().to_owned()));
                let words = ["Ilosc", "Jednostka", "ZdarzeniePoczatkowe"].map(|name| description.take(name));
                let words: Vec<_> = words.into_iter().flatten().collect();
                lines.extend((!words.is_empty()).then(|| words.join(" ")));
            }
            if !lines.is_empty() {
                facts.push(Fact { label: self.word(Word::DueDate).to_owned(), lines });
            }
        }
        if let Some(form) = self.payment_form(node) {
            facts.push(self.fact(Word::PaymentForm, form));
        }
        for (element, word) in [
            ("RachunekBankowy", Word::Account),
            ("RachunekBankowyFaktora", Word::FactorAccount),
            ("RachunekBankowy1", Word::FarmerAccount),
            ("RachunekBankowy2", Word::BuyerAccount),
        ] {
            facts.extend(node.all(element).map(|account| self.account(account, word)));
        }
        if let Some(discount) = node.child("Skonto") {
            let lines: Vec<_> = ["WarunkiSkonta", "WysokoscSkonta"]
                .into_iter()
                .filter_map(|name| discount.take(name))
                .map(str::to_owned)
                .collect();
            if !lines.is_empty() {
                facts.push(Fact { label: self.word(Word::CashDiscount).to_owned(), lines });
            }
        }
        self.push(&mut facts, node, "LinkDoPlatnosci", Word::PaymentLink, plain);
        self.push(&mut facts, node, "IPKSeF", Word::PaymentId, plain);
        match facts.is_empty() {
            true => Vec::new(),
            false => vec![self.title(Word::Payment), Block::Facts(facts)],
        }
    }

    fn payment_form(&self, node: Node<'_, '_>) -> Option<String> {
        let forms = if self.is_rr { RR_PAYMENT_FORMS } else { PAYMENT_FORMS };
        if let Some(code) = node.take("FormaPlatnosci") {
            return Some(self.code(forms, code));
        }
        let is_other = node.take_if("PlatnoscInna", "1");
        match node.take("OpisPlatnosci") {
            Some(description) => Some(description.to_owned()),
            None => is_other.then(|| self.word(Word::OtherPayment).to_owned()),
        }
    }

    fn account(&self, node: Node<'_, '_>, word: Word) -> Fact {
        let mut lines = Vec::new();
        lines.extend(node.take("NrRB").map(format::account));
        lines.extend(node.take("NazwaBanku").map(str::to_owned));
        lines.extend(node.take("SWIFT").map(|swift| format!("{}: {swift}", self.word(Word::Swift))));
        if let Some(code) = node.take("RachunekWlasnyBanku") {
            let kind = self.code(BANK_OWN_ACCOUNTS, code);
            lines.push(format!("{}: {kind}", self.word(Word::BankOwnAccount)));
        }
        lines.extend(node.take("OpisRachunku").map(str::to_owned));
        Fact { label: self.word(word).to_owned(), lines }
    }

    /// Payments that an advance invoice documents, and advance invoices that a settlement invoice settles.
    pub(in crate::model) fn advances(&self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut rows = Vec::new();
        for node in fa.all("ZaliczkaCzesciowa") {
            let cells = [
                node.take("P_6Z").map(|text| self.date(text)),
                node.take("P_15Z").map(|text| self.money(text)),
                node.take("KursWalutyZW").map(|text| self.number(text)),
            ];
            rows.push(cells.map(Option::unwrap_or_default));
        }
        if !rows.is_empty() {
            // The exchange rate has a column only on invoices in a foreign currency.
            let width = if rows.iter().any(|row| !row[2].is_empty()) { 3 } else { 2 };
            let titles = [
                (Word::Date, Align::Short),
                (Word::Amount, Align::End),
                (Word::LineExchangeRate, Align::End),
            ];
            blocks.push(self.title(Word::AdvancePayments));
            blocks.push(self.small_table(&titles[..width], rows.iter().map(|row| &row[..width])));
        }
        let rows: Vec<_> = fa
            .all("FakturaZaliczkowa")
            .map(|node| {
                let number = node.take("NrFaZaliczkowej").unwrap_or_default().to_owned();
                let outside = node.take_if("NrKSeFZN", "1").then(|| self.word(Word::OutsideKsef).to_owned());
                let ksef = node.take("NrKSeFFaZaliczkowej").map(str::to_owned);
                [number, ksef.into_iter().chain(outside).collect::<Vec<_>>().join(", ")]
            })
            .collect();
        if !rows.is_empty() {
            let titles = [(Word::Number, Align::Start), (Word::KsefNumber, Align::Start)];
            let first = usize::from(rows.iter().all(|row| row[0].is_empty()));
            blocks.push(self.title(Word::AdvanceInvoices));
            blocks.push(self.small_table(&titles[first..], rows.iter().map(|row| &row[first..])));
        }
    }

    fn small_table<'r>(&self, titles: &[(Word, Align)], rows: impl Iterator<Item = &'r [String]>) -> Block {
        let columns = titles
            .iter()
            .map(|(word, align)| Column { title: self.word(*word).to_owned(), align: *align })
            .collect();
        let rows = rows
            .map(|texts| Row { cells: texts.iter().cloned().map(Cell::new).collect(), ..Row::default() })
            .collect();
        Block::Table(Table { columns, rows, sums: Vec::new() })
    }
}
