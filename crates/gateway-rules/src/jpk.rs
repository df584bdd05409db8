//! Documents of the register as a file of JPK_V7 needs them: the marker as of a day, and which entries of a file that was handed in
//! have to be corrected.
//!
//! The file of a month is handed in until the 25th of the next one (art. 99 (1) and 109 (3b) of the act on VAT).

use jiff::civil::Date;
use ksef_id::KsefNumber;

use crate::marker::{GivenNumber, Origin};
use crate::offline::InvoicingMode;

/// Where a document comes from, by the name of its mode: that of a mode of issue, or [`OUTSIDE_KSEF`]. A name that is
/// not known counts as outside KSeF.
#[must_use]
pub fn origin(mode: &str) -> Origin {
    InvoicingMode::from_name(mode).map_or(Origin::OutsideKsef, Origin::Ksef)
}

/// A KSeF number with the day in it.
#[must_use]
pub fn given(number: &KsefNumber) -> Option<GivenNumber<'_>> {
    let given_on = Date::strptime("%Y%m%d", number.acceptance_day()).ok()?;
    Some(GivenNumber { number, given_on })
}

/// The last day for handing in the file that a document of this day belongs in.
#[must_use]
pub fn filed_on(issued: Date) -> Date {
    let (year, month) = if issued.month() == 12 {
        (issued.year().saturating_add(1), 1)
    } else {
        (issued.year(), issued.month() + 1)
    };
    Date::new(year, month, 25).unwrap_or(Date::MAX)
}

/// The mode of documents that never come into KSeF: for consumers, from abroad, without the duty.
pub const OUTSIDE_KSEF: &str = "outsideKsef";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marker::{Marker, marker, must_be_corrected};
    use ksef_id::Nip;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn the_marker_of_each_mode_before_and_after_the_number() {
        let number = KsefNumber::compose(Nip::parse("5265877635").expect("a NIP"), (2026, 11, 27), 7);
        for (mode, number_given, as_of, expected) in [
            ("online", true, "2026-11-27", Some("NrKSeF")),
            ("online", false, "2026-11-27", None),
            ("failure", false, "2026-11-27", Some("OFF")),
            ("failure", true, "2026-11-26", Some("OFF")),
            ("failure", true, "2026-11-27", Some("NrKSeF")),
            ("offline24", false, "2026-11-27", Some("DI")),
            ("unavailability", true, "2026-11-26", Some("DI")),
            ("unavailability", true, "2026-11-28", Some("NrKSeF")),
            ("totalFailure", false, "2026-11-27", Some("BFK")),
            (OUTSIDE_KSEF, false, "2026-11-27", Some("BFK")),
        ] {
            let given = given(&number).filter(|_| number_given);
            let found = marker(origin(mode), given, day(as_of)).map(|marker: Marker<'_>| marker.field());
            assert_eq!(found, expected, "{mode} {number_given} {as_of}");
        }
    }

    #[test]
    fn a_number_after_the_file_is_a_reason_to_correct_it() {
        let number = KsefNumber::compose(Nip::parse("5265877635").expect("a NIP"), (2026, 11, 27), 7);
        let filed = filed_on(day("2026-10-30"));
        assert_eq!(filed, day("2026-11-25"));
        assert_eq!(filed_on(day("2026-12-31")), day("2027-01-25"));
        for (mode, today, expected) in [
            ("offline24", "2026-11-26", false),
            ("offline24", "2026-11-27", true),
            // OFF stays as it was filed.
            ("failure", "2026-11-27", false),
        ] {
            assert_eq!(
                must_be_corrected(origin(mode), given(&number), filed, day(today)),
                expected,
                "{mode} {today}"
            );
        }
    }
}
