//! An invoice of a flat-rate farmer (VAT RR) in the neutral form, and where each of its fields stands in FA_RR.

use jiff::civil::Date;

use super::attachment::{Footer, Note};
use super::codec::Codec;
use super::codes::{
    CorrectionEffect, FarmerKind, FarmerPaymentMethod, RefundRate, Role, Rounding, TaxpayerStatus,
};
use super::invoice::{CorrectedInvoice, header};
use super::number::Number;
use super::party::{Address, Contact, SellerBefore, ThirdParty, address, addresses, contacts, nip_and_name};
use super::payment::{Account, Settlement, method};
use super::record::records;
use crate::Form;

records! {
    /// The farmer who supplies (`Podmiot1`).
    Supplier {
        /// NIP. `NIP`.
        nip: Option<String>,
        /// Name. `Nazwa`.
        name: Option<String>,
        /// Address. `Adres`.
        address: Option<Address>,
        /// Address for letters. `AdresKoresp`.
        correspondence_address: Option<Address>,
        /// Up to three ways to reach the farmer. `DaneKontaktowe`.
        contacts: Vec<Contact>,
        /// The farmer's number in contracts and orders. `NrKontrahenta`.
        contractor_number: Option<String>,
    }
    /// The buyer, who issues the invoice (`Podmiot2`).
    FarmerBuyer {
        /// NIP. `NIP`.
        nip: Option<String>,
        /// Name. `Nazwa`.
        name: Option<String>,
        /// Address. `Adres`.
        address: Option<Address>,
        /// Address for letters. `AdresKoresp`.
        correspondence_address: Option<Address>,
        /// Up to three ways to reach the buyer. `DaneKontaktowe`.
        contacts: Vec<Contact>,
        /// Liquidation, bankruptcy and the like. `StatusInfoPodatnika`.
        status: Option<TaxpayerStatus>,
    }
    /// A further party (`Podmiot3`). Exactly one of `nip`, `internalId` and `withoutIdentifier`.
    FarmerThirdParty {
        /// What the party has to do with the invoice. `Rola`.
        role: Option<Role>,
        /// The role in words when it is none of the list. `OpisRoli`.
        other_role: Option<String>,
        /// NIP. `NIP`.
        nip: Option<String>,
        /// Internal identifier: NIP, hyphen, five digits. `IDWew`.
        internal_id: Option<String>,
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
    }
    /// A line (`FakturaRRWiersz`). Value and refund are computed.
    FarmerLine {
        /// Number of the line; counted from 1 when no line has one. `NrWierszaFa`.
        number: Option<u64>,
        /// A key of your own. `UU_ID`.
        id: Option<String>,
        /// When this line was bought, where lines differ. `P_4AA`.
        purchase_date: Option<Date>,
        /// The product or service. `P_5`.
        name: Option<String>,
        /// Global trade item number. `GTIN`.
        gtin: Option<String>,
        /// Symbol of the Polish classification of goods and services. `PKWiU`.
        pkwiu: Option<String>,
        /// Symbol of the Combined Nomenclature. `CN`.
        cn: Option<String>,
        /// Unit. `P_6A`.
        unit: Option<String>,
        /// Quantity. `P_6B`.
        quantity: Option<Number>,
        /// Class or quality. `P_6C`.
        quality: Option<String>,
        /// Price of one unit without the refund. `P_7`.
        unit_price: Option<Number>,
        /// Value without the refund. `P_8`.
        net: Option<Number>,
        /// Rate of the refund. `P_9`.
        refund_rate: Option<RefundRate>,
        /// The flat-rate refund. `P_10`.
        refund: Option<Number>,
        /// Value with the refund. `P_11`.
        gross: Option<Number>,
        /// On a correction: this line says how it was before. `StanPrzed`.
        before: bool,
        /// Złoty for one unit of the invoice's currency. `KursWaluty`.
        exchange_rate: Option<Number>,
    }
    /// Sums; all of them are computed.
    FarmerTotals {
        /// Value without the refund. `P_11_1`.
        net: Option<Number>,
        /// The same in złoty, on an invoice in a foreign currency. `P_11_1W`.
        net_pln: Option<Number>,
        /// The refund. `P_11_2`.
        refund: Option<Number>,
        /// The same in złoty. `P_11_2W`.
        refund_pln: Option<Number>,
        /// Amount due. `P_12_1`.
        gross: Option<Number>,
        /// The same in złoty. `P_12_1W`.
        gross_pln: Option<Number>,
        /// The amount due in Polish words. `P_12_2`.
        gross_in_words: Option<String>,
    }
    /// What a correction corrects and why.
    FarmerCorrection {
        /// Why. `PrzyczynaKorekty`.
        reason: Option<String>,
        /// When it takes effect in the register. `TypKorekty`.
        effect: Option<CorrectionEffect>,
        /// The corrected invoices. `DaneFaKorygowanej`.
        corrected: Vec<CorrectedInvoice>,
        /// The right number, when the number of the corrected invoice was wrong. `NrFaKorygowany`.
        right_number: Option<String>,
        /// The farmer's data before. `Podmiot1K`.
        seller: Option<SellerBefore>,
        /// The buyer's data before. `Podmiot2K`.
        buyer: Option<SellerBefore>,
    }
    /// A document that proves payment (`DokumentZaplaty`).
    PaymentDocument {
        /// Number. `NrDokumentu`.
        number: Option<String>,
        /// Date. `DataDokumentu`.
        date: Option<Date>,
    }
    /// Payment to a farmer (`Platnosc`).
    FarmerPayment {
        /// How. `FormaPlatnosci`.
        method: Option<FarmerPaymentMethod>,
        /// How, in words. `OpisPlatnosci`.
        other_method: Option<String>,
        /// Up to three accounts of the farmer. `RachunekBankowy1`.
        supplier_accounts: Vec<Account>,
        /// Up to three accounts of the buyer. `RachunekBankowy2`.
        buyer_accounts: Vec<Account>,
        /// KSeF's payment identifier. `IPKSeF`.
        ip_ksef: Option<String>,
        /// Address for paying on-line. `LinkDoPlatnosci`.
        link: Option<String>,
    }
    /// An invoice of a flat-rate farmer in neutral form, for FA_RR(1).
    FarmerInvoice {
        /// `RR`, or `KOR_RR` for a correction. `RodzajFaktury`.
        kind: Option<FarmerKind>,
        /// Number of the invoice. `P_4C`.
        number: Option<String>,
        /// Issue date. `P_4B`.
        issue_date: Option<Date>,
        /// Place of issue. `P_1M`.
        issue_place: Option<String>,
        /// Date of purchase, when it is the same for all lines. `P_4A`.
        purchase_date: Option<Date>,
        /// Currency; PLN when left out. `KodWaluty`.
        currency: Option<String>,
        /// Złoty for one unit of the currency. `KursWaluty` of each line.
        exchange_rate: Option<Number>,
        /// `perLine` (also when left out): the refund is rounded on each line, as the form has it; `asGiven` computes and
        /// compares nothing.
        rounding: Option<Rounding>,
        /// The farmer. `Podmiot1`.
        seller: Option<Supplier>,
        /// The buyer, who issues the invoice. `Podmiot2`.
        buyer: Option<FarmerBuyer>,
        /// Further parties. `Podmiot3`.
        third_parties: Vec<FarmerThirdParty>,
        /// Lines. `FakturaRRWiersz`.
        lines: Vec<FarmerLine>,
        /// Sums; all of them are computed. `P_11_1` to `P_12_2`.
        totals: Option<FarmerTotals>,
        /// On KOR_RR.
        correction: Option<FarmerCorrection>,
        /// Documents that prove payment. `DokumentZaplaty`.
        payment_documents: Vec<PaymentDocument>,
        /// Notes. `DodatkowyOpis`.
        notes: Vec<Note>,
        /// Charges and deductions. `Rozliczenie`.
        settlement: Option<Settlement>,
        /// Payment. `Platnosc`.
        payment: Option<FarmerPayment>,
        /// Foot. `Stopka`.
        footer: Option<Footer>,
        /// The program that makes the document. `SystemInfo`.
        system: Option<String>,
    }
}

impl FarmerInvoice {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self, created_at: &str) {
        codec.root(Form::FaRr1.root(), Form::FaRr1.namespace(), |codec| {
            header(codec, Form::FaRr1, "1", created_at, &mut it.system);
            codec.group("Podmiot1", "seller", &mut it.seller, |codec, it| {
                nip_and_name(codec, &mut it.nip, &mut it.name);
                addresses(codec, &mut it.address, &mut it.correspondence_address);
                contacts(codec, &mut it.contacts);
                codec.text("NrKontrahenta", "contractorNumber", &mut it.contractor_number);
            });
            codec.group("Podmiot2", "buyer", &mut it.buyer, |codec, it| {
                nip_and_name(codec, &mut it.nip, &mut it.name);
                addresses(codec, &mut it.address, &mut it.correspondence_address);
                contacts(codec, &mut it.contacts);
                codec.code("StatusInfoPodatnika", "status", &mut it.status);
            });
            codec.list("Podmiot3", "thirdParties", &mut it.third_parties, FarmerThirdParty::codec);
            codec.always("FakturaRR", "", |codec| it.content(codec));
            codec.group("Stopka", "footer", &mut it.footer, Footer::codec);
        });
    }

    fn content(&mut self, codec: &mut Codec<'_>) {
        codec.text("KodWaluty", "currency", &mut self.currency);
        codec.text("P_1M", "issuePlace", &mut self.issue_place);
        codec.date("P_4A", "purchaseDate", &mut self.purchase_date);
        codec.date("P_4B", "issueDate", &mut self.issue_date);
        codec.text("P_4C", "number", &mut self.number);
        codec.inline("totals", &mut self.totals, |codec, it| {
            codec.money("P_11_1", "net", &mut it.net);
            codec.money("P_11_1W", "netPln", &mut it.net_pln);
            codec.money("P_11_2", "refund", &mut it.refund);
            codec.money("P_11_2W", "refundPln", &mut it.refund_pln);
            codec.money("P_12_1", "gross", &mut it.gross);
            codec.money("P_12_1W", "grossPln", &mut it.gross_pln);
            codec.text("P_12_2", "grossInWords", &mut it.gross_in_words);
        });
        codec.code("RodzajFaktury", "kind", &mut self.kind);
        codec.inline("correction", &mut self.correction, |codec, it| {
            codec.text("PrzyczynaKorekty", "reason", &mut it.reason);
            codec.code("TypKorekty", "effect", &mut it.effect);
            codec.list("DaneFaKorygowanej", "corrected", &mut it.corrected, CorrectedInvoice::codec);
            codec.text("NrFaKorygowany", "rightNumber", &mut it.right_number);
            codec.group("Podmiot1K", "seller", &mut it.seller, SellerBefore::codec);
            codec.group("Podmiot2K", "buyer", &mut it.buyer, SellerBefore::codec);
        });
        codec.list("DokumentZaplaty", "paymentDocuments", &mut self.payment_documents, |codec, it| {
            codec.text("NrDokumentu", "number", &mut it.number);
            codec.date("DataDokumentu", "date", &mut it.date);
        });
        codec.list("DodatkowyOpis", "notes", &mut self.notes, Note::codec);
        codec.list("FakturaRRWiersz", "lines", &mut self.lines, FarmerLine::codec);
        codec.group("Rozliczenie", "settlement", &mut self.settlement, Settlement::codec);
        codec.group("Platnosc", "payment", &mut self.payment, |codec, it| {
            method(codec, &mut it.method, &mut it.other_method);
            codec.list("RachunekBankowy1", "supplierAccounts", &mut it.supplier_accounts, Account::codec);
            codec.list("RachunekBankowy2", "buyerAccounts", &mut it.buyer_accounts, Account::codec);
            codec.text("IPKSeF", "ipKsef", &mut it.ip_ksef);
            codec.text("LinkDoPlatnosci", "link", &mut it.link);
        });
    }
}

impl FarmerThirdParty {
    fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.always("DaneIdentyfikacyjne", "", |codec| {
            codec.text("NIP", "nip", &mut it.nip);
            codec.text("IDWew", "internalId", &mut it.internal_id);
            codec.mark("BrakID", "withoutIdentifier", &mut it.without_identifier);
            codec.text("Nazwa", "name", &mut it.name);
        });
        codec.group("Adres", "address", &mut it.address, address);
        codec.group("AdresKoresp", "correspondenceAddress", &mut it.correspondence_address, address);
        contacts(codec, &mut it.contacts);
        ThirdParty::role(codec, &mut it.role, &mut it.other_role);
    }
}

impl FarmerLine {
    fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.integer("NrWierszaFa", "number", &mut it.number);
        codec.text("UU_ID", "id", &mut it.id);
        codec.date("P_4AA", "purchaseDate", &mut it.purchase_date);
        codec.text("P_5", "name", &mut it.name);
        codec.text("GTIN", "gtin", &mut it.gtin);
        codec.text("PKWiU", "pkwiu", &mut it.pkwiu);
        codec.text("CN", "cn", &mut it.cn);
        codec.text("P_6A", "unit", &mut it.unit);
        codec.plain("P_6B", "quantity", &mut it.quantity);
        codec.text("P_6C", "quality", &mut it.quality);
        codec.plain("P_7", "unitPrice", &mut it.unit_price);
        codec.money("P_8", "net", &mut it.net);
        codec.code("P_9", "refundRate", &mut it.refund_rate);
        codec.money("P_10", "refund", &mut it.refund);
        codec.money("P_11", "gross", &mut it.gross);
        codec.mark("StanPrzed", "before", &mut it.before);
        codec.plain("KursWaluty", "exchangeRate", &mut it.exchange_rate);
    }
}
