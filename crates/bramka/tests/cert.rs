//! `bramka cert`: from an application to a certificate in use, and what happens when something gets lost on the way.

mod support;

use ksef_crypto::{Credential, KeyKind, Subject, SubjectIdentity};
use ksef_sim::{Fault, Simulator, SimulatorConfig};
use ksef_wire::{KsefCertificateType, Operation};
use support::{COMPANY, CONTRACTOR, Desk, loopback};

async fn simulator() -> Simulator {
    Simulator::start(SimulatorConfig::default(), loopback()).await.expect("a simulator")
}

/// A company that logs in with a seal of its own making.
fn connected(simulator: &Simulator) -> Desk {
    let mut desk = Desk::new();
    desk.company(COMPANY, &simulator.base_url());
    desk.certificate(COMPANY, COMPANY);
    desk
}

fn issued(simulator: &Simulator) -> usize {
    simulator.inspect().certificates.len()
}

fn asked(simulator: &Simulator, operation: Operation) -> usize {
    simulator.inspect().count(operation)
}

const REQUEST: [&str; 4] = ["cert", "request", "--company", COMPANY];

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_certificate_is_issued_listed_and_revoked() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator);
    let said = desk.exits(&[&REQUEST[..], &["--type", "offline", "--name", "Łódź offline"]].concat(), 0);
    assert!(
        said.contains("will belong to the firm that logged in: Firma z testu, VATPL-2222222222"),
        "{said}"
    );
    assert!(said.contains("Quota left: applications 300 of 300, certificates 100 of 100"), "{said}");
    let credentials = desk.json(&["credential", "list"]);
    let credential = &credentials[1];
    assert_eq!((&credential["kind"], &credential["owner"]["kind"]), (&"offline".into(), &"firm".into()));
    let (id, serial) =
        (credential["id"].as_str().expect("an id"), credential["serial"].as_str().expect("a serial"));

    let listed =
        desk.json(&["cert", "list", "--company", COMPANY, "--type", "offline", "--status", "active"]);
    let only = &listed["certificates"][0];
    assert_eq!((&only["certificate"]["name"], &only["credential"]), (&"Łódź offline".into(), &id.into()));
    assert_eq!(listed["limits"]["certificate"]["remaining"], 99);
    assert_eq!(
        desk.json(&["cert", "list", "--company", COMPANY, "--name", "nobody"])["certificates"],
        serde_json::json!([])
    );
    let said = desk.exits(&["doctor", "--company", COMPANY], 0);
    assert!(said.contains(&format!("Offline certificate: certificate {serial}")), "{said}");
    assert!(said.contains("Certificates in KSeF: active: 1"), "{said}");

    // Fetched again, without its key: the very certificate.
    let copy = desk.folder.path().join("copy.crt").to_string_lossy().into_owned();
    desk.exits(&["cert", "fetch", serial, "--company", COMPANY, "-o", &copy], 0);
    let inspected: serde_json::Value = serde_json::from_slice(
        &desk.run_bare(&["credential", "inspect", &copy, "--for", "offline", "--format", "json"]).stdout,
    )
    .expect("JSON");
    assert_eq!(inspected["certificate"]["serial"], serial);
    desk.exits(&["cert", "fetch", "0123456789ABCDEF", "--company", COMPANY, "-o", &copy], 1);

    // Revoked in KSeF, which is not forgetting it here.
    let revoke = ["cert", "revoke", id, "--company", COMPANY, "--reason", "key-compromise"];
    assert!(desk.exits(&revoke, 2).contains("--yes"), "nobody can be asked");
    let said = desk.exits(&[&revoke[..], &["--yes"]].concat(), 0);
    assert!(said.contains("revoked in KSeF") && said.contains(&format!("credential remove {id}")), "{said}");
    let left = desk.json(&["credential", "list"]);
    assert_eq!((left.as_array().expect("a list").len(), &left[1]["status"]), (2, &"revoked".into()));
    assert_eq!(left[1]["name"], "Łódź offline");
    assert!(desk.json(&["company", "show", COMPANY])["offlineCredential"].is_null(), "it signs no more");
    desk.exits(&[&revoke[..], &["--yes"]].concat(), 1);
    let said = desk.exits(&["doctor", "--company", COMPANY], 1);
    assert!(said.contains("[CONN402]") && said.contains(serial), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authentication_certificate_is_used_as_soon_as_it_is_there() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator);
    desk.company(CONTRACTOR, &simulator.base_url());
    let with = ["--type", "authentication", "--key-type", "rsa2048", "--also", CONTRACTOR];
    let shown = desk.json(&[&REQUEST[..], &with].concat());
    assert_eq!(shown["state"], "issued");
    assert_eq!(shown["credential"]["companies"], serde_json::json!([COMPANY, CONTRACTOR]));
    let serial = shown["credential"]["serial"].as_str().expect("a serial").to_owned();
    let said = desk.exits(&["doctor", "--company", COMPANY], 0);
    assert!(said.contains(&format!("Credential: certificate {serial}")), "the newest logs in: {said}");
    assert!(said.contains("Certificates in KSeF: active: 1"), "{said}");
    // In production a certificate of one's own making could not have begun this; here KSeF's own renews itself.
    let id = shown["credential"]["id"].as_str().expect("an id");
    let renewed = desk.json(&["cert", "renew", id]);
    assert_eq!((&renewed["state"], &renewed["application"]["replaces"]), (&"issued".into(), &id.into()));
    assert_eq!(renewed["credential"]["companies"], shown["credential"]["companies"]);
    let listed = desk.json(&["cert", "list", "--company", COMPANY, "--status", "active"]);
    assert_eq!(listed["certificates"].as_array().expect("a list").len(), 2, "the old one goes on beside it");
    let said = desk.exits(&["doctor", "--company", COMPANY], 0);
    assert!(!said.contains(&format!("Credential: certificate {serial}")), "the new one logs in: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_soon_is_renewed_once() {
    let simulator = simulator().await;
    let mut desk = Desk::new();
    desk.company(COMPANY, &simulator.base_url());
    let subject = Subject::Seal { nip: COMPANY.into(), organization: "Firma z testu".into() };
    let now = jiff::Timestamp::now();
    let day = jiff::SignedDuration::from_hours(24);
    let old =
        Credential::self_signed(&subject, KeyKind::EcP256, now - day, now + day * 20).expect("a credential");
    let certificate = desk.file("old.crt", old.certificate().der());
    let key = desk.file("old.key", old.key().to_pkcs8().expect("a key").as_slice());
    desk.exits(&["credential", "add", &certificate, "--key", &key, "--company", COMPANY], 0);

    assert!(desk.exits(&["cert", "renew", "--within", "10"], 0).contains("nothing expires"));
    assert!(desk.exits(&["cert", "renew", "--dry-run"], 0).contains("to be renewed"));
    assert_eq!(issued(&simulator), 0);
    desk.exits(&["cert", "renew"], 0);
    assert_eq!(issued(&simulator), 1);
    assert!(desk.exits(&["cert", "renew"], 0).contains("nothing expires"), "its successor is there");
    assert_eq!(desk.json(&["credential", "list"]).as_array().expect("a list").len(), 2);
    assert!(desk.exits(&["cert", "renew", "--within", "900"], 2).contains("365"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_told_so_before_anything_is_tried() {
    let simulator = simulator().await;
    let mut desk = Desk::new();
    desk.company(COMPANY, &simulator.base_url());
    let token = format!("20260101-EC-0123456789-ABCDEF0123-0A|nip-{COMPANY}|{}", "5ec7e7".repeat(10));
    let file = desk.file("token", token);
    desk.exits(&["credential", "add", "--token-file", &file, "--company", COMPANY], 0);
    let output = desk.run(&[&REQUEST[..], &["--type", "offline"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("25002") && said.contains("bramka guide auth-certificate"), "{said}");
    assert!(simulator.inspect().requests.is_empty(), "nothing was tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_outlives_the_process_that_made_it() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator);
    desk.exits(&[&REQUEST[..], &["--type", "offline", "--no-wait"]].concat(), 3);
    let pending = desk.json(&["cert", "pending"]);
    assert!(pending[0]["referenceNumber"].is_string(), "{pending}");
    let id = pending[0]["id"].as_str().expect("an id").to_owned();
    let said = desk.exits(&["cert", "resume"], 0);
    assert!(said.contains(&id) && said.contains("offline"), "{said}");
    assert_eq!(desk.json(&["cert", "pending"]), serde_json::json!([]));
    assert!(desk.exits(&["cert", "resume"], 0).contains("no unfinished applications"));
    assert!(desk.exits(&["cert", "resume", &id], 2).contains("there is no application"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_costs_no_second_application() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator);
    let request = [&REQUEST[..], &["--type", "offline"]].concat();

    // KSeF issued it, and nobody heard: found by its key.
    simulator.inject(Operation::CertificateEnroll, Fault::LoseAnswer, 1);
    let output = desk.run(&request);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("nobody knows") && said.contains("bramka cert resume"), "{said}");
    assert_eq!(desk.json(&["cert", "pending"])[0]["referenceNumber"], serde_json::Value::Null);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    desk.exits(&["cert", "resume"], 0);
    assert_eq!((issued(&simulator), asked(&simulator, Operation::CertificateEnroll)), (1, 1));
    assert_eq!(desk.json(&["credential", "list"]).as_array().expect("a list").len(), 2);

    // It never arrived: said as that, and forgotten when asked.
    simulator.inject(Operation::CertificateEnroll, Fault::LoseRequest, 1);
    assert_eq!(desk.run(&request).status.code(), Some(3));
    let said = desk.exits(&["cert", "resume"], 3);
    assert!(said.contains("no certificate with this key"), "{said}");
    let id = desk.json(&["cert", "pending"])[0]["id"].as_str().expect("an id").to_owned();
    desk.exits(&["cert", "drop", &id], 0);
    assert_eq!(desk.json(&["cert", "pending"]), serde_json::json!([]));
    let secrets = support::files_below(&desk.data().join("vault/secrets"));
    assert_eq!(secrets.len(), 2, "its key is gone, too");

    // Refused: nothing is left of it.
    simulator.inject(Operation::CertificateEnroll, Fault::Refuse { code: 25007 }, 1);
    let output = desk.run(&request);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(desk.json(&["cert", "pending"]), serde_json::json!([]));
    assert!(desk.exits(&[&request[..], &["--name", "a/b"]].concat(), 2).contains("5 to 100 characters"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_certificate_is_told_to_be_a_persons() {
    let simulator = simulator().await;
    let mut desk = Desk::new();
    desk.company(COMPANY, &simulator.base_url());
    let subject = Subject::Person {
        identity: SubjectIdentity::Nip(COMPANY.into()),
        given_name: "Osoba".into(),
        surname: "Testowa".into(),
    };
    let kind = KsefCertificateType::Authentication;
    let own = simulator.issue_certificate(&subject, kind, KeyKind::EcP256).expect("issued");
    let certificate = desk.file("own.crt", own.certificate().der());
    let key = desk.file("own.key", own.key().to_pkcs8().expect("a key").as_slice());
    desk.exits(&["credential", "add", &certificate, "--key", &key, "--company", COMPANY], 0);
    let said = desk.exits(&["cert", "request", "--company", COMPANY, "--type", "offline", "--lang", "pl"], 0);
    assert!(said.contains("należał do osoby") && said.contains("Osoba Testowa"), "{said}");
    assert_eq!(desk.json(&["credential", "list"])[1]["owner"]["kind"], "person");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_certificate_comes_by_a_signature_from_outside() {
    let simulator = simulator().await;
    let mut desk = Desk::new();
    // Nothing to log in with: that is what the first certificate is for.
    desk.company(COMPANY, &simulator.base_url());
    let document = desk.folder.path().join("login.xml");
    let signed = desk.folder.path().join("login-signed.xml");
    let signer = std::thread::spawn({
        let (document, signed) = (document.clone(), signed.clone());
        move || {
            while !document.exists() {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
            let bytes = std::fs::read(&document).expect("written");
            // First the wrong file, as people do: it is told, and waited past.
            std::fs::write(&signed, &bytes).expect("written");
            std::thread::sleep(std::time::Duration::from_millis(1500));
            let subject = Subject::Seal { nip: COMPANY.into(), organization: "Firma z testu".into() };
            let now = jiff::Timestamp::now();
            let day = jiff::SignedDuration::from_hours(24);
            let own =
                Credential::self_signed(&subject, KeyKind::EcP256, now - day, now + day).expect("a seal");
            let style = ksef_crypto::xades::SignatureStyle::Login;
            let whole = ksef_crypto::xades::sign_enveloped(&bytes, &own, now, style).expect("signed");
            std::fs::write(&signed, whole).expect("written");
        }
    });
    let file = document.to_string_lossy().into_owned();
    let request = [&REQUEST[..], &["--type", "authentication", "--sign-outside", &file]].concat();
    let output = desk.run(&request);
    signer.join().expect("signed");
    let (text, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{text}{said}");
    assert!(said.contains("left for signing: 9:"), "the countdown: {said}");
    assert!(said.contains("does not hold") && said.contains("signed by: "), "{said}");
    assert!(text.contains("will belong to the firm that logged in"), "{text}");
    assert_eq!(desk.json(&["cert", "pending"]), serde_json::json!([]));
    desk.exits(&["doctor", "--company", COMPANY], 0);
    // A file that lies there already could be an old signature.
    assert!(desk.exits(&request, 2).contains("is there already"));
}
