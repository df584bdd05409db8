//! Parties and addresses of UBL.

use super::Builder;
use crate::model::{Block, Fact, PartyBox};
use crate::source::Node;
use crate::words::Word;

impl Builder {
    pub(super) fn pef_parties(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut main = Vec::new();
        for (element, role) in
            [("AccountingSupplierParty", Word::Seller), ("AccountingCustomerParty", Word::Buyer)]
        {
            main.extend(
                root.all(element)
                    .filter_map(|node| node.child("Party"))
                    .map(|node| self.ubl_party(node, role)),
            );
        }
        if !main.is_empty() {
            blocks.push(Block::Parties(main));
        }
        let others: Vec<_> =
            [("PayeeParty", Word::Payee), ("TaxRepresentativeParty", Word::TaxRepresentative)]
                .into_iter()
                .flat_map(|(element, role)| root.all(element).map(move |node| (node, role)))
                .map(|(node, role)| self.ubl_party(node, role))
                .collect();
        if !others.is_empty() {
            blocks.push(self.title(Word::OtherParties));
            blocks.push(Block::Parties(others));
        }
    }

    fn ubl_party(&self, node: Node<'_, '_>, role: Word) -> PartyBox {
        let mut facts = Vec::new();
        let mut names = self.ubl_all(node, &["PartyName", "Name"]);
        names.extend(self.ubl_all(node, &["PartyLegalEntity", "RegistrationName"]));
        names.dedup();
        let name = if names.is_empty() { String::new() } else { names.remove(0) };
        if !names.is_empty() {
            facts.push(Fact { label: self.word(Word::FullName).to_owned(), lines: names });
        }
        for scheme in node.all("PartyTaxScheme") {
            let label = match scheme.at(&["TaxScheme", "ID"]) {
                Some(id) => format!("{} ({})", self.word(Word::TaxNumber), id.text()),
                None => self.word(Word::TaxNumber).to_owned(),
            };
            let lines = self.ubl_all(scheme, &["CompanyID"]);
            if !lines.is_empty() {
                facts.push(Fact { label, lines });
            }
        }
        for (path, word) in [
            (&["PartyLegalEntity", "CompanyID"][..], Word::RegistrationNumber),
            (&["PartyLegalEntity", "CompanyLegalForm"], Word::LegalForm),
            (&["PartyIdentification", "ID"], Word::Identifier),
            (&["EndpointID"], Word::Endpoint),
            (&["Contact", "Name"], Word::Contact),
            (&["Contact", "Telephone"], Word::Phone),
            (&["Contact", "ElectronicMail"], Word::Email),
        ] {
            self.ubl_push(&mut facts, node, path, word);
        }
        let address = node.child("PostalAddress").map(|node| self.ubl_address(node)).unwrap_or_default();
        PartyBox { role: self.word(role).to_owned(), name, address, facts }
    }

    /// The lines of an address.
    pub(super) fn ubl_address(&self, node: Node<'_, '_>) -> Vec<String> {
        let mut lines = Vec::new();
        for path in
            [&["StreetName"][..], &["AdditionalStreetName"], &["BuildingNumber"], &["AddressLine", "Line"]]
        {
            lines.extend(self.ubl_all(node, path));
        }
        let mut city = self.ubl_all(node, &["PostalZone"]);
        city.extend(self.ubl_all(node, &["CityName"]));
        let mut last: Vec<_> = (!city.is_empty()).then(|| city.join(" ")).into_iter().collect();
        last.extend(self.ubl_all(node, &["CountrySubentity"]));
        last.extend(self.ubl_all(node, &["Country", "IdentificationCode"]));
        if !last.is_empty() {
            lines.push(last.join(", "));
        }
        lines
    }
}
