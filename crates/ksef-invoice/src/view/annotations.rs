//! Annotations that the law demands on an invoice.

use jiff::civil::Date;
use serde::Serialize;

/// `Adnotacje`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// `P_16` = 1: cash accounting.
    pub is_cash_accounting: bool,
    /// `P_17` = 1: self-billing.
    pub is_self_billing: bool,
    /// `P_18` = 1: reverse charge.
    pub is_reverse_charge: bool,
    /// `P_18A` = 1: split payment is compulsory.
    pub is_split_payment: bool,
    /// `Zwolnienie/P_19` with its legal basis.
    pub exemption: Option<Exemption>,
    /// `NoweSrodkiTransportu` when `P_22` = 1.
    pub new_transport: Option<NewTransport>,
    /// `P_23` = 1: simplified triangular transaction.
    pub is_triangular: bool,
    /// `PMarzy` when `P_PMarzy` = 1.
    pub margin: Option<MarginScheme>,
}

/// Why a supply is exempt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exemption {
    /// `P_19A`: a provision of Polish law.
    pub polish_law: Option<String>,
    /// `P_19B`: a provision of Directive 2006/112/EC.
    pub directive: Option<String>,
    /// `P_19C`: another legal basis.
    pub other: Option<String>,
}

/// New means of transport supplied within the EU.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewTransport {
    /// `P_42_5` = 1: the duty of art. 42 (5) applies.
    pub has_notice_duty: bool,
    /// `NowySrodekTransportu`.
    pub vehicles: Vec<Vehicle>,
}

/// `NowySrodekTransportu`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vehicle {
    /// `P_22A`: first put into use.
    pub first_use: Option<Date>,
    /// `P_NrWierszaNST`: the invoice line that supplies it.
    pub line_number: Option<u64>,
    /// Every other element as (element name, text), for example `("P_22BMK", "…")`, in document order.
    pub details: Vec<(String, String)>,
}

/// Which margin procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MarginScheme {
    /// `P_PMarzy_2`: travel agents.
    TravelAgents,
    /// `P_PMarzy_3_1`: second-hand goods.
    SecondHandGoods,
    /// `P_PMarzy_3_2`: works of art.
    WorksOfArt,
    /// `P_PMarzy_3_3`: collectors' items and antiques.
    Antiques,
    /// `P_PMarzy` = 1 without any of the four.
    Unspecified,
}
