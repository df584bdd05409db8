//! What is compiled into `bramka`: the crates that it is built of, as cargo tells them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate from elsewhere that ends up in the program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// An expression of SPDX.
    pub(crate) license: String,
    pub(crate) repository: Option<String>,
    /// Where its sources are.
    pub(crate) folder: PathBuf,
    /// SHA-256 of what the registry gave, from the lock file.
    pub(crate) checksum: Option<String>,
    /// Names and versions of those that it uses.
    pub(crate) uses: BTreeSet<String>,
}

impl Package {
    /// Name and version in one word.
    pub(crate) fn key(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

/// The crates in the program, in order, and those that `bramka` and our own crates use themselves.
pub(crate) struct Packages {
    pub(crate) version: String,
    pub(crate) all: Vec<Package>,
    pub(crate) used_by_us: BTreeSet<String>,
}

/// Asks cargo. What only building or testing needs is not in the program; the target is the one that is released.
pub(crate) fn of_program(root: &Path) -> Result<Packages, String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let told: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let checksums = checksums(&root.join("Cargo.lock"))?;
    read(&told, &checksums).ok_or_else(|| "cargo metadata has another shape than expected".to_owned())
}

fn read(told: &Value, checksums: &BTreeMap<String, String>) -> Option<Packages> {
    let by_id: BTreeMap<&str, &Value> =
        told["packages"].as_array()?.iter().filter_map(|one| Some((one["id"].as_str()?, one))).collect();
    let nodes: BTreeMap<&str, &Value> = told["resolve"]["nodes"]
        .as_array()?
        .iter()
        .filter_map(|one| Some((one["id"].as_str()?, one)))
        .collect();
    let name_of = |id: &str| {
        let package = by_id.get(id)?;
        Some(format!("{}@{}", package["name"].as_str()?, package["version"].as_str()?))
    };
    // In a build of today a crate is compiled in only when it is used for more than building or testing.
    let uses = |id: &str| -> Vec<&str> {
        let Some(uses) = nodes.get(id).and_then(|node| node["deps"].as_array()) else { return Vec::new() };
        let is_compiled_in = |one: &&Value| {
            one["dep_kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
        };
        uses.iter().filter(is_compiled_in).filter_map(|one| one["pkg"].as_str()).collect()
    };
    let program = by_id.iter().find(|(_, one)| one["name"] == "bramka").map(|(id, _)| *id)?;
    let mut packages = Packages {
        version: by_id.get(program)?["version"].as_str()?.to_owned(),
        all: Vec::new(),
        used_by_us: BTreeSet::new(),
    };
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![program]);
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let used = uses(id);
        waiting.extend(&used);
        let of_others = |id: &&str| by_id.get(*id).is_some_and(|one| !one["source"].is_null());
        let names: BTreeSet<String> = used.iter().copied().filter(of_others).filter_map(name_of).collect();
        let package = by_id.get(id)?;
        if package["source"].is_null() {
            packages.used_by_us.extend(names);
            continue;
        }
        let (name, version) = (package["name"].as_str()?.to_owned(), package["version"].as_str()?.to_owned());
        let checksum = checksums.get(&format!("{name}@{version}")).cloned();
        packages.all.push(Package {
            // Before SPDX had expressions a stroke meant a choice.
            license: package["license"]
                .as_str()
                .unwrap_or("NOASSERTION")
                .replace('/', " OR ")
                .replace("  ", " "),
            repository: package["repository"].as_str().map(str::to_owned),
            folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
            checksum,
            uses: names,
            name,
            version,
        });
    }
    packages.all.sort();
    Some(packages)
}

/// The checksum of each package of a lock file, by name and version.
fn checksums(lock: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = std::fs::read_to_string(lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let value = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    Ok(text
        .split("[[package]]")
        .filter_map(|block| {
            let key = format!("{}@{}", value(block, "name")?, value(block, "version")?);
            Some((key, value(block, "checksum")?))
        })
        .collect())
}

const TARGET: &str = "x86_64-unknown-linux-gnu";
