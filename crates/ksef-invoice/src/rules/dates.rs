//! Dates: against the day of sending, and against each other.

use jiff::ToSpan;
use jiff::civil::Date;

use super::facts::date;
use super::{Place, Subject, words};
use crate::Form;
use crate::catalogue;
use crate::report::Findings;
use crate::validate::Profile;
use crate::view::InvoiceKind;
use crate::xml::Cursor;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    if subject.form == Form::Fa2 && subject.profile != Profile::Test {
        subject.report(
            findings,
            &catalogue::FORM_ONLY_ON_TEST,
            subject.at(&["Naglowek", "KodFormularza"]),
            words(
                "FA (2)",
                "FA (3)",
                "FA(2) przyjmuje już tylko środowisko TEST; produkcja i DEMO wymagają FA(3).".to_owned(),
                "Only the TEST environment still takes FA(2); production and DEMO want FA(3).".to_owned(),
            ),
        );
    }
    let facts = subject.facts;
    let place = || subject.at(&["Fa", "P_1"]);
    issue_date(subject, facts.issued, place, findings);
    made(subject, facts.created, findings);
    let (from, to) = facts.period;
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        subject.report(
            findings,
            &catalogue::PERIOD_REVERSED,
            subject.at(&["Fa", "OkresFa", "P_6_Od"]),
            words(
                from,
                format!("≤ {to}"),
                format!("Okres zaczyna się {from}, a kończy {to}; zamień daty."),
                format!("The period begins on {from} and ends on {to}; swap the dates."),
            ),
        );
    }
    // OkresFa is for supplies whose tax and invoice follow other dates (utilities, rents), so only P_6 is looked at.
    if facts.is_kind(&[InvoiceKind::Vat, InvoiceKind::Zal, InvoiceKind::Roz, InvoiceKind::Upr])
        && let (Some(issued), Some(sold)) = (facts.issued, facts.sold)
    {
        time_of_issue(subject, issued, sold, findings);
    }
}

/// The date of issue against the day of sending, for any form.
pub(super) fn issue_date<'d, 'a>(
    place: &Place<'d, 'a>,
    issued: Option<Date>,
    at: impl Fn() -> Cursor<'d, 'a>,
    findings: &mut Findings,
) {
    let (Some(today), Some(issued)) = (place.today, issued) else { return };
    if issued > today {
        place.report(findings, &catalogue::ISSUED_IN_THE_FUTURE, at(), words(
            issued, format!("≤ {today}"),
            format!("Data wystawienia {issued} jest późniejsza niż dzień wysłania {today}; popraw ją albo wyślij w tym dniu."),
            format!("The issue date {issued} is later than the day of sending {today}; correct it or send on that day."),
        ));
    } else if issued < today {
        place.report(findings, &catalogue::ISSUED_BEFORE_SENDING, at(), words(
            issued, today,
            format!("Data wystawienia {issued} jest wcześniejsza niż dzień wysłania {today}: KSeF uzna fakturę za wystawioną offline."),
            format!("The issue date {issued} is before the day of sending {today}: KSeF will take the invoice for one issued offline."),
        ));
    }
}

/// The document's own time. Only its date is compared: a time in UTC is never a day ahead of Warsaw.
pub(super) fn made(place: &Place<'_, '_>, created: &str, findings: &mut Findings) {
    let (Some(today), Some(made)) = (place.today, date(created)) else { return };
    if made > today {
        place.report(findings, &catalogue::MADE_AFTER_SENDING, place.at(&["Naglowek", "DataWytworzeniaFa"]), words(
            created, format!("≤ {today}"),
            format!("DataWytworzeniaFa {created} jest późniejsza niż dzień wysłania {today}; sprawdź zegar programu."),
            format!("DataWytworzeniaFa {created} is later than the day of sending {today}; check the program's clock."),
        ));
    }
}

fn time_of_issue(subject: &Subject<'_, '_, '_>, issued: Date, sold: Date, findings: &mut Findings) {
    let latest = sold.first_of_month().checked_add(1.month()).and_then(|next| next.checked_add(14.days()));
    let earliest = sold.checked_sub(60.days());
    if let Ok(latest) = latest
        && issued > latest
    {
        subject.report(
            findings,
            &catalogue::ISSUED_TOO_LATE,
            subject.at(&["Fa", "P_1"]),
            words(
                issued,
                format!("≤ {latest}"),
                format!("Sprzedaż była {sold}, więc faktura powinna powstać do {latest}; sprawdź daty."),
                format!("The supply was on {sold}, so the invoice was due by {latest}; check the dates."),
            ),
        );
    }
    if let Ok(earliest) = earliest
        && issued < earliest
    {
        subject.report(
            findings,
            &catalogue::ISSUED_TOO_EARLY,
            subject.at(&["Fa", "P_1"]),
            words(
                issued,
                format!("≥ {earliest}"),
                format!("Faktura powstała ponad 60 dni przed sprzedażą ({sold}); sprawdź daty."),
                format!(
                    "The invoice was issued more than 60 days before the supply ({sold}); check the dates."
                ),
            ),
        );
    }
}
