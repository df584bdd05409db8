//! Certificates and keys as other programs make them.

use std::path::Path;
use std::process::Command;

/// Runs `openssl` in the folder; `~` is a space within a word. `None`, said aloud, when it is not installed.
pub(crate) fn openssl(folder: &Path, words: &str) -> Option<()> {
    let words = words.split(' ').map(|word| word.replace('~', " "));
    match Command::new("openssl").args(words.clone()).current_dir(folder).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{:?}: {said}", words.collect::<Vec<_>>());
            Some(())
        }
        Err(error) => {
            let required = std::env::var("BRAMKA_REQUIRE").as_deref() == Ok("all");
            assert!(!required, "openssl is required: {error}");
            eprintln!("SKIPPED: openssl is not installed");
            None
        }
    }
}
