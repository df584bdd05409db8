//! The guide for developers of ERPs does what it says: its commands are run as they stand there, one after another, and
//! answer what it shows.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A piece of the guide: commands, or what the ones before them answer.
enum Piece {
    Commands(String),
    Answer(String),
}

/// What follows the first start, which runs beside the rest.
fn pieces(guide: &str) -> Vec<Piece> {
    let (mut pieces, mut open) = (Vec::new(), None);
    for line in guide.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(kind)) => open = Some((kind.to_owned(), String::new())),
            (Some((kind, text)), Some(_)) => {
                let text = std::mem::take(text);
                pieces.push(if kind == "sh" { Piece::Commands(text) } else { Piece::Answer(text) });
                open = None;
            }
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    pieces
}

/// Whether a text has these lines in this order; `…` stands for anything within a line.
fn has_lines(text: &str, lines: &str) -> bool {
    let mut rest = text.lines();
    lines.lines().all(|line| {
        let parts: Vec<&str> = line.split('…').collect();
        rest.any(|found| {
            let mut at = 0;
            parts.iter().enumerate().all(|(place, part)| {
                match found.get(at..).and_then(|rest| rest.find(part)) {
                    Some(0) => {
                        at += part.len();
                        true
                    }
                    Some(offset) if place > 0 => {
                        at += offset + part.len();
                        true
                    }
                    _ => false,
                }
            })
        })
    })
}

struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_guide_leads_to_a_ksef_number() {
    let guide =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/erp-guide.md"));
    let guide = guide.expect("docs/erp-guide.md");
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "curl is required");
        eprintln!("SKIPPED: curl is missing");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);

    let pieces = pieces(&guide.replace("127.0.0.1:8080", &address));
    let Some((Piece::Answer(start), rest)) = pieces.split_first() else {
        panic!("the guide begins with the start")
    };
    let demo = Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(start.split_whitespace().skip(1))
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("BRAMKA_LANG", "en")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut demo = Stopped(demo);
    // Held to the end: who writes to nobody stops.
    let mut lines = BufReader::new(demo.0.stdout.take().expect("piped")).lines();
    let began = Instant::now();
    let ready = lines.by_ref().map_while(Result::ok).any(|line| line.contains("All of it on the page"));
    assert!(ready && began.elapsed() < Duration::from_secs(60), "the demo stays up");

    // One shell for all, as a reader has one terminal.
    let program = Path::new(env!("CARGO_BIN_EXE_bramka")).parent().expect("a folder");
    let path = std::env::join_paths(
        std::iter::once(program.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let mut script = String::from("set -eu\n");
    for piece in rest {
        script.push_str(match piece {
            Piece::Commands(commands) => commands,
            Piece::Answer(_) => "echo; echo '== answered =='\n",
        });
    }
    let mut shell = Command::new("bash")
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("PATH", path.expect("a path"))
        .env("BRAMKA_LANG", "en")
        .env_remove("BRAMKA_DATABASE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    shell.stdin.take().expect("piped").write_all(script.as_bytes()).expect("written");
    let output = shell.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));

    let answers = rest.iter().filter_map(|piece| match piece {
        Piece::Answer(answer) => Some(answer),
        Piece::Commands(_) => None,
    });
    let mut count = 0;
    for (answer, found) in answers.zip(said.split("== answered ==\n")) {
        assert!(has_lines(found, answer), "the guide shows\n{answer}\nand it answered\n{found}");
        count += 1;
    }
    drop(lines);
    assert_eq!(count, 9, "answers that the guide shows");
}
