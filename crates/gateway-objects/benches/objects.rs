//! Documents a second into an S3 server on this machine, and out of it: `cargo bench -p gateway-objects`.
//!
//! The server (s3s over a temporary folder) has a thread of its own, and does far more for a document than the client: read
//! the figures as what the client at least can do, and as a comparison between versions of it.
#![expect(clippy::print_stdout, reason = "a benchmark's answer goes to standard output")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use gateway_objects::{ObjectKind, ObjectLimits, Objects};
use ksef_id::Sha256Hash;
use support::{Client as _, S3Server};

/// Rounds of every measurement; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let server = server_of_its_own();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let settings = server.settings();
    let opened: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            Objects::open(settings.clone()).expect("a client");
            begun.elapsed()
        })
        .collect();
    println!("opened in {:.1} ms the first time, {:.1} ms later", ms(opened[0]), ms(median(opened)));

    let objects = server.objects();
    println!("\n| documents | at once | put | get |\n|---|---|---|---|");
    let many = ObjectLimits::default().requests_max;
    for (bytes, count, at_once) in [(3_000, 300, 1), (3_000, 2_000, many), (3_000_000, 40, many)] {
        let (mut put, mut got) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let documents = documents(round, bytes, count);
            put.push(runtime.block_on(time_to_put(&objects, &documents, at_once)));
            got.push(runtime.block_on(time_to_get(&objects, &documents, at_once)));
        }
        let rate = |times| count as f64 / median(times).as_secs_f64();
        println!("| {bytes} B | {at_once} | {:.0}/s | {:.0}/s |", rate(put), rate(got));
    }
}

/// A server in a thread that does nothing else; it goes with the program.
fn server_of_its_own() -> S3Server {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            sender.send(S3Server::start().await).expect("somebody waits");
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().expect("a server")
}

fn documents(round: usize, bytes: usize, count: usize) -> Vec<(Sha256Hash, Vec<u8>)> {
    let document = |number| {
        let number = format!("<Faktura><P_2>FV/{bytes}/{round}/{number}</P_2></Faktura>");
        let document: Vec<u8> = number.into_bytes().into_iter().cycle().take(bytes).collect();
        (Sha256Hash::from_bytes(&ksef_crypto::sha256(&document)), document)
    };
    (0..count).map(document).collect()
}

async fn time_to_put(objects: &Objects, documents: &[(Sha256Hash, Vec<u8>)], at_once: usize) -> Duration {
    let begun = Instant::now();
    stream::iter(documents)
        .map(|(sha256, document)| objects.put(ObjectKind::Invoice, sha256, document))
        .buffer_unordered(at_once)
        .try_collect::<()>()
        .await
        .expect("kept");
    begun.elapsed()
}

async fn time_to_get(objects: &Objects, documents: &[(Sha256Hash, Vec<u8>)], at_once: usize) -> Duration {
    let begun = Instant::now();
    let got: Vec<Option<Vec<u8>>> = stream::iter(documents)
        .map(|(sha256, _)| objects.get(ObjectKind::Invoice, sha256))
        .buffer_unordered(at_once)
        .try_collect()
        .await
        .expect("answers");
    let elapsed = begun.elapsed();
    assert!(got.len() == documents.len() && got.iter().all(Option::is_some), "every document came back");
    elapsed
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
