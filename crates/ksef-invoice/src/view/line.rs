//! Lines of the invoice, of the order, and the attachment.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

/// `FaWiersz`; in FA_RR `FakturaRRWiersz`, in PEF `InvoiceLine` and `CreditNoteLine`.
///
/// The fields are named by their elements in FA. What FA_RR and PEF have under other names stands in the field that
/// means the same (FA_RR: `P_5`, `P_6A`, `P_6B`, `P_7`, `P_8`, `P_10`, `P_11`, `P_4AA`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// `NrWierszaFa`.
    pub number: Option<u64>,
    /// `UU_ID`.
    pub unique_id: Option<String>,
    /// `P_6A`: date of supply of this line.
    pub sale_date: Option<Date>,
    /// `P_7`.
    pub name: Option<String>,
    /// `Indeks`: the seller's own code.
    pub index: Option<String>,
    /// `GTIN`.
    pub gtin: Option<String>,
    /// `PKWiU`.
    pub pkwiu: Option<String>,
    /// `CN`.
    pub cn: Option<String>,
    /// `PKOB`.
    pub pkob: Option<String>,
    /// `P_8A`.
    pub unit: Option<String>,
    /// `P_8B`.
    pub quantity: Option<Decimal>,
    /// `P_9A`.
    pub net_price: Option<Decimal>,
    /// `P_9B`.
    pub gross_price: Option<Decimal>,
    /// `P_10`.
    pub discount: Option<Decimal>,
    /// `P_11`.
    pub net: Option<Decimal>,
    /// `P_11A`.
    pub gross: Option<Decimal>,
    /// `P_11Vat`.
    pub tax: Option<Decimal>,
    /// `P_12`, as it stands: `23`, `0 WDT`, `zw`; FA_RR `P_9`, PEF `ClassifiedTaxCategory/Percent`.
    pub rate: Option<String>,
    /// PEF: `ClassifiedTaxCategory/ID`.
    pub category: Option<String>,
    /// FA_RR, `P_6C`: class or quality of the product.
    pub quality: Option<String>,
    /// PEF, `Item/Description`, as it stands.
    pub description: Option<String>,
    /// `P_12_XII`: rate of the special procedure (OSS), in per cent.
    pub oss_rate: Option<Decimal>,
    /// `P_12_Zal_15` = 1: listed in annex 15 of the act.
    pub is_annex_15: bool,
    /// `KwotaAkcyzy`.
    pub excise: Option<Decimal>,
    /// `GTU`.
    pub gtu: Option<String>,
    /// `Procedura`.
    pub procedure: Option<String>,
    /// `KursWaluty`.
    pub exchange_rate: Option<Decimal>,
    /// `StanPrzed` = 1: the state before the correction.
    pub is_state_before: bool,
}

/// `Zamowienie`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// `WartoscZamowienia`, with tax.
    pub gross: Option<Decimal>,
    /// `ZamowienieWiersz`.
    pub lines: Vec<OrderLine>,
}

/// `ZamowienieWiersz`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// `NrWierszaZam`.
    pub number: Option<u64>,
    /// `UU_IDZ`.
    pub unique_id: Option<String>,
    /// `P_7Z`.
    pub name: Option<String>,
    /// `IndeksZ`.
    pub index: Option<String>,
    /// `GTINZ`.
    pub gtin: Option<String>,
    /// `PKWiUZ`.
    pub pkwiu: Option<String>,
    /// `CNZ`.
    pub cn: Option<String>,
    /// `PKOBZ`.
    pub pkob: Option<String>,
    /// `P_8AZ`.
    pub unit: Option<String>,
    /// `P_8BZ`.
    pub quantity: Option<Decimal>,
    /// `P_9AZ`.
    pub net_price: Option<Decimal>,
    /// `P_11NettoZ`.
    pub net: Option<Decimal>,
    /// `P_11VatZ`.
    pub tax: Option<Decimal>,
    /// `P_12Z`.
    pub rate: Option<String>,
    /// `P_12Z_XII`.
    pub oss_rate: Option<Decimal>,
    /// `P_12Z_Zal_15` = 1.
    pub is_annex_15: bool,
    /// `GTUZ`.
    pub gtu: Option<String>,
    /// `ProceduraZ`.
    pub procedure: Option<String>,
    /// `KwotaAkcyzyZ`.
    pub excise: Option<Decimal>,
    /// `StanPrzedZ` = 1: the state before the correction.
    pub is_state_before: bool,
}

/// `Zalacznik/BlokDanych`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentBlock {
    /// `ZNaglowek`.
    pub heading: Option<String>,
    /// `MetaDane` as (key, value).
    pub metadata: Vec<(String, String)>,
    /// `Tekst/Akapit`.
    pub paragraphs: Vec<String>,
    /// `Tabela`.
    pub tables: Vec<AttachmentTable>,
}

/// `Tabela`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentTable {
    /// `TMetaDane` as (key, value).
    pub metadata: Vec<(String, String)>,
    /// `Opis`.
    pub description: Option<String>,
    /// `TNaglowek/Kol` as (type, heading); the type is `date`, `datetime`, `dec`, `int`, `time` or `txt`.
    pub columns: Vec<(String, String)>,
    /// `Wiersz/WKom`: rows of cells; a row need not have as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// `Suma/SKom`.
    pub sums: Vec<String>,
}
