//! Documents of KSeF 1.0 (2022 to January 2026) that somebody has saved: what stands on an invoice, in whatever form it is, and
//! which invoices a confirmation speaks of.
//!
//! FA(2) is read by [`super::read`]. FA(1) and the UPO of those days have no schema here any more: their elements are found by the
//! names that FA kept ever since, and the entries of a confirmation by what they hold (a KSeF number with a hash beside it), not by
//! the names of the elements. Nothing here verifies a signature.

use std::cell::RefCell;

use jiff::civil::Date;
use ksef_id::{KsefNumber, Sha256Hash};
use rust_decimal::Decimal;

use super::fields::Fields;
use super::{Invoice, ReadError, not_xml, read, source};
use crate::Outline;
use crate::view::PartyIdentifier;
use crate::xml::{Document, text};

/// What stands on a saved invoice, as far as a register needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerInvoice {
    /// The form's name as people know it: `FA(1)`.
    pub form: String,
    /// `RodzajFaktury`; empty when missing.
    pub kind: String,
    /// `P_2`.
    pub number: String,
    /// `P_1`.
    pub issue_date: Option<Date>,
    /// `P_6`.
    pub sale_date: Option<Date>,
    /// `Podmiot1`.
    pub seller: FormerParty,
    /// `Podmiot2`.
    pub buyer: FormerParty,
    /// Identifiers of `Podmiot3`.
    pub thirds: Vec<String>,
    /// `P_15`.
    pub gross: Option<Decimal>,
    /// `KodWaluty`.
    pub currency: String,
}

/// Somebody on a saved invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormerParty {
    /// The NIP, or another identifier.
    pub id: Option<String>,
    /// The name of a firm or a person.
    pub name: Option<String>,
}

/// An invoice that a confirmation speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerConfirmation {
    /// KSeF's number.
    pub ksef_number: KsefNumber,
    /// SHA-256 of the invoice's bytes, if it says so.
    pub sha256: Option<Sha256Hash>,
}

/// Reads a saved invoice of any FA.
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML, or no invoice with a number.
pub fn read_former(bytes: &[u8]) -> Result<FormerInvoice, ReadError> {
    match read(bytes) {
        Ok(invoice) if !invoice.number.is_empty() => Ok(of_view(invoice)),
        Ok(invoice) => Err(ReadError::UnknownForm { root: invoice.form.root().to_owned() }),
        Err(ReadError::UnknownForm { .. }) => of_elements(bytes),
        Err(error) => Err(error),
    }
}

fn of_view(invoice: Invoice) -> FormerInvoice {
    let party = |party: &super::Party| FormerParty {
        id: match &party.identifier {
            PartyIdentifier::Nip(id) | PartyIdentifier::InternalId(id) => Some(id.clone()),
            PartyIdentifier::VatUe { country, number } => Some(format!("{country}{number}")),
            PartyIdentifier::Other { number, .. } => Some(number.clone()),
            PartyIdentifier::None => None,
        },
        name: party.name.clone(),
    };
    FormerInvoice {
        form: invoice.form.name().to_owned(),
        kind: String::new(),
        seller: party(&invoice.seller),
        buyer: party(&invoice.buyer),
        thirds: invoice.third_parties.iter().filter_map(|third| party(&third.party).id).collect(),
        issue_date: invoice.issue_date,
        sale_date: invoice.sale_date,
        gross: invoice.gross,
        currency: invoice.currency,
        number: invoice.number,
    }
}

fn of_elements(bytes: &[u8]) -> Result<FormerInvoice, ReadError> {
    let source = source(bytes)?;
    let document = Document::parse(source).map_err(|error| not_xml(source, error))?;
    let root = document.root().ok_or(ReadError::Empty)?;
    let unreadable = RefCell::new(Vec::new());
    let fields = Fields::new(Some(root), &unreadable);
    let (invoice, head) = (fields.group("Fa"), fields.group("Naglowek"));
    let number = invoice.string("P_2");
    if fields.name() != "Faktura" || number.is_empty() {
        return Err(ReadError::UnknownForm { root: text::cut(root.name(), 60) });
    }
    let code = head.group("KodFormularza").attribute("kodSystemowy");
    Ok(FormerInvoice {
        form: code.replace(' ', ""),
        kind: invoice.string("RodzajFaktury"),
        number,
        issue_date: invoice.date("P_1"),
        sale_date: invoice.date("P_6"),
        seller: party(&fields.group("Podmiot1")),
        buyer: party(&fields.group("Podmiot2")),
        thirds: fields.list("Podmiot3").iter().filter_map(|third| party(third).id).collect(),
        gross: invoice.decimal("P_15"),
        currency: invoice.string("KodWaluty"),
    })
}

fn party(fields: &Fields<'_, '_, '_>) -> FormerParty {
    let told = fields.group("DaneIdentyfikacyjne");
    let first = |names: &[&str]| names.iter().find_map(|name| told.text(name));
    let person = || {
        let names: Vec<String> =
            [first(&["ImiePierwsze"]), first(&["Nazwisko"])].into_iter().flatten().collect();
        (!names.is_empty()).then(|| names.join(" "))
    };
    FormerParty {
        id: first(&["NIP", "NrVatUE", "NrID", "IDWew"]),
        name: first(&["PelnaNazwa", "Nazwa", "NazwaHandlowa"]).or_else(person),
    }
}

/// Which invoices a confirmation of KSeF speaks of, in its order.
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML, or their root is no `Potwierdzenie`.
pub fn read_former_upo(bytes: &[u8]) -> Result<Vec<FormerConfirmation>, ReadError> {
    let outline = Outline::parse(bytes)?;
    if !outline.is_named(0, "Potwierdzenie") {
        return Err(ReadError::UnknownForm { root: text::cut(outline.name(0), 60) });
    }
    let mut found = Vec::new();
    for parent in 0..outline.len() {
        let (mut number, mut sha256) = (None, None);
        let (mut child, end) = (parent + 1, outline.end(parent));
        while child < end {
            let text = outline.text(child);
            // Of what is there twice the first: a correction may name the corrected one as well.
            number = number.or_else(|| KsefNumber::parse(text).ok());
            sha256 = sha256.or_else(|| Sha256Hash::parse(text).ok());
            child = outline.end(child);
        }
        found.extend(number.map(|ksef_number| FormerConfirmation { ksef_number, sha256 }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const FA1: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2021/11/29/11089/">
  <Naglowek><KodFormularza kodSystemowy="FA (1)" wersjaSchemy="1-0E">FA</KodFormularza></Naglowek>
  <Podmiot1><DaneIdentyfikacyjne><NIP>7781464139</NIP><PelnaNazwa>Sprzedawca sp. z o.o.</PelnaNazwa></DaneIdentyfikacyjne></Podmiot1>
  <Podmiot2><DaneIdentyfikacyjne><NIP>5265877635</NIP><ImiePierwsze>Ala</ImiePierwsze><Nazwisko>Testowa</Nazwisko></DaneIdentyfikacyjne></Podmiot2>
  <Podmiot3><DaneIdentyfikacyjne><NIP>1111111111</NIP></DaneIdentyfikacyjne></Podmiot3>
  <Fa><KodWaluty>PLN</KodWaluty><P_1>2023-07-20</P_1><P_2>F/7/2023</P_2><P_6>2023-07-19</P_6><P_15>123.00</P_15><RodzajFaktury>VAT</RodzajFaktury></Fa>
</Faktura>"#;

    #[test]
    fn an_invoice_without_a_schema_here_is_read_by_its_names() {
        let invoice = read_former(FA1.as_bytes()).expect("an invoice");
        assert_eq!((invoice.form.as_str(), invoice.kind.as_str()), ("FA(1)", "VAT"));
        assert_eq!((invoice.number.as_str(), invoice.issue_date), ("F/7/2023", Some(date(2023, 7, 20))));
        assert_eq!(invoice.seller.id.as_deref(), Some("7781464139"));
        assert_eq!(invoice.seller.name.as_deref(), Some("Sprzedawca sp. z o.o."));
        assert_eq!(invoice.buyer.name.as_deref(), Some("Ala Testowa"));
        assert_eq!(invoice.thirds, ["1111111111"]);
        assert_eq!((invoice.gross, invoice.currency.as_str()), (Some(Decimal::new(12300, 2)), "PLN"));
    }

    #[test]
    fn what_is_no_invoice_is_refused() {
        for (text, expected) in [
            ("", "Empty"),
            ("nic", "NotXml"),
            ("<html/>", "UnknownForm"),
            ("<Faktura><Fa><P_2></P_2></Fa></Faktura>", "UnknownForm"),
            ("<Potwierdzenie/>", "UnknownForm"),
        ] {
            let error = read_former(text.as_bytes()).expect_err(text);
            assert!(format!("{error:?}").starts_with(expected), "{text}: {error:?}");
        }
    }

    #[test]
    fn a_confirmation_names_its_invoices_whatever_its_elements_are_called() {
        let hash = Sha256Hash::parse("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").expect("a hash");
        let upo = format!(
            "<Potwierdzenie xmlns=\"http://upo.example/v3\"><Dokument><Numer>7781464139-20230721-80B510-9675F7-B5</Numer>\
             <Skrot>{hash}</Skrot></Dokument><Lista><Poz><N>7781464139-20230721-80B511-9675F8-01</N></Poz></Lista></Potwierdzenie>"
        );
        let found = read_former_upo(upo.as_bytes()).expect("a UPO");
        let told: Vec<_> = found.iter().map(|one| (one.ksef_number.as_str(), one.sha256.as_ref())).collect();
        assert_eq!(
            told,
            [
                ("7781464139-20230721-80B510-9675F7-B5", Some(&hash)),
                ("7781464139-20230721-80B511-9675F8-01", None)
            ]
        );
        assert!(read_former_upo(FA1.as_bytes()).is_err());
    }
}
