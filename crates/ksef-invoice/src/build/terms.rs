//! On what terms: contracts, orders, delivery, transport.

use jiff::civil::Date;

use super::codec::Codec;
use super::codes::{Cargo, TransportKind};
use super::number::Number;
use super::party::{Address, EuVat, ForeignId, Identity, address, identity};
use super::record::records;

records! {
    /// A contract or an order by date and number.
    Agreement {
        /// Date.
        date: Option<Date>,
        /// Number.
        number: Option<String>,
    }
    /// A rate that the parties agreed on; not the rate for the tax (`KursUmowny`).
    AgreedRate {
        /// Złoty for one unit. `KursUmowny`.
        rate: Option<Number>,
        /// Of which currency. `WalutaUmowna`.
        currency: Option<String>,
    }
    /// Who carries the goods (`Przewoznik`).
    Carrier {
        /// NIP. `NIP`.
        nip: Option<String>,
        /// EU VAT number. `KodUE`, `NrVatUE`.
        eu_vat: Option<EuVat>,
        /// Another tax number. `KodKraju`, `NrID`.
        foreign: Option<ForeignId>,
        /// No tax number. `BrakID`.
        without_identifier: bool,
        /// Name. `Nazwa`.
        name: Option<String>,
        /// Address. `AdresPrzewoznika`.
        address: Option<Address>,
    }
    /// A transport of the goods (`Transport`).
    Transport {
        /// By what means. `RodzajTransportu`.
        kind: Option<TransportKind>,
        /// By what means, in words. `OpisInnegoTransportu`.
        other_kind: Option<String>,
        /// Who carries. `Przewoznik`.
        carrier: Option<Carrier>,
        /// Number of the order. `NrZleceniaTransportu`.
        order_number: Option<String>,
        /// What the goods travel in. `OpisLadunku`.
        cargo: Option<Cargo>,
        /// What they travel in, in words. `OpisInnegoLadunku`.
        other_cargo: Option<String>,
        /// Unit of packing. `JednostkaOpakowania`.
        packaging: Option<String>,
        /// When it began: `2026-11-22T08:00:00Z`. `DataGodzRozpTransportu`.
        start: Option<String>,
        /// When it ended. `DataGodzZakTransportu`.
        end: Option<String>,
        /// From where. `WysylkaZ`.
        from: Option<Address>,
        /// By which places. `WysylkaPrzez`.
        via: Vec<Address>,
        /// Where to. `WysylkaDo`.
        to: Option<Address>,
    }
    /// Terms of the transaction (`WarunkiTransakcji`).
    Terms {
        /// Contracts. `Umowy`.
        contracts: Vec<Agreement>,
        /// Orders. `Zamowienia`.
        orders: Vec<Agreement>,
        /// Numbers of batches of goods. `NrPartiiTowaru`.
        batches: Vec<String>,
        /// Terms of delivery, usually Incoterms. `WarunkiDostawy`.
        delivery_terms: Option<String>,
        /// An agreed exchange rate. `KursUmowny`, `WalutaUmowna`.
        agreed_rate: Option<AgreedRate>,
        /// Transports. `Transport`.
        transports: Vec<Transport>,
        /// The seller is an intermediary in a chain transaction (art. 22 (2d)). `PodmiotPosredniczacy`.
        intermediary: bool,
    }
}

impl Terms {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.list("Umowy", "contracts", &mut it.contracts, |codec, it| {
            codec.date("DataUmowy", "date", &mut it.date);
            codec.text("NrUmowy", "number", &mut it.number);
        });
        codec.list("Zamowienia", "orders", &mut it.orders, |codec, it| {
            codec.date("DataZamowienia", "date", &mut it.date);
            codec.text("NrZamowienia", "number", &mut it.number);
        });
        codec.texts("NrPartiiTowaru", "batches", &mut it.batches);
        codec.text("WarunkiDostawy", "deliveryTerms", &mut it.delivery_terms);
        codec.inline("agreedRate", &mut it.agreed_rate, |codec, it| {
            codec.plain("KursUmowny", "rate", &mut it.rate);
            codec.text("WalutaUmowna", "currency", &mut it.currency);
        });
        codec.list("Transport", "transports", &mut it.transports, Transport::codec);
        codec.mark("PodmiotPosredniczacy", "intermediary", &mut it.intermediary);
    }
}

impl Transport {
    fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.code("RodzajTransportu", "kind", &mut it.kind);
        codec.companion("TransportInny", it.other_kind.is_some());
        codec.text("OpisInnegoTransportu", "otherKind", &mut it.other_kind);
        codec.group("Przewoznik", "carrier", &mut it.carrier, |codec, it| {
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
            codec.group("AdresPrzewoznika", "address", &mut it.address, address);
        });
        codec.text("NrZleceniaTransportu", "orderNumber", &mut it.order_number);
        codec.code("OpisLadunku", "cargo", &mut it.cargo);
        codec.companion("LadunekInny", it.other_cargo.is_some());
        codec.text("OpisInnegoLadunku", "otherCargo", &mut it.other_cargo);
        codec.text("JednostkaOpakowania", "packaging", &mut it.packaging);
        codec.text("DataGodzRozpTransportu", "start", &mut it.start);
        codec.text("DataGodzZakTransportu", "end", &mut it.end);
        codec.group("WysylkaZ", "from", &mut it.from, address);
        codec.list("WysylkaPrzez", "via", &mut it.via, address);
        codec.group("WysylkaDo", "to", &mut it.to, address);
    }
}
