//! Login by a signed document: encoding, signature, shape, certificate, subject, challenge, in this order.

use super::auth::{NewLogin, begin, invalid_challenge};
use crate::auth_request::AuthTokenRequest;
use crate::config::Profile;
use crate::domain::World;
use crate::domain::logins::{LoginOutcome, Proof, Subject};
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use jiff::Timestamp;
use ksef_crypto::xades::{self, VerifyError};
use ksef_crypto::{Certificate, SubjectIdentity};
use ksef_id::{ContextIdentifier, ContextType, Sha256Hash};
use ksef_wire::codes::{AuthStatusCode, ExceptionCode};
use ksef_wire::{AuthenticationMethod, TokenAuthorType};

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
    let signature = xades::verify(&call.body).map_err(|error| signature_refusal(&error))?;
    let request = AuthTokenRequest::parse(&signature.signed_content)
        .map_err(|sentence| Refusal::code(ExceptionCode::SCHEMA_MISMATCH, [sentence]))?;
    let certificate = &signature.certificate;
    check_certificate(shared.config.profile, certificate)?;
    let subject = subject_of(certificate, &request)?;
    let method = if certificate.has_person_names() {
        AuthenticationMethod::QualifiedSignature
    } else {
        AuthenticationMethod::QualifiedSeal
    };
    let mut world = shared.world();
    world.challenges.take(&request.challenge, call.now).ok_or_else(invalid_challenge)?;
    let outcome = outcome_of(certificate, &subject, &request.context, &world, call.now);
    let login = NewLogin {
        context: request.context,
        subject,
        method,
        proof: Proof::Document(Sha256Hash::from_bytes(&ksef_crypto::sha256(&call.body))),
        outcome,
        allowed_ips: request.allowed_ips,
    };
    Ok(begin(shared, &mut world, login, call.now))
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

/// Self-signed certificates are for TEST; elsewhere nobody's certificate is trusted until the built-in CA is there.
fn check_certificate(profile: Profile, certificate: &Certificate) -> Result<(), Refusal> {
    match profile {
        Profile::Test => Ok(()),
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

/// Who signed, by the certificate's subject or by its fingerprint.
fn subject_of(certificate: &Certificate, request: &AuthTokenRequest) -> Result<Subject, Refusal> {
    if request.context.kind() == ContextType::PeppolId {
        // Only a Peppol provider's certificate has such an identifier, and none is recognised yet.
        return Err(Refusal::code(ExceptionCode::INVALID_SUBJECT_FOR_CONTEXT, None));
    }
    if request.is_by_fingerprint {
        let fingerprint = certificate.fingerprint_sha256();
        let value = fingerprint.iter().map(|byte| format!("{byte:02X}")).collect();
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
fn outcome_of(
    certificate: &Certificate,
    subject: &Subject,
    context: &ContextIdentifier,
    world: &World,
    now: Timestamp,
) -> LoginOutcome {
    if world.test_data.is_blocked(context) {
        return LoginOutcome::blocked();
    }
    if now < certificate.not_before() || now > certificate.not_after() {
        let detail = vec!["Nieważny certyfikat".to_owned()];
        return LoginOutcome::Failed(AuthStatusCode::INVALID_CERTIFICATE, detail);
    }
    if world.test_data.is_deceased(subject) {
        let detail = vec!["Próba wykorzystania metod autoryzacyjnych osoby zmarłej".to_owned()];
        return LoginOutcome::Failed(AuthStatusCode::DECEASED_PERSON, detail);
    }
    world.rights(subject, context).map_or_else(LoginOutcome::without_rights, LoginOutcome::Granted)
}
