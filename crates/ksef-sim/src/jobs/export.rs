//! An export: the invoices found, packed, split and encrypted.

use super::Job;
use crate::domain::documents::Document;
use crate::domain::exports::{Failure, Last, Package, Part, part_name};
use crate::domain::repository::Record;
use crate::faults::{Fault, Site, Target};
use crate::http::Shared;
use crate::packing::Packer;
use crate::resources::invoice_metadata::describe;
use crate::resources::invoice_query::{self, Query};
use axum::body::Bytes;
use ksef_crypto::SessionKey;
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::codes::ExportStatusCode;
use ksef_wire::{CompressionType, InvoiceMetadata, InvoiceQueryDateType, Operation, PackageMetadata};
use std::sync::Arc;

/// What was found, copied so that packing needs no lock.
struct Found {
    key: Arc<SessionKey>,
    compression: CompressionType,
    is_only_metadata: bool,
    date_type: InvoiceQueryDateType,
    hwm: Option<jiff::Timestamp>,
    invoices: Vec<Item>,
    is_truncated: bool,
}

struct Item {
    metadata: InvoiceMetadata,
    document: Document,
}

/// Makes the package.
pub(super) fn run(shared: &Shared, reference: &ReferenceNumber) {
    let (found, faults) = {
        let mut world = shared.world();
        let now = shared.now();
        if world.faults.is_stalled(now) {
            world.stalled_jobs.push(Job::Export(reference.clone()));
            return;
        }
        let faults = world.faults.take_all(Site::Export, Target::Operation(Operation::InvoiceExport), now);
        let end = world.faults.outcome(Operation::InvoiceExport, now);
        match (find(shared, &world, reference, &faults), end) {
            (Some(_), Some((code, details))) => (Err((ExportStatusCode(code), details)), faults),
            (Some(found), None) => (found, faults),
            (None, _) => return,
        }
    };
    if faults.contains(&Fault::ExportHangs) {
        if let Some(export) = shared.world().exports.get_mut(reference) {
            export.hangs = true;
        }
        return;
    }
    let outcome = found.and_then(|found| {
        pack(found, &faults).map_err(|error| {
            tracing::error!(%error, "an export could not be packed");
            (ExportStatusCode::UNKNOWN_ERROR, Vec::new())
        })
    });
    let now = shared.config.clock.now();
    if let Ok(package) = &outcome {
        for part in &package.parts {
            let content = part.encrypted.as_deref().unwrap_or_default();
            shared.keep_part(&part_name(reference, part.ordinal), content);
        }
    }
    if let Some(export) = shared.world().exports.get_mut(reference) {
        export.outcome = Some((now, outcome));
        export.keeps_slot = faults.contains(&Fault::ExportKeepsSlot);
    }
}

fn find(
    shared: &Shared,
    world: &crate::domain::World,
    reference: &ReferenceNumber,
    faults: &[Fault],
) -> Option<Result<Found, Failure>> {
    let export = world.exports.get(reference)?;
    let Some(key) = export.key.clone() else {
        return Some(Err((ExportStatusCode::KEY_NOT_DECRYPTED, Vec::new())));
    };
    let now = shared.config.clock.now();
    let hwm = invoice_query::hwm(world, now);
    // The filters were checked when the export was asked for; what may have changed is the mark only.
    let query = match Query::check(export.filters.clone(), export.requested_at, hwm) {
        Ok(query) => query,
        Err(_) => return Some(Err((ExportStatusCode::UNKNOWN_ERROR, Vec::new()))),
    };
    if query.is_beyond_hwm {
        let detail = invoice_query::BEYOND_HWM.to_owned();
        return Some(Err((ExportStatusCode::RANGE_BEYOND_HWM, vec![detail])));
    }
    // One more than allowed was seen, and no word of it (field notes B1, issue 821).
    let hidden = usize::from(faults.contains(&Fault::ExportHidesTruncation));
    let records: Vec<&Record> = query.find(world, &export.context, now, false, INVOICES_MAX + hidden);
    // Exactly 10,000 count as truncated, as in the query for metadata (field notes B1, issue 816).
    let is_truncated = records.len() >= INVOICES_MAX;
    let invoices = records
        .into_iter()
        .map(|record| Item { metadata: describe(record), document: record.document.clone() })
        .collect();
    Some(Ok(Found {
        key,
        compression: export.compression.clone(),
        is_only_metadata: export.is_only_metadata,
        date_type: export.filters.date_range.date_type.clone(),
        hwm: query.hwm,
        invoices,
        is_truncated,
    }))
}

fn pack(found: Found, faults: &[Fault]) -> std::io::Result<Package> {
    let Found { key, compression, is_only_metadata, date_type, hwm, invoices, mut is_truncated } = found;
    let mut packer = Packer::new(&compression);
    let mut packed = Vec::with_capacity(invoices.len());
    for Item { metadata, document } in invoices {
        if !is_only_metadata {
            packer.add(&format!("{}.xml", metadata.ksef_number), &document.bytes())?;
        }
        packed.push(metadata);
        if packer.written_bytes() >= PACKAGE_BYTES_MAX {
            is_truncated = true;
            break;
        }
    }
    let truncated_at = packed.last().filter(|_| is_truncated).map(|last| match date_type {
        InvoiceQueryDateType::Issue => Last::Issue(last.issue_date),
        InvoiceQueryDateType::Invoicing => Last::Invoicing(last.invoicing_date.0),
        _ => Last::PermanentStorage(last.permanent_storage_date.0),
    });
    let invoice_count = packed.len();
    let mut list = serde_json::to_vec(&PackageMetadata { invoices: packed })?;
    if faults.contains(&Fault::ExportCutList) {
        list.truncate(list.len() / 2);
    }
    packer.add("_metadata.json", &list)?;
    let package = packer.finish()?;
    let is_hash_wrong = faults.contains(&Fault::ExportWrongHash);
    let hash = |bytes: &[u8]| {
        let mut digest = ksef_crypto::sha256(bytes);
        digest[0] ^= u8::from(is_hash_wrong);
        Sha256Hash::from_bytes(&digest)
    };
    let parts = package
        .chunks(PART_BYTES_MAX)
        .zip(1..)
        .map(|(part, ordinal)| {
            let encrypted = key.encrypt(part);
            Part {
                ordinal,
                size: part.len(),
                hash: hash(part),
                encrypted_hash: hash(&encrypted),
                encrypted_size: encrypted.len(),
                encrypted: Some(Bytes::from(encrypted)),
            }
        })
        .collect();
    let truncated_at = truncated_at.filter(|_| !faults.contains(&Fault::ExportHidesTruncation));
    Ok(Package { invoice_count, size: package.len(), parts, truncated_at, hwm })
}

/// "Limit liczby faktur: 10 000 sztuk"
const INVOICES_MAX: usize = 10_000;
/// "Limit rozmiaru danych (skompresowanych): 1GB"
const PACKAGE_BYTES_MAX: u64 = 1_000_000_000;
/// "dzielona na części o maksymalnym rozmiarze 50 MB"
const PART_BYTES_MAX: usize = 50_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(date_type: InvoiceQueryDateType, is_truncated: bool) -> Found {
        let metadata = json!({
            "ksefNumber": "5265877635-20250826-0100001AF629-AF", "invoiceNumber": "FV/1", "issueDate": "2025-08-25",
            "invoicingDate": "2025-08-26T08:00:00Z", "acquisitionDate": "2025-08-26T08:00:01Z",
            "permanentStorageDate": "2025-08-26T08:00:02Z", "seller": { "nip": "5265877635" },
            "buyer": { "identifier": { "type": "None" } }, "netAmount": 100, "grossAmount": 123, "vatAmount": 23,
            "currency": "PLN", "invoicingMode": "Online", "invoiceType": "Vat",
            "formCode": { "systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA" },
            "isSelfInvoicing": false, "hasAttachment": false,
            "invoiceHash": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        });
        let metadata = serde_json::from_value(metadata).expect("metadata");
        Found {
            key: Arc::new(SessionKey::generate()),
            compression: CompressionType::Zip,
            is_only_metadata: false,
            date_type,
            hwm: None,
            invoices: vec![Item { metadata, document: Document::of(b"<Faktura/>") }],
            is_truncated,
        }
    }

    /// "Pole występuje wyłącznie wtedy, gdy paczka została ucięta", and then the one of the date asked for.
    #[test]
    fn truncated_packages_tell_where_to_go_on() {
        let last = |date_type, is_truncated| {
            pack(found(date_type, is_truncated), &[]).expect("packed in memory").truncated_at
        };
        assert!(last(InvoiceQueryDateType::Issue, false).is_none());
        assert!(
            matches!(last(InvoiceQueryDateType::Issue, true), Some(Last::Issue(date)) if date.day() == 25)
        );
        let at = |second: i64| jiff::Timestamp::from_second(1_756_195_200 + second).expect("a time");
        let invoiced = last(InvoiceQueryDateType::Invoicing, true);
        assert!(matches!(invoiced, Some(Last::Invoicing(found)) if found == at(0)));
        let stored = last(InvoiceQueryDateType::PermanentStorage, true);
        assert!(matches!(stored, Some(Last::PermanentStorage(found)) if found == at(2)));
    }

    #[test]
    fn parts_decrypt_to_the_package() {
        let found = found(InvoiceQueryDateType::Issue, false);
        let key = Arc::clone(&found.key);
        let package = pack(found, &[]).expect("packed in memory");
        assert_eq!(package.parts.len(), 1);
        let plain =
            key.decrypt(package.parts[0].encrypted.as_ref().expect("it was just made")).expect("it decrypts");
        assert_eq!((plain.len(), package.invoice_count), (package.size, 1));
        assert!(plain.starts_with(b"PK"));
    }
}
