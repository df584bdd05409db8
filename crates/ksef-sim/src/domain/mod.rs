//! What KSeF remembers: challenges, logins, tokens, permissions, sessions, invoices, exports, limits, test data. Plain
//! structures behind one lock; nothing here knows HTTP, and nothing waits while the lock is held.

pub(crate) mod batches;
pub(crate) mod certificates;
pub(crate) mod challenges;
pub(crate) mod collectives;
pub(crate) mod context_limits;
pub(crate) mod exports;
pub(crate) mod latarnia;
pub(crate) mod logins;
pub(crate) mod peppol;
pub(crate) mod permissions;
pub(crate) mod processing;
pub(crate) mod progress;
pub(crate) mod repository;
pub(crate) mod sessions;
pub(crate) mod test_data;
pub(crate) mod tokens;

use crate::faults::FaultPlan;
use crate::inspect::{Inspection, RequestSeen, SessionSeen, StoredInvoice, Submission};
use crate::limits::RateCounters;
use crate::reference::ReferenceSource;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};

/// Everything.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) references: ReferenceSource,
    pub(crate) certificates: certificates::Certificates,
    pub(crate) challenges: challenges::Challenges,
    pub(crate) logins: logins::Logins,
    pub(crate) tokens: tokens::Tokens,
    pub(crate) permissions: permissions::Permissions,
    pub(crate) sessions: sessions::Sessions,
    pub(crate) repository: repository::Repository,
    pub(crate) exports: exports::Exports,
    pub(crate) collectives: collectives::Collectives,
    pub(crate) peppol: peppol::Providers,
    pub(crate) limits: context_limits::ChangedLimits,
    pub(crate) test_data: test_data::TestData,
    pub(crate) latarnia: latarnia::Latarnia,
    /// Work that begins when the request that asked for it has been answered, in the order of asking.
    pub(crate) jobs: Vec<crate::jobs::Job>,
    /// Exports that wait while processing is stalled.
    pub(crate) stalled_jobs: Vec<crate::jobs::Job>,
    pub(crate) counters: RateCounters,
    pub(crate) faults: FaultPlan,
    /// Documents that wait while processing is stalled, in the order of arrival.
    pub(crate) backlog: Vec<processing::Examined>,
    requests: VecDeque<Noted>,
    /// Requests ever noted.
    requests_count: u64,
}

/// An answered request.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    /// Its place among all, from 1.
    pub(crate) sequence: u64,
    /// When it came, by the simulator's clock.
    pub(crate) at: Timestamp,
    /// The fault that met it.
    pub(crate) fault: Option<String>,
    pub(crate) seen: RequestSeen,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            references: ReferenceSource::new(seed),
            certificates: certificates::Certificates::default(),
            challenges: challenges::Challenges::default(),
            logins: logins::Logins::default(),
            tokens: tokens::Tokens::default(),
            permissions: permissions::Permissions::default(),
            sessions: sessions::Sessions::default(),
            repository: repository::Repository::default(),
            exports: exports::Exports::default(),
            collectives: collectives::Collectives::default(),
            peppol: peppol::Providers::default(),
            limits: context_limits::ChangedLimits::default(),
            test_data: test_data::TestData::default(),
            latarnia: latarnia::Latarnia::default(),
            jobs: Vec::new(),
            stalled_jobs: Vec::new(),
            counters: RateCounters::default(),
            faults: FaultPlan::new(seed),
            backlog: Vec::new(),
            requests: VecDeque::new(),
            requests_count: 0,
        }
    }

    /// Notes an answered request; the oldest are forgotten.
    pub(crate) fn note_request(&mut self, seen: RequestSeen, at: Timestamp, fault: Option<String>) {
        if self.requests.len() == REQUESTS_MAX {
            self.requests.pop_front();
        }
        self.requests_count += 1;
        self.requests.push_back(Noted { sequence: self.requests_count, at, fault, seen });
    }

    /// The requests that are remembered, oldest first.
    pub(crate) fn requests(&self) -> &VecDeque<Noted> {
        &self.requests
    }

    /// Whether nothing waits because processing was stalled.
    pub(crate) fn has_nothing_stalled(&self) -> bool {
        self.backlog.is_empty() && self.stalled_jobs.is_empty()
    }

    /// Whether others than the sender can see an invoice: its final status was shown, or could have been, and it is stored.
    pub(crate) fn is_visible(&self, record: &repository::Record, now: Timestamp) -> bool {
        if record.lag.is_some_and(|lag| now < lag.until) {
            return false;
        }
        self.sessions
            .get(&record.session)
            .and_then(|session| session.invoices.get(record.index))
            .is_none_or(|submission| submission.progress.would_be_finished(now))
    }

    /// What a subject may do in a context now; `None` when nothing at all.
    pub(crate) fn rights(
        &self,
        subject: &logins::Subject,
        context: &ksef_id::ContextIdentifier,
    ) -> Option<logins::Rights> {
        permissions::rights(&self.permissions, &self.test_data, subject, context)
    }

    /// A copy for tests.
    pub(crate) fn inspect(&self) -> Inspection {
        let mut sends: HashMap<&str, usize> = HashMap::new();
        for submission in self.sessions.all().flat_map(|session| &session.invoices) {
            *sends.entry(submission.hash.as_str()).or_default() += 1;
        }
        let mut submissions: Vec<(u64, Submission)> = self
            .sessions
            .all()
            .flat_map(|session| session.invoices.iter().map(move |submission| (session, submission)))
            .map(|(session, submission)| {
                let seen = Submission {
                    session: session.reference.clone(),
                    reference: submission.reference.clone(),
                    hash: submission.hash.clone(),
                    status_code: submission.outcome.as_ref().map_or(150, |outcome| outcome.code.0),
                    ksef_number: submission.ksef_number().cloned(),
                };
                (submission.arrival, seen)
            })
            .collect();
        submissions.sort_by_key(|(arrival, _)| *arrival);
        Inspection {
            invoices: self
                .repository
                .all()
                .iter()
                .map(|record| StoredInvoice {
                    ksef_number: record.ksef_number.clone(),
                    bytes: record.document.bytes(),
                    hash: record.hash.clone(),
                    seller: record.facts.seller,
                    invoice_number: record.facts.metadata.invoice_number.clone(),
                    session: record.session.clone(),
                    acquired_at: record.acquired_at,
                    sends: sends.get(record.hash.as_str()).copied().unwrap_or(0),
                })
                .collect(),
            submissions: submissions.into_iter().map(|(_, submission)| submission).collect(),
            sessions: self
                .sessions
                .all()
                .map(|session| SessionSeen {
                    reference: session.reference.clone(),
                    context: session.context.to_string(),
                    is_closed: !session.is_open(),
                    invoice_count: session.invoices.len(),
                })
                .collect(),
            certificates: self.certificates.inspect(),
            requests: self.requests.iter().map(|noted| noted.seen.clone()).collect(),
        }
    }
}

/// Requests remembered for inspection.
const REQUESTS_MAX: usize = 100_000;
