//! Invoices to buyers by e-mail: by rule once the number is there, and by hand, against a mail server that really takes them.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::{Fault, Limits};
use ksef_wire::Operation;
use serde_json::{Value, json};
use support::mail_server::{MailServer, Post};
use support::people::{As, Asker, key};
use support::{COMPANY, ServedGateway, World, invoice};

/// A seller whose gateway has a mail server.
struct Seller {
    world: World,
    gateway: ServedGateway,
    asker: Asker,
    admin: As,
}

impl Seller {
    async fn new(server: &MailServer) -> Self {
        let world = World::with_limits(COMPANY, Limits::Off).await;
        Self::of(server, world).await
    }

    async fn of(server: &MailServer, world: World) -> Self {
        world.with_mail_to(server);
        let admin = As::Key(key(&world.data(), "office", COMPANY, &["admin", "send", "read"]));
        let gateway = world.serve(None);
        let asker = Asker::new(&gateway.url);
        Self { world, gateway, asker, admin }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.asker.of_company(&self.admin, method, path, &body).await
    }

    /// Sends an invoice to KSeF and waits for its end; gives its identifier.
    async fn sell(&self, number: &str, xml: &str) -> String {
        let (status, taken) = self.gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        let id = taken["id"].as_str().expect("an id").to_owned();
        self.gateway.wait_final(COMPANY, &id).await;
        id
    }

    /// Waits until an invoice is at its end.
    async fn gateway_wait(&self, id: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let (_, shown) = self.ask("GET", &format!("invoices/{id}"), Value::Null).await;
            if shown["isFinal"] == true {
                return shown;
            }
            assert!(Instant::now() < deadline, "still {shown:#}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until so many letters brought an invoice.
    async fn wait_letters(&self, id: &str, count: usize, state: &str) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let (_, log) = self.ask("GET", &format!("invoices/{id}/letters"), Value::Null).await;
            let items = log["items"].as_array().expect("a list").clone();
            if items.len() == count && items.iter().all(|one| one["state"] == state) {
                return items;
            }
            assert!(Instant::now() < deadline, "no {count} {state}: {items:#?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// An invoice for somebody without a NIP, with an e-mail address on it.
fn to_consumer(number: &str) -> String {
    let xml = invoice(number);
    let begin = xml.find("<Podmiot2>").expect("a buyer");
    let end = xml.find("</Podmiot2>").expect("a buyer");
    let buyer = &xml[begin..end];
    let nip_at = buyer.find("<NIP>").expect("a NIP");
    let nip_end = buyer.find("</NIP>").expect("a NIP") + "</NIP>".len();
    let address_end = buyer.find("</Adres>").expect("an address") + "</Adres>".len();
    let contact = "<DaneKontaktowe><Email>Klient@Dom.example</Email></DaneKontaktowe>";
    let changed = format!(
        "{}<BrakID>1</BrakID>{}{contact}{}",
        &buyer[..nip_at],
        &buyer[nip_end..address_end],
        &buyer[address_end..]
    );
    format!("{}{changed}{}", &xml[..begin], &xml[end..])
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_get_their_invoices_once_by_rule() {
    let server = MailServer::start().await;
    let seller = Seller::new(&server).await;
    // Before the rule nothing is sent, and afterwards not for what was before.
    let before = seller.sell("1", &invoice("1")).await;
    let entry = json!({ "address": "Faktury@Nabywca.example", "language": "en" });
    assert_eq!(seller.ask("PUT", "buyer-addresses/PL%20444-444-44-44", entry).await.0, 200);
    let rule = json!({ "toListed": true, "toOutsideKsef": true });
    assert_eq!(seller.ask("PUT", "buyer-mail", rule).await.0, 200);
    let listed = seller.sell("2", &invoice("2")).await;
    let outside = seller.sell("3", &to_consumer("3")).await;
    let letters = seller.wait_letters(&listed, 1, "sent").await;
    assert_eq!(
        (&letters[0]["address"], &letters[0]["purpose"]),
        (&json!("faktury@nabywca.example"), &json!("invoice"))
    );
    assert!(letters[0]["subject"].as_str().expect("a subject").starts_with("Invoice "), "{letters:#?}");
    let letters = seller.wait_letters(&outside, 1, "sent").await;
    assert_eq!(letters[0]["address"], "klient@dom.example");
    assert!(letters[0]["subject"].as_str().expect("a subject").starts_with("Faktura "), "{letters:#?}");
    seller.wait_letters(&before, 0, "sent").await;
    let (_, shown) = seller.ask("GET", &format!("invoices/{listed}"), Value::Null).await;
    let number = shown["ksefNumber"].as_str().expect("a number");
    let taken = server.wait(2).await;
    let letter = taken.iter().find(|letter| letter.contains("faktury@nabywca.example")).expect("it came");
    for part in [format!("{number}.pdf"), format!("{number}.xml"), "application/pdf".to_owned()] {
        assert!(letter.contains(&part), "no {part} in the letter");
    }
    // Nothing is sent again, neither after a restart.
    let Seller { world, gateway, .. } = seller;
    drop(gateway);
    let gateway = world.serve(None);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(server.taken().len(), 2);
    drop(gateway);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sends_what_may_be_handed_over() {
    let server = MailServer::start().await;
    let seller = Seller::new(&server).await;
    let id = seller.sell("1", &invoice("1")).await;
    let path = format!("invoices/{id}/letters");
    let (status, answer) = seller.ask("POST", &path, json!({})).await;
    assert_eq!((status, &answer["code"]), (404, &json!("buyer.unknown")), "nobody knows where to");
    let (status, _) =
        seller.ask("POST", &path, json!({ "address": "a@b.example\r\nBcc: c@d.example" })).await;
    assert_eq!(status, 400);
    let to = json!({ "address": "ala@nabywca.example" });
    server.script([Post::Recipient("550 5.1.1 No such user")]);
    assert_eq!(seller.ask("POST", &path, to).await.0, 202);
    let given_up = seller.wait_letters(&id, 1, "givenUp").await;
    let letter = given_up[0]["id"].as_str().expect("an id");
    assert_eq!(seller.ask("POST", &format!("letters/{letter}/resend"), json!({})).await.0, 202);
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.taken().is_empty() {
        assert!(Instant::now() < deadline, "it was not sent again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let taken = server.taken();
    assert!(taken[0].contains("To: ala@nabywca.example") && taken[0].contains(".pdf"), "with its documents");
    // Nothing may be handed over of what is held back.
    let (_, mut sending) = seller.ask("GET", "sending", Value::Null).await;
    sending["policy"] = json!("manual");
    let (status, answer) = seller.ask("PUT", "sending", sending).await;
    assert_eq!(status, 200, "{answer:#}");
    let (_, held) = seller.gateway.post(COMPANY, "2", invoice("2").as_bytes()).await.expect("an answer");
    let id = held["id"].as_str().expect("an id");
    let to = json!({ "address": "ala@nabywca.example" });
    let (status, answer) = seller.ask("POST", &format!("invoices/{id}/letters"), to).await;
    assert_eq!((status, &answer["code"]), (404, &json!("handover.nothing")), "{answer:#}");
}

/// Takes an invoice in that waits for a person, and issues it offline; gives its identifier.
async fn issue_offline(seller: &Seller, number: &str, xml: &str, mode: &str) -> String {
    let (status, taken) = seller.gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    let id = taken["id"].as_str().expect("an id").to_owned();
    let (status, answer) =
        seller.ask("POST", &format!("invoices/{id}/offline"), json!({ "mode": mode })).await;
    assert_eq!(status, 200, "{answer:#}");
    id
}

/// Purpose and subject of letters, the oldest first.
fn told(letters: &[Value]) -> Vec<(&str, &str)> {
    letters
        .iter()
        .rev()
        .map(|one| (one["purpose"].as_str().expect("a word"), one["subject"].as_str().expect("a subject")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_invoices_go_by_rule_as_the_buyer_may_have_them() {
    let server = MailServer::start().await;
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_offline_certificate();
    let down = Fault::FailBeforeWork { status: 503 };
    world.simulator.inject(Operation::OnlineSessionOpen, down.clone(), 10_000);
    world.simulator.inject(Operation::BatchSessionOpen, down, 10_000);
    let seller = Seller::of(&server, world).await;
    let (_, mut sending) = seller.ask("GET", "sending", Value::Null).await;
    sending["policy"] = json!("manual");
    assert_eq!(seller.ask("PUT", "sending", sending).await.0, 200);
    let entry = json!({ "address": "faktury@nabywca.example", "language": "pl" });
    assert_eq!(seller.ask("PUT", "buyer-addresses/4444444444", entry).await.0, 200);
    let rule = json!({ "toListed": true, "toOutsideKsef": true });
    assert_eq!(seller.ask("PUT", "buyer-mail", rule).await.0, 200);
    // In its own words.
    let own =
        json!({ "subject": "Nasza faktura {number}", "text": "Oto {number}.\nNumer: {ksefNumber}\nCześć" });
    let (status, kept) = seller.ask("PUT", "buyer-mail/texts/invoice/pl", own).await;
    assert_eq!((status, &kept["isOwn"]), (200, &json!(true)), "{kept:#}");
    for wrong in [
        json!({ "subject": "{numer}", "text": "x" }),
        json!({ "subject": "a\r\nBcc: x@y.example", "text": "x" }),
        json!({ "subject": "a", "text": "" }),
    ] {
        let (status, problem) = seller.ask("PUT", "buyer-mail/texts/invoice/pl", wrong).await;
        assert_eq!((status, &problem["code"]), (400, &json!("request.parameter")), "{problem:#}");
    }

    // A domestic buyer: the confirmation, which is no invoice. Somebody without a NIP, and everybody in a failure: the invoice.
    let firm = issue_offline(&seller, "1", &invoice("1"), "offline24").await;
    let consumer = issue_offline(&seller, "2", &to_consumer("2"), "offline24").await;
    let in_failure = issue_offline(&seller, "3", &invoice("3"), "failure").await;
    let letters = seller.wait_letters(&firm, 1, "sent").await;
    let number = async |id: &str| {
        let (_, shown) = seller.ask("GET", &format!("invoices/{id}"), Value::Null).await;
        shown["invoiceNumber"].as_str().expect("a number").to_owned()
    };
    let first = number(&firm).await;
    let subject = told(&letters)[0].1.to_owned();
    assert_eq!(told(&letters)[0].0, "confirmation");
    assert!(subject.starts_with(&format!("Potwierdzenie transakcji {first}, ")), "{subject}");
    for id in [&consumer, &in_failure] {
        let letters = seller.wait_letters(id, 1, "sent").await;
        let expected = format!("Nasza faktura {}", number(id).await);
        assert_eq!(told(&letters), [("invoice", expected.as_str())]);
    }
    let taken = server.wait(3).await;
    let confirmation = taken.iter().find(|letter| letter.contains(&format!("{firm}.pdf"))).expect("it came");
    assert!(!confirmation.contains(".xml"), "a confirmation brings no invoice");
    for id in [&consumer, &in_failure] {
        let letter = taken.iter().find(|letter| letter.contains(&format!("{id}.pdf"))).expect("it came");
        assert!(letter.contains(&format!("{id}.xml")), "with its XML");
    }

    // KSeF is back: who had the confirmation gets the invoice, who had the invoice nothing more.
    seller.world.simulator.clear_faults();
    for id in [&firm, &consumer, &in_failure] {
        let ended = seller.gateway_wait(id).await;
        assert_eq!(ended["state"], "stored", "{ended:#}");
    }
    let letters = seller.wait_letters(&firm, 2, "sent").await;
    let purposes: Vec<&str> = told(&letters).iter().map(|(purpose, _)| *purpose).collect();
    assert_eq!(purposes, ["confirmation", "invoice"]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    for id in [&consumer, &in_failure] {
        seller.wait_letters(id, 1, "sent").await;
    }
    assert_eq!(server.taken().len(), 4);
}

/// `bramka buyers` on a seller's gateway.
fn buyers(seller: &Seller, words: &[&str]) -> (Option<i32>, String) {
    let As::Key(key) = &seller.admin else { panic!("a key") };
    let output = std::process::Command::new(support::program())
        .arg("buyers")
        .args(words)
        .args(["--url", &seller.gateway.url])
        .env("BRAMKA_LANG", "en")
        .env("BRAMKA_API_KEY", key)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("it runs");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_does_it_all() {
    let server = MailServer::start().await;
    let seller = Seller::new(&server).await;
    let done = |words: &[&str]| {
        let (code, said) = buyers(&seller, words);
        assert_eq!(code, Some(0), "{words:?}: {said}");
        said
    };
    assert!(done(&["show", COMPANY]).contains("in the address book: no"));
    assert!(
        done(&["set", COMPANY, "--listed", "on", "--language", "en"]).contains("in the address book: yes")
    );
    done(&["add", COMPANY, "PL 444-444-44-44", "Faktury@Nabywca.example", "--language", "en"]);
    assert!(done(&["list", COMPANY]).contains("4444444444  faktury@nabywca.example  en"));
    let text = seller.world.folder.path().join("letter.txt");
    std::fs::write(&text, "Your invoice {number}\n\nHello,\nhere is {number}, {amount}.\n").expect("written");
    let text = text.to_str().expect("UTF-8");
    assert!(done(&["text", COMPANY, "invoice", "en", text]).contains("== invoice en (own)"));
    let id = seller.sell("1", &invoice("1")).await;
    let letters = seller.wait_letters(&id, 1, "sent").await;
    assert!(told(&letters)[0].1.starts_with("Your invoice "), "{letters:#?}");
    done(&["send", COMPANY, &id, "--to", "ala@nabywca.example"]);
    seller.wait_letters(&id, 2, "sent").await;
    let log = done(&["log", COMPANY, "--invoice", &id]);
    assert!(log.contains("ala@nabywca.example") && log.contains("faktury@nabywca.example"), "{log}");
    assert_eq!(done(&["log", COMPANY]), log);
    done(&["text", COMPANY, "invoice", "en"]);
    let texts = done(&["texts", COMPANY]);
    assert_eq!(texts.matches("(usual)").count(), 4, "{texts}");
    done(&["remove", COMPANY, "4444444444"]);
    let (code, said) = buyers(&seller, &["remove", COMPANY, "4444444444"]);
    assert!(code == Some(2) && said.contains("4444444444"), "{said}");
}
