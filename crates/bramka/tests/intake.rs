//! Every way in over REST and by `bramka send`: neutral JSON, lists, tables, numbers from a series, and what is refused.

mod support;

use std::io::{Read as _, Write as _};
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::{COMPANY, Desk, ServedGateway, World, invoice, neutral};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADINGS: [&str; 10] = [
    "Nr faktury",
    "Data wystawienia",
    "NIP nabywcy",
    "Nabywca",
    "Adres",
    "Towar",
    "Ilość",
    "J.m.",
    "Cena netto",
    "Stawka VAT",
];

/// A row of a table: an invoice with one line.
fn row(number: &str, quantity: &str) -> [String; 10] {
    let cells = [
        number,
        "01.11.2026",
        "1111111111",
        "Nabywca",
        "ul. Inna 2",
        "Śruba",
        quantity,
        "szt.",
        "2,50",
        "23",
    ];
    cells.map(str::to_owned)
}

fn csv(rows: &[[String; 10]]) -> Vec<u8> {
    let lines = rows.iter().map(|row| row.join(";"));
    let text: Vec<String> = std::iter::once(HEADINGS.join(";")).chain(lines).collect();
    text.join("\n").into_bytes()
}

fn xlsx(rows: &[[String; 10]]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading).expect("written");
    }
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write(line, column, cell.as_str()).expect("written");
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

async fn count(gateway: &ServedGateway) -> usize {
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices?limit=1000")).await;
    list["items"].as_array().expect("a list").len()
}

async fn json(gateway: &ServedGateway, key: Option<&str>, body: &Value) -> (u16, Value) {
    let body = body.to_string().into_bytes();
    gateway.post_as(COMPANY, key, "application/json", body).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn neutral_json_is_built_sent_and_known_again() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let (status, taken) = json(&gateway, Some("order-1"), &neutral("json/1")).await;
    assert_eq!((status, taken["invoiceNumber"].as_str()), (201, Some("json/1")), "{taken:#}");
    assert_eq!(taken["grossAmount"], "1230.00");
    // It is built anew, with another time in it, and is the same invoice, with its key and without one.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    for key in [Some("order-1"), None] {
        let (status, again) = json(&gateway, key, &neutral("json/1")).await;
        assert_eq!((status, &again["id"]), (200, &taken["id"]), "{again:#}");
    }
    let mut other = neutral("json/1");
    other["lines"][0]["quantity"] = 5.into();
    for (key, code) in [(Some("order-1"), "idempotencyKey.reused"), (None, "invoice.numberTaken")] {
        let (status, problem) = json(&gateway, key, &other).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some(code)), "{problem:#}");
    }
    let ended = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
    assert_eq!(ended["state"], "stored", "{ended:#}");
    assert_eq!(world.simulator.inspect().invoices.len(), 1);

    // What is wrong is told by its place in the JSON.
    let mut bad = neutral("json/2");
    bad["lines"][0]["quantty"] = 4.into();
    let (status, problem) = json(&gateway, None, &bad).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("invoice.invalid")), "{problem:#}");
    assert!(problem["findings"][0]["path"].as_str().is_some_and(|path| path.starts_with("/lines/0")));
    let (status, problem) = gateway
        .post_as(COMPANY, None, "application/json", b"{\"number\":".to_vec())
        .await
        .expect("an answer");
    assert_eq!((status, problem["code"].as_str()), (422, Some("invoice.invalid")), "{problem:#}");
    let mut foreign = neutral("json/3");
    foreign["seller"]["nip"] = "5265877635".into();
    let (status, problem) = json(&gateway, None, &foreign).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("invoice.otherSeller")), "{problem:#}");
    assert_eq!(count(&gateway).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_come_from_a_series_once_for_a_key_and_without_gaps() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let unnumbered = || {
        let mut order = neutral("-");
        order["series"] = "sprzedaż".into();
        order.as_object_mut().expect("an object").remove("number");
        order
    };
    let (status, problem) = json(&gateway, Some("a"), &unnumbered()).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("series.unknown")), "{problem:#}");
    gateway.make_series(COMPANY, "sprzeda%C5%BC").await;
    let (status, problem) = json(&gateway, None, &unnumbered()).await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("idempotencyKey.missing")), "{problem:#}");
    // An invoice that cannot be sent uses up no number.
    let mut bad = unnumbered();
    bad["lines"][0]["vatRate"] = "24".into();
    assert_eq!(json(&gateway, Some("bad"), &bad).await.0, 422);
    let mut foreign = unnumbered();
    foreign["seller"]["nip"] = "5265877635".into();
    assert_eq!(json(&gateway, Some("foreign"), &foreign).await.0, 422);
    let mut numbers = Vec::new();
    for key in ["a", "b", "a"] {
        let (status, taken) = json(&gateway, Some(key), &unnumbered()).await;
        assert!(matches!(status, 200 | 201), "{taken:#}");
        numbers.push(taken["invoiceNumber"].as_str().expect("a number").to_owned());
    }
    assert_eq!(numbers, ["FV/2026/1", "FV/2026/2", "FV/2026/1"]);
    let mut both = unnumbered();
    both["number"] = "FV/7".into();
    let (status, problem) = json(&gateway, Some("both"), &both).await;
    assert_eq!(status, 422);
    assert_eq!(problem["findings"][0]["path"], "/series", "{problem:#}");
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/series")).await;
    assert_eq!((&list["items"][0]["last"], &list["items"][0]["gaps"]), (&2.into(), &json!([])));
    let wrong = json!({ "template": "FV/{number}", "reset": "monthly" });
    let path = format!("/api/v1/companies/{COMPANY}/series/x");
    let (status, problem) = gateway.say("PUT", &path, &wrong).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("series.invalid")), "{problem:#}");
    // The same from the command line, with a name as people choose them.
    let mut desk = Desk::new();
    let set = |template: &'static str| {
        ["series", "set", COMPANY, "Łódź / usługi", "--template", template, "--reset", "monthly", "--url"]
    };
    let said = desk.exits_bare(&[&set("Ł/{month}/{year}/{number:3}")[..], &[&gateway.url]].concat(), 0);
    assert!(said.contains("Ł/{month}/{year}/{number:3}"), "{said}");
    let said = desk.exits_bare(&[&set("Ł/{number}")[..], &[&gateway.url]].concat(), 2);
    assert!(said.contains("begin anew each month"), "{said}");
    let said = desk.exits_bare(&["series", "list", COMPANY, "--format", "json", "--url", &gateway.url], 0);
    let list: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((&list[0]["name"], &list[1]["name"]), (&json!("sprzedaż"), &json!("Łódź / usługi")), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_answered_invoice_by_invoice() {
    let world = World::new(COMPANY).await;
    world.with_folder();
    let gateway = world.serve(None);
    let rows = [row("t/1", "4"), row("t/2", "dużo"), row("t/3", "1")];
    let (status, answer) =
        gateway.post_as(COMPANY, Some("month"), "text/csv", csv(&rows)).await.expect("an answer");
    assert_eq!(status, 200, "{answer:#}");
    let items = answer["items"].as_array().expect("items");
    let seen: Vec<_> = items.iter().map(|item| (item["number"].as_str(), item["status"].as_u64())).collect();
    assert_eq!(seen, [(Some("t/1"), Some(201)), (Some("t/2"), Some(422)), (Some("t/3"), Some(201))]);
    assert_eq!(items[1]["problem"]["findings"][0]["cell"], "G3", "{answer:#}");
    // Mended and sent again, as a workbook: what was taken is known.
    let rows = [row("t/1", "4"), row("t/2", "2"), row("t/3", "1")];
    let (_, answer) = gateway.post_as(COMPANY, Some("month"), XLSX, xlsx(&rows)).await.expect("an answer");
    let statuses: Vec<_> =
        answer["items"].as_array().expect("items").iter().map(|item| item["status"].as_u64()).collect();
    assert_eq!(statuses, [Some(200), Some(201), Some(200)], "{answer:#}");
    assert_eq!(count(&gateway).await, 3);
    // A list of neutral invoices is several, too.
    let list = json!([neutral("l/1"), { "number": "l/2" }]);
    let (status, answer) = json(&gateway, None, &list).await;
    assert_eq!(
        (status, &answer["items"][0]["status"], &answer["items"][1]["status"]),
        (200, &201.into(), &422.into())
    );
    assert_eq!(answer["items"][1]["place"], "/1");
    for (media_type, content, expected) in [
        (XLSX, b"PK this is no workbook".to_vec(), (422, "file.unreadable")),
        ("text/csv", b"".to_vec(), (400, "invoice.empty")),
        ("text/csv", vec![b'x'; 17 * 1024 * 1024], (413, "file.tooLarge")),
        ("application/pdf", b"%PDF".to_vec(), (415, "request.mediaType")),
    ] {
        let (status, problem) = gateway.post_as(COMPANY, None, media_type, content).await.expect("an answer");
        assert_eq!((status, problem["code"].as_str()), (expected.0, Some(expected.1)), "{problem:#}");
        assert!(problem["message"]["pl"].is_string());
    }
    assert_eq!(count(&gateway).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_with_one_number_and_a_body_cut_off() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let (first, second) = (invoice("same"), invoice("same").replace("Segregator", "Skoroszyt"));
    let (one, other) = tokio::join!(
        gateway.post(COMPANY, "program-a", first.as_bytes()),
        gateway.post(COMPANY, "program-b", second.as_bytes())
    );
    let mut answers = [one.expect("an answer"), other.expect("an answer")];
    answers.sort_by_key(|answer| answer.0);
    assert_eq!((answers[0].0, answers[1].0), (201, 409), "{answers:#?}");
    assert_eq!(answers[1].1["code"], "invoice.numberTaken");
    let id = answers[0].1["id"].as_str().expect("an id");
    assert!(answers[1].1["message"]["pl"].as_str().is_some_and(|words| words.contains(id)), "it says which");

    // The connection breaks half-way: nothing is stored, and the key is free.
    let address = gateway.url.trim_start_matches("http://");
    let xml = invoice("cut");
    let mut stream = std::net::TcpStream::connect(address).expect("connected");
    write!(
        stream,
        "POST /api/v1/companies/{COMPANY}/invoices HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/xml\r\n\
         Idempotency-Key: cut\r\nContent-Length: {}\r\n\r\n{}",
        xml.len(),
        &xml[..xml.len() / 2]
    )
    .expect("sent");
    stream.shutdown(std::net::Shutdown::Write).expect("cut off");
    let mut answer = String::new();
    // Whether an answer still gets through is the connection's luck.
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.contains("request.incomplete"), "{answer}");
    assert_eq!(count(&gateway).await, 1);
    assert_eq!(gateway.post(COMPANY, "cut", xml.as_bytes()).await.expect("an answer").0, 201);
}

fn bramka(world: &World, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(words)
        .current_dir(world.folder.path())
        .env_remove("BRAMKA_API_KEY")
        .env("BRAMKA_LANG", "en")
        .output()
        .expect("it runs")
}

#[track_caller]
fn said(output: &Output, code: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    (out, err)
}

#[tokio::test(flavor = "multi_thread")]
async fn send_takes_folders_of_every_kind_and_tells_each_outcome() {
    let world = World::new(COMPANY).await;
    world.with_folder();
    let gateway = world.serve(None);
    let inbox = world.folder.path().join("out");
    std::fs::create_dir_all(inbox.join("deeper")).expect("made");
    let put = |name: &str, content: &[u8]| std::fs::write(inbox.join(name), content).expect("written");
    put("a.xml", invoice("s/1").as_bytes());
    put("b.json", json!([neutral("s/2"), neutral("s/3")]).to_string().as_bytes());
    put("deeper/c.csv", &csv(&[row("s/4", "1"), row("s/5", "x")]));
    put("d.xlsx", &xlsx(&[row("s/6", "1")]));
    put("notes.txt", b"nothing to send");
    let words = ["send", "out", "--wait", "--url", &gateway.url, "--company", COMPANY];
    let (out, err) = said(&bramka(&world, &words), 1);
    assert_eq!(out.lines().count(), 5, "{out}{err}");
    assert!(out.lines().all(|line| line.starts_with(COMPANY)), "{out}");
    assert!(out.contains("b.json  s/3") && out.lines().any(|line| line.ends_with("a.xml")), "{out}");
    assert!(err.contains("c.csv: A3: s/5:") && err.contains("G3"), "{err}");
    // The same again is the same; now for programs.
    let words = [&words[..], &["--format", "json"]].concat();
    let (out, _) = said(&bramka(&world, &words), 1);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 6, "{out}");
    assert_eq!(lines.iter().filter(|line| line["invoice"]["ksefNumber"].is_string()).count(), 5);
    assert!(lines.iter().any(|line| line["problem"]["code"] == "invoice.invalid" && line["number"] == "s/5"));
    assert_eq!(world.simulator.inspect().invoices.len(), 5);
    // The seller of JSON is its company; a table that names none wants one named.
    let (out, _) = said(&bramka(&world, &["send", "out/b.json", "--url", &gateway.url]), 0);
    assert_eq!(out.lines().count(), 2);
    let (_, err) = said(&bramka(&world, &["send", "out/d.xlsx", "--url", &gateway.url]), 2);
    assert!(err.contains("--company"), "{err}");
    std::fs::create_dir(world.folder.path().join("empty")).expect("made");
    let (_, err) = said(&bramka(&world, &["send", "empty", "--url", &gateway.url]), 2);
    assert!(err.contains("there are no invoices"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_told_how_to_send_and_shows_it() {
    let world = World::new(COMPANY).await;
    world.with_folder();
    let gateway = world.serve(None);
    let set = |changes: &[&str]| {
        bramka(&world, &[&["company", "set", COMPANY, "--url", &gateway.url], changes].concat())
    };
    let changes =
        ["--policy", "after-approval", "--upo-mode", "batch", "--session-age", "90m", "--sending", "off"];
    let (out, _) = said(&set(&changes), 0);
    assert!(
        out.contains("sending: off, policy after-approval, UPO batch, session up to 90 minutes"),
        "{out}"
    );
    // What is not named stays.
    said(&set(&["--sending", "on"]), 0);
    let kept = gateway.json(&format!("/api/v1/companies/{COMPANY}/sending")).await;
    assert_eq!(
        (&kept["policy"], &kept["upoMode"], &kept["sessionAgeS"], &kept["isSendingOn"]),
        (&"afterApproval".into(), &"batch".into(), &5400.into(), &true.into())
    );
    let (_, err) = said(&set(&["--session-age", "20h"]), 2);
    assert!(err.contains("sessionAgeS"), "{err}");
    said(&set(&[]), 2);
    let (_, err) =
        said(&bramka(&world, &["company", "set", "7777777777", "--sending", "on", "--url", &gateway.url]), 2);
    assert!(err.contains("7777777777"), "{err}");

    let data = world.data().to_string_lossy().into_owned();
    let show = ["company", "show", COMPANY, "--data", &data, "--url"];
    let (out, _) = said(&bramka(&world, &[&show[..], &[&gateway.url]].concat()), 0);
    assert!(out.contains("policy after-approval") && out.contains("exchange"), "{out}");
    let (out, _) = said(&bramka(&world, &[&show[..], &[&gateway.url, "--format", "json"]].concat()), 0);
    let shown: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(shown["sending"]["upoMode"], "batch", "{shown:#}");
    said(&bramka(&world, &[&show[..], &["http://127.0.0.1:9"]].concat()), 2);
}
