//! A document's bytes, wherever they rest.

use gateway_objects::{ObjectError, ObjectKind, Objects};
use gateway_store::{KeptDocument, PurchaseDocument, StoredDocument};

use crate::ArchiveError;
use crate::document::{Fault, check_hash};

/// What became of looking for a document.
pub(crate) enum Found {
    /// Its bytes, which have their hash.
    Whole(Vec<u8>),
    /// It rests in object storage, and none was named.
    NotLookedAt,
    /// It is not what it was.
    Broken(Fault),
}

/// Looks for a document where it rests, and compares it with its hash.
///
/// # Errors
/// [`ArchiveError::Objects`] when the object store does not answer.
pub(crate) async fn find(
    kind: ObjectKind,
    kept: KeptDocument,
    objects: Option<&Objects>,
) -> Result<Found, ArchiveError> {
    let content = match (kept.content, objects) {
        (Some(content), _) => content,
        (None, None) => return Ok(Found::NotLookedAt),
        (None, Some(objects)) => match objects.get(kind, &kept.sha256).await {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(Found::Broken(Fault::Missing)),
            Err(error @ ObjectError::Tampered { .. }) => {
                return Ok(Found::Broken(Fault::Object(error.to_string())));
            }
            Err(error) => return Err(error.into()),
        },
    };
    Ok(match check_hash(&content, kept.sha256.as_str()) {
        Ok(()) => Found::Whole(content),
        Err(fault) => Found::Broken(fault),
    })
}

/// A purchase's document as sales' are kept, and as what it rests in object storage.
pub(crate) fn of_purchase(document: PurchaseDocument, stored: StoredDocument) -> (ObjectKind, KeptDocument) {
    let kind = match document {
        PurchaseDocument::Xml => ObjectKind::Invoice,
        PurchaseDocument::Scan => ObjectKind::Scan,
    };
    (kind, KeptDocument { content: stored.content, sha256: stored.sha256, is_session_page: false })
}
