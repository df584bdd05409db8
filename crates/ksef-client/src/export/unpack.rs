//! The invoices of a package, one at a time, within bounds.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use ksef_crypto::sha256;
use ksef_id::{KsefNumber, Sha256Hash};
use ksef_wire::{CompressionType, InvoiceMetadata, PackageMetadata};

/// How much a package may hold. The defaults are KSeF's own limits, with room.
#[derive(Debug, Clone)]
pub struct ExportLimits {
    /// Invoices: 10,000.
    pub invoices_max: usize,
    /// Bytes of one invoice.
    pub invoice_bytes_max: u64,
    /// Bytes of `_metadata.json`.
    pub metadata_bytes_max: u64,
}

impl Default for ExportLimits {
    fn default() -> Self {
        Self {
            invoices_max: 10_000,
            invoice_bytes_max: 16 * 1024 * 1024,
            metadata_bytes_max: 256 * 1024 * 1024,
        }
    }
}

/// An invoice of a package.
#[derive(Debug, Clone)]
pub struct ExportedInvoice {
    /// Its number, from its file's name.
    pub number: KsefNumber,
    /// Its bytes, exactly as KSeF keeps them.
    pub bytes: Vec<u8>,
}

/// Why a package was not opened to its end.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The file cannot be read, or is no archive of that kind.
    #[error("the package cannot be read")]
    Read(#[from] io::Error),
    /// It is damaged, or no ZIP.
    #[error("the package is no ZIP or damaged")]
    Zip(#[from] zip::result::ZipError),
    /// A file that does not belong there.
    #[error("the package holds a file {name:?}, which is neither an invoice nor the list of them")]
    StrangeName {
        /// Its name, cut.
        name: String,
    },
    /// More than KSeF packs.
    #[error("the package holds more than {max} {what}")]
    TooMuch {
        /// The limit.
        max: u64,
        /// Of what.
        what: &'static str,
    },
    /// There is no list, or it cannot be read.
    #[error("the package's _metadata.json is missing or unreadable")]
    Metadata(#[source] Option<serde_json::Error>),
    /// The list and the invoices do not agree.
    #[error("the package's list and its invoice {number} do not agree: {what}")]
    Differs {
        /// The invoice.
        number: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// Hands over every invoice of a package, then gives the list that came with it; each invoice was compared with it.
///
/// Blocks. Memory: one invoice, and the list. The list stands anywhere in the archive, so an invoice is handed over
/// before it could be compared; when this ends with an error, take nothing.
///
/// # Errors
/// [`UnpackError`].
pub fn unpack(
    package: &Path,
    compression: &CompressionType,
    limits: &ExportLimits,
    mut take: impl FnMut(ExportedInvoice),
) -> Result<Vec<InvoiceMetadata>, UnpackError> {
    let mut contents = Contents { limits, hashes: HashMap::new(), metadata: None };
    each_file(package, compression, |name, content| contents.file(name, content, &mut take))?;
    contents.compare()
}

/// Hands over every invoice of a package with its entry of the list that was read before ([`read_list`]), after it was compared
/// with it.
///
/// Blocks. Memory: one invoice, and some bytes for each of the list. When this ends with an error, the package is not what its list
/// says; what was handed over is.
///
/// # Errors
/// [`UnpackError`].
pub fn unpack_listed(
    package: &Path,
    compression: &CompressionType,
    limits: &ExportLimits,
    list: &[InvoiceMetadata],
    mut take: impl FnMut(&InvoiceMetadata, Vec<u8>),
) -> Result<(), UnpackError> {
    let mut left: HashMap<&KsefNumber, &InvoiceMetadata> =
        list.iter().map(|invoice| (&invoice.ksef_number, invoice)).collect();
    let listed = left.len();
    each_file(package, compression, |name, content| {
        if name == METADATA_NAME {
            return Ok(());
        }
        let number = number_of(name)?;
        let differs = |what| UnpackError::Differs { number: number.to_string(), what };
        let invoice = left.remove(&number).ok_or_else(|| differs("it is not in the list, or there twice"))?;
        if listed - left.len() > limits.invoices_max {
            return Err(UnpackError::TooMuch { max: limits.invoices_max as u64, what: "invoices" });
        }
        let bytes = read_within(content, limits.invoice_bytes_max, "bytes of an invoice")?;
        if Sha256Hash::from_bytes(&sha256(&bytes)) != invoice.invoice_hash {
            return Err(differs("its hash"));
        }
        take(invoice, bytes);
        Ok(())
    })?;
    // A package of metadata alone has no invoices.
    match left.keys().next().filter(|_| left.len() < listed) {
        Some(missing) => {
            Err(UnpackError::Differs { number: missing.to_string(), what: "its file is missing" })
        }
        None => Ok(()),
    }
}

/// The list that came with a package, and nothing else of it: for whoever has to know what an invoice is while it is handed
/// over.
///
/// Blocks. Memory: the list.
///
/// # Errors
/// [`UnpackError`].
pub fn read_list(
    package: &Path,
    compression: &CompressionType,
    limits: &ExportLimits,
) -> Result<Vec<InvoiceMetadata>, UnpackError> {
    let file = File::open(package)?;
    let mut list = None;
    if *compression == CompressionType::TarGz {
        let mut archive = tar::Archive::new(flate2::read::MultiGzDecoder::new(BufReader::new(file)));
        for entry in archive.entries()? {
            let mut entry = entry?;
            if &*entry.path_bytes() == METADATA_NAME.as_bytes() {
                list = Some(read_within(&mut entry, limits.metadata_bytes_max, "bytes of _metadata.json")?);
                break;
            }
        }
    } else {
        let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
        if let Some(index) = archive.index_for_name(METADATA_NAME) {
            let mut entry = archive.by_index(index)?;
            list = Some(read_within(&mut entry, limits.metadata_bytes_max, "bytes of _metadata.json")?);
        }
    }
    let bytes = list.ok_or(UnpackError::Metadata(None))?;
    let metadata: PackageMetadata =
        serde_json::from_slice(&bytes).map_err(|error| UnpackError::Metadata(Some(error)))?;
    Ok(metadata.invoices)
}

struct Contents<'a> {
    limits: &'a ExportLimits,
    hashes: HashMap<KsefNumber, Sha256Hash>,
    metadata: Option<PackageMetadata>,
}

impl Contents<'_> {
    fn file(
        &mut self,
        name: &str,
        content: &mut dyn Read,
        take: &mut impl FnMut(ExportedInvoice),
    ) -> Result<(), UnpackError> {
        if name == METADATA_NAME {
            let bytes = read_within(content, self.limits.metadata_bytes_max, "bytes of _metadata.json")?;
            let metadata =
                serde_json::from_slice(&bytes).map_err(|error| UnpackError::Metadata(Some(error)))?;
            self.metadata = Some(metadata);
            return Ok(());
        }
        let number = number_of(name)?;
        if self.hashes.len() >= self.limits.invoices_max {
            return Err(UnpackError::TooMuch { max: self.limits.invoices_max as u64, what: "invoices" });
        }
        let bytes = read_within(content, self.limits.invoice_bytes_max, "bytes of an invoice")?;
        let hash = Sha256Hash::from_bytes(&sha256(&bytes));
        if self.hashes.insert(number.clone(), hash).is_some() {
            return Err(UnpackError::Differs { number: number.to_string(), what: "it is there twice" });
        }
        take(ExportedInvoice { number, bytes });
        Ok(())
    }

    /// Every invoice stands in the list with its hash. The list may be longer: a package of metadata alone has no invoices.
    fn compare(self) -> Result<Vec<InvoiceMetadata>, UnpackError> {
        let list = self.metadata.ok_or(UnpackError::Metadata(None))?.invoices;
        let listed: HashMap<&KsefNumber, &Sha256Hash> =
            list.iter().map(|invoice| (&invoice.ksef_number, &invoice.invoice_hash)).collect();
        for (number, hash) in &self.hashes {
            let what = match listed.get(number) {
                Some(listed) if *listed == hash => continue,
                Some(_) => "its hash",
                None => "it is not in the list",
            };
            return Err(UnpackError::Differs { number: number.to_string(), what });
        }
        let missing = listed.keys().find(|number| !self.hashes.contains_key(**number));
        if let Some(missing) = missing.filter(|_| !self.hashes.is_empty()) {
            return Err(UnpackError::Differs { number: missing.to_string(), what: "its file is missing" });
        }
        Ok(list)
    }
}

/// Goes through the files of a package.
fn each_file(
    package: &Path,
    compression: &CompressionType,
    mut look: impl FnMut(&str, &mut dyn Read) -> Result<(), UnpackError>,
) -> Result<(), UnpackError> {
    let file = File::open(package)?;
    if *compression == CompressionType::TarGz {
        let mut archive = tar::Archive::new(flate2::read::MultiGzDecoder::new(BufReader::new(file)));
        for entry in archive.entries()? {
            let mut entry = entry?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            look(&name, &mut entry)?;
        }
    } else {
        let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index)?;
            let name = entry.name()?.into_owned();
            look(&name, &mut entry)?;
        }
    }
    Ok(())
}

/// The KSeF number of a package's file. A name that is a number has no folder in it, so no name leads anywhere.
fn number_of(name: &str) -> Result<KsefNumber, UnpackError> {
    let number = name.strip_suffix(".xml").and_then(|stem| KsefNumber::parse(stem).ok());
    number.ok_or_else(|| UnpackError::StrangeName { name: name.chars().take(100).collect() })
}

fn read_within(content: &mut dyn Read, bytes_max: u64, what: &'static str) -> Result<Vec<u8>, UnpackError> {
    let mut bytes = Vec::new();
    // One more than allowed tells that there is more, whatever the header said.
    content.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        Err(UnpackError::TooMuch { max: bytes_max, what })
    } else {
        Ok(bytes)
    }
}

const METADATA_NAME: &str = "_metadata.json";
