//! Totals and payment of UBL.

use super::Builder;
use crate::code_lists::{PEF_PAYMENTS, PEF_TAX_CATEGORIES, lookup};
use crate::format;
use crate::model::{Align, AmountLine, Block, Cell, Column, Fact, Row, Table, Weight};
use crate::source::Node;
use crate::words::Word;

impl Builder {
    /// Payment at the left, totals at the right.
    pub(super) fn pef_totals_and_payment(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut totals = self.pef_amounts(root, true);
        if !totals.is_empty() {
            totals.insert(0, self.title(Word::Summary));
        }
        let facts = self.pef_payment(root);
        let payment = match facts.is_empty() {
            true => Vec::new(),
            false => vec![self.title(Word::Payment), Block::Facts(facts)],
        };
        if !totals.is_empty() || !payment.is_empty() {
            blocks.push(Block::Columns(payment, totals));
        }
    }

    /// Taxes by rate, allowances and charges, and the sums; the amount due stands out when `is_final`.
    pub(super) fn pef_amounts(&self, root: Node<'_, '_>, is_final: bool) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut rows = Vec::new();
        let mut lines = Vec::new();
        for total in root.all("TaxTotal") {
            for subtotal in total.all("TaxSubtotal") {
                let category = subtotal.child("TaxCategory");
                let mut rate = category.map(|category| self.pef_rate(category)).unwrap_or_default();
                let code = category.and_then(|category| category.peek_at("ID")).filter(|code| *code != "S");
                if let Some(words) = code.and_then(|code| lookup(PEF_TAX_CATEGORIES, code, self.language)) {
                    rate = format!("{rate} {words}");
                }
                let mut reasons = Vec::new();
                for name in ["TaxExemptionReason", "TaxExemptionReasonCode"] {
                    reasons.extend(category.into_iter().flat_map(|category| self.ubl_all(category, &[name])));
                }
                let amount = |name: &str| Cell::new(self.ubl_all(subtotal, &[name]).join(", "));
                let first = Cell { text: rate, detail: reasons.join(" · ") };
                let cells = vec![first, amount("TaxableAmount"), amount("TaxAmount")];
                rows.push(Row { cells, ..Row::default() });
            }
            for amount in self.ubl_all(total, &["TaxAmount"]) {
                lines.push(self.pef_amount(Word::TaxTotal, amount, Weight::Plain));
            }
        }
        if !rows.is_empty() {
            let columns = [(Word::VatRate, Align::Start), (Word::Net, Align::End), (Word::Tax, Align::End)]
                .map(|(word, align)| Column { title: self.word(word).to_owned(), align });
            blocks.push(Block::Table(Table { columns: columns.into(), rows, sums: Vec::new() }));
        }
        for charge in root.all("AllowanceCharge") {
            let mut words = self.pef_charge(charge);
            let amount = if words.len() > 1 { words.remove(1) } else { String::new() };
            lines.insert(0, AmountLine { label: words.join(", "), amount, weight: Weight::Plain });
        }
        for totals in root.all("LegalMonetaryTotal") {
            for (name, word, weight) in [
                ("LineExtensionAmount", Word::LineTotal, Weight::Plain),
                ("AllowanceTotalAmount", Word::AllowanceTotal, Weight::Plain),
                ("ChargeTotalAmount", Word::ChargesTotal, Weight::Plain),
                ("TaxExclusiveAmount", Word::NetTotal, Weight::Plain),
                ("TaxInclusiveAmount", Word::GrossTotal, Weight::Strong),
                ("PrepaidAmount", Word::Prepaid, Weight::Plain),
                ("PayableRoundingAmount", Word::Rounding, Weight::Plain),
                ("PayableAmount", Word::ToPay, if is_final { Weight::Grand } else { Weight::Strong }),
            ] {
                for amount in self.ubl_all(totals, &[name]) {
                    lines.push(self.pef_amount(word, amount, weight));
                }
            }
        }
        if !lines.is_empty() {
            blocks.push(Block::Amounts(lines));
        }
        blocks
    }

    fn pef_amount(&self, word: Word, amount: String, weight: Weight) -> AmountLine {
        AmountLine { label: self.word(word).to_owned(), amount, weight }
    }

    fn pef_payment(&self, root: Node<'_, '_>) -> Vec<Fact> {
        let mut facts = Vec::new();
        for means in root.all("PaymentMeans") {
            if let Some(code) = means.child("PaymentMeansCode") {
                let words = lookup(PEF_PAYMENTS, code.peek(), self.language);
                let code = self.ubl(code);
                let text = words.map_or_else(|| code.clone(), |words| format!("{words} – {code}"));
                facts.push(self.fact(Word::PaymentForm, text));
            }
            self.ubl_push(&mut facts, means, &["PaymentDueDate"], Word::DueDate);
            self.ubl_push(&mut facts, means, &["PaymentID"], Word::PaymentTitle);
            for account in means.all("PayeeFinancialAccount") {
                let mut lines = Vec::new();
                if let Some(number) = account.child("ID") {
                    let plain = number.attribute_count() == 0;
                    lines.push(if plain { format::account(number.text()) } else { self.ubl(number) });
                }
                lines.extend(self.ubl_all(account, &["Name"]));
                lines.extend(self.ubl_all(account, &["FinancialInstitutionBranch", "ID"]));
                facts.push(Fact { label: self.word(Word::Account).to_owned(), lines });
            }
            for (path, word) in [
                (&["CardAccount", "PrimaryAccountNumberID"][..], Word::Card),
                (&["CardAccount", "NetworkID"], Word::CardNetwork),
                (&["CardAccount", "HolderName"], Word::CardHolder),
                (&["PaymentMandate", "ID"], Word::Mandate),
                (&["PaymentMandate", "PayerFinancialAccount", "ID"], Word::PayerAccount),
            ] {
                self.ubl_push(&mut facts, means, path, word);
            }
        }
        self.ubl_push(&mut facts, root, &["PaymentTerms", "Note"], Word::PaymentTerms);
        facts
    }
}
