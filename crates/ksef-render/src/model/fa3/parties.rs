//! Boxes of seller, buyer and everybody else, and addresses.

use super::{Builder, plain};
use crate::code_lists::{AUTHORIZED_ROLES, TAXPAYER_STATUSES, THIRD_PARTY_ROLES};
use crate::model::{Block, Fact, PartyBox};
use crate::source::Node;
use crate::words::Word;

impl Builder {
    pub(in crate::model) fn parties(&mut self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut main = Vec::new();
        for (element, role) in
            [("Podmiot1", if self.is_rr { Word::Farmer } else { Word::Seller }), ("Podmiot2", Word::Buyer)]
        {
            if let Some(node) = root.child(element) {
                main.push(self.party(node, self.word(role).to_owned()));
            }
        }
        if !main.is_empty() {
            blocks.push(Block::Parties(main));
        }
        let mut others = Vec::new();
        for node in root.all("Podmiot3") {
            let role = match node.take("Rola") {
                Some(code) => self.code(THIRD_PARTY_ROLES, code),
                None if node.take_if("RolaInna", "1") => match node.take("OpisRoli") {
                    Some(description) => description.to_owned(),
                    None => self.word(Word::OtherRole).to_owned(),
                },
                None => self.word(Word::ThirdParty).to_owned(),
            };
            others.push(self.party(node, role));
        }
        for node in root.all("PodmiotUpowazniony") {
            let role = match node.take("RolaPU") {
                Some(code) => self.code(AUTHORIZED_ROLES, code),
                None => self.word(Word::AuthorizedParty).to_owned(),
            };
            others.push(self.party(node, role));
        }
        if !others.is_empty() {
            blocks.push(self.title(Word::OtherParties));
            blocks.push(Block::Parties(others));
        }
    }

    /// A party of any kind; `role` stands above its name.
    pub(in crate::model) fn party(&mut self, node: Node<'_, '_>, role: String) -> PartyBox {
        let mut facts = Vec::new();
        let mut name = String::new();
        if let Some(data) = node.child("DaneIdentyfikacyjne") {
            name = data.take("Nazwa").unwrap_or_default().to_owned();
            self.identification(data, &mut facts);
        }
        self.push(&mut facts, node, "PrefiksPodatnika", Word::VatPrefix, plain);
        self.push(&mut facts, node, "NrEORI", Word::Eori, plain);
        let address = node.child("Adres").map(|address| self.address(address)).unwrap_or_default();
        if let Some(correspondence) = node.child("AdresKoresp") {
            let lines = self.address(correspondence);
            if !lines.is_empty() {
                facts.push(Fact { label: self.word(Word::CorrespondenceAddress).to_owned(), lines });
            }
        }
        for contact in node.all("DaneKontaktowe") {
            for (element, word) in [
                ("Email", Word::Email),
                ("EmailPU", Word::Email),
                ("Telefon", Word::Phone),
                ("TelefonPU", Word::Phone),
            ] {
                self.push(&mut facts, contact, element, word, plain);
            }
        }
        self.push(&mut facts, node, "NrKlienta", Word::CustomerNumber, plain);
        self.push(&mut facts, node, "NrKontrahenta", Word::CustomerNumber, plain);
        self.push(&mut facts, node, "IDNabywcy", Word::BuyerKey, plain);
        self.push(&mut facts, node, "Udzial", Word::Share, Self::percent);
        self.push(&mut facts, node, "StatusInfoPodatnika", Word::TaxpayerStatus, |builder, code| {
            builder.code(TAXPAYER_STATUSES, code)
        });
        for (element, short, word) in [
            ("JST", Word::LocalGovernmentUnit, Word::LocalGovernment),
            ("GV", Word::VatGroupMember, Word::VatGroup),
        ] {
            if self.statement(node, element, short) {
                facts.push(Fact::new("", self.word(word)));
            }
        }
        PartyBox { role, name, address, facts }
    }

    fn identification(&self, data: Node<'_, '_>, facts: &mut Vec<Fact>) {
        self.push(facts, data, "NIP", Word::Nip, plain);
        self.push(facts, data, "IDWew", Word::InternalId, plain);
        match (data.take("KodUE"), data.take("NrVatUE")) {
            (None, None) => {}
            (country, number) => {
                let id = format!("{} {}", country.unwrap_or_default(), number.unwrap_or_default());
                facts.push(self.fact(Word::EuVat, id.trim()));
            }
        }
        match (data.take("KodKraju"), data.take("NrID")) {
            (None, None) => {}
            (Some(country), None) => facts.push(self.fact(Word::CountryCode, country)),
            (country, Some(number)) => {
                let id = format!("{} {number}", country.unwrap_or_default());
                facts.push(self.fact(Word::OtherId, id.trim()));
            }
        }
        if data.take_if("BrakID", "1") {
            facts.push(Fact::new("", self.word(Word::NoId)));
        }
    }

    /// The lines of an address; the country last, with the GLN when there is one.
    pub(in crate::model) fn address(&self, node: Node<'_, '_>) -> Vec<String> {
        let mut lines: Vec<String> = ["AdresL1", "AdresL2"]
            .into_iter()
            .filter_map(|name| node.take(name))
            .map(str::to_owned)
            .collect();
        if let Some(country) = node.take("KodKraju") {
            match lines.last_mut() {
                Some(last) => {
                    last.push_str(", ");
                    last.push_str(country);
                }
                None => lines.push(country.to_owned()),
            }
        }
        if let Some(gln) = node.take("GLN") {
            lines.push(format!("{} {gln}", self.word(Word::Gln)));
        }
        lines
    }
}
