//! The confirmation of a transaction (potwierdzenie transakcji): what a buyer gets for an offline sale while the invoice has
//! no number yet. It is no invoice: it names the sale and carries both codes, through which the invoice is found later.

use jiff::civil::Date;
use ksef_invoice::{Form, Outline, detect_form};

use super::builder::Builder;
use super::codes::Linked;
use super::{AmountLine, Block, Code, Document, Fact, Heading, PartyBox, Weight, pef};
use crate::source::{Node, Source};
use crate::words::Word;
use crate::{RenderError, RenderOptions, format};

/// Where the forms keep what a confirmation says.
struct Sale<'a> {
    number: &'a str,
    issue_date: Option<&'a str>,
    currency: &'a str,
    total: Option<&'a str>,
    seller: Party<'a>,
    buyer: Party<'a>,
}

struct Party<'a> {
    name: &'a str,
    nip: Option<&'a str>,
}

/// Builds the confirmation of a document.
///
/// # Errors
/// [`RenderError::NotOffline`] in another mode than the three offline ones, [`RenderError::NoCertificate`] without KOD II,
/// [`RenderError::NoLink`] when the codes cannot be made, and as for reading a document.
pub(crate) fn build(xml: &[u8], options: &RenderOptions) -> Result<Document, RenderError> {
    if !options.mode.is_offline() {
        return Err(RenderError::NotOffline);
    }
    let outline = Outline::parse(xml)?;
    let source = Source::new(&outline);
    let root = source.root();
    let sale = sale(xml, root)?;
    let builder = Builder::new(options.language, sale.currency, None);
    let linked = linked(&sale);
    // A confirmation is for an invoice without a number: its first code says OFFLINE.
    let unnumbered = RenderOptions { ksef_number: None, ..options.clone() };
    let (codes, no_code) = builder.codes(&linked, &ksef_crypto::sha256(xml), &unnumbered)?;
    if no_code.is_some() {
        return Err(RenderError::NoLink("NIP, P_1"));
    }
    let mut facts = Vec::new();
    if let Some(date) = sale.issue_date {
        facts.push(builder.fact(Word::IssueDate, builder.date(date)));
    }
    facts.push(builder.fact(Word::IssueMode, builder.mode(options.mode)));
    let heading = Heading {
        kind: builder.word(Word::KindConfirmation).to_owned(),
        number: sale.number.to_owned(),
        ksef: Fact::new("", builder.word(Word::NoInvoice)),
        facts,
        codes,
        no_code: None,
    };
    let party = |role: Word, party: &Party<'_>| PartyBox {
        role: builder.word(role).to_owned(),
        name: party.name.to_owned(),
        address: Vec::new(),
        facts: party.nip.map(|nip| builder.fact(Word::Nip, nip)).into_iter().collect(),
    };
    let parties = vec![party(Word::Seller, &sale.seller), party(Word::Buyer, &sale.buyer)];
    let mut blocks = vec![Block::Parties(parties)];
    if let Some(total) = sale.total {
        let label = builder.word(Word::GrossTotal).to_owned();
        let line = AmountLine { label, amount: builder.money(total), weight: Weight::Grand };
        blocks.push(Block::Columns(Vec::new(), vec![Block::Amounts(vec![line])]));
    }
    blocks.push(Block::Text(vec![builder.word(Word::ConfirmationNote).to_owned()]));
    let mut document = builder.document(options, heading, blocks, ("", None));
    // The invoice itself is what the buyer gets from KSeF.
    document.attachment = None;
    Ok(document)
}

/// The codes of an invoice alone, for a page that somebody else has made.
///
/// # Errors
/// As [`build`], in any mode.
pub(crate) fn codes(xml: &[u8], options: &RenderOptions) -> Result<Vec<Code>, RenderError> {
    let outline = Outline::parse(xml)?;
    let source = Source::new(&outline);
    let sale = sale(xml, source.root())?;
    let builder = Builder::new(options.language, sale.currency, None);
    match builder.codes(&linked(&sale), &ksef_crypto::sha256(xml), options)? {
        (_, Some(_)) => Err(RenderError::NoLink("NIP, P_1")),
        (codes, None) => Ok(codes),
    }
}

fn linked<'a>(sale: &Sale<'a>) -> Linked<'a> {
    let issue_date: Option<Date> = sale.issue_date.and_then(format::parse_date);
    Linked { seller_nip: sale.seller.nip, issue_date }
}

fn sale<'a>(xml: &[u8], root: Node<'_, 'a>) -> Result<Sale<'a>, RenderError> {
    Ok(match detect_form(xml) {
        Some(Form::Fa2 | Form::Fa3) => fa(root, "Fa", ["P_2", "P_1", "P_15"]),
        Some(Form::FaRr1) => fa(root, "FakturaRR", ["P_4C", "P_4B", "P_12_1"]),
        Some(Form::Pef3 | Form::PefKor3) => ubl(root),
        Some(Form::Upo43) | None => {
            let root = root.name().chars().take(60).collect();
            return Err(ksef_invoice::ReadError::UnknownForm { root }.into());
        }
    })
}

fn fa<'a>(root: Node<'_, 'a>, element: &str, [number, date, total]: [&str; 3]) -> Sale<'a> {
    let at = |name: &str| root.child(element).and_then(|invoice| invoice.peek_at(name));
    let party = |element: &str| {
        let data = root.at(&[element, "DaneIdentyfikacyjne"]);
        Party {
            name: data.and_then(|data| data.peek_at("Nazwa")).unwrap_or_default(),
            nip: data.and_then(|data| data.peek_at("NIP")),
        }
    };
    Sale {
        number: at(number).unwrap_or_default(),
        issue_date: at(date),
        currency: at("KodWaluty").unwrap_or_default(),
        total: at(total),
        seller: party("Podmiot1"),
        buyer: party("Podmiot2"),
    }
}

fn ubl<'a>(root: Node<'_, 'a>) -> Sale<'a> {
    let name = |element: &str| {
        let party = root.at(&[element, "Party"]);
        let name = party.and_then(|party| party.at(&["PartyName"])).and_then(|name| name.peek_at("Name"));
        let legal = party
            .and_then(|party| party.child("PartyLegalEntity"))
            .and_then(|legal| legal.peek_at("RegistrationName"));
        name.or(legal).unwrap_or_default()
    };
    let total = root.child("LegalMonetaryTotal").and_then(|totals| totals.peek_at("PayableAmount"));
    Sale {
        number: root.peek_at("ID").unwrap_or_default(),
        issue_date: root.peek_at("IssueDate"),
        currency: root.peek_at("DocumentCurrencyCode").unwrap_or_default(),
        total,
        seller: Party { name: name("AccountingSupplierParty"), nip: pef::seller_nip(root) },
        buyer: Party { name: name("AccountingCustomerParty"), nip: None },
    }
}
