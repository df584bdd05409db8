//! Lines of UBL: one table, what has no column in the small print of its line.

use super::Builder;
use crate::code_lists::PEF_UNITS;
use crate::model::{Align, Block, Cell, Column, Row, Table};
use crate::source::Node;
use crate::words::Word;

/// What stands beneath the name of a line: path and word.
const DETAILS: &[(&[&str], Word)] = &[
    (&["Item", "Description"], Word::Description),
    (&["Note"], Word::Notes),
    (&["AccountingCost"], Word::AccountingCost),
    (&["InvoicePeriod", "StartDate"], Word::PeriodFrom),
    (&["InvoicePeriod", "EndDate"], Word::PeriodTo),
    (&["OrderLineReference", "LineID"], Word::OrderLine),
    (&["DocumentReference", "ID"], Word::LineObject),
    (&["DocumentReference", "DocumentTypeCode"], Word::LineObjectKind),
    (&["Item", "BuyersItemIdentification", "ID"], Word::BuyersIndex),
    (&["Item", "SellersItemIdentification", "ID"], Word::Index),
    (&["Item", "StandardItemIdentification", "ID"], Word::Gtin),
    (&["Item", "OriginCountry", "IdentificationCode"], Word::Origin),
    (&["Item", "CommodityClassification", "ItemClassificationCode"], Word::Classification),
    (&["Item", "ClassifiedTaxCategory", "TaxExemptionReason"], Word::Exempt),
    (&["Item", "ClassifiedTaxCategory", "TaxExemptionReasonCode"], Word::Exempt),
    (&["Price", "BaseQuantity"], Word::PriceBase),
];

impl Builder {
    /// The table of lines with this name in a node.
    pub(super) fn pef_lines(
        &self,
        parent: Node<'_, '_>,
        element: &str,
        title: Word,
        blocks: &mut Vec<Block>,
    ) {
        let rows: Vec<_> = parent.all(element).map(|node| self.pef_line(node)).collect();
        if rows.is_empty() {
            return;
        }
        let columns = [
            (Word::LineNumber, Align::End),
            (Word::LineName, Align::Start),
            (Word::Quantity, Align::Decimal),
            (Word::Unit, Align::Short),
            (Word::NetPrice, Align::Decimal),
            (Word::Rate, Align::End),
            (Word::NetValue, Align::Decimal),
        ]
        .map(|(word, align)| Column { title: self.word(word).to_owned(), align });
        blocks.push(self.title(title));
        blocks.push(Block::Table(Table { columns: columns.into(), rows, sums: Vec::new() }));
    }

    fn pef_line(&self, node: Node<'_, '_>) -> Row {
        let mut details = Vec::new();
        for (path, word) in DETAILS {
            let values = self.ubl_all(node, path);
            if !values.is_empty() {
                details.push(format!("{}: {}", self.word(*word), values.join(", ")));
            }
        }
        for property in node.child("Item").into_iter().flat_map(|item| item.all("AdditionalItemProperty")) {
            let pair: Vec<_> =
                ["Name", "Value"].iter().flat_map(|name| self.ubl_all(property, &[name])).collect();
            details.push(pair.join(": "));
        }
        let price = node.child("Price");
        let charges = node.all("AllowanceCharge");
        details.extend(charges.map(|charge| self.pef_charge(charge).join(", ")));
        details.extend(
            price.into_iter().flat_map(|price| price.all("AllowanceCharge")).map(|charge| {
                format!("{}: {}", self.word(Word::NetPrice), self.pef_charge(charge).join(", "))
            }),
        );
        let quantity = ["InvoicedQuantity", "CreditedQuantity"].iter().find_map(|name| node.child(name));
        let unit = quantity.and_then(|quantity| quantity.attribute("unitCode"));
        let unit = unit.map(|code| {
            let word = self.code(PEF_UNITS, &code);
            if word == *code { word } else { format!("{word} ({code})") }
        });
        let category = node.at(&["Item", "ClassifiedTaxCategory"]);
        let rate = category.map(|category| self.pef_rate(category)).unwrap_or_default();
        // Amounts in the document's currency stand without it.
        let amount = |node: Option<Node<'_, '_>>| match node {
            Some(node) if node.peek_attribute("currencyID").as_deref() == Some(self.currency.as_str()) => {
                node.attribute("currencyID");
                self.amount(node.text())
            }
            Some(node) => self.ubl(node),
            None => String::new(),
        };
        let cells = vec![
            Cell::new(node.take("ID").unwrap_or_default()),
            Cell { text: self.ubl_all(node, &["Item", "Name"]).join(", "), detail: details.join(" · ") },
            Cell::new(quantity.map(|quantity| self.number(quantity.text())).unwrap_or_default()),
            Cell::new(unit.unwrap_or_default()),
            Cell::new(amount(price.and_then(|price| price.child("PriceAmount")))),
            Cell::new(rate),
            Cell::new(amount(node.child("LineExtensionAmount"))),
        ];
        Row { cells, ..Row::default() }
    }

    /// A tax category: `23% (S)`.
    pub(super) fn pef_rate(&self, category: Node<'_, '_>) -> String {
        let percent = category.take("Percent").map(|text| self.percent(text));
        let code = category.take("ID");
        let scheme = category.at(&["TaxScheme", "ID"]).map(Node::text).filter(|scheme| *scheme != "VAT");
        let words: Vec<_> = [code, scheme].into_iter().flatten().collect();
        match (percent, words.is_empty()) {
            (Some(percent), true) => percent,
            (Some(percent), false) => format!("{percent} ({})", words.join(", ")),
            (None, _) => words.join(", "),
        }
    }

    /// An allowance or a charge as words.
    pub(super) fn pef_charge(&self, node: Node<'_, '_>) -> Vec<String> {
        let is_charge = match node.child("ChargeIndicator") {
            Some(indicator) => indicator.text() == "true",
            None => false,
        };
        let kind = self.word(if is_charge { Word::Charge } else { Word::Discount });
        let mut reason = self.ubl_all(node, &["AllowanceChargeReason"]);
        reason.extend(
            self.ubl_all(node, &["AllowanceChargeReasonCode"]).into_iter().map(|code| format!("({code})")),
        );
        let mut words = vec![format!("{kind} {}", reason.join(" ")).trim_end().to_owned()];
        words.extend(self.ubl_all(node, &["Amount"]));
        if let Some(factor) = node.take("MultiplierFactorNumeric") {
            words.push(self.percent(factor));
        }
        for base in self.ubl_all(node, &["BaseAmount"]) {
            words.push(format!("{} {base}", self.word(Word::OfBase)));
        }
        words.extend(node.all("TaxCategory").map(|category| self.pef_rate(category)));
        words
    }
}
