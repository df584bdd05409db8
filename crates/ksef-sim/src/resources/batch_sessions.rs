//! Batch sessions: opened with a declared package, closed when its parts have come. The parts go to `storage`.

use super::online_sessions::{form, session_key, upo_version};
use super::session_status::check_access;
use crate::domain::batches::Batch;
use crate::domain::sessions::{Session, Sessions};
use crate::faults::{Site, Target};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging::cut;
use crate::jobs::Job;
use crate::links::{self, LinkTarget};
use axum::http::StatusCode;
use ksef_id::{ReferenceKind, ReferenceNumber};
use ksef_invoice::Form;
use ksef_wire::codes::{BatchSessionStatusCode, ExceptionCode};
use ksef_wire::{
    BatchFileInfo, CompressionType, OpenBatchSessionRequest, OpenBatchSessionResponse, Operation,
    PartUploadRequest, headers,
};
use std::collections::BTreeMap;

/// `POST /sessions/batch`
pub(crate) fn open(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: OpenBatchSessionRequest = body::json(call)?;
    // PEF is sent online only (guide, `przeglad-kluczowych-zmian-ksef-api-2-0.md`).
    let form = form(&request.form_code, shared.config.profile, caller.context.kind())
        .filter(|form| !matches!(form, Form::Pef3 | Form::PefKor3))
        .ok_or_else(|| Refusal::validation("Wskazany kod formularza nie jest wspierany."))?;
    check_file(&request.batch_file)?;
    let key = session_key(shared, &request.encryption, call.now)?;
    let batch = Batch::declared(request.batch_file, request.offline_mode, call.now);
    let mut world = shared.world();
    let open = Target::Operation(Operation::BatchSessionOpen);
    let key = key.filter(|_| world.faults.take(Site::Session, open, call.now).is_none());
    let reference = world.references.reference(ReferenceKind::BatchSession, call.now);
    let part_upload_requests = batch
        .parts
        .iter()
        .map(|part| {
            let target = LinkTarget::BatchPart(reference.clone(), part.ordinal);
            let path = links::path(&target, batch.upload_until, &shared.keys.links);
            PartUploadRequest {
                ordinal_number: part.ordinal,
                method: "PUT".to_owned(),
                url: format!("{}{path}", call.origin),
                headers: BTreeMap::from([
                    (BLOB_TYPE_HEADER.to_owned(), Some(BLOB_TYPE.to_owned())),
                    (headers::X_MS_META_HASH.to_owned(), Some(part.hash.to_string())),
                ]),
            }
        })
        .collect();
    world.sessions.open(reference.clone(), caller.opener(), form, key, Some(batch), call.now);
    let upo_version = upo_version(call, &world.habits);
    if let Some(session) = world.sessions.get_mut(&reference) {
        session.upo_version = upo_version;
        session.checks_identifiers = call.has_feature(headers::SUBJECT_IDENTIFIER_VALIDATION);
    }
    let body = OpenBatchSessionResponse { reference_number: reference, part_upload_requests };
    Ok(Reply::json(StatusCode::CREATED, &body))
}

/// `POST /sessions/batch/{referenceNumber}/close`
pub(crate) fn close(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let session = session(&mut world.sessions, call, &reference)?;
    session.expire(call.now);
    let is_open = session.is_open();
    let code = session.status_code(call.now);
    let batch = session.batch.as_mut().ok_or(Refusal::Internal)?;
    let too_late = || {
        let sentence = "Sesja anulowana, przekroczony czas wysyłki.".to_owned();
        Refusal::code(ExceptionCode::UPLOAD_TIMED_OUT, [sentence])
    };
    if !is_open {
        // Cancelled as a whole by nothing but time.
        let is_cancelled =
            batch.failure.as_ref().is_some_and(|(code, _)| *code == BatchSessionStatusCode::CANCELLED);
        let sentence = format!("Status sesji {code} uniemożliwia jej zamknięcie.");
        return Err(match is_cancelled {
            true => too_late(),
            false => Refusal::code(ExceptionCode::SESSION_STATUS_FORBIDS, [sentence]),
        });
    }
    for part in &batch.parts {
        let ordinal = part.ordinal;
        let Some(content) = &part.content else {
            if call.now >= batch.upload_until {
                // The part can no longer come: the session ends here.
                session.cancel_late(call.now);
                return Err(too_late());
            }
            let sentence = format!("Nie przesłano zadeklarowanej '{ordinal}' części pliku.");
            return Err(Refusal::code(ExceptionCode::EMPTY_PACKAGE, [sentence]));
        };
        if content.len() as u64 != part.size {
            let sentence = format!("Zadeklarowany rozmiar części '{ordinal}' nie zgadza się z rzeczywistym.");
            return Err(Refusal::code(ExceptionCode::INVALID_PART_SIZE, [sentence]));
        }
    }
    session.close(call.now, call.now);
    world.jobs.push(Job::Batch(reference));
    Ok(Reply::no_content())
}

fn session<'a>(
    sessions: &'a mut Sessions,
    call: &Call,
    reference: &ReferenceNumber,
) -> Result<&'a mut Session, Refusal> {
    let found = sessions.get_mut(reference).filter(|session| session.batch.is_some());
    let session = found.ok_or_else(|| {
        let sentence = format!("Sesja o numerze referencyjnym {reference} nie została znaleziona.");
        Refusal::code(ExceptionCode::SESSION_NOT_FOUND, [sentence])
    })?;
    check_access(call.caller()?, session)?;
    Ok(session)
}

/// The sentences about `fileSize` and the number of parts were recorded (`shared/ksef/behaviour.md`).
fn check_file(file: &BatchFileInfo) -> Result<(), Refusal> {
    if file.file_size > FILE_BYTES_MAX {
        let sentence = format!("'fileSize' must be less than or equal to '{FILE_BYTES_MAX}'.");
        return Err(Refusal::validation(sentence));
    }
    if file.file_size < 1 {
        return Err(Refusal::validation("'fileSize' must be greater than or equal to '1'."));
    }
    if let Some(CompressionType::Unknown(text)) = &file.compression_type {
        let text = cut(text);
        let sentence =
            format!("'batchFile.compressionType' has a range of values which does not include '{text}'.");
        return Err(Refusal::validation(sentence));
    }
    if file.file_parts.is_empty() {
        return Err(Refusal::validation("'batchFile.fileParts' must not be empty."));
    }
    if file.file_parts.len() > PARTS_MAX {
        let sentence = format!("Liczba części pliku musi być mniejsza lub równa niż {PARTS_MAX}.");
        return Err(Refusal::code(ExceptionCode::TOO_MANY_PARTS, [sentence]));
    }
    let mut ordinals: Vec<i32> = file.file_parts.iter().map(|part| part.ordinal_number).collect();
    ordinals.sort_unstable();
    if ordinals.iter().zip(1..).any(|(found, expected)| *found != expected) {
        let sentence = "'batchFile.fileParts' must be numbered from 1 without gaps and repetitions.";
        return Err(Refusal::validation(sentence));
    }
    for part in &file.file_parts {
        if part.file_size < 1 {
            return Err(Refusal::validation("'fileSize' must be greater than or equal to '1'."));
        }
        if part.file_size > ENCRYPTED_PART_BYTES_MAX as i64 {
            let sentence = format!(
                "Rozmiar części '{}' musi być mniejszy lub równy niż {PART_BYTES_MAX} bajtów przed zaszyfrowaniem.",
                part.ordinal_number
            );
            return Err(Refusal::code(ExceptionCode::INVALID_PART_SIZE, [sentence]));
        }
    }
    Ok(())
}

/// The headers of an upload are those of the object store behind the real one.
pub(crate) const BLOB_TYPE_HEADER: &str = "x-ms-blob-type";
pub(crate) const BLOB_TYPE: &str = "BlockBlob";
const FILE_BYTES_MAX: i64 = 5_000_000_000;
const PARTS_MAX: usize = 50;
/// "nie większe niż 100 MB (przed zaszyfrowaniem)" (guide, sesja-wsadowa.md)
const PART_BYTES_MAX: usize = 100_000_000;
/// With the longest padding.
pub(crate) const ENCRYPTED_PART_BYTES_MAX: usize = PART_BYTES_MAX + 16;
