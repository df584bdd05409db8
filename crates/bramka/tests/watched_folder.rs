//! A watched folder as people and programs use it: what is put in is sent once, and its proof appears beside.

mod support;

use std::time::Duration;

use ksef_sim::Fault;
use ksef_wire::Operation;
use serde_json::json;
use support::{COMPANY, ServedGateway, World, invoice, neutral};

/// A world whose company watches a folder, and its gateway.
async fn watching() -> (World, ServedGateway) {
    let world = World::new(COMPANY).await;
    world.with_folder();
    let gateway = world.serve(None);
    wait_until("the folder is made", || world.folder_place("pdf").is_dir()).await;
    (world, gateway)
}

fn put(world: &World, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(world.folder_place("in").join(name), content).expect("written");
}

async fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1200 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: it does not come to that");
}

async fn invoices(gateway: &ServedGateway) -> Vec<serde_json::Value> {
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices?limit=1000")).await;
    list["items"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_taken_and_its_proof_laid_beside() {
    let (world, gateway) = watching().await;
    put(&world, "faktura żółta.xml", invoice("f/1"));
    put(&world, "b.json", json!([neutral("f/2"), neutral("f/3")]).to_string());
    let table = "Nr faktury;Data wystawienia;NIP nabywcy;Nabywca;Adres;Towar;Ilość;J.m.;Cena netto;Stawka VAT\n\
                 f/4;01.11.2026;1111111111;Nabywca;ul. Inna 2;Śruba;2;szt.;2,50;23\n";
    put(&world, "c.csv", table);
    assert_eq!(world.wait_for_files("sent", 3).await, ["b.json", "c.csv", "faktura żółta.xml"]);
    let upos = world.wait_for_files("upo", 4).await;
    let prints = world.wait_for_files("pdf", 4).await;
    let seen = world.simulator.inspect().invoices;
    assert_eq!(seen.len(), 4);
    for invoice in invoices(&gateway).await {
        assert_eq!(invoice["company"], COMPANY);
        let number = invoice["ksefNumber"].as_str().expect("a number");
        let upo = upos.iter().find(|name| name.ends_with(&format!("_{number}.xml"))).expect("its UPO");
        let bytes = std::fs::read(world.folder_place("upo").join(upo)).expect("read");
        let id = invoice["id"].as_str().expect("an id");
        let kept = gateway.get(&format!("/api/v1/companies/{COMPANY}/invoices/{id}/upo")).await;
        assert_eq!((200, bytes), kept);
        let print = prints.iter().find(|name| name.ends_with(&format!("_{number}.pdf"))).expect("its print");
        assert!(std::fs::read(world.folder_place("pdf").join(print)).expect("read").starts_with(b"%PDF-"));
    }
    assert!(upos.iter().any(|name| name.starts_with("faktura żółta_")), "{upos:?}");
    assert!(world.names_in("rejected").is_empty());
    let id = invoices(&gateway).await[0]["id"].as_str().expect("an id").to_owned();
    let one = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
    assert_eq!(one["history"][0]["actor"], "folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_comes_back_with_findings_in_both_languages() {
    let (world, gateway) = watching().await;
    put(&world, "cut.xml", &invoice("r/1").as_bytes()[..500]);
    put(&world, "notes.pdf", "%PDF-1.7");
    put(&world, "empty.xml", "");
    let table = "Nr faktury;Data wystawienia;NIP nabywcy;Nabywca;Adres;Towar;Ilość;J.m.;Cena netto;Stawka VAT\n\
                 r/2;01.11.2026;1111111111;Nabywca;ul. Inna 2;Śruba;2;szt.;2,50;23\n\
                 r/3;01.11.2026;1111111111;Nabywca;ul. Inna 2;Śruba;dużo;szt.;2,50;23\n";
    put(&world, "t.csv", table);
    let names = world.wait_for_files("rejected", 12).await;
    for name in ["cut.xml", "notes.pdf", "empty.xml", "t.csv"] {
        for ending in ["", ".findings.txt", ".findings.json"] {
            assert!(names.contains(&format!("{name}{ending}")), "{names:?}");
        }
    }
    let text =
        std::fs::read_to_string(world.folder_place("rejected").join("t.csv.findings.txt")).expect("read");
    for words in ["Faktura r/3 (A3)", "Invoice r/3 (A3)", "G3", "r/2"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    // What was good in the table was taken; mended, the rest comes after, and nothing twice.
    std::fs::remove_file(world.folder_place("rejected").join("t.csv")).expect("removed");
    put(&world, "t.csv", table.replace("dużo", "3"));
    world.wait_for_files("sent", 1).await;
    world.wait_for_files("upo", 2).await;
    assert_eq!(invoices(&gateway).await.len(), 2);
    // KSeF itself refuses, since it has another document of this number: ours comes back with the reason.
    let other = invoice("r/4").replace("Segregator", "Skoroszyt");
    assert_eq!(world.send_directly(COMPANY, other.as_bytes()).await, 200);
    put(&world, "late.xml", invoice("r/4"));
    let rejected = |name: &str| world.folder_place("rejected").join(name);
    let is_back = || {
        let names = world.names_in("rejected");
        names.iter().any(|name| name.starts_with("late_") && name.ends_with(".findings.txt"))
    };
    wait_until("the refusal is told", is_back).await;
    let names = world.names_in("rejected");
    let document = names.iter().find(|name| name.starts_with("late_") && name.ends_with(".xml")).expect("it");
    assert_eq!(std::fs::read(rejected(document)).expect("read"), invoice("r/4").as_bytes());
    let text = std::fs::read_to_string(rejected(&format!("{document}.findings.txt"))).expect("read");
    assert!(text.contains("numer zajęty") && text.contains("number taken"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_finished_wait_and_the_same_file_twice_is_one_invoice() {
    let (world, gateway) = watching().await;
    let inbox = world.folder_place("in");
    // Written slowly, by a program that keeps it open.
    let xml = invoice("w/1");
    let mut file = std::fs::File::create(inbox.join("slow.xml")).expect("made");
    let half = xml.len() / 2;
    std::io::Write::write_all(&mut file, &xml.as_bytes()[..half]).expect("written");
    put(&world, "other.xml.tmp", "half");
    put(&world, ".hidden.xml", "half");
    std::fs::create_dir(inbox.join("deeper")).expect("made");
    std::fs::write(inbox.join("deeper/x.xml"), invoice("w/9")).expect("written");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", inbox.join("link.xml")).expect("linked");
    tokio::time::sleep(Duration::from_secs(4)).await;
    if cfg!(target_os = "linux") {
        assert!(world.names_in("rejected").is_empty(), "half of it was not taken");
        assert!(invoices(&gateway).await.is_empty());
    }
    std::io::Write::write_all(&mut file, &xml.as_bytes()[half..]).expect("written");
    drop(file);
    world.wait_for_files("sent", 1).await;
    // The same under two other names, and once over REST.
    put(&world, "copy.xml", &xml);
    put(&world, "copy of copy.xml", &xml);
    world.wait_for_files("sent", 3).await;
    world.wait_for_files("upo", 3).await;
    assert_eq!(invoices(&gateway).await.len(), 1);
    assert_eq!(world.simulator.inspect().invoices.len(), 1);
    // Sent over REST first, then found in the folder: known, and no collision.
    let rest = invoice("w/2");
    assert_eq!(gateway.post(COMPANY, "order", rest.as_bytes()).await.expect("an answer").0, 201);
    put(&world, "rest.xml", &rest);
    world.wait_for_files("sent", 4).await;
    // Another document with that number is a collision, and told.
    put(&world, "clash.xml", rest.replace("Segregator", "Skoroszyt"));
    world.wait_for_files("rejected", 3).await;
    let json = std::fs::read(world.folder_place("rejected").join("clash.xml.findings.json")).expect("read");
    let report: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(report["problems"][0]["problem"]["code"], "invoice.numberTaken");
    assert_eq!(invoices(&gateway).await.len(), 2);
    let mut left = world.names_in("in");
    left.retain(|name| name != "link.xml");
    assert_eq!(left, ["deeper", "other.xml.tmp"], "what is no document stays");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn names_of_any_bytes_are_taken() {
    use std::os::unix::ffi::OsStrExt as _;
    let (world, _gateway) = watching().await;
    let name = std::ffi::OsStr::from_bytes(b"f\xe9\n'\"%00.xml");
    std::fs::write(world.folder_place("in").join(name), invoice("b/1")).expect("written");
    let long = format!("{}.xml", "ż".repeat(120));
    put(&world, &long, invoice("b/2"));
    world.wait_for_files("sent", 2).await;
    assert!(world.folder_place("sent").join(name).exists(), "under its own name");
    let upos = world.wait_for_files("upo", 2).await;
    assert!(upos.iter().all(|name| !name.contains('\n')), "{upos:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_vanishes_is_told_and_nothing_is_lost() {
    let (world, gateway) = watching().await;
    let root = world.folder.path().join("exchange");
    let away = world.folder.path().join("away");
    let trouble = async || {
        let sending = gateway.json(&format!("/api/v1/companies/{COMPANY}/sending")).await;
        sending["folder"]["trouble"].clone()
    };
    // The drive goes while a document is on its way; the document is here, and its file can be missing.
    put(&world, "v.xml", invoice("v/1"));
    world.wait_for_files("sent", 1).await;
    std::fs::remove_file(world.folder_place("sent").join("v.xml")).expect("deleted by somebody");
    std::fs::rename(&root, &away).expect("gone");
    let mut told = serde_json::Value::Null;
    for _ in 0..400 {
        told = trouble().await;
        if !told.is_null() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(told["pl"].as_str().is_some_and(|words| words.contains("nie ma")), "{told}");
    assert!(told["en"].as_str().is_some_and(|words| words.contains("not there")), "{told}");
    let id = invoices(&gateway).await[0]["id"].as_str().expect("an id").to_owned();
    gateway.wait_final(COMPANY, &id).await;
    assert!(!root.exists(), "nothing is laid where a drive is missing");
    // The gateway stops; the drive comes back; another process lays out what was to be laid out.
    drop(gateway);
    std::fs::rename(&away, &root).expect("back");
    let _gateway = world.serve(None);
    for place in ["upo", "pdf"] {
        let names = world.wait_for_files(place, 1).await;
        assert!(names[0].starts_with("v_"), "{names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_tried_again_until_it_can() {
    let (world, gateway) = watching().await;
    // A file stands where the folder of UPOs should be: nothing can be laid there, as on a full disk.
    std::fs::remove_dir(world.folder_place("upo")).expect("removed");
    std::fs::write(world.folder_place("upo"), "in the way").expect("written");
    std::fs::remove_dir(world.folder_place("rejected")).expect("removed");
    std::fs::write(world.folder_place("rejected"), "in the way").expect("written");
    put(&world, "bad.xml", "<a/>");
    put(&world, "good.xml", invoice("d/1"));
    world.wait_for_files("sent", 1).await;
    world.wait_for_files("pdf", 1).await;
    let path = format!("/api/v1/companies/{COMPANY}/sending");
    for attempt in 0.. {
        if gateway.json(&path).await["folder"]["trouble"].is_object() {
            break;
        }
        assert!(attempt < 400, "the trouble is not told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.names_in("in"), ["bad.xml"], "it stays until its findings can be written");
    for place in ["upo", "rejected"] {
        std::fs::remove_file(world.folder_place(place)).expect("removed");
    }
    world.wait_for_files("upo", 1).await;
    world.wait_for_files("rejected", 3).await;
    for attempt in 0.. {
        if gateway.json(&path).await["folder"]["trouble"].is_null() {
            break;
        }
        assert!(attempt < 400, "the trouble is still told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(invoices(&gateway).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_invoice_has_its_print_before_its_number() {
    let world = World::new(COMPANY).await;
    world.with_folder();
    world.with_offline_certificate();
    let down = Fault::FailBeforeWork { status: 503 };
    world.simulator.inject(Operation::OnlineSessionOpen, down, 10_000);
    let gateway = world.serve(None);
    wait_until("the folder is made", || world.folder_place("pdf").is_dir()).await;
    gateway.set_sending(COMPANY, "manual", "automatic").await;
    // To a buyer with a NIP a confirmation, to one without the invoice itself.
    put(&world, "firm.xml", invoice("off/1"));
    let consumer = invoice("off/2").replace("<NIP>4444444444</NIP>", "<BrakID>1</BrakID>");
    put(&world, "consumer.xml", consumer);
    world.wait_for_files("sent", 2).await;
    for one in invoices(&gateway).await {
        let path =
            format!("/api/v1/companies/{COMPANY}/invoices/{}/offline", one["id"].as_str().expect("an id"));
        let (status, answer) = gateway.say("POST", &path, &serde_json::json!({ "mode": "offline24" })).await;
        assert_eq!(status, 200, "{answer:#}");
    }
    assert_eq!(world.wait_for_files("pdf", 2).await, ["consumer_offline.pdf", "firm_potwierdzenie.pdf"]);
    assert!(world.names_in("upo").is_empty());
    world.simulator.clear_faults();
    world.wait_for_files("upo", 2).await;
    let names = world.wait_for_files("pdf", 4).await;
    assert!(names.iter().filter(|name| name.contains("_222222222")).count() == 2, "{names:?}");
}

#[test]
fn folders_that_two_companies_share_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("bramka.toml");
    let entry = |nip: &str, path: &str| format!("[[folder]]\ncontext = \"{nip}\"\npath = \"{path}\"\n");
    std::fs::write(&config, entry("2222222222", "a") + &entry("3333333333", "a/in")).expect("written");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--config"])
        .arg(&config)
        .arg("--data")
        .arg(folder.path().join("data"))
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("2222222222") && said.contains("3333333333"), "{said}");
}
