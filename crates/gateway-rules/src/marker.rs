//! The marker of a document in JPK_V7 (structure 3, since February 2026): its KSeF number, or OFF, BFK or DI.
//!
//! Source: the Ministry's answers on the markers, as reported by ksiegowosc.infor.pl on 2026-03-11 and vatupdate.com on
//! 2026-05-06; field note A6 (#115). What counts is the day on which the file is handed in.

use jiff::civil::Date;
use ksef_id::KsefNumber;

use crate::offline::InvoicingMode;
use crate::words::Words;

/// Where a document of the register comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// An invoice for KSeF, issued in this mode. One that was issued in a total failure counts as outside KSeF.
    Ksef(InvoicingMode),
    /// An invoice outside KSeF: for consumers, from abroad, of a time or of a taxpayer without the duty.
    OutsideKsef,
    /// No invoice: an internal document, a collective report of a till.
    NoInvoice,
}

/// A KSeF number and when it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenNumber<'a> {
    /// The number.
    pub number: &'a KsefNumber,
    /// The day in Warsaw on which it was given.
    pub given_on: Date,
}

/// The marker of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker<'a> {
    /// `NrKSeF`: it has its number.
    Number(&'a KsefNumber),
    /// `OFF`: issued in an announced failure (art. 106nf), and without a number still.
    Off,
    /// `BFK`: an invoice outside KSeF.
    Bfk,
    /// `DI`: anything else; so are offline24 and unavailability invoices without a number.
    Di,
}

/// The marker of a document in a file that is handed in on `as_of`. A number that was given later does not count.
///
/// `None`: an online invoice without a number is not issued yet and belongs in no file.
#[must_use]
pub fn marker<'a>(origin: Origin, number: Option<GivenNumber<'a>>, as_of: Date) -> Option<Marker<'a>> {
    if let Some(given) = number.filter(|given| given.given_on <= as_of) {
        return Some(Marker::Number(given.number));
    }
    match origin {
        Origin::Ksef(InvoicingMode::Online) => None,
        Origin::Ksef(InvoicingMode::Failure) => Some(Marker::Off),
        Origin::Ksef(InvoicingMode::Offline24 | InvoicingMode::Unavailability) => Some(Marker::Di),
        Origin::Ksef(InvoicingMode::TotalFailure) | Origin::OutsideKsef => Some(Marker::Bfk),
        Origin::NoInvoice => Some(Marker::Di),
    }
}

/// What became of a file that was handed in on `filed_on`, seen on `today`: whether the document's entry in it must be
/// corrected since it has its number by now. So it is with DI; OFF stays as it was filed.
#[must_use]
pub fn must_be_corrected(
    origin: Origin,
    number: Option<GivenNumber<'_>>,
    filed_on: Date,
    today: Date,
) -> bool {
    marker(origin, number, filed_on) == Some(Marker::Di)
        && matches!(marker(origin, number, today), Some(Marker::Number(_)))
}

impl Marker<'_> {
    /// The field of JPK_V7 that carries it: `NrKSeF` with the number, the others with `1`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Number(_) => "NrKSeF",
            Self::Off => "OFF",
            Self::Bfk => "BFK",
            Self::Di => "DI",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn words(&self) -> Words {
        let (pl, en) = match self {
            Self::Number(_) => ("Faktura z numerem KSeF.", "An invoice with a KSeF number."),
            Self::Off => (
                "Faktura z czasu awarii, jeszcze bez numeru KSeF; po jego nadaniu JPK nie trzeba korygować.",
                "An invoice from a failure, without a KSeF number still; the JPK need not be corrected once it has one.",
            ),
            Self::Bfk => ("Faktura poza KSeF.", "An invoice outside KSeF."),
            Self::Di => (
                "Inny dokument albo faktura offline24 lub z czasu niedostępności, jeszcze bez numeru KSeF; gdy numer zostanie \
                 nadany, trzeba skorygować JPK.",
                "Another document, or an offline24 or unavailability invoice without a KSeF number still; once it has one, the \
                 JPK must be corrected.",
            ),
        };
        Words { pl, en }
    }
}
