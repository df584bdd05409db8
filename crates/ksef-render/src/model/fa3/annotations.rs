//! Statements that the law wants on an invoice when they apply (`Adnotacje`, `FP`, `TP`, `ZwrotAkcyzy`).
//!
//! What applies is said in the words of the act; what does not goes to the fine print.

use super::Builder;
use crate::code_lists::{VEHICLE_FIELDS, lookup};
use crate::model::Block;
use crate::source::Node;
use crate::words::Word;

impl Builder {
    pub(super) fn annotations(&mut self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut notices = Vec::new();
        if let Some(node) = fa.child("Adnotacje") {
            for (element, word) in [
                ("P_16", Word::CashAccounting),
                ("P_17", Word::SelfBilling),
                ("P_18", Word::ReverseCharge),
                ("P_18A", Word::SplitPayment),
            ] {
                if self.statement(node, element, word) {
                    notices.push(self.word(word).to_owned());
                }
            }
            if let Some(exemption) = node.child("Zwolnienie") {
                self.exemption(exemption, &mut notices);
            }
            if let Some(transport) = node.child("NoweSrodkiTransportu") {
                self.new_transport(transport, &mut notices);
            }
            if self.statement(node, "P_23", Word::TriangularProcedure) {
                notices.push(self.word(Word::Triangular).to_owned());
            }
            if let Some(margin) = node.child("PMarzy") {
                self.margin(margin, &mut notices);
            }
        }
        for (element, word) in
            [("FP", Word::ToReceipt), ("TP", Word::RelatedParties), ("ZwrotAkcyzy", Word::ExciseRefund)]
        {
            if fa.take_if(element, "1") {
                notices.push(self.word(word).to_owned());
            }
        }
        if !notices.is_empty() {
            blocks.push(self.title(Word::Annotations));
            blocks.push(Block::Notices(notices));
        }
    }

    fn exemption(&mut self, node: Node<'_, '_>, notices: &mut Vec<String>) {
        if node.take_if("P_19N", "1") {
            self.not_applicable.push(Word::Exempt);
        }
        let mut bases = Vec::new();
        for (element, word) in
            [("P_19A", Word::ExemptLaw), ("P_19B", Word::ExemptDirective), ("P_19C", Word::ExemptOther)]
        {
            if let Some(text) = node.take(element) {
                bases.push(format!("{}: {text}", self.word(word)));
            }
        }
        if node.take_if("P_19", "1") || !bases.is_empty() {
            let exempt = self.word(Word::Exempt);
            notices.push(match bases.is_empty() {
                true => exempt.to_owned(),
                false => format!("{exempt} – {}", bases.join("; ")),
            });
        }
    }

    fn new_transport(&mut self, node: Node<'_, '_>, notices: &mut Vec<String>) {
        if node.take_if("P_22N", "1") {
            self.not_applicable.push(Word::NewTransport);
        }
        if node.take_if("P_22", "1") {
            notices.push(self.word(Word::NewTransport).to_owned());
        }
        if self.statement(node, "P_42_5", Word::NoticeDuty) {
            notices.push(self.word(Word::NoticeDuty).to_owned());
        }
        for vehicle in node.all("NowySrodekTransportu") {
            let details: Vec<_> = vehicle
                .children()
                .filter_map(|child| {
                    let label = lookup(VEHICLE_FIELDS, child.name(), self.language)?;
                    let text = child.text();
                    let value = if child.name() == "P_22A" { self.date(text) } else { text.to_owned() };
                    (!value.is_empty()).then(|| format!("{label}: {value}"))
                })
                .collect();
            notices.push(format!("{} – {}", self.word(Word::Vehicle), details.join(", ")));
        }
    }

    fn margin(&mut self, node: Node<'_, '_>, notices: &mut Vec<String>) {
        if node.take_if("P_PMarzyN", "1") {
            self.not_applicable.push(Word::MarginUnspecified);
        }
        let before = notices.len();
        for (element, word) in [
            ("P_PMarzy_2", Word::MarginTravel),
            ("P_PMarzy_3_1", Word::MarginUsed),
            ("P_PMarzy_3_2", Word::MarginArt),
            ("P_PMarzy_3_3", Word::MarginAntiques),
        ] {
            if node.take_if(element, "1") {
                notices.push(self.word(word).to_owned());
            }
        }
        if node.take_if("P_PMarzy", "1") && notices.len() == before {
            notices.push(self.word(Word::MarginUnspecified).to_owned());
        }
    }
}
