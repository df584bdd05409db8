//! The audit log: together with what it tells of, in a chain, and what tampering looks like.

use gateway_access::AuditBreak;
use gateway_store::{AuditFilter, AuditNote, Database, NewSeries, note_subject, noted};

use crate::fixture::{Fixture, now};

crate::on_both!(
    a_note_is_written_with_its_write_or_not_at_all,
    nodes_that_write_at_once_make_one_chain,
    a_company_reads_its_own,
    entries_are_found_by_what_they_tell,
    it_is_neither_changed_nor_cut_by_accident,
    tampering_is_found_at_the_first_entry_that_is_wrong,
);

fn note(action: &str) -> AuditNote {
    AuditNote {
        at: now(),
        who: "user:kasia".into(),
        origin: "192.0.2.1".into(),
        action: action.into(),
        company: "5265877635".into(),
        subject: String::new(),
    }
}

fn series(name: &str) -> NewSeries<'_> {
    NewSeries { name, template: "FV/{number}", unit: "", kind: "", reset: "never" }
}

async fn a_note_is_written_with_its_write_or_not_at_all(fixture: Fixture) {
    let (outcome, left) = noted(note("PUT series"), async {
        note_subject("FV");
        fixture.writer.put_series(&fixture.company, &series("FV")).await
    })
    .await;
    assert!(outcome.is_ok() && left.is_none());
    // Two writes of one request tell it once.
    let (_, left) = noted(note("twice"), async {
        fixture.writer.put_series(&fixture.company, &series("A")).await.expect("written");
        fixture.writer.put_series(&fixture.company, &series("B")).await.expect("written");
    })
    .await;
    assert!(left.is_none());
    // What changed nothing gives the note back, to be told with its result.
    let (outcome, left) = noted(note("revoke"), fixture.writer.access().revoke_api_key("none", now())).await;
    assert!(outcome.is_err());
    let left = left.expect("not written");
    fixture.writer.access().tell(&left, "refused").await.expect("told");
    // Nobody asked for anything.
    fixture.writer.put_series(&fixture.company, &series("C")).await.expect("written");

    let log = fixture.store.audit(None, 0, 10).await.expect("read");
    let told: Vec<_> = log
        .iter()
        .map(|(line, _)| (line.number, line.action.as_str(), line.subject.as_str(), line.result.as_str()))
        .collect();
    assert_eq!(
        told,
        [(1, "PUT series", "FV", "done"), (2, "twice", "", "done"), (3, "revoke", "", "refused")]
    );
    let chain = fixture.store.verify_audit().await.expect("read").expect("whole");
    assert_eq!((chain.number(), chain.hash()), (3, &log[2].1));
}

async fn nodes_that_write_at_once_make_one_chain(fixture: Fixture) {
    let (_, other) = fixture.another_node().await;
    let (here, there) = (fixture.writer.access(), other.access());
    let mut tasks = Vec::new();
    for number in 0..40 {
        let writer = if number % 2 == 0 { here.clone() } else { there.clone() };
        tasks.push(tokio::spawn(async move { writer.tell(&note(&number.to_string()), "done").await }));
    }
    for task in tasks {
        task.await.expect("no panic").expect("told");
    }
    let chain = fixture.store.verify_audit().await.expect("read").expect("whole");
    assert_eq!(chain.number(), 40);
}

async fn a_company_reads_its_own(fixture: Fixture) {
    let access = fixture.writer.access();
    let other = AuditNote { company: "1111111111".into(), ..note("other") };
    for one in [&note("a"), &other, &note("b")] {
        access.tell(one, "done").await.expect("told");
    }
    let of_one = fixture.store.audit(Some(&fixture.company), 0, 10).await.expect("read");
    assert_eq!(of_one.iter().map(|(line, _)| line.number).collect::<Vec<_>>(), [1, 3]);
    let after = fixture.store.audit(Some(&fixture.company), 1, 10).await.expect("read");
    assert_eq!(after.len(), 1);
    // However long what a caller sends is, and whatever is in it.
    let long = AuditNote { subject: "x\n\u{0}".repeat(1000), ..note("long") };
    access.tell(&long, "done").await.expect("told");
    let (line, _) = fixture.store.audit(None, 3, 1).await.expect("read").pop().expect("there");
    assert_eq!(line.subject, "x".repeat(300));
    assert!(fixture.store.verify_audit().await.expect("read").is_ok());
}

async fn entries_are_found_by_what_they_tell(fixture: Fixture) {
    let access = fixture.writer.access();
    let later = now() + jiff::SignedDuration::from_hours(24);
    for (one, result) in [
        (note("POST /users"), "done"),
        (AuditNote { subject: "50%_off~".into(), ..note("PUT series") }, "done"),
        (AuditNote { who: "key:ERP".into(), at: later, ..note("DELETE /users/{login}") }, "refused: x"),
        (AuditNote { company: "1111111111".into(), at: later, ..note("POST /login") }, "done"),
    ] {
        access.tell(&one, result).await.expect("told");
    }
    let check = async |filter: AuditFilter<'_>, before, limit, expected: &[i64]| {
        let found = fixture.store.audit_found(&filter, before, limit, 100).await.expect("read");
        let numbers: Vec<i64> = found.entries.iter().map(|(line, _)| line.number).collect();
        assert_eq!(numbers, expected, "{filter:?} {before:?} {limit}");
    };
    let all = AuditFilter::default();
    check(all, None, 10, &[4, 3, 2, 1]).await;
    check(all, None, 2, &[4, 3]).await;
    check(all, Some(3), 10, &[2, 1]).await;
    check(AuditFilter { company: Some(&fixture.company), ..all }, None, 10, &[3, 2, 1]).await;
    check(AuditFilter { text: Some("USERS"), ..all }, None, 10, &[3, 1]).await;
    check(AuditFilter { text: Some("erp"), ..all }, None, 10, &[3]).await;
    // What patterns are made of stands for itself.
    check(AuditFilter { text: Some("50%_OFF~"), ..all }, None, 10, &[2]).await;
    check(AuditFilter { text: Some("%"), ..all }, None, 10, &[2]).await;
    check(AuditFilter { text: Some("nothing of it"), ..all }, None, 10, &[]).await;
    check(AuditFilter { from: Some(later), ..all }, None, 10, &[4, 3]).await;
    check(AuditFilter { until: Some(later), text: Some("users"), ..all }, None, 10, &[1]).await;
    check(AuditFilter { is_refused: true, ..all }, None, 10, &[3]).await;
    check(AuditFilter { is_refused: true, from: Some(later), ..all }, Some(3), 10, &[]).await;
    // However long the log is, so many entries are looked at, and it is told where to look on.
    let look = async |filter: AuditFilter<'_>, before, limit, expected: &[i64], next| {
        let found = fixture.store.audit_found(&filter, before, limit, 2).await.expect("read");
        let numbers: Vec<i64> = found.entries.iter().map(|(line, _)| line.number).collect();
        assert_eq!((numbers.as_slice(), found.next), (expected, next), "{filter:?} {before:?} {limit}");
    };
    let nothing = AuditFilter { text: Some("nothing of it"), ..all };
    look(nothing, None, 10, &[], Some(3)).await;
    look(nothing, Some(3), 10, &[], None).await;
    look(AuditFilter { text: Some("post /users"), ..all }, None, 10, &[], Some(3)).await;
    look(AuditFilter { text: Some("post /users"), ..all }, Some(3), 10, &[1], None).await;
    look(all, None, 1, &[4], Some(4)).await;
    look(AuditFilter { company: Some(&fixture.company), ..all }, None, 10, &[3, 2], Some(2)).await;
    look(AuditFilter { company: Some(&fixture.company), ..all }, Some(2), 10, &[1], None).await;
}

async fn it_is_neither_changed_nor_cut_by_accident(fixture: Fixture) {
    fixture.writer.access().tell(&note("a"), "done").await.expect("told");
    for sql in ["UPDATE audit_log SET who = 'x'", "DELETE FROM audit_log"] {
        let error = behind_our_back(&fixture.database, sql).await.expect_err("it is refused");
        assert!(error.to_string().contains("never changed"), "{error}");
    }
}

async fn tampering_is_found_at_the_first_entry_that_is_wrong(fixture: Fixture) {
    for number in 0..9 {
        fixture.writer.access().tell(&note(&number.to_string()), "done").await.expect("told");
    }
    let without_guard = match fixture.database {
        Database::Sqlite(_) => {
            "DROP TRIGGER audit_log_is_not_changed; DROP TRIGGER audit_log_is_not_cut;".to_owned()
        }
        Database::Postgres(_) => "DROP TRIGGER audit_log_is_not_changed ON audit_log;".to_owned(),
    };
    behind_our_back(&fixture.database, &without_guard).await.expect("dropped");
    let verified = async || fixture.store.verify_audit().await.expect("read").err();
    let tamper = async |sql: &str| behind_our_back(&fixture.database, sql).await.expect("altered");
    tamper("UPDATE audit_log SET who = 'user:adam' WHERE number = 5").await;
    assert_eq!(verified().await, Some(AuditBreak::Altered { number: 5 }));
    tamper("UPDATE audit_log SET who = 'user:kasia' WHERE number = 5").await;
    assert_eq!(verified().await, None);
    tamper("UPDATE audit_log SET at = at + 1 WHERE number = 2").await;
    assert_eq!(verified().await, Some(AuditBreak::Altered { number: 2 }));
    tamper("UPDATE audit_log SET at = at - 1 WHERE number = 2").await;
    tamper("UPDATE audit_log SET hash = (SELECT hash FROM audit_log WHERE number = 1) WHERE number = 7")
        .await;
    assert_eq!(verified().await, Some(AuditBreak::Altered { number: 7 }));
    tamper("DELETE FROM audit_log WHERE number = 4").await;
    assert_eq!(verified().await, Some(AuditBreak::Gap { expected: 4, found: 5 }));
    // Numbered anew, so that nothing seems to be missing.
    tamper("UPDATE audit_log SET number = -number WHERE number > 4").await;
    tamper("UPDATE audit_log SET number = -number - 1 WHERE number < 0").await;
    assert_eq!(verified().await, Some(AuditBreak::Altered { number: 4 }));
}

/// What somebody does who has the database and not us.
async fn behind_our_back(database: &Database, sql: &str) -> Result<(), sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match database {
        Database::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let pool = sqlx::SqlitePool::connect_with(options).await?;
            let outcome = sqlx::raw_sql(sql).execute(&pool).await;
            pool.close().await;
            outcome.map(drop)
        }
        Database::Postgres(url) => {
            let pool = sqlx::PgPool::connect(url).await?;
            let outcome = sqlx::raw_sql(sql).execute(&pool).await;
            pool.close().await;
            outcome.map(drop)
        }
    }
}
