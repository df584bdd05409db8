//! Style sheet and script. Their names carry a hash of their content, so browsers may keep them for ever.

use std::sync::LazyLock;

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    /// Below `/assets/`: `bramka-0123456789abcdef.css`.
    pub name: String,
    /// For `Content-Type`.
    pub media_type: &'static str,
    /// What is in it.
    pub content: &'static str,
}

/// The file of this name, if it is one of ours as it is now.
#[must_use]
pub fn asset(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

/// The name of the style sheet.
#[must_use]
pub fn style() -> &'static str {
    &ALL[0].name
}

/// The script.
pub(crate) fn script() -> &'static str {
    &ALL[1].name
}

static ALL: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    let named = |ending: &str, media_type, content: &'static str| {
        let hash =
            content.bytes().fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME));
        Asset { name: format!("bramka-{hash:016x}.{ending}"), media_type, content }
    };
    [
        named("css", "text/css; charset=utf-8", include_str!("../assets/bramka.css")),
        named("js", "text/javascript; charset=utf-8", include_str!("../assets/bramka.js")),
    ]
});

/// FNV-1a: it tells versions apart and protects nothing.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_by_their_present_name_only() {
        assert_eq!(asset(style()).map(|found| found.media_type), Some("text/css; charset=utf-8"));
        assert!(asset(script()).is_some());
        assert!(asset("bramka-0000000000000000.css").is_none());
        assert!(asset("../Cargo.toml").is_none());
    }

    #[test]
    fn assets_ask_nothing_of_other_hosts() {
        for one in ALL.iter() {
            for word in ["http://", "https://", "//fonts", "@import", "eval(", "innerHTML"] {
                assert!(!one.content.contains(word), "{}: {word}", one.name);
            }
        }
    }
}
