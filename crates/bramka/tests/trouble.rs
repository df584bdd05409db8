//! The machine's own bad days: a database that is locked, gone or taken away, a full disk, a full folder, a clock that
//! jumps. Each is told in both languages, what was taken in stays, and the rest goes on when the trouble ends.

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use ksef_sim::Limits;
use serde_json::{Value, json};
use support::{COMPANY, ServedGateway, World, invoice};

/// Asserts that nothing was stored for a while, with this code, and words for people.
#[track_caller]
fn is_told(answer: &(u16, Value), code: &str) {
    let (status, problem) = answer;
    assert_eq!((*status, problem["code"].as_str()), (503, Some(code)), "{problem:#}");
    for (language, words) in [("pl", "Idempotency-Key"), ("en", "Idempotency-Key")] {
        let text = problem["message"][language].as_str().unwrap_or_default();
        assert!(text.contains(words), "{problem:#}");
    }
}

async fn post(gateway: &ServedGateway, number: &str) -> (u16, Value) {
    gateway.post(COMPANY, number, invoice(number).as_bytes()).await.expect("an answer")
}

async fn taken(gateway: &ServedGateway, number: &str) -> String {
    let (status, taken) = post(gateway, number).await;
    assert!(matches!(status, 200 | 201), "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

async fn all_stored(world: &World, gateway: &ServedGateway, ids: &[String]) {
    for id in ids {
        let ended = gateway.wait_final(COMPANY, id).await;
        assert_eq!(ended["state"], "stored", "{ended:#}");
    }
    let seen = world.simulator.inspect();
    assert_eq!((seen.invoices.len(), seen.submissions.len()), (ids.len(), ids.len()), "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_program_locks() {
    let world = World::new(COMPANY).await;
    world.simulator.stall_processing();
    let gateway = world.serve(None);
    let mut ids = vec![taken(&gateway, "before").await];
    gateway.wait_state(COMPANY, &ids[0], "accepted").await;
    let Some(lock) = Lock::on(&world.data().join("gateway.db")) else { return };
    is_told(&post(&gateway, "during").await, "store.locked");
    // Reading goes on; and KSeF's verdict on what was sent cannot be written down yet.
    world.simulator.release_processing();
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "nothing half-done: {list:#}");
    drop(lock);
    ids.push(taken(&gateway, "during").await);
    all_stored(&world, &gateway, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_file_that_is_taken_away() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let mut ids = vec![taken(&gateway, "before").await];
    gateway.wait_final(COMPANY, &ids[0]).await;
    // A system lets a program write on into a file that nobody will ever find again.
    let (here, away) = (world.data().join("gateway.db"), world.data().join("moved.db"));
    std::fs::rename(&here, &away).expect("moved");
    is_told(&post(&gateway, "during").await, "store.unavailable");
    std::fs::rename(&away, &here).expect("moved back");
    ids.push(taken(&gateway, "during").await);
    all_stored(&world, &gateway, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_server_that_goes_and_comes_back() {
    let Some(server) = test_postgres::server() else { return };
    let database = server.new_database();
    let (host, name) = database.rsplit_once('/').expect("an address");
    let behind = host.rsplit_once('@').expect("user and host").1.to_owned();
    let wire = Wire::to(&behind);
    let through = database.replace(&behind, &wire.address).clone();
    assert!(through.ends_with(name));
    let world = World::new(COMPANY).await;
    world.simulator.stall_processing();
    let gateway = ServedGateway::start_on(&world.config(), &world.data(), None, Some(&through));
    let mut ids = vec![taken(&gateway, "before").await];
    gateway.wait_state(COMPANY, &ids[0], "accepted").await;
    wire.cut();
    is_told(&post(&gateway, "during").await, "store.unavailable");
    world.simulator.release_processing();
    tokio::time::sleep(Duration::from_secs(2)).await;
    wire.mend();
    ids.push(taken(&gateway, "during").await);
    all_stored(&world, &gateway, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_taking_in_until_there_is_room() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let Some(disk) = SmallDisk::at(&world, &world.data(), 16, 13) else { return };
    let gateway = disk.serve(&world);
    let mut ids = Vec::new();
    let refused = loop {
        let number = ids.len().to_string();
        let (status, answer) = post(&gateway, &number).await;
        if status != 201 {
            is_told(&(status, answer), "store.full");
            break number;
        }
        ids.push(answer["id"].as_str().expect("an id").to_owned());
        assert!(ids.len() < 3000, "the disk is not full");
    };
    assert!(!ids.is_empty(), "some were taken before");
    let counts = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/counts")).await;
    let count: u64 = counts.as_object().expect("counts").values().filter_map(Value::as_u64).sum();
    assert_eq!(count, ids.len() as u64, "it can be read what was taken: {counts}");
    disk.make_room();
    for attempt in 0.. {
        let (status, answer) = post(&gateway, &refused).await;
        if status == 201 {
            ids.push(answer["id"].as_str().expect("an id").to_owned());
            break;
        }
        assert!(attempt < 100, "{answer:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    all_stored(&world, &gateway, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_folder_is_told_and_filled_later() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_folder();
    let Some(disk) = SmallDisk::at(&world, &world.folder.path().join("exchange"), 2, 2) else { return };
    let gateway = disk.serve(&world);
    // Over REST comes what needs no room; what is laid into the folder does.
    let inbox = disk.seen_from_here().join("in");
    for attempt in 0.. {
        if inbox.is_dir() {
            break;
        }
        assert!(attempt < 200, "the folder is not made");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let path = format!("/api/v1/companies/{COMPANY}/sending");
    let written = std::fs::write(inbox.join("a.xml"), invoice("a"));
    assert!(written.is_err(), "the folder is full");
    // What was half-written is a finding, not an invoice; the finding itself finds no room.
    for attempt in 0.. {
        let trouble = gateway.json(&path).await["folder"]["trouble"].clone();
        if trouble.is_object() {
            assert!(trouble["pl"].is_string() && trouble["en"].is_string(), "{trouble}");
            break;
        }
        assert!(attempt < 400, "the trouble is not told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    disk.make_room();
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while std::fs::write(inbox.join("b.xml"), invoice("b")).is_err() {
        assert!(std::time::Instant::now() < deadline, "there is room now");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let laid = |place: &str| std::fs::read_dir(disk.seen_from_here().join(place)).map_or(0, Iterator::count);
    for attempt in 0.. {
        if laid("upo") == 1 && laid("pdf") == 1 && laid("sent") == 1 {
            break;
        }
        assert!(attempt < 600, "{} {} {}", laid("upo"), laid("pdf"), laid("sent"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.simulator.inspect().invoices.len(), 1, "the half-written one was never sent");
    // It is taken back at the end of the first look at the folder that went well.
    for attempt in 0.. {
        if gateway.json(&path).await["folder"]["trouble"].is_null() {
            break;
        }
        assert!(attempt < 400, "the trouble is over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_years_ahead_and_back() {
    let world = World::new(COMPANY).await;
    world.with_clock_and_offline();
    world.control("/control/clock", &json!({ "now": "2026-12-01T09:00:00Z" })).await;
    let gateway = world.serve(None);
    let mut ids = Vec::new();
    for (number, by) in [("ahead", 4 * 365), ("back", -4 * 365), ("day", 1), ("day-back", -1)] {
        world.simulator.stall_processing();
        ids.push(taken(&gateway, number).await);
        gateway.wait_state(COMPANY, ids.last().expect("one"), "accepted").await;
        world.pass(SignedDuration::from_hours(24 * by)).await;
        world.simulator.release_processing();
        // What the clock's day means for an invoice is KSeF's word; here it is only not lost and not sent twice.
        all_stored(&world, &gateway, &ids).await;
    }
    let hit = world.simulator.inspect().requests.iter().filter(|request| request.status == 429).count();
    assert_eq!(hit, 0, "no limit was hit");
    // And one whole hour's limit spent in a future that did not happen keeps nothing from being sent.
    world.pass(SignedDuration::from_hours(24 * 300)).await;
    for number in 0..40 {
        ids.push(taken(&gateway, &format!("future/{number}")).await);
    }
    world.pass(SignedDuration::from_mins(2)).await;
    world.pass(SignedDuration::from_mins(2)).await;
    world.pass(SignedDuration::from_hours(-24 * 300)).await;
    ids.push(taken(&gateway, "present").await);
    for _ in 0..4 {
        world.pass(SignedDuration::from_mins(61)).await;
    }
    all_stored(&world, &gateway, &ids).await;
}

/// Another program that holds the database's writing turn.
struct Lock {
    child: Child,
}

impl Lock {
    /// `None`, said aloud, where there is no Python; where `BRAMKA_REQUIRE=all` that is a failure.
    fn on(database: &Path) -> Option<Self> {
        const HOLD: &str = "import sqlite3, sys\n\
                            c = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
                            c.execute('BEGIN IMMEDIATE')\n\
                            print('held', flush=True)\n\
                            sys.stdin.read()\n";
        let started = Command::new("python3")
            .args(["-c", HOLD])
            .arg(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else {
            skip("python3 is not installed");
            return None;
        };
        let mut said = [0; 5];
        child.stdout.take().expect("piped").read_exact(&mut said).expect("the lock is held");
        assert_eq!(&said, b"held\n");
        Some(Self { child })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A disk of a few megabytes, in a world of mounts that only the gateway sees.
struct SmallDisk {
    at: PathBuf,
    /// A file that says: remove the ballast.
    room: PathBuf,
    mebibytes: u32,
    ballast_mebibytes: u32,
    process: std::sync::Mutex<u32>,
}

impl SmallDisk {
    /// A disk at this folder, most of it taken by ballast. `None`, said aloud, where the system has no such mounts.
    fn at(world: &World, at: &Path, mebibytes: u32, ballast_mebibytes: u32) -> Option<Self> {
        let tried = Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
        if !tried.is_ok_and(|tried| tried.status.success()) {
            skip("unshare -rm cannot mount here");
            return None;
        }
        std::fs::create_dir_all(at).expect("a folder");
        let room = world.folder.path().join("room");
        Some(Self { at: at.to_owned(), room, mebibytes, ballast_mebibytes, process: 0.into() })
    }

    fn serve(&self, world: &World) -> ServedGateway {
        const SCRIPT: &str = "mount -t tmpfs -o size=$1m none \"$2\" || exit 1\n\
                              dd if=/dev/zero of=\"$2/.ballast\" bs=1M count=$3 2>/dev/null\n\
                              room=\"$4\" disk=\"$2\"\n\
                              (tries=0; while [ $tries -lt 1200 ]; do\n\
                                [ -e \"$room\" ] && { rm \"$disk/.ballast\"; exit; }\n\
                                tries=$((tries + 1)); sleep 0.1\n\
                              done) >/dev/null 2>&1 </dev/null &\n\
                              shift 4; exec \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", SCRIPT, "sh"]);
        command.arg(self.mebibytes.to_string()).arg(&self.at).arg(self.ballast_mebibytes.to_string());
        command.arg(&self.room).arg(support::program());
        let gateway = ServedGateway::start_by(command, &world.config(), &world.data(), None, &[]);
        *self.process.lock().expect("no panic") = gateway.id();
        gateway
    }

    /// The disk as this process can reach it.
    fn seen_from_here(&self) -> PathBuf {
        let process = self.process.lock().expect("no panic");
        Path::new("/proc")
            .join(process.to_string())
            .join("root")
            .join(self.at.strip_prefix("/").expect("an absolute path"))
    }

    fn make_room(&self) {
        std::fs::write(&self.room, "").expect("written");
    }
}

/// A connection to a server that can be cut.
struct Wire {
    address: String,
    is_cut: Arc<AtomicBool>,
}

impl Wire {
    fn to(server: &str) -> Self {
        let listener = TcpListener::bind(support::loopback()).expect("a port");
        let address = listener.local_addr().expect("its number").to_string();
        let is_cut = Arc::new(AtomicBool::new(false));
        let (cut, server) = (is_cut.clone(), server.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(behind) = TcpStream::connect(&server) else { continue };
                for (from, to) in [(&stream, &behind), (&behind, &stream)] {
                    let from = from.try_clone().expect("a handle");
                    let to = to.try_clone().expect("a handle");
                    let cut = cut.clone();
                    std::thread::spawn(move || carry(from, to, &cut));
                }
            }
        });
        Self { address, is_cut }
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

/// Carries bytes until either end closes or the wire is cut.
fn carry(mut from: TcpStream, mut to: TcpStream, is_cut: &AtomicBool) {
    from.set_read_timeout(Some(Duration::from_millis(50))).expect("a time");
    let mut bytes = [0; 16 * 1024];
    while !is_cut.load(Ordering::SeqCst) {
        match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(count) => {
                if to.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    // Either end may have closed already.
    let _ = from.shutdown(std::net::Shutdown::Both);
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// Says what is missing; a failure where `BRAMKA_REQUIRE=all`.
fn skip(what: &str) {
    assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{what}");
    eprintln!("SKIPPED: {what}");
}
