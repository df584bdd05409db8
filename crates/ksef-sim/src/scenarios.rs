//! Named scenarios: several things set at once, to learn from or to try a program against.
//!
//! Each says what it sets; the list is what `GET /control/scenarios` and the console show.

use crate::clock::{ClockOutOfRange, warsaw};
use crate::domain::latarnia::{Category, Event, NOTICE, Outage};
use crate::faults::{Fault, FaultRule, RuleError, Target};
use crate::http::Shared;
use crate::seeding::{self, InboxError, InboxKind, InboxOrder};
use jiff::civil::{Date, DateTime, Weekday};
use jiff::{SignedDuration, Timestamp};
use ksef_id::Nip;
use ksef_wire::Operation;
use serde::Serialize;
use std::time::Duration;

/// A scenario.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name, as `--scenario` and the control API take it.
    pub name: &'static str,
    /// What happens, in Polish.
    pub pl: &'static str,
    /// What happens, in English.
    pub en: &'static str,
    apply: fn(&mut Stage<'_>) -> Result<(), ScenarioError>,
}

impl Scenario {
    /// All of them.
    pub const ALL: &'static [Self] = &SCENARIOS;

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|scenario| scenario.name == name)
    }
}

/// Why a scenario was not set; what it had set until then stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// The clock does not go there.
    #[error(transparent)]
    Clock(#[from] ClockOutOfRange),
    /// A rule was not taken.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The inbox was not filled.
    #[error("the inbox was not filled: {0}")]
    Inbox(String),
}

impl From<InboxError> for ScenarioError {
    fn from(error: InboxError) -> Self {
        Self::Inbox(error.to_string())
    }
}

/// What a scenario did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioOutcome {
    /// The simulator's time afterwards.
    pub now: Timestamp,
    /// The numbers of the rules that were added.
    pub fault_ids: Vec<u64>,
    /// Invoices that were put into the company's inbox.
    pub invoices_added: usize,
}

/// Sets a scenario for a company.
pub(crate) fn apply(
    shared: &Shared,
    scenario: &Scenario,
    company: Nip,
) -> Result<ScenarioOutcome, ScenarioError> {
    let mut stage = Stage { shared, company, outcome: ScenarioOutcome::default() };
    (scenario.apply)(&mut stage)?;
    shared.moved();
    stage.outcome.now = shared.now();
    Ok(stage.outcome)
}

/// Where scenarios are set.
struct Stage<'a> {
    shared: &'a Shared,
    company: Nip,
    outcome: ScenarioOutcome,
}

impl Stage<'_> {
    fn now(&self) -> Timestamp {
        self.shared.now()
    }

    fn after(&self, delay: SignedDuration) -> Timestamp {
        let now = self.now();
        now.checked_add(delay).unwrap_or(now)
    }

    fn set_clock(&self, time: &str) -> Result<(), ScenarioError> {
        Ok(self.shared.clock.set(time.parse().expect("a constant is a time"))?)
    }

    /// Goes to a moment of the year in Polish time: this year's, or the next one's where that has passed. Never back: who
    /// logs in has a certificate of today, which was not valid in the year of the event.
    fn go_to_next(&self, moment: impl Fn(i16) -> Option<DateTime>) -> Result<(), ScenarioError> {
        let now = self.now();
        let year = now.to_zoned(warsaw()).year();
        let next = (year..=year.saturating_add(1))
            .filter_map(|year| moment(year)?.to_zoned(warsaw()).ok())
            .map(|moment| moment.timestamp())
            .find(|moment| *moment >= now);
        Ok(self.shared.clock.set(next.ok_or(ClockOutOfRange)?)?)
    }

    fn fault(&mut self, rule: FaultRule) -> Result<(), ScenarioError> {
        self.outcome.fault_ids.push(self.shared.world().faults.add(rule)?);
        Ok(())
    }

    fn fill(&mut self, kind: InboxKind, count: u32, since: SignedDuration) -> Result<(), ScenarioError> {
        let now = self.now();
        let from = Some(now.checked_sub(since).unwrap_or(now));
        let order = InboxOrder { buyer: self.company, count, kind, from, until: None };
        self.outcome.invoices_added += seeding::fill(&mut self.shared.world(), &order, now)?.len();
        Ok(())
    }

    fn event(
        &self,
        category: Category,
        start: Timestamp,
        end: Option<Timestamp>,
        announced: Option<Timestamp>,
    ) {
        let event = Event { category, start, end, announced, event_id: None, is_text_zone_wrong: false };
        self.shared.world().latarnia.events.push(event);
    }

    fn latarnia_is_down(&self, status: u16, length: SignedDuration) {
        let outage = Outage { status, from: Some(self.now()), until: Some(self.after(length)) };
        self.shared.world().latarnia.outages.push(outage);
    }
}

const fn on(operation: Operation) -> Target {
    Target::Operation(operation)
}

const SCENARIOS: [Scenario; 13] = [
    Scenario {
        name: "april-2026-outage",
        pl: "Najbliższy 22 kwietnia, 18:00, jak w 2026: KSeF przyjmuje, ale przez trzy godziny niczego nie przetwarza (faktury zostają na 150), \
             zamknięcie co trzeciej sesji kończy się 504 mimo wykonania, co dwudziesta odpowiedź na wysyłkę ginie, \
             a Latarnia odpowiada 502.",
        en: "The next 22 April, 18:00, as in 2026: KSeF takes invoices and processes none for three hours (they stay at 150), every third \
             close ends with 504 although it was done, every twentieth answer to a sending is lost, and Latarnia \
             answers 502.",
        apply: |stage| {
            stage.go_to_next(|year| Some(Date::new(year, 4, 22).ok()?.at(18, 0, 0, 0)))?;
            let (now, end) = (stage.now(), stage.after(SignedDuration::from_hours(3)));
            stage.fault(FaultRule::always(Target::Everything, Fault::StallProcessing).between(now, end))?;
            let failing =
                FaultRule::always(on(Operation::OnlineSessionClose), Fault::FailAfterWork { status: 504 });
            stage.fault(failing.with_probability(0.3).between(now, end))?;
            let losing = FaultRule::always(on(Operation::OnlineInvoiceSend), Fault::LoseAnswer);
            stage.fault(losing.with_probability(0.05).between(now, end))?;
            stage.latarnia_is_down(502, SignedDuration::from_hours(4));
            Ok(())
        },
    },
    Scenario {
        name: "month-end",
        pl: "Najbliższy 30 czerwca, 23:00: faktury czekają na 150 od 5 do 120 sekund i kończą w innej kolejności, co pięćdziesiąte \
             żądanie dostaje 429 z rosnącą blokadą albo stronę 502.",
        en: "The next 30 June, 23:00: invoices stay at 150 for 5 to 120 seconds and finish in another order, every fiftieth \
             request meets 429 with a growing block, or a 502 page.",
        apply: |stage| {
            stage.go_to_next(|year| Some(Date::new(year, 6, 30).ok()?.at(23, 0, 0, 0)))?;
            let slow = Fault::Latency { min_ms: 5_000, max_ms: 120_000 };
            stage.fault(FaultRule::always(Target::Everything, slow))?;
            let growing = Fault::GrowingTooManyRequests { first_s: 2 };
            stage.fault(FaultRule::always(Target::Everything, growing).with_probability(0.02))?;
            let failing = Fault::FailBeforeWork { status: 502 };
            stage.fault(FaultRule::always(Target::Everything, failing).with_probability(0.02))
        },
    },
    Scenario {
        name: "first-sync-two-years",
        pl: "W skrzynce firmy leży 5000 faktur zakupu z dwóch lat. Limity są produkcyjne, więc pierwsze pobranie trzeba \
             rozłożyć na okna po najwyżej trzy miesiące.",
        en: "The company's inbox holds 5,000 purchase invoices of two years. Limits are those of production, so the first \
             download has to be cut into windows of three months at most.",
        apply: |stage| stage.fill(InboxKind::Ordinary, 5_000, SignedDuration::from_hours(2 * 365 * 24)),
    },
    Scenario {
        name: "ugly-inbox",
        pl: "W skrzynce firmy leżą dokumenty, jakie produkcja naprawdę przyjęła: znaki U+0081, bajty spoza UTF-8, \
             instrukcje przetwarzania, brak wierszy, błędne sumy, ogromne liczby, znaczniki w nazwach – i 20 zwykłych.",
        en: "The company's inbox holds documents that production really took: U+0081, bytes that are no UTF-8, processing \
             instructions, no lines, wrong sums, huge numbers, markup in names – and 20 ordinary ones.",
        apply: |stage| {
            stage.fill(InboxKind::Ordinary, 20, SignedDuration::from_hours(20 * 24))?;
            stage.fill(InboxKind::Ugly, 32, SignedDuration::from_hours(10 * 24))
        },
    },
    Scenario {
        name: "midnight",
        pl: "Najbliższa sobota przed zmianą czasu na letni, 23:59:50 w Polsce: za dziesięć sekund faktura z dzisiejszą P_1 będzie offline, a o drugiej \
             zaczyna się czas letni.",
        en: "The next Saturday before summer time begins, 23:59:50 in Poland: in ten seconds an invoice with today's P_1 becomes an offline one, and at \
             two o'clock summer time begins.",
        apply: |stage| {
            stage.go_to_next(|year| {
                // Summer time begins on the last Sunday of March.
                let sunday = Date::new(year, 3, 1).ok()?.nth_weekday_of_month(-1, Weekday::Sunday).ok()?;
                Some(sunday.yesterday().ok()?.at(23, 59, 50, 0))
            })
        },
    },
    Scenario {
        name: "certificate-expiry",
        pl: "Minęły dwa lata bez dwóch dni: certyfikaty wydane dzisiaj tracą ważność pojutrze.",
        en: "Two years less two days have passed: certificates issued today expire the day after tomorrow.",
        apply: |stage| Ok(stage.shared.clock.advance(SignedDuration::from_hours((730 - 2) * 24))?),
    },
    Scenario {
        name: "ten-years",
        pl: "31.12.2036 23:59:50 w Polsce: numery faktur z roku 2026 są jeszcze zajęte, a za dziesięć sekund już nie.",
        en: "31 December 2036, 23:59:50 in Poland: numbers of invoices of 2026 are still taken, in ten seconds they are \
             free.",
        apply: |stage| stage.set_clock("2036-12-31T22:59:50Z"),
    },
    Scenario {
        name: "bad-network",
        pl: "Co dziesiąta odpowiedź ginie po wykonaniu, co dwudzieste żądanie przed wykonaniem, co dwudzieste trwa dwie \
             sekundy.",
        en: "Every tenth answer is lost after the work, every twentieth request before it, every twentieth takes two \
             seconds.",
        apply: |stage| {
            stage.fault(FaultRule::always(Target::Everything, Fault::LoseAnswer).with_probability(0.1))?;
            stage.fault(FaultRule::always(Target::Everything, Fault::LoseRequest).with_probability(0.05))?;
            let slow = Fault::Delay(Duration::from_secs(2));
            stage.fault(FaultRule::always(Target::Everything, slow).with_probability(0.05))
        },
    },
    Scenario {
        name: "numbered-not-stored",
        pl: "Faktury dostają numer i UPO, ale przez godzinę nikt nie może ich pobrać (21165), a co czwarta ma datę zapisu \
             wcześniejszą niż data nadania numeru.",
        en: "Invoices get their number and UPO, but nobody can download them for an hour (21165), and every fourth is \
             dated as stored before it was numbered.",
        apply: |stage| {
            let hidden = Fault::NotStored { for_s: 3_600, code: 21165 };
            stage.fault(FaultRule::always(Target::Everything, hidden))?;
            stage.fault(FaultRule::always(Target::Everything, Fault::InvertedDates).with_probability(0.25))
        },
    },
    Scenario {
        name: "new-api-version",
        pl: "Odpowiedzi mają pola i wartości, których nikt jeszcze nie zna, oraz ostrzeżenia sig-001 i xml-002.",
        en: "Answers have fields and values that nobody knows yet, and carry the warnings sig-001 and xml-002.",
        apply: |stage| {
            use crate::faults::Warning::{Sig001, Xml002};
            stage.fault(FaultRule::always(Target::Everything, Fault::UnknownFields))?;
            stage.fault(FaultRule::always(Target::Everything, Fault::UnknownValues))?;
            let login = on(Operation::AuthXadesSignature);
            stage.fault(FaultRule::always(login, Fault::Warning { warning: Sig001 }))?;
            let send = on(Operation::OnlineInvoiceSend);
            stage.fault(FaultRule::always(send, Fault::Warning { warning: Xml002 }))
        },
    },
    Scenario {
        name: "exports-fail",
        pl: "Pierwszy eksport wisi na zawsze, drugi nie zwalnia miejsca, trzeci ma błędne skróty części, czwarty uciętą \
             listę; potem wszystko działa.",
        en: "The first export hangs for ever, the second keeps its place, the third has wrong hashes, the fourth a list that \
             was cut off; after that all is well.",
        apply: |stage| {
            let faults =
                [Fault::ExportHangs, Fault::ExportKeepsSlot, Fault::ExportWrongHash, Fault::ExportCutList];
            for (fault, skip) in faults.into_iter().zip(0..) {
                let rule = FaultRule::always(on(Operation::InvoiceExport), fault).times(1);
                stage.fault(FaultRule { skip, ..rule })?;
            }
            Ok(())
        },
    },
    Scenario {
        name: "maintenance",
        pl: "Prace serwisowe zapowiedziane trzy dni temu trwają od teraz cztery godziny: KSeF odpowiada stroną 503.",
        en: "Maintenance, announced three days ago, lasts four hours from now: KSeF answers with a 503 page.",
        apply: |stage| {
            let (now, end) = (stage.now(), stage.after(SignedDuration::from_hours(4)));
            stage.event(Category::Maintenance, now, Some(end), now.checked_sub(NOTICE).ok());
            let down = Fault::FailBeforeWork { status: 503 };
            stage.fault(FaultRule::always(Target::Everything, down).between(now, end))
        },
    },
    Scenario {
        name: "total-failure",
        pl: "Od teraz awaria, po godzinie ogłoszona całkowitą, przez osiem godzin: KSeF nie odpowiada na nic.",
        en: "A failure from now on, declared total after an hour, for eight hours: KSeF answers nothing.",
        apply: |stage| {
            let (now, end) = (stage.now(), stage.after(SignedDuration::from_hours(8)));
            let total = stage.after(SignedDuration::from_hours(1));
            stage.event(Category::Failure, now, Some(end), None);
            stage.event(Category::TotalFailure, total, Some(end), None);
            stage.fault(FaultRule::always(Target::Everything, Fault::LoseRequest).between(now, end))
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::config::SimulatorConfig;
    use crate::simulator::Simulator;
    use std::sync::Arc;

    /// The clock goes forward only, and to the day that is meant.
    #[tokio::test]
    async fn days_of_the_year_are_the_next_ones() {
        for (start, name, expected) in [
            ("2026-01-01T12:00:00Z", "april-2026-outage", "2026-04-22T16:00:00Z"),
            ("2026-11-22T12:00:00Z", "april-2026-outage", "2027-04-22T16:00:00Z"),
            ("2026-06-30T20:59:59Z", "month-end", "2026-06-30T21:00:00Z"),
            ("2026-06-30T21:00:01Z", "month-end", "2027-06-30T21:00:00Z"),
            ("2026-03-01T12:00:00Z", "midnight", "2026-03-28T22:59:50Z"),
            ("2026-11-22T12:00:00Z", "midnight", "2027-03-27T22:59:50Z"),
        ] {
            let clock = Arc::new(ManualClock::new(start.parse().expect("a time")));
            let config = SimulatorConfig { clock, ..SimulatorConfig::default() };
            let simulator = Simulator::start(config, ([127, 0, 0, 1], 0).into()).await.expect("a simulator");
            let scenario = Scenario::named(name).expect("it is there");
            let company = Nip::parse("2222222222").expect("a NIP");
            simulator.set_scenario(scenario, company).expect("it is set");
            let expected: Timestamp = expected.parse().expect("a time");
            assert_eq!(simulator.clock().now(), expected, "{name} from {start}");
        }
    }
}
