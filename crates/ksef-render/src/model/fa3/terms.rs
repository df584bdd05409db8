//! Terms of the transaction: contracts, orders, delivery, transport.

use super::{Builder, plain};
use crate::code_lists::{LOADS, TRANSPORT_KINDS};
use crate::model::{Block, Fact};
use crate::source::Node;
use crate::words::Word;

impl Builder {
    pub(super) fn terms(&mut self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let Some(node) = fa.child("WarunkiTransakcji") else {
            return;
        };
        let mut facts = Vec::new();
        for (element, date, number, word) in [
            ("Umowy", "DataUmowy", "NrUmowy", Word::Contract),
            ("Zamowienia", "DataZamowienia", "NrZamowienia", Word::Order),
        ] {
            for agreement in node.all(element) {
                let date = agreement
                    .take(date)
                    .map(|text| format!("{} {}", self.word(Word::DatedOf), self.date(text)));
                let texts: Vec<_> =
                    [agreement.take(number).map(str::to_owned), date].into_iter().flatten().collect();
                if !texts.is_empty() {
                    facts.push(self.fact(word, texts.join(" ")));
                }
            }
        }
        let lots: Vec<_> =
            node.all("NrPartiiTowaru").map(Node::text).filter(|text| !text.is_empty()).collect();
        if !lots.is_empty() {
            facts.push(self.fact(Word::Lots, lots.join(", ")));
        }
        self.push(&mut facts, node, "WarunkiDostawy", Word::DeliveryTerms, plain);
        match (node.take("KursUmowny"), node.take("WalutaUmowna")) {
            (None, None) => {}
            (rate, currency) => {
                let rate = rate.map(|text| self.number(text)).unwrap_or_default();
                let text = format!("{rate} {}", currency.unwrap_or_default());
                facts.push(self.fact(Word::ContractRate, text.trim()));
            }
        }
        if node.take_if("PodmiotPosredniczacy", "1") {
            facts.push(Fact::new("", self.word(Word::Intermediary)));
        }
        let mut transports = Vec::new();
        for transport in node.all("Transport") {
            self.transport(transport, &mut transports);
        }
        if facts.is_empty() && transports.is_empty() {
            return;
        }
        blocks.push(self.title(Word::Terms));
        if !facts.is_empty() {
            blocks.push(Block::Facts(facts));
        }
        blocks.extend(transports);
    }

    fn transport(&mut self, node: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut facts = Vec::new();
        let kind = match node.take("RodzajTransportu") {
            Some(code) => Some(self.code(TRANSPORT_KINDS, code)),
            None => self.other(node, "TransportInny", "OpisInnegoTransportu"),
        };
        facts.extend(kind.map(|kind| self.fact(Word::TransportKind, kind)));
        self.push(&mut facts, node, "NrZleceniaTransportu", Word::TransportOrder, plain);
        let load = match node.take("OpisLadunku") {
            Some(code) => Some(self.code(LOADS, code)),
            None => self.other(node, "LadunekInny", "OpisInnegoLadunku"),
        };
        facts.extend(load.map(|load| self.fact(Word::Load, load)));
        self.push(&mut facts, node, "JednostkaOpakowania", Word::PackagingUnit, plain);
        self.push(&mut facts, node, "DataGodzRozpTransportu", Word::TransportStart, Self::moment);
        self.push(&mut facts, node, "DataGodzZakTransportu", Word::TransportEnd, Self::moment);
        for (element, word) in
            [("WysylkaZ", Word::ShipFrom), ("WysylkaPrzez", Word::ShipVia), ("WysylkaDo", Word::ShipTo)]
        {
            for address in node.all(element) {
                let lines = self.address(address);
                if !lines.is_empty() {
                    facts.push(Fact { label: self.word(word).to_owned(), lines });
                }
            }
        }
        let mut carriers = Vec::new();
        for carrier in node.all("Przewoznik") {
            let mut party = self.party(carrier, self.word(Word::Carrier).to_owned());
            if let Some(address) = carrier.child("AdresPrzewoznika") {
                party.address.extend(self.address(address));
            }
            carriers.push(party);
        }
        if facts.is_empty() && carriers.is_empty() {
            return;
        }
        blocks.push(Block::Title { level: 2, text: self.word(Word::Transport).to_owned() });
        if !facts.is_empty() {
            blocks.push(Block::Facts(facts));
        }
        if !carriers.is_empty() {
            blocks.push(Block::Parties(carriers));
        }
    }

    /// A choice of "other" with its description.
    fn other(&self, node: Node<'_, '_>, flag: &str, description: &str) -> Option<String> {
        let is_other = node.take_if(flag, "1");
        match node.take(description) {
            Some(text) => Some(text.to_owned()),
            None => is_other.then(|| self.word(Word::OtherTransport).to_owned()),
        }
    }
}
