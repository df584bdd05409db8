//! Scans of documents: what one may be, and how it is kept.

use gateway_objects::ObjectKind;
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;

use crate::app::{App, WorkError};
use crate::company::Company;

/// What a scan is, by the first bytes of its file; `None` when it is none that is taken.
pub(crate) fn media_type_of(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        bytes if bytes.starts_with(b"%PDF-") => "application/pdf",
        bytes if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => "image/png",
        bytes if bytes.starts_with(b"\xff\xd8\xff") => "image/jpeg",
        bytes if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") => "image/tiff",
        _ => return None,
    })
}

/// How the file of a scan ends; `bin` for what is not known.
pub(crate) fn ending_of(media_type: &str) -> &'static str {
    SCANS.iter().find(|(known, _)| *known == media_type).map_or("bin", |(_, ending)| ending)
}

/// Keeps a scan with a purchase, in the place of one that was there.
pub(crate) async fn keep(
    app: &App,
    company: &Company,
    position: i64,
    (media_type, bytes): (&'static str, &[u8]),
    actor: &str,
) -> Result<(), WorkError> {
    let hash = Sha256Hash::from_bytes(&sha256(bytes));
    let arriving = app.documents.arriving(ObjectKind::Scan, &[&hash]).await?;
    let is_external = app.documents.keep(&arriving, ObjectKind::Scan, &hash, bytes).await?;
    let kept_here = (!is_external).then_some(bytes);
    let (context, now) = (&company.context, company.now());
    app.journal.scan_put(context, position, (media_type, &hash, kept_here), actor, now).await?;
    Ok(())
}

/// What a scan may be, and how its file ends.
pub(crate) const SCANS: [(&str, &str); 4] =
    [("application/pdf", "pdf"), ("image/png", "png"), ("image/jpeg", "jpg"), ("image/tiff", "tif")];
/// Of a scan: some hundred pages.
pub(crate) const SCAN_BYTES_MAX: usize = 20 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_known_by_its_first_bytes() {
        for (bytes, expected) in [
            (&b"%PDF-1.7"[..], Some("application/pdf")),
            (b"\x89PNG\r\n\x1a\n..", Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"MM\0*", Some("image/tiff")),
            (b"II*\0", Some("image/tiff")),
            (b"MZ", None),
            (b"", None),
        ] {
            assert_eq!(media_type_of(bytes), expected);
            assert!(expected.is_none_or(|one| SCANS.iter().any(|(known, _)| *known == one)));
        }
        assert_eq!((ending_of("image/jpeg"), ending_of("text/html")), ("jpg", "bin"));
    }
}
