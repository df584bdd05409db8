//! FA_RR(1) as blocks: the invoice that a buyer issues to a flat-rate farmer (art. 116 of the VAT Act).

use super::builder::{Builder, plain};
use super::codes::Linked;
use super::fa3::lines::{Layout, field, value};
use super::{Align, AmountLine, Block, Cell, Column, Document, Heading, Row, Table, Weight};
use crate::code_lists::{RR_KINDS, lookup};
use crate::source::{Node, Source};
use crate::words::Word;
use crate::{RenderError, RenderOptions, format};

const LINES: Layout = Layout {
    row: "FakturaRRWiersz",
    state_before: "StanPrzed",
    number: "NrWierszaFa",
    name: "P_5",
    columns: &[
        field("P_6C", Word::Quality, Align::Start, plain),
        field("P_6B", Word::Quantity, Align::Decimal, Builder::number),
        field("P_6A", Word::Unit, Align::Short, plain),
        field("P_7", Word::UnitPrice, Align::Decimal, Builder::amount),
        value("P_8", Word::Value),
        field("P_9", Word::RefundRate, Align::End, Builder::percent),
        value("P_10", Word::Refund),
        value("P_11", Word::ValueWithRefund),
    ],
    details: &[
        ("P_4AA", Word::PurchaseDate, Builder::date),
        ("GTIN", Word::Gtin, plain),
        ("PKWiU", Word::Pkwiu, plain),
        ("CN", Word::Cn, plain),
        ("KursWaluty", Word::LineExchangeRate, Builder::number),
        ("UU_ID", Word::UniqueId, plain),
    ],
    annex_15: "",
};

/// Builds the document of an FA_RR outline, whatever is missing in it.
///
/// # Errors
/// [`RenderError::NoCertificate`].
pub(super) fn build(
    source: &Source<'_>,
    digest: &[u8; 32],
    options: &RenderOptions,
) -> Result<Document, RenderError> {
    let root = source.root();
    let invoice = root.child("FakturaRR");
    let currency = invoice.and_then(|invoice| invoice.peek_at("KodWaluty")).unwrap_or_default();
    let mut builder = Builder::new(options.language, currency, None);
    builder.is_rr = true;
    let heading = builder.rr_heading(root, digest, options)?;
    let mut blocks = Vec::new();
    builder.parties(root, &mut blocks);
    if let Some(invoice) = invoice {
        builder.correction(invoice, &mut blocks);
        let table = builder.line_table(invoice, &LINES);
        if !table.rows.is_empty() {
            blocks.push(builder.title(Word::Lines));
            blocks.push(Block::Table(table));
        }
        let amounts = builder.rr_amounts(invoice);
        let mut totals = Vec::new();
        if !amounts.is_empty() {
            totals.push(builder.title(Word::Summary));
            totals.push(Block::Amounts(amounts));
        }
        let payment = builder.payment(invoice);
        blocks.push(Block::Columns(payment, totals));
        builder.payment_documents(invoice, &mut blocks);
        builder.descriptions(invoice, &mut blocks);
    }
    Ok(builder.finished(source, digest, options, heading, blocks))
}

impl Builder {
    fn rr_heading(
        &self,
        root: Node<'_, '_>,
        digest: &[u8; 32],
        options: &RenderOptions,
    ) -> Result<Heading, RenderError> {
        // The seller that the link names is the farmer, though the buyer issues; the date is P_4B.
        let linked = Linked {
            seller_nip: root.at(&["Podmiot1", "DaneIdentyfikacyjne"]).and_then(|data| data.peek_at("NIP")),
            issue_date: root.at(&["FakturaRR", "P_4B"]).and_then(|date| format::parse_date(date.peek())),
        };
        let mut facts = Vec::new();
        let mut heading = self.heading_with(self.word(Word::KindRr), &linked, digest, options)?;
        let Some(invoice) = root.child("FakturaRR") else {
            return Ok(heading);
        };
        heading.number = invoice.take("P_4C").unwrap_or_default().to_owned();
        match invoice.peek_at("RodzajFaktury").and_then(|code| lookup(RR_KINDS, code, self.language)) {
            Some(kind) => {
                heading.kind = kind.into_owned();
                invoice.take("RodzajFaktury");
            }
            None => self.push(&mut facts, invoice, "RodzajFaktury", Word::KindField, plain),
        }
        self.push(&mut facts, invoice, "P_4B", Word::IssueDate, Self::date);
        self.push(&mut facts, invoice, "P_1M", Word::IssuePlace, plain);
        self.push(&mut facts, invoice, "P_4A", Word::PurchaseDate, Self::date);
        self.push(&mut facts, invoice, "KodWaluty", Word::Currency, plain);
        heading.facts = facts;
        Ok(heading)
    }

    fn rr_amounts(&self, invoice: Node<'_, '_>) -> Vec<AmountLine> {
        let mut lines = Vec::new();
        let has_final = invoice
            .child("Rozliczenie")
            .is_some_and(|node| node.peek_at("DoZaplaty").or(node.peek_at("DoRozliczenia")).is_some());
        let total = if has_final { Weight::Strong } else { Weight::Grand };
        for (element, in_pln, word, weight) in [
            ("P_11_1", "P_11_1W", Word::Value, Weight::Plain),
            ("P_11_2", "P_11_2W", Word::Refund, Weight::Plain),
            ("P_12_1", "P_12_1W", Word::GrossTotal, total),
        ] {
            lines.extend(invoice.take(element).map(|text| self.line_of(word, text, weight)));
            if let Some(text) = invoice.take(in_pln) {
                let label = format!("{} (PLN)", self.word(word));
                let amount = format!("{}\u{a0}PLN", self.amount(text));
                lines.push(AmountLine { label, amount, weight: Weight::Plain });
            }
        }
        if let Some(words) = invoice.take("P_12_2") {
            let label = self.word(Word::InWords).to_owned();
            lines.push(AmountLine { label, amount: words.to_owned(), weight: Weight::Plain });
        }
        self.settlement(invoice, &mut lines);
        lines
    }

    fn payment_documents(&self, invoice: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let rows: Vec<_> = invoice
            .all("DokumentZaplaty")
            .map(|node| {
                let date = node.take("DataDokumentu").map(|text| self.date(text)).unwrap_or_default();
                let cells = [node.take("NrDokumentu").unwrap_or_default().to_owned(), date];
                Row { cells: cells.map(Cell::new).into(), ..Row::default() }
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        let columns = [Word::Number, Word::Date]
            .map(|word| Column { title: self.word(word).to_owned(), align: Align::Start });
        blocks.push(self.title(Word::PaymentDocuments));
        blocks.push(Block::Table(Table { columns: columns.into(), rows, sums: Vec::new() }));
    }
}
