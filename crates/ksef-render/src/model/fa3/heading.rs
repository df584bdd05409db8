//! The top of the page: kind, number, dates, KSeF number, verification code.

use std::borrow::Cow;

use ksef_invoice::view::InvoiceKind;

use super::{Builder, plain};
use crate::model::codes::Linked;
use crate::model::{Block, Fact, Heading};
use crate::source::Node;
use crate::words::Word;
use crate::{RenderError, RenderOptions, format};

impl Builder {
    pub(in crate::model) fn heading(
        &self,
        root: Node<'_, '_>,
        digest: &[u8; 32],
        options: &RenderOptions,
    ) -> Result<Heading, RenderError> {
        let linked = Linked {
            seller_nip: root.at(&["Podmiot1", "DaneIdentyfikacyjne"]).and_then(|data| data.peek_at("NIP")),
            issue_date: root.at(&["Fa", "P_1"]).and_then(|date| format::parse_date(date.peek())),
        };
        let mut heading = self.heading_with(self.word(self.kind_word()), &linked, digest, options)?;
        let Some(fa) = root.child("Fa") else {
            return Ok(heading);
        };
        heading.number = fa.take("P_2").unwrap_or_default().to_owned();
        let facts = &mut heading.facts;
        if self.kind.is_none() {
            self.push(facts, fa, "RodzajFaktury", Word::KindField, plain);
        } else {
            fa.take("RodzajFaktury");
        }
        self.push(facts, fa, "P_1", Word::IssueDate, Self::date);
        self.push(facts, fa, "P_1M", Word::IssuePlace, plain);
        let supplied = match self.kind {
            Some(InvoiceKind::Zal | InvoiceKind::KorZal) => Word::PaymentReceived,
            _ => Word::SaleDate,
        };
        self.push(facts, fa, "P_6", supplied, Self::date);
        if let Some(period) = fa.child("OkresFa") {
            match (period.take("P_6_Od"), period.take("P_6_Do")) {
                (Some(from), Some(to)) => {
                    facts.push(self.fact(Word::Period, format!("{} – {}", self.date(from), self.date(to))));
                }
                (Some(from), None) => facts.push(self.fact(Word::PeriodFrom, self.date(from))),
                (None, Some(to)) => facts.push(self.fact(Word::PeriodTo, self.date(to))),
                (None, None) => {}
            }
        }
        self.push(facts, fa, "KodWaluty", Word::Currency, plain);
        self.push(facts, fa, "KursWalutyZ", Word::AdvanceExchangeRate, Self::number);
        let notes: Vec<_> = fa.all("WZ").map(Node::text).filter(|text| !text.is_empty()).collect();
        if !notes.is_empty() {
            facts.push(self.fact(Word::GoodsIssueNotes, notes.join(", ")));
        }
        Ok(heading)
    }

    fn kind_word(&self) -> Word {
        match self.kind {
            Some(InvoiceKind::Vat) => Word::KindVat,
            Some(InvoiceKind::Kor) => Word::KindKor,
            Some(InvoiceKind::Zal) => Word::KindZal,
            Some(InvoiceKind::Roz) => Word::KindRoz,
            Some(InvoiceKind::Upr) => Word::KindUpr,
            Some(InvoiceKind::KorZal) => Word::KindKorZal,
            Some(InvoiceKind::KorRoz) => Word::KindKorRoz,
            // The other forms' kinds do not occur in FA.
            _ => Word::KindUnknown,
        }
    }

    /// Fine print: form, program, time of creation, hash, and what the document says does not apply.
    pub(in crate::model) fn technical(&self, root: Node<'_, '_>, digest: &[u8; 32]) -> Block {
        let mut facts = Vec::new();
        if let Some(header) = root.child("Naglowek") {
            // The facts about the file share a line: they matter to few and must not push an invoice to a second page.
            let labelled = |word: Word, text: String| format!("{}: {text}", self.word(word));
            let code = header.child("KodFormularza");
            let parts = [
                code.map(|code| code.text().to_owned()),
                code.and_then(|code| code.attribute("kodSystemowy")).map(Cow::into_owned),
                code.and_then(|code| code.attribute("wersjaSchemy"))
                    .map(|version| format!("{} {version}", self.word(Word::SchemaVersion))),
                header
                    .take("WariantFormularza")
                    .map(|text| format!("{} {text}", self.word(Word::FormVariant))),
            ];
            let form: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
            let mut line = Vec::new();
            line.extend((!form.is_empty()).then(|| form.join(", ")));
            line.extend(
                header.take("DataWytworzeniaFa").map(|text| labelled(Word::CreatedAt, self.moment(text))),
            );
            line.extend(header.take("SystemInfo").map(|text| labelled(Word::System, text.to_owned())));
            if !line.is_empty() {
                facts.push(self.fact(Word::FormCode, line.join(" · ")));
            }
        }
        let hash = ksef_id::Sha256Hash::from_bytes(digest);
        facts.push(self.fact(Word::Sha256, hash.as_str()));
        if root.attribute_count() == 1
            && let Some(location) = root.attribute("schemaLocation")
        {
            facts.push(Fact::new("schemaLocation", location));
        }
        if !self.not_applicable.is_empty() {
            let words: Vec<_> = self.not_applicable.iter().map(|word| self.lower(*word)).collect();
            facts.push(self.fact(Word::NotApplicable, words.join(", ")));
        }
        Block::Small(facts)
    }

    /// A word within a sentence: its first letter small unless it is an abbreviation.
    fn lower(&self, word: Word) -> String {
        let text = self.word(word);
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() => {
                first.to_lowercase().chain(std::iter::once(second)).chain(letters).collect()
            }
            _ => text.to_owned(),
        }
    }
}
