//! Purchases that are downloaded as one file, over the page as people do it: those that were ticked, and all that a filter shows.

mod support;

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use support::browser::Browser;
use support::office::{add_people, office, page};
use support::people::{As, Asker, PASSWORD};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, purchase};

/// Words that stand in the document of one purchase and nowhere else.
const MARKED: &str = "papier czerpany";

/// A gateway that has fetched three purchases, with somebody who enters one more; and their KSeF numbers.
async fn desk() -> (World, ServedGateway, Vec<String>) {
    let (world, gateway) = office().await;
    for number in ["1", "2", "3"] {
        assert_eq!(world.send_directly(CONTRACTOR, document(number).as_bytes()).await, 200);
    }
    let path = |rest: &str| format!("/api/v1/companies/{COMPANY}/{rest}");
    assert_eq!(gateway.say("POST", &path("purchases/synchronize"), &json!({})).await.0, 202);
    let deadline = Instant::now() + Duration::from_secs(60);
    let numbers = loop {
        let mut numbers = Vec::new();
        for number in ["1", "2", "3"] {
            let found = gateway.json(&path(&format!("purchases?search=D%2F{number}"))).await;
            numbers.extend(found["items"][0]["ksefNumber"].as_str().map(str::to_owned));
        }
        if numbers.len() == 3 {
            break numbers;
        }
        assert!(Instant::now() < deadline, "only {numbers:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    (world, gateway, numbers)
}

fn document(number: &str) -> String {
    let xml = purchase(number);
    if number == "2" { xml.replace("Druk katalogu", MARKED) } else { xml }
}

/// The files of an archive by their names.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("it is whole");
        assert!(
            files.insert(file.name().expect("a name").into_owned(), content).is_none(),
            "a name stands twice"
        );
    }
    files
}

/// The archive that the browser has saved, once it is whole.
async fn saved(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let files: Vec<_> = support::files_below(folder);
        if let [file] = &files[..]
            && file.extension().is_some_and(|ending| ending == "zip")
        {
            let bytes = std::fs::read(file).expect("read");
            std::fs::remove_file(file).expect("removed");
            return unpacked(&bytes);
        }
        assert!(Instant::now() < deadline, "{files:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

/// What KSeF holds, with its print.
fn is_whole(files: &BTreeMap<String, Vec<u8>>, ksef_number: &str, number: &str) {
    assert_eq!(files[&format!("{ksef_number}.xml")], document(number).as_bytes(), "{number}");
    assert!(files[&format!("{ksef_number}.pdf")].starts_with(b"%PDF-"), "{number}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_ticked_and_what_a_filter_shows_comes_as_one_file() {
    let (world, gateway, numbers) = desk().await;
    let api = format!("/api/v1/companies/{COMPANY}/purchases");
    let formula = "=HYPERLINK(\"http://x\")";
    let entry = json!({
        "invoiceNumber": "P/1", "contractorName": formula, "issueDate": "2026-11-02", "grossAmount": "12.30",
    });
    let (status, entered) = gateway.say("POST", &api, &entry).await;
    assert_eq!(status, 201, "{entered:#}");
    let id = entered["id"].as_str().expect("an id").to_owned();
    add_people(&world, &[("kasia", "administrator"), ("ewa", "accountant"), ("jan", "viewer")]);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let asker = Asker::new(&gateway.url);
    let ewa = asker.log_in("ewa", PASSWORD).await;
    let scan = asker.request(&ewa, "PUT", &format!("{api}/{id}/scan")).header("content-type", "image/png");
    let picture = b"\x89PNG\r\n\x1a\n...";
    assert_eq!(asker.send(scan.body(&picture[..])).await.status, 200);
    let folder = tempfile::tempdir().expect("a folder");
    browser.log_in("jan", PASSWORD).await;
    browser.downloads_to(folder.path()).await;
    let inbox = page("/purchases");
    browser.is_well_made("purchases-list", &inbox, ["Pobierz zaznaczone", "Download selected"]).await;
    // Nothing is ticked: said, and one stays in the list as it was asked for.
    browser.open(&page("/purchases?search=D")).await;
    browser.click("button[name=chosen]").await;
    browser.wait_for_text("Nie zaznaczono żadnego zakupu").await;
    assert_eq!(browser.at().await, page("/purchases?search=D"));
    // Two of four, with and without scripts.
    for has_scripts in [true, false] {
        browser.set_scripts(has_scripts).await;
        browser.open(&inbox).await;
        for number in &numbers[..2] {
            browser.click(&format!("input[name=id][value='{number}']")).await;
        }
        browser.click("button[name=chosen]").await;
        let files = saved(folder.path()).await;
        let mut expected: Vec<String> =
            numbers[..2].iter().flat_map(|one| [format!("{one}.pdf"), format!("{one}.xml")]).collect();
        expected.push("index.csv".to_owned());
        expected.sort();
        assert_eq!(names(&files), expected);
        is_whole(&files, &numbers[0], "1");
        is_whole(&files, &numbers[1], "2");
        let index = String::from_utf8(files["index.csv"].clone()).expect("UTF-8");
        assert_eq!(index.lines().count(), 3, "{index}");
        assert!(
            index.starts_with("direction,jpkMarker,ksefNumber,") && index.contains(",files\r\n"),
            "{index}"
        );
        assert!(index.contains(&format!("{0}.xml {0}.pdf", numbers[0])), "{index}");
    }
    browser.set_scripts(true).await;
    // All boxes at once: the whole page.
    browser.open(&inbox).await;
    browser.click("input[data-all=id]").await;
    browser.click("button[name=chosen]").await;
    assert_eq!(saved(folder.path()).await.len(), 8);
    // What the filter shows, as somebody types it.
    browser.fill("input[name=search]", "D/3").await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while browser.count("tbody tr").await != 1 {
        assert!(Instant::now() < deadline, "the list is not filtered");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.click("a[href*='package.zip']").await;
    let files = saved(folder.path()).await;
    assert_eq!(
        names(&files),
        [format!("{}.pdf", numbers[2]), format!("{}.xml", numbers[2]), "index.csv".into()]
    );
    is_whole(&files, &numbers[2], "3");
    // A filter that is written into the address counts as well.
    browser.open(&page("/purchases?grossTo=100")).await;
    browser.click("a[href*='package.zip?grossTo=100']").await;
    assert_eq!(names(&saved(folder.path()).await), [format!("{id}_scan.png"), "index.csv".to_owned()]);
    // Everything: the one without a document has its scan, and what stands on it is no formula.
    browser.open(&inbox).await;
    browser.click("a[href*='package.zip']").await;
    let files = saved(folder.path()).await;
    assert_eq!(files.len(), 8, "{:?}", names(&files));
    assert_eq!(files[&format!("{id}_scan.png")], picture);
    let index = String::from_utf8(files["index.csv"].clone()).expect("UTF-8");
    assert!(index.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{index}");
    browser.is_quiet("downloads").await;
    browser.close().await;
    // Who sees only what is his downloads only that, however he asks.
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let views = format!("/api/v1/companies/{COMPANY}/views/jan");
    assert!(asker.ask(&kasia, "PUT", &views, Some(&json!({ "isRestricted": true }))).await.status < 300);
    let to = json!({ "persons": ["jan"] });
    let assigned = asker.ask(&kasia, "PUT", &format!("{api}/{}/assignment", numbers[0]), Some(&to)).await;
    assert_eq!(assigned.status, 200, "{}", assigned.body);
    let jan = asker.log_in("jan", PASSWORD).await;
    let ids: Vec<String> = numbers.iter().map(|number| format!("id={number}")).collect();
    for query in [String::new(), format!("?chosen=yes&{}", ids.join("&"))] {
        let files = downloaded(&asker, &jan, &query).await;
        assert_eq!(
            names(&files),
            [format!("{}.pdf", numbers[0]), format!("{}.xml", numbers[0]), "index.csv".into()]
        );
    }
    let none = asker.get(&jan, &page(&format!("/purchases/package.zip?chosen=yes&id={}", numbers[1]))).await;
    assert_eq!(none.status, 303);
}

/// The package as a program gets it.
async fn downloaded(asker: &Asker, who: &As, query: &str) -> BTreeMap<String, Vec<u8>> {
    let path = page(&format!("/purchases/package.zip{query}"));
    let answer = asker.request(who, "GET", &path).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let bytes = answer.bytes().await.expect("the whole of it");
    unpacked(&bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_altered_is_named_and_the_others_come() {
    let (world, mut gateway, numbers) = desk().await;
    gateway.terminate();
    let database = world.data().join("gateway.db");
    let mut bytes = std::fs::read(&database).expect("read");
    let place = bytes.windows(MARKED.len()).position(|window| window == MARKED.as_bytes());
    bytes[place.expect("it stands there")] ^= 1;
    std::fs::write(&database, bytes).expect("written");
    let gateway = world.serve(None);
    let files = downloaded(&Asker::new(&gateway.url), &As::Nobody, "").await;
    is_whole(&files, &numbers[0], "1");
    is_whole(&files, &numbers[2], "3");
    assert!(!files.contains_key(&format!("{}.xml", numbers[1])), "{:?}", names(&files));
    let errors = String::from_utf8(files["errors.txt"].clone()).expect("UTF-8");
    assert!(errors.starts_with(&format!("{}.xml: ", numbers[1])) && errors.lines().count() == 1, "{errors}");
    let index = String::from_utf8(files["index.csv"].clone()).expect("UTF-8");
    assert_eq!(index.lines().count(), 4, "{index}");
}
