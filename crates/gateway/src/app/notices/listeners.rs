//! Those who listen to events: how many there may be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ksef_id::ContextIdentifier;

/// Counts listeners of each company, and of each who has pages open that look after themselves.
#[derive(Default)]
pub(crate) struct Listeners {
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    companies: BTreeMap<ContextIdentifier, usize>,
    /// By who it is, as the audit log names him.
    persons: BTreeMap<String, usize>,
}

impl Counts {
    fn all(&self) -> usize {
        self.companies.values().chain(self.persons.values()).sum()
    }
}

/// A listener's place, given back when dropped.
pub(crate) struct Place {
    listeners: Arc<Listeners>,
    of: Of,
}

enum Of {
    Company(ContextIdentifier),
    Person(String),
}

impl Listeners {
    /// A place for one more; `None` when all are taken.
    pub(crate) fn place(self: &Arc<Self>, company: &ContextIdentifier) -> Option<Place> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = counts.all() >= LISTENERS_MAX;
        let here = counts.companies.entry(company.clone()).or_default();
        if is_full || *here >= OF_COMPANY_MAX {
            return None;
        }
        *here += 1;
        Some(Place { listeners: self.clone(), of: Of::Company(company.clone()) })
    }

    /// A place for one more open page of somebody; `None` when all are taken, his or everybody's.
    pub(crate) fn place_of_person(self: &Arc<Self>, who: &str) -> Option<Place> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = counts.all() >= LISTENERS_MAX;
        let his = counts.persons.get(who).copied().unwrap_or_default();
        if is_full || his >= OF_PERSON_MAX {
            return None;
        }
        counts.persons.insert(who.to_owned(), his + 1);
        Some(Place { listeners: self.clone(), of: Of::Person(who.to_owned()) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.listeners.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.of {
            Of::Company(company) => give_back(&mut counts.companies, company),
            Of::Person(who) => give_back(&mut counts.persons, who),
        }
    }
}

fn give_back<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// Each holds a connection and a place in memory; a thousand connections are for others.
const LISTENERS_MAX: usize = 256;
pub(crate) const OF_COMPANY_MAX: usize = 32;
/// A browser opens six connections to a server over HTTP/1.1; several of them may be one person's.
pub(crate) const OF_PERSON_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_and_given_back() {
        let listeners = Arc::new(Listeners::default());
        let company =
            |number: usize| ContextIdentifier::parse(&format!("NipVatUe:{}-DE{number:09}", "5265877635"));
        let ours = ContextIdentifier::parse("5265877635").expect("a NIP");
        let mut places: Vec<_> = (0..OF_COMPANY_MAX).map(|_| listeners.place(&ours).expect("free")).collect();
        assert!(listeners.place(&ours).is_none());
        places.pop();
        places.push(listeners.place(&ours).expect("free again"));
        let theirs = company(1).expect("a context");
        let _other = listeners.place(&theirs).expect("another company's");
        drop(places);
        assert_eq!(listeners.counts.lock().expect("free").companies.len(), 1);
    }

    #[test]
    fn nobody_takes_the_places_of_others() {
        let listeners = Arc::new(Listeners::default());
        let place = |who: &str| listeners.place_of_person(who);
        let mut his: Vec<_> = (0..OF_PERSON_MAX).map(|_| place("user:ala").expect("free")).collect();
        assert!(place("user:ala").is_none());
        assert!(place("user:ewa").is_some());
        his.pop();
        assert!(place("user:ala").is_some());
        drop(his);
        assert!(listeners.counts.lock().expect("free").persons.is_empty());
        // Together they are no more than all may be.
        let many: Vec<_> = (0..).map_while(|number| place(&format!("user:{number}"))).collect();
        assert_eq!(many.len(), LISTENERS_MAX);
        let ours = ContextIdentifier::parse("5265877635").expect("a NIP");
        assert!(listeners.place(&ours).is_none());
    }
}
