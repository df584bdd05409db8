//! A KSeF environment as this gateway knows it: one client, one clock, one budget of limits and one record of how requests
//! end, shared by all companies that work with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gateway_rules::latarnia::{Reading, outages};
use gateway_rules::offline::{InvoicingMode, Outage};
use gateway_rules::policy::SendingPolicy;
use gateway_rules::probes::{Outcome, Probes};
use gateway_rules::reach::{Reach, ReachSettings, offline_choice, reach};
use jiff::{SignedDuration, Timestamp};
use ksef_client::{CallError, Clock, KsefClient, LimitBudget, LoginError};
use ksef_id::ContextIdentifier;

/// An environment at work.
pub(crate) struct Site {
    /// Its name in the database: `test`, or a simulator's address.
    pub(crate) name: String,
    pub(crate) client: KsefClient,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) budget: LimitBudget,
    /// Where its Latarnia is, if it has one.
    pub(crate) latarnia_url: Option<String>,
    /// Its time can jump: a simulator's.
    pub(crate) is_virtual: bool,
    observed: Mutex<Observed>,
}

#[derive(Default)]
struct Observed {
    probes: Probes,
    reading: Option<Reading>,
    /// Since when the oldest invoice of each company is in processing.
    processing_since: BTreeMap<ContextIdentifier, Timestamp>,
}

impl Site {
    pub(crate) fn new(
        name: String,
        client: KsefClient,
        clock: Arc<dyn Clock>,
        budget: LimitBudget,
        latarnia_url: Option<String>,
        is_virtual: bool,
    ) -> Self {
        Self { name, client, clock, budget, latarnia_url, is_virtual, observed: Mutex::default() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Takes in how a call ended.
    pub(crate) fn observe<T>(&self, outcome: &Result<T, CallError>) {
        let how = match outcome {
            Ok(_) => Outcome::Answered,
            Err(error) => match probe_outcome(error) {
                Some(how) => how,
                None => return,
            },
        };
        let now = self.now();
        self.observed().probes.record(now, how);
    }

    /// The same for a login.
    pub(crate) fn observe_login(&self, outcome: &Result<(), LoginError>) {
        match outcome {
            Ok(()) => self.observe(&Ok(())),
            Err(LoginError::Call(error)) => {
                if let Some(how) = probe_outcome(error) {
                    let now = self.now();
                    self.observed().probes.record(now, how);
                }
            }
            Err(_) => {}
        }
    }

    /// What was read from Latarnia.
    pub(crate) fn set_reading(&self, reading: Reading) {
        self.observed().reading = Some(reading);
    }

    /// The outage that KSeF announced: the one that lasts now, else the next one to begin within this time.
    pub(crate) fn announced(&self, within: SignedDuration) -> Option<Outage> {
        let now = self.now();
        let observed = self.observed();
        let found = outages(&observed.reading.as_ref()?.announcements);
        let lasts = found.iter().find(|outage| outage.lasts_at(now));
        let next = || found.iter().find(|outage| now < outage.started && outage.started <= now + within);
        lasts.or_else(next).copied()
    }

    /// Since when the oldest invoice of a company is in processing.
    pub(crate) fn set_processing_since(&self, company: &ContextIdentifier, since: Option<Timestamp>) {
        let mut observed = self.observed();
        match since {
            Some(since) => {
                observed.processing_since.insert(company.clone(), since);
            }
            None => {
                observed.processing_since.remove(company);
            }
        }
        let oldest = observed.processing_since.values().min().copied();
        observed.probes.set_processing_since(oldest);
    }

    /// Whether KSeF can be reached.
    pub(crate) fn reach(&self) -> Reach {
        let now = self.now();
        let observed = self.observed();
        reach(observed.reading.as_ref(), &observed.probes, now, &ReachSettings::default())
    }

    /// What a waiting document becomes by itself.
    pub(crate) fn offline_choice(&self, policy: SendingPolicy) -> Option<InvoicingMode> {
        offline_choice(policy, &self.reach())
    }

    fn observed(&self) -> MutexGuard<'_, Observed> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a failed call says of reaching KSeF; nothing, when it never left for a reason of ours.
fn probe_outcome(error: &CallError) -> Option<Outcome> {
    match error {
        CallError::Refused { .. } => Some(Outcome::Answered),
        CallError::NotSent { .. } => Some(Outcome::NoConnection),
        CallError::Unknown { .. } => Some(Outcome::Refused),
        // It may have been our own budget that said no, and then nothing was asked.
        CallError::LimitReached { .. } | CallError::Unprepared { .. } => None,
        CallError::Login(login) => match &**login {
            LoginError::Call(call) => probe_outcome(call),
            _ => None,
        },
    }
}
