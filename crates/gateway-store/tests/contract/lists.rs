//! Lists, purchases, settings, outages.

use gateway_store::{
    KeptOutage, ListOptions, NewSale, OfflineIssue, SaleFilter, SaleMove, SaleSort, SaleState,
    SendingSettings, Store, StoreOptions, WorkKind,
};
use jiff::civil::date;

use crate::fixture::{Fixture, hash_of, now, reason, session};

crate::on_both!(
    lists_are_read_page_by_page,
    lists_are_filtered_and_sorted,
    conditions_are_met_together,
    every_way_leads_to_the_same_page,
    what_is_not_done_comes_by_its_last_day,
    settings_are_kept_and_ring,
    outages_are_kept_and_their_end_stays,
);

async fn lists_are_read_page_by_page(fixture: Fixture) {
    for place in 0..5 {
        fixture.sale(&format!("FV/{place}")).await;
    }
    let first = fixture.store.sales(&fixture.company, 0, 2).await.expect("a page");
    let second = fixture.store.sales(&fixture.company, first.next.expect("more"), 2).await.expect("a page");
    let third = fixture.store.sales(&fixture.company, second.next.expect("more"), 2).await.expect("a page");
    assert_eq!((first.items.len(), second.items.len(), third.items.len()), (2, 2, 1));
    assert_eq!(third.next, None);
    let numbers: Vec<String> = [first, second, third]
        .into_iter()
        .flat_map(|page| page.items)
        .map(|sale| sale.invoice_number)
        .collect();
    assert_eq!(numbers, ["FV/0", "FV/1", "FV/2", "FV/3", "FV/4"]);
}

async fn lists_are_filtered_and_sorted(fixture: Fixture) {
    for (number, buyer, day, gross) in
        [("A/1", "Żubr", 3, 300), ("A/2", "Bóbr", 1, 100), ("B/1", "Ćma", 2, 200), ("B/2", "Bocian", 2, 50)]
    {
        let new = NewSale {
            buyer_name: Some(buyer.into()),
            issue_date: date(2026, 11, day),
            gross_minor: gross,
            ..fixture.new_sale(number)
        };
        fixture.take(new).await.expect("taken");
    }
    let numbers = async |filter: SaleFilter, sort, is_descending| {
        let found = fixture
            .store
            .sales_by(&fixture.company, &filter, sort, is_descending, 0, 50)
            .await
            .expect("read");
        found.into_iter().map(|sale| sale.invoice_number).collect::<Vec<_>>()
    };
    let all = SaleFilter::default;
    assert_eq!(numbers(all(), SaleSort::Arrival, true).await, ["B/2", "B/1", "A/2", "A/1"]);
    assert_eq!(numbers(all(), SaleSort::Gross, false).await, ["B/2", "A/2", "B/1", "A/1"]);
    assert_eq!(numbers(all(), SaleSort::IssueDate, true).await, ["A/1", "B/2", "B/1", "A/2"]);
    assert_eq!(numbers(all(), SaleSort::Number, false).await, ["A/1", "A/2", "B/1", "B/2"]);
    assert_eq!(numbers(all(), SaleSort::Buyer, false).await, ["B/2", "A/2", "B/1", "A/1"]);
    let from_to =
        SaleFilter { issued_from: Some(date(2026, 11, 2)), issued_to: Some(date(2026, 11, 2)), ..all() };
    assert_eq!(numbers(from_to, SaleSort::Arrival, false).await, ["B/1", "B/2"]);
    for (search, expected) in [
        ("A/", vec!["A/1", "A/2"]),
        ("Bó", vec!["A/2"]),
        ("1111111111", vec!["A/1", "A/2", "B/1", "B/2"]),
        ("111-111-11-11", vec!["A/1", "A/2", "B/1", "B/2"]),
        ("PL 1111111111", vec!["A/1", "A/2", "B/1", "B/2"]),
        ("b/1", vec!["B/1"]),
        ("bó", vec!["A/2"]),
        ("ubr", vec!["A/1"]),
        ("CIAN", vec!["B/2"]),
        ("ma", vec![]),
        ("%", vec![]),
    ] {
        let filter = SaleFilter { search: Some(search.into()), ..all() };
        assert_eq!(numbers(filter, SaleSort::Number, false).await, expected, "{search}");
    }
    let sale = fixture.store.sale_with_number(&fixture.company, "B/1").await.expect("read").expect("there");
    fixture.moves(&sale, SaleMove::Withdraw { reason: reason("asked") }).await.expect("withdrawn");
    let withdrawn = SaleFilter { states: vec![SaleState::Withdrawn], ..all() };
    assert_eq!(numbers(withdrawn, SaleSort::Gross, false).await, ["B/1"]);
    let online = SaleFilter { is_offline: Some(false), ..all() };
    assert_eq!(numbers(online, SaleSort::Arrival, false).await.len(), 4);
    let counts = fixture.store.counts(&fixture.company).await.expect("read");
    assert_eq!(counts.iter().map(|(_, number)| number).sum::<i64>(), 4);
}

async fn conditions_are_met_together(fixture: Fixture) {
    for (number, day, buyer) in
        [("A/1", 1, "Bóbr"), ("A/2", 2, "Ćma"), ("B/1", 2, "A/ i syn"), ("B/2", 3, "Bóbr")]
    {
        let new = NewSale {
            issue_date: date(2026, 11, day),
            buyer_name: Some(buyer.into()),
            ..fixture.new_sale(number)
        };
        fixture.take(new).await.expect("taken");
    }
    let sale = fixture.store.sale_with_number(&fixture.company, "A/2").await.expect("read").expect("there");
    let issue =
        OfflineIssue { mode: "offline24".into(), due_on: Some(date(2026, 11, 3)), certificate_link: None };
    fixture.moves(&sale, SaleMove::IssueOffline(issue)).await.expect("issued");
    let second = date(2026, 11, 2);
    for sort in [SaleSort::Arrival, SaleSort::IssueDate, SaleSort::Number, SaleSort::Buyer, SaleSort::Gross] {
        for is_descending in [false, true] {
            let numbers = async |filter: SaleFilter| {
                let found = fixture.store.sales_by(&fixture.company, &filter, sort, is_descending, 0, 50);
                let mut numbers: Vec<String> =
                    found.await.expect("read").into_iter().map(|sale| sale.invoice_number).collect();
                numbers.sort();
                numbers
            };
            let day =
                SaleFilter { issued_from: Some(second), issued_to: Some(second), ..SaleFilter::default() };
            let search = Some("A/".to_owned());
            for (filter, expected) in [
                (day.clone(), vec!["A/2", "B/1"]),
                (SaleFilter { is_offline: Some(true), ..day.clone() }, vec!["A/2"]),
                (SaleFilter { is_offline: Some(false), ..day.clone() }, vec!["B/1"]),
                (SaleFilter { search: search.clone(), ..day.clone() }, vec!["A/2", "B/1"]),
                (SaleFilter { search: search.clone(), ..SaleFilter::default() }, vec!["A/1", "A/2", "B/1"]),
                (SaleFilter { states: vec![SaleState::OfflineIssued], search, ..day }, vec!["A/2"]),
            ] {
                assert_eq!(numbers(filter.clone()).await, expected, "{sort:?} {filter:?}");
            }
        }
    }
    let all = SaleFilter::default();
    let skipped = fixture.store.sales_by(&fixture.company, &all, SaleSort::Number, true, 1, 2);
    let skipped: Vec<String> =
        skipped.await.expect("read").into_iter().map(|sale| sale.invoice_number).collect();
    assert_eq!(skipped, ["B/1", "A/2"]);
}

/// Few invoices are gathered, many walked along, and those of many days by number are read day by day: the same pages all.
async fn every_way_leads_to_the_same_page(fixture: Fixture) {
    let mut new = Vec::new();
    for place in 0_i8..120 {
        let day = place / 12 + 1;
        // Numbers that rise with the days, numbers that have nothing to do with them, and one that comes on several days.
        let number = match place % 4 {
            0 | 1 => format!("FV/{place:03}"),
            2 => format!("R/{:03}", i16::from(place) * 37 % 101),
            _ => format!("S/{}", place / 40),
        };
        new.push(NewSale {
            issue_date: date(2026, 10, day),
            number_key: Some(place.to_string()),
            sha256: hash_of(&place.to_string()),
            state: if place % 5 == 0 { SaleState::Validated } else { SaleState::Waiting },
            ..fixture.new_sale(&number)
        });
    }
    fixture.writer.take_sales(&new, now()).await.expect("taken");
    let walking = StoreOptions {
        lists: ListOptions { searched_max: 0, gathered_max: 0, gathered_by_state_max: 0 },
        ..StoreOptions::default()
    };
    let (walking, _) = Store::open(&fixture.database, walking).await.expect("a store");
    let range = |from: i8, to: i8| SaleFilter {
        issued_from: Some(date(2026, 10, from)),
        issued_to: Some(date(2026, 10, to)),
        ..SaleFilter::default()
    };
    let filters = [
        SaleFilter::default(),
        range(1, 10),
        range(3, 8),
        range(12, 20),
        SaleFilter { issued_to: None, ..range(4, 4) },
        SaleFilter { issued_from: None, ..range(4, 4) },
        SaleFilter { states: vec![SaleState::Validated], ..range(2, 9) },
        SaleFilter { search: Some("FV/".into()), ..range(2, 9) },
    ];
    let mut pages = 0;
    for filter in filters {
        for sort in [SaleSort::Number, SaleSort::Arrival, SaleSort::Gross] {
            for is_descending in [false, true] {
                for (skip, limit) in [(0, 7), (5, 11), (50, 20), (0, 500), (110, 50)] {
                    let page = async |store: &Store| {
                        let found =
                            store.sales_by(&fixture.company, &filter, sort, is_descending, skip, limit);
                        let found = found.await.expect("read");
                        found.into_iter().map(|sale| sale.position).collect::<Vec<_>>()
                    };
                    let gathered = page(&fixture.store).await;
                    assert_eq!(
                        page(&walking).await,
                        gathered,
                        "{filter:?} {sort:?} {is_descending} {skip} {limit}"
                    );
                    pages += usize::from(!gathered.is_empty());
                }
            }
        }
    }
    assert!(pages > 120, "only {pages} pages had anything on them");
}

async fn what_is_not_done_comes_by_its_last_day(fixture: Fixture) {
    let issued = async |number: &str, day: i8| {
        let sale = fixture.sale(number).await;
        let due_on = Some(date(2026, 11, day));
        let issue = OfflineIssue { mode: "offline24".into(), due_on, certificate_link: None };
        fixture.moves(&sale, SaleMove::IssueOffline(issue)).await.expect("issued");
        sale
    };
    let plain = fixture.sale("plain").await;
    let held = fixture.sale("held").await;
    let refused = issued("refused", 25).await;
    issued("first", 24).await;
    let gone = fixture.sale("gone").await;
    fixture.moves(&gone, SaleMove::Withdraw { reason: reason("asked") }).await.expect("withdrawn");
    fixture
        .writer
        .note_reasons(&[(held.id, reason("document.tampered"), None)], None, now())
        .await
        .expect("noted");
    fixture.moves(&refused, SaleMove::StartSending { session: session(1) }).await.expect("sent");
    fixture.moves(&refused, SaleMove::Reject { reason: reason("ksef.450") }).await.expect("refused");
    let numbers = async |limit| {
        let found = fixture.store.unfinished(&fixture.company, &["document.tampered"], limit).await;
        found.expect("read").into_iter().map(|sale| sale.invoice_number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(10).await, ["first", "refused", "held", "plain"]);
    assert_eq!(numbers(3).await, ["first", "refused", "held"]);
    // Its technical correction stands for it from now on.
    let correction =
        NewSale { technical_of: Some(refused.id), sha256: hash_of("mended"), ..fixture.new_sale("refused") };
    fixture.take(correction).await.expect("its number is free again");
    assert_eq!(numbers(10).await, ["first", "held", "plain", "refused"]);
    let counts = fixture.store.unfinished_counts(&fixture.company).await.expect("read");
    assert_eq!(counts, [(SaleState::Waiting, 3), (SaleState::OfflineIssued, 1)]);
    assert_eq!(fixture.found(&plain).await.state, SaleState::Waiting);
}

async fn settings_are_kept_and_ring(fixture: Fixture) {
    let before = fixture.store.sending_settings(&fixture.company).await.expect("read");
    assert_eq!(before, SendingSettings::default());
    let fence = fixture.claimed().await;
    assert!(!fixture.store.rang_since(&fence).await.expect("read"));
    let changed = SendingSettings { policy: "manual".into(), is_sending_on: false, ..before };
    fixture.writer.set_sending_settings(&fixture.company, &changed, now()).await.expect("changed");
    assert_eq!(fixture.store.sending_settings(&fixture.company).await.expect("read"), changed);
    assert_eq!(fence.kind, WorkKind::Sales);
    assert!(fixture.store.rang_since(&fence).await.expect("read"), "whoever works at it hears it");
}

async fn outages_are_kept_and_their_end_stays(fixture: Fixture) {
    let outage = KeptOutage {
        reference: "1002".into(),
        kind: "failure".into(),
        started: now(),
        ended: None,
        captured: now(),
        evidence: "{}".into(),
    };
    let ended = KeptOutage { ended: Some(now() + jiff::SignedDuration::from_hours(2)), ..outage.clone() };
    for told in [&outage, &ended, &outage] {
        fixture.writer.keep_outage("test", told, None).await.expect("kept");
    }
    assert_eq!(fixture.store.outages("test", now()).await.expect("read"), [ended]);
    assert!(fixture.store.outages("prd", now()).await.expect("read").is_empty());
}
