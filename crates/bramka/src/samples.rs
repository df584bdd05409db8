//! The sample invoices of the demo: written by us, of companies that do not exist.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// NIP of the sample company.
pub(crate) const COMPANY_NIP: &str = "2222222222";
/// NIP of the sample contractor.
pub(crate) const CONTRACTOR_NIP: &str = "3333333333";
/// Names of the sample company and contractor.
pub(crate) const COMPANY_NAME: &str = "Przykładowa Hurtownia sp. z o.o.";
/// Name of the sample contractor.
pub(crate) const CONTRACTOR_NAME: &str = "Wzorcowa Drukarnia S.A.";

/// A sample to be filled in.
pub(crate) struct Sample {
    /// What it shows.
    pub(crate) what_pl: &'static str,
    /// What it shows.
    pub(crate) what_en: &'static str,
    /// The number within the run.
    pub(crate) place: &'static str,
    template: &'static str,
}

/// The sales invoices of the sample company.
pub(crate) const SALES: [Sample; 3] = [
    Sample {
        what_pl: "sprzedaż krajowa, dwie stawki VAT",
        what_en: "a domestic sale with two VAT rates",
        place: "1",
        template: include_str!("../samples/sale-domestic.xml"),
    },
    Sample {
        what_pl: "zaliczka",
        what_en: "an advance payment",
        place: "2",
        template: include_str!("../samples/sale-advance.xml"),
    },
    Sample {
        what_pl: "dostawa wewnątrzwspólnotowa w euro",
        what_en: "an intra-Community supply in euro",
        place: "3",
        template: include_str!("../samples/sale-intra-community.xml"),
    },
];

/// The purchase invoice that the sample contractor sends.
pub(crate) const PURCHASE: Sample = Sample {
    what_pl: "zakup usług",
    what_en: "a purchase of services",
    place: "1",
    template: include_str!("../samples/purchase.xml"),
};

impl Sample {
    /// The document of a run that began at `now`: numbers carry the moment, so that a later run has others.
    pub(crate) fn fill(&self, now: Timestamp) -> String {
        let warsaw = TimeZone::get("Europe/Warsaw").expect("the time zone database is compiled in");
        let local = now.to_zoned(warsaw);
        self.template
            .replace("{created}", &now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .replace("{today}", &local.date().to_string())
            .replace("{number}", &format!("{}/{}", local.strftime("%Y/%m%d-%H%M%S"), self.place))
    }
}

#[cfg(test)]
mod tests {
    use ksef_invoice::{Profile, ValidationOptions, validate};

    use super::*;

    #[test]
    fn every_sample_is_valid_today_and_without_a_warning() {
        let now = Timestamp::now();
        let warsaw = TimeZone::get("Europe/Warsaw").expect("compiled in");
        let options = ValidationOptions {
            profile: Profile::Strict,
            today: Some(now.to_zoned(warsaw).date()),
            ..ValidationOptions::default()
        };
        for sample in SALES.iter().chain([&PURCHASE]) {
            let report = validate(sample.fill(now).as_bytes(), &options);
            assert!(report.findings.is_empty(), "{}: {:#?}", sample.what_en, report.findings);
        }
    }
}
