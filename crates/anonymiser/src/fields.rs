//! Which elements say who somebody is, and what takes their place: one table for the Ministry's forms and for UBL.

use crate::identifiers::Draw;

/// What an element holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Nip,
    TaxNumber,
    InternalId,
    KsefNumber,
    Pesel,
    Regon,
    Account,
    /// Digits of an identifier without a rule of its own: KRS, BDO, GLN, a telephone.
    Digits,
    Company,
    Street,
    Town,
    Email,
    /// An identifier in letters and digits.
    Reference,
    /// Free text.
    Text,
    Link,
}

/// The field of an element by its name and its parent's; `None` for what stays.
pub(crate) fn field_of(parent: &str, name: &str, is_ubl: bool) -> Option<Field> {
    if is_ubl { in_ubl(parent, name) } else { in_forms(parent, name) }
}

/// FA(2), FA(3), FA_RR(1).
fn in_forms(parent: &str, name: &str) -> Option<Field> {
    Some(match name {
        "NIP" => Field::Nip,
        "NrVatUE" | "NrID" => Field::TaxNumber,
        "IDWew" => Field::InternalId,
        "NrKSeF" | "NrKSeFFaKorygowanej" | "NrKSeFFaZaliczkowej" => Field::KsefNumber,
        "PESEL" | "NrPESEL" => Field::Pesel,
        "REGON" => Field::Regon,
        "NrRB" => Field::Account,
        "KRS" | "BDO" | "GLN" | "Telefon" | "TelefonPU" | "TelefonRR" => Field::Digits,
        // Of units of measure, tables and kinds of things it is no name.
        "Nazwa" if parent == "DaneIdentyfikacyjne" || parent.starts_with("Podmiot") => Field::Company,
        "PelnaNazwa" | "ImiePierwsze" | "Nazwisko" => Field::Company,
        "AdresL1" => Field::Street,
        "AdresL2" => Field::Town,
        "Email" | "EmailPU" | "EmailRR" => Field::Email,
        "NrEORI"
        | "NrKlienta"
        | "IDNabywcy"
        | "NrUmowy"
        | "NrZamowienia"
        | "NrZleceniaTransportu"
        | "P_22BNR"
        | "P_22B1"
        | "P_22B2"
        | "P_22B3"
        | "P_22B4"
        | "UU_ID"
        | "UU_IDZ" => Field::Reference,
        "Wartosc" | "ZWartosc" | "Akapit" | "WKom" | "StopkaFaktury" | "OpisRachunku" | "OpisPlatnosci" => {
            Field::Text
        }
        "LinkDoPlatnosci" => Field::Link,
        _ => return None,
    })
}

/// PEF and PEF_KOR.
fn in_ubl(parent: &str, name: &str) -> Option<Field> {
    Some(match (parent, name) {
        (_, "EndpointID" | "CompanyID") | ("PartyIdentification", "ID") => Field::TaxNumber,
        ("PayeeFinancialAccount", "ID") => Field::Account,
        ("PartyName", "Name") | ("Contact", "Name") | (_, "RegistrationName") => Field::Company,
        (_, "StreetName" | "AdditionalStreetName") | ("AddressLine", "Line") => Field::Street,
        (_, "CityName" | "CountrySubentity") => Field::Town,
        (_, "PostalZone" | "Telephone") => Field::Digits,
        (_, "ElectronicMail") => Field::Email,
        (_, "BuyerReference" | "AccountingCost") => Field::Reference,
        (_, "Note" | "PaymentID" | "InstructionNote") => Field::Text,
        _ => return None,
    })
}

impl Field {
    /// What takes the place of `value`; never more than 50 characters longer, and never empty.
    pub(crate) fn replace(self, draw: &Draw<'_>, value: &str) -> String {
        let plain = value.trim();
        match self {
            Self::Nip => draw.nip(plain),
            Self::TaxNumber => draw.tax_number(plain),
            Self::InternalId => draw.internal_id(plain),
            Self::KsefNumber => draw.ksef_number(plain),
            Self::Pesel => draw.pesel(plain),
            Self::Regon => draw.regon(plain),
            Self::Account => draw.account(plain),
            Self::Digits => draw.digits("digits", plain),
            Self::Company => format!("Podmiot {}", draw.mark(plain)),
            Self::Street => format!("ul. Anonimowa {}", draw.mark(plain)),
            Self::Town => "00-000 Miejscowość".to_owned(),
            Self::Email => format!("{}@example.com", draw.mark(plain).to_lowercase()),
            Self::Reference => draw.mark(plain),
            Self::Text => format!("tekst usunięty {}", draw.mark(plain)),
            // KSeF's own rule is a pattern of addresses of payments.
            Self::Link => "https://example.com/pay?IPKSeF=000ABCDEFGHIJ".to_owned(),
        }
    }
}
