//! A closed batch: parts checked and decrypted, joined, unpacked, and each document decided upon like one sent online.

use crate::clock::warsaw_date;
use crate::domain::batches;
use crate::domain::documents::{self, Digest};
use crate::domain::processing::{self, Examined};
use crate::domain::progress::Progress;
use crate::domain::submissions::Submitted;
use crate::http::Shared;
use crate::inspection::{self, Facts, Refused, Rules, Sizes};
use crate::unpacking::{self, File, UnpackError};
use axum::body::Bytes;
use jiff::Timestamp;
use ksef_crypto::SessionKey;
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::codes::BatchSessionStatusCode;
use ksef_wire::{CompressionType, Operation};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// What is read under the lock before the work.
struct Order {
    key: Option<Arc<SessionKey>>,
    rules: Rules,
    invoices_max: usize,
    is_declared_offline: bool,
    received_at: Timestamp,
    compression: CompressionType,
    size: u64,
    hash: Sha256Hash,
    parts: Vec<(i32, Sha256Hash, Bytes)>,
}

/// A document of the package.
struct Document {
    name: String,
    hash: Digest,
    verdict: Result<(documents::Document, Facts), Refused>,
}

type Failure = (BatchSessionStatusCode, Vec<String>);

/// Takes the package apart.
pub(super) fn run(shared: &Shared, reference: &ReferenceNumber) {
    let Some(order) = order(shared, reference) else { return };
    let end = shared.world().faults.outcome(Operation::BatchSessionClose, shared.now());
    let outcome = match end {
        Some((code, details)) => Err((BatchSessionStatusCode(code), details)),
        None => examined(&order),
    };
    let part_names: Vec<String> =
        order.parts.iter().map(|(ordinal, ..)| batches::part_name(reference, *ordinal)).collect();
    write(shared, reference, &order, outcome);
    // When what came of them has been written down, nobody needs them any more.
    part_names.iter().for_each(|name| shared.forget_part(name));
}

/// Writes down what came of it.
fn write(
    shared: &Shared,
    reference: &ReferenceNumber,
    order: &Order,
    outcome: Result<Vec<Document>, Failure>,
) {
    let mut world = shared.world();
    // Read while the lock is held: numbers are given in the order of time.
    let now = shared.now();
    let world = &mut *world;
    let Some(session) = world.sessions.get_mut(reference) else { return };
    let documents = match outcome {
        Ok(documents) => documents,
        Err((code, details)) => {
            if let Some(batch) = &mut session.batch {
                batch.fail(code, details);
            }
            return;
        }
    };
    let mut documents = documents;
    let taken = documents.iter_mut().filter_map(|document| document.verdict.as_mut().ok());
    documents::Document::gather(&mut taken.map(|(document, _)| document).collect::<Vec<_>>());
    session.reserve(documents.len());
    // One text for all of its invoices.
    let shared_reference = Arc::new(reference.clone());
    for document in documents {
        let arrival = world.sessions.next_arrival();
        let invoice = world.references.invoice_reference(now);
        let Some(session) = world.sessions.get_mut(reference) else { return };
        let index = session.add(Submitted {
            reference: invoice,
            arrival,
            hash: document.hash,
            hash_of_corrected: None,
            received_at: order.received_at.into(),
            // Copied: what was made in between the contents would keep their place from being used as a whole.
            file_name: Some(Box::from(document.name.as_str())),
            outcome: None,
            progress: Progress::begin(now),
            upo_signed_at: None,
        });
        let examined = Examined {
            session: Arc::clone(&shared_reference),
            index,
            is_declared_offline: order.is_declared_offline,
            verdict: document.verdict,
        };
        if world.faults.is_stalled(now) {
            world.backlog.insert(arrival, examined);
        } else {
            processing::decide(world, examined, now);
        }
    }
    if let Some(session) = world.sessions.get_mut(reference) {
        session.updated_at = now;
        if let Some(batch) = &mut session.batch {
            batch.finish();
        }
    }
}

fn order(shared: &Shared, reference: &ReferenceNumber) -> Option<Order> {
    let world = shared.world();
    let session = world.sessions.get(reference)?;
    let batch = session.batch.as_ref()?;
    let limits = world.limits.of_context(&session.context).batch_session;
    // "invoicingDate" of a batch is the moment of opening (field notes A6).
    let received_at = session.opened_at;
    Some(Order {
        key: session.key.clone(),
        rules: Rules {
            form: session.form,
            profile: shared.config.profile,
            today: warsaw_date(received_at),
            sizes: Sizes::from(limits),
            checks_identifiers: session.checks_identifiers,
        },
        invoices_max: usize::try_from(limits.max_invoices).unwrap_or(0),
        is_declared_offline: batch.is_declared_offline,
        received_at,
        compression: batch.compression.clone(),
        size: batch.size,
        hash: batch.hash.clone(),
        parts: batch
            .parts
            .iter()
            .filter_map(|part| Some((part.ordinal, part.hash.clone(), part.content.clone()?)))
            .collect(),
    })
}

fn examined(order: &Order) -> Result<Vec<Document>, Failure> {
    let key = order.key.as_ref().ok_or((BatchSessionStatusCode::KEY_NOT_DECRYPTED, Vec::new()))?;
    let mut package = Vec::new();
    for (_, hash, content) in &order.parts {
        if Sha256Hash::from_bytes(&ksef_crypto::sha256(content)) != *hash {
            return Err((BatchSessionStatusCode::INVALID_PARTS, Vec::new()));
        }
        let part = key
            .decrypt(content)
            .map_err(|_| (BatchSessionStatusCode::PARTS_NOT_DECRYPTED, Vec::<String>::new()))?;
        package.extend_from_slice(&part);
    }
    let sizes = order.rules.sizes;
    let kept_max = sizes.bytes_max.max(sizes.bytes_max_with_attachment);
    let (unpacked, documents) = examine_all(order.rules, |each| {
        unpacking::unpack(&package, &order.compression, order.invoices_max, kept_max, each)
    });
    unpacked.map_err(|error| match error {
        UnpackError::TooMany { found, max } => {
            // The sentence was recorded (field notes B7).
            let sentence = format!(
                "Przekroczono dopuszczalną liczbę faktur w paczce: '{max}'. Liczba faktur w paczce: '{found}'."
            );
            (BatchSessionStatusCode::TOO_MANY_INVOICES, vec![sentence])
        }
        UnpackError::Broken(detail) => (BatchSessionStatusCode::NOT_DECOMPRESSED, vec![detail]),
    })?;
    // After unpacking: a wrong vector changes the package as well, and was seen to end with 430 (behaviour.md).
    let is_as_declared = package.len() as u64 == order.size
        && Sha256Hash::from_bytes(&ksef_crypto::sha256(&package)) == order.hash;
    if !is_as_declared {
        return Err((BatchSessionStatusCode::INVALID_PARTS, Vec::new()));
    }
    Ok(documents)
}

/// Examines the files of a package on all processors while it is being taken apart; gives the documents in their order.
fn examine_all<T>(rules: Rules, unpack: impl FnOnce(&mut dyn FnMut(File)) -> T) -> (T, Vec<Document>) {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
    let (sender, receiver) = mpsc::sync_channel::<(usize, File)>(FILES_WAITING_MAX);
    let receiver = Mutex::new(receiver);
    std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                // The lock is let go before the work begins.
                let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((place, file)) = next else { return done };
                done.push((place, examine(file, rules)));
            }
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut count = 0;
        let unpacked = unpack(&mut |file| {
            // The workers are there as long as there is something to send.
            let _ = sender.send((count, file));
            count += 1;
        });
        drop(sender);
        let mut documents = Vec::with_capacity(count);
        for worker in workers {
            match worker.join() {
                Ok(done) => documents.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        documents.sort_by_key(|(place, _)| *place);
        (unpacked, documents.into_iter().map(|(_, document)| document).collect())
    })
}

fn examine(file: File, rules: Rules) -> Document {
    let hash = Digest(file.sha256);
    let verdict = match file.content {
        None => Err(inspection::too_large(rules.sizes)),
        Some(content) => {
            inspection::examine(&content, rules).map(|facts| (documents::Document::of(&content), facts))
        }
    };
    Document { name: file.name, hash, verdict }
}

/// Files that are unpacked and wait for a processor.
const FILES_WAITING_MAX: usize = 64;
const WORKERS_MAX: usize = 8;
