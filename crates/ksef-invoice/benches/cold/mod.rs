//! What a process for one file costs: `xmllint`, `ksef-validate`, and whatever `BRAMKA_BENCH_PROGRAMS` names (a program and its
//! arguments; several with a semicolon between), in turn.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// So often is each program started.
const ROUNDS: usize = 101;

/// Prints the medians; the first program is what the others are held against.
pub(crate) fn measure(document: &Path, schema: &Path, catalogue: &Path) {
    let mut programs = vec![(
        "xmllint".to_owned(),
        ["xmllint", "--nonet", "--noout", "--schema"]
            .map(str::to_owned)
            .into_iter()
            .chain([schema.display().to_string()])
            .collect::<Vec<_>>(),
    )];
    programs.push(("ksef-validate".to_owned(), vec![env!("CARGO_BIN_EXE_ksef-validate").to_owned()]));
    let more = std::env::var("BRAMKA_BENCH_PROGRAMS").unwrap_or_default();
    for words in more.split(';').map(str::trim).filter(|words| !words.is_empty()) {
        programs.push((words.to_owned(), words.split_whitespace().map(str::to_owned).collect()));
    }
    let mut times = vec![Vec::with_capacity(ROUNDS); programs.len()];
    for _ in 0..ROUNDS {
        for ((_, words), times) in programs.iter().zip(&mut times) {
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).arg(document).env("XML_CATALOG_FILES", catalogue);
            let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let Ok(child) = child else {
                println!("SKIPPED: {} is not here", words[0]);
                return;
            };
            let Some(spent) = spent(child) else {
                println!("SKIPPED: what a process has spent is told by Linux alone");
                return;
            };
            times.push(spent);
        }
    }
    println!("\n| one process for {} | processor time | xmllint's share |", document.display());
    println!("|---|---|---|");
    let medians: Vec<f64> = times.into_iter().map(median).collect();
    for ((name, _), time) in programs.iter().zip(&medians) {
        println!("| {name} | {time:.2} ms | {:.1}× |", medians[0] / time);
    }
}

/// What a process spent from its beginning to its end, user and system: read when it has ended and is not forgotten yet.
fn spent(mut child: Child) -> Option<Duration> {
    let pid = Pid::from_raw(i32::try_from(child.id()).ok()?)?;
    let ended = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
    let text = std::fs::read_to_string(format!("/proc/{}/schedstat", child.id()));
    let status = child.wait().ok()?;
    assert!(status.success(), "{status}");
    ended.ok()?;
    Some(Duration::from_nanos(text.ok()?.split_whitespace().next()?.parse().ok()?))
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}
