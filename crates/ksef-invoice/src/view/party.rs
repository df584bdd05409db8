//! Parties of an invoice.

use rust_decimal::Decimal;
use serde::Serialize;

/// Seller, buyer, or the identification of any other party.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// How the party is identified.
    pub identifier: PartyIdentifier,
    /// `Nazwa`.
    pub name: Option<String>,
    /// `PrefiksPodatnika`: the seller's EU VAT prefix.
    pub vat_prefix: Option<String>,
    /// `NrEORI`.
    pub eori: Option<String>,
    /// `Adres`.
    pub address: Option<Address>,
    /// `AdresKoresp`.
    pub correspondence_address: Option<Address>,
    /// `DaneKontaktowe`.
    pub contacts: Vec<Contact>,
    /// `StatusInfoPodatnika`: 1 liquidation, 2 restructuring, 3 bankruptcy, 4 enterprise in succession.
    pub status: Option<u8>,
    /// `NrKlienta`.
    pub customer_number: Option<String>,
    /// `IDNabywcy`: the key that ties a buyer to its data before a correction.
    pub buyer_key: Option<String>,
    /// `JST` = 1: concerns a unit of local government.
    pub is_local_government_unit: bool,
    /// `GV` = 1: concerns a member of a VAT group.
    pub is_vat_group_member: bool,
}

/// How a party is identified.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "value")]
pub enum PartyIdentifier {
    /// `NIP`, as it stands.
    Nip(String),
    /// `IDWew`: a NIP and five digits.
    InternalId(String),
    /// `KodUE` and `NrVatUE`.
    VatUe {
        /// Two letters.
        country: String,
        /// The number without the prefix.
        number: String,
    },
    /// `NrID`, with `KodKraju` when given.
    Other {
        /// Two letters.
        country: Option<String>,
        /// The number.
        number: String,
    },
    /// `BrakID`, or nothing.
    #[default]
    None,
}

impl PartyIdentifier {
    /// The NIP, when that is the identifier.
    #[must_use]
    pub fn nip(&self) -> Option<&str> {
        match self {
            Self::Nip(nip) => Some(nip),
            _ => None,
        }
    }
}

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// `KodKraju`.
    pub country: String,
    /// `AdresL1`.
    pub line1: String,
    /// `AdresL2`.
    pub line2: Option<String>,
    /// `GLN`.
    pub gln: Option<String>,
}

/// `DaneKontaktowe`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// `Email` or `EmailPU`.
    pub email: Option<String>,
    /// `Telefon` or `TelefonPU`.
    pub phone: Option<String>,
}

/// `Podmiot3`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThirdParty {
    /// Who.
    pub party: Party,
    /// `Rola`, 1 to 11 (1 factor, 2 recipient, 3 original entity, 4 additional buyer, 5 issuer, 6 payer, 7 and 8 local
    /// government issuer and recipient, 9 and 10 VAT group issuer and recipient, 11 employee); `None`: another role.
    pub role: Option<u8>,
    /// `OpisRoli`: the other role in words.
    pub role_description: Option<String>,
    /// `Udzial`: an additional buyer's share in per cent.
    pub share: Option<Decimal>,
}

/// `PodmiotUpowazniony`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizedParty {
    /// Who.
    pub party: Party,
    /// `RolaPU`: 1 enforcement authority, 2 bailiff, 3 tax representative.
    pub role: Option<u8>,
}
