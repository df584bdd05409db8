//! `cargo xtask schemas`: the official XSDs, compiled into the tables that ksef-invoice embeds.
//!
//! The XSDs themselves are not ours to commit. The tables say what they demand (names, order, counts, facets) in a
//! format of our own, one line a fact, with the SHA-256 of each source, so that a change of the state's schema shows
//! as a readable diff. What the compiler does not understand is an error, never left out.

mod emit;
mod xsd;

use std::collections::BTreeMap;
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
    #[error("the forms that share {0} give different tables for it")]
    Libraries(&'static str),
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
    /// Prefixes that the table gives to the namespaces of these.
    prefixes: &'static [(&'static str, &'static str)],
    /// The table for what other forms have as well.
    library: Option<&'static str>,
}

const TARGETS: &[Target] = &[
    Target {
        form: "FA(3)",
        table: "fa3.txt",
        root: "Faktura",
        main: "schemy/FA/schemat_FA(3)_v1-0E.xsd",
        base: FA_BASE,
        prefixes: FA_PREFIXES,
        library: None,
    },
    Target {
        form: "FA(2)",
        table: "fa2.txt",
        root: "Faktura",
        main: "schemy/FA/schemat_FA(2)_v1-0E.xsd",
        base: FA_BASE,
        prefixes: FA_PREFIXES,
        library: None,
    },
    Target {
        form: "FA_RR(1)",
        table: "fa_rr1.txt",
        root: "Faktura",
        main: "schemy/RR/schemat_FA_RR(1)_v1-1E.xsd",
        base: FA_BASE,
        prefixes: FA_PREFIXES,
        library: None,
    },
    Target {
        form: "UPO(4-3)",
        table: "upo43.txt",
        root: "Potwierdzenie",
        main: "upo/schemy/upo-v4-3.xsd",
        base: &[],
        prefixes: &[],
        library: None,
    },
    Target {
        form: "PEF(3)",
        table: "pef3.txt",
        root: "Invoice",
        main: "schemy/PEF/Schemat_PEF(3)_v2-1.xsd",
        base: UBL_BASE,
        prefixes: UBL_PREFIXES,
        library: Some("ubl21.txt"),
    },
    Target {
        form: "PEF_KOR(3)",
        table: "pef_kor3.txt",
        root: "CreditNote",
        main: "schemy/PEF/Schemat_PEF_KOR(3)_v2-1.xsd",
        base: UBL_BASE,
        prefixes: UBL_PREFIXES,
        library: Some("ubl21.txt"),
    },
];

const FA_PREFIXES: &[(&str, &str)] =
    &[("etd", "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/")];

const UBL_BASE: &[&str] = &[
    "schemy/PEF/bazowe/20241206_PEFPL-CommonAggregateComponents-2.1-v1.4.34.xsd",
    "schemy/PEF/bazowe/20241206_PEFPL-CommonBasicComponents-2.1-v1.4.34.xsd",
    "schemy/PEF/bazowe/CCTS_CCT_SchemaModule-2.1.xsd",
    "schemy/PEF/bazowe/UBL-CommonAggregateComponents-2.1.xsd",
    "schemy/PEF/bazowe/UBL-CommonBasicComponents-2.1.xsd",
    "schemy/PEF/bazowe/UBL-CommonExtensionComponents-2.1.xsd",
    "schemy/PEF/bazowe/UBL-CommonSignatureComponents-2.1.xsd",
    "schemy/PEF/bazowe/UBL-ExtensionContentDataType-2.1.xsd",
    "schemy/PEF/bazowe/UBL-QualifiedDataTypes-2.1.xsd",
    "schemy/PEF/bazowe/UBL-SignatureAggregateComponents-2.1.xsd",
    "schemy/PEF/bazowe/UBL-SignatureBasicComponents-2.1.xsd",
    "schemy/PEF/bazowe/UBL-UnqualifiedDataTypes-2.1.xsd",
    "schemy/PEF/bazowe/UBL-XAdESv132-2.1.xsd",
    "schemy/PEF/bazowe/UBL-XAdESv141-2.1.xsd",
    "schemy/PEF/bazowe/UBL-xmldsig-core-schema-2.1.xsd",
];

const UBL_PREFIXES: &[(&str, &str)] = &[
    ("cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"),
    ("cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"),
    ("ext", "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"),
    ("cac-pl", "urn:pl:extended:CommonAggregateComponents-2"),
    ("cbc-pl", "urn:pl:extended:CommonBasicComponents-2"),
    ("udt", "urn:oasis:names:specification:ubl:schema:xsd:UnqualifiedDataTypes-2"),
    ("qdt", "urn:oasis:names:specification:ubl:schema:xsd:QualifiedDataTypes-2"),
    ("cct", "urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2"),
    ("sig", "urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2"),
    ("sac", "urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2"),
    ("sbc", "urn:oasis:names:specification:ubl:schema:xsd:SignatureBasicComponents-2"),
    ("xades", "http://uri.etsi.org/01903/v1.3.2#"),
    ("xades141", "http://uri.etsi.org/01903/v1.4.1#"),
    ("ds", "http://www.w3.org/2000/09/xmldsig#"),
];

const FA_BASE: &[&str] = &[
    "schemy/FA/bazowe/StrukturyDanych_v10-0E.xsd",
    "schemy/FA/bazowe/ElementarneTypyDanych_v10-0E.xsd",
    "schemy/FA/bazowe/KodyKrajow_v10-0E.xsd",
];

/// Compiles or checks every table; the answer is what to tell the user.
pub(crate) fn run(arguments: &Arguments) -> Result<String, SchemaError> {
    let mut words = Vec::new();
    // What a library's first form gives, every other must give too.
    let mut libraries: BTreeMap<&str, String> = BTreeMap::new();
    for target in TARGETS {
        let compiled = compile(target, &arguments.from)?;
        words.push(settle(arguments, target.form, target.table, &compiled.table)?);
        let (Some(name), Some(library)) = (target.library, compiled.library) else { continue };
        match libraries.get(name) {
            None => {
                words.push(settle(arguments, name, name, &library)?);
                libraries.insert(name, library);
            }
            Some(first) if *first == library => {}
            Some(_) => return Err(SchemaError::Libraries(name)),
        }
    }
    Ok(words.join("\n"))
}

/// Compares a table with the committed one, or writes it.
fn settle(arguments: &Arguments, title: &str, name: &str, compiled: &str) -> Result<String, SchemaError> {
    let path = arguments.tables.join(name);
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if arguments.check {
        return if committed == compiled {
            Ok(format!("{title}: agrees"))
        } else {
            Err(SchemaError::Drift(path))
        };
    }
    if committed == compiled {
        return Ok(format!("{title}: unchanged"));
    }
    fs::write(&path, compiled).map_err(|source| SchemaError::Write { path, source })?;
    Ok(format!("{title}: written, {} lines", compiled.lines().count()))
}

struct Compiled {
    table: String,
    library: Option<String>,
}

fn compile(target: &Target, from: &Path) -> Result<Compiled, SchemaError> {
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
    let schema = xsd::Schema::read(&sources, &documents, target.root, target.prefixes)?;
    let (own, others) = sources.split_at(1);
    Ok(match target.library {
        None => Compiled { table: emit::table(target.form, &sources, &schema), library: None },
        Some(_) => Compiled {
            table: emit::table(target.form, own, &schema),
            library: Some(emit::library(others, &schema)),
        },
    })
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
