//! `cargo xtask sbom`: what is compiled into `bramka`, in the form of CycloneDX 1.5. The same sources give the same file.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::packages::{self, Package, Packages};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The file to write.
    #[arg(value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<String, String> {
    let packages = packages::of_program(root)?;
    let text = serde_json::to_string_pretty(&document(&packages)).map_err(|error| error.to_string())?;
    let path = arguments.output.as_path();
    std::fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(format!("{}: {} components", path.display(), packages.all.len()))
}

/// No serial number and no time stand in it, which may be left out: both would differ from run to run.
fn document(packages: &Packages) -> Value {
    let own = format!("bramka@{}", packages.version);
    let mut uses = vec![json!({ "ref": own, "dependsOn": references(&packages.used_by_us) })];
    uses.extend(
        packages
            .all
            .iter()
            .map(|one| json!({ "ref": reference(&one.key()), "dependsOn": references(&one.uses) })),
    );
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": own, "name": "bramka", "version": packages.version,
                "licenses": [{ "expression": "Apache-2.0 OR MIT" }],
            },
        },
        "components": packages.all.iter().map(component).collect::<Vec<_>>(),
        "dependencies": uses,
    })
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(&package.key()),
        "name": package.name,
        "version": package.version,
        "purl": reference(&package.key()),
        "scope": "required",
        "licenses": [{ "expression": package.license }],
    });
    if let Some(checksum) = &package.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(repository) = &package.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

fn references<'a>(keys: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    keys.into_iter().map(|key| reference(key)).collect()
}

/// A package URL, which names it among all that there are.
fn reference(key: &str) -> String {
    format!("pkg:cargo/{}", key.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cargo's own list of this workspace: everything is named once, everything that is used is there.
    #[test]
    fn everything_that_is_used_is_a_component_and_has_its_checksum() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let packages = packages::of_program(root).expect("cargo tells");
        let document = document(&packages);
        let components: Vec<&str> = document["components"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["bom-ref"].as_str().expect("a name"))
            .collect();
        let mut once = components.clone();
        once.dedup();
        assert_eq!(once, components);
        for name in
            ["pkg:cargo/aws-lc-sys@", "pkg:cargo/libsqlite3-sys@", "pkg:cargo/notosans@", "pkg:cargo/tokio@"]
        {
            assert!(components.iter().any(|one| one.starts_with(name)), "{name}");
        }
        // What only tests need is not in the program.
        assert!(!components.iter().any(|one| one.starts_with("pkg:cargo/insta@")));
        for one in document["dependencies"].as_array().expect("a list") {
            for used in one["dependsOn"].as_array().expect("a list") {
                assert!(components.contains(&used.as_str().expect("a name")), "{used}");
            }
        }
        assert!(packages.all.iter().all(|one| one.checksum.is_some() && one.license != "NOASSERTION"));
    }
}
