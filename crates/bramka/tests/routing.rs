//! Purchases find their people: two users with different views of one company's purchases, over real HTTP.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::people::{Answered, As, Asker, PASSWORD, done, key};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, purchase};

/// A municipality's gateway: its boss, somebody of a school, somebody of an office, and a program.
struct Town {
    world: World,
    gateway: ServedGateway,
    asker: Asker,
    boss: As,
    school: As,
    office: As,
}

impl Town {
    async fn new() -> Self {
        let world = World::with_limits(COMPANY, Limits::Off).await;
        let gateway = world.serve(None);
        let asker = Asker::new(&gateway.url);
        for (login, role) in [("szef", "administrator"), ("szkola", "accountant"), ("urzad", "accountant")] {
            done(&world.data(), &["user", "add", login, "--role", &format!("{COMPANY}={role}")]);
        }
        let boss = asker.log_in("szef", PASSWORD).await;
        let school = asker.log_in("szkola", PASSWORD).await;
        let office = asker.log_in("urzad", PASSWORD).await;
        Self { world, gateway, asker, boss, school, office }
    }

    async fn ask(&self, who: &As, method: &str, rest: &str, body: Value) -> Answered {
        let path = format!("/api/v1/companies/{COMPANY}/{rest}");
        self.asker.ask(who, method, &path, (method != "GET").then_some(&body)).await
    }

    /// The same; it must be answered well.
    async fn said(&self, who: &As, method: &str, rest: &str, body: Value) -> Value {
        let answer = self.ask(who, method, rest, body).await;
        assert!((200..300).contains(&answer.status), "{method} {rest}: {} {}", answer.status, answer.body);
        answer.json()
    }

    /// Has purchases looked for, and waits until there are so many.
    async fn synchronize(&self, count: usize) {
        self.said(&self.boss, "POST", "purchases/synchronize", json!({})).await;
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.numbers(&self.boss).await.len() < count {
            assert!(Instant::now() < deadline, "no {count} purchases");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What somebody's list shows, by invoice number.
    async fn numbers(&self, who: &As) -> Vec<String> {
        let list = self.said(who, "GET", "purchases", Value::Null).await;
        let items = list["items"].as_array().expect("a list").iter();
        let mut numbers: Vec<String> =
            items.map(|item| item["invoiceNumber"].as_str().expect("a number").to_owned()).collect();
        numbers.sort();
        numbers
    }

    /// The KSeF number of an invoice, as the boss sees it.
    async fn ksef_number(&self, end: &str) -> String {
        let list = self.said(&self.boss, "GET", "purchases", Value::Null).await;
        let items = list["items"].as_array().expect("a list");
        let found =
            items.iter().find(|item| item["invoiceNumber"].as_str().is_some_and(|no| no.ends_with(end)));
        found.expect("it is there")["ksefNumber"].as_str().expect("a number").to_owned()
    }
}

/// A purchase that names a unit as its recipient.
fn for_unit(number: &str, unit: &str) -> String {
    let third = format!(
        "<Podmiot3><DaneIdentyfikacyjne><IDWew>{unit}</IDWew><Nazwa>Jednostka</Nazwa></DaneIdentyfikacyjne>\
         <Adres><KodKraju>PL</KodKraju><AdresL1>ul. Szkolna 5</AdresL1></Adres><Rola>8</Rola></Podmiot3><Fa>"
    );
    purchase(number).replace("<JST>2</JST>", "<JST>1</JST>").replacen("<Fa>", &third, 1)
}

fn school_unit() -> String {
    format!("{COMPANY}-00017")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_users_see_two_parts_of_one_inbox() {
    let town = Town::new().await;
    let unit = school_unit();
    let kept = town
        .said(
            &town.boss,
            "PUT",
            &format!("units/{unit}"),
            json!({ "name": "Szkoła nr 5", "members": ["szkola"] }),
        )
        .await;
    assert_eq!(kept["members"], json!(["szkola"]));
    town.said(&town.boss, "PUT", "views/urzad", json!({ "isRestricted": true })).await;
    let rules = json!({ "rules": [
        { "name": "drobne", "seller": CONTRACTOR, "grossTo": "100", "persons": ["szkola"] },
        { "name": "dostawca", "seller": CONTRACTOR, "persons": ["urzad"] },
    ] });
    let put = town.said(&town.boss, "PUT", "routing", rules).await;
    assert_eq!(put["rules"][0]["grossTo"], "100.00", "{put:#}");
    assert_eq!(town.world.send_directly(CONTRACTOR, purchase("1").as_bytes()).await, 200);
    assert_eq!(town.world.send_directly(CONTRACTOR, for_unit("2", &unit).as_bytes()).await, 200);
    town.synchronize(2).await;
    let (all, of_school) = (town.numbers(&town.boss).await, town.numbers(&town.school).await);
    assert_eq!(all.len(), 2);
    assert_eq!(town.numbers(&town.office).await, all, "the rule gives both to the office");
    assert_eq!(of_school.len(), 1, "the school has what names it: {of_school:?}");
    let (first, second) = (town.ksef_number("1").await, town.ksef_number("2").await);
    let shown = town.said(&town.boss, "GET", &format!("purchases/{second}"), Value::Null).await;
    assert_eq!(shown["assignment"]["persons"], json!(["urzad"]));
    assert_eq!(shown["assignment"]["units"], json!([{ "identifier": unit, "name": "Szkoła nr 5" }]));
    assert_eq!(shown["history"][0]["event"], "assigned");
    assert_eq!(shown["history"][0]["detail"], "urzad, Szkoła nr 5 (dostawca)");

    // They talk about it and decide; everybody who sees it reads what was said, and by whom.
    let path = |number: &str, what: &str| format!("purchases/{number}/{what}");
    town.said(&town.school, "POST", &path(&second, "comments"), json!({ "text": "To nasze krzesła." })).await;
    let refused =
        town.ask(&town.office, "POST", &path(&second, "approval"), json!({ "approval": "rejected" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "request.parameter"), "a reason is missing");
    let body = json!({ "approval": "rejected", "reason": "bez zamówienia" });
    let rejected = town.said(&town.office, "POST", &path(&second, "approval"), body).await;
    assert_eq!(rejected["approval"], "rejected");
    let history = rejected["history"].as_array().expect("a history");
    let told: Vec<_> =
        history.iter().skip(1).map(|one| (&one["actor"], &one["event"], &one["detail"])).collect();
    assert_eq!(
        told,
        [
            (&json!("szkola"), &json!("commented"), &json!("To nasze krzesła.")),
            (&json!("urzad"), &json!("rejected"), &json!("bez zamówienia")),
        ]
    );
    let list = town.said(&town.office, "GET", "purchases?approval=rejected", Value::Null).await;
    assert_eq!(list["items"].as_array().expect("a list").len(), 1);
    let unpaid = town.ask(&town.office, "POST", "purchases/payments", json!({ "purchases": [second] })).await;
    assert_eq!((unpaid.status, unpaid.code().as_str()), (422, "payment.impossible"), "{}", unpaid.body);
    assert_eq!(unpaid.json()["findings"][0]["code"], "rejected");

    // By hand, and the one before loses it.
    let to_school = json!({ "persons": [], "units": [unit] });
    town.said(&town.office, "PUT", &path(&first, "assignment"), to_school).await;
    assert_eq!(town.numbers(&town.school).await, all);
    assert_eq!(town.numbers(&town.office).await, of_school);
    assert_eq!(
        town.ask(&town.office, "GET", &path(&first, "xml"), Value::Null).await.code(),
        "purchase.unknown"
    );
    // Nobody lifts his own restriction, nor somebody else's.
    for who in [&town.school, &town.office] {
        let lifted = town.ask(who, "PUT", "views/urzad", json!({ "isRestricted": false })).await;
        assert_eq!(lifted.code(), "access.forbidden");
    }
    let audit = town.said(&town.boss, "GET", "audit", Value::Null).await;
    let text = audit.to_string();
    for action in
        ["PUT /companies/{company}/purchases/{number}/assignment", "PUT /companies/{company}/routing"]
    {
        assert!(text.contains(action), "the audit log tells {action}");
    }
}

/// Every route below purchases, and whatever else shows them: somebody who sees one purchase is asked for the other's traces. A
/// new route is in the table, and is asked like the others.
#[tokio::test(flavor = "multi_thread")]
async fn no_route_shows_a_restricted_user_what_is_not_his() {
    let town = Town::new().await;
    town.said(&town.boss, "PUT", "views/urzad", json!({ "isRestricted": true })).await;
    assert_eq!(town.world.send_directly(CONTRACTOR, purchase("moja").as_bytes()).await, 200);
    assert_eq!(town.world.send_directly(CONTRACTOR, purchase("tajna").as_bytes()).await, 200);
    town.synchronize(2).await;
    let (mine, secret) = (town.ksef_number("moja").await, town.ksef_number("tajna").await);
    town.said(&town.boss, "PUT", &format!("purchases/{mine}/assignment"), json!({ "persons": ["urzad"] }))
        .await;
    // A program of a unit sees as little.
    let unit = school_unit();
    town.said(&town.boss, "PUT", &format!("units/{unit}"), json!({ "name": "Szkoła", "members": [] })).await;
    let asked = json!({ "name": "szkoła", "scopes": ["receive"], "unit": unit });
    for wrong in [
        json!({ "name": "x", "scopes": ["receive", "read"], "unit": unit }),
        json!({ "name": "x", "scopes": ["admin"], "unit": unit }),
    ] {
        assert_eq!(town.ask(&town.boss, "POST", "api-keys", wrong).await.code(), "request.parameter");
    }
    let unknown = json!({ "name": "x", "scopes": ["receive"], "unit": format!("{COMPANY}-00099") });
    assert_eq!(town.ask(&town.boss, "POST", "api-keys", unknown).await.code(), "unit.unknown");
    let given = town.said(&town.boss, "POST", "api-keys", asked).await;
    assert_eq!(given["apiKey"]["unit"], json!(unit), "{given:#}");
    let program = As::Key(given["key"].as_str().expect("a key").to_owned());
    let both = json!({ "persons": ["urzad"], "units": [unit] });
    town.said(&town.boss, "PUT", &format!("purchases/{mine}/assignment"), both).await;
    let other = town.said(&town.boss, "GET", &format!("purchases/{secret}"), Value::Null).await;
    let history = other["history"].clone();
    let id = other["id"].as_str().expect("an id").to_owned();
    // What an administrator makes of it must not lead there either.
    let numbers = json!({ "ksefNumbers": [mine, secret] });
    town.said(&town.boss, "POST", "collective-identifiers", numbers).await;
    let bodies = |path: &str| -> Vec<Value> {
        match path.rsplit('/').next().unwrap_or_default() {
            "payments" => vec![json!({ "purchases": [secret] }), json!({ "purchases": [id] })],
            "collective-identifiers" => vec![json!({ "ksefNumbers": [mine, secret] })],
            "state" => vec![json!({ "state": "booked" })],
            "note" => vec![json!({ "note": "x" })],
            "comments" => vec![json!({ "text": "x" })],
            "approval" => vec![json!({ "approval": "approved" })],
            "assignment" => vec![json!({ "persons": ["urzad"] })],
            "copies" => vec![json!({ "sellerNip": CONTRACTOR, "invoiceNumber": other["invoiceNumber"] })],
            "acknowledge" => vec![json!({ "reader": "erp", "cursor": "1" })],
            "reconciliations" => vec![json!({})],
            "purchases" => vec![json!({
                "ksefNumber": secret, "invoiceNumber": other["invoiceNumber"], "issueDate": "2026-11-01",
                "grossAmount": "1",
            })],
            _ => vec![json!({})],
        }
    };
    let mut asked = 0;
    for (who, route) in [&town.office, &program]
        .into_iter()
        .flat_map(|who| gateway::route_table().into_iter().map(move |route| (who, route)))
    {
        let is_about = ["purchase", "register", "jpk", "collective", "reconciliation", "event", "receiving"]
            .iter()
            .any(|word| route.path.contains(word))
            || route.path == "/companies/{company}";
        if !is_about || !route.path.contains("{company}") {
            continue;
        }
        for key in [&secret, &id] {
            let path = route.path.replace("{company}", COMPANY).replace("{number}", key).replace("{id}", "1");
            let bodies = if route.method == "GET" { vec![Value::Null] } else { bodies(route.path) };
            for body in bodies {
                let body = (route.method != "GET").then_some(&body);
                let is_page = !route.path.starts_with("/api/");
                let answer = match body {
                    // Pages are sent forms.
                    Some(_) if is_page => {
                        let request = town.asker.request(who, &route.method, &path);
                        let form = request.header("content-type", "application/x-www-form-urlencoded");
                        town.asker.send(form.body("state=booked&note=x")).await
                    }
                    body => town.asker.ask(who, &route.method, &path, body).await,
                };
                asked += 1;
                assert!(answer.status < 500, "{} {path}: {}", route.method, answer.body);
                // A refusal may repeat what it was asked for, nothing else.
                let said = format!("{path} {}", body.map(Value::to_string).unwrap_or_default());
                let is_echo = answer.status >= 400 && said.contains(&secret);
                assert!(
                    !answer.body.contains(&secret) || is_echo,
                    "{} {path} shows it: {} {}",
                    route.method,
                    answer.status,
                    answer.body
                );
                assert!(!answer.body.contains("tajna"), "{} {path} shows it: {}", route.method, answer.body);
                if route.path.contains("{number}") {
                    // A page that is sent a form leads back and says there that nothing is there.
                    let expected = if is_page && body.is_some() { 303 } else { 404 };
                    assert_eq!(answer.status, expected, "{} {path}: {}", route.method, answer.body);
                }
            }
        }
    }
    assert!(asked > 100, "only {asked} requests");
    // Nothing was done to it, either.
    let now = town.said(&town.boss, "GET", &format!("purchases/{secret}"), Value::Null).await;
    assert_eq!((&now["state"], &now["history"], &now["note"]), (&json!("new"), &history, &Value::Null));
    // Of sales, settings and what is about everything the program of a unit learns nothing at all.
    for rest in ["invoices", "register.csv", "reconciliations", "retention/due", "units", "audit", "series"] {
        assert_eq!(town.ask(&program, "GET", rest, Value::Null).await.code(), "access.forbidden", "{rest}");
    }
    let body = json!({ "invoiceNumber": "P/1", "issueDate": "2026-11-01", "grossAmount": "1" });
    town.said(&program, "POST", "purchases", body).await;
    let seen = town.numbers(&program).await;
    assert_eq!(seen.len(), 2, "its own, and what it entered: {seen:?}");
    town.said(&town.boss, "DELETE", &format!("units/{unit}"), Value::Null).await;
    assert!(town.numbers(&program).await.is_empty(), "without its unit it sees nothing");
    // And what is his he gets, in every way.
    let counts = town.said(&town.office, "GET", "purchases/counts", Value::Null).await;
    let count: i64 = counts.as_array().expect("a list").iter().filter_map(|one| one["count"].as_i64()).sum();
    assert_eq!(count, 1);
    for rest in ["purchases", "purchases?search=D%2Fmoja", "purchases/changes", "register.csv", "events"] {
        let answer = town.ask(&town.office, "GET", rest, Value::Null).await;
        assert!(answer.body.contains(&mine), "{rest}: {}", answer.body);
    }
    assert_eq!(
        town.ask(&town.office, "GET", &format!("purchases/{mine}/xml"), Value::Null).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_units_from_the_command_line() {
    let town = Town::new().await;
    let data = town.world.data();
    let admin = key(&data, "office", COMPANY, &["admin", "receive"]);
    let file = data.join("office.key");
    std::fs::write(&file, &admin).expect("written");
    let url = town.gateway.url.clone();
    let run = |words: &[&str]| {
        let mut all: Vec<&str> = words.to_vec();
        all.extend(["--url", &url, "--api-key-file", file.to_str().expect("UTF-8")]);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_bramka"))
            .args(&all)
            .env("BRAMKA_LANG", "en")
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).trim().to_owned(), said)
    };
    assert_eq!(town.world.send_directly(CONTRACTOR, purchase("1").as_bytes()).await, 200);
    town.synchronize(1).await;
    let unit = school_unit();
    let (code, line, said) =
        run(&["unit", "set", COMPANY, &unit, "--name", "Szkoła nr 5", "--member", "szkola"]);
    assert_eq!((code, line.as_str()), (Some(0), format!("{unit}  Szkoła nr 5  szkola").as_str()), "{said}");
    assert!(town.numbers(&town.school).await.is_empty(), "nothing is assigned yet");
    let rules = data.join("rules.json");
    let write = |units: &str| {
        let rule = format!("{{\"rules\": [{{\"name\": \"wszystko\", \"units\": [\"{units}\"]}}]}}");
        std::fs::write(&rules, rule).expect("written");
    };
    let path = rules.to_str().expect("UTF-8").to_owned();
    write("1234567890");
    let (code, _, said) = run(&["route", "set", COMPANY, &path]);
    assert!(code == Some(2) && said.contains("no unit 1234567890"), "{said}");
    write(&unit);
    let (code, line, said) = run(&["route", "set", COMPANY, &path]);
    assert_eq!((code, line.as_str()), (Some(0), format!("1. wszystko  *  → {unit}").as_str()), "{said}");
    let (code, line, _) = run(&["route", "apply", COMPANY]);
    assert_eq!((code, line.as_str()), (Some(0), "assigned 1 of 1 purchases without anybody"));
    assert_eq!(town.numbers(&town.school).await.len(), 1);
    let (_, line, _) = run(&["route", "apply", COMPANY]);
    assert_eq!(line, "assigned 0 of 0 purchases without anybody");
    let (code, line, _) = run(&["route", "view", COMPANY, "urzad", "assigned"]);
    assert_eq!((code, line.as_str()), (Some(0), "urzad: only what is assigned"));
    assert_eq!(run(&["route", "views", COMPANY]).1, "szkola\nurzad");
    let number = town.ksef_number("1").await;
    let (code, line, said) = run(&["route", "assign", COMPANY, &number, "--to", "urzad"]);
    assert!(code == Some(0) && line.ends_with(": urzad"), "{line} {said}");
    assert_eq!((town.numbers(&town.school).await.len(), town.numbers(&town.office).await.len()), (0, 1));
    assert_eq!(run(&["unit", "remove", COMPANY, &unit]).1, "removed");
    assert_eq!(run(&["unit", "remove", COMPANY, &unit]).0, Some(2));
}
