//! `cargo xtask schemas`: the official XSDs, compiled into the tables that ksef-invoice embeds.
//!
//! The XSDs themselves are not ours to commit. The tables say what they demand (names, order, counts, facets) in a
//! format of our own, one line a fact, with the SHA-256 of each source, so that a change of the state's schema shows
//! as a readable diff. What the compiler does not understand is an error, never left out.

mod emit;
mod xsd;

use std::fs;
use std::path::{Path, PathBuf};

/// Options of `cargo xtask schemas`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder `faktury` of the official guide, with `schemy` and `upo` in it.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Compare only; fail when a committed table differs from what the XSDs give.
    #[arg(long)]
    check: bool,
    /// Where the tables lie.
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ksef-invoice/src/schema/tables"))]
    tables: PathBuf,
}

/// Why a schema could not be compiled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SchemaError {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{path} is not well-formed XML: {source}")]
    Xml { path: PathBuf, source: roxmltree::Error },
    #[error("{path} line {line}: the schema compiler does not know {what}")]
    Unknown { path: PathBuf, line: u32, what: String },
    #[error("no type named {0}")]
    NoType(String),
    #[error("no root element {0}")]
    NoRoot(String),
    #[error("{0} differs from the XSDs; run `cargo xtask schemas --from DIR` and read the diff")]
    Drift(PathBuf),
}

/// A form whose XSD is compiled.
struct Target {
    form: &'static str,
    table: &'static str,
    root: &'static str,
    main: &'static str,
    /// What it imports and includes; the XSDs name these by an address in the network.
    base: &'static [&'static str],
}

/// PEF and PEF_KOR are not among them: UBL needs wildcards and identity constraints, which the tables do not have.
const TARGETS: &[Target] = &[
    Target {
        form: "FA(3)",
        table: "fa3.txt",
        root: "Faktura",
        main: "schemy/FA/schemat_FA(3)_v1-0E.xsd",
        base: FA_BASE,
    },
    Target {
        form: "FA(2)",
        table: "fa2.txt",
        root: "Faktura",
        main: "schemy/FA/schemat_FA(2)_v1-0E.xsd",
        base: FA_BASE,
    },
    Target {
        form: "FA_RR(1)",
        table: "fa_rr1.txt",
        root: "Faktura",
        main: "schemy/RR/schemat_FA_RR(1)_v1-1E.xsd",
        base: FA_BASE,
    },
    Target {
        form: "UPO(4-3)",
        table: "upo43.txt",
        root: "Potwierdzenie",
        main: "upo/schemy/upo-v4-3.xsd",
        base: &[],
    },
];

const FA_BASE: &[&str] = &[
    "schemy/FA/bazowe/StrukturyDanych_v10-0E.xsd",
    "schemy/FA/bazowe/ElementarneTypyDanych_v10-0E.xsd",
    "schemy/FA/bazowe/KodyKrajow_v10-0E.xsd",
];

/// Compiles or checks every table; the answer is what to tell the user.
pub(crate) fn run(arguments: &Arguments) -> Result<String, SchemaError> {
    let mut words = Vec::new();
    for target in TARGETS {
        let compiled = compile(target, &arguments.from)?;
        let path = arguments.tables.join(target.table);
        let committed = fs::read_to_string(&path).unwrap_or_default();
        if arguments.check {
            if committed != compiled {
                return Err(SchemaError::Drift(path));
            }
            words.push(format!("{}: agrees", target.form));
        } else if committed == compiled {
            words.push(format!("{}: unchanged", target.form));
        } else {
            fs::write(&path, &compiled).map_err(|source| SchemaError::Write { path, source })?;
            words.push(format!("{}: written, {} lines", target.form, compiled.lines().count()));
        }
    }
    Ok(words.join("\n"))
}

fn compile(target: &Target, from: &Path) -> Result<String, SchemaError> {
    let mut sources = Vec::new();
    for name in std::iter::once(&target.main).chain(target.base) {
        let path = from.join(name);
        let text =
            fs::read_to_string(&path).map_err(|source| SchemaError::Read { path: path.clone(), source })?;
        sources.push(xsd::Source { name, path, text });
    }
    let mut documents = Vec::new();
    for source in &sources {
        let document = roxmltree::Document::parse(&source.text)
            .map_err(|error| SchemaError::Xml { path: source.path.clone(), source: error })?;
        documents.push(document);
    }
    let schema = xsd::Schema::read(&sources, &documents, target.root)?;
    Ok(emit::table(target.form, &sources, &schema))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folder of shared material, or `None` after saying that a test is skipped.
    fn shared() -> Option<PathBuf> {
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        let shared = std::env::var_os("BRAMKA_SHARED").map_or(default, PathBuf::from);
        if shared.is_dir() {
            return Some(shared);
        }
        assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{} is missing", shared.display());
        eprintln!("SKIPPED: {} is missing, so the schema tables were not compared", shared.display());
        None
    }

    fn arguments(from: PathBuf, tables: PathBuf, check: bool) -> Arguments {
        Arguments { from, check, tables }
    }

    fn committed_tables() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/ksef-invoice/src/schema/tables")
    }

    #[test]
    fn committed_tables_agree_with_the_official_schemas() {
        let Some(shared) = shared() else { return };
        let outcome = run(&arguments(shared.join("ksef/docs/faktury"), committed_tables(), true));
        assert!(outcome.is_ok(), "{}", outcome.err().map(|error| error.to_string()).unwrap_or_default());
    }

    #[test]
    fn a_changed_table_is_drift() {
        let Some(shared) = shared() else { return };
        let folder = std::env::temp_dir().join(format!("bramka-xtask-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        for target in TARGETS {
            let text = fs::read_to_string(committed_tables().join(target.table)).expect("a committed table");
            fs::write(folder.join(target.table), text.replacen("maxLength 256", "maxLength 257", 1))
                .expect("a temporary file");
        }
        let outcome = run(&arguments(shared.join("ksef/docs/faktury"), folder.clone(), true));
        fs::remove_dir_all(&folder).expect("the temporary folder goes");
        assert!(matches!(outcome, Err(SchemaError::Drift(_))));
    }
}
