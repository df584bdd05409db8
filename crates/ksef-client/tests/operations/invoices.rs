//! Sessions, invoices, exports and collective identifiers.

use ksef_client::batch::{BatchDocument, DocumentSource, PackOptions, pack};
use ksef_client::upo::{Expected, Upo, verify};
use ksef_client::{Access, SessionFilters};
use ksef_crypto::{SessionKey, sha256};
use ksef_id::{KsefNumber, Sha256Hash};
use ksef_wire::Operation::{self, *};
use ksef_wire::{CompressionType, SessionType, SortOrder};
use serde_json::json;

use crate::support::{NIP, ended, fa3, invoice};
use crate::{World, of, until};

pub(crate) const ONLINE: &[Operation] = &[
    OnlineSessionOpen,
    OnlineInvoiceSend,
    OnlineSessionClose,
    SessionList,
    SessionStatus,
    SessionInvoices,
    SessionFailedInvoices,
    SessionInvoiceStatus,
    UpoByKsefNumber,
    UpoByInvoiceReference,
    UpoOfSession,
    InvoiceDownload,
    InvoiceQueryMetadata,
];

pub(crate) async fn online(world: &World) {
    let owner = &world.owner;
    let opened_at = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    let session = owner.open_online_session(&fa3()).await.expect("open");
    let reference = &session.reference_number;
    assert!(session.valid_until > jiff::Timestamp::now() + jiff::SignedDuration::from_hours(11));
    let xml = invoice("1");
    let sent = owner.send_invoice(&session, &xml).await.expect("sent");
    let twin = owner.send_invoice(&session, &xml).await.expect("sent");
    owner.close_online_session(reference).await.expect("closed");
    let status = ended(owner, reference).await;
    assert_eq!(
        (
            status.status.code,
            status.invoice_count,
            status.successful_invoice_count,
            status.failed_invoice_count
        ),
        (200, Some(2), Some(1), Some(1)),
        "{status:?}"
    );

    let listed = owner.session_invoices(reference, None).await.expect("a page").invoices;
    assert_eq!(listed.len(), 2);
    let failed = owner.session_failed_invoices(reference, None).await.expect("a page").invoices;
    assert_eq!(failed.len(), 1);
    assert_eq!((&failed[0].reference_number, failed[0].status.code), (&twin, 440), "a duplicate of its twin");
    let one = owner.session_invoice_status(reference, &sent).await.expect("a status");
    assert_eq!((one.status.code, &one.reference_number), (200, &sent));
    assert_eq!(one.invoice_hash, Sha256Hash::from_bytes(&sha256(&xml)));
    let number = one.ksef_number.expect("a number");

    let by_number = owner.upo_by_ksef_number(reference, &number).await.expect("a UPO");
    let by_reference = owner.upo_of_invoice(reference, &sent).await.expect("a UPO");
    assert_eq!(by_number, by_reference);
    let signers = [sha256(world.simulator.upo_certificate())];
    let hash = Sha256Hash::from_bytes(&sha256(&xml));
    let expected = Expected {
        ksef_number: &number,
        invoice_hash: &hash,
        context: Some(owner.context()),
        environment: None,
        signers: &signers,
    };
    assert_eq!(&verify(&by_number, &expected).expect("it holds").session, reference);
    let page = status.upo.as_ref().and_then(|upo| upo.pages.first()).expect("a page").clone();
    let of_session = owner.upo_of_session(reference, &page.reference_number).await.expect("a UPO");
    verify(&of_session, &expected).expect("it holds");
    assert_eq!(Upo::read(&of_session).expect("readable").documents.len(), 1, "refused ones are not in it");
    assert_eq!(owner.upo_from_address(&page.download_url).await.expect("by its address"), of_session);

    let stored = until("the invoice", async || owner.invoice(&number).await.ok()).await;
    assert_eq!(stored, xml);
    let filters = of(json!({
        "subjectType": "Subject1", "dateRange": { "dateType": "PermanentStorage", "from": opened_at.to_string() },
    }));
    let found = until("the metadata", async || {
        let page = owner.query_metadata(&filters, &SortOrder::Asc, 0).await.expect("a page");
        (!page.invoices.is_empty()).then_some(page)
    })
    .await;
    assert_eq!((found.invoices.len(), found.has_more), (1, false));
    assert_eq!((&found.invoices[0].ksef_number, &found.invoices[0].invoice_hash), (&number, &hash));

    let filters = SessionFilters { created: (Some(opened_at), None), ..SessionFilters::default() };
    let sessions = owner.sessions(&SessionType::Online, &filters, None).await.expect("a page").sessions;
    assert_eq!(sessions.iter().map(|session| &session.reference_number).collect::<Vec<_>>(), [reference]);
    let none = SessionFilters { created: (None, Some(opened_at)), ..SessionFilters::default() };
    assert!(owner.sessions(&SessionType::Online, &none, None).await.expect("a page").sessions.is_empty());
}

/// Sends invoices with these numbers as a batch; their KSeF numbers.
async fn sent_as_batch(owner: &Access, numbers: &[&str]) -> Vec<KsefNumber> {
    let folder = tempfile::tempdir().expect("a folder");
    let documents: Vec<BatchDocument> = numbers
        .iter()
        .enumerate()
        .map(|(place, number)| BatchDocument {
            name: format!("{place}.xml"),
            source: DocumentSource::Bytes(invoice(number).into()),
            expected_hash: None,
        })
        .collect();
    let key = SessionKey::generate();
    let batch = pack(&documents, &key, folder.path(), &PackOptions::default()).expect("packed");
    let mut upload = owner.open_batch_session(&fa3(), &batch, &key, false).await.expect("opened");
    assert_eq!(upload.parts.len(), batch.parts.len());
    owner.upload_parts(&mut upload, 2, |_| ()).await.expect("brought");
    owner.close_batch_session(&upload.reference_number).await.expect("closed");
    let status = ended(owner, &upload.reference_number).await;
    assert_eq!(status.successful_invoice_count, i32::try_from(numbers.len()).ok(), "{status:?}");
    let page = owner.session_invoices(&upload.reference_number, None).await.expect("a page");
    page.invoices.into_iter().filter_map(|invoice| invoice.ksef_number).collect()
}

pub(crate) const BATCH_AND_EXPORT: &[Operation] =
    &[BatchSessionOpen, BatchSessionClose, InvoiceExport, InvoiceExportStatus];

pub(crate) async fn batch_and_export(world: &World) {
    let owner = &world.owner;
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    let numbers = sent_as_batch(owner, &["B/1", "B/2", "B/3"]).await;
    assert_eq!(numbers.len(), 3);
    let filters = of(json!({
        "subjectType": "Subject1", "dateRange": { "dateType": "PermanentStorage", "from": began.to_string() },
    }));
    let package = until("a full package", async || {
        let export = owner.start_export(&filters, CompressionType::Zip, true).await.expect("started");
        let status = until("the export", async || {
            let status = owner.export_status(&export.reference_number).await.expect("a status");
            (status.status.code != 100).then_some(status)
        })
        .await;
        assert_eq!(status.status.code, 200, "{status:?}");
        let package = status.package.expect("with 200 there is a package");
        (package.invoice_count == 3).then_some(package)
    })
    .await;
    assert!(!package.is_truncated && !package.parts.is_empty());
}

pub(crate) const COLLECTIVE: &[Operation] = &[
    CollectiveIdentifierGenerate,
    CollectiveIdentifierQuery,
    CollectiveIdentifierInvoices,
    CollectiveIdentifiersOfInvoice,
];

pub(crate) async fn collective(world: &World) {
    let owner = &world.owner;
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    let numbers = sent_as_batch(owner, &["C/1", "C/2"]).await;
    let invoices: Vec<_> = numbers
        .iter()
        .map(|number| {
            json!({ "ksefNumber": number, "payment": { "amount": 12.5, "currency": "PLN" }, "description": "rata" })
        })
        .collect();
    let request = of(json!({ "invoices": invoices }));
    let made = until("the identifier", async || owner.generate_collective_identifier(&request).await.ok())
        .await
        .collective_identifier_number;
    assert_eq!(&made.as_str()[..13], format!("{NIP}-IZ"));

    let until_now = (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(1)).to_string();
    let filters = of(json!({ "dateCreatedFrom": began.to_string(), "dateCreatedTo": until_now }));
    let listed =
        owner.query_collective_identifiers(&filters, None).await.expect("a page").collective_identifiers;
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0].collective_identifier_number, listed[0].invoice_count), (&made, 2));
    assert!(listed[0].created_in_current_context);
    let asked = of(json!({ "collectiveIdentifierNumbers": [made] }));
    let under = owner.collective_identifier_invoices(&asked, None).await.expect("a page").invoices;
    assert_eq!(under.len(), 2);
    assert!(under.iter().all(|invoice| {
        numbers.contains(&invoice.ksef_number)
            && invoice.description.as_deref() == Some("rata")
            && invoice.payment.as_ref().is_some_and(|payment| payment.currency == "PLN")
    }));
    let own =
        owner.collective_identifiers_of(&numbers[0], None).await.expect("a page").collective_identifiers;
    assert_eq!(own.iter().map(|item| &item.collective_identifier_number).collect::<Vec<_>>(), [&made]);
}
