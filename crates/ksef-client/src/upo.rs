//! Verifying a UPO: KSeF's signed confirmation that it took an invoice.
//!
//! A UPO proves something only if its signature is valid, if the signer is the one we expect, and if it speaks of our
//! bytes in our context: all of it is checked, and the content is read from what was signed, not from the file.

use ksef_crypto::xades::{VerifyError, verify as verify_signature};
use ksef_id::{ContextIdentifier, ContextType, KsefNumber, ReferenceNumber, Sha256Hash};

/// What a UPO must confirm.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    /// The invoice's number.
    pub ksef_number: &'a KsefNumber,
    /// SHA-256 of the bytes that were sent.
    pub invoice_hash: &'a Sha256Hash,
    /// In whose context; `None` for an invoice that someone else sent (a duplicate of ours).
    pub context: Option<&'a ContextIdentifier>,
    /// SHA-256 fingerprints of certificates that may sign; empty accepts any (no environment's certificate is pinned).
    pub signers: &'a [[u8; 32]],
}

/// What a verified UPO says of the invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The session the invoice was sent in.
    pub session: ReferenceNumber,
    /// The invoice's own number (`P_2`).
    pub invoice_number: String,
    /// When KSeF gave the number.
    pub numbered_at: jiff::Timestamp,
    /// `Online` or `Offline`: how KSeF classified the sending.
    pub mode: String,
}

/// Why a UPO proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum UpoError {
    /// The signature does not hold.
    #[error("the UPO's signature is not valid: {0}")]
    Signature(#[from] VerifyError),
    /// Someone else signed.
    #[error("the UPO is signed by a certificate that is not KSeF's here: {subject}")]
    Signer {
        /// Subject of the certificate.
        subject: String,
    },
    /// Not a UPO of a version we read (4-2, 4-3).
    #[error("this is no UPO of KSeF: {reason}")]
    NotUpo {
        /// What is missing or wrong.
        reason: String,
    },
    /// It does not confirm this number.
    #[error("the UPO does not confirm the invoice {ksef_number}")]
    OtherInvoice {
        /// The number looked for.
        ksef_number: KsefNumber,
    },
    /// It confirms other content.
    #[error("the UPO confirms content with the hash {found}, ours has {expected}")]
    OtherContent {
        /// Hash in the UPO.
        found: String,
        /// Hash of our bytes.
        expected: Sha256Hash,
    },
    /// It is someone else's.
    #[error("the UPO was issued in the context {found}, expected was {expected}")]
    OtherContext {
        /// Context in the UPO.
        found: String,
        /// Our context.
        expected: ContextIdentifier,
    },
}

/// Verifies that `upo` confirms what is `expected`; a UPO of a whole session may confirm others besides.
///
/// # Errors
/// [`UpoError`] names the first thing that does not hold.
pub fn verify(upo: &[u8], expected: &Expected<'_>) -> Result<Confirmation, UpoError> {
    let signed = verify_signature(upo)?;
    let fingerprint = signed.certificate.fingerprint_sha256();
    if !expected.signers.is_empty() && !expected.signers.contains(&fingerprint) {
        return Err(UpoError::Signer { subject: signed.certificate.subject().to_owned() });
    }
    let not_upo = |reason: &str| UpoError::NotUpo { reason: reason.to_owned() };
    let text = std::str::from_utf8(&signed.signed_content).map_err(|_| not_upo("it is not UTF-8"))?;
    let document = roxmltree::Document::parse(text).map_err(|error| not_upo(&error.to_string()))?;
    let root = document.root_element();
    let namespace = root.tag_name().namespace().unwrap_or_default();
    if root.tag_name().name() != "Potwierdzenie" || !NAMESPACES.contains(&namespace) {
        return Err(not_upo(&format!("its root is {}", root.tag_name().name())));
    }

    if let Some(expected) = expected.context {
        let context = child(root, "Uwierzytelnienie").and_then(|node| child(node, "IdKontekstu"));
        let found = context
            .and_then(|node| node.first_element_child())
            .ok_or_else(|| not_upo("IdKontekstu is missing"))?;
        let same =
            found.tag_name().name() == context_element(expected.kind()) && text_of(found) == expected.value();
        if !same {
            let found = format!("{}:{}", found.tag_name().name(), text_of(found));
            return Err(UpoError::OtherContext { found, expected: expected.clone() });
        }
    }

    let entry = root
        .children()
        .filter(|node| node.has_tag_name((namespace, "Dokument")))
        .find(|node| {
            child(*node, "NumerKSeFDokumentu")
                .is_some_and(|number| text_of(number) == expected.ksef_number.as_str())
        })
        .ok_or_else(|| UpoError::OtherInvoice { ksef_number: expected.ksef_number.clone() })?;
    let field = |node: roxmltree::Node<'_, '_>, name: &str| {
        child(node, name).map(text_of).ok_or_else(|| not_upo(&format!("{name} is missing")))
    };
    let found = field(entry, "SkrotDokumentu")?;
    if found != expected.invoice_hash.as_str() {
        return Err(UpoError::OtherContent { found, expected: expected.invoice_hash.clone() });
    }
    Ok(Confirmation {
        session: ReferenceNumber::parse(&field(root, "NumerReferencyjnySesji")?)
            .map_err(|error| not_upo(&error.to_string()))?,
        invoice_number: field(entry, "NumerFaktury")?,
        numbered_at: field(entry, "DataNadaniaNumeruKSeF")?
            .parse()
            .map_err(|_| not_upo("DataNadaniaNumeruKSeF is no time with an offset"))?,
        // 4-2 does not say the mode.
        mode: child(entry, "TrybWysylki").map(text_of).unwrap_or_default(),
    })
}

fn child<'a, 'i>(parent: roxmltree::Node<'a, 'i>, name: &str) -> Option<roxmltree::Node<'a, 'i>> {
    parent.children().find(|node| node.is_element() && node.tag_name().name() == name)
}

fn text_of(node: roxmltree::Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

/// The UPO schema's own names of the contexts (`upo-v4-3.xsd`, `IdKontekstu`).
fn context_element(kind: ContextType) -> &'static str {
    match kind {
        ContextType::Nip => "Nip",
        ContextType::InternalId => "IdWewnetrzny",
        ContextType::NipVatUe => "IdZlozonyVatUE",
        ContextType::PeppolId => "IdDostawcyUslugPeppol",
    }
}

const NAMESPACES: [&str; 2] =
    ["http://upo.schematy.mf.gov.pl/KSeF/v4-3", "http://upo.schematy.mf.gov.pl/KSeF/v4-2"];
