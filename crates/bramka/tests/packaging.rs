//! What the program is shipped with: service, package, completions, manual, licences, dashboard and alert rules.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{COMPANY, Desk, World, program};

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging")
}

/// Whether a tool is here. Said aloud when it is not; a failure where `BRAMKA_REQUIRE=all`.
fn is_here(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{tool} is required");
        eprintln!("SKIPPED: {tool} is not on this machine");
    }
    found
}

fn text_of(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every figure that dashboard and alerts ask for is one that `/metrics` gives, with the labels that they sort by.
#[tokio::test(flavor = "multi_thread")]
async fn dashboard_and_alerts_ask_for_figures_that_there_are() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let (status, body) = gateway.get("/metrics").await;
    assert_eq!(status, 200);
    let body = String::from_utf8(body).expect("text");
    let known: BTreeSet<&str> =
        body.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_whitespace().next()).collect();
    assert!(known.len() > 5, "{body}");
    for file in ["grafana/bramka.json", "prometheus/alerts.yml"] {
        let text = std::fs::read_to_string(packaging().join(file)).expect("there");
        let asked = names_in(&text);
        assert!(asked.len() >= 6, "{file} asks for {asked:?}");
        for name in &asked {
            assert!(known.contains(name.as_str()), "{file} asks for {name}, and there are {known:?}");
        }
        // And each figure is looked at by somebody.
        if file.ends_with(".json") {
            let _: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            for name in &known {
                assert!(asked.contains(*name), "the dashboard does not show {name}");
            }
        }
    }
}

/// Words that begin as the names of our figures do.
fn names_in(text: &str) -> BTreeSet<String> {
    let is_part = |sign: char| sign.is_ascii_lowercase() || sign == '_';
    text.match_indices("bramka_")
        .map(|(place, _)| text[place..].chars().take_while(|sign| is_part(*sign)).collect())
        .collect()
}

/// The service has no right that it does not need: systemd's own measure, from 0 (fenced in) to 10.
#[test]
fn the_service_is_fenced_in() {
    if !is_here("systemd-analyze") {
        return;
    }
    let unit = packaging().join("systemd/bramka.service");
    let threshold = "--threshold=15";
    let output =
        Command::new("systemd-analyze").args(["security", "--offline=true", threshold]).arg(&unit).output();
    let output = output.expect("it runs");
    let words =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "more than 1.5: {words}");
    assert!(words.contains("Overall exposure level"), "{words}");
    // What it starts is what the package brings, and the flags are flags.
    let text = std::fs::read_to_string(&unit).expect("there");
    let start =
        text.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/bramka ")).expect("a command");
    let help = text_of(&Command::new(program()).args(["serve", "--help"]).output().expect("it runs"));
    for flag in start.split_whitespace().filter(|word| word.starts_with("--")) {
        assert!(help.contains(flag), "{flag}");
    }
}

#[test]
fn the_debian_package_has_everything_in_its_place() {
    if !is_here("dpkg-deb") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // Without what debuggers want it is a tenth as long.
    let binary = folder.path().join("bramka");
    let stripped = Command::new("strip").arg("-o").arg(&binary).arg(program()).status();
    if !stripped.is_ok_and(|status| status.success()) {
        std::fs::copy(program(), &binary).expect("copied");
    }
    let build = |name: &str| {
        let package = folder.path().join(name);
        let output = Command::new(packaging().join("debian/build.sh"))
            .arg(&binary)
            .arg(&package)
            .env("BRAMKA_DEB_COMPRESSION", "none")
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .output();
        text_of(&output.expect("it runs"));
        package
    };
    let (package, again) = (build("one.deb"), build("two.deb"));
    assert!(
        std::fs::read(&package).expect("read") == std::fs::read(again).expect("read"),
        "the same binary gives the same package"
    );
    let about = text_of(&Command::new("dpkg-deb").arg("-I").arg(&package).output().expect("it runs"));
    for line in
        ["Package: bramka", &format!("Version: {}", env!("CARGO_PKG_VERSION")), "Depends: adduser, libc6"]
    {
        assert!(about.contains(line), "{line}: {about}");
    }
    let root = folder.path().join("root");
    text_of(&Command::new("dpkg-deb").arg("-x").arg(&package).arg(&root).output().expect("it runs"));
    for file in [
        "lib/systemd/system/bramka.service",
        "etc/bramka/bramka.toml",
        "usr/share/man/man1/bramka.1.gz",
        "usr/share/man/man1/bramka-serve.1.gz",
        "usr/share/bash-completion/completions/bramka",
        "usr/share/zsh/vendor-completions/_bramka",
        "usr/share/fish/vendor_completions.d/bramka.fish",
        "usr/share/doc/bramka/copyright",
        "usr/share/doc/bramka/grafana/bramka.json",
    ] {
        assert!(root.join(file).is_file(), "{file}");
    }
    // It runs from there, and reads the configuration that it brings.
    let installed = root.join("usr/bin/bramka");
    text_of(&Command::new(&installed).arg("-V").output().expect("it runs"));
    let config = root.join("etc/bramka/bramka.toml");
    let data = folder.path().join("data");
    let gateway = support::ServedGateway::start_by(Command::new(&installed), &config, &data, None, &[]);
    drop(gateway);
}

#[test]
fn the_version_names_commit_and_schemas() {
    let mut desk = Desk::new();
    let short = desk.exits_bare(&["-V"], 0);
    assert_eq!(short.trim(), format!("bramka {}", env!("CARGO_PKG_VERSION")));
    let long = desk.exits_bare(&["--version"], 0);
    assert!(long.contains("\ncommit ") && long.contains("FA(3)"), "{long}");
    let hashes = long
        .split_whitespace()
        .filter(|word| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(hashes.count() >= 5, "{long}");
}

#[test]
fn licences_come_with_their_texts() {
    let mut desk = Desk::new();
    let text = desk.exits_bare(&["licenses"], 0);
    for words in [
        "aws-lc-sys ",
        "tokio ",
        "notosans ",
        "SIL OPEN FONT LICENSE",
        "Apache License",
        "Permission is hereby granted",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

#[test]
fn completions_and_manual_are_made_of_the_flags() {
    let mut desk = Desk::new();
    let script = desk.exits_bare(&["completions", "bash"], 0);
    assert!(script.contains("--tls-certificate") && script.contains("backup"));
    let path = desk.file("bramka.bash", &script);
    assert!(Command::new("bash").args(["-n", &path]).status().expect("it runs").success());
    let folder = desk.folder.path().join("man").to_string_lossy().into_owned();
    desk.exits_bare(&["man", &folder], 0);
    let pages: Vec<PathBuf> = support::files_below(Path::new(&folder));
    assert!(pages.len() > 30, "{pages:?}");
    let serve = std::fs::read_to_string(Path::new(&folder).join("bramka-serve.1")).expect("there");
    assert!(serve.contains("tls\\-certificate") && serve.contains("BRAMKA_LISTEN"), "{serve}");
}
