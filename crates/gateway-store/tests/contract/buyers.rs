//! Letters to buyers: written once, with the place up to which they are written; the address book.

use gateway_store::{BuyerAddress, NewLetter, SaleId};

use crate::fixture::{Fixture, now};

crate::on_both!(letters_and_their_place_are_written_together, an_address_book_is_looked_through);

async fn letters_and_their_place_are_written_together(fixture: Fixture) {
    let company = &fixture.company;
    assert!(fixture.store.buyer_mail(company).await.expect("read").is_none());
    fixture.writer.set_buyer_mail(company, true, false, "en").await.expect("kept");
    let rule = fixture.store.buyer_mail(company).await.expect("read").expect("there");
    assert_eq!(
        (rule.to_listed, rule.to_outside, rule.language.as_str(), rule.told_up_to),
        (true, false, "en", 0)
    );
    assert!(fixture.store.untold_buyers(10).await.expect("read").is_empty(), "nothing happened");
    let sale = fixture.sale("FV/1").await;
    let ids = [SaleId::generate().to_string(), SaleId::generate().to_string()];
    let letter = |id| NewLetter {
        id,
        company,
        purpose: "invoice",
        recipient: "ala@nabywca.example",
        subject: "Faktura",
        text: "W załączeniu.",
        sale: Some(sale.id),
        language: "en",
    };
    let write =
        async |id| fixture.writer.buyers_written(&rule, 5, &[letter(id)], now()).await.expect("written");
    assert!(write(&ids[0]).await);
    assert!(!write(&ids[1]).await, "another node has done it");
    let written = fixture.store.letters_of_sale(company, sale.id).await.expect("read");
    let told: Vec<_> = written.iter().map(|one| (one.id.as_str(), one.sale, one.language.as_str())).collect();
    assert_eq!(told, [(ids[0].as_str(), Some(sale.id), "en")]);
    // Sent once more it brings the same.
    let position = written[0].position;
    assert!(
        !fixture.writer.resend_letter(company, position, &ids[1], now()).await.expect("asked"),
        "under way"
    );
    let until = crate::fixture::in_a_minute();
    let claimed = fixture.writer.claim_letters("node", 10, now(), until).await.expect("claimed");
    fixture
        .writer
        .end_letter(&claimed[0], gateway_store::LetterEnd::Sent, "250", now())
        .await
        .expect("ended");
    assert!(fixture.writer.resend_letter(company, position, &ids[1], now()).await.expect("written"));
    assert_eq!(fixture.store.letters_of_sale(company, sale.id).await.expect("read").len(), 2);
    // A rule that stays on goes on where it is.
    fixture.writer.set_buyer_mail(company, false, true, "pl").await.expect("kept");
    let rule = fixture.store.buyer_mail(company).await.expect("read").expect("there");
    assert_eq!((rule.to_listed, rule.to_outside, rule.told_up_to), (false, true, 5));
    // One that begins anew begins with what happens from then on.
    fixture.writer.set_buyer_mail(company, false, false, "pl").await.expect("kept");
    fixture.writer.set_buyer_mail(company, true, true, "pl").await.expect("kept");
    let rule = fixture.store.buyer_mail(company).await.expect("read").expect("there");
    assert_eq!(rule.told_up_to, 0, "the company's last notice");
}

async fn an_address_book_is_looked_through(fixture: Fixture) {
    let company = &fixture.company;
    let entry = |buyer: &str, address: &str| BuyerAddress {
        buyer: buyer.into(),
        address: address.into(),
        language: "pl".into(),
    };
    for (buyer, address) in [("2", "b@x.example"), ("1", "a@x.example"), ("2", "c@x.example")] {
        fixture.writer.put_buyer_address(company, &entry(buyer, address)).await.expect("kept");
    }
    let listed =
        async |after, limit| fixture.store.buyer_addresses(company, after, limit).await.expect("read");
    assert_eq!(listed("", 10).await, [entry("1", "a@x.example"), entry("2", "c@x.example")]);
    assert_eq!(listed("1", 10).await, [entry("2", "c@x.example")]);
    assert_eq!(listed("", 1).await.len(), 1);
    let found = fixture.store.buyer_address(company, "2").await.expect("read");
    assert_eq!(found, Some(entry("2", "c@x.example")));
    assert!(fixture.writer.remove_buyer_address(company, "2").await.expect("removed"));
    assert!(!fixture.writer.remove_buyer_address(company, "2").await.expect("it is gone"));
    assert!(fixture.store.buyer_address(company, "2").await.expect("read").is_none());
}
