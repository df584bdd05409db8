//! Files of folders, and documents that were built from something.

use gateway_store::{Laid, NewSale, OfflineIssue, SaleMove, StoreError, Taken};

use crate::fixture::{Fixture, hash_of, invoice, now, number, reason, session};

crate::on_both!(
    what_was_built_from_the_same_is_the_same,
    a_file_is_laid_out_when_its_sale_has_come_so_far,
    a_sale_that_was_issued_offline_is_laid_out_before_its_number,
    a_table_becomes_several_sales_of_one_file,
);

async fn what_was_built_from_the_same_is_the_same(fixture: Fixture) {
    let built = |key: Option<&str>, time: &str, source: &str| NewSale {
        idempotency_key: key.map(str::to_owned),
        sha256: hash_of(time),
        source_sha256: Some(hash_of(source)),
        ..fixture.new_sale("FV/1")
    };
    let Ok(Taken::New(first)) = fixture.take(built(Some("order-1"), "10:00", "order")).await else {
        panic!("it is new");
    };
    assert_eq!(fixture.found(&first).await.source_sha256, Some(hash_of("order")));
    // Built again it has another time in it, and other bytes.
    let again = fixture.take(built(Some("order-1"), "10:01", "order")).await.expect("known");
    assert!(matches!(again, Taken::Known(sale) if sale.id == first.id && sale.sha256 == hash_of("10:00")));
    let other = fixture.take(built(Some("order-1"), "10:01", "another order")).await;
    assert!(matches!(other, Err(StoreError::KeyReused)));
    // Without a key the number tells.
    let again = fixture.take(built(None, "10:02", "order")).await.expect("known");
    assert!(matches!(again, Taken::Known(sale) if sale.id == first.id));
    let other = fixture.take(built(None, "10:02", "another order")).await;
    assert!(matches!(other, Err(StoreError::NumberTaken { id }) if id == first.id));
    // Nothing is not the same as nothing.
    let sent = NewSale { sha256: hash_of("sent"), ..fixture.new_sale("FV/2") };
    assert!(matches!(fixture.take(sent).await, Ok(Taken::New(_))));
    let other = NewSale { sha256: hash_of("other"), ..fixture.new_sale("FV/2") };
    assert!(matches!(fixture.take(other).await, Err(StoreError::NumberTaken { .. })));
}

async fn a_file_is_laid_out_when_its_sale_has_come_so_far(fixture: Fixture) {
    let (good, bad) = (fixture.sale("FV/1").await, fixture.sale("FV/2").await);
    let company = fixture.company.clone();
    let due = async || -> Vec<(String, Laid)> {
        let files = fixture.store.folder_files_due(&company, 10).await.expect("read");
        files.into_iter().map(|file| (file.name, file.laid)).collect()
    };
    assert!(!fixture.store.has_open_folder_files(&company).await.expect("read"));
    for name in ["zażółć", "copy", "zażółć"] {
        fixture.writer.note_folder_file(&company, &[good.id], name, now()).await.expect("noted");
    }
    fixture.writer.note_folder_file(&company, &[bad.id], "bad", now()).await.expect("noted");
    assert!(due().await.is_empty(), "nothing is known yet");
    let fence = fixture.claimed().await;
    fixture.writer.session_opened(&fence, &session(1), now()).await.expect("opened");
    for sale in [&good, &bad] {
        fixture.moves(sale, SaleMove::StartSending { session: session(1) }).await.expect("sending");
        fixture.moves(sale, SaleMove::Accept { reference: invoice(1) }).await.expect("accepted");
    }
    fixture.moves(&bad, SaleMove::Reject { reason: reason("ksef.450") }).await.expect("rejected");
    fixture
        .moves(&good, SaleMove::Number { number: number(1), upo_session: session(1), ksef_mode: None })
        .await
        .expect("numbered");
    let nothing = |name: &str| (name.to_owned(), Laid::Nothing);
    assert_eq!(due().await, [nothing("copy"), nothing("zażółć"), nothing("bad")]);

    fixture.writer.folder_file_laid(bad.id, "bad", Laid::Everything).await.expect("written");
    for name in ["copy", "zażółć"] {
        fixture.writer.folder_file_laid(good.id, name, Laid::Print).await.expect("written");
    }
    assert!(due().await.is_empty(), "the UPO is to come");
    assert!(fixture.store.has_open_folder_files(&company).await.expect("read"));
    let upo = SaleMove::StoreUpo { upo: b"x".to_vec(), sha256: hash_of("upo"), is_external: false };
    fixture.moves(&good, upo).await.expect("stored");
    // Another process finds it so.
    let (store, writer) = fixture.another_node().await;
    let files = store.folder_files_due(&company, 1).await.expect("read");
    assert_eq!((files.len(), files[0].laid, files[0].sale.id), (1, Laid::Print, good.id));
    for name in ["copy", "zażółć"] {
        writer.folder_file_laid(good.id, name, Laid::Everything).await.expect("written");
    }
    assert!(due().await.is_empty());
    assert!(!fixture.store.has_open_folder_files(&company).await.expect("read"));
    // Whoever brings the file again wants its documents again.
    writer.note_folder_file(&company, &[good.id], "copy", now()).await.expect("noted");
    assert_eq!(due().await, [nothing("copy")]);
    writer.close().await;
}

async fn a_sale_that_was_issued_offline_is_laid_out_before_its_number(fixture: Fixture) {
    let sale = fixture.sale("FV/1").await;
    let company = fixture.company.clone();
    let laid = async || -> Option<Laid> {
        fixture.store.folder_files_due(&company, 10).await.expect("read").first().map(|file| file.laid)
    };
    fixture.writer.note_folder_file(&company, &[sale.id], "a", now()).await.expect("noted");
    assert_eq!(laid().await, None);
    let issue = OfflineIssue { mode: "offline24".into(), due_on: None, certificate_link: None };
    fixture.moves(&sale, SaleMove::IssueOffline(issue)).await.expect("issued");
    assert_eq!(laid().await, Some(Laid::Nothing));
    fixture.writer.folder_file_laid(sale.id, "a", Laid::Handover).await.expect("written");
    assert_eq!(laid().await, None, "the number is to come");
    let fence = fixture.claimed().await;
    fixture.writer.session_opened(&fence, &session(1), now()).await.expect("opened");
    for by in [
        SaleMove::StartSending { session: session(1) },
        SaleMove::Accept { reference: invoice(1) },
        SaleMove::Number { number: number(1), upo_session: session(1), ksef_mode: Some("Offline".into()) },
    ] {
        fixture.moves(&sale, by).await.expect("it moves");
    }
    assert_eq!(laid().await, Some(Laid::Handover));
    let kept = fixture.store.sale(&company, sale.id).await.expect("read").expect("there");
    assert_eq!(kept.ksef_mode.as_deref(), Some("Offline"));
}

async fn a_table_becomes_several_sales_of_one_file(fixture: Fixture) {
    let sales = [fixture.sale("FV/1").await.id, fixture.sale("FV/2").await.id];
    fixture.writer.note_folder_file(&fixture.company, &sales, "orders", now()).await.expect("noted");
    for sale in sales {
        fixture.writer.folder_file_laid(sale, "orders", Laid::Everything).await.expect("written");
        let is_open = fixture.store.has_open_folder_files(&fixture.company).await.expect("read");
        assert_eq!(is_open, sale == sales[0]);
    }
}
