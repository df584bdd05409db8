//! A real PostgreSQL server for tests: found on the machine, started once for a test program on loopback with a cluster
//! of its own, and gone with all its files when the program ends. Never shipped.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A running server.
pub struct Postgres {
    port: u16,
    programs: PathBuf,
    databases: AtomicU32,
    /// Removes the files when this program ends.
    _cleaner: Child,
}

/// Waits until its standard input ends, which it does with the program that holds the other end, then for the server, and
/// removes the folder. Signals of a terminal are for the tests.
const CLEANER: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
rounds=0
while [ -e "$1/data/postmaster.pid" ] && [ "$rounds" -lt 100 ]; do
    sleep 0.1
    rounds=$((rounds + 1))
done
rm -rf -- "$1"
"#;

/// The server of this test program; started when first asked for. `None`, said aloud, where no PostgreSQL is installed;
/// where `BRAMKA_REQUIRE=all` that is a failure.
///
/// # Panics
/// When a server is installed and does not start.
pub fn server() -> Option<&'static Postgres> {
    static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            let programs = programs();
            if programs.is_none() {
                let required = std::env::var("BRAMKA_REQUIRE").as_deref() == Ok("all");
                assert!(!required, "PostgreSQL is required: install the package postgresql");
                eprintln!("SKIPPED: no PostgreSQL (initdb) on this machine");
            }
            programs.map(Postgres::start)
        })
        .as_ref()
}

impl Postgres {
    /// The address of a new, empty database.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new_database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = self
            .as_its_user("createdb")
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "bramka", &name])
            .status()
            .expect("createdb runs");
        assert!(made.success(), "the database {name} was not made");
        format!("postgres://bramka@127.0.0.1:{}/{name}", self.port)
    }

    fn start(programs: PathBuf) -> Self {
        // Nothing drops what is static, nor what a killed program has: another process removes the folder.
        let folder = tempfile::tempdir().expect("a folder").keep();
        let cleaner = Command::new("sh")
            .args(["-c", CLEANER, "cleaner"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = free.local_addr().expect("its number").port();
        drop(free);
        let server = Self { port, programs, databases: AtomicU32::new(0), _cleaner: cleaner };
        let data = folder.join("data");
        std::fs::create_dir(&data).expect("a folder");
        if is_root() {
            // PostgreSQL refuses to run as root; its package brings a user of its own.
            for path in [&folder, &data] {
                let given = Command::new("chown").arg("postgres").arg(path).status().expect("chown runs");
                assert!(given.success(), "the user postgres is missing");
            }
        }
        let made = server
            .as_its_user("initdb")
            .args(["-U", "bramka", "-A", "trust", "-E", "UTF8", "--locale=C", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb failed");
        let mut command = server.as_its_user("postgres");
        command
            // The tests kill bramka, not the server; waiting for the disk would only make them slow.
            .args(["-c", "fsync=off", "-c", "max_connections=200", "-c", "unix_socket_directories="])
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // The server ends with the thread that started it: one that lives as long as the program.
        std::thread::spawn(move || {
            let mut child = command.spawn().expect("postgres starts");
            // However it ends, the tests notice.
            let _ = child.wait();
            loop {
                std::thread::park();
            }
        });
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let port = self.port.to_string();
        loop {
            let asked = self
                .as_its_user("pg_isready")
                .args(["-q", "-h", "127.0.0.1", "-p", &port])
                .status()
                .expect("pg_isready runs");
            if asked.success() {
                return;
            }
            assert!(Instant::now() < deadline, "PostgreSQL does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// One of PostgreSQL's programs, under its own user where this is root, and ended when its parent ends.
    fn as_its_user(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        if is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command.args(["--pdeathsig", "SIGQUIT"]).arg(self.programs.join(program)).current_dir("/");
        command
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The folder of initdb: where the system's package puts it, or on the path.
fn programs() -> Option<PathBuf> {
    let mut packaged: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    packaged.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    packaged
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(|folder| Path::new(folder).join("initdb").is_file())
}
