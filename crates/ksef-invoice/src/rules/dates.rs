//! Dates against the day of sending.

use super::{Subject, Words};
use crate::catalogue;
use crate::report::Findings;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let (Some(today), Some(issued)) = (subject.today, subject.invoice.issue_date) else { return };
    let place = [("Fa", 0), ("P_1", 0)];
    if issued > today {
        subject.report(findings, &catalogue::ISSUED_IN_THE_FUTURE, &place, Words {
            found: issued.to_string(),
            allowed: format!("≤ {today}"),
            pl: format!("Data wystawienia {issued} jest późniejsza niż dzień wysłania {today}; popraw P_1 albo wyślij w tym dniu."),
            en: format!("The issue date {issued} is later than the day of sending {today}; correct P_1 or send on that day."),
        });
    } else if issued < today {
        subject.report(findings, &catalogue::ISSUED_BEFORE_SENDING, &place, Words {
            found: issued.to_string(),
            allowed: today.to_string(),
            pl: format!("Data wystawienia {issued} jest wcześniejsza niż dzień wysłania {today}: KSeF uzna fakturę za wystawioną offline."),
            en: format!("The issue date {issued} is before the day of sending {today}: KSeF will take the invoice for one issued offline."),
        });
    }
}
