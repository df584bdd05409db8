//! What lists and queries show of an invoice, in little memory.

use crate::inspection::Facts;
use jiff::civil::Date;
use ksef_id::Nip;
use ksef_invoice::{InvoiceType, MetadataIdentifierType};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The facts of a stored invoice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    pub(crate) seller: Nip,
    pub(crate) issue_date: Date,
    pub(crate) net: Decimal,
    pub(crate) gross: Decimal,
    pub(crate) vat: Decimal,
    pub(crate) is_self_invoicing: bool,
    pub(crate) has_attachment: bool,
    /// Place in [`INVOICE_TYPES`], from 1; 0 when there is none.
    kind: u8,
    /// Place in [`IDENTIFIER_TYPES`].
    buyer_kind: u8,
    /// Role of the authorised subject, when there is one.
    authorized_role: Option<u8>,
    /// Kind and role of each third subject.
    thirds: Box<[(u8, u8)]>,
    /// All texts, in the order of [`Field`] and then identifier and name of each third subject. Between them stands what no
    /// XML can hold, and for a text that is missing another such character.
    texts: Box<str>,
}

/// The texts that every invoice has a place for.
#[derive(Clone, Copy)]
enum Field {
    Number,
    Currency,
    SellerName,
    Buyer,
    BuyerName,
    Authorized,
    AuthorizedName,
}

/// A third subject.
pub(crate) struct ListedThird<'a> {
    pub(crate) kind: MetadataIdentifierType,
    pub(crate) identifier: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) role: u8,
}

/// The authorised subject.
pub(crate) struct ListedAuthorized<'a> {
    pub(crate) nip: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) role: u8,
}

impl From<&Facts> for Listed {
    fn from(facts: &Facts) -> Self {
        let metadata = &facts.metadata;
        let authorized = metadata.authorized_subject.as_ref();
        let fixed = [
            Some(metadata.invoice_number.as_str()),
            Some(metadata.currency.as_str()),
            metadata.seller_name.as_deref(),
            metadata.buyer.identifier.value.as_deref(),
            metadata.buyer.name.as_deref(),
            authorized.map(|subject| subject.nip.as_str()),
            authorized.and_then(|subject| subject.name.as_deref()),
        ];
        let thirds = metadata
            .third_subjects
            .iter()
            .flat_map(|third| [third.identifier.value.as_deref(), third.name.as_deref()]);
        let texts: Vec<&str> = fixed.into_iter().chain(thirds).map(|text| text.unwrap_or(MISSING)).collect();
        let place = |kind: MetadataIdentifierType| {
            let place = IDENTIFIER_TYPES.iter().position(|known| *known == kind);
            place.and_then(|place| u8::try_from(place).ok()).unwrap_or(0)
        };
        let kind =
            metadata.invoice_type.and_then(|kind| INVOICE_TYPES.iter().position(|known| *known == kind));
        Self {
            seller: facts.seller,
            issue_date: facts.issue_date,
            net: metadata.net_amount,
            gross: metadata.gross_amount,
            vat: metadata.vat_amount,
            is_self_invoicing: metadata.is_self_invoicing,
            has_attachment: metadata.has_attachment,
            kind: kind.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(0),
            buyer_kind: place(metadata.buyer.identifier.kind),
            authorized_role: authorized.map(|subject| subject.role),
            thirds: metadata
                .third_subjects
                .iter()
                .map(|third| (place(third.identifier.kind), third.role))
                .collect(),
            texts: texts.join(SEPARATOR).into(),
        }
    }
}

impl Listed {
    /// `P_2`.
    pub(crate) fn invoice_number(&self) -> &str {
        self.text(Field::Number as usize).unwrap_or_default()
    }

    /// `KodWaluty`.
    pub(crate) fn currency(&self) -> &str {
        self.text(Field::Currency as usize).unwrap_or_default()
    }

    pub(crate) fn seller_name(&self) -> Option<&str> {
        self.text(Field::SellerName as usize)
    }

    pub(crate) fn buyer_kind(&self) -> MetadataIdentifierType {
        identifier_type(self.buyer_kind)
    }

    pub(crate) fn buyer(&self) -> Option<&str> {
        self.text(Field::Buyer as usize)
    }

    pub(crate) fn buyer_name(&self) -> Option<&str> {
        self.text(Field::BuyerName as usize)
    }

    /// `RodzajFaktury`.
    pub(crate) fn invoice_type(&self) -> Option<InvoiceType> {
        INVOICE_TYPES.get(usize::from(self.kind).checked_sub(1)?).copied()
    }

    /// `PodmiotUpowazniony`.
    pub(crate) fn authorized(&self) -> Option<ListedAuthorized<'_>> {
        Some(ListedAuthorized {
            role: self.authorized_role?,
            nip: self.text(Field::Authorized as usize).unwrap_or_default(),
            name: self.text(Field::AuthorizedName as usize),
        })
    }

    /// Each `Podmiot3`.
    pub(crate) fn thirds(&self) -> impl Iterator<Item = ListedThird<'_>> {
        let mut texts = self.texts.split(SEPARATOR).skip(FIELDS).map(given);
        self.thirds.iter().map(move |(kind, role)| ListedThird {
            kind: identifier_type(*kind),
            identifier: texts.next().flatten(),
            name: texts.next().flatten(),
            role: *role,
        })
    }

    fn text(&self, place: usize) -> Option<&str> {
        self.texts.split(SEPARATOR).nth(place).and_then(given)
    }
}

fn given(text: &str) -> Option<&str> {
    (text != MISSING).then_some(text)
}

fn identifier_type(place: u8) -> MetadataIdentifierType {
    IDENTIFIER_TYPES.get(usize::from(place)).copied().unwrap_or(MetadataIdentifierType::None)
}

const FIELDS: usize = Field::AuthorizedName as usize + 1;
const SEPARATOR: &str = "\0";
const MISSING: &str = "\u{1}";
/// The order is part of the format of folders.
const IDENTIFIER_TYPES: [MetadataIdentifierType; 5] = [
    MetadataIdentifierType::None,
    MetadataIdentifierType::Nip,
    MetadataIdentifierType::InternalId,
    MetadataIdentifierType::VatUe,
    MetadataIdentifierType::Other,
];
/// The order is part of the format of folders.
const INVOICE_TYPES: [InvoiceType; 12] = [
    InvoiceType::Vat,
    InvoiceType::Zal,
    InvoiceType::Kor,
    InvoiceType::Roz,
    InvoiceType::Upr,
    InvoiceType::KorZal,
    InvoiceType::KorRoz,
    InvoiceType::VatPef,
    InvoiceType::VatPefSp,
    InvoiceType::KorPef,
    InvoiceType::VatRr,
    InvoiceType::KorVatRr,
];
