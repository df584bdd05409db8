//! What is ticked off before a company is connected: kept for each, forgotten at last for those that never come.

use gateway_store::Preparation;
use jiff::SignedDuration;
use ksef_id::ContextIdentifier;

use crate::fixture::{Fixture, now};

crate::on_both!(a_preparation_is_kept_for_each_company);

async fn a_preparation_is_kept_for_each_company(fixture: Fixture) {
    let of = |company: &ContextIdentifier, done: &[&str], seconds: i64| Preparation {
        company: company.clone(),
        environment: "prd".to_owned(),
        kind: "withoutSeal".to_owned(),
        done: done.iter().map(|&name| name.to_owned()).collect(),
        actor: "user:ala".to_owned(),
        changed_at: now() + SignedDuration::from_secs(seconds),
    };
    let ours = &fixture.company;
    assert_eq!(fixture.store.preparation(ours).await.expect("read"), None);
    for done in [&["portal", "zawFa"][..], &[], &["portal"]] {
        let one = of(ours, done, 0);
        fixture.writer.put_preparation(&one).await.expect("kept");
        assert_eq!(fixture.store.preparation(ours).await.expect("read"), Some(one));
    }
    assert_eq!(fixture.store.unconnected_preparations(10).await.expect("read"), [], "it is connected");
    // Those that are not: only the last are kept, and the connected one always.
    let other =
        |number: i64| ContextIdentifier::parse(&format!("InternalId:1111111111-{number:05}")).expect("an id");
    for number in 0..203 {
        fixture.writer.put_preparation(&of(&other(number), &[], number + 1)).await.expect("kept");
    }
    let listed = fixture.store.unconnected_preparations(2).await.expect("read");
    assert_eq!(listed.iter().map(|one| &one.company).collect::<Vec<_>>(), [&other(202), &other(201)]);
    assert_eq!(fixture.store.preparation(&other(2)).await.expect("read"), None);
    assert!(fixture.store.preparation(&other(3)).await.expect("read").is_some());
    assert!(fixture.store.preparation(ours).await.expect("read").is_some());
}
