//! What `--version` says: version, commit, and the official files behind the schema tables.

use std::fmt::Write as _;

/// All of it. `-V` is content with the first line.
pub(crate) fn long() -> String {
    let mut text =
        format!("{}\ncommit {COMMIT}\nschemas (SHA-256 of the official files):", env!("CARGO_PKG_VERSION"));
    for info in ksef_invoice::schemas() {
        for source in &info.sources {
            // Writing to a text cannot fail.
            let _ = write!(text, "\n  {:<8} {}  {}", info.form.to_string(), source.sha256, source.file);
        }
    }
    text
}

/// The commit that the program is made of, or `unknown`.
pub(crate) const COMMIT: &str = env!("BRAMKA_COMMIT");
