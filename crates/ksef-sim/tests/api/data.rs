//! `SimulatorConfig::data`: what was answered is there again, whatever ended the process.
//!
//! A copy of the folder, taken while the simulator runs, is what a kill at that moment leaves: the journal is written before
//! the answer goes out, and nothing is written at the end. That the process is really killed is tried in
//! `crates/bramka/tests/simulator_data.rs`.

use crate::common::control::{Controlled, rule};
use crate::common::invoice::Invoice;
use crate::common::*;
use crate::permissions::{grant, in_context, to_person};
use ksef_crypto::{KeyKind, SessionKey};
use ksef_sim::{Clock as _, DataError, Inspection, Limits, Profile, Simulator, SimulatorConfig, StartError};
use ksef_wire::Operation;
use reqwest::Method;
use serde_json::json;
use std::path::Path;

const NIP: &str = "5265877635";

fn config(folder: &Path) -> SimulatorConfig {
    let data = Some(folder.to_owned());
    SimulatorConfig { seed: 7, limits: Limits::Off, data, ..SimulatorConfig::default() }
}

/// What a kill would leave now.
pub(crate) fn copy(from: &Path) -> Answered<tempfile::TempDir> {
    fn copy_into(from: &Path, to: &Path) -> std::io::Result<()> {
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                std::fs::create_dir_all(&target)?;
                copy_into(&entry.path(), &target)?;
            } else if entry.file_name() != "lock" {
                std::fs::copy(entry.path(), target)?;
            }
        }
        Ok(())
    }
    let copied = tempfile::tempdir()?;
    copy_into(from, copied.path())?;
    Ok(copied)
}

/// Everything that is kept, as text; the list of requests is not.
pub(crate) fn kept(simulator: &Simulator) -> String {
    format!("{:#?}", Inspection { requests: Vec::new(), ..simulator.inspect() })
}

#[tokio::test]
async fn what_was_answered_is_there_again() -> Answered {
    let folder = tempfile::tempdir()?;
    let before = Controlled::start_with(config(folder.path())).await?;
    let api = &before.api;
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    let tokens = company.login(api).await?;
    let access = &tokens.access;
    let session = open_session(api, access).await?;
    let sent = send_and_wait(api, access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    let number = text(&sent["ksefNumber"]);
    let refused = send_and_wait(api, access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    assert_eq!(refused["status"]["code"], 440);
    let upo = api
        .call(Operation::UpoByKsefNumber, &[&session.reference, &number], Req::by(access))
        .await?
        .expect(200)
        .bytes;
    let by_token = login_by_token(api, access, NIP).await?;
    let to_read = to_person("Pesel", "90010100001", &["InvoiceRead"]);
    assert_eq!(grant(api, access, Operation::PermissionPersonGrant, &to_read).await?, 200);
    // An export with its package, and one that hangs.
    let key = SessionKey::generate();
    let mut body = open_request(api, &key).await?;
    body.as_object_mut().ok_or("an object")?.remove("formCode");
    let from = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24);
    body["filters"] = json!({ "subjectType": "Subject1", "dateRange": { "dateType": "Invoicing", "from": from.to_string() } });
    let export = async |body| -> Answered<String> {
        let started = api.call(Operation::InvoiceExport, &[], Req::by(access).json(body)).await?.expect(201);
        Ok(text(&started.json()["referenceNumber"]))
    };
    // Invoices become visible a moment after their status.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let exported = export(&body).await?;
    let (_, status) = api.poll(Operation::InvoiceExportStatus, &[&exported], access, &[100]).await?;
    assert_eq!(status["package"]["invoiceCount"], 1, "{status}");
    let part = text(&status["package"]["parts"][0]["url"]);
    before.fault(rule(json!({ "kind": "exportHangs" }), "InvoiceExport", 1)).await?;
    let hanging = export(&body).await?;
    // It hangs once the rule has met it, which happens beside the answer.
    while before.get("/control/faults").await?["items"] != json!([]) {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    // A part of a batch that is not closed yet.
    let archive = crate::batch::zipped(&crate::batch::files(&["P/1", "P/2"]))?;
    let package = crate::batch::package(api, &archive, 1).await?;
    let opened = crate::batch::open(api, access, &package.body).await?;
    let batch = text(&opened["referenceNumber"]);
    crate::batch::upload(api, &opened["partUploadRequests"][0], &package.parts[0]).await?.expect(201);
    // Invoices that wait, a rule with its dice, a clock of its own.
    before.call(Method::PUT, "/control/processing", &[], Some(json!({ "isStalled": true }))).await?;
    let waiting = send(api, access, &session, &Invoice::of(NIP, "FV/2").bytes()).await?;
    before.fault(rule(json!({ "kind": "loseAnswer" }), "TokenRevoke", 3)).await?;
    before.clock(json!({ "advanceS": 600 })).await?;

    let copied = copy(folder.path())?;
    let told = kept(&before.simulator);
    let after = Controlled::start_with(SimulatorConfig { seed: 99, ..config(copied.path()) }).await?;
    assert_eq!(kept(&after.simulator), told);
    assert_eq!(after.simulator.seed(), 7, "the folder's own seed counts");
    assert_eq!(after.simulator.upo_certificate(), before.simulator.upo_certificate());
    assert_eq!(after.simulator.authority_certificate(), before.simulator.authority_certificate());
    let drift = after.simulator.clock().now().duration_since(before.simulator.clock().now());
    assert!(drift.abs() < jiff::SignedDuration::from_secs(5), "the clock goes on: {drift}");
    drop(before);

    // Tokens, sessions, documents: everybody goes on.
    let api = &after.api;
    let access = &company_access(api, &tokens.refresh).await?;
    let again = api
        .call(Operation::UpoByKsefNumber, &[&session.reference, &number], Req::by(access))
        .await?
        .expect(200)
        .bytes;
    assert!(again == upo, "the same UPO, byte for byte");
    let read = api.call(Operation::InvoiceDownload, &[&number], Req::by(access)).await?.expect(200);
    assert_eq!(read.bytes, Invoice::of(NIP, "FV/1").bytes());
    company_access(api, &by_token.refresh).await?;
    assert_eq!(in_context(api, access).await?.len(), 1);
    let url = part.replacen(&origin(&part)?, &format!("http://{}", after.simulator.address()), 1);
    let fetched = api.raw(Method::GET, &url, Req::default()).await?.expect(200).bytes;
    assert!(key.decrypt(&fetched)?.starts_with(b"PK"));
    let hangs = api.call(Operation::InvoiceExportStatus, &[&hanging], Req::by(access)).await?.expect(200);
    assert_eq!(hangs.json()["status"]["code"], 100);
    let waits = api
        .call(Operation::SessionInvoiceStatus, &[&session.reference, &waiting], Req::by(access))
        .await?
        .expect(200);
    assert_eq!(waits.json()["status"]["code"], 150);
    let rules = after.get("/control/faults").await?;
    assert_eq!(
        (&rules["items"][0]["fault"]["kind"], &rules["items"][0]["count"]),
        (&json!("loseAnswer"), &json!(3))
    );
    after.call(Method::PUT, "/control/processing", &[], Some(json!({ "isStalled": false }))).await?;
    let done = wait_without_looking(api, access, &session, &waiting).await?;
    assert_eq!(done["status"]["code"], 200);
    // The uploaded part is still there, and its name is free for nobody else.
    crate::batch::close(api, access, &batch).await?.expect(204);
    let (_, status) = api.poll(Operation::SessionStatus, &[&batch], access, &[150]).await?;
    assert_eq!((&status["status"]["code"], &status["successfulInvoiceCount"]), (&json!(200), &json!(2)));
    let left = std::fs::read_dir(copied.path().join("parts"))?.count();
    assert_eq!(left, 1, "the part of the export; that of the batch has gone");
    Ok(())
}

async fn company_access(api: &Api, refresh: &str) -> Answered<String> {
    let answer = api.call(Operation::AuthTokenRefresh, &[], Req::by(refresh)).await?.expect(200);
    Ok(text(&answer.json()["accessToken"]["token"]))
}

fn origin(url: &str) -> Answered<String> {
    let (start, _) = url.split_once("/storage").ok_or("an address given out")?;
    Ok(start.to_owned())
}

async fn wait_without_looking(
    api: &Api,
    access: &str,
    session: &Session,
    reference: &str,
) -> Answered<serde_json::Value> {
    let parameters = [session.reference.as_str(), reference];
    Ok(api.poll(Operation::SessionInvoiceStatus, &parameters, access, &[100, 150]).await?.1)
}

#[tokio::test]
async fn a_batch_that_was_closed_is_processed_by_the_next_start() -> Answered {
    let folder = tempfile::tempdir()?;
    let before = simulator_with(config(folder.path())).await?;
    let api = Api::of(&before);
    let tokens = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?;
    let archive = crate::batch::zipped(&crate::batch::files(&["P/1", "P/2", "P/3"]))?;
    let package = crate::batch::package(&api, &archive, 2).await?;
    let opened = crate::batch::open(&api, &tokens.access, &package.body).await?;
    let requests = opened["partUploadRequests"].as_array().ok_or("addresses")?;
    for (request, part) in requests.iter().zip(&package.parts) {
        crate::batch::upload(&api, request, part).await?.expect(201);
    }
    let uploaded = copy(folder.path())?;
    let batch = text(&opened["referenceNumber"]);
    crate::batch::close(&api, &tokens.access, &batch).await?.expect(204);
    drop(before);
    // The journal up to the answer to the closing, with the parts as they then were: a kill before the work.
    let journal = std::fs::read_to_string(folder.path().join("journal"))?;
    let closed = journal.lines().position(|line| {
        line.contains(&format!("[\"sessions\",\"{batch}\"")) && !line.contains("\"closed\":null")
    });
    let kept: Vec<&str> = journal.lines().take(closed.ok_or("the closing is written down")? + 1).collect();
    std::fs::write(uploaded.path().join("journal"), kept.join("\n") + "\n")?;
    let after = simulator_with(config(uploaded.path())).await?;
    let api = Api::of(&after);
    let access = company_access(&api, &tokens.refresh).await?;
    let (_, status) = api.poll(Operation::SessionStatus, &[&batch], &access, &[150]).await?;
    assert_eq!((&status["status"]["code"], &status["successfulInvoiceCount"]), (&json!(200), &json!(3)));
    Ok(())
}

#[tokio::test]
async fn snapshots_and_starting_anew_are_kept_too() -> Answered {
    let folder = tempfile::tempdir()?;
    let simulator = Controlled::start_with(config(folder.path())).await?;
    let fill = async |count: u32| -> Answered {
        let order = json!({ "buyer": NIP, "count": count, "from": "2026-01-01T00:00:00Z" });
        simulator.call(Method::POST, "/control/inbox", &[], Some(order)).await?.expect(201);
        Ok(())
    };
    fill(3).await?;
    simulator.call(Method::PUT, "/control/snapshots/{name}", &["three"], None).await?.expect(200);
    fill(4).await?;
    let count = async || -> Answered<usize> {
        let copied = copy(folder.path())?;
        let other = simulator_with(config(copied.path())).await?;
        assert_eq!(kept(&other), kept(&simulator.simulator));
        Ok(other.inspect().invoices.len())
    };
    assert_eq!(count().await?, 7);
    simulator.call(Method::POST, "/control/snapshots/{name}/restore", &["three"], None).await?.expect(200);
    assert_eq!(count().await?, 3);
    fill(1).await?;
    assert_eq!(count().await?, 4);
    let keys = wrapping_key(&simulator.api, "SymmetricKeyEncryption").await?.public_key_id().to_owned();
    simulator.call(Method::POST, "/control/reset", &[], None).await?.expect(204);
    assert_eq!(count().await?, 0);
    let after = wrapping_key(&simulator.api, "SymmetricKeyEncryption").await?;
    assert_eq!(after.public_key_id(), keys, "the keys stay");
    Ok(())
}

#[tokio::test]
async fn a_folder_is_for_one_process_of_one_profile_and_known_format() -> Answered {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a new one");
    let running = simulator_with(config(&path)).await?;
    let refused = async |config| match simulator_with_error(config).await {
        StartError::Data(error) => error,
        other => panic!("{other}"),
    };
    assert!(matches!(refused(config(&path)).await, DataError::InUse { .. }));
    running.shutdown().await;
    let other = SimulatorConfig { profile: Profile::Prd, ..config(&path) };
    let error = refused(other).await;
    assert!(error.to_string().contains("--profile test"), "{error}");

    let journal = path.join("journal");
    let written = std::fs::read_to_string(&journal)?;
    let newer = written.replacen("\"bramkaSimulatorFormat\":1", "\"bramkaSimulatorFormat\":2", 1);
    std::fs::write(&journal, &newer)?;
    let seen = listing(&path)?;
    assert!(matches!(refused(config(&path)).await, DataError::Newer { found: 2, known: 1, .. }));
    assert_eq!((std::fs::read_to_string(&journal)?, listing(&path)?), (newer, seen), "nothing was touched");

    // A changed line in the middle is damage; half a line at the end is what a crash leaves, and goes.
    let middle = written.replacen("[\"references\"", "[\"referencez\"", 1);
    std::fs::write(&journal, &middle)?;
    let error = refused(config(&path)).await;
    assert!(matches!(error, DataError::Damaged { .. }) && error.to_string().contains("line 2"), "{error}");
    std::fs::write(&journal, format!("{written}deadbeef [[\"logins\",\"half"))?;
    simulator_with(config(&path)).await?.shutdown().await;
    assert!(std::fs::read_to_string(&journal)?.starts_with(&written));
    assert!(!std::fs::read_to_string(&journal)?.contains("deadbeef"));

    let foreign = tempfile::tempdir()?;
    std::fs::write(foreign.path().join("letters.txt"), "Dear …")?;
    assert!(matches!(refused(config(foreign.path())).await, DataError::Foreign { .. }));
    assert_eq!(listing(foreign.path())?, ["letters.txt"]);
    Ok(())
}

async fn simulator_with_error(config: SimulatorConfig) -> StartError {
    match Simulator::start(config, ([127, 0, 0, 1], 0).into()).await {
        Ok(_) => panic!("it started"),
        Err(error) => error,
    }
}

fn listing(folder: &Path) -> Answered<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_for_its_owner_only() -> Answered {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("simulator");
    simulator_with(config(&path)).await?.shutdown().await;
    let mode = |path: &Path| -> Answered<u32> { Ok(std::fs::metadata(path)?.permissions().mode() & 0o777) };
    assert_eq!((mode(&path)?, mode(&path.join("parts"))?), (0o700, 0o700));
    for name in ["journal", "keys.json", "lock"] {
        assert_eq!(mode(&path.join(name))?, 0o600, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_promises_nothing() -> Answered {
    let folder = tempfile::tempdir()?;
    let simulator = simulator_with(config(folder.path())).await?;
    let api = Api::of(&simulator);
    challenge(&api).await?;
    // Parts have nowhere to go: the folder's own file system says no.
    std::fs::remove_dir_all(folder.path().join("parts"))?;
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let archive = crate::batch::zipped(&crate::batch::files(&["P/1"]))?;
    let package = crate::batch::package(&api, &archive, 1).await?;
    let opened = crate::batch::open(&api, &access, &package.body).await?;
    let answer = crate::batch::upload(&api, &opened["partUploadRequests"][0], &package.parts[0]).await?;
    assert_eq!(answer.status, 500);
    let answer = api.call_unchecked(Operation::AuthChallenge, &[], Req::default()).await?;
    assert_eq!(answer.status, 500, "from now on nothing is promised");
    Ok(())
}
