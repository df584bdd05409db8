//! Invoices to buyers by e-mail: by rule once the number is there, and by hand, against a mail server that really takes them.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Limits;
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
        world.with_mail(&format!(
            "[mail]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"bramka@firma.example\"\n",
            server.address.port()
        ));
        let admin = As::Key(key(&world.data(), "office", COMPANY, &["admin", "send", "read"]));
        let gateway = world.serve(None);
        let asker = Asker::new(&gateway.url);
        Self { world, gateway, asker, admin }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/api/v1/companies/{COMPANY}/{path}");
        let answer = self.asker.ask(&self.admin, method, &path, (method != "GET").then_some(&body)).await;
        (answer.status, answer.json())
    }

    /// Sends an invoice to KSeF and waits for its end; gives its identifier.
    async fn sell(&self, number: &str, xml: &str) -> String {
        let (status, taken) = self.gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        let id = taken["id"].as_str().expect("an id").to_owned();
        self.gateway.wait_final(COMPANY, &id).await;
        id
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
