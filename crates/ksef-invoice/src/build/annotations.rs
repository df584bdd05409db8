//! What the law wants said: flags, exemption, margin, new means of transport.

use jiff::civil::Date;

use super::codec::Codec;
use super::codes::MarginProcedure;
use super::record::records;

records! {
    /// Statements that an invoice makes. Left out, each is *no*, unless it follows from the lines.
    Flags {
        /// Cash accounting. `P_16`.
        cash_accounting: Option<bool>,
        /// The buyer issues the invoice. `P_17`.
        self_billing: Option<bool>,
        /// The buyer accounts for the tax; follows from lines at `oo` and `np-II`. `P_18`.
        reverse_charge: Option<bool>,
        /// Split payment is compulsory; follows from lines with `annex15` above 15 000 PLN. `P_18A`.
        split_payment: Option<bool>,
        /// The second taxpayer of a simplified triangular transaction. `P_23`.
        triangular: Option<bool>,
        /// The invoice belongs to a receipt of a cash register. `FP`.
        to_receipt: bool,
        /// Seller and buyer are related. `TP`.
        related_parties: bool,
        /// For farmers who claim back excise on fuel. `ZwrotAkcyzy`.
        excise_refund: bool,
    }
    /// Why a supply is exempt (`Zwolnienie`). One of the three is given.
    Exemption {
        /// The provision of Polish law: `art. 43 ust. 1 pkt 29`. `P_19A`.
        act: Option<String>,
        /// The provision of Directive 2006/112/EC. `P_19B`.
        directive: Option<String>,
        /// Another legal basis. `P_19C`.
        other: Option<String>,
    }
    /// A supply of new means of transport within the EU (`NoweSrodkiTransportu`).
    NewTransport {
        /// The duty of art. 42 (5) applies. `P_42_5`.
        notice_duty: Option<bool>,
        /// The vehicles, ships, aircraft. `NowySrodekTransportu`.
        vehicles: Vec<Vehicle>,
    }
    /// One new means of transport. Exactly one of `mileage`, `shipHours` and `aircraftHours` is given.
    Vehicle {
        /// First put into use. `P_22A`.
        first_use: Option<Date>,
        /// The number of the line that supplies it. `P_NrWierszaNST`.
        line: Option<u64>,
        /// Make. `P_22BMK`.
        make: Option<String>,
        /// Model. `P_22BMD`.
        model: Option<String>,
        /// Colour. `P_22BK`.
        colour: Option<String>,
        /// Registration number. `P_22BNR`.
        registration: Option<String>,
        /// Year of production. `P_22BRP`.
        production_year: Option<String>,
        /// Land vehicle: mileage. `P_22B`.
        mileage: Option<String>,
        /// Land vehicle: VIN. `P_22B1`.
        vin: Option<String>,
        /// Land vehicle: number of the body, if no VIN. `P_22B2`.
        body_number: Option<String>,
        /// Land vehicle: number of the chassis, if no VIN. `P_22B3`.
        chassis_number: Option<String>,
        /// Land vehicle: number of the frame, if no VIN. `P_22B4`.
        frame_number: Option<String>,
        /// Land vehicle: type. `P_22BT`.
        kind: Option<String>,
        /// Ship: hours of use. `P_22C`.
        ship_hours: Option<String>,
        /// Ship: number of the hull. `P_22C1`.
        hull_number: Option<String>,
        /// Aircraft: hours of use. `P_22D`.
        aircraft_hours: Option<String>,
        /// Aircraft: works number. `P_22D1`.
        works_number: Option<String>,
    }
}

/// `Adnotacje`: the flags up to `P_23`, and what stands between them.
pub(super) fn annotations(
    codec: &mut Codec<'_>,
    flags: &mut Option<Flags>,
    exemption: &mut Option<Exemption>,
    new_transport: &mut Option<NewTransport>,
    margin: &mut Option<MarginProcedure>,
) {
    let mut it = flags.take().unwrap_or_default();
    codec.always("Adnotacje", "", |codec| {
        codec.yes_no("P_16", "flags/cashAccounting", &mut it.cash_accounting);
        codec.yes_no("P_17", "flags/selfBilling", &mut it.self_billing);
        codec.yes_no("P_18", "flags/reverseCharge", &mut it.reverse_charge);
        codec.yes_no("P_18A", "flags/splitPayment", &mut it.split_payment);
        codec.always("Zwolnienie", "exemption", |codec| {
            let is_stated = codec.companion("P_19", exemption.is_some());
            codec.inline("", exemption, |codec, it| {
                codec.text("P_19A", "act", &mut it.act);
                codec.text("P_19B", "directive", &mut it.directive);
                codec.text("P_19C", "other", &mut it.other);
            });
            codec.companion("P_19N", codec.is_writing() && !is_stated);
        });
        codec.always("NoweSrodkiTransportu", "newTransport", |codec| {
            let is_stated = codec.companion("P_22", new_transport.is_some());
            codec.inline("", new_transport, |codec, it| {
                if codec.is_writing() || is_stated {
                    codec.yes_no("P_42_5", "noticeDuty", &mut it.notice_duty);
                }
                codec.list("NowySrodekTransportu", "vehicles", &mut it.vehicles, Vehicle::codec);
            });
            codec.companion("P_22N", codec.is_writing() && !is_stated);
        });
        codec.yes_no("P_23", "flags/triangular", &mut it.triangular);
        codec.always("PMarzy", "marginProcedure", |codec| {
            codec.companion("P_PMarzy", margin.is_some());
            for procedure in MarginProcedure::ALL {
                use super::codec::Code as _;
                if codec.companion(procedure.xml(), *margin == Some(*procedure)) {
                    *margin = Some(*procedure);
                }
            }
            codec.companion("P_PMarzyN", codec.is_writing() && margin.is_none());
        });
    });
    *flags = Some(it);
}

impl Vehicle {
    fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.date("P_22A", "firstUse", &mut it.first_use);
        codec.integer("P_NrWierszaNST", "line", &mut it.line);
        codec.text("P_22BMK", "make", &mut it.make);
        codec.text("P_22BMD", "model", &mut it.model);
        codec.text("P_22BK", "colour", &mut it.colour);
        codec.text("P_22BNR", "registration", &mut it.registration);
        codec.text("P_22BRP", "productionYear", &mut it.production_year);
        codec.text("P_22B", "mileage", &mut it.mileage);
        codec.text("P_22B1", "vin", &mut it.vin);
        codec.text("P_22B2", "bodyNumber", &mut it.body_number);
        codec.text("P_22B3", "chassisNumber", &mut it.chassis_number);
        codec.text("P_22B4", "frameNumber", &mut it.frame_number);
        codec.text("P_22BT", "kind", &mut it.kind);
        codec.text("P_22C", "shipHours", &mut it.ship_hours);
        codec.text("P_22C1", "hullNumber", &mut it.hull_number);
        codec.text("P_22D", "aircraftHours", &mut it.aircraft_hours);
        codec.text("P_22D1", "worksNumber", &mut it.works_number);
    }
}
