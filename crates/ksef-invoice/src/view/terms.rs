//! Terms of the transaction: contracts, orders, delivery, transport.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Address, Party};

/// `WarunkiTransakcji`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionTerms {
    /// `Umowy`: contracts.
    pub contracts: Vec<Agreement>,
    /// `Zamowienia`: orders.
    pub orders: Vec<Agreement>,
    /// `NrPartiiTowaru`: lot numbers.
    pub lots: Vec<String>,
    /// `WarunkiDostawy`: Incoterms.
    pub delivery_terms: Option<String>,
    /// `KursUmowny` and `WalutaUmowna`.
    pub contract_rate: Option<ContractRate>,
    /// `Transport`.
    pub transports: Vec<Transport>,
    /// `PodmiotPosredniczacy` = 1: the middle party of a chain transaction (art. 22 (2d)).
    pub is_intermediary: bool,
}

/// A contract or an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Agreement {
    /// `DataUmowy`, `DataZamowienia`.
    pub date: Option<Date>,
    /// `NrUmowy`, `NrZamowienia`.
    pub number: Option<String>,
}

/// An exchange rate agreed between the parties.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ContractRate {
    /// `KursUmowny`.
    pub rate: Option<Decimal>,
    /// `WalutaUmowna`.
    pub currency: String,
}

/// `Transport`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Transport {
    /// `RodzajTransportu`: 1 sea, 2 rail, 3 road, 4 air, 5 post, 7 fixed installations, 8 inland waterway.
    pub kind: Option<u8>,
    /// `OpisInnegoTransportu`.
    pub other_kind: Option<String>,
    /// `Przewoznik`.
    pub carrier: Option<Carrier>,
    /// `NrZleceniaTransportu`.
    pub order_number: Option<String>,
    /// `OpisLadunku`: 1 to 20, kinds of load.
    pub load: Option<u8>,
    /// `OpisInnegoLadunku`.
    pub other_load: Option<String>,
    /// `JednostkaOpakowania`.
    pub packaging_unit: Option<String>,
    /// `DataGodzRozpTransportu`, as it stands.
    pub starts_at: Option<String>,
    /// `DataGodzZakTransportu`, as it stands.
    pub ends_at: Option<String>,
    /// `WysylkaZ`.
    pub from: Option<Address>,
    /// `WysylkaPrzez`.
    pub via: Vec<Address>,
    /// `WysylkaDo`.
    pub to: Option<Address>,
}

/// `Przewoznik`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Carrier {
    /// Identification; its address is [`Carrier::address`].
    pub party: Party,
    /// `AdresPrzewoznika`.
    pub address: Option<Address>,
}
