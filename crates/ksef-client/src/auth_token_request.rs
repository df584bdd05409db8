//! The login document, before it is signed.

use ksef_id::{ContextIdentifier, ContextType, ReferenceNumber};
use serde::{Deserialize, Serialize};

/// How KSeF shall know who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdentifiedBy {
    /// By the NIP or PESEL in the certificate's subject.
    #[default]
    CertificateSubject,
    /// By the certificate's fingerprint, to which permissions were granted: for certificates that name neither.
    CertificateFingerprint,
}

/// What the login document says: the `AuthTokenRequest` of `schemat_auth_v2-1.xsd`.
///
/// Version 2.0 of the schema has no Peppol context; apart from that both are alike, so 2.1 serves for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoginDocument {
    pub(crate) challenge: String,
    /// Name and value of the element in `ContextIdentifier`.
    pub(crate) context: (String, String),
    pub(crate) identified_by: String,
}

impl LoginDocument {
    /// Writes the document.
    pub(crate) fn write(
        challenge: &ReferenceNumber,
        context: &ContextIdentifier,
        identified_by: IdentifiedBy,
    ) -> String {
        let element = match context.kind() {
            ContextType::Nip => "Nip",
            ContextType::InternalId => "InternalId",
            ContextType::NipVatUe => "NipVatUe",
            ContextType::PeppolId => "PeppolId",
        };
        let identified_by = match identified_by {
            IdentifiedBy::CertificateSubject => "certificateSubject",
            IdentifiedBy::CertificateFingerprint => "certificateFingerprint",
        };
        // Reference numbers and contexts are checked types without any character that XML would need escaped; `+` and
        // `*` of EU numbers need none.
        let value = context.value();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><AuthTokenRequest xmlns=\"{NAMESPACE}\">\
             <Challenge>{challenge}</Challenge><ContextIdentifier><{element}>{value}</{element}></ContextIdentifier>\
             <SubjectIdentifierType>{identified_by}</SubjectIdentifierType></AuthTokenRequest>"
        )
    }

    /// Reads a document of ours, as it was written or as a signing program has set it anew; `None` for anything else.
    pub(crate) fn read(xml: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(xml).ok()?;
        let document = roxmltree::Document::parse(text).ok()?;
        let root = document.root_element();
        let elements = |parent: roxmltree::Node<'_, '_>| -> Vec<roxmltree::NodeId> {
            parent.children().filter(roxmltree::Node::is_element).map(|node| node.id()).collect()
        };
        let [challenge, context, identified_by] = elements(root)[..] else { return None };
        let node = |id| document.get_node(id);
        let is = |id, name: &str| node(id).is_some_and(|node| node.has_tag_name((NAMESPACE, name)));
        let is_ours = root.has_tag_name((NAMESPACE, "AuthTokenRequest"))
            && is(challenge, "Challenge")
            && is(context, "ContextIdentifier")
            && is(identified_by, "SubjectIdentifierType");
        let [value] = elements(node(context)?)[..] else { return None };
        let text = |id| Some(node(id)?.text()?.trim().to_owned());
        if !is_ours || node(value)?.tag_name().namespace() != Some(NAMESPACE) {
            return None;
        }
        Some(Self {
            challenge: text(challenge)?,
            context: (node(value)?.tag_name().name().to_owned(), text(value)?),
            identified_by: text(identified_by)?,
        })
    }
}

const NAMESPACE: &str = "http://ksef.mf.gov.pl/auth/token/2.1";

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
    use ksef_crypto::{Credential, KeyKind, Subject};

    use super::*;

    fn challenge() -> ReferenceNumber {
        ReferenceNumber::parse("20250604-CR-461EA5B000-537A6BA15D-D7").expect("a challenge")
    }

    /// Runs an outside judge. `None`, said aloud, when it is not installed; a failure where `BRAMKA_REQUIRE=all`.
    fn run_tool(program: &str, arguments: &[&str]) -> Option<Output> {
        match Command::new(program).args(arguments).output() {
            Ok(output) => Some(output),
            Err(error) => {
                assert_ne!(
                    std::env::var("BRAMKA_REQUIRE").as_deref(),
                    Ok("all"),
                    "{program} is required: {error}"
                );
                eprintln!("SKIPPED: {program} is not installed");
                None
            }
        }
    }

    #[test]
    fn xmlsec1_accepts_the_login_document_signed_with_rsa_and_ec() {
        let context = ContextIdentifier::parse("5265877635").expect("a NIP");
        let now: jiff::Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
        for kind in [KeyKind::Rsa { bits: 2048 }, KeyKind::EcP256, KeyKind::EcP384] {
            let subject = Subject::Seal { nip: "5265877635".into(), organization: "Firma z testu".into() };
            let day = jiff::SignedDuration::from_hours(24);
            let credential =
                Credential::self_signed(&subject, kind, now - day, now + day).expect("a credential");
            let document = LoginDocument::write(&challenge(), &context, IdentifiedBy::default());
            let signed = sign_enveloped(document.as_bytes(), &credential, now, SignatureStyle::Login);
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("login.xml");
            std::fs::write(&file, signed.expect("signed")).expect("written");
            let id = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties";
            let file = file.to_string_lossy();
            let arguments =
                ["--verify", "--insecure", "--enabled-key-data", "x509", "--id-attr:Id", id, file.as_ref()];
            let Some(output) = run_tool("xmlsec1", &arguments) else { return };
            let words = [output.stdout, output.stderr].concat();
            let words = String::from_utf8_lossy(&words);
            let whole = words.contains("SignedInfo References (ok/all): 2/2");
            assert!(output.status.success() && whole, "{kind}: {words}");
        }
    }

    #[test]
    fn the_official_schema_accepts_every_kind_of_context() {
        let shared: PathBuf = std::env::var_os("BRAMKA_SHARED")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
        let schema = shared.join("ksef/docs/auth/schemy/schemat_auth_v2-1.xsd");
        if !schema.is_file() {
            assert_ne!(
                std::env::var("BRAMKA_REQUIRE").as_deref(),
                Ok("all"),
                "{} is required",
                schema.display()
            );
            eprintln!("SKIPPED: {} is not here (BRAMKA_SHARED)", schema.display());
            return;
        }
        // The schema's patterns for NipVatUe and PeppolId begin with ^ and end with $, which XSD takes as letters: no
        // value matches them. Only the two others can be judged by it.
        for context in ["5265877635", "InternalId:5265877635-00001"] {
            let context = ContextIdentifier::parse(context).expect("a context");
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("login.xml");
            let document = LoginDocument::write(&challenge(), &context, IdentifiedBy::CertificateFingerprint);
            std::fs::write(&file, document).expect("written");
            let arguments = ["--noout", "--schema", &schema.to_string_lossy(), &file.to_string_lossy()];
            let Some(output) = run_tool("xmllint", &arguments) else { return };
            assert!(output.status.success(), "{context}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
