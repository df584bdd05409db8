//! What a certificate is for and whose it is, as far as the certificate itself tells.

use x509_parser::prelude::X509Certificate;

/// What KSeF lets a certificate do. A certificate of KSeF has exactly one of the first two types (guide,
/// `certyfikaty-KSeF.md`: keyUsage Digital Signature or Non-Repudiation, never both).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertificateType {
    /// It logs in and cannot sign offline invoices' links.
    Authentication,
    /// It signs offline invoices' links (KOD II) and cannot log in.
    Offline,
    /// Neither of KSeF's two: qualified certificates, self-made ones, certificates for several purposes.
    Other,
}

impl CertificateType {
    /// KSeF's own word for it, as the API spells it; `Other` is ours.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authentication => "Authentication",
            Self::Offline => "Offline",
            Self::Other => "Other",
        }
    }

    pub(crate) fn of(certificate: &X509Certificate<'_>) -> Self {
        // A qualified certificate of a person often has Non-Repudiation alone, too, and logs in all the same.
        let is_qualified = is_qualified(certificate);
        let usage = certificate.key_usage().ok().flatten().map(|usage| usage.value.flags);
        match usage {
            Some(DIGITAL_SIGNATURE) if !is_qualified => Self::Authentication,
            Some(NON_REPUDIATION) if !is_qualified => Self::Offline,
            _ => Self::Other,
        }
    }
}

impl std::fmt::Display for CertificateType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Who issued a certificate, by the issuer's name.
///
/// Production issues as `CCK KSeF`; TEST and DEMO both issue as `TEST CCK KSeF`, so that these two cannot be told apart
/// (threads CIRFMF/ksef-api#314, #330, #437).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertificateIssuer {
    /// KSeF's production environment.
    KsefProduction,
    /// KSeF's TEST or DEMO environment.
    KsefTest,
    /// Its own key signed it: only TEST takes such ones (guide, `srodowiska.md`).
    SelfSigned,
    /// Somebody else: a qualified trust service, a simulator, an office's own authority.
    Other,
}

impl CertificateIssuer {
    pub(crate) fn of(certificate: &X509Certificate<'_>) -> Self {
        let issuer = certificate.issuer();
        if certificate.subject().as_raw() == issuer.as_raw() {
            return Self::SelfSigned;
        }
        match issuer.iter_common_name().next().and_then(|name| name.as_str().ok()).map(str::trim) {
            Some("CCK KSeF") => Self::KsefProduction,
            Some("TEST CCK KSeF") => Self::KsefTest,
            _ => Self::Other,
        }
    }
}

/// Whether a certificate has qualified statements (ETSI EN 319 412-5), which KSeF's own certificates lack.
pub(crate) fn is_qualified(certificate: &X509Certificate<'_>) -> bool {
    certificate.extensions().iter().any(|extension| extension.oid.to_id_string() == QC_STATEMENTS)
}

/// As x509-parser numbers them: bit 0 of the extension is the lowest bit here.
const DIGITAL_SIGNATURE: u16 = 1;
const NON_REPUDIATION: u16 = 1 << 1;
const QC_STATEMENTS: &str = "1.3.6.1.5.5.7.1.3";
