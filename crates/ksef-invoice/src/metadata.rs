//! What KSeF itself derives from an invoice and shows in its metadata.
//!
//! Source: `InvoiceMetadata` of the API document (2.9.0). The descriptions there leave the sums open, and say nothing
//! of where FA_RR and PEF have them; what we take is said at the fields.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::view::{InvoiceKind, PartyIdentifier, ThirdParty};
use crate::{Form, Invoice};

/// The part of the API's `InvoiceMetadata` that comes from the document alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadata {
    /// The form (the API's `formCode` is [`Form::system_code`], [`Form::schema_version`], [`Form::value`]).
    pub form: Form,
    /// `P_2`; FA_RR `P_4C`, PEF `ID`.
    pub invoice_number: String,
    /// `P_1`; FA_RR `P_4B`, PEF `IssueDate`.
    pub issue_date: Option<Date>,
    /// NIP of `Podmiot1` (in FA_RR the farmer), in PEF of `AccountingSupplierParty`; empty when missing.
    pub seller_nip: String,
    /// Name of `Podmiot1`.
    pub seller_name: Option<String>,
    /// `Podmiot2`.
    pub buyer: MetadataBuyer,
    /// Sum of all `P_13_*`, in the invoice's currency; FA_RR `P_11_1`, PEF `TaxExclusiveAmount`.
    pub net_amount: Decimal,
    /// `P_15`; FA_RR `P_12_1`, PEF `TaxInclusiveAmount`; 0 when missing.
    pub gross_amount: Decimal,
    /// Tax in złoty ("Łączna kwota VAT wyrażona w PLN"): the sum of `P_14_*`, or of `P_14_*W` when the currency is not
    /// PLN; FA_RR `P_11_2` or `P_11_2W`, PEF the `TaxTotal` that is in złoty.
    pub vat_amount: Decimal,
    /// `KodWaluty`.
    pub currency: String,
    /// `RodzajFaktury`.
    pub invoice_type: Option<InvoiceType>,
    /// `P_17` = 1.
    pub is_self_invoicing: bool,
    /// Whether there is a `Zalacznik`, in PEF an embedded document.
    pub has_attachment: bool,
    /// `Podmiot3`; PEF has none.
    pub third_subjects: Vec<MetadataThirdSubject>,
    /// `PodmiotUpowazniony`; FA_RR and PEF have none.
    pub authorized_subject: Option<MetadataAuthorized>,
}

/// The API's `InvoiceType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum InvoiceType {
    /// VAT.
    Vat,
    /// ZAL.
    Zal,
    /// KOR.
    Kor,
    /// ROZ.
    Roz,
    /// UPR.
    Upr,
    /// KOR_ZAL.
    KorZal,
    /// KOR_ROZ.
    KorRoz,
    /// PEF.
    VatPef,
    /// PEF of the Polish profile with extensions ("specjalizowana").
    VatPefSp,
    /// PEF_KOR.
    KorPef,
    /// VAT_RR.
    VatRr,
    /// KOR_VAT_RR.
    KorVatRr,
}

/// The API's `InvoiceMetadataBuyer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetadataBuyer {
    /// Identifier.
    pub identifier: MetadataIdentifier,
    /// `Nazwa`.
    pub name: Option<String>,
}

/// An identifier of the metadata: type and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetadataIdentifier {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: MetadataIdentifierType,
    /// Its value: the NIP, the internal identifier, country code and EU VAT number together, or the other number; at
    /// most 50 characters in the API.
    pub value: Option<String>,
}

/// The API's `BuyerIdentifierType` and `ThirdSubjectIdentifierType` (only the latter has `InternalId`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum MetadataIdentifierType {
    /// `NIP`.
    Nip,
    /// `IDWew`.
    InternalId,
    /// `KodUE` and `NrVatUE`.
    VatUe,
    /// `NrID`.
    Other,
    /// `BrakID`.
    None,
}

/// The API's `InvoiceMetadataThirdSubject`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetadataThirdSubject {
    /// Identifier.
    pub identifier: MetadataIdentifier,
    /// `Nazwa`.
    pub name: Option<String>,
    /// `Rola`; 0 is another role (`RolaInna`).
    pub role: u8,
}

/// The API's `InvoiceMetadataAuthorizedSubject`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetadataAuthorized {
    /// NIP; empty when missing.
    pub nip: String,
    /// `Nazwa`.
    pub name: Option<String>,
    /// `RolaPU`; 0 when missing.
    pub role: u8,
}

impl Invoice {
    /// What KSeF derives from the document.
    #[must_use]
    pub fn metadata(&self) -> InvoiceMetadata {
        let is_pln = self.currency == "PLN";
        let tax = |total: &crate::view::RateTotal| if is_pln { total.tax } else { total.tax_pln };
        let (net_amount, vat_amount) = match &self.peppol {
            Some(peppol) => (self.net, if is_pln { peppol.tax } else { peppol.tax_pln }),
            None => (
                Some(sum(self.totals.iter().filter_map(|total| total.net))),
                Some(sum(self.totals.iter().filter_map(tax))),
            ),
        };
        // A payee and a tax representative are no subjects of the API's metadata as far as it says.
        let is_fa = self.peppol.is_none();
        InvoiceMetadata {
            form: self.form,
            invoice_number: self.number.clone(),
            issue_date: self.issue_date,
            seller_nip: self.seller.identifier.nip().unwrap_or_default().to_owned(),
            seller_name: self.seller.name.clone(),
            buyer: MetadataBuyer {
                identifier: identifier(&self.buyer.identifier),
                name: self.buyer.name.clone(),
            },
            net_amount: net_amount.unwrap_or_default(),
            gross_amount: self.gross.unwrap_or_default(),
            vat_amount: vat_amount.unwrap_or_default(),
            currency: self.currency.clone(),
            invoice_type: self.kind.map(InvoiceType::from),
            is_self_invoicing: self.annotations.is_self_billing,
            has_attachment: self.has_attachment,
            third_subjects: self.third_parties.iter().filter(|_| is_fa).map(third_subject).collect(),
            authorized_subject: self.authorized.as_ref().filter(|_| is_fa).map(|authorized| {
                MetadataAuthorized {
                    nip: authorized.party.identifier.nip().unwrap_or_default().to_owned(),
                    name: authorized.party.name.clone(),
                    role: authorized.role.unwrap_or_default(),
                }
            }),
        }
    }
}

impl From<InvoiceKind> for InvoiceType {
    fn from(kind: InvoiceKind) -> Self {
        match kind {
            InvoiceKind::Vat => Self::Vat,
            InvoiceKind::Kor => Self::Kor,
            InvoiceKind::Zal => Self::Zal,
            InvoiceKind::Roz => Self::Roz,
            InvoiceKind::Upr => Self::Upr,
            InvoiceKind::KorZal => Self::KorZal,
            InvoiceKind::KorRoz => Self::KorRoz,
            InvoiceKind::VatPef => Self::VatPef,
            InvoiceKind::VatPefSp => Self::VatPefSp,
            InvoiceKind::KorPef => Self::KorPef,
            InvoiceKind::VatRr => Self::VatRr,
            InvoiceKind::KorVatRr => Self::KorVatRr,
        }
    }
}

/// A sum that cannot panic: amounts of 28 digits could overflow, and then the sum stays at what it was.
fn sum(amounts: impl Iterator<Item = Decimal>) -> Decimal {
    amounts.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
}

fn third_subject(third: &ThirdParty) -> MetadataThirdSubject {
    MetadataThirdSubject {
        identifier: identifier(&third.party.identifier),
        name: third.party.name.clone(),
        role: third.role.unwrap_or_default(),
    }
}

fn identifier(identifier: &PartyIdentifier) -> MetadataIdentifier {
    let (kind, value) = match identifier {
        PartyIdentifier::Nip(nip) => (MetadataIdentifierType::Nip, Some(nip.clone())),
        PartyIdentifier::InternalId(id) => (MetadataIdentifierType::InternalId, Some(id.clone())),
        PartyIdentifier::VatUe { country, number } => {
            (MetadataIdentifierType::VatUe, Some(format!("{country}{number}")))
        }
        PartyIdentifier::Other { number, .. } => (MetadataIdentifierType::Other, Some(number.clone())),
        PartyIdentifier::None => (MetadataIdentifierType::None, None),
    };
    MetadataIdentifier { kind, value }
}
