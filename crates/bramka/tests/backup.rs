//! Backup and restore: a drill with a gateway that is destroyed, files that were tampered with, places that are not empty.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ksef_sim::{Fault, Limits};
use ksef_wire::Operation;
use serde_json::Value;
use support::{COMPANY, CONTRACTOR, Desk, ServedGateway, World, has, invoice, program, purchase};

const PASSPHRASE: &str = "drill passphrase 1";

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_on_sqlite_is_destroyed_and_goes_on() {
    drill(|| None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_on_postgres_is_destroyed_and_goes_on() {
    let Some(server) = test_postgres::server() else { return };
    drill(|| Some(server.new_database())).await;
}

/// A gateway takes invoices in while it is backed up; then it is destroyed with all that it had and restored from the backup,
/// which is older than what KSeF has. Nothing that was confirmed is lost, and nothing is in KSeF twice.
async fn drill(new_database: impl Fn() -> Option<String>) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    assert_eq!(world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
    let database = new_database();
    let first = Arc::new(ServedGateway::start_on(&world.config(), &world.data(), None, database.as_deref()));
    let path = format!("/api/v1/companies/{COMPANY}/purchases");
    wait_for("the purchase", async || {
        first.json(&path).await["items"].as_array().is_some_and(|items| items.len() == 1)
    })
    .await;

    // Some of the answers are lost: at the moment of the backup nobody here knows what became of those invoices.
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseAnswer, 3);
    let mut confirmed = BTreeMap::new();
    for number in 1..=10 {
        take(&first, &mut confirmed, number).await;
    }
    let before: Vec<String> = confirmed.keys().cloned().collect();
    // Under load: invoices come in while the backup is written.
    let is_over = Arc::new(AtomicBool::new(false));
    let load = {
        let (gateway, is_over) = (first.clone(), is_over.clone());
        tokio::spawn(async move {
            let mut confirmed = BTreeMap::new();
            for number in 11..40 {
                take(&gateway, &mut confirmed, number).await;
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            confirmed
        })
    };
    let backup = world.folder.path().join("drill.backup");
    let made = told(&bramka(&["backup"], &backup, &world.data(), database.as_deref()).await, 0);
    is_over.store(true, Ordering::Relaxed);
    confirmed.extend(load.await.expect("no panic"));
    assert!(made["documents"].as_u64() >= Some(before.len() as u64 + 1), "{made}");
    assert_eq!(made["database"], if database.is_some() { "postgres" } else { "sqlite" });
    // And goes on after it.
    for number in 40..45 {
        take(&first, &mut confirmed, number).await;
    }
    for (id, _) in confirmed.values() {
        assert_eq!(first.wait_final(COMPANY, id).await["state"], "stored");
    }
    Arc::into_inner(first).expect("nobody else has it").kill();
    std::fs::remove_dir_all(world.data()).expect("destroyed");

    let (data, database) = (world.folder.path().join("new-data"), new_database());
    let restored = told(&bramka(&["restore"], &backup, &data, database.as_deref()).await, 0);
    assert_eq!(
        (&restored["restored"]["isWhole"], &restored["restored"]["purchases"]),
        (&true.into(), &1.into())
    );
    let second = ServedGateway::start_on(&world.config(), &data, None, database.as_deref());
    let list = second.json(&format!("/api/v1/companies/{COMPANY}/invoices?limit=200")).await;
    let there: Vec<String> = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    for key in &before {
        assert!(there.contains(&confirmed[key].0), "{key} was confirmed before the backup began");
    }
    assert!(there.len() < confirmed.len(), "the backup is older than what happened since");
    for id in &there {
        assert_eq!(second.wait_final(COMPANY, id).await["state"], "stored", "{id}");
    }
    // What was taken in after the backup is in KSeF: programs bring it again, as after any answer that they never got.
    for (key, (_, xml)) in &confirmed {
        let (status, taken) = second.post(COMPANY, key, xml.as_bytes()).await.expect("an answer");
        assert!(matches!(status, 200 | 201), "{status} {taken}");
        let id = taken["id"].as_str().expect("an id");
        assert_eq!(second.wait_final(COMPANY, id).await["state"], "stored", "{key}");
    }
    let seen = world.simulator.inspect();
    for (key, (_, xml)) in &confirmed {
        let copies = seen.invoices.iter().filter(|invoice| invoice.bytes == xml.as_bytes()).count();
        assert_eq!(copies, 1, "{key} is in KSeF once");
    }
    second.kill();
    let report = told(&bramka_on(&["archive", "verify"], &data, database.as_deref()).await, 0);
    assert_eq!(report["upos"].as_u64(), Some(confirmed.len() as u64), "{report}");
}

/// Has an invoice with this number taken in.
async fn take(gateway: &ServedGateway, confirmed: &mut BTreeMap<String, (String, String)>, number: u32) {
    let (key, xml) = (format!("order-{number:02}"), invoice(&number.to_string()));
    let (status, taken) = gateway.post(COMPANY, &key, xml.as_bytes()).await.expect("an answer");
    assert!(matches!(status, 200 | 201), "{status} {taken}");
    confirmed.insert(key, (taken["id"].as_str().expect("an id").to_owned(), xml));
}

async fn wait_for(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Calls `bramka` while the simulator in this process goes on.
async fn bramka(words: &[&str], file: &Path, data: &Path, database: Option<&str>) -> Output {
    let file = file.to_string_lossy().into_owned();
    bramka_on(&[words, &[&file]].concat(), data, database).await
}

async fn bramka_on(words: &[&str], data: &Path, database: Option<&str>) -> Output {
    let mut command = Command::new(program());
    command.args(words).args(["--format", "json"]).arg("--data").arg(data).stdin(Stdio::null());
    command.env("BRAMKA_LANG", "en").env("BRAMKA_BACKUP_PASSPHRASE", PASSPHRASE);
    command.env_remove("BRAMKA_DATABASE").env_remove("BRAMKA_OBJECTS").env_remove("BRAMKA_BACKUP_KEY_FILE");
    if let Some(database) = database {
        command.env("BRAMKA_DATABASE", database);
    }
    tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it runs")
}

#[track_caller]
fn told(output: &Output, code: i32) -> Value {
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{}{words}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A desk with a finished invoice in a database of its own, and a backup of it.
async fn a_backup() -> (World, Desk, PathBuf) {
    let world = World::new(COMPANY).await;
    let mut desk = Desk::new();
    desk.environment.push(("BRAMKA_BACKUP_PASSPHRASE", PASSPHRASE.to_owned()));
    desk.company(COMPANY, &world.simulator.base_url());
    desk.certificate(COMPANY, COMPANY);
    let gateway = ServedGateway::start(Path::new("/dev/null"), &desk.data(), None);
    let (_, taken) = gateway.post(COMPANY, "order-1", invoice("1").as_bytes()).await.expect("an answer");
    let ended = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
    assert_eq!(ended["state"], "stored");
    gateway.kill();
    let file = desk.folder.path().join("a.backup");
    let text = desk.exits(&["backup", &file.to_string_lossy()], 0);
    assert!(text.contains("made and verified"), "{text}");
    (world, desk, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_altered_or_sealed_otherwise_is_named_and_restores_nothing() {
    let (_world, mut desk, file) = a_backup().await;
    let whole = std::fs::read(&file).expect("read");
    for planted in ["Segregator", "<Faktura", "2222222222", "vault/", PASSPHRASE] {
        assert!(!has(&whole, planted), "{planted} can be read in the backup");
    }
    // The desk's own folder is not empty.
    let name = file.to_string_lossy().into_owned();
    assert!(desk.exits(&["restore", &name], 2).contains("is there already"));
    assert!(desk.exits(&["backup", &name], 2).contains("is there already"));
    assert_eq!(std::fs::read(&file).expect("read"), whole, "nothing was written over");

    let place = desk.folder.path().join("empty");
    let place_name = place.to_string_lossy().into_owned();
    let is_untouched = || support::files_below(&place).iter().all(|file| file.ends_with("bramka.lock"));
    let mut restore = |content: &[u8], key: Option<&str>| {
        let damaged = desk.file("damaged.backup", content);
        let mut words = vec!["restore", &damaged, "--data", &place_name];
        words.extend(key.map(|key| ["--key-file", key]).into_iter().flatten());
        desk.exits_bare(&words, 2)
    };
    std::fs::create_dir(&place).expect("a folder");
    for (content, named) in [
        (whole[..whole.len() - 1].to_vec(), "cut off"),
        (whole[..whole.len() / 2].to_vec(), "cut off"),
        (b"bramka backup 1".to_vec(), "no file of this kind"),
        (b"something else\nentirely".to_vec(), "no file of this kind"),
        (Vec::new(), "no file of this kind"),
    ] {
        let said = restore(&content, None);
        assert!(said.contains(named), "{named}: {said}");
        assert!(is_untouched());
    }
    for at in (0..whole.len()).step_by(whole.len() / 9 + 1).chain([whole.len() - 1]) {
        let mut altered = whole.clone();
        altered[at] ^= 0x20;
        let said = restore(&altered, None);
        assert!(!said.contains(PASSPHRASE) && is_untouched(), "{at}: {said}");
    }
    let key_file = place.with_extension("key");
    std::fs::write(&key_file, [b'a'; 64]).expect("written");
    let said = restore(&whole, Some(&key_file.to_string_lossy()));
    assert!(said.contains("sealed with a passphrase"), "{said}");
    desk.environment.retain(|(name, _)| *name != "BRAMKA_BACKUP_PASSPHRASE");
    desk.environment.push(("BRAMKA_BACKUP_PASSPHRASE", "not the passphrase".to_owned()));
    let said = desk.exits_bare(&["restore", &name, "--data", &place_name], 2);
    assert!(said.contains("the passphrase is wrong") && is_untouched(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_comes_back_and_opens_with_its_own_key() {
    let (_world, mut desk, file) = a_backup().await;
    let (name, key) = (file.to_string_lossy().into_owned(), desk.data().join("master.key"));
    let restore_to = |desk: &mut Desk, file: &str, folder: &str| {
        let data = desk.folder.path().join(folder).to_string_lossy().into_owned();
        let said = desk.exits_bare(&["restore", file, "--data", &data], 0);
        (data, said)
    };
    let (data, said) = restore_to(&mut desk, &name, "without-key");
    assert!(said.contains("The vault needs its master key"), "{said}");
    std::fs::copy(&key, Path::new(&data).join("master.key")).expect("copied");
    let list = desk.exits_bare(&["credential", "list", "--company", COMPANY, "--data", &data], 0);
    assert!(list.contains(COMPANY), "{list}");

    let with_key = desk.folder.path().join("b.backup").to_string_lossy().into_owned();
    desk.exits(&["backup", &with_key, "--with-master-key"], 0);
    let (data, said) = restore_to(&mut desk, &with_key, "with-key");
    assert!(!said.contains("needs its master key"), "{said}");
    let list = desk.exits_bare(&["credential", "list", "--company", COMPANY, "--data", &data], 0);
    assert!(list.contains(COMPANY), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_document_that_is_not_what_it_was_is_named() {
    let (_world, mut desk, file) = a_backup().await;
    assert!(desk.exits(&["archive", "verify"], 0).contains("Everything is as it was."));
    let told: Value =
        serde_json::from_str(&desk.exits(&["archive", "verify", "--format", "json"], 0)).expect("JSON");
    assert_eq!((&told["sales"], &told["documents"], &told["upos"]), (&1.into(), &2.into(), &1.into()));
    alter(
        &desk,
        "UPDATE sale_documents SET content = CAST(replace(CAST(content AS TEXT), 'Segregator', 'Skoroszyt') AS BLOB) WHERE kind = 'xml'",
    );
    let said = desk.exits(&["archive", "verify"], 1);
    assert!(said.contains("its content was altered") && said.contains(COMPANY), "{said}");
    // A backup is made of it none the less, and says so.
    let other = desk.folder.path().join("b.backup").to_string_lossy().into_owned();
    let said = desk.exits(&["backup", &other], 1);
    assert!(said.contains("sale_documents") && said.contains("its content was altered"), "{said}");
    assert!(desk.exits(&["restore", &file.to_string_lossy(), "--check"], 0).contains("the backup is whole"));

    alter(&desk, "DELETE FROM sale_documents WHERE kind = 'upo'");
    let said = desk.exits(&["archive", "verify", "--lang", "pl"], 1);
    assert!(said.contains("nie ma go"), "{said}");
    assert!(desk.exits_bare(&["archive", "verify", "--data", "/nonexistent"], 2).contains("gateway.db"));
}

/// Changes the desk's database behind everybody's back.
fn alter(desk: &Desk, sql: &str) {
    let script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as db: db.execute(sys.argv[2])";
    let changed =
        Command::new("python3").args(["-c", script]).arg(desk.data().join("gateway.db")).arg(sql).status();
    assert!(changed.expect("python3 runs").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_in_object_storage_go_along_when_asked() {
    let mut world = World::new(COMPANY).await;
    world.with_objects().await;
    let gateway = world.serve(None);
    let (_, taken) = gateway.post(COMPANY, "order-1", invoice("1").as_bytes()).await.expect("an answer");
    let id = taken["id"].as_str().expect("an id").to_owned();
    assert_eq!(gateway.wait_final(COMPANY, &id).await["state"], "stored");
    gateway.kill();
    let call = async |words: &[&str], data: &Path, code| {
        let mut command = Command::new(program());
        command.args(words).args(["--format", "json"]).arg("--data").arg(data).stdin(Stdio::null());
        command
            .env("BRAMKA_LANG", "en")
            .env("BRAMKA_BACKUP_PASSPHRASE", PASSPHRASE)
            .env_remove("BRAMKA_OBJECTS");
        command.envs(world.environment().into_iter().filter(|(name, _)| *name != "BRAMKA_OBJECTS"));
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
        told(&output.expect("it runs"), code)
    };
    let bucket = world.objects.as_ref().expect("there").bucket_url();
    let place = |name: &str| world.folder.path().join(name).to_string_lossy().into_owned();
    let (bare, full) = (place("bare.backup"), place("full.backup"));
    let made = call(&["backup", &bare], &world.data(), 0).await;
    assert_eq!((&made["documents"], &made["documentsElsewhere"]), (&0.into(), &2.into()));
    let made = call(&["backup", &full, "--objects", &bucket, "--with-objects"], &world.data(), 0).await;
    assert_eq!(
        (&made["documents"], &made["documentsElsewhere"], &made["upos"]),
        (&2.into(), &0.into(), &1.into())
    );
    // Without object storage they come to lie in the database.
    let data = world.folder.path().join("in-database");
    let restored = call(&["restore", &full], &data, 0).await;
    assert_eq!((&restored["restored"]["documents"], &restored["restored"]["upos"]), (&2.into(), &1.into()));
    let gateway = ServedGateway::start(&world.config(), &data, None);
    let xml = gateway.get(&format!("/api/v1/companies/{COMPANY}/invoices/{id}/xml")).await;
    assert_eq!(xml, (200, invoice("1").into_bytes()));
}
