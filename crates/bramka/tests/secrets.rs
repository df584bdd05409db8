//! A full run with planted secrets: none of them stands anywhere but sealed, and nothing secret that came up on the way.

mod support;

use support::{COMPANY, CONTRACTOR, Desk, World, files_below, has, invoice};

const PASSPHRASE: &str = "planted passphrase 4711";
/// How every PKCS#8 key on P-256 begins, up to the secret number itself.
const KEY_HEADER: &[u8] = &[
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01,
    0x04, 0x20,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_full_run_leaves_no_secret_lying_about() {
    let world = World::new(COMPANY).await;
    let url = world.simulator.base_url();
    let mut desk = Desk::new();
    desk.environment.push(("BRAMKA_MASTER_PASSPHRASE", PASSPHRASE.to_owned()));
    desk.company(COMPANY, &url);
    desk.company(CONTRACTOR, &url);
    let token_secret = "5ec7e7".repeat(10);
    let token =
        desk.file("token", format!("20260101-EC-0123456789-ABCDEF0123-0A|nip-{CONTRACTOR}|{token_secret}"));
    desk.exits(&["credential", "add", "--token-file", &token, "--company", CONTRACTOR], 0);
    desk.certificate(COMPANY, COMPANY);
    // Everything once: what works and what is refused.
    desk.exits(&["doctor"], 1);
    desk.exits(&["doctor", "--format", "json"], 1);
    desk.exits(&["cert", "request", "--company", COMPANY, "--type", "authentication"], 0);
    desk.exits(&["cert", "request", "--company", COMPANY, "--type", "offline", "--no-wait"], 3);
    desk.exits(&["cert", "resume"], 0);
    desk.exits(&["cert", "request", "--company", CONTRACTOR, "--type", "offline"], 1);
    desk.exits(&["cert", "list", "--company", COMPANY], 0);
    desk.exits(&["cert", "list", "--company", CONTRACTOR], 2);
    let person = ["--to", "Pesel:44051401359", "--first-name", "Osoba", "--last-name", "Testowa"];
    let grant = ["permission", "grant", "person", "--company", COMPANY, "--permission", "InvoiceRead"];
    desk.exits(&[&grant[..], &person].concat(), 0);
    desk.exits(&["permission", "list", "--company", COMPANY, "--of", "persons"], 0);
    let document = desk.file("invoice.xml", invoice("secrets/1"));
    desk.exits(&["send", "--wait", &document], 0);
    desk.exits(&["company", "list"], 0);
    desk.exits(&["credential", "list"], 0);

    let key = std::fs::read_to_string(desk.folder.path().join("auth.key")).expect("the key that was added");
    let lines: Vec<&str> = key.lines().filter(|line| !line.starts_with('-')).collect();
    // The planted ones; tokens of logins (a JWT begins like this); keys made on the way, as Base64 and as bytes.
    let needles = [
        PASSPHRASE,
        token_secret.as_str(),
        lines[0],
        lines[1],
        "eyJ",
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH",
    ];
    for needle in needles {
        assert!(!has(&desk.said, needle), "{needle} was printed or logged");
    }
    let files = files_below(&desk.data());
    assert!(files.iter().any(|file| file.ends_with("gateway.db")), "{files:?}");
    assert_eq!(files_below(&desk.data().join("vault/secrets")).len(), 4);
    for file in files {
        let bytes = std::fs::read(&file).expect("readable");
        for needle in needles {
            assert!(!has(&bytes, needle), "{needle} in {}", file.display());
        }
        let is_key = bytes.windows(KEY_HEADER.len()).any(|window| window == KEY_HEADER);
        assert!(!is_key, "a private key in {}", file.display());
    }
    let header_found = has(&desk.said, "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH");
    assert!(!header_found && !desk.said.is_empty());
}
