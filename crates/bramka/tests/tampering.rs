//! One byte changes where a document rests, in the database or in the object store: an alarm before it is used, and nothing of
//! it leaves the house.

mod support;

use std::path::{Path, PathBuf};

use ksef_sim::Limits;
use serde_json::json;
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, invoice_with_attachment, purchase};

fn path(id: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/invoices/{id}")
}

async fn taken(gateway: &ServedGateway, key: &str, xml: &str) -> String {
    let (status, taken) = gateway.post(COMPANY, key, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

/// Turns one letter of these words, wherever they stand in the file, into its neighbour. Returns how often they stood there.
fn alter(file: &Path, words: &str) -> usize {
    let mut bytes = std::fs::read(file).expect("read");
    let places: Vec<usize> = bytes
        .windows(words.len())
        .enumerate()
        .filter(|(_, window)| *window == words.as_bytes())
        .map(|(place, _)| place)
        .collect();
    for place in &places {
        bytes[*place] ^= 1;
    }
    std::fs::write(file, bytes).expect("written");
    places.len()
}

/// The database's files; after a stop everything is in the first.
fn database(world: &World) -> PathBuf {
    world.data().join("gateway.db")
}

async fn is_alarm(gateway: &ServedGateway, path: &str) {
    let (status, body) = gateway.get(path).await;
    let problem: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((status, problem["code"].as_str()), (500, Some("document.tampered")), "{path}");
}

/// Where documents rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Database,
    Objects,
}

async fn world_at(place: Place) -> World {
    let mut world = World::with_limits(COMPANY, Limits::Off).await;
    if place == Place::Objects {
        world.with_objects().await;
    }
    world
}

/// Changes one byte of whatever has these words where documents rest.
fn alter_at(world: &World, place: Place, words: &str) {
    let altered: usize = match place {
        Place::Database => alter(&database(world), words),
        Place::Objects => {
            let server = world.objects.as_ref().expect("it was asked for");
            server.files().iter().map(|file| alter(file, words)).sum()
        }
    };
    assert!(altered > 0, "{place:?}: {words} does not rest there");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_not_sent_with_another_byte() {
    for place in [Place::Database, Place::Objects] {
        let world = world_at(place).await;
        let mut gateway = world.serve(None);
        gateway.set_sending(COMPANY, "manual", "automatic").await;
        let id = taken(&gateway, "a", &invoice("altered")).await;
        let good = taken(&gateway, "b", &invoice("good").replace("Segregator", "Skoroszyt")).await;
        gateway.terminate();
        alter_at(&world, place, "Segregator z mechanizmem");

        let gateway = world.serve(None);
        let (status, released) =
            gateway.say("POST", &format!("/api/v1/companies/{COMPANY}/invoices/release"), &json!({})).await;
        assert_eq!(status, 200, "{released:#}");
        gateway.wait_state(COMPANY, &good, "stored").await;
        let held = gateway.json(&path(&id)).await;
        assert_eq!(
            (held["state"].as_str(), held["reason"]["code"].as_str()),
            (Some("waiting"), Some("document.tampered")),
            "{place:?} {held:#}"
        );
        is_alarm(&gateway, &format!("{}/xml", path(&id))).await;
        is_alarm(&gateway, &format!("{}/pdf", path(&id))).await;
        let seen = world.simulator.inspect();
        assert_eq!(seen.invoices.len(), 1, "{place:?}: the altered one did not leave");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_proved_is_not_shown_with_another_byte() {
    for place in [Place::Database, Place::Objects] {
        let world = world_at(place).await;
        world.with_clock_and_offline();
        world.allow_attachments().await;
        assert_eq!(world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
        let mut gateway = world.serve(None);
        let one = taken(&gateway, "a", &invoice("one")).await;
        gateway.wait_state(COMPANY, &one, "stored").await;
        // Its UPO is a page of its session's.
        let by_batch = taken(&gateway, "b", &invoice_with_attachment("batch")).await;
        let quarter = jiff::SignedDuration::from_mins(16);
        world.simulator.clock().advance(quarter).expect("within the clock's range");
        gateway.wait_state(COMPANY, &by_batch, "stored").await;
        let purchases = format!("/api/v1/companies/{COMPANY}/purchases");
        let purchase = loop {
            let list = gateway.json(&purchases).await;
            if let Some(number) = list["items"][0]["ksefNumber"].as_str() {
                break number.to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        for document in ["xml", "upo"] {
            for id in [&one, &by_batch] {
                assert_eq!(gateway.get(&format!("{}/{document}", path(id))).await.0, 200);
            }
        }
        gateway.terminate();
        // The invoices, their UPOs, the purchase.
        alter_at(&world, place, "<P_7>Segregator");
        alter_at(&world, place, "<NazwaStrukturyLogicznej>");
        alter_at(&world, place, "<P_2>D/7");

        let gateway = world.serve(None);
        for document in ["xml", "pdf", "upo", "upo/pdf"] {
            for id in [&one, &by_batch] {
                is_alarm(&gateway, &format!("{}/{document}", path(id))).await;
            }
        }
        is_alarm(&gateway, &format!("{purchases}/{purchase}/xml")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_object_store_nothing_is_taken_and_nothing_is_lost() {
    let mut world = world_at(Place::Objects).await;
    let gateway = world.serve(None);
    let id = taken(&gateway, "a", &invoice("1")).await;
    gateway.wait_state(COMPANY, &id, "stored").await;
    world.objects.as_mut().expect("it was asked for").stop().await;
    let (status, problem) = gateway.post(COMPANY, "b", invoice("2").as_bytes()).await.expect("an answer");
    assert_eq!((status, problem["code"].as_str()), (503, Some("objects.unavailable")), "{problem:#}");
    let (status, _) = gateway.get(&format!("{}/xml", path(&id))).await;
    assert_eq!(status, 503);

    world.objects.as_mut().expect("it was asked for").restart().await;
    let id = taken(&gateway, "b", &invoice("2")).await;
    gateway.wait_state(COMPANY, &id, "stored").await;
}
