//! Login by a signed document: encoding, signature, shape, certificate, subject, challenge, in this order.

use super::auth::{NewLogin, begin, invalid_challenge};
use crate::auth_request::AuthTokenRequest;
use crate::config::Profile;
use crate::domain::World;
use crate::domain::certificates::Certificates;
use crate::domain::logins::{LoginOutcome, Proof, Subject};
use crate::enrollment;
use crate::faults::Warning;
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging::cut;
use jiff::Timestamp;
use ksef_crypto::xades::{self, Departure, VerifyError};
use ksef_crypto::{Certificate, SubjectIdentity};
use ksef_id::{CertificateSerial, ContextIdentifier, ContextType, Sha256Hash};
use ksef_wire::codes::{AuthStatusCode, ExceptionCode};
use ksef_wire::headers::ENFORCE_XADES_COMPLIANCE;
use ksef_wire::{AuthenticationMethod, CertificateListItemStatus, KsefCertificateType, TokenAuthorType};

/// `POST /auth/xades-signature`
pub(crate) fn xades_signature(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let is_xml = call.header("content-type").is_some_and(|content_type| {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case("application/xml") || media_type.eq_ignore_ascii_case("text/xml")
    });
    if !is_xml {
        return Err(Refusal::UnsupportedMediaType);
    }
    check_readable(&call.body)?;
    let signature = xades::verify_as_ksef(&call.body).map_err(|error| signature_refusal(&error))?;
    let warning = take_departures(&signature.departures, shared.config.profile, call)?;
    let request = AuthTokenRequest::parse(&signature.signed_content)
        .map_err(|sentence| Refusal::code(ExceptionCode::SCHEMA_MISMATCH, [sentence]))?;
    let certificate = &signature.certificate;
    let must_be_trusted = must_be_trusted(call)?;
    let mut world = shared.world();
    let world = &mut *world;
    let standing = Standing::of(certificate, shared, &world.certificates, must_be_trusted, call.now)?;
    let subject = subject_of(certificate, &request, world)?;
    world.challenges.take(&request.challenge, call.now).ok_or_else(invalid_challenge)?;
    let outcome = match standing.fault {
        _ if world.test_data.is_blocked(&request.context) => LoginOutcome::blocked(),
        Some(fault) => LoginOutcome::Failed(AuthStatusCode::INVALID_CERTIFICATE, vec![fault.to_owned()]),
        None if request.context.kind() == ContextType::PeppolId => {
            let name = enrollment::data_of(certificate).and_then(|data| data.organization_name);
            world.peppol.register(request.context.value(), name, call.now);
            outcome_of(&subject, &request.context, world)
        }
        None => outcome_of(&subject, &request.context, world),
    };
    if let Some(serial) = &standing.serial
        && matches!(outcome, LoginOutcome::Granted(_))
        && let Some(issued) = world.certificates.get_mut(serial)
    {
        issued.used_at = Some(call.now);
    }
    let is_provider = request.context.kind() == ContextType::PeppolId;
    let login = NewLogin {
        context: request.context,
        subject,
        method: match is_provider {
            true => AuthenticationMethod::PeppolSignature,
            false => standing.method,
        },
        proof: Proof::Document(Sha256Hash::from_bytes(&ksef_crypto::sha256(&call.body))),
        outcome,
        allowed_ips: request.allowed_ips,
        enrollment_data: enrollment::data_of(certificate),
    };
    Ok(begin(shared, world, login, call).warning_of(warning))
}

/// What the environment does with a signature that departs from the strict profile (field notes A8): TEST overlooks
/// SHA-1 and nothing else, DEMO takes none, PRD still takes signatures without the signer's certificate among their
/// signed properties, with a warning, unless the caller asks for the strict profile.
fn take_departures(
    departures: &[Departure],
    profile: Profile,
    call: &Call,
) -> Result<Option<&'static str>, Refusal> {
    let is_enforced = call.has_feature(ENFORCE_XADES_COMPLIANCE);
    let mut warning = None;
    for departure in departures {
        let detail = match (departure, profile) {
            (Departure::Sha1, Profile::Test) => continue,
            (Departure::NoSigningCertificate, Profile::Prd) if !is_enforced => {
                warning = Some(Warning::Sig001.text());
                continue;
            }
            (Departure::Sha1, Profile::Demo | Profile::Prd) => "Podpis używa niewspieranego algorytmu.",
            (Departure::NoSigningCertificate, _) => {
                "Format podpisu niezgodny z akceptowanymi profilami XAdES."
            }
        };
        return Err(Refusal::code(ExceptionCode::INVALID_SIGNATURE, [detail.to_owned()]));
    }
    Ok(warning)
}

/// `verifyCertificateChain`: whether a certificate of one's own making is refused on TEST as well.
fn must_be_trusted(call: &Call) -> Result<bool, Refusal> {
    match call.query_value("verifyCertificateChain") {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(text) => {
            let text = cut(text);
            Err(Refusal::validation(format!("The value '{text}' is not valid for 'verifyCertificateChain'.")))
        }
    }
}

/// What is not text of the right encoding has codes of its own, before any signature is looked at.
fn check_readable(body: &[u8]) -> Result<(), Refusal> {
    if body.is_empty() {
        return Err(Refusal::code(
            ExceptionCode::UNREADABLE_CONTENT,
            ["Treść żądania jest pusta.".to_owned()],
        ));
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(Refusal::code(ExceptionCode::INVALID_ENCODING, None));
    };
    // The prolog ends within its first line; looking further would find the word in the content.
    let declared = text.split_once("?>").map(|(prolog, _)| prolog).filter(|prolog| prolog.contains("<?xml"));
    let encoding = declared.and_then(|prolog| prolog.split_once("encoding")).map(|(_, rest)| rest);
    let encoding = encoding.and_then(|rest| rest.split(['"', '\'']).nth(1));
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("utf-8")) {
        return Err(Refusal::code(ExceptionCode::INVALID_ENCODING, None));
    }
    if text.contains("<!DOCTYPE") {
        let sentence = "Dokument nie może zawierać deklaracji DOCTYPE.".to_owned();
        return Err(Refusal::code(ExceptionCode::INVALID_DOCUMENT, [sentence]));
    }
    Ok(())
}

/// The API's code for each way in which a signature can fail; the detail names the rule (since 2.7.1, issue 844).
fn signature_refusal(error: &VerifyError) -> Refusal {
    let (code, detail) = match error {
        VerifyError::NotXml => {
            (ExceptionCode::UNREADABLE_CONTENT, "Treść nie jest poprawnym dokumentem XML.")
        }
        VerifyError::TooLarge => return Refusal::PayloadTooLarge,
        VerifyError::NoSignature => return Refusal::code(ExceptionCode::NO_SIGNATURE, None),
        VerifyError::SeveralSignatures => return Refusal::code(ExceptionCode::TOO_MANY_SIGNATURES, None),
        VerifyError::Certificate(_) => {
            return Refusal::code(ExceptionCode::INVALID_CERTIFICATE, [error.to_string()]);
        }
        VerifyError::NotEnveloped | VerifyError::Structure { .. } | VerifyError::References => {
            (ExceptionCode::INVALID_SIGNATURE, "Format podpisu niezgodny z akceptowanymi profilami XAdES.")
        }
        VerifyError::Algorithm { .. } | VerifyError::Key { .. } => {
            (ExceptionCode::INVALID_SIGNATURE, "Podpis używa niewspieranego algorytmu.")
        }
        VerifyError::Unreadable { .. } | VerifyError::DuplicateId { .. } => {
            (ExceptionCode::INVALID_SIGNATURE, "Nieprawidłowa treść podpisu.")
        }
        VerifyError::Digest { .. } | VerifyError::OtherCertificate | VerifyError::SignatureValue => {
            (ExceptionCode::INVALID_SIGNATURE, "Podpis zweryfikowany negatywnie.")
        }
    };
    Refusal::code(code, [detail.to_owned(), error.to_string()])
}

/// What KSeF thinks of a certificate.
struct Standing {
    method: AuthenticationMethod,
    /// The number under which KSeF issued it itself.
    serial: Option<CertificateSerial>,
    /// Why it logs nobody in, as a detail of status 460.
    fault: Option<&'static str>,
}

impl Standing {
    /// Certificates of the built-in authority are taken everywhere, others on TEST only: no qualified issuer's
    /// certificates are known here.
    fn of(
        certificate: &Certificate,
        shared: &Shared,
        issued: &Certificates,
        must_be_trusted: bool,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let authority = &shared.keys.authority;
        let is_current = (certificate.not_before()..=certificate.not_after()).contains(&now);
        let expired = (!is_current).then_some("Nieważny certyfikat");
        if let Some(issued) = issued.of(certificate).filter(|_| authority.has_issued(certificate)) {
            let fault = match issued.status(now) {
                // It cannot be used to log in, whatever its state.
                _ if issued.kind == KsefCertificateType::Offline => Some("Niepoprawny certyfikat"),
                CertificateListItemStatus::Revoked => Some("Certyfikat odwołany"),
                CertificateListItemStatus::Blocked => Some("Certyfikat zawieszony"),
                CertificateListItemStatus::Expired => Some("Nieważny certyfikat"),
                CertificateListItemStatus::Active | CertificateListItemStatus::Unknown(_) => expired,
            };
            let method = AuthenticationMethod::InternalCertificate;
            return Ok(Self { method, serial: Some(issued.serial.clone()), fault });
        }
        let method = match certificate.has_person_names() {
            true => AuthenticationMethod::QualifiedSignature,
            false => AuthenticationMethod::QualifiedSeal,
        };
        // It claims our authority, which knows nothing of it.
        let is_forged = certificate.issuer() == authority.certificate().subject_rfc4514();
        if is_forged {
            return Ok(Self {
                method, serial: None, fault: Some("Błąd weryfikacji łańcucha certyfikatów")
            });
        }
        match shared.config.profile {
            Profile::Test => {
                let untrusted = must_be_trusted.then_some("Niezaufany łańcuch certyfikatów");
                Ok(Self { method, serial: None, fault: expired.or(untrusted) })
            }
            Profile::Demo | Profile::Prd => {
                let detail = if certificate.is_self_signed() {
                    "Certyfikat samopodpisany jest dozwolony wyłącznie na środowisku testowym."
                } else {
                    "Certyfikat nie został wystawiony przez zaufanego wystawcę."
                };
                Err(Refusal::code(ExceptionCode::INVALID_CERTIFICATE, [detail.to_owned()]))
            }
        }
    }
}

/// Who signed, by the certificate's subject or by its fingerprint.
fn subject_of(
    certificate: &Certificate,
    request: &AuthTokenRequest,
    world: &World,
) -> Result<Subject, Refusal> {
    if request.context.kind() == ContextType::PeppolId {
        // Only a provider's own certificate, which names it and nobody else.
        let is_provider = certificate.identity().is_none()
            && enrollment::data_of(certificate)
                .is_some_and(|data| data.common_name == request.context.value());
        if !is_provider {
            return Err(Refusal::code(ExceptionCode::INVALID_SUBJECT_FOR_CONTEXT, None));
        }
        let value = enrollment::fingerprint(certificate);
        return Ok(Subject { kind: TokenAuthorType::Fingerprint, value });
    }
    // A certificate of KSeF stands for its owner, and for one certificate only when it was applied for with that.
    if let Some(issued) = world.certificates.of(certificate) {
        let is_of_fingerprint = issued.owner.kind == TokenAuthorType::Fingerprint;
        if is_of_fingerprint != request.is_by_fingerprint {
            return Err(Refusal::code(ExceptionCode::SIGNATURE_CONFLICT, None));
        }
        return Ok(issued.owner.clone());
    }
    if request.is_by_fingerprint {
        let value = enrollment::fingerprint(certificate);
        return Ok(Subject { kind: TokenAuthorType::Fingerprint, value });
    }
    match certificate.identity() {
        Some(SubjectIdentity::Nip(value)) => Ok(Subject { kind: TokenAuthorType::Nip, value }),
        Some(SubjectIdentity::Pesel(value)) => Ok(Subject { kind: TokenAuthorType::Pesel, value }),
        None => {
            let detail =
                "Podmiot certyfikatu nie zawiera numeru NIP ani PESEL w wymaganym formacie.".to_owned();
            Err(Refusal::code(ExceptionCode::INVALID_CERTIFICATE, [detail]))
        }
    }
}

/// What the login may do: what the graph of permissions says.
fn outcome_of(subject: &Subject, context: &ContextIdentifier, world: &World) -> LoginOutcome {
    if world.test_data.is_deceased(subject) {
        let detail = vec!["Próba wykorzystania metod autoryzacyjnych osoby zmarłej".to_owned()];
        return LoginOutcome::Failed(AuthStatusCode::DECEASED_PERSON, detail);
    }
    world.rights(subject, context).map_or_else(LoginOutcome::without_rights, LoginOutcome::Granted)
}
