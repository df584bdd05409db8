//! The verification links of an invoice: KOD I (is it in KSeF?) and KOD II (who issued it?).
//!
//! Source: `kody-qr.md` of the KSeF guide.

use ksef_crypto::Credential;
use ksef_crypto::kod_ii::KodIiError;
use ksef_id::{ContextIdentifier, Sha256Hash};

use crate::RenderError;

/// An environment of KSeF, as far as verification codes care: it decides the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Environment {
    /// TEST.
    Test,
    /// DEMO (pre-production).
    Demo,
    /// PRD (production).
    #[default]
    Prd,
}

impl Environment {
    /// Scheme and host of the verification pages, without a trailing `/`: `https://qr-test.ksef.mf.gov.pl`.
    #[must_use]
    pub const fn qr_base_url(self) -> &'static str {
        match self {
            Self::Test => "https://qr-test.ksef.mf.gov.pl",
            Self::Demo => "https://qr-demo.ksef.mf.gov.pl",
            Self::Prd => "https://qr.ksef.mf.gov.pl",
        }
    }
}

/// The link of KOD I: `https://qr.ksef.mf.gov.pl/invoice/{nip}/{DD-MM-YYYY}/{SHA-256 in base64url without padding}`.
///
/// `issue_date` is `P_1`, the date that the seller wrote, not the day on which KSeF took the invoice: with the latter the
/// page answers that there is no such invoice. `sha256` is that of the exact bytes of the XML file.
#[must_use]
pub fn kod_i_url(
    seller_nip: &str,
    issue_date: jiff::civil::Date,
    sha256: &[u8; 32],
    environment: Environment,
) -> String {
    kod_i_url_at(environment.qr_base_url(), seller_nip, issue_date, sha256)
}

/// [`kod_i_url`] with a verification address of one's own.
pub(crate) fn kod_i_url_at(
    base_url: &str,
    seller_nip: &str,
    issue_date: jiff::civil::Date,
    sha256: &[u8; 32],
) -> String {
    format!(
        "{}/invoice/{seller_nip}/{:02}-{:02}-{:04}/{}",
        base_url.trim_end_matches('/'),
        issue_date.day(),
        issue_date.month(),
        issue_date.year(),
        Sha256Hash::from_bytes(sha256).to_base64url(),
    )
}

/// The signed link of KOD II, made for a document and the login context in which it will be sent: the seller's NIP is the
/// document's, the context need not be the seller's (self-billing, tax representatives, groups).
///
/// `base_url` is [`Environment::qr_base_url`] or an address of one's own. The certificate must be of type Offline, with an
/// RSA key (PSS, salt of 32 bytes) or one on P-256. Signatures are different each time.
///
/// # Errors
/// [`RenderError::Unreadable`] when the bytes are no document of KSeF, [`RenderError::NoLink`] when it names no seller's
/// NIP, [`RenderError::NotOfflineCertificate`] and [`RenderError::OfflineKey`] when the certificate is not one that may
/// sign it.
pub fn kod_ii_url(
    xml: &[u8],
    base_url: &str,
    context: &ContextIdentifier,
    credential: &Credential,
) -> Result<String, RenderError> {
    let nip = crate::model::seller_nip(xml)?.ok_or(RenderError::NoLink("NIP"))?;
    let link = format!(
        "{}/certificate/{}/{}/{nip}/{}/{}",
        base_url.trim_end_matches('/'),
        context.kind().name(),
        context.value(),
        credential.certificate().serial_hex(),
        Sha256Hash::from_bytes(&ksef_crypto::sha256(xml)).to_base64url(),
    );
    ksef_crypto::kod_ii::sign(&link, credential).map_err(|error| match error {
        KodIiError::NotOffline { found } => RenderError::NotOfflineCertificate(found.name()),
        KodIiError::Key { found } => RenderError::OfflineKey(found.to_string()),
        other => RenderError::Signing(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_example_comes_out() {
        let hash =
            Sha256Hash::parse("UtQp9Gpc51y+u3xApZjIjgkpZ01js+J8KflSPW8WzIE=").expect("a hash").to_bytes();
        let date = jiff::civil::date(2026, 2, 1);
        let expected = "/invoice/1111111111/01-02-2026/UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE";
        for (environment, host) in [
            (Environment::Test, "https://qr-test.ksef.mf.gov.pl"),
            (Environment::Demo, "https://qr-demo.ksef.mf.gov.pl"),
            (Environment::Prd, "https://qr.ksef.mf.gov.pl"),
        ] {
            assert_eq!(kod_i_url("1111111111", date, &hash, environment), format!("{host}{expected}"));
        }
        assert_eq!(
            kod_i_url_at("http://127.0.0.1:1/", "1111111111", date, &hash),
            format!("http://127.0.0.1:1{expected}")
        );
    }
}
