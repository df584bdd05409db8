//! Those who listen to events: how many there may be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ksef_id::ContextIdentifier;

/// Counts listeners of each company.
#[derive(Default)]
pub(crate) struct Listeners {
    counts: Mutex<BTreeMap<ContextIdentifier, usize>>,
}

/// A listener's place, given back when dropped.
pub(crate) struct Place {
    listeners: Arc<Listeners>,
    company: ContextIdentifier,
}

impl Listeners {
    /// A place for one more; `None` when all are taken.
    pub(crate) fn place(self: &Arc<Self>, company: &ContextIdentifier) -> Option<Place> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = counts.values().sum();
        let here = counts.entry(company.clone()).or_default();
        if all >= LISTENERS_MAX || *here >= OF_COMPANY_MAX {
            return None;
        }
        *here += 1;
        Some(Place { listeners: self.clone(), company: company.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.listeners.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.company) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.company);
            }
        }
    }
}

/// Each holds a connection and a place in memory; a thousand connections are for others.
const LISTENERS_MAX: usize = 256;
pub(crate) const OF_COMPANY_MAX: usize = 32;

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
        assert_eq!(listeners.counts.lock().expect("free").len(), 1);
    }
}
