//! Letters: what people are told by e-mail, by mail servers that take, put off, refuse and break off.

mod support;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::mail_server::{MailServer, Post};
use support::people::{As, Asker, key};
use support::{COMPANY, ServedGateway, World, invoice};

/// A world whose gateway has a mail server, and somebody who says who is told.
struct Office {
    world: World,
    gateway: ServedGateway,
    asker: Asker,
    admin: As,
}

impl Office {
    async fn new(mail: &str) -> Self {
        let world = World::with_limits(COMPANY, Limits::Off).await;
        world.with_mail(mail);
        let admin = As::Key(key(&world.data(), "office", COMPANY, &["admin"]));
        let gateway = world.serve(None);
        let asker = Asker::new(&gateway.url);
        Self { world, gateway, asker, admin }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.asker.of_company(&self.admin, method, path, &body).await
    }

    async fn subscribe(&self, body: Value) -> Value {
        let (status, answer) = self.ask("PUT", "mail-subscriptions", body).await;
        assert_eq!(status, 200, "{answer:#}");
        answer
    }

    async fn test(&self, address: &str) {
        let (status, answer) = self.ask("POST", "letters/test", json!({ "address": address })).await;
        assert_eq!(status, 202, "{answer:#}");
    }

    /// Waits until this holds of the log of letters.
    async fn wait_log(&self, what: &str, holds: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let (_, log) = self.ask("GET", "letters", Value::Null).await;
            let items = log["items"].as_array().expect("a list").clone();
            if holds(&items) {
                return items;
            }
            assert!(Instant::now() < deadline, "not {what}: {items:#?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn message_id(letter: &str) -> &str {
    letter.lines().find(|line| line.starts_with("Message-ID:")).expect("a Message-ID")
}

/// The text of a letter in quoted-printable or as it is.
fn text_of(letter: &str) -> String {
    let (_, body) = letter.split_once("\n\n").expect("a body");
    let joined = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let hex = others.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_letter_says_how_many_are_new_and_is_not_sent_twice() {
    let server = MailServer::start().await;
    let office = Office::new(&mail(&server)).await;
    office.subscribe(json!({ "address": "Ala@Firma.example", "events": ["purchases.received"] })).await;
    office.subscribe(json!({ "address": "bob@firma.example", "language": "en", "rhythm": "daily" })).await;
    office.world.fill_inbox(7).await;
    let path = format!("/api/v1/companies/{COMPANY}/purchases/synchronize");
    office.gateway.say("POST", &path, &Value::Null).await;
    let letter = server.wait(1).await.remove(0);
    let text = text_of(&letter);
    assert!(letter.contains("To: ala@firma.example"), "{letter}");
    assert!(text.contains("* 7 nowych faktur zakupu"), "{text}");
    assert!(text.contains("Do zaksięgowania czeka: 7 faktur."), "{text}");
    assert!(text.contains("https://bramka.example") && text.contains("Pomoc: it@firma.example"), "{text}");
    // Nothing new, nothing told; neither after a restart.
    let Office { world, gateway, .. } = office;
    drop(gateway);
    let gateway = world.serve(None);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(server.taken().len(), 1, "once, and the daily letter waits for its hour");
    drop(gateway);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_arrived_keeps_its_name() {
    let server = MailServer::start().await;
    let office = Office::new(&mail(&server)).await;
    // One is put off, of one the answer is lost, one is broken off before its text came.
    server.script([
        Post::Recipient("451 4.7.1 Greylisted, try again later"),
        Post::TakeSilently,
        Post::HangUp,
    ]);
    for address in ["grey@firma.example", "lost@firma.example", "cut@firma.example"] {
        office.test(address).await;
        let path = |log: &[Value]| log.iter().any(|one| one["address"] == address && one["attempts"] == 1);
        office.wait_log("tried", path).await;
    }
    let log = office.wait_log("put off", |log| log.iter().all(|one| one["state"] == "pending")).await;
    let answer = |address: &str| {
        let one = log.iter().find(|one| one["address"] == address).expect("it is there");
        one["answer"].as_str().expect("words").to_owned()
    };
    assert!(answer("grey@firma.example").contains("says no for now"), "{log:#?}");
    assert!(answer("lost@firma.example").contains("answer was lost"), "{log:#?}");
    assert!(answer("cut@firma.example").contains("could not be used"), "{log:#?}");
    let taken = server.wait(4).await;
    let to = |address: &str| -> Vec<&String> {
        taken.iter().filter(|letter| letter.contains(&format!("To: {address}"))).collect()
    };
    let twice = to("lost@firma.example");
    assert_eq!(twice.len(), 2);
    assert_eq!(message_id(twice[0]), message_id(twice[1]), "mailboxes know it by its Message-ID");
    assert_eq!((to("grey@firma.example").len(), to("cut@firma.example").len()), (1, 1));
    office.wait_log("sent", |log| log.iter().all(|one| one["state"] == "sent" && one["attempts"] == 2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_given_up_and_sent_again_by_hand() {
    let server = MailServer::start().await;
    let office = Office::new(&mail(&server)).await;
    server.script([Post::Recipient("550 5.1.1 No such user")]);
    office.test("nobody@firma.example").await;
    let log = office.wait_log("given up", |log| log.iter().any(|one| one["state"] == "givenUp")).await;
    assert!(log[0]["answer"].as_str().expect("words").contains("No such user"), "{log:#?}");
    let id = log[0]["id"].as_str().expect("an id");
    assert_eq!(office.ask("POST", &format!("letters/{id}/resend"), json!({})).await.0, 202);
    let log = office.wait_log("sent", |log| log.iter().any(|one| one["state"] == "sent")).await;
    assert_eq!(log.len(), 2);
    assert_ne!(log[0]["message"], log[1]["message"], "another letter");
    for wrong in ["", "ala", "ala@x.pl\r\nBcc: zlo@x.pl", "ala@x.pl, b@x.pl", "Ala <ala@x.pl>"] {
        let (status, answer) = office.ask("POST", "letters/test", json!({ "address": wrong })).await;
        assert_eq!((status, &answer["code"]), (400, &json!("request.parameter")), "{wrong}: {answer:#}");
        let (status, _) = office.ask("PUT", "mail-subscriptions", json!({ "address": wrong })).await;
        assert_eq!(status, 400, "{wrong}");
    }
    let (status, answer) = office.ask("POST", "letters/12345/resend", json!({})).await;
    assert_eq!((status, &answer["code"]), (404, &json!("letter.unknown")));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_nobody_is_promised_a_letter() {
    let office = Office::new("").await;
    let (status, answer) = office.ask("POST", "letters/test", json!({ "address": "ala@x.pl" })).await;
    assert_eq!((status, &answer["code"]), (409, &json!("mail.off")));
    let kept = office.subscribe(json!({ "address": "ala@x.pl", "rhythm": "hourly" })).await;
    let (_, list) = office.ask("GET", "mail-subscriptions", Value::Null).await;
    assert_eq!((&list["isMailOn"], &list["items"][0]), (&json!(false), &kept));
    let id = kept["id"].as_str().expect("an id");
    assert_eq!(office.ask("DELETE", &format!("mail-subscriptions/{id}"), json!({})).await.0, 204);
    assert_eq!(office.ask("DELETE", &format!("mail-subscriptions/{id}"), json!({})).await.0, 404);
}

/// Another program's mail server reads what is sent: aiosmtpd, and Python's own reader of letters.
#[tokio::test(flavor = "multi_thread")]
async fn another_programs_mail_server_reads_it() {
    let Some(python) = std::env::var_os("BRAMKA_OUTSIDERS") else {
        assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "BRAMKA_OUTSIDERS is required");
        eprintln!("SKIPPED: a Python with .ci/outsiders.txt is not here (BRAMKA_OUTSIDERS)");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outsiders/mail_server.py");
    let mut child = Command::new(python).arg(script).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let port: u16 = lines.next().expect("a port").parse().expect("a port");
    let office = Office::new(&mail_at(port, "user = \"bramka\"\npassword_file = \"smtp.password\"\n")).await;
    office.subscribe(json!({ "address": "ala@firma.example" })).await;
    let (status, taken) =
        office.gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    let heard = tokio::task::spawn_blocking(move || lines.next().expect("a letter")).await.expect("read");
    // End it before anything is judged: a failed test must not leave it behind.
    let _ = child.kill();
    let _ = child.wait();
    let heard: Value = serde_json::from_str(&heard).expect("JSON");
    assert_eq!((&heard["login"], &heard["defects"]), (&json!(["bramka", "tajne"]), &json!([])), "{heard:#}");
    assert_eq!(heard["to"], "ala@firma.example");
    let subject = heard["subject"].as_str().expect("a subject");
    assert!(subject.contains("faktura") && subject.ends_with("(2222222222)"), "{subject}");
    assert!(heard["text"].as_str().expect("a text").contains("wiadomość automatyczna"), "{heard:#}");
    assert_eq!(heard["autoSubmitted"], "auto-generated");
}

fn mail(server: &MailServer) -> String {
    mail_at(server.address.port(), "")
}

fn mail_at(port: u16, more: &str) -> String {
    format!(
        "[mail]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"bramka <bramka@firma.example>\"\n\
         support = \"it@firma.example\"\n{more}"
    )
}
