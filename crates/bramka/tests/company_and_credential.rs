//! Companies and credentials from the command line: added, shown, used and removed; and no secret in any place but its own.

mod support;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::{COMPANY, CONTRACTOR, Desk, World, certificate_and_key, files_below, has, invoice};

const PASSPHRASE: &str = "planted passphrase zazolc 71";

#[tokio::test(flavor = "multi_thread")]
async fn a_company_of_the_vault_sends_and_no_secret_lies_about() {
    let world = World::new(COMPANY).await;
    let mut desk = Desk::new();
    desk.environment.push(("BRAMKA_MASTER_PASSPHRASE", PASSPHRASE.to_owned()));
    let (certificate, key) = certificate_and_key(COMPANY);
    let (certificate, key_file) = (desk.file("auth.crt", certificate), desk.file("auth.key", &key));
    let url = world.simulator.base_url();

    desk.exits(
        &["company", "add", COMPANY, "--environment", "simulator", "--ksef-url", &url, "--name", "Łąka"],
        0,
    );
    let said = desk.exits(&["credential", "add", &certificate, "--key", &key_file, "--company", COMPANY], 0);
    assert!(said.contains("authentication"), "{said}");
    let shown = desk.json(&["company", "show", COMPANY]);
    assert_eq!((&shown["name"], &shown["environment"]), (&"Łąka".into(), &"simulator".into()));
    let credential = &shown["credentials"][0];
    assert_eq!(
        (&credential["kind"], &credential["owner"]["kind"]),
        (&"authentication".into(), &"firm".into())
    );

    let document = desk.file("invoice.xml", invoice("vault/1"));
    let number = desk.exits(&["send", "--wait", &document], 0);
    assert!(number.starts_with(COMPANY), "{number}");

    // A wrong passphrase is told, and nothing is sent.
    desk.environment[0].1 = "another passphrase 71".to_owned();
    let said = desk.exits(&["send", "--wait", &document], 2);
    assert!(said.contains("passphrase is wrong"), "{said}");

    // Base64 of the key as it stands in the file, of the bytes of the key alone, and the passphrases.
    let lines: Vec<&str> = key.lines().filter(|line| !line.starts_with('-')).collect();
    let needles = [lines[0], lines[1], PASSPHRASE, "another passphrase 71"];
    let files = files_below(&desk.data());
    assert!(files.iter().any(|file| file.ends_with("gateway.db")), "{files:?}");
    let scalar = der_of(&lines.concat());
    for file in files {
        let bytes = std::fs::read(&file).expect("readable");
        for needle in needles {
            assert!(!has(&bytes, needle), "{needle} in {}", file.display());
        }
        let found = bytes.windows(32).any(|window| window == scalar);
        assert!(!found, "the key itself in {}", file.display());
    }
    for needle in needles {
        assert!(!has(&desk.said, needle), "{needle} was printed");
    }
}

/// The private scalar out of a PKCS#8 P-256 key: the 32 bytes after `04 20`.
fn der_of(base64: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let bits: Vec<u8> = base64.bytes().filter(|letter| *letter != b'=').map(value).collect();
    let mut der = Vec::new();
    for group in bits.chunks(4) {
        let number =
            group.iter().fold(0u32, |number, six| number << 6 | u32::from(*six)) << (6 * (4 - group.len()));
        der.extend_from_slice(&number.to_be_bytes()[1..group.len()]);
    }
    let at = der.windows(2).position(|window| window == [0x04, 0x20]).expect("the private key") + 2;
    der[at..at + 32].to_vec()
}

fn token(nip: &str) -> String {
    format!("20260101-EC-0123456789-ABCDEF0123-0A|nip-{nip}|{}", "5ec7e7".repeat(10))
}

#[test]
fn tokens_and_certificates_come_and_go() {
    let mut desk = Desk::new();
    for nip in [COMPANY, CONTRACTOR] {
        desk.exits(&["company", "add", nip, "--environment", "test"], 0);
    }
    let token_file = desk.file("token", format!(" {}\r\n", token(COMPANY)));
    let said = desk.exits(&["credential", "add", "--token-file", &token_file, "--company", COMPANY], 0);
    assert!(said.contains("note[CRED611]") && said.contains("note[CRED610]"), "{said}");
    desk.environment.push(("BRAMKA_KSEF_TOKEN", token(CONTRACTOR)));
    desk.exits(&["credential", "add", "--token", "--company", CONTRACTOR], 0);

    let (certificate, key) = certificate_and_key("5265877635");
    let (certificate, key) = (desk.file("office.crt", certificate), desk.file("office.key", key));
    let add =
        ["credential", "add", &certificate, "--key", &key, "--company", COMPANY, "--company", CONTRACTOR];
    let said = desk.exits(&add, 0);
    assert!(said.contains("note[CRED503]"), "another firm's certificate needs rights: {said}");
    assert!(desk.exits(&add, 2).contains("there already"));

    let all = desk.json(&["credential", "list"]);
    assert_eq!(all.as_array().expect("a list").len(), 3);
    let office = &all[2];
    assert_eq!(
        (&office["owner"]["kind"], &office["companies"]),
        (&"office".into(), &serde_json::json!([COMPANY, CONTRACTOR]))
    );
    assert_eq!(desk.json(&["credential", "list", "--company", COMPANY]).as_array().expect("a list").len(), 2);
    let secrets = |desk: &Desk| files_below(&desk.data().join("vault/secrets")).len();
    assert_eq!(secrets(&desk), 3);

    let id = office["id"].as_str().expect("an id").to_owned();
    desk.exits(&["credential", "detach", &id, "--company", CONTRACTOR], 0);
    assert_eq!(
        desk.json(&["credential", "list", "--company", CONTRACTOR]).as_array().expect("a list").len(),
        1
    );
    let said = desk.exits(&["credential", "attach", &id, "--company", CONTRACTOR], 0);
    assert!(said.contains("note[CRED503]") && !said.contains("CRED108"), "{said}");
    let token_id = all[0]["id"].as_str().expect("an id");
    // Where there are both, either is logged in with, and the other one stays.
    for (by, expected) in [("token", token_id), ("certificate", id.as_str())] {
        desk.exits(&["company", "login", COMPANY, "--by", by], 0);
        let shown = desk.json(&["company", "show", COMPANY]);
        assert_eq!(
            (&shown["loginCredential"], &shown["logsInByToken"]),
            (&expected.into(), &(by == "token").into())
        );
    }
    assert!(desk.exits(&["credential", "attach", token_id, "--company", CONTRACTOR], 2).contains("token"));
    desk.exits(&["company", "add", "5265877635", "--environment", "prd"], 0);
    let said = desk.exits(&["company", "login", "5265877635", "--by", "token"], 2);
    assert!(said.contains("no token here"), "{said}");
    let said = desk.exits(&["credential", "attach", &id, "--company", "5265877635"], 1);
    assert!(said.contains("problem[CRED403]"), "a self-made certificate in production: {said}");
    desk.exits(&["company", "remove", "5265877635"], 0);

    // The company's token goes with it; the office's certificate stays for the other one.
    desk.exits(&["company", "remove", COMPANY], 0);
    assert_eq!(secrets(&desk), 2);
    let left = desk.json(&["credential", "list"]);
    assert_eq!(left.as_array().expect("a list").len(), 2);
    let id = left[1]["id"].as_str().expect("an id").to_owned();
    desk.exits(&["credential", "remove", &id], 0);
    assert_eq!(secrets(&desk), 1);
    assert!(desk.exits(&["credential", "remove", &id], 2).contains("no credential"));
    assert_eq!(desk.json(&["company", "list"]).as_array().expect("a list").len(), 1);
    for needle in ["5ec7e7", "5EC7E7"] {
        assert!(!has(&desk.said, needle), "a token was printed");
        for file in files_below(&desk.data()) {
            assert!(!has(&std::fs::read(&file).expect("readable"), needle), "a token in {}", file.display());
        }
    }
}

#[test]
fn what_cannot_work_is_not_added() {
    let mut desk = Desk::new();
    let (certificate, key) = certificate_and_key(COMPANY);
    let (_, foreign) = certificate_and_key(COMPANY);
    let (certificate, key, foreign) =
        (desk.file("a.crt", certificate), desk.file("a.key", key), desk.file("b.key", foreign));
    let add = |key: &str| -> Vec<String> {
        ["credential", "add", &certificate, "--key", key, "--company", COMPANY].map(str::to_owned).to_vec()
    };
    let exits = |desk: &mut Desk, list: Vec<String>, code| {
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        desk.exits(&list, code)
    };
    assert!(exits(&mut desk, add(&key), 2).contains("there is no company"));
    desk.exits(&["company", "add", COMPANY, "--environment", "prd"], 0);
    assert!(desk.exits(&["company", "add", COMPANY, "--environment", "prd"], 2).contains("there already"));
    assert!(desk.exits(&["company", "show", CONTRACTOR], 2).contains("there is no company"));
    assert!(
        desk.exits(&["company", "add", CONTRACTOR, "--environment", "test", "--ksef-url", "http://x"], 2)
            .contains("--ksef-url")
    );
    // A self-made certificate in production, and a key of another one.
    let said = exits(&mut desk, add(&foreign), 1);
    assert!(said.contains("problem[CRED103]") && said.contains("problem[CRED403]"), "{said}");
    let token_file = desk.file("token", token(CONTRACTOR));
    let said = desk.exits(&["credential", "add", "--token-file", &token_file, "--company", COMPANY], 1);
    assert!(said.contains("problem[CRED608]"), "{said}");
    assert_eq!(desk.json(&["credential", "list"]), serde_json::json!([]));
    assert_eq!(files_below(&desk.data().join("vault/secrets")), Vec::<PathBuf>::new(), "nothing is kept");
}

#[test]
fn the_master_key_that_is_made_is_announced_and_private() {
    let mut desk = Desk::new();
    let output = desk.run(&["company", "add", COMPANY, "--environment", "test"]);
    let token_file = desk.file("token", token(COMPANY));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("master.key"), "{said}");
    let path = desk.data().join("master.key");
    let text = std::fs::read_to_string(&path).expect("made");
    assert!(!has(&desk.said, text.trim()), "the key was printed");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }
    // Another key is refused before anything is sealed under it.
    desk.environment.push(("BRAMKA_MASTER_KEY", "07".repeat(32)));
    let said = desk.exits(&["credential", "add", "--token-file", &token_file, "--company", COMPANY], 2);
    assert!(said.contains("needs the master key"), "{said}");
}

#[test]
fn the_master_key_is_changed_by_a_command() {
    let mut desk = Desk::new();
    desk.exits(&["company", "add", COMPANY, "--environment", "test"], 0);
    let token_file = desk.file("token", token(COMPANY));
    desk.exits(&["credential", "add", "--token-file", &token_file, "--company", COMPANY], 0);
    let new = desk.folder.path().join("new.key").to_string_lossy().into_owned();
    let said = desk.exits(&["vault", "rotate", "--new-master-key-file", &new], 0);
    assert!(said.contains("data keys changed: 2") && said.contains("new.key"), "{said}");
    // The old key is refused from now on, the new one works; rotating again changes nothing.
    let said = desk.exits(&["credential", "add", "--token-file", &token_file, "--company", COMPANY], 2);
    assert!(said.contains("needs the master key"), "{said}");
    desk.environment.push(("BRAMKA_MASTER_KEY_FILE", new.clone()));
    desk.exits(&["credential", "add", "--token-file", &token_file, "--company", COMPANY], 0);
    let said = desk.exits(&["vault", "rotate", "--new-master-key-file", &new], 0);
    assert!(said.contains("data keys changed: 0"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_core_dump() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(["simulator", "--listen", "127.0.0.1:0", "--lang", "en"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("a line");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("limits");
    child.kill().expect("killed");
    child.wait().expect("dead");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("the limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
