//! What the people have who look after a company's invoices: lists, what waits and until when, what a document is made of,
//! technical corrections, what the buyer is given.

mod support;

use ksef_id::Sha256Hash;
use ksef_sim::Fault;
use ksef_wire::{
    ApiTime, InvoiceQueryDateRange, InvoiceQueryDateType, InvoiceQueryFilters, InvoiceQuerySubjectType,
    Operation, SortOrder,
};
use serde_json::{Value, json};
use support::office::DAY;
use support::{COMPANY, ServedGateway, World, invoice, invoice_with_attachment, pdf_text};

/// A Tuesday; what is taken in waits for a person.
async fn office() -> (World, ServedGateway) {
    let (world, gateway) = support::office::office().await;
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    (world, gateway)
}

fn of_today(xml: &str) -> String {
    xml.replace("2026-11-01", DAY)
}

fn path(id: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/invoices/{id}")
}

fn id_of(invoice: &Value) -> String {
    invoice["id"].as_str().expect("an id").to_owned()
}

async fn taken(gateway: &ServedGateway, xml: &str) -> Value {
    let key = format!("{:x}", ksef_crypto::sha256(xml.as_bytes())[0]) + &xml.len().to_string();
    let (status, taken) = gateway.post(COMPANY, &key, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken
}

async fn decide(gateway: &ServedGateway, id: &str, verb: &str, body: Value) -> Value {
    let (status, answer) = gateway.say("POST", &format!("{}/{verb}", path(id)), &body).await;
    assert_eq!(status, 200, "{verb}: {answer:#}");
    answer
}

/// An invoice that was issued offline and refused with this status.
async fn refused(world: &World, gateway: &ServedGateway, xml: &str, way: Operation, code: i32) -> Value {
    world.simulator.inject(way, Fault::InvoiceStatus { code }, 1);
    let id = id_of(&taken(gateway, xml).await);
    decide(gateway, &id, "offline", json!({ "mode": "offline24" })).await;
    gateway.wait_state(COMPANY, &id, "rejected").await
}

async fn correct(gateway: &ServedGateway, id: &str, xml: &str) -> (u16, Value) {
    gateway.post_xml(&format!("{}/technical-correction", path(id)), xml.as_bytes()).await
}

/// What KSeF says of a document.
async fn metadata_of(world: &World, xml: &str) -> Value {
    let filters = InvoiceQueryFilters {
        subject_type: InvoiceQuerySubjectType::Subject1,
        date_range: InvoiceQueryDateRange {
            date_type: InvoiceQueryDateType::Invoicing,
            from: ApiTime("2026-11-30T00:00:00Z".parse().expect("a time")),
            to: None,
            restrict_to_permanent_storage_hwm_date: None,
        },
        ksef_number: None,
        invoice_number: None,
        amount: None,
        seller_nip: None,
        buyer_identifier: None,
        currency_codes: None,
        invoicing_mode: None,
        is_self_invoicing: None,
        form_type: None,
        invoice_types: None,
        has_attachment: None,
    };
    let hash = Sha256Hash::from_bytes(&ksef_crypto::sha256(xml.as_bytes()));
    let access = world.access_of(COMPANY);
    let found = access.query_metadata(&filters, &SortOrder::Asc, 0).await.expect("an answer");
    let one = found.invoices.into_iter().find(|one| one.invoice_hash == hash).expect("it is in KSeF");
    serde_json::to_value(&one).expect("JSON")
}

#[track_caller]
fn is_refused(answer: &(u16, Value), why: &str) {
    let (status, problem) = answer;
    assert_eq!(
        (*status, problem["code"].as_str()),
        (409, Some("technicalCorrection.refused")),
        "{problem:#}"
    );
    assert!(problem["message"]["pl"].as_str().is_some_and(|text| text.contains(why)), "{why}: {problem:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_sorted_and_paged_and_alarms_come_first() {
    let (world, gateway) = office().await;
    let body = json!({
        "policy": "afterApproval", "upoMode": "automatic", "sessionAgeS": 7200, "isSendingOn": false,
    });
    assert_eq!(gateway.say("PUT", &format!("/api/v1/companies/{COMPANY}/sending"), &body).await.0, 200);
    let mut ids = Vec::new();
    for number in ["C", "A", "B", "D"] {
        ids.push(id_of(&taken(&gateway, &of_today(&invoice(number))).await));
    }
    decide(&gateway, &ids[3], "withdraw", json!({})).await;
    decide(&gateway, &ids[2], "offline", json!({ "mode": "offline24" })).await;

    let list = async |query: &str| {
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices?{query}")).await;
        let numbers: Vec<String> = list["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|one| one["invoiceNumber"].as_str().expect("a number").trim_start_matches("FV/").to_owned())
            .collect();
        (numbers.concat(), list["nextPage"].as_u64())
    };
    for (query, expected) in [
        ("", "CABD"),
        ("sort=number", "ABCD"),
        ("sort=number&order=desc", "DCBA"),
        ("sort=arrival&order=desc", "DBAC"),
        ("state=validated&sort=number", "AC"),
        ("state=withdrawn,offlineIssued&sort=number", "BD"),
        ("mode=offline", "B"),
        ("mode=online&sort=number", "ACD"),
        ("search=FV/A", "A"),
        ("search=Sklep&sort=number", "ABCD"),
        ("issuedFrom=2026-12-02", ""),
        ("issuedFrom=2026-12-01&issuedTo=2026-12-01&sort=number", "ABCD"),
    ] {
        assert_eq!(list(query).await, (expected.to_owned(), None), "{query}");
    }
    assert_eq!(list("sort=number&limit=3").await, ("ABC".to_owned(), Some(2)));
    assert_eq!(list("sort=number&limit=3&page=2").await, ("D".to_owned(), None));
    let (status, body) = gateway.get(&format!("/api/v1/companies/{COMPANY}/invoices?state=lost")).await;
    let problem: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((status, problem["code"].as_str()), (400, Some("request.parameter")), "{problem:#}");

    let waiting = async || gateway.json(&format!("/api/v1/companies/{COMPANY}/waiting")).await;
    let found = waiting().await;
    let items = found["items"].as_array().expect("items");
    assert_eq!(items.len(), 3, "{found:#}");
    // The one with a last day first, though it came after the others.
    let first = &items[0];
    assert_eq!(first["invoice"]["invoiceNumber"], "FV/B");
    assert_eq!(first["needsPerson"], false);
    let deadline = &first["invoice"]["deadline"];
    assert_eq!(
        (&deadline["dueOn"], &deadline["alarm"], &deadline["workingDaysLeft"], &deadline["hoursLeft"]),
        (&json!("2026-12-02"), &json!("soon"), &json!(1), &json!(37)),
        "{deadline:#}"
    );
    for one in &items[1..] {
        assert_eq!((&one["invoice"]["state"], &one["needsPerson"]), (&json!("validated"), &json!(true)));
        assert!(one["since"].is_string() && one["invoice"]["deadline"].is_null(), "{one:#}");
        for words in [&one["because"], &one["invoice"]["nextStep"]] {
            assert!(words["pl"].is_string() && words["en"].is_string(), "{one:#}");
        }
    }
    let counts = found["counts"].as_array().expect("counts");
    assert_eq!(counts.len(), 2, "{counts:?}");

    // The countdown follows the company's clock.
    for (now, alarm) in [("2026-12-02T09:00:00Z", "today"), ("2026-12-03T09:00:00Z", "overdue")] {
        world.control("/control/clock", &json!({ "now": now })).await;
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            let found = waiting().await["items"][0]["invoice"]["deadline"].clone();
            if found["alarm"] == alarm {
                break;
            }
            assert!(std::time::Instant::now() < deadline, "not {alarm}: {found:#}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
    let (status, page) = gateway.get(&format!("/companies/{COMPANY}/invoices/{}?lang=en", ids[2])).await;
    let page = String::from_utf8(page).expect("UTF-8");
    assert_eq!(status, 200, "{page}");
    for part in ["data-alarm=\"overdue\"", "What next:", "offline24", "after approval", ">REST API</td>"] {
        assert!(page.contains(part), "no {part}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_shown_as_a_tree_with_words() {
    let (_world, gateway) = office().await;
    let id = id_of(&taken(&gateway, &of_today(&invoice("tree"))).await);
    let shown = gateway.json(&format!("{}/structure", path(&id))).await;
    assert_eq!((&shown["form"], &shown["isValid"]), (&json!("FA(3)"), &json!(true)), "{shown:#}");
    let child = |element: &Value, name: &str| {
        let children = element["children"].as_array().expect("children");
        children.iter().find(|child| child["name"] == name).expect(name).clone()
    };
    let fa = child(&shown["root"], "Fa");
    let kind = child(&fa, "RodzajFaktury");
    assert_eq!(kind["explanation"]["en"], "Basic invoice", "{kind:#}");
    let total = child(&fa, "P_15");
    assert_eq!((&total["text"], &total["label"]["pl"]), (&json!("2035.50"), &json!("Należność ogółem")));
    assert_eq!(total["path"], "Faktura/Fa/P_15");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_offline_invoice_is_corrected_technically_once() {
    let (world, gateway) = office().await;
    let original = of_today(&invoice("tech"));
    let ended = refused(&world, &gateway, &original, Operation::OnlineInvoiceSend, 450).await;
    let id = id_of(&ended);
    assert!(ended["deadline"]["dueOn"].is_string(), "KSeF shall have it nevertheless: {ended:#}");
    let given = gateway.json(&format!("{}/handover", path(&id))).await;
    assert_eq!(given["document"], "nothing", "{given:#}");

    // Other content is no technical correction, and what is wrong with it is named.
    let other = original.replace("Rynek 3", "Rynek 4");
    let answer = correct(&gateway, &id, &other).await;
    is_refused(&answer, "saysOtherwise: Faktura/Podmiot2/Adres/AdresL1");
    // The same content in a file with errors: they are told, as for any document.
    let invalid = original.replace("<WariantFormularza>3<", "<WariantFormularza>9<");
    assert_ne!(invalid, original);
    let (status, problem) = correct(&gateway, &id, &invalid).await;
    assert_eq!((status, &problem["code"]), (422, &json!("invoice.invalid")), "{problem:#}");

    // One that KSeF refuses as well; the next one stands for the first document again.
    let second = original.replace("10:00:00Z", "10:00:01Z");
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::InvoiceStatus { code: 450 }, 1);
    let (status, correction) = correct(&gateway, &id, &second).await;
    assert_eq!((status, &correction["technicalCorrectionOf"]), (201, &json!(id)), "{correction:#}");
    let second_id = id_of(&correction);
    gateway.wait_state(COMPANY, &second_id, "rejected").await;

    // While one is on its way there is no other.
    world.simulator.stall_processing();
    let third = original.replace("10:00:00Z", "10:00:02Z");
    let (status, correction) = correct(&gateway, &second_id, &third).await;
    assert_eq!((status, &correction["technicalCorrectionOf"]), (201, &json!(id)), "{correction:#}");
    assert_eq!((&correction["mode"], &correction["dueOn"]), (&json!("offline24"), &ended["dueOn"]));
    let third_id = id_of(&correction);
    gateway.wait_state(COMPANY, &third_id, "accepted").await;
    is_refused(&correct(&gateway, &id, &original.replace("10:00:00Z", "10:00:03Z")).await, "underWay");
    assert_eq!(correct(&gateway, &id, &third).await.0, 200, "the same bytes once more");
    world.simulator.release_processing();
    gateway.wait_state(COMPANY, &third_id, "stored").await;
    is_refused(
        &correct(&gateway, &id, &original.replace("10:00:00Z", "10:00:04Z")).await,
        "alreadyCorrected",
    );

    // KSeF knows whose place it takes, and the chain is shown from everywhere.
    let stored = metadata_of(&world, &third).await;
    assert_eq!(stored["hashOfCorrectedInvoice"], ended["sha256"], "{stored:#}");
    assert_eq!(stored["invoicingMode"], "Offline", "{stored:#}");
    for one in [&id, &second_id, &third_id] {
        let shown = gateway.json(&path(one)).await;
        let chain: Vec<_> = shown["technicalCorrections"]
            .as_array()
            .expect("a chain")
            .iter()
            .map(|link| (link["id"].as_str().expect("an id"), link["state"].as_str().expect("a state")))
            .collect();
        assert_eq!(chain, [(second_id.as_str(), "rejected"), (third_id.as_str(), "stored")], "{shown:#}");
    }
    // The one in KSeF is not waited for any more.
    let waiting = gateway.json(&format!("/api/v1/companies/{COMPANY}/waiting")).await;
    assert_eq!(waiting["items"], json!([]), "{waiting:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_technical_correction_that_a_crash_left_behind_is_released_as_one() {
    let (world, gateway) = office().await;
    let original = of_today(&invoice("left"));
    let ended = refused(&world, &gateway, &original, Operation::OnlineInvoiceSend, 450).await;
    let id = id_of(&ended);
    drop(gateway);
    // Killed when it was taken in, and before it was released.
    let mut gateway = world.serve(Some("decided:before"));
    let correction = original.replace("10:00:00Z", "10:00:01Z");
    let request = reqwest::Client::new()
        .post(format!("{}{}/technical-correction", gateway.url, path(&id)))
        .header("content-type", "application/xml")
        .body(correction.clone());
    let asking = tokio::spawn(request.send());
    tokio::task::block_in_place(|| gateway.wait_for_line("decided:before"));
    gateway.kill();
    asking.await.expect("no panic").expect_err("nobody answers");
    let gateway = world.serve(None);
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    let items = list["items"].as_array().expect("a list");
    let left = items.iter().find(|one| one["state"] == "validated").expect("it is there");
    let release = format!("/api/v1/companies/{COMPANY}/invoices/release");
    let (status, answer) = gateway.say("POST", &release, &Value::Null).await;
    assert_eq!((status, &answer["released"]), (200, &json!(1)), "{answer:#}");
    gateway.wait_state(COMPANY, &id_of(left), "stored").await;
    let stored = metadata_of(&world, &correction).await;
    assert_eq!(stored["hashOfCorrectedInvoice"], ended["sha256"], "{stored:#}");
    assert_eq!(stored["invoicingMode"], "Offline", "{stored:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_corrected_technically_is_refused_with_the_reason() {
    let (world, gateway) = office().await;
    let online = of_today(&invoice("online"));
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::InvoiceStatus { code: 450 }, 1);
    let id = id_of(&taken(&gateway, &online).await);
    is_refused(&correct(&gateway, &id, &online).await, "notOffline");
    decide(&gateway, &id, "send", json!({})).await;
    gateway.wait_state(COMPANY, &id, "rejected").await;
    is_refused(&correct(&gateway, &id, &online.replace("10:00:00Z", "10:00:01Z")).await, "notOffline");

    let entitled = of_today(&invoice("permission"));
    let ended = refused(&world, &gateway, &entitled, Operation::OnlineInvoiceSend, 410).await;
    let mended = entitled.replace("10:00:00Z", "10:00:01Z");
    is_refused(&correct(&gateway, &id_of(&ended), &mended).await, "lacksPermission");

    let good = of_today(&invoice("good"));
    let id = id_of(&taken(&gateway, &good).await);
    decide(&gateway, &id, "offline", json!({ "mode": "offline24" })).await;
    gateway.wait_state(COMPANY, &id, "stored").await;
    is_refused(&correct(&gateway, &id, &good.replace("10:00:00Z", "10:00:01Z")).await, "notRejected");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_from_a_batch_is_corrected_online() {
    let (world, gateway) = office().await;
    world.allow_attachments().await;
    let original = of_today(&invoice_with_attachment("batch"));
    let ended = refused(&world, &gateway, &original, Operation::BatchSessionClose, 450).await;
    let mended = original.replace("10:00:00Z", "10:00:01Z");
    let (status, correction) = correct(&gateway, &id_of(&ended), &mended).await;
    assert_eq!(status, 201, "{correction:#}");
    let before = world.simulator.inspect().count(Operation::BatchSessionOpen);
    gateway.wait_state(COMPANY, &id_of(&correction), "stored").await;
    let seen = world.simulator.inspect();
    assert_eq!(seen.count(Operation::BatchSessionOpen), before, "not by batch");
    assert!(seen.count(Operation::OnlineInvoiceSend) > 0);
    assert_eq!(metadata_of(&world, &mended).await["hashOfCorrectedInvoice"], ended["sha256"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buyer_is_given_what_the_mode_and_the_number_allow() {
    let (_world, gateway) = office().await;
    let sending = |is_sending_on: bool| {
        json!({
            "policy": "afterApproval", "upoMode": "automatic", "sessionAgeS": 7200, "isSendingOn": is_sending_on,
        })
    };
    let settings = format!("/api/v1/companies/{COMPANY}/sending");
    assert_eq!(gateway.say("PUT", &settings, &sending(false)).await.0, 200);
    let foreign = |xml: String| xml.replace("<NIP>4444444444</NIP>", "<BrakID>1</BrakID>");
    let cases = [
        ("one", of_today(&invoice("one")), None, "nothing"),
        ("two", of_today(&invoice("two")), Some("offline24"), "transactionConfirmation"),
        ("three", foreign(of_today(&invoice("three"))), Some("offline24"), "invoice"),
        ("four", of_today(&invoice("four")), Some("failure"), "invoice"),
        ("five", of_today(&invoice("five")), Some("unavailability"), "transactionConfirmation"),
    ];
    let mut ids = Vec::new();
    for (name, xml, mode, expected) in &cases {
        let id = id_of(&taken(&gateway, xml).await);
        if let Some(mode) = mode {
            decide(&gateway, &id, "offline", json!({ "mode": mode })).await;
        }
        let given = gateway.json(&format!("{}/handover", path(&id))).await;
        assert_eq!(given["document"], *expected, "{name}: {given:#}");
        let (status, file) = gateway.get(&format!("{}/handover/pdf", path(&id))).await;
        if *expected == "nothing" {
            let problem: Value = serde_json::from_slice(&file).expect("JSON");
            assert_eq!((status, &problem["code"]), (404, &json!("handover.nothing")), "{problem:#}");
            assert!(given["pdf"].is_null(), "{given:#}");
        } else {
            assert_eq!((status, given["pdf"].as_str()), (200, Some(&*format!("{}/handover/pdf", path(&id)))));
            if let Some(text) = pdf_text(&file) {
                let is_confirmation = *expected == "transactionConfirmation";
                assert_eq!(text.contains("Potwierdzenie transakcji"), is_confirmation, "{name}: {text}");
                assert!(text.contains("OFFLINE") && text.contains("CERTYFIKAT"), "{name}: {text}");
            }
            // Prints of the invoice carry the second code that was made when it was issued.
            let link = given["certificateLink"].as_str().expect("a second code").to_owned();
            let (_, page) = gateway.get(&format!("{}/html", path(&id))).await;
            let page = String::from_utf8(page).expect("UTF-8");
            assert!(page.contains(&link) && page.matches("<figure").count() == 2, "{name}: {page}");
        }
        ids.push(id);
    }
    // With its number it is the invoice.
    assert_eq!(gateway.say("PUT", &settings, &sending(true)).await.0, 200);
    gateway.wait_state(COMPANY, &ids[1], "stored").await;
    let given = gateway.json(&format!("{}/handover", path(&ids[1]))).await;
    assert_eq!(given["document"], "invoice", "{given:#}");
}
