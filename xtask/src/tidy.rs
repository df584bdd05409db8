//! `cargo xtask tidy`: rules of the house that no compiler knows.

use std::path::{Path, PathBuf};

/// Which of our crates each crate may use: the arrows of ARCHITECTURE.md, which only point down.
const ARROWS: &[(&str, &[&str])] = &[
    ("ksef-id", &[]),
    ("ksef-crypto", &[]),
    ("gateway-vault", &["ksef-crypto", "ksef-id"]),
    ("ksef-wire", &["ksef-id"]),
    ("ksef-invoice", &["ksef-id"]),
    ("invoice-tables", &["ksef-invoice", "ksef-id"]),
    ("anonymiser", &["ksef-invoice", "ksef-crypto", "ksef-id"]),
    ("ksef-render", &["ksef-invoice", "ksef-crypto", "ksef-id"]),
    ("ksef-client", &["ksef-wire", "ksef-crypto", "ksef-id"]),
    ("ksef-sim", &["ksef-wire", "ksef-crypto", "ksef-invoice", "ksef-id"]),
    ("connection", &["gateway-vault", "ksef-client", "ksef-wire", "ksef-crypto", "ksef-id"]),
    ("gateway-api", &["ksef-id"]),
    ("test-postgres", &[]),
    ("gateway-access", &["ksef-crypto", "ksef-id"]),
    ("gateway-store", &["gateway-access", "ksef-id", "test-postgres"]),
    ("gateway-rules", &["ksef-id"]),
    ("gateway-pages", &[]),
    ("test-s3", &["ksef-crypto"]),
    ("gateway-objects", &["ksef-crypto", "ksef-id", "test-s3"]),
    ("gateway-outbound", &["ksef-crypto"]),
    (
        "gateway-archive",
        &[
            "gateway-access",
            "gateway-objects",
            "gateway-store",
            "gateway-vault",
            "ksef-client",
            "ksef-render",
            "ksef-crypto",
            "ksef-id",
        ],
    ),
    (
        "gateway",
        &[
            "invoice-tables",
            "connection",
            "gateway-access",
            "gateway-api",
            "gateway-store",
            "gateway-rules",
            "gateway-objects",
            "gateway-pages",
            "gateway-outbound",
            "gateway-vault",
            "ksef-client",
            "ksef-render",
            "ksef-invoice",
            "ksef-wire",
            "ksef-crypto",
            "ksef-id",
        ],
    ),
    (
        "bramka",
        &[
            "anonymiser",
            "invoice-tables",
            "test-postgres",
            "test-s3",
            "gateway",
            "gateway-access",
            "gateway-api",
            "gateway-archive",
            "gateway-vault",
            "connection",
            "ksef-sim",
            "ksef-client",
            "ksef-render",
            "ksef-invoice",
            "ksef-wire",
            "ksef-crypto",
            "ksef-id",
        ],
    ),
];

/// What must not stand in a source file: debts without an owner, ignored tests, and paths of somebody's machine.
/// Written in two parts, so that this file does not find itself.
const FORBIDDEN: [(&str, &str); 7] = [
    ("TO", "DO"),
    ("FIX", "ME"),
    ("#[ig", "nore"),
    ("todo", "!("),
    ("/ro", "ot/"),
    ("/wo", "rk/"),
    ("-----BEGIN PRIV", "ATE KEY-----\\n"),
];

/// Checks the workspace at `root`.
pub(crate) fn run(root: &Path) -> Result<String, String> {
    let mut faults = Vec::new();
    check_arrows(root, &mut faults)?;
    let mut sources = Vec::new();
    for folder in ["crates", "xtask"] {
        collect_sources(&root.join(folder), &mut sources)?;
    }
    for source in &sources {
        let text = read(source)?;
        for (number, line) in text.lines().enumerate() {
            for (first, second) in FORBIDDEN {
                if line.contains(&format!("{first}{second}")) {
                    faults.push(format!("{}:{}: {first}{second}", source.display(), number + 1));
                }
            }
        }
    }
    if faults.is_empty() {
        Ok(format!("{} files are tidy", sources.len()))
    } else {
        Err(format!("not tidy:\n  {}", faults.join("\n  ")))
    }
}

/// Every crate is in the table, and uses only what the table allows it.
fn check_arrows(root: &Path, faults: &mut Vec<String>) -> Result<(), String> {
    let crates = root.join("crates");
    for entry in std::fs::read_dir(&crates).map_err(|error| format!("{}: {error}", crates.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("crates/{name} is not in the table of arrows"));
            continue;
        };
        let manifest = read(&path.join("Cargo.toml"))?;
        // Tests may look anywhere; what counts is what the crate itself is built from.
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for line in dependencies.lines() {
            let used = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if ARROWS.iter().any(|(ours, _)| *ours == used) && !allowed.contains(&used) {
                faults.push(format!("crates/{name} uses {used}, which is not below it"));
            }
        }
    }
    Ok(())
}

fn collect_sources(folder: &Path, sources: &mut Vec<PathBuf>) -> Result<(), String> {
    for entry in std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            collect_sources(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_no_circle() {
        // Each crate may only use crates that stand before it in the table.
        for (place, (name, allowed)) in ARROWS.iter().enumerate() {
            for used in *allowed {
                assert!(ARROWS[..place].iter().any(|(before, _)| before == used), "{name} -> {used}");
            }
        }
    }
}
