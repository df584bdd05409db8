//! `cargo xtask check`: what has to hold before a commit, in the order in which it fails fastest. CI runs the same.

use std::path::Path;
use std::process::Command;

use crate::tidy;

/// Runs every check of the workspace at `root`; stops at the first that fails.
pub(crate) fn run(root: &Path) -> Result<String, String> {
    tidy::run(root)?;
    cargo(root, &["fmt", "--all", "--check"], &[])?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    cargo(root, &clippy, &[])?;
    let doc = ["doc", "--workspace", "--no-deps", "--locked"];
    cargo(root, &doc, &[("RUSTDOCFLAGS", "-D warnings")])?;
    cargo(root, &["test", "--workspace", "--locked"], &[])?;
    Ok("everything holds".to_owned())
}

fn cargo(root: &Path, words: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    eprintln!("xtask: cargo {}", words.join(" "));
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(words)
        .envs(environment.iter().copied())
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo {} does not start: {error}", words.join(" ")))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", words.join(" "))) }
}
