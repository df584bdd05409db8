//! UPO as blocks: KSeF's confirmation that it took one document, or those of a session.

use super::builder::{Builder, plain};
use super::{Align, Block, Cell, Column, Document, Fact, Heading, Row, Table};
use crate::code_lists::SENDING_MODES;
use crate::source::{Node, Source};
use crate::words::Word;
use crate::{RenderError, RenderOptions};

/// Builds the document of a UPO outline, whatever is missing in it. A UPO carries no code: it is itself signed.
pub(super) fn build(
    source: &Source<'_>,
    digest: &[u8; 32],
    options: &RenderOptions,
) -> Result<Document, RenderError> {
    let root = source.root();
    let mut builder = Builder::new(options.language, "", None);
    let documents: Vec<_> = root.all("Dokument").collect();
    let heading = builder.upo_heading(root, &documents);
    let mut blocks = Vec::new();
    builder.upo_session(root, &mut blocks);
    match documents.as_slice() {
        [] => {}
        [document] => {
            let mut facts = Vec::new();
            builder.upo_document(*document, &mut facts);
            blocks.push(builder.title(Word::UpoDocument));
            blocks.push(Block::Facts(facts));
        }
        documents => {
            blocks.push(builder.title(Word::UpoDocuments));
            blocks.push(Block::Table(builder.upo_table(documents)));
        }
    }
    builder.signature(root, &mut blocks);
    let mut technical = vec![builder.fact(Word::Sha256, ksef_id::Sha256Hash::from_bytes(digest).as_str())];
    technical.extend(root.attributes().map(|(name, value)| match name {
        "wersjaSchemy" => builder.fact(Word::SchemaVersion, value),
        name => Fact::new(name, value),
    }));
    builder.annex(source, &mut blocks);
    blocks.push(Block::Small(technical));
    let created = documents.iter().filter_map(|document| document.peek_at("DataNadaniaNumeruKSeF")).max();
    Ok(builder.document(options, heading, blocks, ("upo.xml", created)))
}

impl Builder {
    fn upo_heading(&self, root: Node<'_, '_>, documents: &[Node<'_, '_>]) -> Heading {
        let mut facts = Vec::new();
        self.push(&mut facts, root, "NazwaPodmiotuPrzyjmujacego", Word::ReceivedBy, plain);
        self.push(&mut facts, root, "NumerReferencyjnySesji", Word::SessionReference, plain);
        self.push(&mut facts, root, "KodFormularza", Word::FormCode, plain);
        self.push(&mut facts, root, "NazwaStrukturyLogicznej", Word::SchemaName, plain);
        // A confirmation of one document is known by its number, one of a session by the session's.
        let number = match documents {
            [document] => document.peek_at("NumerKSeFDokumentu"),
            _ => root.peek_at("NumerReferencyjnySesji"),
        };
        let ksef = Fact::new("", self.word(Word::UpoMeaning));
        Heading {
            kind: self.word(Word::KindUpo).to_owned(),
            number: number.unwrap_or_default().to_owned(),
            ksef,
            facts,
            codes: Vec::new(),
            no_code: None,
        }
    }

    fn upo_session(&mut self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut facts = Vec::new();
        if let Some(login) = root.child("Uwierzytelnienie") {
            if let Some(context) = login.child("IdKontekstu") {
                for (element, word) in [
                    ("Nip", Word::Nip),
                    ("IdWewnetrzny", Word::InternalId),
                    ("IdZlozonyVatUE", Word::CompositeId),
                    ("IdDostawcyUslugPeppol", Word::PeppolId),
                ] {
                    if let Some(text) = context.take(element) {
                        let label = format!("{}: {}", self.word(Word::LoginContext), self.word(word));
                        facts.push(Fact::new(label, text));
                    }
                }
            }
            self.push(&mut facts, login, "NumerReferencyjnyTokenaKSeF", Word::TokenReference, plain);
            self.push(&mut facts, login, "SkrotDokumentuUwierzytelniajacego", Word::LoginDigest, plain);
        }
        if let Some(part) = root.child("OpisPotwierdzenia") {
            let pair = |first: &str, second: &str, between: &str| match (part.take(first), part.take(second))
            {
                (None, None) => None,
                (one, other) => Some([one, other].into_iter().flatten().collect::<Vec<_>>().join(between)),
            };
            let of = format!(" {} ", Word::between_counts(self.language));
            if let Some(text) = pair("Strona", "LiczbaStron", &of) {
                facts.push(self.fact(Word::UpoPage, text));
            }
            if let Some(text) = pair("ZakresDokumentowOd", "ZakresDokumentowDo", " – ") {
                facts.push(self.fact(Word::UpoRange, text));
            }
            self.push(&mut facts, part, "CalkowitaLiczbaDokumentow", Word::UpoCount, Self::number);
        }
        if !facts.is_empty() {
            blocks.push(self.title(Word::Session));
            blocks.push(Block::Facts(facts));
        }
    }

    fn upo_document(&self, node: Node<'_, '_>, facts: &mut Vec<Fact>) {
        self.push(facts, node, "NumerKSeFDokumentu", Word::KsefNumber, plain);
        self.push(facts, node, "NumerFaktury", Word::InvoiceNumber, plain);
        self.push(facts, node, "NipSprzedawcy", Word::SellerNip, plain);
        self.push(facts, node, "DataWystawieniaFaktury", Word::IssueDate, Self::date);
        self.push(facts, node, "DataPrzeslaniaDokumentu", Word::SentAt, Self::moment);
        self.push(facts, node, "DataNadaniaNumeruKSeF", Word::NumberedAt, Self::moment);
        self.push(facts, node, "TrybWysylki", Word::SendingMode, |builder, code| {
            builder.code(SENDING_MODES, code)
        });
        self.push(facts, node, "SkrotDokumentu", Word::DocumentDigest, plain);
        self.push(facts, node, "NumerReferencyjnyDokumentuUnique", Word::UniqueId, plain);
    }

    fn upo_table(&self, documents: &[Node<'_, '_>]) -> Table {
        let column = |word: Word, align: Align| Column { title: self.word(word).to_owned(), align };
        let columns = vec![
            column(Word::LineNumber, Align::End),
            column(Word::KsefNumber, Align::Start),
            column(Word::InvoiceNumber, Align::Short),
            column(Word::IssueDate, Align::Short),
            column(Word::SentAt, Align::Start),
            column(Word::NumberedAt, Align::Start),
            column(Word::SendingMode, Align::Short),
        ];
        let row = |(position, node): (usize, &Node<'_, '_>)| {
            let text = |name: &str| node.take(name).unwrap_or_default().to_owned();
            let moment = |name: &str| node.take(name).map(|text| self.moment(text)).unwrap_or_default();
            let digest = node.take("SkrotDokumentu");
            let detail = |word: Word, text: Option<&str>| {
                text.map(|text| format!("{}: {text}", self.word(word))).unwrap_or_default()
            };
            let cells = vec![
                Cell::new((position + 1).to_string()),
                Cell { text: text("NumerKSeFDokumentu"), detail: detail(Word::DocumentDigest, digest) },
                Cell {
                    text: text("NumerFaktury"),
                    detail: detail(Word::SellerNip, node.take("NipSprzedawcy")),
                },
                Cell::new(
                    node.take("DataWystawieniaFaktury").map(|text| self.date(text)).unwrap_or_default(),
                ),
                Cell::new(moment("DataPrzeslaniaDokumentu")),
                Cell::new(moment("DataNadaniaNumeruKSeF")),
                Cell::new(
                    node.take("TrybWysylki").map(|code| self.code(SENDING_MODES, code)).unwrap_or_default(),
                ),
            ];
            Row { cells, ..Row::default() }
        };
        Table { columns, rows: documents.iter().enumerate().map(row).collect(), sums: Vec::new() }
    }

    /// The signature is said to be there; its bytes are of use only in the file itself, which a PDF carries.
    fn signature(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let Some(signature) = root.child("Signature") else {
            return;
        };
        let mut facts = Vec::new();
        let properties = ["Object", "QualifyingProperties", "SignedProperties", "SignedSignatureProperties"];
        if let Some(properties) = signature.at(&properties) {
            self.push(&mut facts, properties, "SigningTime", Word::SignedAt, Self::moment);
        }
        signature.mark_all();
        facts.insert(0, Fact::new("", self.word(Word::SignatureInFile)));
        blocks.push(self.title(Word::Signature));
        blocks.push(Block::Facts(facts));
    }
}
