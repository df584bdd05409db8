//! Which files are sent, what they are, and whose they seem to be.

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use invoice_tables::{ColumnMap, Source};
use ksef_id::{ContextIdentifier, Nip};
use serde_json::Value;
use walkdir::WalkDir;

use crate::failure::Failure;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xml,
    Json,
    Csv,
    Xlsx,
}

impl Kind {
    /// By the name's ending, else by how the content begins; what is neither is left to the gateway as XML.
    pub(super) fn of(file: &Path, content: &[u8]) -> Self {
        if let Some(kind) = Self::of_name(file) {
            return kind;
        }
        let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
        match content.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{' | b'[') => Self::Json,
            _ => Self::Xml,
        }
    }

    fn of_name(file: &Path) -> Option<Self> {
        let extension = file.extension()?.to_string_lossy().to_ascii_lowercase();
        match extension.as_str() {
            "xml" => Some(Self::Xml),
            "json" => Some(Self::Json),
            "csv" | "tsv" => Some(Self::Csv),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            _ => None,
        }
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml",
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// What the arguments lead to.
pub(super) struct Found {
    /// In the order of the arguments; those of a folder by name.
    pub(super) files: Vec<PathBuf>,
    pub(super) failures: Vec<Failure>,
}

/// Takes files as they are, and of folders every file of a known ending, however deep; links are not followed.
pub(super) fn find(arguments: &[PathBuf]) -> Found {
    let mut found = Found { files: Vec::new(), failures: Vec::new() };
    for argument in arguments {
        if !argument.is_dir() {
            found.files.push(argument.clone());
            continue;
        }
        let before = (found.files.len(), found.failures.len());
        for entry in WalkDir::new(argument).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && Kind::of_name(entry.path()).is_some() => {
                    found.files.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(argument).to_owned();
                    found.failures.push(Failure::unreadable(&path, &error.into()));
                }
            }
        }
        if before == (found.files.len(), found.failures.len()) {
            let folder = argument.display();
            found.failures.push(Failure::new(
                format!("w folderze {folder} nie ma faktur (*.xml, *.json, *.csv, *.xlsx)"),
                format!("there are no invoices (*.xml, *.json, *.csv, *.xlsx) in {folder}"),
            ));
        }
    }
    found
}

/// The file; of one that is too long to be taken, so much that the gateway says so.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let read = File::open(file).and_then(|file| file.take(BYTES_MAX).read_to_end(&mut content));
    read.map_err(|error| Failure::unreadable(file, &error))?;
    Ok(content)
}

/// The company that a file speaks for when none is named: its seller, of a file with several the first one's.
pub(super) fn seller_of(file: &Path, kind: Kind, content: &[u8]) -> Result<ContextIdentifier, Failure> {
    let nip = match kind {
        Kind::Xml => ksef_invoice::read(content).ok().map(|invoice| invoice.metadata().seller_nip),
        Kind::Json => serde_json::from_slice(content).ok().and_then(|json: Value| match &json {
            Value::Array(items) => items.first().and_then(nip_in),
            json => nip_in(json),
        }),
        Kind::Csv => first_seller(Source::Csv(Box::new(content))),
        Kind::Xlsx => first_seller(Source::Xlsx(Box::new(Cursor::new(content)))),
    };
    nip.and_then(|nip| Nip::parse(&nip).ok()).map(ContextIdentifier::of_nip).ok_or_else(|| {
        let path = file.display();
        Failure::new(
            format!("{path}: nie widać NIP sprzedawcy; sprawdź plik (bramka validate) albo podaj firmę przez --company"),
            format!("{path}: no seller's NIP can be found; check the file (bramka validate), or name the company with --company"),
        )
    })
}

fn nip_in(json: &Value) -> Option<String> {
    json.pointer("/seller/nip")?.as_str().map(str::to_owned)
}

fn first_seller(table: Source<'_>) -> Option<String> {
    let mut nip = None;
    // What is wrong with the table the gateway says.
    let _ = invoice_tables::read(table, &ColumnMap::built_in(), |invoice| {
        nip = nip_in(&invoice.json);
        ControlFlow::Break(())
    });
    nip
}

/// One byte more than the gateway takes of any kind.
const BYTES_MAX: u64 = 16 * 1024 * 1024 + 1;
