//! An invoice of FA(3) in the neutral form, and where each of its fields stands in the XML.

use jiff::civil::Date;

use super::annotations::{Exemption, Flags, NewTransport, annotations};
use super::attachment::{Attachment, Footer, Note};
use super::codec::Codec;
use super::codes::{CorrectionEffect, Kind, MarginProcedure, Rounding, VatRate};
use super::line::{Line, Order, Totals};
use super::number::Number;
use super::party::{AuthorizedParty, Buyer, BuyerBefore, Seller, SellerBefore, ThirdParty};
use super::payment::{Payment, Settlement};
use super::record::records;
use super::terms::Terms;
use crate::Form;

records! {
    /// The period that an invoice is for (`OkresFa`).
    Period {
        /// First day. `P_6_Od`.
        from: Option<Date>,
        /// Last day. `P_6_Do`.
        to: Option<Date>,
    }
    /// An invoice that is corrected (`DaneFaKorygowanej`).
    CorrectedInvoice {
        /// Its issue date. `DataWystFaKorygowanej`.
        issue_date: Option<Date>,
        /// Its number, as it stands on it. `NrFaKorygowanej`.
        number: Option<String>,
        /// Its KSeF number; left out, it was issued outside KSeF. `NrKSeFFaKorygowanej`, `NrKSeF`, `NrKSeFN`.
        ksef_number: Option<String>,
    }
    /// What a correction corrects and why.
    Correction {
        /// Why. `PrzyczynaKorekty`.
        reason: Option<String>,
        /// When it takes effect in the VAT register. `TypKorekty`.
        effect: Option<CorrectionEffect>,
        /// The corrected invoices. `DaneFaKorygowanej`.
        corrected: Vec<CorrectedInvoice>,
        /// The period that a discount is for, when all supplies of it are corrected. `OkresFaKorygowanej`.
        period: Option<String>,
        /// The right number, when the number of the corrected invoice was wrong. `NrFaKorygowany`.
        right_number: Option<String>,
        /// The seller's data before. `Podmiot1K`.
        seller: Option<SellerBefore>,
        /// Buyers' data before. `Podmiot2K`.
        buyers: Vec<BuyerBefore>,
        /// For KOR_ZAL the payment before the correction, for KOR_ROZ what was left to pay. `P_15ZK`.
        amount_before: Option<Number>,
        /// The exchange rate before the correction. `KursWalutyZK`.
        exchange_rate_before: Option<Number>,
    }
    /// A payment that an advance invoice documents (`ZaliczkaCzesciowa`).
    AdvancePayment {
        /// When it was received. `P_6Z`.
        date: Option<Date>,
        /// Amount with tax. `P_15Z`.
        amount: Option<Number>,
        /// Its exchange rate. `KursWalutyZW`.
        exchange_rate: Option<Number>,
    }
    /// An amount of one rate, for dividing an advance among rates.
    RateAmount {
        /// Tax rate.
        vat_rate: Option<VatRate>,
        /// Amount with tax.
        gross: Option<Number>,
        /// Tax in it; computed from the rate when left out.
        tax: Option<Number>,
    }
    /// The payment that an advance invoice (ZAL, KOR_ZAL) documents.
    Advance {
        /// Amount with tax; the sum of `payments` when left out; on KOR_ZAL the difference. `P_15`.
        amount: Option<Number>,
        /// Its division among rates; by the order's lines when left out.
        by_rate: Vec<RateAmount>,
        /// The payments, when there was more than one. `ZaliczkaCzesciowa`.
        payments: Vec<AdvancePayment>,
    }
    /// An advance invoice that this invoice settles (`FakturaZaliczkowa`).
    SettledAdvance {
        /// Its KSeF number. `NrKSeFFaZaliczkowej`.
        ksef_number: Option<String>,
        /// Its number, when it was issued outside KSeF. `NrFaZaliczkowej`.
        number: Option<String>,
        /// What it documented, by rate; taken from the sums of a ROZ invoice. Not in the XML.
        by_rate: Vec<RateAmount>,
    }
    /// An invoice in neutral form, for FA(3).
    VatInvoice {
        /// `VAT` (also when left out), `KOR` correction, `ZAL` advance, `ROZ` settlement of advances, `UPR` simplified,
        /// `KOR_ZAL`, `KOR_ROZ`. `RodzajFaktury`.
        kind: Option<Kind>,
        /// Number of the invoice. `P_2`.
        number: Option<String>,
        /// Issue date. `P_1`.
        issue_date: Option<Date>,
        /// Place of issue. `P_1M`.
        issue_place: Option<String>,
        /// Date of supply, or of payment on an advance invoice, when it is another than the issue date. `P_6`.
        sale_date: Option<Date>,
        /// The period, for supplies that go on; instead of `saleDate`. `OkresFa`.
        period: Option<Period>,
        /// Currency, ISO 4217; PLN when left out. `KodWaluty`.
        currency: Option<String>,
        /// Złoty for one unit of the currency, for the tax. `KursWaluty` of each line, `KursWalutyZ` of an advance.
        exchange_rate: Option<Number>,
        /// How tax is rounded: `perRate` (also when left out) on the sum of each rate, `perLine` on each line; `asGiven`
        /// computes and compares nothing.
        rounding: Option<Rounding>,
        /// Seller. `Podmiot1`.
        seller: Option<Seller>,
        /// Buyer. `Podmiot2`.
        buyer: Option<Buyer>,
        /// Further parties. `Podmiot3`.
        third_parties: Vec<ThirdParty>,
        /// Who issues in the seller's place by law. `PodmiotUpowazniony`.
        authorized: Option<AuthorizedParty>,
        /// Lines. `FaWiersz`.
        lines: Vec<Line>,
        /// Sums; all of them are computed. `P_13_1` to `P_15`.
        totals: Option<Totals>,
        /// Why supplies at `zw` are exempt. `Zwolnienie`.
        exemption: Option<Exemption>,
        /// Which margin procedure lines at `margin` are under. `PMarzy`.
        margin_procedure: Option<MarginProcedure>,
        /// New means of transport. `NoweSrodkiTransportu`.
        new_transport: Option<NewTransport>,
        /// Statements. `Adnotacje`, `FP`, `TP`, `ZwrotAkcyzy`.
        flags: Option<Flags>,
        /// On KOR, KOR_ZAL and KOR_ROZ.
        correction: Option<Correction>,
        /// On ZAL and KOR_ZAL: the payment.
        advance: Option<Advance>,
        /// On ZAL and KOR_ZAL: what the payment is for. `Zamowienie`.
        order: Option<Order>,
        /// On ROZ and KOR_ROZ: the advance invoices. `FakturaZaliczkowa`.
        advances: Vec<SettledAdvance>,
        /// Notes. `DodatkowyOpis`.
        notes: Vec<Note>,
        /// Charges and deductions. `Rozliczenie`.
        settlement: Option<Settlement>,
        /// Payment. `Platnosc`.
        payment: Option<Payment>,
        /// Terms. `WarunkiTransakcji`.
        terms: Option<Terms>,
        /// Numbers of goods-issue notes. `WZ`.
        warehouse_documents: Vec<String>,
        /// Foot. `Stopka`.
        footer: Option<Footer>,
        /// Structured attachment. `Zalacznik`.
        attachment: Option<Attachment>,
        /// The program that makes the document. `SystemInfo`.
        system: Option<String>,
    }
}

/// The head that both forms share; `DataWytworzeniaFa` comes from outside and is not part of an invoice.
pub(super) fn header(
    codec: &mut Codec<'_>,
    form: Form,
    variant: &str,
    created_at: &str,
    system: &mut Option<String>,
) {
    codec.always("Naglowek", "", |codec| {
        let attributes = [("kodSystemowy", form.system_code()), ("wersjaSchemy", form.schema_version())];
        codec.constant("KodFormularza", &attributes, form.value());
        codec.constant("WariantFormularza", &[], variant);
        codec.text("DataWytworzeniaFa", "", &mut Some(created_at.to_owned()));
        codec.text("SystemInfo", "system", system);
    });
}

impl VatInvoice {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self, created_at: &str) {
        codec.root(Form::Fa3.root(), Form::Fa3.namespace(), |codec| {
            header(codec, Form::Fa3, "3", created_at, &mut it.system);
            codec.group("Podmiot1", "seller", &mut it.seller, Seller::codec);
            codec.group("Podmiot2", "buyer", &mut it.buyer, Buyer::codec);
            codec.list("Podmiot3", "thirdParties", &mut it.third_parties, ThirdParty::codec);
            codec.group("PodmiotUpowazniony", "authorized", &mut it.authorized, AuthorizedParty::codec);
            codec.always("Fa", "", |codec| it.content(codec));
            codec.group("Stopka", "footer", &mut it.footer, Footer::codec);
            codec.group("Zalacznik", "attachment", &mut it.attachment, Attachment::codec);
        });
    }

    fn content(&mut self, codec: &mut Codec<'_>) {
        codec.text("KodWaluty", "currency", &mut self.currency);
        codec.date("P_1", "issueDate", &mut self.issue_date);
        codec.text("P_1M", "issuePlace", &mut self.issue_place);
        codec.text("P_2", "number", &mut self.number);
        codec.texts("WZ", "warehouseDocuments", &mut self.warehouse_documents);
        codec.date("P_6", "saleDate", &mut self.sale_date);
        codec.group("OkresFa", "period", &mut self.period, |codec, it| {
            codec.date("P_6_Od", "from", &mut it.from);
            codec.date("P_6_Do", "to", &mut it.to);
        });
        codec.inline("totals", &mut self.totals, Totals::codec);
        codec.plain("KursWalutyZ", "exchangeRate", &mut self.exchange_rate);
        annotations(
            codec,
            &mut self.flags,
            &mut self.exemption,
            &mut self.new_transport,
            &mut self.margin_procedure,
        );
        codec.code("RodzajFaktury", "kind", &mut self.kind);
        codec.inline("correction", &mut self.correction, Correction::codec);
        codec.inline("advance", &mut self.advance, |codec, it| {
            codec.list("ZaliczkaCzesciowa", "payments", &mut it.payments, |codec, it| {
                codec.date("P_6Z", "date", &mut it.date);
                codec.money("P_15Z", "amount", &mut it.amount);
                codec.plain("KursWalutyZW", "exchangeRate", &mut it.exchange_rate);
            });
        });
        let mut flags = self.flags.take().unwrap_or_default();
        codec.mark("FP", "flags/toReceipt", &mut flags.to_receipt);
        codec.mark("TP", "flags/relatedParties", &mut flags.related_parties);
        codec.list("DodatkowyOpis", "notes", &mut self.notes, Note::codec);
        codec.list("FakturaZaliczkowa", "advances", &mut self.advances, |codec, it| {
            codec.companion("NrKSeFZN", it.number.is_some());
            codec.text("NrFaZaliczkowej", "number", &mut it.number);
            codec.text("NrKSeFFaZaliczkowej", "ksefNumber", &mut it.ksef_number);
        });
        codec.mark("ZwrotAkcyzy", "flags/exciseRefund", &mut flags.excise_refund);
        self.flags = Some(flags);
        codec.list("FaWiersz", "lines", &mut self.lines, Line::codec);
        codec.group("Rozliczenie", "settlement", &mut self.settlement, Settlement::codec);
        codec.group("Platnosc", "payment", &mut self.payment, Payment::codec);
        codec.group("WarunkiTransakcji", "terms", &mut self.terms, Terms::codec);
        codec.group("Zamowienie", "order", &mut self.order, Order::codec);
    }
}

impl Correction {
    fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.text("PrzyczynaKorekty", "reason", &mut it.reason);
        codec.code("TypKorekty", "effect", &mut it.effect);
        codec.list("DaneFaKorygowanej", "corrected", &mut it.corrected, CorrectedInvoice::codec);
        codec.text("OkresFaKorygowanej", "period", &mut it.period);
        codec.text("NrFaKorygowany", "rightNumber", &mut it.right_number);
        codec.group("Podmiot1K", "seller", &mut it.seller, SellerBefore::codec);
        codec.list("Podmiot2K", "buyers", &mut it.buyers, BuyerBefore::codec);
        codec.money("P_15ZK", "amountBefore", &mut it.amount_before);
        codec.plain("KursWalutyZK", "exchangeRateBefore", &mut it.exchange_rate_before);
    }
}

impl CorrectedInvoice {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.date("DataWystFaKorygowanej", "issueDate", &mut it.issue_date);
        codec.text("NrFaKorygowanej", "number", &mut it.number);
        codec.companion("NrKSeF", it.ksef_number.is_some());
        codec.text("NrKSeFFaKorygowanej", "ksefNumber", &mut it.ksef_number);
        codec.companion("NrKSeFN", codec.is_writing() && it.ksef_number.is_none());
    }
}
