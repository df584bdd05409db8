//! Exports: fetched from the simulator, and packages that are not what they should be.

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ksef_client::Access;
use ksef_client::batch::{BatchDocument, DocumentSource, PackOptions, pack};
use ksef_client::export::{ExportLimits, UnpackError, next_export, read_list, unpack, unpack_listed};
use ksef_crypto::SessionKey;
use ksef_sim::Fault;
use ksef_wire::{
    CompressionType, InvoiceExportStatusResponse, InvoiceMetadata, InvoiceQueryFilters, Operation,
};
use serde_json::json;
use support::{access, ec, fa3, invoice, simulator};

fn since(from: jiff::Timestamp) -> InvoiceQueryFilters {
    let filters = json!({
        "subjectType": "Subject1",
        "dateRange": { "dateType": "PermanentStorage", "from": from.to_string() },
    });
    serde_json::from_value(filters).expect("filters")
}

/// Sends so many invoices as a batch; gives them by their hash.
async fn sent(access: &Access, count: usize) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut by_hash = BTreeMap::new();
    let documents: Vec<BatchDocument> = (0..count)
        .map(|n| {
            let bytes = invoice(&format!("E/{n}"));
            by_hash.insert(
                ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(&bytes)).to_string(),
                bytes.clone(),
            );
            BatchDocument {
                name: format!("{n}.xml"),
                source: DocumentSource::Bytes(bytes.into()),
                expected_hash: None,
            }
        })
        .collect();
    let key = SessionKey::generate();
    let batch = pack(&documents, &key, folder.path(), &PackOptions::default()).expect("packed");
    let mut upload = access.open_batch_session(&fa3(), &batch, &key, false).await.expect("opened");
    access.upload_parts(&mut upload, 1, |_| ()).await.expect("brought");
    access.close_batch_session(&upload.reference_number).await.expect("closed");
    let status = support::ended(access, &upload.reference_number).await;
    assert_eq!(status.successful_invoice_count, i32::try_from(count).ok(), "{status:?}");
    by_hash
}

async fn ready(access: &Access, export: &ksef_id::ReferenceNumber) -> InvoiceExportStatusResponse {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = access.export_status(export).await.expect("a status");
        if answer.status.code >= 200 {
            return answer;
        }
        assert!(Instant::now() < deadline, "{answer:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn every_invoice_comes_back_as_it_was_sent() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(5);
    let sent = sent(&access, 40).await;
    for compression in [CompressionType::Zip, CompressionType::TarGz] {
        let folder = tempfile::tempdir().expect("a folder");
        let export = access.start_export(&since(began), compression, false).await.expect("started");
        assert_eq!(ready(&access, &export.reference_number).await.status.code, 200);
        let package = access.download_export(&export, folder.path()).await.expect("fetched");
        let mut found = BTreeMap::new();
        let list = unpack(&package.path, &package.compression, &ExportLimits::default(), |invoice| {
            let hash = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(&invoice.bytes)).to_string();
            found.insert(hash, invoice.bytes);
        })
        .expect("opened");
        assert_eq!(list.len(), 40);
        assert_eq!(found, sent);
        let limits = ExportLimits::default();
        let list = read_list(&package.path, &package.compression, &limits).expect("a list");
        let mut listed = BTreeMap::new();
        unpack_listed(&package.path, &package.compression, &limits, &list, |metadata, bytes| {
            listed.insert(metadata.invoice_hash.to_string(), bytes);
        })
        .expect("opened");
        assert_eq!(listed, sent);
        let next = next_export(began, &package.package);
        assert!(next.from > began && !next.is_truncated, "{next:?}");

        // Cut and changed packages are noticed, wherever it is.
        let whole = std::fs::read(&package.path).expect("a package");
        for at in (0..whole.len()).step_by(whole.len() / 40) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            std::fs::write(&package.path, &damaged).expect("written");
            let mut intact = true;
            let opened = unpack(&package.path, &package.compression, &ExportLimits::default(), |invoice| {
                let hash = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(&invoice.bytes)).to_string();
                intact &= sent.contains_key(&hash);
            });
            assert!(opened.is_err() || intact, "byte {at} was changed unnoticed");
            // What was handed over with its entry is what the list says, even if something fails later.
            let _ = unpack_listed(&package.path, &package.compression, &limits, &list, |_, bytes| {
                let hash = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(&bytes)).to_string();
                assert!(sent.contains_key(&hash), "byte {at} was changed unnoticed");
            });
        }
        std::fs::write(&package.path, &whole[..whole.len() / 2]).expect("written");
        let cut = unpack(&package.path, &package.compression, &ExportLimits::default(), |_| ());
        assert!(cut.is_err(), "half a package");
    }
    let export = access.start_export(&since(began), CompressionType::Zip, true).await.expect("started");
    ready(&access, &export.reference_number).await;
    let folder = tempfile::tempdir().expect("a folder");
    let package = access.download_export(&export, folder.path()).await.expect("fetched");
    let list =
        unpack(&package.path, &package.compression, &ExportLimits::default(), |_| panic!("no invoices"));
    assert_eq!(list.expect("a list").len(), 40, "metadata alone");
}

#[tokio::test]
async fn an_export_with_another_key_is_refused() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(5);
    sent(&access, 3).await;
    let mut export = access.start_export(&since(began), CompressionType::Zip, false).await.expect("started");
    ready(&access, &export.reference_number).await;
    export.key = SessionKey::generate();
    let folder = tempfile::tempdir().expect("a folder");
    let error = access.download_export(&export, folder.path()).await.expect_err("another key");
    assert!(error.to_string().contains("not what KSeF announced"), "{error}");
}

#[tokio::test]
async fn an_export_whose_key_was_not_opened_is_made_once_more_with_new_keys() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(5);
    sent(&access, 3).await;
    let patient = Duration::from_secs(30);
    let count = |operation| simulator.inspect().count(operation);
    for (rejected, expected) in [(1, 200), (2, 415)] {
        let before = (count(Operation::InvoiceExport), count(Operation::PublicKeyCertificates));
        simulator.inject(Operation::InvoiceExport, Fault::RejectKey, rejected);
        let made =
            access.make_export(&since(began), CompressionType::TarGz, false, patient).await.expect("made");
        assert_eq!(made.status.status.code, expected, "{:?}", made.status);
        assert_eq!(count(Operation::InvoiceExport) - before.0, 2, "once more, and never again");
        assert_eq!(count(Operation::PublicKeyCertificates) - before.1, 1, "fetched anew");
        if expected == 200 {
            let folder = tempfile::tempdir().expect("a folder");
            let package = access.download_export(&made.export, folder.path()).await.expect("fetched");
            assert_eq!(package.package.invoice_count, 3, "the key is the second one's");
        }
    }
    // One that takes longer than it is waited for is given back as it is.
    simulator.inject(Operation::InvoiceExport, Fault::ExportHangs, 1);
    let shortly = Duration::from_millis(50);
    let made = access.make_export(&since(began), CompressionType::Zip, true, shortly).await.expect("begun");
    assert_eq!(made.status.status.code, 100);
}

const NUMBER: &str = "5265877635-20250826-0100001AF629-AF";

fn package(folder: &Path, files: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.join("package.zip");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).expect("a file"));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("begun");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("a ZIP");
    path
}

#[test]
fn packages_that_ksef_does_not_make_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let limits = ExportLimits { invoices_max: 1, invoice_bytes_max: 1000, metadata_bytes_max: 1000 };
    let check = |files: &[(&str, &[u8])]| {
        let path = package(folder.path(), files);
        unpack(&path, &CompressionType::Zip, &limits, |_| ()).expect_err("refused")
    };
    let invoice = format!("{NUMBER}.xml");
    let base = "5265877635-20250826-0100001AF62A";
    let other = format!("{base}-{:02X}.xml", ksef_id::crc8(base.as_bytes()));
    let empty = br#"{"invoices":[]}"#;
    assert!(matches!(check(&[("../../etc/passwd", b"x")]), UnpackError::StrangeName { .. }));
    assert!(matches!(check(&[("/abs.xml", b"x")]), UnpackError::StrangeName { .. }));
    assert!(matches!(check(&[(&invoice, &[b' '; 1001])]), UnpackError::TooMuch { .. }), "a bomb");
    assert!(matches!(check(&[("_metadata.json", &[b' '; 1001])]), UnpackError::TooMuch { .. }));
    assert!(matches!(check(&[("_metadata.json", b"{")]), UnpackError::Metadata(Some(_))));
    assert!(matches!(check(&[(&invoice, b"<a/>")]), UnpackError::Metadata(None)));
    assert!(matches!(check(&[(&invoice, b"<a/>"), (&other, b"<a/>")]), UnpackError::TooMuch { .. }));
    let unlisted = check(&[(&invoice, b"<a/>"), ("_metadata.json", empty)]);
    assert!(matches!(unlisted, UnpackError::Differs { .. }), "{unlisted}");
    // The same where the list was read before.
    let listed = |files: &[(&str, &[u8])], list: &[InvoiceMetadata]| {
        let path = package(folder.path(), files);
        unpack_listed(&path, &CompressionType::Zip, &limits, list, |_, _| ())
    };
    let entry = metadata_of(NUMBER, b"<a/>");
    let list = [entry];
    listed(&[(&invoice, b"<a/>"), ("_metadata.json", empty)], &list).expect("it is as listed");
    listed(&[("_metadata.json", empty)], &list).expect("metadata alone");
    let differs = |files: &[(&str, &[u8])]| match listed(files, &list) {
        Err(UnpackError::Differs { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    let unlisted = "it is not in the list, or there twice";
    assert_eq!(differs(&[(&invoice, b"<b/>")]), "its hash");
    assert_eq!(differs(&[(&other, b"<a/>")]), unlisted);
    assert_eq!(differs(&[(&invoice, b"<a/>"), (&other, b"<a/>")]), unlisted);
    let pair = [list[0].clone(), metadata_of(&other[..other.len() - 4], b"<a/>")];
    let missing = listed(&[(&invoice, b"<a/>")], &pair).expect_err("refused");
    assert!(matches!(missing, UnpackError::Differs { what: "its file is missing", .. }), "{missing}");
    let many = listed(&[(&invoice, b"<a/>"), (&other, b"<a/>")], &pair).expect_err("refused");
    assert!(matches!(many, UnpackError::TooMuch { .. }), "{many}");
    assert!(matches!(listed(&[(&invoice, &[b' '; 1001])], &list), Err(UnpackError::TooMuch { .. })));
    assert!(matches!(listed(&[("../x", b"x")], &list), Err(UnpackError::StrangeName { .. })));
    let path = folder.path().join("no.zip");
    std::fs::write(&path, b"no archive").expect("written");
    for compression in [CompressionType::Zip, CompressionType::TarGz] {
        assert!(unpack(&path, &compression, &limits, |_| ()).is_err());
    }
}

/// What the list of a package says of an invoice with this number and these bytes.
fn metadata_of(number: &str, bytes: &[u8]) -> InvoiceMetadata {
    let hash = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(bytes));
    serde_json::from_value(serde_json::json!({
        "ksefNumber": number, "invoiceNumber": "FV/1", "issueDate": "2025-08-26",
        "invoicingDate": "2025-08-26T10:00:00+00:00", "acquisitionDate": "2025-08-26T10:00:00+00:00",
        "permanentStorageDate": "2025-08-26T10:00:00+00:00",
        "seller": { "nip": "5265877635" }, "buyer": { "identifier": { "type": "None" } },
        "netAmount": 1.0, "grossAmount": 1.23, "vatAmount": 0.23, "currency": "PLN",
        "invoicingMode": "Online", "invoiceType": "Vat",
        "formCode": { "systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA" },
        "isSelfInvoicing": false, "hasAttachment": false, "invoiceHash": hash.to_string(),
    }))
    .expect("metadata")
}
