//! `bramka export`: documents of a period that can be read without bramka.

mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{COMPANY, CONTRACTOR, World, files_below, invoice, program, purchase};

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_written_as_files_and_taken_up_again() {
    let world = World::new(COMPANY).await;
    // A name that a spreadsheet would take for a formula, and a page for markup.
    let hostile = purchase("7").replace("<P_2>", "<P_2>=1+1&lt;b&gt;");
    assert!(hostile.contains("=1+1"));
    assert_eq!(world.send_directly(CONTRACTOR, hostile.as_bytes()).await, 200);
    let gateway = world.serve(None);
    let (_, taken) = gateway.post(COMPANY, "order-1", invoice("1").as_bytes()).await.expect("an answer");
    let ended = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
    let number = ended["ksefNumber"].as_str().expect("numbered").to_owned();
    for _ in 0..600 {
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/purchases")).await;
        if list["items"].as_array().is_some_and(|items| items.len() == 1) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // While the gateway works.
    let folder = world.folder.path().join("export");
    let made = export(&world, &folder, "2026-11-30", 0);
    assert_eq!((&made["documents"], &made["withoutPdf"]), (&2.into(), &0.into()), "{made}");

    let month = folder.join(COMPANY).join("sales/2026-11");
    assert_eq!(std::fs::read(month.join(format!("{number}.xml"))).expect("there"), invoice("1").into_bytes());
    assert!(std::fs::read(month.join(format!("{number}.pdf"))).expect("there").starts_with(b"%PDF-"));
    assert!(month.join(format!("{number}_UPO.xml")).is_file());
    let table = std::fs::read_to_string(folder.join(COMPANY).join("register.csv")).expect("there");
    assert!(table.starts_with('\u{feff}') && table.lines().count() == 3, "{table}");
    assert!(table.contains(",'=1+1<b>") && !table.contains(",=1+1"), "a formula is a text: {table}");
    let pages: Vec<_> =
        files_below(&folder).into_iter().filter(|path| path.ends_with("index.html")).collect();
    assert_eq!(pages.len(), 3, "{pages:?}");
    for page in &pages {
        let text = std::fs::read_to_string(page).expect("there");
        assert!(!text.contains("://") && !text.contains("<script") && !text.contains("<b>"), "{text}");
        // Every link leads somewhere.
        let links: Vec<&str> =
            text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(!links.is_empty(), "{text}");
        for link in links {
            assert!(page.parent().expect("a folder").join(link).is_file(), "{} -> {link}", page.display());
        }
    }
    assert!(files_below(&folder).iter().all(|path| path.extension().is_none_or(|ending| ending != "part")));

    // Interrupted: one file is missing, one was cut. Only those are written.
    std::fs::remove_file(month.join(format!("{number}.pdf"))).expect("removed");
    std::fs::write(month.join(format!("{number}.xml")), "<Fak").expect("written");
    let again = export(&world, &folder, "2026-11-30", 0);
    assert_eq!(again["filesWritten"], 2, "{again}");
    assert_eq!(std::fs::read(month.join(format!("{number}.xml"))).expect("there"), invoice("1").into_bytes());
    // Another period has nothing.
    let empty = export(&world, &world.folder.path().join("empty"), "2026-10-31", 0);
    assert_eq!(empty["documents"], 0, "{empty}");
}

fn export(world: &World, folder: &Path, until: &str, code: i32) -> Value {
    let output = Command::new(program())
        .args([
            "export",
            "--from",
            "2026-10-01",
            "--to",
            until,
            "--format",
            "json",
            "--environment",
            "simulator",
        ])
        .arg("--data")
        .arg(world.data())
        .arg(folder)
        .stdin(Stdio::null())
        .env_remove("BRAMKA_DATABASE")
        .env_remove("BRAMKA_OBJECTS")
        .output()
        .expect("it runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
