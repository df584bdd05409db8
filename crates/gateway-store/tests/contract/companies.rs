//! What companies are called, and what lists of many of them tell.

use std::collections::BTreeMap;

use gateway_store::{NewSale, SaleMove, SaleState, StoreError};
use jiff::civil::date;
use ksef_id::ContextIdentifier;

use crate::fixture::{Fixture, hash_of, reason, session};

crate::on_both!(
    companies_are_named_once_and_renamed_at_will,
    refusals_are_counted_until_something_stands_for_them,
    what_is_not_done_is_counted_for_each_company,
);

async fn companies_are_named_once_and_renamed_at_will(fixture: Fixture) {
    let named = |name: &str| BTreeMap::from([(fixture.company.clone(), name.to_owned())]);
    assert_eq!(fixture.store.company_names().await.expect("read"), BTreeMap::new());
    for name in ["Pierwsza sp. z o.o.", "Druga sp. z o.o."] {
        let first = [(fixture.company.clone(), name.to_owned())];
        fixture.writer.name_unnamed_companies(&first).await.expect("named");
        assert_eq!(fixture.store.company_names().await.expect("read"), named("Pierwsza sp. z o.o."));
    }
    fixture.writer.set_company_name(&fixture.company, "Żółw").await.expect("named");
    assert_eq!(fixture.store.company_names().await.expect("read"), named("Żółw"));
    fixture.writer.set_company_name(&fixture.company, "").await.expect("taken away");
    assert_eq!(fixture.store.company_names().await.expect("read"), BTreeMap::new());
    let other = ContextIdentifier::parse("9999999999").expect("a NIP");
    let unknown = fixture.writer.set_company_name(&other, "Nikt").await;
    assert!(matches!(unknown, Err(StoreError::UnknownCompany { .. })), "{unknown:?}");
}

async fn refusals_are_counted_until_something_stands_for_them(fixture: Fixture) {
    let counts = async |since| fixture.store.refused_counts(since).await.expect("read");
    let since = date(2026, 11, 1);
    assert_eq!(counts(since).await, []);
    let mut refused = Vec::new();
    for number in ["one", "two"] {
        let sale = fixture.sale(number).await;
        fixture.moves(&sale, SaleMove::StartSending { session: session(1) }).await.expect("sent");
        fixture.moves(&sale, SaleMove::Reject { reason: reason("ksef.450") }).await.expect("refused");
        refused.push(sale);
    }
    assert_eq!(counts(since).await, [(fixture.company.clone(), 2)]);
    assert_eq!(counts(date(2026, 11, 23)).await, [], "what was issued before is past");
    // A later document of the same number stands for it.
    let again = NewSale { sha256: hash_of("again"), ..fixture.new_sale("one") };
    fixture.take(again).await.expect("its number is free again");
    assert_eq!(counts(since).await, [(fixture.company.clone(), 1)]);
}

async fn what_is_not_done_is_counted_for_each_company(fixture: Fixture) {
    let counts = async || {
        let mut counts = fixture.store.unfinished_by_company().await.expect("read");
        counts.sort();
        counts
    };
    assert_eq!(counts().await, []);
    let first = fixture.sale("one").await;
    fixture.sale("two").await;
    let company = || fixture.company.clone();
    assert_eq!(counts().await, [(company(), SaleState::Waiting, 2)]);
    fixture.moves(&first, SaleMove::StartSending { session: session(1) }).await.expect("sent");
    assert_eq!(counts().await, [(company(), SaleState::Waiting, 1), (company(), SaleState::Sending, 1)]);
    fixture.moves(&first, SaleMove::Reject { reason: reason("ksef.450") }).await.expect("refused");
    assert_eq!(counts().await, [(company(), SaleState::Waiting, 1)], "what is done is not among them");
}
