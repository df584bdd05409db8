//! How much of a term is left, and how loudly to say so.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{OutageKind, Term};
use crate::calendar::{end_of_warsaw_day, warsaw_day, working_days_between};
use crate::words::{Sentence, english, named_enum, polish};

named_enum! {
    /// How near the end of a term is. Later values are louder.
    pub enum Alarm {
        /// Nothing to do yet, or no term.
        Calm = "calm", "spokojnie", "calm";
        /// At most two working days are left.
        Soon = "soon", "wkrótce", "soon";
        /// The term ends today.
        Today = "today", "dzisiaj", "today";
        /// The term has passed. KSeF takes the invoice still.
        Overdue = "overdue", "po terminie", "overdue";
    }
}

/// What is left of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countdown {
    /// How near the end is.
    pub alarm: Alarm,
    /// Working days later than today up to the last day; `None` where no day is the last.
    pub working_days_left: Option<u32>,
    /// Full hours to the end of the last day in Warsaw; negative once it has passed, `None` where no day is the last.
    pub hours_left: Option<i64>,
    /// The same for people.
    pub sentence: Sentence,
}

/// What is left of a term at `now`.
#[must_use]
pub fn countdown(term: &Term, now: Timestamp) -> Countdown {
    let Some(due) = term.due() else {
        return Countdown {
            alarm: Alarm::Calm,
            working_days_left: None,
            hours_left: None,
            sentence: without_last_day(term),
        };
    };
    let today = warsaw_day(now);
    let alarm = alarm(due, now);
    // Whole hours, towards the past: of the last fifty minutes nothing is promised.
    let hours_left = end_of_warsaw_day(due).duration_since(now).as_secs().div_euclid(SECONDS_IN_HOUR);
    let working_days_left = working_days_between(today, due);
    let hours = hours_left.unsigned_abs();
    let days = u64::from(working_days_left);
    // As each language writes a day; English as ISO 8601 has it, which nobody misreads.
    let day_pl = due.strftime("%d.%m.%Y");
    let sentence = match alarm {
        Alarm::Overdue => {
            let late = u64::try_from((today - due).get_days()).unwrap_or_default();
            Sentence {
                pl: format!(
                    "Termin przesłania do KSeF minął {day_pl} ({} temu). KSeF nadal przyjmie fakturę: wyślij ją niezwłocznie.",
                    polish(late, "dzień", "dni", "dni")
                ),
                en: format!(
                    "The term for sending to KSeF ended on {due} ({} ago). KSeF still takes the invoice: send it at once.",
                    english(late, "day")
                ),
            }
        }
        Alarm::Today => Sentence {
            pl: format!(
                "Termin przesłania do KSeF upływa dzisiaj, {day_pl}: {} do północy.",
                polish(hours, "pełna godzina", "pełne godziny", "pełnych godzin")
            ),
            en: format!(
                "The term for sending to KSeF ends today, {due}: {} to midnight.",
                english(hours, "full hour")
            ),
        },
        Alarm::Soon | Alarm::Calm => Sentence {
            pl: format!(
                "Do KSeF najpóźniej {day_pl}: {}, {}.",
                polish(days, "dzień roboczy", "dni robocze", "dni roboczych"),
                polish(hours, "godzina", "godziny", "godzin")
            ),
            en: format!(
                "In KSeF at the latest on {due}: {}, {}.",
                english(days, "working day"),
                english(hours, "hour")
            ),
        },
    };
    Countdown { alarm, working_days_left: Some(working_days_left), hours_left: Some(hours_left), sentence }
}

/// How near the end of a term is that ends on this day.
#[must_use]
pub fn alarm(due: Date, now: Timestamp) -> Alarm {
    let today = warsaw_day(now);
    match () {
        () if today > due => Alarm::Overdue,
        () if today == due => Alarm::Today,
        () if working_days_between(today, due) <= SOON_WORKING_DAYS => Alarm::Soon,
        () => Alarm::Calm,
    }
}

fn without_last_day(term: &Term) -> Sentence {
    let (pl, en) = match term {
        Term::NoDuty => (
            "Nie ma obowiązku przesłania do KSeF (awaria całkowita).",
            "There is no duty to send it to KSeF (total failure).",
        ),
        Term::OpenUntilOutageEnds { kind: OutageKind::Unavailability, .. } => (
            "Termin zacznie biec po zakończeniu niedostępności KSeF: do następnego dnia roboczego.",
            "The term begins when KSeF is available again: up to the next working day.",
        ),
        Term::OpenUntilOutageEnds { .. } => (
            "Termin zacznie biec po zakończeniu awarii KSeF: 7 dni roboczych.",
            "The term begins when the failure of KSeF ends: 7 working days.",
        ),
        Term::NoTerm | Term::Due { .. } => (
            "Bez terminu: faktura online jest wystawiona z chwilą przesłania do KSeF.",
            "No term: an online invoice is issued by sending it to KSeF.",
        ),
    };
    Sentence { pl: pl.to_owned(), en: en.to_owned() }
}

const SECONDS_IN_HOUR: i64 = 3_600;
/// An offline24 invoice has never more than one; a failure's seven days are announced before the last two begin.
const SOON_WORKING_DAYS: u32 = 2;
