//! Online sessions: opened, sent into, closed.

use super::security;
use super::session_status::check_access;
use crate::clock::warsaw_date;
use crate::config::Profile;
use crate::domain::World;
use crate::domain::documents::{Digest, Document};
use crate::domain::habits::{Habits, UpoVersion};
use crate::domain::processing::{self, Examined};
use crate::domain::progress::Progress;
use crate::domain::sessions::Session;
use crate::domain::submissions::Submitted;
use crate::faults::{Site, Target, Warning};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::inspection::{self, Refused, Rules};
use axum::http::StatusCode;
use jiff::Timestamp;
use ksef_crypto::SessionKey;
use ksef_id::{ContextIdentifier, ContextType, ReferenceKind, ReferenceNumber, Sha256Hash};
use ksef_invoice::Form;
use ksef_wire::codes::{ExceptionCode, InvoiceStatusCode, OnlineSessionStatusCode};
use ksef_wire::headers::{SUBJECT_IDENTIFIER_VALIDATION, UPO_V4_3};
use ksef_wire::{
    ApiTime, EncryptionInfo, FormCode, OpenOnlineSessionRequest, OpenOnlineSessionResponse, Operation,
    PublicKeyCertificateUsage, SendInvoiceRequest, SendInvoiceResponse,
};
use std::sync::Arc;

/// `POST /sessions/online`
pub(crate) fn open(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: OpenOnlineSessionRequest = body::json(call)?;
    let form = form(&request.form_code, shared.config.profile, caller.context.kind())
        .ok_or_else(|| Refusal::validation("Wskazany kod formularza nie jest wspierany."))?;
    let key = session_key(shared, &request.encryption, call.now)?;
    let mut world = shared.world();
    let open = Target::Operation(Operation::OnlineSessionOpen);
    let key = key.filter(|_| world.faults.take(Site::Session, open, call.now).is_none());
    let reference = world.references.reference(ReferenceKind::OnlineSession, call.now);
    let valid_until = world.sessions.open(reference.clone(), caller.opener(), form, key, None, call.now);
    let upo_version = upo_version(call, &world.habits);
    if let Some(session) = world.sessions.get_mut(&reference) {
        session.checks_identifiers = call.has_feature(SUBJECT_IDENTIFIER_VALIDATION);
        session.upo_version = upo_version;
    }
    let body = OpenOnlineSessionResponse { reference_number: reference, valid_until: ApiTime(valid_until) };
    Ok(Reply::json(StatusCode::CREATED, &body))
}

/// `POST /sessions/online/{referenceNumber}/invoices`
pub(crate) fn send(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let request: SendInvoiceRequest = body::json(call)?;
    check_request(&request)?;
    let (form, key, limits, checks_identifiers) = {
        let mut world = shared.world();
        let world = &mut *world;
        let session = open_session(world, call, &reference)?;
        let key = session.key.clone().ok_or(Refusal::Internal)?;
        let (form, context) = (session.form, session.context.clone());
        let checks_identifiers = session.checks_identifiers;
        if let Some(hash) = &request.hash_of_corrected_invoice {
            check_correction(world, &context, hash, call.now)?;
        }
        (form, key, world.limits.of_context(&context).online_session, checks_identifiers)
    };
    // Decryption and validation take their time: without the lock.
    let today = warsaw_date(call.now);
    let verdict = decrypt(&request, &key).and_then(|document| {
        let (profile, sizes) = (shared.config.profile, limits.into());
        let rules = Rules { form, profile, today, sizes, checks_identifiers };
        let facts = inspection::examine(&document, rules)?;
        Ok((Document::of(&document), facts))
    });
    let is_odd = verdict.as_ref().is_ok_and(|(_, facts)| facts.is_refused_elsewhere);
    let warning = (is_odd && shared.config.profile == Profile::Prd).then_some(Warning::Xml002.text());
    let mut world = shared.world();
    let world = &mut *world;
    // Asked again: the session may have been closed, or filled, in the meantime.
    let arrival = world.sessions.next_arrival();
    open_session(world, call, &reference)?;
    let invoice_reference = world.references.invoice_reference(call.now);
    let session = world.sessions.get_mut(&reference).ok_or(Refusal::Internal)?;
    let index = session.add(Submitted {
        reference: invoice_reference,
        arrival,
        hash: Digest::from(&request.invoice_hash),
        hash_of_corrected: request.hash_of_corrected_invoice.as_ref().map(Digest::from).map(Box::new),
        received_at: call.now.into(),
        file_name: None,
        outcome: None,
        progress: Progress::begin(call.now),
        upo_signed_at: None,
    });
    let examined =
        Examined { session: Arc::new(reference), index, is_declared_offline: request.offline_mode, verdict };
    if world.faults.is_stalled(call.now) {
        world.backlog.insert(arrival, examined);
    } else {
        // The time at which the lock is held, not that at which the request came: numbers are given and documents stored in
        // the order of time, or the mark of a query would vouch for what is stored later with an earlier date.
        processing::decide(world, examined, shared.now());
    }
    let body = SendInvoiceResponse { reference_number: invoice_reference.reference() };
    Ok(Reply::json(StatusCode::ACCEPTED, &body).warning_of(warning))
}

/// `POST /sessions/online/{referenceNumber}/close`
pub(crate) fn close(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let session = session(&mut world.sessions, call, &reference)?;
    session.expire(call.now);
    if !session.is_open() {
        let sentence = format!("Status sesji {} uniemożliwia jej zamknięcie.", session.status_code(call.now));
        return Err(Refusal::code(ExceptionCode::SESSION_STATUS_FORBIDS, [sentence]));
    }
    session.close(call.now, call.now);
    Ok(Reply::no_content())
}

/// The form that a code names, if the environment takes it: FA(2) no longer outside TEST, PEF in the context of a
/// Peppol provider only (field notes C).
pub(crate) fn form(code: &FormCode, profile: Profile, context: ContextType) -> Option<Form> {
    let form = Form::from_code(&code.system_code, &code.schema_version, &code.value)?;
    let is_taken = match form {
        Form::Fa3 | Form::FaRr1 => context != ContextType::PeppolId,
        Form::Fa2 => profile == Profile::Test && context != ContextType::PeppolId,
        Form::Pef3 | Form::PefKor3 => context == ContextType::PeppolId,
        Form::Upo43 => false,
    };
    is_taken.then_some(form)
}

fn session<'a>(
    sessions: &'a mut crate::domain::sessions::Sessions,
    call: &Call,
    reference: &ReferenceNumber,
) -> Result<&'a mut Session, Refusal> {
    // A batch session is none that this resource knows.
    let found = sessions.get_mut(reference).filter(|session| session.batch.is_none());
    let session = found.ok_or_else(|| {
        let sentence = format!("Sesja o numerze referencyjnym {reference} nie została odnaleziona.");
        Refusal::code(ExceptionCode::SESSION_NOT_FOUND, [sentence])
    })?;
    check_access(call.caller()?, session)?;
    Ok(session)
}

fn open_session<'a>(
    world: &'a mut World,
    call: &Call,
    reference: &ReferenceNumber,
) -> Result<&'a mut Session, Refusal> {
    let limits = &world.limits;
    let session = session(&mut world.sessions, call, reference)?;
    session.expire(call.now);
    let code = session.status_code(call.now);
    if code != OnlineSessionStatusCode::OPEN.0 {
        let sentence = format!("Status sesji {code} uniemożliwia wysyłkę faktur.");
        return Err(Refusal::code(ExceptionCode::SESSION_STATUS_FORBIDS, [sentence]));
    }
    let invoices_max = limits.of_context(&session.context).online_session.max_invoices;
    if session.invoices.len() >= usize::try_from(invoices_max).unwrap_or(0) {
        let sentence = format!(
            "Sesja o numerze referencyjnym {reference} osiągnęła dozwolony limit liczby faktur {invoices_max}."
        );
        return Err(Refusal::code(ExceptionCode::SESSION_INVOICE_LIMIT, [sentence]));
    }
    Ok(session)
}

/// Takes the key of a session out of a request. `None` when it does not decrypt: that is found out later, 201 first and
/// then status 415 (field notes B3).
pub(crate) fn session_key(
    shared: &Shared,
    encryption: &EncryptionInfo,
    now: Timestamp,
) -> Result<Option<SessionKey>, Refusal> {
    let usage = PublicKeyCertificateUsage::SymmetricKeyEncryption;
    let keys = security::accepted_keys(shared, &usage, encryption.public_key_id.as_deref(), now)?;
    let iv = &encryption.initialization_vector.0;
    if iv.len() != IV_BYTES {
        let sentence = format!(
            "Nieprawidłowa długość wektora inicjującego. Oczekiwano {IV_BYTES} bajtów, otrzymano {}.",
            iv.len()
        );
        return Err(Refusal::validation(sentence));
    }
    if encryption.public_key_id.is_none() && shared.world().habits.needs_public_key_id {
        return Ok(None);
    }
    let unwrapped = security::unwrap(&keys, &encryption.encrypted_symmetric_key.0);
    Ok(unwrapped.and_then(|key| SessionKey::from_parts(&key, iv).ok()))
}

/// The version of the UPO that a session gets: the one that its opener asked for, else the usual one (guide,
/// `api-changelog.md`, UPO v4-3).
pub(crate) fn upo_version(call: &Call, habits: &Habits) -> UpoVersion {
    if call.has_feature(UPO_V4_3) { UpoVersion::V43 } else { habits.upo_version }
}

/// What is checked before the invoice is taken: sizes, and the hash of the ciphertext.
fn check_request(request: &SendInvoiceRequest) -> Result<(), Refusal> {
    for (name, size) in
        [("invoiceSize", request.invoice_size), ("encryptedInvoiceSize", request.encrypted_invoice_size)]
    {
        if size < 1 {
            return Err(Refusal::validation(format!("'{name}' must be greater than or equal to '1'.")));
        }
    }
    if request.hash_of_corrected_invoice.is_some() && !request.offline_mode {
        let sentence = "HashOfCorrectedInvoice can only be provided for offline invoices";
        return Err(Refusal::validation(sentence));
    }
    let content = &request.encrypted_invoice_content.0;
    if i64::try_from(content.len()) != Ok(request.encrypted_invoice_size) {
        let sentence = "Długość treści nie zgadza się z rozmiarem pliku.".to_owned();
        return Err(Refusal::code(ExceptionCode::INVALID_FILE_SIZE, [sentence]));
    }
    if Sha256Hash::from_bytes(&ksef_crypto::sha256(content)) != request.encrypted_invoice_hash {
        let sentence = "Skrót treści nie zgadza się ze skrótem pliku.".to_owned();
        return Err(Refusal::code(ExceptionCode::INVALID_FILE_HASH, [sentence]));
    }
    Ok(())
}

/// Whether a rejected invoice may be corrected (guide, `offline/korekta-techniczna.md`). A hash that nobody ever sent is
/// taken, and so is a second correction while the first is being processed (field notes B10, issue 404).
fn check_correction(
    world: &World,
    context: &ContextIdentifier,
    hash: &Sha256Hash,
    now: Timestamp,
) -> Result<(), Refusal> {
    let sent = || {
        let sessions = world.sessions.all().filter(|session| session.context == *context);
        sessions.flat_map(|session| &session.invoices)
    };
    let is_done =
        |submitted: &Submitted| submitted.would_show(now).is_some_and(|outcome| outcome.accepted().is_some());
    let hash = Digest::from(hash);
    if sent().any(|submitted| submitted.hash_of_corrected.as_deref() == Some(&hash) && is_done(submitted)) {
        let sentence = "Faktura posiada już przetworzoną prawidłowo korektę techniczną.".to_owned();
        return Err(Refusal::code(ExceptionCode::TECHNICAL_CORRECTION_UNAVAILABLE, [sentence]));
    }
    if sent().any(|submitted| submitted.hash == hash && is_done(submitted)) {
        let sentence = "Nie można wysłać korekty technicznej do prawidłowo przetworzonej faktury.".to_owned();
        return Err(Refusal::code(ExceptionCode::TECHNICAL_CORRECTION_NOT_ALLOWED, [sentence]));
    }
    Ok(())
}

/// What is checked afterwards, and told by the invoice's status: decryption, size and hash of the document.
fn decrypt(request: &SendInvoiceRequest, key: &SessionKey) -> Result<Vec<u8>, Refused> {
    let document = key
        .decrypt(&request.encrypted_invoice_content.0)
        .map_err(|_| Refused { code: InvoiceStatusCode::NOT_DECRYPTED, details: Vec::new() })?;
    let refused = |detail: &str| Refused {
        code: InvoiceStatusCode::FILE_VERIFICATION,
        details: vec![detail.to_owned()],
    };
    if i64::try_from(document.len()) != Ok(request.invoice_size) {
        return Err(refused("Rozmiar faktury nie zgadza się z zadeklarowanym."));
    }
    if Sha256Hash::from_bytes(&ksef_crypto::sha256(&document)) != request.invoice_hash {
        return Err(refused("Skrót faktury nie zgadza się z zadeklarowanym."));
    }
    Ok(document)
}

const IV_BYTES: usize = 16;
