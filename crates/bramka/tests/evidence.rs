//! `bramka latarnia` and `bramka upo verify`: what proves something, and what does not.

mod support;

use support::{COMPANY, CONTRACTOR, Desk, World, fa3, invoice};

#[tokio::test(flavor = "multi_thread")]
async fn a_upo_confirms_its_invoice_and_nothing_else() {
    let world = World::new(COMPANY).await;
    let access = world.access_of(COMPANY);
    let xml = invoice("upo/1");
    let session = access.open_online_session(&fa3()).await.expect("a session");
    let reference = access.send_invoice(&session, xml.as_bytes()).await.expect("sent");
    access.close_online_session(&session.reference_number).await.expect("closed");
    let number = loop {
        let answer =
            access.session_invoice_status(&session.reference_number, &reference).await.expect("a status");
        if let Some(number) = answer.ksef_number {
            break number;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let upo = access.upo_by_ksef_number(&session.reference_number, &number).await.expect("a UPO");

    let mut desk = Desk::new();
    let (file, document) = (desk.file("upo.xml", &upo), desk.file("invoice.xml", &xml));
    let verify = ["upo", "verify", &file, "--invoice", &document, "--environment", "simulator"];
    let said = desk.exits_bare(&verify, 0);
    assert!(
        said.contains(&format!("confirms: {number}")) && said.contains("whose was not checked"),
        "{said}"
    );
    let signer = desk.file("signer.crt", world.simulator.upo_certificate());
    let json = desk.exits_bare(
        &[&verify[..], &["--signer", &signer, "--company", COMPANY, "--format", "json"]].concat(),
        0,
    );
    let shown: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&shown["confirms"], &shown["signer"]), (&true.into(), &"pinned".into()));
    assert_eq!(shown["ksefNumber"], number.as_str());

    let refused = |desk: &mut Desk, words: &[&str], reason: &str| {
        let json = desk.exits_bare(&[words, &["--format", "json"]].concat(), 1);
        let shown: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((&shown["confirms"], &shown["reason"]), (&false.into(), &reason.into()), "{shown}");
        assert_ne!(shown["message"]["pl"], shown["message"]["en"]);
    };
    refused(&mut desk, &[&verify[..], &["--company", CONTRACTOR]].concat(), "otherContext");
    // The simulator's is nobody that the Ministry has issued a certificate to.
    refused(&mut desk, &["upo", "verify", &file, "--invoice", &document, "--environment", "test"], "signer");
    refused(&mut desk, &["upo", "verify", &file, "--invoice", &document], "otherEnvironment");
    let other = desk.file("other.xml", invoice("upo/2"));
    refused(
        &mut desk,
        &["upo", "verify", &file, "--invoice", &other, "--environment", "simulator"],
        "otherContent",
    );
    let tampered = String::from_utf8(upo).expect("text").replace("upo/1", "upo/7");
    let tampered = desk.file("tampered.xml", tampered);
    refused(
        &mut desk,
        &["upo", "verify", &tampered, "--invoice", &document, "--environment", "simulator"],
        "signature",
    );
    // An invoice has no signature at all.
    refused(
        &mut desk,
        &["upo", "verify", &document, "--invoice", &document, "--environment", "simulator"],
        "signature",
    );
    let said = desk.exits_bare(&["upo", "verify", "nowhere.xml", "--invoice", &document], 2);
    assert!(said.contains("nowhere.xml"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn latarnia_is_read_and_kept_as_it_came() {
    let world = World::new(COMPANY).await;
    let mut desk = Desk::new();
    let url = world.simulator.base_url();
    let file = desk.folder.path().join("latarnia.json").to_string_lossy().into_owned();
    let ask = ["latarnia", "--environment", "simulator", "--ksef-url", &url];
    let output = desk.run_bare(&[&ask[..], &["--save", &file, "--format", "json"]].concat());
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let raw: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).expect("kept")).expect("as Latarnia wrote it");
    assert_eq!(shown["status"], raw["status"]);
    let is_available = shown["status"] == "AVAILABLE";
    assert_eq!(output.status.code(), Some(i32::from(!is_available)), "{shown}");
    desk.exits_bare(&[&ask[..], &["--messages"]].concat(), 0);
    assert!(desk.exits_bare(&["latarnia", "--environment", "demo"], 2).contains("no Latarnia"));
    let nobody = ["latarnia", "--environment", "simulator", "--ksef-url", "http://127.0.0.1:9/v2"];
    assert!(desk.exits_bare(&nobody, 2).contains("unknown, not bad"));
}
