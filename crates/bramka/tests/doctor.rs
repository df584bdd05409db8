//! `bramka doctor` and `bramka guide` as people and programs use them.

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use ksef_sim::{Profile, Simulator, SimulatorConfig};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use support::{COMPANY, CONTRACTOR, Desk, certificate_and_key, loopback};

async fn simulator(profile: Profile) -> Simulator {
    let config = SimulatorConfig { profile, ..SimulatorConfig::default() };
    Simulator::start(config, loopback()).await.expect("a simulator")
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_are_examined_one_by_one() {
    let simulator = simulator(Profile::Test).await;
    let mut desk = Desk::new();
    assert!(desk.exits(&["doctor"], 2).contains("company add"), "nothing to examine yet");
    desk.company(COMPANY, &simulator.base_url());
    desk.company(CONTRACTOR, &simulator.base_url());
    desk.certificate(COMPANY, COMPANY);

    let said = desk.exits(&["doctor", "--company", COMPANY], 0);
    for line in [
        "ok          Login",
        "ok          Test session: opened and closed",
        "note        Offline certificate",
        "can work with KSeF",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.contains("→ Apply for it ahead of time"), "the next step: {said}");
    let said = desk.exits(&["doctor", "--lang", "pl", "--company", COMPANY], 0);
    assert!(said.contains("Firma może pracować z KSeF"), "{said}");

    // The other one has nothing to log in with: all together that is a failure, and both are shown.
    let said = desk.exits(&["doctor"], 1);
    assert!(said.contains("[CONN201]") && said.contains("To be put right: 1"), "{said}");
    let output = desk.run(&["doctor", "--format", "json", "--no-session"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["isWell"], &report["companies"][0]["isWell"]), (&false.into(), &true.into()));
    let checks = report["companies"][0]["checks"].as_array().expect("a list");
    assert_eq!(checks.len(), 14);
    let session = checks.iter().find(|check| check["check"] == "testSession").expect("listed");
    assert_eq!(session["outcome"], "skipped");
    assert_eq!(report["companies"][0]["rights"]["isOwner"], true);
    assert_eq!(report["companies"][0]["limits"]["context"]["onlineSession"]["maxInvoices"], 10_000);
    let first = &report["companies"][1]["checks"][0];
    assert_eq!((&first["check"], &first["findings"][0]["code"]), (&"credential".into(), &"CONN201".into()));
    assert!(
        first["findings"][0]["nextStep"]["pl"].as_str().expect("words").contains("bramka credential add")
    );
    assert!(desk.exits(&["doctor", "--company", "5265877635"], 2).contains("there is no company"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_of_the_configuration_is_examined_too() {
    let simulator = simulator(Profile::Demo).await;
    let mut desk = Desk::new();
    let (certificate, key) = certificate_and_key(COMPANY);
    desk.file("auth.crt", certificate);
    desk.file("auth.key", key);
    let config = desk.file(
        "bramka.toml",
        format!(
            "[[company]]\ncontext = \"{COMPANY}\"\nenvironment = \"simulator\"\nksef_url = \"{}\"\ncertificate = \"auth.crt\"\nkey = \"auth.key\"\n",
            simulator.base_url()
        ),
    );
    // DEMO's strictness: a self-made certificate is refused, and the next step says what works.
    let said = desk.exits(&["doctor", "--config", &config], 1);
    assert!(said.contains("[CONN203]") && said.contains("self-made ones do not work on DEMO"), "{said}");
}

#[test]
fn guides_are_told_in_both_languages() {
    let mut desk = Desk::new();
    let said = desk.exits_bare(&["guide"], 0);
    assert!(said.contains("auth-certificate") && said.contains("dates"), "{said}");
    let said = desk
        .exits_bare(&["guide", "grant-office", "--company", COMPANY, "--to", CONTRACTOR, "--lang", "pl"], 0);
    assert!(said.contains(&format!("NIP biura: {CONTRACTOR}")) && said.contains("  1. "), "{said}");
    let said = desk.exits_bare(&["guide", "dates"], 0);
    assert!(said.contains("2026-12-31") && said.contains("as known on 2026-07-23"), "{said}");
    let dates: serde_json::Value =
        serde_json::from_str(&desk.exits_bare(&["guide", "dates", "--format", "json"], 0)).expect("JSON");
    assert_eq!(dates.as_array().expect("a list").len(), 5);
    let said = desk.exits_bare(&["explain", "conn301"], 0);
    assert!(said.contains("ZAW-FA") && said.contains("Source: "), "{said}");
}

/// The years in which a certificate is valid.
struct Validity(i32, i32);

/// A TLS server on this machine that calls itself `name`, with a certificate of an authority of the test's own: its address,
/// and the authority's certificate in PEM. Whatever it is asked, it knows nothing of it; it ends with the test.
fn tls_server(name: &str, valid: &Validity) -> (String, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "Authority of a test");
    let authority_key = KeyPair::generate().expect("a key");
    let pem = authority.self_signed(&authority_key).expect("a certificate").pem();
    let issuer = Issuer::new(authority, authority_key);

    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.not_before = date_time_ymd(valid.0, 1, 1);
    params.not_after = date_time_ymd(valid.1, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a pair");
    let config = Arc::new(config);
    let listener = TcpListener::bind(loopback()).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { break };
            let connection = ServerConnection::new(config.clone()).expect("a connection");
            let mut stream = StreamOwned::new(connection, stream);
            // Where the other side ends the handshake there is nobody to answer.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream
                    .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (format!("https://localhost:{port}/v2"), pem)
}

#[test]
fn a_server_that_cannot_be_trusted_is_told_apart_by_its_certificate() {
    let good = Validity(2020, 2090);
    for (name, valid, is_known, check, code) in [
        // Trusted, in its name, in its time: the connection stands, and what answers is not KSeF.
        ("localhost", &good, true, "reachability", "CONN109"),
        ("localhost", &good, false, "tls", "CONN105"),
        ("localhost", &Validity(2020, 2021), true, "tls", "CONN106"),
        ("localhost", &Validity(2080, 2090), true, "tls", "CONN106"),
        ("api.ksef.mf.gov.pl", &good, true, "tls", "CONN107"),
    ] {
        let (url, authority) = tls_server(name, valid);
        let mut desk = Desk::new();
        desk.company(COMPANY, &url);
        desk.certificate(COMPANY, COMPANY);
        // Who is trusted is read from here instead of the system's list.
        let (_, stranger) = tls_server(name, valid);
        let trusted = desk.file("trusted.pem", if is_known { authority } else { stranger });
        desk.environment.push(("SSL_CERT_FILE", trusted));
        let output = desk.run(&["doctor", "--format", "json"]);
        assert_eq!(output.status.code(), Some(1), "{code}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let checks = report["companies"][0]["checks"].as_array().expect("a list");
        let found = checks.iter().find(|found| found["check"] == check).expect("listed");
        assert_eq!(
            (&found["outcome"], &found["findings"][0]["code"]),
            (&"failed".into(), &code.into()),
            "{found}"
        );
        let login = checks.iter().find(|found| found["check"] == "login").expect("listed");
        assert_eq!(login["outcome"], "skipped", "nothing is sent there: {login}");
    }
}
