//! `cargo xtask licenses`: the licences of all that is compiled into `bramka`, with their texts, as one file that it carries.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use clap::Args;

use crate::packages::{self, Package};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Compares the file with what it should be instead of writing it.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<String, String> {
    let packages = packages::of_program(root)?;
    let text = document(root, &packages.all)?;
    let path = root.join(FILE);
    if arguments.check {
        let found = std::fs::read_to_string(&path).map_err(|error| format!("{FILE}: {error}"))?;
        return if found == text {
            Ok(format!("{FILE} has the licences of {} crates", packages.all.len()))
        } else {
            Err(format!("{FILE} is not what it should be: cargo xtask licenses"))
        };
    }
    std::fs::write(&path, text).map_err(|error| format!("{FILE}: {error}"))?;
    Ok(format!("{FILE}: {} crates", packages.all.len()))
}

fn document(root: &Path, packages: &[Package]) -> Result<String, String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut list = String::new();
    let mut of_all: Vec<(&Package, Vec<String>)> = Vec::new();
    for package in packages {
        of_all.push((package, texts_of(package)?));
    }
    for (package, own) in &of_all {
        let from = package.repository.as_deref().map(|address| format!("  {address}")).unwrap_or_default();
        let _ = write!(list, "  {} {}  {}{from}", package.name, package.version, package.license);
        let lent = if own.is_empty() { Some(lent_to(root, package, &of_all)?) } else { None };
        if let Some((lender, _)) = &lent {
            let _ = write!(
                list,
                "  (comes without the text, which is that of {lender}; the copyright is its authors')"
            );
        }
        list.push('\n');
        for text in own.iter().chain(lent.as_ref().map(|(_, text)| text)) {
            texts.entry(text.clone()).or_default().push(format!("{} {}", package.name, package.version));
        }
    }
    let own = read(&root.join("LICENSE-MIT"))?;
    let mut text = format!(
        "bramka is licensed under Apache-2.0 or MIT, at your choice:\n\n{own}\n\
         It contains the following crates, each under the licence named:\n\n{list}\n\
         and the fonts Noto Sans Regular and Noto Sans Bold under the SIL Open Font License 1.1 (in the crate notosans).\n\
         The crate libsqlite3-sys contains SQLite, which is in the public domain; the crate aws-lc-sys contains AWS-LC.\n\n\
         The texts follow, each with the crates that come with it.\n"
    );
    // By the first crate that has it, so that the order does not depend on the texts.
    let mut ordered: Vec<(&Vec<String>, &String)> = texts.iter().map(|(text, of)| (of, text)).collect();
    ordered.sort();
    for (of, licence) in ordered {
        let _ = write!(text, "\n{}\n{}\n\n{licence}\n", "=".repeat(100), of.join(", "));
    }
    Ok(text)
}

/// The text for a crate that comes with none: ours, if its licence is one of ours, else that of another one under the same.
fn lent_to(
    root: &Path,
    package: &Package,
    others: &[(&Package, Vec<String>)],
) -> Result<(String, String), String> {
    if let Some((_, file)) = OURS.iter().find(|(licence, _)| package.license.contains(licence)) {
        return Ok(("bramka".to_owned(), cleaned(&read(&root.join(file))?)));
    }
    let lender = others.iter().find(|(other, texts)| other.license == package.license && !texts.is_empty());
    let (other, texts) = lender.ok_or_else(|| {
        format!(
            "{} comes without the text of its licence ({}), and nobody has it",
            package.key(),
            package.license
        )
    })?;
    Ok((other.name.clone(), texts.first().cloned().unwrap_or_default()))
}

/// The texts that a crate comes with.
fn texts_of(package: &Package) -> Result<Vec<String>, String> {
    let mut texts = Vec::new();
    for folder in ["", "fonts", "licenses", "LICENSES", "sqlite3"] {
        let folder = package.folder.join(folder);
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            let is_code = path.extension().is_some_and(|extension| extension == "rs");
            if path.is_file() && !is_code && BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
                texts.push(cleaned(&String::from_utf8_lossy(
                    &std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?,
                )));
            }
        }
    }
    texts.dedup();
    Ok(texts)
}

/// The same text differs by line ends and blanks at their ends.
fn cleaned(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

const FILE: &str = "crates/bramka/licenses.txt";
const BEGINNINGS: [&str; 6] = ["license", "licence", "copying", "notice", "unlicense", "copyright"];
const OURS: [(&str, &str); 2] = [("Apache-2.0", "LICENSE-APACHE"), ("MIT", "LICENSE-MIT")];
