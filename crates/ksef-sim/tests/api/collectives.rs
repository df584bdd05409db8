//! Collective identifiers, and the list of Peppol providers.

use crate::common::invoice::Invoice;
use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{KeyKind, Subject};
use ksef_id::CollectiveNumber;
use ksef_sim::Simulator;
use ksef_wire::Operation;
use serde_json::{Value, json};

const SELLER: &str = "5265877635";
const BUYER: &str = "5213003001";
const STRANGER: &str = "7781464139";

struct Setting {
    _simulator: Simulator,
    api: Api,
    seller: String,
    buyer: String,
    stranger: String,
    numbers: Vec<String>,
}

/// A seller with invoices to a buyer, and somebody who stands on none.
async fn setting(invoices: usize) -> Answered<Setting> {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let mut tokens = Vec::new();
    for nip in [SELLER, BUYER, STRANGER] {
        tokens.push(Company::with_seal(nip, KeyKind::EcP256)?.login(&api).await?.access);
    }
    let [seller, buyer, stranger] = <[String; 3]>::try_from(tokens).map_err(|_| "three logins")?;
    let session = open_session(&api, &seller).await?;
    let mut numbers = Vec::new();
    for index in 0..invoices {
        let sent =
            send_and_wait(&api, &seller, &session, &Invoice::of(SELLER, &format!("FV/{index}")).bytes())
                .await?;
        numbers.push(text(&sent["ksefNumber"]));
    }
    Ok(Setting { _simulator: simulator, api, seller, buyer, stranger, numbers })
}

async fn generate(api: &Api, access: &str, invoices: &Value) -> Answered<Answer> {
    let request = Req::by(access).json(&json!({ "invoices": invoices }));
    api.call(Operation::CollectiveIdentifierGenerate, &[], request).await
}

fn plain(numbers: &[&str]) -> Value {
    numbers.iter().map(|number| json!({ "ksefNumber": number })).collect()
}

fn range() -> Value {
    let now = Timestamp::now();
    let hours = SignedDuration::from_hours;
    json!({ "dateCreatedFrom": (now - hours(24)).to_string(), "dateCreatedTo": (now + hours(24)).to_string() })
}

async fn query(api: &Api, access: &str, filter: &Value) -> Answered<Vec<Value>> {
    let request = Req::by(access).json(filter);
    let answer = api.call(Operation::CollectiveIdentifierQuery, &[], request).await?.expect(200).json();
    Ok(answer["collectiveIdentifiers"].as_array().cloned().unwrap_or_default())
}

async fn invoices(api: &Api, access: &str, numbers: &[&str]) -> Answered<Vec<Value>> {
    let request = Req::by(access).json(&json!({ "collectiveIdentifierNumbers": numbers }));
    let answer = api.call(Operation::CollectiveIdentifierInvoices, &[], request).await?.expect(200).json();
    Ok(answer["invoices"].as_array().cloned().unwrap_or_default())
}

#[tokio::test]
async fn an_identifier_is_made_and_found_by_those_concerned() -> Answered {
    let setting = setting(3).await?;
    let Setting { api, seller, buyer, stranger, numbers, .. } = &setting;
    let body = json!([
        { "ksefNumber": numbers[0], "payment": { "amount": 100.5, "currency": "PLN" }, "description": "Zaliczka" },
        { "ksefNumber": numbers[1] },
    ]);
    let made = generate(api, buyer, &body).await?.expect(201).json();
    let number = text(&made["collectiveIdentifierNumber"]);
    assert_eq!(CollectiveNumber::parse(&number)?.seller().as_str(), SELLER);

    // Its maker and the seller find it, nobody else.
    for (access, is_own) in [(buyer, true), (seller, false)] {
        let found = query(api, access, &range()).await?;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["collectiveIdentifierNumber"], number);
        assert_eq!(
            (&found[0]["invoiceCount"], &found[0]["createdInCurrentContext"]),
            (&json!(2), &json!(is_own))
        );
        let by_invoice = api
            .call(Operation::CollectiveIdentifiersOfInvoice, &[&numbers[0]], Req::by(access))
            .await?
            .expect(200)
            .json();
        assert_eq!(by_invoice["collectiveIdentifiers"][0]["collectiveIdentifierNumber"], number);
    }
    assert!(query(api, stranger, &range()).await?.is_empty());
    let by_invoice = api
        .call(Operation::CollectiveIdentifiersOfInvoice, &[&numbers[2]], Req::by(buyer))
        .await?
        .expect(200)
        .json();
    assert_eq!(by_invoice["collectiveIdentifiers"], json!([]));

    // Filters.
    for (name, value, count) in [
        ("invoiceCountFrom", json!(2), 1),
        ("invoiceCountFrom", json!(3), 0),
        ("invoiceCountTo", json!(1), 0),
        ("createdInCurrentContext", json!(true), 1),
        ("createdInCurrentContext", json!(false), 0),
        ("collectiveIdentifierNumber", json!(number), 1),
        ("collectiveIdentifierNumber", json!("x"), 0),
        ("dateCreatedTo", json!((Timestamp::now() - SignedDuration::from_hours(23)).to_string()), 0),
    ] {
        let mut filter = range();
        filter[name] = value.clone();
        assert_eq!(query(api, buyer, &filter).await?.len(), count, "{name} {value}");
    }

    // What stands under it: everything for its maker and for who stands on the invoice, the numbers for anybody.
    for access in [buyer, seller] {
        let found = invoices(api, access, &[&number]).await?;
        let mut expected = [numbers[0].clone(), numbers[1].clone()];
        expected.sort();
        expected.reverse();
        assert_eq!([text(&found[0]["ksefNumber"]), text(&found[1]["ksefNumber"])], expected);
        let first = found.iter().find(|item| item["ksefNumber"] == numbers[0]).ok_or("it is there")?;
        assert_eq!(first["payment"], json!({ "amount": 100.5, "currency": "PLN" }));
        assert_eq!((&first["description"], &first["detailsHidden"]), (&json!("Zaliczka"), &json!(false)));
    }
    let found = invoices(api, stranger, &[&number]).await?;
    let first = found.iter().find(|item| item["ksefNumber"] == numbers[0]).ok_or("it is there")?;
    assert_eq!((first.get("payment"), first.get("description")), (None, None));
    assert_eq!(first["detailsHidden"], true);
    let second = found.iter().find(|item| item["ksefNumber"] == numbers[1]).ok_or("it is there")?;
    assert_eq!(second["detailsHidden"], false, "nothing was said of it");
    assert!(invoices(api, buyer, &["1111111111-IZ202607-65ED02180000-E7"]).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn every_bad_request_has_its_code() -> Answered {
    let setting = setting(2).await?;
    let Setting { api, seller, buyer, stranger, numbers, .. } = &setting;
    let (first, second) = (numbers[0].as_str(), numbers[1].as_str());
    let unknown = "5265877635-20250826-0100001AF629-AF";
    let details = generate(api, buyer, &plain(&[first, unknown])).await?.expect_code(71001);
    assert_eq!(details, [format!("Faktura o numerze KSeF {unknown} nie została znaleziona.")]);
    generate(api, stranger, &plain(&[first, second])).await?.expect_code(71001);
    let details = generate(api, buyer, &plain(&[first, first])).await?.expect_code(71005);
    assert_eq!(details, [format!("Powtórzony numer KSeF {first}.")]);
    // An invoice of another seller to the same buyer.
    let session = open_session(api, stranger).await?;
    let other = send_and_wait(api, stranger, &session, &Invoice::of(STRANGER, "FV/1").bytes()).await?;
    let other = text(&other["ksefNumber"]);
    let details = generate(api, buyer, &plain(&[first, &other])).await?.expect_code(71004);
    assert_eq!(details, [format!("Faktura o numerze KSeF {other} ma innego sprzedawcę.")]);

    generate(api, buyer, &plain(&[first])).await?.expect_code(21405);
    generate(api, buyer, &plain(&[first, "x"])).await?.expect_code(21405);
    for (name, value) in [
        ("description", json!("a".repeat(513))),
        ("payment", json!({ "amount": 1, "currency": "złoty" })),
        ("payment", json!({ "currency": "PLN" })),
    ] {
        let mut body = plain(&[first, second]);
        body[0][name] = value;
        generate(api, buyer, &body).await?.expect_code(21405);
    }
    let raw = |content: &'static str| Req::by(buyer).bytes("application/json", content);
    for operation in [
        Operation::CollectiveIdentifierGenerate,
        Operation::CollectiveIdentifierQuery,
        Operation::CollectiveIdentifierInvoices,
    ] {
        api.call(operation, &[], raw("{")).await?.expect_code(21001);
        api.call(operation, &[], raw("{}")).await?.expect_code(21405);
    }
    // The limit of the context holds.
    let limits = api.call(Operation::ContextLimits, &[], Req::by(buyer)).await?.expect(200).json();
    assert_eq!(limits["collectiveIdentifier"]["maxInvoices"], 500);
    let too_many = vec![first; 501];
    let details = generate(api, buyer, &plain(&too_many)).await?.expect_code(21405);
    assert!(details[0].contains("between 2 and 500"), "{details:?}");

    let ask = |operation, parameter: Option<&str>, request: Req| {
        let (api, parameter) = (api.clone(), parameter.map(str::to_owned));
        async move {
            let parameters: Vec<&str> = parameter.iter().map(String::as_str).collect();
            api.call(operation, &parameters, request).await
        }
    };
    let mut backwards = range();
    backwards["dateCreatedFrom"] = json!("2099-01-01T00:00:00Z");
    let mut long = range();
    long["dateCreatedFrom"] = json!((Timestamp::now() - SignedDuration::from_hours(24 * 100)).to_string());
    for filter in [backwards, long] {
        ask(Operation::CollectiveIdentifierQuery, None, Req::by(buyer).json(&filter))
            .await?
            .expect_code(21405);
    }
    let of_invoice = Operation::CollectiveIdentifiersOfInvoice;
    ask(of_invoice, Some("x"), Req::by(buyer)).await?.expect_code(21405);
    ask(of_invoice, Some(first), Req::by(buyer).query("pageSize=x")).await?.expect_code(21001);
    let token = |request: Req| request.header("x-continuation-token", "x");
    ask(of_invoice, Some(first), token(Req::by(buyer))).await?.expect_code(21418);
    ask(Operation::CollectiveIdentifierQuery, None, token(Req::by(buyer).json(&range())))
        .await?
        .expect_code(21418);
    let numbers = |numbers: Value| Req::by(buyer).json(&json!({ "collectiveIdentifierNumbers": numbers }));
    let by_number = Operation::CollectiveIdentifierInvoices;
    let example = "1111111111-IZ202607-65ED02180000-E7";
    ask(by_number, None, token(numbers(json!([example])))).await?.expect_code(21418);
    for bad in [json!([]), json!(["x"]), json!(vec![example; 11])] {
        ask(by_number, None, numbers(bad)).await?.expect_code(21405);
    }
    // Reading invoices suffices; a token without it does not.
    let reading = login_by_token(api, seller, SELLER).await?;
    assert!(query(api, &reading.access, &range()).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn an_invoice_stands_in_at_most_132_identifiers_of_a_context() -> Answered {
    let setting = setting(2).await?;
    let Setting { api, seller, buyer, numbers, .. } = &setting;
    let body = plain(&[&numbers[0], &numbers[1]]);
    for _ in 0..132 {
        generate(api, buyer, &body).await?.expect(201);
    }
    let details = generate(api, buyer, &body).await?.expect_code(71002);
    assert!(details[0].contains(&numbers[0]), "{details:?}");
    // Another context counts for itself.
    generate(api, seller, &body).await?.expect(201);
    // All of them, page by page, the newest first.
    let mut seen = Vec::new();
    let mut continuation: Option<String> = None;
    loop {
        let mut request = Req::by(buyer).query("pageSize=100").json(&range());
        if let Some(token) = &continuation {
            request = request.header("x-continuation-token", token.clone());
        }
        let page = api.call(Operation::CollectiveIdentifierQuery, &[], request).await?.expect(200).json();
        seen.extend(page["collectiveIdentifiers"].as_array().cloned().unwrap_or_default());
        continuation = page["continuationToken"].as_str().map(str::to_owned);
        if continuation.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 132);
    let dates: Vec<String> = seen.iter().map(|item| text(&item["dateCreated"])).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b));
    Ok(())
}

#[tokio::test]
async fn providers_of_peppol_are_registered_by_their_first_login() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let list = async |query: &str| -> Answered<Answer> {
        api.call(Operation::PeppolQuery, &[], Req::default().query(query)).await
    };
    assert_eq!(list("").await?.expect(200).json(), json!({ "peppolProviders": [], "hasMore": false }));
    for id in ["PPL123456", "PDE000001"] {
        let provider = Company::of("", &Subject::Named { common_name: id.to_owned() }, KeyKind::EcP256)?;
        let context = format!("<PeppolId>{id}</PeppolId>");
        let document = auth_request(&challenge(&api).await?.0, &context, "certificateSubject", "2.1");
        let request = Req::default().bytes("application/xml", provider.sign(&document)?);
        let started = api.call(Operation::AuthXadesSignature, &[], request).await?.expect(202).json();
        let tokens = finish_login(&api, &started).await?;
        let sessions =
            api.call(Operation::AuthSessions, &[], Req::by(&tokens.access)).await?.expect(200).json();
        assert_eq!(sessions["items"][0]["authenticationMethod"], "PeppolSignature");
        // PEF is for providers; the other forms are for the others.
        let key = ksef_crypto::SessionKey::generate();
        let mut open = open_request(&api, &key).await?;
        open["formCode"] = json!({ "systemCode": "PEF (3)", "schemaVersion": "2-1", "value": "PEF" });
        api.call(Operation::OnlineSessionOpen, &[], Req::by(&tokens.access).json(&open)).await?.expect(201);
        // No tokens in this kind of context.
        let token = json!({ "permissions": ["InvoiceRead"], "description": "token dostawcy" });
        api.call(Operation::TokenGenerate, &[], Req::by(&tokens.access).json(&token))
            .await?
            .expect_code(26002);
        let company = Company::with_seal(SELLER, KeyKind::EcP256)?.login(&api).await?;
        let refused =
            api.call(Operation::OnlineSessionOpen, &[], Req::by(&company.access).json(&open)).await?;
        assert_eq!(refused.expect_code(21405), ["Wskazany kod formularza nie jest wspierany."]);
    }
    let found = list("").await?.expect(200).json();
    let ids: Vec<&Value> =
        found["peppolProviders"].as_array().into_iter().flatten().map(|item| &item["id"]).collect();
    assert_eq!(ids, [&json!("PDE000001"), &json!("PPL123456")]);
    let beyond = list("pageOffset=1").await?.expect(200).json();
    assert_eq!(beyond["peppolProviders"], json!([]));
    list("pageSize=101").await?.expect_code(21405);
    list("pageSize=x").await?.expect_code(21001);
    Ok(())
}
