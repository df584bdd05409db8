//! Invoices put into a company's inbox, as if its suppliers had sent them: ordinary ones by the thousand, and the ugly
//! ones that production really holds (field notes B5).

mod documents;
mod ugly;

use crate::clock::warsaw_date;
use crate::domain::World;
use crate::domain::documents::{Digest, Document};
use crate::domain::listed::Listed;
use crate::domain::packed::PackedKsefNumber;
use crate::domain::repository::Record;
use crate::inspection::Facts;
use documents::Draft;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{KsefNumber, Nip, ReferenceKind};
use ksef_invoice::Form;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What to put into an inbox.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InboxOrder {
    /// Whose inbox: the buyer.
    pub(crate) buyer: Nip,
    /// How many; 1 to 100,000. Of ugly ones each shape comes in turn.
    pub(crate) count: u32,
    #[serde(default)]
    pub(crate) kind: InboxKind,
    /// When the first was stored; `None` for now.
    #[serde(default)]
    pub(crate) from: Option<Timestamp>,
    /// When the last was stored; `None` for now.
    #[serde(default)]
    pub(crate) until: Option<Timestamp>,
}

/// Which documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum InboxKind {
    /// Valid FA(3) of one to five lines from some two hundred suppliers.
    #[default]
    Ordinary,
    /// Documents that production took and that readers trip over.
    Ugly,
    /// FA(2) with numbers of KSeF 1.0: 36 characters, and a check sum that is not the one of 2.0 (field notes B13).
    Ksef1,
}

/// Why nothing was put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InboxError {
    #[error("count must be between 1 and {COUNT_MAX}")]
    Count,
    #[error("until must not be before from, and neither may lie after the simulator's time")]
    Period,
    #[error("KSeF 1.0 gave its last numbers on 31 January 2026; until must not be later")]
    AfterKsef1,
}

/// Puts invoices there; gives their numbers in the order of storage.
pub(crate) fn fill(
    world: &mut World,
    order: &InboxOrder,
    now: Timestamp,
) -> Result<Vec<KsefNumber>, InboxError> {
    if order.count == 0 || order.count > COUNT_MAX {
        return Err(InboxError::Count);
    }
    let ksef_1_end: Timestamp = KSEF_1_END.parse().expect("a constant is a time");
    let is_of_ksef_1 = order.kind == InboxKind::Ksef1;
    let until = order.until.unwrap_or(if is_of_ksef_1 { now.min(ksef_1_end) } else { now });
    if is_of_ksef_1 && until > ksef_1_end {
        return Err(InboxError::AfterKsef1);
    }
    let from = order.from.unwrap_or(until);
    if until < from || until > now {
        return Err(InboxError::Period);
    }
    // Whole microseconds, each place from the beginning: nothing adds up to a wrong end.
    let length_us = until.as_microsecond() - from.as_microsecond();
    let stored_at = |place: u32| {
        let share = i128::from(length_us) * i128::from(place) / i128::from(order.count.max(2) - 1);
        let share = SignedDuration::from_micros(i64::try_from(share).unwrap_or(length_us));
        from.checked_add(share).unwrap_or(until)
    };
    // Chance of their own: who fills an inbox changes the order of nothing else but the numbers.
    let mut dice = fastrand::Rng::with_seed(world.references.random());
    let mut numbers = Vec::new();
    for place in 0..order.count {
        let stored_at = stored_at(place);
        let acquired_at = stored_at.checked_sub(SignedDuration::from_millis(5)).unwrap_or(stored_at);
        let draft = Draft::random(&mut dice, order.buyer, warsaw_date(acquired_at));
        let (bytes, facts) = match order.kind {
            InboxKind::Ordinary => (draft.xml().into_bytes(), draft.facts()),
            InboxKind::Ugly => ugly::SHAPES[place as usize % ugly::SHAPES.len()].make(draft),
            InboxKind::Ksef1 => (draft.xml_of_fa2().into_bytes(), draft.facts_of(Form::Fa2)),
        };
        let number = match order.kind {
            InboxKind::Ksef1 => free_number_of_ksef_1(world, &mut dice, facts.seller, acquired_at),
            _ => world.repository.free_number(&mut world.references, facts.seller, acquired_at),
        };
        numbers.push(add(world, number, bytes, facts, acquired_at, stored_at));
    }
    Ok(numbers)
}

/// A number of KSeF 1.0 that nobody has. Its check sum is a number like any other: the rule of 1.0 is not published, and that
/// of 2.0 must not fit.
fn free_number_of_ksef_1(
    world: &World,
    dice: &mut fastrand::Rng,
    seller: Nip,
    acquired_at: Timestamp,
) -> PackedKsefNumber {
    let day = crate::clock::ymd(warsaw_date(acquired_at));
    loop {
        let number = PackedKsefNumber::compose_ksef_1(seller, day, dice.u64(..), dice.u8(..));
        if world.repository.get(&number.number()).is_none() {
            return number;
        }
    }
}

fn add(
    world: &mut World,
    ksef_number: PackedKsefNumber,
    bytes: Vec<u8>,
    facts: Facts,
    acquired_at: Timestamp,
    stored_at: Timestamp,
) -> KsefNumber {
    // The session of a supplier of whom nothing else is known.
    let session = world.references.reference(ReferenceKind::OnlineSession, acquired_at);
    world.repository.add(Record {
        ksef_number,
        hash: Digest::of(&bytes),
        document: Document::of(&bytes),
        form: facts.metadata.form,
        is_offline: facts.issue_date < warsaw_date(acquired_at),
        listed: Listed::from(&facts),
        hash_of_corrected: None,
        session: Arc::new(session),
        index: 0,
        received_at: acquired_at.into(),
        acquired_at: acquired_at.into(),
        stored_at: stored_at.into(),
        lag: None,
    });
    ksef_number.number()
}

/// The end of KSeF 1.0, in Polish time.
const KSEF_1_END: &str = "2026-01-31T22:59:59Z";
/// Invoices of one order.
const COUNT_MAX: u32 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Profile;
    use crate::inspection::{self, Rules};

    fn order(kind: InboxKind, count: u32) -> (World, Vec<KsefNumber>) {
        let mut world = World::new(3);
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a time");
        let order = InboxOrder {
            buyer: Nip::parse("5265877635").expect("a NIP"),
            count,
            kind,
            from: Some("2026-01-01T12:00:00Z".parse().expect("a time")),
            until: None,
        };
        let numbers = fill(&mut world, &order, now).expect("a good order");
        (world, numbers)
    }

    #[test]
    fn ordinary_invoices_are_what_ksef_would_have_taken() {
        let (world, numbers) = order(InboxKind::Ordinary, 40);
        assert_eq!(numbers.len(), 40);
        for record in world.repository.all() {
            let rules = Rules {
                form: Form::Fa3,
                profile: Profile::Prd,
                today: warsaw_date(record.received_at.at()),
                sizes: ksef_wire::EffectiveContextLimits::production().online_session.into(),
                checks_identifiers: false,
            };
            let facts = inspection::examine(&record.document.bytes(), rules)
                .unwrap_or_else(|refused| panic!("{refused:?}"));
            let said = serde_json::to_value(Listed::from(&facts)).expect("JSON");
            let listed = serde_json::to_value(&record.listed).expect("JSON");
            assert_eq!(said, listed, "the list says what the document says");
        }
        let stored: Vec<_> =
            world.repository.all().iter().map(|record| record.stored_at.at().to_string()).collect();
        assert_eq!(stored.first().map(String::as_str), Some("2026-01-01T12:00:00Z"));
        assert_eq!(stored.last().map(String::as_str), Some("2026-03-01T12:00:00Z"));
        assert!(stored.is_sorted());
    }

    #[test]
    fn ugly_invoices_are_as_ugly_as_they_say() {
        let (world, _) = order(InboxKind::Ugly, u32::try_from(ugly::SHAPES.len()).expect("few"));
        let find = |name: &str| {
            let place = ugly::SHAPES.iter().position(|shape| shape.name == name).expect("a shape");
            world.repository.all()[place].document.bytes()
        };
        let has = |name: &str, needle: &[u8]| find(name).windows(needle.len()).any(|window| window == needle);
        assert!(has("control character", "\u{81}".as_bytes()));
        assert!(std::str::from_utf8(&find("invalid UTF-8")).is_err());
        assert!(has("style sheet", b"<?xml-stylesheet"));
        assert!(has("prolog without version", b"<?xml encoding=\"UTF-8\"?>"));
        assert!(has("space in a number", b"<P_12>8 </P_12>"));
        assert!(!has("no lines", b"<FaWiersz>"));
        assert!(has("markup in a name", b"&lt;script&gt;"));
        let mut bytes: Vec<_> = world.repository.all().iter().map(|record| record.document.bytes()).collect();
        bytes.sort();
        bytes.dedup();
        assert_eq!(bytes.len(), ugly::SHAPES.len());
    }

    /// Valid FA(2), under numbers of which none passes the check of 2.0 and each finds its invoice.
    #[test]
    fn invoices_of_ksef_1_have_its_numbers() {
        let mut world = World::new(3);
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a time");
        let order = InboxOrder {
            buyer: Nip::parse("5265877635").expect("a NIP"),
            count: 40,
            kind: InboxKind::Ksef1,
            from: Some("2023-07-01T12:00:00Z".parse().expect("a time")),
            until: None,
        };
        let numbers = fill(&mut world, &order, now).expect("a good order");
        for (record, number) in world.repository.all().iter().zip(&numbers) {
            assert!(number.is_of_ksef_1() && number.as_str().len() == 36, "{number}");
            assert_eq!(record.ksef_number.number(), *number);
            assert!(world.repository.get(number).is_some_and(|found| found.hash == record.hash));
            let rules = Rules {
                form: Form::Fa2,
                profile: Profile::Test,
                today: warsaw_date(record.received_at.at()),
                sizes: ksef_wire::EffectiveContextLimits::production().online_session.into(),
                checks_identifiers: false,
            };
            inspection::examine(&record.document.bytes(), rules)
                .unwrap_or_else(|refused| panic!("{refused:?}"));
        }
        assert_eq!(
            world.repository.all().last().map(|last| last.stored_at.at().to_string()).as_deref(),
            Some(KSEF_1_END)
        );
        assert_eq!(
            fill(&mut world, &InboxOrder { until: Some(now), ..order }, now),
            Err(InboxError::AfterKsef1)
        );
    }

    #[test]
    fn senseless_orders_are_refused() {
        let mut world = World::new(3);
        let now = Timestamp::from_second(1_800_000_000).expect("a time");
        let buyer = Nip::parse("5265877635").expect("a NIP");
        let order = InboxOrder { buyer, count: 0, kind: InboxKind::Ordinary, from: None, until: None };
        assert_eq!(fill(&mut world, &order, now), Err(InboxError::Count));
        let later = now + SignedDuration::from_secs(1);
        let late = InboxOrder { count: 1, until: Some(later), ..order };
        assert_eq!(fill(&mut world, &late, now), Err(InboxError::Period));
    }
}
