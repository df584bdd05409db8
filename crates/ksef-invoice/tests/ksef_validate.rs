//! `ksef-validate` as a program calls it: its lines, its exit codes, and what it says of calls that are none.

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ksef_invoice::{Profile, ValidationOptions, validate};
use serde_json::Value;
use support::VAT;

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ksef-validate"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    // Whoever is told how it is called does not read.
    let _ = child.stdin.take().expect("its input").write_all(input);
    child.wait_with_output().expect("it ends")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn each_file_has_its_line_and_the_worst_is_the_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let broken = VAT.replace("<P_15>", "<P_15>x");
    std::fs::write(path("good.xml"), VAT).expect("written");
    std::fs::write(path("bad.xml"), &broken).expect("written");
    let good = run(&[&path("good.xml")], b"");
    assert_eq!(good.status.code(), Some(0), "{}", String::from_utf8_lossy(&good.stdout));
    let both = run(&["--profile", "test", &path("good.xml"), &path("bad.xml")], b"");
    assert_eq!(both.status.code(), Some(1));
    let told = lines(&both);
    assert_eq!(told.len(), 2);
    assert_eq!((&told[0]["file"], &told[0]["valid"]), (&path("good.xml").into(), &true.into()));
    // The same as the library says of today.
    static WARSAW: jiff::tz::TimeZone = jiff::tz::get!("Europe/Warsaw");
    let today = Some(jiff::Timestamp::now().to_zoned(WARSAW.clone()).date());
    let options = ValidationOptions { profile: Profile::Test, today, ..ValidationOptions::default() };
    let mut expected = Vec::new();
    validate(broken.as_bytes(), &options)
        .write_line(Path::new(&path("bad.xml")), &mut expected)
        .expect("written");
    assert_eq!(told[1]["findings"], serde_json::from_slice::<Value>(&expected).expect("JSON")["findings"]);
    // One that is not there does not keep the others from being looked at.
    let missing = run(&[&path("none.xml"), &path("good.xml")], b"");
    assert_eq!((missing.status.code(), lines(&missing).len()), (Some(2), 1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("none.xml"));
    let from_input = run(&["-"], broken.as_bytes());
    assert_eq!((from_input.status.code(), &lines(&from_input)[0]["file"]), (Some(1), &"-".into()));
}

#[test]
fn a_call_that_is_none_is_told_how_it_goes() {
    for arguments in [&[][..], &["--profile"], &["--profile", "other", "a.xml"], &["--help"], &["--"]] {
        let output = run(arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("FILE…"), "{arguments:?}");
    }
}
