//! What was sold: lines of the invoice, lines of an order, and their sums.

use jiff::civil::Date;

use super::codec::{Code as _, Codec};
use super::codes::{Group, Gtu, Procedure, VatRate};
use super::number::Number;
use super::record::records;

records! {
    /// A line of the invoice (`FaWiersz`).
    ///
    /// Give quantity with a net or a gross unit price and the rate; the values are computed. Values that are given as
    /// well are compared with what was computed.
    Line {
        /// Number of the line; counted from 1 when no line has one. `NrWierszaFa`.
        number: Option<u64>,
        /// A key of your own, up to 50 characters. `UU_ID`.
        id: Option<String>,
        /// When this line was delivered, where lines differ. `P_6A`.
        delivery_date: Option<Date>,
        /// What was sold, up to 512 characters. `P_7`.
        name: Option<String>,
        /// Your code of the goods or service. `Indeks`.
        product_code: Option<String>,
        /// Global trade item number. `GTIN`.
        gtin: Option<String>,
        /// Symbol of the Polish classification of goods and services. `PKWiU`.
        pkwiu: Option<String>,
        /// Symbol of the Combined Nomenclature. `CN`.
        cn: Option<String>,
        /// Symbol of the Polish classification of buildings. `PKOB`.
        pkob: Option<String>,
        /// Unit: `szt.`, `kg`, `h`. `P_8A`.
        unit: Option<String>,
        /// Quantity, up to six digits after the point. `P_8B`.
        quantity: Option<Number>,
        /// Price of one unit without tax, up to eight digits after the point. `P_9A`.
        net_unit_price: Option<Number>,
        /// Price of one unit with tax, when you reckon from gross prices. `P_9B`.
        gross_unit_price: Option<Number>,
        /// The discount on the whole line that the unit price does not contain yet. `P_10`.
        discount: Option<Number>,
        /// Value without tax: quantity times net unit price less discount. `P_11`.
        net: Option<Number>,
        /// Value with tax, when you reckon from gross prices. `P_11A`.
        gross: Option<Number>,
        /// Tax of the line, when tax is rounded per line. `P_11Vat`.
        tax: Option<Number>,
        /// Tax rate. `P_12`.
        vat_rate: Option<VatRate>,
        /// Rate of another EU country in per cent, in the OSS procedure, instead of `vatRate`. `P_12_XII`.
        oss_rate: Option<Number>,
        /// Goods or services of annex 15 to the VAT act. `P_12_Zal_15`.
        annex15: bool,
        /// Excise duty contained in the price. `KwotaAkcyzy`.
        excise: Option<Number>,
        /// Group of goods and services for the VAT register. `GTU`.
        gtu: Option<Gtu>,
        /// Special procedure. `Procedura`.
        procedure: Option<Procedure>,
        /// Złoty for one unit of the invoice's currency, where lines differ. `KursWaluty`.
        exchange_rate: Option<Number>,
        /// On a correction: this line says how it was before; the line as it is now follows. `StanPrzed`.
        before: bool,
    }
    /// A line of the order that an advance was paid for (`ZamowienieWiersz`).
    OrderLine {
        /// Number of the line; counted from 1 when no line has one. `NrWierszaZam`.
        number: Option<u64>,
        /// A key of your own. `UU_IDZ`.
        id: Option<String>,
        /// What was ordered, up to 512 characters. `P_7Z`.
        name: Option<String>,
        /// Your code of the goods or service. `IndeksZ`.
        product_code: Option<String>,
        /// Global trade item number. `GTINZ`.
        gtin: Option<String>,
        /// Symbol of the Polish classification of goods and services. `PKWiUZ`.
        pkwiu: Option<String>,
        /// Symbol of the Combined Nomenclature. `CNZ`.
        cn: Option<String>,
        /// Symbol of the Polish classification of buildings. `PKOBZ`.
        pkob: Option<String>,
        /// Unit. `P_8AZ`.
        unit: Option<String>,
        /// Quantity. `P_8BZ`.
        quantity: Option<Number>,
        /// Price of one unit without tax. `P_9AZ`.
        net_unit_price: Option<Number>,
        /// Value without tax. `P_11NettoZ`.
        net: Option<Number>,
        /// Tax of the line. `P_11VatZ`.
        tax: Option<Number>,
        /// Tax rate. `P_12Z`.
        vat_rate: Option<VatRate>,
        /// Rate of another EU country in per cent. `P_12Z_XII`.
        oss_rate: Option<Number>,
        /// Goods or services of annex 15 to the VAT act. `P_12Z_Zal_15`.
        annex15: bool,
        /// Group of goods and services for the VAT register. `GTUZ`.
        gtu: Option<Gtu>,
        /// Special procedure. `ProceduraZ`.
        procedure: Option<Procedure>,
        /// Excise duty contained in the price. `KwotaAkcyzyZ`.
        excise: Option<Number>,
        /// On a correction: this line says how it was before. `StanPrzedZ`.
        before: bool,
    }
    /// The order or contract that an advance was paid for (`Zamowienie`).
    Order {
        /// Value with tax; the sum of the lines when left out. `WartoscZamowienia`.
        gross: Option<Number>,
        /// What was ordered. `ZamowienieWiersz`.
        lines: Vec<OrderLine>,
    }
    /// The sum of one rate.
    RateTotal {
        /// Value without tax. `P_13_x`.
        net: Option<Number>,
        /// Tax in the invoice's currency. `P_14_x`.
        tax: Option<Number>,
        /// Tax in złoty, on an invoice in a foreign currency. `P_14_xW`.
        tax_pln: Option<Number>,
    }
    /// The sums of the invoice. All of it is computed; what is given is compared.
    Totals {
        /// 23 % and 22 %. `P_13_1`, `P_14_1`.
        basic: Option<RateTotal>,
        /// 8 % and 7 %. `P_13_2`, `P_14_2`.
        reduced1: Option<RateTotal>,
        /// 5 %. `P_13_3`, `P_14_3`.
        reduced2: Option<RateTotal>,
        /// The lump sum of taxis, 4 % and 3 %. `P_13_4`, `P_14_4`.
        taxi: Option<RateTotal>,
        /// The OSS procedure. `P_13_5`, `P_14_5`.
        oss: Option<RateTotal>,
        /// 0 % within the country. `P_13_6_1`.
        zero_domestic: Option<RateTotal>,
        /// 0 %, supply of goods within the EU. `P_13_6_2`.
        zero_wdt: Option<RateTotal>,
        /// 0 %, export. `P_13_6_3`.
        zero_export: Option<RateTotal>,
        /// Exempt. `P_13_7`.
        exempt: Option<RateTotal>,
        /// Supplied outside the country, `np-I`. `P_13_8`.
        not_taxable: Option<RateTotal>,
        /// Services of art. 100 (1) 4, `np-II`. `P_13_9`.
        not_taxable_services: Option<RateTotal>,
        /// Domestic reverse charge, `oo`. `P_13_10`.
        reverse_charge: Option<RateTotal>,
        /// Margin procedure. `P_13_11`.
        margin: Option<RateTotal>,
        /// The amount due; on an advance invoice the payment, on a correction the difference. `P_15`.
        gross: Option<Number>,
    }
}

impl VatRate {
    /// Where the XML sums this rate.
    #[must_use]
    pub fn group(self) -> Group {
        match self {
            Self::R23 | Self::R22 => Group::Basic,
            Self::R8 | Self::R7 => Group::Reduced1,
            Self::R5 => Group::Reduced2,
            Self::R4 | Self::R3 => Group::Taxi,
            Self::ZeroDomestic => Group::ZeroDomestic,
            Self::ZeroWdt => Group::ZeroWdt,
            Self::ZeroExport => Group::ZeroExport,
            Self::Exempt => Group::Exempt,
            Self::ReverseCharge => Group::ReverseCharge,
            Self::NotTaxable => Group::NotTaxable,
            Self::NotTaxableServices => Group::NotTaxableServices,
            Self::Margin => Group::Margin,
        }
    }

    /// The rate in per cent; zero where no tax is shown.
    #[must_use]
    pub fn percent(self) -> u32 {
        match self {
            Self::R23 => 23,
            Self::R22 => 22,
            Self::R8 => 8,
            Self::R7 => 7,
            Self::R5 => 5,
            Self::R4 => 4,
            Self::R3 => 3,
            _ => 0,
        }
    }
}

impl Totals {
    /// The sum of a group.
    pub(super) fn slot(&mut self, group: Group) -> &mut Option<RateTotal> {
        match group {
            Group::Basic => &mut self.basic,
            Group::Reduced1 => &mut self.reduced1,
            Group::Reduced2 => &mut self.reduced2,
            Group::Taxi => &mut self.taxi,
            Group::Oss => &mut self.oss,
            Group::ZeroDomestic => &mut self.zero_domestic,
            Group::ZeroWdt => &mut self.zero_wdt,
            Group::ZeroExport => &mut self.zero_export,
            Group::Exempt => &mut self.exempt,
            Group::NotTaxable => &mut self.not_taxable,
            Group::NotTaxableServices => &mut self.not_taxable_services,
            Group::ReverseCharge => &mut self.reverse_charge,
            Group::Margin => &mut self.margin,
        }
    }

    /// `P_13_1` to `P_15`.
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        for group in Group::ALL.iter().copied() {
            codec.inline(group.json(), it.slot(group), |codec, it| {
                codec.money(group.xml(), "net", &mut it.net);
                if let Some(element) = group.tax_element() {
                    codec.money(element, "tax", &mut it.tax);
                }
                if let Some(element) = group.tax_pln_element() {
                    codec.money(element, "taxPln", &mut it.tax_pln);
                }
            });
        }
        codec.money("P_15", "gross", &mut it.gross);
    }
}

impl Line {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.integer("NrWierszaFa", "number", &mut it.number);
        codec.text("UU_ID", "id", &mut it.id);
        codec.date("P_6A", "deliveryDate", &mut it.delivery_date);
        codec.text("P_7", "name", &mut it.name);
        codec.text("Indeks", "productCode", &mut it.product_code);
        codec.text("GTIN", "gtin", &mut it.gtin);
        codec.text("PKWiU", "pkwiu", &mut it.pkwiu);
        codec.text("CN", "cn", &mut it.cn);
        codec.text("PKOB", "pkob", &mut it.pkob);
        codec.text("P_8A", "unit", &mut it.unit);
        codec.plain("P_8B", "quantity", &mut it.quantity);
        codec.plain("P_9A", "netUnitPrice", &mut it.net_unit_price);
        codec.plain("P_9B", "grossUnitPrice", &mut it.gross_unit_price);
        codec.money("P_10", "discount", &mut it.discount);
        codec.money("P_11", "net", &mut it.net);
        codec.money("P_11A", "gross", &mut it.gross);
        codec.money("P_11Vat", "tax", &mut it.tax);
        rate(codec, "P_12", &mut it.vat_rate);
        codec.plain("P_12_XII", "ossRate", &mut it.oss_rate);
        codec.mark("P_12_Zal_15", "annex15", &mut it.annex15);
        codec.money("KwotaAkcyzy", "excise", &mut it.excise);
        codec.code("GTU", "gtu", &mut it.gtu);
        codec.code("Procedura", "procedure", &mut it.procedure);
        codec.plain("KursWaluty", "exchangeRate", &mut it.exchange_rate);
        codec.mark("StanPrzed", "before", &mut it.before);
    }
}

/// The margin procedure has no rate in the XML.
fn rate(codec: &mut Codec<'_>, xml: &'static str, it: &mut Option<VatRate>) {
    let mut shown = it.filter(|rate| *rate != VatRate::Margin);
    codec.code(xml, "vatRate", &mut shown);
    if !codec.is_writing() {
        *it = shown;
    }
}

impl Order {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.money("WartoscZamowienia", "gross", &mut it.gross);
        codec.list("ZamowienieWiersz", "lines", &mut it.lines, OrderLine::codec);
    }
}

impl OrderLine {
    fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.integer("NrWierszaZam", "number", &mut it.number);
        codec.text("UU_IDZ", "id", &mut it.id);
        codec.text("P_7Z", "name", &mut it.name);
        codec.text("IndeksZ", "productCode", &mut it.product_code);
        codec.text("GTINZ", "gtin", &mut it.gtin);
        codec.text("PKWiUZ", "pkwiu", &mut it.pkwiu);
        codec.text("CNZ", "cn", &mut it.cn);
        codec.text("PKOBZ", "pkob", &mut it.pkob);
        codec.text("P_8AZ", "unit", &mut it.unit);
        codec.plain("P_8BZ", "quantity", &mut it.quantity);
        codec.plain("P_9AZ", "netUnitPrice", &mut it.net_unit_price);
        codec.money("P_11NettoZ", "net", &mut it.net);
        codec.money("P_11VatZ", "tax", &mut it.tax);
        rate(codec, "P_12Z", &mut it.vat_rate);
        codec.plain("P_12Z_XII", "ossRate", &mut it.oss_rate);
        codec.mark("P_12Z_Zal_15", "annex15", &mut it.annex15);
        codec.code("GTUZ", "gtu", &mut it.gtu);
        codec.code("ProceduraZ", "procedure", &mut it.procedure);
        codec.money("KwotaAkcyzyZ", "excise", &mut it.excise);
        codec.mark("StanPrzedZ", "before", &mut it.before);
    }
}
