//! Batches: what other programs read out of the packages, what the limits do, and the way through the simulator.

mod support;

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

use ksef_client::batch::{
    BatchDocument, BatchLimits, BatchUpload, DocumentSource, PackError, PackOptions, PackedBatch,
    SendBatchError, SendBatchOptions, UploadError, pack,
};
use ksef_crypto::{SessionKey, sha256};
use ksef_id::Sha256Hash;
use ksef_sim::Fault;
use ksef_wire::{CompressionType, Operation};
use support::{access, ec, fa3, invoice, simulator};

const KINDS: [CompressionType; 2] = [CompressionType::Zip, CompressionType::TarGz];

fn documents(count: usize) -> Vec<BatchDocument> {
    (1..=count)
        .map(|n| BatchDocument {
            name: format!("faktura-{n}.xml"),
            source: DocumentSource::Bytes(invoice(&format!("B/{n}")).into()),
            expected_hash: None,
        })
        .collect()
}

fn bytes(content: Vec<u8>, name: &str) -> BatchDocument {
    BatchDocument {
        name: name.to_owned(),
        source: DocumentSource::Bytes(content.into()),
        expected_hash: None,
    }
}

/// Joins the decrypted parts and lets other people's readers open the package.
fn unpacked(batch: &PackedBatch, key: &SessionKey) -> BTreeMap<String, Vec<u8>> {
    let mut package = Vec::new();
    for part in &batch.parts {
        let encrypted = std::fs::read(&part.path).expect("a part");
        assert_eq!(encrypted.len() as u64, part.bytes);
        assert_eq!(Sha256Hash::from_bytes(&sha256(&encrypted)), part.hash);
        package.extend(key.decrypt(&encrypted).expect("decrypts"));
    }
    assert_eq!(package.len() as u64, batch.bytes);
    assert_eq!(Sha256Hash::from_bytes(&sha256(&package)), batch.hash);
    let mut found = BTreeMap::new();
    if batch.compression == CompressionType::Zip {
        let mut archive = zip::ZipArchive::new(Cursor::new(package)).expect("a ZIP");
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).expect("a file");
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("its checksum holds");
            found.insert(file.name().expect("a name").into_owned(), content);
        }
    } else {
        // One member: a reader that knows no others sees everything.
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(Cursor::new(package)));
        for entry in archive.entries().expect("a tar archive") {
            let mut entry = entry.expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("its content");
            found.insert(entry.path().expect("a path").to_string_lossy().into_owned(), content);
        }
        let mut rest = archive.into_inner();
        std::io::copy(&mut rest, &mut std::io::sink()).expect("the checksum holds");
    }
    found
}

fn expected(documents: &[BatchDocument]) -> BTreeMap<String, Vec<u8>> {
    let content = |document: &BatchDocument| match &document.source {
        DocumentSource::Bytes(bytes) => bytes.to_vec(),
        DocumentSource::File(path) => std::fs::read(path).expect("a file"),
    };
    documents.iter().map(|document| (document.name.clone(), content(document))).collect()
}

fn packed(documents: &[BatchDocument], folder: &Path, options: &PackOptions) -> (PackedBatch, SessionKey) {
    let key = SessionKey::generate();
    (pack(documents, &key, folder, options).expect("packed"), key)
}

#[test]
fn other_readers_find_what_was_packed() {
    let mut documents = documents(700);
    // What compresses not at all, what is empty, what is long, and a name beyond ASCII.
    let mut noise = vec![0; 300_000];
    fastrand::Rng::with_seed(7).fill(&mut noise);
    documents.insert(3, bytes(noise, "szum.bin"));
    documents.insert(4, bytes(Vec::new(), "pusty.xml"));
    documents.insert(500, bytes(b"<Faktura/>".repeat(250_000), "zażółć.xml"));
    for compression in KINDS {
        for (workers, part_bytes) in [(1, 100_000_000), (2, 50_000), (5, 4096)] {
            let folder = tempfile::tempdir().expect("a folder");
            let limits = BatchLimits { parts_max: 10_000, ..BatchLimits::default() };
            let options = PackOptions { compression: compression.clone(), workers, part_bytes, limits };
            let (batch, key) = packed(&documents, folder.path(), &options);
            assert_eq!(batch.documents.len(), documents.len());
            assert_eq!(unpacked(&batch, &key), expected(&documents), "{compression:?}, {workers} workers");
            for (document, packed) in documents.iter().zip(&batch.documents) {
                assert_eq!(document.name, packed.name, "in order");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_left_for_the_next_package() {
    let documents = documents(1000);
    for compression in KINDS {
        // By count, by size, and by parts.
        for limits in [
            BatchLimits { documents_max: 333, ..BatchLimits::default() },
            BatchLimits { package_bytes_max: 200_000, ..BatchLimits::default() },
            BatchLimits { parts_max: 5, part_bytes_max: 40_000, ..BatchLimits::default() },
        ] {
            let options = PackOptions {
                compression: compression.clone(),
                limits: limits.clone(),
                ..PackOptions::default()
            };
            let (mut rest, mut found, mut packages) = (documents.as_slice(), BTreeMap::new(), 0);
            while !rest.is_empty() {
                let folder = tempfile::tempdir().expect("a folder");
                let (batch, key) = packed(rest, folder.path(), &options);
                assert!(batch.documents.len() <= limits.documents_max);
                assert!(batch.bytes <= limits.package_bytes_max);
                assert!(batch.parts.len() <= limits.parts_max);
                found.append(&mut unpacked(&batch, &key));
                rest = &rest[batch.documents.len()..];
                packages += 1;
            }
            assert_eq!(found, expected(&documents));
            assert!(packages > 1 || limits.package_bytes_max > 100_000, "{compression:?}: it was split");
        }
    }
}

#[test]
fn what_cannot_be_packed_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = SessionKey::generate();
    let check = |documents: &[BatchDocument], options: &PackOptions| {
        pack(documents, &key, folder.path(), options).expect_err("refused").to_string()
    };
    let options = PackOptions::default();
    assert_eq!(check(&[], &options), "there is no document to pack");
    let long = "x".repeat(101);
    for name in ["", ".", "..", "a/b.xml", "..\\b.xml", "c:x", "a\0b", long.as_str()] {
        let error = check(&[bytes(vec![], name)], &options);
        assert!(error.contains("cannot be a document's name"), "{name:?}: {error}");
    }
    let twice = [bytes(vec![], "a.xml"), bytes(vec![], "a.xml")];
    assert_eq!(check(&twice, &options), "two documents are called \"a.xml\"");
    let big = [bytes(vec![b'x'; 3_000_001], "a.xml")];
    assert_eq!(check(&big, &options), "a.xml has 3000001 bytes; KSeF takes at most 3000000");
    let gone = BatchDocument {
        name: "a.xml".into(),
        source: DocumentSource::File(folder.path().join("gone.xml")),
        expected_hash: None,
    };
    assert!(check(&[gone], &options).ends_with("gone.xml cannot be read"));
    let mut other = documents(300);
    other[299].expected_hash = Some(Sha256Hash::from_bytes(&sha256(b"something else")));
    assert!(check(&other, &options).contains("faktura-300.xml was changed"));
    let limits = BatchLimits { package_bytes_max: 100, ..BatchLimits::default() };
    let none = check(&documents(1), &PackOptions { limits, ..PackOptions::default() });
    assert_eq!(none, "the limits leave no room for faktura-1.xml");
    let nowhere = pack(&documents(1), &key, &folder.path().join("no"), &options);
    assert!(matches!(nowhere, Err(PackError::Write { .. })), "{nowhere:?}");
}

#[tokio::test]
async fn a_batch_goes_through_and_is_found_by_its_names() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    for (run, compression) in KINDS.into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let documents: Vec<BatchDocument> =
            (1..=150).map(|n| bytes(invoice(&format!("S/{run}/{n}")), &format!("{n}.xml"))).collect();
        // Small enough for several parts of what TarGz leaves, large enough for fifty of what ZIP leaves.
        let options = PackOptions { compression, part_bytes: 6_000, ..PackOptions::default() };
        let (batch, key) = packed(&documents, folder.path(), &options);
        assert_eq!(batch.documents.len(), 150);
        assert!(batch.parts.len() > 1, "several parts: {}", batch.parts.len());
        let mut upload = access.open_batch_session(&fa3(), &batch, &key, false).await.expect("opened");
        let mut told = Vec::new();
        access.upload_parts(&mut upload, 3, |part| told.push(part.ordinal)).await.expect("brought");
        told.sort_unstable();
        assert!(told.iter().copied().eq(1..=i32::try_from(batch.parts.len()).expect("few")), "{told:?}");
        access.close_batch_session(&upload.reference_number).await.expect("closed");
        let status = support::ended(&access, &upload.reference_number).await;
        assert_eq!((status.status.code, status.successful_invoice_count), (200, Some(150)), "{status:?}");
        let mut listed = BTreeMap::new();
        let mut continuation = None;
        loop {
            let page = access
                .session_invoices(&upload.reference_number, continuation.as_deref())
                .await
                .expect("a page");
            listed.extend(
                page.invoices.into_iter().map(|invoice| (invoice.invoice_file_name, invoice.invoice_hash)),
            );
            continuation = page.continuation_token;
            if continuation.is_none() {
                break;
            }
        }
        for document in &batch.documents {
            assert_eq!(listed.get(&Some(document.name.clone())), Some(&document.hash));
        }
    }
}

#[tokio::test]
async fn an_upload_is_gone_on_with_and_notices_damage() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let folder = tempfile::tempdir().expect("a folder");
    let options = PackOptions { part_bytes: 300, ..PackOptions::default() };
    let (batch, key) = packed(&documents(20), folder.path(), &options);
    let mut upload = access.open_batch_session(&fa3(), &batch, &key, false).await.expect("opened");
    let last = upload.parts.last().expect("a part").path.clone();
    let whole = std::fs::read(&last).expect("a part");
    let mut damaged = whole.clone();
    damaged[7] ^= 1;
    std::fs::write(&last, &damaged).expect("written");
    let error = access.upload_parts(&mut upload, 2, |_| ()).await.expect_err("one part is damaged");
    assert!(matches!(error, UploadError::Damaged { .. }), "{error}");
    assert!(!format!("{upload:?}").contains("http"), "addresses are secrets");

    // Kept, forgotten, taken up again by somebody else.
    let kept = serde_json::to_vec(&upload).expect("kept");
    std::fs::write(&last, &whole).expect("written");
    let mut taken_up: BatchUpload = serde_json::from_slice(&kept).expect("readable");
    assert!(taken_up.parts.iter().any(|part| part.is_uploaded), "some had arrived");
    let mut again = Vec::new();
    access.upload_parts(&mut taken_up, 2, |part| again.push(part.ordinal)).await.expect("the rest");
    assert!(again.len() < taken_up.parts.len(), "what had arrived was not brought again: {again:?}");
    access.close_batch_session(&taken_up.reference_number).await.expect("closed");
    let status = support::ended(&access, &taken_up.reference_number).await;
    assert_eq!(status.successful_invoice_count, Some(20), "{status:?}");
}

#[tokio::test]
async fn a_close_without_its_answer_is_unknown() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let folder = tempfile::tempdir().expect("a folder");
    let (batch, key) = packed(&documents(2), folder.path(), &PackOptions::default());
    let mut upload = access.open_batch_session(&fa3(), &batch, &key, false).await.expect("opened");
    let early = access.close_batch_session(&upload.reference_number).await.expect_err("nothing came");
    assert!(early.is_refusal_with(21205), "{early}");
    access.upload_parts(&mut upload, 1, |_| ()).await.expect("brought");
    simulator.inject(Operation::BatchSessionClose, Fault::LoseAnswer, 1);
    let lost = access.close_batch_session(&upload.reference_number).await.expect_err("no answer");
    assert!(!lost.was_certainly_not_done(), "{lost}");
    let again = access.close_batch_session(&upload.reference_number).await.expect_err("it was closed");
    assert!(again.is_refusal_with(21180), "{again}");
    assert_eq!(support::ended(&access, &upload.reference_number).await.status.code, 200);
}

#[tokio::test]
async fn a_batch_whose_key_was_not_opened_is_sent_once_more_with_new_keys() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let folder = tempfile::tempdir().expect("a folder");
    let (batch, key) = packed(&documents(3), folder.path(), &PackOptions::default());
    let count = |operation| simulator.inspect().count(operation);
    for (rejected, expected) in [(1, 200), (2, 415)] {
        let before = (count(Operation::BatchSessionOpen), count(Operation::PublicKeyCertificates));
        simulator.inject(Operation::BatchSessionOpen, Fault::RejectKey, rejected);
        let sent = access.send_batch(&fa3(), &batch, &key, &SendBatchOptions::default()).await.expect("sent");
        assert_eq!(sent.status.status.code, expected, "{:?}", sent.status);
        assert_eq!(count(Operation::BatchSessionOpen) - before.0, 2, "once more, and never again");
        // Kept from the round before, or fetched; then fetched anew for the second try.
        let fetched = count(Operation::PublicKeyCertificates) - before.1;
        assert_eq!(fetched, if rejected == 1 { 2 } else { 1 });
        if expected == 200 {
            assert_eq!(sent.status.successful_invoice_count, Some(3));
        }
    }
}

#[tokio::test]
async fn a_batch_is_settled_when_closing_it_brings_no_answer() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    for (run, fault) in
        [Fault::LoseAnswer, Fault::FailBeforeWork { status: 502 }, Fault::LoseRequest, Fault::NotJson]
            .into_iter()
            .enumerate()
    {
        let folder = tempfile::tempdir().expect("a folder");
        let documents = [bytes(invoice(&format!("C/{run}")), "1.xml")];
        let (batch, key) = packed(&documents, folder.path(), &PackOptions::default());
        simulator.inject(Operation::BatchSessionClose, fault.clone(), 1);
        let sent = access.send_batch(&fa3(), &batch, &key, &SendBatchOptions::default()).await.expect("sent");
        assert_eq!(
            (sent.status.status.code, sent.status.successful_invoice_count),
            (200, Some(1)),
            "{fault:?}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (batch, key) = packed(&documents(1), folder.path(), &PackOptions::default());
    let sessions = simulator.inspect().count(Operation::BatchSessionOpen);
    simulator.inject(Operation::BatchSessionOpen, Fault::LoseAnswer, 1);
    let lost = access.send_batch(&fa3(), &batch, &key, &SendBatchOptions::default()).await;
    assert!(matches!(&lost, Err(SendBatchError::Open(error)) if !error.was_certainly_not_done()), "{lost:?}");
    assert_eq!(simulator.inspect().count(Operation::BatchSessionOpen), sessions + 1);
    // Closing never answers: the session's number is in the error, and it is tried a few times only.
    simulator.inject(Operation::BatchSessionClose, Fault::FailBeforeWork { status: 503 }, 100);
    let unsettled = access.send_batch(&fa3(), &batch, &key, &SendBatchOptions::default()).await;
    let Err(SendBatchError::Unsettled { reference_number, .. }) = &unsettled else { panic!("{unsettled:?}") };
    simulator.clear_faults();
    access.close_batch_session(reference_number).await.expect("it was open");
}
