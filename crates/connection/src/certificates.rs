//! The certificates that KSeF has issued to whoever logs in.

use ksef_client::{Access, CallError};
use ksef_wire::{CertificateListItem, QueryCertificatesRequest};

/// All certificates that fit, the newest application first.
///
/// # Errors
/// [`CallError`].
pub async fn all_certificates(
    access: &Access,
    filter: &QueryCertificatesRequest,
) -> Result<Vec<CertificateListItem>, CallError> {
    let mut found = Vec::new();
    for page in 0..PAGES_MAX {
        let answer = access.query_certificates(filter, page).await?;
        found.extend(answer.certificates);
        if !answer.has_more {
            break;
        }
    }
    Ok(found)
}

/// Fifty a page: more than anybody may ever have applied for.
const PAGES_MAX: u32 = 40;
