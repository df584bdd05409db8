//! What KSeF remembers: challenges, logins, tokens, permissions, sessions, invoices, exports, limits, test data. Plain
//! structures behind one lock; nothing here knows HTTP, and nothing waits while the lock is held.

pub(crate) mod batches;
pub(crate) mod certificates;
pub(crate) mod challenges;
pub(crate) mod collectives;
pub(crate) mod columns;
pub(crate) mod context_limits;
pub(crate) mod documents;
pub(crate) mod encryption_keys;
pub(crate) mod exports;
pub(crate) mod habits;
pub(crate) mod latarnia;
pub(crate) mod listed;
pub(crate) mod logins;
pub(crate) mod ordered;
pub(crate) mod packed;
pub(crate) mod parties;
pub(crate) mod peppol;
pub(crate) mod permissions;
pub(crate) mod processing;
pub(crate) mod progress;
pub(crate) mod repository;
pub(crate) mod sessions;
pub(crate) mod stored;
pub(crate) mod submissions;
pub(crate) mod table;
pub(crate) mod test_data;
pub(crate) mod tokens;

use crate::clock::ClockState;
use crate::data::Changes;
use crate::faults::FaultPlan;
use crate::inspect::{Inspection, RequestSeen, SessionSeen, StoredInvoice, Submission};
use crate::jobs::Job;
use crate::limits::RateCounters;
use crate::reference::ReferenceSource;
use axum::body::Bytes;
use documents::Digest;
use jiff::{SignedDuration, Timestamp};
use packed::PackedKsefNumber;
use std::collections::{HashMap, VecDeque};
use std::io;
use table::{Kept, Table, Whole};

/// Everything.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) references: Whole<ReferenceSource>,
    pub(crate) encryption_keys: Whole<encryption_keys::EncryptionKeys>,
    pub(crate) certificates: certificates::Certificates,
    pub(crate) challenges: challenges::Challenges,
    pub(crate) logins: logins::Logins,
    pub(crate) tokens: tokens::Tokens,
    pub(crate) permissions: permissions::Permissions,
    pub(crate) sessions: sessions::Sessions,
    pub(crate) repository: repository::Repository,
    pub(crate) exports: exports::Exports,
    pub(crate) collectives: collectives::Collectives,
    pub(crate) peppol: Whole<peppol::Providers>,
    pub(crate) limits: Whole<context_limits::ChangedLimits>,
    pub(crate) test_data: Whole<test_data::TestData>,
    pub(crate) latarnia: Whole<latarnia::Latarnia>,
    pub(crate) habits: Whole<habits::Habits>,
    /// Work that begins when the request that asked for it has been answered, in the order of asking.
    pub(crate) jobs: Vec<Job>,
    /// Exports that wait while processing is stalled.
    pub(crate) stalled_jobs: Vec<Job>,
    pub(crate) counters: RateCounters,
    pub(crate) faults: Whole<FaultPlan>,
    /// Documents that wait while processing is stalled, in the order of arrival.
    pub(crate) backlog: Table<u64, processing::Examined>,
    requests: VecDeque<Noted>,
    /// Requests ever noted.
    requests_count: u64,
    /// Whether all of this took the place of something else, so that what is on disk has to go.
    pub(crate) is_replaced: bool,
    /// The clock as it stands on disk.
    pub(crate) clock_written: ClockState,
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
            references: Whole::new(ReferenceSource::new(seed)),
            encryption_keys: Whole::default(),
            certificates: certificates::Certificates::default(),
            challenges: challenges::Challenges::default(),
            logins: logins::Logins::default(),
            tokens: tokens::Tokens::default(),
            permissions: permissions::Permissions::default(),
            sessions: sessions::Sessions::default(),
            repository: repository::Repository::default(),
            exports: exports::Exports::default(),
            collectives: collectives::Collectives::default(),
            peppol: Whole::default(),
            limits: Whole::default(),
            test_data: Whole::default(),
            latarnia: Whole::default(),
            habits: Whole::default(),
            jobs: Vec::new(),
            stalled_jobs: Vec::new(),
            counters: RateCounters::default(),
            faults: Whole::new(FaultPlan::new(seed)),
            backlog: Table::default(),
            requests: VecDeque::new(),
            requests_count: 0,
            is_replaced: false,
            clock_written: ClockState::default(),
        }
    }

    /// An empty memory with the encryption keys of another: callers go on with the certificates that they have.
    pub(crate) fn anew(seed: u64, encryption_keys: Whole<encryption_keys::EncryptionKeys>) -> Self {
        let mut world = Self::new(seed);
        world.encryption_keys = encryption_keys;
        world
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
        self.backlog.len() == 0 && self.stalled_jobs.is_empty()
    }

    /// Whether others than the sender can see an invoice: its final status was shown, or could have been, and it is stored.
    pub(crate) fn is_visible(&self, record: &repository::Record, now: Timestamp) -> bool {
        if record.lag.as_ref().is_some_and(|lag| now < lag.until) {
            return false;
        }
        // What was stored a while ago is finished, and most of a million were.
        now.duration_since(record.stored_at.at()) > SETTLED_AFTER
            || self
                .sessions
                .get(&record.session)
                .and_then(|session| session.invoices.get(usize::try_from(record.index).ok()?))
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
        let mut sends: HashMap<Digest, usize> = HashMap::new();
        for submission in self.sessions.all().flat_map(|session| &session.invoices) {
            *sends.entry(submission.hash).or_default() += 1;
        }
        let mut submissions: Vec<(u64, Submission)> = self
            .sessions
            .all()
            .flat_map(|session| session.invoices.iter().map(move |submission| (session, submission)))
            .map(|(session, submission)| {
                let seen = Submission {
                    session: session.reference.clone(),
                    reference: submission.reference.reference(),
                    hash: submission.hash.to_hash(),
                    status_code: submission.code().0,
                    ksef_number: submission.ksef_number(&self.repository).map(PackedKsefNumber::number),
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
                    ksef_number: record.ksef_number.number(),
                    bytes: record.document.bytes(),
                    hash: record.hash.to_hash(),
                    seller: record.listed.seller,
                    invoice_number: record.listed.invoice_number().to_owned(),
                    session: (*record.session).clone(),
                    acquired_at: record.acquired_at.at(),
                    sends: sends.get(&record.hash).copied().unwrap_or(0),
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

/// What is kept in a folder. Not kept: who called how often, and the list of requests.
impl World {
    /// Everything that is kept, under its name in the folder, in the order in which it is read: sessions before their
    /// invoices.
    fn kept(&mut self) -> [(&'static str, &mut dyn Kept); 22] {
        [
            ("references", &mut self.references),
            ("encryptionKeys", &mut self.encryption_keys),
            ("certificates", &mut self.certificates.issued),
            ("enrollments", &mut self.certificates.enrollments),
            ("challenges", &mut self.challenges.given),
            ("logins", &mut self.logins.by_reference),
            ("tokens", &mut self.tokens.by_reference),
            ("grants", &mut self.permissions.grants),
            ("authorizations", &mut self.permissions.authorizations),
            ("permissionOperations", &mut self.permissions.operations),
            ("permissionDisturbance", &mut self.permissions.disturbance),
            ("sessions", &mut self.sessions),
            ("repository", &mut self.repository),
            ("exports", &mut self.exports.by_reference),
            ("collectives", &mut self.collectives.all),
            ("peppol", &mut self.peppol),
            ("limits", &mut self.limits),
            ("testData", &mut self.test_data),
            ("latarnia", &mut self.latarnia),
            ("habits", &mut self.habits),
            ("faults", &mut self.faults),
            ("backlog", &mut self.backlog),
        ]
    }

    /// From now on changes are marked.
    pub(crate) fn watch(&mut self) {
        self.kept().into_iter().for_each(|(_, kept)| kept.watch());
    }

    /// Whether something has to be written.
    pub(crate) fn is_changed(&mut self) -> bool {
        self.is_replaced || self.kept().into_iter().any(|(_, kept)| kept.is_changed())
    }

    /// Writes what changed, or everything.
    pub(crate) fn write(&mut self, is_all: bool, changes: &mut Changes) {
        for (name, kept) in self.kept() {
            kept.write(name, is_all, changes);
        }
    }

    /// Takes what was written; whether something written before means nothing any more.
    pub(crate) fn read(
        &mut self,
        table: &str,
        key: &str,
        value: Option<&str>,
    ) -> Result<bool, serde_json::Error> {
        match self.kept().into_iter().find(|(name, _)| *name == table) {
            Some((_, kept)) => kept.read(key, value),
            None => Err(serde::de::Error::custom(format!("an unknown table {table:?}"))),
        }
    }

    /// Finds again what is not written because it follows from the rest.
    pub(crate) fn settle_read(&mut self) {
        self.tokens.settle_read();
        self.permissions.settle_read();
        self.collectives.settle_read();
        let batches = self.sessions.all().filter(|session| {
            session.closed.is_some() && session.batch.as_ref().is_some_and(|batch| !batch.is_unpacked)
        });
        let batches = batches.map(|session| Job::Batch(session.reference.clone()));
        let exports =
            self.exports.by_reference.values().filter(|export| export.outcome.is_none() && !export.hangs);
        let exports = exports.map(|export| Job::Export(export.reference.clone()));
        self.jobs = batches.chain(exports).collect();
    }

    /// What lies in files of its own, under their names.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (String, &Bytes)> {
        let uploaded = self.sessions.all().flat_map(|session| {
            let parts = session.batch.iter().flat_map(|batch| &batch.parts);
            parts.filter_map(|part| {
                Some((batches::part_name(&session.reference, part.ordinal), part.content.as_ref()?))
            })
        });
        uploaded.chain(self.exports.by_reference.values().flat_map(exports::Export::contents))
    }

    /// Puts the contents of the files back; a part without its file was not there.
    pub(crate) fn fill_parts(
        &mut self,
        read: impl Fn(&str) -> io::Result<Option<Vec<u8>>>,
    ) -> io::Result<()> {
        let read = |name: &str| read(name).map(|content| content.map(Bytes::from));
        for session in self.sessions.all_mut() {
            let reference = session.reference.clone();
            for part in session.batch.iter_mut().flat_map(|batch| &mut batch.parts) {
                if part.content.is_some() {
                    part.content = read(&batches::part_name(&reference, part.ordinal))?;
                }
            }
        }
        let references: Vec<_> =
            self.exports.by_reference.iter().map(|(reference, _)| reference.clone()).collect();
        for reference in references {
            let export =
                self.exports.by_reference.get_mut(&reference).and_then(|export| export.outcome.as_mut());
            let Some((_, Ok(package))) = export else { continue };
            for part in package.parts.iter_mut().filter(|part| part.encrypted.is_some()) {
                part.encrypted = read(&exports::part_name(&reference, part.ordinal))?;
            }
        }
        Ok(())
    }
}

/// How long after it was stored an invoice is certainly finished, by the simulator's clock.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// Requests remembered for inspection.
const REQUESTS_MAX: usize = 100_000;
