//! Taking in and moving on.

use gateway_store::{
    Document, Event, NewSale, OfflineIssue, Resend, Sale, SaleMove, SaleState, StoreError, Taken,
};
use jiff::civil::date;
use ksef_id::ContextIdentifier;

use crate::fixture::{Fixture, hash_of, invoice, now, number, reason, session};

crate::on_both!(
    a_document_is_taken_once_for_a_key,
    a_number_is_given_away_once_until_it_is_free_again,
    many_are_taken_in_one_write_and_one_bad_one_harms_none,
    the_whole_way_leaves_a_history,
    only_moves_that_the_states_allow,
    offline_goes_back_to_offline,
    a_page_of_the_session_confirms_many,
    a_repeated_reason_is_written_once_and_holds,
    a_policy_changes_only_before_sending,
    series_give_each_number_once,
    corrections_to_a_buyer_are_found_in_their_order,
    what_ended_outside_ksef_is_sent_once_more_and_only_once,
    what_was_issued_offline_is_sent_once_more_as_that,
);

async fn a_document_is_taken_once_for_a_key(fixture: Fixture) {
    let with_key = |number: &str, hash: &str| NewSale {
        idempotency_key: Some("order-1".into()),
        sha256: hash_of(hash),
        ..fixture.new_sale(number)
    };
    let first = fixture.take(with_key("FV/1", "a")).await.expect("new");
    let Taken::New(first) = first else { panic!("it is new") };
    let again = fixture.take(with_key("FV/1", "a")).await.expect("known");
    assert!(matches!(again, Taken::Known(sale) if sale.id == first.id));
    assert!(matches!(fixture.take(with_key("FV/1", "b")).await, Err(StoreError::KeyReused)));
    let stranger = NewSale {
        company: ContextIdentifier::parse("1111111111").expect("a NIP"),
        ..fixture.new_sale("FV/2")
    };
    assert!(matches!(fixture.take(stranger).await, Err(StoreError::UnknownCompany { .. })));
    let kept = fixture.store.document(first.id, Document::Xml).await.expect("read").expect("there");
    assert_eq!(kept.content.as_deref(), Some(b"<Faktura>FV/1</Faktura>".as_slice()));
    assert_eq!((kept.sha256, kept.is_session_page), (hash_of("a"), false));
}

async fn a_number_is_given_away_once_until_it_is_free_again(fixture: Fixture) {
    let first = fixture.sale("FV/1").await;
    // The same file under another name.
    let same = fixture.take(fixture.new_sale("FV/1")).await.expect("known");
    assert!(matches!(same, Taken::Known(sale) if sale.id == first.id));
    // Another program with the same number.
    let other = || NewSale { sha256: hash_of("other"), ..fixture.new_sale("FV/1") };
    assert!(matches!(fixture.take(other()).await, Err(StoreError::NumberTaken { id }) if id == first.id));
    // An advance invoice may have the number of an invoice (field notes A2).
    let advance = NewSale { kind: "ZAL".into(), number_key: Some("ZAL|FV/1".into()), ..other() };
    assert!(matches!(fixture.take(advance).await, Ok(Taken::New(_))));
    fixture.moves(&first, SaleMove::Withdraw { reason: reason("asked") }).await.expect("withdrawn");
    assert!(matches!(fixture.take(other()).await, Ok(Taken::New(_))));
}

async fn many_are_taken_in_one_write_and_one_bad_one_harms_none(fixture: Fixture) {
    fixture.sale("FV/1").await;
    let taken_number = NewSale { sha256: hash_of("other"), ..fixture.new_sale("FV/1") };
    let new = [fixture.new_sale("FV/2"), taken_number, fixture.new_sale("FV/3"), fixture.new_sale("FV/2")];
    let taken = fixture.writer.take_sales(&new, now()).await.expect("the database works");
    assert!(matches!(
        taken.as_slice(),
        [Ok(Taken::New(_)), Err(StoreError::NumberTaken { .. }), Ok(Taken::New(_)), Ok(Taken::Known(_))]
    ));
    assert_eq!(fixture.store.sales(&fixture.company, 0, 10).await.expect("a page").items.len(), 3);
}

async fn the_whole_way_leaves_a_history(fixture: Fixture) {
    let sale = fixture.sale("FV/1").await;
    let fence = fixture.claimed().await;
    fixture.writer.session_opened(&fence, &session(1), now()).await.expect("opened");
    let has_unfinished =
        async || fixture.store.has_unfinished(&fixture.company).await.expect("the database works");
    let steps = [
        SaleMove::StartSending { session: session(1) },
        SaleMove::Accept { reference: invoice(1) },
        SaleMove::Number { number: number(1), upo_session: session(1), ksef_mode: None },
        SaleMove::StoreUpo { upo: b"<Potwierdzenie/>".to_vec(), sha256: hash_of("upo"), is_external: false },
        SaleMove::Store,
    ];
    for step in steps {
        assert!(has_unfinished().await);
        fixture.moves(&sale, step).await.expect("it moves");
    }
    assert_eq!(fixture.store.unsettled_sessions(&fixture.company).await.expect("sessions").len(), 1);
    assert!(has_unfinished().await, "the session");
    fixture.writer.session_settled(&fence, &session(1), now()).await.expect("settled");
    assert!(fixture.store.unsettled_sessions(&fixture.company).await.expect("sessions").is_empty());
    assert!(!has_unfinished().await);

    let (store, writer) = fixture.another_node().await;
    let found = store.sale(&fixture.company, sale.id).await.expect("read").expect("there");
    assert_eq!(found.state, SaleState::Stored);
    assert_eq!((found.ksef_number, found.invoice_reference), (Some(number(1)), Some(invoice(1))));
    assert_eq!(found.attempts, 1);
    let history = store.history(sale.id).await.expect("history");
    let events: Vec<Event> = history.iter().map(|entry| entry.event).collect();
    assert_eq!(
        events,
        [
            Event::TakenIn,
            Event::SendingStarted,
            Event::Accepted,
            Event::Numbered,
            Event::UpoVerified,
            Event::Stored
        ]
    );
    assert_eq!((history[0].actor.as_str(), history[1].actor.as_str()), ("rest", "bramka"));
    let upo = store.document(sale.id, Document::Upo).await.expect("read").expect("there");
    assert_eq!(upo.content.as_deref(), Some(b"<Potwierdzenie/>".as_slice()));
    assert_eq!((upo.sha256, upo.is_session_page), (hash_of("upo"), false));
    writer.close().await;
}

/// Every move from every state: it goes where the table of states says, and nowhere else.
async fn only_moves_that_the_states_allow(fixture: Fixture) {
    let every = [
        SaleMove::Validate,
        SaleMove::FindInvalid { findings: "[]".into() },
        SaleMove::Approve,
        SaleMove::Release,
        SaleMove::Hold,
        SaleMove::Withdraw { reason: reason("asked") },
        SaleMove::IssueOffline(gateway_store::OfflineIssue {
            mode: "offline24".into(),
            due_on: Some(jiff::civil::date(2026, 11, 23)),
            certificate_link: None,
        }),
        SaleMove::StartSending { session: session(1) },
        SaleMove::Accept { reference: invoice(1) },
        SaleMove::SendBack { reason: reason("ksef.435") },
        SaleMove::Reject { reason: reason("ksef.450") },
        SaleMove::Number { number: number(1), upo_session: session(1), ksef_mode: None },
        SaleMove::Adopt { number: number(1), upo_session: None, reason: reason("ksef.440") },
        SaleMove::Collide { other: Some(number(2)), reason: reason("ksef.440") },
        SaleMove::StoreUpo { upo: b"x".to_vec(), sha256: hash_of("upo"), is_external: false },
        SaleMove::ConfirmByPage { session: session(1), page: 1 },
        SaleMove::Store,
    ];
    let mut reached = std::collections::BTreeSet::new();
    for (row, from) in SaleState::ALL.iter().enumerate() {
        for (column, by) in every.iter().enumerate() {
            let new = NewSale { state: *from, ..fixture.new_sale(&format!("{row}/{column}")) };
            let Taken::New(sale) = fixture.take(new).await.expect("taken") else { panic!("it is new") };
            let is_allowed = by.from().contains(from);
            if is_allowed {
                assert!(from.next().contains(&by.to()), "{from} to {}", by.to());
                reached.insert((*from, by.to()));
            }
            let outcome = fixture.moves(&sale, by.clone()).await;
            let found = fixture.found(&sale).await;
            if is_allowed {
                outcome.expect("the table allows it");
                assert_eq!(found.state, by.to(), "{from}: {by:?}");
            } else {
                assert!(matches!(outcome, Err(StoreError::NotMovable { .. })), "{from}: {by:?}");
                assert_eq!(found, sale, "nothing changed");
            }
        }
    }
    for from in SaleState::ALL {
        for to in from.next() {
            // Back to offlineIssued goes only what was issued offline; the next test shows it.
            let is_way_back = *to == SaleState::OfflineIssued && *from != SaleState::Waiting;
            assert!(is_way_back || reached.contains(&(*from, *to)), "no move goes from {from} to {to}");
        }
    }
}

async fn offline_goes_back_to_offline(fixture: Fixture) {
    let sale = fixture.sale("FV/1").await;
    let issue = gateway_store::OfflineIssue {
        mode: "failure".into(),
        due_on: None,
        certificate_link: Some("https://qr.example/certificate".into()),
    };
    fixture.moves(&sale, SaleMove::IssueOffline(issue)).await.expect("issued");
    let issued = fixture.found(&sale).await;
    assert!(issued.is_offline() && issued.offline_at.is_some());
    for state in [SaleState::Sending, SaleState::Accepted] {
        fixture.moves(&sale, SaleMove::StartSending { session: session(1) }).await.expect("sending");
        if state == SaleState::Accepted {
            fixture.moves(&sale, SaleMove::Accept { reference: invoice(1) }).await.expect("accepted");
        }
        fixture.moves(&sale, SaleMove::SendBack { reason: reason("ksef.550") }).await.expect("back");
        let found = fixture.found(&sale).await;
        assert_eq!((found.state, found.mode.as_str()), (SaleState::OfflineIssued, "failure"));
        assert_eq!((found.session, found.invoice_reference), (None, None));
    }
    let due = jiff::civil::date(2026, 12, 1);
    fixture.writer.set_deadlines(&[(sale.id, Some(due))], now()).await.expect("set");
    fixture.writer.set_deadlines(&[(sale.id, Some(due))], now()).await.expect("the same again");
    assert_eq!(fixture.found(&sale).await.due_on, Some(due));
    let history = fixture.store.history(sale.id).await.expect("history");
    assert_eq!(history.iter().filter(|entry| entry.event == Event::DeadlineChanged).count(), 1);
    let unsent = fixture.store.offline_unsent(&fixture.company, 10).await.expect("read");
    assert_eq!(unsent.len(), 1);
    let companies = fixture.store.companies_with_offline_unsent().await.expect("read");
    assert_eq!(companies, [fixture.company]);
}

async fn a_page_of_the_session_confirms_many(fixture: Fixture) {
    let sales = [fixture.sale("FV/1").await, fixture.sale("FV/2").await];
    let fence = fixture.claimed().await;
    let ids: Vec<_> = sales.iter().map(|sale| sale.id).collect();
    let started =
        fixture.writer.batch_opened(&fence, &session(5), &ids, now()).await.expect("the database works");
    assert!(started.iter().all(Result::is_ok));
    let sent = fixture.store.sales_of_session(&session(5), SaleState::Sending, 10).await.expect("read");
    assert_eq!(sent.len(), 2);
    for page in [1, 1] {
        fixture
            .writer
            .keep_session_upo(&session(5), page, &hash_of("page"), b"<Potwierdzenie/>", false)
            .await
            .expect("kept");
    }
    for (sale, technical) in sales.iter().zip(1..) {
        let moves = [
            SaleMove::Number { number: number(technical), upo_session: session(5), ksef_mode: None },
            SaleMove::ConfirmByPage { session: session(5), page: 1 },
        ];
        for by in moves {
            fixture.moves(sale, by).await.expect("it moves");
        }
        let upo = fixture.store.document(sale.id, Document::Upo).await.expect("read").expect("there");
        assert_eq!(upo.content.as_deref(), Some(b"<Potwierdzenie/>".as_slice()));
        assert_eq!((upo.sha256, upo.is_session_page), (hash_of("page"), true));
    }
    // A second start of what is under way changes nothing.
    let again = fixture.writer.batch_opened(&fence, &session(6), &ids, now()).await.expect("works");
    assert!(again.iter().all(|one| matches!(one, Err(StoreError::NotMovable { .. }))));
}

async fn a_repeated_reason_is_written_once_and_holds(fixture: Fixture) {
    let sale = fixture.sale("FV/1").await;
    let until = now() + jiff::SignedDuration::from_mins(5);
    for _ in 0..3 {
        let notes = [(sale.id, reason("call.notSent"), Some(until))];
        fixture.writer.note_reasons(&notes, None, now()).await.expect("noted");
    }
    assert_eq!(fixture.store.history(sale.id).await.expect("history").len(), 2);
    assert!(fixture.store.waiting(&fixture.company, now()).await.expect("read").is_empty());
    assert_eq!(fixture.store.next_held(&fixture.company).await.expect("read"), Some(until));
    let waiting = fixture.store.waiting(&fixture.company, until).await.expect("read");
    assert_eq!((waiting.len(), waiting[0].count, waiting[0].bytes), (1, 1, 100));
    let next = fixture.store.next_to_send(&fixture.company, &waiting[0], until, 10).await.expect("read");
    assert_eq!(next.len(), 1);
}

async fn a_policy_changes_only_before_sending(fixture: Fixture) {
    let sale = fixture.sale("FV/1").await;
    fixture.writer.change_policy(sale.id, "manual", "rest", now()).await.expect("changed");
    assert_eq!(fixture.found(&sale).await.policy, "manual");
    fixture.moves(&sale, SaleMove::StartSending { session: session(1) }).await.expect("sending");
    let refused = fixture.writer.change_policy(sale.id, "immediate", "rest", now()).await;
    assert!(matches!(refused, Err(StoreError::NotMovable { .. })));
    let history = fixture.store.history(sale.id).await.expect("history");
    assert_eq!(history[1].event, Event::PolicyChanged);
}

async fn series_give_each_number_once(fixture: Fixture) {
    let (writer, company) = (&fixture.writer, &fixture.company);
    let text = |number: i64| format!("FV/2026/{number}");
    let missing = writer.next_number(company, "sales", "2026", "a", now(), text).await;
    assert!(matches!(missing, Err(StoreError::UnknownSeries { .. })));
    let series = gateway_store::NewSeries {
        name: "sales",
        template: "FV/{year}/{number}",
        unit: "",
        kind: "",
        reset: "yearly",
    };
    writer.put_series(company, &series).await.expect("made");
    // The ERP used number 2 on its own.
    fixture.sale("FV/2026/2").await;
    let mut numbers = Vec::new();
    for request in ["a", "b", "a", "c"] {
        let given = writer.next_number(company, "sales", "2026", request, now(), text).await.expect("given");
        numbers.push(given.number);
    }
    assert_eq!(numbers, [1, 3, 1, 4]);
    let next_year = writer.next_number(company, "sales", "2027", "d", now(), text).await.expect("given");
    assert_eq!(next_year.number, 1);
    let back = writer.next_number(company, "sales", "2026", "e", now(), text).await.expect("given");
    assert_eq!(back.number, 5, "a year that was left goes on where it was");
    let gaps = fixture.store.series_gaps(company, "sales", 10).await.expect("read");
    assert_eq!(gaps.len(), 5);
    let kept = fixture.store.series(company).await.expect("read");
    assert_eq!((kept.len(), kept[0].reset.as_str()), (1, "yearly"));
}

async fn corrections_to_a_buyer_are_found_in_their_order(fixture: Fixture) {
    let original = fixture.sale("FV/1").await;
    let taken = async |number: &str, kind: &str, buyer: Option<&str>| {
        let new = NewSale {
            kind: kind.into(),
            number_key: Some(format!("{kind}|{number}")),
            buyer_nip: buyer.map(str::to_owned),
            sha256: hash_of(number),
            ..fixture.new_sale(number)
        };
        let Ok(Taken::New(sale)) = fixture.take(new).await else { panic!("{number} is new") };
        sale
    };
    let buyer = Some("4444444444");
    let before = taken("K/0", "KOR", buyer).await;
    taken("K/1", "KOR_VAT_RR", buyer).await;
    taken("FV/2", "VAT", buyer).await;
    taken("K/2", "KOR", Some("1111111111")).await;
    taken("K/3", "KOR", None).await;
    let withdrawn = taken("K/4", "KOR_ZAL", buyer).await;
    taken("K/5", "KOR_ROZ", buyer).await;
    fixture.moves(&withdrawn, SaleMove::Withdraw { reason: reason("asked") }).await.expect("withdrawn");
    let found = async |after: i64, buyer: Option<&str>, limit: u32| {
        let found = fixture.store.corrections_after(&fixture.company, after, buyer, limit).await;
        found.expect("read").into_iter().map(|sale| sale.invoice_number).collect::<Vec<_>>()
    };
    assert_eq!(found(original.position, buyer, 10).await, ["K/0", "K/1", "K/5"]);
    assert_eq!(found(before.position, buyer, 10).await, ["K/1", "K/5"]);
    assert_eq!(found(original.position, buyer, 1).await, ["K/0"]);
    assert_eq!(found(original.position, None, 10).await, ["K/3"]);
}

/// The same bytes as `of` once more.
fn once_more(fixture: &Fixture, of: &Sale, offline: Option<OfflineIssue>) -> NewSale {
    let state = if offline.is_some() { SaleState::OfflineIssued } else { SaleState::Waiting };
    let resends = Some(Resend { of: of.id, offline: offline.map(|issue| (issue, now())) });
    NewSale { actor: "kasia".into(), state, resends, ..fixture.new_sale(&of.invoice_number) }
}

async fn what_ended_outside_ksef_is_sent_once_more_and_only_once(fixture: Fixture) {
    let first = fixture.sale("FV/1").await;
    let early = fixture.take(once_more(&fixture, &first, None)).await;
    assert!(matches!(early, Err(StoreError::NotMovable { id, .. }) if id == first.id), "{early:?}");
    fixture.moves(&first, SaleMove::Withdraw { reason: reason("asked") }).await.expect("withdrawn");
    // Two people at once, in one write: there is one.
    let asked = [once_more(&fixture, &first, None), once_more(&fixture, &first, None)];
    let taken = fixture.writer.take_sales(&asked, now()).await.expect("the database works");
    let [Ok(Taken::New(second)), Ok(Taken::Known(known))] = taken.as_slice() else { panic!("{taken:?}") };
    assert_eq!((second.id, second.state, &second.sha256), (known.id, SaleState::Waiting, &first.sha256));
    let history = async |sale: &Sale| {
        let history = fixture.store.history(sale.id).await.expect("history");
        let last = history.last().expect("an entry").clone();
        (last.event, last.detail, last.actor)
    };
    let of = |event, id: &Sale| (event, Some(id.id.to_string()), "kasia".to_owned());
    assert_eq!(history(&first).await, of(Event::SentAgain, second));
    assert_eq!(history(second).await, of(Event::TakenIn, &first));
    assert_eq!(fixture.found(&first).await.state, SaleState::Withdrawn);
    // It ends itself: the first is not sent a third time, the second is once more.
    fixture.moves(second, SaleMove::StartSending { session: session(1) }).await.expect("sent");
    fixture.moves(second, SaleMove::Reject { reason: reason("ksef.410") }).await.expect("refused");
    let again = fixture.take(once_more(&fixture, &first, None)).await;
    assert!(matches!(again, Ok(Taken::Known(sale)) if sale.id == second.id));
    // Not while another document has the number.
    let other = NewSale { sha256: hash_of("other"), ..fixture.new_sale("FV/1") };
    let Ok(Taken::New(other)) = fixture.take(other).await else { panic!("the number is free") };
    let taken = fixture.take(once_more(&fixture, second, None)).await;
    assert!(matches!(taken, Err(StoreError::NumberTaken { id }) if id == other.id), "{taken:?}");
    fixture.moves(&other, SaleMove::Withdraw { reason: reason("asked") }).await.expect("withdrawn");
    assert!(matches!(fixture.take(once_more(&fixture, second, None)).await, Ok(Taken::New(_))));
    // Nobody else's.
    let missing = NewSale {
        resends: Some(Resend { of: gateway_store::SaleId::generate(), offline: None }),
        ..fixture.new_sale("FV/9")
    };
    assert!(matches!(fixture.take(missing).await, Err(StoreError::NotMovable { .. })));
}

async fn what_was_issued_offline_is_sent_once_more_as_that(fixture: Fixture) {
    let first = fixture.sale("FV/1").await;
    let issue = OfflineIssue {
        mode: "offline24".into(),
        due_on: Some(date(2026, 11, 24)),
        certificate_link: Some("https://qr.example/certificate".into()),
    };
    fixture.moves(&first, SaleMove::IssueOffline(issue.clone())).await.expect("issued");
    fixture.moves(&first, SaleMove::StartSending { session: session(1) }).await.expect("sent");
    fixture.moves(&first, SaleMove::Reject { reason: reason("ksef.410") }).await.expect("refused");
    let listed = async || {
        let unfinished = fixture.store.unfinished(&fixture.company, &[], 10).await.expect("read");
        let due = fixture.store.due_by(date(2026, 11, 30), 10).await.expect("read");
        (
            unfinished.iter().map(|one| one.id).collect::<Vec<_>>(),
            due.iter().map(|one| one.id).collect::<Vec<_>>(),
        )
    };
    assert_eq!(listed().await, (vec![first.id], vec![first.id]));
    let taken = fixture.take(once_more(&fixture, &first, Some(issue.clone()))).await;
    let Ok(Taken::New(second)) = taken else { panic!("{taken:?}") };
    assert_eq!((second.state, second.mode.as_str()), (SaleState::OfflineIssued, "offline24"));
    assert_eq!((second.due_on, second.offline_at), (issue.due_on, Some(now())));
    assert_eq!(second.certificate_link, issue.certificate_link);
    let events: Vec<Event> =
        fixture.store.history(second.id).await.expect("history").iter().map(|one| one.event).collect();
    assert_eq!(events, [Event::TakenIn, Event::OfflineIssued]);
    // It stands for the first from now on.
    assert_eq!(listed().await, (vec![second.id], vec![second.id]));
}
