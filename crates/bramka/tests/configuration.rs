//! Configuration: what wins over what, what is refused and how, and TLS with a certificate that is renewed meanwhile.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};
use support::{Desk, ServedGateway};

/// Serves with this file and environment; gives where it listens.
fn serve(desk: &Desk, config: &str, environment: &[(&'static str, String)]) -> ServedGateway {
    let config = desk.file("bramka.toml", config);
    ServedGateway::start_with(Path::new(&config), &desk.data(), None, environment)
}

#[test]
fn a_name_that_is_no_setting_is_refused_with_its_line_and_the_nearest() {
    let mut desk = Desk::new();
    let config = desk.file("bramka.toml", "data = \"data\"\n\n[tls]\ncertifcate = \"x\"\n");
    let said = desk.exits(&["serve", "--config", &config, "--lang", "en"], 2);
    assert!(
        said.contains("bramka.toml: line 4: there is no setting certifcate; did you mean certificate?"),
        "{said}"
    );
    let said = desk.exits(&["serve", "--config", &config, "--lang", "pl"], 2);
    assert!(said.contains("wiersz 4: nie ma ustawienia certifcate; czy chodziło o certificate?"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flag_wins_over_the_variable_and_the_variable_over_the_file() {
    let desk = Desk::new();
    let url_of = async |gateway: &ServedGateway| {
        let told = gateway.json("/api/v1/whoami").await;
        told["publicUrl"].as_str().expect("an address").to_owned()
    };
    let file = "public_url = \"https://file.example\"\n";
    assert_eq!(url_of(&serve(&desk, file, &[])).await, "https://file.example");
    let variable = [("BRAMKA_PUBLIC_URL", "https://variable.example".to_owned())];
    assert_eq!(url_of(&serve(&desk, file, &variable)).await, "https://variable.example");
    let mut command = std::process::Command::new(support::program());
    let config = desk.file("bramka.toml", file);
    command.args([
        "serve",
        "--public-url",
        "https://flag.example",
        "--listen",
        "127.0.0.1:0",
        "--lang",
        "en",
    ]);
    command.args(["--config", &config, "--data"]).arg(desk.data()).envs(variable);
    let gateway = ServedGateway::of(command);
    assert_eq!(url_of(&gateway).await, "https://flag.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_of_the_file_counts_for_every_command() {
    let mut desk = Desk::new();
    std::fs::create_dir_all(desk.data()).expect("made");
    std::fs::write(desk.data().join("bramka.toml"), "database = \"elsewhere.db\"\n").expect("written");
    desk.environment.push(("BRAMKA_PASSWORD", "a long enough password".to_owned()));
    desk.exits(&["user", "add", "kasia", "--role", "*=administrator"], 0);
    assert!(desk.data().join("elsewhere.db").is_file() && !desk.data().join("gateway.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_and_a_renewed_certificate_needs_no_restart() {
    let desk = Desk::new();
    let write = |name: &str| {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["localhost".to_owned(), name.to_owned()]).expect("names");
        let certificate = params.self_signed(&key).expect("a certificate").pem();
        desk.file("tls.key", key.serialize_pem());
        desk.file("tls.crt", &certificate);
        certificate
    };
    let first = write("first.example");
    let gateway = serve(&desk, "[tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\n", &[]);
    assert!(gateway.url.starts_with("https://127.0.0.1:"), "{}", gateway.url);
    let address = gateway.url.replace("127.0.0.1", "localhost");
    let ask = async |trusted: &str| {
        let client = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(trusted.as_bytes()).expect("a certificate")])
            .build()
            .expect("a client");
        client.get(format!("{address}/healthz")).send().await.map(|answer| answer.status().as_u16())
    };
    assert_eq!(ask(&first).await.expect("TLS"), 200);
    // Nobody else's certificate, and no HTTP without TLS.
    let plain = reqwest::get(address.replace("https", "http")).await;
    assert!(plain.is_err());
    let second = write("second.example");
    let deadline = Instant::now() + Duration::from_secs(20);
    while ask(&second).await.is_err() {
        assert!(Instant::now() < deadline, "the new certificate is not used");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(ask(&first).await.is_err(), "the old one is not used any more");
    // Files that are not right change nothing.
    desk.file("tls.crt", "nonsense");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(ask(&second).await.expect("TLS"), 200);
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_at_start() {
    let mut desk = Desk::new();
    let (certificate, key) = (desk.file("tls.crt", "nonsense"), desk.file("tls.key", "nonsense"));
    let words = ["serve", "--listen", "127.0.0.1:0", "--tls-certificate", &certificate, "--tls-key", &key];
    let said = desk.exits(&words, 2);
    assert!(said.contains("tls.crt holds no certificate in PEM"), "{said}");
    let said = desk.exits(&["serve", "--tls-certificate", &certificate], 2);
    assert!(said.contains("--tls-key"), "{said}");
}
