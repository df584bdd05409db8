//! Who: seller, buyer and everybody else.

use super::codec::Codec;
use super::codes::{AuthorizedRole, Role, TaxpayerStatus};
use super::number::Number;
use super::record::records;

records! {
    /// A postal address, in lines as it is printed.
    Address {
        /// Country code, ISO 3166-1; `PL` unless said otherwise. `KodKraju`.
        country: Option<String>,
        /// First line, usually street and number; up to 512 characters. `AdresL1`.
        line1: Option<String>,
        /// Second line, usually post code and town; up to 512 characters. `AdresL2`.
        line2: Option<String>,
        /// Global location number, up to 13 characters. `GLN`.
        gln: Option<String>,
    }
    /// How to reach a party.
    Contact {
        /// E-mail address. `Email`.
        email: Option<String>,
        /// Telephone number, up to 16 characters. `Telefon`.
        phone: Option<String>,
    }
    /// An EU VAT number.
    EuVat {
        /// Prefix: `DE`, `EL` for Greece, `XI` for Northern Ireland. `KodUE`.
        country: Option<String>,
        /// The number without its prefix. `NrVatUE`.
        number: Option<String>,
    }
    /// A tax number of a country outside the EU, or another identifier.
    ForeignId {
        /// Country code. `KodKraju`.
        country: Option<String>,
        /// The number, up to 50 characters. `NrID`.
        number: Option<String>,
    }
    /// The seller (`Podmiot1`).
    Seller {
        /// NIP, ten digits. `NIP`.
        nip: Option<String>,
        /// Name, up to 512 characters. `Nazwa`.
        name: Option<String>,
        /// Address. `Adres`.
        address: Option<Address>,
        /// Address for letters, when it is another one. `AdresKoresp`.
        correspondence_address: Option<Address>,
        /// Up to three ways to reach the seller. `DaneKontaktowe`.
        contacts: Vec<Contact>,
        /// The prefix PL before the NIP, for supplies within the EU. `PrefiksPodatnika`.
        eu_prefix: bool,
        /// EORI number. `NrEORI`.
        eori: Option<String>,
        /// Liquidation, bankruptcy and the like. `StatusInfoPodatnika`.
        status: Option<TaxpayerStatus>,
    }
    /// The buyer (`Podmiot2`). Exactly one of `nip`, `euVat`, `foreign` and `withoutIdentifier` is given.
    Buyer {
        /// NIP, ten digits; a Polish buyer finds the invoice in KSeF only by it. `NIP`.
        nip: Option<String>,
        /// EU VAT number. `KodUE`, `NrVatUE`.
        eu_vat: Option<EuVat>,
        /// Another tax number. `KodKraju`, `NrID`.
        foreign: Option<ForeignId>,
        /// The buyer has no tax number or it is not on the invoice (a consumer). `BrakID`.
        without_identifier: bool,
        /// Name, up to 512 characters; a simplified invoice may leave it out. `Nazwa`.
        name: Option<String>,
        /// Address; a simplified invoice may leave it out. `Adres`.
        address: Option<Address>,
        /// Address for letters, when it is another one. `AdresKoresp`.
        correspondence_address: Option<Address>,
        /// Up to three ways to reach the buyer. `DaneKontaktowe`.
        contacts: Vec<Contact>,
        /// EORI number. `NrEORI`.
        eori: Option<String>,
        /// The buyer's number in contracts and orders. `NrKlienta`.
        customer_number: Option<String>,
        /// A key that joins this party with its earlier data on a correction, up to 32 characters. `IDNabywcy`.
        key: Option<String>,
        /// The invoice is for a unit of local government, named among `thirdParties` with the role `jstRecipient`;
        /// follows from that role when left out. `JST`.
        jst: Option<bool>,
        /// The invoice is for a member of a VAT group, named among `thirdParties` with the role `vatGroupRecipient`;
        /// follows from that role when left out. `GV`.
        vat_group: Option<bool>,
    }
    /// A further party (`Podmiot3`). At most one of `nip`, `internalId`, `euVat`, `foreign` and `withoutIdentifier`.
    ThirdParty {
        /// What the party has to do with the invoice. `Rola`.
        role: Option<Role>,
        /// The role in words when it is none of the list. `RolaInna`, `OpisRoli`.
        other_role: Option<String>,
        /// NIP. `NIP`.
        nip: Option<String>,
        /// Internal identifier: NIP, hyphen, five digits. `IDWew`.
        internal_id: Option<String>,
        /// EU VAT number. `KodUE`, `NrVatUE`.
        eu_vat: Option<EuVat>,
        /// Another tax number. `KodKraju`, `NrID`.
        foreign: Option<ForeignId>,
        /// The party has no tax number. `BrakID`.
        without_identifier: bool,
        /// Name. `Nazwa`.
        name: Option<String>,
        /// Address. `Adres`.
        address: Option<Address>,
        /// Address for letters. `AdresKoresp`.
        correspondence_address: Option<Address>,
        /// Up to three ways to reach the party. `DaneKontaktowe`.
        contacts: Vec<Contact>,
        /// EORI number. `NrEORI`.
        eori: Option<String>,
        /// The share of an additional buyer in per cent. `Udzial`.
        share: Option<Number>,
        /// The party's number in contracts and orders. `NrKlienta`.
        customer_number: Option<String>,
        /// A key that joins this party with its earlier data on a correction. `IDNabywcy`.
        key: Option<String>,
    }
    /// Who issues in the seller's place by law (`PodmiotUpowazniony`).
    AuthorizedParty {
        /// In which role. `RolaPU`.
        role: Option<AuthorizedRole>,
        /// NIP. `NIP`.
        nip: Option<String>,
        /// Name. `Nazwa`.
        name: Option<String>,
        /// Address. `Adres`.
        address: Option<Address>,
        /// Address for letters. `AdresKoresp`.
        correspondence_address: Option<Address>,
        /// Up to three ways to reach the party. `DaneKontaktowe`.
        contacts: Vec<Contact>,
        /// EORI number. `NrEORI`.
        eori: Option<String>,
    }
    /// The seller's data as they stood on the corrected invoice (`Podmiot1K`).
    SellerBefore {
        /// NIP; a correction cannot change it. `NIP`.
        nip: Option<String>,
        /// Name. `Nazwa`.
        name: Option<String>,
        /// Address. `Adres`.
        address: Option<Address>,
        /// The prefix PL before the NIP. `PrefiksPodatnika`.
        eu_prefix: bool,
    }
    /// A buyer's data as they stood on the corrected invoice (`Podmiot2K`).
    BuyerBefore {
        /// NIP; a correction cannot change it. `NIP`.
        nip: Option<String>,
        /// EU VAT number. `KodUE`, `NrVatUE`.
        eu_vat: Option<EuVat>,
        /// Another tax number. `KodKraju`, `NrID`.
        foreign: Option<ForeignId>,
        /// The buyer has no tax number. `BrakID`.
        without_identifier: bool,
        /// Name. `Nazwa`.
        name: Option<String>,
        /// Address. `Adres`.
        address: Option<Address>,
        /// The key that joins it with the buyer or third party of this invoice. `IDNabywcy`.
        key: Option<String>,
    }
}

pub(super) fn address(codec: &mut Codec<'_>, it: &mut Address) {
    codec.text("KodKraju", "country", &mut it.country);
    codec.text("AdresL1", "line1", &mut it.line1);
    codec.text("AdresL2", "line2", &mut it.line2);
    codec.text("GLN", "gln", &mut it.gln);
}

pub(super) fn addresses(codec: &mut Codec<'_>, main: &mut Option<Address>, letters: &mut Option<Address>) {
    codec.group("Adres", "address", main, address);
    codec.group("AdresKoresp", "correspondenceAddress", letters, address);
}

pub(super) fn contacts(codec: &mut Codec<'_>, it: &mut Vec<Contact>) {
    codec.list("DaneKontaktowe", "contacts", it, |codec, it| {
        codec.text("Email", "email", &mut it.email);
        codec.text("Telefon", "phone", &mut it.phone);
    });
}

/// NIP and name, which is all that sellers are identified by.
pub(super) fn nip_and_name(codec: &mut Codec<'_>, nip: &mut Option<String>, name: &mut Option<String>) {
    codec.always("DaneIdentyfikacyjne", "", |codec| {
        codec.text("NIP", "nip", nip);
        codec.text("Nazwa", "name", name);
    });
}

/// The choice of identifiers in the order of the schema, with the name behind it.
pub(super) struct Identity<'i> {
    pub(super) nip: &'i mut Option<String>,
    pub(super) internal_id: Option<&'i mut Option<String>>,
    pub(super) eu_vat: &'i mut Option<EuVat>,
    pub(super) foreign: &'i mut Option<ForeignId>,
    pub(super) without_identifier: &'i mut bool,
    pub(super) name: &'i mut Option<String>,
}

pub(super) fn identity(codec: &mut Codec<'_>, it: Identity<'_>) {
    codec.always("DaneIdentyfikacyjne", "", |codec| {
        codec.text("NIP", "nip", it.nip);
        if let Some(id) = it.internal_id {
            codec.text("IDWew", "internalId", id);
        }
        codec.inline("euVat", it.eu_vat, |codec, it| {
            codec.text("KodUE", "country", &mut it.country);
            codec.text("NrVatUE", "number", &mut it.number);
        });
        codec.inline("foreign", it.foreign, |codec, it| {
            codec.text("KodKraju", "country", &mut it.country);
            codec.text("NrID", "number", &mut it.number);
        });
        codec.mark("BrakID", "withoutIdentifier", it.without_identifier);
        codec.text("Nazwa", "name", it.name);
    });
}

impl Seller {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        prefix(codec, &mut it.eu_prefix);
        codec.text("NrEORI", "eori", &mut it.eori);
        nip_and_name(codec, &mut it.nip, &mut it.name);
        addresses(codec, &mut it.address, &mut it.correspondence_address);
        contacts(codec, &mut it.contacts);
        codec.code("StatusInfoPodatnika", "status", &mut it.status);
    }
}

/// `PrefiksPodatnika` of a seller is PL; another one is not covered.
fn prefix(codec: &mut Codec<'_>, it: &mut bool) {
    let mut mark = it.then_some(());
    let read = |text: &str| (text == "PL").then_some(());
    codec.leaf("PrefiksPodatnika", "euPrefix", &mut mark, |()| "PL".to_owned(), read);
    *it = mark.is_some();
}

impl Buyer {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.text("NrEORI", "eori", &mut it.eori);
        identity(
            codec,
            Identity {
                nip: &mut it.nip,
                internal_id: None,
                eu_vat: &mut it.eu_vat,
                foreign: &mut it.foreign,
                without_identifier: &mut it.without_identifier,
                name: &mut it.name,
            },
        );
        addresses(codec, &mut it.address, &mut it.correspondence_address);
        contacts(codec, &mut it.contacts);
        codec.text("NrKlienta", "customerNumber", &mut it.customer_number);
        codec.text("IDNabywcy", "key", &mut it.key);
        codec.yes_no("JST", "jst", &mut it.jst);
        codec.yes_no("GV", "vatGroup", &mut it.vat_group);
    }
}

impl ThirdParty {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.text("IDNabywcy", "key", &mut it.key);
        codec.text("NrEORI", "eori", &mut it.eori);
        identity(
            codec,
            Identity {
                nip: &mut it.nip,
                internal_id: Some(&mut it.internal_id),
                eu_vat: &mut it.eu_vat,
                foreign: &mut it.foreign,
                without_identifier: &mut it.without_identifier,
                name: &mut it.name,
            },
        );
        addresses(codec, &mut it.address, &mut it.correspondence_address);
        contacts(codec, &mut it.contacts);
        Self::role(codec, &mut it.role, &mut it.other_role);
        codec.plain("Udzial", "share", &mut it.share);
        codec.text("NrKlienta", "customerNumber", &mut it.customer_number);
    }

    pub(super) fn role(codec: &mut Codec<'_>, role: &mut Option<Role>, other: &mut Option<String>) {
        codec.code("Rola", "role", role);
        codec.companion("RolaInna", other.is_some());
        codec.text("OpisRoli", "otherRole", other);
    }
}

impl AuthorizedParty {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.text("NrEORI", "eori", &mut it.eori);
        nip_and_name(codec, &mut it.nip, &mut it.name);
        addresses(codec, &mut it.address, &mut it.correspondence_address);
        codec.list("DaneKontaktowe", "contacts", &mut it.contacts, |codec, it| {
            codec.text("EmailPU", "email", &mut it.email);
            codec.text("TelefonPU", "phone", &mut it.phone);
        });
        codec.code("RolaPU", "role", &mut it.role);
    }
}

impl SellerBefore {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        prefix(codec, &mut it.eu_prefix);
        nip_and_name(codec, &mut it.nip, &mut it.name);
        codec.group("Adres", "address", &mut it.address, address);
    }
}

impl BuyerBefore {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        identity(
            codec,
            Identity {
                nip: &mut it.nip,
                internal_id: None,
                eu_vat: &mut it.eu_vat,
                foreign: &mut it.foreign,
                without_identifier: &mut it.without_identifier,
                name: &mut it.name,
            },
        );
        codec.group("Adres", "address", &mut it.address, address);
        codec.text("IDNabywcy", "key", &mut it.key);
    }
}
