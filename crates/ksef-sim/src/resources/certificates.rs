//! Certificates of KSeF: limits, applications, retrieval, the list, revocation.

use crate::domain::World;
use crate::domain::certificates::{Enrollment, IssuedCertificate, Revocation};
use crate::domain::logins::Subject;
use crate::domain::progress::Progress;
use crate::enrollment;
use crate::faults::{Fault, Site, Target};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Caller, Reply};
use crate::http::errors::Refusal;
use crate::http::paging::{self, cut};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{ReceivedRequest, RequestRefusal};
use ksef_id::{CertificateSerial, ReferenceKind};
use ksef_wire::codes::{EnrollmentStatusCode, ExceptionCode};
use ksef_wire::{
    ApiTime, AuthenticationMethodCategory, Base64Bytes, CertificateEnrollmentStatusResponse,
    CertificateLimit, CertificateLimitsResponse, CertificateListItem, CertificateListItemStatus,
    CertificateRevocationReason, EnrollCertificateRequest, EnrollCertificateResponse, ForbiddenReason,
    KsefCertificateType, QueryCertificatesRequest, QueryCertificatesResponse, RetrieveCertificatesListItem,
    RetrieveCertificatesRequest, RetrieveCertificatesResponse, RevokeCertificateRequest,
    SubjectIdentifierType, TestDataUpdateCertificateRequest, TypedIdentifier,
};
use serde_json::{Map, json};

/// `GET /certificates/limits`
pub(crate) fn limits(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let world = shared.world();
    let quotas = Quotas::of(&world, &caller.subject, call.now);
    let can_apply = !is_by_token(caller) && world.logins.enrollment_data(&caller.login).is_some();
    Ok(Reply::ok(&CertificateLimitsResponse {
        can_request: can_apply && quotas.enrollment.remaining > 0 && quotas.certificate.remaining > 0,
        enrollment: quotas.enrollment,
        certificate: quotas.certificate,
    }))
}

/// `GET /certificates/enrollments/data`
pub(crate) fn enrollment_data(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let world = shared.world();
    let data = world.logins.enrollment_data(&call.caller()?.login);
    let data = data.ok_or_else(|| Refusal::code(ExceptionCode::CSR_DATA_UNAVAILABLE, None))?;
    Ok(Reply::ok(data))
}

/// `POST /certificates/enrollments`
pub(crate) fn enroll(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let refused = |code| Refusal::code(code, None);
    let data = shared.world().logins.enrollment_data(&caller.login).cloned();
    let data = data.ok_or_else(|| refused(ExceptionCode::ENROLLMENT_UNAVAILABLE))?;
    let request: EnrollCertificateRequest = body::json(call)?;
    check_name(&request.certificate_name)?;
    check_type("certificateType", &request.certificate_type)?;
    let valid_from = request.valid_from.map_or(call.now, |from| from.0);
    let lateness = shared.world().faults.take(Site::Certificate, Target::Operation(call.operation), call.now);
    let valid_from = match lateness {
        Some(Fault::CertificateStartsLate { by_s }) => {
            valid_from.checked_add(SignedDuration::from_secs(i64::from(by_s))).unwrap_or(valid_from)
        }
        _ => valid_from,
    };
    let valid_until = enrollment::end_of_validity(valid_from)
        .filter(|until| *until > call.now)
        .ok_or_else(|| Refusal::validation("'validFrom' is not in the correct range."))?;
    // Verifying a signature takes its time: without the lock.
    let csr = ReceivedRequest::read(&request.csr.0).map_err(|refusal| refuse_request(&refusal))?;
    if !enrollment::names_the_same(&csr, &data) {
        return Err(refused(ExceptionCode::CSR_DATA_MISMATCH));
    }
    let mut world = shared.world();
    let world = &mut *world;
    let owner = &caller.subject;
    let quotas = Quotas::of(world, owner, call.now);
    if quotas.enrollment.remaining == 0 {
        return Err(refused(ExceptionCode::ENROLLMENT_LIMIT));
    }
    if quotas.certificate.remaining == 0 {
        return Err(refused(ExceptionCode::CERTIFICATE_LIMIT));
    }
    // The specification's examples show these two letters for applications, as for exports.
    let reference = world.references.reference(ReferenceKind::Export, call.now);
    let in_all = world.certificates.active_count(owner, true, call.now);
    let limit = usize::try_from(quotas.certificate.limit).unwrap_or(0);
    let failure = world.faults.outcome(call.operation, call.now);
    let failure = failure.map(|(code, details)| (EnrollmentStatusCode(code), details));
    let outcome = if failure.is_some() {
        Err(String::new())
    } else if world.certificates.is_key_of_another(ksef_crypto::sha256(&csr.spki_der), owner) {
        Err("Klucz publiczny został już certyfikowany przez inny podmiot.".to_owned())
    } else if in_all >= limit {
        // Other applications were under way when this one was taken.
        Err("Osiągnięto dopuszczalny limit posiadanych certyfikatów.".to_owned())
    } else {
        let serial = enrollment::free_serial(world);
        let terms = enrollment::Terms { kind: &request.certificate_type, valid_from, valid_until };
        let certificate =
            enrollment::issue(&shared.keys.authority, &csr, &serial, &terms).map_err(|error| {
                tracing::error!(%error, "a certificate could not be issued");
                Refusal::Internal
            })?;
        world.certificates.add(IssuedCertificate {
            serial: serial.clone(),
            name: request.certificate_name,
            kind: request.certificate_type,
            owner: owner.clone(),
            // In whole seconds, as the certificate says.
            valid_until: certificate.not_after(),
            certificate,
            common_name: data.common_name,
            requested_at: call.now,
            used_at: None,
            revocation: None,
            enrollment: Some(reference.clone()),
        });
        Ok(serial)
    };
    world.certificates.add_enrollment(
        reference.clone(),
        Enrollment {
            owner: owner.clone(),
            requested_at: call.now,
            outcome,
            failure,
            progress: Progress::begin(call.now),
        },
    );
    let body = EnrollCertificateResponse { reference_number: reference, timestamp: ApiTime(call.now) };
    Ok(Reply::json(StatusCode::ACCEPTED, &body))
}

/// `GET /certificates/enrollments/{referenceNumber}`
pub(crate) fn enrollment_status(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let enrollment = world.certificates.enrollment_mut(&reference);
    let enrollment = enrollment
        .filter(|enrollment| enrollment.owner == caller.subject)
        .ok_or_else(|| Refusal::code(ExceptionCode::ENROLLMENT_NOT_FOUND, None))?;
    if call.now.duration_since(enrollment.requested_at) > ENROLLMENT_SHOWN {
        return Err(Refusal::Gone);
    }
    let (status, certificate_serial_number) = enrollment.status(call.now);
    let request_date = ApiTime(enrollment.requested_at);
    Ok(Reply::ok(&CertificateEnrollmentStatusResponse { request_date, status, certificate_serial_number }))
}

/// `POST /certificates/retrieve`
pub(crate) fn retrieve(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: RetrieveCertificatesRequest = body::json(call)?;
    let asked = request.certificate_serial_numbers;
    if !(1..=RETRIEVED_MAX).contains(&asked.len()) {
        let sentence = format!(
            "'certificateSerialNumbers' must contain between 1 and {RETRIEVED_MAX} items. You entered {}.",
            asked.len()
        );
        return Err(Refusal::validation(sentence));
    }
    let world = shared.world();
    let visible = world.certificates.visible_to(&owners(&world, &caller.subject), call.now);
    let found = asked.iter().filter(|serial| visible.contains(serial));
    let certificates = found
        .filter_map(|serial| world.certificates.get(serial))
        .map(|issued| RetrieveCertificatesListItem {
            certificate: Base64Bytes(issued.certificate.der().to_vec()),
            certificate_name: issued.name.clone(),
            certificate_serial_number: issued.serial.clone(),
            certificate_type: issued.kind.clone(),
        })
        .collect();
    Ok(Reply::ok(&RetrieveCertificatesResponse { certificates }))
}

/// `POST /certificates/query`
pub(crate) fn query(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let filter: QueryCertificatesRequest =
        if call.body.is_empty() { QueryCertificatesRequest::default() } else { body::json(call)? };
    if let Some(kind) = &filter.kind {
        check_type("type", kind)?;
    }
    if let Some(CertificateListItemStatus::Unknown(text)) = &filter.status {
        return Err(unknown("status", text));
    }
    let size = paging::number(call, "pageSize", 10, 10, 50)?;
    let offset = paging::number(call, "pageOffset", 0, 0, OFFSET_MAX)?;
    let mut world = shared.world();
    let visible = world.certificates.visible_to(&owners(&world, &caller.subject), call.now);
    let matches = |issued: &IssuedCertificate| {
        filter.certificate_serial_number.as_ref().is_none_or(|serial| *serial == issued.serial)
            && filter.name.as_ref().is_none_or(|part| issued.name.contains(part.as_str()))
            && filter.kind.as_ref().is_none_or(|kind| *kind == issued.kind)
            && filter.status.as_ref().is_none_or(|status| *status == issued.status(call.now))
            && filter.expires_after.is_none_or(|after| issued.valid_until > after.0)
    };
    let found: Vec<CertificateSerial> =
        visible.into_iter().filter(|serial| world.certificates.get(serial).is_some_and(matches)).collect();
    let start = offset.saturating_mul(size);
    let has_more = found.len() > start.saturating_add(size);
    let certificates = found
        .iter()
        .skip(start)
        .take(size)
        .filter_map(|serial| world.certificates.get_mut(serial).map(|issued| describe(issued, call.now)))
        .collect();
    Ok(Reply::ok(&QueryCertificatesResponse { certificates, has_more }))
}

/// `POST /certificates/{certificateSerialNumber}/revoke`
pub(crate) fn revoke(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    if is_by_token(caller) {
        let mut security = Map::new();
        security.insert("authenticationMethodCategory".to_owned(), json!(caller.category));
        return Err(Refusal::Forbidden { reason: ForbiddenReason::AuthMethodNotAllowed, security });
    }
    let serial = serial(call, "certificateSerialNumber")?;
    let request: RevokeCertificateRequest =
        if call.body.is_empty() { RevokeCertificateRequest::default() } else { body::json(call)? };
    let reason = request.revocation_reason.unwrap_or(CertificateRevocationReason::Unspecified);
    if let CertificateRevocationReason::Unknown(text) = &reason {
        return Err(unknown("revocationReason", text));
    }
    let mut world = shared.world();
    let issued = visible_mut(&mut world, caller, &serial, call.now)?;
    if issued.status(call.now) != CertificateListItemStatus::Active {
        return Err(Refusal::code(ExceptionCode::CERTIFICATE_NOT_REVOCABLE, None));
    }
    tracing::debug!(%serial, %reason, "certificate revoked");
    issued.revocation = Some(Revocation { reason, progress: Progress::begin(call.now) });
    Ok(Reply::no_content())
}

/// `PUT /testdata/certificates/{serialNumber}`
pub(crate) fn update(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let serial = serial(call, "serialNumber")?;
    let request: TestDataUpdateCertificateRequest = body::json(call)?;
    let mut world = shared.world();
    let issued = visible_mut(&mut world, caller, &serial, call.now)?;
    if request.valid_to.0 > issued.valid_until {
        let sentence = format!("'validTo' must be less than or equal to '{}'.", ApiTime(issued.valid_until));
        return Err(Refusal::validation(sentence));
    }
    issued.valid_until = request.valid_to.0;
    Ok(Reply::empty())
}

/// What a subject may still ask for.
struct Quotas {
    enrollment: CertificateLimit,
    certificate: CertificateLimit,
}

impl Quotas {
    fn of(world: &World, subject: &Subject, now: Timestamp) -> Self {
        let limits = world.limits.of_subject(subject);
        let left = |limit: Option<i32>, used: usize| {
            let limit = limit.unwrap_or(0);
            let used = i32::try_from(used).unwrap_or(i32::MAX);
            CertificateLimit { remaining: limit.saturating_sub(used).max(0), limit }
        };
        let enrollments = limits.enrollment.and_then(|limits| limits.max_enrollments);
        let certificates = limits.certificate.and_then(|limits| limits.max_certificates);
        Self {
            enrollment: left(enrollments, world.certificates.enrollment_count(subject)),
            certificate: left(certificates, world.certificates.active_count(subject, false, now)),
        }
    }
}

/// The caller, and who is the same person by the link of NIP and PESEL ("powiązanie NIP–PESEL").
fn owners(world: &World, subject: &Subject) -> Vec<Subject> {
    let mut owners = vec![subject.clone()];
    owners.extend(world.test_data.linked_to(subject));
    owners
}

fn visible_mut<'a>(
    world: &'a mut World,
    caller: &Caller,
    serial: &CertificateSerial,
    now: Timestamp,
) -> Result<&'a mut IssuedCertificate, Refusal> {
    let visible = world.certificates.visible_to(&owners(world, &caller.subject), now);
    let issued = world.certificates.get_mut(serial).filter(|issued| visible.contains(&issued.serial));
    issued.ok_or_else(|| Refusal::code(ExceptionCode::CERTIFICATE_NOT_FOUND, None))
}

fn describe(issued: &mut IssuedCertificate, now: Timestamp) -> CertificateListItem {
    CertificateListItem {
        certificate_serial_number: issued.serial.clone(),
        name: issued.name.clone(),
        kind: issued.kind.clone(),
        common_name: issued.common_name.clone(),
        status: issued.show_status(now),
        subject_identifier: TypedIdentifier {
            kind: SubjectIdentifierType::from(issued.owner.kind.as_str()),
            value: issued.owner.value.clone(),
        },
        valid_from: ApiTime(issued.certificate.not_before()),
        valid_to: ApiTime(issued.valid_until),
        last_use_date: issued.used_at.map(ApiTime),
        request_date: ApiTime(issued.requested_at),
    }
}

fn refuse_request(refusal: &RequestRefusal) -> Refusal {
    let code = match refusal {
        RequestRefusal::Format { .. } | RequestRefusal::Signature => ExceptionCode::INVALID_CSR,
        RequestRefusal::Key => ExceptionCode::INVALID_CSR_KEY,
        RequestRefusal::SignatureAlgorithm { .. } => ExceptionCode::INVALID_CSR_SIGNATURE_ALGORITHM,
    };
    Refusal::code(code, [refusal.to_string()])
}

fn is_by_token(caller: &Caller) -> bool {
    caller.category == AuthenticationMethodCategory::Token
}

fn serial(call: &Call, name: &str) -> Result<CertificateSerial, Refusal> {
    CertificateSerial::parse(call.parameter(name))
        .map_err(|_| Refusal::validation(format!("'{name}' is not in the correct format.")))
}

/// 5 to 100 characters of the specification's alphabet.
fn check_name(name: &str) -> Result<(), Refusal> {
    let length = name.chars().count();
    if !(5..=100).contains(&length) {
        let sentence = format!(
            "'certificateName' must be between 5 and 100 characters. You entered {length} characters."
        );
        return Err(Refusal::validation(sentence));
    }
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".contains(letter);
    if name.chars().all(fits) {
        return Ok(());
    }
    Err(Refusal::validation("'certificateName' is not in the correct format."))
}

fn check_type(name: &str, kind: &KsefCertificateType) -> Result<(), Refusal> {
    match kind {
        KsefCertificateType::Unknown(text) => Err(unknown(name, text)),
        _ => Ok(()),
    }
}

fn unknown(name: &str, value: &str) -> Refusal {
    Refusal::validation(format!("'{name}' has a range of values which does not include '{}'.", cut(value)))
}

/// Certificates in one retrieval.
const RETRIEVED_MAX: usize = 10;
/// Keeps page times size within numbers that mean something.
const OFFSET_MAX: usize = i32::MAX as usize;
/// How long the status of an application is told, as for exports; the guide gives no figure.
const ENROLLMENT_SHOWN: SignedDuration = SignedDuration::from_hours(7 * 24);
