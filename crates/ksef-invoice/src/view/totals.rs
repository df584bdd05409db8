//! The summary by rates.

use rust_decimal::Decimal;
use serde::Serialize;

/// The summary of one rate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateTotal {
    /// Which rate.
    pub rate: RateGroup,
    /// `P_13_x`: the net value, or the whole value where no tax is due.
    pub net: Option<Decimal>,
    /// `P_14_x`: the tax, in the invoice's currency.
    pub tax: Option<Decimal>,
    /// `P_14_xW`: the tax in złoty, on invoices in a foreign currency.
    pub tax_pln: Option<Decimal>,
    /// PEF: `TaxCategory/Percent`; the FA forms name rates by their group.
    pub percent: Option<Decimal>,
    /// PEF: `TaxCategory/ID`: `S`, `Z`, `E`, `AE`, `K`, `G`, `O`.
    pub category: Option<String>,
}

/// Which `P_13_x` a summary is; summaries of other forms are put into the same groups where they mean the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum RateGroup {
    /// `P_13_1`: basic rate, 23 % or 22 %.
    #[default]
    #[serde(rename = "P_13_1")]
    Basic,
    /// `P_13_2`: first reduced rate, 8 % or 7 %.
    #[serde(rename = "P_13_2")]
    Reduced1,
    /// `P_13_3`: second reduced rate, 5 %.
    #[serde(rename = "P_13_3")]
    Reduced2,
    /// `P_13_4`: taxi lump sum, 4 % or 3 %.
    #[serde(rename = "P_13_4")]
    Taxi,
    /// `P_13_5`: the special procedure of chapter XII 6a (OSS).
    #[serde(rename = "P_13_5")]
    Oss,
    /// `P_13_6_1`: 0 % within the country.
    #[serde(rename = "P_13_6_1")]
    ZeroDomestic,
    /// `P_13_6_2`: 0 %, supply within the EU.
    #[serde(rename = "P_13_6_2")]
    ZeroIntraEu,
    /// `P_13_6_3`: 0 %, export.
    #[serde(rename = "P_13_6_3")]
    ZeroExport,
    /// `P_13_7`: exempt.
    #[serde(rename = "P_13_7")]
    Exempt,
    /// `P_13_8`: supplied outside the country.
    #[serde(rename = "P_13_8")]
    NotTaxable,
    /// `P_13_9`: services of art. 100 (1) 4.
    #[serde(rename = "P_13_9")]
    NotTaxableServices,
    /// `P_13_10`: reverse charge.
    #[serde(rename = "P_13_10")]
    ReverseCharge,
    /// `P_13_11`: margin procedure.
    #[serde(rename = "P_13_11")]
    Margin,
    /// FA_RR, `P_11_1` and `P_11_2`: purchases from a flat-rate farmer and the refund of tax.
    #[serde(rename = "P_11_1")]
    FlatRate,
    /// PEF: a category or rate that the FA forms do not have.
    #[serde(rename = "other")]
    Other,
}

impl RateGroup {
    /// Every group of the FA forms, in the schema's order.
    pub const ALL: [Self; 13] = [
        Self::Basic,
        Self::Reduced1,
        Self::Reduced2,
        Self::Taxi,
        Self::Oss,
        Self::ZeroDomestic,
        Self::ZeroIntraEu,
        Self::ZeroExport,
        Self::Exempt,
        Self::NotTaxable,
        Self::NotTaxableServices,
        Self::ReverseCharge,
        Self::Margin,
    ];

    /// The element of its net value: `P_13_6_1`.
    #[must_use]
    pub const fn net_element(self) -> &'static str {
        match self {
            Self::Basic => "P_13_1",
            Self::Reduced1 => "P_13_2",
            Self::Reduced2 => "P_13_3",
            Self::Taxi => "P_13_4",
            Self::Oss => "P_13_5",
            Self::ZeroDomestic => "P_13_6_1",
            Self::ZeroIntraEu => "P_13_6_2",
            Self::ZeroExport => "P_13_6_3",
            Self::Exempt => "P_13_7",
            Self::NotTaxable => "P_13_8",
            Self::NotTaxableServices => "P_13_9",
            Self::ReverseCharge => "P_13_10",
            Self::Margin => "P_13_11",
            Self::FlatRate => "P_11_1",
            Self::Other => "TaxableAmount",
        }
    }

    /// The element of its tax, where there is one: `P_14_1`.
    #[must_use]
    pub const fn tax_element(self) -> Option<&'static str> {
        match self {
            Self::Basic => Some("P_14_1"),
            Self::Reduced1 => Some("P_14_2"),
            Self::Reduced2 => Some("P_14_3"),
            Self::Taxi => Some("P_14_4"),
            Self::Oss => Some("P_14_5"),
            Self::FlatRate => Some("P_11_2"),
            Self::Other => Some("TaxAmount"),
            _ => None,
        }
    }

    /// The element of its tax in złoty, where there is one: `P_14_1W`.
    #[must_use]
    pub const fn tax_pln_element(self) -> Option<&'static str> {
        match self {
            Self::Basic => Some("P_14_1W"),
            Self::Reduced1 => Some("P_14_2W"),
            Self::Reduced2 => Some("P_14_3W"),
            Self::Taxi => Some("P_14_4W"),
            Self::FlatRate => Some("P_11_2W"),
            _ => None,
        }
    }

    /// The group to which a line with this `P_12` belongs: `"23"` → `P_13_1`, `"np II"` → `P_13_9`.
    #[must_use]
    pub fn of_line_rate(rate: &str) -> Option<Self> {
        Some(match rate {
            "23" | "22" => Self::Basic,
            "8" | "7" => Self::Reduced1,
            "5" => Self::Reduced2,
            "4" | "3" => Self::Taxi,
            "0 KR" => Self::ZeroDomestic,
            "0 WDT" => Self::ZeroIntraEu,
            "0 EX" => Self::ZeroExport,
            "zw" => Self::Exempt,
            "np I" => Self::NotTaxable,
            "np II" => Self::NotTaxableServices,
            "oo" => Self::ReverseCharge,
            _ => return None,
        })
    }

    /// The group of a tax category of EN 16931 (UNCL5305) and its rate: `("S", 23)` → `P_13_1`.
    #[must_use]
    pub fn of_category(category: &str, percent: Option<Decimal>) -> Self {
        let percent = percent.and_then(|percent| u8::try_from(percent.normalize()).ok());
        match (category, percent) {
            ("S", Some(23 | 22)) => Self::Basic,
            ("S", Some(8 | 7)) => Self::Reduced1,
            ("S", Some(5)) => Self::Reduced2,
            ("Z", _) => Self::ZeroDomestic,
            ("K", _) => Self::ZeroIntraEu,
            ("G", _) => Self::ZeroExport,
            ("E", _) => Self::Exempt,
            ("O", _) => Self::NotTaxable,
            ("AE", _) => Self::ReverseCharge,
            _ => Self::Other,
        }
    }
}
