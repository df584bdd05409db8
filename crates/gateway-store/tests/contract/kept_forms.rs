//! What was begun is found again, replaced, forgotten, and of a limited number.

use gateway_store::{KeptForm, KeptKind, StoreError};
use jiff::SignedDuration;

use crate::fixture::{Fixture, now};

crate::on_both!(what_was_begun_is_found_again_and_forgotten);

fn form(name: &str, minutes: i64) -> KeptForm {
    KeptForm {
        name: name.to_owned(),
        title: format!("Szkic {name}"),
        content: "{\"number\":\"FV/1\"}".to_owned(),
        kept_by: "kasia".to_owned(),
        kept_at: now() + SignedDuration::from_mins(minutes),
    }
}

async fn what_was_begun_is_found_again_and_forgotten(fixture: Fixture) {
    let (store, writer, company) = (&fixture.store, &fixture.writer, &fixture.company);
    let keep = async |kind, form: &KeptForm| writer.keep_form(company, kind, form).await;
    keep(KeptKind::Draft, &form("a", 0)).await.expect("kept");
    keep(KeptKind::Draft, &form("b", 1)).await.expect("kept");
    keep(KeptKind::Columns, &form("a", 0)).await.expect("another kind");
    assert_eq!(store.kept_form(company, KeptKind::Draft, "a").await.expect("read"), Some(form("a", 0)));
    assert_eq!(store.kept_form(company, KeptKind::Table, "a").await.expect("read"), None);
    let names = async || {
        let listed = store.kept_forms(company, KeptKind::Draft, 10).await.expect("listed");
        assert!(listed.iter().all(|one| one.content.is_empty()), "lists are short");
        listed.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["b", "a"]);
    let again = KeptForm { content: "{}".to_owned(), ..form("a", 2) };
    keep(KeptKind::Draft, &again).await.expect("kept once more");
    assert_eq!(names().await, ["a", "b"]);
    assert_eq!(store.kept_form(company, KeptKind::Draft, "a").await.expect("read"), Some(again));
    writer
        .forget_forms_before(company, KeptKind::Draft, now() + SignedDuration::from_mins(2))
        .await
        .expect("forgotten");
    assert_eq!(names().await, ["a"]);
    assert!(writer.forget_form(company, KeptKind::Draft, "a").await.expect("forgotten"));
    assert!(!writer.forget_form(company, KeptKind::Draft, "a").await.expect("there is none"));
    // So many, and then one is only exchanged.
    for number in 0..KeptKind::Table.count_max() {
        keep(KeptKind::Table, &form(&number.to_string(), 0)).await.expect("kept");
    }
    let refused = keep(KeptKind::Table, &form("more", 0)).await;
    assert!(matches!(refused, Err(StoreError::TooManyKept)), "{refused:?}");
    keep(KeptKind::Table, &form("0", 5)).await.expect("exchanged");
}
