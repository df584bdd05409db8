//! What is kept, and under which key.

use ksef_id::Sha256Hash;

/// The kinds of documents. Each lies in a folder of its own, so that a bucket's rules can tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// An invoice, as it was sent or received.
    Invoice,
    /// KSeF's confirmation of one invoice.
    Upo,
    /// A page of KSeF's confirmation of a session.
    SessionUpoPage,
    /// A scan of a document outside KSeF, or beside one.
    Scan,
}

impl ObjectKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Invoice, Self::Upo, Self::SessionUpoPage, Self::Scan];

    /// The folder in the bucket. It is part of where documents of released versions lie, and stays.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Invoice => "invoices",
            Self::Upo => "upos",
            Self::SessionUpoPage => "session-upos",
            Self::Scan => "scans",
        }
    }
}

/// The key of an object: `prefix/folder/ab/cd/abcd…` with 64 hexadecimal digits.
///
/// Hexadecimal and not Base64URL, since some servers keep objects as files, on file systems that take `a` and `A` for the same
/// letter. Two levels of 256 folders, since the same servers grow slow with a million files in one.
pub(crate) fn key(prefix: &str, folder: &str, sha256: &Sha256Hash) -> String {
    let digits: String = sha256.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let separator = if prefix.is_empty() { "" } else { "/" };
    format!("{prefix}{separator}{folder}/{}/{}/{digits}", &digits[..2], &digits[2..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_released_versions_wrote() {
        let empty = Sha256Hash::parse("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").expect("a hash");
        let digits = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(
            key("bramka/a", ObjectKind::Invoice.folder(), &empty),
            format!("bramka/a/invoices/e3/b0/{digits}")
        );
        assert_eq!(key("", ObjectKind::Upo.folder(), &empty), format!("upos/e3/b0/{digits}"));
        assert_eq!(
            key("", ObjectKind::SessionUpoPage.folder(), &empty),
            format!("session-upos/e3/b0/{digits}")
        );
        assert_eq!(key("", ObjectKind::Scan.folder(), &empty), format!("scans/e3/b0/{digits}"));
    }
}
