//! The view over a UPO, KSeF's signed confirmation of receipt, in the versions 4-2 and 4-3.
//!
//! Nothing here verifies the signature; what is read proves nothing until the client has.

use std::cell::RefCell;

use jiff::civil::Date;
use serde::Serialize;

use super::fields::Fields;
use super::{ReadError, Unreadable, not_xml, source};
use crate::form::root_name;
use crate::xml::{Document, text};

/// A UPO.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Upo {
    /// Its version, by the namespace.
    pub version: UpoVersion,
    /// `NazwaPodmiotuPrzyjmujacego`: who received; TEST and DEMO name themselves here.
    pub receiver: String,
    /// `NumerReferencyjnySesji`; empty when missing.
    pub session_reference: String,
    /// `IdKontekstu`: on whose behalf the session was.
    pub context: Option<UpoContext>,
    /// `NumerReferencyjnyTokenaKSeF`: the token that opened the session.
    pub token_reference: Option<String>,
    /// `SkrotDokumentuUwierzytelniajacego`: SHA-256 of the signed login request, in base64.
    pub login_hash: Option<String>,
    /// `OpisPotwierdzenia`: which page this is, when there are several.
    pub page: Option<UpoPage>,
    /// `NazwaStrukturyLogicznej`: file name of the invoices' schema.
    pub schema_name: Option<String>,
    /// `KodFormularza`: the invoices' form, for example `FA (3)`.
    pub form_code: Option<String>,
    /// `Dokument`, in document order.
    pub documents: Vec<UpoDocument>,
    /// Whether there is a `Signature`; says nothing about its validity.
    pub is_signed: bool,
    /// Values that are there and could not be read.
    pub unreadable: Vec<Unreadable>,
}

/// The version of a UPO.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum UpoVersion {
    /// 4-2, given out until December 2025.
    #[serde(rename = "4-2")]
    V42,
    /// 4-3.
    #[serde(rename = "4-3")]
    V43,
}

/// `IdKontekstu`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "value")]
pub enum UpoContext {
    /// `Nip`.
    Nip(String),
    /// `IdWewnetrzny`.
    InternalId(String),
    /// `IdZlozonyVatUE`: a NIP and an EU VAT number.
    NipVatUe(String),
    /// `IdDostawcyUslugPeppol`.
    PeppolId(String),
}

/// `OpisPotwierdzenia`. The range is as the schema's notes say: from inclusive, to exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpoPage {
    /// `Strona`, from 1.
    pub page: Option<u64>,
    /// `LiczbaStron`.
    pub pages: Option<u64>,
    /// `ZakresDokumentowOd`.
    pub from: Option<u64>,
    /// `ZakresDokumentowDo`.
    pub to: Option<u64>,
    /// `CalkowitaLiczbaDokumentow`: on all pages.
    pub documents: Option<u64>,
}

/// `Dokument`: one invoice that was received.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpoDocument {
    /// `NipSprzedawcy`.
    pub seller_nip: String,
    /// `NumerKSeFDokumentu`, as it stands.
    pub ksef_number: String,
    /// `NumerFaktury`.
    pub invoice_number: String,
    /// `DataWystawieniaFaktury`.
    pub issue_date: Option<Date>,
    /// `DataPrzeslaniaDokumentu`, as it stands: time of sending.
    pub sent_at: Option<String>,
    /// `DataNadaniaNumeruKSeF`, as it stands: time of numbering.
    pub numbered_at: Option<String>,
    /// `SkrotDokumentu`: SHA-256 of the invoice's bytes, in base64.
    pub hash: String,
    /// `TrybWysylki`: `Online` or `Offline`; 4-2 has none.
    pub mode: Option<String>,
}

/// Reads the view of a UPO.
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML or their root is no UPO of a known version.
pub fn read_upo(bytes: &[u8]) -> Result<Upo, ReadError> {
    let source = source(bytes)?;
    let document = Document::parse(source).map_err(|error| not_xml(source, error))?;
    let root = document.root().ok_or(ReadError::Empty)?;
    let version =
        match root_name(bytes).as_ref().map(|(namespace, local)| (namespace.as_str(), local.as_str())) {
            Some((NAMESPACE_42, ROOT)) => UpoVersion::V42,
            Some((NAMESPACE_43, ROOT)) => UpoVersion::V43,
            _ => return Err(ReadError::UnknownForm { root: text::cut(root.name(), 60) }),
        };
    let unreadable = RefCell::new(Vec::new());
    let fields = Fields::new(Some(root), &unreadable);
    let login = fields.group("Uwierzytelnienie");
    let mut upo = Upo {
        version,
        receiver: fields.string("NazwaPodmiotuPrzyjmujacego"),
        session_reference: fields.string("NumerReferencyjnySesji"),
        context: context(login.group("IdKontekstu")),
        token_reference: login.text("NumerReferencyjnyTokenaKSeF"),
        login_hash: login.text("SkrotDokumentuUwierzytelniajacego"),
        page: fields.optional("OpisPotwierdzenia").map(|page| UpoPage {
            page: page.number("Strona"),
            pages: page.number("LiczbaStron"),
            from: page.number("ZakresDokumentowOd"),
            to: page.number("ZakresDokumentowDo"),
            documents: page.number("CalkowitaLiczbaDokumentow"),
        }),
        schema_name: fields.text("NazwaStrukturyLogicznej"),
        form_code: fields.text("KodFormularza"),
        documents: fields.list("Dokument").into_iter().map(upo_document).collect(),
        is_signed: fields.group("Signature").is_present(),
        unreadable: Vec::new(),
    };
    upo.unreadable = unreadable.into_inner();
    Ok(upo)
}

fn context(fields: Fields<'_, '_, '_>) -> Option<UpoContext> {
    let nip = || fields.text("Nip").map(UpoContext::Nip);
    let internal_id = || fields.text("IdWewnetrzny").map(UpoContext::InternalId);
    let nip_vat_ue = || fields.text("IdZlozonyVatUE").map(UpoContext::NipVatUe);
    let peppol_id = || fields.text("IdDostawcyUslugPeppol").map(UpoContext::PeppolId);
    nip().or_else(internal_id).or_else(nip_vat_ue).or_else(peppol_id)
}

fn upo_document(fields: Fields<'_, '_, '_>) -> UpoDocument {
    UpoDocument {
        seller_nip: fields.string("NipSprzedawcy"),
        ksef_number: fields.string("NumerKSeFDokumentu"),
        invoice_number: fields.string("NumerFaktury"),
        issue_date: fields.date("DataWystawieniaFaktury"),
        sent_at: fields.text("DataPrzeslaniaDokumentu"),
        numbered_at: fields.text("DataNadaniaNumeruKSeF"),
        hash: fields.string("SkrotDokumentu"),
        mode: fields.text("TrybWysylki"),
    }
}

const ROOT: &str = "Potwierdzenie";
/// Of the official clients before December 2025; the schema itself is no longer given out.
const NAMESPACE_42: &str = "http://upo.schematy.mf.gov.pl/KSeF/v4-2";
const NAMESPACE_43: &str = crate::Form::Upo43.namespace();
