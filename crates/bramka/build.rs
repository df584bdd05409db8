//! Tells the program which commit it is made of. `BRAMKA_COMMIT` says it where there is no repository, such as in an image; a build
//! for development is not asked, since each commit would build it anew. Nothing of the machine or the time goes in.
#![allow(clippy::print_stdout, reason = "build scripts speak to cargo on standard output")]

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=BRAMKA_COMMIT");
    let given = std::env::var("BRAMKA_COMMIT").ok().filter(|commit| !commit.is_empty());
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = given.or_else(|| if is_release { of_repository() } else { None });
    println!("cargo:rustc-env=BRAMKA_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
}

/// The commit that is checked out, marked when files differ from it; nothing where there is no Git or no repository.
fn of_repository() -> Option<String> {
    let git = |words: &[&str]| {
        let output =
            Command::new("git").args(words).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let folder = git(&["rev-parse", "--absolute-git-dir"])?;
    println!("cargo:rerun-if-changed={folder}/logs/HEAD");
    let is_changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(if is_changed { format!("{commit}+changes") } else { commit })
}
