//! The query for metadata: who sees what, filters, dates, pages, and what is refused.

use crate::common::invoice::{Invoice, today};
use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_sim::Simulator;
use ksef_wire::Operation;
use serde_json::{Value, json};

const SELLER: &str = "5265877635";
const BUYER: &str = "5213003001";

struct Setting {
    /// Kept alive while the test runs.
    _simulator: Simulator,
    api: Api,
    seller: String,
    buyer: String,
}

/// 12 invoices: FV/00 to FV/11, with 1 to 12 lines of 100 net each; every third was issued yesterday.
async fn setting() -> Answered<Setting> {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let seller = Company::with_seal(SELLER, KeyKind::EcP256)?.login(&api).await?.access;
    let buyer = Company::with_seal(BUYER, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &seller).await?;
    for index in 0..12usize {
        let issued = if index % 3 == 0 { today().yesterday()? } else { today() };
        let invoice = Invoice { issued, lines: index + 1, ..Invoice::of(SELLER, &format!("FV/{index:02}")) };
        send(&api, &seller, &session, &invoice.bytes()).await?;
    }
    let status = close_and_wait(&api, &seller, &session).await?;
    assert_eq!(status["successfulInvoiceCount"], 12, "{status}");
    Ok(Setting { _simulator: simulator, api, seller, buyer })
}

fn filters(subject: &str, date_type: &str) -> Value {
    let from = format!("{}T00:00:00+01:00", today().saturating_sub(jiff::Span::new().days(5)));
    json!({ "subjectType": subject, "dateRange": { "dateType": date_type, "from": from } })
}

async fn query(setting: &Setting, access: &str, query: &str, body: &Value) -> Answered<Value> {
    let request = Req::by(access).query(query).json(body);
    Ok(setting.api.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect(200).json())
}

fn numbers(answer: &Value) -> Vec<String> {
    answer["invoices"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|invoice| text(&invoice["invoiceNumber"]))
        .collect()
}

#[tokio::test]
async fn each_party_sees_its_invoices() -> Answered {
    let setting = setting().await?;
    let answer =
        query(&setting, &setting.seller, "pageSize=100", &filters("Subject1", "PermanentStorage")).await?;
    assert_eq!(numbers(&answer), (0..12).map(|index| format!("FV/{index:02}")).collect::<Vec<_>>());
    assert!(answer["permanentStorageHwmDate"].is_string());
    let first = &answer["invoices"][0];
    assert_eq!(first["seller"], json!({ "nip": SELLER, "name": "Przykładowa Hurtownia sp. z o.o." }));
    assert_eq!(first["buyer"]["identifier"], json!({ "type": "Nip", "value": BUYER }));
    assert_eq!(
        (&first["netAmount"], &first["vatAmount"], &first["grossAmount"]),
        (&json!(100.0), &json!(23.0), &json!(123.0))
    );
    assert_eq!((&first["invoiceType"], &first["invoicingMode"]), (&json!("Vat"), &json!("Offline")));
    assert_eq!(first["formCode"], json!({ "systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA" }));
    let answer =
        query(&setting, &setting.buyer, "pageSize=100", &filters("Subject2", "PermanentStorage")).await?;
    assert_eq!(numbers(&answer).len(), 12);
    for (access, subject) in [
        (&setting.buyer, "Subject1"),
        (&setting.seller, "Subject2"),
        (&setting.buyer, "Subject3"),
        (&setting.buyer, "SubjectAuthorized"),
    ] {
        let answer = query(&setting, access, "", &filters(subject, "PermanentStorage")).await?;
        assert_eq!(numbers(&answer), Vec::<String>::new(), "{subject}");
        assert_eq!((&answer["hasMore"], &answer["isTruncated"]), (&json!(false), &json!(false)));
    }
    Ok(())
}

#[tokio::test]
async fn pages_and_orders() -> Answered {
    let setting = setting().await?;
    let body = filters("Subject1", "Invoicing");
    let first = query(&setting, &setting.seller, "pageSize=10&sortOrder=Desc", &body).await?;
    assert_eq!(
        (first["hasMore"].as_bool(), numbers(&first).first().map(String::as_str)),
        (Some(true), Some("FV/11"))
    );
    assert!(first.get("permanentStorageHwmDate").is_none());
    let second = query(&setting, &setting.seller, "pageSize=10&pageOffset=1&sortOrder=Desc", &body).await?;
    assert_eq!(
        (second["hasMore"].as_bool(), numbers(&second)),
        (Some(false), vec!["FV/01".to_owned(), "FV/00".to_owned()])
    );
    let beyond = query(&setting, &setting.seller, "pageOffset=1000000", &body).await?;
    assert_eq!((beyond["hasMore"].as_bool(), numbers(&beyond)), (Some(false), vec![]));
    // By date of issue those of yesterday come first.
    let by_issue = query(&setting, &setting.seller, "pageSize=100", &filters("Subject1", "Issue")).await?;
    assert_eq!(numbers(&by_issue)[..4], ["FV/00", "FV/03", "FV/06", "FV/09"]);
    Ok(())
}

#[tokio::test]
async fn every_filter_filters() -> Answered {
    let setting = setting().await?;
    let base = filters("Subject1", "PermanentStorage");
    let all = query(&setting, &setting.seller, "pageSize=100", &base).await?;
    let number = text(&all["invoices"][4]["ksefNumber"]);
    for (name, value, expected) in [
        ("ksefNumber", json!(number), 1),
        ("invoiceNumber", json!("FV/07"), 1),
        ("invoiceNumber", json!("FV/7"), 0),
        ("sellerNip", json!(SELLER), 12),
        ("sellerNip", json!(BUYER), 0),
        ("amount", json!({ "type": "Netto", "from": 300, "to": 500.5 }), 3),
        ("amount", json!({ "type": "Brutto", "to": 246 }), 2),
        ("amount", json!({ "type": "Vat", "from": 270 }), 1),
        ("buyerIdentifier", json!({ "type": "Nip", "value": BUYER }), 12),
        ("buyerIdentifier", json!({ "type": "Nip", "value": SELLER }), 0),
        ("buyerIdentifier", json!({ "type": "None" }), 0),
        ("currencyCodes", json!(["EUR", "PLN"]), 12),
        ("currencyCodes", json!(["EUR"]), 0),
        ("invoicingMode", json!("Offline"), 4),
        ("invoicingMode", json!("Online"), 8),
        ("isSelfInvoicing", json!(true), 0),
        ("formType", json!("FA"), 12),
        ("formType", json!("FA_RR"), 0),
        ("invoiceTypes", json!(["Kor", "Vat"]), 12),
        ("invoiceTypes", json!(["Kor"]), 0),
        ("hasAttachment", json!(true), 0),
        ("hasAttachment", Value::Null, 12),
    ] {
        let mut body = base.clone();
        body[name] = value.clone();
        let answer = query(&setting, &setting.seller, "pageSize=100", &body).await?;
        assert_eq!(numbers(&answer).len(), expected, "{name} = {value}");
    }
    Ok(())
}

#[tokio::test]
async fn bad_filters_are_refused() -> Answered {
    let setting = setting().await?;
    let base = filters("Subject1", "PermanentStorage");
    let from = |days: i64| format!("{}T00:00:00Z", today().saturating_sub(jiff::Span::new().days(days)));
    let range = |from: String, to: Value| json!({ "dateType": "PermanentStorage", "from": from, "to": to });
    for (name, value, code) in [
        ("subjectType", Value::Null, 21405),
        ("subjectType", json!("Subject9"), 21405),
        ("dateRange", Value::Null, 21405),
        ("dateRange", json!({ "dateType": "PermanentStorage" }), 21405),
        ("dateRange", json!({ "dateType": "Sometime", "from": from(1) }), 21405),
        ("dateRange", json!({ "dateType": "Issue", "from": "2026-01-01T00:00:00" }), 21405),
        ("dateRange", range(from(101), Value::Null), 21405),
        ("dateRange", range(from(1), json!(from(2))), 21405),
        ("dateRange", json!("today"), 21001),
        ("ksefNumber", json!("x"), 21405),
        ("sellerNip", json!("123"), 21405),
        ("amount", json!({ "from": 1 }), 21405),
        ("amount", json!({ "type": "Brutto", "from": 2, "to": 1 }), 21405),
        ("amount", json!({ "type": "Brutto", "from": "1" }), 21001),
        ("amount", json!({ "type": "Gross" }), 21405),
        ("buyerIdentifier", json!({ "type": "Dog" }), 21405),
        ("buyerIdentifier", json!({ "type": "Other", "value": "x".repeat(51) }), 21405),
        ("invoiceNumber", json!("x".repeat(257)), 21405),
        ("currencyCodes", json!(["złoty"]), 21405),
        ("invoicingMode", json!("Sometimes"), 21405),
        ("formType", json!("FB"), 21405),
        ("invoiceTypes", json!(["Other"]), 21405),
        ("isSelfInvoicing", json!("yes"), 21001),
    ] {
        let mut body = base.clone();
        body[name] = value.clone();
        let request = Req::by(&setting.seller).json(&body);
        let answer = setting.api.call(Operation::InvoiceQueryMetadata, &[], request).await?;
        let details = answer.expect_code(code);
        assert!(details.first().is_some_and(|detail| !detail.is_empty()), "{name} = {value}");
    }
    for text in ["pageSize=9", "pageSize=251", "pageOffset=-1", "sortOrder=Up"] {
        let request = Req::by(&setting.seller).query(text).json(&base);
        setting.api.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect_code(21405);
    }
    let unreadable = Req::by(&setting.seller).query("pageOffset=x").json(&base);
    setting.api.call(Operation::InvoiceQueryMetadata, &[], unreadable).await?.expect_code(21001);
    let mut beyond = base.clone();
    beyond["dateRange"]["restrictToPermanentStorageHwmDate"] = json!(true);
    query(&setting, &setting.seller, "", &beyond).await?;
    beyond["dateRange"]["from"] = json!(from(-2));
    beyond["dateRange"]["to"] = json!(from(-3));
    let request = Req::by(&setting.seller).json(&beyond);
    setting.api.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect_code(21183);
    Ok(())
}

#[tokio::test]
async fn a_numbered_invoice_is_available_a_moment_later() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(SELLER, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    let reference = send(&api, &access, &session, &Invoice::of(SELLER, "FV/1").bytes()).await?;
    let number = simulator.inspect().invoices[0].ksef_number.to_string();
    let early = api.call(Operation::InvoiceDownload, &[&number], Req::by(&access)).await?;
    if !api.is_quick() {
        // The machine was too busy to see it.
        return Ok(());
    }
    let details = early.expect_code(21165);
    assert!(details[0].contains("nie jest jeszcze dostępna"), "{details:?}");
    let body = filters("Subject1", "PermanentStorage");
    let request = Req::by(&access).json(&body);
    let answer = api.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect(200).json();
    assert_eq!(answer["invoices"], json!([]));
    wait(&api, &access, &session, &reference).await?;
    api.call(Operation::InvoiceDownload, &[&number], Req::by(&access)).await?.expect(200);
    let request = Req::by(&access).json(&body);
    let answer = api.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect(200).json();
    assert_eq!(answer["invoices"].as_array().map(Vec::len), Some(1));
    Ok(())
}
