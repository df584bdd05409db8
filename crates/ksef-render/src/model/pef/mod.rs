//! PEF(3) and PEF_KOR(3) as blocks: Peppol's invoices and credit notes in UBL 2.1.
//!
//! UBL says everything in a tree of its own; what a reader looks for is placed, the rest comes to the annex with its path.

mod lines;
mod parties;
mod totals;

use std::borrow::Cow;

use super::builder::{Builder, plain};
use super::codes::Linked;
use super::{Block, Document, Fact, Heading};
use crate::code_lists::{PEF_KINDS, lookup};
use crate::source::{Node, Source};
use crate::words::Word;
use crate::{RenderError, RenderOptions, format};

/// Builds the document of a PEF or PEF_KOR outline, whatever is missing in it.
///
/// # Errors
/// [`RenderError::NoCertificate`].
pub(super) fn build(
    source: &Source<'_>,
    digest: &[u8; 32],
    options: &RenderOptions,
) -> Result<Document, RenderError> {
    let root = source.root();
    let currency = root.peek_at("DocumentCurrencyCode").unwrap_or_default();
    let builder = Builder::new(options.language, currency, None);
    let heading = builder.pef_heading(root, digest, options)?;
    let mut blocks = Vec::new();
    builder.pef_parties(root, &mut blocks);
    builder.pef_notes(root, &mut blocks);
    builder.pef_references(root, &mut blocks);
    builder.pef_original(root, &mut blocks);
    for element in ["InvoiceLine", "CreditNoteLine"] {
        builder.pef_lines(root, element, Word::Lines, &mut blocks);
    }
    builder.pef_totals_and_payment(root, &mut blocks);
    builder.pef_delivery(root, &mut blocks);
    let mut technical = vec![builder.fact(Word::Sha256, ksef_id::Sha256Hash::from_bytes(digest).as_str())];
    for name in ["CustomizationID", "ProfileID"] {
        technical.extend(root.take(name).map(|text| Fact::new(name, text)));
    }
    technical.extend(root.attributes().map(|(name, value)| Fact::new(name, value)));
    builder.annex(source, &mut blocks);
    blocks.push(Block::Small(technical));
    let created = root.peek_at("IssueDate");
    Ok(builder.document(options, heading, blocks, ("faktura.xml", created)))
}

/// The seller's NIP: the VAT number of the supplier, with or without the country.
pub(super) fn seller_nip<'a>(root: Node<'_, 'a>) -> Option<&'a str> {
    let party = root.at(&["AccountingSupplierParty", "Party"])?;
    let numbers = party.all("PartyTaxScheme").chain(party.all("PartyLegalEntity"));
    numbers
        .filter_map(|scheme| scheme.peek_at("CompanyID"))
        .map(|number| number.strip_prefix("PL").unwrap_or(number))
        .find(|number| number.len() == 10 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Builder {
    fn pef_heading(
        &self,
        root: Node<'_, '_>,
        digest: &[u8; 32],
        options: &RenderOptions,
    ) -> Result<Heading, RenderError> {
        let issue_date = root.peek_at("IssueDate").and_then(format::parse_date);
        let linked = Linked { seller_nip: seller_nip(root), issue_date };
        let (codes, no_code) = self.codes(&linked, digest, options)?;
        let mut facts = Vec::new();
        let mut kind = self.word(if root.name() == "CreditNote" { Word::KindKor } else { Word::KindUnknown });
        let mut name = Cow::Borrowed(kind);
        for element in ["InvoiceTypeCode", "CreditNoteTypeCode"] {
            let Some(code) = root.child(element) else { continue };
            if let Some(words) = lookup(PEF_KINDS, code.peek(), self.language) {
                name = words;
                kind = "";
            }
            facts.push(self.fact(Word::PefKind, self.ubl(code)));
        }
        if !kind.is_empty() {
            name = Cow::Borrowed(kind);
        }
        for (element, word) in [
            ("IssueDate", Word::IssueDate),
            ("TaxPointDate", Word::TaxPoint),
            ("DueDate", Word::DueDate),
            ("DocumentCurrencyCode", Word::Currency),
            ("TaxCurrencyCode", Word::TaxCurrency),
            ("BuyerReference", Word::BuyerReference),
            ("AccountingCost", Word::AccountingCost),
        ] {
            self.ubl_push(&mut facts, root, &[element], word);
        }
        for period in root.all("InvoicePeriod") {
            self.ubl_period(&mut facts, period);
        }
        Ok(Heading {
            kind: format!("{name} PEF"),
            number: root.take("ID").unwrap_or_default().to_owned(),
            ksef: self.ksef_number(options),
            facts,
            codes,
            no_code,
        })
    }

    /// A value as its element's name says: an amount with its currency, a date, a number, a text; other attributes stand
    /// behind it.
    fn ubl(&self, node: Node<'_, '_>) -> String {
        let text = node.text();
        let name = node.name();
        let (mut currency, mut scheme) = (None, None);
        let mut notes = Vec::new();
        for (key, value) in node.attributes() {
            match key {
                "currencyID" => currency = Some(value),
                "schemeID" => scheme = Some(value),
                _ => notes.push(format!("{key} {value}")),
            }
        }
        let value = match name {
            _ if name.ends_with("Amount") => {
                let amount = self.amount(text);
                currency.map_or_else(|| amount.clone(), |currency| format!("{amount}\u{a0}{currency}"))
            }
            _ if name.ends_with("Date") => self.date(text),
            "Percent" => self.percent(text),
            _ if name.ends_with("Quantity") || name.ends_with("Numeric") => self.number(text),
            // As Peppol writes addresses: the scheme, a colon, the identifier.
            _ => scheme.take().map_or_else(|| text.to_owned(), |scheme| format!("{scheme}:{text}")),
        };
        notes.extend(scheme.map(|scheme| format!("schemeID {scheme}")));
        match notes.is_empty() {
            true => value,
            false => format!("{value} ({})", notes.join(", ")),
        }
    }

    /// The values at a path of local names, wherever a step repeats.
    fn ubl_all(&self, node: Node<'_, '_>, path: &[&str]) -> Vec<String> {
        let Some((first, rest)) = path.split_first() else {
            let value = self.ubl(node);
            return if value.is_empty() { Vec::new() } else { vec![value] };
        };
        node.all(first).flat_map(|child| self.ubl_all(child, rest)).collect()
    }

    /// Adds a fact with the values at a path, when there are any.
    fn ubl_push(&self, facts: &mut Vec<Fact>, node: Node<'_, '_>, path: &[&str], word: Word) {
        let lines = self.ubl_all(node, path);
        if !lines.is_empty() {
            facts.push(Fact { label: self.word(word).to_owned(), lines });
        }
    }

    fn ubl_period(&self, facts: &mut Vec<Fact>, node: Node<'_, '_>) {
        let dates: Vec<_> =
            ["StartDate", "EndDate"].iter().flat_map(|name| self.ubl_all(node, &[name])).collect();
        if !dates.is_empty() {
            facts.push(self.fact(Word::Period, dates.join(" – ")));
        }
        self.push(facts, node, "DescriptionCode", Word::PeriodKind, plain);
    }

    fn pef_notes(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let notes: Vec<_> =
            root.all("Note").map(|node| self.ubl(node)).filter(|note| !note.is_empty()).collect();
        if !notes.is_empty() {
            blocks.push(self.title(Word::Notes));
            blocks.push(Block::Text(notes));
        }
    }

    /// Orders, contracts, corrected invoices, attached documents.
    fn pef_references(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut facts = Vec::new();
        for (element, word) in [
            ("OrderReference", Word::Order),
            ("ContractDocumentReference", Word::Contract),
            ("BillingReference", Word::CorrectedNumber),
            ("DespatchDocumentReference", Word::DespatchAdvice),
            ("ReceiptDocumentReference", Word::ReceiptAdvice),
            ("OriginatorDocumentReference", Word::Originator),
            ("ProjectReference", Word::Project),
            ("AdditionalDocumentReference", Word::AdditionalDocument),
        ] {
            for node in root.all(element) {
                let node = node.child("InvoiceDocumentReference").unwrap_or(node);
                let mut lines = Vec::new();
                for name in ["ID", "SalesOrderID", "IssueDate", "DocumentTypeCode", "DocumentDescription"] {
                    lines.extend(self.ubl_all(node, &[name]));
                }
                let mut lines = match lines.is_empty() {
                    true => Vec::new(),
                    false => vec![lines.join(", ")],
                };
                for attachment in node.all("Attachment") {
                    lines.extend(self.ubl_all(attachment, &["ExternalReference", "URI"]));
                    lines.extend(
                        attachment.child("EmbeddedDocumentBinaryObject").map(|file| self.ubl_file(file)),
                    );
                }
                if !lines.is_empty() {
                    facts.push(Fact { label: self.word(word).to_owned(), lines });
                }
            }
        }
        if !facts.is_empty() {
            blocks.push(self.title(Word::References));
            blocks.push(Block::Facts(facts));
        }
    }

    /// A file within the document: its name and size, not its bytes, which the XML in the PDF has.
    fn ubl_file(&self, node: Node<'_, '_>) -> String {
        let encoded = node.text().bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').count();
        let size = self.number(&(encoded * 3 / 4).to_string());
        let notes: Vec<_> = node.attributes().map(|(_, value)| value.into_owned()).collect();
        format!("{} ({size} B, {})", notes.join(", "), self.word(Word::InXml))
    }

    /// What a correction says of the invoice before it: the extension of PEF_KOR.
    fn pef_original(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let path = ["UBLExtensions", "UBLExtension"];
        let Some((container, _)) = path.split_first() else { return };
        for extension in root.all(container).flat_map(|node| node.all("UBLExtension")) {
            let Some(data) = extension.at(&["ExtensionContent", "OriginalInvoiceData"]) else { continue };
            self.pef_lines(data, "InvoiceLine", Word::LinesBefore, blocks);
            let amounts = self.pef_amounts(data, false);
            if !amounts.is_empty() {
                blocks.push(self.title(Word::SummaryBefore));
                blocks.push(Block::Columns(Vec::new(), amounts));
            }
        }
    }

    fn pef_delivery(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut facts = Vec::new();
        for node in root.all("Delivery") {
            self.ubl_push(&mut facts, node, &["ActualDeliveryDate"], Word::LineSaleDate);
            self.ubl_push(&mut facts, node, &["DeliveryParty", "PartyName", "Name"], Word::DeliveredTo);
            for location in node.all("DeliveryLocation") {
                self.ubl_push(&mut facts, location, &["ID"], Word::DeliveryLocation);
                for address in location.all("Address") {
                    let lines = self.ubl_address(address);
                    if !lines.is_empty() {
                        facts.push(Fact { label: self.word(Word::DeliveryAddress).to_owned(), lines });
                    }
                }
            }
        }
        if !facts.is_empty() {
            blocks.push(self.title(Word::Delivery));
            blocks.push(Block::Facts(facts));
        }
    }
}
